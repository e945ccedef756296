//! Delivery on the 405: PPC405 UM chapter 5 (table 5-2 for the offsets, the register settings of each interrupt after it).

use super::{Cause, Delivery};
use crate::cpu::Cpu;
use spr_exit::{Msr, SavePair, num};

/// ESR bits (PPC405 UM chapter 5; 405GP UM table 10-15).
const ESR_MCI: u64 = 0x8000_0000;
const ESR_PIL: u64 = 0x0800_0000;
const ESR_PPR: u64 = 0x0400_0000;
const ESR_PTR: u64 = 0x0200_0000;

impl Cpu {
    pub(super) fn ppc405_delivery(&mut self, cause: Cause, word: u32) -> Delivery {
        let old = self.state.regs.msr;
        // Program interrupts leave MCI as it is and clear what they do not set.
        let mci = self.spr_value(num::ppc4xx::ESR_40X) & ESR_MCI;
        let (offset, esr) = match cause {
            // On the instruction side; critical.
            Cause::FetchError => (0x200, Some(ESR_MCI)),
            Cause::External => (0x500, None),
            Cause::Alignment { .. } => (0x600, None),
            Cause::Illegal => (0x700, Some(mci | ESR_PIL)),
            Cause::Privileged => (0x700, Some(mci | ESR_PPR)),
            Cause::Trap => (0x700, Some(mci | ESR_PTR)),
            Cause::FpUnavailable => (0x800, None),
            // The programmable interval timer.
            Cause::Decrementer => (0x1000, None),
            Cause::Syscall { .. } => (0xc00, None),
        };
        if let Some(esr) = esr {
            self.set_spr_value(num::ppc4xx::ESR_40X, esr);
        }
        let dear = match cause {
            Cause::Alignment { .. } => {
                let address = self.operand_address(word);
                self.set_spr_value(num::ppc4xx::DEAR_40X, address);
                Some(address)
            }
            _ => None,
        };
        // Noncritical ones keep CE, ME and DE; a machine check clears these too.
        let (pair, kept) = if cause == Cause::FetchError {
            (SavePair::Csrr, Msr::empty())
        } else {
            (SavePair::Srr, Msr::CE | Msr::ME | Msr::DE)
        };
        Delivery {
            vector: self.spr_value(num::ppc4xx::EVPR) & 0xffff_0000 | offset,
            pair,
            srr1: old.bits(),
            msr: old & kept,
            esr,
            dear,
            dsisr: None,
        }
    }
}
