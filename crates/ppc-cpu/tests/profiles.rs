//! Profiles: whom the registers belong to for which the VM named nobody.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::{machine, mfspr, mtspr, names, run, spr};
use ppc_cpu::model::{self, E500V2, MODELS, Model, POWER9};
use ppc_cpu::spr::{Behaviour, Level, Profile, SprRow, Step, check, explain};
use ppc_cpu::{Config, Cpu};
use ppc_decode::asm;
use spr_exit::num::{booke, common, e500};
use spr_exit::{
    Direction, EnableCap, Exit, FilterRange, Msr, Owner, Reason, Reply, SprFilter, SprNum, UnknownSpr,
    Verdict,
};
use std::collections::BTreeMap;

const DIRECTIONS: [Direction; 2] = [Direction::Read, Direction::Write];

/// By model and register: what KVM does with reads and writes.
fn golden() -> BTreeMap<String, BTreeMap<String, [Option<Owner>; 2]>> {
    let (core, ignore) = (Some(Owner::Core), Some(Owner::Ignore));
    let mut golden: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    let mut model = String::new();
    for line in include_str!("golden/as_kvm.txt").lines() {
        let line = line.split('#').next().unwrap().trim();
        if let Some(name) = line.strip_prefix('[') {
            name.trim_end_matches(']').clone_into(&mut model);
            continue;
        }
        let mut words = line.split_whitespace();
        let owners = match words.next() {
            None => continue,
            Some("rw") => [core, core],
            Some("ro") => [core, None],
            Some("wo") => [None, core],
            Some("drop") => [core, ignore],
            Some("zero") => [ignore, ignore],
            Some("read-zero") => [ignore, None],
            Some("write-drop") => [None, ignore],
            Some(other) => panic!("{other}"),
        };
        for name in words.flat_map(names) {
            let registers = golden.entry(model.clone()).or_default();
            assert!(registers.insert(name.clone(), owners).is_none(), "{model} {name}");
        }
    }
    golden
}

/// Whether hardware does it for a guest without its kernel: what its kernel, in problem state, may do.
fn is_untrapped(model: &Model, row: &SprRow, direction: Direction) -> bool {
    let level = if model.msr_implemented.contains(Msr::GS) {
        Level::Supervisor
    } else {
        Level::Problem
    };
    row.gates.grants(level, direction)
}

#[test]
fn as_kvm_the_core_has_what_the_kernel_of_linux_6_1_has() {
    let golden = golden();
    let without: Vec<_> = MODELS
        .iter()
        .filter(|model| !golden.contains_key(model.name))
        .collect();
    assert!(without.is_empty(), "{without:?}");
    for (name, registers) in &golden {
        let model = model::by_name(name).unwrap();
        for register in registers.keys() {
            assert!(
                model.sprs.by_name(register).is_some() || register.starts_with("IVOR"),
                "the {name} has no {register}"
            );
        }
        for row in model.sprs.rows() {
            for direction in DIRECTIONS {
                let owner = Profile::AsKvm.owner(model, row.sprn, direction);
                let listed = registers.get(row.name).and_then(|it| it[direction as usize]);
                let expected = match listed {
                    _ if is_untrapped(model, row, direction) => Owner::Core,
                    listed => listed.unwrap_or(Owner::User),
                };
                let expected = match (row.behaviour, expected) {
                    (Behaviour::Exit, Owner::Core) => Owner::Model,
                    _ => expected,
                };
                // What no level may do never comes so far.
                if row.gates.grants(Level::Hypervisor, direction) {
                    assert_eq!(owner, expected, "{name} {} {direction:?}", row.name);
                }
            }
        }
    }
}

fn leaves(model: &'static Model, profile: Profile, sprn: SprNum, direction: Direction) -> Option<Reason> {
    let word = match direction {
        Direction::Read => mfspr(3, sprn),
        Direction::Write => mtspr(sprn, 3),
    };
    let mut it = machine(model, &[word]);
    it.cpu.set_profile(profile);
    match run(&mut it, 1) {
        Exit::Spr(at) => Some(at.reason()),
        _ => None,
    }
}

