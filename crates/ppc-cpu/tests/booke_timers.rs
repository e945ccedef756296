//! Fixed-interval timer and watchdog of Book E and of the 405.
//!
//! Bits: Linux `reg_booke.h` (TCR_*, TSR_*). Intervals: PPC405UM 6.2 and table 6-3 (TBL bits 23, 19, 15, 11 and 15, 11, 7, 3),
//! PPC440x5UM tables 7-1 and 7-2 (periods of 2^13 to 2^25 and 2^21 to 2^33), E500CORERM 2.6.1 (FPEXT ‖ FP, WPEXT ‖ WP; 0 the
//! most significant bit); QEMU `SET_FIT_PERIOD`, `SET_WDT_PERIOD` have the same. Stages: PPC440x5UM 7.4, Linux
//! `kvmppc_watchdog_func`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::delivery::{found, ivor};
use kit::{START, machine, mtspr, run, spr, tcr, tsr};
use ppc_cpu::model::{E500MC, E500V2, Model, PPC405, PPC440};
use ppc_cpu::{Cpu, Machine};
use ppc_decode::{System, asm};
use spr_exit::num::{booke, common, e500};
use spr_exit::{Exit, InterruptKind, Msr, ResetKind, SavePair, SprNum};

const MODELS: [&Model; 4] = [&E500V2, &E500MC, &PPC405, &PPC440];

const WIE: u64 = 0x0800_0000;
const DIE: u64 = 0x0400_0000;
const FIE: u64 = 0x0080_0000;
const ENW: u64 = 0x8000_0000;
const WIS: u64 = 0x4000_0000;
const DIS: u64 = 0x0800_0000;
const FIS: u64 = 0x0400_0000;
/// WRC of TCR and WRS of TSR: a chip reset.
const CHIP: u64 = 0x2000_0000;

/// TCR that lets the watchdog count by bit 2^5 of the time base, on the e500.
const EVERY_64: u64 = 58 >> 2 << 17 | (58 & 3) << 30;

/// Bits of the time base, as powers of two, that TCR can select: (TCR, bit) of the fixed-interval timer, then the watchdog.
fn intervals(model: &Model) -> [Vec<(u64, u32)>; 2] {
    let four = |first: u32, shift: u32| {
        (0..4)
            .map(|n| (n << shift, first + 4 * u32::try_from(n).unwrap()))
            .collect()
    };
    match model.name {
        "405" => [four(8, 24), four(16, 30)],
        "440" => [four(12, 24), four(20, 30)],
        _ => [
            (0..64)
                .map(|n| ((n >> 2) << 13 | (n & 3) << 24, 63 - u32::try_from(n).unwrap()))
                .collect(),
            (0..64)
                .map(|n| ((n >> 2) << 17 | (n & 3) << 30, 63 - u32::try_from(n).unwrap()))
                .collect(),
        ],
    }
}

/// A guest that spins, told of interrupts, with this TCR and MSR.
fn spinning(model: &'static Model, control: u64, msr: Msr) -> Machine {
    let mut it = machine(model, &[asm::b(0)]);
    it.cpu.config_mut().report_interrupts = true;
    it.cpu.poke_spr(tcr(model), control);
    it.cpu.set_msr(msr);
    it
}

/// Runs to the exit, and counts the instructions on the way.
fn until(it: &mut Machine, exit: Exit) -> u64 {
    let before = it.cpu.insns();
    assert_eq!(run(it, 1 << 20), exit, "{}", it.cpu.model().name);
    it.cpu.insns() - before
}

fn status(it: &Machine) -> u64 {
    spr(it, tsr(it.cpu.model()))
}

