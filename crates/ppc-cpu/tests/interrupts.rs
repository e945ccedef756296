//! Delivery of every interrupt on the e500v2, e500mc, 750 and POWER9: saved registers, vector, MSR, syndrome; masking and
//! priorities on every model. The tables of the others stand in `interrupts_970_4xx.rs`.
//!
//! Expected values were written down from the manuals (750: MPC750 UM chapter 4, tables of register settings; e500:
//! E500CORERM chapter 5; POWER9: Power ISA 3.0B Book III chapter 6) and compared with a second source: Linux
//! `arch/powerpc/kvm/booke.c` (`kvmppc_booke_irqprio_deliver`: base class keeps CE, ME, DE; machine check keeps none) and
//! PPC440x5 UM 6.5.5 for Book E, QEMU `target/ppc/excp_helper.c` for the 750 and POWER9.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::delivery::{
    BOOKE_ROWS, Cause, MISALIGNED, NOWHERE, Rows, booke_after, check_table, found, is_booke, ppc750_rows,
    ppc750_save, ppc970_save, take,
};
use kit::{START, machine, mfspr, mtspr, run, spr};
use ppc_cpu::Machine;
use ppc_cpu::model::{
    E500MC, E500V2, InterruptModel, MODELS, Model, POWER7, POWER8, POWER9, POWER10, PPC750,
};
use ppc_decode::asm;
use spr_exit::num::{book3s, booke, common, e500};
use spr_exit::{Exit, Fault, InterruptKind, Msr, Owner, Reply, SavePair, SprNum};

#[test]
fn the_e500v2_delivers_every_interrupt_as_its_manual_says() {
    // UCLE SPE CE EE ME UBLE DE IS DS PMM: everything but WE and PR.
    check_table(&E500V2, 0x0602_9634, |_, old| old, booke_after, BOOKE_ROWS);
}

#[test]
fn the_e500mc_delivers_every_interrupt_as_its_manual_says() {
    // UCLE CE EE FP ME FE0 DE FE1 IS DS PMM: hypervisor state (GS = 0). RI is left out: the sources at hand differ.
    check_table(&E500MC, 0x0402_bb34, |_, old| old, booke_after, BOOKE_ROWS);
}

#[test]
fn an_interrupt_out_of_guest_state_reaches_the_hypervisor_of_the_e500mc() {
    // EREF 2.0 chapter 7: MSR[GS] is cleared. SRR1 keeps it, so that rfi goes back into the guest.
    let it = take(&E500MC, Cause::Illegal, Msr::GS.bits());
    assert!(!it.cpu.msr().contains(Msr::GS));
    assert_eq!(spr(&it, common::SRR1), Msr::GS.bits());
}

#[test]
fn the_750_delivers_every_interrupt_as_its_manual_says() {
    // EE FP ME FE0 FE1 IP IR DR PM RI: IP and ME stay (MPC750 UM table 4-6), ME not over a machine check.
    let after = |cause, _| {
        if cause == Cause::MachineCheck {
            0x40
        } else {
            0x1040
        }
    };
    check_table(&PPC750, 0xb976, ppc750_save, after, ppc750_rows(0xfff0_0000));
    // The same with IP = 0.
    let after = |cause, _| if cause == Cause::MachineCheck { 0 } else { 0x1000 };
    check_table(&PPC750, 0xb936, ppc750_save, after, ppc750_rows(0));
}

#[test]
fn ile_of_the_750_becomes_le_and_stays() {
    // MPC750 UM table 4-6: LE is set to ILE. Little-endian mode itself is not modelled, and says so.
    let mut it = take(&PPC750, Cause::Trap, 0x1_1000);
    assert_eq!(it.cpu.msr().bits(), 0x1_1001);
    assert!(matches!(run(&mut it, 1), Exit::Unimplemented { cia: 0x700, .. }));
}

/// SRR1 of a server saves all but bits 33:36 and 42:47, which tell the cause (Book III 6.5).
fn power9_save(cause: Cause, old: u64) -> u64 {
    let bits = match cause {
        Cause::Privileged | Cause::MachineCheck => 0x0004_0000,
        Cause::Trap => 0x0002_0000,
        _ => 0,
    };
    old & !0x783f_0000 | bits
}

