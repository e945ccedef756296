//! What only POWER10 has among servers: Power ISA 3.1.
//!
//! Levels as `powerpc/sprs.c` of kvm-unit-tests has them of version 3.1B. What it shares with POWER9, the implementation's own
//! among it, stands in `power9.rs`. Not here: the ultravisor's registers; transactional memory, which IBM's list
//! has and version 3.1 has not; CIR, which neither has.

use super::{W32, W64, of, rw};
use crate::spr::Facility;
use crate::spr::row::{HRW, SRW, SprRow, UR, row};
use spr_exit::num::book3s::*;

/// POWER10's.
#[rustfmt::skip]
pub(crate) const P10: &[SprRow] = &[
    row(FSCR,       "FSCR",      SRW, rw(0xff00_0000_0000_3184), 0, "Power ISA 3.1 III, Interrupts (IC PREFIX SCV TAR EBB DSCR)"),
    row(HFSCR,      "HFSCR",     HRW, rw(0xff00_0000_0000_259f), 0, "Power ISA 3.1 III, Interrupts (IC PREFIX MSGP TAR EBB BHRB PM DSCR VECVSX FP)"),
    row(LPCR,       "LPCR",      HRW, rw(0x7070_4000_07f7_fe1b), 0, "Power ISA 3.1 III, Logical Partitioning (HAIL)"),
    row(PCR,        "PCR",       HRW, rw(0x1000_0000_0000_001e), 0, "Power ISA 3.1 III, Logical Partitioning (MMA v3.0 v2.07 v2.06 v2.05)"),
    // The prefix in the upper half.
    row(HEIR,       "HEIR",      HRW, rw(W64),                   0, "Power ISA 3.1 III, Interrupts"),
    row(DAWR1,      "DAWR1",     HRW, rw(W64 & !7),              0, "Power ISA 3.1 III, Debug Facilities"),
    row(DAWRX1,     "DAWRX1",    HRW, rw(W32),                   0, "Power ISA 3.1 III, Debug Facilities"),
    // The keys of `hashst`; the hypervisor's and the supervisor's, as for `hashstp`.
    row(HASHKEYR,   "HASHKEYR",  SRW, rw(W64),                   0, "Power ISA 3.1B III, Fixed-Point Facility (468)"),
    row(HASHPKEYR,  "HASHPKEYR", HRW, rw(W64),                   0, "Power ISA 3.1B III, Fixed-Point Facility (469)"),
    row(HDEXCR,     "HDEXCR",    HRW, rw(W64),                   0, "Power ISA 3.1B III, Dynamic Execution Control (471)"),
    row(HDEXCR_USER, "UHDEXCR",  UR,  of(HDEXCR),                0, "Power ISA 3.1B III, Dynamic Execution Control (455)"),
    row(DEXCR,      "DEXCR",     SRW, rw(W64),                   0, "Power ISA 3.1B III, Dynamic Execution Control (828)"),
    row(DEXCR_USER, "UDEXCR",    UR,  of(DEXCR),                 0, "Power ISA 3.1B III, Dynamic Execution Control (812)"),
    row(SIER2,      "SIER2",     SRW, rw(W64),                   0, "Power ISA 3.1 III, Performance Monitor Facility (752)").of(Facility::Pmu),
    row(SIER3,      "SIER3",     SRW, rw(W64),                   0, "Power ISA 3.1 III, Performance Monitor Facility (753)").of(Facility::Pmu),
    row(MMCR3,      "MMCR3",     SRW, rw(W64),                   0, "Power ISA 3.1 III, Performance Monitor Facility (754)").of(Facility::Pmu),
    row(SIER2_USER, "USIER2",    UR,  of(SIER2),                 0, "Power ISA 3.1 III, Performance Monitor Facility (736)").of(Facility::PmuReadable),
    row(SIER3_USER, "USIER3",    UR,  of(SIER3),                 0, "Power ISA 3.1 III, Performance Monitor Facility (737)").of(Facility::PmuReadable),
    row(MMCR3_USER, "UMMCR3",    UR,  of(MMCR3),                 0, "Power ISA 3.1 III, Performance Monitor Facility (738)").of(Facility::PmuReadable),
];
