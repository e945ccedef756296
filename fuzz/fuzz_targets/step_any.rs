//! Any memory, on any model, with any answers: no panic, no more work than the budget, state that can be saved.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ppc_cpu::{Cpu, Exit, Machine, Memory, Reply, model};
use spr_exit::{Fault, Vcpu};

fuzz_target!(|data: &[u8]| {
    let [which, answers, msr, code @ ..] = data else { return };
    let model = model::MODELS[usize::from(*which) % model::MODELS.len()];
    let mut memory = Memory::with_ram(0x4000).expect("16 KiB of RAM");
    let len = code.len().min(0x2000);
    memory.write_bytes(0x1000, &code[..len]).expect("the code lies in RAM");
    let mut machine = Machine::new(model, memory);
    machine.cpu.set_msr(spr_exit::Msr::from_bits_retain(u64::from(*msr) << 9));
    machine.cpu.set_cia(0x1000);
    for turn in 0..16u8 {
        let before = machine.cpu.work();
        machine.set_budget(64);
        let exit = machine.run().expect("nothing is pending");
        assert!(machine.cpu.work() - before <= 64);
        if exit.awaits_reply() {
            let reply = match answers.rotate_left(turn.into()) & 3 {
                0 => Reply::NoOp,
                1 => Reply::Fault(Fault::Illegal),
                2 => Reply::Architected,
                _ => Reply::Done(u64::from(turn)),
            };
            if machine.complete(reply).is_err() {
                machine.complete(Reply::Done(0)).expect("every exit can be done");
            }
        }
        machine.cpu = Cpu::from_snapshot(&machine.cpu.snapshot()).expect("its own snapshot");
        if matches!(exit, Exit::Checkstop { .. } | Exit::Unimplemented { .. }) {
            return;
        }
    }
});
