//! Ranges of instruction addresses that are debug events, and those that toggle.
//!
//! What is expected was written down from E500CORERM chapter 8, PPC440x5 UM 8.3.1 and p. 196, 405GP UM 12.9.12. The second source
//! is Linux: bits in `asm/reg_booke.h` (DBCR0_*, DBCR1_*, DBSR_*, both layouts).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::debug::*;
use kit::{START, run, spr};
use ppc_cpu::Machine;
use ppc_decode::asm;
use spr_exit::num::{booke, ppc4xx};
use spr_exit::{Exit, InterruptKind, Msr, SprNum};

#[test]
fn instruction_addresses_are_compared_as_ranges_by_state_and_by_address_space() {
    // (DBCR1, MSR besides DE, first instruction of 8 that is an event, if any): Linux DBCR1_IAC1US, _IAC1ER, _IAC12M, _IAC12MX.
    let (pr, is) = (Msr::PR.bits(), Msr::IS.bits());
    for (dbcr1, msr, first) in [
        (0x0000_0000, 0, Some(2)),
        (0x0080_0000, 0, Some(2)),
        (0x00c0_0000, 0, Some(0)),
        (0x8000_0000, 0, Some(2)),
        (0x8000_0000, pr, None),
        (0xc000_0000, 0, None),
        (0xc000_0000, pr, Some(2)),
        (0x2000_0000, 0, Some(2)),
        (0x2000_0000, is, None),
        (0x3000_0000, 0, None),
        (0x3000_0000, is, Some(2)),
    ] {
        for it in [E500, MC, P440] {
            let mut machine = it.machine(&[asm::nop(); 8], IDM | IAC1, DE | msr);
            machine.cpu.poke_spr(booke::DBCR1, dbcr1);
            machine.cpu.poke_spr(it.iac[0], START + 8);
            machine.cpu.poke_spr(it.iac[1], START + 16);
            match first {
                Some(n) => assert_eq!(it.debugged(&mut machine).0, START + 4 * n, "{dbcr1:x} {msr:x}"),
                None => assert_eq!(run(&mut machine, 8), Exit::Budget, "{dbcr1:x} {msr:x}"),
            }
        }
    }
}

#[test]
fn a_range_ends_before_its_second_address_and_the_405_has_it_in_dbcr0() {
    // IA12 0x0020_0000, IA12X 0x0010_0000.
    for (dbcr0, it, dbcr1) in [(0x0020_0000, P405, 0), (0, E500, 0x0080_0000)] {
        let mut machine = it.machine(&[asm::nop(); 8], IDM | IAC1 | dbcr0, DE);
        if dbcr1 != 0 {
            machine.cpu.poke_spr(booke::DBCR1, dbcr1);
        }
        machine.cpu.poke_spr(it.iac[0], START);
        machine.cpu.poke_spr(it.iac[1], START + 8);
        for (n, hits) in [(0, true), (1, true), (2, false), (3, false)] {
            machine.cpu.set_cia(START + 4 * n);
            machine.cpu.set_msr(Msr::DE);
            machine.cpu.poke_spr(it.dbsr, 0);
            let exit = run(&mut machine, 1);
            assert_eq!(exit == Exit::Interrupt(InterruptKind::Debug), hits, "{n}");
        }
    }
    let mut machine = P405.machine(&[asm::nop(); 4], IDM | IAC1 | 0x0030_0000, DE);
    machine.cpu.poke_spr(P405.iac[0], START);
    machine.cpu.poke_spr(P405.iac[1], START + 8);
    assert_eq!(P405.debugged(&mut machine).0, START + 8);
}

