//! The performance monitor of servers: Power ISA 2.06, 2.07 and 3.0B Book III, Performance Monitor Facility; Linux `asm/reg.h`
//! for the bits; for the events QEMU `power8-pmu.c`, Linux `perf/power7-events-list.h` and `perf/ppc970-pmu.c`, FreeBSD `spr.h`
//! and libpfm `ppc970_events.h`.
//!
//! PMC1 to PMC4 count completed instructions or cycles, as MMCR1 selects; PMC5 counts instructions and PMC6 cycles while
//! CTRL\[RUN\] is 1. The 970 has eight counters, and all have a selector. A cycle of
//! virtual time is an instruction (our choice). As on the e500 ([`crate::counters`]) they are brought up to date when somebody
//! looks, so that they cost nothing while MMCR0\[FC\] freezes them, as it does out of reset, or while the 970 selects nothing.
//! Not here: other events, sampling (SIAR, SDAR, SIER stay as they are), thresholds, the time base's events (MMCR0\[TBEE\]), the
//! trigger, and what MMCR0\[FCWAIT\] keeps from counting without CTRL\[RUN\].

use crate::alu::low;
use crate::cpu::Cpu;
use crate::model::InterruptModel;
use crate::spr::Level;
use crate::state::State;
use ppc_decode::Isa;
use spr_exit::num::book3s::{self, MMCR0, MMCR1};
use spr_exit::{Msr, SprNum};

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

/// What every monitor has of MMCR0.
const COMMON: u64 = FC | FCS | FCP | FCM1 | FCM0 | FCH | PMAE | FCECE | PMC1CE | PMCJCE | PMAO;

/// A model's performance monitor.
struct Pmu {
    /// How many counters there are. Those without a selector are PMC5 and PMC6.
    counters: u8,
    /// The bits of MMCR0 that control something, of those above.
    mmcr0: u64,
    /// What selects the event of PMC1, PMC2 and so on: a register, and the lowest bit of a field.
    selectors: &'static [(SprNum, u8)],
    /// The bits of a field.
    event: u64,
    /// Events that count: counter or 0 for any, event, whether it wants CTRL\[RUN\]. Cycles and instructions count the same.
    events: &'static [(u8, u64, bool)],
}

/// Since version 2.07: MMCR1\[PMC1SEL to PMC4SEL\].
static V2_07: Pmu = Pmu {
    counters: 6,
    mmcr0: COMMON | FC1_4 | FC5_6 | CC5_6RUN | EBE | PMCC,
    selectors: &[(MMCR1, 24), (MMCR1, 16), (MMCR1, 8), (MMCR1, 0)],
    event: 0xff,
    events: &[
        (0, 0x02, false), // instructions
        (0, 0x1e, false), // cycles
        (1, 0xf0, false), // cycles
        (1, 0xfe, false), // instructions
        (2, 0xf4, true),  // cycles
        (4, 0xfa, true),  // instructions
    ],
};

/// POWER7. That FC1-4 and FC5-6 are there as on POWER5 (libpfm `reg.h`) and POWER8 is our choice.
static POWER7: Pmu = Pmu {
    mmcr0: COMMON | FC1_4 | FC5_6,
    events: &[
        (0, 0x02, false), // PM_INST_CMPL
        (0, 0x1e, false), // PM_CYC
        (2, 0xf4, true),  // PM_RUN_CYC
        (4, 0xfa, true),  // PM_RUN_INST_CMPL
    ],
    ..V2_07
};

/// The 970: MMCR0\[PMC1SEL PMC2SEL\], MMCR1\[PMC3SEL to PMC8SEL\].
#[rustfmt::skip]
static PPC970: Pmu = Pmu {
    counters: 8,
    mmcr0: COMMON,
    selectors: &[
        (MMCR0, 8), (MMCR0, 1), (MMCR1, 27), (MMCR1, 22), (MMCR1, 17), (MMCR1, 12), (MMCR1, 7), (MMCR1, 2),
    ],
    event: 0x1f,
    events: &[
        (0, 0x09, false), // PM_INST_CMPL
        (0, 0x0f, false), // PM_CYC
        (1, 0x05, true),  // PM_RUN_CYC
    ],
};

impl Pmu {
    /// Whether PMC`n` has no selector: it counts what it counts.
    fn is_fixed(&self, n: u8) -> bool {
        usize::from(n) > self.selectors.len()
    }

    /// Whether PMC`n` makes a condition when it is negative.
    fn is_condition(&self, mmcr0: u64, n: u8) -> bool {
        let enable = if n == 1 { PMC1CE } else { PMCJCE };
        mmcr0 & enable != 0 && !(self.is_fixed(n) && mmcr0 & PMCC == PMCC)
    }
}

/// The number of PMC`n`.
fn pmc(n: u8) -> SprNum {
    SprNum::wrapping(u64::from(book3s::PMC1.get()) + u64::from(n) - 1)
}

