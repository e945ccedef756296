//! Trace and breakpoints of the 750, the 970 and POWER9.
//!
//! Written down from 750GX UM 4.5.11 and 4.5.14 (table 4-11), MPC603eUM 4.5.11, PEM32 2.3, PowerPC Book III 2.01, Power ISA
//! 3.0B Book III 6.5.15 and Debug Facilities. Second sources: QEMU `target/ppc/tcg-excp_helper.c` (CIABR, SRR1 bits 33 and
//! 43), Linux `asm/reg.h` (DABRX_*, DAWRX_*, CIABR_PRIV_*, DSISR_DABRMATCH).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::random::{Random, cases};
use kit::{START, machine, mfspr, mtspr, run, spr};
use ppc_cpu::Machine;
use ppc_cpu::model::{Model, POWER7, POWER9, POWER10, PPC750, PPC970};
use ppc_decode::{Atomic, Branch, Cache, LoadStore, System, asm};
use spr_exit::num::{book3s, classic, common, ppc970};
use spr_exit::{Exit, Fault, InterruptKind, Msr, Reply, SavePair, SprNum};

const ALL: [&Model; 3] = [&PPC750, &PPC970, &POWER9];
const SE: u64 = 0x400;
const BE: u64 = 0x200;
const UNKNOWN: SprNum = SprNum::wrapping(880);

/// The MSR of each in privileged state, whose vectors are at 0: of the servers the hypervisor's.
fn base(model: &Model) -> u64 {
    if model.is_64bit { 0x9000_0000_0000_0000 } else { 0 }
}

/// A machine with this MSR besides [`base`] that stops at interrupts.
fn with(model: &'static Model, program: &[u32], msr: u64) -> Machine {
    let mut it = machine(model, program);
    if model.is_64bit {
        // Out of reset a decrementer is about to expire.
        it.cpu.set_decrementer(0x7fff_ffff);
    }
    it.cpu.set_msr(Msr::from_bits_retain(base(model) | msr));
    it.cpu.config_mut().report_interrupts = true;
    it
}

/// What SRR1 says of a trace besides the MSR: bit 33 on POWER9.
fn srr1_trace(model: &Model) -> u64 {
    if model.name == "POWER9" { 0x4000_0000 } else { 0 }
}

/// Runs to an interrupt of this kind: vector, SRR0, SRR1.
fn taken(it: &mut Machine, kind: InterruptKind) -> (u64, u64, u64) {
    assert_eq!(
        run(it, 20),
        Exit::Interrupt(kind),
        "{} at {:x}",
        it.cpu.model().name,
        it.cpu.cia()
    );
    let told = it.cpu.last_interrupt().unwrap();
    assert_eq!(told.pair, SavePair::Srr);
    (it.cpu.cia(), spr(it, common::SRR0), spr(it, common::SRR1))
}

#[test]
fn a_traced_instruction_interrupts_behind_itself() {
    for (model, msr, after) in [
        // EE FP ME FE0 SE BE FE1 PM RI: IP and ME stay.
        (&PPC750, 0xbf06, 0x1000),
        (&PPC970, 0xbf06, 0x9000_0000_0000_1000),
        (&POWER9, 0xbd02, 0x9000_0000_0000_1000),
    ] {
        let mut it = with(model, &[asm::li(3, 1), asm::li(4, 1)], msr);
        let saved = base(model) | msr | srr1_trace(model);
        assert_eq!(
            taken(&mut it, InterruptKind::Trace),
            (0xd00, START + 4, saved),
            "{}",
            model.name
        );
        assert_eq!(it.cpu.msr().bits(), after, "{}", model.name);
        assert_eq!((it.cpu.gpr(3), it.cpu.gpr(4), it.cpu.insns()), (1, 0, 1));
    }
}

