//! The e500 family: e500v1 (MPC8540), e500v2 (MPC8548E) and e500mc (P4080).
//!
//! E500CORERM (PowerPC e500 Core Family Reference Manual, Rev. 1), E500MCRM (e500mc Core Reference Manual, Rev. 3),
//! EREF 2.0.

use super::{ByteOrder, InterruptModel, Model, Ruling, UndefinedSpr};
use crate::interrupt::{self, interrupt_table};
use crate::spr::row::{SR, SprRow, spr_table};
use crate::spr::table::{booke, common, e500, e500mc};
use ppc_decode::Isa;
use spr_exit::Msr;

/// PVR of the e500v2 rev. 2.2 of an MPC8548E rev. 2.1, whose SVR is `0x8039_0021` (U-Boot's banner on that chip).
const E500V2_PVR: u32 = 0x8021_0022;
/// PVR of the e500v1 rev. 2.0 of an MPC8540 rev. 2.0.
const E500V1_PVR: u32 = 0x8020_0020;
/// PVR of the e500mc rev. 2.0 of a P4080 rev. 2.
const E500MC_PVR: u32 = 0x8023_0020;

const E500V2_PVR_ROW: &[SprRow] = &[common::pvr(E500V2_PVR, SR, "E500CORERM 2.5.3")];
const E500V1_PVR_ROW: &[SprRow] = &[common::pvr(E500V1_PVR, SR, "E500CORERM 2.5.3")];
const E500MC_PVR_ROW: &[SprRow] = &[common::pvr(E500MC_PVR, SR, "E500MCRM ch. 2")];

spr_table! {
    /// Registers of the e500v2.
    E500V2_SPRS = common::USER, common::DECREMENTER, common::TIME_BASE_READ, common::TIME_BASE_WRITE, common::WORD,
        E500V2_PVR_ROW, booke::SUPERVISOR, booke::CONTROL, e500::SHARED, e500::CONTROL, e500::V2
}

interrupt_table! {
    /// Interrupts of the e500v2.
    E500V2_VECTORS = interrupt::booke::COMMON, interrupt::booke::E500V2
}

spr_table! {
    /// Registers of the e500v1.
    E500V1_SPRS = common::USER, common::DECREMENTER, common::TIME_BASE_READ, common::TIME_BASE_WRITE, common::WORD,
        E500V1_PVR_ROW, booke::SUPERVISOR, booke::CONTROL, e500::V1_CONTROL, e500::V1_SHARED, e500::V1
}

spr_table! {
    /// Registers of the e500mc.
    E500MC_SPRS = common::USER, e500mc::DECREMENTER, common::TIME_BASE_READ, e500mc::TIME_BASE_WRITE, common::WORD,
        E500MC_PVR_ROW, booke::SUPERVISOR, e500mc::BOOKE_CONTROL, e500::SHARED, e500mc::E500_CONTROL, e500mc::MC
}

interrupt_table! {
    /// Interrupts of the e500mc.
    E500MC_VECTORS = interrupt::booke::COMMON, interrupt::booke::FLOATING_POINT, interrupt::booke::E500MC
}

/// The manual rules problem state only; what supervisor state gets for an undefined number or a wrong direction is
/// our choice, the same as KVM's and the e200's: illegal instruction.
pub(super) const UNDEFINED: UndefinedSpr = UndefinedSpr {
    problem_open: Ruling::Illegal,
    problem_privileged: Ruling::Privileged,
    privileged: Ruling::Illegal,
    illegal_reads: &[],
    illegal_writes: &[],
    wrong_direction: Ruling::Illegal,
    hypervisor_only: Ruling::Privileged,
    lpcr_illegal: 0,
    source: "E500CORERM table 5-17; supervisor state: our choice, as Linux arch/powerpc/kvm and the e200z3 RM",
};

/// UCLE SPE WE CE EE PR ME UBLE DE IS DS PMM. FP, FE0 and FE1 are not implemented: there is no FPU.
const E500V2_MSR: Msr = Msr::from_bits_retain(0x0606_d634);
/// GS UCLE CE EE PR FP ME FE0 DE FE1 IS DS PMM RI.
pub(super) const E500MC_MSR: Msr = Msr::from_bits_retain(0x1402_fb36);

/// The e500v2.
pub static E500V2: Model = Model {
    name: "e500v2",
    aliases: &["mpc8548", "mpc8548e"],
    description: "Freescale e500v2 core (MPC8548E): Book E, SPE, 32 bits",
    pvr: E500V2_PVR,
    isa: Isa::E500V2,
    is_64bit: false,
    sprs: &E500V2_SPRS,
    msr_implemented: E500V2_MSR,
    msr_reset: Msr::empty(),
    msr_restored: E500V2_MSR,
    reset_vector: 0xffff_fffc,
    interrupts: InterruptModel::BookE,
    vectors: &E500V2_VECTORS,
    undefined: UNDEFINED,
    byte_order: ByteOrder::Big,
    // DOZE NAP SLEEP (E500CORERM 2.10).
    naps: 0x00e0_0000,
    cache_block: 32,
    source: "E500CORERM Rev. 1; EREF 2.0",
};

/// The e500v1: the e500v2 without double-precision SPE, with 32-bit physical addresses.
pub static E500V1: Model = Model {
    name: "e500v1",
    aliases: &["mpc8540", "mpc8560"],
    description: "Freescale e500v1 core (MPC8540): Book E, SPE, 32 bits",
    pvr: E500V1_PVR,
    isa: Isa::E500V1,
    sprs: &E500V1_SPRS,
    ..E500V2
};

/// The e500mc.
pub static E500MC: Model = Model {
    name: "e500mc",
    aliases: &["p4080"],
    description: "Freescale e500mc core (P4080): Power ISA 2.06 embedded, floating point, 32 bits",
    pvr: E500MC_PVR,
    isa: Isa::E500MC,
    is_64bit: false,
    sprs: &E500MC_SPRS,
    msr_implemented: E500MC_MSR,
    msr_reset: Msr::empty(),
    msr_restored: E500MC_MSR,
    reset_vector: 0xffff_fffc,
    interrupts: InterruptModel::BookE,
    vectors: &E500MC_VECTORS,
    undefined: UNDEFINED,
    byte_order: ByteOrder::Big,
    naps: 0,
    cache_block: 64,
    source: "E500MCRM Rev. 3; EREF 2.0",
};
