//! Extended mnemonics of conditional branches, which are made of parts: `bdnzf`, `beq`, `lr`, `l`, `a`, `+`.
//!
//! Power ISA Book I 2.4 (BO and the `at` hint) and appendix C.1, C.2. Before version 2.00 of the architecture the hint
//! was the `y` bit, which reverses the static prediction: backward taken, forward and to a register not taken
//! (PEM 4.2.4.2).

use core::fmt;

use crate::disasm::write_operand;
use crate::operand::names::{BF, BH, BI};
use crate::{Branch, Insn, Isa, Op};

/// The first part of a name: which BO and BI it stands for.
pub(crate) struct Stem {
    pub(crate) name: &'static str,
    /// BO, in the bits of `mask`; the others are the hint.
    pub(crate) bo: u32,
    mask: u32,
    /// Which bit of a condition register field BI is, if the name says it.
    pub(crate) bit: Option<u32>,
    pub(crate) condition: Condition,
}

/// What is written for BI.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    /// Nothing: BI does not matter.
    Nothing,
    /// The condition register field; the stem says which bit of it.
    Field,
    /// The condition register bit.
    Bit,
    /// BO, and the condition register bit: there is no extended mnemonic.
    Everything,
}

const fn nothing(name: &'static str, bo: u32, mask: u32) -> Stem {
    Stem {
        name,
        bo,
        mask,
        bit: None,
        condition: Condition::Nothing,
    }
}

const fn bit(name: &'static str, bo: u32, mask: u32) -> Stem {
    Stem {
        condition: Condition::Bit,
        ..nothing(name, bo, mask)
    }
}

const fn field(name: &'static str, bo: u32, bit: u32) -> Stem {
    Stem {
        name,
        bo,
        mask: 0b11100,
        bit: Some(bit),
        condition: Condition::Field,
    }
}

/// Printed is the first that fits; the ones behind it are other names for the same.
#[rustfmt::skip]
pub(crate) static STEMS: [Stem; 22] = [
    bit("bdnzf",  0b00000, 0b11110),
    bit("bdzf",   0b00010, 0b11110),
    bit("bdnzt",  0b01000, 0b11110),
    bit("bdzt",   0b01010, 0b11110),
    nothing("bdnz", 0b10000, 0b10110),
    nothing("bdz",  0b10010, 0b10110),
    nothing("b",    0b10100, 0b11111),
    field("bge",  0b00100, 0),
    field("ble",  0b00100, 1),
    field("bne",  0b00100, 2),
    field("bns",  0b00100, 3),
    field("blt",  0b01100, 0),
    field("bgt",  0b01100, 1),
    field("beq",  0b01100, 2),
    field("bso",  0b01100, 3),
    field("bnl",  0b00100, 0),
    field("bng",  0b00100, 1),
    field("bnu",  0b00100, 3),
    field("bun",  0b01100, 3),
    bit("bf",     0b00100, 0b11100),
    bit("bt",     0b01100, 0b11100),
    // The branches' own names.
    Stem { name: "bc", bo: 0, mask: 0, bit: None, condition: Condition::Everything },
];

/// What the target adds to the name.
const TARGETS: [(Branch, &str); 4] = [
    (Branch::Bc, ""),
    (Branch::Bclr, "lr"),
    (Branch::Bcctr, "ctr"),
    (Branch::Bctar, "tar"),
];

impl Stem {
    /// Whether the name exists for a branch. The unconditional branch to an address has an opcode of its own, and a
    /// branch to CTR cannot decrement it (Power ISA Book I 2.4).
    const fn is_for(&self, op: Branch) -> bool {
        match (op, self.condition) {
            (_, Condition::Everything) => true,
            (Branch::Bc, Condition::Nothing) => self.bo != 0b10100,
            (Branch::Bcctr, _) => self.bo & 0b00100 != 0,
            _ => true,
        }
    }

