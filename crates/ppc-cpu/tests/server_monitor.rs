//! The performance monitor of servers: what counts, what freezes it, alerts, their interrupts and branches.
//!
//! Written down from Power ISA 2.07 and 3.0B Book III, Performance Monitor Facility, as remembered, and compared with Linux `asm/reg.h` and
//! QEMU `power8-pmu.c`. Events of the POWER7 are those of Linux `perf/power7-events-list.h`; of the 970, what libpfm's groups
//! select (`ppc970_events.h`), where the core has Linux's and FreeBSD's numbers.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::server::*;
use kit::{START, mfspr, mtspr, run, spr};
use ppc_cpu::Machine;
use ppc_cpu::model::{Model, POWER7, POWER8, POWER9, POWER10, PPC970};
use ppc_decode::asm;
use spr_exit::num::{book3s, common, ppc970};
use spr_exit::{Exit, InterruptKind, Msr, SprNum};

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
        // The POWER7's 0x100fe is no event; PM_RUN_CYC is PMC2's 0xf4, PM_RUN_INST_CMPL PMC4's 0xfa.
        (&POWER7, 0, selected, 1, [0, 100, 100, 0, 100, 100]),
        (&POWER7, 0, 0xf0f4_f4fa, 1, [0, 100, 0, 100, 100, 100]),
        (&POWER7, 0, 0xf0f4_1efa, 0, [0, 0, 100, 0, 0, 0]),
        (&POWER7, 1, selected, 1, [0; 6]),
        (&POWER7, 0x20, selected, 1, [0, 0, 0, 0, 100, 100]),
        (&POWER7, 0x10, selected, 1, [0, 100, 100, 0, 0, 0]),
        // CC5-6RUN came with version 2.07.
        (&POWER7, 0x100, 0, 0, [0; 6]),
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

/// The 970's counters after a hundred instructions in hypervisor state.
fn counters_of_970(mmcr0: u64, mmcr1: u64, run_latch: u64) -> [u64; 8] {
    let mut it = monitored(&PPC970, mmcr0, mmcr1);
    it.cpu.poke_spr(ppc970::CTRL, run_latch);
    let _ = run(&mut it, 100);
    [787, 788, 789, 790, 791, 792, 793, 794].map(|sprn| spr(&it, SprNum::wrapping(sprn)))
}

#[test]
fn each_of_the_970s_eight_counters_counts_what_its_selector_says() {
    // Groups of libpfm, and whether a counter has PM_INST_CMPL or PM_CYC there, or is PMC1 with PM_RUN_CYC.
    for (mmcr0, mmcr1, expected) in [
        (0x051e, 0x0000_0000_0a46_f18c, [1, 1, 0, 1, 0, 1, 0, 0]), // pm_slice0
        (0x0f1e, 0x4003_0010_05f0_9000, [1, 1, 0, 0, 0, 1, 0, 0]), // pm_eprof
        (0x091e, 0x4003_0010_05f0_9000, [1, 1, 0, 0, 0, 1, 0, 0]), // pm_basic
        (0x0000, 0x000f_0000_7a40_0000, [0, 0, 1, 1, 0, 0, 0, 0]), // pm_lsu
        (0x0000, 0x0000_0000_001e_0480, [0, 0, 0, 0, 1, 0, 1, 0]), // pm_fpu1
        (0x132e, 0x4000_0000_851e_994c, [0, 0, 0, 0, 1, 1, 0, 0]), // pm_isu_queues1
        (0x1838, 0x0003_c0d0_8d76_f4bc, [0, 0, 0, 0, 0, 1, 1, 1]), // pm_lsu_store2
        (0x091e, 0x8003_c01d_0636_fce8, [1, 1, 0, 0, 0, 1, 0, 0]), // pm_l1andbr
        (0x0712, 0x0000_300e_3bce_7f74, [0, 1, 0, 1, 0, 0, 0, 0]), // pm_data
        (0x1d32, 0x0003_e0c1_0752_9780, [0, 0, 0, 0, 1, 1, 1, 0]), // pm_sync
        (0x0d3e, 0x8000_00c0_4bd2_f4bc, [0, 0, 1, 1, 1, 1, 1, 1]), // pm_ierat
        (0x0006, 0x0000_8080_7908_52a4, [0, 0, 1, 0, 0, 0, 0, 1]), // pm_mark1
        // "Count nothing" for all of them (FreeBSD PMC970N_NONE).
        (0x0810, 0x4210_8420, [0; 8]),
        (0, 0, [0; 8]),
    ] {
        let expected = expected.map(|counts| 100 * counts);
        assert_eq!(counters_of_970(mmcr0, mmcr1, 1), expected, "{mmcr0:x} {mmcr1:x}");
    }
    // Without CTRL[RUN] PM_RUN_CYC waits, and nothing else does.
    assert_eq!(
        counters_of_970(0x051e, 0x0a46_f18c, 0),
        [0, 100, 0, 100, 0, 100, 0, 0]
    );
}

