//! Interrupts of the servers beside those that all models have: saved registers, vector, MSR, who gets them, when, and in
//! which order.
//!
//! Expected values were written down from Power ISA 2.07 and 3.0B Book III chapter 6 (3.1 for HAIL) as remembered, and
//! compared with Linux `arch/powerpc/kernel/exceptions-64s.S` (vectors, save registers) and QEMU
//! `target/ppc/excp_helper.c` (`powerpc_excp_books`, `ppc_excp_apply_ail`, `p9_next_unmasked_interrupt`).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::server::{HV, LPES0, LPES1, MESSAGE, PMAO, SF, quiet};
use kit::{START, mtspr, run, spr};
use ppc_cpu::Machine;
use ppc_cpu::interrupt::Input;
use ppc_cpu::model::{Model, POWER7, POWER8, POWER9, POWER10, PPC970};
use ppc_decode::asm;
use spr_exit::num::{book3s, common, ppc970};
use spr_exit::{Exit, InterruptKind, Msr, SavePair, SprNum};

const SERVERS: [&Model; 4] = [&POWER7, &POWER8, &POWER9, &POWER10];
const SINCE_POWER8: [&Model; 3] = [&POWER8, &POWER9, &POWER10];
const SINCE_POWER9: [&Model; 2] = [&POWER9, &POWER10];

/// LPCR\[HDICE, HVICE, LPES0, LPES1, EVIRT, ILE, AIL, HAIL, LD, HR, MER\] (Linux `asm/reg.h`; HAIL: QEMU `cpu.h`).
const HDICE: u64 = 1;
const HVICE: u64 = 2;
const MER: u64 = 0x800;
const LD: u64 = 0x2_0000;
const HR: u64 = 0x10_0000;
const AIL_2: u64 = 0x0100_0000;
const AIL_3: u64 = 0x0180_0000;
const ILE: u64 = 0x0200_0000;
const HAIL: u64 = 0x0400_0000;
/// VEC VSX EE FP ME FE0 FE1 IR DR PMM RI: not PR.
const LOW: u64 = 0x0280_b936;

/// What makes an asynchronous interrupt happen.
#[derive(Clone, Copy, Debug)]
enum Raise {
    Pin(Input),
    Hdec,
    Monitor,
    /// A message from another processor.
    Message,
    /// DPDES, written by the hypervisor.
    Privileged,
}

impl Raise {
    fn on(self, it: &mut Machine) {
        match self {
            Self::Pin(input) => it.cpu.set_input(input, true),
            Self::Hdec => it.cpu.set_hypervisor_decrementer(0xffff_ffff_ffff_ffff),
            Self::Monitor => assert!(it.cpu.poke_spr(book3s::MMCR0, PMAO)),
            Self::Message => assert!(it.cpu.receive_message(MESSAGE)),
            Self::Privileged => assert!(it.cpu.poke_spr(book3s::DPDES, 1)),
        }
        let lpcr = spr(it, book3s::LPCR);
        it.cpu.poke_spr(book3s::LPCR, lpcr | HDICE | HVICE);
    }
}

/// (how, kind, vector, HSRR, to the hypervisor, models)
type Row = (Raise, InterruptKind, u64, bool, bool, &'static [&'static Model]);

const ROWS: [Row; 7] = [
    (
        Raise::Pin(Input::SYSTEM_RESET),
        InterruptKind::SystemReset,
        0x100,
        false,
        true,
        &SERVERS,
    ),
    (
        Raise::Pin(Input::MACHINE_CHECK),
        InterruptKind::MachineCheckInput,
        0x200,
        false,
        true,
        &SERVERS,
    ),
    (
        Raise::Hdec,
        InterruptKind::HypervisorDecrementer,
        0x980,
        true,
        true,
        &SERVERS,
    ),
    (
        Raise::Privileged,
        InterruptKind::Doorbell,
        0xa00,
        false,
        false,
        &SINCE_POWER8,
    ),
    (
        Raise::Message,
        InterruptKind::HypervisorDoorbell,
        0xe80,
        true,
        true,
        &SINCE_POWER8,
    ),
    (
        Raise::Pin(Input::HYPERVISOR_VIRTUALIZATION),
        InterruptKind::HypervisorVirtualization,
        0xea0,
        true,
        true,
        &SINCE_POWER9,
    ),
    (
        Raise::Monitor,
        InterruptKind::PerformanceMonitor,
        0xf00,
        false,
        false,
        &SERVERS,
    ),
];

