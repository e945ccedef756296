//! One run loop, three vCPUs: the emulator, a scripted double, and a `kvm_run` page. The handlers do not know which.
//!
//! `cargo run --example one_loop`

use ppc_cpu::{Machine, Memory, model};
use ppc_decode::asm;
use spr_exit::{
    Exit, KvmRun, Outcome, Scripted, SprNum, Stop, Vcpu, drive, num::booke::DBCR0, on_read, on_write,
};

const SERIAL: SprNum = SprNum::wrapping(880);

/// The loop: serves a vCPU until it stops, and says how many accesses it served.
fn serve(vcpu: &mut dyn Vcpu) -> (u32, Stop) {
    let count = std::cell::Cell::new(0);
    let served = || count.set(count.get() + 1);
    let mut handlers = (
        on_read(SERIAL, |_| {
            served();
            Outcome::Handled(0x1234)
        }),
        on_write(DBCR0, |_, _| {
            served();
            Outcome::Handled(())
        }),
    );
    let stop = drive(vcpu, &mut handlers).expect("no exit was left pending");
    (count.get(), stop)
}

fn machine() -> Machine {
    let mut memory = Memory::with_ram(0x1000).expect("4 KiB of RAM");
    let program = [asm::mfspr(3, 880), asm::lis(4, 0x1000), asm::mtspr(308, 4)];
    memory.write_words(0, &program).expect("a program in RAM");
    let mut machine = Machine::new(&model::E500V2, memory);
    machine.cpu.set_cia(0);
    machine.set_budget(3);
    machine
}

fn script() -> Scripted {
    Scripted::new([])
        .read(SERIAL)
        .write(DBCR0, 0x1000_0000)
        .last(Exit::Budget)
}

fn main() {
    let mut vcpus: [(&str, Box<dyn Vcpu>); 4] = [
        ("emulator", Box::new(machine())),
        ("scripted double", Box::new(script())),
        ("kvm_run page before the double", Box::new(KvmRun::new(script()))),
        (
            "kvm_run page before the emulator",
            Box::new(KvmRun::new(machine())),
        ),
    ];
    for (name, vcpu) in &mut vcpus {
        let (served, stop) = serve(vcpu.as_mut());
        // Each run of the emulator has a budget of its own, so the loop may come back for it.
        assert!(
            served <= 2 && stop == Stop::Exit(Exit::Budget) || served == 2,
            "{name}: {stop:?}"
        );
        println!("{name}: {served} accesses served");
    }
}
