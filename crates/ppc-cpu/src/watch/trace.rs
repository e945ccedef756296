//! Trace: the interrupt behind every instruction (MSR\[SE\]), every branch (MSR\[BE\]) or the one at CIABR.
//!
//! MPC750UM 4.5.11, MPC603eUM 4.5.11; PowerPC Book III 2.01; Power ISA 3.0B Book III 6.5.15 (MSR\[TE\], its two bits being SE
//! and BE) and Debug Facilities (CIABR).

use crate::cpu::Cpu;
use crate::exec::{branch, operand};
use crate::model::InterruptModel;
use crate::spr::Level;
use crate::watch::Watched;
use ppc_decode::{Atomic, Branch, Insn, Op, System};
use spr_exit::{Msr, num};

/// SRR1 of a server: a load was traced, a store, an instruction at CIABR (bits 35, 36 and 43; Power ISA 3.0B Book III
/// 6.5.15; for the last QEMU `tcg-excp_helper.c`).
const SRR1_LOAD: u64 = 0x1000_0000;
const SRR1_STORE: u64 = 0x0800_0000;
const SRR1_CIABR: u64 = 0x0010_0000;

/// What is told of a traced instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Traced {
    /// Its address.
    cia: u64,
    /// That of its operand in storage.
    operand: Option<u64>,
    /// Bits of SRR1.
    saved: u64,
}

impl Cpu {
    /// What the trace of an instruction is going to tell; none if it is not traced.
    pub(super) fn traced(&self, insn: Insn) -> Option<Traced> {
        let (regs, msr) = (&self.state.regs, self.state.regs.msr);
        let is_branch = matches!(insn.op, Op::Branch(op) if branch::goes(regs, insn, op).is_some());
        let is_at_ciabr = self.is_at_ciabr();
        let is_wanted = msr.contains(Msr::SE) || msr.contains(Msr::BE) && is_branch || is_at_ciabr;
        if !is_wanted || self.is_never_traced(insn.op) {
            return None;
        }
        let cia = regs.cia;
        if self.model.interrupts != InterruptModel::Server {
            return Some(Traced {
                cia,
                operand: None,
                saved: 0,
            });
        }
        let operand = operand::operand(self, insn);
        let access = operand.map_or(0, |operand| access_bits(operand.extent.purpose));
        Some(Traced {
            cia,
            operand: operand.map(|operand| operand.address),
            saved: access | if is_at_ciabr { SRR1_CIABR } else { 0 },
        })
    }

    /// Whether CIABR names the next instruction and who executes it.
    fn is_at_ciabr(&self) -> bool {
        if self.model.interrupts != InterruptModel::Server {
            return false;
        }
        let ciabr = self.spr_value(num::book3s::CIABR);
        let level = match self.level() {
            Level::Problem => 1,
            Level::Supervisor => 2,
            Level::Hypervisor => 3,
        };
        ciabr & 3 == level && ciabr & !3 == self.state.regs.cia
    }

    /// Returns from interrupts, so that they can lead into a traced program; instructions that stop the CPU; `scv`, which is an
    /// interrupt, as `sc` is, but completes here. The classic processors do not trace `isync` either (MPC603eUM 4.5.11;
    /// 750GX UM 4.5.11).
    fn is_never_traced(&self, op: Op) -> bool {
        match op {
            Op::Atomic(Atomic::Isync) => self.model.interrupts == InterruptModel::Classic,
            Op::System(
                System::Rfi
                | System::Rfid
                | System::Hrfid
                | System::Rfscv
                | System::Urfid
                | System::Stop
                | System::Doze
                | System::Nap
                | System::Sleep
                | System::Rvwinkle,
            )
            | Op::Branch(Branch::Scv) => true,
            _ => false,
        }
    }

    /// A traced instruction is complete: the interrupt is due.
    pub(super) fn complete_trace(&mut self, traced: Traced) {
        if self.model.interrupts == InterruptModel::Server {
            self.set_spr_value(num::book3s::SIAR, traced.cia);
            if let Some(address) = traced.operand {
                self.set_spr_value(num::book3s::SDAR, address);
            }
        }
        self.state.watched = Some(Watched::Traced { saved: traced.saved });
    }
}

/// What SRR1 says of an access. Managing a cache counts as a load, but for what makes a block of zeros or asks for one to
/// store into (Power ISA 3.0B Book II 4.3).
const fn access_bits(purpose: operand::Purpose) -> u64 {
    use operand::Purpose;
    match purpose {
        Purpose::Load | Purpose::Touch | Purpose::Clean | Purpose::Invalidate => SRR1_LOAD,
        Purpose::Store | Purpose::Zero | Purpose::TouchForStore => SRR1_STORE,
        Purpose::Exchange => SRR1_LOAD | SRR1_STORE,
    }
}
