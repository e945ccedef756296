//! The registers that fixed-point and branch instructions work on.
//!
//! GPRs are 64 bits wide for every CPU. On a 32-bit CPU the upper halves are unobservable rather than zero:
//! every result's low word depends on low words alone, so the core masks only where a value can be seen
//! ([`Regs::gpr`], stores, SPR moves). The upper halves that SPE adds to the GPRs of the e500v1/v2 are an array of their
//! own, which 32-bit instructions cannot touch.

use crate::alu::Sum;
use crate::xer::Xer;
use spr_exit::Msr;

/// Registers of the branch and fixed-point units, the MSR and the program counter.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Regs {
    pub(crate) gpr: [u64; 32],
    /// Upper halves of the GPRs on CPUs with SPE.
    pub(crate) gpr_upper: [u32; 32],
    /// Condition register, CR0 in the highest four bits.
    pub(crate) cr: u32,
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
        if self.is_wide {
            address
        } else {
            address & 0xffff_ffff
        }
    }

    /// Sets the four bits of a CR field.
    #[inline]
    pub(crate) fn set_cr_field(&mut self, field: u32, bits: u32) {
        let shift = 28 - 4 * (field & 7);
        self.cr = self.cr & !(0xf << shift) | (bits & 0xf) << shift;
    }

    /// The four bits of a CR field.
    #[inline]
    pub(crate) fn cr_field(&self, field: u32) -> u32 {
        self.cr >> (28 - 4 * (field & 7)) & 0xf
    }

    /// One bit of CR, 0 the most significant.
    #[inline]
    pub(crate) fn cr_bit(&self, bit: u32) -> bool {
        self.cr >> (31 - (bit & 31)) & 1 != 0
    }

    /// Sets one bit of CR.
    #[inline]
    pub(crate) fn set_cr_bit(&mut self, bit: u32, value: bool) {
        let shift = 31 - (bit & 31);
        self.cr = self.cr & !(1 << shift) | u32::from(value) << shift;
    }

    /// LT, GT, EQ of two signed numbers, and SO: the bits of a CR field.
    #[inline]
    pub(crate) fn ordering<T: Ord>(&self, a: T, b: T) -> u32 {
        let relation = match a.cmp(&b) {
            core::cmp::Ordering::Less => 8,
            core::cmp::Ordering::Greater => 4,
            core::cmp::Ordering::Equal => 2,
        };
        relation | u32::from(self.xer.so)
    }

    /// CR0 of a record form: the result against zero, in the width of the mode.
    #[inline]
    pub(crate) fn record(&mut self, result: u64) {
        let signed = if self.is_wide {
            result.cast_signed()
        } else {
            i64::from(crate::alu::low(result).cast_signed())
        };
        let bits = self.ordering(signed, 0);
        self.set_cr_field(0, bits);
    }

    /// CA and CA32 of a carrying instruction.
    #[inline]
    pub(crate) fn set_carry(&mut self, sum: &Sum) {
        self.xer.ca = if self.is_wide { sum.carry } else { sum.carry32 };
        self.xer.ca32 = sum.carry32;
    }

    /// OV, OV32 and SO of an OE form.
    #[inline]
    pub(crate) fn set_overflow(&mut self, overflow: bool, overflow32: bool) {
        self.xer.ov = if self.is_wide { overflow } else { overflow32 };
        self.xer.ov32 = overflow32;
        self.xer.so |= self.xer.ov;
    }

    /// OV, OV32 and SO of the doubleword multiplications and divisions, which set both flags alike.
    #[inline]
    pub(crate) fn set_overflow_both(&mut self, overflow: bool) {
        self.xer.ov = overflow;
        self.xer.ov32 = overflow;
        self.xer.so |= overflow;
    }
}
