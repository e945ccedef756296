//! Interrupts of Book E: EREF 2.0 chapter 7, E500CORERM chapter 5, E500MCRM chapter 4; PPC440x5UM chapter 6.

use super::Syndrome::{self, Esr, EsrOf, Mcsr, McsrWhile};
use super::table::{InterruptRow, Vector, interrupt};
use super::{Cause, Input, Route};
use crate::cpu::Cpu;
use crate::spr::Behaviour;
use spr_exit::InterruptKind::{self, *};
use spr_exit::{Msr, SavePair, SprNum, num};

/// IVORn for n up to 15.
const fn ivor(n: u16) -> Vector {
    Vector::Ivor(SprNum::wrapping((num::booke::IVOR0.get() + n) as u64))
}

const ME: Msr = Msr::ME;
const ME_DE: Msr = Msr::ME.union(Msr::DE);

/// A row of the base class: saves in SRR0/1, keeps CE, ME and DE (E500CORERM 5.7).
const fn base(kind: InterruptKind, vector: Vector, syndrome: Syndrome, source: &'static str) -> InterruptRow {
    let keeps = Msr::CE.union(Msr::ME).union(Msr::DE);
    interrupt(kind, vector, SavePair::Srr, syndrome, keeps, source)
}

/// A row of the critical class: saves in CSRR0/1, keeps ME, and DE where the debug interrupt has save registers of its own
/// (E500CORERM p. 5-11; PPC440x5UM 6.5.1; Power ISA 2.06 Book III-E 7.6; e200z3 RM 4.6.1 of its debug APU).
const fn critical(kind: InterruptKind, vector: Vector, keeps: Msr, source: &'static str) -> InterruptRow {
    interrupt(kind, vector, SavePair::Csrr, Syndrome::Vector, keeps, source)
}

/// A row of the machine check: clears all of the MSR.
const fn machine_check(kind: InterruptKind, syndrome: Syndrome, source: &'static str) -> InterruptRow {
    interrupt(kind, ivor(1), SavePair::Mcsrr, syndrome, Msr::empty(), source)
}

/// What every Book E processor has. ESR: E500CORERM chapter 2.
#[rustfmt::skip]
pub(crate) const COMMON: &[InterruptRow] = &[
    // ST FP DLK ILK AP BO SPV EPID, of instructions BO. A TLB error of an instruction leaves ESR, as in Linux `kvm/booke.c`.
    base(DataStorage,        ivor(2),  EsrOf(0x01ba_00c0), "EREF 2.0 ch. 7; PPC440x5UM 6.5.4"),
    base(InstructionStorage, ivor(3),  EsrOf(0x0002_0000), "EREF 2.0 ch. 7; PPC440x5UM 6.5.5"),
    base(DataTlb,            ivor(13), EsrOf(0x0188_00c0), "EREF 2.0 ch. 7; PPC440x5UM 6.5.14"),
    base(InstructionTlb,     ivor(14), Syndrome::Vector,   "EREF 2.0 ch. 7; PPC440x5UM 6.5.15"),
    base(External,          ivor(4),  Syndrome::Vector, "EREF 2.0 ch. 7"),
    base(Alignment,         ivor(5),  Esr(0),           "EREF 2.0 ch. 7"),
    base(ProgramIllegal,    ivor(6),  Esr(0x0800_0000), "EREF 2.0 ch. 7 (PIL)"),
    base(ProgramPrivileged, ivor(6),  Esr(0x0400_0000), "EREF 2.0 ch. 7 (PPR)"),
    base(ProgramTrap,       ivor(6),  Esr(0x0200_0000), "EREF 2.0 ch. 7 (PTR)"),
    base(Syscall,           ivor(8),  Syndrome::Vector, "EREF 2.0 ch. 7"),
    base(Decrementer,       ivor(10), Syndrome::Vector, "EREF 2.0 ch. 7"),
    base(FixedInterval,     ivor(11), Syndrome::Vector, "E500CORERM 5.7.10; PPC440x5UM 6.5.12"),
];

/// The row of the debug interrupt: of the MSR only ME stays (PPC440x5UM 6.5; Linux `kvm/booke.c`, `msr_mask`).
const fn debug(pair: SavePair, source: &'static str) -> InterruptRow {
    interrupt(Debug, ivor(15), pair, Syndrome::Vector, Msr::ME, source)
}

pub(crate) const FLOATING_POINT: &[InterruptRow] =
    &[base(FpUnavailable, ivor(7), Syndrome::Vector, "EREF 2.0 ch. 7")];

