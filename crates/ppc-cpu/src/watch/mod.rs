//! Watched execution: debug events, breakpoints and trace that the guest itself enables, on every family.
//!
//! A CPU is watched while its MSR and its debug registers enable anything of the kind ([`Armed`]); it then goes instruction by
//! instruction, each between a look before it and a look behind it. What a completed instruction brings about is written
//! down before it begins ([`Watched`]): an instruction that leaves is watched to its end, wherever its exit is completed.
//! The registers count as the core has them: where user space owns one, its handler may poke it.
//!
//! Book E and the 405 record events in DBSR, which asks for the debug interrupt ([`events`]); classic and server processors
//! take their interrupts at once ([`breakpoint`], [`trace`]). Not here: breakpoints of the caller ([`spr_exit::Exit::Debug`]);
//! stopping for an external debugger.

mod breakpoint;
mod compare;
mod events;
mod layout;
mod trace;

use crate::cpu::Cpu;
use crate::exec::{self, Flow, Stop};
use crate::interrupt::Cause;
use crate::memory::Memory;
use crate::model::InterruptModel;
use crate::run::Left;
use ppc_decode::Insn;
use spr_exit::{InterruptKind, Msr, SavePair, SprNum};

/// What the debug registers enable, found when one of them is written: something while one of these bits of the MSR is 1.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Armed(Msr);

impl Armed {
    /// A bit that no MSR has, and that counts as 1: something is enabled whatever the MSR says.
    const ALWAYS: Msr = Msr::from_bits_retain(1 << 62);

    fn new(always: bool, by_msr: Msr) -> Self {
        Self(if always { by_msr | Self::ALWAYS } else { by_msr })
    }

    #[inline]
    fn is_in_force(self, msr: Msr) -> bool {
        (msr | Self::ALWAYS).intersects(self.0)
    }
}

/// Where a watched CPU stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) enum Watched {
    /// In an instruction that began at these counts of completed instructions and delivered interrupts.
    Begun {
        insns: u64,
        deliveries: u64,
        then: Completion,
    },
    /// Behind a traced instruction: the trace interrupt is due. What SRR1 says of it besides the MSR.
    Traced { saved: u64 },
}

/// What the completion of an instruction brings about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) enum Completion {
    /// The debug event of a completed instruction.
    Event,
    /// The trace interrupt.
    Trace(trace::Traced),
}

impl Cpu {
    /// A register that enables watching was written, or all of them may have been.
    pub(crate) fn rearm(&mut self) {
        self.armed = match self.model.interrupts {
            InterruptModel::BookE | InterruptModel::Ppc405 => {
                self.freeze_timers();
                self.armed_events()
            }
            InterruptModel::Classic | InterruptModel::Server | InterruptModel::Ppc970 => {
                Armed::new(self.has_breakpoints(), Msr::SE | Msr::BE)
            }
        };
        self.watch();
    }

    /// The MSR changed, or where the CPU stands.
    #[inline]
    pub(crate) fn watch(&mut self) {
        self.is_watched = self.armed.is_in_force(self.state.regs.msr) | self.state.watched.is_some();
    }

    /// Whether a write of this register can make the CPU watched, or no longer.
    pub(crate) fn arms(&self, sprn: SprNum) -> bool {
        match self.model.interrupts {
            InterruptModel::BookE | InterruptModel::Ppc405 => self.is_event_register(sprn),
            InterruptModel::Classic | InterruptModel::Server | InterruptModel::Ppc970 => {
                self.is_breakpoint_register(sprn)
            }
        }
    }

    /// What is due before the next instruction: trace, or a debug event that DBSR has and the MSR lets through. Where a
    /// trace and an instruction breakpoint meet, the breakpoint comes first (MPC603eUM 4.5.11).
    #[cold]
    pub(crate) fn watch_due(&self) -> Option<Cause> {
        if !self.is_watched {
            return None;
        }
        match self.state.watched {
            Some(Watched::Traced { .. }) if self.is_at_breakpoint() => Some(Cause::InstructionBreakpoint),
            Some(Watched::Traced { saved }) => Some(Cause::Trace { saved }),
            _ => self.is_debug_due().then_some(Cause::Debug),
        }
    }

    /// An interrupt is being delivered, its MSR still being the old one: an event of its own on Book E. A trace that was
    /// due is it, or gone.
    pub(crate) fn watch_delivery(&mut self, pair: SavePair) {
        if !self.is_watched {
            return;
        }
        if let Some(Watched::Traced { .. }) = self.state.watched {
            self.state.watched = None;
        }
        self.delivery_event(pair);
    }

