//! What an MMU raises, from outside, and the machine check of an address where nothing is: on every family, each saved
//! register.
//!
//! Vectors, save registers and bits were written down from PEM32 6.4 and MPC750UM chapter 4, Book III 2.01 chapter 5, Power ISA 3.0B
//! Book III 6.5, EREF 2.0 and E500CORERM chapter 5, PPC405UM chapter 5, PPC440x5UM chapter 6; QEMU's `init_excp_*` have the same
//! vectors, Linux `arch/powerpc/kvm/booke.c` sets DEAR and ESR in the same interrupts, and leaves ESR in an instruction TLB error.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::delivery::ivor;
use kit::{START, machine, run, spr};
use ppc_cpu::Machine;
use ppc_cpu::interrupt::{Input, StorageFault};
use ppc_cpu::model::{
    E300, E500MC, E500V2, MODELS, Model, POWER7, POWER9, PPC405, PPC440, PPC603E, PPC750, PPC970, PPC7447A,
};
use ppc_decode::asm;
use spr_exit::InterruptKind::{self, *};
use spr_exit::num::{book3s, booke, classic, common, e500, p6xx, p74xx, ppc4xx};
use spr_exit::{Exit, Msr, Reply, SavePair, SprNum};

/// EE, FP, ME, RI and their like, where the model has them.
const MSR: u64 = 0xb002;
const ADDRESS: u64 = 0x1234_5678;

/// What a handler finds: vector, save registers, where the address is told, where the status, and which bits of all ones.
struct Row {
    kind: InterruptKind,
    vector: u64,
    pair: SavePair,
    address: Option<SprNum>,
    status: Option<SprNum>,
    bits: u64,
}

const fn told(kind: InterruptKind, vector: u64, address: SprNum, status: SprNum, bits: u64) -> Row {
    Row {
        kind,
        vector,
        pair: SavePair::Srr,
        address: Some(address),
        status: Some(status),
        bits,
    }
}

/// The saved MSR tells.
const fn saved(kind: InterruptKind, vector: u64, bits: u64) -> Row {
    Row {
        kind,
        vector,
        pair: SavePair::Srr,
        address: None,
        status: None,
        bits,
    }
}

const fn hypervisor(row: Row) -> Row {
    Row {
        pair: SavePair::Hsrr,
        ..row
    }
}

const fn at(kind: InterruptKind, vector: u64, address: SprNum) -> Row {
    Row {
        address: Some(address),
        ..saved(kind, vector, 0)
    }
}

const CLASSIC: [Row; 2] = [
    told(DataStorage, 0x300, classic::DAR, classic::DSISR, 0xce70_0000),
    saved(InstructionStorage, 0x400, 0x5800_0000),
];
const P970: [Row; 4] = [
    told(DataStorage, 0x300, classic::DAR, classic::DSISR, 0xce70_0000),
    at(DataSegment, 0x380, classic::DAR),
    saved(InstructionStorage, 0x400, 0x5800_0000),
    saved(InstructionSegment, 0x480, 0),
];
const SERVER: [Row; 6] = [
    told(DataStorage, 0x300, classic::DAR, classic::DSISR, 0xffff_ffff),
    at(DataSegment, 0x380, classic::DAR),
    saved(InstructionStorage, 0x400, 0x783f_0000),
    saved(InstructionSegment, 0x480, 0),
    hypervisor(told(
        HypervisorDataStorage,
        0xe00,
        book3s::HDAR,
        book3s::HDSISR,
        0xffff_ffff,
    )),
    hypervisor(saved(HypervisorInstructionStorage, 0xe20, 0x783f_0000)),
];
/// ST, DLK, ILK, BO and what each has besides: SPE of the e500v2, FP and EPID of the e500mc, FP and AP of the 440.
const fn booke(data: u64, tlb: u64, code: u64) -> [Row; 4] {
    [
        told(DataStorage, ivor(2), booke::DEAR, booke::ESR, data),
        told(DataTlb, ivor(13), booke::DEAR, booke::ESR, tlb),
        Row {
            status: Some(booke::ESR),
            ..saved(InstructionStorage, ivor(3), code)
        },
        saved(InstructionTlb, ivor(14), 0),
    ]
}
const P405: [Row; 4] = [
    told(DataStorage, 0x300, ppc4xx::DEAR_40X, ppc4xx::ESR_40X, 0x00c0_8000),
    Row {
        status: Some(ppc4xx::ESR_40X),
        ..saved(InstructionStorage, 0x400, 0x0040_0000)
    },
    told(DataTlb, 0x1100, ppc4xx::DEAR_40X, ppc4xx::ESR_40X, 0x0080_0000),
    saved(InstructionTlb, 0x1200, 0),
];

