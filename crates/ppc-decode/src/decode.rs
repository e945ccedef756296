//! Decoding: from a word to the instruction it is on one CPU.
//!
//! Power ISA Book I 1.3.3 (reserved fields are ignored), 1.7 (instruction classes); PEM §4.1.3 (illegal
//! instructions). Whether the instruction may be executed in the present state is not decided here.

use crate::lookup::{self, NONE};
use crate::table::uncharted::{SPACES, SPACES_31};
use crate::{Insn, Isa};

/// Why a word is not an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Undecoded {
    /// The CPU does not have it.
    Illegal,
    /// The tables do not say: it may be an instruction of a facility that they do not have yet.
    Unknown,
}

impl core::fmt::Display for Undecoded {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Undecoded::Illegal => "illegal instruction",
            Undecoded::Unknown => "instruction not in the tables",
        })
    }
}

impl core::error::Error for Undecoded {}

/// Decodes words for one CPU.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decoder {
    isa: Isa,
}

impl Decoder {
    /// A decoder for a CPU with these facilities.
    #[must_use]
    pub const fn new(isa: Isa) -> Decoder {
        Decoder { isa }
    }

    /// The facilities of the CPU.
    #[must_use]
    pub const fn isa(&self) -> Isa {
        self.isa
    }

    /// The instruction that `word` is. Reserved bits are ignored.
    ///
    /// # Errors
    ///
    /// If it is none, with what is known about it.
    #[inline]
    pub fn decode(&self, word: u32) -> Result<Insn, Undecoded> {
        let mut entry = lookup::first(word);
        loop {
            if word & entry.mask == entry.value && self.isa.contains(entry.isa) {
                return Ok(Insn { word, op: entry.op });
            }
            if entry.next == NONE {
                return Err(self.classify(word));
            }
            entry = lookup::entry(entry.next);
        }
    }

    /// What a word is that is not an instruction we know.
    #[cold]
    fn classify(&self, word: u32) -> Undecoded {
        let (primary, extended) = (word >> 26, word >> 1 & 0x3ff);
        let maybe = SPACES
            .iter()
            .any(|space| word & space.encoding.mask == space.encoding.value && self.isa.contains(space.isa))
            || primary == 31
                && SPACES_31
                    .iter()
                    .any(|(isa, opcodes, _)| self.isa.contains(*isa) && opcodes.contains(&extended));
        if maybe {
            Undecoded::Unknown
        } else {
            Undecoded::Illegal
        }
    }
}
