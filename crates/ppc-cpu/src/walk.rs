//! The walk: executes micro-ops until its fuel is used up, an instruction leaves, or something is to be looked at.
//!
//! Everything that can change what comes next (MSR, timers, interrupts, exits) ends the walk. It goes in stretches: from
//! op to op of one line until the line ends, or the fuel. The program counter and the counter of instructions follow from
//! where the walk is in its stretch ([`Stretch::note`]); they are written where something can ask for them.

use crate::block::{Blocks, LINE, Line, index};
use crate::cpu::Cpu;
use crate::exec::{self, Stop, branch, fixed, rotate, system};
use crate::lower::{Kind, Micro, Operands, lower};
use crate::memory::Memory;
use crate::regs::Regs;
use crate::run::Left;
use crate::spr::Shortcut;
use core::slice;
use ppc_decode::{Insn, Op};
use spr_exit::Msr;

/// A stretch of a line, from where the walk enters it to its end or to where the fuel ends.
struct Stretch {
    /// Which line of the cache it is.
    line: usize,
    /// Address of the line.
    address: u64,
    /// The first op of the stretch.
    start: usize,
    /// Behind its last, once it is entered.
    end: usize,
    /// The fuel that is left behind its last op; all fuel before it is entered.
    spare: usize,
    /// The counter of instructions when all fuel is used up.
    limit: u64,
}

impl Stretch {
    /// From the instruction at `cia` on.
    #[inline]
    fn new(blocks: &mut Blocks, cia: u64, is_little: bool, fuel: usize, limit: u64) -> Self {
        Self {
            line: blocks.line(cia, is_little),
            address: cia & !(4 * LINE as u64 - 1),
            start: index(cia),
            end: 0,
            spare: fuel,
            limit,
        }
    }

    /// The ops of the line from `start` on, as far as this much fuel goes.
    #[inline]
    fn enter<'a>(&mut self, line: &'a Line, start: usize, fuel: usize) -> slice::Iter<'a, Micro> {
        let ops = &line[start % LINE..];
        match fuel.checked_sub(ops.len()) {
            Some(spare) => {
                self.spare = spare;
                self.end = LINE;
                ops.iter()
            }
            None => self.enter_truncated(ops, start, fuel),
        }
    }

    #[cold]
    #[inline(never)]
    fn enter_truncated<'a>(&mut self, ops: &'a [Micro], start: usize, fuel: usize) -> slice::Iter<'a, Micro> {
        self.spare = 0;
        self.end = start + fuel;
        ops.get(..fuel).unwrap_or_default().iter()
    }

    /// The op with `rest` ops behind it, in its line.
    #[inline]
    fn at(&self, rest: usize) -> usize {
        self.end - rest - 1
    }

    /// Writes down that the CPU stands at the op with `rest` ops behind it.
    #[inline]
    fn note(&self, cpu: &mut Cpu, rest: usize) {
        cpu.state.regs.cia = self.address.wrapping_add(4 * self.at(rest) as u64);
        cpu.state.insns = self.limit.wrapping_sub((self.spare + rest + 1) as u64);
    }
}

/// Why a stretch is interrupted.
enum Pause {
    /// Nothing is left of it.
    End,
    /// An instruction that takes the slow way, with so many ops behind it.
    Slow(Insn, usize),
    /// An instruction that is not decoded, likewise.
    Fetch(usize),
}

