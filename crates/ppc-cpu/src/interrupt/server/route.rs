//! Where a server's interrupts go: save registers, hypervisor state, byte order, relocation.

use super::super::{Cause, Route};
use super::lpcr;
use crate::cpu::Cpu;
use crate::interrupt::InterruptRow;
use crate::interrupt::ppc970::HID4_LPES0;
use crate::model::InterruptModel;
use ppc_decode::Isa;
use spr_exit::{Msr, SavePair, SprNum, num};

/// Bits of SRR1 that tell the cause and do not save the MSR: 33:36 and 42:47 (6.5).
pub(in crate::interrupt) const CAUSE_BITS: u64 = 0x783f_0000;

/// HID0: hypervisor interrupts in little-endian mode, bit 4 since POWER9 and 19 before (skiboot `processor.h`).
const HILE_V3_0: u64 = 1 << (63 - 4);
const HILE: u64 = 1 << (63 - 19);
const HID0: SprNum = num::book3s::HID;

/// Alternate interrupt location: what LPCR\[AIL\] or LPCR\[HAIL\] comes to for an interrupt from `old` to `new`, 0 where
/// relocation is to be off (LPCR\[AIL\] in Book III 2.2; QEMU `ppc_excp_apply_ail`).
fn alternate_location(isa: Isa, lpcr: u64, old: Msr, new: Msr) -> u64 {
    let is_relocating = old.contains(Msr::IR | Msr::DR);
    let (was_hypervisor, is_hypervisor) = (old.contains(Msr::HV), new.contains(Msr::HV));
    let enters_hypervisor = is_hypervisor && !was_hypervisor;
    let ail = (lpcr & lpcr::AIL) >> lpcr::AIL.trailing_zeros();
    if !isa.contains(Isa::V2_07) {
        0
    } else if isa.contains(Isa::V3_1) {
        match (is_hypervisor, ail) {
            (true, _) if lpcr & lpcr::HAIL != 0 && (is_relocating || enters_hypervisor) => 3,
            (false, 3) if is_relocating => 3,
            _ => 0,
        }
    } else if !is_relocating || enters_hypervisor && !(isa.contains(Isa::V3_0) && lpcr & lpcr::HR != 0) {
        0
    } else {
        // 1 is reserved.
        if ail == 1 { 0 } else { ail }
    }
}

impl Cpu {
    /// LPCR, on servers that have one; else 0.
    pub(crate) fn lpcr(&self) -> u64 {
        match self.model.interrupts {
            InterruptModel::Server => self.spr_value(num::book3s::LPCR),
            _ => 0,
        }
    }

    /// Whether an external interrupt goes to the hypervisor.
    pub(in crate::interrupt) fn is_external_to_hypervisor(&self) -> bool {
        match self.model.interrupts {
            InterruptModel::Server => self.lpcr() & lpcr::LPES0 == 0,
            InterruptModel::Ppc970 => self.spr_value(num::ppc970::HID4) & HID4_LPES0 == 0,
            InterruptModel::Classic | InterruptModel::BookE | InterruptModel::Ppc405 => false,
        }
    }

    /// The byte order of interrupt handlers.
    pub(crate) fn is_handler_little_endian(&self, is_hypervisor: bool) -> bool {
        if is_hypervisor {
            let is_v3_0 = self.model.isa.contains(Isa::V3_0);
            self.spr_value(HID0) & if is_v3_0 { HILE_V3_0 } else { HILE } != 0
        } else {
            self.lpcr() & lpcr::ILE != 0
        }
    }

    /// Where the handler of `scv` is, relocation being on there or not (6.5.27).
    pub(crate) fn vectored_location(&self) -> u64 {
        let msr = self.state.regs.msr;
        alternate_location(self.model.isa, self.lpcr(), msr, msr)
    }

    pub(in crate::interrupt) fn server_route(&self, row: &InterruptRow, cause: Cause) -> Route {
        let (old, isa) = (self.state.regs.msr, self.model.isa);
        let (mut pair, mut keeps) = (row.pair, row.keeps);
        if cause == Cause::External && self.is_external_to_hypervisor() || cause == Cause::MediatedExternal {
            pair = SavePair::Hsrr;
            keeps |= Msr::RI;
        }
        let is_always_real = row.kind.is_machine_check()
            || matches!(cause, Cause::SystemReset { .. } | Cause::HypervisorMaintenance);
        let to_hypervisor = pair == SavePair::Hsrr
            || is_always_real
            || cause == Cause::Syscall { level: 1 }
            // Power ISA 2.06: LPES1 = 0 takes everything but external interrupts to the hypervisor.
            || !isa.contains(Isa::V2_07) && cause != Cause::External && self.lpcr() & lpcr::LPES1 == 0;
        let mut msr = Msr::SF | old & keeps;
        msr.set(Msr::HV, to_hypervisor || old.contains(Msr::HV));
        msr.set(Msr::LE, self.is_handler_little_endian(msr.contains(Msr::HV)));
        if cause.is_wake() {
            msr |= Msr::ME;
        }
        let location = if is_always_real {
            0
        } else {
            alternate_location(isa, self.lpcr(), old, msr)
        };
        msr.set(Msr::IR | Msr::DR, location != 0);
        let base = match location {
            2 => 0x1_8000,
            3 => 0xc000_0000_0000_4000,
            _ => 0,
        };
        Route {
            vector: base | row.offset(),
            pair,
            msr,
            saves: !CAUSE_BITS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tables of QEMU's comment on `ppc_excp_apply_ail`, written as (HR, IR and DR, HV before, HV after, AIL).
    #[test]
    fn the_alternate_location_is_taken_where_the_isa_allows_it() {
        let on = Msr::IR | Msr::DR;
        for ail in [0, 2, 3] {
            for (isa, hr, old, new, expected) in [
                (Isa::POWER8, 0, Msr::HV, Msr::HV, 0),
                (Isa::POWER8, 0, Msr::HV | Msr::IR, Msr::HV, 0),
                (Isa::POWER8, 0, Msr::HV | Msr::DR, Msr::HV, 0),
                (Isa::POWER8, 0, on, Msr::HV, 0),
                (Isa::POWER8, lpcr::HR, on, Msr::HV, 0),
                (Isa::POWER8, 0, on | Msr::HV, Msr::HV, ail),
                (Isa::POWER8, 0, on, Msr::empty(), ail),
                (Isa::POWER9, 0, on, Msr::HV, 0),
                (Isa::POWER9, lpcr::HR, on, Msr::HV, ail),
                (Isa::POWER9, lpcr::HR, Msr::IR, Msr::HV, 0),
                (Isa::POWER7, 0, on, Msr::empty(), 0),
            ] {
                let lpcr = hr | ail << 23;
                assert_eq!(
                    alternate_location(isa, lpcr, old, new),
                    expected,
                    "{isa:?} {lpcr:x} {old:?} {new:?}"
                );
            }
            // POWER10: HAIL for the hypervisor's, whatever the partition's relocation; AIL = 2 is gone.
            for (hail, h) in [(0, 0), (lpcr::HAIL, 3)] {
                let lpcr = hail | ail << 23;
                let of = |old, new| alternate_location(Isa::POWER10, lpcr, old, new);
                let a = if ail == 3 { 3 } else { 0 };
                assert_eq!(of(on, Msr::empty()), a);
                assert_eq!(of(Msr::IR, Msr::empty()), 0);
                assert_eq!([of(on, Msr::HV), of(Msr::empty(), Msr::HV)], [h, h]);
                assert_eq!([of(on | Msr::HV, Msr::HV), of(Msr::HV, Msr::HV)], [h, 0]);
            }
        }
    }
}
