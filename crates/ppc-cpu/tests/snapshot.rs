//! Snapshots: taken at any point, restored elsewhere, written as text; hostile ones.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::{START, machine, mfspr, run};
use ppc_cpu::model::{self, E500MC, E500V2, MODELS, Model, POWER9, PPC603E};
use ppc_cpu::{Cpu, Machine, Memory, Snapshot, SnapshotError};
use ppc_decode::asm;
use proptest::prelude::*;
use serde_json::{Value, json};
use spr_exit::num::{booke, common};
use spr_exit::{Capabilities, Capability, EnableCap, Exit, Fault, Msr, Owner, Reply, SprNum, VcpuError};

/// The CPU after its state went through text.
fn through_text(cpu: &Cpu) -> Cpu {
    let text = serde_json::to_string(&cpu.snapshot()).unwrap();
    Cpu::from_snapshot(&serde_json::from_str(&text).unwrap()).unwrap()
}

/// The machine with its CPU and its memory through text.
fn elsewhere(it: &Machine) -> Machine {
    let text = serde_json::to_string(&it.memory).unwrap();
    let memory: Memory = serde_json::from_str(&text).unwrap();
    let mut there = Machine::new(it.cpu.model(), memory);
    there.cpu = through_text(&it.cpu);
    there
}

#[test]
fn what_is_written_and_read_back_is_equal() {
    for model in MODELS {
        let mut it = machine(model, &[mfspr(3, common::SPRG0), asm::sc()]);
        it.cpu.set_decrementer(77);
        it.cpu.set_owner(common::SPRG0, Owner::User).unwrap();
        let _ = run(&mut it, 5);
        let snapshot = it.cpu.snapshot();
        let text = serde_json::to_string(&snapshot).unwrap();
        assert_eq!(
            serde_json::from_str::<Snapshot>(&text).unwrap(),
            snapshot,
            "{}",
            model.name
        );
        assert_eq!(through_text(&it.cpu).snapshot(), snapshot, "{}", model.name);
        assert_eq!(elsewhere(&it).memory, it.memory);
    }
}

/// What came over a snapshot has no upper halves, which a 32-bit CPU keeps and nobody sees.
#[test]
fn temporary_gprs_are_the_same_wherever_they_changed_places() {
    let mut here = machine(&PPC603E, &[asm::li(3, -6)]);
    here.cpu.set_msr(Msr::TGPR);
    let _ = run(&mut here, 1);
    let mut there = elsewhere(&here);
    for it in [&mut here, &mut there] {
        it.cpu.set_msr(Msr::empty());
    }
    assert_eq!(here.cpu.gpr(3), 0);
    assert_eq!(here.cpu.snapshot(), there.cpu.snapshot());
}

#[test]
fn an_access_in_mid_air_completes_elsewhere_with_the_same_result_for_every_reply() {
    for model in MODELS {
        for reply in [
            Reply::Done(0x1_2345),
            Reply::NoOp,
            Reply::Fault(Fault::Illegal),
            Reply::Fault(Fault::Privileged),
            Reply::Architected,
        ] {
            let mut here = machine(model, &[mfspr(3, common::SPRG0), asm::nop()]);
            here.cpu.set_owner(common::SPRG0, Owner::User).unwrap();
            here.cpu.poke_spr(common::SPRG0, 0x77);
            assert!(matches!(run(&mut here, 5), Exit::Spr(_)));
            let mut there = elsewhere(&here);
            assert_eq!(there.cpu.pending(), here.cpu.pending());
            assert_eq!(there.cpu.run(&mut there.memory, 1), Err(VcpuError::ExitPending));
            here.cpu.complete(reply).unwrap();
            there.cpu.complete(reply).unwrap();
            assert_eq!(
                there.cpu.snapshot(),
                here.cpu.snapshot(),
                "{} {reply:?}",
                model.name
            );
        }
    }
}

