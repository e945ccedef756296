//! Floating-point loads, stores and moves: Power ISA 3.0B Book I 4.6.2 to 4.6.5.
//!
//! None of them looks at FPSCR or changes it; record forms copy its four highest bits to CR1. Arithmetic is not here.

use super::access::{self, Form, cut, effective_address, next_of_two};
use super::{Flow, Stop};
use crate::cpu::Cpu;
use crate::float_regs::{double, single};
use crate::interrupt::Cause;
use crate::memory::Memory;
use crate::model::InterruptModel;
use crate::spr::Facility;
use ppc_decode::{Float, Insn};
use spr_exit::{MmioAccess, Msr};

/// What is in storage.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Single,
    Double,
    /// The low word of the register.
    Word,
    /// The same, sign-extended when loaded.
    SignedWord,
    /// The doublewords of two registers.
    Pair,
}

impl Format {
    /// Bytes of one access.
    const fn len(self) -> u32 {
        match self {
            Self::Single | Self::Word | Self::SignedWord => 4,
            Self::Double | Self::Pair => 8,
        }
    }

    /// What the register gets of the bytes.
    fn loaded(self, value: u64) -> u64 {
        let word = crate::alu::low(value);
        match self {
            Self::Single => double(word),
            Self::Double | Self::Pair => value,
            Self::Word => u64::from(word),
            Self::SignedWord => crate::alu::sign_extend_word(value),
        }
    }

    /// The bytes for what the register holds.
    fn stored(self, register: u64) -> u64 {
        match self {
            Self::Single => single(register).into(),
            _ => cut(register, self.len()),
        }
    }
}

/// What distinguishes a load or store from the others.
#[derive(Clone, Copy)]
struct Shape {
    form: Form,
    format: Format,
    is_store: bool,
    is_update: bool,
}

/// The shape of a load or store; none for a move.
const fn shape(op: Float) -> Option<Shape> {
    use Form::{D, Ds, X};
    use Format::{Double, Pair, SignedWord, Single, Word};
    let (form, format, is_store, is_update) = match op {
        Float::Lfs => (D, Single, false, false),
        Float::Lfsu => (D, Single, false, true),
        Float::Lfsx => (X, Single, false, false),
        Float::Lfsux => (X, Single, false, true),
        Float::Lfd => (D, Double, false, false),
        Float::Lfdu => (D, Double, false, true),
        Float::Lfdx => (X, Double, false, false),
        Float::Lfdux => (X, Double, false, true),
        Float::Lfiwax => (X, SignedWord, false, false),
        Float::Lfiwzx => (X, Word, false, false),
        Float::Lfdp => (Ds, Pair, false, false),
        Float::Lfdpx => (X, Pair, false, false),
        Float::Stfs => (D, Single, true, false),
        Float::Stfsu => (D, Single, true, true),
        Float::Stfsx => (X, Single, true, false),
        Float::Stfsux => (X, Single, true, true),
        Float::Stfd => (D, Double, true, false),
        Float::Stfdu => (D, Double, true, true),
        Float::Stfdx => (X, Double, true, false),
        Float::Stfdux => (X, Double, true, true),
        Float::Stfiwx => (X, Word, true, false),
        Float::Stfdp => (Ds, Pair, true, false),
        Float::Stfdpx => (X, Pair, true, false),
        Float::Fmr | Float::Fneg | Float::Fabs | Float::Fnabs | Float::Fcpsgn => return None,
    };
    Some(Shape {
        form,
        format,
        is_store,
        is_update,
    })
}

#[inline(never)]
pub(crate) fn execute(cpu: &mut Cpu, memory: &mut Memory, i: Insn, op: Float) -> Flow {
    if !cpu.state.regs.msr.contains(Msr::FP) {
        return Err(Stop::Interrupt(Cause::FpUnavailable));
    }
    if cpu.model.interrupts == InterruptModel::Server {
        cpu.needs(Facility::Fp)?;
    }
    let Some(shape) = shape(op) else {
        register_move(cpu, i, op);
        return Ok(());
    };
    let address = effective_address(&cpu.state.regs, i, shape.form, shape.is_update);
    // The classic processors want words at least (PEM 6.4.6; MPC750UM 4.5.6); the others take any address.
    if cpu.model.interrupts == InterruptModel::Classic && address & 3 != 0 {
        let is_store = shape.is_store;
        return Err(Stop::Interrupt(Cause::Alignment { is_store }));
    }
    if shape.format == Format::Pair {
        return pair(cpu, memory, i, shape, address);
    }
    let len = shape.format.len();
    if shape.is_store {
        let value = shape.format.stored(cpu.state.fp.fpr[i.frt()]);
        access::store(cpu, memory, i, address, len, value)?;
    } else {
        let value = access::load(cpu, memory, i, address, len)?;
        cpu.state.fp.fpr[i.frt()] = shape.format.loaded(value);
    }
    if shape.is_update {
        cpu.state.regs.gpr[i.ra()] = address;
    }
    Ok(())
}

/// Which register of a pair holds the doubleword at the lower address: in little-endian order it is the odd one
/// (Book I 4.6.4). An odd FRTp is an invalid form and means its even neighbour.
fn of_pair(cpu: &Cpu, i: Insn) -> usize {
    let is_odd = (cpu.state.element != 0) != cpu.is_little_endian();
    (i.frt() & !1) | usize::from(is_odd)
}

fn pair(cpu: &mut Cpu, memory: &mut Memory, i: Insn, shape: Shape, address: u64) -> Flow {
    loop {
        let register = of_pair(cpu, i);
        let offset = 8 * u64::from(cpu.state.element);
        let here = cpu.state.regs.ea(address.wrapping_add(offset));
        if shape.is_store {
            access::store(cpu, memory, i, here, 8, cpu.state.fp.fpr[register])?;
        } else {
            cpu.state.fp.fpr[register] = access::load(cpu, memory, i, here, 8)?;
        }
        if next_of_two(cpu, i) {
            return Ok(());
        }
    }
}

/// Finishes the access that left; whether the instruction is complete.
pub(super) fn finish(cpu: &mut Cpu, at: &MmioAccess, op: Float, i: Insn, value: u64) -> bool {
    let Some(shape) = shape(op) else { return true };
    let is_pair = shape.format == Format::Pair;
    if !shape.is_store {
        let register = if is_pair { of_pair(cpu, i) } else { i.frt() };
        cpu.state.fp.fpr[register] = shape.format.loaded(cut(value, shape.format.len()));
    }
    if shape.is_update {
        cpu.state.regs.gpr[i.ra()] = at.phys_addr;
    }
    !is_pair || next_of_two(cpu, i)
}

const SIGN: u64 = 1 << 63;

/// Moves bits, of NaNs too.
fn register_move(cpu: &mut Cpu, i: Insn, op: Float) {
    let b = cpu.state.fp.fpr[i.frb()];
    cpu.state.fp.fpr[i.frt()] = match op {
        Float::Fneg => b ^ SIGN,
        Float::Fabs => b & !SIGN,
        Float::Fnabs => b | SIGN,
        Float::Fcpsgn => b & !SIGN | cpu.state.fp.fpr[i.fra()] & SIGN,
        _ => b,
    };
    if i.rc() {
        let bits = cpu.state.fp.cr1();
        cpu.state.regs.cr.set_field(1, bits);
    }
}
