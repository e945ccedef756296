//! Programs of `guests/bin` under `--env linux`, by the binary that users run. What they print and how they end is what
//! they do under qemu-user (`cargo xtask linux`).

use ppc_emu::linux::{CALLS, For};
use proptest::prelude::*;
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const SUFFIXES: [&str; 3] = ["ppc32", "ppc64", "ppc64le"];

fn image(name: &str, suffix: &str) -> String {
    format!(
        "{}/guests/bin/{name}.linux.{suffix}.elf",
        env!("CARGO_MANIFEST_DIR")
    )
}

/// Runs a program with these options and arguments, and standard input.
fn run(image: &str, options: &[&str], args: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ppc-emu"))
        .args(["run", "--env", "linux"])
        .args(options)
        .arg(image)
        .arg("--")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("cargo built the binary");
    let mut stdin = child.stdin.take().expect("it is piped");
    // Most programs end without reading it.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("it ends")
}

/// Runs a program of every kind and compares what it prints and its status.
fn check(name: &str, options: &[&str], args: &[&str], expected: &str, status: i32) {
    for suffix in SUFFIXES {
        let output = run(&image(name, suffix), &[&["-q"], options].concat(), args, "");
        let said = text(&output.stderr);
        assert_eq!(text(&output.stdout), expected, "{name} {suffix}: {said}");
        assert_eq!(output.status.code(), Some(status), "{name} {suffix}: {said}");
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A file of this test's own.
fn file(name: &str, content: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, content).expect("the directory for tests is writable");
    path
}

#[test]
fn kernels_compute_as_linux_programs_what_they_do_on_the_bare_machine() {
    for name in ["fib", "sha256", "selfmod"] {
        let expected = format!("{}/guests/expected/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        let expected = std::fs::read_to_string(expected).expect("the file is there");
        check(name, &[], &[], &expected, 0);
    }
}

#[test]
fn a_program_finds_arguments_environment_and_auxiliary_vector_on_its_stack() {
    let options = ["--setenv", "A=1", "--setenv", "LONG=a value"];
    let expected = "one\ntwo words\n\n--quiet\nA=1\nLONG=a value\n";
    check(
        "startup",
        &options,
        &["one", "two words", "", "--quiet"],
        expected,
        7,
    );
    check("startup", &["--mem", "16M"], &[], "", 7);
}

#[test]
fn signals_reach_their_handlers_and_an_unhandled_one_ends_the_program() {
    let expected = "SIGUSR1\nSIGSEGV\nSIGUSR2\nblocked\nSIGUSR1\n";
    check("signals", &[], &[], expected, 128 + 5);
}

#[test]
fn memory_is_mapped_zeroed_moved_and_refused() {
    check("memory", &[], &[], "memory is well\n", 0);
    check("memory", &["--mem", "4M"], &[], "memory is well\n", 0);
}

#[test]
fn a_program_reads_standard_input_and_the_files_it_is_allowed() {
    let path = file("allowed.txt", "the file\nwith lines\n");
    let path = path.to_string_lossy();
    let directory = env!("CARGO_TARGET_TMPDIR");
    for allowed in [&*path, directory] {
        for suffix in SUFFIXES {
            let options = ["-q", "--allow-read", allowed];
            let output = run(
                &image("files", suffix),
                &options,
                &[&path, "/nonexistent"],
                "standard input\n",
            );
            let expected = "standard input\nfile\nwith lines\n";
            assert_eq!(text(&output.stdout), expected, "{suffix} {allowed}");
            assert_eq!(output.status.code(), Some(0), "{suffix} {allowed}");
        }
    }
}

#[test]
fn a_file_that_is_not_allowed_does_not_exist_for_the_program() {
    let path = file("forbidden.txt", "the file\nwith lines\n");
    let other = file("other.txt", "");
    let (path, other) = (path.to_string_lossy(), other.to_string_lossy());
    for options in [&[][..], &["--allow-read", &*other]] {
        let output = run(&image("files", "ppc32"), options, &[&path, "/nonexistent"], "");
        assert_eq!(output.status.code(), Some(1));
        let said = text(&output.stderr);
        assert!(
            said.contains(&format!("asks for {path}, which no --allow-read allows")),
            "{said}"
        );
    }
}

#[test]
fn a_link_out_of_an_allowed_directory_leads_nowhere() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("allowed");
    std::fs::create_dir_all(&directory).expect("the directory for tests is writable");
    file("outside.txt", "the file\nwith lines\n");
    let path = directory.join("../outside.txt");
    let options = ["-q", "--allow-read", &*directory.to_string_lossy()];
    let args = [&*path.to_string_lossy(), "/nonexistent"];
    let output = run(&image("files", "ppc32"), &options, &args, "");
    assert_eq!(output.status.code(), Some(1), "..");
    #[cfg(unix)]
    {
        let link = directory.join("link.txt");
        let _ = std::fs::remove_file(&link);
        std::os::unix::fs::symlink("../outside.txt", &link).expect("a link can be made");
        let args = [&*link.to_string_lossy(), "/nonexistent"];
        let output = run(&image("files", "ppc32"), &options, &args, "");
        assert_eq!(output.status.code(), Some(1), "a symbolic link");
    }
}

#[test]
fn a_program_that_cannot_go_on_ends_by_the_signal_that_linux_sends() {
    for (how, signal, said) in [
        ("load", 11, "killed by SIGSEGV (11): load from 0x"),
        ("store", 11, "store to 0x"),
        ("jump", 11, "nothing to execute at 0x"),
        (
            "illegal",
            4,
            "has no such instruction: instruction 00000000 at 0x",
        ),
        (
            "privileged",
            4,
            "killed by SIGILL (4): not for programs: instruction 7",
        ),
        ("spr", 4, "killed by SIGILL (4): not for programs"),
        ("trap", 5, "killed by SIGTRAP (5): trap: instruction 7fe00008"),
        ("abort", 6, "killed by SIGABRT (6): which it sent itself"),
    ] {
        check("die", &[], &[how], &format!("{how}\n"), 128 + signal);
        let output = run(&image("die", "ppc32"), &["-q"], &[how], "");
        assert!(text(&output.stderr).contains(said), "{}", text(&output.stderr));
    }
}

#[test]
fn the_kernel_carries_out_what_the_cpu_does_not() {
    check("die", &[], &["pvr"], "pvr\n", 0);
    check("die", &[], &["lmw"], "lmw\n", 0);
}

#[test]
fn a_32_bit_program_runs_on_every_cpu_that_is_big_endian() {
    for cpu in ["e500v2", "e500mc", "750", "POWER9", "970", "405", "440"] {
        let output = run(&image("startup", "ppc32"), &["-q", "--cpu", cpu], &["x"], "");
        assert_eq!(text(&output.stdout), "x\n", "{cpu}: {}", text(&output.stderr));
        assert_eq!(output.status.code(), Some(7), "{cpu}");
    }
}

#[test]
fn a_run_repeats_exactly() {
    let runs: Vec<Output> = (0..2)
        .map(|_| run(&image("startup", "ppc64"), &["--json"], &["x"], ""))
        .collect();
    assert_eq!(runs[0].stdout, runs[1].stdout);
}

#[test]
fn json_has_output_and_a_summary_with_the_signal() {
    let output = run(&image("die", "ppc32"), &["--json"], &["trap"], "");
    let text = text(&output.stdout);
    let events: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("every line is JSON"))
        .collect();
    assert_eq!(
        (&events[0]["event"], &events[0]["cpu"]),
        (&"start".into(), &"750".into())
    );
    assert!(
        events
            .iter()
            .any(|e| e["event"] == "console" && e["text"] == "trap\n")
    );
    let summary = events.last().expect("there is a summary");
    assert_eq!(
        (&summary["end"], &summary["code"]),
        (&"signal".into(), &133.into())
    );
    assert_eq!((&summary["signal"], &summary["syscalls"]), (&5.into(), &3.into()));
    assert_eq!(summary["unknown_syscalls"], serde_json::json!({}));
}

