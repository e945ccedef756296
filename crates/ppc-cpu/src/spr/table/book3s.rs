//! Server processors: the registers of Power ISA 2.06 to 3.1, as far as they are not one processor's own.
//!
//! Numbers and levels: Book III, figure "SPR encodings" of the `mtspr` section (5.4.4 in version 3.1C). Fields: the
//! chapter that each row names.
//!
//! A row that says `.of(…)` is a part of a facility, which FSCR, HFSCR or MMCR0 may close ([`crate::spr::Facility`]).
//! What only some processors have stands in the file of each.

use super::{NOOP, RO, W32, W64, of, rw, sp};
use crate::spr::Facility;
use crate::spr::row::{Gates, HRW, HW, Half, SR, SRW, SW, Special, SprRow, UR, URW, row};
use spr_exit::num::book3s::*;
use spr_exit::num::common::*;

/// The supervisor reads, only the hypervisor writes.
pub(crate) const SR_HW: Gates = SR.union(HW);

/// Interrupts, scratch registers and timers.
#[rustfmt::skip]
pub(crate) const BASE: &[SprRow] = &[
    // AMR has a number for problem state; masking it by UAMOR and AMOR is not modelled.
    row(UAMR,       "UAMR",   URW,   of(AMR),                   0, "Power ISA 3.0B III, Storage Control"),
    row(DSISR,      "DSISR",  SRW,   rw(W32),                   0, "Power ISA 3.0B III, Interrupts"),
    row(DAR,        "DAR",    SRW,   rw(W64),                   0, "Power ISA 3.0B III, Interrupts"),
    row(SRR0,       "SRR0",   SRW,   rw(W64 & !3),              0, "Power ISA 3.0B III, Interrupts (bits 62:63 reserved)"),
    row(SRR1,       "SRR1",   SRW,   rw(W64),                   0, "Power ISA 3.0B III, Interrupts"),
    row(CFAR,       "CFAR",   SRW,   rw(W64 & !3),              0, "Power ISA 3.0B III, Debug Facilities (bits 62:63 reserved; branches are not recorded)"),
    row(AMR,        "AMR",    SRW,   rw(W64),                   0, "Power ISA 3.0B III, Storage Control"),
    row(CTRL_READ,  "UCTRL",  UR,    of(CTRL),                  0, "Power ISA 3.0B III, Fixed-Point Facility"),
    row(CTRL,       "CTRL",   SW,    rw(0x1),                   0, "Power ISA 3.0B III, Fixed-Point Facility (RUN)"),
    row(UAMOR,      "UAMOR",  SRW,   rw(W64),                   0, "Power ISA 3.0B III, Storage Control"),
    row(VRSAVE,     "VRSAVE", URW,   rw(W32),                   0, "Power ISA 3.0B I, Vector Facility"),
    row(SPRG3_USER, "USPRG3", UR,    of(SPRG3),                 0, "Power ISA 3.0B III, Fixed-Point Facility"),
    row(SPRG0,      "SPRG0",  SRW,   rw(W64),                   0, "Power ISA 3.0B III, Fixed-Point Facility"),
    row(SPRG1,      "SPRG1",  SRW,   rw(W64),                   0, "Power ISA 3.0B III, Fixed-Point Facility"),
    row(SPRG2,      "SPRG2",  SRW,   rw(W64),                   0, "Power ISA 3.0B III, Fixed-Point Facility"),
    row(SPRG3,      "SPRG3",  SRW,   rw(W64),                   0, "Power ISA 3.0B III, Fixed-Point Facility"),
    row(TBL_WRITE,  "TBWL",   HW,    sp(Special::TbLowerWrite), 0, "Power ISA 3.0B III, Timer Facilities"),
    row(TBU_WRITE,  "TBWU",   HW,    sp(Special::TbUpperWrite), 0, "Power ISA 3.0B III, Timer Facilities"),
    row(TB40,       "TBU40",  HW,    sp(Special::Tb40Write),    0, "Power ISA 3.0B III, Timer Facilities"),
    row(PPR,      "PPR",     URW, rw(0x001c_0000_0000_0000), 0, "Power ISA 3.0B II, Program Priority Registers (PRI)"),
];

