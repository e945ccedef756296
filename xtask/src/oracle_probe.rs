//! `oracle probe`: the answers to every SPR access, and what registers keep of what is written, under QEMU's system emulation
//! and by our tables.
//!
//! The guest is the probe of `guests/probe`, which board owners run as well (docs/probe.md). [`TARGETS`] says on which machine and
//! CPU it runs for each model; adding one is a line. Where QEMU answers otherwise a row of `ppc_emu::differences` says so, with its
//! source: a disagreement without a row is a failure, and so is a row that QEMU does not deserve.

use crate::tools;
use ppc_cpu::Cpu;
use ppc_cpu::model::{Model, by_name};
use ppc_cpu::spr::{Behaviour, Level};
use ppc_emu::differences::{self, DIFFERENCES, Difference, Numbers, Other, Seen};
use spr_exit::{Direction, SprNum};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Where one model is asked.
struct Target {
    model: &'static str,
    /// In `guests/bin`.
    image: &'static str,
    qemu: &'static str,
    machine: &'static str,
    /// The closest CPU that QEMU has.
    cpu: &'static str,
    start: Start,
    map: Map,
    /// Levels that the machine lets the probe reach, as the probe calls them.
    levels: &'static str,
    /// Why not the others.
    why: &'static str,
}

impl Target {
    /// The machine without its options.
    fn board(&self) -> &'static str {
        self.machine.split(',').next().unwrap_or_default()
    }
}

/// How the probe gets into the machine.
#[derive(Clone, Copy)]
enum Start {
    /// As its kernel, which maps it.
    Kernel,
    /// By the loader device, which sets the CPU's pc.
    Loader,
    /// The same; the machine switches its RAM on for a kernel alone.
    LoaderWithKernel,
}
use Start::{Kernel, Loader, LoaderWithKernel};

/// How the probe makes storage accessible where addresses are translated: its setting of this number.
#[derive(Clone, Copy)]
enum Map {
    /// It is as the machine starts.
    No,
    /// A hashed page table by SDR1.
    Sdr1,
    /// The same by PTCR and a partition table.
    Ptcr,
    /// A hypercall.
    Hypercall,
    /// The 440's TLB entry, for problem state too.
    Tlb,
}

const QEMU32: &str = "qemu-system-ppc";
const QEMU64: &str = "qemu-system-ppc64";
const PACKAGE: &str = "qemu-system-ppc";

