//! Opcode space whose instructions are not in the tables yet, per facility.
//!
//! A word that no row matches is known to be illegal only where the CPU has nothing else. This list keeps
//! [`Undecoded::Illegal`](crate::Undecoded::Illegal) honest: as tables for these facilities are written, their lines
//! go away. Extended opcodes under a primary opcode that the CPU uses need no line: they are unknown anyway.

use crate::Isa;
use crate::row::{Encoding, format::d};

/// Words that may be instructions on a CPU with a facility.
pub(crate) struct Space {
    pub(crate) encoding: Encoding,
    pub(crate) isa: Isa,
    /// Where the instructions are described.
    #[expect(dead_code, reason = "the citation is for readers of the table")]
    pub(crate) manual: &'static str,
}

/// One line of the list.
const fn space(encoding: Encoding, isa: Isa, manual: &'static str) -> Space {
    Space {
        encoding,
        isa,
        manual,
    }
}

#[rustfmt::skip]
pub(crate) const SPACES: &[Space] = &[
    // `attn` executes if HID says so, and is illegal otherwise.
    space(d(0).with(21, 30, 256), Isa::SERVER,  "POWER9 UM"),
    space(d(4),                   Isa::ALTIVEC, "I ch. 6"),
    space(d(4),                   Isa::SPE,     "EREF 2.0 §5.4; SPE PIM"),
    space(d(4),                   Isa::PAIRED,  "750CL UM ch. 2"),
    // The e500v1/v2 take an illegal instruction interrupt for floating point (E500CORERM 3.1.3).
    space(d(48),                  Isa::FP,      "I 4.6.2"),
    space(d(49),                  Isa::FP,      "I 4.6.2"),
    space(d(50),                  Isa::FP,      "I 4.6.2"),
    space(d(51),                  Isa::FP,      "I 4.6.2"),
    space(d(52),                  Isa::FP,      "I 4.6.3"),
    space(d(53),                  Isa::FP,      "I 4.6.3"),
    space(d(54),                  Isa::FP,      "I 4.6.3"),
    space(d(55),                  Isa::FP,      "I 4.6.3"),
    space(d(56),                  Isa::SERVER,  "I 3.3.4"),
    space(d(56),                  Isa::PAIRED,  "750CL UM ch. 2"),
    space(d(57),                  Isa::VSX,     "I 7.6"),
    space(d(57),                  Isa::PAIRED,  "750CL UM ch. 2"),
    space(d(59),                  Isa::FP,      "I 4.6.6"),
    space(d(60),                  Isa::VSX,     "I 7.6"),
    space(d(60),                  Isa::PAIRED,  "750CL UM ch. 2"),
    space(d(61),                  Isa::VSX,     "I 7.6"),
    space(d(61),                  Isa::PAIRED,  "750CL UM ch. 2"),
    space(d(63),                  Isa::FP,      "I 4.6.6"),
];
