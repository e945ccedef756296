//! The 603e, the e300 that came of it, and the 604e.
//!
//! 603e UM (MPC603e & EC603e RISC Microprocessors User's Manual) 2.1.2, E300CORERM (e300 Power Architecture Core Family
//! Reference Manual) chapter 2 and AN2490, 604e UM (PowerPC 604e RISC Microprocessor User's Manual) 2.1.2 and its table 2-43,
//! from memory of the chapters where their pages were not at hand; numbers compared with QEMU's `init_proc_603`,
//! `init_proc_e300` and `init_proc_604E`, bits with Linux `asm/reg.h`, U-Boot `e300.h` and Motorola's DINK32.

use super::p7xx::SR_WNOP;
use super::{RO, W32, rw, sp};
use crate::spr::row::{SR, SRW, Special, SprRow, row};
use spr_exit::num::classic::*;
use spr_exit::num::p6xx::*;

/// What searches of the page table in software use; a TLB miss writes it.
#[rustfmt::skip]
pub(crate) const TABLE_SEARCH: &[SprRow] = &[
    row(DMISS, "DMISS", SR,  RO,      0, "603e UM p. 1-21 (read-only)"),
    row(DCMP,  "DCMP",  SR,  RO,      0, "603e UM 2.1.2; QEMU (read-only)"),
    row(HASH1, "HASH1", SR,  RO,      0, "603e UM 2.1.2; QEMU (read-only)"),
    row(HASH2, "HASH2", SR,  RO,      0, "603e UM 2.1.2; QEMU (read-only)"),
    row(IMISS, "IMISS", SR,  RO,      0, "603e UM p. 1-21 (read-only)"),
    row(ICMP,  "ICMP",  SR,  RO,      0, "603e UM 2.1.2; QEMU (read-only)"),
    row(RPA,   "RPA",   SRW, rw(W32), 0, "603e UM 2.1.2"),
    row(IABR,  "IABR",  SRW, rw(0xffff_fffe), 0, "603e UM 2.1.2 (CEA IE; matching is not modelled)"),
    row(HID1,  "HID1",  SR_WNOP, RO,  0, "603e UM 2.1.2 (PLL configuration; a write as on the 750: our choice)"),
];

/// The 603e's.
#[rustfmt::skip]
pub(crate) const P603E: &[SprRow] = &[
    // ICFI and DCFI stay until software clears them.
    row(HID0, "HID0", SRW, rw(0xbff1_fc99), 0, "603e UM 2.1.2 (EMCP EBA EBD SBCLK EICE ECLK PAR DOZE NAP SLEEP DPM NHR caches IFEM FBIOB ABE NOOPTI)"),
];

/// The e300's.
#[rustfmt::skip]
pub(crate) const E300: &[SprRow] = &[
    row(CSRR0, "CSRR0", SRW, rw(W32 & !3),    0, "E300CORERM ch. 2"),
    row(CSRR1, "CSRR1", SRW, rw(W32),         0, "E300CORERM ch. 2"),
    row(SPRG4, "SPRG4", SRW, rw(W32),         0, "E300CORERM ch. 2"),
    row(SPRG5, "SPRG5", SRW, rw(W32),         0, "E300CORERM ch. 2"),
    row(SPRG6, "SPRG6", SRW, rw(W32),         0, "E300CORERM ch. 2"),
    row(SPRG7, "SPRG7", SRW, rw(W32),         0, "E300CORERM ch. 2"),
    // Of the MPC8349E rev. 3.1.
    row(SVR,   "SVR",   SR,  RO,    0x8050_0031, "E300CORERM ch. 2; U-Boot mpc83xx.h"),
    row(IBCR,  "IBCR",  SRW, rw(W32),         0, "E300CORERM ch. 2 (which bits are there our choice: all; matching is not modelled)"),
    row(DBCR,  "DBCR",  SRW, rw(W32),         0, "E300CORERM ch. 2 (which bits are there our choice: all; matching is not modelled)"),
    row(MBAR,  "MBAR",  SRW, rw(W32),         0, "E300CORERM ch. 2; MPC8308RM 7-21 (temporary storage)"),
    row(DABR2, "DABR2", SRW, rw(W32),         0, "E300CORERM ch. 2 (matching is not modelled)"),
    // DECAREN has no effect here: the decrementer wraps.
    row(HID0,  "HID0",  SRW, rw(0xfbf1_fcd9), 0, "E300CORERM ch. 2 (EMCP ECPE EBA EBD SBCLK ECLK PAR DOZE NAP SLEEP DPM NHR caches IFEM DECAREN FBIOB ABE NOOPTI)"),
    row(HID2,  "HID2",  SRW, rw(0x0dfc_f0e0), 0, "E300CORERM ch. 2 (LET IFEB MESI IFEC EBQS EBPX ELRW NOKS HBE IWLCK ICWP DWLCK)"),
    row(DABR,  "DABR",  SRW, rw(W32),         0, "E300CORERM ch. 2 (matching is not modelled)"),
    row(IABR2, "IABR2", SRW, rw(0xffff_fffe), 0, "E300CORERM ch. 2 (matching is not modelled)"),
];

/// The 604e's. It has no user copies of its performance monitor.
#[rustfmt::skip]
pub(crate) const P604E: &[SprRow] = &[
    row(MMCR0, "MMCR0", SRW, sp(Special::Mmcr0), 0, "604e UM 2.1.2, ch. 9"),
    row(PMC1,  "PMC1",  SRW, sp(Special::Pmc(0)), 0, "604e UM 2.1.2, ch. 9"),
    row(PMC2,  "PMC2",  SRW, sp(Special::Pmc(1)), 0, "604e UM 2.1.2, ch. 9"),
    // That both are read-only is taken from QEMU.
    row(SIA,   "SIA",   SR,  RO,              0, "604e UM 2.1.2; QEMU register_604_sprs"),
    row(MMCR1, "MMCR1", SRW, sp(Special::Mmcr1(0xffc0_0000)), 0, "604e UM 2.1.2, ch. 9 (PMC3SELECT PMC4SELECT)"),
    row(PMC3,  "PMC3",  SRW, sp(Special::Pmc(2)), 0, "604e UM 2.1.2, ch. 9"),
    row(PMC4,  "PMC4",  SRW, sp(Special::Pmc(3)), 0, "604e UM 2.1.2, ch. 9"),
    row(SDA,   "SDA",   SR,  RO,              0, "604e UM 2.1.2; QEMU register_604_sprs"),
    // ICFI and DCFI clear themselves: they are not kept.
    row(HID0,  "HID0",  SRW, rw(0xf101_f186), 0, "604e UM 2.1.2; DINK32 (EMCP ECPE EBA EBD PAR NHR caches CIFE SIED BHT BTACD)"),
    row(HID1,  "HID1",  SR_WNOP, RO,          0, "604e UM 2.1.2 (PLL configuration; a write as on the 750: our choice)"),
    row(IABR,  "IABR",  SRW, rw(W32),         0, "604 UM table 2-43 (matching is not modelled)"),
    row(DABR,  "DABR",  SRW, rw(W32),         0, "604e UM 2.1.2, PEM32 2.3 (matching is not modelled)"),
    row(PIR,   "PIR",   SRW, rw(0xf),         0, "604 UM table 2-43; QEMU spr_write_pir (four bits)"),
];
