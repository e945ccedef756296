//! The performance monitor of the classic processors: MPC750UM chapter 11, 604e UM chapter 9, MPC7410UM and MPC7450UM
//! chapter 11, from memory of the chapters; numbers and bits compared with Linux `asm/reg.h` and `oprofile/op_model_7450.c`.
//!
//! Its counters count completed instructions and processor cycles; a cycle of virtual time is an instruction (our choice; a
//! CPU that waits has none). They are brought up to date when somebody looks: at reads and writes, at changes of the
//! MSR, which may freeze them, and when one becomes negative that an interrupt may follow. An instruction is counted as
//! the state is that it leaves. On the 750 the counters are user space's until a VM promotes PMC1; until then nothing counts.
//! Not here: other events, thresholds, and transitions of the time base (INTONBITTRANS).

use crate::alu::low;
use crate::cpu::Cpu;
use crate::spr::{Behaviour, Context, Decision, Level, Special, check};
use spr_exit::num::classic::{PMC1, SIA};
use spr_exit::num::p6xx::SDA;
use spr_exit::{Direction, Msr};

/// How many counters there are, on the CPUs that have most.
const COUNTERS: usize = 6;

/// MMCR0: no counting at all (the 7450 family's FC).
const DIS: u32 = 0x8000_0000;
/// MMCR0: none in supervisor state, in user state, while MSR\[PM\] is 1, while it is 0.
const DP: u32 = 0x4000_0000;
const DU: u32 = 0x2000_0000;
const DMS: u32 = 0x1000_0000;
const DMR: u32 = 0x0800_0000;
/// MMCR0: interrupts are signaled; cleared as one is.
const ENINT: u32 = 0x0400_0000;
/// MMCR0: signaling one stops the counters. That it sets DIS is what the 7450 family's FCECE does; of the others our choice.
const DISCOUNT: u32 = 0x0200_0000;
/// MMCR0: PMC1 may signal, the others may.
const PMC1INTCONTROL: u32 = 0x8000;
const PMCINTCONTROL: u32 = 0x4000;
/// MMCR0: the others count once PMC1 is negative.
const PMCTRIGGER: u32 = 0x2000;

/// The bit that makes a counter negative.
const NEGATIVE: u32 = 0x8000_0000;

/// Events, for every counter: cycles, completed instructions.
const CYCLES: u32 = 1;
const INSTRUCTIONS: u32 = 2;

/// What the monitor is and has counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Monitor {
    /// MMCR0 and MMCR1.
    control: [u32; 2],
    counters: [u32; COUNTERS],
    /// The count of instructions at which the counters are what they are here.
    counted: u64,
    /// Whether the counters are the core's and anything is chosen.
    pub(crate) is_on: bool,
    /// An interrupt was signaled and waits to be taken.
    pub(crate) is_signaled: bool,
}

impl Monitor {
    /// Whether counter `n` counts under this MSR.
    fn counts(&self, n: usize, msr: Msr) -> bool {
        let [mmcr0, mmcr1] = self.control;
        let by_state = if msr.is_problem() { DU } else { DP };
        let by_mark = if msr.contains(Msr::PMM) { DMS } else { DMR };
        let is_triggered = n == 0 || mmcr0 & PMCTRIGGER == 0 || self.counters[0] & NEGATIVE != 0;
        let event = match n {
            0 => mmcr0 >> 6 & 0x7f,
            1 => mmcr0 & 0x3f,
            2 => mmcr1 >> 27 & 0x1f,
            3 => mmcr1 >> 22 & 0x1f,
            4 => mmcr1 >> 17 & 0x1f,
            _ => mmcr1 >> 11 & 0x3f,
        };
        mmcr0 & (DIS | by_state | by_mark) == 0 && is_triggered && matches!(event, CYCLES | INSTRUCTIONS)
    }

    /// Brings the counters up to date, at this count of instructions that were completed under this MSR.
    pub(crate) fn count(&mut self, insns: u64, msr: Msr) {
        let since = low(insns.wrapping_sub(self.counted));
        self.counted = insns;
        if self.is_on {
            let counts: [bool; COUNTERS] = core::array::from_fn(|n| self.counts(n, msr));
            for (counter, _) in self.counters.iter_mut().zip(counts).filter(|(_, counts)| *counts) {
                *counter = counter.wrapping_add(since);
            }
        }
    }

