//! Doorbells of the e500mc: messages that `msgsnd` sends, to itself and by the caller to others.
//!
//! Fields and types: Linux `asm/dbell.h` (PPC_DBELL_TYPE in bits 32:36, PPC_DBELL_MSG_BRDCAST, PPC_DBELL_LPID, PIR in 14 bits).
//! Vectors and save registers: Linux `asm/kvm_asm.h` (BOOKE_INTERRUPT_DOORBELL 36, _DOORBELL_CRITICAL 37, _GUEST_DBELL 38,
//! _GUEST_DBELL_CRIT 39), `kvm/bookehv_interrupts.S` (GSRR0/1 for 38, CSRR0/1 for 39); Power ISA 2.06 Book III-E chapters 7, 11.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::{START, machine, run, spr};
use ppc_cpu::model::{E500MC, E500V2};
use ppc_cpu::{Cpu, Machine};
use ppc_decode::{System, asm};
use spr_exit::num::{booke, common, e500};
use spr_exit::{Exit, InterruptKind, Msr, SavePair};

const BROADCAST: u64 = 0x0400_0000;

/// The types of messages.
const DBELL: u64 = 0;
const DBELL_CRIT: u64 = 1;
const G_DBELL: u64 = 2;
const G_DBELL_CRIT: u64 = 3;
const G_DBELL_MC: u64 = 4;

/// A message of this type to a partition and a processor.
const fn message(kind: u64, lpid: u64, pir: u64) -> u64 {
    kind << 27 | lpid << 14 | pir
}

fn msgsnd() -> u32 {
    System::Msgsnd.row().encode(&[4]).unwrap()
}

fn msgclr() -> u32 {
    System::Msgclr.row().encode(&[5]).unwrap()
}

/// Processor 5 of partition 2, whose guest has 9, about to send what r4 has.
fn sender(message: u64, msr: Msr) -> Machine {
    let mut it = machine(&E500MC, &[msgsnd(), asm::nop(), msgclr(), asm::b(0)]);
    for (sprn, value) in [
        (booke::PIR, 5),
        (e500::GPIR, 9),
        (e500::LPIDR, 2),
        (e500::IVOR36, 0x2600),
        (e500::IVOR37, 0x2700),
        (e500::IVOR38, 0x2800),
        (e500::IVOR39, 0x2900),
    ] {
        assert!(it.cpu.poke_spr(sprn, value));
    }
    it.cpu.config_mut().report_interrupts = true;
    it.cpu.set_gpr(4, message);
    it.cpu.set_msr(msr);
    it
}

/// Which of the five types waits on the CPU: what comes when everything is enabled.
fn waits(cpu: &Cpu) -> Option<InterruptKind> {
    let mut it = sender(0, Msr::empty());
    it.cpu.restore(&cpu.snapshot()).unwrap();
    it.cpu.set_cia(START + 4);
    it.cpu.set_msr(Msr::GS | Msr::EE | Msr::CE | Msr::ME);
    match run(&mut it, 1) {
        Exit::Interrupt(kind) => Some(kind),
        _ => None,
    }
}

#[test]
fn each_type_has_its_vector_save_registers_and_enables() {
    use InterruptKind::*;
    let guest = Msr::GS;
    for (kind, interrupt, enable, pir, vector, pair, keeps) in [
        (DBELL, Doorbell, Msr::EE, 5, 0x2600, SavePair::Srr, 0x2_1200),
        (DBELL, Doorbell, guest, 5, 0x2600, SavePair::Srr, 0x2_1200),
        (
            DBELL_CRIT,
            DoorbellCritical,
            Msr::CE,
            5,
            0x2700,
            SavePair::Csrr,
            0x1200,
        ),
        (
            DBELL_CRIT,
            DoorbellCritical,
            guest,
            5,
            0x2700,
            SavePair::Csrr,
            0x1200,
        ),
        (
            G_DBELL,
            GuestDoorbell,
            guest | Msr::EE,
            9,
            0x2800,
            SavePair::Gsrr,
            0x2_1200,
        ),
        (
            G_DBELL_CRIT,
            GuestDoorbellCritical,
            guest | Msr::CE,
            9,
            0x2900,
            SavePair::Csrr,
            0x1200,
        ),
        (
            G_DBELL_MC,
            GuestDoorbellCritical,
            guest | Msr::ME,
            9,
            0x2900,
            SavePair::Csrr,
            0x1200,
        ),
    ] {
        let mut it = sender(message(kind, 2, pir), Msr::empty());
        assert_eq!(run(&mut it, 2), Exit::Budget, "nothing is enabled");
        assert_eq!(waits(&it.cpu), Some(interrupt));
        let msr = enable | Msr::DE;
        it.cpu.set_msr(msr);
        assert_eq!(run(&mut it, 1), Exit::Interrupt(interrupt), "{interrupt:?}");
        let told = *it.cpu.last_interrupt().unwrap();
        assert_eq!(
            (told.vector, told.pair, told.srr0, told.srr1),
            (vector, pair, START + 8, msr.bits())
        );
        assert_eq!(it.cpu.msr().bits(), msr.bits() & keeps);
        let (pc, saved) = match pair {
            SavePair::Gsrr => (e500::GSRR0, e500::GSRR1),
            SavePair::Csrr => (booke::CSRR0, booke::CSRR1),
            _ => (common::SRR0, common::SRR1),
        };
        assert_eq!((spr(&it, pc), spr(&it, saved)), (START + 8, msr.bits()));
        // It came with its interrupt.
        assert_eq!(waits(&it.cpu), None);
    }
}

