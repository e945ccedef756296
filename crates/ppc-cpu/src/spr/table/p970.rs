//! The 970 and 970FX: the server registers of PowerPC 2.01, before LPCR and the facilities of later versions.
//!
//! 970FX UM (IBM PowerPC 970FX RISC Microprocessor User's Manual) chapter 2 for the list; its pages were not at hand, so
//! numbers are those of Linux `asm/reg.h` and QEMU's `init_proc_970`, and which level has what follows PowerPC
//! Operating Environment Architecture (Book III) 2.01: what a partition must not touch is the hypervisor's. Where QEMU
//! lets the supervisor have it, the row follows the book.
//! Not here: LPCR, LPIDR, RMOR (fields of HID4), the BATs that QEMU keeps for emulation, TRACE (1006), whose number says
//! problem state and whose level no source at hand says.

use super::{EXIT, RO, W32, W64, of, rw, sp};
use crate::spr::row::{HRW, HW, SR, SRW, SW, Special, SprRow, UR, URW, row};
use spr_exit::num::classic::{DAR, DSISR, SDR1};
use spr_exit::num::common::*;
use spr_exit::num::ppc970::*;

/// Interrupts, scratch registers, time, translation, implementation.
#[rustfmt::skip]
pub(crate) const P970: &[SprRow] = &[
    row(DSISR,      "DSISR",  SRW, rw(W32),                      0, "970FX UM ch. 2; Book III 2.01"),
    row(DAR,        "DAR",    SRW, rw(W64),                      0, "970FX UM ch. 2; Book III 2.01"),
    row(SDR1,       "SDR1",   HRW, rw(0x3fff_ffff_fffc_001f),    0, "970FX UM ch. 2; Book III 2.01 (HTABORG HTABSIZE; a hypervisor resource)"),
    row(SRR0,       "SRR0",   SRW, rw(W64 & !3),                 0, "970FX UM ch. 2; Book III 2.01 (bits 62:63 reserved)"),
    row(SRR1,       "SRR1",   SRW, rw(W64),                      0, "970FX UM ch. 2; Book III 2.01"),
    row(ACCR,       "ACCR",   SRW, rw(0x3),                      0, "Book III 2.01, Address Compare Control Register (DW DR)"),
    row(CTRL_READ,  "UCTRL",  UR,  of(CTRL),                     0, "970FX UM ch. 2; Book III 2.01"),
    row(CTRL,       "CTRL",   SW,  rw(0x1),                      0, "970FX UM ch. 2; Book III 2.01 (RUN)"),
    row(VRSAVE,     "VRSAVE", URW, rw(W32),                      0, "970FX UM ch. 2 (AltiVec)"),
    // That problem state reads it is our choice: Linux's vDSO does on every 64-bit server.
    row(SPRG3_USER, "USPRG3", UR,  of(SPRG3),                    0, "Book III 2.01 (implementation-dependent); QEMU init_proc_book3s_common"),
    row(SPRG0,      "SPRG0",  SRW, rw(W64),                      0, "970FX UM ch. 2; Book III 2.01"),
    row(SPRG1,      "SPRG1",  SRW, rw(W64),                      0, "970FX UM ch. 2; Book III 2.01"),
    row(SPRG2,      "SPRG2",  SRW, rw(W64),                      0, "970FX UM ch. 2; Book III 2.01"),
    row(SPRG3,      "SPRG3",  SRW, rw(W64),                      0, "970FX UM ch. 2; Book III 2.01"),
    row(TBL_WRITE,  "TBWL",   HW,  sp(Special::TbLowerWrite),    0, "970FX UM ch. 2; Book III 2.01 (a hypervisor resource)"),
    row(TBU_WRITE,  "TBWU",   HW,  sp(Special::TbUpperWrite),    0, "970FX UM ch. 2; Book III 2.01 (a hypervisor resource)"),
    // SCOMC names a register of the chip and SCOMD holds it: nothing is behind them here.
    row(SCOMC,      "SCOMC",  HRW, EXIT,                         0, "970FX UM ch. 2; Linux 2.6 reg.h SPRN_SCOMC"),
    row(SCOMD,      "SCOMD",  HRW, EXIT,                         0, "970FX UM ch. 2; Linux 2.6 reg.h SPRN_SCOMD"),
    row(HSPRG0,     "HSPRG0", HRW, rw(W64),                      0, "970FX UM ch. 2; Book III 2.01"),
    row(HSPRG1,     "HSPRG1", HRW, rw(W64),                      0, "970FX UM ch. 2; Book III 2.01"),
    row(HDEC,       "HDEC",   HRW, sp(Special::Hdec),            0, "970FX UM ch. 2; Book III 2.01 (32 bits)"),
    row(HIOR,       "HIOR",   HRW, rw(0x3ff_fff0_0000),          0, "970FX UM ch. 2 (bits 22:43); QEMU spr_write_hior has the same mask"),
    row(HRMOR,      "HRMOR",  HRW, rw(0x3ff_fff0_0000),          0, "970FX UM ch. 2; Book III 2.01 (as HIOR: our choice)"),
    row(HSRR0,      "HSRR0",  HRW, rw(W64 & !3),                 0, "970FX UM ch. 2; Book III 2.01 (bits 62:63 reserved)"),
    row(HSRR1,      "HSRR1",  HRW, rw(W64),                      0, "970FX UM ch. 2; Book III 2.01"),
    // Hardware trace.
    row(IMC,        "IMC",    SRW, EXIT,                         0, "970FX UM ch. 10; Linux 2.6 reg.h (instruction match, no effect on results)"),
    row(TRIG0,      "TRIG0",  SW,  EXIT,                         0, "970FX UM ch. 2 (write-only trigger)"),
    row(TRIG1,      "TRIG1",  SW,  EXIT,                         0, "970FX UM ch. 2 (write-only trigger)"),
    row(TRIG2,      "TRIG2",  SW,  EXIT,                         0, "970FX UM ch. 2 (write-only trigger)"),
    // Which bits are there the pages would say; all are kept, for firmware reads back what it wrote.
    row(HID0,       "HID0",   HRW, rw(W64),                      0, "970FX UM ch. 2; Linux cpu_setup_ppc970.S (hypervisor only)"),
    row(HID1,       "HID1",   HRW, rw(W64),                      0, "970FX UM ch. 2; Linux cpu_setup_ppc970.S (hypervisor only)"),
    row(HID4,       "HID4",   HRW, rw(W64),                      0, "970FX UM ch. 2; Linux asm/reg.h (LPES0 RMLS LPID RMOR LPES1; hypervisor only)"),
    row(DABR,       "DABR",   HRW, rw(W64),                      0, "970FX UM ch. 2; Book III 2.01 (a hypervisor resource)"),
    row(HID5,       "HID5",   HRW, rw(W64),                      0, "970FX UM ch. 2; Linux asm/reg.h (hypervisor only)"),
    row(DABRX,      "DABRX",  HRW, rw(0xf),                      0, "970FX UM ch. 2; Book III 2.01 (BTI PRIVM)"),
    row(PIR,        "PIR",    SR,  RO,                           0, "970FX UM ch. 2 (read-only)"),
];

