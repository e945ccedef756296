//! The run loop: between instructions it looks at requests, timers and interrupts; in between it walks
//! ([`crate::walk`]).

use crate::cpu::Cpu;
use crate::exec::Stop;
use crate::hop::Resume;
use crate::interrupt::Cause;
use crate::memory::Memory;
use crate::model::ByteOrder;
use crate::spr::Facility;
use core::sync::atomic::Ordering;
use ppc_decode::{Insn, Undecoded, Unit};
use spr_exit::{Access, Exit, Msr, SprAccess, VcpuError};

/// How many instructions a walk lasts at most before a kick is looked for.
const POLL: u64 = 4096;

/// Why the run loop or a part of it ends: an [`Exit`] in eight bytes, what else it says being in the CPU's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// Nothing leaves; something is to be looked at before the next instruction.
    Look,
    /// An SPR access waits for a reply.
    Spr,
    /// Something else waits for a reply.
    Pending,
    /// An exit waits since before the call.
    Refused,
    Budget,
    Wait,
    Interrupted,
    Debug,
    Checkstop,
    Watchdog,
    Interrupt,
    Message(u32),
    Unimplemented(u32),
}

const _: () = assert!(size_of::<Left>() == 8, "it is to come back in a register");

impl Cpu {
    /// Runs until an exit, for at most `budget` completed instructions and delivered interrupts together.
    ///
    /// # Errors
    /// [`VcpuError::ExitPending`] while an exit waits for its reply; nothing changes then.
    #[inline(always)]
    pub fn run(&mut self, memory: &mut Memory, budget: u64) -> Result<Exit, VcpuError> {
        let end = self.work().saturating_add(budget);
        if !self.resume.is_aimed(end) {
            self.aim(end);
        }
        let exit = match self.hop(memory) {
            Some(at) => Ok(Exit::Spr(at)),
            None => self.run_to(memory, end),
        };
        if self.end < end {
            self.resume = Resume::NOWHERE;
        }
        exit
    }

    /// Runs until an exit, or until so much work is done in all, with no hop before that.
    #[inline(always)]
    pub(crate) fn run_to(&mut self, memory: &mut Memory, end: u64) -> Result<Exit, VcpuError> {
        let left = self.run_until_left(memory, end);
        if left == Left::Spr
            && let Some(at) = self.waiting_spr()
        {
            return Ok(Exit::Spr(at));
        }
        if left == Left::Refused {
            return Err(VcpuError::ExitPending);
        }
        // Not returned by the call: what nobody takes the address of can stay in the caller's registers.
        let mut exit = Exit::Interrupted;
        self.exit(left, &mut exit);
        Ok(exit)
    }

    /// The SPR access that waits. It was stored a moment ago, field by field: to copy it as one would wait for the host's
    /// store buffer, so its fields come one by one, and from the registers where they are there as well.
    #[inline(always)]
    pub(crate) fn waiting_spr(&self) -> Option<SprAccess> {
        let at = self.state.pending.as_ref()?.access()?;
        let regs = &self.state.regs;
        let access = match at.access() {
            Access::Read => SprAccess::read(at.sprn()),
            Access::Write(value) => SprAccess::write(at.sprn(), value),
        };
        Some(
            access
                .at(regs.cia, at.word(), self.id)
                .with_msr(regs.msr)
                .with_reason(at.reason()),
        )
    }

    #[inline(never)]
    fn run_until_left(&mut self, memory: &mut Memory, end: u64) -> Left {
        if self.state.pending.is_some() {
            return Left::Refused;
        }
        if self.state.element != 0 {
            self.check_multiple(memory);
        }
        loop {
            let mut fuel = self.fuel(end);
            if fuel == 0 || self.wants_attention() {
                if let Some(left) = self.between(end) {
                    return left;
                }
                // Leave to walk is leave for one instruction, whatever a restored clock says.
                fuel = self.fuel(end).max(1);
            }
            let is_plain = self.is_plain();
            // A hop compares counts that must not go around on its way, as those of a snapshot by hand may.
            let is_early = self.state.insns.max(self.work()) <= u64::MAX / 2;
            self.is_quiet = self.breakpoints.is_empty() && !is_plain && is_early;
            if !self.breakpoints.is_empty() {
                if self.breakpoints.binary_search(&self.state.regs.cia).is_ok() {
                    return Left::Debug;
                }
                fuel = fuel.min(1);
            }
            let left = if is_plain {
                self.plain_walk(memory, fuel)
            } else {
                self.walk(memory, fuel)
            };
            if left == Left::Spr {
                self.aim(end);
            }
            if left == Left::Pending && self.is_answered_by_irqchip() {
                self.check_multiple(memory);
            } else if left != Left::Look {
                return left;
            }
        }
    }

