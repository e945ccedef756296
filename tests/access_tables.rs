//! Every SPR number of a model, in both directions, in user and supervisor state: what the core does, against tables
//! that were transcribed from the manuals by hand (`tests/golden/access/README.md`).

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use ppc_cpu::model::InterruptModel;
use ppc_cpu::spr::{Context, Decision, Level, architected};
use ppc_cpu::{Machine, Memory, model};
use ppc_decode::asm;
use spr_exit::num::book3s::{FSCR, HFSCR, MMCR0};
use spr_exit::{Direction, Exit, InterruptKind, Msr, Reply, SprNum, UnknownSpr};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Outcomes of user-read, user-write, super-read, super-write.
type Outcomes = [String; 4];

struct Golden {
    listed: BTreeMap<u16, (String, Outcomes)>,
    /// By level (user first), spr0, direction (read first).
    defaults: BTreeMap<(bool, bool, bool), String>,
}

fn parse(text: &str) -> Golden {
    let mut golden = Golden {
        listed: BTreeMap::new(),
        defaults: BTreeMap::new(),
    };
    for line in text.lines() {
        let line = line.split(['#', '|']).next().unwrap_or_default();
        let columns: Vec<&str> = line.split_whitespace().collect();
        match columns[..] {
            [] => {}
            ["default", level, spr0, direction, outcome] => {
                let key = (level == "super", spr0 == "spr0=1", direction == "write");
                assert!(
                    golden.defaults.insert(key, outcome.to_owned()).is_none(),
                    "{line}"
                );
            }
            [number, name, a, b, c, d] => {
                let outcomes = [a, b, c, d].map(str::to_owned);
                let number = number.parse().unwrap();
                assert!(
                    golden
                        .listed
                        .insert(number, (name.to_owned(), outcomes))
                        .is_none(),
                    "{line}"
                );
            }
            _ => panic!("not a line of a golden table: {line}"),
        }
    }
    assert_eq!(golden.defaults.len(), 8);
    golden
}

/// Executes one access, with user space declining what leaves, and says what became of it.
fn outcome(
    model: &'static model::Model,
    msr: Msr,
    sprn: SprNum,
    is_write: bool,
    is_super: bool,
) -> &'static str {
    let number = i64::from(sprn.get());
    let word = if is_write {
        asm::mtspr(number, 3)
    } else {
        asm::mfspr(3, number)
    };
    let mut memory = Memory::with_ram(0x1000).unwrap();
    memory.write_words(0x100, &[word]).unwrap();
    let mut machine = Machine::new(model, memory);
    machine.cpu.config_mut().report_interrupts = true;
    machine.cpu.set_cia(0x100);
    machine
        .cpu
        .set_msr(if is_super { msr & !Msr::PR } else { msr | Msr::PR });
    machine.cpu.set_gpr(3, 0);
    // Every facility of a server is open; which registers they close is told in `ppc-cpu`'s tests.
    if model.interrupts == InterruptModel::Server {
        for (sprn, value) in [
            (FSCR, u64::MAX >> 8),
            (HFSCR, u64::MAX >> 8),
            (MMCR0, 0x8008_0000),
        ] {
            machine.cpu.poke_spr(sprn, value);
        }
    }
    let mut left = false;
    let mut exit = machine.cpu.run(&mut machine.memory, 1).unwrap();
    if let Exit::Spr(at) = exit {
        assert_eq!((at.sprn(), at.is_write(), at.cia()), (sprn, is_write, 0x100));
        left = true;
        machine.cpu.complete(Reply::Architected).unwrap();
        exit = match machine.cpu.insns() {
            1 => Exit::Budget,
            _ => machine.cpu.run(&mut machine.memory, 0).unwrap(),
        };
    }
    match exit {
        // A register that the CPU has and the core does not model reaches the register: user space's.
        _ if left && model.sprs.row(sprn).is_some() => "ok",
        Exit::Budget => {
            assert_eq!(machine.cpu.cia(), 0x104);
            let direction = if is_write {
                Direction::Write
            } else {
                Direction::Read
            };
            let level = if is_super {
                machine.cpu.level()
            } else {
                Level::Problem
            };
            match architected(
                model,
                Context {
                    level,
                    ..machine.cpu.spr_context()
                },
                sprn,
                direction,
            ) {
                Decision::Core(at) if model.sprs.rows()[at].behaviour == ppc_cpu::spr::Behaviour::NoOp => {
                    "noop"
                }
                Decision::Core(_) => "ok",
                Decision::NoOp => "noop",
                other => panic!("{sprn:?} completed, but the gate says {other:?}"),
            }
        }
        Exit::Interrupt(InterruptKind::ProgramIllegal | InterruptKind::EmulationAssist) => "illegal",
        Exit::Interrupt(InterruptKind::HypervisorPrivilege) => "hypervisor",
        Exit::Interrupt(InterruptKind::ProgramPrivileged) => "privileged",
        other => panic!("{sprn:?}: {other:?}"),
    }
}

