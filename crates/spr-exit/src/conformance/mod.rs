//! Properties that users run on their own handlers and vCPUs, as plain functions.
//!
//! ```
//! use spr_exit::{Outcome, conformance, num::booke, on_spr, Access};
//!
//! // DBSR: a write clears the bits that are one in it.
//! let mut dbsr = 0xc000_0000u64;
//! let mut handler = on_spr(booke::DBSR, |_, access| Outcome::Handled(match access {
//!     Access::Read => dbsr,
//!     Access::Write(ones) => { dbsr &= !ones; 0 }
//! }));
//! conformance::read_has_no_effect(&mut handler, booke::DBSR)?;
//! conformance::write_one_clears(&mut handler, booke::DBSR, 0xffff_ffff)?;
//! conformance::not_mine_but(&mut handler, &[booke::DBSR])?;
//! # Ok::<(), conformance::Violation>(())
//! ```
//!
//! [`check_vcpu`] is the suite for implementations of [`crate::Vcpu`]. A function that finds nothing proves nothing about
//! values it did not try; it tries few, and says which.

mod handler;
mod vcpu;

pub use handler::{
    Reserved, not_mine_but, peek_has_no_effect, read_has_no_effect, reserved_bits, try_everything,
    write_one_clears,
};
pub use vcpu::{Program, Replies, VcpuSuite, check_vcpu};

use crate::{Direction, SprNum};
use alloc::string::String;
use core::fmt;

/// A property that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The property, as a sentence.
    pub what: &'static str,
    /// At which register and in which direction, if it is about one.
    pub access: Option<(SprNum, Direction)>,
    /// What has to come.
    pub expected: String,
    /// What came.
    pub got: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.access {
            Some((sprn, Direction::Read)) => write!(f, "read of SPR {sprn}: ")?,
            Some((sprn, Direction::Write)) => write!(f, "write of SPR {sprn}: ")?,
            None => {}
        }
        write!(f, "{}: expected {}, got {}", self.what, self.expected, self.got)
    }
}

impl core::error::Error for Violation {}
