//! Debug events of the e500v2, e500mc, 440 and 405, and the debug interrupt. Steps are in `debug_step.rs`, ranges in
//! `debug_ranges.rs`, timers in `debug_freeze.rs`.
//!
//! What is expected was written down from E500CORERM chapter 8, PPC440x5 UM 8.3 and p. 195 to 198, 405GP UM 12.9 and tables
//! 10-23 and 10-24. The second source is Linux: bits in `asm/reg_booke.h` (DBCR0_*, DBSR_*, both layouts).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::debug::*;
use kit::delivery::ivor;
use kit::{START, mfspr, mtspr, run, spr};
use ppc_cpu::Machine;
use ppc_cpu::interrupt::Input;
use ppc_decode::{LoadStore, asm};
use spr_exit::num::{booke, common, e500, ppc4xx, ppc440};
use spr_exit::{Exit, InterruptKind, Msr, Owner};

#[test]
fn a_taken_branch_is_an_event_before_it_and_another_one_none() {
    for it in ALL {
        // CR0 is zero: bc 12,2 is not taken, bc 4,2 is.
        let program = [asm::bc(12, 2, 8), asm::bc(4, 2, 8), asm::nop()];
        let mut machine = it.machine(&program, IDM | BRT, DE);
        assert_eq!(it.debugged(&mut machine), (START + 4, DE, it.status(BRT)));
        assert_eq!(machine.cpu.insns(), 1);
        // With MSR[DE] = 0 none is seen (E500CORERM 8.4.4).
        let mut machine = it.machine(&[asm::b(4), asm::b(0)], IDM | BRT, 0);
        assert_eq!(run(&mut machine, 9), Exit::Budget);
        assert_eq!(spr(&machine, it.dbsr), 0);
    }
}

#[test]
fn every_kind_of_branch_counts_when_it_is_taken() {
    for (word, is_taken) in [
        (asm::b(8), true),
        (asm::bc(16, 0, 8), true),
        (asm::bc(18, 0, 8), false),
        (asm::bclr(20, 0), true),
        (asm::bclr(12, 0), false),
        (asm::bcctr(20, 0), true),
        (asm::bcctr(12, 0), false),
        (asm::sc(), false),
    ] {
        let mut machine = E500.machine(&[word, asm::b(0)], IDM | BRT, DE);
        machine.cpu.set_ctr(START + 0x100);
        machine.cpu.set_lr(START + 0x100);
        machine.cpu.config_mut().report_interrupts = false;
        let ctr = machine.cpu.ctr();
        assert_eq!(run(&mut machine, 1), Exit::Budget);
        let is_seen = machine.cpu.cia() == ivor(15);
        assert_eq!(is_seen, is_taken, "{word:08x}");
        if is_seen {
            assert_eq!(machine.cpu.ctr(), ctr, "it was not executed");
        }
    }
}

#[test]
fn an_instruction_address_is_an_event_before_the_instruction() {
    for it in ALL {
        let mut machine = it.machine(&[asm::nop(), asm::li(3, 1)], IDM | IAC1, DE);
        machine.cpu.poke_spr(it.iac[0], START + 4);
        assert_eq!(it.debugged(&mut machine), (START + 4, DE, it.status(IAC1)));
        assert_eq!((machine.cpu.gpr(3), machine.cpu.insns()), (0, 1));
        // While MSR[DE] is 0 it is written down with IDE, and the instruction is executed.
        let mut machine = it.machine(&[asm::nop(), asm::li(3, 1), asm::b(0)], IDM | IAC1, 0);
        machine.cpu.poke_spr(it.iac[0], START + 4);
        assert_eq!(run(&mut machine, 5), Exit::Budget);
        assert_eq!(spr(&machine, it.dbsr), it.status(IAC1) | it.ide());
        assert_eq!(machine.cpu.gpr(3), 1);
    }
}

/// What enables reads and writes at DAC1, as DBCR0 or on the 405 DBCR1 has it, and DBSR for each.
fn dac(it: Subject) -> [(u64, u64); 2] {
    if it.is_405() {
        [(0x8000_0000, 0x0100_0000), (0x2000_0000, 0x0080_0000)]
    } else {
        [(0x0008_0000, 0x0008_0000), (0x0004_0000, 0x0004_0000)]
    }
}

fn enable_dac(it: Subject, machine: &mut Machine, bits: u64) {
    if it.is_405() {
        machine.cpu.poke_spr(ppc4xx::DBCR1_40X, bits);
        machine.cpu.poke_spr(it.dbcr0, IDM);
    } else {
        machine.cpu.poke_spr(it.dbcr0, IDM | bits);
    }
}