#[test]
fn every_asynchronous_interrupt_saves_where_the_isa_says_and_leaves_that_msr() {
    for (raise, kind, vector, is_hsrr, to_hypervisor, models) in ROWS {
        for model in models {
            for old in [SF | HV | LOW, SF | LOW, LOW, SF | LOW | 0x4000] {
                let what = format!("{} {kind} {old:x}", model.name);
                let mut it = quiet(model, &[asm::nop(), asm::b(0)]);
                it.cpu.set_msr(Msr::from_bits_retain(old));
                raise.on(&mut it);
                assert_eq!(run(&mut it, 1), Exit::Interrupt(kind), "{what}");
                let (save0, save1, pair) = if is_hsrr {
                    (book3s::HSRR0, book3s::HSRR1, SavePair::Hsrr)
                } else {
                    (common::SRR0, common::SRR1, SavePair::Srr)
                };
                let told = it.cpu.last_interrupt().unwrap();
                assert_eq!((it.cpu.cia(), told.pair), (vector, pair), "{what}");
                let saved = [spr(&it, save0), spr(&it, save1)];
                assert_eq!(saved, [START, old & !0x783f_0000], "{what}");
                // SF; HV; ME but after a machine check; RI where HSRR saves. Everything else is cleared.
                let me = if vector == 0x200 { 0 } else { 0x1000 };
                let ri = if is_hsrr { 2 } else { 0 };
                let hv = if to_hypervisor { HV } else { old & HV };
                assert_eq!(it.cpu.msr().bits(), SF | hv | old & (me | ri), "{what}");
            }
        }
    }
}

#[test]
fn inputs_that_are_heard_once_do_not_come_again_and_those_of_a_level_do() {
    for (raise, _, _, _, _, models) in ROWS {
        let Raise::Pin(input) = raise else { continue };
        let mut it = quiet(models[0], &[asm::nop()]);
        it.cpu.set_msr(Msr::from_bits_retain(SF | HV | LOW));
        raise.on(&mut it);
        let _ = run(&mut it, 1);
        let is_level = input == Input::HYPERVISOR_VIRTUALIZATION;
        assert_eq!(it.cpu.inputs().contains(input), is_level, "{input:?}");
    }
}

#[test]
fn an_input_that_leads_to_no_interrupt_of_a_model_is_not_connected() {
    let mut it = quiet(&POWER8, &[asm::nop()]);
    it.cpu.set_input(Input::HYPERVISOR_VIRTUALIZATION, true);
    assert_eq!(it.cpu.inputs(), Input::empty());
    let mut it = quiet(&POWER7, &[asm::nop()]);
    it.cpu.set_input(Input::CRITICAL | Input::EXTERNAL, true);
    assert_eq!(it.cpu.inputs(), Input::EXTERNAL);
    // Nor does the POWER7 hear messages.
    assert!(!it.cpu.receive_message(MESSAGE));
}

#[test]
fn a_machine_check_by_its_input_stops_dead_while_they_are_disabled_and_is_still_there() {
    let mut it = quiet(&POWER9, &[asm::nop()]);
    it.cpu.set_msr(Msr::SF | Msr::HV);
    it.cpu.set_input(Input::MACHINE_CHECK, true);
    assert_eq!(run(&mut it, 5), Exit::Checkstop { cia: START });
    assert_eq!((it.cpu.insns(), it.cpu.deliveries()), (0, 0));
    it.cpu.set_msr(Msr::SF | Msr::HV | Msr::ME);
    assert_eq!(run(&mut it, 5), Exit::Interrupt(InterruptKind::MachineCheckInput));
}

