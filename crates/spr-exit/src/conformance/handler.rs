//! Properties of handlers.

use super::Violation;
use crate::{Access, Direction, Msr, Outcome, SprAccess, SprHandler, SprNum, answer};
use alloc::format;

/// A violation at one register.
fn violation(
    what: &'static str,
    sprn: SprNum,
    direction: Direction,
    expected: impl core::fmt::Debug,
    got: impl core::fmt::Debug,
) -> Violation {
    Violation {
        what,
        access: Some((sprn, direction)),
        expected: format!("{expected:x?}"),
        got: format!("{got:x?}"),
    }
}

/// The value of a read that has to be handled.
fn value<H: SprHandler + ?Sized>(handler: &mut H, sprn: SprNum) -> Result<u64, Violation> {
    match handler.read(&SprAccess::read(sprn)) {
        Outcome::Handled(value) => Ok(value),
        other => Err(Violation {
            expected: "Handled".into(),
            ..violation("the read is handled", sprn, Direction::Read, (), other)
        }),
    }
}

/// A write that has to be handled.
fn set<H: SprHandler + ?Sized>(handler: &mut H, sprn: SprNum, value: u64) -> Result<(), Violation> {
    match handler.write(&SprAccess::write(sprn, value), value) {
        Outcome::Handled(()) => Ok(()),
        other => Err(Violation {
            expected: "Handled".into(),
            ..violation("the write is handled", sprn, Direction::Write, (), other)
        }),
    }
}

/// Two reads in a row give the same. Not for registers whose read is declared to have an effect, such as EPR when it
/// acknowledges an interrupt.
///
/// # Errors
/// The second read gave something else.
pub fn read_has_no_effect<H: SprHandler + ?Sized>(handler: &mut H, sprn: SprNum) -> Result<(), Violation> {
    let at = SprAccess::read(sprn);
    let (first, second) = (handler.read(&at), handler.read(&at));
    if first == second {
        return Ok(());
    }
    Err(violation(
        "a read has no effect on a second read",
        sprn,
        Direction::Read,
        first,
        second,
    ))
}

/// Writing a one to a bit of `bits` clears it, writing a zero leaves it: tried bit by bit on what is set now, then with a
/// write of zero and of all of `bits`. Set the bits that matter beforehand; the call leaves them clear.
///
/// # Errors
/// The first write after which the register reads otherwise, or an access that is not handled.
pub fn write_one_clears<H: SprHandler + ?Sized>(
    handler: &mut H,
    sprn: SprNum,
    bits: u64,
) -> Result<(), Violation> {
    let single = (0..u64::BITS).map(|n| 1 << n).filter(|bit| bits & bit != 0);
    for ones in core::iter::once(0).chain(single).chain([bits]) {
        let before = value(handler, sprn)?;
        set(handler, sprn, ones)?;
        let (expected, got) = (before & !ones, value(handler, sprn)?);
        if got != expected {
            return Err(Violation {
                got: format!("{got:#x} after writing {ones:#x} over {before:#x}"),
                expected: format!("{expected:#x}"),
                ..violation(
                    "a one clears its bit and a zero leaves it",
                    sprn,
                    Direction::Write,
                    (),
                    (),
                )
            });
        }
    }
    Ok(())
}

/// The reserved bits of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reserved {
    /// Which bits.
    pub mask: u64,
    /// What they read as; bits outside `mask` do not count.
    pub reads_as: u64,
}

/// Reserved bits read as given, also after all zeroes, all ones and alternating bits were written. (The register's value
/// before is not put back.)
///
/// # Errors
/// The first read with other reserved bits, or an access that is not handled.
pub fn reserved_bits<H: SprHandler + ?Sized>(
    handler: &mut H,
    sprn: SprNum,
    reserved: Reserved,
) -> Result<(), Violation> {
    let writes = [0, u64::MAX, 0x5555_5555_5555_5555, 0xaaaa_aaaa_aaaa_aaaa];
    for write in core::iter::once(None).chain(writes.into_iter().map(Some)) {
        if let Some(write) = write {
            set(handler, sprn, write)?;
        }
        let (expected, got) = (
            reserved.reads_as & reserved.mask,
            value(handler, sprn)? & reserved.mask,
        );
        if got != expected {
            return Err(Violation {
                got: match write {
                    Some(write) => format!("{got:#x} after writing {write:#x}"),
                    None => format!("{got:#x}"),
                },
                expected: format!("{expected:#x}"),
                ..violation("reserved bits are constant", sprn, Direction::Read, (), ())
            });
        }
    }
    Ok(())
}

