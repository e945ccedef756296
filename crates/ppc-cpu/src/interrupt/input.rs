//! Interrupt inputs: pins of the CPU that somebody outside drives.

use crate::cpu::Cpu;
use crate::spr::Behaviour;
use bitflags::bitflags;
use spr_exit::{InterruptKind as Kind, num};

bitflags! {
    /// Levels of the interrupt inputs.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
    pub struct Input: u32 {
        /// External interrupt.
        const EXTERNAL = 1;
        /// The interrupt controller in the core, on the same line. Follows from it; to drive it has no lasting effect.
        const CONTROLLER = 2;
        /// Critical input.
        const CRITICAL = 1 << 2;
        /// Machine check. It is heard once: the interrupt takes it back.
        const MACHINE_CHECK = 1 << 3;
        /// System reset (classic: SRESET). It is heard once.
        const SYSTEM_RESET = 1 << 4;
        /// System management (classic: SMI).
        const SYSTEM_MANAGEMENT = 1 << 5;
    }
}

/// Which interrupt an input leads to.
const LEADS_TO: [(Input, Kind); 6] = [
    (Input::EXTERNAL, Kind::External),
    (Input::CONTROLLER, Kind::External),
    (Input::CRITICAL, Kind::CriticalInput),
    (Input::MACHINE_CHECK, Kind::MachineCheckInput),
    (Input::SYSTEM_RESET, Kind::SystemReset),
    (Input::SYSTEM_MANAGEMENT, Kind::SystemManagement),
];

impl Input {
    /// What is heard once, and is gone with a reset.
    pub(crate) const ONCE: Self = Self::MACHINE_CHECK.union(Self::SYSTEM_RESET);

    /// Whether somebody asks for an external interrupt.
    #[inline]
    pub(crate) fn is_external(self) -> bool {
        self.intersects(Self::EXTERNAL.union(Self::CONTROLLER))
    }
}

impl Cpu {
    /// Drives interrupt inputs. They stay until they are driven otherwise, or the CPU took those that it hears once. One that
    /// leads to no interrupt of the model is not connected.
    pub fn set_input(&mut self, input: Input, is_asserted: bool) {
        self.disturb();
        let connected = LEADS_TO
            .into_iter()
            .filter(|(_, kind)| self.model.vectors.row(*kind).is_some())
            .fold(Input::empty(), |all, (input, _)| all | input);
        let mut input = input & connected;
        if !self.hears_machine_checks() {
            input.remove(Input::MACHINE_CHECK);
        }
        self.state.inputs.set(input, is_asserted);
    }

    /// Whether the machine check input is enabled: by EMCP, bit 0 of HID0 (MPC750UM 2.1.2), which the 7450 family has in HID1
    /// (MPC7450UM 2.1.5).
    fn hears_machine_checks(&self) -> bool {
        const EMCP: u64 = 0x8000_0000;
        let hid0 = self.model.sprs.row(num::classic::HID0);
        let is_in_hid0 = hid0.is_some_and(
            |row| matches!(row.behaviour, Behaviour::Storage { writable } if writable & EMCP != 0),
        );
        let hid = if is_in_hid0 {
            num::classic::HID0
        } else {
            num::classic::HID1
        };
        self.spr_value(hid) & EMCP != 0
    }
}
