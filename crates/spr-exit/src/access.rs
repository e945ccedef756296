//! One access to an SPR or DCR on its way to user space, and where it happened.
//!
//! [`SprAccess`] is what handlers see. It holds whole words only, so that it moves through registers and loads without
//! a stall on the exit path (byte fields moved as one struct doubled the cost of an exit in a trial); the
//! 32-byte [`ExitSpr`] of the ABI is made from it at the edge, by [`SprAccess::exit_spr`].

use crate::{ExitSpr, Msr, Reason, SPR_STATUS_OK, SprNum};

/// Direction of an access, with the value of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// `mfspr`, `mfdcr`.
    Read,
    /// `mtspr`, `mtdcr`, with the value.
    Write(u64),
}

/// Direction alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "lowercase")
)]
pub enum Direction {
    /// Guest reads.
    Read,
    /// Guest writes.
    Write,
}

/// What is the same whenever an access leaves: register, direction, reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(transparent)
)]
pub struct SprExitKind(
    /// Bits 0..10 the number, bit 15 set for a write, bits 16..24 the reason.
    u32,
);

impl SprExitKind {
    const WRITE: u32 = 1 << 15;

    /// An access to `sprn` that leaves for this reason.
    #[inline]
    pub const fn new(sprn: SprNum, direction: Direction, reason: Reason) -> Self {
        let write = match direction {
            Direction::Read => 0,
            Direction::Write => Self::WRITE,
        };
        Self(sprn.get() as u32 | write | (reason.bits() as u32) << 16)
    }

    /// The register's number.
    #[inline]
    pub const fn sprn(self) -> SprNum {
        SprNum::wrapping(self.0 as u64)
    }

    /// Direction of the access.
    #[inline]
    pub const fn direction(self) -> Direction {
        if self.is_write() {
            Direction::Write
        } else {
            Direction::Read
        }
    }

    /// Whether the guest writes.
    #[inline]
    pub const fn is_write(self) -> bool {
        self.0 & Self::WRITE != 0
    }

    /// Why it leaves the core.
    #[inline]
    #[allow(
        clippy::cast_possible_truncation,
        reason = "the reason is the byte at bits 16..24"
    )]
    pub const fn reason(self) -> Reason {
        Reason::from_bits_retain((self.0 >> 16) as u8)
    }

    /// The same for another reason.
    #[inline]
    #[must_use]
    pub const fn with_reason(self, reason: Reason) -> Self {
        Self(self.0 & 0xffff | (reason.bits() as u32) << 16)
    }
}

/// An `mtspr` or `mfspr` that waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SprAccess {
    data: u64,
    msr: u64,
    cia: u64,
    word: u32,
    cpu: u32,
    what: SprExitKind,
}

impl SprAccess {
    /// An access of this kind with the value of a write (0 for a read), and everything else zero.
    #[inline]
    pub const fn new(kind: SprExitKind, value: u64) -> Self {
        Self {
            data: value,
            msr: 0,
            cia: 0,
            word: 0,
            cpu: 0,
            what: kind,
        }
    }

    /// A read of `sprn`, with reason UNKNOWN and everything else zero.
    #[inline]
    pub const fn read(sprn: SprNum) -> Self {
        Self::new(SprExitKind::new(sprn, Direction::Read, Reason::UNKNOWN), 0)
    }

    /// A write of `value` to `sprn`, with reason UNKNOWN and everything else zero.
    #[inline]
    pub const fn write(sprn: SprNum, value: u64) -> Self {
        Self::new(SprExitKind::new(sprn, Direction::Write, Reason::UNKNOWN), value)
    }

    /// The same with this MSR.
    #[inline]
    #[must_use]
    pub const fn with_msr(mut self, msr: Msr) -> Self {
        self.msr = msr.bits();
        self
    }

    /// The same with this reason.
    #[inline]
    #[must_use]
    pub const fn with_reason(mut self, reason: Reason) -> Self {
        self.what = self.what.with_reason(reason);
        self
    }

    /// The same at the instruction `word` at address `cia` on CPU number `cpu`.
    #[inline]
    #[must_use]
    pub const fn at(mut self, cia: u64, word: u32, cpu: u32) -> Self {
        self.cia = cia;
        self.word = word;
        self.cpu = cpu;
        self
    }

    /// The register's number.
    #[inline]
    pub const fn sprn(&self) -> SprNum {
        self.what.sprn()
    }

    /// Direction, with the value of a write.
    #[inline]
    pub const fn access(&self) -> Access {
        if self.is_write() {
            Access::Write(self.data)
        } else {
            Access::Read
        }
    }

    /// Direction alone.
    #[inline]
    pub const fn direction(&self) -> Direction {
        self.what.direction()
    }

    /// Whether the guest writes.
    #[inline]
    pub const fn is_write(&self) -> bool {
        self.what.is_write()
    }

    /// The value of a write; 0 for a read.
    #[inline]
    pub const fn data(&self) -> u64 {
        self.data
    }

    /// MSR at the time of the access.
    #[inline]
    pub const fn msr(&self) -> Msr {
        Msr::from_bits_retain(self.msr)
    }

