//! The 7400 and 7450 families (G4): 7410 and 7447A.
//!
//! MPC7400UM and MPC7410UM (RISC Microprocessor User's Manuals), MPC7450UM (MPC7450 RISC Microprocessor Family Reference
//! Manual, Rev. 5).

use super::{Model, PPC750};
use crate::interrupt::{self, interrupt_table};
use crate::spr::row::{SprRow, spr_table};
use crate::spr::table::{classic, common, masked, p7xx, p74xx};
use ppc_decode::Isa;
use spr_exit::Msr;

/// PVR of the 7410 rev. 1.4.
const PPC7410_PVR: u32 = 0x800c_1104;
/// PVR of the 7447A rev. 1.2.
const PPC7447A_PVR: u32 = 0x8003_0102;

/// A write is a no-op, as on the 750.
const PPC7410_PVR_ROW: &[SprRow] = &[common::pvr(
    PPC7410_PVR,
    p7xx::SR_WNOP,
    "MPC7410UM ch. 2; QEMU cpu-models.h",
)];
const PPC7447A_PVR_ROW: &[SprRow] = &[common::pvr(
    PPC7447A_PVR,
    p7xx::SR_WNOP,
    "MPC7450UM 2.1.2; QEMU cpu-models.h",
)];

const BATS: &[SprRow] =
    &masked::<{ classic::BATS.len() }>(classic::BATS, p74xx::P7447A_BAT.0, p74xx::P7447A_BAT.1);
const HIGH_BATS: &[SprRow] =
    &masked::<{ classic::HIGH_BATS.len() }>(classic::HIGH_BATS, p74xx::P7447A_BAT.0, p74xx::P7447A_BAT.1);

spr_table! {
    /// Registers of the 7410.
    PPC7410_SPRS = common::USER, common::DECREMENTER, common::TIME_BASE_READ, common::TIME_BASE_WRITE, common::WORD,
        PPC7410_PVR_ROW, classic::OEA, classic::BATS, p7xx::MONITOR, p7xx::COUNTERS, p74xx::SHARED, p74xx::P7410
}

spr_table! {
    /// Registers of the 7447A.
    PPC7447A_SPRS = common::USER, common::DECREMENTER, common::TIME_BASE_READ, common::TIME_BASE_WRITE, common::WORD,
        PPC7447A_PVR_ROW, classic::OEA, BATS, HIGH_BATS, p74xx::OLD_MONITOR, p74xx::NEW_MONITOR, p7xx::COUNTERS,
        p74xx::SHARED, p74xx::P7447A
}

interrupt_table! {
    /// Interrupts of the 7447A.
    PPC7447A_VECTORS = interrupt::classic::COMMON, interrupt::classic::MONITOR, interrupt::classic::ALTIVEC,
        interrupt::classic::TLB_MISS
}

interrupt_table! {
    /// Interrupts of the 7410.
    PPC7410_VECTORS = interrupt::classic::COMMON, interrupt::classic::MONITOR, interrupt::classic::ALTIVEC,
        interrupt::classic::THERMAL
}

/// VEC, and the 750's.
const G4_MSR: Msr = PPC750.msr_implemented.union(Msr::VEC);

/// The 7410.
pub static PPC7410: Model = Model {
    name: "7410",
    aliases: &["ppc7410", "mpc7410"],
    description: "PowerPC 7410 (G4): classic PowerPC with AltiVec, 32 bits",
    pvr: PPC7410_PVR,
    isa: Isa::PPC7410,
    sprs: &PPC7410_SPRS,
    msr_implemented: G4_MSR,
    // rfi takes SRR1[5:9] too, of which VEC is implemented.
    msr_restored: PPC750.msr_restored.union(Msr::VEC),
    vectors: &PPC7410_VECTORS,
    source: "MPC7400UM; MPC7410UM; PEM32",
    ..PPC750
};

/// The 7447A.
pub static PPC7447A: Model = Model {
    name: "7447A",
    aliases: &["ppc7447a", "mpc7447a", "7450", "g4"],
    description: "PowerPC 7447A (G4, of the MPC7450 family): classic PowerPC with AltiVec, 32 bits",
    pvr: PPC7447A_PVR,
    isa: Isa::PPC7450,
    sprs: &PPC7447A_SPRS,
    // NAP SLEEP: bit 8 is another's here (MPC7450UM 2.1.5).
    naps: 0x0060_0000,
    vectors: &PPC7447A_VECTORS,
    source: "MPC7450UM Rev. 5; PEM32",
    ..PPC7410
};
