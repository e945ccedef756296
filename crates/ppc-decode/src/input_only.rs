//! Extended mnemonics that are read and never printed: objdump has another text for the same words.
//!
//! Power ISA Book I appendix C (C.4 subtract, C.7 rotate and shift, C.9); PEM appendix F; the GNU assembler's manual
//! and, where the CPUs differ, what `as` accepts (`cargo xtask oracle disasm` compares). Other names of branches are
//! in [`crate::branch_text`].
//!
//! The conditions and operands of a row have to give every field of the instruction: each is an equation that is
//! solved for the field that it has left (`assemble::solve`).

use crate::extended::{Extended, Shown, extended, minus};
use crate::operand::names::*;
use Shown::Mask;

/// A number plus fields, as an operand.
const fn linear(number: i64, terms: &'static [(i64, crate::Operand)]) -> Shown {
    Shown::Linear(number, terms)
}

/// In the order in which they are tried; before printed names and the instructions' own.
#[rustfmt::skip]
pub(crate) static INPUT_ONLY: &[Extended] = extended! {
    // C.4 Subtract.
    "sub"      = Fixed::Subf       when [],                                   [RT, RB, RA];
    "subc"     = Fixed::Subfc      when [],                                   [RT, RB, RA];
    "subi"     = Fixed::Addi       when [],                                   [RT, RA0, minus(0, SI)];
    "subis"    = Fixed::Addis      when [],                                   [RT, RA0, minus(0, SI)];
    "subic"    = Fixed::Addic      when [],                                   [RT, RA, minus(0, SI)];
    "subic."   = Fixed::AddicRc    when [],                                   [RT, RA, minus(0, SI)];
    "subpcis"  = Fixed::Addpcis    when [],                                   [RT, minus(0, DX)];

    // C.9 Load address; immediates that are shifted left, whose highest bit is no sign to most programmers.
    "la"       = Fixed::Addi       when [],                                   [RT, D, RA0];
    "lis"      = Fixed::Addis      when [Is(RA, 0)],                          [RT, UI];
    "addis"    = Fixed::Addis      when [],                                   [RT, RA0, UI];
    "addpcis"  = Fixed::Addpcis    when [In(DX, -0x8000, -1)],                   [RT, linear(0x1_0000, &[(1, DX)])];

    // C.5 Comparisons: `as` lets L be left out on 32-bit CPUs, and takes -1 for 0xffff.
    "cmp"      = Compare::Cmp   if NON_SERVER when [Is(L, 0)],                [BF, RA, RB];
    "cmpl"     = Compare::Cmpl  if NON_SERVER when [Is(L, 0)],                [BF, RA, RB];
    "cmpi"     = Compare::Cmpi  if NON_SERVER when [Is(L, 0)],                [BF, RA, SI];
    "cmpli"    = Compare::Cmpli if NON_SERVER when [Is(L, 0)],                [BF, RA, UI];
    "cmpli"    = Compare::Cmpli    when [],                                   [BF, L, RA, SI];
    "cmplwi"   = Compare::Cmpli    when [Is(L, 0)],                           [BFO, RA, SI];
    "cmpldi"   = Compare::Cmpli if PPC64 when [Is(L, 1)],                     [BFO, RA, SI];

    // C.6 Traps: not greater, not less.
    "twlng"    = Compare::Tw       when [Is(TO, 6)],                          [RA, RB];
    "twlnl"    = Compare::Tw       when [Is(TO, 5)],                          [RA, RB];
    "twng"     = Compare::Tw       when [Is(TO, 20)],                         [RA, RB];
    "twnl"     = Compare::Tw       when [Is(TO, 12)],                         [RA, RB];
    "twlngi"   = Compare::Twi      when [Is(TO, 6)],                          [RA, SI];
    "twlnli"   = Compare::Twi      when [Is(TO, 5)],                          [RA, SI];
    "twngi"    = Compare::Twi      when [Is(TO, 20)],                         [RA, SI];
    "twnli"    = Compare::Twi      when [Is(TO, 12)],                         [RA, SI];
    "tdlng"    = Compare::Td       when [Is(TO, 6)],                          [RA, RB];
    "tdlnl"    = Compare::Td       when [Is(TO, 5)],                          [RA, RB];
    "tdng"     = Compare::Td       when [Is(TO, 20)],                         [RA, RB];
    "tdnl"     = Compare::Td       when [Is(TO, 12)],                         [RA, RB];
    "tdlngi"   = Compare::Tdi      when [Is(TO, 6)],                          [RA, SI];
    "tdlnli"   = Compare::Tdi      when [Is(TO, 5)],                          [RA, SI];
    "tdngi"    = Compare::Tdi      when [Is(TO, 20)],                         [RA, SI];
    "tdnli"    = Compare::Tdi      when [Is(TO, 12)],                         [RA, SI];

    // C.7 Rotates and shifts, as RA, RS, n, b or RA, RS, b, n.
    "rlwinm"   = Rotate::Rlwinm    when [],                                   [RA, RS, SH, Mask];
    "rlwnm"    = Rotate::Rlwnm     when [],                                   [RA, RS, RB, Mask];
    "rlwimi"   = Rotate::Rlwimi    when [],                                   [RA, RS, SH, Mask];
    "extlwi"   = Rotate::Rlwinm    when [Is(MB, 0)],                          [RA, RS, linear(1, &[(1, ME)]), SH];
    "extrwi"   = Rotate::Rlwinm    when [Is(ME, 31)],                         [RA, RS, minus(32, MB), linear(-32, &[(1, SH), (1, MB)])];
    "inslwi"   = Rotate::Rlwimi    when [Sum(SH, MB, 32)],                    [RA, RS, linear(1, &[(1, ME), (-1, MB)]), MB];
    "insrwi"   = Rotate::Rlwimi    when [Sum(SH, ME, 31)],                    [RA, RS, linear(1, &[(1, ME), (-1, MB)]), MB];
    "rotrwi"   = Rotate::Rlwinm    when [Is(MB, 0), Is(ME, 31)],              [RA, RS, minus(32, SH)];
    "clrlslwi" = Rotate::Rlwinm    when [Sum(SH, ME, 31)],                    [RA, RS, linear(0, &[(1, MB), (1, SH)]), SH];
    "extldi"   = Rotate::Rldicr    when [],                                   [RA, RS, linear(1, &[(1, ME6)]), SH6];
    "extrdi"   = Rotate::Rldicl    when [],                                   [RA, RS, minus(64, MB6), linear(-64, &[(1, SH6), (1, MB6)])];
    "insrdi"   = Rotate::Rldimi    when [],                                   [RA, RS, linear(64, &[(-1, SH6), (-1, MB6)]), MB6];
    "rotrdi"   = Rotate::Rldicl    when [Is(MB6, 0)],                         [RA, RS, minus(64, SH6)];
    "clrlsldi" = Rotate::Rldic     when [],                                   [RA, RS, linear(0, &[(1, MB6), (1, SH6)]), SH6];

    // Moves from the time base: of Book E and servers they are mfspr (2.07 II 6.2.1), for `as` on every CPU that
    // can do both.
    "mftb"     = System::Mfspr  if BOOKE  when [],                            [RT, SPR];
    "mftb"     = System::Mfspr  if SERVER when [],                            [RT, SPR];
    "mftbl"    = System::Mfspr  if BOOKE  when [Is(SPR, 268)],                [RT];
    "mftbl"    = System::Mfspr  if SERVER when [Is(SPR, 268)],                [RT];
    "mftbl"    = System::Mftb      when [Is(TBR, 268)],                       [RT];
    "mfcr"     = System::Mfocrf if SERVER when [],                            [RT, FXM];

    // The e500v1/v2 have no light barrier and no `eieio`; `as` takes the next stronger one.
    "sync"     = Atomic::Msync  if MSYNC_ONLY when [],                        [];
    "lwsync"   = Atomic::Msync  if MSYNC_ONLY when [],                        [];
    "eieio"    = Atomic::Mbar   if MSYNC_ONLY when [Is(MO, 1)],               [];
};
