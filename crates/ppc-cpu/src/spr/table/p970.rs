//! The 970 and 970FX: the server registers of PowerPC 2.01, before LPCR and the facilities of later versions.
//!
//! The pages of the manual (IBM PowerPC 970FX RISC Microprocessor User's Manual) were not at hand. Read in their place:
//! `as_archppc970.h` of IBM's EPOS (2004), a list of the chip's registers with length, direction and what the hypervisor alone writes;
//! `chud_spr.h` and `asm.h` of Apple's xnu (numbers); what `powerpc/sprs.c` of kvm-unit-tests has of PowerPC Operating Environment
//! Architecture (Book III) 2.01 (directions and levels). IBM's says nothing of who reads: the supervisor does, unless a book says
//! otherwise. Where QEMU lets the supervisor write what is the hypervisor's, the row follows these.
//! Not here: LPCR, LPIDR, RMOR (fields of HID4) and HRMOR (of HID5), though xnu names SPRs for them; the BATs that QEMU keeps for
//! emulation.

use super::{EXIT, RO, W32, W64, of, rw, sp};
use crate::spr::row::{HRW, HW, SR, SRW, SW, Special, SprRow, UR, URW, row};
use crate::spr::table::book3s::SR_HW;
use spr_exit::num::classic::{DAR, DSISR, SDR1};
use spr_exit::num::common::*;
use spr_exit::num::ppc970::*;

