//! The performance monitor of the classic processors: what is counted, what freezes it, and its interrupt.
//!
//! MMCR0 and MMCR1 as in MPC750UM chapter 11 and Linux `asm/reg.h` (MMCR0_FC, FCS, FCP, FCM1, FCM0, PMXE, FCECE, PMC1CE,
//! PMCjCE, TRIGGER), which name the same bits; events 1 and 2 as in Linux `oprofile/op_model_7450.c`, `op_model_6xx` and MPC750UM
//! table 11-5.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::delivery::{Found, found};
use kit::{START, machine, mfspr, mtspr, run, spr};
use ppc_cpu::model::{Model, PPC604E, PPC750, PPC750CL, PPC7410, PPC7447A};
use ppc_cpu::{Cpu, Machine};
use ppc_decode::asm;
use spr_exit::num::classic::{MMCR0, MMCR1, PMC1, PMC2, PMC3, PMC4, SIA, UPMC1};
use spr_exit::num::p74xx::{PMC5, PMC6};
use spr_exit::{Exit, InterruptKind, Msr, Owner, SavePair, SprNum};

const MODELS: [&Model; 5] = [&PPC750, &PPC750CL, &PPC7410, &PPC7447A, &PPC604E];

/// PMC1SELECT = 2, PMC2SELECT = 1.
const SELECT: u64 = 2 << 6 | 1;
const ENINT: u64 = 0x0400_0000;
const PMC1INTCONTROL: u64 = 0x8000;
const PMCINTCONTROL: u64 = 0x4000;

/// A machine that executes nops without end, whose counters are the core's.
fn counting(model: &'static Model, mmcr0: u64) -> Machine {
    let program = [asm::nop(), asm::nop(), asm::nop(), asm::b(-12)];
    let mut it = machine(model, &program);
    it.cpu.set_decrementer(0x7fff_ffff);
    it.cpu.set_owner(PMC1, Owner::Core).unwrap();
    it.cpu.set_msr(Msr::EE | Msr::ME);
    it.cpu.poke_spr(MMCR0, mmcr0);
    it
}

#[test]
fn instructions_and_cycles_are_counted_by_whatever_counter_is_asked_to() {
    for model in MODELS {
        let mut it = counting(model, SELECT);
        // PMC3SELECT = 2, PMC4SELECT = 0.
        it.cpu.poke_spr(MMCR1, 2 << 27);
        let _ = run(&mut it, 1000);
        let counted = [PMC1, PMC2, PMC3, PMC4].map(|pmc| spr(&it, pmc));
        assert_eq!(counted, [1000, 1000, 1000, 0], "{}", model.name);
        // Another event: it keeps its value.
        it.cpu.poke_spr(MMCR0, 4 << 6 | 1);
        let _ = run(&mut it, 10);
        assert_eq!((spr(&it, PMC1), spr(&it, PMC2)), (1000, 1010));
    }
    let mut it = counting(&PPC7447A, 0);
    it.cpu.poke_spr(MMCR1, 1 << 17 | 2 << 11);
    let _ = run(&mut it, 77);
    assert_eq!((spr(&it, PMC5), spr(&it, PMC6), spr(&it, PMC1)), (77, 77, 0));
}

#[test]
fn a_guest_reads_exactly_what_it_completed_before() {
    let program = [
        mtspr(PMC1, 0),
        mtspr(MMCR0, 3),
        asm::nop(),
        mfspr(4, PMC1),
        mfspr(5, UPMC1),
        mtspr(MMCR0, 0),
        mfspr(6, PMC1),
    ];
    let mut it = machine(&PPC7410, &program);
    it.cpu.set_gpr(0, 0);
    it.cpu.set_gpr(3, SELECT);
    let _ = run(&mut it, 7);
    // The mtspr that starts counting counts itself: it completes under what it wrote. The one that stops it does not.
    assert_eq!([4, 5, 6].map(|n| it.cpu.gpr(n)), [2, 3, 4]);
}

