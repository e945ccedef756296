//! Programs that tests and fuzzers make up.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use arbitrary::Unstructured;
use ppc_cpu::arbitrary as from_bytes;
use ppc_cpu::model::{E500V2, MODELS};
use ppc_cpu::strategy;
use ppc_decode::Decoder;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestError, TestRunner};
use spr_exit::Vcpu;

proptest! {
    #[test]
    fn any_bytes_are_a_program_that_runs(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut bytes = Unstructured::new(&bytes);
        let model = from_bytes::any_model(&mut bytes)?;
        let case = from_bytes::case(model, 16, &mut bytes)?;
        for word in case.program.words() {
            prop_assert!(Decoder::new(model.isa).decode(word).is_ok(), "{word:08x} on the {}", model.name);
        }
        let mut machine = case.machine();
        machine.set_budget(64);
        prop_assert!(machine.run().is_ok());
        prop_assert!(machine.cpu.work() <= 64);
    }
}

#[test]
fn every_word_of_a_strategy_is_an_instruction_of_its_model() {
    for model in MODELS {
        let mut runner = TestRunner::deterministic();
        for _ in 0..2000 {
            let tree = strategy::instruction(model).new_tree(&mut runner).unwrap();
            let word = tree.current().word();
            assert!(
                Decoder::new(model.isa).decode(word).is_ok(),
                "{word:08x} on the {}",
                model.name
            );
        }
    }
}

#[test]
fn a_property_that_fails_shows_what_is_left_of_the_program_and_its_state() {
    let config = Config {
        failure_persistence: None,
        max_shrink_iters: 1 << 16,
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    // No program has a word with its highest bit set: false, and one instruction is enough.
    let failed = runner.run(&strategy::case(&E500V2, 8), |case| {
        prop_assert!(case.program.words().iter().all(|word| word >> 31 == 0));
        Ok(())
    });
    let Err(TestError::Fail(_, case)) = failed else {
        panic!("it is not true")
    };
    let shown = format!("{case:?}");
    let lines: Vec<&str> = shown.lines().collect();
    let [title, listing, state] = lines[..] else {
        panic!("one instruction is left: {shown}")
    };
    assert_eq!(title, "a case for the e500v2:");
    assert!(listing.starts_with("    1000: "), "{shown}");
    assert_eq!(state, "MSR 0x0", "{shown}");
}
