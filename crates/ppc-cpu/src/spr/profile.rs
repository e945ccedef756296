//! Profiles: who owns the registers for which the VM named nobody.
//!
//! [`Owner`] is for one number; a profile is for all the others. It is part of the VM's [`Config`](crate::Config), and
//! so of a snapshot.

use super::{Behaviour, Level, SprRow, kvm};
use crate::model::Model;
use spr_exit::num::common::{CTR, LR, XER};
use spr_exit::{Direction, Msr, Owner, SprNum};

/// Who owns the numbers for which no [`Owner`] was named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum Profile {
    /// As each row of the model's table says: what the core models is its own, but for registers that it learned after
    /// handlers for them could exist.
    #[default]
    Model,
    /// The core has everything that it models.
    Core,
    /// The core has what KVM of Linux 6.1 has in the kernel, or hardware does by itself in its guests; other registers
    /// leave. What KVM drops or reads as zero, it drops and reads as zero.
    AsKvm,
    /// Every access that may leave does; LR, CTR and XER may not.
    ///
    /// Branches, arithmetic and the bodies of all functions read and write these three without `mtspr` or `mfspr`: a second
    /// copy in user space could not be kept true, and no hardware lets them trap.
    AllToUser,
}

impl Profile {
    /// Every profile with its name in JSON, in policy files and on the command line.
    pub const NAMES: [(&str, Self); 4] = [
        ("model", Self::Model),
        ("core", Self::Core),
        ("as-kvm", Self::AsKvm),
        ("all-to-user", Self::AllToUser),
    ];

    /// The owner of accesses to `sprn`. [`Owner::Model`]: the profile has nothing to say, so that the row does, or for
    /// numbers that nobody models the policy.
    pub fn owner(self, model: &Model, sprn: SprNum, direction: Direction) -> Owner {
        let Some(row) = model.sprs.row(sprn) else {
            return Owner::Model;
        };
        let core = if row.behaviour == Behaviour::Exit {
            Owner::Model
        } else {
            Owner::Core
        };
        match self {
            Self::Model => Owner::Model,
            Self::Core => core,
            Self::AllToUser if [LR, CTR, XER].contains(&sprn) => core,
            Self::AllToUser => Owner::User,
            Self::AsKvm if is_untrapped(model, row, direction) => core,
            Self::AsKvm => match kvm::answer(model, row, direction) {
                Some(kvm::Answer::Emulates) => core,
                Some(kvm::Answer::Ignores) => Owner::Ignore,
                None => Owner::User,
            },
        }
    }
}

/// Whether hardware does the access of a guest by itself, so that no kernel sees it. A guest's kernel runs in problem
/// state, but on cores with category E.HV in guest supervisor state.
fn is_untrapped(model: &Model, row: &SprRow, direction: Direction) -> bool {
    let level = if model.msr_implemented.contains(Msr::GS) {
        Level::Supervisor
    } else {
        Level::Problem
    };
    row.gates.grants(level, direction)
}
