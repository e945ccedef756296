//! `oracle exec` and `oracle vectors`: execution compared with QEMU.
//!
//! First every line of `crates/ppc-cpu/tests/vectors/*.txt` that a Linux program can execute, literally; then random
//! cases, single instructions and [`sequences`] of them, which our core executes in this process and QEMU in [`qemu`]. A difference is printed as a line for those
//! files with QEMU's result on the right side. What is not compared is in [`skips::SKIPS`], with the reason.
//!
//! `oracle vectors --fill FILE` prints a file with QEMU's results where lines have no right side yet.

mod cases;
mod qemu;
mod self_test;
mod sequences;
mod skips;

use crate::oracle::Random;
use crate::vectors::format::{self, Vector};
use crate::vectors::run::{Target, execute};
use crate::vectors::{FPR, Outcome, PC, PROBLEM_STATE, REGISTERS};
use ppc_decode::{Insn, Op, Privilege, Style, disassemble};
use qemu::{Answer, Case, EMULATORS, Emulator, Scratch};
use sequences::Sequences;
use skips::SKIPS;
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

const USAGE: &str = "\
usage: cargo xtask oracle exec [--cases N] [--seed S] [--self-test]
       cargo xtask oracle vectors [--fill FILE]";

/// Cases per run of the emulator.
const BATCH: u64 = 8192;

/// The subcommands; `args` begins with their name.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let (mut cases, mut seed, mut fill, mut is_self_test) = (200_000, 1, None, false);
    let is_exec = args.first().is_some_and(|name| name == "exec");
    let mut options = args.iter().skip(1);
    while let Some(option) = options.next() {
        if is_exec && option == "--self-test" {
            is_self_test = true;
            continue;
        }
        let value = options.next().ok_or(USAGE)?;
        let number = || value.parse::<u64>().map_err(|_| USAGE);
        match option.as_str() {
            "--cases" if is_exec => cases = number()?,
            "--seed" if is_exec => seed = number()?,
            "--fill" if !is_exec => fill = Some(value),
            _ => return Err(USAGE.into()),
        }
    }
    let scratch = Scratch::new()?;
    for emulator in &EMULATORS {
        emulator.build(&scratch)?;
    }
    if let Some(file) = fill {
        return fill_in(&scratch, Path::new(file));
    }
    if is_self_test {
        return self_test::run(&scratch, cases, seed);
    }
    let mut total = check_vectors(&scratch)?;
    println!("{:8} {total}", "vectors");
    if is_exec {
        for emulator in &EMULATORS {
            let tally = compare(&scratch, emulator, cases, seed)?;
            println!("{:8} {tally}", emulator.target.name);
            total.add(&tally);
        }
    }
    for (skip, count) in SKIPS.iter().zip(total.skipped) {
        if count != 0 {
            println!("{count:8} {}: {}", skip.mnemonics.join(", "), skip.reason);
        }
    }
    println!("total    {total}");
    if total.differed == 0 {
        Ok(())
    } else {
        Err(format!("{} cases differ", total.differed))
    }
}

/// How the comparisons went.
struct Tally {
    cases: usize,
    /// Cases of which something was not compared, by line of [`SKIPS`].
    skipped: [usize; SKIPS.len()],
    /// Cases that did not run at all.
    not_run: usize,
    differed: usize,
    /// Differences by mnemonic.
    kinds: BTreeMap<String, usize>,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            cases: 0,
            skipped: [0; SKIPS.len()],
            not_run: 0,
            differed: 0,
            kinds: BTreeMap::new(),
        }
    }
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.cases += other.cases;
        for (sum, more) in self.skipped.iter_mut().zip(other.skipped) {
            *sum += more;
        }
        self.not_run += other.not_run;
        self.differed += other.differed;
    }

    /// Reports a difference; a few of each kind say what is wrong.
    fn differs(&mut self, kind: &str, text: &str) {
        if self.counts(kind) {
            println!("{text}");
        }
    }

    /// Counts a difference; whether it is one of the first of its kind.
    fn counts(&mut self, kind: &str) -> bool {
        self.differed += 1;
        let seen = self.kinds.entry(kind.into()).or_default();
        *seen += 1;
        *seen <= 3
    }

    fn skip(&mut self, lines: &[usize]) {
        for line in lines {
            self.skipped[*line] += 1;
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} cases ran, {} could not run, {} differed",
            self.cases, self.not_run, self.differed
        )
    }
}

