//! Comparisons with independent tools.
//!
//! `oracle disasm` compares `ppc-decode` with GNU binutils: each word is disassembled by both, raw and with extended
//! mnemonics, and the texts have to be the same; then GNU's texts are assembled by us, and the extended one by GNU, and
//! have to give the word back. Texts that objdump never prints are in [`texts`].
//! Words are defined instructions with random operands; forms that the manuals call invalid are not made, since there
//! the tools have no answer. What differs for a reason is in [`skips`], with the reason.

mod skips;
mod texts;

use skips::{Check, SKIPS};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::oracle_defined as defined;
use ppc_decode::{AA, Decoder, Insn, Isa, Op, Row, Style, assemble, disassemble, operands as o};

const USAGE: &str = "usage: cargo xtask oracle disasm [--cases N] [--seed S]";

/// A CPU as both sides know it.
pub(crate) struct Cpu {
    pub(crate) name: &'static str,
    pub(crate) isa: Isa,
    /// Before `objdump` and `as`.
    tools: &'static str,
    package: &'static str,
    /// Of `objdump`.
    machine: &'static str,
    /// Of `as`.
    width: &'static str,
}

const CPUS: [Cpu; 20] = [
    cpu32("e500", Isa::E500V1),
    cpu32("e500", Isa::E500V2),
    cpu32("e500mc", Isa::E500MC),
    // GNU has no 750; the 604 stands for it. The tables do not have AltiVec's instructions.
    cpu32("604", Isa::PPC750),
    cpu32("7410", Isa::PPC7410),
    cpu32("7450", Isa::PPC7450),
    // The names of the 750CL's registers are in our tables, its instructions are not.
    cpu32("750cl", Isa::PPC750CL),
    cpu32("e300", Isa::E300),
    cpu64("power9", Isa::POWER9),
    cpu64("e5500", Isa::E5500),
    cpu64("e6500", Isa::E6500),
    cpu32("603", Isa::PPC603),
    cpu32("405", Isa::PPC405),
    cpu32("440", Isa::PPC440),
    cpu32("464", Isa::PPC464),
    // GNU has no 970 either: a POWER4 with AltiVec.
    cpu64("power4", Isa::PPC970),
    // Of the POWER6 the pairs of floating-point registers alone, which GNU knows nowhere else.
    cpu64("power6", Isa::FP.union(Isa::V2_05)),
    cpu64("power7", Isa::POWER7),
    cpu64("power8", Isa::POWER8),
    cpu64("power10", Isa::POWER10),
];

const fn cpu64(name: &'static str, isa: Isa) -> Cpu {
    Cpu {
        tools: "powerpc64-linux-gnu-",
        package: "binutils-powerpc64-linux-gnu",
        machine: "powerpc:common64",
        width: "-a64",
        ..cpu32(name, isa)
    }
}

const fn cpu32(name: &'static str, isa: Isa) -> Cpu {
    Cpu {
        name,
        isa,
        tools: "powerpc-linux-gnu-",
        package: "binutils-powerpc-linux-gnu",
        machine: "powerpc:common",
        width: "-a32",
    }
}

/// The subcommands of `oracle`.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    if let Some("exec" | "vectors") = args.first().map(String::as_str) {
        return crate::oracle_exec::run(args);
    }
    if args.first().is_some_and(|name| name == "system") {
        return crate::oracle_system::run(args);
    }
    if let Some(("probe", models)) = args.split_first().map(|(first, rest)| (first.as_str(), rest)) {
        return crate::oracle_probe::run(models);
    }
    let mut args = args.iter();
    if args.next().map(String::as_str) != Some("disasm") {
        return Err(USAGE.into());
    }
    let (mut cases, mut seed) = (100_000, 1);
    while let Some(option) = args.next() {
        let value = args
            .next()
            .and_then(|text| text.parse::<u64>().ok())
            .ok_or(USAGE)?;
        match option.as_str() {
            "--cases" => cases = value,
            "--seed" => seed = value,
            _ => return Err(USAGE.into()),
        }
    }
    let mut total = Tally::default();
    for cpu in &CPUS {
        let tally = compare(cpu, cases, seed)?;
        println!("{:8} {tally}", cpu.name);
        total.add(&tally);
        total.differed += defined::compare(cpu)?;
    }
    for (skip, count) in SKIPS.iter().zip(total.skipped) {
        println!("{count:8} {}: {}", skip.mnemonics.join(", "), skip.reason);
    }
    for (skip, count) in texts::SKIPS.iter().zip(total.skipped_texts) {
        println!("{count:8} texts: {}", skip.reason);
    }
    println!("total    {total}");
    if total.differed == 0 {
        Ok(())
    } else {
        Err(format!("{} comparisons differ", total.differed))
    }
}

