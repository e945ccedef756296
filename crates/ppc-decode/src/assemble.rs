//! Assembly: the word of an instruction that stands there as text.
//!
//! The syntax is that of the GNU assembler (with `-mregnames`, so registers need no `%`), which is what the
//! disassembler prints. Mnemonics and operands come from the same rows. A text is one instruction, or `.long` and a
//! number; whole programs, with labels, are the application's.
//!
//! Not rejected here, although the manuals call them invalid: forms such as `lwzu r3,8(r3)`.

mod error;
mod expression;
mod form;
mod index;
mod solve;
/// Every mnemonic of a CPU.
fn mnemonics(isa: Isa) -> impl Iterator<Item = &'static str> {
    let rows = index::all().filter(move |source| isa.contains(source.isa()));
    rows.map(|source| source.mnemonic())
        .chain(STEMS.iter().map(|stem| stem.name))
}

#[cfg(test)]
mod tests;

pub use error::{AsmError, Expected};
use expression::Reader;
pub use expression::is_symbol;
use form::{Form, Lower, MOST, forms, spr_names};
use solve::Given;

use crate::branch_text::STEMS;
use crate::extended::Shown;
use crate::nearest;
use crate::operand::names::{BO, SPR};
use crate::{AA, Branch, Insn, Isa, Kind, Op, System, branch_text};

/// The word of the instruction `text` at address `cia` for a CPU with the facilities `isa`.
///
/// ```
/// use ppc_decode::{AsmError, Expected, Isa, assemble};
///
/// assert_eq!(assemble("mtspr 308, r3", 0, Isa::E500V2), Ok(0x7c74_4ba6));
/// assert_eq!(assemble("mtdbcr0 r3", 0, Isa::E500V2), Ok(0x7c74_4ba6));
/// assert_eq!(assemble("extrwi. r5, r6, 8, 16", 0, Isa::PPC750), Ok(0x54c5_c63f));
/// // Targets are addresses, `.` being that of the instruction.
/// assert_eq!(assemble("beq cr1, 0x1010", 0x1000, Isa::POWER9), Ok(0x4186_0010));
/// assert_eq!(assemble("beq cr1, .+16", 0x1000, Isa::POWER9), Ok(0x4186_0010));
///
/// let wrong = assemble("ld r3, 6(r4)", 0, Isa::POWER9).unwrap_err();
/// assert_eq!(wrong.to_string(), "column 8: expected a multiple of 4 from -32768 to 32764, found 6");
/// ```
///
/// # Errors
///
/// What is wrong with the text, and where.
pub fn assemble(text: &str, cia: u64, isa: Isa) -> Result<u32, AsmError> {
    assemble_with(text, cia, isa, &|_| None)
}

/// As [`assemble`], with `symbols` for names that are no registers: the labels of a program.
///
/// ```
/// use ppc_decode::{Isa, assemble_with};
///
/// let labels = |name: &str| (name == "start").then_some(0x1000);
/// assert_eq!(assemble_with("b start", 0x1008, Isa::PPC750, &labels), Ok(0x4bff_fff8));
/// ```
///
/// # Errors
///
/// As [`assemble`].
pub fn assemble_with(
    text: &str,
    cia: u64,
    isa: Isa,
    symbols: &dyn Fn(&str) -> Option<u64>,
) -> Result<u32, AsmError> {
    let names = |name: &str| {
        if name == "." {
            Some(cia.cast_signed())
        } else {
            symbols(name).map(u64::cast_signed)
        }
    };
    let mut reader = Reader {
        text,
        at: 0,
        names: &names,
    };
    let rest = reader.rest();
    let start = reader.at;
    let mnemonic = &rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())];
    reader.at += mnemonic.len();
    if mnemonic == ".long" {
        return long(&mut reader);
    }
    let lower = Lower::new(mnemonic);
    let place = Place { start, cia, isa };
    place.first_that_fits(&mut reader, lower.as_ref().map_or("", Lower::as_str))
}

/// A word as a number.
fn long(reader: &mut Reader) -> Result<u32, AsmError> {
    let (at, value) = reader.operand(Kind::Number)?;
    end(reader)?;
    let word = u32::try_from(value).or_else(|_| i32::try_from(value).map(i32::cast_unsigned));
    word.map_err(|_| {
        let expected = Expected::Value {
            given: value,
            min: i32::MIN.into(),
            max: u32::MAX.into(),
            step: 1,
        };
        reader.error(at, expected)
    })
}

