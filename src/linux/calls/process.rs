//! The process itself: its end, who it is, its one thread.

use super::super::abi::Args;
use super::super::errno::Errno;
use super::super::start::{self, ID};
use super::super::{Answer, Kernel, Leave, World};
use super::INVALID;

/// The number of the process as an argument.
#[allow(clippy::cast_possible_truncation, reason = "a small number")]
pub(super) const PID: i32 = (start::PID as u32).cast_signed();

/// `exit` and `exit_group`: there is one thread.
pub(in super::super) fn exit(_: &mut Kernel, _: &mut World<'_>, a: Args) -> Answer {
    Err(Leave::Exit(a.word(0).to_le_bytes()[0]))
}

/// `getpid`, `gettid`, `set_tid_address`.
pub(in super::super) fn getpid(_: &mut Kernel, _: &mut World<'_>, _: Args) -> Answer {
    Ok(start::PID)
}

pub(in super::super) fn getppid(_: &mut Kernel, _: &mut World<'_>, _: Args) -> Answer {
    Ok(1)
}

/// User and group, real and effective.
pub(in super::super) fn getid(_: &mut Kernel, _: &mut World<'_>, _: Args) -> Answer {
    Ok(ID)
}

pub(in super::super) fn nothing(_: &mut Kernel, _: &mut World<'_>, _: Args) -> Answer {
    Ok(0)
}

/// Known, and not there: C libraries ask for it and do without.
pub(in super::super) fn absent(_: &mut Kernel, _: &mut World<'_>, _: Args) -> Answer {
    Err(Errno::ENOSYS.into())
}

pub(in super::super) fn umask(k: &mut Kernel, _: &mut World<'_>, a: Args) -> Answer {
    Ok(std::mem::replace(&mut k.umask, a.word(0) & 0o777))
}

/// The list is walked when a thread ends, which here ends all.
pub(in super::super) fn set_robust_list(_: &mut Kernel, _: &mut World<'_>, a: Args) -> Answer {
    if a.word(1) == 3 * a.abi.word() as u64 {
        Ok(0)
    } else {
        Err(INVALID)
    }
}

const PR_SET_NAME: i32 = 15;
const PR_GET_NAME: i32 = 16;

pub(in super::super) fn prctl(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    match a.int(0) {
        PR_SET_NAME => {
            let mut name = [0; 16];
            for (n, byte) in name[..15].iter_mut().enumerate() {
                *byte = k
                    .space
                    .read_number(w.memory, a.word(1).wrapping_add(n as u64), 1)?
                    .to_le_bytes()[0];
                if *byte == 0 {
                    break;
                }
            }
            k.name = name;
            Ok(0)
        }
        PR_GET_NAME => {
            k.space.write(w.memory, a.word(1), &k.name)?;
            Ok(0)
        }
        _ => Err(INVALID),
    }
}

const FUTEX_WAIT: i32 = 0;
const FUTEX_WAKE: i32 = 1;
const FUTEX_WAIT_BITSET: i32 = 9;
const FUTEX_WAKE_BITSET: i32 = 10;
/// `FUTEX_PRIVATE_FLAG` and `FUTEX_CLOCK_REALTIME`.
const FUTEX_FLAGS: i32 = 0x180;

/// There is no other thread: nobody waits, and whoever waits without an end does so for ever. Time does not go by for
/// one that waits with an end.
pub(in super::super) fn futex(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    match a.int(1) & !FUTEX_FLAGS {
        FUTEX_WAKE | FUTEX_WAKE_BITSET => Ok(0),
        FUTEX_WAIT | FUTEX_WAIT_BITSET => {
            let value = k.space.read_number(w.memory, a.word(0), 4)?;
            if value != a.word(2) & 0xffff_ffff {
                Err(Errno::EAGAIN.into())
            } else if a.word(3) != 0 {
                Err(Errno::ETIMEDOUT.into())
            } else {
                Err(Leave::Stuck)
            }
        }
        _ => Err(Errno::ENOSYS.into()),
    }
}

/// One CPU.
pub(in super::super) fn sched_getaffinity(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let width = a.abi.word();
    if !matches!(a.int(0), 0 | PID) {
        return Err(Errno::ESRCH.into());
    }
    if (a.word(1) & 0xffff_ffff) < width as u64 || a.word(1) & (width as u64 - 1) != 0 {
        return Err(INVALID);
    }
    k.space.write_numbers(w.memory, a.word(2), width, &[1])?;
    Ok(width as u64)
}
