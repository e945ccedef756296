//! Decimal assists and bit manipulation: Power ISA 3.0B Book I 3.3.15 and appendix B (densely packed decimal), 3.1 Book I
//! 3.3.12 and 3.3.13.

use crate::alu::low;
use crate::regs::Regs;
use ppc_decode::{Bits, Insn};

#[inline(never)]
pub(crate) fn execute(r: &mut Regs, i: Insn, op: Bits) {
    let (s, b) = (r.gpr[i.rs()], r.gpr[i.rb()]);
    let value = match op {
        Bits::Addg6s => {
            r.gpr[i.rt()] = addg6s(r.gpr[i.ra()], b);
            return;
        }
        Bits::Setbc => return set_if(r, i, 1, 0),
        Bits::Setbcr => return set_if(r, i, 0, 1),
        Bits::Setnbc => return set_if(r, i, u64::MAX, 0),
        Bits::Setnbcr => return set_if(r, i, 0, u64::MAX),
        Bits::Cbcdtd => each_field(s, 12, 10, bcd_to_dpd),
        Bits::Cdtbcd => each_field(s, 10, 12, dpd_to_bcd),
        Bits::Brh => (s & 0x00ff_00ff_00ff_00ff) << 8 | s >> 8 & 0x00ff_00ff_00ff_00ff,
        Bits::Brw => s.swap_bytes().rotate_left(32),
        Bits::Brd => s.swap_bytes(),
        Bits::Cfuged => cfuged(s, b),
        Bits::Cntlzdm => under_mask(63, s, b),
        Bits::Cnttzdm => under_mask(0, s, b),
        Bits::Pdepd => pdepd(s, b),
        Bits::Pextd => pextd(s, b),
    };
    r.gpr[i.ra()] = value;
}

fn set_if(r: &mut Regs, i: Insn, yes: u64, no: u64) {
    r.gpr[i.rt()] = if r.cr.bit(i.bi()) { yes } else { no };
}

/// Six in each digit that the binary sum of `a` and `b` carries nothing out of.
fn addg6s(a: u64, b: u64) -> u64 {
    let sum = u128::from(a) + u128::from(b);
    let carries = sum ^ u128::from(a) ^ u128::from(b);
    (0..16)
        .filter(|digit| carries >> (4 * digit + 4) & 1 == 0)
        .fold(0, |sixes, digit| sixes | 6 << (4 * digit))
}

/// Each word is two fields of three digits at its low end, of `from` bits each, which become fields of `to` bits.
fn each_field(s: u64, from: u32, to: u32, convert: impl Fn(u32) -> u32) -> u64 {
    let mask = (1 << from) - 1;
    let word = |w: u32| convert(w >> from & mask) << to | convert(w & mask);
    u64::from(word(low(s >> 32))) << 32 | u64::from(word(low(s)))
}

/// Three digits into ten bits. Which digits are 8 or 9 chooses the layout (Book I appendix B.1).
fn bcd_to_dpd(digits: u32) -> u32 {
    let bit = |n: u32| digits >> n & 1;
    // The digits' low bits stay where they are; the middle ones move.
    let (d, h, m) = (bit(8), bit(4), bit(0));
    let (bc, fg, jk) = (digits >> 9 & 3, digits >> 5 & 3, digits >> 1 & 3);
    let (high, middle, low) = match (bit(11), bit(7), bit(3)) {
        (0, 0, 0) => (bc, fg, jk),
        (0, 0, _) => (bc, fg, 0b100),
        (0, _, 0) => (bc, jk, 0b101),
        (0, _, _) => (bc, 0b10, 0b111),
        (_, 0, 0) => (jk, fg, 0b110),
        (_, 0, _) => (fg, 0b01, 0b111),
        (_, _, 0) => (jk, 0b00, 0b111),
        _ => (0b00, 0b11, 0b111),
    };
    high << 8 | d << 7 | middle << 5 | h << 4 | low << 1 | m
}

/// Ten bits into three digits (Book I appendix B.2).
fn dpd_to_bcd(declet: u32) -> u32 {
    let (r, u, y) = (declet >> 7 & 1, declet >> 4 & 1, declet & 1);
    let (pq, st, wx) = (declet >> 8 & 3, declet >> 5 & 3, declet >> 1 & 3);
    // A digit of 8 or 9 has 4 in place of its two middle bits.
    let (first, second, third) = match (declet >> 3 & 1, wx, st) {
        (0, _, _) => (pq, st, wx),
        (_, 0b00, _) => (pq, st, 4),
        (_, 0b01, _) => (pq, 4, st),
        (_, 0b10, _) => (4, st, pq),
        (_, _, 0b00) => (4, 4, pq),
        (_, _, 0b01) => (4, pq, 4),
        (_, _, 0b10) => (pq, 4, 4),
        _ => (4, 4, 4),
    };
    first << 9 | r << 8 | second << 5 | u << 4 | third << 1 | y
}

/// Bits where the mask has ones go to the right, the others to the left, each in their order.
fn cfuged(s: u64, mask: u64) -> u64 {
    let ones = mask.count_ones();
    let left = pextd(s, !mask).checked_shl(ones).unwrap_or(0);
    left | pextd(s, mask)
}

/// How many bits of `s`, of those where `mask` has ones, are zero before the first one, from bit `from` on.
fn under_mask(from: u32, s: u64, mask: u64) -> u64 {
    let bits = (0..64)
        .map(|n: u32| n.abs_diff(from))
        .filter(|n| mask >> n & 1 != 0);
    bits.take_while(|n| s >> n & 1 == 0).fold(0, |count, _| count + 1)
}

/// The low bits of `s` go to where the mask has ones.
fn pdepd(s: u64, mask: u64) -> u64 {
    let places = (0..64).filter(|n| mask >> n & 1 != 0);
    places
        .zip(0..)
        .fold(0, |value, (to, from)| value | (s >> from & 1) << to)
}

/// The bits where the mask has ones come together at the right.
fn pextd(s: u64, mask: u64) -> u64 {
    let places = (0..64).filter(|n| mask >> n & 1 != 0);
    places
        .zip(0..)
        .fold(0, |value, (from, to)| value | (s >> from & 1) << to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_number_of_three_digits_survives_packing() {
        for n in 0..1000u32 {
            let digits = ((n / 100) << 8) | ((n / 10 % 10) << 4) | (n % 10);
            assert!(bcd_to_dpd(digits) < 1024);
            assert_eq!(dpd_to_bcd(bcd_to_dpd(digits)), digits, "{n}");
        }
        // Numbers below 80 without an 8 or 9 look the same in both.
        assert_eq!(
            [bcd_to_dpd(0x77), bcd_to_dpd(0x888), bcd_to_dpd(0x999)],
            [0x77, 0x06e, 0x0ff]
        );
    }

    proptest! {
        #[test]
        fn decimal_addition_with_the_sixes_is_addition(a in 0u64..100_000_000, b in 0u64..100_000_000) {
            // Programming note of Book I 3.3.15.
            let bcd = |n: u64| u64::from_str_radix(&std::format!("{n}"), 16).unwrap();
            let biased = bcd(a) + 0x6666_6666_6666_6666;
            let sum = biased.wrapping_add(bcd(b));
            prop_assert_eq!(sum.wrapping_sub(addg6s(biased, bcd(b))), bcd(a + b));
        }

        #[test]
        fn a_centrifuge_keeps_all_bits(s: u64, mask: u64) {
            let moved = cfuged(s, mask);
            prop_assert_eq!(moved.count_ones(), s.count_ones());
            prop_assert_eq!(pdepd(moved, mask), s & mask);
        }
    }
}
