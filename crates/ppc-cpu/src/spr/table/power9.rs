//! What only POWER9 has: the thread ID register, and the implementation's own registers.
//!
//! Power ISA 3.0B; the chip's SPR map as `libpdbg/sprs.h` of pdbg 3 has it (numbers and names only), skiboot's
//! `processor.h`. That the chip's own registers are the hypervisor's is our choice where these say nothing.
//! Not here: the ultravisor's registers (496 to 511), which DD 2.0 does not have, and TRACE (1006), whose level no source
//! at hand says.

use super::{EXIT, W32, W64, rw};
use crate::spr::row::{HRW, SR, SRW, SW, SprRow, URW, row};
use spr_exit::num::book3s::*;

/// POWER9's.
#[rustfmt::skip]
pub(crate) const P9: &[SprRow] = &[
    row(FSCR,       "FSCR",   SRW,   rw(0xff00_0000_0000_1984), 0, "Power ISA 3.0B III, Interrupts (IC SCV LM TAR EBB DSCR)"),
    row(HFSCR,      "HFSCR",  HRW,   rw(0xff00_0000_0000_05bf), 0, "Power ISA 3.0B III, Interrupts (IC MSGP TAR EBB TM BHRB PM DSCR VECVSX FP)"),
    row(LPCR,       "LPCR",   HRW,   rw(0x7070_4000_03f7_fe1b), 0, "Power ISA 3.0B III, Logical Partitioning"),
    row(PCR,        "PCR",    HRW,   rw(0xe000_0000_0000_000e), 0, "Power ISA 3.0B III, Logical Partitioning"),
    row(HEIR,       "HEIR",   HRW,   rw(W32),                   0, "Power ISA 3.0B III, Interrupts"),
    row(TIDR,    "TIDR",    SRW, rw(0xffff), 0, "Power ISA 3.0B III, Fixed-Point Facility; POWER9 UM (16 bits)"),
    row(GSR,     "GSR",     SW,  EXIT,       0, "Power ISA 3.0B III, SPR encodings (group start, write-only)"),
    row(CIR,     "CIR",     SR,  EXIT,       0, "Power ISA 3.0B III, Fixed-Point Facility (chip information, read-only)"),
    row(SPRC,    "SPRC",    HRW, EXIT,       0, "P9 SPR map of pdbg 3"),
    row(SPRD,    "SPRD",    HRW, EXIT,       0, "P9 SPR map of pdbg 3"),
    row(TFMR,    "TFMR",    HRW, EXIT,       0, "P9 SPR map of pdbg 3 (timer facility management)"),
    row(IMC,     "IMC",     HRW, EXIT,       0, "P9 SPR map of pdbg 3 (in-memory collection)"),
    row(LMRR,    "LMRR",    URW, EXIT,       0, "Power ISA 3.0B II, Event-Based Branch Facility (load monitored region)"),
    row(LMSER,   "LMSER",   URW, EXIT,       0, "Power ISA 3.0B II, Event-Based Branch Facility (load monitored section)"),
    row(LDBAR,   "LDBAR",   HRW, EXIT,       0, "P9 SPR map of pdbg 3 (in-memory collection)"),
    row(MMCRC,   "MMCRC",   HRW, EXIT,       0, "P9 SPR map of pdbg 3"),
    row(PMCR,    "PMCR",    HRW, EXIT,       0, "P9 SPR map of pdbg 3 (power management)"),
    row(PMSR,    "PMSR",    HRW, EXIT,       0, "P9 SPR map of pdbg 3 (power management)"),
    row(PMMAR,   "PMMAR",   HRW, EXIT,       0, "P9 SPR map of pdbg 3 (power management)"),
    row(L2QOSR,  "L2QOSR",  HRW, EXIT,       0, "P9 SPR map of pdbg 3"),
    row(WORC,    "WORC",    HRW, EXIT,       0, "P9 SPR map of pdbg 3"),
    row(RWMR,    "RWMR",    HRW, EXIT,       0, "P9 SPR map of pdbg 3"),
    row(TRIG0,   "TRIG0",   SRW, EXIT,       0, "P9 SPR map of pdbg 3"),
    row(TRIG1,   "TRIG1",   SRW, EXIT,       0, "P9 SPR map of pdbg 3"),
    row(TRIG2,   "TRIG2",   SRW, EXIT,       0, "P9 SPR map of pdbg 3"),
    row(WORT,    "WORT",    SRW, EXIT,       0, "P9 SPR map of pdbg 3"),
    row(TSCR,    "TSCR",    HRW, EXIT,       0, "P9 SPR map of pdbg 3"),
    row(TTR,     "TTR",     HRW, EXIT,       0, "P9 SPR map of pdbg 3"),
    row(HID,     "HID",     HRW, rw(W64),    0, "P9 SPR map of pdbg 3; skiboot processor.h (HID0 bits of POWER9)"),
];
