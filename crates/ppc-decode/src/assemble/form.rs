//! The ways to read a mnemonic: which instruction, what the name decides and which operands follow.

use super::index::{self, Source};
use super::solve::Fields;
use crate::branch_text::{self, Condition};
use crate::extended::{SPELLINGS, Shown, When};
use crate::operand::names::{BD, BH, BI, BIF, BO, RS, RT, SPR};
use crate::spr_names::SprName;
use crate::{Branch, Isa, Kind, Op, Operand, System};

/// A mnemonic in lower case. None is longer.
pub(super) struct Lower {
    bytes: [u8; 24],
    len: usize,
}

impl Lower {
    pub(super) fn new(text: &str) -> Option<Lower> {
        let mut bytes = [0; 24];
        let len = text.len();
        bytes.get_mut(..len)?.copy_from_slice(text.as_bytes());
        bytes.make_ascii_lowercase();
        Some(Lower { bytes, len })
    }

    pub(super) fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..self.len]).unwrap_or("")
    }
}

/// The most operands that a row has.
pub(super) const MOST: usize = 6;

/// One way to read a mnemonic.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) op: Op,
    pub(super) isa: Isa,
    /// What the mnemonic decides, besides the conditions.
    pub(super) fields: Fields,
    pub(super) when: &'static [When],
    shown: [Option<Shown>; MOST],
    /// The branch is said to be taken, or not.
    pub(super) hint: Option<bool>,
}

impl Form {
    /// A form of `op` with the bits of a suffix.
    fn new(op: Op, isa: Isa, suffix: u32) -> Form {
        let row = op.row();
        Form {
            op,
            isa,
            fields: Fields {
                word: row.encoding.value | suffix,
                // Not the reserved bits: on some CPUs they are operands of another spelling.
                known: row.encoding.mask | row.record.mask(),
            },
            when: &[],
            shown: [None; MOST],
            hint: None,
        }
    }

    fn showing(mut self, shown: impl Iterator<Item = Shown>) -> Form {
        for (slot, shown) in self.shown.iter_mut().zip(shown) {
            *slot = Some(shown);
        }
        self
    }

    /// With a field that the mnemonic decides.
    fn with(mut self, operand: Operand, value: i64) -> Form {
        self.fields.word |= operand.put(value).unwrap_or_default();
        self.fields.known |= operand.mask();
        self
    }

    pub(super) fn shown(&self) -> impl Iterator<Item = Shown> + Clone {
        self.shown.into_iter().flatten()
    }

    /// How few and how many operands it can have; a displacement and its base are written as one.
    pub(super) fn counts(&self) -> (usize, usize) {
        let is = |test: fn(Operand) -> bool| self.shown().filter(|shown| test(shown.operand())).count();
        let most = self.shown().count() - is(|operand| operand.kind == Kind::Displacement);
        (most - is(|operand| operand.optional), most)
    }
}

/// The forms of a mnemonic, in the order in which they are tried; also those that a CPU does not have.
pub(super) fn forms(name: &str, isa: Isa) -> impl Iterator<Item = Form> {
    let (stem, hint) = match name.as_bytes().last() {
        Some(b'+') => (&name[..name.len() - 1], Some(true)),
        Some(b'-') => (&name[..name.len() - 1], Some(false)),
        _ => (name, None),
    };
    let plain = if hint.is_none() { name } else { "" };
    spr_forms(plain)
        .chain(row_forms(plain, isa))
        .chain(branch_text::named(stem).map(move |(stem, op, suffix)| branch_form(stem, op, suffix, hint)))
}

/// `mflr` and the like.
fn spr_forms(name: &str) -> impl Iterator<Item = Form> {
    let access = match name.get(..2) {
        Some("mf") => Some((System::Mfspr, RT)),
        Some("mt") => Some((System::Mtspr, RS)),
        _ => None,
    };
    access.into_iter().flat_map(move |(op, register)| {
        spr_names(&name[2..], op == System::Mtspr).map(move |(row, index)| {
            let form = Form::new(op.into(), op.row().isa.union(row.isa), 0).with(SPR, row.number.into());
            let index = index.map(|index| Shown::Linear(index.into(), &[]));
            let register = Shown::Field(register);
            if op == System::Mtspr {
                form.showing(index.into_iter().chain([register]))
            } else {
                form.showing([register].into_iter().chain(index))
            }
        })
    })
}

/// The rows of the name of a register, with the index that is left to be said: `sprg3` says it.
pub(super) fn spr_names(name: &str, is_write: bool) -> impl Iterator<Item = (&'static SprName, Option<u8>)> {
    let counted = name.as_bytes().split_last().and_then(|(last, _)| {
        let digit = char::from(*last).to_digit(10)?;
        Some((&name[..name.len() - 1], digit))
    });
    let counted = counted.into_iter().flat_map(|(name, digit)| {
        index::sprs(name)
            .filter(move |row| row.index.is_some_and(|index| u32::from(index) == digit))
            .map(|row| (row, None))
    });
    index::sprs(name)
        .map(|row| (row, row.index))
        .chain(counted)
        .filter(move |(row, _)| row.is_for(is_write))
}

/// The rows of the tables: the name may end with a suffix for record bits.
fn row_forms(name: &str, isa: Isa) -> impl Iterator<Item = Form> {
    (0..=name.len().min(2)).flat_map(move |len| {
        let (stem, suffix) = name.split_at_checked(name.len() - len).unwrap_or_default();
        index::mnemonics(stem).filter_map(move |source| {
            let suffix = source.op().row().record.bits(suffix)?;
            source_form(source, suffix, isa)
        })
    })
}

fn source_form(source: Source, suffix: u32, isa: Isa) -> Option<Form> {
    let form = Form::new(source.op(), source.isa(), suffix);
    Some(match source {
        Source::Row(op) if is_respelt(op, isa) => return None,
        Source::Row(op) => form.showing(op.row().operands.iter().copied().map(Shown::Field)),
        Source::Extended(row) => {
            if suffix != 0 && row.when.iter().any(|when| matches!(when, When::Plain)) {
                return None;
            }
            let form = form.showing(row.operands.iter().copied());
            Form {
                when: row.when,
                ..form
            }
        }
    })
}

/// `beq` and the like.
fn branch_form(stem: &branch_text::Stem, op: Branch, suffix: u32, hint: Option<bool>) -> Form {
    let form = Form::new(op.into(), op.row().isa, suffix);
    let bo = |form: Form| form.with(BO, stem.bo.into());
    let (form, condition): (Form, &[Operand]) = match stem.condition {
        Condition::Nothing => (bo(form).with(BI, 0), &[]),
        Condition::Field => {
            let mut form = bo(form);
            form.fields.word |= BI.put(stem.bit.unwrap_or_default().into()).unwrap_or_default();
            form.fields.known |= BI.mask() & !BIF.mask();
            (form, &[BIF])
        }
        Condition::Bit => (bo(form), &[BI]),
        Condition::Everything => (form, &[BO, BI]),
    };
    let target = if op == Branch::Bc { BD } else { BH };
    let operands = condition.iter().copied().chain([target]);
    Form {
        hint,
        ..form.showing(operands.map(Shown::Field))
    }
}

impl Source {
    /// The instruction.
    const fn op(self) -> Op {
        match self {
            Source::Extended(row) => row.op,
            Source::Row(op) => op,
        }
    }
}

/// Whether a CPU has another order of operands for the row's own name.
fn is_respelt(op: Op, isa: Isa) -> bool {
    SPELLINGS
        .iter()
        .any(|row| row.op == op && row.mnemonic == op.row().mnemonic && isa.contains(row.isa))
}
