//! `ppc-emu sprs`: the special-purpose registers of a CPU model, as its table has them.

pub mod diff;

use crate::cli::{SprsArgs, TableFormat};
use ppc_cpu::model::{Model, Ruling};
use ppc_cpu::spr::{Behaviour, Gates, Level, Special, SprRow};
use serde::Serialize;
use spr_exit::{Direction, Msr};
use std::io::{self, Write};

/// One register, in words.
#[derive(Serialize)]
struct Row {
    sprn: u16,
    name: &'static str,
    /// Problem state, supervisor, hypervisor: what each may do.
    problem: String,
    supervisor: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hypervisor: Option<String>,
    behaviour: String,
    reset: String,
    /// Bits that the behaviour speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    mask: Option<String>,
    /// Whether user space owns it until a VM promotes it.
    user_owned: bool,
    source: &'static str,
}

/// `r` and `w` where the access is granted, `n` where it is a no-op, `-` where it is refused.
pub(crate) fn gates(gates: Gates, level: Level) -> String {
    let letter = |direction, granted| {
        if gates.grants(level, direction) {
            granted
        } else if gates.is_noop(level, direction) {
            'n'
        } else {
            '-'
        }
    };
    [letter(Direction::Read, 'r'), letter(Direction::Write, 'w')]
        .into_iter()
        .collect()
}

/// What it does, and the bits of that.
pub(crate) fn behaviour(row: &SprRow) -> (String, Option<u64>) {
    match row.behaviour {
        Behaviour::Storage { writable } => ("storage".into(), Some(writable)),
        Behaviour::ReadOnly => ("read-only".into(), None),
        Behaviour::WriteOneToClear { clearable } => ("write 1 to clear".into(), Some(clearable)),
        Behaviour::Alias { of } => (format!("alias of {of}"), None),
        Behaviour::NoOp => ("no-op".into(), None),
        Behaviour::Special(Special::Window { of, problem }) => (
            format!("alias of {of}; problem state has {problem:#x} of it"),
            None,
        ),
        Behaviour::Special(special) => (format!("special ({special:?})"), None),
        Behaviour::Exit => ("exit".into(), None),
        Behaviour::Split {
            core,
            user_write,
            user_read,
        } => (
            format!("split (user space: writes of {user_write:#x}, reads of {user_read:#x})"),
            Some(core),
        ),
    }
}

/// Whether the model tells a hypervisor from a supervisor.
pub(crate) fn has_hypervisor(model: &Model) -> bool {
    model.msr_implemented.intersects(Msr::HV | Msr::GS)
}

fn rows(model: &Model) -> Vec<Row> {
    let has_hypervisor = has_hypervisor(model);
    let width = if model.is_64bit { 18 } else { 10 };
    let mut rows: Vec<Row> = model
        .sprs
        .rows()
        .iter()
        .map(|row| {
            let (mut behaviour, mask) = behaviour(row);
            if let Some(facility) = row.facility {
                behaviour += &format!(", facility {facility:?}");
            }
            Row {
                sprn: row.sprn.get(),
                name: row.name,
                problem: gates(row.gates, Level::Problem),
                supervisor: gates(row.gates, Level::Supervisor),
                hypervisor: has_hypervisor.then(|| gates(row.gates, Level::Hypervisor)),
                behaviour,
                reset: format!("{:#0width$x}", row.reset),
                mask: mask.map(|mask| format!("{mask:#0width$x}")),
                user_owned: row.is_user_owned,
                source: row.source,
            }
        })
        .collect();
    rows.sort_by_key(|row| row.sprn);
    rows
}

/// Prints what `args` ask for.
///
/// # Errors
/// Those of `out`.
pub fn main(args: &SprsArgs, out: &mut impl Write) -> io::Result<()> {
    match (args.cpu, &args.diff[..]) {
        (Some(model), _) => print(model, args.format, out),
        (None, [one, other]) => diff::print(one, other, args.format, out),
        // clap asks for one of both.
        (None, _) => Ok(()),
    }
}

