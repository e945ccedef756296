//! Reservations and barriers: Power ISA 3.0B Book II 4.6. Atomic memory operations are in [`super::memory_op`].
//!
//! A reservation is for the bytes it was made for. Outside RAM it is not modelled. Barriers have nothing to order: the
//! interpreter does one access after the other. Nor is there an accelerator that `paste.` could feed (4.4).

use super::load_store::{load_value, store_value};
use super::{Flow, Stop, indexed, memory_op};
use crate::cpu::Cpu;
use crate::interrupt::Cause;
use crate::memory::Memory;
use crate::state::Reservation;
use ppc_decode::{Atomic, Insn};

pub(crate) fn execute(cpu: &mut Cpu, memory: &mut Memory, i: Insn, op: Atomic) -> Flow {
    match op {
        Atomic::Lbarx => load_and_reserve(cpu, memory, i, 1),
        Atomic::Lharx => load_and_reserve(cpu, memory, i, 2),
        Atomic::Lwarx => load_and_reserve(cpu, memory, i, 4),
        Atomic::Ldarx => load_and_reserve(cpu, memory, i, 8),
        Atomic::StbcxRc => store_conditional(cpu, memory, i, 1),
        Atomic::SthcxRc => store_conditional(cpu, memory, i, 2),
        Atomic::StwcxRc => store_conditional(cpu, memory, i, 4),
        Atomic::StdcxRc => store_conditional(cpu, memory, i, 8),
        Atomic::Lqarx => load_quadword_and_reserve(cpu, memory, i),
        Atomic::StqcxRc => store_quadword_conditional(cpu, memory, i),
        Atomic::Lwat => memory_op::load(cpu, memory, i, 4),
        Atomic::Ldat => memory_op::load(cpu, memory, i, 8),
        Atomic::Stwat => memory_op::store(cpu, memory, i, 4),
        Atomic::Stdat => memory_op::store(cpu, memory, i, 8),
        Atomic::Copy => copy(cpu, memory, i),
        Atomic::PasteRc => paste(cpu, i),
        Atomic::Cpabort => Ok(()),
        Atomic::Sync | Atomic::Msync | Atomic::Eieio | Atomic::Mbar => Ok(()),
        // Context synchronising: whatever the instructions before it changed is looked at afresh.
        Atomic::Isync => Err(Stop::Recheck),
    }
}

/// The address, if it is a multiple of the access's length; else the alignment interrupt.
fn aligned(cpu: &Cpu, i: Insn, len: u8, is_store: bool) -> Result<u64, Stop> {
    let address = indexed(&cpu.state.regs, i);
    if address & (u64::from(len) - 1) == 0 {
        Ok(address)
    } else {
        Err(Stop::Interrupt(Cause::Alignment { is_store }))
    }
}

fn load_and_reserve(cpu: &mut Cpu, memory: &Memory, i: Insn, len: u8) -> Flow {
    let address = aligned(cpu, i, len, false)?;
    let value = load_value(memory, address, len.into(), cpu.is_little_endian()).ok_or(Stop::Unimplemented)?;
    cpu.state.reservation = Some(Reservation { address, len });
    cpu.state.regs.gpr[i.rt()] = value;
    Ok(())
}

/// Stores if the reservation is for the same bytes; CR0 says whether it did. The reservation is gone either way.
fn store_conditional(cpu: &mut Cpu, memory: &mut Memory, i: Insn, len: u8) -> Flow {
    let address = aligned(cpu, i, len, true)?;
    let is_reserved = cpu.state.reservation == Some(Reservation { address, len });
    if is_reserved {
        let value = cpu.state.regs.gpr[i.rs()];
        if !store_value(memory, address, len.into(), value, cpu.is_little_endian()) {
            return Err(Stop::Unimplemented);
        }
    }
    finish_conditional(cpu, is_reserved);
    Ok(())
}

/// The registers of a quadword in the order of their addresses: the even one has the high half in either byte order.
/// An odd register is an invalid form and means its even neighbour.
fn quadword_registers(cpu: &Cpu, register: usize) -> [usize; 2] {
    let even = register & !1;
    if cpu.is_little_endian() {
        [even + 1, even]
    } else {
        [even, even + 1]
    }
}

fn load_quadword_and_reserve(cpu: &mut Cpu, memory: &Memory, i: Insn) -> Flow {
    let address = aligned(cpu, i, 16, false)?;
    let is_little_endian = cpu.is_little_endian();
    let half = |at| load_value(memory, at, 8, is_little_endian).ok_or(Stop::Unimplemented);
    let values = [half(address)?, half(address + 8)?];
    cpu.state.reservation = Some(Reservation { address, len: 16 });
    for (register, value) in quadword_registers(cpu, i.rt()).into_iter().zip(values) {
        cpu.state.regs.gpr[register] = value;
    }
    Ok(())
}

/// As [`store_conditional`]. A reservation is on RAM, so that both halves can be stored or neither.
fn store_quadword_conditional(cpu: &mut Cpu, memory: &mut Memory, i: Insn) -> Flow {
    let address = aligned(cpu, i, 16, true)?;
    let is_reserved = cpu.state.reservation == Some(Reservation { address, len: 16 });
    if is_reserved {
        let [low, high] = quadword_registers(cpu, i.rs()).map(|n| cpu.state.regs.gpr[n]);
        let order = |value: u64| {
            if cpu.is_little_endian() {
                value.to_le_bytes()
            } else {
                value.to_be_bytes()
            }
        };
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&order(low));
        bytes[8..].copy_from_slice(&order(high));
        if !memory.store(address, bytes) {
            return Err(Stop::Unimplemented);
        }
    }
    finish_conditional(cpu, is_reserved);
    Ok(())
}

/// The reservation is gone, and CR0 says whether the store was done.
fn finish_conditional(cpu: &mut Cpu, is_done: bool) {
    cpu.state.reservation = None;
    cpu.state.regs.report(u32::from(is_done) << 1);
}

/// Bytes that `copy` and `paste.` move.
const COPY_BLOCK: u8 = 128;

/// DSISR: a copy from what is no ordinary memory (Linux `asm/reg.h`, `DSISR_BAD_COPYPASTE`).
const DSISR_COPY: u32 = 0x8;

/// The block goes into a buffer that nothing but `paste.` looks at. It has to be ordinary memory.
fn copy(cpu: &Cpu, memory: &Memory, i: Insn) -> Flow {
    let address = aligned(cpu, i, COPY_BLOCK, false)?;
    let mut doublewords = (address..).step_by(8).take(usize::from(COPY_BLOCK) / 8);
    if doublewords.all(|at| memory.load::<8>(at).is_some()) {
        Ok(())
    } else {
        Err(Stop::Interrupt(Cause::data_storage(address, DSISR_COPY)))
    }
}

/// Without an accelerator the transfer fails, as it does without a `copy` before it: 0b000 in CR0.
fn paste(cpu: &mut Cpu, i: Insn) -> Flow {
    aligned(cpu, i, COPY_BLOCK, true)?;
    cpu.state.regs.report(0);
    Ok(())
}
