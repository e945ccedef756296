//! The application behind `ppc-emu`, and the crates it is made of.

pub use ppc_cpu;
pub use ppc_decode;
pub use spr_exit;
