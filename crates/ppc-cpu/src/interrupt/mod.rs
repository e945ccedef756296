//! Interrupts: which are due, and their delivery by the architecture of the model.
//!
//! A cause is what happened; the model's row for it ([`InterruptRow`]) says where it goes and what it leaves behind, the
//! family's file how base, MSR and hypervisor come into it, and in which order what is due is taken.

pub(crate) mod booke;
pub(crate) mod classic;
mod doorbell;
mod input;
pub(crate) mod ppc405;
pub(crate) mod ppc970;
pub(crate) mod server;
mod table;

pub use input::Input;
pub(crate) use table::interrupt_table;
pub use table::{InterruptRow, InterruptTable, Syndrome, Vector};

use crate::cpu::Cpu;
use crate::model::{InterruptModel, Model};
use crate::spr::{Level, Unavailable};
use ppc_decode::{Kind, operands};
use spr_exit::{Fault, Interrupt, InterruptKind, Msr, SavePair, SprNum, num};

/// What happened, with what the handler is told about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// An instruction fetch found no memory.
    FetchError,
    External,
    /// The input of this name.
    SystemManagement,
    Decrementer,
    /// The input says so, or something wakes the CPU from a power-saving state: then `wake` are the bits of SRR1 that
    /// tell what.
    SystemReset {
        wake: u32,
    },
    /// LPCR\[MER\]: for the hypervisor, once the partition enables external interrupts.
    MediatedExternal,
    HypervisorDecrementer,
    HypervisorVirtualization,
    HypervisorDoorbell,
    Alignment {
        is_store: bool,
    },
    Illegal,
    Privileged,
    Trap,
    /// A floating-point instruction while MSR\[FP\] is 0.
    FpUnavailable,
    /// A vector instruction while MSR\[VEC\] is 0.
    VecUnavailable,
    /// FSCR, HFSCR or MMCR0 keep the guest from a facility.
    Unavailable(Unavailable),
    Syscall {
        level: u8,
    },
    /// A data storage interrupt that no translation raises: `syndrome` is what DSISR or ESR says ([`storage_syndrome`]).
    DataStorage {
        address: u64,
        is_store: bool,
        syndrome: u64,
    },
    InstructionBreakpoint,
    /// An instruction completed under trace, with what SRR1 says of it.
    Trace {
        saved: u64,
    },
    /// A debug event, which DBSR tells.
    Debug,
    CriticalInput,
    /// The machine check input.
    MachineCheckInput,
    Watchdog,
    FixedInterval,
    PerformanceMonitor,
    Doorbell,
    DoorbellCritical,
    GuestDoorbell,
    GuestDoorbellCritical,
    GuestDoorbellMachineCheck,
}

