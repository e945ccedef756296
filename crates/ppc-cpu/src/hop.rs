//! The hop: the short way from one SPR access to the next.
//!
//! A guest that leaves for an SPR is run again and again for a few instructions. A walk prepares for thousands, and the run
//! loop looks at everything before it. A hop begins only where the last access left and nothing happened since but its
//! answer ([`Resume`]); it goes through one line, and through the few kinds of instructions that stand around SPR accesses.
//! Whatever it is not made for it leaves to the run loop, with all that it did written down. It is a part of its caller's
//! loop: there its registers need not be saved, and what it gives need not be stored to be read again.

use crate::block::{BYTES, Blocks, Epoch, LINE};
use crate::cpu::Cpu;
use crate::exec::{fixed, system};
use crate::memory::Memory;
use crate::micro::{Hot, Kind};
use core::sync::atomic::Ordering;
use spr_exit::SprAccess;

/// How many instructions hops execute at most after they looked at budget and timer: the run loop has a look between.
const POLL: u64 = 4096;
/// How many they execute at most with the last branch they take: it and one line.
const REACH: u64 = LINE as u64 + 1;

/// The op that an SPR access left from, while nothing but a kick, a timer and the budget is to be looked at before the
/// instruction behind it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resume {
    epoch: Epoch,
    line: usize,
    /// Not the last of the line.
    at: u8,
    /// The end of the budget that `limit` was computed for.
    end: u64,
    /// The count of instructions from which on hops take no branch: without one, they end before the budget and the timer do.
    limit: u64,
}

impl Resume {
    pub(crate) const NOWHERE: Self = Self {
        epoch: Epoch::NONE,
        line: 0,
        at: 0,
        end: 0,
        limit: 0,
    };

    /// At an op of a line of these, if it is quiet there.
    pub(crate) fn new(is_quiet: bool, blocks: &Blocks, line: usize, at: u8) -> Self {
        if is_quiet {
            Self {
                epoch: blocks.epoch(),
                line,
                at,
                ..Self::NOWHERE
            }
        } else {
            Self::NOWHERE
        }
    }
}

impl Cpu {
    /// Something may have to be looked at before the next instruction, or the CPU goes on elsewhere.
    #[inline]
    pub(crate) fn disturb(&mut self) {
        self.is_quiet = false;
        self.resume = Resume::NOWHERE;
    }

    /// How far hops may go under this budget; whether they may: not if it is not known to reach.
    #[inline(never)]
    pub(crate) fn aim(&mut self, end: u64) -> bool {
        let insns = self.state.insns;
        let of_budget = end.saturating_sub(self.state.deliveries);
        let limit = of_budget
            .min(self.timer_deadline())
            .saturating_sub(REACH)
            .min(insns.saturating_add(POLL));
        if limit <= insns {
            self.resume = Resume::NOWHERE;
            return false;
        }
        (self.resume.end, self.resume.limit) = (end, limit);
        true
    }

    /// Executes what it can up to an SPR access that leaves. `None`: the run loop is to go on.
    #[inline(always)]
    pub(crate) fn hop(&mut self, memory: &Memory, end: u64) -> Option<SprAccess> {
        let blocks = &memory.blocks;
        if self.resume.epoch != blocks.epoch()
            // What the run loop looks at.
            || self.state.pending.is_some()
            || self.kick.load(Ordering::Relaxed)
            || self.resume.end != end && !self.aim(end)
        {
            return None;
        }
        let line = blocks.get(self.resume.line)?;
        // Not from the address, which goes through more hands: everything below waits for it.
        let mut at = self.resume.at.wrapping_add(1);
        let mut insns = self.state.insns;
        loop {
            let op = &line[usize::from(at)];
            if op.kind == Kind::Near {
                if insns >= self.resume.limit {
                    break;
                }
                at = op.near;
                insns += 1;
                continue;
            }
            if op.kind.is_access() {
                let Some(leaving) = self.leaves(op.imm) else {
                    break;
                };
                self.resume.at = at;
                self.state.regs.cia = self.state.regs.cia & !(BYTES - 1) | u64::from(at) << 2;
                self.state.insns = insns;
                return Some(system::leave(self, op, leaving));
            }
            // No kind whose semantics depend on the width.
            let hot = Hot::<true, false>(op);
            let regs = &mut self.state.regs;
            match op.kind {
                Kind::Addi => fixed::addi(regs, hot, op.signed().cast_unsigned()),
                Kind::Mr => fixed::mr(regs, hot),
                Kind::Ori => fixed::ori(regs, hot),
                _ => break,
            }
            insns += 1;
            let Some(next) = at.checked_add(1) else {
                self.land(LINE as u64, insns);
                return None;
            };
            at = next;
        }
        self.land(at.into(), insns);
        None
    }

    /// Leaves it to the run loop to go on from an op of the line, or from behind its last.
    #[cold]
    #[inline(never)]
    fn land(&mut self, at: u64, insns: u64) {
        self.resume = Resume::NOWHERE;
        let regs = &mut self.state.regs;
        regs.cia = regs.ea((regs.cia & !(BYTES - 1)).wrapping_add(4 * at));
        self.state.insns = insns;
    }
}
