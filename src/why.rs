//! `ppc-emu why`: what becomes of one SPR access, which step decided, by which rule, and who is known to answer otherwise.
//!
//! The interpreter's own decision ([`Cpu::explain`]) is put into words; nothing is decided here.

use crate::cli::{self, ListFormat, WhyArgs};
use crate::differences::{self, Difference};
use crate::policy::SprPolicy;
use crate::run::{OUTPUT_FAILED, USAGE};
use crate::sprs;
use ppc_cpu::model::Model;
use ppc_cpu::spr::{Behaviour, Decision, Level, Profile, SprRow, Step};
use ppc_cpu::{Cpu, Machine, Memory};
use ppc_decode::asm;
use serde::Serialize;
use spr_exit::{Direction, Exit, Fault, Msr, Owner, Reply, SprNum, UnknownSpr, num};
use std::io::{self, Write};
use std::process::ExitCode;

/// The answer.
#[derive(Serialize)]
struct Why {
    cpu: &'static str,
    access: &'static str,
    sprn: u16,
    name: Option<&'static str>,
    level: &'static str,
    msr: String,
    outcome: String,
    /// Of an access that leaves: what the CPU does by itself.
    by_itself: Option<String>,
    /// The step that decided.
    step: &'static str,
    rule: String,
    source: String,
    /// The register's row.
    register: Option<String>,
    differences: Vec<Elsewhere>,
}

/// Somebody who answers otherwise.
#[derive(Serialize)]
struct Elsewhere {
    who: &'static str,
    what: &'static str,
    source: &'static str,
}

impl From<&Difference> for Elsewhere {
    fn from(it: &Difference) -> Self {
        Self {
            who: it.other.name(),
            what: it.what,
            source: it.source,
        }
    }
}

/// The name of a step, in the order in which they are asked.
const STEPS: [(Step, &str); 6] = [
    (Step::Privilege, "privilege"),
    (Step::Filter, "filter"),
    (Step::Owner, "owner"),
    (Step::Profile, "profile"),
    (Step::BuiltIn, "built-in"),
    (Step::Policy, "policy"),
];

const fn level_name(level: Level) -> &'static str {
    match level {
        Level::Problem => "problem state",
        Level::Supervisor => "supervisor state",
        Level::Hypervisor => "hypervisor state",
    }
}

/// The MSR that the options ask for.
fn msr(args: &WhyArgs) -> Result<Msr, String> {
    let implemented = args.cpu.msr_implemented;
    let reset = args.cpu.msr_reset;
    if let Some(bits) = args.msr {
        let msr = Msr::from_bits_retain(bits);
        let unknown = msr.difference(implemented).bits();
        return if unknown == 0 {
            Ok(msr)
        } else {
            Err(format!("--msr: the {} has no bits {unknown:#x}", args.cpu.name))
        };
    }
    if args.user {
        return Ok(reset | Msr::PR);
    }
    if args.supervisor {
        return Ok(reset.difference(Msr::HV) | (Msr::GS & implemented));
    }
    if args.hypervisor && !sprs::has_hypervisor(args.cpu) {
        return Err(format!("--hypervisor: the {} has no such state", args.cpu.name));
    }
    Ok(reset)
}

/// A CPU as the options describe it.
fn cpu(args: &WhyArgs) -> Result<Cpu, String> {
    let mut cpu = Cpu::new(args.cpu);
    cpu.set_msr(msr(args)?);
    if let Some(lpcr) = args.lpcr {
        let has_it = args
            .cpu
            .sprs
            .row(num::book3s::LPCR)
            .is_some_and(|row| row.name == "LPCR");
        if !has_it {
            return Err(format!("--lpcr: the {} has no LPCR", args.cpu.name));
        }
        cpu.poke_spr(num::book3s::LPCR, lpcr);
    }
    if let Some(path) = &args.spr_policy {
        let policy = SprPolicy::open(path, args.cpu)?;
        policy.apply(&mut cpu).map_err(|why| why.to_string())?;
    }
    let config = cpu.config_mut();
    config.check_privilege = !args.unchecked;
    config.report_interrupts = true;
    if let Some(profile) = args.owners {
        config.profile = profile;
    }
    if let Some(policy) = args.unknown_spr {
        config.unknown_spr = policy.into();
    }
    // LPCR and the configuration are in force from here.
    let msr = cpu.msr();
    cpu.set_msr(msr);
    Ok(cpu)
}