#[test]
fn the_fixed_interval_timer_interrupts_as_the_bit_that_tcr_selects_becomes_one() {
    for model in MODELS {
        for (control, bit) in intervals(model)[0].clone() {
            for before in [1, 5, 100] {
                // A bit that toggles fast is set sooner.
                if before > 1 << bit {
                    continue;
                }
                let mut it = spinning(model, control | FIE, Msr::EE);
                it.cpu.set_time_base((1u64 << bit) - before);
                let what = format!("{} bit {bit}, {before} before", model.name);
                assert_eq!(
                    until(&mut it, Exit::Interrupt(InterruptKind::FixedInterval)),
                    before,
                    "{what}"
                );
                assert_eq!(status(&it) & !(ENW | WIS), FIS, "{what}");
            }
        }
    }
}

#[test]
fn the_period_of_the_fixed_interval_timer_is_twice_the_value_of_its_bit() {
    for model in MODELS {
        let fast = if model.name.starts_with('4') {
            0
        } else {
            54 >> 2 << 13 | (54 & 3) << 24
        };
        let bit = if model.name == "440" {
            12
        } else if model.name == "405" {
            8
        } else {
            9
        };
        let mut it = spinning(model, fast | FIE, Msr::EE);
        assert_eq!(
            until(&mut it, Exit::Interrupt(InterruptKind::FixedInterval)),
            1 << bit
        );
        for _ in 0..3 {
            it.cpu.poke_spr(tsr(model), 0);
            it.cpu.set_cia(START);
            it.cpu.set_msr(Msr::EE);
            let period = until(&mut it, Exit::Interrupt(InterruptKind::FixedInterval));
            assert_eq!(period, 2 << bit, "{}", model.name);
        }
        // While the status stays, so does the interrupt, without another period.
        it.cpu.set_msr(Msr::EE);
        assert_eq!(until(&mut it, Exit::Interrupt(InterruptKind::FixedInterval)), 0);
    }
}

#[test]
fn the_watchdog_goes_through_its_stages_to_the_exit_whatever_the_budgets() {
    for model in MODELS {
        for (control, bit) in intervals(model)[1].clone() {
            // The clock of a caller who helps it over the long way between two stages.
            if bit < 5 {
                continue;
            }
            for budget in [1, 3, 1000] {
                let mut it = spinning(model, control | CHIP, Msr::empty());
                let stages = [(ENW, 0), (ENW | WIS, 0), (ENW | WIS | CHIP, 1)];
                for (n, (expected, exits)) in (0u64..).zip(stages) {
                    // The clock ends before the later stages of the slowest.
                    let Ok(turn) = u64::try_from((1u128 + 2 * u128::from(n)) << bit) else {
                        break;
                    };
                    let now = it.cpu.time_base();
                    it.cpu.advance_time(turn - 2 - now);
                    let before = status(&it) & !FIS;
                    let mut watchdogs = 0;
                    let end = it.cpu.insns() + 2;
                    while it.cpu.insns() < end {
                        assert_eq!((status(&it) & !FIS, watchdogs), (before, 0), "not early");
                        let budget = budget.min(end - it.cpu.insns());
                        assert_eq!(run(&mut it, budget), Exit::Budget);
                    }
                    // What happens with a tick is seen before the next instruction.
                    while it.cpu.insns() < end + 1 {
                        match run(&mut it, 1) {
                            Exit::Watchdog => watchdogs += 1,
                            other => assert_eq!(other, Exit::Budget),
                        }
                    }
                    let what = format!("{} bit {bit} stage {n}", model.name);
                    assert_eq!((status(&it) & !FIS, watchdogs), (expected, exits), "{what}");
                }
                if bit < 62 {
                    assert_eq!(it.cpu.watchdog_reset(), Some(ResetKind::Chip));
                    // It asked once: WRC is clear, as the reset would have made it.
                    assert_eq!(spr(&it, tcr(model)), control, "{}", model.name);
                    it.cpu.advance_time(16 << bit);
                    assert_eq!(run(&mut it, 100), Exit::Budget);
                }
            }
        }
    }
}

