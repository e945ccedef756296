//! Interrupts of the 970: PowerPC Book III 2.01 chapter 5 (5.2.1 for HIOR, 5.5 and its figure for the MSR), 970FX UM chapter 4.
//!
//! That HIOR is in front of every vector, whoever runs, is what QEMU does (`excp_prefix`). Which LPES bit of HID4 brings an
//! interrupt to the hypervisor is taken from Book III 2.0x (LPES), their places from Linux `asm/reg.h`.

use super::Syndrome::{self, DsisrOf, Saved, SavedOf};
use super::server::{CAUSE_BITS, hsrr, srr};
use super::table::InterruptRow;
use super::{Cause, Route, classic};
use crate::cpu::Cpu;
use spr_exit::InterruptKind::*;
use spr_exit::{Msr, num};

/// HID4: external interrupts go to the operating system.
pub(super) const HID4_LPES0: u64 = 1 << 63;
/// HID4: what else interrupts the operating system leaves it where it is.
const HID4_LPES1: u64 = 1 << (63 - 57);

#[rustfmt::skip]
pub(crate) const P970: &[InterruptRow] = &[
    srr(SystemReset,       0x100, Syndrome::Vector,   "2.01 III ch. 5"),
    // Which bits of SRR1 tell a failed fetch no source at hand says: none, our choice.
    srr(MachineCheck,      0x200, Syndrome::Vector,   "2.01 III ch. 5"),
    srr(MachineCheckInput, 0x200, Syndrome::Vector,   "2.01 III ch. 5"),
    srr(MachineCheckLoad,  0x200, Syndrome::Vector,   "2.01 III ch. 5"),
    srr(MachineCheckStore, 0x200, Syndrome::Vector,   "2.01 III ch. 5"),
    srr(External,          0x500, Syndrome::Vector,   "2.01 III ch. 5"),
    srr(Alignment,         0x600, Syndrome::Vector,   "2.01 III ch. 5"),
    srr(ProgramIllegal,    0x700, Saved(0x0008_0000), "2.01 III ch. 5"),
    srr(ProgramPrivileged, 0x700, Saved(0x0004_0000), "2.01 III ch. 5"),
    srr(ProgramTrap,       0x700, Saved(0x0002_0000), "2.01 III ch. 5"),
    srr(FpUnavailable,     0x800, Syndrome::Vector,   "2.01 III ch. 5"),
    srr(Decrementer,       0x900, Syndrome::Vector,   "2.01 III ch. 5"),
    hsrr(HypervisorDecrementer, 0x980,               "2.01 III ch. 5"),
    srr(Syscall,           0xc00, Syndrome::Vector,   "2.01 III ch. 5"),
    // By user space, or by a data breakpoint (DABR).
    srr(DataStorage,       0x300, DsisrOf(0xce70_0000), "2.01 III 5.5.3"),
    srr(DataSegment,       0x380, Syndrome::Vector,   "2.01 III 5.5.4"),
    srr(InstructionStorage, 0x400, SavedOf(0x5800_0000), "2.01 III 5.5.5"),
    srr(InstructionSegment, 0x480, Syndrome::Vector,  "2.01 III 5.5.6"),
    // What SRR1 tells of the traced instruction is the implementation's: nothing here, as in QEMU.
    srr(Trace,             0xd00, Syndrome::Vector,   "2.01 III ch. 5"),
    srr(PerformanceMonitor, 0xf00, Syndrome::Vector,  "970FX UM ch. 4; QEMU init_excp_970"),
    srr(VecUnavailable,    0xf20, Syndrome::Vector,   "970FX UM ch. 4; QEMU init_excp_970"),
];

impl Cpu {
    pub(super) fn ppc970_route(&self, row: &InterruptRow, cause: Cause) -> Route {
        let old = self.state.regs.msr;
        let to_hypervisor = match cause {
            Cause::SystemReset { .. } => true,
            _ if row.kind.is_machine_check() => true,
            Cause::HypervisorDecrementer | Cause::Syscall { level: 1 } => true,
            Cause::External => self.is_external_to_hypervisor(),
            _ => self.spr_value(num::ppc970::HID4) & HID4_LPES1 == 0,
        };
        let mut msr = Msr::SF | old & row.keeps;
        msr.set(Msr::HV, to_hypervisor || old.contains(Msr::HV));
        Route {
            vector: self.spr_value(num::ppc970::HIOR) | row.offset(),
            pair: row.pair,
            msr,
            saves: !CAUSE_BITS,
        }
    }
}

/// DSISR of an alignment interrupt, with the loads and stores of DS form told apart.
pub(super) fn alignment_dsisr(word: u32) -> u32 {
    classic::alignment_dsisr(word) | ds_form(word)
}

/// Bits 12:13 of DSISR (44:45 of the 64-bit register) tell the loads and stores of DS form apart.
const fn ds_form(word: u32) -> u32 {
    match word >> 26 {
        58 | 62 => (word & 3) << 18,
        _ => 0,
    }
}
