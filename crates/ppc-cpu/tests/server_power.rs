//! Power-saving states of servers and what wakes from them; hypervisor maintenance.
//!
//! Written down from Power ISA 2.07 Book III-S and 3.0B Book III (Power-Saving Mode; 6.5.1 for SRR1, 6.5.19) as remembered, and
//! compared with Linux `asm/reg.h` (LPCR_PECE*, SRR1_WAKE*, SRR1_WS_NOLOSS) and QEMU `p7`, `p8` and `p9_interrupt_powersave`,
//! `powerpc_reset_wakeup` and the start of `p9_deliver_interrupt`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::{START, machine, mtspr, run, spr};
use ppc_cpu::interrupt::Input;
use ppc_cpu::model::{Model, POWER7, POWER8, POWER9, POWER10};
use ppc_cpu::{Cpu, Machine};
use ppc_decode::asm;
use spr_exit::num::{book3s, common};
use spr_exit::{Exit, InterruptKind, Msr, SavePair};

/// doze, nap, sleep, rvwinkle; stop.
const NAPS: [u32; 4] = [0x4c00_0324, 0x4c00_0364, 0x4c00_03a4, 0x4c00_03e4];
const STOP: u32 = 0x4c00_02e4;
/// PSSCR[ESL, EC] and EC alone; MTL and RL 3.
const ESL_EC: u64 = 0x0030_0033;
const EC: u64 = 0x0010_0000;

const BASE: Msr = Msr::SF.union(Msr::HV);
/// SRR1[46:47]: nothing was lost.
const NO_LOSS: u64 = 0x0001_0000;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Raise {
    Pin(Input),
    Decrementer,
    Hdec,
    Maintenance,
    Message,
    Privileged,
}

impl Raise {
    fn on(self, it: &mut Machine) {
        match self {
            Self::Pin(input) => it.cpu.set_input(input, true),
            Self::Decrementer => it.cpu.set_decrementer(100),
            Self::Hdec => it.cpu.set_hypervisor_decrementer(100),
            Self::Maintenance => {
                assert!(it.cpu.poke_spr(book3s::HMER, 1 << 60));
                assert!(it.cpu.poke_spr(book3s::HMEER, 3 << 60));
            }
            Self::Message => assert!(it.cpu.receive_message(5 << 27)),
            Self::Privileged => assert!(it.cpu.poke_spr(book3s::DPDES, 1)),
        }
    }
}

/// What wakes, the bit of LPCR, bits 42:45 of SRR1, since which of POWER7, POWER8, POWER9 there is such a thing.
const WAKES: [(Raise, u64, u64, u8); 6] = [
    (Raise::Pin(Input::EXTERNAL), 0x4000, 0x20_0000, 7),
    (Raise::Decrementer, 0x2000, 0x18_0000, 7),
    (Raise::Maintenance, 0x1000, 0x28_0000, 7),
    (Raise::Privileged, 0x1_0000, 0x14_0000, 8),
    (Raise::Message, 0x8000, 0x0c_0000, 8),
    (
        Raise::Pin(Input::HYPERVISOR_VIRTUALIZATION),
        0x4000_0000_0000,
        0x24_0000,
        9,
    ),
];
const EVERY: u64 = 0x4000_0001_f000;
/// The decrementer is always about to expire, some time.
const DEE: u64 = 0x2000;

/// Model, version, the instructions that save power.
const MODELS: [(&Model, u8, &[u32]); 4] = [
    (&POWER7, 7, &NAPS),
    (&POWER8, 8, &NAPS),
    (&POWER9, 9, &[STOP]),
    (&POWER10, 9, &[STOP]),
];

/// A machine that has just gone to sleep.
fn asleep(model: &'static Model, word: u32, psscr: u64, lpcr: u64, msr: Msr) -> Machine {
    let mut it = machine(model, &[word, asm::li(3, 1), asm::nop()]);
    it.cpu.config_mut().report_interrupts = true;
    it.cpu.set_decrementer(0x7fff_ffff);
    it.cpu.set_hypervisor_decrementer(0x7fff_ffff);
    // HDICE and LPES0 besides.
    it.cpu.poke_spr(book3s::LPCR, lpcr | 9);
    it.cpu.poke_spr(book3s::PSSCR, psscr);
    it.cpu.set_msr(BASE | msr);
    it
}

