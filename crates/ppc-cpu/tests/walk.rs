//! The walk against itself: in one go, in pieces and in single steps a program reaches the same states.
//!
//! Single steps take the walk's paths one op at a time: each starts at a line that is looked up, ends where the fuel ends
//! and writes down where it is. In one go the same program stays in its lines, branches within them and stores over them.

#![allow(clippy::unwrap_used, reason = "a test")]

mod kit;

use kit::{START, machine, mfspr, mtspr};
use ppc_cpu::Machine;
use ppc_cpu::model::{E500V2, MODELS, Model, POWER9};
use ppc_decode::asm;
use proptest::prelude::*;
use proptest::sample::select;
use spr_exit::num::common;
use spr_exit::{Exit, Fault, Msr, Reply, SprNum, Vcpu};

/// Instructions of a program, over three lines of the cache and the begin of a fourth.
const LENGTH: i64 = 50;
/// Registers that hold instruction words, to be stored over the program; r10 holds its address.
const WORDS: std::ops::Range<i64> = 11..16;
/// A number that no model has.
const UNKNOWN: i64 = 880;

/// An instruction that is put at a place of the program, or that the program stores there.
fn instruction() -> impl Strategy<Value = u32> {
    let gpr = 0i64..10;
    let near = || (-20i64..20).prop_map(|n| 4 * n);
    prop_oneof![
        4 => (gpr.clone(), gpr.clone(), -9i64..9).prop_map(|(t, a, n)| asm::addi(t, a, n)),
        1 => (gpr.clone(), gpr.clone(), -9i64..9).prop_map(|(t, a, n)| asm::addis(t, a, n)),
        1 => (gpr.clone(), gpr.clone(), gpr.clone()).prop_map(|(t, a, b)| asm::rc(asm::add(t, a, b))),
        1 => (gpr.clone(), -5i64..5).prop_map(|(a, n)| asm::cmpwi(0, a, n)),
        3 => near().prop_map(asm::b),
        2 => near().prop_map(|n| asm::bc(12, 2, n)),
        2 => near().prop_map(|n| asm::bc(16, 0, n)),
        1 => Just(asm::blr()),
        5 => (WORDS, 0..LENGTH).prop_map(|(s, n)| asm::stw(s, 4 * n, 10)),
        1 => (WORDS, 0..4 * LENGTH - 8).prop_map(|(s, n)| asm::stw(s, n, 10)),
        1 => (gpr.clone(), 0..LENGTH).prop_map(|(t, n)| asm::lwz(t, 4 * n, 10)),
        2 => gpr.clone().prop_map(|t| asm::mfspr(t, UNKNOWN)),
        1 => gpr.clone().prop_map(|s| asm::mtspr(UNKNOWN, s)),
        1 => gpr.clone().prop_map(|t| mfspr(t, common::SRR0)),
        1 => gpr.clone().prop_map(|s| mtspr(common::SRR0, s)),
        // Time: what it gives depends on the count of instructions.
        2 => gpr.clone().prop_map(|t| mfspr(t, SprNum::wrapping(22))),
        1 => gpr.clone().prop_map(|s| mtspr(SprNum::wrapping(22), s)),
        1 => gpr.clone().prop_map(|s| mtspr(SprNum::wrapping(9), s)),
        1 => gpr.clone().prop_map(|s| mtspr(SprNum::wrapping(8), s)),
        1 => Just(asm::sc()),
        1 => Just(0),
    ]
}

/// A machine with a program over which it can store the words; all interrupts come back to its begin or its middle.
fn guest(model: &'static Model, program: &[u32], words: &[u32], interrupts: bool) -> Machine {
    let mut it = machine(model, program);
    for (register, word) in WORDS.zip(words) {
        it.cpu
            .set_gpr(usize::try_from(register).unwrap(), u64::from(*word));
    }
    it.cpu.set_gpr(10, START);
    it.cpu.set_gpr(9, 7);
    it.cpu.set_lr(START + 0x44);
    it.cpu.set_ctr(40);
    let back = if model.is_64bit { asm::rfid() } else { asm::rfi() };
    for vector in (0x100..0x1000).chain(0x2000..0x3000).step_by(0x100) {
        it.memory
            .write_words(vector, &[asm::addi(3, 3, 1), back])
            .unwrap();
    }
    it.memory
        .write_words(0xe40, &[asm::ba(i64::try_from(START).unwrap())])
        .unwrap();
    it.cpu.set_decrementer(90);
    it.cpu
        .set_msr((it.cpu.msr() & !Msr::IP) | if interrupts { Msr::EE } else { Msr::empty() });
    it
}