    /// Why it left the core.
    #[inline]
    pub const fn reason(&self) -> Reason {
        self.what.reason()
    }

    /// Address of the instruction.
    #[inline]
    pub const fn cia(&self) -> u64 {
        self.cia
    }

    /// The instruction.
    #[inline]
    pub const fn word(&self) -> u32 {
        self.word
    }

    /// Number of the CPU, as its creator gave it.
    #[inline]
    pub const fn cpu(&self) -> u32 {
        self.cpu
    }

    /// The payload as it crosses the ABI, with the preset status OK.
    pub const fn exit_spr(&self) -> ExitSpr {
        ExitSpr {
            sprn: self.sprn().get() as u64,
            data: self.data,
            msr: self.msr,
            is_write: self.is_write() as u8,
            status: SPR_STATUS_OK,
            reason: self.reason().bits(),
            reserved: [0; 5],
        }
    }

    /// The access that a payload describes (the ABI carries no address, instruction or CPU: those are zero).
    ///
    /// # Errors
    /// Gives the number back when it is above 1023.
    pub fn from_exit_spr(exit: &ExitSpr) -> Result<Self, crate::SprNumOutOfRange> {
        let sprn = SprNum::try_from(exit.sprn)?;
        let it = if exit.is_write == 0 {
            Self::read(sprn)
        } else {
            Self::write(sprn, exit.data)
        };
        Ok(it
            .with_msr(Msr::from_bits_retain(exit.msr))
            .with_reason(Reason::from_bits_retain(exit.reason)))
    }
}

/// An `mtdcr` or `mfdcr` that waits for an answer. Every DCR lives in user space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct DcrAccess {
    /// DCR number, `0..=1023`.
    pub dcrn: u32,
    /// Whether the guest writes.
    pub is_write: bool,
    /// The value of a write; 0 for a read.
    pub data: u64,
    /// Address of the instruction.
    pub cia: u64,
    /// The instruction.
    pub word: u32,
    /// Number of the CPU.
    pub cpu: u32,
}

/// A load or store outside RAM, in KVM's terms: up to eight bytes at a physical address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MmioAccess {
    /// Physical address of the first byte.
    pub phys_addr: u64,
    /// How many bytes: 1, 2, 4 or 8.
    pub len: u32,
    /// Whether the guest stores.
    pub is_write: bool,
    /// The value as a number (the byte at `phys_addr` is its most significant one unless `is_little_endian`);
    /// 0 for a load.
    pub data: u64,
    /// Whether the CPU accessed it in little-endian order.
    pub is_little_endian: bool,
    /// Address of the instruction.
    pub cia: u64,
    /// The instruction.
    pub word: u32,
    /// Number of the CPU.
    pub cpu: u32,
}

impl MmioAccess {
    /// The bytes as they lie on the bus, `len` of them from `phys_addr` upwards, as `kvm_run.mmio.data` has them.
    pub fn bytes(&self) -> [u8; 8] {
        let mut bytes = [0; 8];
        let len = (self.len as usize).min(8);
        let value = self.data.to_le_bytes();
        bytes[..len].copy_from_slice(&value[..len]);
        if !self.is_little_endian {
            bytes[..len].reverse();
        }
        bytes
    }

    /// The number that these bytes from the bus are to this access: the answer to a load.
    pub fn value_of(&self, bytes: [u8; 8]) -> u64 {
        let len = (self.len as usize).min(8);
        let mut value = [0; 8];
        value[..len].copy_from_slice(&bytes[..len]);
        if !self.is_little_endian {
            value[..len].reverse();
        }
        u64::from_le_bytes(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_into_an_access_comes_out_of_it() {
        let at = SprAccess::write(SprNum::wrapping(1023), 7)
            .with_msr(Msr::EE)
            .with_reason(Reason::SPLIT | Reason::OWNED)
            .at(0x1000, 0x7fff_fba6, 3);
        assert_eq!(
            (at.sprn().get(), at.access(), at.msr()),
            (1023, Access::Write(7), Msr::EE)
        );
        assert_eq!(
            (at.reason(), at.cia(), at.word(), at.cpu()),
            (Reason::SPLIT | Reason::OWNED, 0x1000, 0x7fff_fba6, 3)
        );
        let again = SprAccess::from_exit_spr(&at.exit_spr()).unwrap();
        assert_eq!(again.exit_spr(), at.exit_spr());
    }

    #[test]
    fn mmio_bytes_lie_on_the_bus_in_the_order_of_the_access() {
        let big = MmioAccess {
            phys_addr: 0,
            len: 4,
            is_write: true,
            data: 0x0102_0304,
            is_little_endian: false,
            cia: 0,
            word: 0,
            cpu: 0,
        };
        assert_eq!(big.bytes()[..4], [1, 2, 3, 4]);
        assert_eq!(big.value_of([1, 2, 3, 4, 9, 9, 9, 9]), 0x0102_0304);
        let little = MmioAccess {
            is_little_endian: true,
            ..big
        };
        assert_eq!(little.bytes()[..4], [4, 3, 2, 1]);
        assert_eq!(little.value_of(little.bytes()), 0x0102_0304);
    }
}
