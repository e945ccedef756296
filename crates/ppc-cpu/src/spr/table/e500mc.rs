//! The e500mc's own registers: category Embedded.Hypervisor, the backside L2 cache, external PID, debug.
//!
//! E500MCRM chapter 2, EREF 2.0 chapter 2; numbers and bits compared with Freescale's `core-regs.h` (libos) and Linux's
//! `reg_booke.h`. What it shares with the e500v2 stands in [`super::booke`] and
//! [`super::e500`]. Privileged code is the hypervisor while MSR\[GS\] = 0. That a guest's accesses to SRR0,
//! SPRG0 and their like go to GSRR0, GSPRG0 and so on is in [`crate::guest`].

use super::e500::DBCR0_RST;
use super::{EXIT, NOOP, RO, W32, booke, common, e500, hypervised, rw, sp, w1c};
use crate::spr::row::{Behaviour, Gates, HR, HRW, HW, SR, SRW, Special, SprRow, UR, URW, UW, row};
use spr_exit::num::booke::{DBCR0, DBCR1, DBCR2, DBSR, ESR, IVOR7, IVOR9, PIR};
use spr_exit::num::e500::*;

/// The e500mc's DBCR0: debug events are the core's, the reset request is user space's.
const MC_DBCR0: Behaviour = Behaviour::Split {
    core: 0x4fcf_8061,
    user_write: DBCR0_RST,
    user_read: 0,
};

/// The guest reads, the hypervisor reads and writes.
const SR_HW: Gates = SR.union(HW);

/// The decrementer, which a guest does not have.
pub(crate) const DECREMENTER: &[SprRow] = &hypervised::<{ common::DECREMENTER.len() }>(common::DECREMENTER);
/// Writing the time base.
pub(crate) const TIME_BASE_WRITE: &[SprRow] =
    &hypervised::<{ common::TIME_BASE_WRITE.len() }>(common::TIME_BASE_WRITE);
/// What the e500v2 has for the supervisor, for the hypervisor.
pub(crate) const BOOKE_CONTROL: &[SprRow] = &hypervised::<{ booke::CONTROL.len() }>(booke::CONTROL);
/// What the e500v2 has for the supervisor, for the hypervisor.
pub(crate) const E500_CONTROL: &[SprRow] = &hypervised::<{ e500::CONTROL.len() }>(e500::CONTROL);

