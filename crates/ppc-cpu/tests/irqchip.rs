//! The interrupt controller in the core: the same guest finds what it finds with the controller in user space.
//!
//! The second source is the user-space way itself: a loop that answers MMIO, drives the external input after every instruction
//! and gives EPR its vector at delivery, written without knowing the core's.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::random::{Random, cases};
use kit::{START, machine, mfspr, run, spr};
use mpic::{Line, Mpic, at};
use ppc_cpu::model::{E500MC, E500V2, Model, PPC750};
use ppc_cpu::{Cpu, Machine};
use ppc_decode::asm;
use spr_exit::num::e500::{EPCR, EPR};
use spr_exit::{Capabilities, Capability, EnableCap, Exit, InterruptKind, Msr, Reply, Vcpu};

const BASE: u64 = 0xe004_0000;
const PROXY: u64 = 0x6000_0000;
/// The handler of external interrupts: IVOR4 of [`machine`].
const HANDLER: u64 = 0x2400;

fn with_irqchip(mut it: Machine) -> Machine {
    it.enable_cap(&EnableCap::new(Capability::IrqChip, 1)).unwrap();
    it
}

/// Stores of r20 to r29 to registers of the controller, loads of them, and some others. r31 is its base, r30 that of the
/// sources.
fn instruction(random: &mut Random) -> u32 {
    let value = 20 + random.number(10);
    match random.below(8) {
        0 => asm::wrteei(random.number(2)),
        1 => asm::addi(3, 3, 1),
        2 => asm::lwz(12, random.pick(&[0x80, 0xa0, 0xb0, 0x1020, 0x1100, 0x10a0]), 31),
        3 => asm::stw(value, random.pick(&[0x10, 0x30]) - 0x10, 30),
        4 => asm::stw(value, random.pick(&[0x1100, 0x1110, 0x1120, 0x1300]), 31),
        5 => asm::stw(20, 0xb0, 31),
        _ => asm::stw(
            value,
            random.pick(&[0x40, 0x50, 0x80, 0x1020, 0x10a0, 0x10b0]),
            31,
        ),
    }
}

/// The program ends with a jump to its beginning; the handler reads EPR or IACK, and ends the interrupt or not.
fn guest(random: &mut Random, model: &'static Model) -> Machine {
    let mut program = vec![
        asm::stw(random.pick(&[21, 22]), 0x1020, 31),
        asm::stw(20, 0x80, 31),
    ];
    program.extend((0..38).map(|_| instruction(random)));
    program.push(asm::b(-160));
    let mut it = machine(model, &program);
    let acknowledge = if random.one_in(2) {
        mfspr(10, EPR)
    } else {
        asm::lwz(10, 0xa0, 31)
    };
    let end = if random.one_in(8) {
        asm::nop()
    } else {
        asm::stw(20, 0xb0, 31)
    };
    let handler = [
        acknowledge,
        asm::add(11, 11, 10),
        asm::addi(13, 13, 1),
        end,
        asm::rfi(),
    ];
    it.memory.write_words(HANDLER, &handler).unwrap();
    let values = [
        0,
        PROXY,
        0x2000_0000,
        7,
        1,
        5 << 16 | 0x42,
        9 << 16 | 0x43,
        3,
        4,
        0x100,
    ];
    for (n, value) in values.into_iter().enumerate() {
        it.cpu.set_gpr(20 + n, value);
    }
    it.cpu.set_gpr(30, BASE + at::EIVPR);
    it.cpu.set_gpr(31, BASE);
    it
}

/// The controller in user space, a look at it between any two instructions.
fn in_user_space(it: &mut Machine, mpic: &mut Mpic, insns: u64) {
    it.cpu.config_mut().epr_on_delivery = true;
    it.cpu.set_owner(EPR, spr_exit::Owner::Core).unwrap();
    let end = it.cpu.work() + insns;
    let mut before = it.cpu.insns();
    while it.cpu.work() < end || it.cpu.pending().is_some() {
        it.set_budget(1);
        let exit = it.run().unwrap();
        mpic.advance(it.cpu.insns() - before);
        before = it.cpu.insns();
        match exit {
            Exit::Mmio(at) => {
                let offset = at.phys_addr - BASE;
                let value = if at.is_write {
                    mpic.write(0, offset, u32::try_from(at.data).unwrap()).unwrap();
                    0
                } else {
                    mpic.read(0, offset).unwrap().into()
                };
                it.complete(Reply::Done(value)).unwrap();
            }
            Exit::Epr => {
                let vector = if mpic.is_proxy() {
                    u64::from(mpic.acknowledge(0))
                } else {
                    spr(it, EPR)
                };
                it.complete(Reply::Done(vector)).unwrap();
            }
            Exit::Budget => {}
            other => panic!("{other:?}"),
        }
        mpic.advance(it.cpu.insns() - before);
        before = it.cpu.insns();
        it.cpu.set_external(mpic.is_asserted(0));
    }
}

