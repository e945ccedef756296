//! Fixed-point arithmetic and logic: Power ISA 3.0B Book I 3.3.9, 3.3.13.

use crate::alu::{self, Sum, low, sign_extend_word};
use crate::micro::Operands;
use crate::regs::Regs;
use ppc_decode::{Fixed, Insn};

pub(crate) fn execute(r: &mut Regs, i: Insn, op: Fixed) {
    match op {
        Fixed::Addi => addi(r, i, i.addend()),
        Fixed::Addis => addi(r, i, i.addend() << 16),
        Fixed::Addpcis => addpcis(r, i),
        Fixed::Add => add(r, i),
        Fixed::Addic => addic(r, i),
        Fixed::AddicRc => addic_rc(r, i),
        Fixed::Subf => subf(r, i),
        Fixed::Subfic => subfic(r, i),
        Fixed::Addc => addc(r, i),
        Fixed::Subfc => subfc(r, i),
        Fixed::Adde => adde(r, i),
        Fixed::Subfe => subfe(r, i),
        Fixed::Addme => addme(r, i),
        Fixed::Subfme => subfme(r, i),
        Fixed::Addex => addex(r, i),
        Fixed::Addze => addze(r, i),
        Fixed::Subfze => subfze(r, i),
        Fixed::Neg => neg(r, i),
        Fixed::Mulli => mulli(r, i),
        Fixed::Mulhw => mulhw(r, i),
        Fixed::Mullw => mullw(r, i),
        Fixed::Mulhwu => mulhwu(r, i),
        Fixed::Divw => divw(r, i),
        Fixed::Divwu => divwu(r, i),
        Fixed::Divwe => divwe(r, i),
        Fixed::Divweu => divweu(r, i),
        Fixed::Modsw => modsw(r, i),
        Fixed::Moduw => moduw(r, i),
        Fixed::Mulld => mulld(r, i),
        Fixed::Mulhd => mulhd(r, i),
        Fixed::Mulhdu => mulhdu(r, i),
        Fixed::Maddhd => maddhd(r, i),
        Fixed::Maddhdu => maddhdu(r, i),
        Fixed::Maddld => maddld(r, i),
        Fixed::Divd => divd(r, i),
        Fixed::Divdu => divdu(r, i),
        Fixed::Divde => divde(r, i),
        Fixed::Divdeu => divdeu(r, i),
        Fixed::Modsd => modsd(r, i),
        Fixed::Modud => modud(r, i),
        Fixed::AndiRc => andi_rc(r, i),
        Fixed::AndisRc => andis_rc(r, i),
        Fixed::Ori => ori(r, i),
        Fixed::Oris => r.gpr[i.ra()] = r.gpr[i.rs()] | i.ui() << 16,
        Fixed::Xori => xori(r, i),
        Fixed::Xoris => r.gpr[i.ra()] = r.gpr[i.rs()] ^ i.ui() << 16,
        Fixed::And => and(r, i),
        Fixed::Xor => xor(r, i),
        Fixed::Nand => nand(r, i),
        Fixed::Or => or(r, i),
        Fixed::Nor => nor(r, i),
        Fixed::Andc => andc(r, i),
        Fixed::Eqv => eqv(r, i),
        Fixed::Orc => orc(r, i),
        Fixed::Extsb => extsb(r, i),
        Fixed::Extsh => extsh(r, i),
        Fixed::Extsw => extsw(r, i),
        Fixed::Cntlzw => cntlzw(r, i),
        Fixed::Cnttzw => unary(r, i, |s| i64::from(low(s).trailing_zeros())),
        Fixed::Cntlzd => unary(r, i, |s| i64::from(s.leading_zeros())),
        Fixed::Cnttzd => unary(r, i, |s| i64::from(s.trailing_zeros())),
        Fixed::Cmpb => r.gpr[i.ra()] = cmpb(r.gpr[i.rs()], r.gpr[i.rb()]),
        Fixed::Popcntb => r.gpr[i.ra()] = popcntb(r.gpr[i.rs()]),
        Fixed::Popcntw => r.gpr[i.ra()] = per_word(r.gpr[i.rs()], u32::count_ones),
        Fixed::Popcntd => r.gpr[i.ra()] = u64::from(r.gpr[i.rs()].count_ones()),
        Fixed::Prtyw => r.gpr[i.ra()] = per_word(r.gpr[i.rs()], parity),
        Fixed::Prtyd => {
            let s = r.gpr[i.rs()];
            r.gpr[i.ra()] = u64::from(parity(low(s)) ^ parity(low(s >> 32)));
        }
        Fixed::Bpermd => r.gpr[i.ra()] = bpermd(r.gpr[i.rs()], r.gpr[i.rb()]),
        Fixed::Isel => isel(r, i),
        Fixed::Setb => setb(r, i),
    }
}

