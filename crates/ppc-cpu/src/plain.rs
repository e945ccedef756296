//! The plain loop: one instruction at a time, fetched and decoded anew each time.
//!
//! It is what the walk is compared with, what a tracer sees every instruction through, and how a CPU goes that is watched by its
//! own debug registers ([`crate::watch`]). Without them nobody pays for it: the run loop chooses between it and the walk.

use crate::cpu::Cpu;
use crate::exec;
use crate::memory::Memory;
use crate::run::Left;
use alloc::boxed::Box;
use core::fmt;
use ppc_decode::Insn;

/// An instruction that is about to be executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traced {
    /// Its address.
    pub cia: u64,
    /// The instruction.
    pub insn: Insn,
}

/// A tracer of the caller's.
pub(crate) struct Trace(Box<dyn FnMut(Traced) + Send>);

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Trace(..)")
    }
}

impl Cpu {
    /// Calls `f` with every instruction before it is executed: each once, in order, also those that leave or interrupt; one
    /// that was cancelled is executed again. A word that is no instruction is none. For traces and coverage. A CPU that is
    /// not traced pays nothing for it, one that is runs without the cache of decoded instructions.
    pub fn set_trace(&mut self, f: impl FnMut(Traced) + Send + 'static) {
        self.disturb();
        self.trace = Some(Trace(Box::new(f)));
    }

    /// Ends the trace.
    pub fn clear_trace(&mut self) {
        self.trace = None;
    }

    /// Whether to execute instructions one by one, each fetched and decoded when it is executed: slow, and easily seen to
    /// be right. States, exits and counts are the same either way.
    pub fn set_no_cache(&mut self, is_plain: bool) {
        self.disturb();
        self.is_plain = is_plain;
    }

    /// Whether the run loop is to take this loop, for the caller or because the guest's debug registers ask for it.
    pub(crate) fn is_plain(&self) -> bool {
        self.is_plain | self.is_watched | self.is_restricted | self.trace.is_some()
    }

    /// [`Cpu::walk`] without a cache: executes at most `fuel` instructions, at least one; a watched CPU no more than that.
    pub(crate) fn plain_walk(&mut self, memory: &mut Memory, fuel: usize) -> Left {
        if self.is_watched {
            return self.watched_step(memory);
        }
        self.plain_steps(memory, fuel)
    }

    /// The same, whether it is watched or not.
    pub(crate) fn plain_steps(&mut self, memory: &mut Memory, fuel: usize) -> Left {
        for _ in 0..fuel {
            let cia = self.state.regs.cia;
            let insn = match self.fetch(memory, cia, self.is_little_endian()) {
                Ok(insn) => insn,
                Err(left) => return left,
            };
            // A multiple access that goes on was traced when it began.
            if let Some(Trace(f)) = &mut self.trace
                && self.state.element == 0
            {
                f(Traced { cia, insn });
            }
            self.state.regs.nia = self.state.regs.ea(cia.wrapping_add(4));
            if let Err(stop) = exec::execute(self, memory, insn) {
                return self.left(stop, insn.word);
            }
            self.advance();
        }
        Left::Look
    }
}
