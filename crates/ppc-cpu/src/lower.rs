//! Lowering: from a decoded instruction to the micro-op that the walk dispatches on.
//!
//! A [`Micro`] is flat: one byte says what the walk does, operands that are hot are taken out of the word. What is
//! not hot is [`Kind::Slow`] and goes through [`crate::exec::execute`]; both ways end in the same semantics, one function
//! per instruction in `exec/`. An instruction gets faster by a kind of its own here and an arm in [`crate::walk`].
//!
//! A micro-op depends on the instruction and its address alone: never on a mode, which may change behind it.

use crate::block::LINE;
use ppc_decode::{Branch, Fixed, Insn, Op, System};
use spr_exit::{Direction, SprNum};

/// What the walk does with a micro-op.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// Nothing is remembered here: fetch it.
    Fetch,
    /// `addi`, `li`.
    Addi,
    /// `addis`, `lis`.
    Addis,
    /// Any other instruction of the chapters that work on registers alone.
    Registers,
    /// A branch to the op `imm` of the same line, without a link.
    Near,
    /// The same under conditions.
    NearIf,
    /// `mfspr` and `mftb`; `imm` is the gate's number of the access.
    Mfspr,
    /// `mtspr`; likewise.
    Mtspr,
    /// Everything else, and what needs to know where it is.
    Slow,
}

/// An instruction as the walk wants it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Micro {
    pub(crate) insn: Insn,
    /// What the kind says; else 0.
    pub(crate) imm: u32,
    pub(crate) kind: Kind,
    /// RT or RS.
    rt: u8,
    ra: u8,
}

const _: () = assert!(size_of::<Micro>() == 16, "four of them in a host's cache line");

impl Micro {
    /// The place of an instruction that is not known.
    pub(crate) const FETCH: Self = Self {
        insn: Insn {
            word: 0,
            op: Op::Branch(Branch::Sc),
        },
        imm: 0,
        kind: Kind::Fetch,
        rt: 0,
        ra: 0,
    };
}

/// The operands that hot instructions take, from the word or taken out of it before.
pub(crate) trait Operands: Copy {
    /// RT or RS.
    fn target(self) -> usize;
    /// RA.
    fn base(self) -> usize;
    /// SI as the addend it is.
    fn addend(self) -> u64;
}

impl Operands for Insn {
    #[inline]
    fn target(self) -> usize {
        self.rt()
    }
    #[inline]
    fn base(self) -> usize {
        self.ra()
    }
    #[inline]
    fn addend(self) -> u64 {
        self.si().cast_unsigned()
    }
}

impl Operands for Micro {
    #[inline]
    fn target(self) -> usize {
        usize::from(self.rt & 31)
    }
    #[inline]
    fn base(self) -> usize {
        usize::from(self.ra & 31)
    }
    #[inline]
    fn addend(self) -> u64 {
        i64::from(self.imm.cast_signed()).cast_unsigned()
    }
}

/// How the gate in front of the SPRs numbers an access, level aside: its direction in bit 10.
pub(crate) const fn access(sprn: SprNum, direction: Direction) -> u32 {
    sprn.get() as u32 | (matches!(direction, Direction::Write) as u32) << 10
}

/// The micro-op of `insn` at address `cia`.
pub(crate) fn lower(insn: Insn, cia: u64) -> Micro {
    let sprn = SprNum::wrapping(u64::from(insn.spr()));
    let (kind, imm) = match insn.op {
        Op::Fixed(Fixed::Addi) => (Kind::Addi, low(insn.si())),
        Op::Fixed(Fixed::Addis) => (Kind::Addis, low(insn.si())),
        // It needs to know where it is.
        Op::Fixed(Fixed::Addpcis) => (Kind::Slow, 0),
        Op::Fixed(_) | Op::Rotate(_) => (Kind::Registers, 0),
        Op::Branch(Branch::B) => near(insn, cia, insn.li(), Kind::Near),
        Op::Branch(Branch::Bc) => near(insn, cia, insn.bd(), Kind::NearIf),
        Op::System(System::Mfspr | System::Mftb) => (Kind::Mfspr, access(sprn, Direction::Read)),
        Op::System(System::Mtspr) => (Kind::Mtspr, access(sprn, Direction::Write)),
        Op::Branch(_) | Op::Compare(_) | Op::LoadStore(_) | Op::Atomic(_) | Op::Cache(_) | Op::System(_) => {
            (Kind::Slow, 0)
        }
        Op::Bits(_) | Op::Mac(_) | Op::Long(_) | Op::Storage(_) | Op::Float(_) | Op::Tlb(_) => {
            (Kind::Slow, 0)
        }
    };
    let [rt, ra] = [insn.rt(), insn.ra()].map(|n| u8::try_from(n).unwrap_or(0));
    Micro {
        insn,
        imm,
        kind,
        rt,
        ra,
    }
}

/// The low word of a signed operand.
#[allow(clippy::cast_possible_truncation, reason = "no operand has more than 32 bits")]
const fn low(operand: i64) -> u32 {
    (operand as i32).cast_unsigned()
}

/// A branch within its line as a micro-op of that kind; any other is slow.
fn near(insn: Insn, cia: u64, displacement: i64, kind: Kind) -> (Kind, u32) {
    let target = cia.wrapping_add_signed(displacement);
    if insn.aa() || insn.lk() || target / (4 * LINE as u64) != cia / (4 * LINE as u64) {
        return (Kind::Slow, 0);
    }
    (kind, low((target / 4 % LINE as u64).cast_signed()))
}