impl Cpu {
    /// Executes at most `fuel` instructions.
    #[inline]
    pub(crate) fn walk(&mut self, memory: &mut Memory, fuel: usize) -> Left {
        // A change of the MSR ends the walk.
        let is_little = self.state.regs.msr.contains(Msr::LE);
        memory.blocks.prepare(self.model.isa);
        let limit = self.state.insns.wrapping_add(fuel as u64);
        let cia = self.state.regs.cia;
        let mut stretch = Stretch::new(&mut memory.blocks, cia, is_little, fuel, limit);
        loop {
            // No op of this loop changes memory; one that may, pauses it.
            let line = memory.blocks.ops(stretch.line);
            let mut ops = stretch.enter(line, stretch.start, stretch.spare);
            let pause = loop {
                let Some(op) = ops.next() else { break Pause::End };
                let regs = &mut self.state.regs;
                match op.kind {
                    Kind::Addi => fixed::addi(regs, *op),
                    Kind::Addis => fixed::addis(regs, *op),
                    Kind::Registers => register_op(regs, op.insn),
                    Kind::Near => ops = stretch.enter(line, op.imm as usize, stretch.spare + ops.len()),
                    Kind::NearIf => {
                        if branch::is_taken(regs, op.insn) {
                            ops = stretch.enter(line, op.imm as usize, stretch.spare + ops.len());
                        }
                    }
                    Kind::Mfspr => match self.shortcut(op.imm) {
                        Shortcut::Value(value) => self.state.regs.gpr[op.target()] = value,
                        Shortcut::Leave(reason) => {
                            stretch.note(self, ops.len());
                            system::mfspr_leaves(self, *op, reason);
                            return Left::Spr;
                        }
                        Shortcut::None => {
                            stretch.note(self, ops.len());
                            if let Err(stop) = system::mfspr(self, op.insn) {
                                return self.left(stop, op.insn.word);
                            }
                        }
                    },
                    Kind::Mtspr => {
                        stretch.note(self, ops.len());
                        if let Shortcut::Leave(reason) = self.shortcut(op.imm) {
                            system::mtspr_leaves(self, *op, reason);
                            return Left::Spr;
                        }
                        self.state.regs.nia = self.next();
                        if let Err(stop) = system::mtspr(self, op.insn) {
                            return self.left(stop, op.insn.word);
                        }
                    }
                    Kind::Slow => break Pause::Slow(op.insn, ops.len()),
                    Kind::Fetch => break Pause::Fetch(ops.len()),
                }
            };
            match pause {
                Pause::End => {
                    let end = stretch.address.wrapping_add(4 * stretch.end as u64);
                    let cia = self.state.regs.ea(end);
                    if stretch.spare == 0 {
                        self.state.regs.cia = cia;
                        self.state.insns = limit;
                        return Left::Look;
                    }
                    stretch = Stretch::new(&mut memory.blocks, cia, is_little, stretch.spare, limit);
                }
                Pause::Slow(insn, rest) => {
                    stretch.note(self, rest);
                    let next = self.next();
                    self.state.regs.nia = next;
                    if let Err(stop) = exec::execute(self, memory, insn) {
                        return self.left(stop, insn.word);
                    }
                    let nia = self.state.regs.nia;
                    let fuel = stretch.spare + rest;
                    if nia == next && rest != 0 {
                        stretch.start = stretch.at(rest) + 1;
                        stretch.spare = fuel;
                    } else if fuel == 0 {
                        self.advance();
                        return Left::Look;
                    } else {
                        stretch = Stretch::new(&mut memory.blocks, nia, is_little, fuel, limit);
                    }
                }
                Pause::Fetch(rest) => {
                    stretch.note(self, rest);
                    let cia = self.state.regs.cia;
                    match self.fetch(memory, cia, is_little) {
                        Ok(insn) => {
                            let at = stretch.at(rest);
                            memory.blocks.put(stretch.line, at, lower(insn, cia));
                            stretch.start = at;
                            stretch.spare += rest + 1;
                        }
                        Err(left) => return left,
                    }
                }
            }
        }
    }

    /// Address behind the current instruction.
    #[inline]
    fn next(&self) -> u64 {
        self.state.regs.ea(self.state.regs.cia.wrapping_add(4))
    }

    /// Why the walk ends with an instruction that did not simply go on.
    #[inline(never)]
    fn left(&mut self, stop: Stop, word: u32) -> Left {
        match stop {
            Stop::Spr => Left::Spr,
            Stop::Pending => Left::Pending,
            Stop::Recheck => {
                self.advance();
                Left::Look
            }
            Stop::Interrupt(cause) => {
                self.interrupt(cause, word);
                Left::Look
            }
            Stop::Unimplemented => Left::Unimplemented(word),
        }
    }
}

/// An instruction that touches registers alone.
fn register_op(regs: &mut Regs, insn: Insn) {
    match insn.op {
        Op::Fixed(op) => fixed::execute(regs, insn, op),
        Op::Rotate(op) => rotate::execute(regs, insn, op),
        // Not lowered to this kind.
        Op::Branch(_) | Op::Compare(_) | Op::LoadStore(_) | Op::Atomic(_) | Op::Cache(_) | Op::System(_) => {}
        Op::Bits(_) | Op::Mac(_) | Op::Long(_) | Op::Storage(_) | Op::Float(_) | Op::Tlb(_) => {}
    }
}