#[test]
fn the_budget_ends_a_program_too() {
    let output = run(&image("fib", "ppc32"), &["--max-insns", "1000"], &[], "");
    assert_eq!(output.status.code(), Some(67));
}

/// A 32-bit big-endian program of one segment at `address` with these words, in a file.
fn program(name: &str, address: u32, words: &[u32]) -> String {
    let len = u32::try_from(words.len()).expect("it is short") * 4;
    let mut bytes = b"\x7fELF\x01\x02\x01".to_vec();
    bytes.resize(16, 0);
    bytes.extend([0, 2, 0, 20, 0, 0, 0, 1]); // ET_EXEC, EM_PPC
    for word in [address, 52, 0, 0] {
        bytes.extend(word.to_be_bytes()); // entry, program headers, section headers, flags
    }
    bytes.extend([0, 52, 0, 32, 0, 1, 0, 0, 0, 0, 0, 0]);
    for word in [1, 84, address, address, len, len, 7, 4] {
        bytes.extend(word.to_be_bytes());
    }
    bytes.extend(words.iter().flat_map(|word| word.to_be_bytes()));
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, bytes).expect("the directory for tests is writable");
    path.to_string_lossy().into_owned()
}

#[test]
fn an_unknown_system_call_is_enosys_and_said_once() {
    // li r0,999; sc; li r0,999; sc; li r0,1; sc
    let words = [
        0x3800_03e7,
        0x4400_0002,
        0x3800_03e7,
        0x4400_0002,
        0x3800_0001,
        0x4400_0002,
    ];
    let path = program("enosys.elf", 0x1000_0000, &words);
    let output = run(&path, &[], &[], "");
    assert_eq!(output.status.code(), Some(38), "errno is in r3, which exit takes");
    let said = text(&output.stderr);
    assert_eq!(
        said.matches("note  system call 999 at 0x10000004").count(),
        1,
        "{said}"
    );
    assert!(said.contains("unknown system call 999: 2 times"), "{said}");
}

