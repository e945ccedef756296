//! The points of the contract that a user relies on, one test each (`docs/kvm-exit-spr.md`; the 2012 thread on
//! kvm-ppc, "SPR exits to user space").

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::dbcr0::{IDM, RST_SYSTEM, at_a_split_write};
use kit::{START, machine, mfspr, mtspr, run, spr};
use ppc_cpu::model::{E500MC, E500V2, MODELS, Model, POWER9};
use ppc_cpu::{Cpu, Machine};
use ppc_decode::asm;
use spr_exit::num::{booke, common};
use spr_exit::{
    CapError, Capabilities, Capability, Direction, EnableCap, Exit, Fault, InterruptKind, Msr, Owner, Reason,
    Reply, SprNum, Vcpu, VcpuError,
};

/// A machine that stands at the exit of `mfspr r3, SPRG1`, with r3 = 0x77.
fn at_a_read(model: &'static Model) -> Machine {
    let mut it = machine(
        model,
        &[
            asm::nop(),
            mfspr(3, common::SPRG1),
            asm::addi(4, 4, 1),
            asm::b(-4),
        ],
    );
    it.cpu.set_owner(common::SPRG1, Owner::User).unwrap();
    it.cpu.poke_spr(common::SPRG1, 0xbad);
    it.cpu.set_gpr(3, 0x77);
    assert!(matches!(run(&mut it, 10), Exit::Spr(at) if !at.is_write() && at.cia() == START + 4));
    it
}

#[test]
fn fail_on_a_read_leaves_the_target_unchanged_and_saves_the_address_of_the_instruction() {
    for model in MODELS {
        for fault in [Fault::Illegal, Fault::Privileged] {
            let mut it = at_a_read(model);
            it.cpu.complete(Reply::Fault(fault)).unwrap();
            assert_eq!(
                (it.cpu.gpr(3), it.cpu.insns(), it.cpu.deliveries()),
                (0x77, 1, 1),
                "{}",
                model.name
            );
            assert_eq!(it.cpu.last_interrupt().unwrap().srr0, START + 4);
        }
    }
}

#[test]
fn fail_on_a_split_write_leaves_the_cores_bits_unchanged_too() {
    for model in [&E500V2, &E500MC] {
        let mut it = at_a_split_write(model);
        let Exit::Spr(at) = run(&mut it, 5) else {
            panic!("{}", model.name)
        };
        // The whole value goes out, and says why.
        assert_eq!((at.data(), at.reason()), (RST_SYSTEM | IDM, Reason::SPLIT));
        it.cpu.complete(Reply::Fault(Fault::Illegal)).unwrap();
        assert_eq!(spr(&it, booke::DBCR0), 1);
    }
}

#[test]
fn each_reply_to_a_split_write_makes_the_bits_visible_that_it_says() {
    for (reply, visible) in [
        (Reply::Done(0), IDM),
        (Reply::NoOp, 1),
        (Reply::Architected, IDM),
        (Reply::Done(u64::MAX), IDM),
    ] {
        let mut it = at_a_split_write(&E500V2);
        let _ = run(&mut it, 5);
        it.cpu.complete(reply).unwrap();
        assert_eq!(run(&mut it, 1), Exit::Budget);
        assert_eq!(
            it.cpu.gpr(4),
            visible,
            "{reply:?}: the guest never reads user space's bits back"
        );
    }
}

#[test]
fn a_split_write_leaves_when_it_sets_or_changes_a_bit_of_user_space_and_else_not() {
    let mut it = machine(&E500V2, &[mtspr(booke::DBCR0, 3), asm::b(-4)]);
    let mut write = |value: u64| {
        it.cpu.set_gpr(3, value);
        it.cpu.set_cia(START);
        let exit = run(&mut it, 1);
        if let Exit::Spr(_) = exit {
            it.cpu.complete(Reply::Done(0)).unwrap();
        }
        exit == Exit::Budget
    };
    assert!(write(IDM), "no bit of user space's");
    assert!(!write(RST_SYSTEM), "sets");
    assert!(!write(RST_SYSTEM), "sets again");
    assert!(!write(IDM), "clears");
    assert!(write(0), "unchanged");
}

