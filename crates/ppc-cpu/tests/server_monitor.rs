//! The performance monitor of servers since POWER8: what counts, what freezes it, alerts, their interrupts and branches.
//!
//! Written down from Power ISA 2.07 and 3.0B Book III, Performance Monitor Facility, as remembered, and compared with Linux `asm/reg.h` and
//! QEMU `power8-pmu.c`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::server::*;
use kit::{START, mtspr, run, spr};
use ppc_cpu::Machine;
use ppc_cpu::model::{Model, POWER7, POWER8, POWER9, POWER10};
use ppc_decode::asm;
use spr_exit::num::{book3s, common};
use spr_exit::{Exit, InterruptKind, Msr};

/// MMCR0\[PMAE, FCECE, PMC1CE, PMCjCE, EBE, PMCC = 0b10\]; CTRL\[RUN\].
const PMAE: u64 = 0x0400_0000;
const FCECE: u64 = 0x0200_0000;
const EBE: u64 = 0x0010_0000;

/// Spins in hypervisor state with this MMCR0 and MMCR1, RUN set.
fn monitored(model: &'static Model, mmcr0: u64, mmcr1: u64) -> Machine {
    let mut it = quiet(model, &[asm::b(0)]);
    assert!(it.cpu.poke_spr(book3s::CTRL, 1));
    it.cpu.poke_spr(book3s::MMCR1, mmcr1);
    it.cpu.poke_spr(book3s::MMCR0, mmcr0);
    it
}

fn counters(it: &Machine) -> [u64; 6] {
    [
        book3s::PMC1,
        book3s::PMC2,
        book3s::PMC3,
        book3s::PMC4,
        book3s::PMC5,
        book3s::PMC6,
    ]
    .map(|sprn| spr(it, sprn))
}

#[test]
fn the_performance_monitor_counts_instructions_and_cycles_where_nothing_freezes_it() {
    // MMCR1: PMC1 0xfe, PMC2 0x02, PMC3 0x1e instructions, instructions, cycles; PMC4 an event that is not counted.
    let selected = 0xfe02_1e42;
    for (model, mmcr0, mmcr1, run_latch, expected) in [
        (&POWER8, 0, selected, 1, [100, 100, 100, 0, 100, 100]),
        (&POWER9, 0, selected, 1, [100, 100, 100, 0, 100, 100]),
        (&POWER10, 0, 0, 1, [0, 0, 0, 0, 100, 100]),
        (&POWER9, 0x8000_0000, selected, 1, [0; 6]),
        // FCH; FCS and FCP are other states'.
        (&POWER9, 1, selected, 1, [0; 6]),
        (&POWER9, 0x6000_0000, 0, 1, [0, 0, 0, 0, 100, 100]),
        // FC1-4, FC5-6, FCM0 (PMM is 0), FCM1.
        (&POWER9, 0x20, selected, 1, [0, 0, 0, 0, 100, 100]),
        (&POWER9, 0x10, selected, 1, [100, 100, 100, 0, 0, 0]),
        (&POWER9, 0x0800_0000, selected, 1, [0; 6]),
        (&POWER9, 0x1000_0000, 0, 1, [0, 0, 0, 0, 100, 100]),
        // Without CTRL[RUN] PMC5 and PMC6 wait, unless CC5-6RUN.
        (&POWER9, 0, 0xfe02_1efa, 0, [100, 100, 100, 0, 0, 0]),
        (&POWER9, 0x100, 0, 0, [0, 0, 0, 0, 100, 100]),
        // The POWER7's events are not known here.
        (&POWER7, 0, selected, 1, [0; 6]),
    ] {
        let mut it = monitored(model, mmcr0, mmcr1);
        it.cpu.poke_spr(book3s::CTRL, run_latch);
        let _ = run(&mut it, 100);
        assert_eq!(
            counters(&it),
            expected,
            "{} {mmcr0:x} {mmcr1:x} {run_latch}",
            model.name
        );
    }
    // MMCR2 freezes them one by one: FC1H (bit 6 of nine), FC6H.
    let mut it = monitored(&POWER9, 0, 0x0202_0202);
    it.cpu.poke_spr(book3s::MMCR2, 1 << (63 - 6) | 1 << (63 - 45 - 6));
    let _ = run(&mut it, 7);
    assert_eq!(counters(&it), [0, 7, 7, 7, 7, 0]);
}

#[test]
fn counting_stops_and_goes_on_exactly_with_the_state_that_freezes_it_and_survives_a_snapshot() {
    // Ten instructions in hypervisor state and five in problem state, where FCP freezes.
    let mut it = monitored(&POWER9, 0x2000_0000, 0);
    let _ = run(&mut it, 10);
    it.cpu.set_msr(Msr::SF | Msr::HV | Msr::PR);
    let _ = run(&mut it, 5);
    assert_eq!(counters(&it)[4], 10);
    it.cpu.set_msr(Msr::SF | Msr::HV);
    let _ = run(&mut it, 3);
    let snapshot = it.cpu.snapshot();
    let restored = ppc_cpu::Cpu::from_snapshot(&snapshot).unwrap();
    assert_eq!(restored.peek_spr(book3s::PMC5), Some(13));
    assert_eq!(restored.snapshot(), snapshot);
    let _ = run(&mut it, 4);
    it.cpu.reset_to(&snapshot).unwrap();
    assert_eq!(counters(&it)[4], 13);
    let _ = run(&mut it, 2);
    assert_eq!(counters(&it)[4], 15);
    // A written value counts from there, its own instruction included.
    let mut it = quiet(&POWER9, &[mtspr(book3s::PMC5, 3), asm::b(0)]);
    it.cpu.poke_spr(book3s::CTRL, 1);
    it.cpu.poke_spr(book3s::MMCR0, 0);
    it.cpu.set_gpr(3, 0x1_0000_1000);
    let _ = run(&mut it, 5);
    assert_eq!(counters(&it)[4], 0x1005);
}

