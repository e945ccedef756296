//! The 7400 and 7450 families: the 7410 and the 7447A.
//!
//! MPC7400UM table 2-46, MPC7410UM 2.1.5; MPC7450UM (MPC7450 RISC Microprocessor Family Reference Manual, Rev. 5) 2.1.5
//! and table 2-1, from memory of the chapter where its pages were not at hand; numbers compared with QEMU's
//! `init_proc_7410` and `init_proc_7445`, bits with Linux `asm/reg.h` and Motorola's DINK32. Not here: L3 registers (the
//! 7447A has no L3) and those of the 7448.

use super::{EXIT, RO, W32, of, p7xx, rw, sp, without};
use crate::spr::row::{SRW, Special, SprRow, UR, URW, row};
use spr_exit::num::classic::*;
use spr_exit::num::p74xx::*;

/// What both families have alike besides the 750's monitor.
#[rustfmt::skip]
pub(crate) const SHARED: &[SprRow] = &[
    row(VRSAVE, "VRSAVE", URW, rw(W32),         0, "MPC7400UM table 2-45; MPC7450UM 2.1.4"),
    row(UMMCR2, "UMMCR2", UR,  of(MMCR2),       0, "MPC7400UM 2.1.5; MPC7450UM 2.1.5"),
    row(MMCR2,  "MMCR2",  SRW, rw(0x8000_0000), 0, "MPC7400UM table 2-46; MPC7450UM 2.1.5 (THRESHMULT)"),
    row(BAMR,   "BAMR",   SRW, rw(W32),         0, "MPC7400UM table 2-46; MPC7450UM 2.1.5 (breakpoint address mask)"),
    row(IABR,   "IABR",   SRW, rw(W32),         0, "MPC7400UM table 2-46; MPC7450UM 2.1.5 (matching is not modelled)"),
    row(DABR,   "DABR",   SRW, rw(W32),         0, "MPC7400UM table 2-46; MPC7450UM 2.1.5 (matching is not modelled)"),
    row(ICTC,   "ICTC",   SRW, rw(0x1ff),       0, "MPC7400UM table 2-46; MPC7450UM 2.1.5 (FI E; throttling has no effect on results)"),
    row(PIR,    "PIR",    SRW, rw(0xf),         0, "MPC7400UM 2.1.2 (as the OEA: 604 UM table 2-43); MPC7450UM 2.1.2 (Linux pmac/smp.c writes it); QEMU spr_write_pir"),
];

/// The 7410's.
#[rustfmt::skip]
pub(crate) const P7410: &[SprRow] = &[
    row(UBAMR,  "UBAMR",  UR,           of(BAMR),        0, "MPC7400UM 2.1.5; QEMU init_proc_7410"),
    // ICFI and DCFI clear themselves: they are not kept.
    row(HID0,   "HID0",   SRW,          rw(0xbbf5_f3e7), 0, "MPC7400UM 2.1.5 (EMCP EBA EBD BCLK ECLK PAR DOZE NAP SLEEP DPM EIEC NHR caches SPD IFTT SGE DCFA BTIC BHT NOPDST NOPTI)"),
    row(HID1,   "HID1",   p7xx::SR_WNOP, RO,      0, "MPC7400UM 2.1.5 (PLL configuration; a write as on the 750)"),
    row(LDSTDB, "LDSTDB", SRW,          EXIT,            0, "MPC7410UM 2.1.5; QEMU init_proc_7410 (load/store debug)"),
    // DL1HWF clears itself.
    row(MSSCR0, "MSSCR0", SRW,          rw(0xff00_0000), 0, "MPC7400UM table 2-16 (SHDEN SHDPEN3 L1_INTVEN L2_INTVEN; EMODE and ABD are read-only)"),
    row(L2PMCR, "L2PMCR", SRW,          rw(W32),         0, "MPC7410UM 2.1.5 (private memory; which bits are there our choice: all)"),
    // L2HWF clears itself, L2IP says that an invalidation goes on, which is done at once here.
    row(L2CR,   "L2CR",   SRW,          rw(0xffff_f700), 0, "MPC7400UM 2.1.5 (L2E to L2DRO)"),
    row(THRM1,  "THRM1",  SRW,          EXIT,            0, "MPC7400UM table 2-46"),
    row(THRM2,  "THRM2",  SRW,          EXIT,            0, "MPC7400UM table 2-46"),
    row(THRM3,  "THRM3",  SRW,          EXIT,            0, "MPC7400UM table 2-46"),
];

