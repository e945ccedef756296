//! CPU models as values: what distinguishes one CPU from another, chosen at run time.

use crate::interrupt::InterruptTable;
use crate::spr::{SprTable, Unavailable};
use ppc_decode::Isa;
use spr_exit::{Direction, Msr, SprNum};

/// Everything the interpreter needs to know of a CPU model.
#[derive(Clone, Copy, Debug)]
pub struct Model {
    /// Name on the command line.
    pub name: &'static str,
    /// Other names it is known by.
    pub aliases: &'static [&'static str],
    /// One line for listings.
    pub description: &'static str,
    /// Processor version register.
    pub pvr: u32,
    /// Instructions it has.
    pub isa: Isa,
    /// Whether its GPRs have 64 bits.
    pub is_64bit: bool,
    /// Special-purpose registers.
    pub sprs: &'static SprTable,
    /// Bits of the MSR that it implements; the others read as zero and stay so.
    pub msr_implemented: Msr,
    /// MSR after a reset.
    pub msr_reset: Msr,
    /// Bits of the MSR that a return from interrupt takes from the saved MSR.
    pub msr_restored: Msr,
    /// Where it starts after a reset.
    pub reset_vector: u64,
    /// Its interrupt architecture.
    pub interrupts: InterruptModel,
    /// Its interrupts.
    pub vectors: &'static InterruptTable,
    /// What it does with SPR numbers that it does not define.
    pub undefined: UndefinedSpr,
    /// How the byte order of data and instructions is chosen.
    pub byte_order: ByteOrder,
    /// Bits of HID0 that choose how MSR\[POW\] or \[WE\] stops the CPU: it does if one is set. Zero: it needs no choice.
    pub naps: u64,
    /// Bytes of a cache block (`dcbz`).
    pub cache_block: u32,
    /// Manuals the model was written from.
    pub source: &'static str,
}

impl Model {
    /// The bit of the MSR that means 64-bit mode, on a CPU that has one.
    pub const fn wide_mode(&self) -> Msr {
        match self.interrupts {
            InterruptModel::BookE => Msr::CM,
            _ => Msr::SF,
        }
    }
}

/// How a CPU takes interrupts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InterruptModel {
    /// Vectors at fixed offsets under MSR\[IP\]; SRR0/1; cause in SRR1 and DSISR. MPC750 UM chapter 4.
    Classic,
    /// Vectors in IVPR and IVORn; SRR, CSRR and MCSRR; cause in ESR. EREF 2.0 chapter 7.
    BookE,
    /// Fixed offsets; SRR and HSRR; hypervisor. Power ISA 3.0B Book III chapter 6.
    Server,
    /// Fixed offsets under HIOR; SRR; hypervisor by HID4. 970FX UM chapter 4, PowerPC Book III 2.01.
    Ppc970,
    /// Fixed offsets under EVPR; SRR0/1, and SRR2/3 for critical ones; cause in ESR. PPC405 UM chapter 5.
    Ppc405,
}

impl Model {
    /// Whether MSR\[TGPR\] is there: GPR0 to GPR3 are others while it is 1 (603e UM 2.1.2).
    pub(crate) fn has_temporary_gprs(&self) -> bool {
        self.interrupts == InterruptModel::Classic && self.msr_implemented.contains(Msr::TGPR)
    }
}

impl InterruptModel {
    /// Whether it is a 64-bit server: a hypervisor by MSR\[HV\], a decrementer that asks while its sign bit is one.
    pub const fn is_server(self) -> bool {
        matches!(self, Self::Server | Self::Ppc970)
    }

    /// Whether it has the timers of Book E, under whatever numbers: TSR, TCR, a decrementer that stops at zero.
    pub const fn has_booke_timers(self) -> bool {
        matches!(self, Self::BookE | Self::Ppc405)
    }
}

/// How a CPU chooses byte order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// Big-endian here: little-endian is by page (Book E) or by address swizzling (classic), neither of which this
    /// core does yet.
    Big,
    /// MSR\[LE\] = 1 is true little-endian (POWER9).
    ByMsr,
}

/// What a CPU does by itself with an access that no register answers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// Illegal instruction: program interrupt, or emulation assistance on POWER8 and later.
    Illegal,
    /// Privileged instruction: program interrupt.
    Privileged,
    /// No operation.
    NoOp,
    /// A facility is not available.
    Unavailable(Unavailable),
}

