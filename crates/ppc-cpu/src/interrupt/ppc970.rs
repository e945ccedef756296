//! Delivery on the 970: PowerPC Book III 2.01 chapter 5 (5.2.1 for HIOR, 5.5 and its figure for the MSR), 970FX UM chapter 4.
//!
//! That HIOR is in front of every vector, whoever runs, is what QEMU does (`excp_prefix`). Which LPES bit of HID4 brings an
//! interrupt to the hypervisor is taken from Book III 2.0x (LPES), their places from Linux `asm/reg.h`.

use super::classic::alignment_dsisr;
use super::{Cause, Delivery};
use crate::cpu::Cpu;
use spr_exit::{Msr, SavePair, num};

/// Bits of SRR1 that tell the cause and do not save the MSR: 33:36 and 42:47.
const CAUSE_BITS: u64 = 0x783f_0000;
const SRR1_ILLEGAL: u64 = 0x0008_0000;
const SRR1_PRIVILEGED: u64 = 0x0004_0000;
const SRR1_TRAP: u64 = 0x0002_0000;

/// HID4: external interrupts go to the operating system.
pub(super) const HID4_LPES0: u64 = 1 << 63;
/// HID4: what else interrupts the operating system leaves it where it is.
const HID4_LPES1: u64 = 1 << (63 - 57);

impl Cpu {
    pub(super) fn ppc970_delivery(&mut self, cause: Cause, word: u32) -> Delivery {
        let old = self.state.regs.msr;
        let (offset, bits) = match cause {
            // Which bits of SRR1 tell a failed fetch no source at hand says: none, our choice.
            Cause::FetchError => (0x200, 0),
            Cause::External => (0x500, 0),
            Cause::Alignment { .. } => (0x600, 0),
            Cause::Illegal => (0x700, SRR1_ILLEGAL),
            Cause::Privileged => (0x700, SRR1_PRIVILEGED),
            Cause::Trap => (0x700, SRR1_TRAP),
            Cause::FpUnavailable => (0x800, 0),
            Cause::Decrementer => (0x900, 0),
            Cause::Syscall { .. } => (0xc00, 0),
        };
        let to_hypervisor = match cause {
            Cause::FetchError | Cause::Syscall { level: 1 } => true,
            Cause::External => self.is_external_to_hypervisor(),
            _ => self.spr_value(num::ppc970::HID4) & HID4_LPES1 == 0,
        };
        // SF is set; ME survives but in a machine check; all else is cleared.
        let mut msr = Msr::SF | old & Msr::ME;
        if cause == Cause::FetchError {
            msr.remove(Msr::ME);
        }
        msr.set(Msr::HV, to_hypervisor || old.contains(Msr::HV));
        let (dear, dsisr) = match cause {
            Cause::Alignment { .. } => {
                let address = self.operand_address(word);
                let dsisr = u64::from(alignment_dsisr(word) | ds_form(word));
                self.set_spr_value(num::classic::DAR, address);
                self.set_spr_value(num::classic::DSISR, dsisr);
                (Some(address), Some(dsisr))
            }
            _ => (None, None),
        };
        Delivery {
            vector: self.spr_value(num::ppc970::HIOR) | offset,
            pair: SavePair::Srr,
            srr1: old.bits() & !CAUSE_BITS | bits,
            msr,
            esr: None,
            dear,
            dsisr,
        }
    }
}

/// Bits 12:13 of DSISR (44:45 of the 64-bit register) tell the loads and stores of DS form apart.
const fn ds_form(word: u32) -> u32 {
    match word >> 26 {
        58 | 62 => (word & 3) << 18,
        _ => 0,
    }
}
