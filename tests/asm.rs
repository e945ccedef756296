//! `ppc-emu asm`: from text to words, on the command line.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Runs `ppc-emu asm` with this on standard input.
fn asm(args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ppc-emu"))
        .arg("asm")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("cargo built the binary");
    // One that has its instructions as arguments need not read.
    let _ = child.stdin.take().expect("it is piped").write_all(input);
    child.wait_with_output().expect("it ends")
}

/// What it said and how it ended.
fn said(output: &Output) -> (String, String, Option<i32>) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr), output.status.code())
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn arguments_are_instructions() {
    let output = asm(&["--cpu", "e500v2", "mtspr 308, r3", "li r3,-1; blr"], b"");
    assert_eq!(
        said(&output),
        ("7c744ba6\n3860ffff\n4e800020\n".into(), String::new(), Some(0))
    );
}

#[test]
fn standard_input_is_a_program_with_labels_and_comments() {
    let source = b"# counts down\n li r3,3\nloop: addic. r3,r3,-1\n\n bne loop # again\n";
    let output = asm(&["--listing", "--address", "0x1000"], source);
    let listing = "\
00001000: 38600003  li r3,3
00001004: 3463ffff  addic. r3,r3,-1
00001008: 4082fffc  bne+ 0x1004
";
    assert_eq!(said(&output), (listing.into(), String::new(), Some(0)));
}

#[test]
fn a_file_takes_the_words_in_either_byte_order() {
    let file = path("asm.bin");
    for (order, bytes) in [("big", [0x38, 0x60, 0, 5]), ("little", [5, 0, 0x60, 0x38])] {
        let output = asm(
            &["-o", &file.to_string_lossy(), "--byte-order", order, "li r3,5"],
            b"",
        );
        assert_eq!(said(&output), (String::new(), String::new(), Some(0)));
        assert_eq!(std::fs::read(&file).expect("it was written"), bytes);
    }
}

#[test]
fn every_error_is_said_with_line_and_column() {
    let output = asm(&["--cpu", "750"], b"nop\n ld r3,8(r4)\n add r3,r4\n");
    let errors = "\
ppc-emu: 2:2: this CPU does not have the instruction; it needs PPC64
ppc-emu: 3:11: expected 3 operands, found 2
";
    assert_eq!(said(&output), (String::new(), errors.into(), Some(65)));
}

#[test]
fn what_is_no_text_is_refused() {
    let (out, error, code) = said(&asm(&[], b"nop\n\xff\n"));
    assert_eq!((out.as_str(), code), ("", Some(65)));
    assert!(error.contains("standard input cannot be read"), "{error}");
}

#[test]
fn wrong_options_are_usage_errors_and_a_bad_file_is_an_output_error() {
    for args in [
        &["--address", "2", "nop"][..],
        &["--cpu", "pentium", "nop"],
        &["--byte-order", "little", "nop"],
        &["--listing", "-o", "x", "nop"],
    ] {
        assert_eq!(asm(args, b"").status.code(), Some(2), "{args:?}");
    }
    let output = asm(&["-o", "/nonexistent/directory/file", "nop"], b"");
    assert_eq!(output.status.code(), Some(74));
}

#[test]
fn code_that_is_disassembled_and_assembled_is_the_same_code() {
    let guest = format!("{}/guests/bin/fib.ppc32.elf", env!("CARGO_MANIFEST_DIR"));
    let listing = Command::new(env!("CARGO_BIN_EXE_ppc-emu"))
        .args(["disasm", &guest])
        .output()
        .expect("cargo built the binary");
    let listing = String::from_utf8(listing.stdout).expect("it is text");
    let (mut words, mut texts) = (String::new(), String::new());
    let start = listing.split(':').next().expect("an address");
    // One segment, without the odd byte of data at its end; another one begins behind an empty line.
    let is_code = |line: &&str| !line.is_empty() && !line.contains(".byte");
    for line in listing.lines().take_while(is_code) {
        let (word, text) = line[10..].split_once("  ").expect("word and text");
        words += &format!("{word}\n");
        texts += &format!("{text}\n");
    }
    let output = asm(&["--address", &format!("0x{start}")], texts.as_bytes());
    assert_eq!(said(&output), (words, String::new(), Some(0)));
}
