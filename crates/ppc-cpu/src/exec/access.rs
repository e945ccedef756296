//! Addresses of loads and stores; single accesses to storage for chapters beside the fixed-point loads and stores: RAM is accessed at once, anything
//! else leaves as MMIO. What comes back is for the chapter's `finish`.

use super::load_store::{load_value, store_value};
use super::{Flow, Stop};
use crate::cpu::Cpu;
use crate::memory::Memory;
use crate::pending::Pending;
use crate::regs::Regs;
use ppc_decode::Insn;
use spr_exit::MmioAccess;

/// How the address of a load or store is made.
#[derive(Clone, Copy)]
pub(super) enum Form {
    D,
    Ds,
    X,
}

/// Address of a load or store. An update form with RA = 0 is invalid and takes RA as the register it is.
#[inline]
pub(super) fn effective_address(r: &Regs, i: Insn, form: Form, is_update: bool) -> u64 {
    let base = if is_update { r.gpr[i.ra()] } else { r.ra0(i.ra()) };
    let offset = match form {
        Form::D => i.d().cast_unsigned(),
        Form::Ds => i.ds().cast_unsigned(),
        Form::X => r.gpr[i.rb()],
    };
    r.ea(base.wrapping_add(offset))
}

/// The number of `len` bytes at `address`, in the byte order of the mode.
pub(super) fn load(cpu: &mut Cpu, memory: &Memory, i: Insn, address: u64, len: u32) -> Result<u64, Stop> {
    let is_little_endian = cpu.is_little_endian();
    match load_value(memory, address, len, is_little_endian) {
        Some(value) => Ok(value),
        None => Err(leave(cpu, i, address, len, None)),
    }
}

/// Stores the low `len` bytes of `value`.
pub(super) fn store(cpu: &mut Cpu, memory: &mut Memory, i: Insn, address: u64, len: u32, value: u64) -> Flow {
    if store_value(memory, address, len, value, cpu.is_little_endian()) {
        Ok(())
    } else {
        Err(leave(cpu, i, address, len, Some(value)))
    }
}

/// Lets an access leave as MMIO.
pub(super) fn leave(cpu: &mut Cpu, i: Insn, address: u64, len: u32, stored: Option<u64>) -> Stop {
    cpu.state.pending = Some(Pending::Mmio(MmioAccess {
        phys_addr: address,
        len,
        is_write: stored.is_some(),
        data: cut(stored.unwrap_or(0), len),
        is_little_endian: cpu.is_little_endian(),
        cia: cpu.state.regs.cia,
        word: i.word,
        cpu: cpu.id,
    }));
    Stop::Pending
}

/// The low `len` bytes.
pub(super) fn cut(value: u64, len: u32) -> u64 {
    value & u64::MAX >> (64 - 8 * len)
}

/// One element of an access of two is done, the other one may be left: whether the instruction is complete.
pub(super) fn next_of_two(cpu: &mut Cpu, i: Insn) -> bool {
    cpu.state.multiple = i.word;
    cpu.state.element += 1;
    let is_complete = cpu.state.element >= 2;
    if is_complete {
        cpu.state.element = 0;
    }
    is_complete
}
