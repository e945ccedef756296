//! How fast code is interpreted: the computing kernels, 32-bit on the e500v2 and 64-bit on the POWER9.
//!
//! An element is a guest instruction. Each iteration runs a kernel from its first instruction to its last on a copy of
//! the loaded machine that has nothing decoded yet; making the copy is not timed.

#[path = "support/kernel.rs"]
mod kernel;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use kernel::{KERNELS, Kernel};

fn kernels(c: &mut Criterion) {
    for (group, width) in [("interp", "ppc32"), ("interp64", "ppc64")] {
        let mut group = c.benchmark_group(group);
        group.sample_size(20);
        for name in KERNELS {
            let kernel = Kernel::load(name, width);
            group.throughput(Throughput::Elements(kernel.run(&mut kernel.machine())));
            group.bench_function(name, |b| {
                b.iter_batched_ref(
                    || kernel.machine(),
                    |machine| kernel.run(machine),
                    BatchSize::PerIteration,
                );
            });
        }
        group.finish();
    }
}

criterion_group!(benches, kernels);
criterion_main!(benches);