fn end(reader: &mut Reader) -> Result<(), AsmError> {
    if reader.rest().is_empty() {
        Ok(())
    } else {
        Err(reader.error(reader.at, Expected::CommaOrEnd))
    }
}

/// Where an instruction stands.
struct Place {
    /// Of the mnemonic in the text.
    start: usize,
    cia: u64,
    isa: Isa,
}

impl Place {
    /// The word of the first form whose operands are there and fit, or what would have been needed for the ones that
    /// come nearest.
    fn first_that_fits(&self, reader: &mut Reader, name: &str) -> Result<u32, AsmError> {
        let given = count(reader);
        let operands = reader.at;
        let mut lacks: Option<Isa> = None;
        let mut counts: Option<(usize, usize)> = None;
        let mut wrong: Option<AsmError> = None;
        for form in forms(name, self.isa) {
            if !self.isa.contains(form.isa) {
                let these = form.isa.difference(self.isa);
                if lacks.is_none_or(|least| these.bits().count_ones() < least.bits().count_ones()) {
                    lacks = Some(these);
                }
                continue;
            }
            let (least, most) = form.counts();
            counts = Some(counts.map_or((least, most), |(a, b)| (a.min(least), b.max(most))));
            if !(least..=most).contains(&given) {
                continue;
            }
            reader.at = operands;
            match self.read(reader, &form, most - given) {
                Ok(word) => return Ok(word),
                Err(error) => wrong = Some(wrong.map_or(error, |first| widened(first, error))),
            }
        }
        Err(match (wrong, counts, lacks) {
            (Some(wrong), ..) => wrong,
            (None, Some((least, most)), _) => {
                reader.at = operands;
                let at = nth_operand(reader, most.min(given));
                reader.error(at, Expected::Count { given, least, most })
            }
            (None, None, Some(lacks)) => reader.error(self.start, Expected::OnThisCpu { lacks }),
            (None, None, None) => {
                let without_hint = name.strip_suffix(['+', '-']);
                if without_hint.is_some_and(|name| forms(name, self.isa).next().is_some()) {
                    reader.error(self.start + name.len() - 1, Expected::NoHint)
                } else {
                    let nearest = nearest(name, mnemonics(self.isa));
                    reader.error(self.start, Expected::Mnemonic { nearest })
                }
            }
        })
    }

    /// The word of a form, with the operands that come next; so many optional ones are not there.
    fn read(&self, reader: &mut Reader, form: &Form, omitted: usize) -> Result<u32, AsmError> {
        let nothing = Given {
            shown: Shown::Mask,
            value: 0,
            at: 0,
        };
        let mut given = [nothing; MOST];
        let optional = form.shown().filter(|shown| shown.operand().optional).count();
        let (mut present, mut is_first, mut is_base) = (optional - omitted, true, false);
        for (slot, shown) in given.iter_mut().zip(form.shown()) {
            let operand = shown.operand();
            *slot = Given { shown, ..nothing };
            if operand.optional {
                if present == 0 {
                    continue;
                }
                present -= 1;
            }
            if is_base && !reader.takes("(") {
                return Err(reader.error(reader.at, Expected::Base));
            }
            if !is_first && !is_base && !reader.takes(",") {
                return Err(reader.error(reader.at, Expected::CommaOrEnd));
            }
            let (at, value) = match operand {
                SPR => self.spr(reader, form.op)?,
                _ => reader.operand(operand.kind)?,
            };
            if is_base && !reader.takes(")") {
                return Err(reader.error(reader.at, Expected::Close));
            }
            let value = match operand.kind {
                Kind::Target => self.displacement(form, value),
                _ => value,
            };
            *slot = Given { shown, value, at };
            is_first = false;
            is_base = operand.kind == Kind::Displacement;
        }
        end(reader)?;
        let given = &given[..form.shown().count()];
        let word = solve::solve(form.fields, given, form.when).map_err(|(at, expected)| {
            let is_target = |given: &Given| given.at == at && given.shown.operand().kind == Kind::Target;
            let expected = match expected {
                Expected::Value {
                    given: value,
                    min,
                    max,
                    step,
                } if given.iter().any(is_target) => Expected::Distance {
                    given: value,
                    min,
                    max,
                    step,
                },
                other => other,
            };
            reader.error(at, expected)
        })?;
        self.with_hint(form, word).ok_or_else(|| {
            let mnemonic = reader.text[self.start..].split_whitespace().next();
            reader.error(self.start + mnemonic.map_or(0, str::len) - 1, Expected::NoHint)
        })
    }

