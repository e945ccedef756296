//! The 440: Book E as it implements it, and registers of its own.
//!
//! PPC440x5 UM (PPC440x5 CPU Core User's Manual, September 2002) table 10-2 for numbers and access, chapter 10 and the
//! chapter that a row names for fields. The masks of CCR0, CCR1 and the debug registers are compared with headers
//! (IBM's ppc440_core.h, U-Boot ppc440.h).
//! Not here: device control registers, which are no SPRs and live outside the core.

use super::{RO, W32, of, rw, sp, w1c};
use crate::spr::row::{Behaviour, Intervals, SR, SRW, SW, Special, SprRow, UR, URW, row};
use spr_exit::num::booke::*;
use spr_exit::num::ppc440::*;

/// DBCR0: debug events are the core's, the reset request (RST) is user space's.
const P440_DBCR0: Behaviour = Behaviour::Split {
    core: 0x4fff_8001,
    user_write: super::e500::DBCR0_RST,
    user_read: 0,
};

/// TBL\[19, 15, 11, 7\] and TBL\[11, 7, 3\], TBU\[31\] (PPC440x5UM tables 7-1, 7-2; QEMU 7.2 for the 440).
const INTERVALS: Intervals = Intervals::OneOf {
    fit: [12, 16, 20, 24],
    watchdog: [20, 24, 28, 32],
};

