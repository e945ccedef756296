//! Guest code cannot panic or hang the host, whatever it is: every run ends in an exit, with its work counted exactly.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::{RAM, START, machine, run};
use ppc_cpu::Machine;
use ppc_cpu::model::{E500V2, MODELS, Model};
use ppc_decode::asm;
use proptest::prelude::*;
use spr_exit::{Capabilities, Capability, EnableCap, Exit, Msr, Reason, Reply, SprNum, UnknownSpr};

/// Completed instructions and delivered interrupts.
fn work(it: &Machine) -> u64 {
    it.cpu.insns() + it.cpu.deliveries()
}

/// A word: often of an opcode that does something to the machine's state.
fn word() -> impl Strategy<Value = u32> {
    prop_oneof![
        4 => any::<u32>(),
        // Opcodes 31 and 19 hold what is special; loads and stores with small displacements.
        3 => any::<u32>().prop_map(|w| w & 0x03ff_ffff | 31 << 26),
        1 => any::<u32>().prop_map(|w| w & 0x03ff_ffff | 19 << 26),
        2 => (32..48u32, any::<u32>()).prop_map(|(op, w)| w & 0x03ff_0fff | op << 26),
        1 => any::<u32>().prop_map(|w| w & 0x03ff_fffc | 18 << 26),
        1 => (any::<bool>(), 0..1024i64, 0..32i64).prop_map(|(write, n, r)| {
            if write { asm::mtspr(n, r) } else { asm::mfspr(r, n) }
        }),
    ]
}

/// What the caller does between two runs.
#[derive(Clone, Debug)]
struct Turn {
    reply: Reply,
    budget: u64,
    external: bool,
    ticks: u64,
}

fn turn() -> impl Strategy<Value = Turn> {
    let ticks = prop_oneof![8 => 0..100u64, 1 => any::<u64>()];
    (spr_exit::strategy::reply(), 0..200u64, any::<bool>(), ticks).prop_map(
        |(reply, budget, external, ticks)| Turn {
            reply,
            budget,
            external,
            ticks,
        },
    )
}

/// Decisions of the VM.
fn configure(it: &mut Machine, bits: u64) {
    let cpu = &mut it.cpu;
    for (n, cap) in [
        Capability::ResetEvent,
        Capability::EprOnDelivery,
        Capability::UncheckedExits,
        Capability::SyscallExits,
    ]
    .into_iter()
    .enumerate()
    {
        let _ = cpu.enable_cap(&EnableCap::new(cap, bits >> n & 1));
    }
    let config = cpu.config_mut();
    config.report_interrupts = bits & 16 != 0;
    config.reasons = Reason::from_bits_truncate((bits >> 8).to_le_bytes()[0]);
    config.unknown_spr = [
        UnknownSpr::Exit,
        UnknownSpr::Fault,
        UnknownSpr::Architected,
        UnknownSpr::ReadZeroIgnoreWrite,
    ][usize::from((bits >> 5).to_le_bytes()[0] & 3)];
    cpu.set_insns_per_tick(u32::from((bits >> 16).to_le_bytes()[0] & 3));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_words_on_every_model_end_in_exits_with_their_work_counted_exactly(
        model in prop::sample::select(MODELS),
        words in prop::collection::vec(word(), 1..64),
        gprs in any::<[u32; 16]>(),
        (msr, decisions) in any::<(u64, u64)>(),
        turns in prop::collection::vec(turn(), 1..12),
    ) {
        let mut it = machine(model, &words);
        for (n, value) in gprs.iter().enumerate() {
            it.cpu.set_gpr(2 * n, u64::from(*value) & if n < 8 { 0x1_ffff } else { u64::MAX });
        }
        it.cpu.set_msr(Msr::from_bits_retain(msr));
        it.cpu.set_cia(START);
        configure(&mut it, decisions);
        for turn in turns {
            it.cpu.set_external(turn.external);
            it.cpu.advance_time(turn.ticks);
            let before = work(&it);
            let exit = it.cpu.run(&mut it.memory, turn.budget).unwrap();
            let done = work(&it) - before;
            prop_assert!(done <= turn.budget, "{exit:?}: {done} of {}", turn.budget);
            if exit == Exit::Budget {
                prop_assert_eq!(done, turn.budget);
            }
            prop_assert_eq!(exit.awaits_reply(), it.cpu.pending().is_some());
            if it.cpu.pending().is_some() {
                let before = (work(&it), it.cpu.cia());
                if it.cpu.complete(turn.reply).is_err() {
                    prop_assert_eq!((work(&it), it.cpu.cia()), before);
                    it.cpu.complete(Reply::Done(u64::MAX)).unwrap();
                }
                prop_assert!(work(&it) - before.0 <= 1, "an answer ends one instruction at the most");
            }
            prop_assert_eq!(it.cpu.cia() & 3, 0);
            prop_assert!(it.cpu.reports().log().unwrap().last().count() <= 64);
        }
        prop_assert_eq!(it.memory.len(), RAM, "a guest makes no memory");
    }
}

