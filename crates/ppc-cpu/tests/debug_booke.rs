//! Debug events and the debug interrupt of the e500v2, e500mc, 440 and 405.
//!
//! What is expected was written down from E500CORERM chapter 8, PPC440x5 UM 8.3 and p. 195 to 198, 405GP UM 12.9 and tables
//! 10-23 and 10-24. The second source is Linux: bits in `asm/reg_booke.h` (DBCR0_*, DBSR_*, both layouts), the MSR that is
//! left in `kvm/booke.c` (`kvmppc_booke_irqprio_deliver`: ME), what a step is in `kernel/traps.c` (`DebugException`).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::delivery::ivor;
use kit::{START, machine, mfspr, mtspr, run, spr};
use ppc_cpu::model::{E500MC, E500V2, Model, PPC405, PPC440};
use ppc_cpu::{Cpu, Machine, Memory};
use ppc_decode::{LoadStore, asm};
use spr_exit::num::{booke, common, e500, ppc4xx, ppc440};
use spr_exit::{Exit, Fault, InterruptKind, Msr, Owner, Reply, SavePair, SprNum};

/// A CPU with the numbers of its registers and the bits of its layout.
#[derive(Clone, Copy)]
struct Subject {
    model: &'static Model,
    dbcr0: SprNum,
    dbsr: SprNum,
    save: (SprNum, SprNum),
    pair: SavePair,
    vector: u64,
    iac: [SprNum; 2],
    dac: [SprNum; 2],
}

const E500: Subject = Subject {
    model: &E500V2,
    dbcr0: booke::DBCR0,
    dbsr: booke::DBSR,
    save: (booke::CSRR0, booke::CSRR1),
    pair: SavePair::Csrr,
    vector: ivor(15),
    iac: [booke::IAC1, booke::IAC2],
    dac: [booke::DAC1, booke::DAC2],
};
const MC: Subject = Subject {
    model: &E500MC,
    save: (e500::DSRR0, e500::DSRR1),
    pair: SavePair::Dsrr,
    ..E500
};
const P440: Subject = Subject {
    model: &PPC440,
    ..E500
};
const P405: Subject = Subject {
    model: &PPC405,
    dbcr0: ppc4xx::DBCR0_40X,
    dbsr: ppc4xx::DBSR_40X,
    save: (ppc4xx::SRR2, ppc4xx::SRR3),
    pair: SavePair::Csrr,
    vector: 0x2000,
    iac: [ppc4xx::IAC1_40X, ppc4xx::IAC2_40X],
    dac: [ppc4xx::DAC1_40X, ppc4xx::DAC2_40X],
};
const ALL: [Subject; 4] = [E500, MC, P440, P405];

const IDM: u64 = 0x4000_0000;
const EDM: u64 = 0x8000_0000;
// DBCR0 alike in both layouts: ICMP/IC, BRT/BT, IRPT/EDE, TRAP/TDE, IAC1/IA1.
const ICMP: u64 = 0x0800_0000;
const BRT: u64 = 0x0400_0000;
const IRPT: u64 = 0x0200_0000;
const TRAP: u64 = 0x0100_0000;
const IAC1: u64 = 0x0080_0000;
const RET: u64 = 0x8000;

const DE: u64 = 0x200;
/// Nobody has it; 880 is the 440's.
const UNKNOWN: SprNum = SprNum::wrapping(900);

impl Subject {
    fn is_405(self) -> bool {
        self.model.name == "405"
    }

    /// The bit of DBSR that records what this bit of DBCR0 enables (Linux DBSR_IC, _BT, _IRPT, _TIE, _IAC1).
    fn status(self, enable: u64) -> u64 {
        match enable {
            IAC1 if self.is_405() => 0x0400_0000,
            _ if self.is_405() => enable << 4,
            _ => enable,
        }
    }

    /// DBSR[IDE].
    fn ide(self) -> u64 {
        if self.is_405() { 0x0010_0000 } else { 0x8000_0000 }
    }

    /// A machine with this program, DBCR0 and MSR, and nothing in DBSR, that stops at interrupts.
    fn machine(self, program: &[u32], dbcr0: u64, msr: u64) -> Machine {
        let mut it = machine(self.model, program);
        it.cpu.poke_spr(self.dbsr, 0);
        it.cpu.poke_spr(self.dbcr0, dbcr0);
        it.cpu.set_msr(Msr::from_bits_retain(msr));
        it.cpu.config_mut().report_interrupts = true;
        it
    }

