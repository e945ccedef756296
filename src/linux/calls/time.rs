//! Time. The clocks run with the time base; see [`super::super::clock`].

use super::super::abi::Args;
use super::super::clock::{NANOS, nanos, ticks};
use super::super::errno::Errno;
use super::super::start::CLOCK_TICKS;
use super::super::{Answer, Kernel, Leave, World};
use super::INVALID;

/// A time in nanoseconds, as seconds and the rest in units of `unit` nanoseconds.
#[allow(
    clippy::cast_possible_truncation,
    reason = "seconds of 2^64 ticks fit, and what a field cuts off the kernel does"
)]
fn split(time: u128, unit: u128) -> [u64; 2] {
    let second = u128::from(NANOS);
    [(time / second) as u64, (time % second / unit) as u64]
}

/// The time of a clock in nanoseconds.
fn now(k: &Kernel, w: &World<'_>, clock: i32) -> Result<u128, Errno> {
    match clock {
        // CLOCK_REALTIME, its coarse form, TAI.
        0 | 5 | 11 => Ok(k.clock.date(w.ticks)),
        // CLOCK_MONOTONIC, process and thread CPU time, raw, coarse, boot time.
        1..=4 | 6 | 7 => Ok(nanos(w.ticks)),
        _ => Err(Errno::EINVAL),
    }
}

fn put_time(k: &Kernel, w: &mut World<'_>, address: u64, width: usize, time: u128, unit: u128) -> Answer {
    if address != 0 {
        k.space
            .write_numbers(w.memory, address, width, &split(time, unit))?;
    }
    Ok(0)
}

pub(in super::super) fn time(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let [seconds, _] = split(k.clock.date(w.ticks), 1);
    if a.word(0) != 0 {
        k.space
            .write_numbers(w.memory, a.word(0), a.abi.word(), &[seconds])?;
    }
    Ok(seconds)
}

pub(in super::super) fn gettimeofday(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let date = k.clock.date(w.ticks);
    put_time(k, w, a.word(0), a.abi.word(), date, 1000)?;
    if a.word(1) != 0 {
        // The time zone: none.
        k.space.write_numbers(w.memory, a.word(1), 4, &[0, 0])?;
    }
    Ok(0)
}

pub(in super::super) fn clock_gettime(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let time = now(k, w, a.int(0))?;
    k.space
        .write_numbers(w.memory, a.word(1), a.abi.word(), &split(time, 1))?;
    Ok(0)
}

pub(in super::super) fn clock_gettime64(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let time = now(k, w, a.int(0))?;
    k.space.write_numbers(w.memory, a.word(1), 8, &split(time, 1))?;
    Ok(0)
}

pub(in super::super) fn clock_getres(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    now(k, w, a.int(0))?;
    put_time(k, w, a.word(1), a.abi.word(), 1, 1)
}

pub(in super::super) fn clock_getres64(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    now(k, w, a.int(0))?;
    put_time(k, w, a.word(1), 8, 1, 1)
}

/// Lets `time` go by, or wait until it is `time` by `clock`.
fn sleep(k: &Kernel, w: &mut World<'_>, request: u64, width: usize, until: Option<i32>) -> Answer {
    let abi = k.abi;
    let number = |at: u64, w: &World<'_>| k.space.read_number(w.memory, at, width);
    let seconds = number(request, w)?;
    let rest = number(request.wrapping_add(width as u64), w)?;
    let is_negative = if width == 8 {
        seconds.cast_signed() < 0
    } else {
        abi.signed(seconds) < 0
    };
    if is_negative || rest >= NANOS {
        return Err(INVALID);
    }
    let time = u128::from(seconds) * u128::from(NANOS) + u128::from(rest);
    let time = match until {
        Some(clock) => time.saturating_sub(now(k, w, clock)?),
        None => time,
    };
    w.slept = ticks(time);
    Ok(0)
}

pub(in super::super) fn nanosleep(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    sleep(k, w, a.word(0), a.abi.word(), None)
}

const TIMER_ABSTIME: i32 = 1;

fn clock_sleep(k: &Kernel, w: &mut World<'_>, a: Args, width: usize) -> Answer {
    now(k, w, a.int(0))?;
    let until = (a.int(1) & TIMER_ABSTIME != 0).then_some(a.int(0));
    sleep(k, w, a.word(2), width, until)
}

pub(in super::super) fn clock_nanosleep(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    clock_sleep(k, w, a, a.abi.word())
}

pub(in super::super) fn clock_nanosleep64(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    clock_sleep(k, w, a, 8)
}

/// Ticks of `times` since the start.
fn clock_ticks(w: &World<'_>) -> Result<u64, Leave> {
    u64::try_from(nanos(w.ticks) / u128::from(NANOS / CLOCK_TICKS)).map_err(|_| Errno::EOVERFLOW.into())
}

/// All time is the program's own.
pub(in super::super) fn times(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let ticks = clock_ticks(w)?;
    if a.word(0) != 0 {
        k.space
            .write_numbers(w.memory, a.word(0), a.abi.word(), &[ticks, 0, 0, 0])?;
    }
    Ok(ticks)
}

/// `struct rusage`: user and system time, then fourteen counters, which are all zero here.
pub(in super::super) fn getrusage(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    const RUSAGE_CHILDREN: i32 = -1;
    const RUSAGE_THREAD: i32 = 1;
    if !(RUSAGE_CHILDREN..=RUSAGE_THREAD).contains(&a.int(0)) {
        return Err(INVALID);
    }
    let time = if a.int(0) == RUSAGE_CHILDREN {
        0
    } else {
        nanos(w.ticks)
    };
    let mut words = [0; 18];
    words[..2].copy_from_slice(&split(time, 1000));
    k.space.write_numbers(w.memory, a.word(1), a.abi.word(), &words)?;
    Ok(0)
}
