//! Interrupts of Book E: EREF 2.0 chapter 7, E500CORERM chapter 5, E500MCRM chapter 4; PPC440x5UM chapter 6.

use super::Syndrome::{self, Esr, Mcsr};
use super::table::{InterruptRow, Vector, interrupt};
use super::{Cause, Route};
use crate::cpu::Cpu;
use spr_exit::InterruptKind::{self, *};
use spr_exit::{Msr, SavePair, SprNum, num};

/// IVORn for n up to 15.
const fn ivor(n: u16) -> Vector {
    Vector::Ivor(SprNum::wrapping((num::booke::IVOR0.get() + n) as u64))
}

/// A row of the base class: saves in SRR0/1, keeps CE, ME and DE (E500CORERM 5.7).
const fn base(kind: InterruptKind, vector: Vector, syndrome: Syndrome, source: &'static str) -> InterruptRow {
    let keeps = Msr::CE.union(Msr::ME).union(Msr::DE);
    interrupt(kind, vector, SavePair::Srr, syndrome, keeps, source)
}

/// The row of the machine check: clears all of the MSR.
const fn machine_check(syndrome: Syndrome, source: &'static str) -> InterruptRow {
    interrupt(
        MachineCheck,
        ivor(1),
        SavePair::Mcsrr,
        syndrome,
        Msr::empty(),
        source,
    )
}

/// What every Book E processor has. ESR: E500CORERM chapter 2.
#[rustfmt::skip]
pub(crate) const COMMON: &[InterruptRow] = &[
    base(External,          ivor(4),  Syndrome::Vector, "EREF 2.0 ch. 7"),
    base(Alignment,         ivor(5),  Esr(0),           "EREF 2.0 ch. 7"),
    base(ProgramIllegal,    ivor(6),  Esr(0x0800_0000), "EREF 2.0 ch. 7 (PIL)"),
    base(ProgramPrivileged, ivor(6),  Esr(0x0400_0000), "EREF 2.0 ch. 7 (PPR)"),
    base(ProgramTrap,       ivor(6),  Esr(0x0200_0000), "EREF 2.0 ch. 7 (PTR)"),
    base(Syscall,           ivor(8),  Syndrome::Vector, "EREF 2.0 ch. 7"),
    base(Decrementer,       ivor(10), Syndrome::Vector, "EREF 2.0 ch. 7"),
];

pub(crate) const FLOATING_POINT: &[InterruptRow] =
    &[base(FpUnavailable, ivor(7), Syndrome::Vector, "EREF 2.0 ch. 7")];

/// Bus error on an instruction fetch (BUS_IBERR).
pub(crate) const E500V2: &[InterruptRow] = &[machine_check(Mcsr(0x0000_0010), "E500CORERM ch. 2, MCSR")];
/// Instruction fetch error report (IF).
pub(crate) const E500MC: &[InterruptRow] = &[machine_check(Mcsr(0x0001_0000), "E500MCRM ch. 2, MCSR")];
/// The 440 tells it in ESR: MCSR is for what is asynchronous.
pub(crate) const PPC440: &[InterruptRow] = &[machine_check(Esr(0x8000_0000), "PPC440x5UM 6.5.2, p. 180")];

/// AltiVec of the e6500 (SPV).
pub(crate) const ALTIVEC: &[InterruptRow] = &[base(
    VecUnavailable,
    Vector::Ivor(num::e500::IVOR32),
    Esr(0x80),
    "E6500RM ch. 4; EREF 2.0 ch. 7",
)];

/// EPCR: interrupts in 64-bit mode (EREF 2.0 2.5; a core of 32 bits has no MSR\[CM\] that it could set).
const EPCR_ICM: u64 = 0x0200_0000;

impl Cpu {
    pub(super) fn booke_route(&self, row: &InterruptRow) -> Route {
        let offset = match row.vector {
            Vector::Ivor(ivor) => self.spr_value(ivor),
            Vector::Offset(offset) => u64::from(offset),
        };
        let mut msr = self.state.regs.msr & row.keeps;
        msr.set(Msr::CM, self.spr_value(num::e500::EPCR) & EPCR_ICM != 0);
        Route {
            // E500CORERM p. 1-23: IVPR[32:47], on 64-bit cores IVPR[0:47] (EREF 2.0 ch. 7), IVORn[48:59].
            vector: self.spr_value(num::booke::IVPR) & !0xffff | offset & 0xfff0,
            pair: row.pair,
            msr,
            saves: u64::MAX,
        }
    }

    /// EREF 2.0 7.11: external before decrementer.
    pub(super) fn booke_due(&self) -> Option<Cause> {
        if !self.state.regs.msr.contains(Msr::EE) {
            None
        } else if self.state.inputs.is_external() {
            Some(Cause::External)
        } else {
            self.is_decrementer_pending().then_some(Cause::Decrementer)
        }
    }
}
