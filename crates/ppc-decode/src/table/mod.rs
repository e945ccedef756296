//! The instruction set, one file per chapter of the manual and one instruction per line.
//!
//! The columns: variant, mnemonic, fixed bits, operands, record bits, facilities (all of them are needed), privilege
//! if not everyone may, and where it is described (`I`, `II` and `III` are the Books of Power ISA 3.0B).

pub(crate) mod atomic;
pub(crate) mod branch;
pub(crate) mod cache;
pub(crate) mod compare;
pub(crate) mod fixed;
pub(crate) mod load_store;
pub(crate) mod rotate;
pub(crate) mod system;
pub(crate) mod uncharted;
