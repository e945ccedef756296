//! Lowering: from a decoded instruction to the micro-op that the walk dispatches on.
//!
//! What is not hot is [`Kind::Registers`] or [`Kind::Slow`] and dispatches on the instruction; every way ends in the
//! same semantics, one function per instruction in `exec/`. An instruction gets faster by a kind of its own here and
//! an arm in [`crate::walk`].
//!
//! A micro-op depends on the instructions and their address alone: never on a mode, which may change behind it.

use crate::block::{BYTES, LINE, index};
use crate::cr::FieldNumber;
use crate::micro::{Kind, Micro};
use crate::regs::Gpr;
use ppc_decode::{Atomic, Branch, Cache, Compare, Fixed, Insn, Isa, LoadStore, Op, Rotate, System};
use spr_exit::{Direction, SprNum};

/// How the gate in front of the SPRs numbers an access, level aside: its direction in bit 0.
pub(crate) const fn access(sprn: SprNum, direction: Direction) -> u32 {
    (sprn.get() as u32) << 1 | matches!(direction, Direction::Write) as u32
}

/// The low word of a signed operand.
#[allow(clippy::cast_possible_truncation, reason = "no operand has more than 32 bits")]
const fn word(operand: i64) -> u32 {
    (operand as i32).cast_unsigned()
}

/// The micro-op of `insn` at address `cia` on a CPU with this instruction set.
pub(crate) fn lower(insn: Insn, cia: u64, isa: Isa) -> Micro {
    match insn.op {
        Op::Fixed(op) => fixed(insn, op),
        Op::Rotate(op) => rotate(insn, op),
        Op::Compare(op) => compare(insn, op, isa),
        Op::LoadStore(op) => load_store(insn, op),
        Op::Branch(op) => branch(insn, op, cia),
        Op::System(op) => system(insn, op, cia, isa),
        Op::Atomic(Atomic::Sync | Atomic::Msync | Atomic::Eieio | Atomic::Mbar)
        | Op::Cache(Cache::Dcbt | Cache::Dcbtst | Cache::Dcbst | Cache::Dcbf | Cache::Icbi | Cache::Icbt) => {
            Micro::new(insn, Kind::Nothing)
        }
        Op::Bits(_) | Op::Mac(_) => Micro::new(insn, Kind::Registers),
        Op::Atomic(_) | Op::Cache(_) | Op::Long(_) | Op::Storage(_) | Op::Float(_) | Op::Tlb(_) => {
            Micro::new(insn, Kind::Slow)
        }
    }
}

/// The micro-op of two instructions, of which the first is `first`, if there is one.
pub(crate) fn pair(first: &Micro, second: &Micro) -> Option<Micro> {
    let mut both = *first;
    if let Some(kind) = first.kind.with_branch(second.kind) {
        both.kind = kind;
        both.near = second.near;
        if kind.is_access() {
            return Some(both);
        }
        both.word = second.imm;
        return (first.field == second.field).then_some(both);
    }
    let is_same = second.rt == first.rt && second.ra == first.rt;
    if is_same && first.kind == Kind::Addi && first.ra == Gpr::Zero {
        let constant = first.imm.cast_signed();
        let constant = match second.kind {
            Kind::Addi => constant.checked_add(second.imm.cast_signed())?,
            Kind::Ori => constant | second.imm.cast_signed(),
            _ => return None,
        };
        // Else it is not the constant extended that the two of them make.
        if (constant < 0) != (first.imm.cast_signed() < 0) {
            return None;
        }
        both.imm = constant.cast_unsigned();
        both.kind = Kind::Constant;
        return Some(both);
    }
    None
}

/// A record form's kind, or the plain one's; forms with OE are not hot.
fn recorded(insn: Insn, plain: Kind, record: Option<Kind>) -> Micro {
    if insn.oe() {
        return Micro::new(insn, Kind::Registers);
    }
    recorded_x(insn, plain, record)
}

/// The same where the bit of OE belongs to the opcode.
fn recorded_x(insn: Insn, plain: Kind, record: Option<Kind>) -> Micro {
    let kind = if insn.rc() {
        record.unwrap_or(Kind::Registers)
    } else {
        plain
    };
    Micro::new(insn, kind)
}

fn immediate(insn: Insn, kind: Kind, imm: u32) -> Micro {
    Micro {
        imm,
        ..Micro::new(insn, kind)
    }
}

