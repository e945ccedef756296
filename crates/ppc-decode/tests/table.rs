//! The table agrees with itself: what the compiler cannot see.

use ppc_decode::{Decoder, Isa, Kind, Op, Privilege, Record, operands};

#[test]
fn the_value_of_a_row_has_no_bits_outside_its_mask() {
    for op in Op::ALL {
        let encoding = op.row().encoding;
        assert_eq!(encoding.value & !encoding.mask, 0, "{op:?}");
        assert_eq!(encoding.mask >> 26, 0x3f, "{op:?}: the primary opcode is fixed");
    }
}

#[test]
fn fields_of_a_row_do_not_overlap() {
    for op in Op::ALL {
        let row = op.row();
        let mut taken = row.encoding.mask;
        for operand in row.operands {
            // mfocrf and mtocrf are told from mfcr and mtcrf by a bit beside the field, never inside.
            assert_eq!(taken & operand.mask(), 0, "{op:?}: {}", operand.name);
            taken |= operand.mask();
        }
        assert_eq!(taken & row.record.mask(), 0, "{op:?}: Rc, OE, LK or AA");
    }
}

#[test]
fn a_displacement_is_followed_by_its_base() {
    for op in Op::ALL {
        let operands = op.row().operands;
        for (i, operand) in operands.iter().enumerate() {
            if operand.kind == Kind::Displacement {
                let base = operands.get(i + 1).map(|base| (base.name, base.kind));
                assert!(
                    matches!(base, Some(("RA", Kind::Gpr | Kind::GprOrZero))),
                    "{op:?}"
                );
            }
        }
    }
}

#[test]
fn only_a_mnemonic_with_a_dot_has_a_fixed_rc_bit_or_an_opcode_of_its_own() {
    for op in Op::ALL {
        let row = op.row();
        if row.mnemonic.ends_with('.') {
            assert_eq!(row.record, Record::None, "{op:?}: the dot is in the name");
        }
    }
}

#[test]
fn update_forms_use_ra_itself_and_not_zero() {
    for op in Op::ALL {
        let (Op::LoadStore(_) | Op::Float(_)) = op else {
            continue;
        };
        if matches!(op, Op::Float(_)) && op.row().encoding.value >> 26 == 63 {
            // A move between registers.
            continue;
        }
        let row = op.row();
        let is_update = row.mnemonic.trim_end_matches('x').ends_with('u');
        assert_eq!(row.operands.contains(&operands::RA), is_update, "{op:?}");
        assert_eq!(row.operands.contains(&operands::RA0), !is_update, "{op:?}");
    }
}

#[test]
fn every_row_is_on_some_cpu() {
    for op in Op::ALL {
        let isa = op.row().isa;
        assert!(Isa::CPUS.iter().any(|(_, cpu)| cpu.contains(isa)), "{op:?}");
        assert!(!op.row().manual.is_empty(), "{op:?}");
    }
}

#[test]
fn returns_from_interrupts_and_msr_writes_are_privileged() {
    let names = [
        "rfi", "rfid", "hrfid", "rfci", "rfdi", "rfmci", "rfgi", "rfscv", "urfid", "mtmsr", "mtmsrd",
        "mfmsr", "wrtee", "wrteei", "mtsr", "tlbie", "tlbwe", "slbmte", "msgsnd", "stop",
    ];
    for name in names {
        let op = Op::ALL.into_iter().find(|op| op.row().mnemonic == name);
        assert!(
            op.is_some_and(|op| op.row().privilege > Privilege::User),
            "{name}"
        );
    }
}

#[test]
fn every_row_encodes_and_decodes_to_itself_where_it_exists() {
    for (name, isa) in Isa::CPUS {
        let decoder = Decoder::new(isa);
        for op in Op::ALL.into_iter().filter(|op| isa.contains(op.row().isa)) {
            let row = op.row();
            for pick in [|range: (i64, i64)| range.0, |range: (i64, i64)| range.1] {
                let operands: Vec<i64> = row.operands.iter().map(|operand| pick(operand.range())).collect();
                let word = row.encode(&operands).expect("both ends of a range fit") | row.record.mask();
                let decoded = decoder.decode(word).map(|insn| insn.op);
                assert_eq!(decoded, Ok(op), "{name} {word:08x}");
                // Reserved bits are ignored, unless they make it a more specific instruction.
                let reserved = decoder
                    .decode(word | row.reserved())
                    .map(|insn| insn.op.row().mnemonic);
                let specific = matches!(row.mnemonic, "mtcrf" | "mfcr" | "dcbz" | "dcba");
                assert!(
                    specific || reserved == Ok(row.mnemonic),
                    "{name} {word:08x} {reserved:?}"
                );
                for (operand, value) in row.operands.iter().zip(&operands) {
                    assert_eq!(operand.get(word), *value, "{op:?} {}", operand.name);
                }
            }
        }
    }
}
