//! Snapshots: all of a CPU's state as a value, at any point, also while an access waits for its reply.
//!
//! SPRs are kept by number and the model by name, so that a snapshot outlives changes of the tables: a register that
//! the core did not have yet starts from its reset value, and who owns which register comes back with the rest.
//! Breakpoints, kicks and the immediate-exit request are the caller's, not the guest's, and not in it. Memory is a
//! value of its own ([`crate::Memory`] is serialisable too).

use crate::config::{Config, Stamp};
use crate::cpu::Cpu;
use crate::model::{self, Model};
use crate::pending::Pending;
use crate::regs::Regs;
use crate::spr::Behaviour;
use crate::state::State;
use crate::watch::Armed;
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use spr_exit::{Owner, SprNum};

/// The state of a CPU.
///
/// With feature `serde` it can be written to a file in any format.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Snapshot {
    version: u32,
    model: String,
    id: u32,
    state: State,
    sprs: Vec<(SprNum, u64)>,
    config: Config,
    /// Of the configuration, where it is one of this process.
    #[cfg_attr(feature = "serde", serde(skip))]
    stamp: Option<Stamp>,
    /// What follows from the debug registers, to be believed where there is a stamp.
    #[cfg_attr(feature = "serde", serde(skip))]
    armed: Armed,
}

/// SPRs are compared by number.
impl PartialEq for Snapshot {
    fn eq(&self, other: &Self) -> bool {
        let plain = |snapshot: &Self| State {
            spr: Vec::new(),
            ..snapshot.state.clone()
        };
        (self.version, &self.model, self.id) == (other.version, &other.model, other.id)
            && self.sprs == other.sprs
            && self.config == other.config
            && plain(self) == plain(other)
    }
}

/// Why a snapshot was not restored. The CPU is as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SnapshotError {
    /// It was written by a version of this crate that this one does not read.
    Version {
        /// The snapshot's version.
        found: u32,
    },
    /// No model has this name.
    UnknownModel(String),
    /// The model has no such SPR.
    UnknownSpr(SprNum),
    /// The core is to own this SPR and does not model it on this CPU.
    NotModelled(SprNum),
    /// A field has a value that no CPU can be in.
    Corrupt(&'static str),
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version { found } => {
                write!(
                    f,
                    "the snapshot has version {found}, this program reads version {}",
                    Snapshot::VERSION
                )
            }
            Self::UnknownModel(name) => {
                write!(f, "the snapshot is of a CPU model `{name}`, which is not there")
            }
            Self::UnknownSpr(sprn) => write!(f, "the snapshot has SPR {sprn}, which its CPU model has not"),
            Self::NotModelled(sprn) => {
                write!(
                    f,
                    "the snapshot gives SPR {sprn} to the core, which does not model it on this CPU"
                )
            }
            Self::Corrupt(field) => write!(
                f,
                "the snapshot's field `{field}` has a value that no CPU can be in"
            ),
        }
    }
}

impl core::error::Error for SnapshotError {}

impl Snapshot {
    /// The version that this crate writes, and the only one that it reads.
    pub const VERSION: u32 = 1;

    /// Writes all that is compared.
    pub(crate) fn describe(&self, to: &mut impl fmt::Write) -> fmt::Result {
        let Self {
            version,
            model,
            id,
            state,
            sprs,
            config,
            stamp: _,
            armed: _,
        } = self;
        write!(to, "{version} {model} {id} {state:?} {sprs:?} {config:?}")
    }

    /// The model that it is of. The version goes first: another one may have models that this one does not know.
    fn checked_model(&self) -> Result<&'static Model, SnapshotError> {
        if self.version != Self::VERSION {
            return Err(SnapshotError::Version { found: self.version });
        }
        model::by_name(&self.model).ok_or_else(|| SnapshotError::UnknownModel(self.model.clone()))
    }
}

