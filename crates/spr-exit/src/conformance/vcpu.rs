//! The rules of [`Vcpu`] as a suite that runs against any implementation of it.

use super::Violation;
use crate::num::booke;
use crate::{Access, Direction, Exit, Fault, Reply, SprAccess, SprNum, Vcpu, VcpuError};
use alloc::format;
use bitflags::bitflags;
use core::fmt::Debug;

/// What the guest does, in order: which number, and whether it is read or written. Every access must leave.
pub type Program = [(SprNum, Access)];

bitflags! {
    /// The replies to an SPR exit that an implementation can carry out.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct Replies: u8 {
        /// [`Reply::Done`].
        const DONE = 1;
        /// [`Reply::NoOp`].
        const NO_OP = 2;
        /// [`Reply::Fault`] with [`Fault::Illegal`].
        const ILLEGAL = 4;
        /// [`Reply::Fault`] with [`Fault::Privileged`].
        const PRIVILEGED = 8;
        /// [`Reply::Architected`].
        const ARCHITECTED = 16;
        /// All of them.
        const ALL = 31;
        /// What the status byte of the run page can say.
        const RAW_PAGE = Self::DONE.bits() | Self::ILLEGAL.bits();
    }
}

impl Replies {
    /// Whether `reply` is among them.
    pub const fn has(self, reply: Reply) -> bool {
        self.contains(match reply {
            Reply::Done(_) => Self::DONE,
            Reply::NoOp => Self::NO_OP,
            Reply::Fault(Fault::Illegal) => Self::ILLEGAL,
            Reply::Fault(Fault::Privileged) => Self::PRIVILEGED,
            Reply::Architected => Self::ARCHITECTED,
        })
    }
}

/// Runs the suite with its default registers: DBCR0 and DBCR1 (308 and 309), which are read and written.
///
/// `make` gets a program and gives a vCPU that stands before its first instruction. The reason, address and MSR of the
/// accesses are the implementation's.
///
/// # Errors
/// The first rule that does not hold.
pub fn check_vcpu<V: Vcpu>(replies: Replies, make: impl FnMut(&Program) -> V) -> Result<(), Violation> {
    VcpuSuite {
        replies,
        ..VcpuSuite::default()
    }
    .check(make)
}

/// The suite's parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VcpuSuite {
    /// Two different registers whose reads and writes leave: with an emulator, give them to user space, and take none
    /// that the CPU only reads or only writes.
    pub registers: [SprNum; 2],
    /// What the implementation can be answered with; anything else it has to refuse.
    pub replies: Replies,
}

impl Default for VcpuSuite {
    fn default() -> Self {
        Self {
            registers: [booke::DBCR0, booke::DBCR1],
            replies: Replies::ALL,
        }
    }
}

/// `got` has to be `expected`.
fn same<T: PartialEq + Debug>(
    what: &'static str,
    access: Option<(SprNum, Access)>,
    expected: T,
    got: T,
) -> Result<(), Violation> {
    if expected == got {
        return Ok(());
    }
    let direction = |access| match access {
        Access::Read => Direction::Read,
        Access::Write(_) => Direction::Write,
    };
    Err(Violation {
        what,
        access: access.map(|(sprn, access)| (sprn, direction(access))),
        expected: format!("{expected:x?}"),
        got: format!("{got:x?}"),
    })
}

/// Runs to the access `wanted` and gives it.
fn run_to<V: Vcpu>(vcpu: &mut V, wanted: (SprNum, Access)) -> Result<SprAccess, Violation> {
    let wrong = |got: &dyn Debug| Violation {
        what: "`run` leaves with the program's accesses, in order, each once",
        access: None,
        expected: format!("{wanted:x?}"),
        got: format!("{got:x?}"),
    };
    match vcpu.run() {
        Ok(Exit::Spr(at)) if (at.sprn(), at.access()) == wanted => Ok(at),
        other => Err(wrong(&other)),
    }
}