const fn target(
    model: &'static str,
    image: &'static str,
    [qemu, machine, cpu]: [&'static str; 3],
    (start, map): (Start, Map),
    levels: &'static str,
    why: &'static str,
) -> Target {
    Target {
        model,
        image,
        qemu,
        machine,
        cpu,
        start,
        map,
        levels,
        why,
    }
}

const BOOKE: &str = "probe.booke.elf";
const CLASSIC: &str = "probe.classic.elf";
const SERVER: &str = "probe.server.elf";

/// Its page tables have large pages by this option alone.
const PSERIES: &str = "pseries,cap-hpt-max-page-size=16M";

const NO_GUEST: &str = "it has no guest state (MSR[GS])";
const NO_HYPERVISOR: &str = "it has no hypervisor state; on pseries QEMU is the hypervisor itself";

/// The 970 is asked as a partition: on mac99 QEMU 7.2 aborts at the first illegal SPR access (an assertion in
/// `powerpc_set_excp_state`: the interrupt would set MSR\[HV\], which its 970 does not have).
#[rustfmt::skip]
const TARGETS: &[Target] = &[
    target("e500v1",  BOOKE,   [QEMU32, "ppce500",   "e500_v20"],      (Kernel, Map::No),        "KP",  ""),
    target("e500v2",  BOOKE,   [QEMU32, "ppce500",   "e500v2_v22"],    (Kernel, Map::No),        "KP",  ""),
    target("e500mc",  BOOKE,   [QEMU32, "ppce500",   "e500mc"],        (Kernel, Map::No),        "KP",  NO_GUEST),
    target("e5500",   BOOKE,   [QEMU64, "ppce500",   "e5500"],         (Kernel, Map::No),        "KP",  NO_GUEST),
    target("e6500",   BOOKE,   [QEMU64, "ppce500",   "e6500"],         (Kernel, Map::No),        "KP",  NO_GUEST),
    target("603e",    CLASSIC, [QEMU32, "g3beige",   "603e7t"],        (Loader, Map::No),        "KP",  ""),
    target("e300",    CLASSIC, [QEMU32, "g3beige",   "mpc8349e"],      (Loader, Map::No),        "KP",  ""),
    target("604e",    CLASSIC, [QEMU32, "g3beige",   "604e_v2.4"],     (Loader, Map::No),        "KP",  ""),
    target("750",     CLASSIC, [QEMU32, "g3beige",   "750_v3.1"],      (Loader, Map::No),        "KP",  ""),
    target("750CL",   CLASSIC, [QEMU32, "g3beige",   "750cl_v2.0"],    (Loader, Map::No),        "KP",  ""),
    target("7410",    CLASSIC, [QEMU32, "g3beige",   "7410_v1.4"],     (Loader, Map::No),        "KP",  ""),
    target("7447A",   CLASSIC, [QEMU32, "g3beige",   "7447a_v1.2"],    (Loader, Map::No),        "KP",  ""),
    target("970",     SERVER,  [QEMU64, PSERIES,     "970mp_v1.1"],    (Loader, Map::Hypercall), "SP",  NO_HYPERVISOR),
    target("POWER7",  SERVER,  [QEMU64, PSERIES,     "power7_v2.3"],   (Loader, Map::Hypercall), "SP",  NO_HYPERVISOR),
    target("POWER8",  SERVER,  [QEMU64, "powernv8",  "power8_v2.0"],   (Loader, Map::Sdr1),      "KSP", ""),
    target("POWER9",  SERVER,  [QEMU64, "powernv9",  "power9_v2.0"],   (Loader, Map::Ptcr),      "KSP", ""),
    target("POWER10", SERVER,  [QEMU64, "powernv10", "power10_v2.0"],  (Loader, Map::Ptcr),      "KSP", ""),
    target("405", "probe.405.elf", [QEMU32, "ref405ep", "405ep"],      (LoaderWithKernel, Map::No), "KP", ""),
    target("440",     BOOKE,   [QEMU32, "bamboo",    "440epb"],        (Kernel, Map::Tlb),       "KP",  ""),
];

/// The targets as a table, for docs/spr.
pub(crate) fn targets() -> String {
    let mut text =
        "| model | QEMU's machine and CPU | levels | why not the others |\n|---|---|---|---|\n".to_owned();
    for target in TARGETS {
        let levels: Vec<&str> = LEVELS
            .iter()
            .filter(|(letter, _)| target.levels.contains(*letter))
            .map(|(_, name)| *name)
            .collect();
        text += &format!(
            "| {} | {} {} | {} | {} |\n",
            target.model,
            target.board(),
            target.cpu,
            levels.join(", "),
            target.why
        );
    }
    text
}

/// The probe's letters.
const LEVELS: [(char, &str); 3] = [
    ('K', "as it starts"),
    ('S', "supervisor under a hypervisor"),
    ('P', "problem state"),
];

/// Where the probe keeps its settings and its report; the report's length.
const SETTINGS: &str = "0x3000";
const REPORT: &str = "0x100000";
const REPORT_BYTES: &str = "0x70004";

/// Which rows of `differences` were needed, for which model and number.
type Deserved = BTreeSet<(usize, &'static str, SprNum)>;

/// Compares them all, or those that are named.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let known = |name: &String| TARGETS.iter().any(|target| target.model == *name);
    if let Some(wrong) = args.iter().find(|name| !known(name)) {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.model).collect();
        return Err(format!("{wrong}: the probe runs for {}", names.join(", ")));
    }
    let is_wanted = |target: &&Target| args.is_empty() || args.iter().any(|name| name == target.model);
    let targets: Vec<&Target> = TARGETS.iter().filter(is_wanted).collect();
    let mut failures = Vec::new();
    let mut deserved = BTreeSet::new();
    // Two machines at a time.
    for pair in targets.chunks(2) {
        let reports: Vec<_> = std::thread::scope(|scope| {
            let asked: Vec<_> = pair.iter().map(|target| scope.spawn(|| ask(target))).collect();
            asked
                .into_iter()
                .map(std::thread::ScopedJoinHandle::join)
                .collect()
        });
        for (target, report) in pair.iter().zip(reports) {
            let report = report.map_err(|_| format!("{}: nobody asked it to the end", target.model))??;
            failures.extend(compare(target, &report, &mut deserved)?);
        }
    }
    if args.is_empty() {
        failures.extend(undeserved(&deserved));
    }
    if failures.is_empty() {
        return Ok(());
    }
    let all = failures.len();
    failures.truncate(100000);
    Err(format!("{}\n{all} in all", failures.join("\n")))
}

