//! Decoding over all of opcode space, and what is known to be illegal.
//!
//! The normal run looks at one word in 16411, a prime; `PPC_DECODE_EXHAUSTIVE=1` looks at all 2^32 of every CPU, which takes
//! minutes in a release build.

use ppc_decode::{Decoder, Insn, Isa, Op, Style, Undecoded, asm, disassemble};
use std::sync::atomic::{AtomicUsize, Ordering};

fn is_exhaustive() -> bool {
    std::env::var_os("PPC_DECODE_EXHAUSTIVE").is_some()
}

fn words() -> impl Iterator<Item = u32> {
    (0..=u32::MAX).step_by(if is_exhaustive() { 1 } else { 16411 })
}

/// Runs a check of each CPU, as many at a time as the host has processors.
fn for_each_cpu(check: impl Fn(&str, Isa) + Sync) {
    let next = AtomicUsize::new(0);
    let take = || Isa::CPUS.get(next.fetch_add(1, Ordering::Relaxed));
    let work = || {
        while let Some((name, isa)) = take() {
            check(name, *isa);
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(work);
        }
    });
}

/// A row as the naive decoder sees it.
#[derive(Clone, Copy)]
struct Candidate {
    mask: u32,
    value: u32,
    op: Op,
}

/// Bits of a word that choose its candidates: the primary opcode, and where most extended opcodes are.
const CHOOSING: u32 = 0xfc00_07ff;

fn chosen(word: u32) -> usize {
    ((word >> 26) << 11 | word & 0x7ff) as usize
}

/// The decoder in one line, without tables: of a CPU's rows those that a word with these bits can match.
fn candidates(isa: Isa) -> Vec<Vec<Candidate>> {
    let rows: Vec<Candidate> = Op::ALL
        .into_iter()
        .filter(|op| isa.contains(op.row().isa))
        .map(|op| {
            let encoding = op.row().encoding;
            let (mask, value) = (encoding.mask, encoding.value);
            Candidate { mask, value, op }
        })
        .collect();
    let can_match = |row: &Candidate, bits: u32| (bits ^ row.value) & row.mask & CHOOSING == 0;
    let of_primary = |primary: u32| {
        let rows: Vec<Candidate> = rows
            .iter()
            .filter(|row| row.value >> 26 == primary)
            .copied()
            .collect();
        (0..0x800).map(move |low| {
            let bits = primary << 26 | low;
            rows.iter().filter(|row| can_match(row, bits)).copied().collect()
        })
    };
    (0..64).flat_map(of_primary).collect()
}

#[test]
fn every_word_decodes_to_the_one_row_that_matches_best() {
    for_each_cpu(|name, isa| {
        let rows = candidates(isa);
        let decoder = Decoder::new(isa);
        for word in words() {
            let mut matching = rows[chosen(word)]
                .iter()
                .filter(|row| word & row.mask == row.value);
            let mut best = matching.next();
            for row in matching {
                let (a, b) = (best.map_or(0, |best| best.mask), row.mask);
                assert!(
                    a != b && (a & b == a || a & b == b),
                    "{name} {word:08x}: {:?} and {:?} both match",
                    row.op,
                    best.map(|best| best.op)
                );
                if b & a == a {
                    best = Some(row);
                }
            }
            let expected = best.map(|best| Insn { word, op: best.op });
            assert_eq!(decoder.decode(word).ok(), expected, "{name} {word:08x}");
        }
    });
}

#[test]
fn every_decoded_word_has_a_text_in_both_styles() {
    // Formatting is slow: a coarser stride, also a prime.
    let stride = if is_exhaustive() { 1021 } else { 61 };
    for_each_cpu(|name, isa| {
        let decoder = Decoder::new(isa);
        for insn in words()
            .step_by(stride)
            .filter_map(|word| decoder.decode(word).ok())
        {
            for style in [Style::Raw, Style::Extended] {
                let text = disassemble(&insn, 0x1000, style).on(isa).to_string();
                assert!(
                    text.starts_with(|c: char| c.is_ascii_lowercase()),
                    "{name} {:08x}: {text}",
                    insn.word
                );
            }
        }
    });
}

/// What a CPU makes of a word.
fn verdict(isa: Isa, word: u32) -> Result<&'static str, Undecoded> {
    Decoder::new(isa).decode(word).map(|insn| insn.op.row().mnemonic)
}

/// The same for the e500v2, the e500mc, the 750 and the POWER9.
fn verdicts(word: u32) -> [Result<&'static str, Undecoded>; 4] {
    [Isa::E500V2, Isa::E500MC, Isa::PPC750, Isa::POWER9].map(|isa| verdict(isa, word))
}

const ILLEGAL: Result<&str, Undecoded> = Err(Undecoded::Illegal);
const UNKNOWN: Result<&str, Undecoded> = Err(Undecoded::Unknown);

#[test]
fn the_zero_word_is_illegal_everywhere() {
    for (name, isa) in Isa::CPUS {
        assert_eq!(verdict(isa, 0), ILLEGAL, "{name}");
    }
}

