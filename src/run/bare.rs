//! The bare machine: a CPU, RAM, the board's devices, and the loop that answers for them.
//!
//! This loop is what a VMM on any SPR-exit interface looks like. `spr_exit::drive` is the short form of it for those
//! who need no reports.

use super::end::End;
use super::pace::Pace;
use super::replay::RecordFile;
use super::report::{Counts, Reporter, Verdict};
use crate::device::{self, Board};
use crate::image::{Class, Image};
use crate::policy::SprPolicy;
use ppc_cpu::interrupt::Input;
use ppc_cpu::model::{InterruptModel, Model};
use ppc_cpu::{Cpu, Machine};
use spr_exit::record::{Change, Writer};
use spr_exit::{
    CapError, Capabilities, Capability, EnableCap, Exit, MmioAccess, Msr, Owner, Reason, Reply, ResetKind,
    SprAccess, SprNum, SprRouter, SystemEvent, UnknownSpr, Vcpu, answer, num,
};
use std::fmt;
use std::io;

/// What the CPU finds at its start, and again after a reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// First instruction.
    pub entry: u64,
    /// Width of the code, if the image says it.
    pub class: Option<Class>,
    /// Whether the code is little-endian.
    pub is_little_endian: bool,
    /// Bytes of RAM; r1 points below its end.
    pub ram: u64,
}

impl Start {
    /// The start of an image.
    pub fn of(image: &Image, entry: Option<u64>, ram: u64) -> Self {
        Self {
            entry: entry.unwrap_or(image.entry),
            class: image.class,
            is_little_endian: image.is_little_endian,
            ram,
        }
    }

    /// What puts a CPU that comes out of reset there.
    fn changes(&self, cpu: &Cpu) -> [Change; 3] {
        let mut msr = cpu.msr();
        if cpu.model().interrupts == InterruptModel::Classic {
            // Vectors in RAM.
            msr.remove(Msr::IP);
        }
        if let (true, Some(class)) = (cpu.model().is_64bit, self.class) {
            msr.set(Msr::SF, class == Class::Elf64);
        }
        msr.set(Msr::LE, self.is_little_endian);
        [
            Change::Msr(msr),
            Change::Cia(self.entry),
            Change::Gpr(1, (self.ram - 256) & !15),
        ]
    }
}

/// What the command line says about who answers what.
#[derive(Clone, Debug)]
pub struct Options {
    /// Who owns which SPRs, and what becomes of unknown ones.
    pub policy: SprPolicy,
    /// SPRs that the core gets.
    pub promote: Vec<SprNum>,
    /// Acknowledge at delivery.
    pub epr_on_delivery: bool,
    /// The interrupt controller is in the core; the board's is then without an effect.
    pub irqchip: bool,
    /// Resets leave as events.
    pub reset_event: bool,
    /// Instructions per tick.
    pub insns_per_tick: u32,
    /// Budget.
    pub max_insns: Option<u64>,
    /// Print every instruction.
    pub trace: bool,
}

/// A machine with its board.
#[derive(Debug)]
pub struct Bare {
    machine: Machine,
    /// Where the run is written down.
    record: Option<Writer<RecordFile>>,
    board: Board,
    router: SprRouter<Board>,
    start: Start,
    pace: Pace,
    counts: Counts,
}

/// An option that this CPU cannot have.
#[derive(Debug)]
pub struct OptionError {
    /// The option.
    pub option: String,
    /// Name of the CPU.
    pub cpu: &'static str,
    /// What is wrong.
    pub why: CapError,
}

impl fmt::Display for OptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { option, cpu, why } = self;
        match why {
            CapError::Unsupported(_) => write!(f, "{option}: the {cpu} has no register for it"),
            why => write!(f, "{option} on the {cpu}: {why}"),
        }
    }
}

impl std::error::Error for OptionError {}

/// Whether the board's devices for the e500's own registers belong to it.
fn is_e500(model: &Model) -> bool {
    model.interrupts == InterruptModel::BookE && model.sprs.row(num::e500::BUCSR).is_some()
}

