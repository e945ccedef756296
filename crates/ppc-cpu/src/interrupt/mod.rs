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
mod storage;
mod table;
mod table_search;

pub use input::Input;
pub(crate) use storage::DSISR_STORE;
pub use storage::StorageFault;
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
    /// The input of this name.
    ThermalManagement,
    Decrementer,
    /// The input says so, or something wakes the CPU from a power-saving state: then `wake` are the bits of SRR1 that
    /// tell what.
    SystemReset {
        wake: u32,
    },
    /// LPCR\[MER\]: for the hypervisor, once the partition enables external interrupts.
    MediatedExternal,
    /// HMER, under HMEER.
    HypervisorMaintenance,
    HypervisorDecrementer,
    HypervisorVirtualization,
    HypervisorDoorbell,
    Alignment {
        is_store: bool,
    },
    Illegal,
    Privileged,
    /// What only the hypervisor may do, in guest state, or `ehpriv`.
    HypervisorPrivilege,
    Trap,
    /// A floating-point instruction while MSR\[FP\] is 0.
    FpUnavailable,
    /// A vector instruction while MSR\[VEC\] is 0.
    VecUnavailable,
    /// A VSX instruction while MSR\[VSX\] is 0.
    VsxUnavailable,
    /// An instruction with 64-bit GPRs while MSR\[SPE\] is 0.
    SpeUnavailable,
    /// FSCR, HFSCR or MMCR0 keep the guest from a facility.
    Unavailable(Unavailable),
    Syscall {
        level: u8,
    },
    /// What an MMU raises, or a data breakpoint (DABR, DAWR), or a bus without an answer.
    Storage(StorageFault),
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
            Self::ThermalManagement => InterruptKind::ThermalManagement,
            Self::Decrementer => InterruptKind::Decrementer,
            Self::SystemReset { .. } => InterruptKind::SystemReset,
            Self::HypervisorMaintenance => InterruptKind::HypervisorMaintenance,
            Self::HypervisorDecrementer => InterruptKind::HypervisorDecrementer,
            Self::HypervisorVirtualization => InterruptKind::HypervisorVirtualization,
            Self::HypervisorDoorbell => InterruptKind::HypervisorDoorbell,
            Self::Alignment { .. } => InterruptKind::Alignment,
            Self::Illegal => model.vectors.illegal().kind,
            Self::Privileged => InterruptKind::ProgramPrivileged,
            Self::Trap => InterruptKind::ProgramTrap,
            Self::FpUnavailable => InterruptKind::FpUnavailable,
            Self::VecUnavailable => InterruptKind::VecUnavailable,
            Self::VsxUnavailable => InterruptKind::VsxUnavailable,
            Self::SpeUnavailable => InterruptKind::SpeUnavailable,
            Self::Unavailable(Unavailable {
                by: Level::Hypervisor,
                ..
            }) => InterruptKind::HypervisorFacilityUnavailable,
            Self::Unavailable(_) => InterruptKind::FacilityUnavailable,
            Self::HypervisorPrivilege => InterruptKind::HypervisorPrivilege,
            Self::Syscall { level: 1 } if model.vectors.row(InterruptKind::HypervisorSyscall).is_some() => {
                InterruptKind::HypervisorSyscall
            }
            Self::Syscall { .. } => InterruptKind::Syscall,
            Self::Storage(fault) => fault.kind,
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
            (Self::Storage(_), Syndrome::SavedOf(bits)) => self.status() & bits,
            (_, Syndrome::Saved(bits) | Syndrome::SavedAndDsisr { saved: bits, .. }) => bits,
            _ => 0,
        }
    }

    /// What ESR says of it besides its row (ST: E500CORERM chapter 2).
    fn esr_bits(self) -> u64 {
        const ESR_ST: u64 = 0x0080_0000;
        match self {
            Self::Alignment { is_store: true } => ESR_ST,
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

/// SRR1: what woke a server (3.0B Book III 6.5.1).
const WAKE_REASON: u32 = 0x003c_0000;

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
        let cause = self.guests_cause(cause);
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
        let mut srr1 = self.state.regs.msr.bits() & route.saves | cause.saved_bits(row);
        if row.syndrome.is_table_search() {
            srr1 = self.table_search_saved(row, srr1, cause.status());
        }
        let told = self.tell(cause, row, word);
        match cause {
            Cause::Decrementer => self.acknowledge_decrementer(),
            Cause::MachineCheckInput => self.state.inputs.remove(Input::MACHINE_CHECK),
            Cause::SystemReset { wake } if wake == 0 || wake & WAKE_REASON == server::WAKE_RESET => {
                self.state.inputs.remove(Input::SYSTEM_RESET);
            }
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
        self.state.is_unreported = self.config.report_interrupts;
        self.disturb();
    }

    /// Writes down what the handler is told about the cause.
    fn tell(&mut self, cause: Cause, row: &InterruptRow, word: u32) -> Told {
        let mut told = Told {
            dear: self.told_address(cause, row, word),
            ..Told::default()
        };
        match row.syndrome {
            Syndrome::Esr(bits) => told.esr = Some(bits | self.kept_esr() | cause.esr_bits()),
            Syndrome::EsrOf(bits) => {
                told.esr = Some(cause.status() & bits & self.esr_implemented() | self.kept_esr());
            }
            Syndrome::SavedAndDsisr { dsisr, .. } => told.dsisr = Some(dsisr),
            Syndrome::DsisrOf(bits) => told.dsisr = Some(cause.status() & bits),
            Syndrome::Mcsr(bits) => {
                let mcsr = self.spr_value(num::e500::MCSR);
                self.set_spr_value(num::e500::MCSR, mcsr | bits);
            }
            Syndrome::TableSearch => self.begin_table_search(row.kind, told.dear.unwrap_or_default()),
            Syndrome::TlbMiss => self.set_compare(told.dear.unwrap_or_default()),
            Syndrome::Vector | Syndrome::Saved(_) | Syndrome::SavedOf(_) | Syndrome::McsrWhile { .. } => {}
        }
        if let Cause::Alignment { .. } = cause {
            told.dsisr = self.alignment_dsisr(word);
        }
        let registers = self.told_in(row);
        for (number, value) in registers.into_iter().zip([told.dear, told.dsisr, told.esr]) {
            if let Some(value) = value {
                self.set_spr_value(number, value);
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

    /// The address that the handler is told, if any.
    fn told_address(&self, cause: Cause, row: &InterruptRow, word: u32) -> Option<u64> {
        match cause {
            Cause::Alignment { .. } => Some(self.operand_address(word)),
            Cause::Storage(fault) => {
                if row.syndrome.is_table_search() {
                    return Some(table_search::missed(row, fault));
                }
                // Of a machine check MCAR tells it, or DAR where DSISR tells the cause.
                let tells = matches!(row.syndrome, Syndrome::Mcsr(_) | Syndrome::SavedAndDsisr { .. });
                (row.kind.is_of_data() || tells).then(|| self.mask_width(fault.address))
            }
            _ => None,
        }
    }

    /// Where an interrupt tells its address, DSISR's bits and ESR's.
    fn told_in(&self, row: &InterruptRow) -> [SprNum; 3] {
        let kind = row.kind;
        let (dear, esr) = match self.model.interrupts {
            InterruptModel::BookE if self.guests_handler(row).is_some() => {
                (num::e500::GDEAR, num::e500::GESR)
            }
            InterruptModel::BookE if kind.is_machine_check() => (num::e500::MCAR, num::booke::ESR),
            InterruptModel::BookE => (num::booke::DEAR, num::booke::ESR),
            InterruptModel::Ppc405 => (num::ppc4xx::DEAR_40X, num::ppc4xx::ESR_40X),
            InterruptModel::Classic | InterruptModel::Server | InterruptModel::Ppc970 => {
                (num::classic::DAR, num::booke::ESR)
            }
        };
        if row.syndrome == Syndrome::TableSearch {
            let miss = if kind.is_of_data() {
                num::p6xx::DMISS
            } else {
                num::p6xx::IMISS
            };
            [miss, num::classic::DSISR, esr]
        } else if row.syndrome == Syndrome::TlbMiss {
            [num::p74xx::TLBMISS, num::classic::DSISR, esr]
        } else if kind == InterruptKind::HypervisorDataStorage {
            [num::book3s::HDAR, num::book3s::HDSISR, esr]
        } else {
            [dear, num::classic::DSISR, esr]
        }
    }

    /// What DSISR says of a misaligned operand; nothing on Book E and later servers.
    fn alignment_dsisr(&self, word: u32) -> Option<u64> {
        match self.model.interrupts {
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
