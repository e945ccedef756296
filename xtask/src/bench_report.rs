//! `cargo xtask bench-report`: runs the benches, and QEMU beside us, and writes docs/performance.md with its plot.
//!
//! Figures vary from run to run, their form does not: no dates, a fixed order.

mod beside;
mod criterion;
mod page;
mod peers;
mod plot;

use crate::{counts, tools};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The kernels, in the order of the tables.
const KERNELS: [&str; 6] = ["sieve", "crc32", "memcpy", "fib", "sha256", "quicksort"];

/// The benches that are run.
const BENCHES: [&str; 4] = ["interp", "spr_dispatch", "lifecycle", "decode"];
/// How often, and how: a neighbour on the same machine disturbs for tenths of a second, and only ever makes slower. So of
/// many short runs the best is what the code costs.
const RUNS: u32 = 7;
const SHORT: [&str; 6] = [
    "--warm-up-time",
    "0.1",
    "--measurement-time",
    "0.3",
    "--sample-size",
    "10",
];

/// Everything that the page shows.
struct Figures {
    host: Host,
    criterion: criterion::Estimates,
    counts: counts::Counts,
    beside: beside::Runs,
    footprint: String,
}

/// What the figures were measured with.
struct Host {
    cpu: String,
    cores: usize,
    rustc: String,
    qemu: Option<String>,
}

/// `cargo xtask bench-report [--measured]`.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let is_measured = match args {
        [] => false,
        [flag] if flag == "--measured" => true,
        _ => return Err("usage: cargo xtask bench-report [--measured]".into()),
    };
    let criterion = target_directory()?.join("criterion");
    let mut best = criterion::Estimates::default();
    let runs = if is_measured { 1 } else { RUNS };
    for _ in 0..runs {
        if !is_measured {
            bench()?;
        }
        best.improve(criterion::Estimates::read(&criterion)?);
    }
    let footprint = tools::build("--example", "footprint")?;
    let footprint = tools::successful(Command::new(footprint), "cargo")?;
    let figures = Figures {
        host: host()?,
        criterion: best,
        counts: counts::committed()?,
        beside: beside::measure()?,
        footprint: String::from_utf8_lossy(&footprint.stdout).into_owned(),
    };
    let docs = tools::root()?.join("docs");
    for (name, text) in [
        ("performance.md", page::page(&figures)?),
        ("performance.svg", plot::plot(&page::panels(&figures)?)),
    ] {
        fs::write(docs.join(name), text).map_err(|why| format!("docs/{name}: {why}"))?;
        println!("wrote docs/{name}");
    }
    Ok(())
}

/// One short run of all benches.
fn bench() -> Result<(), String> {
    let mut cargo = tools::cargo()?;
    cargo.args(["bench", "--package", "ppc-emu"]);
    cargo.args(BENCHES.iter().flat_map(|bench| ["--bench", *bench]));
    cargo.arg("--").args(SHORT);
    let status = cargo.status().map_err(|why| format!("cargo: {why}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("the benches: {status}"))
    }
}

/// Where cargo puts what it builds, and criterion its results.
fn target_directory() -> Result<PathBuf, String> {
    let mut cargo = tools::cargo()?;
    cargo.args(["metadata", "--no-deps", "--format-version=1"]);
    let output = tools::successful(cargo, "cargo")?;
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).map_err(|why| format!("cargo metadata: {why}"))?;
    let directory = metadata["target_directory"].as_str();
    Ok(directory.ok_or("cargo metadata has no target_directory")?.into())
}

fn host() -> Result<Host, String> {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let mut qemu = Command::new("qemu-ppc");
    qemu.arg("--version");
    let qemu = qemu.output().ok().map(|output| {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        // qemu-ppc version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)
        text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
    });
    Ok(Host {
        cpu: model.map_or("an unknown CPU".into(), |(_, name)| name.trim().to_owned()),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        rustc: tools::rustc_version()?,
        qemu,
    })
}
