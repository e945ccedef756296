//! Delivery on the 970, the 405 and the 440: saved registers, vector, MSR, syndrome; who gets it, and the way back.
//!
//! Expected values were written down from PPC405 UM chapter 5 and 405GP UM chapter 10 (the tables of register settings), PPC440x5
//! UM chapter 6, and for the 970 from PowerPC Book III 2.01 as remembered; no second source compared them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::delivery::{
    BOOKE_ROWS, Cause, MISALIGNED, Rows, booke_after, check_table, ppc750_rows, ppc970_save, take,
};
use kit::{START, machine, mtspr, run, spr};
use ppc_cpu::model::{PPC405, PPC440, PPC970};
use ppc_decode::asm;
use spr_exit::num::{booke, common, e500, ppc4xx, ppc970};
use spr_exit::{
    Capabilities, Capability, EnableCap, Exit, InterruptKind, Msr, ResetKind, SavePair, SystemEvent,
};

/// Under HIOR; DSISR of lwarx and stwcx. as on the 750.
fn ppc970_rows(hior: u64) -> Rows {
    ppc750_rows(0).map(|(vector, pair, esr, address, dsisr)| (hior | vector, pair, esr, address, dsisr))
}

/// VEC EE FP ME FE0 FE1 IR DR PMM RI.
const PPC970_LOW: u64 = 0x0200_b936;

#[test]
fn the_970_delivers_every_interrupt_of_hypervisor_state_under_hior() {
    // Book III 2.01, figure of the MSR: SF set, HV and ME stay, a machine check clears ME.
    let after = |cause, old: u64| match cause {
        Cause::MachineCheck => 0x9000_0000_0000_0000,
        _ => 0x9000_0000_0000_0000 | old & 0x1000,
    };
    let msr = 0x9000_0000_0000_0000 | PPC970_LOW;
    check_table(&PPC970, msr, ppc970_save, after, ppc970_rows(0));
    let mut it = machine(&PPC970, &[asm::twi(31, 0, 0)]);
    it.cpu.poke_spr(ppc970::HIOR, 0x3ff_fff0_0000);
    let _ = run(&mut it, 1);
    assert_eq!(it.cpu.last_interrupt().unwrap().vector, 0x3ff_fff0_0700);
}

#[test]
fn hid4_of_the_970_says_which_interrupts_of_a_partition_go_to_the_hypervisor() {
    // LPES0 (bit 0): external; LPES1 (bit 57): the others. A machine check always does.
    const LPES0: u64 = 1 << 63;
    const LPES1: u64 = 0x40;
    for (hid4, word, is_external, hv) in [
        (0, asm::twi(31, 0, 0), false, true),
        (LPES1, asm::twi(31, 0, 0), false, false),
        (LPES0, asm::twi(31, 0, 0), false, true),
        (LPES0 | LPES1, asm::nop(), true, false),
        (LPES1, asm::nop(), true, true),
        (LPES0 | LPES1, asm::sc(), false, false),
        (LPES0 | LPES1, 0x4400_0022, false, true),
    ] {
        let mut it = machine(&PPC970, &[word]);
        it.cpu.poke_spr(ppc970::HID4, hid4);
        it.cpu.set_msr(Msr::SF | Msr::EE);
        it.cpu.set_decrementer(1000);
        it.cpu.set_external(is_external);
        let _ = run(&mut it, 1);
        assert_eq!(it.cpu.last_interrupt().unwrap().pair, SavePair::Srr);
        assert_eq!(it.cpu.msr().contains(Msr::HV), hv, "{hid4:x} {word:x}");
    }
}

#[test]
fn the_hypervisors_external_interrupt_comes_to_a_partition_of_the_970_whatever_its_ee() {
    for (msr, hid4, is_taken) in [
        (Msr::SF, 0, true),
        (Msr::SF | Msr::HV, 0, false),
        (Msr::SF, 1 << 63, false),
        (Msr::SF | Msr::EE, 1 << 63, true),
    ] {
        let mut it = machine(&PPC970, &[asm::b(0)]);
        it.cpu.poke_spr(ppc970::HID4, hid4);
        it.cpu.set_msr(msr);
        it.cpu.set_external(true);
        let _ = run(&mut it, 1);
        assert_eq!(it.cpu.last_interrupt().is_some(), is_taken, "{msr:?} {hid4:x}");
    }
}

/// PPC405 UM table 5-2; ESR as Book E's bits, and MCI 0x8000_0000.
const PPC405_ROWS: Rows = [
    (0x700, SavePair::Srr, Some(0x0800_0000), None, None),
    (0x700, SavePair::Srr, Some(0x0400_0000), None, None),
    (0x700, SavePair::Srr, Some(0x0200_0000), None, None),
    (0xc00, SavePair::Srr, None, None, None),
    (0x600, SavePair::Srr, None, Some(MISALIGNED), None),
    (0x600, SavePair::Srr, None, Some(MISALIGNED), None),
    (0x1000, SavePair::Srr, None, None, None),
    (0x500, SavePair::Srr, None, None, None),
    (0x200, SavePair::Csrr, Some(0x8000_0000), None, None),
];

#[test]
fn the_405_delivers_every_interrupt_as_its_manual_says() {
    // CE EE ME DWE DE IR DR: everything but WE and PR. CE, ME and DE stay (PPC405 UM tables 5-8 and after), a machine check
    // clears all.
    check_table(&PPC405, 0x0002_9630, |_, old| old, booke_after, PPC405_ROWS);
}

