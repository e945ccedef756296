//! Why a run ended: what is said about it, and the exit code for it.

use super::report::{hex, spr_label};
use ppc_cpu::model::Model;
use spr_exit::{DcrAccess, Exit, MmioAccess, SprAccess};

/// The image is not usable.
pub const BAD_IMAGE: u8 = 65;
/// Nobody claimed an SPR or DCR access.
pub const UNCLAIMED: u8 = 66;
/// The budget was used up.
pub const BUDGET: u8 = 67;
/// Checkstop.
pub const CHECKSTOP: u8 = 68;
/// An instruction that is not implemented.
pub const UNIMPLEMENTED: u8 = 69;
/// The guest waits for ever.
pub const WAIT: u8 = 70;
/// A load or store where the machine has nothing.
pub const NO_DEVICE: u8 = 71;
/// The core came back with something that the run does not know.
pub const UNEXPECTED: u8 = 72;
/// Output could not be written.
pub const OUTPUT_FAILED: u8 = 74;

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The guest wrote the EXIT device.
    Guest(u8),
    /// An SPR access that nobody claims.
    Spr(SprAccess),
    /// A DCR access; the board has no DCRs.
    Dcr(DcrAccess),
    /// A load or store where nothing is.
    Mmio(MmioAccess),
    /// The budget was used up.
    Budget,
    /// Checkstop.
    Checkstop {
        /// Where.
        cia: u64,
    },
    /// An instruction that is not implemented.
    Unimplemented {
        /// Where.
        cia: u64,
        /// Which.
        word: u32,
    },
    /// The guest waits for an interrupt that nothing can bring.
    Wait,
    /// An exit that this run did not ask for.
    Unexpected(Exit),
}

impl End {
    /// The exit code of the process.
    pub fn code(&self) -> u8 {
        match self {
            Self::Guest(status) => *status,
            Self::Spr(_) | Self::Dcr(_) => UNCLAIMED,
            Self::Mmio(_) => NO_DEVICE,
            Self::Budget => BUDGET,
            Self::Checkstop { .. } => CHECKSTOP,
            Self::Unimplemented { .. } => UNIMPLEMENTED,
            Self::Wait => WAIT,
            Self::Unexpected(_) => UNEXPECTED,
        }
    }

    /// One word for it in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Guest(_) => "exit",
            Self::Spr(_) => "spr",
            Self::Dcr(_) => "dcr",
            Self::Mmio(_) => "mmio",
            Self::Budget => "budget",
            Self::Checkstop { .. } => "checkstop",
            Self::Unimplemented { .. } => "unimplemented",
            Self::Wait => "wait",
            Self::Unexpected(_) => "error",
        }
    }

    /// What happened, and what to do about it.
    pub fn describe(&self, model: &Model, ram: u64) -> String {
        match self {
            Self::Guest(status) => format!("the guest ended with status {status}"),
            Self::Spr(at) => format!(
                "nobody answers for {} {} at {} on the {}; --unknown-spr fault, architected or ignore lets the guest \
                 go on",
                if at.is_write() { "mtspr to" } else { "mfspr of" },
                spr_label(model, at.sprn()),
                hex(model, at.cia()),
                model.name
            ),
            Self::Dcr(at) => format!(
                "{} DCR {} at {}: the bare machine has no DCRs",
                if at.is_write { "mtdcr to" } else { "mfdcr of" },
                at.dcrn,
                hex(model, at.cia)
            ),
            Self::Mmio(at) => format!(
                "{} of {} bytes {} {} (pc {}): nothing is there; RAM ends at {}",
                if at.is_write { "store" } else { "load" },
                at.len,
                if at.is_write { "to" } else { "from" },
                hex(model, at.phys_addr),
                hex(model, at.cia),
                hex(model, ram)
            ),
            Self::Budget => "the budget of --max-insns is used up".into(),
            Self::Checkstop { cia } if *cia >= ram => format!(
                "checkstop: nothing to execute at {}, outside RAM, with machine checks disabled (MSR[ME] = 0)",
                hex(model, *cia)
            ),
            Self::Checkstop { cia } => format!(
                "checkstop: a machine check at {} with machine checks disabled (MSR[ME] = 0)",
                hex(model, *cia)
            ),
            Self::Unimplemented { cia, word } => format!(
                "the instruction {word:08x} at {} is not implemented yet",
                hex(model, *cia)
            ),
            Self::Wait => "the guest waits for an interrupt, and nothing can bring one".into(),
            Self::Unexpected(exit) => format!("the core came back with {exit:?}"),
        }
    }
}
