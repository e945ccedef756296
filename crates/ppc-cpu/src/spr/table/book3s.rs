//! Server processors: the registers of Power ISA 3.0B, as far as they are not one processor's own.
//!
//! Numbers and levels: Book III, figure "SPR encodings" of the `mtspr` section (5.4.4 in version 3.1C). Fields: the
//! chapter that each row names.
//!
//! Access to a facility's registers in problem state also needs MSR, FSCR and HFSCR bits; those rules are not rows.
//! What only POWER9 has stands in [`super::power9`].

use super::{EXIT, NOOP, RO, W32, W64, of, rw, sp};
use crate::spr::row::{Gates, HRW, HW, SR, SRW, SW, Special, SprRow, UR, URW, row};
use spr_exit::num::book3s::*;
use spr_exit::num::common::*;

/// The supervisor reads, only the hypervisor writes.
pub(crate) const SR_HW: Gates = SR.union(HW);

/// Interrupts, scratch registers and timers.
#[rustfmt::skip]
pub(crate) const BASE: &[SprRow] = &[
    // DSCR and AMR have a number for problem state; masking AMR by UAMOR and AMOR is not modelled.
    row(DSCR_USER,  "UDSCR",  URW,   of(DSCR),                  0, "Power ISA 3.0B II, Data Stream Control Register"),
    row(UAMR,       "UAMR",   URW,   of(AMR),                   0, "Power ISA 3.0B III, Storage Control"),
    row(DSCR,       "DSCR",   SRW,   rw(0x01ff_ffff),           0, "Power ISA 3.0B II, Data Stream Control Register (bits 39:63)"),
    row(DSISR,      "DSISR",  SRW,   rw(W32),                   0, "Power ISA 3.0B III, Interrupts"),
    row(DAR,        "DAR",    SRW,   rw(W64),                   0, "Power ISA 3.0B III, Interrupts"),
    row(SRR0,       "SRR0",   SRW,   rw(W64 & !3),              0, "Power ISA 3.0B III, Interrupts (bits 62:63 reserved)"),
    row(SRR1,       "SRR1",   SRW,   rw(W64),                   0, "Power ISA 3.0B III, Interrupts"),
    row(CFAR,       "CFAR",   SRW,   rw(W64 & !3),              0, "Power ISA 3.0B III, Debug Facilities (bits 62:63 reserved; branches are not recorded)"),
    row(AMR,        "AMR",    SRW,   rw(W64),                   0, "Power ISA 3.0B III, Storage Control"),
    row(PIDR,       "PIDR",   SRW,   rw(0x000f_ffff),           0, "Power ISA 3.0B III, Storage Control; POWER9 UM (20 bits)"),
    row(IAMR,       "IAMR",   SRW,   rw(W64),                   0, "Power ISA 3.0B III, Storage Control"),
    row(CTRL_READ,  "UCTRL",  UR,    of(CTRL),                  0, "Power ISA 3.0B III, Fixed-Point Facility"),
    row(CTRL,       "CTRL",   SW,    rw(0x1),                   0, "Power ISA 3.0B III, Fixed-Point Facility (RUN)"),
    row(FSCR,       "FSCR",   SRW,   rw(0xff00_0000_0000_1984), 0, "Power ISA 3.0B III, Interrupts (IC SCV LM TAR EBB DSCR)"),
    row(UAMOR,      "UAMOR",  SRW,   rw(W64),                   0, "Power ISA 3.0B III, Storage Control"),
    row(PSPB,       "PSPB",   SRW,   rw(W32),                   0, "Power ISA 3.0B III, Fixed-Point Facility"),
    row(DPDES,      "DPDES",  SR_HW, EXIT,                      0, "Power ISA 3.0B III, Processor Control (doorbells of the other threads)"),
    row(DAWR0,      "DAWR",   HRW,   rw(W64 & !7),              0, "Power ISA 3.0B III, Debug Facilities"),
    row(RPR,        "RPR",    HRW,   rw(W64),                   0, "Power ISA 3.0B III, Fixed-Point Facility"),
    row(CIABR,      "CIABR",  HRW,   rw(W64),                   0, "Power ISA 3.0B III, Debug Facilities"),
    row(DAWRX0,     "DAWRX",  HRW,   rw(W32),                   0, "Power ISA 3.0B III, Debug Facilities"),
    row(HFSCR,      "HFSCR",  HRW,   rw(0xff00_0000_0000_05bf), 0, "Power ISA 3.0B III, Interrupts (IC MSGP TAR EBB TM BHRB PM DSCR VECVSX FP)"),
    row(VRSAVE,     "VRSAVE", URW,   rw(W32),                   0, "Power ISA 3.0B I, Vector Facility"),
    row(SPRG3_USER, "USPRG3", UR,    of(SPRG3),                 0, "Power ISA 3.0B III, Fixed-Point Facility"),
    row(SPRG0,      "SPRG0",  SRW,   rw(W64),                   0, "Power ISA 3.0B III, Fixed-Point Facility"),
    row(SPRG1,      "SPRG1",  SRW,   rw(W64),                   0, "Power ISA 3.0B III, Fixed-Point Facility"),
    row(SPRG2,      "SPRG2",  SRW,   rw(W64),                   0, "Power ISA 3.0B III, Fixed-Point Facility"),
    row(SPRG3,      "SPRG3",  SRW,   rw(W64),                   0, "Power ISA 3.0B III, Fixed-Point Facility"),
    row(TBL_WRITE,  "TBWL",   HW,    sp(Special::TbLowerWrite), 0, "Power ISA 3.0B III, Timer Facilities"),
    row(TBU_WRITE,  "TBWU",   HW,    sp(Special::TbUpperWrite), 0, "Power ISA 3.0B III, Timer Facilities"),
    row(TB40,       "TBU40",  HW,    sp(Special::Tb40Write),    0, "Power ISA 3.0B III, Timer Facilities"),
];

