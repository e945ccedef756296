//! `ppc-emu exec`: every field, every exit, and every kind of bad record, through the library; and the binary's pipe.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "exec/errors.rs"]
mod errors;
#[path = "exec/exits.rs"]
mod exits;
#[path = "exec/fields.rs"]
mod fields;

use serde_json::{Value, json};
use std::io::{self, BufRead as _, Write};
use std::process::{Command, Stdio};

/// The answers to an input, one for each line.
fn answers(input: impl AsRef<[u8]>) -> Vec<Value> {
    let mut out = Vec::new();
    ppc_emu::exec::run(input.as_ref(), &mut out, false).unwrap();
    assert!(out.is_empty() || out.ends_with(b"\n"));
    out.split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect()
}

/// The answer to one line of text.
fn answer(line: &str) -> Value {
    let mut all = answers(line);
    assert_eq!(all.len(), 1, "{line}");
    all.remove(0)
}

/// The answer to a record.
fn exec(record: Value) -> Value {
    answer(&record.to_string())
}

/// Words as the field `code` has them.
fn code(words: &[u32]) -> String {
    words.iter().map(|word| format!("{word:08x}")).collect()
}

/// A record of `words` at 0x1000 that stops behind them, with these fields in addition.
fn record(words: &[u32], fields: Value) -> Value {
    let mut record = json!({ "code": code(words), "stop": [0x1000 + 4 * words.len()] });
    for (name, value) in fields.as_object().unwrap() {
        record[name] = value.clone();
    }
    record
}

/// What of `actual` the fields of `expected` speak about must be the same.
#[track_caller]
fn assert_has(actual: &Value, expected: Value) {
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&actual[name], value, "{name} of {actual}");
    }
}

/// A writer that counts flushes.
#[derive(Default)]
struct Flushes {
    lines: usize,
    flushes: Vec<usize>,
}

impl Write for &mut Flushes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lines += bytes.iter().filter(|byte| **byte == b'\n').count();
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        self.flushes.push(self.lines);
        Ok(())
    }
}

#[test]
fn answers_come_in_order_and_are_flushed_one_by_one_only_on_request() {
    let input = "{\"mem\":[],\"max_insns\":0}\n\n{\"mem\":[],\"max_insns\":0}\nbad\n";
    for (flush_each, expected) in [(true, vec![1, 2, 3, 3]), (false, vec![3])] {
        let mut out = Flushes::default();
        ppc_emu::exec::run(input.as_bytes(), &mut out, flush_each).unwrap();
        assert_eq!(out.flushes, expected);
    }
}

#[test]
fn an_output_that_fails_ends_the_run_with_its_error() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let why = ppc_emu::exec::run(&b"{}\n"[..], Full, false).unwrap_err();
    assert_eq!(why.kind(), io::ErrorKind::StorageFull);
}

#[test]
fn the_same_records_give_the_same_bytes_twice_and_in_any_company() {
    let lines: Vec<String> = (0..50)
        .map(|n| {
            let words = [0x7c63_1a14, 0x9063_0000 | n, 0x7c60_4aa6];
            record(
                &words,
                json!({ "id": n, "regs": { "r3": 0x100 * n }, "all_regs": n % 7 == 0 }),
            )
            .to_string()
        })
        .collect();
    let together = answers(lines.join("\n"));
    for (n, line) in lines.iter().enumerate().rev() {
        assert_eq!(answer(line), together[n]);
    }
}

#[test]
fn the_binary_answers_a_pipe() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ppc-emu"))
        .arg("exec")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        for n in 0..1000 {
            let record = record(&[0x3860_0000 | n], json!({ "id": n }));
            writeln!(input, "{record}\nnot json").unwrap();
        }
    });
    let output = io::BufReader::new(child.stdout.take().unwrap());
    let lines: Vec<Value> = output
        .lines()
        .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
        .collect();
    writer.join().unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(lines.len(), 2000);
    for (n, two) in lines.chunks(2).enumerate() {
        assert_has(&two[0], json!({ "id": n, "exit": "stop", "insns": "0x1" }));
        assert_has(&two[1], json!({ "exit": "error" }));
        if n != 0 {
            assert_eq!(two[0]["regs"]["r3"], format!("{n:#x}"));
        }
    }
}
