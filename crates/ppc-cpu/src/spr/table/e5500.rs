//! The e5500 and the e6500: the e500mc's registers with 64 bits, and what each has otherwise.
//!
//! E5500RM and E6500RM (Core Reference Manuals) chapter 2, EREF 2.0 chapters 2 and 6, from memory where their pages were not
//! at hand; numbers and bits compared with Freescale's libos `core-regs.h`, Linux's `reg_booke.h` and `mmu-book3e.h`, and QEMU's
//! `init_proc_e500`. Not here: thread management registers (TMRs), which are no SPRs; guest timers; what 64-bit code gets
//! by pairs of MAS registers other than MAS7 with MAS3.

use super::{EXIT, RO, W32, W64, booke, common, e500, e500mc, rw, sp, widened, without};
use crate::spr::row::{HR, HRW, SR, SRW, Special, SprRow, UR, URW, row};
use spr_exit::SprNum;
use spr_exit::num::booke::*;
use spr_exit::num::common::*;
use spr_exit::num::e500::*;
use spr_exit::num::e6500::*;

/// Registers of 64 bits (EREF 2.0 chapter 2): addresses and scratch. What saves the MSR has 32 bits, as the MSR.
#[rustfmt::skip]
const WIDE: &[SprNum] = &[
    SRR0, CSRR0, MCSRR0, DSRR0, GSRR0, SPRG0, SPRG1, SPRG2, SPRG3, SPRG4, SPRG5, SPRG6, SPRG7, SPRG8, SPRG9,
    GSPRG0, GSPRG1, GSPRG2, GSPRG3, USPRG0, DEAR, GDEAR, IVPR, GIVPR, IAC1, IAC2, DAC1, DAC2, MAS2,
];

/// The backside L2 cache, which the e6500 shares with others and reaches through memory.
#[rustfmt::skip]
const BACKSIDE_L2: &[SprNum] = &[
    L2CFG0, L2ERRINTEN, L2ERRATTR, L2ERREADDR, L2ERRADDR, L2ERRCTL, L2ERRDIS, L2ERRINJHI, L2ERRINJLO, L2ERRINJCTL,
    L2CAPTDATAHI, L2CAPTDATALO, L2CAPTECC, L2ERRDET, L2CSR0, L2CSR1,
];

/// Of the e500mc's own, what the e5500 has with other values.
const E5500_CHANGES: &[SprNum] = &[EPCR, L2CFG0, BUCSR, SVR];

/// Of the e500mc's own, what the e6500 has with other values or not at all, besides [`BACKSIDE_L2`].
#[rustfmt::skip]
const E6500_CHANGES: &[SprNum] = &[
    EPCR, ESR, GESR, MAS0, MAS1, MAS4, MAS5, MAS6, EPLC, EPSC, TLB0CFG, TLB1CFG, MMUCFG, BUCSR, SVR,
];

