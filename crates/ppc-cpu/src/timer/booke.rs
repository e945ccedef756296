//! Fixed-interval timer and watchdog of Book E and of the 405, and where their registers are.
//!
//! EREF 2.0 chapter 8, E500CORERM chapter 9; PPC440x5UM 7.3 to 7.6; PPC405 UM 6.2 to 6.5. Both timers are a bit of the time
//! base that TCR selects: when it becomes one, be it by counting or by an `mtspr` (PPC440x5UM 7.3, 7.4), the fixed-interval
//! timer sets TSR\[FIS\], and the watchdog goes on to its next stage. A change of TCR is no transition: our choice.

use super::Event;
use crate::cpu::Cpu;
use crate::model::InterruptModel;
use crate::spr::{Behaviour, Special};
use spr_exit::{Msr, ResetKind, SprNum, num};

/// The registers of Book E's timers.
pub(super) struct Numbers {
    pub(super) tsr: SprNum,
    pub(super) tcr: SprNum,
    /// What the decrementer is reloaded with stands behind this number.
    pub(super) reload: SprNum,
}

/// TCR: which reset the watchdog's last stage asks for.
const TCR_WRC: u64 = 0x3000_0000;
/// TCR: watchdog interrupt enable.
const TCR_WIE: u64 = 0x0800_0000;
/// TCR: decrementer interrupt enable. These bits are the PIT's on the 405 (PIE, ARE, PIS: PPC405 UM 6.2 and chapter 10).
pub(super) const TCR_DIE: u64 = 0x0400_0000;
/// TCR: fixed-interval timer interrupt enable.
const TCR_FIE: u64 = 0x0080_0000;
/// TCR: decrementer auto-reload enable.
pub(super) const TCR_ARE: u64 = 0x0040_0000;

/// TSR: the watchdog's first stage is over, the next one counts.
const TSR_ENW: u64 = 0x8000_0000;
/// TSR: watchdog interrupt status.
const TSR_WIS: u64 = 0x4000_0000;
/// TSR: the reset that the watchdog asked for, as TCR\[WRC\] had it.
const TSR_WRS: u64 = 0x3000_0000;
/// TSR: decrementer interrupt status.
pub(super) const TSR_DIS: u64 = 0x0800_0000;
/// TSR: fixed-interval timer interrupt status.
const TSR_FIS: u64 = 0x0400_0000;

/// How TCR selects the bits of the time base that fixed-interval timer and watchdog count by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intervals {
    /// Any of the 64, 0 being the most significant: FPEXT ‖ FP, WPEXT ‖ WP.
    Any,
    /// One of four, by FP and WP: the power of two that the bit stands for.
    OneOf {
        /// Of the fixed-interval timer.
        fit: [u8; 4],
        /// Of the watchdog.
        watchdog: [u8; 4],
    },
}

impl Intervals {
    /// Bits of TCR that there are.
    const fn tcr_bits(self) -> u64 {
        match self {
            Self::Any => 0xffdf_e000,
            Self::OneOf { .. } => 0xffc0_0000,
        }
    }

    /// The bit, as a power of two, that the fixed-interval timer counts by.
    fn fit(self, tcr: u64) -> u32 {
        let fp = tcr >> 24 & 3;
        match self {
            Self::Any => 63 - small((tcr >> 13 & 0xf) << 2 | fp),
            Self::OneOf { fit, .. } => fit[fp as usize & 3].into(),
        }
    }

    /// The same of the watchdog.
    fn watchdog(self, tcr: u64) -> u32 {
        let wp = tcr >> 30 & 3;
        match self {
            Self::Any => 63 - small((tcr >> 17 & 0xf) << 2 | wp),
            Self::OneOf { watchdog, .. } => watchdog[wp as usize & 3].into(),
        }
    }
}

/// A number below 64.
fn small(value: u64) -> u32 {
    crate::alu::low(value & 63)
}

/// How far a time base is from the next time that the bit 2^`bit` becomes one; `None` beyond the clock.
fn until_set(time_base: u64, bit: u32) -> Option<u64> {
    let half = 1u64 << bit;
    let rest = half.wrapping_sub(time_base) & (half | (half - 1));
    if rest == 0 {
        half.checked_mul(2)
    } else {
        Some(rest)
    }
}

/// What the timers ask for, MSR aside.
pub(crate) struct Asking {
    pub(crate) watchdog: bool,
    pub(crate) fixed_interval: bool,
    pub(crate) decrementer: bool,
}

