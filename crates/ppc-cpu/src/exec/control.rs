//! Registers beside the SPRs, random numbers, and returns that only some CPUs have: EREF 2.0 (performance monitor, guest
//! state), Power ISA 3.0B Book I 3.3.9 (`darn`), Book II chapters 7 and 8 (event-based branches, branch history), Book
//! III 3.3 (`scv`, `rfscv`).
//!
//! What the performance monitor counts is in [`crate::counters`]. There is no branch history: it is empty. A CPU is one
//! thread.

use super::system::{MTMSRD_BITS, resume, server_msr};
use super::{Flow, Stop};
use crate::alu::low;
use crate::cpu::Cpu;
use crate::interrupt::Cause;
use crate::spr::Facility;

use ppc_decode::{Insn, Isa};
use spr_exit::{Msr, num};

/// BESCR\[GE\] (Book II 7.2).
const BESCR_GE: u64 = 1 << 63;

/// The bit of a performance monitor register's number that keeps problem state out.
const PMR_PRIVILEGED: u16 = 0x10;

/// Where the register of a supervisor's number is kept: PMC0 to 3, PMLCa0 to 3, PMLCb0 to 3, PMGC0 (EREF 2.0 3.15).
fn pmr_position(number: u16) -> Option<usize> {
    let group = match number & !3 {
        16 => 0,
        144 => 4,
        272 => 8,
        400 if number == 400 => 12,
        _ => return None,
    };
    Some(group + usize::from(number & 3))
}

/// A number that there is not is illegal; one of the supervisor's is privileged, whether it is there or not.
fn checked_pmr(cpu: &Cpu, number: u16) -> Result<usize, Stop> {
    if number & PMR_PRIVILEGED != 0 && cpu.state.regs.msr.contains(Msr::PR) {
        return Err(Stop::Interrupt(Cause::Privileged));
    }
    // Under MSRP[PMMP] a guest's supervisor has none, and its programs read zeros.
    if cpu.is_monitor_protected() && !cpu.state.regs.msr.contains(Msr::PR) {
        return Err(Stop::Interrupt(Cause::HypervisorPrivilege));
    }
    pmr_position(number | PMR_PRIVILEGED).ok_or(Stop::Interrupt(Cause::Illegal))
}

pub(super) fn mfpmr(cpu: &mut Cpu, i: Insn) -> Flow {
    let position = checked_pmr(cpu, i.pmr())?;
    let is_hidden = cpu.is_monitor_protected();
    cpu.state.regs.gpr[i.rt()] = if is_hidden {
        0
    } else {
        cpu.read_pmr(position).into()
    };
    Ok(())
}

/// The numbers without the bit are for reading.
pub(super) fn mtpmr(cpu: &mut Cpu, i: Insn) -> Flow {
    let position = checked_pmr(cpu, i.pmr())?;
    if i.pmr() & PMR_PRIVILEGED == 0 {
        return Err(Stop::Interrupt(Cause::Illegal));
    }
    cpu.write_pmr(position, low(cpu.state.regs.gpr[i.rs()]));
    Err(Stop::Recheck)
}

/// TMCFG0 tells of one thread, active, as KVM does for its virtual CPUs (Linux `e500_emulate.c`); what is there to start
/// another one is illegal: our choice, as KVM's.
pub(super) fn mftmr(cpu: &mut Cpu, i: Insn) -> Flow {
    const TMCFG0: u16 = 16;
    const NTHRD: u64 = 1;
    const NATHRD: u64 = 1 << 8;
    if i.pmr() != TMCFG0 {
        return Err(Stop::Interrupt(Cause::Illegal));
    }
    cpu.state.regs.gpr[i.rt()] = NATHRD | NTHRD;
    Ok(())
}

/// A number of the sequence that the CPU's seed begins (SplitMix64, by Sebastiano Vigna, public domain), so that runs
/// can be repeated. L chooses 32 or 64 bits; all ones say that there is no number, as for the reserved L.
pub(super) fn darn(cpu: &mut Cpu, i: Insn) {
    let value = if i.l_random() == 3 {
        u64::MAX
    } else {
        cpu.state.random = cpu.state.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = cpu.state.random;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    };
    cpu.state.regs.gpr[i.rt()] = match i.l_random() {
        0 => u64::from(low(value)),
        _ => value,
    };
}

/// The vectored system call saves in LR and CTR and goes to its own entry (Book III 6.5.27), below the others or, where
/// LPCR\[AIL\] asks for relocation on, in the upper half.
pub(super) fn scv(cpu: &mut Cpu, i: Insn) -> Flow {
    /// Bits of CTR that do not save the MSR: 33:36 and 42:47.
    const NOT_SAVED: u64 = 0x783f_0000;
    cpu.needs(Facility::VectoredCall)?;
    let old = cpu.state.regs.msr;
    let location = cpu.vectored_location();
    let base = if location == 3 {
        0xc000_0000_0000_3000
    } else {
        0x1_7000
    };
    let regs = &mut cpu.state.regs;
    regs.lr = regs.nia;
    regs.ctr = old.bits() & !NOT_SAVED;
    let level = u64::from(i.lev());
    let mut msr = Msr::SF | old & (Msr::EE | Msr::RI | Msr::ME | Msr::HV);
    msr.set(Msr::IR | Msr::DR, location != 0);
    msr.set(Msr::LE, cpu.is_handler_little_endian(old.contains(Msr::HV)));
    resume(cpu, base + 0x20 * level, msr)
}

/// Back from it: HV, ME and LE stay as they are.
pub(super) fn rfscv(cpu: &mut Cpu) -> Flow {
    let regs = &cpu.state.regs;
    let msr = server_msr(regs.msr, regs.ctr, false, MTMSRD_BITS | Msr::LE.bits());
    let address = regs.lr;
    resume(cpu, address, msr)
}

/// S becomes BESCR\[GE\].
pub(super) fn rfebb(cpu: &mut Cpu, i: Insn) -> Flow {
    cpu.needs(Facility::EventBasedBranch)?;
    let bescr = cpu.spr_value(num::book3s::BESCR) & !BESCR_GE;
    let enabled = if i.s_ebb() != 0 { BESCR_GE } else { 0 };
    cpu.set_spr_value(num::book3s::BESCR, bescr | enabled);
    let target = cpu.spr_value(num::book3s::EBBRR);
    let regs = &mut cpu.state.regs;
    regs.nia = regs.ea(target) & !3;
    // An event may wait.
    Err(Stop::Recheck)
}

/// Illegal unless HID0 enables it, by bit 31 or, from POWER9 on, bit 3 (970FX UM ch. 2; skiboot `processor.h`, which sets bit
/// 2 along with it). Then it stops for the service processor, and there is none.
pub(super) fn attn(cpu: &mut Cpu) -> Flow {
    let enable = if cpu.model.isa.contains(Isa::V3_0) {
        1 << 60
    } else {
        1 << 32
    };
    if cpu.spr_value(num::book3s::HID) & enable == 0 {
        return Err(Stop::Interrupt(Cause::Illegal));
    }
    Err(Stop::Unimplemented)
}

/// Locks of the branch target buffer, of which there is none: problem state may ask for them where MSR\[UBLE\] allows it
/// (E500CORERM chapter 3).
pub(super) fn branch_lock(cpu: &Cpu) -> Flow {
    let msr = cpu.state.regs.msr;
    if msr.contains(Msr::PR) && !msr.contains(Msr::UBLE) {
        return Err(Stop::Interrupt(Cause::Privileged));
    }
    Ok(())
}
