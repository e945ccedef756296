//! Cache management: Power ISA 3.0B Book II 4.3; EREF 2.0 for cache locking.
//!
//! There is no cache to manage: hints, flushes and invalidations do nothing, which every program that uses them
//! properly cannot tell. `dcbz` and `dcba` zero the block. No block is ever locked, and what reads the arrays of a cache finds
//! an empty one.

use super::{Flow, Stop, indexed, privileged};
use crate::cpu::Cpu;
use crate::interrupt::Cause;
use crate::memory::Memory;
use crate::model::InterruptModel;
use ppc_decode::{Cache, Insn};
use spr_exit::{Msr, num};

pub(crate) fn execute(cpu: &mut Cpu, memory: &mut Memory, i: Insn, op: Cache) -> Flow {
    match op {
        Cache::Dcbt | Cache::Dcbtst | Cache::Dcbst | Cache::Dcbf | Cache::Icbi | Cache::Icbt => Ok(()),
        Cache::Dcbi => privileged(cpu, i),
        Cache::Dcbz => dcbz(cpu, memory, i, dcbz_block(cpu)),
        // PEM 8.2: what dcbz does, or nothing where dcbz would interrupt.
        Cache::Dcba | Cache::Dcbal => {
            let _ = dcbz(cpu, memory, i, cpu.model.cache_block);
            Ok(())
        }
        Cache::Dcbzl => dcbz(cpu, memory, i, cpu.model.cache_block),
        Cache::Dcbtls | Cache::Dcbtstls | Cache::Dcblc => lock(cpu, i, ESR_DLK),
        Cache::Icbtls | Cache::Icblc => lock(cpu, i, ESR_ILK),
        Cache::DcblqRc => query_lock(cpu, i, ESR_DLK),
        Cache::IcblqRc => query_lock(cpu, i, ESR_ILK),
        Cache::Dccci | Cache::Iccci => privileged(cpu, i),
        Cache::Icbt405 => Ok(()),
        // A tag that is not valid, and data that nobody wrote: zeros, our choice.
        Cache::Dcread => {
            privileged(cpu, i)?;
            cpu.state.regs.gpr[i.rt()] = 0;
            Ok(())
        }
        // The same goes to debug registers that nothing else fills and that are zero from reset.
        Cache::Icread => privileged(cpu, i),
    }
}

/// Bytes that `dcbz` zeroes. For programs that count on 32, HID5 of the 970 can ask for them (970FX UM ch. 2; which bits, as
/// QEMU has them); its `dcbzl` takes the whole block all the same.
fn dcbz_block(cpu: &Cpu) -> u32 {
    const DCBZ_SIZE: u64 = 0x180;
    const OF_32: u64 = 0x080;
    let is_970 = cpu.model.interrupts == InterruptModel::Ppc970;
    if is_970 && cpu.spr_value(num::ppc970::HID5) & DCBZ_SIZE == OF_32 {
        32
    } else {
        cpu.model.cache_block
    }
}

/// Zeroes a block. Outside RAM there is none to make: alignment interrupt (PEM 6.4.6; E500CORERM chapter 5).
pub(super) fn dcbz(cpu: &mut Cpu, memory: &mut Memory, i: Insn, bytes: u32) -> Flow {
    let address = indexed(&cpu.state.regs, i);
    let len = u64::from(bytes);
    let block = address & !(len - 1);
    let is_ram = (0..len / 8).all(|n| memory.store(block + 8 * n, [0; 8]));
    if is_ram {
        Ok(())
    } else {
        Err(Stop::Interrupt(Cause::Alignment { is_store: true }))
    }
}

/// ESR: a lock of the data or of the instruction cache (EREF 2.0 2.8).
const ESR_DLK: u32 = 0x0020_0000;
const ESR_ILK: u32 = 0x0010_0000;

/// Locks change nothing that a program can see but time. In problem state they need MSR\[UCLE\]; without it there is a data
/// storage interrupt (EREF 2.0 5.4; E500CORERM 5.7.3).
fn lock(cpu: &Cpu, i: Insn, status: u32) -> Flow {
    cpu.check_guests_lock()?;
    let regs = &cpu.state.regs;
    if regs.msr.contains(Msr::PR) && !regs.msr.contains(Msr::UCLE) {
        return Err(Stop::Interrupt(Cause::data_storage(indexed(regs, i), status)));
    }
    Ok(())
}

/// CR0 says whether the block is locked, which none is.
fn query_lock(cpu: &mut Cpu, i: Insn, status: u32) -> Flow {
    lock(cpu, i, status)?;
    cpu.state.regs.report(0);
    Ok(())
}
