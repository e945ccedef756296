//! Facilities that FSCR, HFSCR and MMCR0 make available: Power ISA 3.0B Book III, Interrupts (FSCR, HFSCR) and
//! Performance Monitor Facility (MMCR0\[PMCC, PMCCEXT, BHRBA\]); Linux `asm/reg.h` for the bits, QEMU
//! `power8-pmu-regs.c.inc` for problem state and the performance monitor.
//!
//! HFSCR speaks of everything but the hypervisor, FSCR and MMCR0 of problem state. Where both close a facility it is the
//! hypervisor that hears of it: our choice. MSR\[FP, VEC, VSX, TM\] are not here, nor is transactional memory.

use super::Level;
use crate::model::Ruling;
use spr_exit::Direction;

/// A facility; its registers and instructions name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facility {
    /// Floating point.
    Fp,
    /// AltiVec and VSX.
    Vector,
    /// Data stream control register.
    Dscr,
    /// The performance monitor by its privileged numbers.
    Pmu,
    /// What problem state may be allowed to write of it: PMC1 to PMC4, MMCR0, MMCR2, MMCRA ("group A").
    PmuWritable,
    /// PMC5 and PMC6, which are not part of it under MMCR0\[PMCC\] = 0b11.
    PmuFixed,
    /// What problem state reads alone: SIER, SIAR, SDAR, MMCR1 ("group B").
    PmuReadable,
    /// Branch history rolling buffer.
    BranchHistory,
    /// Event-based branches.
    EventBasedBranch,
    /// Target address register.
    Tar,
    /// Messages to other threads of the partition.
    Message,
    /// Vectored system call.
    VectoredCall,
}

impl Facility {
    /// The interruption cause (IC), which is also the number of its bit in FSCR and HFSCR, from the right.
    pub const fn cause(self) -> u8 {
        match self {
            Self::Fp => 0,
            Self::Vector => 1,
            Self::Dscr => 2,
            Self::Pmu | Self::PmuWritable | Self::PmuFixed | Self::PmuReadable => 3,
            Self::BranchHistory => 4,
            Self::EventBasedBranch => 7,
            Self::Tar => 8,
            Self::Message => 10,
            Self::VectoredCall => 12,
        }
    }

    const fn bit(self) -> u64 {
        1 << self.cause()
    }
}

/// Facilities with a bit in FSCR: SCV, TAR, EBB, DSCR.
const IN_FSCR: u64 = 0x1184;
/// Facilities with a bit in HFSCR: MSGP, TAR, EBB, TM, BHRB, PM, DSCR, VECVSX, FP.
const IN_HFSCR: u64 = 0x05bf;
/// MMCR0: who may write the performance monitor in problem state.
const PMCC: u64 = 0x000c_0000;
/// MMCR0: problem state may not read group B while PMCC is 0 (since version 3.1).
const PMCCEXT: u64 = 0x0200;
/// MMCR0: problem state may read the branch history.
const BHRBA: u64 = 0x0020_0000;

/// A facility that is not there for the code that wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unavailable {
    /// What IC becomes.
    pub cause: u8,
    /// Who keeps it, and takes the interrupt: the hypervisor or the supervisor.
    pub by: Level,
}

/// What makes facilities available.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facilities {
    /// FSCR.
    pub fscr: u64,
    /// HFSCR.
    pub hfscr: u64,
    /// MMCR0, in the bits that its version knows.
    pub mmcr0: u64,
}

impl Default for Facilities {
    /// Nothing is kept from anybody by FSCR and HFSCR, as on models without them.
    fn default() -> Self {
        Self {
            fscr: u64::MAX,
            hfscr: u64::MAX,
            mmcr0: 0,
        }
    }
}

impl Facilities {
    /// Why code at this level may not access the facility; `None` lets it.
    pub fn ruling(self, facility: Facility, level: Level, direction: Direction) -> Option<Ruling> {
        let keeps = |by| {
            let cause = facility.cause();
            Some(Ruling::Unavailable(Unavailable { cause, by }))
        };
        if level != Level::Hypervisor && IN_HFSCR & !self.hfscr & facility.bit() != 0 {
            return keeps(Level::Hypervisor);
        }
        // FSCR alone says whether there is a vectored system call, whoever asks (Book III 3.3.1).
        if level != Level::Problem && facility != Facility::VectoredCall {
            return None;
        }
        if IN_FSCR & !self.fscr & facility.bit() != 0 {
            return keeps(Level::Supervisor);
        }
        let is_write = direction == Direction::Write;
        match (facility, self.mmcr0 & PMCC) {
            (Facility::PmuFixed, PMCC) | (Facility::PmuWritable | Facility::PmuFixed, 0x0004_0000) => {
                keeps(Level::Supervisor)
            }
            (Facility::PmuWritable | Facility::PmuFixed, 0) if is_write => Some(Ruling::Illegal),
            (Facility::PmuReadable, 0) if self.mmcr0 & PMCCEXT != 0 => keeps(Level::Supervisor),
            (Facility::BranchHistory, _) if self.mmcr0 & BHRBA == 0 => keeps(Level::Supervisor),
            _ => None,
        }
    }

    /// The bits that decide about registers, side by side: 13 of them. (The branch history has no registers; of the
    /// instructions nothing is remembered.)
    pub(crate) fn key(self) -> u32 {
        // (bits from the right, how many)
        let fields = [
            (self.fscr, 2, 1),
            (self.fscr, 7, 2),
            (self.hfscr, 2, 4),
            (self.hfscr, 7, 2),
            (self.hfscr, 10, 1),
            (self.mmcr0, 18, 2),
            (self.mmcr0, 9, 1),
        ];
        fields.into_iter().fold(0, |key, (value, from, count)| {
            key << count | crate::alu::low(value >> from) & ((1 << count) - 1)
        })
    }
}
