//! Registers by name: the canonical names of the interface, and the names and numbers of SPRs.
//!
//! Everything here looks at the CPU and changes it from outside, without the effects of a guest's access. LR, CTR and
//! XER have SPR numbers as well; they go by their own names here, whatever name they were given by.

use super::bad::Bad;
use ppc_cpu::Cpu;
use ppc_cpu::model::Model;
use ppc_cpu::spr::{Behaviour, Special, SprRow};
use ppc_decode::Isa;
use serde::{Serialize, Serializer};
use spr_exit::num::common;
use spr_exit::{Msr, SprNum};
use std::fmt::{self, Write as _};

/// A register of the interface. The order is the one of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Register {
    Gpr(u8),
    Cr,
    Xer,
    Lr,
    Ctr,
    Msr,
    Pc,
    Spr(SprNum),
}

impl Register {
    /// The registers that every CPU has.
    pub(super) fn common() -> impl Iterator<Item = Self> {
        (0..32)
            .map(Self::Gpr)
            .chain([Self::Cr, Self::Xer, Self::Lr, Self::Ctr, Self::Msr, Self::Pc])
    }

    /// The register that `model` knows by this name, in any case. This core must have it.
    pub(super) fn by_name(name: &str, model: &Model) -> Result<Self, Bad> {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "cr" => return Ok(Self::Cr),
            "msr" => return Ok(Self::Msr),
            "pc" => return Ok(Self::Pc),
            "fpscr" | "vscr" | "acc" => return Err(not_yet(name)),
            _ => {}
        }
        for (prefix, count) in [("vs", 64), ("r", 32), ("f", 32), ("v", 32)] {
            match lower.strip_prefix(prefix).and_then(decimal) {
                Some(n) if n < count && prefix == "r" => {
                    return u8::try_from(n).map(Self::Gpr).map_err(|_| unknown(name, model));
                }
                Some(n) if n < count => return Err(not_yet(name)),
                _ => {}
            }
        }
        let by_number = lower.strip_prefix("spr").and_then(decimal).and_then(SprNum::new);
        let Some(sprn) = by_number.or_else(|| model.sprs.by_name(name)) else {
            return Err(unknown(name, model));
        };
        match sprn {
            common::XER => Ok(Self::Xer),
            common::LR => Ok(Self::Lr),
            common::CTR => Ok(Self::Ctr),
            _ => match model.sprs.row(sprn) {
                None => Err(unknown(name, model)),
                Some(row) if is_kept(row) => Ok(Self::Spr(sprn)),
                Some(_) => Err(Bad::new(format!(
                    "the core keeps no value for this register of the {}; accesses to it are exits or have no effect",
                    model.name
                ))),
            },
        }
    }

    /// The register it is another number of, or itself.
    pub(super) fn original(self, model: &Model) -> Self {
        match self {
            Self::Spr(sprn) => match model.sprs.row(sprn).map(|row| row.behaviour) {
                Some(Behaviour::Alias { of }) => Self::Spr(of),
                _ => self,
            },
            _ => self,
        }
    }

    /// Whether it is the time base or a part of it.
    pub(super) fn is_time_base(self, model: &Model) -> bool {
        let Self::Spr(sprn) = self else { return false };
        matches!(
            special(model, sprn),
            Some(
                Special::TbLower
                    | Special::TbUpper
                    | Special::TbLowerWrite
                    | Special::TbUpperWrite
                    | Special::Tb40Write
            )
        )
    }

    /// Its value.
    pub(super) fn peek(self, cpu: &Cpu) -> u64 {
        match self {
            Self::Gpr(n) => cpu.gpr(n.into()),
            Self::Cr => cpu.cr().into(),
            Self::Xer => cpu.xer(),
            Self::Lr => cpu.lr(),
            Self::Ctr => cpu.ctr(),
            Self::Msr => cpu.msr().bits(),
            Self::Pc => cpu.cia(),
            Self::Spr(sprn) => cpu.peek_spr(sprn).unwrap_or(0),
        }
    }

    /// Sets it to exactly this value; a value that it cannot hold is an error.
    pub(super) fn poke(self, cpu: &mut Cpu, value: u64) -> Result<(), Bad> {
        // What the look back afterwards is about: a port to half of a register shows the whole of it.
        let mut seen = u64::MAX;
        match self {
            Self::Gpr(n) => {
                let is_wide = cpu.model().is_64bit || cpu.model().isa.contains(Isa::SPE);
                cpu.set_gpr(n.into(), if is_wide { value } else { value & 0xffff_ffff });
            }
            Self::Cr => {
                cpu.set_cr(u32::try_from(value & 0xffff_ffff).unwrap_or(0));
            }
            Self::Xer => cpu.set_xer(value),
            Self::Lr => cpu.set_lr(value),
            Self::Ctr => cpu.set_ctr(value),
            Self::Msr => cpu.set_msr(Msr::from_bits_retain(value)),
            Self::Pc => cpu.set_cia(value),
            Self::Spr(sprn) => match special(cpu.model(), sprn) {
                Some(Special::TbLowerWrite) if value >> 32 == 0 => {
                    seen = 0xffff_ffff;
                    cpu.poke_spr(sprn, value);
                }
                _ => {
                    cpu.poke_spr(sprn, value);
                }
            },
        }
        let lost = value & !self.peek(cpu) | self.peek(cpu) & !value & seen;
        if lost == 0 {
            Ok(())
        } else {
            Err(Bad::new(format!(
                "{value:#x} cannot be the value of {self} on the {}: bits {lost:#x}",
                cpu.model().name
            )))
        }
    }
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gpr(n) => write!(f, "r{n}"),
            Self::Cr => f.write_str("cr"),
            Self::Xer => f.write_str("xer"),
            Self::Lr => f.write_str("lr"),
            Self::Ctr => f.write_str("ctr"),
            Self::Msr => f.write_str("msr"),
            Self::Pc => f.write_str("pc"),
            Self::Spr(sprn) => write!(f, "spr{sprn}"),
        }
    }
}