    /// The debug interrupt was taken: what was saved, and DBSR.
    fn taken(self, it: &Machine) -> (u64, u64, u64) {
        let told = it.cpu.last_interrupt().unwrap();
        assert_eq!(
            (told.kind, told.pair, it.cpu.cia()),
            (InterruptKind::Debug, self.pair, self.vector),
            "{}",
            self.model.name
        );
        let saved = (spr(it, self.save.0), spr(it, self.save.1));
        assert_eq!((told.srr0, told.srr1, told.msr), (saved.0, saved.1, it.cpu.msr()));
        (saved.0, saved.1, spr(it, self.dbsr))
    }

    /// Runs to the debug interrupt.
    fn debugged(self, it: &mut Machine) -> (u64, u64, u64) {
        assert_eq!(
            run(it, 20),
            Exit::Interrupt(InterruptKind::Debug),
            "{} at {:x}",
            self.model.name,
            it.cpu.cia()
        );
        self.taken(it)
    }
}

/// `lwz`, `stw`, `lmw` with D form.
fn lwz(rt: i64, d: i64, ra: i64) -> u32 {
    LoadStore::Lwz.row().encode(&[rt, d, ra]).unwrap()
}

#[test]
fn a_completed_instruction_is_an_event_and_the_handler_finds_all_but_me_cleared() {
    for it in ALL {
        // Everything that the model has but PR, GS, WE and what would make the guest wait.
        let msr = it.model.msr_implemented.bits() & !0x1004_4000;
        let mut machine = it.machine(&[asm::li(3, 1), asm::li(4, 2)], IDM | ICMP, msr);
        assert_eq!(it.debugged(&mut machine), (START + 4, msr, it.status(ICMP)));
        assert_eq!(machine.cpu.msr().bits(), msr & 0x1000, "{}", it.model.name);
        assert_eq!((machine.cpu.gpr(3), machine.cpu.gpr(4)), (1, 0));
        assert_eq!((machine.cpu.insns(), machine.cpu.deliveries()), (1, 1));
    }
}

#[test]
fn a_handler_steps_through_a_program_one_instruction_at_a_time() {
    for it in ALL {
        let program = [
            asm::li(3, 3),
            asm::mtspr(9, 3),
            asm::bc(16, 0, 0),
            asm::li(4, 1),
            asm::b(0),
        ];
        let mut machine = it.machine(&program, IDM | ICMP, DE);
        let back = if it.model.name == "e500mc" {
            asm::rfdi()
        } else {
            asm::rfci()
        };
        let handler = [asm::lis(20, -1), mtspr(it.dbsr, 20), back];
        machine.memory.write_words(it.vector, &handler).unwrap();
        let mut steps = Vec::new();
        for _ in 0..7 {
            assert_eq!(run(&mut machine, 20), Exit::Interrupt(InterruptKind::Debug));
            steps.push((it.taken(&machine).0 - START) / 4);
        }
        // The return, which sets MSR[DE], is no step.
        assert_eq!(steps, [1, 2, 2, 2, 3, 4, 4], "{}", it.model.name);
    }
}

#[test]
fn a_taken_branch_is_an_event_before_it_and_another_one_none() {
    for it in ALL {
        // CR0 is zero: bc 12,2 is not taken, bc 4,2 is.
        let program = [asm::bc(12, 2, 8), asm::bc(4, 2, 8), asm::nop()];
        let mut machine = it.machine(&program, IDM | BRT, DE);
        assert_eq!(it.debugged(&mut machine), (START + 4, DE, it.status(BRT)));
        assert_eq!(machine.cpu.insns(), 1);
        // With MSR[DE] = 0 none is seen (E500CORERM 8.4.4).
        let mut machine = it.machine(&[asm::b(4), asm::b(0)], IDM | BRT, 0);
        assert_eq!(run(&mut machine, 9), Exit::Budget);
        assert_eq!(spr(&machine, it.dbsr), 0);
    }
}

#[test]
fn every_kind_of_branch_counts_when_it_is_taken() {
    for (word, is_taken) in [
        (asm::b(8), true),
        (asm::bc(16, 0, 8), true),
        (asm::bc(18, 0, 8), false),
        (asm::bclr(20, 0), true),
        (asm::bclr(12, 0), false),
        (asm::bcctr(20, 0), true),
        (asm::bcctr(12, 0), false),
        (asm::sc(), false),
    ] {
        let mut machine = E500.machine(&[word, asm::b(0)], IDM | BRT, DE);
        machine.cpu.set_ctr(START + 0x100);
        machine.cpu.set_lr(START + 0x100);
        machine.cpu.config_mut().report_interrupts = false;
        let ctr = machine.cpu.ctr();
        assert_eq!(run(&mut machine, 1), Exit::Budget);
        let is_seen = machine.cpu.cia() == ivor(15);
        assert_eq!(is_seen, is_taken, "{word:08x}");
        if is_seen {
            assert_eq!(machine.cpu.ctr(), ctr, "it was not executed");
        }
    }
}

