//! The access that waits for a reply: state like any other, so that every exit is a point to save at.

use spr_exit::{DcrAccess, Exit, MmioAccess, Reason, ResetKind, SprAccess, SystemEvent};

/// What stands in mid-air. It holds all that completion needs, whatever the caller does to the registers meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) enum Pending {
    /// A read of an SPR: done, it gives the value of its target.
    #[cfg_attr(feature = "serde", serde(alias = "Spr"))]
    Read(SprAccess),
    /// A write: done, it leaves nothing to do.
    Write(SprAccess),
    /// An access to a split register: when user space has done its part, the core does its own.
    Split(SprAccess),
    /// A write of DBCR0 that left as a reset event.
    Reset(ResetKind, SprAccess),
    Dcr(DcrAccess),
    Mmio(MmioAccess),
    Epr,
    Syscall {
        cia: u64,
        level: u8,
    },
}

impl Pending {
    /// An access to an SPR, sorted.
    #[inline(always)]
    pub(crate) fn spr(at: SprAccess) -> Self {
        if at.reason().contains(Reason::SPLIT) {
            Self::Split(at)
        } else if at.is_write() {
            Self::Write(at)
        } else {
            Self::Read(at)
        }
    }

    /// The access to an SPR that waits as one.
    #[inline(always)]
    pub(crate) fn access(&self) -> Option<&SprAccess> {
        match self {
            Self::Read(at) | Self::Write(at) | Self::Split(at) => Some(at),
            _ => None,
        }
    }

    /// The exit it came out as.
    #[inline]
    pub(crate) fn exit(&self) -> Exit {
        match *self {
            Self::Read(at) | Self::Write(at) | Self::Split(at) => Exit::Spr(at),
            Self::Reset(kind, _) => Exit::SystemEvent(SystemEvent::Reset(kind)),
            Self::Dcr(at) => Exit::Dcr(at),
            Self::Mmio(at) => Exit::Mmio(at),
            Self::Epr => Exit::Epr,
            Self::Syscall { cia, level } => Exit::Syscall { cia, level },
        }
    }
}
