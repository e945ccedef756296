//! The cache of decoded instructions: lines of micro-ops, by address, true until a store touches them.
//!
//! The cache belongs to the memory, so that every way of changing memory can keep it true: guest code never runs as
//! it was before a store, with or without `icbi` (the architecture allows it to; the simplest machine does not). It is
//! a cache, not state: clones and snapshots start without it.
//!
//! A line holds the instructions of 1024 aligned bytes, each decoded when it is first executed. The walk goes from op to
//! op without asking whether the line is still the one it was: only [`Blocks::claim`] gives a line to other addresses, and
//! a store ([`Blocks::forget`]) empties single ops, which the walk then fetches anew. Whoever keeps what an op said while
//! others may store asks whether the [`Epoch`] is still the same.

use crate::micro::Micro;
use alloc::vec::Vec;
use core::slice;
use core::sync::atomic::{AtomicUsize, Ordering};
use ppc_decode::Isa;

/// Instructions of a line. An op's place in it is a byte.
pub(crate) const LINE: usize = 256;
/// Bytes of a line.
pub(crate) const BYTES: u64 = 4 * LINE as u64;
/// How many lines are remembered at most, a power of two.
const LINES: usize = 512;
/// For how many there are places at first: most guests of a test or a fuzzer have few.
const FEW: usize = 8;
/// Set in a tag that is one.
const TAG: u64 = 1 << 1;

/// The ops of a line.
pub(crate) type Line = [Micro; LINE];

/// Nothing is remembered in it. A static, so that it is copied as a whole.
static EMPTY: Line = [Micro::FETCH; LINE];

/// Which line has the addresses that share a place.
#[derive(Clone, Copy)]
struct Place {
    /// The line's address with [`TAG`], and bit 0 set for little-endian order; 0 for none.
    tag: u64,
    /// Its number among the lines.
    line: usize,
}

/// Names a state of the lines of one memory, unlike every other in this process: while it lasts, a line's number means the
/// line that it meant, and an op that was remembered in it is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Epoch(usize);

impl Epoch {
    /// No state.
    pub(crate) const NONE: Self = Self(0);

    fn next() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// The remembered instructions of one memory, decoded for one instruction set.
pub(crate) struct Blocks {
    isa: Isa,
    epoch: Epoch,
    /// By the low bits of the line's address; a power of two, or none before the first instruction.
    places: Vec<Place>,
    lines: Vec<Line>,
}

impl Default for Blocks {
    fn default() -> Self {
        Self {
            isa: Isa::empty(),
            epoch: Epoch::next(),
            places: Vec::new(),
            lines: Vec::new(),
        }
    }
}

/// Which of so many places, a power of two, can have this address; none of no places.
#[allow(clippy::cast_possible_truncation, reason = "the low bits choose the place")]
#[inline(always)]
const fn place_of(address: u64, places: usize) -> usize {
    (address / BYTES) as usize & places.wrapping_sub(1)
}

const fn tag(address: u64, is_little_endian: bool) -> u64 {
    address & !(BYTES - 1) | TAG | is_little_endian as u64
}

/// Where the instruction at `address` stands in its line.
#[allow(clippy::cast_possible_truncation, reason = "below the length of a line")]
pub(crate) const fn index(address: u64) -> usize {
    (address / 4) as usize % LINE
}

/// The same as a byte, with which a line is indexed without a check.
#[allow(clippy::cast_possible_truncation, reason = "an index of a line is a byte")]
pub(crate) const fn entry(address: u64) -> u8 {
    (address / 4) as u8
}

impl Blocks {
    /// Whether the instructions are decoded for this instruction set.
    #[inline]
    pub(crate) fn is_for(&self, isa: Isa) -> bool {
        self.isa == isa
    }

    /// From now on they are. Forgets all others.
    pub(crate) fn set_isa(&mut self, isa: Isa) {
        self.forget_all();
        self.isa = isa;
    }

    /// What the lines' numbers mean.
    #[inline]
    pub(crate) fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// The place that can have the line of `address`.
    #[inline(always)]
    fn place(&self, address: u64) -> Option<&Place> {
        self.places.get(place_of(address, self.places.len()))
    }

    /// The line of `address`, if it has one.
    #[inline]
    pub(crate) fn find(&self, address: u64, is_little_endian: bool) -> Option<usize> {
        let place = self.place(address)?;
        (place.tag == tag(address, is_little_endian)).then_some(place.line)
    }

    /// An empty line for `address`, whose place may have had another.
    #[cold]
    #[inline(never)]
    pub(crate) fn claim(&mut self, address: u64, is_little_endian: bool) -> usize {
        while self.places.len() < LINES && self.place(address).is_none_or(|place| place.tag != 0) {
            self.grow();
        }
        let places = self.places.len();
        let place = &mut self.places[place_of(address, places)];
        if place.tag == 0 {
            place.line = self.lines.len();
            self.lines.extend_from_slice(slice::from_ref(&EMPTY));
        } else {
            self.lines[place.line] = EMPTY;
            self.epoch = Epoch::next();
        }
        place.tag = tag(address, is_little_endian);
        place.line
    }

    /// Makes four times as many places. Lines that had places of their own keep them: more bits choose.
    fn grow(&mut self) {
        let places = (4 * self.places.len()).clamp(FEW, LINES);
        let mut larger = alloc::vec![Place { tag: 0, line: 0 }; places];
        for place in self.places.iter().filter(|place| place.tag != 0) {
            larger[place_of(place.tag, places)] = *place;
        }
        self.places = larger;
    }

    /// The ops of a line.
    #[inline(always)]
    pub(crate) fn get(&self, line: usize) -> Option<&Line> {
        self.lines.get(line)
    }

