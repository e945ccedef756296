//! Branches, system call and condition register instructions: Power ISA Book I ch. 2.
//!
//! Returns from interrupts are in [`super::system`].

use crate::Row;
use crate::op::ops;
use crate::row::format::{d, sc, x};

#[rustfmt::skip]
ops! {
/// Branches, system call and condition register instructions.
pub enum Branch;
//  variant  mnemonic   fixed bits    operands       record  isa           manual
    B      = "b",       d(18),        [LI],          AaLk,   BASE,         "I 2.4";
    Bc     = "bc",      d(16),        [BO, BI, BD],  AaLk,   BASE,         "I 2.4";
    Bclr   = "bclr",    x(19, 16),    [BO, BI, BH],  Lk,     BASE,         "I 2.4";
    Bcctr  = "bcctr",   x(19, 528),   [BO, BI, BH],  Lk,     BASE,         "I 2.4";
    Bctar  = "bctar",   x(19, 560),   [BO, BI, BH],  Lk,     V2_07,        "I 2.4";
    Sc     = "sc",      sc(17),       [LEV],         None,   BASE,         "I 2.7";
    Scv    = "scv",     d(17).with(30, 31, 1), [LEVN], None, V3_0,      "I 2.7";
    Bblels = "bblels",  x(31, 518),   [],            None,   BRANCH_LOCK,  "E500CORERM ch. 3";
    Bbelr  = "bbelr",   x(31, 550),   [],            None,   BRANCH_LOCK,  "E500CORERM ch. 3";

    Crand  = "crand",   x(19, 257),   [BT, BA, BB],  None,   BASE,         "I 2.5.1";
    Crnand = "crnand",  x(19, 225),   [BT, BA, BB],  None,   BASE,         "I 2.5.1";
    Cror   = "cror",    x(19, 449),   [BT, BA, BB],  None,   BASE,         "I 2.5.1";
    Crxor  = "crxor",   x(19, 193),   [BT, BA, BB],  None,   BASE,         "I 2.5.1";
    Crnor  = "crnor",   x(19, 33),    [BT, BA, BB],  None,   BASE,         "I 2.5.1";
    Creqv  = "creqv",   x(19, 289),   [BT, BA, BB],  None,   BASE,         "I 2.5.1";
    Crandc = "crandc",  x(19, 129),   [BT, BA, BB],  None,   BASE,         "I 2.5.1";
    Crorc  = "crorc",   x(19, 417),   [BT, BA, BB],  None,   BASE,         "I 2.5.1";
    Mcrf   = "mcrf",    x(19, 0),     [BF, BFA],     None,   BASE,         "I 2.5.2";
}
