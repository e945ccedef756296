//! Comparisons and traps: Power ISA 3.0B Book I 3.3.10, 3.3.11.

use super::{Flow, Stop};
use crate::alu::low;
use crate::cr::FieldNumber;
use crate::interrupt::Cause;
use crate::regs::Regs;
use core::cmp::Ordering;
use ppc_decode::{Compare, Insn};

pub(crate) fn execute(r: &mut Regs, i: Insn, op: Compare) -> Flow {
    let a = r.gpr[i.ra()];
    match op {
        Compare::Cmpi => cmp(r, i, a, i.si().cast_unsigned()),
        Compare::Cmp => cmp(r, i, a, r.gpr[i.rb()]),
        Compare::Cmpli => cmpl(r, i, a, i.ui()),
        Compare::Cmpl => cmpl(r, i, a, r.gpr[i.rb()]),
        Compare::Cmprb => cmprb(r, i, a, r.gpr[i.rb()]),
        Compare::Cmpeqb => cmpeqb(r, i, a, r.gpr[i.rb()]),
        Compare::Twi => return trap(i, word(a), i.si()),
        Compare::Tw => return trap(i, word(a), word(r.gpr[i.rb()])),
        Compare::Tdi => return trap(i, a.cast_signed(), i.si()),
        Compare::Td => return trap(i, a.cast_signed(), r.gpr[i.rb()].cast_signed()),
    }
    Ok(())
}

/// The low word as a signed number.
#[inline]
pub(crate) fn word(value: u64) -> i64 {
    i64::from(low(value).cast_signed())
}

/// L = 1 compares doublewords. On a 32-bit CPU it is an invalid form, and words are compared.
fn cmp(r: &mut Regs, i: Insn, a: u64, b: u64) {
    let field = FieldNumber::new(i.bf());
    if i.l() != 0 && r.is_64bit {
        doublewords(r, field, a.cast_signed().cmp(&b.cast_signed()));
    } else {
        words(r, field, word(a) - word(b));
    }
}

fn cmpl(r: &mut Regs, i: Insn, a: u64, b: u64) {
    let field = FieldNumber::new(i.bf());
    if i.l() != 0 && r.is_64bit {
        doublewords(r, field, a.cmp(&b));
    } else {
        words(r, field, i64::from(low(a)) - i64::from(low(b)));
    }
}

/// The field of a comparison of words, from their difference.
#[inline]
pub(crate) fn words(r: &mut Regs, field: FieldNumber, difference: i64) {
    r.cr.set_difference(field, difference, r.xer.summary());
}

/// The field of a comparison of doublewords.
#[inline]
pub(crate) fn doublewords(r: &mut Regs, field: FieldNumber, ordering: Ordering) {
    r.cr.set_ordering(field, ordering, r.xer.summary());
}

/// GT: the low byte of RA lies in one of the ranges in RB.
fn cmprb(r: &mut Regs, i: Insn, a: u64, b: u64) {
    let byte = a.to_le_bytes()[0];
    let [low1, high1, low2, high2, ..] = b.to_le_bytes();
    let is_in = (low1..=high1).contains(&byte) || i.l() != 0 && (low2..=high2).contains(&byte);
    r.cr.set_field(i.bf(), u32::from(is_in) << 2);
}

/// GT: a byte of RB equals the low byte of RA.
fn cmpeqb(r: &mut Regs, i: Insn, a: u64, b: u64) {
    let is_in = b.to_le_bytes().contains(&a.to_le_bytes()[0]);
    r.cr.set_field(i.bf(), u32::from(is_in) << 2);
}

fn trap(i: Insn, a: i64, b: i64) -> Flow {
    let (ua, ub) = (a.cast_unsigned(), b.cast_unsigned());
    let relations = u32::from(a < b) << 4
        | u32::from(a > b) << 3
        | u32::from(a == b) << 2
        | u32::from(ua < ub) << 1
        | u32::from(ua > ub);
    if i.to() & relations != 0 {
        Err(Stop::Interrupt(Cause::Trap))
    } else {
        Ok(())
    }
}
