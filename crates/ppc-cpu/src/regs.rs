//! The registers that fixed-point and branch instructions work on.
//!
//! GPRs are 64 bits wide for every CPU. On a 32-bit CPU the upper halves are unobservable rather than zero:
//! every result's low word depends on low words alone, so the core masks only where a value can be seen
//! ([`Regs::gpr`], stores, SPR moves). The upper halves that SPE adds to the GPRs of the e500v1/v2 are an array of their
//! own, which 32-bit instructions cannot touch.

use crate::alu::{Sum, low};
use crate::cr::{Cr, FieldNumber};
use crate::xer::Xer;
use core::ops::{Index, IndexMut};
use spr_exit::Msr;

/// Number of a GPR, or the number 0 that stands for it where RA = 0 means none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[rustfmt::skip]
pub(crate) enum Gpr {
    R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10, R11, R12, R13, R14, R15, R16,
    R17, R18, R19, R20, R21, R22, R23, R24, R25, R26, R27, R28, R29, R30, R31,
    Zero,
}

impl Gpr {
    /// Register `n` modulo 32.
    #[rustfmt::skip]
    pub(crate) const fn new(n: usize) -> Self {
        use Gpr::*;
        const ALL: [Gpr; 32] = [
            R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10, R11, R12, R13, R14, R15, R16,
            R17, R18, R19, R20, R21, R22, R23, R24, R25, R26, R27, R28, R29, R30, R31,
        ];
        ALL[n & 31]
    }

    /// Register `n` modulo 32, or nothing for register 0.
    pub(crate) const fn or_zero(n: usize) -> Self {
        if n & 31 == 0 { Self::Zero } else { Self::new(n) }
    }
}

/// The GPRs, and behind them a zero that nobody writes: an operand RA|0 is an index like any other.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(from = "[u64; 32]", into = "[u64; 32]")
)]
pub(crate) struct Gprs([u64; 33]);

impl From<[u64; 32]> for Gprs {
    fn from(values: [u64; 32]) -> Self {
        let mut it = Self([0; 33]);
        it.0[..32].copy_from_slice(&values);
        it
    }
}

impl From<Gprs> for [u64; 32] {
    fn from(gprs: Gprs) -> Self {
        core::array::from_fn(|n| gprs.0[n])
    }
}

impl Index<usize> for Gprs {
    type Output = u64;
    #[inline]
    fn index(&self, n: usize) -> &u64 {
        &self.0[n]
    }
}

impl IndexMut<usize> for Gprs {
    #[inline]
    fn index_mut(&mut self, n: usize) -> &mut u64 {
        &mut self.0[n]
    }
}

/// Registers of the branch and fixed-point units, the MSR and the program counter.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Regs {
    pub(crate) gpr: Gprs,
    /// Upper halves of the GPRs on CPUs with SPE.
    pub(crate) gpr_upper: [u32; 32],
    pub(crate) cr: Cr,
    pub(crate) xer: Xer,
    pub(crate) lr: u64,
    pub(crate) ctr: u64,
    /// Address of the current instruction.
    pub(crate) cia: u64,
    /// Address of the next one, while an instruction executes.
    pub(crate) nia: u64,
    pub(crate) msr: Msr,
    /// Follows from the MSR and the model: whether the CPU computes in 64-bit mode.
    pub(crate) is_wide: bool,
    /// The same as the bits that addresses have.
    pub(crate) ea_bits: u64,
    /// Follows from the model: whether the CPU has doublewords to compare.
    pub(crate) is_64bit: bool,
}

impl Regs {
    /// RA or, for register 0, the number 0.
    #[inline]
    pub(crate) fn ra0(&self, ra: usize) -> u64 {
        if ra == 0 { 0 } else { self.gpr[ra] }
    }

    /// An effective address: in 32-bit mode the upper half counts as zero (Power ISA Book I 1.10.3).
    #[inline]
    pub(crate) fn ea(&self, address: u64) -> u64 {
        address & self.ea_bits
    }

    /// Keeps these bits of GPRs, LR and CTR, which are all that can be seen.
    pub(crate) fn keep(&mut self, bits: u64) {
        self.gpr.0.iter_mut().for_each(|value| *value &= bits);
        self.lr &= bits;
        self.ctr &= bits;
    }

    /// CR0 of a record form: the result against zero, in the width of the mode.
    #[inline]
    pub(crate) fn record(&mut self, is_wide: bool, result: u64) {
        let summary = self.xer.summary();
        if is_wide {
            let ordering = result.cast_signed().cmp(&0);
            self.cr.set_ordering(FieldNumber::Cr0, ordering, summary);
        } else {
            let signed = low(result).cast_signed().into();
            self.cr.set_difference(FieldNumber::Cr0, signed, summary);
        }
    }

    /// CR0 of an instruction that tells how it went: its bits beside SO.
    pub(crate) fn report(&mut self, bits: u32) {
        self.cr.set_field(0, bits | u32::from(self.xer.so()));
    }

    /// CA and CA32 of a carrying instruction.
    #[inline]
    pub(crate) fn set_carry(&mut self, is_wide: bool, sum: &Sum) {
        self.xer.ca = if is_wide { sum.carry } else { sum.carry32 };
        self.xer.ca32 = sum.carry32;
    }

    /// OV, OV32 and SO of an OE form.
    #[inline]
    pub(crate) fn set_overflow(&mut self, is_wide: bool, overflow: bool, overflow32: bool) {
        self.xer.ov = if is_wide { overflow } else { overflow32 };
        self.xer.ov32 = overflow32;
        self.xer.set_so(self.xer.so() | self.xer.ov);
    }

    /// OV, OV32 and SO of the doubleword multiplications and divisions, which set both flags alike.
    #[inline]
    pub(crate) fn set_overflow_both(&mut self, overflow: bool) {
        self.xer.ov = overflow;
        self.xer.ov32 = overflow;
        self.xer.set_so(self.xer.so() | overflow);
    }
}