#[test]
fn epr_and_reset_events_in_mid_air_survive_too() {
    let mut here = machine(&E500MC, &[asm::nop()]);
    here.enable_cap(&EnableCap::new(Capability::EprOnDelivery, 1))
        .unwrap();
    here.cpu.set_msr(Msr::EE);
    here.cpu.set_external(true);
    assert_eq!(run(&mut here, 5), Exit::Epr);
    let mut there = elsewhere(&here);
    there.cpu.complete(Reply::Done(0x42)).unwrap();
    assert_eq!(there.cpu.peek_spr(spr_exit::num::e500::EPR), Some(0x42));

    let mut here = machine(&E500V2, &[asm::mtspr(308, 3)]);
    here.enable_cap(&EnableCap::new(Capability::ResetEvent, 1))
        .unwrap();
    here.cpu.set_gpr(3, 0x3000_0000);
    let exit = run(&mut here, 5);
    let mut there = elsewhere(&here);
    assert_eq!(there.cpu.pending(), Some(exit));
    there.cpu.complete(Reply::Done(0)).unwrap();
    assert_eq!(there.cpu.cia(), START + 4);
}

#[test]
fn what_a_waiting_access_is_follows_from_the_access_whatever_the_snapshot_calls_it() {
    let accesses = [
        ("Split", asm::mtspr(308, 3)),
        ("Write", asm::mtspr(880, 3)),
        ("Read", asm::mfspr(3, 880)),
    ];
    for (name, access) in accesses {
        let mut here = machine(&E500V2, &[access]);
        here.cpu.set_gpr(3, 0x3000_0001);
        assert!(matches!(run(&mut here, 5), Exit::Spr(_)));
        for other in ["Read", "Write", "Split", "Spr"] {
            let mut value = serde_json::to_value(here.cpu.snapshot()).unwrap();
            let at = value["state"]["pending"][name].take();
            assert!(at.is_object(), "{value}");
            value["state"]["pending"] = json!({ other: at });
            let mut there = Cpu::from_snapshot(&serde_json::from_value(value).unwrap()).unwrap();
            assert_eq!(there.snapshot(), here.cpu.snapshot(), "{name} as {other}");
            there.complete(Reply::Done(7)).unwrap();
            let mut done = here.cpu.clone();
            done.complete(Reply::Done(7)).unwrap();
            assert_eq!(there.snapshot(), done.snapshot(), "{name} as {other}");
        }
    }
}

#[test]
fn another_version_is_refused_whatever_else_it_holds_and_the_cpu_is_as_it_was() {
    let mut value = serde_json::to_value(Cpu::new(&E500V2).snapshot()).unwrap();
    value["version"] = json!(2);
    value["model"] = json!("e9000");
    let snapshot: Snapshot = serde_json::from_value(value).unwrap();
    let refused = SnapshotError::Version { found: 2 };
    assert_eq!(Cpu::from_snapshot(&snapshot).err(), Some(refused.clone()));
    let mut cpu = Cpu::new(&POWER9);
    let before = cpu.snapshot();
    assert_eq!(cpu.restore(&snapshot), Err(refused));
    assert_eq!(cpu.snapshot(), before);
}

/// The snapshot of a fresh e500v2 with one field changed.
fn changed(change: impl FnOnce(&mut Value)) -> Result<Cpu, SnapshotError> {
    let mut value = serde_json::to_value(Cpu::new(&E500V2).snapshot()).unwrap();
    change(&mut value);
    Cpu::from_snapshot(&serde_json::from_value(value).unwrap())
}

#[test]
fn what_no_cpu_can_be_in_is_refused_by_name() {
    assert_eq!(
        changed(|v| v["model"] = json!("e9000")).err(),
        Some(SnapshotError::UnknownModel("e9000".into()))
    );
    assert!(matches!(
        changed(|v| v["sprs"][0][0] = json!(1000)).err(),
        Some(SnapshotError::UnknownSpr(_))
    ));
    assert_eq!(
        changed(|v| v["state"]["element"] = json!(32)).err(),
        Some(SnapshotError::Corrupt("element"))
    );
    assert_eq!(
        changed(|v| v["state"]["regs"]["cia"] = json!(0x1002)).err(),
        Some(SnapshotError::Corrupt("cia"))
    );
    assert_eq!(
        changed(|v| v["state"]["regs"]["cia"] = json!(1u64 << 32)).err(),
        Some(SnapshotError::Corrupt("cia"))
    );
    assert!(matches!(
        changed(|v| v["config"]["owners"] = json!([[880, ["model", "core"]]])).err(),
        Some(SnapshotError::NotModelled(_))
    ));
}

