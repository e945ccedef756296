//! Exit numbers: what stands in `exit_reason`.
//!
//! Those below 42 are upstream's, from `linux/kvm.h`; the ones at `0x5350_52xx` are ours. Not here: numbers of other
//! architectures, which are [`ExitReason::Other`] like any number one does not know.

use num_enum::{FromPrimitive, IntoPrimitive};

/// The number in `exit_reason`.
///
/// ```
/// use spr_exit::ExitReason;
/// assert_eq!(ExitReason::from(6), ExitReason::Mmio);
/// assert_eq!(ExitReason::from(9999), ExitReason::Other(9999));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromPrimitive, IntoPrimitive)]
#[repr(u32)]
#[non_exhaustive]
pub enum ExitReason {
    /// KVM_EXIT_UNKNOWN, with [`super::member::Hw`].
    Unknown = 0,
    /// KVM_EXIT_DEBUG, with [`super::member::Debug`].
    Debug = 4,
    /// KVM_EXIT_HLT.
    Hlt = 5,
    /// KVM_EXIT_MMIO, with [`super::member::Mmio`].
    Mmio = 6,
    /// KVM_EXIT_SHUTDOWN.
    Shutdown = 8,
    /// KVM_EXIT_FAIL_ENTRY, with [`super::member::FailEntry`].
    FailEntry = 9,
    /// KVM_EXIT_INTR.
    Intr = 10,
    /// KVM_EXIT_DCR, with [`super::member::Dcr`].
    Dcr = 15,
    /// KVM_EXIT_INTERNAL_ERROR, with [`super::member::Internal`].
    InternalError = 17,
    /// KVM_EXIT_OSI, with [`super::member::Osi`].
    Osi = 18,
    /// KVM_EXIT_PAPR_HCALL, with [`super::member::PaprHcall`].
    PaprHcall = 19,
    /// KVM_EXIT_WATCHDOG.
    Watchdog = 21,
    /// KVM_EXIT_EPR, with [`super::member::Epr`].
    Epr = 23,
    /// KVM_EXIT_SYSTEM_EVENT, with [`super::member::SystemEvent`].
    SystemEvent = 24,
    /// [`crate::KVM_EXIT_SPR`] (proposed, not upstream; our number), with [`super::member::Spr`].
    Spr = crate::KVM_EXIT_SPR,
    /// A system call that the VM asked to see (ours), with [`super::member::Syscall`].
    Syscall = 0x5350_5210,
    /// An interrupt was delivered, and the VM asked to be told (ours), with [`super::member::Interrupt`].
    Interrupt = 0x5350_5211,
    /// The budget of the call is used up (ours).
    Budget = 0x5350_5212,
    /// A message to other processors (ours), with [`super::member::Message`].
    Message = 0x5350_5213,
    /// Any other number.
    #[num_enum(catch_all)]
    Other(u32),
}