/// Interrupts, scratch registers, time, translation, implementation.
#[rustfmt::skip]
pub(crate) const P970: &[SprRow] = &[
    row(DSISR,      "DSISR",  SRW,   rw(W32),                      0, "IBM as_archppc970.h; kvm-unit-tests sprs_common"),
    row(DAR,        "DAR",    SRW,   rw(W64),                      0, "IBM as_archppc970.h; kvm-unit-tests sprs_common"),
    row(SDR1,       "SDR1",   SR_HW, rw(0x3fff_ffff_fffc_001f),    0, "IBM as_archppc970.h (write hypervisor only); kvm-unit-tests sprs_201; Book III 2.01 (HTABORG HTABSIZE)"),
    row(SRR0,       "SRR0",   SRW,   rw(W64 & !3),                 0, "kvm-unit-tests sprs_common; Book III 2.01 (bits 62:63 reserved)"),
    row(SRR1,       "SRR1",   SRW,   rw(W64),                      0, "kvm-unit-tests sprs_common; Book III 2.01"),
    row(ACCR,       "ACCR",   SRW,   rw(0x3),                      0, "IBM as_archppc970.h; kvm-unit-tests sprs_201; Book III 2.01, Address Compare Control Register (DW DR)"),
    row(CTRL_READ,  "UCTRL",  UR,    of(CTRL),                     0, "kvm-unit-tests sprs_201"),
    row(CTRL,       "CTRL",   SW,    rw(0x1),                      0, "kvm-unit-tests sprs_201; xnu chud_spr.h; Book III 2.01 (RUN)"),
    row(VRSAVE,     "VRSAVE", URW,   rw(W32),                      0, "IBM as_archppc970.h; AltiVec PEM (32 bits, where IBM's says 64)"),
    // That problem state reads it is our choice: Linux's vDSO does on every 64-bit server.
    row(SPRG3_USER, "USPRG3", UR,    of(SPRG3),                    0, "kvm-unit-tests sprs_201; Book III 2.01 (implementation-dependent)"),
    row(SPRG0,      "SPRG0",  SRW,   rw(W64),                      0, "kvm-unit-tests sprs_common; Book III 2.01"),
    row(SPRG1,      "SPRG1",  SRW,   rw(W64),                      0, "kvm-unit-tests sprs_common; Book III 2.01"),
    row(SPRG2,      "SPRG2",  SRW,   rw(W64),                      0, "kvm-unit-tests sprs_common; Book III 2.01"),
    row(SPRG3,      "SPRG3",  SRW,   rw(W64),                      0, "kvm-unit-tests sprs_common; Book III 2.01"),
    row(TBL_WRITE,  "TBWL",   HW,    sp(Special::TbLowerWrite),    0, "IBM as_archppc970.h; kvm-unit-tests sprs_201 (the hypervisor's)"),
    row(TBU_WRITE,  "TBWU",   HW,    sp(Special::TbUpperWrite),    0, "IBM as_archppc970.h; kvm-unit-tests sprs_201 (the hypervisor's)"),
    // SCOMC names a register of the chip and SCOMD holds it: nothing is behind them here.
    row(SCOMC,      "SCOMC",  SR_HW, EXIT,                         0, "IBM as_archppc970.h (write hypervisor only); xnu chud_spr.h; Xen ppc970_scom.c"),
    row(SCOMD,      "SCOMD",  SR_HW, EXIT,                         0, "IBM as_archppc970.h (write hypervisor only); xnu chud_spr.h; Xen ppc970_scom.c"),
    // Where earlier 64-bit processors had their segment table: the core has no use for it.
    row(ASR,        "ASR",    SR_HW, EXIT,                         0, "IBM as_archppc970.h (write hypervisor only); xnu chud_spr.h"),
    row(HSPRG0,     "HSPRG0", HRW,   rw(W64),                      0, "IBM as_archppc970.h (write hypervisor only); Power ISA 2.07 III-S (so is reading)"),
    row(HSPRG1,     "HSPRG1", HRW,   rw(W64),                      0, "IBM as_archppc970.h (write hypervisor only); Power ISA 2.07 III-S (so is reading)"),
    row(HDEC,       "HDEC",   HRW,   sp(Special::Hdec),            0, "IBM as_archppc970.h; kvm-unit-tests sprs_201 (32 bits; the hypervisor's)"),
    // IBM's list names no level: the hypervisor's is our choice, as Linux asks for MSR[HV] before it writes it.
    row(HIOR,       "HIOR",   HRW,   rw(0x3ff_fff0_0000),          0, "IBM as_archppc970.h; Linux cpu_setup_ppc970.S; QEMU spr_write_hior (bits 22:43)"),
    row(HSRR0,      "HSRR0",  HRW,   rw(W64 & !3),                 0, "IBM as_archppc970.h (write hypervisor only); Power ISA 2.07 III-S (so is reading)"),
    row(HSRR1,      "HSRR1",  HRW,   rw(W64),                      0, "IBM as_archppc970.h (write hypervisor only); Power ISA 2.07 III-S (so is reading)"),
    // Hardware trace, and what marks instructions for it.
    row(IMC_USER,   "UIMC",   UR,    EXIT,                         0, "xnu chud_spr.h (IBM as_archppc970.h: IMC, read and write)"),
    row(IMC,        "IMC",    SRW,   EXIT,                         0, "xnu chud_spr.h (instruction match; IBM as_archppc970.h has it as 783)"),
    row(TRIG0,      "TRIG0",  SW,    EXIT,                         0, "IBM as_archppc970.h (write); xnu chud_spr.h"),
    row(TRIG1,      "TRIG1",  SW,    EXIT,                         0, "IBM as_archppc970.h (write); xnu chud_spr.h"),
    row(TRIG2,      "TRIG2",  SW,    EXIT,                         0, "IBM as_archppc970.h (write); xnu chud_spr.h"),
    // All bits are kept, for firmware reads back what it wrote; IBM's list and Xen's ppc970-hid.h name some.
    row(HID0,       "HID0",   SR_HW, rw(W64),                      0, "IBM as_archppc970.h (write hypervisor only); Linux cpu_setup_ppc970.S"),
    row(HID1,       "HID1",   SR_HW, rw(W64),                      0, "IBM as_archppc970.h (write hypervisor only); Linux cpu_setup_ppc970.S"),
    row(HID4,       "HID4",   SR_HW, rw(W64),                      0, "IBM as_archppc970.h (write hypervisor only; LPES0 RMLR LPID RMOR RM_CI LPES1); Xen ppc970-hid.h"),
    row(DABR,       "DABR",   SR_HW, rw(W64),                      0, "IBM as_archppc970.h (write hypervisor only); kvm-unit-tests sprs_201"),
    row(HID5,       "HID5",   SR_HW, rw(W64),                      0, "IBM as_archppc970.h (write hypervisor only; HRMOR DCBZ_SIZE DCBZ32_ILL); Xen ppc970-hid.h"),
    row(DABRX,      "DABRX",  SR_HW, rw(0xf),                      0, "IBM as_archppc970.h (write hypervisor only); Book III 2.01 (BTI PRIVM)"),
    row(TRACE,      "TRACE",  SR,    EXIT,                         0, "IBM as_archppc970.h (read); xnu chud_spr.h"),
    row(PIR,        "PIR",    SR,    RO,                           0, "IBM as_archppc970.h (read); kvm-unit-tests sprs_201"),
];

