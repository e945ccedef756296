//! `run --record` and `run --replay`, by the binary that users run.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Runs a guest with these arguments and this standard input.
fn run(image: &str, args: &[&str], input: &[u8]) -> Output {
    let image: PathBuf = [env!("CARGO_MANIFEST_DIR"), "guests/bin", image].iter().collect();
    let mut child = Command::new(env!("CARGO_BIN_EXE_ppc-emu"))
        .arg("run")
        .arg(image)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("cargo built the binary");
    let mut stdin = child.stdin.take().expect("it was piped");
    // A guest that reads nothing may be gone.
    let _ = stdin.write_all(input);
    drop(stdin);
    child.wait_with_output().expect("it runs")
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Runs a guest with its record, then the record, which has to look the same.
fn check(image: &str, options: &[&str]) -> PathBuf {
    let record = file(&format!("{image}{}.record", options.concat()));
    let path = record.to_str().expect("the name is text");
    let recorded = run(image, &[options, &["--record", path]].concat(), b"some input\n");
    // Without budget or input: both are in the record.
    let options: Vec<&str> = options
        .iter()
        .filter(|option| !option.starts_with("--max-insns"))
        .copied()
        .collect();
    let replayed = run(image, &[&options[..], &["--replay", path]].concat(), b"");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(
        text(&replayed.stdout),
        text(&recorded.stdout),
        "{image} {options:?}"
    );
    assert_eq!(
        text(&replayed.stderr),
        text(&recorded.stderr),
        "{image} {options:?}"
    );
    assert_eq!(
        replayed.status.code(),
        recorded.status.code(),
        "{image} {options:?}"
    );
    record
}

#[test]
fn a_replay_prints_what_the_run_printed_and_ends_as_it_did() {
    for (image, options) in [
        ("dbcr0-reset.elf", &["--cpu", "e500v2"][..]),
        ("dbcr0-reset.elf", &["--reset-event", "--json"]),
        ("epr-ack.elf", &["--cpu", "e500v2"]),
        ("epr-ack.elf", &["--cpu", "e500mc", "--epr-on-delivery", "--json"]),
        ("spr-tour.elf", &["--json"]),
        ("spr-tour.elf", &["--unknown-spr", "architected"]),
        ("timer.elf", &["--insns-per-tick", "3"]),
        ("sieve.ppc64le.elf", &["--max-insns=1000000"]),
        ("syscall.elf", &["--cpu", "750"]),
        ("wild-jump.elf", &[]),
        ("hang-interrupt.elf", &["--max-insns=100000"]),
    ] {
        check(image, options);
    }
}

#[test]
fn a_record_that_is_damaged_or_of_another_run_is_refused_with_its_place() {
    let record = check("dbcr0-reset.elf", &["--quiet"]);
    let mut bytes = std::fs::read(&record).expect("it was written");
    let path = record.to_str().expect("the name is text");

    let other = run("epr-ack.elf", &["--replay", path], b"");
    assert_eq!(other.status.code(), Some(73));
    let stderr = String::from_utf8_lossy(&other.stderr);
    assert!(stderr.contains("began in another state: "), "{stderr}");
    assert!(stderr.contains("dbcr0-reset.elf on the e500v2"), "{stderr}");

    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    let bad = file("bad.record");
    std::fs::write(&bad, bytes).expect("the directory is there");
    let path = bad.to_str().expect("the name is text");
    let output = run("dbcr0-reset.elf", &["--replay", path], b"");
    assert_eq!(output.status.code(), Some(73));
    let stderr = String::from_utf8_lossy(&output.stderr);
    let last = stderr.lines().last().expect("something is said");
    assert!(
        last.contains("bad.record: entry ") && last.contains(" at byte "),
        "{last}"
    );
}

#[test]
fn records_are_of_the_bare_machine_alone() {
    let output = run("fib.linux.ppc32.elf", &["--env", "linux", "--record", "x"], b"");
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("--record is an option of --env bare"), "{stderr}");
}
