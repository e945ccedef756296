//! From JSON values to what a field holds: integers, switches, choices, lists, bytes.
//!
//! Every function says what it expected and what it got; the field's name is the caller's to add ([`super::bad`]).

use super::bad::{Bad, Place as _};
use super::json::{Fields, Value};
use std::borrow::Cow;

/// The largest integer that every JSON library keeps exactly as a number.
const MAX_NUMBER: u64 = 1 << 53;

fn expected(what: &str, got: &Value<'_>) -> Bad {
    Bad::new(format!("expected {what}, found {}", got.kind()))
}

/// An integer: a number up to 2^53, or a string in decimal or with 0x in hexadecimal.
pub(super) fn integer(value: &Value<'_>) -> Result<u64, Bad> {
    match value {
        Value::Integer(n) if *n <= MAX_NUMBER => Ok(*n),
        Value::Integer(_) => Err(Bad::new(
            "a number above 2^53 may have lost digits on its way; give it as a string",
        )),
        Value::OtherNumber => Err(Bad::new(
            "the number is not an integer from 0 to 2^53 (larger ones are given as strings)",
        )),
        Value::Text(text) => parse_integer(text).ok_or_else(|| {
            Bad::new(format!(
                "{:?} is not an integer of 64 bits in decimal, or in hexadecimal with 0x",
                Bad::quote(text)
            ))
        }),
        _ => Err(expected("an integer", value)),
    }
}

/// The integer that a text is; no sign, no blanks.
pub(super) fn parse_integer(text: &str) -> Option<u64> {
    let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    // `from_str_radix` would take a sign.
    let is_digits = digits.bytes().all(|b| b.is_ascii_alphanumeric());
    u64::from_str_radix(digits, radix).ok().filter(|_| is_digits)
}

/// `true` or `false`.
pub(super) fn switch(value: &Value<'_>) -> Result<bool, Bad> {
    match value {
        Value::Bool(is_on) => Ok(*is_on),
        _ => Err(expected("true or false", value)),
    }
}

/// A string.
pub(super) fn text<'v>(value: &'v Value<'_>) -> Result<&'v str, Bad> {
    match value {
        Value::Text(text) => Ok(text),
        _ => Err(expected("a string", value)),
    }
}

/// One of a few words.
pub(super) fn choice<T: Copy>(value: &Value<'_>, choices: &[(&str, T)]) -> Result<T, Bad> {
    let word = text(value)?;
    match choices.iter().find(|(name, _)| *name == word) {
        Some((_, meaning)) => Ok(*meaning),
        None => {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            Err(Bad::new(format!(
                "{:?} is none of {}",
                Bad::quote(word),
                names.join(", ")
            )))
        }
    }
}

/// A list, each element read by `read`.
pub(super) fn list<T>(
    value: &Value<'_>,
    mut read: impl FnMut(&Value<'_>) -> Result<T, Bad>,
) -> Result<Vec<T>, Bad> {
    let Value::List(elements) = value else {
        return Err(expected("an array", value));
    };
    elements
        .iter()
        .enumerate()
        .map(|(n, element)| read(element).in_element(n))
        .collect()
}

/// An array of exactly two.
pub(super) fn pair<T, U>(
    value: &Value<'_>,
    what: &str,
    first: impl FnOnce(&Value<'_>) -> Result<T, Bad>,
    second: impl FnOnce(&Value<'_>) -> Result<U, Bad>,
) -> Result<(T, U), Bad> {
    match value {
        Value::List(elements) => match &elements[..] {
            [a, b] => Ok((first(a).in_element(0)?, second(b).in_element(1)?)),
            other => Err(Bad::new(format!(
                "expected {what}, found an array of {}",
                other.len()
            ))),
        },
        _ => Err(expected(what, value)),
    }
}

/// The fields of an object, none of them twice.
pub(super) fn object<'v, 'a>(value: &'v Value<'a>) -> Result<&'v Fields<'a>, Bad> {
    let Value::Object(fields) = value else {
        return Err(expected("an object", value));
    };
    let mut names: Vec<&Cow<'_, str>> = fields.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    match names.windows(2).find(|two| two[0] == two[1]) {
        Some(two) => Err(Bad::new("given twice").field(two[0])),
        None => Ok(fields),
    }
}

/// Bytes as hexadecimal digits, two for each; `unit` digits belong together.
pub(super) fn bytes(value: &Value<'_>, unit: usize) -> Result<Vec<u8>, Bad> {
    let digits = text(value)?.as_bytes();
    if let Some(at) = digits.iter().position(|digit| !digit.is_ascii_hexdigit()) {
        return Err(Bad::new(format!(
            "character {} is not a hexadecimal digit",
            at + 1
        )));
    }
    if !digits.len().is_multiple_of(unit) {
        return Err(Bad::new(format!(
            "{} hexadecimal digits are not a multiple of {unit}",
            digits.len()
        )));
    }
    Ok(digits
        .chunks_exact(2)
        .map(|two| nibble(two[0]) << 4 | nibble(two[1]))
        .collect())
}

/// The value of a hexadecimal digit, which it is.
fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20).wrapping_sub(b'a' - 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integer_in_text_is_decimal_or_hexadecimal_and_has_no_sign() {
        assert_eq!(parse_integer("16"), Some(16));
        assert_eq!(parse_integer("0x10"), Some(16));
        assert_eq!(parse_integer("0XfF"), Some(255));
        assert_eq!(parse_integer("0xffffffffffffffff"), Some(u64::MAX));
        for text in [
            "",
            "0x",
            "+1",
            "-1",
            "0x+1",
            "1_0",
            " 1",
            "1.0",
            "10h",
            "0x10000000000000000",
        ] {
            assert_eq!(parse_integer(text), None, "{text:?}");
        }
    }

    #[test]
    fn hexadecimal_digits_of_any_case_are_bytes_in_their_order() {
        let value = Value::Text("00fFA5".into());
        assert_eq!(bytes(&value, 2).unwrap(), [0, 0xff, 0xa5]);
        assert!(bytes(&value, 8).is_err());
    }
}
