//! Contents of memory to come back to: a run that is repeated costs the pages that it changed.

use crate::memory::Memory;
use crate::ram::{PAGE, Slot};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What a memory held at one moment. Clones share it.
#[derive(Clone, Debug)]
pub struct MemoryImage(Arc<Contents>);

#[derive(Debug)]
struct Contents {
    arena: Vec<u8>,
    slots: Vec<Slot>,
}

impl MemoryImage {
    /// Another memory with these contents, which [`Memory::reset_to`] brings back to them as fast.
    pub fn fork(&self) -> Memory {
        let mut memory = Memory::new();
        memory.replace(self);
        memory
    }

    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Memory {
    /// Keeps a copy of what is here now. From now on, and until another image is taken or gone back to or a slot is added,
    /// [`Memory::reset_to`] this image copies what changed since.
    pub fn image(&mut self) -> MemoryImage {
        let image = MemoryImage(Arc::new(Contents {
            arena: self.ram.arena.clone(),
            slots: self.ram.slots.clone(),
        }));
        self.follow(&image);
        image
    }

    /// Brings back the contents and slots of an image, of this memory or of another one. Where the last image that was
    /// taken, forked from or gone back to was this one, that costs the pages of 1 KiB that changed since, else all of them.
    pub fn reset_to(&mut self, image: &MemoryImage) {
        if self.followed().is_some_and(|followed| followed.is(image)) {
            for n in 0..self.ram.changed().len() {
                let page = self.ram.changed()[n] as usize;
                self.restore_page(&image.0.arena, page);
            }
            self.ram.track();
        } else if self.ram.slots == image.0.slots {
            for page in 0..self.ram.arena.len().div_ceil(PAGE) {
                self.restore_page(&image.0.arena, page);
            }
            self.follow(image);
        } else {
            self.replace(image);
        }
    }

    /// Becomes a memory of these contents.
    fn replace(&mut self, image: &MemoryImage) {
        *self = Self::new();
        self.ram.slots = image.0.slots.clone();
        self.ram.set_arena(image.0.arena.clone());
        self.follow(image);
    }

    /// Brings back one page of the arena, which may belong to several slots.
    fn restore_page(&mut self, arena: &[u8], page: usize) {
        let page = page * PAGE..(page * PAGE + PAGE).min(arena.len());
        for n in 0..self.ram.slots.len() {
            let slot = self.ram.slots[n];
            let here = slot.range();
            let range = here.start.max(page.start)..here.end.min(page.end);
            if !range.is_empty() {
                let address = slot.base.wrapping_add((range.start - slot.offset) as u64);
                self.put(address, range.start, &arena[range]);
            }
        }
    }
}
