//! Comparisons and traps: Power ISA Book I 3.3.10 and 3.3.11.

use crate::Row;
use crate::op::ops;
use crate::row::format::{d, x};

#[rustfmt::skip]
ops! {
/// Comparison and trap instructions.
pub enum Compare;
//  variant  mnemonic    fixed bits   operands          record  isa           manual
    Cmpi   = "cmpi",     d(11),       [BF, L, RA, SI], None,   BASE,         "I 3.3.10";
    Cmp    = "cmp",      x(31, 0),    [BF, L, RA, RB], None,   BASE,         "I 3.3.10";
    Cmpli  = "cmpli",    d(10),       [BF, L, RA, UI], None,   BASE,         "I 3.3.10";
    Cmpl   = "cmpl",     x(31, 32),   [BF, L, RA, RB], None,   BASE,         "I 3.3.10";
    Cmprb  = "cmprb",    x(31, 192),  [BF, L, RA, RB],  None,   V3_0,         "I 3.3.10";
    Cmpeqb = "cmpeqb",   x(31, 224),  [BF, RA, RB],     None,   PPC64 | V3_0, "I 3.3.10";

    Twi    = "twi",      d(3),        [TO, RA, SI],     None,   BASE,         "I 3.3.11";
    Tw     = "tw",       x(31, 4),    [TO, RA, RB],     None,   BASE,         "I 3.3.11";
    Tdi    = "tdi",      d(2),        [TO, RA, SI],     None,   PPC64,        "I 3.3.11.1";
    Td     = "td",       x(31, 68),   [TO, RA, RB],     None,   PPC64,        "I 3.3.11.1";
}
