//! A record: what a line asks for, checked as far as it can be without a machine.
//!
//! Fields with their meanings and defaults: `docs/exec.md`. What a record does to a machine is in [`super::setup`].

use super::bad::{Bad, Place as _};
use super::json::{Fields, Value};
use super::raise::{Raise, raises};
use super::register::{Register, sprn_by_name};
use super::value::{bytes, choice, integer, list, object, pair, switch, text};
use ppc_cpu::model::{self, ByteOrder, Model};
use ppc_cpu::spr::Profile;
use spr_exit::{Capability, Fault, Owner, Reply, SprNum, UnknownSpr};

/// How many stretches of RAM there may be, since every access looks through them.
const MAX_RAM_SLOTS: usize = 1024;
/// How many bytes all dumps of a record may have together.
const MAX_DUMP: u64 = 1 << 24;

/// A stretch of guest memory and what goes there.
#[derive(Debug)]
pub(super) struct Store {
    pub(super) address: u64,
    pub(super) bytes: Vec<u8>,
}

/// Registers to set: the name they were given by, for errors, and the value.
pub(super) type Settings = Vec<(String, Register, u64)>;

/// What a line asks for.
#[derive(Debug)]
pub(super) struct Record {
    /// Whether `code` or `mem` was given.
    pub(super) has_program: bool,
    pub(super) model: &'static Model,
    pub(super) ram: Vec<(u64, u64)>,
    /// Big-endian words.
    pub(super) code: Vec<u8>,
    pub(super) mem: Vec<Store>,
    pub(super) pc: u64,
    /// All but `pc`, no register twice.
    pub(super) regs: Settings,
    pub(super) is_little_endian: bool,
    pub(super) owners: Profile,
    pub(super) sprs: Vec<(String, SprNum, Owner)>,
    pub(super) unknown_spr: UnknownSpr,
    pub(super) check_privilege: Option<bool>,
    pub(super) caps: Vec<Capability>,
    pub(super) answers: Vec<Reply>,
    pub(super) raise: Vec<Raise>,
    pub(super) stop: Vec<u64>,
    pub(super) max_insns: u64,
    pub(super) goes_on_after_interrupts: bool,
    pub(super) want: Vec<Register>,
    pub(super) dump: Vec<(u64, usize)>,
    pub(super) has_dump: bool,
    pub(super) all_regs: bool,
}

/// Every field but `id`, and whether it was given.
macro_rules! given {
    ($($name:ident),*) => {
        #[derive(Default)]
        struct Given<'v, 'a> { $($name: Option<&'v Value<'a>>),* }

        impl<'v, 'a> Given<'v, 'a> {
            fn sort(fields: &'v Fields<'a>) -> Result<Self, Bad> {
                let mut given = Self::default();
                for (name, value) in fields {
                    let place = match &**name {
                        $(stringify!($name) => &mut given.$name,)*
                        _ => return Err(Bad::new("unknown field").field(name)),
                    };
                    if place.replace(value).is_some() {
                        return Err(Bad::new("given twice").field(name));
                    }
                }
                Ok(given)
            }
        }
    };
}

given!(
    cpu,
    ram,
    code,
    mem,
    pc,
    regs,
    little_endian,
    owners,
    sprs,
    unknown_spr,
    check_privilege,
    caps,
    answers,
    raise,
    stop,
    max_insns,
    interrupts,
    want,
    dump,
    all_regs
);

/// The value of a field as `read` takes it, or its default.
fn or<'v, 'a, T>(
    value: Option<&'v Value<'a>>,
    name: &str,
    default: T,
    read: impl FnOnce(&'v Value<'a>) -> Result<T, Bad>,
) -> Result<T, Bad> {
    value.map_or(Ok(default), |value| read(value).in_field(name))
}

