//! A number that says whether two machines are in the same state.
//!
//! It is made of the text of everything that a snapshot has, so that no state can be forgotten, and of the bytes of memory. For
//! finding mistakes, not for protection against those who want it to fail.

use crate::machine::Machine;
use crate::memory::Memory;
use core::fmt::{self, Write};

/// FNV-1a's start and prime.
const START: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

struct Digest(u64);

impl Digest {
    /// Every step can be undone, so two streams that differ in one word differ in the end.
    fn word(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(PRIME).rotate_left(23);
    }
}

impl Write for Digest {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(PRIME);
        }
        Ok(())
    }
}

impl Machine {
    /// A number of the whole state, the memory included: the same for machines in the same state.
    pub fn digest(&self) -> u64 {
        let mut digest = Digest(START);
        // A digest takes every text.
        let _ = self.cpu.snapshot().describe(&mut digest);
        self.memory.describe(&mut digest);
        digest.0
    }
}

impl Memory {
    fn describe(&self, digest: &mut Digest) {
        for slot in &self.ram.slots {
            for word in [slot.base, slot.len, slot.is_rom.into()] {
                digest.word(word);
            }
        }
        let (words, rest) = self.ram.arena.as_chunks();
        for word in words {
            digest.word(u64::from_le_bytes(*word));
        }
        for byte in rest {
            digest.word((*byte).into());
        }
    }
}
