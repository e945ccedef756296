//! Interrupts of the 32-bit classic processors: MPC750 UM chapter 4 (tables 4-2, 4-4 to 4-10), 750GX UM chapter 4.

use super::Syndrome::{self, DsisrOf, Saved, SavedOf};
use super::table::{InterruptRow, Vector, interrupt};
use super::{Cause, Input, Route};
use crate::cpu::Cpu;
use spr_exit::InterruptKind::{self, *};
use spr_exit::{Msr, SavePair};

/// A row: those that save in SRR0/1 keep ILE, IP and, but for the machine check, ME; the e300's also CE (E300CORERM ch. 5).
const fn at(kind: InterruptKind, offset: u16, syndrome: Syndrome, source: &'static str) -> InterruptRow {
    let mut keeps = Msr::ILE.union(Msr::IP);
    if !kind.is_machine_check() {
        keeps = keeps.union(Msr::ME).union(Msr::CE_E300);
    }
    interrupt(
        kind,
        Vector::Offset(offset),
        SavePair::Srr,
        syndrome,
        keeps,
        source,
    )
}

/// What every classic processor has.
#[rustfmt::skip]
pub(crate) const COMMON: &[InterruptRow] = &[
    at(SystemReset,       0x100, Syndrome::Vector,   "MPC750UM 4.5.1"),
    // A fetch without memory is a machine check by TEA, the input is MCP.
    at(MachineCheck,      0x200, Saved(0x0004_0000), "MPC750UM 4.5.2"),
    at(MachineCheckInput, 0x200, Saved(0x0008_0000), "MPC750UM 4.5.2"),
    at(MachineCheckLoad,  0x200, Saved(0x0004_0000), "MPC750UM 4.5.2"),
    at(MachineCheckStore, 0x200, Saved(0x0004_0000), "MPC750UM 4.5.2"),
    at(External,          0x500, Syndrome::Vector,   "MPC750UM 4.5.5"),
    at(Alignment,         0x600, Syndrome::Vector,   "MPC750UM 4.5.6"),
    at(ProgramIllegal,    0x700, Saved(0x0008_0000), "MPC750UM 4.5.7"),
    at(ProgramPrivileged, 0x700, Saved(0x0004_0000), "MPC750UM 4.5.7"),
    at(ProgramTrap,       0x700, Saved(0x0002_0000), "MPC750UM 4.5.7"),
    at(FpUnavailable,     0x800, Syndrome::Vector,   "MPC750UM 4.5.8"),
    at(Decrementer,       0x900, Syndrome::Vector,   "MPC750UM 4.5.9"),
    at(Syscall,           0xc00, Syndrome::Vector,   "MPC750UM 4.5.10"),
    // By user space, or by a data breakpoint (DABR). DSISR: direct-store, not found, protection, access of that kind, store,
    // breakpoint, segment, external control.
    at(DataStorage,       0x300, DsisrOf(0xce70_0000), "PEM32 6.4.3; MPC750UM 4.5.3"),
    // SRR1: not found, no execution there, protection.
    at(InstructionStorage, 0x400, SavedOf(0x5800_0000), "PEM32 6.4.4; MPC750UM 4.5.4"),
    at(Trace,             0xd00, Syndrome::Vector,   "MPC750UM 4.5.11"),
    at(InstructionBreakpoint, 0x1300, Syndrome::Vector, "750GX UM 4.5.14, table 4-11"),
    at(SystemManagement,  0x1400, Syndrome::Vector,  "MPC750UM 4.5.15; 603e UM 4.5.16; MPC7400UM p. 4-4; MPC7450UM 4.6.16"),
];

/// What those with a performance monitor have.
pub(crate) const MONITOR: &[InterruptRow] = &[at(
    PerformanceMonitor,
    0xf00,
    Syndrome::Vector,
    "MPC750UM 4.5.13; MPC7400UM p. 4-4; 604e UM ch. 4",
)];

/// What those with AltiVec have.
pub(crate) const ALTIVEC: &[InterruptRow] = &[at(
    VecUnavailable,
    0xf20,
    Syndrome::Vector,
    "MPC7400UM p. 4-4; MPC7450UM 4.6.12",
)];

/// What those with a thermal assist unit have. Its registers are user space's, and so is its output.
pub(crate) const THERMAL: &[InterruptRow] = &[at(
    ThermalManagement,
    0x1700,
    Syndrome::Vector,
    "MPC750UM 4.5.16; MPC7400UM p. 4-4",
)];

/// What those have that search the page table in software.
#[rustfmt::skip]
pub(crate) const TABLE_SEARCH: &[InterruptRow] = &[
    at(InstructionTlb, 0x1000, Syndrome::TableSearch, "603e UM 4.5.12"),
    at(DataTlb,        0x1100, Syndrome::TableSearch, "603e UM 4.5.13"),
    at(DataStoreTlb,   0x1200, Syndrome::TableSearch, "603e UM 4.5.14"),
];

