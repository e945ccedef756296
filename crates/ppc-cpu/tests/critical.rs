//! Critical inputs, machine checks by their input, the timers' interrupts: what each saves, keeps and leaves alone, how they
//! nest, and which goes first.
//!
//! E500CORERM p. 5-11 (MSR by class), table 5-6, 5.10.2; PPC440x5UM 6.5.1, 6.5.2, 6.5.12, 6.5.13, 6.6.2; PPC405UM tables 5-1
//! and 5-2, 5.6, 5.17, 5.18. Second source: Linux `arch/powerpc/kvm/booke.c` (`kvmppc_booke_irqprio_deliver`: class, MSR
//! mask and enable of each), `asm/kvm_asm.h` (IVOR numbers), `reg_booke.h` (MCSR_MCP).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::delivery::{Found, found, ivor};
use kit::{START, machine, mtspr, run, spr, tcr, tsr};
use ppc_cpu::Machine;
use ppc_cpu::interrupt::Input;
use ppc_cpu::model::{E500MC, E500V2, Model, PPC405, PPC440};
use ppc_decode::{System, asm};
use spr_exit::num::{booke, common, e500, ppc4xx};
use spr_exit::{Exit, Fault, InterruptKind, Msr, Reply, SavePair, SprNum};

const MODELS: [&Model; 4] = [&E500V2, &E500MC, &PPC405, &PPC440];

/// WIE, DIE, FIE of TCR; WIS, DIS, FIS of TSR.
const ENABLES: u64 = 0x0c80_0000;
const WIS: u64 = 0x4000_0000;
const DIS: u64 = 0x0800_0000;
const FIS: u64 = 0x0400_0000;
/// CE, EE, PR, ME, DE, IS, DS.
const OLD: u64 = 0x0002_d230;
/// HID0\[EMCP\].
const EMCP: u64 = 0x8000_0000;

/// Every handler spins.
fn fill_vectors(it: &mut Machine) {
    for vector in (0x100..0x1000).chain(0x2000..0x3000).step_by(0x10) {
        it.memory.write_words(vector, &[asm::b(0)]).unwrap();
    }
}

/// A guest that spins, told of interrupts.
fn spinning(model: &'static Model, msr: u64) -> Machine {
    let mut it = machine(model, &[asm::b(0)]);
    fill_vectors(&mut it);
    it.cpu.config_mut().report_interrupts = true;
    if model.name.starts_with('e') {
        it.cpu.poke_spr(e500::HID0, EMCP);
    }
    it.cpu.set_msr(Msr::from_bits_retain(msr));
    it
}

/// Brings about what the interrupt tells of.
fn bring(it: &mut Machine, kind: InterruptKind) {
    let timer = match kind {
        InterruptKind::CriticalInput => return it.cpu.set_input(Input::CRITICAL, true),
        InterruptKind::MachineCheckInput => return it.cpu.set_input(Input::MACHINE_CHECK, true),
        InterruptKind::External => return it.cpu.set_external(true),
        InterruptKind::Watchdog => WIS,
        InterruptKind::FixedInterval => FIS,
        _ => DIS,
    };
    let model = it.cpu.model();
    it.cpu.poke_spr(tcr(model), ENABLES);
    it.cpu.poke_spr(tsr(model), spr(it, tsr(model)) | timer);
}