/// Runs until `end` in pieces of these budgets, over and over; gives the exits other than those of the budgets, each
/// with the state that it was made in.
fn trace(mut it: Machine, end: u64, budgets: &[u64]) -> (Vec<(Exit, ppc_cpu::Snapshot)>, Machine) {
    let mut exits = Vec::new();
    let mut budgets = budgets.iter().cycle();
    while it.cpu.work() < end && exits.len() < 100 {
        let budget = (*budgets.next().unwrap()).min(end - it.cpu.work());
        if budget == 1 {
            // Writes nothing; all decoded instructions are forgotten: this is what the others are compared with.
            it.memory.write_bytes(START, &[]).unwrap();
        }
        let exit = it.cpu.run(&mut it.memory, budget).unwrap();
        if exit == Exit::Budget {
            continue;
        }
        exits.push((exit, it.cpu.snapshot()));
        if !exit.awaits_reply() {
            break;
        }
        let n = exits.len() as u64;
        let reply = match (exit, n % 8) {
            (Exit::Spr(_), 0) => Reply::NoOp,
            (Exit::Spr(_), 1) => Reply::Fault(Fault::Illegal),
            (Exit::Spr(_), 2) => Reply::Architected,
            _ => Reply::Done(n),
        };
        it.cpu.complete(reply).unwrap();
    }
    (exits, it)
}

