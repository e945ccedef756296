//! The tables of extended mnemonics say everything that assembling needs.

extern crate std;
use std::format;
use std::string::String;
use std::vec::Vec;

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

use super::form::MOST;
use super::index::{self, Source};
use super::solve::{Fields, Given, solve};
use crate::extended::{Extended, SPELLINGS, Shown, When};
use crate::{Insn, Isa, Op, Operand, assemble};

/// A word for which the name may be used: random fields, as far as the conditions leave a choice.
fn word_of(row: &Extended, random: &mut TestRng) -> Option<u32> {
    let start = Fields {
        word: row.op.row().encoding.value,
        known: row.op.row().encoding.mask | row.op.row().record.mask(),
    };
    let mut chosen: Vec<Given> = Vec::new();
    // Ranges are left to chance: before its field is chosen, none holds.
    let is_range = |when: &&When| matches!(when, When::In(..));
    let when: Vec<When> = row.when.iter().filter(|when| !is_range(when)).copied().collect();
    // A spelling may have operands where the row itself has reserved bits.
    let spelt = row.operands.iter().filter_map(|shown| match shown {
        Shown::Field(operand) => Some(operand),
        _ => None,
    });
    for operand in spelt.chain(row.op.row().operands) {
        chosen.push(Given {
            shown: Shown::Field(*operand),
            value: operand.get(random.next_u32()),
            at: 0,
        });
        // What the conditions give is no choice.
        if solve(start, &chosen, &when).is_err() {
            chosen.pop();
        }
    }
    solve(start, &chosen, &when).ok()
}

/// The fields that a name leaves out altogether: the 750's `dcbt` does not say TH.
fn unsaid(row: &Extended) -> u32 {
    let fields = row.operands.iter().map(|shown| match shown {
        Shown::Field(operand) => operand.mask(),
        _ => u32::MAX,
    });
    let said = fields.fold(0, |said, mask| said | mask);
    if row.when.is_empty() && SPELLINGS.iter().any(|spelling| core::ptr::eq(spelling, row)) {
        row.op.row().operand_bits() & !said
    } else {
        0
    }
}

fn extended() -> impl Iterator<Item = &'static Extended> {
    index::all().filter_map(|source| match source {
        Source::Extended(row) => Some(row),
        Source::Row(_) => None,
    })
}

#[test]
fn every_extended_mnemonic_is_read_back_from_its_own_operands() {
    let mut random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut failures: Vec<String> = Vec::new();
    for row in extended() {
        let cpus = Isa::CPUS.into_iter().map(|(_, isa)| isa);
        let needs = row.isa.union(row.op.row().isa);
        // The smallest has the fewest other names for the same words.
        let isa = cpus
            .filter(|isa| isa.contains(needs))
            .min_by_key(|isa| isa.bits().count_ones())
            .expect("some CPU has it");
        let mut tried = 0;
        for _ in 0..400 {
            if tried > 20 {
                break;
            }
            let Some(word) = word_of(row, &mut random) else {
                continue;
            };
            // Any MB behind its ME gives all bits; a negative number of bits is none.
            let is_odd = |shown: &Shown| match shown {
                Shown::Mask => shown.value(word) == 0xffff_ffff,
                Shown::Linear(..) => shown.value(word) < 0,
                _ => false,
            };
            if !row.applies(&Insn { word, op: row.op }, isa) || row.operands.iter().any(is_odd) {
                continue;
            }
            tried += 1;
            let mut text = String::from(row.mnemonic);
            let mut separator = " ";
            for shown in row.operands {
                let value = shown.value(word);
                if separator == "(" {
                    text += &format!("({value})");
                } else {
                    text += &format!("{separator}{value}");
                }
                separator = if shown.operand().kind == crate::Kind::Displacement {
                    "("
                } else {
                    ","
                };
            }
            let back = assemble(&text, 0, isa);
            if back != Ok(word & !unsaid(row)) {
                failures.push(format!("{word:08x} `{text}` gives {back:x?}"));
            }
        }
        assert!(tried > 10, "{}: {tried}", row.mnemonic);
    }
    let some = &failures[..failures.len().min(40)];
    assert!(
        failures.is_empty(),
        "{} fail:\n{}",
        failures.len(),
        some.join("\n")
    );
}

#[test]
fn no_row_has_more_operands_than_there_is_room_for() {
    for op in Op::ALL {
        assert!(op.row().operands.len() <= MOST, "{op:?}");
    }
    for row in extended() {
        assert!(row.operands.len() <= MOST, "{}", row.mnemonic);
    }
}

#[test]
fn names_are_sorted_and_the_order_of_the_tables_is_kept() {
    let names: Vec<&str> = index::all().map(Source::mnemonic).collect();
    assert!(names.is_sorted());
    let lis: Vec<Operand> = index::mnemonics("lis")
        .filter_map(|source| match source {
            Source::Extended(row) => Some(row.operands[1].operand()),
            Source::Row(_) => None,
        })
        .collect();
    assert_eq!(lis, [crate::operands::UI, crate::operands::SI]);
}
