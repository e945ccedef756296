//! A table of handlers by number: one indexed look-up per access, however many handlers there are.
//!
//! The router holds functions over the user's board `C` (whatever the devices need); [`SprRouter::bind`] lends it a
//! board for as long as a run lasts, and the result is an [`SprHandler`] like any other. DCRs use the same router
//! over their own numbers ([`DcrRouter`]). It knows nothing of the emulator.
//!
//! ```
//! use spr_exit::{Outcome, SprAccess, SprHandler, SprRouter, num::booke};
//!
//! struct Board { resets: u32 }
//! let mut router = SprRouter::new();
//! router.on_write(booke::DBCR0, |board: &mut Board, _, value| {
//!     board.resets += u32::from(value & 0x3000_0000 != 0);
//!     Outcome::Handled(())
//! });
//! let mut board = Board { resets: 0 };
//! let outcome = router.bind(&mut board).write(&SprAccess::write(booke::DBCR0, 0x3000_0000), 0x3000_0000);
//! assert_eq!((outcome, board.resets), (Outcome::Handled(()), 1));
//! ```

use crate::{Access, DcrAccess, Outcome, SprAccess, SprHandler, SprNum};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::ops::RangeInclusive;

/// An access with a number that a [`Router`] can route.
pub trait Numbered: Copy {
    /// The number, below 1024 (higher ones reach no handler).
    fn number(&self) -> usize;
    /// Direction and value.
    fn access(&self) -> Access;
}

impl Numbered for SprAccess {
    #[inline]
    fn number(&self) -> usize {
        self.sprn().index()
    }
    #[inline]
    fn access(&self) -> Access {
        SprAccess::access(self)
    }
}

impl Numbered for DcrAccess {
    #[inline]
    fn number(&self) -> usize {
        self.dcrn as usize
    }
    #[inline]
    fn access(&self) -> Access {
        if self.is_write {
            Access::Write(self.data)
        } else {
            Access::Read
        }
    }
}

type ReadFn<C, A> = Box<dyn FnMut(&mut C, &A) -> Outcome<u64> + Send>;
type WriteFn<C, A> = Box<dyn FnMut(&mut C, &A, u64) -> Outcome<()> + Send>;
type PeekFn<C> = Box<dyn Fn(&C, SprNum) -> Option<u64> + Send>;
type PokeFn<C> = Box<dyn FnMut(&mut C, SprNum, u64) -> bool + Send>;

/// Handlers by number over a board `C`, for accesses of kind `A`.
pub struct Router<C, A> {
    read_index: Box<[u16; SprNum::COUNT]>,
    write_index: Box<[u16; SprNum::COUNT]>,
    peek_index: Box<[u16; SprNum::COUNT]>,
    poke_index: Box<[u16; SprNum::COUNT]>,
    reads: Vec<ReadFn<C, A>>,
    writes: Vec<WriteFn<C, A>>,
    peeks: Vec<PeekFn<C>>,
    pokes: Vec<PokeFn<C>>,
}

/// Handlers of SPR accesses by number.
pub type SprRouter<C> = Router<C, SprAccess>;

/// Handlers of DCR accesses by number.
pub type DcrRouter<C> = Router<C, DcrAccess>;

/// A number in the index that reaches no handler.
const NOBODY: u16 = u16::MAX;

/// Points `numbers` at the handler that is about to be pushed behind `handlers`. Beyond 65,535 handlers
/// (each number was re-registered 64 times over) a new one reaches nobody rather than a wrong one.
fn point(index: &mut [u16; SprNum::COUNT], handlers: usize, numbers: RangeInclusive<u16>) {
    let entry = u16::try_from(handlers).unwrap_or(NOBODY);
    for number in numbers {
        if let Some(slot) = index.get_mut(usize::from(number)) {
            *slot = entry;
        }
    }
}

