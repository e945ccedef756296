//! Who answers an access: the gate in front of every `mtspr` and `mfspr`. Pure; it decides and does nothing.
//!
//! Order: privilege, facility, the caller's filter, the owner (named for the number, else by the VM's profile), the built-in
//! register, the policy for unknown numbers.
//! Sources for the gate: Power ISA 3.0B Book III 5.4.4, EREF 2.0 3.3, and each model's [`UndefinedSpr`].
//!
//! [`UndefinedSpr`]: crate::model::UndefinedSpr

use super::{Behaviour, Facilities, Level, Unavailable};
use crate::compat::hides;
use crate::config::Config;
use crate::guest::redirected;
use crate::model::{Model, Ruling};
use ppc_decode::Isa;
use spr_exit::{Direction, Fault, Owner, Reason, SprNum, UnknownSpr, Verdict};

/// What becomes of an access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The core does it, with the row at this position of the model's table. (A split register can still leave, by
    /// the value that is written.)
    Core(usize),
    /// It leaves for user space.
    Exit(Reason),
    /// No operation: a read leaves its target unchanged.
    NoOp,
    /// A read gives zero, a write is dropped.
    ReadZeroIgnoreWrite,
    /// An interrupt.
    Fault(Fault),
    /// The interrupt of a facility that is not available.
    Unavailable(Unavailable),
}

/// What the decision depends on, besides the model and the VM's configuration.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// How privileged the code is.
    pub level: Level,
    /// Whether it is a guest's, of a CPU with guest state (Book E).
    pub is_guest: bool,
    /// What PCR hides from it, on servers.
    pub hidden: Isa,
    /// LPCR, on models that have one; else 0.
    pub lpcr: u64,
    /// What FSCR, HFSCR and MMCR0 make available.
    pub facilities: Facilities,
}

impl Context {
    /// The number behind which this code finds the register that it names.
    fn behind(self, model: &Model, sprn: SprNum) -> SprNum {
        if self.is_guest {
            redirected(model.sprs, sprn)
        } else {
            sprn
        }
    }
}

impl From<Ruling> for Decision {
    fn from(ruling: Ruling) -> Self {
        match ruling {
            Ruling::Illegal => Self::Fault(Fault::Illegal),
            Ruling::Privileged => Self::Fault(Fault::Privileged),
            Ruling::NoOp => Self::NoOp,
            Ruling::Unavailable(unavailable) => Self::Unavailable(unavailable),
        }
    }
}

/// What decided about an access: the steps in the order in which they are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Level and direction: the row's gates, or the model's rules for what it does not define.
    Privilege,
    /// The caller's filter denies it.
    Filter,
    /// The owner that was named for this number and direction.
    Owner,
    /// The VM's profile.
    Profile,
    /// The register's row: the core models it, and nobody else was named.
    BuiltIn,
    /// The VM's policy for numbers that nobody models.
    Policy,
}

/// Decides about one access.
pub fn check(model: &Model, config: &Config, at: Context, sprn: SprNum, direction: Direction) -> Decision {
    explain(model, config, at, sprn, direction).0
}

/// Decides about one access, and says what decided.
pub fn explain(
    model: &Model,
    config: &Config,
    at: Context,
    sprn: SprNum,
    direction: Direction,
) -> (Decision, Step) {
    let denied = gate(model, at, sprn, direction);
    if let Some(ruling) = denied
        && config.check_privilege
    {
        return (ruling.into(), Step::Privilege);
    }
    let decided = owner(model, config, at, sprn, direction);
    match (denied, decided) {
        // Unchecked exits: what user space owns or nobody defines leaves all the same; what the core owns never does.
        (Some(_), (Decision::Exit(_), _)) | (None, _) => decided,
        (Some(ruling), _) => (ruling.into(), Step::Privilege),
    }
}

