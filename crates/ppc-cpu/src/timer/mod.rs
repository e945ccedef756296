//! Time: time base and decrementer on a virtual clock.
//!
//! The clock ticks once in so many completed instructions ([`Cpu::set_insns_per_tick`]), so that every run repeats exactly;
//! or it stands until the caller moves it ([`Cpu::advance_time`]). The time base is the clock plus what the guest
//! wrote; the decrementer counts the same ticks.
//!
//! What expires on it is an [`Event`]. A debug event may freeze the guest's timers, but never the clock.

mod booke;
mod decrementer;
mod hypervisor;

pub use booke::Intervals;

use crate::cpu::Cpu;
use crate::interrupt::server::Saving;
use crate::model::InterruptModel;
use spr_exit::Msr;

/// What happens by the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The decrementer expires.
    Decrementer,
    /// The hypervisor decrementer becomes negative.
    HypervisorDecrementer,
    /// A timer of the interrupt controller in the core expires.
    IrqChip,
    /// The bit of the time base that Book E's fixed-interval timer counts by becomes one.
    FixedInterval,
    /// The same of the watchdog.
    Watchdog,
}

impl Event {
    const ALL: [Self; 5] = [
        Self::Decrementer,
        Self::HypervisorDecrementer,
        Self::IrqChip,
        Self::FixedInterval,
        Self::Watchdog,
    ];
    /// Those of the core's own timers, which a debug event can freeze.
    const FROZEN: [Self; 3] = [Self::Decrementer, Self::FixedInterval, Self::Watchdog];
}

/// The first of `deadline`, `deadline + period`, … that lies after `now`: turns that the clock jumped over are one
/// exception.
/// `None` behind the end of the clock.
fn after(now: u64, deadline: u64, period: u64) -> Option<u64> {
    (now - (now - deadline) % period).checked_add(period)
}

/// What `mfspr` gives of a register that counts down in this many bits: 32 alone, more with their sign in front of them
/// (Power ISA 3.0B Book III 7.4).
fn shown(value: u64, bits: u32) -> u64 {
    match bits {
        32 => value & 0xffff_ffff,
        _ => ((value << (64 - bits)).cast_signed() >> (64 - bits)).cast_unsigned(),
    }
}

/// The clock, and what counts on it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Timer {
    /// Instructions per tick; 0 where the caller moves the clock.
    per_tick: u32,
    /// Ticks when the instruction counter was at `synced`.
    ticks: u64,
    synced: u64,
    /// Time base minus ticks.
    tb_offset: u64,
    /// Value of the decrementer at tick `dec_at`.
    dec: u64,
    dec_at: u64,
    /// The tick at which the timers of Book E stand while a debug event freezes them, `u64::MAX` while they run.
    #[cfg_attr(feature = "serde", serde(default = "never"))]
    stands_at: u64,
    /// Value of the hypervisor decrementer at tick `hdec_at`.
    #[cfg_attr(feature = "serde", serde(default))]
    hdec: u64,
    #[cfg_attr(feature = "serde", serde(default))]
    hdec_at: u64,
    /// The ticks at which something happens next, by [`Event`].
    deadlines: [Option<u64>; Event::ALL.len()],
    /// The same as a count of instructions, `u64::MAX` for never: what the run loop compares with. Follows from the
    /// others ([`Timer::rearm`]).
    #[cfg_attr(feature = "serde", serde(skip))]
    expires_at: u64,
    /// The count of instructions at which a performance monitor counter changes its sign bit. Follows from the counters.
    #[cfg_attr(feature = "serde", serde(skip, default = "never"))]
    counters_at: u64,
    /// Classic: the exception that waits to be taken.
    is_latched: bool,
    /// The watchdog's last stage is reached, and the exit that tells so is still to come.
    #[cfg_attr(feature = "serde", serde(default))]
    is_watchdog_expired: bool,
}

/// A count of instructions or a tick that does not come.
#[cfg(feature = "serde")]
fn never() -> u64 {
    u64::MAX
}

impl Timer {
    pub(crate) fn new() -> Self {
        Self {
            per_tick: 1,
            ticks: 0,
            synced: 0,
            tb_offset: 0,
            dec: 0,
            dec_at: 0,
            stands_at: u64::MAX,
            hdec: 0,
            hdec_at: 0,
            deadlines: [None; Event::ALL.len()],
            expires_at: u64::MAX,
            counters_at: u64::MAX,
            is_latched: false,
            is_watchdog_expired: false,
        }
    }

