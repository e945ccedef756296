//! Decoded instructions, remembered by their address until a store touches them.
//!
//! The cache belongs to the memory, so that every way of changing memory can keep it true: guest code never runs as
//! it was before a store, with or without `icbi` (the architecture allows it to; the simplest machine does not). It is
//! a cache, not state: clones and snapshots start without it.

use alloc::vec;
use alloc::vec::Vec;
use ppc_decode::{Branch, Insn, Isa, Op};

/// How many instructions are remembered.
const WAYS: usize = 1024;

#[derive(Clone, Copy)]
struct Entry {
    /// Address of the instruction with bit 0 set, and bit 1 for little-endian order; 0 for an empty entry.
    key: u64,
    insn: Insn,
}

const EMPTY: Entry = Entry {
    key: 0,
    insn: Insn {
        word: 0,
        op: Op::Branch(Branch::Sc),
    },
};

/// The remembered instructions of one memory, decoded for one instruction set.
pub(crate) struct Decoded {
    isa: Isa,
    /// Empty until the first instruction.
    entries: Vec<Entry>,
}

impl Default for Decoded {
    fn default() -> Self {
        Self {
            isa: Isa::empty(),
            entries: Vec::new(),
        }
    }
}

#[allow(clippy::cast_possible_truncation, reason = "the low bits choose the way")]
const fn way(address: u64) -> usize {
    (address >> 2) as usize % WAYS
}

const fn key(address: u64, is_little_endian: bool) -> u64 {
    address | (is_little_endian as u64) << 1 | 1
}

impl Decoded {
    /// Forgets what was decoded for another instruction set.
    #[inline]
    pub(crate) fn prepare(&mut self, isa: Isa) {
        if self.isa != isa {
            self.forget_all();
            self.isa = isa;
        }
    }

    /// The instruction at `address`, if it is remembered.
    #[inline]
    pub(crate) fn get(&self, address: u64, is_little_endian: bool) -> Option<Insn> {
        let entry = self.entries.get(way(address))?;
        if entry.key == key(address, is_little_endian) {
            Some(entry.insn)
        } else {
            None
        }
    }

    /// Remembers the instruction at `address`, a multiple of 4.
    pub(crate) fn put(&mut self, address: u64, is_little_endian: bool, insn: Insn) {
        if self.entries.is_empty() {
            self.entries = vec![EMPTY; WAYS];
        }
        if let Some(entry) = self.entries.get_mut(way(address)) {
            *entry = Entry {
                key: key(address, is_little_endian),
                insn,
            };
        }
    }

    /// Forgets the instructions that share bytes with the `len` bytes at `address`.
    #[inline]
    pub(crate) fn forget(&mut self, address: u64, len: u64) {
        let mut word = address & !3;
        let last = address.wrapping_add(len - 1) & !3;
        loop {
            if let Some(entry) = self.entries.get_mut(way(word))
                && entry.key & !3 == word
            {
                entry.key = 0;
            }
            if word == last {
                return;
            }
            word = word.wrapping_add(4);
        }
    }

    /// Forgets everything.
    pub(crate) fn forget_all(&mut self) {
        self.entries = Vec::new();
    }
}