    /// Whether a change of sign of counter `n` may signal an interrupt.
    const fn may_signal(&self, n: usize) -> bool {
        let control = if n == 0 { PMC1INTCONTROL } else { PMCINTCONTROL };
        self.control[0] & ENINT != 0 && self.control[0] & control != 0
    }

    /// Whether an interrupt is to be signaled.
    fn has_condition(&self) -> bool {
        self.is_on && (0..COUNTERS).any(|n| self.may_signal(n) && self.counters[n] & NEGATIVE != 0)
    }

    /// The count of instructions at which it has to be looked at, its counters being up to date.
    pub(crate) fn next_look(&self, msr: Msr) -> u64 {
        if self.has_condition() {
            return self.counted;
        }
        let is_trigger = |n| n == 0 && self.control[0] & PMCTRIGGER != 0;
        (0..COUNTERS)
            .filter(|n| self.is_on && (self.may_signal(*n) || is_trigger(*n)) && self.counts(*n, msr))
            .map(|n| NEGATIVE - (self.counters[n] & !NEGATIVE))
            .min()
            .map_or(u64::MAX, |ahead| self.counted.saturating_add(ahead.into()))
    }
}

impl Cpu {
    /// Brings the counters up to date.
    pub(crate) fn count_classic(&mut self) {
        let (insns, msr) = (self.state.insns, self.state.regs.msr);
        self.state.monitor.count(insns, msr);
    }

    /// It is time to look: signals an interrupt if there is a condition for one.
    pub(crate) fn signal_events(&mut self) {
        self.count_events();
        if !self.state.monitor.has_condition() {
            return;
        }
        let monitor = &mut self.state.monitor;
        monitor.is_signaled = true;
        monitor.control[0] &= !ENINT;
        if monitor.control[0] & DISCOUNT != 0 {
            monitor.control[0] |= DIS;
        }
        // "At or around": the next instruction, our choice. What SDA holds no access tells: none was sampled.
        let cia = self.state.regs.cia;
        self.set_spr_value(SIA, cia);
        self.set_spr_value(SDA, 0);
        self.count_events();
    }

    /// MMCR0 or MMCR1.
    pub(crate) fn monitor_control(&self, n: usize) -> u64 {
        self.state.monitor.control[n & 1].into()
    }

    /// Writes MMCR0 or MMCR1.
    pub(crate) fn set_monitor_control(&mut self, n: usize, value: u64) {
        self.disturb();
        self.count_classic();
        self.state.monitor.control[n & 1] = low(value);
        self.restart_monitor();
    }

    /// Counter `n`, up to date.
    pub(crate) fn monitor_counter(&self, n: usize) -> u64 {
        let mut monitor = self.state.monitor.clone();
        monitor.count(self.state.insns, self.state.regs.msr);
        monitor.counters[n % COUNTERS].into()
    }

    /// Writes counter `n`.
    pub(crate) fn set_monitor_counter(&mut self, n: usize, value: u64) {
        self.disturb();
        self.count_classic();
        self.state.monitor.counters[n % COUNTERS] = low(value);
        self.arm_counters();
    }

    /// Whether the monitor counts may have changed.
    pub(crate) fn restart_monitor(&mut self) {
        self.count_classic();
        self.state.monitor.is_on = self.state.monitor.control != [0; 2] && self.owns_counters();
        self.arm_counters();
    }

    /// Whether there are counters, and the core's: what the gate says of a supervisor's write.
    fn owns_counters(&self) -> bool {
        let row = self.model.sprs.row(PMC1);
        let at = Context {
            level: Level::Supervisor,
            ..self.spr_context()
        };
        row.is_some_and(|row| row.behaviour == Behaviour::Special(Special::Pmc(0)))
            && matches!(
                check(self.model, &self.config, at, PMC1, Direction::Write),
                Decision::Core(_)
            )
    }
}