/// What SRR1 says in bits 42:47, if a system reset interrupt comes.
fn woken(it: &mut Machine, msr: Msr) -> Option<u64> {
    match run(it, 3) {
        Exit::Wait => return None,
        exit => assert_eq!(exit, Exit::Interrupt(InterruptKind::SystemReset)),
    }
    let found = *it.cpu.last_interrupt().unwrap();
    assert_eq!((it.cpu.cia(), found.pair), (0x100, SavePair::Srr));
    assert_eq!(spr(it, common::SRR0), START + 4);
    let srr1 = spr(it, common::SRR1);
    assert_eq!(srr1 & !0x3f_0000, (BASE | msr).bits());
    assert_eq!(it.cpu.msr(), BASE | Msr::ME);
    Some(srr1 & 0x3f_0000)
}

#[test]
fn what_lpcr_lets_wakes_a_napping_cpu_at_the_system_reset_vector_which_is_told_why() {
    for (model, version, words) in MODELS {
        for word in words {
            for (raise, bit, reason, since) in WAKES {
                // MSR[EE] is of no account.
                for msr in [Msr::empty(), Msr::EE | Msr::ME | Msr::RI] {
                    if version < since {
                        continue;
                    }
                    let what = format!("{} {word:x} {raise:?}", model.name);
                    for is_raised_first in [false, true] {
                        let mut it = asleep(model, *word, ESL_EC, bit, msr);
                        // What MSR[EE] would let through before the instruction.
                        let is_raised_first = is_raised_first && !msr.contains(Msr::EE);
                        if is_raised_first && raise != Raise::Decrementer {
                            raise.on(&mut it);
                        }
                        if !is_raised_first {
                            assert_eq!(run(&mut it, 1), Exit::Budget);
                            raise.on(&mut it);
                        } else if raise == Raise::Decrementer {
                            it.cpu.set_decrementer(100);
                        }
                        assert_eq!(woken(&mut it, msr), Some(reason | NO_LOSS), "{what}");
                    }
                    let mut it = asleep(model, *word, ESL_EC, EVERY & !bit & !DEE, msr);
                    assert_eq!(run(&mut it, 1), Exit::Budget);
                    raise.on(&mut it);
                    assert_eq!(woken(&mut it, msr), None, "{what} without its bit");
                    assert_eq!(it.cpu.deliveries(), 0);
                }
            }
            // The hypervisor decrementer wakes nobody.
            let mut it = asleep(model, *word, ESL_EC, EVERY & !DEE, Msr::EE);
            assert_eq!(run(&mut it, 1), Exit::Budget);
            Raise::Hdec.on(&mut it);
            assert_eq!(woken(&mut it, Msr::EE), None, "{}", model.name);
            // A system reset does, and is heard once.
            Raise::Pin(Input::SYSTEM_RESET).on(&mut it);
            assert_eq!(woken(&mut it, Msr::EE), Some(0x10_0000 | NO_LOSS));
            assert_eq!(it.cpu.inputs(), Input::empty());
            // A machine check as itself, if LPCR lets it.
            for (lpcr, exit) in [
                (0x1000, Exit::Interrupt(InterruptKind::MachineCheckInput)),
                (0xc000, Exit::Wait),
            ] {
                let mut it = asleep(model, *word, ESL_EC, lpcr, Msr::ME);
                assert_eq!(run(&mut it, 1), Exit::Budget);
                it.cpu.set_input(Input::MACHINE_CHECK, true);
                assert_eq!(run(&mut it, 1), exit, "{}", model.name);
            }
        }
    }
}

#[test]
fn what_woke_the_cpu_is_still_there_for_its_own_interrupt() {
    for (model, _, words) in MODELS {
        let mut it = asleep(model, words[0], ESL_EC, EVERY, Msr::empty());
        assert_eq!(run(&mut it, 1), Exit::Budget);
        it.cpu.set_external(true);
        assert!(woken(&mut it, Msr::empty()).is_some());
        it.cpu.set_msr(BASE | Msr::EE);
        assert_eq!(run(&mut it, 1), Exit::Interrupt(InterruptKind::External));
    }
}

