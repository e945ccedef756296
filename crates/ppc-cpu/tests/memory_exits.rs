//! Loads and stores that leave as MMIO: every shape, what is left undone until the answer, and multiples in pieces.
//!
//! Expected values are Power ISA 3.0B Book I 3.3.2 to 3.3.5 (and 1.10 for byte order), worked out by hand.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::{RAM, START, machine, run};
use ppc_cpu::model::{E500V2, MODELS, Model, POWER9, PPC750};
use ppc_cpu::{Machine, Memory};
use ppc_decode::LoadStore::{self, *};
use ppc_decode::{Row, asm};
use spr_exit::{Exit, InterruptKind, MmioAccess, Msr, Reply, ResetKind, VcpuError};

/// Where the device is: no RAM.
const DEVICE: u64 = 0x8000_0000;
/// What the device gives.
const VALUE: u64 = 0x8182_8384_8586_8788;

/// How the operands of a row are ordered.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// `RT, D(RA)`.
    D,
    /// `RT, RA, RB`.
    X,
}

/// Bytes, whether the value is sign-extended, whether it is an update form, whether it is reversed, whether only 64-bit
/// CPUs have it.
struct Shape {
    op: LoadStore,
    form: Form,
    len: u32,
    /// What RT gets of [`VALUE`] as the device's number of `len` bytes.
    loads: u64,
    is_update: bool,
    is_reversed: bool,
    only_64: bool,
}

const fn shape(op: LoadStore, form: Form, len: u32, loads: u64) -> Shape {
    Shape {
        op,
        form,
        len,
        loads,
        is_update: false,
        is_reversed: false,
        only_64: false,
    }
}

const fn update(op: LoadStore, form: Form, len: u32, loads: u64) -> Shape {
    Shape {
        is_update: true,
        ..shape(op, form, len, loads)
    }
}

const fn wide(shape: Shape) -> Shape {
    Shape {
        only_64: true,
        ..shape
    }
}

const fn reversed(op: LoadStore, len: u32, loads: u64) -> Shape {
    Shape {
        is_reversed: true,
        ..shape(op, Form::X, len, loads)
    }
}

/// Low byte, halfword, word of [`VALUE`], and the sign-extended ones.
const B: u64 = 0x88;
const H: u64 = 0x8788;
const HA: u64 = 0xffff_ffff_ffff_8788;
const W: u64 = 0x8586_8788;
const WA: u64 = 0xffff_ffff_8586_8788;

#[rustfmt::skip]
const LOADS: [Shape; 26] = [
    shape(Lbz, Form::D, 1, B), update(Lbzu, Form::D, 1, B), shape(Lbzx, Form::X, 1, B), update(Lbzux, Form::X, 1, B),
    shape(Lhz, Form::D, 2, H), update(Lhzu, Form::D, 2, H), shape(Lhzx, Form::X, 2, H), update(Lhzux, Form::X, 2, H),
    shape(Lha, Form::D, 2, HA), update(Lhau, Form::D, 2, HA), shape(Lhax, Form::X, 2, HA), update(Lhaux, Form::X, 2, HA),
    shape(Lwz, Form::D, 4, W), update(Lwzu, Form::D, 4, W), shape(Lwzx, Form::X, 4, W), update(Lwzux, Form::X, 4, W),
    wide(shape(Lwa, Form::D, 4, WA)), wide(shape(Lwax, Form::X, 4, WA)), wide(update(Lwaux, Form::X, 4, WA)),
    wide(shape(Ld, Form::D, 8, VALUE)), wide(update(Ldu, Form::D, 8, VALUE)), wide(shape(Ldx, Form::X, 8, VALUE)),
    wide(update(Ldux, Form::X, 8, VALUE)),
    reversed(Lhbrx, 2, H), reversed(Lwbrx, 4, W), wide(reversed(Ldbrx, 8, VALUE)),
];

