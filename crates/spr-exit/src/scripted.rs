//! A double that plays a list of exits and checks the answers: for testing one's own run loop without an emulator.
//!
//! Each [`Step`] is an exit and, if one likes, the answer it must get. [`Scripted`] keeps the rules of [`Vcpu`] to the
//! letter. [`Scripted::inject`] makes happen what is rare in the field: replies that come too late, come twice, or are for
//! another access ([`Injection`]). [`Scripted::finish`] says at the end what did not go by the script.
//!
//! ```
//! use spr_exit::{Exit, Reply, Scripted, Stop, drive, num::booke, on_read, Outcome};
//!
//! let mut vcpu = Scripted::new([])
//!     .read(booke::PIR).expect(Reply::Done(7))
//!     .last(Exit::Wait);
//! let stop = drive(&mut vcpu, &mut on_read(booke::PIR, |_| Outcome::Handled(7)));
//! assert_eq!(stop, Ok(Stop::Exit(Exit::Wait)));
//! vcpu.finish().expect("all went by the script");
//! ```
//!
//! Not here: a guest. A script is not changed by what it is answered.

use crate::{Exit, Reply, SprAccess, SprNum, Vcpu, VcpuError};
use alloc::collections::VecDeque;
use alloc::vec::Vec;

mod diff;
pub use diff::{DiffLine, ScriptDiff};

/// One exit of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    exit: Exit,
    expected: Option<Reply>,
}

impl Step {
    /// The vCPU leaves with `exit`.
    pub const fn exit(exit: Exit) -> Self {
        Self { exit, expected: None }
    }

    /// The guest reads `sprn` (reason UNKNOWN, everything else zero).
    pub const fn read(sprn: SprNum) -> Self {
        Self::exit(Exit::Spr(SprAccess::read(sprn)))
    }

    /// The guest writes `value` to `sprn` (reason UNKNOWN, everything else zero).
    pub const fn write(sprn: SprNum, value: u64) -> Self {
        Self::exit(Exit::Spr(SprAccess::write(sprn, value)))
    }

    /// The same, and the answer has to be `reply`. (The value of `Done` does not count for a write.)
    #[must_use]
    pub const fn expect(mut self, reply: Reply) -> Self {
        self.expected = Some(reply);
        self
    }
}

/// What goes wrong at a step, once, between `run` and the reply to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Injection {
    /// The vCPU is reset while the loop thinks, and the guest goes elsewhere: the access is gone. The reply finds
    /// [`VcpuError::NothingPending`]; the next `run` plays the next step, and no answer to this one is missed.
    Cancelled,
    /// The access is cancelled while the loop thinks, and the guest makes it again: the reply is too late and finds
    /// [`VcpuError::NothingPending`]; the next `run` plays this very step once more.
    Late,
    /// Somebody else gave this reply first: the loop's is the second, finds [`VcpuError::NothingPending`], and the first
    /// stands. (The step's expectation is not applied to the injected reply.)
    Double(Reply),
    /// While the loop thinks, the vCPU came to wait for this access instead, so that the loop's reply is for the wrong
    /// one: [`VcpuError::WrongAccess`], nothing changes. [`Vcpu::pending`] shows the one that waits; after its answer the
    /// step is played as written.
    ///
    /// A plain [`Vcpu::complete`] is taken for an answer to what `run` had shown and refused once; after that error, the
    /// caller knows. [`Vcpu::complete_for`] names its access and is right or wrong by that.
    WrongNumber(SprAccess),
}

/// An answer that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Index of the step; the number of steps for the exit of [`Scripted::last`].
    pub step: usize,
    /// The exit it was given to.
    pub exit: Exit,
    /// The answer.
    pub reply: Reply,
}

/// What became of a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Played {
    /// Not yet played, or to be played again.
    #[default]
    No,
    /// It needs no answer.
    Left,
    /// It was answered by the caller.
    Answered(Reply),
    /// It was answered by [`Injection::Double`].
    AnsweredBefore(Reply),
    /// It went by [`Injection::Cancelled`].
    Vanished,
}

