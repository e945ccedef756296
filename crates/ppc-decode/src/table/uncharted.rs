//! Opcode space whose instructions are not in the tables yet, per facility.
//!
//! A word that no row matches is illegal but where this list says otherwise: as tables for these facilities are
//! written, their lines go away. Fixed-point, branch and system instructions have no line, for their tables are whole.

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
    // Accumulators; prefixed instructions and pairs of vectors.
    space(d(1),                   Isa::V3_1,    "3.1 I 1.6"),
    space(d(6),                   Isa::V3_1,    "3.1 I 7.6"),
];

/// The same under the primary opcode 31: a facility, its extended opcodes, and where they are described.
#[rustfmt::skip]
pub(crate) const SPACES_31: &[(Isa, &[u32], &str)] = &[
    (Isa::ALTIVEC, &[
        6, 7, 38, 39, 71, 103, 135, 167, 199, 231, 342, 359, 374, 487, 822,
    ], "I 6.7"),
    (Isa::THREADS, &[
        46, 110, 261, 263, 293, 295, 325, 389, 421, 453, 549, 581, 613, 645, 677, 709, 741, 773, 775, 805,
        807, 837, 869, 933, 965, 997,
    ], "EREF 2.0 5.4"),
    (Isa::VSX, &[
        12, 51, 76, 115, 140, 179, 211, 243, 268, 269, 301, 307, 332, 364, 396, 397, 403, 429, 435, 524,
        588, 652, 716, 780, 781, 812, 813, 844, 876, 908, 909, 940, 941, 972, 1004,
    ], "I 7.6"),
    (Isa::V3_1, &[
        13, 45, 77, 109, 141, 173, 177, 205, 237, 333, 461,
    ], "3.1 I 7.6"),
    (Isa::TM, &[
        654, 686, 718, 750, 782, 814, 846, 878, 910, 942, 1006,
    ], "2.07 II ch. 5"),
];
