//! Facilities that FSCR, HFSCR and MMCR0 open: of registers and of instructions, at every level.
//!
//! Which register belongs to which facility, and the numbers of IC, were written down from Power ISA 2.07 and 3.0B (Book III,
//! Interrupts: FSCR and HFSCR; Performance Monitor Facility: MMCR0\[PMCC\]) as remembered, and compared with Linux `asm/reg.h`
//! (FSCR_*_LG, whose numbers `facility_unavailable_exception` finds in IC) and QEMU (`spr_read_tar`, `spr_read_ebb`,
//! `power8-pmu-regs.c.inc`).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::random::Random;
use kit::{START, machine, mfspr, mtspr, run, spr};
use ppc_cpu::Config;
use ppc_cpu::Machine;
use ppc_cpu::model::{MODELS, Model, POWER7, POWER8, POWER9, POWER10};
use ppc_cpu::spr::{Context, Decision, Facilities, Level, check};
use ppc_decode::{Branch, System, asm};
use spr_exit::num::{book3s, common};
use spr_exit::{Direction, Exit, InterruptKind, Msr, Owner, Reply, SavePair, SprNum};

/// Facilities of registers: number, IC, whether FSCR has a bit for it.
const REGISTERS: [(u16, u64, bool); 12] = [
    (3, 2, true),     // DSCR, problem state
    (17, 2, true),    // DSCR
    (176, 10, false), // DPDES
    (785, 3, false),  // MMCR2
    (787, 3, false),  // PMC1
    (795, 3, false),  // MMCR0
    (800, 7, true),   // BESCRS
    (803, 7, true),   // BESCRRU
    (804, 7, true),   // EBBHR
    (805, 7, true),   // EBBRR
    (806, 7, true),   // BESCR
    (815, 8, true),   // TAR
];

/// A machine about to execute `word` in this state, with everything owned by the core and everything open.
fn open(model: &'static Model, word: u32, msr: Msr) -> Machine {
    let mut it = machine(model, &[word, asm::b(0)]);
    it.cpu.config_mut().report_interrupts = true;
    for row in model.sprs.rows() {
        let _ = it.cpu.set_owner(row.sprn, Owner::Core);
    }
    it.cpu.set_decrementer(0x7fff_ffff);
    it.cpu.poke_spr(book3s::LPCR, 8);
    it.cpu.poke_spr(book3s::FSCR, u64::MAX >> 8);
    it.cpu.poke_spr(book3s::HFSCR, u64::MAX >> 8);
    it.cpu.poke_spr(book3s::MMCR0, 0x8028_0000);
    it.cpu.set_msr(Msr::SF | msr);
    it
}

fn close(it: &mut Machine, sprn: SprNum, ic: u64) {
    assert!(it.cpu.poke_spr(sprn, u64::MAX >> 8 & !(1 << ic)));
}

/// What the handler finds: FSCR or HFSCR with the cause, and the pc of the instruction.
fn assert_unavailable(it: &mut Machine, by_hypervisor: bool, ic: u64, what: &str) {
    let (kind, vector, pair, sprn) = if by_hypervisor {
        let kind = InterruptKind::HypervisorFacilityUnavailable;
        (kind, 0xf80, SavePair::Hsrr, book3s::HFSCR)
    } else {
        (
            InterruptKind::FacilityUnavailable,
            0xf60,
            SavePair::Srr,
            book3s::FSCR,
        )
    };
    let (old, before) = (it.cpu.msr(), spr(it, sprn));
    assert_eq!(run(it, 1), Exit::Interrupt(kind), "{what}");
    let told = *it.cpu.last_interrupt().unwrap();
    assert_eq!(
        (it.cpu.cia(), told.pair, told.srr0),
        (vector, pair, START),
        "{what}"
    );
    assert_eq!(told.srr1, old.bits(), "{what}");
    assert_eq!(
        spr(it, sprn),
        before << 8 >> 8 | ic << 56,
        "{what}: the other bits stay"
    );
    assert_eq!(
        it.cpu.msr().contains(Msr::HV),
        by_hypervisor || old.contains(Msr::HV),
        "{what}"
    );
    assert!(!it.cpu.msr().contains(Msr::PR), "{what}");
    assert_eq!(
        (it.cpu.insns(), it.cpu.gpr(3)),
        (0, 0x77),
        "{what}: nothing was done"
    );
}

