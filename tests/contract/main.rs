//! The contract, three times over: emulator, scripted double and run page do what the reference model says.
//!
//! Exhaustive for every sequence of up to six steps, random for a million longer ones; and the model with a planted
//! mistake is found out.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![allow(unreachable_pub, reason = "modules of a test have no outside")]

mod model;
mod subjects;

use model::{ALPHABET, Mistake, Model, Step};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use subjects::{Double, Emulator, Page, Subject};

/// Does one step on both sides; what differs, if anything.
fn compare<S: Subject>(model: &mut Model, subject: &mut S, step: Step) -> Result<(), String> {
    let (expected, found) = (model.step(step), subject.step(step));
    if expected != found {
        return Err(format!("{step:?}: the model says {expected:?}, found {found:?}"));
    }
    if let Some(seen) = subject.seen() {
        let expected = model::Seen {
            over: seen.over,
            ..model.seen
        };
        if expected != seen {
            return Err(format!(
                "after {step:?} the model sees {expected:?}, found {seen:?}"
            ));
        }
    }
    Ok(())
}

/// Every sequence of up to `depth` steps from here; the first difference, with the steps that lead to it.
fn explore<S: Subject>(
    model: &Model,
    subject: &S,
    depth: usize,
    path: &mut Vec<Step>,
) -> Result<usize, String> {
    let mut sequences = 0;
    if depth == 0 {
        return Ok(0);
    }
    for step in ALPHABET {
        let (mut model, mut subject) = (model.clone(), subject.clone());
        path.push(step);
        compare(&mut model, &mut subject, step).map_err(|why| format!("{path:?}\n{why}"))?;
        sequences += 1 + explore(&model, &subject, depth - 1, path)?;
        path.pop();
    }
    Ok(sequences)
}

fn all_sequences<S: Subject>() {
    let sequences = explore(&Model::new(S::IS_RAW, None), &S::new(), 6, &mut Vec::new())
        .unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(sequences, (1..=6).map(|n| ALPHABET.len().pow(n)).sum::<usize>());
}

#[test]
fn the_emulator_agrees_with_the_model_on_every_sequence_of_six_steps() {
    all_sequences::<Emulator>();
}

#[test]
fn the_double_agrees_with_the_model_on_every_sequence_of_six_steps() {
    all_sequences::<Double>();
}

#[test]
fn the_run_page_before_a_double_agrees_with_the_model_on_every_sequence_of_six_steps() {
    all_sequences::<Page<Double>>();
}

#[test]
fn the_run_page_before_the_emulator_agrees_with_the_model_on_every_sequence_of_five_steps() {
    explore(
        &Model::new(true, None),
        &Page::<Emulator>::new(),
        5,
        &mut Vec::new(),
    )
    .unwrap_or_else(|why| panic!("{why}"));
}

/// Steps of a long random run: mostly ones that lead on.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => Just(Step::Run),
        4 => spr_exit::strategy::reply().prop_map(Step::Complete),
        1 => any::<bool>().prop_map(Step::ImmediateExit),
        1 => Just(Step::ImmediateExit(false)),
        1 => Just(Step::Cancel),
        1 => Just(Step::Reset),
        1 => Just(Step::SaveAndRestore),
    ];
    prop::collection::vec(step, 7..60)
}

fn random_sequences<S: Subject>(cases: u32) {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&steps(), |steps| {
            let (mut model, mut subject) = (Model::new(S::IS_RAW, None), S::new());
            for step in &steps {
                compare(&mut model, &mut subject, *step).map_err(TestCaseError::fail)?;
            }
            Ok(())
        })
        .unwrap_or_else(|why| panic!("{why}"));
}

/// A million in all under `.ci/run`; fewer where nobody asks for them.
fn cases() -> u32 {
    std::env::var("CONTRACT_CASES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(5_000)
}

#[test]
fn the_emulator_agrees_with_the_model_on_long_random_sequences() {
    random_sequences::<Emulator>(cases());
}

#[test]
fn the_double_and_the_run_page_agree_with_the_model_on_long_random_sequences() {
    random_sequences::<Double>(cases());
    random_sequences::<Page<Double>>(cases());
    random_sequences::<Page<Emulator>>(cases());
}

#[test]
fn every_planted_mistake_is_found_out() {
    for &mistake in Mistake::ALL {
        let wrong = Model::new(false, Some(mistake));
        let found = (1..=6).any(|depth| explore(&wrong, &Emulator::new(), depth, &mut Vec::new()).is_err());
        assert!(found, "{mistake:?} went unnoticed");
    }
}

#[test]
fn a_snapshot_in_mid_exit_completes_elsewhere_as_it_would_have_here_also_through_json() {
    for step in ALPHABET
        .into_iter()
        .filter(|step| matches!(step, Step::Complete(_)))
    {
        let mut here = Emulator::new();
        let _ = here.step(Step::Run);
        let mut there = here.through_json();
        assert_eq!(here.step(step), there.step(step));
        assert_eq!(here.seen(), there.seen());
        assert_eq!(here.step(Step::Run), there.step(Step::Run));
    }
}
