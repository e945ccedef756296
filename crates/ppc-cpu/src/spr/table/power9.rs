//! What only POWER9 has: transactional memory, the thread ID register, and the implementation's own registers.
//!
//! POWER9 UM 2.0 chapter 4; numbers also in pdbg's list of the chip's SPRs and skiboot's `processor.h`.
//! Not here: the ultravisor's registers (496 to 511), which DD 2.0 does not have.

use super::{EXIT, W64, rw};
use crate::spr::row::{HRW, SR, SRW, SW, SprRow, URW, row};
use spr_exit::num::book3s::*;

/// POWER9's.
#[rustfmt::skip]
pub(crate) const P9: &[SprRow] = &[
    row(TFHAR,   "TFHAR",   URW, EXIT,       0, "Power ISA 3.0B II 5.4 (transactional memory is not modelled)"),
    row(TFIAR,   "TFIAR",   URW, EXIT,       0, "Power ISA 3.0B II 5.4"),
    row(TEXASR,  "TEXASR",  URW, EXIT,       0, "Power ISA 3.0B II 5.4"),
    row(TEXASRU, "TEXASRU", URW, EXIT,       0, "Power ISA 3.0B II 5.4"),
    row(TIDR,    "TIDR",    SRW, rw(0xffff), 0, "Power ISA 3.0B III 5.3.8; POWER9 UM 4.10 (16 bits)"),
    row(GSR,     "GSR",     SW,  EXIT,       0, "Power ISA 3.0B III 5.4.4 (group start, write-only)"),
    row(CIR,     "CIR",     SR,  EXIT,       0, "Power ISA 3.0B III 4.3.2 (chip information, read-only)"),
    row(SPRC,    "SPRC",    HRW, EXIT,       0, "POWER9 UM 4.10"),
    row(SPRD,    "SPRD",    HRW, EXIT,       0, "POWER9 UM 4.10"),
    row(TFMR,    "TFMR",    HRW, EXIT,       0, "POWER9 UM 4.10 (timer facility management)"),
    row(IMC,     "IMC",     HRW, EXIT,       0, "POWER9 UM 4.10 (in-memory collection)"),
    row(LMRR,    "LMRR",    URW, EXIT,       0, "Power ISA 3.0B II 7.2 (load monitored region)"),
    row(LMSER,   "LMSER",   URW, EXIT,       0, "Power ISA 3.0B II 7.2 (load monitored section)"),
    row(LDBAR,   "LDBAR",   HRW, EXIT,       0, "POWER9 UM 4.10 (in-memory collection)"),
    row(MMCRC,   "MMCRC",   HRW, EXIT,       0, "POWER9 UM 4.10"),
    row(PMCR,    "PMCR",    HRW, EXIT,       0, "POWER9 UM 4.10 (power management)"),
    row(PMSR,    "PMSR",    HRW, EXIT,       0, "POWER9 UM 4.10 (power management)"),
    row(PMMAR,   "PMMAR",   HRW, EXIT,       0, "POWER9 UM 4.10 (power management)"),
    row(L2QOSR,  "L2QOSR",  HRW, EXIT,       0, "POWER9 UM 4.10"),
    row(WORC,    "WORC",    HRW, EXIT,       0, "POWER9 UM 4.10"),
    row(RWMR,    "RWMR",    HRW, EXIT,       0, "POWER9 UM 4.10"),
    row(TRIG0,   "TRIG0",   SRW, EXIT,       0, "POWER9 UM 4.10"),
    row(TRIG1,   "TRIG1",   SRW, EXIT,       0, "POWER9 UM 4.10"),
    row(TRIG2,   "TRIG2",   SRW, EXIT,       0, "POWER9 UM 4.10"),
    row(WORT,    "WORT",    SRW, EXIT,       0, "POWER9 UM 4.10"),
    row(TSCR,    "TSCR",    HRW, EXIT,       0, "POWER9 UM 4.10"),
    row(TTR,     "TTR",     HRW, EXIT,       0, "POWER9 UM 4.10"),
    row(TRACE,   "TRACE",   HRW, EXIT,       0, "POWER9 UM 4.10"),
    row(HID,     "HID",     HRW, rw(W64),    0, "POWER9 UM 4.10; skiboot sets it at start"),
];