/// Puts a result into RT, with CR0 for Rc forms.
#[inline]
fn put(r: &mut Regs, i: impl Operands, value: u64) {
    r.gpr[i.rt()] = value;
    if i.rc() {
        r.record(i.is_wide(r), value);
    }
}

/// A sum into RT, with OV and CR0 as the form asks; carries if `carries`.
#[inline]
fn put_sum(r: &mut Regs, i: impl Operands, sum: &Sum, carries: bool) {
    if carries {
        r.set_carry(i.is_wide(r), sum);
    }
    if i.oe() {
        r.set_overflow(i.is_wide(r), sum.overflow, sum.overflow32);
    }
    put(r, i, sum.value);
}

/// RA, RS and RB of the logical instructions.
#[inline]
fn binary(r: &mut Regs, i: impl Operands, f: impl Fn(u64, u64) -> u64) {
    let ra = i.ra();
    let value = f(r.gpr[i.rs()], r.gpr[i.rb()]);
    r.gpr[ra] = value;
    if i.rc() {
        r.record(i.is_wide(r), value);
    }
}

#[inline]
fn unary(r: &mut Regs, i: impl Operands, f: impl Fn(u64) -> i64) {
    let ra = i.ra();
    let value = f(r.gpr[i.rs()]).cast_unsigned();
    r.gpr[ra] = value;
    if i.rc() {
        r.record(i.is_wide(r), value);
    }
}

/// Makes the logical instructions of RS and RB.
macro_rules! logical {
    ($($name:ident: |$s:ident, $b:ident| $value:expr;)*) => {
        $(#[inline]
        pub(crate) fn $name(r: &mut Regs, i: impl Operands) {
            binary(r, i, |$s, $b| $value);
        })*
    };
}

logical! {
    and: |s, b| s & b;
    andc: |s, b| s & !b;
    eqv: |s, b| !(s ^ b);
    nand: |s, b| !(s & b);
    nor: |s, b| !(s | b);
    or: |s, b| s | b;
    orc: |s, b| s | !b;
    xor: |s, b| s ^ b;
}

/// `or` with one source.
#[inline]
pub(crate) fn mr(r: &mut Regs, i: impl Operands) {
    let value = r.gpr[i.rs()];
    r.gpr[i.ra()] = value;
    if i.rc() {
        r.record(i.is_wide(r), value);
    }
}

#[inline]
pub(crate) fn ori(r: &mut Regs, i: impl Operands) {
    r.gpr[i.ra()] = r.gpr[i.rs()] | i.ui();
}

#[inline]
pub(crate) fn xori(r: &mut Regs, i: impl Operands) {
    r.gpr[i.ra()] = r.gpr[i.rs()] ^ i.ui();
}

#[inline]
pub(crate) fn extsb(r: &mut Regs, i: impl Operands) {
    unary(r, i, |s| i64::from((low(s) << 24).cast_signed() >> 24));
}

#[inline]
pub(crate) fn extsh(r: &mut Regs, i: impl Operands) {
    unary(r, i, |s| i64::from((low(s) << 16).cast_signed() >> 16));
}

#[inline]
pub(crate) fn extsw(r: &mut Regs, i: impl Operands) {
    unary(r, i, |s| i64::from(low(s).cast_signed()));
}

#[inline]
pub(crate) fn cntlzw(r: &mut Regs, i: impl Operands) {
    unary(r, i, |s| i64::from(low(s).leading_zeros()));
}

/// `addis` is the same with another addend.
#[inline]
pub(crate) fn addi(r: &mut Regs, i: impl Operands, addend: u64) {
    r.gpr[i.rt()] = i.base(r).wrapping_add(addend);
}

fn addpcis(r: &mut Regs, i: Insn) {
    r.gpr[i.rt()] = r.nia.wrapping_add(i.dx().cast_unsigned() << 16);
}

#[inline]
pub(crate) fn add(r: &mut Regs, i: impl Operands) {
    let sum = alu::add(r.gpr[i.ra()], r.gpr[i.rb()], false);
    put_sum(r, i, &sum, false);
}