#[test]
fn stop_without_ec_goes_on_with_the_interrupt_or_with_the_next_instruction() {
    for model in [&POWER9, &POWER10] {
        // Whatever LPCR[PECE] says; the hypervisor decrementer under LPCR[HDICE].
        for raise in WAKES.map(|(raise, ..)| raise).into_iter().chain([Raise::Hdec]) {
            let mut it = asleep(model, STOP, 0, 0, Msr::empty());
            assert_eq!(run(&mut it, 1), Exit::Budget);
            raise.on(&mut it);
            assert_eq!(run(&mut it, 1), Exit::Budget, "{raise:?}");
            assert_eq!((it.cpu.cia(), it.cpu.gpr(3)), (START + 8, 1), "{raise:?}");
            assert_eq!(it.cpu.deliveries(), 0);
            assert!(it.cpu.time_base() < 200, "{raise:?}");

            let mut it = asleep(model, STOP, 0, 2, Msr::EE);
            assert_eq!(run(&mut it, 1), Exit::Budget);
            raise.on(&mut it);
            assert!(matches!(run(&mut it, 1), Exit::Interrupt(_)), "{raise:?}");
            let found = *it.cpu.last_interrupt().unwrap();
            assert_ne!(found.kind, InterruptKind::SystemReset);
            assert_eq!((found.srr0, found.srr1), (START + 4, (BASE | Msr::EE).bits()));
        }
        // A machine check is itself. Without anything it sleeps on; the decrementers do not expire while time stands.
        for (input, exit) in [
            (
                Input::MACHINE_CHECK,
                Exit::Interrupt(InterruptKind::MachineCheckInput),
            ),
            (Input::empty(), Exit::Wait),
        ] {
            let mut it = asleep(model, STOP, 0, 0, Msr::ME);
            it.cpu.set_insns_per_tick(0);
            assert_eq!(run(&mut it, 1), Exit::Budget);
            it.cpu.set_input(input, true);
            assert_eq!(run(&mut it, 5), exit);
        }
    }
}

#[test]
fn lpcr_heic_keeps_external_interrupts_from_waking_the_hypervisor_and_no_partition() {
    const HEIC: u64 = 0x10;
    for model in [&POWER9, &POWER10] {
        for (msr, exit) in [(BASE, Exit::Wait), (Msr::SF, Exit::Budget)] {
            let mut it = asleep(model, STOP, 0, HEIC, Msr::empty());
            it.cpu.set_insns_per_tick(0);
            it.cpu.set_msr(msr);
            assert_eq!(run(&mut it, 1), Exit::Budget);
            it.cpu.set_external(true);
            assert_eq!(run(&mut it, 1), exit, "{msr:?}");
        }
    }
}

#[test]
fn power_is_saved_by_the_hypervisor_and_a_partition_may_wait() {
    for (model, _, words) in MODELS {
        for word in words {
            // Without HV nap and its kin are privileged; stop only in problem state.
            let supervisor = if *word == STOP {
                Exit::Wait
            } else {
                Exit::Interrupt(InterruptKind::ProgramPrivileged)
            };
            for (msr, exit) in [
                (Msr::SF, supervisor),
                (
                    Msr::SF | Msr::PR,
                    Exit::Interrupt(InterruptKind::ProgramPrivileged),
                ),
            ] {
                let mut it = asleep(model, *word, 0, 0, Msr::empty());
                it.cpu.set_insns_per_tick(0);
                it.cpu.set_msr(msr);
                assert_eq!(run(&mut it, 3), exit, "{} {word:x}", model.name);
            }
        }
    }
}

#[test]
fn a_partition_that_asks_stop_for_more_than_to_wait_is_the_hypervisors() {
    // (model, bits of PSSCR): HFSCR[IC] is 9, whatever HFSCR permits (FreeBSD spr.h, FSCR_IC_STOP).
    for (model, psscr) in [
        (&POWER9, EC),
        (&POWER9, ESL_EC & !EC),
        (&POWER9, ESL_EC),
        (&POWER10, EC),
    ] {
        for permitted in [0, 0x00ff_ffff_ffff_ffff] {
            let mut it = asleep(model, STOP, psscr, 0, Msr::empty());
            it.cpu.poke_spr(book3s::HFSCR, permitted);
            it.cpu.set_msr(Msr::SF);
            let hfscr = spr(&it, book3s::HFSCR);
            assert_eq!(
                run(&mut it, 3),
                Exit::Interrupt(InterruptKind::HypervisorFacilityUnavailable),
                "{} {psscr:x}",
                model.name
            );
            assert_eq!((it.cpu.cia(), spr(&it, book3s::HSRR0)), (0xf80, START));
            assert_eq!(spr(&it, book3s::HFSCR), hfscr & !(0xff << 56) | 9 << 56);
            assert_eq!(it.cpu.insns(), 0);
        }
    }
}

