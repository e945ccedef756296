//! Interrupts of server processors: Power ISA 3.0B Book III chapter 6 (6.5; figure 64 for the MSR).
//!
//! [`route`](self) has where they go, [`due`](self) which is taken next. What differs between versions follows from the
//! version of the ISA that a model has.

mod due;
pub(crate) mod lpcr;
mod route;

use super::Syndrome::{self, Saved};
use super::table::{InterruptRow, Vector, interrupt};
use spr_exit::InterruptKind::{self, *};
use spr_exit::{Msr, SavePair};

pub(super) use route::CAUSE_BITS;

/// A row of those that save in SRR0/1: ME survives but in a machine check.
pub(super) const fn srr(
    kind: InterruptKind,
    offset: u16,
    syndrome: Syndrome,
    source: &'static str,
) -> InterruptRow {
    let keeps = if matches!(kind, MachineCheck | MachineCheckInput) {
        Msr::empty()
    } else {
        Msr::ME
    };
    interrupt(
        kind,
        Vector::Offset(offset),
        SavePair::Srr,
        syndrome,
        keeps,
        source,
    )
}

/// A row of those that save in HSRR0/1, go to the hypervisor and leave RI as it is.
pub(super) const fn hsrr(kind: InterruptKind, offset: u16, source: &'static str) -> InterruptRow {
    let keeps = Msr::ME.union(Msr::RI);
    interrupt(
        kind,
        Vector::Offset(offset),
        SavePair::Hsrr,
        Syndrome::Vector,
        keeps,
        source,
    )
}

/// What every server since POWER7 has.
#[rustfmt::skip]
pub(crate) const COMMON: &[InterruptRow] = &[
    srr(SystemReset,       0x100, Syndrome::Vector,   "Power ISA 3.0B III 6.5.1"),
    // A failed fetch; the cause field is the implementation's (POWER9 UM: uncorrectable error).
    srr(MachineCheck,      0x200, Saved(0x0004_0000), "Power ISA 3.0B III 6.5.2"),
    // Which bits tell what the input means is the implementation's: none, our choice.
    srr(MachineCheckInput, 0x200, Syndrome::Vector,   "Power ISA 3.0B III 6.5.2"),
    srr(External,          0x500, Syndrome::Vector,   "Power ISA 3.0B III 6.5.7"),
    srr(Alignment,         0x600, Syndrome::Vector,   "Power ISA 3.0B III 6.5.8"),
    srr(ProgramPrivileged, 0x700, Saved(0x0004_0000), "Power ISA 3.0B III 6.5.9"),
    srr(ProgramTrap,       0x700, Saved(0x0002_0000), "Power ISA 3.0B III 6.5.9"),
    srr(FpUnavailable,     0x800, Syndrome::Vector,   "Power ISA 3.0B III 6.5.10"),
    srr(Decrementer,       0x900, Syndrome::Vector,   "Power ISA 3.0B III 6.5.11"),
    hsrr(HypervisorDecrementer, 0x980,                "Power ISA 3.0B III 6.5.12"),
    srr(Syscall,           0xc00, Syndrome::Vector,   "Power ISA 3.0B III 6.5.14"),
    // Data breakpoints (DAWR), and what is wrong with an access whatever its translation.
    srr(DataStorage,       0x300, Syndrome::Vector,   "Power ISA 3.0B III 6.5.3"),
    srr(Trace,             0xd00, Saved(0x4000_0000), "Power ISA 3.0B III 6.5.15"),
    hsrr(EmulationAssist,  0xe40,                     "Power ISA 3.0B III 6.5.18"),
    srr(PerformanceMonitor, 0xf00, Syndrome::Vector,  "Power ISA 3.0B III ch. 6; Linux exceptions-64s.S"),
    srr(VecUnavailable,    0xf20, Syndrome::Vector,   "Power ISA 3.0B III ch. 6; Linux exceptions-64s.S"),
    srr(VsxUnavailable,    0xf40, Syndrome::Vector,   "Power ISA 3.0B III ch. 6; Linux exceptions-64s.S"),
];

/// What version 2.07 added: doorbells, and facilities that FSCR and HFSCR open.
#[rustfmt::skip]
pub(crate) const V2_07: &[InterruptRow] = &[
    srr(Doorbell,             0xa00, Syndrome::Vector, "Power ISA 3.0B III 6.5.13"),
    hsrr(HypervisorDoorbell,  0xe80,                   "Power ISA 3.0B III ch. 6; Linux exceptions-64s.S"),
    srr(FacilityUnavailable,  0xf60, Syndrome::Vector, "Power ISA 3.0B III ch. 6; Linux exceptions-64s.S"),
    hsrr(HypervisorFacilityUnavailable, 0xf80,         "Power ISA 3.0B III ch. 6; Linux exceptions-64s.S"),
];

/// What version 3.0 added.
#[rustfmt::skip]
pub(crate) const V3_0: &[InterruptRow] = &[
    hsrr(HypervisorVirtualization, 0xea0, "Power ISA 3.0B III ch. 6; Linux exceptions-64s.S"),
];
