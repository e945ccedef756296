//! Rotates and shifts: Power ISA 3.0B Book I 3.3.14.

use crate::alu::{low, mask, sign_extend_word};
use crate::micro::Operands;
use crate::regs::Regs;
use ppc_decode::{Insn, Rotate};

pub(crate) fn execute(r: &mut Regs, i: Insn, op: Rotate) {
    let s = r.gpr[i.rs()];
    match op {
        Rotate::Rlwinm => rlwinm(r, i),
        Rotate::Rlwnm => put(
            r,
            i,
            crate::alu::doubled(s).rotate_left(low(r.gpr[i.rb()]) & 31) & i.word_mask(),
        ),
        Rotate::Rlwimi => rlwimi(r, i),
        Rotate::Rldicl => rldicl(r, i),
        Rotate::Rldicr => rldicr(r, i),
        Rotate::Rldic => rldic(r, i),
        Rotate::Rldimi => rldimi(r, i),
        Rotate::Rldcl => put(r, i, s.rotate_left(low(r.gpr[i.rb()]) & 63) & mask(i.mb6(), 63)),
        Rotate::Rldcr => put(r, i, s.rotate_left(low(r.gpr[i.rb()]) & 63) & mask(0, i.mb6())),
        Rotate::Slw => slw(r, i),
        Rotate::Srw => srw(r, i),
        Rotate::Srawi => srawi(r, i),
        Rotate::Sraw => sraw(r, i),
        Rotate::Sld => sld(r, i),
        Rotate::Srd => srd(r, i),
        Rotate::Sradi => sradi(r, i),
        Rotate::Srad => {
            let shift = shift7(r, i);
            let value = shifted_doubleword(r, s, shift);
            put(r, i, value);
        }
        Rotate::Extswsli => put(r, i, sign_extend_word(s) << i.sh6()),
    }
}

/// Puts a result into RA, with CR0 for Rc forms.
#[inline]
fn put(r: &mut Regs, i: impl Operands, value: u64) {
    r.gpr[i.ra()] = value;
    if i.rc() {
        r.record(i.is_wide(r), value);
    }
}

#[inline]
pub(crate) fn rlwinm(r: &mut Regs, i: impl Operands) {
    let ra = i.ra();
    let value = i.rotated(r.gpr[i.rs()]) & i.word_mask();
    r.gpr[ra] = value;
    if i.rc() {
        r.record(i.is_wide(r), value);
    }
}

#[inline]
pub(crate) fn rlwimi(r: &mut Regs, i: impl Operands) {
    let value = insert(r.gpr[i.ra()], i.rotated(r.gpr[i.rs()]), i.word_mask());
    put(r, i, value);
}

#[inline]
pub(crate) fn rldicl(r: &mut Regs, i: impl Operands) {
    let value = r.gpr[i.rs()].rotate_left(i.sh6()) & i.left_mask();
    put(r, i, value);
}

#[inline]
pub(crate) fn rldicr(r: &mut Regs, i: impl Operands) {
    let value = r.gpr[i.rs()].rotate_left(i.sh6()) & i.right_mask();
    put(r, i, value);
}

#[inline]
pub(crate) fn rldic(r: &mut Regs, i: impl Operands) {
    let value = r.gpr[i.rs()].rotate_left(i.sh6()) & i.inner_mask();
    put(r, i, value);
}

#[inline]
pub(crate) fn rldimi(r: &mut Regs, i: impl Operands) {
    let value = insert(r.gpr[i.ra()], r.gpr[i.rs()].rotate_left(i.sh6()), i.inner_mask());
    put(r, i, value);
}

#[inline]
pub(crate) fn slw(r: &mut Regs, i: impl Operands) {
    let value = u64::from(low(u64::from(low(r.gpr[i.rs()])) << shift6(r, i)));
    put(r, i, value);
}

#[inline]
pub(crate) fn srw(r: &mut Regs, i: impl Operands) {
    let value = u64::from(low(r.gpr[i.rs()])) >> shift6(r, i);
    put(r, i, value);
}

#[inline]
pub(crate) fn sraw(r: &mut Regs, i: impl Operands) {
    let value = shifted_word(r, r.gpr[i.rs()], shift6(r, i));
    put(r, i, value);
}

#[inline]
pub(crate) fn srawi(r: &mut Regs, i: impl Operands) {
    let value = shifted_word(r, r.gpr[i.rs()], i.sh());
    put(r, i, value);
}

#[inline]
pub(crate) fn sld(r: &mut Regs, i: impl Operands) {
    let value = r.gpr[i.rs()].checked_shl(shift7(r, i)).unwrap_or(0);
    put(r, i, value);
}

#[inline]
pub(crate) fn srd(r: &mut Regs, i: impl Operands) {
    let value = r.gpr[i.rs()].checked_shr(shift7(r, i)).unwrap_or(0);
    put(r, i, value);
}

#[inline]
pub(crate) fn sradi(r: &mut Regs, i: impl Operands) {
    let value = shifted_doubleword(r, r.gpr[i.rs()], i.sh6());
    put(r, i, value);
}

/// `new` where the mask has ones, `old` elsewhere.
#[inline]
const fn insert(old: u64, new: u64, mask: u64) -> u64 {
    old & !mask | new & mask
}

/// The shift of the word instructions: six bits of RB, 32 and more shift everything out.
#[inline]
fn shift6(r: &Regs, i: impl Operands) -> u32 {
    low(r.gpr[i.rb()]) & 0x3f
}

/// The shift of the doubleword instructions: seven bits of RB.
#[inline]
fn shift7(r: &Regs, i: impl Operands) -> u32 {
    low(r.gpr[i.rb()]) & 0x7f
}

/// `sraw` by less than 64. CA is set if the number is negative and a one was shifted out.
#[inline]
fn shifted_word(r: &mut Regs, s: u64, shift: u32) -> u64 {
    let word = i64::from(low(s).cast_signed());
    let lost = u64::from(low(s)) & !(u64::MAX << (shift & 63));
    r.xer.ca = word < 0 && lost != 0;
    r.xer.ca32 = r.xer.ca;
    (word >> (shift & 63)).cast_unsigned()
}

/// `srad`, likewise.
#[inline]
fn shifted_doubleword(r: &mut Regs, s: u64, shift: u32) -> u64 {
    let s = s.cast_signed();
    // What is shifted out: the low `shift` bits, all of them for 64 and more.
    let lost = s.cast_unsigned() & !u64::MAX.checked_shl(shift).unwrap_or(0);
    r.xer.ca = s < 0 && lost != 0;
    r.xer.ca32 = r.xer.ca;
    (s >> shift.min(63)).cast_unsigned()
}
