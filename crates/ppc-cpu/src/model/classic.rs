//! The 750 (G3) and the 750CL. Other classic processors stand in [`super::ppc6xx`] and [`super::g4`].
//!
//! MPC750UM (MPC750 RISC Microprocessor Family User's Manual, Rev. 1), 750GX UM for what that leaves open; 750CL UM
//! (IBM PowerPC 750CL RISC Microprocessor User's Manual).

use super::{ByteOrder, InterruptModel, Model, Ruling, UndefinedSpr};
use crate::interrupt::{self, interrupt_table};
use crate::spr::row::{SprRow, spr_table};
use crate::spr::table::{classic, common, p7xx};
use ppc_decode::Isa;
use spr_exit::Msr;

/// PVR of the MPC750 rev. 3.1.
const PPC750_PVR: u32 = 0x0008_0301;

/// A write by the supervisor is a no-op.
const PPC750_PVR_ROW: &[SprRow] = &[common::pvr(
    PPC750_PVR,
    p7xx::SR_WNOP,
    "MPC750UM 2.1.1; 750GX UM p. 91",
)];

spr_table! {
    /// Registers of the 750.
    PPC750_SPRS = common::USER, common::DECREMENTER, common::TIME_BASE_READ, common::TIME_BASE_WRITE, common::WORD,
        PPC750_PVR_ROW, classic::OEA, classic::BATS, p7xx::MONITOR, p7xx::P750_COUNTERS, p7xx::P7XX
}

/// PVR of the 750CL rev. 2.0.
const PPC750CL_PVR: u32 = 0x0008_7210;

/// As on the 750.
const PPC750CL_PVR_ROW: &[SprRow] = &[common::pvr(
    PPC750CL_PVR,
    p7xx::SR_WNOP,
    "750CL UM 2.1; QEMU cpu-models.h",
)];

spr_table! {
    /// Registers of the 750CL.
    PPC750CL_SPRS = common::USER, common::DECREMENTER, common::TIME_BASE_READ, common::TIME_BASE_WRITE, common::WORD,
        PPC750CL_PVR_ROW, classic::OEA, classic::BATS, classic::HIGH_BATS, p7xx::MONITOR, p7xx::COUNTERS, p7xx::P7XX,
        p7xx::P750CL
}

interrupt_table! {
    /// Interrupts of the 750 and the 750CL.
    PPC750_VECTORS = interrupt::classic::COMMON, interrupt::classic::MONITOR, interrupt::classic::THERMAL
}

/// Any number it does not define is illegal in every state; a write to a user copy of a performance monitor register
/// is illegal for the supervisor too. Writes to PVR and HID1 are no-ops, which their rows say.
const UNDEFINED: UndefinedSpr = UndefinedSpr {
    problem_open: Ruling::Illegal,
    problem_privileged: Ruling::Illegal,
    privileged: Ruling::Illegal,
    illegal_reads: &[],
    illegal_writes: &[],
    wrong_direction: Ruling::Illegal,
    hypervisor_only: Ruling::Illegal,
    lpcr_illegal: 0,
    source: "750GX UM p. 91, p. 350",
};

/// POW ILE EE PR FP ME FE0 SE BE FE1 IP IR DR PM RI LE.
const PPC750_MSR: Msr = Msr::from_bits_retain(0x0005_ff77);

/// The 750.
pub static PPC750: Model = Model {
    name: "750",
    aliases: &["ppc750", "mpc750", "g3"],
    description: "PowerPC 750 (G3): classic PowerPC, 32 bits",
    pvr: PPC750_PVR,
    isa: Isa::PPC750,
    is_64bit: false,
    sprs: &PPC750_SPRS,
    msr_implemented: PPC750_MSR,
    msr_reset: Msr::IP,
    // rfi takes SRR1[0,5:9,16:23,25:27,30:31] (PEM32, rfi), of which these are implemented.
    msr_restored: Msr::from_bits_retain(0x0000_ff73),
    reset_vector: 0xfff0_0100,
    interrupts: InterruptModel::Classic,
    vectors: &PPC750_VECTORS,
    undefined: UNDEFINED,
    byte_order: ByteOrder::Big,
    // DOZE NAP SLEEP (MPC750UM 2.1.2).
    naps: 0x00e0_0000,
    cache_block: 32,
    source: "MPC750UM Rev. 1; 750GX UM 1.2; PEM32",
};

/// The 750CL, which the Gekko and the Broadway are like.
pub static PPC750CL: Model = Model {
    name: "750CL",
    aliases: &["ppc750cl", "broadway"],
    description: "IBM PowerPC 750CL: the 750 with paired singles, 32 bits",
    pvr: PPC750CL_PVR,
    isa: Isa::PPC750CL,
    sprs: &PPC750CL_SPRS,
    source: "750CL UM by way of QEMU and Dolphin; 750GX UM 1.2; PEM32",
    ..PPC750
};
