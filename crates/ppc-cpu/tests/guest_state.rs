//! Guest state of the e500mc, e5500 and e6500: registers that are others for a guest, interrupts that it gets itself, and what it
//! may not do.
//!
//! Written down from EREF 2.0 chapters 2 and 7 and Power ISA 2.06 Book III-E as remembered, and compared with what hypervisors for it
//! count on: Linux `kvm/e500mc.c` (which registers it saves as the guest's, GIVOR2, 3, 4, 8, 13, 14), `kvm/bookehv_interrupts.S` (40, 41 in
//! SRR0/1), `asm/reg_booke.h` (EPCR, MSRP), and Freescale's `emulate.c` (what traps). QEMU does not model it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::delivery::ivor;
use kit::{START, machine, mfspr, mtspr, run, spr};
use ppc_cpu::Machine;
use ppc_cpu::interrupt::StorageFault;
use ppc_cpu::model::{E500MC, E5500, E6500, Model};
use ppc_decode::asm;
use spr_exit::InterruptKind::{self, *};
use spr_exit::num::{booke, common, e500};
use spr_exit::{Exit, Msr, Reply, SavePair, SprNum};

const MODELS: [&Model; 3] = [&E500MC, &E5500, &E6500];
/// EE, ME, CE, DE, FP and UCLE of a guest.
const GUEST: Msr = Msr::from_bits_retain(0x1402_b200);
/// The prefix of a guest's vectors, and the offset of GIVORn.
const GIVPR: u64 = 0x4000_0000;
const fn givor(n: u64) -> u64 {
    0x5000 + 0x100 * n
}

/// A machine whose program runs as a guest with this MSR.
fn guest(model: &'static Model, program: &[u32], msr: Msr) -> Machine {
    let mut it = machine(model, program);
    it.cpu.config_mut().report_interrupts = true;
    it.cpu.poke_spr(e500::GIVPR, GIVPR);
    for (register, n) in [
        (e500::GIVOR2, 2),
        (e500::GIVOR3, 3),
        (e500::GIVOR4, 4),
        (e500::GIVOR8, 8),
        (e500::GIVOR13, 13),
        (e500::GIVOR14, 14),
    ] {
        it.cpu.poke_spr(register, givor(n));
    }
    it.cpu.poke_spr(e500::IVOR40, 0x3800);
    it.cpu.poke_spr(e500::IVOR41, 0x3900);
    it.cpu.set_msr(msr);
    it
}

/// Kind, vector, save registers, saved pc, saved MSR, MSR of the handler, with what the registers say.
fn taken(it: &mut Machine) -> (InterruptKind, u64, SavePair, u64, u64, u64) {
    let exit = run(it, 1);
    let found = *it.cpu.last_interrupt().unwrap();
    assert_eq!(exit, Exit::Interrupt(found.kind));
    let (pc, msr) = match found.pair {
        SavePair::Gsrr => (e500::GSRR0, e500::GSRR1),
        _ => (common::SRR0, common::SRR1),
    };
    let saved = (spr(it, pc), spr(it, msr));
    assert_eq!((found.srr0, found.srr1), saved);
    (
        found.kind,
        it.cpu.cia(),
        found.pair,
        saved.0,
        saved.1,
        it.cpu.msr().bits(),
    )
}

/// What a guest names and what it gets (KVM `kvmppc_core_vcpu_load_e500mc` loads these for it).
const REDIRECTED: [(SprNum, SprNum); 8] = [
    (common::SRR0, e500::GSRR0),
    (common::SRR1, e500::GSRR1),
    (common::SPRG0, e500::GSPRG0),
    (common::SPRG1, e500::GSPRG1),
    (common::SPRG2, e500::GSPRG2),
    (common::SPRG3, e500::GSPRG3),
    (booke::DEAR, e500::GDEAR),
    (booke::ESR, e500::GESR),
];

