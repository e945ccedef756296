//! What one-line vectors cannot say of registers beside GPRs and SPRs: segments, performance monitor, random numbers,
//! device control registers by number, the vectored system call, and floating point where the MSR disables it.
//!
//! Expected values are worked out by hand from the sections named at each test.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::{START, machine, run};
use ppc_cpu::model::{E500MC, E500V2, Model, POWER9, PPC750};
use ppc_cpu::{Cpu, Machine, Memory, Snapshot};
use ppc_decode::{Atomic, Branch, Float, Isa, Long, Op, Storage, System, Tlb};
use spr_exit::{Exit, InterruptKind, Msr, Reply, num};

/// The word of an instruction.
fn word(op: impl Into<Op>, operands: &[i64]) -> u32 {
    op.into().row().encode(operands).unwrap()
}

fn step(machine: &mut Machine) {
    assert_eq!(run(machine, 1), Exit::Budget);
}

/// PEM chapter 7: the four highest bits of an address choose the segment register.
#[test]
fn segment_registers_are_reached_by_number_and_by_address() {
    let program = [
        word(Tlb::Mtsr, &[3, 4]),
        word(Tlb::Mfsrin, &[5, 6]),
        word(Tlb::Mtsrin, &[4, 7]),
        word(Tlb::Mfsr, &[8, 15]),
    ];
    let mut m = machine(&PPC750, &program);
    for (n, value) in [(4, 0x2000_1234), (6, 0x3fff_ffff), (7, 0xf000_0000)] {
        m.cpu.set_gpr(n, value);
    }
    assert_eq!(run(&mut m, 4), Exit::Budget);
    assert_eq!((m.cpu.gpr(5), m.cpu.gpr(8)), (0x2000_1234, 0x2000_1234));
    assert_eq!((m.cpu.segment(3), m.cpu.segment(15)), (0x2000_1234, 0x2000_1234));
    assert_eq!(m.cpu.segment(0), 0);
}

/// EREF 2.0 chapter 3: the supervisor's numbers are written, the user's read the same registers.
#[test]
fn a_performance_monitor_register_is_read_by_both_of_its_numbers() {
    for model in [&E500V2, &E500MC] {
        for (supervisor, user, value) in [
            (16, 0, 0x8000_0001),
            (19, 3, 0x8000_0001),
            (144, 128, 0x8000_0000),
            (275, 259, 0x0000_003f),
            (400, 384, 0x8000_0000),
        ] {
            let program = [
                word(System::Mtpmr, &[supervisor, 3]),
                word(System::Mfpmr, &[4, supervisor]),
                word(System::Mfpmr, &[5, user]),
                word(System::Mtpmr, &[user, 3]),
            ];
            let mut m = machine(model, &program);
            m.cpu.set_gpr(3, value);
            assert_eq!(run(&mut m, 3), Exit::Budget);
            assert_eq!((m.cpu.gpr(4), m.cpu.gpr(5)), (value, value), "{user}");
            step(&mut m);
            let kind = m.cpu.last_interrupt().unwrap().kind;
            assert_eq!(kind, InterruptKind::ProgramIllegal, "{} {user}", model.name);
        }
    }
}

/// The numbers of a CPU whose seed this is: two of 64 bits, one of 32.
fn random_numbers(seed: u64) -> [u64; 3] {
    let program = [
        word(System::Darn, &[3, 1]),
        word(System::Darn, &[4, 2]),
        word(System::Darn, &[5, 0]),
    ];
    let mut m = machine(&POWER9, &program);
    m.cpu.seed_random(seed);
    assert_eq!(run(&mut m, 3), Exit::Budget);
    [3, 4, 5].map(|n| m.cpu.gpr(n))
}

/// Book I 3.3.9; SplitMix64 begins with these numbers for the seed 0 (its author's reference output).
#[test]
fn random_numbers_follow_from_the_seed() {
    let [first, second, third] = random_numbers(0);
    assert_eq!((first, second), (0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4));
    assert_eq!(third, 0x06c4_5d18_8009_454f & 0xffff_ffff);
    assert_eq!(random_numbers(0), random_numbers(0));
    assert_ne!(random_numbers(0), random_numbers(1));
}

