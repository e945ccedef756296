//! The performance monitor of servers since POWER8: Power ISA 2.07 and 3.0B Book III, Performance Monitor Facility; Linux
//! `asm/reg.h` for the bits, QEMU `power8-pmu.c` for the events.
//!
//! PMC5 counts completed instructions and PMC6 cycles, while CTRL\[RUN\] is 1; PMC1 to PMC4 either, as MMCR1 selects. A cycle of
//! virtual time is an instruction (our choice). As on the e500 ([`crate::counters`]) they are brought up to date when somebody
//! looks, so that they cost nothing while MMCR0\[FC\] freezes them, as it does out of reset.
//! Not here: other events, sampling (SIAR, SDAR, SIER stay as they are), thresholds, the time base's events (MMCR0\[TBEE\]), the
//! trigger, and the counters of POWER7 and the 970, whose events have other numbers.

use crate::alu::low;
use crate::cpu::Cpu;
use crate::model::InterruptModel;
use crate::spr::Level;
use crate::state::State;
use ppc_decode::Isa;
use spr_exit::{Msr, SprNum, num::book3s};

/// MMCR0: freeze all counters; in supervisor state, in problem state, while MSR\[PMM\] is 1, while it is 0, in hypervisor state.
const FC: u64 = 0x8000_0000;
const FCS: u64 = 0x4000_0000;
const FCP: u64 = 0x2000_0000;
const FCM1: u64 = 0x1000_0000;
const FCM0: u64 = 0x0800_0000;
const FCH: u64 = 0x1;
/// MMCR0: freeze PMC1 to PMC4, PMC5 and PMC6.
const FC1_4: u64 = 0x20;
const FC5_6: u64 = 0x10;
/// MMCR0: PMC5 and PMC6 count whatever CTRL\[RUN\] says.
const CC5_6RUN: u64 = 0x100;
/// MMCR0: alerts are enabled, and one occurred.
const PMAE: u64 = 0x0400_0000;
const PMAO: u64 = 0x80;
/// MMCR0: an alert is an event-based branch.
const EBE: u64 = 0x0010_0000;
/// MMCR0: an alert freezes the counters.
const FCECE: u64 = 0x0200_0000;
/// MMCR0: a negative PMC1 is a condition; another one.
const PMC1CE: u64 = 0x8000;
const PMCJCE: u64 = 0x4000;
/// MMCR0\[PMCC\] = 0b11: PMC5 and PMC6 are not part of it.
const PMCC: u64 = 0x000c_0000;
/// CTRL\[RUN\].
const RUN: u64 = 1;
/// A counter is negative.
const NEGATIVE: u64 = 0x8000_0000;

/// BESCR: global enable; performance monitor events are enabled, and one occurred.
const BESCR_GE: u64 = 1 << 63;
const BESCR_PMEE: u64 = 1 << 32;
const BESCR_PMEO: u64 = 1;

/// How many counters there are.
const COUNTERS: u8 = 6;

/// Events of PMC1 to PMC4 that count: (counter or 0 for any, event, whether it wants CTRL\[RUN\]). Cycles and instructions
/// count the same.
const EVENTS: [(u8, u64, bool); 6] = [
    (0, 0x02, false), // instructions
    (0, 0x1e, false), // cycles
    (1, 0xf0, false), // cycles
    (1, 0xfe, false), // instructions
    (2, 0xf4, true),  // cycles
    (4, 0xfa, true),  // instructions
];

/// The number of PMC`n`.
fn pmc(n: u8) -> SprNum {
    SprNum::wrapping(u64::from(book3s::PMC1.get()) + u64::from(n) - 1)
}

impl Cpu {
    /// Whether it is this performance monitor that the model has, and it may count.
    #[inline]
    pub(crate) fn has_running_monitor(&self) -> bool {
        self.has_monitor() && self.spr_value(book3s::MMCR0) & FC == 0
    }

    fn has_monitor(&self) -> bool {
        self.model.interrupts == InterruptModel::Server && self.model.isa.contains(Isa::V2_07)
    }

    /// Whether PMC`n` counts as things are.
    fn is_counting(&self, n: u8) -> bool {
        if !self.has_running_monitor() {
            return false;
        }
        let (mmcr0, msr) = (self.spr_value(book3s::MMCR0), self.state.regs.msr);
        let is_running = self.spr_value(book3s::CTRL) & RUN != 0;
        // MMCR2 has nine bits for each counter, first those of supervisor, problem and hypervisor state.
        let own = self.spr_value(book3s::MMCR2) << (9 * (n - 1)) >> 55;
        let (by_state, own_state) = match self.level() {
            Level::Problem => (FCP, 0x80),
            Level::Supervisor => (FCS, 0x100),
            Level::Hypervisor => (FCH, 0x04),
        };
        let by_mark = if msr.contains(Msr::PMM) { FCM1 } else { FCM0 };
        let by_group = if n > 4 { FC5_6 } else { FC1_4 };
        mmcr0 & (by_state | by_mark | by_group) == 0
            && own & own_state == 0
            && if n > 4 {
                is_running || mmcr0 & CC5_6RUN != 0
            } else {
                self.has_countable_event(n, is_running)
            }
    }