#[test]
fn a_guest_reads_and_writes_its_own_registers_by_the_names_of_the_hypervisors() {
    for model in MODELS {
        for (named, own) in REDIRECTED {
            let mut it = guest(model, &[mtspr(named, 3), mfspr(4, named), mfspr(5, own)], Msr::GS);
            it.cpu.poke_spr(named, 0x0100_0000);
            it.cpu.set_gpr(3, 0x0200_0040);
            assert_eq!(run(&mut it, 3), Exit::Budget, "{} {named}", model.name);
            let own_value = spr(&it, own);
            assert_eq!(own_value & 0x0200_0000, 0x0200_0000);
            assert_eq!([it.cpu.gpr(4), it.cpu.gpr(5)], [own_value; 2]);
            assert_eq!(spr(&it, named), 0x0100_0000, "{} {named}", model.name);
            // The hypervisor gets what it names, whoever asked before.
            it.cpu.set_msr(Msr::empty());
            it.cpu.set_cia(START + 4);
            assert_eq!(run(&mut it, 1), Exit::Budget);
            assert_eq!(it.cpu.gpr(4), 0x0100_0000);
        }
        // What it reads alone: PIR and EPR; SPRG3 by its user number, in problem state too.
        for (named, own, msr) in [
            (booke::PIR, e500::GPIR, Msr::GS),
            (e500::EPR, e500::GEPR, Msr::GS),
            (booke::SPRG3_USER, e500::GSPRG3, Msr::GS | Msr::PR),
        ] {
            let mut it = guest(model, &[mfspr(4, named)], msr);
            it.cpu.poke_spr(own, 0x77);
            assert_eq!(run(&mut it, 1), Exit::Budget, "{} {named}", model.name);
            assert_eq!(it.cpu.gpr(4), 0x77);
        }
    }
}

#[test]
fn an_interrupt_of_storage_goes_to_the_guest_if_epcr_says_so() {
    let status = u32::MAX;
    for model in MODELS {
        for (kind, bit, n) in [
            (DataTlb, 0x4000_0000, 13),
            (InstructionTlb, 0x2000_0000, 14),
            (DataStorage, 0x1000_0000, 2),
            (InstructionStorage, 0x0800_0000, 3),
        ] {
            for (epcr, msr, is_directed) in [
                (bit, GUEST, true),
                (bit, GUEST | Msr::PR, true),
                (!bit & 0xf800_0000, GUEST, false),
                // In hypervisor state it is its own.
                (bit, GUEST.difference(Msr::GS), false),
            ] {
                let mut it = guest(model, &[asm::nop()], msr);
                it.cpu.poke_spr(e500::EPCR, epcr);
                for register in [booke::DEAR, booke::ESR, e500::GDEAR, e500::GESR] {
                    it.cpu.poke_spr(register, 1);
                }
                let fault = StorageFault {
                    kind,
                    address: 0x1234,
                    status,
                };
                assert!(it.cpu.raise_storage(fault));
                let expected = if is_directed {
                    // CE, ME and DE stay, and GS.
                    (
                        kind,
                        GIVPR + givor(n),
                        SavePair::Gsrr,
                        START,
                        msr.bits(),
                        0x1002_1200,
                    )
                } else {
                    (kind, ivor(n), SavePair::Srr, START, msr.bits(), 0x0002_1200)
                };
                assert_eq!(taken(&mut it), expected, "{} {epcr:x}", model.name);
                let told = [booke::DEAR, booke::ESR, e500::GDEAR, e500::GESR].map(|n| spr(&it, n) != 1);
                let has_address = matches!(kind, DataTlb | DataStorage);
                let has_status = kind != InstructionTlb;
                let expected = if is_directed {
                    [false, false, has_address, has_status]
                } else {
                    [has_address, has_status, false, false]
                };
                assert_eq!(told, expected, "{} {kind}", model.name);
            }
        }
    }
}

