//! What stays in the core between two SPR exits, against the plain loop: programs that leave all the time, while the caller
//! changes everything that can be changed between two runs.
//!
//! Two CPUs of any models run in turn on two memories, beside two that fetch every instruction anew. `REFERENCE_CASES`
//! sets how many programs there are; a failure names the case, which `REFERENCE_SEED` makes the first.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "random numbers"
)]

mod kit;

use kit::random::{Random, cases};
use kit::{START, machine};
use ppc_cpu::interrupt::StorageFault;
use ppc_cpu::model::{MODELS, Model};
use ppc_cpu::{Cpu, Machine, Memory, MemoryImage, Snapshot};
use ppc_decode::{Isa, asm};
use spr_exit::num::common;
use spr_exit::{Exit, Fault, InterruptKind, Msr, Owner, Reply, SprNum, UnknownSpr, Vcpu, VcpuError};
use std::mem;

/// Instructions of a program.
const LENGTH: u64 = 40;
/// Where it begins, so that it lies in two lines of the cache.
const PROGRAM: u64 = START + 0x400 - 4 * 25;
/// Where it lies in little-endian order, at the end of a line.
const TURNED: u64 = START + 0xc00 - 4 * LENGTH;
/// Numbers that no model has.
const UNKNOWN: [i64; 4] = [880, 881, 893, 1005];

/// An instruction, mostly one of those around SPR accesses. r10 and r11 point to the program, r12 to r15 hold
/// instructions, r28 to r31 are the handlers'.
fn instruction(random: &mut Random) -> u32 {
    let r = random;
    let (t, a, b) = (r.number(10), r.number(10), r.number(10));
    let near = 4 * (r.number(31) - 15);
    let place = 4 * r.number(LENGTH);
    let other = [1, 8, 9, 22, 26, 27, 268, 272, 284, 308, 318, 336, 340];
    match r.below(29) {
        0..=3 => asm::mfspr(t, r.pick(&UNKNOWN)),
        4..=7 => asm::mtspr(r.pick(&UNKNOWN), t),
        8 => asm::addi(t, a, near),
        9 => asm::addis(t, a, near),
        10 => asm::or(t, a, a),
        11 => asm::ori(t, a, place),
        12 => asm::li(3, near),
        13 => asm::lis(3, near),
        14 => r.pick(&[asm::addi(3, 3, near), asm::ori(3, 3, place)]),
        15..=17 => asm::b(near),
        18 => asm::bc(16, 0, near),
        19 => asm::bc(r.pick(&[4, 12]), r.number(4), near),
        20 => r.pick(&[
            asm::cmpwi(0, a, near),
            asm::rc(asm::add(t, a, b)),
            asm::lwz(t, place, 10),
        ]),
        21 => asm::stw(12 + r.number(4), place, 10 + r.number(2)),
        22 => asm::stb(t, place + r.number(4), 10),
        23 => asm::mfspr(t, r.pick(&other)),
        24 => asm::mtspr(r.pick(&other), t),
        25 => stores_near(r),
        // Behind the program, in its pages.
        26 => asm::stw(t, place + 0xa0, 10 + r.number(2)),
        27 => r.pick(&[asm::lwz(t, near, a), asm::stw(t, near, a)]),
        _ => r.pick(&[asm::sc(), asm::blr(), asm::isync(), asm::mtmsr(9), asm::nop(), 0]),
    }
}

/// A store of the rarer kinds to the program: multiple, string, conditional, reversed, of a doubleword or a block, at any
/// place of it.
fn stores_near(random: &mut Random) -> u32 {
    let place = random.below(4 * LENGTH) as u32 & !(random.below(4) as u32);
    let (pointer, stored) = (10 + random.below(2) as u32, 12 + random.below(4) as u32);
    let indexed = |code: u32| 31 << 26 | stored << 21 | pointer << 11 | code << 1;
    let word = random.pick(&[
        (47 << 26 | 29 << 21 | pointer << 16 | place),
        (62 << 26 | stored << 21 | pointer << 16 | place & !3),
        (45 << 26 | stored << 21 | pointer << 16 | place),
        (31 << 26 | stored << 21 | pointer << 16 | 7 << 11 | 725 << 1),
        indexed(20),
        indexed(150) | 1,
        indexed(662),
        indexed(660),
        indexed(1014) & !(31 << 21),
    ]);
    // Update forms move the pointer.
    if random.one_in(8) { word | 1 << 26 } else { word }
}

/// Who runs a CPU.
#[derive(Clone, Copy)]
enum How {
    Step,
    /// By itself, with this budget.
    Cpu(u64),
    /// In a machine, with this budget or what is left of the last.
    Machine(Option<u64>),
}

