//! Which unit of the MSR a VSX instruction needs, until there are rows for them.
//!
//! Power ISA 3.0B I 7.6, the first lines of each instruction; compared with the checks in QEMU's `vsx-impl.c.inc`, the numbers
//! with GNU objdump's.

use crate::{Isa, Unit};

/// Under the primary opcode 60: bits 21:29, first and last of each run, by the version that has them.
#[rustfmt::skip]
const XX: &[(Isa, &[(u16, u16)])] = &[
    (Isa::V2_06, &[
        (4, 5), (12, 15), (20, 21), (28, 31), (36, 37), (44, 47), (60, 90), (92, 101), (105, 115), (121, 154), (156, 164),
        (166, 179), (184, 218), (220, 227), (230, 243), (248, 255), (260, 261), (265, 265), (268, 271), (276, 277),
        (284, 287), (292, 293), (300, 303), (308, 309), (316, 325), (328, 329), (332, 339), (344, 345), (348, 355),
        (360, 361), (364, 367), (370, 371), (376, 377), (380, 387), (390, 393), (396, 403), (406, 409), (412, 419),
        (422, 425), (428, 431), (434, 435), (440, 441), (444, 451), (454, 457), (460, 467), (470, 473), (476, 483),
        (486, 489), (492, 495), (498, 499), (504, 505), (508, 511),
    ]),
    (Isa::V2_07, &[
        (0, 3), (10, 11), (16, 19), (26, 26), (32, 35), (48, 51), (258, 259), (267, 267), (274, 275), (281, 281), (290, 291),
        (296, 296), (306, 307), (312, 312), (331, 331), (340, 341), (356, 357), (372, 373),
    ]),
    (Isa::V3_0, &[
        (6, 7), (22, 23), (38, 39), (52, 53), (116, 119), (165, 165), (180, 181), (256, 257), (272, 273), (288, 289),
        (298, 298), (304, 305), (347, 347), (362, 362), (426, 427), (432, 433), (442, 443), (459, 459), (475, 475),
        (490, 491), (496, 497), (506, 507),
    ]),
    (Isa::V3_1, &[(458, 458), (474, 474)]),
];
/// `xxspltib` among them.
const XXSPLTIB: u32 = 180;

/// What an instruction needs.
#[derive(Clone, Copy)]
enum Needs {
    /// VSX, whichever registers it names.
    Vsx,
    /// VSX for the lower half of its registers (TX or SX 0), AltiVec for the upper.
    VsxOrVector,
    /// Floating point for the lower half, AltiVec for the upper.
    FloatOrVector,
}

/// Under the primary opcode 31: bits 21:30; TX or SX is bit 31.
#[rustfmt::skip]
const X: &[(Isa, Needs, &[u16])] = &[
    (Isa::V2_06, Needs::Vsx,           &[332, 588, 716, 780, 844, 908, 972]),
    (Isa::V2_07, Needs::Vsx,           &[12, 76, 140, 524, 652]),
    (Isa::V2_07, Needs::FloatOrVector, &[51, 115, 179, 211, 243]),
    (Isa::V3_0,  Needs::Vsx,           &[781, 812, 813, 876, 909, 940, 941, 1004]),
    (Isa::V3_0,  Needs::VsxOrVector,   &[268, 269, 301, 307, 364, 396, 397, 403, 429, 435]),
];

impl Needs {
    const fn unit(self, is_upper: bool) -> Unit {
        match (self, is_upper) {
            (Self::Vsx, _) | (Self::VsxOrVector, false) => Unit::VectorScalar,
            (Self::FloatOrVector, false) => Unit::Float,
            (Self::VsxOrVector | Self::FloatOrVector, true) => Unit::Vector,
        }
    }
}

/// The unit that the word needs, if it is an instruction of VSX.
pub(crate) fn unit(word: u32, isa: Isa) -> Option<Unit> {
    let is_v3_0 = isa.contains(Isa::V3_0);
    let needs = match word >> 26 {
        31 => return unit_x(word, isa),
        // lxsd, lxssp, stxsd, stxssp.
        57 | 61 if is_v3_0 && word & 3 >= 2 => return Some(Unit::Vector),
        // lxv, stxv, whose TX or SX is bit 28.
        61 if is_v3_0 && word & 3 == 1 => return Some(Needs::VsxOrVector.unit(word & 8 != 0)),
        60 if word >> 1 & 0x3ff == XXSPLTIB << 1 && is_v3_0 => Needs::VsxOrVector,
        60 => {
            let xo = word >> 2 & 0x1ff;
            let has = |(version, runs): &(Isa, &[(u16, u16)])| {
                isa.contains(*version)
                    && runs
                        .iter()
                        .any(|(first, last)| (u32::from(*first)..=u32::from(*last)).contains(&xo))
            };
            return XX.iter().any(has).then_some(Unit::VectorScalar);
        }
        _ => return None,
    };
    Some(needs.unit(word & 1 != 0))
}

fn unit_x(word: u32, isa: Isa) -> Option<Unit> {
    let xo = word >> 1 & 0x3ff;
    let (_, needs, _) = X
        .iter()
        .find(|(version, _, list)| isa.contains(*version) && list.iter().any(|x| u32::from(*x) == xo))?;
    Some(needs.unit(word & 1 != 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_of_each_version_need_what_the_manual_says() {
        use Unit::{Float, Vector, VectorScalar};
        // (word as GNU as writes it, POWER7, POWER8, POWER9)
        for (word, power7, power8, power9) in [
            // xxlor 1,2,3; lxvd2x 1,2,3; xxsel 1,2,3,4.
            (
                0xf022_1c90,
                Some(VectorScalar),
                Some(VectorScalar),
                Some(VectorScalar),
            ),
            (
                0x7c22_1e98,
                Some(VectorScalar),
                Some(VectorScalar),
                Some(VectorScalar),
            ),
            (
                0xf022_1930,
                Some(VectorScalar),
                Some(VectorScalar),
                Some(VectorScalar),
            ),
            // xsaddsp 1,2,3; lxsspx 33,2,3.
            (0xf022_1800, None, Some(VectorScalar), Some(VectorScalar)),
            (0x7c22_1c19, None, Some(VectorScalar), Some(VectorScalar)),
            // mfvsrd r3,1; mfvsrd r3,33 (mfvrd r3,1).
            (0x7c23_0066, None, Some(Float), Some(Float)),
            (0x7c23_0067, None, Some(Vector), Some(Vector)),
            // lxv 1,16(2); lxv 33,16(2); stxsd 1,16(2); lxvx 1,2,3; lxvx 33,2,3; xxspltib 1,2; xxspltib 33,2.
            (0xf422_0011, None, None, Some(VectorScalar)),
            (0xf422_0019, None, None, Some(Vector)),
            (0xf422_0012, None, None, Some(Vector)),
            (0x7c22_1a18, None, None, Some(VectorScalar)),
            (0x7c22_1a19, None, None, Some(Vector)),
            (0xf020_12d0, None, None, Some(VectorScalar)),
            (0xf020_12d1, None, None, Some(Vector)),
            // stfdp 2,16(2); lwz r1,0(r2); ldx.
            (0xf442_0010, None, None, None),
            (0x8022_0000, None, None, None),
            (0x7c22_182a, None, None, None),
        ] {
            let found = [Isa::POWER7, Isa::POWER8, Isa::POWER9].map(|isa| unit(word, isa));
            assert_eq!(found, [power7, power8, power9], "{word:08x}");
        }
    }
}
