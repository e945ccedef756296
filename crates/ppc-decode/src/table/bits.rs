//! Decimal assists and bit manipulation: Power ISA Book I 3.3.13, 3.3.15 (BCD assist), 3.1 Book I chapter 3 for
//! the instructions of version 3.1.

use crate::Row;
use crate::op::ops;
use crate::row::format::{x, xo};

#[rustfmt::skip]
ops! {
/// Decimal assists, byte reversal and bit manipulation in registers.
pub enum Bits;
//  variant   mnemonic   fixed bits  operands      record  isa           manual
    Addg6s  = "addg6s",  xo(31, 74), [RT, RA, RB], None,   V2_06,        "I 3.3.15";
    Cbcdtd  = "cbcdtd",  x(31, 314), [RA, RS],     None,   V2_06,        "I 3.3.15";
    Cdtbcd  = "cdtbcd",  x(31, 282), [RA, RS],     None,   V2_06,        "I 3.3.15";

    Brh     = "brh",     x(31, 219), [RA, RS],     None,   PPC64 | V3_1, "3.1 I ch. 3";
    Brw     = "brw",     x(31, 155), [RA, RS],     None,   PPC64 | V3_1, "3.1 I ch. 3";
    Brd     = "brd",     x(31, 187), [RA, RS],     None,   PPC64 | V3_1, "3.1 I ch. 3";
    Cfuged  = "cfuged",  x(31, 220), [RA, RS, RB], None,   PPC64 | V3_1, "3.1 I ch. 3";
    Cntlzdm = "cntlzdm", x(31, 59),  [RA, RS, RB], None,   PPC64 | V3_1, "3.1 I ch. 3";
    Cnttzdm = "cnttzdm", x(31, 571), [RA, RS, RB], None,   PPC64 | V3_1, "3.1 I ch. 3";
    Pdepd   = "pdepd",   x(31, 156), [RA, RS, RB], None,   PPC64 | V3_1, "3.1 I ch. 3";
    Pextd   = "pextd",   x(31, 188), [RA, RS, RB], None,   PPC64 | V3_1, "3.1 I ch. 3";

    Setbc   = "setbc",   x(31, 384), [RT, BI],     None,   V3_1,         "3.1 I ch. 3";
    Setbcr  = "setbcr",  x(31, 416), [RT, BI],     None,   V3_1,         "3.1 I ch. 3";
    Setnbc  = "setnbc",  x(31, 448), [RT, BI],     None,   V3_1,         "3.1 I ch. 3";
    Setnbcr = "setnbcr", x(31, 480), [RT, BI],     None,   V3_1,         "3.1 I ch. 3";
}