/// A CPU and one that runs without a cache.
struct Twins {
    model: &'static Model,
    cpus: [Cpu; 2],
    kept: Vec<Snapshot>,
    /// Whether a machine's run of them ends.
    has_budget: bool,
}

impl Twins {
    fn new(model: &'static Model, random: &mut Random) -> Self {
        let mut cpu = machine(model, &[]).cpu;
        for n in 0..28 {
            cpu.set_gpr(n, random.next() >> random.below(64));
        }
        for n in 12..16 {
            cpu.set_gpr(n, instruction(random).into());
        }
        let mut msr = model.msr_reset & !(Msr::IP | Msr::EE);
        msr.set(Msr::EE, random.one_in(3));
        cpu.set_gpr(9, (msr ^ random.pick(&[Msr::empty(), Msr::EE, Msr::PR])).bits());
        cpu.set_gpr(10, PROGRAM);
        cpu.set_gpr(11, TURNED);
        cpu.set_gpr(29, 0x3000 + random.below(0x3000));
        cpu.set_gpr(30, u64::MAX);
        cpu.set_lr(PROGRAM + 4 * random.below(LENGTH));
        cpu.set_ctr(random.below(100));
        cpu.set_decrementer(4000 + random.below(1000) as u32);
        cpu.set_msr(msr);
        cpu.set_cia(PROGRAM);
        let mut plain = cpu.clone();
        plain.set_no_cache(true);
        Self {
            model,
            cpus: [cpu, plain],
            kept: Vec::new(),
            has_budget: false,
        }
    }

    fn each(&mut self, mut f: impl FnMut(&mut Cpu)) {
        self.cpus.iter_mut().for_each(&mut f);
    }

    /// What a caller may do to a CPU between two runs, or to one that waits for a reply.
    fn meddle(&mut self, random: &mut Random) {
        let place = PROGRAM + 4 * random.below(LENGTH);
        let bit = random.pick(&[Msr::EE, Msr::EE, Msr::PR, Msr::SF, Msr::LE, Msr::HV]);
        let value = random.next();
        let is_on = random.one_in(2);
        match random.below(26) {
            0 | 1 => {
                let mut msr = self.cpus[0].msr();
                msr.toggle(bit);
                self.each(|cpu| cpu.set_msr(msr));
            }
            2 => self.each(|cpu| cpu.set_external(is_on)),
            3 => self.each(|cpu| cpu.set_breakpoints(&[place, place + 8])),
            4 => self.each(|cpu| cpu.set_breakpoints(&[])),
            5 => self.each(|cpu| cpu.set_immediate_exit(is_on && place & 4 == 0)),
            6 => self.each(|cpu| cpu.kicker().kick()),
            7 => self.each(|cpu| cpu.set_decrementer(value as u32 % 6000)),
            8 => self.each(|cpu| cpu.advance_time(value % 3000)),
            9 => self.each(|cpu| cpu.set_insns_per_tick(value as u32 % 3)),
            10 => {
                let policies = [
                    UnknownSpr::Exit,
                    UnknownSpr::Exit,
                    UnknownSpr::Fault,
                    UnknownSpr::Architected,
                    UnknownSpr::ReadZeroIgnoreWrite,
                ];
                let policy = random.pick(&policies);
                self.each(|cpu| cpu.config_mut().unknown_spr = policy);
            }
            11 => self.each(|cpu| cpu.config_mut().check_privilege = is_on),
            12 => self.each(|cpu| cpu.config_mut().report_interrupts = is_on),
            13 => {
                let sprn = random.pick(&[common::SRR0, common::CTR, SprNum::wrapping(272)]);
                let owner = random.pick(&[Owner::User, Owner::Core, Owner::Model]);
                let done = [0, 1].map(|n| self.cpus[n].set_owner(sprn, owner).is_ok());
                assert_eq!(done[0], done[1]);
            }
            14 => {
                let turned = self.cpus[0].msr().contains(Msr::LE);
                let at = place - PROGRAM + if turned { TURNED } else { PROGRAM };
                self.each(|cpu| cpu.set_cia(at));
            }
            15 => self.each(Cpu::cancel),
            16 => {
                let sprn = SprNum::wrapping(random.pick(&[318, 336, 340, 22, 26, 54]));
                let done = [0, 1].map(|n| self.cpus[n].poke_spr(sprn, value));
                assert_eq!(done[0], done[1]);
            }
            17 => self.kept.push(self.cpus[0].snapshot()),
            18 if !self.kept.is_empty() => {
                let kept = &self.kept[value as usize % self.kept.len()];
                for cpu in &mut self.cpus {
                    cpu.reset_to(kept).unwrap();
                }
            }
            19 if !self.kept.is_empty() => {
                let kept = &self.kept[value as usize % self.kept.len()];
                for cpu in &mut self.cpus {
                    cpu.restore(kept).unwrap();
                }
            }
            20 => self.each(|cpu| *cpu = cpu.clone()),
            21 => self.each(|cpu| cpu.set_ctr(value % 50)),
            // The first of them goes through the plain loop for a while.
            22 => self.cpus[0].set_no_cache(is_on),
            23 if is_on => self.cpus[0].set_trace(|_| {}),
            24 => {
                let fault = StorageFault {
                    kind: random.pick(&[InterruptKind::DataStorage, InterruptKind::InstructionTlb]),
                    address: value,
                    status: u32::MAX,
                };
                let done = [0, 1].map(|n| self.cpus[n].raise_storage(fault));
                assert_eq!(done[0], done[1]);
            }
            25 => {
                // Of every type, to everybody.
                let payload = value as u32 & 0xf800_0000 | 0x0400_0000;
                let done = [0, 1].map(|n| self.cpus[n].receive_message(payload));
                assert_eq!(done[0], done[1]);
            }
            _ => self.cpus[0].clear_trace(),
        }
    }