#[test]
fn the_970_freezes_its_counters_by_state_and_mark() {
    let [hypervisor, supervisor, problem] = [Msr::HV, Msr::empty(), Msr::PR];
    for (freezes, msr, counts) in [
        (0, hypervisor, true),
        (0x8000_0000, hypervisor, false),
        (0x4000_0000, supervisor, false),
        (0x4000_0000, hypervisor, true),
        (0x2000_0000, problem, false),
        (0x2000_0000, hypervisor, true),
        (0x1000_0000, Msr::PMM, false),
        (0x1000_0000, supervisor, true),
        (0x0800_0000, supervisor, false),
        (0x0800_0000, Msr::PMM, true),
        (1, hypervisor, false),
        (1, supervisor, true),
        // FC1-4 and FC5-6 are later processors'.
        (0x30, hypervisor, true),
    ] {
        let mut it = monitored(&PPC970, 0x0900 | freezes, 0x3c);
        it.cpu.set_msr(Msr::SF | msr);
        let _ = run(&mut it, 10);
        let expected = if counts { 10 } else { 0 };
        assert_eq!(
            [ppc970::PMC1, ppc970::PMC8].map(|sprn| spr(&it, sprn)),
            [expected; 2],
            "{freezes:x} {msr:?}"
        );
    }
}

#[test]
fn problem_state_reads_the_970s_counters_exactly_and_a_snapshot_has_them() {
    let [upmc1, upmc8] = [ppc970::PMC1_USER, ppc970::PMC8_USER];
    let program = [
        mtspr(ppc970::PMC8, 3),
        mtspr(ppc970::MMCR1, 4),
        mtspr(ppc970::MMCR0, 5),
        asm::mtmsrd(6),
        mfspr(7, upmc8),
        mfspr(8, upmc1),
        asm::b(0),
    ];
    let mut it = quiet(&PPC970, &program);
    for (n, value) in [(3, 0x1_0000_1000), (4, 0x3c), (5, 0x0900), (6, SF | 0x4000)] {
        it.cpu.set_gpr(n, value);
    }
    let _ = run(&mut it, 6);
    // Each mtspr that starts a counter counts itself: PMC8's by MMCR1, PMC1's by MMCR0.
    assert_eq!([7, 8].map(|n| it.cpu.gpr(n)), [0x1003, 3]);
    let snapshot = it.cpu.snapshot();
    let restored = ppc_cpu::Cpu::from_snapshot(&snapshot).unwrap();
    assert_eq!(restored.peek_spr(ppc970::PMC8), Some(0x1005));
    assert_eq!(restored.snapshot(), snapshot);
    let _ = run(&mut it, 10);
    assert_eq!(spr(&it, ppc970::PMC8), 0x100f);
    it.cpu.reset_to(&snapshot).unwrap();
    let _ = run(&mut it, 1);
    assert_eq!(spr(&it, ppc970::PMC8), 0x1006);
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
    for (model, counter, enable, select) in [
        (&POWER9, book3s::PMC1, 0x8000, [0, 0xfe00_0000]),
        (&POWER9, book3s::PMC5, 0x4000, [0, 0xfe00_0000]),
        // Without EBE and PMCC, which came with version 2.07.
        (&POWER7, book3s::PMC1, 0x8000, [EBE, 0x0200_0000]),
        (&POWER7, book3s::PMC6, 0x4000, [0x000c_0000, 0]),
        (&PPC970, book3s::PMC1, 0x8000, [EBE | 0x0900, 0]),
        (&PPC970, ppc970::PMC2, 0x4000, [0x1e, 0]),
        (&PPC970, ppc970::PMC8, 0x4000, [0x000c_0000, 0x24]),
    ] {
        let monitored = |mmcr0| monitored(model, mmcr0 | select[0], select[1]);
        let mut it = monitored(PMAE | FCECE | enable);
        it.cpu.poke_spr(counter, 0x8000_0000 - 50);
        it.cpu.set_msr(Msr::SF | Msr::HV | Msr::EE);
        assert_eq!(
            run(&mut it, 1000),
            Exit::Interrupt(InterruptKind::PerformanceMonitor)
        );
        assert_eq!(it.cpu.insns(), 50, "{} {counter}", model.name);
        // PMAE off, PMAO on, frozen.
        assert_eq!(
            spr(&it, book3s::MMCR0),
            0x8000_0000 | FCECE | enable | PMAO | select[0]
        );
        assert_eq!(spr(&it, counter), 0x8000_0000);
        // Without the condition's enable nothing comes.
        let mut it = monitored(PMAE | FCECE);
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
