//! Guest memory: slots of RAM and ROM in one arena. What no slot has is MMIO, as in KVM.
//!
//! Addresses are physical, values are bytes in the order of their addresses; byte order is the CPU's business.
//! A store into ROM is not RAM's business either: it leaves as MMIO, so that a flash device can take it.

use crate::block::{self, Blocks};
use crate::image::MemoryImage;
use crate::micro::Micro;
use crate::ram::{Ram, Slot};
use crate::view::View;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use ppc_decode::Isa;

/// RAM and ROM of a machine.
#[derive(Default)]
pub struct Memory {
    pub(crate) ram: Ram,
    /// What the CPU decoded; every change of memory keeps it true.
    pub(crate) blocks: Blocks,
    /// The image against which changes are tracked.
    followed: Option<MemoryImage>,
}

impl Clone for Memory {
    fn clone(&self) -> Self {
        Self {
            ram: self.ram.clone(),
            blocks: Blocks::default(),
            followed: None,
        }
    }
}

impl PartialEq for Memory {
    fn eq(&self, other: &Self) -> bool {
        self.ram.slots == other.ram.slots && self.ram.arena == other.ram.arena
    }
}

impl Eq for Memory {}

/// Why a slot was not added, or bytes were not transferred. Nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemoryError {
    /// The new slot shares addresses with one that is there.
    Overlap {
        /// Base of the new slot.
        base: u64,
        /// Base of the one that is there.
        with: u64,
    },
    /// A slot of no bytes, or one that runs past the end of the address space.
    BadSlot {
        /// Its base.
        base: u64,
        /// Its length in bytes.
        len: u64,
    },
    /// All slots together would be larger than [`Memory::MAX_BYTES`].
    TooMuch {
        /// How many bytes they would be.
        bytes: u64,
    },
    /// No slot has the byte at this address.
    NotRam {
        /// The first such address.
        address: u64,
    },
}

impl fmt::Display for MemoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overlap { base, with } => write!(f, "the slot at {base:#x} overlaps the one at {with:#x}"),
            Self::BadSlot { base, len } => {
                write!(
                    f,
                    "a slot of {len:#x} bytes at {base:#x} is empty or runs past the end of the address space"
                )
            }
            Self::TooMuch { bytes } => {
                write!(
                    f,
                    "{bytes:#x} bytes of memory are too much, {:#x} in all are possible",
                    Memory::MAX_BYTES
                )
            }
            Self::NotRam { address } => write!(f, "there is no memory at {address:#x}"),
        }
    }
}

impl core::error::Error for MemoryError {}

impl Memory {
    /// Most bytes that all slots may have together: 4 GiB. Only touched pages cost the host memory.
    pub const MAX_BYTES: u64 = 1 << 32;

    /// No memory at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// One slot of zeroed RAM from address 0.
    ///
    /// # Errors
    /// [`MemoryError::BadSlot`] for 0 bytes, [`MemoryError::TooMuch`] above 4 GiB.
    pub fn with_ram(len: u64) -> Result<Self, MemoryError> {
        let mut memory = Self::new();
        memory.add_ram(0, len)?;
        Ok(memory)
    }

    /// Slots of zeroed RAM, each with base and length. Added one by one, every slot moves those before it, touched or
    /// not; here none is moved.
    ///
    /// # Errors
    /// [`MemoryError`] of the first slot that cannot be added.
    pub fn with_ram_slots(slots: &[(u64, u64)]) -> Result<Self, MemoryError> {
        let mut memory = Self::new();
        let mut size = 0;
        for (base, len) in slots {
            size = memory.claim(*base, *len, false)?;
        }
        memory.ram.set_arena(vec![0; size]);
        Ok(memory)
    }

    /// Adds zeroed RAM.
    ///
    /// # Errors
    /// [`MemoryError`]; nothing is added then.
    pub fn add_ram(&mut self, base: u64, len: u64) -> Result<(), MemoryError> {
        self.add(base, len, false)
    }

