//! Doorbells of servers: whom a message reaches, and what clears one. Their interrupts are in `server_interrupts.rs`.
//!
//! Written down from Power ISA 2.07 and 3.0B Book III chapter 11 as remembered, and compared with QEMU `helper_book3s_msgsnd`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::server::*;
use kit::{START, run, spr};
use ppc_cpu::model::{POWER8, POWER9};
use ppc_decode::asm;
use spr_exit::num::book3s;
use spr_exit::{Exit, InterruptKind, Msr};

/// `msgsnd r3`, `msgclr r3`, `msgsndp r3`, `msgclrp r3`.
const MSGSND: u32 = 0x7c00_199c;
const MSGCLR: u32 = 0x7c00_19dc;
const MSGSNDP: u32 = 0x7c00_191c;
const MSGCLRP: u32 = 0x7c00_195c;

#[test]
fn a_message_is_heard_by_the_thread_that_it_names_and_leaves_for_the_others() {
    // POWER8: the thread's number in 57:63. POWER9: PIR in 44:63; 37:38 for the whole core.
    for (model, id, payload, is_heard, leaves) in [
        (&POWER8, 3, MESSAGE | 3, true, false),
        (&POWER8, 11, MESSAGE | 3, true, false),
        (&POWER8, 3, MESSAGE | 2, false, true),
        (&POWER9, 11, MESSAGE | 11, true, false),
        (&POWER9, 11, MESSAGE | 3, false, true),
        (&POWER9, 11, MESSAGE | 0x0200_0000 | 8, true, true),
        (&POWER9, 11, MESSAGE | 0x0200_0000 | 12, false, true),
        (&POWER9, 11, 4 << 27 | 11, false, false),
    ] {
        let what = format!("{} {id} {payload:x}", model.name);
        let mut memory = ppc_cpu::Memory::with_ram(0x2000).unwrap();
        memory.write_words(START, &[MSGSND, asm::b(0)]).unwrap();
        let mut cpu = ppc_cpu::Cpu::with_id(model, id);
        cpu.set_cia(START);
        cpu.set_decrementer(0x7fff_ffff);
        cpu.set_gpr(3, payload.into());
        let exit = cpu.run(&mut memory, 3).unwrap();
        let expected = if leaves {
            Exit::Message { payload }
        } else {
            Exit::Budget
        };
        assert_eq!(exit, expected, "{what}");
        assert!(cpu.insns() >= 1, "the instruction is complete");
        cpu.set_msr(Msr::SF | Msr::HV | Msr::EE);
        let _ = cpu.run(&mut memory, 1).unwrap();
        let taken = cpu.last_interrupt().map(|told| told.kind);
        assert_eq!(
            taken,
            is_heard.then_some(InterruptKind::HypervisorDoorbell),
            "{what}"
        );
    }
}

#[test]
fn doorbells_are_cleared_by_their_instructions_and_the_privileged_one_shows_in_dpdes() {
    let mut it = quiet(&POWER9, &[MSGSNDP, MSGCLRP, MSGSND, MSGCLR, asm::b(0)]);
    it.cpu.set_gpr(3, MESSAGE.into());
    let _ = run(&mut it, 1);
    assert_eq!(spr(&it, book3s::DPDES), 1);
    let _ = run(&mut it, 3);
    assert_eq!(spr(&it, book3s::DPDES), 0);
    it.cpu.set_msr(Msr::SF | Msr::HV | Msr::EE);
    assert_eq!(run(&mut it, 5), Exit::Budget, "both were cleared");
    // In a partition HFSCR[MSGP] (10) decides.
    for (hfscr, kind) in [
        (0, Some(InterruptKind::HypervisorFacilityUnavailable)),
        (1 << 10, None),
    ] {
        let mut it = quiet(&POWER9, &[MSGSNDP, asm::b(0)]);
        it.cpu.set_gpr(3, MESSAGE.into());
        it.cpu.poke_spr(book3s::HFSCR, hfscr);
        it.cpu.set_msr(Msr::SF);
        let _ = run(&mut it, 1);
        assert_eq!(it.cpu.last_interrupt().map(|told| told.kind), kind);
        assert_eq!(spr(&it, book3s::HFSCR) >> 56, if kind.is_some() { 10 } else { 0 });
    }
}