impl Serialize for Register {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The SPR that a key of `sprs` means: by number, canonical name, or the name in the model's manual.
pub(super) fn sprn_by_name(name: &str, model: &Model) -> Result<SprNum, Bad> {
    let number = match name.get(..3) {
        Some(prefix) if prefix.eq_ignore_ascii_case("spr") => name.get(3..).and_then(decimal),
        _ => super::value::parse_integer(name),
    };
    match number {
        Some(number) => SprNum::try_from(number).map_err(|why| Bad::new(why.to_string())),
        None => model.sprs.by_name(name).ok_or_else(|| unknown(name, model)),
    }
}

/// What time or the instructions themselves change: reported when asked for only.
pub(super) fn is_time(model: &Model, row: &SprRow) -> bool {
    Register::Spr(row.sprn).is_time_base(model)
        || matches!(
            special(model, row.sprn),
            Some(Special::Dec | Special::Hdec | Special::Ticks | Special::Instructions | Special::Counter(_))
        )
}

/// Whether a row is a register of its own: it keeps a value, under no other name.
pub(super) fn is_original(row: &SprRow) -> bool {
    is_kept(row) && !is_view(row) && !is_named(row)
}

/// Whether a row shows another's value.
fn is_view(row: &SprRow) -> bool {
    matches!(
        row.behaviour,
        Behaviour::Alias { .. }
            | Behaviour::Special(
                Special::Window { .. }
                    | Special::BescrSet(_)
                    | Special::BescrReset(_)
                    | Special::Ppr32
                    | Special::Mas7Mas3
            )
    )
}

/// Whether a row is LR, CTR or XER, which go by their names.
pub(super) fn is_named(row: &SprRow) -> bool {
    matches!(row.sprn, common::XER | common::LR | common::CTR)
}

/// Whether the core keeps a value behind a row.
pub(super) fn is_kept(row: &SprRow) -> bool {
    !matches!(row.behaviour, Behaviour::Exit | Behaviour::NoOp)
}

/// The special function behind a number, or behind the number it is an alias of.
fn special(model: &Model, sprn: SprNum) -> Option<Special> {
    match model.sprs.row(sprn)?.behaviour {
        Behaviour::Special(special) => Some(special),
        Behaviour::Alias { of } => match model.sprs.row(of)?.behaviour {
            Behaviour::Special(special) => Some(special),
            _ => None,
        },
        _ => None,
    }
}

/// A number in decimal, written in the one usual way.
fn decimal(digits: &str) -> Option<u64> {
    let is_usual = digits.bytes().all(|b| b.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    digits.parse().ok().filter(|_| is_usual)
}

fn unknown(name: &str, model: &Model) -> Bad {
    let mut why = format!("the {} has no register of this name", model.name);
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        let _ = write!(why, " (SPRs by number are written spr{})", Bad::quote(name));
    }
    Bad::new(why)
}

fn not_yet(name: &str) -> Bad {
    Bad::new(format!(
        "{} cannot be accessed: this core has no floating point and no vectors yet",
        Bad::quote(name)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ppc_cpu::model;

    #[test]
    fn every_canonical_name_is_the_name_of_the_register_it_is_printed_for() {
        for model in model::MODELS {
            let sprs = model
                .sprs
                .rows()
                .iter()
                .filter(|row| is_original(row))
                .map(|row| Register::Spr(row.sprn));
            for register in Register::common().chain(sprs) {
                assert_eq!(Register::by_name(&register.to_string(), model).unwrap(), register);
            }
        }
    }

    #[test]
    fn a_register_reads_back_what_was_poked() {
        for model in model::MODELS {
            let mut cpu = Cpu::new(model);
            for row in model.sprs.rows().iter().filter(|row| is_original(row)) {
                let register = Register::Spr(row.sprn);
                let value = match special(model, row.sprn) {
                    Some(Special::Dpdes) => 1,
                    _ => 0x1200_0000,
                };
                register.poke(&mut cpu, value).unwrap();
                let lower = if special(model, row.sprn) == Some(Special::TbLowerWrite) {
                    0xffff_ffff
                } else {
                    u64::MAX
                };
                assert_eq!(register.peek(&cpu) & lower, value, "{} {}", model.name, row.name);
            }
        }
    }

    #[test]
    fn lr_ctr_and_xer_go_by_their_names_also_when_given_as_sprs() {
        for (name, register) in [
            ("spr8", Register::Lr),
            ("CTR", Register::Ctr),
            ("Spr1", Register::Xer),
        ] {
            assert_eq!(Register::by_name(name, &model::E500V2).unwrap(), register);
        }
    }

    #[test]
    fn a_number_is_written_in_one_way_only() {
        for name in ["r00", "r32", "r+1", "spr08", "spr1024", "spr", "r", "26", ""] {
            assert!(Register::by_name(name, &model::E500V2).is_err(), "{name}");
        }
    }
}
