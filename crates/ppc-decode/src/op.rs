//! Which instruction it is, in two levels: chapter of the manual and instruction.
//!
//! The enums are made by `ops!` from the tables in `table/`. They are exhaustive on purpose: an interpreter whose
//! `match` lacks an instruction does not compile.

use crate::Row;
pub use crate::table::{
    atomic::Atomic, bits::Bits, branch::Branch, cache::Cache, compare::Compare, fixed::Fixed, float::Float,
    load_store::LoadStore, long::Long, mac::Mac, rotate::Rotate, storage::Storage, system::System, tlb::Tlb,
};

/// Makes the enum of a chapter and its slice of rows, in the same order, and nothing else.
macro_rules! ops {
    (
        $(#[$doc:meta])* pub enum $chapter:ident;
        $($variant:ident = $mnemonic:literal, $encoding:expr, [$($operand:ident),*], $record:ident,
          $($isa:ident)|+, $($privilege:ident,)? $manual:literal;)*
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum $chapter {
            $(#[doc = concat!("`", $mnemonic, "` (", $manual, ").")] $variant,)*
        }

        impl $chapter {
            /// Every instruction of the chapter, in the order of the table.
            pub const ALL: &'static [$chapter] = &[$($chapter::$variant),*];

            /// What is known about the instruction.
            #[must_use]
            pub const fn row(self) -> &'static Row {
                &ROWS[self as usize]
            }
        }

        static ROWS: [Row; $chapter::ALL.len()] = [$(Row {
            mnemonic: $mnemonic,
            encoding: $encoding,
            operands: &[$($crate::operand::names::$operand),*],
            record: $crate::Record::$record,
            isa: $crate::Isa::empty()$(.union($crate::Isa::$isa))+,
            privilege: $crate::op::ops!(@privilege $($privilege)?),
            manual: $manual,
        }),*];
    };
    (@privilege) => { $crate::Privilege::User };
    (@privilege $privilege:ident) => { $crate::Privilege::$privilege };
}
pub(crate) use ops;

/// Makes [`Op`] from the chapters.
macro_rules! chapters {
    ($($(#[$doc:meta])* $chapter:ident,)*) => {
        /// An instruction.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Op {
            $($(#[$doc])* $chapter($chapter),)*
        }

        $(impl From<$chapter> for Op {
            fn from(op: $chapter) -> Op {
                Op::$chapter(op)
            }
        })*

        impl Op {
            /// How many instructions there are.
            pub const COUNT: usize = 0 $(+ $chapter::ALL.len())*;

            /// Every instruction, in the order of the tables.
            pub const ALL: [Op; Op::COUNT] = {
                let mut all = [Op::Branch(Branch::B); Op::COUNT];
                let mut n = 0;
                $(let mut i = 0;
                while i < $chapter::ALL.len() {
                    all[n] = Op::$chapter($chapter::ALL[i]);
                    i += 1;
                    n += 1;
                })*
                assert!(n == Op::COUNT, "every op is in the list");
                all
            };

            /// What is known about the instruction.
            #[must_use]
            pub const fn row(self) -> &'static Row {
                match self {
                    $(Op::$chapter(op) => op.row(),)*
                }
            }
        }
    };
}

chapters! {
    /// Branches, system calls and the condition register.
    Branch,
    /// Fixed-point arithmetic and logic.
    Fixed,
    /// Rotates and shifts.
    Rotate,
    /// Comparisons and traps.
    Compare,
    /// Loads and stores.
    LoadStore,
    /// Reservations and memory barriers.
    Atomic,
    /// Cache management.
    Cache,
    /// Registers of the system and returns from interrupts.
    System,
    /// Decimal assists and bit manipulation.
    Bits,
    /// Quadword and string accesses.
    Long,
    /// Accesses with another address space, a decoration or a side effect.
    Storage,
    /// Floating-point loads, stores and moves.
    Float,
    /// Multiply-accumulate of the 4xx family.
    Mac,
    /// Translation look-aside buffers and segments.
    Tlb,
}
