//! The timers' registers of Book E and of the 405: EREF 2.0 chapter 8, PPC405 UM chapter 6.

use crate::cpu::Cpu;
use crate::model::InterruptModel;
use spr_exit::{SprNum, num};

/// The registers of Book E's timers.
pub(super) struct Numbers {
    pub(super) tsr: SprNum,
    pub(super) tcr: SprNum,
    /// What the decrementer is reloaded with stands behind this number.
    pub(super) reload: SprNum,
}

/// TCR: decrementer interrupt enable. These bits are the PIT's on the 405 (PIE, ARE, PIS: PPC405 UM 6.2 and chapter 10).
pub(super) const TCR_DIE: u64 = 0x0400_0000;
/// TCR: decrementer auto-reload enable.
pub(super) const TCR_ARE: u64 = 0x0040_0000;
/// TSR: decrementer interrupt status.
pub(super) const TSR_DIS: u64 = 0x0800_0000;

impl Cpu {
    /// Where the timers' registers are.
    pub(super) fn timer_numbers(&self) -> Numbers {
        if self.model.interrupts == InterruptModel::Ppc405 {
            Numbers {
                tsr: num::ppc4xx::TSR_40X,
                tcr: num::ppc4xx::TCR_40X,
                reload: num::ppc4xx::PIT,
            }
        } else {
            Numbers {
                tsr: num::booke::TSR,
                tcr: num::booke::TCR,
                reload: num::booke::DECAR,
            }
        }
    }
}
