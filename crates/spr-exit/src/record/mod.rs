//! A record of a run: every exit, every answer, and what else came from outside, each with its moment.
//!
//! Guest code between two entries is deterministic, so the entries are all that a run is: `ppc_cpu::Replayer` makes it again from
//! them, to the instruction. [`Writer`] writes a record as the run goes on, [`Reader`] reads it; neither knows a CPU, so that a
//! VMM on hardware can write one too. A moment is a count that grows with the run, such as `ppc_cpu::Cpu::work`.
//!
//! ```
//! use spr_exit::record::{Entry, Event, Reader, Start, Writer};
//! use spr_exit::{Exit, Reply, SprAccess, SprNum};
//!
//! let mut writer = Writer::new(Vec::new(), &Start::of("e500v2", 7, "an example"));
//! writer.exit(100, &Exit::Spr(SprAccess::read(SprNum::wrapping(880))));
//! writer.reply(100, Reply::Done(5));
//! let bytes = writer.finish(120, 9)?;
//!
//! let mut reader = Reader::new(bytes.iter().copied())?;
//! assert_eq!(reader.start().model, "e500v2");
//! let Some(Entry { at: 100, event: Event::Exit { reply, .. } }) = reader.next()? else { panic!() };
//! assert_eq!(reply, Some(Reply::Done(5)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The format, version 2
//!
//! `"PPCR"`, the version as a byte, and frames. A frame is a length byte, so many bytes, and a CRC-16 of them and of all frames
//! before. What stands in a frame ends by itself, so the length is said twice: no change of one byte can go unseen. Numbers are
//! LEB128. The place of an exit (address, instruction, register, MSR) is written once and then named by a byte while it is
//! among the last ones; an exit with its answer is some eight bytes.
//!
//! Version 1 knew neither [`Change::Storage`] nor [`Start::core`]; a reader refuses it as it does every other version.
//!
//! Not here: what the caller asked of the vCPU and the guest does not see. [`Exit::Budget`] leaves no entry.

mod codec;
mod reader;
mod wire;
mod writer;

pub use reader::{Damage, Reader, RecordError};
pub use writer::{Sink, Writer};

use crate::{Exit, Msr, Reply, ResetKind, SprNum, StorageFault};
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// What a record begins with.
const MAGIC: [u8; 4] = *b"PPCR";
/// The version that is written, and the only one that is read.
pub const VERSION: u8 = 2;

/// What was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// Name of the CPU model.
    pub model: String,
    /// Digest of the state that the run begins in.
    pub digest: u64,
    /// What ran it, with its version, where that says how the digest is made and what a run is.
    pub core: String,
    /// Anything.
    pub note: String,
}

impl Start {
    /// Names of up to 40 bytes and notes of up to 160 are kept, longer ones are cut.
    pub fn of(model: &str, digest: u64, note: &str) -> Self {
        Self {
            model: cut(model, 40).to_owned(),
            digest,
            core: String::new(),
            note: cut(note, 160).to_owned(),
        }
    }

    /// The same of a run by this core, of which up to 40 bytes are kept.
    #[must_use]
    pub fn by(self, core: &str) -> Self {
        Self {
            core: cut(core, 40).to_owned(),
            ..self
        }
    }
}

/// The longest beginning of so many bytes.
fn cut(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len()))
        .rev()
        .find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: u64,
    /// What.
    pub event: Event,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The vCPU left.
    Exit {
        /// How.
        exit: Exit,
        /// The answer, if nothing came between.
        reply: Option<Reply>,
    },
    /// The answer to the exit that waits.
    Reply(Reply),
    /// The caller changed something.
    Change(Change),
    /// The run is over.
    End {
        /// Digest of the state that it ends in.
        digest: u64,
    },
}

/// Something that comes to a vCPU from outside and is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// A level for interrupt inputs, one bit each.
    Input(u32, bool),
    /// A level for an input of an interrupt controller in the core: [`Change::INTERNAL`] + n, or n for external ones.
    Irq(u32, bool),
    /// Another processor's message, as its [`Exit::Message`] has it.
    Message(u32),
    /// The clock goes on by so many ticks.
    Time(u64),
    /// A reset.
    Reset(Option<ResetKind>),
    /// The access that waits is dropped.
    Cancel,
    /// Another address.
    Cia(u64),
    /// Another MSR.
    Msr(Msr),
    /// A value for a GPR.
    Gpr(u8, u64),
    /// A value for an SPR, without what a guest's access would do besides.
    Spr(SprNum, u64),
    /// An interrupt of storage, as an MMU raises it; the access that waits is dropped.
    Storage(StorageFault),
    /// Bytes for the memory from this address. ([`Writer::change`] makes several entries of many bytes.)
    Memory(u64, Vec<u8>),
}

impl Change {
    /// The first of the numbers of the controller's inputs that are of devices of the chip.
    pub const INTERNAL: u32 = 0x100;
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: ", self.at)?;
        match &self.event {
            Event::Exit { exit, reply } => {
                write!(f, "{exit}")?;
                if let Exit::Spr(at) = exit {
                    write!(f, " msr={:#x} pc={:#x} reason=", at.msr().bits(), at.cia())?;
                    bitflags::parser::to_writer(&at.reason(), &mut *f)?;
                }
                match reply {
                    Some(reply) => write!(f, ", answered {reply:x?}"),
                    None => Ok(()),
                }
            }
            Event::Reply(reply) => write!(f, "the answer {reply:x?}"),
            Event::Change(change) => write!(f, "the caller's change {change:x?}"),
            Event::End { digest } => write!(f, "the end, in the state {digest:016x}"),
        }
    }
}

#[cfg(test)]
mod tests;