impl From<Unavailable> for Cause {
    fn from(unavailable: Unavailable) -> Self {
        Self::Unavailable(unavailable)
    }
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
            Self::External | Self::MediatedExternal => InterruptKind::External,
            Self::SystemManagement => InterruptKind::SystemManagement,
            Self::Decrementer => InterruptKind::Decrementer,
            Self::SystemReset { .. } => InterruptKind::SystemReset,
            Self::HypervisorDecrementer => InterruptKind::HypervisorDecrementer,
            Self::HypervisorVirtualization => InterruptKind::HypervisorVirtualization,
            Self::HypervisorDoorbell => InterruptKind::HypervisorDoorbell,
            Self::Alignment { .. } => InterruptKind::Alignment,
            Self::Illegal => model.vectors.illegal().kind,
            Self::Privileged => InterruptKind::ProgramPrivileged,
            Self::Trap => InterruptKind::ProgramTrap,
            Self::FpUnavailable => InterruptKind::FpUnavailable,
            Self::VecUnavailable => InterruptKind::VecUnavailable,
            Self::Unavailable(Unavailable {
                by: Level::Hypervisor,
                ..
            }) => InterruptKind::HypervisorFacilityUnavailable,
            Self::Unavailable(_) => InterruptKind::FacilityUnavailable,
            Self::Syscall { .. } => InterruptKind::Syscall,
            Self::DataStorage { .. } => InterruptKind::DataStorage,
            Self::InstructionBreakpoint => InterruptKind::InstructionBreakpoint,
            Self::Trace { .. } => InterruptKind::Trace,
            Self::Debug => InterruptKind::Debug,
            Self::CriticalInput => InterruptKind::CriticalInput,
            Self::MachineCheckInput => InterruptKind::MachineCheckInput,
            Self::Watchdog => InterruptKind::Watchdog,
            Self::FixedInterval => InterruptKind::FixedInterval,
            Self::PerformanceMonitor => InterruptKind::PerformanceMonitor,
            Self::Doorbell => InterruptKind::Doorbell,
            Self::DoorbellCritical => InterruptKind::DoorbellCritical,
            Self::GuestDoorbell => InterruptKind::GuestDoorbell,
            Self::GuestDoorbellCritical | Self::GuestDoorbellMachineCheck => {
                InterruptKind::GuestDoorbellCritical
            }
        }
    }

    /// Whether it wakes the CPU from a power-saving state.
    fn is_wake(self) -> bool {
        matches!(self, Self::SystemReset { wake } if wake != 0)
    }

    /// What the saved MSR says of it, where the row alone does not say it.
    fn saved_bits(self, row: &InterruptRow) -> u64 {
        /// SRR1, bit 42: the exception was mediated (Power ISA 3.0B III 6.5.7.2).
        const MEDIATED: u64 = 0x0020_0000;
        match (self, row.syndrome) {
            (Self::SystemReset { wake }, _) => wake.into(),
            (Self::MediatedExternal, _) => MEDIATED,
            (Self::Trace { saved }, Syndrome::Saved(bits)) => saved | bits,
            (Self::Trace { saved }, _) => saved,
            (_, Syndrome::Saved(bits)) => bits,
            _ => 0,
        }
    }

    /// What ESR says of it besides its row (ST: E500CORERM chapter 2).
    fn esr_bits(self) -> u64 {
        const ESR_ST: u64 = 0x0080_0000;
        let st = |is_store: bool| if is_store { ESR_ST } else { 0 };
        match self {
            Self::Alignment { is_store } => st(is_store),
            Self::DataStorage { is_store, syndrome, .. } => st(is_store) | syndrome,
            _ => 0,
        }
    }
}

/// Where a family lets an interrupt go.
struct Route {
    vector: u64,
    pair: SavePair,
    msr: Msr,
    /// Bits of the MSR that are saved; the others of the save register are zero or tell the cause.
    saves: u64,
}

/// DSISR of a data storage interrupt: a store (MPC750UM 4.5.3; Power ISA 3.0B III 6.5.3, bit 38).
const DSISR_STORE: u64 = 0x0200_0000;

/// What DSISR, or ESR of Book E, says of a data storage interrupt that no translation raises.
pub(crate) mod storage_syndrome {
    /// A match of DABR or DAWR (MPC750UM 4.5.3; Power ISA 3.0B III 6.5.3, bit 41).
    pub(crate) const BREAKPOINT: u64 = 0x0040_0000;
    /// External control while EAR\[E\] is 0 (PEM 6.4.3, bit 11).
    pub(crate) const EXTERNAL_CONTROL: u64 = 0x0010_0000;
    /// A coprocessor that ACOP does not grant (Linux `asm/reg.h`, `DSISR_ICSWX_NO_CT`).
    pub(crate) const COPROCESSOR: u64 = 0x4000;
    /// A copy from what is no ordinary memory (Linux `asm/reg.h`, `DSISR_BAD_COPYPASTE`).
    pub(crate) const COPY: u64 = 0x8;
    /// An atomic operation with a function code that is not defined (Linux `asm/reg.h`, `DSISR_BAD_AMO`).
    pub(crate) const FUNCTION_CODE: u64 = 0x4;
    /// Locking in the data cache without MSR\[UCLE\] (ESR\[DLK\]: EREF 2.0 ch. 2; Linux `asm/reg_booke.h`).
    pub(crate) const DATA_LOCK: u64 = 0x0020_0000;
    /// The same in the instruction cache (ESR\[ILK\]).
    pub(crate) const INSTRUCTION_LOCK: u64 = 0x0010_0000;
}

