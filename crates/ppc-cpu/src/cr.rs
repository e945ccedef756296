//! The condition register, kept as the comparisons that made it.
//!
//! Most fields are written by a comparison and read by one branch, so a field keeps the difference of what was compared:
//! writing it is a subtraction, asking it one test. The four bits of Power ISA 3.0B Book I 2.3.1 are made only for those who
//! want to see them.

use core::fmt;

/// A field, encoded so that the difference of two words is one, and so that all sixteen combinations of bits exist.
///
/// | bit of the field | is set if |
/// |---|---|
/// | LT | bit 63 is set |
/// | GT | bits 59 to 0 are a positive number |
/// | EQ | bits 31 to 0 are zero |
/// | SO | bits 63 and 62 differ |
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field(u64);

/// Turns SO over, in a field that has none.
pub(crate) const SUMMARY: u64 = 1 << 62;

impl Field {
    /// LT, GT, EQ and SO, as the manual numbers them.
    const fn from_bits(bits: u32) -> Self {
        let (lt, gt, eq, so) = (bits >> 3 & 1, bits >> 2 & 1, bits >> 1 & 1, bits & 1);
        // Bit 33 is for GT and EQ together.
        Self(
            (lt as u64) << 63
                | ((lt ^ so) as u64) << 62
                | ((gt ^ 1) as u64) << 59
                | 1 << 33
                | (eq ^ 1) as u64,
        )
    }

    const fn bits(self) -> u32 {
        (self.is_less() as u32) << 3
            | (self.is_greater() as u32) << 2
            | (self.is_equal() as u32) << 1
            | self.is_summary() as u32
    }

    /// LT.
    #[inline]
    pub(crate) const fn is_less(self) -> bool {
        self.0 >> 63 != 0
    }

    /// GT.
    #[inline]
    pub(crate) const fn is_greater(self) -> bool {
        (self.0 << 4).cast_signed() > 0
    }

    /// EQ.
    #[inline]
    pub(crate) const fn is_equal(self) -> bool {
        crate::alu::low(self.0) == 0
    }

    /// SO.
    #[inline]
    pub(crate) const fn is_summary(self) -> bool {
        (self.0 ^ self.0 << 1) >> 63 != 0
    }
}

/// Number of a field, 0 to 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[rustfmt::skip]
pub(crate) enum FieldNumber { Cr0, Cr1, Cr2, Cr3, Cr4, Cr5, Cr6, Cr7 }

impl FieldNumber {
    /// Field `n` modulo 8.
    pub(crate) const fn new(n: u32) -> Self {
        use FieldNumber::{Cr0, Cr1, Cr2, Cr3, Cr4, Cr5, Cr6, Cr7};
        [Cr0, Cr1, Cr2, Cr3, Cr4, Cr5, Cr6, Cr7][(n & 7) as usize]
    }
}

/// The condition register.
#[derive(Clone)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(from = "u32", into = "u32")
)]
pub(crate) struct Cr([Field; 8]);

impl Cr {
    /// All bits are zero.
    const ZERO: Self = Self([Field::from_bits(0); 8]);

    /// All 32 bits, CR0 highest.
    pub(crate) fn get(&self) -> u32 {
        self.0.iter().fold(0, |cr, field| cr << 4 | field.bits())
    }

    /// Sets the fields that are ones in `mask`, which has whole fields.
    pub(crate) fn set_masked(&mut self, cr: u32, mask: u32) {
        for (n, field) in self.0.iter_mut().enumerate() {
            if mask >> (28 - 4 * n) & 0xf != 0 {
                *field = Field::from_bits(cr >> (28 - 4 * n) & 0xf);
            }
        }
    }

    /// A field.
    #[inline]
    pub(crate) fn at(&self, n: FieldNumber) -> Field {
        self.0[n as usize]
    }

    /// The four bits of field `n` modulo 8.
    pub(crate) fn field(&self, n: u32) -> u32 {
        self.at(FieldNumber::new(n)).bits()
    }

    /// Sets the four bits of field `n` modulo 8.
    pub(crate) fn set_field(&mut self, n: u32, bits: u32) {
        self.0[FieldNumber::new(n) as usize] = Field::from_bits(bits);
    }

    /// Bit `n` modulo 32, 0 the most significant.
    #[inline]
    pub(crate) fn bit(&self, n: u32) -> bool {
        let field = self.at(FieldNumber::new(n >> 2));
        match n & 3 {
            0 => field.is_less(),
            1 => field.is_greater(),
            2 => field.is_equal(),
            _ => field.is_summary(),
        }
    }

    /// Sets bit `n` modulo 32.
    pub(crate) fn set_bit(&mut self, n: u32, value: bool) {
        let shift = 3 - (n & 3);
        let bits = self.field(n >> 2) & !(1 << shift) | u32::from(value) << shift;
        self.set_field(n >> 2, bits);
    }

    /// Sets a field to the difference of two words that were extended to 64 bits; `summary` is [`SUMMARY`] for SO, else 0.
    #[inline]
    pub(crate) fn set_difference(&mut self, n: FieldNumber, difference: i64, summary: u64) {
        self.0[n as usize] = Field(difference.cast_unsigned() ^ summary);
    }

    /// Sets a field to how two doublewords compare.
    #[inline]
    pub(crate) fn set_ordering(&mut self, n: FieldNumber, ordering: core::cmp::Ordering, summary: u64) {
        self.set_difference(n, ordering as i64, summary);
    }
}

impl From<u32> for Cr {
    fn from(cr: u32) -> Self {
        let mut it = Self::ZERO;
        // Every new CPU begins with zero.
        if cr != 0 {
            it.set_masked(cr, u32::MAX);
        }
        it
    }
}

impl From<Cr> for u32 {
    fn from(cr: Cr) -> Self {
        cr.get()
    }
}

/// One value has several encodings.
impl PartialEq for Cr {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for Cr {}

/// Equal registers look the same.
impl fmt::Debug for Cr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cr({:08x})", self.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_combination_of_bits_is_kept_in_every_field() {
        for n in 0..8 {
            for bits in 0..16 {
                let mut cr = Cr::from(0x1234_5678);
                cr.set_field(n, bits);
                assert_eq!(cr.field(n), bits, "field {n}");
                assert_eq!(cr.get() | 0xf << (28 - 4 * n), 0x1234_5678 | 0xf << (28 - 4 * n));
                for bit in 0..4 {
                    assert_eq!(cr.bit(4 * n + bit), bits >> (3 - bit) & 1 != 0);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn a_difference_is_the_field_that_the_comparison_sets(a: u32, b: u32, near in -2i64..=2, so: bool, signed: bool) {
            let wide = |x: u32| if signed { i64::from(x.cast_signed()) } else { i64::from(x) };
            for difference in [wide(a) - wide(b), near, -0xffff_ffff, 0xffff_ffff] {
                let mut cr = Cr::from(0);
                cr.set_difference(FieldNumber::Cr3, difference, if so { SUMMARY } else { 0 });
                let expected = match difference {
                    d if d < 0 => 8,
                    0 => 2,
                    _ => 4,
                } | u32::from(so);
                prop_assert_eq!(cr.field(3), expected);
            }
        }

        #[test]
        fn a_value_goes_through_unchanged(cr: u32, bit in 0u32..32, value: bool) {
            let mut it = Cr::from(cr);
            prop_assert_eq!(it.get(), cr);
            it.set_bit(bit, value);
            prop_assert_eq!(it.get(), cr & !(1 << (31 - bit)) | u32::from(value) << (31 - bit));
        }
    }
}