const POWER9_ROWS: Rows = [
    (0xe40, SavePair::Hsrr, None, None, None),
    (0x700, SavePair::Srr, None, None, None),
    (0x700, SavePair::Srr, None, None, None),
    (0xc00, SavePair::Srr, None, None, None),
    (0x600, SavePair::Srr, None, Some(MISALIGNED), None),
    (0x600, SavePair::Srr, None, Some(MISALIGNED), None),
    (0x900, SavePair::Srr, None, None, None),
    // LPCR[LPES] = 0: to the hypervisor.
    (0x500, SavePair::Hsrr, None, None, None),
    (0x200, SavePair::Srr, None, None, None),
];

/// SF set; ME stays but over a machine check; HV set by what goes to the hypervisor; RI stays where HSRR saves (QEMU:
/// `new_msr |= env->msr & (1 << MSR_RI)`).
fn power9_after(cause: Cause, old: u64) -> u64 {
    let (sf, hv, me, ri) = (1 << 63, 1 << 60, 0x1000, 2);
    match cause {
        Cause::Illegal | Cause::External => sf | hv | old & (me | ri),
        Cause::MachineCheck => sf | hv,
        _ => sf | old & (hv | me),
    }
}

/// VEC VSX EE FP ME FE0 FE1 IR DR PMM RI.
const POWER9_LOW: u64 = 0x0280_b936;

#[test]
fn a_server_delivers_every_interrupt_of_hypervisor_state_as_the_isa_says() {
    for model in [&POWER7, &POWER8, &POWER9, &POWER10] {
        check_table(
            model,
            0x9000_0000_0000_0000 | POWER9_LOW,
            power9_save,
            power9_after,
            POWER9_ROWS,
        );
    }
}

#[test]
fn a_server_delivers_every_interrupt_of_supervisor_state_as_the_isa_says() {
    for model in [&POWER8, &POWER9, &POWER10] {
        check_table(
            model,
            0x8000_0000_0000_0000 | POWER9_LOW,
            power9_save,
            power9_after,
            POWER9_ROWS,
        );
    }
    // Of the POWER7 LPCR[LPES] = 0 takes everything to the hypervisor (Power ISA 2.06 III-S 6.5).
    check_table(
        &POWER7,
        0x8000_0000_0000_0000 | POWER9_LOW,
        power9_save,
        |cause, old| power9_after(cause, old) | 1 << 60,
        POWER9_ROWS,
    );
    // And of 32-bit mode: the handler runs in 64-bit mode.
    check_table(&POWER9, POWER9_LOW, power9_save, power9_after, POWER9_ROWS);
}

#[test]
fn heir_holds_the_instruction_that_needs_emulation_assistance() {
    // Book III 6.5.18. A word that nobody has: primary opcode 1 was reserved before prefixed instructions.
    let mut it = machine(&POWER9, &[0x0400_1234]);
    it.cpu.config_mut().report_interrupts = true;
    assert_eq!(run(&mut it, 1), Exit::Interrupt(InterruptKind::EmulationAssist));
    assert_eq!(spr(&it, book3s::HEIR), 0x0400_1234);
}

#[test]
fn interrupts_of_the_power9_take_their_byte_order_from_lpcr_or_hid() {
    // Book III 6.5 figure 64: LE from LPCR[ILE] (0x0200_0000), in hypervisor state from HILE (POWER9: HID0 bit 4).
    for (hv, lpcr, hid, is_little) in [
        (false, 0x0200_0000, 0, true),
        (false, 0, 1 << 59, false),
        (true, 0x0200_0000, 0, false),
        (true, 0, 1 << 59, true),
    ] {
        let mut it = machine(&POWER9, &[asm::twi(31, 0, 0)]);
        it.cpu.poke_spr(book3s::LPCR, lpcr);
        it.cpu.poke_spr(book3s::HID, hid);
        it.cpu.set_msr(if hv { Msr::SF | Msr::HV } else { Msr::SF });
        let _ = run(&mut it, 1);
        assert_eq!(it.cpu.last_interrupt().unwrap().vector, 0x700);
        assert_eq!(it.cpu.msr().contains(Msr::LE), is_little, "{hv} {lpcr:x} {hid:x}");
    }
}