#[test]
fn a_data_address_is_an_event_before_it_is_read_or_written() {
    const AT: u64 = 0x3000;
    let stmw = LoadStore::Stmw.row().encode(&[28, -8, 4]).unwrap();
    for it in ALL {
        let [read, write] = dac(it);
        for (word, is_read, is_written) in [
            (lwz(3, 0, 4), true, false),
            (asm::stw(3, 0, 4), false, true),
            (stmw, false, true),
            (asm::lwarx(3, 0, 4), true, false),
            (asm::stwcx_rc(3, 0, 4), false, true),
            (asm::stw(3, 4, 4), false, false),
            (asm::addi(3, 4, 0), false, false),
        ] {
            for ((enable, status), hits) in [(read, is_read), (write, is_written)] {
                let mut machine = it.machine(&[word, asm::b(0)], 0, DE);
                machine.cpu.set_gpr(3, 7);
                machine.cpu.set_gpr(4, AT);
                machine.cpu.poke_spr(it.dac[0], AT);
                enable_dac(it, &mut machine, enable);
                let what = format!("{} {word:08x} {enable:x}", it.model.name);
                if hits {
                    assert_eq!(it.debugged(&mut machine), (START, DE, status), "{what}");
                    assert_eq!(machine.memory.load(AT), Some([0; 4]), "{what}");
                    assert_eq!(machine.cpu.gpr(3), 7, "{what}");
                } else {
                    assert_eq!(run(&mut machine, 4), Exit::Budget, "{what}");
                    assert_eq!(spr(&machine, it.dbsr), 0, "{what}");
                }
            }
        }
    }
}

#[test]
fn an_alignment_interrupt_goes_before_a_data_address_event() {
    // EREF 2.0 7.11: DAC is the last of a load or store.
    let mut machine = E500.machine(&[asm::lwarx(3, 0, 4)], IDM | 0x000c_0000, DE);
    machine.cpu.set_gpr(4, 0x3002);
    machine.cpu.poke_spr(booke::DAC1, 0x3002);
    assert_eq!(run(&mut machine, 5), Exit::Interrupt(InterruptKind::Alignment));
    assert_eq!(spr(&machine, booke::DBSR), 0);
}

#[test]
fn data_addresses_are_compared_as_ranges_and_by_mask() {
    // Linux DBCR2_DAC12M 0x0080_0000 inclusive, _MX 0x00c0_0000 exclusive, _MM 0x0040_0000 mask.
    for (dbcr2, dac2, offsets) in [
        (0x0080_0000, 0x3010, [false, true, true, false]),
        (0x00c0_0000, 0x3010, [true, false, false, true]),
        (0x0040_0000, 0xffff_fff7, [false, true, true, false]),
    ] {
        for (n, hits) in offsets.into_iter().enumerate() {
            let at = 0x3000 + 8 * n as u64;
            for it in [E500, MC, P440] {
                let mut machine = it.machine(&[lwz(3, 0, 4), asm::b(0)], IDM | 0x0008_0000, DE);
                machine.cpu.set_gpr(4, at - 8);
                machine.cpu.poke_spr(booke::DBCR2, dbcr2);
                machine.cpu.poke_spr(booke::DAC1, 0x3000);
                machine.cpu.poke_spr(booke::DAC2, dac2);
                let is_taken = run(&mut machine, 4) != Exit::Budget;
                assert_eq!(is_taken, hits, "{} {dbcr2:x} {at:x}", it.model.name);
            }
        }
    }
    // D1S of the 405, bits 4:5: any byte of the word.
    for (size, at, hits) in [
        (0, 0x3002, false),
        (0x0800_0000, 0x3002, true),
        (0x0800_0000, 0x3004, false),
    ] {
        let mut machine = P405.machine(
            &[LoadStore::Lbz.row().encode(&[3, 0, 4]).unwrap(), asm::b(0)],
            0,
            DE,
        );
        machine.cpu.set_gpr(4, at);
        machine.cpu.poke_spr(P405.dac[0], 0x3000);
        enable_dac(P405, &mut machine, 0x8000_0000 | size);
        assert_eq!(run(&mut machine, 4) != Exit::Budget, hits, "{at:x}");
    }
}

