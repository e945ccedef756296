//! Book E as the e500 family implements it: what the e500v2 and the e500mc have alike.
//!
//! E500CORERM tables 2-1 and 2-2, E500MCRM table 2-2, EREF 2.0 chapter 2. Bit masks are of the 32-bit register.

use super::{W32, of, rw, sp};
use crate::spr::row::{Intervals, SRW, SW, Special, SprRow, UR, URW, row};
use spr_exit::num::booke::*;
use spr_exit::num::common::SPRG3;

/// Registers of Book E that both cores have, and that a guest of the e500mc may touch as well.
#[rustfmt::skip]
pub(crate) const SUPERVISOR: &[SprRow] = &[
    row(PID,        "PID",    SRW, rw(0xff),  0, "E500CORERM 2.12.1, 12.7.1; E500MCRM ch. 2 (8 bits as TID; MMUCFG[PIDSIZE] = 7)"),
    row(DEAR,       "DEAR",   SRW, rw(W32),   0, "E500CORERM 2.7.1.3; EREF 2.0 ch. 2"),
    row(USPRG0,     "USPRG0", URW, rw(W32),   0, "E500CORERM 2.8; EREF 2.0 ch. 2"),
    row(SPRG3_USER, "USPRG3", UR,  of(SPRG3), 0, "E500CORERM 2.8, table 2-1 (user read is implementation-dependent, the e500 has it)"),
    row(SPRG4_USER, "USPRG4", UR,  of(SPRG4), 0, "E500CORERM 2.8, table 2-1"),
    row(SPRG5_USER, "USPRG5", UR,  of(SPRG5), 0, "E500CORERM 2.8, table 2-1"),
    row(SPRG6_USER, "USPRG6", UR,  of(SPRG6), 0, "E500CORERM 2.8, table 2-1"),
    row(SPRG7_USER, "USPRG7", UR,  of(SPRG7), 0, "E500CORERM 2.8, table 2-1"),
    row(SPRG4,      "SPRG4",  SRW, rw(W32),   0, "E500CORERM 2.8, table 2-1"),
    row(SPRG5,      "SPRG5",  SRW, rw(W32),   0, "E500CORERM 2.8, table 2-1"),
    row(SPRG6,      "SPRG6",  SRW, rw(W32),   0, "E500CORERM 2.8, table 2-1"),
    row(SPRG7,      "SPRG7",  SRW, rw(W32),   0, "E500CORERM 2.8, table 2-1"),
];

/// Registers of Book E that both cores have, and that belong to the hypervisor on the e500mc.
#[rustfmt::skip]
pub(crate) const CONTROL: &[SprRow] = &[
    row(DECAR,  "DECAR",  SW,  sp(Special::Decar), 0, "E500CORERM 2.6, table 8-1 (write-only)"),
    row(CSRR0,  "CSRR0",  SRW, rw(W32 & !3),       0, "E500CORERM 2.7.1.2; EREF 2.0 ch. 2"),
    row(CSRR1,  "CSRR1",  SRW, rw(W32),            0, "E500CORERM 2.7.1.2; EREF 2.0 ch. 2"),
    row(IVPR,   "IVPR",   SRW, rw(0xffff_0000),    0, "E500CORERM 2.7.1.4; EREF 2.0 ch. 2"),
    row(IAC1,   "IAC1",   SRW, rw(W32 & !3),       0, "E500CORERM 2.13.3; EREF 2.0 ch. 2 (matching is not modelled)"),
    row(IAC2,   "IAC2",   SRW, rw(W32 & !3),       0, "E500CORERM 2.13.3; EREF 2.0 ch. 2 (matching is not modelled)"),
    row(DAC1,   "DAC1",   SRW, rw(W32),            0, "E500CORERM 2.13.4; EREF 2.0 ch. 2 (matching is not modelled)"),
    row(DAC2,   "DAC2",   SRW, rw(W32),            0, "E500CORERM 2.13.4; EREF 2.0 ch. 2 (matching is not modelled)"),
    row(TSR,    "TSR",    SRW, sp(Special::Tsr),   0, "E500CORERM 2.6.2 (write one to clear)"),
    row(TCR,    "TCR",    SRW, sp(Special::Tcr(Intervals::Any)), 0, "E500CORERM 2.6.1 (WP WRC WIE DIE FP FIE ARE WPEXT FPEXT)"),
    row(IVOR0,  "IVOR0",  SRW, rw(0xfff0),         0, "E500CORERM 2.7.1.5; EREF 2.0 ch. 2"),
    row(IVOR1,  "IVOR1",  SRW, rw(0xfff0),         0, "E500CORERM 2.7.1.5; EREF 2.0 ch. 2"),
    row(IVOR2,  "IVOR2",  SRW, rw(0xfff0),         0, "E500CORERM 2.7.1.5; EREF 2.0 ch. 2"),
    row(IVOR3,  "IVOR3",  SRW, rw(0xfff0),         0, "E500CORERM 2.7.1.5; EREF 2.0 ch. 2"),
    row(IVOR4,  "IVOR4",  SRW, rw(0xfff0),         0, "E500CORERM 2.7.1.5; EREF 2.0 ch. 2"),
    row(IVOR5,  "IVOR5",  SRW, rw(0xfff0),         0, "E500CORERM 2.7.1.5; EREF 2.0 ch. 2"),
    row(IVOR6,  "IVOR6",  SRW, rw(0xfff0),         0, "E500CORERM 2.7.1.5; EREF 2.0 ch. 2"),
    row(IVOR8,  "IVOR8",  SRW, rw(0xfff0),         0, "E500CORERM 2.7.1.5; EREF 2.0 ch. 2"),
    row(IVOR10, "IVOR10", SRW, rw(0xfff0),         0, "E500CORERM 2.7.1.5; EREF 2.0 ch. 2"),
    row(IVOR11, "IVOR11", SRW, rw(0xfff0),         0, "E500CORERM 2.7.1.5; EREF 2.0 ch. 2"),
    row(IVOR12, "IVOR12", SRW, rw(0xfff0),         0, "E500CORERM 2.7.1.5; EREF 2.0 ch. 2"),
    row(IVOR13, "IVOR13", SRW, rw(0xfff0),         0, "E500CORERM 2.7.1.5; EREF 2.0 ch. 2"),
    row(IVOR14, "IVOR14", SRW, rw(0xfff0),         0, "E500CORERM 2.7.1.5; EREF 2.0 ch. 2"),
    row(IVOR15, "IVOR15", SRW, rw(0xfff0),         0, "E500CORERM 2.7.1.5; EREF 2.0 ch. 2"),
];
