//! Operands as text: numbers, registers, names, and arithmetic over them.
//!
//! The syntax is that of the GNU assembler (its manual, "Expressions" and "PowerPC": registers also without `%`, as
//! with `-mregnames`): operators of three ranks, `* / % << >>` before `| & ^` before `+ -`; `0x`, `0b` and `0` begin
//! hexadecimal, binary and octal numbers. Numbers have 64 bits, and what does not fit wraps.

use super::error::{AsmError, Expected};
use crate::operand::Kind;

/// A value, and what it is the value of.
#[derive(Clone, Copy)]
pub(crate) struct Value {
    pub(crate) number: i64,
    class: Class,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Number,
    Gpr,
    Fpr,
    CrField,
    CrBit,
}

impl Class {
    const fn of(kind: Kind) -> Class {
        match kind {
            Kind::Gpr | Kind::GprOrZero => Class::Gpr,
            Kind::Fpr => Class::Fpr,
            Kind::CrField => Class::CrField,
            Kind::CrBit => Class::CrBit,
            Kind::Number | Kind::Displacement | Kind::Target => Class::Number,
        }
    }
}

/// How deep parentheses and signs may be nested.
const DEEPEST: u32 = 32;

/// Registers by the beginning of their names, and how many there are.
const REGISTERS: [(&str, i64, Class); 3] = [
    ("r", 32, Class::Gpr),
    ("f", 32, Class::Fpr),
    ("cr", 8, Class::CrField),
];
/// Registers and bits with names of their own.
const NAMES: [(&str, i64, Class); 7] = [
    ("sp", 1, Class::Gpr),
    ("rtoc", 2, Class::Gpr),
    ("lt", 0, Class::CrBit),
    ("gt", 1, Class::CrBit),
    ("eq", 2, Class::CrBit),
    ("so", 3, Class::CrBit),
    ("un", 3, Class::CrBit),
];

/// What an operator does; nothing if it cannot.
type Apply = fn(i64, i64) -> Option<i64>;

/// Operators with their ranks; the higher binds first. Those of two characters come before those of one.
const OPERATORS: [(&str, u32, Apply); 10] = [
    ("<<", 3, |a, b| shift(a, b, i64::wrapping_shl)),
    (">>", 3, |a, b| {
        shift(a, b, |a, b| (a.cast_unsigned() >> b).cast_signed())
    }),
    ("*", 3, |a, b| Some(a.wrapping_mul(b))),
    ("/", 3, |a, b| (b != 0).then(|| a.wrapping_div(b))),
    ("%", 3, |a, b| (b != 0).then(|| a.wrapping_rem(b))),
    ("|", 2, |a, b| Some(a | b)),
    ("&", 2, |a, b| Some(a & b)),
    ("^", 2, |a, b| Some(a ^ b)),
    ("+", 1, |a, b| Some(a.wrapping_add(b))),
    ("-", 1, |a, b| Some(a.wrapping_sub(b))),
];

fn shift(a: i64, b: i64, by: fn(i64, u32) -> i64) -> Option<i64> {
    u32::try_from(b).ok().filter(|b| *b < 64).map(|b| by(a, b))
}

/// Whether a name may have this character.
fn is_in_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$')
}

/// Whether `text` can be the name of a symbol: letters, digits, `_`, `.` and `$`, no digit in front, and no register.
#[must_use]
pub fn is_symbol(text: &str) -> bool {
    let is_free = text != "." && register(text).is_none();
    is_free
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && !text.is_empty()
        && text.chars().all(is_in_name)
}

fn register(name: &str) -> Option<Value> {
    let value = |number, class| Value { number, class };
    let fixed = NAMES
        .iter()
        .find(|(known, ..)| name.eq_ignore_ascii_case(known))
        .map(|&(_, number, class)| value(number, class));
    fixed.or_else(|| {
        REGISTERS.iter().find_map(|&(prefix, count, class)| {
            let (start, digits) = name.split_at_checked(prefix.len())?;
            let is_number = start.eq_ignore_ascii_case(prefix)
                && digits.bytes().all(|byte| byte.is_ascii_digit())
                && (digits.len() == 1 || !digits.starts_with('0'));
            let number = digits.parse().ok()?;
            (is_number && number < count).then(|| value(number, class))
        })
    })
}

/// Reads a text from left to right.
pub(crate) struct Reader<'a> {
    pub(crate) text: &'a str,
    pub(crate) at: usize,
    /// What a name stands for that is no register.
    pub(crate) names: &'a dyn Fn(&str) -> Option<i64>,
}

impl<'a> Reader<'a> {
    /// The error that at `at`, a place in the text, something else was expected.
    pub(crate) fn error(&self, at: usize, expected: Expected) -> AsmError {
        let before = self.text.get(..at).unwrap_or(self.text);
        AsmError {
            column: before.chars().count() + 1,
            expected,
        }
    }