#[test]
fn a_data_event_of_the_4xx_can_ask_for_a_value_too() {
    // 440: DVC1M all bytes, DVC1BE all. 405: DV1M, DV1BE likewise, and the event is behind the instruction (table 10-23).
    for (it, register, saved) in [
        (P440, ppc440::DVC1, START + 4),
        (P405, ppc4xx::DVC1_40X, START + 8),
    ] {
        let program = [asm::stw(5, 0, 4), asm::stw(6, 0, 4), asm::b(0)];
        for (value, hits) in [(0x1234_5678, true), (0x1234_5679, false)] {
            let mut machine = it.machine(&program, 0, DE);
            for (n, word) in [(4, 0x3000), (5, 0x1234_0000), (6, 0x1234_5678)] {
                machine.cpu.set_gpr(n, word);
            }
            machine.cpu.poke_spr(it.dac[0], 0x3000);
            machine.cpu.poke_spr(register, value);
            if it.is_405() {
                enable_dac(it, &mut machine, 0x2004_f000);
            } else {
                machine.cpu.poke_spr(booke::DBCR2, 0x0004_0f00);
                enable_dac(it, &mut machine, 0x0004_0000);
            }
            if hits {
                assert_eq!(it.debugged(&mut machine), (saved, DE, dac(it)[1].1));
            } else {
                assert_eq!(run(&mut machine, 6), Exit::Budget);
            }
        }
    }
}

#[test]
fn a_trap_is_a_debug_event_before_it_is_a_program_interrupt() {
    for it in ALL {
        let program = [asm::twi(31, 0, 0)];
        let mut machine = it.machine(&program, IDM | TRAP, DE);
        assert_eq!(it.debugged(&mut machine), (START, DE, it.status(TRAP)));
        // Without MSR[DE] the program interrupt comes, and DBSR has the event.
        let mut machine = it.machine(&program, IDM | TRAP, 0);
        assert_eq!(run(&mut machine, 5), Exit::Interrupt(InterruptKind::ProgramTrap));
        assert_eq!(spr(&machine, it.dbsr), it.status(TRAP) | it.ide());
        // A trap that does not is none.
        let mut machine = it.machine(&[asm::twi(0, 0, 0), asm::b(0)], IDM | TRAP, DE);
        assert_eq!(run(&mut machine, 5), Exit::Budget);
    }
}

#[test]
fn a_return_is_an_event_behind_it_on_the_e500_and_before_it_elsewhere() {
    // E500CORERM table 8-2; PPC440x5UM 8.3.6.
    for (it, saved) in [(E500, START + 0x20), (MC, START), (P440, START)] {
        let mut machine = it.machine(&[asm::rfi()], IDM | RET, DE);
        machine.cpu.poke_spr(common::SRR0, START + 0x20);
        machine.cpu.poke_spr(common::SRR1, DE | 0x1000);
        let msr = if it.model.name == "e500v2" {
            DE | 0x1000
        } else {
            DE
        };
        assert_eq!(it.debugged(&mut machine), (saved, msr, RET), "{}", it.model.name);
        // With MSR[DE] = 0: the return is done, and the event is late.
        let mut machine = it.machine(&[asm::rfi()], IDM | RET, 0);
        machine.cpu.poke_spr(common::SRR0, START);
        assert_eq!(run(&mut machine, 3), Exit::Budget);
        assert_eq!(spr(&machine, booke::DBSR), RET | it.ide());
    }
}

#[test]
fn a_return_from_a_critical_interrupt_is_an_event_only_while_debug_interrupts_are_enabled() {
    // The 440 in internal debug mode alone (PPC440x5UM p. 196).
    for (it, off) in [(E500, 0), (P440, IDM)] {
        for (mode, msr, dbsr) in [(off, 0, 0), (0, DE, RET)] {
            let mut machine = it.machine(&[asm::rfci()], RET | mode, msr);
            machine.cpu.poke_spr(booke::CSRR0, START + 0x20);
            machine.memory.write_words(START + 0x20, &[asm::b(0)]).unwrap();
            assert_eq!(run(&mut machine, 3), Exit::Budget);
            assert_eq!(spr(&machine, booke::DBSR), dbsr, "{}", it.model.name);
        }
    }
    // The e500mc has an event of its own for it, CRET (Linux DBSR_CRET).
    let mut machine = MC.machine(&[asm::rfci()], IDM | 0x20, DE);
    assert_eq!(MC.debugged(&mut machine), (START, DE, 0x20));
}

#[test]
fn a_noncritical_interrupt_is_an_event_that_stops_at_its_vector() {
    for it in ALL {
        let vector = if it.is_405() { 0xc00 } else { ivor(8) };
        let mut machine = it.machine(&[asm::sc()], IDM | IRPT, DE);
        assert_eq!(run(&mut machine, 5), Exit::Interrupt(InterruptKind::Syscall));
        assert_eq!(it.debugged(&mut machine), (vector, DE, it.status(IRPT)));
        assert_eq!(spr(&machine, common::SRR0), START + 4);
        let mut machine = it.machine(&[asm::sc()], IDM | IRPT, 0);
        assert_eq!(run(&mut machine, 1), Exit::Interrupt(InterruptKind::Syscall));
        assert_eq!(spr(&machine, it.dbsr), it.status(IRPT) | it.ide());
    }
}

