//! The performance monitor of the e500: what counts when, and its interrupt.
//!
//! E500CORERM chapter 7 (tables 7-3, 7-4, 7-6; 7.2.7, 7.4, events 1 and 2); bits compared with Linux `reg_fsl_emb.h`
//! (PMGC0_*, PMLCA_*), the vector with `asm/kvm_asm.h` (BOOKE_INTERRUPT_PERFORMANCE_MONITOR 35).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod kit;

use kit::delivery::{Found, found};
use kit::{START, machine, run, spr};
use ppc_cpu::Machine;
use ppc_cpu::model::{E500MC, E500V2, Model};
use ppc_decode::{System, asm};
use spr_exit::num::{booke, e500};
use spr_exit::{Exit, InterruptKind, Msr, SavePair};

const FAC: u64 = 0x8000_0000;
const PMIE: u64 = 0x4000_0000;
const FCECE: u64 = 0x2000_0000;

const FC: u64 = 0x8000_0000;
const FCS: u64 = 0x4000_0000;
const FCU: u64 = 0x2000_0000;
const FCM1: u64 = 0x1000_0000;
const FCM0: u64 = 0x0800_0000;
const CE: u64 = 0x0400_0000;
const CYCLES: u64 = 0x1_0000;
const INSTRUCTIONS: u64 = 0x2_0000;

/// Numbers of the supervisor's registers.
const PMC0: i64 = 16;
const PMLCA0: i64 = 144;
const PMGC0: i64 = 400;

/// A guest that spins in this state, with PMLCa0, PMC0 and PMGC0.
fn counting(model: &'static Model, control: u64, counter: u64, global: u64, msr: Msr) -> Machine {
    let mtpmr = |pmr, rs| System::Mtpmr.row().encode(&[pmr, rs]).unwrap();
    let set_up = [mtpmr(PMC0, 4), mtpmr(PMLCA0, 3), mtpmr(PMGC0, 5), asm::b(0)];
    let mut it = machine(model, &set_up);
    it.cpu.config_mut().report_interrupts = true;
    it.cpu.poke_spr(e500::IVOR35, 0x2a00);
    for (n, value) in [(3, control), (4, counter), (5, global)] {
        it.cpu.set_gpr(n, value);
    }
    assert_eq!(run(&mut it, 2), Exit::Budget);
    // From its own completion on the last of them decides.
    it.cpu.set_gpr(5, global);
    let _ = run(&mut it, 1);
    // Back to a counter that has seen nothing of this.
    it.memory.write_words(0x3000, &[mtpmr(PMC0, 4)]).unwrap();
    it.cpu.set_cia(0x3000);
    let _ = run(&mut it, 1);
    it.cpu.set_cia(START + 12);
    it.cpu.set_msr(msr);
    it
}

/// The register, as the guest would read it now.
fn pmr(it: &Machine, number: i64) -> u64 {
    let mut it = it.clone();
    let word = System::Mfpmr.row().encode(&[6, number]).unwrap();
    it.memory.write_words(0x3000, &[word]).unwrap();
    it.cpu.set_cia(0x3000);
    it.cpu.set_msr(Msr::empty());
    assert_eq!(run(&mut it, 1), Exit::Budget);
    it.cpu.gpr(6)
}

#[test]
fn instructions_and_cycles_are_counted_where_nothing_freezes_the_counter() {
    for model in [&E500V2, &E500MC] {
        for event in [CYCLES, INSTRUCTIONS] {
            for (freeze, counts) in [
                // By PR and PMM: 00, 01, 10, 11.
                (0, [true; 4]),
                (FC, [false; 4]),
                (FCS, [false, false, true, true]),
                (FCU, [true, true, false, false]),
                (FCM1, [true, false, true, false]),
                (FCM0, [false, true, false, true]),
                (FCS | FCM1, [false, false, true, false]),
            ] {
                for (msr, counts) in [Msr::empty(), Msr::PMM, Msr::PR, Msr::PR | Msr::PMM]
                    .into_iter()
                    .zip(counts)
                {
                    let mut it = counting(model, event | freeze, 10, 0, msr);
                    let first = pmr(&it, PMC0);
                    assert_eq!(run(&mut it, 1000), Exit::Budget);
                    let counted = pmr(&it, PMC0) - first;
                    assert_eq!(
                        counted,
                        if counts { 1000 } else { 0 },
                        "{} {freeze:x} {msr:?}",
                        model.name
                    );
                    // The user's number reads the same.
                    assert_eq!(pmr(&it, 0), pmr(&it, PMC0));
                }
            }
        }
    }
}

