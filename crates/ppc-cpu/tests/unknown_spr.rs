//! Unknown, owned, denied and unchecked SPR numbers: every combination of what a VM can decide, on every model.
//!
//! What a model does by itself: `docs/kvm-exit-spr.md` with its sources (E500CORERM table 5-17; 750GX UM pp. 91 and 350;
//! Power ISA 3.0B Book III, mtspr and mfspr; Linux `arch/powerpc/kvm/emulate.c` for supervisor state on the e500).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::{START, machine, mfspr, mtspr, run, spr};
use ppc_cpu::Machine;
use ppc_cpu::model::{InterruptModel, MODELS, Model, POWER9, PPC750};
use ppc_decode::asm;
use spr_exit::num::{booke, common};
use spr_exit::{
    Direction, Exit, Fault, FilterRange, InterruptKind, Msr, Owner, Reason, Reply, SprFilter, SprNum,
    SprReport, UnknownSpr, Verdict,
};
use std::sync::{Arc, Mutex};

/// What the guest's access came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Became {
    Left(Reason),
    /// It completed; a read gave this value in r3.
    Done(u64),
    Illegal,
    Privileged,
}

/// r3 before the access; what a read that is a no-op leaves there.
const BEFORE: u64 = 0x1234;

/// A number that no model defines, with and without the privilege bit.
fn undefined(is_privileged: bool) -> SprNum {
    SprNum::all()
        .filter(|n| n.get() > 8 && n.is_privileged() == is_privileged)
        .find(|n| MODELS.iter().all(|model| model.sprs.row(*n).is_none()))
        .unwrap()
}

/// The machine before one access, in supervisor state (hypervisor where there is one) or problem state.
fn before(model: &'static Model, sprn: SprNum, direction: Direction, is_problem: bool) -> Machine {
    let word = match direction {
        Direction::Read => mfspr(3, sprn),
        Direction::Write => mtspr(sprn, 3),
    };
    let mut it = machine(model, &[word, asm::nop()]);
    it.cpu.set_gpr(3, BEFORE);
    it.cpu.config_mut().report_interrupts = true;
    if is_problem {
        it.cpu.set_msr(it.cpu.msr() | Msr::PR);
    }
    it
}

fn became(it: &mut Machine) -> Became {
    match run(it, 1) {
        Exit::Spr(at) => {
            assert_eq!((at.cia(), it.cpu.cia(), it.cpu.gpr(3)), (START, START, BEFORE));
            Became::Left(at.reason())
        }
        Exit::Budget => Became::Done(it.cpu.gpr(3)),
        Exit::Interrupt(InterruptKind::ProgramPrivileged) => Became::Privileged,
        Exit::Interrupt(kind) => {
            let illegal = if it.cpu.model().interrupts == InterruptModel::Server {
                InterruptKind::EmulationAssist
            } else {
                InterruptKind::ProgramIllegal
            };
            assert_eq!(kind, illegal);
            assert_eq!(it.cpu.gpr(3), BEFORE, "a refused access changes nothing");
            Became::Illegal
        }
        other => panic!("{other:?}"),
    }
}

/// The 750 and its kin: a number that is not there is illegal in every state (750GX UM p. 91; MPC7400UM p. 4-22).
fn is_kin_of_the_750(model: &Model) -> bool {
    matches!(model.name, "750" | "750CL" | "7410" | "7447A")
}

/// What the manuals say of an undefined number.
fn architected(model: &Model, is_problem: bool, is_privileged: bool) -> Became {
    match (model.name, is_problem, is_privileged) {
        _ if model.interrupts.is_server() && !is_problem => Became::Done(BEFORE),
        (_, true, true) if is_kin_of_the_750(model) => Became::Illegal,
        (_, true, true) | ("405", true, false) => Became::Privileged,
        _ => Became::Illegal,
    }
}

const DIRECTIONS: [Direction; 2] = [Direction::Read, Direction::Write];