/// What the CPU itself does: the built-in register if it has one, whoever owns it, else its rule for undefined
/// numbers. This is what [`spr_exit::Reply::Architected`] asks for.
pub fn architected(model: &Model, at: Context, sprn: SprNum, direction: Direction) -> Decision {
    if let Some(ruling) = gate(model, at, sprn, direction) {
        return ruling.into();
    }
    match model.sprs.position(at.behind(model, sprn)) {
        Some(position) if model.sprs.rows()[position].behaviour != Behaviour::Exit => {
            Decision::Core(position)
        }
        _ => model
            .undefined
            .undefined(at.level == Level::Problem, at.lpcr, sprn, direction)
            .into(),
    }
}

/// The ruling that keeps code at this level from the number; `None` lets it pass.
fn gate(model: &Model, at: Context, sprn: SprNum, direction: Direction) -> Option<Ruling> {
    let rules = &model.undefined;
    let is_problem = at.level == Level::Problem;
    let Some(row) = model.sprs.row(sprn) else {
        // A number that the model does not define. Problem state is kept from privileged ones; whether the others
        // exist is for the policy to say.
        let ruling = rules.undefined(is_problem, at.lpcr, sprn, direction);
        return (is_problem && (sprn.is_privileged() || ruling == Ruling::Privileged)).then_some(ruling);
    };
    if is_problem && hides(at.hidden, sprn) {
        Some(rules.undefined(true, at.lpcr, sprn, direction))
    } else if row.gates.grants(at.level, direction) {
        row.facility
            .and_then(|facility| at.facilities.ruling(facility, at.level, direction))
    } else if row.gates.is_noop(at.level, direction) {
        Some(Ruling::NoOp)
    } else if is_problem {
        Some(if sprn.is_privileged() {
            Ruling::Privileged
        } else {
            rules.problem_open
        })
    } else if at.lpcr & rules.lpcr_illegal != 0 {
        Some(Ruling::Illegal)
    } else if row.gates.grants(Level::Hypervisor, direction) {
        Some(rules.hypervisor_only)
    } else {
        Some(rules.wrong_direction)
    }
}

/// The decision of those who come after the gate.
fn owner(
    model: &Model,
    config: &Config,
    at: Context,
    sprn: SprNum,
    direction: Direction,
) -> (Decision, Step) {
    if config.filter.verdict(sprn, direction) == Verdict::Deny {
        let decision = if config.reasons.contains(Reason::FILTER) {
            Decision::Exit(Reason::FILTER)
        } else {
            Decision::Fault(Fault::Illegal)
        };
        return (decision, Step::Filter);
    }
    let row = model.sprs.row(at.behind(model, sprn));
    let is_modelled = row.is_some_and(|row| row.behaviour != Behaviour::Exit);
    let by_itself = || architected(model, at, sprn, direction);
    let leave = |reason: Reason| {
        if config.reasons.intersects(reason) {
            Decision::Exit(reason)
        } else {
            by_itself()
        }
    };
    let (owner, step) = match config.owner(sprn, direction) {
        Owner::Model => (config.profile.owner(model, sprn, direction), Step::Profile),
        named => (named, Step::Owner),
    };
    match owner {
        Owner::User if is_modelled => (leave(Reason::OWNED), step),
        Owner::User => (leave(Reason::UNKNOWN), step),
        Owner::Ignore => (Decision::ReadZeroIgnoreWrite, step),
        Owner::Fault => (Decision::Fault(Fault::Illegal), step),
        Owner::Core | Owner::Architected => (by_itself(), step),
        Owner::Model if is_modelled && !row.is_some_and(|row| row.is_user_owned) => {
            (by_itself(), Step::BuiltIn)
        }
        Owner::Model => {
            let decision = match config.unknown_spr {
                // A register that the core learned after handlers for it existed is still theirs, and says both.
                UnknownSpr::Exit if is_modelled => leave(Reason::UNKNOWN | Reason::OWNED),
                UnknownSpr::Exit => leave(Reason::UNKNOWN),
                UnknownSpr::Fault => Decision::Fault(Fault::Illegal),
                UnknownSpr::Architected => by_itself(),
                UnknownSpr::ReadZeroIgnoreWrite => Decision::ReadZeroIgnoreWrite,
            };
            (decision, Step::Policy)
        }
    }
}