/// Every number outside `claimed` is [`Outcome::NotMine`] in both directions, in supervisor and in problem state; a
/// write of one tries 0 and all ones. Writes to numbers that the handler does claim, but should not, take effect.
///
/// # Errors
/// The first number that was claimed.
pub fn not_mine_but<H: SprHandler + ?Sized>(handler: &mut H, claimed: &[SprNum]) -> Result<(), Violation> {
    for sprn in SprNum::all().filter(|n| !claimed.contains(n)) {
        for msr in [Msr::empty(), Msr::PR] {
            for access in [Access::Read, Access::Write(0), Access::Write(u64::MAX)] {
                let (at, direction) = match access {
                    Access::Read => (SprAccess::read(sprn), Direction::Read),
                    Access::Write(value) => (SprAccess::write(sprn, value), Direction::Write),
                };
                let got = answer(handler, &at.with_msr(msr));
                if got != Outcome::NotMine {
                    return Err(violation(
                        "a number that is not declared is not claimed",
                        sprn,
                        direction,
                        Outcome::<u64>::NotMine,
                        got,
                    ));
                }
            }
        }
    }
    Ok(())
}

/// A peek gives what it gave before, and does not change what the next read gives: with `make` making the same handler
/// twice, one is peeked at before the read and the other is not.
///
/// # Errors
/// The peek or the read that differs.
pub fn peek_has_no_effect<H: SprHandler>(mut make: impl FnMut() -> H, sprn: SprNum) -> Result<(), Violation> {
    let (mut peeked, mut plain) = (make(), make());
    let (first, second) = (peeked.peek(sprn), peeked.peek(sprn));
    if first != second {
        let what = "a peek has no effect on a second peek";
        return Err(violation(what, sprn, Direction::Read, first, second));
    }
    let at = SprAccess::read(sprn);
    for _ in 0..2 {
        let (got, expected) = (peeked.read(&at), plain.read(&at));
        if got != expected {
            let what = "a peek has no effect on a read";
            return Err(violation(what, sprn, Direction::Read, expected, got));
        }
        let _ = peeked.peek(sprn);
    }
    Ok(())
}