#[test]
fn an_endless_loop_of_interrupts_uses_up_its_budget() {
    // The illegal word stands at its own vector.
    for model in MODELS {
        let mut it = machine(model, &[0]);
        for vector in [0x700, 0x2600, 0xe40] {
            it.memory.write_words(vector, &[0]).unwrap();
        }
        it.cpu.set_msr(it.cpu.msr() & !Msr::IP);
        assert_eq!(run(&mut it, 100_000), Exit::Budget, "{}", model.name);
        assert_eq!(
            (it.cpu.insns(), it.cpu.deliveries()),
            (0, 100_000),
            "{}",
            model.name
        );
    }
}

#[test]
fn an_external_line_that_nobody_takes_back_uses_up_the_budget_too() {
    for model in MODELS {
        let back = if model.interrupts.is_server() {
            asm::hrfid()
        } else {
            asm::rfi()
        };
        let mut it = machine(model, &[asm::b(0)]);
        for vector in [0x500, 0x2400] {
            it.memory.write_words(vector, &[back]).unwrap();
        }
        it.cpu.set_msr(it.cpu.msr() & !Msr::IP | Msr::EE);
        it.cpu.set_external(true);
        assert_eq!(run(&mut it, 10_000), Exit::Budget, "{}", model.name);
        assert_eq!(
            (it.cpu.insns(), it.cpu.deliveries()),
            (5_000, 5_000),
            "{}",
            model.name
        );
    }
}

#[test]
fn a_wild_jump_ends_in_a_checkstop_or_with_machine_checks_in_a_budget() {
    for model in MODELS {
        for target in [0x4000_0000u64, 0xffff_fffc, RAM, u64::MAX] {
            for me in [Msr::empty(), Msr::ME] {
                let mut it = machine(model, &[asm::bctr()]);
                it.cpu.set_ctr(target);
                it.cpu.set_msr(it.cpu.msr() & !Msr::ME | me | model.wide_mode());
                let exit = run(&mut it, 1000);
                if me.is_empty() {
                    let cia = target & if model.is_64bit { !3 } else { 0xffff_fffc };
                    assert_eq!(exit, Exit::Checkstop { cia }, "{}", model.name);
                } else {
                    // The handler is zeroes (illegal words), or where no memory is (IP of the 750).
                    assert!(
                        matches!(exit, Exit::Budget | Exit::Checkstop { .. }),
                        "{} {exit:?}",
                        model.name
                    );
                    assert!(it.cpu.deliveries() > 0);
                }
            }
        }
    }
}

