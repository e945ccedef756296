//! Delivery on the classic models besides the 750 and on the e500v1, e5500 and e6500: the common causes, the inputs that the
//! classic ones have (SRESET, MCP, SMI, the e300's critical input), AltiVec unavailable, power saving, 64-bit Book E.
//!
//! Expected values were written down from MPC750UM chapter 4 (tables 4-2, 4-3 and of register settings), MPC7400UM pages 4-4,
//! 4-9 and 4-22, and for the e300 and 64-bit Book E from EREF 2.0 chapter 7 and memory of E300CORERM chapter 5; QEMU
//! `target/ppc/excp_helper.c` sets the same vectors and saved bits, but that it has no MCP.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::delivery::{
    BOOKE_ROWS, Cause, Found, booke_after, check_table, found, ppc750_rows, ppc750_save, take,
};
use kit::{START, machine, mtspr, run, spr};
use ppc_cpu::interrupt::Input;
use ppc_cpu::model::{
    E300, E500V1, E5500, E6500, Model, PPC603E, PPC604E, PPC750, PPC750CL, PPC7410, PPC7447A,
};
use ppc_decode::asm;
use spr_exit::num::{booke, classic, common, e500, e6500, p6xx};
use spr_exit::{Exit, InterruptKind, Msr, SavePair};

/// Every classic model.
const CLASSIC: [&Model; 7] = [&PPC750, &PPC750CL, &PPC7410, &PPC7447A, &PPC603E, &E300, &PPC604E];

#[test]
fn every_classic_model_delivers_the_common_interrupts_as_the_750() {
    for model in CLASSIC {
        // EE FP ME FE0 FE1 IP IR DR RI: IP and ME stay, ME not over a machine check.
        let after = |cause, _| {
            if cause == Cause::MachineCheck {
                0x40
            } else {
                0x1040
            }
        };
        check_table(model, 0xb972, ppc750_save, after, ppc750_rows(0xfff0_0000));
        let after = |cause, _| if cause == Cause::MachineCheck { 0 } else { 0x1000 };
        check_table(model, 0xb932, ppc750_save, after, ppc750_rows(0));
    }
}

#[test]
fn vec_is_saved_and_cleared_and_comes_back_on_the_7400_and_7450_families() {
    for model in [&PPC7410, &PPC7447A] {
        // MPC7400UM p. 4-9: MSR[6, 16:31] are saved.
        let mut it = take(model, Cause::Syscall, 0x0200_8000);
        assert_eq!(
            (found(&it).saved, it.cpu.msr().bits()),
            (0x0200_8000, 0),
            "{}",
            model.name
        );
        it.memory.write_words(0xc00, &[asm::rfi()]).unwrap();
        let _ = run(&mut it, 1);
        assert_eq!((it.cpu.cia(), it.cpu.msr().bits()), (START + 4, 0x0200_8000));
    }
}

/// Drives an input before the second instruction, and says what the handler finds.
fn by_input(model: &'static Model, input: Input, msr: u64) -> Option<Found> {
    let mut it = machine(model, &[asm::nop(), asm::nop(), asm::nop()]);
    for hid in [classic::HID0, classic::HID1] {
        it.cpu.poke_spr(hid, 0x8000_0000);
    }
    it.cpu.config_mut().report_interrupts = true;
    it.cpu.set_msr(Msr::from_bits_retain(msr));
    assert_eq!(run(&mut it, 1), Exit::Budget);
    it.cpu.set_input(input, true);
    matches!(run(&mut it, 2), Exit::Interrupt(_)).then(|| found(&it))
}

#[test]
fn the_inputs_of_every_classic_model_interrupt_as_its_manual_says() {
    for model in CLASSIC {
        // Cause, vector, cause bits of SRR1, MSR after from EE FP ME FE0 FE1 IP IR DR RI, and whether MSR[EE] masks it.
        for (input, kind, vector, cause, after, is_masked) in [
            (
                Input::SYSTEM_RESET,
                InterruptKind::SystemReset,
                0x100,
                0,
                0x1040,
                false,
            ),
            // MCP: SRR1[12] (MPC750UM 4.5.2.1); ME goes.
            (
                Input::MACHINE_CHECK,
                InterruptKind::MachineCheckInput,
                0x200,
                0x0008_0000,
                0x40,
                false,
            ),
            (
                Input::SYSTEM_MANAGEMENT,
                InterruptKind::SystemManagement,
                0x1400,
                0,
                0x1040,
                true,
            ),
        ] {
            let what = format!("{} {kind}", model.name);
            let expected = Found {
                kind,
                vector: 0xfff0_0000 + vector,
                pair: SavePair::Srr,
                pc: START + 4,
                saved: 0xb972 | cause,
                msr: after,
                esr: None,
                address: None,
                dsisr: None,
            };
            assert_eq!(by_input(model, input, 0xb972), Some(expected), "{what}");
            let masked = by_input(model, input, 0x3972);
            assert_eq!(masked.is_none(), is_masked, "{what} without EE");
        }
    }
}

