//! The four global timers of group A: each counts down from its base count, asks for its interrupt at zero, flips its
//! toggle bit and begins again. MPC8548ERM 10.3.2; the clock's divisors also in Linux's `mpic_timer.c`.

/// Timers of the group.
pub(crate) const TIMERS: usize = 4;
/// GTBCR: the timer stands.
const INHIBIT: u32 = 1 << 31;
/// GTCCR: flips each time the count reaches zero.
const TOGGLE: u32 = 1 << 31;
/// GTBCR, GTCCR: the count.
const COUNT: u32 = 0x7fff_ffff;
/// TCR: how many ticks make one count: 8, 16, 32, 64.
const CLKR: u32 = 3 << 8;

/// One timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
struct Timer {
    /// GTBCR: inhibit bit and base count.
    base: u32,
    toggle: bool,
    /// Ticks until the count reaches zero.
    left: u64,
}

/// The group, and the clock that it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Timers {
    /// TFRR: the frequency, which software keeps for itself.
    pub(crate) frequency: u32,
    control: u32,
    timers: [Timer; TIMERS],
}

impl Default for Timers {
    fn default() -> Self {
        let timer = Timer {
            base: INHIBIT,
            toggle: false,
            left: 0,
        };
        Self {
            frequency: 0,
            control: 0,
            timers: [timer; TIMERS],
        }
    }
}

impl Timer {
    fn runs(&self) -> bool {
        self.base & INHIBIT == 0 && self.base & COUNT != 0
    }

    /// Ticks from one zero to the next.
    fn period(&self, divisor: u64) -> u64 {
        u64::from(self.base & COUNT) * divisor
    }

    /// Whether the count reaches zero within so many ticks, and what it is after them.
    fn advance(&mut self, ticks: u64, divisor: u64) -> bool {
        if !self.runs() {
            return false;
        }
        if ticks < self.left {
            self.left -= ticks;
            return false;
        }
        let (behind, period) = (ticks - self.left, self.period(divisor));
        if (behind / period).is_multiple_of(2) {
            self.toggle = !self.toggle;
        }
        self.left = period - behind % period;
        true
    }
}

impl Timers {
    fn divisor(&self) -> u64 {
        8 << (self.control >> 8 & 3)
    }

    pub(crate) fn control(&self) -> u32 {
        self.control
    }

    /// A running timer goes on with what is left of its count, at the new pace.
    pub(crate) fn write_control(&mut self, value: u32) {
        let old = self.divisor();
        self.control = value & CLKR;
        let new = self.divisor();
        for timer in &mut self.timers {
            timer.left = timer.left.div_ceil(old).saturating_mul(new);
        }
    }

    pub(crate) fn base(&self, n: usize) -> u32 {
        self.timers[n].base
    }

    /// A timer that stood begins with the new count; one that runs takes it up at its next zero.
    pub(crate) fn write_base(&mut self, n: usize, value: u32) {
        let divisor = self.divisor();
        let timer = &mut self.timers[n];
        let ran = timer.runs();
        timer.base = value;
        if timer.runs() && !ran {
            timer.left = timer.period(divisor);
            timer.toggle = false;
        }
    }

    /// GTCCR: toggle bit and current count.
    #[allow(clippy::cast_possible_truncation, reason = "never more than the base count")]
    pub(crate) fn current(&self, n: usize) -> u32 {
        let timer = &self.timers[n];
        let count = timer.left.div_ceil(self.divisor()) as u32;
        count & COUNT | if timer.toggle { TOGGLE } else { 0 }
    }

    /// The timers that reach zero within so many ticks, by bit.
    pub(crate) fn advance(&mut self, ticks: u64) -> u32 {
        let divisor = self.divisor();
        let mut expired = 0;
        for (n, timer) in self.timers.iter_mut().enumerate() {
            expired |= u32::from(timer.advance(ticks, divisor)) << n;
        }
        expired
    }

    /// The ticks until the first of the timers that are `wanted` reaches zero.
    pub(crate) fn next_event(&self, wanted: impl Fn(usize) -> bool) -> Option<u64> {
        let running = self.timers.iter().enumerate().filter(|(_, timer)| timer.runs());
        let wanted = running.filter(|(n, _)| wanted(*n));
        wanted.map(|(_, timer)| timer.left).min()
    }
}
