//! Remembered decisions of [`check`], so that the hot path asks it once per number, direction and level.
//!
//! A decision depends on the model, the VM's configuration, the level, LPCR and what makes facilities available, and on
//! nothing else. The last three are part of the key; a change of the first two forgets everything. It is a cache, not state: no snapshot has it.

use super::{Behaviour, Decision, Special, Step, check, explain};
use crate::cpu::Cpu;
use crate::lower;
use spr_exit::{Direction, Reason, SprNum};

/// How many decisions are remembered.
const WAYS: usize = 128;

/// An access that was decided about, and what may be done about it without asking further.
#[derive(Clone, Copy, Debug)]
struct Gated {
    /// Number and direction ([`lower::access`]), level, LPCR, facilities; 0 is none.
    key: u32,
    way: Way,
}

/// What walks and hops may do about an access by themselves: a word, so that it takes one load and one comparison.
///
/// Below 2^16: a read gives the stored value at this position, and does nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Way(u32);

/// In a [`Way`]: the access leaves, whatever its value; the low bits are the reason.
const LEAVES: u32 = 1 << 31;

impl Way {
    /// Nothing: it has to be asked.
    const ASKED: Self = Self(1 << 16);
    /// It reads or writes LR.
    pub(crate) const LR: Self = Self(1 << 17);
    /// It reads or writes CTR.
    pub(crate) const CTR: Self = Self(1 << 18);

    fn stored(position: usize) -> Self {
        u16::try_from(position).map_or(Self::ASKED, |position| Self(position.into()))
    }

    const fn leaves(reason: Reason) -> Self {
        Self(LEAVES | reason.bits() as u32)
    }

    /// Where the stored value is that a read gives; no SPR is there if it is something else.
    #[inline(always)]
    pub(crate) const fn position(self) -> usize {
        self.0 as usize
    }

    /// Why it leaves, if it does.
    #[inline(always)]
    pub(crate) const fn reason(self) -> Option<Reason> {
        if self.0 & LEAVES == 0 {
            None
        } else {
            Some(Reason::from_bits_retain(self.0.to_le_bytes()[0]))
        }
    }
}

/// The decisions, by the low bits of the access.
#[derive(Clone, Debug)]
pub(crate) struct Decisions {
    gated: [Gated; WAYS],
    /// The decisions themselves.
    made: [Decision; WAYS],
}

impl Decisions {
    /// Nothing is remembered.
    pub(crate) const fn new() -> Self {
        let none = Gated {
            key: 0,
            way: Way::ASKED,
        };
        Self {
            gated: [none; WAYS],
            made: [Decision::NoOp; WAYS],
        }
    }
}

impl Cpu {
    /// What the level, LPCR and facilities add to the key of a decision; never 0. Kept as [`Cpu::level_key`], to be made anew when
    /// one of them changes.
    pub(crate) fn make_level_key(&self) -> u32 {
        let context = self.spr_context();
        let is_strict = context.lpcr & self.model.undefined.lpcr_illegal != 0;
        context.facilities.key() << 14 | (context.level as u32 + 1) << 12 | u32::from(is_strict) << 11
    }

    /// The key of the access ([`lower::access`]) as things are now.
    #[inline]
    fn gate_key(&self, access: u32) -> u32 {
        access | self.level_key
    }

    /// What may be done about this access ([`lower::access`]) by those who ask no further.
    #[inline(always)]
    pub(crate) fn way(&self, access: u32) -> Way {
        let gated = &self.decisions.gated[access as usize % WAYS];
        if gated.key == self.gate_key(access) {
            gated.way
        } else {
            Way::ASKED
        }
    }

    /// What would become of an access to `sprn` by the code that runs now, and which step says so. Nothing is done.
    pub fn explain(&self, sprn: SprNum, direction: Direction) -> (Decision, Step) {
        explain(self.model, &self.config, self.spr_context(), sprn, direction)
    }

    /// Who answers an access now.
    #[inline]
    pub(crate) fn decide(&mut self, sprn: SprNum, direction: Direction) -> Decision {
        let key = self.gate_key(lower::access(sprn, direction));
        let at = key as usize % WAYS;
        if self.decisions.gated[at].key == key {
            self.decisions.made[at]
        } else {
            self.decide_anew(sprn, direction, key)
        }
    }

    #[cold]
    fn decide_anew(&mut self, sprn: SprNum, direction: Direction, key: u32) -> Decision {
        let decision = check(self.model, &self.config, self.spr_context(), sprn, direction);
        let way = match decision {
            Decision::Core(position) => self.core_way(position, direction),
            Decision::Exit(reason) => Way::leaves(reason),
            _ => Way::ASKED,
        };
        let at = key as usize % WAYS;
        self.decisions.gated[at] = Gated { key, way };
        self.decisions.made[at] = decision;
        decision
    }

    /// What a granted access to the register at `position` comes to.
    fn core_way(&self, position: usize, direction: Direction) -> Way {
        match (self.model.sprs.rows()[position].behaviour, direction) {
            (Behaviour::Special(Special::Lr), _) => Way::LR,
            (Behaviour::Special(Special::Ctr), _) => Way::CTR,
            (
                Behaviour::Storage { .. } | Behaviour::ReadOnly | Behaviour::WriteOneToClear { .. },
                Direction::Read,
            ) => Way::stored(position),
            _ => Way::ASKED,
        }
    }
}
