//! What only POWER8 has among servers, and transactional memory, which it shares with POWER9: Power ISA 2.07.
//!
//! POWER8 Processor User's Manual by way of Linux `asm/reg.h`, skiboot `processor.h` and QEMU `init_proc_POWER8`; that the
//! implementation's own registers are the hypervisor's is our choice where these say nothing.

use super::{EXIT, rw};
use crate::spr::row::{HRW, SR, SRW, SprRow, URW, row};
use spr_exit::num::book3s::*;

/// Transactional memory, which is not modelled.
#[rustfmt::skip]
pub(crate) const TRANSACTIONS: &[SprRow] = &[
    row(TFHAR,   "TFHAR",   URW, EXIT, 0, "Power ISA 3.0B II, Transactional Memory Facility (transactional memory is not modelled)"),
    row(TFIAR,   "TFIAR",   URW, EXIT, 0, "Power ISA 3.0B II, Transactional Memory Facility"),
    row(TEXASR,  "TEXASR",  URW, EXIT, 0, "Power ISA 3.0B II, Transactional Memory Facility"),
    row(TEXASRU, "TEXASRU", URW, EXIT, 0, "Power ISA 3.0B II, Transactional Memory Facility"),
];

/// POWER8's.
#[rustfmt::skip]
pub(crate) const P8: &[SprRow] = &[
    row(FSCR,  "FSCR",  SRW,   rw(0xff00_0000_0000_0184), 0, "Power ISA 2.07 III-S, Interrupts (IC TAR EBB DSCR)"),
    row(HFSCR, "HFSCR", HRW,   rw(0xff00_0000_0000_05bf), 0, "Power ISA 2.07 III-S, Interrupts (IC MSGP TAR EBB TM BHRB PM DSCR VECVSX FP)"),
    row(LPCR,  "LPCR",  HRW,   rw(0xf07f_8000_3f85_fa09), 0, "Power ISA 2.07 III-S, Logical Partitioning; QEMU (lpcr_mask)"),
    row(PCR,   "PCR",   HRW,   rw(0x2000_0000_0000_0006), 0, "Power ISA 2.07 III-S, Logical Partitioning (TM v2.06 v2.05)"),
    row(DHDES, "DHDES", HRW,   EXIT,                      0, "Power ISA 2.07 III-S, Processor Control; kvm-unit-tests sprs_207"),
    row(CIR,   "CIR",   SR,    EXIT,                      0, "Power ISA 2.07 III-S, Fixed-Point Facility (chip information, read-only)"),
    row(PMICR, "PMICR", HRW,   EXIT,                      0, "Linux asm/reg.h, 64-bit (power management)"),
    row(PMSR,  "PMSR",  HRW,   EXIT,                      0, "Linux asm/reg.h, 64-bit (power management)"),
    row(PMMAR, "PMMAR", HRW,   EXIT,                      0, "Linux asm/reg.h, 64-bit (power management)"),
    row(WORC,  "WORC",  HRW,   EXIT,                      0, "Linux asm/reg.h, 64-bit (workload optimization, core)"),
    row(TACR,  "TACR",  SRW,   EXIT,                      0, "QEMU register_power8_pmu_sup_sprs"),
    row(TCSCR, "TCSCR", SRW,   EXIT,                      0, "QEMU register_power8_pmu_sup_sprs"),
    row(CSIGR, "CSIGR", SRW,   EXIT,                      0, "QEMU register_power8_pmu_sup_sprs"),
    row(SPMC1, "SPMC1", SRW,   EXIT,                      0, "QEMU register_power8_pmu_sup_sprs"),
    row(SPMC2, "SPMC2", SRW,   EXIT,                      0, "QEMU register_power8_pmu_sup_sprs"),
    row(MMCRS, "MMCRS", SRW,   EXIT,                      0, "QEMU register_power8_pmu_sup_sprs"),
    row(WORT,  "WORT",  SRW,   EXIT,                      0, "QEMU register_power8_book4_sprs (workload optimization, thread)"),
];
