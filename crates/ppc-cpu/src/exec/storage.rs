//! Storage accesses beside the usual way: Power ISA 2.07 Book III-E 5.4.3 (external process ID), Book II (decorated
//! storage), 3.0B Book III 4.4.1 (caching-inhibited), PEM 4.2.5 (external control), 2.07 Book II (coprocessors). Hashes are in
//! [`super::hash`].
//!
//! As long as there is no MMU, every address space is the same: an access by external process ID or one that inhibits
//! caching is the plain access, privilege apart. RAM ignores decorations; a device could not, and an exit has no
//! place for them yet, so that a decorated access outside RAM is not modelled. External control leaves as MMIO at any address, also
//! that of RAM: it is for the device that EAR names, and the exit's word tells it from a plain access. There is no coprocessor.

use super::access::{self, cut};
use super::operand::Extent;
use super::{Flow, Stop, cache, hash, indexed, privileged};
use crate::cpu::Cpu;
use crate::interrupt::{Cause, DSISR_STORE};
use crate::memory::Memory;
use ppc_decode::{Insn, Storage};
use spr_exit::{Msr, num};

/// What moves between storage and a register.
#[derive(Clone, Copy)]
struct Shape {
    len: u32,
    is_store: bool,
    is_float: bool,
    whereto: Whereto,
}

/// What an access is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whereto {
    /// The address space.
    Plain,
    /// The same, with RA as a decoration of the address in RB.
    Decorated,
    /// The device that EAR names.
    External,
}

const fn gpr(len: u32, is_store: bool) -> Shape {
    Shape {
        len,
        is_store,
        is_float: false,
        whereto: Whereto::Plain,
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
            whereto: Whereto::Decorated,
            ..self
        }
    }

    const fn external(self) -> Self {
        Self {
            whereto: Whereto::External,
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
        Storage::Eciwx => gpr(4, false).external(),
        Storage::Ecowx => gpr(4, true).external(),
        Storage::Dcbstep
        | Storage::Dcbfep
        | Storage::Dcbtep
        | Storage::Dcbtstep
        | Storage::Icbiep
        | Storage::Dcbzep
        | Storage::Dsn
        | Storage::Hashst
        | Storage::Hashstp
        | Storage::Hashchk
        | Storage::Hashchkp
        | Storage::Icswx => return None,
    })
}

/// What a load or store accesses.
pub(super) fn extent(op: Storage) -> Option<Extent> {
    match op {
        Storage::Hashst | Storage::Hashstp => Some(Extent::new(8, true)),
        Storage::Hashchk | Storage::Hashchkp => Some(Extent::new(8, false)),
        _ => shape(op).map(|shape| Extent::new(shape.len.into(), shape.is_store)),
    }
}

/// Whether its address is in RB alone.
pub(super) fn is_decorated(op: Storage) -> bool {
    shape(op).is_some_and(|shape| shape.whereto == Whereto::Decorated)
}

#[inline(never)]
pub(crate) fn execute(cpu: &mut Cpu, memory: &mut Memory, i: Insn, op: Storage) -> Flow {
    privileged(cpu, i)?;
    if let Some(shape) = shape(op) {
        return transfer(cpu, memory, i, shape);
    }
    match op {
        Storage::Dcbzep => cache::dcbz(cpu, memory, i, cpu.model.cache_block),
        Storage::Hashst | Storage::Hashstp => hash::store(cpu, memory, i, op),
        Storage::Hashchk | Storage::Hashchkp => hash::check(cpu, memory, i, op),
        Storage::Icswx => coprocessor(cpu, i),
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
    let is_decorated = shape.whereto == Whereto::Decorated;
    let address = if is_decorated {
        r.ea(r.gpr[i.rb()])
    } else {
        indexed(r, i)
    };
    if shape.whereto == Whereto::External {
        return external_control(cpu, i, address, shape);
    }
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
    if is_decorated && done.is_err() {
        cpu.state.pending = None;
        return Err(Stop::Unimplemented);
    }
    done
}

/// DSISR: external control while EAR\[E\] is 0 (PEM 6.4.3, bit 11); a coprocessor that ACOP does not grant (Linux `asm/reg.h`,
/// `DSISR_ICSWX_NO_CT`).
const DSISR_EXTERNAL_CONTROL: u32 = 0x0010_0000;
const DSISR_COPROCESSOR: u32 = 0x4000;

/// The device's answer, or its acknowledgement, is the reply to the exit (PEM 8.2). An address that is not a word's is an
/// alignment interrupt, as the PEM allows.
fn external_control(cpu: &mut Cpu, i: Insn, address: u64, shape: Shape) -> Flow {
    const EAR_E: u64 = 0x8000_0000;
    let is_store = shape.is_store;
    if cpu.spr_value(num::classic::EAR) & EAR_E == 0 {
        let store = if is_store { DSISR_STORE } else { 0 };
        let status = DSISR_EXTERNAL_CONTROL | store;
        return Err(Stop::Interrupt(Cause::data_storage(address, status)));
    }
    if !address.is_multiple_of(shape.len.into()) {
        return Err(Stop::Interrupt(Cause::Alignment { is_store }));
    }
    let stored = is_store.then(|| cpu.state.regs.gpr[i.rs()]);
    Err(access::leave(cpu, i, address, shape.len, stored))
}

/// Every request is rejected, which the record form says in CR0 (Linux `asm/icswx.h`), once ACOP has granted problem state
/// the coprocessor's type, bits 42:47 of RS (Linux `mm/icswx.c`). The block at the address is read by the coprocessor alone.
fn coprocessor(cpu: &mut Cpu, i: Insn) -> Flow {
    const REJECTED: u32 = 0b0010;
    let regs = &cpu.state.regs;
    let kind = regs.gpr[i.rs()] >> 16 & 0x3f;
    let is_granted = cpu.spr_value(num::book3s::ACOP) << kind >> 63 != 0;
    if regs.msr.contains(Msr::PR) && !is_granted {
        let address = cpu.operand_address(i.word);
        let status = DSISR_COPROCESSOR | DSISR_STORE;
        return Err(Stop::Interrupt(Cause::data_storage(address, status)));
    }
    if i.rc() {
        cpu.state.regs.report(REJECTED);
    }
    Ok(())
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
