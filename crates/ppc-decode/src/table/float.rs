//! Loads, stores and moves of floating-point registers: Power ISA Book I 4.6.2 to 4.6.5.
//!
//! Floating-point arithmetic is not here yet.

use crate::Row;
use crate::op::ops;
use crate::row::format::{d, ds, x};

#[rustfmt::skip]
ops! {
/// Floating-point loads, stores and moves.
pub enum Float;
//  variant  mnemonic   fixed bits   operands          record  isa          manual
    Lfs    = "lfs",     d(48),       [FRT, D, RA0],    None,   FP,          "I 4.6.2";
    Lfsu   = "lfsu",    d(49),       [FRT, D, RA],     None,   FP,          "I 4.6.2";
    Lfd    = "lfd",     d(50),       [FRT, D, RA0],    None,   FP,          "I 4.6.2";
    Lfdu   = "lfdu",    d(51),       [FRT, D, RA],     None,   FP,          "I 4.6.2";
    Lfsx   = "lfsx",    x(31, 535),  [FRT, RA0, RB],   None,   FP,          "I 4.6.2";
    Lfsux  = "lfsux",   x(31, 567),  [FRT, RA, RB],    None,   FP,          "I 4.6.2";
    Lfdx   = "lfdx",    x(31, 599),  [FRT, RA0, RB],   None,   FP,          "I 4.6.2";
    Lfdux  = "lfdux",   x(31, 631),  [FRT, RA, RB],    None,   FP,          "I 4.6.2";
    Lfiwax = "lfiwax",  x(31, 855),  [FRT, RA0, RB],   None,   FP | V2_05,  "I 4.6.2";
    Lfiwzx = "lfiwzx",  x(31, 887),  [FRT, RA0, RB],   None,   FP | V2_06,  "I 4.6.2";
    Stfs   = "stfs",    d(52),       [FRS, D, RA0],    None,   FP,          "I 4.6.3";
    Stfsu  = "stfsu",   d(53),       [FRS, D, RA],     None,   FP,          "I 4.6.3";
    Stfd   = "stfd",    d(54),       [FRS, D, RA0],    None,   FP,          "I 4.6.3";
    Stfdu  = "stfdu",   d(55),       [FRS, D, RA],     None,   FP,          "I 4.6.3";
    Stfsx  = "stfsx",   x(31, 663),  [FRS, RA0, RB],   None,   FP,          "I 4.6.3";
    Stfsux = "stfsux",  x(31, 695),  [FRS, RA, RB],    None,   FP,          "I 4.6.3";
    Stfdx  = "stfdx",   x(31, 727),  [FRS, RA0, RB],   None,   FP,          "I 4.6.3";
    Stfdux = "stfdux",  x(31, 759),  [FRS, RA, RB],    None,   FP,          "I 4.6.3";
    Stfiwx = "stfiwx",  x(31, 983),  [FRS, RA0, RB],   None,   FP,          "I 4.6.3";

    Lfdp   = "lfdp",    ds(57, 0),   [FRT, DS, RA0],   None,   FP | V2_05,  "I 4.6.4";
    Lfdpx  = "lfdpx",   x(31, 791),  [FRT, RA0, RB],   None,   FP | V2_05,  "I 4.6.4";
    Stfdp  = "stfdp",   ds(61, 0),   [FRS, DS, RA0],   None,   FP | V2_05,  "I 4.6.4";
    Stfdpx = "stfdpx",  x(31, 919),  [FRS, RA0, RB],   None,   FP | V2_05,  "I 4.6.4";

    Fmr    = "fmr",     x(63, 72),   [FRT, FRB],       Rc,     FP,          "I 4.6.5";
    Fneg   = "fneg",    x(63, 40),   [FRT, FRB],       Rc,     FP,          "I 4.6.5";
    Fabs   = "fabs",    x(63, 264),  [FRT, FRB],       Rc,     FP,          "I 4.6.5";
    Fnabs  = "fnabs",   x(63, 136),  [FRT, FRB],       Rc,     FP,          "I 4.6.5";
    Fcpsgn = "fcpsgn",  x(63, 8),    [FRT, FRA, FRB],  Rc,     FP | V2_05,  "I 4.6.5";
}
