//! The 4xx family: 405 (405GP) and 440 (440GX).
//!
//! PPC405UM (PPC405 Core User's Manual, SA14-2339-04), PPC405GP UM; PPC440x5UM (PPC440x5 CPU Core User's Manual,
//! September 2002).

use super::{ByteOrder, InterruptModel, Model, Ruling, UndefinedSpr};
use crate::interrupt::{self, interrupt_table};
use crate::spr::row::{SR, SprRow, spr_table};
use crate::spr::table::{common, ppc405, ppc440};
use ppc_decode::Isa;
use spr_exit::Msr;

/// PVR of the 405GP rev. D.
const PPC405_PVR: u32 = 0x4011_00c4;
/// PVR of the 440GX rev. F.
const PPC440_PVR: u32 = 0x51b2_1894;

const PPC405_PVR_ROW: &[SprRow] = &[common::pvr(
    PPC405_PVR,
    SR,
    "PPC405UM 2.3.2.5; U-Boot processor.h (405GP rev. D)",
)];
const PPC440_PVR_ROW: &[SprRow] = &[common::pvr(
    PPC440_PVR,
    SR,
    "PPC440x5UM 2.7.2; U-Boot processor.h (440GX rev. F)",
)];

spr_table! {
    /// Registers of the 405.
    PPC405_SPRS = common::USER, common::TIME_BASE_WRITE, common::WORD, PPC405_PVR_ROW, ppc405::P405
}

interrupt_table! {
    /// Interrupts of the 405.
    PPC405_VECTORS = interrupt::ppc405::P405
}

spr_table! {
    /// Registers of the 440.
    PPC440_SPRS = common::USER, common::DECREMENTER, common::TIME_BASE_READ, common::TIME_BASE_WRITE, common::WORD,
        PPC440_PVR_ROW, ppc440::P440
}

interrupt_table! {
    /// Interrupts of the 440.
    PPC440_VECTORS = interrupt::booke::COMMON, interrupt::booke::FLOATING_POINT, interrupt::booke::PPC440
}

/// In user mode every number is privileged that is not among the few open ones, whatever its bits say and whether it is
/// defined or not.
const PPC405_UNDEFINED: UndefinedSpr = UndefinedSpr {
    problem_open: Ruling::Privileged,
    problem_privileged: Ruling::Privileged,
    privileged: Ruling::Illegal,
    illegal_reads: &[],
    illegal_writes: &[],
    wrong_direction: Ruling::Illegal,
    hypervisor_only: Ruling::Illegal,
    lpcr_illegal: 0,
    source: "PPC405UM 2.9.3; supervisor state (\"should be neither read nor written\", 10.5): our choice, as the e500",
};

const PPC440_UNDEFINED: UndefinedSpr = UndefinedSpr {
    problem_open: Ruling::Illegal,
    problem_privileged: Ruling::Privileged,
    privileged: Ruling::Illegal,
    illegal_reads: &[],
    illegal_writes: &[],
    wrong_direction: Ruling::Illegal,
    hypervisor_only: Ruling::Illegal,
    lpcr_illegal: 0,
    source: "PPC440x5UM 2.8.2; supervisor state (undefined there): our choice, as Linux arch/powerpc/kvm",
};

/// WE CE EE PR ME DWE DE IR DR. The core's AP, APE, FP, FE0 and FE1 are for units that the 405GP does not have.
const PPC405_MSR: Msr = Msr::from_bits_retain(0x0006_d630);
/// WE CE EE PR FP ME FE0 DWE DE FE1 IS DS.
const PPC440_MSR: Msr = Msr::from_bits_retain(0x0006_ff30);

/// The 405.
pub static PPC405: Model = Model {
    name: "405",
    aliases: &["ppc405", "405gp", "ppc405gp"],
    description: "IBM PowerPC 405GP: embedded PowerPC before Book E, 32 bits",
    pvr: PPC405_PVR,
    isa: Isa::PPC405,
    is_64bit: false,
    sprs: &PPC405_SPRS,
    msr_implemented: PPC405_MSR,
    msr_reset: Msr::empty(),
    msr_restored: PPC405_MSR,
    reset_vector: 0xffff_fffc,
    interrupts: InterruptModel::Ppc405,
    vectors: &PPC405_VECTORS,
    undefined: PPC405_UNDEFINED,
    byte_order: ByteOrder::Big,
    naps: 0,
    cache_block: 32,
    source: "PPC405UM SA14-2339-04; PPC405GP UM; MSR bits and PVR of the 405GP",
};

/// The 440.
pub static PPC440: Model = Model {
    name: "440",
    aliases: &["ppc440", "440gx", "ppc440gx"],
    description: "AMCC PowerPC 440GX: Book E, 32 bits",
    pvr: PPC440_PVR,
    isa: Isa::PPC440,
    is_64bit: false,
    sprs: &PPC440_SPRS,
    msr_implemented: PPC440_MSR,
    msr_reset: Msr::empty(),
    msr_restored: PPC440_MSR,
    reset_vector: 0xffff_fffc,
    interrupts: InterruptModel::BookE,
    vectors: &PPC440_VECTORS,
    undefined: PPC440_UNDEFINED,
    byte_order: ByteOrder::Big,
    naps: 0,
    cache_block: 32,
    source: "PPC440x5UM (September 2002), whose core is taken for the 440GX's; PVR of the 440GX",
};
