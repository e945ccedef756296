//! The hot SPR path: what an access costs that leaves, that stays in the core, that faults, that is ignored.
//!
//! Each benchmark counts one access per element; the loop around it costs one branch. `reset_generic` and
//! `reset_event` are the same guest asking for the same reset, once as an SPR exit and once as a dedicated event.

#![allow(
    clippy::panic,
    reason = "a bench that does not do what it says must not go on"
)]

#[path = "support/small.rs"]
mod small;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ppc_decode::asm;
use small::{looping, machine};
use spr_exit::{
    Capabilities, Capability, EnableCap, Exit, Msr, Outcome, Reply, ResetKind, SprNum, SprRouter, Stop,
    SystemEvent, UnknownSpr, Vcpu, drive,
};
use std::hint::black_box;

/// Accesses per iteration.
const BATCH: u64 = 1000;
const DBCR0: i64 = 308;

fn round_trip(c: &mut Criterion) {
    let mut group = c.benchmark_group("spr_exit");
    group.throughput(Throughput::Elements(BATCH));

    let mut vcpu = looping(small::READ);
    group.bench_function("round_trip", |b| {
        b.iter(|| {
            for value in 0..BATCH {
                let Ok(Exit::Spr(at)) = vcpu.run() else {
                    panic!("the guest does nothing else")
                };
                black_box(at);
                vcpu.complete(Reply::Done(value)).expect("an exit waits");
            }
        });
    });

    let mut router = SprRouter::new();
    router.on_read(small::UNKNOWN, |count: &mut u64, _| {
        *count += 1;
        if count.is_multiple_of(BATCH) {
            Outcome::NotMine
        } else {
            Outcome::Handled(*count)
        }
    });
    let mut vcpu = looping(small::READ);
    let mut count = 0;
    group.bench_function("router", |b| {
        b.iter(|| {
            // The handler declines once in a batch, which stops the loop.
            let stop = drive(&mut vcpu, &mut router.bind(&mut count)).expect("nothing is pending");
            assert!(matches!(stop, Stop::Unclaimed(_)));
            vcpu.complete(Reply::NoOp).expect("an exit waits");
        });
    });

    let mut vcpu = looping(asm::mfspr(3, 272));
    group.bench_function("in_core", |b| {
        b.iter(|| {
            vcpu.set_budget(2 * BATCH);
            assert_eq!(vcpu.run(), Ok(Exit::Budget));
        })
    });

    // The interrupt handler returns to the access that was refused.
    let mut vcpu = machine(&[asm::mtspr(272, 3)]);
    vcpu.memory
        .write_words(0, &[asm::rfi()])
        .expect("the vector lies in RAM");
    vcpu.cpu.set_msr(Msr::PR);
    group.bench_function("privileged_fault", |b| {
        b.iter(|| {
            vcpu.set_budget(2 * BATCH);
            assert_eq!(vcpu.run(), Ok(Exit::Budget));
        })
    });

    let mut vcpu = looping(small::READ);
    vcpu.cpu.config_mut().unknown_spr = UnknownSpr::ReadZeroIgnoreWrite;
    group.bench_function("unknown_ignored", |b| {
        b.iter(|| {
            vcpu.set_budget(2 * BATCH);
            assert_eq!(vcpu.run(), Ok(Exit::Budget));
        })
    });

    group.throughput(Throughput::Elements(1));
    let reset_program = [asm::lis(3, 0x1000), asm::mtspr(DBCR0, 3)];
    let mut vcpu = machine(&reset_program);
    group.bench_function("reset_generic", |b| {
        b.iter(|| {
            let Ok(Exit::Spr(at)) = vcpu.run() else {
                panic!("the guest asks for a reset")
            };
            assert!(at.sprn().get() == 308 && at.data() >> 28 & 3 == 1);
            vcpu.reset(Some(ResetKind::Core));
            vcpu.cpu.set_cia(0x1000);
        });
    });

    let mut vcpu = machine(&reset_program);
    vcpu.enable_cap(&EnableCap::new(Capability::ResetEvent, 1))
        .expect("the e500v2 has DBCR0");
    group.bench_function("reset_event", |b| {
        b.iter(|| {
            let Ok(Exit::SystemEvent(SystemEvent::Reset(kind))) = vcpu.run() else {
                panic!("the guest asks for a reset")
            };
            vcpu.reset(Some(kind));
            vcpu.cpu.set_cia(0x1000);
        });
    });

    // A register that user space owns until the VM promotes it: the same guest, before and after.
    group.throughput(Throughput::Elements(BATCH));
    for (id, is_promoted) in [("promotable_in_user_space", false), ("promotable_in_core", true)] {
        let bucsr = SprNum::wrapping(1013);
        let mut vcpu = looping(asm::mfspr(3, 1013));
        vcpu.enable_cap(&EnableCap::promote(bucsr, is_promoted))
            .expect("the core models BUCSR");
        let mut accesses = 0_u64;
        group.bench_function(id, |b| {
            b.iter(|| {
                vcpu.set_budget(2 * BATCH);
                while let Ok(Exit::Spr(_)) = vcpu.run() {
                    accesses += 1;
                    vcpu.complete(Reply::Done(accesses)).expect("an exit waits");
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, round_trip);
criterion_main!(benches);
