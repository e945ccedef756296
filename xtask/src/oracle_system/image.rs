//! The guest: it runs programs one after the other, and writes down every interrupt that they take.
//!
//! Every vector leads to one handler, which appends an entry to the log of the program: which interrupt it was, what it saved,
//! the MSR that it found, and some of the program's registers. Then the program goes on, behind the instruction if that would
//! only be refused again. The same image runs on QEMU's machine and on our core, and leaves two logs to compare.
//!
//! Programs use r0 to r12; the others are the guest's own.

use super::board::{Board, Family};
use ppc_cpu::model::Model;
use ppc_decode::assemble_with;
use std::collections::BTreeMap;

/// Bytes of a program: 31 instructions and the system call at its end.
pub(super) const PROGRAM: u64 = 128;
/// Instructions of a program.
pub(super) const LENGTH: usize = 31;
/// How many entries a program may log; then the next program begins.
pub(super) const ENTRIES: usize = 24;
/// Values of an entry, of which the last ones are not used.
pub(super) const VALUES: usize = 12;
/// Their names.
pub(super) const NAMES: [&str; 9] = [
    "vector",
    "saved pc",
    "saved MSR",
    "MSR",
    "r3",
    "r4",
    "CR",
    "syndrome",
    "address",
];

/// Offsets from the image's base.
const COMMON: u64 = 0x4000;
const ENTRY: u64 = 0x5000;
const MSRS: u64 = 0x8000;
pub(super) const PROGRAMS: u64 = 0x1_0000;
const DONE: u64 = 0xf_f000;
const LOG: u64 = 0x10_0000;

const ISYNC: u64 = 0x4c00_012c;

/// An interrupt whose instruction is to be skipped, in the number that its vector logs.
const SKIP: u64 = 0x4000;

/// How many programs an image has.
pub(super) const COUNT: usize = 1024;
const _: () = assert!(PROGRAMS + COUNT as u64 * PROGRAM <= DONE);

/// A program: its first MSR and its instructions.
#[derive(Clone)]
pub(super) struct Program {
    pub(super) msr: u64,
    pub(super) words: Vec<u32>,
}

/// The words of an image in RAM, from `base` on.
pub(super) struct Image {
    pub(super) base: u64,
    pub(super) words: Vec<u32>,
    wide: bool,
}

/// Text with labels, put together in two passes.
struct Source<'a> {
    model: &'a Model,
    lines: Vec<(u64, String)>,
    labels: BTreeMap<String, u64>,
    at: u64,
}

impl Source<'_> {
    fn org(&mut self, at: u64) {
        self.at = at;
    }

    /// Lines of instructions and labels (`name:`).
    fn put(&mut self, text: &str) {
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if let Some(label) = line.strip_suffix(':') {
                self.labels.insert(label.into(), self.at);
            } else {
                self.lines.push((self.at, line.into()));
                self.at += 4;
            }
        }
    }

    /// A constant of 32 bits, sign-extended on 64-bit CPUs.
    fn load(&mut self, register: usize, value: u64) {
        let (high, low) = (value >> 16 & 0xffff, value & 0xffff);
        let high = i64::from(u16::try_from(high).unwrap_or_default().cast_signed());
        self.put(&format!(
            "lis r{register}, {high}\nori r{register}, r{register}, {low}"
        ));
    }

    fn words(&self) -> Result<Vec<(u64, u32)>, String> {
        let symbols = |name: &str| self.labels.get(name).copied();
        let word = |(at, line): &(u64, String)| {
            let word = assemble_with(line, *at, self.model.isa, &symbols);
            Ok((*at, word.map_err(|why| format!("{line}: {why}"))?))
        };
        self.lines.iter().map(word).collect()
    }
}

impl Image {
    /// Bytes of one value in the log.
    fn step(&self) -> u64 {
        if self.wide { 8 } else { 4 }
    }

