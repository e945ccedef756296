//! Branches, condition register logic, system call: Power ISA 3.0B Book I chapter 2.

use super::{Flow, Stop, control};
use crate::alu::low;
use crate::cpu::Cpu;
use crate::interrupt::Cause;
use crate::pending::Pending;
use crate::regs::Regs;
use crate::spr::Facility;
use ppc_decode::{Branch, Insn};
use spr_exit::num;

pub(crate) fn execute(cpu: &mut Cpu, i: Insn, op: Branch) -> Flow {
    let r = &mut cpu.state.regs;
    match op {
        Branch::B => jump(r, i, i.li()),
        Branch::Bc => bc(r, i),
        Branch::Bclr => bclr(r, i),
        Branch::Bcctr => bcctr(r, i),
        Branch::Bctar => return bctar(cpu, i),
        Branch::Sc => return sc(cpu, i),
        Branch::Crand
        | Branch::Crnand
        | Branch::Cror
        | Branch::Crxor
        | Branch::Crnor
        | Branch::Creqv
        | Branch::Crandc
        | Branch::Crorc
        | Branch::Mcrf => condition_register(r, i, op),
        Branch::Scv => return control::scv(cpu, i),
        Branch::Bblels | Branch::Bbelr => return control::branch_lock(cpu),
    }
    Ok(())
}

/// The instructions of this chapter that touch the condition register alone.
pub(crate) fn condition_register(r: &mut Regs, i: Insn, op: Branch) {
    match op {
        Branch::Crand => cr_logic(r, i, |a, b| a & b),
        Branch::Crnand => cr_logic(r, i, |a, b| !(a & b)),
        Branch::Cror => cr_logic(r, i, |a, b| a | b),
        Branch::Crxor => cr_logic(r, i, |a, b| a ^ b),
        Branch::Crnor => cr_logic(r, i, |a, b| !(a | b)),
        Branch::Creqv => cr_logic(r, i, |a, b| a == b),
        Branch::Crandc => cr_logic(r, i, |a, b| a & !b),
        Branch::Crorc => cr_logic(r, i, |a, b| a | !b),
        Branch::Mcrf => r.cr.set_field(i.bf(), r.cr.field(i.bfa())),
        _ => {}
    }
}

/// Goes to an immediate target, relative to CIA or absolute.
#[inline]
fn jump(r: &mut Regs, i: Insn, displacement: i64) {
    let base = if i.aa() { 0 } else { r.cia };
    link(r, i);
    r.nia = r.ea(base.wrapping_add_signed(displacement));
}

#[inline]
fn link(r: &mut Regs, i: Insn) {
    if i.lk() {
        r.lr = r.ea(r.cia.wrapping_add(4));
    }
}

/// BO\[2\] = 0 decrements CTR and tests it against zero; in 32-bit mode its low word alone counts.
#[inline]
fn count_allows(r: &mut Regs, i: Insn) -> bool {
    if i.bo() & 0b00100 != 0 {
        return true;
    }
    r.ctr = r.ctr.wrapping_sub(1);
    let is_zero = if r.is_wide { r.ctr == 0 } else { low(r.ctr) == 0 };
    is_zero == (i.bo() & 0b00010 != 0)
}

#[inline]
fn condition_allows(r: &Regs, i: Insn) -> bool {
    i.bo() & 0b10000 != 0 || r.cr.bit(i.bi()) == (i.bo() & 0b01000 != 0)
}

/// Whether `bc` is taken, with its effect on CTR.
#[inline]
pub(crate) fn is_taken(r: &mut Regs, i: Insn) -> bool {
    count_allows(r, i) & condition_allows(r, i)
}

#[inline]
fn bc(r: &mut Regs, i: Insn) {
    if is_taken(r, i) {
        jump(r, i, i.bd());
    } else {
        link(r, i);
    }
}

#[inline]
fn bclr(r: &mut Regs, i: Insn) {
    let target = r.ea(r.lr) & !3;
    let is_taken = count_allows(r, i) & condition_allows(r, i);
    link(r, i);
    if is_taken {
        r.nia = target;
    }
}

/// BO\[2\] = 0 is an invalid form; CTR is not decremented then.
#[inline]
fn bcctr(r: &mut Regs, i: Insn) {
    let is_taken = condition_allows(r, i);
    link(r, i);
    if is_taken {
        r.nia = r.ea(r.ctr) & !3;
    }
}

fn bctar(cpu: &mut Cpu, i: Insn) -> Flow {
    cpu.needs(Facility::Tar)?;
    let target = cpu.spr_value(num::book3s::TAR);
    let r = &mut cpu.state.regs;
    let is_taken = count_allows(r, i) & condition_allows(r, i);
    link(r, i);
    if is_taken {
        r.nia = r.ea(target) & !3;
    }
    Ok(())
}

fn sc(cpu: &mut Cpu, i: Insn) -> Flow {
    let level = i.lev().to_le_bytes()[0];
    if cpu.config.syscall_exits {
        cpu.state.pending = Some(Pending::Syscall {
            cia: cpu.state.regs.cia,
            level,
        });
        return Err(Stop::Pending);
    }
    Err(Stop::Interrupt(Cause::Syscall { level }))
}

fn cr_logic(r: &mut Regs, i: Insn, f: impl Fn(bool, bool) -> bool) {
    let value = f(r.cr.bit(i.ba()), r.cr.bit(i.bb()));
    r.cr.set_bit(i.bt(), value);
}