#[test]
fn each_saves_and_keeps_what_its_class_says_and_leaves_the_syndromes_alone() {
    use InterruptKind::*;
    // Kind, IVOR, offset on the 405, save registers, MSR of the handler; the e500mc keeps DE in the critical class, because its
    // debug interrupt has save registers of its own (Power ISA 2.06 Book III-E 7.6).
    let rows = [
        (CriticalInput, 0, 0x100, SavePair::Csrr, 0x1000, 0x1200),
        (Watchdog, 12, 0x1020, SavePair::Csrr, 0x1000, 0x1200),
        (FixedInterval, 11, 0x1010, SavePair::Srr, 0x2_1200, 0x2_1200),
        (MachineCheckInput, 1, 0, SavePair::Mcsrr, 0, 0),
    ];
    for model in MODELS {
        let is_405 = model.name == "405";
        let (esr, dear) = if is_405 {
            (ppc4xx::ESR_40X, ppc4xx::DEAR_40X)
        } else {
            (booke::ESR, booke::DEAR)
        };
        for (kind, n, offset, pair, msr, msr_of_mc) in rows {
            let mut it = spinning(model, OLD);
            it.cpu.poke_spr(esr, 0x0080_0000);
            it.cpu.poke_spr(dear, 0x1234);
            bring(&mut it, kind);
            let exit = run(&mut it, 10);
            if is_405 && kind == MachineCheckInput {
                assert_eq!(exit, Exit::Budget, "the 405 has no such input here");
                continue;
            }
            assert_eq!(exit, Exit::Interrupt(kind), "{}", model.name);
            let expected = Found {
                kind,
                vector: if is_405 { offset } else { ivor(n) },
                pair,
                pc: START,
                saved: OLD,
                msr: if model.name == "e500mc" { msr_of_mc } else { msr },
                esr: None,
                address: None,
                dsisr: None,
            };
            assert_eq!(found(&it), expected, "{}", model.name);
            assert_eq!((spr(&it, esr), spr(&it, dear)), (0x0080_0000, 0x1234));
            if !is_405 {
                let mcsr = match (kind, model.name) {
                    (MachineCheckInput, "440") => 0x9000_0000,
                    (MachineCheckInput, _) => 0x8000_0000,
                    _ => 0,
                };
                assert_eq!(spr(&it, e500::MCSR), mcsr, "{} {kind:?}", model.name);
            }
        }
    }
}

#[test]
fn of_what_is_due_together_the_first_of_the_manual_goes_first() {
    use InterruptKind::*;
    for model in MODELS {
        let mut it = spinning(model, 0x0002_9000);
        let order = [
            MachineCheckInput,
            CriticalInput,
            Watchdog,
            External,
            FixedInterval,
            Decrementer,
        ];
        let order = &order[usize::from(model.name == "405")..];
        for kind in order.iter().rev() {
            bring(&mut it, *kind);
        }
        for kind in order {
            assert_eq!(run(&mut it, 1), Exit::Interrupt(*kind), "{}", model.name);
            match kind {
                MachineCheckInput => {
                    it.cpu.poke_spr(e500::MCSR, 0);
                }
                CriticalInput => it.cpu.set_input(Input::CRITICAL, false),
                External => it.cpu.set_external(false),
                Watchdog => {
                    it.cpu.poke_spr(tsr(model), DIS | FIS);
                }
                _ => {
                    it.cpu.poke_spr(tsr(model), DIS);
                }
            }
            it.cpu.set_msr(Msr::CE | Msr::EE | Msr::ME);
        }
    }
}

#[test]
fn a_critical_interrupt_nests_in_another_before_its_first_instruction_and_both_come_back() {
    let rfci = System::Rfci.row().encode(&[]).unwrap();
    for model in MODELS {
        let (external, critical) = if model.name == "405" {
            (0x500, 0x100)
        } else {
            (ivor(4), ivor(0))
        };
        let mut it = spinning(model, 0x0002_d000);
        let back = [asm::nop(), asm::rfi()];
        it.memory.write_words(external, &back).unwrap();
        it.memory.write_words(critical, &[asm::nop(), rfci]).unwrap();
        // The external one is delivered, and before its handler begins the critical one comes.
        it.cpu.set_external(true);
        assert_eq!(run(&mut it, 1), Exit::Interrupt(InterruptKind::External));
        it.cpu.set_external(false);
        it.cpu.set_input(Input::CRITICAL, true);
        assert_eq!(run(&mut it, 1), Exit::Interrupt(InterruptKind::CriticalInput));
        let inner = found(&it);
        assert_eq!(
            (inner.pc, inner.saved, inner.vector),
            (external, 0x0002_1000, critical),
            "{}",
            model.name
        );
        assert_eq!(
            (spr(&it, common::SRR0), spr(&it, common::SRR1)),
            (START, 0x0002_d000),
            "kept for the outer one"
        );
        // The level still asks, and CE is closed.
        assert_eq!(run(&mut it, 1), Exit::Budget);
        it.cpu.set_input(Input::CRITICAL, false);
        assert_eq!(run(&mut it, 1), Exit::Budget);
        assert_eq!(
            (it.cpu.cia(), it.cpu.msr().bits()),
            (external, 0x0002_1000),
            "{}",
            model.name
        );
        assert_eq!(run(&mut it, 2), Exit::Budget);
        assert_eq!((it.cpu.cia(), it.cpu.msr().bits()), (START, 0x0002_d000));
        assert_eq!(it.cpu.deliveries(), 2);
    }
}

