//! The payload of an SPR exit, byte for byte as it was proposed for KVM in 2012 (proposed, not upstream).
//!
//! `docs/kvm-exit-spr.md` is the specification, `include/spr_exit.h` the same in C. What is ours and not in the
//! proposal: the `reason` byte in what was tail padding, and the private exit and capability numbers.
//!
//! Not here: the run page that carries the payload ([`crate::KvmRunPage`]).

use bitflags::bitflags;
use core::mem::{align_of, offset_of, size_of};

/// `status`: the access was carried out. The value that the core presets.
pub const SPR_STATUS_OK: u8 = 0;
/// `status`: inject an exception into the guest.
pub const SPR_STATUS_FAIL: u8 = 1;

/// Our private exit number. Upstream assigned none; the numbers it has taken are far below.
pub const KVM_EXIT_SPR: u32 = 0x5350_5200;

/// The 32 bytes that cross the boundary to user space.
///
/// All fields are in the byte order of the host. `is_write` is 1 for `mtspr`, 0 for `mfspr`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[repr(C)]
pub struct ExitSpr {
    /// SPR number. Which register it names depends on the CPU model.
    pub sprn: u64,
    /// The value to be written, or the buffer for the result of a read (presented as 0).
    pub data: u64,
    /// MSR at the time of the access.
    pub msr: u64,
    /// 1 = `mtspr`, 0 = `mfspr`.
    pub is_write: u8,
    /// The answer: [`SPR_STATUS_OK`] (preset) or [`SPR_STATUS_FAIL`].
    pub status: u8,
    /// Why the access left the core, bits of [`Reason`]. Ours; zero in the proposal.
    pub reason: u8,
    /// Zero.
    pub reserved: [u8; 5],
}

const _: () = assert!(size_of::<ExitSpr>() == 32 && align_of::<ExitSpr>() == 8);
const _: () = assert!(offset_of!(ExitSpr, sprn) == 0 && offset_of!(ExitSpr, data) == 8);
const _: () = assert!(offset_of!(ExitSpr, msr) == 16 && offset_of!(ExitSpr, is_write) == 24);
const _: () = assert!(offset_of!(ExitSpr, status) == 25 && offset_of!(ExitSpr, reason) == 26);

impl ExitSpr {
    /// The payload as it lies in memory on this host.
    pub fn to_ne_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[0..8].copy_from_slice(&self.sprn.to_ne_bytes());
        bytes[8..16].copy_from_slice(&self.data.to_ne_bytes());
        bytes[16..24].copy_from_slice(&self.msr.to_ne_bytes());
        bytes[24] = self.is_write;
        bytes[25] = self.status;
        bytes[26] = self.reason;
        bytes[27..32].copy_from_slice(&self.reserved);
        bytes
    }

    /// The payload that lies in `bytes`, in this host's byte order.
    pub fn from_ne_bytes(bytes: [u8; 32]) -> Self {
        let word = |at: usize| {
            let mut w = [0; 8];
            w.copy_from_slice(&bytes[at..at + 8]);
            u64::from_ne_bytes(w)
        };
        let mut reserved = [0; 5];
        reserved.copy_from_slice(&bytes[27..32]);
        Self {
            sprn: word(0),
            data: word(8),
            msr: word(16),
            is_write: bytes[24],
            status: bytes[25],
            reason: bytes[26],
            reserved,
        }
    }
}

bitflags! {
    /// Why an access left the core (offset 26 of the payload; ours, after the `reason` of x86 MSR exits).
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
    pub struct Reason: u8 {
        /// The core does not model this number on this CPU.
        const UNKNOWN = 1;
        /// The register refuses this value.
        const INVALID = 2;
        /// The caller's filter denies it.
        const FILTER = 4;
        /// The access touches user-owned bits of a split register.
        const SPLIT = 8;
        /// A modelled register that this VM gave to user space.
        const OWNED = 16;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_payload_survives_the_way_through_bytes() {
        let exit = ExitSpr {
            sprn: 308,
            data: 0x3000_0000,
            msr: 0x1234,
            is_write: 1,
            status: 1,
            reason: 8,
            reserved: [0; 5],
        };
        let bytes = exit.to_ne_bytes();
        assert_eq!(bytes[24..28], [1, 1, 8, 0]);
        assert_eq!(ExitSpr::from_ne_bytes(bytes), exit);
    }
}
