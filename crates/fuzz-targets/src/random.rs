//! Random numbers that are the same for the same seed.

/// xorshift64*.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `n`, which is not 0.
    #[allow(clippy::cast_possible_truncation, reason = "below n")]
    pub fn below(&mut self, n: usize) -> usize {
        ((self.number() >> 32) % n as u64) as usize
    }

    /// A byte.
    pub fn byte(&mut self) -> u8 {
        self.number().to_be_bytes()[0]
    }
}
