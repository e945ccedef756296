//! `--spr-policy FILE`: who answers which SPR, as a file says it. `docs/spr-policy.md` has the format and an example.
//!
//! A file is read as a whole before anything is changed: it says where it is wrong, and what would be right, or it is
//! applied. Any bytes will do.

use crate::cli;
use ppc_cpu::Cpu;
use ppc_cpu::model::Model;
use ppc_cpu::spr::{Behaviour, Profile};
use ppc_decode::nearest;
use spr_exit::num::common::{CTR, LR, XER};
use spr_exit::{CapError, Direction, Owner, SprNum, UnknownSpr};
use std::fmt;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SprPolicy {
    /// Who owns the numbers that are not named.
    pub profile: Option<Profile>,
    /// What becomes of numbers that nobody models.
    pub unknown: Option<UnknownSpr>,
    /// Who owns the others.
    pub owners: Vec<(SprNum, Direction, Owner)>,
}

/// Where a file is wrong, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// What is wrong, and what would be right.
    pub why: String,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.why)
    }
}

impl std::error::Error for PolicyError {}

/// An error at a byte of the text.
struct Bad {
    at: usize,
    why: String,
}

/// What can be said of an access.
#[derive(Clone, Copy)]
enum Action {
    Is(Owner),
    /// As the profile `as-kvm` has it.
    Kvm,
}

const ACTIONS: [(&str, Action); 6] = [
    ("core", Action::Is(Owner::Core)),
    ("exit", Action::Is(Owner::User)),
    ("kvm", Action::Kvm),
    ("architected", Action::Is(Owner::Architected)),
    ("ignore", Action::Is(Owner::Ignore)),
    ("fault", Action::Is(Owner::Fault)),
];

/// The policies for unknown numbers, by their names on the command line.
const UNKNOWN: [(&str, UnknownSpr); 4] = [
    ("exit", UnknownSpr::Exit),
    ("fault", UnknownSpr::Fault),
    ("architected", UnknownSpr::Architected),
    ("ignore", UnknownSpr::ReadZeroIgnoreWrite),
];

const DIRECTIONS: [(&str, Direction); 2] = [("read", Direction::Read), ("write", Direction::Write)];

type Key<'a> = Spanned<DeString<'a>>;
type Value<'a> = Spanned<DeValue<'a>>;

impl SprPolicy {
    /// Reads a file for this model.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(bytes: &[u8], model: &'static Model) -> Result<Self, PolicyError> {
        let text = str::from_utf8(bytes).map_err(|wrong| {
            let before = &bytes[..wrong.valid_up_to()];
            let why = format!("the byte {:#04x} is no UTF-8", bytes[before.len()]);
            error(&String::from_utf8_lossy(before), before.len(), why)
        })?;
        let table = DeTable::parse(text).map_err(|wrong| {
            let at = wrong.span().map_or(text.len(), |span| span.start);
            error(text, at, wrong.message().to_owned())
        })?;
        read(table.get_ref(), model).map_err(|bad| error(text, bad.at, bad.why))
    }

    /// Reads the file at `path` for this model.
    ///
    /// # Errors
    /// Where and how it is wrong, in a line.
    pub fn open(path: &Path, model: &'static Model) -> Result<Self, String> {
        let bytes = std::fs::read(path).map_err(|why| format!("{}: {why}", path.display()))?;
        Self::parse(&bytes, model).map_err(|why| format!("{}:{why}", path.display()))
    }

    /// Puts it into force.
    ///
    /// # Errors
    /// When the core is to own what it does not model: not on a CPU of the model that the file was read for.
    pub fn apply(&self, cpu: &mut Cpu) -> Result<(), CapError> {
        for (sprn, _, owner) in &self.owners {
            if *owner == Owner::Core && !cpu.is_modelled(*sprn) {
                return Err(CapError::NotModelled(*sprn));
            }
        }
        let config = cpu.config_mut();
        if let Some(profile) = self.profile {
            config.profile = profile;
        }
        if let Some(unknown) = self.unknown {
            config.unknown_spr = unknown;
        }
        for (sprn, direction, owner) in &self.owners {
            cpu.set_owner_of(*sprn, *direction, *owner)?;
        }
        Ok(())
    }
}