#[inline]
pub(crate) fn addic(r: &mut Regs, i: impl Operands) {
    let sum = alu::add(r.gpr[i.ra()], i.addend(), false);
    r.set_carry(i.is_wide(r), &sum);
    r.gpr[i.rt()] = sum.value;
}

#[inline]
pub(crate) fn addic_rc(r: &mut Regs, i: impl Operands) {
    addic(r, i);
    r.record(i.is_wide(r), r.gpr[i.rt()]);
}

#[inline]
pub(crate) fn subf(r: &mut Regs, i: impl Operands) {
    let sum = alu::add(!r.gpr[i.ra()], r.gpr[i.rb()], true);
    put_sum(r, i, &sum, false);
}

#[inline]
pub(crate) fn subfic(r: &mut Regs, i: impl Operands) {
    let sum = alu::add(!r.gpr[i.ra()], i.addend(), true);
    r.set_carry(i.is_wide(r), &sum);
    r.gpr[i.rt()] = sum.value;
}

#[inline]
pub(crate) fn addc(r: &mut Regs, i: impl Operands) {
    let sum = alu::add(r.gpr[i.ra()], r.gpr[i.rb()], false);
    put_sum(r, i, &sum, true);
}

#[inline]
pub(crate) fn subfc(r: &mut Regs, i: impl Operands) {
    let sum = alu::add(!r.gpr[i.ra()], r.gpr[i.rb()], true);
    put_sum(r, i, &sum, true);
}

#[inline]
pub(crate) fn adde(r: &mut Regs, i: impl Operands) {
    let sum = alu::add(r.gpr[i.ra()], r.gpr[i.rb()], r.xer.ca);
    put_sum(r, i, &sum, true);
}

#[inline]
pub(crate) fn subfe(r: &mut Regs, i: impl Operands) {
    let sum = alu::add(!r.gpr[i.ra()], r.gpr[i.rb()], r.xer.ca);
    put_sum(r, i, &sum, true);
}

#[inline]
pub(crate) fn addme(r: &mut Regs, i: impl Operands) {
    let sum = alu::add(r.gpr[i.ra()], u64::MAX, r.xer.ca);
    put_sum(r, i, &sum, true);
}

#[inline]
pub(crate) fn subfme(r: &mut Regs, i: impl Operands) {
    let sum = alu::add(!r.gpr[i.ra()], u64::MAX, r.xer.ca);
    put_sum(r, i, &sum, true);
}

/// Carries through OV in place of CA (CY = 0; the other values are reserved).
fn addex(r: &mut Regs, i: Insn) {
    let sum = alu::add(r.gpr[i.ra()], r.gpr[i.rb()], r.xer.ov);
    r.xer.ov = if r.is_wide { sum.carry } else { sum.carry32 };
    r.xer.ov32 = sum.carry32;
    r.gpr[i.rt()] = sum.value;
}

#[inline]
pub(crate) fn addze(r: &mut Regs, i: impl Operands) {
    let sum = alu::add(r.gpr[i.ra()], 0, r.xer.ca);
    put_sum(r, i, &sum, true);
}

#[inline]
pub(crate) fn subfze(r: &mut Regs, i: impl Operands) {
    let sum = alu::add(!r.gpr[i.ra()], 0, r.xer.ca);
    put_sum(r, i, &sum, true);
}

#[inline]
pub(crate) fn neg(r: &mut Regs, i: impl Operands) {
    let sum = alu::add(!r.gpr[i.ra()], 0, true);
    put_sum(r, i, &sum, false);
}

#[inline]
pub(crate) fn mulli(r: &mut Regs, i: impl Operands) {
    r.gpr[i.rt()] = r.gpr[i.ra()].wrapping_mul(i.addend());
}

/// Both low words as signed numbers.
#[inline]
fn words(r: &Regs, i: impl Operands) -> (i64, i64) {
    (
        i64::from(low(r.gpr[i.ra()]).cast_signed()),
        i64::from(low(r.gpr[i.rb()]).cast_signed()),
    )
}

/// Both low words as unsigned numbers.
#[inline]
fn unsigned_words(r: &Regs, i: impl Operands) -> (u64, u64) {
    (u64::from(low(r.gpr[i.ra()])), u64::from(low(r.gpr[i.rb()])))
}

/// A 32-bit result whose upper half the architecture leaves undefined: zero is our choice.
#[inline]
fn put_word(r: &mut Regs, i: impl Operands, value: u32) {
    r.gpr[i.rt()] = u64::from(value);
    if i.rc() {
        r.record(i.is_wide(r), u64::from(value));
    }
}

