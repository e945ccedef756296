//! Any word decodes without panic, prints, and is the word its operands encode to.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ppc_decode::{Decoder, Isa, Style, disassemble};

fuzz_target!(|word: u32| {
    for (_, isa) in Isa::CPUS {
        if let Ok(insn) = Decoder::new(isa).decode(word) {
            for style in [Style::Raw, Style::Extended] {
                assert!(!disassemble(&insn, 0x1000, style).to_string().is_empty());
            }
            let row = insn.op.row();
            assert_eq!(word & row.encoding.mask, row.encoding.value);
        }
    }
});
