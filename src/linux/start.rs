//! The start of a program: its segments, the stack as the kernel lays it out, and the registers it finds.
//!
//! Stack and auxiliary vector: System V ABI, PowerPC supplement, chapter 3 (process initialization); tags from
//! `include/uapi/linux/auxvec.h` and `arch/powerpc/include/uapi/asm/auxvec.h`. Features of the CPU:
//! `arch/powerpc/include/uapi/asm/cputable.h`.

use super::abi::Abi;
use super::random::Random;
use super::space::{LOWEST, PAGE, Space, TOP_32, page_up};
use crate::image::{Header, Image, ImageError, Segment};
use crate::run::MAX_RAM;
use ppc_cpu::model::Model;
use ppc_cpu::{Cpu, Memory};
use ppc_decode::Isa;
use spr_exit::{Msr, num};

/// Who the program runs as, user and group.
pub const ID: u64 = 1000;
/// The number of the process, its group and its one thread.
pub const PID: u64 = 1000;
/// Ticks a second of `times` (`USER_HZ`).
pub const CLOCK_TICKS: u64 = 100;
/// Most bytes of one argument or variable (`MAX_ARG_STRLEN`), with its zero.
const MAX_STRING: usize = 1 << 17;

/// What a program is told when it starts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invocation {
    /// The path it was started by.
    pub path: Vec<u8>,
    /// Its arguments, the first one its name.
    pub args: Vec<Vec<u8>>,
    /// Its environment, `NAME=value`.
    pub environment: Vec<Vec<u8>>,
}

/// Registers at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// First instruction.
    pub cia: u64,
    /// Stack pointer.
    pub r1: u64,
    /// Table of contents, from the function descriptor (ELFv1).
    pub r2: u64,
    /// Address of the first instruction (ELFv2).
    pub r12: u64,
    /// Whether the program is of the ABI ELFv2.
    pub is_elf_v2: bool,
    abi: Abi,
}

/// Linux `asm/reg.h` (FSCR_*, HFSCR_*).
const FSCR_TAR_EBB_DSCR: u64 = 0x0184;
const HFSCR_ALL: u64 = 0x05bf;

impl Entry {
    /// Puts a CPU that comes out of reset there: problem state, and no interrupt that a program could see.
    pub fn apply(&self, cpu: &mut Cpu) {
        let mut msr = Msr::PR | Msr::FP | Msr::VEC | Msr::VSX;
        msr.set(Msr::SF, self.abi.is_64bit);
        msr.set(Msr::LE, self.abi.is_little_endian);
        cpu.set_msr(msr);
        // What the kernel and its hypervisor open: all that there is but the vectored system call.
        cpu.poke_spr(num::book3s::FSCR, FSCR_TAR_EBB_DSCR);
        cpu.poke_spr(num::book3s::HFSCR, HFSCR_ALL);
        cpu.set_cia(self.cia);
        for (n, value) in [(1, self.r1), (2, self.r2), (12, self.r12)] {
            cpu.set_gpr(n, value);
        }
    }
}

/// The memory of a process with an image in it, and where it starts.
///
/// # Errors
/// [`ImageError`] if the image is no Linux program, or does not fit into `mem` bytes.
pub fn load(
    image: &Image,
    cpu: &Model,
    mem: u64,
    invocation: &Invocation,
    random: &mut Random,
) -> Result<(Memory, Space, Entry), ImageError> {
    let abi = Abi::of(image);
    let lowest = image.segments.iter().map(|s| s.address).min().unwrap_or(0);
    let base = lowest & !(PAGE - 1);
    if base < LOWEST {
        let what = format!("loads something at {lowest:#x}; Linux maps nothing below {LOWEST:#x}");
        return Err(ImageError::Malformed { what });
    }
    let mut top = base.saturating_add(mem) & !(PAGE - 1);
    if !abi.is_64bit {
        top = top.min(TOP_32);
    }
    let no_room = |segment: &Segment| ImageError::NoRoom {
        address: segment.address,
        len: segment.len,
        base,
        top,
        needed: memory_for(segment.address.saturating_add(segment.len), base, abi),
    };
    let first = &image.segments[0];
    if top <= base || top - base < 4 * PAGE {
        return Err(no_room(first));
    }
    let mut space = Space::new(abi, base, top);
    for segment in &image.segments {
        let end = segment.address.checked_add(segment.len);
        if !end.is_some_and(|end| space.load(segment.address, end)) {
            return Err(no_room(segment));
        }
    }
    let memory = Memory::with_ram_slots(&[(base, top - base)]);
    let mut memory = memory.map_err(|_| no_room(first))?;
    for segment in &image.segments {
        // Fresh memory is zero, but segments may overlap.
        memory
            .write_bytes(segment.address, &segment.bytes)
            .map_err(|_| no_room(segment))?;
    }
    let mut entry = enter(image, abi, &memory)?;
    entry.r1 = stack(image, cpu, &space, &mut memory, invocation, random)?;
    Ok((memory, space, entry))
}