impl Record {
    /// The record that these fields make.
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, Bad> {
        let given = Given::sort(fields)?;
        let model = or(given.cpu, "cpu", &model::E500V2, cpu)?;
        let is_little_endian = or(given.little_endian, "little_endian", false, |v| {
            match (switch(v)?, model.byte_order) {
                (true, ByteOrder::Big) => Err(Bad::new(format!(
                    "the {} has no little-endian mode by MSR[LE] here",
                    model.name
                ))),
                (is_on, _) => Ok(is_on),
            }
        })?;
        let (regs, regs_pc) = or(given.regs, "regs", (Vec::new(), None), |v| regs(v, model))?;
        let pc = or(given.pc, "pc", None, |v| integer(v).map(Some))?;
        let pc = match (pc, regs_pc) {
            (Some(pc), Some(other)) if pc != other => {
                return Err(Bad::new("two values, by `pc` and by `regs.pc`").field("pc"));
            }
            (pc, other) => pc.or(other).unwrap_or(0x1000),
        };
        if pc % 4 != 0 || !model.is_64bit && pc >> 32 != 0 {
            return Err(Bad::new(format!(
                "{pc:#x} is not the address of an instruction on the {}",
                model.name
            ))
            .field("pc"));
        }
        Ok(Self {
            has_program: given.code.is_some() || given.mem.is_some(),
            model,
            ram: or(given.ram, "ram", vec![(0, 0x1_0000)], ram)?,
            code: or(given.code, "code", Vec::new(), |v| bytes(v, 8))?,
            mem: or(given.mem, "mem", Vec::new(), |v| list(v, store))?,
            pc,
            regs,
            is_little_endian,
            owners: or(given.owners, "owners", Profile::Model, |v| {
                choice(v, &Profile::NAMES)
            })?,
            sprs: or(given.sprs, "sprs", Vec::new(), |v| sprs(v, model))?,
            unknown_spr: or(given.unknown_spr, "unknown_spr", UnknownSpr::Exit, unknown_spr)?,
            check_privilege: or(given.check_privilege, "check_privilege", None, |v| {
                switch(v).map(Some)
            })?,
            caps: or(given.caps, "caps", Vec::new(), |v| list(v, capability))?,
            answers: or(given.answers, "answers", Vec::new(), |v| list(v, answer))?,
            raise: or(given.raise, "raise", Vec::new(), |v| raises(v, model))?,
            stop: or(given.stop, "stop", Vec::new(), |v| list(v, integer))?,
            max_insns: or(given.max_insns, "max_insns", 1_000_000, integer)?,
            goes_on_after_interrupts: or(given.interrupts, "interrupts", false, |v| {
                choice(v, &[("stop", false), ("deliver", true)])
            })?,
            want: or(given.want, "want", Vec::new(), |v| {
                list(v, |name| Register::by_name(text(name)?, model))
            })?,
            dump: or(given.dump, "dump", Vec::new(), dump)?,
            has_dump: given.dump.is_some(),
            all_regs: or(given.all_regs, "all_regs", false, switch)?,
        })
    }
}

