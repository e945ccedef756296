//! Loads and stores: Power ISA 3.0B Book I 3.3.2 to 3.3.6.
//!
//! What distinguishes one from another is its [`Shape`]; an access that leaves as MMIO is finished from the same shape
//! when its reply comes. A multiple access leaves once per register that lies outside RAM and goes on behind it.

use super::access::{Form, effective_address};
use super::operand::Extent;
use super::{Flow, Stop};
use crate::cpu::Cpu;
use crate::interrupt::Cause;
use crate::memory::Memory;
use crate::model::InterruptModel;
use crate::pending::Pending;
use ppc_decode::{Insn, Isa, LoadStore, Op};
use spr_exit::MmioAccess;

/// What distinguishes a load or store from the others.
#[derive(Clone, Copy)]
struct Shape {
    form: Form,
    /// Bytes: 1, 2, 4 or 8.
    len: u32,
    is_store: bool,
    /// Loads: whether the value is sign-extended.
    is_signed: bool,
    /// Whether the bytes are reversed against the order of the mode.
    is_reversed: bool,
    /// Whether RA gets the address.
    is_update: bool,
    /// `lmw`, `stmw`.
    is_multiple: bool,
}

const fn load(form: Form, len: u32) -> Shape {
    Shape {
        form,
        len,
        is_store: false,
        is_signed: false,
        is_reversed: false,
        is_update: false,
        is_multiple: false,
    }
}

const fn store(form: Form, len: u32) -> Shape {
    Shape {
        is_store: true,
        ..load(form, len)
    }
}

impl Shape {
    const fn update(self) -> Self {
        Self {
            is_update: true,
            ..self
        }
    }
    const fn signed(self) -> Self {
        Self {
            is_signed: true,
            ..self
        }
    }
    const fn reversed(self) -> Self {
        Self {
            is_reversed: true,
            ..self
        }
    }
    const fn multiple(self) -> Self {
        Self {
            is_multiple: true,
            ..self
        }
    }
}

const fn shape(op: LoadStore) -> Shape {
    use Form::{D, Ds, X};
    match op {
        LoadStore::Lbz => load(D, 1),
        LoadStore::Lbzu => load(D, 1).update(),
        LoadStore::Lbzx => load(X, 1),
        LoadStore::Lbzux => load(X, 1).update(),
        LoadStore::Lhz => load(D, 2),
        LoadStore::Lhzu => load(D, 2).update(),
        LoadStore::Lhzx => load(X, 2),
        LoadStore::Lhzux => load(X, 2).update(),
        LoadStore::Lha => load(D, 2).signed(),
        LoadStore::Lhau => load(D, 2).signed().update(),
        LoadStore::Lhax => load(X, 2).signed(),
        LoadStore::Lhaux => load(X, 2).signed().update(),
        LoadStore::Lwz => load(D, 4),
        LoadStore::Lwzu => load(D, 4).update(),
        LoadStore::Lwzx => load(X, 4),
        LoadStore::Lwzux => load(X, 4).update(),
        LoadStore::Lwa => load(Ds, 4).signed(),
        LoadStore::Lwax => load(X, 4).signed(),
        LoadStore::Lwaux => load(X, 4).signed().update(),
        LoadStore::Ld => load(Ds, 8),
        LoadStore::Ldu => load(Ds, 8).update(),
        LoadStore::Ldx => load(X, 8),
        LoadStore::Ldux => load(X, 8).update(),
        LoadStore::Stb => store(D, 1),
        LoadStore::Stbu => store(D, 1).update(),
        LoadStore::Stbx => store(X, 1),
        LoadStore::Stbux => store(X, 1).update(),
        LoadStore::Sth => store(D, 2),
        LoadStore::Sthu => store(D, 2).update(),
        LoadStore::Sthx => store(X, 2),
        LoadStore::Sthux => store(X, 2).update(),
        LoadStore::Stw => store(D, 4),
        LoadStore::Stwu => store(D, 4).update(),
        LoadStore::Stwx => store(X, 4),
        LoadStore::Stwux => store(X, 4).update(),
        LoadStore::Std => store(Ds, 8),
        LoadStore::Stdu => store(Ds, 8).update(),
        LoadStore::Stdx => store(X, 8),
        LoadStore::Stdux => store(X, 8).update(),
        LoadStore::Lhbrx => load(X, 2).reversed(),
        LoadStore::Lwbrx => load(X, 4).reversed(),
        LoadStore::Ldbrx => load(X, 8).reversed(),
        LoadStore::Sthbrx => store(X, 2).reversed(),
        LoadStore::Stwbrx => store(X, 4).reversed(),
        LoadStore::Stdbrx => store(X, 8).reversed(),
        LoadStore::Lmw => load(D, 4).multiple(),
        LoadStore::Stmw => store(D, 4).multiple(),
    }
}

/// What it accesses.
pub(super) fn extent(op: LoadStore, i: Insn) -> Extent {
    let shape = shape(op);
    let one = Extent::new(shape.len.into(), shape.is_store);
    if shape.is_multiple {
        Extent::new(one.len * (32 - i.rt() as u64), shape.is_store).by(one.len)
    } else {
        one
    }
}

pub(crate) fn execute(cpu: &mut Cpu, memory: &mut Memory, i: Insn, op: LoadStore) -> Flow {
    let shape = shape(op);
    let address = effective_address(&cpu.state.regs, i, shape.form, shape.is_update);
    if shape.is_multiple {
        return multiple(cpu, memory, i, shape, address);
    }
    let is_little_endian = cpu.is_little_endian() != shape.is_reversed;
    if shape.is_store {
        let value = cpu.state.regs.gpr[i.rs()];
        if !store_value(memory, address, shape.len, value, is_little_endian) {
            return leave(cpu, i, shape, address, value, is_little_endian);
        }
    } else {
        let Some(value) = load_value(memory, address, shape.len, is_little_endian) else {
            return leave(cpu, i, shape, address, 0, is_little_endian);
        };
        cpu.state.regs.gpr[i.rt()] = extend(value, shape);
    }
    if shape.is_update {
        cpu.state.regs.gpr[i.ra()] = address;
    }
    Ok(())
}

