//! Breakpoints of classic and server processors: IABR (MPC750UM 2.1.2, 750GX UM 4.5.14), DABR (PEM32 2.3; with DABRX on the
//! 970, Book III 2.01, and the POWER7), DAWR (Power ISA 3.0B Book III, Debug Facilities; two of them in 3.1). Bits of DABRX and DAWRX are compared with Linux
//! `asm/reg.h`.
//!
//! CIABR, which looks behind an instruction, is trace's ([`super::trace`]).

use crate::cpu::Cpu;
use crate::exec::operand::{Operand, Purpose, operand};
use crate::interrupt::{Cause, DSISR_STORE};
use crate::model::InterruptModel;
use crate::spr::Level;
use ppc_decode::{Insn, Isa};
use spr_exit::{Msr, SprNum, num};

/// IABR: breakpoint enabled, and while instructions are translated.
const IABR_BE: u64 = 2;
const IABR_TE: u64 = 1;

/// DABR: translated data, stores, loads.
const DABR_BT: u64 = 4;
const DABR_DW: u64 = 2;
const DABR_DR: u64 = 1;
/// DABRX: whether data is translated does not count. Below it: hypervisor, supervisor, user.
const DABRX_BTI: u64 = 8;

/// DAWRX: stores, loads, translated data, whether it is does not count. Below: hypervisor, supervisor, user.
const DAWRX_DW: u64 = 0x40;
const DAWRX_DR: u64 = 0x20;
const DAWRX_WT: u64 = 0x10;
const DAWRX_WTI: u64 = 8;
/// Address and control: one pair, from version 3.1 on two.
const DAWRS: [(SprNum, SprNum); 2] = [
    (num::book3s::DAWR0, num::book3s::DAWRX0),
    (num::book3s::DAWR1, num::book3s::DAWRX1),
];
/// Where its field MRD begins, the number of doublewords behind the first.
const DAWRX_MRD: u32 = 10;

/// DSISR: a match of DABR or DAWR (MPC750UM 4.5.3; Power ISA 3.0B III 6.5.3, bit 41 there).
const DSISR_BREAKPOINT: u32 = 0x0040_0000;

/// Data that is watched.
struct Watchpoint {
    first: u64,
    last: u64,
    loads: bool,
    stores: bool,
}

/// Whether a field of three bits names this level: hypervisor, supervisor, user.
const fn names(field: u64, level: Level) -> bool {
    let bit = match level {
        Level::Hypervisor => 4,
        Level::Supervisor => 2,
        Level::Problem => 1,
    };
    field & bit != 0
}

impl Cpu {
    /// Whether any breakpoint is enabled, CIABR among them.
    pub(super) fn has_breakpoints(&self) -> bool {
        match self.model.interrupts {
            InterruptModel::Classic => {
                self.spr_value(num::classic::IABR) & IABR_BE != 0
                    || self.spr_value(num::classic::DABR) & (DABR_DW | DABR_DR) != 0
            }
            _ if self.has_dabr() => self.spr_value(num::ppc970::DABR) & (DABR_DW | DABR_DR) != 0,
            InterruptModel::Ppc970 | InterruptModel::Server => {
                self.spr_value(num::book3s::CIABR) & 3 != 0
                    || DAWRS
                        .iter()
                        .any(|(_, dawrx)| self.spr_value(*dawrx) & (DAWRX_DW | DAWRX_DR) != 0)
            }
            InterruptModel::BookE | InterruptModel::Ppc405 => false,
        }
    }

    pub(super) fn is_breakpoint_register(&self, sprn: SprNum) -> bool {
        match self.model.interrupts {
            InterruptModel::Classic => matches!(sprn, num::classic::IABR | num::classic::DABR),
            _ if self.has_dabr() => sprn == num::ppc970::DABR,
            InterruptModel::Ppc970 | InterruptModel::Server => {
                matches!(
                    sprn,
                    num::book3s::CIABR | num::book3s::DAWRX0 | num::book3s::DAWRX1
                )
            }
            InterruptModel::BookE | InterruptModel::Ppc405 => false,
        }
    }