/// Whether one instruction is traced, budgets apart.
fn is_traced(model: &'static Model, word: u32, msr: u64) -> bool {
    let mut it = with(model, &[word, asm::b(0)], msr);
    it.cpu.set_gpr(4, 0x3000);
    it.cpu.set_gpr(5, it.cpu.msr().bits());
    for sprn in [common::SRR0, book3s::HSRR0] {
        it.cpu.poke_spr(sprn, START + 4);
    }
    for sprn in [common::SRR1, book3s::HSRR1] {
        it.cpu.poke_spr(sprn, base(model));
    }
    it.cpu.set_lr(START + 4);
    it.cpu.set_ctr(1);
    let _ = it.cpu.step(&mut it.memory).unwrap();
    // The interrupt is due, whatever the instruction made of the MSR.
    it.cpu.step(&mut it.memory) == Ok(Exit::Interrupt(InterruptKind::Trace))
}

#[test]
fn every_class_of_instructions_is_traced_but_returns_interrupts_and_isync_of_the_750() {
    let sync = Atomic::Sync.row().encode(&[0]).unwrap();
    let isync = Atomic::Isync.row().encode(&[]).unwrap();
    let dcbz = Cache::Dcbz.row().encode(&[0, 4]).unwrap();
    for model in ALL {
        let mut rows = vec![
            (asm::add(3, 4, 5), true, false),
            (asm::stw(3, 0, 4), true, false),
            (asm::lwarx(3, 0, 4), true, false),
            (asm::stwcx_rc(3, 0, 4), true, false),
            (dcbz, true, false),
            (sync, true, false),
            (isync, model.name != "750", false),
            (asm::mtmsr(5), true, false),
            (asm::mtmsr(6), true, false),
            (asm::mfmsr(3), true, false),
            (mtspr(common::SPRG0, 3), true, false),
            (asm::twi(0, 0, 0), true, false),
            // A branch that is not taken is one that completes.
            (asm::b(4), true, true),
            (asm::bc(12, 2, 8), true, true),
            (asm::bc(20, 2, 8), true, true),
            (asm::bclr(20, 0), true, true),
            (asm::bcctr(12, 2), true, true),
            (Branch::Crxor.row().encode(&[6, 6, 6]).unwrap(), true, false),
            // What interrupts by itself does not complete.
            (asm::twi(31, 0, 0), false, false),
            (asm::sc(), false, false),
            (0, false, false),
        ];
        if model.is_64bit {
            rows.push((asm::rfid(), false, false));
            rows.push((System::Hrfid.row().encode(&[]).unwrap(), false, false));
            rows.push((System::Mtmsrd.row().encode(&[6, 0]).unwrap(), true, false));
            rows.push((System::Mtmsrd.row().encode(&[6, 1]).unwrap(), true, false));
        } else {
            rows.push((asm::rfi(), false, false));
        }
        for (word, by_step, by_branch) in rows {
            let what = format!("{} {word:08x}", model.name);
            assert_eq!(is_traced(model, word, SE), by_step, "{what} SE");
            assert_eq!(is_traced(model, word, BE), by_branch, "{what} BE");
            assert!(!is_traced(model, word, 0), "{what}");
        }
    }
}

#[test]
fn power9_says_what_the_traced_instruction_accessed() {
    // SRR1 bits 35 load, 36 store (Power ISA 3.0B III 6.5.15; Microwatt execute1.vhdl treats the cache instructions alike).
    let (load, store) = (0x1000_0000, 0x0800_0000);
    let cache = |op: Cache| op.row();
    for (word, bits, address) in [
        (asm::stw(3, 8, 4), store, Some(0x3008)),
        (
            LoadStore::Ld.row().encode(&[3, 16, 4]).unwrap(),
            load,
            Some(0x3010),
        ),
        (cache(Cache::Icbi).encode(&[0, 4]).unwrap(), load, Some(0x3000)),
        (cache(Cache::Dcbf).encode(&[0, 4, 0]).unwrap(), load, Some(0x3000)),
        (cache(Cache::Dcbz).encode(&[0, 4]).unwrap(), store, Some(0x3000)),
        (asm::nop(), 0, None),
    ] {
        let mut it = with(&POWER9, &[word], SE);
        it.cpu.set_gpr(4, 0x3000);
        it.cpu.poke_spr(book3s::SDAR, 7);
        let saved = base(&POWER9) | SE | 0x4000_0000 | bits;
        assert_eq!(
            taken(&mut it, InterruptKind::Trace),
            (0xd00, START + 4, saved),
            "{word:x}"
        );
        assert_eq!(spr(&it, book3s::SIAR), START);
        assert_eq!(spr(&it, book3s::SDAR), address.unwrap_or(7));
    }
}

