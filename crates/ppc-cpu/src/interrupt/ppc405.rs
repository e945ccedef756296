//! Interrupts of the 405: PPC405 UM chapter 5 (table 5-2 for the offsets, the register settings of each interrupt after it).

use super::Syndrome::{self, Esr, EsrOf};
use super::table::{InterruptRow, Vector, interrupt};
use super::{Cause, Input, Route};
use crate::cpu::Cpu;
use spr_exit::InterruptKind::{self, *};
use spr_exit::{Msr, SavePair, num};

/// ESR: machine check, instruction (PPC405 UM chapter 5; 405GP UM table 10-15).
const ESR_MCI: u64 = 0x8000_0000;

/// A row of the noncritical class, which keeps CE, ME and DE.
const fn at(kind: InterruptKind, offset: u16, syndrome: Syndrome, source: &'static str) -> InterruptRow {
    let keeps = Msr::CE.union(Msr::ME).union(Msr::DE);
    interrupt(
        kind,
        Vector::Offset(offset),
        SavePair::Srr,
        syndrome,
        keeps,
        source,
    )
}

/// A row of the critical class, which keeps ME.
const fn critical(kind: InterruptKind, offset: u16, source: &'static str) -> InterruptRow {
    let vector = Vector::Offset(offset);
    interrupt(kind, vector, SavePair::Csrr, Syndrome::Vector, Msr::ME, source)
}

#[rustfmt::skip]
pub(crate) const P405: &[InterruptRow] = &[
    // On the instruction side.
    interrupt(MachineCheck, Vector::Offset(0x200), SavePair::Csrr, Esr(ESR_MCI), Msr::empty(), "PPC405UM ch. 5"),
    // On the data side: ESR stays as it is.
    interrupt(MachineCheckLoad,  Vector::Offset(0x200), SavePair::Csrr, Syndrome::Vector, Msr::empty(), "PPC405UM ch. 5"),
    interrupt(MachineCheckStore, Vector::Offset(0x200), SavePair::Csrr, Syndrome::Vector, Msr::empty(), "PPC405UM ch. 5"),
    critical(CriticalInput, 0x100,  "PPC405UM 5.6"),
    critical(Watchdog,      0x1020, "PPC405UM 5.18"),
    // DST DIZ U0F.
    at(DataStorage,        0x300,  EsrOf(0x00c0_8000), "PPC405UM ch. 5, table 5-2"),
    at(InstructionStorage, 0x400,  EsrOf(0x0040_0000), "PPC405UM ch. 5, table 5-2"),
    at(DataTlb,            0x1100, EsrOf(0x0080_0000), "PPC405UM ch. 5, table 5-2"),
    at(InstructionTlb,     0x1200, Syndrome::Vector,   "PPC405UM ch. 5, table 5-2"),
    at(External,          0x500,  Syndrome::Vector,  "PPC405UM ch. 5"),
    at(Alignment,         0x600,  Syndrome::Vector,  "PPC405UM ch. 5"),
    at(ProgramIllegal,    0x700,  Esr(0x0800_0000),  "PPC405UM ch. 5 (PIL)"),
    at(ProgramPrivileged, 0x700,  Esr(0x0400_0000),  "PPC405UM ch. 5 (PPR)"),
    at(ProgramTrap,       0x700,  Esr(0x0200_0000),  "PPC405UM ch. 5 (PTR)"),
    at(FpUnavailable,     0x800,  Syndrome::Vector,  "PPC405UM ch. 5"),
    at(Syscall,           0xc00,  Syndrome::Vector,  "PPC405UM ch. 5"),
    interrupt(Debug, Vector::Offset(0x2000), SavePair::Csrr, Syndrome::Vector, Msr::ME, "405GP UM tables 10-23, 10-24"),
    // The programmable interval timer.
    at(Decrementer,       0x1000, Syndrome::Vector,  "PPC405UM ch. 5"),
    at(FixedInterval,     0x1010, Syndrome::Vector,  "PPC405UM 5.17"),
];

impl Cpu {
    pub(super) fn ppc405_route(&self, row: &InterruptRow) -> Route {
        Route {
            vector: self.spr_value(num::ppc4xx::EVPR) & 0xffff_0000 | row.offset(),
            pair: row.pair,
            msr: self.state.regs.msr & row.keeps,
            saves: u64::MAX,
        }
    }

    /// Bits of ESR that stay: on the 405 program interrupts leave MCI as it is and clear what they do not set.
    pub(super) fn kept_esr(&self) -> u64 {
        if self.model.interrupts == crate::model::InterruptModel::Ppc405 {
            self.spr_value(num::ppc4xx::ESR_40X) & ESR_MCI
        } else {
            0
        }
    }

    /// PPC405UM table 5-1: critical input, watchdog, external, fixed-interval timer, programmable interval timer.
    pub(super) fn ppc405_due(&self) -> Option<Cause> {
        if !self.state.regs.msr.intersects(Msr::EE | Msr::CE) {
            return None;
        }
        let asking = self.asking_timers();
        if self.is_enabled(Msr::CE) {
            if self.state.inputs.contains(Input::CRITICAL) {
                return Some(Cause::CriticalInput);
            }
            if asking.watchdog {
                return Some(Cause::Watchdog);
            }
        }
        if !self.is_enabled(Msr::EE) {
            None
        } else if self.state.inputs.is_external() {
            Some(Cause::External)
        } else if asking.fixed_interval {
            Some(Cause::FixedInterval)
        } else {
            asking.decrementer.then_some(Cause::Decrementer)
        }
    }
}
