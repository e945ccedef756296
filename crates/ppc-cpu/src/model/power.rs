//! Server processors: 970, POWER7, POWER8, POWER9, POWER10.
//!
//! PowerPC Book III 2.01, 970FX UM (IBM PowerPC 970FX RISC Microprocessor User's Manual); Power ISA 2.06, 2.07, 3.0B and 3.1,
//! POWER9 UM (POWER9 Processor User's Manual, OpenPOWER version 2.0).

use super::{ByteOrder, InterruptModel, Model, Ruling, UndefinedSpr};
use crate::interrupt::server::lpcr;
use crate::interrupt::{self, interrupt_table};
use crate::spr::row::{SR, SprRow, spr_table};
use crate::spr::table::{book3s, common, p970, power7, power8, power9, power10};
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
        book3s::HYPERVISOR, book3s::V2_07, book3s::V3_0, book3s::PROBLEM, book3s::PERFORMANCE,
        book3s::PERFORMANCE_V2_07, power8::TRANSACTIONS, power9::P9, power9::P9_P10
}

interrupt_table! {
    /// Interrupts of the POWER9.
    POWER9_VECTORS = interrupt::server::COMMON, interrupt::server::V2_07, interrupt::server::V3_0
}

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
    lpcr_illegal: lpcr::EVIRT,
    source: "Power ISA 3.0B III, mtspr and mfspr (5.4.4 in 3.1C); writes of 4, 5, 6: our choice, as KVM and QEMU",
};

/// SF HV VEC VSX EE PR FP ME FE0 TE FE1 IR DR PMM RI LE, of all servers since POWER7. Not TS and TM: the instructions of transactional memory are
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

/// PVR of the POWER7 DD 2.3.
const POWER7_PVR: u32 = 0x003f_0203;

const POWER7_PVR_ROW: &[SprRow] = &[common::pvr(
    POWER7_PVR,
    SR,
    "Power ISA 2.06 III-S, Fixed-Point Facility; QEMU cpu-models.h",
)];

spr_table! {
    /// Registers of the POWER7.
    POWER7_SPRS = common::USER, common::DECREMENTER, common::TIME_BASE_READ, POWER7_PVR_ROW, book3s::BASE,
        book3s::HYPERVISOR, book3s::PERFORMANCE, book3s::PERFORMANCE_READ, power7::BEFORE_V3_0, power7::P7
}

interrupt_table! {
    /// Interrupts of the POWER7.
    POWER7_VECTORS = interrupt::server::COMMON
}

/// As version 3.0, but nothing makes no-ops emulation assistance.
const UNDEFINED_BEFORE_V3_0: UndefinedSpr = UndefinedSpr {
    lpcr_illegal: 0,
    source: "Power ISA 2.07 III-S, mtspr and mfspr; of 2.06 the page was not at hand: as 2.07, our choice",
    ..UNDEFINED
};

/// The POWER7.
pub static POWER7: Model = Model {
    name: "POWER7",
    aliases: &["power7", "p7"],
    description: "IBM POWER7: Power ISA 2.06, hypervisor state, 64 bits",
    pvr: POWER7_PVR,
    isa: Isa::POWER7,
    sprs: &POWER7_SPRS,
    vectors: &POWER7_VECTORS,
    undefined: UNDEFINED_BEFORE_V3_0,
    source: "Power ISA 2.06; Linux asm/reg.h and QEMU init_proc_POWER7 for what is the processor's own",
    ..POWER9
};

/// PVR of the POWER8 (Murano and Venice, DD 2.0).
const POWER8_PVR: u32 = 0x004d_0200;

const POWER8_PVR_ROW: &[SprRow] = &[common::pvr(
    POWER8_PVR,
    SR,
    "Power ISA 2.07 III-S, Fixed-Point Facility; QEMU cpu-models.h",
)];

spr_table! {
    /// Registers of the POWER8.
    POWER8_SPRS = common::USER, common::DECREMENTER, common::TIME_BASE_READ, POWER8_PVR_ROW, book3s::BASE,
        book3s::HYPERVISOR, book3s::V2_07, book3s::PROBLEM, book3s::PERFORMANCE, book3s::PERFORMANCE_V2_07,
        power7::BEFORE_V3_0, power8::TRANSACTIONS, power8::P8
}

interrupt_table! {
    /// Interrupts of the POWER8.
    POWER8_VECTORS = interrupt::server::COMMON, interrupt::server::V2_07
}

/// The POWER8.
pub static POWER8: Model = Model {
    name: "POWER8",
    aliases: &["power8", "p8"],
    description: "IBM POWER8: Power ISA 2.07, hypervisor state, 64 bits",
    pvr: POWER8_PVR,
    isa: Isa::POWER8,
    sprs: &POWER8_SPRS,
    vectors: &POWER8_VECTORS,
    undefined: UNDEFINED_BEFORE_V3_0,
    source: "Power ISA 2.07; Linux asm/reg.h, skiboot and QEMU init_proc_POWER8 for what is the processor's own",
    ..POWER9
};

/// PVR of the POWER10 DD 2.0.
const POWER10_PVR: u32 = 0x0080_1200;

const POWER10_PVR_ROW: &[SprRow] = &[common::pvr(
    POWER10_PVR,
    SR,
    "Power ISA 3.1 III, Fixed-Point Facility; QEMU cpu-models.h",
)];

spr_table! {
    /// Registers of the POWER10.
    POWER10_SPRS = common::USER, common::DECREMENTER, common::TIME_BASE_READ, POWER10_PVR_ROW, book3s::BASE,
        book3s::HYPERVISOR, book3s::V2_07, book3s::V3_0, book3s::PROBLEM, book3s::PERFORMANCE,
        book3s::PERFORMANCE_V2_07, power10::P10, power9::P9_P10
}

interrupt_table! {
    /// Interrupts of the POWER10.
    POWER10_VECTORS = interrupt::server::COMMON, interrupt::server::V2_07, interrupt::server::V3_0
}

/// The POWER10.
pub static POWER10: Model = Model {
    name: "POWER10",
    aliases: &["power10", "p10"],
    description: "IBM POWER10: Power ISA 3.1 without prefixed instructions, hypervisor state, 64 bits",
    pvr: POWER10_PVR,
    isa: Isa::POWER10,
    sprs: &POWER10_SPRS,
    vectors: &POWER10_VECTORS,
    source: "Power ISA 3.1; Linux asm/reg.h and QEMU init_proc_POWER10 for what is the processor's own",
    ..POWER9
};

/// PVR of the 970FX rev. 3.1, of the last Power Mac G5 with one core per chip.
const PPC970_PVR: u32 = 0x003c_0301;

const PPC970_PVR_ROW: &[SprRow] = &[common::pvr(
    PPC970_PVR,
    SR,
    "IBM as_archppc970.h; kvm-unit-tests sprs_common; Linux cputable.c",
)];

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
    source: "970FX UM ch. 2 and 4 by way of IBM's as_archppc970.h, Linux and QEMU; PowerPC Book III 2.01",
};
