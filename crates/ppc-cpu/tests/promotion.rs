//! Promotion: a register that the core learned after handlers for it existed stays theirs until a VM says otherwise.
//!
//! BUCSR of the e500 is such a register (E500CORERM 2.9.3: BPEN is what a read shows, BBFI clears itself; Linux writes it
//! in `__setup_cpu_e500*` as `BUCSR_INIT`, BBFI and BPEN).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::{machine, mfspr, mtspr, run};
use ppc_cpu::Machine;
use ppc_cpu::model::{E500MC, E500V2, Model};
use ppc_decode::asm;
use spr_exit::num::{booke, common, e500};
use spr_exit::{
    Access, CapError, Capabilities, Direction, EnableCap, Exit, Outcome, Owner, Reason, Reply, SprAccess,
    SprHandler, SprNum, UnknownSpr, answer,
};

/// A handler as it was written when BUCSR was an unknown number to the core.
#[derive(Default)]
struct OldHandler {
    bucsr: u64,
    calls: Vec<Access>,
}

impl SprHandler for OldHandler {
    fn read(&mut self, at: &SprAccess) -> Outcome<u64> {
        if at.sprn() != e500::BUCSR || !at.reason().contains(Reason::UNKNOWN) {
            return Outcome::NotMine;
        }
        self.calls.push(at.access());
        Outcome::Handled(self.bucsr)
    }

    fn write(&mut self, at: &SprAccess, value: u64) -> Outcome<()> {
        if at.sprn() != e500::BUCSR || !at.reason().contains(Reason::UNKNOWN) {
            return Outcome::NotMine;
        }
        self.calls.push(at.access());
        self.bucsr = value & 1;
        Outcome::Handled(())
    }
}

/// Enables the branch buffer as Linux does, reads back, goes around its loop by what it read.
fn guest(model: &'static Model) -> Machine {
    machine(
        model,
        &[
            mfspr(4, e500::BUCSR),
            asm::li(3, 0x201),
            mtspr(e500::BUCSR, 3),
            mfspr(5, e500::BUCSR),
            asm::cmpwi(0, 5, 1),
            asm::bne(-16),
            asm::li(3, 0),
            mtspr(e500::BUCSR, 3),
            mfspr(6, e500::BUCSR),
            asm::add(7, 5, 6),
            asm::b(0),
        ],
    )
}

/// What the guest can tell: address and registers after each of the first 30 instructions.
type Trace = Vec<(u64, [u64; 8], u32)>;

/// Executes 30 instructions, answering exits.
fn trace(it: &mut Machine, handler: &mut OldHandler) -> Trace {
    let mut trace = Trace::new();
    while trace.len() < 30 {
        match run(it, 1) {
            Exit::Budget => {}
            Exit::Spr(at) => {
                let reply = answer(handler, &at).reply().expect("the handler claims it");
                it.cpu.complete(reply).unwrap();
            }
            other => panic!("{other:?}"),
        }
        trace.push((it.cpu.cia(), core::array::from_fn(|n| it.cpu.gpr(n)), it.cpu.cr()));
    }
    trace
}

#[test]
fn an_old_handler_gets_its_exits_until_the_capability_and_the_guest_cannot_tell_the_difference() {
    for model in [&E500V2, &E500MC] {
        let mut old = OldHandler::default();
        let mut user = guest(model);
        let by_user = trace(&mut user, &mut old);
        assert_eq!(
            old.calls,
            [
                Access::Read,
                Access::Write(0x201),
                Access::Read,
                Access::Write(0),
                Access::Read
            ],
            "{}",
            model.name
        );

        let mut unused = OldHandler::default();
        let mut core = guest(model);
        core.enable_cap(&EnableCap::promote(e500::BUCSR, true)).unwrap();
        let by_core = trace(&mut core, &mut unused);
        assert!(unused.calls.is_empty(), "{}: the core answers now", model.name);
        assert_eq!(by_user, by_core, "{}", model.name);
    }
}

