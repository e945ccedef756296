//! Comparing addresses with pairs of registers: PPC440x5 UM 8.3.1, Power ISA 2.03 Book III-E (IAC12M, DAC12M).

/// How a pair of registers is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Each by itself.
    Exact,
    /// In the bits that are 1 in the second.
    Masked,
    /// From the first up to below the second.
    Inside,
    /// Below the first, or from the second up.
    Outside,
}

impl Mode {
    /// The mode that a field of two bits chooses.
    pub(super) const fn of(field: u64) -> Self {
        match field & 3 {
            0 => Self::Exact,
            1 => Self::Masked,
            2 => Self::Inside,
            _ => Self::Outside,
        }
    }

    pub(super) const fn is_range(self) -> bool {
        matches!(self, Self::Inside | Self::Outside)
    }

    /// The other kind of range.
    pub(super) const fn reversed(self) -> Self {
        match self {
            Self::Inside => Self::Outside,
            Self::Outside => Self::Inside,
            other => other,
        }
    }
}

/// Which of two registers an address matches: both or none where they work as a pair. `ignored` are low bits of the address
/// that do not count in an exact comparison.
pub(super) fn matches(mode: Mode, address: u64, registers: [u64; 2], ignored: [u64; 2]) -> [bool; 2] {
    let [first, second] = registers;
    let is_inside = first <= address && address < second;
    match mode {
        Mode::Exact => [0, 1].map(|n| (address ^ registers[n]) & !ignored[n] == 0),
        Mode::Masked => [(address ^ first) & second == 0; 2],
        Mode::Inside => [is_inside; 2],
        Mode::Outside => [!is_inside; 2],
    }
}

/// Whether code under this MSR\[PR\] is meant by a field of two bits: anybody, nobody (reserved), supervisor, user.
pub(super) const fn is_meant(field: u64, is_problem: bool) -> bool {
    match field & 3 {
        0 => true,
        1 => false,
        2 => !is_problem,
        _ => is_problem,
    }
}

/// Whether an address space (MSR\[IS\] or MSR\[DS\]) is meant by a field of two bits: any, real addresses, space 0, space 1.
/// Real addresses are effective addresses here.
pub(super) const fn is_space_meant(field: u64, space: bool) -> bool {
    match field & 3 {
        0 | 1 => true,
        2 => !space,
        _ => space,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_begins_with_the_first_register_and_ends_before_the_second() {
        let hits = |mode, address| matches(mode, address, [0x100, 0x200], [0; 2]);
        for (address, is_inside) in [(0xff, false), (0x100, true), (0x1ff, true), (0x200, false)] {
            assert_eq!(hits(Mode::Inside, address), [is_inside; 2], "{address:x}");
            assert_eq!(hits(Mode::Outside, address), [!is_inside; 2], "{address:x}");
        }
    }

    #[test]
    fn an_exact_comparison_is_of_each_register_and_may_ignore_low_bits() {
        assert_eq!(matches(Mode::Exact, 0x100, [0x100, 0x101], [0; 2]), [true, false]);
        assert_eq!(matches(Mode::Exact, 0x103, [0x100, 0x100], [3, 1]), [true, false]);
        assert_eq!(
            matches(Mode::Masked, 0x1f04, [0x1004, 0xf0ff], [0; 2]),
            [true, true]
        );
    }
}
