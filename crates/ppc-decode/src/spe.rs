//! Which words are SPE or embedded floating-point instructions that access the upper halves of the GPRs or the accumulator, until
//! there are rows for them.
//!
//! SPE PEM (Signal Processing Engine Programming Environments Manual) appendix B; E500CORERM 2.5.1 (MSR\[SPE\]) and 3.8: of the
//! opcode space only `brinc` and the single-precision scalars (`efs`) go without. The numbers were compared with GNU objdump's.

use crate::Isa;

/// Extended opcodes (bits 21:31) under the primary opcode 4, first and last of each run.
#[rustfmt::skip]
const EVX: &[(u16, u16)] = &[
    (512, 512), (514, 514), (516, 516), (518, 518), (520, 526), (529, 530), (534, 537), (539, 539), (542, 542), (544, 548),
    (550, 550), (552, 564), (632, 646), (648, 654), (656, 664), (666, 666), (668, 670), (768, 773), (776, 777), (780, 785),
    (788, 793), (796, 797), (800, 805), (816, 817), (820, 821), (824, 825), (828, 829), (1027, 1027), (1031, 1033),
    (1035, 1037), (1039, 1039), (1059, 1059), (1063, 1065), (1067, 1069), (1071, 1071), (1091, 1091), (1095, 1096),
    (1099, 1101), (1103, 1103), (1107, 1107), (1112, 1113), (1115, 1115), (1123, 1123), (1127, 1128), (1131, 1133),
    (1135, 1135), (1139, 1139), (1144, 1145), (1147, 1147), (1216, 1220), (1222, 1227), (1280, 1281), (1283, 1285),
    (1287, 1289), (1291, 1293), (1295, 1295), (1320, 1321), (1323, 1325), (1327, 1327), (1344, 1345), (1347, 1349),
    (1351, 1353), (1355, 1357), (1359, 1359), (1363, 1363), (1368, 1369), (1371, 1371), (1380, 1381), (1383, 1383),
    (1391, 1391), (1408, 1409), (1411, 1413), (1415, 1417), (1419, 1421), (1423, 1423), (1448, 1449), (1451, 1453),
    (1455, 1455), (1472, 1473), (1475, 1477), (1479, 1481), (1483, 1485), (1487, 1487), (1491, 1491), (1496, 1497),
    (1499, 1499), (1508, 1509), (1511, 1511), (1519, 1519),
];

/// The same of double-precision numbers: `efscfd`, and those that begin with `efd`.
const DOUBLE: &[(u16, u16)] = &[(719, 719), (736, 742), (744, 760), (762, 762), (764, 766)];

/// Whether the word is such an instruction, on a CPU that has SPE.
pub(crate) fn uses_upper_halves(word: u32, isa: Isa) -> bool {
    let has = |runs: &[(u16, u16)]| {
        runs.iter()
            .any(|(first, last)| (u32::from(*first)..=u32::from(*last)).contains(&(word & 0x7ff)))
    };
    word >> 26 == 4 && (has(EVX) || isa.contains(Isa::SPE_DOUBLE) && has(DOUBLE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_64_bits_needs_them_and_single_precision_and_brinc_do_not() {
        // evaddw r1,r2,r3; evldd r1,8(r2); evmra r1,r2; evfsadd r1,r2,r3; as GNU as writes them.
        for word in [0x1022_1a00, 0x1022_0b01, 0x1022_04c4, 0x1022_1a80] {
            assert!(uses_upper_halves(word, Isa::E500V1), "{word:08x}");
        }
        // efdadd r1,r2,r3; efscfd r1,r3.
        for word in [0x1022_1ae0, 0x1020_1acf] {
            assert!(uses_upper_halves(word, Isa::E500V2), "{word:08x}");
            assert!(!uses_upper_halves(word, Isa::E500V1), "{word:08x}");
        }
        // brinc r1,r2,r3; efsadd r1,r2,r3; efscfsi r1,r3; a number between.
        for word in [0x1022_1a0f, 0x1022_1ac0, 0x1020_1ad1, 0x1022_1a01] {
            assert!(!uses_upper_halves(word, Isa::E500V2), "{word:08x}");
        }
    }
}