#[test]
fn ciabr_traces_one_instruction_in_the_state_that_it_names() {
    let (hv, pr) = (Msr::HV.bits(), Msr::PR.bits());
    for (privilege, level) in [(1, pr), (2, 0), (3, hv)] {
        for msr in [pr, 0, hv] {
            let mut it = with(&POWER9, &[asm::nop(), asm::nop(), asm::b(0)], 0);
            it.cpu.set_msr(Msr::SF | Msr::from_bits_retain(msr));
            it.cpu.poke_spr(book3s::CIABR, (START + 4) | privilege);
            if msr == level {
                let found = taken(&mut it, InterruptKind::Trace);
                let saved = Msr::SF.bits() | msr | 0x4010_0000;
                assert_eq!(found, (0xd00, START + 8, saved), "{privilege} {msr:x}");
            } else {
                assert_eq!(run(&mut it, 9), Exit::Budget, "{privilege} {msr:x}");
            }
        }
    }
    let mut it = with(&POWER9, &[asm::nop(), asm::b(0)], 0);
    it.cpu.poke_spr(book3s::CIABR, START);
    assert_eq!(run(&mut it, 9), Exit::Budget, "it is off");
}

#[test]
fn iabr_interrupts_before_the_instruction_where_translation_agrees() {
    // 750GX UM 2.1.2.1: BE bit 30, TE bit 31. Table 4-11: SRR1 as for the others.
    for (bits, msr, hits) in [
        (2, 0x9000, true),
        (3, 0x9000, false),
        (2, 0x9020, false),
        (3, 0x9020, true),
        (0, 0x9000, false),
    ] {
        let mut it = with(&PPC750, &[asm::nop(), asm::li(3, 1), asm::b(0)], msr);
        it.cpu.poke_spr(classic::IABR, (START + 4) | bits);
        if hits {
            let found = taken(&mut it, InterruptKind::InstructionBreakpoint);
            assert_eq!(found, (0x1300, START + 4, msr));
            assert_eq!(
                (it.cpu.gpr(3), it.cpu.msr().bits(), it.cpu.insns()),
                (0, 0x1000, 1)
            );
        } else {
            assert_eq!(run(&mut it, 9), Exit::Budget);
        }
    }
}

#[test]
fn a_breakpoint_goes_before_a_trace_at_the_same_place_and_a_trace_before_what_is_asynchronous() {
    let mut it = with(&PPC750, &[asm::nop(), asm::nop()], SE);
    it.cpu.poke_spr(classic::IABR, (START + 4) | 2);
    let found = taken(&mut it, InterruptKind::InstructionBreakpoint);
    assert_eq!(found, (0x1300, START + 4, SE));
    for model in ALL {
        let mut it = with(model, &[asm::nop()], SE | 0x8000);
        assert_eq!(run(&mut it, 1), Exit::Budget);
        it.cpu.set_external(true);
        taken(&mut it, InterruptKind::Trace);
    }
}