#[test]
fn an_external_interrupt_that_is_the_guests_waits_for_it_and_for_its_ee() {
    let ee = Msr::EE;
    for model in MODELS {
        // EPCR[EXTGS], MSR, and who gets it.
        for (extgs, msr, kind) in [
            (true, Msr::GS | ee, Some(SavePair::Gsrr)),
            (true, Msr::GS, None),
            (true, ee, None),
            (true, Msr::empty(), None),
            (false, Msr::GS, Some(SavePair::Srr)),
            (false, ee, Some(SavePair::Srr)),
            (false, Msr::empty(), None),
        ] {
            let mut it = guest(model, &[asm::nop(), asm::nop()], msr);
            it.cpu.poke_spr(e500::EPCR, if extgs { 0x8000_0000 } else { 0 });
            it.cpu.set_external(true);
            match kind {
                Some(SavePair::Gsrr) => assert_eq!(
                    taken(&mut it),
                    (
                        External,
                        GIVPR + givor(4),
                        SavePair::Gsrr,
                        START,
                        msr.bits(),
                        0x1000_0000
                    )
                ),
                Some(pair) => assert_eq!(
                    taken(&mut it),
                    (External, ivor(4), pair, START, msr.bits(), 0),
                    "{}",
                    model.name
                ),
                None => assert_eq!(run(&mut it, 1), Exit::Budget, "{} {extgs} {msr:?}", model.name),
            }
        }
        // Given back to the hypervisor by a write of EPCR, it comes at once.
        let mut it = guest(model, &[mtspr(e500::EPCR, 3), asm::nop()], ee);
        it.cpu.poke_spr(e500::EPCR, 0x8000_0000);
        it.cpu.set_external(true);
        assert_eq!(run(&mut it, 2), Exit::Interrupt(External));
        assert_eq!(spr(&it, common::SRR0), START + 4);
    }
}

#[test]
fn the_vector_of_an_interrupt_that_a_guest_takes_is_loaded_into_gepr() {
    let mut it = guest(&E500MC, &[mfspr(4, e500::EPR)], Msr::GS | Msr::EE);
    it.cpu.config_mut().report_interrupts = false;
    it.cpu.config_mut().epr_on_delivery = true;
    it.cpu.poke_spr(e500::EPCR, 0x8000_0000);
    it.cpu.set_external(true);
    assert_eq!(run(&mut it, 1), Exit::Epr);
    it.cpu.complete(Reply::Done(0x42)).unwrap();
    assert_eq!([spr(&it, e500::GEPR), spr(&it, e500::EPR)], [0x42, 0]);
}

#[test]
fn system_calls_of_level_1_are_the_hypervisors_and_others_the_guests() {
    let (hypervisor, guests) = (Msr::empty(), Msr::GS);
    for model in MODELS {
        for state in [Msr::empty(), Msr::PR] {
            let saved = |msr: Msr| (msr | state).bits();
            for (word, msr, expected) in [
                (
                    0x4400_0002,
                    guests,
                    (Syscall, GIVPR + givor(8), SavePair::Gsrr, Msr::GS.bits()),
                ),
                (0x4400_0002, hypervisor, (Syscall, ivor(8), SavePair::Srr, 0)),
                (0x4400_0022, guests, (HypervisorSyscall, 0x3800, SavePair::Srr, 0)),
                (
                    0x4400_0022,
                    hypervisor,
                    (HypervisorSyscall, 0x3800, SavePair::Srr, 0),
                ),
            ] {
                let mut it = guest(model, &[word], msr | state);
                let (kind, vector, pair, after) = expected;
                let expected = (kind, vector, pair, START + 4, saved(msr), after);
                assert_eq!(taken(&mut it), expected, "{} {word:x}", model.name);
            }
        }
    }
}

/// `rfci`, `rfdi`, `rfmci`, `tlbre`, `tlbwe`, `tlbsx`, `tlbivax`, `tlbsync`, `msgsnd`, `msgclr`, `mfspr` of DBCR0, `mtspr` of IVPR.
const HYPERVISORS: [u32; 12] = [
    0x4c00_0066,
    0x4c00_004e,
    0x4c00_004c,
    0x7c00_0764,
    0x7c00_07a4,
    0x7c00_2724,
    0x7c00_2624,
    0x7c00_046c,
    0x7c00_219c,
    0x7c00_21dc,
    0x7c74_4aa6,
    0x7c7f_0ba6,
];