fn cpu(value: &Value<'_>) -> Result<&'static Model, Bad> {
    let name = text(value)?;
    model::by_name(name).ok_or_else(|| {
        let known: Vec<&str> = model::MODELS.iter().map(|model| model.name).collect();
        Bad::new(format!(
            "no CPU model is called {:?}; there are {}",
            Bad::quote(name),
            known.join(", ")
        ))
    })
}

fn ram(value: &Value<'_>) -> Result<Vec<(u64, u64)>, Bad> {
    let slots = list(value, |slot| pair(slot, "[base, size]", integer, integer))?;
    if slots.len() > MAX_RAM_SLOTS {
        return Err(Bad::new(format!(
            "{} stretches of RAM are too many, {MAX_RAM_SLOTS} are possible",
            slots.len()
        )));
    }
    Ok(slots)
}

fn store(value: &Value<'_>) -> Result<Store, Bad> {
    let (address, bytes) = pair(value, "[address, hex bytes]", integer, |v| bytes(v, 2))?;
    Ok(Store { address, bytes })
}

fn dump(value: &Value<'_>) -> Result<Vec<(u64, usize)>, Bad> {
    let mut left = MAX_DUMP;
    list(value, |stretch| {
        let (address, length) = pair(stretch, "[address, length]", integer, integer)?;
        let length = usize::try_from(length).ok().zip(left.checked_sub(length));
        let (length, rest) = length
            .ok_or_else(|| Bad::new(format!("all dumps together have more than {MAX_DUMP:#x} bytes")))?;
        left = rest;
        Ok((address, length))
    })
}

/// The registers to set, and `pc` apart from them.
fn regs(value: &Value<'_>, model: &Model) -> Result<(Settings, Option<u64>), Bad> {
    let (mut regs, mut pc) = (Vec::new(), None);
    let mut seen = Vec::new();
    for (name, value) in object(value)? {
        let read = || {
            let register = Register::by_name(name, model)?;
            Ok((register, integer(value)?))
        };
        let (register, value) = read().in_field(name)?;
        seen.push((register.original(model), name));
        if register == Register::Pc {
            pc = Some(value);
        } else {
            regs.push((name.to_string(), register, value));
        }
    }
    seen.sort_unstable();
    match seen.windows(2).find(|two| two[0].0 == two[1].0) {
        Some(two) => {
            let why = format!("the same register as {}", Bad::quote(two[0].1));
            Err(Bad::new(why).field(two[1].1))
        }
        None => Ok((regs, pc)),
    }
}

fn sprs(value: &Value<'_>, model: &Model) -> Result<Vec<(String, SprNum, Owner)>, Bad> {
    const OWNERS: &[(&str, Owner)] = &[
        ("exit", Owner::User),
        ("core", Owner::Core),
        ("architected", Owner::Architected),
        ("ignore", Owner::Ignore),
        ("fault", Owner::Fault),
    ];
    let mut owners: Vec<(String, SprNum, Owner)> = Vec::new();
    let mut seen = [false; SprNum::COUNT];
    for (name, value) in object(value)? {
        let read = || Ok((sprn_by_name(name, model)?, choice(value, OWNERS)?));
        let (sprn, owner) = read().in_field(name)?;
        if std::mem::replace(&mut seen[sprn.index()], true) {
            return Err(Bad::new(format!("SPR {sprn} was given by another name already")).field(name));
        }
        owners.push((name.to_string(), sprn, owner));
    }
    Ok(owners)
}

fn unknown_spr(value: &Value<'_>) -> Result<UnknownSpr, Bad> {
    choice(
        value,
        &[
            ("exit", UnknownSpr::Exit),
            ("fault", UnknownSpr::Fault),
            ("architected", UnknownSpr::Architected),
            ("ignore", UnknownSpr::ReadZeroIgnoreWrite),
        ],
    )
}

fn capability(value: &Value<'_>) -> Result<Capability, Bad> {
    let cap = choice(value, &Capability::NAMES)?;
    match cap {
        Capability::SprExits | Capability::PromoteSpr => Err(Bad::new(
            "this capability needs arguments, which a list of names cannot give; say who owns single registers in \
             `sprs`, and what becomes of unknown ones in `unknown_spr`",
        )),
        _ => Ok(cap),
    }
}

fn answer(value: &Value<'_>) -> Result<Reply, Bad> {
    match &object(value)?[..] {
        [] => Ok(Reply::Done(0)),
        [(name, value)] => match &**name {
            "data" => integer(value).map(Reply::Done).in_field(name),
            "fail" => {
                let faults = [("illegal", Fault::Illegal), ("privileged", Fault::Privileged)];
                choice(value, &faults).map(Reply::Fault).in_field(name)
            }
            "noop" => match switch(value).in_field(name)? {
                true => Ok(Reply::NoOp),
                false => Err(Bad::new("an answer that is not a no-op leaves the field out").field(name)),
            },
            _ => Err(Bad::new("unknown field; an answer is data, fail or noop").field(name)),
        },
        several => {
            let names: Vec<String> = several.iter().map(|(name, _)| Bad::quote(name)).take(4).collect();
            Err(Bad::new(format!(
                "an answer is one of data, fail and noop, or empty; this one has {}",
                names.join(", ")
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_capability_with_a_name_is_either_enabled_or_refused_with_a_way_out() {
        for (name, cap) in Capability::NAMES {
            match capability(&Value::Text(name.into())) {
                Ok(found) => assert_eq!(found, cap),
                Err(why) => assert!(why.to_string().contains("sprs"), "{why}"),
            }
        }
    }
}