#[test]
fn dabr_and_dawr_interrupt_before_data_are_accessed() {
    let ld = |d| LoadStore::Lwz.row().encode(&[3, d, 4]).unwrap();
    let dcbz = Cache::Dcbz.row().encode(&[0, 4]).unwrap();
    let dcbf = Cache::Dcbf.row().encode(&[0, 4, 0]).unwrap();
    let stmw = LoadStore::Stmw.row().encode(&[24, -16, 4]).unwrap();
    // (instruction, is it a load, address told) at the doubleword 0x3008, r4 = 0x3000.
    for (word, hit) in [
        (ld(8), Some((true, 0x3008))),
        (ld(12), Some((true, 0x300c))),
        (ld(16), None),
        (ld(6), Some((true, 0x3008))),
        (asm::stw(3, 12, 4), Some((false, 0x300c))),
        (asm::stw(3, 4, 4), None),
        (stmw, Some((false, 0x3008))),
        (dcbz, Some((false, 0x3008))),
        (dcbf, None),
        (asm::addi(3, 4, 8), None),
    ] {
        for model in ALL {
            for is_for_loads in [true, false] {
                let mut it = with(model, &[word, asm::b(0)], 0x1000);
                it.cpu.set_gpr(3, 7);
                it.cpu.set_gpr(4, 0x3000);
                match model.name {
                    "POWER9" => {
                        it.cpu.poke_spr(book3s::DAWR0, 0x3008);
                        it.cpu
                            .poke_spr(book3s::DAWRX0, if is_for_loads { 0x24 } else { 0x44 });
                    }
                    name => {
                        it.cpu
                            .poke_spr(ppc970::DABR, 0x3008 | if is_for_loads { 1 } else { 2 });
                        if name == "970" {
                            it.cpu.poke_spr(ppc970::DABRX, 4);
                        }
                    }
                }
                let what = format!("{} {word:08x} {is_for_loads}", model.name);
                match hit {
                    Some((is_load, address)) if is_load == is_for_loads => {
                        let found = taken(&mut it, InterruptKind::DataStorage);
                        assert_eq!(found, (0x300, START, base(model) | 0x1000), "{what}");
                        assert_eq!(it.cpu.msr().bits(), base(model) | 0x1000);
                        // DSISR: match 0x0040_0000 (DSISR_DABRMATCH), store 0x0200_0000 (DSISR_ISSTORE).
                        let dsisr = 0x0040_0000 | if is_load { 0 } else { 0x0200_0000 };
                        assert_eq!(spr(&it, classic::DSISR), dsisr, "{what}");
                        assert_eq!(spr(&it, classic::DAR), address, "{what}");
                        let told = it.cpu.last_interrupt().unwrap();
                        assert_eq!((told.dear, told.dsisr), (Some(address), Some(dsisr)));
                        assert_eq!((it.cpu.gpr(3), it.memory.load(0x300c)), (7, Some([0; 4])));
                    }
                    _ => assert_eq!(run(&mut it, 4), Exit::Budget, "{what}"),
                }
            }
        }
    }
}

#[test]
fn data_are_watched_in_the_states_and_the_translation_that_the_registers_name() {
    let (hv, pr, dr) = (Msr::HV.bits(), Msr::PR.bits(), Msr::DR.bits());
    let load = LoadStore::Lwz.row().encode(&[3, 0, 4]).unwrap();
    let check = |model: &'static Model, set: &dyn Fn(&mut Machine), msr: u64, hits: bool| {
        let mut it = with(model, &[load, asm::b(0)], 0);
        it.cpu.set_gpr(4, 0x3000);
        it.cpu
            .set_msr(Msr::from_bits_retain(base(model) & Msr::SF.bits() | msr));
        set(&mut it);
        assert_eq!(run(&mut it, 4) != Exit::Budget, hits, "{} {msr:x}", model.name);
    };
    for (level, bit) in [(pr, 1), (0, 2), (hv, 4)] {
        for bits in 0..8 {
            let is_named = bits & bit != 0;
            check(&POWER9, &|it| set_dawr(it, 0x3000, 0x20 | bits), level, is_named);
            check(&PPC970, &|it| set_dabr(it, 0x3001, bits), level, is_named);
        }
    }
    // WT and BT: only translated data; WTI and BTI: whatever they are.
    for (translates, ignores, msr, hits) in [
        (false, false, 0, true),
        (false, false, dr, false),
        (true, false, 0, false),
        (true, false, dr, true),
        (true, true, 0, true),
        (false, true, dr, true),
    ] {
        let dawrx = 0x24 | u64::from(translates) << 4 | u64::from(ignores) << 3;
        check(&POWER9, &|it| set_dawr(it, 0x3000, dawrx), hv | msr, hits);
        let (dabr, dabrx) = (0x3001 | u64::from(translates) << 2, 4 | u64::from(ignores) << 3);
        check(&PPC970, &|it| set_dabr(it, dabr, dabrx), hv | msr, hits);
        if !ignores {
            check(
                &PPC750,
                &|it| assert!(it.cpu.poke_spr(classic::DABR, dabr)),
                msr,
                hits,
            );
        }
    }
    // MRD: so many doublewords more.
    for (mrd, at, hits) in [
        (0, 0x2ff8, false),
        (1, 0x2ff8, true),
        (63, 0x2e08, true),
        (63, 0x2e00, false),
    ] {
        check(&POWER9, &|it| set_dawr(it, at, 0x24 | mrd << 10), hv, hits);
    }
}