#[test]
fn a_register_of_a_closed_facility_is_refused_with_its_cause_to_those_that_it_is_closed_for() {
    for model in [&POWER8, &POWER9, &POWER10] {
        for (number, ic, has_fscr) in REGISTERS {
            let sprn = SprNum::wrapping(number.into());
            for word in [mfspr(3, sprn), mtspr(sprn, 3)] {
                for level in [Level::Problem, Level::Supervisor, Level::Hypervisor] {
                    let msr = match level {
                        Level::Problem => Msr::PR,
                        Level::Supervisor => Msr::empty(),
                        Level::Hypervisor => Msr::HV,
                    };
                    let direction = if word & 0x100 == 0 {
                        Direction::Read
                    } else {
                        Direction::Write
                    };
                    if !model.sprs.row(sprn).unwrap().gates.grants(level, direction) {
                        continue;
                    }
                    let what = format!("{} {number} {word:x} {level:?}", model.name);
                    let fresh = || {
                        let mut it = open(model, word, msr);
                        it.cpu.set_gpr(3, 0x77);
                        it
                    };
                    let mut it = fresh();
                    assert_eq!(run(&mut it, 1), Exit::Budget, "{what}: open");
                    let mut it = fresh();
                    close(&mut it, book3s::HFSCR, ic);
                    if level == Level::Hypervisor {
                        assert_eq!(
                            run(&mut it, 1),
                            Exit::Budget,
                            "{what}: nothing is closed to the hypervisor"
                        );
                    } else {
                        assert_unavailable(&mut it, true, ic, &what);
                    }
                    let mut it = fresh();
                    close(&mut it, book3s::FSCR, ic);
                    if level == Level::Problem && has_fscr {
                        assert_unavailable(&mut it, false, ic, &what);
                    } else {
                        assert_eq!(run(&mut it, 1), Exit::Budget, "{what}: FSCR is problem state's");
                    }
                }
            }
        }
    }
}

#[test]
fn an_instruction_of_a_closed_facility_is_refused_with_its_cause() {
    let encode = |row: &ppc_decode::Row, operands: &[i64]| row.encode(operands).unwrap();
    let bctar = encode(Branch::Bctar.row(), &[20, 0, 0]);
    let rfebb = encode(System::Rfebb.row(), &[0]);
    let clrbhrb = encode(System::Clrbhrb.row(), &[]);
    let scv = encode(Branch::Scv.row(), &[0]);
    let lfd = ppc_decode::Float::Lfd.row().encode(&[1, 0, 0]).unwrap();
    for (word, ic, fscr, hfscr) in [
        (bctar, 8, true, true),
        (rfebb, 7, true, true),
        (clrbhrb, 4, false, true),
        (scv, 12, true, false),
        (lfd, 0, false, true),
    ] {
        for msr in [Msr::PR | Msr::FP, Msr::FP, Msr::HV | Msr::FP] {
            let what = format!("{word:x} {msr:?}");
            for (sprn, has_bit) in [(book3s::FSCR, fscr), (book3s::HFSCR, hfscr)] {
                let mut it = open(&POWER9, word, msr);
                it.cpu.set_gpr(3, 0x77);
                close(&mut it, sprn, ic);
                let is_hypervisors = sprn == book3s::HFSCR;
                // The vectored call is nobody's while FSCR does not have it.
                let applies = match is_hypervisors {
                    true => !msr.contains(Msr::HV),
                    false => msr.contains(Msr::PR) || ic == 12,
                };
                if has_bit && applies {
                    assert_unavailable(&mut it, is_hypervisors, ic, &what);
                } else {
                    assert_eq!(run(&mut it, 1), Exit::Budget, "{what} {sprn:?}");
                    assert_eq!(it.cpu.deliveries(), 0, "{what} {sprn:?}");
                }
            }
        }
    }
    // MMCR0[BHRBA] = 0 keeps the branch history from problem state.
    let mut it = open(&POWER9, clrbhrb, Msr::PR);
    it.cpu.poke_spr(book3s::MMCR0, 0);
    it.cpu.set_gpr(3, 0x77);
    assert_unavailable(&mut it, false, 4, "clrbhrb");
}

#[test]
fn the_hypervisor_hears_first_of_a_facility_that_both_close() {
    let mut it = open(&POWER9, mfspr(3, book3s::TAR), Msr::PR);
    it.cpu.set_gpr(3, 0x77);
    close(&mut it, book3s::FSCR, 8);
    close(&mut it, book3s::HFSCR, 8);
    assert_unavailable(&mut it, true, 8, "TAR");
}

/// What problem state gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    Ok,
    Unavailable,
    Illegal,
}