#[test]
fn a_guests_doorbell_waits_for_guest_state() {
    for kind in [G_DBELL, G_DBELL_CRIT, G_DBELL_MC] {
        let mut it = sender(message(kind, 2, 9), Msr::EE | Msr::CE | Msr::ME);
        assert_eq!(run(&mut it, 2), Exit::Budget);
        it.cpu.set_cia(START + 4);
        it.cpu.set_msr(Msr::GS);
        assert_eq!(run(&mut it, 1), Exit::Budget, "and for what enables it there");
    }
}

#[test]
fn a_message_is_for_whom_its_tags_say() {
    for (kind, own) in [
        (DBELL, 5),
        (DBELL_CRIT, 5),
        (G_DBELL, 9),
        (G_DBELL_CRIT, 9),
        (G_DBELL_MC, 9),
    ] {
        for (message, is_own) in [
            (message(kind, 2, own), true),
            (message(kind, 0, own), true),
            (message(kind, 3, own), false),
            (message(kind, 2, own + 1), false),
            (message(kind, 2, 14 - own), false),
            (message(kind, 2, 77) | BROADCAST, true),
            (message(kind, 3, own) | BROADCAST, false),
        ] {
            let mut it = sender(message, Msr::empty());
            let payload = u32::try_from(message).unwrap();
            assert_eq!(it.clone().cpu.receive_message(payload), is_own, "{message:x}");
            // Others hear of what is not for this one alone.
            let exit = run(&mut it, 2);
            let is_for_others = !is_own || message & BROADCAST != 0;
            let expected = if is_for_others {
                Exit::Message { payload }
            } else {
                Exit::Budget
            };
            assert_eq!(exit, expected, "{message:x}");
            assert_eq!(
                (it.cpu.insns(), it.cpu.cia()),
                if is_for_others {
                    (1, START + 4)
                } else {
                    (2, START + 8)
                }
            );
            assert_eq!(waits(&it.cpu).is_some(), is_own, "{message:x}");
            assert_eq!(it.cpu.pending(), None);
        }
    }
}

#[test]
fn a_message_of_no_type_is_nobodys() {
    for kind in 5..32 {
        let mut it = sender(message(kind, 2, 5) | BROADCAST, Msr::EE);
        assert_eq!(run(&mut it, 2), Exit::Budget);
        assert_eq!(waits(&it.cpu), None);
    }
}

#[test]
fn msgclr_forgets_a_message_of_its_type_and_no_other() {
    for kind in [DBELL, DBELL_CRIT, G_DBELL, G_DBELL_CRIT, G_DBELL_MC] {
        for cleared in [DBELL, DBELL_CRIT, G_DBELL, G_DBELL_CRIT, G_DBELL_MC] {
            let mut it = sender(message(kind, 0, if kind < 2 { 5 } else { 9 }), Msr::empty());
            it.cpu.set_gpr(5, message(cleared, 0, 0));
            assert_eq!(run(&mut it, 3), Exit::Budget);
            assert_eq!(waits(&it.cpu).is_some(), kind != cleared, "{kind} {cleared}");
        }
    }
}

#[test]
fn two_cpus_ring_each_other_through_their_caller() {
    let mut machines: Vec<Machine> = (0..3)
        .map(|pir| {
            let mut it = sender(0, Msr::EE);
            it.cpu.poke_spr(booke::PIR, pir);
            it
        })
        .collect();
    machines[0].cpu.set_gpr(4, message(DBELL, 0, 2));
    let Exit::Message { payload } = run(&mut machines[0], 5) else {
        panic!("it is for another")
    };
    let heard: Vec<bool> = machines
        .iter_mut()
        .skip(1)
        .map(|it| it.cpu.receive_message(payload))
        .collect();
    assert_eq!(heard, [false, true]);
    assert_eq!(run(&mut machines[0], 1), Exit::Budget);
    assert_eq!(run(&mut machines[2], 1), Exit::Interrupt(InterruptKind::Doorbell));
    assert_eq!(machines[2].cpu.last_interrupt().unwrap().srr0, START);
}

#[test]
fn a_waiting_cpu_wakes_by_a_message() {
    let wait = System::Wait.row().encode(&[0]).unwrap();
    let mut it = sender(0, Msr::EE);
    it.memory.write_words(START, &[wait]).unwrap();
    assert_eq!(run(&mut it, 9), Exit::Wait);
    assert!(it.cpu.receive_message(5));
    assert_eq!(run(&mut it, 9), Exit::Interrupt(InterruptKind::Doorbell));
    assert_eq!(it.cpu.last_interrupt().unwrap().srr0, START + 4);
}

#[test]
fn a_cpu_without_doorbells_hears_nothing_and_a_guest_sends_nothing() {
    assert!(!Cpu::new(&E500V2).receive_message(0));
    for word in [msgsnd(), msgclr()] {
        for (msr, kind) in [
            (Msr::PR, InterruptKind::ProgramPrivileged),
            (Msr::GS, InterruptKind::HypervisorPrivilege),
        ] {
            let mut it = sender(message(DBELL, 0, 5), msr);
            it.memory.write_words(START, &[word]).unwrap();
            assert_eq!(run(&mut it, 1), Exit::Interrupt(kind));
            assert_eq!(waits(&it.cpu), None);
        }
    }
}

#[test]
fn a_reset_forgets_messages() {
    let mut it = sender(0, Msr::empty());
    assert!(it.cpu.receive_message(5));
    it.cpu.reset(None);
    assert_eq!(waits(&it.cpu), None);
}
