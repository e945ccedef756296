//! Where Book E and the 405 keep their debug events: registers, bits, and the fields that say how addresses are compared.
//!
//! E500CORERM 2.13, EREF 2.0 chapter 2; PPC440x5 UM 8.6; 405GP UM 12.9; all compared with Linux `asm/reg_booke.h`.

use super::compare::Mode;
use crate::cpu::Cpu;
use crate::model::{InterruptModel, Model};
use bitflags::bitflags;
use ppc_decode::Isa;
use spr_exit::{InterruptKind, SprNum, num};

bitflags! {
    /// Debug events, as DBSR of Book E has them. DBCR0 enables them by the same bits, but for the first two.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(super) struct Events: u64 {
        /// One of the others happened while MSR\[DE\] was 0.
        const IDE = 0x8000_0000;
        /// Unconditional.
        const UDE = 0x4000_0000;
        /// An instruction is complete.
        const ICMP = 0x0800_0000;
        /// A branch is taken.
        const BRT = 0x0400_0000;
        /// An interrupt was taken.
        const IRPT = 0x0200_0000;
        /// A trap traps.
        const TRAP = 0x0100_0000;
        /// Address of an instruction.
        const IAC1 = 0x0080_0000;
        const IAC2 = 0x0040_0000;
        const IAC3 = 0x0020_0000;
        const IAC4 = 0x0010_0000;
        /// Address of data that are read or written.
        const DAC1R = 0x0008_0000;
        const DAC1W = 0x0004_0000;
        const DAC2R = 0x0002_0000;
        const DAC2W = 0x0001_0000;
        /// A return from an interrupt.
        const RET = 0x8000;
        /// A critical interrupt was taken.
        const CIRPT = 0x40;
        /// A return from a critical interrupt.
        const CRET = 0x20;
    }
}

impl Events {
    pub(super) const IAC: [Self; 4] = [Self::IAC1, Self::IAC2, Self::IAC3, Self::IAC4];
    /// Reads and writes, by register.
    pub(super) const DAC: [[Self; 2]; 2] = [[Self::DAC1R, Self::DAC1W], [Self::DAC2R, Self::DAC2W]];
    /// Those that do not happen while MSR\[DE\] is 0 (E500CORERM 8.4.4, 8.4.5).
    pub(super) const ENABLED_BY_DE: Self = Self::ICMP.union(Self::BRT);
}

/// DBCR0: an external debugger owns the facilities; debug interrupts are enabled.
pub(super) const EDM: u64 = 0x8000_0000;
pub(super) const IDM: u64 = 0x4000_0000;
/// DBCR0: timers stand still while DBSR has an event.
pub(super) const FT: u64 = 1;

/// How cores differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Core {
    /// Saves in CSRR0/1.
    E500,
    /// Has registers for debug interrupts of its own, and events of critical interrupts.
    E500mc,
    Ppc440,
    Ppc405,
}

impl Core {
    /// Of a model that has the interrupt.
    pub(super) fn of(model: &Model) -> Option<Self> {
        model.vectors.row(InterruptKind::Debug)?;
        Some(match model.interrupts {
            InterruptModel::Ppc405 => Self::Ppc405,
            _ if model.isa.contains(Isa::TLB_4XX) => Self::Ppc440,
            _ if model.sprs.row(num::e500::DSRR0).is_some() => Self::E500mc,
            _ => Self::E500,
        })
    }

    pub(super) const fn registers(self) -> &'static Registers {
        match self {
            Self::Ppc405 => &PPC405,
            Self::E500 | Self::E500mc | Self::Ppc440 => &BOOKE,
        }
    }
}

/// Numbers of the debug registers.
pub(super) struct Registers {
    pub(super) dbcr0: SprNum,
    pub(super) dbsr: SprNum,
    pub(super) iac: [SprNum; 4],
    pub(super) dac: [SprNum; 2],
    pub(super) dvc: [SprNum; 2],
}

const BOOKE: Registers = {
    use num::booke::{DAC1, DAC2, DBCR0, DBSR, IAC1, IAC2, IAC3, IAC4};
    Registers {
        dbcr0: DBCR0,
        dbsr: DBSR,
        iac: [IAC1, IAC2, IAC3, IAC4],
        dac: [DAC1, DAC2],
        dvc: [num::ppc440::DVC1, num::ppc440::DVC2],
    }
};

const PPC405: Registers = {
    use num::ppc4xx::*;
    Registers {
        dbcr0: DBCR0_40X,
        dbsr: DBSR_40X,
        iac: [IAC1_40X, IAC2_40X, IAC3_40X, IAC4_40X],
        dac: [DAC1_40X, DAC2_40X],
        dvc: [DVC1_40X, DVC2_40X],
    }
};

