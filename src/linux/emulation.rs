//! Instructions that the kernel carries out for programs: those that interrupt and that the CPU it runs on does not
//! do by itself.
//!
//! `mfspr` of PVR, which is privileged and which Linux answers (`arch/powerpc/kernel/traps.c`), and the multiple
//! accesses that are not aligned (`arch/powerpc/kernel/align.c`).

use ppc_cpu::{Cpu, Memory};
use spr_exit::{Interrupt, InterruptKind, Msr};

/// `mfspr RT, PVR`, without RT.
const MFPVR: u32 = 0x7c1f_42a6;
/// Where RT stands.
const RT: u32 = 0x03e0_0000;

/// Carries out the instruction that took `interrupt`, if it is one of these; the CPU then stands behind it, in the
/// state of the interrupt.
pub fn emulate(cpu: &mut Cpu, memory: &mut Memory, interrupt: &Interrupt, msr: Msr) -> bool {
    let Some(bytes) = memory.load::<4>(interrupt.srr0) else {
        return false;
    };
    let is_little_endian = msr.contains(Msr::LE);
    let word = if is_little_endian {
        u32::from_le_bytes(bytes)
    } else {
        u32::from_be_bytes(bytes)
    };
    match interrupt.kind {
        InterruptKind::ProgramPrivileged | InterruptKind::ProgramIllegal | InterruptKind::EmulationAssist
            if word & !RT == MFPVR =>
        {
            cpu.set_gpr(field(word, 21), cpu.model().pvr.into());
            true
        }
        // A little-endian program is refused whatever the alignment (Power ISA 3.0B Book I 3.3.5).
        InterruptKind::Alignment if !is_little_endian => multiple(cpu, memory, word, msr),
        _ => false,
    }
}

/// The five bits that end `shift` bits above the lowest.
fn field(word: u32, shift: u32) -> usize {
    (word >> shift & 31) as usize
}

/// `lmw` and `stmw`; nothing is done unless all of it is memory.
fn multiple(cpu: &mut Cpu, memory: &mut Memory, word: u32, msr: Msr) -> bool {
    let is_store = match word >> 26 {
        46 => false,
        47 => true,
        _ => return false,
    };
    let base = match field(word, 16) {
        0 => 0,
        ra => cpu.gpr(ra),
    };
    let offset = i64::from((word << 16).cast_signed() >> 16).cast_unsigned();
    let width = if msr.contains(Msr::SF) {
        u64::MAX
    } else {
        0xffff_ffff
    };
    let address = |n: usize| base.wrapping_add(offset).wrapping_add(4 * n as u64) & width;
    let registers = field(word, 21)..32;
    if !(0..registers.len()).all(|n| memory.load::<4>(address(n)).is_some()) {
        return false;
    }
    for (n, register) in registers.enumerate() {
        if is_store {
            let [.., a, b, c, d] = cpu.gpr(register).to_be_bytes();
            let _ = memory.store(address(n), [a, b, c, d]);
        } else if let Some(bytes) = memory.load::<4>(address(n)) {
            cpu.set_gpr(register, u32::from_be_bytes(bytes).into());
        }
    }
    true
}
