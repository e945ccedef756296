//! What a CPU costs in memory, and a thousand CPUs in one process that each make progress.
//!
//! `cargo run --release --example footprint`

#[path = "../benches/support/crowd.rs"]
mod crowd;
#[path = "../benches/support/small.rs"]
mod small;

use ppc_cpu::{Cpu, Machine, Memory, model};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Most bytes that a CPU may cost before its first block.
const BAR: usize = 64 << 10;
/// RAM of each CPU of the crowd.
const RAM: usize = 64 << 10;
const CPUS: usize = 1000;
const TURNS: u64 = 100;

/// What `make` makes, and the heap that this keeps.
fn heap<T>(make: impl FnOnce() -> T) -> (T, usize) {
    let region = Region::new(HEAP);
    let made = make();
    let change = region.change();
    (made, change.bytes_allocated - change.bytes_deallocated)
}

/// Pages of this process that are in the host's memory, in bytes; `None` where there is no /proc.
fn resident() -> Option<usize> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib << 10)
}

fn main() {
    println!("bytes per CPU before its first block (at most {BAR}):");
    for model in model::MODELS {
        let (_cpu, heap) = heap(|| Cpu::new(model));
        // What a memory costs besides its RAM: the slots, and the empty cache of decoded instructions.
        let (memory, with_ram) =
            self::heap(|| Memory::with_ram(RAM as u64).expect("64 KiB are not too much"));
        let cache = with_ram - RAM;
        drop(memory);
        let total = size_of::<Machine>() + heap + cache;
        println!(
            "  {:8} {total:6} = {} in place + {heap} on the heap + {cache} with its memory, RAM left out",
            model.name,
            size_of::<Machine>()
        );
        assert!(total <= BAR, "the {} costs {total} bytes", model.name);
    }

    let before = resident();
    let (mut machines, new) = heap(|| crowd::crowd(CPUS));
    let ((), running) = heap(|| {
        for turn in 0..TURNS {
            for machine in &mut machines {
                crowd::turn(machine, turn);
            }
        }
    });
    assert!(
        machines
            .iter()
            .all(|machine| machine.cpu.insns() == 2 * TURNS - 1)
    );
    println!("{CPUS} CPUs with {RAM} bytes of RAM each, {TURNS} SPR exits answered for each:");
    println!(
        "  heap per CPU {} bytes, {} of them since it runs",
        (new + running) / CPUS,
        running / CPUS
    );
    if let (Some(before), Some(after)) = (before, resident()) {
        println!(
            "  resident per CPU {} bytes, touched RAM among them",
            (after - before) / CPUS
        );
    }
}
