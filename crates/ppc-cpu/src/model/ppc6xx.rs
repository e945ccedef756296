//! The 603e, the e300 that came of it, and the 604e.
//!
//! 603e UM (MPC603e & EC603e RISC Microprocessors User's Manual), E300CORERM (e300 Power Architecture Core Family Reference
//! Manual), 604e UM (PowerPC 604e RISC Microprocessor User's Manual).

use super::{Model, PPC750, Ruling, UndefinedSpr};
use crate::interrupt::{self, interrupt_table};
use crate::spr::row::{SprRow, spr_table};
use crate::spr::table::{classic, common, p6xx, p7xx};
use ppc_decode::Isa;
use spr_exit::Msr;

/// PVR of the PID7t-603e rev. 2.1.
const PPC603E_PVR: u32 = 0x0007_1201;
/// PVR of the e300c1 of an MPC8349E rev. 3.1.
const E300_PVR: u32 = 0x8083_0031;
/// PVR of the 604e rev. 2.4.
const PPC604E_PVR: u32 = 0x0009_0204;

/// That a write is a no-op, as on the 750, is our choice.
const PPC603E_PVR_ROW: &[SprRow] = &[common::pvr(
    PPC603E_PVR,
    p7xx::SR_WNOP,
    "603e UM 2.1.1; QEMU cpu-models.h",
)];
const E300_PVR_ROW: &[SprRow] = &[common::pvr(
    E300_PVR,
    p7xx::SR_WNOP,
    "E300CORERM ch. 2; U-Boot processor.h",
)];
const PPC604E_PVR_ROW: &[SprRow] = &[common::pvr(
    PPC604E_PVR,
    p7xx::SR_WNOP,
    "604e UM 2.1.1; QEMU cpu-models.h",
)];

spr_table! {
    /// Registers of the 603e.
    PPC603E_SPRS = common::USER, common::DECREMENTER, common::TIME_BASE_READ, common::TIME_BASE_WRITE, common::WORD,
        PPC603E_PVR_ROW, classic::OEA, classic::BATS, p6xx::TABLE_SEARCH, p6xx::P603E
}

spr_table! {
    /// Registers of the e300.
    E300_SPRS = common::USER, common::DECREMENTER, common::TIME_BASE_READ, common::TIME_BASE_WRITE, common::WORD,
        E300_PVR_ROW, classic::OEA, classic::BATS, classic::HIGH_BATS, p6xx::TABLE_SEARCH, p6xx::E300
}

spr_table! {
    /// Registers of the 604e.
    PPC604E_SPRS = common::USER, common::DECREMENTER, common::TIME_BASE_READ, common::TIME_BASE_WRITE, common::WORD,
        PPC604E_PVR_ROW, classic::OEA, classic::BATS, p6xx::P604E
}

interrupt_table! {
    /// Interrupts of the 603e.
    PPC603E_VECTORS = interrupt::classic::COMMON, interrupt::classic::TABLE_SEARCH
}

interrupt_table! {
    /// Interrupts of the e300.
    E300_VECTORS = interrupt::classic::COMMON, interrupt::classic::TABLE_SEARCH, interrupt::classic::CRITICAL
}

interrupt_table! {
    /// Interrupts of the 604e.
    PPC604E_VECTORS = interrupt::classic::COMMON, interrupt::classic::MONITOR
}

/// In user mode an undefined number with the privilege bit is privileged; the rest follows the 750.
const UNDEFINED: UndefinedSpr = UndefinedSpr {
    problem_open: Ruling::Illegal,
    problem_privileged: Ruling::Privileged,
    privileged: Ruling::Illegal,
    illegal_reads: &[],
    illegal_writes: &[],
    wrong_direction: Ruling::Illegal,
    hypervisor_only: Ruling::Illegal,
    lpcr_illegal: 0,
    source: "603e UM p. 4-5; supervisor state: our choice, as the 750",
};

/// POW TGPR ILE EE PR FP ME FE0 SE BE FE1 IP IR DR RI LE.
const PPC603E_MSR: Msr = Msr::from_bits_retain(0x0007_ff73);

/// The 603e.
pub static PPC603E: Model = Model {
    name: "603e",
    aliases: &["603", "ppc603e", "mpc603e"],
    description: "PowerPC 603e: classic PowerPC, page tables searched in software, 32 bits",
    pvr: PPC603E_PVR,
    isa: Isa::PPC603,
    sprs: &PPC603E_SPRS,
    msr_implemented: PPC603E_MSR,
    vectors: &PPC603E_VECTORS,
    undefined: UNDEFINED,
    source: "603e UM; PEM32",
    ..PPC750
};

/// The e300, an e300c1.
pub static E300: Model = Model {
    name: "e300",
    aliases: &["e300c1", "mpc8349", "mpc8349e"],
    description: "Freescale e300c1 core (MPC8349E): 603e with critical interrupts and eight pairs of BATs, 32 bits",
    pvr: E300_PVR,
    isa: Isa::E300,
    sprs: &E300_SPRS,
    msr_implemented: PPC603E_MSR.union(Msr::CE_E300),
    vectors: &E300_VECTORS,
    msr_restored: PPC603E.msr_restored.union(Msr::CE_E300),
    source: "E300CORERM ch. 2 by way of AN2490, MPC8308RM, Linux and QEMU; PEM32",
    ..PPC603E
};

/// The 604e.
pub static PPC604E: Model = Model {
    name: "604e",
    aliases: &["604", "ppc604e"],
    description: "PowerPC 604e: classic PowerPC, 32 bits",
    pvr: PPC604E_PVR,
    isa: Isa::PPC750,
    sprs: &PPC604E_SPRS,
    // Nap, which MSR[POW] alone asks for (604e UM ch. 7, power management).
    naps: 0,
    vectors: &PPC604E_VECTORS,
    undefined: UndefinedSpr {
        source: "604e UM ch. 4 (PEM32 6.4.7 allows both); supervisor state: our choice, as the 750",
        ..UNDEFINED
    },
    source: "604e UM; PEM32",
    ..PPC750
};
