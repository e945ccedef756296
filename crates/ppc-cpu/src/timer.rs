//! Time: time base and decrementer on a virtual clock.
//!
//! The clock ticks once in so many completed instructions ([`Cpu::set_insns_per_tick`]), so that every run repeats exactly;
//! or it stands until the caller moves it ([`Cpu::advance_time`]). The time base is the clock plus what the guest
//! wrote; the decrementer counts the same ticks.
//!
//! Decrementer: PEM 2.3.14  (classic: latched as the sign bit becomes one), Power ISA 3.0B Book III
//! 7.4 (server: present while the sign bit is one), EREF 2.0 chapter 8 (Book E: TSR\[DIS\] as it reaches zero, reload
//! from DECAR with TCR\[ARE\]), PPC405 UM 6.2 (PIT: as Book E, but it reloads what was last written to it), QEMU
//! `cpu_ppc_tb_init` (970: as later servers).
//!
//! Not here yet: FIT, watchdog, HDEC, the large decrementer.

use crate::cpu::Cpu;
use crate::model::InterruptModel;
use spr_exit::{Msr, SprNum, num};

/// The registers of Book E's timers.
struct Numbers {
    tsr: SprNum,
    tcr: SprNum,
    /// What the decrementer is reloaded with stands behind this number.
    reload: SprNum,
}

/// TCR: decrementer interrupt enable. These bits are the PIT's on the 405 (PIE, ARE, PIS: PPC405 UM 6.2 and chapter 10).
const TCR_DIE: u64 = 0x0400_0000;
/// TCR: decrementer auto-reload enable.
const TCR_ARE: u64 = 0x0040_0000;
/// TSR: decrementer interrupt status.
const TSR_DIS: u64 = 0x0800_0000;

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
    dec: u32,
    dec_at: u64,
    /// The tick at which the decrementer expires next.
    deadline: Option<u64>,
    /// The same as a count of instructions, `u64::MAX` for never: what the run loop compares with. Follows from the
    /// others ([`Timer::rearm`]).
    #[cfg_attr(feature = "serde", serde(skip))]
    expires_at: u64,
    /// Classic: the exception that waits to be taken.
    is_latched: bool,
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
            deadline: None,
            expires_at: u64::MAX,
            is_latched: false,
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
            ..Self::new()
        };
    }

    /// Out of reset a server's decrementer counts down from 0, so that its sign bit is set with the first tick; the
    /// others rest until they are written.
    pub(crate) fn start(&mut self, interrupts: InterruptModel) {
        if interrupts.is_server() {
            self.set_deadline(Some(self.dec_at.saturating_add(1)));
        }
    }

    fn set_deadline(&mut self, deadline: Option<u64>) {
        self.deadline = deadline;
        self.rearm();
    }

    /// As a snapshot has it: without what follows from the rest.
    pub(crate) fn saved(&self) -> Self {
        Self {
            expires_at: 0,
            ..self.clone()
        }
    }

    /// Derives `expires_at`. Where the caller moves the clock, a deadline has passed or never comes by itself.
    pub(crate) fn rearm(&mut self) {
        self.expires_at = match self.deadline {
            None => u64::MAX,
            Some(deadline) if deadline <= self.ticks => 0,
            Some(_) if self.per_tick == 0 => u64::MAX,
            Some(deadline) => {
                let ahead = (deadline - self.ticks).saturating_mul(u64::from(self.per_tick));
                self.synced.saturating_add(ahead)
            }
        };
    }

    /// The tick at this count of instructions.
    #[inline]
    fn now(&self, insns: u64) -> u64 {
        let since = insns.saturating_sub(self.synced);
        self.ticks
            .saturating_add(since.checked_div(u64::from(self.per_tick)).unwrap_or(0))
    }
}

/// The first of `deadline`, `deadline + period`, … that lies after `now`: turns that the clock jumped over are one
/// exception.
/// `None` behind the end of the clock.
fn after(now: u64, deadline: u64, period: u64) -> Option<u64> {
    (now - (now - deadline) % period).checked_add(period)
}

