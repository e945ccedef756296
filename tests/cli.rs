//! The command line: listings, and what is said about input that is of no use.

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn emu(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ppc-emu"))
        .args(args)
        .stdin(Stdio::null())
        .output()
        .expect("cargo built the binary")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn guest(name: &str) -> String {
    format!("{}/guests/bin/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A file of this test's own with these bytes.
fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, bytes).expect("the directory for tests is writable");
    path
}

/// Runs an image and gives what was said of it; the code must be that of unusable images.
fn refused(path: &Path, args: &[&str]) -> String {
    let output = emu(&[&["run", &path.to_string_lossy()], args].concat());
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(65), "{said}");
    assert!(
        said.starts_with(&format!("ppc-emu: {}: ", path.display())),
        "{said}"
    );
    assert_eq!(stdout(&output), "");
    said
}

/// A 32-bit big-endian ELF header for machine `machine`, without program headers.
fn elf32(machine: u8, kind: u8) -> Vec<u8> {
    let mut header = vec![0; 52];
    header[..7].copy_from_slice(b"\x7fELF\x01\x02\x01");
    header[17] = kind;
    header[19] = machine;
    header[23] = 1;
    header[41] = 52; // e_ehsize
    header[43] = 32; // e_phentsize
    header
}

#[test]
fn an_image_that_is_not_there_is_refused() {
    assert!(refused(Path::new("/nonexistent/image.elf"), &[]).contains("there is no such file"));
}

#[test]
fn a_directory_is_no_image() {
    assert!(refused(Path::new(env!("CARGO_TARGET_TMPDIR")), &[]).contains("is a directory"));
}

#[test]
fn an_empty_file_is_no_image_raw_or_not() {
    let path = file("empty.elf", b"");
    assert!(refused(&path, &[]).contains("the file is empty"));
    assert!(refused(&path, &["--raw", "0x1000"]).contains("the file is empty"));
}

#[test]
fn a_file_that_is_not_elf_is_told_about_raw_code() {
    assert!(refused(&file("text.elf", b"no ELF file at all"), &[]).contains("--raw ADDR"));
}

