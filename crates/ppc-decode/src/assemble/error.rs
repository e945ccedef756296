//! What is wrong with a text, where, and what would have been right.

use core::fmt;

use crate::Isa;
use crate::operand::Kind;

/// Why a text is no instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AsmError {
    /// Where: the number of the character at which the offending part begins, the first being 1.
    pub column: usize,
    /// What should stand there.
    pub expected: Expected,
}

/// What should stand where an [`AsmError`] is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Expected {
    /// A mnemonic; these are the nearest to the one that was given.
    Mnemonic {
        /// At most three, the nearest first.
        nearest: [Option<&'static str>; 3],
    },
    /// A mnemonic of this CPU, which lacks these facilities.
    OnThisCpu {
        /// What it lacks.
        lacks: Isa,
    },
    /// No branch hint: this branch has none.
    NoHint,
    /// Another number of operands.
    Count {
        /// How many there are.
        given: usize,
        /// How few there may be.
        least: usize,
        /// How many there may be.
        most: usize,
    },
    /// An operand of this kind.
    Operand(Kind),
    /// A special purpose register that has a name on this CPU, or its number.
    Spr,
    /// A value that fits.
    Value {
        /// The value that was given.
        given: i64,
        /// The smallest that fits.
        min: i64,
        /// The largest that fits.
        max: i64,
        /// What it has to be a multiple of.
        step: i64,
    },
    /// The target of a branch that is nearer, or an instruction.
    Distance {
        /// How many bytes away the one that was given is.
        given: i64,
        /// How far backward a target may be.
        min: i64,
        /// How far forward.
        max: i64,
        /// What the distance has to be a multiple of.
        step: i64,
    },
    /// A mask of bits that are adjacent, the last and the first counting as neighbours.
    Mask,
    /// A base register in parentheses.
    Base,
    /// A closing parenthesis.
    Close,
    /// A comma, or the end.
    CommaOrEnd,
    /// Something simpler: parentheses and signs are nested too deeply.
    Simpler,
    /// A number: relocations are for linkers.
    NoRelocation,
}

impl fmt::Display for AsmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.expected)
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Expected::Mnemonic { nearest } => {
                f.write_str("expected a mnemonic")?;
                let mut separator = "; the nearest: ";
                for name in nearest.into_iter().flatten() {
                    write!(f, "{separator}{name}")?;
                    separator = ", ";
                }
                Ok(())
            }
            Expected::OnThisCpu { lacks } => {
                f.write_str("this CPU does not have the instruction; it needs ")?;
                bitflags::parser::to_writer(&lacks, f)
            }
            Expected::NoHint => f.write_str("expected no + or -: this branch has no hint"),
            Expected::Count { given, least, most } => {
                f.write_str("expected ")?;
                match (least, most) {
                    (0, 0) => f.write_str("no operands")?,
                    (1, 1) => f.write_str("1 operand")?,
                    _ if least == most => write!(f, "{most} operands")?,
                    _ => write!(f, "{least} to {most} operands")?,
                }
                write!(f, ", found {given}")
            }
            Expected::Operand(kind) => f.write_str(match kind {
                Kind::Gpr => "expected a general purpose register, r0 to r31",
                Kind::GprOrZero => "expected a general purpose register, r0 to r31, or 0",
                Kind::Fpr => "expected a floating-point register, f0 to f31",
                Kind::Number => "expected a number",
                Kind::Displacement => "expected a displacement",
                Kind::Target => "expected an address",
                Kind::CrField => "expected a field of the condition register, cr0 to cr7",
                Kind::CrBit => "expected a bit of the condition register, such as 4*cr1+eq",
            }),
            Expected::Spr => {
                f.write_str("expected a special purpose register, by number or by a name of this CPU")
            }
            Expected::Value {
                given,
                min,
                max,
                step,
            } => match step {
                _ if min == max => write!(f, "expected {min}, found {given}"),
                1 => write!(f, "expected {min} to {max}, found {given}"),
                _ => write!(
                    f,
                    "expected a multiple of {step} from {min} to {max}, found {given}"
                ),
            },
            Expected::Distance {
                given,
                min,
                max,
                step,
            } => write!(
                f,
                "expected a target {min} to {max} bytes away, in steps of {step}; it is {given} bytes away"
            ),
            Expected::Mask => f.write_str("expected a mask of adjacent bits"),
            Expected::Base => f.write_str("expected a base register in parentheses"),
            Expected::Close => f.write_str("expected `)`"),
            Expected::CommaOrEnd => f.write_str("expected a comma or the end"),
            Expected::Simpler => f.write_str("expected a simpler expression"),
            Expected::NoRelocation => f.write_str("expected no @: there is no linker to relocate"),
        }
    }
}

impl core::error::Error for AsmError {}
