//! Random numbers for tests that run many cases, and how many.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "random numbers"
)]

/// xorshift64*: reproducible, and fast beside what it tests.
pub(crate) struct Random(u64);

impl Random {
    /// The numbers of one case.
    pub(crate) fn of_case(number: u64) -> Self {
        Self((number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Any number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `n`.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 32) % n
    }

    /// The same as an operand.
    pub(crate) fn number(&mut self, n: u64) -> i64 {
        self.below(n) as i64
    }

    /// True once in `n` times.
    pub(crate) fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// One of these.
    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

/// The cases to run, by their numbers: `REFERENCE_CASES` of them or the usual `count`, from `REFERENCE_SEED` or 0 on.
pub(crate) fn cases(count: u64) -> std::ops::Range<u64> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let first = number("REFERENCE_SEED").unwrap_or(0);
    first..first + number("REFERENCE_CASES").unwrap_or(count)
}
