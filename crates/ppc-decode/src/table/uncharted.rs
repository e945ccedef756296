//! Opcode space whose instructions are not in the tables yet, per facility.
//!
//! A word that no row matches is illegal but where this list says otherwise: as tables for these facilities are
//! written, their lines go away. Fixed-point, branch and system instructions have no line, for their tables are whole.

use crate::Isa;
use crate::row::{
    Encoding,
    format::{d, x},
};

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

/// The same for extended opcodes under the primary opcode 31.
const fn space31(extended: u32, isa: Isa, manual: &'static str) -> Space {
    space(x(31, extended), isa, manual)
}

#[rustfmt::skip]
pub(crate) const SPACES: &[Space] = &[
    space(d(4),                   Isa::ALTIVEC, "I ch. 6"),
    space(d(4),                   Isa::SPE,     "EREF 2.0 §5.4; SPE PIM"),
    space(d(4),                   Isa::PAIRED,  "750CL UM ch. 2"),
    space(d(56),                  Isa::PAIRED,  "750CL UM ch. 2"),
    space(d(57),                  Isa::VSX,     "I 7.6"),
    space(d(57),                  Isa::PAIRED,  "750CL UM ch. 2"),
    space(d(59),                  Isa::FP,      "I 4.6.6"),
    space(d(60),                  Isa::VSX,     "I 7.6"),
    space(d(60),                  Isa::PAIRED,  "750CL UM ch. 2"),
    space(d(61),                  Isa::VSX,     "I 7.6"),
    space(d(61),                  Isa::PAIRED,  "750CL UM ch. 2"),
    space(d(63),                  Isa::FP,      "I 4.6.6"),
    space31(6, Isa::ALTIVEC, "I 6.7"),
    space31(7, Isa::ALTIVEC, "I 6.7"),
    space31(38, Isa::ALTIVEC, "I 6.7"),
    space31(39, Isa::ALTIVEC, "I 6.7"),
    space31(71, Isa::ALTIVEC, "I 6.7"),
    space31(103, Isa::ALTIVEC, "I 6.7"),
    space31(135, Isa::ALTIVEC, "I 6.7"),
    space31(167, Isa::ALTIVEC, "I 6.7"),
    space31(199, Isa::ALTIVEC, "I 6.7"),
    space31(231, Isa::ALTIVEC, "I 6.7"),
    space31(342, Isa::ALTIVEC, "I 6.7"),
    space31(359, Isa::ALTIVEC, "I 6.7"),
    space31(374, Isa::ALTIVEC, "I 6.7"),
    space31(487, Isa::ALTIVEC, "I 6.7"),
    space31(822, Isa::ALTIVEC, "I 6.7"),
    space31(46, Isa::THREADS, "EREF 2.0 5.4"),
    space31(110, Isa::THREADS, "EREF 2.0 5.4"),
    space31(261, Isa::THREADS, "EREF 2.0 5.4"),
    space31(263, Isa::THREADS, "EREF 2.0 5.4"),
    space31(293, Isa::THREADS, "EREF 2.0 5.4"),
    space31(295, Isa::THREADS, "EREF 2.0 5.4"),
    space31(325, Isa::THREADS, "EREF 2.0 5.4"),
    space31(389, Isa::THREADS, "EREF 2.0 5.4"),
    space31(421, Isa::THREADS, "EREF 2.0 5.4"),
    space31(453, Isa::THREADS, "EREF 2.0 5.4"),
    space31(549, Isa::THREADS, "EREF 2.0 5.4"),
    space31(581, Isa::THREADS, "EREF 2.0 5.4"),
    space31(613, Isa::THREADS, "EREF 2.0 5.4"),
    space31(645, Isa::THREADS, "EREF 2.0 5.4"),
    space31(677, Isa::THREADS, "EREF 2.0 5.4"),
    space31(709, Isa::THREADS, "EREF 2.0 5.4"),
    space31(741, Isa::THREADS, "EREF 2.0 5.4"),
    space31(773, Isa::THREADS, "EREF 2.0 5.4"),
    space31(775, Isa::THREADS, "EREF 2.0 5.4"),
    space31(805, Isa::THREADS, "EREF 2.0 5.4"),
    space31(807, Isa::THREADS, "EREF 2.0 5.4"),
    space31(837, Isa::THREADS, "EREF 2.0 5.4"),
    space31(869, Isa::THREADS, "EREF 2.0 5.4"),
    space31(933, Isa::THREADS, "EREF 2.0 5.4"),
    space31(965, Isa::THREADS, "EREF 2.0 5.4"),
    space31(997, Isa::THREADS, "EREF 2.0 5.4"),
    space31(12, Isa::VSX, "I 7.6"),
    space31(51, Isa::VSX, "I 7.6"),
    space31(76, Isa::VSX, "I 7.6"),
    space31(115, Isa::VSX, "I 7.6"),
    space31(140, Isa::VSX, "I 7.6"),
    space31(179, Isa::VSX, "I 7.6"),
    space31(211, Isa::VSX, "I 7.6"),
    space31(243, Isa::VSX, "I 7.6"),
    space31(268, Isa::VSX, "I 7.6"),
    space31(269, Isa::VSX, "I 7.6"),
    space31(301, Isa::VSX, "I 7.6"),
    space31(307, Isa::VSX, "I 7.6"),
    space31(332, Isa::VSX, "I 7.6"),
    space31(364, Isa::VSX, "I 7.6"),
    space31(396, Isa::VSX, "I 7.6"),
    space31(397, Isa::VSX, "I 7.6"),
    space31(403, Isa::VSX, "I 7.6"),
    space31(429, Isa::VSX, "I 7.6"),
    space31(435, Isa::VSX, "I 7.6"),
    space31(524, Isa::VSX, "I 7.6"),
    space31(588, Isa::VSX, "I 7.6"),
    space31(652, Isa::VSX, "I 7.6"),
    space31(716, Isa::VSX, "I 7.6"),
    space31(780, Isa::VSX, "I 7.6"),
    space31(781, Isa::VSX, "I 7.6"),
    space31(812, Isa::VSX, "I 7.6"),
    space31(813, Isa::VSX, "I 7.6"),
    space31(844, Isa::VSX, "I 7.6"),
    space31(876, Isa::VSX, "I 7.6"),
    space31(908, Isa::VSX, "I 7.6"),
    space31(909, Isa::VSX, "I 7.6"),
    space31(940, Isa::VSX, "I 7.6"),
    space31(941, Isa::VSX, "I 7.6"),
    space31(972, Isa::VSX, "I 7.6"),
    space31(1004, Isa::VSX, "I 7.6"),
    space31(13, Isa::V3_1, "3.1 I 7.6"),
    space31(45, Isa::V3_1, "3.1 I 7.6"),
    space31(77, Isa::V3_1, "3.1 I 7.6"),
    space31(109, Isa::V3_1, "3.1 I 7.6"),
    space31(141, Isa::V3_1, "3.1 I 7.6"),
    space31(173, Isa::V3_1, "3.1 I 7.6"),
    space31(205, Isa::V3_1, "3.1 I 7.6"),
    space31(237, Isa::V3_1, "3.1 I 7.6"),
    space31(333, Isa::V3_1, "3.1 I 7.6"),
    space31(461, Isa::V3_1, "3.1 I 7.6"),
    space31(654, Isa::TM, "2.07 II ch. 5"),
    space31(686, Isa::TM, "2.07 II ch. 5"),
    space31(718, Isa::TM, "2.07 II ch. 5"),
    space31(750, Isa::TM, "2.07 II ch. 5"),
    space31(782, Isa::TM, "2.07 II ch. 5"),
    space31(814, Isa::TM, "2.07 II ch. 5"),
    space31(846, Isa::TM, "2.07 II ch. 5"),
    space31(878, Isa::TM, "2.07 II ch. 5"),
    space31(910, Isa::TM, "2.07 II ch. 5"),
    space31(942, Isa::TM, "2.07 II ch. 5"),
    space31(1006, Isa::TM, "2.07 II ch. 5"),
    // Accumulators; prefixed instructions and pairs of vectors.
    space31(177, Isa::V3_1, "3.1 I 7.6"),
    space(d(1),                   Isa::V3_1,    "3.1 I 1.6"),
    space(d(6),                   Isa::V3_1,    "3.1 I 7.6"),
];
