//! Compatibility of problem state with earlier versions: what PCR hides of instructions and SPRs on servers.
//!
//! Power ISA 2.07 Book III-S and 3.0B, 3.1 Book III, Logical Partitioning (PCR); bits compared with Linux `asm/reg.h` (PCR_ARCH_205
//! to PCR_ARCH_300, PCR_VEC_DIS, PCR_VSX_DIS, PCR_TM_DIS) and with how QEMU's `compat.c` combines them. Privileged code sees everything.

use crate::cpu::Cpu;
use crate::model::InterruptModel;
use ppc_decode::{Decoder, Isa};
use spr_exit::{Msr, SprNum, num};

/// PCR: which version problem state is to see at most, and what came with the next.
const VERSIONS: [(u64, Isa); 4] = [
    (0x10, Isa::V3_1),
    (0x8, Isa::V3_0),
    (0x4, Isa::V2_07.union(Isa::ICBT).union(Isa::BYTE_RESERVE)),
    (0x2, Isa::V2_06.union(Isa::BIT_COUNT)),
];

/// PCR: categories without AltiVec, VSX, transactional memory.
const CATEGORIES: [(u64, Isa); 3] = [
    (1 << 63, Isa::ALTIVEC.union(Isa::VSX)),
    (1 << 62, Isa::VSX),
    (1 << 61, Isa::TM),
];

/// SPRs that came to problem state with a version, first and last number.
#[rustfmt::skip]
const REGISTERS: [(u16, u16, Isa); 7] = [
    (3, 3,     Isa::V2_07), // DSCR
    (128, 131, Isa::V2_07), // TFHAR, TFIAR, TEXASR, TEXASRU
    (768, 769, Isa::V2_07), // SIER, MMCR2
    (800, 811, Isa::V2_07), // event-based branches; the reserved no-ops
    (813, 814, Isa::V3_0),  // LMRR, LMSER
    (815, 815, Isa::V2_07), // TAR
    (898, 898, Isa::V2_07), // PPR32
];

/// What a value of PCR hides.
fn hidden_by(pcr: u64) -> Isa {
    let mut hidden = Isa::empty();
    for (bit, isa) in CATEGORIES {
        if pcr & bit != 0 {
            hidden |= isa;
        }
    }
    // An earlier version is without all that later ones brought.
    let mut is_later = false;
    for (bit, isa) in VERSIONS.into_iter().rev() {
        is_later |= pcr & bit != 0;
        if is_later {
            hidden |= isa;
        }
    }
    hidden
}

/// Whether such code sees no SPR with this number.
pub(crate) fn hides(hidden: Isa, sprn: SprNum) -> bool {
    let number = sprn.get();
    REGISTERS
        .iter()
        .any(|(first, last, isa)| (*first..=*last).contains(&number) && hidden.contains(*isa))
}

impl Cpu {
    /// What the code that runs is not to see: of problem state on servers.
    pub(crate) fn hidden(&self) -> Isa {
        if self.model.interrupts == InterruptModel::Server && self.state.regs.msr.contains(Msr::PR) {
            hidden_by(self.spr_value(num::book3s::PCR))
        } else {
            Isa::empty()
        }
    }

    /// The instructions that the code which runs has.
    pub(crate) fn visible_isa(&self) -> Isa {
        if self.is_restricted {
            self.model.isa.difference(self.hidden())
        } else {
            self.model.isa
        }
    }

    /// Decodes for the code that runs.
    pub(crate) fn visible_decoder(&self) -> Decoder {
        if self.is_restricted {
            Decoder::new(self.visible_isa())
        } else {
            self.decoder
        }
    }

    /// What follows from MSR, LPCR, PCR and what opens facilities: the key of the gate's decisions, and whether problem state is
    /// one of an earlier version.
    pub(crate) fn update_level(&mut self) {
        let context = self.spr_context();
        self.is_restricted = !context.hidden.is_empty();
        self.level_key = self.make_level_key(context);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_earlier_version_has_nothing_of_the_later_ones() {
        assert_eq!(hidden_by(0), Isa::empty());
        assert_eq!(hidden_by(0x10), Isa::V3_1);
        assert_eq!(hidden_by(8), Isa::V3_0 | Isa::V3_1);
        let v2_07 = Isa::V2_07 | Isa::ICBT | Isa::BYTE_RESERVE;
        assert_eq!(hidden_by(4), v2_07 | Isa::V3_0 | Isa::V3_1);
        assert!(hidden_by(2).contains(Isa::V2_06 | Isa::V2_07 | Isa::V3_0 | Isa::V3_1));
        assert!(!hidden_by(2).intersects(Isa::VSX | Isa::TM | Isa::V2_05));
        assert_eq!(hidden_by(7 << 61), Isa::ALTIVEC | Isa::VSX | Isa::TM);
    }
}
