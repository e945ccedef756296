//! Records of runs on the bare machine: the file, and the run that is made again from it.
//!
//! Neither the board nor standard input is asked in a replay. What is printed is what the recorded run printed, progress and
//! traces apart.

use super::end::End;
use super::report::{Counts, Reporter, Verdict};
use crate::device::num;
use ppc_cpu::{Machine, ReplayError, Replayer};
use spr_exit::record::{Change, Entry, Event, Sink};
use spr_exit::{Exit, Reply, ResetKind, SprAccess, SystemEvent};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

/// A file that a record goes into.
#[derive(Debug)]
pub struct RecordFile(BufWriter<File>);

impl RecordFile {
    /// A new file, in place of one of this name.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(path: &Path) -> io::Result<Self> {
        File::create(path).map(|file| Self(BufWriter::new(file)))
    }

    /// Writes what is not written yet.
    pub(super) fn close(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Sink for RecordFile {
    type Error = io::Error;

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }
}

/// Why a replay did not come to its end.
#[derive(Debug)]
pub enum Failed {
    /// The record cannot be opened.
    Open(io::Error),
    /// The record is damaged, or the run goes another way.
    Replay(ReplayError),
    /// Output cannot be written.
    Output(io::Error),
}

impl From<ReplayError> for Failed {
    fn from(why: ReplayError) -> Self {
        Self::Replay(why)
    }
}

impl From<io::Error> for Failed {
    fn from(why: io::Error) -> Self {
        Self::Output(why)
    }
}

/// What is known of the run so far.
#[derive(Debug, Default)]
struct Seen {
    counts: Counts,
    /// An SPR access that has no answer, if it was the last entry.
    unanswered: Option<SprAccess>,
    end: Option<End>,
}

/// Makes the run of a record again on the machine it began with, and reports it.
///
/// # Errors
/// [`Failed`].
pub fn replay(machine: Machine, record: &Path, ram: u64, reporter: &mut Reporter) -> Result<End, Failed> {
    let file = BufReader::new(File::open(record).map_err(Failed::Open)?);
    // A byte that cannot be read ends the record, and that is said.
    let bytes = file
        .bytes()
        .map_while(|byte| byte.inspect_err(|why| eprintln!("ppc-emu: {why}")).ok());
    let entry = machine.cpu.cia();
    let mut replayer = Replayer::new(machine, bytes)?;
    reporter.start(entry, ram)?;
    let mut seen = Seen::default();
    loop {
        match replayer.step() {
            Ok(Some(entry)) => seen.report(&entry, replayer.machine(), reporter)?,
            Ok(None) => break,
            Err(why) => {
                reporter.flush()?;
                return Err(why.into());
            }
        }
    }
    let end = seen.end.unwrap_or(End::Budget);
    seen.counts.collect(&replayer.machine().cpu);
    reporter.end(&end, &seen.counts, ram)?;
    Ok(end)
}

impl Seen {
    fn report(&mut self, entry: &Entry, machine: &Machine, reporter: &mut Reporter) -> io::Result<()> {
        let unanswered = self.unanswered.take();
        match (&entry.event, unanswered) {
            (Event::Exit { exit, reply }, _) => self.exit(*exit, *reply, machine, reporter),
            (Event::Change(Change::Reset(Some(kind))), at) => {
                if let Some(at) = at {
                    reporter.spr_exit(&at, Verdict::Reset(*kind))?;
                }
                self.counts.resets += 1;
                reporter.reset(*kind)
            }
            (Event::End { .. }, Some(at)) => {
                self.end = Some(End::Spr(at));
                reporter.spr_exit(&at, Verdict::Unclaimed)
            }
            _ => Ok(()),
        }
    }

    fn exit(
        &mut self,
        exit: Exit,
        reply: Option<Reply>,
        machine: &Machine,
        reporter: &mut Reporter,
    ) -> io::Result<()> {
        // The last one without an answer is how the run ended.
        self.end = match exit {
            Exit::Spr(at) => return self.spr(at, reply, reporter),
            Exit::Mmio(at) => {
                self.counts.mmio_exits += 1;
                match reply {
                    Some(Reply::Done(data)) => return reporter.mmio(&at, data),
                    _ => Some(End::Mmio(at)),
                }
            }
            Exit::SystemEvent(SystemEvent::Reset(kind)) => {
                return reporter.reset_event(kind, machine.cpu.cia(), reply.is_none());
            }
            Exit::Watchdog => {
                let kind = machine.cpu.watchdog_reset().unwrap_or(ResetKind::System);
                return reporter.watchdog(kind, machine.cpu.cia());
            }
            Exit::Message { .. } => return Ok(()),
            Exit::Epr => match reply {
                Some(Reply::Done(vector)) => return reporter.epr(u32::try_from(vector).unwrap_or(u32::MAX)),
                _ => Some(End::Unexpected(exit)),
            },
            Exit::Interrupt(kind) => {
                *self.counts.interrupts.entry(kind.name()).or_default() += 1;
                return match machine.cpu.last_interrupt() {
                    Some(interrupt) => reporter.interrupt(interrupt),
                    None => Ok(()),
                };
            }
            Exit::Dcr(at) => Some(End::Dcr(at)),
            Exit::Wait => Some(End::Wait),
            Exit::Checkstop { cia } => Some(End::Checkstop { cia }),
            Exit::Unimplemented { cia, word } => Some(End::Unimplemented { cia, word }),
            other => Some(End::Unexpected(other)),
        };
        Ok(())
    }

    fn spr(&mut self, at: SprAccess, reply: Option<Reply>, reporter: &mut Reporter) -> io::Result<()> {
        self.counts.spr_exits += 1;
        let byte = at.data().to_le_bytes()[0];
        if at.is_write() && at.sprn() == num::CONSOLE {
            reporter.console(&[byte])?;
        }
        let Some(reply) = reply else {
            self.unanswered = Some(at);
            return Ok(());
        };
        if at.is_write() && at.sprn() == num::EXIT {
            self.end = Some(End::Guest(byte));
        }
        reporter.spr_exit(&at, Verdict::Answered(reply))
    }
}
