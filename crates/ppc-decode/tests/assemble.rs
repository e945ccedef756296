//! Assembly: what is printed is read back, and what is wrong is named.

use ppc_decode::{
    Decoder, Insn, Isa, Op, Row, Style, assemble, assemble_with, disassemble, is_symbol, operands as o,
};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng};

/// Words that share their text with others, of which `as` and we take another one.
fn has_a_twin(isa: Isa, style: Style, insn: &Insn) -> bool {
    let row = insn.op.row();
    let is_mfspr_too = isa.intersects(Isa::BOOKE.union(Isa::SERVER));
    match row.mnemonic {
        // Where the time base is read by mfspr, mftb is a name for that.
        "mftb" => is_mfspr_too,
        // Bits of BO that a CPU ignores, and so not in the name (Power ISA Book I 2.4, figure 40; PEM 4.2.4.2).
        "bc" | "bclr" | "bcctr" | "bctar" if style == Style::Extended => {
            let bo = o::BO.get(insn.word);
            let is_defined = if isa.contains(Isa::V2_01) {
                matches!(bo, 0 | 2 | 4 | 6..=8 | 10 | 12 | 14..=16 | 18 | 20 | 24..=27)
            } else {
                matches!(bo, 0..=5 | 8..=13 | 16..=20)
            };
            !is_defined
        }
        // Where it is no operand, TH is ignored.
        "dcbt" | "dcbtst" => {
            let text = disassemble(insn, 0, style).on(isa).to_string();
            let is_named = text.starts_with("dcbt ") || text.starts_with("dcbtst ");
            is_named && text.matches(',').count() == 1 && o::TH.get(insn.word) != 0
        }
        // SPRG4 to SPRG7 can be read by two numbers.
        "mfspr" => {
            isa.contains(Isa::BOOKE) && style == Style::Extended && matches!(o::SPR.get(insn.word), 276..=279)
        }
        _ => false,
    }
}

/// Checks one word in both styles.
fn round_trip(isa: Isa, cia: u64, word: u32) -> Result<(), String> {
    let Ok(insn) = Decoder::new(isa).decode(word) else {
        return Ok(());
    };
    for style in [Style::Raw, Style::Extended] {
        if has_a_twin(isa, style, &insn) {
            continue;
        }
        let text = disassemble(&insn, cia, style).on(isa).to_string();
        let expected = word & !insn.op.row().reserved();
        match assemble(&text, cia, isa) {
            Ok(back) if back == expected => {}
            Ok(back) => return Err(format!("{word:08x} `{text}` gives {back:08x}")),
            Err(why) => return Err(format!("{word:08x} `{text}`: {why}")),
        }
    }
    Ok(())
}

/// A word of the row whose operands are often 0, all ones or equal, so that extended mnemonics come up.
fn word_of(row: &Row, random: &mut TestRng) -> u32 {
    let same = (random.next_u32() % 32) * 0x0421_0842;
    let bits = row.operand_bits() | row.record.mask();
    let mut word = row.encoding.value | bits & random.next_u32();
    for operand in row.operands {
        let field = match random.next_u32() % 5 {
            0 => 0,
            1 => u32::MAX,
            2 => same,
            _ => continue,
        };
        word = word & !operand.mask() | operand.mask() & field;
    }
    word
}

#[test]
fn every_row_is_read_back_from_its_text_on_every_cpu() {
    let mut random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut failures = Vec::new();
    for (name, isa) in Isa::CPUS {
        let isa = isa | Isa::DCR;
        for op in Op::ALL.into_iter().filter(|op| isa.contains(op.row().isa)) {
            for _ in 0..300 {
                let word = word_of(op.row(), &mut random);
                let cia = u64::from(random.next_u32() & !3);
                if let Err(why) = round_trip(isa, cia, word) {
                    failures.push(format!("{name} {why}"));
                }
            }
        }
    }
    let some = &failures[..failures.len().min(40)];
    assert!(
        failures.is_empty(),
        "{} fail:\n{}",
        failures.len(),
        some.join("\n")
    );
}

