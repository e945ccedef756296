//! The e500 family: registers of Freescale's own that the e500v2 and the e500mc have alike, those of the e500v2, and in what
//! the e500v1 differs from it.
//!
//! E500CORERM tables 2-1 and 2-2 (Rev. 1), EREF 2.0 chapter 2. The e500mc's stand in [`super::e500mc`].
//! Not here: PMRs, which are no SPRs.

use super::{EXIT, NOOP, RO, W32, rw, w1c, without};
use crate::spr::row::{Behaviour, Gates, SR, SRW, SprRow, UR, URW, row};
use spr_exit::SprNum;
use spr_exit::num::booke::{DBCR0, DBCR1, DBCR2, DBSR, ESR, IVOR7, IVOR9, PIR};
use spr_exit::num::e500::*;

/// DBCR0\[RST\], the reset request: user space's bits.
pub(crate) const DBCR0_RST: u64 = 0x3000_0000;

/// The e500v2's DBCR0: debug events are the core's, the reset request is user space's.
const V2_DBCR0: Behaviour = Behaviour::Split {
    core: 0x4fcf_8001,
    user_write: DBCR0_RST,
    user_read: 0,
};

/// Supervisor reads, and a write in supervisor state is a no-op.
const SR_WNOP: Gates = SR.union(Gates::WRITE_NOOP);

/// What the e500v2 and the e500mc have alike, and a guest of the e500mc may touch as well.
#[rustfmt::skip]
pub(crate) const SHARED: &[SprRow] = &[
    row(ATBL, "ATBL", UR,  EXIT,            0, "E500CORERM 2.6, 10.3.1 (read-only; it counts core clocks, which are not modelled)"),
    row(ATBU, "ATBU", UR,  EXIT,            0, "E500CORERM 2.6, 10.3.1"),
    row(MAS3, "MAS3", SRW, rw(0xffff_f3ff), 0, "E500CORERM 2.12.5.4; EREF 2.0 ch. 6"),
    row(MAS7, "MAS7", SRW, rw(0xf),         0, "E500CORERM 2.12.5.7; EREF 2.0 ch. 6 (36-bit physical addresses)"),
];

/// What the e500v2 and the e500mc have alike, and belongs to the hypervisor on the e500mc.
#[rustfmt::skip]
pub(crate) const CONTROL: &[SprRow] = &[
    row(MCARU,   "MCARU",   SR,  RO,           0, "E500CORERM 2.7.2; E500MCRM ch. 2"),
    row(MCSRR0,  "MCSRR0",  SRW, rw(W32 & !3), 0, "E500CORERM 2.7.2; EREF 2.0 ch. 2"),
    row(MCSRR1,  "MCSRR1",  SRW, rw(W32),      0, "E500CORERM 2.7.2; EREF 2.0 ch. 2"),
    row(MCAR,    "MCAR",    SR,  RO,           0, "E500CORERM 2.7.2; E500MCRM ch. 2"),
    row(L1CSR0,  "L1CSR0",  SRW, EXIT,         0, "E500CORERM 2.11; EREF 2.0 ch. 2 (flash operations clear themselves)"),
    row(L1CSR1,  "L1CSR1",  SRW, EXIT,         0, "E500CORERM 2.11; EREF 2.0 ch. 2 (flash operations clear themselves)"),
    row(MMUCSR0, "MMUCSR0", SRW, EXIT,         0, "E500CORERM 2.12.2; EREF 2.0 ch. 2 (flash invalidation clears itself)"),
];

