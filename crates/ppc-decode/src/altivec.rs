//! Which words are AltiVec instructions that need vector registers, until there are rows for them.
//!
//! AltiVec PEM (AltiVec Technology Programming Environments Manual) appendix A; the numbers compared with GNU objdump's.
//! Later versions of the architecture have more of them, which are not here.

/// Extended opcodes of VX and VXR forms under the primary opcode 4: bits 21:31.
#[rustfmt::skip]
const VX: &[u16] = &[
    0, 2, 4, 6, 8, 10, 12, 14, 64, 66, 68, 70, 72, 74, 76, 78, 128, 130, 132, 134, 140, 142, 198, 206, 258, 260,
    264, 266, 268, 270, 322, 324, 328, 330, 332, 334, 384, 386, 388, 394, 396, 398, 452, 454, 458, 462, 512, 514,
    516, 518, 520, 522, 524, 526, 576, 578, 580, 582, 584, 586, 588, 590, 640, 642, 644, 646, 650, 652, 654, 708,
    710, 714, 718, 768, 770, 772, 774, 776, 778, 780, 782, 832, 834, 836, 838, 840, 842, 844, 846, 896, 898, 900,
    902, 906, 908, 966, 970, 974, 1024, 1026, 1028, 1030, 1034, 1036, 1088, 1090, 1092, 1094, 1098, 1100, 1152,
    1154, 1156, 1158, 1220, 1222, 1282, 1284, 1346, 1408, 1410, 1478, 1536, 1540, 1542, 1544, 1600, 1604, 1606,
    1608, 1664, 1670, 1672, 1734, 1792, 1798, 1800, 1856, 1862, 1920, 1926, 1928, 1990,
];

/// Extended opcodes of VA forms under the primary opcode 4: bits 26:31.
const VA: &[u16] = &[32, 33, 34, 36, 37, 38, 39, 40, 41, 42, 43, 44, 46, 47];

/// Loads, stores and their permute vectors under the primary opcode 31: bits 21:30. Data streams need no registers.
const STORAGE: &[u16] = &[6, 7, 38, 39, 71, 103, 135, 167, 199, 231, 359, 487];

/// Whether the word is an AltiVec instruction that accesses the vector registers or VSCR, on a CPU that has AltiVec.
#[must_use]
pub fn uses_vectors(word: u32) -> bool {
    let has = |list: &[u16], bits: u32| u16::try_from(bits).is_ok_and(|xo| list.binary_search(&xo).is_ok());
    match word >> 26 {
        4 => has(VA, word & 0x3f) || has(VX, word & 0x7ff),
        31 => word & 1 == 0 && has(STORAGE, word >> 1 & 0x3ff),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_and_words_of_the_manual_are_found() {
        for list in [VX, VA, STORAGE] {
            assert!(list.is_sorted());
        }
        // vaddubm v1,v2,v3; vperm v1,v2,v3,v4; lvx v1,r2,r3; vcmpequb. v1,v2,v3 (as GNU as writes them).
        for word in [0x1022_1800, 0x1022_192b, 0x7c22_18ce, 0x1022_1c06] {
            assert!(uses_vectors(word), "{word:08x}");
        }
        // dss 0, dst r2,r3,0; and macchw r1,r2,r3 of the 405.
        for word in [0x7c00_066c, 0x7c02_1aac, 0x1022_1958] {
            assert!(!uses_vectors(word), "{word:08x}");
        }
    }
}