#[rustfmt::skip]
const STORES: [Shape; 19] = [
    shape(Stb, Form::D, 1, B), update(Stbu, Form::D, 1, B), shape(Stbx, Form::X, 1, B), update(Stbux, Form::X, 1, B),
    shape(Sth, Form::D, 2, H), update(Sthu, Form::D, 2, H), shape(Sthx, Form::X, 2, H), update(Sthux, Form::X, 2, H),
    shape(Stw, Form::D, 4, W), update(Stwu, Form::D, 4, W), shape(Stwx, Form::X, 4, W), update(Stwux, Form::X, 4, W),
    wide(shape(Std, Form::D, 8, VALUE)), wide(update(Stdu, Form::D, 8, VALUE)), wide(shape(Stdx, Form::X, 8, VALUE)),
    wide(update(Stdux, Form::X, 8, VALUE)),
    reversed(Sthbrx, 2, H), reversed(Stwbrx, 4, W), wide(reversed(Stdbrx, 8, VALUE)),
];

impl Shape {
    /// With RT = r3, RA = r4, RB = r5, displacement 16; r4 + r5 is the same address.
    fn word(&self) -> u32 {
        let row: &Row = self.op.row();
        let operands = if self.form == Form::D {
            [3, 16, 4]
        } else {
            [3, 4, 5]
        };
        row.encode(&operands).unwrap()
    }

    fn is_on(&self, model: &Model) -> bool {
        // ldbrx and stdbrx came with version 2.06, lha and the like are everybody's.
        (!self.only_64 || model.is_64bit) && model.isa.contains(self.op.row().isa)
    }
}

/// The machine at the access, with the exit it left with.
fn leave(model: &'static Model, shape: &Shape, is_little: bool) -> (Machine, MmioAccess) {
    let word = shape.word();
    let mut it = machine(model, &[word, asm::nop()]);
    if is_little {
        it.memory.write_bytes(START, &word.to_le_bytes()).unwrap();
        it.cpu.set_msr(it.cpu.msr() | Msr::LE);
    }
    it.cpu.set_gpr(3, VALUE);
    it.cpu.set_gpr(4, DEVICE - 16);
    it.cpu.set_gpr(5, 16);
    let Exit::Mmio(at) = run(&mut it, 10) else {
        panic!("{} {:?}", model.name, shape.op)
    };
    assert_eq!(
        (it.cpu.cia(), it.cpu.insns()),
        (START, 0),
        "it waits on the instruction"
    );
    assert_eq!(
        (it.cpu.gpr(4), at.cia, at.word),
        (DEVICE - 16, START, word),
        "nothing is done yet"
    );
    (it, at)
}

fn width(model: &Model, value: u64) -> u64 {
    if model.is_64bit {
        value
    } else {
        value & 0xffff_ffff
    }
}

/// The low word of a GPR where the upper one is SPE's.
fn gpr(it: &Machine, n: usize) -> u64 {
    width(it.cpu.model(), it.cpu.gpr(n))
}

#[test]
fn every_load_leaves_with_its_address_and_length_and_takes_the_answer_in_its_own_way() {
    for model in MODELS {
        for shape in LOADS.iter().filter(|shape| shape.is_on(model)) {
            let what = format!("{} {:?}", model.name, shape.op);
            let (mut it, at) = leave(model, shape, false);
            assert_eq!(
                (at.phys_addr, at.len, at.is_write, at.data, at.is_little_endian),
                (DEVICE, shape.len, false, 0, shape.is_reversed),
                "{what}"
            );
            // Bits above the length are the bus's business.
            it.cpu.complete(Reply::Done(VALUE)).unwrap();
            assert_eq!(gpr(&it, 3), width(model, shape.loads), "{what}");
            let ra = if shape.is_update { DEVICE } else { DEVICE - 16 };
            assert_eq!(
                (it.cpu.gpr(4), it.cpu.cia(), it.cpu.insns()),
                (ra, START + 4, 1),
                "{what}"
            );
        }
    }
}

