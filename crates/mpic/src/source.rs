//! One source of interrupts: where it comes from, and how far it has got with each CPU.

use crate::{FIRST_EXTERNAL, FIRST_INTERNAL, FIRST_TIMER};

/// VPR: masked.
pub(crate) const MSK: u32 = 1 << 31;
/// VPR: pending or in service (read-only).
pub(crate) const ACTIVITY: u32 = 1 << 30;
/// VPR of an external source: level-sensitive.
pub(crate) const SENSE: u32 = 1 << 22;
/// VPR of an external or internal source: polarity. Kept; inputs are told to the controller as active or not.
const POLARITY: u32 = 1 << 23;
/// VPR: priority and vector.
const PRIORITY_VECTOR: u32 = 0x000f_ffff;
/// Destination: the CPUs, CPU 0 rightmost.
const CPUS: u32 = 0xff;
/// Destination of an external or internal source: the critical interrupt of CPU 0, CPU 1 to its right.
const CRITICAL: u32 = 1 << 30;

/// What is particular about a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Ipi,
    Timer,
    External,
    Internal,
}

/// Its registers, and how far its interrupt has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Source {
    /// Mask, sense, polarity, priority, vector; without the activity bit.
    vpr: u32,
    /// Which CPUs it goes to.
    dr: u32,
    /// Level of the input.
    input: bool,
    /// An event that a CPU has not acknowledged yet, by CPU.
    latched: u32,
    /// By CPU.
    in_service: u32,
}

/// The place of a source tells its origin.
pub(crate) fn origin(place: usize) -> Origin {
    match place {
        ..FIRST_TIMER => Origin::Ipi,
        FIRST_TIMER..FIRST_EXTERNAL => Origin::Timer,
        FIRST_EXTERNAL..FIRST_INTERNAL => Origin::External,
        _ => Origin::Internal,
    }
}

impl Source {
    /// The source at this place after a reset. The destination of an IPI is chosen as it is sent.
    pub(crate) fn reset(place: usize) -> Self {
        let (vpr, dr) = match origin(place) {
            Origin::Ipi => (MSK, CPUS),
            Origin::Timer | Origin::External => (MSK, 1),
            Origin::Internal => (MSK | SENSE | POLARITY, 1),
        };
        Self {
            vpr,
            dr,
            input: false,
            latched: 0,
            in_service: 0,
        }
    }

    pub(crate) fn keep_input(&mut self, old: &Self) {
        self.input = old.input;
    }

    pub(crate) fn priority(&self) -> u32 {
        self.vpr >> 16 & 15
    }

    pub(crate) fn vector(&self) -> u32 {
        self.vpr & 0xffff
    }

    /// VPR as it reads. The sense of an internal source is fixed, and no bit of its register.
    pub(crate) fn read_vpr(&self, origin: Origin) -> u32 {
        let shown = match origin {
            Origin::Internal => self.vpr & !SENSE,
            _ => self.vpr,
        };
        let is_busy = self.pending() != 0 || self.in_service != 0;
        shown | if is_busy { ACTIVITY } else { 0 }
    }

    pub(crate) fn write_vpr(&mut self, origin: Origin, value: u32) {
        let (own, fixed) = match origin {
            Origin::Ipi | Origin::Timer => (0, 0),
            Origin::External => (SENSE | POLARITY, 0),
            Origin::Internal => (POLARITY, SENSE),
        };
        self.vpr = value & (MSK | PRIORITY_VECTOR | own) | fixed;
    }

    pub(crate) fn dr(&self) -> u32 {
        self.dr
    }

    pub(crate) fn write_dr(&mut self, origin: Origin, value: u32, cpus: usize) {
        let there = CPUS >> (8 - cpus);
        let critical = match origin {
            Origin::Ipi | Origin::Timer => 0,
            Origin::External | Origin::Internal => (0..cpus).fold(0, |mask, cpu| mask | CRITICAL >> cpu),
        };
        self.dr = value & (there | critical);
    }

    pub(crate) fn set_input(&mut self, is_active: bool) {
        if is_active && !self.input && self.vpr & SENSE == 0 {
            self.latched = CPUS;
        }
        self.input = is_active;
    }

    pub(crate) fn is_active(&self) -> bool {
        self.input
    }

    /// Something happened once: a timer expired.
    pub(crate) fn event(&mut self) {
        self.latched |= self.dr;
    }

    /// Whether an event would make it ask somebody whom it does not ask yet.
    pub(crate) fn can_be_raised(&self) -> bool {
        self.vpr & MSK == 0 && self.dr & !self.latched != 0
    }

    /// An IPI is sent to these CPUs.
    pub(crate) fn send(&mut self, cpus: u32) {
        self.latched |= cpus & CPUS;
    }

    /// The CPUs that it asks.
    fn pending(&self) -> u32 {
        let level = if self.vpr & SENSE != 0 && self.input {
            CPUS
        } else {
            0
        };
        (self.latched | level) & self.dr
    }

    fn is_critical_at_all(&self) -> bool {
        self.dr & !CPUS != 0
    }

    /// Whether it asks this CPU for its interrupt.
    pub(crate) fn is_for(&self, cpu: usize) -> bool {
        self.vpr & MSK == 0 && !self.is_critical_at_all() && self.pending() >> cpu & 1 != 0
    }

    /// Whether it asks this CPU for its critical interrupt.
    pub(crate) fn is_critical(&self, cpu: usize) -> bool {
        self.vpr & MSK == 0 && self.input && self.dr & CRITICAL >> cpu != 0
    }

    pub(crate) fn is_in_service(&self, cpu: usize) -> bool {
        self.in_service >> cpu & 1 != 0
    }

    /// Goes into service at this CPU; gives the vector. What several CPUs were told at once (IPIs, timers) each takes for
    /// itself; an edge of an input is taken once.
    pub(crate) fn acknowledge(&mut self, origin: Origin, cpu: usize) -> u32 {
        match origin {
            Origin::Ipi | Origin::Timer => self.latched &= !(1 << cpu),
            Origin::External | Origin::Internal => self.latched = 0,
        }
        self.in_service |= 1 << cpu;
        self.vector()
    }

    pub(crate) fn end(&mut self, cpu: usize) {
        self.in_service &= !(1 << cpu);
    }
}

/// The numbers of the bits that are set, the rightmost first.
pub(crate) fn in_order(bits: u32) -> impl Iterator<Item = usize> {
    (0..32).filter(move |n| bits >> n & 1 != 0)
}

/// All sources as a sequence: serde has no arrays of this length.
#[cfg(feature = "serde")]
pub(crate) mod all {
    use super::Source;
    use crate::SOURCES;
    use alloc::vec::Vec;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        sources: &[Source; SOURCES],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        sources.as_slice().serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<[Source; SOURCES], D::Error> {
        let sources = Vec::<Source>::deserialize(deserializer)?;
        let count = sources.len();
        sources
            .try_into()
            .map_err(|_| D::Error::invalid_length(count, &"one entry per source"))
    }
}