#[test]
fn instructions_of_other_cpus_are_carried_out_as_linux_does() {
    for (name, cpu, words, status) in [
        // li r3,7; lwsync
        ("lwsync", "e500v2", &[0x3860_0007, 0x7c20_04ac][..], 7),
        // li r3,8; dcba 0,r1
        ("dcba", "750", &[0x3860_0008, 0x7c00_0dec], 8),
        // li r4,1; li r5,2; cmpwi r4,1; isel r3,r4,r5,cr0.eq
        (
            "isel",
            "750",
            &[0x3880_0001, 0x38a0_0002, 0x2c04_0001, 0x7c64_289e],
            1,
        ),
        // li r4,1; li r5,2; cmpwi r4,1; isel r3,r4,r5,cr0.lt
        (
            "isel-not",
            "750",
            &[0x3880_0001, 0x38a0_0002, 0x2c04_0001, 0x7c64_281e],
            2,
        ),
        // li r4,0x7f; popcntb r3,r4
        ("popcntb", "750", &[0x3880_007f, 0x7c83_00f4], 7),
        // lis r4,0x2000; mtxer r4; mcrxr cr1; mfcr r3; srwi r3,r3,24; mfxer r4; add r3,r3,r4
        (
            "mcrxr",
            "POWER9",
            &[
                0x3c80_2000,
                0x7c81_03a6,
                0x7c80_0400,
                0x7c60_0026,
                0x5463_463e,
                0x7c81_02a6,
                0x7c63_2214,
            ],
            2,
        ),
    ] {
        // li r0,1; sc
        let words = [words, &[0x3800_0001, 0x4400_0002]].concat();
        let path = program(&format!("{name}.elf"), 0x1000_0000, &words);
        let output = run(&path, &["-q", "--cpu", cpu], &[], "");
        assert_eq!(
            output.status.code(),
            Some(status),
            "{name}: {}",
            text(&output.stderr)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn no_program_brings_the_host_down(
        parts in prop::collection::vec((0..16_u32, 0..450_u32, any::<u32>()), 1..60),
        cpu in prop::sample::select(vec!["750", "e500v2", "POWER9"]),
    ) {
        // Random words, and between them system calls with random small arguments or addresses.
        let words: Vec<u32> = parts
            .iter()
            .flat_map(|(kind, number, random)| match kind {
                0..8 => vec![0x3800_0000 | number, 0x4400_0002],
                8..12 => vec![0x3860_0000 | (kind - 8) << 21 | random & 0x3f],
                12..14 => vec![0x3860_0000 | (kind - 11) << 21 | 1 << 16 | random & 0xffe0],
                _ => vec![*random],
            })
            .collect();
        let path = program(&format!("random-{cpu}.elf"), 0x1000_0000, &words);
        let output = run(&path, &["-q", "--cpu", cpu, "--mem", "16M", "--max-insns", "5000"], &[], "input");
        let said = text(&output.stderr);
        prop_assert!(output.status.code().is_some_and(|code| code != 101), "{}", said);
        prop_assert!(!said.contains("panicked"), "{}", said);
    }
}

#[test]
fn a_program_that_waits_for_ever_is_ended() {
    // addi r3,r1,-64; li r4,0; li r5,0; li r6,0; li r0,221 (futex); sc
    let words = [
        0x3861_ffc0,
        0x3880_0000,
        0x38a0_0000,
        0x38c0_0000,
        0x3800_00dd,
        0x4400_0002,
    ];
    let output = run(&program("futex.elf", 0x1000_0000, &words), &["-q"], &[], "");
    assert_eq!(output.status.code(), Some(70));
    assert!(text(&output.stderr).contains("nothing can wake it"));
}

#[test]
fn a_handler_without_a_stack_ends_the_program_and_not_the_host() {
    // addi r4,r1,-64; lis r5,0x1000; stw r5,0(r4); li r3,11; li r5,0; li r6,8; li r0,173 (rt_sigaction); sc;
    // li r1,0; lwz r3,0(r1)
    let words = [
        0x3881_ffc0,
        0x3ca0_1000,
        0x90a4_0000,
        0x3860_000b,
        0x38a0_0000,
        0x38c0_0008,
        0x3800_00ad,
        0x4400_0002,
        0x3820_0000,
        0x8061_0000,
    ];
    let output = run(&program("no-stack.elf", 0x1000_0000, &words), &["-q"], &[], "");
    assert_eq!(output.status.code(), Some(139));
    let said = text(&output.stderr);
    assert!(said.contains("no room on the stack for its handler"), "{said}");
}

#[test]
fn a_program_that_linux_would_not_start_is_refused() {
    for (path, options, said) in [
        (
            program("low.elf", 0x8000, &[0x4400_0002]),
            &[][..],
            "Linux maps nothing below 0x10000",
        ),
        (
            program("high.elf", 0xffff_e000, &[0x4400_0002]),
            &[],
            "no --mem reaches there",
        ),
        (
            image("startup", "ppc32"),
            &["--mem", "4K"],
            "--mem 17M has room for them",
        ),
        (
            image("startup", "ppc64"),
            &["--cpu", "750"],
            "is a 64-bit program",
        ),
    ] {
        let output = run(&path, options, &[], "");
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(65), "{stderr}");
        assert!(stderr.contains(said), "{stderr}");
    }
    let long = "x".repeat(1 << 17);
    let output = run(&image("startup", "ppc32"), &[], &[&long[1..]], "");
    assert_eq!(output.status.code(), Some(7), "{}", text(&output.stderr));
    let output = run(&image("startup", "ppc32"), &["--mem", "1M"], &[&long[1..]], "");
    assert_eq!(output.status.code(), Some(65));
    assert!(text(&output.stderr).contains("arguments and environment"));
}

#[test]
fn the_documentation_has_every_system_call() {
    let rows: Vec<String> = CALLS
        .iter()
        .map(|row| {
            let programs = match row.programs {
                For::Both => "all",
                For::Bits32 => "32-bit",
                For::Bits64 => "64-bit",
            };
            format!("| {} | `{}` | {programs} |", row.number, row.name)
        })
        .collect();
    let path = format!("{}/docs/linux-environment.md", env!("CARGO_MANIFEST_DIR"));
    let docs = std::fs::read_to_string(path).expect("the file is there");
    let is_number = |line: &&str| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit();
    let there: Vec<&str> = docs.lines().filter(is_number).collect();
    assert!(there == rows, "the table is to be\n{}", rows.join("\n"));
}