#[test]
fn sc_with_level_1_goes_to_the_hypervisor() {
    // Book III 6.5.14: HV is set by LEV = 1 alone.
    for (word, hv) in [(0x4400_0002, false), (0x4400_0022, true)] {
        let mut it = machine(&POWER9, &[word]);
        it.cpu.set_msr(Msr::SF);
        let _ = run(&mut it, 1);
        assert_eq!((it.cpu.cia(), it.cpu.msr().contains(Msr::HV)), (0xc00, hv));
        assert_eq!(
            spr(&it, common::SRR1),
            Msr::SF.bits(),
            "SRR, also for the hypervisor's"
        );
    }
}

/// Models whose external interrupt is enabled by EE alone in the state that the test is in.
fn set_ee(model: &'static Model) -> [(&'static str, Vec<u32>); 3] {
    // r3 has an MSR with EE; r5 an address, for the return.
    let (save0, save1) = (common::SRR0, common::SRR1);
    let is_server = model.interrupts.is_server();
    let mtmsr = if is_server { asm::mtmsrd(3) } else { asm::mtmsr(3) };
    let back = if is_server { asm::rfid() } else { asm::rfi() };
    // mtmsrd r3,1 on servers: EE and RI alone.
    let wrtee = match model.interrupts {
        _ if is_booke(model) => asm::wrteei(1),
        _ if is_server => 0x7c61_0164,
        _ => mtmsr,
    };
    [
        ("mtmsr", vec![asm::nop(), mtmsr, asm::nop()]),
        ("wrteei or mtmsrd L=1", vec![asm::nop(), wrtee, asm::nop()]),
        ("rfi", vec![mtspr(save0, 5), mtspr(save1, 3), back, asm::nop()]),
    ]
}

#[test]
fn a_masked_interrupt_waits_and_comes_before_the_instruction_after_the_one_that_unmasks_it() {
    for model in MODELS {
        for is_external in [true, false] {
            for (how, program) in set_ee(model) {
                let what = format!("{} {how} external={is_external}", model.name);
                let back_to = START + 4 * program.len() as u64 - 4;
                let mut it = machine(model, &program);
                let open = it.cpu.msr() | Msr::EE;
                it.cpu.set_gpr(3, open.bits());
                it.cpu.set_gpr(5, back_to);
                it.cpu.config_mut().report_interrupts = true;
                it.cpu.set_external(is_external);
                if !is_external {
                    it.cpu.poke_spr(kit::tcr(model), 0x0400_0000);
                    it.cpu.set_decrementer(1);
                    it.cpu.advance_time(10);
                }
                let kind = if is_external {
                    InterruptKind::External
                } else {
                    InterruptKind::Decrementer
                };
                assert_eq!(run(&mut it, 100), Exit::Interrupt(kind), "{what}");
                assert_eq!(it.cpu.last_interrupt().unwrap().srr0, back_to, "{what}");
                assert!(!it.cpu.msr().contains(Msr::EE), "{what}");
            }
        }
    }
}

#[test]
fn the_external_interrupt_comes_before_the_decrementer_and_both_after_what_the_instruction_itself_causes() {
    for model in MODELS {
        let mut it = machine(model, &[asm::nop(), asm::sc()]);
        it.cpu.config_mut().report_interrupts = true;
        it.cpu.poke_spr(kit::tcr(model), 0x0400_0000);
        it.cpu.set_decrementer(1);
        it.cpu.advance_time(10);
        let next = |it: &mut Machine, budget, kind| {
            assert_eq!(run(it, budget), Exit::Interrupt(kind), "{}", model.name);
            it.cpu.set_msr(it.cpu.msr() | Msr::EE);
        };
        // EE is off: both wait while the call is taken.
        next(&mut it, 2, InterruptKind::Syscall);
        it.cpu.set_external(true);
        next(&mut it, 1, InterruptKind::External);
        // The line is a level: it comes again while it is asserted.
        next(&mut it, 1, InterruptKind::External);
        it.cpu.set_external(false);
        next(&mut it, 1, InterruptKind::Decrementer);
    }
}