#[test]
fn every_policy_does_what_it_says_on_every_model_in_both_states_and_directions_and_reports_it_once() {
    for model in MODELS {
        for policy in [
            UnknownSpr::Exit,
            UnknownSpr::Fault,
            UnknownSpr::Architected,
            UnknownSpr::ReadZeroIgnoreWrite,
        ] {
            for (is_problem, is_privileged) in [(false, false), (false, true), (true, false), (true, true)] {
                for direction in DIRECTIONS {
                    let what = format!(
                        "{} {policy:?} {is_problem} {is_privileged} {direction:?}",
                        model.name
                    );
                    let sprn = undefined(is_privileged);
                    let mut it = before(model, sprn, direction, is_problem);
                    it.cpu.config_mut().unknown_spr = policy;
                    let by_itself = architected(model, is_problem, is_privileged);
                    let expected = match policy {
                        // Problem state is kept from privileged numbers before any policy is asked.
                        _ if is_problem && (is_privileged || by_itself == Became::Privileged) => by_itself,
                        UnknownSpr::Exit => Became::Left(Reason::UNKNOWN),
                        UnknownSpr::Fault => Became::Illegal,
                        UnknownSpr::Architected => by_itself,
                        UnknownSpr::ReadZeroIgnoreWrite if direction == Direction::Read => Became::Done(0),
                        UnknownSpr::ReadZeroIgnoreWrite => Became::Done(BEFORE),
                    };
                    let msr = it.cpu.msr();
                    assert_eq!(became(&mut it), expected, "{what}");
                    let log = it.cpu.reports().log().unwrap();
                    assert_eq!((log.total(), log.count(sprn)), (1, 1), "{what}");
                    let report = *log.last().next().unwrap();
                    let data = if direction == Direction::Write { BEFORE } else { 0 };
                    assert_eq!(
                        (
                            report.at.sprn(),
                            report.at.direction(),
                            report.at.data(),
                            report.at.cia(),
                            report.at.msr()
                        ),
                        (sprn, direction, data, START, msr),
                        "{what}"
                    );
                    let answer = match expected {
                        Became::Left(_) => None,
                        Became::Illegal => Some(Reply::Fault(Fault::Illegal)),
                        Became::Privileged => Some(Reply::Fault(Fault::Privileged)),
                        Became::Done(_) if policy == UnknownSpr::ReadZeroIgnoreWrite => Some(Reply::Done(0)),
                        Became::Done(_) => Some(Reply::NoOp),
                    };
                    assert_eq!(report.answer, answer, "{what}");
                }
            }
        }
    }
}

#[test]
fn the_four_dropped_numbers_of_power_and_evirt_make_emulation_assistance() {
    // Power ISA 3.0B Book III, mtspr and mfspr; LPCR[EVIRT] is bit 42 (skiboot LPCR_EVIRT, QEMU PPC_BIT(42)).
    for (number, direction, evirt, expected) in [
        (0, Direction::Read, false, Became::Illegal),
        (4, Direction::Read, false, Became::Illegal),
        (5, Direction::Read, false, Became::Illegal),
        (6, Direction::Read, false, Became::Illegal),
        (0, Direction::Write, false, Became::Illegal),
        (7, Direction::Read, false, Became::Done(BEFORE)),
        (7, Direction::Read, true, Became::Illegal),
        (7, Direction::Write, true, Became::Illegal),
        // 808 to 811 are no-ops in every state, EVIRT or not.
        (808, Direction::Read, true, Became::Done(BEFORE)),
        (811, Direction::Write, true, Became::Done(BEFORE)),
    ] {
        let mut it = before(&POWER9, SprNum::wrapping(number), direction, false);
        it.cpu.config_mut().unknown_spr = UnknownSpr::Architected;
        it.cpu
            .poke_spr(SprNum::wrapping(318), if evirt { 1 << (63 - 42) } else { 0 });
        assert_eq!(became(&mut it), expected, "{number} {direction:?} {evirt}");
    }
}

#[test]
fn evirt_is_in_force_with_the_instruction_after_the_one_that_sets_it() {
    let undefined = undefined(true);
    // Alone, and beside a bit of LPCR (LPES) that was there before.
    for others in [0, 8] {
        let mut it = machine(&POWER9, &[mfspr(3, undefined), asm::mtspr(318, 5), asm::b(-8)]);
        it.cpu.config_mut().unknown_spr = UnknownSpr::Architected;
        it.cpu.config_mut().report_interrupts = true;
        it.cpu.poke_spr(SprNum::wrapping(318), others);
        it.cpu.set_gpr(5, 1 << 21 | others);
        assert_eq!(run(&mut it, 10), Exit::Interrupt(InterruptKind::EmulationAssist));
        // The second time, by the instruction whose answer was remembered.
        assert_eq!(
            (it.cpu.last_interrupt().unwrap().srr0, it.cpu.insns()),
            (START, 3)
        );
    }
}