#[test]
fn evpr_of_the_405_is_in_front_of_its_vectors_and_rfci_goes_back_by_srr2_and_srr3() {
    let mut it = machine(&PPC405, &[asm::sc(), asm::rfci()]);
    it.cpu.poke_spr(ppc4xx::EVPR, 0x1234_0000);
    it.cpu.set_msr(Msr::ME | Msr::CE);
    let _ = run(&mut it, 1);
    assert_eq!(it.cpu.last_interrupt().unwrap().vector, 0x1234_0c00);
    it.cpu.set_cia(START + 4);
    it.cpu.poke_spr(ppc4xx::SRR2, 0x2003);
    // Every bit is asked for but WE and CE; the 405GP has these.
    it.cpu.poke_spr(ppc4xx::SRR3, 0xfff9_ffff);
    it.cpu.poke_spr(common::SRR0, 0x3000);
    it.cpu.set_msr(Msr::empty());
    let _ = run(&mut it, 1);
    assert_eq!((it.cpu.cia(), it.cpu.msr().bits()), (0x2000, 0x0000_d630));
}

#[test]
fn a_program_interrupt_of_the_405_leaves_the_machine_check_in_esr() {
    // 405GP UM table 10-16: MCI unchanged, all other bits cleared.
    let mut it = machine(&PPC405, &[0]);
    it.cpu.poke_spr(ppc4xx::ESR_40X, 0x8480_0000);
    let _ = run(&mut it, 1);
    assert_eq!(spr(&it, ppc4xx::ESR_40X), 0x8800_0000);
}

#[test]
fn the_440_delivers_every_interrupt_as_its_manual_says() {
    // CE EE FP ME FE0 DWE DE FE1 IS DS. A fetch's machine check sets ESR[MCI] and clears the
    // rest of ESR; MCSR is for asynchronous ones (PPC440x5 UM 6.5.2, p. 180).
    let mut rows = BOOKE_ROWS;
    rows[8].2 = Some(0x8000_0000);
    check_table(&PPC440, 0x0002_bf30, |_, old| old, booke_after, rows);
    let it = take(&PPC440, Cause::MachineCheck, 0x1000);
    assert_eq!(spr(&it, e500::MCSR), 0);
}

#[test]
fn wait_state_of_the_4xx_needs_no_choice_in_a_hid() {
    // PPC405 UM 5.5.1, PPC440x5 UM 6.4.1: MSR[WE] waits until an interrupt, which clears it and saves it.
    for model in [&PPC405, &PPC440] {
        let mut it = machine(model, &[asm::mtmsr(3), asm::nop()]);
        it.cpu.set_gpr(3, (Msr::WE | Msr::EE).bits());
        assert_eq!(run(&mut it, 10), Exit::Wait, "{}", model.name);
        it.cpu.set_external(true);
        let _ = run(&mut it, 1);
        let taken = it.cpu.last_interrupt().unwrap();
        assert_eq!((taken.kind, taken.srr0), (InterruptKind::External, START + 4));
        assert_eq!(taken.srr1, (Msr::WE | Msr::EE).bits());
        assert_eq!(it.cpu.msr(), Msr::empty());
    }
}

#[test]
fn a_4xx_asks_for_a_reset_by_the_dbcr0_it_has_and_dbsr_tells_it_afterwards() {
    // DBCR0[RST], bits 2:3; DBSR[MRR] is bits 22:23 on the 405 and 2:3 on the 440 (PPC405 UM and PPC440x5 UM chapter 8).
    for (model, dbcr0, dbsr, shift) in [
        (&PPC405, ppc4xx::DBCR0_40X, ppc4xx::DBSR_40X, 8),
        (&PPC440, booke::DBCR0, booke::DBSR, 28),
    ] {
        for kind in [ResetKind::Core, ResetKind::Chip, ResetKind::System] {
            let request = u64::from(u8::from(kind)) << 28;
            let mut it = machine(model, &[mtspr(dbcr0, 3), asm::nop()]);
            it.cpu.set_gpr(3, request);
            assert!(matches!(run(&mut it, 5), Exit::Spr(at) if at.data() == request && at.is_write()));
            let mut it = machine(model, &[mtspr(dbcr0, 3), asm::nop()]);
            it.cpu.set_gpr(3, request);
            let cap = EnableCap::new(Capability::ResetEvent, 1);
            it.cpu.enable_cap(&cap).unwrap();
            assert_eq!(run(&mut it, 5), Exit::SystemEvent(SystemEvent::Reset(kind)));
            it.reset(Some(kind));
            assert_eq!(
                spr(&it, dbsr),
                u64::from(u8::from(kind)) << shift,
                "{}",
                model.name
            );
        }
    }
}

#[test]
fn pow_of_the_970_waits_where_hid0_chose_a_way_to() {
    // HID0[DEEPNAP, DOZE, NAP], bits 7:9 (Linux asm/reg.h).
    for (hid0, waits) in [
        (0, false),
        (1 << 54, true),
        (1 << 55, true),
        (1 << 56, true),
        (1 << 53, false),
    ] {
        let mut it = machine(&PPC970, &[asm::mtmsrd(3), asm::b(0)]);
        it.cpu.poke_spr(ppc970::HID0, hid0);
        it.cpu.set_decrementer(1000);
        it.cpu.set_gpr(3, (Msr::SF | Msr::HV | Msr::POW).bits());
        let expected = if waits { Exit::Wait } else { Exit::Budget };
        assert_eq!(run(&mut it, 10), expected, "{hid0:x}");
    }
}