impl Bare {
    /// A machine about to start.
    ///
    /// # Errors
    /// [`OptionError`] when the CPU has no such capability, or no such register.
    pub fn new(
        mut machine: Machine,
        board: Board,
        start: Start,
        options: &Options,
    ) -> Result<Self, OptionError> {
        let cpu = &mut machine.cpu;
        let mut router = device::router();
        if is_e500(cpu.model()) {
            device::add_book_e(&mut router);
        }
        match cpu.model().interrupts {
            InterruptModel::Ppc405 => device::add_4xx(&mut router, num::ppc4xx::DBCR0_40X),
            InterruptModel::BookE if !is_e500(cpu.model()) => device::add_4xx(&mut router, num::booke::DBCR0),
            _ => {}
        }

        cpu.config_mut().report_interrupts = true;

        let name = cpu.model().name;
        let error = |option: String| {
            move |why| OptionError {
                option,
                cpu: name,
                why,
            }
        };
        // What the board answers for leaves, whatever becomes of the numbers that nobody knows.
        let mut own: Vec<SprNum> = device::num::ALL.iter().map(|(number, _)| *number).collect();
        let is_policy_exit = matches!(options.policy.unknown, None | Some(UnknownSpr::Exit));
        if !is_policy_exit && is_e500(cpu.model()) {
            // A controller in the core takes EPR back, where the core has one.
            own.extend([num::e500::EPR, num::e500::BUCSR]);
        }
        for sprn in own {
            cpu.set_owner(sprn, Owner::User)
                .map_err(error(format!("SPR {sprn}")))?;
        }
        options
            .policy
            .apply(cpu)
            .map_err(error("--spr-policy".to_owned()))?;
        for sprn in &options.promote {
            cpu.enable_cap(&EnableCap::promote(*sprn, true))
                .map_err(error(format!("--promote {sprn}")))?;
        }
        for (is_on, option, cap) in [
            (
                options.epr_on_delivery,
                "--epr-on-delivery",
                Capability::EprOnDelivery,
            ),
            (options.irqchip, "--irqchip", Capability::IrqChip),
            (options.reset_event, "--reset-event", Capability::ResetEvent),
        ] {
            if is_on {
                cpu.enable_cap(&EnableCap::new(cap, 1))
                    .map_err(error(option.into()))?;
            }
        }
        cpu.set_insns_per_tick(options.insns_per_tick);
        for change in start.changes(cpu) {
            machine.change(&change);
        }

        Ok(Self {
            pace: Pace::new(&machine, options.max_insns, options.trace),
            machine,
            record: None,
            board,
            router,
            start,
            counts: Counts::default(),
        })
    }

    /// The machine, in the state that its run begins in.
    pub fn into_machine(self) -> Machine {
        self.machine
    }

    /// Writes the run down from here on.
    pub fn record(&mut self, file: RecordFile, note: &str) {
        self.record = Some(Writer::new(file, &self.machine.record_start(note)));
    }

    /// Something comes to the machine from outside.
    fn change(&mut self, change: &Change) {
        if let Some(record) = &mut self.record {
            record.change(self.machine.cpu.work(), change);
        }
        self.machine.change(change);
    }

    /// Drives the external interrupt input.
    fn drive_input(&mut self) {
        let is_asserted = self.board.mpic.is_asserted(0);
        if is_asserted != self.machine.cpu.external() {
            self.change(&Change::Input(Input::EXTERNAL.bits(), is_asserted));
        }
    }

    /// Runs the guest to its end, and reports it.
    ///
    /// # Errors
    /// When output or the record cannot be written.
    pub fn run(&mut self, reporter: &mut Reporter) -> io::Result<End> {
        reporter.start(self.start.entry, self.start.ram)?;
        let end = loop {
            self.drive_input();
            let exit = match self.pace.next(&mut self.machine, reporter)? {
                Ok(exit) => exit,
                Err(end) => break end,
            };
            if let Some(record) = &mut self.record {
                record.exit(self.machine.cpu.work(), &exit);
            }
            if let Some(end) = self.answer(exit, reporter)? {
                break end;
            }
        };
        self.counts.resets = self.board.resets();
        self.counts.collect(&self.machine.cpu);
        reporter.end(&end, &self.counts, self.start.ram)?;
        if let Some(record) = self.record.take() {
            let (work, digest) = (self.machine.cpu.work(), self.machine.digest());
            record.finish(work, digest)?.close()?;
        }
        Ok(end)
    }