#[test]
fn what_follows_from_other_state_is_derived_and_not_believed() {
    // 64-bit mode on a 32-bit CPU; an SPR wider than the CPU; bits of the MSR that it has not.
    let cpu = changed(|v| {
        v["state"]["regs"]["is_wide"] = json!(true);
        v["state"]["regs"]["msr"] = json!("0xffffffffffffffff");
        v["sprs"] = json!([[272, u64::MAX]]);
    })
    .unwrap();
    assert_eq!(cpu.msr(), E500V2.msr_implemented);
    assert_eq!(cpu.peek_spr(common::SPRG0), Some(0xffff_ffff));
    assert_eq!(
        cpu.peek_spr(common::PVR),
        Some(E500V2.pvr.into()),
        "absent: the reset value"
    );
}

#[test]
fn a_restored_cpu_forgets_what_its_gate_remembered() {
    // Of another configuration, and of another model: 304 is DBSR here and HSPRG0 there.
    let mut there = machine(
        &E500V2,
        &[mfspr(3, common::SPRG0), asm::mfspr(4, 304), asm::nop()],
    );
    assert_eq!(run(&mut there, 2), Exit::Budget);
    let mut here = machine(&POWER9, &[]);
    here.cpu.poke_spr(booke::DBSR, 0x1234_5678_9abc_def0);
    here.cpu.set_owner(common::SPRG0, Owner::User).unwrap();
    there.cpu.restore(&here.cpu.snapshot()).unwrap();
    assert!(matches!(run(&mut there, 1), Exit::Spr(at) if at.sprn() == common::SPRG0));
    there.cpu.complete(Reply::Done(0)).unwrap();
    assert_eq!(run(&mut there, 1), Exit::Budget);
    assert_eq!(there.cpu.gpr(4), 0x1234_5678_9abc_def0);
}

/// A program of anything: moves to and from SPRs, loads and stores over the end of RAM, calls, traps, random words.
fn word(model: &'static Model) -> impl Strategy<Value = u32> {
    let mnemonics = prop::sample::select(vec![
        asm::sc(),
        asm::twi(31, 0, 0),
        asm::rfi(),
        asm::rfid(),
        asm::mtmsr(3),
        asm::b(-8),
        asm::lwarx(3, 0, 5),
        asm::stwcx_rc(3, 0, 5),
        0xb804_0000 | 27 << 21,
        0xbc04_0000 | 27 << 21,
        asm::lwz(4, 0, 6),
        asm::stw(4, 4, 6),
        0x7c00_007c,
        0x7c00_003c,
    ]);
    let sprs: Vec<i64> = model
        .sprs
        .rows()
        .iter()
        .map(|row| row.sprn.get().into())
        .collect();
    let spr = prop_oneof![prop::sample::select(sprs), 0..1024i64];
    prop_oneof![
        3 => mnemonics,
        2 => (spr.clone(), 3..8i64).prop_map(|(n, r)| asm::mfspr(r, n)),
        2 => (spr, 3..8i64).prop_map(|(n, r)| asm::mtspr(n, r)),
        2 => (3..8i64, any::<i16>()).prop_map(|(r, v)| asm::addi(r, r, v.into())),
        1 => any::<u32>(),
    ]
}

/// A machine about to run such a program; vectors are inside the program's reach.
fn any_machine() -> impl Strategy<Value = Machine> {
    (prop::sample::select(MODELS), any::<[u32; 8]>(), any::<u64>()).prop_flat_map(|(model, seeds, bits)| {
        prop::collection::vec(word(model), 24).prop_map(move |words| {
            let mut it = machine(model, &words);
            for (n, seed) in seeds.iter().enumerate() {
                it.cpu.set_gpr(n + 3, u64::from(*seed) & 0x1_fffc);
            }
            it.cpu
                .set_msr(Msr::from_bits_retain(bits) & model.msr_implemented & !Msr::LE & !Msr::PR);
            it.cpu.set_cia(START);
            it.cpu.set_decrementer(seeds[0] & 0x1f);
            it.cpu.set_external(bits & 1 << 40 != 0);
            it
        })
    })
}

