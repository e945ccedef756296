//! Instructions that the kernel carries out for programs: those that interrupt and that the CPU it runs on does not
//! do by itself.
//!
//! `mfspr` of PVR, which is privileged, and instructions that some CPUs have and others not
//! (`arch/powerpc/kernel/traps.c`, `emulate_instruction`); multiple accesses that are not aligned
//! (`arch/powerpc/kernel/align.c`). Not here: string accesses, and SPRs that the kernel emulates.

use ppc_cpu::{Cpu, Memory};
use spr_exit::{Interrupt, InterruptKind, Msr};

/// An instruction: bits that are fixed, their values, and what it does.
struct Row {
    mask: u32,
    word: u32,
    execute: fn(&mut Cpu, u32),
}

const fn row(mask: u32, word: u32, execute: fn(&mut Cpu, u32)) -> Row {
    Row { mask, word, execute }
}

/// Opcode and extended opcode of the X form.
const X: u32 = 0xfc00_07fe;

#[rustfmt::skip]
const INSTRUCTIONS: &[Row] = &[
    row(0xfc1f_ffff, 0x7c1f_42a6, mfpvr),
    row(X,           0x7c00_04ac, nothing), // sync and lwsync: accesses are in order
    row(X,           0x7c00_05ec, nothing), // dcba: a hint
    row(X,           0x7c00_0400, mcrxr),
    row(X,           0x7c00_00f4, popcntb),
    row(0xfc00_003e, 0x7c00_001e, isel),
];

/// Carries out the instruction that took `interrupt`, if it is one of these; the CPU is then still in the state of the
/// interrupt.
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
        InterruptKind::ProgramPrivileged | InterruptKind::ProgramIllegal | InterruptKind::EmulationAssist => {
            let row = INSTRUCTIONS.iter().find(|row| word & row.mask == row.word);
            if let Some(row) = row {
                (row.execute)(cpu, word);
            }
            row.is_some()
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

fn nothing(_: &mut Cpu, _: u32) {}

fn mfpvr(cpu: &mut Cpu, word: u32) {
    cpu.set_gpr(field(word, 21), cpu.model().pvr.into());
}

/// XER\[SO, OV, CA\] go to a field of CR and become zero (PEM `mcrxr`).
#[allow(clippy::cast_possible_truncation, reason = "four bits of it")]
fn mcrxr(cpu: &mut Cpu, word: u32) {
    const BITS: u64 = 0xf000_0000;
    let shift = 4 * (field(word, 23) & 7);
    let bits = (cpu.xer() & BITS) as u32;
    cpu.set_cr(cpu.cr() & !(0xf000_0000 >> shift) | bits >> shift);
    cpu.set_xer(cpu.xer() & !BITS);
}

/// The number of ones in every byte (Power ISA Book I 3.3.13).
fn popcntb(cpu: &mut Cpu, word: u32) {
    let ones = |byte: u8| byte.count_ones().to_le_bytes()[0];
    let bytes = cpu.gpr(field(word, 21)).to_be_bytes().map(ones);
    cpu.set_gpr(field(word, 16), u64::from_be_bytes(bytes));
}

/// RA (or zero) if the bit of CR is set, else RB (Power ISA Book I 3.3.12).
fn isel(cpu: &mut Cpu, word: u32) {
    let source = if cpu.cr() << field(word, 6) >> 31 == 0 {
        cpu.gpr(field(word, 11))
    } else {
        base(cpu, word)
    };
    cpu.set_gpr(field(word, 21), source);
}

/// RA, or zero for register 0.
fn base(cpu: &Cpu, word: u32) -> u64 {
    match field(word, 16) {
        0 => 0,
        ra => cpu.gpr(ra),
    }
}

/// `lmw` and `stmw`; nothing is done unless all of it is memory.
fn multiple(cpu: &mut Cpu, memory: &mut Memory, word: u32, msr: Msr) -> bool {
    let is_store = match word >> 26 {
        46 => false,
        47 => true,
        _ => return false,
    };
    let offset = i64::from((word << 16).cast_signed() >> 16).cast_unsigned();
    let first = base(cpu, word).wrapping_add(offset);
    let width = if msr.contains(cpu.model().wide_mode()) {
        u64::MAX
    } else {
        0xffff_ffff
    };
    let address = |n: usize| first.wrapping_add(4 * n as u64) & width;
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
