//! Words by name, for tests and for small guests inside tests.
//!
//! Shorthand for [`Row::encode`] with the assembler's order of operands. All functions are `const`; an operand that
//! does not fit stops the compilation, or panics if the call is not in a constant. Code that encodes operands it does
//! not know calls [`Row::encode`]; text is read by [`crate::assemble`].

use crate::{AA, Atomic, Branch, Compare, Fixed, LK, LoadStore, OE, RC, Rotate, Row, System};

/// The word, or a panic that says why there is none.
#[track_caller]
const fn word(row: &'static Row, operands: &[i64]) -> u32 {
    match row.encode(operands) {
        Ok(word) => word,
        #[expect(
            clippy::panic,
            reason = "the caller wrote the operands down; see the module's documentation"
        )]
        Err(_) => panic!("an operand does not fit its field"),
    }
}

/// The form that sets CR0.
#[must_use]
pub const fn rc(word: u32) -> u32 {
    word | RC
}

/// The form that sets XER\[OV\].
#[must_use]
pub const fn oe(word: u32) -> u32 {
    word | OE
}

/// Defines a function per line; the operands are in the order of the row.
macro_rules! instructions {
    ($($name:ident($($arg:ident),*) = $row:expr, [$($operand:expr),*] $(| $bits:expr)?;)*) => {
        $(#[doc = concat!("`", stringify!($name $($arg),*), "`")]
        #[must_use]
        #[track_caller]
        pub const fn $name($($arg: i64),*) -> u32 {
            word($row.row(), &[$($operand),*]) $(| $bits)?
        })*
    };
}

