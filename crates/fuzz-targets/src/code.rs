//! The ISA: words and texts.

use crate::coverage::mark;
use ppc_decode::{Decoder, Isa, Style, assemble as read, disassemble};

/// Where the instructions stand.
const CIA: u64 = 0x1000;

pub(crate) fn decode(data: &[u8]) {
    for word in data.as_chunks().0 {
        let word = u32::from_be_bytes(*word);
        for (cpu, isa) in Isa::CPUS {
            let Ok(insn) = Decoder::new(isa).decode(word) else {
                continue;
            };
            mark((cpu, insn.op.row().mnemonic));
            let row = insn.op.row();
            assert!(row.matches(word));
            let rest = row.record.mask() | row.reserved();
            let operands: Vec<i64> = row.operands.iter().map(|operand| operand.get(word)).collect();
            let encoded = row.encode(&operands).expect("its own operands fit");
            assert_eq!(encoded | word & rest, word, "{word:08x} on {cpu}");
            // GNU as makes mfspr of the text of mftb where a CPU has both (binutils opcodes/ppc-opc.c: mftb of POWER4, BOOKE).
            if row.mnemonic == "mftb" {
                continue;
            }
            for style in [Style::Raw, Style::Extended] {
                let text = disassemble(&insn, CIA, style).on(isa).to_string();
                let again = read(&text, CIA, isa);
                let again = again.unwrap_or_else(|why| panic!("{word:08x} on {cpu}, `{text}`: {why}"));
                // Hints that have no place in the text may be lost; what the text says is not.
                let found = Decoder::new(isa).decode(again).expect("it was just made");
                assert_eq!(found.op, insn.op, "{word:08x} on {cpu}, `{text}`: {again:08x}");
                let printed = disassemble(&found, CIA, style).on(isa).to_string();
                assert_eq!(printed, text, "{word:08x} on {cpu}: {again:08x}");
            }
        }
    }
}

pub(crate) fn assemble(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for (cpu, isa) in Isa::CPUS {
        match read(&text, CIA, isa) {
            Ok(word) => {
                let decoded = Decoder::new(isa).decode(word);
                mark((cpu, decoded.map(|insn| insn.op.row().mnemonic).ok()));
                assert!(
                    text.contains(".long") || decoded.is_ok(),
                    "{text:?} on {cpu}: {word:08x}"
                );
            }
            Err(why) => {
                mark((why.column, std::mem::discriminant(&why.expected)));
                assert!(
                    (1..=text.chars().count() + 1).contains(&why.column),
                    "{text:?} on {cpu}: {why}"
                );
                assert!(!why.to_string().is_empty());
            }
        }
    }
}