/// The e500mc's.
#[rustfmt::skip]
pub(crate) const MC: &[SprRow] = &[
    // U-Boot gives the cores their numbers by writing it.
    row(PIR,          "PIR",          SR_HW, rw(W32),          0,           "E500MCRM ch. 2; U-Boot mpc85xx release.S"),
    row(ESR,          "ESR",          SRW,   rw(0x0fb2_0040),  0,           "E500MCRM ch. 2 (PIL PPR PTR FP ST DLK ILK BO EPID)"),
    row(IVOR7,        "IVOR7",        HRW,   rw(0xfff0),       0,           "E500MCRM ch. 2 (floating point unavailable)"),
    // Not implemented here either, and written by the same start-up code: our choice as on the e500v2.
    row(IVOR9,        "IVOR9",        HRW,   NOOP,             0,           "E500MCRM ch. 2 (no auxiliary processor)"),
    row(DBSR,         "DBSR",         HRW,   w1c(0xffcf_8060), 0,           "E500MCRM ch. 2"),
    // User space had the register first.
    row(DBSRWR,       "DBSRWR",       HW,    sp(Special::DbsrWrite), 0,      "E500MCRM ch. 2; EREF 2.0 ch. 2").user_owned(),
    row(EPCR,         "EPCR",         HRW,   rw(0xfcc0_0000),  0,           "E500MCRM ch. 2 (EXTGS DTLBGS ITLBGS DSIGS ISIGS DUVD DGTMI DMIUH)"),
    row(DBCR0,        "DBCR0",        HRW,   MC_DBCR0,         0,           "E500MCRM ch. 2 (debug events, and RST)"),
    row(DBCR1,        "DBCR1",        HRW,   rw(0xffc0_0000),  0,           "E500MCRM ch. 2"),
    row(DBCR2,        "DBCR2",        HRW,   rw(0xfff0_0000),  0,           "E500MCRM ch. 2"),
    row(MSRP,         "MSRP",         HRW,   rw(0x0400_0204),  0,           "E500MCRM ch. 2 (UCLEP DEP PMMP)"),
    row(LPIDR,        "LPIDR",        HRW,   rw(0x3f),         0,           "E500MCRM ch. 2 (6 bits)"),
    row(MAS5,         "MAS5",         HRW,   rw(0x8000_003f),  0,           "E500MCRM ch. 2 (SGS SLPID)"),
    row(MAS8,         "MAS8",         HRW,   rw(0xc000_003f),  0,           "E500MCRM ch. 2 (TGS VF TLPID)"),
    row(GSPRG0,       "GSPRG0",       SRW,   rw(W32),          0,           "E500MCRM ch. 2"),
    row(GSPRG1,       "GSPRG1",       SRW,   rw(W32),          0,           "E500MCRM ch. 2"),
    row(GSPRG2,       "GSPRG2",       SRW,   rw(W32),          0,           "E500MCRM ch. 2"),
    row(GSPRG3,       "GSPRG3",       SRW,   rw(W32),          0,           "E500MCRM ch. 2"),
    row(GSRR0,        "GSRR0",        SRW,   rw(W32 & !3),     0,           "E500MCRM ch. 2"),
    row(GSRR1,        "GSRR1",        SRW,   rw(W32),          0,           "E500MCRM ch. 2"),
    row(GEPR,         "GEPR",         SRW,   rw(0xffff),       0,           "E500MCRM ch. 2"),
    row(GDEAR,        "GDEAR",        SRW,   rw(W32),          0,           "E500MCRM ch. 2"),
    row(GPIR,         "GPIR",         SR_HW, rw(W32),          0,           "E500MCRM ch. 2"),
    row(GESR,         "GESR",         SRW,   rw(0x0fb2_0040),  0,           "E500MCRM ch. 2"),
    row(IVOR38,       "IVOR38",       HRW,   rw(0xfff0),       0,           "E500MCRM ch. 2 (guest doorbell)"),
    row(IVOR39,       "IVOR39",       HRW,   rw(0xfff0),       0,           "E500MCRM ch. 2 (guest doorbell critical)"),
    row(IVOR40,       "IVOR40",       HRW,   rw(0xfff0),       0,           "E500MCRM ch. 2 (hypervisor system call)"),
    row(IVOR41,       "IVOR41",       HRW,   rw(0xfff0),       0,           "E500MCRM ch. 2 (hypervisor privilege)"),
    row(GIVOR2,       "GIVOR2",       SR_HW, rw(0xfff0),       0,           "E500MCRM ch. 2"),
    row(GIVOR3,       "GIVOR3",       SR_HW, rw(0xfff0),       0,           "E500MCRM ch. 2"),
    row(GIVOR4,       "GIVOR4",       SR_HW, rw(0xfff0),       0,           "E500MCRM ch. 2"),
    row(GIVOR8,       "GIVOR8",       SR_HW, rw(0xfff0),       0,           "E500MCRM ch. 2"),
    row(GIVOR13,      "GIVOR13",      SR_HW, rw(0xfff0),       0,           "E500MCRM ch. 2"),
    row(GIVOR14,      "GIVOR14",      SR_HW, rw(0xfff0),       0,           "E500MCRM ch. 2"),
    row(GIVPR,        "GIVPR",        SR_HW, rw(0xffff_0000),  0,           "E500MCRM ch. 2"),
    row(L1CFG0,       "L1CFG0",       UR,    RO,               0x00b8_3820, "E500MCRM ch. 2 (32 KiB, 8 ways, 64-byte blocks, locking, parity)"),
    row(L1CFG1,       "L1CFG1",       UR,    RO,               0x00b8_3820, "E500MCRM ch. 2 (as L1CFG0)"),
    row(NPIDR,        "NPIDR",        URW,   EXIT,             0,           "E500MCRM ch. 2 (Nexus)"),
    // Size and ways only; the other fields read as zero here.
    row(L2CFG0,       "L2CFG0",       UR,    RO,               0x0001_c002, "E500MCRM ch. 2 (L2CNWAY 8, L2CSIZE 128 KiB)"),
    row(IVOR35,       "IVOR35",       HRW,   rw(0xfff0),       0,           "E500MCRM ch. 2 (performance monitor)"),
    row(IVOR36,       "IVOR36",       HRW,   rw(0xfff0),       0,           "E500MCRM ch. 2 (processor doorbell)"),
    row(IVOR37,       "IVOR37",       HRW,   rw(0xfff0),       0,           "E500MCRM ch. 2 (processor doorbell critical)"),
    row(DBCR4,        "DBCR4",        HRW,   EXIT,             0,           "E500MCRM ch. 2"),
    row(MCSR,         "MCSR",         HRW,   w1c(0xe41d_e003), 0,           "E500MCRM ch. 2 (MCP ICPERR DCPERR L2MMU_MHIT NMI MAV MEA IF LD ST LDG TLBSYNC BSL2_ERR)"),
    row(DSRR0,        "DSRR0",        HRW,   rw(W32 & !3),     0,           "E500MCRM ch. 2"),
    row(DSRR1,        "DSRR1",        HRW,   rw(W32),          0,           "E500MCRM ch. 2"),
    row(DDAM,         "DDAM",         UW,    EXIT,             0,           "E500MCRM ch. 2 (debug data acquisition, write-only); Freescale's hypervisor gspr.c"),
    row(SPRG8,        "SPRG8",        HRW,   rw(W32),          0,           "E500MCRM ch. 2"),
    row(SPRG9,        "SPRG9",        SRW,   rw(W32),          0,           "E500MCRM ch. 2"),
    row(L1CSR2,       "L1CSR2",       HRW,   EXIT,             0,           "E500MCRM ch. 2"),
    row(MAS0,         "MAS0",         SRW,   rw(0x103f_0003),  0,           "E500MCRM ch. 2 (TLBSEL ESEL NV)"),
    row(MAS1,         "MAS1",         SRW,   rw(0xc0ff_1f00),  0,           "E500MCRM ch. 2 (V IPROT TID TS TSIZE)"),
    row(MAS2,         "MAS2",         SRW,   rw(0xffff_f07f),  0,           "E500MCRM ch. 2 (EPN X0 X1 WIMGE)"),
    row(MAS4,         "MAS4",         SRW,   rw(0x1000_0f7f),  0,           "E500MCRM ch. 2 (TLBSELD TSIZED X0D X1D WIMGED)"),
    row(MAS6,         "MAS6",         SRW,   rw(0x00ff_0001),  0,           "E500MCRM ch. 2 (SPID SAS)"),
    row(TLB0CFG,      "TLB0CFG",      HR,    RO,               0x0411_0200, "E500MCRM ch. 2 (512 entries, 4 ways, 4 KiB)"),
    row(TLB1CFG,      "TLB1CFG",      HR,    RO,               0x401b_c040, "E500MCRM ch. 2 (64 entries, 4 KiB to 4 GiB)"),
    row(CDCSR0,       "CDCSR0",       HRW,   EXIT,             0,           "E500MCRM ch. 2"),
    // It belongs to the interrupt controller, so it is user space's until a VM has one in the core.
    row(EPR,          "EPR",          SR,    RO,               0,           "E500MCRM ch. 2").user_owned(),
    row(L2ERRINTEN,   "L2ERRINTEN",   HRW,   EXIT,             0,           "E500MCRM ch. 2"),
    row(L2ERRATTR,    "L2ERRATTR",    HRW,   EXIT,             0,           "E500MCRM ch. 2"),
    row(L2ERREADDR,   "L2ERREADDR",   HRW,   EXIT,             0,           "E500MCRM ch. 2"),
    row(L2ERRADDR,    "L2ERRADDR",    HRW,   EXIT,             0,           "E500MCRM ch. 2"),
    row(L2ERRCTL,     "L2ERRCTL",     HRW,   EXIT,             0,           "E500MCRM ch. 2"),
    row(L2ERRDIS,     "L2ERRDIS",     HRW,   EXIT,             0,           "E500MCRM ch. 2"),
    row(EPLC,         "EPLC",         SRW,   rw(0xe03f_00ff),  0,           "E500MCRM ch. 2 (EPR EAS EGS ELPID EPID)"),
    row(EPSC,         "EPSC",         SRW,   rw(0xe03f_00ff),  0,           "E500MCRM ch. 2 (EPR EAS EGS ELPID EPID)"),
    row(DEVENT,       "DEVENT",       URW,   EXIT,             0,           "E500MCRM ch. 2 (debug event)"),
    // The manual has none of them; U-Boot reads and writes the first two on the hardware, for errata A-004510 and A-003999.
    row(HDBCR0,       "HDBCR0",       HRW,   EXIT,             0,           "Freescale libos 2010 core-regs.h; U-Boot mpc85xx release.S"),
    row(HDBCR1,       "HDBCR1",       HRW,   EXIT,             0,           "Freescale libos 2010 core-regs.h; U-Boot mpc85xx release.S"),
    row(HDBCR2,       "HDBCR2",       HRW,   EXIT,             0,           "Freescale libos 2010 core-regs.h"),
    row(HDBCR3,       "HDBCR3",       HRW,   EXIT,             0,           "Freescale libos 2010 core-regs.h"),
    row(HDBCR4,       "HDBCR4",       HRW,   EXIT,             0,           "Freescale libos 2010 core-regs.h"),
    row(HDBCR5,       "HDBCR5",       HRW,   EXIT,             0,           "Freescale libos 2010 core-regs.h"),
    row(HDBCR6,       "HDBCR6",       HRW,   EXIT,             0,           "Freescale libos 2010 core-regs.h"),
    row(NSPD,         "NSPD",         HRW,   EXIT,             0,           "E500MCRM ch. 2 (Nexus)"),
    row(NSPC,         "NSPC",         HRW,   EXIT,             0,           "E500MCRM ch. 2 (Nexus)"),
    row(L2ERRINJHI,   "L2ERRINJHI",   HRW,   EXIT,             0,           "E500MCRM ch. 2"),
    row(L2ERRINJLO,   "L2ERRINJLO",   HRW,   EXIT,             0,           "E500MCRM ch. 2"),
    row(L2ERRINJCTL,  "L2ERRINJCTL",  HRW,   EXIT,             0,           "E500MCRM ch. 2"),
    row(L2CAPTDATAHI, "L2CAPTDATAHI", HRW,   EXIT,             0,           "E500MCRM ch. 2"),
    row(L2CAPTDATALO, "L2CAPTDATALO", HRW,   EXIT,             0,           "E500MCRM ch. 2"),
    row(L2CAPTECC,    "L2CAPTECC",    HRW,   EXIT,             0,           "E500MCRM ch. 2"),
    row(L2ERRDET,     "L2ERRDET",     HRW,   EXIT,             0,           "E500MCRM ch. 2"),
    row(HID0,         "HID0",         HRW,   rw(0xc000_00d1),  0,           "E500MCRM ch. 2 (EMCP EN_L2MMU_MHD EN_MAS7_UPDATE DCFA CIGLSO NOPTI)"),
    // BBFI is done as soon as it is written; user space had the register first.
    row(BUCSR,        "BUCSR",        HRW,   rw(0x0140_0001),  0,           "E500MCRM ch. 2 (STAC_EN LS_EN BPEN)").user_owned(),
    row(MMUCFG,       "MMUCFG",       HR,    RO,               0x0648_09c4, "E500MCRM ch. 2"),
    row(L2CSR0,       "L2CSR0",       HRW,   EXIT,             0,           "E500MCRM ch. 2 (flash operations clear themselves)"),
    row(L2CSR1,       "L2CSR1",       HRW,   EXIT,             0,           "E500MCRM ch. 2"),
    row(SVR,          "SVR",          SR,    RO,               0x8200_0020, "E500MCRM ch. 2"),
];