#[test]
fn pmcc_says_what_problem_state_may_do_with_the_performance_monitor() {
    use Access::{Illegal, Ok, Unavailable};
    // QEMU power8-pmu-regs.c.inc, whose comments cite the ISA: PMCC, of PMC1, PMC5 and SIAR by the numbers of problem state.
    for (pmcc, pmc1, pmc5, siar) in [
        (0, [Ok, Illegal], [Ok, Illegal], [Ok, Illegal]),
        (1, [Unavailable; 2], [Unavailable; 2], [Ok, Illegal]),
        (2, [Ok, Ok], [Ok, Ok], [Ok, Illegal]),
        (3, [Ok, Ok], [Unavailable; 2], [Ok, Illegal]),
    ] {
        for (sprn, expected) in [
            (book3s::PMC1_USER, pmc1),
            (book3s::MMCR0_USER, pmc1),
            (book3s::MMCR2_USER, pmc1),
            (book3s::PMC5_USER, pmc5),
            (book3s::SIAR_USER, siar),
            (book3s::SIER_USER, siar),
        ] {
            for (word, expected) in [(mfspr(3, sprn), expected[0]), (mtspr(sprn, 3), expected[1])] {
                for (model, extended) in [(&POWER8, 0), (&POWER9, 0x200), (&POWER10, 0), (&POWER10, 0x200)] {
                    let mut it = open(model, word, Msr::PR);
                    it.cpu
                        .poke_spr(book3s::MMCR0, 0x8000_0000 | pmcc << 18 | extended);
                    let found = match run(&mut it, 1) {
                        Exit::Budget => Ok,
                        Exit::Interrupt(InterruptKind::FacilityUnavailable) => Unavailable,
                        Exit::Interrupt(InterruptKind::EmulationAssist) => Illegal,
                        other => panic!("{other:?}"),
                    };
                    // MMCR0[PMCCEXT] of version 3.1: no reading of group B while PMCC is 0 (Linux commit 91668ab7db4b).
                    let is_group_b = sprn == book3s::SIAR_USER || sprn == book3s::SIER_USER;
                    let is_kept = model.name == "POWER10" && extended != 0 && pmcc == 0 && expected == Ok;
                    let expected = if is_group_b && is_kept {
                        Unavailable
                    } else {
                        expected
                    };
                    assert_eq!(
                        found, expected,
                        "{} {sprn:?} {word:x} {pmcc} {extended:x}",
                        model.name
                    );
                    if found == Unavailable {
                        assert_eq!(spr(&it, book3s::FSCR) >> 56, 3);
                    }
                }
            }
        }
    }
}

#[test]
fn problem_state_sees_and_changes_its_bits_of_mmcr0_alone() {
    // FC PMAE PMAO; QEMU MMCR0_UREG_MASK.
    let mut it = open(&POWER9, mfspr(3, book3s::MMCR0_USER), Msr::PR);
    it.cpu.poke_spr(book3s::MMCR0, 0xffff_ffff & !0x0004_0000);
    let _ = run(&mut it, 1);
    assert_eq!(it.cpu.gpr(3), 0x8400_0080);
    let mut it = open(&POWER9, mtspr(book3s::MMCR0_USER, 3), Msr::PR);
    it.cpu.poke_spr(book3s::MMCR0, 0x8008_0001);
    it.cpu.set_gpr(3, 0x7fff_ffff);
    let _ = run(&mut it, 1);
    assert_eq!(spr(&it, book3s::MMCR0), 0x0408_0081);
    // Privileged code has all of it by that number too.
    let mut it = open(&POWER9, mfspr(3, book3s::MMCR0_USER), Msr::HV);
    it.cpu.poke_spr(book3s::MMCR0, 0x1234_5678);
    let _ = run(&mut it, 1);
    assert_eq!(it.cpu.gpr(3), 0x1234_5678);
}

#[test]
fn bescr_is_set_and_reset_by_its_other_numbers_and_ppr_has_two() {
    use book3s::{BESCR, BESCRR, BESCRRU, BESCRS, BESCRSU, PPR, PPR32};
    for (sprn, before, value, after, shown) in [
        (BESCRS, 1, 1 << 63, 1 << 63 | 1, 1 << 63 | 1),
        (BESCRSU, 1, 0x8000_0001, 0x8000_0001_0000_0001, 0x8000_0001),
        (BESCRR, 1 << 63 | 3, 1 << 63 | 1, 2, 2),
        (BESCRRU, 0x8000_0003_0000_0003, 0x8000_0001, 0x2_0000_0003, 2),
    ] {
        let mut it = open(&POWER9, mtspr(sprn, 3), Msr::HV);
        it.cpu.poke_spr(BESCR, before);
        it.cpu.set_gpr(3, value);
        let _ = run(&mut it, 1);
        assert_eq!([spr(&it, BESCR), spr(&it, sprn)], [after, shown], "{sprn:?}");
    }
    let mut it = open(&POWER9, mtspr(PPR32, 3), Msr::PR);
    it.cpu.set_gpr(3, 0x0018_0000);
    let _ = run(&mut it, 1);
    assert_eq!(
        [spr(&it, PPR), spr(&it, PPR32)],
        [0x0018_0000_0000_0000, 0x0018_0000]
    );
}

