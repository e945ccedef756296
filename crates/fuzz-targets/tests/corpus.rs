//! The kept inputs again, and the runner itself.

#![allow(clippy::panic, reason = "what a planted mistake does")]

use fuzz_targets::runner::{Limit, Runner};
use fuzz_targets::{TARGETS, corpus, coverage};

#[test]
fn every_kept_input_runs() {
    for target in TARGETS {
        let inputs = corpus::inputs(target.name, usize::MAX).expect("the corpus can be read");
        assert!(!inputs.is_empty(), "{} has no corpus", target.name);
        for (path, bytes) in inputs {
            println!("{}", path.display());
            (target.body)(&bytes);
        }
    }
}

#[test]
fn every_target_runs_some_new_inputs() {
    for target in TARGETS {
        let words = corpus::dictionary(target.name).expect("the dictionary can be read");
        let seeds = corpus::inputs(target.name, target.longest).expect("the corpus can be read");
        let seeds = seeds.into_iter().map(|(_, bytes)| bytes).collect();
        let body = |input: &[u8]| (target.body)(input);
        let mut watch = |_: &[u8]| ();
        let outcome = Runner::new(&body, target.longest, &words, 7, &mut watch).run(seeds, Limit::Runs(300));
        assert!(
            outcome.finding.is_none(),
            "{}: {:?}",
            target.name,
            outcome.finding
        );
        assert!(outcome.facts > 3, "{} tells nothing of what it does", target.name);
    }
}

#[test]
fn a_planted_mistake_is_found_step_by_step_and_made_short() {
    // Each byte is a fact of its own, so the way there is found piece by piece.
    let body = |input: &[u8]| {
        for (n, (byte, wanted)) in input.iter().zip(b"PPC!").enumerate() {
            if byte != wanted {
                return;
            }
            coverage::mark(n);
        }
        assert!(input.len() < 4, "planted");
    };
    let mut watch = |_: &[u8]| ();
    let outcome = Runner::new(&body, 32, &[], 1, &mut watch).run(vec![vec![0; 16]], Limit::Runs(2_000_000));
    let (input, message) = outcome.finding.expect("it is found");
    assert_eq!(input, b"PPC!", "{message}");
    assert!(message.contains("planted"));
    let again = Runner::new(&body, 32, &[], 1, &mut watch).run(vec![vec![0; 16]], Limit::Runs(2_000_000));
    assert_eq!(again.runs, outcome.runs, "the same seed does the same");
}
