//! Everything that decides about an SPR access, in any order, against a reference that knows nothing but the rules.
//!
//! Accesses, problem and supervisor state, system calls, external interrupts, exits with any answer, snapshots through JSON,
//! owners, filters, policies and capabilities, on every model. The reference looks everything up anew at every access; the
//! CPU remembers what it decided.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kit;

use kit::{START, machine, mfspr, mtspr, run};
use ppc_cpu::Machine;
use ppc_cpu::interrupt::Input;
use ppc_cpu::model::{MODELS, Model, Ruling};
use ppc_cpu::spr::{Behaviour, Gates, Level, SprRow};
use ppc_decode::asm;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::Config;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use spr_exit::{
    Capabilities, Capability, Direction, EnableCap, Exit, Fault, FilterRange, InterruptKind, Msr, Owner,
    Reason, Reply, SprFilter, SprNum, UnknownSpr, VcpuError, Verdict,
};
use std::collections::BTreeMap;

/// Numbers that programs play with: two in three are those of registers that only keep a value, or have none; the rest
/// is any number that the model does not define.
fn pool(model: &'static Model) -> Vec<SprNum> {
    /// Registers in which a value changes what other instructions or interrupts do, or that interrupts write.
    const WITH_EFFECTS: [&str; 26] = [
        "ESR", "HEIR", "SRR0", "SRR1", "HSRR0", "HSRR1", "CSRR0", "CSRR1", "MCSRR0", "MCSRR1", "DSRR0",
        "DSRR1", "SRR2", "SRR3", "LPCR", "PCR", "HMEER", "EPCR", "MSRP", "HID4", "HID0", "HIOR", "IVPR",
        "EVPR", "FSCR", "HFSCR",
    ];
    let is_plain = |row: &&SprRow| {
        let is_plain = matches!(
            row.behaviour,
            Behaviour::Storage { .. } | Behaviour::ReadOnly | Behaviour::NoOp | Behaviour::Exit
        );
        // Which facilities are there is not the reference's to know.
        let is_open = row.facility.is_none() && !row.name.starts_with("IVOR");
        is_plain && is_open && !WITH_EFFECTS.contains(&row.name)
    };
    let mut pool: Vec<_> = model
        .sprs
        .rows()
        .iter()
        .filter(is_plain)
        .map(|row| row.sprn)
        .collect();
    let undefined = SprNum::all().filter(|sprn| model.sprs.row(*sprn).is_none());
    pool.extend(undefined.step_by(23));
    pool
}

/// What is done to a CPU.
#[derive(Clone, Debug)]
enum Step {
    Access(SprNum, Option<u64>),
    /// `mtmsr`, `mtmsrd`: to problem state.
    ToProblemState,
    /// `sc`, and back to the privileged state that it came from last.
    SystemCall,
    ExternalInterrupt,
    Complete(Reply),
    Cancel,
    SaveAndRestore,
    Own(SprNum, Owner),
    Promote(SprNum, bool),
    /// These numbers are denied in this direction.
    Filter(Option<(SprNum, SprNum, Direction)>),
    Unknown(UnknownSpr),
    Reasons(Reason),
    CheckPrivilege(bool),
}

/// What becomes of an access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Done,
    NoOp,
    Zero,
    Refused(Fault),
    Left(Reason),
}

/// The access that waits.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    sprn: SprNum,
    written: Option<u64>,
}

/// The rules, and what there is to apply them to.
#[derive(Clone, Debug)]
struct Reference {
    model: &'static Model,
    is_problem: bool,
    values: BTreeMap<SprNum, u64>,
    owners: BTreeMap<SprNum, Owner>,
    filter: Option<(SprNum, SprNum, Direction)>,
    unknown: UnknownSpr,
    reasons: Reason,
    is_checked: bool,
    waiting: Option<Waiting>,
    /// What r3 holds: the target of reads.
    target: u64,
    /// What the step before this state did: an access, or the completion of one.
    fate: Option<Fate>,
}