/// Whether text and encoding of this instruction are compared on some CPU, wholly but for its raw text.
pub(crate) fn is_compared(op: Op) -> bool {
    let row = op.row();
    CPUS.iter().filter(|cpu| cpu.isa.contains(row.isa)).any(|cpu| {
        [Check::Extended, Check::Assemble].iter().all(|check| {
            !SKIPS.iter().any(|skip| {
                (skip.cpus.is_empty() || skip.cpus.contains(&cpu.name))
                    && skip.mnemonics.contains(&row.mnemonic)
                    && skip.checks.contains(check)
                    && (skip.when)(row.encoding.value)
            })
        })
    })
}

/// How the comparisons went.
#[derive(Default)]
struct Tally {
    cases: usize,
    /// Differences that [`SKIPS`] explains, by line.
    skipped: [usize; SKIPS.len()],
    /// The same for [`texts::SKIPS`].
    skipped_texts: [usize; texts::SKIPS.len()],
    differed: usize,
    /// Differences by check and mnemonic.
    kinds: BTreeMap<(String, &'static str), usize>,
}

impl Tally {
    fn add(&mut self, other: &Tally) {
        self.cases += other.cases;
        let sums = self.skipped.iter_mut().chain(&mut self.skipped_texts);
        for (sum, more) in sums.zip(other.skipped.into_iter().chain(other.skipped_texts)) {
            *sum += more;
        }
        self.differed += other.differed;
    }

    /// Counts a comparison, reports a difference that has no reason, and says whether both are the same.
    fn count(&mut self, cpu: &Cpu, check: Check, insn: &Insn, ours: &str, theirs: &str) -> bool {
        self.cases += 1;
        if ours == theirs {
            return true;
        }
        let row = insn.op.row();
        let skip = SKIPS.iter().position(|skip| {
            (skip.cpus.is_empty() || skip.cpus.contains(&cpu.name))
                && skip.mnemonics.contains(&row.mnemonic)
                && skip.checks.contains(&check)
                && (skip.when)(insn.word)
        });
        if let Some(skip) = skip {
            self.skipped[skip] += 1;
            return false;
        }
        self.differed += 1;
        // A few of each kind say what is wrong.
        let seen = self
            .kinds
            .entry((format!("{check:?}"), row.mnemonic))
            .or_default();
        *seen += 1;
        if *seen <= 3 {
            println!(
                "{} {check:?} {:08x}: ours `{ours}`, GNU's `{theirs}`",
                cpu.name, insn.word
            );
        }
        false
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} cases ran, {} differed for a known reason, {} differed",
            self.cases,
            self.skipped.iter().chain(&self.skipped_texts).sum::<usize>(),
            self.differed
        )
    }
}

/// All comparisons for one CPU.
fn compare(cpu: &Cpu, cases: u64, seed: u64) -> Result<Tally, String> {
    let mut tally = Tally::default();
    let insns = words(cpu, cases, &mut Random(seed), &mut tally);
    let dir = std::env::temp_dir().join(format!("ppc-oracle-{}", std::process::id()));
    fs::create_dir_all(&dir).map_err(|why| format!("{}: {why}", dir.display()))?;
    let outcome =
        compare_in(&dir, cpu, &insns, &mut tally).and_then(|()| texts::compare(&dir, cpu, &mut tally));
    // Nothing depends on the files being gone.
    let _ = fs::remove_dir_all(&dir);
    outcome.map(|()| tally)
}

