//! Doing an access that the gate let through: plain registers, and those with a function of their own.
//!
//! `read` and `write` have the effects of a guest's access; [`Cpu::peek_spr`] and [`Cpu::poke_spr`] have none.

use super::{Behaviour, Special};
use crate::cpu::Cpu;
use crate::model::InterruptModel;
use spr_exit::{SprNum, num};

/// What a write did besides storing its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// Nothing that matters to the run loop.
    Plain,
    /// Timers or interrupts may look different now: they are to be asked again before the next instruction.
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
        match self.model.sprs.rows()[position].behaviour {
            Behaviour::Exit | Behaviour::NoOp => false,
            Behaviour::Alias { of } => self.poke_spr(of, value),
            Behaviour::Special(Special::Tsr | Special::Tcr | Special::Decar)
            | Behaviour::Storage { .. }
            | Behaviour::ReadOnly
            | Behaviour::WriteOneToClear { .. }
            | Behaviour::Split { .. } => {
                self.state.spr[position] = self.mask_width(value);
                self.level_key = self.make_level_key();
                true
            }
            // A guest's write may signal an exception.
            Behaviour::Special(Special::Dec) => {
                self.load_decrementer(crate::alu::low(value));
                true
            }
            Behaviour::Special(special) => {
                self.write_special(special, position, value);
                true
            }
        }
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
        // LPCR, on the 970 HID4, decides which interrupts are enabled (HEIC, LPES: Power ISA 3.0B Book III 6.5).
        match self.model.interrupts {
            InterruptModel::Server if row.sprn == num::book3s::LPCR => {
                self.level_key = self.make_level_key();
                Written::Recheck
            }
            InterruptModel::Ppc970 if row.sprn == num::ppc970::HID4 => Written::Recheck,
            _ => Written::Plain,
        }
    }

    /// A write of the register with this number, as a guest does it.
    fn write_number(&mut self, sprn: SprNum, value: u64) {
        if let Some(position) = self.model.sprs.position(sprn) {
            self.write_spr(position, value);
        }
    }

    fn read_special(&self, special: Special, position: usize) -> u64 {
        match special {
            Special::Xer => self.xer(),
            Special::Lr => self.lr(),
            Special::Ctr => self.ctr(),
            Special::Dec | Special::Pit => u64::from(self.decrementer()),
            Special::TbLower | Special::TbLowerWrite => self.mask_width(self.time_base()),
            Special::TbUpper | Special::TbUpperWrite => self.time_base() >> 32,
            Special::Tb40Write => self.time_base() & !0xff_ffff,
            Special::Vtb => self.state.spr[position].wrapping_add(self.time_base()),
            Special::Tsr | Special::Tcr | Special::Decar => self.state.spr[position],
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
            Special::Dec => self.set_decrementer(crate::alu::low(value)),
            // The hidden reload register is written along with it (PPC405 UM 6.2): what is stored behind the number.
            Special::Pit => {
                self.state.spr[position] = self.mask_width(value);
                self.set_decrementer(crate::alu::low(value));
            }
            // By its read number a 64-bit CPU shows, and a poke sets, the whole time base.
            Special::TbLower if self.model.is_64bit => self.set_time_base(value),
            Special::TbLower | Special::TbLowerWrite => {
                self.set_time_base(with_lower(self.time_base(), value))
            }
            Special::TbUpper | Special::TbUpperWrite => {
                self.set_time_base(with_upper(self.time_base(), value))
            }
            Special::Tb40Write => {
                let tb = self.time_base();
                self.set_time_base(value & !0xff_ffff | tb & 0xff_ffff);
            }
            // EREF 2.0 2.9.2: a one written clears the bit.
            Special::Tsr => self.state.spr[position] &= !self.mask_width(value),
            Special::Tcr | Special::Decar => self.state.spr[position] = self.mask_width(value),
            Special::Vtb => self.state.spr[position] = value.wrapping_sub(self.time_base()),
            Special::Mmcr0 => self.set_monitor_control(0, value),
            Special::Mmcr1(writable) => self.set_monitor_control(1, value & u64::from(writable)),
            Special::Pmc(n) => self.set_monitor_counter(n.into(), value),
            Special::Mas7Mas3 => {
                self.write_number(num::e500::MAS7, value >> 32);
                self.write_number(num::e500::MAS3, value & 0xffff_ffff);
            }
        }
    }
}