fn fixed(insn: Insn, op: Fixed) -> Micro {
    let ui = word(insn.ui().cast_signed());
    match op {
        Fixed::Addi => based(immediate(insn, Kind::Addi, word(insn.si()))),
        Fixed::Addis => based(immediate(insn, Kind::Addi, word(insn.si() << 16))),
        // It needs to know where it is.
        Fixed::Addpcis => Micro::new(insn, Kind::Slow),
        Fixed::Add => recorded(insn, Kind::Add, Some(Kind::AddRc)),
        Fixed::Subf => recorded(insn, Kind::Subf, Some(Kind::SubfRc)),
        Fixed::Neg => recorded(insn, Kind::Neg, None),
        Fixed::Mullw => recorded(insn, Kind::Mullw, None),
        Fixed::Addc => recorded(insn, Kind::Addc, None),
        Fixed::Adde => recorded(insn, Kind::Adde, None),
        Fixed::Addze => recorded(insn, Kind::Addze, None),
        Fixed::Subfc => recorded(insn, Kind::Subfc, None),
        Fixed::Subfe => recorded(insn, Kind::Subfe, None),
        Fixed::Mulhw => recorded_x(insn, Kind::Mulhw, None),
        Fixed::Mulhwu => recorded_x(insn, Kind::Mulhwu, None),
        Fixed::Mulli => immediate(insn, Kind::Mulli, word(insn.si())),
        Fixed::Addic => immediate(insn, Kind::Addic, word(insn.si())),
        Fixed::AddicRc => immediate(insn, Kind::AddicRc, word(insn.si())),
        Fixed::Subfic => immediate(insn, Kind::Subfic, word(insn.si())),
        Fixed::AndiRc => immediate(insn, Kind::AndiRc, ui),
        Fixed::AndisRc => immediate(insn, Kind::AndiRc, ui << 16),
        Fixed::Ori => immediate(insn, Kind::Ori, ui),
        Fixed::Oris => immediate(insn, Kind::Ori, ui << 16),
        Fixed::Xori => immediate(insn, Kind::Xori, ui),
        Fixed::Xoris => immediate(insn, Kind::Xori, ui << 16),
        Fixed::Or if insn.rs() == insn.rb() => recorded_x(insn, Kind::Mr, Some(Kind::MrRc)),
        Fixed::Or => recorded_x(insn, Kind::Or, Some(Kind::OrRc)),
        Fixed::And => recorded_x(insn, Kind::And, Some(Kind::AndRc)),
        Fixed::Xor => recorded_x(insn, Kind::Xor, Some(Kind::XorRc)),
        Fixed::Andc => recorded_x(insn, Kind::Andc, None),
        Fixed::Orc => recorded_x(insn, Kind::Orc, None),
        Fixed::Nor => recorded_x(insn, Kind::Nor, None),
        Fixed::Nand => recorded_x(insn, Kind::Nand, None),
        Fixed::Eqv => recorded_x(insn, Kind::Eqv, None),
        Fixed::Extsb => recorded_x(insn, Kind::Extsb, None),
        Fixed::Extsh => recorded_x(insn, Kind::Extsh, None),
        Fixed::Extsw => recorded_x(insn, Kind::Extsw, Some(Kind::ExtswRc)),
        Fixed::Cntlzw => recorded_x(insn, Kind::Cntlzw, None),
        _ => Micro::new(insn, Kind::Registers),
    }
}

/// The same micro-op with register 0 meaning nothing.
fn based(op: Micro) -> Micro {
    Micro {
        ra: Gpr::or_zero(op.insn().ra()),
        ..op
    }
}

fn rotate(insn: Insn, op: Rotate) -> Micro {
    let is_straight = insn.mb() <= insn.me();
    let shift = |micro: Micro, bits: u32| Micro {
        near: bits.to_le_bytes()[0],
        ..micro
    };
    let word_mask = word(crate::alu::mask32(insn.mb(), insn.me()).cast_signed());
    match op {
        Rotate::Rlwinm if is_straight => Micro {
            imm: word_mask,
            ..shift(recorded_x(insn, Kind::Rlwinm, Some(Kind::RlwinmRc)), insn.sh())
        },
        Rotate::Rlwimi if is_straight => Micro {
            imm: word_mask,
            ..shift(recorded_x(insn, Kind::Rlwimi, None), insn.sh())
        },
        Rotate::Slw => recorded_x(insn, Kind::Slw, None),
        Rotate::Srw => recorded_x(insn, Kind::Srw, None),
        Rotate::Sraw => recorded_x(insn, Kind::Sraw, None),
        Rotate::Srawi => shift(recorded_x(insn, Kind::Srawi, None), insn.sh()),
        Rotate::Rldicl => doubleword(insn, recorded_x(insn, Kind::Rldicl, Some(Kind::RldiclRc))),
        Rotate::Rldicr => doubleword(insn, recorded_x(insn, Kind::Rldicr, None)),
        Rotate::Rldic => doubleword(insn, recorded_x(insn, Kind::Rldic, None)),
        Rotate::Rldimi => doubleword(insn, recorded_x(insn, Kind::Rldimi, None)),
        Rotate::Sld => recorded_x(insn, Kind::Sld, None),
        Rotate::Srd => recorded_x(insn, Kind::Srd, None),
        Rotate::Sradi => shift(recorded_x(insn, Kind::Sradi, None), insn.sh6()),
        _ => Micro::new(insn, Kind::Registers),
    }
}

