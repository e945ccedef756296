//! A thing that runs guest code and stops with exits: the emulator, a scripted double, a `kvm_run` page.
//!
//! [`drive`] is the loop that everybody writes, over any of them.

use crate::{Access, Exit, Outcome, Reply, SprAccess, SprHandler, SprNum};
use alloc::boxed::Box;
use core::fmt;

/// Runs until something happens, and takes the answer.
///
/// Rules, the same for every implementation (the conformance suite checks them):
/// * while an exit waits for its reply, `run` is [`VcpuError::ExitPending`] and changes nothing (also when
///   `set_immediate_exit(true)` holds);
/// * `complete` with nothing pending is [`VcpuError::NothingPending`] and changes nothing;
/// * `complete` finishes the instruction and executes nothing more;
/// * `set_immediate_exit(true)` makes every `run` come back with [`Exit::Interrupted`] before the next instruction,
///   until it is taken back; a pending exit stays completable;
/// * `cancel` drops the pending access: nothing is written.
pub trait Vcpu {
    /// Runs guest code until the next exit.
    ///
    /// # Errors
    /// [`VcpuError::ExitPending`] while an exit waits for its reply.
    fn run(&mut self) -> Result<Exit, VcpuError>;

    /// The next SPR access, where the guest comes to it by a short way: then it waits as if [`Self::run`] had come back with
    /// it. `None` says nothing, and `run` goes on from where that was. [`drive`] asks for it first: what is no part of an
    /// [`Exit`] need not lie in memory as one.
    #[inline]
    fn next_spr(&mut self) -> Option<SprAccess> {
        None
    }

    /// Answers the exit that waits, and finishes its instruction.
    ///
    /// # Errors
    /// [`VcpuError::NothingPending`], or [`VcpuError::ReplyNotPossible`] where this exit or this implementation has
    /// no such answer; the exit then still waits.
    fn complete(&mut self, reply: Reply) -> Result<(), VcpuError>;

    /// The exit that waits for a reply, if any.
    fn pending(&self) -> Option<Exit>;

    /// Whether `run` is to come back before its first instruction.
    fn set_immediate_exit(&mut self, leave: bool);

    /// Drops the pending access, as a reset does; the program counter stays where it is.
    fn cancel(&mut self);

    /// [`Self::complete`] for callers that must not answer the wrong access, such as those that think about the
    /// answer on another thread while the vCPU may be reset: refused unless `at` is what waits.
    ///
    /// # Errors
    /// [`VcpuError::WrongAccess`] when something else waits, else those of [`Self::complete`].
    fn complete_for(&mut self, at: &SprAccess, reply: Reply) -> Result<(), VcpuError> {
        match self.pending() {
            None => Err(VcpuError::NothingPending),
            Some(Exit::Spr(waits)) if waits == *at => self.complete(reply),
            Some(other) => Err(VcpuError::wrong_access(&Exit::Spr(*at), &other)),
        }
    }
}

macro_rules! forward {
    ($($wrapper:ty),*) => {
        $(impl<V: Vcpu + ?Sized> Vcpu for $wrapper {
            fn run(&mut self) -> Result<Exit, VcpuError> {
                (**self).run()
            }
            #[inline]
            fn next_spr(&mut self) -> Option<SprAccess> {
                (**self).next_spr()
            }
            fn complete(&mut self, reply: Reply) -> Result<(), VcpuError> {
                (**self).complete(reply)
            }
            fn pending(&self) -> Option<Exit> {
                (**self).pending()
            }
            fn set_immediate_exit(&mut self, leave: bool) {
                (**self).set_immediate_exit(leave);
            }
            fn cancel(&mut self) {
                (**self).cancel();
            }
            fn complete_for(&mut self, at: &SprAccess, reply: Reply) -> Result<(), VcpuError> {
                (**self).complete_for(at, reply)
            }
        })*
    };
}

forward!(&mut V, Box<V>);