    /// A special purpose register, by number or by name.
    fn spr(&self, reader: &mut Reader, op: Op) -> Result<(usize, i64), AsmError> {
        let names = reader.names;
        let by_name = |name: &str| {
            let lower = Lower::new(name);
            let lower = lower.as_ref().map_or("", Lower::as_str);
            let mut rows = spr_names(lower, op == Op::System(System::Mtspr));
            let row = rows.find(|(row, index)| self.isa.contains(row.isa) && index.is_none());
            row.map(|(row, _)| row.number.into()).or_else(|| names(name))
        };
        let mut with_names = Reader {
            text: reader.text,
            at: reader.at,
            names: &by_name,
        };
        let result = with_names.operand_or(Kind::Number, Expected::Spr);
        reader.at = with_names.at;
        result
    }

    /// How far away the target of a branch is: from address 0, if the branch is absolute.
    fn displacement(&self, form: &Form, target: i64) -> i64 {
        let is_absolute = form.fields.word & AA != 0;
        let displacement = if is_absolute {
            target
        } else {
            target.wrapping_sub(self.cia.cast_signed())
        };
        // Addresses of 32 bits wrap; and `as` lets absolute ones be written with 32 bits everywhere.
        let is_32bit = (i64::from(i32::MIN)..=i64::from(u32::MAX)).contains(&target);
        if is_32bit && (is_absolute || !self.isa.contains(Isa::PPC64)) {
            #[expect(clippy::cast_possible_truncation, reason = "the low word is what counts")]
            let low = displacement as i32;
            low.into()
        } else {
            displacement
        }
    }

    /// The word with the hint of its form in BO; nothing if the branch has none.
    fn with_hint(&self, form: &Form, word: u32) -> Option<u32> {
        let Some(is_taken) = form.hint else {
            return Some(word);
        };
        let insn = Insn { word, op: form.op };
        let is_backward = form.op == Op::Branch(Branch::Bc) && insn.bd() < 0;
        let bo = branch_text::hinted(insn.bo(), is_taken, is_backward, self.isa)?;
        Some(word & !BO.mask() | BO.put(bo.into())?)
    }
}

/// How many operands there are: commas outside parentheses, and one more.
fn count(reader: &mut Reader) -> usize {
    match reader.rest() {
        "" => 0,
        rest => 1 + commas(rest).count(),
    }
}

/// Where the operand with this number begins; the end of the text behind the last.
fn nth_operand(reader: &mut Reader, n: usize) -> usize {
    let rest = reader.rest();
    let comma = n.checked_sub(1).and_then(|n| commas(rest).nth(n));
    reader.at += match (n, comma) {
        (0, _) => 0,
        (_, Some(comma)) => comma + 1,
        (_, None) => rest.trim_end().len(),
    };
    reader.rest();
    reader.at
}

/// Where the commas outside parentheses are.
fn commas(text: &str) -> impl Iterator<Item = usize> {
    let mut depth = 0usize;
    text.bytes().enumerate().filter_map(move |(at, byte)| {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        (byte == b',' && depth == 0).then_some(at)
    })
}

/// Of two errors the one that is farther in the text; both ranges, if they are about the same value.
fn widened(a: AsmError, b: AsmError) -> AsmError {
    let expected = match (a.expected, b.expected) {
        _ if a.column != b.column => return if a.column > b.column { a } else { b },
        (
            Expected::Value {
                given,
                min,
                max,
                step,
            },
            Expected::Value {
                given: same,
                min: other_min,
                max: other_max,
                step: other_step,
            },
        ) if given == same && step == other_step => Expected::Value {
            given,
            min: min.min(other_min),
            max: max.max(other_max),
            step,
        },
        (first, _) => first,
    };
    AsmError { expected, ..a }
}
