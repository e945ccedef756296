//! Decoding: from a word to the instruction it is on one CPU.
//!
//! Power ISA Book I 1.3.3 (reserved fields are ignored), 1.7 (instruction classes); PEM §4.1.3 (illegal
//! instructions). Whether the instruction may be executed in the present state is not decided here.

use crate::lookup::{self, NONE};
use crate::table::uncharted::SPACES;
use crate::{Insn, Isa, Op};

/// Why a word is not an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Undecoded {
    /// The CPU does not have it: a primary opcode that it does not use, or an instruction of a facility it lacks.
    Illegal,
    /// The tables do not say: it may be an instruction they do not have yet.
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
    /// The primary opcodes of the rows that the CPU has, one bit each.
    primaries: u64,
}

/// The primary opcodes of the rows that a CPU with these facilities has, one bit each.
const fn primaries(isa: Isa) -> u64 {
    let mut primaries = 0;
    let mut i = 0;
    while i < Op::COUNT {
        let row = Op::ALL[i].row();
        if isa.contains(row.isa) {
            primaries |= 1 << (row.encoding.value >> 26);
        }
        i += 1;
    }
    primaries
}

/// Those of the known CPUs, so that a decoder for one of them does not go through the table.
static PRIMARIES: [u64; Isa::CPUS.len()] = {
    let mut all = [0; Isa::CPUS.len()];
    let mut i = 0;
    while i < all.len() {
        all[i] = primaries(Isa::CPUS[i].1);
        i += 1;
    }
    all
};

impl Decoder {
    /// A decoder for a CPU with these facilities.
    #[must_use]
    pub const fn new(isa: Isa) -> Decoder {
        let mut i = 0;
        while i < Isa::CPUS.len() {
            if Isa::CPUS[i].1.bits() == isa.bits() {
                return Decoder {
                    isa,
                    primaries: PRIMARIES[i],
                };
            }
            i += 1;
        }
        Decoder {
            isa,
            primaries: primaries(isa),
        }
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

    /// What a word is that is not an instruction we know. Illegal only if it certainly is.
    #[cold]
    fn classify(&self, word: u32) -> Undecoded {
        let maybe = SPACES
            .iter()
            .any(|space| word & space.encoding.mask == space.encoding.value && self.isa.contains(space.isa));
        if maybe {
            return Undecoded::Unknown;
        }
        // The tables give each CPU's extended opcodes only in part: one that is in no row may be an instruction.
        let mut entry = lookup::first(word);
        let mut is_elsewhere = word & entry.mask == entry.value;
        while entry.next != NONE {
            entry = lookup::entry(entry.next);
            is_elsewhere |= word & entry.mask == entry.value;
        }
        let primary_is_used = self.primaries & 1 << (word >> 26) != 0;
        if is_elsewhere || !primary_is_used {
            Undecoded::Illegal
        } else {
            Undecoded::Unknown
        }
    }
}
