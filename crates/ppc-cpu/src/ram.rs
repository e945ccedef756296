//! The bytes of guest memory and what is noted about them, page by page.
//!
//! All slots lie one behind the other in one arena. Of each page of the arena is known whether decoded instructions
//! lie in it and, while changes are tracked, whether it changed.

use alloc::vec::Vec;
use core::cell::Cell;
use core::ops::Range;

/// Bytes of a page of the arena: what a change makes be copied, and what data must keep away from instructions that
/// stand around it.
pub(crate) const PAGE: usize = 1024;
/// Instructions of this page may be remembered: a store has to look.
const CODE: u8 = 1;
/// The page changed since changes are tracked.
const DIRTY: u8 = 2;

/// One stretch of physical memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) base: u64,
    pub(crate) len: u64,
    /// Where it begins in the arena.
    pub(crate) offset: usize,
    pub(crate) is_rom: bool,
}

impl Slot {
    /// Where the arena has the `len` bytes from `address`, if they all lie in this slot.
    #[inline]
    #[allow(
        clippy::cast_possible_truncation,
        reason = "inside the arena, whose length is a usize"
    )]
    pub(crate) fn locate(&self, address: u64, len: u64) -> Option<usize> {
        let at = address.wrapping_sub(self.base);
        (at < self.len && self.len - at >= len).then(|| self.offset + at as usize)
    }

    /// Its bytes in the arena.
    #[inline]
    #[allow(
        clippy::cast_possible_truncation,
        reason = "inside the arena, whose length is a usize"
    )]
    pub(crate) fn range(&self) -> Range<usize> {
        self.offset..self.offset + self.len as usize
    }
}

/// The pages that hold bytes of `range`, which is not empty.
#[inline]
fn pages(range: &Range<usize>) -> Range<usize> {
    range.start / PAGE..(range.end - 1) / PAGE + 1
}

/// What two ranges share that do.
#[inline]
fn common(one: &Range<usize>, other: &Range<usize>) -> Range<usize> {
    one.start.max(other.start)..one.end.min(other.end)
}

/// The arena with its slots.
#[derive(Default)]
pub(crate) struct Ram {
    pub(crate) arena: Vec<u8>,
    pub(crate) slots: Vec<Slot>,
    /// [`CODE`] and [`DIRTY`] per page.
    marks: Vec<u8>,
    /// Pages that are [`DIRTY`], each once.
    dirty: Vec<u32>,
    /// Whether changes are tracked.
    is_tracked: bool,
    /// From the first to behind the last byte of remembered instructions.
    code: Range<usize>,
}

impl Clone for Ram {
    /// The same bytes, of which nothing is noted.
    fn clone(&self) -> Self {
        Self {
            arena: self.arena.clone(),
            slots: self.slots.clone(),
            marks: alloc::vec![0; self.marks.len()],
            ..Self::default()
        }
    }
}

impl Ram {
    /// Gives the arena this content.
    pub(crate) fn set_arena(&mut self, arena: Vec<u8>) {
        self.marks.resize(arena.len().div_ceil(PAGE), 0);
        self.arena = arena;
    }

    /// Where the arena has the `len` bytes from `address`, if one slot has them all.
    #[inline]
    pub(crate) fn locate(&self, address: u64, len: u64) -> Option<usize> {
        self.slots.iter().find_map(|slot| slot.locate(address, len))
    }

    /// The same for a store of the guest.
    #[inline]
    pub(crate) fn locate_writable(&self, address: u64, len: u64) -> Option<usize> {
        let mut slots = self.slots.iter().filter(|slot| !slot.is_rom);
        slots.find_map(|slot| slot.locate(address, len))
    }