#[test]
fn the_hypervisors_external_interrupt_ignores_ee_whenever_the_hypervisor_does_not_run() {
    // Book III 6.5.7; QEMU p9_next_unmasked_interrupt: `async_deliver` or (no HV and LPES = 0).
    for (msr, lpcr, is_taken) in [
        (Msr::SF, 0, true),
        (Msr::SF | Msr::HV, 0, false),
        (Msr::SF | Msr::HV | Msr::EE, 0, true),
        (Msr::SF, 0x8, false),
        (Msr::SF | Msr::EE, 0x8, true),
        // LPCR[HEIC], bit 59: none while the hypervisor runs, EE or not.
        (Msr::SF | Msr::HV | Msr::EE, 0x10, false),
        (Msr::SF, 0x10, true),
    ] {
        let mut it = machine(&POWER9, &[asm::b(0)]);
        it.cpu.poke_spr(book3s::LPCR, lpcr);
        it.cpu.set_msr(msr);
        it.cpu.set_external(true);
        let _ = run(&mut it, 1);
        let taken = it.cpu.last_interrupt().map(|i| (i.kind, i.pair));
        let pair = if lpcr & 8 == 0 {
            SavePair::Hsrr
        } else {
            SavePair::Srr
        };
        assert_eq!(
            taken,
            is_taken.then_some((InterruptKind::External, pair)),
            "{msr:?} {lpcr:x}"
        );
    }
}

#[test]
fn an_external_interrupt_that_a_write_of_lpcr_lets_through_comes_before_the_next_instruction() {
    // LPCR[HEIC] (0x10) held it back; Book III 6.5: an enabled interrupt is taken, whatever enabled it.
    let mut it = machine(&POWER9, &[asm::mtspr(318, 3), asm::b(0)]);
    it.cpu.poke_spr(book3s::LPCR, 0x10);
    it.cpu.set_msr(Msr::SF | Msr::HV | Msr::EE);
    it.cpu.set_decrementer(1000);
    it.cpu.set_external(true);
    it.cpu.config_mut().report_interrupts = true;
    assert_eq!(run(&mut it, 100), Exit::Interrupt(InterruptKind::External));
    assert_eq!(it.cpu.last_interrupt().unwrap().srr0, START + 4);
}

#[test]
fn a_fetch_from_nowhere_stops_dead_while_machine_checks_are_disabled_and_changes_nothing() {
    // MPC750 UM 4.5.2.2 (checkstop); E500CORERM 5.7.2.
    for model in MODELS {
        let mut it = machine(model, &[asm::bctr()]);
        it.cpu.set_ctr(NOWHERE);
        it.cpu.set_msr(it.cpu.msr() & !Msr::ME);
        assert_eq!(
            run(&mut it, 10),
            Exit::Checkstop { cia: NOWHERE },
            "{}",
            model.name
        );
        let before = it.cpu.snapshot();
        assert_eq!(run(&mut it, 10), Exit::Checkstop { cia: NOWHERE });
        assert_eq!(it.cpu.snapshot(), before);
        assert_eq!((it.cpu.insns(), it.cpu.deliveries()), (1, 0));
    }
}

#[test]
fn mcsr_tells_the_bad_fetch_and_keeps_what_it_had() {
    // BUS_IBERR of the e500v2, IF of the e500mc (Linux reg_booke.h: MCSR_BUS_IBERR 0x10, MCSR_IF 0x0001_0000).
    for (model, bit) in [(&E500V2, 0x10), (&E500MC, 0x0001_0000)] {
        let mut it = machine(model, &[asm::bctr()]);
        it.cpu.set_ctr(NOWHERE);
        // ICPERR.
        it.cpu.poke_spr(e500::MCSR, 0x4000_0000);
        it.cpu.set_msr(Msr::ME);
        let _ = run(&mut it, 2);
        assert_eq!(spr(&it, e500::MCSR), 0x4000_0000 | bit);
    }
}

#[test]
fn ivpr_gives_the_upper_half_of_the_vector_and_ivor_the_lower_without_its_last_four_bits() {
    // EREF 2.0 7.5; QEMU: `vector |= env->excp_prefix`.
    let mut it = machine(&E500V2, &[0]);
    it.cpu.poke_spr(booke::IVPR, 0xdead_ffff);
    it.cpu.poke_spr(SprNum::wrapping(406), 0xffff_bee7);
    let _ = run(&mut it, 1);
    assert_eq!(it.cpu.cia(), 0xdead_bee0);
}