/// Ranges that toggle, begun as what is inside: DBCR0 besides the events, DBCR1, where the second pair is, and for each pair the
/// bit that says that it is reversed and in which register. (Linux DBCR0_IA12T, DBCR1_IAC12AT and their kin.)
fn enable_toggles(it: Subject, machine: &mut Machine, mode: u64) -> [(SprNum, u64); 2] {
    let (iac, event, reversed) = if it.is_405() {
        let dbcr0 = spr(machine, it.dbcr0) | 0x0022_c000 | 0x0088_0000 | mode;
        machine.cpu.poke_spr(it.dbcr0, dbcr0);
        let second = [ppc4xx::IAC3_40X, ppc4xx::IAC4_40X];
        (second, 0, [(it.dbcr0, 0x0010_0000), (it.dbcr0, 0x0001_0000)])
    } else {
        machine.cpu.poke_spr(booke::DBCR1, 0x0081_0081);
        let second = [booke::IAC3, booke::IAC4];
        (second, 0x0020_0000 | IAC1 | mode, [(it.dbsr, 2), (it.dbsr, 1)])
    };
    machine.cpu.poke_spr(it.dbcr0, spr(machine, it.dbcr0) | event);
    for (register, address) in [it.iac[0], it.iac[1], iac[0], iac[1]]
        .into_iter()
        .zip([8, 16, 12, 24])
    {
        machine.cpu.poke_spr(register, START + address);
    }
    reversed
}

#[test]
fn a_range_that_toggles_is_the_other_one_after_each_event() {
    for it in [P405, P440] {
        let mut machine = it.machine(&[asm::nop(); 10], 0, 0);
        let reversed = enable_toggles(it, &mut machine, 0);
        let (iac1, iac3) = if it.is_405() {
            (0x0400_0000, 0x0008_0000)
        } else {
            (0x0080_0000, 0x0020_0000)
        };
        // Entering and leaving is an event, not being inside or outside.
        for (n, seen, is_reversed) in [
            (0, 0, [false, false]),
            (1, 0, [false, false]),
            (2, iac1, [true, false]),
            (3, iac3, [true, true]),
            (4, iac1, [false, true]),
            (5, 0, [false, true]),
            (6, iac3, [false, false]),
            (7, 0, [false, false]),
        ] {
            assert_eq!(run(&mut machine, 1), Exit::Budget);
            let dbsr = spr(&machine, it.dbsr) & !it.ide();
            let events = dbsr & (iac1 | iac3);
            assert_eq!(events, seen, "{} {n}", it.model.name);
            let found = reversed.map(|(register, bit)| spr(&machine, register) & bit != 0);
            assert_eq!(found, is_reversed, "{} {n}", it.model.name);
            machine.cpu.poke_spr(it.dbsr, dbsr & !events);
        }
    }
}

#[test]
fn a_range_that_toggles_interrupts_once_as_it_is_entered_and_once_as_it_is_left() {
    for it in [P405, P440] {
        let mut machine = it.machine(&[asm::nop(); 10], 0, DE);
        enable_toggles(it, &mut machine, IDM);
        for (address, status) in [
            (8, 0x0400_0000),
            (12, 0x0008_0000),
            (16, 0x0400_0000),
            (24, 0x0008_0000),
        ] {
            let (srr0, _, dbsr) = it.debugged(&mut machine);
            let event = if it.is_405() {
                status
            } else {
                [0x0080_0000, 0x0020_0000][usize::from(status == 0x0008_0000)]
            };
            assert_eq!((srr0, dbsr & !3), (START + address, event), "{}", it.model.name);
            machine.cpu.poke_spr(it.dbsr, dbsr & 3);
            machine.cpu.set_cia(srr0);
            machine.cpu.set_msr(Msr::DE);
        }
        assert_eq!(run(&mut machine, 2), Exit::Budget);
    }
}

#[test]
fn in_internal_debug_mode_ranges_of_the_440_and_those_of_the_405_that_toggle_want_msr_de() {
    // (whether the range toggles, DBCR0[IDM], whether the 405 and the 440 see it while MSR[DE] is 0)
    for (toggles, mode, is_seen) in [
        (true, IDM, [false, false]),
        (false, IDM, [true, false]),
        (true, 0, [true, true]),
        (false, 0, [true, true]),
    ] {
        for (it, is_seen) in [P405, P440].into_iter().zip(is_seen) {
            let mut machine = it.machine(&[asm::nop(); 10], 0, 0);
            enable_toggles(it, &mut machine, mode);
            if !toggles {
                machine.cpu.poke_spr(booke::DBCR1, 0x0080_0080);
                machine.cpu.poke_spr(it.dbcr0, spr(&machine, it.dbcr0) & !0xc000);
            }
            assert_eq!(run(&mut machine, 8), Exit::Budget);
            let events = spr(&machine, it.dbsr) & it.status(IAC1);
            assert_eq!(events != 0, is_seen, "{} {toggles} {mode:x}", it.model.name);
        }
    }
}