impl Cpu {
    /// Where the timers' registers are.
    pub(super) fn timer_numbers(&self) -> Numbers {
        if self.model.interrupts == InterruptModel::Ppc405 {
            Numbers {
                tsr: num::ppc4xx::TSR_40X,
                tcr: num::ppc4xx::TCR_40X,
                reload: num::ppc4xx::PIT,
            }
        } else {
            Numbers {
                tsr: num::booke::TSR,
                tcr: num::booke::TCR,
                reload: num::booke::DECAR,
            }
        }
    }

    /// Which of the timers of a CPU that has them ask for their interrupt.
    pub(crate) fn asking_timers(&self) -> Asking {
        let numbers = self.timer_numbers();
        let (tsr, tcr) = (self.spr_value(numbers.tsr), self.spr_value(numbers.tcr));
        Asking {
            watchdog: tsr & TSR_WIS != 0 && tcr & TCR_WIE != 0,
            fixed_interval: tsr & TSR_FIS != 0 && tcr & TCR_FIE != 0,
            decrementer: tsr & TSR_DIS != 0 && tcr & TCR_DIE != 0,
        }
    }

    /// How TCR selects intervals, on a CPU that has one.
    fn intervals(&self) -> Option<Intervals> {
        let row = self
            .model
            .interrupts
            .has_booke_timers()
            .then(|| self.model.sprs.row(self.timer_numbers().tcr))??;
        match row.behaviour {
            Behaviour::Special(Special::Tcr(intervals)) => Some(intervals),
            _ => None,
        }
    }

    /// A guest's write of TCR. A bit of WRC stays once it is set, until a reset (PPC440x5UM 7.5; PPC405 UM 6.3).
    pub(crate) fn write_tcr(&mut self, intervals: Intervals, position: usize, value: u64) {
        let sticky = self.state.spr[position] & TCR_WRC;
        self.state.spr[position] = value & intervals.tcr_bits() | sticky;
        self.arm_intervals();
    }

    /// Finds the next events of fixed-interval timer and watchdog, after a change of TCR, TSR or the time base. One that
    /// has passed and was not seen yet still happens. Where an event would change nothing there is none, so that a timer
    /// that nobody looks at does not cost anything.
    pub(crate) fn arm_intervals(&mut self) {
        self.disturb();
        let now = self.state.timer.counted(self.state.insns);
        for event in [Event::FixedInterval, Event::Watchdog] {
            let has_passed = self.state.timer.deadlines[event as usize].is_some_and(|at| at <= now);
            if !has_passed {
                self.arm_interval(event, now);
            }
        }
    }

    /// Finds the next event of one of them after tick `after`.
    fn arm_interval(&mut self, event: Event, after: u64) {
        let deadline = self.selected(event).and_then(|bit| {
            let time_base = after.wrapping_add(self.state.timer.tb_offset);
            after.checked_add(until_set(time_base, bit)?)
        });
        self.state.timer.set_deadline(event, deadline);
    }

    /// The bit of the time base that brings this event, as a power of two, if it changes anything now.
    fn selected(&self, event: Event) -> Option<u32> {
        let intervals = self.intervals()?;
        let numbers = self.timer_numbers();
        let (tsr, tcr) = (self.spr_value(numbers.tsr), self.spr_value(numbers.tcr));
        match event {
            Event::Decrementer | Event::HypervisorDecrementer | Event::IrqChip => None,
            Event::FixedInterval => (tsr & TSR_FIS == 0).then(|| intervals.fit(tcr)),
            Event::Watchdog => {
                let is_last = tsr & (TSR_ENW | TSR_WIS) == TSR_ENW | TSR_WIS;
                (!is_last || tcr & TCR_WRC != 0).then(|| intervals.watchdog(tcr))
            }
        }
    }

    /// The time base becomes another by the guest's hand: a selected bit that becomes one is an event.
    pub(crate) fn write_time_base(&mut self, value: u64) {
        let old = self.time_base();
        self.set_time_base(value);
        for event in [Event::FixedInterval, Event::Watchdog] {
            if let Some(bit) = self.selected(event)
                && !old & value & 1 << bit != 0
            {
                self.expire_interval(event);
            }
        }
        self.arm_intervals();
    }

    /// The fixed-interval timer or the watchdog expired at tick `deadline`, and it is `now`: turns that the clock jumped over
    /// happen one after the other, as many as change anything.
    pub(super) fn expire_intervals(&mut self, event: Event, now: u64, deadline: u64) {
        let mut passed = Some(deadline);
        while let Some(at) = passed.filter(|at| *at <= now) {
            self.expire_interval(event);
            self.arm_interval(event, at);
            passed = self.state.timer.deadlines[event as usize];
        }
    }

