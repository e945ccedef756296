//! The probe of `guests/probe` on this core: what it reports is what the tables say, for every model, level, number and direction,
//! and of storage what its mask says. The same report under QEMU is compared by `cargo xtask oracle probe`.

#![allow(clippy::panic, reason = "a test that cannot go on fails")]

use ppc_cpu::model::{InterruptModel, MODELS, Model};
use ppc_cpu::spr::{Behaviour, Level, Profile};
use ppc_cpu::{Cpu, Machine, Memory};
use ppc_emu::differences::expected;
use ppc_emu::image::Image;
use spr_exit::{Direction, Exit, Reply, SprNum, Vcpu};
use std::collections::BTreeMap;
use std::path::Path;

const RAM: u64 = 4 << 20;
/// Where a loader switches its console off, and where the report is.
const SETTINGS: u64 = 0x3000;
const REPORT: u64 = 0x10_0000;

/// The report on this model. What leaves goes back: done if the CPU has the register, else as undefined.
fn report(model: &'static Model) -> String {
    let name = match model.interrupts {
        InterruptModel::Classic => "classic",
        InterruptModel::BookE => "booke",
        InterruptModel::Ppc405 => "405",
        _ => "server",
    };
    let path = format!("{}/guests/bin/probe.{name}.elf", env!("CARGO_MANIFEST_DIR"));
    let image = Image::open(Path::new(&path), None).expect("the image is committed");
    let mut memory = Memory::with_ram(RAM).expect("4 MiB");
    image.load(&mut memory, RAM).expect("it fits");
    memory.write_words(SETTINGS, &[1]).expect("RAM");
    let mut machine = Machine::new(model, memory).with_budget(100_000_000);
    machine.cpu.set_profile(Profile::Core);
    machine.cpu.set_cia(image.entry);
    let mut length = [0; 4];
    let mut rounds = 0;
    while length == [0; 4] {
        match machine.cpu.run(&mut machine.memory, 100_000).expect("it runs") {
            Exit::Spr(at) => {
                let reply = match model.sprs.row(at.sprn()) {
                    Some(_) => Reply::Done(at.data()),
                    None => Reply::Architected,
                };
                machine.complete(reply).expect("an SPR access can be answered so");
            }
            Exit::Budget if rounds < 1000 => rounds += 1,
            other => panic!("{}: {other:?}", model.name),
        }
        machine.memory.read_bytes(REPORT, &mut length).expect("RAM");
    }
    let mut text = vec![0; usize::try_from(u32::from_be_bytes(length)).expect("small")];
    machine.memory.read_bytes(REPORT + 4, &mut text).expect("RAM");
    String::from_utf8(text).expect("ASCII")
}

fn level(model: &'static Model, letter: &str) -> Level {
    match letter {
        "P" => Level::Problem,
        "S" => Level::Supervisor,
        _ => Cpu::new(model).level(),
    }
}

/// Without interrupts, timers or other special registers: what reads back after all ones and after zero.
fn masks(model: &Model, sprn: SprNum) -> Option<(u64, u64)> {
    let row = model.sprs.row(sprn)?;
    match row.behaviour {
        // On a server the image is one of 64 bits; elsewhere it sees what 32 bits show.
        Behaviour::Storage { writable } => {
            let shown = if model.interrupts.is_server() {
                u64::MAX
            } else {
                0xffff_ffff
            };
            let kept = row.reset & !writable;
            Some(((writable | kept) & shown, kept & shown))
        }
        _ => None,
    }
}

#[test]
fn the_probe_reports_what_the_tables_say_on_every_model() {
    for model in MODELS {
        let report = report(model);
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        let mut compared_masks = 0;
        for line in report.lines() {
            let columns: Vec<&str> = line.split(' ').collect();
            let sprn = |text: &str| SprNum::new(text.parse().expect("a number")).expect("below 1024");
            match columns[..] {
                ["#", ..] => {}
                [_, "m", number, ones, zeros] => {
                    let hex = |text| u64::from_str_radix(text, 16).expect("hexadecimal");
                    if let Some(expected) = masks(model, sprn(number)) {
                        assert_eq!((hex(ones), hex(zeros)), expected, "{}: {line}", model.name);
                        compared_masks += 1;
                    }
                }
                [letter, direction, number, outcome, ..] => {
                    let direction = if direction == "r" {
                        Direction::Read
                    } else {
                        Direction::Write
                    };
                    let expected = expected(model, level(model, letter), sprn(number), direction);
                    assert!(
                        outcome == expected.word(),
                        "{}: {line}; the tables: {expected:?}",
                        model.name
                    );
                    *seen.entry(letter).or_default() += 1;
                }
                _ => panic!("{}: {line}", model.name),
            }
        }
        assert!(
            seen.values().all(|n| *n == 2048) && seen.len() >= 2,
            "{}: {seen:?}",
            model.name
        );
        assert!(compared_masks > 10, "{}: {compared_masks}", model.name);
    }
}
