//! The two registers that the exits were proposed for: DBCR0, whose RST field resets the machine, and EPR, whose read acknowledges
//! an interrupt (`docs/kvm-exit-spr.md`; the 2012 thread on kvm-ppc, "SPR exits to user space").

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::dbcr0::{IDM, RST_SYSTEM, at_a_split_write};
use kit::{START, machine, mfspr, run, spr};
use ppc_cpu::Machine;
use ppc_cpu::model::{E500MC, E500V2, POWER9};
use ppc_decode::asm;
use spr_exit::num::{booke, e500};
use spr_exit::{
    CapError, Capabilities, Capability, EnableCap, Exit, Fault, Msr, Reason, Reply, ResetKind, SystemEvent,
    VcpuError,
};

#[test]
fn dbsr_tells_the_kind_of_the_last_reset_on_book_e() {
    // DBSR[MRR], bits 2:3 (Linux reg_booke.h DBSR_MRR 0x3000_0000).
    for model in [&E500V2, &E500MC] {
        for (kind, mrr) in [
            (None, 0),
            (Some(ResetKind::Core), 1),
            (Some(ResetKind::Chip), 2),
            (Some(ResetKind::System), 3),
        ] {
            let mut it = machine(model, &[]);
            it.reset(kind);
            assert_eq!(spr(&it, booke::DBSR), mrr << 28);
        }
    }
}

/// The two ways of a machine reset, side by side: the same guest, the same outcome.
#[test]
fn a_reset_by_dbcr0_leaves_as_an_spr_exit_or_with_the_capability_as_a_system_event() {
    for model in [&E500V2, &E500MC] {
        for kind in [ResetKind::Core, ResetKind::Chip, ResetKind::System] {
            let value = u64::from(u8::from(kind)) << 28 | IDM;
            let mut plain = at_a_split_write(model);
            plain.cpu.set_gpr(3, value);
            assert!(matches!(run(&mut plain, 5), Exit::Spr(at) if at.data() == value));
            let mut event = at_a_split_write(model);
            event.cpu.set_gpr(3, value);
            event
                .cpu
                .enable_cap(&EnableCap::new(Capability::ResetEvent, 1))
                .unwrap();
            assert_eq!(run(&mut event, 5), Exit::SystemEvent(SystemEvent::Reset(kind)));
            assert_eq!(event.cpu.cia(), START, "in mid-instruction, as the other");
            for it in [&mut plain, &mut event] {
                it.cpu.complete(Reply::Done(0)).unwrap();
                assert_eq!(
                    (spr(it, booke::DBCR0) & !RST_SYSTEM, it.cpu.cia()),
                    (IDM, START + 4)
                );
            }
            plain.reset(Some(kind));
            event.reset(Some(kind));
            assert_eq!(spr(&plain, booke::DBSR), spr(&event, booke::DBSR));
        }
    }
}

#[test]
fn the_system_event_needs_no_spr_exits_and_a_write_without_a_reset_is_none() {
    let mut it = at_a_split_write(&E500V2);
    it.cpu.enable_cap(&EnableCap::exits(Reason::empty())).unwrap();
    it.cpu
        .enable_cap(&EnableCap::new(Capability::ResetEvent, 1))
        .unwrap();
    assert_eq!(
        run(&mut it, 5),
        Exit::SystemEvent(SystemEvent::Reset(ResetKind::System))
    );
    it.cpu.complete(Reply::Done(0)).unwrap();
    // The request is taken back: no reset.
    it.cpu.set_cia(START);
    it.cpu.set_gpr(3, IDM);
    assert_eq!(run(&mut it, 1), Exit::Budget);
}

#[test]
fn the_reset_event_is_refused_where_there_is_no_dbcr0() {
    let mut it = machine(&POWER9, &[]);
    let cap = EnableCap::new(Capability::ResetEvent, 1);
    assert_eq!(it.enable_cap(&cap), Err(CapError::Unsupported(cap.cap)));
    assert_eq!(it.check_extension(cap.cap), 0);
}

/// The interrupt controller of the test: acknowledging gives the vector and takes the line back.
const VECTOR: u64 = 0x2a;