impl Reference {
    fn new(model: &'static Model) -> Self {
        let values = model.sprs.rows().iter().map(|row| (row.sprn, row.reset));
        Self {
            model,
            is_problem: false,
            values: values.collect(),
            owners: BTreeMap::new(),
            filter: None,
            unknown: UnknownSpr::Exit,
            reasons: Reason::all().difference(Reason::INVALID),
            is_checked: true,
            waiting: None,
            target: 0,
            fate: None,
        }
    }

    fn mask(&self) -> u64 {
        if self.model.is_64bit {
            u64::MAX
        } else {
            0xffff_ffff
        }
    }

    /// The most privileged state, in which a CPU comes out of reset, or problem state.
    fn level(&self) -> Level {
        if self.is_problem {
            Level::Problem
        } else if self.model.msr_implemented.intersects(Msr::HV | Msr::GS) {
            Level::Hypervisor
        } else {
            Level::Supervisor
        }
    }

    /// Whether the core has a register there.
    fn is_modelled(&self, sprn: SprNum) -> bool {
        let row = self.model.sprs.row(sprn);
        row.is_some_and(|row| row.behaviour != Behaviour::Exit)
    }

    /// What keeps code at this level from the number, by the rules of the manual alone.
    fn privilege(&self, sprn: SprNum, direction: Direction) -> Option<Ruling> {
        let rules = &self.model.undefined;
        let Some(row) = self.model.sprs.row(sprn) else {
            let ruling = self.undefined(sprn, direction);
            let is_kept = self.is_problem && (sprn.is_privileged() || ruling == Ruling::Privileged);
            return is_kept.then_some(ruling);
        };
        if row.gates.grants(self.level(), direction) {
            return None;
        }
        let noop = match (self.is_problem, direction) {
            (true, Direction::Read) => Gates::PR_NOOP,
            (true, Direction::Write) => Gates::PW_NOOP,
            (false, Direction::Read) => Gates::READ_NOOP,
            (false, Direction::Write) => Gates::WRITE_NOOP,
        };
        if row.gates.contains(noop) {
            Some(Ruling::NoOp)
        } else if self.is_problem && sprn.is_privileged() {
            Some(Ruling::Privileged)
        } else if self.is_problem {
            Some(rules.problem_open)
        } else {
            Some(rules.wrong_direction)
        }
    }

    /// The manual's rule for a number that is not defined.
    fn undefined(&self, sprn: SprNum, direction: Direction) -> Ruling {
        let rules = &self.model.undefined;
        let illegal = match direction {
            Direction::Read => rules.illegal_reads,
            Direction::Write => rules.illegal_writes,
        };
        match (self.is_problem, sprn.is_privileged()) {
            (true, false) => rules.problem_open,
            (true, true) => rules.problem_privileged,
            (false, _) if illegal.contains(&sprn.get()) => Ruling::Illegal,
            (false, _) => rules.privileged,
        }
    }

    /// What the CPU does by itself.
    fn architected(&self, sprn: SprNum, direction: Direction) -> Fate {
        match self.privilege(sprn, direction) {
            Some(ruling) => fate(ruling),
            None if self.is_modelled(sprn) => Fate::Done,
            None => fate(self.undefined(sprn, direction)),
        }
    }

    /// Privilege, filter, owner, built-in, policy (docs/kvm-exit-spr.md).
    fn decide(&self, sprn: SprNum, direction: Direction) -> Fate {
        let kept = self.privilege(sprn, direction).map(fate);
        if self.is_checked
            && let Some(fate) = kept
        {
            return fate;
        }
        let decided = self.after_privilege(sprn, direction);
        match (kept, decided) {
            // Without the check what leaves leaves, and the core's registers are guarded all the same.
            (Some(_), Fate::Left(_)) | (None, _) => decided,
            (Some(kept), _) => kept,
        }
    }

