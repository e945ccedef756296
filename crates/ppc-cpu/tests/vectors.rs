//! Every line of `vectors/*.txt`: decode, encode, print, read, execute.
//!
//! What the lines say was written down from the manuals and filled in and checked by QEMU (`cargo xtask oracle exec`),
//! not by our core. A line that fails is printed with what it expects and what came instead.

#[path = "vectors/mod.rs"]
mod vector;

use ppc_cpu::{Cpu, Memory};
use ppc_decode::{AA, Atomic, LK, OE, Op, RC, Record, Row};
use spr_exit::{Exit, Msr};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use vector::run::is_executed;

/// The files, by name.
#[allow(clippy::unwrap_used, reason = "a test's own files")]
fn files() -> Vec<(PathBuf, String)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut files: Vec<PathBuf> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| (path.clone(), std::fs::read_to_string(path).unwrap()))
        .collect()
}

#[test]
fn every_vector_decodes_encodes_prints_reads_and_executes_as_it_says() {
    let (mut lines, mut runs, mut failures) = (0, 0, Vec::new());
    for (path, text) in files() {
        let name = path.file_name().unwrap().display().to_string();
        for (number, line, vector) in vector::format::parse(&text) {
            lines += 1;
            let outcome = vector.and_then(|vector| {
                if !vector.is_complete {
                    return Err(
                        "there is no right side; `cargo xtask oracle vectors --fill` makes one".into(),
                    );
                }
                for target in vector.targets()? {
                    runs += 1;
                    vector
                        .check(target)
                        .map_err(|why| format!("on {}: {why}", target.name))?;
                }
                Ok(())
            });
            if let Err(why) = outcome {
                failures.push(format!("{name}:{number}: {line}\n  {why}"));
            }
        }
    }
    println!("{lines} vectors, {runs} executions");
    assert!(
        failures.is_empty(),
        "{} of {lines} vectors fail\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// The record bits that make forms of a row.
fn forms(row: &Row) -> &'static [u32] {
    match row.record {
        Record::None => &[0],
        Record::Rc => &[0, RC],
        Record::OeRc => &[0, RC, OE, OE | RC],
        Record::Lk => &[0, LK],
        Record::AaLk => &[0, LK, AA, AA | LK],
    }
}

/// Instructions whose function no line can show: what they work with is in no line's state.
struct Elsewhere {
    instructions: &'static [&'static str],
    /// The test next to this one that shows it; it names each of them.
    test: &'static str,
    #[expect(dead_code, reason = "it is for readers of the table")]
    reason: &'static str,
}

#[rustfmt::skip]
const ELSEWHERE: &[Elsewhere] = &[
    Elsewhere {
        instructions: &["Mtsr", "Mtsrin", "Mfsr", "Mfsrin"],
        test: "special_registers.rs",
        reason: "segment registers",
    },
];

#[test]
fn every_form_of_an_instruction_that_executes_has_three_vectors() {
    let mut seen: BTreeMap<(String, u32), usize> = BTreeMap::new();
    for (_, text) in files() {
        for (_, _, vector) in vector::format::parse(&text) {
            let vector = vector.unwrap();
            let target = vector.targets().unwrap()[0];
            let op = target.decode(vector.word).unwrap().op;
            let form = vector.word & op.row().record.mask();
            *seen.entry((format!("{op:?}"), form)).or_default() += 1;
        }
    }
    let mut failures = Vec::new();
    for op in Op::ALL {
        let name = format!("{op:?}");
        let variant = name.trim_end_matches(')').rsplit('(').next().unwrap_or_default();
        let is_shown_by_lines = is_executed(op).unwrap() && !is_elsewhere(variant);
        let least = if is_shown_by_lines { 3 } else { 1 };
        for form in forms(op.row()) {
            let count = seen.get(&(name.clone(), *form)).copied().unwrap_or_default();
            if count < least {
                let suffix = op.row().record.suffix(*form);
                failures.push(format!("{name} {suffix}: {count} vectors, {least} are needed"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Whether another test shows what the instruction does; that test has to name it.
#[allow(clippy::unwrap_used, reason = "a test's own files")]
fn is_elsewhere(variant: &str) -> bool {
    let Some(row) = ELSEWHERE.iter().find(|row| row.instructions.contains(&variant)) else {
        return false;
    };
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let text = std::fs::read_to_string(tests.join(row.test)).unwrap();
    assert!(
        text.contains(&format!("::{variant},")),
        "{} does not test {variant}",
        row.test
    );
    true
}

/// What a line cannot say: it begins without a reservation. Power ISA Book II 4.6.2.
#[test]
fn a_conditional_store_succeeds_once_behind_a_load_of_the_same_place() {
    let pairs = [
        (Atomic::Lbarx, Atomic::StbcxRc, 1),
        (Atomic::Lharx, Atomic::SthcxRc, 2),
        (Atomic::Lwarx, Atomic::StwcxRc, 4),
        (Atomic::Ldarx, Atomic::StdcxRc, 8),
        (Atomic::Lqarx, Atomic::StqcxRc, 16),
    ];
    for target in &vector::run::TARGETS {
        for (load, store, len) in pairs {
            if !target.model.isa.contains(load.row().isa) || target.is_little_endian() {
                continue;
            }
            // Quadwords are in pairs of registers.
            let load = load.row().encode(&[2, 0, 5, 0]).unwrap();
            let [store, elsewhere] = [5, 6].map(|rb| store.row().encode(&[8, 0, rb]).unwrap());
            let mut memory = Memory::with_ram(0x1000).unwrap();
            memory
                .write_words(0, &[load, store, store, load, elsewhere, store])
                .unwrap();
            let mut cpu = Cpu::new(target.model);
            cpu.set_msr(target.msr | Msr::PR);
            cpu.set_cia(0);
            for (n, value) in [(8, u64::MAX), (9, u64::MAX), (5, 0x800), (6, 0x810)] {
                cpu.set_gpr(n, value & target.mask());
            }
            let mut fields = Vec::new();
            for _ in 0..6 {
                assert_eq!(cpu.step(&mut memory), Ok(Exit::Budget));
                fields.push(cpu.cr() >> 28);
            }
            // The first store succeeds, the second has no reservation; the third is for another place and takes the
            // reservation with it.
            assert_eq!(fields, [0, 2, 0, 0, 0, 0], "{} {len}", target.name);
            let mut expected = [0; 0x20];
            expected[..len].fill(0xff);
            let mut bytes = [0; 0x20];
            memory.read_bytes(0x800, &mut bytes).unwrap();
            assert_eq!(bytes, expected, "{} {len}", target.name);
        }
    }
}