/// The line that says what a case does; a sequence has no such line, but looks alike.
fn vector(target: &Target, case: &Case, answer: &Answer, hidden: [u64; REGISTERS]) -> Vector {
    let mut before = case.before.clone();
    for register in &mut before.regs[..=PC] {
        *register &= target.mask();
    }
    let insns = case.words.iter().filter_map(|word| target.decode(*word));
    let texts = insns.zip((before.regs[PC]..).step_by(4)).map(|(insn, cia)| {
        disassemble(&insn, cia, Style::Extended)
            .on(target.model.isa)
            .to_string()
    });
    Vector {
        word: case.words[0],
        text: texts.collect::<Vec<_>>().join("; "),
        tags: vec![target.name.into()],
        before,
        after: answer.0.clone(),
        undefined: hidden,
        outcome: answer.1.clone(),
        is_complete: true,
    }
}

/// The instructions of problem state on a target.
fn ops(target: &Target) -> Vec<Op> {
    Op::ALL
        .into_iter()
        .filter(|op| target.model.isa.contains(op.row().isa) && op.row().privilege == Privilege::User)
        .collect()
}

/// Random cases on one target.
fn compare(scratch: &Scratch, emulator: &Emulator, cases: u64, seed: u64) -> Result<Tally, String> {
    let target = emulator.target;
    let ops = ops(target);
    let sequences = Sequences::new(target, &ops);
    let mut tally = Tally::default();
    let mut random = Random(seed);
    let mut left = cases;
    while left > 0 {
        let mut batch = Vec::new();
        let mut expected = Vec::new();
        while left > 0 && (batch.len() as u64) < BATCH {
            if random.below(sequences::ONE_IN) == 0 {
                if let Some((kind, case)) = sequences.case(&mut random) {
                    left -= 1;
                    expected.push((kind, None));
                    batch.push(case);
                }
                continue;
            }
            let op = ops[random.below(ops.len())];
            let Some(case) = cases::case(target, op, &mut random) else {
                // All that a row has may be invalid or out of reach here; the count still comes to an end.
                continue;
            };
            let insn = Insn {
                word: case.words[0],
                op,
            };
            let (lines, hidden) = skips::find(&insn, &case.before, target);
            tally.skip(&lines);
            let Some(hidden) = hidden else {
                tally.not_run += 1;
                continue;
            };
            left -= 1;
            expected.push((op.row().mnemonic, Some((insn, hidden))));
            batch.push(case);
        }
        let answers = emulator.execute(scratch, &batch)?;
        for ((case, (kind, single)), answer) in batch.iter().zip(expected).zip(answers) {
            tally.cases += 1;
            let hidden = single.map_or([0; REGISTERS], |(_, hidden)| hidden);
            let theirs = vector(target, case, &answer, hidden);
            if agree(&theirs, &case.words, target).is_ok() || !tally.counts(kind) {
                continue;
            }
            let shown = match single {
                Some((insn, _)) => shrink(scratch, emulator, &insn, case)?,
                None => theirs,
            };
            println!(
                "{}\n",
                agree(&shown, &case.words, target).err().unwrap_or_default()
            );
        }
    }
    Ok(tally)
}

/// A difference with as little state as shows it.
fn shrink(scratch: &Scratch, emulator: &Emulator, insn: &Insn, case: &Case) -> Result<Vector, String> {
    let target = emulator.target;
    let both = |case: &Case| -> Result<(Vector, Outcome), String> {
        let answer = emulator.execute(scratch, std::slice::from_ref(case))?.remove(0);
        let (_, hidden) = skips::find(insn, &case.before, target);
        let theirs = vector(target, case, &answer, hidden.unwrap_or([0; REGISTERS]));
        let (_, ours) = ours(&theirs, &case.words, target);
        Ok((theirs, ours))
    };
    let mut smallest = case.clone();
    let (mut line, outcome) = both(case)?;
    // The window as a whole is the last item.
    for item in (0..PC).chain(FPR..=REGISTERS) {
        let mut smaller = smallest.clone();
        match smaller.before.regs.get_mut(item) {
            Some(register) => *register = 0,
            None => smaller.before.window.fill(0),
        }
        smaller.branch_target = cases::branch_target(target, insn, &smaller.before);
        if smaller.branch_target != smallest.branch_target {
            continue;
        }
        let (theirs, ours) = both(&smaller)?;
        if agree(&theirs, &case.words, target).is_err() && theirs.outcome == line.outcome && ours == outcome {
            (smallest, line) = (smaller, theirs);
        }
    }
    Ok(line)
}

