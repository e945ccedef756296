//! Records of runs, and the same runs made from them again.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::random::{Random, cases};
use kit::{START, dec, machine, mfspr, mtspr, tcr};
use ppc_cpu::model::{self, MODELS, Model};
use ppc_cpu::{Machine, Recorder, ReplayError, Replayed, Replayer};
use ppc_decode::asm;
use spr_exit::num::book3s::SIAR;
use spr_exit::record::{Change, Event, Writer};
use spr_exit::{Exit, Fault, InterruptKind, Msr, Reply, SprNum, StorageFault, Vcpu};

/// User space's register on every model: of most nobody's.
const NOBODYS: SprNum = SprNum::wrapping(880);

/// A guest that asks user space for a number, adds it up, counts `length` down and begins again. An interrupt returns.
fn asker(model: &'static Model, length: i64) -> Machine {
    let program = [
        mfspr(5, NOBODYS),
        asm::add(6, 6, 5),
        asm::li(7, length),
        asm::mtctr(7),
        asm::addi(8, 8, 1),
        asm::bdnz(-4),
        mtspr(NOBODYS, 6),
        asm::b(-28),
    ];
    machine(model, &program)
}

fn record(mut recorder: Recorder<Vec<u8>>, exits: usize) -> (Machine, Vec<u8>) {
    let mut value = 0x9e37_79b9u64;
    for _ in 0..exits {
        let Exit::Spr(_) = recorder.run().unwrap() else {
            panic!("the guest asks and tells")
        };
        value = value.wrapping_mul(0x5851_f42d_4c95_7f2d) >> 8 & 0xffff_ffff;
        recorder.complete(Reply::Done(value)).unwrap();
    }
    recorder.finish().unwrap()
}

#[test]
fn a_hundred_million_instructions_with_a_hundred_thousand_exits_are_made_again() {
    const EXITS: usize = 100_000;
    // An exit in every thousand instructions.
    let start = asker(&model::E500V2, 1000);
    let (recorded, bytes) = record(Recorder::new(start.clone(), Vec::new(), ""), EXITS);
    assert!(recorded.cpu.insns() > 100_000_000, "{}", recorded.cpu.insns());
    assert!(bytes.len() <= 16 * EXITS, "{} bytes", bytes.len());

    let replayed = Replayer::new(start, bytes.into_iter()).unwrap().run().unwrap();
    assert_eq!(replayed.cpu.snapshot(), recorded.cpu.snapshot());
    assert_eq!(replayed.memory, recorded.memory);
}

/// What comes from outside at random moments: interrupts, time, kicks, resets, other registers, memory.
fn disturb(recorder: &mut Recorder<Vec<u8>>, random: &mut Random) {
    let change = match random.below(16) {
        0..4 => Change::Input(1, random.one_in(2)),
        4..6 => Change::Time(random.below(50)),
        6 => Change::Gpr(3, random.next()),
        7 => Change::Memory(0x8000 + random.below(0x100), random.next().to_le_bytes().to_vec()),
        8 => Change::Spr(dec(recorder.machine().cpu.model()), random.below(40)),
        9 if random.one_in(4) => Change::Cancel,
        10 if random.one_in(4) => Change::Reset(None),
        11 if random.one_in(4) => Change::Cia(START),
        // Doorbells of every kind, for all processors.
        12 => Change::Message(random.pick(&[0, 1, 2, 3, 4, 5]) << 27 | 0x0400_0000),
        13 => {
            recorder.machine().cpu.kicker().kick();
            return;
        }
        14 => Change::Storage(StorageFault {
            // Every model has both.
            kind: random.pick(&[InterruptKind::DataStorage, InterruptKind::InstructionStorage]),
            address: random.next(),
            status: u32::try_from(random.below(1 << 32)).unwrap(),
        }),
        _ => return,
    };
    recorder.change(&change);
    if let Change::Reset(_) = change {
        recorder.change(&Change::Msr(Msr::EE | Msr::ME));
        recorder.change(&Change::Cia(START));
    }
}

