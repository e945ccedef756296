//! Remembered decisions of [`check`], so that the hot path asks it once per number, direction and level.
//!
//! A decision depends on the model, the VM's configuration, the level and LPCR, and on nothing else. The last two are
//! part of the key; a change of the first two forgets everything. It is a cache, not state: no snapshot has it.

use super::{Context, Decision, check};
use crate::cpu::Cpu;
use spr_exit::{Direction, SprNum};

/// How many decisions are remembered.
const WAYS: usize = 64;

/// The decisions, by the low bits of the number; key 0 is none.
#[derive(Clone, Debug)]
pub(crate) struct Decisions([(u32, Decision); WAYS]);

impl Decisions {
    /// Nothing is remembered.
    pub(crate) const fn new() -> Self {
        Self([(0, Decision::NoOp); WAYS])
    }
}

impl Cpu {
    /// Who answers an access now.
    #[inline]
    pub(crate) fn decide(&mut self, sprn: SprNum, direction: Direction) -> Decision {
        let context = self.spr_context();
        let is_strict = context.lpcr & self.model.undefined.lpcr_illegal != 0;
        // Level 1, 2, 3, so that no key is 0.
        let key = u32::from(sprn.get())
            | u32::from(direction == Direction::Write) << 10
            | u32::from(is_strict) << 11
            | (context.level as u32 + 1) << 12;
        let (known, decision) = self.decisions.0[sprn.index() % WAYS];
        if known == key {
            decision
        } else {
            self.decide_anew(context, sprn, direction, key)
        }
    }

    #[cold]
    fn decide_anew(&mut self, context: Context, sprn: SprNum, direction: Direction, key: u32) -> Decision {
        let decision = check(self.model, &self.config, context, sprn, direction);
        self.decisions.0[sprn.index() % WAYS] = (key, decision);
        decision
    }
}