#[test]
fn all_to_user_every_granted_access_leaves_but_those_to_lr_ctr_and_xer() {
    for model in MODELS {
        for row in model.sprs.rows() {
            for direction in DIRECTIONS {
                let level = Cpu::new(model).level();
                if !row.gates.grants(level, direction) {
                    continue;
                }
                let expected = if ["LR", "CTR", "XER"].contains(&row.name) {
                    None
                } else if row.behaviour == Behaviour::Exit {
                    Some(Reason::UNKNOWN)
                } else {
                    Some(Reason::OWNED)
                };
                let found = leaves(model, Profile::AllToUser, row.sprn, direction);
                assert_eq!(found, expected, "{} {} {direction:?}", model.name, row.name);
            }
        }
    }
}

#[test]
fn an_access_that_left_by_a_profile_and_is_handed_back_is_as_if_it_had_not_left() {
    let program = [
        asm::li(3, 0x123),
        mtspr(common::SPRG0, 3),
        mfspr(4, common::SPRG0),
        mtspr(common::LR, 4),
        mfspr(5, common::LR),
        mtspr(booke::DBCR1, 3),
        mfspr(6, booke::DBCR1),
    ];
    let state = |profile| {
        let mut it = machine(&E500V2, &program);
        it.cpu.set_profile(profile);
        let mut exits = 0;
        while it.cpu.insns() < program.len() as u64 {
            match run(&mut it, 1) {
                Exit::Spr(_) => {
                    exits += 1;
                    it.cpu.complete(Reply::Architected).unwrap();
                }
                Exit::Budget => {}
                other => panic!("{other:?}"),
            }
        }
        let gprs = [3, 4, 5, 6].map(|n| it.cpu.gpr(n));
        (exits, gprs, spr(&it, common::SPRG0), it.cpu.cia())
    };
    let (exits, ..) = state(Profile::AllToUser);
    assert_eq!(exits, 4);
    let (_, gprs, sprg0, cia) = state(Profile::Model);
    assert_eq!(state(Profile::AllToUser), (4, gprs, sprg0, cia));
}

#[test]
fn core_takes_what_it_learned_later_and_leaves_what_it_does_not_model() {
    let read = Direction::Read;
    let later = Some(Reason::UNKNOWN | Reason::OWNED);
    assert_eq!(leaves(&E500V2, Profile::Model, e500::BUCSR, read), later);
    assert_eq!(leaves(&E500V2, Profile::Core, e500::BUCSR, read), None);
    assert_eq!(
        leaves(&E500V2, Profile::Core, e500::L1CSR0, read),
        Some(Reason::UNKNOWN)
    );
}

#[test]
fn an_owner_that_was_named_comes_before_the_profile_in_its_direction_alone() {
    let mut it = machine(
        &E500V2,
        &[mtspr(booke::PID, 3), mfspr(4, booke::PID), mfspr(5, e500::PID1)],
    );
    it.cpu.set_profile(Profile::AllToUser);
    it.cpu
        .set_owner_of(booke::PID, Direction::Write, Owner::Core)
        .unwrap();
    it.cpu.set_owner(e500::PID1, Owner::Ignore).unwrap();
    it.cpu.set_gpr(3, 7);
    let Exit::Spr(at) = run(&mut it, 5) else {
        panic!("reads of PID are the profile's: they leave")
    };
    assert_eq!(
        (at.sprn(), at.is_write(), spr(&it, booke::PID)),
        (booke::PID, false, 7)
    );
    it.cpu.complete(Reply::Done(8)).unwrap();
    it.cpu.set_gpr(5, 9);
    assert_eq!(run(&mut it, 1), Exit::Budget);
    assert_eq!((it.cpu.gpr(4), it.cpu.gpr(5)), (8, 0));
}

#[test]
fn a_profile_takes_effect_with_the_next_instruction_and_travels_in_a_snapshot() {
    let program = [mfspr(3, common::SPRG0), asm::b(-4)];
    let mut it = machine(&E500V2, &program);
    assert_eq!(run(&mut it, 1000), Exit::Budget);
    it.cpu.set_profile(Profile::AllToUser);
    assert!(matches!(run(&mut it, 1000), Exit::Spr(_)));
    it.cpu.complete(Reply::Architected).unwrap();
    let mut there = machine(&E500V2, &program);
    assert_eq!(run(&mut there, 1000), Exit::Budget);
    there.cpu.restore(&it.cpu.snapshot()).unwrap();
    assert_eq!(there.cpu.config().profile, Profile::AllToUser);
    assert!(matches!(run(&mut there, 1000), Exit::Spr(_)));
}