fn doubleword(insn: Insn, micro: Micro) -> Micro {
    Micro {
        near: insn.sh6().to_le_bytes()[0],
        imm: insn.mb6(),
        ..micro
    }
}

fn compare(insn: Insn, op: Compare, isa: Isa) -> Micro {
    let is_double = insn.l() != 0 && isa.contains(Isa::PPC64);
    let pick = |words: Kind, doublewords: Kind| if is_double { doublewords } else { words };
    let micro = match op {
        Compare::Cmpi => immediate(insn, pick(Kind::Cmpwi, Kind::Cmpdi), word(insn.si())),
        Compare::Cmpli => {
            let ui = word(insn.ui().cast_signed());
            immediate(insn, pick(Kind::Cmplwi, Kind::Cmpldi), ui)
        }
        Compare::Cmp => Micro::new(insn, pick(Kind::Cmpw, Kind::Cmpd)),
        Compare::Cmpl => Micro::new(insn, pick(Kind::Cmplw, Kind::Cmpld)),
        Compare::Twi | Compare::Tw | Compare::Tdi | Compare::Td => Micro::new(insn, Kind::Trap),
        Compare::Cmprb | Compare::Cmpeqb => Micro::new(insn, Kind::Registers),
    };
    Micro {
        field: FieldNumber::new(insn.bf()),
        ..micro
    }
}

fn load_store(insn: Insn, op: LoadStore) -> Micro {
    let based_on = |kind: Kind, displacement: i64| based(immediate(insn, kind, word(displacement)));
    let updating = |kind: Kind, displacement: i64| immediate(insn, kind, word(displacement));
    let (d, ds) = (insn.d(), insn.ds());
    match op {
        LoadStore::Lbz => based_on(Kind::Lbz, d),
        LoadStore::Lhz => based_on(Kind::Lhz, d),
        LoadStore::Lha => based_on(Kind::Lha, d),
        LoadStore::Lwz => based_on(Kind::Lwz, d),
        LoadStore::Lwa => based_on(Kind::Lwa, ds),
        LoadStore::Ld => based_on(Kind::Ld, ds),
        LoadStore::Lbzx => based_on(Kind::Lbzx, 0),
        LoadStore::Lhzx => based_on(Kind::Lhzx, 0),
        LoadStore::Lhax => based_on(Kind::Lhax, 0),
        LoadStore::Lwzx => based_on(Kind::Lwzx, 0),
        LoadStore::Lwax => based_on(Kind::Lwax, 0),
        LoadStore::Ldx => based_on(Kind::Ldx, 0),
        LoadStore::Lbzu => updating(Kind::Lbzu, d),
        LoadStore::Lhzu => updating(Kind::Lhzu, d),
        LoadStore::Lhau => updating(Kind::Lhau, d),
        LoadStore::Lwzu => updating(Kind::Lwzu, d),
        LoadStore::Ldu => updating(Kind::Ldu, ds),
        LoadStore::Stb => based_on(Kind::Stb, d),
        LoadStore::Sth => based_on(Kind::Sth, d),
        LoadStore::Stw => based_on(Kind::Stw, d),
        LoadStore::Std => based_on(Kind::Std, ds),
        LoadStore::Stbx => based_on(Kind::Stbx, 0),
        LoadStore::Sthx => based_on(Kind::Sthx, 0),
        LoadStore::Stwx => based_on(Kind::Stwx, 0),
        LoadStore::Stdx => based_on(Kind::Stdx, 0),
        LoadStore::Stbu => updating(Kind::Stbu, d),
        LoadStore::Sthu => updating(Kind::Sthu, d),
        LoadStore::Stwu => updating(Kind::Stwu, d),
        LoadStore::Stdu => updating(Kind::Stdu, ds),
        LoadStore::Lhbrx => based_on(Kind::Lhbrx, 0),
        LoadStore::Lwbrx => based_on(Kind::Lwbrx, 0),
        LoadStore::Sthbrx => based_on(Kind::Sthbrx, 0),
        LoadStore::Stwbrx => based_on(Kind::Stwbrx, 0),
        _ => Micro::new(insn, Kind::Slow),
    }
}