#[test]
fn the_hypervisors_interrupts_come_whenever_it_does_not_run_or_ee_is_on_and_lpcr_asks_for_them() {
    // (EE | not HV | PR) & HDICE, & HVICE; the doorbell has no bit of its own.
    for (raise, bit) in [
        (Raise::Hdec, HDICE),
        (Raise::Pin(Input::HYPERVISOR_VIRTUALIZATION), HVICE),
        (Raise::Message, 0),
    ] {
        for (msr, is_open) in [
            (SF | HV, false),
            (SF | HV | 0x8000, true),
            (SF | HV | 0x4000, true),
            (SF, true),
            (SF | 0x8000, true),
            (SF | 0x4000, true),
        ] {
            for lpcr in [0, HDICE, HVICE] {
                let mut it = quiet(&POWER9, &[asm::b(0)]);
                raise.on(&mut it);
                it.cpu.poke_spr(book3s::LPCR, lpcr | LPES0);
                it.cpu.set_msr(Msr::from_bits_retain(msr));
                let _ = run(&mut it, 1);
                let is_taken = is_open && (bit == 0 || lpcr & bit != 0);
                let taken = it.cpu.last_interrupt().is_some();
                assert_eq!(taken, is_taken, "{raise:?} {msr:x} {lpcr:x}");
            }
        }
    }
}

#[test]
fn a_masked_hypervisor_decrementer_comes_with_the_instruction_that_unmasks_it() {
    let partial = asm::mtmsrd(3) | 1 << 16;
    let back = START + 12;
    for (name, program) in [
        ("mtmsrd L=1", vec![asm::nop(), asm::nop(), partial]),
        ("mtmsrd", vec![asm::nop(), asm::nop(), asm::mtmsrd(3)]),
        (
            "rfid",
            vec![mtspr(common::SRR0, 5), mtspr(common::SRR1, 3), asm::rfid()],
        ),
        (
            "hrfid",
            vec![mtspr(book3s::HSRR0, 5), mtspr(book3s::HSRR1, 3), asm::hrfid()],
        ),
    ] {
        for model in SERVERS {
            let mut it = quiet(model, &[program.clone(), vec![asm::b(0)]].concat());
            Raise::Hdec.on(&mut it);
            it.cpu.set_msr(Msr::SF | Msr::HV);
            it.cpu.set_gpr(3, SF | HV | 0x8000);
            it.cpu.set_gpr(5, back);
            let expected = Exit::Interrupt(InterruptKind::HypervisorDecrementer);
            assert_eq!(run(&mut it, 100), expected, "{} {name}", model.name);
            assert_eq!((it.cpu.insns(), spr(&it, book3s::HSRR0)), (3, back), "{name}");
        }
    }
    // And with the write of LPCR that enables it.
    let mut it = quiet(&POWER9, &[mtspr(book3s::LPCR, 3), asm::b(0)]);
    Raise::Hdec.on(&mut it);
    it.cpu.poke_spr(book3s::LPCR, 0);
    it.cpu.set_msr(Msr::SF | Msr::HV | Msr::EE);
    it.cpu.set_gpr(3, HDICE);
    assert_eq!(
        run(&mut it, 100),
        Exit::Interrupt(InterruptKind::HypervisorDecrementer)
    );
    assert_eq!(it.cpu.insns(), 1);
}

#[test]
fn a_hypervisor_decrementer_counts_with_the_clock_and_interrupts_as_it_passes_zero() {
    for (model, lpcr, hid0) in [
        (&POWER7, HDICE, 0),
        (&POWER8, HDICE, 0),
        (&POWER9, HDICE, 0),
        (&POWER10, HDICE, 0),
        // The 970 enables it by HID0, bit 23.
        (&PPC970, 0, 1 << 40),
    ] {
        for value in [1u64, 100, 5000] {
            let mut it = quiet(model, &[asm::b(0)]);
            it.cpu.poke_spr(book3s::LPCR, lpcr | LPES0 | LPES1);
            it.cpu.poke_spr(book3s::HID, hid0);
            it.cpu.set_hypervisor_decrementer(value);
            it.cpu.set_msr(Msr::SF | Msr::HV | Msr::EE);
            let kind = InterruptKind::HypervisorDecrementer;
            assert_eq!(run(&mut it, 10_000), Exit::Interrupt(kind), "{}", model.name);
            assert_eq!(
                (it.cpu.insns(), it.cpu.cia()),
                (value + 1, 0x980),
                "{}",
                model.name
            );
            assert_eq!(it.cpu.last_interrupt().unwrap().pair, SavePair::Hsrr);
            assert!(it.cpu.msr().contains(Msr::HV));
        }
    }
}