    /// Notes that instructions of the `len` bytes from `address` may be remembered from now on.
    pub(crate) fn note_code(&mut self, address: u64, len: u64) {
        for slot in &self.slots {
            // From where to where it shares addresses with the slot, as distances from the slot's base.
            let ahead = address.wrapping_sub(slot.base);
            let (from, len) = if ahead < slot.len {
                (ahead, len.min(slot.len - ahead))
            } else if ahead.wrapping_neg() < len {
                (0, (len - ahead.wrapping_neg()).min(slot.len))
            } else {
                continue;
            };
            let Some(at) = slot.locate(slot.base.wrapping_add(from), len) else {
                continue;
            };
            #[allow(clippy::cast_possible_truncation, reason = "inside the arena")]
            let here = at..at + len as usize;
            self.marks[pages(&here)].iter_mut().for_each(|mark| *mark |= CODE);
            self.code = if self.code.is_empty() {
                here
            } else {
                self.code.start.min(here.start)..self.code.end.max(here.end)
            };
        }
    }

    /// No instruction is remembered any more.
    pub(crate) fn forget_code(&mut self) {
        if !self.code.is_empty() {
            self.marks[pages(&self.code)]
                .iter_mut()
                .for_each(|mark| *mark &= !CODE);
            self.code = 0..0;
        }
    }

    /// Notes that bytes of `range` change.
    #[inline]
    pub(crate) fn note_change(&mut self, range: Range<usize>) {
        if self.is_tracked {
            note_change(&mut self.marks, &mut self.dirty, &range);
        }
    }

    /// From now on, notes which pages change; none has.
    pub(crate) fn track(&mut self) {
        self.is_tracked = true;
        for page in self.dirty.drain(..) {
            self.marks[page as usize] &= !DIRTY;
        }
    }

    /// Pages that changed since [`Ram::track`].
    pub(crate) fn changed(&self) -> &[u32] {
        &self.dirty
    }

    /// For the data accesses of a walk.
    pub(crate) fn share(&mut self) -> Shared<'_> {
        Shared {
            arena: Cell::from_mut(&mut self.arena[..]).as_slice_of_cells(),
            slots: &self.slots,
            marks: &mut self.marks,
            dirty: &mut self.dirty,
            is_tracked: self.is_tracked,
            code: self.code.clone(),
        }
    }
}

fn note_change(marks: &mut [u8], dirty: &mut Vec<u32>, range: &Range<usize>) {
    for page in pages(range) {
        if marks[page] & DIRTY == 0 {
            marks[page] |= DIRTY;
            // At most 2^32 bytes in all.
            dirty.push(u32::try_from(page).unwrap_or(u32::MAX));
        }
    }
}

/// Guest memory while several windows are open on it.
pub(crate) struct Shared<'a> {
    pub(crate) arena: &'a [Cell<u8>],
    pub(crate) slots: &'a [Slot],
    marks: &'a mut [u8],
    dirty: &'a mut Vec<u32>,
    is_tracked: bool,
    code: Range<usize>,
}

impl Shared<'_> {
    /// Notes a change of `range`, which lies in `slot`, and says up to where around it the arena can be written without
    /// noting anything more; nothing if that is not known.
    pub(crate) fn open(&mut self, slot: &Slot, range: &Range<usize>) -> Option<Range<usize>> {
        if self.is_tracked {
            note_change(self.marks, self.dirty, range);
        }
        let page = range.start / PAGE * PAGE..range.start / PAGE * PAGE + PAGE;
        if range.end > page.end {
            return None;
        }
        let free = if self.is_amid_code(range) {
            if self.has_code(range) {
                return None;
            }
            page.clone()
        } else if range.end <= self.code.start {
            0..self.code.start
        } else {
            self.code.end..usize::MAX
        };
        let mut window = slot.range();
        if self.is_tracked {
            // The page may have instructions all the same, before or behind the range.
            window = common(&window, &page);
        }
        Some(common(&window, &free))
    }

    /// Whether there are remembered instructions on both sides, or here.
    fn is_amid_code(&self, range: &Range<usize>) -> bool {
        self.code.start < range.end && range.start < self.code.end
    }

    /// Whether instructions of these pages may be remembered.
    pub(crate) fn has_code(&self, range: &Range<usize>) -> bool {
        self.is_amid_code(range) && self.marks[pages(range)].iter().any(|mark| mark & CODE != 0)
    }
}