#[test]
fn counters_freeze_as_mmcr0_says() {
    // DIS; DP and DU by MSR[PR]; DMS and DMR by MSR[PM].
    for (mmcr0, msr, counts) in [
        (0x8000_0000, Msr::empty(), false),
        (0x4000_0000, Msr::empty(), false),
        (0x4000_0000, Msr::PR, true),
        (0x2000_0000, Msr::PR, false),
        (0x2000_0000, Msr::empty(), true),
        (0x1000_0000, Msr::PMM, false),
        (0x1000_0000, Msr::empty(), true),
        (0x0800_0000, Msr::PMM, true),
        (0x0800_0000, Msr::empty(), false),
    ] {
        let mut it = counting(&PPC7447A, SELECT | mmcr0);
        it.cpu.set_msr(msr);
        let _ = run(&mut it, 5);
        assert_eq!(spr(&it, PMC1), if counts { 5 } else { 0 }, "{mmcr0:x} {msr:?}");
        // And with a change of the MSR in between.
        it.cpu.set_msr(Msr::from_bits_retain(0));
        it.cpu.set_msr(msr);
        assert_eq!(spr(&it, PMC1), if counts { 5 } else { 0 });
    }
}

#[test]
fn the_interrupt_comes_behind_the_instruction_that_makes_a_counter_negative_for_every_budget() {
    for model in MODELS {
        for piece in [1, 7, 1000] {
            let mut it = counting(model, SELECT | ENINT | PMC1INTCONTROL);
            it.cpu.poke_spr(PMC1, 0x8000_0000 - 101);
            it.cpu.config_mut().report_interrupts = true;
            let exit = loop {
                let exit = run(&mut it, piece);
                if exit != Exit::Budget {
                    break exit;
                }
            };
            assert_eq!(exit, Exit::Interrupt(InterruptKind::PerformanceMonitor));
            assert_eq!(it.cpu.insns(), 101, "{} {piece}", model.name);
            // 101 instructions of a loop of four.
            let next = START + 4;
            let expected = Found {
                kind: InterruptKind::PerformanceMonitor,
                vector: 0xf00,
                pair: SavePair::Srr,
                pc: next,
                saved: 0x9000,
                msr: 0x1000,
                esr: None,
                address: None,
                dsisr: None,
            };
            assert_eq!(found(&it), expected, "{} {piece}", model.name);
            assert_eq!(spr(&it, SIA), next);
            assert_eq!(spr(&it, PMC1), 0x8000_0000);
            // ENINT is cleared as the interrupt is signaled.
            assert_eq!(spr(&it, MMCR0), SELECT | PMC1INTCONTROL);
        }
    }
}

#[test]
fn a_signaled_interrupt_waits_for_ee_behind_external_ones_and_comes_once() {
    let mut it = counting(&PPC750CL, SELECT | ENINT | PMCINTCONTROL | PMC1INTCONTROL);
    it.cpu.poke_spr(PMC2, 0x7fff_ffff);
    it.cpu.set_msr(Msr::ME);
    let _ = run(&mut it, 10);
    assert!(it.cpu.last_interrupt().is_none());
    it.cpu.set_external(true);
    it.cpu.config_mut().report_interrupts = true;
    let mut next = || {
        it.cpu.set_msr(Msr::EE | Msr::ME);
        let exit = run(&mut it, 1);
        it.cpu.set_external(false);
        exit
    };
    assert_eq!(next(), Exit::Interrupt(InterruptKind::External));
    assert_eq!(next(), Exit::Interrupt(InterruptKind::PerformanceMonitor));
    assert_ne!(next(), Exit::Interrupt(InterruptKind::PerformanceMonitor));
}

#[test]
fn only_what_is_enabled_signals() {
    // PMC1INTCONTROL is for PMC1 alone, PMCINTCONTROL for the others; nothing without ENINT.
    for (mmcr0, pmc, signals) in [
        (ENINT | PMC1INTCONTROL, PMC1, true),
        (ENINT | PMC1INTCONTROL, PMC2, false),
        (ENINT | PMCINTCONTROL, PMC1, false),
        (ENINT | PMCINTCONTROL, PMC2, true),
        (ENINT, PMC1, false),
        (PMC1INTCONTROL | PMCINTCONTROL, PMC1, false),
    ] {
        let mut it = counting(&PPC7410, SELECT | mmcr0);
        it.cpu.poke_spr(pmc, 0x7fff_fff0);
        let _ = run(&mut it, 100);
        assert_eq!(it.cpu.last_interrupt().is_some(), signals, "{mmcr0:x} {pmc}");
    }
}