/// The hypervisor's registers, and those that it writes and the supervisor reads.
#[rustfmt::skip]
pub(crate) const HYPERVISOR: &[SprRow] = &[
    row(HSPRG0,     "HSPRG0", HRW,   rw(W64),                   0, "Power ISA 3.0B III, Fixed-Point Facility"),
    row(HSPRG1,     "HSPRG1", HRW,   rw(W64),                   0, "Power ISA 3.0B III, Fixed-Point Facility"),
    row(HDSISR,     "HDSISR", HRW,   rw(W32),                   0, "Power ISA 3.0B III, Interrupts"),
    row(HDAR,       "HDAR",   HRW,   rw(W64),                   0, "Power ISA 3.0B III, Interrupts"),
    // Processor cycles by thread: ticks of the virtual clock here.
    row(SPURR,      "SPURR",  SR_HW, sp(Special::Ticks),        0, "Power ISA 3.0B III, Timer Facilities").user_owned(),
    row(PURR,       "PURR",   SR_HW, sp(Special::Ticks),        0, "Power ISA 3.0B III, Timer Facilities").user_owned(),
    row(HDEC,       "HDEC",   HRW,   sp(Special::Hdec),         0, "Power ISA 3.0B III, Timer Facilities (32 bits; 56 on POWER9 and later)"),
    row(HRMOR,      "HRMOR",  HRW,   rw(0x0fff_ffff_fff0_0000), 0, "Power ISA 3.0B III, Logical Partitioning"),
    row(HSRR0,      "HSRR0",  HRW,   rw(W64 & !3),              0, "Power ISA 3.0B III, Interrupts (bits 62:63 reserved)"),
    row(HSRR1,      "HSRR1",  HRW,   rw(W64),                   0, "Power ISA 3.0B III, Interrupts"),
    row(LPIDR,      "LPIDR",  HRW,   rw(0xfff),                 0, "Power ISA 3.0B III, Logical Partitioning (12 bits)"),
    // A write ANDs; no condition is ever reported here, so nothing is left to clear.
    row(HMER,       "HMER",   HRW,   sp(Special::Hmer),         0, "Power ISA 3.0B III, Interrupts (mtspr combines by AND)"),
    row(HMEER,      "HMEER",  HRW,   rw(W64),                   0, "Power ISA 3.0B III, Interrupts"),
    row(AMOR,       "AMOR",   HRW,   rw(W64),                   0, "Power ISA 3.0B III, Storage Control"),
    row(PIR,        "PIR",    SR,    RO,                        0, "Power ISA 3.0B III, Fixed-Point Facility"),
];

/// What version 2.07 added to both.
#[rustfmt::skip]
pub(crate) const V2_07: &[SprRow] = &[
    // It has a number for problem state.
    row(DSCR_USER,  "UDSCR",  URW,   of(DSCR),                  0, "Power ISA 3.0B II, Data Stream Control Register").of(Facility::Dscr),
    row(DSCR,       "DSCR",   SRW,   rw(0x01ff_ffff),           0, "Power ISA 3.0B II, Data Stream Control Register (bits 39:63)").of(Facility::Dscr),
    row(IAMR,       "IAMR",   SRW,   rw(W64),                   0, "Power ISA 3.0B III, Storage Control"),
    row(PSPB,       "PSPB",   SRW,   rw(W32),                   0, "Power ISA 3.0B III, Fixed-Point Facility"),
    // Of the one thread that there is.
    row(DPDES,      "DPDES",  SR_HW, sp(Special::Dpdes),        0, "Power ISA 3.0B III, Processor Control").of(Facility::Message).user_owned(),
    row(DAWR0,      "DAWR",   HRW,   rw(W64 & !7),              0, "Power ISA 3.0B III, Debug Facilities"),
    row(RPR,        "RPR",    HRW,   rw(W64),                   0, "Power ISA 3.0B III, Fixed-Point Facility"),
    row(CIABR,      "CIABR",  HRW,   rw(W64),                   0, "Power ISA 3.0B III, Debug Facilities"),
    row(DAWRX0,     "DAWRX",  HRW,   rw(W32),                   0, "Power ISA 3.0B III, Debug Facilities"),
    row(TIR,        "TIR",    SR,    RO,                        0, "Power ISA 3.0B III, Fixed-Point Facility"),
    row(IC,         "IC",     SR_HW, sp(Special::Instructions), 0, "Power ISA 3.0B III, Timer Facilities").user_owned(),
    row(VTB,        "VTB",    SR_HW, sp(Special::Ticks),        0, "Power ISA 3.0B III, Timer Facilities"),
];

