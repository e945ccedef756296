//! One SPR of one CPU as data: number, name, gates, behaviour, reset value, citation.
//!
//! Tables of rows stand in [`super::table`], one file per group of registers that models share; a model composes its
//! [`SprTable`] of groups at compile time, where a number that stands twice is an error.

use super::Facility;
pub use crate::timer::Intervals;
use bitflags::bitflags;
use spr_exit::{Direction, SprNum};

/// How privileged the running code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// MSR\[PR\] = 1.
    Problem,
    /// MSR\[PR\] = 0 and not hypervisor.
    Supervisor,
    /// Hypervisor state, on CPUs that have it.
    Hypervisor,
}

bitflags! {
    /// Who may do what with a register.
    ///
    /// A direction that is not granted to privileged code is ruled by the model ("wrong direction") unless the row
    /// says here that it is a no-op.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Gates: u16 {
        /// Problem state reads.
        const PR = 1;
        /// Problem state writes.
        const PW = 2;
        /// Supervisor reads.
        const SR = 4;
        /// Supervisor writes.
        const SW = 8;
        /// Hypervisor reads.
        const HR = 16;
        /// Hypervisor writes.
        const HW = 32;
        /// A privileged read is a no-op (the target register stays as it is).
        const READ_NOOP = 64;
        /// A privileged write is a no-op.
        const WRITE_NOOP = 128;
        /// A read in problem state is a no-op.
        const PR_NOOP = 256;
        /// A write in problem state is a no-op.
        const PW_NOOP = 512;
    }
}

/// Everybody reads and writes.
pub const URW: Gates = Gates::PR.union(Gates::PW).union(SRW);
/// Everybody reads.
pub const UR: Gates = Gates::PR.union(SR);
/// Everybody writes.
pub const UW: Gates = Gates::PW.union(SW);
/// Everybody reads, privileged code writes as well.
pub const UR_SRW: Gates = Gates::PR.union(SRW);
/// Privileged code reads and writes.
pub const SRW: Gates = SR.union(SW);
/// Privileged code reads.
pub const SR: Gates = Gates::SR.union(Gates::HR);
/// Privileged code writes.
pub const SW: Gates = Gates::SW.union(Gates::HW);
/// The hypervisor reads and writes.
pub const HRW: Gates = Gates::HR.union(Gates::HW);
/// The hypervisor reads.
pub const HR: Gates = Gates::HR;
/// The hypervisor writes.
pub const HW: Gates = Gates::HW;

impl Gates {
    /// Whether code at `level` may access the register in this direction.
    #[inline]
    pub const fn grants(self, level: Level, direction: Direction) -> bool {
        let gate = match (level, direction) {
            (Level::Problem, Direction::Read) => Self::PR,
            (Level::Problem, Direction::Write) => Self::PW,
            (Level::Supervisor, Direction::Read) => Self::SR,
            (Level::Supervisor, Direction::Write) => Self::SW,
            (Level::Hypervisor, Direction::Read) => Self::HR,
            (Level::Hypervisor, Direction::Write) => Self::HW,
        };
        self.contains(gate)
    }

    /// Whether the row itself says that an access which is not granted is a no-op.
    pub const fn is_noop(self, level: Level, direction: Direction) -> bool {
        let gate = match (level, direction) {
            (Level::Problem, Direction::Read) => Self::PR_NOOP,
            (Level::Problem, Direction::Write) => Self::PW_NOOP,
            (_, Direction::Read) => Self::READ_NOOP,
            (_, Direction::Write) => Self::WRITE_NOOP,
        };
        self.contains(gate)
    }
}