#[test]
fn the_decrementers_have_the_bits_that_their_processor_and_lpcr_give_them() {
    let all = 0xffff_ffff_ffff_ffff;
    for (model, large, lpcr, shown) in [
        (&POWER8, all, LD, 0xffff_ffff),
        (&POWER9, all, LD, all),
        (&POWER10, all, LD, all),
        (&POWER9, 0x80_0000_0000_0000, LD, 0xff80_0000_0000_0000),
        (&POWER9, 0x7f_ffff_ffff_ffff, LD, 0x7f_ffff_ffff_ffff),
        (&POWER9, all, 0, 0xffff_ffff),
    ] {
        let mut it = quiet(model, &[mtspr(common::DEC, 3), mtspr(book3s::HDEC, 3)]);
        it.cpu.poke_spr(book3s::LPCR, lpcr);
        it.cpu.set_insns_per_tick(0);
        it.cpu.set_gpr(3, large);
        let _ = run(&mut it, 2);
        assert_eq!(spr(&it, common::DEC), shown, "{} {large:x}", model.name);
        let hypervisor = if lpcr == 0 { all } else { shown };
        assert_eq!(spr(&it, book3s::HDEC), hypervisor, "{} {large:x}", model.name);
    }
    // 0x8000_0000 is negative in 32 bits and a long time in 56: LPCR[LD] says which, from one instruction to the next.
    let mut it = quiet(&POWER9, &[mtspr(book3s::LPCR, 3), asm::b(0)]);
    it.cpu.poke_spr(book3s::LPCR, LD);
    it.cpu.poke_spr(common::DEC, 0x8000_1000);
    it.cpu.set_msr(Msr::SF | Msr::HV | Msr::EE);
    it.cpu.set_gpr(3, 0);
    assert_eq!(run(&mut it, 100), Exit::Interrupt(InterruptKind::Decrementer));
    assert_eq!(it.cpu.insns(), 1);
}

#[test]
fn of_several_the_first_in_order_is_taken() {
    let mut it = quiet(&POWER9, &[asm::b(0)]);
    it.cpu.poke_spr(book3s::LPCR, HDICE | HVICE | LPES0);
    it.cpu.poke_spr(book3s::MMCR0, PMAO);
    it.cpu.set_decrementer(0xffff_ffff);
    it.cpu.set_hypervisor_decrementer(0xffff_ffff_ffff_ffff);
    it.cpu.set_input(Input::all(), true);
    Raise::Message.on(&mut it);
    Raise::Privileged.on(&mut it);
    let mut taken = Vec::new();
    for _ in 0..9 {
        it.cpu.set_msr(Msr::SF | Msr::HV | Msr::EE | Msr::ME);
        let Exit::Interrupt(kind) = run(&mut it, 1) else {
            panic!()
        };
        match kind {
            InterruptKind::HypervisorDecrementer => it.cpu.set_hypervisor_decrementer(1000),
            InterruptKind::Decrementer => it.cpu.set_decrementer(1000),
            InterruptKind::External => it.cpu.set_external(false),
            InterruptKind::HypervisorVirtualization => {
                it.cpu.set_input(Input::HYPERVISOR_VIRTUALIZATION, false);
            }
            InterruptKind::PerformanceMonitor => assert!(it.cpu.poke_spr(book3s::MMCR0, 0)),
            _ => {}
        }
        taken.push(kind);
    }
    let order = [
        InterruptKind::SystemReset,
        InterruptKind::MachineCheckInput,
        InterruptKind::HypervisorDecrementer,
        InterruptKind::HypervisorVirtualization,
        InterruptKind::External,
        InterruptKind::HypervisorDoorbell,
        InterruptKind::Decrementer,
        InterruptKind::Doorbell,
        InterruptKind::PerformanceMonitor,
    ];
    assert_eq!(taken, order);
}

