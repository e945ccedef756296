//! One interrupt of a CPU as data: where it goes, what it saves, what it tells, what it leaves of the MSR.
//!
//! Rows stand in the file of their family; a model composes its [`InterruptTable`] of groups at compile time, as it does
//! its table of SPRs.

use spr_exit::{InterruptKind, Msr, SavePair, SprNum};

/// Where the handler is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vector {
    /// At a fixed offset under the family's base (MSR\[IP\], HIOR, EVPR, or where LPCR\[AIL\] says).
    Offset(u16),
    /// At the offset that this IVOR holds, under IVPR.
    Ivor(SprNum),
}

/// What tells the handler the cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syndrome {
    /// The vector says it all.
    Vector,
    /// These bits in the saved MSR.
    Saved(u64),
    /// ESR becomes this; a store adds its bit.
    Esr(u64),
    /// ESR becomes what raised it says, in these of the bits that the model has.
    EsrOf(u64),
    /// Bits in the saved MSR, and DSISR becomes what is told here.
    SavedAndDsisr {
        /// Those of the saved MSR.
        saved: u64,
        /// DSISR.
        dsisr: u64,
    },
    /// DSISR becomes what raised it says, in these bits.
    DsisrOf(u64),
    /// In the saved MSR what raised it says, in these bits.
    SavedOf(u64),
    /// The registers for a search of the page table in software, and what the saved MSR says of the access (603).
    TableSearch,
    /// TLBMISS and PTEHI for such a search, and what the saved MSR says of the access (7450).
    TlbMiss,
    /// MCSR gets these bits besides those it has.
    Mcsr(u64),
    /// MCSR has had them since the cause came, and asks for the interrupt as long as it does.
    McsrWhile {
        /// What the cause sets.
        sets: u64,
        /// What asks.
        asks: u64,
    },
}

impl Syndrome {
    /// Whether software is to search the page table.
    pub(crate) const fn is_table_search(self) -> bool {
        matches!(self, Self::TableSearch | Self::TlbMiss)
    }
}

/// One interrupt of a model.
#[derive(Clone, Copy, Debug)]
pub struct InterruptRow {
    /// Which one.
    pub kind: InterruptKind,
    /// Where its handler is.
    pub vector: Vector,
    /// Where pc and MSR are saved.
    pub pair: SavePair,
    /// What tells the cause.
    pub syndrome: Syndrome,
    /// Bits of the MSR that the handler finds as they were. All others are cleared, but for those of the family
    /// (64-bit mode, hypervisor state, byte order).
    pub keeps: Msr,
    /// Manual and section.
    pub source: &'static str,
}

impl InterruptRow {
    /// The fixed offset; 0 for a vector that an IVOR holds.
    pub(crate) fn offset(&self) -> u64 {
        match self.vector {
            Vector::Offset(offset) => offset.into(),
            Vector::Ivor(_) => 0,
        }
    }
}

/// A row; the arguments are the columns of the tables.
pub(crate) const fn interrupt(
    kind: InterruptKind,
    vector: Vector,
    pair: SavePair,
    syndrome: Syndrome,
    keeps: Msr,
    source: &'static str,
) -> InterruptRow {
    InterruptRow {
        kind,
        vector,
        pair,
        syndrome,
        keeps,
        source,
    }
}

/// The interrupts of a model.
#[derive(Debug)]
pub struct InterruptTable {
    rows: &'static [InterruptRow],
    /// Place among the rows, by the number of the kind.
    index: [u8; KINDS],
}

const KINDS: usize = InterruptKind::ALL.len();
/// Marks a kind without a row in the index.
const NO_ROW: u8 = u8::MAX;

impl InterruptTable {
    /// A table of these rows. In a `static`, a kind that stands twice is a compile error.
    ///
    /// # Panics
    /// When a kind stands twice.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "a kind stands once, and there are few: it fails at compile time"
    )]
    pub const fn new(rows: &'static [InterruptRow]) -> Self {
        let mut index = [NO_ROW; KINDS];
        let mut i = 0;
        while i < rows.len() {
            let slot = &mut index[rows[i].kind as usize];
            assert!(
                *slot == NO_ROW,
                "an interrupt stands twice in the groups of a model"
            );
            *slot = i as u8;
            i += 1;
        }
        Self { rows, index }
    }

    /// The rows, in the order of the model's groups.
    pub const fn rows(&self) -> &'static [InterruptRow] {
        self.rows
    }

    /// The row of an illegal instruction, which every model has: a program interrupt, or emulation assistance by the
    /// hypervisor (Power ISA 2.07 Book III-S 6.5.18).
    pub(crate) fn illegal(&self) -> &'static InterruptRow {
        self.row(InterruptKind::ProgramIllegal)
            .or_else(|| self.row(InterruptKind::EmulationAssist))
            .unwrap_or(&self.rows[0])
    }

    /// The row of this kind, if the model has such an interrupt.
    pub fn row(&self, kind: InterruptKind) -> Option<&'static InterruptRow> {
        self.rows.get(usize::from(self.index[kind as usize]))
    }
}

/// A `static` [`InterruptTable`] composed of groups of rows.
macro_rules! interrupt_table {
    ($(#[$doc:meta])* $name:ident = $($group:expr),+ $(,)?) => {
        $(#[$doc])*
        pub static $name: $crate::interrupt::InterruptTable = {
            const GROUPS: &[&[$crate::interrupt::InterruptRow]] = &[$($group),+];
            const N: usize = $crate::rows::count(GROUPS);
            static ROWS: [$crate::interrupt::InterruptRow; N] = $crate::rows::flatten(GROUPS);
            $crate::interrupt::InterruptTable::new(&ROWS)
        };
    };
}
pub(crate) use interrupt_table;
