//! What it costs to begin anew: an iteration of a fuzzer or a unit test on a new machine and on one that is kept, and
//! saving and restoring a machine.
//!
//! All with 64 KiB of RAM. An iteration is four instructions, one of them an `mtspr` that leaves and is answered.
//! `snapshot` is [`ppc_cpu::Cpu::snapshot`] and a copy of memory; `restore` puts both back into the same machine.

#[path = "support/iteration.rs"]
mod iteration;
#[path = "support/small.rs"]
mod small;

use criterion::{Criterion, criterion_group, criterion_main};
use iteration::Kept;
use std::hint::black_box;

fn lifecycle(c: &mut Criterion) {
    let mut group = c.benchmark_group("lifecycle");
    group.bench_function("fresh_64k", |b| b.iter(iteration::fresh));

    let mut kept = Kept::new();
    group.bench_function("reset_reuse", |b| b.iter(|| kept.iterate()));

    let mut machine = small::looping(small::READ);
    group.bench_function("snapshot", |b| {
        b.iter(|| (machine.cpu.snapshot(), machine.memory.clone()));
    });

    let (cpu, memory) = (machine.cpu.snapshot(), machine.memory.clone());
    group.bench_function("restore", |b| {
        b.iter(|| {
            machine
                .cpu
                .restore(black_box(&cpu))
                .expect("it is of the same CPU");
            machine.memory.clone_from(black_box(&memory));
        });
    });
    group.finish();
}

criterion_group!(benches, lifecycle);
criterion_main!(benches);