/// A run of a guest of few exits and much that comes from outside, as one case.
fn disturbed(case: u64) -> (Machine, Machine, Vec<u8>) {
    let mut random = Random::of_case(case);
    let model = random.pick(MODELS);
    let mut start = asker(model, 1 + random.number(20));
    // Handlers of interrupts return; where the vectors are not RAM, a fetch ends the run, recorded all the same.
    for vector in (0x100..START)
        .step_by(0x100)
        .chain((0x2000..0x3000).step_by(0x100))
    {
        start.memory.write_words(vector, &[asm::rfi()]).unwrap();
    }
    start.cpu.config_mut().report_interrupts = random.one_in(2);
    start.cpu.poke_spr(tcr(model), 0x0400_0000);
    start.cpu.set_msr(start.cpu.msr() | Msr::EE | Msr::ME);
    start.cpu.set_insns_per_tick(1 + u32::from(random.one_in(2)));

    let mut recorder = Recorder::new(start.clone(), Vec::new(), "");
    for _ in 0..200 {
        recorder.set_budget(random.below(30));
        let exit = recorder.run().unwrap();
        disturb(&mut recorder, &mut random);
        if let Some(waits) = recorder.pending() {
            assert_eq!(waits, exit);
            let reply = match random.below(8) {
                0 => Reply::NoOp,
                1 => Reply::Fault(Fault::Illegal),
                2 => Reply::Architected,
                _ => Reply::Done(random.next()),
            };
            if recorder.complete(reply).is_err() {
                recorder.complete(Reply::Done(0)).unwrap();
            }
        }
    }
    let (end, bytes) = recorder.finish().unwrap();
    (start, end, bytes)
}

#[test]
fn whatever_comes_from_outside_comes_again_at_the_same_instruction() {
    for case in cases(2000) {
        let (start, end, bytes) = disturbed(case);
        let replayed = Replayer::new(start, bytes.into_iter()).unwrap().run();
        let replayed = replayed.unwrap_or_else(|why| panic!("case {case}: {why}"));
        assert_eq!(replayed.cpu.snapshot(), end.cpu.snapshot(), "case {case}");
        assert_eq!(replayed.memory, end.memory, "case {case}");
    }
}

#[test]
fn another_processors_message_comes_again_at_the_same_instruction() {
    use InterruptKind::{Doorbell, HypervisorDoorbell};
    for (model, payload, kind) in [
        (&model::E500MC, 0, Doorbell),
        (&model::POWER9, 5 << 27, HypervisorDoorbell),
    ] {
        let mut start = asker(model, 1000);
        start.cpu.set_msr(start.cpu.msr() | Msr::EE);
        start.cpu.poke_spr(dec(model), 0x7fff_ffff);
        start.cpu.config_mut().report_interrupts = true;
        let mut recorder = Recorder::new(start.clone(), Vec::new(), "");
        assert!(matches!(recorder.run().unwrap(), Exit::Spr(_)));
        recorder.complete(Reply::Done(1)).unwrap();
        recorder.set_budget(777);
        assert_eq!(recorder.run().unwrap(), Exit::Budget);
        recorder.change(&Change::Message(payload));
        recorder.set_budget(777);
        assert_eq!(recorder.run().unwrap(), Exit::Interrupt(kind));
        let (end, bytes) = recorder.finish().unwrap();

        let again = Replayer::new(start, bytes.into_iter()).unwrap().run().unwrap();
        assert_eq!(
            again.cpu.last_interrupt(),
            end.cpu.last_interrupt(),
            "{}",
            model.name
        );
        assert_eq!(again.cpu.snapshot(), end.cpu.snapshot(), "{}", model.name);
    }
}

#[test]
fn a_storage_interrupt_that_the_host_raises_comes_again_with_what_it_tells() {
    for model in MODELS {
        for kind in InterruptKind::ALL.iter().filter(|kind| kind.is_of_storage()) {
            let what = format!("{} {kind}", model.name);
            let fault = StorageFault {
                kind: *kind,
                address: 0x1234_5678,
                status: 0x4200_0000,
            };
            let mut start = machine(model, &[asm::nop(), asm::lwz(3, 0, 4), asm::nop()]);
            start.cpu.set_gpr(4, 0x4000_0000);
            start.cpu.config_mut().report_interrupts = true;
            let has = start.clone().cpu.raise_storage(fault);
            let mut recorder = Recorder::new(start.clone(), Vec::new(), "");
            assert!(matches!(recorder.run().unwrap(), Exit::Mmio(_)), "{what}");
            recorder.change(&Change::Storage(fault));
            assert_eq!(recorder.pending().is_none(), has, "{what}");
            if has {
                assert_eq!(recorder.run().unwrap(), Exit::Interrupt(*kind), "{what}");
            }
            let (end, bytes) = recorder.finish().unwrap();
            let again = Replayer::new(start.clone(), bytes.into_iter())
                .unwrap()
                .run()
                .unwrap();
            assert_eq!(
                again.cpu.last_interrupt().map(|it| it.kind),
                has.then_some(*kind),
                "{what}"
            );
            assert_eq!(again.cpu.snapshot(), end.cpu.snapshot(), "{what}");
        }
    }
}