#[rustfmt::skip]
instructions! {
    b(li) = Branch::B, [li];
    ba(li) = Branch::B, [li] | AA;
    bl(li) = Branch::B, [li] | LK;
    bc(bo, bi, bd) = Branch::Bc, [bo, bi, bd];
    bcl(bo, bi, bd) = Branch::Bc, [bo, bi, bd] | LK;
    bclr(bo, bi) = Branch::Bclr, [bo, bi, 0];
    bcctr(bo, bi) = Branch::Bcctr, [bo, bi, 0];
    beq(bd) = Branch::Bc, [12, 2, bd];
    bne(bd) = Branch::Bc, [4, 2, bd];
    blt(bd) = Branch::Bc, [12, 0, bd];
    bge(bd) = Branch::Bc, [4, 0, bd];
    bgt(bd) = Branch::Bc, [12, 1, bd];
    ble(bd) = Branch::Bc, [4, 1, bd];
    bdnz(bd) = Branch::Bc, [16, 0, bd];
    blr() = Branch::Bclr, [20, 0, 0];
    blrl() = Branch::Bclr, [20, 0, 0] | LK;
    bctr() = Branch::Bcctr, [20, 0, 0];
    bctrl() = Branch::Bcctr, [20, 0, 0] | LK;
    sc() = Branch::Sc, [0];

    addi(rt, ra, si) = Fixed::Addi, [rt, ra, si];
    addis(rt, ra, si) = Fixed::Addis, [rt, ra, si];
    li(rt, si) = Fixed::Addi, [rt, 0, si];
    lis(rt, si) = Fixed::Addis, [rt, 0, si];
    add(rt, ra, rb) = Fixed::Add, [rt, ra, rb];
    subf(rt, ra, rb) = Fixed::Subf, [rt, ra, rb];
    addic(rt, ra, si) = Fixed::Addic, [rt, ra, si];
    mulli(rt, ra, si) = Fixed::Mulli, [rt, ra, si];
    mullw(rt, ra, rb) = Fixed::Mullw, [rt, ra, rb];
    divwu(rt, ra, rb) = Fixed::Divwu, [rt, ra, rb];
    neg(rt, ra) = Fixed::Neg, [rt, ra];
    ori(ra, rs, ui) = Fixed::Ori, [ra, rs, ui];
    oris(ra, rs, ui) = Fixed::Oris, [ra, rs, ui];
    xori(ra, rs, ui) = Fixed::Xori, [ra, rs, ui];
    andi_rc(ra, rs, ui) = Fixed::AndiRc, [ra, rs, ui];
    and(ra, rs, rb) = Fixed::And, [ra, rs, rb];
    or(ra, rs, rb) = Fixed::Or, [ra, rs, rb];
    xor(ra, rs, rb) = Fixed::Xor, [ra, rs, rb];
    mr(ra, rs) = Fixed::Or, [ra, rs, rs];
    nop() = Fixed::Ori, [0, 0, 0];
    rlwinm(ra, rs, sh, mb, me) = Rotate::Rlwinm, [ra, rs, sh, mb, me];
    rldicl(ra, rs, sh, mb) = Rotate::Rldicl, [ra, rs, sh, mb];
    rldicr(ra, rs, sh, me) = Rotate::Rldicr, [ra, rs, sh, me];
    slwi(ra, rs, n) = Rotate::Rlwinm, [ra, rs, n, 0, 31 - n];
    sldi(ra, rs, n) = Rotate::Rldicr, [ra, rs, n, 63 - n];

    cmpw(bf, ra, rb) = Compare::Cmp, [bf, 0, ra, rb];
    cmpd(bf, ra, rb) = Compare::Cmp, [bf, 1, ra, rb];
    cmplw(bf, ra, rb) = Compare::Cmpl, [bf, 0, ra, rb];
    cmpwi(bf, ra, si) = Compare::Cmpi, [bf, 0, ra, si];
    cmpdi(bf, ra, si) = Compare::Cmpi, [bf, 1, ra, si];
    cmplwi(bf, ra, ui) = Compare::Cmpli, [bf, 0, ra, ui];
    tw(to, ra, rb) = Compare::Tw, [to, ra, rb];
    twi(to, ra, si) = Compare::Twi, [to, ra, si];
    trap() = Compare::Tw, [31, 0, 0];

    lbz(rt, d, ra) = LoadStore::Lbz, [rt, d, ra];
    lhz(rt, d, ra) = LoadStore::Lhz, [rt, d, ra];
    lwz(rt, d, ra) = LoadStore::Lwz, [rt, d, ra];
    lwzx(rt, ra, rb) = LoadStore::Lwzx, [rt, ra, rb];
    ld(rt, ds, ra) = LoadStore::Ld, [rt, ds, ra];
    stb(rs, d, ra) = LoadStore::Stb, [rs, d, ra];
    sth(rs, d, ra) = LoadStore::Sth, [rs, d, ra];
    stw(rs, d, ra) = LoadStore::Stw, [rs, d, ra];
    stwu(rs, d, ra) = LoadStore::Stwu, [rs, d, ra];
    stwx(rs, ra, rb) = LoadStore::Stwx, [rs, ra, rb];
    std(rs, ds, ra) = LoadStore::Std, [rs, ds, ra];

    lwarx(rt, ra, rb) = Atomic::Lwarx, [rt, ra, rb, 0];
    stwcx_rc(rs, ra, rb) = Atomic::StwcxRc, [rs, ra, rb];
    sync() = Atomic::Sync, [0];
    isync() = Atomic::Isync, [];

    mfspr(rt, spr) = System::Mfspr, [rt, spr];
    mtspr(spr, rs) = System::Mtspr, [spr, rs];
    mftb(rt, tbr) = System::Mftb, [rt, tbr];
    mfdcr(rt, dcr) = System::Mfdcr, [rt, dcr];
    mtdcr(dcr, rs) = System::Mtdcr, [dcr, rs];
    mflr(rt) = System::Mfspr, [rt, 8];
    mtlr(rs) = System::Mtspr, [8, rs];
    mfctr(rt) = System::Mfspr, [rt, 9];
    mtctr(rs) = System::Mtspr, [9, rs];
    mfxer(rt) = System::Mfspr, [rt, 1];
    mtxer(rs) = System::Mtspr, [1, rs];
    mfcr(rt) = System::Mfcr, [rt];
    mtcrf(fxm, rs) = System::Mtcrf, [fxm, rs];
    mfmsr(rt) = System::Mfmsr, [rt];
    mtmsr(rs) = System::Mtmsr, [rs, 0];
    mtmsrd(rs) = System::Mtmsrd, [rs, 0];
    wrtee(rs) = System::Wrtee, [rs];
    wrteei(e) = System::Wrteei, [e];
    rfi() = System::Rfi, [];
    rfid() = System::Rfid, [];
    hrfid() = System::Hrfid, [];
    rfci() = System::Rfci, [];
    rfdi() = System::Rfdi, [];
    rfmci() = System::Rfmci, [];
}