/// The e500v2's. A fetch finds a bus error (BUS_IBERR); the input is MCP.
#[rustfmt::skip]
pub(crate) const E500V2: &[InterruptRow] = &[
    machine_check(MachineCheck,      Mcsr(0x0000_0010), "E500CORERM ch. 2, MCSR"),
    machine_check(MachineCheckInput, Mcsr(0x8000_0000), "E500CORERM 5.7.2, ch. 2, MCSR (MCP)"),
    machine_check(MachineCheckLoad,  Mcsr(0x0000_0008), "E500CORERM ch. 2, MCSR (BUS_RBERR), MCAR"),
    machine_check(MachineCheckStore, Mcsr(0x0000_0004), "E500CORERM ch. 2, MCSR (BUS_WBERR), MCAR"),
    critical(CriticalInput, ivor(0),  ME, "E500CORERM 5.7.1, p. 5-11"),
    critical(Watchdog,      ivor(12), ME, "E500CORERM 5.7.11, p. 5-11"),
    base(PerformanceMonitor, Vector::Ivor(num::e500::IVOR35), Syndrome::Vector, "E500CORERM 7.4"),
    base(SpeUnavailable, Vector::Ivor(num::e500::IVOR32), Esr(0x80), "E500CORERM 5.7.13 (SPE)"),
    debug(SavePair::Csrr, "E500CORERM 8.2.3, table 8-2"),
];

/// The e500mc's. A fetch reports an error (IF). The input asks until software clears MCSR\[MCP\], and waits while it is
/// disabled.
#[rustfmt::skip]
pub(crate) const E500MC: &[InterruptRow] = &[
    machine_check(MachineCheck,      Mcsr(0x0001_0000), "E500MCRM ch. 2, MCSR"),
    machine_check(MachineCheckInput, McsrWhile { sets: 0x8000_0000, asks: 0x8000_0000 }, "E500MCRM ch. 4, asynchronous machine check (MCP)"),
    // MAV and MEA: MCAR has the effective address. That a store is reported at its instruction is our choice.
    machine_check(MachineCheckLoad,  Mcsr(0x000c_8000), "E500MCRM ch. 2, MCSR (LD MAV MEA)"),
    machine_check(MachineCheckStore, Mcsr(0x000c_4000), "E500MCRM ch. 2, MCSR (ST MAV MEA)"),
    critical(CriticalInput,    ivor(0),                          ME_DE, "E500MCRM ch. 4; Power ISA 2.06 III-E 7.6"),
    critical(Watchdog,         ivor(12),                         ME_DE, "E500MCRM ch. 4; Power ISA 2.06 III-E 7.6"),
    critical(DoorbellCritical, Vector::Ivor(num::e500::IVOR37),  ME_DE, "E500MCRM ch. 4; Power ISA 2.06 III-E 7.6"),
    critical(GuestDoorbellCritical, Vector::Ivor(num::e500::IVOR39), ME_DE, "E500MCRM ch. 4; A2 UM 7.6.21, 7.6.22"),
    base(Doorbell,           Vector::Ivor(num::e500::IVOR36), Syndrome::Vector, "E500MCRM ch. 4; Power ISA 2.06 III-E 7.6"),
    base(PerformanceMonitor, Vector::Ivor(num::e500::IVOR35), Syndrome::Vector, "E500MCRM ch. 4, 9"),
    // Of the hypervisor's, and yet in the guest's save registers.
    interrupt(GuestDoorbell, Vector::Ivor(num::e500::IVOR38), SavePair::Gsrr, Syndrome::Vector, ME_DE.union(Msr::CE), "E500MCRM ch. 4; Linux bookehv_interrupts.S"),
    // These two save in SRR0/1 of the hypervisor.
    base(HypervisorSyscall,   Vector::Ivor(num::e500::IVOR40), Syndrome::Vector, "E500MCRM ch. 4; Linux bookehv_interrupts.S"),
    base(HypervisorPrivilege, Vector::Ivor(num::e500::IVOR41), Syndrome::Vector, "E500MCRM ch. 4; Linux bookehv_interrupts.S"),
    // A class of its own.
    debug(SavePair::Dsrr, "EREF 2.0 ch. 7 (enhanced debug)"),
];

/// The 440's. It tells a fetch in ESR: MCSR is for what is asynchronous. Which line the input is, is our choice: the error of
/// a write on the bus (MCS DWB), which asks while MCS is set.
#[rustfmt::skip]
pub(crate) const PPC440: &[InterruptRow] = &[
    machine_check(MachineCheck,      Esr(0x8000_0000), "PPC440x5UM 6.5.2, p. 180"),
    machine_check(MachineCheckInput, McsrWhile { sets: 0x9000_0000, asks: 0x8000_0000 }, "PPC440x5UM 6.4.12, 6.5.2"),
    machine_check(MachineCheckLoad,  Mcsr(0xa000_0000), "PPC440x5UM 6.4.12, 6.5.2 (MCS DRB)"),
    machine_check(MachineCheckStore, Mcsr(0x9000_0000), "PPC440x5UM 6.4.12, 6.5.2 (MCS DWB)"),
    critical(CriticalInput, ivor(0),  ME, "PPC440x5UM 6.5.1"),
    critical(Watchdog,      ivor(12), ME, "PPC440x5UM 6.5.13"),
    debug(SavePair::Csrr, "PPC440x5UM 6.5, p. 195 to 198"),
];

