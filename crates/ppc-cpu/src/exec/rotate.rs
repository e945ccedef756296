//! Rotates and shifts: Power ISA 3.0B Book I 3.3.14.

use crate::alu::{doubled, low, mask, mask32, sign_extend_word};
use crate::regs::Regs;
use ppc_decode::{Insn, Rotate};

pub(crate) fn execute(r: &mut Regs, i: Insn, op: Rotate) {
    let s = r.gpr[i.rs()];
    let old = r.gpr[i.ra()];
    let value = match op {
        Rotate::Rlwinm => doubled(s).rotate_left(i.sh()) & mask32(i.mb(), i.me()),
        Rotate::Rlwnm => doubled(s).rotate_left(low(r.gpr[i.rb()]) & 31) & mask32(i.mb(), i.me()),
        Rotate::Rlwimi => insert(old, doubled(s).rotate_left(i.sh()), mask32(i.mb(), i.me())),
        Rotate::Rldicl => s.rotate_left(i.sh6()) & mask(i.mb6(), 63),
        Rotate::Rldicr => s.rotate_left(i.sh6()) & mask(0, i.mb6()),
        Rotate::Rldic => s.rotate_left(i.sh6()) & mask(i.mb6(), 63 - i.sh6()),
        Rotate::Rldimi => insert(old, s.rotate_left(i.sh6()), mask(i.mb6(), 63 - i.sh6())),
        Rotate::Rldcl => s.rotate_left(low(r.gpr[i.rb()]) & 63) & mask(i.mb6(), 63),
        Rotate::Rldcr => s.rotate_left(low(r.gpr[i.rb()]) & 63) & mask(0, i.mb6()),
        Rotate::Slw => slw(s, shift6(r, i)),
        Rotate::Srw => u64::from(low(s)) >> shift6(r, i),
        Rotate::Srawi => sraw(r, s, i.sh()),
        Rotate::Sraw => sraw(r, s, shift6(r, i)),
        Rotate::Sld => s.checked_shl(shift7(r, i)).unwrap_or(0),
        Rotate::Srd => s.checked_shr(shift7(r, i)).unwrap_or(0),
        Rotate::Sradi => srad(r, s, i.sh6()),
        Rotate::Srad => srad(r, s, shift7(r, i)),
        Rotate::Extswsli => sign_extend_word(s) << i.sh6(),
    };
    r.gpr[i.ra()] = value;
    if i.rc() {
        r.record(value);
    }
}

/// `new` where the mask has ones, `old` elsewhere.
const fn insert(old: u64, new: u64, mask: u64) -> u64 {
    old & !mask | new & mask
}

/// The shift of the word instructions: six bits of RB, 32 and more shift everything out.
fn shift6(r: &Regs, i: Insn) -> u32 {
    low(r.gpr[i.rb()]) & 0x3f
}

/// The shift of the doubleword instructions: seven bits of RB.
fn shift7(r: &Regs, i: Insn) -> u32 {
    low(r.gpr[i.rb()]) & 0x7f
}

fn slw(s: u64, shift: u32) -> u64 {
    u64::from(low(u64::from(low(s)) << shift))
}

/// CA is set if the number is negative and a one was shifted out.
fn sraw(r: &mut Regs, s: u64, shift: u32) -> u64 {
    let word = i64::from(low(s).cast_signed());
    let lost = u64::from(low(s)) & !u64::MAX.checked_shl(shift).unwrap_or(0);
    r.xer.ca = word < 0 && lost != 0;
    r.xer.ca32 = r.xer.ca;
    (word >> shift.min(63)).cast_unsigned()
}

fn srad(r: &mut Regs, s: u64, shift: u32) -> u64 {
    let s = s.cast_signed();
    // What is shifted out: the low `shift` bits, all of them for 64 and more.
    let lost = s.cast_unsigned() & !u64::MAX.checked_shl(shift).unwrap_or(0);
    r.xer.ca = s < 0 && lost != 0;
    r.xer.ca32 = r.xer.ca;
    (s >> shift.min(63)).cast_unsigned()
}