impl<C, A: Numbered> Router<C, A> {
    /// A router without handlers.
    pub fn new() -> Self {
        let empty = || Box::new([NOBODY; SprNum::COUNT]);
        Self {
            read_index: empty(),
            write_index: empty(),
            peek_index: empty(),
            poke_index: empty(),
            reads: Vec::new(),
            writes: Vec::new(),
            peeks: Vec::new(),
            pokes: Vec::new(),
        }
    }

    /// `f` answers reads of `number`, in place of any earlier handler of it.
    pub fn on_read(
        &mut self,
        number: impl Into<Numbers>,
        f: impl FnMut(&mut C, &A) -> Outcome<u64> + Send + 'static,
    ) -> &mut Self {
        point(&mut self.read_index, self.reads.len(), number.into().0);
        self.reads.push(Box::new(f));
        self
    }

    /// `f` takes writes of `number`, in place of any earlier handler of it.
    pub fn on_write(
        &mut self,
        number: impl Into<Numbers>,
        f: impl FnMut(&mut C, &A, u64) -> Outcome<()> + Send + 'static,
    ) -> &mut Self {
        point(&mut self.write_index, self.writes.len(), number.into().0);
        self.writes.push(Box::new(f));
        self
    }

    /// `f` shows the value behind `number` to debuggers, without side effects.
    pub fn on_peek(
        &mut self,
        number: impl Into<Numbers>,
        f: impl Fn(&C, SprNum) -> Option<u64> + Send + 'static,
    ) -> &mut Self {
        point(&mut self.peek_index, self.peeks.len(), number.into().0);
        self.peeks.push(Box::new(f));
        self
    }

    /// `f` sets the value behind `number` for debuggers, without side effects.
    pub fn on_poke(
        &mut self,
        number: impl Into<Numbers>,
        f: impl FnMut(&mut C, SprNum, u64) -> bool + Send + 'static,
    ) -> &mut Self {
        point(&mut self.poke_index, self.pokes.len(), number.into().0);
        self.pokes.push(Box::new(f));
        self
    }

    /// Takes `number` away from its handlers; accesses to it are [`Outcome::NotMine`] from now on.
    pub fn remove(&mut self, number: impl Into<Numbers>) -> &mut Self {
        let numbers = number.into().0;
        for index in [
            &mut self.read_index,
            &mut self.write_index,
            &mut self.peek_index,
            &mut self.poke_index,
        ] {
            point(index, usize::from(NOBODY), numbers.clone());
        }
        self
    }

    /// Asks the handler of the access.
    #[inline]
    pub fn route(&mut self, board: &mut C, at: &A) -> Outcome<u64> {
        match at.access() {
            Access::Read => {
                let entry = self.read_index.get(at.number()).copied().unwrap_or(NOBODY);
                self.reads
                    .get_mut(usize::from(entry))
                    .map_or(Outcome::NotMine, |f| f(board, at))
            }
            Access::Write(value) => {
                let entry = self.write_index.get(at.number()).copied().unwrap_or(NOBODY);
                self.writes
                    .get_mut(usize::from(entry))
                    .map_or(Outcome::NotMine, |f| f(board, at, value))
                    .map(|()| 0)
            }
        }
    }

    /// Lends the router a board; the result is a handler.
    pub fn bind<'a>(&'a mut self, board: &'a mut C) -> Bound<'a, C, A> {
        Bound { router: self, board }
    }
}

impl<C, A: Numbered> Default for Router<C, A> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C, A> fmt::Debug for Router<C, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router")
            .field("reads", &self.reads.len())
            .field("writes", &self.writes.len())
            .finish_non_exhaustive()
    }
}

/// One number or a range of them.
#[derive(Clone, Debug)]
pub struct Numbers(RangeInclusive<u16>);

impl From<SprNum> for Numbers {
    fn from(n: SprNum) -> Self {
        Self(n.get()..=n.get())
    }
}

impl From<RangeInclusive<SprNum>> for Numbers {
    fn from(r: RangeInclusive<SprNum>) -> Self {
        Self(r.start().get()..=r.end().get())
    }
}

