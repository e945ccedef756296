//! Units that the MSR disables: SPE of the e500v1 and e500v2, VSX, and the units that VSX instructions share.
//!
//! Vectors and bits: E500CORERM 5.7.13 (IVOR32, ESR\[SPE\]); Power ISA 3.0B Book III 6.5 (0x800, 0xf20, 0xf40, 0xf80). QEMU raises
//! the same (`POWERPC_EXCP_SPEU`, `_VSXU`, `_VPU`), and Linux has its handlers there.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::delivery::{Found, found};
use kit::{START, machine, run, spr};
use ppc_cpu::model::{E500V1, E500V2, POWER7, POWER8, POWER9, POWER10};
use spr_exit::num::{book3s, e500};
use spr_exit::{Exit, InterruptKind, Msr, SavePair};

#[test]
fn spe_and_what_touches_upper_halves_needs_msr_spe() {
    for model in [&E500V1, &E500V2] {
        // evaddw r1,r2,r3; evldd r1,8(r2); evfsadd r1,r2,r3.
        for word in [0x1022_1a00, 0x1022_0b01, 0x1022_1a80] {
            let mut it = machine(model, &[word]);
            it.cpu.poke_spr(e500::IVOR32, 0x3200);
            it.cpu.set_msr(Msr::from_bits_retain(0x0002_9200));
            let _ = run(&mut it, 1);
            let expected = Found {
                kind: InterruptKind::SpeUnavailable,
                vector: 0x3200,
                pair: SavePair::Srr,
                pc: START,
                saved: 0x0002_9200,
                msr: 0x0002_1200,
                esr: Some(0x80),
                address: None,
                dsisr: None,
            };
            assert_eq!(found(&it), expected, "{} {word:08x}", model.name);
            it.cpu.set_cia(START);
            it.cpu.set_msr(Msr::SPE);
            assert_eq!(run(&mut it, 1), Exit::Unimplemented { cia: START, word });
        }
        // brinc and efsadd go without.
        for word in [0x1022_1a0f, 0x1022_1ac0] {
            let mut it = machine(model, &[word]);
            assert_eq!(run(&mut it, 1), Exit::Unimplemented { cia: START, word });
        }
    }
}

#[test]
fn an_instruction_of_vsx_needs_the_units_of_its_registers() {
    use InterruptKind::{FpUnavailable, VecUnavailable, VsxUnavailable};
    let (fp, vec, vsx) = (Msr::FP, Msr::VEC, Msr::VSX);
    // xxlor 1,2,3 (since POWER7); mfvsrd r3,1 and r3,33 (POWER8); lxv 1,16(2) and 33,16(2) (POWER9).
    for (models, word, kind, vector, unit) in [
        (
            &[&POWER7, &POWER8, &POWER9, &POWER10][..],
            0xf022_1c90,
            VsxUnavailable,
            0xf40,
            vsx,
        ),
        (
            &[&POWER8, &POWER9, &POWER10],
            0x7c23_0066,
            FpUnavailable,
            0x800,
            fp,
        ),
        (
            &[&POWER8, &POWER9, &POWER10],
            0x7c23_0067,
            VecUnavailable,
            0xf20,
            vec,
        ),
        (&[&POWER9, &POWER10], 0xf422_0011, VsxUnavailable, 0xf40, vsx),
        (&[&POWER9, &POWER10], 0xf422_0019, VecUnavailable, 0xf20, vec),
    ] {
        for model in models {
            let others = (fp | vec | vsx).difference(unit);
            let base = Msr::SF | Msr::HV | Msr::ME;
            let mut it = machine(model, &[word]);
            it.cpu.set_decrementer(1000);
            it.cpu.set_msr(base | others | Msr::RI);
            let _ = run(&mut it, 1);
            let expected = Found {
                kind,
                vector,
                pair: SavePair::Srr,
                pc: START,
                saved: (base | others | Msr::RI).bits(),
                msr: base.bits(),
                esr: None,
                address: None,
                dsisr: None,
            };
            assert_eq!(found(&it), expected, "{} {word:08x}", model.name);
            it.cpu.set_cia(START);
            it.cpu.set_msr(base | unit);
            assert_eq!(run(&mut it, 1), Exit::Unimplemented { cia: START, word });
        }
    }
}

#[test]
fn hfscr_keeps_vectors_from_a_partition_whatever_its_msr_says() {
    for model in [&POWER8, &POWER9, &POWER10] {
        for word in [0xf022_1c90, 0x1022_1800] {
            let mut it = machine(model, &[word]);
            it.cpu.set_decrementer(1000);
            it.cpu.poke_spr(book3s::HFSCR, 0x5bd);
            it.cpu.set_msr(Msr::SF | Msr::VEC | Msr::VSX);
            let _ = run(&mut it, 1);
            let told = *it.cpu.last_interrupt().unwrap();
            assert_eq!(
                (told.kind, told.vector),
                (InterruptKind::HypervisorFacilityUnavailable, 0xf80)
            );
            // IC 1: the vector facility.
            assert_eq!(spr(&it, book3s::HFSCR), 1 << 56 | 0x5bd);
            it.cpu.set_cia(START);
            it.cpu.set_msr(Msr::SF | Msr::HV | Msr::VEC | Msr::VSX);
            assert_eq!(run(&mut it, 1), Exit::Unimplemented { cia: START, word });
        }
    }
}
