//! One iteration of a fuzzer or a unit test: four instructions, of which one is an `mtspr` that user space answers.

use crate::small;
use ppc_cpu::{Machine, MachineImage, model};
use ppc_decode::asm;
use spr_exit::{Exit, Outcome, Stop, drive, on_write};

/// What the program writes.
const VALUE: u64 = 0x1234_5678;

/// The four instructions.
const PROGRAM: [u32; 4] = [
    asm::lis(3, 0x1234),
    asm::ori(3, 3, 0x5678),
    asm::mtspr(small::UNKNOWN.get() as i64, 3),
    asm::addi(4, 3, 1),
];

/// Runs the program to its end and answers its access.
fn run(machine: &mut Machine) -> u64 {
    machine.set_budget(4);
    let mut written = 0;
    let mut handler = on_write(small::UNKNOWN, |_, value| {
        written = value;
        Outcome::Handled(())
    });
    let stop = drive(machine, &mut handler);
    assert_eq!(stop, Ok(Stop::Exit(Exit::Budget)), "the access is answered");
    assert_eq!(written, VALUE, "the handler gets what the guest writes");
    machine.cpu.gpr(4)
}

/// On a machine that is made for it, CPU and 64 KiB of RAM, and dropped after it.
pub(crate) fn fresh() -> u64 {
    // Where it is made it stays: four KiB are not moved for nothing.
    let mut machine = Machine::new(&model::E500V2, small::memory());
    small::place(&mut machine, &PROGRAM);
    run(&mut machine)
}

/// A machine that is kept, and brought back to where it began for every iteration.
pub(crate) struct Kept {
    machine: Machine,
    image: MachineImage,
}

impl Kept {
    pub(crate) fn new() -> Self {
        let mut machine = small::machine(&PROGRAM);
        let image = machine.image();
        Self { machine, image }
    }

    /// One iteration.
    pub(crate) fn iterate(&mut self) -> u64 {
        self.machine
            .reset_to(&self.image)
            .expect("the image is of this machine");
        run(&mut self.machine)
    }
}