#[test]
fn execution_runs_over_the_end_of_ram_and_around_the_end_of_the_address_space() {
    for model in MODELS {
        let mut it = machine(model, &[]);
        it.memory.write_words(RAM - 4, &[asm::nop()]).unwrap();
        it.cpu.set_msr(it.cpu.msr() & !Msr::ME | model.wide_mode());
        it.cpu.set_cia(RAM - 4);
        assert_eq!(run(&mut it, 10), Exit::Checkstop { cia: RAM });
        let top = if model.is_64bit {
            u64::MAX - 0xfff
        } else {
            0xffff_f000
        };
        it.memory
            .add_rom(top, &asm::nop().to_be_bytes().repeat(1024))
            .unwrap();
        it.memory.write_words(0, &[asm::b(0)]).unwrap();
        it.cpu.set_cia(top);
        assert_eq!(run(&mut it, 1024), Exit::Budget, "{}", model.name);
        assert_eq!(it.cpu.cia(), 0, "{}", model.name);
    }
}

/// `stmw r0, 0(r4)`: 32 words.
const STMW: u32 = 0xbc04_0000;

#[test]
fn stmw_across_the_end_of_ram_leaves_with_the_rest() {
    for model in MODELS {
        let mut it = machine(model, &[STMW, asm::nop()]);
        for n in 0..32 {
            it.cpu.set_gpr(n, 0x100 + n as u64);
        }
        it.cpu.set_gpr(4, RAM - 40);
        let mut left = vec![];
        while let Exit::Mmio(at) = run(&mut it, 1) {
            left.push((at.phys_addr, at.data));
            it.cpu.complete(Reply::Done(0)).unwrap();
        }
        let expected: Vec<_> = (10..32).map(|n| (RAM - 40 + 4 * n, 0x100 + n)).collect();
        assert_eq!(left, expected, "{}", model.name);
        assert_eq!(it.cpu.insns(), 2);
        assert_eq!(it.memory.load::<4>(RAM - 4), Some([0, 0, 1, 9]));
    }
}

/// A loop that changes its own instruction: r3 counts with `addi r3, r3, 1`, which becomes `addi r3, r3, 2`.
fn self_modifying(model: &'static Model, between: &[u32]) -> Machine {
    let mut program = vec![asm::addi(3, 3, 1), asm::stw(5, 0, 4)];
    program.extend_from_slice(between);
    program.push(asm::b(-4 * i64::try_from(program.len()).unwrap()));
    let mut it = machine(model, &program);
    it.cpu.set_gpr(4, START);
    it.cpu.set_gpr(5, asm::addi(3, 3, 2).into());
    it
}

#[test]
fn code_that_changes_itself_runs_as_changed_with_and_without_icbi() {
    // The architecture promises it only after dcbst, sync, icbi, isync (Book II 1.8); without them either is allowed,
    // and this machine always shows the new one.
    let proper = [0x7c00_206c, asm::sync(), 0x7c00_27ac, asm::isync()];
    for model in MODELS {
        for between in [&proper[..], &[]] {
            let mut it = self_modifying(model, between);
            let turn = 3 + between.len() as u64;
            assert_eq!(run(&mut it, 3 * turn), Exit::Budget);
            assert_eq!(it.cpu.gpr(3), 1 + 2 + 2, "{} {}", model.name, between.len());
        }
    }
}

