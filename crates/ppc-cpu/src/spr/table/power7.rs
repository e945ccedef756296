//! What only POWER7 has among servers, and what it shares with POWER8: Power ISA 2.06 before FSCR, with the breakpoint
//! registers of the 970; the hashed page table's register.
//!
//! The user's manual is not public: numbers and names of the implementation's own are those of Linux `asm/reg.h` and QEMU
//! `init_proc_POWER7`. That they are the hypervisor's is our choice where these say nothing.

use super::{EXIT, W32, W64, rw};
use crate::spr::row::{HRW, SRW, SprRow, row};
use spr_exit::num::book3s::*;
use spr_exit::num::classic::SDR1;
use spr_exit::num::ppc970::{DABR, DABRX};

/// Of versions before 3.0.
#[rustfmt::skip]
pub(crate) const BEFORE_V3_0: &[SprRow] = &[
    row(SDR1,  "SDR1",  HRW, rw(0x0fff_ffff_fffc_001f), 0, "Power ISA 2.06 III-S, Storage Control (HTABORG HTABSIZE; a hypervisor resource)"),
    row(ACOP,  "ACOP",  SRW, rw(W64),                   0, "Power ISA 2.06 III-S (coprocessors); Linux asm/reg.h"),
    row(PIDR,  "PIDR",  SRW, rw(W32),                   0, "Linux asm/reg.h SPRN_PID; QEMU register_power7_book4_sprs"),
    row(RMOR,  "RMOR",  HRW, rw(0x0fff_ffff_fff0_0000), 0, "Power ISA 2.06 III-S, Logical Partitioning"),
    row(HEIR,  "HEIR",  HRW, rw(W32),                   0, "Power ISA 2.06 III-S, Interrupts"),
    row(SPRC,  "SPRC",  HRW, EXIT,                      0, "skiboot processor.h (276)"),
    row(SPRD,  "SPRD",  HRW, EXIT,                      0, "skiboot processor.h (277)"),
    row(MMCRH, "MMCRH", HRW, EXIT,                      0, "Linux asm/reg.h, 64-bit"),
    row(TFMR,  "TFMR",  HRW, EXIT,                      0, "skiboot processor.h (317; timer facility management)"),
    row(MMCRC, "MMCRC", HRW, EXIT,                      0, "Linux asm/reg.h, 64-bit"),
    row(TSCR,  "TSCR",  HRW, EXIT,                      0, "Linux asm/reg.h, 64-bit (thread switch control)"),
    row(PMCR,  "PMCR",  HRW, EXIT,                      0, "Linux asm/reg.h, 64-bit (power management)"),
    row(HID,   "HID0",  HRW, rw(W64),                   0, "QEMU register_book3s_ids_sprs (1008)"),
];

/// POWER7's.
#[rustfmt::skip]
pub(crate) const P7: &[SprRow] = &[
    // A number for problem state came with version 2.07.
    row(DSCR,      "DSCR",      SRW, rw(0x3f),                  0, "Power ISA 2.06 II, Data Stream Control Register (LSD SNSE SSE DPFD; URG is POWER7+'s)"),
    row(LPCR,      "LPCR",      HRW, rw(0xe07f_8000_3e00_7a0f), 0, "Power ISA 2.06 III-S, Logical Partitioning; QEMU (lpcr_mask)"),
    row(PCR,       "PCR",       HRW, rw(0xc000_0000_0000_0002), 0, "Power ISA 2.06 III-S, Logical Partitioning (VEC VSX v2.05)"),
    row(TLBINDEXR, "TLBINDEXR", HRW, EXIT,                      0, "Linux asm/reg.h, 64-bit (P7 TLB control)"),
    row(TLBVPNR,   "TLBVPNR",   HRW, EXIT,                      0, "Linux asm/reg.h, 64-bit (P7 TLB control)"),
    row(TLBRPNR,   "TLBRPNR",   HRW, EXIT,                      0, "Linux asm/reg.h, 64-bit (P7 TLB control)"),
    row(TLBLPIDR,  "TLBLPIDR",  HRW, EXIT,                      0, "Linux asm/reg.h, 64-bit (P7 TLB control)"),
    row(DABR,      "DABR",      HRW, rw(W64),                   0, "Power ISA 2.06 III-S, Debug Facilities"),
    row(DABRX,     "DABRX",     HRW, rw(0xf),                   0, "Power ISA 2.06 III-S, Debug Facilities (BTI PRIVM)"),
];
