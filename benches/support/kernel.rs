//! The computing kernels of `guests/bin` on the bare machine, without anything printed.
//!
//! They print through the SPR devices CONSOLE and EXIT of `ppc-emu run`; here a handler that only collects answers.

use ppc_cpu::{Machine, Memory};
use ppc_emu::device::num::{CONSOLE, EXIT};
use ppc_emu::image::Image;
use spr_exit::{Outcome, Stop, drive, on_write};
use std::path::PathBuf;

/// The kernels, by the names of their sources.
pub(crate) const KERNELS: [&str; 6] = ["sieve", "crc32", "memcpy", "fib", "sha256", "quicksort"];

/// A kernel that is loaded, and what it prints.
pub(crate) struct Kernel {
    start: Machine,
    expected: String,
}

impl Kernel {
    /// Loads `guests/bin/NAME.WIDTH.elf` for the CPU that `ppc-emu run` takes for it; `width` is `ppc32` or `ppc64`.
    pub(crate) fn load(name: &str, width: &str) -> Self {
        let guests: PathBuf = [env!("CARGO_MANIFEST_DIR"), "guests"].iter().collect();
        let image = Image::open(&guests.join(format!("bin/{name}.{width}.elf")), None)
            .expect("the kernel is committed");
        let expected =
            std::fs::read_to_string(guests.join(format!("expected/{name}.txt"))).expect("so is its output");

        let end = image.segments.iter().map(|s| s.address + s.len).max();
        // A kernel brings its own stack: RAM need not reach beyond its segments, and is soon copied then.
        let ram = end.expect("an image has segments").next_multiple_of(0x1_0000);
        let mut memory = Memory::with_ram(ram).expect("some hundred KiB are not too much");
        image
            .load(&mut memory, ram)
            .expect("the image fits by construction");
        let mut start = Machine::new(image.default_cpu(), memory);
        start.cpu.set_cia(image.entry);
        Self { start, expected }
    }

    /// A machine about to run the kernel.
    pub(crate) fn machine(&self) -> Machine {
        self.start.clone()
    }

    /// Runs the kernel to its end; how many instructions that took.
    pub(crate) fn run(&self, machine: &mut Machine) -> u64 {
        let mut output = String::new();
        let mut console = on_write(CONSOLE, |_, value| {
            output.push(char::from(value.to_be_bytes()[7]));
            Outcome::Handled(())
        });
        let stop = drive(machine, &mut console).expect("nothing is pending");
        let is_success = matches!(stop, Stop::Unclaimed(at) if at.sprn() == EXIT && at.data() == 0);
        assert!(is_success, "the kernel stopped with {stop:?}");
        assert_eq!(output, self.expected);
        machine.cpu.insns()
    }
}
