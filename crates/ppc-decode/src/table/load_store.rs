//! Loads and stores of general purpose registers: Power ISA Book I 3.3.2 to 3.3.6.
//!
//! Reservations are in [`super::atomic`], quadwords and strings in [`super::long`].

use crate::Row;
use crate::op::ops;
use crate::row::format::{d, ds, x};

#[rustfmt::skip]
ops! {
/// Load and store instructions.
pub enum LoadStore;
//  variant  mnemonic   fixed bits   operands       record  isa            manual
    Lbz    = "lbz",     d(34),       [RT, D, RA0],  None,   BASE,          "I 3.3.2";
    Lbzu   = "lbzu",    d(35),       [RT, D, RA],   None,   BASE,          "I 3.3.2";
    Lbzx   = "lbzx",    x(31, 87),   [RT, RA0, RB], None,   BASE,          "I 3.3.2";
    Lbzux  = "lbzux",   x(31, 119),  [RT, RA, RB],  None,   BASE,          "I 3.3.2";
    Lhz    = "lhz",     d(40),       [RT, D, RA0],  None,   BASE,          "I 3.3.2";
    Lhzu   = "lhzu",    d(41),       [RT, D, RA],   None,   BASE,          "I 3.3.2";
    Lhzx   = "lhzx",    x(31, 279),  [RT, RA0, RB], None,   BASE,          "I 3.3.2";
    Lhzux  = "lhzux",   x(31, 311),  [RT, RA, RB],  None,   BASE,          "I 3.3.2";
    Lha    = "lha",     d(42),       [RT, D, RA0],  None,   BASE,          "I 3.3.2";
    Lhau   = "lhau",    d(43),       [RT, D, RA],   None,   BASE,          "I 3.3.2";
    Lhax   = "lhax",    x(31, 343),  [RT, RA0, RB], None,   BASE,          "I 3.3.2";
    Lhaux  = "lhaux",   x(31, 375),  [RT, RA, RB],  None,   BASE,          "I 3.3.2";
    Lwz    = "lwz",     d(32),       [RT, D, RA0],  None,   BASE,          "I 3.3.2";
    Lwzu   = "lwzu",    d(33),       [RT, D, RA],   None,   BASE,          "I 3.3.2";
    Lwzx   = "lwzx",    x(31, 23),   [RT, RA0, RB], None,   BASE,          "I 3.3.2";
    Lwzux  = "lwzux",   x(31, 55),   [RT, RA, RB],  None,   BASE,          "I 3.3.2";
    Lwa    = "lwa",     ds(58, 2),   [RT, DS, RA0], None,   PPC64,         "I 3.3.2.1";
    Lwax   = "lwax",    x(31, 341),  [RT, RA0, RB], None,   PPC64,         "I 3.3.2.1";
    Lwaux  = "lwaux",   x(31, 373),  [RT, RA, RB],  None,   PPC64,         "I 3.3.2.1";
    Ld     = "ld",      ds(58, 0),   [RT, DS, RA0], None,   PPC64,         "I 3.3.2.1";
    Ldu    = "ldu",     ds(58, 1),   [RT, DS, RA],  None,   PPC64,         "I 3.3.2.1";
    Ldx    = "ldx",     x(31, 21),   [RT, RA0, RB], None,   PPC64,         "I 3.3.2.1";
    Ldux   = "ldux",    x(31, 53),   [RT, RA, RB],  None,   PPC64,         "I 3.3.2.1";

    Stb    = "stb",     d(38),       [RS, D, RA0],  None,   BASE,          "I 3.3.3";
    Stbu   = "stbu",    d(39),       [RS, D, RA],   None,   BASE,          "I 3.3.3";
    Stbx   = "stbx",    x(31, 215),  [RS, RA0, RB], None,   BASE,          "I 3.3.3";
    Stbux  = "stbux",   x(31, 247),  [RS, RA, RB],  None,   BASE,          "I 3.3.3";
    Sth    = "sth",     d(44),       [RS, D, RA0],  None,   BASE,          "I 3.3.3";
    Sthu   = "sthu",    d(45),       [RS, D, RA],   None,   BASE,          "I 3.3.3";
    Sthx   = "sthx",    x(31, 407),  [RS, RA0, RB], None,   BASE,          "I 3.3.3";
    Sthux  = "sthux",   x(31, 439),  [RS, RA, RB],  None,   BASE,          "I 3.3.3";
    Stw    = "stw",     d(36),       [RS, D, RA0],  None,   BASE,          "I 3.3.3";
    Stwu   = "stwu",    d(37),       [RS, D, RA],   None,   BASE,          "I 3.3.3";
    Stwx   = "stwx",    x(31, 151),  [RS, RA0, RB], None,   BASE,          "I 3.3.3";
    Stwux  = "stwux",   x(31, 183),  [RS, RA, RB],  None,   BASE,          "I 3.3.3";
    Std    = "std",     ds(62, 0),   [RS, DS, RA0], None,   PPC64,         "I 3.3.3.1";
    Stdu   = "stdu",    ds(62, 1),   [RS, DS, RA],  None,   PPC64,         "I 3.3.3.1";
    Stdx   = "stdx",    x(31, 149),  [RS, RA0, RB], None,   PPC64,         "I 3.3.3.1";
    Stdux  = "stdux",   x(31, 181),  [RS, RA, RB],  None,   PPC64,         "I 3.3.3.1";

    Lhbrx  = "lhbrx",   x(31, 790),  [RT, RA0, RB], None,   BASE,          "I 3.3.5";
    Lwbrx  = "lwbrx",   x(31, 534),  [RT, RA0, RB], None,   BASE,          "I 3.3.5";
    Ldbrx  = "ldbrx",   x(31, 532),  [RT, RA0, RB], None,   PPC64 | BIT_COUNT, "I 3.3.5.1";
    Sthbrx = "sthbrx",  x(31, 918),  [RS, RA0, RB], None,   BASE,          "I 3.3.5";
    Stwbrx = "stwbrx",  x(31, 662),  [RS, RA0, RB], None,   BASE,          "I 3.3.5";
    Stdbrx = "stdbrx",  x(31, 660),  [RS, RA0, RB], None,   PPC64 | BIT_COUNT, "I 3.3.5.1";

    Lmw    = "lmw",     d(46),       [RT, D, RA0],  None,   BASE,          "I 3.3.6";
    Stmw   = "stmw",    d(47),       [RS, D, RA0],  None,   BASE,          "I 3.3.6";
}
