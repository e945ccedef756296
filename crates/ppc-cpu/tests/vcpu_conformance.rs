//! The rules of [`spr_exit::Vcpu`], by the suite of `spr-exit` that every implementation has to pass, against the
//! emulator of every model and against a `kvm_run` page in front of it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::{START, machine, mfspr, mtspr};
use ppc_cpu::Machine;
use ppc_cpu::model::{MODELS, Model};
use ppc_decode::asm;
use spr_exit::conformance::{Program, Replies, Violation, check_vcpu};
use spr_exit::{Access, KvmRun, Owner, Vcpu};

/// A guest that makes these accesses, in order, every one of them user space's, and then spins. A refused access goes to
/// a handler that skips it.
fn guest(model: &'static Model, program: &Program) -> Machine {
    let mut words = vec![];
    for (sprn, access) in program {
        match access {
            Access::Read => words.push(mfspr(4, *sprn)),
            Access::Write(value) => {
                words.push(asm::li(3, (*value).try_into().unwrap()));
                words.push(mtspr(*sprn, 3));
            }
        }
    }
    words.push(asm::b(0));
    let mut machine = machine(model, &words);
    for (sprn, _) in program {
        machine.cpu.set_owner(*sprn, Owner::User).unwrap();
    }
    machine.set_budget(1000);
    machine
}

/// The suite against every model.
fn on_every_model<V: Vcpu>(replies: Replies, wrap: impl Fn(Machine) -> V) {
    for model in MODELS {
        let found: Result<(), Violation> = check_vcpu(replies, |program| wrap(guest(model, program)));
        assert!(found.is_ok(), "{}: {found:?}", model.name);
    }
}

#[test]
fn the_emulator_keeps_the_rules_of_a_vcpu_on_every_model() {
    on_every_model(Replies::ALL, |machine| machine);
}

#[test]
fn the_run_page_keeps_the_rules_of_a_vcpu_in_front_of_every_model() {
    on_every_model(Replies::RAW_PAGE, KvmRun::new);
}

/// The suite itself is not a rubber stamp.
#[test]
fn a_machine_that_claims_fewer_replies_than_it_takes_is_found_out() {
    let model = MODELS[0];
    let found = check_vcpu(Replies::RAW_PAGE, |program| guest(model, program));
    assert!(found.is_err());
    let found = check_vcpu(Replies::ALL, |program| {
        let mut machine = guest(model, program);
        machine.cpu.set_cia(START + 4);
        machine
    });
    assert!(found.is_err(), "a guest that makes other accesses");
}
