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
//!
//! [`case`] has any instructions and the registers they begin with; a property that fails shows a listing of what is left of
//! it after shrinking, and the state:
//!
//! ```
//! use ppc_cpu::{Exit, model, strategy};
//! use proptest::prelude::*;
//! use spr_exit::Vcpu;
//!
//! proptest!(|(case in strategy::case(&model::PPC750, 8))| {
//!     let mut machine = case.machine();
//!     machine.set_budget(50);
//!     let exit = machine.run()?;
//!     prop_assert!(exit != Exit::Budget || machine.cpu.work() == 50);
//! });
//! ```

use crate::model::{self, Model};
use alloc::vec::Vec;
use proptest::collection::vec;
use proptest::prelude::*;
use spr_exit::{Msr, SprNum};

pub use crate::program::{Case, Move, Program};

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
    program_of(model, moves(model), longest)
}

/// Any instruction of the model, with any operands.
pub fn instruction(model: &'static Model) -> impl Strategy<Value = Move> {
    let ops = crate::program::ops(model);
    (proptest::sample::select(ops), any::<u32>()).prop_map(|(op, bits)| Move::any_operands(op, bits))
}

/// A program of up to `longest` moves, each of the strategy: the shape is the caller's.
pub fn program_of(
    model: &'static Model,
    moves: impl Strategy<Value = Move>,
    longest: usize,
) -> impl Strategy<Value = Program> {
    vec(moves, 1..=longest.max(1)).prop_map(move |moves| Program::new(model, moves))
}

/// A program of up to `longest` instructions of any kind, and the registers it begins with.
pub fn case(model: &'static Model, longest: usize) -> impl Strategy<Value = Case> {
    let moves = prop_oneof![3 => instruction(model), 1 => moves(model)];
    let gprs = vec(
        prop_oneof![Just(0), 0..0x4000u64, spr_exit::strategy::value()],
        32,
    );
    (program_of(model, moves, longest), msr(model), gprs).prop_map(|(program, msr, gprs)| Case {
        program,
        msr,
        gprs,
    })
}