/// What a register does with a granted access. Closed: a new kind of behaviour is a compile error wherever it is not
/// yet thought of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Keeps what is written, in the writable bits; the others keep their reset value.
    Storage {
        /// Bits that a write changes.
        writable: u64,
    },
    /// Gives a value that only the core or the hardware changes.
    ReadOnly,
    /// A one written clears the bit.
    WriteOneToClear {
        /// Bits that can be cleared so.
        clearable: u64,
    },
    /// Another number of the register `of`.
    Alias {
        /// The number that has the row with the behaviour.
        of: SprNum,
    },
    /// Granted and without effect in both directions: a read leaves its target register unchanged.
    NoOp,
    /// A register with a function of its own, in `spr/access.rs`.
    Special(Special),
    /// The CPU has this register and the core does not model it: every access leaves.
    Exit,
    /// Some bits are the core's, some are user space's.
    Split {
        /// Bits that the core keeps.
        core: u64,
        /// Bits that user space owns for writing: setting or changing one leaves.
        user_write: u64,
        /// Bits that user space owns for reading: if there is one, every read leaves.
        user_read: u64,
    },
}

/// Registers whose access is more than a load or store of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Special {
    /// XER, kept as separate flags.
    Xer,
    /// Link register.
    Lr,
    /// Count register.
    Ctr,
    /// Decrementer, on the virtual clock.
    Dec,
    /// Programmable interval timer (405): the decrementer, with what was last written as its reload value.
    Pit,
    /// Time base, low half (32-bit CPUs and TBR 268 there) or all 64 bits (64-bit CPUs).
    TbLower,
    /// Time base, upper half.
    TbUpper,
    /// Write port of the low half.
    TbLowerWrite,
    /// Write port of the upper half.
    TbUpperWrite,
    /// Write port of bits 0:39 of the time base (TBU40).
    Tb40Write,
    /// Timer status (Book E): write one to clear, and a pending interrupt goes with its bit.
    Tsr,
    /// Timer control (Book E), which selects intervals so.
    Tcr(Intervals),
    /// Decrementer auto-reload (Book E).
    Decar,
    /// Write port of DBSR (e500mc): sets it to what is written.
    DbsrWrite,
    /// MAS7 and MAS3 as one register of 64 bits (e5500).
    Mas7Mas3,
    /// Control of the performance monitor (classic): MMCR0, or MMCR1 with these bits.
    Mmcr0,
    /// See there.
    Mmcr1(u32),
    /// Counter of the performance monitor (classic), from 0.
    Pmc(u8),
    /// Hypervisor decrementer.
    Hdec,
    /// HMER: what is written is combined with it by AND.
    Hmer,
    /// What counts the ticks of the virtual clock from what was written to it: VTB, PURR, SPURR.
    Ticks,
    /// What counts completed instructions: IC.
    Instructions,
    /// A counter of the servers' performance monitor, from 1.
    Counter(u8),
    /// DPDES: whether a directed privileged doorbell waits.
    Dpdes,
    /// Sets the bits of BESCR that are written as ones, of which half (BESCRS, BESCRSU).
    BescrSet(Half),
    /// Clears them (BESCRR, BESCRRU).
    BescrReset(Half),
    /// The upper half of PPR, by its own number.
    Ppr32,
    /// Another register, of which problem state has these bits alone.
    Window {
        /// The number that has it.
        of: SprNum,
        /// What problem state reads and writes.
        problem: u64,
    },
}

/// How much of another register a number shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// All of it.
    Whole,
    /// Its upper word, in the low word.
    Upper,
}

/// One register of a model.
#[derive(Clone, Copy, Debug)]
pub struct SprRow {
    /// Its number.
    pub sprn: SprNum,
    /// Its name in the manual.
    pub name: &'static str,
    /// Who may access it.
    pub gates: Gates,
    /// What an access does.
    pub behaviour: Behaviour,
    /// Value after a reset.
    pub reset: u64,
    /// Whether user space owns it until a VM promotes it: registers that the core learned after handlers for them
    /// could exist, and EPR, which belongs to the interrupt controller.
    pub is_user_owned: bool,
    /// The facility that it is a part of, which may be closed to those whom the gates grant it.
    pub facility: Option<Facility>,
    /// Manual and section.
    pub source: &'static str,
}

