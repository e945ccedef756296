//! How fast words are decoded: to the instruction, to its operands, to text.
//!
//! The words are the text sections of the 32-bit guests, over and over; an element is a word.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use object::elf::FileHeader32;
use object::read::elf::ElfFile;
use object::{Endianness, Object, ObjectSection, SectionKind};
use ppc_decode::{Decoder, Isa, Style, disassemble};
use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;

/// How many words are decoded in an iteration.
const WORDS: usize = 1 << 16;

/// What the guests have in their text sections and the e500v2 decodes.
fn words(decoder: &Decoder) -> Vec<u32> {
    let bin = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests/bin");
    let mut paths: Vec<_> = std::fs::read_dir(bin)
        .expect("the guests are committed")
        .map(|entry| entry.expect("and can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "elf"))
        .collect();
    paths.sort();

    let mut words = Vec::new();
    for path in paths {
        let bytes = std::fs::read(&path).expect("a guest can be read");
        let Ok(file) = ElfFile::<FileHeader32<Endianness>>::parse(&*bytes) else {
            continue; // a 64-bit one
        };
        for section in file.sections().filter(|s| s.kind() == SectionKind::Text) {
            let text = section.data().expect("a section is whole");
            let (text, _) = text.as_chunks::<4>();
            words.extend(text.iter().map(|word| u32::from_be_bytes(*word)));
        }
    }
    words.retain(|word| decoder.decode(*word).is_ok());
    words.into_iter().cycle().take(WORDS).collect()
}

fn decode(c: &mut Criterion) {
    let decoder = Decoder::new(Isa::E500V2);
    let words = words(&decoder);
    assert_eq!(words.len(), WORDS);
    let decoded = || {
        words
            .iter()
            .filter_map(|word| decoder.decode(black_box(*word)).ok())
    };

    let mut group = c.benchmark_group("decode");
    group.throughput(Throughput::Elements(WORDS as u64));
    group.bench_function("op", |b| {
        b.iter(|| {
            for insn in decoded() {
                black_box(insn);
            }
        });
    });
    group.bench_function("operands", |b| {
        b.iter(|| {
            for insn in decoded() {
                for operand in insn.op.row().operands {
                    black_box(operand.get(insn.word));
                }
            }
        });
    });
    group.bench_function("text", |b| {
        let mut text = String::new();
        b.iter(|| {
            for insn in decoded() {
                text.clear();
                write!(text, "{}", disassemble(&insn, 0x1_0000, Style::Extended))
                    .expect("a string takes everything");
                black_box(text.as_str());
            }
        });
    });
    group.finish();
}

criterion_group!(benches, decode);
criterion_main!(benches);
