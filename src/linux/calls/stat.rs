//! Layouts of what `stat` and its relatives give.
//!
//! `arch/powerpc/include/uapi/asm/stat.h`, `include/uapi/linux/stat.h`.

use super::super::abi::{Abi, Layout};
use super::super::errno::Errno;
use super::super::files::Facts;
use super::super::start::ID;

/// A field of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Dev,
    DevMajor,
    DevMinor,
    Ino,
    Mode,
    Nlink,
    Uid,
    Gid,
    Rdev,
    RdevMajor,
    RdevMinor,
    Size,
    BlockSize,
    Blocks,
    Time,
    Nanos,
    Mask,
}
use Field::*;

/// `struct stat` of 32-bit programs.
pub(super) const STAT_32: Layout<Field> = Layout {
    size: 72,
    #[rustfmt::skip]
    fields: &[
        (Dev, 0, 4), (Ino, 4, 4), (Mode, 8, 4), (Nlink, 12, 2), (Uid, 16, 4), (Gid, 20, 4), (Rdev, 24, 4),
        (Size, 28, 4), (BlockSize, 32, 4), (Blocks, 36, 4),
        (Time, 40, 4), (Nanos, 44, 4), (Time, 48, 4), (Nanos, 52, 4), (Time, 56, 4), (Nanos, 60, 4),
    ],
};

/// `struct stat` of 64-bit programs.
pub(super) const STAT_64BIT: Layout<Field> = Layout {
    size: 144,
    #[rustfmt::skip]
    fields: &[
        (Dev, 0, 8), (Ino, 8, 8), (Nlink, 16, 8), (Mode, 24, 4), (Uid, 28, 4), (Gid, 32, 4), (Rdev, 40, 8),
        (Size, 48, 8), (BlockSize, 56, 8), (Blocks, 64, 8),
        (Time, 72, 8), (Nanos, 80, 8), (Time, 88, 8), (Nanos, 96, 8), (Time, 104, 8), (Nanos, 112, 8),
    ],
};

/// `struct stat64` of 32-bit programs.
pub(super) const STAT64: Layout<Field> = Layout {
    size: 104,
    #[rustfmt::skip]
    fields: &[
        (Dev, 0, 8), (Ino, 8, 8), (Mode, 16, 4), (Nlink, 20, 4), (Uid, 24, 4), (Gid, 28, 4), (Rdev, 32, 8),
        (Size, 48, 8), (BlockSize, 56, 4), (Blocks, 64, 8),
        (Time, 72, 4), (Nanos, 76, 4), (Time, 80, 4), (Nanos, 84, 4), (Time, 88, 4), (Nanos, 92, 4),
    ],
};

/// `struct statx` of all.
pub(super) const STATX: Layout<Field> = Layout {
    size: 256,
    #[rustfmt::skip]
    fields: &[
        (Mask, 0, 4), (BlockSize, 4, 4), (Nlink, 16, 4), (Uid, 20, 4), (Gid, 24, 4), (Mode, 28, 2), (Ino, 32, 8),
        (Size, 40, 8), (Blocks, 48, 8),
        (Time, 64, 8), (Nanos, 72, 4), (Time, 96, 8), (Nanos, 104, 4), (Time, 112, 8), (Nanos, 120, 4),
        (RdevMajor, 128, 4), (RdevMinor, 132, 4), (DevMajor, 136, 4), (DevMinor, 140, 4),
    ],
};

/// `STATX_BASIC_STATS`.
const BASIC_STATS: u64 = 0x7ff;

/// The bytes of one of them.
pub(super) fn encode(layout: &Layout<Field>, abi: Abi, facts: &Facts) -> Result<Vec<u8>, Errno> {
    let value = |field| match field {
        Dev => facts.dev,
        DevMajor => facts.dev >> 8,
        DevMinor => facts.dev & 0xff,
        Ino => facts.ino,
        Mode => facts.mode,
        Nlink => facts.nlink,
        Uid | Gid => ID,
        Rdev => facts.rdev,
        RdevMajor => facts.rdev >> 8,
        RdevMinor => facts.rdev & 0xff,
        Size => facts.size,
        BlockSize => 4096,
        Blocks => facts.size.div_ceil(512),
        Time => facts.time,
        Nanos => facts.nanos,
        Mask => BASIC_STATS,
    };
    let fits = |(field, _, width): &(Field, usize, usize)| *width == 8 || value(*field) >> (8 * width) == 0;
    // Only what a program could not do without; a date too late is cut, as by the kernel.
    let mut needed = layout
        .fields
        .iter()
        .filter(|(field, ..)| matches!(field, Size | Ino));
    if needed.all(fits) {
        Ok(layout.encode(abi, value))
    } else {
        Err(Errno::EOVERFLOW)
    }
}
