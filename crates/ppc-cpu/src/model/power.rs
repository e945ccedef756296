//! Server processors: 970 and POWER9.
//!
//! PowerPC Book III 2.01, 970FX UM (IBM PowerPC 970FX RISC Microprocessor User's Manual); Power ISA 3.0B, POWER9 UM
//! (POWER9 Processor User's Manual, OpenPOWER version 2.0).

use super::{ByteOrder, InterruptModel, Model, Ruling, UndefinedSpr};
use crate::interrupt::{self, interrupt_table};
use crate::spr::row::{SR, SprRow, spr_table};
use crate::spr::table::{book3s, common, p970, power9};
use ppc_decode::Isa;
use spr_exit::Msr;

/// PVR of the POWER9 DD 2.0 with 24 cores of four threads.
const POWER9_PVR: u32 = 0x004e_1200;

const POWER9_PVR_ROW: &[SprRow] = &[common::pvr(
    POWER9_PVR,
    SR,
    "Power ISA 3.0B III, Fixed-Point Facility; skiboot processor.h",
)];

spr_table! {
    /// Registers of the POWER9.
    POWER9_SPRS = common::USER, common::DECREMENTER, common::TIME_BASE_READ, POWER9_PVR_ROW, book3s::BASE,
        book3s::HYPERVISOR, book3s::PROBLEM, book3s::PERFORMANCE, power9::P9
}

interrupt_table! {
    /// Interrupts of the POWER9.
    POWER9_VECTORS = interrupt::server::COMMON
}

/// LPCR\[EVIRT\], bit 42.
const LPCR_EVIRT: u64 = 1 << (63 - 42);

/// Privileged code gets no-ops for what is not defined, but for the numbers of registers that POWER had and PowerPC
/// dropped, so that they can be emulated: MQ (0), and RTCU, RTCL and DEC as `mfspr` knew them (4, 5, 6; `mtspr` had other
/// numbers for these). EVIRT makes all no-ops emulation assistance.
const UNDEFINED: UndefinedSpr = UndefinedSpr {
    problem_open: Ruling::Illegal,
    problem_privileged: Ruling::Privileged,
    privileged: Ruling::NoOp,
    illegal_reads: &[0, 4, 5, 6],
    illegal_writes: &[0],
    wrong_direction: Ruling::NoOp,
    hypervisor_only: Ruling::NoOp,
    lpcr_illegal: LPCR_EVIRT,
    source: "Power ISA 3.0B III, mtspr and mfspr (5.4.4 in 3.1C); writes of 4, 5, 6: our choice, as KVM and QEMU",
};

/// SF HV VEC VSX EE PR FP ME FE0 TE FE1 IR DR PMM RI LE. Not TS and TM: the instructions of transactional memory are
/// not among its facilities here, as on a machine whose firmware says it has none.
const POWER9_MSR: Msr = Msr::from_bits_retain(0x9000_0000_0280_ff37);

/// The POWER9.
pub static POWER9: Model = Model {
    name: "POWER9",
    aliases: &["power9", "p9"],
    description: "IBM POWER9: Power ISA 3.0B, hypervisor state, 64 bits",
    pvr: POWER9_PVR,
    isa: Isa::POWER9,
    is_64bit: true,
    sprs: &POWER9_SPRS,
    msr_implemented: POWER9_MSR,
    msr_reset: Msr::SF.union(Msr::HV),
    msr_restored: POWER9_MSR,
    reset_vector: 0x100,
    interrupts: InterruptModel::Server,
    vectors: &POWER9_VECTORS,
    undefined: UNDEFINED,
    byte_order: ByteOrder::ByMsr,
    naps: 0,
    cache_block: 128,
    source: "Power ISA 3.0B; POWER9 UM 2.0 (OpenPOWER)",
};

/// PVR of the 970FX rev. 3.1, of the last Power Mac G5 with one core per chip.
const PPC970_PVR: u32 = 0x003c_0301;

const PPC970_PVR_ROW: &[SprRow] = &[common::pvr(PPC970_PVR, SR, "970FX UM ch. 2; Linux cputable.c")];

spr_table! {
    /// Registers of the 970.
    PPC970_SPRS = common::USER, common::DECREMENTER, common::TIME_BASE_READ, PPC970_PVR_ROW, p970::P970,
        p970::PERFORMANCE
}

interrupt_table! {
    /// Interrupts of the 970.
    PPC970_VECTORS = interrupt::ppc970::P970
}

/// Book III 2.01 leaves undefined numbers in privileged state, wrong directions and a hypervisor's register in a partition
/// boundedly undefined; what Linux's KVM does for a guest of this family is taken.
const PPC970_UNDEFINED: UndefinedSpr = UndefinedSpr {
    problem_open: Ruling::Illegal,
    problem_privileged: Ruling::Privileged,
    privileged: Ruling::NoOp,
    illegal_reads: &[0, 4, 5, 6],
    illegal_writes: &[0],
    wrong_direction: Ruling::NoOp,
    hypervisor_only: Ruling::NoOp,
    lpcr_illegal: 0,
    source: "Power ISA 2.0x, Book III 4.4.4 (illegal or privileged); privileged state: our choice, as Linux arch/powerpc/kvm/book3s_emulate.c",
};

/// SF HV VEC POW EE PR FP ME FE0 SE BE FE1 IR DR PMM RI. It has neither ILE, IP nor LE.
const PPC970_MSR: Msr = Msr::from_bits_retain(0x9000_0000_0204_ff36);

/// The 970, as its 90 nm version 970FX.
pub static PPC970: Model = Model {
    name: "970",
    aliases: &["ppc970", "970fx", "ppc970fx", "g5"],
    description: "IBM PowerPC 970FX (G5): PowerPC 2.01, hypervisor state, 64 bits",
    pvr: PPC970_PVR,
    isa: Isa::PPC970,
    is_64bit: true,
    sprs: &PPC970_SPRS,
    msr_implemented: PPC970_MSR,
    msr_reset: Msr::SF.union(Msr::HV),
    msr_restored: PPC970_MSR,
    reset_vector: 0x100,
    interrupts: InterruptModel::Ppc970,
    vectors: &PPC970_VECTORS,
    undefined: PPC970_UNDEFINED,
    byte_order: ByteOrder::Big,
    // Deep nap, doze, nap: bits 7:9 of 64 (Linux asm/reg.h).
    naps: 0x01c0_0000_0000_0000,
    cache_block: 128,
    source: "970FX UM ch. 2 and 4 by way of Linux and QEMU; PowerPC Book III 2.01",
};