#[test]
fn an_x86_program_is_refused_by_the_name_of_its_machine() {
    let mut x86 = vec![0; 64];
    x86[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    (x86[16], x86[18], x86[20]) = (2, 62, 1);
    let said = refused(&file("x86-64.elf", &x86), &[]);
    assert!(
        said.contains("x86-64 (e_machine 62)") && said.contains("PowerPC (20)"),
        "{said}"
    );
}

#[test]
fn a_truncated_program_is_refused_wherever_it_ends() {
    let whole = std::fs::read(guest("fib.ppc32.elf")).expect("the guest is there");
    for (len, what) in [
        (20, "the ELF header alone"),
        (60, "program headers"),
        (200, "segment 0"),
    ] {
        let said = refused(&file(&format!("truncated-{len}.elf"), &whole[..len]), &[]);
        assert!(said.contains("truncated") && said.contains(what), "{len}: {said}");
    }
}

#[test]
fn an_object_file_and_a_dynamic_program_are_told_apart() {
    assert!(refused(&file("object.elf", &elf32(20, 1)), &[]).contains("link it first"));
    assert!(refused(&file("pie.elf", &elf32(20, 3)), &[]).contains("-no-pie"));
    let mut dynamic = elf32(20, 2);
    (dynamic[31], dynamic[45]) = (52, 1); // e_phoff, e_phnum
    dynamic.extend([0, 0, 0, 3]); // PT_INTERP
    dynamic.extend([0; 28]);
    let said = refused(&file("dynamic.elf", &dynamic), &[]);
    assert!(
        said.contains("dynamically linked") && said.contains("freestanding"),
        "{said}"
    );
}

#[test]
fn a_program_without_anything_to_load_is_refused() {
    assert!(refused(&file("nothing.elf", &elf32(20, 2)), &[]).contains("nothing to load"));
}

#[test]
fn a_segment_outside_ram_is_told_how_much_would_do() {
    let said = refused(Path::new(&guest("fib.ppc32.elf")), &["--mem", "64K"]);
    assert!(
        said.contains("ends at 0x10000") && said.contains("--mem 1M"),
        "{said}"
    );
}

#[test]
fn an_image_that_the_cpu_cannot_run_is_told_which_can() {
    let said = refused(Path::new(&guest("fib.ppc64.elf")), &["--cpu", "e500v2"]);
    assert!(
        said.contains("64-bit program") && said.contains("--cpu POWER9"),
        "{said}"
    );
    // One segment with nothing but the entry in it.
    let mut little = vec![0; 88];
    little[..7].copy_from_slice(b"\x7fELF\x01\x01\x01");
    for at in [16, 18, 20, 28, 40, 42, 44, 52, 68, 72] {
        little[at] = match at {
            16 => 2,       // e_type: executable
            18 => 20,      // e_machine: PowerPC
            20 | 44 => 1,  // e_version, e_phnum
            28 | 40 => 52, // e_phoff, e_ehsize
            42 => 32,      // e_phentsize
            52 => 1,       // p_type: load
            _ => 4,        // p_filesz, p_memsz
        };
    }
    let said = refused(&file("little.elf", &little), &["--cpu", "750"]);
    assert!(
        said.contains("is little-endian") && said.contains("--cpu POWER9"),
        "{said}"
    );
}

#[test]
fn wrong_options_are_usage_errors_that_name_what_is_possible() {
    let image = guest("fib.ppc32.elf");
    for (args, said) in [
        (&["--cpu", "pentium"][..], "e500v2, e500mc, 750, POWER9"),
        (&["--mem", "4G"], "3584M"),
        (&["--mem", "lots"], "is no number"),
        (
            &["--env", "linux", "--promote", "1013"],
            "--promote is an option of --env bare",
        ),
        (&["--env", "linux", "--setenv", "NAME"], "NAME=VALUE is needed"),
        (
            &["--env", "linux", "--allow-read", "/nonexistent"],
            "--allow-read /nonexistent: ",
        ),
        (&["--seed", "1"], "--seed is an option of --env linux"),
        (&["--", "argument"], "-- ARGS is an option of --env linux"),
        (&["--promote", "880"], "does not model SPR 880"),
        (&["--promote", "FOO"], "no SPR called `FOO`"),
        (
            &["--cpu", "e500v2", "--epr-on-delivery"],
            "the e500v2 has no register for it",
        ),
        (
            &["--cpu", "750", "--reset-event"],
            "the 750 has no register for it",
        ),
        (&["--insns-per-tick", "0"], "0"),
    ] {
        let output = emu(&[&["run", &image], args].concat());
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(stderr(&output).contains(said), "{args:?}: {}", stderr(&output));
    }
}

/// mfspr r3,1007; mtspr EXIT,r3
const UNKNOWN: [u8; 8] = [0x7c, 0x6f, 0xfa, 0xa6, 0x7c, 0x71, 0xdb, 0xa6];

#[test]
fn an_access_to_an_unknown_spr_stops_the_run_and_says_where() {
    let path = file("unknown-exit.bin", &UNKNOWN);
    let output = emu(&["run", &path.to_string_lossy(), "--raw", "0x1000"]);
    assert_eq!(output.status.code(), Some(66));
    let said = stderr(&output);
    assert!(
        said.contains("exit  spr 1007 mfspr msr=0x00000000 pc=0x00001000 reason=UNKNOWN"),
        "{said}"
    );
    assert!(said.contains("--unknown-spr"), "{said}");
}

#[test]
fn an_ignored_access_to_an_unknown_spr_is_counted_in_the_end() {
    let path = file("unknown-ignore.bin", &UNKNOWN);
    let path = path.to_string_lossy();
    let output = emu(&["run", &path, "--raw", "0x1000", "--unknown-spr", "ignore"]);
    assert_eq!(output.status.code(), Some(0));
    let said = stderr(&output);
    assert!(said.contains("unknown SPR 1007: 1 access,"), "{said}");
    let output = emu(&[
        "run",
        &path,
        "--raw",
        "0x1000",
        "--unknown-spr",
        "ignore",
        "--json",
    ]);
    let text = stdout(&output);
    let summary: Value = serde_json::from_str(text.lines().last().unwrap_or("")).expect("JSON");
    assert_eq!(summary["unknown_sprs"]["1007"], 1);
}

#[test]
fn the_guest_reads_standard_input_to_its_end() {
    // loop: mfspr r3,CONSOLE; cmpwi r3,-1; beq done; mtspr CONSOLE,r3; b loop; done: mtspr EXIT,r4
    let code = [
        0x7c70_dba6 - 0x100,
        0x2c03_ffff,
        0x4182_000c,
        0x7c70_dba6,
        0x4bff_fff0,
        0x7c91_dba6_u32,
    ];
    let bytes: Vec<u8> = code.iter().flat_map(|word| word.to_be_bytes()).collect();
    let path = file("echo.bin", &bytes);
    let mut child = Command::new(env!("CARGO_BIN_EXE_ppc-emu"))
        .args(["run", &path.to_string_lossy(), "--raw", "0", "-q"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("cargo built the binary");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(b"one\ntwo").expect("the guest reads it");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(
        (stdout(&output).as_str(), output.status.code()),
        ("one\ntwo", Some(0))
    );
}

#[test]
fn disassembly_is_address_word_and_text() {
    let text = stdout(&emu(&["disasm", &guest("fib.ppc32.elf")]));
    assert!(text.starts_with("00010000: 7c230b78  mr r3,r1\n"), "{text}");
    let text = stdout(&emu(&["disasm", &guest("fib.ppc32.elf"), "--style", "raw"]));
    assert!(text.starts_with("00010000: 7c230b78  or r3,r1,r1\n"), "{text}");
    let text = stdout(&emu(&["disasm", &guest("fib.ppc64le.elf")]));
    assert!(
        text.starts_with("0000000000010000: 7c230b78  mr r3,r1\n"),
        "{text}"
    );
}

#[test]
fn words_are_disassembled_without_an_image_and_unknown_ones_stay_data() {
    let text = stdout(&emu(&["disasm", "--word", "7c744ba6", "0x00000000"]));
    assert_eq!(text, "7c744ba6  mtdbcr0 r3\n00000000  .long 0x00000000\n");
    assert_eq!(emu(&["disasm", "--word", "xyz"]).status.code(), Some(2));
}

#[test]
fn the_table_of_sprs_is_the_same_in_every_format() {
    for cpu in ["e500v2", "e500mc", "750", "POWER9"] {
        let json: Value =
            serde_json::from_str(&stdout(&emu(&["sprs", "--cpu", cpu, "--format", "json"]))).expect("JSON");
        let rows = json.as_array().expect("an array of registers");
        let numbers: Vec<u64> = rows.iter().filter_map(|row| row["sprn"].as_u64()).collect();
        assert!(rows.len() == numbers.len() && numbers.is_sorted(), "{cpu}");
        let text = stdout(&emu(&["sprs", "--cpu", cpu]));
        let md = stdout(&emu(&["sprs", "--cpu", cpu, "--format", "md"]));
        let (table, undefined) = text
            .split_once("Undefined numbers")
            .expect("the rules stand below");
        assert_eq!(
            table.lines().count(),
            rows.len() + 2,
            "{cpu}: two lines of headings"
        );
        assert!(md.contains(undefined.lines().next().unwrap_or_default()), "{cpu}");
        assert_eq!(
            md.lines().filter(|l| l.starts_with('|')).count(),
            rows.len() + 2,
            "{cpu}"
        );
    }
    assert_eq!(emu(&["sprs"]).status.code(), Some(2));
}

#[test]
fn the_list_of_cpus_has_every_model() {
    let json: Value = serde_json::from_str(&stdout(&emu(&["cpus", "--format", "json"]))).expect("JSON");
    let names: Vec<&str> = json
        .as_array()
        .expect("an array of models")
        .iter()
        .filter_map(|m| m["name"].as_str())
        .collect();
    assert_eq!(names, ["e500v2", "e500mc", "750", "POWER9", "970", "405", "440"]);
    let text = stdout(&emu(&["cpus"]));
    assert!(names.iter().all(|name| text.contains(name)), "{text}");
}