/// What version 3.0 added to both.
#[rustfmt::skip]
pub(crate) const V3_0: &[SprRow] = &[
    row(PIDR,       "PIDR",   SRW,   rw(0x000f_ffff),           0, "Power ISA 3.0B III, Storage Control; POWER9 UM (20 bits)"),
    row(PTCR,       "PTCR",   HRW,   rw(0x0fff_ffff_ffff_f01f), 0, "Power ISA 3.0B III, Storage Control (PATB PATS)"),
    row(ASDR,       "ASDR",   HRW,   rw(W64 & !0xfff),          0, "Power ISA 3.0B III, Interrupts"),
    row(PSSCR,      "PSSCR",  HRW,   rw(0x007f_03ff),           0, "Power ISA 3.0B III, Power-Saving Mode (SD ESL EC PSLL TR MTL RL)"),
    // The privileged number; which fields it shows is not narrowed.
    row(PSSCR_USER, "UPSSCR", SRW,   of(PSSCR),                 0, "Power ISA 3.0B III, Power-Saving Mode"),
];

/// Registers of facilities that problem state may be given (since version 2.07).
#[rustfmt::skip]
pub(crate) const PROBLEM: &[SprRow] = &[
    // BESCRS and its kin set and clear bits of BESCR by what is written.
    row(BESCRS,   "BESCRS",  URW, sp(Special::BescrSet(Half::Whole)),   0, "Power ISA 3.0B II, Event-Based Branch Facility").of(Facility::EventBasedBranch).user_owned(),
    row(BESCRSU,  "BESCRSU", URW, sp(Special::BescrSet(Half::Upper)),   0, "Power ISA 3.0B II, Event-Based Branch Facility").of(Facility::EventBasedBranch).user_owned(),
    row(BESCRR,   "BESCRR",  URW, sp(Special::BescrReset(Half::Whole)), 0, "Power ISA 3.0B II, Event-Based Branch Facility").of(Facility::EventBasedBranch).user_owned(),
    row(BESCRRU,  "BESCRRU", URW, sp(Special::BescrReset(Half::Upper)), 0, "Power ISA 3.0B II, Event-Based Branch Facility").of(Facility::EventBasedBranch).user_owned(),
    row(EBBHR,    "EBBHR",   URW, rw(W64 & !3),              0, "Power ISA 3.0B II, Event-Based Branch Facility").of(Facility::EventBasedBranch),
    row(EBBRR,    "EBBRR",   URW, rw(W64 & !3),              0, "Power ISA 3.0B II, Event-Based Branch Facility").of(Facility::EventBasedBranch),
    row(BESCR,    "BESCR",   URW, rw(0x8000_0003_0000_0003), 0, "Power ISA 3.0B II, Event-Based Branch Facility (GE EEE PMEE EEO PMEO)").of(Facility::EventBasedBranch),
    row(NOOP_808, "RSVD808", URW, NOOP,                      0, "Power ISA 3.0B III, SPR encodings (reserved, no-op in every state)"),
    row(NOOP_809, "RSVD809", URW, NOOP,                      0, "Power ISA 3.0B III, SPR encodings"),
    row(NOOP_810, "RSVD810", URW, NOOP,                      0, "Power ISA 3.0B III, SPR encodings"),
    row(NOOP_811, "RSVD811", URW, NOOP,                      0, "Power ISA 3.0B III, SPR encodings"),
    row(TAR,      "TAR",     URW, rw(W64),                   0, "Power ISA 3.0B I 2.3.4").of(Facility::Tar),
    row(PPR32,    "PPR32",   URW, sp(Special::Ppr32),        0, "Power ISA 3.0B II, Program Priority Registers (the upper half of PPR)"),
];

/// The performance monitor by its privileged numbers; [`crate::monitor`] says what is counted, and on which.
#[rustfmt::skip]
pub(crate) const PERFORMANCE: &[SprRow] = &[
    row(MMCRA,      "MMCRA",  SRW, rw(W64),   0, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::Pmu),
    row(PMC1,       "PMC1",   SRW, sp(Special::Counter(1)), 0, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::Pmu),
    row(PMC2,       "PMC2",   SRW, sp(Special::Counter(2)), 0, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::Pmu),
    row(PMC3,       "PMC3",   SRW, sp(Special::Counter(3)), 0, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::Pmu),
    row(PMC4,       "PMC4",   SRW, sp(Special::Counter(4)), 0, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::Pmu),
    row(PMC5,       "PMC5",   SRW, sp(Special::Counter(5)), 0, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::Pmu),
    row(PMC6,       "PMC6",   SRW, sp(Special::Counter(6)), 0, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::Pmu),
    // Frozen out of reset: our choice, as QEMU.
    row(MMCR0,      "MMCR0",  SRW, rw(W32),   0x8000_0000, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::Pmu),
    row(SIAR,       "SIAR",   SRW, rw(W64),   0, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::Pmu),
    row(SDAR,       "SDAR",   SRW, rw(W64),   0, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::Pmu),
    row(MMCR1,      "MMCR1",  SRW, rw(W64),   0, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::Pmu),
];

