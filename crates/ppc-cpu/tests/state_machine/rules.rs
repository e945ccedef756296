//! The rules alone, looked up anew at every access.
//!
//! Who answers: docs/kvm-exit-spr.md. PCR: Power ISA 2.07 Book III-S and 3.0B Book III, Logical Partitioning; HMEER: 3.0B Book III 6.5.19.
//! Guest state, EPCR and MSRP: EREF 2.0 chapters 2, 5, 7 and Power ISA 2.06 Book III-E (E.HV), as remembered, bits as in Linux
//! `asm/reg_booke.h`; which registers are a guest's own, as `kvm/e500mc.c` saves them.

use ppc_cpu::model::{Model, Ruling};
use ppc_cpu::spr::{Behaviour, Gates, Level, SprRow};
use spr_exit::{Direction, Fault, InterruptKind, Msr, Owner, Reason, Reply, SprNum, UnknownSpr};
use std::collections::BTreeMap;

/// Numbers of problem state that came with version 2.07: DSCR, transactional memory, SIER and MMCR2, event-based branches and
/// the reserved no-ops, TAR, PPR32.
const SINCE_2_07: [std::ops::RangeInclusive<u16>; 6] =
    [3..=3, 128..=131, 768..=769, 800..=811, 815..=815, 898..=898];
/// With 3.0: LMRR and LMSER.
const SINCE_3_0: std::ops::RangeInclusive<u16> = 813..=814;
/// PCR: problem state is one of version 2.05, 2.06, 2.07.
const PCR: [u64; 3] = [2, 4, 8];

/// What a guest names, and gets its own of: G and the same name.
const A_GUESTS_OWN: [&str; 10] = [
    "SRR0", "SRR1", "SPRG0", "SPRG1", "SPRG2", "SPRG3", "DEAR", "ESR", "PIR", "EPR",
];

/// EPCR: interrupts that a guest gets, and the modes in which handlers run.
const EPCR_EXTGS: u64 = 0x8000_0000;
const EPCR_ITLBGS: u64 = 0x2000_0000;
const EPCR_ISIGS: u64 = 0x0800_0000;
const EPCR_ICM: u64 = 0x0200_0000;
const EPCR_GICM: u64 = 0x0100_0000;

/// The bits of the MSR that MSRP can keep from a guest, at the same places there.
pub(crate) const SWITCHES: Msr = Msr::UCLE.union(Msr::DE).union(Msr::PMM);

/// What becomes of an access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Done,
    NoOp,
    Zero,
    Refused(Fault),
    Left(Reason),
}

/// The access that waits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiting {
    sprn: SprNum,
    written: Option<u64>,
}

/// The rules, and what there is to apply them to.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub(crate) model: &'static Model,
    pub(crate) is_problem: bool,
    pub(crate) is_guest: bool,
    pub(crate) values: BTreeMap<SprNum, u64>,
    /// What the hardware has to tell the hypervisor.
    pub(crate) hmer: u64,
    /// What the MSR has of [`SWITCHES`].
    pub(crate) switches: Msr,
    pub(crate) owners: BTreeMap<SprNum, Owner>,
    pub(crate) filter: Option<(SprNum, SprNum, Direction)>,
    pub(crate) unknown: UnknownSpr,
    pub(crate) reasons: Reason,
    pub(crate) is_checked: bool,
    pub(crate) waiting: Option<Waiting>,
    /// What r3 holds: the target of reads.
    pub(crate) target: u64,
    /// What the step before this state did: an access, or the completion of one.
    pub(crate) fate: Option<Fate>,
    /// Whether a hypervisor maintenance interrupt came before it.
    pub(crate) is_maintained: bool,
}

impl Reference {
    pub(crate) fn new(model: &'static Model) -> Self {
        let values = model.sprs.rows().iter().map(|row| (row.sprn, row.reset));
        Self {
            model,
            is_problem: false,
            is_guest: false,
            values: values.collect(),
            hmer: 0,
            switches: Msr::empty(),
            owners: BTreeMap::new(),
            filter: None,
            unknown: UnknownSpr::Exit,
            reasons: Reason::all().difference(Reason::INVALID),
            is_checked: true,
            waiting: None,
            target: 0,
            fate: None,
            is_maintained: false,
        }
    }

    pub(crate) fn mask(&self) -> u64 {
        if self.model.is_64bit {
            u64::MAX
        } else {
            0xffff_ffff
        }
    }

    /// Problem state, a guest's supervisor, or the most privileged state, in which a CPU comes out of reset.
    pub(crate) fn level(&self) -> Level {
        if self.is_problem {
            Level::Problem
        } else if !self.is_guest && self.model.msr_implemented.intersects(Msr::HV | Msr::GS) {
            Level::Hypervisor
        } else {
            Level::Supervisor
        }
    }