#[test]
fn the_watchdog_interrupts_at_its_second_stage_if_tcr_and_msr_enable_it() {
    for (control, msr, is_taken) in [
        (WIE, Msr::CE, true),
        (0, Msr::CE, false),
        (WIE, Msr::EE | Msr::ME | Msr::DE, false),
    ] {
        let mut it = spinning(&E500V2, EVERY_64 | control, msr);
        let exit = run(&mut it, 32 + 64 + 10);
        if is_taken {
            assert_eq!(
                (exit, it.cpu.insns()),
                (Exit::Interrupt(InterruptKind::Watchdog), 32 + 64)
            );
        } else {
            assert_eq!(exit, Exit::Budget);
        }
        assert_eq!(status(&it), ENW | WIS);
    }
}

#[test]
fn clearing_enw_or_wis_takes_the_watchdog_back_a_stage() {
    // PPC440x5UM figure 7-6: the state 0b01 goes to 0b11.
    for (cleared, then) in [(WIS, ENW | WIS), (ENW, ENW | WIS), (ENW | WIS, ENW)] {
        let mut it = spinning(&E500V2, EVERY_64 | CHIP, Msr::empty());
        let _ = run(&mut it, 100);
        assert_eq!(status(&it), ENW | WIS);
        it.memory
            .write_words(START, &[mtspr(booke::TSR, 3), asm::b(0)])
            .unwrap();
        it.cpu.set_gpr(3, cleared);
        it.cpu.set_cia(START);
        assert_eq!(run(&mut it, 64), Exit::Budget);
        assert_eq!(status(&it), then, "{cleared:x}");
    }
}

#[test]
fn without_wrc_the_last_stage_does_nothing() {
    for model in MODELS {
        let mut it = spinning(model, 0, Msr::empty());
        it.cpu.poke_spr(tsr(model), ENW | WIS | FIS);
        it.cpu.advance_time(1 << 40);
        assert_eq!(run(&mut it, 1000), Exit::Budget);
        assert_eq!((status(&it), it.cpu.watchdog_reset()), (ENW | WIS | FIS, None));
    }
}

#[test]
fn a_bit_of_wrc_that_is_set_stays_until_a_reset() {
    for model in MODELS {
        let mut it = machine(
            model,
            &[mtspr(tcr(model), 3), mtspr(tcr(model), 4), mtspr(tcr(model), 5)],
        );
        it.cpu.set_gpr(3, CHIP | DIE);
        it.cpu.set_gpr(4, WIE);
        it.cpu.set_gpr(5, 0x1000_0000);
        let mut seen = Vec::new();
        for _ in 0..3 {
            let _ = run(&mut it, 1);
            seen.push(spr(&it, tcr(model)));
        }
        assert_eq!(seen, [CHIP | DIE, CHIP | WIE, 0x3000_0000], "{}", model.name);
        it.cpu.reset(Some(ResetKind::Core));
        assert_eq!(spr(&it, tcr(model)), 0);
    }
}

#[test]
fn tcr_has_the_bits_of_its_manual() {
    // E500CORERM 2.6.1: WP WRC WIE DIE FP FIE ARE WPEXT FPEXT; the others end with ARE.
    for (model, bits) in [
        (&E500V2, 0xffdf_e000),
        (&E500MC, 0xffdf_e000),
        (&PPC405, 0xffc0_0000),
        (&PPC440, 0xffc0_0000),
    ] {
        let mut it = machine(model, &[mtspr(tcr(model), 3)]);
        it.cpu.set_gpr(3, 0xffff_ffff);
        let _ = run(&mut it, 1);
        assert_eq!(spr(&it, tcr(model)), bits, "{}", model.name);
    }
}

