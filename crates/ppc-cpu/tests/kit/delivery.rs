//! How tests of interrupts bring them about, and compare what the handler finds with a table of the manual's.

use super::{START, machine, run, spr, tcr};
use ppc_cpu::Machine;
use ppc_cpu::model::{InterruptModel, Model};
use ppc_decode::asm;
use spr_exit::num::{book3s, booke, classic, common, e500, ppc4xx};
use spr_exit::{Exit, Interrupt, InterruptKind, Msr, SavePair};

/// How the test brings each interrupt about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A word that is no instruction on any PowerPC: all zero (Power ISA Book I, illegal instruction).
    Illegal,
    /// `mfmsr` in problem state.
    Privileged,
    /// `twi 31, r0, 0`.
    Trap,
    /// `sc`.
    Syscall,
    /// `lwarx` of an address that is no multiple of four.
    Alignment,
    /// `stwcx.` of such an address.
    AlignmentOfAStore,
    Decrementer,
    External,
    /// A branch to where no memory is, with MSR\[ME\] = 1.
    MachineCheck,
}

/// Address of the misaligned access: RB = 0x3002.
pub(crate) const MISALIGNED: u64 = 0x3002;
/// Where no memory is.
pub(crate) const NOWHERE: u64 = 0x4000_0000;

/// `lwarx r5, 0, r4` and `stwcx. r5, 0, r4`.
pub(crate) const LWARX: u32 = asm::lwarx(5, 0, 4);
pub(crate) const STWCX: u32 = asm::stwcx_rc(5, 0, 4);

/// What the manual says the handler finds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) kind: InterruptKind,
    pub(crate) vector: u64,
    pub(crate) pair: SavePair,
    /// Saved pc.
    pub(crate) pc: u64,
    /// Saved MSR with cause bits.
    pub(crate) saved: u64,
    pub(crate) msr: u64,
    /// ESR on Book E.
    pub(crate) esr: Option<u64>,
    /// DEAR or DAR.
    pub(crate) address: Option<u64>,
    /// DSISR on the 750.
    pub(crate) dsisr: Option<u64>,
}

/// Runs until the interrupt was delivered, from an MSR of `msr` (which the cause may have to change).
pub(crate) fn take(model: &'static Model, cause: Cause, msr: u64) -> Machine {
    let word = match cause {
        Cause::Illegal => 0,
        Cause::Privileged => asm::mfmsr(3),
        Cause::Trap => asm::twi(31, 0, 0),
        Cause::Syscall => asm::sc(),
        Cause::Alignment => LWARX,
        Cause::AlignmentOfAStore => STWCX,
        Cause::Decrementer | Cause::External => asm::nop(),
        Cause::MachineCheck => asm::bctr(),
    };
    let mut it = machine(model, &[word, asm::b(0)]);
    it.cpu.set_gpr(4, MISALIGNED);
    it.cpu.set_ctr(NOWHERE);
    it.cpu.config_mut().report_interrupts = true;
    it.cpu.set_msr(Msr::from_bits_retain(msr));
    match cause {
        Cause::External => it.cpu.set_external(true),
        Cause::Decrementer => {
            // Book E: TCR[DIE]. Two ticks to the exception on Book E, three elsewhere; the first instruction completes.
            it.cpu.poke_spr(tcr(model), 0x0400_0000);
            it.cpu.set_decrementer(if is_booke(model) { 1 } else { 0 });
        }
        // Out of reset a server's decrementer is about to expire.
        _ => it.cpu.set_decrementer(1000),
    }
    assert!(
        matches!(run(&mut it, 3), Exit::Interrupt(_)),
        "{} {cause:?}",
        model.name
    );
    it
}

pub(crate) fn is_booke(model: &Model) -> bool {
    model.interrupts.has_booke_timers()
}

pub(crate) fn is_405(model: &Model) -> bool {
    model.interrupts == InterruptModel::Ppc405
}

