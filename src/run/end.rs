//! Why a run ended: what is said about it, and the exit code for it.

use super::report::{hex, spr_label};
use crate::linux::Signal;
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
/// A replay went another way than its record, or the record is damaged.
pub const DIVERGED: u8 = 73;
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
    /// The guest waits for something that nothing can bring.
    Wait,
    /// A signal ended the program (Linux).
    Killed(Death),
    /// An exit that this run did not ask for.
    Unexpected(Exit),
}

/// How a signal ended a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Death {
    /// Which signal.
    pub signal: Signal,
    /// Where the program was.
    pub cia: u64,
    /// The instruction there.
    pub word: Option<u32>,
    /// What it did.
    pub cause: Cause,
}

/// What brings a program a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It sent it itself.
    Sent,
    /// A load from where nothing is.
    Load {
        /// From there.
        address: u64,
    },
    /// A store to where nothing is.
    Store {
        /// To there.
        address: u64,
    },
    /// There is nothing to execute.
    Fetch,
    /// The CPU does not have the instruction.
    Illegal,
    /// The instruction is not for programs.
    Privileged,
    /// A trap instruction.
    Trap,
    /// An operand that must be aligned and is not.
    Alignment,
    /// A signal is to be delivered, and there is no room on the stack for it.
    Stack,
}

impl Death {
    fn describe(&self, model: &Model) -> String {
        let (name, number) = (self.signal.name(), self.signal.0);
        let cia = hex(model, self.cia);
        let at = match self.word {
            Some(word) => format!("instruction {word:08x} at {cia}"),
            None => format!("at {cia}"),
        };
        let why = match self.cause {
            Cause::Sent => format!("which it sent itself at {cia}"),
            Cause::Load { address } => format!("load from {}, where nothing is; {at}", hex(model, address)),
            Cause::Store { address } => format!("store to {}, where nothing is; {at}", hex(model, address)),
            Cause::Fetch => format!("nothing to execute at {cia}"),
            Cause::Illegal => format!("the {} has no such instruction: {at}", model.name),
            Cause::Privileged => format!("not for programs: {at}"),
            Cause::Trap => format!("trap: {at}"),
            Cause::Alignment => format!("the operand is not aligned: {at}"),
            Cause::Stack => format!("no room on the stack for its handler; {at}"),
        };
        format!("the program was killed by {name} ({number}): {why}")
    }
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
            // As shells show it.
            Self::Killed(death) => 128 + death.signal.0,
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
            Self::Killed(_) => "signal",
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
            Self::Wait => "the guest waits, and nothing can wake it".into(),
            Self::Killed(death) => death.describe(model),
            Self::Unexpected(exit) => format!("the core came back with {exit:?}"),
        }
    }
}