#[test]
fn every_store_leaves_with_its_value_and_updates_only_when_it_is_done() {
    for model in MODELS {
        for shape in STORES.iter().filter(|shape| shape.is_on(model)) {
            let what = format!("{} {:?}", model.name, shape.op);
            let (mut it, at) = leave(model, shape, false);
            assert_eq!(
                (at.phys_addr, at.len, at.is_write, at.data, at.is_little_endian),
                (DEVICE, shape.len, true, shape.loads, shape.is_reversed),
                "{what}"
            );
            it.cpu.complete(Reply::Done(0x55)).unwrap();
            let ra = if shape.is_update { DEVICE } else { DEVICE - 16 };
            assert_eq!((gpr(&it, 3), it.cpu.gpr(4)), (width(model, VALUE), ra), "{what}");
            assert_eq!(it.cpu.cia(), START + 4, "{what}");
        }
    }
}

#[test]
fn the_same_access_to_ram_gives_the_same_registers_as_the_device_would() {
    // The bytes that the device would put on the bus, in RAM: one path checks the other.
    for model in MODELS {
        for is_little in [false, true]
            .into_iter()
            .filter(|little| !little || model.is_64bit && model.msr_implemented.contains(Msr::LE))
        {
            for shape in LOADS.iter().filter(|shape| shape.is_on(model)) {
                let (mut there, at) = leave(model, shape, is_little);
                assert_eq!(
                    at.is_little_endian,
                    is_little != shape.is_reversed,
                    "{} {:?}",
                    model.name,
                    shape.op
                );
                let bytes = [0x91, 0x12, 0x93, 0x14, 0x95, 0x16, 0x97, 0x18];
                there.cpu.complete(Reply::Done(at.value_of(bytes))).unwrap();
                let mut here = there.clone();
                here.cpu.set_cia(START);
                here.cpu.set_gpr(3, VALUE);
                here.cpu.set_gpr(4, 0x4000 - 16);
                here.memory.write_bytes(0x4000, &bytes).unwrap();
                assert_eq!(run(&mut here, 1), Exit::Budget);
                assert_eq!(here.cpu.gpr(3), there.cpu.gpr(3), "{} {:?}", model.name, shape.op);
            }
            for shape in STORES.iter().filter(|shape| shape.is_on(model)) {
                let (there, at) = leave(model, shape, is_little);
                let mut here = there.clone();
                here.cpu.set_cia(START);
                here.cpu.set_gpr(4, 0x4000 - 16);
                assert_eq!(run(&mut here, 1), Exit::Budget);
                assert_eq!(
                    here.memory.load::<8>(0x4000),
                    Some(at.bytes()),
                    "{} {:?}",
                    model.name,
                    shape.op
                );
            }
        }
    }
}

#[test]
fn the_bus_neither_refuses_an_access_nor_leaves_it_undone() {
    let (mut it, at) = leave(&E500V2, &LOADS[0], false);
    for reply in [
        Reply::NoOp,
        Reply::Fault(spr_exit::Fault::Illegal),
        Reply::Fault(spr_exit::Fault::Privileged),
    ] {
        assert_eq!(it.cpu.complete(reply), Err(VcpuError::ReplyNotPossible(reply)));
        assert_eq!(it.cpu.pending(), Some(Exit::Mmio(at)));
    }
}

#[test]
fn a_store_into_rom_leaves_and_a_load_from_it_does_not() {
    let mut it = machine(&PPC750, &[asm::lwz(3, 0, 4), asm::stw(3, 0, 4)]);
    it.memory.add_rom(0xfff0_0000, &[1, 2, 3, 4]).unwrap();
    it.cpu.set_gpr(4, 0xfff0_0000);
    let Exit::Mmio(at) = run(&mut it, 10) else {
        panic!("a flash device may take it")
    };
    assert_eq!((at.is_write, at.data, it.cpu.insns()), (true, 0x0102_0304, 1));
}

