//! `oracle exec --self-test`: the oracle finds what it is there to find.
//!
//! Each fault is a way to get an instruction wrong that somebody could write: it changes what our core made of a case
//! into what the wrong core would have made of it. A fault that no case shows is a hole in the cases.

use super::cases;
use super::qemu::{Case, EMULATORS, Emulator, Scratch};
use super::sequences::Sequences;
use super::{Tally, agree, agree_with, ops, ours, skips, vector};
use crate::oracle::Random;
use crate::vectors::format::Vector;
use crate::vectors::run::Target;
use crate::vectors::{CR, CTR, FPR, LR, Outcome, PC, State, WINDOW, XER};
use ppc_decode::Insn;

/// Bits of XER.
const SO: u64 = 0x8000_0000;
const OV: u64 = 0x4000_0000;
const CA: u64 = 0x2000_0000;
/// CR0.
const LT0: u64 = 0x8000_0000;
const GT0: u64 = 0x4000_0000;
const EQ0: u64 = 0x2000_0000;
const SO0: u64 = 0x1000_0000;

/// One case: the instruction, the state before it, and what came of it so far.
struct Made<'a> {
    insn: Insn,
    target: &'a Target,
    before: &'a State,
    after: &'a mut State,
    outcome: &'a mut Outcome,
}

impl Made<'_> {
    fn rt(&self) -> usize {
        self.insn.rt()
    }

    /// The register before, as a signed word.
    #[allow(clippy::cast_possible_truncation, reason = "words")]
    fn word(&self, n: usize) -> i64 {
        i64::from((self.before.regs[n] as u32).cast_signed())
    }

    fn set(&mut self, n: usize, value: u64) {
        self.after.regs[n] = value & self.target.mask();
    }

    /// Changes a register that the instruction wrote.
    fn map(&mut self, n: usize, f: impl Fn(u64) -> u64) {
        let value = f(self.after.regs[n]);
        self.set(n, value);
    }

    fn record(&self) -> bool {
        self.insn.word & 1 != 0
    }

    /// Place in the window that an indexed access begins at.
    fn place(&self) -> Option<usize> {
        let base = match self.insn.ra() {
            0 => 0,
            n => self.before.regs[n],
        };
        let address = base.wrapping_add(self.before.regs[self.insn.rb()]) & self.target.address_mask();
        usize::try_from(address.checked_sub(WINDOW)?).ok()
    }
}

/// A way to get it wrong.
struct Fault {
    name: &'static str,
    /// The instructions that are.
    of: &'static [&'static str],
    plant: fn(&mut Made<'_>),
}

const fn fault(name: &'static str, of: &'static [&'static str], plant: fn(&mut Made<'_>)) -> Fault {
    Fault { name, of, plant }
}

