//! The access that waits for a reply: state like any other, so that every exit is a point to save at.

use spr_exit::{DcrAccess, Exit, MmioAccess, ResetKind, SprAccess, SystemEvent};

/// What stands in mid-air. It holds all that completion needs, whatever the caller does to the registers meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) enum Pending {
    Spr(SprAccess),
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
    /// The exit it came out as.
    #[inline]
    pub(crate) fn exit(&self) -> Exit {
        match *self {
            Self::Spr(at) => Exit::Spr(at),
            Self::Reset(kind, _) => Exit::SystemEvent(SystemEvent::Reset(kind)),
            Self::Dcr(at) => Exit::Dcr(at),
            Self::Mmio(at) => Exit::Mmio(at),
            Self::Epr => Exit::Epr,
            Self::Syscall { cia, level } => Exit::Syscall { cia, level },
        }
    }
}
