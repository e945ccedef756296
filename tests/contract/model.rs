//! The contract as a state machine, written from the specification alone (`docs/kvm-exit-spr.md`: re-entry, replies,
//! split registers, moments that need words), and as simple as it can be.
//!
//! The guest makes the accesses of [`PROGRAM`] over and over. An access that is refused interrupts the guest, whose
//! handler skips it.

use spr_exit::{Fault, Reply, VcpuError};

/// One access of the guest: number, and the value of a write.
pub type GuestAccess = (u64, Option<u64>);

/// DBCR0: the bits of the request that belong to user space, and one of the core's.
pub const RST: u64 = 0x3000_0000;
pub const IDM: u64 = 0x4000_0000;

/// A read and a write of numbers that nobody models, a write of both halves of a split register, another read.
pub const PROGRAM: [GuestAccess; 4] = [(880, None), (881, Some(7)), (308, Some(RST | IDM)), (882, None)];

/// What a user of a vCPU does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Run,
    Complete(Reply),
    ImmediateExit(bool),
    Cancel,
    Reset,
    SaveAndRestore,
}

/// The alphabet of the exhaustive test.
pub const ALPHABET: [Step; 11] = [
    Step::Run,
    Step::Complete(Reply::Done(0x1_2345_6789)),
    Step::Complete(Reply::NoOp),
    Step::Complete(Reply::Fault(Fault::Illegal)),
    Step::Complete(Reply::Fault(Fault::Privileged)),
    Step::Complete(Reply::Architected),
    Step::ImmediateExit(true),
    Step::ImmediateExit(false),
    Step::Cancel,
    Step::Reset,
    Step::SaveAndRestore,
];

/// What a step comes back with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Access(GuestAccess),
    Interrupted,
    Nothing,
    Error(VcpuError),
}

/// What can be seen of the guest besides: the target of its reads, DBCR0, how many interrupts it took, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    pub target: u64,
    pub dbcr0: u64,
    pub faults: u64,
    /// Index into the program of the access whose address the last interrupt saved.
    pub fault_at: Option<usize>,
    /// Accesses that were completed or refused.
    pub over: u64,
}

macro_rules! mistakes {
    ($($name:ident),* $(,)?) => {
        /// Ways to get the contract wrong, each to be caught.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Mistake { $($name),* }

        impl Mistake {
            pub const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

mistakes! {
    FailWritesTheTarget,
    FailKeepsTheCoresBits,
    NoOpWritesTheTarget,
    RunCompletesWhatIsPending,
    CancelCompletes,
    ImmediateExitForgetsThePendingAccess,
    ImmediateExitIsTakenOnce,
    DoubleCompletionIsFine,
    RestoreDropsThePendingAccess,
    UsersBitsAreVisible,
}

/// The state of the contract.
#[derive(Clone, Debug)]
pub struct Model {
    /// Whether the implementation can say no more than OK and FAIL (the raw run page).
    pub is_raw: bool,
    pub mistake: Option<Mistake>,
    position: usize,
    is_pending: bool,
    is_immediate: bool,
    pub seen: Seen,
}

impl Model {
    pub fn new(is_raw: bool, mistake: Option<Mistake>) -> Self {
        let seen = Seen {
            target: 0,
            dbcr0: 0,
            faults: 0,
            fault_at: None,
            over: 0,
        };
        Self {
            is_raw,
            mistake,
            position: 0,
            is_pending: false,
            is_immediate: false,
            seen,
        }
    }

    fn is(&self, mistake: Mistake) -> bool {
        self.mistake == Some(mistake)
    }

    pub fn step(&mut self, step: Step) -> Outcome {
        match step {
            Step::Run => self.run(),
            Step::Complete(reply) => self.complete(reply),
            Step::ImmediateExit(leave) => {
                self.is_immediate = leave;
                Outcome::Nothing
            }
            Step::Cancel => {
                if self.is_pending && self.is(Mistake::CancelCompletes) {
                    self.over();
                }
                self.is_pending = false;
                Outcome::Nothing
            }
            Step::Reset => {
                (self.position, self.is_pending) = (0, false);
                (self.seen.target, self.seen.dbcr0, self.seen.fault_at) = (0, 0, None);
                Outcome::Nothing
            }
            Step::SaveAndRestore => {
                self.is_pending &= !self.is(Mistake::RestoreDropsThePendingAccess);
                Outcome::Nothing
            }
        }
    }

    fn run(&mut self) -> Outcome {
        if self.is_pending {
            if !self.is(Mistake::RunCompletesWhatIsPending) {
                return Outcome::Error(VcpuError::ExitPending);
            }
            self.complete(Reply::Done(0));
        }
        if self.is_immediate {
            self.is_immediate &= !self.is(Mistake::ImmediateExitIsTakenOnce);
            return Outcome::Interrupted;
        }
        self.is_pending = true;
        Outcome::Access(PROGRAM[self.position])
    }

    fn complete(&mut self, reply: Reply) -> Outcome {
        if !self.is_pending || self.is_immediate && self.is(Mistake::ImmediateExitForgetsThePendingAccess) {
            self.is_pending = false;
            if self.is(Mistake::DoubleCompletionIsFine) {
                return Outcome::Nothing;
            }
            return Outcome::Error(VcpuError::NothingPending);
        }
        if self.is_raw && !matches!(reply, Reply::Done(_) | Reply::Fault(Fault::Illegal)) {
            return Outcome::Error(VcpuError::ReplyNotPossible(reply));
        }
        let (number, written) = PROGRAM[self.position];
        let is_split = number == 308;
        match (reply, written) {
            (Reply::Done(value), None) => self.seen.target = value & 0xffff_ffff,
            (Reply::Done(_), Some(value)) if is_split => {
                self.seen.dbcr0 = if self.is(Mistake::UsersBitsAreVisible) {
                    value
                } else {
                    value & IDM
                };
            }
            (Reply::Done(_), Some(_)) => {}
            // The core's own half of a register that it has; nobody's otherwise, which this CPU calls illegal.
            (Reply::Architected, Some(value)) if is_split => self.seen.dbcr0 = value & IDM,
            (Reply::Architected | Reply::Fault(_), _) => {
                self.seen.faults += 1;
                self.seen.fault_at = Some(self.position);
                if self.is(Mistake::FailWritesTheTarget) && written.is_none() {
                    self.seen.target = 1;
                }
                if self.is(Mistake::FailKeepsTheCoresBits) && is_split {
                    self.seen.dbcr0 = IDM;
                }
            }
            (Reply::NoOp, _) => {
                if self.is(Mistake::NoOpWritesTheTarget) && written.is_none() {
                    self.seen.target = 1;
                }
            }
        }
        self.over();
        Outcome::Nothing
    }

    fn over(&mut self) {
        self.is_pending = false;
        self.position = (self.position + 1) % PROGRAM.len();
        self.seen.over += 1;
    }
}