fn compare(model: &'static model::Model, text: &str) {
    compare_under(model, model.msr_reset, text);
}

/// The table of privileged state with these other bits of the MSR, and of problem state.
fn compare_under(model: &'static model::Model, msr: Msr, text: &str) {
    let golden = parse(text);
    let mut differences = String::new();
    for sprn in SprNum::all() {
        for (column, (is_super, is_write)) in [(false, false), (false, true), (true, false), (true, true)]
            .into_iter()
            .enumerate()
        {
            let expected = golden.listed.get(&sprn.get()).map_or_else(
                || &golden.defaults[&(is_super, sprn.is_privileged(), is_write)],
                |(_, outcomes)| &outcomes[column],
            );
            let found = outcome(model, msr, sprn, is_write, is_super);
            if found != expected {
                let name = golden.listed.get(&sprn.get()).map_or("-", |(name, _)| name);
                let level = if is_super { "super" } else { "user" };
                let verb = if is_write { "mtspr" } else { "mfspr" };
                writeln!(
                    differences,
                    "{sprn} {name} {verb} {level}: the table says {expected}, the core {found}"
                )
                .unwrap();
            }
        }
    }
    assert!(
        differences.is_empty(),
        "{} differs from its golden table:\n{differences}",
        model.name
    );
}

#[test]
fn the_core_answers_every_spr_number_of_the_e500v2_as_the_manual_says() {
    compare(&model::E500V2, include_str!("golden/access/e500v2.txt"));
}

#[test]
fn the_core_answers_every_spr_number_of_the_e500mc_as_its_sources_say_in_hypervisor_state() {
    compare(&model::E500MC, include_str!("golden/access/e500mc.txt"));
}

#[test]
fn the_core_answers_every_spr_number_of_the_e500mc_as_its_sources_say_in_guest_state() {
    let guest = include_str!("golden/access/e500mc-guest.txt");
    compare_under(&model::E500MC, Msr::GS, guest);
}

#[test]
fn the_core_answers_every_spr_number_of_the_750_as_the_manual_says() {
    compare(&model::PPC750, include_str!("golden/access/750.txt"));
}

#[test]
fn the_core_answers_every_spr_number_of_the_970_as_its_sources_say_in_hypervisor_state_and_in_a_partition() {
    compare(&model::PPC970, include_str!("golden/access/970.txt"));
    let partition = include_str!("golden/access/970-partition.txt");
    compare_under(&model::PPC970, Msr::SF, partition);
}

#[test]
fn the_core_answers_every_spr_number_of_the_servers_as_their_sources_say_in_hypervisor_state_and_in_a_partition()
 {
    macro_rules! servers {
        ($($model:ident $name:literal),*) => { [$((
            &model::$model,
            include_str!(concat!("golden/access/", $name, ".txt")),
            include_str!(concat!("golden/access/", $name, "-partition.txt")),
        )),*] };
    }
    let servers = servers![POWER7 "power7", POWER8 "power8", POWER9 "power9", POWER10 "power10"];
    for (model, hypervisor, partition) in servers {
        compare(model, hypervisor);
        compare_under(model, Msr::SF, partition);
    }
}

