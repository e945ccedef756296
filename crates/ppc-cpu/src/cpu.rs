//! The CPU: its state, and how the outside looks at it and changes it.
//!
//! Everything that a snapshot must hold stands in [`State`], the pending access among it. What runs it is in
//! [`crate::run`], what answers an exit in [`crate::complete`].

use crate::alu::low;
use crate::config::{Config, Stamp};
use crate::hop::Resume;
use crate::interrupt::Input;
use crate::model::{InterruptModel, Model};
use crate::plain::Trace;
use crate::spr::{Behaviour, Decisions, Level, Profile};
use crate::state::{State, ea_bits, is_wide, thread_mask};
use crate::watch::{Armed, Watched};
use crate::xer::Xer;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, Ordering};
use ppc_decode::{Decoder, Isa};
use spr_exit::{CapError, Direction, Exit, Interrupt, Msr, Owner, Reports, ResetKind, SprNum, num};

/// A PowerPC CPU.
///
/// ```
/// use ppc_cpu::{Cpu, Memory, model};
/// use ppc_decode::asm;
/// use spr_exit::{Exit, Reply, num::booke};
///
/// let mut memory = Memory::with_ram(0x1000)?;
/// memory.write_words(0, &[asm::mfspr(3, booke::PIR.get().into()), asm::mfspr(4, 880)])?;
/// let mut cpu = Cpu::new(&model::E500V2);
/// cpu.set_cia(0);
/// let Exit::Spr(at) = cpu.run(&mut memory, 10)? else { panic!("880 is nobody's") };
/// assert_eq!((at.sprn().get(), at.cia()), (880, 4));
/// cpu.complete(Reply::Done(7))?;
/// assert_eq!((cpu.gpr(4), cpu.cia()), (7, 8));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Cpu {
    pub(crate) model: &'static Model,
    pub(crate) decoder: Decoder,
    pub(crate) id: u32,
    pub(crate) state: State,
    pub(crate) config: Config,
    /// Names this configuration: CPUs and snapshots with the same stamp have the same.
    pub(crate) stamp: Stamp,
    /// What the gate decided under this configuration.
    pub(crate) decisions: Decisions,
    /// How privileged the code is, as the gate's key has it. Follows from the MSR, LPCR and the model.
    pub(crate) level_key: u32,
    /// Whether PCR hides anything from the code that runs ([`crate::compat`]). Follows from it and the MSR.
    pub(crate) is_restricted: bool,
    /// What the debug registers enable. Follows from them.
    pub(crate) armed: Armed,
    /// Whether instructions are executed one by one between looks before and behind them ([`crate::watch`]). Follows from what
    /// is armed, the MSR and the instruction that is watched.
    pub(crate) is_watched: bool,
    pub(crate) reports: Reports,
    pub(crate) kick: Arc<AtomicBool>,
    pub(crate) is_immediate_exit: bool,
    /// Nothing but a kick, an exit that waits, a timer and the budget is to be looked at before the next instruction: found
    /// by the run loop, taken back by whatever may change it ([`Cpu::disturb`]).
    pub(crate) is_quiet: bool,
    /// While it is quiet: where the next hop begins ([`crate::hop`]).
    pub(crate) resume: Resume,
    /// The [`Cpu::work`] at which runs without a budget of their own end: a machine's.
    pub(crate) end: u64,
    /// Addresses of breakpoints, sorted.
    pub(crate) breakpoints: Vec<u64>,
    /// Whether instructions are executed one by one, without a cache.
    pub(crate) is_plain: bool,
    pub(crate) trace: Option<Trace>,
}

impl Clone for Cpu {
    /// A CPU in the same state under the same decisions. Its kickers are its own, its reports go to a log of its own, and nobody traces it.
    fn clone(&self) -> Self {
        Self {
            model: self.model,
            decoder: self.decoder,
            id: self.id,
            state: self.state.clone(),
            config: self.config.clone(),
            stamp: self.stamp,
            decisions: Decisions::new(),
            level_key: self.level_key,
            is_restricted: self.is_restricted,
            armed: self.armed,
            is_watched: self.is_watched,
            reports: Reports::default(),
            kick: Arc::default(),
            is_immediate_exit: self.is_immediate_exit,
            is_quiet: false,
            resume: Resume::NOWHERE,
            end: self.end,
            breakpoints: self.breakpoints.clone(),
            is_plain: self.is_plain,
            trace: None,
        }
    }
}

/// Asks a running CPU to leave, from any thread.
#[derive(Clone, Debug)]
pub struct Kicker(Arc<AtomicBool>);

impl Kicker {
    /// The next `run`, or the one that is going on, comes back with [`Exit::Interrupted`] within some thousand
    /// instructions. One kick makes one return.
    pub fn kick(&self) {
        self.0.store(true, Ordering::Release);
    }
}

