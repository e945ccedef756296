//! Semantics: one function per instruction, one file per chapter, as in the table of `ppc-decode`.
//!
//! The type of a function tells what it may touch: those over [`Regs`] alone cannot reach memory, SPRs or interrupts.
//! A row without semantics does not compile, for every `match` here is exhaustive.

mod access;
mod atomic;
mod bits;
pub(crate) mod branch;
mod cache;
pub(crate) mod compare;
mod control;
pub(crate) mod fixed;
mod float;
mod hash;
pub(crate) mod load_store;
mod long;
mod mac;
mod memory_op;
pub(crate) mod operand;
pub(crate) mod rotate;
mod storage;
pub(crate) mod system;
mod tlb;

use crate::cpu::Cpu;
use crate::interrupt::Cause;
use crate::memory::Memory;
use crate::regs::Regs;
use ppc_decode::{Insn, Op, Privilege, System};
use spr_exit::MmioAccess;

/// Why an instruction did not simply go on to the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// It completed, and what the run loop relies on may have changed: MSR, timers, interrupts.
    Recheck,
    /// It was not done; the guest takes an interrupt.
    Interrupt(Cause),
    /// It waits for a reply, see the pending access, which is one to an SPR.
    Spr,
    /// It waits for another reply, see the pending access.
    Pending,
    /// It completed, and a message is for other CPUs.
    Message(u32),
    /// It is not modelled. Nothing was done.
    Unimplemented,
}

/// What an instruction comes back with.
pub(crate) type Flow = Result<(), Stop>;

/// Executes one instruction; `nia` already points behind it.
#[inline(never)]
pub(crate) fn execute(cpu: &mut Cpu, memory: &mut Memory, insn: Insn) -> Flow {
    match insn.op {
        Op::Fixed(op) => fixed::execute(&mut cpu.state.regs, insn, op),
        Op::Rotate(op) => rotate::execute(&mut cpu.state.regs, insn, op),
        Op::Compare(op) => return compare::execute(&mut cpu.state.regs, insn, op),
        Op::Branch(op) => return branch::execute(cpu, insn, op),
        Op::LoadStore(op) => return load_store::execute(cpu, memory, insn, op),
        Op::Atomic(op) => return atomic::execute(cpu, memory, insn, op),
        Op::Cache(op) => return cache::execute(cpu, memory, insn, op),
        Op::System(System::Mfspr) => return system::mfspr(cpu, insn),
        Op::System(System::Mtspr) => return system::mtspr(cpu, insn),
        Op::System(op) => return system::execute(cpu, insn, op),
        Op::Bits(op) => bits::execute(&mut cpu.state.regs, insn, op),
        Op::Mac(op) => mac::execute(&mut cpu.state.regs, insn, op),
        Op::Long(op) => return long::execute(cpu, memory, insn, op),
        Op::Storage(op) => return storage::execute(cpu, memory, insn, op),
        Op::Float(op) => return float::execute(cpu, memory, insn, op),
        Op::Tlb(op) => return tlb::execute(cpu, insn, op),
    }
    Ok(())
}

/// Executes an instruction that [`crate::lower`] found to work on registers alone.
#[inline(never)]
pub(crate) fn registers(r: &mut Regs, i: Insn) {
    match i.op {
        Op::Fixed(op) => fixed::execute(r, i, op),
        Op::Rotate(op) => rotate::execute(r, i, op),
        Op::Branch(op) => branch::condition_register(r, i, op),
        Op::System(op) => system::condition_register(r, i, op),
        Op::Compare(op) => {
            // Not one that traps.
            let _ = compare::execute(r, i, op);
        }
        Op::Bits(op) => bits::execute(r, i, op),
        Op::Mac(op) => mac::execute(r, i, op),
        Op::LoadStore(_)
        | Op::Atomic(_)
        | Op::Cache(_)
        | Op::Long(_)
        | Op::Storage(_)
        | Op::Float(_)
        | Op::Tlb(_) => {}
    }
}

/// Whether this is a trap that does trap.
#[inline(never)]
pub(crate) fn traps(r: &mut Regs, i: Insn) -> bool {
    matches!(i.op, Op::Compare(op) if compare::execute(r, i, op).is_err())
}

/// Finishes the access that left as MMIO: `value` is what the bus gave to a load. Says whether the instruction is
/// complete; one of several accesses has further ones to do.
pub(crate) fn finish(cpu: &mut Cpu, at: &MmioAccess, op: Op, i: Insn, value: u64) -> bool {
    match op {
        Op::Long(op) => long::finish(cpu, op, i, value),
        Op::Storage(op) => storage::finish(cpu, op, i, value),
        Op::Float(op) => float::finish(cpu, at, op, i, value),
        _ => load_store::finish(cpu, at, op, i, value),
    }
}

/// Lets the instruction pass if its row's privilege allows it at this level.
fn privileged(cpu: &Cpu, insn: Insn) -> Flow {
    use crate::spr::Level;
    let is_allowed = match insn.op.row().privilege {
        Privilege::User => true,
        Privilege::Supervisor => cpu.level() != Level::Problem,
        Privilege::Hypervisor => cpu.level() == Level::Hypervisor,
    };
    if is_allowed {
        cpu.check_hypervisors(insn.op)
    } else {
        Err(Stop::Interrupt(Cause::Privileged))
    }
}

/// Address of an indexed access.
#[inline]
fn indexed(regs: &Regs, insn: Insn) -> u64 {
    regs.ea(regs.ra0(insn.ra()).wrapping_add(regs.gpr[insn.rb()]))
}