/// Where the program begins. In ELFv1 the entry is a function descriptor: address and table of contents
/// (64-bit PowerPC ELF ABI Supplement 1.9, 3.2.5). The kernel takes every 64-bit program for that whose `e_flags` do
/// not say ELFv2.
fn enter(image: &Image, abi: Abi, memory: &Memory) -> Result<Entry, ImageError> {
    const ABI_BITS: u32 = 3;
    const ELF_V2: u32 = 2;
    let mut entry = Entry {
        cia: image.entry,
        r1: 0,
        r2: 0,
        r12: 0,
        is_elf_v2: false,
        abi,
    };
    if !abi.is_64bit {
        return Ok(entry);
    }
    if image.header.is_some_and(|h| h.flags & ABI_BITS == ELF_V2) {
        entry.r12 = image.entry;
        entry.is_elf_v2 = true;
        return Ok(entry);
    }
    let word = |at: u64| memory.load::<8>(at).map(|bytes| abi.number(&bytes));
    let descriptor = word(image.entry).zip(word(image.entry.wrapping_add(8)));
    let (cia, toc) = descriptor.ok_or_else(|| ImageError::Malformed {
        what: format!("no function descriptor is at the entry {:#x}", image.entry),
    })?;
    Ok(Entry {
        cia,
        r2: toc,
        ..entry
    })
}

/// Lays out the stack, and gives the stack pointer.
fn stack(
    image: &Image,
    cpu: &Model,
    space: &Space,
    memory: &mut Memory,
    invocation: &Invocation,
    random: &mut Random,
) -> Result<u64, ImageError> {
    let too_much = || ImageError::Kind {
        what: "does not start: its arguments and environment take more than a quarter of the stack",
    };
    let abi = space.abi;
    let mut at = space.top() - abi.word() as u64;
    // A quarter of the stack is for arguments and environment, as in Linux.
    let floor = space.top() - space.stack_len() / 4;
    let mut push = |memory: &mut Memory, bytes: &[u8], align: u64| {
        at = at.saturating_sub(bytes.len() as u64) & !(align - 1);
        if at < floor {
            return Err(too_much());
        }
        space.write(memory, at, bytes).map_err(|_| too_much())?;
        Ok(at)
    };
    let mut string = |memory: &mut Memory, text: &[u8]| {
        if text.len() >= MAX_STRING {
            return Err(too_much());
        }
        push(memory, &[text, &[0]].concat(), 1)
    };

    let path = string(memory, &invocation.path)?;
    let mut strings = |memory: &mut Memory, list: &[Vec<u8>]| {
        let addresses: Result<Vec<u64>, _> = list.iter().rev().map(|text| string(memory, text)).collect();
        addresses.map(|mut addresses| {
            addresses.reverse();
            addresses
        })
    };
    let environment = strings(memory, &invocation.environment)?;
    let args = strings(memory, &invocation.args)?;
    let platform = string(memory, platform(cpu).as_bytes())?;
    let seed = push(memory, &random.bytes(), 16)?;

    let mut words = vec![args.len() as u64];
    words.extend(&args);
    words.push(0);
    words.extend(&environment);
    words.push(0);
    for (tag, value) in auxiliary(image, cpu, path, platform, seed) {
        words.extend([tag, value]);
    }
    let bytes: Vec<u8> = words.iter().flat_map(|w| abi.bytes(*w, abi.word())).collect();
    push(memory, &bytes, 16)
}

