//! What the tests of this directory share: a machine with a program.

#![allow(dead_code, reason = "every test uses a part of it")]

pub(crate) mod dbcr0;
pub(crate) mod debug;
pub(crate) mod delivery;
pub(crate) mod random;
pub(crate) mod server;

use ppc_cpu::model::{InterruptModel, Model};
use ppc_cpu::{Machine, Memory};
use ppc_decode::asm;
use spr_exit::num::{booke, common, ppc4xx};
use spr_exit::{Exit, SprNum};

/// Where programs begin.
pub(crate) const START: u64 = 0x1000;

/// Bytes of RAM, from address 0.
pub(crate) const RAM: u64 = 0x1_0000;

/// A machine with this program at [`START`], about to execute it. Book E vectors: `IVORn` = `0x2000 + 0x100 * n`.
pub(crate) fn machine(model: &'static Model, program: &[u32]) -> Machine {
    let mut memory = Memory::with_ram(RAM).unwrap();
    memory.write_words(START, program).unwrap();
    let mut machine = Machine::new(model, memory);
    for n in 0..16 {
        let ivor = SprNum::wrapping(u64::from(booke::IVOR0.get()) + n);
        if model
            .sprs
            .row(ivor)
            .is_some_and(|row| row.name.starts_with("IVOR"))
        {
            machine.cpu.poke_spr(ivor, 0x2000 + 0x100 * n);
        }
    }
    machine.cpu.set_cia(START);
    machine
}

/// The number of TCR, where a model has one.
pub(crate) fn tcr(model: &Model) -> SprNum {
    match model.interrupts {
        InterruptModel::Ppc405 => ppc4xx::TCR_40X,
        _ => booke::TCR,
    }
}

/// The number of TSR, where a model has one.
pub(crate) fn tsr(model: &Model) -> SprNum {
    match model.interrupts {
        InterruptModel::Ppc405 => ppc4xx::TSR_40X,
        _ => booke::TSR,
    }
}

/// The number of the decrementer: PIT on the 405.
pub(crate) fn dec(model: &Model) -> SprNum {
    match model.interrupts {
        InterruptModel::Ppc405 => ppc4xx::PIT,
        _ => common::DEC,
    }
}

/// Runs for so much work.
pub(crate) fn run(machine: &mut Machine, budget: u64) -> Exit {
    machine.cpu.run(&mut machine.memory, budget).unwrap()
}

/// Value of an SPR, without side effects.
pub(crate) fn spr(machine: &Machine, sprn: SprNum) -> u64 {
    machine.cpu.peek_spr(sprn).unwrap()
}

/// `mfspr` and `mtspr` of a number.
pub(crate) fn mfspr(rt: i64, sprn: SprNum) -> u32 {
    asm::mfspr(rt, sprn.get().into())
}

/// `mtspr` of a number.
pub(crate) fn mtspr(sprn: SprNum, rs: i64) -> u32 {
    asm::mtspr(sprn.get().into(), rs)
}

/// A word of a golden file: `IVOR0-15` and `IBAT0U-3U` in full.
pub(crate) fn names(word: &str) -> Vec<String> {
    let Some((first, last)) = word.split_once('-') else {
        return vec![word.to_owned()];
    };
    let letter = last.trim_start_matches(|c: char| c.is_ascii_digit());
    let first = first.strip_suffix(letter).unwrap();
    let stem = first.trim_end_matches(|c: char| c.is_ascii_digit());
    let (from, to): (u32, u32) = (
        first[stem.len()..].parse().unwrap(),
        last.strip_suffix(letter).unwrap().parse().unwrap(),
    );
    (from..=to).map(|n| format!("{stem}{n}{letter}")).collect()
}