/// The performance monitor; problem state reads it by numbers of its own, and [`crate::monitor`] says what is counted.
#[rustfmt::skip]
pub(crate) const PERFORMANCE: &[SprRow] = &[
    row(MMCRA_USER, "UMMCRA", UR,  of(MMCRA), 0, "xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(PMC1_USER,  "UPMC1",  UR,  of(PMC1),  0, "xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(PMC2_USER,  "UPMC2",  UR,  of(PMC2),  0, "xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(PMC3_USER,  "UPMC3",  UR,  of(PMC3),  0, "xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(PMC4_USER,  "UPMC4",  UR,  of(PMC4),  0, "xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(PMC5_USER,  "UPMC5",  UR,  of(PMC5),  0, "xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(PMC6_USER,  "UPMC6",  UR,  of(PMC6),  0, "xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(PMC7_USER,  "UPMC7",  UR,  of(PMC7),  0, "xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(PMC8_USER,  "UPMC8",  UR,  of(PMC8),  0, "xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(MMCR0_USER, "UMMCR0", UR,  of(MMCR0), 0, "xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(SIAR_USER,  "USIAR",  UR,  of(SIAR),  0, "xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(SDAR_USER,  "USDAR",  UR,  of(SDAR),  0, "xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(MMCR1_USER, "UMMCR1", UR,  of(MMCR1), 0, "xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(MMCRA,      "MMCRA",  SRW, rw(W64),   0, "IBM as_archppc970.h; xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(PMC1,       "PMC1",   SRW, sp(Special::Counter(1)), 0, "IBM as_archppc970.h; xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(PMC2,       "PMC2",   SRW, sp(Special::Counter(2)), 0, "IBM as_archppc970.h; xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(PMC3,       "PMC3",   SRW, sp(Special::Counter(3)), 0, "IBM as_archppc970.h; xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(PMC4,       "PMC4",   SRW, sp(Special::Counter(4)), 0, "IBM as_archppc970.h; xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(PMC5,       "PMC5",   SRW, sp(Special::Counter(5)), 0, "IBM as_archppc970.h; xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(PMC6,       "PMC6",   SRW, sp(Special::Counter(6)), 0, "IBM as_archppc970.h; xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(PMC7,       "PMC7",   SRW, sp(Special::Counter(7)), 0, "IBM as_archppc970.h; xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(PMC8,       "PMC8",   SRW, sp(Special::Counter(8)), 0, "IBM as_archppc970.h; xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(MMCR0,      "MMCR0",  SRW, rw(W32),   0, "IBM as_archppc970.h; xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(SIAR,       "SIAR",   SRW, rw(W64),   0, "IBM as_archppc970.h; xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(SDAR,       "SDAR",   SRW, rw(W64),   0, "IBM as_archppc970.h; xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
    row(MMCR1,      "MMCR1",  SRW, rw(W64),   0, "IBM as_archppc970.h; xnu chud_spr.h; kvm-unit-tests sprs_970_pmu"),
];