/// The auxiliary vector.
fn auxiliary(image: &Image, cpu: &Model, path: u64, platform: u64, seed: u64) -> Vec<(u64, u64)> {
    let (hwcap, hwcap2) = features(cpu.isa);
    let block = cpu.cache_block.into();
    let header = image.header.unwrap_or(Header {
        flags: 0,
        headers: 0,
        header_len: 0,
        header_count: 0,
    });
    vec![
        (22, 22), // AT_IGNOREPPC, twice: where old C libraries expect what they then step over.
        (22, 22),
        (19, block),              // AT_DCACHEBSIZE
        (20, block),              // AT_ICACHEBSIZE
        (21, 0),                  // AT_UCACHEBSIZE: no unified cache
        (16, hwcap),              // AT_HWCAP
        (6, PAGE),                // AT_PAGESZ
        (17, CLOCK_TICKS),        // AT_CLKTCK
        (3, header.headers),      // AT_PHDR
        (4, header.header_len),   // AT_PHENT
        (5, header.header_count), // AT_PHNUM
        (7, 0),                   // AT_BASE: no interpreter
        (8, 0),                   // AT_FLAGS
        (9, image.entry),         // AT_ENTRY
        (11, ID),                 // AT_UID
        (12, ID),                 // AT_EUID
        (13, ID),                 // AT_GID
        (14, ID),                 // AT_EGID
        (23, 0),                  // AT_SECURE
        (25, seed),               // AT_RANDOM
        (26, hwcap2),             // AT_HWCAP2
        (31, path),               // AT_EXECFN
        (15, platform),           // AT_PLATFORM
        (24, platform),           // AT_BASE_PLATFORM
        (0, 0),                   // AT_NULL
    ]
}

/// The kernel's name for the CPU (`arch/powerpc/kernel/cputable.c`).
pub fn platform(cpu: &Model) -> &'static str {
    match cpu.name {
        "405" => "ppc405",
        "440" => "ppc440",
        "750" => "ppc750",
        "970" => "ppc970",
        "e500v2" => "ppc8548",
        "e500mc" => "ppce500mc",
        "POWER9" => "power9",
        _ => "powerpc",
    }
}

/// `AT_HWCAP` and `AT_HWCAP2`: what the program may use. C libraries choose functions by it, so it promises nothing
/// that this core does not execute: of the steps of the architecture (`ARCH_2_05` to `ARCH_3_00`) nothing, for they
/// include vector and decimal instructions.
pub fn features(isa: Isa) -> (u64, u64) {
    const FEATURES: &[(Isa, u64)] = &[
        (Isa::BASE, 0x8400_0000),  // PPC_FEATURE_32, PPC_FEATURE_HAS_MMU
        (Isa::PPC64, 0x4000_0000), // PPC_FEATURE_64
        (Isa::FP, 0x0800_0000),    // PPC_FEATURE_HAS_FPU
        (Isa::BOOKE, 0x0000_8000), // PPC_FEATURE_BOOKE
    ];
    const FEATURES_2: &[(Isa, u64)] = &[
        (Isa::ISEL, 0x0800_0000), // PPC_FEATURE2_HAS_ISEL
    ];
    let sum = |list: &[(Isa, u64)]| {
        let has = list.iter().filter(|(needs, _)| isa.contains(*needs));
        has.fold(0, |bits, (_, bit)| bits | bit)
    };
    (sum(FEATURES), sum(FEATURES_2))
}

