//! Quadword and string accesses: Power ISA 3.0B Book I 3.3.4 and 3.3.7.
//!
//! A string access outside RAM is not modelled: its bytes would have to leave one by one.

use super::access::{self, next_of_two};
use super::{Flow, Stop, indexed, privileged};
use crate::cpu::Cpu;
use crate::interrupt::Cause;
use crate::memory::Memory;
use crate::model::InterruptModel;
use ppc_decode::{Insn, Long};

#[inline(never)]
pub(crate) fn execute(cpu: &mut Cpu, memory: &mut Memory, i: Insn, op: Long) -> Flow {
    privileged(cpu, i)?;
    let r = &cpu.state.regs;
    let count = u32::from(r.xer.count);
    match op {
        Long::Lq | Long::LqSupervisor => quadword(cpu, memory, i, i.dq(), false),
        Long::Stq | Long::StqSupervisor => quadword(cpu, memory, i, i.ds(), true),
        Long::Lswi => load_string(cpu, memory, i, r.ea(r.ra0(i.ra())), i.nb()),
        Long::Lswx => load_string(cpu, memory, i, indexed(r, i), count),
        Long::Stswi => store_string(cpu, memory, i, r.ea(r.ra0(i.ra())), i.nb()),
        Long::Stswx => store_string(cpu, memory, i, indexed(r, i), count),
    }
}

/// Which register of a pair holds the doubleword at the lower address: the even one has the high half of the
/// quadword in either byte order. An odd RTp is an invalid form and means its even neighbour.
fn of_pair(cpu: &Cpu, i: Insn) -> usize {
    let is_odd = (cpu.state.element != 0) != cpu.is_little_endian();
    (i.rt() & !1) | usize::from(is_odd)
}

/// An unaligned quadword takes the alignment interrupt, as the architecture allows (Book III 6.5.8).
fn quadword(cpu: &mut Cpu, memory: &mut Memory, i: Insn, offset: i64, is_store: bool) -> Flow {
    let r = &cpu.state.regs;
    let address = r.ea(r.ra0(i.ra()).wrapping_add_signed(offset));
    if address & 15 != 0 {
        return Err(Stop::Interrupt(Cause::Alignment { is_store }));
    }
    loop {
        let register = of_pair(cpu, i);
        let here = address.wrapping_add(8 * u64::from(cpu.state.element));
        if is_store {
            access::store(cpu, memory, i, here, 8, cpu.state.regs.gpr[register])?;
        } else {
            cpu.state.regs.gpr[register] = access::load(cpu, memory, i, here, 8)?;
        }
        if next_of_two(cpu, i) {
            return Ok(());
        }
    }
}

/// Finishes the access that left; whether the instruction is complete.
pub(super) fn finish(cpu: &mut Cpu, op: Long, i: Insn, value: u64) -> bool {
    match op {
        Long::Lq | Long::LqSupervisor => {
            let register = of_pair(cpu, i);
            cpu.state.regs.gpr[register] = value;
        }
        Long::Stq | Long::StqSupervisor => {}
        // Strings do not leave.
        Long::Lswi | Long::Lswx | Long::Stswi | Long::Stswx => return true,
    }
    next_of_two(cpu, i)
}

/// Strings are for big-endian mode: in the other one servers take the alignment interrupt (Book III 6.5.8).
fn check_byte_order(cpu: &Cpu, is_store: bool) -> Flow {
    if cpu.model.interrupts == InterruptModel::Server && cpu.is_little_endian() {
        return Err(Stop::Interrupt(Cause::Alignment { is_store }));
    }
    Ok(())
}

/// Registers from RT on, behind r31 with r0, get four bytes each, the last one zeros behind its bytes. Addresses are
/// made before a register is loaded, so that RA or RB among them (an invalid form) changes nothing.
fn load_string(cpu: &mut Cpu, memory: &Memory, i: Insn, address: u64, count: u32) -> Flow {
    check_byte_order(cpu, false)?;
    let mut bytes = [0; 128];
    for (n, byte) in (0..u64::from(count)).zip(&mut bytes) {
        let at = cpu.state.regs.ea(address.wrapping_add(n));
        [*byte] = memory.load(at).ok_or(Stop::Unimplemented)?;
    }
    let words = bytes.as_chunks().0.iter().take(count.div_ceil(4) as usize);
    for (n, word) in words.enumerate() {
        cpu.state.regs.gpr[(i.rt() + n) & 31] = u32::from_be_bytes(*word).into();
    }
    Ok(())
}

fn store_string(cpu: &mut Cpu, memory: &mut Memory, i: Insn, address: u64, count: u32) -> Flow {
    check_byte_order(cpu, true)?;
    let place = |cpu: &Cpu, n: u32| cpu.state.regs.ea(address.wrapping_add(n.into()));
    // All of it or nothing: what is there, stored again, tells whether it is RAM.
    for n in 0..count {
        let at = place(cpu, n);
        let is_ram = memory
            .load(at)
            .is_some_and(|byte: [u8; 1]| memory.store(at, byte));
        if !is_ram {
            return Err(Stop::Unimplemented);
        }
    }
    for n in 0..count {
        let register = (i.rt() + n as usize / 4) & 31;
        let word = crate::alu::low(cpu.state.regs.gpr[register]).to_be_bytes();
        if !memory.store(place(cpu, n), [word[n as usize % 4]]) {
            return Err(Stop::Unimplemented);
        }
    }
    Ok(())
}
