//! Programs for fuzzers, from the fuzzer's bytes (feature `arbitrary`).
//!
//! `Arbitrary` itself has no place for a model; `spr_exit` has it for what knows none.
//!
//! ```
//! use arbitrary::Unstructured;
//! use ppc_cpu::{Exit, arbitrary::case, model};
//! use spr_exit::Vcpu;
//!
//! let mut bytes = Unstructured::new(b"whatever a fuzzer makes of its corpus");
//! let mut machine = case(&model::E500V2, 16, &mut bytes)?.machine();
//! machine.set_budget(100);
//! assert!(machine.run().is_ok());
//! # Ok::<(), arbitrary::Error>(())
//! ```

use crate::model::{self, Model};
use crate::program;
use arbitrary::{Result, Unstructured};
use spr_exit::Msr;

pub use crate::program::{Case, Move, Program};

/// Any model.
///
/// # Errors
/// Those of `arbitrary`; none for want of bytes. The same of the others.
pub fn any_model(bytes: &mut Unstructured<'_>) -> Result<&'static Model> {
    bytes.choose(model::MODELS).copied()
}

/// Any instruction of the model, with any operands.
///
/// # Errors
/// As [`any_model`].
pub fn instruction(model: &Model, bytes: &mut Unstructured<'_>) -> Result<Move> {
    let op = *bytes.choose(&program::ops(model))?;
    Ok(Move::any_operands(op, bytes.arbitrary()?))
}

/// A program of up to `longest` instructions.
///
/// # Errors
/// As [`any_model`].
pub fn program(model: &'static Model, longest: usize, bytes: &mut Unstructured<'_>) -> Result<Program> {
    let len = bytes.int_in_range(1..=longest.max(1))?;
    let moves = (0..len).map(|_| instruction(model, bytes));
    Ok(Program::new(model, moves.collect::<Result<_>>()?))
}

/// A program of up to `longest` instructions, and the registers it begins with.
///
/// # Errors
/// As [`any_model`].
pub fn case(model: &'static Model, longest: usize, bytes: &mut Unstructured<'_>) -> Result<Case> {
    let msr = Msr::from_bits_retain(bytes.arbitrary()?) & model.msr_implemented;
    let gprs = (0..32).map(|_| bytes.arbitrary());
    Ok(Case {
        msr,
        gprs: gprs.collect::<Result<_>>()?,
        program: program(model, longest, bytes)?,
    })
}