    /// Whether MMCR1 selects an event for PMC`n` that is counted here.
    fn has_countable_event(&self, n: u8, is_running: bool) -> bool {
        let event = self.spr_value(book3s::MMCR1) >> (8 * (4 - n)) & 0xff;
        EVENTS.iter().any(|(counter, selected, wants_run)| {
            (*counter == 0 || *counter == n) && *selected == event && (is_running || !wants_run)
        })
    }

    /// PMC`n` as it is now.
    pub(crate) fn counter(&self, n: u8) -> u64 {
        let value = self.spr_value(pmc(n));
        if self.is_counting(n) {
            let since = self.state.insns.wrapping_sub(self.state.counted);
            u64::from(low(value.wrapping_add(since)))
        } else {
            value
        }
    }

    /// The state with its counters up to date, and nothing else done about them.
    pub(crate) fn counted(&self) -> State {
        let mut state = self.state.clone();
        state.count_events();
        state.monitor.count(state.insns, state.regs.msr);
        if self.has_running_monitor() {
            for n in 1..=COUNTERS {
                if let Some(at) = self.model.sprs.position(pmc(n)) {
                    state.spr[at] = self.counter(n);
                }
            }
        }
        state
    }

    /// Brings the counters up to date, and lets what follows from them happen.
    pub(crate) fn count_monitored(&mut self) {
        let counts = [1, 2, 3, 4, 5, 6].map(|n| self.counter(n));
        self.state.counted = self.state.insns;
        for (n, value) in (1..=COUNTERS).zip(counts) {
            self.set_spr_value(pmc(n), value);
        }
        let mmcr0 = self.spr_value(book3s::MMCR0);
        if mmcr0 & PMAE != 0
            && (1..=COUNTERS).any(|n| self.is_condition(n) && self.counter(n) & NEGATIVE != 0)
        {
            self.alert(mmcr0);
        }
    }

    /// Whether PMC`n` makes a condition when it is negative.
    fn is_condition(&self, n: u8) -> bool {
        let mmcr0 = self.spr_value(book3s::MMCR0);
        let enable = if n == 1 { PMC1CE } else { PMCJCE };
        mmcr0 & enable != 0 && !(n > 4 && mmcr0 & PMCC == PMCC)
    }

    /// A performance monitor alert: it disables the next, and is an exception or an event.
    fn alert(&mut self, mmcr0: u64) {
        let frozen = if mmcr0 & FCECE != 0 { FC } else { 0 };
        self.disturb();
        self.set_spr_value(book3s::MMCR0, mmcr0 & !PMAE | PMAO | frozen);
        if mmcr0 & EBE != 0 {
            let bescr = self.spr_value(book3s::BESCR);
            self.set_spr_value(book3s::BESCR, bescr | BESCR_PMEO);
        }
    }

    /// The count of instructions at which a condition comes next, as the counters are.
    pub(crate) fn next_condition(&self) -> u64 {
        if !self.has_monitor() || self.spr_value(book3s::MMCR0) & PMAE == 0 {
            return u64::MAX;
        }
        let ahead = (1..=COUNTERS)
            .filter(|n| self.is_condition(*n) && self.is_counting(*n))
            .map(|n| NEGATIVE.saturating_sub(self.counter(n)))
            .min();
        ahead.map_or(u64::MAX, |ahead| self.state.insns.saturating_add(ahead))
    }

    /// Sets PMC`n`, as a write of it does.
    pub(crate) fn set_counter(&mut self, n: u8, value: u64) {
        self.count_events();
        self.set_spr_value(pmc(n), low(value).into());
        self.count_events();
    }

    /// Whether an event-based branch is to be taken: an event that occurred in problem state, which may have it
    /// (Power ISA 3.0B Book II 7.2).
    pub(crate) fn is_event_due(&self) -> bool {
        const WANTED: u64 = BESCR_GE | BESCR_PMEE | BESCR_PMEO;
        self.has_monitor()
            && self.spr_value(book3s::BESCR) & WANTED == WANTED
            && self.level() == Level::Problem
            && self.needs(crate::spr::Facility::EventBasedBranch).is_ok()
    }

    /// Takes it: problem state goes on at EBBHR, and EBBRR has where it was.
    pub(crate) fn branch_on_event(&mut self) {
        let bescr = self.spr_value(book3s::BESCR);
        self.set_spr_value(book3s::BESCR, bescr & !BESCR_GE);
        self.set_spr_value(book3s::EBBRR, self.state.regs.cia);
        let handler = self.spr_value(book3s::EBBHR);
        self.state.regs.cia = self.state.regs.ea(handler) & !3;
        self.state.is_waiting = false;
        self.state.element = 0;
        self.disturb();
    }
}