#[test]
fn a_mediated_external_interrupt_goes_to_the_hypervisor_once_the_partition_enables_it() {
    for (msr, is_taken) in [
        (SF | 0x8000, true),
        (SF | HV | 0x4000 | 0x8000, true),
        (SF, false),
        (SF | HV | 0x8000, false),
    ] {
        let mut it = quiet(&POWER9, &[asm::b(0)]);
        it.cpu.poke_spr(book3s::LPCR, MER | LPES0);
        it.cpu.set_msr(Msr::from_bits_retain(msr));
        let _ = run(&mut it, 1);
        let taken = it
            .cpu
            .last_interrupt()
            .map(|told| (told.kind, told.pair, told.srr1));
        // HSRR1, bit 42: mediated.
        let expected = (InterruptKind::External, SavePair::Hsrr, it_saved(msr) | 0x20_0000);
        assert_eq!(taken, is_taken.then_some(expected), "{msr:x}");
    }
}

/// The saved MSR of one that has no bit in the places of causes; problem state has EE, IR and DR only if they were set.
fn it_saved(msr: u64) -> u64 {
    msr
}

#[test]
fn interrupts_leave_relocation_on_where_lpcr_says_so_and_go_above() {
    let relocated = 0x30;
    // (model, LPCR, MSR before, kind by: trap or hypervisor doorbell, vector, IR and DR)
    for (model, lpcr, msr, is_doorbell, vector, on) in [
        (&POWER8, AIL_3, SF | relocated, false, 0xc000_0000_0000_4700, true),
        (&POWER8, AIL_2, SF | relocated, false, 0x1_8700, true),
        (&POWER8, AIL_3, SF | 0x20, false, 0x700, false),
        (
            &POWER8,
            AIL_3,
            SF | HV | relocated,
            false,
            0xc000_0000_0000_4700,
            true,
        ),
        (&POWER8, AIL_3, SF | relocated, true, 0xe80, false),
        (&POWER9, AIL_3, SF | relocated, true, 0xe80, false),
        (
            &POWER9,
            AIL_3 | HR,
            SF | relocated,
            true,
            0xc000_0000_0000_4e80,
            true,
        ),
        (&POWER10, AIL_3, SF | relocated, true, 0xe80, false),
        (&POWER10, HAIL, SF, true, 0xc000_0000_0000_4e80, true),
        (&POWER10, HAIL, SF | relocated, false, 0x700, false),
        (
            &POWER10,
            AIL_3,
            SF | relocated,
            false,
            0xc000_0000_0000_4700,
            true,
        ),
        (&POWER10, AIL_2, SF | relocated, false, 0x700, false),
        (&POWER7, AIL_3, SF | relocated, false, 0x700, false),
    ] {
        let what = format!("{} {lpcr:x} {msr:x} {is_doorbell}", model.name);
        let mut it = quiet(model, &[asm::twi(31, 0, 0)]);
        it.cpu.poke_spr(book3s::LPCR, lpcr | LPES0 | LPES1);
        it.cpu.set_msr(Msr::from_bits_retain(msr));
        assert!(!is_doorbell || it.cpu.receive_message(MESSAGE));
        assert!(matches!(run(&mut it, 1), Exit::Interrupt(_)), "{what}");
        assert_eq!(it.cpu.cia(), vector, "{what}");
        assert_eq!(it.cpu.msr().contains(Msr::IR | Msr::DR), on, "{what}");
        assert_eq!(it.cpu.msr().intersects(Msr::IR | Msr::DR), on, "{what}");
    }
    // System reset and machine check never do.
    for input in [Input::SYSTEM_RESET, Input::MACHINE_CHECK] {
        let mut it = quiet(&POWER10, &[asm::nop()]);
        it.cpu.poke_spr(book3s::LPCR, AIL_3 | HAIL | HR);
        it.cpu
            .set_msr(Msr::from_bits_retain(SF | HV | relocated | 0x1000));
        it.cpu.set_input(input, true);
        let _ = run(&mut it, 1);
        assert!(it.cpu.cia() < 0x1000 && !it.cpu.msr().contains(Msr::IR));
    }
}

