//! Comparing a run with a list of exits (feature `testing`): what [`crate::Scripted`] is to a loop, this is to a guest.
//!
//! ```
//! use spr_exit::testing::{exit, play, read, write};
//! use spr_exit::{Exit, Reply, Scripted, num::booke};
//!
//! // In place of a machine with a guest; any `Vcpu` will do.
//! let mut vcpu = Scripted::new([]).read(booke::PIR).write(booke::DBCR0, 0x3000_0000).last(Exit::Wait);
//! play(&mut vcpu, &[
//!     read(booke::PIR).answer(Reply::Done(7)),
//!     write(booke::DBCR0, 0x3000_0000).answer(Reply::Done(0)),
//!     exit(Exit::Wait),
//! ])?;
//! # Ok::<(), spr_exit::testing::RunDiff>(())
//! ```
//!
//! An SPR access is compared by register, direction and value; where it is exact, [`exit`] takes it whole. The first exit that
//! is another one ends the comparison, and [`RunDiff`] shows the list with what came beside it.

use crate::{Access, Exit, Reply, SprNum, Vcpu, VcpuError};
use alloc::vec::Vec;
use core::fmt;

/// An exit that is to come, and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Expected {
    what: What,
    reply: Option<Reply>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Spr(SprNum, Access),
    Exit(Exit),
}

/// A read of `sprn`.
pub const fn read(sprn: SprNum) -> Expected {
    Expected {
        what: What::Spr(sprn, Access::Read),
        reply: None,
    }
}

/// A write of `value` to `sprn`.
pub const fn write(sprn: SprNum, value: u64) -> Expected {
    Expected {
        what: What::Spr(sprn, Access::Write(value)),
        reply: None,
    }
}

/// This exit, in all that it says.
pub const fn exit(exit: Exit) -> Expected {
    Expected {
        what: What::Exit(exit),
        reply: None,
    }
}

impl Expected {
    /// The same, answered with `reply`. Without an answer, the run ends with it.
    pub const fn answer(mut self, reply: Reply) -> Self {
        self.reply = Some(reply);
        self
    }

    /// Whether `exit` is the one.
    pub fn is(&self, exit: &Exit) -> bool {
        match (self.what, exit) {
            (What::Spr(sprn, access), Exit::Spr(at)) => (sprn, access) == (at.sprn(), at.access()),
            (What::Spr(..), _) => false,
            (What::Exit(expected), exit) => expected == *exit,
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.what {
            What::Spr(sprn, Access::Read) => write!(f, "mfspr {sprn}"),
            What::Spr(sprn, Access::Write(value)) => write!(f, "mtspr {sprn}, {value:#x}"),
            What::Exit(exit) => write!(f, "{exit}"),
        }
    }
}

/// A run that did not go by the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunDiff {
    /// The list.
    pub expected: Vec<Expected>,
    /// Place in the list, from 0, of the exit that did not come; all before it came.
    pub at: usize,
    /// What came in place of it, or how its answer was refused.
    pub found: Result<Exit, VcpuError>,
}

impl fmt::Display for RunDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the run did not go by the list:")?;
        for (n, expected) in self.expected.iter().enumerate() {
            let mark = if n == self.at { '-' } else { ' ' };
            write!(f, "\n{mark} {n}: {expected}")?;
            if n == self.at {
                match &self.found {
                    Ok(exit) => write!(f, "\n+ {n}: {exit}")?,
                    Err(why) => write!(f, "\n+ {n}: {why}")?,
                }
            }
        }
        Ok(())
    }
}

impl core::error::Error for RunDiff {}

/// Runs through the list: every exit has to be the next one of it, and gets its answer. A list that is done is all that was
/// asked; what would come behind it is not looked at.
///
/// # Errors
/// [`RunDiff`] with the first exit that was another one, or whose answer was refused.
pub fn play<V: Vcpu + ?Sized>(vcpu: &mut V, expected: &[Expected]) -> Result<(), RunDiff> {
    for (at, step) in expected.iter().enumerate() {
        let diff = |found| RunDiff {
            expected: expected.to_vec(),
            at,
            found,
        };
        let exit = vcpu.run().map_err(|why| diff(Err(why)))?;
        if !step.is(&exit) {
            return Err(diff(Ok(exit)));
        }
        if let Some(reply) = step.reply {
            vcpu.complete(reply).map_err(|why| diff(Err(why)))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scripted;
    use crate::num::booke::{DBCR0, PIR};
    use std::string::ToString;

    #[test]
    fn a_run_by_the_list_is_answered_by_it() {
        let mut vcpu = Scripted::new([])
            .read(PIR)
            .expect(Reply::Done(7))
            .write(DBCR0, 1)
            .last(Exit::Wait);
        let list = [
            read(PIR).answer(Reply::Done(7)),
            write(DBCR0, 1).answer(Reply::NoOp),
            exit(Exit::Wait),
        ];
        assert_eq!(play(&mut vcpu, &list), Ok(()));
        assert_eq!(vcpu.answers().len(), 2);
    }

    #[test]
    fn the_first_other_exit_is_shown_in_its_place() {
        let list = [
            read(PIR).answer(Reply::Done(7)),
            write(DBCR0, 1).answer(Reply::NoOp),
            exit(Exit::Wait),
        ];
        for (value, found) in [(2, "mtspr 308, 0x2"), (3, "mtspr 308, 0x3")] {
            let mut vcpu = Scripted::new([]).read(PIR).write(DBCR0, value);
            let diff = play(&mut vcpu, &list).unwrap_err();
            assert_eq!(diff.at, 1);
            let text = diff.to_string();
            let lines: Vec<&str> = text.lines().collect();
            assert_eq!(lines[1..3], ["  0: mfspr 286", "- 1: mtspr 308, 0x1"], "{text}");
            assert_eq!(lines[3], std::format!("+ 1: {found}"), "{text}");
            assert_eq!(lines[4], "  2: Wait", "{text}");
        }
    }

    #[test]
    fn an_answer_that_is_refused_is_a_difference_too() {
        let mut vcpu = Scripted::new([]).exit(Exit::Epr);
        let diff = play(&mut vcpu, &[exit(Exit::Epr).answer(Reply::NoOp)]).unwrap_err();
        assert_eq!(diff.found, Err(VcpuError::ReplyNotPossible(Reply::NoOp)));
        let diff = play(&mut vcpu, &[exit(Exit::Epr)]).unwrap_err();
        assert_eq!(
            diff.found,
            Err(VcpuError::ExitPending),
            "an exit without an answer ends the run"
        );
    }
}