fn what_the_guest_finds(cpu: &Cpu) -> (Vec<u64>, u64, u64, Msr, u64, u64) {
    (
        (0..32).map(|n| cpu.gpr(n)).collect(),
        cpu.cia(),
        cpu.insns(),
        cpu.msr(),
        cpu.deliveries(),
        cpu.peek_spr(EPR).unwrap(),
    )
}

#[test]
fn random_guests_find_the_same_with_the_controller_in_the_core_and_in_user_space() {
    let mut interrupts = 0;
    for case in cases(300) {
        let mut random = Random::of_case(case);
        let user = guest(&mut random, &E500MC);
        let mut core = with_irqchip(user.clone());
        let (mut user, mut mpic) = (user, Mpic::new(1));
        for budget in [1, 7, 50, 200, 3, 150] {
            in_user_space(&mut user, &mut mpic, budget);
            // In pieces of any size, through a snapshot now and then.
            let end = core.cpu.work() + budget;
            while core.cpu.work() < end {
                let piece = (1 + random.below(60)).min(end - core.cpu.work());
                assert_eq!(run(&mut core, piece), Exit::Budget);
                if random.one_in(4) {
                    let saved = serde_json::to_string(&core.cpu.snapshot()).unwrap();
                    core.cpu.restore(&serde_json::from_str(&saved).unwrap()).unwrap();
                }
            }
            assert_eq!(
                what_the_guest_finds(&core.cpu),
                what_the_guest_finds(&user.cpu),
                "case {case}"
            );
        }
        interrupts += core.cpu.deliveries();
    }
    assert!(interrupts > 1000, "{interrupts} interrupts: hardly a test");
}

/// A CPU that waits for a timer of the controller, 5 counts of 8 ticks long.
fn waiting(model: &'static Model, vpr: u32) -> Machine {
    let store = |offset: i64| asm::stw(20, offset, 31);
    let program = [
        asm::lis(20, 0x2000),
        store(0x1020),
        asm::li(20, 0),
        store(0x80),
        asm::mr(20, 21),
        store(0x1120),
        asm::li(20, 5),
        store(0x1110),
        asm::wrteei(1),
        asm::b(0),
    ];
    let mut it = with_irqchip(machine(model, &program));
    it.cpu.config_mut().report_interrupts = true;
    it.cpu.set_gpr(31, BASE);
    it.cpu.set_gpr(21, vpr.into());
    it
}

#[test]
fn a_timer_of_the_controller_interrupts_at_its_tick() {
    let mut it = waiting(&E500MC, 5 << 16 | 0x60);
    assert_eq!(run(&mut it, 1000), Exit::Interrupt(InterruptKind::External));
    // Seven instructions before the store that starts it, whose own tick is the first of forty.
    assert_eq!(it.cpu.insns(), 7 + 40);
    assert_eq!(it.cpu.irqchip().unwrap().peek(0), 0x60);
}

/// `wait` of Power ISA 2.06.
const WAIT: u32 = 0x7c00_007c;

#[test]
fn a_waiting_cpu_is_woken_by_a_timer_of_the_controller_unless_it_is_masked() {
    for (vpr, expected) in [
        (5 << 16 | 0x60, Exit::Interrupt(InterruptKind::External)),
        (1 << 31, Exit::Wait),
    ] {
        let mut it = waiting(&E500MC, vpr);
        it.memory.write_words(START + 36, &[WAIT]).unwrap();
        assert_eq!(run(&mut it, 1000), expected);
    }
}

#[test]
fn a_timer_of_the_controller_wakes_whom_its_interrupt_is_enabled_for() {
    const EXTGS: u64 = 0x8000_0000;
    // A guest takes the hypervisor's whatever MSR[EE] says, and its own as MSR[EE] says; the hypervisor takes none of a guest's.
    for (epcr, msr, wakes) in [
        (0, Msr::GS, true),
        (0, Msr::empty(), false),
        (EXTGS, Msr::GS, false),
        (EXTGS, Msr::GS | Msr::EE, true),
        (EXTGS, Msr::EE, false),
    ] {
        let mut it = waiting(&E500MC, 5 << 16 | 0x60);
        it.memory.write_words(START + 32, &[asm::nop(), WAIT]).unwrap();
        assert_eq!(run(&mut it, 9), Exit::Budget);
        it.cpu.poke_spr(EPCR, epcr);
        it.cpu.set_msr(msr);
        let expected = if wakes {
            Exit::Interrupt(InterruptKind::External)
        } else {
            Exit::Wait
        };
        assert_eq!(run(&mut it, 1000), expected, "{epcr:x} {msr:?}");
        // For what cannot wake it the clock does not go on.
        assert_eq!(it.cpu.time_base(), if wakes { 7 + 40 } else { 10 });
    }
}

