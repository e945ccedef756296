//! Data storage interrupts that no translation raises: what DAR and DSISR, or DEAR and ESR, say of them.
//!
//! Bits: PEM 6.4.3 (external control), Linux `asm/reg.h` and `asm/reg_booke.h` (the others). Forms that do not get that far are in
//! `vectors/`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod kit;

use kit::{START, machine, run};
use ppc_cpu::Machine;
use ppc_cpu::model::{E500V2, E6500, Model, POWER8, POWER9, PPC750};
use ppc_decode::assemble;
use spr_exit::num::classic::EAR;
use spr_exit::{Exit, Interrupt, InterruptKind, Msr, Reply};

/// Nobody's memory.
const NOWHERE: u64 = 0x2_0000;

/// A machine about to execute this, with r4 and r5 as given.
fn about_to(model: &'static Model, text: &str, r4: u64, r5: u64) -> Machine {
    let mut it = machine(model, &[assemble(text, START, model.isa).unwrap()]);
    it.cpu.set_gpr(4, r4);
    it.cpu.set_gpr(5, r5);
    it
}

/// The interrupt that problem state takes for it.
fn taken(model: &'static Model, text: &str, r4: u64, r5: u64) -> Interrupt {
    let mut it = about_to(model, text, r4, r5);
    it.cpu.set_msr(it.cpu.msr() | Msr::PR);
    assert_eq!(run(&mut it, 1), Exit::Budget, "{text}");
    *it.cpu.last_interrupt().unwrap()
}

#[test]
fn dar_and_dsisr_say_where_and_why() {
    let cases: [(&Model, &str, u64, u64, u64); 8] = [
        (&PPC750, "eciwx 3,4,5", 0x800, 4, 0x0010_0000),
        (&PPC750, "ecowx 3,4,5", 0x800, 4, 0x0210_0000),
        (&POWER9, "copy 4,5", NOWHERE, 0x80, 0x0000_0008),
        (&POWER9, "lwat 3,5,9", 0, 0x800, 0x0000_0004),
        (&POWER9, "stdat 3,5,9", 0, 0x800, 0x0200_0004),
        (&POWER8, "icswx 3,4,5", 0x800, 0x80, 0x0200_4000),
        (&POWER8, "icswx. 3,4,5", 0x800, 0x80, 0x0200_4000),
        (&POWER9, "ldat 3,4,31", 0x808, 0, 0x0000_0004),
    ];
    for (model, text, r4, r5, dsisr) in cases {
        let interrupt = taken(model, text, r4, r5);
        assert_eq!(interrupt.kind, InterruptKind::DataStorage, "{text}");
        assert_eq!(interrupt.vector & 0xfff, 0x300, "{text}");
        assert_eq!(interrupt.srr0, START, "{text}");
        assert_eq!(interrupt.dear, Some(r4 + r5), "{text}");
        assert_eq!((interrupt.dsisr, interrupt.esr), (Some(dsisr), None), "{text}");
    }
}

#[test]
fn dear_and_esr_say_which_cache_may_not_be_locked() {
    for (text, esr) in [
        ("dcbtls 0,4,5", 0x0020_0000),
        ("dcbtstls 0,4,5", 0x0020_0000),
        ("dcblc 0,4,5", 0x0020_0000),
        ("icbtls 0,4,5", 0x0010_0000),
        ("icblc 0,4,5", 0x0010_0000),
    ] {
        for model in [&E500V2, &E6500] {
            let interrupt = taken(model, text, 0x800, 0x40);
            assert_eq!(interrupt.kind, InterruptKind::DataStorage, "{text}");
            // IVOR2.
            assert_eq!(interrupt.vector, 0x2200, "{text}");
            assert_eq!(interrupt.dear, Some(0x840), "{text}");
            assert_eq!((interrupt.esr, interrupt.dsisr), (Some(esr), None), "{text}");
        }
    }
    for (text, esr) in [("dcblq. 0,4,5", 0x0020_0000), ("icblq. 0,4,5", 0x0010_0000)] {
        assert_eq!(taken(&E6500, text, 0x800, 0x40).esr, Some(esr), "{text}");
    }
}

#[test]
fn external_control_leaves_with_the_address_also_where_there_is_ram_and_takes_the_devices_answer() {
    let mut it = about_to(&PPC750, "eciwx 3,4,5", 0x800, 4);
    it.cpu.poke_spr(EAR, 0x8000_0005);
    it.memory.write_words(0x804, &[0x1111_1111]).unwrap();
    let Exit::Mmio(at) = run(&mut it, 1) else {
        unreachable!("it leaves")
    };
    assert_eq!((at.phys_addr, at.len, at.is_write), (0x804, 4, false));
    assert_eq!(at.word, 0x7c64_2a6c);
    it.cpu.complete(Reply::Done(0x1234_5678)).unwrap();
    assert_eq!((it.cpu.gpr(3), it.cpu.cia()), (0x1234_5678, START + 4));

    let mut it = about_to(&PPC750, "ecowx 3,4,5", 0x800, 4);
    it.cpu.poke_spr(EAR, 0x8000_0005);
    it.cpu.set_gpr(3, 0xffff_ffff_8765_4321);
    let Exit::Mmio(at) = run(&mut it, 1) else {
        unreachable!("it leaves")
    };
    assert_eq!((at.phys_addr, at.data, at.is_write), (0x804, 0x8765_4321, true));
    it.cpu.complete(Reply::Done(0)).unwrap();
    assert_eq!(it.cpu.cia(), START + 4);
    assert_eq!(
        it.memory.load::<4>(0x804),
        Some([0; 4]),
        "RAM does not hear of it"
    );
}