#[test]
fn a_power_saving_state_is_part_of_a_snapshot_and_ends_with_a_reset() {
    for (model, _, words) in MODELS {
        let mut it = asleep(model, words[0], ESL_EC, 0x4000, Msr::empty());
        assert_eq!(run(&mut it, 5), Exit::Wait);
        it.cpu = Cpu::from_snapshot(&it.cpu.snapshot()).unwrap();
        it.cpu.config_mut().report_interrupts = true;
        it.cpu.set_external(true);
        let mut other = asleep(model, words[0], ESL_EC, 0x4000, Msr::empty());
        assert_eq!(run(&mut other, 5), Exit::Wait);
        assert_eq!(woken(&mut it, Msr::empty()), Some(0x20_0000 | NO_LOSS));
        other.cpu.reset(None);
        other.cpu.set_cia(START + 4);
        assert_eq!(run(&mut other, 1), Exit::Budget);
        assert_eq!(other.cpu.gpr(3), 1);
    }
}

#[test]
fn how_a_cpu_slept_that_is_awake_is_no_part_of_its_state() {
    for (model, _, words) in MODELS {
        let [slept, awake] = [words[0], asm::nop()].map(|word| {
            let mut it = asleep(model, word, ESL_EC, 0, Msr::empty());
            assert_eq!(run(&mut it, 1), Exit::Budget);
            it.cpu.set_cia(START);
            it.cpu.snapshot()
        });
        assert_eq!(slept, awake, "{}", model.name);
    }
}

#[test]
fn hypervisor_maintenance_comes_by_hmer_under_hmeer_when_the_hypervisor_is_open_to_it() {
    let bit = 1 << 60;
    for model in [&POWER7, &POWER8, &POWER9, &POWER10] {
        // (HMER, HMEER, MSR besides SF, whether it comes).
        for (hmer, hmeer, msr, comes) in [
            (bit, bit, Msr::HV | Msr::EE | Msr::RI, true),
            (bit, bit, Msr::HV | Msr::RI, false),
            (bit, bit, Msr::ME, true),
            (bit, bit, Msr::PR | Msr::HV, true),
            (bit, !bit, Msr::EE, false),
            (0, u64::MAX, Msr::EE, false),
        ] {
            let mut it = asleep(model, asm::nop(), 0, 0, Msr::empty());
            it.cpu.poke_spr(book3s::HMER, hmer);
            it.cpu.poke_spr(book3s::HMEER, hmeer);
            // Relocation stays off: LPCR[AIL] is not for it.
            it.cpu.poke_spr(book3s::LPCR, 0x0180_000d);
            let old = Msr::SF | msr | Msr::IR | Msr::DR;
            it.cpu.set_msr(old);
            let exit = run(&mut it, 1);
            assert_eq!(
                exit == Exit::Interrupt(InterruptKind::HypervisorMaintenance),
                comes,
                "{msr:?}"
            );
            if comes {
                let found = *it.cpu.last_interrupt().unwrap();
                assert_eq!((it.cpu.cia(), found.pair), (0xe60, SavePair::Hsrr));
                assert_eq!(
                    [spr(&it, book3s::HSRR0), spr(&it, book3s::HSRR1)],
                    [START, old.bits()]
                );
                assert_eq!(it.cpu.msr(), BASE | old & (Msr::ME | Msr::RI));
            }
        }
        // The guest clears bits of HMER by writing zeros there, sets none, and enables by mtspr.
        let program = [mtspr(book3s::HMER, 4), mtspr(book3s::HMEER, 5), asm::nop()];
        for (value, comes) in [(!bit, false), (u64::MAX, true)] {
            let mut it = asleep(model, asm::nop(), 0, 0, Msr::EE);
            it.memory.write_words(START, &program).unwrap();
            it.cpu.poke_spr(book3s::HMER, bit);
            it.cpu.set_gpr(4, value);
            it.cpu.set_gpr(5, bit);
            let exit = run(&mut it, 3);
            assert_eq!(spr(&it, book3s::HMER), bit & value);
            assert_eq!(
                exit == Exit::Interrupt(InterruptKind::HypervisorMaintenance),
                comes
            );
            if comes {
                assert_eq!(spr(&it, book3s::HSRR0), START + 8);
            }
        }
    }
}
