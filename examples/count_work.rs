//! Work for `cargo xtask counts`, which counts the host instructions of this process.
//!
//! `count_work` lists the works, one line each: name and how much of it is to be done. `count_work NAME AMOUNT` does so
//! much of one and prints how many units that were: guest instructions, accesses or iterations. Done twice with two
//! amounts, what both runs have in common (the start of the process, loading, decoding) cancels out.

#[path = "../benches/support/crowd.rs"]
mod crowd;
#[path = "../benches/support/iteration.rs"]
mod iteration;
#[path = "../benches/support/kernel.rs"]
mod kernel;
#[path = "../benches/support/small.rs"]
mod small;

use iteration::Kept;
use kernel::{KERNELS, Kernel};
use ppc_cpu::Machine;
use ppc_decode::asm;
use spr_exit::{Exit, Outcome, SprNum, SprRouter, Stop, drive};
use std::hint::black_box;
use std::process::ExitCode;

/// Does so much work and says how many units it was.
type Work = fn(u64) -> u64;

/// Everything but the kernels: name, amount, work.
#[rustfmt::skip]
const WORKS: &[(&str, u64, Work)] = &[
    ("spr.round_trip",                10_000, |n| take_turns(1, n)),
    ("spr.round_trip_of_1000_cpus",   10_000, |n| take_turns(1000, n)),
    ("spr.routed_to_1_handler",       10_000, |n| routed(1, n)),
    ("spr.routed_to_1000_handlers",   10_000, |n| routed(1000, n)),
    ("spr.in_core",                   10_000, in_core),
    ("lifecycle.fresh_64k",              500, fresh),
    ("lifecycle.reset_reuse",            500, reuse),
    ("trace.sieve_after_a_trace",          1, untraced),
];

/// The kernels: group and width.
const GROUPS: [(&str, &str); 2] = [("interp", "ppc32"), ("interp64", "ppc64")];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.as_slice() {
        [] => list(),
        [name, amount] => match amount.parse().ok().and_then(|amount| work(name, amount)) {
            Some(units) => println!("{units}"),
            None => return refuse(),
        },
        _ => return refuse(),
    }
    ExitCode::SUCCESS
}

fn refuse() -> ExitCode {
    eprintln!("usage: count_work [NAME AMOUNT], with a name from the list");
    ExitCode::FAILURE
}

fn list() {
    for (group, _) in GROUPS {
        for kernel in KERNELS {
            println!("{group}.{kernel} 1");
        }
    }
    for (name, amount, _) in WORKS {
        println!("{name} {amount}");
    }
}

fn work(name: &str, amount: u64) -> Option<u64> {
    if let Some((_, _, work)) = WORKS.iter().find(|(work, ..)| *work == name) {
        return Some(work(amount));
    }
    let (group, kernel) = name.split_once('.')?;
    let (_, width) = GROUPS.iter().find(|(name, _)| *name == group)?;
    let kernel = KERNELS.contains(&kernel).then(|| Kernel::load(kernel, width))?;
    Some((0..amount).map(|_| kernel.run(&mut kernel.machine())).sum())
}

/// A kernel on a CPU that was traced, and is no more.
fn untraced(amount: u64) -> u64 {
    let kernel = Kernel::load("sieve", "ppc32");
    let run = || {
        let mut machine = kernel.machine();
        machine.cpu.set_trace(|at| {
            black_box(at);
        });
        machine.cpu.clear_trace();
        kernel.run(&mut machine)
    };
    (0..amount).map(|_| run()).sum()
}

/// Accesses that leave and are answered, by so many CPUs in turn.
fn take_turns(cpus: usize, accesses: u64) -> u64 {
    let mut machines = crowd::crowd(cpus);
    let mut value = 0;
    while value < accesses {
        for machine in &mut machines {
            crowd::turn(machine, value);
            value += 1;
        }
    }
    value
}

/// Runs until so many accesses and the branches behind them are executed.
fn run(machine: &mut Machine, accesses: u64, router: &mut SprRouter<u64>) -> u64 {
    let mut count = 0;
    machine.set_budget(2 * accesses);
    let stop = drive(machine, &mut router.bind(&mut count));
    assert_eq!(stop, Ok(Stop::Exit(Exit::Budget)), "every access is answered");
    count
}

/// Accesses to a register of the core.
fn in_core(accesses: u64) -> u64 {
    let sprg0 = 272;
    let left = run(
        &mut small::looping(asm::mfspr(3, sprg0)),
        accesses,
        &mut SprRouter::new(),
    );
    assert_eq!(left, 0, "the core answers for SPRG0");
    accesses
}

/// Accesses through `drive` and a router that has so many handlers.
fn routed(handlers: usize, accesses: u64) -> u64 {
    let mut router = SprRouter::new();
    let numbers = (0..).map(SprNum::wrapping).filter(|sprn| *sprn != small::UNKNOWN);
    for sprn in numbers.take(handlers - 1).chain([small::UNKNOWN]) {
        router.on_read(sprn, |count: &mut u64, _| {
            *count += 1;
            Outcome::Handled(*count)
        });
    }
    run(&mut small::looping(small::READ), accesses, &mut router)
}

fn fresh(iterations: u64) -> u64 {
    for _ in 0..iterations {
        black_box(iteration::fresh());
    }
    iterations
}

fn reuse(iterations: u64) -> u64 {
    let mut kept = Kept::new();
    for _ in 0..iterations {
        black_box(kept.iterate());
    }
    iterations
}
