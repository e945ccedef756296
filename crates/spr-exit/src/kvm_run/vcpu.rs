//! A core behind the page, with KVM_RUN's rules.
//!
//! Two views of the same thing:
//! * [`KvmRun::kvm_run`] is the ioctl, raw: **an exit that nobody answered completes with what the page holds**, which
//!   is the preset (status OK, data 0). That is KVM's contract, and the reason why a forgotten answer reads as zero;
//! * [`crate::Vcpu`] fails closed over the same page: an unanswered exit is [`VcpuError::ExitPending`].
//!
//! The core's own record of the pending access decides what is completed. From the page only the answer is taken, so
//! that a VMM that writes into `sprn`, `is_write` or `exit_reason` achieves nothing.

use super::{ExitReason, KvmRunPage};
use crate::{Exit, Reply, Vcpu, VcpuError};
use core::fmt;

/// A core and its run page.
///
/// ```
/// use spr_exit::{ExitReason, KvmRun, Reply, Scripted, Step, num::booke};
///
/// let script = Scripted::new([Step::read(booke::PIR).expect(Reply::Done(7)), Step::write(booke::DBCR0, 1)]);
/// let mut vcpu = KvmRun::new(script);
/// assert_eq!(vcpu.kvm_run(), Ok(ExitReason::Spr));
/// let mut payload = vcpu.page().spr();
/// assert_eq!((payload.sprn, payload.is_write, payload.status), (286, 0, 0));
/// payload.data = 7;
/// vcpu.page_mut().set_spr(&payload);
/// // The next entry finishes the read first, then runs to the write.
/// assert_eq!(vcpu.kvm_run(), Ok(ExitReason::Spr));
/// assert_eq!(vcpu.page().spr().sprn, 308);
/// ```
#[derive(Clone, Debug)]
pub struct KvmRun<V> {
    core: V,
    page: KvmRunPage,
}

/// Why KVM_RUN came back without an exit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KvmRunError {
    /// -EINTR: `immediate_exit`, or a request to the core itself. What was pending is finished.
    Interrupted,
    /// The core refused. With [`VcpuError::UnknownStatus`] (-EINVAL) the access still waits and nothing ran.
    Vcpu(VcpuError),
}

impl KvmRunError {
    /// The positive `errno` of the ioctl.
    pub const fn errno(&self) -> i32 {
        match self {
            Self::Interrupted => 4,
            Self::Vcpu(VcpuError::UnknownStatus(_) | VcpuError::ReplyNotPossible(_)) => 22,
            Self::Vcpu(_) => 5,
        }
    }
}

impl fmt::Display for KvmRunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted => write!(f, "KVM_RUN was asked to come back at once (EINTR)"),
            Self::Vcpu(why) => write!(f, "KVM_RUN failed: {why}"),
        }
    }
}

impl core::error::Error for KvmRunError {}

impl<V: Vcpu> KvmRun<V> {
    /// Puts `core` behind a fresh page. An exit that already waits (a restored snapshot) is presented on it.
    pub fn new(core: V) -> Self {
        let mut page = KvmRunPage::new();
        if let Some(exit) = core.pending() {
            page.present(&exit);
        }
        Self { core, page }
    }

    /// The page.
    pub const fn page(&self) -> &KvmRunPage {
        &self.page
    }

    /// The page, for the VMM to write to.
    pub const fn page_mut(&mut self) -> &mut KvmRunPage {
        &mut self.page
    }

    /// The core: its registers, its script.
    pub const fn core(&self) -> &V {
        &self.core
    }

    /// The core, for what a VMM does by other calls. Running or completing it behind the page's back leaves the page
    /// stale.
    pub const fn core_mut(&mut self) -> &mut V {
        &mut self.core
    }

    /// The core, the page dropped.
    pub fn into_core(self) -> V {
        self.core
    }

    /// The KVM_RUN ioctl: finishes the pending operation with what the page holds, then looks at `immediate_exit`,
    /// then runs to the next exit and writes it into the page.
    ///
    /// An exit that nobody answered is thereby completed with the preset: a read gives 0, a write counts as done.
    ///
    /// # Errors
    /// [`KvmRunError::Interrupted`] because of `immediate_exit` (`exit_reason` is left stale, the flag is not cleared)
    /// or because the core was asked to leave (`exit_reason` is INTR); [`KvmRunError::Vcpu`] if the answer on the page
    /// is none, or the core cannot run: the access still waits, and nothing was executed.
    pub fn kvm_run(&mut self) -> Result<ExitReason, KvmRunError> {
        self.finish_pending().map_err(KvmRunError::Vcpu)?;
        if self.page.immediate_exit() {
            return Err(KvmRunError::Interrupted);
        }
        let exit = self.core.run().map_err(KvmRunError::Vcpu)?;
        self.page.present(&exit);
        match exit {
            Exit::Interrupted => Err(KvmRunError::Interrupted),
            _ => Ok(self.page.exit_reason()),
        }
    }

    fn finish_pending(&mut self) -> Result<(), VcpuError> {
        let Some(exit) = self.core.pending() else {
            return Ok(());
        };
        let reply = self.page.answer_to(&exit)?;
        self.core.complete(reply)
    }
}

/// Fails closed: what KVM_RUN would complete by default is an error here.
impl<V: Vcpu> Vcpu for KvmRun<V> {
    fn run(&mut self) -> Result<Exit, VcpuError> {
        if self.core.pending().is_some() {
            return Err(VcpuError::ExitPending);
        }
        match self.kvm_run() {
            Ok(reason) => {
                let exit = self.page.exit();
                if exit.awaits_reply() && self.core.pending().is_none() {
                    // A core that leaves with `Other` of a number that has a name: nothing waits behind it.
                    return Ok(Exit::Other(reason.into()));
                }
                Ok(exit)
            }
            Err(KvmRunError::Interrupted) => Ok(Exit::Interrupted),
            Err(KvmRunError::Vcpu(why)) => Err(why),
        }
    }

    /// Writes the answer into the page and re-enters with `immediate_exit` set: that is how a VMM finishes an access and
    /// executes nothing more. The flag is put back afterwards.
    ///
    /// The page can say `Done` and `Fault(Illegal)` of an SPR access, `Done` of DCR, MMIO, EPR and system events, `Done`
    /// and `Architected` of a system call; any other reply is [`VcpuError::ReplyNotPossible`], and so is a value of more
    /// than 32 bits for a DCR or EPR.
    fn complete(&mut self, reply: Reply) -> Result<(), VcpuError> {
        let Some(exit) = self.core.pending() else {
            return Err(VcpuError::NothingPending);
        };
        let before = self.page.union_head();
        let leave = self.page.immediate_exit();
        self.page.put_answer(&exit, reply)?;
        self.page.set_immediate_exit(true);
        let entered = self.kvm_run();
        self.page.set_immediate_exit(leave);
        match entered {
            // With `immediate_exit` set, a KVM_RUN that finished the access comes back interrupted and no other way.
            Ok(_) | Err(KvmRunError::Interrupted) => Ok(()),
            Err(KvmRunError::Vcpu(why)) => {
                self.page.set_union_head(before);
                Err(why)
            }
        }
    }

    /// The exit that waits, as the page shows it (without address, instruction and CPU number).
    fn pending(&self) -> Option<Exit> {
        let exit = self.core.pending()?;
        let mut shown = KvmRunPage::new();
        shown.present(&exit);
        Some(shown.exit())
    }

    fn set_immediate_exit(&mut self, leave: bool) {
        self.page.set_immediate_exit(leave);
    }

    fn cancel(&mut self) {
        self.core.cancel();
    }
}
