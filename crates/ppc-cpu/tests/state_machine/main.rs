//! Everything that decides about an SPR access, in any order, against a reference that knows nothing but the rules.
//!
//! Accesses, problem, supervisor and guest state, system calls, external, storage and hypervisor maintenance interrupts, exits with any
//! answer, snapshots through JSON, owners, filters, policies and capabilities, on every model, with the registers that decide
//! about others: PCR, HMEER, EPCR, MSRP. The reference ([`rules`]) looks everything up anew at every access; the CPU remembers
//! what it decided.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "../kit/mod.rs"]
mod kit;
mod rules;
mod steps;

use kit::{START, machine, mfspr, mtspr, run};
use ppc_cpu::Machine;
use ppc_cpu::interrupt::{Input, StorageFault};
use ppc_cpu::spr::Behaviour;
use ppc_decode::asm;
use proptest::test_runner::Config;
use proptest_state_machine::{StateMachineTest, prop_state_machine};
use rules::{Fate, Reference, SWITCHES};
use spr_exit::num::book3s::HMER;
use spr_exit::{
    Capabilities, Capability, Direction, EnableCap, Exit, Fault, FilterRange, InterruptKind, Msr, Owner,
    SavePair, SprFilter, VcpuError, Verdict,
};
use steps::{Step, pool};

/// The CPU under test.
struct Subject;

/// Executes one instruction at [`START`].
fn execute(it: &mut Machine, word: u32) -> Exit {
    it.memory.write_words(START, &[word]).unwrap();
    it.cpu.set_cia(START);
    run(it, 1)
}

/// The CPU is back where it was before the interrupt that it just took, but for its level.
fn come_back(it: &mut Machine, msr: Msr) {
    it.cpu.set_msr(msr);
    it.cpu.set_cia(START);
}

/// The interrupt that a fault is: what is not a guest's supervisor's is the hypervisor's.
fn kind(state: &Reference, fault: Fault) -> InterruptKind {
    match fault {
        Fault::Privileged if state.is_guest && !state.is_problem => InterruptKind::HypervisorPrivilege,
        Fault::Privileged => InterruptKind::ProgramPrivileged,
        Fault::Illegal if state.model.vectors.row(InterruptKind::EmulationAssist).is_some() => {
            InterruptKind::EmulationAssist
        }
        Fault::Illegal => InterruptKind::ProgramIllegal,
    }
}

/// One interrupt was delivered where the machine stood: this one, to whom and into which mode the reference says.
fn check_delivery(it: &Machine, state: &Reference, kind: InterruptKind, deliveries: u64) {
    let taken = it.cpu.last_interrupt().unwrap();
    assert_eq!(it.cpu.deliveries(), deliveries + 1);
    let saved = if kind == InterruptKind::Syscall {
        START + 4
    } else {
        START
    };
    assert_eq!((taken.kind, taken.srr0), (kind, saved));
    if state.has("EPCR") {
        assert_eq!(taken.pair == SavePair::Gsrr, state.is_guests(kind), "{kind}");
        assert_eq!(
            taken.msr & (SWITCHES | Msr::CM),
            state.handlers_msr(kind),
            "{kind}"
        );
        assert_eq!(taken.msr.contains(Msr::GS), state.is_guests(kind), "{kind}");
    }
}

/// The hypervisor maintenance interrupt comes, and its handler clears HMER.
fn maintain(it: &mut Machine, state: &Reference, is_enabled: bool) {
    let (msr, deliveries) = (it.cpu.msr(), it.cpu.deliveries());
    if is_enabled {
        it.cpu.set_msr(msr | Msr::EE);
    }
    let exit = execute(it, asm::nop());
    assert_eq!(exit, Exit::Budget);
    check_delivery(it, state, InterruptKind::HypervisorMaintenance, deliveries);
    it.cpu.poke_spr(HMER, 0);
    come_back(it, msr);
}

/// Whether what became of an access is what the reference says; `exit` is what the run came back with, if there was one.
fn check(it: &mut Machine, state: &Reference, exit: Option<Exit>, msr: Msr, deliveries: u64) {
    match state.fate.unwrap() {
        Fate::Left(reason) => {
            let Some(Exit::Spr(at)) = exit else {
                panic!("{exit:?}, expected to leave for {reason:?}")
            };
            assert_eq!((at.reason(), at.cia(), at.msr()), (reason, START, msr));
        }
        Fate::Refused(fault) => {
            check_delivery(it, state, kind(state, fault), deliveries);
            come_back(it, msr);
        }
        Fate::Done | Fate::NoOp | Fate::Zero => {
            assert!(matches!(exit, None | Some(Exit::Budget)), "{exit:?}");
            assert_eq!((it.cpu.deliveries(), it.cpu.cia()), (deliveries, START + 4));
        }
    }
}

impl StateMachineTest for Subject {
    type SystemUnderTest = Machine;
    type Reference = Reference;

    fn init_test(state: &Reference) -> Machine {
        machine(state.model, &[])
    }

