//! What a walk sees of memory: a window to load through and one to store through.
//!
//! An access inside its window is one comparison and one move. Any other finds its slot and moves the window there: a window
//! to load through is a whole slot, one to store through is as much of it as needs no note when it changes (no
//! remembered instructions; while changes are tracked, one page that is noted already). Here will stand the translation
//! of effective addresses: a window is a range of them.

use crate::alu::low;
use crate::block::Blocks;
use crate::ram::{Ram, Shared};
use core::cell::Cell;

/// A stretch of the arena that stands at an address.
struct Window<'a> {
    base: u64,
    bytes: &'a [Cell<u8>],
}

impl<'a> Window<'a> {
    const EMPTY: Self = Self { base: 0, bytes: &[] };

    /// These bytes at `base`, as far as addresses in the width of the walk go: what lies behind them is not where they
    /// begin again.
    fn new<const WIDE: bool>(base: u64, bytes: &'a [Cell<u8>]) -> Self {
        let addresses = usize::try_from((1u64 << 32).saturating_sub(base));
        let reach = if WIDE {
            bytes.len()
        } else {
            addresses.unwrap_or(usize::MAX)
        };
        Self {
            base,
            bytes: bytes.get(..reach).unwrap_or(bytes),
        }
    }

    /// How far from the beginning the address is, in the width of the walk.
    #[inline(always)]
    fn distance<const WIDE: bool>(&self, address: u64) -> u64 {
        let at = address.wrapping_sub(self.base);
        if WIDE { at } else { u64::from(low(at)) }
    }

    /// The address at this distance.
    #[inline(always)]
    fn address<const WIDE: bool>(&self, at: u64) -> u64 {
        let address = self.base.wrapping_add(at);
        if WIDE { address } else { address & 0xffff_ffff }
    }

    /// The `N` bytes at this distance, if they all lie in the window.
    #[inline(always)]
    fn cells<const N: usize>(&self, at: u64) -> Option<&'a [Cell<u8>; N]> {
        let at = usize::try_from(at).ok()?;
        self.bytes.get(at..at.wrapping_add(N))?.first_chunk()
    }
}

/// Memory as the instructions of a walk see it.
pub(crate) struct View<'a> {
    load: Window<'a>,
    store: Window<'a>,
    blocks: &'a Blocks,
    /// Until the first access.
    ram: Option<&'a mut Ram>,
    /// From then on.
    shared: Option<Shared<'a>>,
}

impl<'a> View<'a> {
    /// A view that costs nothing until it is used.
    #[inline]
    pub(crate) fn new(ram: &'a mut Ram, blocks: &'a Blocks) -> Self {
        Self {
            load: Window::EMPTY,
            store: Window::EMPTY,
            blocks,
            ram: Some(ram),
            shared: None,
        }
    }

    /// The `N` bytes at `address`; `None` where not one slot has them all.
    #[inline(always)]
    pub(crate) fn load<const N: usize, const WIDE: bool>(&mut self, address: u64) -> Option<[u8; N]> {
        let at = self.load.distance::<WIDE>(address);
        if let Some(cells) = self.load.cells::<N>(at) {
            return Some(cells.each_ref().map(Cell::get));
        }
        // It makes the address anew, so that nobody has to keep it.
        self.load_elsewhere::<N, WIDE>(at)
    }

    /// Stores `N` bytes at `address`; `false`, and nothing stored, where not one slot of RAM takes them all, or where they
    /// change an instruction that is remembered.
    #[inline(always)]
    pub(crate) fn store<const N: usize, const WIDE: bool>(&mut self, address: u64, bytes: [u8; N]) -> bool {
        let at = self.store.distance::<WIDE>(address);
        if let Some(cells) = self.store.cells::<N>(at) {
            put(cells, bytes);
            return true;
        }
        self.store_elsewhere::<N, WIDE>(at, bytes)
    }

    #[cold]
    #[inline(never)]
    fn load_elsewhere<const N: usize, const WIDE: bool>(&mut self, at: u64) -> Option<[u8; N]> {
        let address = self.load.address::<WIDE>(at);
        let shared = self.shared()?;
        let slot = shared
            .slots
            .iter()
            .find(|slot| slot.locate(address, N as u64).is_some())?;
        self.load = Window::new::<WIDE>(slot.base, shared.arena.get(slot.range())?);
        let cells = self.load.cells::<N>(self.load.distance::<true>(address))?;
        Some(cells.each_ref().map(Cell::get))
    }

    #[cold]
    #[inline(never)]
    fn store_elsewhere<const N: usize, const WIDE: bool>(&mut self, at: u64, bytes: [u8; N]) -> bool {
        let address = self.store.address::<WIDE>(at);
        let blocks = self.blocks;
        let Some(shared) = self.shared() else {
            return false;
        };
        let mut slots = shared.slots.iter().filter(|slot| !slot.is_rom);
        let found = slots.find_map(|slot| Some((slot, slot.locate(address, N as u64)?)));
        let Some((slot, at)) = found else {
            return false;
        };
        let range = at..at + N;
        if shared.has_code(&range) && blocks.is_remembered(address, N as u64) {
            return false;
        }
        let open = shared.open(slot, &range);
        let arena = shared.arena;
        let Some(cells) = arena.get(range).and_then(<[_]>::first_chunk) else {
            return false;
        };
        put(cells, bytes);
        if let Some(open) = open {
            let base = address.wrapping_sub((at - open.start) as u64);
            self.store = Window::new::<WIDE>(base, arena.get(open).unwrap_or_default());
        }
        true
    }

    fn shared(&mut self) -> Option<&mut Shared<'a>> {
        if let Some(ram) = self.ram.take() {
            self.shared = Some(ram.share());
        }
        self.shared.as_mut()
    }
}

#[inline(always)]
fn put<const N: usize>(cells: &[Cell<u8>; N], bytes: [u8; N]) {
    for (cell, byte) in cells.iter().zip(bytes) {
        cell.set(byte);
    }
}
