//! What may have been meant by a mnemonic that does not exist.

use super::index;
use crate::Isa;
use crate::branch_text::STEMS;

/// Longer names are like nothing.
const LONGEST: usize = 24;

/// At most three mnemonics of a CPU that are like `name`, the most similar first.
pub(super) fn to(name: &str, isa: Isa) -> [Option<&'static str>; 3] {
    // One letter in three may be wrong.
    let most = (name.len() / 3).max(1);
    let mut nearest: [Option<(usize, &str)>; 3] = [None; 3];
    let rows = index::all().filter(|source| isa.contains(source.isa()));
    let names = rows
        .map(|source| source.mnemonic())
        .chain(STEMS.iter().map(|stem| stem.name));
    for known in names {
        let distance = distance(name, known);
        let is_there = nearest.iter().flatten().any(|(_, other)| *other == known);
        if distance > most || is_there {
            continue;
        }
        let is_nearer = |slot: &Option<(usize, &str)>| slot.is_none_or(|(other, _)| distance < other);
        if let Some(at) = nearest.iter().position(is_nearer) {
            nearest[at..].rotate_right(1);
            nearest[at] = Some((distance, known));
        }
    }
    nearest.map(|found| found.map(|(_, name)| name))
}

/// How many characters have to be put in, taken out or changed to make one of the other (Levenshtein's distance).
fn distance(a: &str, b: &str) -> usize {
    if a.is_empty() || a.len().max(b.len()) > LONGEST {
        return usize::MAX;
    }
    // The distances of the beginning of `a` from all beginnings of `b`.
    let mut row = [0; LONGEST + 1];
    for (n, slot) in row.iter_mut().enumerate() {
        *slot = n;
    }
    for (n, this) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = n + 1;
        for (m, other) in b.bytes().enumerate() {
            let change = diagonal + usize::from(this != other);
            diagonal = row[m + 1];
            row[m + 1] = change.min(diagonal + 1).min(row[m] + 1);
        }
    }
    row[b.len()]
}
