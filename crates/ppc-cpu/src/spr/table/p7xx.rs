//! The 750 and its kin: hardware control, breakpoints, performance monitor, L2 and thermal control; and the 750CL's own.
//!
//! MPC750UM 2.1.2 and table 2-1, 750GX UM 2.1.2; for the 750CL the 750CL UM (IBM PowerPC 750CL RISC Microprocessor User's
//! Manual) 2.1, with QEMU's `init_proc_750cl` and Dolphin's `Gekko.h` as second sources of numbers and bits. Not here: the
//! 750CX's and 750GX's additions; the locked cache and the DMA that fills it, write-gathering, and that HID2\[PSE\] is
//! needed for paired singles.

use super::{EXIT, RO, W32, of, owned_by_user, rw, sp};
use crate::spr::row::{Gates, SR, SRW, Special, SprRow, UR, row};
use spr_exit::num::classic::*;
use spr_exit::num::p750cl::*;

/// Supervisor reads, and a write in supervisor state is a no-op.
pub(crate) const SR_WNOP: Gates = SR.union(Gates::WRITE_NOOP);

/// What controls the performance monitor, and its user copies.
#[rustfmt::skip]
pub(crate) const MONITOR: &[SprRow] = &[
    // A write to a user copy is illegal even for the supervisor (750GX UM p. 91): the model's "wrong direction".
    row(UMMCR0, "UMMCR0", UR,      of(MMCR0),       0, "MPC750UM 2.1.2"),
    row(USIA,   "USIA",   UR,      of(SIA),         0, "MPC750UM 2.1.2"),
    row(UMMCR1, "UMMCR1", UR,      of(MMCR1),       0, "MPC750UM 2.1.2"),
    row(MMCR0,  "MMCR0",  SRW,     sp(Special::Mmcr0), 0, "MPC750UM 2.1.2, 11.2"),
    row(SIA,    "SIA",    SRW,     rw(W32),         0, "MPC750UM 2.1.2"),
    row(MMCR1,  "MMCR1",  SRW,     sp(Special::Mmcr1(0xffc0_0000)), 0, "MPC750UM 2.1.2, 11.2 (PMC3SELECT PMC4SELECT)"),
];

/// The counters and their user copies.
#[rustfmt::skip]
pub(crate) const COUNTERS: &[SprRow] = &[
    row(UPMC1,  "UPMC1",  UR,      of(PMC1),        0, "MPC750UM 2.1.2"),
    row(UPMC2,  "UPMC2",  UR,      of(PMC2),        0, "MPC750UM 2.1.2"),
    row(UPMC3,  "UPMC3",  UR,      of(PMC3),        0, "MPC750UM 2.1.2"),
    row(UPMC4,  "UPMC4",  UR,      of(PMC4),        0, "MPC750UM 2.1.2"),
    row(PMC1,   "PMC1",   SRW,     sp(Special::Pmc(0)), 0, "MPC750UM 2.1.2, 11.2"),
    row(PMC2,   "PMC2",   SRW,     sp(Special::Pmc(1)), 0, "MPC750UM 2.1.2, 11.2"),
    row(PMC3,   "PMC3",   SRW,     sp(Special::Pmc(2)), 0, "MPC750UM 2.1.2, 11.2"),
    row(PMC4,   "PMC4",   SRW,     sp(Special::Pmc(3)), 0, "MPC750UM 2.1.2, 11.2"),
];

/// The 750's: user space had them first.
pub(crate) const P750_COUNTERS: &[SprRow] = &owned_by_user::<{ COUNTERS.len() }>(COUNTERS);

/// What the 750 and the 750CL have alike besides.
#[rustfmt::skip]
pub(crate) const P7XX: &[SprRow] = &[
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

/// LD_SCALE, LD_TYPE, ST_SCALE, ST_TYPE of a GQR.
const GQR: u64 = 0x3f07_3f07;

/// The 750CL's own.
#[rustfmt::skip]
pub(crate) const P750CL: &[SprRow] = &[
    row(GQR0, "GQR0", SRW, rw(GQR),         0, "750CL UM 2.1 (LD_SCALE LD_TYPE ST_SCALE ST_TYPE)"),
    row(GQR1, "GQR1", SRW, rw(GQR),         0, "750CL UM 2.1"),
    row(GQR2, "GQR2", SRW, rw(GQR),         0, "750CL UM 2.1"),
    row(GQR3, "GQR3", SRW, rw(GQR),         0, "750CL UM 2.1"),
    row(GQR4, "GQR4", SRW, rw(GQR),         0, "750CL UM 2.1"),
    row(GQR5, "GQR5", SRW, rw(GQR),         0, "750CL UM 2.1"),
    row(GQR6, "GQR6", SRW, rw(GQR),         0, "750CL UM 2.1"),
    row(GQR7, "GQR7", SRW, rw(GQR),         0, "750CL UM 2.1"),
    // DMAQL, the length of a queue that is always empty, reads as zero.
    row(HID2, "HID2", SRW, rw(0xf0ff_0000), 0, "750CL UM 2.1 (LSQE WPE PSE LCE, errors and their enables)"),
    row(WPAR, "WPAR", SRW, rw(0xffff_ffe0), 0, "750CL UM 2.1 (address; BNE reads as zero)"),
    row(DMAU, "DMAU", SRW, rw(W32),         0, "750CL UM 2.1 (MEM_ADDR DMA_LEN_U)"),
    // Writing DMA_T moves data between memory and the locked cache, which is not modelled.
    row(DMAL, "DMAL", SRW, EXIT,            0, "750CL UM 2.1 (LC_ADDR DMA_LD DMA_LEN_L DMA_T DMA_F)"),
    // L2CFI clears itself. H4A reads as zero: our choice.
    row(HID4, "HID4", SRW, rw(0x7be0_0000), 0, "750CL UM 2.1; Gekko.h (L2FM BPD SBE ST0 LPE DBP L2MUM)"),
    row(TDCL, "TDCL", SRW, EXIT,            0, "750CL UM 2.1 (thermal diode calibration; direction as QEMU)"),
    row(TDCH, "TDCH", SRW, EXIT,            0, "750CL UM 2.1 (thermal diode calibration; direction as QEMU)"),
];
