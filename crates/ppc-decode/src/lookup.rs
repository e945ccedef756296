//! The look-up table: from a word to the rows it may be.
//!
//! A primary opcode without extended opcodes has one slot; one with them has a slot for every value of the low eleven
//! bits, where all extended opcodes are. A slot holds the first row to try; rows that share a slot are linked, the
//! more specific first. Everything is computed at compile time, and a clash stops the compilation with the name of
//! the row.
//!
//! Which CPU has a row is checked by the decoder, on the hit.

use crate::{Isa, Op};

/// What the decoder needs of a row, in one place.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) mask: u32,
    pub(crate) value: u32,
    pub(crate) isa: Isa,
    pub(crate) op: Op,
    /// The entry to try next, [`NONE`] if there is none.
    pub(crate) next: u16,
}

/// No entry; as an index, that of an entry that matches nothing.
pub(crate) const NONE: u16 = 0;
const ENTRY_COUNT: usize = Op::COUNT + 1;
/// The bits of the word that hold extended opcodes.
const EXTENDED: u32 = 0x7ff;
const BLOCK: usize = EXTENDED as usize + 1;

/// Where the slots of a primary opcode begin, and which bits of the word choose among them.
#[derive(Clone, Copy)]
pub(crate) struct Primary {
    base: u16,
    mask: u16,
}

static PRIMARIES: [Primary; 64] = PRIMARY_TABLE;
static SLOTS: [u16; SLOT_COUNT] = TABLE.0;
static ENTRIES: [Entry; ENTRY_COUNT] = TABLE.1;

/// The entry to try first.
#[inline]
pub(crate) fn first(word: u32) -> &'static Entry {
    let primary = PRIMARIES[(word >> 26) as usize];
    entry(SLOTS[usize::from(primary.base) + (word & u32::from(primary.mask)) as usize])
}

/// The entry of an index.
#[inline]
pub(crate) fn entry(index: u16) -> &'static Entry {
    &ENTRIES[usize::from(index)]
}

/// Narrows an index.
const fn index(wide: usize) -> u16 {
    assert!(wide <= u16::MAX as usize, "indices have 16 bits");
    #[expect(clippy::cast_possible_truncation, reason = "checked")]
    let narrow = wide as u16;
    narrow
}

const PRIMARY_TABLE: [Primary; 64] = {
    let mut table = [Primary { base: 0, mask: 0 }; 64];
    let mut i = 0;
    while i < 64 {
        table[i].base = index(i);
        i += 1;
    }
    let mut end = 64;
    let mut i = 0;
    while i < Op::COUNT {
        let encoding = Op::ALL[i].row().encoding;
        let primary = &mut table[(encoding.value >> 26) as usize];
        if encoding.mask & EXTENDED != 0 && primary.mask == 0 {
            *primary = Primary {
                base: index(end),
                mask: index(EXTENDED as usize),
            };
            end += BLOCK;
        }
        i += 1;
    }
    table
};

const SLOT_COUNT: usize = {
    let mut count = 64;
    let mut i = 0;
    while i < 64 {
        if PRIMARY_TABLE[i].mask != 0 {
            count += BLOCK;
        }
        i += 1;
    }
    count
};

const TABLE: ([u16; SLOT_COUNT], [Entry; ENTRY_COUNT]) = {
    let mut slots = [NONE; SLOT_COUNT];
    let nothing = Entry {
        mask: 0,
        value: 1,
        isa: Isa::empty(),
        op: Op::ALL[0],
        next: NONE,
    };
    let mut entries = [nothing; ENTRY_COUNT];
    let mut row = 1;
    while row < ENTRY_COUNT {
        let op = Op::ALL[row - 1];
        let encoding = op.row().encoding;
        entries[row] = Entry {
            mask: encoding.mask,
            value: encoding.value,
            isa: op.row().isa,
            op,
            next: NONE,
        };
        let (base, free) = slots_of(encoding.value, encoding.mask);
        let mut subset = 0u32;
        loop {
            link(&mut slots[base + subset as usize], &mut entries, index(row));
            // The next subset of the free bits.
            subset = subset.wrapping_sub(free) & free;
            if subset == 0 {
                break;
            }
        }
        row += 1;
    }
    check(&slots, &entries);
    (slots, entries)
};

/// The first slot of an encoding, and the bits whose subsets give the others.
const fn slots_of(value: u32, mask: u32) -> (usize, u32) {
    let primary = PRIMARY_TABLE[(value >> 26) as usize];
    let chosen = primary.mask as u32;
    (primary.base as usize + (value & chosen) as usize, chosen & !mask)
}

/// Puts a row into a slot: before a first row that is less specific, and else last.
const fn link(slot: &mut u16, entries: &mut [Entry; ENTRY_COUNT], row: u16) {
    let first = *slot;
    if first == NONE {
        *slot = row;
    } else if is_more_specific(entries[row as usize].mask, entries[first as usize].mask) {
        entries[row as usize].next = first;
        *slot = row;
    } else {
        let mut at = first as usize;
        while entries[at].next != NONE && entries[at].next != row {
            at = entries[at].next as usize;
        }
        if at != row as usize {
            entries[at].next = row;
        }
    }
}

const fn is_more_specific(mask: u32, than: u32) -> bool {
    mask != than && mask & than == than
}

/// Asserts that each row is found in all its slots, and that no row before it takes words from it on the same CPU.
const fn check(slots: &[u16; SLOT_COUNT], entries: &[Entry; ENTRY_COUNT]) {
    let mut row = 1;
    while row < ENTRY_COUNT {
        let this = entries[row];
        let name = this.op.row().mnemonic;
        let (base, free) = slots_of(this.value, this.mask);
        let mut subset = 0u32;
        loop {
            let mut at = slots[base + subset as usize] as usize;
            let mut steps = 0;
            while at != row {
                assert!(at != NONE as usize && steps < ENTRY_COUNT, "{}", name);
                let other = entries[at];
                let overlap = (this.value ^ other.value) & this.mask & other.mask == 0;
                assert!(
                    !overlap || is_more_specific(other.mask, this.mask) || !coexist(this.isa, other.isa),
                    "{}",
                    name
                );
                at = other.next as usize;
                steps += 1;
            }
            subset = subset.wrapping_sub(free) & free;
            if subset == 0 {
                break;
            }
        }
        row += 1;
    }
}

/// Whether one of the CPUs we know has both.
const fn coexist(a: Isa, b: Isa) -> bool {
    let both = a.union(b);
    let mut i = 0;
    while i < Isa::CPUS.len() {
        if Isa::CPUS[i].1.contains(both) {
            return true;
        }
        i += 1;
    }
    false
}