/// The value in RT of what memory gave.
#[inline]
fn extend(value: u64, shape: Shape) -> u64 {
    if !shape.is_signed {
        return value;
    }
    let unused = 64 - 8 * shape.len;
    ((value << unused).cast_signed() >> unused).cast_unsigned()
}

/// The number that lies at `address`, `None` outside RAM.
#[inline]
pub(super) fn load_value(memory: &Memory, address: u64, len: u32, is_little_endian: bool) -> Option<u64> {
    Some(match (len, is_little_endian) {
        (1, _) => u64::from(u8::from_be_bytes(memory.load(address)?)),
        (2, false) => u64::from(u16::from_be_bytes(memory.load(address)?)),
        (2, true) => u64::from(u16::from_le_bytes(memory.load(address)?)),
        (4, false) => u64::from(u32::from_be_bytes(memory.load(address)?)),
        (4, true) => u64::from(u32::from_le_bytes(memory.load(address)?)),
        (_, false) => u64::from_be_bytes(memory.load(address)?),
        (_, true) => u64::from_le_bytes(memory.load(address)?),
    })
}

/// Stores the low bytes of `value`; whether it could.
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "a store takes the low bytes")]
pub(super) fn store_value(
    memory: &mut Memory,
    address: u64,
    len: u32,
    value: u64,
    is_little_endian: bool,
) -> bool {
    match (len, is_little_endian) {
        (1, _) => memory.store(address, [value as u8]),
        (2, false) => memory.store(address, (value as u16).to_be_bytes()),
        (2, true) => memory.store(address, (value as u16).to_le_bytes()),
        (4, false) => memory.store(address, (value as u32).to_be_bytes()),
        (4, true) => memory.store(address, (value as u32).to_le_bytes()),
        (_, false) => memory.store(address, value.to_be_bytes()),
        (_, true) => memory.store(address, value.to_le_bytes()),
    }
}

/// The access is not RAM's: it waits for a reply from outside.
fn leave(cpu: &mut Cpu, i: Insn, shape: Shape, address: u64, value: u64, is_little_endian: bool) -> Flow {
    cpu.state.pending = Some(Pending::Mmio(MmioAccess {
        phys_addr: address,
        len: shape.len,
        is_write: shape.is_store,
        data: value & u64::MAX >> (64 - 8 * shape.len),
        is_little_endian,
        cia: cpu.state.regs.cia,
        word: i.word,
        cpu: cpu.id,
    }));
    Err(Stop::Pending)
}

fn multiple(cpu: &mut Cpu, memory: &mut Memory, i: Insn, shape: Shape, address: u64) -> Flow {
    let is_little_endian = cpu.is_little_endian();
    // Aligned words only on the 32-bit CPUs (alignment interrupt in MPC750 UM chapter 4, E500CORERM chapter 5) but for the
    // 4xx, which do any (PPC405 UM table 5-10; PPC440x5UM 6.5.6, where CCR0[FLSTA] could ask for it);
    // never in little-endian mode on servers (Power ISA 3.0B Book III 6.5.8).
    let is_refused = match cpu.model.interrupts {
        InterruptModel::Classic | InterruptModel::BookE => {
            address & 3 != 0 && !cpu.model.isa.contains(Isa::TLB_4XX)
        }
        InterruptModel::Server => is_little_endian,
        InterruptModel::Ppc970 | InterruptModel::Ppc405 => false,
    };
    if is_refused {
        return Err(Stop::Interrupt(Cause::Alignment {
            is_store: shape.is_store,
        }));
    }
    while i.rt() + usize::from(cpu.state.element) < 32 {
        let register = i.rt() + usize::from(cpu.state.element);
        let here = cpu
            .state
            .regs
            .ea(address.wrapping_add(4 * u64::from(cpu.state.element)));
        if shape.is_store {
            let value = cpu.state.regs.gpr[register];
            if !store_value(memory, here, 4, value, is_little_endian) {
                return leave(cpu, i, shape, here, value, is_little_endian);
            }
        } else {
            let Some(value) = load_value(memory, here, 4, is_little_endian) else {
                return leave(cpu, i, shape, here, 0, is_little_endian);
            };
            cpu.state.regs.gpr[register] = value;
        }
        cpu.state.element += 1;
    }
    cpu.state.element = 0;
    Ok(())
}

/// Finishes the access that left: `value` is what the bus gave to a load. Says whether the instruction is complete;
/// a multiple access has further registers to do.
pub(crate) fn finish(cpu: &mut Cpu, at: &MmioAccess, op: Op, i: Insn, value: u64) -> bool {
    let Op::LoadStore(op) = op else { return true };
    let shape = shape(op);
    let value = extend(value & u64::MAX >> (64 - 8 * shape.len), shape);
    if shape.is_multiple {
        if !shape.is_store {
            let register = (i.rt() + usize::from(cpu.state.element)) & 31;
            cpu.state.regs.gpr[register] = value;
        }
        cpu.state.element += 1;
        cpu.state.multiple = i.word;
        let is_complete = i.rt() + usize::from(cpu.state.element) >= 32;
        if is_complete {
            cpu.state.element = 0;
        }
        return is_complete;
    }
    if !shape.is_store {
        cpu.state.regs.gpr[i.rt()] = value;
    }
    if shape.is_update {
        cpu.state.regs.gpr[i.ra()] = at.phys_addr;
    }
    true
}
