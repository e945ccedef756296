//! The cache of decoded instructions: lines of micro-ops, by address, true until a store touches them.
//!
//! The cache belongs to the memory, so that every way of changing memory can keep it true: guest code never runs as
//! it was before a store, with or without `icbi` (the architecture allows it to; the simplest machine does not). It is
//! a cache, not state: clones and snapshots start without it.
//!
//! A line holds the instructions of 64 aligned bytes, each decoded when it is first executed. The walk goes from op to op
//! without asking whether the line is still the one it was: only [`Blocks::line`] gives a line to other addresses, and
//! a store ([`Blocks::forget`]) empties single ops, which the walk then fetches anew.

use crate::lower::Micro;
use alloc::vec;
use alloc::vec::Vec;
use ppc_decode::Isa;

/// Instructions of a line.
pub(crate) const LINE: usize = 16;
/// How many lines are remembered.
const LINES: usize = 64;
/// Bytes of a line.
const BYTES: u64 = 4 * LINE as u64;
/// No line has it.
const NO_TAG: u64 = 1 << 1;

/// The remembered instructions of one memory, decoded for one instruction set.
pub(crate) struct Blocks {
    isa: Isa,
    /// Of each line, its address with bit 0 set for little-endian order. Empty until the first instruction.
    tags: Vec<u64>,
    /// The lines, one behind the other. Empty until the first instruction.
    ops: Vec<Micro>,
}

impl Default for Blocks {
    fn default() -> Self {
        Self {
            isa: Isa::empty(),
            tags: Vec::new(),
            ops: Vec::new(),
        }
    }
}

/// The line that can have this address.
#[allow(clippy::cast_possible_truncation, reason = "the low bits choose the line")]
const fn line_of(address: u64) -> usize {
    (address / BYTES) as usize % LINES
}

const fn tag(address: u64, is_little_endian: bool) -> u64 {
    address & !(BYTES - 1) | is_little_endian as u64
}

/// Where the instruction at `address` stands in its line.
#[allow(clippy::cast_possible_truncation, reason = "below the length of a line")]
pub(crate) const fn index(address: u64) -> usize {
    (address / 4) as usize % LINE
}

impl Blocks {
    /// Forgets what was decoded for another instruction set.
    #[inline]
    pub(crate) fn prepare(&mut self, isa: Isa) {
        if self.isa != isa {
            self.forget_all();
            self.isa = isa;
        }
    }

    /// Position of the first op of the line of `address`, which is emptied first if it was another's.
    #[inline]
    pub(crate) fn line(&mut self, address: u64, is_little_endian: bool) -> usize {
        let line = line_of(address);
        let tag = tag(address, is_little_endian);
        if self.tags.get(line) != Some(&tag) {
            self.claim(line, tag);
        }
        line * LINE
    }

    #[cold]
    fn claim(&mut self, line: usize, tag: u64) {
        if self.tags.is_empty() {
            self.tags = vec![NO_TAG; LINES];
            self.ops = vec![Micro::FETCH; LINES * LINE];
        }
        if let Some(ops) = self.ops.get_mut(line * LINE..(line + 1) * LINE) {
            ops.fill(Micro::FETCH);
            self.tags[line] = tag;
        }
    }

    /// The op at a position.
    #[inline]
    pub(crate) fn op(&self, position: usize) -> &Micro {
        static FETCH: Micro = Micro::FETCH;
        self.ops.get(position).unwrap_or(&FETCH)
    }

    /// Remembers the op at a position.
    pub(crate) fn put(&mut self, position: usize, op: Micro) {
        if let Some(place) = self.ops.get_mut(position) {
            *place = op;
        }
    }

    /// Forgets the instructions that share bytes with the `len` bytes at `address`, at most a line's.
    #[inline]
    pub(crate) fn forget(&mut self, address: u64, len: u64) {
        let last = address.wrapping_add(len - 1);
        if self.is_remembered(address) || self.is_remembered(last) {
            self.forget_words(address, last);
        }
    }

    #[inline]
    fn is_remembered(&self, address: u64) -> bool {
        self.tags
            .get(line_of(address))
            .is_some_and(|tag| tag & !1 == address & !(BYTES - 1))
    }

    #[cold]
    fn forget_words(&mut self, address: u64, last: u64) {
        let mut word = address & !3;
        loop {
            if self.is_remembered(word) {
                self.put(line_of(word) * LINE + index(word), Micro::FETCH);
            }
            if word == last & !3 {
                return;
            }
            word = word.wrapping_add(4);
        }
    }

    /// Forgets everything. Not while a walk goes on.
    pub(crate) fn forget_all(&mut self) {
        self.tags.fill(NO_TAG);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::{Kind, lower};
    use ppc_decode::{Decoder, asm};

    fn remember(blocks: &mut Blocks, address: u64) -> usize {
        let position = blocks.line(address, false) + index(address);
        let insn = Decoder::new(Isa::E500V2).decode(asm::li(3, 1)).unwrap();
        blocks.put(position, lower(insn, address));
        position
    }

    #[test]
    fn a_store_empties_the_ops_it_touches_and_no_others() {
        let mut blocks = Blocks::default();
        let positions = [0x103c, 0x1040, 0x1044].map(|address| remember(&mut blocks, address));
        let kinds = |blocks: &Blocks| positions.map(|p| blocks.op(p).kind);
        blocks.forget(0x103f, 2);
        assert_eq!(kinds(&blocks), [Kind::Fetch, Kind::Fetch, Kind::Addi]);
        // The same line of the cache, and another address.
        blocks.forget(0x1044 + (LINES as u64) * BYTES, 4);
        assert_eq!(blocks.op(positions[2]).kind, Kind::Addi);
    }

    #[test]
    fn a_line_is_one_address_in_one_byte_order() {
        let mut blocks = Blocks::default();
        let position = remember(&mut blocks, 0x1000);
        assert_eq!(blocks.line(0x1004, false), position);
        assert_eq!(blocks.op(position).kind, Kind::Addi);
        assert_eq!(blocks.line(0x1004, true), position);
        assert_eq!(blocks.op(position).kind, Kind::Fetch);
        let position = remember(&mut blocks, 0x1000);
        blocks.forget_all();
        assert_eq!(blocks.line(0x1000, false), position);
        assert_eq!(blocks.op(position).kind, Kind::Fetch);
    }
}
