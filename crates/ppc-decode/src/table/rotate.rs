//! Rotates and shifts: Power ISA Book I 3.3.14.

use crate::Row;
use crate::op::ops;
use crate::row::format::{d, md, mds, x, xs};

#[rustfmt::skip]
ops! {
/// Rotate and shift instructions.
pub enum Rotate;
//  variant    mnemonic     fixed bits   operands              record  isa           manual
    Rlwinm   = "rlwinm",    d(21),       [RA, RS, SH, MB, ME], Rc,     BASE,         "I 3.3.14.1";
    Rlwnm    = "rlwnm",     d(23),       [RA, RS, RB, MB, ME], Rc,     BASE,         "I 3.3.14.1";
    Rlwimi   = "rlwimi",    d(20),       [RA, RS, SH, MB, ME], Rc,     BASE,         "I 3.3.14.1";
    Rldicl   = "rldicl",    md(30, 0),   [RA, RS, SH6, MB6],   Rc,     PPC64,        "I 3.3.14.1.1";
    Rldicr   = "rldicr",    md(30, 1),   [RA, RS, SH6, ME6],   Rc,     PPC64,        "I 3.3.14.1.1";
    Rldic    = "rldic",     md(30, 2),   [RA, RS, SH6, MB6],   Rc,     PPC64,        "I 3.3.14.1.1";
    Rldimi   = "rldimi",    md(30, 3),   [RA, RS, SH6, MB6],   Rc,     PPC64,        "I 3.3.14.1.1";
    Rldcl    = "rldcl",     mds(30, 8),  [RA, RS, RB, MB6],    Rc,     PPC64,        "I 3.3.14.1.1";
    Rldcr    = "rldcr",     mds(30, 9),  [RA, RS, RB, ME6],    Rc,     PPC64,        "I 3.3.14.1.1";

    Slw      = "slw",       x(31, 24),   [RA, RS, RB],         Rc,     BASE,         "I 3.3.14.2";
    Srw      = "srw",       x(31, 536),  [RA, RS, RB],         Rc,     BASE,         "I 3.3.14.2";
    Srawi    = "srawi",     x(31, 824),  [RA, RS, SH],         Rc,     BASE,         "I 3.3.14.2";
    Sraw     = "sraw",      x(31, 792),  [RA, RS, RB],         Rc,     BASE,         "I 3.3.14.2";
    Sld      = "sld",       x(31, 27),   [RA, RS, RB],         Rc,     PPC64,        "I 3.3.14.2.1";
    Srd      = "srd",       x(31, 539),  [RA, RS, RB],         Rc,     PPC64,        "I 3.3.14.2.1";
    Sradi    = "sradi",     xs(31, 413), [RA, RS, SH6],        Rc,     PPC64,        "I 3.3.14.2.1";
    Srad     = "srad",      x(31, 794),  [RA, RS, RB],         Rc,     PPC64,        "I 3.3.14.2.1";
    Extswsli = "extswsli",  xs(31, 445), [RA, RS, SH6],        Rc,     PPC64 | V3_0, "I 3.3.14.2.1";
}
