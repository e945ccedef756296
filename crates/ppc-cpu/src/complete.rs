//! Completion: the reply arrives, and the instruction that was in its middle ends.
//!
//! Nothing more is executed. A reply that this exit cannot have changes nothing, and the exit still waits.

use crate::cpu::Cpu;
use crate::exec;
use crate::interrupt::Cause;
use crate::pending::Pending;
use crate::spr::{self, Behaviour, Decision};
use ppc_decode::Insn;
use spr_exit::{Fault, Reason, Reply, SprAccess, VcpuError};

/// Whether this exit has such an answer: an SPR or DCR can be refused or left alone, what the interrupt controller gives
/// cannot, the bus may have nothing there, and a system call is carried out or left to the guest.
fn is_possible(pending: &Pending, reply: Reply) -> bool {
    match pending {
        Pending::Read(_) | Pending::Write(_) | Pending::Split(_) | Pending::Reset(..) | Pending::Dcr(_) => {
            true
        }
        Pending::Epr => matches!(reply, Reply::Done(_)),
        Pending::Mmio(_) | Pending::Syscall { .. } => matches!(reply, Reply::Done(_) | Reply::Architected),
    }
}

/// The value of an answer that can only be `Done`.
fn answer(reply: Reply) -> u64 {
    if let Reply::Done(value) = reply { value } else { 0 }
}

impl Cpu {
    /// Answers the exit that waits.
    ///
    /// # Errors
    /// [`VcpuError::NothingPending`]; [`VcpuError::ReplyNotPossible`] if the exit has no such answer. Nothing
    /// changes then.
    #[inline(always)]
    pub fn complete(&mut self, reply: Reply) -> Result<(), VcpuError> {
        let Reply::Done(value) = reply else {
            return self.complete_otherwise(reply);
        };
        match &self.state.pending {
            // On a 32-bit CPU nobody sees the upper half.
            Some(Pending::Read(at)) => self.state.regs.gpr[(at.word() >> 21 & 31) as usize] = value,
            Some(Pending::Write(_)) => {}
            _ => return self.complete_done(value),
        }
        let regs = &mut self.state.regs;
        regs.cia = regs.ea(regs.cia.wrapping_add(4));
        self.state.insns = self.state.insns.wrapping_add(1);
        self.state.pending = None;
        Ok(())
    }

    /// [`Cpu::complete_otherwise`] for `Done`: of which the value alone is at hand.
    #[cold]
    #[inline(never)]
    fn complete_done(&mut self, value: u64) -> Result<(), VcpuError> {
        self.complete_otherwise(Reply::Done(value))
    }

    /// [`Cpu::complete`], but for the most frequent answer.
    #[cold]
    fn complete_otherwise(&mut self, reply: Reply) -> Result<(), VcpuError> {
        self.disturb();
        let Some(pending) = self.state.pending else {
            return Err(VcpuError::NothingPending);
        };
        if !is_possible(&pending, reply) {
            return Err(VcpuError::ReplyNotPossible(reply));
        }
        let regs = &mut self.state.regs;
        regs.nia = regs.ea(regs.cia.wrapping_add(4));
        match pending {
            Pending::Read(at) | Pending::Write(at) | Pending::Split(at) | Pending::Reset(_, at) => {
                self.complete_spr(&at, reply);
            }
            Pending::Dcr(at) => match reply {
                Reply::Done(value) => {
                    if !at.is_write {
                        self.set_target(at.word, value);
                    }
                    self.advance();
                }
                Reply::NoOp => self.advance(),
                Reply::Fault(fault) => self.interrupt(fault.into(), at.word),
                Reply::Architected => self.interrupt(Cause::Illegal, at.word),
            },
            Pending::Mmio(at) if reply == Reply::Architected && !self.bus_error(&at) => {}
            Pending::Mmio(at) => {
                // The word was decoded when it left; a snapshot by hand may hold another, which then does nothing.
                let is_complete = match self.decoder.decode(at.word) {
                    Ok(Insn { op, word }) => exec::finish(self, &at, op, Insn { op, word }, answer(reply)),
                    Err(_) => true,
                };
                if is_complete {
                    self.advance();
                }
            }
            Pending::Epr => self.load_vector(answer(reply)),
            Pending::Syscall { level, .. } => match reply {
                Reply::Architected => self.interrupt(Cause::Syscall { level }, 0),
                Reply::Done(_) | Reply::NoOp | Reply::Fault(_) => self.advance(),
            },
        }
        self.state.pending = None;
        Ok(())
    }

    #[inline]
    fn complete_spr(&mut self, at: &SprAccess, reply: Reply) {
        match reply {
            Reply::Done(value) => {
                self.done_spr(at, value);
                self.advance();
            }
            Reply::NoOp => self.advance(),
            Reply::Fault(fault) => self.interrupt(fault.into(), at.word()),
            Reply::Architected => self.architected_spr(at),
        }
    }

    /// User space did its part; of a split register the core now does its own.
    #[inline]
    fn done_spr(&mut self, at: &SprAccess, value: u64) {
        let split = match self.model.sprs.position(at.sprn()) {
            Some(position) if at.reason().contains(Reason::SPLIT) => Some(position),
            _ => None,
        };
        match (split, at.is_write()) {
            (None, true) => {}
            (None, false) => self.set_target(at.word(), value),
            (Some(position), true) => {
                self.write_spr(position, at.data());
            }
            (Some(position), false) => {
                let merged = match self.model.sprs.rows()[position].behaviour {
                    Behaviour::Split { core, user_read, .. } => {
                        self.state.spr[position] & core & !user_read | value & user_read
                    }
                    _ => value,
                };
                self.set_target(at.word(), merged);
            }
        }
    }

    /// The CPU does what it does by itself. Of a split register that is the core's bits; user space's go nowhere.
    fn architected_spr(&mut self, at: &SprAccess) {
        let decision = spr::architected(self.model, self.spr_context(), at.sprn(), at.direction());
        match decision {
            Decision::Core(position) if at.is_write() => {
                let data = match self.model.sprs.rows()[position].behaviour {
                    Behaviour::Split { user_write, .. } => at.data() & !user_write,
                    _ => at.data(),
                };
                self.write_spr(position, data);
                self.advance();
            }
            Decision::Core(position) => {
                if let Some(value) = self.read_spr(position) {
                    self.set_target(at.word(), value);
                }
                self.advance();
            }
            Decision::Fault(fault) => self.interrupt(fault.into(), at.word()),
            Decision::Unavailable(unavailable) => self.interrupt(unavailable.into(), at.word()),
            Decision::NoOp => self.advance(),
            // `architected` never gives these: the access would be left undone for ever.
            Decision::Exit(_) | Decision::ReadZeroIgnoreWrite => {
                self.interrupt(Fault::Illegal.into(), at.word())
            }
        }
    }

    /// RT of the instruction `word` gets a value, cut to the CPU's width.
    #[inline]
    fn set_target(&mut self, word: u32, value: u64) {
        let value = self.mask_width(value);
        self.state.regs.gpr[(word >> 21 & 31) as usize] = value;
    }
}