    fn apply(mut it: Machine, state: &Reference, step: Step) -> Machine {
        if state.is_maintained {
            maintain(&mut it, state, matches!(step, Step::ExternalInterrupt));
        }
        let (msr, deliveries) = (it.cpu.msr(), it.cpu.deliveries());
        match step {
            Step::Access(sprn, written) => {
                it.cpu.set_gpr(4, written.unwrap_or(0));
                let word = match written {
                    Some(_) => mtspr(sprn, 4),
                    None => mfspr(3, sprn),
                };
                if it.cpu.pending().is_some() {
                    // Not to be run past.
                    let before = it.cpu.snapshot();
                    assert_eq!(it.cpu.run(&mut it.memory, 1), Err(VcpuError::ExitPending));
                    assert_eq!(it.cpu.snapshot(), before);
                } else {
                    let exit = execute(&mut it, word);
                    check(&mut it, state, Some(exit), msr, deliveries);
                }
            }
            Step::Complete(reply) => {
                let answered = it.cpu.complete(reply);
                match state.fate {
                    Some(_) => {
                        assert_eq!(answered, Ok(()));
                        check(&mut it, state, None, msr, deliveries);
                    }
                    None => assert_eq!(answered, Err(VcpuError::NothingPending)),
                }
            }
            Step::Cancel => it.cpu.cancel(),
            Step::ToProblemState => {
                it.cpu.set_gpr(5, (msr | Msr::PR).bits());
                let word = if it.cpu.model().is_64bit {
                    asm::mtmsrd(5)
                } else {
                    asm::mtmsr(5)
                };
                // In problem state already, it is privileged.
                let _ = execute(&mut it, word);
                // The bits that servers set along with PR stay out of the way.
                come_back(&mut it, msr | Msr::PR);
            }
            Step::SystemCall => {
                let exit = execute(&mut it, asm::sc());
                assert_eq!(exit, Exit::Budget);
                check_delivery(&it, state, InterruptKind::Syscall, deliveries);
                come_back(&mut it, msr.difference(Msr::PR));
            }
            Step::ExternalInterrupt => {
                it.cpu.set_input(Input::EXTERNAL, true);
                it.cpu.set_msr(msr | Msr::EE);
                let exit = execute(&mut it, asm::nop());
                assert_eq!(exit, Exit::Budget);
                if state.takes_external() {
                    check_delivery(&it, state, InterruptKind::External, deliveries);
                } else {
                    assert_eq!((it.cpu.deliveries(), it.cpu.cia()), (deliveries, START + 4));
                }
                it.cpu.set_input(Input::EXTERNAL, false);
                come_back(&mut it, msr);
            }
            Step::StorageInterrupt(kind) => {
                it.cpu.set_cia(START);
                let fault = StorageFault {
                    kind,
                    address: START,
                    status: 0,
                };
                assert!(it.cpu.raise_storage(fault));
                check_delivery(&it, state, kind, deliveries);
                come_back(&mut it, msr);
            }
            Step::Maintenance(_) => {
                assert!(it.cpu.poke_spr(HMER, state.hmer));
            }
            Step::Guest(is_guest) => {
                let mut msr = msr;
                msr.set(Msr::GS, is_guest);
                come_back(&mut it, msr);
            }
            Step::Switch(bits) => {
                it.cpu.set_gpr(5, (msr ^ bits).bits());
                let exit = execute(&mut it, asm::mtmsr(5));
                assert_eq!((exit, it.cpu.deliveries()), (Exit::Budget, deliveries));
            }
            Step::SaveAndRestore => {
                let saved = serde_json::to_string(&it.cpu.snapshot()).unwrap();
                let mut other = machine(it.cpu.model(), &[]);
                other.cpu.restore(&serde_json::from_str(&saved).unwrap()).unwrap();
                assert_eq!(other.cpu.snapshot(), it.cpu.snapshot());
                it = other;
            }
            Step::Own(sprn, owner) => {
                let refused = owner == Owner::Core && !state.is_modelled(sprn);
                assert_eq!(it.cpu.set_owner(sprn, owner).is_err(), refused);
            }
            Step::Promote(sprn, on) => {
                let refused = on && !state.is_modelled(sprn);
                let done = it.cpu.enable_cap(&EnableCap::promote(sprn, on));
                assert_eq!(done.is_err(), refused);
            }
            Step::Filter(filter) => {
                it.cpu.config_mut().filter = match filter {
                    None => SprFilter::default(),
                    Some((first, last, direction)) => {
                        let range = FilterRange {
                            first,
                            last,
                            reads: direction == Direction::Read,
                            writes: direction == Direction::Write,
                            verdict: Verdict::Deny,
                        };
                        SprFilter::new(Verdict::Allow, &[range]).unwrap()
                    }
                };
            }
            Step::Unknown(unknown) => it.cpu.config_mut().unknown_spr = unknown,
            Step::Reasons(reasons) => {
                it.cpu.enable_cap(&EnableCap::exits(reasons)).unwrap();
            }
            Step::CheckPrivilege(is_checked) => {
                let cap = EnableCap::new(Capability::UncheckedExits, u64::from(!is_checked));
                it.cpu.enable_cap(&cap).unwrap();
            }
        }
        it
    }

    fn check_invariants(it: &Machine, state: &Reference) {
        assert_eq!(it.cpu.gpr(3) & state.mask(), state.target);
        assert_eq!(it.cpu.level(), state.level());
        assert_eq!(it.cpu.pending().is_some(), state.waiting.is_some());
        if state.has("MSRP") {
            assert_eq!(it.cpu.msr() & SWITCHES, state.switches);
        }
        if state.has("HMER") {
            assert_eq!(it.cpu.peek_spr(HMER), Some(state.hmer));
        }
        for sprn in pool(state.model)
            .into_iter()
            .filter(|sprn| state.is_modelled(*sprn))
        {
            if state.model.sprs.row(sprn).unwrap().behaviour != Behaviour::NoOp {
                assert_eq!(it.cpu.peek_spr(sprn), Some(state.values[&sprn]), "SPR {sprn}");
            }
        }
    }
}

prop_state_machine! {
    #![proptest_config(Config {
        cases: std::env::var("STATE_MACHINE_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(2000),
        failure_persistence: None,
        ..Config::default()
    })]

    #[test]
    fn a_cpu_decides_about_spr_accesses_as_the_rules_say_whatever_came_before(sequential 1..60 => Subject);
}
