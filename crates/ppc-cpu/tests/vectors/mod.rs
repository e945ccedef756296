//! Vectors: one instruction with what it finds and what it leaves, one line each.
//!
//! Included by the test next to this directory and by `cargo xtask oracle`, which lets QEMU check the same lines.
//! The syntax of a line is in [`mod@format`]; [`run`] executes one on our core.
#![allow(
    dead_code,
    reason = "two crates include this module, and each leaves another part unused"
)]

pub(crate) mod format;
pub(crate) mod run;

use std::collections::BTreeMap;

/// The registers a vector can name, by position: GPRs, then these, then FPRs.
pub(crate) const CR: usize = 32;
pub(crate) const XER: usize = 33;
pub(crate) const LR: usize = 34;
pub(crate) const CTR: usize = 35;
pub(crate) const TAR: usize = 36;
pub(crate) const PC: usize = 37;
/// The first of the floating-point registers, which have 64 bits on every CPU.
pub(crate) const FPR: usize = 38;
pub(crate) const REGISTERS: usize = 70;

/// Where an instruction stands if the line does not say.
pub(crate) const DEFAULT_PC: u64 = 0x40000;
/// MSR\[PR\].
pub(crate) const PROBLEM_STATE: u64 = 0x4000;
/// The memory that a vector can name, and the only RAM besides the instruction.
pub(crate) const WINDOW: u64 = 0x20000;
pub(crate) const WINDOW_BYTES: usize = 256;

/// What an instruction can see and change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct State {
    pub(crate) regs: [u64; REGISTERS],
    /// The MSR, but for the bits of the target's mode.
    pub(crate) msr: u64,
    /// SPRs by number, those that the line names.
    pub(crate) sprs: BTreeMap<u16, u64>,
    pub(crate) window: [u8; WINDOW_BYTES],
}

impl Default for State {
    fn default() -> Self {
        let mut regs = [0; REGISTERS];
        regs[PC] = DEFAULT_PC;
        Self {
            regs,
            msr: PROBLEM_STATE,
            sprs: BTreeMap::new(),
            window: [0; WINDOW_BYTES],
        }
    }
}

/// How an instruction ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// It completed.
    Done,
    /// It was not done, and something came of it: an interrupt, or an exit. Nothing changed.
    Refused(&'static str),
}

impl core::fmt::Display for Outcome {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Done => f.write_str("done"),
            Self::Refused(name) => f.write_str(name),
        }
    }
}

/// The names of refusals.
pub(crate) const REFUSALS: [&str; 12] = [
    "trap",
    "illegal",
    "privileged",
    "alignment",
    "data_storage",
    "syscall",
    "fp_unavailable",
    "facility_unavailable",
    "hypervisor_privilege",
    "exit",
    "mmio",
    "unimplemented",
];
