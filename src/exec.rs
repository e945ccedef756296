//! `ppc-emu exec`: the core over JSON lines, one record in, one answer out.
//!
//! The interface is described in `docs/exec.md`. Every record gets a machine of its own and cannot see what another
//! one did; whatever is wrong with a line, its answer says so and the next line is taken as usual.
//!
//! ```
//! let mut answers = Vec::new();
//! // lis r3, 0x3000; mtspr DBCR0, r3: the guest asks for a reset, and the list of answers is empty.
//! let record = br#"{"id": 1, "code": "3c6030007c744ba6", "stop": ["0x1008"]}"#;
//! ppc_emu::exec::run(&record[..], &mut answers, false)?;
//! let answer = String::from_utf8(answers)?;
//! assert!(answer.starts_with(r#"{"id":1,"exit":"spr","insns":"0x1""#));
//! assert!(answer.contains(r#""name":"DBCR0","is_write":true,"data":"0x30000000""#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The way of a line: `lines` finds it, `json` takes it apart, `record` says what it asks for, `setup` builds
//! the machine, `drive` runs it, `report` is what is written about it.

mod bad;
mod drive;
mod json;
mod lines;
mod raise;
mod record;
mod register;
mod report;
mod setup;
mod value;

use bad::Bad;
use json::Line;
use lines::{Found, Lines};
use record::Record;
use report::{Answer, Before, Hex, Refusal};
use serde_json::value::RawValue;
use std::io::{self, BufRead, Write};

/// Answers every line of `input` on `output`, in order; with `flush_each` each answer is flushed before the next line
/// is read.
///
/// # Errors
/// Only what `input` and `output` themselves report. A bad line is answered, not returned.
pub fn run(input: impl BufRead, mut output: impl Write, flush_each: bool) -> io::Result<()> {
    let mut lines = Lines::new(input);
    let mut answer = Vec::new();
    while let Some(found) = lines.next()? {
        answer.clear();
        match found {
            Found::Blank => continue,
            Found::TooLong => refuse(&mut answer, None, &lines::too_long()),
            Found::Line(bytes) => line(&mut answer, bytes),
        }
        answer.push(b'\n');
        output.write_all(&answer)?;
        if flush_each {
            output.flush()?;
        }
    }
    output.flush()
}

/// Appends the answer to one line.
fn line(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut line = Line::default();
    let read = match std::str::from_utf8(bytes) {
        Ok(text) => line.read(text),
        Err(why) => {
            // What stands before the bad byte may have the id.
            let (good, _) = bytes.split_at(why.valid_up_to());
            let _ = line.read(std::str::from_utf8(good).unwrap_or_default());
            Err(Bad::new(format!(
                "the line is not UTF-8 (column {})",
                why.valid_up_to() + 1
            )))
        }
    };
    if let Err(why) = read.and_then(|()| answer(out, &line)) {
        refuse(out, line.id, &why);
    }
}

/// Appends the answer to a line that is an object; nothing if the record is bad.
fn answer(out: &mut Vec<u8>, line: &Line<'_>) -> Result<(), Bad> {
    if line.is_id_twice {
        return Err(Bad::new("given twice").field("id"));
    }
    let record = Record::read(&line.fields)?;
    let mut machine = setup::machine(&record)?;
    let before = Before::new(&machine.cpu);
    let run = drive::drive(&mut machine, &record);
    write(
        out,
        &Answer {
            id: line.id,
            exit: run.exit,
            error: run.error.as_deref(),
            insns: Hex(run.insns),
            regs: before.report(&machine.cpu, &record),
            exits: &run.exits,
            interrupt: run.interrupt.as_ref(),
            interrupts: record.goes_on_after_interrupts.then_some(&run.interrupts),
            access: run.access.as_ref(),
            mem: record.has_dump.then(|| drive::dumps(&machine, &record)),
            unused_answers: left_over(run.unused_answers),
            unraised: left_over(run.unraised),
        },
    );
    Ok(())
}

/// How many are left over, if any.
fn left_over(count: usize) -> Option<Hex> {
    (count != 0).then_some(Hex(count as u64))
}

/// Appends the answer to a line that cannot be run.
fn refuse(out: &mut Vec<u8>, id: Option<&RawValue>, why: &Bad) {
    let error = why.to_string();
    let exit = "error";
    write(
        out,
        &Refusal {
            id,
            exit,
            error: &error,
        },
    );
}

/// Appends JSON. Into memory, and of types whose keys are strings, this cannot fail.
fn write(out: &mut Vec<u8>, answer: &impl serde::Serialize) {
    let _ = serde_json::to_writer(out, answer);
}
