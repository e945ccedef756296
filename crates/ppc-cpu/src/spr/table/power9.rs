//! What only POWER9 has, and the implementation's own registers that it shares with POWER10.
//!
//! Power ISA 3.0B by libre-soc's transcription of its figure "SPR encodings" (`sprs.csv`, with levels). The implementation's own: IBM's
//! list of the chip's SPRs (`p9_spr_name_map.H` of hostboot: number, direction, length), and what `powerpc/sprs.c` of kvm-unit-tests
//! has of the POWER9 and POWER10 User's Manuals (direction and level); all of POWER10's are also in IBM's list of that chip
//! (`ecmdMapSpr2Str` of eCMD for pdbg: number and name). What is in IBM's lists alone has its level by our choice.
//! Not here: the ultravisor's registers (496 to 511), which IBM's list has and DD 2.0 has not; SDR1, which it has and version 3.0B
//! has not.

use super::{EXIT, W32, W64, rw};
use crate::spr::row::{HR, HRW, HW, SR, SRW, SW, SprRow, URW, UW, row};
use spr_exit::num::book3s::*;

/// POWER9's.
#[rustfmt::skip]
pub(crate) const P9: &[SprRow] = &[
    row(FSCR,       "FSCR",   SRW,   rw(0xff00_0000_0000_1984), 0, "Power ISA 3.0B III, Interrupts (IC SCV LM TAR EBB DSCR)"),
    row(HFSCR,      "HFSCR",  HRW,   rw(0xff00_0000_0000_05bf), 0, "Power ISA 3.0B III, Interrupts (IC MSGP TAR EBB TM BHRB PM DSCR VECVSX FP)"),
    row(LPCR,       "LPCR",   HRW,   rw(0x7070_4000_03f7_fe1b), 0, "Power ISA 3.0B III, Logical Partitioning; QEMU (lpcr_mask)"),
    row(PCR,        "PCR",    HRW,   rw(0x2000_0000_0000_000e), 0, "Power ISA 3.0B III, Logical Partitioning (TM v2.07 v2.06 v2.05); Linux asm/reg.h (VEC and VSX not since POWER8)"),
    row(HEIR,       "HEIR",   HRW,   rw(W32),                   0, "Power ISA 3.0B III, Interrupts"),
    row(TIDR,    "TIDR",    SRW, rw(0xffff), 0, "Power ISA 3.0B III, Fixed-Point Facility; POWER9 UM (16 bits)"),
    row(CIR,     "CIR",     SR,  EXIT,       0, "Power ISA 3.0B III, Fixed-Point Facility (chip information, read-only)"),
    row(LMRR,    "LMRR",    URW, EXIT,       0, "Power ISA 3.0 II, Event-Based Branch Facility (load monitored region); hostboot p9_spr_name_map.H"),
    row(LMSER,   "LMSER",   URW, EXIT,       0, "Power ISA 3.0 II, Event-Based Branch Facility (load monitored section); hostboot p9_spr_name_map.H"),
    row(PMMAR,   "PMMAR",   HRW, EXIT,       0, "hostboot p9_spr_name_map.H (power management)"),
    row(WORC,    "WORC",    HRW, EXIT,       0, "hostboot p9_spr_name_map.H"),
];

/// The implementation's own of POWER9 and POWER10.
#[rustfmt::skip]
pub(crate) const P9_P10: &[SprRow] = &[
    row(GSR,     "GSR",     SW,  EXIT,       0, "Power ISA 3.0B III, SPR encodings (group start, write-only); eCMD ecmdMapSpr2Str of POWER10"),
    row(SPRC,    "SPRC",    HRW, EXIT,       0, "hostboot p9_spr_name_map.H; kvm-unit-tests sprs_power9_10"),
    row(SPRD,    "SPRD",    HRW, EXIT,       0, "hostboot p9_spr_name_map.H; kvm-unit-tests sprs_power9_10"),
    row(TFMR,    "TFMR",    HRW, EXIT,       0, "hostboot p9_spr_name_map.H; kvm-unit-tests sprs_power9_10 (timer facility management)"),
    row(IMC,     "IMC",     HRW, EXIT,       0, "hostboot p9_spr_name_map.H; kvm-unit-tests sprs_power9_10 (in-memory collection)"),
    // kvm-unit-tests has it read-only, and Linux's imc-pmu.c writes it.
    row(LDBAR,   "LDBAR",   HRW, EXIT,       0, "hostboot p9_spr_name_map.H (in-memory collection)"),
    row(MMCRC,   "MMCRC",   HRW, EXIT,       0, "hostboot p9_spr_name_map.H; kvm-unit-tests sprs_power9_10"),
    row(PMSR,    "PMSR",    HR,  EXIT,       0, "hostboot p9_spr_name_map.H; kvm-unit-tests sprs_power9_10 (power management, read-only)"),
    row(L2QOSR,  "L2QOSR",  HW,  EXIT,       0, "hostboot p9_spr_name_map.H; kvm-unit-tests sprs_power9_10 (write-only)"),
    // Write-only in both lists. Our choice: reads reach user space too, whose registers the bare machine has at these numbers.
    row(TRIG0,   "TRIG0",   SRW, EXIT,       0, "hostboot p9_spr_name_map.H (write-only); eCMD ecmdMapSpr2Str of POWER10"),
    row(TRIG1,   "TRIG1",   SRW, EXIT,       0, "hostboot p9_spr_name_map.H; kvm-unit-tests sprs_power9_10 (write-only)"),
    row(TRIG2,   "TRIG2",   SRW, EXIT,       0, "hostboot p9_spr_name_map.H; kvm-unit-tests sprs_power9_10 (write-only)"),
    row(PMCR,    "PMCR",    HRW, EXIT,       0, "hostboot p9_spr_name_map.H; kvm-unit-tests sprs_power9_10 (power management)"),
    row(RWMR,    "RWMR",    HRW, EXIT,       0, "hostboot p9_spr_name_map.H; kvm-unit-tests sprs_power9_10"),
    row(WORT,    "WORT",    SRW, EXIT,       0, "hostboot p9_spr_name_map.H; kvm-unit-tests sprs_power9_10 (18 bits)"),
    row(TSCR,    "TSCR",    HRW, EXIT,       0, "hostboot p9_spr_name_map.H; kvm-unit-tests sprs_power9_10"),
    row(TTR,     "TTR",     HRW, EXIT,       0, "hostboot p9_spr_name_map.H; kvm-unit-tests sprs_power9_10"),
    row(TRACE,   "TRACE",   UW,  EXIT,       0, "hostboot p9_spr_name_map.H; kvm-unit-tests sprs_power9_10 (write-only, for problem state too)"),
    row(HID,     "HID",     HRW, rw(W64),    0, "hostboot p9_spr_name_map.H; kvm-unit-tests sprs_power9_10; skiboot processor.h (HID0 bits)"),
];
