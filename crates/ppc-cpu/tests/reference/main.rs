//! The walk against the plain loop: random programs of every instruction reach the same states at every exit, whatever the
//! budgets, and machines that are kept and reset the same as new ones.
//!
//! The programs branch among themselves and store over themselves; timers expire under them, and inputs and messages come
//! between two runs. `REFERENCE_CASES` sets how many there are; a failure
//! names the case, which `REFERENCE_SEED` makes the first.

#![allow(clippy::unwrap_used, reason = "a test")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "random numbers"
)]

#[path = "../kit/mod.rs"]
mod kit;
mod subject;

use kit::random::{Random, cases};
use kit::{START, machine};
use ppc_cpu::interrupt::Input;
use ppc_cpu::model::{MODELS, Model};
use ppc_cpu::{Machine, MemoryImage, Snapshot};
use ppc_decode::{Branch, Decoder, Insn, LoadStore, Op, asm};
use spr_exit::{Exit, Fault, Reply, SprNum, Vcpu};
use std::fmt::Write;
use subject::{Subject, value};

/// What comes from outside between two runs.
fn disturb(machines: [&mut Machine; 2], random: &mut Random) {
    if !random.one_in(4) {
        return;
    }
    let inputs = [
        Input::EXTERNAL,
        Input::CRITICAL,
        Input::MACHINE_CHECK,
        Input::SYSTEM_RESET,
        Input::HYPERVISOR_VIRTUALIZATION,
    ];
    let (input, is_asserted) = (random.pick(&inputs), random.one_in(2));
    let message = random.one_in(4).then(|| (random.below(6) << 27) as u32);
    for machine in machines {
        match message {
            Some(payload) => {
                machine.cpu.receive_message(payload);
            }
            None => machine.cpu.set_input(input, is_asserted),
        }
    }
}

/// The answer to an exit; nothing more is to come after `None`.
fn reply(exit: Exit, random: &mut Random) -> Option<Reply> {
    let value = value(random);
    Some(match exit {
        Exit::Spr(_) | Exit::Dcr(_) => match random.below(8) {
            0 => Reply::NoOp,
            1 => Reply::Fault(Fault::Illegal),
            2 => Reply::Fault(Fault::Privileged),
            3 => Reply::Architected,
            _ => Reply::Done(value),
        },
        Exit::Mmio(_) if random.one_in(8) => Reply::Architected,
        Exit::Mmio(_) | Exit::Epr | Exit::Syscall { .. } => Reply::Done(value),
        _ => return None,
    })
}

fn listing(model: &Model, words: &[u32]) -> String {
    let decoder = Decoder::new(model.isa);
    let mut text = String::new();
    for (n, word) in words.iter().enumerate() {
        let cia = START + 4 * n as u64;
        let insn = decoder.decode(*word).unwrap_or(Insn {
            word: *word,
            op: Op::Branch(Branch::Sc),
        });
        let _ = writeln!(
            text,
            "{cia:x}: {word:08x} {}",
            ppc_decode::disassemble(&insn, cia, ppc_decode::Style::Raw)
        );
    }
    text
}

/// The lines of two states that are not the same.
fn difference(one: &Snapshot, other: &Snapshot) -> String {
    let [one, other] = [format!("{one:#x?}"), format!("{other:#x?}")];
    let lines = one.lines().zip(other.lines()).enumerate();
    lines
        .filter(|(_, (one, other))| one != other)
        .map(|(n, (one, other))| format!("line {n}: {} / {}\n", one.trim(), other.trim()))
        .collect()
}

#[test]
fn the_walk_and_the_plain_loop_agree_at_every_exit_for_every_budget() {
    let mut subjects: Vec<Subject> = MODELS.iter().map(|model| Subject::new(model)).collect();
    for case in cases(20_000) {
        let mut random = Random::of_case(case);
        let n = random.below(subjects.len() as u64) as usize;
        let subject = &mut subjects[n];
        let words = subject.prepare(&mut random);
        let model = subject.model;
        let what = || format!("case {case}, {}:\n{}", model.name, listing(model, &words));
        let pieces = !random.one_in(3);
        while subject.cached.cpu.work() < 300 {
            let budget = if pieces { 1 + random.below(40) } else { 300 };
            disturb([&mut subject.cached, &mut subject.plain], &mut random);
            let exits = [&mut subject.cached, &mut subject.plain].map(|machine| {
                machine.set_budget(budget);
                machine.run().unwrap()
            });
            assert_eq!(exits[0], exits[1], "{}", what());
            let [cached, plain] = [&subject.cached, &subject.plain];
            let [cached, plain] = [cached.cpu.snapshot(), plain.cpu.snapshot()];
            assert!(
                cached == plain,
                "{}after {budget}: {:?}\n{}",
                what(),
                exits[0],
                difference(&cached, &plain)
            );
            if matches!(exits[0], Exit::Budget | Exit::Watchdog | Exit::Message { .. }) {
                continue;
            }
            let Some(reply) = reply(exits[0], &mut random) else {
                break;
            };
            for machine in [&mut subject.cached, &mut subject.plain] {
                machine.complete(reply).unwrap();
            }
        }
        assert!(subject.cached.memory == subject.plain.memory, "{}", what());
    }
}