/// Bits of the 405: what enables an event in DBCR0 and in DBCR1, and what records it in DBSR.
#[rustfmt::skip]
const PPC405_BITS: [(Events, u64, u64, u64); 14] = [
    // event        DBCR0        DBCR1        DBSR
    (Events::ICMP,  0x0800_0000, 0,           0x8000_0000), // IC
    (Events::BRT,   0x0400_0000, 0,           0x4000_0000), // BT
    (Events::IRPT,  0x0200_0000, 0,           0x2000_0000), // EDE, EXC
    (Events::TRAP,  0x0100_0000, 0,           0x1000_0000), // TDE, TIE
    (Events::UDE,   0,           0,           0x0800_0000),
    (Events::IAC1,  0x0080_0000, 0,           0x0400_0000),
    (Events::IAC2,  0x0040_0000, 0,           0x0200_0000),
    (Events::DAC1R, 0,           0x8000_0000, 0x0100_0000),
    (Events::DAC1W, 0,           0x2000_0000, 0x0080_0000),
    (Events::DAC2R, 0,           0x4000_0000, 0x0040_0000),
    (Events::DAC2W, 0,           0x1000_0000, 0x0020_0000),
    (Events::IDE,   0,           0,           0x0010_0000),
    (Events::IAC3,  0x0008_0000, 0,           0x0008_0000),
    (Events::IAC4,  0x0004_0000, 0,           0x0004_0000),
];

/// How a pair of registers is compared.
pub(super) struct Pair {
    pub(super) mode: Mode,
    /// Fields: in which states, and in which address spaces.
    pub(super) users: [u64; 2],
    pub(super) spaces: [u64; 2],
    /// Low bits of an address that do not count.
    pub(super) ignored: [u64; 2],
    /// Whether each event makes the range the other one: inside, outside.
    pub(super) toggles: bool,
}

impl Pair {
    /// From the layout of a half of DBCR1, or the upper one of DBCR2: two fields per register, and the mode.
    const fn of_half(half: u64) -> Self {
        Self {
            mode: Mode::of(half >> 6),
            users: [half >> 14, half >> 10],
            spaces: [half >> 12, half >> 8],
            ignored: [0; 2],
            toggles: false,
        }
    }

    /// As the 405 has them: a bit for ranges and one for what is outside, whoever runs.
    const fn of_405(is_range: bool, is_outside: bool, ignored: [u64; 2]) -> Self {
        let mode = match (is_range, is_outside) {
            (false, _) => Mode::Exact,
            (true, false) => Mode::Inside,
            (true, true) => Mode::Outside,
        };
        Self {
            mode,
            users: [0; 2],
            spaces: [0; 2],
            ignored,
            toggles: false,
        }
    }

    /// With ranges that toggle, and that have done so or not.
    const fn toggling(self, is_on: bool, is_reversed: bool) -> Self {
        let toggles = is_on && self.mode.is_range();
        let mode = if toggles && is_reversed {
            self.mode.reversed()
        } else {
            self.mode
        };
        Self {
            mode,
            toggles,
            ..self
        }
    }
}

/// A comparison of data: mode (0: none), enabled bytes, value.
#[derive(Clone, Copy)]
pub(super) struct Value {
    pub(super) mode: u64,
    pub(super) bytes: u64,
    pub(super) value: u64,
}

impl Core {
    /// The events that the control registers enable, whatever the MSR says.
    pub(super) fn enabled(self, cpu: &Cpu) -> Events {
        let dbcr0 = cpu.spr_value(self.registers().dbcr0);
        match self {
            Self::Ppc405 => {
                let dbcr1 = cpu.spr_value(num::ppc4xx::DBCR1_40X);
                PPC405_BITS
                    .iter()
                    .filter(|bits| dbcr0 & bits.1 != 0 || dbcr1 & bits.2 != 0)
                    .fold(Events::empty(), |events, bits| events | bits.0)
            }
            Self::E500 | Self::E500mc | Self::Ppc440 => {
                Events::from_bits_truncate(dbcr0) - Events::IDE - Events::UDE
            }
        }
    }

    /// The events that DBSR has.
    pub(super) fn recorded(self, cpu: &Cpu) -> Events {
        let dbsr = cpu.spr_value(self.registers().dbsr);
        match self {
            Self::Ppc405 => PPC405_BITS
                .iter()
                .filter(|bits| dbsr & bits.3 != 0)
                .fold(Events::empty(), |events, bits| events | bits.0),
            Self::E500 | Self::E500mc | Self::Ppc440 => Events::from_bits_truncate(dbsr),
        }
    }

    /// The bits of DBSR that record these events.
    pub(super) fn status(self, events: Events) -> u64 {
        match self {
            Self::Ppc405 => PPC405_BITS
                .iter()
                .filter(|bits| events.intersects(bits.0))
                .fold(0, |status, bits| status | bits.3),
            Self::E500 | Self::E500mc | Self::Ppc440 => events.bits(),
        }
    }