    /// Adds ROM with these bytes.
    ///
    /// # Errors
    /// [`MemoryError`]; nothing is added then.
    pub fn add_rom(&mut self, base: u64, bytes: &[u8]) -> Result<(), MemoryError> {
        self.add(base, bytes.len() as u64, true)?;
        self.write_bytes(base, bytes)
    }

    fn add(&mut self, base: u64, len: u64, is_rom: bool) -> Result<(), MemoryError> {
        let size = self.claim(base, len, is_rom)?;
        let mut arena = core::mem::take(&mut self.ram.arena);
        let old = arena.len();
        if size - old <= old {
            // A small slot behind a large one: the host moves the old pages without touching them.
            arena.reserve_exact(size - old);
            arena.resize(size, 0);
        } else {
            // Zeroed by the allocator: the host backs a page when the guest touches it.
            let mut larger = vec![0; size];
            larger[..old].copy_from_slice(&arena);
            arena = larger;
        }
        self.ram.set_arena(arena);
        Ok(())
    }

    /// Adds a slot behind the others in the arena, and gives the size that the arena must now have.
    fn claim(&mut self, base: u64, len: u64, is_rom: bool) -> Result<usize, MemoryError> {
        let Some(last) = base.checked_add(len.wrapping_sub(1)).filter(|_| len != 0) else {
            return Err(MemoryError::BadSlot { base, len });
        };
        if let Some(other) = self
            .ram
            .slots
            .iter()
            .find(|s| base <= s.base + (s.len - 1) && s.base <= last)
        {
            return Err(MemoryError::Overlap {
                base,
                with: other.base,
            });
        }
        let offset = self.ram.slots.last().map_or(0, |s| s.offset as u64 + s.len);
        let bytes = offset.saturating_add(len);
        let offset_and_size = usize::try_from(offset).ok().zip(usize::try_from(bytes).ok());
        let Some((offset, size)) = offset_and_size.filter(|_| bytes <= Self::MAX_BYTES) else {
            return Err(MemoryError::TooMuch { bytes });
        };
        self.followed = None;
        self.ram.slots.push(Slot {
            base,
            len,
            offset,
            is_rom,
        });
        Ok(size)
    }

    /// `N` bytes at `address`, or `None` where not all of them are RAM or ROM.
    #[inline]
    pub fn load<const N: usize>(&self, address: u64) -> Option<[u8; N]> {
        if let Some(at) = self.ram.locate(address, N as u64) {
            return self.ram.arena.get(at..at + N)?.try_into().ok();
        }
        let mut bytes = [0; N];
        self.read_bytes(address, &mut bytes).ok()?;
        Some(bytes)
    }

    /// Stores `N` bytes at `address`; `false`, and nothing stored, where not all of them are RAM.
    #[inline]
    #[must_use]
    pub fn store<const N: usize>(&mut self, address: u64, bytes: [u8; N]) -> bool {
        let is_ram = |at| self.ram.locate_writable(at, 1).is_some();
        // Rare: the access touches two slots, which may lie side by side.
        let is_writable = self.ram.locate_writable(address, N as u64).is_some()
            || (0..N as u64).all(|i| is_ram(address.wrapping_add(i)));
        is_writable && self.write_bytes(address, &bytes).is_ok()
    }

    /// Copies bytes out, from RAM and ROM.
    ///
    /// # Errors
    /// [`MemoryError::NotRam`] with the first address that no slot has.
    pub fn read_bytes(&self, address: u64, bytes: &mut [u8]) -> Result<(), MemoryError> {
        self.each_run(address, bytes.len(), |done, at, len| {
            bytes[done..done + len].copy_from_slice(&self.ram.arena[at..at + len])
        })
    }

    /// Copies bytes in, into RAM and ROM: for loaders and debuggers.
    ///
    /// # Errors
    /// [`MemoryError::NotRam`] with the first address that no slot has; nothing is written then.
    pub fn write_bytes(&mut self, address: u64, bytes: &[u8]) -> Result<(), MemoryError> {
        if let Some(at) = self.ram.locate(address, bytes.len() as u64) {
            self.put(address, at, bytes);
            return Ok(());
        }
        let mut runs = Vec::new();
        self.each_run(address, bytes.len(), |done, at, len| runs.push((done, at, len)))?;
        for (done, at, len) in runs {
            self.put(address.wrapping_add(done as u64), at, &bytes[done..done + len]);
        }
        Ok(())
    }

