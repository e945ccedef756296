//! A property of one's own handlers: what the guest writes with mtspr it reads back with mfspr, for any value; and
//! the ready-made properties of `spr_exit::conformance`.
//!
//! `cargo run --example round_trip`

use ppc_cpu::{Machine, Memory, model};
use ppc_decode::asm;
use proptest::prelude::*;
use spr_exit::{Exit, Outcome, SprAccess, SprHandler, SprNum, Stop, conformance, drive};

/// The handler under test: one register that keeps its low 16 bits.
#[derive(Default)]
struct Counter(u64);

const COUNTER: SprNum = SprNum::wrapping(880);

impl SprHandler for Counter {
    fn read(&mut self, at: &SprAccess) -> Outcome<u64> {
        if at.sprn() == COUNTER {
            Outcome::Handled(self.0)
        } else {
            Outcome::NotMine
        }
    }
    fn write(&mut self, at: &SprAccess, value: u64) -> Outcome<()> {
        if at.sprn() != COUNTER {
            return Outcome::NotMine;
        }
        self.0 = value & 0xffff;
        Outcome::Handled(())
    }
}

fn main() -> Result<(), conformance::Violation> {
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(value: u32)| {
        let mut memory = Memory::with_ram(0x1000)?;
        memory.write_words(0, &[asm::mtspr(880, 3), asm::mfspr(4, 880)])?;
        let mut machine = Machine::new(&model::E500V2, memory);
        machine.cpu.set_cia(0);
        machine.cpu.set_gpr(3, value.into());
        machine.set_budget(2);
        prop_assert_eq!(drive(&mut machine, &mut Counter::default())?, Stop::Exit(Exit::Budget));
        prop_assert_eq!(machine.cpu.gpr(4), u64::from(value & 0xffff));
    });
    conformance::read_has_no_effect(&mut Counter(7), COUNTER)?;
    conformance::not_mine_but(&mut Counter(7), &[COUNTER])?;
    println!("256 values came back, and the handler has no surprises");
    Ok(())
}