#[test]
fn a_bit_that_mtspr_sets_in_the_time_base_is_an_event_and_one_that_was_set_is_not() {
    // PPC440x5UM 7.3 and 7.4: also by an mtspr that writes 1 where 0 was.
    for model in MODELS {
        let bit = intervals(model)[0][1].1;
        let control = intervals(model)[0][1].0;
        let (number, value) = if bit < 32 {
            (common::TBL_WRITE, 1 << bit)
        } else {
            (common::TBU_WRITE, 1 << (bit - 32))
        };
        let program = [
            mtspr(number, 3),
            mtspr(tsr(model), 4),
            mtspr(number, 3),
            asm::b(0),
        ];
        let mut it = machine(model, &program);
        it.cpu.poke_spr(tcr(model), control);
        it.cpu.set_gpr(3, value);
        it.cpu.set_gpr(4, FIS);
        let mut seen = Vec::new();
        for _ in 0..3 {
            let _ = run(&mut it, 1);
            seen.push(status(&it) & FIS);
        }
        assert_eq!(seen, [FIS, 0, 0], "{}", model.name);
        // What the caller sets makes none.
        it.cpu.set_time_base(0);
        it.cpu.set_time_base(value);
        it.cpu.poke_spr(common::TBL_WRITE, 0);
        it.cpu.poke_spr(common::TBL_WRITE, value);
        assert_eq!(status(&it) & FIS, 0);
    }
    // The watchdog's last stage too.
    let mut it = machine(&E500V2, &[mtspr(common::TBL_WRITE, 3), asm::b(0)]);
    it.cpu.poke_spr(booke::TSR, ENW | WIS);
    it.cpu.poke_spr(booke::TCR, EVERY_64 | CHIP);
    it.cpu.set_gpr(3, 0x20);
    assert_eq!((run(&mut it, 5), it.cpu.insns()), (Exit::Watchdog, 1));
    assert_eq!(run(&mut it, 5), Exit::Budget);
}

#[test]
fn a_clock_that_jumps_over_several_turns_goes_through_as_many_stages_and_no_further() {
    for (turns, expected, exit) in [
        (1, ENW, Exit::Budget),
        (2, ENW | WIS, Exit::Budget),
        (3, ENW | WIS | CHIP, Exit::Watchdog),
        (1000, ENW | WIS | CHIP, Exit::Watchdog),
    ] {
        let mut it = spinning(&E500V2, EVERY_64 | CHIP, Msr::empty());
        it.cpu.set_insns_per_tick(0);
        it.cpu.advance_time(64 * turns);
        assert_eq!((run(&mut it, 10), status(&it)), (exit, expected), "{turns}");
        assert_eq!(run(&mut it, 10), Exit::Budget);
    }
}

#[test]
fn a_waiting_cpu_wakes_by_the_fixed_interval_timer_the_watchdog_and_its_exit() {
    let wait = System::Wait.row().encode(&[0]).unwrap();
    for (control, msr, exit, ticks) in [
        (
            FIE | 54 >> 2 << 13 | (54 & 3) << 24,
            Msr::EE,
            Exit::Interrupt(InterruptKind::FixedInterval),
            0x200,
        ),
        (
            EVERY_64 | WIE,
            Msr::CE,
            Exit::Interrupt(InterruptKind::Watchdog),
            32 + 64,
        ),
        (EVERY_64 | CHIP, Msr::empty(), Exit::Watchdog, 32 + 2 * 64),
        // Enabled in TCR alone they wake nobody.
        (EVERY_64 | WIE | FIE, Msr::empty(), Exit::Wait, 1),
    ] {
        let mut it = machine(&E500MC, &[wait, asm::b(0)]);
        it.cpu.config_mut().report_interrupts = true;
        it.cpu.poke_spr(booke::TCR, control);
        it.cpu.set_msr(msr);
        assert_eq!(run(&mut it, 100), exit, "{control:x}");
        assert_eq!((it.cpu.time_base(), it.cpu.insns()), (ticks, 1));
    }
}