#[test]
fn an_access_that_left_and_comes_back_meets_the_facility_as_it_is_then() {
    let mut it = machine(&POWER9, &[mfspr(3, book3s::TAR)]);
    it.cpu.config_mut().report_interrupts = true;
    it.cpu.set_owner(book3s::TAR, Owner::User).unwrap();
    it.cpu.poke_spr(book3s::FSCR, 1 << 8);
    it.cpu.poke_spr(book3s::HFSCR, 1 << 8);
    it.cpu.set_msr(Msr::SF | Msr::PR);
    assert!(matches!(run(&mut it, 1), Exit::Spr(_)));
    it.cpu.poke_spr(book3s::FSCR, 0);
    it.cpu.complete(Reply::Architected).unwrap();
    assert_eq!(
        run(&mut it, 0),
        Exit::Interrupt(InterruptKind::FacilityUnavailable)
    );
}

#[test]
fn models_before_fscr_keep_nothing_back() {
    let mut it = machine(&POWER7, &[mfspr(3, book3s::PMC1)]);
    it.cpu.poke_spr(book3s::PMC1, 9);
    it.cpu.set_msr(Msr::SF);
    let _ = run(&mut it, 1);
    assert_eq!(it.cpu.gpr(3), 9);
}

/// Every number, level and direction: the decision depends on a facility in no other way than this.
#[test]
fn the_gate_refuses_by_facility_what_it_would_have_granted_and_nothing_else() {
    let config = Config::default();
    let mut random = Random::of_case(1);
    for model in MODELS {
        for _ in 0..200 {
            let closed = Facilities {
                fscr: random.next(),
                hfscr: random.next(),
                mmcr0: random.next(),
            };
            for sprn in SprNum::all() {
                for level in [Level::Problem, Level::Supervisor, Level::Hypervisor] {
                    for direction in [Direction::Read, Direction::Write] {
                        let at = |facilities| Context {
                            level,
                            is_guest: false,
                            hidden: ppc_decode::Isa::empty(),
                            lpcr: 0,
                            facilities,
                        };
                        let decide = |facilities| check(model, &config, at(facilities), sprn, direction);
                        let everything = Facilities {
                            mmcr0: 0x0028_0000,
                            ..Facilities::default()
                        };
                        let (open, found) = (decide(everything), decide(closed));
                        if open == found {
                            continue;
                        }
                        let row = model.sprs.row(sprn).unwrap();
                        assert!(row.facility.is_some() && level != Level::Hypervisor);
                        assert!(matches!(open, Decision::Core(_) | Decision::Exit(_)));
                        assert!(matches!(found, Decision::Unavailable(_) | Decision::Fault(_)));
                    }
                }
            }
        }
    }
}

#[test]
fn a_written_fscr_counts_for_the_next_access_also_where_the_last_was_remembered() {
    // A loop in problem state that reads TAR; the handler at 0xf60 opens it and goes back.
    let mut it = machine(&POWER9, &[mfspr(3, book3s::TAR), asm::b(-4)]);
    let handler = [asm::li(4, 0x100), mtspr(book3s::FSCR, 4), asm::rfid()];
    it.memory.write_words(0xf60, &handler).unwrap();
    it.cpu.poke_spr(book3s::TAR, 0x1234);
    it.cpu.poke_spr(book3s::HFSCR, 1 << 8);
    it.cpu.poke_spr(book3s::LPCR, 8);
    it.cpu.set_decrementer(0x7fff_ffff);
    it.cpu.set_msr(Msr::SF | Msr::PR);
    let _ = run(&mut it, 5);
    assert_eq!((it.cpu.gpr(3), it.cpu.deliveries()), (0x1234, 1));
    // The supervisor closes it again behind the guest's back.
    it.cpu.poke_spr(book3s::FSCR, 0);
    let _ = run(&mut it, 2);
    assert_eq!(it.cpu.deliveries(), 2);
    assert_eq!(spr(&it, common::SRR0), START);
}
