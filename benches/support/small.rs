//! Machines for programs of a few instructions.

use ppc_cpu::{Machine, Memory, model};
use ppc_decode::asm;
use spr_exit::SprNum;

/// An SPR number that nobody models.
pub(crate) const UNKNOWN: SprNum = SprNum::wrapping(880);
/// `mfspr` of it.
pub(crate) const READ: u32 = asm::mfspr(3, UNKNOWN.get() as i64);
/// Bytes of RAM.
const RAM: u64 = 0x1_0000;
/// Where the program is.
const PROGRAM: u64 = 0x1000;

/// 64 KiB of RAM.
pub(crate) fn memory() -> Memory {
    Memory::with_ram(RAM).expect("64 KiB are not too much")
}

/// An e500v2 with them, about to run this program.
pub(crate) fn machine(program: &[u32]) -> Machine {
    let mut machine = Machine::new(&model::E500V2, memory());
    place(&mut machine, program);
    machine
}

/// Writes a program into the machine's RAM and begins there.
pub(crate) fn place(machine: &mut Machine, program: &[u32]) {
    machine
        .memory
        .write_words(PROGRAM, program)
        .expect("the program lies in RAM");
    machine.cpu.set_cia(PROGRAM);
}

/// One access and a branch back to it, for ever.
pub(crate) fn looping(access: u32) -> Machine {
    machine(&[access, asm::b(-4)])
}
