//! A unit test of a DBCR0 reset handler in under 15 lines: no guest image, no hardware, no emulator to learn.
//!
//! `cargo run --example dbcr0_reset`

use ppc_cpu::{Machine, Memory, model};
use ppc_decode::asm;
use spr_exit::{Exit, Outcome, Stop, drive, num::booke::DBCR0, on_write};

fn main() {
    let mut memory = Memory::with_ram(0x1000).expect("4 KiB of RAM");
    memory
        .write_words(0, &[asm::lis(3, 0x3000), asm::mtspr(308, 3)])
        .expect("a program in RAM");
    let mut machine = Machine::new(&model::E500V2, memory);
    machine.cpu.set_cia(0);
    machine.set_budget(2);
    let mut asked_for = None;
    let mut handler = on_write(DBCR0, |_, value| {
        asked_for = Some(value >> 28 & 3);
        Outcome::Handled(())
    });
    assert_eq!(drive(&mut machine, &mut handler), Ok(Stop::Exit(Exit::Budget)));
    assert_eq!(asked_for, Some(3), "DBCR0[RST] reached the handler");
    println!("the guest asked for a reset: DBCR0[RST] = 3");
}
