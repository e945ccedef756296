//! Host instructions per guest instruction, per SPR access and per lifecycle iteration: a guard that no clock disturbs.
//!
//! `examples/count_work.rs` has the works. Each is done twice, with an amount and with twice as much, under
//! `valgrind --tool=callgrind`; the difference is divided by the units that the second run did more. The same compiler
//! gives the same figures on every x86-64 machine, but for what the C library chooses by the host's CPU.

use crate::tools;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Where the figures are committed.
const FILE: &str = "benches/counts.toml";
/// By how much a figure may differ from the committed one, either way: a figure that is not true guards nothing.
const TOLERANCE: f64 = 0.05;

/// For the C library's memcpy and memset: valgrind counts `rep movsb` and `rep stosb` as one instruction for each byte.
const NO_STRING_INSTRUCTIONS: &str =
    "glibc.cpu.x86_rep_movsb_threshold=0x10000000:glibc.cpu.x86_rep_stosb_threshold=0x10000000";

/// Costs that must not grow from the first work to the second, whatever is committed.
const EQUAL: [(&str, &str); 3] = [
    ("spr.routed_to_1_handler", "spr.routed_to_1000_handlers"),
    ("spr.round_trip", "spr.round_trip_of_1000_cpus"),
    ("interp.sieve", "trace.sieve_after_a_trace"),
];
/// By how much the second may cost more.
const GROWTH: f64 = 0.01;

/// Groups with a geometric mean.
const MEANS: [&str; 2] = ["interp", "interp64"];

/// Figures by name, in the order in which they are counted.
pub(crate) struct Counts {
    rustc: String,
    figures: Vec<(String, f64)>,
}

/// `cargo xtask counts [--check|--update]`.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let file = tools::root()?.join(FILE);
    match args {
        [] => {
            let (counts, committed) = (count()?, read(&file).ok());
            print(&counts, committed.as_ref());
            Ok(())
        }
        [flag] if flag == "--check" => {
            let committed = read(&file)?;
            let counts = count()?;
            print(&counts, Some(&committed));
            check(&counts, &committed)
        }
        [flag] if flag == "--update" => {
            let counts = count()?;
            print(&counts, read(&file).ok().as_ref());
            fs::write(&file, counts.to_toml()).map_err(|why| format!("{FILE}: {why}"))
        }
        _ => Err("usage: cargo xtask counts [--check|--update]".into()),
    }
}

/// The committed figures.
pub(crate) fn committed() -> Result<Counts, String> {
    read(&tools::root()?.join(FILE))
}

fn read(file: &Path) -> Result<Counts, String> {
    let text = fs::read_to_string(file).map_err(|why| format!("{FILE}: {why}"))?;
    Counts::from_toml(&text).ok_or(format!(
        "{FILE} is not as `cargo xtask counts --update` writes it"
    ))
}

/// Does all works and counts.
fn count() -> Result<Counts, String> {
    let program = tools::build("--example", "count_work")?;
    let list = tools::successful(Command::new(&program), "cargo")?;
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    let mut figures = Vec::new();
    for line in list.lines() {
        let (name, amount) = line
            .split_once(' ')
            .and_then(|(name, amount)| Some((name, amount.parse::<u32>().ok()?)))
            .ok_or(format!("count_work lists `{line}`"))?;
        let (units, instructions) = work(&program, name, amount)?;
        let (more_units, more_instructions) = work(&program, name, 2 * amount)?;
        figures.push((
            name.to_owned(),
            (more_instructions - instructions) / (more_units - units),
        ));
    }
    Ok(Counts {
        rustc: tools::rustc_version()?,
        figures,
    })
}

/// Does one work under callgrind: the units done, and the instructions of the whole process.
fn work(program: &Path, name: &str, amount: u32) -> Result<(f64, f64), String> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    valgrind.env("GLIBC_TUNABLES", NO_STRING_INSTRUCTIONS);
    valgrind.arg(program).args([name, &amount.to_string()]);
    let output = tools::successful(valgrind, "valgrind")?;
    let (stdout, stderr) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    // ==123== Collected : 3104985
    let collected = stderr
        .lines()
        .find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    match (stdout.trim().parse(), collected) {
        (Ok(units), Some(instructions)) => Ok((units, instructions)),
        _ => Err(format!("{name}: valgrind printed\n{stdout}{stderr}")),
    }
}

fn print(counts: &Counts, committed: Option<&Counts>) {
    println!("{:32} {:>10} {:>10}", "host instructions", "committed", "now");
    for (name, now) in &counts.figures {
        let old = committed.and_then(|committed| committed.get(name));
        let old_text = old.map_or("-".into(), |old| format!("{old:.2}"));
        let change = old.map_or(String::new(), |old| {
            format!("{:+.1} %", 100.0 * (now / old - 1.0))
        });
        println!("{name:32} {old_text:>10} {now:>10.2} {change:>9}");
    }
    for group in MEANS {
        let shown = |mean: Option<f64>| mean.map_or("-".into(), |mean| format!("{mean:.2}"));
        let old = shown(committed.and_then(|committed| committed.mean(group)));
        let now = shown(counts.mean(group));
        println!("{:32} {old:>10} {now:>10}", format!("{group}, geometric mean"));
    }
}

