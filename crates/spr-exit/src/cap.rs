//! Capabilities: what a VM may change about who answers which access, in the shape of KVM_ENABLE_CAP.
//!
//! The numbers are ours (`0x5350_5201` and up), next to the exit number; `docs/kvm-exit-spr.md` has them with their
//! arguments. [`Capabilities::check_extension`] tells what an implementation has; what is not there answers 0, and
//! enabling it is an error.

use crate::{Reason, SprNum};
use core::fmt;
use num_enum::{IntoPrimitive, TryFromPrimitive};

/// Our capability numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, TryFromPrimitive, IntoPrimitive)]
#[repr(u32)]
#[non_exhaustive]
pub enum Capability {
    /// args\[0\]: mask of [`Reason`]s for which SPR accesses leave. Default: all but INVALID.
    SprExits = 0x5350_5201,
    /// args\[0\]: 1 = a machine reset by register leaves as a SystemEvent, 0 = as an SPR exit (default).
    ResetEvent = 0x5350_5202,
    /// args\[0\]: 1 = EPR is loaded when an external interrupt is delivered ([`crate::Exit::Epr`]),
    /// 0 = a read of EPR leaves and acknowledges (default).
    EprOnDelivery = 0x5350_5203,
    /// args\[0\]: 1 = the interrupt controller is in the core, 0 = in user space (default). args\[1\]: physical address of
    /// its registers, 0 for `0xe004_0000`.
    IrqChip = 0x5350_5204,
    /// args\[0\]: 1 = numbers that user space owns or nobody defines leave without a privilege check, 0 = the core
    /// checks first (default).
    UncheckedExits = 0x5350_5205,
    /// args\[0\]: an SPR number, args\[1\]: 1 = the core takes it over, 0 = it is again whose the CPU model's table
    /// says.
    PromoteSpr = 0x5350_5206,
    /// args\[0\]: 1 = `sc` leaves as [`crate::Exit::Syscall`], 0 = it interrupts the guest (default).
    SyscallExits = 0x5350_5207,
}

impl Capability {
    /// Every capability with its name in JSON and on the command line.
    pub const NAMES: [(&str, Self); 7] = [
        ("spr_exits", Self::SprExits),
        ("reset_event", Self::ResetEvent),
        ("epr_on_delivery", Self::EprOnDelivery),
        ("irqchip", Self::IrqChip),
        ("unchecked_exits", Self::UncheckedExits),
        ("promote_spr", Self::PromoteSpr),
        ("syscall_exits", Self::SyscallExits),
    ];
}

/// The argument of KVM_ENABLE_CAP: 104 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct EnableCap {
    /// The capability's number.
    pub cap: u32,
    /// Zero.
    pub flags: u32,
    /// Its arguments.
    pub args: [u64; 4],
    /// Zero.
    pub pad: [u8; 64],
}

const _: () = assert!(core::mem::size_of::<EnableCap>() == 104);

impl EnableCap {
    /// `cap` with one argument.
    pub fn new(cap: Capability, argument: u64) -> Self {
        Self {
            cap: cap.into(),
            flags: 0,
            args: [argument, 0, 0, 0],
            pad: [0; 64],
        }
    }

    /// Gives `sprn` to the core (`true`) or back (`false`).
    pub fn promote(sprn: SprNum, to_core: bool) -> Self {
        let mut it = Self::new(Capability::PromoteSpr, sprn.into());
        it.args[1] = u64::from(to_core);
        it
    }

    /// Lets accesses leave for these reasons.
    pub fn exits(reasons: Reason) -> Self {
        Self::new(Capability::SprExits, reasons.bits().into())
    }
}

/// Why a capability was not enabled. Nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CapError {
    /// No capability has this number, or this implementation does not have it (-EINVAL).
    Unsupported(u32),
    /// `flags` was not zero (-EINVAL).
    Flags(u32),
    /// An argument is out of range (-EINVAL).
    Argument {
        /// Index into `args`.
        index: usize,
        /// Its value.
        value: u64,
    },
    /// The core has no register behind this number on this CPU model, so it cannot own it (-ENXIO).
    NotModelled(SprNum),
}

impl fmt::Display for CapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported(cap) => write!(f, "capability {cap:#x} is not supported here"),
            Self::Flags(flags) => write!(f, "flags are {flags:#x}, they must be 0"),
            Self::Argument { index, value } => write!(f, "args[{index}] = {value:#x} is out of range"),
            Self::NotModelled(sprn) => write!(
                f,
                "the core does not model SPR {sprn} on this CPU and cannot own it"
            ),
        }
    }
}

impl core::error::Error for CapError {}

/// Something whose capabilities can be asked for and enabled.
pub trait Capabilities {
    /// 0: the capability is not there. Else it is; for [`Capability::SprExits`] the mask of possible reasons.
    fn check_extension(&self, cap: u32) -> u64;

    /// Enables, changes or (argument 0) disables a capability; takes effect with the next instruction.
    ///
    /// # Errors
    /// See [`CapError`]; nothing changes then.
    fn enable_cap(&mut self, cap: &EnableCap) -> Result<(), CapError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_capability_number_is_a_value_and_not_a_panic() {
        assert_eq!(Capability::try_from(0x5350_5206), Ok(Capability::PromoteSpr));
        assert!(Capability::try_from(0x5350_52ff).is_err());
    }
}
