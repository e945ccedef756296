//! Reservations and memory barriers: Power ISA Book II 4.6; Book E and EREF for the embedded barriers.

use crate::Row;
use crate::op::ops;
use crate::row::format::{x, x_dot};

#[rustfmt::skip]
ops! {
/// Reservations and memory barriers.
pub enum Atomic;
//  variant   mnemonic    fixed bits                     operands           record  isa            manual
    Lbarx   = "lbarx",    x(31, 52),                     [RT, RA0, RB, EH], None,   BYTE_RESERVE,  "II 4.6.2.1";
    Lharx   = "lharx",    x(31, 116),                    [RT, RA0, RB, EH], None,   BYTE_RESERVE,  "II 4.6.2.1";
    Lwarx   = "lwarx",    x(31, 20),                     [RT, RA0, RB, EH], None,   BASE,          "II 4.6.2.1";
    Ldarx   = "ldarx",    x(31, 84),                     [RT, RA0, RB, EH], None,   PPC64,         "II 4.6.2.2";
    StbcxRc = "stbcx.",   x_dot(31, 694),                [RS, RA0, RB],     None,   BYTE_RESERVE,  "II 4.6.2.1";
    SthcxRc = "sthcx.",   x_dot(31, 726),                [RS, RA0, RB],     None,   BYTE_RESERVE,  "II 4.6.2.1";
    StwcxRc = "stwcx.",   x_dot(31, 150),                [RS, RA0, RB],     None,   BASE,          "II 4.6.2.1";
    StdcxRc = "stdcx.",   x_dot(31, 214),                [RS, RA0, RB],     None,   PPC64,         "II 4.6.2.2";
    Lqarx   = "lqarx",    x(31, 276),                    [RT, RA0, RB, EH], None,   PPC64 | V2_07, "II 4.6.2.3";
    StqcxRc = "stqcx.",   x_dot(31, 182),                [RS, RA0, RB],     None,   PPC64 | V2_07, "II 4.6.2.3";

    Lwat    = "lwat",     x(31, 582),                    [RT, RA0, FC],     None,   PPC64 | V3_0,  "II 4.5.1";
    Ldat    = "ldat",     x(31, 614),                    [RT, RA0, FC],     None,   PPC64 | V3_0,  "II 4.5.1";
    Stwat   = "stwat",    x(31, 710),                    [RS, RA0, FC],     None,   PPC64 | V3_0,  "II 4.5.2";
    Stdat   = "stdat",    x(31, 742),                    [RS, RA0, FC],     None,   PPC64 | V3_0,  "II 4.5.2";

    Copy    = "copy",     x(31, 774).with(10, 10, 1),    [RA0, RB],         None,   V3_0,          "II 4.4";
    PasteRc = "paste.",   x_dot(31, 902).with(10, 10, 1), [RA0, RB],        None,   V3_0,          "II 4.4";
    Cpabort = "cpabort",  x(31, 838),                    [],                None,   V3_0,          "II 4.4";

    Sync    = "sync",     x(31, 598),                    [L2],              None,   SYNC_L,        "II 4.6.3";
    Msync   = "msync",    x(31, 598).with(9, 10, 0),     [],                None,   MSYNC_ONLY,    "E500CORERM ch. 3";
    Eieio   = "eieio",    x(31, 854),                    [],                None,   EIEIO,         "II 4.6.3";
    Mbar    = "mbar",     x(31, 854),                    [MO],              None,   BOOKE,         "EREF 2.0 5.4";
    Isync   = "isync",    x(19, 150),                    [],                None,   BASE,          "II 4.6.1";
}