#[test]
fn the_step_that_decided_is_the_first_that_has_something_to_say() {
    let context = |level| ppc_cpu::spr::Context {
        level,
        is_guest: false,
        hidden: ppc_decode::Isa::empty(),
        lpcr: 0,
        facilities: ppc_cpu::spr::Facilities::default(),
    };
    let step = |cpu: &Cpu, level, sprn: SprNum| {
        explain(cpu.model(), cpu.config(), context(level), sprn, Direction::Read).1
    };
    let unknown = SprNum::wrapping(1000);
    let mut cpu = Cpu::new(&E500V2);
    assert_eq!(step(&cpu, Level::Problem, common::SPRG0), Step::Privilege);
    assert_eq!(step(&cpu, Level::Supervisor, common::SPRG0), Step::BuiltIn);
    assert_eq!(step(&cpu, Level::Supervisor, unknown), Step::Policy);
    cpu.set_profile(Profile::Core);
    assert_eq!(step(&cpu, Level::Supervisor, common::SPRG0), Step::Profile);
    assert_eq!(step(&cpu, Level::Supervisor, unknown), Step::Policy);
    cpu.set_owner(common::SPRG0, Owner::Architected).unwrap();
    cpu.set_owner(unknown, Owner::Architected).unwrap();
    assert_eq!(step(&cpu, Level::Supervisor, common::SPRG0), Step::Owner);
    assert_eq!(step(&cpu, Level::Supervisor, unknown), Step::Owner);
    cpu.config_mut().filter = SprFilter::new(
        Verdict::Allow,
        &[FilterRange {
            first: common::SPRG0,
            last: common::SPRG0,
            reads: true,
            writes: false,
            verdict: Verdict::Deny,
        }],
    )
    .unwrap();
    assert_eq!(step(&cpu, Level::Supervisor, common::SPRG0), Step::Filter);
    assert_eq!(step(&cpu, Level::Problem, common::SPRG0), Step::Privilege);
}

#[test]
fn whatever_is_configured_what_explains_is_what_decides_and_privilege_comes_first() {
    for model in MODELS {
        for (_, profile) in Profile::NAMES {
            for unknown_spr in [UnknownSpr::Exit, UnknownSpr::Architected] {
                let mut cpu = Cpu::new(model);
                cpu.set_profile(profile);
                cpu.config_mut().unknown_spr = unknown_spr;
                let config: &Config = cpu.config();
                for sprn in SprNum::all() {
                    for direction in DIRECTIONS {
                        for level in [Level::Problem, Level::Supervisor, Level::Hypervisor] {
                            let at = ppc_cpu::spr::Context {
                                level,
                                is_guest: false,
                                hidden: ppc_decode::Isa::empty(),
                                lpcr: 0,
                                facilities: ppc_cpu::spr::Facilities::default(),
                            };
                            let (decision, step) = explain(model, config, at, sprn, direction);
                            assert_eq!(decision, check(model, config, at, sprn, direction));
                            let plain = explain(model, &Config::default(), at, sprn, direction);
                            assert_eq!(step == Step::Privilege, plain.1 == Step::Privilege);
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn a_profile_does_not_take_epr_from_who_has_it_at_delivery() {
    use spr_exit::Capabilities as _;
    let mut it = machine(&ppc_cpu::model::E500MC, &[mfspr(3, e500::EPR)]);
    it.cpu.set_profile(Profile::AllToUser);
    it.cpu
        .enable_cap(&EnableCap::new(spr_exit::Capability::EprOnDelivery, 1))
        .unwrap();
    assert_eq!(run(&mut it, 1), Exit::Budget);
}

#[test]
fn a_partition_of_a_server_asks_the_same_profile() {
    let mut it = machine(&POWER9, &[mfspr(3, common::SPRG0), mfspr(4, common::PVR)]);
    it.cpu.set_msr(Msr::SF);
    it.cpu.set_profile(Profile::AsKvm);
    assert_eq!(run(&mut it, 2), Exit::Budget);
}