#[test]
fn an_access_over_the_end_of_ram_leaves_whole_and_stores_nothing() {
    for model in MODELS {
        let mut it = machine(model, &[asm::stw(3, 0, 4)]);
        it.cpu.set_gpr(3, 0x1122_3344);
        it.cpu.set_gpr(4, RAM - 2);
        let Exit::Mmio(at) = run(&mut it, 10) else {
            panic!("{}", model.name)
        };
        assert_eq!((at.phys_addr, at.len), (RAM - 2, 4));
        assert_eq!(it.memory.load::<2>(RAM - 2), Some([0, 0]));
    }
}

/// `lmw rN, 0(r4)`.
const fn lmw(rt: u32) -> u32 {
    0xb804_0000 | rt << 21
}

/// `stmw rN, 0(r4)`.
const fn stmw(rs: u32) -> u32 {
    0xbc04_0000 | rs << 21
}

/// A machine about to execute `word` with r4 = `address`.
fn multiple(model: &'static Model, word: u32, address: u64) -> Machine {
    let mut it = machine(model, &[word, asm::nop(), asm::nop()]);
    it.cpu.set_gpr(4, address);
    it
}

#[test]
fn a_multiple_load_leaves_once_for_each_register_outside_ram_and_in_order() {
    for model in MODELS {
        // r26 and r27 from RAM, r28 to r31 from the device.
        let mut it = multiple(model, lmw(26), RAM - 8);
        it.memory.write_words(RAM - 8, &[0xa, 0xb]).unwrap();
        for n in 0..4 {
            let Exit::Mmio(at) = run(&mut it, 100) else {
                panic!("{}", model.name)
            };
            assert_eq!((at.phys_addr, at.len, at.cia), (RAM + 4 * n, 4, START));
            assert_eq!((it.cpu.insns(), it.cpu.cia()), (0, START));
            it.cpu.complete(Reply::Done(0x100 + n)).unwrap();
        }
        assert_eq!(
            (it.cpu.insns(), it.cpu.cia()),
            (1, START + 4),
            "the last answer ends it"
        );
        let found: Vec<u64> = (26..32).map(|n| it.cpu.gpr(n)).collect();
        assert_eq!(found, [0xa, 0xb, 0x100, 0x101, 0x102, 0x103], "{}", model.name);
        // The next one begins at its beginning.
        it.cpu.set_cia(START);
        assert!(matches!(run(&mut it, 100), Exit::Mmio(at) if at.phys_addr == RAM));
    }
}

#[test]
fn completing_a_part_with_immediate_exit_goes_no_further() {
    let mut it = multiple(&E500V2, lmw(29), DEVICE);
    let _ = run(&mut it, 10);
    it.cpu.set_immediate_exit(true);
    it.cpu.complete(Reply::Done(1)).unwrap();
    let after = it.cpu.snapshot();
    assert_eq!(run(&mut it, 10), Exit::Interrupted);
    assert_eq!(it.cpu.snapshot(), after);
    it.cpu.set_immediate_exit(false);
    assert!(matches!(run(&mut it, 10), Exit::Mmio(at) if at.phys_addr == DEVICE + 4));
}

#[test]
fn a_multiple_store_leaves_with_each_value() {
    let mut it = multiple(&PPC750, stmw(29), RAM - 4);
    for n in 29..32 {
        it.cpu.set_gpr(n, 0x1000 + n as u64);
    }
    for n in 0..2 {
        let Exit::Mmio(at) = run(&mut it, 10) else {
            panic!("outside RAM")
        };
        assert_eq!(
            (at.phys_addr, at.is_write, at.data),
            (RAM + 4 * n, true, 0x101e + n)
        );
        it.cpu.complete(Reply::Done(0)).unwrap();
    }
    assert_eq!(it.memory.load::<4>(RAM - 4), Some([0, 0, 0x10, 0x1d]));
    assert_eq!(it.cpu.cia(), START + 4);
}