    pub(crate) fn set_per_tick(&mut self, per_tick: u32, insns: u64) {
        self.ticks = self.now(insns);
        self.synced = insns;
        self.per_tick = per_tick;
        self.rearm();
    }

    /// The clock goes on; the time base starts at 0 and the decrementer is at rest.
    pub(crate) fn reset(&mut self, insns: u64) {
        let now = self.now(insns);
        let (per_tick, ticks, synced) = (self.per_tick, self.ticks, self.synced);
        *self = Self {
            per_tick,
            ticks,
            synced,
            tb_offset: now.wrapping_neg(),
            dec_at: now,
            hdec_at: now,
            ..Self::new()
        };
    }

    /// Out of reset a server's decrementers count down from 0, so that their sign bits are set with the first tick; the
    /// others rest until they are written.
    pub(crate) fn start(&mut self, interrupts: InterruptModel) {
        if interrupts.is_server() {
            let first = Some(self.dec_at.saturating_add(1));
            self.set_deadline(Event::Decrementer, first);
            self.set_deadline(Event::HypervisorDecrementer, first);
        }
    }

    fn set_deadline(&mut self, event: Event, deadline: Option<u64>) {
        self.deadlines[event as usize] = deadline;
        self.rearm();
    }

    /// When an event comes, if the clock alone brings it.
    fn deadline(&self, event: Event) -> Option<u64> {
        let is_reached = |at: &u64| *at <= self.stands_at || !Event::FROZEN.contains(&event);
        self.deadlines[event as usize].filter(is_reached)
    }

    /// The core's own timers stand still, or go on from where they stood.
    pub(crate) fn set_frozen(&mut self, is_frozen: bool, insns: u64) {
        let is_standing = self.stands_at != u64::MAX;
        if is_frozen == is_standing {
            return;
        }
        let now = self.now(insns);
        if is_frozen {
            self.stands_at = now;
        } else {
            let stood = now.saturating_sub(self.stands_at);
            self.stands_at = u64::MAX;
            self.tb_offset = self.tb_offset.wrapping_sub(stood);
            self.dec_at = self.dec_at.wrapping_add(stood);
            for event in Event::FROZEN {
                let deadline = &mut self.deadlines[event as usize];
                *deadline = deadline.and_then(|at| at.checked_add(stood));
            }
        }
        self.rearm();
    }

    /// As a snapshot has it: without what follows from the rest.
    pub(crate) fn saved(&self) -> Self {
        Self {
            expires_at: 0,
            counters_at: u64::MAX,
            ..self.clone()
        }
    }

    /// Derives `expires_at`. Where the caller moves the clock, a deadline has passed or never comes by itself.
    pub(crate) fn rearm(&mut self) {
        if self.is_watchdog_expired {
            self.expires_at = 0;
            return;
        }
        let next = Event::ALL.into_iter().filter_map(|event| self.deadline(event));
        let deadline = match next.min() {
            None => u64::MAX,
            Some(deadline) if deadline <= self.ticks => 0,
            Some(_) if self.per_tick == 0 => u64::MAX,
            Some(deadline) => {
                let ahead = (deadline - self.ticks).saturating_mul(u64::from(self.per_tick));
                self.synced.saturating_add(ahead)
            }
        };
        self.expires_at = deadline.min(self.counters_at);
    }

    /// When a counter changes its sign bit, as a count of instructions.
    pub(crate) fn set_counters_at(&mut self, insns: u64) {
        self.counters_at = insns;
        self.rearm();
    }

    /// The tick that the core's own timers have reached at this count of instructions.
    #[inline]
    fn counted(&self, insns: u64) -> u64 {
        self.now(insns).min(self.stands_at)
    }

    /// The tick at this count of instructions.
    #[inline]
    fn now(&self, insns: u64) -> u64 {
        let since = insns.saturating_sub(self.synced);
        self.ticks
            .saturating_add(since.checked_div(u64::from(self.per_tick)).unwrap_or(0))
    }
}

impl Cpu {
    /// How many instructions make one tick of time base and decrementer; 0 lets time stand until
    /// [`Cpu::advance_time`] moves it. Default: 1.
    pub fn set_insns_per_tick(&mut self, per_tick: u32) {
        self.disturb();
        let insns = self.state.insns;
        self.state.timer.set_per_tick(per_tick, insns);
    }