impl Cpu {
    /// A CPU of this model, as it comes out of reset.
    #[inline(always)]
    pub fn new(model: &'static Model) -> Self {
        Self::with_id(model, 0)
    }

    /// The same with a number, which PIR (where there is one) and the exits carry.
    // Inlined, as all constructors around it: made where it is to be, its four KiB are not moved from call to call.
    #[inline(always)]
    pub fn with_id(model: &'static Model, id: u32) -> Self {
        let mut it = Self {
            model,
            decoder: Decoder::new(model.isa),
            id,
            state: State::new(model, id),
            config: Config::default(),
            stamp: Stamp::DEFAULT,
            decisions: Decisions::new(),
            level_key: 0,
            is_restricted: false,
            armed: Armed::default(),
            is_watched: false,
            reports: Reports::default(),
            kick: Arc::default(),
            is_immediate_exit: false,
            is_quiet: false,
            resume: Resume::NOWHERE,
            end: u64::MAX,
            breakpoints: Vec::new(),
            is_plain: false,
            trace: None,
        };
        it.update_level();
        it.rearm();
        it.start_intervals(0);
        it
    }

    /// Resets the CPU: registers as the model's manual says, no reservation, a pending access cancelled without a
    /// trace. The VM's decisions, breakpoints, the interrupt inputs and the virtual clock go on; the time base
    /// starts at 0, and an interrupt controller in the core afresh. TSR\[WRS\] stays, unless it is a first start. `kind` is
    /// what DBSR\[MRR\] will tell the guest on
    /// Book E (`None`: a first start).
    pub fn reset(&mut self, kind: Option<ResetKind>) {
        self.disturb();
        let watchdog_status = kind.map_or(0, |_| self.watchdog_status());
        let old = core::mem::replace(&mut self.state, State::new(self.model, self.id));
        self.state.insns = old.insns;
        self.state.deliveries = old.deliveries;
        self.state.inputs = old.inputs.difference(Input::ONCE);
        self.state.irqchip = old.irqchip;
        self.state.timer = old.timer;
        self.state.timer.reset(old.insns);
        self.state.timer.start(self.model.interrupts);
        self.restart_counters();
        self.state.counted = old.insns;
        self.start_intervals(watchdog_status);
        if let Some(chip) = &mut self.state.irqchip {
            chip.reset();
        }
        self.update_irqchip();
        self.update_level();
        if let Some(kind) = kind {
            let kind = u64::from(u8::from(kind));
            match self.model.interrupts {
                InterruptModel::BookE => self.set_spr_value(num::booke::DBSR, kind << 28),
                InterruptModel::Ppc405 => self.set_spr_value(num::ppc4xx::DBSR_40X, kind << 8),
                InterruptModel::Classic | InterruptModel::Server | InterruptModel::Ppc970 => {}
            }
        }
        self.rearm();
    }