/// Rows that QEMU does not deserve, or not for a model or a number that they name.
fn undeserved(deserved: &Deserved) -> Vec<String> {
    let mut failures = Vec::new();
    let all = DIFFERENCES.iter().enumerate();
    for (row, it) in all.filter(|(_, it)| it.other == Other::Qemu && it.numbers != Numbers::Masked) {
        let mine = || deserved.iter().filter(|(of, ..)| *of == row);
        let mut without: Vec<String> = it
            .models
            .iter()
            .filter(|name| mine().all(|(_, model, _)| model != *name))
            .map(|name| (*name).to_owned())
            .collect();
        if let Numbers::Listed(numbers) = it.numbers {
            let is_idle = |number: &&u16| mine().all(|(.., sprn)| sprn.get() != **number);
            without.extend(numbers.iter().filter(is_idle).map(ToString::to_string));
        }
        // What is about values alone, and about no number, the probe does not see.
        let is_seen = it.seen.is_some() || matches!(it.numbers, Numbers::Listed(_));
        if is_seen && (mine().next().is_none() || !without.is_empty()) {
            let without = without.join(", ");
            failures.push(format!(
                "QEMU does not deserve a row of differences.rs ({without}): {}",
                it.what
            ));
        }
    }
    failures
}

/// No console, since the report is taken from memory, and how storage is mapped.
fn settings_of(map: Map) -> [u8; 20] {
    let mut settings = [0; 20];
    settings[3] = 1;
    settings[19] = map as u8;
    settings
}

/// The probe's report under QEMU.
fn ask(target: &Target) -> Result<String, String> {
    let image = tools::root()?.join("guests/bin").join(target.image);
    let dump = std::env::temp_dir().join(format!("ppc-emu-probe-{}-{}", target.model, std::process::id()));
    let settings = dump.with_extension("settings");
    std::fs::write(&settings, settings_of(target.map))
        .map_err(|why| format!("{}: {why}", settings.display()))?;
    let mut qemu = Command::new(target.qemu);
    qemu.args(["-M", target.machine, "-cpu", target.cpu]);
    if target.qemu == QEMU64 {
        // The least that powernv takes.
        qemu.args(["-m", "1G"]);
    }
    qemu.args([
        "-nodefaults",
        "-nic",
        "none",
        "-display",
        "none",
        "-serial",
        "none",
        "-monitor",
        "stdio",
    ])
    .args([
        "-device",
        &format!("loader,file={},addr={SETTINGS},force-raw=on", settings.display()),
    ]);
    if !matches!(target.start, Loader) {
        qemu.arg("-kernel").arg(&image);
    }
    if !matches!(target.start, Kernel) {
        qemu.args(["-device", &format!("loader,file={},cpu-num=0", image.display())]);
    }
    qemu.stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = qemu.spawn().map_err(|why| match why.kind() {
        ErrorKind::NotFound => format!("{} is missing; on Debian: apt-get install {PACKAGE}", target.qemu),
        _ => format!("{}: {why}", target.qemu),
    })?;
    let mut report = Err(format!("{}: no report within 30 seconds", target.model));
    if let Some(mut monitor) = child.stdin.take() {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(200));
            let save = format!("pmemsave {REPORT} {REPORT_BYTES} \"{}\"\n", dump.display());
            if monitor.write_all(save.as_bytes()).is_err() {
                report = Err(format!("{}: {} ended by itself", target.model, target.qemu));
                break;
            }
            if let Some(text) = finished(&dump) {
                report = Ok(text);
                break;
            }
        }
    }
    // Its monitor may be gone already.
    let _ = child.kill();
    let _ = child.wait();
    let _ = std::fs::remove_file(&dump);
    let _ = std::fs::remove_file(&settings);
    report
}

/// The report, once its length stands there.
fn finished(dump: &Path) -> Option<String> {
    let bytes = std::fs::read(dump).ok()?;
    let (length, text) = bytes.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let text = text.get(..length)?;
    (length != 0).then(|| String::from_utf8_lossy(text).into_owned())
}

/// One line of a report.
enum Line {
    Access(char, Direction, SprNum, Seen),
    /// What reads back after all ones and after zero.
    Mask(SprNum, u64, u64),
    Comment,
}