#[test]
fn an_instruction_address_is_an_event_before_the_instruction() {
    for it in ALL {
        let mut machine = it.machine(&[asm::nop(), asm::li(3, 1)], IDM | IAC1, DE);
        machine.cpu.poke_spr(it.iac[0], START + 4);
        assert_eq!(it.debugged(&mut machine), (START + 4, DE, it.status(IAC1)));
        assert_eq!((machine.cpu.gpr(3), machine.cpu.insns()), (0, 1));
        // While MSR[DE] is 0 it is written down with IDE, and the instruction is executed.
        let mut machine = it.machine(&[asm::nop(), asm::li(3, 1), asm::b(0)], IDM | IAC1, 0);
        machine.cpu.poke_spr(it.iac[0], START + 4);
        assert_eq!(run(&mut machine, 5), Exit::Budget);
        assert_eq!(spr(&machine, it.dbsr), it.status(IAC1) | it.ide());
        assert_eq!(machine.cpu.gpr(3), 1);
    }
}

#[test]
fn instruction_addresses_are_compared_as_ranges_by_state_and_by_address_space() {
    // (DBCR1, MSR besides DE, first instruction of 8 that is an event, if any): Linux DBCR1_IAC1US, _IAC1ER, _IAC12M, _IAC12MX.
    let (pr, is) = (Msr::PR.bits(), Msr::IS.bits());
    for (dbcr1, msr, first) in [
        (0x0000_0000, 0, Some(2)),
        (0x0080_0000, 0, Some(2)),
        (0x00c0_0000, 0, Some(0)),
        (0x8000_0000, 0, Some(2)),
        (0x8000_0000, pr, None),
        (0xc000_0000, 0, None),
        (0xc000_0000, pr, Some(2)),
        (0x2000_0000, 0, Some(2)),
        (0x2000_0000, is, None),
        (0x3000_0000, 0, None),
        (0x3000_0000, is, Some(2)),
    ] {
        for it in [E500, MC, P440] {
            let mut machine = it.machine(&[asm::nop(); 8], IDM | IAC1, DE | msr);
            machine.cpu.poke_spr(booke::DBCR1, dbcr1);
            machine.cpu.poke_spr(it.iac[0], START + 8);
            machine.cpu.poke_spr(it.iac[1], START + 16);
            match first {
                Some(n) => assert_eq!(it.debugged(&mut machine).0, START + 4 * n, "{dbcr1:x} {msr:x}"),
                None => assert_eq!(run(&mut machine, 8), Exit::Budget, "{dbcr1:x} {msr:x}"),
            }
        }
    }
}

#[test]
fn a_range_ends_before_its_second_address_and_the_405_has_it_in_dbcr0() {
    // IA12 0x0020_0000, IA12X 0x0010_0000.
    for (dbcr0, it, dbcr1) in [(0x0020_0000, P405, 0), (0, E500, 0x0080_0000)] {
        let mut machine = it.machine(&[asm::nop(); 8], IDM | IAC1 | dbcr0, DE);
        if dbcr1 != 0 {
            machine.cpu.poke_spr(booke::DBCR1, dbcr1);
        }
        machine.cpu.poke_spr(it.iac[0], START);
        machine.cpu.poke_spr(it.iac[1], START + 8);
        for (n, hits) in [(0, true), (1, true), (2, false), (3, false)] {
            machine.cpu.set_cia(START + 4 * n);
            machine.cpu.set_msr(Msr::DE);
            machine.cpu.poke_spr(it.dbsr, 0);
            let exit = run(&mut machine, 1);
            assert_eq!(exit == Exit::Interrupt(InterruptKind::Debug), hits, "{n}");
        }
    }
    let mut machine = P405.machine(&[asm::nop(); 4], IDM | IAC1 | 0x0030_0000, DE);
    machine.cpu.poke_spr(P405.iac[0], START);
    machine.cpu.poke_spr(P405.iac[1], START + 8);
    assert_eq!(P405.debugged(&mut machine).0, START + 8);
}