/// The same by the numbers of problem state, which reads them until version 2.07.
#[rustfmt::skip]
pub(crate) const PERFORMANCE_READ: &[SprRow] = &[
    row(MMCRA_USER, "UMMCRA", UR,  of(MMCRA), 0, "Power ISA 2.06 III-S, Performance Monitor Facility"),
    row(PMC1_USER,  "UPMC1",  UR,  of(PMC1),  0, "Power ISA 2.06 III-S, Performance Monitor Facility"),
    row(PMC2_USER,  "UPMC2",  UR,  of(PMC2),  0, "Power ISA 2.06 III-S, Performance Monitor Facility"),
    row(PMC3_USER,  "UPMC3",  UR,  of(PMC3),  0, "Power ISA 2.06 III-S, Performance Monitor Facility"),
    row(PMC4_USER,  "UPMC4",  UR,  of(PMC4),  0, "Power ISA 2.06 III-S, Performance Monitor Facility"),
    row(PMC5_USER,  "UPMC5",  UR,  of(PMC5),  0, "Power ISA 2.06 III-S, Performance Monitor Facility"),
    row(PMC6_USER,  "UPMC6",  UR,  of(PMC6),  0, "Power ISA 2.06 III-S, Performance Monitor Facility"),
    row(MMCR0_USER, "UMMCR0", UR,  of(MMCR0), 0, "Power ISA 2.06 III-S, Performance Monitor Facility"),
    row(SIAR_USER,  "USIAR",  UR,  of(SIAR),  0, "Power ISA 2.06 III-S, Performance Monitor Facility"),
    row(SDAR_USER,  "USDAR",  UR,  of(SDAR),  0, "Power ISA 2.06 III-S, Performance Monitor Facility"),
    row(MMCR1_USER, "UMMCR1", UR,  of(MMCR1), 0, "Power ISA 2.06 III-S, Performance Monitor Facility"),
];

/// The same since version 2.07, in which MMCR0\[PMCC\] says what problem state may do; of MMCR0 and MMCR2 it has some bits.
#[rustfmt::skip]
pub(crate) const PERFORMANCE_V2_07: &[SprRow] = &[
    row(SIER,       "SIER",   SRW, rw(W64),   0, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::Pmu),
    row(MMCR2,      "MMCR2",  SRW, rw(W64),   0, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::Pmu),
    row(SIER_USER,  "USIER",  UR,  of(SIER),  0, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::PmuReadable),
    row(MMCR2_USER, "UMMCR2", URW, sp(Special::Window { of: MMCR2, problem: 0x4020_1008_0402_0000 }), 0, "Power ISA 3.0B III, Performance Monitor Facility (FCnP0)").of(Facility::PmuWritable),
    row(MMCRA_USER, "UMMCRA", URW, of(MMCRA), 0, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::PmuWritable),
    row(PMC1_USER,  "UPMC1",  URW, of(PMC1),  0, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::PmuWritable),
    row(PMC2_USER,  "UPMC2",  URW, of(PMC2),  0, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::PmuWritable),
    row(PMC3_USER,  "UPMC3",  URW, of(PMC3),  0, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::PmuWritable),
    row(PMC4_USER,  "UPMC4",  URW, of(PMC4),  0, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::PmuWritable),
    row(PMC5_USER,  "UPMC5",  URW, of(PMC5),  0, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::PmuFixed),
    row(PMC6_USER,  "UPMC6",  URW, of(PMC6),  0, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::PmuFixed),
    row(MMCR0_USER, "UMMCR0", URW, sp(Special::Window { of: MMCR0, problem: 0x8400_0080 }), 0, "Power ISA 3.0B III, Performance Monitor Facility (FC PMAE PMAO)").of(Facility::PmuWritable),
    row(SIAR_USER,  "USIAR",  UR,  of(SIAR),  0, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::PmuReadable),
    row(SDAR_USER,  "USDAR",  UR,  of(SDAR),  0, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::PmuReadable),
    row(MMCR1_USER, "UMMCR1", UR,  of(MMCR1), 0, "Power ISA 3.0B III, Performance Monitor Facility").of(Facility::PmuReadable),
];