macro_rules! derived {
    ($($(#[$doc:meta])* $name:ident = $derive:ident($rows:expr, $numbers:expr) of $n:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: &[SprRow] = &$derive::<{ $n }>($rows, $numbers);)*
    };
}

derived! {
    /// Save and scratch registers.
    WORD = widened(common::WORD, WIDE) of common::WORD.len();
    /// What a guest may touch as well.
    SUPERVISOR = widened(booke::SUPERVISOR, WIDE) of booke::SUPERVISOR.len();
    /// What is the hypervisor's.
    BOOKE_CONTROL = widened(e500mc::BOOKE_CONTROL, WIDE) of e500mc::BOOKE_CONTROL.len();
    /// What is the hypervisor's, of Freescale's own.
    E500_CONTROL = widened(e500mc::E500_CONTROL, WIDE) of e500mc::E500_CONTROL.len();
    /// The e500mc's, of the e5500.
    E5500_MC = widened(NOT_CHANGED, WIDE) of NOT_CHANGED.len();
    /// The e500mc's, of the e6500.
    E6500_MC = widened(NEITHER_CHANGED_NOR_L2, WIDE) of NEITHER_CHANGED_NOR_L2.len();
    /// What both cores have of the e500 family, of the e6500, whose physical addresses are longer.
    E6500_SHARED = without(e500::SHARED, &[MAS7]) of e500::SHARED.len() - 1;
    /// What a guest may touch as well, of the e6500, whose process identifiers are longer and whose USPRG0 is VRSAVE.
    E6500_SUPERVISOR = without(SUPERVISOR, &[PID, USPRG0]) of SUPERVISOR.len() - 2;
    NOT_CHANGED = without(e500mc::MC, E5500_CHANGES) of e500mc::MC.len() - E5500_CHANGES.len();
    NEITHER_CHANGED_NOR_L2 = without(NOT_CHANGED_E6500, BACKSIDE_L2) of NOT_CHANGED_E6500.len() - BACKSIDE_L2.len();
    NOT_CHANGED_E6500 = without(e500mc::MC, E6500_CHANGES) of e500mc::MC.len() - E6500_CHANGES.len();
}

/// What the e5500 and the e6500 have alike, besides the e500mc's.
#[rustfmt::skip]
pub(crate) const SIXTY_FOUR: &[SprRow] = &[
    row(MAS7_MAS3, "MAS7_MAS3", SRW, sp(Special::Mas7Mas3), 0, "EREF 2.0 ch. 6; Linux reg_booke.h"),
    row(EPCR,      "EPCR",      HRW, rw(0xffc0_0000),       0, "E5500RM ch. 2; Linux reg_booke.h (the e500mc's, and ICM and GICM)"),
    // BBFI is done as soon as it is written.
    row(BUCSR,     "BUCSR",     HRW, rw(0x0140_0001),       0, "E5500RM ch. 2; E6500RM ch. 2 (STAC_EN LS_EN BPEN)"),
];

/// The e5500's, a P5020's.
#[rustfmt::skip]
pub(crate) const E5500: &[SprRow] = &[
    // Size and ways only; the other fields read as zero here.
    row(L2CFG0, "L2CFG0", UR,  RO,      0x0001_c008, "E5500RM ch. 2 (L2CNWAY 8, L2CSIZE 512 KiB)"),
    row(SVR,    "SVR",    SR,  RO,      0x8220_0020, "E5500RM ch. 2; U-Boot processor.h (P5020 rev. 2.0)"),
];

/// The e6500's, a T4240's.
#[rustfmt::skip]
pub(crate) const E6500: &[SprRow] = &[
    row(PID,       "PID",       SRW, rw(0x3fff),      0,           "E6500RM ch. 2 (14 bits)"),
    row(LPER,      "LPER",      HR,  RO,              0,           "E6500RM ch. 2; Linux reg_booke.h (written by a translation in the LRAT)"),
    row(LPERU,     "LPERU",     HR,  RO,              0,           "E6500RM ch. 2; Linux reg_booke.h"),
    row(ESR,       "ESR",       SRW, rw(0x0fb2_07c0), 0,           "E6500RM ch. 2 (PIL PPR PTR FP ST DLK ILK BO DATA TLBI PT SPV EPID); Power ISA 2.06 III-E (E.PT)"),
    row(VRSAVE,    "VRSAVE",    URW, rw(W32),         0,           "E6500RM ch. 2; EREF 2.0 ch. 2"),
    row(IAC3,      "IAC3",      HRW, rw(W64 & !3),    0,           "E6500RM ch. 2 (matching is not modelled)"),
    row(IAC4,      "IAC4",      HRW, rw(W64 & !3),    0,           "E6500RM ch. 2 (matching is not modelled)"),
    // What the LRAT is like no source at hand says in bits.
    row(LRATCFG,   "LRATCFG",   HR,  EXIT,            0,           "E6500RM ch. 2; Linux reg_booke.h"),
    row(LRATPS,    "LRATPS",    HR,  EXIT,            0,           "E6500RM ch. 2; Linux reg_booke.h"),
    row(TLB0PS,    "TLB0PS",    HR,  RO,              0x0000_0004, "E6500RM ch. 2; QEMU init_proc_e500 (4 KiB)"),
    row(TLB1PS,    "TLB1PS",    HR,  RO,              0x7fff_fffc, "E6500RM ch. 2; QEMU init_proc_e500 (4 KiB to 1 TiB)"),
    row(EPTCFG,    "EPTCFG",    HR,  EXIT,            0,           "E6500RM ch. 2; Linux reg_booke.h (indirect entries; no source at hand says which)"),
    row(GESR,      "GESR",      SRW, rw(0x0fb2_07c0), 0,           "E6500RM ch. 2 (as ESR)"),
    row(IVOR42,    "IVOR42",    HRW, rw(0xfff0),      0,           "E6500RM ch. 2 (LRAT error)"),
    // Enabling the other thread is user space's: here is one.
    row(TENSR,     "TENSR",     HR,  EXIT,            0,           "E6500RM ch. 2; Linux reg_booke.h (which threads run)"),
    row(TENS,      "TENS",      HRW, EXIT,            0,           "E6500RM ch. 2; Linux reg_booke.h (sets bits of TEN)"),
    row(TENC,      "TENC",      HRW, EXIT,            0,           "E6500RM ch. 2; Linux reg_booke.h (clears bits of TEN)"),
    row(TIR,       "TIR",       HR,  RO,              0,           "E6500RM ch. 2 (the number of the thread; the first)"),
    row(IVOR32,    "IVOR32",    HRW, rw(0xfff0),      0,           "E6500RM ch. 2 (AltiVec unavailable)"),
    row(IVOR33,    "IVOR33",    HRW, rw(0xfff0),      0,           "E6500RM ch. 2 (AltiVec assist)"),
    row(DBCR5,     "DBCR5",     HRW, EXIT,            0,           "E6500RM ch. 2 (IAC5 to IAC8)"),
    row(IAC5,      "IAC5",      HRW, rw(W64 & !3),    0,           "E6500RM ch. 2 (matching is not modelled)"),
    row(IAC6,      "IAC6",      HRW, rw(W64 & !3),    0,           "E6500RM ch. 2 (matching is not modelled)"),
    row(IAC7,      "IAC7",      HRW, rw(W64 & !3),    0,           "E6500RM ch. 2 (matching is not modelled)"),
    row(IAC8,      "IAC8",      HRW, rw(W64 & !3),    0,           "E6500RM ch. 2 (matching is not modelled)"),
    row(MAS0,      "MAS0",      SRW, rw(0xb07f_3007), 0,           "E6500RM ch. 2; Linux mmu-book3e.h (ATSEL TLBSEL ESEL WQ NV)"),
    row(MAS1,      "MAS1",      SRW, rw(0xffff_3f80), 0,           "E6500RM ch. 2; Linux mmu-book3e.h (V IPROT TID IND TS TSIZE)"),
    row(MAS4,      "MAS4",      SRW, rw(0x1000_8fff), 0,           "E6500RM ch. 2; Linux mmu-book3e.h (TLBSELD INDD TSIZED X0D X1D WIMGED)"),
    row(MAS5,      "MAS5",      HRW, rw(0x8000_003f), 0,           "E6500RM ch. 2 (SGS SLPID)"),
    row(MAS6,      "MAS6",      SRW, rw(0x3fff_0f83), 0,           "E6500RM ch. 2; Linux mmu-book3e.h (SPID ISIZE SIND SAS)"),
    row(EDBRAC0,   "EDBRAC0",   HR,  EXIT,            0,           "E6500RM ch. 2 (what an external debugger left to software)"),
    row(TLB0CFG,   "TLB0CFG",   HR,  RO,              0x0805_2400, "E6500RM ch. 2; QEMU init_proc_e500 (1024 entries, 8 ways)"),
    row(TLB1CFG,   "TLB1CFG",   HR,  RO,              0x4002_8040, "E6500RM ch. 2; QEMU init_proc_e500 (64 entries)"),
    row(PPR32,     "PPR32",     URW, rw(0x001c_0000), 0,           "E6500RM ch. 2; EREF 2.0 ch. 2 (PRI; no effect)"),
    row(MAS7,      "MAS7",      SRW, rw(0xff),        0,           "E6500RM ch. 2 (40-bit physical addresses)"),
    row(EPLC,      "EPLC",      SRW, rw(0xe03f_3fff), 0,           "E6500RM ch. 2 (EPR EAS EGS ELPID EPID)"),
    row(EPSC,      "EPSC",      SRW, rw(0xe03f_3fff), 0,           "E6500RM ch. 2 (EPR EAS EGS ELPID EPID)"),
    row(MMUCFG,    "MMUCFG",    HR,  RO,              0x0651_0b45, "E6500RM ch. 2; QEMU init_proc_e500"),
    row(PWRMGTCR0, "PWRMGTCR0", HRW, rw(W32),         0,           "E6500RM ch. 2; Linux reg_booke.h (which bits are there our choice: all; no effect)"),
    row(SVR,       "SVR",       SR,  RO,              0x8240_0020, "E6500RM ch. 2; U-Boot processor.h (T4240 rev. 2.0)"),
];