/// What enables reads and writes at DAC1, as DBCR0 or on the 405 DBCR1 has it, and DBSR for each.
fn dac(it: Subject) -> [(u64, u64); 2] {
    if it.is_405() {
        [(0x8000_0000, 0x0100_0000), (0x2000_0000, 0x0080_0000)]
    } else {
        [(0x0008_0000, 0x0008_0000), (0x0004_0000, 0x0004_0000)]
    }
}

fn enable_dac(it: Subject, machine: &mut Machine, bits: u64) {
    if it.is_405() {
        machine.cpu.poke_spr(ppc4xx::DBCR1_40X, bits);
        machine.cpu.poke_spr(it.dbcr0, IDM);
    } else {
        machine.cpu.poke_spr(it.dbcr0, IDM | bits);
    }
}

#[test]
fn a_data_address_is_an_event_before_it_is_read_or_written() {
    const AT: u64 = 0x3000;
    let stmw = LoadStore::Stmw.row().encode(&[28, -8, 4]).unwrap();
    for it in ALL {
        let [read, write] = dac(it);
        for (word, is_read, is_written) in [
            (lwz(3, 0, 4), true, false),
            (asm::stw(3, 0, 4), false, true),
            (stmw, false, true),
            (asm::lwarx(3, 0, 4), true, false),
            (asm::stwcx_rc(3, 0, 4), false, true),
            (asm::stw(3, 4, 4), false, false),
            (asm::addi(3, 4, 0), false, false),
        ] {
            for ((enable, status), hits) in [(read, is_read), (write, is_written)] {
                let mut machine = it.machine(&[word, asm::b(0)], 0, DE);
                machine.cpu.set_gpr(3, 7);
                machine.cpu.set_gpr(4, AT);
                machine.cpu.poke_spr(it.dac[0], AT);
                enable_dac(it, &mut machine, enable);
                let what = format!("{} {word:08x} {enable:x}", it.model.name);
                if hits {
                    assert_eq!(it.debugged(&mut machine), (START, DE, status), "{what}");
                    assert_eq!(machine.memory.load(AT), Some([0; 4]), "{what}");
                    assert_eq!(machine.cpu.gpr(3), 7, "{what}");
                } else {
                    assert_eq!(run(&mut machine, 4), Exit::Budget, "{what}");
                    assert_eq!(spr(&machine, it.dbsr), 0, "{what}");
                }
            }
        }
    }
}

#[test]
fn an_alignment_interrupt_goes_before_a_data_address_event() {
    // EREF 2.0 7.11: DAC is the last of a load or store.
    let mut machine = E500.machine(&[asm::lwarx(3, 0, 4)], IDM | 0x000c_0000, DE);
    machine.cpu.set_gpr(4, 0x3002);
    machine.cpu.poke_spr(booke::DAC1, 0x3002);
    assert_eq!(run(&mut machine, 5), Exit::Interrupt(InterruptKind::Alignment));
    assert_eq!(spr(&machine, booke::DBSR), 0);
}

#[test]
fn data_addresses_are_compared_as_ranges_and_by_mask() {
    // Linux DBCR2_DAC12M 0x0080_0000 inclusive, _MX 0x00c0_0000 exclusive, _MM 0x0040_0000 mask.
    for (dbcr2, dac2, offsets) in [
        (0x0080_0000, 0x3010, [false, true, true, false]),
        (0x00c0_0000, 0x3010, [true, false, false, true]),
        (0x0040_0000, 0xffff_fff7, [false, true, true, false]),
    ] {
        for (n, hits) in offsets.into_iter().enumerate() {
            let at = 0x3000 + 8 * n as u64;
            for it in [E500, MC, P440] {
                let mut machine = it.machine(&[lwz(3, 0, 4), asm::b(0)], IDM | 0x0008_0000, DE);
                machine.cpu.set_gpr(4, at - 8);
                machine.cpu.poke_spr(booke::DBCR2, dbcr2);
                machine.cpu.poke_spr(booke::DAC1, 0x3000);
                machine.cpu.poke_spr(booke::DAC2, dac2);
                let is_taken = run(&mut machine, 4) != Exit::Budget;
                assert_eq!(is_taken, hits, "{} {dbcr2:x} {at:x}", it.model.name);
            }
        }
    }
    // D1S of the 405, bits 4:5: any byte of the word.
    for (size, at, hits) in [
        (0, 0x3002, false),
        (0x0800_0000, 0x3002, true),
        (0x0800_0000, 0x3004, false),
    ] {
        let mut machine = P405.machine(
            &[LoadStore::Lbz.row().encode(&[3, 0, 4]).unwrap(), asm::b(0)],
            0,
            DE,
        );
        machine.cpu.set_gpr(4, at);
        machine.cpu.poke_spr(P405.dac[0], 0x3000);
        enable_dac(P405, &mut machine, 0x8000_0000 | size);
        assert_eq!(run(&mut machine, 4) != Exit::Budget, hits, "{at:x}");
    }
}

