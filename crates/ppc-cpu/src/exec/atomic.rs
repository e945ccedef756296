//! Reservations and barriers: Power ISA 3.0B Book II 4.6.
//!
//! A reservation is for the bytes it was made for. Outside RAM it is not modelled. Barriers have nothing to order: the
//! interpreter does one access after the other.

use super::load_store::{load_value, store_value};
use super::{Flow, Stop, indexed};
use crate::cpu::{Cpu, Reservation};
use crate::interrupt::Cause;
use crate::memory::Memory;
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
    cpu.state.reservation = None;
    let regs = &mut cpu.state.regs;
    let bits = u32::from(is_reserved) << 1 | u32::from(regs.xer.so());
    regs.cr.set_field(0, bits);
    Ok(())
}