fn set_dawr(it: &mut Machine, dawr: u64, dawrx: u64) {
    it.cpu.poke_spr(book3s::DAWR0, dawr);
    it.cpu.poke_spr(book3s::DAWRX0, dawrx);
}

fn set_dabr(it: &mut Machine, dabr: u64, dabrx: u64) {
    it.cpu.poke_spr(ppc970::DABR, dabr);
    it.cpu.poke_spr(ppc970::DABRX, dabrx);
}

#[test]
fn an_alignment_interrupt_goes_before_a_data_breakpoint() {
    let mut it = with(&PPC750, &[asm::lwarx(3, 0, 4)], 0);
    it.cpu.set_gpr(4, 0x3002);
    it.cpu.poke_spr(classic::DABR, 0x3003);
    assert_eq!(run(&mut it, 4), Exit::Interrupt(InterruptKind::Alignment));
}

#[test]
fn guests_enable_breakpoints_and_trace_by_themselves() {
    for (model, program, kind) in [
        (
            &PPC750,
            [mtspr(classic::IABR, 5), asm::nop()],
            InterruptKind::InstructionBreakpoint,
        ),
        (
            &PPC750,
            [mtspr(classic::DABR, 6), asm::stw(3, 0, 4)],
            InterruptKind::DataStorage,
        ),
        (
            &PPC970,
            [mtspr(ppc970::DABR, 6), asm::stw(3, 0, 4)],
            InterruptKind::DataStorage,
        ),
        (
            &POWER9,
            [mtspr(book3s::DAWRX0, 7), asm::stw(3, 0, 4)],
            InterruptKind::DataStorage,
        ),
        (
            &POWER9,
            [mtspr(book3s::CIABR, 8), asm::nop()],
            InterruptKind::Trace,
        ),
        (&PPC750, [asm::mtmsr(9), asm::nop()], InterruptKind::Trace),
        (&PPC970, [asm::mtmsr(9), asm::nop()], InterruptKind::Trace),
        (&POWER9, [asm::mtmsr(9), asm::nop()], InterruptKind::Trace),
    ] {
        let mut it = with(model, &program, 0);
        for (n, value) in [
            (4, 0x3000),
            (5, (START + 4) | 2),
            (6, 0x3003),
            (7, 0x64),
            (8, (START + 4) | 3),
            (9, base(model) | SE),
        ] {
            it.cpu.set_gpr(n, value);
        }
        it.cpu.poke_spr(ppc970::DABRX, 4);
        if model.name == "POWER9" {
            it.cpu.poke_spr(book3s::DAWR0, 0x3000);
        }
        taken(&mut it, kind);
    }
}

#[test]
fn a_trace_over_an_access_that_leaves_comes_once_behind_its_completion() {
    for model in ALL {
        for reply in [Reply::Done(1), Reply::NoOp, Reply::Fault(Fault::Privileged)] {
            let mut it = with(model, &[mfspr(3, UNKNOWN), asm::li(4, 1)], SE);
            let Exit::Spr(_) = run(&mut it, 9) else {
                panic!("it leaves")
            };
            // On another CPU, too.
            let mut other = with(model, &[], 0);
            other.cpu.restore(&it.cpu.snapshot()).unwrap();
            other.memory = it.memory.clone();
            for mut it in [it, other] {
                it.cpu.complete(reply).unwrap();
                let kind = if reply == Reply::Fault(Fault::Privileged) {
                    InterruptKind::ProgramPrivileged
                } else {
                    InterruptKind::Trace
                };
                assert_eq!(run(&mut it, 9), Exit::Interrupt(kind), "{}", model.name);
                assert_eq!(it.cpu.deliveries(), 1);
                assert_eq!(it.cpu.gpr(4), 0);
            }
        }
    }
}