    /// Answers an exit; or the run ends with it.
    fn answer(&mut self, exit: Exit, reporter: &mut Reporter) -> io::Result<Option<End>> {
        match exit {
            Exit::Budget => return Ok(None),
            Exit::Spr(at) => return self.spr(at, reporter),
            Exit::Mmio(at) => return self.mmio(at, reporter),
            Exit::SystemEvent(SystemEvent::Reset(kind)) => {
                // As for the register itself: on the e500 heard only while MSR[DE] = 1.
                let cpu = &self.machine.cpu;
                let is_heard = !is_e500(cpu.model()) || cpu.msr().contains(Msr::DE);
                reporter.reset_event(kind, self.machine.cpu.cia(), is_heard)?;
                if is_heard {
                    self.reset(kind);
                    reporter.reset(kind)?;
                } else {
                    return Ok(self.complete(exit, Reply::Done(0)));
                }
            }
            Exit::Watchdog => {
                let kind = self.machine.cpu.watchdog_reset().unwrap_or(ResetKind::System);
                reporter.watchdog(kind, self.machine.cpu.cia())?;
                self.reset(kind);
                reporter.reset(kind)?;
            }
            // There is no other CPU to hear it.
            Exit::Message { .. } => {}
            Exit::Epr => {
                let vector = self.board.mpic.acknowledge(0);
                reporter.epr(vector)?;
                return Ok(self.complete(exit, Reply::Done(vector.into())));
            }
            Exit::Interrupt(kind) => {
                *self.counts.interrupts.entry(kind.name()).or_default() += 1;
                if let Some(interrupt) = self.machine.cpu.last_interrupt() {
                    if self.pace.is_traced() {
                        reporter.trace_interrupt(interrupt)?;
                    }
                    reporter.interrupt(interrupt)?;
                }
            }
            Exit::Dcr(at) => return Ok(Some(End::Dcr(at))),
            Exit::Wait => return Ok(Some(End::Wait)),
            Exit::Checkstop { cia } => return Ok(Some(End::Checkstop { cia })),
            Exit::Unimplemented { cia, word } => return Ok(Some(End::Unimplemented { cia, word })),
            other => return Ok(Some(End::Unexpected(other))),
        }
        Ok(None)
    }

    /// An SPR access goes to the board.
    fn spr(&mut self, at: SprAccess, reporter: &mut Reporter) -> io::Result<Option<End>> {
        self.counts.spr_exits += 1;
        if at.sprn() == device::num::CONSOLE && !at.is_write() {
            // Whoever types sees what the guest asked.
            reporter.flush()?;
        }
        let outcome = answer(&mut self.router.bind(&mut self.board), &at);

        let output = self.board.console.output();
        if !output.is_empty() {
            reporter.console(output)?;
            self.board.console.clear();
        }
        // A register of the core's that came here by an owner or a profile, and that no device knows, goes back to the core.
        let is_lent = at.reason() == Reason::OWNED;
        let Some(reply) = outcome.reply().or(is_lent.then_some(Reply::Architected)) else {
            reporter.spr_exit(&at, Verdict::Unclaimed)?;
            return Ok(Some(End::Spr(at)));
        };
        if let Some(kind) = self.board.take_reset() {
            reporter.spr_exit(&at, Verdict::Reset(kind))?;
            self.reset(kind);
            reporter.reset(kind)?;
            return Ok(None);
        }
        reporter.spr_exit(&at, Verdict::Answered(reply))?;
        let failed = self.complete(Exit::Spr(at), reply);
        Ok(failed.or_else(|| self.board.exit_status().map(End::Guest)))
    }

    /// A load or store outside RAM goes to the board.
    fn mmio(&mut self, at: MmioAccess, reporter: &mut Reporter) -> io::Result<Option<End>> {
        self.counts.mmio_exits += 1;
        let data = if at.is_write {
            let [a, b, c, d, ..] = at.bytes();
            let value = u32::from_be_bytes([a, b, c, d]);
            self.board.store(at.phys_addr, at.len, value).map(|()| at.data)
        } else {
            self.board.load(at.phys_addr, at.len).map(|value| {
                let [a, b, c, d] = value.to_be_bytes();
                at.value_of([a, b, c, d, 0, 0, 0, 0])
            })
        };
        let Some(data) = data else {
            return Ok(Some(End::Mmio(at)));
        };
        reporter.mmio(&at, data)?;
        Ok(self.complete(Exit::Mmio(at), Reply::Done(data)))
    }

    /// The reply goes in. That it cannot is a mistake of this loop, which ends the run.
    fn complete(&mut self, exit: Exit, reply: Reply) -> Option<End> {
        let work = self.machine.cpu.work();
        if self.machine.complete(reply).is_err() {
            return Some(End::Unexpected(exit));
        }
        if let Some(record) = &mut self.record {
            record.reply(work, reply);
        }
        None
    }

    /// Resets the machine: the pending access is cancelled, RAM stays as it is, the program starts again.
    fn reset(&mut self, kind: ResetKind) {
        self.change(&Change::Reset(Some(kind)));
        self.board.reset();
        for change in self.start.changes(&self.machine.cpu) {
            self.change(&change);
        }
    }
}