    fn expire_interval(&mut self, event: Event) {
        let numbers = self.timer_numbers();
        let tsr = self.spr_value(numbers.tsr);
        let status = match event {
            Event::Decrementer | Event::HypervisorDecrementer | Event::IrqChip => return,
            Event::FixedInterval => TSR_FIS,
            // PPC440x5UM table 7-3, PPC405 UM 6.3.
            Event::Watchdog if tsr & TSR_ENW == 0 => TSR_ENW,
            Event::Watchdog if tsr & TSR_WIS == 0 => TSR_WIS,
            // The reset clears WRC; so a caller that lets the guest go on hears of it once.
            Event::Watchdog => {
                let tcr = self.spr_value(numbers.tcr);
                self.set_spr_value(numbers.tcr, tcr & !TCR_WRC);
                self.set_spr_value(numbers.tsr, tsr & !TSR_WRS | tcr & TCR_WRC);
                self.state.timer.is_watchdog_expired = true;
                return;
            }
        };
        self.set_spr_value(numbers.tsr, tsr | status);
    }

    /// Whether the watchdog's last stage was reached and nobody was told yet; from now on somebody was.
    pub(crate) fn take_watchdog_exit(&mut self) -> bool {
        let timer = &mut self.state.timer;
        let is_expired = core::mem::take(&mut timer.is_watchdog_expired);
        if is_expired {
            timer.rearm();
        }
        is_expired
    }

    /// Whether the watchdog can wake a CPU that waits: by its interrupt or by its reset.
    pub(super) fn is_watchdog_enabled(&self) -> bool {
        let tcr = self.spr_value(self.timer_numbers().tcr);
        tcr & TCR_WRC != 0 || tcr & TCR_WIE != 0 && self.is_enabled(Msr::CE)
    }

    /// Whether the fixed-interval timer's interrupt would be taken.
    pub(super) fn is_fixed_interval_enabled(&self) -> bool {
        self.spr_value(self.timer_numbers().tcr) & TCR_FIE != 0 && self.is_enabled(Msr::EE)
    }

    /// The reset that the watchdog asked for last, as TSR\[WRS\] tells the guest after it; `None` on CPUs without a watchdog
    /// too. On the e500 the field's value 1 is a checkstop rather than a reset of the core (E500CORERM 2.6.1).
    pub fn watchdog_reset(&self) -> Option<ResetKind> {
        if !self.model.interrupts.has_booke_timers() {
            return None;
        }
        let wrs = self.spr_value(self.timer_numbers().tsr) & TSR_WRS;
        ResetKind::try_from((wrs >> 28).to_le_bytes()[0]).ok()
    }

    /// TSR\[WRS\], which outlasts a reset (PPC440x5UM 3.1).
    pub(crate) fn watchdog_status(&self) -> u64 {
        self.spr_value(self.timer_numbers().tsr) & TSR_WRS
    }

    /// Out of a reset: TSR has that field alone, and the timers begin.
    pub(crate) fn start_intervals(&mut self, status: u64) {
        if self.model.interrupts.has_booke_timers() {
            self.set_spr_value(self.timer_numbers().tsr, status);
            self.arm_intervals();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bit_becomes_one_after_as_many_ticks_as_are_missing() {
        for (time_base, bit, ticks) in [
            (0, 0, Some(1)),
            (1, 0, Some(2)),
            (2, 0, Some(1)),
            (0, 8, Some(0x100)),
            (0xff, 8, Some(1)),
            (0x100, 8, Some(0x200)),
            (0x180, 8, Some(0x180)),
            (0x1ff, 8, Some(0x101)),
            (0, 63, Some(1 << 63)),
            (1 << 63, 63, None),
            (u64::MAX, 63, Some((1 << 63) + 1)),
        ] {
            assert_eq!(until_set(time_base, bit), ticks, "{time_base:x} {bit}");
        }
    }

    #[test]
    fn every_tcr_selects_a_bit_of_the_time_base() {
        // E500CORERM 2.6.1: 0b0000_00 is the most significant bit, 0b1111_11 the least. Linux: TCR_GET_WP of FSL_BOOKE.
        assert_eq!((Intervals::Any.fit(0), Intervals::Any.watchdog(0)), (63, 63));
        assert_eq!(Intervals::Any.fit(0x0301_e000), 0);
        assert_eq!(Intervals::Any.watchdog(0xc01e_0000), 0);
        assert_eq!(Intervals::Any.fit(0x0200_2000), 63 - 6);
        assert_eq!(Intervals::Any.watchdog(0x8002_0000), 63 - 6);
    }
}