/// BO: CTR aside, branch if the bit is 0, branch if it is 1 (with any hint), branch always.
const IF_CLEAR: u32 = 0b00100;
const IF_SET: u32 = 0b01100;
const ALWAYS: u32 = 0b10100;
/// BO: decrement CTR, branch if it is not 0.
const COUNT: u32 = 0b10000;

/// BO without its hints, which are other bits in every form.
const fn options(insn: Insn) -> u32 {
    let bo = insn.bo();
    match bo >> 2 {
        0b001 | 0b011 => bo & 0b11100,
        0b100 | 0b110 => bo & 0b10010,
        0b101 | 0b111 => ALWAYS,
        _ => bo & 0b11110,
    }
}

fn branch(insn: Insn, op: Branch, cia: u64) -> Micro {
    match op {
        Branch::B if !insn.aa() => {
            let (near, far) = if insn.lk() {
                (Kind::NearLink, Kind::FarLink)
            } else {
                (Kind::Near, Kind::Far)
            };
            let micro = jump(insn, cia, insn.li(), near, far);
            if insn.lk() {
                Micro {
                    word: next(cia),
                    ..micro
                }
            } else {
                micro
            }
        }
        Branch::Bc if !insn.aa() && !insn.lk() => {
            let near = match options(insn) {
                IF_CLEAR => [Kind::IfGe, Kind::IfLe, Kind::IfNe, Kind::IfNs][(insn.bi() & 3) as usize],
                IF_SET => [Kind::IfLt, Kind::IfGt, Kind::IfEq, Kind::IfSo][(insn.bi() & 3) as usize],
                COUNT => Kind::Bdnz,
                _ => Kind::NearIf,
            };
            let field = FieldNumber::new(insn.bi() >> 2);
            Micro {
                field,
                ..jump(insn, cia, insn.bd(), near, Kind::FarIf)
            }
        }
        Branch::Bclr if !insn.lk() => {
            let is_always = options(insn) == ALWAYS;
            placed(insn, if is_always { Kind::Blr } else { Kind::BlrIf }, cia)
        }
        Branch::Bcctr if options(insn) == ALWAYS => Micro {
            word: next(cia),
            ..placed(insn, if insn.lk() { Kind::Bctrl } else { Kind::Bctr }, cia)
        },
        Branch::Crand
        | Branch::Crnand
        | Branch::Cror
        | Branch::Crxor
        | Branch::Crnor
        | Branch::Creqv
        | Branch::Crandc
        | Branch::Crorc
        | Branch::Mcrf => Micro::new(insn, Kind::Registers),
        _ => Micro::new(insn, Kind::Slow),
    }
}

/// A micro-op that knows its own place in the line.
fn placed(insn: Insn, kind: Kind, cia: u64) -> Micro {
    Micro {
        near: index(cia).to_le_bytes()[0],
        ..Micro::new(insn, kind)
    }
}

/// How far the instruction behind `cia` is from the beginning of the line of `cia`.
fn next(cia: u64) -> u32 {
    word((cia % BYTES + 4).cast_signed())
}

/// A relative branch: of one kind within its line, of another elsewhere.
#[allow(clippy::cast_possible_wrap, reason = "below the length of a line")]
fn jump(insn: Insn, cia: u64, displacement: i64, near: Kind, far: Kind) -> Micro {
    let target = cia.wrapping_add_signed(displacement);
    if target / BYTES != cia / BYTES {
        let ahead = displacement + (cia % BYTES).cast_signed();
        return Micro {
            imm: word(ahead),
            ..placed(insn, far, cia)
        };
    }
    let ahead = index(target) as i64 - index(cia) as i64 - 1;
    Micro {
        near: index(target).to_le_bytes()[0],
        ..immediate(insn, near, word(ahead))
    }
}

fn system(insn: Insn, op: System, cia: u64, isa: Isa) -> Micro {
    let sprn = SprNum::wrapping(u64::from(insn.spr()));
    match op {
        System::Mftb if isa.contains(Isa::PPC405_ONLY) => Micro::new(insn, Kind::Slow),
        // A hop goes on in the line that an access left.
        System::Mfspr | System::Mftb | System::Mtspr if index(cia) == LINE - 1 => {
            Micro::new(insn, Kind::Slow)
        }
        System::Mfspr | System::Mftb => Micro {
            imm: access(sprn, Direction::Read),
            ..placed(insn, Kind::Mfspr, cia + 4)
        },
        System::Mtspr => Micro {
            imm: access(sprn, Direction::Write),
            ..placed(insn, Kind::Mtspr, cia + 4)
        },
        System::Mtcrf | System::Mtocrf | System::Mfcr | System::Mfocrf | System::Mcrxr | System::Mcrxrx => {
            Micro::new(insn, Kind::Registers)
        }
        _ => Micro::new(insn, Kind::Slow),
    }
}