#[test]
fn a_replay_without_the_recorded_storage_interrupt_goes_another_way() {
    let fault = |address| {
        Change::Storage(StorageFault {
            kind: InterruptKind::DataStorage,
            address,
            status: 0,
        })
    };
    let start = asker(&model::PPC750, 5);
    let mut machine = start.clone();
    let mut writer = Writer::new(Vec::new(), &machine.record_start("forged"));
    writer.change(0, &fault(0x2000));
    machine.change(&fault(0x3000));
    let bytes = writer.finish(machine.cpu.work(), machine.digest()).unwrap();
    let why = Replayer::new(start, bytes.into_iter())
        .unwrap()
        .run()
        .unwrap_err();
    let ReplayError::Diverged(why) = why else {
        panic!("{why}")
    };
    // DAR is another one.
    assert!(matches!(why.replayed, Replayed::State { .. }), "{why}");
    assert_eq!(why.number, 2);
}

#[test]
fn the_report_of_an_interrupt_that_a_kick_kept_back_is_lost_in_a_replay_where_it_was_lost_in_the_run() {
    let storage = Change::Storage(StorageFault {
        kind: InterruptKind::DataStorage,
        address: 0x2000,
        status: 0,
    });
    for change in [storage, Change::Reset(None)] {
        let mut start = machine(&model::PPC750, &[asm::sc(), asm::sc()]);
        start.cpu.config_mut().report_interrupts = true;
        let again = start.clone();
        let kicker = start.cpu.kicker();
        start.cpu.set_trace(move |_| kicker.kick());
        let mut recorder = Recorder::new(start, Vec::new(), "");
        // The system call is delivered and its report waits.
        assert_eq!(recorder.run().unwrap(), Exit::Interrupted);
        assert_eq!(recorder.machine().cpu.deliveries(), 1);
        recorder.change(&change);
        if change == Change::Reset(None) {
            recorder.change(&Change::Cia(START + 4));
            assert_eq!(recorder.run().unwrap(), Exit::Interrupted);
        } else {
            let kind = InterruptKind::DataStorage;
            assert_eq!(recorder.run().unwrap(), Exit::Interrupt(kind));
        }
        // Here it waits up to the end.
        let (end, bytes) = recorder.finish().unwrap();
        let replayed = Replayer::new(again, bytes.into_iter()).unwrap().run();
        let replayed = replayed.unwrap_or_else(|why| panic!("{change:?}: {why}"));
        assert_eq!(replayed.cpu.snapshot(), end.cpu.snapshot(), "{change:?}");
    }
}

#[test]
fn a_run_of_no_instruction_behind_a_traced_access_changes_no_replay() {
    let mut start = machine(&model::POWER9, &[asm::stw(3, 0, 4), asm::nop()]);
    start.cpu.set_gpr(4, 0x4000_0000);
    start.cpu.set_msr(start.cpu.msr() | Msr::SE);
    let changes = [
        None,
        Some(Change::Cancel),
        Some(Change::Cia(START + 4)),
        Some(Change::Spr(SIAR, 5)),
    ];
    for (change, is_run) in changes.iter().flat_map(|it| [(it, false), (it, true)]) {
        let what = format!("{change:?} {is_run}");
        let mut recorder = Recorder::new(start.clone(), Vec::new(), "");
        assert!(matches!(recorder.run().unwrap(), Exit::Mmio(_)), "{what}");
        recorder.complete(Reply::Done(0)).unwrap();
        if is_run {
            recorder.set_budget(0);
            assert_eq!(recorder.run().unwrap(), Exit::Budget, "{what}");
        }
        if let Some(change) = change {
            recorder.change(change);
        }
        let (end, bytes) = recorder.finish().unwrap();
        let siar = if matches!(change, Some(Change::Spr(..))) {
            5
        } else {
            START
        };
        assert_eq!(end.cpu.peek_spr(SIAR), Some(siar), "{what}");
        let replayed = Replayer::new(start.clone(), bytes.into_iter()).unwrap().run();
        let replayed = replayed.unwrap_or_else(|why| panic!("{what}: {why}"));
        assert_eq!(replayed.cpu.snapshot(), end.cpu.snapshot(), "{what}");
    }
}

#[test]
fn a_run_without_a_budget_after_an_unreported_interrupt_is_made_again() {
    let start = asker(&model::E500V2, 5);
    assert!(!start.cpu.config().report_interrupts);
    let mut recorder = Recorder::new(start.clone(), Vec::new(), "");
    assert!(matches!(recorder.run().unwrap(), Exit::Spr(_)));
    recorder.complete(Reply::Fault(Fault::Illegal)).unwrap();
    recorder.set_budget(0);
    assert_eq!(recorder.run().unwrap(), Exit::Budget);
    let (end, bytes) = recorder.finish().unwrap();

    let again = Replayer::new(start, bytes.into_iter()).unwrap().run().unwrap();
    assert_eq!(again.cpu.snapshot(), end.cpu.snapshot());
}