#[test]
fn inputs_go_in_the_order_of_the_table_of_priorities() {
    // MPC750UM table 4-3: machine check, system reset, system management, external, decrementer.
    let all = Input::MACHINE_CHECK | Input::SYSTEM_RESET | Input::SYSTEM_MANAGEMENT | Input::EXTERNAL;
    let mut it = machine(&PPC750, &[asm::nop()]);
    it.cpu.poke_spr(classic::HID0, 0x8000_0000);
    it.cpu.set_decrementer(u32::MAX);
    it.cpu.set_input(all, true);
    it.cpu.config_mut().report_interrupts = true;
    let mut order = Vec::new();
    for _ in 0..5 {
        it.cpu.set_msr(Msr::EE | Msr::ME);
        let Exit::Interrupt(kind) = run(&mut it, 1) else {
            panic!("{order:?}")
        };
        order.push(kind.name());
        // A level is driven back by who drove it; the others are heard once.
        match kind {
            InterruptKind::SystemManagement => it.cpu.set_input(Input::SYSTEM_MANAGEMENT, false),
            InterruptKind::External => it.cpu.set_input(Input::EXTERNAL, false),
            _ => {}
        }
    }
    let expected = [
        "machine_check_input",
        "system_reset",
        "system_management",
        "external",
        "decrementer",
    ];
    assert_eq!(order, expected);
}

#[test]
fn a_machine_check_by_its_input_stops_the_cpu_dead_without_me_and_is_not_heard_without_emcp() {
    let mut it = machine(&PPC750, &[asm::nop(), asm::nop()]);
    it.cpu.set_input(Input::MACHINE_CHECK, true);
    assert!(it.cpu.inputs().is_empty(), "HID0[EMCP] = 0");
    // MPC7450UM: EMCP is in HID1 there.
    for (model, hid) in [(&PPC750, classic::HID0), (&PPC7447A, classic::HID1)] {
        let mut it = machine(model, &[asm::nop(), asm::nop()]);
        it.cpu.poke_spr(hid, 0x8000_0000);
        it.cpu.set_msr(Msr::empty());
        it.cpu.set_input(Input::MACHINE_CHECK, true);
        let before = it.cpu.snapshot();
        for _ in 0..2 {
            assert_eq!(run(&mut it, 1), Exit::Checkstop { cia: START });
            assert!(it.cpu.snapshot() == before, "nothing was changed");
        }
        it.cpu.reset(None);
        assert!(it.cpu.inputs().is_empty(), "a reset forgets the request");
    }
}

#[test]
fn an_input_that_a_model_does_not_have_is_not_connected() {
    let every = Input::all().difference(Input::CONTROLLER);
    for (model, has) in [
        (
            &PPC750,
            Input::EXTERNAL | Input::SYSTEM_RESET | Input::SYSTEM_MANAGEMENT | Input::THERMAL_MANAGEMENT,
        ),
        (
            &E300,
            Input::EXTERNAL | Input::SYSTEM_RESET | Input::SYSTEM_MANAGEMENT | Input::CRITICAL,
        ),
    ] {
        let mut it = machine(model, &[]);
        it.cpu.set_input(every, true);
        assert_eq!(it.cpu.inputs(), has, "{}", model.name);
    }
}

#[test]
fn a_critical_interrupt_of_the_e300_nests_in_others_and_rfci_leads_back() {
    const CE: u64 = 0x80;
    let mut it = machine(&E300, &[asm::sc()]);
    it.memory.write_words(0xa00, &[asm::rfci()]).unwrap();
    it.memory.write_words(0xc00, &[asm::rfi()]).unwrap();
    it.cpu.config_mut().report_interrupts = true;
    it.cpu.set_msr(Msr::from_bits_retain(0xb932 | CE));
    assert_eq!(run(&mut it, 2), Exit::Interrupt(InterruptKind::Syscall));
    // ME and CE stay over a system call; the critical one clears CE as well, and saves in CSRR0/1.
    assert_eq!(it.cpu.msr().bits(), 0x1000 | CE);
    it.cpu.set_input(Input::CRITICAL, true);
    assert_eq!(run(&mut it, 1), Exit::Interrupt(InterruptKind::CriticalInput));
    let expected = (0xa00, 0x1000, 0xc00, 0x1000 | CE);
    let (pc, saved) = (spr(&it, p6xx::CSRR0), spr(&it, p6xx::CSRR1));
    assert_eq!((it.cpu.cia(), it.cpu.msr().bits(), pc, saved), expected);
    assert_eq!(
        (spr(&it, common::SRR0), spr(&it, common::SRR1)),
        (START + 4, 0xb932 | CE)
    );
    it.cpu.set_input(Input::CRITICAL, false);
    let _ = run(&mut it, 2);
    assert_eq!((it.cpu.cia(), it.cpu.msr().bits()), (START + 4, 0xb932 | CE));
    // Without CE it waits.
    let mut it = machine(&E300, &[asm::nop()]);
    it.cpu.set_msr(Msr::from_bits_retain(0xb932));
    it.cpu.set_input(Input::CRITICAL, true);
    let _ = run(&mut it, 1);
    assert!(it.cpu.last_interrupt().is_none());
}