/// The hypervisor's registers, and those that it writes and the supervisor reads.
#[rustfmt::skip]
pub(crate) const HYPERVISOR: &[SprRow] = &[
    row(HSPRG0,     "HSPRG0", HRW,   rw(W64),                   0, "Power ISA 3.0B III, Fixed-Point Facility"),
    row(HSPRG1,     "HSPRG1", HRW,   rw(W64),                   0, "Power ISA 3.0B III, Fixed-Point Facility"),
    row(HDSISR,     "HDSISR", HRW,   rw(W32),                   0, "Power ISA 3.0B III, Interrupts"),
    row(HDAR,       "HDAR",   HRW,   rw(W64),                   0, "Power ISA 3.0B III, Interrupts"),
    // They count processor cycles by thread; a store that never counts would be wrong, so they leave.
    row(SPURR,      "SPURR",  SR_HW, EXIT,                      0, "Power ISA 3.0B III, Timer Facilities"),
    row(PURR,       "PURR",   SR_HW, EXIT,                      0, "Power ISA 3.0B III, Timer Facilities"),
    // It keeps its value and never counts: firmware sets it to hold its interrupt off.
    row(HDEC,       "HDEC",   HRW,   rw(0x00ff_ffff_ffff_ffff), 0, "Power ISA 3.0B III, Timer Facilities; POWER9 UM (56 bits; not counted)"),
    row(HRMOR,      "HRMOR",  HRW,   rw(0x0fff_ffff_fff0_0000), 0, "Power ISA 3.0B III, Logical Partitioning"),
    row(HSRR0,      "HSRR0",  HRW,   rw(W64 & !3),              0, "Power ISA 3.0B III, Interrupts (bits 62:63 reserved)"),
    row(HSRR1,      "HSRR1",  HRW,   rw(W64),                   0, "Power ISA 3.0B III, Interrupts"),
    row(LPCR,       "LPCR",   HRW,   rw(0x7070_4000_03f7_fe1b), 0, "Power ISA 3.0B III, Logical Partitioning"),
    row(LPIDR,      "LPIDR",  HRW,   rw(0xfff),                 0, "Power ISA 3.0B III, Logical Partitioning (12 bits)"),
    // A write ANDs; no condition is ever reported here, so nothing is left to clear.
    row(HMER,       "HMER",   HRW,   rw(0),                     0, "Power ISA 3.0B III, Interrupts"),
    row(HMEER,      "HMEER",  HRW,   rw(W64),                   0, "Power ISA 3.0B III, Interrupts"),
    row(PCR,        "PCR",    HRW,   rw(0xe000_0000_0000_000e), 0, "Power ISA 3.0B III, Logical Partitioning"),
    row(HEIR,       "HEIR",   HRW,   rw(W32),                   0, "Power ISA 3.0B III, Interrupts"),
    row(AMOR,       "AMOR",   HRW,   rw(W64),                   0, "Power ISA 3.0B III, Storage Control"),
    row(TIR,        "TIR",    SR,    RO,                        0, "Power ISA 3.0B III, Fixed-Point Facility"),
    row(PTCR,       "PTCR",   HRW,   rw(0x0fff_ffff_ffff_f01f), 0, "Power ISA 3.0B III, Storage Control (PATB PATS)"),
    row(ASDR,       "ASDR",   HRW,   rw(W64 & !0xfff),          0, "Power ISA 3.0B III, Interrupts"),
    row(PSSCR,      "PSSCR",  HRW,   rw(0x007f_03ff),           0, "Power ISA 3.0B III, Power-Saving Mode (SD ESL EC PSLL TR MTL RL)"),
    // The privileged number; which fields it shows is not narrowed.
    row(PSSCR_USER, "UPSSCR", SRW,   of(PSSCR),                 0, "Power ISA 3.0B III, Power-Saving Mode"),
    row(IC,         "IC",     SR_HW, EXIT,                      0, "Power ISA 3.0B III, Timer Facilities"),
    row(VTB,        "VTB",    SR_HW, sp(Special::Vtb),          0, "Power ISA 3.0B III, Timer Facilities"),
    row(PIR,        "PIR",    SR,    RO,                        0, "Power ISA 3.0B III, Fixed-Point Facility"),
];

