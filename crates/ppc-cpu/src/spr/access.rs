//! Doing an access that the gate let through: plain registers, and those with a function of their own.
//!
//! `read` and `write` have the effects of a guest's access; [`Cpu::peek_spr`] and [`Cpu::poke_spr`] have none.

use super::{Behaviour, Half, Level, Special, Unavailable};
use crate::cpu::Cpu;
use crate::interrupt::server::lpcr;
use crate::model::InterruptModel;
use spr_exit::{SprNum, num};

/// What a write did besides storing its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// Nothing that matters to the run loop.
    Plain,
    /// Timers, interrupts or debug events may look different now: they are to be asked again before the next instruction.
    Recheck,
}

/// TB: the upper half stays, the lower is replaced.
const fn with_lower(tb: u64, value: u64) -> u64 {
    tb & !0xffff_ffff | value & 0xffff_ffff
}

/// TB: the lower half stays, the upper is replaced.
const fn with_upper(tb: u64, value: u64) -> u64 {
    tb & 0xffff_ffff | value << 32
}

impl Cpu {
    /// Value of the register with this number, without side effects; `None` where the core has none.
    pub fn peek_spr(&self, sprn: SprNum) -> Option<u64> {
        let position = self.model.sprs.position(sprn)?;
        match self.model.sprs.rows()[position].behaviour {
            Behaviour::Exit | Behaviour::NoOp => None,
            Behaviour::Alias { of } => self.peek_spr(of),
            Behaviour::Special(special) => Some(self.read_special(special, position)),
            Behaviour::Storage { .. }
            | Behaviour::ReadOnly
            | Behaviour::WriteOneToClear { .. }
            | Behaviour::Split { .. } => Some(self.state.spr[position]),
        }
    }

    /// Sets the register with this number to exactly this value, without side effects, read-only bits included;
    /// `false` where the core has none.
    pub fn poke_spr(&mut self, sprn: SprNum, value: u64) -> bool {
        let Some(position) = self.model.sprs.position(sprn) else {
            return false;
        };
        self.disturb();
        if self.is_monitor_control(sprn) {
            self.count_events();
            self.store_monitor_control(position, value);
            return true;
        }
        match self.model.sprs.rows()[position].behaviour {
            Behaviour::Exit | Behaviour::NoOp => false,
            Behaviour::Alias { of } => self.poke_spr(of, value),
            Behaviour::Special(Special::Tsr | Special::Tcr(_) | Special::Decar | Special::Hmer)
            | Behaviour::Storage { .. }
            | Behaviour::ReadOnly
            | Behaviour::WriteOneToClear { .. }
            | Behaviour::Split { .. } => {
                self.state.spr[position] = self.mask_width(value);
                self.update_level();
                self.rearm();
                self.arm_intervals();
                true
            }
            // A guest's write may signal an exception.
            Behaviour::Special(Special::Dec) => {
                self.load_decrementer(value);
                true
            }
            Behaviour::Special(special) => {
                match self.time_base_written(special, value) {
                    Some(time_base) => self.set_time_base(time_base),
                    None => self.write_special(special, position, value),
                }
                true
            }
        }
    }

    /// Sets a register that says what is counted, read-only bits included.
    fn store_monitor_control(&mut self, position: usize, value: u64) {
        self.state.spr[position] = value;
        self.update_level();
        self.count_events();
    }

    /// The stored value behind a number; 0 where the model has no such register.
    #[inline]
    pub(crate) fn spr_value(&self, sprn: SprNum) -> u64 {
        self.model
            .sprs
            .position(sprn)
            .and_then(|at| self.state.spr.get(at))
            .copied()
            .unwrap_or(0)
    }

    /// Stores a value behind a number; without effect where the model has no such register.
    #[inline]
    pub(crate) fn set_spr_value(&mut self, sprn: SprNum, value: u64) {
        let value = self.mask_width(value);
        if let Some(place) = self
            .model
            .sprs
            .position(sprn)
            .and_then(|at| self.state.spr.get_mut(at))
        {
            *place = value;
        }
    }

    /// A guest's read of the register at `position`; `None` for a no-op.
    pub(crate) fn read_spr(&mut self, position: usize) -> Option<u64> {
        match self.model.sprs.rows()[position].behaviour {
            Behaviour::Storage { .. } | Behaviour::ReadOnly | Behaviour::WriteOneToClear { .. } => {
                Some(self.state.spr[position])
            }
            Behaviour::Split { core, .. } => Some(self.state.spr[position] & core),
            Behaviour::Alias { of } => {
                let position = self.model.sprs.position(of)?;
                self.read_spr(position)
            }
            Behaviour::Special(special) => Some(self.read_special(special, position)),
            Behaviour::NoOp | Behaviour::Exit => None,
        }
    }