/// Power ISA 2.07 Book III-E 5.4.1: the number comes from RA, all 32 bits of it.
#[test]
fn a_device_control_register_by_number_leaves_with_the_number_and_comes_back_into_rt() {
    static WITH_DCRS: Model = Model {
        isa: Isa::E500MC.union(Isa::DCRX),
        ..E500MC
    };
    let program = [word(System::Mfdcrx, &[3, 4]), word(System::Mtdcrux, &[4, 5])];
    let mut m = machine(&WITH_DCRS, &program);
    m.cpu.set_gpr(4, 0x1_2345);
    m.cpu.set_gpr(5, 7);
    let Exit::Dcr(at) = run(&mut m, 1) else { panic!() };
    assert_eq!((at.dcrn, at.is_write), (0x1_2345, false));
    m.cpu.complete(Reply::Done(0x55)).unwrap();
    assert_eq!(m.cpu.gpr(3), 0x55);
    let Exit::Dcr(at) = run(&mut m, 1) else { panic!() };
    assert_eq!((at.dcrn, at.is_write, at.data), (0x1_2345, true, 7));
}

/// Book III 6.5.27 and 3.3.1.
#[test]
fn a_vectored_system_call_saves_in_lr_and_ctr_and_comes_back_from_there() {
    let fscr_scv = 0x1000;
    let mut m = machine(&POWER9, &[word(Branch::Scv, &[3])]);
    m.memory.add_ram(0x1_7000, 0x1000).unwrap();
    m.memory
        .write_words(0x1_7060, &[word(System::Rfscv, &[])])
        .unwrap();
    m.cpu.poke_spr(num::book3s::FSCR, fscr_scv);
    m.cpu.poke_spr(num::common::DEC, 0x7fff_ffff);
    let before = Msr::SF | Msr::PR | Msr::EE | Msr::FP | Msr::RI | Msr::IR | Msr::DR;
    m.cpu.set_msr(before);
    step(&mut m);
    assert_eq!(m.cpu.cia(), 0x1_7060);
    assert_eq!((m.cpu.lr(), m.cpu.ctr()), (START + 4, before.bits()));
    assert_eq!(m.cpu.msr(), Msr::SF | Msr::EE | Msr::RI);
    assert_eq!(m.cpu.deliveries(), 0);
    step(&mut m);
    assert_eq!((m.cpu.cia(), m.cpu.msr()), (START + 4, before));
}

/// PEM chapter 6; EREF 2.0 chapter 7; Power ISA 3.0B Book III 6.5.9.
#[test]
fn floating_point_interrupts_while_the_msr_disables_it() {
    let of = |op: Float, operands: &[i64]| word(op, operands);
    let words = [
        of(Float::Lfd, &[1, 0, 0]),
        of(Float::Stfsx, &[1, 2, 3]),
        of(Float::Fmr, &[1, 2]),
    ];
    for (model, vector) in [(&PPC750, 0xfff0_0800), (&E500MC, 0x2700), (&POWER9, 0x800)] {
        for word in words {
            let mut m = machine(model, &[word]);
            step(&mut m);
            let interrupt = *m.cpu.last_interrupt().unwrap();
            assert_eq!(interrupt.kind, InterruptKind::FpUnavailable, "{}", model.name);
            assert_eq!(
                (interrupt.vector, interrupt.srr0),
                (vector, START),
                "{}",
                model.name
            );
        }
    }
    // Without floating point there is nothing to disable.
    let mut m = machine(&E500V2, &words);
    step(&mut m);
    assert_eq!(
        m.cpu.last_interrupt().unwrap().kind,
        InterruptKind::ProgramIllegal
    );
}

