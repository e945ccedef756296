//! Interrupt inputs: pins of the CPU that somebody outside drives.

use crate::model::Model;
use bitflags::bitflags;
use spr_exit::InterruptKind;

bitflags! {
    /// Levels of the interrupt inputs.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
    pub struct Input: u32 {
        /// External interrupt.
        const EXTERNAL = 1;
        /// The interrupt controller in the core, on the same line. Follows from it; to drive it has no lasting effect.
        const CONTROLLER = 2;
        /// Machine check. Not a level: it is heard once.
        const MACHINE_CHECK = 1 << 2;
        /// System reset. It is heard once.
        const SYSTEM_RESET = 1 << 8;
        /// The interrupt controller calls the hypervisor (POWER9 and later).
        const HYPERVISOR_VIRTUALIZATION = 1 << 9;
        /// A directed privileged doorbell message is there, as DPDES shows it. It is heard once.
        const DOORBELL = 1 << 10;
        /// A directed hypervisor doorbell message is there. It is heard once.
        const HYPERVISOR_DOORBELL = 1 << 11;
    }
}

impl Input {
    /// Whether somebody asks for an external interrupt.
    #[inline]
    pub(crate) fn is_external(self) -> bool {
        self.intersects(Self::EXTERNAL.union(Self::CONTROLLER))
    }

    /// Those of these that lead to an interrupt of the model.
    pub(crate) fn of(self, model: &Model) -> Self {
        use InterruptKind as Kind;
        [
            (Self::EXTERNAL, Kind::External),
            (Self::SYSTEM_RESET, Kind::SystemReset),
            (Self::MACHINE_CHECK, Kind::MachineCheckInput),
            (Self::HYPERVISOR_VIRTUALIZATION, Kind::HypervisorVirtualization),
            (Self::DOORBELL, Kind::Doorbell),
            (Self::HYPERVISOR_DOORBELL, Kind::HypervisorDoorbell),
        ]
        .into_iter()
        .filter(|(input, kind)| self.contains(*input) && model.vectors.row(*kind).is_some())
        .fold(Self::empty(), |all, (input, _)| all | input)
    }
}
