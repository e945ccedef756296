//! The run loop: between instructions it looks at requests, timers and interrupts; in between it walks.
//!
//! One instruction at a time: the readable reference. Everything that can change what comes next
//! (MSR, timers, interrupts, exits) ends the walk, so that the walk itself compares one counter only.

use crate::cpu::Cpu;
use crate::exec::{self, Stop};
use crate::interrupt::Cause;
use crate::memory::Memory;
use crate::model::ByteOrder;
use crate::pending::Pending;
use core::sync::atomic::Ordering;
use ppc_decode::{Insn, Undecoded};
use spr_exit::{Exit, Msr, VcpuError};

/// How many instructions a walk lasts at most before a kick is looked for.
const POLL: u64 = 4096;

impl Cpu {
    /// Runs until an exit, for at most `budget` completed instructions and delivered interrupts together.
    ///
    /// # Errors
    /// [`VcpuError::ExitPending`] while an exit waits for its reply; nothing changes then.
    #[inline]
    pub fn run(&mut self, memory: &mut Memory, budget: u64) -> Result<Exit, VcpuError> {
        if self.state.pending.is_some() {
            return Err(VcpuError::ExitPending);
        }
        let end = self.work().saturating_add(budget);
        loop {
            if let Some(exit) = self.between(end) {
                return Ok(exit);
            }
            // Work is left, so `end` is above what was done.
            let left = (end - self.work()).min(POLL);
            let limit = self.timer_deadline().min(self.state.insns.saturating_add(left));
            if let Some(exit) = self.walk(memory, limit) {
                return Ok(exit);
            }
        }
    }

    /// Runs one instruction, or delivers one interrupt, whatever breakpoint is there.
    ///
    /// # Errors
    /// As [`Cpu::run`].
    pub fn step(&mut self, memory: &mut Memory) -> Result<Exit, VcpuError> {
        let breakpoints = core::mem::take(&mut self.breakpoints);
        let exit = self.run(memory, 1);
        self.breakpoints = breakpoints;
        exit
    }

    /// What budgets count.
    fn work(&self) -> u64 {
        self.state.insns.saturating_add(self.state.deliveries)
    }

    /// Everything that is looked at between two instructions; an exit, or leave to walk.
    #[inline]
    fn between(&mut self, end: u64) -> Option<Exit> {
        loop {
            if let Some(exit) = self.delivered() {
                return Some(exit);
            }
            if self.is_immediate_exit
                || self.kick.load(Ordering::Relaxed) && self.kick.swap(false, Ordering::Acquire)
            {
                return Some(Exit::Interrupted);
            }
            if self.work() >= end {
                return Some(Exit::Budget);
            }
            self.service_timer();
            if let Some(cause) = self.due() {
                let cia = self.state.regs.cia;
                self.deliver(cause, cia, 0);
                if cause == Cause::External && self.is_epr_loaded() {
                    self.state.pending = Some(Pending::Epr);
                    return Some(Exit::Epr);
                }
            } else if !self.state.is_waiting {
                return None;
            } else if !self.skip_to_decrementer() {
                return Some(Exit::Wait);
            }
        }
    }

    /// The exit for an interrupt that was delivered and not told yet, where the caller asked for it.
    #[inline]
    fn delivered(&mut self) -> Option<Exit> {
        if !self.state.is_unreported {
            return None;
        }
        self.state.is_unreported = false;
        let kind = self.state.last_interrupt?.kind;
        self.config.report_interrupts.then_some(Exit::Interrupt(kind))
    }

    /// Executes instructions until `limit` of them are completed in all, or until something is to be looked at.
    #[inline]
    fn walk(&mut self, memory: &mut Memory, limit: u64) -> Option<Exit> {
        // A change of the MSR ends the walk.
        let is_little = self.state.regs.msr.contains(Msr::LE);
        let has_breakpoints = !self.breakpoints.is_empty();
        memory.decoded.prepare(self.model.isa);
        while self.state.insns < limit {
            let cia = self.state.regs.cia;
            if has_breakpoints && self.breakpoints.binary_search(&cia).is_ok() {
                return Some(Exit::Debug { cia });
            }
            let insn = match memory.decoded.get(cia, is_little) {
                Some(insn) => insn,
                None => match self.fetch(memory, cia, is_little) {
                    Ok(insn) => insn,
                    Err(exit) => return exit,
                },
            };
            let word = insn.word;
            self.state.regs.nia = self.state.regs.ea(cia.wrapping_add(4));
            match exec::execute(self, memory, insn) {
                Ok(()) => self.advance(),
                Err(Stop::Recheck) => {
                    self.advance();
                    return None;
                }
                Err(Stop::Interrupt(cause)) => {
                    self.interrupt(cause, word);
                    return None;
                }
                Err(Stop::Pending) => return self.state.pending.as_ref().map(Pending::exit),
                Err(Stop::Unimplemented) => return Some(Exit::Unimplemented { cia, word }),
            }
        }
        None
    }

    /// Fetches and decodes the instruction at `cia`. Where there is none to execute: the exit, or none if the guest took
    /// an interrupt for it.
    #[cold]
    fn fetch(&mut self, memory: &mut Memory, cia: u64, is_little: bool) -> Result<Insn, Option<Exit>> {
        let Some(bytes) = memory.load::<4>(cia) else {
            return Err(self.fetch_error(cia));
        };
        let word = if is_little {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        };
        if is_little && self.model.byte_order == ByteOrder::Big {
            // Little-endian by address swizzling (classic) is not modelled.
            return Err(Some(Exit::Unimplemented { cia, word }));
        }
        match self.decoder.decode(word) {
            Ok(insn) => {
                memory.decoded.put(cia, is_little, insn);
                Ok(insn)
            }
            Err(Undecoded::Illegal) => {
                self.deliver(Cause::Illegal, cia, word);
                Err(None)
            }
            Err(Undecoded::Unknown) => Err(Some(Exit::Unimplemented { cia, word })),
        }
    }

    /// The instruction is complete.
    #[inline]
    pub(crate) fn advance(&mut self) {
        self.state.regs.cia = self.state.regs.nia;
        self.state.insns = self.state.insns.wrapping_add(1);
    }

    /// Takes the interrupt that the current instruction causes. A system call completes first, and returns behind
    /// itself; everything else returns to the instruction.
    pub(crate) fn interrupt(&mut self, cause: Cause, word: u32) {
        let saved = if let Cause::Syscall { .. } = cause {
            self.advance();
            self.state.regs.cia
        } else {
            self.state.regs.cia
        };
        self.deliver(cause, saved, word);
    }

    /// No memory where the next instruction should be: machine check, or checkstop while those are disabled
    /// (MPC750 UM 4.5.2; E500CORERM 5.7.2).
    #[cold]
    fn fetch_error(&mut self, cia: u64) -> Option<Exit> {
        if !self.state.regs.msr.contains(Msr::ME) {
            return Some(Exit::Checkstop { cia });
        }
        self.deliver(Cause::FetchError, cia, 0);
        None
    }

    /// Whether a delivered external interrupt asks for the acknowledged vector.
    fn is_epr_loaded(&self) -> bool {
        self.config.epr_on_delivery && self.model.sprs.row(spr_exit::num::e500::EPR).is_some()
    }
}