#[test]
fn a_vector_instruction_needs_msr_vec_and_leaves_when_it_has_it() {
    // lvx v1,r2,r3; vaddubm v1,v2,v3; stvx v1,r2,r3.
    for word in [0x7c22_18ce, 0x1022_1800, 0x7c22_19ce] {
        for model in [&PPC7410, &PPC7447A] {
            let mut it = machine(model, &[word]);
            it.cpu.set_msr(Msr::from_bits_retain(0xb932));
            let _ = run(&mut it, 1);
            let expected = Found {
                kind: InterruptKind::VecUnavailable,
                vector: 0xf20,
                pair: SavePair::Srr,
                pc: START,
                saved: 0xb932,
                msr: 0x1000,
                esr: None,
                address: None,
                dsisr: None,
            };
            assert_eq!(found(&it), expected, "{} {word:x}", model.name);
            it.cpu.set_cia(START);
            it.cpu.set_msr(Msr::VEC);
            assert_eq!(run(&mut it, 1), Exit::Unimplemented { cia: START, word });
        }
        // SPV of the e6500: ESR 0x80, IVOR32 (EREF 2.0 chapter 7).
        let mut it = machine(&E6500, &[word]);
        it.cpu.poke_spr(e500::IVOR32, 0x3200);
        let _ = run(&mut it, 1);
        let told = *it.cpu.last_interrupt().unwrap();
        assert_eq!(
            (told.kind, told.vector, told.esr),
            (InterruptKind::VecUnavailable, 0x3200, Some(0x80))
        );
        let mut it = machine(&PPC750, &[word]);
        let _ = run(&mut it, 1);
        assert_eq!(
            it.cpu.last_interrupt().unwrap().kind,
            InterruptKind::ProgramIllegal
        );
    }
    // Data streams do not (MPC7400UM p. 4-9), and what is no instruction at all is said to be unknown.
    for word in [0x7c00_066c, 0x1000_07ff] {
        let mut it = machine(&PPC7447A, &[word]);
        assert_eq!(run(&mut it, 1), Exit::Unimplemented { cia: START, word });
    }
}

#[test]
fn msr_pow_stops_a_cpu_as_hid0_has_chosen() {
    // DOZE NAP SLEEP are bits 8:10, on the 7447A NAP SLEEP alone: bit 8 is HIGH_BAT_EN there. The 604e needs no choice.
    for (model, hid0, waits) in [
        (&PPC603E, 0x0080_0000, true),
        (&PPC7410, 0x0020_0000, true),
        (&PPC7447A, 0x0080_0000, false),
        (&PPC7447A, 0x0040_0000, true),
        (&PPC750CL, 0, false),
        (&PPC604E, 0, true),
    ] {
        let mut it = machine(model, &[asm::mtmsr(3), asm::nop()]);
        it.cpu.poke_spr(classic::HID0, hid0);
        it.cpu.set_gpr(3, (Msr::POW | Msr::EE).bits());
        let exit = run(&mut it, 2);
        assert_eq!(exit == Exit::Wait, waits, "{} {hid0:x}", model.name);
        // SMI wakes it; POW is cleared and not saved (SRR1 has MSR[16:31]).
        it.cpu.set_input(Input::SYSTEM_MANAGEMENT, true);
        let _ = run(&mut it, 1);
        assert_eq!(
            it.cpu.last_interrupt().unwrap().kind,
            InterruptKind::SystemManagement
        );
        assert_eq!(
            (it.cpu.msr().bits(), spr(&it, common::SRR1)),
            (0x40 & it.cpu.msr().bits(), 0x8000)
        );
    }
}

#[test]
fn the_e500v1_delivers_every_interrupt_as_the_e500v2() {
    check_table(&E500V1, 0x0602_9634, |_, old| old, booke_after, BOOKE_ROWS);
}