/// The access, with the words for it.
struct Asked<'a> {
    cpu: &'a Cpu,
    sprn: SprNum,
    direction: Direction,
    row: Option<&'static SprRow>,
}

impl Asked<'_> {
    fn model(&self) -> &'static Model {
        self.cpu.model()
    }

    fn verb(&self) -> &'static str {
        match self.direction {
            Direction::Read => "read",
            Direction::Write => "write",
        }
    }

    /// What becomes of it.
    fn outcome(&self, decision: Decision) -> String {
        match decision {
            Decision::Core(position) => self.done(self.model().sprs.rows()[position].behaviour),
            Decision::Exit(reason) => {
                let names: Vec<&str> = reason.iter_names().map(|(name, _)| name).collect();
                format!("it leaves for user space, reason {}", names.join("|"))
            }
            Decision::NoOp => "no-op: nothing changes, a read leaves its target as it is".into(),
            Decision::ReadZeroIgnoreWrite => match self.direction {
                Direction::Read => "it gives 0".into(),
                Direction::Write => "it is dropped".into(),
            },
            Decision::Fault(fault) => self.interrupt(fault),
            Decision::Unavailable(facility) => format!(
                "facility unavailable interrupt to the {}, IC = {}",
                match facility.by {
                    Level::Hypervisor => "hypervisor",
                    Level::Supervisor | Level::Problem => "supervisor",
                },
                facility.cause
            ),
        }
    }

    /// What the CPU would do with an access that leaves.
    fn by_itself(&self, decision: Decision) -> Option<String> {
        let is_known = self.row.is_none_or(|row| row.behaviour != Behaviour::Exit);
        if !matches!(decision, Decision::Exit(_)) || !is_known {
            return None;
        }
        let mut cpu = self.cpu.clone();
        cpu.set_owner_of(self.sprn, self.direction, Owner::Architected)
            .ok()?;
        let (decision, _) = cpu.explain(self.sprn, self.direction);
        let (sprn, direction, row) = (self.sprn, self.direction, self.row);
        Some(
            Asked {
                cpu: &cpu,
                sprn,
                direction,
                row,
            }
            .outcome(decision),
        )
    }

    fn done(&self, behaviour: Behaviour) -> String {
        match (behaviour, self.direction) {
            (Behaviour::NoOp, _) => {
                "no-op: the register is not implemented, and an access does not trap".into()
            }
            (Behaviour::Split { user_write, .. }, Direction::Write) => format!(
                "the core does it; a value that sets or changes one of the bits {user_write:#x} leaves for user space, reason SPLIT"
            ),
            (Behaviour::Split { user_read, .. }, Direction::Read) if user_read != 0 => {
                format!("it leaves for user space, which has the bits {user_read:#x}, reason SPLIT")
            }
            (Behaviour::Storage { writable }, Direction::Write) => {
                format!("the core does it: the bits {writable:#x} take the value written")
            }
            (Behaviour::WriteOneToClear { clearable }, Direction::Write) => {
                format!("the core does it: ones among the bits {clearable:#x} clear them")
            }
            _ => "the core does it".into(),
        }
    }

    /// The interrupt that this CPU takes, found out by taking it.
    fn interrupt(&self, fault: Fault) -> String {
        let number = self.sprn.get().into();
        let word = match self.direction {
            Direction::Read => asm::mfspr(3, number),
            Direction::Write => asm::mtspr(number, 3),
        };
        let taken = || {
            let mut memory = Memory::with_ram(0x1000).ok()?;
            memory.write_words(0, &[word]).ok()?;
            let mut machine = Machine::new(self.model(), memory);
            machine.cpu = self.cpu.clone();
            machine.cpu.set_cia(0);
            let mut exit = machine.cpu.run(&mut machine.memory, 1).ok()?;
            if let Exit::Spr(_) = exit {
                machine.cpu.complete(Reply::Fault(fault)).ok()?;
                exit = machine.cpu.run(&mut machine.memory, 0).ok()?;
            }
            match exit {
                Exit::Interrupt(kind) => Some(kind),
                _ => None,
            }
        };
        let cause = match fault {
            Fault::Illegal => "illegal instruction",
            Fault::Privileged => "privileged instruction",
        };
        match taken() {
            Some(kind) => format!("interrupt, {cause} ({kind})"),
            None => format!("interrupt, {cause}"),
        }
    }

    /// The rule, and where it stands.
    fn rule(&self, step: Step, decision: Decision) -> (String, String) {
        let config = self.cpu.config();
        let ours = "docs/kvm-exit-spr.md".to_owned();
        match step {
            Step::Privilege => self.privilege(),
            Step::Filter => (
                format!("the filter denies {}s of {}", self.verb(), self.sprn),
                format!("{ours} §7"),
            ),
            Step::Owner => {
                let owner = config.owner(self.sprn, self.direction);
                (
                    format!("{}s of this number belong to {}", self.verb(), owner_name(owner)),
                    format!("{ours} §3"),
                )
            }
            Step::Profile => {
                let name = Profile::NAMES.iter().find(|(_, it)| *it == config.profile);
                let owner = config.profile.owner(self.model(), self.sprn, self.direction);
                (
                    format!(
                        "the profile {} gives {}s of this register to {}",
                        name.map_or("", |(name, _)| name),
                        self.verb(),
                        owner_name(owner)
                    ),
                    format!("{ours} §3"),
                )
            }
            Step::BuiltIn => (
                "the core models the register, and nobody else was named".into(),
                self.row.map_or(ours, |row| row.source.into()),
            ),
            Step::Policy => self.policy(decision),
        }
    }

    fn policy(&self, decision: Decision) -> (String, String) {
        let whose = match self.row {
            None => format!("the {} does not define this number", self.model().name),
            Some(row) if row.behaviour == Behaviour::Exit => {
                format!(
                    "the {} has {}, which the core does not model",
                    self.model().name,
                    row.name
                )
            }
            Some(row) => format!("the core learned {} after handlers for it could exist", row.name),
        };
        let (policy, source) = match self.cpu.config().unknown_spr {
            UnknownSpr::Exit => ("it leaves", "docs/kvm-exit-spr.md §3"),
            UnknownSpr::Fault => ("it is refused", "docs/kvm-exit-spr.md §3"),
            UnknownSpr::ReadZeroIgnoreWrite => ("it is ignored", "docs/kvm-exit-spr.md §3"),
            UnknownSpr::Architected => match (decision, self.row) {
                (Decision::Core(_), Some(row)) => ("the CPU's own register", row.source),
                _ => (
                    "as the manual has undefined numbers",
                    self.model().undefined.source,
                ),
            },
        };
        (format!("{whose}; the policy: {policy}"), source.into())
    }

    /// What the gate found wrong.
    fn privilege(&self) -> (String, String) {
        let rules = &self.model().undefined;
        let level = self.cpu.level();
        let bit = if self.sprn.is_privileged() {
            "has"
        } else {
            "does not have"
        };
        let Some(row) = self.row else {
            let rule = format!(
                "the {} does not define this number, which {bit} the privilege bit (0x10); problem state: {}",
                self.model().name,
                sprs::ruling(rules.undefined(true, 0, self.sprn, self.direction))
            );
            return (rule, rules.source.into());
        };
        let (name, verb) = (row.name, self.verb());
        if row.gates.is_noop(level, self.direction) {
            return (
                format!("a {verb} of {name} in {} is a no-op", level_name(level)),
                row.source.into(),
            );
        }
        let rule = if level == Level::Problem {
            format!("problem state may not {verb} {name}, whose number {bit} the privilege bit (0x10)")
        } else if row.gates.grants(Level::Hypervisor, self.direction) {
            format!("{name} is the hypervisor's to {verb}")
        } else {
            format!("nobody may {verb} {name}: the wrong direction")
        };
        (rule, format!("{}; {name}: {}", rules.source, row.source))
    }
}