fn compare_in(dir: &Path, cpu: &Cpu, insns: &[Insn], tally: &mut Tally) -> Result<(), String> {
    let image = dir.join("words.bin");
    let bytes: Vec<u8> = insns.iter().flat_map(|insn| insn.word.to_be_bytes()).collect();
    write(&image, &bytes)?;
    let mut extended = Vec::new();
    for (check, style) in [(Check::Raw, Style::Raw), (Check::Extended, Style::Extended)] {
        let theirs = objdump(cpu, &image, style)?;
        if theirs.len() != insns.len() {
            return Err(format!(
                "{} words, but objdump printed {}",
                insns.len(),
                theirs.len()
            ));
        }
        for ((insn, theirs), cia) in insns.iter().zip(&theirs).zip((0u64..).step_by(4)) {
            let ours = disassemble(insn, cia, style).on(cpu.isa).to_string();
            // What GNU prints in another way need not be what we read.
            if !tally.count(cpu, check, insn, &ours, theirs) {
                continue;
            }
            let read = assemble(theirs, cia, cpu.isa);
            let read = read.map_or_else(|why| format!("{theirs}: {why}"), |word| format!("{word:08x}"));
            tally.count(cpu, Check::Read, insn, &read, &format!("{:08x}", insn.word));
        }
        extended = theirs;
    }
    let lines: Vec<String> = insns
        .iter()
        .zip(&extended)
        .map(|(insn, text)| with_relative_target(insn, text))
        .collect();
    for ((insn, text), word) in insns.iter().zip(&lines).zip(gnu_assemble(dir, cpu, &lines)?) {
        let ours = format!("{:08x}", insn.word);
        let theirs = word.map_or_else(|| format!("rejects {text}"), |word| format!("{word:08x}"));
        tally.count(cpu, Check::Assemble, insn, &ours, &theirs);
    }
    Ok(())
}

/// Every value of every operand of up to ten bits, and random operands for random rows.
fn words(cpu: &Cpu, cases: u64, random: &mut Random, tally: &mut Tally) -> Vec<Insn> {
    let ops: Vec<Op> = Op::ALL
        .into_iter()
        .filter(|op| cpu.isa.contains(op.row().isa))
        .collect();
    let mut words = Vec::new();
    for &op in &ops {
        words.push((op, random_word(op.row(), random)));
        for operand in op.row().operands.iter().filter(|operand| operand.width() <= 10) {
            let (min, max) = operand.range();
            words.extend((min..=max).filter_map(|value| {
                let word = random_word(op.row(), random) & !operand.mask();
                Some((op, word | operand.put(value)?))
            }));
        }
    }
    for _ in 0..cases {
        let op = ops[random.below(ops.len())];
        words.push((op, random_word(op.row(), random)));
    }
    words.retain(|(op, word)| is_valid_form(cpu, op.row(), *word));
    let decoder = Decoder::new(cpu.isa);
    for &(op, word) in &words {
        let decoded = decoder.decode(word);
        tally.cases += 1;
        if decoded != Ok(Insn { word, op }) {
            tally.differed += 1;
            println!("{} {word:08x}: made as {op:?}, decoded as {decoded:?}", cpu.name);
        }
    }
    words.into_iter().map(|(op, word)| Insn { word, op }).collect()
}

/// A word of the row with random operands, of which many are extreme or equal.
fn random_word(row: &Row, random: &mut Random) -> u32 {
    let same = random.next() % 32;
    let mut word = row.encoding.value;
    for operand in row.operands {
        word |= operand.mask()
            & match random.below(6) {
                0 => 0,
                1 => u32::MAX,
                2 => same * 0x0421_0842,
                _ => random.next(),
            };
    }
    word | (row.record.mask() & random.next())
}