/// The 440's.
#[rustfmt::skip]
pub(crate) const P440: &[SprRow] = &[
    row(PID,        "PID",     SRW, rw(0xff),           0,           "PPC440x5UM ch. 5, table 10-2 (8 bits)"),
    row(DECAR,      "DECAR",   SW,  sp(Special::Decar), 0,           "PPC440x5UM ch. 7, table 10-2 (write-only)"),
    row(CSRR0,      "CSRR0",   SRW, rw(W32 & !3),       0,           "PPC440x5UM 6.4, table 10-2"),
    row(CSRR1,      "CSRR1",   SRW, rw(W32),            0,           "PPC440x5UM 6.4, table 10-2"),
    row(DEAR,       "DEAR",    SRW, rw(W32),            0,           "PPC440x5UM 6.4.8"),
    row(ESR,        "ESR",     SRW, rw(0x8fbf_001f),    0,           "PPC440x5UM 6.4.11, figure 6-10 (MCI PIL PPR PTR FP ST DLK AP PUO BO PIE PCRE PCMP PCRF)"),
    row(IVPR,       "IVPR",    SRW, rw(0xffff_0000),    0,           "PPC440x5UM 6.4.10"),
    row(USPRG0,     "USPRG0",  URW, rw(W32),            0,           "PPC440x5UM 2.7.1, table 10-2"),
    row(SPRG4_USER, "USPRG4",  UR,  of(SPRG4),          0,           "PPC440x5UM 2.7.1, table 10-2"),
    row(SPRG5_USER, "USPRG5",  UR,  of(SPRG5),          0,           "PPC440x5UM 2.7.1, table 10-2"),
    row(SPRG6_USER, "USPRG6",  UR,  of(SPRG6),          0,           "PPC440x5UM 2.7.1, table 10-2"),
    row(SPRG7_USER, "USPRG7",  UR,  of(SPRG7),          0,           "PPC440x5UM 2.7.1, table 10-2"),
    row(SPRG4,      "SPRG4",   SRW, rw(W32),            0,           "PPC440x5UM 2.7.1, table 10-2"),
    row(SPRG5,      "SPRG5",   SRW, rw(W32),            0,           "PPC440x5UM 2.7.1, table 10-2"),
    row(SPRG6,      "SPRG6",   SRW, rw(W32),            0,           "PPC440x5UM 2.7.1, table 10-2"),
    row(SPRG7,      "SPRG7",   SRW, rw(W32),            0,           "PPC440x5UM 2.7.1, table 10-2"),
    row(PIR,        "PIR",     SR,  RO,                 0,           "PPC440x5UM 2.7.3"),
    row(DBSR,       "DBSR",    SRW, w1c(0xffff_8003),   0x3000_0000, "PPC440x5UM p. 476, 8.6.4 (read/clear; MRR: the last reset was a system reset)"),
    row(DBCR0,      "DBCR0",   SRW, P440_DBCR0,         0,           "PPC440x5UM ch. 8, table 10-2 (debug events, and RST)"),
    row(DBCR1,      "DBCR1",   SRW, rw(0xffc1_ffc1),    0,           "PPC440x5UM ch. 8, table 10-2"),
    row(DBCR2,      "DBCR2",   SRW, rw(0xffef_0f0f),    0,           "PPC440x5UM ch. 8, table 10-2"),
    row(IAC1,       "IAC1",    SRW, rw(W32 & !3),       0,           "PPC440x5UM ch. 8, table 10-2"),
    row(IAC2,       "IAC2",    SRW, rw(W32 & !3),       0,           "PPC440x5UM ch. 8, table 10-2"),
    row(IAC3,       "IAC3",    SRW, rw(W32 & !3),       0,           "PPC440x5UM ch. 8, table 10-2"),
    row(IAC4,       "IAC4",    SRW, rw(W32 & !3),       0,           "PPC440x5UM ch. 8, table 10-2"),
    row(DAC1,       "DAC1",    SRW, rw(W32),            0,           "PPC440x5UM ch. 8, table 10-2"),
    row(DAC2,       "DAC2",    SRW, rw(W32),            0,           "PPC440x5UM ch. 8, table 10-2"),
    row(DVC1,       "DVC1",    SRW, rw(W32),            0,           "PPC440x5UM ch. 8, table 10-2"),
    row(DVC2,       "DVC2",    SRW, rw(W32),            0,           "PPC440x5UM ch. 8, table 10-2"),
    row(TSR,        "TSR",     SRW, sp(Special::Tsr),   0,           "PPC440x5UM ch. 7, table 10-2 (read/clear)"),
    row(TCR,        "TCR",     SRW, sp(Special::Tcr(INTERVALS)), 0,  "PPC440x5UM 7.3 to 7.5, table 10-2"),
    row(IVOR0,      "IVOR0",   SRW, rw(0xfff0),         0,           "PPC440x5UM 6.4.9, figure 10-31"),
    row(IVOR1,      "IVOR1",   SRW, rw(0xfff0),         0,           "PPC440x5UM 6.4.9, figure 10-31"),
    row(IVOR2,      "IVOR2",   SRW, rw(0xfff0),         0,           "PPC440x5UM 6.4.9, figure 10-31"),
    row(IVOR3,      "IVOR3",   SRW, rw(0xfff0),         0,           "PPC440x5UM 6.4.9, figure 10-31"),
    row(IVOR4,      "IVOR4",   SRW, rw(0xfff0),         0,           "PPC440x5UM 6.4.9, figure 10-31"),
    row(IVOR5,      "IVOR5",   SRW, rw(0xfff0),         0,           "PPC440x5UM 6.4.9, figure 10-31"),
    row(IVOR6,      "IVOR6",   SRW, rw(0xfff0),         0,           "PPC440x5UM 6.4.9, figure 10-31"),
    row(IVOR7,      "IVOR7",   SRW, rw(0xfff0),         0,           "PPC440x5UM 6.4.9, figure 10-31"),
    row(IVOR8,      "IVOR8",   SRW, rw(0xfff0),         0,           "PPC440x5UM 6.4.9, figure 10-31"),
    row(IVOR9,      "IVOR9",   SRW, rw(0xfff0),         0,           "PPC440x5UM 6.4.9, figure 10-31"),
    row(IVOR10,     "IVOR10",  SRW, rw(0xfff0),         0,           "PPC440x5UM 6.4.9, figure 10-31"),
    row(IVOR11,     "IVOR11",  SRW, rw(0xfff0),         0,           "PPC440x5UM 6.4.9, figure 10-31"),
    row(IVOR12,     "IVOR12",  SRW, rw(0xfff0),         0,           "PPC440x5UM 6.4.9, figure 10-31"),
    row(IVOR13,     "IVOR13",  SRW, rw(0xfff0),         0,           "PPC440x5UM 6.4.9, figure 10-31"),
    row(IVOR14,     "IVOR14",  SRW, rw(0xfff0),         0,           "PPC440x5UM 6.4.9, figure 10-31"),
    row(IVOR15,     "IVOR15",  SRW, rw(0xfff0),         0,           "PPC440x5UM 6.4.9, figure 10-31"),
    row(MCSRR0,     "MCSRR0",  SRW, rw(W32 & !3),       0,           "PPC440x5UM 6.4, table 10-2"),
    row(MCSRR1,     "MCSRR1",  SRW, rw(W32),            0,           "PPC440x5UM 6.4, table 10-2"),
    row(MCSR,       "MCSR",    SRW, w1c(0xff80_0000),   0,           "PPC440x5UM 6.4.12, figure 10-34 (read/clear; MCS IB DRB DWB TLBP ICP DCSP DCFP IMPE)"),
    // Which cache lines are victims does not show in results: the four bytes of each register are plain storage.
    row(INV0,       "INV0",    SRW, rw(W32),            0,           "PPC440x5UM ch. 4, table 10-2"),
    row(INV1,       "INV1",    SRW, rw(W32),            0,           "PPC440x5UM ch. 4, table 10-2"),
    row(INV2,       "INV2",    SRW, rw(W32),            0,           "PPC440x5UM ch. 4, table 10-2"),
    row(INV3,       "INV3",    SRW, rw(W32),            0,           "PPC440x5UM ch. 4, table 10-2"),
    row(ITV0,       "ITV0",    SRW, rw(W32),            0,           "PPC440x5UM ch. 4, table 10-2"),
    row(ITV1,       "ITV1",    SRW, rw(W32),            0,           "PPC440x5UM ch. 4, table 10-2"),
    row(ITV2,       "ITV2",    SRW, rw(W32),            0,           "PPC440x5UM ch. 4, table 10-2"),
    row(ITV3,       "ITV3",    SRW, rw(W32),            0,           "PPC440x5UM ch. 4, table 10-2"),
    row(CCR1,       "CCR1",    SRW, rw(0xffff_f880),    0,           "PPC440x5UM ch. 10; ppc440_core.h (ICDPEI ICTPEI DCTPEI DCDPEI DCUPEI DCMPEI FCOM MMUPEI FFF TCS)"),
    row(DNV0,       "DNV0",    SRW, rw(W32),            0,           "PPC440x5UM ch. 4, table 10-2"),
    row(DNV1,       "DNV1",    SRW, rw(W32),            0,           "PPC440x5UM ch. 4, table 10-2"),
    row(DNV2,       "DNV2",    SRW, rw(W32),            0,           "PPC440x5UM ch. 4, table 10-2"),
    row(DNV3,       "DNV3",    SRW, rw(W32),            0,           "PPC440x5UM ch. 4, table 10-2"),
    row(DTV0,       "DTV0",    SRW, rw(W32),            0,           "PPC440x5UM ch. 4, table 10-2"),
    row(DTV1,       "DTV1",    SRW, rw(W32),            0,           "PPC440x5UM ch. 4, table 10-2"),
    row(DTV2,       "DTV2",    SRW, rw(W32),            0,           "PPC440x5UM ch. 4, table 10-2"),
    row(DTV3,       "DTV3",    SRW, rw(W32),            0,           "PPC440x5UM ch. 4, table 10-2"),
    row(DVLIM,      "DVLIM",   SRW, rw(W32),            0,           "PPC440x5UM ch. 4, table 10-2"),
    row(IVLIM,      "IVLIM",   SRW, rw(W32),            0,           "PPC440x5UM ch. 4, table 10-2"),
    // What a chip ties the reset inputs to is its own; zero is our choice.
    row(RSTCFG,     "RSTCFG",  SR,  RO,                 0,           "PPC440x5UM 2.7, table 10-2 (read-only)"),
    row(DCDBTRL,    "DCDBTRL", SR,  RO,                 0,           "PPC440x5UM ch. 4, table 10-2 (read-only; dcread fills it)"),
    row(DCDBTRH,    "DCDBTRH", SR,  RO,                 0,           "PPC440x5UM ch. 4, table 10-2 (read-only; dcread fills it)"),
    row(ICDBTRL,    "ICDBTRL", SR,  RO,                 0,           "PPC440x5UM ch. 4, table 10-2 (read-only; icread fills it)"),
    row(ICDBTRH,    "ICDBTRH", SR,  RO,                 0,           "PPC440x5UM ch. 4, table 10-2 (read-only; icread fills it)"),
    row(MMUCR,      "MMUCR",   SRW, rw(0x016d_00ff),    0,           "PPC440x5UM 5.7.1, figure 5-3 (SWOA U1TE U2SWOAE DULXE IULXE STS STID)"),
    row(CCR0,       "CCR0",    SRW, rw(0x4830_e10f),    0,           "PPC440x5UM 2.7.4, ch. 10 (PRE CRPE DSTG DAPUIB DTB GICBT GDCBT FLSTA ICSLC ICSLT)"),
    row(ICDBDR,     "ICDBDR",  SR,  RO,                 0,           "PPC440x5UM ch. 4, table 10-2 (read-only; icread fills it)"),
    row(DBDR,       "DBDR",    SRW, rw(W32),            0,           "PPC440x5UM ch. 8, table 10-2"),
];