/// What is not as it should be.
fn check(counts: &Counts, committed: &Counts) -> Result<(), String> {
    let mut failures = Vec::new();
    for (name, now) in &counts.figures {
        match committed.get(name) {
            None => failures.push(format!("{name} is not in {FILE}")),
            Some(old) if now / old > 1.0 + TOLERANCE => {
                failures.push(format!(
                    "{name} costs more: {now:.2} host instructions, committed are {old:.2}"
                ));
            }
            Some(old) if now / old < 1.0 - TOLERANCE => {
                failures.push(format!(
                    "{name} costs less: {now:.2} host instructions, committed are {old:.2}"
                ));
            }
            Some(_) => {}
        }
    }
    for (name, _) in &committed.figures {
        if counts.get(name).is_none() {
            failures.push(format!("{name} is in {FILE} and was not counted"));
        }
    }
    if !failures.is_empty() {
        failures.push("if that is meant: cargo xtask counts --update".into());
        if counts.rustc != committed.rustc {
            failures.push(format!(
                "the compiler is another one, which may be why: {}, committed is {}",
                counts.rustc, committed.rustc
            ));
        }
    }
    for (few, many) in EQUAL {
        if let (Some(few_cost), Some(many_cost)) = (counts.get(few), counts.get(many))
            && many_cost > few_cost * (1.0 + GROWTH)
        {
            failures.push(format!(
                "{many} costs {many_cost:.2} host instructions, {few} {few_cost:.2}"
            ));
        }
    }
    if failures.is_empty() {
        Ok(())
    } else {
        Err(failures.join("\n       "))
    }
}

impl Counts {
    /// The figure of this name.
    pub(crate) fn get(&self, name: &str) -> Option<f64> {
        self.figures
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, figure)| *figure)
    }

    /// The geometric mean of a group, if anything of it is counted.
    pub(crate) fn mean(&self, group: &str) -> Option<f64> {
        let of_group = |name: &str| name.split_once('.').is_some_and(|(first, _)| first == group);
        let figures = self.figures.iter().filter(|(name, _)| of_group(name));
        let figures: Vec<f64> = figures.map(|(_, figure)| *figure).collect();
        (!figures.is_empty()).then(|| tools::geometric_mean(figures))
    }

    fn to_toml(&self) -> String {
        let mut text = format!(
            "# Host instructions per unit of work (guest instruction, access, iteration), counted by callgrind.\n\
             # `cargo xtask counts --update` writes this file; `--check` compares within {:.0} %.\n\
             rustc = \"{}\"\n",
            100.0 * TOLERANCE,
            self.rustc
        );
        let mut group = "";
        for (name, figure) in &self.figures {
            let (first, rest) = name.split_once('.').unwrap_or(("", name));
            if first != group {
                group = first;
                // Writing to a string does not fail.
                let _ = writeln!(text, "\n[{group}]");
            }
            let _ = writeln!(text, "{rest} = {figure:.2}");
        }
        text
    }

    /// Reads what [`Counts::to_toml`] writes: tables, strings and numbers.
    pub(crate) fn from_toml(text: &str) -> Option<Self> {
        let (mut group, mut strings, mut figures) = ("", BTreeMap::new(), Vec::new());
        for line in text.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(name) = line.strip_prefix('[') {
                group = name.strip_suffix(']')?;
                continue;
            }
            let (name, value) = line
                .split_once('=')
                .map(|(name, value)| (name.trim(), value.trim()))?;
            match value.strip_prefix('"') {
                Some(string) => {
                    strings.insert(name, string.strip_suffix('"')?);
                }
                None => figures.push((format!("{group}.{name}"), value.parse().ok()?)),
            }
        }
        Some(Self {
            rustc: (*strings.get("rustc")?).into(),
            figures,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(rustc: &str, figures: &[(&str, f64)]) -> Counts {
        Counts {
            rustc: rustc.into(),
            figures: figures
                .iter()
                .map(|(name, figure)| ((*name).into(), *figure))
                .collect(),
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let written = counts("rustc 1.95.0", &[("interp.sieve", 12.5), ("spr.in_core", 7.25)]);
        let read = Counts::from_toml(&written.to_toml()).unwrap();
        assert_eq!((read.rustc, read.figures), (written.rustc, written.figures));
    }

    #[test]
    fn five_percent_either_way_are_borne_and_no_more() {
        let committed = counts("a", &[("spr.in_core", 100.0)]);
        for (now, is_right) in [(94.0, false), (96.0, true), (104.0, true), (106.0, false)] {
            let outcome = check(&counts("a", &[("spr.in_core", now)]), &committed);
            assert_eq!(outcome.is_ok(), is_right, "{now}");
        }
    }

    #[test]
    fn another_compiler_is_said_and_excuses_nothing() {
        let committed = counts("old", &[("spr.in_core", 100.0)]);
        let why = check(&counts("new", &[("spr.in_core", 120.0)]), &committed).unwrap_err();
        assert!(why.contains("new, committed is old"), "{why}");
        assert!(check(&counts("new", &[("spr.in_core", 100.0)]), &committed).is_ok());
    }

    #[test]
    fn a_figure_that_only_one_side_has_is_a_failure() {
        let (one, none) = (counts("a", &[("spr.in_core", 1.0)]), counts("a", &[]));
        assert!(check(&one, &none).is_err());
        assert!(check(&none, &one).is_err());
    }

    #[test]
    fn a_thousand_handlers_may_cost_one_percent_more_than_one() {
        for (many, is_right) in [(50.0, true), (100.9, true), (101.1, false)] {
            let both = [
                ("spr.routed_to_1_handler", 100.0),
                ("spr.routed_to_1000_handlers", many),
            ];
            let counts = counts("a", &both);
            assert_eq!(check(&counts, &counts).is_ok(), is_right, "{many}");
        }
    }
}