    /// How IAC1/2 (0) or IAC3/4 (1) are compared.
    pub(super) fn instruction_pair(self, cpu: &Cpu, pair: usize) -> Pair {
        match self {
            Self::Ppc405 => {
                // IA12 IA12X, IA34 IA34X; IA12T IA34T.
                let dbcr0 = cpu.spr_value(num::ppc4xx::DBCR0_40X);
                let ranges = dbcr0 >> (4 - 4 * pair);
                Pair::of_405(ranges & 0x2_0000 != 0, ranges & 0x1_0000 != 0, [0; 2])
                    .toggling(dbcr0 & 0x8000 >> pair != 0, false)
            }
            Self::E500 | Self::E500mc => Pair::of_half(cpu.spr_value(num::booke::DBCR1) >> (16 - 16 * pair)),
            Self::Ppc440 => {
                // IAC12AT IAC34AT. What DBSR says of a pair that does not toggle does not count: our choice.
                let half = cpu.spr_value(num::booke::DBCR1) >> (16 - 16 * pair);
                let is_reversed = cpu.spr_value(num::booke::DBSR) & Self::REVERSED >> pair != 0;
                Pair::of_half(half).toggling(half & 1 != 0, is_reversed)
            }
        }
    }

    /// DBSR\[IAC12ATS\] of the 440, and behind it IAC34ATS.
    const REVERSED: u64 = 2;

    /// An event of this pair: where its range toggles it is the other one from now on, which the 440 has in DBSR (PPC440x5UM
    /// 8.3.1.1) and the 405 in DBCR0\[IA12X, IA34X\] itself (405GP UM 12.9.12.2).
    pub(super) fn toggle(self, cpu: &mut Cpu, pair: usize) {
        if self.instruction_pair(cpu, pair).toggles {
            let (register, bit) = match self {
                Self::Ppc405 => (num::ppc4xx::DBCR0_40X, 0x0010_0000 >> (4 * pair)),
                Self::E500 | Self::E500mc | Self::Ppc440 => (num::booke::DBSR, Self::REVERSED >> pair),
            };
            cpu.set_spr_value(register, cpu.spr_value(register) ^ bit);
        }
    }

    /// How DAC1/2 are compared.
    pub(super) fn data_pair(self, cpu: &Cpu) -> Pair {
        match self {
            Self::Ppc405 => {
                let dbcr1 = cpu.spr_value(num::ppc4xx::DBCR1_40X);
                // D1S, D2S: bytes, halfwords, words, lines of eight words; DA12 DA12X.
                let ignored = [26, 24].map(|shift| [0, 1, 3, 31][(dbcr1 >> shift & 3) as usize]);
                Pair::of_405(dbcr1 & 0x0080_0000 != 0, dbcr1 & 0x0040_0000 != 0, ignored)
            }
            Self::E500 | Self::E500mc | Self::Ppc440 => Pair::of_half(cpu.spr_value(num::booke::DBCR2) >> 16),
        }
    }

    /// What DAC1 or DAC2 compares data with, where it does.
    pub(super) fn value(self, cpu: &Cpu, register: usize) -> Option<Value> {
        // DVC1M DVC2M stand at the same place, the enabled bytes do not.
        let (control, bytes) = match self {
            Self::E500 | Self::E500mc => return None,
            Self::Ppc440 => (cpu.spr_value(num::booke::DBCR2), [8, 0]),
            Self::Ppc405 => (cpu.spr_value(num::ppc4xx::DBCR1_40X), [12, 8]),
        };
        let value = Value {
            mode: control >> (18 - 2 * register) & 3,
            bytes: control >> bytes[register] & 15,
            value: cpu.spr_value(self.registers().dvc[register]),
        };
        (value.mode != 0 && value.bytes != 0).then_some(value)
    }

    /// Whether DAC1 or DAC2 counts only together with its IAC, which then is no event of its own (DBCR2\[DACLINK1,
    /// DACLINK2\]; EREF 2.0 chapter 2).
    pub(super) fn is_linked(self, cpu: &Cpu, register: usize) -> bool {
        self == Self::E500mc && cpu.spr_value(num::booke::DBCR2) & 0x0020_0000 >> register != 0
    }
}

impl Value {
    /// Whether the bytes of a word that are accessed have the value: all enabled ones, one of them, or all of one half
    /// (405GP UM table 12-7; PPC440x5UM 8.3.3).
    pub(super) fn matches(self, word: [Option<u8>; 4]) -> bool {
        let [.., a, b, c, d] = self.value.to_be_bytes();
        let value = [a, b, c, d];
        let enabled = |lanes: core::ops::Range<usize>| lanes.filter(|lane| self.bytes << lane & 8 != 0);
        let is_same = |lane: usize| word[lane] == Some(value[lane]);
        let all = |lanes: core::ops::Range<usize>| {
            enabled(lanes.clone()).count() != 0 && enabled(lanes).all(is_same)
        };
        match self.mode {
            1 => all(0..4),
            2 => enabled(0..4).any(is_same),
            _ => all(0..2) || all(2..4),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_compared_by_their_enabled_bytes() {
        let with = |mode, bytes| Value {
            mode,
            bytes,
            value: 0x1122_3344,
        };
        let word = [0x11, 0x22, 0x33, 0x99].map(Some);
        assert!(with(1, 0b1110).matches(word));
        assert!(!with(1, 0b1111).matches(word));
        assert!(with(2, 0b0011).matches(word));
        assert!(!with(2, 0b0001).matches(word));
        assert!(with(3, 0b1111).matches(word));
        assert!(!with(3, 0b0011).matches(word));
        assert!(!with(1, 0b1100).matches([None, Some(0x22), None, None]));
    }
}
