//! Problem state of an earlier version, under PCR.
//!
//! Written down from Power ISA 2.07 Book III-S and 3.0B Book III (PCR), as remembered; bits as Linux `asm/reg.h` has them (PCR_ARCH_205 to
//! PCR_ARCH_300, PCR_VSX_DIS). Which instruction came with which version is GNU `as`'s choice of `-m` that takes it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::{START, machine, mfspr, mtspr, run};
use ppc_cpu::Machine;
use ppc_cpu::model::{Model, POWER8, POWER9, POWER10};
use ppc_decode::asm;
use spr_exit::num::book3s;
use spr_exit::{Exit, InterruptKind, Msr, SprNum};

const PROBLEM: Msr = Msr::SF.union(Msr::PR);

/// A program in problem state under this PCR, with every facility of FSCR and HFSCR open.
fn problem(model: &'static Model, program: &[u32], pcr: u64) -> Machine {
    let mut it = machine(model, program);
    it.cpu.config_mut().report_interrupts = true;
    it.cpu.set_decrementer(1000);
    it.cpu.poke_spr(book3s::LPCR, 8);
    it.cpu.poke_spr(book3s::FSCR, 0x1184);
    it.cpu.poke_spr(book3s::HFSCR, 0x5bf);
    it.cpu.poke_spr(book3s::PCR, pcr);
    it.cpu.set_msr(PROBLEM);
    it
}

/// `setb r3,0` (3.0), `lbarx r3,0,r4` (2.07), `popcntw r3,r4` (2.06), `prtyw r3,r4` (2.05), `setbc r3,0` (3.1), `icbt 0,0,r4` (2.07); `add r3,r3,r4`.
const WORDS: [(u32, u64); 7] = [
    (0x7c60_0100, 0x8),
    (0x7c60_2068, 0x4),
    (0x7c83_02f4, 0x2),
    (0x7c83_0134, 0),
    (0x7c60_0300, 0x10),
    (0x7c00_202c, 0x4),
    (0x7c63_2214, 0),
];

#[test]
fn an_instruction_that_came_later_is_illegal_in_problem_state_and_nowhere_else() {
    for (word, hides) in WORDS {
        for pcr in [0, 0x10, 0x8, 0x4, 0x2] {
            // What hides an earlier version hides later ones as well.
            let is_hidden = hides != 0 && pcr != 0 && pcr <= hides;
            let mut it = problem(&POWER10, &[word], pcr);
            it.cpu.set_gpr(4, 0x3000);
            let exit = run(&mut it, 1);
            let expected = if is_hidden {
                Exit::Interrupt(InterruptKind::EmulationAssist)
            } else {
                Exit::Budget
            };
            assert_eq!(exit, expected, "{word:08x} {pcr:x}");
            // Again with a cache that knows the instruction, and by privileged code.
            it.cpu.set_cia(START);
            it.cpu.set_msr(Msr::SF | Msr::HV);
            assert_eq!(run(&mut it, 1), Exit::Budget, "{word:08x}");
            it.cpu.set_cia(START);
            it.cpu.set_msr(PROBLEM);
            assert_eq!(run(&mut it, 1), expected, "{word:08x} {pcr:x} again");
        }
    }
}

#[test]
fn a_register_that_came_later_is_one_that_there_is_not() {
    // TAR, DSCR by its user's number, BESCR; LMRR.
    let v2_07 = [book3s::TAR, SprNum::wrapping(3), book3s::BESCR];
    for model in [&POWER8, &POWER9, &POWER10] {
        for (sprn, pcr, is_hidden) in v2_07.into_iter().flat_map(|sprn| {
            [
                (sprn, 0, false),
                (sprn, 4, true),
                (sprn, 2, true),
                (sprn, 8, false),
            ]
        }) {
            if model.name == "POWER8" && pcr == 8 {
                continue;
            }
            for word in [mfspr(3, sprn), mtspr(sprn, 3)] {
                let mut it = problem(model, &[word], pcr);
                let exit = run(&mut it, 1);
                let expected = if is_hidden {
                    Exit::Interrupt(InterruptKind::EmulationAssist)
                } else {
                    Exit::Budget
                };
                assert_eq!(exit, expected, "{} {sprn} {pcr:x}", model.name);
                // The gate forgets nothing of who asked: the supervisor may.
                it.cpu.set_cia(START);
                it.cpu.set_msr(Msr::SF);
                assert_eq!(run(&mut it, 1), Exit::Budget);
                it.cpu.set_cia(START);
                it.cpu.set_msr(PROBLEM);
                assert_eq!(run(&mut it, 1), expected, "{} {sprn} {pcr:x} again", model.name);
            }
        }
    }
}

#[test]
fn a_hypervisor_that_writes_pcr_changes_what_its_partition_sees() {
    // mtspr PCR, r5; rfid to problem state, which reads TAR.
    let program = [
        mtspr(book3s::PCR, 5),
        mtspr(spr_exit::num::common::SRR0, 6),
        mtspr(spr_exit::num::common::SRR1, 7),
        asm::rfid(),
        mfspr(3, book3s::TAR),
    ];
    for (pcr, exit) in [
        (4, Exit::Interrupt(InterruptKind::EmulationAssist)),
        (0, Exit::Budget),
    ] {
        let mut it = problem(&POWER9, &program, 4 - pcr);
        it.cpu.set_msr(Msr::SF | Msr::HV);
        it.cpu.set_gpr(5, pcr);
        it.cpu.set_gpr(6, START + 16);
        it.cpu.set_gpr(7, PROBLEM.bits());
        assert_eq!(run(&mut it, 5), exit);
        // And a CPU restored from here sees the same.
        let mut again = ppc_cpu::Cpu::from_snapshot(&it.cpu.snapshot()).unwrap();
        again.set_cia(START + 16);
        again.set_msr(PROBLEM);
        again.config_mut().report_interrupts = true;
        assert_eq!(again.run(&mut it.memory, 1).unwrap(), exit);
    }
}

#[test]
fn vsx_can_be_hidden_as_a_category() {
    // xxlor 1,2,3: VSX unavailable, or no instruction at all.
    for (pcr, kind) in [
        (0, InterruptKind::VsxUnavailable),
        (1 << 62, InterruptKind::EmulationAssist),
    ] {
        let mut it = problem(&POWER9, &[0xf022_1c90], pcr);
        assert_eq!(run(&mut it, 1), Exit::Interrupt(kind));
    }
}