    fn after_privilege(&self, sprn: SprNum, direction: Direction) -> Fate {
        if let Some((first, last, denied)) = self.filter
            && (first..=last).contains(&sprn)
            && denied == direction
        {
            return if self.reasons.contains(Reason::FILTER) {
                Fate::Left(Reason::FILTER)
            } else {
                Fate::Refused(Fault::Illegal)
            };
        }
        let is_modelled = self.is_modelled(sprn);
        let is_users = self.model.sprs.row(sprn).is_some_and(|row| row.is_user_owned);
        let leave = |reason: Reason| {
            if self.reasons.intersects(reason) {
                Fate::Left(reason)
            } else {
                self.architected(sprn, direction)
            }
        };
        match self.owners.get(&sprn).copied().unwrap_or_default() {
            Owner::Core | Owner::Architected => self.architected(sprn, direction),
            Owner::Ignore => Fate::Zero,
            Owner::Fault => Fate::Refused(Fault::Illegal),
            Owner::User if is_modelled => leave(Reason::OWNED),
            Owner::User => leave(Reason::UNKNOWN),
            Owner::Model if is_modelled && !is_users => self.architected(sprn, direction),
            Owner::Model => match self.unknown {
                UnknownSpr::Exit if is_modelled => leave(Reason::UNKNOWN | Reason::OWNED),
                UnknownSpr::Exit => leave(Reason::UNKNOWN),
                UnknownSpr::Fault => Fate::Refused(Fault::Illegal),
                UnknownSpr::Architected => self.architected(sprn, direction),
                UnknownSpr::ReadZeroIgnoreWrite => Fate::Zero,
            },
        }
    }

    /// The core does an access that is granted.
    fn carry_out(&mut self, sprn: SprNum, written: Option<u64>) {
        let row = self.model.sprs.row(sprn).unwrap();
        let value = self.values.get_mut(&sprn).unwrap();
        match (row.behaviour, written) {
            (Behaviour::NoOp, _) => {}
            (Behaviour::Storage { writable }, Some(new)) => *value = *value & !writable | new & writable,
            (_, Some(_)) => {}
            (_, None) => self.target = *value,
        }
    }

    fn access(&mut self, sprn: SprNum, written: Option<u64>) {
        let direction = direction(written);
        let mut fate = self.decide(sprn, direction);
        if fate == Fate::Done
            && let (Behaviour::Storage { writable }, Some(new)) =
                (self.model.sprs.row(sprn).unwrap().behaviour, written)
            && (self.values[&sprn] ^ new) & !writable != 0
            && self.reasons.contains(Reason::INVALID)
        {
            fate = Fate::Left(Reason::INVALID);
        }
        match fate {
            Fate::Done => self.carry_out(sprn, written),
            Fate::Zero if written.is_none() => self.target = 0,
            Fate::Left(_) => self.waiting = Some(Waiting { sprn, written }),
            Fate::Zero | Fate::NoOp | Fate::Refused(_) => {}
        }
        self.fate = Some(fate);
    }

    fn complete(&mut self, reply: Reply) {
        let Some(Waiting { sprn, written }) = self.waiting.take() else {
            return;
        };
        let fate = match reply {
            Reply::Done(value) => {
                if written.is_none() {
                    self.target = value & self.mask();
                }
                Fate::Done
            }
            Reply::NoOp => Fate::NoOp,
            Reply::Fault(fault) => Fate::Refused(fault),
            Reply::Architected => {
                let fate = self.architected(sprn, direction(written));
                if fate == Fate::Done {
                    self.carry_out(sprn, written);
                }
                fate
            }
        };
        self.fate = Some(fate);
    }
}

fn direction(written: Option<u64>) -> Direction {
    if written.is_some() {
        Direction::Write
    } else {
        Direction::Read
    }
}