/// The error at this byte of the text.
fn error(text: &str, at: usize, why: String) -> PolicyError {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    PolicyError {
        line: before.matches('\n').count() + 1,
        column: line.chars().count() + 1,
        why,
    }
}

/// A name of the file's in a message: short, and without control characters.
fn quote(name: &str) -> String {
    let mut quoted: String = name.chars().take(40).flat_map(char::escape_debug).collect();
    if name.chars().nth(40).is_some() {
        quoted.push('…');
    }
    format!("`{quoted}`")
}

/// That `name` is not there, with what may be meant or all that there is.
fn unknown<'a>(at: usize, what: &str, name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Bad {
    let like: Vec<&str> = nearest(name, known.clone()).into_iter().flatten().collect();
    let hint = if like.is_empty() {
        format!("there are {}", known.collect::<Vec<_>>().join(", "))
    } else {
        format!("{} may be meant", like.join(" or "))
    };
    let why = format!("{} is no {what}; {hint}", quote(name));
    Bad { at, why }
}

/// The entries of a table in the order of the file.
fn entries<'t, 'a>(table: &'t DeTable<'a>) -> Vec<(&'t Key<'a>, &'t Value<'a>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

fn text<'v>(value: &'v Value<'_>, what: &str) -> Result<&'v str, Bad> {
    value.get_ref().as_str().ok_or_else(|| Bad {
        at: value.span().start,
        why: format!(
            "{what} is a string, this is a value of type {}",
            value.get_ref().type_str()
        ),
    })
}

/// The meaning of a string that is one of a few.
fn choice<T: Copy>(value: &Value<'_>, what: &str, known: &[(&str, T)]) -> Result<T, Bad> {
    let name = text(value, what)?;
    let found = known.iter().find(|(it, _)| *it == name);
    found
        .map(|(_, meaning)| *meaning)
        .ok_or_else(|| unknown(value.span().start, what, name, known.iter().map(|(it, _)| *it)))
}

fn table<'t, 'a>(value: &'t Value<'a>, what: &str) -> Result<&'t DeTable<'a>, Bad> {
    value.get_ref().as_table().ok_or_else(|| Bad {
        at: value.span().start,
        why: format!(
            "{what} is a table, this is a value of type {}",
            value.get_ref().type_str()
        ),
    })
}

fn read(file: &DeTable<'_>, model: &'static Model) -> Result<SprPolicy, Bad> {
    let mut policy = SprPolicy::default();
    for (key, value) in entries(file) {
        match &**key.get_ref() {
            "cpu" => cpu(value, model)?,
            "profile" => policy.profile = Some(choice(value, "profile", &Profile::NAMES)?),
            "unknown" => policy.unknown = Some(choice(value, "policy for unknown SPRs", &UNKNOWN)?),
            "spr" => policy.owners = owners(table(value, "spr")?, model)?,
            other => {
                let known = ["cpu", "profile", "unknown", "spr"].into_iter();
                return Err(unknown(key.span().start, "field of a policy", other, known));
            }
        }
    }
    Ok(policy)
}

/// Whom the file is for: one model, or a list of them.
fn cpu(value: &Value<'_>, model: &'static Model) -> Result<(), Bad> {
    let one = std::slice::from_ref(value);
    let names = value.get_ref().as_array().map_or(one, |list| &list[..]);
    let mut is_for_it = false;
    for name in names {
        let found = cli::cpu(text(name, "cpu")?).map_err(|_| {
            let known = ppc_cpu::model::MODELS.iter().map(|it| it.name);
            unknown(
                name.span().start,
                "CPU model",
                name.get_ref().as_str().unwrap_or_default(),
                known,
            )
        })?;
        is_for_it |= found.name == model.name;
    }
    if is_for_it {
        return Ok(());
    }
    Err(Bad {
        at: value.span().start,
        why: format!("this policy is not for the {}", model.name),
    })
}

/// Who owns what, no access twice.
fn owners(table: &DeTable<'_>, model: &'static Model) -> Result<Vec<(SprNum, Direction, Owner)>, Bad> {
    let mut owners = Vec::new();
    let mut named = [[false; 2]; SprNum::COUNT];
    for (key, value) in entries(table) {
        let (first, last) = numbers(key, model)?;
        for (direction, at, action) in actions(value)? {
            for sprn in SprNum::all().filter(|n| (first..=last).contains(n)) {
                if std::mem::replace(&mut named[sprn.index()][direction as usize], true) {
                    let why = format!("{} says what is said of SPR {sprn} already", quote(key.get_ref()));
                    return Err(Bad {
                        at: key.span().start,
                        why,
                    });
                }
                let owner = owner(action, model, sprn, direction).map_err(|why| Bad { at, why })?;
                owners.push((sprn, direction, owner));
            }
        }
    }
    Ok(owners)
}

/// A number, a name, or two of them with `-` between.
fn numbers(key: &Key<'_>, model: &'static Model) -> Result<(SprNum, SprNum), Bad> {
    let at = key.span().start;
    let one = |name: &str| {
        cli::spr(model, name).map_err(|why| {
            if name.starts_with(|c: char| c.is_ascii_digit()) {
                return Bad { at, why };
            }
            let upper = name.to_ascii_uppercase();
            let what = format!("SPR of the {}", model.name);
            let like = nearest(&upper, model.sprs.rows().iter().map(|row| row.name));
            let hint = match like.into_iter().flatten().collect::<Vec<_>>() {
                like if like.is_empty() => format!("`ppc-emu sprs --cpu {}` lists them", model.name),
                like => format!("{} may be meant", like.join(" or ")),
            };
            Bad {
                at,
                why: format!("{} is no {what}; {hint}", quote(name)),
            }
        })
    };
    let Some((first, last)) = key.get_ref().split_once('-') else {
        return one(key.get_ref()).map(|sprn| (sprn, sprn));
    };
    let (first, last) = (one(first)?, one(last)?);
    if first > last {
        let why = format!("{first} to {last} are no numbers: a range begins with the lower one");
        return Err(Bad { at, why });
    }
    Ok((first, last))
}

/// What is said of reads and of writes, and where.
fn actions(value: &Value<'_>) -> Result<Vec<(Direction, usize, Action)>, Bad> {
    let at = value.span().start;
    if value.get_ref().is_str() {
        let action = choice(value, "action", &ACTIONS)?;
        return Ok(DIRECTIONS.map(|(_, direction)| (direction, at, action)).to_vec());
    }
    let what = "what becomes of an SPR is a string (as \"exit\"), or a table with read and write";
    let Some(table) = value.get_ref().as_table() else {
        return Err(Bad {
            at,
            why: format!("{what}; this is a value of type {}", value.get_ref().type_str()),
        });
    };
    let mut actions = Vec::new();
    for (key, value) in entries(table) {
        let name: &str = key.get_ref();
        let Some((_, direction)) = DIRECTIONS.iter().find(|(it, _)| *it == name) else {
            let known = DIRECTIONS.iter().map(|(it, _)| *it);
            return Err(unknown(key.span().start, "direction", name, known));
        };
        actions.push((*direction, value.span().start, choice(value, "action", &ACTIONS)?));
    }
    if actions.is_empty() {
        return Err(Bad { at, why: what.into() });
    }
    Ok(actions)
}

/// The owner that an action comes to.
fn owner(action: Action, model: &Model, sprn: SprNum, direction: Direction) -> Result<Owner, String> {
    let row = model.sprs.row(sprn);
    let name = row.map_or_else(|| format!("SPR {sprn}"), |row| row.name.to_owned());
    match action {
        Action::Kvm => Ok(Profile::AsKvm.owner(model, sprn, direction)),
        Action::Is(Owner::Core) if row.is_none() => Err(format!(
            "the {} has no {name}, so the core cannot own it; exit, architected, ignore or fault can be said of it",
            model.name
        )),
        Action::Is(Owner::Core) if row.is_some_and(|row| row.behaviour == Behaviour::Exit) => Err(format!(
            "the core does not model {name}, so it cannot own it; exit, architected, ignore or fault can be said of it"
        )),
        Action::Is(Owner::User) if [LR, CTR, XER].contains(&sprn) => Err(format!(
            "{name} cannot leave: branches and arithmetic read and write it without mtspr or mfspr, and user space would have \
             a copy that is wrong; core is what can be said of it"
        )),
        Action::Is(owner) => Ok(owner),
    }
}