#[test]
fn the_exit_says_that_the_core_knows_the_register_and_that_it_was_unknown() {
    let mut it = guest(&E500V2);
    let Exit::Spr(at) = run(&mut it, 1) else {
        panic!("user space's")
    };
    assert_eq!(at.reason(), Reason::UNKNOWN | Reason::OWNED);
    // A VM that asked for unknown numbers alone still hears of it.
    let mut it = guest(&E500V2);
    it.enable_cap(&EnableCap::exits(Reason::UNKNOWN)).unwrap();
    assert!(matches!(run(&mut it, 1), Exit::Spr(_)));
}

#[test]
fn promotion_takes_effect_with_the_next_instruction_and_can_be_taken_back() {
    let mut it = machine(&E500V2, &[mfspr(4, e500::BUCSR), asm::b(-4)]);
    for _ in 0..3 {
        assert!(matches!(run(&mut it, 2), Exit::Spr(at) if at.sprn() == e500::BUCSR));
        // In force from the next instruction: this access is still user space's.
        it.enable_cap(&EnableCap::promote(e500::BUCSR, true)).unwrap();
        it.cpu.complete(Reply::Done(9)).unwrap();
        assert_eq!(it.cpu.gpr(4), 9);
        assert_eq!(run(&mut it, 2), Exit::Budget);
        assert_eq!(it.cpu.gpr(4), 0, "the core's own");
        it.enable_cap(&EnableCap::promote(e500::BUCSR, false)).unwrap();
        assert_eq!(it.cpu.config().owner(e500::BUCSR, Direction::Write), Owner::Model);
    }
}

#[test]
fn what_the_core_does_not_model_cannot_be_promoted_and_nothing_changes() {
    for sprn in [SprNum::wrapping(880), e500::L1CSR0] {
        let mut it = machine(&E500V2, &[mfspr(4, sprn)]);
        assert_eq!(
            it.enable_cap(&EnableCap::promote(sprn, true)),
            Err(CapError::NotModelled(sprn))
        );
        assert_eq!(
            it.cpu.set_owner(sprn, Owner::Core),
            Err(CapError::NotModelled(sprn))
        );
        assert!(matches!(run(&mut it, 1), Exit::Spr(at) if at.reason() == Reason::UNKNOWN));
    }
}

#[test]
fn promotion_is_part_of_a_snapshot() {
    let mut it = guest(&E500V2);
    it.enable_cap(&EnableCap::promote(e500::BUCSR, true)).unwrap();
    let mut there = guest(&E500V2);
    // The other CPU has asked its gate already, and forgets what it said.
    assert!(matches!(run(&mut there, 1), Exit::Spr(_)));
    there.cpu.restore(&it.cpu.snapshot()).unwrap();
    assert_eq!(run(&mut there, 1), Exit::Budget);
}

#[test]
fn a_register_that_is_split_can_be_taken_whole_by_either_side() {
    let mut it = machine(&E500V2, &[mtspr(booke::DBCR0, 3), asm::b(-4)]);
    it.cpu.set_gpr(3, 0x4000_0000);
    it.cpu.set_owner(booke::DBCR0, Owner::User).unwrap();
    let Exit::Spr(at) = run(&mut it, 1) else {
        panic!("user space's")
    };
    assert_eq!(at.reason(), Reason::OWNED);
    it.cpu.complete(Reply::Done(0)).unwrap();
    assert_eq!(
        it.cpu.peek_spr(booke::DBCR0),
        Some(0),
        "the core has no part in it"
    );
    it.cpu.set_owner(booke::DBCR0, Owner::Model).unwrap();
    assert_eq!(run(&mut it, 2), Exit::Budget);
    assert_eq!(it.cpu.peek_spr(booke::DBCR0), Some(0x4000_0000));
}

#[test]
fn the_policy_for_unknown_numbers_governs_a_register_that_is_still_user_spaces() {
    let mut it = guest(&E500V2);
    it.cpu.config_mut().unknown_spr = UnknownSpr::ReadZeroIgnoreWrite;
    it.cpu.set_gpr(4, 7);
    assert_eq!(run(&mut it, 1), Exit::Budget);
    assert_eq!(it.cpu.gpr(4), 0);
    assert!(it.cpu.is_modelled(e500::BUCSR) && it.cpu.is_modelled(common::SPRG0));
}