/// The rules for SPR numbers that a model does not define, and for defined ones at the wrong level or in the wrong
/// direction (ABI facts: `docs/kvm-exit-spr.md`; sources in each model).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UndefinedSpr {
    /// Problem state, number without the privilege bit.
    pub problem_open: Ruling,
    /// Problem state, number with the privilege bit.
    pub problem_privileged: Ruling,
    /// Privileged state.
    pub privileged: Ruling,
    /// Numbers whose read in privileged state is illegal although `privileged` says otherwise.
    pub illegal_reads: &'static [u16],
    /// Numbers whose write in privileged state is illegal although `privileged` says otherwise.
    pub illegal_writes: &'static [u16],
    /// What privileged code gets for a defined register in a direction it does not have.
    pub wrong_direction: Ruling,
    /// What a defined hypervisor register gives to supervisor code.
    pub hypervisor_only: Ruling,
    /// LPCR bit that turns the no-ops of privileged state into emulation assistance (EVIRT), or 0.
    pub lpcr_illegal: u64,
    /// Manual and section.
    pub source: &'static str,
}

impl UndefinedSpr {
    /// The ruling for a number that the model does not define.
    pub fn undefined(&self, is_problem: bool, lpcr: u64, sprn: SprNum, direction: Direction) -> Ruling {
        if is_problem {
            return if sprn.is_privileged() {
                self.problem_privileged
            } else {
                self.problem_open
            };
        }
        let exceptions = match direction {
            Direction::Read => self.illegal_reads,
            Direction::Write => self.illegal_writes,
        };
        if exceptions.contains(&sprn.get()) || lpcr & self.lpcr_illegal != 0 {
            return Ruling::Illegal;
        }
        self.privileged
    }
}

mod classic;
mod e500;
mod e5500;
mod g4;
mod power;
mod ppc4xx;
mod ppc6xx;

pub use classic::{PPC750, PPC750_SPRS, PPC750_VECTORS, PPC750CL, PPC750CL_SPRS};
pub use e500::{
    E500MC, E500MC_SPRS, E500MC_VECTORS, E500V1, E500V1_SPRS, E500V2, E500V2_SPRS, E500V2_VECTORS,
};
pub use e5500::{E5500, E5500_SPRS, E5500_VECTORS, E6500, E6500_SPRS, E6500_VECTORS};
pub use g4::{PPC7410, PPC7410_SPRS, PPC7410_VECTORS, PPC7447A, PPC7447A_SPRS, PPC7447A_VECTORS};
pub use power::{
    POWER7, POWER7_SPRS, POWER7_VECTORS, POWER8, POWER8_SPRS, POWER8_VECTORS, POWER9, POWER9_SPRS,
    POWER9_VECTORS, POWER10, POWER10_SPRS, POWER10_VECTORS, PPC970, PPC970_SPRS, PPC970_VECTORS,
};
pub use ppc4xx::{PPC405, PPC405_SPRS, PPC405_VECTORS, PPC440, PPC440_SPRS, PPC440_VECTORS};
pub use ppc6xx::{
    E300, E300_SPRS, E300_VECTORS, PPC603E, PPC603E_SPRS, PPC603E_VECTORS, PPC604E, PPC604E_SPRS,
    PPC604E_VECTORS,
};

/// Every model, in the order of listings.
#[rustfmt::skip]
pub static MODELS: &[&Model] = &[
    &E500V2, &E500MC, &PPC750, &POWER9, &PPC970, &PPC405, &PPC440, &POWER7, &POWER8, &POWER10,
    &E500V1, &E5500, &E6500, &PPC603E, &E300, &PPC604E, &PPC750CL, &PPC7410, &PPC7447A,
];

/// The model called `name`, or known by it, in any case.
pub fn by_name(name: &str) -> Option<&'static Model> {
    let is_it = |known: &str| known.eq_ignore_ascii_case(name);
    MODELS
        .iter()
        .copied()
        .find(|model| is_it(model.name) || model.aliases.iter().any(|alias| is_it(alias)))
}

/// The model with exactly this processor version.
pub fn by_pvr(pvr: u32) -> Option<&'static Model> {
    MODELS.iter().copied().find(|model| model.pvr == pvr)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_answers_to_its_name_and_its_aliases_in_any_case() {
        for model in MODELS {
            for name in model.aliases.iter().chain([&model.name]) {
                for name in [name.to_ascii_lowercase(), name.to_ascii_uppercase()] {
                    assert_eq!(by_name(&name).map(|found| found.name), Some(model.name), "{name}");
                }
            }
        }
        assert!(by_name("e500").is_none(), "v1 or v2 or mc: not to be guessed");
        assert!(by_name("").is_none());
    }

    #[test]
    fn a_model_is_found_by_its_processor_version() {
        for model in MODELS {
            assert_eq!(by_pvr(model.pvr).map(|found| found.name), Some(model.name));
        }
        assert!(by_pvr(0).is_none());
    }

    #[test]
    fn reset_and_restored_msr_bits_are_implemented() {
        for model in MODELS {
            assert!(model.msr_implemented.contains(model.msr_reset), "{}", model.name);
            assert!(
                model.msr_implemented.contains(model.msr_restored),
                "{}",
                model.name
            );
        }
    }
}