#[test]
fn the_core_answers_every_spr_number_of_the_405_as_the_manual_says() {
    compare(&model::PPC405, include_str!("golden/access/405.txt"));
}

#[test]
fn the_core_answers_every_spr_number_of_the_440_as_the_manual_says() {
    compare(&model::PPC440, include_str!("golden/access/440.txt"));
}

#[test]
fn the_core_answers_every_spr_number_of_the_7447a_and_the_7410_as_their_sources_say() {
    compare(&model::PPC7447A, include_str!("golden/access/7447A.txt"));
    compare(&model::PPC7410, include_str!("golden/access/7410.txt"));
}

#[test]
fn the_core_answers_every_spr_number_of_the_603e_the_e300_and_the_604e_as_their_sources_say() {
    compare(&model::PPC603E, include_str!("golden/access/603e.txt"));
    compare(&model::E300, include_str!("golden/access/e300.txt"));
    compare(&model::PPC604E, include_str!("golden/access/604e.txt"));
}

#[test]
fn the_core_answers_every_spr_number_of_the_750cl_as_its_sources_say() {
    compare(&model::PPC750CL, include_str!("golden/access/750CL.txt"));
}

#[test]
fn the_core_answers_every_spr_number_of_the_e500v1_as_the_manual_says() {
    compare(&model::E500V1, include_str!("golden/access/e500v1.txt"));
}

#[test]
fn the_core_answers_every_spr_number_of_the_e5500_and_the_e6500_as_their_sources_say() {
    compare(&model::E5500, include_str!("golden/access/e5500.txt"));
    compare(&model::E6500, include_str!("golden/access/e6500.txt"));
}

#[test]
fn a_changed_line_of_a_golden_table_is_noticed() {
    let text = include_str!("golden/access/e500v2.txt").replacen(
        " 272 SPRG0         privileged",
        " 272 SPRG0         illegal   ",
        1,
    );
    let result = std::panic::catch_unwind(|| compare(&model::E500V2, &text));
    assert!(result.is_err());
}

/// User mode never reaches a handler of a privileged number, unless the caller asked for unchecked exits.
#[test]
fn no_privileged_number_leaves_from_user_mode_unless_exits_are_unchecked() {
    for model in model::MODELS {
        for policy in [UnknownSpr::Exit, UnknownSpr::Architected] {
            for sprn in SprNum::all().filter(|n| n.is_privileged()) {
                for word in [asm::mfspr(3, sprn.get().into()), asm::mtspr(sprn.get().into(), 3)] {
                    let mut memory = Memory::with_ram(0x1000).unwrap();
                    memory.write_words(0x100, &[word]).unwrap();
                    let mut machine = Machine::new(model, memory);
                    machine.cpu.config_mut().unknown_spr = policy;
                    machine.cpu.config_mut().report_interrupts = true;
                    machine.cpu.set_msr(machine.cpu.msr() | Msr::PR);
                    machine.cpu.set_cia(0x100);
                    let exit = machine.cpu.run(&mut machine.memory, 1).unwrap();
                    assert!(!matches!(exit, Exit::Spr(_)), "{}: {sprn:?} {exit:?}", model.name);
                }
            }
        }
    }
    let mut memory = Memory::with_ram(0x1000).unwrap();
    memory.write_words(0x100, &[asm::mfspr(3, 880)]).unwrap();
    let mut machine = Machine::new(&model::E500V2, memory);
    machine.cpu.config_mut().check_privilege = false;
    machine.cpu.set_msr(Msr::PR);
    machine.cpu.set_cia(0x100);
    let exit = machine.cpu.run(&mut machine.memory, 1).unwrap();
    assert!(matches!(exit, Exit::Spr(at) if at.msr().is_problem()), "{exit:?}");
}
