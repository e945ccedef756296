//! Guest state of the e500mc and its successors, category Embedded.Hypervisor: what MSR\[GS\] = 1 redirects, keeps from the guest
//! and delivers to it.
//!
//! EREF 2.0 chapters 2, 5, 7 and Power ISA 2.06 Book III-E (E.HV), chapter level; bits of EPCR and MSRP compared with Linux
//! `asm/reg_booke.h`, what a hypervisor has to do itself with KVM's `e500mc.c` and `bookehv_interrupts.S` and with Freescale's
//! `emulate.c`. Guest doorbells are in [`crate::interrupt`]. Not here: guest timers. Power ISA 2.07 has them (GDECAR 53, GTSRWR 60,
//! GDEC 374, GTCR 375, GTSR 376, GIVOR10 to 12); that the e6500 does, no source at hand says, nor what they do.

use crate::cpu::Cpu;
use crate::exec::{Flow, Stop};
use crate::interrupt::{Cause, InterruptRow};
use crate::spr::SprTable;
use ppc_decode::{Op, System, Tlb};
use spr_exit::num::{booke, common, e500};
use spr_exit::{InterruptKind, Msr, SprNum};

/// What a guest names, and what it gets.
const REDIRECTED: &[(SprNum, SprNum)] = &[
    (common::SRR0, e500::GSRR0),
    (common::SRR1, e500::GSRR1),
    (common::SPRG0, e500::GSPRG0),
    (common::SPRG1, e500::GSPRG1),
    (common::SPRG2, e500::GSPRG2),
    (common::SPRG3, e500::GSPRG3),
    (booke::SPRG3_USER, e500::GSPRG3),
    (booke::DEAR, e500::GDEAR),
    (booke::ESR, e500::GESR),
    (booke::PIR, e500::GPIR),
    (e500::EPR, e500::GEPR),
];

/// The number behind which a guest finds the register that it names.
pub(crate) fn redirected(sprs: &SprTable, sprn: SprNum) -> SprNum {
    REDIRECTED
        .iter()
        .find(|(named, guest)| *named == sprn && sprs.position(*guest).is_some())
        .map_or(sprn, |(_, guest)| *guest)
}

/// EPCR: interrupts that a guest gets itself, by their kind; the handler's register.
const DIRECTED: &[(InterruptKind, u64, SprNum)] = &[
    (InterruptKind::External, EXTGS, e500::GIVOR4),
    (InterruptKind::DataTlb, 0x4000_0000, e500::GIVOR13),
    (InterruptKind::InstructionTlb, 0x2000_0000, e500::GIVOR14),
    (InterruptKind::DataStorage, 0x1000_0000, e500::GIVOR2),
    (InterruptKind::InstructionStorage, 0x0800_0000, e500::GIVOR3),
];
const EXTGS: u64 = 0x8000_0000;
/// EPCR: a guest's handlers run in 64-bit mode; a guest has no `tlbilx`.
const GICM: u64 = 0x0100_0000;
const DGTMI: u64 = 0x0080_0000;

/// MSRP: bits of the MSR that are the hypervisor's, at the same places.
const UCLEP: u64 = Msr::UCLE.bits();
const DEP: u64 = Msr::DE.bits();
const PMMP: u64 = Msr::PMM.bits();

impl Cpu {
    /// Whether a guest runs. (No model without guest state has the bit.)
    #[inline]
    pub(crate) fn is_guest(&self) -> bool {
        self.state.regs.msr.contains(Msr::GS)
    }

    fn is_guest_supervisor(&self) -> bool {
        self.is_guest() && !self.state.regs.msr.contains(Msr::PR)
    }

    /// Bits of the MSR that the code which runs cannot change: GS, out of which only an interrupt leads, and what MSRP protects.
    pub(crate) fn protected_msr(&self) -> Msr {
        if self.is_guest() {
            let msrp = self.spr_value(e500::MSRP) & (UCLEP | DEP | PMMP);
            Msr::GS | Msr::from_bits_retain(msrp)
        } else {
            Msr::empty()
        }
    }

    /// The interrupt that a cause is here: what privileged code may not do is the hypervisor's.
    pub(crate) fn guests_cause(&self, cause: Cause) -> Cause {
        match cause {
            Cause::Privileged if self.is_guest_supervisor() => Cause::HypervisorPrivilege,
            other => other,
        }
    }

    /// Where the guest's own handler of an interrupt is, if it gets it: GIVORn.
    pub(crate) fn guests_handler(&self, row: &InterruptRow) -> Option<SprNum> {
        if !self.is_guest() {
            return None;
        }
        if row.kind == InterruptKind::Syscall {
            return Some(e500::GIVOR8);
        }
        let epcr = self.spr_value(e500::EPCR);
        DIRECTED
            .iter()
            .find(|(kind, bit, _)| *kind == row.kind && epcr & bit != 0)
            .map(|(.., handler)| *handler)
    }

    /// The MSR in which a guest's handler begins.
    pub(crate) fn guests_handler_msr(&self, row: &InterruptRow) -> Msr {
        let mut msr = self.state.regs.msr & (row.keeps | self.protected_msr());
        msr.set(Msr::CM, self.spr_value(e500::EPCR) & GICM != 0);
        msr
    }

    /// Whether external interrupts are enabled: while they are the guest's, for it alone.
    pub(crate) fn is_external_enabled_on_booke(&self) -> bool {
        if self.spr_value(e500::EPCR) & EXTGS != 0 {
            self.state.regs.msr.contains(Msr::GS | Msr::EE)
        } else {
            self.is_enabled(Msr::EE)
        }
    }

    /// Keeps a guest's supervisor from instructions that are the hypervisor's, although they are open to supervisors of CPUs
    /// without one.
    pub(crate) fn check_hypervisors(&self, op: Op) -> Flow {
        let is_hypervisors = match op {
            Op::System(System::Rfci | System::Rfdi | System::Rfmci) => true,
            Op::Tlb(Tlb::TlbreMas | Tlb::TlbweMas | Tlb::TlbsxMas | Tlb::Tlbivax | Tlb::Tlbsync) => true,
            Op::Tlb(Tlb::Tlbilx) => self.spr_value(e500::EPCR) & DGTMI != 0,
            _ => false,
        };
        if is_hypervisors && self.is_guest() {
            return Err(Stop::Interrupt(Cause::HypervisorPrivilege));
        }
        Ok(())
    }

    /// Cache locks of a guest, where MSRP\[UCLEP\] has taken MSR\[UCLE\] from it.
    pub(crate) fn check_guests_lock(&self) -> Flow {
        if self.is_guest()
            && self.spr_value(e500::MSRP) & UCLEP != 0
            && !self.state.regs.msr.contains(Msr::UCLE)
        {
            return Err(Stop::Interrupt(Cause::HypervisorPrivilege));
        }
        Ok(())
    }

    /// Whether MSRP\[PMMP\] keeps the performance monitor from the guest that runs.
    pub(crate) fn is_monitor_protected(&self) -> bool {
        self.is_guest() && self.spr_value(e500::MSRP) & PMMP != 0
    }
}
