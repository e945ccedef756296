//! Small guest programs that tests and fuzzers make up, and how they are shown when something is wrong with one.

use crate::machine::Machine;
use crate::memory::Memory;
use crate::model::Model;
use alloc::vec::Vec;
use core::fmt;
use ppc_decode::{Decoder, Op, Style, asm, disassemble};
use spr_exit::{Msr, SprNum};

/// Where a program stands.
const START: u64 = 0x1000;
/// Bytes of RAM of a case.
const RAM: u64 = 0x4000;
/// How many words fit behind the start.
const ROOM: usize = 0xc00;

/// The instructions of a model.
pub(crate) fn ops(model: &Model) -> Vec<Op> {
    let ops = Op::ALL.into_iter();
    ops.filter(|op| model.isa.contains(op.row().isa)).collect()
}

/// One instruction of a small program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// `mfspr rN, SPR`.
    FromSpr(u8, SprNum),
    /// `mtspr SPR, rN`.
    ToSpr(SprNum, u8),
    /// `mtmsr rN`.
    ToMsr(u8),
    /// `li rN, value`.
    Load(u8, i16),
    /// `lis rN, value`.
    LoadShifted(u8, i16),
    /// This word.
    Word(u32),
}

impl Move {
    /// The instruction word.
    pub fn word(self) -> u32 {
        match self {
            Self::FromSpr(rt, sprn) => asm::mfspr(i64::from(rt & 31), i64::from(sprn.get())),
            Self::ToSpr(sprn, rs) => asm::mtspr(i64::from(sprn.get()), i64::from(rs & 31)),
            Self::ToMsr(rs) => asm::mtmsr(i64::from(rs & 31)),
            Self::Load(rt, value) => asm::li(i64::from(rt & 31), i64::from(value)),
            Self::LoadShifted(rt, value) => asm::lis(i64::from(rt & 31), i64::from(value)),
            Self::Word(word) => word,
        }
    }

    /// An instruction with operands, Rc, OE, LK and AA by the bits that stand at their places.
    pub(crate) fn any_operands(op: Op, bits: u32) -> Self {
        let row = op.row();
        Self::Word(row.encoding.value | bits & (row.operand_bits() | row.record.mask()))
    }
}

/// A small guest program; it displays as a listing.
#[derive(Clone)]
pub struct Program {
    model: &'static Model,
    /// Its instructions, in order.
    pub moves: Vec<Move>,
}

impl Program {
    /// A program for this model.
    pub fn new(model: &'static Model, moves: Vec<Move>) -> Self {
        Self { model, moves }
    }

    /// The instruction words, in order.
    pub fn words(&self) -> Vec<u32> {
        self.moves.iter().map(|m| m.word()).collect()
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (decoder, mut cia) = (Decoder::new(self.model.isa), START);
        for word in self.words() {
            match decoder.decode(word) {
                Ok(insn) => writeln!(
                    f,
                    "{cia:8x}: {word:08x}  {}",
                    disassemble(&insn, cia, Style::Extended).on(self.model.isa)
                )?,
                Err(_) => writeln!(f, "{cia:8x}: {word:08x}  .long {word:#x}")?,
            }
            cia += 4;
        }
        Ok(())
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a program for the {}:\n{self}", self.model.name)
    }
}

/// A program and the registers that it begins with. It displays as both.
#[derive(Clone)]
pub struct Case {
    /// The program.
    pub program: Program,
    /// MSR.
    pub msr: Msr,
    /// GPRs, from r0 on.
    pub gprs: Vec<u64>,
}

impl Case {
    /// A machine with 16 KiB of RAM that is about to run the program, at 0x1000. Of a longer program, what fits
    /// is there.
    pub fn machine(&self) -> Machine {
        let mut memory = Memory::with_ram(RAM).unwrap_or_default();
        let words = self.program.words();
        let fitting = words.len().min(ROOM);
        // It fits.
        let _ = memory.write_words(START, &words[..fitting]);
        let mut machine = Machine::new(self.program.model, memory);
        machine.cpu.set_msr(self.msr);
        machine.cpu.set_cia(START);
        for (n, value) in self.gprs.iter().enumerate() {
            machine.cpu.set_gpr(n, *value);
        }
        machine
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}MSR {:#x}", self.program, self.msr.bits())?;
        for (n, value) in self.gprs.iter().enumerate().filter(|(_, value)| **value != 0) {
            write!(f, " r{n} {value:#x}")?;
        }
        writeln!(f)
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a case for the {}:\n{self}", self.program.model.name)
    }
}