/// What a refusal by user space delivers, on each model: the fault, not the access, decides.
#[test]
fn a_refused_access_delivers_the_interrupt_of_its_fault_with_the_address_of_the_instruction() {
    for model in MODELS {
        for (word, is_write) in [(mfspr(3, common::SPRG0), false), (mtspr(common::SPRG0, 3), true)] {
            for fault in [Fault::Illegal, Fault::Privileged] {
                let what = format!("{} {fault:?} {is_write}", model.name);
                let mut it = machine(model, &[asm::nop(), word]);
                it.cpu.set_owner(common::SPRG0, Owner::User).unwrap();
                it.cpu.set_gpr(3, 0x1234_5678);
                it.cpu.poke_spr(common::SPRG0, 0x55);
                assert!(
                    matches!(run(&mut it, 10), Exit::Spr(at) if at.is_write() == is_write),
                    "{what}"
                );
                let old = it.cpu.msr();
                it.cpu.complete(Reply::Fault(fault)).unwrap();
                let (cause, kind) = match fault {
                    Fault::Illegal if model.interrupts == InterruptModel::Server => {
                        (Cause::Illegal, InterruptKind::EmulationAssist)
                    }
                    Fault::Illegal => (Cause::Illegal, InterruptKind::ProgramIllegal),
                    Fault::Privileged => (Cause::Privileged, InterruptKind::ProgramPrivileged),
                };
                let found = found(&it);
                assert_eq!((found.kind, found.pc), (kind, START + 4), "{what}");
                let saved = match model.interrupts {
                    InterruptModel::Classic => ppc750_save(cause, old.bits()),
                    InterruptModel::Server => power9_save(cause, old.bits()),
                    InterruptModel::Ppc970 => ppc970_save(cause, old.bits()),
                    _ => old.bits(),
                };
                assert_eq!(found.saved, saved, "{what}");
                assert_eq!(
                    (it.cpu.gpr(3), spr(&it, common::SPRG0)),
                    (0x1234_5678, 0x55),
                    "{what}"
                );
                assert_eq!(it.cpu.insns(), 1, "{what}: a failed instruction is not completed");
            }
        }
    }
}

#[test]
fn returns_restore_what_their_manuals_say() {
    // rfi of the 750: SRR1[0, 5:9, 16:23, 25:27, 30:31] (PEM32); ILE (bit 15) and POW (13) are not taken from it.
    let mut it = machine(&PPC750, &[asm::rfi()]);
    it.cpu.poke_spr(common::SRR0, 0x2003);
    it.cpu.poke_spr(common::SRR1, 0x0005_b972);
    it.cpu.set_msr(Msr::empty());
    let _ = run(&mut it, 1);
    assert_eq!((it.cpu.cia(), it.cpu.msr().bits()), (0x2000, 0xb972));

    // rfid: HV and ME only in hypervisor state; PR brings EE, IR and DR (Book III 3.3.1).
    for (old, saved, new) in [
        (Msr::SF, Msr::SF | Msr::HV | Msr::ME | Msr::LE, Msr::SF | Msr::LE),
        (Msr::SF | Msr::HV, Msr::SF | Msr::ME, Msr::SF | Msr::ME),
        (
            Msr::SF | Msr::ME,
            Msr::PR,
            Msr::ME | Msr::PR | Msr::EE | Msr::IR | Msr::DR,
        ),
    ] {
        let mut it = machine(&POWER9, &[asm::rfid()]);
        it.cpu.poke_spr(common::SRR0, 0x2000);
        it.cpu.poke_spr(common::SRR1, saved.bits());
        it.cpu.set_msr(old);
        let _ = run(&mut it, 1);
        assert_eq!((it.cpu.cia(), it.cpu.msr()), (0x2000, new), "{old:?} {saved:?}");
    }
    // hrfid takes HSRR0/1 whole, and is the hypervisor's.
    let mut it = machine(&POWER9, &[asm::hrfid()]);
    it.cpu.poke_spr(book3s::HSRR0, 0x2000);
    it.cpu.poke_spr(book3s::HSRR1, (Msr::SF | Msr::ME).bits());
    let _ = run(&mut it, 1);
    assert_eq!((it.cpu.cia(), it.cpu.msr()), (0x2000, Msr::SF | Msr::ME));
    let mut it = machine(&POWER9, &[asm::hrfid()]);
    it.cpu.set_msr(Msr::SF);
    let _ = run(&mut it, 1);
    assert_eq!(
        it.cpu.last_interrupt().unwrap().kind,
        InterruptKind::ProgramPrivileged
    );
}

