//! The hypervisor decrementer: Power ISA 3.0B Book III 7.5, Book III 2.01 for the 970.
//!
//! It asks for its interrupt while its sign bit is one, as the decrementer of servers does. (QEMU takes the exception back
//! when the interrupt is taken.)

use super::{Event, after, shown};
use crate::cpu::Cpu;
use crate::spr::Special;
use ppc_decode::Isa;

impl Cpu {
    /// Bits of HDEC, and of DEC under LPCR\[LD\]: 56 since POWER9 (POWER9 UM), before that 32.
    pub(super) fn large_bits(&self) -> u32 {
        if self.model.isa.contains(Isa::V3_0) {
            56
        } else {
            32
        }
    }

    /// The hypervisor decrementer; with more than 32 bits its sign fills the register.
    pub fn hypervisor_decrementer(&self) -> u64 {
        let timer = &self.state.timer;
        let since = timer.now(self.state.insns).wrapping_sub(timer.hdec_at);
        shown(timer.hdec.wrapping_sub(since), self.large_bits())
    }

    /// Sets the hypervisor decrementer, in the bits that it has.
    pub fn set_hypervisor_decrementer(&mut self, value: u64) {
        self.disturb();
        let now = self.state.timer.now(self.state.insns);
        let value = value & ((1 << self.large_bits()) - 1);
        let timer = &mut self.state.timer;
        (timer.hdec, timer.hdec_at) = (value, now);
        timer.set_deadline(Event::HypervisorDecrementer, now.checked_add(value + 1));
    }

    /// It became negative at tick `deadline`, and does so again when it has gone around.
    pub(super) fn expire_hypervisor_decrementer(&mut self, now: u64, deadline: u64) {
        let next = after(now, deadline, 1 << self.large_bits());
        self.state.timer.set_deadline(Event::HypervisorDecrementer, next);
    }

    /// Whether it asks for its interrupt, LPCR\[HDICE\] and MSR\[EE\] aside.
    pub(crate) fn is_hdec_pending(&self) -> bool {
        self.hypervisor_decrementer() >> (self.large_bits() - 1) & 1 != 0
    }

    /// Registers that count from 0 out of a reset do so while the clock goes on.
    pub(crate) fn restart_counters(&mut self) {
        let (ticks, insns) = (self.ticks(), self.state.insns);
        for (row, value) in self.model.sprs.rows().iter().zip(&mut self.state.spr) {
            match row.behaviour {
                crate::spr::Behaviour::Special(Special::Ticks) => *value = ticks.wrapping_neg(),
                crate::spr::Behaviour::Special(Special::Instructions) => *value = insns.wrapping_neg(),
                _ => {}
            }
        }
    }

    /// The virtual clock.
    pub(crate) fn ticks(&self) -> u64 {
        self.state.timer.now(self.state.insns)
    }
}