/// What the registers say, which has to be what the report says.
pub(crate) fn found(it: &Machine) -> Found {
    let told: Interrupt = *it.cpu.last_interrupt().unwrap();
    let (pc, saved) = match told.pair {
        SavePair::Csrr if is_405(it.cpu.model()) => (ppc4xx::SRR2, ppc4xx::SRR3),
        SavePair::Csrr => (booke::CSRR0, booke::CSRR1),
        SavePair::Mcsrr => (e500::MCSRR0, e500::MCSRR1),
        SavePair::Hsrr => (book3s::HSRR0, book3s::HSRR1),
        _ => (common::SRR0, common::SRR1),
    };
    let found = Found {
        kind: told.kind,
        vector: it.cpu.cia(),
        pair: told.pair,
        pc: spr(it, pc),
        saved: spr(it, saved),
        msr: it.cpu.msr().bits(),
        esr: told.esr,
        address: told.dear,
        dsisr: told.dsisr,
    };
    assert_eq!(
        (told.vector, told.srr0, told.srr1, told.msr.bits()),
        (found.vector, found.pc, found.saved, found.msr),
        "the report and the registers agree"
    );
    if let Some(esr) = told.esr {
        let register = if is_405(it.cpu.model()) {
            ppc4xx::ESR_40X
        } else {
            booke::ESR
        };
        assert_eq!(spr(it, register), esr);
    }
    if let Some(dsisr) = told.dsisr {
        assert_eq!(spr(it, classic::DSISR), dsisr);
    }
    if let Some(address) = told.dear {
        let register = if is_405(it.cpu.model()) {
            ppc4xx::DEAR_40X
        } else if is_booke(it.cpu.model()) {
            booke::DEAR
        } else {
            classic::DAR
        };
        assert_eq!(spr(it, register), address);
    }
    found
}

/// (cause, kind, vector, saved pc) of the causes that all models have in common; vectors are per model.
pub(crate) const CAUSES: [(Cause, InterruptKind, u64); 9] = [
    (Cause::Illegal, InterruptKind::ProgramIllegal, START),
    (Cause::Privileged, InterruptKind::ProgramPrivileged, START),
    (Cause::Trap, InterruptKind::ProgramTrap, START),
    // A system call returns behind itself (MPC750 UM 4.5.10; EREF 2.0 chapter 7; Book III 6.5.14).
    (Cause::Syscall, InterruptKind::Syscall, START + 4),
    (Cause::Alignment, InterruptKind::Alignment, START),
    (Cause::AlignmentOfAStore, InterruptKind::Alignment, START),
    // The next instruction that would have been executed.
    (Cause::Decrementer, InterruptKind::Decrementer, START + 4),
    (Cause::External, InterruptKind::External, START),
    (Cause::MachineCheck, InterruptKind::MachineCheck, NOWHERE),
];

/// Vector, save registers, ESR, DEAR or DAR, DSISR, in the order of [`CAUSES`].
pub(crate) type Rows = [(u64, SavePair, Option<u64>, Option<u64>, Option<u64>); 9];

/// One model's table: vector, cause bits in the saved MSR, and syndrome, in the order of [`CAUSES`].
pub(crate) fn check_table(
    model: &'static Model,
    msr: u64,
    save: impl Fn(Cause, u64) -> u64,
    after: impl Fn(Cause, u64) -> u64,
    rows: Rows,
) {
    for ((cause, kind, pc), (vector, pair, esr, address, dsisr)) in CAUSES.into_iter().zip(rows) {
        let has_assistance = model.interrupts == InterruptModel::Server;
        let old = if cause == Cause::Privileged {
            msr | Msr::PR.bits()
        } else {
            msr
        };
        let kind = if has_assistance && cause == Cause::Illegal {
            InterruptKind::EmulationAssist
        } else {
            kind
        };
        let expected = Found {
            kind,
            vector,
            pair,
            pc,
            saved: save(cause, old),
            msr: after(cause, old),
            esr,
            address,
            dsisr,
        };
        assert_eq!(
            found(&take(model, cause, old)),
            expected,
            "{} {cause:x?}",
            model.name
        );
    }
}