    /// Moves the clock by `ticks`; timers that expire on the way do so before the next instruction, those that a debug event
    /// has frozen do not. The clock stops for ever at 2^64 - 1 (the time base, which the guest can set, goes around).
    pub fn advance_time(&mut self, ticks: u64) {
        self.disturb();
        self.state.timer.ticks = self.state.timer.ticks.saturating_add(ticks);
        self.state.timer.rearm();
    }

    /// The time base.
    pub fn time_base(&self) -> u64 {
        self.state
            .timer
            .counted(self.state.insns)
            .wrapping_add(self.state.timer.tb_offset)
    }

    /// Sets the time base; the decrementer goes on undisturbed.
    pub fn set_time_base(&mut self, tb: u64) {
        self.state.timer.tb_offset = tb.wrapping_sub(self.state.timer.counted(self.state.insns));
        self.arm_intervals();
    }

    /// The tick of the virtual clock.
    pub(crate) fn tick(&self) -> u64 {
        self.state.timer.now(self.state.insns)
    }

    /// When the next timer of the interrupt controller expires.
    pub(crate) fn set_irqchip_deadline(&mut self, tick: Option<u64>) {
        self.state.timer.set_deadline(Event::IrqChip, tick);
    }

    /// Lets happen what is due by the clock.
    #[inline]
    pub(crate) fn service_timer(&mut self) {
        if self.state.insns >= self.state.timer.expires_at {
            self.expire();
        }
    }

    #[cold]
    fn expire(&mut self) {
        self.disturb();
        let now = self.state.timer.now(self.state.insns);
        let counted = self.state.timer.counted(self.state.insns);
        for event in Event::ALL {
            if let Some(deadline) = self.state.timer.deadline(event)
                && deadline <= now
            {
                match event {
                    Event::Decrementer => self.expire_decrementer(counted, deadline),
                    Event::HypervisorDecrementer => self.expire_hypervisor_decrementer(now, deadline),
                    Event::IrqChip => self.expire_irqchip(),
                    Event::FixedInterval | Event::Watchdog => {
                        self.expire_intervals(event, counted, deadline);
                    }
                }
            }
        }
        if self.state.insns >= self.state.timer.counters_at {
            if self.state.monitor.is_on {
                self.signal_events();
            } else {
                self.count_events();
            }
        }
    }

    /// The count of instructions at which something happens by the clock, `u64::MAX` for never.
    #[inline]
    pub(crate) fn timer_deadline(&self) -> u64 {
        self.state.timer.expires_at
    }

    /// A waiting CPU has nothing to do until a timer expires: moves the clock to the first that can wake it. Whether it did.
    pub(crate) fn skip_to_event(&mut self) -> bool {
        // An event happens once until somebody looks: the decrementer, each of the controller's timers, the fixed-interval
        // timer, each stage of the watchdog. More there are only in a restored state that no guest could have made.
        for _ in 0..12 {
            let timer = &self.state.timer;
            let now = timer.now(self.state.insns);
            let wakes = Event::ALL.into_iter().filter(|event| self.wakes(*event));
            let next = wakes.filter_map(|event| timer.deadline(event)).min();
            let Some(deadline) = next.filter(|deadline| timer.per_tick != 0 && *deadline > now) else {
                return false;
            };
            self.advance_time(deadline - now);
            self.service_timer();
            if self.next_due().is_some() || self.is_roused() || self.state.timer.is_watchdog_expired {
                return true;
            }
        }
        false
    }

    /// Whether an interrupt is enabled that this event can bring.
    fn wakes(&self, event: Event) -> bool {
        let saving = self.saving();
        if saving != Saving::No {
            return self.is_woken_by(saving, event);
        }
        match event {
            Event::Decrementer => self.is_decrementer_enabled(),
            Event::HypervisorDecrementer => self.is_hdec_enabled(),
            Event::IrqChip if self.model.interrupts == InterruptModel::BookE => {
                self.is_external_enabled_on_booke()
            }
            Event::IrqChip => self.state.regs.msr.contains(Msr::EE),
            Event::FixedInterval => self.is_fixed_interval_enabled(),
            Event::Watchdog => self.is_watchdog_enabled(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_register_shows_its_sign_and_one_of_32_bits_does_not() {
        assert_eq!(shown(0x00ff_ffff_ffff_ffff, 56), u64::MAX);
        assert_eq!(shown(0x127f_ffff_ffff_ffff, 56), 0x007f_ffff_ffff_ffff);
        assert_eq!(shown(u64::MAX, 32), 0xffff_ffff);
    }
}