#[test]
fn a_machine_that_is_reset_is_the_one_that_its_image_was_taken_of() {
    for model in MODELS {
        let mut subject = Subject::new(model);
        let image = subject.image.clone();
        let origin = image.fork().unwrap();
        for case in 0..300 {
            let mut random = Random::of_case(case);
            subject.prepare(&mut random);
            let machine = &mut subject.cached;
            machine.set_budget(200);
            while let Some(reply) = reply(machine.run().unwrap(), &mut random) {
                machine.complete(reply).unwrap();
            }
            machine.reset_to(&image).unwrap();
            assert!(machine.memory == origin.memory, "{} case {case}", model.name);
            assert!(
                machine.cpu.snapshot() == origin.cpu.snapshot(),
                "{} case {case}",
                model.name
            );
        }
    }
}

#[test]
fn a_memory_goes_back_to_images_that_are_not_its_last() {
    let mut one = machine(MODELS[0], &[asm::li(3, 1)]).memory;
    let first: MemoryImage = one.image();
    one.write_bytes(0x5000, &[1; 3000]).unwrap();
    let second = one.image();
    one.write_bytes(0x5001, &[2]).unwrap();
    one.reset_to(&first);
    assert!(one == first.fork());
    one.reset_to(&second);
    assert!(one == second.fork());
    assert_eq!(one.load(0x5000), Some([1, 1, 1, 1]));
    let mut other = ppc_cpu::Memory::with_ram(0x100).unwrap();
    other.reset_to(&second);
    assert!(other == one);
    // A slot that came later is gone with the rest.
    other.add_ram(0x10_0000, 0x100).unwrap();
    assert!(other.store(0x10_0000, [1]));
    other.reset_to(&second);
    assert!(other == one && other.load::<1>(0x10_0000).is_none());
}

#[test]
fn a_cpu_under_another_configuration_or_of_another_model_is_restored_by_a_reset_too() {
    for model in MODELS {
        let mut origin = machine(model, &[]);
        origin.cpu.set_gpr(3, 7);
        origin.cpu.config_mut().syscall_exits = true;
        let snapshot: Snapshot = origin.cpu.snapshot();
        for other in MODELS {
            let mut it = machine(other, &[asm::sc()]);
            it.cpu.reset_to(&snapshot).unwrap();
            assert!(it.cpu.snapshot() == snapshot);
            it.cpu.set_gpr(3, 8);
            it.cpu.reset_to(&snapshot).unwrap();
            assert_eq!(it.cpu.gpr(3), 7);
            it.set_budget(1);
            assert!(matches!(it.run().unwrap(), Exit::Syscall { .. }));
            it.cpu.config_mut().syscall_exits = false;
            it.cpu.reset_to(&snapshot).unwrap();
            assert!(it.cpu.config().syscall_exits);
        }
    }
}

#[test]
fn a_trace_has_every_instruction_once_and_in_order() {
    use std::sync::{Arc, Mutex};
    // Three rounds of a loop with an access that leaves, and a multiple load that leaves twice.
    let unknown = SprNum::wrapping(880);
    let program = [
        asm::li(4, 3),
        asm::mtspr(9, 4),
        kit::mfspr(3, unknown),
        asm::bc(16, 0, -4),
        asm::lis(5, 0x10),
        LoadStore::Lmw.row().encode(&[30, 0, 5]).unwrap(),
        asm::li(6, 1),
    ];
    let traced = Arc::new(Mutex::new(Vec::new()));
    for is_traced in [true, false] {
        let mut it = machine(MODELS[0], &program);
        if is_traced {
            let traced = Arc::clone(&traced);
            it.cpu
                .set_trace(move |at| traced.lock().unwrap().push((at.cia - START) / 4));
        }
        it.set_budget(11);
        loop {
            match it.run().unwrap() {
                Exit::Spr(_) | Exit::Mmio(_) => it.complete(Reply::Done(5)).unwrap(),
                exit => break assert_eq!(exit, Exit::Budget),
            }
        }
        assert_eq!((it.cpu.gpr(31), it.cpu.gpr(6), it.cpu.insns()), (5, 1, 11));
    }
    assert_eq!(*traced.lock().unwrap(), [0, 1, 2, 3, 2, 3, 2, 3, 4, 5, 6]);
}
