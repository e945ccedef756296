//! Messages between processors: `msgsnd` and the doorbells of the e500mc (EREF 2.0 chapter 7, Power ISA 2.06 Book III-E
//! chapter 11; fields and types compared with Linux `asm/dbell.h`), and those of servers (Power ISA 2.07 and 3.0B Book III
//! chapter 11; fields compared with QEMU `helper_book3s_msgsnd`).
//!
//! A CPU hears its own messages by itself. It knows of no others: a message that is not for it alone leaves as
//! [`Exit::Message`](spr_exit::Exit::Message) as well, and who has other CPUs calls [`Cpu::receive_message`] for each.

use super::Cause;
use crate::alu::low;
use crate::cpu::Cpu;
use crate::exec::{Flow, Stop};
use crate::model::InterruptModel;
use crate::spr::Facility;
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
/// Server: directed hypervisor doorbell. [`DOORBELL`] is the directed privileged one there.
const HYPERVISOR: u8 = 32;

/// The type of servers' messages.
const SERVER_TYPE: u32 = 5;
/// Server: for all threads of a core, or of a part of it.
const CORE_BROADCAST: u32 = 0x0600_0000;

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
            self.state.doorbells |= self.bit(payload);
        }
        is_accepted
    }

    /// The bit of a message's type; 0 of one that there is not.
    fn bit(&self, payload: u32) -> u8 {
        match (payload >> 27, self.model.interrupts) {
            (kind @ 0..=4, InterruptModel::BookE) => 1 << kind,
            (SERVER_TYPE, InterruptModel::Server) => HYPERVISOR,
            _ => 0,
        }
    }

    /// Whether the CPU has the doorbells of this file.
    pub(crate) fn has_doorbells(&self) -> bool {
        self.model.isa.contains(Isa::DOORBELL)
    }

    /// Whether a message passes the filter (Power ISA 2.06 Book III-E chapter 11). LPIDTAG 0 is any logical partition.
    fn is_meant(&self, payload: u32) -> bool {
        let kind = self.bit(payload);
        if self.model.interrupts == InterruptModel::Server {
            return self.has_doorbells() && kind != 0 && self.is_threads(payload);
        }
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

    /// Whether a message to a server is for this thread: by the thread's number in the core (version 2.07), or by PIR.
    fn is_threads(&self, payload: u32) -> bool {
        let tag = u64::from(payload);
        if !self.model.isa.contains(Isa::V3_0) {
            return tag & 0x7f == self.spr_value(num::book3s::TIR);
        }
        let others = if payload & CORE_BROADCAST == 0 {
            0
        } else {
            self.thread_mask()
        };
        (tag ^ self.spr_value(num::book3s::PIR)) & 0xf_ffff & !others == 0
    }

    /// `msgsnd`: to this CPU at once, to others by the caller.
    pub(crate) fn send_message(&mut self, i: Insn) -> Flow {
        let payload = low(self.state.regs.gpr[i.rb()]);
        let is_accepted = self.receive_message(payload);
        let broadcast = match self.model.interrupts {
            InterruptModel::Server => CORE_BROADCAST,
            _ => BROADCAST,
        };
        // Nobody has a doorbell of an unknown type.
        if self.bit(payload) == 0 || is_accepted && payload & broadcast == 0 {
            return Err(Stop::Recheck);
        }
        Err(Stop::Message(payload))
    }

    /// `msgclr`: this CPU forgets a message of the type.
    pub(crate) fn clear_message(&mut self, i: Insn) -> Flow {
        self.state.doorbells &= !self.bit(low(self.state.regs.gpr[i.rb()]));
        Err(Stop::Recheck)
    }

    /// `msgsndp`: to a thread of the same partition. Each thread is a partition's of its own here: our choice of the mode
    /// that firmware chooses.
    pub(crate) fn send_privileged_message(&mut self, i: Insn) -> Flow {
        self.needs(Facility::Message)?;
        let payload = low(self.state.regs.gpr[i.rb()]);
        let is_own = u64::from(payload & 0x7f) == self.spr_value(num::book3s::TIR);
        if payload >> 27 == SERVER_TYPE && is_own {
            self.set_privileged_doorbell(true);
        }
        Err(Stop::Recheck)
    }

    /// `msgclrp`: this thread forgets its directed privileged doorbell.
    pub(crate) fn clear_privileged_message(&mut self, i: Insn) -> Flow {
        self.needs(Facility::Message)?;
        if low(self.state.regs.gpr[i.rb()]) >> 27 == SERVER_TYPE {
            self.set_privileged_doorbell(false);
        }
        Err(Stop::Recheck)
    }

    /// Whether a directed privileged doorbell waits on a server, as DPDES shows it.
    pub(crate) fn has_privileged_doorbell(&self) -> bool {
        self.state.doorbells & DOORBELL != 0
    }

    /// Lets one wait, or takes it back.
    pub(crate) fn set_privileged_doorbell(&mut self, waits: bool) {
        self.disturb();
        self.state.doorbells &= !DOORBELL;
        if waits {
            self.state.doorbells |= DOORBELL;
        }
    }

    /// Whether a directed hypervisor doorbell waits.
    pub(crate) fn has_hypervisor_doorbell(&self) -> bool {
        self.state.doorbells & HYPERVISOR != 0
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
            Cause::HypervisorDoorbell => HYPERVISOR,
            _ => 0,
        };
        self.state.doorbells &= !kind;
    }
}