#[test]
fn what_is_the_hypervisors_gives_a_guests_supervisor_an_interrupt_to_it() {
    for model in MODELS {
        for word in HYPERVISORS {
            let what = format!("{} {word:08x}", model.name);
            let mut it = guest(model, &[word], GUEST);
            let expected = (
                HypervisorPrivilege,
                0x3900,
                SavePair::Srr,
                START,
                GUEST.bits(),
                0x0002_1200,
            );
            assert_eq!(taken(&mut it), expected, "{what}");
            // Its programs get a program interrupt, which is the hypervisor's to pass on.
            let mut it = guest(model, &[word], GUEST | Msr::PR);
            let found = taken(&mut it);
            assert_eq!((found.0, found.1), (ProgramPrivileged, ivor(6)), "{what}");
            assert_eq!(spr(&it, booke::ESR), 0x0400_0000);
            // The hypervisor itself gets none.
            let mut it = guest(model, &[word], Msr::empty());
            assert!(!matches!(run(&mut it, 1), Exit::Interrupt(_)), "{what}");
        }
        // tlbilx 0,0,4 is a guest's unless EPCR[DGTMI] is set.
        for (epcr, exit) in [
            (0x0080_0000, Exit::Interrupt(HypervisorPrivilege)),
            (
                0,
                Exit::Unimplemented {
                    cia: START,
                    word: 0x7c00_2024,
                },
            ),
        ] {
            let mut it = guest(model, &[0x7c00_2024], Msr::GS);
            it.cpu.poke_spr(e500::EPCR, epcr);
            assert_eq!(run(&mut it, 1), exit);
        }
        // ehpriv, whoever executes it.
        for msr in [Msr::empty(), Msr::PR, Msr::GS, Msr::GS | Msr::PR] {
            let mut it = guest(model, &[0x7c00_021c], msr);
            let expected = (HypervisorPrivilege, 0x3900, SavePair::Srr, START, msr.bits(), 0);
            assert_eq!(taken(&mut it), expected);
        }
        // Refused from outside as privileged.
        let mut it = guest(model, &[asm::mfspr(3, 880)], Msr::GS);
        assert!(matches!(run(&mut it, 1), Exit::Spr(_)));
        it.cpu
            .complete(Reply::Fault(spr_exit::Fault::Privileged))
            .unwrap();
        assert_eq!(it.cpu.last_interrupt().unwrap().kind, HypervisorPrivilege);
    }
}

#[test]
fn rfi_of_a_guest_is_rfgi_and_neither_changes_what_msrp_protects() {
    const MSRP: u64 = 0x0400_0204;
    let rfgi = 0x4c00_00cc;
    let open = Msr::EE | Msr::UCLE | Msr::DE | Msr::PMM;
    for model in MODELS {
        for word in [asm::rfi(), rfgi, asm::mtmsr(3)] {
            for (old, asked, msrp, new) in [
                (Msr::GS, open, 0, Msr::GS | open),
                (Msr::GS | open, Msr::empty(), 0, Msr::GS),
                (Msr::GS, open, MSRP, Msr::GS | Msr::EE),
                (
                    Msr::GS | open,
                    Msr::empty(),
                    MSRP,
                    Msr::GS | open.difference(Msr::EE),
                ),
                (Msr::GS, Msr::PR | open, MSRP, Msr::GS | Msr::PR | Msr::EE),
            ] {
                let mut it = guest(model, &[word], old);
                it.cpu.poke_spr(e500::MSRP, msrp);
                it.cpu.set_gpr(3, asked.bits());
                it.cpu.poke_spr(e500::GSRR0, START + 4);
                it.cpu.poke_spr(e500::GSRR1, asked.bits());
                it.cpu.poke_spr(common::SRR0, 0x100);
                assert_eq!(run(&mut it, 1), Exit::Budget);
                assert_eq!(
                    (it.cpu.cia(), it.cpu.msr()),
                    (START + 4, new),
                    "{} {word:x} {old:?} {asked:?} {msrp:x}",
                    model.name
                );
            }
        }
        // The hypervisor begins a guest by its own registers, or goes on with it by the guest's.
        for (word, pc, msr) in [
            (asm::rfi(), common::SRR0, common::SRR1),
            (rfgi, e500::GSRR0, e500::GSRR1),
        ] {
            let mut it = guest(model, &[word], Msr::empty());
            it.cpu.poke_spr(e500::MSRP, MSRP);
            it.cpu.poke_spr(pc, 0x1800);
            it.cpu.poke_spr(msr, (Msr::GS | open).bits());
            assert_eq!(run(&mut it, 1), Exit::Budget);
            assert_eq!((it.cpu.cia(), it.cpu.msr()), (0x1800, Msr::GS | open));
        }
        // A guest's own interrupts leave what is protected, those to the hypervisor do not.
        for (word, after) in [
            (0x4400_0002, Msr::GS | open.difference(Msr::EE)),
            (0x4400_0022, Msr::DE),
        ] {
            let mut it = guest(model, &[word], Msr::GS | open);
            it.cpu.poke_spr(e500::MSRP, MSRP);
            let _ = run(&mut it, 1);
            assert_eq!(it.cpu.msr(), after, "{}", model.name);
        }
    }
}