impl Cpu {
    /// The performance monitor that the model has, of these.
    #[inline]
    fn pmu(&self) -> Option<&'static Pmu> {
        match self.model.interrupts {
            InterruptModel::Ppc970 => Some(&PPC970),
            InterruptModel::Server if self.model.isa.contains(Isa::V2_07) => Some(&V2_07),
            InterruptModel::Server => Some(&POWER7),
            InterruptModel::Classic | InterruptModel::BookE | InterruptModel::Ppc405 => None,
        }
    }

    /// The same, if it may count.
    #[inline]
    fn running_pmu(&self) -> Option<&'static Pmu> {
        self.pmu().filter(|pmu| {
            let mmcr0 = self.spr_value(MMCR0);
            mmcr0 & FC == 0 && (pmu.is_fixed(pmu.counters) || mmcr0 | self.spr_value(MMCR1) != 0)
        })
    }

    /// Whether it is this performance monitor that the model has, and it may count.
    #[inline]
    pub(crate) fn has_running_monitor(&self) -> bool {
        self.running_pmu().is_some()
    }

    /// MMCR0, of which this monitor has these bits.
    fn mmcr0(&self, pmu: &Pmu) -> u64 {
        self.spr_value(MMCR0) & pmu.mmcr0
    }

    /// Whether PMC`n` counts as things are.
    fn is_counting(&self, n: u8) -> bool {
        let Some(pmu) = self.running_pmu() else {
            return false;
        };
        let (mmcr0, msr) = (self.mmcr0(pmu), self.state.regs.msr);
        let is_running = self.spr_value(book3s::CTRL) & RUN != 0;
        // MMCR2 has nine bits for each counter, first those of supervisor, problem and hypervisor state.
        let own = self.spr_value(book3s::MMCR2) << (9 * (n - 1)) >> 55;
        let (by_state, own_state) = match self.level() {
            Level::Problem => (FCP, 0x80),
            Level::Supervisor => (FCS, 0x100),
            Level::Hypervisor => (FCH, 0x04),
        };
        let by_mark = if msr.contains(Msr::PMM) { FCM1 } else { FCM0 };
        let by_group = if pmu.is_fixed(n) { FC5_6 } else { FC1_4 };
        mmcr0 & (by_state | by_mark | by_group) == 0
            && own & own_state == 0
            && if pmu.is_fixed(n) {
                is_running || mmcr0 & CC5_6RUN != 0
            } else {
                self.has_countable_event(pmu, n, is_running)
            }
    }

    /// Whether an event is selected for PMC`n` that is counted here.
    fn has_countable_event(&self, pmu: &Pmu, n: u8, is_running: bool) -> bool {
        let Some((register, at)) = pmu.selectors.get(usize::from(n) - 1) else {
            return false;
        };
        let event = self.spr_value(*register) >> at & pmu.event;
        pmu.events.iter().any(|(counter, selected, wants_run)| {
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
        if let Some(pmu) = self.running_pmu() {
            for n in 1..=pmu.counters {
                if let Some(at) = self.model.sprs.position(pmc(n)) {
                    state.spr[at] = self.counter(n);
                }
            }
        }
        state
    }

    /// Brings the counters up to date, and lets what follows from them happen.
    pub(crate) fn count_monitored(&mut self) {
        let Some(pmu) = self.pmu() else {
            return;
        };
        for n in 1..=pmu.counters {
            let value = self.counter(n);
            self.set_spr_value(pmc(n), value);
        }
        self.state.counted = self.state.insns;
        let mmcr0 = self.mmcr0(pmu);
        if mmcr0 & PMAE != 0
            && (1..=pmu.counters).any(|n| pmu.is_condition(mmcr0, n) && self.counter(n) & NEGATIVE != 0)
        {
            self.alert(pmu);
        }
    }

    /// A performance monitor alert: it disables the next, and is an exception or an event.
    fn alert(&mut self, pmu: &Pmu) {
        let mmcr0 = self.spr_value(MMCR0);
        let frozen = if mmcr0 & FCECE != 0 { FC } else { 0 };
        self.disturb();
        self.set_spr_value(MMCR0, mmcr0 & !PMAE | PMAO | frozen);
        if self.mmcr0(pmu) & EBE != 0 {
            let bescr = self.spr_value(book3s::BESCR);
            self.set_spr_value(book3s::BESCR, bescr | BESCR_PMEO);
        }
    }

    /// The count of instructions at which a condition comes next, as the counters are.
    pub(crate) fn next_condition(&self) -> u64 {
        let Some(pmu) = self.running_pmu() else {
            return u64::MAX;
        };
        let mmcr0 = self.mmcr0(pmu);
        let ahead = (1..=pmu.counters)
            .filter(|n| mmcr0 & PMAE != 0 && pmu.is_condition(mmcr0, *n) && self.is_counting(*n))
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

    /// Whether a performance monitor exception waits: MMCR0\[PMAO\] without MMCR0\[EBE\], which makes it an event-based
    /// branch instead (Book III ch. 9).
    pub(crate) fn is_performance_monitor_pending(&self) -> bool {
        self.pmu()
            .is_some_and(|pmu| self.mmcr0(pmu) & (PMAO | EBE) == PMAO)
    }

    /// Whether an event-based branch is to be taken: an event that occurred in problem state, which may have it
    /// (Power ISA 3.0B Book II 7.2).
    pub(crate) fn is_event_due(&self) -> bool {
        const WANTED: u64 = BESCR_GE | BESCR_PMEE | BESCR_PMEO;
        self.pmu().is_some_and(|pmu| pmu.mmcr0 & EBE != 0)
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
