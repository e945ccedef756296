//! SPR exits to user space: the contract between a PowerPC core and whoever answers for its registers.
//!
//! A guest executes `mtspr` or `mfspr` on a register that the core does not model. The access leaves the core as a
//! value, user space answers, the instruction completes. That is an interface proposed for Linux KVM in October 2012
//! (never merged); this crate is that interface as Rust types, without any emulator behind it, so that the same
//! handlers serve the emulator ([`ppc-cpu`](https://docs.rs/ppc-cpu)), a scripted double and a `kvm_run` page.
//!
//! A handler says of each access what becomes of it ([`Outcome`]); handlers chain as tuples:
//!
//! ```
//! use spr_exit::{Outcome, SprAccess, answer, num::booke, on_read, on_write};
//!
//! let mut resets = 0;
//! let mut handlers = (
//!     on_write(booke::DBCR0, |_, value| {
//!         resets += u32::from(value & 0x3000_0000 != 0);
//!         Outcome::Handled(())
//!     }),
//!     on_read(booke::PIR, |_| Outcome::Handled(7)),
//! );
//! assert_eq!(answer(&mut handlers, &SprAccess::read(booke::PIR)), Outcome::Handled(7));
//! assert_eq!(answer(&mut handlers, &SprAccess::write(booke::DBCR0, 0x3000_0000)), Outcome::Handled(0));
//! assert_eq!(answer(&mut handlers, &SprAccess::read(booke::DBSR)), Outcome::NotMine);
//! assert_eq!(resets, 1);
//! ```
//!
//! * the payload of the ABI: [`ExitSpr`], [`Reason`], [`KVM_EXIT_SPR`];
//! * numbers and names: [`SprNum`], [`num`], [`Msr`];
//! * handlers: [`SprHandler`], [`on_read`], [`on_write`], [`SprRouter`];
//! * who owns what: [`SprFilter`], [`SprOwners`], [`UnknownSpr`], [`Capability`];
//! * running: [`Vcpu`], [`Exit`], [`Reply`], [`drive`];
//! * testing one's own code: [`Scripted`], [`conformance`], and with features of these names the module `testing`, the
//!   module `strategy` (`proptest`), `Arbitrary` for most types (`arbitrary`);
//! * what happened, to the instruction: [`record`];
//! * the page of the raw ABI: [`KvmRunPage`], [`KvmRun`].
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod abi;
mod access;
#[cfg(feature = "arbitrary")]
mod arbitrary;
mod cap;
pub mod conformance;
mod exit;
mod filter;
mod handler;
mod kvm_run;
mod msr;
pub mod num;
mod policy;
pub mod record;
mod router;
mod scripted;
#[cfg(any(test, feature = "proptest"))]
pub mod strategy;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod vcpu;

pub use abi::{ExitSpr, KVM_EXIT_SPR, Reason, SPR_STATUS_FAIL, SPR_STATUS_OK};
pub use access::{Access, DcrAccess, Direction, MmioAccess, SprAccess, SprExitKind};
pub use cap::{CapError, Capabilities, Capability, EnableCap};
pub use exit::{
    Exit, Fault, Interrupt, InterruptKind, Outcome, Reply, ResetKind, SavePair, StorageFault, SystemEvent,
};
pub use filter::{EmptyRange, FilterRange, Owner, SprFilter, SprOwners, Verdict};
pub use handler::{OnRead, OnSpr, OnWrite, SprHandler, on_read, on_spr, on_write};
pub use kvm_run::{ExitReason, KvmRun, KvmRunError, KvmRunPage, member};
pub use msr::Msr;
pub use num::{SprNum, SprNumOutOfRange};
pub use policy::{ReportLog, ReportSink, Reports, SprReport, UnknownSpr};
pub use router::{Bound, DcrRouter, Numbered, Numbers, Router, SprRouter};
pub use scripted::{Answer, DiffLine, Injection, ScriptDiff, Scripted, Step};
pub use vcpu::{Stop, Vcpu, VcpuError, answer, drive};
