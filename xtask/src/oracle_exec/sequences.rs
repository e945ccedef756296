//! Random sequences: what single instructions cannot show. One leaves something for the next: a reservation, a carry, a
//! field of CR for a branch, a base that an access updated, registers stored as a block and loaded as another.

use super::cases;
use super::qemu::{CODE, Case, LONGEST};
use super::skips::SKIPS;
use crate::oracle::Random;
use crate::vectors::run::Target;
use crate::vectors::{CTR, PC, State, WINDOW, WINDOW_BYTES};
use ppc_decode::{Branch, Compare, Isa, LK, Op, System, assemble};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// A sequence comes up once in so many cases.
pub(super) const ONE_IN: usize = 8;

/// Loads with reservation, the stores that go with them, and their bytes.
const RESERVATIONS: [(&str, &str, u64); 5] = [
    ("lwarx", "stwcx.", 4),
    ("lbarx", "stbcx.", 1),
    ("lharx", "sthcx.", 2),
    ("ldarx", "stdcx.", 8),
    ("lqarx", "stqcx.", 16),
];

/// Accesses that update r10 by little, and what comes between them.
const UPDATES: [&str; 16] = [
    "lwzu 3,8(10)",
    "stwu 4,-4(10)",
    "lbzu 5,1(10)",
    "stbu 6,-3(10)",
    "lhzu 2,2(10)",
    "sthu 3,-6(10)",
    "lhau 30,4(10)",
    "lwzux 31,10,11",
    "stwux 5,10,11",
    "addi 10,10,4",
    "subi 10,10,8",
    "lwz 4,0(10)",
    "stw 3,4(10)",
    "stw 10,0(10)",
    "lbz 30,0(12)",
    "add 10,10,11",
];

/// What makes sequences for a target.
pub(super) struct Sequences<'a> {
    target: &'a Target,
    /// Instructions on registers alone, about which QEMU and our core have no difference that is known.
    pool: Vec<Op>,
    /// Texts that were read before.
    read: RefCell<BTreeMap<String, Option<u32>>>,
}

impl<'a> Sequences<'a> {
    pub(super) fn new(target: &'a Target, ops: &[Op]) -> Self {
        let is_plain = |op: &Op| match op {
            Op::Fixed(_) | Op::Rotate(_) | Op::Bits(_) => true,
            Op::Compare(op) => !matches!(op, Compare::Tw | Compare::Twi | Compare::Td | Compare::Tdi),
            Op::Branch(op) => matches!(
                op,
                Branch::Crand | Branch::Crnor | Branch::Crxor | Branch::Crorc | Branch::Mcrf
            ),
            Op::System(op) => matches!(op, System::Mtcrf | System::Mfcr | System::Mcrxr | System::Mcrxrx),
            _ => false,
        };
        let is_known = |op: &Op| {
            let mnemonic = op.row().mnemonic;
            SKIPS.iter().any(|skip| skip.mnemonics.contains(&mnemonic))
        };
        let pool = ops.iter().filter(|op| is_plain(op) && !is_known(op));
        Self {
            target,
            pool: pool.copied().collect(),
            read: RefCell::default(),
        }
    }

    /// A sequence, and which kind it is; none if the random choice is not one.
    pub(super) fn case(&self, random: &mut Random) -> Option<(&'static str, Case)> {
        let before = cases::state(self.target, random);
        match random.below(4) {
            0 => Some(("straight", self.straight(before, random)?)),
            1 => Some(("branch", self.branch(before, random)?)),
            2 => Some(("reservation", self.reservation(before, random)?)),
            _ => Some(("storage", self.storage(before, random)?)),
        }
    }

    fn finish(words: Vec<u32>, before: State) -> Option<Case> {
        (words.len() <= LONGEST).then_some(Case {
            words,
            before,
            branch_target: None,
        })
    }

    fn word(&self, text: &str) -> Option<u32> {
        if let Some(word) = self.read.borrow().get(text) {
            return *word;
        }
        let word = assemble(text, 0, self.target.model.isa).ok();
        self.read.borrow_mut().insert(text.into(), word);
        word
    }

    /// Some instruction on registers; addresses are in others.
    fn plain(&self, random: &mut Random) -> Option<u32> {
        let op = self.pool[random.below(self.pool.len())];
        Some(cases::case(self.target, op, random)?.words[0])
    }

