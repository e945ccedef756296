//! A write of DBCR0, of which RST is user space's and the rest the core's.

use super::{machine, mfspr, mtspr};
use ppc_cpu::Machine;
use ppc_cpu::model::Model;
use ppc_decode::asm;
use spr_exit::num::booke;

/// DBCR0: reset request (user space's) and internal debug mode (the core's). Linux reg_booke.h: DBCR0_RST_SYSTEM
/// 0x3000_0000, DBCR0_IDM 0x4000_0000.
pub(crate) const RST_SYSTEM: u64 = 0x3000_0000;
pub(crate) const IDM: u64 = 0x4000_0000;

/// A machine that stands at the exit of `mtspr DBCR0, r3`, with DBCR0 = 1 (FT) and r3 = RST | IDM.
pub(crate) fn at_a_split_write(model: &'static Model) -> Machine {
    let mut it = machine(
        model,
        &[mtspr(booke::DBCR0, 3), mfspr(4, booke::DBCR0), asm::nop()],
    );
    it.cpu.poke_spr(booke::DBCR0, 1);
    it.cpu.set_gpr(3, RST_SYSTEM | IDM);
    it
}