#[test]
fn an_interrupt_between_two_parts_makes_the_whole_access_begin_again() {
    // A multiple may be restarted (PEM chapter 6, partially executed instructions); the saved pc is
    // the instruction's.
    let mut it = multiple(&PPC750, lmw(29), DEVICE);
    it.cpu.set_msr(Msr::EE);
    let _ = run(&mut it, 10);
    it.cpu.complete(Reply::Done(1)).unwrap();
    it.cpu.set_external(true);
    it.cpu.config_mut().report_interrupts = true;
    assert_eq!(run(&mut it, 10), Exit::Interrupt(InterruptKind::External));
    assert_eq!(it.cpu.last_interrupt().unwrap().srr0, START);
    it.cpu.set_external(false);
    it.cpu.set_cia(START);
    assert!(matches!(run(&mut it, 10), Exit::Mmio(at) if at.phys_addr == DEVICE));
}

#[test]
fn a_reset_in_the_middle_of_a_multiple_forgets_how_far_it_was() {
    let mut it = multiple(&E500V2, lmw(29), DEVICE);
    let _ = run(&mut it, 10);
    it.cpu.complete(Reply::Done(1)).unwrap();
    let _ = run(&mut it, 10);
    it.reset(Some(ResetKind::Core));
    it.cpu.set_cia(START);
    it.cpu.set_gpr(4, DEVICE);
    assert!(matches!(run(&mut it, 10), Exit::Mmio(at) if at.phys_addr == DEVICE));
    // The same for a cancelled part.
    it.cpu.complete(Reply::Done(1)).unwrap();
    let _ = run(&mut it, 10);
    it.cpu.cancel();
    assert!(matches!(run(&mut it, 10), Exit::Mmio(at) if at.phys_addr == DEVICE));
}

#[test]
fn a_multiple_store_over_itself_does_not_shorten_the_next_one() {
    // stmw r24, 0(r4) at START stores r24 over itself, r25 over its successor, and leaves from the third register on:
    // RAM ends behind the second.
    for overwritten in [asm::nop(), stmw(31), lmw(20)] {
        let mut memory = Memory::with_ram(START + 8).unwrap();
        memory.write_words(START, &[stmw(24), asm::nop()]).unwrap();
        let mut it = Machine::new(&E500V2, memory);
        it.cpu.set_cia(START);
        it.cpu.set_gpr(4, START);
        it.cpu.set_gpr(24, overwritten.into());
        it.cpu.set_gpr(25, stmw(29).into());
        let Exit::Mmio(at) = run(&mut it, 10) else {
            panic!("{overwritten:x}")
        };
        assert_eq!(at.phys_addr, START + 8);
        it.cpu.complete(Reply::Done(0)).unwrap();
        it.cpu.set_gpr(4, DEVICE);
        // What stands there now begins at its beginning: its first element, or, behind a nop, that of its successor.
        let Exit::Mmio(at) = run(&mut it, 10) else {
            panic!("{overwritten:x}")
        };
        assert_eq!(at.phys_addr, DEVICE, "{overwritten:x}");
    }
}

#[test]
fn a_multiple_is_refused_where_the_cpu_refuses_it() {
    // Not word-aligned: 750 and e500 (MPC750 UM 4.5.6; E500CORERM chapter 5). Little-endian: server (Book III 6.5.8).
    for (model, address, msr, is_refused) in [
        (&PPC750, 0x3002, Msr::empty(), true),
        (&E500V2, 0x3001, Msr::empty(), true),
        (&POWER9, 0x3002, Msr::SF | Msr::HV, false),
        (&POWER9, 0x3000, Msr::SF | Msr::HV | Msr::LE, true),
    ] {
        let mut it = multiple(model, stmw(30), address);
        if msr.contains(Msr::LE) {
            it.memory.write_bytes(START, &stmw(30).to_le_bytes()).unwrap();
        }
        it.cpu.set_msr(msr);
        it.cpu.set_gpr(30, 7);
        let _ = run(&mut it, 1);
        let kind = it.cpu.last_interrupt().map(|i| (i.kind, i.dear));
        let refused = is_refused.then_some((InterruptKind::Alignment, Some(address)));
        assert_eq!(kind, refused, "{} {msr:?}", model.name);
        assert_eq!(
            it.memory.load::<4>(address),
            Some([0, 0, 0, if is_refused { 0 } else { 7 }])
        );
    }
}