#[test]
fn code_changed_by_the_next_instruction_but_one_by_the_caller_or_by_dcbz_is_seen() {
    for model in MODELS {
        // The store hits the very next instruction.
        let mut it = machine(model, &[asm::stw(5, 8, 4), asm::nop(), asm::nop(), asm::b(0)]);
        it.cpu.set_gpr(4, START - 4);
        it.cpu.set_gpr(5, asm::addi(3, 3, 7).into());
        assert_eq!(run(&mut it, 2), Exit::Budget);
        assert_eq!(it.cpu.gpr(3), 7, "{}", model.name);
        // The caller.
        it.cpu.set_cia(START + 4);
        it.memory.write_words(START + 4, &[asm::addi(3, 3, 1)]).unwrap();
        assert_eq!(run(&mut it, 1), Exit::Budget);
        assert_eq!(it.cpu.gpr(3), 8, "{}", model.name);
        // dcbz of the block two further on; it has run once.
        let mut it = machine(model, &[]);
        it.memory.write_words(0x4000, &[asm::nop()]).unwrap();
        it.cpu.set_cia(0x4000);
        assert_eq!(run(&mut it, 1), Exit::Budget);
        it.memory
            .write_words(START, &[0x7c00_27ec, asm::b(0x3000 - 4)])
            .unwrap();
        it.cpu.set_gpr(4, 0x4000);
        it.cpu.set_cia(START);
        let _ = run(&mut it, 3);
        assert_eq!(it.cpu.deliveries(), 1, "{}: zero is illegal", model.name);
        // stmw and a conditional store.
        let mut it = machine(model, &[asm::nop(), 0xbfe4_0000, asm::b(-8)]);
        it.cpu.set_gpr(4, START);
        it.cpu.set_gpr(31, asm::addi(3, 3, 9).into());
        assert_eq!(run(&mut it, 4), Exit::Budget);
        assert_eq!(it.cpu.gpr(3), 9, "{}", model.name);
        let mut it = machine(
            model,
            &[
                asm::nop(),
                asm::lwarx(6, 0, 4),
                asm::stwcx_rc(31, 0, 4),
                asm::b(-12),
            ],
        );
        it.cpu.set_gpr(4, START);
        it.cpu.set_gpr(31, asm::addi(3, 3, 9).into());
        assert_eq!(run(&mut it, 5), Exit::Budget);
        assert_eq!(it.cpu.gpr(3), 9, "{}", model.name);
    }
}

#[test]
fn one_memory_under_two_models_and_two_byte_orders_is_decoded_for_each() {
    // `ld` is POWER9's and illegal on the 750; a word means another thing in little-endian order.
    let power9 = MODELS.iter().find(|m| m.name == "POWER9").unwrap();
    let mut it = machine(power9, &[asm::ld(3, 0, 4)]);
    assert_eq!(run(&mut it, 1), Exit::Budget);
    let mut e500 = Machine::new(&E500V2, it.memory.clone());
    core::mem::swap(&mut e500.memory, &mut it.memory);
    e500.cpu.set_cia(START);
    assert_eq!(run(&mut e500, 1), Exit::Budget);
    assert_eq!((e500.cpu.insns(), e500.cpu.deliveries()), (0, 1));
    let mut it = machine(power9, &[asm::nop()]);
    assert_eq!(run(&mut it, 1), Exit::Budget);
    it.cpu.set_cia(START);
    it.cpu.set_msr(it.cpu.msr() | Msr::LE);
    // 0x6000_0000 backwards is 0x0000_0060: no instruction.
    assert_eq!(run(&mut it, 1), Exit::Budget);
    assert_eq!(it.cpu.deliveries(), 1);
}

#[test]
fn an_unimplemented_instruction_leaves_as_often_as_it_is_run_and_changes_nothing() {
    // tlbivax: there is no TLB yet (EREF 2.0).
    let mut it = machine(&E500V2, &[0x7c00_2624]);
    let before = it.cpu.snapshot();
    for _ in 0..3 {
        assert_eq!(
            run(&mut it, 10),
            Exit::Unimplemented {
                cia: START,
                word: 0x7c00_2624
            }
        );
    }
    assert_eq!(it.cpu.snapshot(), before);
}

#[test]
fn the_largest_counts_do_not_overflow() {
    let mut it = machine(&E500V2, &[asm::b(0)]);
    // Every bit of TCR but WRC, with which the watchdog would leave.
    it.cpu.poke_spr(SprNum::wrapping(340), !0x3000_0000);
    it.cpu.set_insns_per_tick(u32::MAX);
    it.cpu.set_decrementer(u32::MAX);
    it.cpu.advance_time(u64::MAX);
    it.cpu.set_time_base(u64::MAX);
    assert_eq!(run(&mut it, 10), Exit::Budget);
    it.cpu.kicker().kick();
    assert_eq!(run(&mut it, u64::MAX), Exit::Interrupted);
}