#[test]
fn a_hypervisor_register_is_a_no_op_for_the_supervisor_of_the_power9_or_with_evirt_emulated() {
    let lpcr = SprNum::wrapping(318);
    for (evirt, expected) in [(0, Became::Done(BEFORE)), (1 << 21, Became::Illegal)] {
        for direction in DIRECTIONS {
            let mut it = before(&POWER9, lpcr, direction, false);
            it.cpu.poke_spr(lpcr, evirt);
            it.cpu.set_msr(Msr::SF);
            assert_eq!(became(&mut it), expected);
            assert_eq!(spr(&it, lpcr), evirt, "a guest has not changed it");
        }
    }
}

#[test]
fn a_sink_of_the_callers_gets_every_report_once_and_a_modelled_register_makes_none() {
    let seen: Arc<Mutex<Vec<SprReport>>> = Arc::default();
    let sink = Arc::clone(&seen);
    let unknown = undefined(true);
    let mut it = machine(
        &PPC750,
        &[
            mtspr(common::SPRG0, 3),
            mtspr(unknown, 3),
            asm::addi(3, 3, 1),
            asm::b(-12),
        ],
    );
    it.cpu.config_mut().unknown_spr = UnknownSpr::ReadZeroIgnoreWrite;
    it.cpu
        .set_reports(spr_exit::Reports::Sink(Box::new(move |report: &SprReport| {
            sink.lock().unwrap().push(*report);
        })));
    assert_eq!(run(&mut it, 400), Exit::Budget);
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 100);
    assert!(
        seen.iter()
            .enumerate()
            .all(|(n, report)| report.at.data() == n as u64)
    );
    assert!(it.cpu.reports().log().is_none());
}

#[test]
fn the_default_log_stays_small_whatever_the_guest_does() {
    let unknown = undefined(true);
    let mut it = machine(&PPC750, &[mtspr(unknown, 3), asm::addi(3, 3, 1), asm::b(-8)]);
    it.cpu.config_mut().unknown_spr = UnknownSpr::ReadZeroIgnoreWrite;
    assert_eq!(run(&mut it, 300_000), Exit::Budget);
    let log = it.cpu.reports().log().unwrap();
    assert_eq!((log.total(), log.last().count()), (100_000, 64));
    assert_eq!(log.last().last().unwrap().at.data(), 99_999);
}

#[test]
fn each_owner_answers_as_it_says_for_modelled_and_unknown_numbers() {
    for model in MODELS {
        for (sprn, is_modelled) in [(common::SPRG0, true), (undefined(true), false)] {
            for direction in DIRECTIONS {
                let what = format!("{} {sprn} {direction:?}", model.name);
                let is_read = direction == Direction::Read;
                let value = if is_read { 0x99 } else { BEFORE };
                let model_says = if is_modelled {
                    Became::Done(value)
                } else {
                    Became::Left(Reason::UNKNOWN)
                };
                let reason = if is_modelled {
                    Reason::OWNED
                } else {
                    Reason::UNKNOWN
                };
                for (owner, expected) in [
                    (Owner::Model, model_says),
                    (Owner::User, Became::Left(reason)),
                    (Owner::Ignore, Became::Done(if is_read { 0 } else { BEFORE })),
                    (Owner::Fault, Became::Illegal),
                ] {
                    let mut it = before(model, sprn, direction, false);
                    it.cpu.poke_spr(sprn, 0x99);
                    it.cpu.set_owner(sprn, owner).unwrap();
                    assert_eq!(became(&mut it), expected, "{what} {owner:?}");
                    if is_modelled {
                        let kept = if owner == Owner::Model && !is_read {
                            BEFORE
                        } else {
                            0x99
                        };
                        assert_eq!(spr(&it, sprn), kept, "{what} {owner:?}");
                    }
                    let is_reported = !is_modelled;
                    assert_eq!(
                        it.cpu.reports().log().unwrap().total(),
                        u64::from(is_reported),
                        "{what} {owner:?}"
                    );
                }
                assert_eq!(
                    before(model, sprn, direction, false)
                        .cpu
                        .set_owner(sprn, Owner::Core)
                        .is_ok(),
                    is_modelled
                );
            }
        }
    }
}