#[test]
fn what_is_not_modelled_outside_ram_says_so_and_changes_nothing() {
    for model in MODELS {
        let word = asm::lwarx(5, 0, 4);
        let mut it = multiple(model, word, DEVICE);
        let before = it.cpu.snapshot();
        assert_eq!(run(&mut it, 10), Exit::Unimplemented { cia: START, word });
        assert_eq!(it.cpu.snapshot(), before, "{}", model.name);
        // dcbz r0, r4: no block to zero (PEM 6.4.6; E500CORERM chapter 5).
        let mut it = multiple(model, 0x7c00_27ec, DEVICE + 4);
        it.cpu.config_mut().report_interrupts = true;
        assert_eq!(
            run(&mut it, 10),
            Exit::Interrupt(InterruptKind::Alignment),
            "{}",
            model.name
        );
        assert_eq!(it.cpu.last_interrupt().unwrap().dear, Some(DEVICE + 4));
    }
}

#[test]
fn a_reservation_holds_over_interrupts_and_is_used_up_by_one_store() {
    // Book II 1.7.3: only a store by another, or a store conditional, ends it. CR0 = 00 || stored || SO.
    for model in MODELS {
        let lwarx = asm::lwarx(5, 0, 4);
        let stwcx = asm::stwcx_rc(6, 0, 4);
        let mut it = multiple(model, lwarx, 0x3000);
        it.memory
            .write_words(
                START + 4,
                &[stwcx, asm::mfcr(7), stwcx, asm::mfcr(8), lwarx, stwcx],
            )
            .unwrap();
        it.cpu.set_gpr(6, 0x99);
        assert_eq!(run(&mut it, 1), Exit::Budget);
        // An interrupt in between, and a snapshot.
        it.cpu.set_external(true);
        it.cpu.set_msr(it.cpu.msr() | Msr::EE);
        let _ = run(&mut it, 1);
        it.cpu.set_external(false);
        assert_eq!(it.cpu.deliveries(), 1);
        let snapshot = it.cpu.snapshot();
        it.cpu.restore(&snapshot).unwrap();
        it.cpu.set_msr(model.msr_reset);
        it.cpu.set_cia(START + 4);
        assert_eq!(run(&mut it, 4), Exit::Budget);
        assert_eq!(
            (it.cpu.gpr(7) >> 28, it.cpu.gpr(8) >> 28),
            (2, 0),
            "{}",
            model.name
        );
        assert_eq!(it.memory.load::<4>(0x3000), Some([0, 0, 0, 0x99]));
        // Another address than the reserved one does not store.
        assert_eq!(run(&mut it, 1), Exit::Budget);
        it.cpu.set_gpr(4, 0x3004);
        assert_eq!(run(&mut it, 1), Exit::Budget);
        assert_eq!(it.memory.load::<4>(0x3004), Some([0; 4]), "{}", model.name);
        // A reset ends it.
        let mut it = multiple(model, lwarx, 0x3000);
        let _ = run(&mut it, 1);
        it.reset(None);
        it.memory.write_words(START, &[stwcx]).unwrap();
        it.cpu.set_cia(START);
        it.cpu.set_gpr(4, 0x3000);
        it.cpu.set_gpr(6, 0x77);
        let _ = run(&mut it, 1);
        assert_eq!(it.memory.load::<4>(0x3000), Some([0; 4]));
    }
}
