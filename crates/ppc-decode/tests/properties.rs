//! Round trips with random operands.

use ppc_decode::{Decoder, EncodeError, Insn, Isa, Op, Operand, asm, operands};
use proptest::prelude::*;

/// An instruction of a CPU with operands that fit.
fn instruction() -> impl Strategy<Value = (Isa, Op, Vec<i64>)> {
    let cpu = prop::sample::select(Isa::CPUS.to_vec());
    cpu.prop_flat_map(|(_, isa)| {
        let ops: Vec<Op> = Op::ALL
            .into_iter()
            .filter(|op| isa.contains(op.row().isa))
            .collect();
        prop::sample::select(ops).prop_flat_map(move |op| {
            let operands: Vec<_> = op.row().operands.iter().map(value).collect();
            (Just(isa), Just(op), operands)
        })
    })
}

fn value(operand: &Operand) -> impl Strategy<Value = i64> + use<> {
    let ((min, max), step) = (operand.range(), operand.step());
    (min / step..=max / step).prop_map(move |value| value * step)
}

proptest! {
    #[test]
    fn decode_finds_what_encode_made((isa, op, operands) in instruction(), record: u32) {
        let row = op.row();
        let word = row.encode(&operands).unwrap() | (row.record.mask() & record);
        prop_assert_eq!(Decoder::new(isa).decode(word), Ok(Insn { word, op }));
        let found: Vec<i64> = row.operands.iter().map(|operand| operand.get(word)).collect();
        prop_assert_eq!(found, operands);
    }

    #[test]
    fn encode_gives_any_decoded_word_back(word: u32) {
        for (_, isa) in Isa::CPUS {
            if let Ok(insn) = Decoder::new(isa).decode(word) {
                let row = insn.op.row();
                let operands: Vec<i64> = row.operands.iter().map(|operand| operand.get(word)).collect();
                let encoded = row.encode(&operands).unwrap() | (word & (row.record.mask() | row.reserved()));
                prop_assert_eq!(encoded, word);
            }
        }
    }

    #[test]
    fn an_operand_out_of_range_is_named((_, op, operands) in instruction(), which: prop::sample::Index) {
        let row = op.row();
        prop_assume!(!operands.is_empty());
        let which = which.index(operands.len());
        let operand = &row.operands[which];
        let mut operands = operands;
        operands[which] = operand.range().1 + 1;
        match row.encode(&operands) {
            Err(EncodeError::Value { operand: name, .. }) => prop_assert_eq!(name, operand.name),
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn accessors_agree_with_operands(word: u32) {
        let insn = Insn { word, op: Op::ALL[0] };
        let same = [
            ((insn.rt() as u64).cast_signed(), operands::RT), ((insn.ra() as u64).cast_signed(), operands::RA), ((insn.rb() as u64).cast_signed(), operands::RB),
            ((insn.rc_reg() as u64).cast_signed(), operands::RC), (insn.si(), operands::SI), (insn.ui().cast_signed(), operands::UI),
            (insn.d(), operands::D), (insn.ds(), operands::DS), (insn.dx(), operands::DX), (insn.li(), operands::LI),
            (insn.bd(), operands::BD), (insn.bo().into(), operands::BO), (insn.bi().into(), operands::BI),
            (insn.bh().into(), operands::BH), (insn.bt().into(), operands::BT), (insn.ba().into(), operands::BA),
            (insn.bb().into(), operands::BB), (insn.bc().into(), operands::BC), (insn.bf().into(), operands::BF),
            (insn.bfa().into(), operands::BFA), (insn.l().into(), operands::L), (insn.l_msr().into(), operands::MSR_L),
            (insn.l2().into(), operands::L2), (insn.to().into(), operands::TO), (insn.sh().into(), operands::SH),
            (insn.mb().into(), operands::MB), (insn.me().into(), operands::ME), (insn.sh6().into(), operands::SH6),
            (insn.mb6().into(), operands::MB6), (insn.spr().into(), operands::SPR), (insn.fxm().into(), operands::FXM),
            (insn.lev().into(), operands::LEV), (insn.e().into(), operands::E), (insn.ct().into(), operands::CT),
            ((insn.frt() as u64).cast_signed(), operands::FRT), ((insn.fra() as u64).cast_signed(), operands::FRA),
            ((insn.frb() as u64).cast_signed(), operands::FRB), (insn.dq(), operands::DQ), (insn.nb().into(), operands::NB),
            (insn.fc().into(), operands::FC), (insn.hash_d(), operands::HASH_D), (insn.l_random().into(), operands::RANDOM_L),
            (insn.s_ebb().into(), operands::EBB_S), ((insn.sr() as u64).cast_signed(), operands::SR),
            (insn.pmr().into(), operands::PMRN),
            (insn.mo().into(), operands::MO), (insn.eh().into(), operands::EH), (insn.cy().into(), operands::CY),
        ];
        for (value, operand) in same {
            prop_assert_eq!(value, operand.get(word), "{}", operand.name);
        }
    }
}

#[test]
fn errors_say_what_would_have_fitted() {
    let too_many = ppc_decode::Fixed::Neg.row().encode(&[1, 2, 3]);
    assert_eq!(
        too_many,
        Err(EncodeError::Count {
            expected: 2,
            given: 3
        })
    );
    let too_big = ppc_decode::Fixed::Addi
        .row()
        .encode(&[3, 0, 0x8000])
        .map_err(|why| why.to_string());
    assert_eq!(too_big, Err("SI is 32768, which is not in -32768..=32767".into()));
    let crooked = ppc_decode::Branch::B
        .row()
        .encode(&[6])
        .map_err(|why| why.to_string());
    assert_eq!(
        crooked,
        Err("LI is 6, which is not a multiple of 4 in -33554432..=33554428".into())
    );
}

#[test]
fn words_of_the_manuals_examples_come_out() {
    const SPR_WRITE: u32 = asm::mtspr(308, 3);
    assert_eq!(SPR_WRITE, 0x7c74_4ba6);
    assert_eq!(asm::li(3, -1), 0x3860_ffff);
    assert_eq!(asm::nop(), 0x6000_0000);
    assert_eq!(asm::blr(), 0x4e80_0020);
    assert_eq!(asm::b(-4), 0x4bff_fffc);
    assert_eq!(asm::sc(), 0x4400_0002);
    assert_eq!(asm::slwi(4, 3, 5), 0x5464_2834);
    assert_eq!(asm::rc(asm::add(3, 4, 5)), 0x7c64_2a15);
}
