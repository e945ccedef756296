//! The fixed-point exception register, kept as separate flags.
//!
//! Power ISA 3.0B Book I 3.2.2. OV32 and CA32 exist from version 3.0; whether a CPU shows them is its model's
//! business ([`Xer::WRITABLE`], [`Xer::WRITABLE_V3`]).

use crate::cr;

/// XER.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(from = "u64", into = "u64")
)]
pub struct Xer {
    /// Summary overflow as comparisons want it: [`cr::SUMMARY`] or 0.
    summary: u64,
    /// Overflow.
    pub ov: bool,
    /// Carry.
    pub ca: bool,
    /// Overflow of the low word.
    pub ov32: bool,
    /// Carry of the low word.
    pub ca32: bool,
    /// Byte count of the string instructions, 0 to 127.
    pub count: u8,
}

const SO: u64 = 1 << 31;
const OV: u64 = 1 << 30;
const CA: u64 = 1 << 29;
const OV32: u64 = 1 << 19;
const CA32: u64 = 1 << 18;
const COUNT: u64 = 0x7f;

impl Xer {
    /// Bits that exist before version 3.0.
    pub const WRITABLE: u64 = SO | OV | CA | COUNT;
    /// Bits that exist from version 3.0.
    pub const WRITABLE_V3: u64 = Self::WRITABLE | OV32 | CA32;

    /// Summary overflow.
    #[inline]
    pub const fn so(self) -> bool {
        self.summary != 0
    }

    /// Sets summary overflow.
    #[inline]
    pub const fn set_so(&mut self, so: bool) {
        self.summary = if so { cr::SUMMARY } else { 0 };
    }

    /// Summary overflow as a field of CR wants it.
    #[inline]
    pub(crate) const fn summary(self) -> u64 {
        self.summary
    }

    /// The register as `mfxer` gives it where all bits exist.
    pub const fn get(self) -> u64 {
        const fn pick(set: bool, bit: u64) -> u64 {
            if set { bit } else { 0 }
        }
        pick(self.so(), SO)
            | pick(self.ov, OV)
            | pick(self.ca, CA)
            | pick(self.ov32, OV32)
            | pick(self.ca32, CA32)
            | self.count as u64
    }

    /// The register with this value.
    pub const fn from_bits(value: u64) -> Self {
        let mut xer = Self {
            summary: 0,
            ov: value & OV != 0,
            ca: value & CA != 0,
            ov32: value & OV32 != 0,
            ca32: value & CA32 != 0,
            #[allow(clippy::cast_possible_truncation, reason = "seven bits")]
            count: (value & COUNT) as u8,
        };
        xer.set_so(value & SO != 0);
        xer
    }
}

impl From<u64> for Xer {
    fn from(value: u64) -> Self {
        Self::from_bits(value)
    }
}

impl From<Xer> for u64 {
    fn from(xer: Xer) -> Self {
        xer.get()
    }
}
