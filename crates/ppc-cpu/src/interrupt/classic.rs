//! Delivery on the 32-bit classic processors: MPC750 UM chapter 4 (tables 4-2, 4-4 to 4-10), 750GX UM chapter 4.

use super::{Cause, Delivery};
use crate::cpu::Cpu;
use spr_exit::{Msr, SavePair, num};

/// SRR1 of a program interrupt (MPC750 UM 4.5.7), and of a machine check by TEA (4.5.2).
const SRR1_ILLEGAL: u64 = 0x0008_0000;
const SRR1_PRIVILEGED: u64 = 0x0004_0000;
const SRR1_TRAP: u64 = 0x0002_0000;
const SRR1_TEA: u64 = 0x0004_0000;

/// Bits of the MSR that SRR1 saves: 0, 5 to 9 and 16 to 31 (750GX UM p. 160).
const SAVED: u64 = 0x87c0_ffff;

impl Cpu {
    pub(super) fn classic_delivery(&mut self, cause: Cause, word: u32) -> Delivery {
        let old = self.state.regs.msr;
        let (offset, bits) = match cause {
            Cause::FetchError => (0x200, SRR1_TEA),
            Cause::External => (0x500, 0),
            Cause::Alignment { .. } => (0x600, 0),
            Cause::Illegal => (0x700, SRR1_ILLEGAL),
            Cause::Privileged => (0x700, SRR1_PRIVILEGED),
            Cause::Trap => (0x700, SRR1_TRAP),
            Cause::FpUnavailable => (0x800, 0),
            Cause::Decrementer => {
                self.acknowledge_decrementer();
                (0x900, 0)
            }
            Cause::Syscall { .. } => (0xc00, 0),
        };
        // Everything is cleared but ILE and IP; ME only by the machine check itself; LE takes ILE's value.
        let mut msr = old & (Msr::ILE | Msr::IP | Msr::ME);
        if cause == Cause::FetchError {
            msr.remove(Msr::ME);
        }
        msr.set(Msr::LE, old.contains(Msr::ILE));
        let (dear, dsisr) = match cause {
            Cause::Alignment { .. } => {
                let address = self.operand_address(word);
                let dsisr = u64::from(alignment_dsisr(word));
                self.set_spr_value(num::classic::DAR, address);
                self.set_spr_value(num::classic::DSISR, dsisr);
                (Some(address), Some(dsisr))
            }
            _ => (None, None),
        };
        Delivery {
            vector: if old.contains(Msr::IP) {
                0xfff0_0000 + offset
            } else {
                offset
            },
            pair: SavePair::Srr,
            srr1: old.bits() & SAVED | bits,
            msr,
            esr: None,
            dear,
            dsisr,
        }
    }
}

/// DSISR of an alignment interrupt: which instruction, and its RT and RA (PEM 6.4.6.1; MPC750 UM 4.5.6).
pub(super) fn alignment_dsisr(word: u32) -> u32 {
    /// Bits `first..=last` of the word, in Power order, right-aligned.
    const fn field(word: u32, first: u32, last: u32) -> u32 {
        word << first >> (31 - (last - first))
    }
    let registers = field(word, 6, 15);
    let form = if field(word, 0, 5) == 31 {
        field(word, 29, 30) << 15 | field(word, 25, 25) << 14 | field(word, 21, 24) << 10
    } else {
        field(word, 5, 5) << 14 | field(word, 1, 4) << 10
    };
    form | registers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dsisr_of_an_alignment_interrupt_is_the_one_of_the_table_in_the_manual() {
        // DSISR[15:21] in the PEM's table of alignment interrupts: lmw, stmw, lwarx, stwcx.
        assert_eq!(alignment_dsisr(0xbba1_0004) >> 10, 0b0000111);
        assert_eq!(alignment_dsisr(0xbfa1_0004) >> 10, 0b0010111);
        assert_eq!(alignment_dsisr(0x7c60_2028) >> 10, 0b0000000);
        assert_eq!(alignment_dsisr(0x7c60_212d) >> 10, 0b1000010);
        assert_eq!(alignment_dsisr(0xbba1_0004) & 0x3ff, 29 << 5 | 1);
    }
}