    /// Changes the arena, and whatever depends on what was there.
    pub(crate) fn put(&mut self, address: u64, at: usize, bytes: &[u8]) {
        let range = at..at + bytes.len();
        if bytes.is_empty() || self.ram.arena[range.clone()] == *bytes {
            return;
        }
        self.blocks.forget(address, bytes.len() as u64);
        self.ram.arena[range.clone()].copy_from_slice(bytes);
        self.ram.note_change(range);
    }

    /// Writes instruction words in big-endian order.
    ///
    /// # Errors
    /// As [`Memory::write_bytes`].
    pub fn write_words(&mut self, address: u64, words: &[u32]) -> Result<(), MemoryError> {
        // Short programs are the many: they need no room of their own.
        let mut few = [0; 64];
        if let Some(bytes) = few.get_mut(..4 * words.len()) {
            for (bytes, word) in bytes.chunks_exact_mut(4).zip(words) {
                bytes.copy_from_slice(&word.to_be_bytes());
            }
            return self.write_bytes(address, bytes);
        }
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
        self.write_bytes(address, &bytes)
    }

    /// Calls `f(done, at, len)` for every stretch of `len` bytes that lies in one slot, `at` in the arena.
    fn each_run(
        &self,
        address: u64,
        len: usize,
        mut f: impl FnMut(usize, usize, usize),
    ) -> Result<(), MemoryError> {
        let mut done = 0;
        while done < len {
            let here = address.wrapping_add(done as u64);
            let slot = self.ram.slots.iter().find(|s| here.wrapping_sub(s.base) < s.len);
            let Some(slot) = slot else {
                return Err(MemoryError::NotRam { address: here });
            };
            let into = here - slot.base;
            let fits = usize::try_from(slot.len - into)
                .unwrap_or(usize::MAX)
                .min(len - done);
            #[allow(
                clippy::cast_possible_truncation,
                reason = "inside the arena, whose length is a usize"
            )]
            f(done, slot.offset + into as usize, fits);
            done += fits;
        }
        Ok(())
    }

    /// Tracks changes against this image, which the contents are now.
    pub(crate) fn follow(&mut self, image: &MemoryImage) {
        self.followed = Some(image.clone());
        self.ram.track();
    }

    /// The image against which changes are tracked.
    pub(crate) fn followed(&self) -> Option<&MemoryImage> {
        self.followed.as_ref()
    }

    /// The remembered instructions, and memory for those that are executed.
    #[inline]
    pub(crate) fn view(&mut self) -> (&Blocks, View<'_>) {
        (&self.blocks, View::new(&mut self.ram, &self.blocks))
    }

    /// From now on instructions are decoded for this set.
    #[cold]
    pub(crate) fn set_isa(&mut self, isa: Isa) {
        self.blocks.set_isa(isa);
        self.ram.forget_code();
    }

    /// Makes a line for instructions at `address` in this byte order.
    #[cold]
    pub(crate) fn claim_line(&mut self, address: u64, is_little: bool) {
        self.blocks.claim(address, is_little);
    }

    /// Remembers the micro-op of the instruction at `address`, if its line is there.
    #[cold]
    pub(crate) fn remember(&mut self, address: u64, is_little: bool, op: Micro) {
        if let Some(line) = self.blocks.find(address, is_little) {
            self.blocks.put(line, block::index(address), op);
            // A pair's second instruction too.
            self.ram.note_code(address, 8);
        }
    }

    /// Bytes of all slots together.
    pub fn len(&self) -> u64 {
        self.ram.arena.len() as u64
    }

    /// Whether there is no memory at all.
    pub fn is_empty(&self) -> bool {
        self.ram.slots.is_empty()
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(
                self.ram
                    .slots
                    .iter()
                    .map(|s| (s.base..=s.base + (s.len - 1), s.is_rom)),
            )
            .finish()
    }
}