impl VcpuSuite {
    /// The program: reads and writes in turn, a repeated access, equal values to different registers.
    fn program(&self) -> [(SprNum, Access); 6] {
        let [a, b] = self.registers;
        [
            (a, Access::Write(0x1234)),
            (b, Access::Read),
            (b, Access::Read),
            (b, Access::Write(0x1234)),
            (a, Access::Write(0)),
            (a, Access::Read),
        ]
    }

    /// Runs every rule.
    ///
    /// # Errors
    /// The first that does not hold.
    pub fn check<V: Vcpu>(&self, mut make: impl FnMut(&Program) -> V) -> Result<(), Violation> {
        let program = self.program();
        in_order(&mut make(&program), &program)?;
        waiting_blocks(&mut make(&program), &program)?;
        nothing_to_complete(&mut make(&program), &program)?;
        leaving_at_once(&mut make(&program), &program)?;
        cancelling(&mut make(&program), &program)?;
        naming_the_access(&mut make(&program), &program)?;
        for access in [program[0], program[1]] {
            for reply in [
                Reply::Done(0x55),
                Reply::NoOp,
                Reply::Fault(Fault::Illegal),
                Reply::Fault(Fault::Privileged),
                Reply::Architected,
            ] {
                self.answering(&mut make(&[access]), access, reply)?;
            }
        }
        Ok(())
    }

    /// A possible reply is taken, another is refused and leaves the exit waiting.
    fn answering<V: Vcpu>(
        &self,
        vcpu: &mut V,
        access: (SprNum, Access),
        reply: Reply,
    ) -> Result<(), Violation> {
        let at = run_to(vcpu, access)?;
        if self.replies.has(reply) {
            same(
                "a possible reply is taken",
                Some(access),
                Ok(()),
                vcpu.complete(reply),
            )?;
            return same(
                "a completed exit waits no more",
                Some(access),
                None,
                vcpu.pending(),
            );
        }
        let refused = Err(VcpuError::ReplyNotPossible(reply));
        same(
            "an impossible reply is refused",
            Some(access),
            refused,
            vcpu.complete(reply),
        )?;
        let waits = Some(Exit::Spr(at));
        same(
            "a refused reply leaves the exit waiting",
            Some(access),
            waits,
            vcpu.pending(),
        )?;
        let taken = vcpu.complete(Reply::Done(0));
        same(
            "after a refused reply another is taken",
            Some(access),
            Ok(()),
            taken,
        )
    }
}

/// Every access comes once, in order; `pending` follows; `complete` executes nothing more.
fn in_order<V: Vcpu>(vcpu: &mut V, program: &Program) -> Result<(), Violation> {
    same("nothing waits before the first run", None, None, vcpu.pending())?;
    for access in program {
        let at = run_to(vcpu, *access)?;
        let (on, waits) = (Some(*access), Some(Exit::Spr(at)));
        same("`pending` is the exit that `run` gave", on, waits, vcpu.pending())?;
        let data = match access.1 {
            Access::Read => 0,
            Access::Write(value) => value,
        };
        same("a read presents its data as zero", on, data, at.data())?;
        same("`Done` is taken", on, Ok(()), vcpu.complete(Reply::Done(0x77)))?;
        same("`complete` executes nothing more", on, None, vcpu.pending())?;
    }
    Ok(())
}

/// Running on without an answer is an error that changes nothing.
fn waiting_blocks<V: Vcpu>(vcpu: &mut V, program: &Program) -> Result<(), Violation> {
    for access in program {
        let at = run_to(vcpu, *access)?;
        let (on, waits) = (Some(*access), Some(Exit::Spr(at)));
        for _ in 0..2 {
            let blocked = vcpu.run();
            same(
                "`run` is refused while an exit waits",
                on,
                Err(VcpuError::ExitPending),
                blocked,
            )?;
            same("a refused `run` changes nothing", on, waits, vcpu.pending())?;
        }
        same(
            "a refused `run` leaves it completable",
            on,
            Ok(()),
            vcpu.complete(Reply::Done(1)),
        )?;
    }
    Ok(())
}