#[test]
fn msrp_keeps_cache_locks_and_the_performance_monitor_from_a_guest() {
    // dcbtls 0,0,4; mfpmr 3,400 and mtpmr 400,3 (PMGC0); mfpmr 3,384 (UPMGC0).
    let (lock, read, write, user) = (0x7c00_214c, 0x7c70_629c, 0x7c70_639c, 0x7c60_629c);
    for model in MODELS {
        for (word, msr, msrp, kind) in [
            (lock, Msr::GS, 0x0400_0000, Some(HypervisorPrivilege)),
            (lock, Msr::GS | Msr::PR, 0x0400_0000, Some(HypervisorPrivilege)),
            (lock, Msr::GS | Msr::UCLE, 0x0400_0000, None),
            (lock, Msr::GS, 0, None),
            (lock, Msr::GS | Msr::PR, 0, Some(DataStorage)),
            (read, Msr::GS, 4, Some(HypervisorPrivilege)),
            (write, Msr::GS, 4, Some(HypervisorPrivilege)),
            (read, Msr::GS, 0, None),
            (write, Msr::GS, 0, None),
            (read, Msr::empty(), 4, None),
            (user, Msr::GS | Msr::PR, 4, None),
        ] {
            let mut it = guest(model, &[word], msr);
            it.cpu.poke_spr(e500::MSRP, msrp);
            it.cpu.set_gpr(4, 0x2000);
            let exit = run(&mut it, 1);
            let found = it.cpu.last_interrupt().map(|found| found.kind);
            assert_eq!(found, kind, "{} {word:x} {msr:?} {msrp:x} {exit:?}", model.name);
        }
        // A guest's program reads zeros where it would read PMGC0.
        for (msrp, value) in [(0, 0x8000_0000), (4, 0)] {
            let mut it = guest(model, &[write, user], Msr::empty());
            it.cpu.set_gpr(3, 0x8000_0000);
            assert_eq!(run(&mut it, 1), Exit::Budget);
            it.cpu.poke_spr(e500::MSRP, msrp);
            it.cpu.set_msr(Msr::GS | Msr::PR);
            assert_eq!(run(&mut it, 1), Exit::Budget);
            assert_eq!(it.cpu.gpr(3), value);
        }
    }
}

#[test]
fn epcr_gicm_is_the_mode_of_a_guests_handlers() {
    for (model, epcr, has_cm) in [
        (&E5500, 0x0100_0000, true),
        (&E6500, 0x0200_0000, false),
        (&E500MC, 0x0100_0000, false),
    ] {
        let mut it = guest(model, &[0x4400_0002], Msr::GS);
        it.cpu.poke_spr(e500::EPCR, epcr);
        let _ = run(&mut it, 1);
        assert_eq!(it.cpu.msr().contains(Msr::CM), has_cm, "{}", model.name);
    }
}

/// Problem state is one level, whoever's: what was remembered of the host's program does not hold for the guest's.
#[test]
fn a_guests_program_reads_its_own_sprg3_where_the_hosts_was_remembered() {
    for model in MODELS {
        let mut it = machine(model, &[mfspr(3, booke::SPRG3_USER), asm::b(-4)]);
        it.cpu.poke_spr(common::SPRG3, 1);
        it.cpu.poke_spr(e500::GSPRG3, 2);
        for (msr, seen) in [(Msr::PR, 1), (Msr::PR | Msr::GS, 2), (Msr::PR, 1)] {
            it.cpu.set_msr(msr);
            let _ = run(&mut it, 6);
            assert_eq!(it.cpu.gpr(3), seen, "{} {msr:?}", model.name);
        }
    }
}