/// A machine that stands at START + 4 with MSR.
fn standing(model: &'static Model) -> Machine {
    let mut it = machine(model, &[asm::nop(), asm::nop()]);
    it.cpu.config_mut().report_interrupts = true;
    it.cpu.set_decrementer(1000);
    it.cpu
        .set_msr(Msr::from_bits_retain(MSR) | it.cpu.msr() & (Msr::HV | Msr::SF));
    assert_eq!(run(&mut it, 1), Exit::Budget);
    it
}

#[test]
fn what_an_mmu_raises_is_delivered_as_each_family_says() {
    let families: [(&'static Model, &[Row]); 10] = [
        (&PPC750, &CLASSIC),
        (&PPC603E, &CLASSIC),
        (&PPC7447A, &CLASSIC),
        (&PPC970, &P970),
        (&POWER7, &SERVER),
        (&POWER9, &SERVER),
        (&E500V2, &booke(0x00b2_0080, 0x0080_0080, 0x0002_0000)),
        (&E500MC, &booke(0x01b2_0040, 0x0180_0040, 0x0002_0000)),
        (&PPC440, &booke(0x01ba_0000, 0x0188_0000, 0x0002_0000)),
        (&PPC405, &P405),
    ];
    for (model, rows) in families {
        for row in rows {
            let what = format!("{} {}", model.name, row.kind);
            let mut it = standing(model);
            let old = it.cpu.msr();
            for register in [row.address, row.status].into_iter().flatten() {
                it.cpu.poke_spr(register, 0x40);
            }
            let fault = StorageFault {
                kind: row.kind,
                address: ADDRESS,
                status: u32::MAX,
            };
            assert!(it.cpu.raise_storage(fault), "{what}");
            assert_eq!(run(&mut it, 1), Exit::Interrupt(row.kind), "{what}");
            let found = *it.cpu.last_interrupt().unwrap();
            assert_eq!((it.cpu.cia(), found.vector), (row.vector, row.vector), "{what}");
            assert_eq!(found.pair, row.pair, "{what}");
            let (srr0, srr1) = match row.pair {
                SavePair::Hsrr => (book3s::HSRR0, book3s::HSRR1),
                _ => (common::SRR0, common::SRR1),
            };
            let in_saved = if row.status.is_none() { row.bits } else { 0 };
            assert_eq!(spr(&it, srr0), START + 4, "{what}");
            assert_eq!(spr(&it, srr1), old.bits() | in_saved, "{what}");
            for (register, value) in [(row.address, ADDRESS), (row.status, row.bits)] {
                if let Some(register) = register {
                    assert_eq!(spr(&it, register), value, "{what} {register}");
                }
            }
            assert!(!it.cpu.msr().intersects(Msr::EE | Msr::FP), "{what}");
            assert!(it.cpu.msr().contains(Msr::ME), "{what}");
        }
    }
}

#[test]
fn an_interrupt_that_a_model_does_not_have_or_that_is_not_of_storage_changes_nothing() {
    for model in MODELS {
        for kind in InterruptKind::ALL {
            let mut it = standing(model);
            if model.name == "7447A" {
                // STEN: software searches the page table.
                it.cpu.poke_spr(classic::HID0, 0x0100_0000);
            }
            let fault = StorageFault {
                kind: *kind,
                address: ADDRESS,
                status: 0,
            };
            let has = model.vectors.row(*kind).is_some() && kind.is_of_storage();
            assert_eq!(it.cpu.raise_storage(fault), has, "{} {kind}", model.name);
            assert_eq!(it.cpu.deliveries(), u64::from(has));
            assert_eq!(it.cpu.cia() == START + 4, !has);
        }
        let has_data_and_code =
            [DataStorage, InstructionStorage].map(|kind| model.vectors.row(kind).is_some());
        assert_eq!(has_data_and_code, [true; 2], "{}", model.name);
    }
}

#[test]
fn a_storage_interrupt_answers_an_access_that_waits_and_the_access_can_be_tried_again() {
    for model in MODELS {
        let mut it = machine(model, &[asm::lwz(3, 0, 4)]);
        it.cpu.set_gpr(4, 0x4000_0000);
        let Exit::Mmio(at) = run(&mut it, 1) else {
            panic!("{}", model.name)
        };
        let fault = StorageFault {
            kind: DataStorage,
            address: at.phys_addr,
            status: 0,
        };
        assert!(it.cpu.raise_storage(fault));
        assert_eq!(it.cpu.pending(), None);
        assert!(it.cpu.complete(Reply::Done(0)).is_err());
        assert_eq!(spr(&it, common::SRR0), START, "{}", model.name);
        assert_eq!(it.cpu.insns(), 0);
        it.cpu.set_cia(START);
        assert_eq!(run(&mut it, 1), Exit::Mmio(at));
    }
}

#[test]
fn a_storage_interrupt_behind_a_traced_access_keeps_what_it_saved() {
    for model in [&PPC750, &POWER9] {
        let mut it = machine(model, &[asm::mfspr(3, 880), asm::nop()]);
        it.cpu.set_msr((it.cpu.msr() | Msr::SE).difference(Msr::IP));
        assert!(matches!(run(&mut it, 1), Exit::Spr(_)), "{}", model.name);
        it.cpu.complete(Reply::Done(1)).unwrap();
        let fault = StorageFault {
            kind: InstructionStorage,
            address: START + 4,
            status: 0x4000_0000,
        };
        assert!(it.cpu.raise_storage(fault));
        let handler = it.cpu.cia();
        it.memory.write_words(handler, &[asm::nop()]).unwrap();
        assert_eq!(run(&mut it, 1), Exit::Budget, "{}", model.name);
        assert_eq!(it.cpu.last_interrupt().unwrap().kind, InstructionStorage);
        assert_eq!((spr(&it, common::SRR0), it.cpu.cia()), (START + 4, handler + 4));
    }
}

/// MCSR of a load and of a store, or the cause bits of SRR1, DSISR.
enum Syndrome {
    Mcsr(u64, u64),
    Saved(u64),
    SavedAndDsisr(u64, u64),
    /// ESR stays.
    Esr,
}

#[test]
fn where_the_bus_has_nothing_a_load_and_a_store_are_machine_checks() {
    let families: [(&'static Model, u64, Syndrome); 8] = [
        (&PPC750, 0x200, Syndrome::Saved(0x0004_0000)),
        (&PPC603E, 0x200, Syndrome::Saved(0x0004_0000)),
        (&PPC970, 0x200, Syndrome::Saved(0)),
        // Linux `mce_power.c`: bit 42 says load or store, DSISR bit 48 an uncorrectable error of one.
        (&POWER9, 0x200, Syndrome::SavedAndDsisr(0x0020_0000, 0x8000)),
        // Linux `reg_booke.h`: MCSR_BUS_RBERR, _WBERR; MCSR_LD, _ST, _MAV, _MEA; PPC44x MCS, DRB, DWB.
        (&E500V2, ivor(1), Syndrome::Mcsr(0x8, 0x4)),
        (&E500MC, ivor(1), Syndrome::Mcsr(0xc_8000, 0xc_4000)),
        (&PPC440, ivor(1), Syndrome::Mcsr(0xa000_0000, 0x9000_0000)),
        (&PPC405, 0x200, Syndrome::Esr),
    ];
    for (model, vector, syndrome) in families {
        for (word, is_store) in [(asm::lwz(3, 0, 4), false), (asm::stw(3, 0, 4), true)] {
            let what = format!("{} {word:08x}", model.name);
            let mut it = machine(model, &[word]);
            it.cpu.set_gpr(3, 7);
            it.cpu.set_gpr(4, 0x4000_0000);
            it.cpu.set_msr((it.cpu.msr() | Msr::ME).difference(Msr::IP));
            let old = it.cpu.msr();
            assert!(matches!(run(&mut it, 1), Exit::Mmio(_)), "{what}");
            it.cpu.complete(Reply::Architected).unwrap();
            let found = *it.cpu.last_interrupt().unwrap();
            let kind = if is_store {
                MachineCheckStore
            } else {
                MachineCheckLoad
            };
            assert_eq!((found.kind, it.cpu.cia()), (kind, vector), "{what}");
            let (srr0, srr1) = match found.pair {
                SavePair::Mcsrr => (e500::MCSRR0, e500::MCSRR1),
                SavePair::Csrr => (ppc4xx::SRR2, ppc4xx::SRR3),
                _ => (common::SRR0, common::SRR1),
            };
            let cause = match syndrome {
                Syndrome::Saved(bits) | Syndrome::SavedAndDsisr(bits, _) => bits,
                Syndrome::Mcsr(..) | Syndrome::Esr => 0,
            };
            assert_eq!(
                (spr(&it, srr0), spr(&it, srr1)),
                (START, old.bits() | cause),
                "{what}"
            );
            match syndrome {
                Syndrome::Mcsr(load, store) => {
                    assert_eq!(
                        spr(&it, e500::MCSR),
                        if is_store { store } else { load },
                        "{what}"
                    );
                    if model.sprs.row(e500::MCAR).is_some() {
                        assert_eq!(spr(&it, e500::MCAR), 0x4000_0000, "{what}");
                    }
                }
                Syndrome::SavedAndDsisr(_, dsisr) => {
                    assert_eq!(
                        [spr(&it, classic::DAR), spr(&it, classic::DSISR)],
                        [0x4000_0000, dsisr]
                    );
                }
                Syndrome::Esr => assert_eq!(spr(&it, ppc4xx::ESR_40X), 0, "{what}"),
                Syndrome::Saved(_) => {}
            }
            assert!(!it.cpu.msr().intersects(Msr::ME | Msr::EE), "{what}");
            assert_eq!((it.cpu.gpr(3), it.cpu.insns()), (7, 0), "{what}");
        }
    }
}

fn is_4xx(model: &Model) -> bool {
    [PPC405.name, PPC440.name].contains(&model.name)
}

/// A machine that made an access with r4 = 0x4000_0000, where the bus has nothing, while MSR\[ME\] is 0.
fn without_machine_checks(model: &'static Model, word: u32) -> Machine {
    let mut it = machine(model, &[word, asm::nop(), asm::nop()]);
    it.cpu.set_gpr(3, 7);
    it.cpu.set_gpr(4, 0x4000_0000);
    it.cpu.set_msr(it.cpu.msr().difference(Msr::ME));
    assert!(matches!(run(&mut it, 1), Exit::Mmio(_)), "{}", model.name);
    it.cpu.complete(Reply::Architected).unwrap();
    it
}

#[test]
fn while_machine_checks_are_disabled_a_bus_without_an_answer_stops_the_cpu_dead() {
    for model in MODELS.iter().filter(|model| !is_4xx(model)) {
        let mut it = without_machine_checks(model, asm::lwz(3, 0, 4));
        let dead = Exit::Checkstop { cia: START };
        assert_eq!(run(&mut it, 5), dead, "{}", model.name);
        // Nothing else is taken, nor is the machine check once it is enabled, wherever the CPU goes on.
        it.cpu.set_msr(it.cpu.msr() | Msr::ME | Msr::EE | Msr::CE);
        for input in [Input::SYSTEM_RESET, Input::EXTERNAL, Input::MACHINE_CHECK] {
            for is_asserted in [true, false] {
                it.cpu.set_input(input, is_asserted);
                assert_eq!(run(&mut it, 5), dead, "{} {input:?}", model.name);
            }
        }
        let snapshot = it.cpu.snapshot();
        it.cpu = ppc_cpu::Cpu::from_snapshot(&snapshot).unwrap();
        assert_eq!(run(&mut it, 5), dead, "{}", model.name);
        let fault = StorageFault {
            kind: DataStorage,
            address: 0x1234,
            status: 0,
        };
        assert!(!it.cpu.raise_storage(fault), "{}", model.name);
        assert_eq!(it.cpu.snapshot(), snapshot, "{}", model.name);
        assert_eq!((it.cpu.deliveries(), it.cpu.insns()), (0, 0));
        // Only a reset helps.
        it.cpu.reset(None);
        assert_eq!(it.cpu.cia(), model.reset_vector);
        assert!(!matches!(run(&mut it, 1), Exit::Checkstop { cia: START }));
    }
}

#[test]
fn a_disabled_machine_check_of_the_bus_waits_in_mcsr_of_the_440_and_is_lost_on_the_405() {
    // MCS and DRB, MCS and DWB (PPC440x5UM 6.4.12).
    for (word, mcsr) in [(asm::lwz(3, 0, 4), 0xa000_0000), (asm::stw(3, 0, 4), 0x9000_0000)] {
        for model in [&PPC440, &PPC405] {
            let has_mcsr = model.name == PPC440.name;
            let mut it = without_machine_checks(model, word);
            assert_eq!((it.cpu.cia(), it.cpu.insns()), (START + 4, 1), "{}", model.name);
            assert_eq!(run(&mut it, 1), Exit::Budget);
            assert_eq!((it.cpu.cia(), it.cpu.deliveries()), (START + 8, 0));
            if has_mcsr {
                assert_eq!(spr(&it, e500::MCSR), mcsr);
            }
            it.cpu.set_msr(it.cpu.msr() | Msr::ME);
            assert_eq!(run(&mut it, 1), Exit::Budget);
            assert_eq!(it.cpu.deliveries(), u64::from(has_mcsr), "{}", model.name);
            if has_mcsr {
                assert_eq!(it.cpu.cia(), ivor(1));
                let found = [e500::MCSRR0, e500::MCSR].map(|n| spr(&it, n));
                assert_eq!(found, [START + 8, mcsr]);
            }
        }
    }
}

#[test]
fn a_cache_lock_in_problem_state_needs_ucle() {
    // dcbtls 0, 0, r4 and icbtls 0, 0, r4; ESR[DLK], ESR[ILK] (Linux reg_booke.h).
    for (word, esr) in [(0x7c00_214c, 0x0020_0000), (0x7c00_23cc, 0x0010_0000)] {
        for model in [&E500V2, &E500MC] {
            let mut it = machine(model, &[word]);
            it.cpu.set_gpr(4, 0x3000);
            it.cpu.set_msr(Msr::PR | Msr::UCLE);
            assert_eq!(run(&mut it, 1), Exit::Budget);
            assert_eq!(it.cpu.cia(), START + 4);
            it.cpu.set_cia(START);
            it.cpu.set_msr(Msr::PR);
            assert_eq!(run(&mut it, 1), Exit::Budget);
            assert_eq!(it.cpu.cia(), ivor(2), "{}", model.name);
            assert_eq!([spr(&it, booke::DEAR), spr(&it, booke::ESR)], [0x3000, esr]);
            assert_eq!([spr(&it, common::SRR0), spr(&it, common::SRR1)], [START, 0x4000]);
        }
    }
}

/// A 603e, e300 or 7447A with a segment, SDR1 and CR0, whose vectors end at once; it fetches at START + 4.
fn searching(model: &'static Model) -> Machine {
    let mut it = machine(model, &[asm::nop(), asm::nop()]);
    it.cpu.config_mut().report_interrupts = true;
    // mtsr 1,r5 (as GNU as writes it), and back to where the test begins.
    it.memory.write_words(0x100, &[0x7ca1_01a4]).unwrap();
    it.cpu.set_gpr(5, 0x0012_3456);
    it.cpu.set_cia(0x100);
    it.cpu.set_msr(Msr::from_bits_retain(0x9030));
    assert_eq!(run(&mut it, 1), Exit::Budget);
    // HTABORG 0x0040, HTABMASK 3: 256 KiB.
    it.cpu.poke_spr(classic::SDR1, 0x0040_0003);
    it.cpu.set_cr(0xa123_4567);
    it.cpu.set_cia(START + 4);
    it
}

#[test]
fn a_tlb_miss_of_the_603_prepares_the_search_of_the_page_table() {
    // VSID 0x123456, page 0x2345 of segment 1, API 8 (PEM32 7.6.1): the hash is 0x23456 ^ 0x2345 = 0x21713, of which the mask takes
    // 12 bits (0x713, with bit 10 and 11 above: 0x1713 & 0xfff), and its complement.
    let (address, vsid, page) = (0x1234_5678_u64, 0x0012_3456_u64, 0x2345_u64);
    let hash = (vsid & 0x7_ffff) ^ page;
    assert_eq!(hash, 0x2_1713);
    let group = |hash: u64| 0x0040_0000 + (hash & 0xfff) * 64;
    let compare = 0x8000_0000 | vsid << 7 | (page >> 10);
    for model in [&PPC603E, &E300] {
        for (kind, vector, access, miss, cmp) in [
            (InstructionTlb, 0x1000, 0x4_0000, p6xx::IMISS, p6xx::ICMP),
            (DataTlb, 0x1100, 0, p6xx::DMISS, p6xx::DCMP),
            (DataStoreTlb, 0x1200, 0x1_0000, p6xx::DMISS, p6xx::DCMP),
        ] {
            let mut it = searching(model);
            // WAY; what is not the caller's to say is dropped.
            let fault = StorageFault {
                kind,
                address,
                status: 0xfff5_ffff & !0xa_0000 | 0x2_0000,
            };
            assert!(it.cpu.raise_storage(fault));
            assert_eq!((it.cpu.cia(), spr(&it, common::SRR0)), (vector, START + 4));
            // CR0, KEY, D/I, WAY, S/L, and the lower half of the MSR (603e UM table 4-14).
            let srr1 = 0xa000_0000 | 0x2_0000 | access | 0x9030;
            assert_eq!(spr(&it, common::SRR1), srr1, "{} {kind}", model.name);
            let found = [miss, cmp, p6xx::HASH1, p6xx::HASH2].map(|n| spr(&it, n));
            assert_eq!(
                found,
                [address, compare, group(hash), group(!hash)],
                "{} {kind}",
                model.name
            );
            assert_eq!(it.cpu.msr().bits(), 0x2_1000, "TGPR and ME");
        }
    }
}

#[test]
fn a_tlb_miss_of_the_7450_is_softwares_while_hid0_has_sten() {
    // What is told: the handlers of MPC7450UM 5.5.5.2.2 as OpenBIOS has them (KEY and S/L of SRR1, CR0, VEC, LRU in TLBMISS), and QEMU before
    // 7.0 (TLBMISS, PTEHI, KEY). VSID and API are those of the 603's test.
    let compare = 0x8000_0000 | 0x0012_3456 << 7 | 8;
    for (kind, vector, access) in [
        (InstructionTlb, 0x1000, 0x4_0000),
        (DataTlb, 0x1100, 0),
        (DataStoreTlb, 0x1200, 0x1_0000),
    ] {
        for (status, key, way) in [(0xfff5_ffff, 0, 0), (0xffff_ffff, 0x8_0000, 1)] {
            let mut it = searching(&PPC7447A);
            for n in 0..4 {
                it.cpu.set_gpr(n, 10 + n as u64);
            }
            it.cpu.set_msr(Msr::from_bits_retain(0x0200_9030));
            it.cpu.poke_spr(classic::DAR, 0x5555);
            let fault = StorageFault {
                kind,
                address: 0x1234_5679,
                status,
            };
            let before = it.cpu.snapshot();
            assert!(!it.cpu.raise_storage(fault), "the hardware searches");
            assert_eq!(it.cpu.snapshot(), before);
            it.cpu.poke_spr(classic::HID0, 0x0100_0000);
            assert!(it.cpu.raise_storage(fault));
            assert_eq!((it.cpu.cia(), spr(&it, common::SRR0)), (vector, START + 4));
            let srr1 = 0xa000_0000 | 0x0200_0000 | key | access | 0x9030;
            assert_eq!(spr(&it, common::SRR1), srr1, "{kind}");
            let found = [p74xx::TLBMISS, p74xx::PTEHI, p74xx::PTELO, classic::DAR].map(|n| spr(&it, n));
            assert_eq!(found, [0x1234_5678 | way, compare, 0, 0x5555], "{kind}");
            assert_eq!(it.cpu.last_interrupt().unwrap().dear, Some(0x1234_5678 | way));
            // There are no temporary registers.
            assert_eq!([0, 1, 2, 3].map(|n| it.cpu.gpr(n)), [10, 11, 12, 13]);
            assert_eq!(it.cpu.msr().bits(), 0x1000, "ME");
        }
    }
}

#[test]
fn gpr0_to_gpr3_are_others_while_msr_tgpr_is_1_and_come_back_with_rfi() {
    for model in [&PPC603E, &E300] {
        let mut it = searching(model);
        for n in 0..5 {
            it.cpu.set_gpr(n, 10 + n as u64);
        }
        // li r1,7; li r4,8; rfi.
        it.memory
            .write_words(0x1100, &[asm::li(1, 7), asm::li(4, 8), asm::rfi()])
            .unwrap();
        let fault = StorageFault {
            kind: DataTlb,
            address: 0x1000_0000,
            status: 0x2_0000,
        };
        assert!(it.cpu.raise_storage(fault));
        it.cpu.config_mut().report_interrupts = false;
        assert_eq!(run(&mut it, 2), Exit::Budget);
        assert_eq!([0, 1, 2, 3, 4].map(|n| it.cpu.gpr(n)), [0, 7, 0, 0, 8]);
        // In the middle of it is state like any other.
        it.cpu = ppc_cpu::Cpu::from_snapshot(&it.cpu.snapshot()).unwrap();
        assert_eq!(run(&mut it, 1), Exit::Budget);
        assert_eq!([0, 1, 2, 3, 4].map(|n| it.cpu.gpr(n)), [10, 11, 12, 13, 8]);
        assert_eq!((it.cpu.cia(), it.cpu.msr().bits()), (START + 4, 0x9030));
        // mtmsr shows them, and another interrupt hides them.
        it.memory
            .write_words(START + 4, &[asm::mtmsr(4), asm::li(2, 3), asm::sc()])
            .unwrap();
        it.cpu.set_gpr(4, 0x2_1000);
        assert_eq!(run(&mut it, 2), Exit::Budget);
        assert_eq!([1, 2].map(|n| it.cpu.gpr(n)), [7, 3]);
        assert_eq!(run(&mut it, 1), Exit::Budget);
        assert_eq!([1, 2].map(|n| it.cpu.gpr(n)), [11, 12]);
        assert_eq!((it.cpu.cia(), it.cpu.msr().bits()), (0xc00, 0x1000));
    }
    // The same bit is MSR[CE] of Book E.
    let mut it = machine(&E500V2, &[]);
    it.cpu.set_gpr(1, 5);
    it.cpu.set_msr(Msr::CE);
    assert_eq!(it.cpu.gpr(1), 5);
}
