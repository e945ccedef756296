//! Pure fixed-point arithmetic: sums with their carries and overflows, rotates and masks. No CPU state.
//!
//! Power ISA 3.0B Book I 3.3.9 (arithmetic), 3.3.14 (rotates, masks). Both widths come from one 64-bit computation:
//! carry and overflow of the low word depend on the low word alone, whatever stands above it.

/// A sum with what it says about itself in both widths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) value: u64,
    /// Carry out of bit 0.
    pub(crate) carry: bool,
    /// Carry out of bit 32.
    pub(crate) carry32: bool,
    /// Signed overflow of 64 bits.
    pub(crate) overflow: bool,
    /// Signed overflow of the low 32 bits.
    pub(crate) overflow32: bool,
}

/// `a + b + carry_in`.
#[inline]
pub(crate) fn add(a: u64, b: u64, carry_in: bool) -> Sum {
    let (partial, c1) = a.overflowing_add(b);
    let (value, c2) = partial.overflowing_add(u64::from(carry_in));
    let signs = (a ^ value) & (b ^ value);
    Sum {
        value,
        carry: c1 | c2,
        carry32: (a ^ b ^ value) >> 32 & 1 != 0,
        overflow: signs >> 63 != 0,
        overflow32: signs >> 31 & 1 != 0,
    }
}

/// Low word of `value`.
#[inline]
#[allow(
    clippy::cast_possible_truncation,
    reason = "the low word is what is asked for"
)]
pub(crate) const fn low(value: u64) -> u32 {
    value as u32
}

/// Low word of `value`, sign-extended to 64 bits.
#[inline]
pub(crate) const fn sign_extend_word(value: u64) -> u64 {
    (low(value).cast_signed() as i64).cast_unsigned()
}

/// The low word twice: what a 32-bit rotate works on (ROTL32).
#[inline]
pub(crate) const fn doubled(value: u64) -> u64 {
    let word = low(value) as u64;
    word << 32 | word
}

/// Ones from bit `begin` to bit `end` in Power order (0 is the most significant), around the end if `begin > end`.
#[inline]
pub(crate) const fn mask(begin: u32, end: u32) -> u64 {
    let from = u64::MAX >> (begin & 63);
    let to = u64::MAX << (63 - (end & 63));
    if begin <= end { from & to } else { from | to }
}

/// The mask of a 32-bit rotate; the upper word is ones where it wraps around (MASK(mb+32, me+32)).
#[inline]
pub(crate) const fn mask32(begin: u32, end: u32) -> u64 {
    mask(begin + 32, end + 32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sums_agree_with_arithmetic_in_128_bits(a: u64, b: u64, c: bool) {
            let sum = add(a, b, c);
            let wide = u128::from(a) + u128::from(b) + u128::from(c);
            prop_assert_eq!(u128::from(sum.value), wide & u128::from(u64::MAX));
            prop_assert_eq!(sum.carry, wide >> 64 != 0);
            let low_sum = u64::from(low(a)) + u64::from(low(b)) + u64::from(c);
            prop_assert_eq!(sum.carry32, low_sum >> 32 != 0);
            let signed = i128::from(a.cast_signed()) + i128::from(b.cast_signed()) + i128::from(c);
            prop_assert_eq!(sum.overflow, i64::try_from(signed).is_err());
            let signed32 = i64::from(low(a).cast_signed()) + i64::from(low(b).cast_signed()) + i64::from(c);
            prop_assert_eq!(sum.overflow32, i32::try_from(signed32).is_err());
        }

        #[test]
        fn masks_have_the_bits_that_the_loop_of_the_manual_sets(begin in 0u32..64, end in 0u32..64) {
            let mut expected = 0u64;
            let mut bit = begin;
            loop {
                expected |= 1 << (63 - bit);
                if bit == end { break }
                bit = (bit + 1) % 64;
            }
            prop_assert_eq!(mask(begin, end), expected);
        }
    }
}