/// The exit that waits.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    step: usize,
    exit: Exit,
    /// The exit that `run` showed in place of `exit`, until the caller was told.
    shown: Option<Exit>,
    /// Whether `exit` is not of the script.
    injected: bool,
}

/// A [`Vcpu`] that plays a script.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Scripted {
    steps: Vec<Step>,
    played: Vec<Played>,
    /// The first answer to each step that was not the expected one.
    refused: Vec<Option<Reply>>,
    injections: Vec<(usize, VecDeque<Injection>)>,
    last: Option<Exit>,
    next: usize,
    waiting: Option<Waiting>,
    immediate_exit: bool,
    answers: Vec<Answer>,
    /// An [`Scripted::expect`] before any step.
    stray: Option<Reply>,
}

impl Scripted {
    /// Plays these steps.
    pub fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let mut it = Self::default();
        for step in steps {
            it = it.step(step);
        }
        it
    }

    /// One more step.
    pub fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self.played.push(Played::No);
        self.refused.push(None);
        self
    }

    /// One more step: an exit.
    pub fn exit(self, exit: Exit) -> Self {
        self.step(Step::exit(exit))
    }

    /// One more step: a read.
    pub fn read(self, sprn: SprNum) -> Self {
        self.step(Step::read(sprn))
    }

    /// One more step: a write.
    pub fn write(self, sprn: SprNum, value: u64) -> Self {
        self.step(Step::write(sprn, value))
    }

    /// The answer to the step before has to be `reply`. (Without a step before, [`Self::finish`] complains.)
    pub fn expect(mut self, reply: Reply) -> Self {
        match self.steps.last_mut() {
            Some(step) => *step = step.expect(reply),
            None => self.stray = Some(reply),
        }
        self
    }

    /// Behind the last step, every `run` leaves with `exit`; without it, it is [`VcpuError::ScriptEnded`].
    pub fn last(mut self, exit: Exit) -> Self {
        self.last = Some(exit);
        self
    }

    /// At step `step` (from 0), `injection` happens. Several at one step happen one per time it is played. An
    /// injection that never happens is reported by [`Self::finish`].
    pub fn inject(mut self, step: usize, injection: Injection) -> Self {
        match self.injections.iter_mut().find(|(at, _)| *at == step) {
            Some((_, queue)) => queue.push_back(injection),
            None => self.injections.push((step, VecDeque::from([injection]))),
        }
        self
    }

    /// What was answered, in order. Refused answers are not in it.
    pub fn answers(&self) -> &[Answer] {
        &self.answers
    }

    /// Index of the step that comes next, or that waits.
    pub fn position(&self) -> usize {
        self.next
    }

    fn take_injection(&mut self, step: usize) -> Option<Injection> {
        let (_, queue) = self.injections.iter_mut().find(|(at, _)| *at == step)?;
        queue.pop_front()
    }

    fn set_played(&mut self, step: usize, played: Played) {
        if let Some(slot) = self.played.get_mut(step) {
            *slot = played;
        }
    }

    /// Makes `exit` of step `step` wait, or lets the next injection have its way.
    fn wait_for(&mut self, step: usize, exit: Exit) {
        self.waiting = Some(Waiting {
            step,
            exit,
            shown: None,
            injected: false,
        });
        match self.take_injection(step) {
            None => {}
            Some(Injection::Late) => self.waiting = None,
            Some(Injection::Cancelled) => {
                self.waiting = None;
                self.set_played(step, Played::Vanished);
                self.next = step + 1;
            }
            Some(Injection::Double(reply)) => {
                self.waiting = None;
                self.answers.push(Answer { step, exit, reply });
                self.set_played(step, Played::AnsweredBefore(reply));
                self.next = step + 1;
            }
            Some(Injection::WrongNumber(other)) => {
                self.waiting = Some(Waiting {
                    step,
                    exit: Exit::Spr(other),
                    shown: Some(exit),
                    injected: true,
                });
            }
        }
    }

    fn accept(&mut self, waiting: Waiting, reply: Reply) -> Result<(), VcpuError> {
        let Waiting {
            step, exit, injected, ..
        } = waiting;
        if !is_possible(&exit, reply) {
            return Err(VcpuError::ReplyNotPossible(reply));
        }
        let expected = self.steps.get(step).and_then(|s| s.expected);
        if let Some(expected) = expected.filter(|e| !injected && !is_same(&exit, *e, reply)) {
            if let Some(refused) = self.refused.get_mut(step) {
                refused.get_or_insert(reply);
            }
            let got = reply;
            return Err(VcpuError::ScriptMismatch { step, expected, got });
        }
        self.waiting = None;
        self.answers.push(Answer { step, exit, reply });
        if !injected && step < self.steps.len() {
            self.set_played(step, Played::Answered(reply));
            self.next = step + 1;
        }
        Ok(())
    }
}

