//! Interrupts of server processors: Power ISA 3.0B Book III chapter 6 (6.5; figure 64 for the MSR).
//!
//! [`route`](self) has where they go, [`due`](self) which is taken next. What differs between versions follows from the
//! version of the ISA that a model has.

mod due;
pub(crate) mod lpcr;
mod route;
mod saving;

use super::Syndrome::{self, DsisrOf, Saved, SavedAndDsisr, SavedOf};
use super::table::{InterruptRow, Vector, interrupt};
use spr_exit::InterruptKind::{self, *};
use spr_exit::{Msr, SavePair};

pub(super) use route::CAUSE_BITS;
pub(crate) use saving::Saving;
pub(super) use saving::WAKE_RESET;

/// A row of those that save in SRR0/1: ME survives but in a machine check.
pub(super) const fn srr(
    kind: InterruptKind,
    offset: u16,
    syndrome: Syndrome,
    source: &'static str,
) -> InterruptRow {
    let keeps = if kind.is_machine_check() {
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
    hsrr_telling(kind, offset, Syndrome::Vector, source)
}

/// The same of those that tell more than the vector does.
const fn hsrr_telling(
    kind: InterruptKind,
    offset: u16,
    syndrome: Syndrome,
    source: &'static str,
) -> InterruptRow {
    let keeps = Msr::ME.union(Msr::RI);
    interrupt(
        kind,
        Vector::Offset(offset),
        SavePair::Hsrr,
        syndrome,
        keeps,
        source,
    )
}

/// What a machine check of data tells: that it is one, by SRR1, bit 42, and in DSISR an uncorrectable error of a load or store,
/// as nearest to what is meant here (Linux `mce_power.c`, `P7_SRR1_MC_LOADSTORE`, `P7_DSISR_MC_UE`, `P8_DSISR_MC_UE`,
/// `mce_p9_derror_table`).
const DATA_ERROR: Syndrome = SavedAndDsisr {
    saved: 0x0020_0000,
    dsisr: 0x8000,
};

/// What every server since POWER7 has.
#[rustfmt::skip]
pub(crate) const COMMON: &[InterruptRow] = &[
    srr(SystemReset,       0x100, Syndrome::Vector,   "Power ISA 3.0B III 6.5.1"),
    // A failed fetch; the cause field is the implementation's (POWER9 UM: uncorrectable error).
    srr(MachineCheck,      0x200, Saved(0x0004_0000), "Power ISA 3.0B III 6.5.2"),
    // Which bits tell what the input means is the implementation's: none, our choice.
    srr(MachineCheckInput, 0x200, Syndrome::Vector,   "Power ISA 3.0B III 6.5.2"),
    srr(MachineCheckLoad,  0x200, DATA_ERROR,         "Power ISA 3.0B III 6.5.2"),
    srr(MachineCheckStore, 0x200, DATA_ERROR,         "Power ISA 3.0B III 6.5.2"),
    srr(External,          0x500, Syndrome::Vector,   "Power ISA 3.0B III 6.5.7"),
    srr(Alignment,         0x600, Syndrome::Vector,   "Power ISA 3.0B III 6.5.8"),
    srr(ProgramPrivileged, 0x700, Saved(0x0004_0000), "Power ISA 3.0B III 6.5.9"),
    srr(ProgramTrap,       0x700, Saved(0x0002_0000), "Power ISA 3.0B III 6.5.9"),
    srr(FpUnavailable,     0x800, Syndrome::Vector,   "Power ISA 3.0B III 6.5.10"),
    srr(Decrementer,       0x900, Syndrome::Vector,   "Power ISA 3.0B III 6.5.11"),
    hsrr(HypervisorDecrementer, 0x980,                "Power ISA 3.0B III 6.5.12"),
    srr(Syscall,           0xc00, Syndrome::Vector,   "Power ISA 3.0B III 6.5.14"),
    // By user space, or by a data breakpoint (DAWR).
    srr(DataStorage,       0x300, DsisrOf(0xffff_ffff), "Power ISA 3.0B III 6.5.3"),
    srr(DataSegment,       0x380, Syndrome::Vector,   "Power ISA 3.0B III 6.5.4"),
    srr(InstructionStorage, 0x400, SavedOf(CAUSE_BITS), "Power ISA 3.0B III 6.5.5"),
    srr(InstructionSegment, 0x480, Syndrome::Vector,  "Power ISA 3.0B III 6.5.6"),
    hsrr_telling(HypervisorDataStorage,        0xe00, DsisrOf(0xffff_ffff), "Power ISA 3.0B III 6.5.16"),
    hsrr_telling(HypervisorInstructionStorage, 0xe20, SavedOf(CAUSE_BITS),  "Power ISA 3.0B III 6.5.17"),
    srr(Trace,             0xd00, Saved(0x4000_0000), "Power ISA 3.0B III 6.5.15"),
    hsrr(EmulationAssist,  0xe40,                     "Power ISA 3.0B III 6.5.18"),
    hsrr(HypervisorMaintenance, 0xe60,                "Power ISA 3.0B III 6.5.19"),
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