/// What controls the 750's performance monitor and is the same on the 7447A.
pub(crate) const OLD_MONITOR: &[SprRow] =
    &without::<{ p7xx::MONITOR.len() - 3 }>(p7xx::MONITOR, &[MMCR1, SIA, USIA]);

/// What controls the 7447A's, under the names it has there, and counters of which the 750 has none.
#[rustfmt::skip]
pub(crate) const NEW_MONITOR: &[SprRow] = &[
    row(USIA,   "USIAR",  UR,  of(SIA),         0, "MPC7450UM 2.1.5"),
    row(SIA,    "SIAR",   SRW, rw(W32),         0, "MPC7450UM 2.1.5"),
    row(MMCR1,  "MMCR1",  SRW, sp(Special::Mmcr1(0xffff_f800)), 0, "MPC7450UM 2.1.5 (PMC3SEL PMC4SEL PMC5SEL PMC6SEL)"),
    row(UPMC5,  "UPMC5",  UR,  of(PMC5),        0, "MPC7450UM 2.1.5"),
    row(UPMC6,  "UPMC6",  UR,  of(PMC6),        0, "MPC7450UM 2.1.5"),
    row(PMC5,   "PMC5",   SRW, sp(Special::Pmc(4)), 0, "MPC7450UM 2.1.5"),
    row(PMC6,   "PMC6",   SRW, sp(Special::Pmc(5)), 0, "MPC7450UM 2.1.5"),
];

/// The 7447A's.
#[rustfmt::skip]
pub(crate) const P7447A: &[SprRow] = &[
    row(SPRG4,   "SPRG4",   SRW, rw(W32),         0, "MPC7450UM 2.1.5 (7445 and later)"),
    row(SPRG5,   "SPRG5",   SRW, rw(W32),         0, "MPC7450UM 2.1.5 (7445 and later)"),
    row(SPRG6,   "SPRG6",   SRW, rw(W32),         0, "MPC7450UM 2.1.5 (7445 and later)"),
    row(SPRG7,   "SPRG7",   SRW, rw(W32),         0, "MPC7450UM 2.1.5 (7445 and later)"),
    // A TLB miss that software is to answer (HID0[STEN]) writes the first two.
    row(TLBMISS, "TLBMISS", SRW, rw(W32),         0, "MPC7450UM 2.1.5"),
    row(PTEHI,   "PTEHI",   SRW, rw(W32),         0, "MPC7450UM 2.1.5"),
    row(PTELO,   "PTELO",   SRW, rw(W32),         0, "MPC7450UM 2.1.5"),
    // ICFI and DCFI clear themselves: they are not kept.
    row(HID0,    "HID0",    SRW, rw(0x05f7_f3bf), 0, "MPC7450UM 2.1.5 (TBEN STEN HIGH_BAT_EN NAP SLEEP DPM BHTCLR XAEN NHR caches SPD XBSEN SGE BTIC LRSTK FOLD BHT NOPDST NOPTI)"),
    row(HID1,    "HID1",    SRW, rw(0xbb40_0c00), 0, "MPC7450UM 2.1.5; Linux asm/reg.h (EMCP EBA EBD BCLK ECLK PAR DFS SYNCBE ABE; the PLL's bits are read-only)"),
    row(ICTRL,   "ICTRL",   SRW, rw(0x0c04_01ff), 0, "MPC7450UM 2.1.5 (EICE EDCE CIRQ EICP ICWL)"),
    row(MSSCR0,  "MSSCR0",  SRW, rw(0x1d10_0003), 0, "MPC7450UM 2.1.5 (DTQ EIDIS ABD L2PFE; BMODE and ID are read-only)"),
    row(MSSSR0,  "MSSSR0",  SRW, rw(0x0006_7000), 0, "MPC7450UM 2.1.5; FreeBSD spr.h, DINK32 (L2TAG L2DAT APE DPE TEA)"),
    row(LDSTCR,  "LDSTCR",  SRW, rw(0xff),        0, "MPC7450UM 2.1.5 (DCWL)"),
    // L2I and L2HWF clear themselves.
    row(L2CR,    "L2CR",    SRW, rw(0xc011_1000), 0, "MPC7450UM 2.1.5 (L2E L2PE L2IO L2DO L2REP)"),
];

/// BATs of the 7447A, whose blocks and physical addresses can be larger (XBL, BXPN, BX): upper and lower half.
pub(crate) const P7447A_BAT: (u64, u64) = (W32, 0xfffe_0e7f);