#[test]
fn the_e5500_and_the_e6500_deliver_every_interrupt_in_the_mode_of_epcr_icm() {
    const CM: u64 = 0x8000_0000;
    for (model, msr) in [(&E5500, 0x0402_bb34), (&E6500, 0x0602_bb34)] {
        // 32-bit and 64-bit code; EPCR[ICM] = 0: the handler runs in 32-bit mode.
        for msr in [msr, msr | CM] {
            check_table(model, msr, |_, old| old, booke_after, BOOKE_ROWS);
        }
    }
    // EPCR[ICM] = 1: in 64-bit mode, under a vector of 64 bits.
    for (icm, vector) in [(0x0200_0000, 0x0123_4567_89ab_2600), (0, 0x89ab_2600)] {
        let mut it = machine(&E5500, &[0]);
        it.cpu.poke_spr(booke::IVPR, 0x0123_4567_89ab_0000);
        it.cpu.poke_spr(e500::EPCR, icm);
        let _ = run(&mut it, 1);
        assert_eq!(it.cpu.last_interrupt().unwrap().vector, vector);
        assert_eq!(it.cpu.msr().contains(Msr::CM), icm != 0);
        assert_eq!(spr(&it, common::SRR1), 0, "the mode that was interrupted");
    }
}

#[test]
fn msr_cm_is_64_bit_mode_of_book_e() {
    // Results have 64 bits in both modes; CR0 comes from the low word in 32-bit mode (Power ISA I 3.3.8): mr. r4,r3.
    for (msr, cr0) in [(Msr::empty(), 0x2000_0000), (Msr::CM, 0x8000_0000)] {
        let mut it = machine(&E5500, &[asm::addi(3, 3, 1), 0x7c64_1b79]);
        it.cpu.set_msr(msr);
        it.cpu.set_gpr(3, 0x7fff_ffff_ffff_ffff);
        it.cpu.set_cr(0);
        let _ = run(&mut it, 2);
        assert_eq!((it.cpu.gpr(4), it.cpu.cr()), (0x8000_0000_0000_0000, cr0));
    }
    // rfi takes CM back with the address.
    let mut it = machine(&E6500, &[asm::rfi()]);
    it.cpu.poke_spr(common::SRR0, 0x1_0000_2000);
    it.cpu.poke_spr(common::SRR1, Msr::CM.bits());
    let _ = run(&mut it, 1);
    assert_eq!((it.cpu.cia(), it.cpu.msr()), (0x1_0000_2000, Msr::CM));
}

#[test]
fn mas7_and_mas3_are_one_register_of_64_bits_by_their_third_number() {
    let mut it = machine(
        &E6500,
        &[mtspr(e6500::MAS7_MAS3, 3), kit::mfspr(4, e6500::MAS7_MAS3)],
    );
    it.cpu.set_msr(Msr::CM);
    it.cpu.set_gpr(3, 0x1234_5678_9abc_def0);
    let _ = run(&mut it, 2);
    // MAS7 has eight bits; MAS3 has no bits 52 and 53.
    assert_eq!((spr(&it, e500::MAS7), spr(&it, e500::MAS3)), (0x78, 0x9abc_d2f0));
    assert_eq!(it.cpu.gpr(4), 0x78_9abc_d2f0);
}

#[test]
fn the_thermal_assist_unit_interrupts_where_there_is_one_after_everything_else() {
    for model in CLASSIC {
        let has_unit = [&PPC750, &PPC750CL, &PPC7410]
            .iter()
            .any(|it| it.name == model.name);
        let expected = has_unit.then_some(Found {
            kind: InterruptKind::ThermalManagement,
            vector: 0xfff0_1700,
            pair: SavePair::Srr,
            pc: START + 4,
            saved: 0xb972,
            msr: 0x1040,
            esr: None,
            address: None,
            dsisr: None,
        });
        assert_eq!(
            by_input(model, Input::THERMAL_MANAGEMENT, 0xb972),
            expected,
            "{}",
            model.name
        );
        assert_eq!(by_input(model, Input::THERMAL_MANAGEMENT, 0x3972), None);
        // MPC750UM table 4-3: the decrementer goes before it.
        let mut it = machine(model, &[asm::nop(), asm::nop(), asm::nop(), asm::nop()]);
        it.cpu.config_mut().report_interrupts = true;
        it.cpu.set_input(Input::THERMAL_MANAGEMENT, true);
        it.cpu.set_decrementer(0);
        assert_eq!(run(&mut it, 3), Exit::Budget);
        it.cpu.set_msr(Msr::EE);
        assert_eq!(run(&mut it, 1), Exit::Interrupt(InterruptKind::Decrementer));
    }
}
