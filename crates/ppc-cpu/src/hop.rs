//! The hop: the short way from one SPR access to the next.
//!
//! A guest that leaves for an SPR is run again and again for a few instructions. A walk prepares for thousands, and the run
//! loop looks at everything before it. A hop begins only where the last access left and nothing happened since but its
//! answer ([`Resume`]); it goes through one line, and through the few kinds of instructions that stand around SPR accesses.
//! Whatever it is not made for it leaves to the run loop, with all that it did written down.

use crate::block::{BYTES, Blocks, Epoch, LINE, entry, index};
use crate::cpu::Cpu;
use crate::exec::{fixed, system};
use crate::memory::Memory;
use crate::micro::{Hot, Kind};
use crate::run::Left;
use core::sync::atomic::Ordering;

/// How many branches a hop takes at most.
const BRANCHES: u64 = 16;
/// How many instructions those are at most.
const FAR: u64 = (BRANCHES + 1) * LINE as u64;

/// The line that an SPR access left from, while nothing but a kick, a timer and the budget is to be looked at before the
/// instruction behind it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resume {
    epoch: Epoch,
    line: usize,
}

impl Resume {
    pub(crate) const NOWHERE: Self = Self {
        epoch: Epoch::NONE,
        line: 0,
    };

    /// At a line of these, if it is quiet there.
    pub(crate) fn new(is_quiet: bool, blocks: &Blocks, line: usize) -> Self {
        if is_quiet {
            Self {
                epoch: blocks.epoch(),
                line,
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

    /// Executes what it can up to an SPR access that leaves. [`Left::Look`]: the run loop is to go on.
    #[inline(never)]
    pub(crate) fn hop(&mut self, memory: &Memory, end: u64) -> Left {
        let (state, blocks) = (&self.state, &memory.blocks);
        let cia = state.regs.cia;
        let last = state.insns.wrapping_add(FAR);
        if self.resume.epoch != blocks.epoch()
            // The first op of a line may be another line's, behind an access at the end of this one.
            || index(cia) == 0
            // What the run loop looks at.
            || state.pending.is_some()
            || self.kick.load(Ordering::Relaxed)
            || last.wrapping_add(state.deliveries) > end
            || last > self.timer_deadline()
        {
            return Left::Look;
        }
        let line = blocks.ops(self.resume.line);
        let mut at = entry(cia);
        // The count of instructions at the beginning of the line, if it were gone through straight to here.
        let mut origin = state.insns.wrapping_sub(u64::from(at));
        let mut branches = BRANCHES;
        loop {
            let op = &line[usize::from(at)];
            if op.kind == Kind::Near {
                origin = origin.wrapping_sub(op.signed().cast_unsigned());
                at = op.near;
                branches -= 1;
                if branches == 0 {
                    break;
                }
                continue;
            }
            // No kind whose semantics depend on the width.
            let hot = Hot::<true, false>(op);
            if op.kind == Kind::Mfspr {
                let Some(reason) = self.way(op.imm).reason() else {
                    break;
                };
                self.stand_at(cia, at, origin);
                system::mfspr_leaves(self, op, reason);
                return Left::Spr;
            } else {
                let regs = &mut self.state.regs;
                match op.kind {
                    Kind::Mtspr => {
                        let Some(reason) = self.way(op.imm).reason() else {
                            break;
                        };
                        self.stand_at(cia, at, origin);
                        system::mtspr_leaves(self, op, reason);
                        return Left::Spr;
                    }
                    Kind::Addi => fixed::addi(regs, hot, op.signed().cast_unsigned()),
                    Kind::Mr => fixed::mr(regs, hot),
                    Kind::Ori => fixed::ori(regs, hot),
                    _ => break,
                }
            }
            let Some(next) = at.checked_add(1) else {
                self.stand_at(cia, at, origin);
                let regs = &mut self.state.regs;
                regs.cia = regs.ea(regs.cia.wrapping_add(4));
                self.state.insns = self.state.insns.wrapping_add(1);
                return Left::Look;
            };
            at = next;
        }
        self.stand_at(cia, at, origin);
        Left::Look
    }

    /// Writes down that the CPU stands at an op of the line of `cia`.
    #[inline(always)]
    fn stand_at(&mut self, cia: u64, at: u8, origin: u64) {
        self.state.regs.cia = cia & !(BYTES - 1) | u64::from(at) << 2;
        self.state.insns = origin.wrapping_add(u64::from(at));
    }
}
