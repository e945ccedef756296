//! The instruction set, one file per chapter of the manual and one instruction per line.
//!
//! The columns: variant, mnemonic, fixed bits, operands, record bits, facilities (all of them are needed), privilege
//! if not everyone may, and where it is described (`I`, `II` and `III` are the Books of Power ISA 3.0B,
//! with another number before them those of another version).

pub(crate) mod atomic;
pub(crate) mod bits;
pub(crate) mod branch;
pub(crate) mod cache;
pub(crate) mod compare;
pub(crate) mod fixed;
pub(crate) mod float;
pub(crate) mod load_store;
pub(crate) mod long;
pub(crate) mod mac;
pub(crate) mod rotate;
pub(crate) mod storage;
pub(crate) mod system;
pub(crate) mod tlb;
pub(crate) mod uncharted;