/// Power ISA 2.07 Book III-E 5.4.3 and 3.0B Book III 4.4.1: the plain accesses, for the privileged.
#[test]
fn accesses_by_external_process_id_and_uncached_ones_are_plain_without_an_mmu() {
    let program = [
        word(Storage::Stwepx, &[3, 0, 4]),
        word(Storage::Lhepx, &[5, 0, 4]),
        word(Storage::Stfdepx, &[1, 0, 6]),
        word(Storage::Lfdepx, &[2, 0, 6]),
    ];
    let mut m = machine(&E500MC, &program);
    m.cpu.set_msr(Msr::FP);
    for (n, value) in [(3, 0xf1e2_d3c4), (4, 0x3000), (6, 0x3008)] {
        m.cpu.set_gpr(n, value);
    }
    m.cpu.set_fpr(1, 0x8182_8384_8586_8788);
    assert_eq!(run(&mut m, 4), Exit::Budget);
    assert_eq!((m.cpu.gpr(5), m.cpu.fpr(2)), (0xf1e2, 0x8182_8384_8586_8788));

    let program = [
        word(Storage::Stdcix, &[3, 0, 4]),
        word(Storage::Lwzcix, &[5, 0, 4]),
        word(Storage::Lbzcix, &[6, 0, 7]),
    ];
    let mut m = machine(&POWER9, &program);
    for (n, value) in [(3, 0x8182_8384_8586_8788), (4, 0x3000), (7, 0x8000_0000)] {
        m.cpu.set_gpr(n, value);
    }
    assert_eq!(run(&mut m, 2), Exit::Budget);
    assert_eq!(m.cpu.gpr(5), 0x8182_8384);
    // A device answers with more than a byte.
    let Exit::Mmio(at) = run(&mut m, 1) else { panic!() };
    assert_eq!((at.phys_addr, at.len, at.is_write), (0x8000_0000, 1, false));
    m.cpu.complete(Reply::Done(0x1ff)).unwrap();
    assert_eq!(m.cpu.gpr(6), 0xff);
}

/// Book I 4.6.2, 4.6.3: what comes from a device is converted like what comes from RAM.
#[test]
fn floating_point_accesses_leave_as_mmio_and_convert_what_comes_back() {
    let program = [
        word(Float::Lfsu, &[1, 4, 3]),
        word(Float::Stfs, &[2, 0, 3]),
        word(Float::Lfd, &[4, 8, 3]),
    ];
    for model in [&PPC750, &E500MC, &POWER9] {
        let mut m = machine(model, &program);
        m.cpu.set_msr(m.cpu.msr() | Msr::FP);
        m.cpu.set_gpr(3, 0x8000_0000);
        m.cpu.set_fpr(2, 0xc000_0000_0000_0000);
        let Exit::Mmio(at) = run(&mut m, 1) else { panic!() };
        assert_eq!((at.phys_addr, at.len, at.is_write), (0x8000_0004, 4, false));
        assert_eq!(m.cpu.gpr(3), 0x8000_0000, "nothing is done yet");
        m.cpu.complete(Reply::Done(0x3f80_0000)).unwrap();
        assert_eq!((m.cpu.fpr(1), m.cpu.gpr(3)), (0x3ff0_0000_0000_0000, 0x8000_0004));
        let Exit::Mmio(at) = run(&mut m, 1) else { panic!() };
        assert_eq!(
            (at.phys_addr, at.data, at.is_write),
            (0x8000_0004, 0xc000_0000, true)
        );
        m.cpu.complete(Reply::Done(0)).unwrap();
        let Exit::Mmio(at) = run(&mut m, 1) else { panic!() };
        assert_eq!((at.phys_addr, at.len), (0x8000_000c, 8));
        m.cpu.complete(Reply::Done(5)).unwrap();
        assert_eq!((m.cpu.fpr(4), m.cpu.cia()), (5, START + 12), "{}", model.name);
    }
}

/// Book I 3.3.4: the even register has the high half. A device sees two doublewords.
#[test]
fn a_quadword_outside_ram_leaves_in_two_halves_and_can_be_saved_between_them() {
    let lq = word(Long::Lq, &[4, 16, 3]);
    for (is_little, high, low) in [(false, 0x1111, 0x2222), (true, 0x2222, 0x1111)] {
        let mut m = machine(&POWER9, &[if is_little { lq.swap_bytes() } else { lq }]);
        let mut msr = m.cpu.msr();
        msr.set(Msr::LE, is_little);
        m.cpu.set_msr(msr);
        m.cpu.set_gpr(3, 0x8000_0000);
        for (n, address) in [(0u64, 0x8000_0010), (1, 0x8000_0018)] {
            let Exit::Mmio(at) = run(&mut m, 1) else { panic!() };
            assert_eq!(
                (at.phys_addr, at.len, at.is_little_endian),
                (address, 8, is_little)
            );
            m.cpu = Cpu::from_snapshot(&m.cpu.snapshot()).unwrap();
            m.cpu.complete(Reply::Done(0x1111 * (n + 1))).unwrap();
        }
        assert_eq!((m.cpu.gpr(4), m.cpu.gpr(5)), (high, low));
        assert_eq!(m.cpu.cia(), START + 4);
    }
}