#[test]
fn an_event_in_a_critical_handler_interrupts_when_the_handler_returns() {
    // An IAC in code that runs with MSR[DE] = 0, as a critical handler does; rfci sets DE again (PPC440x5UM p. 198:
    // CSRR0 is the address that it returns to).
    for it in [E500, P440, P405] {
        let (csrr0, csrr1) = it.save;
        let mut machine = it.machine(&[asm::nop(), asm::rfci()], IDM | IAC1, 0x1000);
        machine.cpu.poke_spr(it.iac[0], START);
        machine.cpu.poke_spr(csrr0, START + 0x40);
        machine.cpu.poke_spr(csrr1, DE | 0x9000);
        let found = it.debugged(&mut machine);
        assert_eq!(found, (START + 0x40, DE | 0x9000, it.status(IAC1) | it.ide()));
        assert_eq!(machine.cpu.insns(), 2);
    }
    // By mtmsr: the instruction behind it.
    for it in ALL {
        let mut machine = it.machine(&[asm::nop(), asm::mtmsr(3)], IDM | IAC1, 0);
        machine.cpu.poke_spr(it.iac[0], START);
        machine.cpu.set_gpr(3, DE);
        assert_eq!(
            it.debugged(&mut machine),
            (START + 8, DE, it.status(IAC1) | it.ide())
        );
    }
}

#[test]
fn an_event_that_software_clears_in_time_does_not_interrupt() {
    for it in ALL {
        let program = [
            asm::nop(),
            mfspr(5, it.dbsr),
            mtspr(it.dbsr, 5),
            asm::mtmsr(3),
            asm::b(0),
        ];
        let mut machine = it.machine(&program, IDM | IAC1, 0);
        machine.cpu.poke_spr(it.iac[0], START);
        machine.cpu.set_gpr(3, DE);
        assert_eq!(run(&mut machine, 9), Exit::Budget);
        assert_eq!(machine.cpu.gpr(5), it.status(IAC1) | it.ide());
        assert_eq!(spr(&machine, it.dbsr), 0);
    }
}

#[test]
fn without_internal_debug_mode_events_are_recorded_and_do_not_interrupt() {
    for it in ALL {
        let mut machine = it.machine(&[asm::b(4), asm::b(0)], BRT | IAC1, DE);
        machine.cpu.poke_spr(it.iac[0], START);
        assert_eq!(run(&mut machine, 5), Exit::Budget);
        assert_eq!(spr(&machine, it.dbsr), it.status(BRT) | it.status(IAC1));
        // Switched on, what is there asks at once: that is why software clears it first.
        machine.cpu.poke_spr(it.dbcr0, IDM);
        assert_eq!(it.debugged(&mut machine).0, START + 4);
    }
}

#[test]
fn without_internal_debug_mode_the_4xx_records_what_critical_handlers_do() {
    // PPC440x5UM p. 196, 405GP UM 12.9.8 and 12.9.9; E500CORERM 8.4.4.
    for it in ALL {
        let is_4xx = it.is_405() || it.model.name == "440";
        let seen = |event| if is_4xx { it.status(event) | it.ide() } else { 0 };
        let mut machine = it.machine(&[asm::b(4), asm::b(0)], BRT, 0);
        assert_eq!(run(&mut machine, 3), Exit::Budget);
        assert_eq!(spr(&machine, it.dbsr), seen(BRT), "{}", it.model.name);
        let mut machine = it.machine(&[asm::nop()], IRPT, Msr::CE.bits());
        machine.cpu.set_input(Input::CRITICAL, true);
        assert_eq!(
            run(&mut machine, 3),
            Exit::Interrupt(InterruptKind::CriticalInput)
        );
        assert_eq!(spr(&machine, it.dbsr), seen(IRPT), "{}", it.model.name);
    }
    let mut machine = P440.machine(&[asm::rfci(), asm::b(0)], RET, 0);
    machine.cpu.poke_spr(booke::CSRR0, START + 4);
    assert_eq!(run(&mut machine, 3), Exit::Budget);
    assert_eq!(spr(&machine, booke::DBSR), RET | P440.ide());
}