impl Cpu {
    /// All state of the CPU, the access that waits for a reply included.
    pub fn snapshot(&self) -> Snapshot {
        let rows = self.model.sprs.rows();
        let mut regs = Regs {
            nia: 0,
            ..self.state.regs.clone()
        };
        regs.keep(self.mask_width(u64::MAX));
        let counted = self.counted();
        let sprs = rows
            .iter()
            .zip(&counted.spr)
            .map(|(row, value)| (row.sprn, *value))
            .collect();
        Snapshot {
            version: Snapshot::VERSION,
            model: self.model.name.to_owned(),
            id: self.id,
            // What is scratch, follows from the rest or cannot be seen is left out, so that equal states are equal.
            state: State {
                regs,
                saving: self.saving(),
                temporary: self.state.temporary.map(|value| self.mask_width(value)),
                timer: self.state.timer.saved(),
                ..counted
            },
            sprs,
            config: self.config.clone(),
            stamp: Some(self.stamp),
            armed: self.armed,
        }
    }

    /// A CPU in the state of the snapshot.
    ///
    /// # Errors
    /// [`SnapshotError`].
    pub fn from_snapshot(snapshot: &Snapshot) -> Result<Self, SnapshotError> {
        let mut cpu = Self::with_id(snapshot.checked_model()?, snapshot.id);
        cpu.restore(snapshot)?;
        Ok(cpu)
    }

    /// Puts this CPU into the state of the snapshot, whatever model it was. A pending access of its own is cancelled.
    ///
    /// # Errors
    /// [`SnapshotError`]; the CPU is as it was.
    pub fn restore(&mut self, snapshot: &Snapshot) -> Result<(), SnapshotError> {
        let model = snapshot.checked_model()?;
        let widest = if model.is_64bit { u64::MAX } else { 0xffff_ffff };
        if snapshot.state.element >= 32 {
            return Err(SnapshotError::Corrupt("element"));
        }
        if snapshot.state.regs.cia & !(widest & !3) != 0 {
            return Err(SnapshotError::Corrupt("cia"));
        }
        let is_modelled = |sprn| {
            model
                .sprs
                .row(sprn)
                .is_some_and(|row| row.behaviour != Behaviour::Exit)
        };
        if let Some((sprn, _)) = snapshot
            .config
            .owners
            .changed()
            .find(|(sprn, owners)| owners.contains(&Owner::Core) && !is_modelled(*sprn))
        {
            return Err(SnapshotError::NotModelled(sprn));
        }
        let mut state = State {
            spr: State::new(model, snapshot.id).spr,
            ..snapshot.state.clone()
        };
        for (sprn, value) in &snapshot.sprs {
            let position = model
                .sprs
                .position(*sprn)
                .ok_or(SnapshotError::UnknownSpr(*sprn))?;
            state.spr[position] = *value & widest;
        }
        let msr = state.regs.msr;
        self.decoder = ppc_decode::Decoder::new(model.isa);
        self.model = model;
        self.id = snapshot.id;
        self.state = state;
        *self.config_mut() = snapshot.config.clone();
        if let Some(stamp) = snapshot.stamp {
            self.stamp = stamp;
        }
        // What follows from other state is not believed but derived.
        if let Some(at) = self.state.pending.as_ref().and_then(Pending::access) {
            self.state.pending = Some(Pending::spr(*at));
        }
        self.write_msr(msr);
        self.rearm();
        self.state.timer.rearm();
        Ok(())
    }

    /// [`Cpu::restore`] for a run that is repeated: a CPU of the same model under the same configuration comes back to its
    /// snapshot without a look-up or an allocation. Any other is restored.
    ///
    /// # Errors
    /// As [`Cpu::restore`].
    pub fn reset_to(&mut self, snapshot: &Snapshot) -> Result<(), SnapshotError> {
        let is_same = snapshot.stamp == Some(self.stamp)
            && snapshot.id == self.id
            && snapshot.state.spr.len() == self.state.spr.len()
            && snapshot.model == self.model.name;
        if !is_same {
            return self.restore(snapshot);
        }
        self.state.assign(&snapshot.state);
        self.armed = snapshot.armed;
        self.write_msr(self.state.regs.msr);
        self.state.timer.rearm();
        Ok(())
    }
}