/// What the handler is told besides the saved registers.
#[derive(Default)]
struct Told {
    esr: Option<u64>,
    dear: Option<u64>,
    dsisr: Option<u64>,
}

impl Cpu {
    /// Delivers an interrupt. `saved` is the address that the handler returns to, `word` the instruction that caused
    /// it, if one did. What the model has no interrupt for is an illegal instruction there.
    pub(crate) fn deliver(&mut self, cause: Cause, saved: u64, word: u32) {
        let (cause, row) = match self.model.vectors.row(cause.kind(self.model)) {
            Some(row) => (cause, row),
            None => (Cause::Illegal, self.model.vectors.illegal()),
        };
        let route = match self.model.interrupts {
            InterruptModel::Classic => self.classic_route(row),
            InterruptModel::BookE => self.booke_route(row),
            InterruptModel::Server => self.server_route(row, cause),
            InterruptModel::Ppc970 => self.ppc970_route(row, cause),
            InterruptModel::Ppc405 => self.ppc405_route(row),
        };
        let srr1 = self.state.regs.msr.bits() & route.saves | cause.saved_bits(row);
        let told = self.tell(cause, row, word);
        match cause {
            Cause::Decrementer => self.acknowledge_decrementer(),
            Cause::MachineCheckInput => self.state.inputs.remove(Input::MACHINE_CHECK),
            Cause::SystemReset { wake: 0 } => self.state.inputs.remove(Input::SYSTEM_RESET),
            _ => self.acknowledge_doorbell(cause),
        }
        if cause == Cause::PerformanceMonitor {
            self.state.monitor.is_signaled = false;
        }
        let pair = registers(route.pair, self.model.interrupts);
        self.set_spr_value(pair.0, saved);
        self.set_spr_value(pair.1, srr1);
        self.watch_delivery(route.pair);
        self.write_msr(route.msr);
        // A base may have been given from outside bits that the guest cannot set.
        self.state.regs.cia = self.state.regs.ea(self.mask_width(route.vector)) & !3;
        self.state.deliveries = self.state.deliveries.wrapping_add(1);
        self.state.is_waiting = false;
        self.state.element = 0;
        self.state.last_interrupt = Some(Interrupt {
            kind: row.kind,
            vector: self.state.regs.cia,
            pair: route.pair,
            srr0: self.mask_width(saved),
            srr1,
            esr: told.esr,
            dear: told.dear,
            dsisr: told.dsisr,
            msr: self.state.regs.msr,
        });
        self.state.is_unreported = true;
        self.disturb();
    }

    /// Writes down what the handler is told about the cause.
    fn tell(&mut self, cause: Cause, row: &InterruptRow, word: u32) -> Told {
        let mut told = Told::default();
        let is_405 = self.model.interrupts == InterruptModel::Ppc405;
        match row.syndrome {
            Syndrome::Esr(bits) => {
                let number = if is_405 {
                    num::ppc4xx::ESR_40X
                } else {
                    num::booke::ESR
                };
                let esr = bits | self.kept_esr() | cause.esr_bits();
                self.set_spr_value(number, esr);
                told.esr = Some(esr);
            }
            Syndrome::Mcsr(bits) => {
                let mcsr = self.spr_value(num::e500::MCSR);
                self.set_spr_value(num::e500::MCSR, mcsr | bits);
            }
            Syndrome::Vector | Syndrome::Saved(_) | Syndrome::McsrWhile { .. } => {}
        }
        let address = match cause {
            Cause::Alignment { .. } => Some(self.operand_address(word)),
            Cause::DataStorage { address, .. } => Some(address),
            _ => None,
        };
        if let Some(address) = address {
            let number = match self.model.interrupts {
                InterruptModel::BookE => num::booke::DEAR,
                InterruptModel::Ppc405 => num::ppc4xx::DEAR_40X,
                InterruptModel::Classic | InterruptModel::Server | InterruptModel::Ppc970 => {
                    num::classic::DAR
                }
            };
            self.set_spr_value(number, address);
            told.dear = Some(address);
            told.dsisr = self.dsisr(cause, word);
            if let Some(dsisr) = told.dsisr {
                self.set_spr_value(num::classic::DSISR, dsisr);
            }
        }
        if row.kind == InterruptKind::EmulationAssist {
            self.set_spr_value(num::book3s::HEIR, u64::from(word));
        }
        if let Cause::Unavailable(unavailable) = cause {
            self.tell_unavailable(unavailable);
        }
        told
    }

