//! Registers that every family has under the same number, and those that all 32-bit families have alike.
//!
//! Power ISA 3.0B Books I to III; E500CORERM table 2-1; MPC750UM 2.1.1; PEM32 (the programming environments manual for
//! 32-bit implementations) chapter 2.

use super::{W32, rw, sp};
use crate::spr::row::{Gates, SRW, SW, Special, SprRow, UR, URW, row};
use spr_exit::num::common::*;

/// The processor version register with a model's value.
pub(crate) const fn pvr(value: u32, gates: Gates, source: &'static str) -> SprRow {
    row(PVR, "PVR", gates, super::RO, value as u64, source)
}

/// What every PowerPC has in problem state.
#[rustfmt::skip]
pub(crate) const USER: &[SprRow] = &[
    row(XER, "XER", URW, sp(Special::Xer), 0, "Power ISA 3.0B I 3.2.2; E500CORERM 2.3.2; MPC750UM 2.1.1"),
    row(LR,  "LR",  URW, sp(Special::Lr),  0, "Power ISA 3.0B I 2.3.2; E500CORERM 2.4; MPC750UM 2.1.1"),
    row(CTR, "CTR", URW, sp(Special::Ctr), 0, "Power ISA 3.0B I 2.3.3; E500CORERM 2.4; MPC750UM 2.1.1"),
];

/// The decrementer, which everybody has and only privileged code sees.
#[rustfmt::skip]
pub(crate) const DECREMENTER: &[SprRow] = &[
    row(DEC, "DEC", SRW, sp(Special::Dec), 0, "Power ISA 3.0B III, Timer Facilities; E500CORERM 2.6.4; MPC750UM 2.1.1"),
];

/// Reading the time base; it is `mftb` under its other name where a CPU has that.
#[rustfmt::skip]
pub(crate) const TIME_BASE_READ: &[SprRow] = &[
    row(TBL, "TBL", UR, sp(Special::TbLower), 0, "Power ISA 3.0B II, Time Base; E500CORERM 2.6.3; 750GX UM p. 111 note 2"),
    row(TBU, "TBU", UR, sp(Special::TbUpper), 0, "Power ISA 3.0B II, Time Base; E500CORERM 2.6.3; 750GX UM p. 111 note 2"),
];

/// Writing the time base, on CPUs without a hypervisor.
#[rustfmt::skip]
pub(crate) const TIME_BASE_WRITE: &[SprRow] = &[
    row(TBL_WRITE, "TBWL", SW, sp(Special::TbLowerWrite), 0, "E500CORERM 2.6.3; MPC750UM 2.1.1, PEM32 2.3"),
    row(TBU_WRITE, "TBWU", SW, sp(Special::TbUpperWrite), 0, "E500CORERM 2.6.3; MPC750UM 2.1.1, PEM32 2.3"),
];

/// Interrupt save registers and scratch registers of 32 bits. The low two bits of SRR0 are reserved.
#[rustfmt::skip]
pub(crate) const WORD: &[SprRow] = &[
    row(SRR0,  "SRR0",  SRW, rw(W32 & !3), 0, "E500CORERM 2.7.1.1; EREF 2.0 ch. 2; PEM32 2.3"),
    row(SRR1,  "SRR1",  SRW, rw(W32),      0, "E500CORERM 2.7.1.1; EREF 2.0 ch. 2; PEM32 2.3"),
    row(SPRG0, "SPRG0", SRW, rw(W32),      0, "E500CORERM 2.8; MPC750UM 2.1.1"),
    row(SPRG1, "SPRG1", SRW, rw(W32),      0, "E500CORERM 2.8; MPC750UM 2.1.1"),
    row(SPRG2, "SPRG2", SRW, rw(W32),      0, "E500CORERM 2.8; MPC750UM 2.1.1"),
    row(SPRG3, "SPRG3", SRW, rw(W32),      0, "E500CORERM 2.8; MPC750UM 2.1.1"),
];