fn fate(ruling: Ruling) -> Fate {
    match ruling {
        Ruling::Illegal => Fate::Refused(Fault::Illegal),
        Ruling::Privileged => Fate::Refused(Fault::Privileged),
        Ruling::NoOp => Fate::NoOp,
        Ruling::Unavailable(_) => panic!("a facility"),
    }
}

impl ReferenceStateMachine for Reference {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        select(MODELS.to_vec()).prop_map(Self::new).boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Step> {
        let pool = pool(state.model);
        let mask = state.mask();
        // Few numbers, so that decisions about them meet.
        let sprn = (any::<Index>(), any::<bool>()).prop_map(move |(index, few)| {
            let count = if few { 6 } else { pool.len() };
            pool[index.index(count) * (pool.len() / count)]
        });
        let owner = select(vec![
            Owner::Model,
            Owner::User,
            Owner::Core,
            Owner::Architected,
            Owner::Ignore,
            Owner::Fault,
        ]);
        let policy = select(vec![
            UnknownSpr::Exit,
            UnknownSpr::Fault,
            UnknownSpr::Architected,
            UnknownSpr::ReadZeroIgnoreWrite,
        ]);
        let number = any::<u16>().prop_map(|n| SprNum::wrapping(n.into()));
        let way = select(vec![Direction::Read, Direction::Write]);
        if state.waiting.is_some() {
            return prop_oneof![
                8 => spr_exit::strategy::reply().prop_map(Step::Complete),
                1 => sprn.prop_map(|sprn| Step::Access(sprn, None)),
                1 => Just(Step::SaveAndRestore),
                1 => Just(Step::Cancel),
            ]
            .boxed();
        }
        prop_oneof![
            12 => (sprn.clone(), any::<Option<u64>>())
                .prop_map(move |(sprn, value)| Step::Access(sprn, value.map(|v| v & mask))),
            2 => Just(Step::ToProblemState),
            2 => Just(Step::SystemCall),
            1 => Just(Step::ExternalInterrupt),
            1 => Just(Step::SaveAndRestore),
            1 => Just(Step::Complete(Reply::NoOp)),
            2 => (sprn.clone(), owner).prop_map(|(sprn, owner)| Step::Own(sprn, owner)),
            1 => (sprn, any::<bool>()).prop_map(|(sprn, on)| Step::Promote(sprn, on)),
            1 => prop::option::of((number.clone(), number, way)).prop_map(Step::Filter),
            1 => policy.prop_map(Step::Unknown),
            1 => any::<u8>().prop_map(|bits| Step::Reasons(Reason::from_bits_truncate(bits))),
            1 => any::<bool>().prop_map(Step::CheckPrivilege),
        ]
        .boxed()
    }

    fn preconditions(state: &Self, step: &Step) -> bool {
        match step {
            Step::Filter(Some((first, last, _))) => first <= last,
            // While an access waits, only what is about it: the rest is tested without it.
            Step::Access(..) | Step::Complete(_) | Step::SaveAndRestore | Step::Cancel => true,
            _ => state.waiting.is_none(),
        }
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        state.fate = None;
        match *step {
            Step::Access(..) if state.waiting.is_some() => {}
            Step::Access(sprn, written) => state.access(sprn, written),
            Step::ToProblemState => state.is_problem = true,
            Step::SystemCall => state.is_problem = false,
            Step::ExternalInterrupt | Step::SaveAndRestore => {}
            Step::Complete(reply) => state.complete(reply),
            Step::Cancel => state.waiting = None,
            Step::Own(sprn, Owner::Core) | Step::Promote(sprn, true) if !state.is_modelled(sprn) => {}
            Step::Own(sprn, owner) => {
                state.owners.insert(sprn, owner);
            }
            Step::Promote(sprn, on) => {
                let owner = if on { Owner::Core } else { Owner::Model };
                state.owners.insert(sprn, owner);
            }
            Step::Filter(filter) => state.filter = filter,
            Step::Unknown(unknown) => state.unknown = unknown,
            Step::Reasons(reasons) => state.reasons = reasons,
            Step::CheckPrivilege(is_checked) => state.is_checked = is_checked,
        }
        state
    }
}

