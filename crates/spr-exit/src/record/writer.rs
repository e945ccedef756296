//! Writing a record while the run goes on.

use super::codec::Codec;
use super::{Change, Entry, Event, MAGIC, Start, VERSION, wire};
use crate::{Exit, Reply};
use alloc::vec::Vec;
use core::convert::Infallible;

/// Where the bytes of a record go.
pub trait Sink {
    /// Why they do not.
    type Error: core::fmt::Debug;

    /// Takes some more.
    ///
    /// # Errors
    /// When they cannot be taken; the record ends there.
    fn put(&mut self, bytes: &[u8]) -> Result<(), Self::Error>;
}

impl Sink for Vec<u8> {
    type Error = Infallible;

    fn put(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        self.extend_from_slice(bytes);
        Ok(())
    }
}

impl<S: Sink + ?Sized> Sink for &mut S {
    type Error = S::Error;

    fn put(&mut self, bytes: &[u8]) -> Result<(), S::Error> {
        (**self).put(bytes)
    }
}

/// How many bytes of memory one entry has at most.
const CHUNK: usize = 128;

/// Writes a record. What has been given to it is in the sink with the next entry at the latest.
///
/// Its functions do not fail, so that they can stand anywhere in a run loop: the first error of the sink ends the record, and
/// [`Writer::finish`] tells it.
#[derive(Debug)]
pub struct Writer<S: Sink> {
    sink: S,
    failed: Option<S::Error>,
    codec: Codec,
    crc: u16,
    /// An exit whose answer may still come into the same entry.
    held: Option<(u64, Exit)>,
    frame: Vec<u8>,
}

impl<S: Sink> Writer<S> {
    /// Begins a record.
    pub fn new(sink: S, start: &Start) -> Self {
        let mut it = Self {
            sink,
            failed: None,
            codec: Codec::default(),
            crc: 0,
            held: None,
            frame: Vec::new(),
        };
        let [a, b, c, d] = MAGIC;
        it.send(&[a, b, c, d, VERSION]);
        // One made by hand may be longer than a frame.
        let start = Start::of(&start.model, start.digest, &start.note).by(&start.core);
        it.put(|_, frame| {
            wire::put_bytes(frame, start.model.as_bytes());
            frame.extend_from_slice(&start.digest.to_le_bytes());
            wire::put_bytes(frame, start.core.as_bytes());
            wire::put_bytes(frame, start.note.as_bytes());
        });
        it
    }

    /// The vCPU left.
    pub fn exit(&mut self, at: u64, exit: &Exit) {
        self.release();
        if exit.awaits_reply() {
            self.held = Some((at, *exit));
        } else if *exit != Exit::Budget {
            self.entry(
                at,
                &Event::Exit {
                    exit: *exit,
                    reply: None,
                },
            );
        }
    }

    /// The exit that waits was answered.
    pub fn reply(&mut self, at: u64, reply: Reply) {
        match self.held.take() {
            Some((at, exit)) => self.entry(
                at,
                &Event::Exit {
                    exit,
                    reply: Some(reply),
                },
            ),
            None => self.entry(at, &Event::Reply(reply)),
        }
    }

    /// The caller changed something.
    pub fn change(&mut self, at: u64, change: &Change) {
        self.release();
        let Change::Memory(address, bytes) = change else {
            return self.entry(at, &Event::Change(change.clone()));
        };
        let mut address = *address;
        for chunk in bytes.chunks(CHUNK) {
            self.entry(at, &Event::Change(Change::Memory(address, chunk.to_vec())));
            address = address.wrapping_add(CHUNK as u64);
        }
    }

    /// Ends the record, and gives the sink back.
    ///
    /// # Errors
    /// The sink's first.
    pub fn finish(mut self, at: u64, digest: u64) -> Result<S, S::Error> {
        self.release();
        self.entry(at, &Event::End { digest });
        match self.failed {
            Some(why) => Err(why),
            None => Ok(self.sink),
        }
    }

    /// Writes the exit that is held: its answer does not follow at once.
    fn release(&mut self) {
        if let Some((at, exit)) = self.held.take() {
            self.entry(at, &Event::Exit { exit, reply: None });
        }
    }

    fn entry(&mut self, at: u64, event: &Event) {
        let entry = Entry {
            at,
            event: event.clone(),
        };
        self.put(|codec, frame| codec.put(frame, &entry));
    }

    /// Sends a frame with what `fill` puts into it.
    fn put(&mut self, fill: impl FnOnce(&mut Codec, &mut Vec<u8>)) {
        let mut frame = core::mem::take(&mut self.frame);
        frame.clear();
        frame.push(0);
        fill(&mut self.codec, &mut frame);
        #[allow(clippy::cast_possible_truncation, reason = "an entry has at most 255 bytes")]
        let len = (frame.len() - 1) as u8;
        debug_assert_eq!(usize::from(len), frame.len() - 1);
        frame[0] = len;
        self.crc = wire::crc(self.crc, &frame);
        frame.extend_from_slice(&self.crc.to_le_bytes());
        self.send(&frame);
        self.frame = frame;
    }

    fn send(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            self.failed = self.sink.put(bytes).err();
        }
    }
}
