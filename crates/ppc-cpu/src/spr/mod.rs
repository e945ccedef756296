//! Special-purpose registers: tables, the gate in front of them, and what an access does.
//!
//! Deciding and doing are apart: [`check`] says what becomes of an access and touches nothing; `read` and `write` do
//! it. Adding a register is a row in [`table`].

mod access;
mod check;
mod facility;
mod gate;
mod kvm;
mod profile;
pub mod row;
pub mod table;

pub(crate) use access::Written;
pub use check::{Context, Decision, Step, architected, check, explain};
pub use facility::{Facilities, Facility, Unavailable};
pub(crate) use gate::Decisions;
pub use profile::Profile;
pub use row::{Behaviour, Gates, Half, Intervals, Level, Special, SprRow, SprTable};