    /// The ops of a line that was found or claimed.
    #[inline]
    pub(crate) fn ops(&self, line: usize) -> &Line {
        self.get(line).unwrap_or(&EMPTY)
    }

    /// Remembers an op of a line.
    pub(crate) fn put(&mut self, line: usize, index: usize, op: Micro) {
        if let Some(line) = self.lines.get_mut(line) {
            line[index % LINE] = op;
        }
    }

    /// The line of an address in either byte order.
    #[inline]
    fn line(&self, address: u64) -> Option<usize> {
        let place = self.place(address)?;
        (place.tag & !1 == tag(address, false)).then_some(place.line)
    }

    /// Whether an instruction may be remembered that shares bytes with the `len` bytes at `address`: the one before them may
    /// be remembered as one with the first of them.
    pub(crate) fn is_remembered(&self, address: u64, len: u64) -> bool {
        words(address, len).any(|word| {
            self.line(word).is_some_and(|line| {
                let at = index(word);
                self.lines[line][at.saturating_sub(1)..=at]
                    .iter()
                    .any(Micro::is_known)
            })
        })
    }

    /// Forgets the instructions that share bytes with the `len` bytes at `address`.
    pub(crate) fn forget(&mut self, address: u64, len: u64) {
        if self.lines.is_empty() {
            return;
        }
        if len > BYTES * LINES as u64 {
            return self.forget_all();
        }
        for word in words(address, len) {
            let Some(line) = self.line(word) else { continue };
            let at = index(word);
            // The instruction before it may have been remembered as one with it.
            for op in &mut self.lines[line][at.saturating_sub(1)..=at] {
                if op.is_known() {
                    *op = Micro::FETCH;
                    self.epoch = Epoch::next();
                }
            }
        }
    }

    /// Forgets everything.
    pub(crate) fn forget_all(&mut self) {
        self.places.clear();
        self.lines.clear();
        self.epoch = Epoch::next();
    }
}

/// The words that share bytes with the `len` bytes at `address`.
fn words(address: u64, len: u64) -> impl Iterator<Item = u64> {
    let first = address & !3;
    let count = ((address & 3) + len).div_ceil(4);
    (0..count).map(move |n| first.wrapping_add(4 * n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::{lower, pair};
    use crate::micro::Kind;
    use ppc_decode::{Decoder, asm};

    fn micro(word: u32, address: u64) -> Micro {
        lower(
            Decoder::new(Isa::E500V2).decode(word).unwrap(),
            address,
            Isa::E500V2,
        )
    }

    fn line_of(blocks: &mut Blocks, address: u64, is_little_endian: bool) -> usize {
        blocks
            .find(address, is_little_endian)
            .unwrap_or_else(|| blocks.claim(address, is_little_endian))
    }

    fn remember(blocks: &mut Blocks, address: u64) {
        let line = line_of(blocks, address, false);
        blocks.put(line, index(address), micro(asm::li(3, 1), address));
    }

    fn kind(blocks: &mut Blocks, address: u64, is_little_endian: bool) -> Kind {
        let line = line_of(blocks, address, is_little_endian);
        blocks.ops(line)[index(address)].kind
    }

    #[test]
    fn a_store_empties_the_ops_it_touches_and_what_may_be_one_with_them_and_no_others() {
        let mut blocks = Blocks::default();
        let addresses = [0x1000, 0x13f8, 0x13fc, 0x1400, 0x1404];
        for address in addresses {
            remember(&mut blocks, address);
        }
        blocks.forget(0x13ff, 2);
        // The same place of the cache, and another address.
        blocks.forget(0x1404 + (LINES as u64) * BYTES, 4);
        let kinds = addresses.map(|address| kind(&mut blocks, address, false));
        use Kind::{Addi, Fetch};
        assert_eq!(kinds, [Addi, Fetch, Fetch, Fetch, Addi]);
        assert!(blocks.is_remembered(0x1403, 2) && !blocks.is_remembered(0x13f8, 12));
        assert!(
            blocks.is_remembered(0x1004, 1),
            "it may be one with what is at 0x1000"
        );
    }

    #[test]
    fn a_pair_is_forgotten_with_either_half() {
        for touched in [0x1000, 0x1004] {
            let mut blocks = Blocks::default();
            let line = line_of(&mut blocks, 0x1000, false);
            let both = pair(&micro(asm::lis(3, 1), 0x1000), &micro(asm::addi(3, 3, 4), 0x1004));
            blocks.put(line, index(0x1000), both.unwrap());
            assert_eq!(kind(&mut blocks, 0x1000, false), Kind::Constant);
            blocks.forget(touched, 1);
            assert_eq!(kind(&mut blocks, 0x1000, false), Kind::Fetch);
        }
    }

    #[test]
    fn lines_that_share_a_place_get_more_places_until_there_are_no_more() {
        let mut blocks = Blocks::default();
        // They differ in the highest bits that choose a place.
        let apart = |n: u64| n * BYTES * LINES as u64 / 4;
        for n in 0..4 {
            remember(&mut blocks, apart(n));
        }
        assert_eq!(blocks.places.len(), LINES);
        for n in 0..4 {
            assert!(blocks.is_remembered(apart(n), 4), "line {n} moved with its place");
        }
        let epoch = blocks.epoch();
        remember(&mut blocks, apart(4));
        assert!(!blocks.is_remembered(apart(0), 4) && blocks.is_remembered(apart(4), 4));
        assert!(blocks.epoch() != epoch, "a line has other addresses");
        assert_eq!(blocks.lines.len(), 4);
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