    /// Executes one instruction of a watched CPU or, where something is found before it, none.
    pub(crate) fn watched_step(&mut self, memory: &mut Memory) -> Left {
        // A multiple access that goes on was looked at when it began.
        if self.state.element == 0 {
            let cia = self.state.regs.cia;
            if self.finds_address(cia) {
                return Left::Look;
            }
            let insn = match self.fetch(memory, cia, self.is_little_endian()) {
                Ok(insn) => insn,
                Err(left) => return left,
            };
            if self.finds_instruction(memory, insn) {
                return Left::Look;
            }
            self.state.watched = self.completion(insn).map(|then| Watched::Begun {
                insns: self.state.insns,
                deliveries: self.state.deliveries,
                then,
            });
        }
        self.plain_steps(memory, 1)
    }

    /// Looks behind the instruction that was watched, if it is at its end: before the next one, and before anything from
    /// outside changes what it tells. While an answer is waited for it is in its middle.
    pub(crate) fn settle(&mut self) {
        if self.state.pending.is_some() {
            return;
        }
        let Some(Watched::Begun {
            insns,
            deliveries,
            then,
        }) = self.state.watched
        else {
            return;
        };
        let is_complete = self.state.insns == insns.wrapping_add(1);
        let is_interrupted = self.state.deliveries != deliveries;
        if !is_complete && !is_interrupted && self.state.element != 0 {
            return;
        }
        self.state.watched = None;
        match then {
            // A system call completes before it interrupts (E500CORERM 8.4.5; PPC440x5UM 8.3.7).
            Completion::Event if is_complete || is_interrupted && self.is_in_syscall() => {
                self.complete_event();
            }
            Completion::Trace(traced) if is_complete => self.complete_trace(traced),
            Completion::Event | Completion::Trace(_) => {}
        }
        self.disturb();
        self.watch();
    }

    /// The instruction that was watched is not going to be completed.
    pub(crate) fn forget_watched(&mut self) {
        if self.state.watched.is_some() {
            self.state.watched = None;
            self.watch();
        }
    }

    fn is_in_syscall(&self) -> bool {
        self.state.last_interrupt.is_some_and(|interrupt| {
            matches!(
                interrupt.kind,
                InterruptKind::Syscall | InterruptKind::HypervisorSyscall
            )
        })
    }

    /// Whether the address of the next instruction is one that keeps it from being executed.
    fn finds_address(&mut self, cia: u64) -> bool {
        match self.model.interrupts {
            InterruptModel::BookE | InterruptModel::Ppc405 => self.address_events(cia),
            InterruptModel::Classic if self.is_at_breakpoint() => {
                self.deliver(Cause::InstructionBreakpoint, cia, 0);
                true
            }
            InterruptModel::Classic | InterruptModel::Server | InterruptModel::Ppc970 => false,
        }
    }

    /// Whether the next instruction does something that keeps it from being executed.
    fn finds_instruction(&mut self, memory: &Memory, insn: Insn) -> bool {
        match self.model.interrupts {
            InterruptModel::BookE | InterruptModel::Ppc405 => self.instruction_events(memory, insn),
            InterruptModel::Classic | InterruptModel::Server | InterruptModel::Ppc970 => {
                let Some(cause) = self.data_breakpoint(insn) else {
                    return false;
                };
                self.interrupt(cause, insn.word);
                true
            }
        }
    }

    /// What the completion of this instruction is to bring about.
    fn completion(&self, insn: Insn) -> Option<Completion> {
        match self.model.interrupts {
            InterruptModel::BookE | InterruptModel::Ppc405 => {
                self.wants_completion().then_some(Completion::Event)
            }
            InterruptModel::Classic | InterruptModel::Server | InterruptModel::Ppc970 => {
                self.traced(insn).map(Completion::Trace)
            }
        }
    }

    /// What becomes of an instruction, as far as it gets without memory: tried by a copy of the CPU. An interrupt of its
    /// own goes before a data breakpoint or event (EREF 2.0 7.11; PEM 6.1).
    fn attempt(&self, insn: Insn) -> Flow {
        self.attempt_in(&mut Memory::new(), insn)
    }

    /// The same in a memory that is there for it alone.
    fn attempt_in(&self, memory: &mut Memory, insn: Insn) -> Flow {
        let mut copy = self.clone();
        copy.state.regs.nia = copy.state.regs.ea(copy.state.regs.cia.wrapping_add(4));
        exec::execute(&mut copy, memory, insn)
    }

    /// Whether an access to storage gets as far as its operand.
    fn reaches_operand(&self, insn: Insn) -> bool {
        // Without memory a cache block cannot be zeroed: that alone is no interrupt of the instruction's own.
        let is_refused = |cause| !matches!(cause, Cause::Alignment { .. }) || !is_zeroing(insn);
        !matches!(self.attempt(insn), Err(Stop::Interrupt(cause)) if is_refused(cause))
    }
}

fn is_zeroing(insn: Insn) -> bool {
    use ppc_decode::{Cache, Op, Storage};
    matches!(
        insn.op,
        Op::Cache(Cache::Dcbz | Cache::Dcbzl) | Op::Storage(Storage::Dcbzep)
    )
}