#[rustfmt::skip]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_possible_wrap, reason = "wrong on purpose")]
const FAULTS: &[Fault] = &[
    // Carries.
    fault("a sum has no carry", &["addc", "addic", "addic."], |m| m.after.regs[XER] &= !CA),
    fault("a difference has a borrow in place of a carry", &["subfc", "subfic"], |m| m.after.regs[XER] ^= CA),
    fault("the carry is not added", &["adde", "addze"], |m| {
        if m.before.regs[XER] & CA != 0 { m.map(m.rt(), |v| v.wrapping_sub(1)); }
    }),
    fault("a shift right of a negative number always carries", &["sraw", "srawi"], |m| {
        if m.word(m.rt()) < 0 { m.after.regs[XER] |= CA; }
    }),
    fault("a difference with carry of equals loses it", &["subfe"], |m| {
        if m.before.regs[m.insn.ra()] == m.before.regs[m.insn.rb()] { m.after.regs[XER] &= !CA; }
    }),
    // Flags.
    fault("CR0 does not get SO", &["add", "and", "or", "neg", "rlwinm"], |m| {
        if m.record() { m.after.regs[CR] &= !SO0; }
    }),
    fault("a record form compares unsigned", &["add", "subf", "and", "or", "xor"], |m| {
        if m.record() && m.after.regs[CR] & LT0 != 0 { m.after.regs[CR] ^= LT0 | GT0; }
    }),
    fault("overflow is not sticky", &["add", "subf", "neg", "mullw"], |m| {
        if m.insn.word & 0x400 != 0 && m.before.regs[XER] & SO == 0 { m.after.regs[XER] &= !SO; }
    }),
    fault("an overflow form leaves OV as it was", &["add", "subf", "addc", "subfc"], |m| {
        if m.insn.word & 0x400 != 0 { m.after.regs[XER] = m.after.regs[XER] & !OV | m.before.regs[XER] & OV; }
    }),
    fault("the negative of the smallest number does not overflow", &["neg"], |m| {
        if m.insn.word & 0x400 != 0 { m.after.regs[XER] = m.after.regs[XER] & !(OV | SO) | m.before.regs[XER] & SO; }
    }),
    fault("a logical comparison is signed", &["cmpl"], |m| {
        let shift = 28 - 4 * (m.insn.word >> 23 & 7);
        let (a, b) = (m.word(m.insn.ra()), m.word(m.insn.rb()));
        if m.insn.word >> 21 & 1 == 0 && (a < 0) != (b < 0) {
            m.after.regs[CR] ^= 0xc << shift;
        }
    }),
    fault("fields of CR are counted from the right", &["mtcrf"], |m| {
        let fxm = m.insn.word >> 12 & 0xff;
        let mask = (0..8).filter(|n| fxm >> n & 1 != 0).fold(0, |mask, n| mask | 0xf000_0000_u64 >> (4 * n));
        m.after.regs[CR] = m.before.regs[CR] & !mask | m.before.regs[m.rt()] & mask;
    }),
    // Signs.
    fault("a load of a half word is not extended", &["lha", "lhax"], |m| m.map(m.rt(), |v| v & 0xffff)),
    fault("a byte is extended without its sign", &["extsb"], |m| m.map(m.insn.ra(), |v| v & 0xff)),
    fault("the upper half of a signed product is unsigned", &["mulhw"], |m| {
        let product = u64::from(m.word(m.insn.ra()) as u32) * u64::from(m.word(m.insn.rb()) as u32);
        m.map(m.rt(), |v| v & !0xffff_ffff | product >> 32);
    }),
    fault("a signed quotient is unsigned", &["divw"], |m| {
        let (a, b) = (m.word(m.insn.ra()) as u32, m.word(m.insn.rb()) as u32);
        if let Some(quotient) = a.checked_div(b) { m.map(m.rt(), |v| v & !0xffff_ffff | u64::from(quotient)); }
    }),
    fault("a load of a word algebraic is not", &["lwa", "lwax"], |m| m.map(m.rt(), |v| v & 0xffff_ffff)),
    fault("a multiplication takes its immediate unsigned", &["mulli"], |m| {
        let product = m.before.regs[m.insn.ra()].wrapping_mul(u64::from(m.insn.word & 0xffff));
        m.set(m.rt(), product);
    }),
    // Byte order.
    fault("a reversed load is not reversed", &["lwbrx"], |m| m.map(m.rt(), |v| u64::from((v as u32).swap_bytes()))),
    fault("a reversed store is not reversed", &["sthbrx"], |m| {
        if let Some(bytes) = m.place().and_then(|at| m.after.window.get_mut(at..at + 2)) { bytes.reverse(); }
    }),
    fault("a store of a word is in the other order", &["stwx"], |m| {
        if let Some(bytes) = m.place().and_then(|at| m.after.window.get_mut(at..at + 4)) { bytes.reverse(); }
    }),
    // Traps.
    fault("a trap on equal is missed", &["tw"], |m| {
        let is_equal = m.word(m.insn.ra()) == m.word(m.insn.rb());
        if is_equal && *m.outcome != Outcome::Done { pass_by(m); }
    }),
    fault("a trap compares unsigned where it should not", &["twi"], |m| {
        let (a, b) = (m.word(m.insn.ra()), i64::from(m.insn.word as i16));
        if (a < 0) != (b < 0) && m.insn.word >> 21 & 0x1f == 0x10 && *m.outcome != Outcome::Done { pass_by(m); }
    }),
    fault("a register of the supervisor is read", &["mfspr"], |m| {
        if *m.outcome != Outcome::Done { pass_by(m); }
    }),
    // Masks, counts, addresses.
    fault("a mask that wraps is empty", &["rlwinm", "rlwnm"], |m| {
        let (mb, me) = (m.insn.word >> 6 & 31, m.insn.word >> 1 & 31);
        if mb > me + 1 { m.set(m.insn.ra(), 0); }
    }),
    fault("zero has one leading zero less", &["cntlzw"], |m| {
        if m.word(m.rt()) == 0 { m.set(m.insn.ra(), 31); }
    }),
    fault("a shift by more than the width wraps", &["slw", "srw"], |m| {
        if m.before.regs[m.insn.rb()] & 0x3f == 0x20 { m.set(m.insn.ra(), m.word(m.rt()) as u64 & 0xffff_ffff); }
    }),
    fault("register 0 is a base", &["addi", "addis"], |m| {
        if m.insn.ra() == 0 { let base = m.before.regs[0]; m.map(m.rt(), |v| v.wrapping_add(base)); }
    }),
    fault("an update form does not update", &["lwzu", "lwzux", "lbzu", "lhzu"], |m| {
        m.set(m.insn.ra(), m.before.regs[m.insn.ra()]);
    }),
    fault("a rotation inserts the whole word", &["rlwimi"], |m| {
        let rotated = (m.word(m.rt()) as u32).rotate_left(m.insn.word >> 11 & 31);
        m.set(m.insn.ra(), u64::from(rotated));
    }),
    // Branches.
    fault("the link is the branch itself", &["b", "bc", "bclr"], |m| {
        if m.record() { m.set(LR, m.before.regs[PC]); }
    }),
    fault("a counting branch does not count", &["bc", "bclr"], |m| m.set(CTR, m.before.regs[CTR])),
    // Others.
    fault("a conditional store needs no reservation", &["stwcx."], |m| m.after.regs[CR] |= EQ0),
    fault("a reservation does not outlive an instruction", &["reservation"], |m| {
        if m.after.regs[CR] & EQ0 != 0 { (m.after.regs[CR], m.after.window) = (m.after.regs[CR] & !EQ0, m.before.window); }
    }),
    fault("a reservation is for any address", &["reservation"], |m| m.after.regs[CR] |= EQ0),
    fault("a branch does not see what the instruction before it left", &["branch"], |m| m.set(PC, m.before.regs[PC] + 8)),
    fault("a carry is lost before the next instruction", &["straight"], |m| m.after.regs[XER] &= !CA),
    fault("the next access does not see the update", &["storage"], |m| m.set(10, m.before.regs[10])),
    fault("SO, OV and CA are moved and stay", &["mcrxr"], |m| m.after.regs[XER] = m.before.regs[XER]),
    fault("an absolute value changes the sign", &["fabs"], |m| m.after.regs[FPR + m.rt()] ^= 1 << 63),
];

