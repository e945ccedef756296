//! A handler put to the test before a guest sees it: the properties of `spr_exit::conformance`, and then a guest whose exits
//! are compared with a list. `docs/testing.md` walks through it.
//!
//! `cargo run --example conformance`

use ppc_cpu::{Machine, Memory, model};
use ppc_decode::asm;
use spr_exit::conformance::{self, Reserved};
use spr_exit::testing::{exit, play, read, write};
use spr_exit::{Exit, Outcome, Reply, SprAccess, SprHandler, SprNum, answer};

/// Events that happened: a one clears its bit. Sixteen of them, the upper half is reserved.
const EVENTS: SprNum = SprNum::wrapping(880);

/// A device with one register.
struct Device {
    events: u64,
    /// The mistake that is often made: a write takes the value as it is.
    is_wrong: bool,
}

impl SprHandler for Device {
    fn read(&mut self, at: &SprAccess) -> Outcome<u64> {
        match at.sprn() {
            EVENTS => Outcome::Handled(self.events),
            _ => Outcome::NotMine,
        }
    }

    fn write(&mut self, at: &SprAccess, value: u64) -> Outcome<()> {
        if at.sprn() != EVENTS {
            return Outcome::NotMine;
        }
        self.events = if self.is_wrong {
            value
        } else {
            self.events & !value
        };
        Outcome::Handled(())
    }
}

fn check(is_wrong: bool) -> Result<(), conformance::Violation> {
    let device = || Device {
        events: 0x8421,
        is_wrong,
    };
    conformance::not_mine_but(&mut device(), &[EVENTS])?;
    conformance::read_has_no_effect(&mut device(), EVENTS)?;
    conformance::write_one_clears(&mut device(), EVENTS, 0xffff)?;
    let reserved = Reserved {
        mask: 0xffff_0000,
        reads_as: 0,
    };
    conformance::reserved_bits(&mut device(), EVENTS, reserved)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    check(false)?;
    let why = check(true).expect_err("the mistake is found");
    println!("found: {why}");

    // The guest acknowledges what it found, and looks again.
    let mut memory = Memory::with_ram(0x1000)?;
    let program = [asm::mfspr(3, 880), asm::mtspr(880, 3), asm::mfspr(4, 880)];
    memory.write_words(0, &program)?;
    let mut machine = Machine::new(&model::E500V2, memory).with_budget(3);
    machine.cpu.set_cia(0);
    let mut device = Device {
        events: 0x21,
        is_wrong: false,
    };
    let mut reply = |at| answer(&mut device, &at).reply().unwrap_or(Reply::Architected);
    let list = [
        read(EVENTS).answer(reply(SprAccess::read(EVENTS))),
        write(EVENTS, 0x21).answer(reply(SprAccess::write(EVENTS, 0x21))),
        read(EVENTS).answer(reply(SprAccess::read(EVENTS))),
        exit(Exit::Budget),
    ];
    play(&mut machine, &list)?;
    assert_eq!((machine.cpu.gpr(3), machine.cpu.gpr(4)), (0x21, 0));
    println!("the guest made the {} exits of the list", list.len());
    Ok(())
}