#[test]
fn a_negative_counter_alerts_once_at_its_instruction_and_interrupts_when_ee_allows_it() {
    for (counter, enable) in [(book3s::PMC1, 0x8000), (book3s::PMC5, 0x4000)] {
        let mut it = monitored(&POWER9, PMAE | FCECE | enable, 0xfe00_0000);
        it.cpu.poke_spr(counter, 0x8000_0000 - 50);
        it.cpu.set_msr(Msr::SF | Msr::HV | Msr::EE);
        assert_eq!(
            run(&mut it, 1000),
            Exit::Interrupt(InterruptKind::PerformanceMonitor)
        );
        assert_eq!(it.cpu.insns(), 50);
        // PMAE off, PMAO on, frozen.
        assert_eq!(spr(&it, book3s::MMCR0), 0x8000_0000 | FCECE | enable | PMAO);
        assert_eq!(spr(&it, counter), 0x8000_0000);
        // Without the condition's enable nothing comes.
        let mut it = monitored(&POWER9, PMAE | FCECE, 0xfe00_0000);
        it.cpu.poke_spr(counter, 0x8000_0000 - 50);
        it.cpu.set_msr(Msr::SF | Msr::HV | Msr::EE);
        assert_eq!(run(&mut it, 1000), Exit::Budget);
    }
    // A counter that is negative when alerts are enabled alerts at once; with EE = 0 it waits.
    let mut it = quiet(
        &POWER9,
        &[mtspr(book3s::MMCR0, 3), asm::nop(), asm::mtmsrd(4), asm::b(0)],
    );
    it.cpu.poke_spr(book3s::PMC2, 0x8000_0001);
    it.cpu.set_gpr(3, PMAE | 0x4000 | 0x30);
    it.cpu.set_gpr(4, SF | HV | 0x8000);
    assert_eq!(
        run(&mut it, 1000),
        Exit::Interrupt(InterruptKind::PerformanceMonitor)
    );
    assert_eq!((it.cpu.insns(), spr(&it, common::SRR0)), (3, START + 12));
}

#[test]
fn an_alert_under_ebe_branches_in_problem_state_and_comes_back_by_rfebb() {
    let rfebb = 0x4c00_0924;
    let bescr = 1u64 << 63 | 1 << 32;
    let mut it = monitored(&POWER9, PMAE | EBE | 0x0008_0000 | 0x4000, 0);
    it.memory
        .write_words(0x3000, &[mtspr(book3s::BESCRR, 3), rfebb])
        .unwrap();
    it.cpu.set_owner(book3s::BESCRR, spr_exit::Owner::Core).unwrap();
    it.cpu.poke_spr(book3s::FSCR, 1 << 7);
    it.cpu.poke_spr(book3s::HFSCR, 1 << 7);
    it.cpu.poke_spr(book3s::EBBHR, 0x3000);
    it.cpu.poke_spr(book3s::BESCR, bescr);
    it.cpu.poke_spr(book3s::PMC5, 0x8000_0000 - 20);
    it.cpu.set_gpr(3, 1);
    it.cpu.set_msr(Msr::SF | Msr::PR);
    assert_eq!(run(&mut it, 21), Exit::Budget);
    // After twenty instructions it branched, and the handler's first is done: PMEO is cleared again.
    assert_eq!((it.cpu.cia(), it.cpu.deliveries()), (0x3004, 0));
    assert_eq!(
        [spr(&it, book3s::EBBRR), spr(&it, book3s::BESCR)],
        [START, 1 << 32]
    );
    let _ = run(&mut it, 1);
    assert_eq!((it.cpu.cia(), spr(&it, book3s::BESCR)), (START, bescr));
    // Not in supervisor state, nor with the facility closed, nor without GE or PMEE.
    for (msr, fscr, bescr) in [
        (Msr::SF, 1 << 7, bescr | 1),
        (Msr::SF | Msr::PR, 0, bescr | 1),
        (Msr::SF | Msr::PR, 1 << 7, 1 << 32 | 1),
        (Msr::SF | Msr::PR, 1 << 7, 1 << 63 | 1),
    ] {
        let mut it = monitored(&POWER9, PMAO | EBE, 0);
        it.cpu.poke_spr(book3s::FSCR, fscr);
        it.cpu.poke_spr(book3s::HFSCR, 1 << 7);
        it.cpu.poke_spr(book3s::BESCR, bescr);
        it.cpu.set_msr(msr);
        let _ = run(&mut it, 5);
        assert_eq!(it.cpu.cia(), START, "{msr:?} {fscr:x} {bescr:x}");
    }
}