fn parse(line: &str) -> Option<Line> {
    let columns: Vec<&str> = line.split(' ').collect();
    let sprn = |text: &str| text.parse().ok().and_then(SprNum::new);
    let hex = |text: &str| u64::from_str_radix(text, 16).ok();
    match columns[..] {
        ["#", ..] => Some(Line::Comment),
        [_, "m", number, ones, zeros] => Some(Line::Mask(sprn(number)?, hex(ones)?, hex(zeros)?)),
        [level, direction, number, outcome, ..] => {
            let direction = match direction {
                "r" => Direction::Read,
                "w" => Direction::Write,
                _ => return None,
            };
            let all = [
                Seen::Done,
                Seen::NoOp,
                Seen::Illegal,
                Seen::Privileged,
                Seen::Assist,
            ];
            let seen = all.into_iter().find(|seen| seen.word() == outcome);
            let seen = seen.unwrap_or(Seen::Vector);
            Some(Line::Access(
                level.chars().next()?,
                direction,
                sprn(number)?,
                seen,
            ))
        }
        _ => None,
    }
}

/// What differs without a row; `deserved` gets the rows that were needed.
fn compare(target: &Target, report: &str, deserved: &mut Deserved) -> Result<Vec<String>, String> {
    let model = by_name(target.model).ok_or(target.model)?;
    let mut failures = Vec::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for line in report.lines() {
        let parsed = parse(line).ok_or_else(|| format!("{}: no line of a report: {line}", target.model))?;
        let (verdict, wrong) = match parsed {
            Line::Comment => continue,
            Line::Access(level, ..) if !target.levels.contains(level) => ("not reached", None),
            Line::Access(level, direction, sprn, seen) => {
                access(model, level_of(model, level), direction, sprn, seen, deserved)
            }
            Line::Mask(sprn, ones, zeros) => mask(model, sprn, ones, zeros, deserved),
        };
        *counts.entry(verdict).or_default() += 1;
        failures.extend(wrong.map(|wrong| format!("{} {line}: {wrong}", target.model)));
    }
    let counts: Vec<String> = counts
        .iter()
        .map(|(verdict, n)| format!("{n} {verdict}"))
        .collect();
    let why = if target.why.is_empty() { "" } else { "; " };
    println!(
        "{:8} on {} {}: {}{why}{}",
        target.model,
        target.board(),
        target.cpu,
        counts.join(", "),
        target.why
    );
    Ok(failures)
}

/// The level that the probe's letter means on this model.
fn level_of(model: &'static Model, letter: char) -> Level {
    match letter {
        'P' => Level::Problem,
        'S' => Level::Supervisor,
        _ => Cpu::new(model).level(),
    }
}

fn access(
    model: &'static Model,
    level: Level,
    direction: Direction,
    sprn: SprNum,
    seen: Seen,
    deserved: &mut Deserved,
) -> (&'static str, Option<String>) {
    let expected = differences::expected(model, level, sprn, direction);
    if seen == expected {
        return ("the same", None);
    }
    let explains = |it: &Difference| {
        it.other == Other::Qemu && it.seen == Some(seen) && it.is_about(model, level, sprn, direction)
    };
    match DIFFERENCES.iter().position(explains) {
        Some(row) => {
            deserved.insert((row, model.name, sprn));
            ("explained", None)
        }
        None => ("different", Some(format!("we say {}", expected.word()))),
    }
}

/// What a storage register keeps. QEMU keeps all bits of most: more than there are is one known difference, fewer is none.
fn mask(
    model: &'static Model,
    sprn: SprNum,
    ones: u64,
    zeros: u64,
    deserved: &mut Deserved,
) -> (&'static str, Option<String>) {
    let Some(row) = model.sprs.row(sprn) else {
        return ("masks of registers that we do not have", None);
    };
    let Behaviour::Storage { writable } = row.behaviour else {
        return ("masks that are no storage's", None);
    };
    // A 32-bit image sees the low halves of a 64-bit CPU's registers.
    let shown = if model.interrupts.is_server() {
        u64::MAX
    } else {
        0xffff_ffff
    };
    let (writable, kept) = (writable & shown, row.reset & !writable & shown);
    if (ones, zeros) == (writable | kept, kept) {
        return ("the same masks", None);
    }
    if ones & writable == writable && zeros & writable == 0 {
        return ("masks with more bits", None);
    }
    let explains = |it: &Difference| {
        it.other == Other::Qemu
            && it.seen.is_none()
            && matches!(it.numbers, Numbers::Listed(_))
            && it.is_about(model, level_of(model, 'K'), sprn, Direction::Write)
    };
    match DIFFERENCES.iter().position(explains) {
        Some(row) => {
            deserved.insert((row, model.name, sprn));
            ("masks explained", None)
        }
        None => (
            "masks different",
            Some(format!("{} keeps {writable:#x}", row.name)),
        ),
    }
}
