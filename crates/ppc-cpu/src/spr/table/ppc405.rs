//! The 405: registers of its own, and Book E's under numbers of their own.
//!
//! PPC405 UM (PPC405 Core User's Manual, SA14-2339-04) table 10-2 for numbers and access, chapter 10 and the section that
//! a row names for fields; PPC405GP UM chapter 25. The masks of DBCR0, DBCR1 and DBSR are written down as
//! remembered, and no source compared them. The core's CCR1 (888) and the debug registers of later versions are not on
//! the 405GP.
//! Not here: device control registers, which are no SPRs and live outside the core.

use super::{RO, W32, of, rw, sp, w1c};
use crate::spr::row::{Behaviour, Intervals, SR, SRW, Special, SprRow, UR, URW, row};
use spr_exit::num::booke::{
    SPRG4, SPRG4_USER, SPRG5, SPRG5_USER, SPRG6, SPRG6_USER, SPRG7, SPRG7_USER, USPRG0,
};
use spr_exit::num::ppc4xx::*;

/// DBCR0: debug events are the core's, the reset request (RST) is user space's.
const DBCR0: Behaviour = Behaviour::Split {
    core: 0x4fff_c001,
    user_write: super::e500::DBCR0_RST,
    user_read: 0,
};

/// TBL\[23, 19, 15, 11\] and TBL\[15, 11, 7, 3\] (PPC405UM 6.2, table 6-3; QEMU 7.2 for the 405).
const INTERVALS: Intervals = Intervals::OneOf {
    fit: [8, 12, 16, 20],
    watchdog: [16, 20, 24, 28],
};

/// The 405's.
#[rustfmt::skip]
pub(crate) const P405: &[SprRow] = &[
    row(USPRG0,     "USPRG0", URW, rw(W32),             0,           "PPC405UM 2.3.2.4, table 10-2"),
    row(SPRG4_USER, "USPRG4", UR,  of(SPRG4),           0,           "PPC405UM 2.3.2.4, table 10-2"),
    row(SPRG5_USER, "USPRG5", UR,  of(SPRG5),           0,           "PPC405UM 2.3.2.4, table 10-2"),
    row(SPRG6_USER, "USPRG6", UR,  of(SPRG6),           0,           "PPC405UM 2.3.2.4, table 10-2"),
    row(SPRG7_USER, "USPRG7", UR,  of(SPRG7),           0,           "PPC405UM 2.3.2.4, table 10-2"),
    row(SPRG4,      "SPRG4",  SRW, rw(W32),             0,           "PPC405UM 2.3.2.4, table 10-2"),
    row(SPRG5,      "SPRG5",  SRW, rw(W32),             0,           "PPC405UM 2.3.2.4, table 10-2"),
    row(SPRG6,      "SPRG6",  SRW, rw(W32),             0,           "PPC405UM 2.3.2.4, table 10-2"),
    row(SPRG7,      "SPRG7",  SRW, rw(W32),             0,           "PPC405UM 2.3.2.4, table 10-2"),
    row(ZPR,        "ZPR",    SRW, rw(W32),             0,           "PPC405UM ch. 7, table 10-2 (sixteen zones)"),
    row(PID_40X,    "PID",    SRW, rw(0xff),            0,           "PPC405UM ch. 7, table 10-2 (8 bits)"),
    row(CCR0,       "CCR0",   SRW, rw(0x03f3_0f11),     0x0070_0000, "PPC405UM ch. 4, 10 (LWL LWOA SWOA DPP1 IPP U0XE LDBE PFC PFNC NCRS FWOA CIS CWS); reset: QEMU 405"),
    row(IAC3_40X,   "IAC3",   SRW, rw(W32 & !3),        0,           "PPC405UM ch. 8, table 10-2"),
    row(IAC4_40X,   "IAC4",   SRW, rw(W32 & !3),        0,           "PPC405UM ch. 8, table 10-2"),
    row(DVC1_40X,   "DVC1",   SRW, rw(W32),             0,           "PPC405UM ch. 8, table 10-2"),
    row(DVC2_40X,   "DVC2",   SRW, rw(W32),             0,           "PPC405UM ch. 8, table 10-2"),
    row(SGR,        "SGR",    SRW, rw(W32),             W32,         "PPC405UM ch. 7, table 10-2 (all of storage is guarded after a reset)"),
    row(DCWR,       "DCWR",   SRW, rw(W32),             0,           "PPC405UM ch. 7, table 10-2"),
    row(SLER,       "SLER",   SRW, rw(W32),             0,           "PPC405UM ch. 7, table 10-2 (its effect, little-endian storage, is not modelled)"),
    row(SU0R,       "SU0R",   SRW, rw(W32),             0,           "PPC405UM ch. 7, table 10-2"),
    row(DBCR1_40X,  "DBCR1",  SRW, rw(0xffcf_ff00),     0,           "PPC405UM ch. 8, table 10-2"),
    row(ICDBDR,     "ICDBDR", SR,  RO,                  0,           "PPC405UM ch. 4, table 10-2 (read-only; icread fills it)"),
    row(ESR_40X,    "ESR",    SRW, rw(0x8ec0_8000),     0,           "405GP UM figure 10-15 (MCI PIL PPR PTR DST DIZ; U0F: PPC405UM ch. 5)"),
    row(DEAR_40X,   "DEAR",   SRW, rw(W32),             0,           "PPC405UM ch. 5, table 10-2"),
    row(EVPR,       "EVPR",   SRW, rw(0xffff_0000),     0,           "PPC405UM 5.5.4"),
    row(TSR_40X,    "TSR",    SRW, sp(Special::Tsr),    0,           "PPC405UM ch. 6, table 10-2 (read/clear)"),
    row(TCR_40X,    "TCR",    SRW, sp(Special::Tcr(INTERVALS)), 0,   "PPC405UM 6.2 to 6.5, table 10-2"),
    row(PIT,        "PIT",    SRW, sp(Special::Pit),    0,           "PPC405UM 6.2"),
    row(SRR2,       "SRR2",   SRW, rw(W32 & !3),        0,           "PPC405UM 5.5.3 (bits 30:31 reserved)"),
    row(SRR3,       "SRR3",   SRW, rw(W32),             0,           "PPC405UM 5.5.3"),
    row(DBSR_40X,   "DBSR",   SRW, w1c(0xfffc_0300),    0x300,       "PPC405UM ch. 8, table 10-2 (read/clear; MRR: the last reset was a system reset)"),
    row(DBCR0_40X,  "DBCR0",  SRW, DBCR0,               0,           "PPC405UM ch. 8, table 10-2 (debug events, and RST)"),
    row(IAC1_40X,   "IAC1",   SRW, rw(W32 & !3),        0,           "PPC405UM ch. 8, table 10-2"),
    row(IAC2_40X,   "IAC2",   SRW, rw(W32 & !3),        0,           "PPC405UM ch. 8, table 10-2"),
    row(DAC1_40X,   "DAC1",   SRW, rw(W32),             0,           "PPC405UM ch. 8, table 10-2"),
    row(DAC2_40X,   "DAC2",   SRW, rw(W32),             0,           "PPC405UM ch. 8, table 10-2"),
    row(DCCR,       "DCCR",   SRW, rw(W32),             0,           "PPC405UM ch. 7, table 10-2"),
    row(ICCR,       "ICCR",   SRW, rw(W32),             0,           "PPC405UM ch. 7, table 10-2"),
];
