//! The hop: the short way from one SPR access to the next.
//!
//! A guest that leaves for an SPR is run again and again for a few instructions. A walk prepares for thousands, and the run
//! loop looks at everything before it. A hop begins only where the last access left and nothing happened since but its
//! answer ([`Resume`]); it goes through one line, and through the few kinds of instructions that stand around SPR accesses.
//! Whatever it is not made for it leaves to the run loop, with all that it did written down. It is a part of its caller's
//! loop: there its registers need not be saved, and what it gives need not be stored to be read again.

use crate::block::{Blocks, Epoch, LINE};
use crate::cpu::Cpu;
use crate::exec::{fixed, system};
use crate::memory::Memory;
use crate::micro::{Hot, Kind, Micro};
use core::sync::atomic::Ordering;
use spr_exit::SprAccess;

/// How many instructions hops execute at most after they looked at budget and timer: the run loop has a look between.
const POLL: u64 = 4096;
/// How many they execute at most with the last branch they take: it and one line.
const REACH: u64 = LINE as u64 + 1;

/// Where a hop begins, behind an SPR access that left, while nothing but a kick, a timer and the budget is to be looked at
/// before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resume {
    epoch: Epoch,
    line: usize,
    /// The line's address.
    base: u64,
    /// The op behind the access, and behind the near branch that follows it.
    at: u8,
    /// Such branches, one or none.
    branches: u64,
    /// The end of the budget that `limit` was computed for; that of [`Cpu::end`] is no earlier.
    end: u64,
    /// The count of instructions from which on no hop begins or takes a branch: without one, it ends before the budget and the
    /// timer do.
    limit: u64,
}

impl Resume {
    pub(crate) const NOWHERE: Self = Self {
        epoch: Epoch::NONE,
        line: 0,
        base: 0,
        at: 0,
        branches: 0,
        end: 0,
        limit: 0,
    };

    /// Whether hops know how far they may go under this budget.
    #[inline(always)]
    pub(crate) fn is_aimed(&self, end: u64) -> bool {
        self.end == end
    }

    /// Behind this access in the line of the address `base`, which has this number.
    pub(crate) fn behind(access: &Micro, base: u64, line: usize, blocks: &Blocks) -> Self {
        Self {
            epoch: blocks.epoch(),
            line,
            base,
            at: access.near,
            branches: access.kind.branches(),
            ..Self::NOWHERE
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

    /// Finds how far hops may go under this budget.
    #[inline(never)]
    pub(crate) fn aim(&mut self, end: u64) {
        let insns = self.state.insns;
        let of_budget = end.saturating_sub(self.state.deliveries);
        let limit = of_budget
            .min(self.timer_deadline())
            .saturating_sub(REACH)
            .min(insns.saturating_add(POLL));
        (self.resume.end, self.resume.limit) = (end, limit);
    }

    /// Work at which the budget ends of those who run this CPU without naming one.
    #[inline]
    pub(crate) fn end(&self) -> u64 {
        self.end
    }

    pub(crate) fn set_end(&mut self, end: u64) {
        self.end = end;
        self.resume = Resume::NOWHERE;
    }

    /// Executes what it can up to an SPR access that leaves, within the budget that [`Cpu::aim`] was told. `None`: the run loop
    /// is to go on.
    #[inline(always)]
    pub(crate) fn hop(&mut self, memory: &Memory) -> Option<SprAccess> {
        let blocks = &memory.blocks;
        let mut insns = self.state.insns;
        if self.resume.epoch != blocks.epoch()
            // What the run loop looks at.
            || self.state.pending.is_some()
            || self.kick.load(Ordering::Relaxed)
            || insns >= self.resume.limit
        {
            return None;
        }
        let line = blocks.get(self.resume.line)?;
        // Not from the address, which goes through more hands: everything below waits for it.
        let mut at = self.resume.at;
        insns += self.resume.branches;
        loop {
            let op = &line[usize::from(at)];
            if op.kind.is_access() {
                let Some(leaving) = self.leaves(op.imm) else {
                    break;
                };
                self.resume.at = op.near;
                self.resume.branches = op.kind.branches();
                self.state.regs.cia = self.resume.base | u64::from(at) << 2;
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
                Kind::Near if insns < self.resume.limit => {
                    at = op.near;
                    insns += 1;
                    continue;
                }
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
        let base = self.resume.base;
        self.resume = Resume::NOWHERE;
        let regs = &mut self.state.regs;
        regs.cia = regs.ea(base.wrapping_add(4 * at));
        self.state.insns = insns;
    }
}
