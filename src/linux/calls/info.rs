//! What the system says about itself: `uname`, `sysinfo`, limits; and random numbers.

use super::super::abi::{Args, Layout};
use super::super::clock::{NANOS, nanos};
use super::super::errno::Errno;
use super::super::files::MAX_FILES;
use super::super::{Answer, Kernel, World};
use super::process::PID;
use super::{INVALID, chunk};

/// `struct new_utsname`: six strings of 65 bytes (`include/uapi/linux/utsname.h`).
const UTS_FIELD: usize = 65;

pub(in super::super) fn uname(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let machine = match (a.abi.is_64bit, a.abi.is_little_endian) {
        (false, _) => "ppc",
        (true, false) => "ppc64",
        (true, true) => "ppc64le",
    };
    // The release: C libraries refuse to run on kernels that are older than what they were built for.
    let fields = ["Linux", "ppc-emu", "6.1.0", "#1", machine, "(none)"];
    let mut bytes = vec![0; fields.len() * UTS_FIELD];
    for (field, text) in bytes.chunks_mut(UTS_FIELD).zip(fields) {
        field[..text.len()].copy_from_slice(text.as_bytes());
    }
    k.space.write(w.memory, a.word(0), &bytes)?;
    Ok(0)
}

#[derive(Clone, Copy)]
enum Sysinfo {
    Uptime,
    Total,
    Free,
    Procs,
    Unit,
}

/// `struct sysinfo` (`include/uapi/linux/sysinfo.h`) of 32-bit programs.
const SYSINFO_32: Layout<Sysinfo> = Layout {
    size: 64,
    fields: &[
        (Sysinfo::Uptime, 0, 4),
        (Sysinfo::Total, 16, 4),
        (Sysinfo::Free, 20, 4),
        (Sysinfo::Procs, 40, 2),
        (Sysinfo::Unit, 52, 4),
    ],
};

/// The same of 64-bit programs.
const SYSINFO_64: Layout<Sysinfo> = Layout {
    size: 112,
    fields: &[
        (Sysinfo::Uptime, 0, 8),
        (Sysinfo::Total, 32, 8),
        (Sysinfo::Free, 40, 8),
        (Sysinfo::Procs, 80, 2),
        (Sysinfo::Unit, 104, 4),
    ],
};

pub(in super::super) fn sysinfo(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let layout = if a.abi.is_64bit { &SYSINFO_64 } else { &SYSINFO_32 };
    let uptime = u64::try_from(nanos(w.ticks) / u128::from(NANOS)).unwrap_or(u64::MAX);
    let bytes = layout.encode(a.abi, |field| match field {
        Sysinfo::Uptime => uptime,
        Sysinfo::Total => k.space.top() - k.space.base(),
        Sysinfo::Free => k.space.free_bytes(),
        Sysinfo::Procs | Sysinfo::Unit => 1,
    });
    k.space.write(w.memory, a.word(0), &bytes)?;
    Ok(0)
}

/// Number of limits (`RLIM_NLIMITS`).
const LIMITS: i32 = 16;

/// The soft and the hard limit of a resource; all ones is none (`include/uapi/asm-generic/resource.h`).
fn limit(k: &Kernel, resource: i32) -> Result<[u64; 2], Errno> {
    const STACK: i32 = 3;
    const CORE: i32 = 4;
    const FILES: i32 = 7;
    match resource {
        STACK => Ok([k.space.stack_len(), u64::MAX]),
        CORE => Ok([0, u64::MAX]),
        FILES => Ok([MAX_FILES as u64; 2]),
        0..LIMITS => Ok([u64::MAX; 2]),
        _ => Err(Errno::EINVAL),
    }
}

/// `getrlimit` of 64-bit programs, `ugetrlimit`.
pub(in super::super) fn getrlimit(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let limits = limit(k, a.int(0))?;
    k.space
        .write_numbers(w.memory, a.word(1), a.abi.word(), &limits)?;
    Ok(0)
}

/// `getrlimit` of 32-bit programs, whose limits are signed.
pub(in super::super) fn old_getrlimit(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let limits = limit(k, a.int(0))?.map(|limit| limit.min(0x7fff_ffff));
    k.space.write_numbers(w.memory, a.word(1), 4, &limits)?;
    Ok(0)
}

/// Limits can be asked for and not changed.
pub(in super::super) fn prlimit64(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    if !matches!(a.int(0), 0 | PID) {
        return Err(Errno::ESRCH.into());
    }
    let limits = limit(k, a.int(1))?;
    if a.word(2) != 0 {
        return Err(Errno::EPERM.into());
    }
    if a.word(3) != 0 {
        k.space.write_numbers(w.memory, a.word(3), 8, &limits)?;
    }
    Ok(0)
}

/// Most bytes that one call gives.
const MAX_RANDOM: u64 = (1 << 25) - 1;

pub(in super::super) fn getrandom(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    const FLAGS: u64 = 7;
    if a.word(2) & !FLAGS != 0 {
        return Err(INVALID);
    }
    let len = a.word(1).min(MAX_RANDOM);
    k.space.check_range(a.word(0), len)?;
    let mut bytes = vec![0; chunk(len)];
    let mut done = 0;
    while done < len {
        let bytes = &mut bytes[..chunk(len - done)];
        k.random.fill(bytes);
        k.space.write(w.memory, a.word(0) + done, bytes)?;
        done += bytes.len() as u64;
    }
    Ok(done)
}
