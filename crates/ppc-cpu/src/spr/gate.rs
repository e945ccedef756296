//! Remembered decisions of [`check`], so that the hot path asks it once per number, direction and level.
//!
//! A decision depends on the model, the VM's configuration, the level and LPCR, and on nothing else. The last two are
//! part of the key; a change of the first two forgets everything. It is a cache, not state: no snapshot has it.

use super::{Behaviour, Decision, Level, check};
use crate::cpu::Cpu;
use crate::lower;
use crate::model::Model;
use spr_exit::{Direction, Reason, SprNum};

/// How many decisions are remembered.
const WAYS: usize = 64;

/// One access and what becomes of it.
#[derive(Clone, Copy, Debug)]
struct Gated {
    /// Number and direction ([`lower::access`]), level, LPCR; 0 is none.
    key: u32,
    /// Position of the stored value that a read gives, if it does nothing else.
    plain: usize,
    /// Why it leaves, if it does so whatever its value; else empty.
    leaves: Reason,
    decision: Decision,
}

/// What the walk can do without asking further.
pub(crate) enum Shortcut {
    /// A read gives this and does nothing else.
    Value(u64),
    /// It leaves.
    Leave(Reason),
    /// Ask.
    None,
}

/// No register stands there.
const NOT_PLAIN: usize = usize::MAX;

/// The decisions, by the low bits of the number.
#[derive(Clone, Debug)]
pub(crate) struct Decisions([Gated; WAYS]);

impl Decisions {
    /// Nothing is remembered.
    pub(crate) const fn new() -> Self {
        Self(
            [Gated {
                key: 0,
                plain: NOT_PLAIN,
                leaves: Reason::empty(),
                decision: Decision::NoOp,
            }; WAYS],
        )
    }
}

/// In a key: LPCR has a say on this model.
const HAS_LPCR: u32 = 1 << 15;

/// What the level and the model add to the key of a decision; never 0.
pub(crate) const fn level_key(model: &Model, level: Level) -> u32 {
    let has_lpcr = if model.undefined.lpcr_illegal == 0 {
        0
    } else {
        HAS_LPCR
    };
    (level as u32 + 1) << 12 | has_lpcr
}

impl Cpu {
    /// The key of the access ([`lower::access`]) as things are now.
    #[inline]
    fn gate_key(&self, access: u32) -> u32 {
        let key = access | self.level_key;
        if key & HAS_LPCR != 0 {
            key | self.strict_key()
        } else {
            key
        }
    }

    /// Whether LPCR forbids what it can, as the key has it.
    #[inline(never)]
    fn strict_key(&self) -> u32 {
        let is_strict = self.spr_context().lpcr & self.model.undefined.lpcr_illegal != 0;
        u32::from(is_strict) << 11
    }

    /// What was decided about this access ([`lower::access`]), where that is soon done.
    #[inline]
    pub(crate) fn shortcut(&self, access: u32) -> Shortcut {
        let gated = &self.decisions.0[access as usize % WAYS];
        if gated.key != self.gate_key(access) {
            return Shortcut::None;
        }
        match self.state.spr.get(gated.plain) {
            Some(value) => Shortcut::Value(*value),
            None if gated.leaves.is_empty() => Shortcut::None,
            None => Shortcut::Leave(gated.leaves),
        }
    }

    /// Who answers an access now.
    #[inline]
    pub(crate) fn decide(&mut self, sprn: SprNum, direction: Direction) -> Decision {
        let key = self.gate_key(lower::access(sprn, direction));
        let gated = &self.decisions.0[sprn.index() % WAYS];
        if gated.key == key {
            gated.decision
        } else {
            self.decide_anew(sprn, direction, key)
        }
    }

    #[cold]
    fn decide_anew(&mut self, sprn: SprNum, direction: Direction, key: u32) -> Decision {
        let decision = check(self.model, &self.config, self.spr_context(), sprn, direction);
        let plain = match decision {
            Decision::Core(position) if direction == Direction::Read && self.is_plain(position) => position,
            _ => NOT_PLAIN,
        };
        let leaves = match decision {
            Decision::Exit(reason) => reason,
            _ => Reason::empty(),
        };
        self.decisions.0[sprn.index() % WAYS] = Gated {
            key,
            plain,
            leaves,
            decision,
        };
        decision
    }

    /// Whether a granted read of the register at `position` does nothing but give what is stored.
    fn is_plain(&self, position: usize) -> bool {
        match self.model.sprs.rows()[position].behaviour {
            Behaviour::Storage { .. } | Behaviour::ReadOnly | Behaviour::WriteOneToClear { .. } => true,
            Behaviour::Split { .. } | Behaviour::Alias { .. } | Behaviour::Special(_) => false,
            Behaviour::NoOp | Behaviour::Exit => false,
        }
    }
}
