//! Handlers of SPR accesses, and how they chain.
//!
//! A tuple of handlers asks one after the other until one does not say [`Outcome::NotMine`]. Closures become handlers
//! through [`on_read`], [`on_write`] and [`on_spr`].

use crate::{Access, Outcome, SprAccess, SprNum};

/// User space's side of an SPR access.
///
/// `peek` and `poke` are for debuggers and tests: they must not have the side effects of a guest's access.
pub trait SprHandler {
    /// The guest reads.
    fn read(&mut self, at: &SprAccess) -> Outcome<u64>;

    /// The guest writes `value`.
    fn write(&mut self, at: &SprAccess, value: u64) -> Outcome<()>;

    /// The value behind `sprn` without the side effects of a read; `None` if it is not this handler's or has none.
    fn peek(&self, sprn: SprNum) -> Option<u64> {
        let _ = sprn;
        None
    }

    /// Sets the value behind `sprn` without the side effects of a write; whether it could.
    fn poke(&mut self, sprn: SprNum, value: u64) -> bool {
        let _ = (sprn, value);
        false
    }
}

impl<H: SprHandler + ?Sized> SprHandler for &mut H {
    fn read(&mut self, at: &SprAccess) -> Outcome<u64> {
        (**self).read(at)
    }
    fn write(&mut self, at: &SprAccess, value: u64) -> Outcome<()> {
        (**self).write(at, value)
    }
    fn peek(&self, sprn: SprNum) -> Option<u64> {
        (**self).peek(sprn)
    }
    fn poke(&mut self, sprn: SprNum, value: u64) -> bool {
        (**self).poke(sprn, value)
    }
}

impl<H: SprHandler + ?Sized> SprHandler for alloc::boxed::Box<H> {
    fn read(&mut self, at: &SprAccess) -> Outcome<u64> {
        (**self).read(at)
    }
    fn write(&mut self, at: &SprAccess, value: u64) -> Outcome<()> {
        (**self).write(at, value)
    }
    fn peek(&self, sprn: SprNum) -> Option<u64> {
        (**self).peek(sprn)
    }
    fn poke(&mut self, sprn: SprNum, value: u64) -> bool {
        (**self).poke(sprn, value)
    }
}

/// An absent handler claims nothing.
impl<H: SprHandler> SprHandler for Option<H> {
    fn read(&mut self, at: &SprAccess) -> Outcome<u64> {
        self.as_mut().map_or(Outcome::NotMine, |h| h.read(at))
    }
    fn write(&mut self, at: &SprAccess, value: u64) -> Outcome<()> {
        self.as_mut().map_or(Outcome::NotMine, |h| h.write(at, value))
    }
    fn peek(&self, sprn: SprNum) -> Option<u64> {
        self.as_ref().and_then(|h| h.peek(sprn))
    }
    fn poke(&mut self, sprn: SprNum, value: u64) -> bool {
        self.as_mut().is_some_and(|h| h.poke(sprn, value))
    }
}

/// Claims nothing: the empty chain.
impl SprHandler for () {
    fn read(&mut self, _: &SprAccess) -> Outcome<u64> {
        Outcome::NotMine
    }
    fn write(&mut self, _: &SprAccess, _: u64) -> Outcome<()> {
        Outcome::NotMine
    }
}

macro_rules! chain {
    ($($handler:ident $index:tt),+) => {
        impl<$($handler: SprHandler),+> SprHandler for ($($handler,)+) {
            fn read(&mut self, at: &SprAccess) -> Outcome<u64> {
                $(match self.$index.read(at) {
                    Outcome::NotMine => {}
                    claimed => return claimed,
                })+
                Outcome::NotMine
            }
            fn write(&mut self, at: &SprAccess, value: u64) -> Outcome<()> {
                $(match self.$index.write(at, value) {
                    Outcome::NotMine => {}
                    claimed => return claimed,
                })+
                Outcome::NotMine
            }
            fn peek(&self, sprn: SprNum) -> Option<u64> {
                None$(.or_else(|| self.$index.peek(sprn)))+
            }
            fn poke(&mut self, sprn: SprNum, value: u64) -> bool {
                false $(|| self.$index.poke(sprn, value))+
            }
        }
    };
}