#[test]
fn a_waiting_cpu_is_woken_by_an_input_of_the_controller() {
    let program = [
        asm::stw(20, 0x1020, 31),
        asm::stw(21, 0x80, 31),
        asm::stw(22, 0, 30),
        asm::wrteei(1),
        WAIT,
    ];
    let mut it = with_irqchip(machine(&E500MC, &program));
    it.cpu.config_mut().report_interrupts = true;
    for (register, value) in [(20, 0x2000_0000), (21, 0), (22, 1 << 22 | 3 << 16 | 9)] {
        it.cpu.set_gpr(register, value);
    }
    it.cpu.set_gpr(30, BASE + at::EIVPR);
    it.cpu.set_gpr(31, BASE);
    assert_eq!(run(&mut it, 100), Exit::Wait);
    assert!(it.cpu.set_irq(Line::External(0), true));
    assert_eq!(run(&mut it, 100), Exit::Interrupt(InterruptKind::External));
    assert_eq!(spr(&it, spr_exit::num::common::SRR0), START + 20);
}

#[test]
fn what_the_controller_has_no_register_for_leaves_as_before() {
    for (load, address) in [
        (asm::lwz(3, 0, 31), BASE + 0x1200),
        (asm::lbz(3, 0, 31), BASE + at::CTPR),
        (asm::lwz(3, 0, 31), BASE + Mpic::SIZE),
        (asm::lwz(3, 0, 31), BASE - 4),
    ] {
        let mut it = with_irqchip(machine(&E500V2, &[load]));
        it.cpu.set_gpr(31, address);
        let exit = run(&mut it, 1);
        assert!(
            matches!(exit, Exit::Mmio(at) if at.phys_addr == address),
            "{exit:?}"
        );
    }
}

#[test]
fn a_multiple_access_goes_over_from_memory_into_the_controller_and_out_of_it() {
    // lmw r28, 0(r3): one register, and three words behind it where there is none.
    let mut it = with_irqchip(machine(&E500V2, &[0xbb83_0000]));
    it.cpu.set_gpr(3, BASE + at::SVR);
    let exit = run(&mut it, 1);
    assert!(
        matches!(exit, Exit::Mmio(at) if at.phys_addr == BASE + at::SVR + 4),
        "{exit:?}"
    );
    it.complete(Reply::Done(5)).unwrap();
    for value in [6, 7] {
        assert!(matches!(run(&mut it, 1), Exit::Mmio(_)));
        it.complete(Reply::Done(value)).unwrap();
    }
    assert_eq!(
        (28..32).map(|n| it.cpu.gpr(n)).collect::<Vec<_>>(),
        [0xffff, 5, 6, 7]
    );
}

#[test]
fn the_capability_puts_the_controller_where_it_is_told_and_takes_it_away_again() {
    let mut it = machine(&PPC750, &[asm::lwz(3, 0x80, 31), asm::lwz(4, 0x80, 31)]);
    let cap = |is_on, base| EnableCap {
        args: [is_on, base, 0, 0],
        ..EnableCap::new(Capability::IrqChip, is_on)
    };
    assert!(it.enable_cap(&cap(1, 0x1000)).is_err());
    assert!(it.cpu.irqchip().is_none());
    assert!(it.enable_cap(&cap(2, 0)).is_err());
    assert!(!it.cpu.set_irq(Line::External(0), true));
    it.enable_cap(&cap(1, 0x8000_0000)).unwrap();
    it.cpu.set_gpr(31, 0x8000_0000);
    assert_eq!(run(&mut it, 1), Exit::Budget);
    assert_eq!(it.cpu.gpr(3), 15, "CTPR after power-on");
    it.enable_cap(&cap(0, 0)).unwrap();
    assert!(matches!(run(&mut it, 1), Exit::Mmio(_)));
}

#[test]
fn a_reset_starts_the_controller_afresh_and_leaves_its_inputs() {
    let mut it = waiting(&E500MC, 5 << 16 | 0x60);
    it.cpu.set_irq(Line::External(0), true);
    assert_eq!(run(&mut it, 8), Exit::Budget);
    it.reset(None);
    assert_eq!(it.cpu.irqchip().unwrap().peek_register(0, at::CTPR), Some(15));
    assert!(
        it.cpu.inputs().contains(ppc_cpu::interrupt::Input::CONTROLLER),
        "input 0, passed through"
    );
    it.cpu.set_irq(Line::External(0), false);
    assert!(!it.cpu.inputs().contains(ppc_cpu::interrupt::Input::CONTROLLER));
}