/// The count of instructions is at its end, and the timer's deadline with it.
#[test]
fn a_restored_clock_at_its_end_goes_on() {
    for model in MODELS {
        let mut it = machine(model, &[asm::b(0)]);
        it.cpu.set_decrementer(5);
        let mut value = serde_json::to_value(it.cpu.snapshot()).unwrap();
        value["state"]["insns"] = json!(u64::MAX);
        value["state"]["deliveries"] = json!(19);
        let mut cpu = Cpu::from_snapshot(&serde_json::from_value(value).unwrap()).unwrap();
        assert_eq!(
            cpu.run(&mut it.memory, 50).unwrap(),
            Exit::Budget,
            "{}",
            model.name
        );
        assert_eq!(cpu.insns(), 49, "{}", model.name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// At every exit of a random run: what is restored elsewhere has the same future.
    #[test]
    fn a_snapshot_at_every_exit_of_a_random_run_has_the_same_future(
        (mut here, replies) in (any_machine(), prop::collection::vec((spr_exit::strategy::reply(), 1..20u64), 30)),
    ) {
        for (reply, budget) in replies {
            let mut there = elsewhere(&here);
            let (a, b) = (here.cpu.run(&mut here.memory, budget), there.cpu.run(&mut there.memory, budget));
            prop_assert_eq!(a, b);
            if here.cpu.pending().is_some() {
                there = elsewhere(&here);
                let (a, b) = (here.cpu.complete(reply), there.cpu.complete(reply));
                prop_assert_eq!(a, b);
                if a.is_err() {
                    here.cpu.complete(Reply::Done(1)).unwrap();
                    there.cpu.complete(Reply::Done(1)).unwrap();
                }
            }
            prop_assert_eq!(here.cpu.snapshot(), there.cpu.snapshot());
            prop_assert_eq!(&here.memory, &there.memory);
        }
    }

    /// A run in one piece and a run in steps, each step on a CPU restored from text.
    #[test]
    fn a_run_in_restored_pieces_is_the_run_in_one_piece(mut whole in any_machine(), cut in 1..60u64) {
        let mut pieces = whole.clone();
        let _ = whole.cpu.run(&mut whole.memory, 60);
        let mut left = 60;
        while left > 0 && pieces.cpu.pending().is_none() {
            let before = pieces.cpu.insns() + pieces.cpu.deliveries();
            let exit = pieces.cpu.run(&mut pieces.memory, cut.min(left)).unwrap();
            left -= pieces.cpu.insns() + pieces.cpu.deliveries() - before;
            pieces = elsewhere(&pieces);
            if exit != Exit::Budget {
                break;
            }
        }
        prop_assert_eq!(whole.cpu.snapshot(), pieces.cpu.snapshot());
    }

    /// Any number anywhere in the text: restored or refused, and a restored one runs and completes without a panic.
    #[test]
    fn hostile_text_never_panics_or_hangs(
        (it, reply) in (any_machine(), spr_exit::strategy::reply()),
        edits in prop::collection::vec((any::<prop::sample::Index>(), hostile()), 1..6),
    ) {
        let mut it = it;
        let _ = it.cpu.run(&mut it.memory, 20);
        let mut value = serde_json::to_value(it.cpu.snapshot()).unwrap();
        for (index, with) in edits {
            let mut none = usize::MAX;
            let count = leaves(&mut value, &mut none, &Value::Null);
            let mut at = index.index(count);
            leaves(&mut value, &mut at, &with);
        }
        let Ok(snapshot) = serde_json::from_value::<Snapshot>(value) else { return Ok(()) };
        let Ok(mut cpu) = Cpu::from_snapshot(&snapshot) else { return Ok(()) };
        for _ in 0..20 {
            if cpu.pending().is_some() && cpu.complete(reply).is_err() {
                cpu.complete(Reply::Done(u64::MAX)).unwrap();
            }
            let exit = cpu.run(&mut it.memory, 50);
            prop_assert!(exit.is_ok());
            cpu.advance_time(1 << 60);
        }
    }

    #[test]
    fn hostile_memory_never_panics(
        slots in prop::collection::vec((any::<u64>(), prop_oneof![0..10_000u64, any::<u64>()], any::<bool>(),
            prop::collection::vec((any::<u64>(), prop::collection::vec(any::<u8>(), 0..20)), 0..3)), 0..4),
    ) {
        let text: Vec<Value> = slots.iter().map(|(base, len, is_rom, pages)| {
            json!({ "base": base, "len": (*len).min(1 << 40), "is_rom": is_rom, "pages": pages })
        }).collect();
        if let Ok(memory) = serde_json::from_value::<Memory>(json!(text)) {
            prop_assert!(memory.len() <= Memory::MAX_BYTES);
        }
    }
}

#[test]
fn a_page_of_no_bytes_behind_the_last_address_is_read() {
    let text = json!([{ "base": u64::MAX - 0xfff, "len": 0x1000, "is_rom": false, "pages": [[0x1000, []]] }]);
    assert_eq!(serde_json::from_value::<Memory>(text).unwrap().len(), 0x1000);
}

#[test]
fn an_access_that_claims_to_be_behind_its_end_goes_on_around_the_address_space() {
    // `lq r4, 0(r3)`, of which a snapshot says that 31 elements are done.
    let lq = ppc_decode::Long::Lq.row().encode(&[4, 0, 3]).unwrap();
    let mut it = machine(&model::POWER9, &[lq]);
    it.cpu.set_gpr(3, !15);
    let mut value = serde_json::to_value(it.cpu.snapshot()).unwrap();
    value["state"]["element"] = json!(31);
    value["state"]["multiple"] = json!(lq);
    value["state"]["regs"]["msr"] = serde_json::to_value(Msr::SF).unwrap();
    it.cpu = Cpu::from_snapshot(&serde_json::from_value(value).unwrap()).unwrap();
    assert_eq!(run(&mut it, 1), Exit::Budget);
}

#[test]
fn counts_at_their_end_leave_a_run_its_budget() {
    // An access that leaves, over and over: hops count up to where the budgets end, and not around.
    let late = u64::MAX - 100;
    for (insns, deliveries) in [
        (u64::MAX, 0),
        (late, 0),
        (late, 200),
        (0, late),
        (u64::MAX - 5000, 0),
    ] {
        let mut it = machine(
            &E500V2,
            &[mfspr(3, SprNum::wrapping(880)), asm::nop(), asm::b(-8)],
        );
        let mut value = serde_json::to_value(it.cpu.snapshot()).unwrap();
        value["state"]["insns"] = json!(insns);
        value["state"]["deliveries"] = json!(deliveries);
        it.cpu = Cpu::from_snapshot(&serde_json::from_value(value).unwrap()).unwrap();
        let mut plain = it.clone();
        plain.cpu.set_no_cache(true);
        for n in 0..3000 {
            let exits = [&mut it, &mut plain].map(|it| run(it, 10_000));
            assert_eq!(exits[0], exits[1], "exit {n} from {insns} and {deliveries}");
            if exits[0] == Exit::Budget {
                break;
            }
            it.cpu.complete(Reply::Done(n)).unwrap();
            plain.cpu.complete(Reply::Done(n)).unwrap();
        }
        assert_eq!(it.cpu.snapshot(), plain.cpu.snapshot());
    }
}

/// Values that a field may not expect.
fn hostile() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(0)),
        Just(json!(u64::MAX)),
        Just(json!(u32::MAX)),
        Just(json!(255)),
        Just(json!(31)),
        Just(Value::Null),
        Just(json!(true)),
        any::<u64>().prop_map(|n| json!(n)),
        any::<u32>().prop_map(|n| json!(n)),
        prop::sample::select(model::MODELS).prop_map(|model| json!(model.name)),
    ]
}

/// Counts the leaves, and replaces the one where `at` gets to zero.
fn leaves(value: &mut Value, at: &mut usize, with: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter_mut().map(|item| leaves(item, at, with)).sum(),
        Value::Object(items) => items.values_mut().map(|item| leaves(item, at, with)).sum(),
        _ => {
            if *at == 0 {
                *value = with.clone();
            }
            *at = at.wrapping_sub(1);
            1
        }
    }
}