/// The CPU under test.
struct Subject;

/// Executes one instruction at [`START`].
fn execute(it: &mut Machine, word: u32) -> Exit {
    it.memory.write_words(START, &[word]).unwrap();
    it.cpu.set_cia(START);
    run(it, 1)
}

/// The CPU is back where it was before the interrupt that it just took, but for its level.
fn come_back(it: &mut Machine, msr: Msr) {
    it.cpu.set_msr(msr);
    it.cpu.set_cia(START);
}

/// The interrupt that a fault is on a model.
fn kind(model: &Model, fault: Fault) -> InterruptKind {
    match fault {
        Fault::Privileged => InterruptKind::ProgramPrivileged,
        Fault::Illegal if model.vectors.row(InterruptKind::EmulationAssist).is_some() => {
            InterruptKind::EmulationAssist
        }
        Fault::Illegal => InterruptKind::ProgramIllegal,
    }
}

/// Whether what became of an access is what the reference says; `exit` is what the run came back with, if there was one.
fn check(it: &mut Machine, expected: Fate, exit: Option<Exit>, msr: Msr, deliveries: u64) {
    match expected {
        Fate::Left(reason) => {
            let Some(Exit::Spr(at)) = exit else {
                panic!("{exit:?}, expected to leave for {reason:?}")
            };
            assert_eq!((at.reason(), at.cia(), at.msr()), (reason, START, msr));
        }
        Fate::Refused(fault) => {
            let taken = it.cpu.last_interrupt().unwrap();
            assert_eq!(it.cpu.deliveries(), deliveries + 1);
            assert_eq!((taken.kind, taken.srr0), (kind(it.cpu.model(), fault), START));
            come_back(it, msr);
        }
        Fate::Done | Fate::NoOp | Fate::Zero => {
            assert!(matches!(exit, None | Some(Exit::Budget)), "{exit:?}");
            assert_eq!((it.cpu.deliveries(), it.cpu.cia()), (deliveries, START + 4));
        }
    }
}

impl StateMachineTest for Subject {
    type SystemUnderTest = Machine;
    type Reference = Reference;

    fn init_test(state: &Reference) -> Machine {
        machine(state.model, &[])
    }