    /// The image of these programs.
    pub(super) fn new(board: &Board, programs: &[Program]) -> Result<Self, String> {
        let mut image = Self {
            base: board.base(),
            words: Vec::new(),
            wide: board.model.is_64bit,
        };
        let mut source = Source {
            model: board.model,
            lines: Vec::new(),
            labels: BTreeMap::new(),
            at: 0,
        };
        image.handler(board, &mut source);
        image.driver(board, &mut source, programs.len());
        for (at, word) in source.words()? {
            image.place(at - image.base, word);
        }
        for (n, program) in programs.iter().enumerate() {
            let n = n as u64;
            let high = u32::try_from(program.msr >> 32).unwrap_or_default();
            let low = u32::try_from(program.msr & 0xffff_ffff).unwrap_or_default();
            image.place(MSRS + 8 * n, high);
            image.place(MSRS + 8 * n + 4, low);
            let end = ppc_decode::asm::sc();
            let words = program.words.iter().copied();
            let words = words.chain(std::iter::repeat(ppc_decode::asm::nop()));
            for (at, word) in (0..).step_by(4).zip(words.take(LENGTH).chain([end])) {
                image.place(PROGRAMS + PROGRAM * n + at, word);
            }
        }
        Ok(image)
    }

    fn place(&mut self, offset: u64, word: u32) {
        let at = usize::try_from(offset / 4).unwrap_or_default();
        if self.words.len() <= at {
            self.words.resize(at + 1, 0);
        }
        self.words[at] = word;
    }

    /// Where it begins.
    pub(super) fn entry(&self) -> u64 {
        self.base + ENTRY
    }

    /// The address of the word that says that all programs have run.
    pub(super) fn done(&self) -> u64 {
        self.base + DONE
    }

    /// Address and length of the log of so many programs.
    pub(super) fn log(&self, programs: usize) -> (u64, u64) {
        (self.base + LOG, self.slot() * programs as u64)
    }

    /// Bytes of one program's log.
    pub(super) fn slot(&self) -> u64 {
        self.step() * (ENTRIES * VALUES) as u64
    }

    /// The values in a part of the log, entry by entry; an entry that was not written is zero.
    pub(super) fn entries(&self, log: &[u8]) -> Vec<[u64; VALUES]> {
        let step = if self.wide { 8 } else { 4 };
        let value = |bytes: &[u8]| bytes.iter().fold(0, |n, byte| n << 8 | u64::from(*byte));
        let entry = |bytes: &[u8]| {
            let mut values = [0; VALUES];
            for (to, from) in values.iter_mut().zip(bytes.chunks_exact(step)) {
                *to = value(from);
            }
            values
        };
        log.chunks_exact(step * VALUES).map(entry).collect()
    }

    /// A stub at every vector, and what they lead to.
    fn handler(&self, board: &Board, source: &mut Source<'_>) {
        for stub in board.stubs() {
            let (pc, msr) = stub.saved;
            let id = stub.number | if stub.is_skipped { SKIP } else { 0 };
            source.org(self.base + stub.at);
            source.put(&format!(
                "li r19, {id}\nmfspr r20, {pc}\nmfspr r21, {msr}\nmfcr r18\nb common"
            ));
        }
        let (store, step) = if self.wide { ("std", 8) } else { ("stw", 4) };
        let (syndrome, address) = board.told();
        source.org(self.base + COMMON);
        // QEMU takes an interrupt that an instruction brought about only behind the isync that follows it.
        source.put("common:\nmfmsr r22\nlwz r23, 0(r20)\ncmpw r23, r27\nbne log\naddi r20, r20, 4\nlog:");
        for (n, register) in [19, 20, 21, 22, 3, 4, 18].into_iter().enumerate() {
            source.put(&format!("{store} r{register}, {}(r14)", n * step));
        }
        for (n, number) in [(7, syndrome), (8, address)] {
            source.put(&format!("mfspr r23, {number}\n{store} r23, {}(r14)", n * step));
        }
        source.put(board.disarm());
        source.put(&format!(
            "li r23, 0
            mtspr {syndrome}, r23
            addi r14, r14, {}
            addi r15, r15, -1
            cmpwi r15, 0
            beq next
            cmplw r20, r16
            bgt next
            andi. r23, r19, {SKIP}
            beq resume
            addi r20, r20, 4
            resume:
            mtcrf 0xff, r18
            {}
            mtspr 26, r20
            mtspr 27, r21
            {}",
            VALUES * step,
            board.clean(),
            board.rfi()
        ));
    }

