//! Atomic memory operations: Power ISA 3.0B Book II 4.5.
//!
//! The function code chooses what happens in memory. Codes that the manual does not define cause a data storage
//! interrupt. Operations outside RAM are not modelled.

use super::load_store::{load_value, store_value};
use super::{Flow, Stop};
use crate::cpu::Cpu;
use crate::interrupt::{Cause, DSISR_STORE};
use crate::memory::Memory;
use ppc_decode::Insn;

/// DSISR: a function code that is not defined (Linux `asm/reg.h`, `DSISR_BAD_AMO`).
const DSISR_FUNCTION_CODE: u32 = 0x4;

/// The operand, aligned as it has to be, with its length in bytes.
struct Place {
    address: u64,
    len: u32,
}

impl Place {
    fn of(cpu: &Cpu, i: Insn, len: u32, is_store: bool) -> Result<Self, Stop> {
        let r = &cpu.state.regs;
        let address = r.ea(r.ra0(i.ra()));
        if address.is_multiple_of(len.into()) {
            Ok(Self { address, len })
        } else {
            Err(Stop::Interrupt(Cause::Alignment { is_store }))
        }
    }

    /// The number `offset` bytes behind the operand.
    fn load(&self, cpu: &Cpu, memory: &Memory, offset: i64) -> Result<u64, Stop> {
        let at = cpu.state.regs.ea(self.address.wrapping_add_signed(offset));
        load_value(memory, at, self.len, cpu.is_little_endian()).ok_or(Stop::Unimplemented)
    }

    fn store(&self, cpu: &Cpu, memory: &mut Memory, offset: i64, value: u64) -> Flow {
        let at = cpu.state.regs.ea(self.address.wrapping_add_signed(offset));
        if store_value(memory, at, self.len, value, cpu.is_little_endian()) {
            Ok(())
        } else {
            Err(Stop::Unimplemented)
        }
    }

    /// What comes of a function code that is not defined.
    const fn undefined(&self, is_store: bool) -> Stop {
        let store = if is_store { DSISR_STORE } else { 0 };
        Stop::Interrupt(Cause::data_storage(self.address, DSISR_FUNCTION_CODE | store))
    }

    /// What the operand and a register become under the codes that loads and stores share.
    fn combine(&self, code: u32, old: u64, operand: u64) -> Option<u64> {
        let unused = 64 - 8 * self.len;
        let operand = operand << unused >> unused;
        let signed = |value: u64| (value << unused).cast_signed();
        Some(match code {
            0 => old.wrapping_add(operand),
            1 => old ^ operand,
            2 => old | operand,
            3 => old & operand,
            4 => old.max(operand),
            5 if signed(old) < signed(operand) => operand,
            6 => old.min(operand),
            7 if signed(old) > signed(operand) => operand,
            5 | 7 => old,
            _ => return None,
        })
    }
}

/// `lwat` and `ldat`: RT gets what was there, or for the bounded operations at their bound the smallest number.
pub(super) fn load(cpu: &mut Cpu, memory: &mut Memory, i: Insn, len: u32) -> Flow {
    let place = Place::of(cpu, i, len, false)?;
    let old = place.load(cpu, memory, 0)?;
    let step = i64::from(len);
    let operand = cpu.state.regs.gpr[(i.rt() + 1) & 31];
    let mut result = old;
    let new = match i.fc() {
        8 => Some(operand),
        16 => {
            let unused = 64 - 8 * len;
            let is_equal = old == operand << unused >> unused;
            (!is_equal).then(|| cpu.state.regs.gpr[(i.rt() + 2) & 31])
        }
        code @ (24 | 25 | 28) => {
            let neighbour = place.load(cpu, memory, if code == 28 { -step } else { step })?;
            let is_open = (old == neighbour) == (code == 25);
            if !is_open {
                result = 1 << (8 * len - 1);
            }
            let next = if code == 28 {
                old.wrapping_sub(1)
            } else {
                old.wrapping_add(1)
            };
            is_open.then_some(next)
        }
        code => Some(place.combine(code, old, operand).ok_or(place.undefined(false))?),
    };
    if let Some(new) = new {
        place.store(cpu, memory, 0, new)?;
    }
    cpu.state.regs.gpr[i.rt()] = result;
    Ok(())
}

/// `stwat` and `stdat`.
pub(super) fn store(cpu: &mut Cpu, memory: &mut Memory, i: Insn, len: u32) -> Flow {
    let place = Place::of(cpu, i, len, true)?;
    let old = place.load(cpu, memory, 0)?;
    let operand = cpu.state.regs.gpr[i.rs()];
    if i.fc() == 24 {
        // Store twin: both or neither.
        let step = i64::from(len);
        if place.load(cpu, memory, step)? == old {
            place.store(cpu, memory, 0, operand)?;
            place.store(cpu, memory, step, operand)?;
        }
        return Ok(());
    }
    let new = place.combine(i.fc(), old, operand).ok_or(place.undefined(true))?;
    place.store(cpu, memory, 0, new)
}