#[test]
fn discount_stops_the_counters_and_pmctrigger_starts_the_others_with_pmc1() {
    let mut it = counting(&PPC7447A, SELECT | ENINT | PMC1INTCONTROL | 0x0200_0000);
    it.cpu.poke_spr(PMC1, 0x7fff_fff0);
    it.cpu.set_msr(Msr::ME);
    let _ = run(&mut it, 100);
    assert_eq!((spr(&it, PMC1), spr(&it, PMC2)), (0x8000_0000, 16));
    assert_eq!(
        spr(&it, MMCR0) & 0x8400_0000,
        0x8000_0000,
        "FC is set, PMXE cleared"
    );

    for piece in [1, 3, 100] {
        let mut it = counting(&PPC7447A, SELECT | 0x2000);
        it.cpu.poke_spr(PMC1, 0x7fff_fff0);
        while it.cpu.insns() < 100 {
            let left = 100 - it.cpu.insns();
            let _ = run(&mut it, left.min(piece));
        }
        assert_eq!((spr(&it, PMC1), spr(&it, PMC2)), (0x8000_0054, 84));
    }
}

#[test]
fn the_counters_of_the_750_are_user_spaces_until_promoted_and_count_nothing_before() {
    let mut it = machine(&PPC750, &[mtspr(MMCR0, 3), mfspr(4, PMC1), asm::b(0)]);
    it.cpu.set_gpr(3, SELECT | ENINT | PMC1INTCONTROL);
    assert!(matches!(run(&mut it, 5), Exit::Spr(at) if at.sprn() == PMC1));
    it.cpu.complete(spr_exit::Reply::Done(1)).unwrap();
    it.cpu.poke_spr(PMC1, 0x7fff_fff0);
    let _ = run(&mut it, 100);
    assert_eq!(spr(&it, PMC1), 0x7fff_fff0);
    // From its promotion on.
    it.cpu.set_owner(PMC1, Owner::Core).unwrap();
    let _ = run(&mut it, 15);
    assert_eq!(spr(&it, PMC1), 0x7fff_ffff);
    it.cpu.set_owner(PMC1, Owner::Model).unwrap();
    let _ = run(&mut it, 15);
    assert_eq!(spr(&it, PMC1), 0x7fff_ffff);
}

#[test]
fn a_snapshot_at_any_point_goes_on_as_if_it_had_not_been_taken() {
    for taken_at in [0, 1, 50, 100, 101, 102] {
        let make = || {
            let mut it = counting(&PPC7410, SELECT | ENINT | PMC1INTCONTROL);
            it.cpu.poke_spr(PMC1, 0x8000_0000 - 101);
            it
        };
        let mut whole = make();
        let _ = run(&mut whole, 200);
        let mut it = make();
        let _ = run(&mut it, taken_at);
        let snapshot = it.cpu.snapshot();
        it.cpu = Cpu::from_snapshot(&snapshot).unwrap();
        assert!(it.cpu.snapshot() == snapshot, "{taken_at}");
        let _ = run(&mut it, 200 - taken_at);
        assert!(it.cpu.snapshot() == whole.cpu.snapshot(), "{taken_at}");
    }
}

#[test]
fn numbers_of_user_state_read_the_same_counters() {
    for (user, pmc) in [
        (937, 953),
        (938, 954),
        (941, 957),
        (942, 958),
        (929, 945),
        (930, 946),
    ] {
        let mut it = machine(&PPC7447A, &[mfspr(3, SprNum::wrapping(user))]);
        it.cpu.poke_spr(SprNum::wrapping(pmc), pmc);
        it.cpu.set_msr(Msr::PR);
        let _ = run(&mut it, 1);
        assert_eq!(it.cpu.gpr(3), pmc);
    }
}