#[test]
fn a_level_that_still_asks_comes_again_as_soon_as_it_is_enabled() {
    for model in MODELS {
        let mut it = spinning(model, 0x0002_0000);
        it.cpu.set_input(Input::CRITICAL, true);
        for _ in 0..3 {
            assert_eq!(run(&mut it, 1), Exit::Interrupt(InterruptKind::CriticalInput));
            assert_eq!(run(&mut it, 0), Exit::Budget);
            it.cpu.set_msr(Msr::CE);
        }
        it.cpu.set_input(Input::CRITICAL, false);
        assert_eq!(run(&mut it, 5), Exit::Budget);
    }
}

#[test]
fn ce_opened_by_mtmsr_or_a_return_lets_in_what_waited_and_ee_does_not() {
    let rfci = System::Rfci.row().encode(&[]).unwrap();
    let wrteei = System::Wrteei.row().encode(&[1]).unwrap();
    for (word, pc) in [
        (asm::mtmsr(3), START + 4),
        (asm::rfi(), START + 0x40),
        (rfci, START + 0x40),
        (wrteei, 0),
    ] {
        for model in MODELS {
            let mut it = machine(model, &[word, asm::b(0)]);
            it.cpu.config_mut().report_interrupts = true;
            it.cpu.set_gpr(3, Msr::CE.bits());
            for (srr0, srr1) in [(26, 27), (58, 59), (990, 991)] {
                it.cpu.poke_spr(SprNum::wrapping(srr0), START + 0x40);
                it.cpu.poke_spr(SprNum::wrapping(srr1), Msr::CE.bits());
            }
            bring(&mut it, InterruptKind::Watchdog);
            let exit = run(&mut it, 5);
            if pc == 0 {
                assert_eq!(exit, Exit::Budget);
            } else {
                assert_eq!(exit, Exit::Interrupt(InterruptKind::Watchdog), "{}", model.name);
                assert_eq!((found(&it).pc, it.cpu.insns()), (pc, 1));
            }
        }
    }
}

#[test]
fn a_machine_check_while_me_is_zero_stops_the_e500v2_and_waits_on_the_others() {
    // E500CORERM 5.7.2: checkstop. PPC440x5UM 6.4.12: MCSR[MCS] and MSR[ME] together bring it.
    let mut it = spinning(&E500V2, 0x0002_8000);
    it.cpu.set_input(Input::MACHINE_CHECK, true);
    for _ in 0..2 {
        assert_eq!(run(&mut it, 10), Exit::Checkstop { cia: START });
    }
    assert_eq!((it.cpu.insns(), spr(&it, e500::MCSR)), (0, 0));
    // Taken back in time it was none.
    it.cpu.set_input(Input::MACHINE_CHECK, false);
    assert_eq!(run(&mut it, 10), Exit::Budget);

    let rfmci = System::Rfmci.row().encode(&[]).unwrap();
    for (model, asks) in [(&E500MC, 0x8000_0000), (&PPC440, 0x8000_0000)] {
        let mut it = spinning(model, 0x0002_8000);
        it.memory
            .write_words(ivor(1), &[mtspr(e500::MCSR, 3), rfmci])
            .unwrap();
        it.cpu.set_input(Input::MACHINE_CHECK, true);
        assert_eq!(run(&mut it, 10), Exit::Budget);
        assert_eq!(spr(&it, e500::MCSR) & asks, asks, "the guest can see it");
        it.cpu.set_msr(Msr::ME);
        assert_eq!(
            run(&mut it, 10),
            Exit::Interrupt(InterruptKind::MachineCheckInput),
            "{}",
            model.name
        );
        // A handler that does not clear it comes again.
        let back = it.clone();
        assert_eq!(run(&mut it, 2), Exit::Budget);
        assert_eq!(
            run(&mut it, 1),
            Exit::Interrupt(InterruptKind::MachineCheckInput),
            "{}",
            model.name
        );
        let mut it = back;
        it.cpu.set_gpr(3, asks);
        assert_eq!(run(&mut it, 20), Exit::Budget);
        assert_eq!((it.cpu.msr(), it.cpu.deliveries()), (Msr::ME, 1));
    }
}

