//! Delivery on Book E: EREF 2.0 chapter 7, E500CORERM chapter 5, E500MCRM chapter 4; PPC440x5UM chapter 6.

use super::{Cause, Delivery};
use crate::cpu::Cpu;
use ppc_decode::Isa;
use spr_exit::{Msr, SavePair, SprNum, num};

/// ESR bits (E500CORERM chapter 2, ESR).
const ESR_PIL: u64 = 0x0800_0000;
const ESR_PPR: u64 = 0x0400_0000;
const ESR_PTR: u64 = 0x0200_0000;
const ESR_ST: u64 = 0x0080_0000;

/// MCSR: bus error on an instruction fetch (e500v1/v2: BUS_IBERR, E500CORERM chapter 2) or instruction fetch
/// error report (e500mc: IF, E500MCRM chapter 2).
const MCSR_BUS_IBERR: u64 = 0x0000_0010;
const MCSR_IF: u64 = 0x0001_0000;
/// The 440 tells it in ESR: MCSR is for what is asynchronous (PPC440x5UM 6.5.2, p. 180).
const ESR_MCI: u64 = 0x8000_0000;

impl Cpu {
    /// Whether it is Book E as the 440 has it.
    fn is_440(&self) -> bool {
        self.model.isa.contains(Isa::TLB_4XX)
    }

    /// What MCSR says of a fetch that found no memory.
    fn fetch_mcsr(&self) -> u64 {
        if self.is_440() {
            0
        } else if self.model.msr_implemented.contains(Msr::GS) {
            MCSR_IF
        } else {
            MCSR_BUS_IBERR
        }
    }

    pub(super) fn booke_delivery(&mut self, cause: Cause, word: u32) -> Delivery {
        let old = self.state.regs.msr;
        let ivor = |n: u16| SprNum::wrapping(u64::from(num::booke::IVOR0.get() + n));
        let (ivor, pair, esr, dear) = match cause {
            Cause::FetchError => {
                let mcsr = self.spr_value(num::e500::MCSR);
                self.set_spr_value(num::e500::MCSR, mcsr | self.fetch_mcsr());
                let esr = self.is_440().then_some(ESR_MCI);
                (ivor(1), SavePair::Mcsrr, esr, None)
            }
            Cause::External => (ivor(4), SavePair::Srr, None, None),
            Cause::Alignment { is_store } => {
                let esr = if is_store { ESR_ST } else { 0 };
                (
                    ivor(5),
                    SavePair::Srr,
                    Some(esr),
                    Some(self.operand_address(word)),
                )
            }
            Cause::Illegal => (ivor(6), SavePair::Srr, Some(ESR_PIL), None),
            Cause::Privileged => (ivor(6), SavePair::Srr, Some(ESR_PPR), None),
            Cause::Trap => (ivor(6), SavePair::Srr, Some(ESR_PTR), None),
            Cause::FpUnavailable => (ivor(7), SavePair::Srr, None, None),
            Cause::Syscall { .. } => (ivor(8), SavePair::Srr, None, None),
            Cause::Decrementer => (ivor(10), SavePair::Srr, None, None),
        };
        if let Some(esr) = esr {
            self.set_spr_value(num::booke::ESR, esr);
        }
        if let Some(dear) = dear {
            self.set_spr_value(num::booke::DEAR, dear);
        }
        // E500CORERM 5.7: base-class interrupts keep CE, ME and DE and clear the rest; a machine check clears all.
        let kept = if pair == SavePair::Mcsrr {
            Msr::empty()
        } else {
            Msr::CE | Msr::ME | Msr::DE
        };
        // E500CORERM p. 1-23: IVPR[32:47], IVORn[48:59].
        let vector = self.spr_value(num::booke::IVPR) & 0xffff_0000 | self.spr_value(ivor) & 0xfff0;
        Delivery {
            vector,
            pair,
            srr1: old.bits(),
            msr: old & kept,
            esr,
            dear,
            dsisr: None,
        }
    }
}
