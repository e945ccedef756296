//! The decrementer.
//!
//! PEM 2.3.14  (classic: latched as the sign bit becomes one), Power ISA 3.0B Book III
//! 7.4 (server: present while the sign bit is one; under LPCR\[LD\] it has more than 32 bits), EREF 2.0 chapter 8 (Book E: TSR\[DIS\] as it reaches zero, reload
//! from DECAR with TCR\[ARE\]), PPC405 UM 6.2 (PIT: as Book E, but it reloads what was last written to it), QEMU
//! `cpu_ppc_tb_init` (970: as later servers).

use super::booke::{TCR_ARE, TCR_DIE, TSR_DIS};
use super::{Event, after, shown};
use crate::cpu::Cpu;
use crate::interrupt::server::lpcr;
use crate::model::InterruptModel;
use spr_exit::Msr;

impl Cpu {
    /// The decrementer, in its low 32 bits.
    pub fn decrementer(&self) -> u32 {
        crate::alu::low(self.large_decrementer())
    }

    /// The decrementer as `mfspr` gives it: 32 bits, or more with their sign in front of them.
    pub(crate) fn large_decrementer(&self) -> u64 {
        let timer = &self.state.timer;
        let since = timer.counted(self.state.insns).wrapping_sub(timer.dec_at);
        match self.model.interrupts {
            InterruptModel::BookE | InterruptModel::Ppc405 => timer.dec.saturating_sub(since),
            InterruptModel::Classic | InterruptModel::Server | InterruptModel::Ppc970 => {
                shown(timer.dec.wrapping_sub(since), self.decrementer_bits())
            }
        }
    }

    /// How many bits the decrementer has.
    fn decrementer_bits(&self) -> u32 {
        if self.lpcr() & lpcr::LD == 0 {
            32
        } else {
            self.large_bits()
        }
    }

    /// Sets the decrementer as a guest's `mtspr` does.
    pub fn set_decrementer(&mut self, value: u32) {
        self.set_large_decrementer(value.into());
    }

    /// The same with all bits that it has.
    pub(crate) fn set_large_decrementer(&mut self, value: u64) {
        let was_negative = self.decrementer() >> 31 != 0;
        self.load_decrementer(value);
        // PEM 2.3.14: writing a one into a sign bit of zero signals the exception.
        let is_negative = crate::alu::low(value) >> 31 != 0;
        if self.model.interrupts == InterruptModel::Classic && is_negative && !was_negative {
            self.state.timer.is_latched = true;
        }
    }

    /// Lets the decrementer count from `value`, and nothing else.
    pub(crate) fn load_decrementer(&mut self, value: u64) {
        self.disturb();
        let now = self.state.timer.counted(self.state.insns);
        let value = value & ((1 << self.decrementer_bits()) - 1);
        let timer = &mut self.state.timer;
        timer.dec = value;
        timer.dec_at = now;
        timer.set_deadline(
            Event::Decrementer,
            match self.model.interrupts {
                InterruptModel::BookE | InterruptModel::Ppc405 if value == 0 => None,
                InterruptModel::BookE | InterruptModel::Ppc405 => now.checked_add(value),
                InterruptModel::Classic | InterruptModel::Server | InterruptModel::Ppc970 => {
                    now.checked_add(value + 1)
                }
            },
        );
    }

    /// LPCR\[LD\] changed: the register goes on from where it is with the bits that it has now.
    pub(crate) fn resize_decrementer(&mut self) {
        self.load_decrementer(self.large_decrementer());
    }

    /// It expired at tick `deadline`, and it is `now`.
    pub(super) fn expire_decrementer(&mut self, now: u64, deadline: u64) {
        match self.model.interrupts {
            InterruptModel::Classic => {
                self.state.timer.is_latched = true;
                self.state
                    .timer
                    .set_deadline(Event::Decrementer, after(now, deadline, 1 << 32));
            }
            InterruptModel::Server | InterruptModel::Ppc970 => {
                let next = after(now, deadline, 1 << self.decrementer_bits());
                self.state.timer.set_deadline(Event::Decrementer, next);
            }
            InterruptModel::BookE | InterruptModel::Ppc405 => {
                let numbers = self.timer_numbers();
                let tsr = self.spr_value(numbers.tsr);
                self.set_spr_value(numbers.tsr, tsr | TSR_DIS);
                let reload = self.spr_value(numbers.reload);
                let reload = u32::try_from(reload & 0xffff_ffff).unwrap_or(0);
                let timer = &mut self.state.timer;
                timer.set_deadline(Event::Decrementer, None);
                timer.dec = 0;
                if self.spr_value(numbers.tcr) & TCR_ARE != 0
                    && reload != 0
                    && let Some(next) = after(now, deadline, u64::from(reload))
                {
                    let timer = &mut self.state.timer;
                    timer.dec = reload.into();
                    timer.dec_at = next.wrapping_sub(u64::from(reload));
                    timer.set_deadline(Event::Decrementer, Some(next));
                }
            }
        }
    }

    /// Whether the decrementer asks for its interrupt, MSR\[EE\] aside.
    pub(crate) fn is_decrementer_pending(&self) -> bool {
        match self.model.interrupts {
            InterruptModel::Classic => self.state.timer.is_latched,
            InterruptModel::Server | InterruptModel::Ppc970 => {
                self.large_decrementer() >> (self.decrementer_bits() - 1) & 1 != 0
            }
            InterruptModel::BookE | InterruptModel::Ppc405 => self.asking_timers().decrementer,
        }
    }

    /// The exception is taken: only the classic one ends with that.
    pub(crate) fn acknowledge_decrementer(&mut self) {
        self.state.timer.is_latched = false;
    }

    /// Whether its interrupt would be taken.
    pub(super) fn is_decrementer_enabled(&self) -> bool {
        self.is_enabled(Msr::EE)
            && (!self.model.interrupts.has_booke_timers()
                || self.spr_value(self.timer_numbers().tcr) & TCR_DIE != 0)
    }
}
