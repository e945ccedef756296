//! Programs of the C library, compiled unmodified, under `ppc-emu run --env linux` and under qemu-user: what they print
//! and how they end must be the same. So must it be for the committed programs that make system calls themselves.
//!
//! The numbers of system calls in docs/linux-environment.md are compared with the C library's headers.

use crate::guests::{PPC32, PPC64, PPC64LE, Target};
use crate::tools;
use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};

/// A program, and what it gets.
struct Program {
    /// `guests/linux/NAME.c`, or `guests/bin/NAME.linux.….elf`.
    name: &'static str,
    args: &'static [&'static str],
}

const fn program(name: &'static str, args: &'static [&'static str]) -> Program {
    Program { name, args }
}

/// The file that programs are let read, in the directory they run in.
const FILE: &str = "file.txt";
const TEXT: &str = "first line\nsecond line, which is longer\nthe end\n";
/// Everybody's standard input.
const INPUT: &str = "123 rest of it\nfirst line\nsecond line\nand some more\nwords  here";
/// Everybody's environment.
const VARIABLE: &str = "GUEST=value";

/// `guests/linux`, each compiled at every level of [`LEVELS`].
#[rustfmt::skip]
const PROGRAMS: &[Program] = &[
    program("abort",     &[]),
    program("args",      &["-a", "two words", "-b", "x", ""]),
    program("assert",    &[]),
    program("clock",     &[]),
    program("div64",     &[]),
    program("environ",   &[]),
    program("errno",     &[]),
    program("exit",      &[]),
    program("files",     &[FILE]),
    program("hash",      &[]),
    program("malloc",    &[]),
    program("memcpy",    &[]),
    program("printf",    &[]),
    program("qsort",     &[]),
    program("recursion", &[]),
    program("setjmp",    &[]),
    program("signals",   &[]),
    program("sscanf",    &[]),
    program("stdin",     &[]),
    program("strings",   &[]),
    program("system",    &[]),
    program("varargs",   &[]),
];

const LEVELS: [&str; 3] = ["-O0", "-O2", "-Os"];

/// `guests/linux/raw`, committed in `guests/bin` for every target.
#[rustfmt::skip]
const RAW: &[Program] = &[
    program("startup", &["one", "two words", ""]),
    program("signals", &[]),
    program("memory",  &[]),
    program("files",   &[FILE, "/nonexistent"]),
    program("die",     &["load"]),
    program("die",     &["store"]),
    program("die",     &["jump"]),
    program("die",     &["illegal"]),
    program("die",     &["privileged"]),
    program("die",     &["spr"]),
    program("die",     &["trap"]),
    program("die",     &["abort"]),
    program("die",     &["pvr"]),
    program("die",     &["lmw"]),
    program("fib",     &[]),
    program("sha256",  &[]),
    program("selfmod", &[]),
];

/// Programs that do not run yet, by target prefix and name, and why. One that runs is an error here.
const SKIPS: &[(&str, &str, &str)] = &[];

/// `cargo xtask linux`.
pub(crate) fn compare(args: &[String]) -> Result<(), String> {
    if !args.is_empty() {
        return Err("usage: cargo xtask linux".into());
    }
    let guests = tools::root()?.join("guests");
    let scratch = std::env::temp_dir().join(format!("ppc-emu-linux-{}", std::process::id()));
    let failed = |why: std::io::Error| format!("{}: {why}", scratch.display());
    fs::create_dir_all(&scratch).map_err(failed)?;
    fs::write(scratch.join(FILE), TEXT).map_err(failed)?;
    let outcome = compare_all(&guests, &scratch);
    fs::remove_dir_all(&scratch).map_err(failed)?;
    outcome
}

fn compare_all(guests: &Path, scratch: &Path) -> Result<(), String> {
    let emulator = tools::build("--bin", "ppc-emu")?;
    let mut failures = numbers(guests)?;

    for (target, suffix) in [(&PPC32, "ppc32"), (&PPC64, "ppc64"), (&PPC64LE, "ppc64le")] {
        let mut agreed = 0;
        for program in RAW {
            let image = guests.join(format!("bin/{}.linux.{suffix}.elf", program.name));
            match run_both(&emulator, target, program, &image, scratch)? {
                None => agreed += 1,
                Some(how) => failures.push(format!("{}.linux.{suffix}.elf: {how}", program.name)),
            }
        }
        println!("{}: {agreed} runs without a C library agree", target.prefix);
    }

    // The C library for powerpc64le is compiled for POWER8 with vectors, which the core does not have.
    for target in [&PPC32, &PPC64] {
        let (mut agreed, mut skipped) = (0, 0);
        for program in PROGRAMS {
            let skip = SKIPS
                .iter()
                .find(|(prefix, name, _)| *prefix == target.prefix && *name == program.name);
            for level in LEVELS {
                let image = compile(guests, target, program, level, scratch)?;
                let label = format!("{} {level} {}", target.prefix, program.name);
                match (run_both(&emulator, target, program, &image, scratch)?, skip) {
                    (None, None) => agreed += 1,
                    (Some(_), Some(_)) => skipped += 1,
                    (Some(how), None) => failures.push(format!("{label}: {how}")),
                    (None, Some(_)) => failures.push(format!("{label}: runs, so it is no skip any more")),
                }
            }
        }
        println!(
            "{}: {agreed} runs with the C library agree, {skipped} skipped",
            target.prefix
        );
    }
    for (prefix, name, why) in SKIPS {
        println!("skipped: {prefix} {name}: {why}");
    }
    if failures.is_empty() {
        Ok(())
    } else {
        Err(failures.join("\n       "))
    }
}

/// Compiles one program as anybody would.
fn compile(
    guests: &Path,
    target: &Target,
    program: &Program,
    level: &str,
    scratch: &Path,
) -> Result<PathBuf, String> {
    let image = scratch.join(format!("{}.{}{level}", program.name, target.prefix));
    let mut gcc = Command::new(format!("{}-gcc", target.prefix));
    gcc.args(["-static", "-Wall", "-Wextra", level, "-o"])
        .arg(&image)
        .arg(guests.join("linux").join(program.name).with_extension("c"));
    let output = tools::output(gcc, target.package)?;
    if output.status.success() {
        Ok(image)
    } else {
        let why = String::from_utf8_lossy(&output.stderr);
        Err(format!("{} does not build: {why}", program.name))
    }
}

/// Runs a program here and there. How they differ, if they do.
fn run_both(
    emulator: &Path,
    target: &Target,
    program: &Program,
    image: &Path,
    scratch: &Path,
) -> Result<Option<String>, String> {
    let mut theirs = Command::new(target.qemu);
    // QEMU hands on its own environment.
    theirs.env_clear().args(["-E", VARIABLE, "-U", "PATH"]);
    if let Some(path) = std::env::var_os("PATH") {
        theirs.env("PATH", path);
    }
    theirs.arg(image).args(program.args);
    let mut ours = Command::new(emulator);
    ours.args([
        "run",
        "--env",
        "linux",
        "--quiet",
        "--max-insns",
        "2G",
        "--setenv",
        VARIABLE,
    ])
    .args(["--allow-read", FILE])
    .arg(image)
    .arg("--")
    .args(program.args);

    let theirs = feed(theirs, scratch)?;
    let ours = feed(ours, scratch)?;
    if theirs.stdout != ours.stdout {
        let (theirs, mine) = (
            String::from_utf8_lossy(&theirs.stdout).into_owned(),
            String::from_utf8_lossy(&ours.stdout).into_owned(),
        );
        let line = theirs.lines().zip(mine.lines()).find(|(a, b)| a != b);
        let (theirs, mine) = line.unwrap_or((theirs.as_str(), mine.as_str()));
        let stderr = String::from_utf8_lossy(&ours.stderr);
        return Ok(Some(format!("prints <{mine}>, under QEMU <{theirs}> {stderr}")));
    }
    let (theirs, status) = (status(theirs.status), status(ours.status));
    Ok((theirs != status).then(|| format!("ends with {status}, under QEMU with {theirs}")))
}

/// Runs a command to its end with [`INPUT`] behind a pipe.
fn feed(mut command: Command, scratch: &Path) -> Result<Output, String> {
    let name = command.get_program().display().to_string();
    let failed = |why: std::io::Error| match why.kind() {
        ErrorKind::NotFound => format!("{name} is missing; on Debian: apt-get install qemu-user"),
        _ => format!("{name}: {why}"),
    };
    let mut child = command
        .current_dir(scratch)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(&failed)?;
    if let Some(mut stdin) = child.stdin.take() {
        // Most end without reading it.
        let _ = stdin.write_all(INPUT.as_bytes());
    }
    child.wait_with_output().map_err(&failed)
}

/// The status that a shell would show: QEMU kills itself by the signal that kills the program.
fn status(status: ExitStatus) -> i32 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return 128 + signal;
    }
    status.code().unwrap_or(-1)
}

