//! `ppc-emu sprs --diff`: how the registers of two CPU models differ.

use crate::cli::TableFormat;
use ppc_cpu::model::Model;
use ppc_cpu::spr::{Level, SprRow};
use serde::Serialize;
use spr_exit::SprNum;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// A register that only one of them has.
#[derive(Serialize)]
struct Only {
    sprn: u16,
    name: &'static str,
}

/// A number that names two registers.
#[derive(Serialize)]
struct Renamed {
    sprn: u16,
    names: [&'static str; 2],
}

/// A register with two numbers.
#[derive(Serialize)]
struct Moved {
    name: &'static str,
    sprns: [u16; 2],
}

/// A register that both have, and something about it that is not the same.
#[derive(Serialize)]
struct Changed {
    sprn: u16,
    name: &'static str,
    what: &'static str,
    values: [String; 2],
}

/// All of it.
#[derive(Serialize)]
pub(crate) struct Diff {
    models: [&'static str; 2],
    /// Neither the number nor the name is in the other.
    only: [Vec<Only>; 2],
    renamed: Vec<Renamed>,
    moved: Vec<Moved>,
    changed: Vec<Changed>,
}

/// What there is to compare of a register.
fn facts(row: &SprRow) -> [(&'static str, String); 6] {
    let (behaviour, mask) = super::behaviour(row);
    let mask = mask.map_or_else(|| "-".into(), |mask| format!("{mask:#x}"));
    let gates = |level| super::gates(row.gates, level);
    [
        ("problem", gates(Level::Problem)),
        ("supervisor", gates(Level::Supervisor)),
        ("hypervisor", gates(Level::Hypervisor)),
        ("behaviour", behaviour),
        ("mask", mask),
        ("reset", format!("{:#x}", row.reset)),
    ]
}

impl Diff {
    /// Compares two models.
    pub(crate) fn of(one: &Model, other: &Model) -> Self {
        let mut diff = Self {
            models: [one.name, other.name],
            only: [only(one, other), only(other, one)],
            renamed: Vec::new(),
            moved: Vec::new(),
            changed: Vec::new(),
        };
        // A hypervisor that only one of them has says nothing about a register.
        let has_hypervisor = super::has_hypervisor(one) && super::has_hypervisor(other);
        let mut rows: Vec<&SprRow> = one.sprs.rows().iter().collect();
        rows.sort_by_key(|row| row.sprn);
        for row in rows {
            let sprn = row.sprn.get();
            if let Some(to) = other.sprs.by_name(row.name)
                && to != row.sprn
            {
                let (name, sprns) = (row.name, [sprn, to.get()]);
                diff.moved.push(Moved { name, sprns });
            }
            let Some(there) = other.sprs.row(row.sprn) else {
                continue;
            };
            if row.name != there.name {
                let names = [row.name, there.name];
                diff.renamed.push(Renamed { sprn, names });
                continue;
            }
            for ((what, here), (_, there)) in facts(row).into_iter().zip(facts(there)) {
                if here != there && (has_hypervisor || what != "hypervisor") {
                    diff.changed.push(Changed {
                        sprn,
                        name: row.name,
                        what,
                        values: [here, there],
                    });
                }
            }
        }
        diff
    }

    /// As a section of Markdown.
    pub(crate) fn markdown(&self, out: &mut impl Write) -> io::Result<()> {
        let [one, other] = self.models;
        for (model, only) in self.models.iter().zip(&self.only) {
            let only: Vec<String> = only.iter().map(Only::text).collect();
            writeln!(out, "Only on the {model} ({}): {}.\n", only.len(), list(&only))?;
        }
        if !self.renamed.is_empty() {
            writeln!(out, "| the same number | {one} | {other} |\n|---:|---|---|")?;
            for it in &self.renamed {
                writeln!(out, "| {} | {} | {} |", it.sprn, it.names[0], it.names[1])?;
            }
            writeln!(out)?;
        }
        if !self.moved.is_empty() {
            writeln!(out, "| the same register | {one} | {other} |\n|---|---:|---:|")?;
            for it in &self.moved {
                writeln!(out, "| {} | {} | {} |", it.name, it.sprns[0], it.sprns[1])?;
            }
            writeln!(out)?;
        }
        if !self.changed.is_empty() {
            writeln!(
                out,
                "| SPR | name | what | {one} | {other} |\n|---:|---|---|---|---|"
            )?;
            for it in &self.changed {
                let [here, there] = &it.values;
                writeln!(
                    out,
                    "| {} | {} | {} | {here} | {there} |",
                    it.sprn, it.name, it.what
                )?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    fn text(&self, out: &mut impl Write) -> io::Result<()> {
        let [one, other] = self.models;
        for (model, only) in self.models.iter().zip(&self.only) {
            writeln!(out, "only on the {model}:")?;
            for it in only {
                writeln!(out, "  {:4} {}", it.sprn, it.name)?;
            }
        }
        writeln!(out, "the same number, another register ({one}, {other}):")?;
        for it in &self.renamed {
            writeln!(out, "  {:4} {:12} {}", it.sprn, it.names[0], it.names[1])?;
        }
        writeln!(out, "the same register, another number ({one}, {other}):")?;
        for it in &self.moved {
            writeln!(out, "  {:12} {:4} {:4}", it.name, it.sprns[0], it.sprns[1])?;
        }
        writeln!(out, "the same register, not the same ({one}, {other}):")?;
        for it in &self.changed {
            let [here, there] = &it.values;
            writeln!(
                out,
                "  {:4} {:12} {:10} {here}, {there}",
                it.sprn, it.name, it.what
            )?;
        }
        Ok(())
    }
}

impl Only {
    fn text(&self) -> String {
        format!("{} ({})", self.name, self.sprn)
    }
}

fn list(words: &[String]) -> String {
    if words.is_empty() {
        "none".into()
    } else {
        words.join(", ")
    }
}

/// The registers of `one` whose number and name are both unknown to `other`.
fn only(one: &Model, other: &Model) -> Vec<Only> {
    let names: BTreeSet<&str> = other.sprs.rows().iter().map(|row| row.name).collect();
    SprNum::all()
        .filter(|sprn| other.sprs.row(*sprn).is_none())
        .filter_map(|sprn| one.sprs.row(sprn))
        .filter(|row| !names.contains(row.name))
        .map(|row| Only {
            sprn: row.sprn.get(),
            name: row.name,
        })
        .collect()
}

/// Prints how two models differ.
///
/// # Errors
/// Those of `out`.
pub fn print(one: &Model, other: &Model, format: TableFormat, out: &mut impl Write) -> io::Result<()> {
    let diff = Diff::of(one, other);
    match format {
        TableFormat::Text => diff.text(out),
        TableFormat::Md => {
            writeln!(out, "# SPRs of the {} and the {}\n", one.name, other.name)?;
            diff.markdown(out)
        }
        TableFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &diff)?;
            writeln!(out)
        }
    }
}