    /// What is left, without white space in front.
    pub(crate) fn rest(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let trimmed = rest.trim_start();
        self.at += rest.len() - trimmed.len();
        trimmed
    }

    /// Takes `token`, if it comes next.
    pub(crate) fn takes(&mut self, token: &str) -> bool {
        let is_next = self.rest().starts_with(token);
        if is_next {
            self.at += token.len();
        }
        is_next
    }

    /// An operand of a kind: where it begins, and its value.
    pub(crate) fn operand(&mut self, kind: Kind) -> Result<(usize, i64), AsmError> {
        self.operand_or(kind, Expected::Operand(kind))
    }

    /// The same, with something else to be said where there is none.
    pub(crate) fn operand_or(&mut self, kind: Kind, expected: Expected) -> Result<(usize, i64), AsmError> {
        self.rest();
        let at = self.at;
        let value = self.expression(expected, 1, 0)?;
        // A number will do for any register.
        let is_right = value.class == Class::Number || value.class == Class::of(kind);
        if self.rest().starts_with('@') {
            Err(self.error(self.at, Expected::NoRelocation))
        } else if is_right {
            Ok((at, value.number))
        } else {
            Err(self.error(at, expected))
        }
    }

    /// Operators of at least this rank, and what is between them.
    fn expression(&mut self, expected: Expected, rank: u32, depth: u32) -> Result<Value, AsmError> {
        self.rest();
        let at = self.at;
        let mut left = self.term(expected, depth)?;
        loop {
            let rest = self.rest();
            let next = OPERATORS.iter().find(|(operator, ..)| rest.starts_with(operator));
            let Some((operator, this, apply)) = next.filter(|(_, this, _)| *this >= rank) else {
                return Ok(left);
            };
            self.at += operator.len();
            let right = self.expression(expected, this + 1, depth + 1)?;
            // `4*cr1+eq` is the one use of registers in expressions.
            let class = match (left, *operator, right) {
                (a, _, b) if (a.class, b.class) == (Class::Number, Class::Number) => Some(Class::Number),
                (four, "*", field) | (field, "*", four)
                    if (four.class, four.number, field.class) == (Class::Number, 4, Class::CrField) =>
                {
                    Some(Class::CrBit)
                }
                (a, "+", b) => [(a, b), (b, a)]
                    .iter()
                    .any(|(a, b)| a.class == Class::CrBit && matches!(b.class, Class::CrBit | Class::Number))
                    .then_some(Class::CrBit),
                _ => None,
            };
            let number = apply(left.number, right.number);
            let (Some(class), Some(number)) = (class, number) else {
                return Err(self.error(at, expected));
            };
            left = Value { number, class };
        }
    }

    fn term(&mut self, expected: Expected, depth: u32) -> Result<Value, AsmError> {
        let rest = self.rest();
        let at = self.at;
        if depth > DEEPEST {
            return Err(self.error(at, Expected::Simpler));
        }
        if let Some(sign) = rest.chars().next().filter(|c| matches!(c, '-' | '+' | '~')) {
            self.at += 1;
            let value = self.term(expected, depth + 1)?;
            if value.class != Class::Number {
                return Err(self.error(at, expected));
            }
            let number = match sign {
                '-' => value.number.wrapping_neg(),
                '~' => !value.number,
                _ => value.number,
            };
            return Ok(Value { number, ..value });
        }
        if self.takes("(") {
            let value = self.expression(expected, 1, depth + 1)?;
            return if self.takes(")") {
                Ok(value)
            } else {
                Err(self.error(self.at, Expected::Close))
            };
        }
        let is_register_only = self.takes("%");
        let rest = &self.text[self.at..];
        let name = &rest[..rest.find(|c| !is_in_name(c)).unwrap_or(rest.len())];
        self.at += name.len();
        let found = match name.as_bytes().first() {
            _ if is_register_only => register(name),
            Some(b'0'..=b'9') => number(name),
            _ => register(name).or_else(|| (self.names)(name).map(plain)),
        };
        found.ok_or_else(|| {
            if !name.is_empty() && self.text[self.at..].starts_with('@') {
                self.error(self.at, Expected::NoRelocation)
            } else {
                self.error(at, expected)
            }
        })
    }
}

const fn plain(number: i64) -> Value {
    Value {
        number,
        class: Class::Number,
    }
}

fn number(text: &str) -> Option<Value> {
    let bytes = text.as_bytes();
    let (digits, radix) = match (bytes, text.get(2..)) {
        ([b'0', b'x' | b'X', ..], Some(digits)) => (digits, 16),
        ([b'0', b'b' | b'B', ..], Some(digits)) => (digits, 2),
        ([b'0', ..], _) => (text, 8),
        _ => (text, 10),
    };
    let value = u64::from_str_radix(digits, radix).ok()?;
    Some(plain(value.cast_signed()))
}