/// Prints the table of `model`.
///
/// # Errors
/// Those of `out`.
pub fn print(model: &Model, format: TableFormat, out: &mut impl Write) -> io::Result<()> {
    let rows = rows(model);
    match format {
        TableFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &rows)?;
            writeln!(out)
        }
        TableFormat::Text => text(model, &rows, out),
        TableFormat::Md => markdown(model, &rows, out),
    }
}

fn owner(row: &Row) -> &'static str {
    if row.user_owned {
        " (user space's until promoted)"
    } else {
        ""
    }
}

/// What the model does with numbers that it does not define, and with registers where they cannot be had.
fn undefined(model: &Model) -> Vec<String> {
    let rules = &model.undefined;
    let mut lines = vec![
        format!(
            "Undefined numbers, problem state: {} without the privilege bit (0x10), {} with it.",
            ruling(rules.problem_open),
            ruling(rules.problem_privileged)
        ),
        format!("Undefined numbers, privileged: {}.", ruling(rules.privileged)),
        format!(
            "Wrong direction: {}. A hypervisor's register, for the supervisor: {}.",
            ruling(rules.wrong_direction),
            ruling(rules.hypervisor_only)
        ),
        format!("Source: {}.", rules.source),
    ];
    if rules.lpcr_illegal != 0 {
        let set = format!("With LPCR & {:#x}, all no-ops are illegal.", rules.lpcr_illegal);
        lines.insert(3, set);
    }
    for (verb, numbers) in [("Reads", rules.illegal_reads), ("Writes", rules.illegal_writes)] {
        if !numbers.is_empty() {
            let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            lines.insert(2, format!("{verb} of {}: illegal.", numbers.join(", ")));
        }
    }
    lines
}

pub(crate) const fn ruling(ruling: Ruling) -> &'static str {
    match ruling {
        Ruling::Illegal => "illegal",
        Ruling::Privileged => "privileged",
        Ruling::NoOp => "no-op",
        Ruling::Unavailable(_) => "facility unavailable",
    }
}

const LEGEND: &str = "r, w: granted; n: no-op; -: refused. mask: writable, clearable or core-owned bits.";

fn text(model: &Model, rows: &[Row], out: &mut impl Write) -> io::Result<()> {
    let width = if model.is_64bit { 18 } else { 10 };
    writeln!(out, "SPRs of the {}. {LEGEND}", model.name)?;
    writeln!(
        out,
        "{:>4} {:12} {:>4} {:>4} {:>4}  {:width$} {:width$} behaviour; source",
        "spr", "name", "prob", "sup", "hyp", "reset", "mask"
    )?;
    for row in rows {
        writeln!(
            out,
            "{:4} {:12} {:>4} {:>4} {:>4}  {} {:width$} {}{}; {}",
            row.sprn,
            row.name,
            row.problem,
            row.supervisor,
            row.hypervisor.as_deref().unwrap_or(""),
            row.reset,
            row.mask.as_deref().unwrap_or(""),
            row.behaviour,
            owner(row),
            row.source
        )?;
    }
    writeln!(out, "{}", undefined(model).join("\n"))
}

fn markdown(model: &Model, rows: &[Row], out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "# SPRs of the {}\n\n{LEGEND}\n", model.name)?;
    writeln!(
        out,
        "| SPR | name | problem | supervisor | hypervisor | behaviour | reset | mask | source |\n\
         |---:|---|---|---|---|---|---|---|---|"
    )?;
    for row in rows {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {}{} | {} | {} | {} |",
            row.sprn,
            row.name,
            row.problem,
            row.supervisor,
            row.hypervisor.as_deref().unwrap_or(""),
            row.behaviour,
            owner(row),
            row.reset,
            row.mask.as_deref().unwrap_or(""),
            row.source.replace('|', "\\|")
        )?;
    }
    writeln!(out, "\n* {}", undefined(model).join("\n* "))
}
