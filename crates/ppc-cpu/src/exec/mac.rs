//! Multiply-accumulate of the 4xx family and the search for a zero byte: PPC405UM chapter 9.

use crate::alu::low;
use crate::regs::Regs;
use ppc_decode::{Insn, Mac};

/// Which halves of RA and RB are multiplied.
#[derive(Clone, Copy)]
enum Halves {
    /// The low one of RA, the high one of RB.
    Cross,
    High,
    Low,
}
use Halves::{Cross, High, Low};

#[inline(never)]
pub(crate) fn execute(r: &mut Regs, i: Insn, op: Mac) {
    match op {
        Mac::Macchw => accumulate(r, i, signed(r, i, Cross), false),
        Mac::Macchws => accumulate(r, i, signed(r, i, Cross), true),
        Mac::Macchwu => accumulate_unsigned(r, i, unsigned(r, i, Cross), false),
        Mac::Macchwsu => accumulate_unsigned(r, i, unsigned(r, i, Cross), true),
        Mac::Machhw => accumulate(r, i, signed(r, i, High), false),
        Mac::Machhws => accumulate(r, i, signed(r, i, High), true),
        Mac::Machhwu => accumulate_unsigned(r, i, unsigned(r, i, High), false),
        Mac::Machhwsu => accumulate_unsigned(r, i, unsigned(r, i, High), true),
        Mac::Maclhw => accumulate(r, i, signed(r, i, Low), false),
        Mac::Maclhws => accumulate(r, i, signed(r, i, Low), true),
        Mac::Maclhwu => accumulate_unsigned(r, i, unsigned(r, i, Low), false),
        Mac::Maclhwsu => accumulate_unsigned(r, i, unsigned(r, i, Low), true),
        Mac::Nmacchw => accumulate(r, i, -signed(r, i, Cross), false),
        Mac::Nmacchws => accumulate(r, i, -signed(r, i, Cross), true),
        Mac::Nmachhw => accumulate(r, i, -signed(r, i, High), false),
        Mac::Nmachhws => accumulate(r, i, -signed(r, i, High), true),
        Mac::Nmaclhw => accumulate(r, i, -signed(r, i, Low), false),
        Mac::Nmaclhws => accumulate(r, i, -signed(r, i, Low), true),
        Mac::Mulchw => put(r, i, signed(r, i, Cross).cast_unsigned()),
        Mac::Mulchwu => put(r, i, unsigned(r, i, Cross)),
        Mac::Mulhhw => put(r, i, signed(r, i, High).cast_unsigned()),
        Mac::Mulhhwu => put(r, i, unsigned(r, i, High)),
        Mac::Mullhw => put(r, i, signed(r, i, Low).cast_unsigned()),
        Mac::Mullhwu => put(r, i, unsigned(r, i, Low)),
        Mac::Dlmzb => dlmzb(r, i),
    }
}

/// The halfwords, unsigned.
fn factors(r: &Regs, i: Insn, halves: Halves) -> (u32, u32) {
    let (a, b) = (low(r.gpr[i.ra()]), low(r.gpr[i.rb()]));
    match halves {
        Cross => (a & 0xffff, b >> 16),
        High => (a >> 16, b >> 16),
        Low => (a & 0xffff, b & 0xffff),
    }
}

fn unsigned(r: &Regs, i: Insn, halves: Halves) -> u64 {
    let (a, b) = factors(r, i, halves);
    u64::from(a) * u64::from(b)
}

fn signed(r: &Regs, i: Insn, halves: Halves) -> i64 {
    let (a, b) = factors(r, i, halves);
    let extend = |half: u32| i64::from((half << 16).cast_signed() >> 16);
    extend(a) * extend(b)
}

/// Puts the low word of a result into RT, with CR0 for Rc forms.
fn put(r: &mut Regs, i: Insn, value: u64) {
    let value = u64::from(low(value));
    r.gpr[i.rt()] = value;
    if i.rc() {
        r.record(r.is_wide, value);
    }
}

/// OV says that the sum did not fit, also where it was then saturated.
fn put_sum(r: &mut Regs, i: Insn, value: u64, overflow: bool) {
    if i.oe() {
        r.set_overflow_both(overflow);
    }
    put(r, i, value);
}

fn accumulate(r: &mut Regs, i: Insn, product: i64, is_saturating: bool) {
    let sum = i64::from(low(r.gpr[i.rt()]).cast_signed()) + product;
    let nearest = sum.clamp(i32::MIN.into(), i32::MAX.into());
    let value = if is_saturating { nearest } else { sum };
    put_sum(r, i, value.cast_unsigned(), nearest != sum);
}

fn accumulate_unsigned(r: &mut Regs, i: Insn, product: u64, is_saturating: bool) {
    let sum = u64::from(low(r.gpr[i.rt()])) + product;
    let nearest = sum.min(u32::MAX.into());
    put_sum(r, i, if is_saturating { nearest } else { sum }, nearest != sum);
}

/// How many bytes of RS and RB there are up to the first zero byte, itself included; 8 if there is none. CR0 says in
/// which of the registers it is.
fn dlmzb(r: &mut Regs, i: Insn) {
    let bytes = u64::from(low(r.gpr[i.rs()])) << 32 | u64::from(low(r.gpr[i.rb()]));
    let found = (1u8..).zip(bytes.to_be_bytes()).find(|(_, byte)| *byte == 0);
    let count = found.map_or(8, |(count, _)| count);
    r.gpr[i.ra()] = count.into();
    r.xer.count = count;
    if i.rc() {
        let bits = match found {
            Some((..=4, _)) => 4,
            Some(_) => 8,
            None => 2,
        };
        r.cr.set_field(0, bits | u32::from(r.xer.so()));
    }
}