/// A slot as a snapshot has it: only pages that are not all zero.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct SavedSlot {
    base: u64,
    len: u64,
    is_rom: bool,
    /// Offset from the base, and bytes.
    pages: Vec<(u64, Vec<u8>)>,
}

#[cfg(feature = "serde")]
impl serde::Serialize for Memory {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const PAGE: usize = 4096;
        serializer.collect_seq(self.ram.slots.iter().map(|slot| {
            let len = usize::try_from(slot.len).unwrap_or(usize::MAX);
            let bytes = self
                .ram
                .arena
                .get(slot.offset..slot.offset.saturating_add(len))
                .unwrap_or_default();
            let pages = bytes
                .chunks(PAGE)
                .enumerate()
                .filter(|(_, page)| page.iter().any(|b| *b != 0));
            SavedSlot {
                base: slot.base,
                len: slot.len,
                is_rom: slot.is_rom,
                pages: pages
                    .map(|(n, page)| ((n * PAGE) as u64, page.to_vec()))
                    .collect(),
            }
        }))
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Memory {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let mut memory = Self::new();
        for slot in Vec::<SavedSlot>::deserialize(deserializer)? {
            memory
                .add(slot.base, slot.len, slot.is_rom)
                .map_err(D::Error::custom)?;
            for (offset, bytes) in slot.pages {
                let is_inside = offset
                    .checked_add(bytes.len() as u64)
                    .is_some_and(|end| end <= slot.len);
                if !is_inside {
                    return Err(D::Error::custom(MemoryError::NotRam {
                        address: slot.base.wrapping_add(offset),
                    }));
                }
                memory
                    .write_bytes(slot.base.wrapping_add(offset), &bytes)
                    .map_err(D::Error::custom)?;
            }
        }
        Ok(memory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_must_not_overlap_be_empty_or_run_past_the_end() {
        let mut memory = Memory::with_ram(0x1000).unwrap();
        assert_eq!(
            memory.add_ram(0xfff, 1),
            Err(MemoryError::Overlap { base: 0xfff, with: 0 })
        );
        assert_eq!(
            memory.add_ram(0x2000, 0),
            Err(MemoryError::BadSlot { base: 0x2000, len: 0 })
        );
        assert_eq!(
            memory.add_ram(u64::MAX, 2),
            Err(MemoryError::BadSlot {
                base: u64::MAX,
                len: 2
            })
        );
        assert_eq!(
            memory.add_ram(0x2000, 1 << 33),
            Err(MemoryError::TooMuch {
                bytes: (1 << 33) + 0x1000
            })
        );
        assert_eq!(memory.add_ram(u64::MAX, 1), Ok(()));
        assert_eq!(memory.load::<1>(u64::MAX), Some([0]));
        assert_eq!(
            memory.load::<2>(u64::MAX),
            Some([0, 0]),
            "addresses wrap as the CPU's do"
        );
    }

    #[test]
    fn an_access_over_two_adjacent_slots_is_whole_and_one_over_the_edge_is_not_done_in_part() {
        let mut memory = Memory::with_ram(4).unwrap();
        memory.add_ram(4, 4).unwrap();
        assert!(memory.store(2, [1, 2, 3, 4]));
        assert_eq!(memory.load(2), Some([1, 2, 3, 4]));
        assert!(!memory.store(6, [9; 4]));
        assert_eq!(memory.load(6), Some([0, 0]));
        assert_eq!(memory.load::<4>(6), None);
    }

    #[test]
    fn the_guest_reads_rom_and_cannot_store_into_it() {
        let mut memory = Memory::new();
        memory.add_rom(0x100, &[1, 2, 3, 4]).unwrap();
        assert_eq!(memory.load(0x100), Some([1, 2, 3, 4]));
        assert!(!memory.store(0x100, [0; 4]));
        assert_eq!(memory.load(0x100), Some([1, 2, 3, 4]));
    }
}