/// `complete` without a waiting exit is an error that changes nothing.
fn nothing_to_complete<V: Vcpu>(vcpu: &mut V, program: &Program) -> Result<(), Violation> {
    let what = "`complete` is refused while nothing waits";
    let nothing = Err(VcpuError::NothingPending);
    same(what, None, nothing, vcpu.complete(Reply::Done(1)))?;
    for access in program {
        let at = run_to(vcpu, *access)?;
        same(
            "`Done` is taken",
            Some(*access),
            Ok(()),
            vcpu.complete(Reply::Done(1)),
        )?;
        same(what, Some(*access), nothing, vcpu.complete(Reply::Done(2)))?;
        same(
            what,
            Some(*access),
            nothing,
            vcpu.complete_for(&at, Reply::Done(2)),
        )?;
    }
    Ok(())
}

/// `immediate_exit` holds until it is taken back, executes nothing, and does not stand in the way of an answer.
fn leaving_at_once<V: Vcpu>(vcpu: &mut V, program: &Program) -> Result<(), Violation> {
    let interrupted = Ok(Exit::Interrupted);
    for access in program {
        vcpu.set_immediate_exit(true);
        for _ in 0..2 {
            let left = vcpu.run();
            same(
                "`immediate_exit` makes every `run` leave at once",
                None,
                interrupted,
                left,
            )?;
            same(
                "leaving at once leaves nothing waiting",
                None,
                None,
                vcpu.pending(),
            )?;
        }
        vcpu.set_immediate_exit(false);
        let at = run_to(vcpu, *access)?;
        let (on, waits) = (Some(*access), Some(Exit::Spr(at)));
        vcpu.set_immediate_exit(true);
        let blocked = Err(VcpuError::ExitPending);
        same(
            "a waiting exit goes before `immediate_exit`",
            on,
            blocked,
            vcpu.run(),
        )?;
        same(
            "`immediate_exit` leaves a waiting exit alone",
            on,
            waits,
            vcpu.pending(),
        )?;
        let taken = vcpu.complete(Reply::Done(1));
        same(
            "`immediate_exit` leaves a waiting exit completable",
            on,
            Ok(()),
            taken,
        )?;
        same(
            "completing does not take `immediate_exit` back",
            on,
            interrupted,
            vcpu.run(),
        )?;
        vcpu.set_immediate_exit(false);
    }
    Ok(())
}

/// A cancelled access is gone and the program counter is still on it.
fn cancelling<V: Vcpu>(vcpu: &mut V, program: &Program) -> Result<(), Violation> {
    vcpu.cancel();
    for access in program {
        let on = Some(*access);
        let first = run_to(vcpu, *access)?;
        vcpu.cancel();
        same("a cancelled access waits no more", on, None, vcpu.pending())?;
        let late = vcpu.complete(Reply::Done(1));
        same(
            "a reply after `cancel` is refused",
            on,
            Err(VcpuError::NothingPending),
            late,
        )?;
        let again = run_to(vcpu, *access)?;
        same(
            "the program counter stays on a cancelled access",
            on,
            first,
            again,
        )?;
        same(
            "the access made again is completable",
            on,
            Ok(()),
            vcpu.complete(Reply::Done(1)),
        )?;
        vcpu.cancel();
    }
    Ok(())
}

/// `complete_for` takes the access that waits and no other.
fn naming_the_access<V: Vcpu>(vcpu: &mut V, program: &Program) -> Result<(), Violation> {
    let mut before: Option<SprAccess> = None;
    for access in program {
        let on = Some(*access);
        let at = run_to(vcpu, *access)?;
        if let Some(old) = before.filter(|old| *old != at) {
            let why = VcpuError::WrongAccess {
                answered: Some(old.sprn()),
                waits: Some(at.sprn()),
            };
            let refused = vcpu.complete_for(&old, Reply::Done(1));
            same("a reply to another access is refused", on, Err(why), refused)?;
            let waits = Some(Exit::Spr(at));
            same(
                "a reply to another access changes nothing",
                on,
                waits,
                vcpu.pending(),
            )?;
        }
        let taken = vcpu.complete_for(&at, Reply::Done(1));
        same("a reply to the access that waits is taken", on, Ok(()), taken)?;
        before = Some(at);
    }
    Ok(())
}