#[test]
fn a_data_event_of_the_4xx_can_ask_for_a_value_too() {
    // 440: DVC1M all bytes, DVC1BE all. 405: DV1M, DV1BE likewise, and the event is behind the instruction (table 10-23).
    for (it, register, saved) in [
        (P440, ppc440::DVC1, START + 4),
        (P405, ppc4xx::DVC1_40X, START + 8),
    ] {
        let program = [asm::stw(5, 0, 4), asm::stw(6, 0, 4), asm::b(0)];
        for (value, hits) in [(0x1234_5678, true), (0x1234_5679, false)] {
            let mut machine = it.machine(&program, 0, DE);
            for (n, word) in [(4, 0x3000), (5, 0x1234_0000), (6, 0x1234_5678)] {
                machine.cpu.set_gpr(n, word);
            }
            machine.cpu.poke_spr(it.dac[0], 0x3000);
            machine.cpu.poke_spr(register, value);
            if it.is_405() {
                enable_dac(it, &mut machine, 0x2004_f000);
            } else {
                machine.cpu.poke_spr(booke::DBCR2, 0x0004_0f00);
                enable_dac(it, &mut machine, 0x0004_0000);
            }
            if hits {
                assert_eq!(it.debugged(&mut machine), (saved, DE, dac(it)[1].1));
            } else {
                assert_eq!(run(&mut machine, 6), Exit::Budget);
            }
        }
    }
}

#[test]
fn a_trap_is_a_debug_event_before_it_is_a_program_interrupt() {
    for it in ALL {
        let program = [asm::twi(31, 0, 0)];
        let mut machine = it.machine(&program, IDM | TRAP, DE);
        assert_eq!(it.debugged(&mut machine), (START, DE, it.status(TRAP)));
        // Without MSR[DE] the program interrupt comes, and DBSR has the event.
        let mut machine = it.machine(&program, IDM | TRAP, 0);
        assert_eq!(run(&mut machine, 5), Exit::Interrupt(InterruptKind::ProgramTrap));
        assert_eq!(spr(&machine, it.dbsr), it.status(TRAP) | it.ide());
        // A trap that does not is none.
        let mut machine = it.machine(&[asm::twi(0, 0, 0), asm::b(0)], IDM | TRAP, DE);
        assert_eq!(run(&mut machine, 5), Exit::Budget);
    }
}

#[test]
fn a_return_is_an_event_behind_it_on_the_e500_and_before_it_elsewhere() {
    // E500CORERM table 8-2; PPC440x5UM 8.3.6.
    for (it, saved) in [(E500, START + 0x20), (MC, START), (P440, START)] {
        let mut machine = it.machine(&[asm::rfi()], IDM | RET, DE);
        machine.cpu.poke_spr(common::SRR0, START + 0x20);
        machine.cpu.poke_spr(common::SRR1, DE | 0x1000);
        let msr = if it.model.name == "e500v2" {
            DE | 0x1000
        } else {
            DE
        };
        assert_eq!(it.debugged(&mut machine), (saved, msr, RET), "{}", it.model.name);
        // With MSR[DE] = 0: the return is done, and the event is late.
        let mut machine = it.machine(&[asm::rfi()], IDM | RET, 0);
        machine.cpu.poke_spr(common::SRR0, START);
        assert_eq!(run(&mut machine, 3), Exit::Budget);
        assert_eq!(spr(&machine, booke::DBSR), RET | it.ide());
    }
}

#[test]
fn a_return_from_a_critical_interrupt_is_an_event_only_while_debug_interrupts_are_enabled() {
    for it in [E500, P440] {
        for (msr, dbsr) in [(0, 0), (DE, RET)] {
            let mut machine = it.machine(&[asm::rfci()], RET, msr);
            machine.cpu.poke_spr(booke::CSRR0, START + 0x20);
            machine.memory.write_words(START + 0x20, &[asm::b(0)]).unwrap();
            assert_eq!(run(&mut machine, 3), Exit::Budget);
            assert_eq!(spr(&machine, booke::DBSR), dbsr, "{}", it.model.name);
        }
    }
    // The e500mc has an event of its own for it, CRET (Linux DBSR_CRET).
    let mut machine = MC.machine(&[asm::rfci()], IDM | 0x20, DE);
    assert_eq!(MC.debugged(&mut machine), (START, DE, 0x20));
}

