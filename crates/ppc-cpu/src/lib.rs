//! A PowerPC interpreter whose special-purpose registers are the caller's to answer for.
//!
//! A [`Cpu`] of a [`model`] runs code from [`Memory`]; an access to an SPR that the core does not model leaves
//! [`Cpu::run`] as a value, the caller answers with [`Cpu::complete`], and the guest goes on. The types of that contract
//! are the crate `spr-exit`'s, so that a handler never depends on this emulator.
//!
//! ```
//! use ppc_cpu::{Machine, Memory, model};
//! use ppc_decode::asm;
//! use spr_exit::{Exit, Outcome, Stop, drive, num::booke, on_write};
//!
//! // lis r3, 0x3000; mtspr DBCR0, r3: the guest asks for a reset.
//! let mut memory = Memory::with_ram(0x1000)?;
//! memory.write_words(0, &[asm::lis(3, 0x3000), asm::mtspr(booke::DBCR0.get().into(), 3)])?;
//! let mut machine = Machine::new(&model::E500V2, memory);
//! machine.cpu.set_cia(0);
//! machine.set_budget(2);
//!
//! let mut asked = 0;
//! let stop = drive(&mut machine, &mut on_write(booke::DBCR0, |_, value| {
//!     asked = value;
//!     Outcome::Handled(())
//! }))?;
//! assert_eq!(stop, Stop::Exit(Exit::Budget));
//! assert_eq!(asked, 0x3000_0000);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! * [`model`]: what distinguishes one CPU from another, as data;
//! * [`spr`]: tables of registers, the gate in front of them ([`spr::check`]), what an access does;
//! * [`Config`]: what a VM decided about who answers which SPR;
//! * [`Snapshot`]: everything, at any point, also in the middle of an access;
//! * [`Recorder`], [`Replayer`]: a run, written down and made again to the instruction.
//!
//! Not here: an MMU (effective addresses are real addresses), floating-point arithmetic, vectors. See the status table in README.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod alu;
#[cfg(feature = "arbitrary")]
pub mod arbitrary;
mod block;
mod classic_monitor;
mod compat;
mod complete;
mod config;
mod counters;
mod cpu;
mod cr;
mod exec;
mod float_regs;
mod guest;
mod hop;
mod image;
pub mod interrupt;
mod irqchip;
mod lower;
mod machine;
mod memory;
mod micro;
pub mod model;
mod monitor;
mod pending;
mod plain;
#[cfg(any(feature = "arbitrary", feature = "proptest"))]
mod program;
mod ram;
mod record;
mod regs;
mod rows;
mod run;
mod snapshot;
pub mod spr;
mod state;
#[cfg(feature = "proptest")]
pub mod strategy;
mod timer;
mod view;
mod walk;
mod watch;
mod xer;

pub use config::Config;
pub use cpu::{Cpu, Kicker};
pub use image::MemoryImage;
pub use machine::{Machine, MachineImage};
pub use memory::{Memory, MemoryError};
pub use mpic::{self, Line, Mpic};
pub use plain::Traced;
pub use record::{Divergence, Recorder, ReplayError, Replayed, Replayer};
pub use snapshot::{Snapshot, SnapshotError};
pub use spr_exit::{Exit, Reply};
pub use xer::Xer;