/// What our core makes of the left side of a line.
fn ours(theirs: &Vector, words: &[u32], target: &Target) -> Answer {
    execute(target, words, &theirs.before)
        .unwrap_or_else(|_| (theirs.before.clone(), Outcome::Refused("unimplemented")))
}

/// Whether our core does what the line says.
fn agree(theirs: &Vector, words: &[u32], target: &Target) -> Result<(), String> {
    agree_with(theirs, target, &ours(theirs, words, target))
}

/// Whether this is what the line says.
fn agree_with(theirs: &Vector, target: &Target, (after, outcome): &Answer) -> Result<(), String> {
    theirs.compare(target, after, outcome)
}

/// The directory of the vectors, in the checkout that cargo runs us in.
fn directory() -> Result<PathBuf, String> {
    let xtask = std::env::var_os("CARGO_MANIFEST_DIR").ok_or("run this as `cargo xtask oracle vectors`")?;
    Ok(Path::new(&xtask).with_file_name("crates/ppc-cpu/tests/vectors"))
}

/// A vector as a case; none if a program in user mode cannot be where it begins, or its branch's target.
fn as_case(vector: &Vector, insn: &Insn, target: &Target) -> Option<Case> {
    let is_as_there = |spr: (&u16, &u64)| qemu::user_mode_sprs(target).get(spr.0) == Some(spr.1);
    if vector.before.msr != PROBLEM_STATE || !vector.before.sprs.iter().all(is_as_there) {
        return None;
    }
    let branch_target = cases::branch_target(target, insn, &vector.before);
    if branch_target.is_some_and(|at| !cases::is_placeable(&vector.before, at)) {
        return None;
    }
    Some(Case {
        words: vec![vector.word],
        before: vector.before.clone(),
        branch_target,
    })
}

/// The lines of all files, each with its place.
fn all_vectors() -> Result<Vec<(Vector, String)>, String> {
    let directory = directory()?;
    let mut files: Vec<PathBuf> = fs::read_dir(&directory)
        .map_err(|why| format!("{}: {why}", directory.display()))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    let mut vectors = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).map_err(|why| format!("{}: {why}", path.display()))?;
        let name = path.file_name().unwrap_or_default().display().to_string();
        for (number, _, vector) in format::parse(&text) {
            let place = format!("{name}:{number}");
            vectors.push((vector.map_err(|why| format!("{place}: {why}"))?, place));
        }
    }
    Ok(vectors)
}

/// Of each instruction, by its position in [`Op::ALL`]: how many lines there are, and how many of them QEMU checks.
pub(crate) fn coverage() -> Result<Vec<(usize, usize)>, String> {
    let mut counts = vec![(0, 0); Op::COUNT];
    for (vector, place) in all_vectors()? {
        let targets = vector.targets().map_err(|why| format!("{place}: {why}"))?;
        let insn = targets[0].decode(vector.word).ok_or("it is not decoded")?;
        let is_checked = EMULATORS.iter().any(|emulator| {
            targets.iter().any(|t| t.name == emulator.target.name)
                && skips::find(&insn, &vector.before, emulator.target).1.is_some()
                && as_case(&vector, &insn, emulator.target).is_some()
        });
        let position = Op::ALL.iter().position(|op| *op == insn.op).unwrap_or_default();
        counts[position].0 += 1;
        counts[position].1 += usize::from(is_checked);
    }
    Ok(counts)
}

/// The lines of all files, as they stand there, on QEMU.
fn check_vectors(scratch: &Scratch) -> Result<Tally, String> {
    let mut tally = Tally::default();
    let vectors = all_vectors()?;
    let mut is_checked = vec![false; vectors.len()];
    for emulator in &EMULATORS {
        let target = emulator.target;
        let (mut batch, mut chosen) = (Vec::new(), Vec::new());
        for (at, (vector, place)) in vectors.iter().enumerate() {
            let targets = vector.targets().map_err(|why| format!("{place}: {why}"))?;
            let insn = target
                .decode(vector.word)
                .filter(|_| targets.iter().any(|t| t.name == target.name));
            let Some(insn) = insn else { continue };
            let (lines, hidden) = skips::find(&insn, &vector.before, target);
            if hidden.is_none() {
                tally.skip(&lines);
            } else if let Some(case) = as_case(vector, &insn, target) {
                batch.push(case);
                chosen.push(at);
            }
        }
        for (at, (after, outcome)) in chosen.into_iter().zip(emulator.execute(scratch, &batch)?) {
            let (vector, place) = &vectors[at];
            is_checked[at] = true;
            tally.cases += 1;
            if let Err(why) = vector.compare(target, &after, &outcome) {
                tally.differs(place, &format!("{place} on {}: {why}\n", target.name));
            }
        }
    }
    tally.not_run = is_checked.iter().filter(|checked| !**checked).count();
    Ok(tally)
}