#[test]
fn completing_with_immediate_exit_set_executes_no_instruction() {
    for model in MODELS {
        for reply in [
            Reply::Done(5),
            Reply::NoOp,
            Reply::Fault(Fault::Illegal),
            Reply::Architected,
        ] {
            let mut it = at_a_read(model);
            it.cpu.set_immediate_exit(true);
            it.cpu.complete(reply).unwrap();
            let after = it.cpu.snapshot();
            for _ in 0..3 {
                assert_eq!(
                    run(&mut it, u64::MAX),
                    Exit::Interrupted,
                    "{} {reply:?}",
                    model.name
                );
            }
            assert_eq!(it.cpu.snapshot(), after, "{} {reply:?}", model.name);
            assert_eq!(it.cpu.gpr(4), 0, "the next instruction did not run");
        }
    }
}

#[test]
fn immediate_exit_goes_before_the_report_of_an_interrupt_which_is_not_lost() {
    let mut it = at_a_read(&E500V2);
    it.cpu.config_mut().report_interrupts = true;
    it.cpu.set_immediate_exit(true);
    it.cpu.complete(Reply::Fault(Fault::Illegal)).unwrap();
    assert_eq!(run(&mut it, 10), Exit::Interrupted);
    it.cpu.set_immediate_exit(false);
    assert_eq!(run(&mut it, 10), Exit::Interrupt(InterruptKind::ProgramIllegal));
    assert_eq!(it.cpu.cia(), 0x2600, "and the handler has not begun");
}

#[test]
fn running_on_without_completing_is_an_error_and_changes_nothing() {
    for model in MODELS {
        let mut it = at_a_read(model);
        let before = it.cpu.snapshot();
        for leave in [false, true] {
            it.cpu.set_immediate_exit(leave);
            for budget in [0, 1, u64::MAX] {
                assert_eq!(it.cpu.run(&mut it.memory, budget), Err(VcpuError::ExitPending));
            }
            assert_eq!(it.cpu.step(&mut it.memory), Err(VcpuError::ExitPending));
        }
        assert_eq!(it.cpu.snapshot(), before, "{}", model.name);
        it.cpu.complete(Reply::Done(9)).unwrap();
        assert_eq!((it.cpu.gpr(3), it.cpu.cia()), (9, START + 8));
    }
}

#[test]
fn completing_with_nothing_pending_is_an_error_and_changes_nothing() {
    let mut it = machine(&POWER9, &[asm::nop()]);
    let before = it.cpu.snapshot();
    assert_eq!(it.cpu.complete(Reply::Done(1)), Err(VcpuError::NothingPending));
    assert_eq!(it.cpu.snapshot(), before);
}

#[test]
fn a_reset_in_mid_access_cancels_it_without_a_trace() {
    for model in MODELS {
        let mut it = at_a_read(model);
        it.reset(None);
        assert_eq!(it.cpu.pending(), None);
        assert_eq!(it.cpu.complete(Reply::Done(1)), Err(VcpuError::NothingPending));
        assert_eq!(
            (it.cpu.gpr(3), it.cpu.cia()),
            (0, model.reset_vector),
            "{}",
            model.name
        );
        assert_eq!(it.cpu.deliveries(), 0);
    }
}

#[test]
fn another_pc_or_a_restored_snapshot_cancel_the_access_as_well() {
    let mut it = at_a_read(&E500V2);
    it.cpu.set_cia(START);
    assert_eq!(it.cpu.complete(Reply::Done(1)), Err(VcpuError::NothingPending));
    let mut it = at_a_read(&E500V2);
    let fresh = Cpu::new(&POWER9).snapshot();
    it.cpu.restore(&fresh).unwrap();
    assert_eq!(it.cpu.complete(Reply::Done(1)), Err(VcpuError::NothingPending));
    assert_eq!(it.cpu.snapshot(), fresh);
}

#[test]
fn a_reset_keeps_decisions_lines_and_the_ratio_of_the_clock_and_starts_the_time_base_again() {
    // 750GX UM table 4-7: TBU and TBL are zero after a hard reset. The interrupt line is the outside's.
    let mut it = at_a_read(&E500V2);
    it.cpu.set_insns_per_tick(10);
    it.cpu.set_external(true);
    it.cpu.set_time_base(1 << 40);
    it.reset(None);
    assert_eq!(it.cpu.time_base(), 0);
    assert!(it.cpu.external());
    assert_eq!(it.cpu.config().owner(common::SPRG1, Direction::Read), Owner::User);
    it.memory.write_words(START, &[asm::b(0)]).unwrap();
    it.cpu.set_cia(START);
    let _ = run(&mut it, 20);
    assert_eq!(it.cpu.time_base(), 2);
}