#[test]
fn accesses_leave_only_for_the_reasons_that_the_vm_asked_for() {
    for model in MODELS {
        for bits in 0..=Reason::all().bits() {
            let reasons = Reason::from_bits_retain(bits);
            // UNKNOWN.
            let unknown = undefined(true);
            let mut it = before(model, unknown, Direction::Read, false);
            it.cpu.config_mut().reasons = reasons;
            let expected = if reasons.contains(Reason::UNKNOWN) {
                Became::Left(Reason::UNKNOWN)
            } else {
                architected(model, false, true)
            };
            assert_eq!(became(&mut it), expected, "{} {reasons:?}", model.name);
            // OWNED.
            let mut it = before(model, common::SPRG0, Direction::Read, false);
            it.cpu.set_owner(common::SPRG0, Owner::User).unwrap();
            it.cpu.config_mut().reasons = reasons;
            let expected = if reasons.contains(Reason::OWNED) {
                Became::Left(Reason::OWNED)
            } else {
                Became::Done(0)
            };
            assert_eq!(became(&mut it), expected, "{} {reasons:?}", model.name);
            // FILTER: what is denied and does not leave is refused.
            let mut it = before(model, common::SPRG0, Direction::Read, false);
            it.cpu.config_mut().filter = SprFilter::new(Verdict::Deny, &[]).unwrap();
            it.cpu.config_mut().reasons = reasons;
            let expected = if reasons.contains(Reason::FILTER) {
                Became::Left(Reason::FILTER)
            } else {
                Became::Illegal
            };
            assert_eq!(became(&mut it), expected, "{} {reasons:?}", model.name);
        }
    }
}

#[test]
fn a_filter_stands_before_owners_and_policies_and_behind_privilege_in_its_own_direction() {
    let deny_reads = |sprn| {
        let range = FilterRange {
            first: sprn,
            last: sprn,
            reads: true,
            writes: false,
            verdict: Verdict::Deny,
        };
        SprFilter::new(Verdict::Allow, &[range]).unwrap()
    };
    for model in MODELS {
        for sprn in [common::SPRG0, undefined(true)] {
            for owner in [Owner::Model, Owner::User, Owner::Ignore, Owner::Fault] {
                let mut it = before(model, sprn, Direction::Read, false);
                it.cpu.config_mut().filter = deny_reads(sprn);
                it.cpu.config_mut().unknown_spr = UnknownSpr::ReadZeroIgnoreWrite;
                it.cpu.set_owner(sprn, owner).unwrap();
                assert_eq!(
                    became(&mut it),
                    Became::Left(Reason::FILTER),
                    "{} {owner:?}",
                    model.name
                );
                it.cpu.complete(Reply::Done(5)).unwrap();
                assert_eq!(it.cpu.gpr(3), 5);
                let mut it = before(model, sprn, Direction::Write, false);
                it.cpu.config_mut().filter = deny_reads(sprn);
                it.cpu.set_owner(sprn, owner).unwrap();
                assert_ne!(
                    became(&mut it),
                    Became::Left(Reason::FILTER),
                    "{} {owner:?}",
                    model.name
                );
            }
            let mut it = before(model, sprn, Direction::Read, true);
            it.cpu.config_mut().filter = deny_reads(sprn);
            let expected = if is_kin_of_the_750(model) && sprn != common::SPRG0 {
                Became::Illegal
            } else {
                Became::Privileged
            };
            assert_eq!(became(&mut it), expected, "{}: privilege goes first", model.name);
        }
    }
}

#[test]
fn a_decision_changed_between_two_runs_is_in_force_at_once_however_often_the_number_was_used() {
    for model in MODELS {
        let mut it = machine(model, &[mfspr(3, common::SPRG0), asm::b(-4)]);
        it.cpu.poke_spr(common::SPRG0, 0x99);
        for _ in 0..3 {
            assert_eq!(run(&mut it, 1000), Exit::Budget);
            it.cpu.set_owner(common::SPRG0, Owner::User).unwrap();
            assert!(matches!(run(&mut it, 1000), Exit::Spr(at) if at.reason() == Reason::OWNED));
            it.cpu.complete(Reply::Done(1)).unwrap();
            it.cpu.config_mut().reasons = Reason::empty();
            assert_eq!(run(&mut it, 1000), Exit::Budget, "{}", model.name);
            it.cpu.config_mut().reasons = Reason::all();
            assert!(matches!(run(&mut it, 1000), Exit::Spr(_)), "{}", model.name);
            it.cpu.cancel();
            it.cpu.set_owner(common::SPRG0, Owner::Model).unwrap();
            it.cpu.config_mut().filter = SprFilter::new(Verdict::Deny, &[]).unwrap();
            assert!(matches!(run(&mut it, 1000), Exit::Spr(at) if at.reason() == Reason::FILTER));
            it.cpu.cancel();
            it.cpu.config_mut().filter = SprFilter::default();
        }
        assert_eq!(run(&mut it, 2), Exit::Budget);
        assert_eq!(it.cpu.gpr(3), 0x99);
    }
}