    /// What DSISR says of an operand: of a misaligned one, nothing on later servers; Book E has no DSISR.
    fn dsisr(&self, cause: Cause, word: u32) -> Option<u64> {
        let interrupts = self.model.interrupts;
        if let Cause::DataStorage { is_store, syndrome, .. } = cause {
            let has_esr = matches!(interrupts, InterruptModel::BookE | InterruptModel::Ppc405);
            let dsisr = syndrome | if is_store { DSISR_STORE } else { 0 };
            return (!has_esr).then_some(dsisr);
        }
        match interrupts {
            InterruptModel::Classic => Some(classic::alignment_dsisr(word).into()),
            InterruptModel::Ppc970 => Some(ppc970::alignment_dsisr(word).into()),
            InterruptModel::BookE | InterruptModel::Server | InterruptModel::Ppc405 => None,
        }
    }

    /// Address of the operand of a load or store, which has not been executed.
    pub(crate) fn operand_address(&self, word: u32) -> u64 {
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

    /// The interrupt that is taken before the next instruction, if any: trace and debug before what is asynchronous, but for
    /// a machine check (MPC750UM table 4-3; EREF 2.0 7.11).
    #[cold]
    pub(crate) fn next_due(&self) -> Option<Cause> {
        let due = self.due();
        match due {
            Some(Cause::MachineCheckInput) => due,
            _ => self.watch_due().or(due),
        }
    }

    /// Whether interrupts that this bit of the MSR enables are. In guest state all of the hypervisor's are (EREF 2.0 2.6.1,
    /// MSR\[GS\]; no other model has the bit).
    #[inline]
    pub(crate) fn is_enabled(&self, bit: Msr) -> bool {
        self.state.regs.msr.intersects(bit | Msr::GS)
    }

    /// The asynchronous interrupt that is due now, if any: of those that are enabled the first in the family's order.
    #[inline(always)]
    pub(crate) fn due(&self) -> Option<Cause> {
        if self.model.interrupts == InterruptModel::BookE && self.is_booke_closed() {
            return None;
        }
        self.due_of_the_family()
    }

    #[inline(never)]
    fn due_of_the_family(&self) -> Option<Cause> {
        match self.model.interrupts {
            InterruptModel::Classic => self.classic_due(),
            InterruptModel::BookE => self.booke_due(),
            InterruptModel::Server | InterruptModel::Ppc970 => self.server_due(),
            InterruptModel::Ppc405 => self.ppc405_due(),
        }
    }
}

/// The numbers of a pair of save registers.
fn registers(pair: SavePair, interrupts: InterruptModel) -> (SprNum, SprNum) {
    use num::{book3s, booke, common, e500, ppc4xx};
    match pair {
        SavePair::Csrr if interrupts == InterruptModel::Ppc405 => (ppc4xx::SRR2, ppc4xx::SRR3),
        SavePair::Csrr => (booke::CSRR0, booke::CSRR1),
        SavePair::Mcsrr => (e500::MCSRR0, e500::MCSRR1),
        SavePair::Hsrr => (book3s::HSRR0, book3s::HSRR1),
        SavePair::Dsrr => (e500::DSRR0, e500::DSRR1),
        SavePair::Gsrr => (e500::GSRR0, e500::GSRR1),
        _ => (common::SRR0, common::SRR1),
    }
}