fn check(model: &'static Model, program: &[u32], words: &[u32], interrupts: bool, budgets: &[u64]) {
    let at_once = trace(guest(model, program, words, interrupts), 500, &[u64::MAX]);
    for budgets in [&[1], budgets] {
        let in_pieces = trace(guest(model, program, words, interrupts), 500, budgets);
        let what = format!("{} {budgets:?}", model.name);
        for ((one, before), (other, after)) in at_once.0.iter().zip(&in_pieces.0) {
            assert_eq!(one, other, "{what}");
            assert!(before == after, "{what}: at {one:?}");
        }
        assert_eq!(at_once.0.len(), in_pieces.0.len(), "{what}");
        let [one, other] = [&at_once.1, &in_pieces.1];
        assert_eq!(
            (one.cpu.cia(), one.cpu.insns()),
            (other.cpu.cia(), other.cpu.insns()),
            "{what}"
        );
        assert!(one.cpu.snapshot() == other.cpu.snapshot(), "{what}: in the end");
        assert!(one.memory == other.memory, "{what}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_one_go_in_pieces_and_in_steps_a_program_reaches_the_same_states(
        model in select(MODELS),
        program in prop::collection::vec(instruction(), usize::try_from(LENGTH).unwrap()),
        words in prop::collection::vec(instruction(), 5),
        interrupts: bool,
        budgets in prop::collection::vec(1u64..40, 1..6),
    ) {
        check(model, &program, &words, interrupts, &budgets);
    }
}

#[test]
fn a_store_over_the_next_instruction_of_the_line_is_seen_by_the_next_fetch() {
    for model in [&E500V2, &POWER9] {
        // The loop runs once with `li r3, 1`, and then with what was stored over it, forwards and backwards.
        let program = [
            asm::li(3, 1),
            asm::stw(11, 0, 10),
            asm::stw(12, 12, 10),
            asm::li(4, 1),
            asm::bc(16, 0, -16),
        ];
        let mut it = guest(model, &program, &[asm::li(3, 2), asm::li(4, 2)], false);
        it.cpu.set_ctr(2);
        assert_eq!(kit::run(&mut it, 5), Exit::Budget);
        assert_eq!((it.cpu.gpr(3), it.cpu.gpr(4)), (1, 2), "{}", model.name);
        assert_eq!(kit::run(&mut it, 5), Exit::Budget);
        assert_eq!((it.cpu.gpr(3), it.cpu.gpr(4)), (2, 2), "{}", model.name);
    }
}

#[test]
fn breakpoints_are_seen_before_every_instruction_of_a_loop_within_a_line() {
    let mut it = guest(&E500V2, &[asm::addi(3, 3, 1), asm::nop(), asm::b(-8)], &[], false);
    it.cpu.set_gpr(3, 0);
    it.cpu.set_breakpoints(&[START + 4]);
    for n in 1..4 {
        assert_eq!(kit::run(&mut it, 100), Exit::Debug { cia: START + 4 });
        assert_eq!(it.cpu.gpr(3), n);
        assert_eq!(it.cpu.step(&mut it.memory), Ok(Exit::Budget));
    }
}

#[test]
fn a_breakpoint_behind_an_exit_of_a_step_is_seen() {
    let mut it = guest(&E500V2, &[asm::mfspr(3, UNKNOWN); 4], &[], false);
    it.cpu.set_decrementer(0);
    // Once through, so that everything is decoded and decided about.
    for _ in 0..4 {
        assert!(matches!(kit::run(&mut it, 10_000), Exit::Spr(_)));
        it.cpu.complete(Reply::Done(0)).unwrap();
    }
    it.cpu.set_cia(START);
    it.cpu.set_breakpoints(&[START + 4, START + 8]);
    for n in 1..=2 {
        assert!(matches!(it.cpu.step(&mut it.memory), Ok(Exit::Spr(_))));
        it.cpu.complete(Reply::Done(n)).unwrap();
        assert_eq!(kit::run(&mut it, 10_000), Exit::Debug { cia: START + 4 * n });
    }
}

#[test]
fn cpus_with_other_instruction_sets_and_other_memories_do_not_see_each_others_instructions() {
    // `ld r3, 0(r10)` is illegal on the e500v2.
    let ld = 0xe86a_0000;
    let mut wide = guest(&POWER9, &[ld], &[], false);
    let mut narrow = guest(&E500V2, &[ld], &[], false);
    for _ in 0..2 {
        for (it, is_legal) in [(&mut wide, true), (&mut narrow, false)] {
            it.cpu.set_cia(START);
            let before = it.cpu.deliveries();
            let _ = kit::run(it, 1);
            assert_eq!(it.cpu.deliveries() == before, is_legal);
        }
        std::mem::swap(&mut wide.memory, &mut narrow.memory);
    }
    // One CPU, and another program at the same address.
    let mut other = guest(&E500V2, &[asm::li(3, 9)], &[], false);
    narrow.cpu.set_cia(START);
    assert_eq!(narrow.cpu.run(&mut other.memory, 1), Ok(Exit::Budget));
    assert_eq!(narrow.cpu.gpr(3), 9);
}

#[test]
fn an_address_of_32_bits_is_not_one_of_a_slot_that_goes_on_behind_them() {
    // From 0xffff_0000 to 0x1_0001_0000; what is at 0x100 behind 4 GiB is not at 0x100.
    for model in [&E500V2, &POWER9] {
        let program = [
            asm::lwz(3, 0, 7),
            asm::lwz(4, 0, 8),
            asm::stw(3, 0, 7),
            asm::stw(4, 0, 8),
        ];
        let mut it = guest(model, &program, &[], false);
        it.memory.add_ram(0xffff_0000, 0x2_0000).unwrap();
        it.cpu.set_msr(it.cpu.msr() & !Msr::SF);
        // The first time, each instruction is fetched in between.
        for _ in 0..2 {
            it.memory.write_words(0xffff_1000, &[1]).unwrap();
            it.memory.write_words(0x1_0000_0100, &[2]).unwrap();
            it.memory.write_words(0x100, &[3]).unwrap();
            it.cpu.set_gpr(7, 0xffff_1000);
            it.cpu.set_gpr(8, 0x100);
            it.cpu.set_cia(START);
            assert_eq!(kit::run(&mut it, 2), Exit::Budget);
            assert_eq!((it.cpu.gpr(3), it.cpu.gpr(4)), (1, 3), "{}", model.name);
            it.cpu.set_gpr(4, 4);
            assert_eq!(kit::run(&mut it, 2), Exit::Budget);
            assert_eq!(it.memory.load(0x100), Some([0, 0, 0, 4]), "{}", model.name);
            assert_eq!(
                it.memory.load(0x1_0000_0100),
                Some([0, 0, 0, 2]),
                "{}",
                model.name
            );
        }
    }
}

#[test]
fn a_store_behind_the_code_of_a_page_does_not_open_the_code_to_the_next_store() {
    // Stores behind its last instruction, and over the next one; r3 tells which of the two was executed.
    let program = [
        asm::stw(3, 0x80, 10),
        asm::stw(11, 8, 10),
        asm::li(3, 1),
        asm::mfspr(4, UNKNOWN),
    ];
    let mut it = guest(&E500V2, &program, &[asm::li(3, 2)], false);
    it.cpu.set_decrementer(0);
    assert!(matches!(kit::run(&mut it, 100), Exit::Spr(_)));
    assert_eq!(it.cpu.gpr(3), 2);
    it.memory.write_words(START, &program).unwrap();
    it.cpu.set_cia(START);
    // Decoded, but for the words behind the program.
    it.cpu.set_gpr(11, asm::li(3, 1).into());
    assert!(matches!(kit::run(&mut it, 100), Exit::Spr(_)));
    assert_eq!(it.cpu.gpr(3), 1);
    let image = it.memory.image();
    it.memory.reset_to(&image);
    it.cpu.set_cia(START);
    it.cpu.set_gpr(11, asm::li(3, 2).into());
    assert!(matches!(kit::run(&mut it, 100), Exit::Spr(_)));
    assert_eq!(it.cpu.gpr(3), 2);
}

#[test]
fn code_above_4_gib_that_leaves_64_bit_mode_goes_on_below_them() {
    const HIGH: u64 = 1 << 32;
    for (by_guest, is_plain) in [(true, true), (true, false), (false, true), (false, false)] {
        let mut it = guest(
            &POWER9,
            &[asm::nop(), asm::li(3, 1), asm::addi(3, 3, 1)],
            &[],
            false,
        );
        it.memory.add_ram(HIGH, 0x2000).unwrap();
        let program = [asm::mtmsrd(9), asm::li(3, 11), asm::addi(3, 3, 11)];
        it.memory.write_words(HIGH + START, &program).unwrap();
        it.cpu.set_msr(it.cpu.msr() | Msr::SF);
        it.cpu.set_gpr(9, (it.cpu.msr() & !Msr::SF).bits());
        it.cpu.set_cia(HIGH + START);
        it.cpu.set_no_cache(is_plain);
        if !by_guest {
            it.cpu.set_msr(it.cpu.msr() & !Msr::SF);
        }
        assert_eq!(kit::run(&mut it, 3), Exit::Budget);
        assert_eq!(
            (it.cpu.gpr(3), it.cpu.cia()),
            (2, START + 12),
            "{by_guest} {is_plain}"
        );
    }
}

/// An e500v2 in the middle of `mfspr r3, 880; b -4`, over and over: its last access is answered.
fn hopping() -> Machine {
    let mut it = machine(
        &E500V2,
        &[asm::mfspr(3, UNKNOWN), asm::b(-4), asm::li(4, 1), asm::b(-12)],
    );
    for n in 0..5 {
        assert!(matches!(it.cpu.run(&mut it.memory, 100), Ok(Exit::Spr(_))));
        it.cpu.complete(Reply::Done(n)).unwrap();
    }
    it
}

#[test]
fn a_branch_that_is_overwritten_while_the_access_before_it_waits_is_not_taken() {
    for is_answered in [true, false] {
        let mut it = hopping();
        if !is_answered {
            assert!(matches!(it.cpu.run(&mut it.memory, 100), Ok(Exit::Spr(_))));
        }
        it.memory.write_words(START + 4, &[asm::nop()]).unwrap();
        if !is_answered {
            it.cpu.complete(Reply::Done(0)).unwrap();
        }
        assert!(matches!(it.cpu.run(&mut it.memory, 100), Ok(Exit::Spr(_))));
        assert_eq!((it.cpu.gpr(4), it.cpu.cia()), (1, START));
    }
}

#[test]
fn a_budget_that_ends_at_a_branch_behind_an_access_is_kept_by_both_kinds_of_run() {
    let mut it = hopping();
    assert_eq!(it.cpu.run(&mut it.memory, 1), Ok(Exit::Budget));
    assert_eq!(it.cpu.cia(), START);
    it.set_budget(3);
    // One access, its branch and the next one, whatever budgets of its own the CPU runs under in between.
    assert!(matches!(it.run(), Ok(Exit::Spr(_))));
    it.complete(Reply::Done(0)).unwrap();
    assert_eq!(it.cpu.run(&mut it.memory, 0), Ok(Exit::Budget));
    assert!(matches!(it.cpu.run(&mut it.memory, 1000), Ok(Exit::Spr(_))));
    it.complete(Reply::Done(0)).unwrap();
    assert_eq!(it.run(), Ok(Exit::Budget));
    it.set_budget(u64::MAX);
    assert!(matches!(it.run(), Ok(Exit::Spr(_))));
}

#[test]
fn an_access_in_the_core_before_a_branch_is_as_long_as_both() {
    let mut it = machine(
        &E500V2,
        &[
            mfspr(3, common::SRR0),
            asm::b(8),
            asm::li(4, 1),
            asm::addi(5, 5, 1),
            asm::b(-16),
        ],
    );
    for budget in 1..=9 {
        assert_eq!(it.cpu.run(&mut it.memory, budget), Ok(Exit::Budget));
    }
    // 45 instructions, four a turn.
    assert_eq!((it.cpu.gpr(4), it.cpu.gpr(5), it.cpu.cia()), (0, 11, START + 4));
}