/// Makes every access there is: each of 1024 numbers, read and write of each of `values`, under each of `msrs`; gives
/// how many. It checks nothing but that the handler comes back. `before` sees each access before the handler does: this
/// crate is `no_std` and cannot catch a panic, so the last access it saw is the one that panicked.
pub fn try_everything<H: SprHandler + ?Sized>(
    handler: &mut H,
    msrs: &[Msr],
    values: &[u64],
    mut before: impl FnMut(&SprAccess),
) -> usize {
    let mut tried = 0;
    for sprn in SprNum::all() {
        let writes = values.iter().map(|value| SprAccess::write(sprn, *value));
        for at in core::iter::once(SprAccess::read(sprn)).chain(writes) {
            for msr in msrs {
                let at = at.with_msr(*msr);
                before(&at);
                let _ = answer(handler, &at);
                tried += 1;
            }
        }
    }
    tried
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::booke::{DBCR0, DBSR, PIR};
    use crate::{SprRouter, on_read, on_spr, on_write};
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::string::ToString;

    fn register(sprn: SprNum, start: u64, write: impl Fn(u64, u64) -> u64) -> impl SprHandler {
        let mut now = start;
        on_spr(sprn, move |_, access| {
            if let Access::Write(value) = access {
                now = write(now, value);
            }
            Outcome::Handled(now)
        })
    }

    #[test]
    fn a_read_that_counts_is_found() {
        let mut reads = 0;
        let mut counting = on_read(PIR, |_| {
            reads += 1;
            Outcome::Handled(reads)
        });
        let why = read_has_no_effect(&mut counting, PIR).unwrap_err();
        assert_eq!(
            (why.access, why.got.as_str()),
            (Some((PIR, Direction::Read)), "Handled(2)")
        );
        assert!(
            why.to_string()
                .starts_with("read of SPR 286: a read has no effect")
        );
        assert_eq!(read_has_no_effect(&mut register(PIR, 7, |_, v| v), PIR), Ok(()));
    }

    #[test]
    fn write_one_to_clear_tells_it_from_plain_storage() {
        let mut w1c = register(DBSR, 0xc000_0001, |now, ones| now & !ones);
        assert_eq!(write_one_clears(&mut w1c, DBSR, 0xffff_ffff), Ok(()));
        let mut plain = register(DBSR, 0xc000_0001, |_, v| v);
        let why = write_one_clears(&mut plain, DBSR, 0xffff_ffff).unwrap_err();
        assert_eq!(why.got, "0x0 after writing 0x0 over 0xc0000001");
        let mut read_only = on_read(DBSR, |_| Outcome::Handled(0));
        let why = write_one_clears(&mut read_only, DBSR, 1).unwrap_err();
        assert_eq!(why.what, "the write is handled");
    }

    #[test]
    fn reserved_bits_must_not_take_what_is_written() {
        let reserved = Reserved {
            mask: 0xff00,
            reads_as: 0x1200,
        };
        let mut right = register(DBCR0, 0x1200, |_, v| v & !0xff00 | 0x1200);
        assert_eq!(reserved_bits(&mut right, DBCR0, reserved), Ok(()));
        let mut wrong = register(DBCR0, 0x1200, |_, v| v);
        let why = reserved_bits(&mut wrong, DBCR0, reserved).unwrap_err();
        assert_eq!(
            (why.expected.as_str(), why.got.as_str()),
            ("0x1200", "0x0 after writing 0x0")
        );
    }

    #[test]
    fn a_handler_that_claims_too_much_is_found() {
        assert_eq!(not_mine_but(&mut register(PIR, 0, |_, v| v), &[PIR]), Ok(()));
        let why = not_mine_but(&mut register(PIR, 0, |_, v| v), &[DBCR0]).unwrap_err();
        assert_eq!(why.access, Some((PIR, Direction::Read)));
    }

    #[test]
    fn a_claim_in_problem_state_or_for_one_value_alone_is_found() {
        let in_problem_state = |at: &SprAccess| match at.msr().is_problem() {
            true => Outcome::Handled(0),
            false => Outcome::NotMine,
        };
        assert!(not_mine_but(&mut on_read(PIR, in_problem_state), &[]).is_err());
        let all_ones = |_: &SprAccess, value| match value {
            u64::MAX => Outcome::Handled(()),
            _ => Outcome::NotMine,
        };
        let why = not_mine_but(&mut on_write(PIR, all_ones), &[]).unwrap_err();
        assert_eq!(why.access, Some((PIR, Direction::Write)));
    }

    #[test]
    fn a_peek_that_counts_is_found() {
        /// Its peek changes what the next peek gives.
        struct Counts(core::cell::Cell<u64>);
        impl SprHandler for Counts {
            fn read(&mut self, _: &SprAccess) -> Outcome<u64> {
                Outcome::NotMine
            }
            fn write(&mut self, _: &SprAccess, _: u64) -> Outcome<()> {
                Outcome::NotMine
            }
            fn peek(&self, _: SprNum) -> Option<u64> {
                self.0.set(self.0.get() + 1);
                Some(self.0.get())
            }
        }
        let why = peek_has_no_effect(|| Counts(0.into()), PIR).unwrap_err();
        assert_eq!(why.what, "a peek has no effect on a second peek");
    }

    #[test]
    fn a_peek_that_acknowledges_is_found() {
        /// Its peek changes what a read gives.
        struct Bad(core::cell::Cell<u64>);
        impl SprHandler for Bad {
            fn read(&mut self, _: &SprAccess) -> Outcome<u64> {
                Outcome::Handled(self.0.get())
            }
            fn write(&mut self, _: &SprAccess, _: u64) -> Outcome<()> {
                Outcome::NotMine
            }
            fn peek(&self, _: SprNum) -> Option<u64> {
                self.0.set(9);
                Some(9)
            }
        }
        let why = peek_has_no_effect(|| Bad(7.into()), PIR).unwrap_err();
        assert_eq!(
            (why.expected.as_str(), why.got.as_str()),
            ("Handled(7)", "Handled(9)")
        );
        let mut router = SprRouter::new();
        router
            .on_read(PIR, |reads: &mut u64, _| {
                *reads += 1;
                Outcome::Handled(*reads)
            })
            .on_peek(PIR, |reads, _| Some(*reads));
        let (mut a, mut b) = (0, 0);
        let mut other = SprRouter::new();
        other.on_read(PIR, |reads: &mut u64, _| {
            *reads += 1;
            Outcome::Handled(*reads)
        });
        let mut both = [other.bind(&mut b), router.bind(&mut a)].into_iter().rev();
        assert_eq!(peek_has_no_effect(|| both.next().unwrap(), PIR), Ok(()));
    }

    #[test]
    fn the_last_access_tried_is_the_one_that_panicked() {
        let mut handler = on_spr(DBCR0, |at, access| match access {
            Access::Write(3) if at.msr().is_problem() => panic!("meant to"),
            _ => Outcome::Handled(0),
        });
        let mut last = None;
        let result = catch_unwind(AssertUnwindSafe(|| {
            try_everything(&mut handler, &[Msr::empty(), Msr::PR], &[0, 3], |at| {
                last = Some(*at)
            })
        }));
        assert!(result.is_err());
        assert_eq!(last, Some(SprAccess::write(DBCR0, 3).with_msr(Msr::PR)));
        let tried = try_everything(&mut (), &[Msr::empty(), Msr::PR], &[0, 3], |_| {});
        assert_eq!(tried, 1024 * 3 * 2);
    }
}
