//! The e500 family with 64 bits: e5500 (P5020) and e6500 (T4240).
//!
//! E5500RM, E6500RM (Core Reference Manuals of Freescale), EREF 2.0; chapter 2 of both by way of Freescale's libos, Linux and
//! QEMU. The e6500 has two threads: a CPU of this model is one of them.

use super::e500::{E500MC_MSR, UNDEFINED};
use super::{E500MC, Model};
use crate::interrupt::{self, interrupt_table};
use crate::spr::row::{SR, SprRow, spr_table};
use crate::spr::table::{common, e500, e500mc, e5500};
use ppc_decode::Isa;
use spr_exit::Msr;

/// PVR of the e5500 rev. 1.2 of a P5020 rev. 2.0.
const E5500_PVR: u32 = 0x8024_0012;
/// PVR of the e6500 rev. 2.0 of a T4240 rev. 2.0.
const E6500_PVR: u32 = 0x8040_0120;

const E5500_PVR_ROW: &[SprRow] = &[common::pvr(
    E5500_PVR,
    SR,
    "E5500RM ch. 2; U-Boot's banner on a P5020",
)];
const E6500_PVR_ROW: &[SprRow] = &[common::pvr(
    E6500_PVR,
    SR,
    "E6500RM ch. 2; U-Boot's banner on a T4240",
)];

spr_table! {
    /// Registers of the e5500.
    E5500_SPRS = common::USER, e500mc::DECREMENTER, common::TIME_BASE_READ, e500mc::TIME_BASE_WRITE, e5500::WORD,
        E5500_PVR_ROW, e5500::SUPERVISOR, e5500::BOOKE_CONTROL, e500::SHARED, e5500::E500_CONTROL, e5500::E5500_MC,
        e5500::SIXTY_FOUR, e5500::E5500
}

spr_table! {
    /// Registers of the e6500.
    E6500_SPRS = common::USER, e500mc::DECREMENTER, common::TIME_BASE_READ, e500mc::TIME_BASE_WRITE, e5500::WORD,
        E6500_PVR_ROW, e5500::E6500_SUPERVISOR, e5500::BOOKE_CONTROL, e5500::E6500_SHARED, e5500::E500_CONTROL,
        e5500::E6500_MC, e5500::SIXTY_FOUR, e5500::E6500
}

interrupt_table! {
    /// Interrupts of the e5500.
    E5500_VECTORS = interrupt::booke::COMMON, interrupt::booke::FLOATING_POINT, interrupt::booke::E500MC
}

interrupt_table! {
    /// Interrupts of the e6500.
    E6500_VECTORS = interrupt::booke::COMMON, interrupt::booke::FLOATING_POINT, interrupt::booke::E500MC,
        interrupt::booke::ALTIVEC
}

/// CM, and the e500mc's.
const E5500_MSR: Msr = E500MC_MSR.union(Msr::CM);
/// SPV (AltiVec available), and the e5500's.
const E6500_MSR: Msr = E5500_MSR.union(Msr::VEC);

/// The e5500.
pub static E5500: Model = Model {
    name: "e5500",
    aliases: &["p5020"],
    description: "Freescale e5500 core (P5020): Power ISA 2.06 embedded, floating point, 64 bits",
    pvr: E5500_PVR,
    isa: Isa::E5500,
    is_64bit: true,
    sprs: &E5500_SPRS,
    msr_implemented: E5500_MSR,
    msr_restored: E5500_MSR,
    vectors: &E5500_VECTORS,
    undefined: UNDEFINED,
    source: "E5500RM ch. 2 by way of libos, Linux and QEMU; EREF 2.0",
    ..E500MC
};

/// The e6500, one of its two threads.
pub static E6500: Model = Model {
    name: "e6500",
    aliases: &["t4240"],
    description: "Freescale e6500 core (T4240): e5500 with AltiVec and two threads, 64 bits",
    pvr: E6500_PVR,
    isa: Isa::E6500,
    sprs: &E6500_SPRS,
    msr_implemented: E6500_MSR,
    msr_restored: E6500_MSR,
    vectors: &E6500_VECTORS,
    source: "E6500RM ch. 2 by way of libos, Linux and QEMU; EREF 2.0",
    ..E5500
};
