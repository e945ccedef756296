//! Interrupt inputs: pins of the CPU that somebody outside drives.

use bitflags::bitflags;

bitflags! {
    /// Levels of the interrupt inputs.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
    pub struct Input: u32 {
        /// External interrupt.
        const EXTERNAL = 1;
    }
}