#[test]
fn mtmsrd_does_not_set_hv_me_or_le_and_its_partial_form_sets_ee_and_ri_alone() {
    // Book III 4.4.4 (mtmsrd): bits 3, 51 and 63 stay; L = 1 takes bits 48 and 62.
    let partial = asm::mtmsrd(3) | 1 << 16;
    for (word, old, value, new) in [
        (asm::mtmsrd(3), 1 << 63, !0x4000, 0x8000_0000_0280_af36),
        (asm::mtmsrd(3), 0x9000_0000_0000_1000, 0, 0x1000_0000_0000_1000),
        (partial, 0x9000_0000_0000_1030, u64::MAX, 0x9000_0000_0000_9032),
        (partial, 0x9000_0000_0000_9032, 0, 0x9000_0000_0000_1030),
        // mtmsr: the low word alone.
        (
            asm::mtmsr(3),
            0x9000_0000_0000_1000,
            0xb930,
            0x9000_0000_0000_b930,
        ),
    ] {
        let mut it = machine(&POWER9, &[word]);
        it.cpu.set_gpr(3, value);
        it.cpu.set_msr(Msr::from_bits_retain(old));
        let _ = run(&mut it, 1);
        assert_eq!(it.cpu.msr().bits(), new, "{word:x} {old:x} {value:x}");
    }
}

#[test]
fn a_guest_of_the_e500mc_cannot_leave_guest_state_by_itself() {
    // EREF 2.0, MSR[GS]: only an interrupt to the hypervisor clears it. (QEMU does not model guest state.)
    for (word, name) in [(asm::mtmsr(3), "mtmsr"), (asm::rfi(), "rfi")] {
        let mut it = machine(&E500MC, &[word]);
        it.cpu.set_msr(Msr::GS);
        it.cpu.set_gpr(3, 0);
        it.cpu.poke_spr(common::SRR0, START);
        it.cpu.poke_spr(common::SRR1, 0);
        let _ = run(&mut it, 1);
        assert!(it.cpu.msr().contains(Msr::GS), "{name}");
    }
}

/// Found by fuzzing (`step_any`): the walk and the plain loop went to different addresses, and the state could not be restored.
#[test]
fn a_base_of_vectors_poked_with_low_bits_still_leads_to_an_instruction() {
    for model in ppc_cpu::model::MODELS {
        let mut it = machine(model, &[0]);
        for row in model.sprs.rows() {
            if ["HIOR", "IVPR", "EVPR", "IVOR6"].contains(&row.name) {
                it.cpu.poke_spr(row.sprn, 0x4003);
            }
        }
        it.cpu.config_mut().report_interrupts = true;
        assert!(matches!(run(&mut it, 2), Exit::Interrupt(_)), "{}", model.name);
        assert_eq!(it.cpu.cia() & 3, 0, "{}", model.name);
        assert!(
            ppc_cpu::Cpu::from_snapshot(&it.cpu.snapshot()).is_ok(),
            "{}",
            model.name
        );
    }
}

#[test]
fn an_external_interrupt_on_the_boundary_of_an_spr_exit_comes_after_its_completion_on_every_model() {
    let board = SprNum::wrapping(900);
    for model in MODELS {
        for (word, is_write) in [(mtspr(board, 3), true), (kit::mfspr(3, board), false)] {
            for reply in [Reply::Done(7), Reply::Fault(Fault::Illegal)] {
                let mut it = machine(model, &[word, asm::b(0)]);
                it.cpu.config_mut().report_interrupts = true;
                it.cpu.set_decrementer(1000);
                it.cpu.poke_spr(book3s::LPCR, 8);
                it.cpu.set_gpr(3, 1);
                it.cpu.set_msr(it.cpu.msr() | Msr::EE);
                let old = it.cpu.msr();
                assert!(matches!(run(&mut it, 9), Exit::Spr(_)), "{}", model.name);
                it.cpu.set_external(true);
                it.cpu.complete(reply).unwrap();
                let exit = run(&mut it, 1);
                let found = *it.cpu.last_interrupt().unwrap();
                assert_eq!(exit, Exit::Interrupt(found.kind));
                if reply == Reply::Done(7) {
                    assert_eq!((found.kind, found.srr0), (InterruptKind::External, START + 4));
                    assert_eq!(found.srr1 & !0x783f_0000, old.bits(), "{}", model.name);
                    assert_eq!(it.cpu.gpr(3), if is_write { 1 } else { 7 });
                } else {
                    // The refusal first, and EE is closed behind it.
                    assert_ne!(found.kind, InterruptKind::External);
                    assert_eq!((found.srr0, it.cpu.gpr(3)), (START, 1), "{}", model.name);
                }
            }
        }
    }
}