#[inline]
pub(crate) fn mulhw(r: &mut Regs, i: impl Operands) {
    let (a, b) = words(r, i);
    put_word(r, i, low((a * b).cast_unsigned() >> 32));
}

#[inline]
pub(crate) fn mulhwu(r: &mut Regs, i: impl Operands) {
    let (a, b) = unsigned_words(r, i);
    put_word(r, i, low((a * b) >> 32));
}

#[inline]
pub(crate) fn mullw(r: &mut Regs, i: impl Operands) {
    let (a, b) = words(r, i);
    let product = a * b;
    if i.oe() {
        let overflow = i32::try_from(product).is_err();
        r.set_overflow(i.is_wide(r), overflow, overflow);
    }
    put(r, i, product.cast_unsigned());
}

/// A quotient of words; `None` (division by zero, or one that does not fit) gives 0 and OV, where the architecture
/// leaves the value undefined.
#[inline]
fn put_quotient32(r: &mut Regs, i: impl Operands, quotient: Option<u32>) {
    if i.oe() {
        r.set_overflow(i.is_wide(r), quotient.is_none(), quotient.is_none());
    }
    put_word(r, i, quotient.unwrap_or(0));
}

#[inline]
pub(crate) fn divw(r: &mut Regs, i: impl Operands) {
    let (a, b) = (low(r.gpr[i.ra()]).cast_signed(), low(r.gpr[i.rb()]).cast_signed());
    put_quotient32(r, i, a.checked_div(b).map(i32::cast_unsigned));
}

#[inline]
pub(crate) fn divwu(r: &mut Regs, i: impl Operands) {
    let (a, b) = (low(r.gpr[i.ra()]), low(r.gpr[i.rb()]));
    put_quotient32(r, i, a.checked_div(b));
}

fn divwe(r: &mut Regs, i: Insn) {
    let (a, b) = words(r, i);
    let quotient = (a << 32).checked_div(b).and_then(|q| i32::try_from(q).ok());
    put_quotient32(r, i, quotient.map(i32::cast_unsigned));
}

fn divweu(r: &mut Regs, i: Insn) {
    let (a, b) = unsigned_words(r, i);
    put_quotient32(r, i, (a << 32).checked_div(b).and_then(|q| u32::try_from(q).ok()));
}

/// Remainders that the architecture leaves undefined are 0.
fn modsw(r: &mut Regs, i: Insn) {
    let (a, b) = words(r, i);
    r.gpr[i.rt()] = if b == 0 {
        0
    } else {
        sign_extend_word((a % b).cast_unsigned())
    };
}

fn moduw(r: &mut Regs, i: Insn) {
    let (a, b) = unsigned_words(r, i);
    r.gpr[i.rt()] = a.checked_rem(b).unwrap_or(0);
}

#[inline]
pub(crate) fn mulld(r: &mut Regs, i: impl Operands) {
    let (a, b) = (r.gpr[i.ra()].cast_signed(), r.gpr[i.rb()].cast_signed());
    let (product, overflow) = a.overflowing_mul(b);
    if i.oe() {
        r.set_overflow_both(overflow);
    }
    put(r, i, product.cast_unsigned());
}

/// The upper half of a 128-bit number.
#[inline]
#[allow(
    clippy::cast_possible_truncation,
    reason = "the upper half is what is asked for"
)]
const fn upper(wide: u128) -> u64 {
    (wide >> 64) as u64
}

/// A signed product in 128 bits.
#[inline]
fn product(a: u64, b: u64) -> i128 {
    i128::from(a.cast_signed()) * i128::from(b.cast_signed())
}

#[inline]
pub(crate) fn mulhd(r: &mut Regs, i: impl Operands) {
    put(r, i, upper(product(r.gpr[i.ra()], r.gpr[i.rb()]).cast_unsigned()));
}

#[inline]
pub(crate) fn mulhdu(r: &mut Regs, i: impl Operands) {
    put(r, i, upper(u128::from(r.gpr[i.ra()]) * u128::from(r.gpr[i.rb()])));
}

fn maddhd(r: &mut Regs, i: Insn) {
    let sum = product(r.gpr[i.ra()], r.gpr[i.rb()]) + i128::from(r.gpr[i.rc_reg()].cast_signed());
    r.gpr[i.rt()] = upper(sum.cast_unsigned());
}

fn maddhdu(r: &mut Regs, i: Insn) {
    r.gpr[i.rt()] =
        upper(u128::from(r.gpr[i.ra()]) * u128::from(r.gpr[i.rb()]) + u128::from(r.gpr[i.rc_reg()]));
}