    /// Whether a 64-bit server has DABR with DABRX, as those before version 2.07 do.
    fn has_dabr(&self) -> bool {
        self.model.interrupts.is_server() && !self.model.isa.contains(Isa::V2_07)
    }

    /// Whether an instruction breakpoint of a classic processor is at the next instruction.
    pub(super) fn is_at_breakpoint(&self) -> bool {
        if self.model.interrupts != InterruptModel::Classic {
            return false;
        }
        let iabr = self.spr_value(num::classic::IABR);
        let is_translated = self.state.regs.msr.contains(Msr::IR);
        iabr & IABR_BE != 0
            && is_translated == (iabr & IABR_TE != 0)
            && self.mask_width(self.state.regs.cia) == iabr & !3
    }

    /// The data breakpoint that an instruction runs into.
    pub(super) fn data_breakpoint(&self, insn: Insn) -> Option<Cause> {
        let operand = operand(self, insn)?;
        let (loads, is_store) = match operand.extent.purpose {
            Purpose::Load => (true, false),
            Purpose::Store | Purpose::Zero => (false, true),
            Purpose::Exchange => (true, true),
            // Caches are managed without an access to data.
            Purpose::Touch | Purpose::TouchForStore | Purpose::Clean | Purpose::Invalidate => return None,
        };
        let first = first_byte(&operand);
        let last = first.saturating_add(operand.extent.len - 1);
        let is_hit = |watchpoint: &Watchpoint| {
            (watchpoint.loads && loads || watchpoint.stores && is_store)
                && first <= watchpoint.last
                && watchpoint.first <= last
        };
        let hit = (0..DAWRS.len()).filter_map(|n| self.watchpoint(n)).find(is_hit)?;
        let status = DSISR_BREAKPOINT | if is_store { DSISR_STORE } else { 0 };
        self.reaches_operand(insn)
            .then(|| Cause::data_storage(first.max(hit.first), status))
    }

    /// What the n-th pair of registers watches under this MSR.
    fn watchpoint(&self, n: usize) -> Option<Watchpoint> {
        let is_translated = self.state.regs.msr.contains(Msr::DR);
        let doublewords = |first: u64, more: u64, loads: bool, stores: bool| Watchpoint {
            first,
            last: first.saturating_add(8 * more + 7),
            loads,
            stores,
        };
        if self.model.interrupts == InterruptModel::Server && !self.has_dabr() {
            let (dawr, dawrx) = DAWRS[n];
            let (dawr, dawrx) = (self.spr_value(dawr), self.spr_value(dawrx));
            let is_on = names(dawrx, self.level())
                && (dawrx & DAWRX_WTI != 0 || is_translated == (dawrx & DAWRX_WT != 0));
            let more = dawrx >> DAWRX_MRD & 0x3f;
            return is_on.then(|| doublewords(dawr & !7, more, dawrx & DAWRX_DR != 0, dawrx & DAWRX_DW != 0));
        }
        if n != 0 {
            return None;
        }
        let (dabr, dabrx) = match self.model.interrupts {
            InterruptModel::Classic => (self.spr_value(num::classic::DABR), 7),
            _ => (
                self.spr_value(num::ppc970::DABR),
                self.spr_value(num::ppc970::DABRX),
            ),
        };
        let is_on =
            names(dabrx, self.level()) && (dabrx & DABRX_BTI != 0 || is_translated == (dabr & DABR_BT != 0));
        is_on.then(|| doublewords(dabr & !7, 0, dabr & DABR_DR != 0, dabr & DABR_DW != 0))
    }
}

/// The first byte that is accessed: of a cache block its own.
fn first_byte(operand: &Operand) -> u64 {
    match operand.extent.purpose {
        Purpose::Zero => operand.address & !(operand.extent.len - 1),
        _ => operand.address,
    }
}
