//! Time base and decrementer on virtual time.
//!
//! PEM 2.3.14 and MPC750 UM 4.5.9 (classic), Power ISA 3.0B Book III chapter 7 (server), EREF 2.0 chapter 8 and Linux
//! `arch/powerpc/kernel/time.c`, `reg_booke.h` (Book E: TCR_DIE 0x0400_0000, TCR_ARE 0x0040_0000, TSR_DIS 0x0800_0000).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::{START, machine, mfspr, mtspr, run, spr};
use ppc_cpu::Machine;
use ppc_cpu::model::{E500MC, E500V2, MODELS, Model, POWER9, PPC405, PPC440, PPC750, PPC970};
use ppc_decode::asm;
use spr_exit::num::ppc4xx::{PIT, TCR_40X, TSR_40X};
use spr_exit::num::{booke, common};
use spr_exit::{Exit, InterruptKind, Msr, SprNum};

const DIE: u64 = 0x0400_0000;
const ARE: u64 = 0x0040_0000;
const DIS: u64 = 0x0800_0000;

/// A guest that spins, told of interrupts, with EE open.
fn spinning(model: &'static Model) -> Machine {
    let mut it = machine(model, &[asm::b(0)]);
    it.cpu.config_mut().report_interrupts = true;
    it.cpu.poke_spr(kit::tcr(model), DIE);
    it.cpu.set_msr(it.cpu.msr() | Msr::EE);
    // What it is after a reset no manual says of the server; there, a negative one asks for its interrupt.
    it.cpu.set_decrementer(0x7fff_ffff);
    it
}

