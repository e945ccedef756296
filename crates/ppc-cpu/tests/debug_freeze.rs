//! DBCR0\[FT\]: a debug event freezes the timers of Book E and the 405.
//!
//! What is expected: E500CORERM 2.13.1 (any bit of DBSR but MRR), PPC440x5UM 7.7 and 8.5, 405GP UM 12.7. The second source is
//! Linux: DBCR0_FT and DBSR_* of both layouts in `asm/reg_booke.h`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::debug::*;
use kit::random::Random;
use kit::{START, dec, mtspr, run, spr, tcr, tsr};
use ppc_cpu::{Cpu, Machine};
use ppc_decode::asm;
use spr_exit::num::common;
use spr_exit::{Exit, InterruptKind, Msr};

const FT: u64 = 1;
/// TCR\[DIE\] and TSR\[DIS, FIS\].
const DIE: u64 = 0x0400_0000;
const DIS: u64 = 0x0800_0000;
const FIS: u64 = 0x0400_0000;

/// A machine that spins behind this program, with a decrementer of 100 and nothing in DBSR. (Events are recorded and do not
/// interrupt.)
fn spinning(it: Subject, program: &[u32], dbcr0: u64) -> Machine {
    let program = [program, &[asm::b(0)]].concat();
    let mut machine = it.machine(&program, dbcr0, 0);
    machine.cpu.poke_spr(it.iac[0], START + 4);
    machine.cpu.set_gpr(5, 0xffff_ffff);
    machine.cpu.set_decrementer(100);
    machine
}

fn counted(machine: &Machine) -> (u64, u32) {
    (machine.cpu.time_base(), machine.cpu.decrementer())
}

#[test]
fn the_timers_stand_from_an_event_on_until_software_clears_it() {
    for it in ALL {
        let clear = mtspr(it.dbsr, 5);
        let program = [asm::nop(), asm::nop(), asm::nop(), asm::nop(), clear, asm::nop()];
        for (dbcr0, stood) in [(FT | IAC1, 3), (IAC1, 0), (FT, 0)] {
            let mut machine = spinning(it, &program, dbcr0);
            assert_eq!(run(&mut machine, 4), Exit::Budget);
            let begun = if stood == 0 { (4, 96) } else { (1, 99) };
            assert_eq!(counted(&machine), begun, "{} {dbcr0:x}", it.model.name);
            // In the middle of it is state like any other.
            machine.cpu = Cpu::from_snapshot(&machine.cpu.snapshot()).unwrap();
            assert_eq!(run(&mut machine, 6), Exit::Budget);
            assert_eq!((spr(&machine, it.dbsr), machine.cpu.insns()), (0, 10));
            let ended = (10 - stood, 90 + u32::try_from(stood).unwrap());
            assert_eq!(counted(&machine), ended, "{} {dbcr0:x}", it.model.name);
        }
    }
}

#[test]
fn the_last_reset_in_dbsr_freezes_nothing_and_dbcr0_sets_free() {
    for it in ALL {
        let mut machine = spinning(it, &[], FT);
        let reset = if it.is_405() { 0x300 } else { 0x3000_0000 };
        machine.cpu.poke_spr(it.dbsr, reset);
        assert_eq!(run(&mut machine, 3), Exit::Budget);
        assert_eq!(counted(&machine), (3, 97));
        for event in [ICMP, BRT, IRPT, TRAP, IAC1] {
            let before = counted(&machine).0;
            machine.cpu.poke_spr(it.dbsr, it.status(event));
            assert_eq!(run(&mut machine, 3), Exit::Budget);
            assert_eq!(counted(&machine).0, before, "{} {event:x}", it.model.name);
            machine.cpu.poke_spr(it.dbcr0, 0);
            assert_eq!(run(&mut machine, 2), Exit::Budget);
            assert_eq!(counted(&machine).0, before + 2);
            machine.cpu.poke_spr(it.dbcr0, FT);
        }
        machine.cpu.reset(None);
        let start = counted(&machine).0;
        machine.cpu.set_cia(START);
        assert_eq!(run(&mut machine, 5), Exit::Budget);
        assert_eq!(counted(&machine).0, start + 5, "a reset frees them too");
    }
}

#[test]
fn a_timer_that_stood_expires_as_much_later() {
    for it in ALL {
        let mut machine = spinning(it, &[], FT);
        machine.cpu.poke_spr(tcr(it.model), DIE);
        machine.cpu.set_msr(Msr::EE);
        assert_eq!(run(&mut machine, 60), Exit::Budget);
        machine.cpu.poke_spr(it.dbsr, it.status(TRAP));
        assert_eq!(run(&mut machine, 1000), Exit::Budget, "{}", it.model.name);
        assert_eq!(
            (machine.cpu.decrementer(), spr(&machine, tsr(it.model)) & DIS),
            (40, 0)
        );
        machine.cpu.poke_spr(it.dbsr, 0);
        let insns = machine.cpu.insns();
        assert_eq!(
            run(&mut machine, 1000),
            Exit::Interrupt(InterruptKind::Decrementer)
        );
        assert_eq!(machine.cpu.insns() - insns, 40);
    }
}

