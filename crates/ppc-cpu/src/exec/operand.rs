//! What an instruction is going to do with storage, found without doing it: for what watches it.
//!
//! It follows from the shapes that the instruction is executed by, and from the operand's address. An instruction that is
//! not modelled has no operand here.

use super::{float, load_store, storage};
use crate::cpu::Cpu;
use ppc_decode::{Atomic, Cache, Insn, Long, Op, Storage};

/// An operand in storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Operand {
    /// Effective address, as the instruction makes it.
    pub(crate) address: u64,
    pub(crate) extent: Extent,
}

/// How much of storage is accessed, and what for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Bytes.
    pub(crate) len: u64,
    /// Bytes of one access; there are as many as fill `len`.
    pub(crate) element: u64,
    pub(crate) purpose: Purpose,
}

/// What an access is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Load,
    Store,
    /// Both: an atomic operation in storage.
    Exchange,
    /// Zeros a cache block.
    Zero,
    /// Asks for a cache block, or gives one of instructions up.
    Touch,
    /// Asks for a cache block to store into.
    TouchForStore,
    /// Has a cache block written back.
    Clean,
    /// Gives the contents of a cache block up.
    Invalidate,
}

impl Extent {
    pub(super) const fn new(len: u64, is_store: bool) -> Self {
        Self::of(if is_store { Purpose::Store } else { Purpose::Load }, len)
    }

    /// The same made of accesses of so many bytes.
    pub(super) const fn by(self, element: u64) -> Self {
        Self { element, ..self }
    }

    const fn of(purpose: Purpose, len: u64) -> Self {
        Self {
            len,
            element: len,
            purpose,
        }
    }
}

/// The operand of an instruction that is about to be executed.
pub(crate) fn operand(cpu: &Cpu, i: Insn) -> Option<Operand> {
    let block = u64::from(cpu.model.cache_block);
    let extent = match i.op {
        Op::LoadStore(op) => Some(load_store::extent(op, i)),
        Op::Float(op) => float::extent(op),
        Op::Atomic(op) => atomic(op),
        Op::Long(op) => long(op, i, cpu.state.regs.xer.count.into()),
        Op::Cache(op) => cache(op).map(|purpose| Extent::of(purpose, block)),
        Op::Storage(op) => {
            storage::extent(op).or_else(|| external(op).map(|purpose| Extent::of(purpose, block)))
        }
        _ => None,
    }?;
    // RA is the decoration of a decorated access.
    let address = match i.op {
        Op::Storage(op) if storage::is_decorated(op) => cpu.state.regs.ea(cpu.state.regs.gpr[i.rb()]),
        _ => cpu.operand_address(i.word),
    };
    Some(Operand { address, extent })
}

const fn atomic(op: Atomic) -> Option<Extent> {
    Some(match op {
        Atomic::Lbarx => Extent::new(1, false),
        Atomic::Lharx => Extent::new(2, false),
        Atomic::Lwarx => Extent::new(4, false),
        Atomic::Ldarx => Extent::new(8, false),
        Atomic::Lqarx => Extent::new(16, false).by(8),
        Atomic::StbcxRc => Extent::new(1, true),
        Atomic::SthcxRc => Extent::new(2, true),
        Atomic::StwcxRc => Extent::new(4, true),
        Atomic::StdcxRc => Extent::new(8, true),
        Atomic::StqcxRc => Extent::new(16, true).by(8),
        Atomic::Lwat | Atomic::Stwat => Extent::of(Purpose::Exchange, 4),
        Atomic::Ldat | Atomic::Stdat => Extent::of(Purpose::Exchange, 8),
        Atomic::Copy
        | Atomic::PasteRc
        | Atomic::Cpabort
        | Atomic::Sync
        | Atomic::Msync
        | Atomic::Eieio
        | Atomic::Mbar
        | Atomic::Isync => return None,
    })
}

/// A string of no bytes touches nothing.
fn long(op: Long, i: Insn, count: u64) -> Option<Extent> {
    let extent = match op {
        Long::Lq | Long::LqSupervisor => Extent::new(16, false).by(8),
        Long::Stq | Long::StqSupervisor => Extent::new(16, true).by(8),
        Long::Lswi => Extent::new(i.nb().into(), false).by(4),
        Long::Stswi => Extent::new(i.nb().into(), true).by(4),
        Long::Lswx => Extent::new(count, false).by(4),
        Long::Stswx => Extent::new(count, true).by(4),
    };
    (extent.len != 0).then_some(extent)
}

/// What a cache instruction with an address is for.
const fn cache(op: Cache) -> Option<Purpose> {
    Some(match op {
        Cache::Dcbz | Cache::Dcbzl | Cache::Dcba | Cache::Dcbal => Purpose::Zero,
        Cache::Dcbt | Cache::Icbi | Cache::Icbt | Cache::Icbt405 => Purpose::Touch,
        Cache::Dcbtls | Cache::Dcblc | Cache::Icbtls | Cache::Icblc => Purpose::Touch,
        Cache::Dcbtst | Cache::Dcbtstls => Purpose::TouchForStore,
        Cache::Dcbst | Cache::Dcbf => Purpose::Clean,
        Cache::Dcbi => Purpose::Invalidate,
        Cache::DcblqRc | Cache::IcblqRc | Cache::Dccci | Cache::Dcread | Cache::Iccci | Cache::Icread => {
            return None;
        }
    })
}

/// The same by external process ID.
const fn external(op: Storage) -> Option<Purpose> {
    match op {
        Storage::Dcbzep => Some(Purpose::Zero),
        Storage::Dcbtep | Storage::Icbiep => Some(Purpose::Touch),
        Storage::Dcbtstep => Some(Purpose::TouchForStore),
        Storage::Dcbstep | Storage::Dcbfep => Some(Purpose::Clean),
        _ => None,
    }
}