/// Instructions until the decrementer interrupts; `None` if it does not within `most`.
fn until_interrupt(it: &mut Machine, most: u64) -> Option<u64> {
    let before = it.cpu.insns();
    match run(it, most) {
        Exit::Interrupt(InterruptKind::Decrementer) => Some(it.cpu.insns() - before),
        Exit::Budget => None,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_time_base_counts_instructions_by_the_ratio_and_what_the_caller_adds() {
    for model in MODELS {
        let mut it = spinning(model);
        let _ = run(&mut it, 100);
        assert_eq!(it.cpu.time_base(), 100, "{}", model.name);
        it.cpu.set_insns_per_tick(7);
        let _ = run(&mut it, 69);
        assert_eq!(it.cpu.time_base(), 109);
        it.cpu.set_insns_per_tick(0);
        let _ = run(&mut it, 50);
        assert_eq!(it.cpu.time_base(), 109, "it stands");
        it.cpu.advance_time(1 << 33);
        assert_eq!(it.cpu.time_base(), (1 << 33) + 109);
    }
}

#[test]
fn the_guest_reads_and_writes_both_halves_of_the_time_base_and_the_lower_carries_into_the_upper() {
    let program = [
        mtspr(common::TBL_WRITE, 3),
        mtspr(common::TBU_WRITE, 4),
        mtspr(common::TBL_WRITE, 5),
        mfspr(6, common::TBU),
        mfspr(7, common::TBL),
        mfspr(8, common::TBU),
        mfspr(9, common::TBL),
    ];
    for model in [&E500V2, &E500MC, &PPC750] {
        let mut it = machine(model, &program);
        it.cpu.set_gpr(4, 0x12);
        it.cpu.set_gpr(5, 0xffff_fffe);
        let _ = run(&mut it, 7);
        // A write takes effect before the tick of its own instruction: -1 as mfspr TBU begins.
        let read = [6, 7, 8, 9].map(|n| it.cpu.gpr(n));
        assert_eq!(read, [0x12, 0, 0x13, 2], "{}", model.name);
    }
}

#[test]
fn a_64_bit_cpu_reads_the_whole_time_base_and_its_hypervisor_writes_the_upper_forty_bits() {
    let tbu40 = SprNum::wrapping(286);
    let mut it = machine(
        &POWER9,
        &[mtspr(tbu40, 3), mfspr(4, common::TBL), mfspr(5, common::TBU)],
    );
    it.cpu.set_time_base(0x1234_5678_9abc_def0);
    it.cpu.set_gpr(3, 0xfeed_0000_11ff_ffff);
    let _ = run(&mut it, 3);
    // Book III 7.2.1: TBU40 replaces bits 0:39; the low 24 go on.
    assert_eq!(it.cpu.gpr(4), 0xfeed_0000_11bc_def1);
    assert_eq!(it.cpu.gpr(5), 0xfeed_0000);
}

#[test]
fn the_decrementer_interrupts_as_it_passes_zero_or_on_book_e_reaches_it() {
    for (model, more) in [
        (&PPC750, 1),
        (&POWER9, 1),
        (&PPC970, 1),
        (&E500V2, 0),
        (&E500MC, 0),
        (&PPC405, 0),
        (&PPC440, 0),
    ] {
        for value in [1, 2, 100, 5000] {
            let mut it = spinning(model);
            it.cpu.set_decrementer(value);
            assert_eq!(
                until_interrupt(&mut it, 10_000),
                Some(u64::from(value) + more),
                "{} {value}",
                model.name
            );
        }
        for ratio in [2, 10] {
            let mut it = spinning(model);
            it.cpu.set_insns_per_tick(ratio);
            it.cpu.set_decrementer(100);
            let ticks = 100 + more;
            assert_eq!(
                until_interrupt(&mut it, 10_000),
                Some(ticks * u64::from(ratio)),
                "{}",
                model.name
            );
        }
    }
}

#[test]
fn the_750_remembers_its_exception_and_takes_it_once() {
    // PEM 2.3.14: DEC[0] going from 0 to 1 signals it, also by mtspr; a new value does not take it back.
    let mut it = spinning(&PPC750);
    it.cpu.set_msr(it.cpu.msr() & !Msr::EE);
    it.cpu.set_decrementer(3);
    assert_eq!(run(&mut it, 10), Exit::Budget);
    it.cpu.set_decrementer(0x7fff_ffff);
    it.cpu.set_msr(it.cpu.msr() | Msr::EE);
    assert_eq!(until_interrupt(&mut it, 10), Some(0));
    it.cpu.set_msr(it.cpu.msr() | Msr::EE);
    it.cpu.set_cia(START);
    assert_eq!(until_interrupt(&mut it, 10), None);
    // By a guest's write of a negative number, once; from negative to negative nothing happens.
    for (expected, value) in [(Some(0), 0xffff_ff00), (None, 0x8000_0000)] {
        it.cpu.set_decrementer(value);
        it.cpu.set_msr(it.cpu.msr() | Msr::EE);
        it.cpu.set_cia(START);
        assert_eq!(until_interrupt(&mut it, 10), expected, "{value:x}");
    }
}

#[test]
fn the_decrementer_of_a_server_asks_while_it_is_negative_and_no_longer() {
    // Book III 7.4; QEMU: PPC_DECR_UNDERFLOW_LEVEL.
    let mut it = spinning(&POWER9);
    it.cpu.set_decrementer(0xffff_ffff);
    for _ in 0..3 {
        assert_eq!(until_interrupt(&mut it, 10), Some(0));
        it.cpu.set_cia(START);
        it.cpu.set_msr(it.cpu.msr() | Msr::EE);
    }
    it.cpu.set_decrementer(1000);
    assert_eq!(until_interrupt(&mut it, 10), None);
}

#[test]
fn tsr_dis_of_book_e_stays_until_it_is_cleared_and_needs_die() {
    for model in [&E500V2, &E500MC] {
        let mut it = spinning(model);
        it.cpu.poke_spr(booke::TCR, 0);
        it.cpu.set_decrementer(3);
        assert_eq!(until_interrupt(&mut it, 10), None, "{}", model.name);
        assert_eq!(
            (spr(&it, booke::TSR), it.cpu.decrementer()),
            (DIS, 0),
            "it stops at zero"
        );
        it.cpu.poke_spr(booke::TCR, DIE);
        for _ in 0..2 {
            assert_eq!(until_interrupt(&mut it, 10), Some(0));
            it.cpu.set_cia(START);
            it.cpu.set_msr(it.cpu.msr() | Msr::EE);
        }
        // A guest clears it by writing a one.
        it.memory
            .write_words(START, &[mtspr(booke::TSR, 3), asm::b(0)])
            .unwrap();
        it.cpu.set_gpr(3, DIS);
        it.cpu.set_msr(it.cpu.msr() & !Msr::EE);
        let _ = run(&mut it, 1);
        it.cpu.set_msr(it.cpu.msr() | Msr::EE);
        assert_eq!((spr(&it, booke::TSR), until_interrupt(&mut it, 10)), (0, None));
    }
}

#[test]
fn writing_zero_to_the_decrementer_of_book_e_is_no_exception() {
    // EREF 2.0 chapter 8: the exception is the decrement from one to zero.
    let mut it = spinning(&E500V2);
    it.cpu.set_decrementer(0);
    assert_eq!(until_interrupt(&mut it, 100), None);
    assert_eq!(spr(&it, booke::TSR), 0);
}

#[test]
fn auto_reload_makes_a_period_of_decar_ticks_that_a_jump_of_the_clock_does_not_shift() {
    let mut it = spinning(&E500V2);
    it.cpu.set_msr(it.cpu.msr() & !Msr::EE);
    it.cpu.poke_spr(booke::TCR, DIE | ARE);
    it.cpu.poke_spr(booke::DECAR, 10);
    it.cpu.set_decrementer(4);
    let expect = |it: &mut Machine, ticks: u64, dec: u32, dis: bool| {
        it.cpu.poke_spr(booke::TSR, 0);
        let _ = run(it, ticks);
        assert_eq!(
            (it.cpu.decrementer(), spr(it, booke::TSR) == DIS),
            (dec, dis),
            "after {ticks} more"
        );
    };
    expect(&mut it, 3, 1, false);
    // Expiry is seen before the instruction that begins with it.
    expect(&mut it, 2, 9, true);
    expect(&mut it, 8, 1, false);
    expect(&mut it, 2, 9, true);
    it.cpu.advance_time(1_000_000_000_003);
    expect(&mut it, 1, 5, true);
    // DECAR = 0: nothing to reload.
    it.cpu.poke_spr(booke::DECAR, 0);
    expect(&mut it, 20, 0, true);
}

#[test]
fn a_clock_that_jumps_over_many_turns_makes_one_exception_on_the_750() {
    let mut it = spinning(&PPC750);
    it.cpu.set_decrementer(5);
    it.cpu.advance_time((1 << 32) * 1000 + 7);
    assert_eq!(it.cpu.decrementer(), 5u32.wrapping_sub(7));
    assert_eq!(until_interrupt(&mut it, 10), Some(0));
    it.cpu.set_cia(START);
    it.cpu.set_msr(it.cpu.msr() | Msr::EE);
    assert_eq!(until_interrupt(&mut it, 1000), None);
}

#[test]
fn a_waiting_cpu_sleeps_to_its_decrementer_and_costs_no_budget() {
    // e500mc: `wait` (XO 62). POWER9: `wait` (XO 30).
    for (model, word, more) in [(&E500MC, 0x7c00_007c, 0), (&POWER9, 0x7c00_003c, 1)] {
        let mut it = spinning(model);
        it.memory.write_words(START, &[word, asm::nop()]).unwrap();
        it.cpu.set_decrementer(0x7000_0000);
        assert_eq!(
            run(&mut it, 2),
            Exit::Interrupt(InterruptKind::Decrementer),
            "{}",
            model.name
        );
        assert_eq!(
            (it.cpu.insns(), it.cpu.time_base()),
            (1, 0x7000_0000 + more),
            "{}",
            model.name
        );
        assert_eq!(it.cpu.last_interrupt().unwrap().srr0, START + 4);
    }
}

#[test]
fn power_management_of_the_750_and_the_e500v2_waits_too() {
    // HID0[DOZE] (bit 8) with MSR[POW] or MSR[WE] (bit 13): MPC750 UM chapter 10, E500CORERM chapter 2.
    for model in [&PPC750, &E500V2] {
        let mut it = spinning(model);
        it.memory
            .write_words(START, &[asm::mtmsr(3), asm::nop()])
            .unwrap();
        it.cpu.set_gpr(3, (it.cpu.msr() | Msr::POW).bits());
        it.cpu.poke_spr(SprNum::wrapping(1008), 0x0080_0000);
        it.cpu.set_decrementer(1000);
        assert_eq!(
            run(&mut it, 2),
            Exit::Interrupt(InterruptKind::Decrementer),
            "{}",
            model.name
        );
        assert!(it.cpu.time_base() >= 1000);
        assert!(!it.cpu.msr().contains(Msr::POW), "the handler runs");
        // Without a mode in HID0 the bit does nothing.
        let mut it = spinning(model);
        it.memory.write_words(START, &[asm::mtmsr(3), asm::b(0)]).unwrap();
        it.cpu.set_gpr(3, (it.cpu.msr() | Msr::POW).bits());
        assert_eq!(run(&mut it, 10), Exit::Budget, "{}", model.name);
        assert_eq!(it.cpu.insns(), 10);
    }
}

#[test]
fn a_wait_that_nothing_inside_can_end_leaves_and_goes_on_with_an_interrupt_from_outside() {
    for ratio in [0, 1] {
        let mut it = spinning(&E500MC);
        it.memory.write_words(START, &[0x7c00_007c, asm::nop()]).unwrap();
        it.cpu.set_insns_per_tick(ratio);
        if ratio == 0 {
            // Time stands: the decrementer never comes by itself.
            it.cpu.set_decrementer(5);
        } else {
            // At zero it rests.
            it.cpu.set_decrementer(0);
        }
        for _ in 0..2 {
            assert_eq!(run(&mut it, 10), Exit::Wait);
        }
        if ratio == 0 {
            it.cpu.advance_time(5);
            assert_eq!(run(&mut it, 10), Exit::Interrupt(InterruptKind::Decrementer));
        } else {
            it.cpu.set_external(true);
            assert_eq!(run(&mut it, 10), Exit::Interrupt(InterruptKind::External));
        }
        assert_eq!(
            (it.cpu.insns(), it.cpu.last_interrupt().unwrap().srr0),
            (1, START + 4)
        );
    }
}

#[test]
fn a_wait_with_interrupts_disabled_leaves_however_the_decrementer_stands() {
    let mut it = spinning(&POWER9);
    it.memory.write_words(START, &[0x7c00_003c]).unwrap();
    it.cpu.set_decrementer(5);
    it.cpu.set_msr(it.cpu.msr() & !Msr::EE);
    assert_eq!(run(&mut it, 10), Exit::Wait);
    assert_eq!(it.cpu.insns(), 1);
}

#[test]
fn the_end_of_time_is_not_the_end_of_the_host() {
    for model in MODELS {
        for jump in [u64::MAX, u64::MAX / 2, 1 << 63, u64::MAX - 3] {
            let mut it = spinning(model);
            it.cpu.poke_spr(kit::tcr(model), DIE | ARE);
            it.cpu.poke_spr(booke::DECAR, 3);
            it.cpu.poke_spr(PIT, 3);
            it.cpu.set_decrementer(5);
            for step in 0..20 {
                it.cpu.advance_time(jump);
                it.cpu.set_decrementer(0x7fff_ffff);
                it.cpu.set_insns_per_tick(step % 3);
                it.cpu.set_time_base(u64::MAX - 2);
                let before = it.cpu.insns() + it.cpu.deliveries();
                let exit = run(&mut it, 50);
                assert!(
                    matches!(exit, Exit::Budget | Exit::Interrupt(_)),
                    "{} {exit:?}",
                    model.name
                );
                assert!(it.cpu.insns() + it.cpu.deliveries() - before <= 50);
                it.cpu.set_cia(START);
            }
        }
    }
}

#[test]
fn the_same_guest_takes_the_same_time_every_time_and_in_pieces() {
    for model in MODELS {
        let make = || {
            let mut it = spinning(model);
            it.cpu.config_mut().report_interrupts = false;
            it.cpu.set_insns_per_tick(3);
            it.cpu.set_decrementer(50);
            let back = if model.interrupts.is_server() {
                asm::rfid()
            } else {
                asm::rfi()
            };
            // The vector of the 405's PIT is where programs begin here.
            it.memory.write_words(0x4000, &[asm::b(0)]).unwrap();
            it.cpu.set_cia(0x4000);
            for vector in [0x900, 0x2a00, 0x1000] {
                it.memory
                    .write_words(vector, &[asm::addi(9, 9, 1), mtspr(kit::dec(model), 10), back])
                    .unwrap();
            }
            it.cpu.set_msr(it.cpu.msr() & !Msr::IP);
            it.cpu.set_gpr(10, 77);
            it
        };
        let mut whole = make();
        let _ = run(&mut whole, 5000);
        let mut pieces = make();
        for n in (1..).take_while(|n| n * (n + 1) / 2 <= 4950) {
            let _ = run(&mut pieces, n);
        }
        let _ = run(&mut pieces, 50);
        assert_eq!(whole.cpu.snapshot(), pieces.cpu.snapshot(), "{}", model.name);
        assert!(whole.cpu.gpr(9) > 10, "{}", model.name);
    }
}

#[test]
fn the_pit_of_the_405_reloads_what_was_last_written_to_it() {
    // PPC405 UM 6.2: a decrement from 1 reloads at once, with no 0 in between; without TCR[ARE] it stops at 0.
    let mut it = machine(&PPC405, &[mtspr(PIT, 3), asm::b(0)]);
    it.cpu.poke_spr(TCR_40X, ARE);
    it.cpu.set_gpr(3, 10);
    // The write takes effect before the tick of its own instruction.
    assert_eq!(run(&mut it, 1), Exit::Budget);
    assert_eq!((spr(&it, PIT), spr(&it, TSR_40X)), (9, 0));
    assert_eq!(run(&mut it, 8), Exit::Budget);
    assert_eq!((spr(&it, PIT), spr(&it, TSR_40X)), (1, 0));
    assert_eq!(run(&mut it, 2), Exit::Budget);
    assert_eq!((spr(&it, PIT), spr(&it, TSR_40X)), (9, DIS));
    it.cpu.poke_spr(TCR_40X, 0);
    assert_eq!(run(&mut it, 30), Exit::Budget);
    assert_eq!(spr(&it, PIT), 0);
}

#[test]
fn the_pit_interrupts_while_its_status_bit_is_set_and_pie_and_ee_let_it() {
    let mut it = machine(&PPC405, &[mtspr(TSR_40X, 3), asm::b(0)]);
    it.cpu.config_mut().report_interrupts = true;
    it.cpu.set_gpr(3, DIS);
    it.cpu.poke_spr(TSR_40X, DIS);
    it.cpu.set_msr(Msr::EE);
    // Not without PIE.
    it.cpu.set_cia(START + 4);
    assert_eq!(run(&mut it, 5), Exit::Budget);
    it.cpu.poke_spr(TCR_40X, DIE);
    assert_eq!(run(&mut it, 5), Exit::Interrupt(InterruptKind::Decrementer));
    assert_eq!(it.cpu.cia(), 0x1000);
    // The handler clears the bit by writing it (PPC405 UM 5.14); zero written to the PIT asks for nothing.
    it.cpu.set_cia(START);
    it.cpu.set_msr(Msr::empty());
    assert_eq!(run(&mut it, 1), Exit::Budget);
    it.cpu.set_decrementer(0);
    it.cpu.set_msr(Msr::EE);
    assert_eq!((spr(&it, TSR_40X), run(&mut it, 5)), (0, Exit::Budget));
}

#[test]
fn what_the_pit_reloads_survives_a_snapshot() {
    let mut it = machine(&PPC405, &[mtspr(PIT, 3), asm::b(0)]);
    it.cpu.poke_spr(TCR_40X, ARE);
    it.cpu.set_gpr(3, 100);
    let _ = run(&mut it, 50);
    let saved = it.cpu.snapshot();
    let mut other = machine(&PPC405, &[mtspr(PIT, 3), asm::b(0)]);
    other.cpu.restore(&saved).unwrap();
    let _ = run(&mut other, 60);
    let _ = run(&mut it, 60);
    assert_eq!(spr(&other, PIT), 90);
    assert_eq!(other.cpu.snapshot(), it.cpu.snapshot());
}

#[test]
fn mftb_of_the_405_reads_what_its_mfspr_does_not_reach() {
    // PPC405 UM 2.9.3, 10.6: time base registers are no SPRs, and open to everybody.
    let mftb = |rt, tbr| asm::mftb(rt, tbr);
    let mut it = machine(&PPC405, &[mftb(3, 268), mftb(4, 269), mfspr(5, common::TBL)]);
    it.cpu.config_mut().unknown_spr = spr_exit::UnknownSpr::Architected;
    it.cpu.config_mut().report_interrupts = true;
    it.cpu.set_time_base(0x12_3456_7890);
    it.cpu.set_msr(Msr::PR);
    assert_eq!(run(&mut it, 3), Exit::Interrupt(InterruptKind::ProgramPrivileged));
    assert_eq!((it.cpu.gpr(3), it.cpu.gpr(4)), (0x3456_7890, 0x12));
}
