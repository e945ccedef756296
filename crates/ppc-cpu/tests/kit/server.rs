//! Servers as tests of their interrupts set them up: nothing about to happen, the operating system's interrupts its own.

use super::machine;
use ppc_cpu::Machine;
use ppc_cpu::model::Model;
use spr_exit::num::book3s;

pub(crate) const SF: u64 = 1 << 63;
pub(crate) const HV: u64 = 1 << 60;
/// LPCR\[LPES0, LPES1\] (Linux `asm/reg.h`).
pub(crate) const LPES0: u64 = 8;
pub(crate) const LPES1: u64 = 4;
/// MMCR0\[PMAO\].
pub(crate) const PMAO: u64 = 0x80;

/// A directed hypervisor doorbell (type 5) for thread and processor 0.
pub(crate) const MESSAGE: u32 = 5 << 27;

/// Nothing is about to happen by itself.
pub(crate) fn quiet(model: &'static Model, program: &[u32]) -> Machine {
    let mut it = machine(model, program);
    it.cpu.config_mut().report_interrupts = true;
    it.cpu.set_decrementer(0x7fff_ffff);
    it.cpu.set_hypervisor_decrementer(0x7fff_ffff);
    // The operating system's stay the operating system's.
    it.cpu.poke_spr(book3s::LPCR, LPES0 | LPES1);
    it
}