#[test]
fn a_noncritical_interrupt_is_an_event_that_stops_at_its_vector() {
    for it in ALL {
        let vector = if it.is_405() { 0xc00 } else { ivor(8) };
        let mut machine = it.machine(&[asm::sc()], IDM | IRPT, DE);
        assert_eq!(run(&mut machine, 5), Exit::Interrupt(InterruptKind::Syscall));
        assert_eq!(it.debugged(&mut machine), (vector, DE, it.status(IRPT)));
        assert_eq!(spr(&machine, common::SRR0), START + 4);
        let mut machine = it.machine(&[asm::sc()], IDM | IRPT, 0);
        assert_eq!(run(&mut machine, 1), Exit::Interrupt(InterruptKind::Syscall));
        assert_eq!(spr(&machine, it.dbsr), it.status(IRPT) | it.ide());
    }
}

#[test]
fn an_event_in_a_critical_handler_interrupts_when_the_handler_returns() {
    // An IAC in code that runs with MSR[DE] = 0, as a critical handler does; rfci sets DE again (PPC440x5UM p. 198:
    // CSRR0 is the address that it returns to).
    for it in [E500, P440, P405] {
        let (csrr0, csrr1) = it.save;
        let mut machine = it.machine(&[asm::nop(), asm::rfci()], IDM | IAC1, 0x1000);
        machine.cpu.poke_spr(it.iac[0], START);
        machine.cpu.poke_spr(csrr0, START + 0x40);
        machine.cpu.poke_spr(csrr1, DE | 0x9000);
        let found = it.debugged(&mut machine);
        assert_eq!(found, (START + 0x40, DE | 0x9000, it.status(IAC1) | it.ide()));
        assert_eq!(machine.cpu.insns(), 2);
    }
    // By mtmsr: the instruction behind it.
    for it in ALL {
        let mut machine = it.machine(&[asm::nop(), asm::mtmsr(3)], IDM | IAC1, 0);
        machine.cpu.poke_spr(it.iac[0], START);
        machine.cpu.set_gpr(3, DE);
        assert_eq!(
            it.debugged(&mut machine),
            (START + 8, DE, it.status(IAC1) | it.ide())
        );
    }
}

#[test]
fn an_event_that_software_clears_in_time_does_not_interrupt() {
    for it in ALL {
        let program = [
            asm::nop(),
            mfspr(5, it.dbsr),
            mtspr(it.dbsr, 5),
            asm::mtmsr(3),
            asm::b(0),
        ];
        let mut machine = it.machine(&program, IDM | IAC1, 0);
        machine.cpu.poke_spr(it.iac[0], START);
        machine.cpu.set_gpr(3, DE);
        assert_eq!(run(&mut machine, 9), Exit::Budget);
        assert_eq!(machine.cpu.gpr(5), it.status(IAC1) | it.ide());
        assert_eq!(spr(&machine, it.dbsr), 0);
    }
}

#[test]
fn without_internal_debug_mode_events_are_recorded_and_do_not_interrupt() {
    for it in ALL {
        let mut machine = it.machine(&[asm::b(4), asm::b(0)], BRT | IAC1, DE);
        machine.cpu.poke_spr(it.iac[0], START);
        assert_eq!(run(&mut machine, 5), Exit::Budget);
        assert_eq!(spr(&machine, it.dbsr), it.status(BRT) | it.status(IAC1));
        // Switched on, what is there asks at once: that is why software clears it first.
        machine.cpu.poke_spr(it.dbcr0, IDM);
        assert_eq!(it.debugged(&mut machine).0, START + 4);
    }
}

#[test]
fn facilities_that_an_external_debugger_owns_do_nothing() {
    for it in ALL {
        let mut machine = it.machine(&[asm::b(0)], EDM | IDM | ICMP | BRT | IAC1, DE);
        machine.cpu.poke_spr(it.iac[0], START);
        assert_eq!(run(&mut machine, 5), Exit::Budget);
        assert_eq!(spr(&machine, it.dbsr), 0);
        // Software cannot set EDM.
        let mut machine = it.machine(&[mtspr(it.dbcr0, 3)], 0, 0);
        machine.cpu.set_gpr(3, EDM | IDM);
        assert_eq!(run(&mut machine, 1), Exit::Budget);
        assert_eq!(spr(&machine, it.dbcr0), IDM);
    }
}

