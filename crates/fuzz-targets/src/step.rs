//! A guest on a machine of any kind, answered anything: no panic, no more work than the budget, the walk and the plain loop
//! in the same state, and a state that can be saved at every exit.

use crate::coverage::mark;
use crate::input::Input;
use crate::random::Random;
use ppc_cpu::model::{MODELS, Model};
use ppc_cpu::{Cpu, Machine, Memory};
use spr_exit::record::Change;
use spr_exit::{
    Capabilities, Capability, EnableCap, Exit, Fault, InterruptKind, Msr, Owner, Reply, SprNum, StorageFault,
    UnknownSpr, Vcpu,
};
use std::sync::mpsc::{Receiver, channel};

/// Where code goes, and bytes of RAM.
const START: u64 = 0x1000;
const RAM: u64 = 0x4000;

/// A machine by the first bytes of the input, with the rest of them as its program.
pub(crate) fn machine(input: &mut Input<'_>) -> Machine {
    let model: &'static Model = input.pick(MODELS);
    let mut memory = Memory::with_ram(RAM).unwrap();
    let mut rom = [0; 0x400];
    // Where the classic processors' vectors are with MSR[IP]: `rfi` again and again.
    for word in rom.as_chunks_mut().0 {
        *word = 0x4c00_0064u32.to_be_bytes();
    }
    memory.add_rom(0xfff0_0000, &rom).unwrap();
    let mut machine = Machine::new(model, memory);
    let cpu = &mut machine.cpu;
    let config = cpu.config_mut();
    config.unknown_spr = input.pick(&[
        UnknownSpr::Exit,
        UnknownSpr::Fault,
        UnknownSpr::Architected,
        UnknownSpr::ReadZeroIgnoreWrite,
    ]);
    let bits = input.byte();
    config.check_privilege = bits & 1 == 0;
    config.report_interrupts = bits & 2 != 0;
    for (bit, cap) in [
        (4, Capability::ResetEvent),
        (8, Capability::EprOnDelivery),
        (16, Capability::SyscallExits),
        (32, Capability::IrqChip),
    ] {
        if bits & bit != 0 {
            // Not every model has it.
            let _ = cpu.enable_cap(&EnableCap::new(cap, 1));
        }
    }
    for _ in 0..input.byte() & 3 {
        let sprn = SprNum::wrapping(input.number::<2>());
        // The core may not model it.
        let _ = cpu.set_owner(sprn, input.pick(&[Owner::User, Owner::Core, Owner::Model]));
    }
    cpu.set_insns_per_tick(u32::from(input.byte() & 3));
    for n in 3..10 {
        // Addresses in and out of RAM, aligned and not, and numbers of both signs.
        let value = input.number::<2>();
        cpu.set_gpr(n, (value << 48).cast_signed().wrapping_shr(48).cast_unsigned());
    }
    cpu.set_msr(Msr::from_bits_retain(
        input.number::<3>() | u64::from(input.byte()) << 56,
    ));
    cpu.set_cia(START);
    let code = input.rest();
    let len = code.len().min(0x2000);
    machine.memory.write_bytes(START, &code[..len]).unwrap();
    machine
}

/// Some answer, drawn from the input.
pub(crate) fn reply(random: &mut Random) -> Reply {
    match random.below(8) {
        0 => Reply::NoOp,
        1 => Reply::Fault(Fault::Illegal),
        2 => Reply::Fault(Fault::Privileged),
        3 => Reply::Architected,
        4 => Reply::Done(random.number()),
        5 => Reply::Done(START),
        _ => Reply::Done(u64::from(random.byte())),
    }
}

/// What may come from outside, drawn from the input.
pub(crate) fn change(random: &mut Random) -> Option<Change> {
    Some(match random.below(24) {
        0 | 1 => Change::Input(1, random.below(2) == 0),
        2 => Change::Time(random.below(100) as u64),
        3 => Change::Reset(None),
        4 => Change::Cancel,
        5 => Change::Cia(START + 4 * random.below(64) as u64),
        6 => Change::Msr(Msr::from_bits_retain(random.number() & 0xffff)),
        7 => Change::Gpr(random.byte(), random.number()),
        8 => Change::Spr(SprNum::wrapping(random.number()), random.number()),
        9 => Change::Memory(
            random.below(0x5000) as u64,
            random.number().to_le_bytes().to_vec(),
        ),
        10 => Change::Irq(u32::from(random.byte()) * 2, random.below(2) == 0),
        // Of any kind, to all processors or to one of the first.
        11 => Change::Message(u32::from(random.byte()) << 24 | u32::from(random.byte() & 1)),
        // Of any kind, as the model has it or not.
        12 => Change::Storage(StorageFault {
            kind: InterruptKind::ALL[random.below(InterruptKind::ALL.len())],
            address: random.number() >> random.below(64),
            status: u32::from(random.byte()) << 24 | u32::from(random.byte()) << 16,
        }),
        _ => return None,
    })
}

/// Tells of every instruction of a CPU, which so takes the plain loop.
fn trace(cpu: &mut Cpu) -> Receiver<&'static str> {
    let (tell, told) = channel();
    // Whoever does not listen any more misses nothing.
    cpu.set_trace(move |traced| {
        let _ = tell.send(traced.insn.op.row().mnemonic);
    });
    told
}

pub(crate) fn step_any(data: &[u8]) {
    let mut input = Input(data);
    let mut random = Random::new(input.number::<2>());
    let mut walk = machine(&mut input);
    let mut plain = walk.clone();
    let told = trace(&mut plain.cpu);
    let model = walk.cpu.model().name;
    for _ in 0..16 {
        let budget = 1 + random.below(96) as u64;
        let before = walk.cpu.work();
        for machine in [&mut walk, &mut plain] {
            machine.set_budget(budget);
        }
        let exit = walk.run().expect("nothing waits");
        assert_eq!(
            exit,
            plain.run().expect("nothing waits"),
            "the walk, the plain loop"
        );
        let done = walk.cpu.work() - before;
        assert!(done <= budget, "{done} of {budget}");
        assert!(exit != Exit::Budget || done == budget, "{done} of {budget}");
        mark((model, std::mem::discriminant(&exit)));
        for mnemonic in told.try_iter() {
            mark((model, mnemonic));
        }

        let change = change(&mut random);
        let answer = reply(&mut random);
        for machine in [&mut walk, &mut plain] {
            if let Some(change) = &change {
                machine.change(change);
            }
            if machine.pending().is_some() && machine.complete(answer).is_err() {
                machine.complete(Reply::Done(0)).expect("every exit can be done");
            }
        }
        let state = walk.cpu.snapshot();
        assert_eq!(state, plain.cpu.snapshot(), "the walk, the plain loop");
        assert_eq!(walk.memory, plain.memory, "the walk, the plain loop");
        if let Some(interrupt) = walk.cpu.last_interrupt() {
            mark((model, interrupt.kind));
        }
        walk.cpu = Cpu::from_snapshot(&state).expect("its own snapshot");
        assert_eq!(walk.cpu.snapshot(), state);
    }
}
