//! Segment registers: PEM chapter 7. Translation look-aside buffers and the SLB are not modelled yet: their instructions
//! are known, checked for privilege, and leave as unimplemented.

use super::{Flow, Stop, privileged};
use crate::alu::low;
use crate::cpu::Cpu;
use ppc_decode::{Insn, Tlb};

#[inline(never)]
pub(crate) fn execute(cpu: &mut Cpu, i: Insn, op: Tlb) -> Flow {
    privileged(cpu, i)?;
    // On 64-bit CPUs they are a bridge to the SLB.
    if cpu.model.is_64bit {
        return Err(Stop::Unimplemented);
    }
    let (gpr, segments) = (&mut cpu.state.regs.gpr, &mut cpu.state.segments);
    // The four highest bits of the address choose the segment.
    let segment = (low(gpr[i.rb()]) >> 28) as usize;
    match op {
        Tlb::Mtsr => segments[i.sr()] = low(gpr[i.rs()]),
        Tlb::Mtsrin => segments[segment] = low(gpr[i.rs()]),
        Tlb::Mfsr => gpr[i.rt()] = segments[i.sr()].into(),
        Tlb::Mfsrin => gpr[i.rt()] = segments[segment].into(),
        _ => return Err(Stop::Unimplemented),
    }
    Ok(())
}