#[test]
fn unchecked_exits_reach_user_space_from_problem_state_and_never_for_what_the_core_owns() {
    for model in MODELS {
        let cap = spr_exit::EnableCap::new(spr_exit::Capability::UncheckedExits, 1);
        let unchecked = |sprn, direction| {
            let mut it = before(model, sprn, direction, true);
            spr_exit::Capabilities::enable_cap(&mut it, &cap).unwrap();
            it
        };
        for direction in DIRECTIONS {
            let mut it = unchecked(undefined(true), direction);
            assert_eq!(became(&mut it), Became::Left(Reason::UNKNOWN), "{}", model.name);
            let Some(Exit::Spr(at)) = it.cpu.pending() else {
                panic!("it waits")
            };
            assert!(at.msr().is_problem(), "the handler can tell");
            // The answer of a handler that checks by itself.
            it.cpu.complete(Reply::Fault(Fault::Privileged)).unwrap();
            assert_eq!(
                it.cpu.last_interrupt().unwrap().kind,
                InterruptKind::ProgramPrivileged
            );
            // And of one that leaves it to the model.
            let mut it = unchecked(undefined(true), direction);
            let _ = run(&mut it, 1);
            it.cpu.complete(Reply::Architected).unwrap();
            let kind = if is_kin_of_the_750(model) {
                InterruptKind::ProgramIllegal
            } else {
                InterruptKind::ProgramPrivileged
            };
            assert_eq!(it.cpu.last_interrupt().unwrap().kind, kind, "{}", model.name);

            let mut it = unchecked(common::SPRG0, direction);
            it.cpu.poke_spr(common::SPRG0, 0x99);
            assert_eq!(became(&mut it), Became::Privileged, "{}: the core's", model.name);
            assert_eq!(spr(&it, common::SPRG0), 0x99);
            let mut it = unchecked(common::SPRG0, direction);
            it.cpu.set_owner(common::SPRG0, Owner::User).unwrap();
            assert_eq!(
                became(&mut it),
                Became::Left(Reason::OWNED),
                "{}: user space's",
                model.name
            );
            for owner in [Owner::Ignore, Owner::Fault] {
                let mut it = unchecked(common::SPRG0, direction);
                it.cpu.set_owner(common::SPRG0, owner).unwrap();
                assert_eq!(became(&mut it), Became::Privileged, "{}", model.name);
            }
        }
    }
}

#[test]
fn call_through_does_what_the_core_would_have_done() {
    for model in MODELS {
        // A register that the VM took away: the built-in one.
        let mut it = before(model, common::SPRG0, Direction::Read, false);
        it.cpu.poke_spr(common::SPRG0, 0x99);
        it.cpu.set_owner(common::SPRG0, Owner::User).unwrap();
        let _ = run(&mut it, 1);
        it.cpu.complete(Reply::Architected).unwrap();
        assert_eq!(it.cpu.gpr(3), 0x99, "{}", model.name);
        // An unknown number: the model's rule.
        let mut it = before(model, undefined(true), Direction::Read, false);
        let _ = run(&mut it, 1);
        it.cpu.complete(Reply::Architected).unwrap();
        match architected(model, false, true) {
            Became::Done(value) => assert_eq!((it.cpu.gpr(3), it.cpu.cia()), (value, START + 4)),
            _ => assert_eq!(it.cpu.last_interrupt().unwrap().srr0, START),
        }
    }
}

#[test]
fn a_value_that_the_register_refuses_leaves_as_invalid_where_the_vm_asked_for_it() {
    // PID of the e500 has eight bits (E500CORERM 2.12.1); KVM fails a non-zero PID1 in the same way.
    let pid = booke::PID;
    let model = ppc_cpu::model::MODELS[0];
    let mut it = before(model, pid, Direction::Write, false);
    assert_eq!(
        became(&mut it),
        Became::Done(BEFORE),
        "by default the bits are dropped"
    );
    assert_eq!(spr(&it, pid), 0x34);
    for (reply, kept) in [(Reply::Done(0), 1), (Reply::NoOp, 1), (Reply::Architected, 0x34)] {
        let mut it = before(model, pid, Direction::Write, false);
        it.cpu.poke_spr(pid, 1);
        it.cpu.config_mut().reasons = Reason::all();
        assert_eq!(became(&mut it), Became::Left(Reason::INVALID));
        it.cpu.complete(reply).unwrap();
        assert_eq!(spr(&it, pid), kept, "{reply:?}");
    }
}