/// So much memory has room for a segment that ends at `end`, a stack and some heap; `None` if no `--mem` has.
fn memory_for(end: u64, base: u64, abi: Abi) -> Option<u64> {
    let mem = page_up(end)?.checked_sub(base)?.checked_add(16 << 20)?;
    let is_possible = mem <= MAX_RAM && (abi.is_64bit || base.checked_add(mem)? <= TOP_32);
    is_possible.then_some(mem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Class;
    use ppc_cpu::model;

    const BASE: u64 = 0x1000_0000;

    /// A 64-bit big-endian program whose first words are these.
    fn image(flags: u32, words: &[u64]) -> Image {
        Image {
            entry: BASE,
            class: Some(Class::Elf64),
            is_little_endian: false,
            segments: vec![Segment {
                address: BASE,
                bytes: words.iter().flat_map(|word| word.to_be_bytes()).collect(),
                len: 0x100,
                is_executable: true,
            }],
            header: Some(Header {
                flags,
                headers: BASE + 0x40,
                header_len: 56,
                header_count: 1,
            }),
        }
    }

    fn start(image: &Image, invocation: &Invocation) -> (Memory, Space, Entry) {
        load(image, &model::POWER9, 16 << 20, invocation, &mut Random::new(1)).unwrap()
    }

    #[test]
    fn the_entry_of_elf_v1_is_a_function_descriptor_and_that_of_elf_v2_is_code() {
        let words = [BASE + 0x20, 0x1234_5678];
        for flags in [0, 1] {
            let (_, _, entry) = start(&image(flags, &words), &Invocation::default());
            assert_eq!((entry.cia, entry.r2), (BASE + 0x20, 0x1234_5678), "{flags}");
            assert!(!entry.is_elf_v2);
        }
        let (_, _, entry) = start(&image(2, &words), &Invocation::default());
        assert_eq!((entry.cia, entry.r12, entry.r2), (BASE, BASE, 0));
        assert!(entry.is_elf_v2);
    }

    #[test]
    fn a_program_starts_in_problem_state_in_its_width() {
        let (_, _, entry) = start(&image(2, &[0]), &Invocation::default());
        let mut cpu = Cpu::new(&model::POWER9);
        entry.apply(&mut cpu);
        assert!(cpu.msr().contains(Msr::PR | Msr::SF | Msr::FP));
        assert!(!cpu.msr().intersects(Msr::EE | Msr::LE | Msr::HV | Msr::ME));
        assert_eq!((cpu.gpr(1), cpu.gpr(12), cpu.gpr(3)), (entry.r1, BASE, 0));
    }

    #[test]
    fn the_stack_has_what_the_kernel_puts_there_in_its_order() {
        let text = |text: &str| text.as_bytes().to_vec();
        let invocation = Invocation {
            path: text("./program"),
            args: vec![text("program"), text("one")],
            environment: vec![text("A=b")],
        };
        let (memory, space, entry) = start(&image(2, &[0]), &invocation);
        let word = |n: u64| space.read_number(&memory, entry.r1 + 8 * n, 8).unwrap();
        let string = |at| String::from_utf8(space.read_string(&memory, at, 100).unwrap()).unwrap();
        assert_eq!(entry.r1 % 16, 0);
        assert_eq!(word(0), 2);
        assert_eq!(
            (string(word(1)), string(word(2))),
            ("program".into(), "one".into())
        );
        assert_eq!((word(3), string(word(4)), word(5)), (0, "A=b".into(), 0));
        assert_eq!([word(6), word(7), word(8), word(9)], [22; 4], "AT_IGNOREPPC");
        let aux = |tag| {
            (3..40)
                .map(|n| 2 * n)
                .find(|n| word(*n) == tag)
                .map(|n| word(n + 1))
        };
        assert_eq!(aux(6), Some(PAGE));
        assert_eq!(aux(3), Some(BASE + 0x40));
        assert_eq!(aux(31).map(string), Some("./program".into()));
        assert_eq!(aux(15).map(string), Some("power9".into()));
        assert_eq!(aux(25).map(|at| at % 16), Some(0));
        let (first, last) = (word(1), aux(31).unwrap());
        assert!(word(1) < word(2) && word(2) < word(4) && word(4) < last && last < space.top());
        assert!(first > entry.r1);
    }

    #[test]
    fn no_features_are_promised_that_the_core_does_not_execute() {
        for model in model::MODELS {
            let (hwcap, hwcap2) = features(model.isa);
            // Vectors, VSX, SPE, decimal, and the steps of the architecture that have them.
            assert_eq!(hwcap & 0x10f0_15c0, 0, "{}", model.name);
            assert_eq!(hwcap2 & !0x0800_0000, 0, "{}", model.name);
            assert_eq!(hwcap & 0x4000_0000 != 0, model.is_64bit, "{}", model.name);
        }
    }
}
