//! Storage accesses beside the usual way: external process ID (Power ISA 2.07 Book III-E 5.4.3), decorated storage (Book
//! II, Decorated Storage), caching-inhibited hypervisor accesses (Book III 4.4.1), external control (PEM 4.2.5), hashes
//! of return addresses (3.1). What could not be looked up to the section is cited by its chapter.

use crate::Row;
use crate::op::ops;
use crate::row::format::x;

#[rustfmt::skip]
ops! {
/// Storage accesses with another address space, a decoration or a side effect.
pub enum Storage;
//  variant    mnemonic    fixed bits   operands           record  isa                               manual
    Lbepx    = "lbepx",    x(31, 95),   [RT, RA0, RB],     None,   EXTERNAL_PID, Supervisor,         "2.07 III-E 5.4.3";
    Lhepx    = "lhepx",    x(31, 287),  [RT, RA0, RB],     None,   EXTERNAL_PID, Supervisor,         "2.07 III-E 5.4.3";
    Lwepx    = "lwepx",    x(31, 31),   [RT, RA0, RB],     None,   EXTERNAL_PID, Supervisor,         "2.07 III-E 5.4.3";
    Ldepx    = "ldepx",    x(31, 29),   [RT, RA0, RB],     None,   PPC64 | EXTERNAL_PID, Supervisor, "2.07 III-E 5.4.3";
    Stbepx   = "stbepx",   x(31, 223),  [RS, RA0, RB],     None,   EXTERNAL_PID, Supervisor,         "2.07 III-E 5.4.3";
    Sthepx   = "sthepx",   x(31, 415),  [RS, RA0, RB],     None,   EXTERNAL_PID, Supervisor,         "2.07 III-E 5.4.3";
    Stwepx   = "stwepx",   x(31, 159),  [RS, RA0, RB],     None,   EXTERNAL_PID, Supervisor,         "2.07 III-E 5.4.3";
    Stdepx   = "stdepx",   x(31, 157),  [RS, RA0, RB],     None,   PPC64 | EXTERNAL_PID, Supervisor, "2.07 III-E 5.4.3";
    Lfdepx   = "lfdepx",   x(31, 607),  [FRT, RA0, RB],    None,   EXTERNAL_PID | FP, Supervisor,    "2.07 III-E 5.4.3";
    Stfdepx  = "stfdepx",  x(31, 735),  [FRS, RA0, RB],    None,   EXTERNAL_PID | FP, Supervisor,    "2.07 III-E 5.4.3";
    Dcbstep  = "dcbstep",  x(31, 63),   [RA0, RB],         None,   EXTERNAL_PID, Supervisor,         "2.07 III-E 5.4.3";
    Dcbfep   = "dcbfep",   x(31, 127),  [RA0, RB],         None,   EXTERNAL_PID, Supervisor,         "2.07 III-E 5.4.3";
    Dcbtep   = "dcbtep",   x(31, 319),  [THR, RA0, RB],    None,   EXTERNAL_PID, Supervisor,         "2.07 III-E 5.4.3";
    Dcbtstep = "dcbtstep", x(31, 255),  [THR, RA0, RB],    None,   EXTERNAL_PID, Supervisor,         "2.07 III-E 5.4.3";
    Icbiep   = "icbiep",   x(31, 991),  [RA0, RB],         None,   EXTERNAL_PID, Supervisor,         "2.07 III-E 5.4.3";
    Dcbzep   = "dcbzep",   x(31, 1023), [RA0, RB],         None,   EXTERNAL_PID, Supervisor,         "2.07 III-E 5.4.3";

    Lbdx     = "lbdx",     x(31, 515),  [RT, RA, RB],      None,   DECORATED,                        "2.07 II, cat. DS";
    Lhdx     = "lhdx",     x(31, 547),  [RT, RA, RB],      None,   DECORATED,                        "2.07 II, cat. DS";
    Lwdx     = "lwdx",     x(31, 579),  [RT, RA, RB],      None,   DECORATED,                        "2.07 II, cat. DS";
    Lddx     = "lddx",     x(31, 611),  [RT, RA, RB],      None,   PPC64 | DECORATED,                "2.07 II, cat. DS";
    Stbdx    = "stbdx",    x(31, 643),  [RS, RA, RB],      None,   DECORATED,                        "2.07 II, cat. DS";
    Sthdx    = "sthdx",    x(31, 675),  [RS, RA, RB],      None,   DECORATED,                        "2.07 II, cat. DS";
    Stwdx    = "stwdx",    x(31, 707),  [RS, RA, RB],      None,   DECORATED,                        "2.07 II, cat. DS";
    Stddx    = "stddx",    x(31, 739),  [RS, RA, RB],      None,   PPC64 | DECORATED,                "2.07 II, cat. DS";
    Lfddx    = "lfddx",    x(31, 803),  [FRT, RA, RB],     None,   DECORATED | FP,                   "2.07 II, cat. DS";
    Stfddx   = "stfddx",   x(31, 931),  [FRS, RA, RB],     None,   DECORATED | FP,                   "2.07 II, cat. DS";
    Dsn      = "dsn",      x(31, 483),  [RA, RB],          None,   DECORATED,                        "2.07 II, cat. DS";

    Lbzcix   = "lbzcix",   x(31, 853),  [RT, RA0, RB],     None,   PPC64 | V2_05, Hypervisor,        "III 4.4.1";
    Lhzcix   = "lhzcix",   x(31, 821),  [RT, RA0, RB],     None,   PPC64 | V2_05, Hypervisor,        "III 4.4.1";
    Lwzcix   = "lwzcix",   x(31, 789),  [RT, RA0, RB],     None,   PPC64 | V2_05, Hypervisor,        "III 4.4.1";
    Ldcix    = "ldcix",    x(31, 885),  [RT, RA0, RB],     None,   PPC64 | V2_05, Hypervisor,        "III 4.4.1";
    Stbcix   = "stbcix",   x(31, 981),  [RS, RA0, RB],     None,   PPC64 | V2_05, Hypervisor,        "III 4.4.1";
    Sthcix   = "sthcix",   x(31, 949),  [RS, RA0, RB],     None,   PPC64 | V2_05, Hypervisor,        "III 4.4.1";
    Stwcix   = "stwcix",   x(31, 917),  [RS, RA0, RB],     None,   PPC64 | V2_05, Hypervisor,        "III 4.4.1";
    Stdcix   = "stdcix",   x(31, 1013), [RS, RA0, RB],     None,   PPC64 | V2_05, Hypervisor,        "III 4.4.1";

    Eciwx    = "eciwx",    x(31, 310),  [RT, RA0, RB],     None,   EXTERNAL_CONTROL,                 "PEM 8.2";
    Ecowx    = "ecowx",    x(31, 438),  [RS, RA0, RB],     None,   EXTERNAL_CONTROL,                 "PEM 8.2";

    Hashst   = "hashst",   x(31, 722),  [RB, HASH_D, RA0], None,   V3_1,                             "3.1 I ch. 3";
    Hashstp  = "hashstp",  x(31, 658),  [RB, HASH_D, RA0], None,   V3_1, Supervisor,                 "3.1 III ch. 5";
    Hashchk  = "hashchk",  x(31, 754),  [RB, HASH_D, RA0], None,   V3_1,                             "3.1 I ch. 3";
    Hashchkp = "hashchkp", x(31, 690),  [RB, HASH_D, RA0], None,   V3_1, Supervisor,                 "3.1 III ch. 5";
    Icswx    = "icswx",    x(31, 406),  [RS, RA, RB],      Rc,     BEFORE_V3_0,                      "2.07 II 4.3.2";
}
