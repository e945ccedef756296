//! Signals: actions, mask, sending oneself one. Delivery is [`super::super::frame`]'s.

use super::super::abi::Args;
use super::super::errno::{Errno, Signal};
use super::super::signals::{Action, Signals};
use super::super::{Answer, Kernel, Leave, World};
use super::INVALID;
use super::process::PID;

/// Bytes of the kernel's `sigset_t`.
const SET: u64 = 8;

/// `struct sigaction`: handler, flags, restorer, mask.
pub(in super::super) fn rt_sigaction(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let signal = Signals::number(a.int(0)).ok_or(Errno::EINVAL)?;
    if a.word(3) != SET {
        return Err(INVALID);
    }
    let width = a.abi.word();
    let field = |at: u64, n: u64| at.wrapping_add(n * width as u64);
    let (new, old) = (a.word(1), a.word(2));
    let action = if new == 0 {
        None
    } else {
        if matches!(signal, Signal::KILL | Signal::STOP) {
            return Err(INVALID);
        }
        let number = |n| k.space.read_number(w.memory, field(new, n), width);
        Some(Action {
            handler: number(0)?,
            flags: number(1)?,
            restorer: number(2)?,
            mask: k.read_set(w.memory, field(new, 3))?,
        })
    };
    if old != 0 {
        let was = k.signals.action(signal);
        let words = [was.handler, was.flags, was.restorer];
        k.space.write_numbers(w.memory, old, width, &words)?;
        k.write_set(w.memory, field(old, 3), was.mask)?;
    }
    if let Some(action) = action {
        k.signals.set_action(signal, action);
    }
    Ok(0)
}

pub(in super::super) fn rt_sigprocmask(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    const BLOCK: i32 = 0;
    const UNBLOCK: i32 = 1;
    const SET_MASK: i32 = 2;
    if a.word(3) != SET {
        return Err(INVALID);
    }
    let old = k.signals.blocked;
    if a.word(1) != 0 {
        let set = k.read_set(w.memory, a.word(1))?;
        k.signals.block(match a.int(0) {
            BLOCK => old | set,
            UNBLOCK => old & !set,
            SET_MASK => set,
            _ => return Err(INVALID),
        });
    }
    if a.word(2) != 0 {
        k.write_set(w.memory, a.word(2), old)?;
    }
    Ok(0)
}

pub(in super::super) fn rt_sigpending(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    if a.word(1) > SET {
        return Err(INVALID);
    }
    let pending = k.signals.pending() & k.signals.blocked;
    k.write_set(w.memory, a.word(0), pending)?;
    Ok(0)
}

/// `stack_t`: address, flags (an `int`), size.
pub(in super::super) fn sigaltstack(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    const DISABLE: u64 = 2;
    const LEAST: u64 = 2048;
    let width = a.abi.word();
    let offsets = [(0, width), (width as u64, 4), (2 * width as u64, width)];
    let new = match a.word(0) {
        0 => None,
        at => {
            let mut stack = [0; 3];
            for (value, (offset, width)) in stack.iter_mut().zip(offsets) {
                *value = k.space.read_number(w.memory, at.wrapping_add(offset), width)?;
            }
            Some(stack)
        }
    };
    if a.word(1) != 0 {
        for (value, (offset, width)) in k.signals.stack.into_iter().zip(offsets) {
            k.space
                .write_numbers(w.memory, a.word(1).wrapping_add(offset), width, &[value])?;
        }
    }
    match new {
        Some([_, DISABLE, _]) => k.signals.stack = [0, DISABLE, 0],
        Some([_, 0, size]) if size < LEAST => return Err(Errno::ENOMEM.into()),
        Some(stack @ [_, 0, _]) => k.signals.stack = stack,
        Some(_) => return Err(INVALID),
        None => {}
    }
    Ok(0)
}

/// The way back from a handler.
pub(in super::super) fn rt_sigreturn(_: &mut Kernel, _: &mut World<'_>, _: Args) -> Answer {
    Err(Leave::Resume)
}

fn send(k: &mut Kernel, number: i32) -> Answer {
    if number != 0 {
        k.signals.send(Signals::number(number).ok_or(Errno::EINVAL)?);
    }
    Ok(0)
}

/// Nobody else is there.
const NO_SUCH: Leave = Leave::Errno(Errno::ESRCH);

/// To the process, or its group.
pub(in super::super) fn kill(k: &mut Kernel, _: &mut World<'_>, a: Args) -> Answer {
    match a.int(0) {
        PID | 0 => send(k, a.int(1)),
        group if group == -PID => send(k, a.int(1)),
        _ => Err(NO_SUCH),
    }
}

pub(in super::super) fn tkill(k: &mut Kernel, _: &mut World<'_>, a: Args) -> Answer {
    if a.int(0) == PID {
        send(k, a.int(1))
    } else {
        Err(NO_SUCH)
    }
}

pub(in super::super) fn tgkill(k: &mut Kernel, _: &mut World<'_>, a: Args) -> Answer {
    if (a.int(0), a.int(1)) == (PID, PID) {
        send(k, a.int(2))
    } else {
        Err(NO_SUCH)
    }
}