    /// Instructions on registers, often behind one that sets the carry and its kin.
    fn straight(&self, mut before: State, random: &mut Random) -> Option<Case> {
        let mut words = Vec::new();
        if random.below(2) == 0 {
            before.regs[3] = cases::xer(self.target, random);
            words.push(self.word("mtxer 3")?);
        }
        for _ in 0..2 + random.below(4) {
            words.push(self.plain(random)?);
        }
        Self::finish(words, before)
    }

    /// A conditional branch behind what it depends on.
    fn branch(&self, mut before: State, random: &mut Random) -> Option<Case> {
        let mut words = Vec::new();
        for _ in 0..1 + random.below(3) {
            words.push(match random.below(4) {
                0 => self.word(&format!("cmplw cr{},3,4", random.below(8)))?,
                1 => self.word("mtctr 5")?,
                _ => self.plain(random)?,
            });
        }
        // Zero decides about CTR.
        before.regs[CTR] = random.below(3) as u64;
        let far = 0x100 + 4 * random.below(0x1800);
        let displacement = if random.below(2) == 0 {
            far.cast_signed()
        } else {
            -far.cast_signed()
        };
        let displacement = displacement as i64;
        let (bo, bi) = (i64::from(random.next() & 31), i64::from(random.next() & 31));
        words.push(Branch::Bc.row().encode(&[bo, bi, displacement]).ok()? | random.next() & LK);
        let cia = before.regs[PC] + 4 * (words.len() as u64 - 1);
        let target = cia.wrapping_add_signed(displacement);
        Some(Case {
            branch_target: CODE.contains(&target).then_some(target),
            ..Self::finish(words, before)?
        })
    }

    /// A place in the window for an access of so many bytes.
    fn place(random: &mut Random, bytes: u64) -> u64 {
        WINDOW + bytes * (u64::from(random.next()) % (WINDOW_BYTES as u64 / bytes))
    }

    /// A reservation that is used, used twice, lost to another one, or missed: r10 has the place, r11 another one. Between
    /// load and store may be an instruction, also an access to other storage. (Not to the same: QEMU looks whether the
    /// contents have changed, where only another processor's store would lose the reservation. Nor with another length, of
    /// which II 4.6.2 leaves open what comes.)
    fn reservation(&self, mut before: State, random: &mut Random) -> Option<Case> {
        let (load, store, bytes) = RESERVATIONS[random.below(RESERVATIONS.len())];
        let (here, other) = (Self::place(random, bytes), Self::place(random, bytes));
        let far = Self::place(random, 16);
        if here == other || here & !15 == far {
            return None;
        }
        (before.regs[10], before.regs[11], before.regs[12]) = (here, other, far);
        let load = |at: usize| self.word(&format!("{load} 4,0,{at}"));
        let store = |at: usize| self.word(&format!("{store} 6,0,{at}"));
        let between = match random.below(4) {
            0 => self.word("lwz 31,8(12)"),
            1 => self.word("stw 31,8(12)"),
            _ => self.plain(random),
        };
        // lqarx makes no reservation in QEMU before 8.1.
        let choice = if bytes == 16 { 3 } else { random.below(6) };
        let words = match choice {
            0 => vec![load(10)?, store(10)?],
            1 => vec![load(10)?, store(10)?, store(10)?],
            2 => vec![load(11)?, load(10)?, store(11)?, store(10)?],
            3 => vec![load(10)?, between?, store(11)?],
            _ => vec![load(10)?, between?, store(10)?],
        };
        Self::finish(words, before)
    }

    /// Accesses one behind the other: chains of updates, or registers as blocks.
    fn storage(&self, mut before: State, random: &mut Random) -> Option<Case> {
        let middle = WINDOW + WINDOW_BYTES as u64 / 2;
        before.regs[10] = middle + 4 * random.below(8) as u64;
        before.regs[11] = random.below(12) as u64;
        before.regs[12] = middle;
        let is_narrow = self.target.mask() != self.target.address_mask();
        let mut words = Vec::new();
        if random.below(4) == 0 && !self.target.is_little_endian() {
            let (first, second) = (16 + random.below(16), 16 + random.below(16));
            words.push(self.word(&format!("stmw {first},-64(10)"))?);
            words.push(self.plain(random)?);
            words.push(self.word(&format!("lmw {second},-60(10)"))?);
            return Self::finish(words, before);
        }
        for _ in 0..2 + random.below(LONGEST - 1) {
            let is_long = self.target.model.isa.contains(Isa::PPC64) && random.below(8) == 0;
            let text = match UPDATES[random.below(UPDATES.len())] {
                _ if is_long && !is_narrow => "ldu 4,8(10)",
                text => text,
            };
            words.push(self.word(text)?);
        }
        Self::finish(words, before)
    }
}