#[test]
fn all_counters_freeze_by_fac_and_no_other_event_counts() {
    for (control, global) in [(INSTRUCTIONS, FAC), (0, 0), (0x3_0000, 0), (0x7f_0000, 0)] {
        let mut it = counting(&E500V2, control, 10, global, Msr::empty());
        assert_eq!(run(&mut it, 100), Exit::Budget);
        assert_eq!(pmr(&it, PMC0), 10, "{control:x} {global:x}");
    }
}

#[test]
fn a_counter_counts_the_guests_instructions_between_two_reads_exactly() {
    // mfpmr r6; 3 instructions; mfpmr r7, in pieces of every size.
    let mfpmr = |rt| System::Mfpmr.row().encode(&[rt, PMC0]).unwrap();
    for budget in 1..6 {
        let mut it = counting(&E500V2, INSTRUCTIONS, 0, 0, Msr::empty());
        let program = [mfpmr(6), asm::nop(), asm::nop(), asm::nop(), mfpmr(7), asm::b(0)];
        it.memory.write_words(0x4000, &program).unwrap();
        it.cpu.set_cia(0x4000);
        let end = it.cpu.insns() + 5;
        while it.cpu.insns() < end {
            let left = end - it.cpu.insns();
            assert_eq!(run(&mut it, left.min(budget)), Exit::Budget);
        }
        assert_eq!(it.cpu.gpr(7) - it.cpu.gpr(6), 4);
    }
}

#[test]
fn a_counter_stops_where_the_guest_changes_its_msr() {
    // mtmsr sets PMM; 5 instructions later it clears it again. Each instruction counts as the state is that it leaves.
    let mut program = vec![asm::mtmsr(8)];
    program.extend([asm::nop(); 5]);
    program.push(asm::mtmsr(9));
    program.push(asm::b(0));
    for (freeze, counted) in [(FCM1, 1 + 10), (FCM0, 6)] {
        let mut it = counting(&E500V2, INSTRUCTIONS | freeze, 0, 0, Msr::empty());
        let first = pmr(&it, PMC0);
        it.memory.write_words(0x4000, &program).unwrap();
        it.cpu.set_gpr(8, Msr::PMM.bits());
        it.cpu.set_gpr(9, 0);
        it.cpu.set_cia(0x4000);
        assert_eq!(run(&mut it, 7 + 10), Exit::Budget);
        assert_eq!(pmr(&it, PMC0) - first, counted, "{freeze:x}");
    }
}

#[test]
fn overflow_interrupts_at_its_very_instruction_and_tells_nothing_but_its_vector() {
    for model in [&E500V2, &E500MC] {
        for budget in [1, 7, 1000] {
            let msr = Msr::EE | Msr::CE | Msr::ME | Msr::DE | Msr::PR;
            let mut it = counting(model, INSTRUCTIONS | CE, 0x8000_0000 - 50, PMIE, msr);
            it.cpu.poke_spr(booke::ESR, 0x0080_0000);
            let left = 0x8000_0000 - pmr(&it, PMC0);
            let end = it.cpu.insns() + left;
            while it.cpu.insns() < end {
                let left = end - it.cpu.insns();
                assert_eq!(run(&mut it, left.min(budget)), Exit::Budget, "not early");
            }
            assert_eq!(
                run(&mut it, 1),
                Exit::Interrupt(InterruptKind::PerformanceMonitor)
            );
            let expected = Found {
                kind: InterruptKind::PerformanceMonitor,
                vector: 0x2a00,
                pair: SavePair::Srr,
                pc: START + 12,
                saved: msr.bits(),
                msr: 0x0002_1200,
                esr: None,
                address: None,
                dsisr: None,
            };
            assert_eq!(found(&it), expected, "{}", model.name);
            assert_eq!(spr(&it, booke::ESR), 0x0080_0000);
            assert_eq!((pmr(&it, PMC0), it.cpu.insns()), (0x8000_0000, end));
        }
    }
}