/// Prints the file, with lines that have no right side completed: one for all CPUs if they agree, else one for each
/// group that does.
fn fill_in(scratch: &Scratch, path: &Path) -> Result<(), String> {
    let text = fs::read_to_string(path).map_err(|why| format!("{}: {why}", path.display()))?;
    let mut parsed = format::parse(&text).into_iter().peekable();
    let mut completed: BTreeMap<usize, Vec<Vector>> = BTreeMap::new();
    let mut open = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if let Some((_, _, vector)) = parsed.next_if(|(at, _, _)| *at == number + 1) {
            let vector = vector.map_err(|why| format!("{}: {line}: {why}", number + 1))?;
            if !vector.is_complete {
                open.push((number, vector));
            }
        }
    }
    for emulator in &EMULATORS {
        let target = emulator.target;
        let (mut batch, mut chosen) = (Vec::new(), Vec::new());
        for (number, vector) in &open {
            let is_wanted = vector.targets()?.iter().any(|t| t.name == target.name);
            let Some(insn) = target.decode(vector.word).filter(|_| is_wanted) else {
                continue;
            };
            let (_, hidden) = skips::find(&insn, &vector.before, target);
            if let (Some(hidden), Some(case)) = (hidden, as_case(vector, &insn, target)) {
                batch.push(case);
                chosen.push((*number, &vector.text, hidden));
            }
        }
        let answers = emulator.execute(scratch, &batch)?;
        for ((case, (number, text, hidden)), answer) in batch.iter().zip(chosen).zip(answers) {
            completed.entry(number).or_default().push(Vector {
                text: text.clone(),
                ..vector(target, case, &answer, hidden)
            });
        }
    }
    for (number, line) in text.lines().enumerate() {
        match completed.remove(&number) {
            Some(answers) => {
                for line in merge(answers) {
                    println!("{line}");
                }
            }
            None => println!("{line}"),
        }
    }
    Ok(())
}

/// As few lines as say the same.
fn merge(mut answers: Vec<Vector>) -> Vec<String> {
    let target = |vector: &Vector| vector.targets().ok().and_then(|targets| targets.first().copied());
    // The widest last, to be taken first: its line may hold for the others too, whose registers are its low halves.
    answers.sort_by_key(|answer| answer.tags == ["ppc64"]);
    let mut lines = Vec::new();
    while let Some(widest) = answers.pop() {
        let mut line = widest.clone();
        answers.retain(|other| {
            let is_same = target(other).is_some_and(|target| {
                let is_hidden_alike = (widest.undefined.iter().zip(&other.undefined))
                    .all(|(a, b)| (a ^ b) & target.mask() == 0);
                is_hidden_alike && widest.compare(target, &other.after, &other.outcome).is_ok()
            });
            if is_same {
                line.tags.extend(other.tags.clone());
            }
            !is_same
        });
        simplify(&mut line);
        let width = target(&widest).map_or(64, Target::width);
        lines.push(format::print(&line, width));
    }
    lines.reverse();
    lines
}

/// Shortens the tags: none for every big-endian CPU that has the instruction, `ppc32` for those of 32 bits.
fn simplify(line: &mut Vector) {
    let names = |tags: &[&str]| -> Vec<&'static str> {
        let tags = tags.iter().map(|tag| (*tag).into()).collect();
        let targets = Vector { tags, ..line.clone() }.targets();
        targets
            .unwrap_or_default()
            .iter()
            .map(|target| target.name)
            .collect()
    };
    let covers = |names: &[&str]| names.iter().all(|name| line.tags.iter().any(|tag| tag == name));
    let (all, all_32) = (names(&[]), names(&["ppc32"]));
    if covers(&all) && line.tags.len() == all.len() {
        line.tags.clear();
    } else if !all_32.is_empty() && covers(&all_32) {
        line.tags.retain(|tag| !all_32.contains(&tag.as_str()));
        line.tags.insert(0, "ppc32".into());
    }
}