#[test]
fn the_fixed_interval_timer_stands_with_the_time_base() {
    for it in ALL {
        // The bit that TCR[FP] = 0 selects: 2^8 on the 405, 2^12 on the 440; the e500 is asked for 2^8 (bit 55).
        let (control, period) = match it.model.name {
            "405" => (0, 0x100),
            "440" => (0, 0x1000),
            _ => (55 >> 2 << 13 | (55 & 3) << 24, 0x100),
        };
        let mut machine = spinning(it, &[], FT);
        machine.cpu.set_insns_per_tick(0);
        machine.cpu.poke_spr(tcr(it.model), control);
        machine.cpu.poke_spr(it.dbsr, it.status(TRAP));
        machine.cpu.advance_time(period);
        assert_eq!(run(&mut machine, 1), Exit::Budget);
        assert_eq!(spr(&machine, tsr(it.model)) & FIS, 0, "{}", it.model.name);
        machine.cpu.poke_spr(it.dbsr, 0);
        for (ticks, status) in [(period - 1, 0), (1, FIS)] {
            machine.cpu.advance_time(ticks);
            assert_eq!(run(&mut machine, 1), Exit::Budget);
            assert_eq!(spr(&machine, tsr(it.model)) & FIS, status, "{}", it.model.name);
        }
    }
}

#[test]
fn what_is_written_to_a_timer_that_stands_stays_and_counts_from_there_later() {
    for it in ALL {
        let mut machine = spinning(it, &[mtspr(common::TBL_WRITE, 6)], FT);
        machine.cpu.set_gpr(6, 0x1234);
        machine.cpu.poke_spr(it.dbsr, it.status(TRAP));
        machine.cpu.set_decrementer(50);
        assert_eq!(run(&mut machine, 20), Exit::Budget);
        assert_eq!(counted(&machine), (0x1234, 50), "{}", it.model.name);
        machine.cpu.poke_spr(it.dbsr, 0);
        assert_eq!(run(&mut machine, 7), Exit::Budget);
        assert_eq!(counted(&machine), (0x123b, 43));
    }
}

#[test]
fn a_timer_that_stands_does_not_wake_a_waiting_cpu() {
    // MSR[WE]; the e500 and its successors also want HID0[DOZE].
    for it in [P405, P440] {
        for (status, exit) in [
            (TRAP, Exit::Wait),
            (0, Exit::Interrupt(InterruptKind::Decrementer)),
        ] {
            let mut machine = spinning(it, &[asm::mtmsr(6)], FT);
            machine.cpu.poke_spr(tcr(it.model), DIE);
            machine.cpu.set_gpr(6, 0x0004_8000);
            machine.cpu.poke_spr(it.dbsr, it.status(status));
            assert_eq!(run(&mut machine, 200), exit, "{}", it.model.name);
        }
    }
}

/// Does something to a CPU that its timers notice.
fn meddle(cpu: &mut Cpu, it: Subject, kind: u64, value: u64) {
    match kind {
        0 => cpu.set_time_base(value),
        1 => drop(cpu.poke_spr(dec(it.model), value)),
        2 => drop(cpu.poke_spr(tcr(it.model), value)),
        _ if value & 1 != 0 => drop(cpu.poke_spr(tsr(it.model), 0)),
        _ => *cpu = Cpu::from_snapshot(&cpu.snapshot()).unwrap(),
    }
}

#[test]
fn whatever_is_done_to_timers_that_stand_they_are_as_if_no_time_passed() {
    for (case, it) in (0..1600).zip(ALL.into_iter().cycle()) {
        let mut random = Random::of_case(case);
        // One whose timers stand now and then, and one for which the caller then lets the clock stand.
        let mut both = [FT, 0].map(|dbcr0| spinning(it, &[mtspr(it.dbsr, 5)], dbcr0));
        let mut stands = false;
        for machine in &mut both {
            machine.cpu.set_insns_per_tick(0);
            machine.cpu.set_cia(START + 4);
        }
        for step in 0..100 {
            let value = random.next() >> random.below(64);
            // About as long as the shorter intervals.
            let ticks = value >> 36;
            let kind = random.below(9);
            match kind {
                0 if stands => {
                    // As the guest does it: a poke has the timers look at everything.
                    for machine in &mut both {
                        // The watchdog may still have to leave.
                        let _ = run(machine, 1);
                        machine.cpu.set_cia(START);
                        assert_eq!(run(machine, 1), Exit::Budget);
                    }
                    stands = false;
                }
                0 => {
                    both[0].cpu.poke_spr(it.dbsr, it.status(TRAP));
                    stands = true;
                }
                1..5 => {
                    both[0].cpu.advance_time(ticks);
                    both[1].cpu.advance_time(if stands { 0 } else { ticks });
                }
                _ => {
                    for machine in &mut both {
                        meddle(&mut machine.cpu, it, kind - 5, value);
                    }
                }
            }
            let runs = random.one_in(2);
            let [stood, paused] = both.each_mut().map(|machine| {
                let exit = runs.then(|| run(machine, 1));
                let [tsr, tcr] = [tsr, tcr].map(|number| spr(machine, number(it.model)));
                (exit, counted(machine), tsr, tcr)
            });
            assert_eq!(stood, paused, "{}, case {case}, step {step}", it.model.name);
        }
    }
}
