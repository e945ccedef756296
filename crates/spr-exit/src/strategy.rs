//! Strategies for property tests: any number, access, exit, reply, filter (feature `proptest`).
//!
//! What they give is well-formed (a DCR number below 1024, an MMIO length of 1, 2, 4 or 8); reason and MSR have any bits.
//!
//! ```
//! use proptest::prelude::*;
//! use spr_exit::{Outcome, answer, strategy};
//!
//! proptest!(|(at in strategy::spr_access())| {
//!     prop_assert_eq!(answer(&mut (), &at), Outcome::NotMine);
//! });
//! ```

use crate::{
    DcrAccess, Exit, Fault, FilterRange, InterruptKind, MmioAccess, Msr, Reason, Reply, ResetKind, SprAccess,
    SprFilter, SprNum, SystemEvent, Verdict, num,
};
use alloc::vec;
use alloc::vec::Vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Any SPR number; every second one has a name in some family.
pub fn spr_num() -> impl Strategy<Value = SprNum> {
    prop_oneof![
        (0..1024u64).prop_map(SprNum::wrapping),
        select(num::NAMES).prop_map(|(_, _, sprn)| sprn),
    ]
}

/// Any MSR, bits without a name included.
pub fn msr() -> impl Strategy<Value = Msr> {
    any::<u64>().prop_map(Msr::from_bits_retain)
}

/// Any reason, none and several included.
pub fn reason() -> impl Strategy<Value = Reason> {
    (0..=Reason::all().bits()).prop_map(Reason::from_bits_truncate)
}

/// A value: often one of 32 bits, as on most of the CPUs.
pub fn value() -> impl Strategy<Value = u64> {
    prop_oneof![
        any::<u64>(),
        any::<u32>().prop_map(u64::from),
        Just(0),
        Just(u64::MAX)
    ]
}

/// Address of an instruction, the instruction, number of the CPU.
fn place() -> impl Strategy<Value = (u64, u32, u32)> {
    (any::<u64>().prop_map(|a| a & !3), any::<u32>(), any::<u32>())
}

/// Any access to an SPR.
pub fn spr_access() -> impl Strategy<Value = SprAccess> {
    (spr_num(), prop::option::of(value()), msr(), reason(), place()).prop_map(
        |(sprn, write, msr, reason, (cia, word, cpu))| {
            let at = match write {
                Some(value) => SprAccess::write(sprn, value),
                None => SprAccess::read(sprn),
            };
            at.with_msr(msr).with_reason(reason).at(cia, word, cpu)
        },
    )
}

/// Any access to a DCR.
pub fn dcr_access() -> impl Strategy<Value = DcrAccess> {
    (0..1024u32, prop::option::of(any::<u32>()), place()).prop_map(|(dcrn, write, (cia, word, cpu))| {
        DcrAccess {
            dcrn,
            is_write: write.is_some(),
            data: write.unwrap_or(0).into(),
            cia,
            word,
            cpu,
        }
    })
}

/// Any load or store outside RAM; the value of a store fits its length.
pub fn mmio_access() -> impl Strategy<Value = MmioAccess> {
    let kind = (
        select(&[1u32, 2, 4, 8][..]),
        prop::option::of(any::<u64>()),
        any::<bool>(),
    );
    (any::<u64>(), kind, place()).prop_map(|(phys_addr, (len, write, is_little_endian), (cia, word, cpu))| {
        MmioAccess {
            phys_addr,
            len,
            is_write: write.is_some(),
            data: write.unwrap_or(0) & u64::MAX >> (64 - 8 * len),
            is_little_endian,
            cia,
            word,
            cpu,
        }
    })
}

/// Any exit, every variant. The number of [`Exit::Other`] is one that has no name.
pub fn exit() -> impl Strategy<Value = Exit> {
    let reset = select(&[ResetKind::Core, ResetKind::Chip, ResetKind::System][..]);
    prop_oneof![
        spr_access().prop_map(Exit::Spr),
        dcr_access().prop_map(Exit::Dcr),
        mmio_access().prop_map(Exit::Mmio),
        reset.prop_map(|kind| Exit::SystemEvent(SystemEvent::Reset(kind))),
        Just(Exit::Epr),
        (any::<u64>(), 0..128u8).prop_map(|(cia, level)| Exit::Syscall { cia, level }),
        select(InterruptKind::ALL).prop_map(Exit::Interrupt),
        any::<u64>().prop_map(|cia| Exit::Debug { cia }),
        Just(Exit::Wait),
        Just(Exit::Budget),
        Just(Exit::Interrupted),
        any::<u64>().prop_map(|cia| Exit::Checkstop { cia }),
        Just(Exit::Watchdog),
        any::<u32>().prop_map(|payload| Exit::Message { payload }),
        (any::<u64>(), any::<u32>()).prop_map(|(cia, word)| Exit::Unimplemented { cia, word }),
        (0x1000..0x2000u32).prop_map(Exit::Other),
    ]
}

/// Either fault.
pub fn fault() -> impl Strategy<Value = Fault> {
    select(&[Fault::Illegal, Fault::Privileged][..])
}

/// Any reply.
pub fn reply() -> impl Strategy<Value = Reply> {
    prop_oneof![
        value().prop_map(Reply::Done),
        Just(Reply::NoOp),
        fault().prop_map(Reply::Fault),
        Just(Reply::Architected),
    ]
}

/// Either verdict.
pub fn verdict() -> impl Strategy<Value = Verdict> {
    select(&[Verdict::Allow, Verdict::Deny][..])
}

/// Any range of a filter, none of them empty.
pub fn filter_range() -> impl Strategy<Value = FilterRange> {
    (spr_num(), spr_num(), any::<(bool, bool)>(), verdict()).prop_map(|(a, b, (reads, writes), verdict)| {
        FilterRange {
            first: a.min(b),
            last: a.max(b),
            reads,
            writes,
            verdict,
        }
    })
}

/// Any filter of up to eight ranges.
pub fn spr_filter() -> impl Strategy<Value = SprFilter> {
    let ranges = prop::collection::vec(filter_range(), 0..8);
    (verdict(), ranges).prop_map(|(default, ranges): (Verdict, Vec<FilterRange>)| {
        SprFilter::new(default, &ranges).unwrap_or_default()
    })
}
