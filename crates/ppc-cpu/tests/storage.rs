//! What registers keep: all ones, zero and a thousand random values, written and read back by instructions, give what the
//! register's mask says, on every model; and so do performance monitor registers.
//!
//! The masks are the rows', compared with their fields in `golden/masks.txt`, and with what QEMU's registers keep by the probe (`cargo
//! xtask oracle probe`). Device control registers are not here: none is the core's.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::random::Random;
use kit::{machine, mfspr, mtspr, names, run};
use ppc_cpu::model::{self, MODELS, Model};
use ppc_cpu::spr::{Behaviour, Profile, SprRow};
use ppc_cpu::{Cpu, Machine};
use ppc_decode::System;
use spr_exit::{Direction, Exit, Msr, SprNum};
use std::collections::BTreeMap;

const RANDOM_VALUES: usize = 1000;

fn values(random: &mut Random) -> impl Iterator<Item = u64> {
    [u64::MAX, 0]
        .into_iter()
        .chain((0..RANDOM_VALUES).map(|_| random.next()))
}

/// All of a register. 32-bit models read the low half of a GPR; the e500v1 and v2 have an upper one, which is not an SPR's.
fn width(model: &Model) -> u64 {
    if model.is_64bit { u64::MAX } else { 0xffff_ffff }
}

/// By model and register: the bits of its fields; `None` where the file knows none.
fn golden() -> BTreeMap<(String, String), Option<u64>> {
    let mut golden = BTreeMap::new();
    let mut models = Vec::new();
    for line in include_str!("golden/masks.txt").lines() {
        if let Some(list) = line.strip_prefix('[') {
            models = list.trim_end_matches(']').split_whitespace().collect();
        }
        let Some((registers, fields)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) else {
            continue;
        };
        let fields = fields.split('|').next().unwrap().trim();
        let bits = |field: &str| u64::from_str_radix(field.split_whitespace().last().unwrap(), 16).unwrap();
        let mask = (fields != "?").then(|| {
            fields.split('+').map(bits).fold(0, |mask, field| {
                assert_eq!(mask & field, 0, "fields overlap: {line}");
                mask | field
            })
        });
        for register in registers.split_whitespace().flat_map(names) {
            for model in &models {
                let key = ((*model).to_owned(), register.clone());
                assert!(golden.insert(key, mask).is_none(), "{model} {register}");
            }
        }
    }
    golden
}

#[test]
fn every_mask_is_the_sum_of_its_fields() {
    let mut golden = golden();
    let mut failures = Vec::new();
    for model in MODELS {
        for row in model.sprs.rows() {
            let Behaviour::Storage { writable } = row.behaviour else {
                continue;
            };
            let key = (model.name.to_owned(), row.name.to_owned());
            let expected = golden.remove(&key).unwrap_or(Some(width(model)));
            // What has no writable bit is another kind of register.
            if writable != 0 && expected.is_some_and(|mask| mask != writable) {
                failures.push(format!("{key:?}: {writable:#x}, by its fields {expected:x?}"));
            }
        }
    }
    failures.extend(golden.keys().map(|key| format!("{key:?} is no storage")));
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What r4 is after r3 had this value and both instructions were executed.
fn read_back(it: &mut Machine, value: u64) -> u64 {
    it.cpu.set_cia(kit::START);
    it.cpu.set_gpr(3, value);
    it.cpu.set_gpr(4, !value);
    assert_eq!(run(it, 2), Exit::Budget);
    it.cpu.gpr(4) & width(it.cpu.model())
}

/// Whether privileged code of this model as it starts may do it.
fn is_granted(model: &'static Model, row: &SprRow, direction: Direction) -> bool {
    row.gates.grants(Cpu::new(model).level(), direction)
}

/// The numbers that read a register: its own, and those that stand for it.
fn readers(model: &'static Model, row: &SprRow) -> Vec<SprNum> {
    let reads = |it: &&SprRow| {
        let is_of = it.sprn == row.sprn || it.behaviour == Behaviour::Alias { of: row.sprn };
        is_of && is_granted(model, it, Direction::Read)
    };
    model.sprs.rows().iter().filter(reads).map(|it| it.sprn).collect()
}

#[test]
fn every_storage_register_of_every_model_keeps_of_any_value_what_its_mask_says() {
    let mut random = Random::of_case(0);
    let mut registers = 0;
    for model in MODELS {
        for row in model.sprs.rows() {
            let Behaviour::Storage { writable } = row.behaviour else {
                continue;
            };
            assert_eq!(writable & !width(model), 0, "{} {}", model.name, row.name);
            if !is_granted(model, row, Direction::Write) {
                continue;
            }
            for reader in readers(model, row) {
                let mut it = machine(model, &[mtspr(row.sprn, 3), mfspr(4, reader)]);
                it.cpu.set_profile(Profile::Core);
                for value in values(&mut random) {
                    let expected = value & writable | row.reset & !writable;
                    let found = read_back(&mut it, value);
                    assert!(
                        found == expected,
                        "{} {} by {reader}: of {value:#x} it keeps {found:#x}, its mask {expected:#x}",
                        model.name,
                        row.name
                    );
                }
                registers += 1;
            }
        }
    }
    assert!(registers > 900, "{registers}");
}

/// Fields of E500CORERM tables 2-37 to 2-42 and 7-2 to 7-5, and of E500MCRM ch. 9: PMC0 to 3, PMLCa0 to 3 (FC FCS FCU FCM1 FCM0 CE,
/// EVENT of seven or nine bits, FGCS1 FGCS0 where there are guests), PMLCb0 to 3 (THRESHMUL, THRESHOLD), PMGC0 (FAC PMIE FCECE, TBSEL, TBEE).
/// The second source is Linux `reg_fsl_emb.h`.
#[test]
fn every_performance_monitor_register_of_the_e500_family_keeps_its_fields() {
    let mut random = Random::of_case(1);
    for model in [
        &model::E500V1,
        &model::E500V2,
        &model::E500MC,
        &model::E5500,
        &model::E6500,
    ] {
        let control = if model.msr_implemented.contains(Msr::GS) {
            0xfc00_0000 | 0x01ff_0000 | 3
        } else {
            0xfc00_0000 | 0x007f_0000
        };
        let threshold = 0x700 | 0x3f;
        let global = 0xe000_0000 | 0x1800 | 0x100;
        let groups = [(16, 0xffff_ffff), (144, control), (272, threshold)];
        let numbers = groups
            .iter()
            .flat_map(|&(first, mask)| (first..first + 4).map(move |n| (n, mask)));
        for (number, mask) in numbers.chain([(400, global)]) {
            // Without the privilege bit: the same register, to be read.
            for reader in [number, number - 16] {
                let mtpmr = System::Mtpmr.row().encode(&[number, 3]).unwrap();
                let mfpmr = System::Mfpmr.row().encode(&[4, reader]).unwrap();
                let mut it = machine(model, &[mtpmr, mfpmr]);
                for value in values(&mut random) {
                    let found = read_back(&mut it, value);
                    assert_eq!(
                        found,
                        value & mask,
                        "{} PMR {number} by {reader}: {value:#x}",
                        model.name
                    );
                }
            }
        }
    }
}