    /// Runs both, and says what they left with.
    fn run(&mut self, memories: &mut [Memory; 2], how: How) -> Result<Exit, VcpuError> {
        let [one, other] = [0, 1].map(|n| {
            let (cpu, memory) = (&mut self.cpus[n], &mut memories[n]);
            match how {
                How::Step => cpu.step(memory),
                How::Cpu(budget) => cpu.run(memory, budget),
                How::Machine(budget) => {
                    let mut machine = Machine::new(self.model, mem::take(memory));
                    mem::swap(&mut machine.cpu, cpu);
                    if let Some(budget) = budget {
                        machine.set_budget(budget);
                    }
                    let exit = machine.run();
                    mem::swap(&mut machine.cpu, cpu);
                    *memory = machine.memory;
                    exit
                }
            }
        });
        assert_eq!(one, other, "{}", self.model.name);
        self.compare();
        one
    }

    fn complete(&mut self, reply: Reply) {
        let [one, other] = [0, 1].map(|n| self.cpus[n].complete(reply));
        assert_eq!(one, other);
        self.compare();
    }

    fn compare(&self) {
        let [one, other] = [self.cpus[0].snapshot(), self.cpus[1].snapshot()];
        if one != other {
            let [one, other] = [format!("{one:#x?}"), format!("{other:#x?}")];
            let lines = one.lines().zip(other.lines());
            let differ: Vec<_> = lines.filter(|(one, other)| one != other).collect();
            panic!("{}: {differ:#?}", self.model.name);
        }
    }
}

/// 64 KiB, sometimes of slots that meet at any byte of the program, some of which may be ROM, in any order.
fn slots(random: &mut Random) -> Memory {
    const END: u64 = 0x1_0000;
    if random.one_in(2) {
        return Memory::with_ram(END).unwrap();
    }
    let one = PROGRAM + random.below(4 * LENGTH);
    let other = one + 1 + random.below(0x401);
    let mut stretches = [(0, one), (one, other - one), (other, END - other)];
    let n = random.below(3) as usize;
    stretches.swap(0, n);
    let mut memory = Memory::new();
    for (n, (base, len)) in stretches.into_iter().enumerate() {
        if base == one && n != 0 && random.one_in(3) {
            memory.add_rom(base, &vec![0; len as usize]).unwrap();
        } else {
            memory.add_ram(base, len).unwrap();
        }
    }
    memory
}

/// A memory, twice, with a program in either byte order and handlers that skip what was interrupted.
fn memories(random: &mut Random) -> [Memory; 2] {
    let words: Vec<u32> = (0..LENGTH).map(|_| instruction(random)).collect();
    let turned: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let mut memory = slots(random);
    for vector in (0x100..0x1000).chain(0x2000..0x3000).step_by(0x100) {
        let back = if random.one_in(2) { asm::rfid() } else { asm::rfi() };
        let skip = [
            asm::mtspr(22, 29),
            asm::mfspr(28, 26),
            asm::addi(28, 28, 4),
            asm::mtspr(26, 28),
            back,
        ];
        memory.write_words(vector, &skip).unwrap();
    }
    memory.write_words(PROGRAM, &words).unwrap();
    memory.write_bytes(TURNED, &turned).unwrap();
    [memory.clone(), memory]
}

