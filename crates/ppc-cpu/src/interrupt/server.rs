//! Interrupts of server processors: Power ISA 3.0B Book III chapter 6 (6.5; figure 64 for the MSR).

use super::Syndrome::{self, Saved};
use super::ppc970::HID4_LPES0;
use super::table::{InterruptRow, Vector, interrupt};
use super::{Cause, Route};
use crate::cpu::Cpu;
use crate::model::InterruptModel;
use crate::spr::Level;
use spr_exit::InterruptKind::{self, *};
use spr_exit::{Msr, SavePair, num};

/// Bits of SRR1 that tell the cause and do not save the MSR: 33:36 and 42:47 (6.5).
pub(super) const CAUSE_BITS: u64 = 0x783f_0000;

/// A row of those that save in SRR0/1: ME survives but in a machine check.
const fn srr(kind: InterruptKind, offset: u16, syndrome: Syndrome, source: &'static str) -> InterruptRow {
    let keeps = if matches!(kind, MachineCheck) {
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
const fn hsrr(kind: InterruptKind, offset: u16, source: &'static str) -> InterruptRow {
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

/// What every server since POWER8 has.
#[rustfmt::skip]
pub(crate) const COMMON: &[InterruptRow] = &[
    // A failed fetch; the cause field is the implementation's (POWER9 UM: uncorrectable error).
    srr(MachineCheck,      0x200, Saved(0x0004_0000), "Power ISA 3.0B III 6.5.2"),
    srr(External,          0x500, Syndrome::Vector,   "Power ISA 3.0B III 6.5.7"),
    srr(Alignment,         0x600, Syndrome::Vector,   "Power ISA 3.0B III 6.5.8"),
    srr(ProgramPrivileged, 0x700, Saved(0x0004_0000), "Power ISA 3.0B III 6.5.9"),
    srr(ProgramTrap,       0x700, Saved(0x0002_0000), "Power ISA 3.0B III 6.5.9"),
    srr(FpUnavailable,     0x800, Syndrome::Vector,   "Power ISA 3.0B III 6.5.10"),
    srr(Decrementer,       0x900, Syndrome::Vector,   "Power ISA 3.0B III 6.5.11"),
    srr(Syscall,           0xc00, Syndrome::Vector,   "Power ISA 3.0B III 6.5.14"),
    // Data breakpoints: DAWR.
    srr(DataStorage,       0x300, Syndrome::Vector,   "Power ISA 3.0B III 6.5.3"),
    srr(Trace,             0xd00, Saved(0x4000_0000), "Power ISA 3.0B III 6.5.15"),
    hsrr(EmulationAssist,  0xe40,                     "Power ISA 3.0B III 6.5.18"),
];

/// LPCR: interrupts in little-endian mode.
const LPCR_ILE: u64 = 0x0200_0000;
/// LPCR: external interrupts go to the operating system.
const LPCR_LPES: u64 = 0x8;
/// LPCR: no external interrupts in hypervisor state (POWER9).
const LPCR_HEIC: u64 = 0x10;
/// HID0 of POWER9: hypervisor interrupts in little-endian mode.
const HID0_HILE: u64 = 1 << 59;
const HID0: spr_exit::SprNum = num::e500::HID0;

impl Cpu {
    /// Whether an external interrupt goes to the hypervisor.
    pub(super) fn is_external_to_hypervisor(&self) -> bool {
        match self.model.interrupts {
            InterruptModel::Server => self.spr_value(num::book3s::LPCR) & LPCR_LPES == 0,
            InterruptModel::Ppc970 => self.spr_value(num::ppc970::HID4) & HID4_LPES0 == 0,
            InterruptModel::Classic | InterruptModel::BookE | InterruptModel::Ppc405 => false,
        }
    }

    /// Whether LPCR\[HEIC\] keeps external interrupts from the hypervisor while it runs.
    fn has_heic(&self) -> bool {
        self.model.interrupts == InterruptModel::Server && self.spr_value(num::book3s::LPCR) & LPCR_HEIC != 0
    }

    /// The byte order of interrupt handlers.
    pub(crate) fn is_handler_little_endian(&self, is_hypervisor: bool) -> bool {
        if is_hypervisor {
            self.spr_value(HID0) & HID0_HILE != 0
        } else {
            self.spr_value(num::book3s::LPCR) & LPCR_ILE != 0
        }
    }

    pub(super) fn server_route(&self, row: &InterruptRow, cause: Cause) -> Route {
        let old = self.state.regs.msr;
        let (mut pair, mut keeps) = (row.pair, row.keeps);
        if cause == Cause::External && self.is_external_to_hypervisor() {
            pair = SavePair::Hsrr;
            keeps |= Msr::RI;
        }
        let to_hypervisor =
            pair == SavePair::Hsrr || matches!(cause, Cause::FetchError | Cause::Syscall { level: 1 });
        let mut msr = Msr::SF | old & keeps;
        msr.set(Msr::HV, to_hypervisor || old.contains(Msr::HV));
        msr.set(Msr::LE, self.is_handler_little_endian(msr.contains(Msr::HV)));
        Route {
            vector: row.offset(),
            pair,
            msr,
            saves: !CAUSE_BITS,
        }
    }

    /// Power ISA 3.0B Book III 6.9: external before decrementer.
    pub(super) fn server_due(&self) -> Option<Cause> {
        let is_enabled = self.state.regs.msr.contains(Msr::EE);
        if self.state.inputs.is_external() && self.is_external_enabled(is_enabled) {
            Some(Cause::External)
        } else if is_enabled && self.is_decrementer_pending() {
            Some(Cause::Decrementer)
        } else {
            None
        }
    }

    /// Whether an external interrupt is enabled, MSR\[EE\] being `is_enabled`. A hypervisor takes its own whenever it does
    /// not run, and none while it runs under LPCR\[HEIC\] (6.5).
    fn is_external_enabled(&self, is_enabled: bool) -> bool {
        match self.level() {
            Level::Hypervisor => is_enabled && !self.has_heic(),
            Level::Supervisor | Level::Problem => is_enabled || self.is_external_to_hypervisor(),
        }
    }
}