#[test]
fn the_e500_hears_its_machine_check_input_while_hid0_allows_it() {
    for model in [&E500V2, &E500MC] {
        let mut it = spinning(model, 0x1000);
        it.cpu.poke_spr(e500::HID0, 0);
        it.cpu.set_input(Input::MACHINE_CHECK, true);
        assert_eq!(run(&mut it, 10), Exit::Budget);
        it.cpu.poke_spr(e500::HID0, EMCP);
        assert_eq!(run(&mut it, 10), Exit::Budget, "it is the assertion that asks");
        it.cpu.set_input(Input::MACHINE_CHECK, true);
        assert_eq!(
            run(&mut it, 10),
            Exit::Interrupt(InterruptKind::MachineCheckInput)
        );
        assert_eq!(it.cpu.inputs(), Input::empty());
    }
}

#[test]
fn an_external_interrupt_on_the_boundary_of_an_spr_exit_comes_after_its_completion() {
    let board = SprNum::wrapping(880);
    for (model, vector, program) in [
        (&E500V2, ivor(4), ivor(6)),
        (&E500MC, ivor(4), ivor(6)),
        (&PPC405, 0x500, 0x700),
    ] {
        for input in [Input::EXTERNAL, Input::CRITICAL] {
            let is_external = input == Input::EXTERNAL;
            let critical = if model.name == "405" { 0x100 } else { ivor(0) };
            for reply in [Reply::Done(0), Reply::Fault(Fault::Illegal)] {
                let mut it = machine(model, &[mtspr(board, 3), asm::b(0)]);
                fill_vectors(&mut it);
                it.cpu.config_mut().report_interrupts = true;
                it.cpu.set_msr(Msr::EE | Msr::CE);
                assert!(matches!(run(&mut it, 9), Exit::Spr(_)));
                it.cpu.set_input(input, true);
                it.cpu.complete(reply).unwrap();
                if reply == Reply::Done(0) {
                    let kind =
                        [InterruptKind::CriticalInput, InterruptKind::External][usize::from(is_external)];
                    assert_eq!(run(&mut it, 9), Exit::Interrupt(kind), "{}", model.name);
                    let found = found(&it);
                    assert_eq!(
                        (found.pc, found.vector),
                        (START + 4, if is_external { vector } else { critical })
                    );
                } else {
                    assert_eq!(run(&mut it, 9), Exit::Interrupt(InterruptKind::ProgramIllegal));
                    assert_eq!((spr(&it, common::SRR0), it.cpu.cia()), (START, program));
                    // EE is closed now, CE is not.
                    let next = run(&mut it, 1);
                    if is_external {
                        assert_eq!(next, Exit::Budget);
                    } else {
                        assert_eq!(next, Exit::Interrupt(InterruptKind::CriticalInput));
                        assert_eq!(found(&it).pc, program, "{}", model.name);
                    }
                }
            }
        }
    }
}

#[test]
fn the_hypervisors_interrupts_are_enabled_in_guest_state_and_lead_out_of_it() {
    // EREF 2.0 2.6.1 and chapter 7; Linux KVM runs its guests so.
    use InterruptKind::*;
    for kind in [
        CriticalInput,
        Watchdog,
        External,
        FixedInterval,
        Decrementer,
        MachineCheckInput,
    ] {
        let mut it = spinning(&E500MC, Msr::GS.bits());
        bring(&mut it, kind);
        assert_eq!(run(&mut it, 5), Exit::Interrupt(kind));
        assert_eq!(
            (found(&it).saved, it.cpu.msr().bits()),
            (Msr::GS.bits(), 0),
            "{kind:?}"
        );
    }
}
