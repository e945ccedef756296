//! Fixed-point arithmetic and logic: Power ISA Book I 3.3.9, 3.3.10, 3.3.13.
//!
//! Comparisons, traps, rotates and shifts have chapters of their own.

use crate::Row;
use crate::op::ops;
use crate::row::format::{a, d, va, x, xo, z23};

#[rustfmt::skip]
ops! {
/// Fixed-point arithmetic and logical instructions.
pub enum Fixed;
//  variant   mnemonic    fixed bits    operands          record  isa            manual
    Addi    = "addi",     d(14),        [RT, RA0, SI],    None,   BASE,          "I 3.3.9";
    Addis   = "addis",    d(15),        [RT, RA0, SI],    None,   BASE,          "I 3.3.9";
    Addpcis = "addpcis",  a(19, 2),     [RT, DX],         None,   V3_0,          "I 3.3.9";
    Add     = "add",      xo(31, 266),  [RT, RA, RB],     OeRc,   BASE,          "I 3.3.9";
    Addic   = "addic",    d(12),        [RT, RA, SI],     None,   BASE,          "I 3.3.9";
    AddicRc = "addic.",   d(13),        [RT, RA, SI],     None,   BASE,          "I 3.3.9";
    Subf    = "subf",     xo(31, 40),   [RT, RA, RB],     OeRc,   BASE,          "I 3.3.9";
    Subfic  = "subfic",   d(8),         [RT, RA, SI],     None,   BASE,          "I 3.3.9";
    Addc    = "addc",     xo(31, 10),   [RT, RA, RB],     OeRc,   BASE,          "I 3.3.9";
    Subfc   = "subfc",    xo(31, 8),    [RT, RA, RB],     OeRc,   BASE,          "I 3.3.9";
    Adde    = "adde",     xo(31, 138),  [RT, RA, RB],     OeRc,   BASE,          "I 3.3.9";
    Subfe   = "subfe",    xo(31, 136),  [RT, RA, RB],     OeRc,   BASE,          "I 3.3.9";
    Addme   = "addme",    xo(31, 234),  [RT, RA],         OeRc,   BASE,          "I 3.3.9";
    Subfme  = "subfme",   xo(31, 232),  [RT, RA],         OeRc,   BASE,          "I 3.3.9";
    Addex   = "addex",    z23(31, 170), [RT, RA, RB, CY], None,   V3_0,          "I 3.3.9";
    Addze   = "addze",    xo(31, 202),  [RT, RA],         OeRc,   BASE,          "I 3.3.9";
    Subfze  = "subfze",   xo(31, 200),  [RT, RA],         OeRc,   BASE,          "I 3.3.9";
    Neg     = "neg",      xo(31, 104),  [RT, RA],         OeRc,   BASE,          "I 3.3.9";
    Mulli   = "mulli",    d(7),         [RT, RA, SI],     None,   BASE,          "I 3.3.9";
    Mulhw   = "mulhw",    xo(31, 75),   [RT, RA, RB],     Rc,     BASE,          "I 3.3.9";
    Mullw   = "mullw",    xo(31, 235),  [RT, RA, RB],     OeRc,   BASE,          "I 3.3.9";
    Mulhwu  = "mulhwu",   xo(31, 11),   [RT, RA, RB],     Rc,     BASE,          "I 3.3.9";
    Divw    = "divw",     xo(31, 491),  [RT, RA, RB],     OeRc,   BASE,          "I 3.3.9";
    Divwu   = "divwu",    xo(31, 459),  [RT, RA, RB],     OeRc,   BASE,          "I 3.3.9";
    Divwe   = "divwe",    xo(31, 427),  [RT, RA, RB],     OeRc,   V2_06,         "I 3.3.9";
    Divweu  = "divweu",   xo(31, 395),  [RT, RA, RB],     OeRc,   V2_06,         "I 3.3.9";
    Modsw   = "modsw",    x(31, 779),   [RT, RA, RB],     None,   V3_0,          "I 3.3.9";
    Moduw   = "moduw",    x(31, 267),   [RT, RA, RB],     None,   V3_0,          "I 3.3.9";

    Mulld   = "mulld",    xo(31, 233),  [RT, RA, RB],     OeRc,   PPC64,         "I 3.3.9.1";
    Mulhd   = "mulhd",    xo(31, 73),   [RT, RA, RB],     Rc,     PPC64,         "I 3.3.9.1";
    Mulhdu  = "mulhdu",   xo(31, 9),    [RT, RA, RB],     Rc,     PPC64,         "I 3.3.9.1";
    Maddhd  = "maddhd",   va(4, 48),    [RT, RA, RB, RC], None,   PPC64 | V3_0,  "I 3.3.9.1";
    Maddhdu = "maddhdu",  va(4, 49),    [RT, RA, RB, RC], None,   PPC64 | V3_0,  "I 3.3.9.1";
    Maddld  = "maddld",   va(4, 51),    [RT, RA, RB, RC], None,   PPC64 | V3_0,  "I 3.3.9.1";
    Divd    = "divd",     xo(31, 489),  [RT, RA, RB],     OeRc,   PPC64,         "I 3.3.9.1";
    Divdu   = "divdu",    xo(31, 457),  [RT, RA, RB],     OeRc,   PPC64,         "I 3.3.9.1";
    Divde   = "divde",    xo(31, 425),  [RT, RA, RB],     OeRc,   PPC64 | V2_06, "I 3.3.9.1";
    Divdeu  = "divdeu",   xo(31, 393),  [RT, RA, RB],     OeRc,   PPC64 | V2_06, "I 3.3.9.1";
    Modsd   = "modsd",    x(31, 777),   [RT, RA, RB],     None,   PPC64 | V3_0,  "I 3.3.9.1";
    Modud   = "modud",    x(31, 265),   [RT, RA, RB],     None,   PPC64 | V3_0,  "I 3.3.9.1";

    AndiRc  = "andi.",    d(28),        [RA, RS, UI],     None,   BASE,          "I 3.3.13";
    AndisRc = "andis.",   d(29),        [RA, RS, UI],     None,   BASE,          "I 3.3.13";
    Ori     = "ori",      d(24),        [RA, RS, UI],     None,   BASE,          "I 3.3.13";
    Oris    = "oris",     d(25),        [RA, RS, UI],     None,   BASE,          "I 3.3.13";
    Xori    = "xori",     d(26),        [RA, RS, UI],     None,   BASE,          "I 3.3.13";
    Xoris   = "xoris",    d(27),        [RA, RS, UI],     None,   BASE,          "I 3.3.13";
    And     = "and",      x(31, 28),    [RA, RS, RB],     Rc,     BASE,          "I 3.3.13";
    Xor     = "xor",      x(31, 316),   [RA, RS, RB],     Rc,     BASE,          "I 3.3.13";
    Nand    = "nand",     x(31, 476),   [RA, RS, RB],     Rc,     BASE,          "I 3.3.13";
    Or      = "or",       x(31, 444),   [RA, RS, RB],     Rc,     BASE,          "I 3.3.13";
    Nor     = "nor",      x(31, 124),   [RA, RS, RB],     Rc,     BASE,          "I 3.3.13";
    Andc    = "andc",     x(31, 60),    [RA, RS, RB],     Rc,     BASE,          "I 3.3.13";
    Eqv     = "eqv",      x(31, 284),   [RA, RS, RB],     Rc,     BASE,          "I 3.3.13";
    Orc     = "orc",      x(31, 412),   [RA, RS, RB],     Rc,     BASE,          "I 3.3.13";
    Extsb   = "extsb",    x(31, 954),   [RA, RS],         Rc,     BASE,          "I 3.3.13";
    Extsh   = "extsh",    x(31, 922),   [RA, RS],         Rc,     BASE,          "I 3.3.13";
    Cntlzw  = "cntlzw",   x(31, 26),    [RA, RS],         Rc,     BASE,          "I 3.3.13";
    Cnttzw  = "cnttzw",   x(31, 538),   [RA, RS],         Rc,     V3_0,          "I 3.3.13";
    Cmpb    = "cmpb",     x(31, 508),   [RA, RS, RB],     None,   CMPB,          "I 3.3.13";
    Popcntb = "popcntb",  x(31, 122),   [RA, RS],         None,   V2_02,         "I 3.3.13";
    Popcntw = "popcntw",  x(31, 378),   [RA, RS],         None,   BIT_COUNT,     "I 3.3.13";
    Prtyw   = "prtyw",    x(31, 154),   [RA, RS],         None,   CMPB,          "I 3.3.13";

    Extsw   = "extsw",    x(31, 986),   [RA, RS],         Rc,     PPC64,         "I 3.3.13.1";
    Cntlzd  = "cntlzd",   x(31, 58),    [RA, RS],         Rc,     PPC64,         "I 3.3.13.1";
    Cnttzd  = "cnttzd",   x(31, 570),   [RA, RS],         Rc,     PPC64 | V3_0,  "I 3.3.13.1";
    Popcntd = "popcntd",  x(31, 506),   [RA, RS],         None,   PPC64 | BIT_COUNT, "I 3.3.13.1";
    Prtyd   = "prtyd",    x(31, 186),   [RA, RS],         None,   PPC64 | CMPB, "I 3.3.13.1";
    Bpermd  = "bpermd",   x(31, 252),   [RA, RS, RB],     None,   PPC64 | BIT_COUNT, "I 3.3.13.1";

    Isel    = "isel",     a(31, 15),    [RT, RA0, RB, BC], None,  ISEL,          "I 3.3.12";
    Setb    = "setb",     x(31, 128),   [RT, BFA],        None,   V3_0,          "I 3.3.10";
}