/// The e500v2's.
#[rustfmt::skip]
pub(crate) const V2: &[SprRow] = &[
    // A write in supervisor state is our choice: the manual says read-only, and U-Boot writes it on secondary cores.
    row(PIR,     "PIR",     SR_WNOP, RO,               0,           "E500CORERM 2.5.2; U-Boot mpc85xx release.S"),
    row(DBSR,    "DBSR",    SRW,     w1c(0xffcf_8000), 0,           "E500CORERM 2.13.2 (IDE UDE MRR ICMP BRT IRPT TRAP IAC1-2 DAC1-2 RET)"),
    row(DBCR0,   "DBCR0",   SRW,     V2_DBCR0,         0,           "E500CORERM 2.13.1 (IDM ICMP BRT IRPT TRAP IAC1-2 DAC1-2 RET FT, and RST)"),
    row(DBCR1,   "DBCR1",   SRW,     rw(0xffc0_0000),  0,           "E500CORERM 2.13.1"),
    row(DBCR2,   "DBCR2",   SRW,     rw(0xffc0_0000),  0,           "E500CORERM 2.13.1"),
    row(ESR,     "ESR",     SRW,     rw(0x0eb2_0080),  0,           "E500CORERM 2.7.1.6 (PIL PPR PTR ST DLK ILK BO SPE)"),
    // Not implemented; Linux and U-Boot write them on every e500, so they do not trap.
    row(IVOR7,   "IVOR7",   SRW,     NOOP,             0,           "E500CORERM 2.7.1.5 (no floating point); U-Boot mpc85xx start.S"),
    row(IVOR9,   "IVOR9",   SRW,     NOOP,             0,           "E500CORERM 2.7.1.5 (no auxiliary processor); U-Boot mpc85xx start.S"),
    row(SPEFSCR, "SPEFSCR", URW,     rw(0xff3f_ff7f),  0,           "E500CORERM 2.14"),
    row(BBEAR,   "BBEAR",   URW,     rw(W32),          0,           "E500CORERM 2.9.1"),
    row(BBTAR,   "BBTAR",   URW,     rw(W32),          0,           "E500CORERM 2.9.2"),
    row(L1CFG0,  "L1CFG0",  UR,      RO,               0x0038_3820, "E500CORERM 2.11 (32 KiB, 8 ways, 32-byte blocks, locking, parity)"),
    row(L1CFG1,  "L1CFG1",  UR,      RO,               0x0038_3820, "E500CORERM 2.11 (as L1CFG0)"),
    row(IVOR32,  "IVOR32",  SRW,     rw(0xfff0),       0,           "E500CORERM 2.7.1.5 (SPE unavailable)"),
    row(IVOR33,  "IVOR33",  SRW,     rw(0xfff0),       0,           "E500CORERM 2.7.1.5 (embedded floating-point data)"),
    row(IVOR34,  "IVOR34",  SRW,     rw(0xfff0),       0,           "E500CORERM 2.7.1.5 (embedded floating-point round)"),
    row(IVOR35,  "IVOR35",  SRW,     rw(0xfff0),       0,           "E500CORERM 2.7.1.5 (performance monitor)"),
    row(MCSR,    "MCSR",    SRW,     w1c(0xf000_00ff), 0,           "E500CORERM 2.7.2 (MCP ICPERR DCP_PERR DCPERR BUS_*)"),
    row(MAS0,    "MAS0",    SRW,     rw(0x100f_0003),  0,           "E500CORERM 2.12.5.1 (TLBSEL ESEL NV)"),
    row(MAS1,    "MAS1",    SRW,     rw(0xc0ff_1f00),  0,           "E500CORERM 2.12.5.2 (V IPROT TID TS TSIZE)"),
    row(MAS2,    "MAS2",    SRW,     rw(0xffff_f07f),  0,           "E500CORERM 2.12.5.3 (EPN X0 X1 WIMGE)"),
    row(MAS4,    "MAS4",    SRW,     rw(0x3003_0f7f),  0,           "E500CORERM 2.12.5.5 (TLBSELD TIDSELD TSIZED X0D X1D WIMGED)"),
    row(MAS6,    "MAS6",    SRW,     rw(0x00ff_0001),  0,           "E500CORERM 2.12.5.6 (SPID0 SAS)"),
    row(PID1,    "PID1",    SRW,     rw(0xff),         0,           "E500CORERM 2.12.1, 12.7.1 (8 bits as TID)"),
    row(PID2,    "PID2",    SRW,     rw(0xff),         0,           "E500CORERM 2.12.1, 12.7.1 (8 bits as TID)"),
    row(TLB0CFG, "TLB0CFG", SR,      RO,               0x0411_0200, "E500CORERM 2.12.4.1 (512 entries, 4 ways, 4 KiB)"),
    row(TLB1CFG, "TLB1CFG", SR,      RO,               0x101b_c010, "E500CORERM 2.12.4.2 (16 entries, 4 KiB to 4 GiB)"),
    row(HID0,    "HID0",    SRW,     rw(0x80e0_60c1),  0,           "E500CORERM 2.10 (EMCP DOZE NAP SLEEP TBEN SEL_TBCLK EN_MAS7_UPDATE DCFA NOPTI)"),
    row(HID1,    "HID1",    SRW,     rw(0x0002_f400),  0,           "E500CORERM 2.10 (RFXE R1DPE R2DPE ASTME ABE MPXTT; PLL fields, ATS and MID are read-only)"),
    // BBFI and BBLFC always read as zero; BBLO and BBUL report lock overflows, which never happen here. User space had the
    // register first.
    row(BUCSR,   "BUCSR",   SRW,     rw(0x0000_0001),  0,           "E500CORERM 2.9.3 (BPEN)").user_owned(),
    row(MMUCFG,  "MMUCFG",  SR,      RO,               0x0000_19c4, "E500CORERM 2.12.3 (3 PIDs of 8 bits, 2 TLBs, MMU v1)"),
    row(SVR,     "SVR",     SR,      RO,               0x8039_0021, "E500CORERM 2.5.4 (MPC8548E rev. 2.1)"),
];

/// What the e500v1 has otherwise than the e500v2.
const V1_CHANGES: &[SprNum] = &[HID0, TLB0CFG, TLB1CFG, SVR];

/// The rows of [`V2`] that the e500v1 has as well.
pub(crate) const V1_SHARED: &[SprRow] = &without::<{ V2.len() - V1_CHANGES.len() }>(V2, V1_CHANGES);
/// The rows of [`CONTROL`] that the e500v1 has as well.
pub(crate) const V1_CONTROL: &[SprRow] = &without::<{ CONTROL.len() - 1 }>(CONTROL, &[MCARU]);

/// The e500v1's. It has neither MAS7 nor the upper half of MCAR (its physical addresses have 32 bits), nor the alternate time
/// base.
#[rustfmt::skip]
pub(crate) const V1: &[SprRow] = &[
    row(MAS3,    "MAS3",    SRW, rw(0xffff_f3ff), 0,           "E500CORERM 2.12.5.4; EREF 2.0 ch. 6"),
    row(HID0,    "HID0",    SRW, rw(0x80e0_6041), 0,           "E500CORERM 2.10 (EMCP DOZE NAP SLEEP TBEN SEL_TBCLK DCFA NOPTI)"),
    row(TLB0CFG, "TLB0CFG", SR,  RO,              0x0211_0100, "E500CORERM 2.12.4.1 (256 entries, 2 ways, 4 KiB)"),
    row(TLB1CFG, "TLB1CFG", SR,  RO,              0x1019_c010, "E500CORERM 2.12.4.2 (16 entries, 4 KiB to 256 MiB)"),
    row(SVR,     "SVR",     SR,  RO,              0x8030_0020, "E500CORERM 2.5.4 (MPC8540 rev. 2.0)"),
];
