//! Recording a run, and making it again to the instruction.
//!
//! A [`Recorder`] is a machine that writes down every exit with its answer, and every [`Change`] that comes from outside,
//! with the [`crate::Cpu::work`] at which it happens (`spr_exit::record` has the format). A [`Replayer`] makes the same run
//! again without whoever answered, stops where it goes another way, and shows both.
//!
//! ```
//! use ppc_cpu::{Machine, Memory, Recorder, Replayer, model};
//! use ppc_decode::asm;
//! use spr_exit::{Exit, Reply, Vcpu};
//!
//! let start = || {
//!     let mut memory = Memory::with_ram(0x1000)?;
//!     memory.write_words(0, &[asm::mfspr(3, 880), asm::addi(4, 3, 1), asm::b(0)])?;
//!     let mut machine = Machine::new(&model::E500V2, memory);
//!     machine.cpu.set_cia(0);
//!     Ok::<_, Box<dyn core::error::Error>>(machine)
//! };
//! let mut recorder = Recorder::new(start()?, Vec::new(), "an example");
//! recorder.set_budget(3);
//! assert!(matches!(recorder.run()?, Exit::Spr(_)));
//! recorder.complete(Reply::Done(41))?;
//! assert_eq!(recorder.run()?, Exit::Budget);
//! let (recorded, bytes) = recorder.finish()?;
//!
//! let replayed = Replayer::new(start()?, bytes.into_iter())?.run()?;
//! assert_eq!(replayed.cpu.gpr(4), 42);
//! assert_eq!(replayed.cpu.snapshot(), recorded.cpu.snapshot());
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! Not here: the state that a run begins in. The record has its digest; the machine for a replay is made as the recorded one
//! was. A digest is of all that a snapshot holds, so a record is for the version of this crate that made it.

mod digest;
mod replay;

pub use replay::{Divergence, ReplayError, Replayed, Replayer};

use crate::interrupt::Input;
use crate::machine::Machine;
use mpic::Line;
use spr_exit::record::{Change, Sink, Start, Writer};
use spr_exit::{Exit, Reply, Vcpu, VcpuError};

/// Who runs, for records: another version may have other state, and may run otherwise.
const CORE: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));

/// A machine whose run is written down.
#[derive(Debug)]
pub struct Recorder<S: Sink> {
    machine: Machine,
    writer: Writer<S>,
}

impl<S: Sink> Recorder<S> {
    /// Records `machine` from its state now on.
    pub fn new(machine: Machine, sink: S, note: &str) -> Self {
        Self {
            writer: Writer::new(sink, &machine.record_start(note)),
            machine,
        }
    }

    /// The machine, to look at.
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// Changes the machine, and writes it down.
    pub fn change(&mut self, change: &Change) {
        self.writer.change(self.machine.cpu.work(), change);
        self.machine.change(change);
    }

    /// As [`Machine::set_budget`], which is not the guest's business and not in the record.
    pub fn set_budget(&mut self, budget: u64) {
        self.machine.set_budget(budget);
    }

    /// Ends the record.
    ///
    /// # Errors
    /// The first of the sink.
    pub fn finish(mut self) -> Result<(Machine, S), S::Error> {
        // A run of no instruction would have done it, and is not in the record.
        self.machine.cpu.settle();
        let sink = self
            .writer
            .finish(self.machine.cpu.work(), self.machine.digest())?;
        Ok((self.machine, sink))
    }
}

impl<S: Sink> Vcpu for Recorder<S> {
    fn run(&mut self) -> Result<Exit, VcpuError> {
        let exit = self.machine.run()?;
        self.writer.exit(self.machine.cpu.work(), &exit);
        Ok(exit)
    }

    fn complete(&mut self, reply: Reply) -> Result<(), VcpuError> {
        let at = self.machine.cpu.work();
        self.machine.complete(reply)?;
        self.writer.reply(at, reply);
        Ok(())
    }

    fn pending(&self) -> Option<Exit> {
        self.machine.pending()
    }

    fn set_immediate_exit(&mut self, leave: bool) {
        self.machine.set_immediate_exit(leave);
    }

    fn cancel(&mut self) {
        self.change(&Change::Cancel);
    }
}

impl Machine {
    /// What a record of a run from here on begins with.
    pub fn record_start(&self, note: &str) -> Start {
        Start::of(self.cpu.model().name, self.digest(), note).by(CORE)
    }

    /// Makes a change that came from outside. What this machine does not have (an SPR, memory at that address) stays unchanged.
    pub fn change(&mut self, change: &Change) {
        let cpu = &mut self.cpu;
        // So that it does not matter whether a run of no instruction came before it.
        cpu.settle();
        match change {
            Change::Input(which, level) => cpu.set_input(Input::from_bits_truncate(*which), *level),
            Change::Irq(which, level) => {
                let line = match which.checked_sub(Change::INTERNAL) {
                    None => Line::External(*which as usize),
                    Some(n) => Line::Internal(n as usize),
                };
                cpu.set_irq(line, *level);
            }
            Change::Message(payload) => {
                cpu.receive_message(*payload);
            }
            Change::Time(ticks) => cpu.advance_time(*ticks),
            Change::Reset(kind) => cpu.reset(*kind),
            Change::Cancel => cpu.cancel(),
            Change::Cia(cia) => cpu.set_cia(*cia),
            Change::Msr(msr) => cpu.set_msr(*msr),
            Change::Gpr(n, value) => cpu.set_gpr((*n).into(), *value),
            Change::Spr(sprn, value) => {
                cpu.poke_spr(*sprn, *value);
            }
            Change::Storage(fault) => {
                cpu.raise_storage(*fault);
            }
            // Without effect if it is not all RAM or ROM.
            Change::Memory(address, bytes) => drop(self.memory.write_bytes(*address, bytes)),
            // A change that a later version of the format has.
            _ => {}
        }
    }
}