/// The performance monitor; problem state reads it by numbers of its own, and [`crate::monitor`] says what is counted.
#[rustfmt::skip]
pub(crate) const PERFORMANCE: &[SprRow] = &[
    row(MMCRA_USER, "UMMCRA", UR,  of(MMCRA), 0, "970FX UM ch. 10"),
    row(PMC1_USER,  "UPMC1",  UR,  of(PMC1),  0, "970FX UM ch. 10"),
    row(PMC2_USER,  "UPMC2",  UR,  of(PMC2),  0, "970FX UM ch. 10"),
    row(PMC3_USER,  "UPMC3",  UR,  of(PMC3),  0, "970FX UM ch. 10"),
    row(PMC4_USER,  "UPMC4",  UR,  of(PMC4),  0, "970FX UM ch. 10"),
    row(PMC5_USER,  "UPMC5",  UR,  of(PMC5),  0, "970FX UM ch. 10"),
    row(PMC6_USER,  "UPMC6",  UR,  of(PMC6),  0, "970FX UM ch. 10"),
    row(PMC7_USER,  "UPMC7",  UR,  of(PMC7),  0, "970FX UM ch. 10"),
    row(PMC8_USER,  "UPMC8",  UR,  of(PMC8),  0, "970FX UM ch. 10"),
    row(MMCR0_USER, "UMMCR0", UR,  of(MMCR0), 0, "970FX UM ch. 10"),
    row(SIAR_USER,  "USIAR",  UR,  of(SIAR),  0, "970FX UM ch. 10"),
    row(SDAR_USER,  "USDAR",  UR,  of(SDAR),  0, "970FX UM ch. 10"),
    row(MMCR1_USER, "UMMCR1", UR,  of(MMCR1), 0, "970FX UM ch. 10"),
    row(MMCRA,      "MMCRA",  SRW, rw(W64),   0, "970FX UM ch. 10"),
    row(PMC1,       "PMC1",   SRW, sp(Special::Counter(1)), 0, "970FX UM ch. 10"),
    row(PMC2,       "PMC2",   SRW, sp(Special::Counter(2)), 0, "970FX UM ch. 10"),
    row(PMC3,       "PMC3",   SRW, sp(Special::Counter(3)), 0, "970FX UM ch. 10"),
    row(PMC4,       "PMC4",   SRW, sp(Special::Counter(4)), 0, "970FX UM ch. 10"),
    row(PMC5,       "PMC5",   SRW, sp(Special::Counter(5)), 0, "970FX UM ch. 10"),
    row(PMC6,       "PMC6",   SRW, sp(Special::Counter(6)), 0, "970FX UM ch. 10"),
    row(PMC7,       "PMC7",   SRW, sp(Special::Counter(7)), 0, "970FX UM ch. 10"),
    row(PMC8,       "PMC8",   SRW, sp(Special::Counter(8)), 0, "970FX UM ch. 10"),
    row(MMCR0,      "MMCR0",  SRW, rw(W32),   0, "970FX UM ch. 10"),
    row(SIAR,       "SIAR",   SRW, rw(W64),   0, "970FX UM ch. 10"),
    row(SDAR,       "SDAR",   SRW, rw(W64),   0, "970FX UM ch. 10"),
    row(MMCR1,      "MMCR1",  SRW, rw(W64),   0, "970FX UM ch. 10"),
];