/// What a caller may do to memory between two runs.
fn change(memories: &mut [Memory; 2], images: &mut Vec<[MemoryImage; 2]>, random: &mut Random) {
    let place = PROGRAM + 4 * random.below(LENGTH);
    let word = instruction(random);
    match random.below(8) {
        0 => {
            images.push(memories.each_mut().map(Memory::image));
        }
        1 if !images.is_empty() => {
            let n = random.below(images.len() as u64) as usize;
            for (memory, image) in memories.iter_mut().zip(&images[n]) {
                memory.reset_to(image);
            }
        }
        2 if !images.is_empty() => {
            let n = random.below(images.len() as u64) as usize;
            *memories = images[n].each_ref().map(MemoryImage::fork);
        }
        3 => memories[0] = memories[0].clone(),
        4 => {
            let added = memories.each_mut().map(|m| m.add_ram(0x20_0000, 0x401).is_ok());
            assert_eq!(added[0], added[1]);
        }
        5 => {
            let (at, byte) = (place + random.below(4), random.next() as u8);
            let stored = memories.each_mut().map(|m| m.store(at, [byte]));
            assert_eq!(stored[0], stored[1]);
        }
        _ => {
            for memory in memories {
                memory.write_words(place, &[word]).unwrap();
                let turned = place - PROGRAM + TURNED;
                memory.write_bytes(turned, &word.to_le_bytes()).unwrap();
            }
        }
    }
}

fn case(number: u64) {
    let mut random = Random::of_case(number);
    let first = random.pick(MODELS);
    let second = if random.one_in(2) {
        first
    } else {
        random.pick(MODELS)
    };
    let mut twins = [first, second].map(|model| Twins::new(model, &mut random));
    let mut memories = [memories(&mut random), memories(&mut random)];
    let mut images = Vec::new();
    // With an image, changes are tracked, page by page.
    for memories in &mut memories {
        if random.one_in(2) {
            images.push(memories.each_mut().map(Memory::image));
        }
    }
    let (mut who, mut which) = (0, 0);
    // How much the caller meddles: a program that is left alone hops all the way.
    let calm = random.pick(&[2, 5, 20]);
    let mut loops = 0;
    for _ in 0..60 {
        if random.one_in(calm) {
            match random.below(8) {
                0 => who = 1 - who,
                1 => which = 1 - which,
                2 | 3 => change(&mut memories[which], &mut images, &mut random),
                _ => twins[who].meddle(&mut random),
            }
        }
        let budget = match random.below(6) {
            0 => 1 + random.below(40),
            // Around the reach of a hop, and the look between hops.
            1 => random.pick(&[250, 4090, 4350]) + random.below(14),
            _ => 5000 + random.below(500),
        };
        let step = random.one_in(12);
        let how = match random.below(4) {
            _ if step => How::Step,
            0 => How::Machine(Some(budget)),
            1 if twins[who].has_budget => How::Machine(None),
            _ => How::Cpu(budget),
        };
        let twins = &mut twins[who];
        twins.has_budget |= matches!(how, How::Machine(_));
        let exit = twins.run(&mut memories[which], how);
        let is_read = random.one_in(8);
        match exit {
            Err(_) | Ok(Exit::Spr(_)) => twins.complete(match random.below(20) {
                0 => Reply::NoOp,
                1 => Reply::Fault(Fault::Illegal),
                2 => Reply::Architected,
                _ => Reply::Done(random.next() >> random.below(64)),
            }),
            Ok(exit) if exit.awaits_reply() => twins.complete(Reply::Done(random.next())),
            Ok(Exit::Debug { .. }) if !is_read => _ = twins.run(&mut memories[which], How::Step),
            // It may never leave again.
            Ok(Exit::Budget) if budget > 40 && !step => {
                loops += 1;
                if loops == 3 {
                    break;
                }
                twins.each(|cpu| cpu.set_cia(PROGRAM));
            }
            Ok(Exit::Checkstop { .. } | Exit::Unimplemented { .. } | Exit::Wait) => {
                twins.each(|cpu| cpu.set_cia(PROGRAM));
            }
            Ok(_) => {}
        }
    }
    for [one, other] in &memories {
        assert!(one == other, "memories differ");
    }
}

#[test]
fn whatever_the_caller_changes_between_two_exits_is_seen_as_by_the_plain_loop() {
    assert!(MODELS.iter().any(|model| model.isa.contains(Isa::SERVER)));
    for n in cases(2_000) {
        if let Err(panic) = std::panic::catch_unwind(|| case(n)) {
            eprintln!("case {n}");
            std::panic::resume_unwind(panic);
        }
    }
}
