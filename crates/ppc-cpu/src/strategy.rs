//! Strategies for property tests over a model: its SPRs and their values, its MSR, small guest programs.
//!
//! Exits, replies and accesses as such are `spr_exit::strategy`'s.
//!
//! ```
//! use ppc_cpu::{Machine, Memory, model, strategy};
//! use proptest::prelude::*;
//! use spr_exit::Vcpu;
//!
//! proptest!(|(program in strategy::program(&model::E500V2, 8))| {
//!     let mut memory = Memory::with_ram(0x2000)?;
//!     memory.write_words(0x1000, &program.words())?;
//!     let mut machine = Machine::new(&model::E500V2, memory);
//!     machine.cpu.set_cia(0x1000);
//!     machine.set_budget(100);
//!     prop_assert!(machine.run().is_ok(), "{}", program);
//! });
//! ```

use crate::model::{self, Model};
use alloc::vec::Vec;
use core::fmt;
use ppc_decode::{Decoder, Style, asm, disassemble};
use proptest::collection::vec;
use proptest::prelude::*;
use spr_exit::{Msr, SprNum};

/// Any model.
pub fn any_model() -> impl Strategy<Value = &'static Model> {
    proptest::sample::select(model::MODELS)
}

/// A number that the model defines.
pub fn defined_spr(model: &'static Model) -> impl Strategy<Value = SprNum> {
    let numbers: Vec<SprNum> = model.sprs.rows().iter().map(|row| row.sprn).collect();
    proptest::sample::select(numbers)
}

/// A number: mostly one that the model defines, sometimes any.
pub fn spr(model: &'static Model) -> impl Strategy<Value = SprNum> {
    prop_oneof![3 => defined_spr(model), 1 => spr_exit::strategy::spr_num()]
}

/// A number and a value for it, in the width of the model's registers.
pub fn spr_and_value(model: &'static Model) -> impl Strategy<Value = (SprNum, u64)> {
    let mask = if model.is_64bit { u64::MAX } else { 0xffff_ffff };
    (
        spr(model),
        spr_exit::strategy::value().prop_map(move |value| value & mask),
    )
}

/// An MSR of bits that the model implements.
pub fn msr(model: &'static Model) -> impl Strategy<Value = Msr> {
    let implemented = model.msr_implemented;
    any::<u64>().prop_map(move |bits| Msr::from_bits_retain(bits) & implemented)
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
        }
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
    /// The instruction words, in order.
    pub fn words(&self) -> Vec<u32> {
        self.moves.iter().map(|m| m.word()).collect()
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decoder = Decoder::new(self.model.isa);
        for word in self.words() {
            match decoder.decode(word) {
                Ok(insn) => writeln!(
                    f,
                    "{word:08x}  {}",
                    disassemble(&insn, 0, Style::Extended).on(self.model.isa)
                )?,
                Err(_) => writeln!(f, "{word:08x}  .long {word:#x}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a program for the {}:\n{self}", self.model.name)
    }
}

/// One instruction that moves a value to or from an SPR or the MSR, or loads one.
pub fn moves(model: &'static Model) -> impl Strategy<Value = Move> {
    let register = 0u8..32;
    prop_oneof![
        3 => (register.clone(), spr(model)).prop_map(|(rt, sprn)| Move::FromSpr(rt, sprn)),
        3 => (spr(model), register.clone()).prop_map(|(sprn, rs)| Move::ToSpr(sprn, rs)),
        1 => register.clone().prop_map(Move::ToMsr),
        2 => (register.clone(), any::<i16>()).prop_map(|(rt, value)| Move::Load(rt, value)),
        2 => (register, any::<i16>()).prop_map(|(rt, value)| Move::LoadShifted(rt, value)),
    ]
}

/// A program of up to `longest` such instructions.
pub fn program(model: &'static Model, longest: usize) -> impl Strategy<Value = Program> {
    vec(moves(model), 1..=longest.max(1)).prop_map(move |moves| Program { model, moves })
}