    /// A guest's write of the register at `position`. Of a split register only the core's bits are visible
    /// afterwards; user space's are kept to notice when they change.
    pub(crate) fn write_spr(&mut self, position: usize, value: u64) -> Written {
        let row = &self.model.sprs.rows()[position];
        if self.is_monitor_control(row.sprn) {
            self.count_events();
        }
        let old = self.state.spr[position];
        match row.behaviour {
            Behaviour::Storage { writable } => self.state.spr[position] = old & !writable | value & writable,
            Behaviour::WriteOneToClear { clearable } => self.state.spr[position] = old & !(value & clearable),
            Behaviour::Split { core, user_write, .. } => {
                self.state.spr[position] = value & (core | user_write)
            }
            Behaviour::Alias { of } => {
                if let Some(position) = self.model.sprs.position(of) {
                    return self.write_spr(position, value);
                }
            }
            Behaviour::Special(special) => {
                self.write_special(special, position, value);
                return match special {
                    Special::Xer | Special::Lr | Special::Ctr => Written::Plain,
                    _ => Written::Recheck,
                };
            }
            Behaviour::ReadOnly | Behaviour::NoOp | Behaviour::Exit => {}
        }
        match self.model.interrupts {
            _ if self.arms(row.sprn) => {
                self.rearm();
                Written::Recheck
            }
            // They decide which interrupts are enabled (HDICE, LPES).
            InterruptModel::Ppc970 if matches!(row.sprn, num::ppc970::HID0 | num::ppc970::HID4) => {
                Written::Recheck
            }
            InterruptModel::Server | InterruptModel::Ppc970 => self.written_on_server(row.sprn, old),
            // It may ask for an interrupt.
            InterruptModel::BookE if matches!(row.sprn, num::e500::MCSR | num::e500::EPCR) => {
                Written::Recheck
            }
            _ => Written::Plain,
        }
    }

    /// What else follows from a write: that other interrupts or event-based branches are enabled or wait (Power ISA 3.0B
    /// Book III 6.5 and Performance Monitor Facility), and other decisions of the gate.
    fn written_on_server(&mut self, sprn: SprNum, old: u64) -> Written {
        use num::book3s::{BESCR, FSCR, HFSCR, HMEER, LPCR, PCR};
        let is_monitors = self.is_monitor_control(sprn);
        if !is_monitors && !matches!(sprn, LPCR | FSCR | HFSCR | BESCR | HMEER | PCR) {
            return Written::Plain;
        }
        if is_monitors {
            self.count_events();
        }
        self.update_level();
        if sprn == LPCR && (old ^ self.lpcr()) & lpcr::LD != 0 {
            self.resize_decrementer();
        }
        Written::Recheck
    }

    /// Whether a register says what the servers' performance monitor counts.
    fn is_monitor_control(&self, sprn: SprNum) -> bool {
        use num::book3s::{CTRL, MMCR0, MMCR1, MMCR2};
        matches!(sprn, MMCR0 | MMCR1 | MMCR2 | CTRL) && self.model.interrupts.is_server()
    }

    /// FSCR or HFSCR says which facility was missing, in its field IC (bits 0:7).
    pub(crate) fn tell_unavailable(&mut self, unavailable: Unavailable) {
        let sprn = match unavailable.by {
            Level::Hypervisor => num::book3s::HFSCR,
            Level::Supervisor | Level::Problem => num::book3s::FSCR,
        };
        let cause = u64::from(unavailable.cause) << 56;
        self.set_spr_value(sprn, self.spr_value(sprn) << 8 >> 8 | cause);
    }

    fn read_special(&self, special: Special, position: usize) -> u64 {
        match special {
            Special::Xer => self.xer(),
            Special::Lr => self.lr(),
            Special::Ctr => self.ctr(),
            Special::Dec | Special::Pit => self.large_decrementer(),
            Special::Hdec => self.hypervisor_decrementer(),
            Special::TbLower | Special::TbLowerWrite => self.mask_width(self.time_base()),
            Special::TbUpper | Special::TbUpperWrite => self.time_base() >> 32,
            Special::Tb40Write => self.time_base() & !0xff_ffff,
            Special::Ticks => self.state.spr[position].wrapping_add(self.ticks()),
            Special::Instructions => self.state.spr[position].wrapping_add(self.state.insns),
            Special::Counter(n) => self.counter(n),
            Special::Dpdes => u64::from(self.has_privileged_doorbell()),
            Special::BescrSet(half) | Special::BescrReset(half) => match half {
                Half::Whole => self.spr_value(num::book3s::BESCR),
                Half::Upper => self.spr_value(num::book3s::BESCR) >> 32,
            },
            Special::Ppr32 => self.spr_value(num::book3s::PPR) >> 32,
            Special::Window { of, problem } => self.spr_value(of) & self.windowed(problem),
            Special::Tsr | Special::Tcr(_) | Special::Decar | Special::Hmer => self.state.spr[position],
            Special::DbsrWrite => self.spr_value(num::booke::DBSR),
            Special::Mmcr0 => self.monitor_control(0),
            Special::Mmcr1(_) => self.monitor_control(1),
            Special::Pmc(n) => self.monitor_counter(n.into()),
            Special::Mas7Mas3 => self.spr_value(num::e500::MAS7) << 32 | self.spr_value(num::e500::MAS3),
        }
    }