/// Text that looks like assembly from afar.
fn nearly_assembly() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        Just(" ".to_string()),
        prop::sample::select(vec![
            ",",
            "(",
            ")",
            "+",
            "-",
            "*",
            "<<",
            "%",
            "~",
            ".",
            "@",
            "r3",
            "cr1",
            "4*cr1+eq",
            "lt",
            "sp",
            "0x",
            "0b1",
            "09",
            "-1",
            "65536",
            "0xffffffffffffffff",
            "9223372036854775808",
            "start",
            "DBCR0",
            "sprg3",
        ])
        .prop_map(String::from),
        "\\PC{0,3}",
    ];
    let mnemonics: Vec<String> = Op::ALL
        .iter()
        .flat_map(|op| ["", ".", "o", "l", "+"].map(|suffix| format!("{}{suffix} ", op.row().mnemonic)))
        .chain([".long ", "beq+ ", "mtsprg ", "rotrwi ", "rlwinm ", "extrwi "].map(String::from))
        .collect();
    (
        prop::sample::select(mnemonics),
        prop::collection::vec(token, 0..12),
    )
        .prop_map(|(mnemonic, tokens)| mnemonic + &tokens.concat())
}

proptest! {
    #[test]
    fn any_text_gives_a_word_or_an_error(text: String, cia: u64, cpu in 0..Isa::CPUS.len()) {
        let _ = assemble(&text, cia, Isa::CPUS[cpu].1);
    }

    #[test]
    fn what_looks_like_assembly_gives_a_word_or_an_error_in_the_text(
        text in nearly_assembly(), cia: u64, cpu in 0..Isa::CPUS.len(),
    ) {
        if let Err(why) = assemble_with(&text, cia, Isa::CPUS[cpu].1, &|_| Some(cia)) {
            prop_assert!((1..=text.chars().count() + 1).contains(&why.column), "{why}");
            prop_assert!(!why.to_string().is_empty());
        }
    }

    #[test]
    fn a_word_that_came_out_is_what_its_own_text_gives(text in nearly_assembly(), cpu in 0..Isa::CPUS.len()) {
        let isa = Isa::CPUS[cpu].1;
        if let Ok(word) = assemble(&text, 0, isa) && !text.starts_with(".long") {
            prop_assert!(Decoder::new(isa).decode(word).is_ok(), "{word:08x}");
            prop_assert_eq!(round_trip(isa, 0, word), Ok(()));
        }
    }

    #[test]
    fn every_word_is_read_back_from_its_text(word: u32, cia: u64, cpu in 0..Isa::CPUS.len()) {
        let isa = Isa::CPUS[cpu].1;
        let cia = if isa.contains(Isa::PPC64) { cia } else { cia & 0xffff_ffff };
        prop_assert_eq!(round_trip(isa, cia & !3, word), Ok(()));
    }
}

#[test]
fn parentheses_and_signs_nested_without_end_are_refused() {
    for nested in ["(", "-", "~", "1+(", "-("] {
        let text = format!("li r3,{}1", nested.repeat(100_000));
        assert!(assemble(&text, 0, Isa::PPC750).is_err(), "{nested}");
    }
}

#[test]
fn errors_say_where_and_what_was_expected() {
    let golden = include_str!("golden/assemble_errors.txt");
    let mut said = String::new();
    for line in golden.lines() {
        let columns: Vec<&str> = line.splitn(3, " | ").collect();
        if let [cpu, text, _] = columns[..] {
            let (_, isa) = Isa::CPUS
                .into_iter()
                .find(|(name, _)| *name == cpu)
                .expect("a CPU");
            let error =
                assemble(text, 0x1000, isa).map_or_else(|why| why.to_string(), |word| format!("{word:08x}"));
            said += &format!("{cpu} | {text} | {error}\n");
        } else {
            said += &format!("{line}\n");
        }
    }
    assert_eq!(said, golden, "{said}");
}

#[test]
fn labels_are_symbols_and_registers_are_not() {
    let symbols = |name: &str| (name == "loop").then_some(0x1000);
    assert_eq!(
        assemble_with("bdnz+ loop", 0x1010, Isa::POWER9, &symbols),
        Ok(0x4320_fff0)
    );
    assert_eq!(
        assemble_with("li r3,loop+4", 0, Isa::POWER9, &symbols),
        Ok(0x3860_1004)
    );
    assert_eq!(
        assemble_with("b loop-4", 0x1000, Isa::POWER9, &symbols),
        Ok(0x4bff_fffc)
    );
    for name in ["loop", ".L1", "_start", "r32", "cr8", "lr"] {
        assert!(is_symbol(name), "{name}");
    }
    for name in ["", ".", "r3", "R3", "cr1", "eq", "sp", "1f", "a b", "\u{e4}"] {
        assert!(!is_symbol(name), "{name}");
    }
}