impl From<u16> for Numbers {
    fn from(n: u16) -> Self {
        Self(n..=n)
    }
}

/// A router with the board it works on.
#[derive(Debug)]
pub struct Bound<'a, C, A> {
    router: &'a mut Router<C, A>,
    board: &'a mut C,
}

impl<C> SprHandler for Bound<'_, C, SprAccess> {
    #[inline]
    fn read(&mut self, at: &SprAccess) -> Outcome<u64> {
        self.router.route(self.board, at)
    }
    #[inline]
    fn write(&mut self, at: &SprAccess, _: u64) -> Outcome<()> {
        self.router.route(self.board, at).map(|_| ())
    }
    fn peek(&self, sprn: SprNum) -> Option<u64> {
        let entry = self.router.peek_index[sprn.index()];
        self.router
            .peeks
            .get(usize::from(entry))
            .and_then(|f| f(self.board, sprn))
    }
    fn poke(&mut self, sprn: SprNum, value: u64) -> bool {
        let entry = self.router.poke_index[sprn.index()];
        self.router
            .pokes
            .get_mut(usize::from(entry))
            .is_some_and(|f| f(self.board, sprn, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{answer, num::booke};

    #[test]
    fn peek_does_not_have_the_side_effects_of_a_read() {
        let mut router = SprRouter::new();
        router
            .on_read(booke::PIR, |count: &mut u64, _| {
                *count += 1;
                Outcome::Handled(*count)
            })
            .on_peek(booke::PIR, |count, _| Some(*count));
        let mut count = 0;
        let mut handler = router.bind(&mut count);
        assert_eq!(handler.peek(booke::PIR), Some(0));
        assert_eq!(
            answer(&mut handler, &SprAccess::read(booke::PIR)),
            Outcome::Handled(1)
        );
        assert_eq!(handler.peek(booke::PIR), Some(1));
        assert!(!handler.poke(booke::PIR, 5));
    }

    #[test]
    fn a_range_reaches_one_handler_and_its_neighbours_do_not() {
        let mut router = SprRouter::new();
        router.on_read(booke::IVOR0..=booke::IVOR15, |(), at| {
            Outcome::Handled(u64::from(at.sprn()))
        });
        let mut board = ();
        let mut handler = router.bind(&mut board);
        assert_eq!(
            answer(&mut handler, &SprAccess::read(booke::IVOR15)),
            Outcome::Handled(415)
        );
        assert_eq!(
            answer(&mut handler, &SprAccess::read(SprNum::wrapping(416))),
            Outcome::NotMine
        );
        assert_eq!(
            answer(&mut handler, &SprAccess::write(booke::IVOR15, 0)),
            Outcome::NotMine
        );
    }

    #[test]
    fn a_removed_handler_gets_nothing_and_a_later_one_replaces_an_earlier() {
        let mut router: SprRouter<()> = SprRouter::new();
        router
            .on_read(booke::PIR, |(), _| Outcome::Handled(1))
            .on_read(booke::PIR, |(), _| Outcome::Handled(2));
        assert_eq!(
            router.route(&mut (), &SprAccess::read(booke::PIR)),
            Outcome::Handled(2)
        );
        router.remove(booke::PIR);
        assert_eq!(
            router.route(&mut (), &SprAccess::read(booke::PIR)),
            Outcome::NotMine
        );
    }

    #[test]
    fn dcrs_route_over_their_own_numbers() {
        let mut router = DcrRouter::new();
        router.on_write(0x10, |last: &mut u64, _, value| {
            *last = value;
            Outcome::Handled(())
        });
        let mut last = 0;
        let mut at = DcrAccess {
            dcrn: 0x10,
            is_write: true,
            data: 9,
            cia: 0,
            word: 0,
            cpu: 0,
        };
        assert_eq!(router.route(&mut last, &at), Outcome::Handled(0));
        at.dcrn = 4096;
        assert_eq!(router.route(&mut last, &at), Outcome::NotMine);
        assert_eq!(last, 9);
    }
}
