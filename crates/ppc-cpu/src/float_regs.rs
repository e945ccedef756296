//! The floating-point registers, and the two conversions between their format and that of single-precision storage.
//!
//! Power ISA 3.0B Book I 4.2 (registers), 4.6.2 (DOUBLE), 4.6.3 (SINGLE). Both conversions are moves of bits: they
//! round nothing, raise nothing, and have nothing to do with the host's floating point.

/// FPRs and FPSCR. No arithmetic changes FPSCR yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct FloatRegs {
    pub(crate) fpr: [u64; 32],
    pub(crate) fpscr: u64,
}

impl FloatRegs {
    /// FX, FEX, VX and OX: what a record form copies into CR1 (Book I 4.6.1).
    pub(crate) fn cr1(&self) -> u32 {
        crate::alu::low(self.fpscr >> 28) & 0xf
    }
}

/// Bits of a word's fraction.
const FRACTION: u32 = 0x007f_ffff;
/// What is between the biases of the two formats.
const REBIAS: u64 = 1023 - 127;

/// The register's form of a single-precision number in storage (DOUBLE, Book I 4.6.2).
pub(crate) fn double(word: u32) -> u64 {
    let sign = u64::from(word >> 31) << 63;
    let exponent = u64::from(word >> 23 & 0xff);
    let fraction = word & FRACTION;
    let wide = u64::from(fraction) << 29;
    match exponent {
        // Zero stays zero; infinities and NaNs keep their fraction.
        0 if fraction == 0 => sign,
        0xff => sign | 0x7ff << 52 | wide,
        0 => {
            // Denormalized there, normalized here: the highest one becomes the implied one.
            let shift = fraction.leading_zeros() - 8;
            let exponent = REBIAS + 1 - u64::from(shift);
            let rest = (u64::from(fraction) << shift) & u64::from(FRACTION);
            sign | exponent << 52 | rest << 29
        }
        _ => sign | (exponent + REBIAS) << 52 | wide,
    }
}

/// The storage form of a register's number (SINGLE, Book I 4.6.3): denormalized if it is too small, and with the low
/// bits of the fraction cut off. Of what does not fit in exponent the manual leaves the result undefined; it is the same
/// cut here.
#[allow(clippy::cast_possible_truncation, reason = "32 bits are selected")]
pub(crate) fn single(register: u64) -> u32 {
    let exponent = (register >> 52 & 0x7ff) as u32;
    if exponent > 896 || register << 1 == 0 {
        return (register >> 32) as u32 & 0xc000_0000 | (register >> 29) as u32 & 0x3fff_ffff;
    }
    if exponent < 874 {
        // Below the smallest denormalized number: undefined, here the sign alone and a zero.
        return (register >> 32) as u32 & 0x8000_0000;
    }
    let significand = register & 0x000f_ffff_ffff_ffff | 1 << 52;
    let fraction = (significand >> (29 + 897 - exponent)) as u32;
    (register >> 32) as u32 & 0x8000_0000 | fraction & FRACTION
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn widening_is_what_the_host_does_and_narrowing_takes_it_back(word: u32) {
            let number = f32::from_bits(word);
            // The host makes signalling NaNs quiet; a load does not.
            if !number.is_nan() {
                prop_assert_eq!(double(word), f64::from(number).to_bits());
            }
            prop_assert_eq!(single(double(word)), word);
        }

        #[test]
        fn narrowing_cuts_what_the_host_would_round(word: u32, low in 0u64..1 << 29) {
            let number = f32::from_bits(word);
            // Normal numbers: their 29 low bits are cut.
            prop_assume!(number.is_normal());
            prop_assert_eq!(single(double(word) | low), word);
        }
    }

    #[test]
    fn the_bounds_of_the_formats_are_the_manuals() {
        // The largest denormalized, the smallest, one, infinity, a signalling NaN.
        let pairs = [
            (0x007f_ffff, 0x380f_ffff_c000_0000),
            (0x0000_0001, 0x36a0_0000_0000_0000),
            (0x3f80_0000, 0x3ff0_0000_0000_0000),
            (0xff80_0000, 0xfff0_0000_0000_0000),
            (0x7f80_0001, 0x7ff0_0000_2000_0000),
        ];
        for (word, wide) in pairs {
            assert_eq!((double(word), single(wide)), (wide, word));
        }
        assert_eq!(single(0x8000_0000_0000_0000), 0x8000_0000);
        assert_eq!(single(0x3690_0000_0000_0000), 0, "half of the smallest");
    }
}
