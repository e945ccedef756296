//! Making a recorded run again.

use crate::cpu::Cpu;
use crate::machine::Machine;
use alloc::boxed::Box;
use core::fmt;
use spr_exit::record::{Entry, Event, Reader, RecordError, Start};
use spr_exit::{Exit, Reply, Vcpu, VcpuError};

/// Runs a machine by a record, in place of whoever answered its exits.
#[derive(Debug)]
pub struct Replayer<I> {
    machine: Machine,
    reader: Reader<I>,
}

/// Why a replay stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplayError {
    /// The record is damaged.
    Record(RecordError),
    /// It is of a run that began in another state, or of another core or another version of it.
    Start {
        /// The run that was recorded.
        recorded: Box<Start>,
        /// The machine that is here.
        found: Box<Start>,
    },
    /// The run goes another way.
    Diverged(Box<Divergence>),
}

/// The first entry that is not what happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Divergence {
    /// Number of the entry, from 1 on.
    pub number: u64,
    /// Where it is in the record, in bytes.
    pub offset: u64,
    /// What was recorded.
    pub recorded: Entry,
    /// What happened.
    pub replayed: Replayed,
}

/// What happened in a replay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replayed {
    /// The guest left.
    Exit(Entry),
    /// The guest did not leave.
    Nothing {
        /// The [`crate::Cpu::work`] that it has done.
        at: u64,
        /// Where it is.
        cia: u64,
    },
    /// The answer was refused.
    Refused(VcpuError),
    /// The run ended in another state.
    State {
        /// Its digest.
        digest: u64,
    },
}

impl From<RecordError> for ReplayError {
    fn from(why: RecordError) -> Self {
        Self::Record(why)
    }
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Record(why) => write!(f, "{why}"),
            Self::Start { recorded, found } if recorded.core != found.core => {
                write!(
                    f,
                    "the record is of a run of {}, this program replays those of {}",
                    recorded.core, found.core
                )
            }
            Self::Start { recorded, found } if recorded.model != found.model => {
                write!(
                    f,
                    "the record is of a {}, this is a {}",
                    recorded.model, found.model
                )
            }
            Self::Start { recorded, .. } => {
                write!(
                    f,
                    "the record is of a run that began in another state: {}",
                    recorded.note
                )
            }
            Self::Diverged(divergence) => write!(f, "{divergence}"),
        }
    }
}

impl core::error::Error for ReplayError {}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "the run goes another way at entry {}, byte {}:",
            self.number, self.offset
        )?;
        writeln!(f, "  recorded {}", self.recorded)?;
        write!(f, "  replayed ")?;
        match &self.replayed {
            Replayed::Exit(entry) => write!(f, "{entry}"),
            Replayed::Nothing { at, cia } => {
                write!(f, "at {at}: no exit, the next instruction is at {cia:#x}")
            }
            Replayed::Refused(why) => write!(f, "{why}"),
            Replayed::State { digest } => write!(f, "the end, in the state {digest:016x}"),
        }
    }
}

impl Cpu {
    /// The report of the last interrupt comes once more.
    fn report_again(&mut self) {
        self.disturb();
        self.state.is_unreported = true;
    }
}

impl<I: Iterator<Item = u8>> Replayer<I> {
    /// A replay of a record that begins in the state of `machine`.
    ///
    /// # Errors
    /// [`ReplayError::Record`], [`ReplayError::Start`].
    pub fn new(machine: Machine, bytes: I) -> Result<Self, ReplayError> {
        let reader = Reader::new(bytes)?;
        let found = machine.record_start("");
        let recorded = reader.start();
        if (&recorded.core, &recorded.model, recorded.digest) != (&found.core, &found.model, found.digest) {
            return Err(ReplayError::Start {
                recorded: recorded.clone().into(),
                found: found.into(),
            });
        }
        Ok(Self { machine, reader })
    }

    /// The machine, to look at.
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// Runs to the end, in whose state the machine comes back.
    ///
    /// # Errors
    /// [`ReplayError`].
    pub fn run(mut self) -> Result<Machine, ReplayError> {
        while self.step()?.is_some() {}
        Ok(self.machine)
    }

    /// Runs up to the next entry, and through it; `None` at the end.
    ///
    /// # Errors
    /// [`ReplayError`].
    pub fn step(&mut self) -> Result<Option<Entry>, ReplayError> {
        let Some(entry) = self.reader.next()? else {
            return Ok(None);
        };
        match self.follow(&entry) {
            Ok(()) => Ok(Some(entry)),
            Err(replayed) => Err(ReplayError::Diverged(Box::new(Divergence {
                number: self.reader.entry(),
                offset: self.reader.offset(),
                recorded: entry,
                replayed,
            }))),
        }
    }

    fn follow(&mut self, entry: &Entry) -> Result<(), Replayed> {
        match &entry.event {
            // The caller's own, who is not here.
            Event::Exit {
                exit: Exit::Budget | Exit::Interrupted | Exit::Debug { .. },
                ..
            } => self.reach(entry.at),
            Event::Exit { exit, reply } => {
                self.meet(entry.at, *exit)?;
                reply.map_or(Ok(()), |reply| self.answer(reply))
            }
            Event::Reply(reply) => {
                self.reach(entry.at)?;
                self.answer(*reply)
            }
            Event::Change(change) => {
                self.reach(entry.at)?;
                self.machine.change(change);
                Ok(())
            }
            Event::End { digest: recorded } => {
                self.reach(entry.at)?;
                self.machine.cpu.settle();
                let digest = self.machine.digest();
                if digest == *recorded {
                    Ok(())
                } else {
                    Err(Replayed::State { digest })
                }
            }
        }
    }

    /// Runs until so much work is done, without an exit on the way.
    fn reach(&mut self, at: u64) -> Result<(), Replayed> {
        while self.machine.cpu.work() < at {
            match self.run_to(at)? {
                Exit::Budget => {}
                // Its report is not for this entry: in the recorded run something came before it.
                Exit::Interrupt(_) if self.machine.cpu.work() == at => self.machine.cpu.report_again(),
                exit => return Err(self.left(exit)),
            }
        }
        if self.machine.cpu.work() == at {
            Ok(())
        } else {
            Err(self.nothing())
        }
    }

    /// Runs to an exit.
    fn meet(&mut self, at: u64, expected: Exit) -> Result<(), Replayed> {
        // With something left to do, so that it is not the budget that ends the run.
        let exit = self.run_to(at.saturating_add(1))?;
        if exit == Exit::Budget {
            Err(self.nothing())
        } else if exit == expected && self.machine.cpu.work() == at {
            Ok(())
        } else {
            Err(self.left(exit))
        }
    }

    fn run_to(&mut self, work: u64) -> Result<Exit, Replayed> {
        let left = work.saturating_sub(self.machine.cpu.work());
        self.machine.set_budget(left);
        self.machine.run().map_err(Replayed::Refused)
    }

    fn answer(&mut self, reply: Reply) -> Result<(), Replayed> {
        self.machine.complete(reply).map_err(Replayed::Refused)
    }

    fn left(&self, exit: Exit) -> Replayed {
        Replayed::Exit(Entry {
            at: self.machine.cpu.work(),
            event: Event::Exit { exit, reply: None },
        })
    }

    fn nothing(&self) -> Replayed {
        Replayed::Nothing {
            at: self.machine.cpu.work(),
            cia: self.machine.cpu.cia(),
        }
    }
}