#[test]
fn a_capability_with_bad_flags_or_arguments_changes_nothing() {
    let mut it = machine(&E500MC, &[]);
    let before = it.cpu.snapshot();
    let mut flags = EnableCap::new(Capability::SyscallExits, 1);
    flags.flags = 4;
    assert_eq!(it.enable_cap(&flags), Err(CapError::Flags(4)));
    for cap in [
        EnableCap::new(Capability::SyscallExits, 2),
        EnableCap::new(Capability::ResetEvent, u64::MAX),
        EnableCap::new(Capability::EprOnDelivery, 2),
        EnableCap::new(Capability::UncheckedExits, 2),
        EnableCap::new(Capability::SprExits, 32),
        EnableCap::new(Capability::SprExits, 256),
        EnableCap::new(Capability::PromoteSpr, 1024),
    ] {
        assert!(
            matches!(it.enable_cap(&cap), Err(CapError::Argument { .. })),
            "{cap:x?}"
        );
    }
    let mut half = EnableCap::promote(booke::DBCR0, true);
    half.args[1] = 2;
    assert_eq!(
        it.enable_cap(&half),
        Err(CapError::Argument { index: 1, value: 2 })
    );
    for number in [0, 0x5350_52ff, 0x5350_5300, u32::MAX] {
        let cap = EnableCap {
            cap: number,
            ..EnableCap::new(Capability::ResetEvent, 1)
        };
        assert_eq!(it.enable_cap(&cap), Err(CapError::Unsupported(number)));
    }
    assert_eq!(it.cpu.snapshot(), before);
}

#[test]
fn a_system_call_leaves_on_request_and_is_carried_out_or_left_to_the_guest() {
    for model in MODELS {
        let mut it = machine(model, &[asm::sc(), asm::nop()]);
        it.enable_cap(&EnableCap::new(Capability::SyscallExits, 1))
            .unwrap();
        let mut other = it.clone();
        assert_eq!(run(&mut it, 5), Exit::Syscall { cia: START, level: 0 });
        it.cpu.complete(Reply::Done(0)).unwrap();
        assert_eq!((it.cpu.cia(), it.cpu.deliveries()), (START + 4, 0));
        let _ = run(&mut other, 5);
        other.cpu.complete(Reply::Architected).unwrap();
        let taken = other.cpu.last_interrupt().unwrap();
        assert_eq!(
            (taken.kind, taken.srr0),
            (InterruptKind::Syscall, START + 4),
            "{}",
            model.name
        );
    }
}

/// Completed instructions and delivered interrupts.
fn work(it: &Machine) -> u64 {
    it.cpu.insns() + it.cpu.deliveries()
}

#[test]
fn a_budget_is_used_exactly_also_by_system_calls_traps_timers_and_multiples() {
    for model in MODELS {
        // A loop with a branch, a system call, a trap, an illegal word; handlers return behind the trap.
        let program = [
            asm::addi(3, 3, 1),
            asm::sc(),
            asm::twi(31, 0, 0),
            0,
            asm::nop(),
            asm::b(-20),
        ];
        let is_server = model.isa.contains(ppc_decode::Isa::SERVER);
        let back = if is_server { asm::rfid() } else { asm::rfi() };
        let skip = [
            mfspr(7, common::SRR0),
            asm::addi(7, 7, 4),
            mtspr(common::SRR0, 7),
            back,
        ];
        let mut it = machine(model, &program);
        for vector in [0x2600, 0x700] {
            it.memory.write_words(vector, &skip).unwrap();
        }
        for vector in [0x2800, 0xc00, 0x2a00, 0x900] {
            it.memory.write_words(vector, &[back]).unwrap();
        }
        it.cpu.set_decrementer(0x7fff_ffff);
        // Emulation assistance saves elsewhere.
        let hskip = [
            asm::mfspr(7, 314),
            asm::addi(7, 7, 4),
            asm::mtspr(314, 7),
            asm::hrfid(),
        ];
        it.memory.write_words(0xe40, &hskip).unwrap();
        it.cpu
            .set_msr((it.cpu.msr() | Msr::EE) & !Msr::IP | if is_server { Msr::HV } else { Msr::empty() });
        for budget in (0..40).chain([0, 1000, 1]) {
            let before = work(&it);
            assert_eq!(run(&mut it, budget), Exit::Budget, "{}", model.name);
            assert_eq!(work(&it) - before, budget, "{} {budget}", model.name);
        }
        assert!(it.cpu.gpr(3) > 50, "{}: it ran", model.name);
    }
}