/// Whether `exit` has such an answer at all. (A system event is a register write and can be refused like one.)
const fn is_possible(exit: &Exit, reply: Reply) -> bool {
    match exit {
        Exit::Epr => matches!(reply, Reply::Done(_)),
        Exit::Mmio(_) | Exit::Syscall { .. } => matches!(reply, Reply::Done(_) | Reply::Architected),
        _ => true,
    }
}

/// Whether two answers to `exit` are the same; the value of `Done` counts for reads alone.
fn is_same(exit: &Exit, a: Reply, b: Reply) -> bool {
    let has_value = match exit {
        Exit::Spr(at) => !at.is_write(),
        Exit::Dcr(at) => !at.is_write,
        Exit::Mmio(at) => !at.is_write,
        Exit::Epr => true,
        _ => false,
    };
    match (a, b) {
        (Reply::Done(_), Reply::Done(_)) if !has_value => true,
        _ => a == b,
    }
}

impl Vcpu for Scripted {
    fn run(&mut self) -> Result<Exit, VcpuError> {
        if self.waiting.is_some() {
            return Err(VcpuError::ExitPending);
        }
        if self.immediate_exit {
            return Ok(Exit::Interrupted);
        }
        let step = self.next;
        let exit = match self.steps.get(step) {
            Some(step) => step.exit,
            None => self.last.ok_or(VcpuError::ScriptEnded)?,
        };
        if exit.awaits_reply() {
            self.wait_for(step, exit);
        } else if step < self.steps.len() {
            self.set_played(step, Played::Left);
            self.next = step + 1;
        }
        Ok(exit)
    }

    fn complete(&mut self, reply: Reply) -> Result<(), VcpuError> {
        let Some(mut waiting) = self.waiting else {
            return Err(VcpuError::NothingPending);
        };
        if let Some(shown) = waiting.shown.take() {
            let why = VcpuError::wrong_access(&shown, &waiting.exit);
            self.waiting = Some(waiting);
            return Err(why);
        }
        self.accept(waiting, reply)
    }

    fn pending(&self) -> Option<Exit> {
        self.waiting.map(|w| w.exit)
    }

    fn set_immediate_exit(&mut self, leave: bool) {
        self.immediate_exit = leave;
    }

    /// Drops the pending access. The program counter stays where it is, so the next `run` plays the step again.
    fn cancel(&mut self) {
        self.waiting = None;
    }

    fn complete_for(&mut self, at: &SprAccess, reply: Reply) -> Result<(), VcpuError> {
        match self.waiting {
            None => Err(VcpuError::NothingPending),
            Some(waiting) if waiting.exit == Exit::Spr(*at) => self.accept(waiting, reply),
            Some(waiting) => Err(VcpuError::wrong_access(&Exit::Spr(*at), &waiting.exit)),
        }
    }
}

#[cfg(test)]
mod tests;