    fn apply(mut it: Machine, state: &Reference, step: Step) -> Machine {
        let (msr, deliveries) = (it.cpu.msr(), it.cpu.deliveries());
        match step {
            Step::Access(sprn, written) => {
                it.cpu.set_gpr(4, written.unwrap_or(0));
                let word = match written {
                    Some(_) => mtspr(sprn, 4),
                    None => mfspr(3, sprn),
                };
                if it.cpu.pending().is_some() {
                    // Not to be run past.
                    let before = it.cpu.snapshot();
                    assert_eq!(it.cpu.run(&mut it.memory, 1), Err(VcpuError::ExitPending));
                    assert_eq!(it.cpu.snapshot(), before);
                } else {
                    let exit = execute(&mut it, word);
                    check(&mut it, state.fate.unwrap(), Some(exit), msr, deliveries);
                }
            }
            Step::Complete(reply) => {
                let answered = it.cpu.complete(reply);
                match state.fate {
                    Some(fate) => {
                        assert_eq!(answered, Ok(()));
                        check(&mut it, fate, None, msr, deliveries);
                    }
                    None => assert_eq!(answered, Err(VcpuError::NothingPending)),
                }
            }
            Step::Cancel => it.cpu.cancel(),
            Step::ToProblemState => {
                it.cpu.set_gpr(5, (msr | Msr::PR).bits());
                let word = if it.cpu.model().is_64bit {
                    asm::mtmsrd(5)
                } else {
                    asm::mtmsr(5)
                };
                // In problem state already, it is privileged.
                let _ = execute(&mut it, word);
                // The bits that servers set along with PR stay out of the way.
                come_back(&mut it, msr | Msr::PR);
            }
            Step::SystemCall => {
                let exit = execute(&mut it, asm::sc());
                assert_eq!((exit, it.cpu.deliveries()), (Exit::Budget, deliveries + 1));
                assert_eq!(it.cpu.last_interrupt().unwrap().kind, InterruptKind::Syscall);
                come_back(&mut it, msr.difference(Msr::PR));
            }
            Step::ExternalInterrupt => {
                it.cpu.set_input(Input::EXTERNAL, true);
                it.cpu.set_msr(msr | Msr::EE);
                let exit = execute(&mut it, asm::nop());
                assert_eq!((exit, it.cpu.deliveries()), (Exit::Budget, deliveries + 1));
                assert_eq!(it.cpu.last_interrupt().unwrap().kind, InterruptKind::External);
                it.cpu.set_input(Input::EXTERNAL, false);
                come_back(&mut it, msr);
            }
            Step::SaveAndRestore => {
                let saved = serde_json::to_string(&it.cpu.snapshot()).unwrap();
                let mut other = machine(it.cpu.model(), &[]);
                other.cpu.restore(&serde_json::from_str(&saved).unwrap()).unwrap();
                assert_eq!(other.cpu.snapshot(), it.cpu.snapshot());
                it = other;
            }
            Step::Own(sprn, owner) => {
                let refused = owner == Owner::Core && !state.is_modelled(sprn);
                assert_eq!(it.cpu.set_owner(sprn, owner).is_err(), refused);
            }
            Step::Promote(sprn, on) => {
                let refused = on && !state.is_modelled(sprn);
                let done = it.cpu.enable_cap(&EnableCap::promote(sprn, on));
                assert_eq!(done.is_err(), refused);
            }
            Step::Filter(filter) => {
                it.cpu.config_mut().filter = match filter {
                    None => SprFilter::default(),
                    Some((first, last, direction)) => {
                        let range = FilterRange {
                            first,
                            last,
                            reads: direction == Direction::Read,
                            writes: direction == Direction::Write,
                            verdict: Verdict::Deny,
                        };
                        SprFilter::new(Verdict::Allow, &[range]).unwrap()
                    }
                };
            }
            Step::Unknown(unknown) => it.cpu.config_mut().unknown_spr = unknown,
            Step::Reasons(reasons) => {
                it.cpu.enable_cap(&EnableCap::exits(reasons)).unwrap();
            }
            Step::CheckPrivilege(is_checked) => {
                let cap = EnableCap::new(Capability::UncheckedExits, u64::from(!is_checked));
                it.cpu.enable_cap(&cap).unwrap();
            }
        }
        it
    }

    fn check_invariants(it: &Machine, state: &Reference) {
        assert_eq!(it.cpu.gpr(3) & state.mask(), state.target);
        assert_eq!(it.cpu.level(), state.level());
        assert_eq!(it.cpu.pending().is_some(), state.waiting.is_some());
        for (sprn, value) in &state.values {
            if pool(state.model).contains(sprn) && state.is_modelled(*sprn) {
                let behaviour = state.model.sprs.row(*sprn).unwrap().behaviour;
                if behaviour != Behaviour::NoOp {
                    assert_eq!(it.cpu.peek_spr(*sprn), Some(*value), "SPR {sprn}");
                }
            }
        }
    }
}

prop_state_machine! {
    #![proptest_config(Config {
        cases: std::env::var("STATE_MACHINE_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(200),
        failure_persistence: None,
        ..Config::default()
    })]

    #[test]
    fn a_cpu_decides_about_spr_accesses_as_the_rules_say_whatever_came_before(sequential 1..60 => Subject);
}
