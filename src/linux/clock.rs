//! Time as a program sees it.
//!
//! By default it is virtual: it begins at a fixed date and goes on with the time base, which counts instructions, so
//! that every run repeats. A program that sleeps moves the time base and does not wait.

use std::time::{SystemTime, UNIX_EPOCH};

/// Ticks of the time base in a second, as on IBM's servers since POWER5.
pub(super) const FREQUENCY: u64 = 512_000_000;
/// The date at which virtual time begins: 2001-09-09 01:46:40 UTC, in seconds since 1970.
pub(super) const EPOCH: u64 = 1_000_000_000;
/// Nanoseconds in a second.
pub(super) const NANOS: u64 = 1_000_000_000;

/// A clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Virtual time.
    Virtual,
    /// The date is the host's; time since the start stays virtual.
    Host,
}

/// Nanoseconds in so many ticks.
pub(super) fn nanos(ticks: u64) -> u128 {
    u128::from(ticks) * u128::from(NANOS) / u128::from(FREQUENCY)
}

/// Ticks in so many nanoseconds, at least.
pub(super) fn ticks(nanos: u128) -> u64 {
    let ticks = nanos
        .saturating_mul(u128::from(FREQUENCY))
        .div_ceil(u128::from(NANOS));
    u64::try_from(ticks).unwrap_or(u64::MAX)
}

impl Clock {
    /// Nanoseconds since 1970 at this tick.
    pub fn date(self, ticks: u64) -> u128 {
        match self {
            Self::Virtual => u128::from(EPOCH) * u128::from(NANOS) + nanos(ticks),
            Self::Host => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| since.as_nanos()),
        }
    }
}
