//! `oracle system`: supervisor programs beside QEMU's machines.
//!
//! Random programs of system instructions run on a bare machine of QEMU's and on our core, the same image on both; every
//! interrupt that they take is in a log, with what it saved and the MSR that its handler found. The logs are compared.

mod board;
mod image;
mod machine;
mod programs;
mod skips;

use crate::oracle::Random;
use board::{BOARDS, Board};
use image::{COUNT, Image, NAMES, Program, VALUES};
use machine::{Scratch, on_our_core, on_qemu};
use ppc_decode::{Decoder, Style, disassemble};
use skips::SKIPS;
use std::fmt::Write as _;

const USAGE: &str = "usage: cargo xtask oracle system [--programs N] [--seed S] [--cpu MODEL]";

/// The subcommand; `args` begins with its name.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let (mut programs, mut seed, mut cpu) = (2_000, 1, None);
    let mut options = args.iter().skip(1);
    while let Some(option) = options.next() {
        let value = options.next().ok_or(USAGE)?;
        let number = || value.parse::<usize>().map_err(|_| USAGE);
        match option.as_str() {
            "--programs" => programs = number()?,
            "--seed" => seed = u64::try_from(number()?).map_err(|_| USAGE)?,
            "--cpu" => cpu = Some(value.as_str()),
            _ => return Err(USAGE.into()),
        }
    }
    let boards: Vec<&Board> = BOARDS
        .iter()
        .filter(|board| cpu.is_none_or(|name| board.model.name.eq_ignore_ascii_case(name)))
        .collect();
    if boards.is_empty() {
        let names: Vec<_> = BOARDS.iter().map(|board| board.model.name).collect();
        return Err(format!("--cpu: one of {}", names.join(", ")));
    }
    let scratch = Scratch::new()?;
    let (mut ran, mut differed, mut used) = (0, 0, [0; SKIPS.len()]);
    for board in boards {
        let (mut random, mut entries, mut wrong) = (Random(seed), 0, 0);
        let mut left = programs;
        while left > 0 {
            let count = left.min(COUNT);
            left -= count;
            let round = round(&scratch, board, count, &mut random)?;
            entries += round.entries;
            used.iter_mut()
                .zip(round.used)
                .for_each(|(sum, more)| *sum += more);
            for text in &round.differences {
                wrong += 1;
                if wrong <= 3 {
                    println!("{text}");
                }
            }
        }
        println!(
            "{:8} {programs} programs, {entries} interrupts, {wrong} differ",
            board.model.name
        );
        ran += programs;
        differed += wrong;
    }
    for (skip, used) in SKIPS.iter().zip(used).filter(|(_, used)| *used != 0) {
        println!("{used:8} {}: {}", skip.models.join(", "), skip.reason);
    }
    println!("total    {ran} programs ran, {differed} differed");
    if differed == 0 {
        Ok(())
    } else {
        Err(format!("{differed} programs differ"))
    }
}

/// What one image showed.
struct Round {
    entries: usize,
    /// Entries of which something was not compared, by line of [`SKIPS`].
    used: [usize; SKIPS.len()],
    differences: Vec<String>,
}

/// One image on both sides.
fn round(scratch: &Scratch, board: &Board, count: usize, random: &mut Random) -> Result<Round, String> {
    let base = Image::new(board, &[])?.base;
    let programs = (0..count)
        .map(|n| programs::program(board, base, n, random))
        .collect::<Result<Vec<_>, _>>()?;
    let image = Image::new(board, &programs)?;
    let (_, length) = image.log(count);
    let ours = on_our_core(board, &image, length)?;
    let theirs = on_qemu(scratch, board, &image, length)?;
    let slot = usize::try_from(image.slot()).unwrap_or(1);
    let mut round = Round {
        entries: 0,
        used: [0; SKIPS.len()],
        differences: Vec::new(),
    };
    let logs = ours.chunks_exact(slot).zip(theirs.chunks_exact(slot));
    for ((n, program), (ours, theirs)) in programs.iter().enumerate().zip(logs) {
        let (mut ours, mut theirs) = (image.entries(ours), image.entries(theirs));
        round.entries += ours.iter().filter(|entry| entry[0] != 0).count();
        for (ours, theirs) in ours.iter_mut().zip(&mut theirs) {
            skips::hide(board, ours, theirs, &mut round.used);
        }
        if ours != theirs {
            round
                .differences
                .push(describe(board, &image, n, program, &ours, &theirs));
        }
    }
    Ok(round)
}

/// A difference: the program, and both logs up to there.
fn describe(
    board: &Board,
    image: &Image,
    n: usize,
    program: &Program,
    ours: &[[u64; VALUES]],
    theirs: &[[u64; VALUES]],
) -> String {
    let decoder = Decoder::new(board.model.isa);
    let mut text = format!("{} program {n}, MSR {:#x}\n", board.model.name, program.msr);
    let start = image.base + image::PROGRAMS + image::PROGRAM * n as u64;
    for (at, word) in (start..).step_by(4).zip(&program.words) {
        let line = match decoder.decode(*word) {
            Ok(insn) => disassemble(&insn, at, Style::Extended)
                .on(board.model.isa)
                .to_string(),
            Err(_) => format!(".long {word:#x}"),
        };
        // Writing to a string does not fail.
        let _ = writeln!(text, "  {at:#x}  {line}");
    }
    let first = ours.iter().zip(theirs).position(|(a, b)| a != b).unwrap_or(0);
    for entry in &ours[..first] {
        let _ = writeln!(text, "  both {}", show(entry));
    }
    for (who, log) in [("core", ours), ("QEMU", theirs)] {
        let _ = writeln!(text, "  {who} {}", show(&log[first]));
    }
    text
}

fn show(entry: &[u64; VALUES]) -> String {
    let value = |(name, value): (&&str, &u64)| format!("{name} {value:#x}");
    NAMES.iter().zip(entry).map(value).collect::<Vec<_>>().join(", ")
}
