//! Any text as a snapshot: refused or runnable, never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ppc_cpu::{Cpu, Memory, Snapshot};

fuzz_target!(|text: &[u8]| {
    let Ok(snapshot) = serde_json::from_slice::<Snapshot>(text) else { return };
    let Ok(mut cpu) = Cpu::from_snapshot(&snapshot) else { return };
    let mut memory = Memory::with_ram(0x1000).expect("4 KiB of RAM");
    let _ = cpu.run(&mut memory, 100);
    let _ = cpu.complete(spr_exit::Reply::Done(0));
    let _ = cpu.run(&mut memory, 100);
});