#[test]
fn an_overflow_freezes_all_counters_if_pmgc0_says_so() {
    for (control, global, frozen) in [(CE, FCECE, true), (CE, 0, false), (0, FCECE, false)] {
        let mut it = counting(&E500V2, INSTRUCTIONS | control, 0x8000_0000 - 50, global, Msr::EE);
        assert_eq!(run(&mut it, 200), Exit::Budget);
        let value = if frozen {
            0x8000_0000
        } else {
            0x8000_0000 - 50 + 200
        };
        let counted = pmr(&it, PMC0);
        assert!(
            counted == value || !frozen && counted > 0x8000_0000 + 100,
            "{counted:x}"
        );
        assert_eq!(pmr(&it, PMGC0) & FAC != 0, frozen);
    }
}

#[test]
fn the_interrupt_waits_for_ee_and_goes_with_its_condition() {
    // 7.2.7: taken when EE opens, if the overflow is still there and still enabled.
    let mut it = counting(&E500V2, CYCLES | CE, 0x8000_0000 - 20, PMIE, Msr::empty());
    assert_eq!(run(&mut it, 100), Exit::Budget);
    it.cpu.set_msr(Msr::EE);
    assert_eq!(
        run(&mut it.clone(), 1),
        Exit::Interrupt(InterruptKind::PerformanceMonitor)
    );
    // A counter that wraps to zero takes its condition along.
    let mut it = counting(&E500V2, CYCLES | CE, 0xffff_ffff - 20, PMIE, Msr::empty());
    assert_eq!(run(&mut it.clone(), 1), Exit::Budget);
    it.cpu.set_msr(Msr::EE);
    assert_eq!(
        run(&mut it.clone(), 1),
        Exit::Interrupt(InterruptKind::PerformanceMonitor)
    );
    it.cpu.set_msr(Msr::empty());
    assert_eq!(run(&mut it, 30), Exit::Budget);
    it.cpu.set_msr(Msr::EE);
    assert_eq!(run(&mut it, 30), Exit::Budget);
    // Not enabled in PMLCa or PMGC0 it never comes.
    for (control, global) in [(0, PMIE), (CE, 0)] {
        let mut it = counting(&E500V2, CYCLES | control, 0xf000_0000, global, Msr::EE);
        assert_eq!(run(&mut it, 100), Exit::Budget);
    }
}

#[test]
fn counters_are_part_of_a_snapshot_and_a_reset_clears_them() {
    let mut it = counting(&E500MC, INSTRUCTIONS | CE, 0x8000_0000 - 100, PMIE, Msr::EE);
    let mut pieces = it.clone();
    for n in 0..60 {
        let _ = run(&mut pieces, 1);
        let snapshot = pieces.cpu.snapshot();
        pieces.cpu.restore(&snapshot).unwrap();
        pieces.cpu.reset_to(&snapshot).unwrap();
        let mut whole = it.clone();
        let _ = run(&mut whole, n + 1);
        assert!(whole.cpu.snapshot() == snapshot, "{n}");
    }
    let exits = [&mut it, &mut pieces].map(|it| (run(it, 500), it.cpu.insns()));
    assert_eq!(exits[0], exits[1]);
    assert_eq!(exits[0].0, Exit::Interrupt(InterruptKind::PerformanceMonitor));
    it.cpu.reset(None);
    assert_eq!([PMC0, PMLCA0, PMGC0].map(|n| pmr(&it, n)), [0; 3]);
}
