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
use alloc::boxed::Box;
use ppc_decode::Isa;

/// Instructions of a line.
pub(crate) const LINE: usize = 16;
/// How many lines are remembered.
const LINES: usize = 64;
/// Bytes of a line.
const BYTES: u64 = 4 * LINE as u64;
/// No line has it.
const NO_TAG: u64 = 1 << 1;
/// A line of which nothing is known.
const EMPTY: Line = [Micro::FETCH; LINE];

/// The ops of a line.
pub(crate) type Line = [Micro; LINE];

/// All lines.
struct Lines {
    /// Of each line, its address with bit 0 set for little-endian order.
    tags: [u64; LINES],
    ops: [Line; LINES],
}

/// The remembered instructions of one memory, decoded for one instruction set.
pub(crate) struct Blocks {
    isa: Isa,
    /// Made for the first instruction.
    lines: Option<Box<Lines>>,
}

impl Default for Blocks {
    fn default() -> Self {
        Self {
            isa: Isa::empty(),
            lines: None,
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

    /// The line of `address`, which is emptied first if it was another's.
    #[inline]
    pub(crate) fn line(&mut self, address: u64, is_little_endian: bool) -> usize {
        let line = line_of(address);
        let tag = tag(address, is_little_endian);
        if self.lines.as_ref().is_none_or(|lines| lines.tags[line] != tag) {
            self.claim(line, tag);
        }
        line
    }

    #[cold]
    #[inline(never)]
    fn claim(&mut self, line: usize, tag: u64) {
        let lines = self.lines.get_or_insert_with(|| {
            Box::new(Lines {
                tags: [NO_TAG; LINES],
                ops: [EMPTY; LINES],
            })
        });
        lines.ops[line] = EMPTY;
        lines.tags[line] = tag;
    }

    /// The ops of a line.
    #[inline]
    pub(crate) fn ops(&self, line: usize) -> &Line {
        static NONE: Line = EMPTY;
        self.lines
            .as_ref()
            .map_or(&NONE, |lines| &lines.ops[line % LINES])
    }

    /// Remembers an op of a line.
    pub(crate) fn put(&mut self, line: usize, index: usize, op: Micro) {
        if let Some(lines) = &mut self.lines {
            lines.ops[line % LINES][index % LINE] = op;
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
        self.lines
            .as_ref()
            .is_some_and(|lines| lines.tags[line_of(address)] & !1 == address & !(BYTES - 1))
    }

    #[cold]
    fn forget_words(&mut self, address: u64, last: u64) {
        let mut word = address & !3;
        loop {
            if self.is_remembered(word) {
                self.put(line_of(word), index(word), Micro::FETCH);
            }
            if word == last & !3 {
                return;
            }
            word = word.wrapping_add(4);
        }
    }

    /// Forgets everything. Not while a walk goes on.
    pub(crate) fn forget_all(&mut self) {
        if let Some(lines) = &mut self.lines {
            lines.tags = [NO_TAG; LINES];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::{Kind, lower};
    use ppc_decode::{Decoder, asm};

    fn remember(blocks: &mut Blocks, address: u64) {
        let line = blocks.line(address, false);
        let insn = Decoder::new(Isa::E500V2).decode(asm::li(3, 1)).unwrap();
        blocks.put(line, index(address), lower(insn, address));
    }

    fn kind(blocks: &mut Blocks, address: u64, is_little_endian: bool) -> Kind {
        let line = blocks.line(address, is_little_endian);
        blocks.ops(line)[index(address)].kind
    }

    #[test]
    fn a_store_empties_the_ops_it_touches_and_no_others() {
        let mut blocks = Blocks::default();
        let addresses = [0x103c, 0x1040, 0x1044];
        for address in addresses {
            remember(&mut blocks, address);
        }
        blocks.forget(0x103f, 2);
        // The same line of the cache, and another address.
        blocks.forget(0x1044 + (LINES as u64) * BYTES, 4);
        let kinds = addresses.map(|address| kind(&mut blocks, address, false));
        assert_eq!(kinds, [Kind::Fetch, Kind::Fetch, Kind::Addi]);
    }

    #[test]
    fn a_line_is_one_address_in_one_byte_order_until_all_is_forgotten() {
        let mut blocks = Blocks::default();
        remember(&mut blocks, 0x1000);
        assert_eq!(kind(&mut blocks, 0x1000, false), Kind::Addi);
        assert_eq!(kind(&mut blocks, 0x1000, true), Kind::Fetch);
        assert_eq!(kind(&mut blocks, 0x1000, false), Kind::Fetch);
        remember(&mut blocks, 0x1000);
        blocks.forget_all();
        assert_eq!(kind(&mut blocks, 0x1000, false), Kind::Fetch);
    }
}
