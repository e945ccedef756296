//! The runner of `cargo xtask fuzz`.

use fuzz_targets::corpus;
use fuzz_targets::runner::{Limit, Outcome, Runner};
use fuzz_targets::{TARGETS, Target, target};
use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const USAGE: &str = "\
usage: cargo xtask fuzz [TARGET|FILE]... [--seconds N] [--runs N] [--seed N] [--save]

Runs the targets (all of them if none is named) on inputs made from fuzz/corpus and fuzz/dictionaries, each for N seconds
of CPU time (default 10) or N inputs; --save adds to the corpus what made something new happen. A finding is made short and
written to fuzz/artifacts. FILE, fuzz/artifacts/TARGET-… or fuzz/corpus/TARGET/…, is run alone.";

/// An input that takes longer hangs.
const HANG: Duration = Duration::from_secs(30);
/// More memory than any target needs.
const MOST_MEMORY: u64 = 1 << 30;

struct Options {
    targets: Vec<&'static Target>,
    files: Vec<PathBuf>,
    limit: Limit,
    seed: u64,
    save: bool,
}

fn main() -> ExitCode {
    let Some(options) = options(std::env::args().skip(1)) else {
        eprintln!("{USAGE}\n\ntargets:");
        for target in TARGETS {
            eprintln!("  {}", target.name);
        }
        return ExitCode::from(2);
    };
    for path in &options.files {
        let Some(target) = target_of(path) else {
            eprintln!("{}: of which target?", path.display());
            return ExitCode::from(2);
        };
        match fs::read(path) {
            Ok(bytes) => (target.body)(&bytes),
            Err(why) => {
                eprintln!("{}: {why}", path.display());
                return ExitCode::FAILURE;
            }
        }
    }
    let mut is_clean = true;
    for target in &options.targets {
        match fuzz(target, &options) {
            Ok(found_nothing) => is_clean &= found_nothing,
            Err(why) => {
                eprintln!("{}: {why}", target.name);
                is_clean = false;
            }
        }
    }
    if is_clean {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn options(args: impl Iterator<Item = String>) -> Option<Options> {
    let mut options = Options {
        targets: vec![],
        files: vec![],
        limit: Limit::Time(Duration::from_secs(10)),
        seed: 1,
        save: false,
    };
    let mut args = args;
    while let Some(arg) = args.next() {
        let mut number = || args.next()?.parse().ok();
        match arg.as_str() {
            "--seconds" => options.limit = Limit::Time(Duration::from_secs(number()?)),
            "--runs" => options.limit = Limit::Runs(number()?),
            "--seed" => options.seed = number()?,
            "--save" => options.save = true,
            name if target(name).is_some() => options.targets.extend(target(name)),
            path if fs::exists(path).is_ok_and(|is_there| is_there) => options.files.push(path.into()),
            _ => return None,
        }
    }
    if options.targets.is_empty() && options.files.is_empty() {
        options.targets.extend(TARGETS);
    }
    Some(options)
}

/// The target whose file it is, by its name or its directory's.
fn target_of(path: &std::path::Path) -> Option<&'static Target> {
    let names = path.iter().rev().take(2).filter_map(|name| name.to_str());
    names
        .flat_map(|name| [Some(name), name.rsplit_once('-').map(|(name, _)| name)])
        .find_map(|name| target(name?))
}

/// Fuzzes a target, and says whether it found nothing.
fn fuzz(target: &Target, options: &Options) -> io::Result<bool> {
    let seeds = corpus::inputs(target.name, target.longest)?;
    let given = seeds.len();
    let words = corpus::dictionary(target.name)?;
    let start = Instant::now();
    let watched = Watched::new(target.name);
    let mut watch = |input: &[u8]| watched.next(input);
    let body = |input: &[u8]| (target.body)(input);
    let mut runner = Runner::new(&body, target.longest, &words, options.seed, &mut watch);
    let seeds: Vec<Vec<u8>> = seeds.into_iter().map(|(_, bytes)| bytes).collect();
    let outcome = runner.run(seeds.clone(), options.limit);
    watched.stop();

    let peak = peak_memory();
    println!(
        "{:13} {:9} inputs in {:.0} s, {} facts by {} of them ({given} from the corpus), peak {} MiB",
        target.name,
        outcome.runs,
        start.elapsed().as_secs_f64(),
        outcome.facts,
        outcome.kept.len(),
        peak.unwrap_or(0) >> 20,
    );
    if options.save {
        save(target, &outcome, &seeds)?;
    }
    if let Some((input, message)) = outcome.finding {
        let path = artifact(target.name, &input)?;
        println!("{message}\nagain: cargo xtask fuzz {}", path.display());
        return Ok(false);
    }
    if peak.is_some_and(|peak| peak > MOST_MEMORY) {
        println!("that is more memory than any input should need");
        return Ok(false);
    }
    Ok(true)
}

/// Adds to the corpus what is new.
fn save(target: &Target, outcome: &Outcome, seeds: &[Vec<u8>]) -> io::Result<()> {
    let directory = corpus::directory().join("corpus").join(target.name);
    fs::create_dir_all(&directory)?;
    for input in outcome.kept.iter().filter(|input| !seeds.contains(input)) {
        fs::write(directory.join(name_of(input)), input)?;
    }
    Ok(())
}

fn artifact(target: &str, input: &[u8]) -> io::Result<PathBuf> {
    let directory = corpus::directory().join("artifacts");
    fs::create_dir_all(&directory)?;
    let path = directory.join(format!("{target}-{}", name_of(input)));
    fs::write(&path, input)?;
    Ok(path)
}

/// A name by the contents (FNV-1a).
fn name_of(input: &[u8]) -> String {
    let hash = input.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// The most memory that this process has had, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib << 10)
}

/// Ends the process if an input hangs, and keeps the input.
struct Watched(Arc<(AtomicU64, Mutex<Vec<u8>>)>);

/// The count of inputs of a watch that is over.
const STOPPED: u64 = u64::MAX;

impl Watched {
    fn new(target: &'static str) -> Self {
        let shared: Arc<(AtomicU64, Mutex<Vec<u8>>)> = Arc::default();
        let seen = Arc::clone(&shared);
        std::thread::spawn(move || {
            let mut last = 0;
            loop {
                std::thread::sleep(HANG);
                let count = seen.0.load(Ordering::Acquire);
                if count == STOPPED {
                    return;
                }
                if count == last && count != 0 {
                    let input = seen.1.lock().map(|input| input.clone()).unwrap_or_default();
                    match artifact(target, &input) {
                        Ok(path) => println!("{target} hangs\nagain: cargo xtask fuzz {}", path.display()),
                        Err(why) => println!("{target} hangs, and its input cannot be written: {why}"),
                    }
                    std::process::exit(1);
                }
                last = count;
            }
        });
        Self(shared)
    }

    fn next(&self, input: &[u8]) {
        if let Ok(mut current) = self.0.1.lock() {
            current.clear();
            current.extend_from_slice(input);
        }
        self.0.0.fetch_add(1, Ordering::Release);
    }

    fn stop(&self) {
        self.0.0.store(STOPPED, Ordering::Release);
    }
}