impl Cpu {
    /// Where the timers' registers are.
    fn timer_numbers(&self) -> Numbers {
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

    /// How many instructions make one tick of time base and decrementer; 0 lets time stand until
    /// [`Cpu::advance_time`] moves it. Default: 1.
    pub fn set_insns_per_tick(&mut self, per_tick: u32) {
        self.disturb();
        let insns = self.state.insns;
        self.state.timer.set_per_tick(per_tick, insns);
    }

    /// Moves the clock by `ticks`; timers that expire on the way do so before the next instruction. The clock stops for
    /// ever at 2^64 - 1 (the time base, which the guest can set, goes around).
    pub fn advance_time(&mut self, ticks: u64) {
        self.disturb();
        self.state.timer.ticks = self.state.timer.ticks.saturating_add(ticks);
        self.state.timer.rearm();
    }

    /// The time base.
    pub fn time_base(&self) -> u64 {
        self.state
            .timer
            .now(self.state.insns)
            .wrapping_add(self.state.timer.tb_offset)
    }

    /// Sets the time base; the decrementer goes on undisturbed.
    pub fn set_time_base(&mut self, tb: u64) {
        self.state.timer.tb_offset = tb.wrapping_sub(self.state.timer.now(self.state.insns));
    }

    /// The decrementer.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "the decrementer counts modulo 2^32"
    )]
    pub fn decrementer(&self) -> u32 {
        let timer = &self.state.timer;
        let since = timer.now(self.state.insns).wrapping_sub(timer.dec_at);
        match self.model.interrupts {
            InterruptModel::BookE | InterruptModel::Ppc405 => {
                u64::from(timer.dec).saturating_sub(since) as u32
            }
            InterruptModel::Classic | InterruptModel::Server | InterruptModel::Ppc970 => {
                timer.dec.wrapping_sub(since as u32)
            }
        }
    }

    /// Sets the decrementer as a guest's `mtspr` does.
    pub fn set_decrementer(&mut self, value: u32) {
        let was_negative = self.decrementer() >> 31 != 0;
        self.load_decrementer(value);
        // PEM 2.3.14: writing a one into a sign bit of zero signals the exception.
        if self.model.interrupts == InterruptModel::Classic && value >> 31 != 0 && !was_negative {
            self.state.timer.is_latched = true;
        }
    }

    /// Lets the decrementer count from `value`, and nothing else.
    pub(crate) fn load_decrementer(&mut self, value: u32) {
        self.disturb();
        let now = self.state.timer.now(self.state.insns);
        let timer = &mut self.state.timer;
        timer.dec = value;
        timer.dec_at = now;
        timer.set_deadline(match self.model.interrupts {
            InterruptModel::BookE | InterruptModel::Ppc405 if value == 0 => None,
            InterruptModel::BookE | InterruptModel::Ppc405 => now.checked_add(u64::from(value)),
            InterruptModel::Classic | InterruptModel::Server | InterruptModel::Ppc970 => {
                now.checked_add(u64::from(value) + 1)
            }
        });
    }

    /// Lets the decrementer expire if its time has come.
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
        let Some(deadline) = self.state.timer.deadline.filter(|d| *d <= now) else {
            return;
        };
        match self.model.interrupts {
            InterruptModel::Classic => {
                self.state.timer.is_latched = true;
                self.state.timer.set_deadline(after(now, deadline, 1 << 32));
            }
            InterruptModel::Server | InterruptModel::Ppc970 => {
                self.state.timer.set_deadline(after(now, deadline, 1 << 32));
            }
            InterruptModel::BookE | InterruptModel::Ppc405 => {
                let numbers = self.timer_numbers();
                let tsr = self.spr_value(numbers.tsr);
                self.set_spr_value(numbers.tsr, tsr | TSR_DIS);
                let reload = self.spr_value(numbers.reload);
                let reload = u32::try_from(reload & 0xffff_ffff).unwrap_or(0);
                let timer = &mut self.state.timer;
                timer.set_deadline(None);
                timer.dec = 0;
                if self.spr_value(numbers.tcr) & TCR_ARE != 0
                    && reload != 0
                    && let Some(next) = after(now, deadline, u64::from(reload))
                {
                    let timer = &mut self.state.timer;
                    timer.dec = reload;
                    timer.dec_at = next.wrapping_sub(u64::from(reload));
                    timer.set_deadline(Some(next));
                }
            }
        }
    }

    /// Whether the decrementer asks for its interrupt, MSR\[EE\] aside.
    pub(crate) fn is_decrementer_pending(&self) -> bool {
        match self.model.interrupts {
            InterruptModel::Classic => self.state.timer.is_latched,
            InterruptModel::Server | InterruptModel::Ppc970 => self.decrementer() >> 31 != 0,
            InterruptModel::BookE | InterruptModel::Ppc405 => {
                let numbers = self.timer_numbers();
                self.spr_value(numbers.tcr) & TCR_DIE != 0 && self.spr_value(numbers.tsr) & TSR_DIS != 0
            }
        }
    }

    /// The exception is taken: only the classic one ends with that.
    pub(crate) fn acknowledge_decrementer(&mut self) {
        self.state.timer.is_latched = false;
    }

    /// The count of instructions at which the decrementer expires, `u64::MAX` for never.
    #[inline]
    pub(crate) fn timer_deadline(&self) -> u64 {
        self.state.timer.expires_at
    }

    /// A waiting CPU has nothing to do until its decrementer expires: moves the clock there. Whether that wakes it.
    pub(crate) fn skip_to_decrementer(&mut self) -> bool {
        let is_enabled = self.state.regs.msr.contains(Msr::EE)
            && (!self.model.interrupts.has_booke_timers()
                || self.spr_value(self.timer_numbers().tcr) & TCR_DIE != 0);
        let now = self.state.timer.now(self.state.insns);
        match self.state.timer.deadline {
            Some(deadline) if is_enabled && self.state.timer.per_tick != 0 && deadline > now => {
                self.advance_time(deadline - now);
                self.service_timer();
                // Else (a restored state that no guest could have made) one skip would follow the other for ever.
                self.is_decrementer_pending()
            }
            _ => false,
        }
    }
}
