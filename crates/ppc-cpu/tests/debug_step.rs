//! Single steps by debug events (DBCR0\[ICMP\]) on the e500v2, e500mc, 440 and 405, over instructions that leave among them.
//!
//! E500CORERM 8.4.5 and table 8-2, PPC440x5 UM p. 198, 405GP UM tables 10-23 and 10-24. The second source is Linux: the MSR that
//! is left in `kvm/booke.c` (`kvmppc_booke_irqprio_deliver`: ME), what a step is in `kernel/traps.c` (`DebugException`).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::debug::*;
use kit::delivery::ivor;
use kit::{START, mfspr, mtspr, run, spr};
use ppc_cpu::model::E500V2;
use ppc_cpu::{Cpu, Machine, Memory};
use ppc_decode::{LoadStore, asm};
use spr_exit::{Exit, Fault, InterruptKind, Reply};

#[test]
fn a_completed_instruction_is_an_event_and_the_handler_finds_all_but_me_cleared() {
    for it in ALL {
        // Everything that the model has but PR, GS, WE and what would make the guest wait.
        let msr = it.model.msr_implemented.bits() & !0x1004_4000;
        let mut machine = it.machine(&[asm::li(3, 1), asm::li(4, 2)], IDM | ICMP, msr);
        assert_eq!(it.debugged(&mut machine), (START + 4, msr, it.status(ICMP)));
        assert_eq!(machine.cpu.msr().bits(), msr & 0x1000, "{}", it.model.name);
        assert_eq!((machine.cpu.gpr(3), machine.cpu.gpr(4)), (1, 0));
        assert_eq!((machine.cpu.insns(), machine.cpu.deliveries()), (1, 1));
    }
}

#[test]
fn a_handler_steps_through_a_program_one_instruction_at_a_time() {
    for it in ALL {
        let program = [
            asm::li(3, 3),
            asm::mtspr(9, 3),
            asm::bc(16, 0, 0),
            asm::li(4, 1),
            asm::b(0),
        ];
        let mut machine = it.machine(&program, IDM | ICMP, DE);
        let back = if it.model.name == "e500mc" {
            asm::rfdi()
        } else {
            asm::rfci()
        };
        let handler = [asm::lis(20, -1), mtspr(it.dbsr, 20), back];
        machine.memory.write_words(it.vector, &handler).unwrap();
        let mut steps = Vec::new();
        for _ in 0..7 {
            assert_eq!(run(&mut machine, 20), Exit::Interrupt(InterruptKind::Debug));
            steps.push((it.taken(&machine).0 - START) / 4);
        }
        // The return, which sets MSR[DE], is no step.
        assert_eq!(steps, [1, 2, 2, 2, 3, 4, 4], "{}", it.model.name);
    }
}

#[test]
fn a_system_call_is_a_step_that_ends_at_its_handler() {
    // E500CORERM 8.4.5: sc completes, then it interrupts.
    for it in ALL {
        let vector = if it.is_405() { 0xc00 } else { ivor(8) };
        let mut machine = it.machine(&[asm::sc()], IDM | ICMP, DE);
        assert_eq!(run(&mut machine, 5), Exit::Interrupt(InterruptKind::Syscall));
        assert_eq!(it.debugged(&mut machine), (vector, DE, it.status(ICMP)));
        // Other interrupts suppress their instruction: no step before the handler's first one.
        let mut machine = it.machine(&[0], IDM | ICMP, DE);
        assert_eq!(
            run(&mut machine, 5),
            Exit::Interrupt(InterruptKind::ProgramIllegal)
        );
        assert_eq!(spr(&machine, it.dbsr), 0);
    }
}

#[test]
fn an_instruction_that_disables_debug_interrupts_leaves_its_event_for_later() {
    // PPC440x5UM p. 198. IDE is 0: MSR[DE] was 1.
    for it in ALL {
        let mut machine = it.machine(&[asm::mtmsr(3), asm::nop(), asm::mtmsr(4)], IDM | ICMP, DE);
        machine.cpu.set_gpr(4, DE);
        assert_eq!(it.debugged(&mut machine), (START + 12, DE, it.status(ICMP)));
    }
}

#[test]
fn enabling_steps_is_no_step_of_its_own_and_does_not_leave() {
    for it in ALL {
        let mut machine = it.machine(&[mtspr(it.dbcr0, 3), asm::nop(), asm::nop()], 0, DE);
        machine.cpu.set_gpr(3, IDM | ICMP);
        assert_eq!(it.debugged(&mut machine).0, START + 8, "{}", it.model.name);
    }
}