#[test]
fn doubleword_loads_are_illegal_on_32_bit_cpus() {
    assert_eq!(verdicts(asm::ld(3, 8, 4)), [ILLEGAL, ILLEGAL, ILLEGAL, Ok("ld")]);
}

#[test]
fn mftb_is_illegal_on_the_e500v2_only() {
    assert_eq!(
        verdicts(asm::mftb(3, 268)),
        [ILLEGAL, Ok("mftb"), Ok("mftb"), Ok("mftb")]
    );
}

#[test]
fn dcrs_are_illegal_where_there_are_none() {
    assert_eq!(verdicts(asm::mfdcr(3, 5)), [ILLEGAL; 4]);
    for isa in [Isa::E500MC | Isa::DCR, Isa::PPC405, Isa::PPC440] {
        assert_eq!(verdict(isa, asm::mfdcr(3, 5)), Ok("mfdcr"));
    }
}

#[test]
fn lwsync_is_illegal_on_the_e500v2_and_msync_is_not() {
    let lwsync = asm::sync() | 1 << 21;
    assert_eq!(verdicts(lwsync), [ILLEGAL, Ok("sync"), Ok("sync"), Ok("sync")]);
    assert_eq!(
        verdicts(asm::sync()),
        [Ok("msync"), Ok("sync"), Ok("sync"), Ok("sync")]
    );
}

#[test]
fn eieio_and_mbar_share_an_opcode() {
    assert_eq!(
        verdicts(0x7c00_06ac),
        [Ok("mbar"), Ok("mbar"), Ok("eieio"), Ok("eieio")]
    );
}

#[test]
fn mfocrf_is_mfcr_on_a_cpu_that_does_not_know_it() {
    assert_eq!(
        verdicts(0x7c70_1026),
        [Ok("mfcr"), Ok("mfocrf"), Ok("mfcr"), Ok("mfocrf")]
    );
}

#[test]
fn rfi_is_illegal_on_64_bit_servers_and_rfid_elsewhere() {
    assert_eq!(verdicts(asm::rfi()), [Ok("rfi"), Ok("rfi"), Ok("rfi"), ILLEGAL]);
    assert_eq!(verdicts(asm::rfid()), [ILLEGAL, ILLEGAL, ILLEGAL, Ok("rfid")]);
}

#[test]
fn floating_point_is_illegal_without_an_fpu_and_its_arithmetic_unknown_elsewhere() {
    // lfs f1,0(r3); fadd f1,f2,f3
    let (load, add) = (0xc023_0000, 0xfc22_182a);
    assert_eq!(verdicts(load), [ILLEGAL, Ok("lfs"), Ok("lfs"), Ok("lfs")]);
    assert_eq!(verdicts(add), [ILLEGAL, UNKNOWN, UNKNOWN, UNKNOWN]);
    for isa in [Isa::PPC405, Isa::PPC440] {
        assert_eq!([verdict(isa, load), verdict(isa, add)], [ILLEGAL; 2]);
    }
}

#[test]
fn vectors_and_spe_are_unknown_where_they_exist() {
    // evaddw r1,r2,r3 or an AltiVec instruction; maddhd of POWER9 is SPE space; lvx v1,r2,r3 is nobody else's.
    assert_eq!(verdicts(0x1022_1a00), [UNKNOWN, ILLEGAL, ILLEGAL, UNKNOWN]);
    assert_eq!(verdicts(0x1022_18f0), [UNKNOWN, ILLEGAL, ILLEGAL, Ok("maddhd")]);
    assert_eq!(verdicts(0x7c22_18ce), [ILLEGAL, ILLEGAL, ILLEGAL, UNKNOWN]);
}

#[test]
fn extended_opcodes_in_no_table_are_illegal() {
    assert_eq!(verdicts(0x7c00_046c), [Ok("tlbsync"); 4]);
    assert_eq!(verdicts(0x7c00_0002), [ILLEGAL; 4]);
}

#[test]
fn tlb_instructions_differ_by_family() {
    // tlbre, tlbld or tlbwe, tlbie, mtsr.
    let words = [0x7c64_0f64, 0x7c00_1fa4, 0x7c00_1a64, 0x7c60_01a4];
    let of = |isa| words.map(|word| verdict(isa, word));
    assert_eq!(of(Isa::E500V2), [Ok("tlbre"), Ok("tlbwe"), ILLEGAL, ILLEGAL]);
    assert_eq!(of(Isa::PPC405), [Ok("tlbre"), Ok("tlbwe"), ILLEGAL, ILLEGAL]);
    assert_eq!(of(Isa::PPC603), [ILLEGAL, Ok("tlbld"), Ok("tlbie"), Ok("mtsr")]);
    assert_eq!(of(Isa::PPC750), [ILLEGAL, ILLEGAL, Ok("tlbie"), Ok("mtsr")]);
    assert_eq!(of(Isa::PPC970), [ILLEGAL, ILLEGAL, Ok("tlbie"), Ok("mtsr")]);
    assert_eq!(of(Isa::POWER9), [ILLEGAL, ILLEGAL, Ok("tlbie"), ILLEGAL]);
}