/// AltiVec of the e6500 (SPV).
pub(crate) const ALTIVEC: &[InterruptRow] = &[base(
    VecUnavailable,
    Vector::Ivor(num::e500::IVOR32),
    Esr(0x80),
    "E6500RM ch. 4; EREF 2.0 ch. 7",
)];

/// EPCR: interrupts in 64-bit mode (EREF 2.0 2.5; a core of 32 bits has no MSR\[CM\] that it could set).
const EPCR_ICM: u64 = 0x0200_0000;

impl Cpu {
    pub(super) fn booke_route(&self, row: &InterruptRow) -> Route {
        if let Some(handler) = self.guests_handler(row) {
            return Route {
                vector: self.booke_vector(num::e500::GIVPR, self.spr_value(handler)),
                pair: SavePair::Gsrr,
                msr: self.guests_handler_msr(row),
                saves: u64::MAX,
            };
        }
        let offset = match row.vector {
            Vector::Ivor(ivor) => self.spr_value(ivor),
            Vector::Offset(offset) => u64::from(offset),
        };
        let mut msr = self.state.regs.msr & row.keeps;
        msr.set(Msr::CM, self.spr_value(num::e500::EPCR) & EPCR_ICM != 0);
        Route {
            vector: self.booke_vector(num::booke::IVPR, offset),
            pair: row.pair,
            msr,
            saves: u64::MAX,
        }
    }

    /// E500CORERM p. 1-23: IVPR\[32:47\], on 64-bit cores IVPR\[0:47\] (EREF 2.0 ch. 7), IVORn\[48:59\].
    fn booke_vector(&self, prefix: SprNum, offset: u64) -> u64 {
        self.spr_value(prefix) & !0xffff | offset & 0xfff0
    }

    /// The bits of ESR that the model has.
    pub(super) fn esr_implemented(&self) -> u64 {
        let row = [num::booke::ESR, num::ppc4xx::ESR_40X]
            .into_iter()
            .find_map(|number| self.model.sprs.row(number).filter(|row| row.name == "ESR"));
        match row.map(|row| row.behaviour) {
            Some(Behaviour::Storage { writable }) => writable,
            _ => 0,
        }
    }

    /// Whether nothing is enabled, nor asks without: the frequent case, decided without a call.
    #[inline(always)]
    pub(super) fn is_booke_closed(&self) -> bool {
        const ENABLES: Msr = Msr::EE.union(Msr::CE).union(Msr::ME).union(Msr::GS);
        const ASKS: Input = Input::MACHINE_CHECK.union(Input::CHECKSTOP);
        !self.state.regs.msr.intersects(ENABLES) && !self.state.inputs.intersects(ASKS)
    }

    /// E500CORERM 5.10.2, PPC440x5UM 6.6.2: machine check, critical input, watchdog, external, fixed-interval timer,
    /// decrementer. The performance monitor stands before the decrementer in E500CORERM 5.11.1; the doorbells as in Power ISA
    /// 2.06 Book III-E 7.8. (5.11.1 has the watchdog late: as an external interrupt does not disable it, it comes before the
    /// first instruction of its handler either way.)
    pub(super) fn booke_due(&self) -> Option<Cause> {
        if self.state.inputs.contains(Input::MACHINE_CHECK)
            || self.is_enabled(Msr::ME) && self.is_mcsr_asking()
        {
            return Some(Cause::MachineCheckInput);
        }
        let asking = self.asking_timers();
        if self.is_enabled(Msr::CE) {
            if self.state.inputs.contains(Input::CRITICAL) {
                return Some(Cause::CriticalInput);
            }
            if asking.watchdog {
                return Some(Cause::Watchdog);
            }
        }
        if self.state.doorbells != 0
            && let Some(cause) = self.critical_doorbell()
        {
            return Some(cause);
        }
        if self.state.inputs.is_external() && self.is_external_enabled_on_booke() {
            return Some(Cause::External);
        }
        if !self.is_enabled(Msr::EE) {
            None
        } else if asking.fixed_interval {
            Some(Cause::FixedInterval)
        } else if self.is_performance_monitor_asking() {
            Some(Cause::PerformanceMonitor)
        } else if asking.decrementer {
            Some(Cause::Decrementer)
        } else {
            self.doorbell()
        }
    }

    /// Whether MCSR asks for a machine check, on CPUs where it does.
    fn is_mcsr_asking(&self) -> bool {
        let row = self.model.vectors.row(MachineCheckInput);
        match row.map(|row| row.syndrome) {
            Some(McsrWhile { asks, .. }) => self.spr_value(num::e500::MCSR) & asks != 0,
            _ => false,
        }
    }
}