    /// A multiple access goes on where it was if its instruction is still there. It may have stored over itself, or the
    /// caller may have: what is there now begins at its beginning.
    #[cold]
    fn check_multiple(&mut self, memory: &Memory) {
        if self.state.element == 0 {
            return;
        }
        let order = if self.is_little_endian() {
            u32::from_le_bytes
        } else {
            u32::from_be_bytes
        };
        if memory.load(self.state.regs.cia).map(order) != Some(self.state.multiple) {
            self.state.element = 0;
        }
    }

    /// The exit that this is; none leaves for [`Left::Look`].
    #[cold]
    fn exit(&self, left: Left, exit: &mut Exit) {
        let cia = self.state.regs.cia;
        *exit = match left {
            Left::Spr | Left::Pending | Left::Refused => match &self.state.pending {
                Some(pending) => pending.exit(),
                None => Exit::Interrupted,
            },
            Left::Budget => Exit::Budget,
            Left::Wait => Exit::Wait,
            Left::Interrupted | Left::Look => Exit::Interrupted,
            Left::Debug => Exit::Debug { cia },
            Left::Checkstop => Exit::Checkstop { cia },
            Left::Interrupt => match &self.state.last_interrupt {
                Some(interrupt) => Exit::Interrupt(interrupt.kind),
                None => Exit::Interrupted,
            },
            Left::Watchdog => Exit::Watchdog,
            Left::Message(payload) => Exit::Message { payload },
            Left::Unimplemented(word) => Exit::Unimplemented { cia, word },
        };
    }

    /// Runs one instruction, or delivers one interrupt, whatever breakpoint is there.
    ///
    /// # Errors
    /// As [`Cpu::run`].
    pub fn step(&mut self, memory: &mut Memory) -> Result<Exit, VcpuError> {
        let breakpoints = core::mem::take(&mut self.breakpoints);
        let exit = self.run(memory, 1);
        if !breakpoints.is_empty() {
            // It was quiet without them.
            self.disturb();
            self.breakpoints = breakpoints;
        }
        exit
    }

    /// What budgets count: completed instructions and delivered interrupts.
    #[inline]
    pub fn work(&self) -> u64 {
        self.state.insns.wrapping_add(self.state.deliveries)
    }

    /// What is left of a budget that ends when so much work is done.
    #[inline]
    fn budget_left(&self, end: u64) -> u64 {
        end.saturating_sub(self.work())
    }

    /// How many instructions can be executed before the budget ends, a timer expires or a kick is looked for.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "at most POLL")]
    fn fuel(&self, end: u64) -> usize {
        let until_timer = self.timer_deadline().saturating_sub(self.state.insns);
        self.budget_left(end).min(until_timer).min(POLL) as usize
    }

    /// Whether [`Cpu::between`] has anything to do while fuel is left.
    #[inline]
    fn wants_attention(&self) -> bool {
        let state = &self.state;
        // Not one after the other: nearly always it is none of them.
        if self.is_immediate_exit
            | self.is_watched
            | state.is_unreported
            | state.is_waiting
            | self.kick.load(Ordering::Relaxed)
        {
            return true;
        }
        self.due().is_some() || self.is_event_due()
    }

