//! What is wrong with a record, and where.
//!
//! The place is the path of the field (`mem[2][1]`, `regs.r40`), built from the inside out as an error leaves the
//! functions that read the fields.

use std::fmt::{self, Write as _};

/// Why a record was not run.
#[derive(Debug)]
pub(super) struct Bad {
    path: String,
    why: String,
}

impl Bad {
    /// A complaint whose place the callers add.
    pub(super) fn new(why: impl Into<String>) -> Self {
        Self {
            path: String::new(),
            why: why.into(),
        }
    }

    /// The same inside the field `name`.
    pub(super) fn field(mut self, name: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') {
            ""
        } else {
            "."
        };
        self.path = format!("{}{dot}{}", Self::quote(name), self.path);
        self
    }

    /// The same inside element `index` of a list.
    pub(super) fn element(mut self, index: usize) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') {
            ""
        } else {
            "."
        };
        self.path = format!("[{index}]{dot}{}", self.path);
        self
    }

    /// A text of the caller's as it can stand in a message: short, and without control characters.
    pub(super) fn quote(text: &str) -> String {
        const LONGEST: usize = 64;
        let mut quoted = String::new();
        for (n, c) in text.chars().enumerate() {
            if n == LONGEST {
                quoted.push('…');
                break;
            }
            if c.is_control() {
                let _ = write!(quoted, "{}", c.escape_default());
            } else {
                quoted.push(c);
            }
        }
        quoted
    }
}

impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.why)
        } else {
            write!(f, "{}: {}", self.path, self.why)
        }
    }
}

/// Adds the place to an error on its way out.
pub(super) trait Place<T> {
    /// See [`Bad::field`].
    fn in_field(self, name: &str) -> Result<T, Bad>;
    /// See [`Bad::element`].
    fn in_element(self, index: usize) -> Result<T, Bad>;
}

impl<T> Place<T> for Result<T, Bad> {
    fn in_field(self, name: &str) -> Result<T, Bad> {
        self.map_err(|bad| bad.field(name))
    }

    fn in_element(self, index: usize) -> Result<T, Bad> {
        self.map_err(|bad| bad.element(index))
    }
}
