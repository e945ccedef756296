//! Translation look-aside buffers and segments: Power ISA Book III 5.9.3 and 5.10; 2.07 Book III-E 6.11 and EREF 2.0 for
//! Book E; PEM 8.2; PPC405UM ch. 9.

use crate::Row;
use crate::op::ops;
use crate::row::format::{x, x_dot};

#[rustfmt::skip]
ops! {
/// Instructions for translation look-aside buffers and segments.
pub enum Tlb;
//  variant     mnemonic   fixed bits      operands                    record  isa                        manual
    Tlbie     = "tlbie",   x(31, 306),     [RB, RS, RIC, PRS, TLB_R],  None,   V3_0, Supervisor,          "III 5.9.3.3";
    TlbieRs   = "tlbie",   x(31, 306),     [RB, RS],                   None,   BEFORE_V3_0, Supervisor,   "2.07 III-S 5.9.3.3";
    TlbieL    = "tlbie",   x(31, 306),     [RB, TLB_L],                None,   TLBIE_L, Supervisor,       "PEM 8.2";
    Tlbiel    = "tlbiel",  x(31, 274),     [RB, RSO, RIC, PRS, TLB_R], None,   V3_0, Supervisor,          "III 5.9.3.3";
    TlbielL   = "tlbiel",  x(31, 274),     [RB, TLB_L],                None,   BEFORE_V3_0, Supervisor,   "2.07 III-S 5.9.3.3";
    Tlbiel970 = "tlbiel",  x(31, 274),     [RB, TLB_L],                None,   TLBIE_L | SLB, Supervisor, "2.01 III 4.4";
    Tlbia     = "tlbia",   x(31, 370),     [],                         None,   PPC405_ONLY, Supervisor,   "PPC405UM ch. 9";
    Tlbsync   = "tlbsync", x(31, 566),     [],                         None,   BASE, Supervisor,          "III 5.9.3.3";
    Tlbld     = "tlbld",   x(31, 978),     [RB],                       None,   TLB_LOAD, Supervisor,      "603e UM ch. 2";
    Tlbli     = "tlbli",   x(31, 1010),    [RB],                       None,   TLB_LOAD, Supervisor,      "603e UM ch. 2";

    Tlbre     = "tlbre",   x(31, 946),     [RTO, RAO, WS],             None,   TLB_4XX, Supervisor,       "PPC405UM ch. 9";
    Tlbwe     = "tlbwe",   x(31, 978),     [RSO, RAO, WS],             None,   TLB_4XX, Supervisor,       "PPC405UM ch. 9";
    Tlbsx     = "tlbsx",   x(31, 914),     [RTO, RA0, RB],             Rc,     TLB_4XX, Supervisor,       "PPC405UM ch. 9";
    TlbreMas  = "tlbre",   x(31, 946),     [],                         None,   TLB_MAS, Supervisor,       "EREF 2.0 5.4";
    TlbweMas  = "tlbwe",   x(31, 978),     [],                         None,   TLB_MAS, Supervisor,       "EREF 2.0 5.4";
    TlbsxMas  = "tlbsx",   x(31, 914),     [RA0, RB],                  None,   TLB_MAS, Supervisor,       "EREF 2.0 5.4";
    Tlbivax   = "tlbivax", x(31, 786),     [RA0, RB],                  None,   TLB_MAS, Supervisor,       "EREF 2.0 5.4";
    Tlbilx    = "tlbilx",  x(31, 18),      [TLB_T, RA0, RB],           None,   GUEST, Supervisor,         "EREF 2.0 5.4";

    Slbia     = "slbia",   x(31, 498),     [IH],                       None,   SLB, Supervisor,           "III 5.9.3.2";
    Slbie     = "slbie",   x(31, 434),     [RB],                       None,   SLB, Supervisor,           "III 5.9.3.2";
    Slbieg    = "slbieg",  x(31, 466),     [RS, RB],                   None,   V3_0, Supervisor,          "III 5.9.3.2";
    Slbiag    = "slbiag",  x(31, 850),     [RS],                       None,   V3_0, Supervisor,          "III 5.9.3.2";
    Slbmte    = "slbmte",  x(31, 402),     [RS, RB],                   None,   SLB, Supervisor,           "III 5.9.3.2";
    Slbmfev   = "slbmfev", x(31, 851),     [RT, RB, SLB_L],            None,   SLB, Supervisor,           "III 5.9.3.2";
    Slbmfee   = "slbmfee", x(31, 915),     [RT, RB, SLB_L],            None,   SLB, Supervisor,           "III 5.9.3.2";
    SlbfeeRc  = "slbfee.", x_dot(31, 979), [RT, RB],                   None,   SLB | V2_05, Supervisor,   "III 5.9.3.2";
    Slbsync   = "slbsync", x(31, 338),     [],                         None,   V3_0, Supervisor,          "III 5.9.3.2";

    Mtsr      = "mtsr",    x(31, 210),     [SR, RS],                   None,   SEGMENTS, Supervisor,      "PEM 8.2";
    Mtsrin    = "mtsrin",  x(31, 242),     [RS, RB],                   None,   SEGMENTS, Supervisor,      "PEM 8.2";
    Mfsr      = "mfsr",    x(31, 595),     [RT, SR],                   None,   SEGMENTS, Supervisor,      "PEM 8.2";
    Mfsrin    = "mfsrin",  x(31, 659),     [RT, RB],                   None,   SEGMENTS, Supervisor,      "PEM 8.2";
}