/// Whether the manual defines the form: Power ISA Book I 1.8.2 and the instructions' own descriptions.
fn is_valid_form(cpu: &Cpu, row: &Row, word: u32) -> bool {
    let (rt, ra) = (o::RT.get(word), o::RA.get(word));
    let stem = row.mnemonic.trim_end_matches('x');
    match row.mnemonic {
        // I 2.4 figure 40: the values of BO; before version 2.00 bit 4 was `y` alone (PEM 4.2.4.2). A branch to CTR
        // cannot decrement it.
        "bc" | "bclr" | "bcctr" | "bctar" => {
            let bo = o::BO.get(word);
            let is_defined = if cpu.isa.contains(Isa::V2_01) {
                matches!(
                    bo,
                    0 | 2 | 4 | 6 | 7 | 8 | 10 | 12 | 14 | 15 | 16 | 18 | 20 | 24..=27
                )
            } else {
                matches!(bo, 0..=5 | 8..=13 | 16..=20)
            };
            is_defined && (row.mnemonic != "bcctr" || bo & 4 != 0)
        }
        // I 3.3.6: RA is not among the registers loaded.
        "lmw" => ra < rt || (ra == 0 && rt != 0),
        // I 3.3.4, 4.6.4, II 4.6.2.3: pairs of registers; a load does not load its own address.
        "lq" => rt % 2 == 0 && ra != rt,
        "lqarx" => rt % 2 == 0 && ra != rt && o::RB.get(word) != rt,
        "stq" | "stqcx." | "lfdp" | "lfdpx" | "stfdp" | "stfdpx" => rt % 2 == 0,
        // I 3.3.7: nor does one of a string, whose registers go on behind r31 with r0.
        "lswi" => (ra - rt).rem_euclid(32) >= (o::NB.get(word) + 3) / 4,
        "lswx" => ra != rt && o::RB.get(word) != rt,
        // EREF 2.0 5.4: T, and the address that goes with T = 3 alone.
        "tlbilx" => {
            matches!(o::TLB_T.get(word), 3) || o::TLB_T.get(word) < 2 && ra == 0 && o::RB.get(word) == 0
        }
        // 3.1 II 4.6.3, 4.3.2, 4.6.4; before, the fields were narrower or reserved.
        "slbia" => o::IH.get(word) == 0 || cpu.isa.contains(Isa::V2_05),
        "slbmfev" | "slbmfee" => o::SLB_L.get(word) == 0 || cpu.isa.contains(Isa::V3_0),
        // II 4.6.3, 4.6.4, 4.3.2: the values of L and WC, and of fields that older CPUs do not have.
        "sync" => o::L2.get(word) < if cpu.isa.contains(Isa::SERVER) { 3 } else { 2 },
        "dcbf" if cpu.isa.contains(Isa::V2_05) => o::L2.get(word) != 2,
        "dcbf" => o::L2.get(word) == 0,
        "wait" => o::WC.get(word) == 0 || cpu.isa.contains(Isa::WAIT),
        "dcbt" | "dcbtst" => o::TH.get(word) == 0 || cpu.isa.intersects(Isa::CACHE_LOCK.union(Isa::SERVER)),
        // II 6.2.1: the time base and its upper half.
        "mftb" => matches!(o::TBR.get(word), 268 | 269),
        // One field.
        "mtocrf" | "mfocrf" => o::FXM.get(word).count_ones() == 1,
        // I 3.3.2, 3.3.3: update forms.
        _ if stem.ends_with('u') && stem.starts_with('l') => ra != 0 && ra != rt,
        _ if stem.ends_with('u') && stem.starts_with("st") => ra != 0,
        _ => true,
    }
}

