//! What can be done to a CPU, and what that makes of the reference.

use crate::rules::{Reference, SWITCHES};
use ppc_cpu::model::{MODELS, Model};
use ppc_cpu::spr::{Behaviour, SprRow};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use proptest_state_machine::ReferenceStateMachine;
use spr_exit::{Direction, InterruptKind, Msr, Owner, Reason, Reply, SprNum, UnknownSpr};

/// Numbers that programs play with: two in three are those of registers that only keep a value, or have none; the rest
/// is any number that the model does not define.
pub(crate) fn pool(model: &'static Model) -> Vec<SprNum> {
    /// Registers in which a value changes what other instructions or interrupts do, or that interrupts write.
    const WITH_EFFECTS: [&str; 25] = [
        "ESR", "GESR", "HEIR", "SRR0", "SRR1", "HSRR0", "HSRR1", "GSRR0", "GSRR1", "CSRR0", "CSRR1",
        "MCSRR0", "MCSRR1", "DSRR0", "DSRR1", "SRR2", "SRR3", "LPCR", "HID4", "HID0", "HIOR", "IVPR", "EVPR",
        "FSCR", "HFSCR",
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

/// Registers of which a value decides about accesses and interrupts; those about which they decide.
const DECIDING: [&str; 4] = ["PCR", "HMEER", "EPCR", "MSRP"];
const DECIDED: [&str; 16] = [
    "LMRR", "LMSER", "RSVD808", "RSVD811", "SPRG0", "SPRG1", "SPRG3", "GSPRG0", "GSPRG1", "GSPRG3", "DEAR",
    "GDEAR", "PIR", "GPIR", "EPR", "GEPR",
];

/// Those of the numbers that name such a register; all of them if none does.
fn of_names(pool: &[SprNum], model: &Model, names: &[&str]) -> Vec<SprNum> {
    let has_name = |sprn: &SprNum| {
        let row = model.sprs.row(*sprn);
        row.is_some_and(|row| names.contains(&row.name))
    };
    let found: Vec<_> = pool.iter().copied().filter(has_name).collect();
    if found.is_empty() { pool.to_vec() } else { found }
}

/// What is done to a CPU.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Access(SprNum, Option<u64>),
    /// `mtmsr`, `mtmsrd`: to problem state.
    ToProblemState,
    /// `sc`, and back to the privileged state that it came from last.
    SystemCall,
    ExternalInterrupt,
    /// An interrupt of storage, raised from outside.
    StorageInterrupt(InterruptKind),
    /// The hardware has these for the hypervisor, in HMER.
    Maintenance(u64),
    /// To a guest, or back to its hypervisor.
    Guest(bool),
    /// `mtmsr` turns these bits of [`SWITCHES`] over.
    Switch(Msr),
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

/// Steps that not every model has, nor every state.
fn of_the_model(state: &Reference) -> Vec<BoxedStrategy<Step>> {
    let mut steps = vec![Just(Step::StorageInterrupt(InterruptKind::InstructionStorage)).boxed()];
    if state.has("HMEER") {
        steps.push(any::<u64>().prop_map(Step::Maintenance).boxed());
    }
    if state.has("EPCR") {
        // Where nothing else is written than by the one above, whoever gets it.
        steps.push(Just(Step::StorageInterrupt(InterruptKind::InstructionTlb)).boxed());
    }
    if state.has("EPCR") && !state.is_problem {
        let bits = any::<u64>().prop_map(|bits| Msr::from_bits_retain(bits) & SWITCHES);
        steps.push(bits.prop_map(Step::Switch).boxed());
        steps.push(any::<bool>().prop_map(Step::Guest).boxed());
    }
    steps
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
        let of_names = |names: &[&str]| of_names(&pool, state.model, names);
        // Few numbers, so that decisions about them meet.
        let few: Vec<_> = (0..6).map(|n| pool[n * (pool.len() / 6)]).collect();
        let sprn = prop_oneof![
            2 => select(few),
            1 => select(of_names(&DECIDING)),
            1 => select(of_names(&DECIDED)),
            2 => select(pool),
        ];
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
        let range = [any::<u16>(), any::<u16>()].prop_map(|[a, b]| {
            let number = |n: u16| SprNum::wrapping(n.into());
            (number(a).min(number(b)), number(a).max(number(b)))
        });
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
            4 => Union::new(of_the_model(state)),
            1 => Just(Step::SaveAndRestore),
            1 => Just(Step::Complete(Reply::NoOp)),
            2 => (sprn.clone(), owner).prop_map(|(sprn, owner)| Step::Own(sprn, owner)),
            1 => (sprn, any::<bool>()).prop_map(|(sprn, on)| Step::Promote(sprn, on)),
            1 => prop::option::of((range, way).prop_map(|((first, last), way)| (first, last, way)))
                .prop_map(Step::Filter),
            1 => policy.prop_map(Step::Unknown),
            1 => any::<u8>().prop_map(|bits| Step::Reasons(Reason::from_bits_truncate(bits))),
            1 => any::<bool>().prop_map(Step::CheckPrivilege),
        ]
        .boxed()
    }

    fn preconditions(state: &Self, step: &Step) -> bool {
        match step {
            // While an access waits, only what is about it: the rest is tested without it.
            Step::Access(..) | Step::Complete(_) | Step::SaveAndRestore | Step::Cancel => true,
            _ if state.waiting.is_some() => false,
            Step::Maintenance(_) => state.has("HMEER"),
            Step::Guest(_) => state.has("EPCR") && !state.is_problem,
            Step::Switch(_) => state.has("MSRP") && !state.is_problem,
            _ => true,
        }
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        state.fate = None;
        state.is_maintained = false;
        let is_executed = match step {
            Step::Access(..) => state.waiting.is_none(),
            Step::ToProblemState | Step::SystemCall | Step::ExternalInterrupt | Step::Switch(_) => true,
            _ => false,
        };
        if is_executed {
            state.maintain(matches!(step, Step::ExternalInterrupt));
        }
        match *step {
            Step::Access(..) if !is_executed => {}
            Step::Access(sprn, written) => state.access(sprn, written),
            Step::ToProblemState => state.is_problem = true,
            Step::SystemCall => state.is_problem = false,
            Step::ExternalInterrupt | Step::StorageInterrupt(_) | Step::SaveAndRestore => {}
            Step::Maintenance(bits) => state.hmer |= bits,
            Step::Guest(is_guest) => state.is_guest = is_guest,
            Step::Switch(bits) => state.switch(bits),
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