#[test]
fn a_system_call_is_a_step_that_ends_at_its_handler() {
    // E500CORERM 8.4.5: sc completes, then it interrupts.
    for it in ALL {
        let vector = if it.is_405() { 0xc00 } else { ivor(8) };
        let mut machine = it.machine(&[asm::sc()], IDM | ICMP, DE);
        assert_eq!(run(&mut machine, 5), Exit::Interrupt(InterruptKind::Syscall));
        assert_eq!(it.debugged(&mut machine), (vector, DE, it.status(ICMP)));
        // Other interrupts suppress their instruction: no step before the handler's first one.
        let mut machine = it.machine(&[0], IDM | ICMP, DE);
        assert_eq!(
            run(&mut machine, 5),
            Exit::Interrupt(InterruptKind::ProgramIllegal)
        );
        assert_eq!(spr(&machine, it.dbsr), 0);
    }
}

#[test]
fn an_instruction_that_disables_debug_interrupts_leaves_its_event_for_later() {
    // PPC440x5UM p. 198. IDE is 0: MSR[DE] was 1.
    for it in ALL {
        let mut machine = it.machine(&[asm::mtmsr(3), asm::nop(), asm::mtmsr(4)], IDM | ICMP, DE);
        machine.cpu.set_gpr(4, DE);
        assert_eq!(it.debugged(&mut machine), (START + 12, DE, it.status(ICMP)));
    }
}

#[test]
fn enabling_steps_is_no_step_of_its_own_and_does_not_leave() {
    for it in ALL {
        let mut machine = it.machine(&[mtspr(it.dbcr0, 3), asm::nop(), asm::nop()], 0, DE);
        machine.cpu.set_gpr(3, IDM | ICMP);
        assert_eq!(it.debugged(&mut machine).0, START + 8, "{}", it.model.name);
    }
}

/// A stepping machine that stands at an access which left.
fn at_exit(it: Subject, word: u32) -> Machine {
    let mut machine = it.machine(&[word, asm::li(3, 9)], IDM | ICMP, DE);
    machine.cpu.set_gpr(4, 0x10_0000);
    assert!(run(&mut machine, 5).awaits_reply());
    assert_eq!(machine.cpu.insns(), 0);
    machine
}

#[test]
fn a_step_over_an_access_that_leaves_is_one_step_behind_its_completion() {
    let lmw = LoadStore::Lmw.row().encode(&[30, 0, 4]).unwrap();
    for it in ALL {
        for (word, exits) in [
            (mtspr(UNKNOWN, 3), 1),
            (mfspr(3, UNKNOWN), 1),
            (lwz(3, 0, 4), 1),
            (asm::stw(3, 0, 4), 1),
            (lmw, 2),
        ] {
            let mut machine = at_exit(it, word);
            for n in 1..=exits {
                assert_eq!(spr(&machine, it.dbsr), 0);
                machine.cpu.complete(Reply::Done(5)).unwrap();
                if n < exits {
                    assert!(run(&mut machine, 5).awaits_reply());
                }
            }
            assert_eq!(it.debugged(&mut machine), (START + 4, DE, it.status(ICMP)));
            assert_eq!((machine.cpu.insns(), machine.cpu.deliveries()), (1, 1));
        }
    }
}

#[test]
fn a_snapshot_in_the_middle_of_a_step_is_completed_elsewhere_just_so() {
    for it in ALL {
        for reply in [Reply::Done(5), Reply::NoOp, Reply::Fault(Fault::Illegal)] {
            let machine = at_exit(it, mtspr(UNKNOWN, 3));
            let mut other = Machine::new(&E500V2, Memory::with_ram(kit::RAM).unwrap());
            other.cpu = Cpu::from_snapshot(&machine.cpu.snapshot()).unwrap();
            other.memory = machine.memory.clone();
            let ends = [machine, other].map(|mut machine| {
                machine.cpu.complete(reply).unwrap();
                (run(&mut machine, 9), machine.cpu.snapshot())
            });
            assert!(ends[0] == ends[1]);
            let kind = if reply == Reply::Fault(Fault::Illegal) {
                InterruptKind::ProgramIllegal
            } else {
                InterruptKind::Debug
            };
            assert_eq!(ends[0].0, Exit::Interrupt(kind), "{}", it.model.name);
        }
    }
}