const fn owner_name(owner: Owner) -> &'static str {
    match owner {
        Owner::Model => "whom the table names",
        Owner::User => "user space",
        Owner::Core => "the core",
        Owner::Architected => "the CPU as its manual has it",
        Owner::Ignore => "nobody: zero, and dropped",
        Owner::Fault => "nobody: refused",
    }
}

fn answer(args: &WhyArgs) -> Result<Why, String> {
    let cpu = cpu(args)?;
    let model = cpu.model();
    let sprn = cli::spr(model, &args.spr)?;
    let direction = Direction::from(args.access);
    let asked = Asked {
        cpu: &cpu,
        sprn,
        direction,
        row: model.sprs.row(sprn),
    };
    let (decision, step) = cpu.explain(sprn, direction);
    let (rule, source) = asked.rule(step, decision);
    let width = if model.is_64bit { 18 } else { 10 };
    Ok(Why {
        cpu: model.name,
        access: match direction {
            Direction::Read => "mfspr",
            Direction::Write => "mtspr",
        },
        sprn: sprn.get(),
        name: asked.row.map(|row| row.name),
        level: level_name(cpu.level()),
        msr: format!("{:#0width$x}", cpu.msr().bits()),
        outcome: asked.outcome(decision),
        by_itself: asked.by_itself(decision),
        step: STEPS
            .iter()
            .find(|(it, _)| *it == step)
            .map_or("", |(_, name)| name),
        rule,
        source,
        register: asked.row.map(|row| {
            let (behaviour, _) = sprs::behaviour(row);
            let mut gates = vec![("problem", Level::Problem), ("supervisor", Level::Supervisor)];
            if sprs::has_hypervisor(model) {
                gates.push(("hypervisor", Level::Hypervisor));
            }
            let gates: Vec<String> = gates
                .into_iter()
                .map(|(name, level)| format!("{name} {}", sprs::gates(row.gates, level)))
                .collect();
            format!("{behaviour}; {}; {}", gates.join(", "), row.source)
        }),
        differences: differences::about(model, cpu.level(), sprn, direction)
            .map(Elsewhere::from)
            .collect(),
    })
}

