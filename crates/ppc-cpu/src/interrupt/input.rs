//! Interrupt inputs: pins of the CPU that somebody outside drives.

use super::Syndrome;
use crate::cpu::Cpu;
use crate::model::{InterruptModel, Model};
use crate::spr::Behaviour;
use bitflags::bitflags;
use spr_exit::{InterruptKind, num};

bitflags! {
    /// Levels of the interrupt inputs.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
    pub struct Input: u32 {
        /// External interrupt.
        const EXTERNAL = 1;
        /// The interrupt controller in the core, on the same line. Follows from it; to drive it has no lasting effect.
        const CONTROLLER = 2;
        /// Critical input (Book E, 405).
        const CRITICAL = 1 << 2;
        /// Machine check (e500: MCP, with HID0\[EMCP\]; 440: the error of a write on the bus). Not a level: asserting it is
        /// the request, which stays until the core takes it.
        const MACHINE_CHECK = 1 << 3;
        /// System reset. Not a level: it is heard once.
        const SYSTEM_RESET = 1 << 4;
        /// The interrupt controller calls the hypervisor (POWER9 and later).
        const HYPERVISOR_VIRTUALIZATION = 1 << 5;
        /// System management (classic: SMI).
        const SYSTEM_MANAGEMENT = 1 << 6;
        /// Thermal management: the thermal assist unit's output (750, 7410).
        const THERMAL_MANAGEMENT = 1 << 7;
        /// The CPU has stopped dead, until a reset: the bus failed an access while machine checks were disabled. Follows from
        /// that; to drive it has no effect.
        const CHECKSTOP = 1 << 8;
    }
}

impl Input {
    /// What is heard once, and is gone with a reset.
    pub(crate) const ONCE: Self = Self::MACHINE_CHECK
        .union(Self::SYSTEM_RESET)
        .union(Self::CHECKSTOP);

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
            (Self::CRITICAL, Kind::CriticalInput),
            (Self::MACHINE_CHECK, Kind::MachineCheckInput),
            (Self::HYPERVISOR_VIRTUALIZATION, Kind::HypervisorVirtualization),
            (Self::SYSTEM_MANAGEMENT, Kind::SystemManagement),
            (Self::THERMAL_MANAGEMENT, Kind::ThermalManagement),
        ]
        .into_iter()
        .filter(|(input, kind)| self.contains(*input) && model.vectors.row(*kind).is_some())
        .fold(Self::empty(), |all, (input, _)| all | input)
    }
}

impl Cpu {
    /// Drives interrupt inputs. They stay until they are driven otherwise. One that leads to no interrupt of the model is
    /// not connected.
    pub fn set_input(&mut self, input: Input, is_asserted: bool) {
        self.disturb();
        let input = input.of(self.model);
        self.state.inputs.set(input, is_asserted);
        if is_asserted && input.contains(Input::MACHINE_CHECK) {
            self.assert_machine_check();
        }
    }

    /// The machine check input: the e500 and the classic processors hear it while EMCP is set; where MCSR asks by itself, the
    /// request goes there.
    fn assert_machine_check(&mut self) {
        let row = self.model.vectors.row(InterruptKind::MachineCheckInput);
        let is_masked = !self.hears_machine_checks();
        match row.map(|row| row.syndrome) {
            Some(Syndrome::McsrWhile { sets, .. }) if !is_masked => {
                let mcsr = self.spr_value(num::e500::MCSR);
                self.set_spr_value(num::e500::MCSR, mcsr | sets);
            }
            Some(_) if !is_masked => return,
            _ => {}
        }
        self.state.inputs.remove(Input::MACHINE_CHECK);
    }
    /// Whether the machine check input is enabled: by EMCP, bit 0 of HID0 (E500CORERM 2.10.1; MPC750UM 2.1.2), which the 7450
    /// family has in HID1 (MPC7450UM 2.1.5); always where there is no such bit.
    fn hears_machine_checks(&self) -> bool {
        const EMCP: u64 = 0x8000_0000;
        if !matches!(
            self.model.interrupts,
            InterruptModel::BookE | InterruptModel::Classic
        ) {
            return true;
        }
        let hid = [num::classic::HID0, num::classic::HID1].into_iter().find(|hid| {
            let row = self.model.sprs.row(*hid);
            row.is_some_and(
                |row| matches!(row.behaviour, Behaviour::Storage { writable } if writable & EMCP != 0),
            )
        });
        hid.is_none_or(|hid| self.spr_value(hid) & EMCP != 0)
    }
}
