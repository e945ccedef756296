//! Power-saving states of servers, and what wakes from them: `nap` and its kin (Power ISA 2.06 and 2.07 Book III-S 3.3.2), `stop`
//! with PSSCR (3.0B Book III, Power-Saving Mode); LPCR\[PECE\]. Bits compared with Linux `asm/reg.h`, order and the return of a
//! masked exception to the next instruction with QEMU's `p9_interrupt_powersave` and `p9_deliver_interrupt`.
//!
//! Nothing is lost in any of them here, which SRR1 says: our choice, as QEMU's.

use super::super::{Cause, Input};
use super::lpcr;
use crate::cpu::Cpu;
use crate::exec::{Flow, Stop};
use crate::spr::{Level, Unavailable};
use crate::timer::Event;
use spr_exit::num;

/// What becomes of a waiting server when something wakes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) enum Saving {
    /// It waits for an interrupt that is enabled, in no such state.
    #[default]
    No,
    /// It goes on, with the interrupt if that is enabled.
    Resumes,
    /// It takes a system reset interrupt, which says what woke it.
    Resets,
}

#[derive(Clone, Copy)]
enum Source {
    External,
    Decrementer,
    Maintenance,
    Doorbell,
    HypervisorDoorbell,
    Virtualization,
}

/// What wakes, the bit of LPCR that lets it (PECE; P7 has the first three of them), and what SRR1 says of it, bits 42:45.
const WAKES: [(Source, u64, u32); 6] = [
    (Source::External, 0x4000, 0x0020_0000),
    (Source::Decrementer, lpcr::DEE, 0x0018_0000),
    (Source::Maintenance, lpcr::OEE, 0x0028_0000),
    (Source::Doorbell, 0x1_0000, 0x0014_0000),
    (Source::HypervisorDoorbell, 0x8000, 0x000c_0000),
    (Source::Virtualization, 0x4000_0000_0000, 0x0024_0000),
];
/// SRR1: woken by a system reset; nothing was lost.
pub(in crate::interrupt) const WAKE_RESET: u32 = 0x0010_0000;
const NO_LOSS: u32 = 0x0001_0000;

/// PSSCR: exit criterion (without it any system-caused exception ends the state; so does QEMU's `p9_next_unmasked_interrupt`),
/// and whether state may be lost.
const PSSCR_EC: u64 = 0x0010_0000;
const PSSCR_ESL: u64 = 0x0020_0000;
/// HFSCR\[IC\] of a `stop` that a partition may not execute; no bit of HFSCR permits it (3.0B Book III, chapter level; FreeBSD
/// `spr.h`, FSCR_IC_STOP; Linux KVM enters its guests with EC set so that theirs come to it, and gives no state loss either).
const STOP_CAUSE: u8 = 9;

impl Cpu {
    /// Waits, in this power-saving state or in none.
    pub(crate) fn wait(&mut self, saving: Saving) -> Flow {
        (self.state.is_waiting, self.state.saving) = (true, saving);
        Err(Stop::Recheck)
    }

    /// `stop`. A partition may wait in it, and no more: with PSSCR\[EC\] or \[ESL\] it is the hypervisor's.
    pub(crate) fn stop(&mut self) -> Flow {
        let psscr = self.spr_value(num::book3s::PSSCR);
        if self.level() != Level::Hypervisor && psscr & (PSSCR_EC | PSSCR_ESL) != 0 {
            let unavailable = Unavailable {
                cause: STOP_CAUSE,
                by: Level::Hypervisor,
            };
            return Err(Stop::Interrupt(unavailable.into()));
        }
        self.wait(if psscr & PSSCR_EC == 0 {
            Saving::Resumes
        } else {
            Saving::Resets
        })
    }

    /// The power-saving state.
    pub(crate) fn saving(&self) -> Saving {
        if self.state.is_waiting {
            self.state.saving
        } else {
            Saving::No
        }
    }

    /// Whether a source has an exception.
    fn is_there(&self, source: Source) -> bool {
        match source {
            Source::External => {
                self.state.inputs.is_external() && !(self.has_heic() && self.level() == Level::Hypervisor)
            }
            Source::Decrementer => self.is_decrementer_pending(),
            Source::Maintenance => self.is_maintenance_pending(),
            Source::Doorbell => self.has_privileged_doorbell(),
            Source::HypervisorDoorbell => self.has_hypervisor_doorbell(),
            Source::Virtualization => self.state.inputs.contains(Input::HYPERVISOR_VIRTUALIZATION),
        }
    }

    /// What SRR1 would say of that which wakes the CPU now.
    fn waker(&self) -> Option<u32> {
        let lpcr = self.lpcr();
        WAKES
            .into_iter()
            .find(|(source, enable, _)| lpcr & enable != 0 && self.is_there(*source))
            .map(|(.., reason)| reason)
    }

    /// The interrupt that wakes from a power-saving state.
    pub(super) fn wake_due(&self, saving: Saving) -> Option<Cause> {
        let inputs = self.state.inputs;
        let is_reset = saving == Saving::Resets;
        if inputs.contains(Input::SYSTEM_RESET) {
            let wake = if is_reset { WAKE_RESET | NO_LOSS } else { 0 };
            Some(Cause::SystemReset { wake })
        } else if inputs.contains(Input::MACHINE_CHECK) && (!is_reset || self.lpcr() & lpcr::OEE != 0) {
            Some(Cause::MachineCheckInput)
        } else if is_reset {
            self.waker().map(|reason| Cause::SystemReset {
                wake: reason | NO_LOSS,
            })
        } else {
            None
        }
    }

    /// Whether something wakes the CPU without an interrupt of its own: whatever would interrupt it under MSR\[EE\], since
    /// LPCR\[PECE\] decides under PSSCR\[EC\] alone.
    pub(crate) fn is_roused(&self) -> bool {
        self.saving() == Saving::Resumes
            && (WAKES.iter().any(|(source, ..)| self.is_there(*source))
                || self.is_hdec_pending() && self.is_hdec_asked_for()
                || self.enabled_due().is_some())
    }

    /// Whether one of the decrementers can wake it, in this power-saving state.
    pub(crate) fn is_woken_by(&self, saving: Saving, event: Event) -> bool {
        match (event, saving) {
            (Event::Decrementer, Saving::Resets) => self.lpcr() & lpcr::DEE != 0,
            (Event::Decrementer, _) => true,
            (Event::HypervisorDecrementer, Saving::Resumes) => self.is_hdec_asked_for(),
            _ => false,
        }
    }
}