/// The text with the target of a relative branch as the assembler wants it.
fn with_relative_target(insn: &Insn, text: &str) -> String {
    let displacement = match insn.op.row().mnemonic {
        "b" => insn.li(),
        "bc" => insn.bd(),
        _ => return text.to_string(),
    };
    match text.rfind("0x") {
        Some(at) if insn.word & AA == 0 => format!("{}.+({displacement})", &text[..at]),
        Some(at) => format!("{}{displacement}", &text[..at]),
        None => text.to_string(),
    }
}

/// What objdump prints for each word.
pub(crate) fn objdump(cpu: &Cpu, image: &Path, style: Style) -> Result<Vec<String>, String> {
    let options = format!("-M{}{}", cpu.name, if style == Style::Raw { ",raw" } else { "" });
    let mut command = Command::new(format!("{}objdump", cpu.tools));
    command
        .args(["-D", "-z", "-b", "binary", "-EB", "-m", cpu.machine, &options])
        .arg(image);
    let output = finish(cpu, command)?;
    // Address, bytes and text between tabs; the text's own tab is between mnemonic and operands.
    let texts = output.lines().filter_map(|line| {
        let mut parts = line.splitn(3, '\t');
        let (address, _, text) = (parts.next()?, parts.next()?, parts.next()?);
        address
            .ends_with(':')
            .then(|| text.split_whitespace().collect::<Vec<_>>().join(" "))
    });
    Ok(texts.collect())
}

/// The words that `as` makes of the lines; none for lines that it rejects.
fn gnu_assemble(dir: &Path, cpu: &Cpu, lines: &[String]) -> Result<Vec<Option<u32>>, String> {
    let (source, object, image) = (dir.join("words.s"), dir.join("words.o"), dir.join("words.out"));
    let tool = || {
        let mut command = Command::new(format!("{}as", cpu.tools));
        command
            .args([cpu.width, "-mbig", "-mregnames", &format!("-m{}", cpu.name), "-o"])
            .arg(&object)
            .arg(&source);
        command
    };
    write(&source, lines.join("\n").as_bytes())?;
    let output = tool().output().map_err(|why| missing(cpu, &why))?;
    let rejected: Vec<usize> = String::from_utf8_lossy(&output.stderr)
        .lines()
        .filter(|line| line.contains("Error:"))
        .filter_map(|line| line.split(':').nth(1)?.parse().ok())
        .collect();
    let mut kept = lines.to_vec();
    for &line in &rejected {
        kept[line - 1] = ".long 0".into();
    }
    write(&source, kept.join("\n").as_bytes())?;
    finish(cpu, tool())?;
    let mut objcopy = Command::new(format!("{}objcopy", cpu.tools));
    objcopy
        .args(["-O", "binary", "-j", ".text"])
        .arg(&object)
        .arg(&image);
    finish(cpu, objcopy)?;
    let bytes = fs::read(&image).map_err(|why| format!("{}: {why}", image.display()))?;
    let mut words: Vec<Option<u32>> = bytes
        .as_chunks()
        .0
        .iter()
        .map(|chunk| Some(u32::from_be_bytes(*chunk)))
        .collect();
    if words.len() != lines.len() {
        return Err(format!(
            "{} lines, but as made {} words",
            lines.len(),
            words.len()
        ));
    }
    for line in rejected {
        words[line - 1] = None;
    }
    Ok(words)
}

/// Runs a tool and returns what it printed.
fn finish(cpu: &Cpu, mut command: Command) -> Result<String, String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|why| missing(cpu, &why))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!(
            "{command:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        ))
    }
}

fn missing(cpu: &Cpu, why: &std::io::Error) -> String {
    format!(
        "{}as, {}objdump: {why} (Debian package {})",
        cpu.tools, cpu.tools, cpu.package
    )
}

fn write(path: &PathBuf, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|why| format!("{}: {why}", path.display()))
}

/// SplitMix64, by Sebastiano Vigna (public domain): the same words everywhere for the same seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 32) as u32
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.next() as usize % end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instruction_set_is_compared_with_gnus() {
        for (name, isa) in Isa::CPUS {
            assert!(CPUS.iter().any(|cpu| cpu.isa == isa), "{name}");
        }
    }
}