/// The C library's headers are the second source of the numbers of system calls.
fn numbers(guests: &Path) -> Result<Vec<String>, String> {
    let docs = guests.with_file_name("docs").join("linux-environment.md");
    let text = fs::read_to_string(&docs).map_err(|why| format!("{}: {why}", docs.display()))?;
    let mut wrong = Vec::new();
    let mut rows = 0;
    for (target, bits) in [(&PPC32, 32), (&PPC64, 64)] {
        let known = header(target, bits)?;
        for line in text.lines() {
            // | number | name | programs | …
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let [_, number, name, programs, ..] = cells[..] else {
                continue;
            };
            let (Ok(number), true) = (
                number.parse::<u16>(),
                programs == "all" || programs == format!("{bits}-bit"),
            ) else {
                continue;
            };
            rows += 1;
            let name = name.trim_matches('`');
            if known.get(name) != Some(&number) {
                wrong.push(format!("{name} is not {number} in the {bits}-bit headers"));
            }
        }
    }
    println!(
        "{rows} numbers of system calls compared with the headers, {} differ",
        wrong.len()
    );
    if rows == 0 {
        wrong.push("docs/linux-environment.md has no system calls".into());
    }
    Ok(wrong)
}

/// Number by name, from `asm/unistd_32.h` or `asm/unistd_64.h`.
fn header(target: &Target, bits: u32) -> Result<BTreeMap<String, u16>, String> {
    let mut cpp = Command::new(format!("{}-gcc", target.prefix));
    cpp.args(["-E", "-dM", "-x", "c", "-include"])
        .arg(format!("asm/unistd_{bits}.h"))
        .arg("/dev/null");
    let output = tools::output(cpp, target.package)?;
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers = text.lines().filter_map(|line| {
        let (name, number) = line.strip_prefix("#define __NR_")?.split_once(' ')?;
        Some((name.to_owned(), number.parse().ok()?))
    });
    Ok(numbers.collect())
}
