//! Any text is a word or an error inside the text, and the word is an instruction of the CPU.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ppc_decode::{Decoder, Isa, assemble};

fuzz_target!(|input: (&str, u64)| {
    let (text, cia) = input;
    for (_, isa) in Isa::CPUS {
        match assemble(text, cia, isa) {
            Ok(word) => assert!(text.contains(".long") || Decoder::new(isa).decode(word).is_ok()),
            Err(why) => assert!((1..=text.chars().count() + 1).contains(&why.column)),
        }
    }
});