impl SprRow {
    /// The same row, owned by user space until a VM promotes it.
    pub const fn user_owned(mut self) -> Self {
        self.is_user_owned = true;
        self
    }

    /// The same row, a part of a facility.
    pub const fn of(mut self, facility: Facility) -> Self {
        self.facility = Some(facility);
        self
    }
}

/// A row; the arguments are the columns of the tables.
pub const fn row(
    sprn: SprNum,
    name: &'static str,
    gates: Gates,
    behaviour: Behaviour,
    reset: u64,
    source: &'static str,
) -> SprRow {
    SprRow {
        sprn,
        name,
        gates,
        behaviour,
        reset,
        is_user_owned: false,
        facility: None,
        source,
    }
}

/// The registers of a model: rows, and where each number stands among them.
#[derive(Debug)]
pub struct SprTable {
    rows: &'static [SprRow],
    index: [u16; SprNum::COUNT],
    /// Their reset values side by side, so that a CPU that is made copies a few cache lines and does not visit every row.
    resets: [u64; SprNum::COUNT],
}

/// Marks a number without a row in the index.
const NO_ROW: u16 = u16::MAX;

impl SprTable {
    /// A table of these rows. In a `static`, a number that stands twice is a compile error.
    ///
    /// # Panics
    /// When a number stands twice, or there are more than 1024 rows.
    #[allow(
        clippy::panic,
        clippy::cast_possible_truncation,
        reason = "tables are statics: it fails at compile time"
    )]
    pub const fn new(rows: &'static [SprRow]) -> Self {
        assert!(rows.len() <= SprNum::COUNT, "more rows than numbers");
        let mut index = [NO_ROW; SprNum::COUNT];
        let mut resets = [0; SprNum::COUNT];
        let mut i = 0;
        while i < rows.len() {
            let slot = &mut index[rows[i].sprn.index()];
            assert!(
                *slot == NO_ROW,
                "an SPR number stands twice in the groups of a model"
            );
            *slot = i as u16;
            resets[i] = rows[i].reset;
            i += 1;
        }
        Self { rows, index, resets }
    }

    /// The rows, in the order of the model's groups.
    pub const fn rows(&self) -> &'static [SprRow] {
        self.rows
    }

    /// What the registers hold out of reset, in the order of the rows.
    pub fn resets(&self) -> &[u64] {
        &self.resets[..self.rows.len()]
    }

    /// Index of the row of `sprn` in [`SprTable::rows`].
    #[inline]
    pub const fn position(&self, sprn: SprNum) -> Option<usize> {
        let i = self.index[sprn.index()];
        if i == NO_ROW { None } else { Some(i as usize) }
    }

    /// The row of `sprn`.
    #[inline]
    pub const fn row(&self, sprn: SprNum) -> Option<&'static SprRow> {
        match self.position(sprn) {
            Some(i) => Some(&self.rows[i]),
            None => None,
        }
    }

    /// The number that the manual calls `name` (any case).
    pub fn by_name(&self, name: &str) -> Option<SprNum> {
        self.rows
            .iter()
            .find(|row| row.name.eq_ignore_ascii_case(name))
            .map(|row| row.sprn)
    }
}

/// A `static` [`SprTable`] composed of groups of rows.
macro_rules! spr_table {
    ($(#[$doc:meta])* $name:ident = $($group:expr),+ $(,)?) => {
        $(#[$doc])*
        pub static $name: $crate::spr::SprTable = {
            const GROUPS: &[&[$crate::spr::SprRow]] = &[$($group),+];
            const N: usize = $crate::rows::count(GROUPS);
            static ROWS: [$crate::spr::SprRow; N] = $crate::rows::flatten(GROUPS);
            $crate::spr::SprTable::new(&ROWS)
        };
    };
}
pub(crate) use spr_table;