    /// The model.
    pub fn model(&self) -> &'static Model {
        self.model
    }

    /// The CPU's number.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// GPR `n` (modulo 32): 64 bits on 64-bit CPUs; on CPUs with SPE the upper half is SPE's; else 32 bits.
    pub fn gpr(&self, n: usize) -> u64 {
        let value = self.state.regs.gpr[n & 31];
        if self.model.is_64bit {
            value
        } else {
            u64::from(self.state.regs.gpr_upper[n & 31]) << 32 | value & 0xffff_ffff
        }
    }

    /// Sets GPR `n` (modulo 32), the upper half where the CPU has one.
    #[allow(clippy::cast_possible_truncation, reason = "halves")]
    pub fn set_gpr(&mut self, n: usize, value: u64) {
        self.state.regs.gpr[n & 31] = value;
        if self.model.isa.contains(Isa::SPE) {
            self.state.regs.gpr_upper[n & 31] = (value >> 32) as u32;
        }
    }

    /// FPR `n` (modulo 32), in the format of double-precision numbers. Without floating point there is none: 0.
    pub fn fpr(&self, n: usize) -> u64 {
        self.state.fp.fpr[n & 31]
    }

    /// Sets FPR `n` (modulo 32), where the CPU has floating point.
    pub fn set_fpr(&mut self, n: usize, value: u64) {
        if self.model.isa.contains(Isa::FP) {
            self.state.fp.fpr[n & 31] = value;
        }
    }

    /// Segment register `n` (modulo 16) of the classic processors.
    pub fn segment(&self, n: usize) -> u32 {
        self.state.segments[n & 15]
    }

    /// Begins the random numbers of `darn` anew: the same seed gives the same numbers. The CPU's number is the first
    /// seed.
    pub fn seed_random(&mut self, seed: u64) {
        self.state.random = seed;
    }

    /// Address of the instruction that is next, or that waits for a reply.
    pub fn cia(&self) -> u64 {
        self.state.regs.cia
    }

    /// Goes to another address. A pending access is cancelled.
    pub fn set_cia(&mut self, cia: u64) {
        self.cancel();
        self.forget_watched();
        self.state.regs.cia = self.mask_width(cia) & !3;
        self.state.is_waiting = false;
    }

    /// Condition register, CR0 highest.
    pub fn cr(&self) -> u32 {
        self.state.regs.cr.get()
    }

    /// Sets the condition register.
    pub fn set_cr(&mut self, cr: u32) {
        self.state.regs.cr = cr.into();
    }

    /// XER, with the bits that this model has.
    pub fn xer(&self) -> u64 {
        self.state.regs.xer.get() & self.xer_bits()
    }

    /// Sets the bits of XER that this model has.
    pub fn set_xer(&mut self, xer: u64) {
        self.state.regs.xer = Xer::from_bits(xer & self.xer_bits());
    }

    fn xer_bits(&self) -> u64 {
        if self.model.isa.contains(Isa::V3_0) {
            Xer::WRITABLE_V3
        } else {
            Xer::WRITABLE
        }
    }

    /// Link register.
    pub fn lr(&self) -> u64 {
        self.mask_width(self.state.regs.lr)
    }

    /// Sets the link register.
    pub fn set_lr(&mut self, lr: u64) {
        self.state.regs.lr = lr;
    }

    /// Count register.
    pub fn ctr(&self) -> u64 {
        self.mask_width(self.state.regs.ctr)
    }

    /// Sets the count register.
    pub fn set_ctr(&mut self, ctr: u64) {
        self.state.regs.ctr = ctr;
    }

    /// Machine state register.
    pub fn msr(&self) -> Msr {
        self.state.regs.msr
    }

    /// Sets the MSR, in the bits that the model implements.
    pub fn set_msr(&mut self, msr: Msr) {
        self.write_msr(msr);
    }

    /// Instructions completed so far; a trapping or failed one is not, nor a system call that interrupts the guest.
    pub fn insns(&self) -> u64 {
        self.state.insns
    }

    /// Interrupts delivered so far.
    pub fn deliveries(&self) -> u64 {
        self.state.deliveries
    }

    /// The last interrupt that was delivered.
    pub fn last_interrupt(&self) -> Option<&Interrupt> {
        self.state.last_interrupt.as_ref()
    }

    /// The exit that waits for a reply.
    pub fn pending(&self) -> Option<Exit> {
        self.state.pending.map(|p| p.exit())
    }

    /// Drops the pending access: nothing is written, CIA stays on the instruction.
    pub fn cancel(&mut self) {
        self.disturb();
        // What was answered is no longer to be dropped.
        self.settle();
        self.state.pending = None;
        self.state.element = 0;
        if let Some(Watched::Begun { .. }) = self.state.watched {
            self.forget_watched();
        }
    }

    /// What the VM decided.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Changes what the VM decided; in force from the next instruction. Owners go through [`Cpu::set_owner`].
    pub fn config_mut(&mut self) -> &mut Config {
        self.disturb();
        self.decisions = Decisions::new();
        self.stamp = Stamp::next();
        &mut self.config
    }

    /// Gives an SPR to an owner, in both directions.
    ///
    /// # Errors
    /// [`CapError::NotModelled`] if the core is to own a register that it does not model.
    pub fn set_owner(&mut self, sprn: SprNum, owner: Owner) -> Result<(), CapError> {
        self.set_owners(sprn, &[Direction::Read, Direction::Write], owner)
    }

    /// Gives the accesses to an SPR in one direction to an owner.
    ///
    /// # Errors
    /// As [`Cpu::set_owner`].
    pub fn set_owner_of(&mut self, sprn: SprNum, direction: Direction, owner: Owner) -> Result<(), CapError> {
        self.set_owners(sprn, &[direction], owner)
    }

    /// One change of the configuration, for each of them costs what the gate remembers.
    fn set_owners(&mut self, sprn: SprNum, directions: &[Direction], owner: Owner) -> Result<(), CapError> {
        if owner == Owner::Core && !self.is_modelled(sprn) {
            return Err(CapError::NotModelled(sprn));
        }
        let owners = &mut self.config_mut().owners;
        for direction in directions {
            owners.set(sprn, *direction, owner);
        }
        self.restart_monitor();
        Ok(())
    }

    /// Says who owns the SPRs for which no owner was named.
    pub fn set_profile(&mut self, profile: Profile) {
        self.config_mut().profile = profile;
        self.restart_monitor();
    }

    /// Whether the core has a register behind `sprn` on this model.
    pub fn is_modelled(&self, sprn: SprNum) -> bool {
        self.model
            .sprs
            .row(sprn)
            .is_some_and(|row| row.behaviour != Behaviour::Exit)
    }

    /// Where the reports about unknown SPRs go.
    pub fn reports(&self) -> &Reports {
        &self.reports
    }

    /// Sends the reports about unknown SPRs elsewhere.
    pub fn set_reports(&mut self, reports: Reports) {
        self.reports = reports;
    }

    /// The levels of the interrupt inputs.
    pub fn inputs(&self) -> Input {
        self.state.inputs
    }

    /// Drives the external interrupt input, as [`Cpu::set_input`] does.
    pub fn set_external(&mut self, is_asserted: bool) {
        self.set_input(Input::EXTERNAL, is_asserted);
    }

    /// The level of the external interrupt input.
    pub fn external(&self) -> bool {
        self.state.inputs.contains(Input::EXTERNAL)
    }

    /// Addresses at which `run` stops before the instruction, the first one of the call included.
    pub fn set_breakpoints(&mut self, addresses: &[u64]) {
        self.disturb();
        self.breakpoints = addresses.to_vec();
        self.breakpoints.sort_unstable();
    }

    /// A handle that asks this CPU to leave from another thread.
    pub fn kicker(&self) -> Kicker {
        Kicker(Arc::clone(&self.kick))
    }

    /// While set, every `run` comes back with [`Exit::Interrupted`] before its first instruction.
    pub fn set_immediate_exit(&mut self, leave: bool) {
        self.disturb();
        self.is_immediate_exit = leave;
    }

    /// Whether [`Cpu::set_immediate_exit`] is in force.
    pub fn is_immediate_exit(&self) -> bool {
        self.is_immediate_exit
    }

    /// How privileged the code is that runs now.
    #[inline]
    pub fn level(&self) -> Level {
        level(self.model, self.state.regs.msr)
    }

    /// The bits of PIR that number the threads of a server's core.
    pub(crate) fn thread_mask(&self) -> u64 {
        thread_mask(self.model)
    }

    /// Cuts a value to the width of the CPU's registers.
    #[inline]
    pub(crate) fn mask_width(&self, value: u64) -> u64 {
        if self.model.is_64bit {
            value
        } else {
            value & 0xffff_ffff
        }
    }

    /// Puts a value into the MSR, in the bits that the model implements, and what follows from it.
    #[inline]
    pub(crate) fn write_msr(&mut self, msr: Msr) {
        if self.has_counters() {
            self.write_msr_counting(msr);
        } else {
            self.put_msr(msr);
        }
    }

    /// The same where it may freeze counters, or let them go on.
    #[cold]
    fn write_msr_counting(&mut self, msr: Msr) {
        self.count_events();
        self.put_msr(msr);
        self.arm_counters();
    }

    #[inline(always)]
    fn put_msr(&mut self, msr: Msr) {
        self.disturb();
        if (self.state.regs.msr ^ msr).contains(Msr::TGPR) {
            self.exchange_gprs();
        }
        self.state.regs.msr = msr & self.model.msr_implemented;
        self.state.regs.is_64bit = self.model.is_64bit;
        self.state.regs.is_wide = is_wide(self.model, self.state.regs.msr);
        self.state.regs.ea_bits = ea_bits(self.state.regs.is_wide);
        // Code above 4 GiB that leaves 64-bit mode goes on below them.
        self.state.regs.cia = self.state.regs.ea(self.state.regs.cia);
        self.state.regs.nia = self.state.regs.ea(self.state.regs.nia);
        self.update_level();
        self.watch();
    }

    /// GPR0 to GPR3 and the temporary ones change places.
    #[cold]
    fn exchange_gprs(&mut self) {
        if self.model.has_temporary_gprs() {
            for (n, other) in self.state.temporary.iter_mut().enumerate() {
                core::mem::swap(&mut self.state.regs.gpr[n], other);
                // A 32-bit CPU, whose snapshots have no upper halves.
                *other = low(*other).into();
            }
        }
    }

    /// Whether data and instructions are little-endian now.
    #[inline]
    pub(crate) fn is_little_endian(&self) -> bool {
        self.state.regs.msr.contains(Msr::LE)
    }
}

/// How privileged code with this MSR is on this model.
pub(crate) fn level(model: &Model, msr: Msr) -> Level {
    let implemented = model.msr_implemented;
    if msr.is_problem() {
        Level::Problem
    } else if implemented.contains(Msr::HV) {
        if msr.contains(Msr::HV) {
            Level::Hypervisor
        } else {
            Level::Supervisor
        }
    } else if implemented.contains(Msr::GS) {
        if msr.contains(Msr::GS) {
            Level::Supervisor
        } else {
            Level::Hypervisor
        }
    } else {
        Level::Supervisor
    }
}