#[test]
fn a_step_whose_access_is_cancelled_begins_anew() {
    for it in ALL {
        let mut machine = at_exit(it, mtspr(UNKNOWN, 3));
        machine.cpu.cancel();
        assert!(matches!(run(&mut machine, 5), Exit::Spr(_)));
        machine.cpu.complete(Reply::Done(0)).unwrap();
        assert_eq!(it.debugged(&mut machine).0, START + 4);
        // Sent elsewhere it is over.
        let mut machine = at_exit(it, mtspr(UNKNOWN, 3));
        machine.cpu.set_cia(START + 4);
        machine.cpu.poke_spr(it.dbcr0, 0);
        assert_eq!(run(&mut machine, 1), Exit::Budget);
        assert_eq!(spr(&machine, it.dbsr), 0);
    }
}

#[test]
fn a_budget_that_ends_with_the_step_leaves_its_interrupt_to_the_next_call() {
    for it in ALL {
        let mut machine = it.machine(&[asm::nop(), asm::li(3, 1)], IDM | ICMP, DE);
        assert_eq!(run(&mut machine, 1), Exit::Budget);
        assert_eq!((machine.cpu.insns(), machine.cpu.deliveries()), (1, 0));
        assert_eq!(it.debugged(&mut machine).0, START + 4);
    }
}

#[test]
fn the_debug_interrupt_goes_before_the_external_one() {
    // EREF 2.0 7.11.
    for it in ALL {
        let mut machine = it.machine(&[asm::nop()], IDM | ICMP, DE | 0x8000);
        assert_eq!(run(&mut machine, 1), Exit::Budget);
        machine.cpu.set_external(true);
        assert_eq!(
            it.debugged(&mut machine),
            (START + 4, DE | 0x8000, it.status(ICMP))
        );
    }
}

#[test]
fn a_breakpoint_of_the_caller_is_another_thing() {
    for it in ALL {
        let mut machine = it.machine(&[asm::nop(), asm::nop()], IDM | ICMP, DE);
        machine.cpu.set_breakpoints(&[START, it.vector]);
        assert_eq!(run(&mut machine, 9), Exit::Debug { cia: START });
        assert_eq!(machine.cpu.step(&mut machine.memory), Ok(Exit::Budget));
        assert_eq!(it.debugged(&mut machine).0, START + 4);
        assert_eq!(run(&mut machine, 9), Exit::Debug { cia: it.vector });
    }
}

#[test]
fn the_hypervisor_of_the_e500mc_can_keep_events_out_of_its_own_state() {
    // EPCR[DUVD], bit 37.
    for (msr, hits) in [(DE, false), (DE | Msr::GS.bits(), true)] {
        let mut machine = MC.machine(&[asm::b(0)], IDM | ICMP, msr);
        machine.cpu.poke_spr(e500::EPCR, 0x0400_0000);
        assert_eq!(run(&mut machine, 4) != Exit::Budget, hits);
    }
}

#[test]
fn dbsrwr_of_the_e500mc_sets_dbsr_once_the_core_owns_it() {
    let program = [mtspr(e500::DBSRWR, 3), asm::nop()];
    let mut machine = MC.machine(&program, IDM, DE);
    machine.cpu.set_gpr(3, 0x4000_0000);
    assert!(
        matches!(run(&mut machine, 1), Exit::Spr(_)),
        "user space had it first"
    );
    let mut machine = MC.machine(&program, IDM, DE);
    machine.cpu.set_gpr(3, 0x4000_0000);
    machine.cpu.set_owner(e500::DBSRWR, Owner::Core).unwrap();
    // UDE, as if it had happened: the interrupt follows at once.
    assert_eq!(MC.debugged(&mut machine), (START + 4, DE, 0x4000_0000));
}

#[test]
fn an_event_of_the_e500mc_may_be_linked_to_the_address_of_its_instruction() {
    // DBCR2[DACLINK1], bit 10: DAC1 counts at IAC1 alone, and IAC1 not by itself.
    let program = [lwz(3, 0, 4), lwz(3, 0, 4), asm::b(0)];
    let mut machine = MC.machine(&program, IDM | IAC1 | 0x0008_0000, DE);
    machine.cpu.set_gpr(4, 0x3000);
    machine.cpu.poke_spr(booke::DBCR2, 0x0020_0000);
    machine.cpu.poke_spr(booke::DAC1, 0x3000);
    machine.cpu.poke_spr(booke::IAC1, START + 4);
    assert_eq!(MC.debugged(&mut machine), (START + 4, DE, 0x0008_0000));
}