/// A stepping machine that stands at an access which left.
fn at_exit(it: Subject, word: u32) -> Machine {
    let mut machine = it.machine(&[word, asm::li(3, 9)], IDM | ICMP, DE);
    machine.cpu.set_gpr(4, 0x10_0000);
    assert!(run(&mut machine, 5).awaits_reply());
    assert_eq!(machine.cpu.insns(), 0);
    machine
}

#[test]
fn a_step_over_an_access_that_leaves_is_one_step_behind_its_completion() {
    let lmw = LoadStore::Lmw.row().encode(&[30, 0, 4]).unwrap();
    for it in ALL {
        for (word, exits) in [
            (mtspr(UNKNOWN, 3), 1),
            (mfspr(3, UNKNOWN), 1),
            (lwz(3, 0, 4), 1),
            (asm::stw(3, 0, 4), 1),
            (lmw, 2),
        ] {
            let mut machine = at_exit(it, word);
            for n in 1..=exits {
                assert_eq!(spr(&machine, it.dbsr), 0);
                machine.cpu.complete(Reply::Done(5)).unwrap();
                if n < exits {
                    assert!(run(&mut machine, 5).awaits_reply());
                }
            }
            assert_eq!(it.debugged(&mut machine), (START + 4, DE, it.status(ICMP)));
            assert_eq!((machine.cpu.insns(), machine.cpu.deliveries()), (1, 1));
        }
    }
}

#[test]
fn a_snapshot_in_the_middle_of_a_step_is_completed_elsewhere_just_so() {
    for it in ALL {
        for reply in [Reply::Done(5), Reply::NoOp, Reply::Fault(Fault::Illegal)] {
            let machine = at_exit(it, mtspr(UNKNOWN, 3));
            let mut other = Machine::new(&E500V2, Memory::with_ram(kit::RAM).unwrap());
            other.cpu = Cpu::from_snapshot(&machine.cpu.snapshot()).unwrap();
            other.memory = machine.memory.clone();
            let ends = [machine, other].map(|mut machine| {
                machine.cpu.complete(reply).unwrap();
                (run(&mut machine, 9), machine.cpu.snapshot())
            });
            assert!(ends[0] == ends[1]);
            let kind = if reply == Reply::Fault(Fault::Illegal) {
                InterruptKind::ProgramIllegal
            } else {
                InterruptKind::Debug
            };
            assert_eq!(ends[0].0, Exit::Interrupt(kind), "{}", it.model.name);
        }
    }
}

#[test]
fn a_step_whose_access_is_cancelled_begins_anew() {
    for it in ALL {
        let mut machine = at_exit(it, mtspr(UNKNOWN, 3));
        machine.cpu.cancel();
        assert!(matches!(run(&mut machine, 5), Exit::Spr(_)));
        machine.cpu.complete(Reply::Done(0)).unwrap();
        assert_eq!(it.debugged(&mut machine).0, START + 4);
        // Sent elsewhere it is over.
        let mut machine = at_exit(it, mtspr(UNKNOWN, 3));
        machine.cpu.set_cia(START + 4);
        machine.cpu.poke_spr(it.dbcr0, 0);
        assert_eq!(run(&mut machine, 1), Exit::Budget);
        assert_eq!(spr(&machine, it.dbsr), 0);
    }
}

#[test]
fn a_budget_that_ends_with_the_step_leaves_its_interrupt_to_the_next_call() {
    for it in ALL {
        let mut machine = it.machine(&[asm::nop(), asm::li(3, 1)], IDM | ICMP, DE);
        assert_eq!(run(&mut machine, 1), Exit::Budget);
        assert_eq!((machine.cpu.insns(), machine.cpu.deliveries()), (1, 0));
        assert_eq!(it.debugged(&mut machine).0, START + 4);
    }
}

#[test]
fn the_debug_interrupt_goes_before_the_external_one() {
    // EREF 2.0 7.11.
    for it in ALL {
        let mut machine = it.machine(&[asm::nop()], IDM | ICMP, DE | 0x8000);
        assert_eq!(run(&mut machine, 1), Exit::Budget);
        machine.cpu.set_external(true);
        assert_eq!(
            it.debugged(&mut machine),
            (START + 4, DE | 0x8000, it.status(ICMP))
        );
    }
}

#[test]
fn a_breakpoint_of_the_caller_is_another_thing() {
    for it in ALL {
        let mut machine = it.machine(&[asm::nop(), asm::nop()], IDM | ICMP, DE);
        machine.cpu.set_breakpoints(&[START, it.vector]);
        assert_eq!(run(&mut machine, 9), Exit::Debug { cia: START });
        assert_eq!(machine.cpu.step(&mut machine.memory), Ok(Exit::Budget));
        assert_eq!(it.debugged(&mut machine).0, START + 4);
        assert_eq!(run(&mut machine, 9), Exit::Debug { cia: it.vector });
    }
}
