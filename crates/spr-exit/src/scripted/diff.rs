//! What did not go by the script, step by step.

use super::{Played, Scripted, Step};
use crate::VcpuError;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

/// One line of a [`ScriptDiff`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffLine {
    /// Index of the step; `None` for what belongs to none.
    pub step: Option<usize>,
    /// Whether it went by the script.
    pub is_as_expected: bool,
    /// What was to happen and what did.
    pub text: String,
}

/// A script that was not played as written: every step with what was to happen and what did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptDiff(pub Vec<DiffLine>);

impl fmt::Display for ScriptDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the script was not played as written:")?;
        for line in &self.0 {
            let mark = if line.is_as_expected { "  " } else { "! " };
            write!(f, "\n{mark}")?;
            if let Some(step) = line.step {
                write!(f, "step {step}: ")?;
            }
            f.write_str(&line.text)?;
        }
        Ok(())
    }
}

impl core::error::Error for ScriptDiff {}

impl Scripted {
    /// Whether all went by the script: every step played, every expected answer given, nothing waiting, every
    /// injection happened.
    ///
    /// # Errors
    /// The list of steps, those that went wrong marked.
    pub fn finish(&self) -> Result<(), ScriptDiff> {
        let mut lines = Vec::new();
        if let Some(reply) = self.stray {
            lines.push(DiffLine {
                step: None,
                is_as_expected: false,
                text: format!("`expect({reply:?})` stands before any step"),
            });
        }
        for (index, step) in self.steps.iter().enumerate() {
            lines.push(self.line(index, step));
        }
        if let Some(waiting) = self.waiting.filter(|w| w.injected || w.step >= self.steps.len()) {
            lines.push(DiffLine {
                step: None,
                is_as_expected: false,
                text: format!("{} still waits for its answer", waiting.exit),
            });
        }
        for (step, queue) in &self.injections {
            for injection in queue {
                lines.push(DiffLine {
                    step: Some(*step),
                    is_as_expected: false,
                    text: format!("the injection {injection:?} never happened"),
                });
            }
        }
        if lines.iter().all(|line| line.is_as_expected) {
            Ok(())
        } else {
            Err(ScriptDiff(lines))
        }
    }

    fn line(&self, index: usize, step: &Step) -> DiffLine {
        let refused = self.refused.get(index).copied().flatten();
        let played = self.played.get(index).copied().unwrap_or_default();
        let waits = self.waiting.is_some_and(|w| w.step == index && !w.injected);
        let mut is_as_expected = refused.is_none();
        let mut text = step.exit.to_string();
        if let Some(expected) = step.expected {
            text += &format!(": expected {expected:x?}");
        }
        text += &match (refused, played) {
            (Some(got), _) => format!(", got {got:x?}"),
            (None, Played::Answered(got)) => format!(", got {got:x?}"),
            (None, Played::AnsweredBefore(got)) => format!(", got {got:x?} (injected)"),
            (None, Played::Vanished) => String::from(", vanished (injected)"),
            (None, Played::Left) => {
                is_as_expected = step.expected.is_none();
                String::from(", which takes no answer")
            }
            (None, Played::No) => {
                is_as_expected = false;
                String::from(if waits { ", still waits" } else { ", not played" })
            }
        };
        DiffLine {
            step: Some(index),
            is_as_expected,
            text,
        }
    }
}

impl From<VcpuError> for ScriptDiff {
    /// A diff of one line, for tests that collect both with `?`.
    fn from(why: VcpuError) -> Self {
        Self(Vec::from([DiffLine {
            step: match why {
                VcpuError::ScriptMismatch { step, .. } => Some(step),
                _ => None,
            },
            is_as_expected: false,
            text: format!("{why}"),
        }]))
    }
}
