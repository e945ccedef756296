//! Which of a server's asynchronous interrupts is taken next: Power ISA 3.0B Book III 6.5 for when each is enabled, 6.9
//! for the order of system reset and machine check. Among the others the ISA leaves the order to the implementation;
//! taken is that of QEMU's `p9_next_unmasked_interrupt`, which puts the hypervisor's timer before the rest.

use super::super::{Cause, Input};
use super::{Saving, lpcr};
use crate::cpu::Cpu;
use crate::model::InterruptModel;
use crate::spr::Level;
use spr_exit::{Msr, num};

/// HID0 of the 970: hypervisor decrementer interrupts are enabled (Linux `asm/reg.h`).
const HID0_HDICE_970: u64 = 1 << (63 - 23);

impl Cpu {
    pub(in crate::interrupt) fn server_due(&self) -> Option<Cause> {
        let saving = self.saving();
        if saving != Saving::No {
            return self.wake_due(saving);
        }
        let inputs = self.state.inputs;
        if !inputs.is_empty() {
            if inputs.contains(Input::SYSTEM_RESET) {
                return Some(Cause::SystemReset { wake: 0 });
            } else if inputs.contains(Input::MACHINE_CHECK) {
                return Some(Cause::MachineCheckInput);
            }
        }
        if self.is_maintenance_pending() && self.is_open_to_hypervisor() {
            return Some(Cause::HypervisorMaintenance);
        }
        if self.is_hdec_pending() && self.is_hdec_enabled() {
            return Some(Cause::HypervisorDecrementer);
        }
        if let Some(cause) = self.requested(inputs) {
            return Some(cause);
        }
        if !self.state.regs.msr.contains(Msr::EE) {
            return None;
        }
        if self.is_decrementer_pending() {
            return Some(Cause::Decrementer);
        }
        self.enabled_due()
    }

    /// Whether HMER has something that HMEER lets interrupt (6.5.19). What it has, somebody outside pokes.
    pub(super) fn is_maintenance_pending(&self) -> bool {
        use num::book3s::{HMEER, HMER};
        self.model.interrupts == InterruptModel::Server && self.spr_value(HMER) & self.spr_value(HMEER) != 0
    }

    /// Of what others ask for, what may be taken although MSR\[EE\] is 0.
    fn requested(&self, inputs: Input) -> Option<Cause> {
        if inputs.contains(Input::HYPERVISOR_VIRTUALIZATION)
            && self.is_open_to_hypervisor()
            && self.lpcr() & lpcr::HVICE != 0
        {
            Some(Cause::HypervisorVirtualization)
        } else if inputs.is_external() && self.is_external_enabled() {
            Some(Cause::External)
        } else if self.has_hypervisor_doorbell() && self.is_open_to_hypervisor() {
            Some(Cause::HypervisorDoorbell)
        } else {
            None
        }
    }

    /// What MSR\[EE\] = 1 lets through besides.
    pub(super) fn enabled_due(&self) -> Option<Cause> {
        let is_mediated = self.lpcr() & lpcr::MER != 0 && self.level() != Level::Hypervisor;
        if is_mediated {
            Some(Cause::MediatedExternal)
        } else if self.has_privileged_doorbell() {
            Some(Cause::Doorbell)
        } else {
            self.is_performance_monitor_pending()
                .then_some(Cause::PerformanceMonitor)
        }
    }

    /// Whether the hypervisor's own interrupts are enabled: always while it does not run, else by MSR\[EE\] (6.5.12).
    fn is_open_to_hypervisor(&self) -> bool {
        self.level() != Level::Hypervisor || self.state.regs.msr.contains(Msr::EE)
    }

    /// Whether the hypervisor decrementer's interrupt is enabled.
    pub(crate) fn is_hdec_enabled(&self) -> bool {
        self.is_hdec_asked_for() && self.is_open_to_hypervisor()
    }

    /// The same, MSR aside.
    pub(super) fn is_hdec_asked_for(&self) -> bool {
        match self.model.interrupts {
            InterruptModel::Ppc970 => self.spr_value(num::ppc970::HID0) & HID0_HDICE_970 != 0,
            _ => self.lpcr() & lpcr::HDICE != 0,
        }
    }

    /// Whether an external interrupt is enabled. A hypervisor takes its own whenever it does not run, and none while it
    /// runs under LPCR\[HEIC\] (6.5.7).
    fn is_external_enabled(&self) -> bool {
        let is_enabled = self.state.regs.msr.contains(Msr::EE);
        match self.level() {
            Level::Hypervisor => is_enabled && !self.has_heic(),
            Level::Supervisor | Level::Problem => is_enabled || self.is_external_to_hypervisor(),
        }
    }

    /// Whether LPCR\[HEIC\] keeps external interrupts from the hypervisor while it runs.
    pub(super) fn has_heic(&self) -> bool {
        self.model.isa.contains(ppc_decode::Isa::V3_0) && self.lpcr() & lpcr::HEIC != 0
    }
}
