//! Messages between processors: `msgsnd` and the doorbells of the e500mc (EREF 2.0 chapter 7, Power ISA 2.06 Book III-E
//! chapter 11; fields and types compared with Linux `asm/dbell.h`).
//!
//! A CPU hears its own messages by itself. It knows of no others: a message that is not for it alone leaves as
//! [`Exit::Message`](spr_exit::Exit::Message) as well, and who has other CPUs calls [`Cpu::receive_message`] for each.

use super::Cause;
use crate::alu::low;
use crate::cpu::Cpu;
use crate::exec::{Flow, Stop};
use crate::model::InterruptModel;
use ppc_decode::{Insn, Isa};
use spr_exit::{Msr, num};

/// For all processors.
const BROADCAST: u32 = 0x0400_0000;

/// The kinds of messages, by the bit that remembers one.
const DOORBELL: u8 = 1;
const DOORBELL_CRITICAL: u8 = 2;
const GUEST: u8 = 4;
const GUEST_CRITICAL: u8 = 8;
const GUEST_MACHINE_CHECK: u8 = 16;

/// The bit of a message's type; 0 of one that there is not.
fn bit(payload: u32) -> u8 {
    match payload >> 27 {
        kind @ 0..=4 => 1 << kind,
        _ => 0,
    }
}

/// Whom a message is for: PIR or GPIR, in 14 bits.
fn processor_tag(payload: u32) -> u64 {
    (payload & 0x3fff).into()
}

impl Cpu {
    /// A message from another processor (what `msgsnd` left with, see [`spr_exit::Exit::Message`]), or from a device that
    /// sends such. Whether it was for this one: by PIR, of a guest's by GPIR, and by LPIDR. An accepted one waits until its
    /// interrupt is taken or `msgclr` clears it; two of a kind are one.
    pub fn receive_message(&mut self, payload: u32) -> bool {
        let is_accepted = self.is_meant(payload);
        if is_accepted {
            self.disturb();
            self.state.doorbells |= bit(payload);
        }
        is_accepted
    }

    /// Whether the CPU has the doorbells of this file.
    pub(crate) fn has_doorbells(&self) -> bool {
        self.model.interrupts == InterruptModel::BookE && self.model.isa.contains(Isa::DOORBELL)
    }

    /// Whether a message passes the filter (Power ISA 2.06 Book III-E chapter 11). LPIDTAG 0 is any logical partition.
    fn is_meant(&self, payload: u32) -> bool {
        let kind = bit(payload);
        let tag = u64::from(payload >> 14 & 0xff);
        let is_guests = kind & (DOORBELL | DOORBELL_CRITICAL) == 0;
        let own = self.spr_value(if is_guests {
            num::e500::GPIR
        } else {
            num::booke::PIR
        });
        let is_here = payload & BROADCAST != 0 || processor_tag(payload) == own & 0x3fff;
        self.has_doorbells()
            && kind != 0
            && is_here
            && (tag == 0 || tag == self.spr_value(num::e500::LPIDR) & 0xff)
    }

    /// `msgsnd`: to this CPU at once, to others by the caller.
    pub(crate) fn send_message(&mut self, i: Insn) -> Flow {
        let payload = low(self.state.regs.gpr[i.rb()]);
        let is_accepted = self.receive_message(payload);
        // Nobody has a doorbell of an unknown type.
        if bit(payload) == 0 || is_accepted && payload & BROADCAST == 0 {
            return Err(Stop::Recheck);
        }
        Err(Stop::Message(payload))
    }

    /// `msgclr`: this CPU forgets a message of the type.
    pub(crate) fn clear_message(&mut self, i: Insn) -> Flow {
        self.state.doorbells &= !bit(low(self.state.regs.gpr[i.rb()]));
        Err(Stop::Recheck)
    }

    /// The critical doorbell that is due now. A guest's come when it would take them itself.
    pub(super) fn critical_doorbell(&self) -> Option<Cause> {
        let (waiting, msr) = (self.state.doorbells, self.state.regs.msr);
        if waiting & DOORBELL_CRITICAL != 0 && self.is_enabled(Msr::CE) {
            Some(Cause::DoorbellCritical)
        } else if waiting & GUEST_MACHINE_CHECK != 0 && msr.contains(Msr::GS | Msr::ME) {
            Some(Cause::GuestDoorbellMachineCheck)
        } else {
            (waiting & GUEST_CRITICAL != 0 && msr.contains(Msr::GS | Msr::CE))
                .then_some(Cause::GuestDoorbellCritical)
        }
    }

    /// The same of the others.
    pub(super) fn doorbell(&self) -> Option<Cause> {
        let (waiting, msr) = (self.state.doorbells, self.state.regs.msr);
        if waiting & DOORBELL != 0 && self.is_enabled(Msr::EE) {
            Some(Cause::Doorbell)
        } else {
            (waiting & GUEST != 0 && msr.contains(Msr::GS | Msr::EE)).then_some(Cause::GuestDoorbell)
        }
    }

    /// The message is delivered with its interrupt.
    pub(super) fn acknowledge_doorbell(&mut self, cause: Cause) {
        let kind = match cause {
            Cause::Doorbell => DOORBELL,
            Cause::DoorbellCritical => DOORBELL_CRITICAL,
            Cause::GuestDoorbell => GUEST,
            Cause::GuestDoorbellCritical => GUEST_CRITICAL,
            Cause::GuestDoorbellMachineCheck => GUEST_MACHINE_CHECK,
            _ => 0,
        };
        self.state.doorbells &= !kind;
    }
}