/// Book III 6.5.8: DAR has the address of the operand. A number in RB's place is no register.
#[test]
fn an_alignment_interrupt_tells_the_address_of_the_operand_whatever_its_form() {
    let lswi = (word(Long::Lswi, &[8, 3, 5]), Msr::LE);
    let lwat = (word(Atomic::Lwat, &[8, 3, 0]), Msr::empty());
    let lq = (word(Long::Lq, &[8, 32, 3]), Msr::empty());
    for ((word, mode), address) in [(lswi, 0x3001), (lwat, 0x3001), (lq, 0x3021)] {
        let is_little = mode == Msr::LE;
        let mut m = machine(&POWER9, &[if is_little { word.swap_bytes() } else { word }]);
        m.cpu.set_msr(m.cpu.msr() | mode);
        for (n, value) in [(0, 0x500), (3, 0x3001), (5, 0x700)] {
            m.cpu.set_gpr(n, value);
        }
        step(&mut m);
        let interrupt = *m.cpu.last_interrupt().unwrap();
        assert_eq!(
            (interrupt.kind, interrupt.dear),
            (InterruptKind::Alignment, Some(address))
        );
    }
}

/// EREF 2.0 5.4 (`wait`): with WC = 1 the loss of the reservation ends it, and without one there is nothing to wait for.
#[test]
fn waiting_for_a_reservation_to_be_lost_needs_one() {
    let wait = word(System::Wait, &[1]);
    let mut m = machine(&E500MC, &[wait]);
    step(&mut m);
    assert_eq!(m.cpu.cia(), START + 4);
    let mut m = machine(&E500MC, &[word(Atomic::Lwarx, &[3, 0, 4, 0]), wait]);
    assert_eq!(run(&mut m, 10), Exit::Wait);
}

#[test]
fn a_snapshot_holds_the_registers_of_this_file() {
    let mut cpu = Cpu::new(&PPC750);
    cpu.set_fpr(31, 7);
    cpu.seed_random(9);
    let mut memory = Memory::with_ram(0x2000).unwrap();
    memory.write_words(START, &[word(Tlb::Mtsr, &[3, 4])]).unwrap();
    cpu.set_cia(START);
    cpu.set_gpr(4, 0x1234);
    assert_eq!(cpu.run(&mut memory, 1), Ok(Exit::Budget));
    let snapshot: Snapshot = cpu.snapshot();
    let back = Cpu::from_snapshot(&snapshot).unwrap();
    assert_eq!((back.fpr(31), back.segment(3)), (7, 0x1234));
    assert_eq!(back.snapshot(), snapshot);
    let mut other = cpu.clone();
    other.set_fpr(0, 1);
    assert_ne!(other.snapshot(), snapshot);
}

/// Book II 7.2; MSR\[PR\] = 1 needs the facility's bit of FSCR.
#[test]
fn a_return_from_an_event_based_branch_goes_to_ebbrr_and_sets_the_global_enable() {
    for (s, enable) in [(0, 0), (1, 1 << 63)] {
        let mut m = machine(&POWER9, &[word(System::Rfebb, &[s])]);
        m.cpu.poke_spr(num::book3s::EBBRR, 0x3000);
        m.cpu.poke_spr(num::book3s::BESCR, 1 << 63 | 1);
        step(&mut m);
        assert_eq!(m.cpu.cia(), 0x3000);
        assert_eq!(m.cpu.peek_spr(num::book3s::BESCR), Some(enable | 1));
    }
}

/// EREF 2.0 5.4: locks need MSR\[UCLE\] (caches) or MSR\[UBLE\] (branch target buffer) in problem state, nothing in
/// supervisor state.
#[test]
fn locks_change_nothing_where_they_are_allowed() {
    let lock = ppc_decode::Cache::Dcbtls.row().encode(&[0, 0, 3]).unwrap();
    let branch_lock = word(Branch::Bblels, &[]);
    for msr in [Msr::empty(), Msr::PR | Msr::UCLE | Msr::UBLE] {
        let mut m = machine(&E500V2, &[lock, branch_lock]);
        m.cpu.set_msr(msr);
        assert_eq!(run(&mut m, 2), Exit::Budget);
        assert_eq!((m.cpu.cia(), m.cpu.deliveries()), (START + 8, 0));
    }
}
