//! The 750's own registers: hardware control, breakpoints, performance monitor, L2 and thermal control.
//!
//! MPC750UM 2.1.2 and table 2-1, 750GX UM 2.1.2. Not here: the 750CX's, 750GX's and Gekko's additions.

use super::{EXIT, RO, W32, of, rw};
use crate::spr::row::{Gates, SR, SRW, SprRow, UR, row};
use spr_exit::num::classic::*;

/// Supervisor reads, and a write in supervisor state is a no-op.
pub(crate) const SR_WNOP: Gates = SR.union(Gates::WRITE_NOOP);

/// The 750's.
#[rustfmt::skip]
pub(crate) const P750: &[SprRow] = &[
    // A write to a user copy is illegal even for the supervisor (750GX UM p. 91): the model's "wrong direction".
    row(UMMCR0, "UMMCR0", UR,      of(MMCR0),       0, "MPC750UM 2.1.2"),
    row(UPMC1,  "UPMC1",  UR,      EXIT,            0, "MPC750UM 2.1.2"),
    row(UPMC2,  "UPMC2",  UR,      EXIT,            0, "MPC750UM 2.1.2"),
    row(USIA,   "USIA",   UR,      of(SIA),         0, "MPC750UM 2.1.2"),
    row(UMMCR1, "UMMCR1", UR,      of(MMCR1),       0, "MPC750UM 2.1.2"),
    row(UPMC3,  "UPMC3",  UR,      EXIT,            0, "MPC750UM 2.1.2"),
    row(UPMC4,  "UPMC4",  UR,      EXIT,            0, "MPC750UM 2.1.2"),
    // Control registers are plain storage; the counters, which nothing counts here, are user space's.
    row(MMCR0,  "MMCR0",  SRW,     rw(W32),         0, "MPC750UM 2.1.2"),
    row(PMC1,   "PMC1",   SRW,     EXIT,            0, "MPC750UM 2.1.2"),
    row(PMC2,   "PMC2",   SRW,     EXIT,            0, "MPC750UM 2.1.2"),
    row(SIA,    "SIA",    SRW,     rw(W32),         0, "MPC750UM 2.1.2"),
    row(MMCR1,  "MMCR1",  SRW,     rw(0xffc0_0000), 0, "MPC750UM 2.1.2 (PMC3SELECT PMC4SELECT)"),
    row(PMC3,   "PMC3",   SRW,     EXIT,            0, "MPC750UM 2.1.2"),
    row(PMC4,   "PMC4",   SRW,     EXIT,            0, "MPC750UM 2.1.2"),
    // ICFI and DCFI clear themselves: they are not kept.
    row(HID0,   "HID0",   SRW,     rw(0xfbf1_f3ed), 0, "MPC750UM 2.1.2; 750GX UM p. 68"),
    row(HID1,   "HID1",   SR_WNOP, RO,              0, "MPC750UM 2.1.2; 750GX UM p. 91 (PLL configuration)"),
    row(IABR,   "IABR",   SRW,     rw(W32),         0, "MPC750UM 2.1.2"),
    row(DABR,   "DABR",   SRW,     rw(W32),         0, "MPC750UM 2.1.1, PEM32 2.3"),
    row(L2CR,   "L2CR",   SRW,     EXIT,            0, "MPC750UM 2.1.5; 750GX UM p. 81 (L2IP says when an invalidation is done)"),
    row(ICTC,   "ICTC",   SRW,     rw(0x1ff),       0, "MPC750UM 2.1.3; 750GX UM p. 77 (FI E; throttling has no effect on results)"),
    row(THRM1,  "THRM1",  SRW,     EXIT,            0, "MPC750UM 2.1.4"),
    row(THRM2,  "THRM2",  SRW,     EXIT,            0, "MPC750UM 2.1.4"),
    row(THRM3,  "THRM3",  SRW,     EXIT,            0, "MPC750UM 2.1.4"),
];