#[test]
fn a_traced_program_goes_where_it_goes_without_trace() {
    // The handler at 0xd00 returns; what it was told is what a caller sees who steps through the same program.
    for case in cases(300) {
        let mut random = Random::of_case(case);
        let model = random.pick(&ALL);
        let program: Vec<u32> = (0..20)
            .map(|n: i64| match random.below(6) {
                0 => asm::b(4 * (1 + random.number(4))),
                1 => asm::bc(16, 0, 4 * (random.number(8) - 3).max(-n)),
                2 => asm::stw(random.number(8), 0x3000 + 4 * random.number(8), 0),
                3 => mfspr(random.number(8), UNKNOWN),
                _ => asm::addi(random.number(8), random.number(8), random.number(100)),
            })
            .chain([asm::nop(), asm::nop(), asm::nop(), asm::nop(), asm::b(0)])
            .collect();
        let ctr = random.below(6);
        let mut stepped = with(model, &program, 0);
        let mut traced = with(model, &program, SE);
        let back = if model.is_64bit { asm::rfid() } else { asm::rfi() };
        traced.memory.write_words(0xd00, &[back]).unwrap();
        for it in [&mut stepped, &mut traced] {
            it.cpu.set_ctr(ctr);
        }
        for step in 0..60 {
            if let Exit::Spr(_) = run(&mut stepped, 1) {
                stepped.cpu.complete(Reply::Done(step)).unwrap();
            }
            let mut exit = run(&mut traced, 9);
            if let Exit::Spr(_) = exit {
                traced.cpu.complete(Reply::Done(step)).unwrap();
                exit = run(&mut traced, 9);
            }
            assert_eq!(
                exit,
                Exit::Interrupt(InterruptKind::Trace),
                "case {case} step {step}"
            );
            assert_eq!(
                spr(&traced, common::SRR0),
                stepped.cpu.cia(),
                "case {case} step {step}"
            );
            assert_eq!(traced.cpu.gpr(5), stepped.cpu.gpr(5), "case {case} step {step}");
        }
    }
}

#[test]
fn the_power7_has_the_970s_data_breakpoint_and_the_power10_two_of_the_power9s() {
    let watch = |model: &'static Model, words: &[(SprNum, u64)], address: u64, hits: bool| {
        let mut it = with(model, &[asm::stw(3, 0, 4), asm::b(0)], 0);
        it.cpu.set_gpr(4, address);
        for (register, value) in words {
            assert!(it.cpu.poke_spr(*register, *value));
        }
        let expected = hits.then_some((0x300, Some(address), Some(0x0240_0000)));
        let exit = run(&mut it, 3);
        let found = it
            .cpu
            .last_interrupt()
            .map(|told| (told.vector, told.dear, told.dsisr));
        assert_eq!(found, expected, "{} {words:x?} {exit:?}", model.name);
    };
    for (dabr, dabrx, hits) in [(0x3002, 4, true), (0x3001, 4, false), (0x3002, 3, false)] {
        watch(
            &POWER7,
            &[(ppc970::DABR, dabr), (ppc970::DABRX, dabrx)],
            0x3000,
            hits,
        );
    }
    let two = [
        (book3s::DAWR0, 0x2000),
        (book3s::DAWRX0, 0x64),
        (book3s::DAWR1, 0x3000),
        (book3s::DAWRX1, 0x44),
    ];
    for (address, hits) in [(0x2000, true), (0x3004, true), (0x3008, false)] {
        watch(&POWER10, &two, address, hits);
    }
    // The second alone, enabled by the guest.
    let mut it = with(&POWER10, &[mtspr(book3s::DAWRX1, 7), asm::stw(3, 0, 4)], 0);
    it.cpu.poke_spr(book3s::DAWR1, 0x3000);
    it.cpu.set_gpr(4, 0x3000);
    it.cpu.set_gpr(7, 0x44);
    taken(&mut it, InterruptKind::DataStorage);
}
