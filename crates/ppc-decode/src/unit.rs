//! Which unit an instruction needs for which there is no row yet: with the unit disabled, the CPU says so before it looks at
//! anything else.

use crate::{Isa, spe, uses_vectors, vsx};

/// A part of the CPU that a bit of the MSR enables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Floating-point registers: MSR\[FP\].
    Float,
    /// Vector registers: MSR\[VEC\].
    Vector,
    /// Vector-scalar registers: MSR\[VSX\].
    VectorScalar,
    /// The upper halves of the GPRs: MSR\[SPE\].
    Spe,
}

/// The unit that this word needs on a CPU with these instructions, if it is an instruction of AltiVec, VSX or SPE that needs one.
#[must_use]
pub fn unit(word: u32, isa: Isa) -> Option<Unit> {
    let vector_scalar = || isa.contains(Isa::VSX).then(|| vsx::unit(word, isa)).flatten();
    if isa.contains(Isa::SPE) {
        spe::uses_upper_halves(word, isa).then_some(Unit::Spe)
    } else if isa.contains(Isa::ALTIVEC) && uses_vectors(word) {
        Some(Unit::Vector)
    } else {
        vector_scalar()
    }
}
