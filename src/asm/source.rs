//! Source text: lines, statements, labels, comments.
//!
//! Every statement is one word, so that the labels are known before anything is assembled.

use ppc_decode::{Isa, assemble_with, is_symbol};
use std::collections::HashMap;
use std::fmt;

/// What is wrong with a source text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceError {
    /// The line, the first being 1.
    pub line: usize,
    /// The character in it, the first being 1.
    pub column: usize,
    /// What was expected.
    pub what: String,
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.what)
    }
}

impl std::error::Error for SourceError {}

/// A part of a line.
#[derive(Clone, Copy)]
struct Part<'a> {
    line: usize,
    /// How many characters of the line are in front of it.
    before: usize,
    text: &'a str,
}

impl<'a> Part<'a> {
    /// What begins at this byte.
    fn from(self, at: usize) -> Part<'a> {
        let (before, text) = self.text.split_at(at);
        Part {
            line: self.line,
            before: self.before + before.chars().count(),
            text,
        }
    }

    fn trimmed(self) -> Part<'a> {
        self.from(self.text.len() - self.text.trim_start().len())
    }

    fn error(self, column: usize, what: impl fmt::Display) -> SourceError {
        SourceError {
            line: self.line,
            column: self.before + column,
            what: what.to_string(),
        }
    }
}

/// The statements of a text.
fn statements(text: &str) -> impl Iterator<Item = Part<'_>> {
    text.lines().zip(1..).flat_map(|(text, line)| {
        let code = text.split('#').next().unwrap_or_default();
        let mut at = 0;
        code.split(';').map(move |text| {
            let before = code[..at].chars().count();
            at += text.len() + 1;
            Part { line, before, text }
        })
    })
}

/// The words of a source text whose first one stands at `address`.
///
/// # Errors
///
/// Everything that is wrong with it, from the first line to the last.
pub fn assemble(text: &str, address: u64, isa: Isa) -> Result<Vec<u32>, Vec<SourceError>> {
    let (mut labels, mut errors) = (HashMap::new(), Vec::new());
    let mut instructions = Vec::new();
    let mut cia = address;
    for mut statement in statements(text) {
        while let Some((name, _)) = statement.text.split_once(':') {
            let end = name.len() + 1;
            let label = Part {
                text: name,
                ..statement
            }
            .trimmed();
            let name = label.text.trim_end();
            if !is_symbol(name) {
                errors.push(label.error(
                    1,
                    "expected the name of a label: letters, digits, _ . $, and no register",
                ));
            } else if labels.insert(name, cia).is_some() {
                errors.push(label.error(1, format_args!("the label {name} is there already")));
            }
            statement = statement.from(end);
        }
        if !statement.text.trim().is_empty() {
            instructions.push((statement, cia));
            cia = cia.wrapping_add(4);
        }
    }
    let symbols = |name: &str| labels.get(name).copied();
    let mut words = Vec::with_capacity(instructions.len());
    for (statement, cia) in instructions {
        match assemble_with(statement.text, cia, isa, &symbols) {
            Ok(word) => words.push(word),
            Err(why) => errors.push(statement.error(why.column, why.expected)),
        }
    }
    errors.sort_by_key(|error| (error.line, error.column));
    if errors.is_empty() { Ok(words) } else { Err(errors) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stand_before_and_behind_their_branches() {
        let text = "start: li r3,4 # four\n\nagain:\n  addi r3,r3,-1; cmpwi r3,0\n\tbne+ again ; beq done\n b start\ndone: blr";
        let words = assemble(text, 0x1000, Isa::E500V2);
        let expected = [
            0x3860_0004,
            0x3863_ffff,
            0x2c03_0000,
            0x4082_fff8,
            0x4182_0008,
            0x4bff_ffec,
            0x4e80_0020,
        ];
        assert_eq!(words, Ok(expected.to_vec()));
    }

    #[test]
    fn every_error_is_told_with_line_and_column() {
        let text = "  li r3,70000\n\u{e4}: nop\nx: x: nop\n nop; frob r3\n b nowhere\n";
        let errors = assemble(text, 0, Isa::E500V2).expect_err("all of it is wrong");
        let said: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "1:9: expected -32768 to 32767, found 70000",
                "2:1: expected the name of a label: letters, digits, _ . $, and no register",
                "3:4: the label x is there already",
                "4:7: expected a mnemonic",
                "5:4: expected an address",
            ]
        );
    }

    #[test]
    fn nothing_gives_nothing() {
        assert_eq!(assemble("", 0, Isa::POWER9), Ok(vec![]));
        assert_eq!(assemble("# only this\n ; ;\n", 0, Isa::POWER9), Ok(vec![]));
    }
}