#[test]
fn a_byte_that_changed_ends_the_replay_with_its_place() {
    let start = asker(&model::E500V2, 5);
    let (_, good) = record(Recorder::new(start.clone(), Vec::new(), ""), 4);
    for at in 0..good.len() {
        for flip in [1, 0x80, 0xff] {
            let mut bad = good.clone();
            bad[at] ^= flip;
            let why = Replayer::new(start.clone(), bad.into_iter()).and_then(Replayer::run);
            let Err(ReplayError::Record(why)) = why else {
                panic!("byte {at} ^ {flip:#x}: {why:?}")
            };
            assert!(why.offset <= at as u64, "byte {at}: {why}");
        }
    }
}

/// A record of four exits, behind whose back r6 was changed after the first one.
fn forged(start: &Machine) -> Vec<u8> {
    let mut machine = start.clone();
    let mut writer = Writer::new(Vec::new(), &machine.record_start("forged"));
    for value in [1, 0, 2, 0] {
        let exit = machine.run().unwrap();
        writer.exit(machine.cpu.work(), &exit);
        writer.reply(machine.cpu.work(), Reply::Done(value));
        machine.complete(Reply::Done(value)).unwrap();
        if value == 1 {
            machine.cpu.set_gpr(6, 7);
        }
    }
    writer.finish(machine.cpu.work(), machine.digest()).unwrap()
}

#[test]
fn a_run_that_goes_another_way_is_shown_beside_the_recorded_one() {
    let start = asker(&model::E500V2, 5);
    let mut replayer = Replayer::new(start.clone(), forged(&start).into_iter()).unwrap();
    assert!(matches!(
        replayer.step().unwrap().unwrap().event,
        Event::Exit { .. }
    ));
    let Err(ReplayError::Diverged(why)) = replayer.step() else {
        panic!("the guest writes another sum")
    };
    assert_eq!(why.number, 2);
    let Replayed::Exit(entry) = &why.replayed else {
        panic!("{why}")
    };
    assert_eq!(entry.at, why.recorded.at, "the same instruction");
    let text = why.to_string();
    let [_, recorded, replayed] = text.lines().collect::<Vec<_>>()[..] else {
        panic!("{text}")
    };
    assert!(recorded.contains("recorded at 14: mtspr 880, 0x8"), "{text}");
    assert!(replayed.contains("replayed at 14: mtspr 880, 0x1 "), "{text}");
}

#[test]
fn a_run_that_begins_or_ends_otherwise_is_refused() {
    let start = asker(&model::E500V2, 5);
    let (_, bytes) = record(Recorder::new(start.clone(), Vec::new(), "the note"), 4);
    let mut other = start.clone();
    other.cpu.set_gpr(9, 1);
    let why = Replayer::new(other, bytes.iter().copied()).unwrap_err();
    assert!(
        why.to_string().ends_with("began in another state: the note"),
        "{why}"
    );
    let why = Replayer::new(asker(&model::PPC750, 5), bytes.iter().copied()).unwrap_err();
    assert_eq!(why.to_string(), "the record is of a e500v2, this is a 750");
    let core = format!("ppc-cpu {}", env!("CARGO_PKG_VERSION"));
    assert_eq!(start.record_start("").core, core);
    let older = Writer::new(Vec::new(), &start.record_start("").by("ppc-cpu 0.0.9"))
        .finish(0, start.digest())
        .unwrap();
    let why = Replayer::new(start.clone(), older.into_iter()).unwrap_err();
    let text = format!("the record is of a run of ppc-cpu 0.0.9, this program replays those of {core}");
    assert_eq!(why.to_string(), text);

    let mut writer = Writer::new(Vec::new(), &start.record_start(""));
    writer.exit(0, &Exit::Wait);
    let bytes = writer.finish(0, start.digest()).unwrap();
    let why = Replayer::new(start.clone(), bytes.into_iter())
        .unwrap()
        .run()
        .unwrap_err();
    assert!(why.to_string().contains("replayed at 0: mfspr 880"), "{why}");

    let bytes = Writer::new(Vec::new(), &start.record_start(""))
        .finish(0, 1)
        .unwrap();
    let why = Replayer::new(start, bytes.into_iter())
        .unwrap()
        .run()
        .unwrap_err();
    assert!(matches!(&why, ReplayError::Diverged(why) if matches!(why.replayed, Replayed::State { .. })));
}
