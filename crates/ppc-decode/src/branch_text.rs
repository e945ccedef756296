//! Extended mnemonics of conditional branches, which are made of parts: `bdnzf`, `beq`, `lr`, `l`, `a`, `+`.
//!
//! Power ISA Book I 2.4 (BO and the `at` hint) and appendix C.1, C.2. Before version 2.00 of the architecture the hint
//! was the `y` bit, which reverses the static prediction: backward taken, forward and to a register not taken
//! (PEM 4.2.4.2).

use core::fmt;

use crate::disasm::write_operand;
use crate::operand::names::{BF, BH, BI};
use crate::{Branch, Insn, Isa, Op};

/// A conditional branch whose name has been found.
pub(crate) struct BranchText {
    /// What comes before the suffixes: `beq`, `bdnz`, `b`, or the plain `bc`, `bclr`, ….
    stem: &'static str,
    /// `lr`, `ctr` or `tar`; nothing after a plain stem, which has it already.
    register: &'static str,
    hint: &'static str,
    condition: Condition,
}

/// What is printed for BI.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Condition {
    /// Nothing: BI does not matter.
    Nothing,
    /// The condition register field; the stem says which bit of it.
    Field,
    /// The condition register bit.
    Bit,
    /// BO, and the condition register bit: there is no extended mnemonic.
    Everything,
}

/// Splits BO into parts, or `None` if `op` is not a conditional branch.
pub(crate) fn find(insn: &Insn, isa: Isa) -> Option<BranchText> {
    let Op::Branch(op) = insn.op else { return None };
    let register = match op {
        Branch::Bc => "",
        Branch::Bclr => "lr",
        Branch::Bcctr => "ctr",
        Branch::Bctar => "tar",
        _ => return None,
    };
    let name = if op == Branch::Bcctr && insn.bo() & 4 == 0 {
        None
    } else {
        name(insn, op == Branch::Bc)
    };
    let (stem, condition) = name.unwrap_or((insn.op.row().mnemonic, Condition::Everything));
    let is_plain = condition == Condition::Everything;
    let hint = if isa.contains(Isa::V2_01) {
        at_hint(insn.bo())
    } else {
        y_hint(insn, op, is_plain)
    };
    Some(BranchText {
        stem,
        register: if is_plain { "" } else { register },
        hint,
        condition,
    })
}

/// The stem for the condition that BO and BI make.
fn name(insn: &Insn, is_direct: bool) -> Option<(&'static str, Condition)> {
    let bi = insn.bi();
    let if_false = ["bge", "ble", "bne", "bns"];
    let if_true = ["blt", "bgt", "beq", "bso"];
    let bit = (bi & 3) as usize;
    match insn.bo() {
        0 | 1 => Some(("bdnzf", Condition::Bit)),
        2 | 3 => Some(("bdzf", Condition::Bit)),
        4..=7 => Some((if_false[bit], Condition::Field)),
        8 | 9 => Some(("bdnzt", Condition::Bit)),
        10 | 11 => Some(("bdzt", Condition::Bit)),
        12..=15 => Some((if_true[bit], Condition::Field)),
        // BI does not matter, but an assembler would make it 0.
        16 | 17 | 24 | 25 if bi == 0 => Some(("bdnz", Condition::Nothing)),
        18 | 19 | 26 | 27 if bi == 0 => Some(("bdz", Condition::Nothing)),
        20 if bi == 0 && !is_direct => Some(("b", Condition::Nothing)),
        _ => None,
    }
}

/// The hint of the `a` and `t` bits, which only some BO have.
fn at_hint(bo: u32) -> &'static str {
    match bo {
        6 | 14 | 24 | 26 => "-",
        7 | 15 | 25 | 27 => "+",
        _ => "",
    }
}

/// What the `y` bit makes of the static prediction.
fn y_hint(insn: &Insn, op: Branch, is_plain: bool) -> &'static str {
    let backward = op == Branch::Bc && insn.bd() < 0;
    let reversed = insn.bo() & 1 != 0;
    match (insn.bo() & 0x14 == 0x14, is_plain) {
        (true, _) => "",
        (false, true) => {
            if reversed && !backward {
                "+"
            } else {
                ""
            }
        }
        (false, false) => {
            if reversed != backward {
                "+"
            } else {
                "-"
            }
        }
    }
}

impl BranchText {
    pub(crate) fn write(&self, f: &mut fmt::Formatter<'_>, insn: &Insn, target: Option<u64>) -> fmt::Result {
        let suffix = insn.op.row().record.suffix(insn.word);
        write!(f, "{}{}{}{}", self.stem, self.register, suffix, self.hint)?;
        let bh = if target.is_none() { BH.get(insn.word) } else { 0 };
        let mut separator = " ";
        match self.condition {
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
