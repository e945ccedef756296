//! Delivery on server processors: Power ISA 3.0B Book III chapter 6 (6.5; figure 64 for the MSR).

use super::ppc970::HID4_LPES0;
use super::{Cause, Delivery};
use crate::cpu::Cpu;
use crate::model::InterruptModel;
use spr_exit::{Msr, SavePair, num};

/// Bits of SRR1 that tell the cause and do not save the MSR: 33:36 and 42:47 (6.5).
const CAUSE_BITS: u64 = 0x783f_0000;
const SRR1_PRIVILEGED: u64 = 0x0004_0000;
const SRR1_TRAP: u64 = 0x0002_0000;
/// Machine check on an instruction fetch; the cause field is the implementation's (POWER9 UM: uncorrectable error).
const SRR1_FETCH: u64 = 0x0004_0000;

/// LPCR: interrupts in little-endian mode.
const LPCR_ILE: u64 = 0x0200_0000;
/// LPCR: external interrupts go to the operating system.
const LPCR_LPES: u64 = 0x8;
/// LPCR: no external interrupts in hypervisor state (POWER9).
const LPCR_HEIC: u64 = 0x10;
/// HID0 of POWER9: hypervisor interrupts in little-endian mode.
const HID0_HILE: u64 = 1 << 59;
const HID0: spr_exit::SprNum = num::e500::HID0;

impl Cpu {
    /// Whether an external interrupt goes to the hypervisor.
    pub(super) fn is_external_to_hypervisor(&self) -> bool {
        match self.model.interrupts {
            InterruptModel::Server => self.spr_value(num::book3s::LPCR) & LPCR_LPES == 0,
            InterruptModel::Ppc970 => self.spr_value(num::ppc970::HID4) & HID4_LPES0 == 0,
            InterruptModel::Classic | InterruptModel::BookE | InterruptModel::Ppc405 => false,
        }
    }

    /// Whether LPCR\[HEIC\] keeps external interrupts from the hypervisor while it runs.
    pub(super) fn has_heic(&self) -> bool {
        self.model.interrupts == InterruptModel::Server && self.spr_value(num::book3s::LPCR) & LPCR_HEIC != 0
    }

    /// The byte order of interrupt handlers.
    pub(crate) fn is_handler_little_endian(&self, is_hypervisor: bool) -> bool {
        if is_hypervisor {
            self.spr_value(HID0) & HID0_HILE != 0
        } else {
            self.spr_value(num::book3s::LPCR) & LPCR_ILE != 0
        }
    }

    pub(super) fn server_delivery(&mut self, cause: Cause, word: u32) -> Delivery {
        let old = self.state.regs.msr;
        let (vector, pair, bits) = match cause {
            Cause::FetchError => (0x200, SavePair::Srr, SRR1_FETCH),
            Cause::External if self.is_external_to_hypervisor() => (0x500, SavePair::Hsrr, 0),
            Cause::External => (0x500, SavePair::Srr, 0),
            Cause::Alignment { .. } => (0x600, SavePair::Srr, 0),
            Cause::Privileged => (0x700, SavePair::Srr, SRR1_PRIVILEGED),
            Cause::Trap => (0x700, SavePair::Srr, SRR1_TRAP),
            Cause::FpUnavailable => (0x800, SavePair::Srr, 0),
            Cause::Decrementer => (0x900, SavePair::Srr, 0),
            Cause::Syscall { .. } => (0xc00, SavePair::Srr, 0),
            Cause::Illegal => (0xe40, SavePair::Hsrr, 0),
        };
        let to_hypervisor =
            pair == SavePair::Hsrr || matches!(cause, Cause::FetchError | Cause::Syscall { level: 1 });
        // 6.5 figure 64: SF is set; ME survives but in a machine check; RI survives what does not use SRR0/1.
        let mut msr = Msr::SF | old & Msr::ME;
        if cause == Cause::FetchError {
            msr.remove(Msr::ME);
        }
        if pair == SavePair::Hsrr {
            msr |= old & Msr::RI;
        }
        msr.set(Msr::HV, to_hypervisor || old.contains(Msr::HV));
        let is_little = self.is_handler_little_endian(msr.contains(Msr::HV));
        msr.set(Msr::LE, is_little);
        let dear = match cause {
            Cause::Alignment { .. } => {
                let address = self.operand_address(word);
                self.set_spr_value(num::book3s::DAR, address);
                Some(address)
            }
            _ => None,
        };
        if cause == Cause::Illegal {
            self.set_spr_value(num::book3s::HEIR, u64::from(word));
        }
        Delivery {
            vector,
            pair,
            srr1: old.bits() & !CAUSE_BITS | bits,
            msr,
            esr: None,
            dear,
            dsisr: None,
        }
    }
}