    /// Whether the model has a register of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.model.sprs.by_name(name).is_some()
    }

    /// The value of a register that not every model has.
    fn register(&self, name: &str) -> u64 {
        let sprn = self.model.sprs.by_name(name);
        sprn.map_or(0, |sprn| self.values[&sprn])
    }

    /// The number behind which this code finds the register that it names.
    fn behind(&self, sprn: SprNum) -> SprNum {
        let own = |row: &SprRow| self.model.sprs.by_name(&format!("G{}", row.name));
        let named = self.model.sprs.row(sprn);
        let named = named.filter(|row| self.is_guest && A_GUESTS_OWN.contains(&row.name));
        named.and_then(own).unwrap_or(sprn)
    }

    /// Whether the register came after the version that problem state is one of.
    fn is_hidden(&self, sprn: SprNum) -> bool {
        let [v2_05, v2_06, v2_07] = PCR.map(|bit| self.register("PCR") & bit != 0);
        let is_of_2_07 = SINCE_2_07.iter().any(|numbers| numbers.contains(&sprn.get()));
        let is_of_3_0 = SINCE_3_0.contains(&sprn.get());
        self.is_problem && (is_of_2_07 && (v2_05 || v2_06) || is_of_3_0 && (v2_05 || v2_06 || v2_07))
    }

    /// Whether an external interrupt is enabled while MSR\[EE\] is 1: one that is the guests' only while one runs.
    pub(crate) fn takes_external(&self) -> bool {
        self.is_guest || self.register("EPCR") & EPCR_EXTGS == 0
    }

    /// Whether a guest runs and gets this interrupt.
    pub(crate) fn is_guests(&self, kind: InterruptKind) -> bool {
        let bit = match kind {
            InterruptKind::Syscall => return self.is_guest,
            InterruptKind::External => EPCR_EXTGS,
            InterruptKind::InstructionTlb => EPCR_ITLBGS,
            InterruptKind::InstructionStorage => EPCR_ISIGS,
            _ => 0,
        };
        self.is_guest && self.register("EPCR") & bit != 0
    }

    /// What the handler of an interrupt finds in the MSR of CM and of [`SWITCHES`]: DE as it was, for none of these interrupts
    /// is a critical one, and of the others what MSRP keeps from a guest.
    pub(crate) fn handlers_msr(&self, kind: InterruptKind) -> Msr {
        let is_guests = self.is_guests(kind);
        let (mode, protected) = if is_guests {
            (EPCR_GICM, self.register("MSRP"))
        } else {
            (EPCR_ICM, 0)
        };
        let mut msr = self.switches & (Msr::DE | Msr::from_bits_retain(protected));
        msr.set(Msr::CM, self.register("EPCR") & mode != 0);
        msr
    }

    /// `mtmsr` turns these over.
    pub(crate) fn switch(&mut self, bits: Msr) {
        let protected = if self.is_guest { self.register("MSRP") } else { 0 };
        self.switches ^= bits.difference(Msr::from_bits_retain(protected));
    }

    /// What HMEER lets through is taken while the hypervisor does not run, or MSR\[EE\] is 1; its handler clears HMER.
    pub(crate) fn maintain(&mut self, is_enabled: bool) {
        if self.hmer & self.register("HMEER") != 0 && (self.is_problem || is_enabled) {
            self.hmer = 0;
            self.is_maintained = true;
        }
    }

    /// Whether the core has a register there.
    pub(crate) fn is_modelled(&self, sprn: SprNum) -> bool {
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
        if self.is_hidden(sprn) {
            // As one that there is not.
            return Some(self.undefined(sprn, direction));
        }
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
        } else if row.gates.grants(Level::Hypervisor, direction) {
            Some(rules.hypervisor_only)
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
            None if self.is_modelled(self.behind(sprn)) => Fate::Done,
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
        let found = self.behind(sprn);
        let is_modelled = self.is_modelled(found);
        let is_users = self.model.sprs.row(found).is_some_and(|row| row.is_user_owned);
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
        let sprn = self.behind(sprn);
        let row = self.model.sprs.row(sprn).unwrap();
        let value = self.values.get_mut(&sprn).unwrap();
        match (row.behaviour, written) {
            (Behaviour::NoOp, _) => {}
            (Behaviour::Storage { writable }, Some(new)) => *value = *value & !writable | new & writable,
            (_, Some(_)) => {}
            (_, None) => self.target = *value,
        }
    }

    pub(crate) fn access(&mut self, sprn: SprNum, written: Option<u64>) {
        let direction = direction(written);
        let found = self.behind(sprn);
        let mut fate = self.decide(sprn, direction);
        if fate == Fate::Done
            && let (Behaviour::Storage { writable }, Some(new)) =
                (self.model.sprs.row(found).unwrap().behaviour, written)
            && (self.values[&found] ^ new) & !writable != 0
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

    pub(crate) fn complete(&mut self, reply: Reply) {
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