    /// What comes before the first program, between programs and behind the last one.
    fn driver(&self, board: &Board, source: &mut Source<'_>, programs: usize) {
        source.org(self.base + ENTRY);
        board.prologue(|register, value| source.load(register, value));
        for (register, value) in [
            (17, programs as u64),
            (24, self.base + PROGRAMS),
            (25, self.base + MSRS),
            (26, self.base + LOG),
            (27, ISYNC),
        ] {
            source.load(register, value);
        }
        source.put(&board.setup());
        source.put(&format!(
            "b start
            next:
            addi r17, r17, -1
            cmpwi r17, 0
            beq done
            addi r24, r24, {PROGRAM}
            addi r25, r25, 8
            addi r26, r26, {}
            start:
            mr r14, r26
            addi r16, r24, {}
            li r15, {ENTRIES}",
            self.slot(),
            PROGRAM - 4
        ));
        source.put(&board.quiet());
        for register in 0..13 {
            source.put(&format!("li r{register}, {}", 3 * register + 1));
        }
        source.put("li r23, 0\nmtcrf 0xff, r23");
        let (syndrome, address) = board.told();
        for number in [1, 8, 9, 272, 273, 274, 275, syndrome, address] {
            source.put(&format!("mtspr {number}, r23"));
        }
        let load = if self.wide {
            "ld r23, 0(r25)"
        } else {
            "lwz r23, 4(r25)"
        };
        source.put(&format!(
            "{load}\nmtspr 27, r23\nmtspr 26, r24\n{}\ndone:",
            board.rfi()
        ));
        source.load(23, self.base + DONE);
        source.put("li r20, 1\nstw r20, 0(r23)\nend:\nb end");
    }

    /// The image as an executable of one segment (ELF specification, chapters 1 and 2).
    pub(super) fn elf(&self) -> Vec<u8> {
        let bytes: Vec<u8> = self.words.iter().flat_map(|word| word.to_be_bytes()).collect();
        let (header, segment) = if self.wide { (64, 56) } else { (52, 32) };
        let offset: u64 = 0x1_0000;
        let mut elf = Vec::new();
        let put = |elf: &mut Vec<u8>, value: u64, size: usize| {
            elf.extend(&value.to_be_bytes()[8 - size..]);
        };
        let word = if self.wide { 8 } else { 4 };
        elf.extend([0x7f, b'E', b'L', b'F', if self.wide { 2 } else { 1 }, 2, 1]);
        elf.resize(16, 0);
        // ET_EXEC; EM_PPC or EM_PPC64; version; entry; program headers; no sections; flags: ELFv2 for 64 bits.
        put(&mut elf, 2, 2);
        put(&mut elf, if self.wide { 21 } else { 20 }, 2);
        put(&mut elf, 1, 4);
        put(&mut elf, self.entry(), word);
        put(&mut elf, header, word);
        put(&mut elf, 0, word);
        put(&mut elf, if self.wide { 2 } else { 0 }, 4);
        for half in [header, segment, 1, 0, 0, 0] {
            put(&mut elf, half, 2);
        }
        let size = bytes.len() as u64;
        // PT_LOAD, readable, writable, executable.
        put(&mut elf, 1, 4);
        if self.wide {
            put(&mut elf, 7, 4);
        }
        for value in [offset, self.base, self.base, size, size] {
            put(&mut elf, value, word);
        }
        if !self.wide {
            put(&mut elf, 7, 4);
        }
        put(&mut elf, 0x1_0000, word);
        elf.resize(usize::try_from(offset).unwrap_or_default(), 0);
        elf.extend(bytes);
        elf
    }
}

/// Which of the families needs no more than its vectors, so that the image can be at address 0.
impl Board {
    fn base(&self) -> u64 {
        match self.family {
            Family::BookE => 0x10_0000,
            Family::Classic | Family::Server => 0,
        }
    }
}