#[test]
fn facilities_that_an_external_debugger_owns_do_nothing() {
    for it in ALL {
        let mut machine = it.machine(&[asm::b(0)], EDM | IDM | ICMP | BRT | IAC1, DE);
        machine.cpu.poke_spr(it.iac[0], START);
        assert_eq!(run(&mut machine, 5), Exit::Budget);
        assert_eq!(spr(&machine, it.dbsr), 0);
        // Software cannot set EDM.
        let mut machine = it.machine(&[mtspr(it.dbcr0, 3)], 0, 0);
        machine.cpu.set_gpr(3, EDM | IDM);
        assert_eq!(run(&mut machine, 1), Exit::Budget);
        assert_eq!(spr(&machine, it.dbcr0), IDM);
    }
}

#[test]
fn the_hypervisor_of_the_e500mc_can_keep_events_out_of_its_own_state() {
    // EPCR[DUVD], bit 37.
    for (msr, hits) in [(DE, false), (DE | Msr::GS.bits(), true)] {
        let mut machine = MC.machine(&[asm::b(0)], IDM | ICMP, msr);
        machine.cpu.poke_spr(e500::EPCR, 0x0400_0000);
        assert_eq!(run(&mut machine, 4) != Exit::Budget, hits);
    }
}

#[test]
fn dbsrwr_of_the_e500mc_sets_dbsr_once_the_core_owns_it() {
    let program = [mtspr(e500::DBSRWR, 3), asm::nop()];
    let mut machine = MC.machine(&program, IDM, DE);
    machine.cpu.set_gpr(3, 0x4000_0000);
    assert!(
        matches!(run(&mut machine, 1), Exit::Spr(_)),
        "user space had it first"
    );
    let mut machine = MC.machine(&program, IDM, DE);
    machine.cpu.set_gpr(3, 0x4000_0000);
    machine.cpu.set_owner(e500::DBSRWR, Owner::Core).unwrap();
    // UDE, as if it had happened: the interrupt follows at once.
    assert_eq!(MC.debugged(&mut machine), (START + 4, DE, 0x4000_0000));
}

#[test]
fn an_event_of_the_e500mc_may_be_linked_to_the_address_of_its_instruction() {
    // DBCR2[DACLINK1], bit 10: DAC1 counts at IAC1 alone, and IAC1 not by itself.
    let program = [lwz(3, 0, 4), lwz(3, 0, 4), asm::b(0)];
    let mut machine = MC.machine(&program, IDM | IAC1 | 0x0008_0000, DE);
    machine.cpu.set_gpr(4, 0x3000);
    machine.cpu.poke_spr(booke::DBCR2, 0x0020_0000);
    machine.cpu.poke_spr(booke::DAC1, 0x3000);
    machine.cpu.poke_spr(booke::IAC1, START + 4);
    assert_eq!(MC.debugged(&mut machine), (START + 4, DE, 0x0008_0000));
}

#[test]
fn a_critical_interrupt_is_an_event_of_its_own_on_the_e500mc() {
    // DBCR0[CIRPT] and DBSR[CIRPT] are the same bit, 0x40 (Linux reg_booke.h DBCR0_CIRPT, DBSR_CIRPT).
    const CIRPT: u64 = 0x40;
    const CE: u64 = 0x2_0000;
    let critical = |dbcr0: u64, msr: u64| {
        let mut machine = MC.machine(&[asm::nop(), asm::nop()], IDM | dbcr0, msr);
        machine.cpu.set_input(Input::CRITICAL, true);
        assert_eq!(
            run(&mut machine, 1),
            Exit::Interrupt(InterruptKind::CriticalInput)
        );
        assert_eq!(
            [booke::CSRR0, booke::CSRR1].map(|n| spr(&machine, n)),
            [START, msr]
        );
        machine
    };
    // At the vector, in registers of its own; the critical interrupt leaves MSR[DE] there.
    let mut machine = critical(CIRPT, CE | DE);
    assert_eq!(MC.debugged(&mut machine), (ivor(0), DE, CIRPT));
    assert_eq!(spr(&machine, booke::CSRR0), START);
    // While debug interrupts are disabled it is recorded.
    let machine = critical(CIRPT, CE);
    assert_eq!(spr(&machine, MC.dbsr), CIRPT | MC.ide());
    // It is no event of the other class, nor the other way round.
    let machine = critical(IRPT, CE | DE);
    assert_eq!(spr(&machine, MC.dbsr), 0);
    let mut machine = MC.machine(&[asm::sc()], IDM | CIRPT, DE);
    assert_eq!(run(&mut machine, 1), Exit::Interrupt(InterruptKind::Syscall));
    assert_eq!(spr(&machine, MC.dbsr), 0);
}