    /// Everything that is looked at between two instructions; an exit, or leave to walk.
    #[cold]
    fn between(&mut self, end: u64) -> Option<Left> {
        self.settle();
        loop {
            // Before the report of an interrupt, which waits for the next call: every `run` is to leave so.
            if self.is_immediate_exit
                || self.kick.load(Ordering::Relaxed) && self.kick.swap(false, Ordering::Acquire)
            {
                return Some(Left::Interrupted);
            }
            if let Some(left) = self.delivered() {
                return Some(left);
            }
            if self.budget_left(end) == 0 {
                return Some(Left::Budget);
            }
            self.service_timer();
            if self.take_watchdog_exit() {
                return Some(Left::Watchdog);
            }
            if self.is_roused() {
                self.state.is_waiting = false;
            }
            if let Some(cause) = self.next_due() {
                if cause == Cause::MachineCheckInput && !self.is_enabled(Msr::ME) {
                    return Some(Left::Checkstop);
                }
                let cia = self.state.regs.cia;
                self.deliver(cause, cia, 0);
                if cause == Cause::External
                    && let Some(left) = self.load_epr()
                {
                    return Some(left);
                }
            } else if self.is_event_due() {
                self.branch_on_event();
            } else if !self.state.is_waiting {
                return None;
            } else if !self.skip_to_event() {
                return Some(Left::Wait);
            }
        }
    }

    /// The exit for an interrupt that was delivered and not told yet, where the caller asked for it.
    fn delivered(&mut self) -> Option<Left> {
        if !self.state.is_unreported {
            return None;
        }
        self.state.is_unreported = false;
        self.config.report_interrupts.then_some(Left::Interrupt)
    }

    /// Fetches and decodes the instruction at `cia`. Where there is none to execute: why the walk ends, which may be
    /// an interrupt that the guest took for it.
    #[cold]
    pub(crate) fn fetch(&mut self, memory: &Memory, cia: u64, is_little: bool) -> Result<Insn, Left> {
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
            return Err(Left::Unimplemented(word));
        }
        match self.decoder.decode(word) {
            Ok(insn) => Ok(insn),
            Err(Undecoded::Illegal) => {
                self.deliver(Cause::Illegal, cia, word);
                Err(Left::Look)
            }
            Err(Undecoded::Unknown) => match self.unavailable(word) {
                Some(cause) => {
                    self.deliver(cause, cia, word);
                    Err(Left::Look)
                }
                None => Err(Left::Unimplemented(word)),
            },
        }
    }

    /// The interrupt of an instruction, of which there is no row yet, that needs a unit which the MSR or HFSCR keep from it.
    fn unavailable(&self, word: u32) -> Option<Cause> {
        let (bit, cause, facility) = match ppc_decode::unit(word, self.model.isa)? {
            Unit::Float => (Msr::FP, Cause::FpUnavailable, Some(Facility::Fp)),
            Unit::Vector => (Msr::VEC, Cause::VecUnavailable, Some(Facility::Vector)),
            Unit::VectorScalar => (Msr::VSX, Cause::VsxUnavailable, Some(Facility::Vector)),
            Unit::Spe => (Msr::SPE, Cause::SpeUnavailable, None),
        };
        if !self.state.regs.msr.contains(bit) {
            return Some(cause);
        }
        match self.needs(facility?) {
            Err(Stop::Interrupt(cause)) => Some(cause),
            _ => None,
        }
    }

    /// The instruction is complete.
    #[inline]
    pub(crate) fn advance(&mut self) {
        self.state.regs.cia = self.state.regs.nia;
        self.state.insns = self.state.insns.wrapping_add(1);
    }

    /// Takes the interrupt that the current instruction causes. A system call returns behind itself, everything else to
    /// the instruction. Neither counts as completed: the delivery does, so that a budget can be used exactly.
    pub(crate) fn interrupt(&mut self, cause: Cause, word: u32) {
        let saved = match cause {
            Cause::Syscall { .. } => self.state.regs.nia,
            _ => self.state.regs.cia,
        };
        self.deliver(cause, saved, word);
    }

    /// No memory where the next instruction should be: machine check, or checkstop while those are disabled
    /// (MPC750 UM 4.5.2; E500CORERM 5.7.2).
    #[cold]
    fn fetch_error(&mut self, cia: u64) -> Left {
        if !self.state.regs.msr.contains(Msr::ME) {
            return Left::Checkstop;
        }
        self.deliver(Cause::FetchError, cia, 0);
        Left::Look
    }
}
