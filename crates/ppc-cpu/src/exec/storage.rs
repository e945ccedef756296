//! Storage accesses beside the usual way: Power ISA 2.07 Book III-E 5.4.3 (external process ID), Book II (decorated
//! storage), 3.0B Book III 4.4.1 (caching-inhibited), PEM 4.2.5 (external control).
//!
//! As long as there is no MMU, every address space is the same: an access by external process ID or one that inhibits
//! caching is the plain access, privilege apart. RAM ignores decorations; a device could not, and an exit has no
//! place for them yet, so that a decorated access outside RAM is not modelled. Nor are external control, whose devices are
//! outside the address space, hashes and coprocessors.

use super::access::{self, cut};
use super::{Flow, Stop, cache, indexed, privileged};
use crate::cpu::Cpu;
use crate::interrupt::Cause;
use crate::memory::Memory;
use ppc_decode::{Insn, Storage};
use spr_exit::Msr;

/// What moves between storage and a register.
#[derive(Clone, Copy)]
struct Shape {
    len: u32,
    is_store: bool,
    is_float: bool,
    is_decorated: bool,
}

const fn gpr(len: u32, is_store: bool) -> Shape {
    Shape {
        len,
        is_store,
        is_float: false,
        is_decorated: false,
    }
}

const fn fpr(is_store: bool) -> Shape {
    Shape {
        is_float: true,
        ..gpr(8, is_store)
    }
}

impl Shape {
    const fn decorated(self) -> Self {
        Self {
            is_decorated: true,
            ..self
        }
    }
}

/// The shape of a load or store; none for anything else.
const fn shape(op: Storage) -> Option<Shape> {
    Some(match op {
        Storage::Lbepx | Storage::Lbzcix => gpr(1, false),
        Storage::Lhepx | Storage::Lhzcix => gpr(2, false),
        Storage::Lwepx | Storage::Lwzcix => gpr(4, false),
        Storage::Ldepx | Storage::Ldcix => gpr(8, false),
        Storage::Stbepx | Storage::Stbcix => gpr(1, true),
        Storage::Sthepx | Storage::Sthcix => gpr(2, true),
        Storage::Stwepx | Storage::Stwcix => gpr(4, true),
        Storage::Stdepx | Storage::Stdcix => gpr(8, true),
        Storage::Lfdepx => fpr(false),
        Storage::Stfdepx => fpr(true),
        Storage::Lbdx => gpr(1, false).decorated(),
        Storage::Lhdx => gpr(2, false).decorated(),
        Storage::Lwdx => gpr(4, false).decorated(),
        Storage::Lddx => gpr(8, false).decorated(),
        Storage::Stbdx => gpr(1, true).decorated(),
        Storage::Sthdx => gpr(2, true).decorated(),
        Storage::Stwdx => gpr(4, true).decorated(),
        Storage::Stddx => gpr(8, true).decorated(),
        Storage::Lfddx => fpr(false).decorated(),
        Storage::Stfddx => fpr(true).decorated(),
        Storage::Dcbstep
        | Storage::Dcbfep
        | Storage::Dcbtep
        | Storage::Dcbtstep
        | Storage::Icbiep
        | Storage::Dcbzep
        | Storage::Dsn
        | Storage::Eciwx
        | Storage::Ecowx
        | Storage::Hashst
        | Storage::Hashstp
        | Storage::Hashchk
        | Storage::Hashchkp
        | Storage::Icswx => return None,
    })
}

#[inline(never)]
pub(crate) fn execute(cpu: &mut Cpu, memory: &mut Memory, i: Insn, op: Storage) -> Flow {
    privileged(cpu, i)?;
    if let Some(shape) = shape(op) {
        return transfer(cpu, memory, i, shape);
    }
    match op {
        Storage::Dcbzep => cache::dcbz(cpu, memory, i, cpu.model.cache_block),
        Storage::Eciwx
        | Storage::Ecowx
        | Storage::Hashst
        | Storage::Hashstp
        | Storage::Hashchk
        | Storage::Hashchkp
        | Storage::Icswx => Err(Stop::Unimplemented),
        // There is no cache, and RAM takes no notice of a decoration.
        _ => Ok(()),
    }
}

fn transfer(cpu: &mut Cpu, memory: &mut Memory, i: Insn, shape: Shape) -> Flow {
    if shape.is_float && !cpu.state.regs.msr.contains(Msr::FP) {
        return Err(Stop::Interrupt(Cause::FpUnavailable));
    }
    let r = &cpu.state.regs;
    // RA is the decoration of a decorated access.
    let address = if shape.is_decorated {
        r.ea(r.gpr[i.rb()])
    } else {
        indexed(r, i)
    };
    let done = if shape.is_store {
        let value = if shape.is_float {
            cpu.state.fp.fpr[i.frt()]
        } else {
            cpu.state.regs.gpr[i.rs()]
        };
        access::store(cpu, memory, i, address, shape.len, value)
    } else {
        access::load(cpu, memory, i, address, shape.len).map(|value| set_target(cpu, i, shape, value))
    };
    if shape.is_decorated && done.is_err() {
        cpu.state.pending = None;
        return Err(Stop::Unimplemented);
    }
    done
}

fn set_target(cpu: &mut Cpu, i: Insn, shape: Shape, value: u64) {
    if shape.is_float {
        cpu.state.fp.fpr[i.frt()] = value;
    } else {
        cpu.state.regs.gpr[i.rt()] = value;
    }
}

/// Finishes the access that left.
pub(super) fn finish(cpu: &mut Cpu, op: Storage, i: Insn, value: u64) -> bool {
    if let Some(shape) = shape(op).filter(|shape| !shape.is_store) {
        set_target(cpu, i, shape, cut(value, shape.len));
    }
    true
}