chain!(A 0);
chain!(A 0, B 1);
chain!(A 0, B 1, C 2);
chain!(A 0, B 1, C 2, D 3);
chain!(A 0, B 1, C 2, D 3, E 4);
chain!(A 0, B 1, C 2, D 3, E 4, F 5);
chain!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
chain!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

/// A handler for reads of one number; made by [`on_read`].
#[derive(Clone, Debug)]
pub struct OnRead<F>(SprNum, F);

/// A handler for writes of one number; made by [`on_write`].
#[derive(Clone, Debug)]
pub struct OnWrite<F>(SprNum, F);

/// A handler for both directions of one number; made by [`on_spr`].
#[derive(Clone, Debug)]
pub struct OnSpr<F>(SprNum, F);

/// `f` answers reads of `sprn`.
pub fn on_read<F: FnMut(&SprAccess) -> Outcome<u64>>(sprn: SprNum, f: F) -> OnRead<F> {
    OnRead(sprn, f)
}

/// `f` takes writes of `sprn`.
pub fn on_write<F: FnMut(&SprAccess, u64) -> Outcome<()>>(sprn: SprNum, f: F) -> OnWrite<F> {
    OnWrite(sprn, f)
}

/// `f` takes both directions of `sprn`; what it gives for a write is dropped.
pub fn on_spr<F: FnMut(&SprAccess, Access) -> Outcome<u64>>(sprn: SprNum, f: F) -> OnSpr<F> {
    OnSpr(sprn, f)
}

impl<F: FnMut(&SprAccess) -> Outcome<u64>> SprHandler for OnRead<F> {
    fn read(&mut self, at: &SprAccess) -> Outcome<u64> {
        if at.sprn() == self.0 {
            (self.1)(at)
        } else {
            Outcome::NotMine
        }
    }
    fn write(&mut self, _: &SprAccess, _: u64) -> Outcome<()> {
        Outcome::NotMine
    }
}

impl<F: FnMut(&SprAccess, u64) -> Outcome<()>> SprHandler for OnWrite<F> {
    fn read(&mut self, _: &SprAccess) -> Outcome<u64> {
        Outcome::NotMine
    }
    fn write(&mut self, at: &SprAccess, value: u64) -> Outcome<()> {
        if at.sprn() == self.0 {
            (self.1)(at, value)
        } else {
            Outcome::NotMine
        }
    }
}

impl<F: FnMut(&SprAccess, Access) -> Outcome<u64>> SprHandler for OnSpr<F> {
    fn read(&mut self, at: &SprAccess) -> Outcome<u64> {
        if at.sprn() == self.0 {
            (self.1)(at, Access::Read)
        } else {
            Outcome::NotMine
        }
    }
    fn write(&mut self, at: &SprAccess, value: u64) -> Outcome<()> {
        if at.sprn() == self.0 {
            (self.1)(at, Access::Write(value)).map(|_| ())
        } else {
            Outcome::NotMine
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Fault, answer, num::booke};

    #[test]
    fn only_not_mine_falls_through_to_the_next_handler() {
        let mut seen = 0;
        let mut chain = (
            on_read(booke::DBCR0, |_| Outcome::NotMine),
            (
                None::<OnRead<fn(&SprAccess) -> Outcome<u64>>>,
                on_read(booke::DBCR0, |_| Outcome::Fault(Fault::Illegal)),
            ),
            on_read(booke::DBCR0, |_| {
                seen += 1;
                Outcome::Handled(1)
            }),
        );
        assert_eq!(
            answer(&mut chain, &SprAccess::read(booke::DBCR0)),
            Outcome::Fault(Fault::Illegal)
        );
        assert_eq!(
            answer(&mut chain, &SprAccess::write(booke::DBCR0, 1)),
            Outcome::NotMine
        );
        assert_eq!(
            answer(&mut &mut chain, &SprAccess::read(booke::DBSR)),
            Outcome::NotMine
        );
        assert_eq!(seen, 0);
    }
}
