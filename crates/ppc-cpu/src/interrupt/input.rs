//! Interrupt inputs: pins of the CPU that somebody outside drives.

use bitflags::bitflags;

bitflags! {
    /// Levels of the interrupt inputs.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
    pub struct Input: u32 {
        /// External interrupt.
        const EXTERNAL = 1;
        /// The interrupt controller in the core, on the same line. Follows from it; to drive it has no lasting effect.
        const CONTROLLER = 2;
    }
}

impl Input {
    /// Whether somebody asks for an external interrupt.
    #[inline]
    pub(crate) fn is_external(self) -> bool {
        self.intersects(Self::EXTERNAL.union(Self::CONTROLLER))
    }
}