#[test]
fn handlers_of_the_hypervisor_have_the_byte_order_of_its_bit_of_hid0() {
    // HILE: bit 19 until POWER8, bit 4 since POWER9 (skiboot processor.h SPR_HID0_*_HILE; QEMU HID0_HILE).
    for (model, bit) in [(&POWER7, 19), (&POWER8, 19), (&POWER9, 4), (&POWER10, 4)] {
        for (hv, lpcr, hid, is_little) in [
            (HV, ILE, 0, false),
            (HV, 0, 1u64 << (63 - bit), true),
            (0, ILE, 0, true),
            (0, 0, 1 << (63 - bit), false),
        ] {
            let mut it = quiet(model, &[asm::twi(31, 0, 0)]);
            it.cpu.poke_spr(book3s::LPCR, lpcr | LPES1);
            it.cpu.poke_spr(book3s::HID, hid);
            it.cpu.set_msr(Msr::from_bits_retain(SF | hv));
            let _ = run(&mut it, 1);
            assert_eq!(
                it.cpu.msr().contains(Msr::LE),
                is_little,
                "{} {hv:x} {lpcr:x}",
                model.name
            );
        }
    }
}

#[test]
fn lpes1_of_the_power7_takes_a_partitions_interrupts_to_the_hypervisor() {
    for (lpcr, hv) in [(LPES0, true), (LPES0 | LPES1, false)] {
        let mut it = quiet(&POWER7, &[asm::twi(31, 0, 0)]);
        it.cpu.poke_spr(book3s::LPCR, lpcr);
        it.cpu.set_msr(Msr::SF);
        let _ = run(&mut it, 1);
        assert_eq!(it.cpu.msr().contains(Msr::HV), hv, "{lpcr:x}");
        assert_eq!(it.cpu.last_interrupt().unwrap().pair, SavePair::Srr);
    }
}

#[test]
fn the_970_has_its_own_system_reset_and_performance_monitor_under_hior() {
    for (input, mmcr0, vector) in [(Input::SYSTEM_RESET, 0, 0x100), (Input::empty(), PMAO, 0xf00)] {
        let mut it = quiet(&PPC970, &[asm::nop()]);
        it.cpu.poke_spr(ppc970::HIOR, 0x10_0000);
        it.cpu.poke_spr(ppc970::MMCR0, mmcr0);
        it.cpu.set_msr(Msr::SF | Msr::HV | Msr::EE);
        it.cpu.set_input(input, true);
        let _ = run(&mut it, 1);
        assert_eq!(it.cpu.last_interrupt().unwrap().vector, 0x10_0000 | vector);
    }
}

#[test]
fn counters_of_time_and_instructions_go_on_from_what_was_written_and_begin_at_zero_after_a_reset() {
    let [vtb, purr, ic] = [book3s::VTB, book3s::PURR, book3s::IC];
    let mut it = quiet(&POWER9, &[mtspr(vtb, 3), mtspr(common::TBL_WRITE, 4), asm::b(0)]);
    for sprn in [purr, book3s::SPURR, ic] {
        it.cpu.set_owner(sprn, spr_exit::Owner::Core).unwrap();
        assert!(it.cpu.poke_spr(sprn, 1000));
    }
    it.cpu.set_insns_per_tick(2);
    it.cpu.set_gpr(3, 500);
    let _ = run(&mut it, 40);
    // A write of the time base moves none of them.
    let now = |it: &Machine, sprn: SprNum| spr(it, sprn);
    assert_eq!([now(&it, vtb), now(&it, purr), now(&it, ic)], [520, 1020, 1040]);
    it.cpu.reset(None);
    assert_eq!([now(&it, vtb), now(&it, purr), now(&it, ic)], [0, 0, 0]);
    assert_eq!(now(&it, book3s::TIR), 0);
    let thread = ppc_cpu::Cpu::with_id(&POWER9, 7);
    assert_eq!(thread.peek_spr(book3s::TIR), Some(3));
    assert_eq!(thread.peek_spr(book3s::PIR), Some(7));
}