/// Misuse of a vCPU. It never changes the vCPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VcpuError {
    /// `run` while an exit waits for its reply.
    ExitPending,
    /// `complete` while nothing waits.
    NothingPending,
    /// The exit that waits, or this implementation, has no such answer.
    ReplyNotPossible(Reply),
    /// The status byte of the run page is neither OK nor FAIL (-EINVAL). The access stays pending.
    UnknownStatus(u8),
    /// The reply is for an access that is not the one that waits ([`Vcpu::complete_for`]).
    WrongAccess {
        /// The number the reply is for; `None` if it is for no SPR access.
        answered: Option<SprNum>,
        /// The number that waits; `None` if it is no SPR access.
        waits: Option<SprNum>,
    },
    /// A scripted double expected another answer at this step of its script.
    ScriptMismatch {
        /// Index of the step, from 0.
        step: usize,
        /// What the script wanted.
        expected: Reply,
        /// What it got.
        got: Reply,
    },
    /// A scripted double has no step left.
    ScriptEnded,
}

impl VcpuError {
    /// The reply is for `answered`, and `waits` waits.
    pub(crate) fn wrong_access(answered: &Exit, waits: &Exit) -> Self {
        let sprn = |exit: &Exit| match exit {
            Exit::Spr(at) => Some(at.sprn()),
            _ => None,
        };
        Self::WrongAccess {
            answered: sprn(answered),
            waits: sprn(waits),
        }
    }
}

impl fmt::Display for VcpuError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ExitPending => write!(
                f,
                "an exit waits for its reply: complete it (or reset the vCPU) before running on"
            ),
            Self::NothingPending => write!(f, "no exit waits for a reply"),
            Self::ReplyNotPossible(reply) => {
                write!(f, "this exit cannot be answered with {reply:?}; it still waits")
            }
            Self::UnknownStatus(status) => {
                write!(
                    f,
                    "status byte {status} is neither 0 (OK) nor 1 (FAIL); the access still waits"
                )
            }
            Self::WrongAccess { answered, waits } => {
                match answered {
                    Some(sprn) => write!(f, "the reply is for an access to SPR {sprn}, but ")?,
                    None => write!(f, "the reply is for an exit other than an SPR access, but ")?,
                }
                match waits {
                    Some(sprn) if Some(sprn) == answered.as_ref() => write!(f, "another access to it waits"),
                    Some(sprn) => write!(f, "an access to SPR {sprn} waits"),
                    None => write!(f, "an exit other than an SPR access waits"),
                }
            }
            Self::ScriptMismatch { step, expected, got } => {
                write!(
                    f,
                    "step {step} of the script expects the answer {expected:?}, got {got:?}"
                )
            }
            Self::ScriptEnded => write!(f, "the script has no step left"),
        }
    }
}

impl core::error::Error for VcpuError {}

/// Why [`drive`] stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Stop {
    /// An exit that is not an SPR access. If it waits for a reply, it still does.
    Exit(Exit),
    /// An SPR access that no handler claimed; it waits for a reply.
    Unclaimed(SprAccess),
}

/// Runs the vCPU and answers its SPR exits from `handler`, until something else happens or nobody claims an access.
///
/// # Errors
/// Those of [`Vcpu::run`] and [`Vcpu::complete`].
pub fn drive<V, H>(vcpu: &mut V, handler: &mut H) -> Result<Stop, VcpuError>
where
    V: Vcpu + ?Sized,
    H: SprHandler + ?Sized,
{
    loop {
        let at = match vcpu.next_spr() {
            Some(at) => at,
            None => match run(vcpu)? {
                Exit::Spr(at) => at,
                other => return Ok(Stop::Exit(other)),
            },
        };
        match answer(handler, &at) {
            Outcome::Handled(value) => vcpu.complete(Reply::Done(value))?,
            outcome => match outcome.reply() {
                Some(reply) => vcpu.complete(reply)?,
                None => return Ok(Stop::Unclaimed(at)),
            },
        }
    }
}

/// Apart, so that nothing of an [`Exit`] is where [`drive`] has its accesses.
#[inline(never)]
fn run<V: Vcpu + ?Sized>(vcpu: &mut V) -> Result<Exit, VcpuError> {
    vcpu.run()
}

/// Asks `handler` about one access; a handled write gives the value 0.
pub fn answer<H: SprHandler + ?Sized>(handler: &mut H, at: &SprAccess) -> Outcome<u64> {
    match at.access() {
        Access::Read => handler.read(at),
        Access::Write(value) => handler.write(at, value).map(|()| 0),
    }
}