    fn write_special(&mut self, special: Special, position: usize, value: u64) {
        match special {
            Special::Xer => self.set_xer(value),
            Special::Lr => self.set_lr(value),
            Special::Ctr => self.set_ctr(value),
            Special::Dec => self.set_large_decrementer(value),
            Special::Hdec => self.set_hypervisor_decrementer(value),
            // The hidden reload register is written along with it (PPC405 UM 6.2): what is stored behind the number.
            Special::Pit => {
                self.state.spr[position] = self.mask_width(value);
                self.set_decrementer(crate::alu::low(value));
            }
            Special::TbLower
            | Special::TbLowerWrite
            | Special::TbUpper
            | Special::TbUpperWrite
            | Special::Tb40Write => {
                if let Some(time_base) = self.time_base_written(special, value) {
                    self.write_time_base(time_base);
                }
            }
            // EREF 2.0 2.9.2: a one written clears the bit.
            Special::Mmcr0 => self.set_monitor_control(0, value),
            Special::Mmcr1(writable) => self.set_monitor_control(1, value & u64::from(writable)),
            Special::Pmc(n) => self.set_monitor_counter(n.into(), value),
            Special::Mas7Mas3 => {
                self.write_number(num::e500::MAS7, value >> 32);
                self.write_number(num::e500::MAS3, value & 0xffff_ffff);
            }
            Special::Tsr => {
                self.state.spr[position] &= !self.mask_width(value);
                self.arm_intervals();
            }
            Special::Tcr(intervals) => self.write_tcr(intervals, position, value),
            Special::Decar => self.state.spr[position] = self.mask_width(value),
            Special::Hmer => self.state.spr[position] &= value,
            Special::Ticks => self.state.spr[position] = value.wrapping_sub(self.ticks()),
            Special::Instructions => self.state.spr[position] = value.wrapping_sub(self.state.insns),
            Special::Counter(n) => self.set_counter(n, value),
            Special::Dpdes => self.set_privileged_doorbell(value & 1 != 0),
            Special::BescrSet(half) => self.change_bescr(half, value, true),
            Special::BescrReset(half) => self.change_bescr(half, value, false),
            Special::Ppr32 => self.write_number(num::book3s::PPR, value << 32),
            Special::Window { of, problem } => {
                let bits = self.windowed(problem);
                self.write_number(of, self.spr_value(of) & !bits | value & bits);
            }
            Special::DbsrWrite => {
                if let Some(Behaviour::WriteOneToClear { clearable }) =
                    self.model.sprs.row(num::booke::DBSR).map(|row| row.behaviour)
                {
                    self.set_spr_value(num::booke::DBSR, value & clearable);
                    self.rearm();
                }
            }
        }
    }

    /// Sets or clears the bits of BESCR that are ones (Power ISA 3.0B Book II 7.2).
    fn change_bescr(&mut self, half: Half, value: u64, is_set: bool) {
        let bits = if half == Half::Upper { value << 32 } else { value };
        let old = self.spr_value(num::book3s::BESCR);
        let new = if is_set { old | bits } else { old & !bits };
        self.write_number(num::book3s::BESCR, new);
    }

    /// Writes the register with this number, as a guest's write of it would.
    fn write_number(&mut self, sprn: SprNum, value: u64) {
        if let Some(position) = self.model.sprs.position(sprn) {
            self.write_spr(position, value);
        }
    }

    /// Problem state has these bits of a register, all others have it whole.
    fn windowed(&self, problem: u64) -> u64 {
        match self.level() {
            Level::Problem => problem,
            Level::Supervisor | Level::Hypervisor => u64::MAX,
        }
    }

    /// The time base as a write of `value` through one of its numbers makes it; `None` for another register.
    fn time_base_written(&self, special: Special, value: u64) -> Option<u64> {
        let old = self.time_base();
        Some(match special {
            // By its read number a 64-bit CPU shows, and a poke sets, the whole time base.
            Special::TbLower if self.model.is_64bit => value,
            Special::TbLower | Special::TbLowerWrite => with_lower(old, value),
            Special::TbUpper | Special::TbUpperWrite => with_upper(old, value),
            Special::Tb40Write => value & !0xff_ffff | old & 0xff_ffff,
            _ => return None,
        })
    }
}
