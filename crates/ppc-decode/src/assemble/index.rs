//! From a name to the rows that have it: sorted once, when the crate is compiled.
//!
//! Names are compared as numbers: their bytes from the highest down, so that numbers sort as names do.

use crate::extended::{EXTENDED, Extended, SPELLINGS};
use crate::input_only::INPUT_ONLY;
use crate::spr_names::{NAMES, SprName};
use crate::{Isa, Op};

/// The longest name there can be.
const LONGEST: usize = 16;

/// A name, and where in its tables the row is.
#[derive(Clone, Copy)]
struct Key {
    name: u128,
    at: u16,
}

/// What has a mnemonic.
#[derive(Clone, Copy)]
pub(crate) enum Source {
    Extended(&'static Extended),
    Row(Op),
}

impl Source {
    /// The name.
    pub(crate) const fn mnemonic(self) -> &'static str {
        match self {
            Source::Extended(row) => row.mnemonic,
            Source::Row(op) => op.row().mnemonic,
        }
    }

    /// The facilities that it needs.
    pub(crate) const fn isa(self) -> Isa {
        match self {
            Source::Extended(row) => row.isa.union(row.op.row().isa),
            Source::Row(op) => op.row().isa,
        }
    }
}

/// The rows of a mnemonic without suffix and hint, in the order in which they are tried.
pub(crate) fn mnemonics(name: &str) -> impl Iterator<Item = Source> {
    find(&MNEMONICS, name)
        .iter()
        .map(|key| source(usize::from(key.at)))
}

/// Every row with a mnemonic, by name.
pub(crate) fn all() -> impl Iterator<Item = Source> {
    MNEMONICS.iter().map(|key| source(usize::from(key.at)))
}

/// The rows of the name of a special purpose register, in the order of their table.
pub(crate) fn sprs(name: &str) -> impl Iterator<Item = &'static SprName> {
    find(&SPRS, name).iter().map(|key| &NAMES[usize::from(key.at)])
}

fn find(keys: &'static [Key], name: &str) -> &'static [Key] {
    if name.len() > LONGEST {
        return &[];
    }
    let name = number(name);
    let first = keys.partition_point(|key| key.name < name);
    let rest = &keys[first..];
    &rest[..rest.partition_point(|key| key.name == name)]
}

const fn number(name: &str) -> u128 {
    let bytes = name.as_bytes();
    assert!(bytes.len() <= LONGEST, "{}", name);
    let mut number = 0;
    let mut i = 0;
    while i < LONGEST {
        number <<= 8;
        if i < bytes.len() {
            number |= bytes[i] as u128;
        }
        i += 1;
    }
    number
}

const COUNT: usize = INPUT_ONLY.len() + SPELLINGS.len() + EXTENDED.len() + Op::COUNT;

/// The tables behind each other.
const fn source(at: usize) -> Source {
    let mut at = at;
    if at < INPUT_ONLY.len() {
        return Source::Extended(&INPUT_ONLY[at]);
    }
    at -= INPUT_ONLY.len();
    if at < SPELLINGS.len() {
        return Source::Extended(&SPELLINGS[at]);
    }
    at -= SPELLINGS.len();
    if at < EXTENDED.len() {
        return Source::Extended(&EXTENDED[at]);
    }
    Source::Row(Op::ALL[at - EXTENDED.len()])
}

static MNEMONICS: [Key; COUNT] = {
    let mut keys = [Key { name: 0, at: 0 }; COUNT];
    let mut at = 0;
    while at < COUNT {
        keys[at] = key(source(at).mnemonic(), at);
        at += 1;
    }
    sorted(keys)
};

static SPRS: [Key; NAMES.len()] = {
    let mut keys = [Key { name: 0, at: 0 }; NAMES.len()];
    let mut at = 0;
    while at < NAMES.len() {
        keys[at] = key(NAMES[at].name, at);
        at += 1;
    }
    sorted(keys)
};

const fn key(name: &str, at: usize) -> Key {
    assert!(at <= u16::MAX as usize, "positions have 16 bits");
    #[expect(clippy::cast_possible_truncation, reason = "checked")]
    let at = at as u16;
    Key {
        name: number(name),
        at,
    }
}

/// Sorts by name and keeps the order of equal names: a merge sort, from runs of one upwards.
const fn sorted<const N: usize>(keys: [Key; N]) -> [Key; N] {
    let (mut from, mut to) = (keys, keys);
    let mut run = 1;
    while run < N {
        let mut start = 0;
        while start < N {
            let middle = at_most(start + run, N);
            let end = at_most(start + 2 * run, N);
            let (mut left, mut right, mut out) = (start, middle, start);
            while out < end {
                let is_left = left < middle && (right >= end || from[left].name <= from[right].name);
                let next = if is_left { &mut left } else { &mut right };
                to[out] = from[*next];
                *next += 1;
                out += 1;
            }
            start = end;
        }
        (from, to) = (to, from);
        run *= 2;
    }
    from
}

const fn at_most(value: usize, limit: usize) -> usize {
    if value < limit { value } else { limit }
}