impl Why {
    fn text(&self, out: &mut impl Write) -> io::Result<()> {
        let name = self.name.map(|name| format!(" ({name})")).unwrap_or_default();
        writeln!(
            out,
            "{} {}{name} on the {} in {}, MSR {}",
            self.access, self.sprn, self.cpu, self.level, self.msr
        )?;
        writeln!(out, "outcome   {}", self.outcome)?;
        if let Some(by_itself) = &self.by_itself {
            writeln!(out, "by itself {by_itself}")?;
        }
        let steps: Vec<String> = STEPS
            .iter()
            .map(|(_, name)| {
                if *name == self.step {
                    format!("[{name}]")
                } else {
                    (*name).into()
                }
            })
            .collect();
        writeln!(out, "step      {}", steps.join(" -> "))?;
        writeln!(out, "rule      {}", self.rule)?;
        writeln!(out, "source    {}", self.source)?;
        if let Some(register) = &self.register {
            writeln!(out, "register  {register}")?;
        }
        for it in &self.differences {
            writeln!(out, "elsewhere {}: {} ({})", it.who, it.what, it.source)?;
        }
        Ok(())
    }
}

/// Prints the answer.
pub fn main(args: &WhyArgs, out: &mut impl Write) -> ExitCode {
    let why = match answer(args) {
        Ok(why) => why,
        Err(wrong) => {
            eprintln!("ppc-emu: {wrong}");
            return ExitCode::from(USAGE);
        }
    };
    let written = match args.format {
        ListFormat::Text => why.text(out),
        ListFormat::Json => serde_json::to_writer_pretty(&mut *out, &why)
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out)),
    };
    match written.and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) if why.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("ppc-emu: output cannot be written: {why}");
            ExitCode::from(OUTPUT_FAILED)
        }
    }
}