/// IVORn of [`machine`], under IVPR = 0.
pub(crate) const fn ivor(n: u64) -> u64 {
    0x2000 + 0x100 * n
}

/// Rows of Book E: IVOR1 machine check, 4 external, 5 alignment, 6 program, 8 system call, 10 decrementer (EREF 2.0
/// table of IVORs; Linux `arch/powerpc/include/asm/kvm_asm.h` BOOKE_INTERRUPT_*). ESR: PIL 0x0800_0000, PPR 0x0400_0000,
/// PTR 0x0200_0000, ST 0x0080_0000 (Linux `reg_booke.h` ESR_*).
pub(crate) const BOOKE_ROWS: Rows = [
    (ivor(6), SavePair::Srr, Some(0x0800_0000), None, None),
    (ivor(6), SavePair::Srr, Some(0x0400_0000), None, None),
    (ivor(6), SavePair::Srr, Some(0x0200_0000), None, None),
    (ivor(8), SavePair::Srr, None, None, None),
    (ivor(5), SavePair::Srr, Some(0), Some(MISALIGNED), None),
    (ivor(5), SavePair::Srr, Some(0x0080_0000), Some(MISALIGNED), None),
    (ivor(10), SavePair::Srr, None, None, None),
    (ivor(4), SavePair::Srr, None, None, None),
    (ivor(1), SavePair::Mcsrr, None, None, None),
];

/// CE, ME and DE stay, a machine check clears all (Linux KVM: `msr_mask`).
pub(crate) fn booke_after(cause: Cause, old: u64) -> u64 {
    if cause == Cause::MachineCheck {
        0
    } else {
        old & 0x0002_1200
    }
}

/// Cause bits of SRR1: illegal 0x0008_0000, privileged 0x0004_0000, trap 0x0002_0000; machine check by TEA 0x0004_0000
/// (MPC750 UM table 4-10 and 4.5.2; QEMU `POWERPC_EXCP_INVAL`, `_PRIV`, `_TRAP` set the same).
pub(crate) fn ppc750_save(cause: Cause, old: u64) -> u64 {
    let bits = match cause {
        Cause::Illegal => 0x0008_0000,
        Cause::Privileged | Cause::MachineCheck => 0x0004_0000,
        Cause::Trap => 0x0002_0000,
        _ => 0,
    };
    // ILE (bit 15) is not among the bits that SRR1 saves (16 to 31).
    old & 0xffff | bits
}

/// Vectors under `base`: MPC750 UM table 4-2. DSISR of lwarx and stwcx.: PEM table of alignment interrupts (00 0 0000 and
/// 10 0 0010 in bits 15:21), RT in 22:26, RA in 27:31.
pub(crate) const fn ppc750_rows(base: u64) -> Rows {
    [
        (base + 0x700, SavePair::Srr, None, None, None),
        (base + 0x700, SavePair::Srr, None, None, None),
        (base + 0x700, SavePair::Srr, None, None, None),
        (base + 0xc00, SavePair::Srr, None, None, None),
        (base + 0x600, SavePair::Srr, None, Some(MISALIGNED), Some(5 << 5)),
        (
            base + 0x600,
            SavePair::Srr,
            None,
            Some(MISALIGNED),
            Some(0x1_0800 | 5 << 5),
        ),
        (base + 0x900, SavePair::Srr, None, None, None),
        (base + 0x500, SavePair::Srr, None, None, None),
        (base + 0x200, SavePair::Srr, None, None, None),
    ]
}

/// SRR1 of the 970: as the server's, but illegal instructions are program interrupts, 0x0008_0000 (Book III 2.01 5.5.7;
/// QEMU 7.2 as for the 750).
pub(crate) fn ppc970_save(cause: Cause, old: u64) -> u64 {
    let bits = match cause {
        Cause::Illegal => 0x0008_0000,
        Cause::Privileged => 0x0004_0000,
        Cause::Trap => 0x0002_0000,
        _ => 0,
    };
    old & !0x783f_0000 | bits
}
