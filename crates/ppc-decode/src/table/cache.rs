//! Cache management: Power ISA Book II 4.3; EREF 2.0 §5.4 for cache locking.

use crate::Row;
use crate::op::ops;
use crate::row::format::{x, x_dot};

#[rustfmt::skip]
ops! {
/// Cache management instructions.
pub enum Cache;
//  variant   mnemonic    fixed bits   operands       record  isa                     manual
    Dcbt    = "dcbt",     x(31, 278),  [RA0, RB, TH], None,   BASE,                   "II 4.3.2";
    Dcbtst  = "dcbtst",   x(31, 246),  [RA0, RB, TH], None,   BASE,                   "II 4.3.2";
    Dcbst   = "dcbst",    x(31, 54),   [RA0, RB],     None,   BASE,                   "II 4.3.2";
    Dcbf    = "dcbf",     x(31, 86),   [RA0, RB, L2], None,   BASE,                   "II 4.3.2";
    Dcbi    = "dcbi",     x(31, 470),  [RA0, RB],     None,   NON_SERVER, Supervisor, "PEM 8.2";
    Dcbz    = "dcbz",     x(31, 1014), [RA0, RB],     None,   BASE,                   "II 4.3.2";
    Dcba    = "dcba",     x(31, 758),  [RA0, RB],     None,   DCBA,                   "PEM 8.2";
    Icbi    = "icbi",     x(31, 982),  [RA0, RB],     None,   BASE,                   "II 4.3.1";
    Icbt    = "icbt",     x(31, 22),   [CT, RA0, RB], None,   ICBT,                   "II 4.3.1";

    Dcbtls  = "dcbtls",   x(31, 166),  [CT, RA0, RB], None,   CACHE_LOCK,             "EREF 2.0 5.4";
    Dcbtstls = "dcbtstls", x(31, 134), [CT, RA0, RB], None,   CACHE_LOCK,             "EREF 2.0 5.4";
    Dcblc   = "dcblc",    x(31, 390),  [CT, RA0, RB], None,   CACHE_LOCK,             "EREF 2.0 5.4";
    Icbtls  = "icbtls",   x(31, 486),  [CT, RA0, RB], None,   CACHE_LOCK,             "EREF 2.0 5.4";
    Icblc   = "icblc",    x(31, 230),  [CT, RA0, RB], None,   CACHE_LOCK,             "EREF 2.0 5.4";
    DcblqRc = "dcblq.",   x_dot(31, 422), [CT, RA0, RB], None, THREADS,                "EREF 2.0 5.4";
    IcblqRc = "icblq.",   x_dot(31, 198), [CT, RA0, RB], None, THREADS,                "EREF 2.0 5.4";

    Dcbzl   = "dcbzl",    x(31, 1014).with(10, 10, 1), [RA0, RB], None, DCBZL,         "EREF 2.0 5.4";
    Dcbal   = "dcbal",    x(31, 758).with(10, 10, 1), [RA0, RB], None, DCBA | DCBZL,   "EREF 2.0 5.4";

    Dccci   = "dccci",    x(31, 454),  [RAO, RBO],   None,   CACHE_4XX, Supervisor,   "PPC405UM ch. 9";
    Dcread  = "dcread",   x(31, 486),  [RT, RA0, RB], None,  CACHE_4XX, Supervisor,   "PPC405UM ch. 9";
    Iccci   = "iccci",    x(31, 966),  [RAO, RBO],   None,   CACHE_4XX, Supervisor,   "PPC405UM ch. 9";
    Icread  = "icread",   x(31, 998),  [RA0, RB],    None,   CACHE_4XX, Supervisor,   "PPC405UM ch. 9";
    Icbt405 = "icbt",     x(31, 262),  [RA, RB],     None,   PPC405_ONLY,             "PPC405UM ch. 9";
}