/// Registers of facilities that problem state may be given.
#[rustfmt::skip]
pub(crate) const PROBLEM: &[SprRow] = &[
    // BESCRS and its kin set and clear bits of BESCR by what is written: not modelled.
    row(BESCRS,   "BESCRS",  URW, EXIT,                      0, "Power ISA 3.0B II, Event-Based Branch Facility"),
    row(BESCRSU,  "BESCRSU", URW, EXIT,                      0, "Power ISA 3.0B II, Event-Based Branch Facility"),
    row(BESCRR,   "BESCRR",  URW, EXIT,                      0, "Power ISA 3.0B II, Event-Based Branch Facility"),
    row(BESCRRU,  "BESCRRU", URW, EXIT,                      0, "Power ISA 3.0B II, Event-Based Branch Facility"),
    row(EBBHR,    "EBBHR",   URW, rw(W64 & !3),              0, "Power ISA 3.0B II, Event-Based Branch Facility"),
    row(EBBRR,    "EBBRR",   URW, rw(W64 & !3),              0, "Power ISA 3.0B II, Event-Based Branch Facility"),
    row(BESCR,    "BESCR",   URW, rw(0x8000_0003_0000_0003), 0, "Power ISA 3.0B II, Event-Based Branch Facility (GE EEE PMEE EEO PMEO)"),
    row(NOOP_808, "RSVD808", URW, NOOP,                      0, "Power ISA 3.0B III, SPR encodings (reserved, no-op in every state)"),
    row(NOOP_809, "RSVD809", URW, NOOP,                      0, "Power ISA 3.0B III, SPR encodings"),
    row(NOOP_810, "RSVD810", URW, NOOP,                      0, "Power ISA 3.0B III, SPR encodings"),
    row(NOOP_811, "RSVD811", URW, NOOP,                      0, "Power ISA 3.0B III, SPR encodings"),
    row(TAR,      "TAR",     URW, rw(W64),                   0, "Power ISA 3.0B I 2.3.4"),
    row(PPR,      "PPR",     URW, rw(0x001c_0000_0000_0000), 0, "Power ISA 3.0B II, Program Priority Registers (PRI)"),
    // The upper half of PPR; kept apart from it here, so a write to one does not show in the other.
    row(PPR32,    "PPR32",   URW, rw(0x001c_0000),           0, "Power ISA 3.0B II, Program Priority Registers (PRI)"),
];

/// The performance monitor: plain storage, nothing is counted.
#[rustfmt::skip]
pub(crate) const PERFORMANCE: &[SprRow] = &[
    row(SIER_USER,  "USIER",  UR,  of(SIER),  0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(MMCR2_USER, "UMMCR2", URW, of(MMCR2), 0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(MMCRA_USER, "UMMCRA", URW, of(MMCRA), 0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(PMC1_USER,  "UPMC1",  URW, of(PMC1),  0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(PMC2_USER,  "UPMC2",  URW, of(PMC2),  0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(PMC3_USER,  "UPMC3",  URW, of(PMC3),  0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(PMC4_USER,  "UPMC4",  URW, of(PMC4),  0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(PMC5_USER,  "UPMC5",  URW, of(PMC5),  0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(PMC6_USER,  "UPMC6",  URW, of(PMC6),  0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(MMCR0_USER, "UMMCR0", URW, of(MMCR0), 0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(SIAR_USER,  "USIAR",  UR,  of(SIAR),  0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(SDAR_USER,  "USDAR",  UR,  of(SDAR),  0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(MMCR1_USER, "UMMCR1", UR,  of(MMCR1), 0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(SIER,       "SIER",   SRW, rw(W64),   0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(MMCR2,      "MMCR2",  SRW, rw(W64),   0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(MMCRA,      "MMCRA",  SRW, rw(W64),   0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(PMC1,       "PMC1",   SRW, rw(W32),   0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(PMC2,       "PMC2",   SRW, rw(W32),   0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(PMC3,       "PMC3",   SRW, rw(W32),   0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(PMC4,       "PMC4",   SRW, rw(W32),   0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(PMC5,       "PMC5",   SRW, rw(W32),   0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(PMC6,       "PMC6",   SRW, rw(W32),   0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(MMCR0,      "MMCR0",  SRW, rw(W32),   0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(SIAR,       "SIAR",   SRW, rw(W64),   0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(SDAR,       "SDAR",   SRW, rw(W64),   0, "Power ISA 3.0B III, Performance Monitor Facility"),
    row(MMCR1,      "MMCR1",  SRW, rw(W64),   0, "Power ISA 3.0B III, Performance Monitor Facility"),
];