#[test]
fn tsr_wrs_outlasts_the_reset_that_it_tells_of() {
    for model in MODELS {
        let mut it = spinning(model, CHIP, Msr::empty());
        it.cpu.poke_spr(tsr(model), ENW | WIS | FIS | DIS);
        it.cpu.advance_time(1 << 63);
        assert_eq!(run(&mut it, 10), Exit::Watchdog, "{}", model.name);
        it.cpu.reset(Some(ResetKind::Chip));
        assert_eq!(
            (status(&it), it.cpu.watchdog_reset()),
            (CHIP, Some(ResetKind::Chip))
        );
        // A first start knows of nothing.
        it.cpu.reset(None);
        assert_eq!(status(&it), 0);
        assert_eq!(Cpu::new(model).peek_spr(tsr(model)), Some(0));
    }
}

#[test]
fn the_decrementer_that_expired_while_it_was_masked_is_taken_when_it_is_unmasked() {
    // By what opens EE, and where the handler returns to.
    let wrtee = System::Wrtee.row().encode(&[3]).unwrap();
    let wrteei = System::Wrteei.row().encode(&[1]).unwrap();
    for (word, returns_to) in [
        (asm::mtmsr(3), START + 4),
        (wrtee, START + 4),
        (wrteei, START + 4),
        (asm::rfi(), START + 0x40),
        (System::Rfci.row().encode(&[]).unwrap(), START + 0x40),
    ] {
        for model in MODELS {
            let mut it = machine(model, &[word, asm::b(0)]);
            it.cpu.config_mut().report_interrupts = true;
            it.cpu.set_gpr(3, (Msr::EE | Msr::CE | Msr::ME).bits());
            for (pc, msr) in [
                (common::SRR0, common::SRR1),
                (booke::CSRR0, booke::CSRR1),
                (SprNum::wrapping(990), SprNum::wrapping(991)),
            ] {
                it.cpu.poke_spr(pc, START + 0x40);
                it.cpu.poke_spr(msr, (Msr::EE | Msr::CE | Msr::ME).bits());
            }
            it.cpu.set_msr(Msr::CE | Msr::ME);
            it.cpu.poke_spr(tcr(model), DIE);
            it.cpu.set_decrementer(7);
            it.cpu.advance_time(100);
            assert_eq!(
                run(&mut it, 5),
                Exit::Interrupt(InterruptKind::Decrementer),
                "{}",
                model.name
            );
            assert_eq!(status(&it) & DIS, DIS);
            let found = found(&it);
            let vector = if model.name == "405" { 0x1000 } else { ivor(10) };
            assert_eq!(
                (found.vector, found.pair, found.pc),
                (vector, SavePair::Srr, returns_to),
                "{word:x} {}",
                model.name
            );
            assert_eq!((found.saved, found.msr), (0x0002_9000, 0x0002_1000));
            assert_eq!(it.cpu.insns(), 1);
        }
    }
}

#[test]
fn a_snapshot_at_any_moment_goes_on_like_the_cpu_it_was_taken_of() {
    for model in MODELS {
        let mut it = spinning(model, FIE | WIE | CHIP, Msr::CE | Msr::EE);
        if model.name.starts_with('e') {
            it.cpu.poke_spr(
                tcr(model),
                EVERY_64 | FIE | WIE | CHIP | 57 >> 2 << 13 | (57 & 3) << 24,
            );
        } else {
            it.cpu.set_time_base((1 << 12) - 20);
        }
        it.cpu.poke_spr(e500::IVOR35, 0x2f00);
        let mut copy = it.clone();
        for n in 0..400 {
            let exits = [&mut it, &mut copy].map(|it| run(it, 1));
            assert_eq!(exits[0], exits[1], "{} {n}", model.name);
            assert!(it.cpu.snapshot() == copy.cpu.snapshot());
            copy.cpu.restore(&it.cpu.snapshot()).unwrap();
            if matches!(exits[0], Exit::Interrupt(_)) {
                for it in [&mut it, &mut copy] {
                    it.cpu.set_cia(START);
                    it.cpu.poke_spr(tsr(model), status(it) & !FIS);
                    it.cpu.set_msr(Msr::EE);
                }
            }
        }
        assert_ne!(it.cpu.deliveries(), 0, "{}", model.name);
    }
}