fn maddld(r: &mut Regs, i: Insn) {
    r.gpr[i.rt()] = r.gpr[i.ra()]
        .wrapping_mul(r.gpr[i.rb()])
        .wrapping_add(r.gpr[i.rc_reg()]);
}

#[inline]
fn put_quotient64(r: &mut Regs, i: impl Operands, quotient: Option<u64>) {
    if i.oe() {
        r.set_overflow_both(quotient.is_none());
    }
    put(r, i, quotient.unwrap_or(0));
}

#[inline]
pub(crate) fn divd(r: &mut Regs, i: impl Operands) {
    let (a, b) = (r.gpr[i.ra()].cast_signed(), r.gpr[i.rb()].cast_signed());
    put_quotient64(r, i, a.checked_div(b).map(i64::cast_unsigned));
}

#[inline]
pub(crate) fn divdu(r: &mut Regs, i: impl Operands) {
    put_quotient64(r, i, r.gpr[i.ra()].checked_div(r.gpr[i.rb()]));
}

fn divde(r: &mut Regs, i: Insn) {
    let dividend = i128::from(r.gpr[i.ra()].cast_signed()) << 64;
    let quotient = dividend.checked_div(i128::from(r.gpr[i.rb()].cast_signed()));
    put_quotient64(
        r,
        i,
        quotient
            .and_then(|q| i64::try_from(q).ok())
            .map(i64::cast_unsigned),
    );
}

fn divdeu(r: &mut Regs, i: Insn) {
    let quotient = (u128::from(r.gpr[i.ra()]) << 64).checked_div(u128::from(r.gpr[i.rb()]));
    put_quotient64(r, i, quotient.and_then(|q| u64::try_from(q).ok()));
}

fn modsd(r: &mut Regs, i: Insn) {
    let (a, b) = (r.gpr[i.ra()].cast_signed(), r.gpr[i.rb()].cast_signed());
    r.gpr[i.rt()] = a.checked_rem(b).unwrap_or(0).cast_unsigned();
}

fn modud(r: &mut Regs, i: Insn) {
    r.gpr[i.rt()] = r.gpr[i.ra()].checked_rem(r.gpr[i.rb()]).unwrap_or(0);
}

#[inline]
pub(crate) fn andi_rc(r: &mut Regs, i: impl Operands) {
    let value = r.gpr[i.rs()] & i.ui();
    r.gpr[i.ra()] = value;
    r.record(i.is_wide(r), value);
}

#[inline]
pub(crate) fn andis_rc(r: &mut Regs, i: impl Operands) {
    let value = r.gpr[i.rs()] & i.ui() << 16;
    r.gpr[i.ra()] = value;
    r.record(i.is_wide(r), value);
}

fn cmpb(s: u64, b: u64) -> u64 {
    let (mut s, b) = (s.to_be_bytes(), b.to_be_bytes());
    for (s, b) in s.iter_mut().zip(b) {
        *s = if *s == b { 0xff } else { 0 };
    }
    u64::from_be_bytes(s)
}

fn popcntb(s: u64) -> u64 {
    u64::from_be_bytes(s.to_be_bytes().map(|byte| byte.count_ones().to_le_bytes()[0]))
}

fn per_word(s: u64, f: impl Fn(u32) -> u32) -> u64 {
    u64::from(f(low(s >> 32))) << 32 | u64::from(f(low(s)))
}

/// Parity of the least significant bits of the bytes.
fn parity(word: u32) -> u32 {
    (word & 0x0101_0101).count_ones() & 1
}

/// Bit 56 + i of the result is the bit of `b` that byte i of `s` names, or 0 above 63.
fn bpermd(s: u64, b: u64) -> u64 {
    s.to_be_bytes().iter().fold(0, |bits, &at| {
        bits << 1 | if at < 64 { b >> (63 - at) & 1 } else { 0 }
    })
}

fn isel(r: &mut Regs, i: Insn) {
    r.gpr[i.rt()] = if r.cr.bit(i.bc()) {
        r.ra0(i.ra())
    } else {
        r.gpr[i.rb()]
    };
}

fn setb(r: &mut Regs, i: Insn) {
    let field = r.cr.field(i.bfa());
    r.gpr[i.rt()] = match field {
        f if f & 8 != 0 => u64::MAX,
        f if f & 4 != 0 => 1,
        _ => 0,
    };
}