#[test]
fn a_step_is_one_instruction_or_one_interrupt_whatever_breakpoint_is_there() {
    for model in MODELS {
        let mut it = machine(model, &[asm::nop(), asm::sc(), asm::nop()]);
        it.cpu.set_breakpoints(&[START, START + 4]);
        assert_eq!(run(&mut it, 10), Exit::Debug { cia: START });
        assert_eq!(
            run(&mut it, 10),
            Exit::Debug { cia: START },
            "the first of the call included"
        );
        assert_eq!(it.cpu.step(&mut it.memory), Ok(Exit::Budget));
        assert_eq!(run(&mut it, 10), Exit::Debug { cia: START + 4 });
        assert_eq!(it.cpu.step(&mut it.memory), Ok(Exit::Budget));
        assert_eq!(work(&it), 2, "{}", model.name);
        assert_eq!(
            it.cpu.last_interrupt().map(|i| i.kind),
            Some(InterruptKind::Syscall)
        );
    }
}

#[test]
fn one_kick_makes_one_return_and_a_kick_while_an_exit_waits_is_kept() {
    let mut it = machine(&E500V2, &[asm::b(0)]);
    let kicker = it.cpu.kicker();
    kicker.kick();
    kicker.clone().kick();
    assert_eq!(run(&mut it, 10), Exit::Interrupted);
    assert_eq!(run(&mut it, 10), Exit::Budget);
    let mut it = at_a_read(&E500V2);
    it.cpu.kicker().kick();
    assert_eq!(it.cpu.run(&mut it.memory, 10), Err(VcpuError::ExitPending));
    it.cpu.complete(Reply::Done(0)).unwrap();
    assert_eq!(run(&mut it, 10), Exit::Interrupted);
    assert_eq!(it.cpu.insns(), 2);
}

#[test]
fn another_thread_stops_a_guest_that_never_ends() {
    // A branch to itself; interrupts for ever (an illegal word at its own vector).
    for program in [asm::b(0), 0] {
        let mut it = machine(&E500V2, &[program]);
        it.cpu.poke_spr(SprNum::wrapping(406), START);
        let kicker = it.cpu.kicker();
        let exit = std::thread::scope(|scope| {
            scope.spawn(move || {
                std::thread::sleep(std::time::Duration::from_millis(5));
                kicker.kick();
            });
            Vcpu::run(&mut it)
        });
        assert_eq!(exit, Ok(Exit::Interrupted));
        assert!(work(&it) > 0);
    }
}

#[test]
fn a_clone_goes_its_own_way_from_the_same_state() {
    let mut here = at_a_read(&POWER9);
    let mut there = here.clone();
    assert_eq!(there.cpu.pending(), here.cpu.pending());
    here.cpu.kicker().kick();
    there.cpu.complete(Reply::Done(3)).unwrap();
    assert_eq!(run(&mut there, 2), Exit::Budget, "kicks are not shared");
    assert!(here.cpu.pending().is_some());
    there.memory.write_words(0, &[1]).unwrap();
    assert_eq!(here.memory.load::<4>(0), Some([0; 4]), "memory is not shared");
    here.cpu.complete(Reply::Done(4)).unwrap();
    assert_eq!(run(&mut here, 2), Exit::Interrupted);
    assert_eq!((here.cpu.gpr(3), there.cpu.gpr(3)), (4, 3));
}

#[test]
fn peek_and_poke_leave_no_trace_on_time_or_interrupts() {
    // PEM 2.3.14 latches an exception when a guest writes a one into DEC[0]; a debugger is no guest.
    let mut it = machine(&ppc_cpu::model::PPC750, &[asm::nop()]);
    it.cpu.poke_spr(common::DEC, 5);
    it.cpu.poke_spr(common::DEC, 0xffff_ffff);
    assert_eq!(spr(&it, common::DEC), 0xffff_ffff);
    it.cpu.set_msr(it.cpu.msr() | Msr::EE);
    assert_eq!(run(&mut it, 1), Exit::Budget);
    assert_eq!(it.cpu.deliveries(), 0);
    // Nothing is read or written through user space's registers.
    let mut it = at_a_read(&E500V2);
    assert_eq!(
        (spr(&it, common::SPRG1), it.cpu.peek_spr(SprNum::wrapping(880))),
        (0xbad, None)
    );
    assert!(!it.cpu.poke_spr(SprNum::wrapping(880), 1));
    assert!(it.cpu.pending().is_some());
}