/// It goes on behind the instruction as if that had done nothing.
fn pass_by(m: &mut Made<'_>) {
    *m.outcome = Outcome::Done;
    m.after.regs[PC] = m.before.regs[PC] + 4;
}

/// What QEMU made of a case.
struct Line {
    /// The mnemonic, or the kind of sequence.
    name: &'static str,
    /// The first of them.
    insn: Insn,
    words: Vec<u32>,
    vector: Vector,
}

/// Our core with a fault: what it makes of the left side of a line.
fn with(fault: &Fault, line: &Line, target: &Target) -> Result<(), String> {
    let (insn, words, line) = (line.insn, &line.words, &line.vector);
    let (mut after, mut outcome) = ours(line, words, target);
    let is_done = outcome == Outcome::Done;
    let mut made = Made {
        insn,
        target,
        before: &line.before,
        after: &mut after,
        outcome: &mut outcome,
    };
    let refuses = matches!(fault.of, ["tw"] | ["twi"] | ["mfspr"]);
    if is_done || refuses {
        (fault.plant)(&mut made);
    }
    agree_with(line, target, &(after, outcome))
}

/// Lines with QEMU's results on one target.
fn lines(scratch: &Scratch, emulator: &Emulator, cases: u64, seed: u64) -> Result<Vec<Line>, String> {
    let target = emulator.target;
    let ops = ops(target);
    // Every fault's instruction comes up, whatever the seed.
    let chosen: Vec<_> = FAULTS
        .iter()
        .flat_map(|fault| fault.of)
        .filter_map(|name| ops.iter().copied().find(|op| op.row().mnemonic == *name))
        .collect();
    let mut random = Random(seed);
    let mut batch: Vec<(&'static str, Insn, Case)> = Vec::new();
    for n in 0..cases {
        let op = chosen[usize::try_from(n).unwrap_or_default() % chosen.len()];
        if let Some(case) = cases::case(target, op, &mut random) {
            let word = case.words[0];
            batch.push((op.row().mnemonic, Insn { word, op }, case));
        }
    }
    batch.retain(|(_, insn, case)| skips::find(insn, &case.before, target).1.is_some());
    let sequences = Sequences::new(target, &ops);
    for _ in 0..cases / 8 {
        if let Some((kind, case)) = sequences.case(&mut random)
            && let Some(insn) = target.decode(case.words[0])
        {
            batch.push((kind, insn, case));
        }
    }
    let only: Vec<Case> = batch.iter().map(|(.., case)| case.clone()).collect();
    let answers = emulator.execute(scratch, &only)?;
    let line = |((name, insn, case), answer): ((_, Insn, Case), _)| {
        let is_single = case.words.len() == 1;
        let hidden = is_single.then(|| skips::find(&insn, &case.before, target).1);
        let vector = vector(target, &case, &answer, hidden.flatten().unwrap_or([0; _]));
        Line {
            name,
            insn,
            words: case.words,
            vector,
        }
    };
    Ok(batch.into_iter().zip(answers).map(line).collect())
}

/// Plants every fault and looks for it.
pub(super) fn run(scratch: &Scratch, cases: u64, seed: u64) -> Result<(), String> {
    let mut found = vec![0; FAULTS.len()];
    let mut tally = Tally::default();
    for emulator in EMULATORS
        .iter()
        .filter(|e| ["750", "ppc64", "le"].contains(&e.target.name))
    {
        for line in lines(scratch, emulator, cases, seed)? {
            tally.cases += 1;
            if let Err(why) = agree(&line.vector, &line.words, emulator.target) {
                tally.differs(line.name, &why);
                continue;
            }
            for (fault, found) in FAULTS.iter().zip(&mut found) {
                let is_shown = fault.of.contains(&line.name) && with(fault, &line, emulator.target).is_err();
                *found += usize::from(is_shown);
            }
        }
    }
    for (fault, found) in FAULTS.iter().zip(&found) {
        println!("{found:8} cases show: {} ({})", fault.name, fault.of.join(", "));
    }
    let missed = found.iter().filter(|found| **found == 0).count();
    println!(
        "self-test {} cases, {} differ without a fault; {} faults planted, {} found",
        tally.cases,
        tally.differed,
        FAULTS.len(),
        FAULTS.len() - missed
    );
    if missed == 0 && tally.differed == 0 {
        Ok(())
    } else {
        Err(format!(
            "{missed} planted faults were not found, {} cases differ",
            tally.differed
        ))
    }
}
