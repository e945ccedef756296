//! The walk: executes micro-ops until its fuel is used up, an instruction leaves, or something is to be looked at.
//!
//! Everything that can change what comes next (MSR, timers, interrupts, exits) ends the walk. Between two ops it compares
//! one position only: the end of the line, or the point in it where the fuel ends. The program counter and the counter
//! of instructions follow from that position ([`Place`]); they are written where something can ask for them.

use crate::block::{Blocks, LINE, index};
use crate::cpu::Cpu;
use crate::exec::{self, Stop, branch, fixed, rotate, system};
use crate::lower::{Kind, Operands, lower};
use crate::memory::Memory;
use crate::regs::Regs;
use crate::run::Left;
use crate::spr::Shortcut;
use ppc_decode::{Insn, Op};
use spr_exit::Msr;

/// Where a walk stands, in positions of the cache ([`Blocks::op`]).
struct Place {
    /// The op that is next.
    at: usize,
    /// Where this stretch ends: with the line or with the fuel.
    end: usize,
    /// Where the fuel would be used up if the line went on: the fuel left is `stop - at`.
    stop: usize,
    /// The address that position 0 would have if it were of this line.
    base: u64,
    /// The counter of instructions when the fuel is used up.
    limit: u64,
}

impl Place {
    /// At the instruction at `cia`.
    #[inline]
    fn new(blocks: &mut Blocks, cia: u64, is_little: bool, fuel: usize, limit: u64) -> Self {
        let line = blocks.line(cia, is_little);
        let at = line + index(cia);
        let stop = at + fuel;
        Self {
            at,
            end: stop.min(line + LINE),
            stop,
            base: cia.wrapping_sub(4 * at as u64),
            limit,
        }
    }

    fn fuel(&self) -> usize {
        self.stop - self.at
    }

    /// Address of the op that is next; behind the last of a line not yet cut to the width of the mode.
    fn cia(&self) -> u64 {
        self.base.wrapping_add(4 * self.at as u64)
    }

    /// The branch that is next goes to the op `index` of the line.
    #[inline]
    fn branch(&mut self, index: u32) {
        // Lines are aligned.
        let line = self.at & !(LINE - 1);
        let target = line + index as usize;
        self.stop = self.stop + target - (self.at + 1);
        self.at = target;
        self.end = self.stop.min(line + LINE);
    }

    /// Writes down where the CPU stands.
    #[inline]
    fn note(&self, cpu: &mut Cpu) {
        cpu.state.regs.cia = self.cia();
        cpu.state.insns = self.limit.wrapping_sub(self.fuel() as u64);
    }
}

impl Cpu {
    /// Executes at most `fuel` instructions, which is not 0.
    #[inline]
    pub(crate) fn walk(&mut self, memory: &mut Memory, fuel: usize) -> Left {
        // A change of the MSR ends the walk.
        let is_little = self.state.regs.msr.contains(Msr::LE);
        memory.blocks.prepare(self.model.isa);
        let limit = self.state.insns.wrapping_add(fuel as u64);
        let mut place = Place::new(&mut memory.blocks, self.state.regs.cia, is_little, fuel, limit);
        loop {
            while place.at < place.end {
                let op = memory.blocks.op(place.at);
                let regs = &mut self.state.regs;
                match op.kind {
                    Kind::Addi => fixed::addi(regs, *op),
                    Kind::Addis => fixed::addis(regs, *op),
                    Kind::Fixed => register_op(regs, op.insn),
                    Kind::Rotate => register_op(regs, op.insn),
                    Kind::Near => {
                        place.branch(op.imm);
                        continue;
                    }
                    Kind::NearIf => {
                        if branch::is_taken(regs, op.insn) {
                            place.branch(op.imm);
                            continue;
                        }
                    }
                    Kind::Mfspr => match self.shortcut(op.imm) {
                        Shortcut::Value(value) => self.state.regs.gpr[op.target()] = value,
                        Shortcut::Leave(reason) => {
                            place.note(self);
                            system::mfspr_leaves(self, *op, reason);
                            return Left::Spr;
                        }
                        Shortcut::None => {
                            place.note(self);
                            if let Err(stop) = system::mfspr(self, op.insn) {
                                return self.left(stop, op.insn.word);
                            }
                        }
                    },
                    Kind::Mtspr => {
                        place.note(self);
                        if let Shortcut::Leave(reason) = self.shortcut(op.imm) {
                            system::mtspr_leaves(self, *op, reason);
                            return Left::Spr;
                        }
                        self.state.regs.nia = self.next();
                        if let Err(stop) = system::mtspr(self, op.insn) {
                            return self.left(stop, op.insn.word);
                        }
                    }
                    Kind::Slow => {
                        place.note(self);
                        let next = self.next();
                        self.state.regs.nia = next;
                        let insn = op.insn;
                        if let Err(stop) = exec::execute(self, memory, insn) {
                            return self.left(stop, insn.word);
                        }
                        let nia = self.state.regs.nia;
                        if nia != next {
                            let fuel = place.fuel() - 1;
                            place = Place::new(&mut memory.blocks, nia, is_little, fuel, limit);
                            continue;
                        }
                    }
                    Kind::Fetch => {
                        place.note(self);
                        let cia = self.state.regs.cia;
                        match self.fetch(memory, cia, is_little) {
                            Ok(insn) => memory.blocks.put(place.at, lower(insn, cia)),
                            Err(left) => return left,
                        }
                        continue;
                    }
                }
                place.at += 1;
            }
            place.note(self);
            let cia = self.state.regs.ea(place.cia());
            self.state.regs.cia = cia;
            if place.fuel() == 0 {
                return Left::Look;
            }
            place = Place::new(&mut memory.blocks, cia, is_little, place.fuel(), limit);
        }
    }

    /// Address behind the current instruction.
    #[inline]
    fn next(&self) -> u64 {
        self.state.regs.ea(self.state.regs.cia.wrapping_add(4))
    }

    /// Why the walk ends with an instruction that did not simply go on.
    #[inline]
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
        _ => {}
    }
}
