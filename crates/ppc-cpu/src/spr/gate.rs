//! Remembered decisions of [`check`], so that the hot path asks it once per number, direction and level.
//!
//! A decision depends on the model, the VM's configuration, the level, LPCR and what makes facilities available, and on
//! nothing else. The last three are part of the key; a change of the first two forgets everything. It is a cache, not state: no snapshot has it.

use super::{Behaviour, Context, Decision, Special, Step, check, explain};
use crate::cpu::Cpu;
use crate::lower;
use ppc_decode::Isa;
use spr_exit::{Direction, Fault, Reason, SprExitKind, SprNum};

/// How many decisions of either kind are remembered.
const WAYS: usize = 128;

/// What was decided about an access.
#[derive(Clone, Copy, Debug)]
struct Gated<T> {
    /// Number and direction ([`lower::access`]), level, LPCR, facilities; 0 is none.
    key: u32,
    way: T,
}

/// A decision that keeps an access in the core, as a word: so it takes one load and one comparison. The low bits are the
/// position of its register, if it has one. Alone they say that a read gives the stored value and does nothing else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way(u32);

impl Way {
    /// A register with a function of its own.
    const CORE: u32 = 1 << 16;
    /// It reads or writes LR.
    const LR: u32 = 1 << 17;
    /// It reads or writes CTR.
    const CTR: u32 = 1 << 18;
    const NO_OP: u32 = 1 << 19;
    const ZERO: u32 = 1 << 20;
    const ILLEGAL: u32 = 1 << 21;
    const PRIVILEGED: u32 = 1 << 22;
    const POSITION: u32 = 0xffff;

    /// Where the stored value is that a read gives; no SPR is there if it is something else.
    #[inline(always)]
    pub(crate) const fn position(self) -> usize {
        self.0 as usize
    }

    #[inline(always)]
    pub(crate) const fn is_lr(self) -> bool {
        self.0 & Self::LR != 0
    }

    #[inline(always)]
    pub(crate) const fn is_ctr(self) -> bool {
        self.0 & Self::CTR != 0
    }

    const fn decision(self) -> Decision {
        match self.0 & !Self::POSITION {
            Self::NO_OP => Decision::NoOp,
            Self::ZERO => Decision::ReadZeroIgnoreWrite,
            Self::ILLEGAL => Decision::Fault(Fault::Illegal),
            Self::PRIVILEGED => Decision::Fault(Fault::Privileged),
            _ => Decision::Core((self.0 & Self::POSITION) as usize),
        }
    }
}

/// The decisions, by the low bits of the access. Those that leave are apart, where a hop asks for nothing else.
#[derive(Clone, Debug)]
pub(crate) struct Decisions {
    stays: [Gated<Way>; WAYS],
    leaves: [Gated<SprExitKind>; WAYS],
}

impl Decisions {
    /// Nothing is remembered.
    pub(crate) const fn new() -> Self {
        Self {
            stays: [Gated { key: 0, way: Way(0) }; WAYS],
            leaves: [Gated {
                key: 0,
                way: SprExitKind::new(SprNum::wrapping(0), Direction::Read, Reason::empty()),
            }; WAYS],
        }
    }
}

impl Cpu {
    /// What the level, LPCR and facilities add to the key of a decision; never 0. Kept as [`Cpu::level_key`], to be made anew when
    /// one of them changes.
    pub(crate) fn make_level_key(&self, context: Context) -> u32 {
        let is_strict = context.lpcr & self.model.undefined.lpcr_illegal != 0;
        let version = [Isa::V3_1, Isa::V3_0, Isa::V2_07]
            .into_iter()
            .fold(0, |key, isa| key << 1 | u32::from(context.hidden.contains(isa)));
        u32::from(context.is_guest) << 31
            | version << 27
            | context.facilities.key() << 14
            | (context.level as u32 + 1) << 12
            | u32::from(is_strict) << 11
    }

    /// The key of the access ([`lower::access`]) as things are now.
    #[inline]
    fn gate_key(&self, access: u32) -> u32 {
        access | self.level_key
    }

    /// What is known to be done about this access ([`lower::access`]) in the core.
    #[inline(always)]
    pub(crate) fn stays(&self, access: u32) -> Option<Way> {
        let gated = &self.decisions.stays[access as usize % WAYS];
        (gated.key == self.gate_key(access)).then_some(gated.way)
    }

    /// The access ([`lower::access`]) is known to leave.
    #[inline(always)]
    pub(crate) fn leaves(&self, access: u32) -> Option<SprExitKind> {
        let gated = &self.decisions.leaves[access as usize % WAYS];
        (gated.key == self.gate_key(access)).then_some(gated.way)
    }

    /// What would become of an access to `sprn` by the code that runs now, and which step says so. Nothing is done.
    pub fn explain(&self, sprn: SprNum, direction: Direction) -> (Decision, Step) {
        explain(self.model, &self.config, self.spr_context(), sprn, direction)
    }

    /// Who answers an access now.
    #[inline]
    pub(crate) fn decide(&mut self, sprn: SprNum, direction: Direction) -> Decision {
        let access = lower::access(sprn, direction);
        if let Some(way) = self.stays(access) {
            way.decision()
        } else if let Some(way) = self.leaves(access) {
            Decision::Exit(way.reason())
        } else {
            self.decide_anew(sprn, direction, access)
        }
    }

    #[cold]
    fn decide_anew(&mut self, sprn: SprNum, direction: Direction, access: u32) -> Decision {
        let decision = check(self.model, &self.config, self.spr_context(), sprn, direction);
        let key = self.gate_key(access);
        let at = access as usize % WAYS;
        let way = match decision {
            Decision::Exit(reason) => {
                let way = SprExitKind::new(sprn, direction, reason);
                self.decisions.leaves[at] = Gated { key, way };
                return decision;
            }
            Decision::Core(position) => match u16::try_from(position) {
                Ok(number) => self.core_way(position, direction) | u32::from(number),
                Err(_) => return decision,
            },
            Decision::NoOp => Way::NO_OP,
            Decision::ReadZeroIgnoreWrite => Way::ZERO,
            Decision::Fault(Fault::Illegal) => Way::ILLEGAL,
            Decision::Fault(Fault::Privileged) => Way::PRIVILEGED,
            // Says more than a word can; rare.
            Decision::Unavailable(_) => return decision,
        };
        self.decisions.stays[at] = Gated { key, way: Way(way) };
        decision
    }

    /// What a granted access to the register at `position` comes to.
    fn core_way(&self, position: usize, direction: Direction) -> u32 {
        match (self.model.sprs.rows()[position].behaviour, direction) {
            (Behaviour::Special(Special::Lr), _) => Way::LR,
            (Behaviour::Special(Special::Ctr), _) => Way::CTR,
            (
                Behaviour::Storage { .. } | Behaviour::ReadOnly | Behaviour::WriteOneToClear { .. },
                Direction::Read,
            ) => 0,
            _ => Way::CORE,
        }
    }
}
