//! Reading a record, whatever became of its bytes.

use super::codec::Codec;
use super::wire::{self, Unread};
use super::{Entry, Event, MAGIC, Start, VERSION};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// What is wrong with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Damage {
    /// It does not begin as a record does.
    Magic,
    /// It is of a version that this crate does not read.
    Version(u8),
    /// It ends in the middle.
    Truncated,
    /// The bytes are not those that the checksum is of.
    Checksum {
        /// What stands there.
        stored: u16,
        /// What the bytes have.
        computed: u16,
    },
    /// The bytes are no entry.
    Form,
    /// Something stands behind the end.
    Excess,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Magic => write!(f, "this is no record of a run"),
            Self::Version(found) => {
                write!(f, "it has version {found}, this program reads version {VERSION}")
            }
            Self::Truncated => write!(f, "the record ends here, without its end"),
            Self::Checksum { stored, computed } => {
                write!(f, "its checksum is {computed:04x}, and {stored:04x} stands there")
            }
            Self::Form => write!(f, "its bytes are no entry"),
            Self::Excess => write!(f, "bytes stand behind the end of the record"),
        }
    }
}

/// Where a record is damaged, and how. Everything before was read and is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordError {
    /// The entry, from 1 on; 0 is the beginning.
    pub entry: u64,
    /// Where it begins, in bytes.
    pub offset: u64,
    /// What is wrong.
    pub damage: Damage,
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entry {} at byte {}: {}", self.entry, self.offset, self.damage)
    }
}

impl core::error::Error for RecordError {}

/// Reads a record from its bytes, of which it keeps one entry at a time.
#[derive(Debug)]
pub struct Reader<I> {
    bytes: I,
    codec: Codec,
    crc: u16,
    start: Start,
    entry: u64,
    /// Where the entry begins, and how many bytes have been taken.
    offset: u64,
    taken: u64,
    is_ended: bool,
    failed: Option<RecordError>,
    frame: Vec<u8>,
}

impl<I: Iterator<Item = u8>> Reader<I> {
    /// Reads the beginning.
    ///
    /// # Errors
    /// [`RecordError`] if it is no record, or one of another version, or damaged there.
    pub fn new(bytes: I) -> Result<Self, RecordError> {
        let mut it = Self {
            bytes,
            codec: Codec::default(),
            crc: 0,
            start: Start::of("", 0, ""),
            entry: 0,
            offset: 0,
            taken: 0,
            is_ended: false,
            failed: None,
            frame: Vec::new(),
        };
        match it.begin() {
            Ok(()) => Ok(it),
            Err(damage) => Err(it.error(damage)),
        }
    }

    /// What was recorded.
    pub fn start(&self) -> &Start {
        &self.start
    }

    /// Number of the entry that was read last, from 1 on.
    pub fn entry(&self) -> u64 {
        self.entry
    }

    /// Where that entry begins, in bytes.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The next entry; `None` behind [`Event::End`].
    ///
    /// # Errors
    /// [`RecordError`]; and the same again from then on.
    #[allow(
        clippy::should_implement_trait,
        reason = "it can fail, and then there is no next one"
    )]
    pub fn next(&mut self) -> Result<Option<Entry>, RecordError> {
        if let Some(why) = self.failed {
            return Err(why);
        }
        if self.is_ended {
            return Ok(None);
        }
        self.entry += 1;
        self.offset = self.taken;
        match self.read_entry() {
            Ok(entry) => Ok(Some(entry)),
            Err(damage) => {
                let why = self.error(damage);
                self.failed = Some(why);
                Err(why)
            }
        }
    }

    fn error(&self, damage: Damage) -> RecordError {
        let (entry, offset) = (self.entry, self.offset);
        RecordError {
            entry,
            offset,
            damage,
        }
    }

    fn begin(&mut self) -> Result<(), Damage> {
        for expected in MAGIC {
            if self.take().map_err(|_| Damage::Magic)? != expected {
                return Err(Damage::Magic);
            }
        }
        match self.take()? {
            VERSION => {}
            other => return Err(Damage::Version(other)),
        }
        self.read_frame()?;
        let mut unread = Unread(&self.frame[1..]);
        let mut text = || {
            let model = unread.bytes()?.to_vec();
            let mut digest = [0; 8];
            for byte in &mut digest {
                *byte = unread.byte()?;
            }
            let core = unread.bytes()?.to_vec();
            let note = unread.bytes()?.to_vec();
            Ok((model, u64::from_le_bytes(digest), core, note))
        };
        let (model, digest, core, note) = text()?;
        if !unread.0.is_empty() {
            return Err(Damage::Form);
        }
        let string = |bytes| String::from_utf8(bytes).map_err(|_| Damage::Form);
        self.start = Start {
            model: string(model)?,
            digest,
            core: string(core)?,
            note: string(note)?,
        };
        Ok(())
    }

    fn read_entry(&mut self) -> Result<Entry, Damage> {
        self.read_frame()?;
        let mut unread = Unread(&self.frame[1..]);
        let entry = self.codec.take(&mut unread)?;
        if !unread.0.is_empty() {
            return Err(Damage::Form);
        }
        if matches!(entry.event, Event::End { .. }) {
            if self.bytes.next().is_some() {
                return Err(Damage::Excess);
            }
            self.is_ended = true;
        }
        Ok(entry)
    }

    fn read_frame(&mut self) -> Result<(), Damage> {
        self.frame.clear();
        let len = self.take()?;
        self.frame.push(len);
        for _ in 0..len {
            let byte = self.take()?;
            self.frame.push(byte);
        }
        let stored = u16::from_le_bytes([self.take()?, self.take()?]);
        let computed = wire::crc(self.crc, &self.frame);
        if computed != stored {
            return Err(Damage::Checksum { stored, computed });
        }
        self.crc = computed;
        Ok(())
    }

    fn take(&mut self) -> Result<u8, Damage> {
        let byte = self.bytes.next().ok_or(Damage::Truncated)?;
        self.taken += 1;
        Ok(byte)
    }
}