    /// Whether the name says everything about the branch.
    fn is_name_of(&self, op: Branch, insn: &Insn) -> bool {
        self.is_for(op)
            && insn.bo() & self.mask == self.bo
            && self.bit.is_none_or(|bit| insn.bi() & 3 == bit)
            // BI does not matter, but an assembler would make it 0.
            && (self.condition != Condition::Nothing || insn.bi() == 0)
    }
}

/// The branches of a name without hint, each with the bits that its suffix sets.
pub(crate) fn named(name: &str) -> impl Iterator<Item = (&'static Stem, Branch, u32)> {
    STEMS.iter().flat_map(move |stem| {
        TARGETS.into_iter().filter_map(move |(op, target)| {
            let suffix = name.strip_prefix(stem.name)?.strip_prefix(target)?;
            let bits = op.row().record.bits(suffix)?;
            stem.is_for(op).then_some((stem, op, bits))
        })
    })
}

/// BO with the hint that the branch is taken, or not; `None` if this BO has no hint on such a CPU.
pub(crate) const fn hinted(bo: u32, is_taken: bool, is_backward: bool, isa: Isa) -> Option<u32> {
    if isa.contains(Isa::V2_01) {
        // The a bit says that there is a hint, the t bit which.
        let (a, t) = match bo & 0b10100 {
            0b00100 => (0b00010, 0b00001),
            0b10000 => (0b01000, 0b00001),
            _ => return None,
        };
        Some((bo & !t) | a | if is_taken { t } else { 0 })
    } else if bo & 0b10100 == 0b10100 {
        None
    } else {
        Some((bo & !1) | (is_taken != is_backward) as u32)
    }
}

/// A conditional branch whose name has been found.
pub(crate) struct BranchText {
    stem: &'static Stem,
    target: &'static str,
    hint: &'static str,
}

/// Splits BO into parts, or `None` if `insn` is not a conditional branch.
pub(crate) fn find(insn: &Insn, isa: Isa) -> Option<BranchText> {
    let Op::Branch(op) = insn.op else { return None };
    let (_, target) = TARGETS.into_iter().find(|(branch, _)| *branch == op)?;
    let stem = STEMS.iter().find(|stem| stem.is_name_of(op, insn))?;
    let is_backward = op == Branch::Bc && insn.bd() < 0;
    let is_hinted = |is_taken| hinted(insn.bo(), is_taken, is_backward, isa) == Some(insn.bo());
    // Where BO is printed and the hint is the y bit, only a bit that is set and means taken is printed.
    let is_y_in_bo = stem.condition == Condition::Everything && !isa.contains(Isa::V2_01);
    let hint = match (is_hinted(true), is_hinted(false)) {
        (true, _) if !is_y_in_bo || insn.bo() & 1 != 0 => "+",
        (_, true) if !is_y_in_bo => "-",
        _ => "",
    };
    Some(BranchText { stem, target, hint })
}

impl BranchText {
    pub(crate) fn write(&self, f: &mut fmt::Formatter<'_>, insn: &Insn, target: Option<u64>) -> fmt::Result {
        let suffix = insn.op.row().record.suffix(insn.word);
        write!(f, "{}{}{}{}", self.stem.name, self.target, suffix, self.hint)?;
        let bh = if target.is_none() { BH.get(insn.word) } else { 0 };
        let mut separator = " ";
        match self.stem.condition {
            Condition::Nothing => {}
            Condition::Field if insn.bi() < 4 && bh == 0 => {}
            Condition::Field => {
                write_operand(f, separator, BF, i64::from(insn.bi() / 4))?;
                separator = ",";
            }
            Condition::Bit => {
                write_operand(f, separator, BI, BI.get(insn.word))?;
                separator = ",";
            }
            Condition::Everything => {
                write!(f, " {},", insn.bo())?;
                write_operand(f, "", BI, BI.get(insn.word))?;
                separator = ",";
            }
        }
        match target {
            Some(target) => write!(f, "{separator}{target:#x}"),
            None if bh != 0 => write!(f, "{separator}{bh}"),
            None => Ok(()),
        }
    }
}
