//! Quadword and string accesses: Power ISA Book I 3.3.4 and 3.3.7 (move assist).

use crate::Row;
use crate::op::ops;
use crate::row::format::{d, ds, x};

#[rustfmt::skip]
ops! {
/// Loads and stores of quadwords and of strings.
pub enum Long;
//  variant  mnemonic  fixed bits   operands        record  isa             manual
    Lq    = "lq",     d(56),       [RT, DQ, RA0],  None,   PPC64 | V2_07,  "I 3.3.4";
    Stq   = "stq",    ds(62, 2),   [RS, DS, RA0],  None,   PPC64 | V2_07,  "I 3.3.4";
    LqSupervisor  = "lq",  d(56),     [RT, DQ, RA0], None, SUPERVISOR_QUADWORD, Supervisor, "2.06 III-S, cat. LSQ";
    StqSupervisor = "stq", ds(62, 2), [RS, DS, RA0], None, SUPERVISOR_QUADWORD, Supervisor, "2.06 III-S, cat. LSQ";

    Lswi  = "lswi",   x(31, 597),  [RT, RA0, NB],  None,   STRING,         "I 3.3.7";
    Lswx  = "lswx",   x(31, 533),  [RT, RA0, RB],  None,   STRING,         "I 3.3.7";
    Stswi = "stswi",  x(31, 725),  [RS, RA0, NB],  None,   STRING,         "I 3.3.7";
    Stswx = "stswx",  x(31, 661),  [RS, RA0, RB],  None,   STRING,         "I 3.3.7";
}
