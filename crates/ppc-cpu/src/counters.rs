//! The performance monitor of the e500 family: E500CORERM chapter 7, E500MCRM chapter 9.
//!
//! Its counters count completed instructions and processor cycles; a cycle of virtual time is an instruction (our choice:
//! a CPU that waits has none). They are brought up to date when somebody looks: at reads and writes, at changes of the MSR,
//! which may freeze them, and when a sign bit changes that an interrupt may follow. So while they are off they cost
//! nothing, and little while they are on. An instruction is counted as the state is that it leaves.
//! Not here: other events, thresholds, chaining, and events of the time base (PMGC0\[TBEE\]).

use crate::cpu::Cpu;
use crate::state::State;
use spr_exit::Msr;

/// The registers by their place in the state.
const PMLCA: usize = 4;
const PMLCB: usize = 8;
const PMGC0: usize = 12;
/// How many counters there are.
const COUNTERS: usize = 4;

/// PMC: overflow.
const OV: u32 = 0x8000_0000;

/// PMGC0: freeze all counters.
const FAC: u32 = 0x8000_0000;
/// PMGC0: interrupt enable.
const PMIE: u32 = 0x4000_0000;
/// PMGC0: freeze counters on an enabled condition.
const FCECE: u32 = 0x2000_0000;

/// PMLCa: freeze the counter.
const FC: u32 = 0x8000_0000;
/// PMLCa: in supervisor state, in problem state, while MSR\[PMM\] is 1, while it is 0.
const FCS: u32 = 0x4000_0000;
const FCU: u32 = 0x2000_0000;
const FCM1: u32 = 0x1000_0000;
const FCM0: u32 = 0x0800_0000;
/// PMLCa: overflow is a condition.
const CE: u32 = 0x0400_0000;
/// PMLCa: the event (nine bits on the e500mc, seven on the e500v2, whose others are reserved).
const EVENT: u32 = 0x01ff_0000;
const CYCLES: u32 = 1 << 16;
const INSTRUCTIONS: u32 = 2 << 16;

impl State {
    /// Whether any counter may count.
    #[inline]
    pub(crate) fn has_counters(&self) -> bool {
        self.pmr[PMLCA..PMLCA + COUNTERS] != [0; COUNTERS]
    }

    /// Whether counter `n` counts as things are.
    fn counts(&self, n: usize) -> bool {
        let control = self.pmr[PMLCA + n];
        let [by_state, by_mark] = [(Msr::PR, [FCS, FCU]), (Msr::PMM, [FCM0, FCM1])]
            .map(|(bit, freeze)| freeze[usize::from(self.regs.msr.contains(bit))]);
        self.pmr[PMGC0] & FAC == 0
            && control & (FC | by_state | by_mark) == 0
            && matches!(control & EVENT, CYCLES | INSTRUCTIONS)
    }

    /// Brings the counters up to date.
    #[cold]
    pub(crate) fn count_events(&mut self) {
        let since = crate::alu::low(self.insns.wrapping_sub(self.counted));
        self.counted = self.insns;
        for n in 0..COUNTERS {
            if self.counts(n) {
                self.pmr[n] = self.pmr[n].wrapping_add(since);
            }
        }
        if self.pmr[PMGC0] & FCECE != 0 && self.has_overflow() {
            self.pmr[PMGC0] |= FAC;
        }
    }

    /// Whether an enabled condition is there (E500CORERM 7.4).
    fn has_overflow(&self) -> bool {
        (0..COUNTERS).any(|n| self.pmr[PMLCA + n] & CE != 0 && self.pmr[n] & OV != 0)
    }

    /// The count of instructions at which an enabled condition comes or goes next, as they were last counted.
    fn next_overflow(&self) -> u64 {
        let ahead = (0..COUNTERS)
            .filter(|n| self.pmr[PMLCA + n] & CE != 0 && self.counts(*n))
            .map(|n| OV - (self.pmr[n] & !OV))
            .min();
        ahead.map_or(u64::MAX, |ahead| self.counted.saturating_add(ahead.into()))
    }
}

impl Cpu {
    /// Brings the counters up to date, and finds out when to look again.
    pub(crate) fn count_events(&mut self) {
        if self.state.monitor.is_on {
            self.count_classic();
        } else if self.has_running_monitor() {
            self.count_monitored();
        } else {
            self.state.count_events();
        }
        self.arm_counters();
    }

    /// Whether any counter may count.
    #[inline]
    pub(crate) fn has_counters(&self) -> bool {
        self.state.has_counters() || self.state.monitor.is_on || self.has_running_monitor()
    }

    /// Finds out when to look at the counters again.
    #[cold]
    pub(crate) fn arm_counters(&mut self) {
        let next = if self.state.monitor.is_on {
            self.state.monitor.next_look(self.state.regs.msr)
        } else if self.state.has_counters() {
            self.state.next_overflow()
        } else {
            self.next_condition()
        };
        self.state.timer.set_counters_at(next);
    }

    /// The register at this place.
    pub(crate) fn read_pmr(&mut self, position: usize) -> u32 {
        self.count_events();
        self.state.pmr[position]
    }

    /// The bits that the register at this place has. PMLCa's event has nine bits where MSR\[GS\] is, and two that freeze by it.
    fn pmr_writable(&self, position: usize) -> u32 {
        match position {
            PMGC0 => 0xe000_1900,
            PMLCB.. => 0x0000_073f,
            PMLCA.. if self.model().msr_implemented.contains(Msr::GS) => 0xfdff_0003,
            PMLCA.. => 0xfc7f_0000,
            _ => u32::MAX,
        }
    }

    /// Writes the register at this place.
    pub(crate) fn write_pmr(&mut self, position: usize, value: u32) {
        self.disturb();
        self.state.count_events();
        self.state.pmr[position] = value & self.pmr_writable(position);
        self.count_events();
    }

    /// Whether the performance monitor asks for its interrupt, MSR\[EE\] aside. Table 7-3 of E500CORERM clears PMGC0\[PMIE\] as
    /// it comes, its table 2-38 and 7.4 do not, and 7.2.7 has it go with its condition; so it does here.
    pub(crate) fn is_performance_monitor_asking(&self) -> bool {
        self.state.pmr[PMGC0] & PMIE != 0 && self.state.has_overflow()
    }
}