/// The e500mc with an external interrupt due, whose handler reads EPR.
fn with_an_interrupt_due() -> Machine {
    let mut it = machine(&E500MC, &[asm::nop(), asm::nop()]);
    it.memory
        .write_words(0x2400, &[mfspr(5, e500::EPR), mfspr(6, e500::EPR), asm::rfi()])
        .unwrap();
    it.cpu.set_msr(Msr::EE);
    it.cpu.set_external(true);
    it
}

#[test]
fn epr_is_acknowledged_by_the_exit_of_its_read() {
    let mut it = with_an_interrupt_due();
    let Exit::Spr(at) = run(&mut it, 10) else {
        panic!("EPR is user space's")
    };
    assert_eq!((at.sprn(), at.cia(), at.is_write()), (e500::EPR, 0x2400, false));
    it.cpu.set_external(false);
    it.cpu.complete(Reply::Done(VECTOR)).unwrap();
    assert_eq!(it.cpu.gpr(5), VECTOR);
    assert!(
        matches!(run(&mut it, 10), Exit::Spr(at) if at.cia() == 0x2404),
        "every read acknowledges"
    );
}

#[test]
fn with_the_capability_epr_is_loaded_on_delivery_and_read_without_exits() {
    // As KVM_CAP_PPC_EPR: the exit comes as the interrupt is delivered, the guest stands at the vector.
    let mut it = with_an_interrupt_due();
    it.enable_cap(&EnableCap::new(Capability::EprOnDelivery, 1))
        .unwrap();
    assert_eq!(run(&mut it, 10), Exit::Epr);
    assert_eq!(
        (it.cpu.cia(), it.cpu.deliveries(), it.cpu.insns()),
        (0x2400, 1, 0)
    );
    for reply in [Reply::NoOp, Reply::Fault(Fault::Illegal), Reply::Architected] {
        assert_eq!(it.cpu.complete(reply), Err(VcpuError::ReplyNotPossible(reply)));
        assert_eq!(it.cpu.pending(), Some(Exit::Epr));
    }
    it.cpu.set_external(false);
    it.cpu.complete(Reply::Done(VECTOR)).unwrap();
    assert_eq!(run(&mut it, 3), Exit::Budget);
    assert_eq!(
        (it.cpu.gpr(5), it.cpu.gpr(6), it.cpu.cia()),
        (VECTOR, VECTOR, START)
    );
    // Taken back, reads leave again.
    it.enable_cap(&EnableCap::new(Capability::EprOnDelivery, 0))
        .unwrap();
    it.cpu.set_external(true);
    assert!(matches!(run(&mut it, 10), Exit::Spr(at) if at.sprn() == e500::EPR));
}

#[test]
fn a_reset_while_epr_waits_cancels_it_and_the_interrupt_comes_again() {
    let mut it = with_an_interrupt_due();
    it.enable_cap(&EnableCap::new(Capability::EprOnDelivery, 1))
        .unwrap();
    assert_eq!(run(&mut it, 10), Exit::Epr);
    it.reset(Some(ResetKind::Core));
    assert_eq!(
        it.cpu.complete(Reply::Done(VECTOR)),
        Err(VcpuError::NothingPending)
    );
    assert_eq!(spr(&it, e500::EPR), 0);
    it.cpu.set_cia(START);
    it.cpu.set_msr(Msr::EE);
    assert_eq!(run(&mut it, 10), Exit::Epr, "the line is still asserted");
}

#[test]
fn the_e500v2_has_no_epr_and_refuses_the_capability() {
    let mut it = machine(&E500V2, &[mfspr(5, e500::EPR)]);
    let cap = EnableCap::new(Capability::EprOnDelivery, 1);
    assert_eq!(it.check_extension(cap.cap), 0);
    assert_eq!(it.enable_cap(&cap), Err(CapError::Unsupported(cap.cap)));
    assert!(!it.cpu.is_modelled(e500::EPR));
    assert!(matches!(run(&mut it, 1), Exit::Spr(at) if at.reason() == Reason::UNKNOWN));
}
