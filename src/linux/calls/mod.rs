//! What the system calls do, one file per group; [`super::table`] has their numbers.

pub(super) mod files;
pub(super) mod info;
pub(super) mod io;
pub(super) mod memory;
pub(super) mod process;
pub(super) mod signals;
mod stat;
pub(super) mod time;

use super::errno::Errno;

/// Most bytes that one call reads or writes (`MAX_RW_COUNT`).
const MAX_COUNT: u64 = 0x7fff_f000;
/// How many bytes are carried at a time.
const CHUNK: usize = 1 << 16;
/// Most bytes of a path (`PATH_MAX`).
const PATH: usize = 4096;

/// The length of the next piece of `left` bytes.
fn chunk(left: u64) -> usize {
    usize::try_from(left).unwrap_or(CHUNK).min(CHUNK)
}

/// What the program gave is out of range.
const INVALID: super::Leave = super::Leave::Errno(Errno::EINVAL);