/// The same of the 7450 family, while HID0\[STEN\] is set.
#[rustfmt::skip]
pub(crate) const TLB_MISS: &[InterruptRow] = &[
    at(InstructionTlb, 0x1000, Syndrome::TlbMiss, "MPC7450UM 4.6.15, 5.5.5"),
    at(DataTlb,        0x1100, Syndrome::TlbMiss, "MPC7450UM 4.6.15, 5.5.5"),
    at(DataStoreTlb,   0x1200, Syndrome::TlbMiss, "MPC7450UM 4.6.15, 5.5.5"),
];

/// What the e300 has. That a critical interrupt keeps ME is our choice, as on Book E.
pub(crate) const CRITICAL: &[InterruptRow] = &[interrupt(
    CriticalInput,
    Vector::Offset(0xa00),
    SavePair::Csrr,
    Syndrome::Vector,
    Msr::ILE.union(Msr::IP).union(Msr::ME),
    "E300CORERM ch. 5",
)];

/// Bits of the MSR that SRR1 saves: 0, 5 to 9 and 16 to 31 (750GX UM p. 160).
const SAVED: u64 = 0x87c0_ffff;

impl Cpu {
    pub(super) fn classic_route(&self, row: &InterruptRow) -> Route {
        let old = self.state.regs.msr;
        let mut msr = old & row.keeps;
        msr.set(Msr::LE, old.contains(Msr::ILE));
        if row.syndrome == Syndrome::TableSearch {
            msr |= Msr::TGPR;
        }
        let base = if old.contains(Msr::IP) { 0xfff0_0000 } else { 0 };
        Route {
            vector: base + row.offset(),
            pair: row.pair,
            msr,
            saves: SAVED,
        }
    }

    /// MPC750UM table 4-3: machine check, system reset, (E300CORERM table 5-2: critical,) system management, external,
    /// performance monitor, decrementer, thermal management.
    pub(super) fn classic_due(&self) -> Option<Cause> {
        let (inputs, msr) = (self.state.inputs, self.state.regs.msr);
        if !inputs.is_empty()
            && let Some(cause) = pressing(inputs, msr)
        {
            return Some(cause);
        }
        if !msr.contains(Msr::EE) {
            None
        } else if inputs.is_external() {
            Some(Cause::External)
        } else if self.state.monitor.is_signaled {
            Some(Cause::PerformanceMonitor)
        } else {
            self.lower_due(inputs)
        }
    }

    fn lower_due(&self, inputs: Input) -> Option<Cause> {
        if self.is_decrementer_pending() {
            Some(Cause::Decrementer)
        } else {
            inputs
                .contains(Input::THERMAL_MANAGEMENT)
                .then_some(Cause::ThermalManagement)
        }
    }
}

/// What goes before external interrupts.
fn pressing(inputs: Input, msr: Msr) -> Option<Cause> {
    let by_input = [
        (Input::MACHINE_CHECK, true, Cause::MachineCheckInput),
        (Input::SYSTEM_RESET, true, Cause::SystemReset { wake: 0 }),
        (Input::CRITICAL, msr.contains(Msr::CE_E300), Cause::CriticalInput),
        (
            Input::SYSTEM_MANAGEMENT,
            msr.contains(Msr::EE),
            Cause::SystemManagement,
        ),
    ];
    by_input
        .into_iter()
        .find(|(input, is_enabled, _)| *is_enabled && inputs.contains(*input))
        .map(|(.., cause)| cause)
}

/// DSISR of an alignment interrupt: which instruction, and its RT and RA (PEM 6.4.6.1; MPC750 UM 4.5.6).
pub(super) fn alignment_dsisr(word: u32) -> u32 {
    /// Bits `first..=last` of the word, in Power order, right-aligned.
    const fn field(word: u32, first: u32, last: u32) -> u32 {
        word << first >> (31 - (last - first))
    }
    let registers = field(word, 6, 15);
    let form = if field(word, 0, 5) == 31 {
        field(word, 29, 30) << 15 | field(word, 25, 25) << 14 | field(word, 21, 24) << 10
    } else {
        field(word, 5, 5) << 14 | field(word, 1, 4) << 10
    };
    form | registers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dsisr_of_an_alignment_interrupt_is_the_one_of_the_table_in_the_manual() {
        // DSISR[15:21] in the PEM's table of alignment interrupts: lmw, stmw, lwarx, stwcx.
        assert_eq!(alignment_dsisr(0xbba1_0004) >> 10, 0b0000111);
        assert_eq!(alignment_dsisr(0xbfa1_0004) >> 10, 0b0010111);
        assert_eq!(alignment_dsisr(0x7c60_2028) >> 10, 0b0000000);
        assert_eq!(alignment_dsisr(0x7c60_212d) >> 10, 0b1000010);
        assert_eq!(alignment_dsisr(0xbba1_0004) & 0x3ff, 29 << 5 | 1);
    }
}
