//! The application behind `ppc-emu`, and the crates it is made of.
//!
//! One module per subcommand ([`run`], [`exec`], [`disasm`], [`asm`], [`sprs`], [`why`], [`cpus`]), what they share ([`cli`],
//! [`image`], [`policy`]), the devices of the bare machine ([`device`]), which are the crate's own example of a user space that
//! answers SPR exits, the kernel's side of a Linux program ([`linux`]), and where others are known to answer an SPR access
//! otherwise ([`differences`]).

pub use ppc_cpu;
pub use ppc_decode;
pub use spr_exit;

pub mod asm;
pub mod cli;
pub mod cpus;
pub mod device;
pub mod differences;
pub mod disasm;
pub mod exec;
pub mod image;
pub mod linux;
pub mod policy;
pub mod run;
pub mod sprs;
pub mod why;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../docs/testing.md")]
struct Testing;
