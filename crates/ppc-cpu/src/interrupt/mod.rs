//! Interrupts: which are due, and their delivery by the architecture of the model.
//!
//! A [`Cause`] is what happened; the family's file turns it into saved registers, MSR and vector. Delivered here:
//! machine check (fetches outside RAM), external, alignment, program, floating-point unavailable,
//! emulation assistance, decrementer, system call.
//! Not here yet: all others, and every MMU fault.

mod booke;
mod classic;
mod ppc405;
mod ppc970;
mod server;

use crate::cpu::Cpu;
use crate::model::{InterruptModel, Model};
use crate::spr::Level;
use ppc_decode::{Isa, Kind, operands};
use spr_exit::{Fault, Interrupt, InterruptKind, Msr, SavePair};

/// What happened, with what the handler is told about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// An instruction fetch found no memory.
    FetchError,
    External,
    Decrementer,
    Alignment {
        is_store: bool,
    },
    Illegal,
    Privileged,
    Trap,
    /// A floating-point instruction while MSR\[FP\] is 0.
    FpUnavailable,
    Syscall {
        level: u8,
    },
}

impl From<Fault> for Cause {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Illegal => Self::Illegal,
            Fault::Privileged => Self::Privileged,
        }
    }
}

impl Cause {
    /// The name of the interrupt that it is on this model.
    pub(crate) fn kind(self, model: &Model) -> InterruptKind {
        match self {
            Self::FetchError => InterruptKind::MachineCheck,
            Self::External => InterruptKind::External,
            Self::Decrementer => InterruptKind::Decrementer,
            Self::Alignment { .. } => InterruptKind::Alignment,
            // Power ISA 2.07 Book III-S 6.5.18: the illegal instruction goes to the hypervisor.
            Self::Illegal if model.isa.contains(Isa::V2_07) => InterruptKind::EmulationAssist,
            Self::Illegal => InterruptKind::ProgramIllegal,
            Self::Privileged => InterruptKind::ProgramPrivileged,
            Self::Trap => InterruptKind::ProgramTrap,
            Self::FpUnavailable => InterruptKind::FpUnavailable,
            Self::Syscall { .. } => InterruptKind::Syscall,
        }
    }
}

/// What a family makes of a cause.
struct Delivery {
    vector: u64,
    pair: SavePair,
    srr1: u64,
    msr: Msr,
    esr: Option<u64>,
    dear: Option<u64>,
    dsisr: Option<u64>,
}

impl Cpu {
    /// Delivers an interrupt. `saved` is the address that the handler returns to, `word` the instruction that caused
    /// it, if one did.
    pub(crate) fn deliver(&mut self, cause: Cause, saved: u64, word: u32) {
        let delivery = match self.model.interrupts {
            InterruptModel::Classic => self.classic_delivery(cause, word),
            InterruptModel::BookE => self.booke_delivery(cause, word),
            InterruptModel::Server => self.server_delivery(cause, word),
            InterruptModel::Ppc970 => self.ppc970_delivery(cause, word),
            InterruptModel::Ppc405 => self.ppc405_delivery(cause, word),
        };
        let (srr0, srr1) = registers(delivery.pair, self.model.interrupts);
        self.set_spr_value(srr0, saved);
        self.set_spr_value(srr1, delivery.srr1);
        self.write_msr(delivery.msr);
        self.state.regs.cia = self.state.regs.ea(self.mask_width(delivery.vector));
        self.state.deliveries = self.state.deliveries.wrapping_add(1);
        self.state.is_waiting = false;
        self.state.element = 0;
        self.state.last_interrupt = Some(Interrupt {
            kind: cause.kind(self.model),
            vector: self.state.regs.cia,
            pair: delivery.pair,
            srr0: self.mask_width(saved),
            srr1: delivery.srr1,
            esr: delivery.esr,
            dear: delivery.dear,
            dsisr: delivery.dsisr,
            msr: self.state.regs.msr,
        });
        self.state.is_unreported = true;
        self.disturb();
    }

    /// Address of the operand of a load or store, which has not been executed.
    fn operand_address(&self, word: u32) -> u64 {
        let regs = &self.state.regs;
        let Ok(insn) = self.decoder.decode(word) else {
            return 0;
        };
        let row = insn.op.row().operands;
        let base = if row.contains(&operands::RA) {
            regs.gpr[insn.ra()]
        } else {
            regs.ra0(insn.ra())
        };
        // String and atomic operations with a number in the place of RB have no offset.
        let displacement = row.iter().find(|o| o.kind == Kind::Displacement);
        let offset = match displacement {
            Some(operand) => operand.get(word).cast_unsigned(),
            None if row.contains(&operands::RB) => regs.gpr[insn.rb()],
            None => 0,
        };
        regs.ea(base.wrapping_add(offset))
    }

    /// The asynchronous interrupt that is due now, if any: external before decrementer (EREF 2.0 7.11, Power ISA
    /// 3.0B Book III 6.9).
    #[inline]
    pub(crate) fn due(&self) -> Option<Cause> {
        let is_enabled = self.state.regs.msr.contains(Msr::EE);
        if self.state.is_external && self.is_external_enabled(is_enabled) {
            Some(Cause::External)
        } else if is_enabled && self.is_decrementer_pending() {
            Some(Cause::Decrementer)
        } else {
            None
        }
    }

    /// Whether an external interrupt is enabled, MSR\[EE\] being `is_enabled`. A server's hypervisor takes its own
    /// whenever it does not run, and none while it runs under LPCR\[HEIC\] (Power ISA 3.0B Book III 6.5).
    fn is_external_enabled(&self, is_enabled: bool) -> bool {
        match self.level() {
            Level::Hypervisor => is_enabled && !self.has_heic(),
            Level::Supervisor | Level::Problem => is_enabled || self.is_external_to_hypervisor(),
        }
    }
}

/// The numbers of a pair of save registers.
fn registers(pair: SavePair, interrupts: InterruptModel) -> (spr_exit::SprNum, spr_exit::SprNum) {
    use spr_exit::num::{book3s, booke, common, e500, ppc4xx};
    match pair {
        SavePair::Csrr if interrupts == InterruptModel::Ppc405 => (ppc4xx::SRR2, ppc4xx::SRR3),
        SavePair::Csrr => (booke::CSRR0, booke::CSRR1),
        SavePair::Mcsrr => (e500::MCSRR0, e500::MCSRR1),
        SavePair::Hsrr => (book3s::HSRR0, book3s::HSRR1),
        _ => (common::SRR0, common::SRR1),
    }
}
