//! A thing that runs guest code and stops with exits: the emulator, a scripted double, a `kvm_run` page.
//!
//! [`drive`] is the loop that everybody writes, over any of them.

use crate::{Access, Exit, Outcome, Reply, SprAccess, SprHandler};
use core::fmt;

/// Runs until something happens, and takes the answer.
///
/// Rules, the same for every implementation (the conformance suite checks them):
/// * while an exit waits for its reply, `run` is [`VcpuError::ExitPending`] and changes nothing;
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
}

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
        match vcpu.run()? {
            Exit::Spr(at) => match answer(handler, &at).reply() {
                Some(reply) => vcpu.complete(reply)?,
                None => return Ok(Stop::Unclaimed(at)),
            },
            other => return Ok(Stop::Exit(other)),
        }
    }
}

/// Asks `handler` about one access; a handled write gives the value 0.
pub fn answer<H: SprHandler + ?Sized>(handler: &mut H, at: &SprAccess) -> Outcome<u64> {
    match at.access() {
        Access::Read => handler.read(at),
        Access::Write(value) => handler.write(at, value).map(|()| 0),
    }
}
