//! Random cases: instructions whose operands crowd at the boundaries.

use super::qemu::{CODE, Case, user_mode_sprs};
use crate::oracle::Random;
use crate::vectors::run::Target;
use crate::vectors::{CR, CTR, DEFAULT_PC, FPR, LR, PC, State, TAR, WINDOW, WINDOW_BYTES, XER};
use ppc_decode::{
    Atomic, Branch, Compare, Fixed, Float, Insn, Isa, Kind, LoadStore, Long, Op, Operand, System,
    operands as o,
};

/// Registers that cases use: 0 for its two meanings, the last for multiple accesses, and not r1.
const REGISTERS: [u32; 8] = [0, 2, 3, 4, 5, 6, 30, 31];

/// Values that arithmetic trips over, in both widths.
#[rustfmt::skip]
const BOUNDARIES: [u64; 24] = [
    0, 1, 2, 31, 32, 33, 63, 64, 65, 127,
    u64::MAX, u64::MAX - 1,
    0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0xffff_ffff, 0xffff_fffe, 0x1_0000_0000,
    0xffff_ffff_7fff_ffff, 0xffff_ffff_8000_0000,
    0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000, 0x8000_0000_0000_0001, 0x7fff,
];

fn wide(random: &mut Random) -> u64 {
    u64::from(random.next()) << 32 | u64::from(random.next())
}

fn value(random: &mut Random) -> u64 {
    match random.below(8) {
        0..5 => BOUNDARIES[random.below(BOUNDARIES.len())],
        5 => wide(random),
        6 => 1 << random.below(64),
        // A small signed number.
        _ => (wide(random).cast_signed() >> (32 + random.below(31))).cast_unsigned(),
    }
}

/// A number for a floating-point register: of any exponent, and often of one near the bounds of single precision.
fn number(random: &mut Random) -> u64 {
    let bits = wide(random);
    let exponent = match random.below(4) {
        0 => 870 + random.below(30),
        1 => [0, 0x7ff, 1150, 1151, 1023][random.below(5)],
        _ => {
            return if random.below(8) == 0 {
                bits & 1 << 63
            } else {
                bits
            };
        }
    };
    let fraction = [0, 0x000f_ffff_ffff_ffff, 0x000f_ffff_e000_0000, bits][random.below(4)];
    bits & 1 << 63 | (exponent as u64) << 52 | fraction & 0x000f_ffff_ffff_ffff
}

/// A case for this instruction, or none if the random choice is not a valid form.
pub(crate) fn case(target: &Target, op: Op, random: &mut Random) -> Option<Case> {
    let row = op.row();
    let mut word = row.encoding.value | row.record.mask() & random.next();
    for operand in row.operands {
        let bits = match operand.kind {
            Kind::Gpr | Kind::GprOrZero => operand.put(REGISTERS[random.below(REGISTERS.len())].into())?,
            _ => {
                operand.mask()
                    & match random.below(6) {
                        0 => 0,
                        1 => u32::MAX,
                        _ => random.next(),
                    }
            }
        };
        word |= bits;
    }
    let mut before = state(target, random);
    if matches!(op, Op::Long(Long::Lswx | Long::Stswx)) {
        before.regs[XER] |= random.below(128) as u64;
    }
    match op {
        Op::Branch(op) => word = place_branch(target, op, word, &mut before, random)?,
        Op::Float(_) if row.encoding.value >> 26 == 63 => {}
        Op::LoadStore(_) | Op::Atomic(_) | Op::Cache(_) | Op::Long(_) | Op::Float(_) | Op::Storage(_) => {
            word = place_access(target, op, word, &mut before, random)?;
        }
        Op::System(op) => word = choose_register(target, op, word, random)?,
        Op::Fixed(_) | Op::Rotate(_) | Op::Compare(_) | Op::Bits(_) | Op::Mac(_) | Op::Tlb(_) => {}
    }
    let insn = Insn { word, op };
    if !is_valid(target, &insn) || !is_valid_string(&insn, &before) {
        return None;
    }
    let branch_target = branch_target(target, &insn, &before);
    if branch_target.is_some_and(|at| !is_placeable(&before, at)) {
        return None;
    }
    Some(Case {
        words: vec![word],
        before,
        branch_target,
    })
}

/// Registers and memory at random.
pub(super) fn state(target: &Target, random: &mut Random) -> State {
    let mut before = State::default();
    for register in &mut before.regs[..CR] {
        *register = value(random) & target.mask();
    }
    before.sprs = user_mode_sprs(target);
    before.regs[1] = 0;
    before.regs[CR] = random.next().into();
    before.regs[XER] = xer(target, random);
    for register in [LR, CTR, TAR] {
        before.regs[register] = value(random) & target.mask();
    }
    if !target.has_tar() {
        before.regs[TAR] = 0;
    }
    for byte in &mut before.window {
        *byte = random.next().to_le_bytes()[0];
    }
    if target.model.isa.contains(Isa::FP) {
        for register in &mut before.regs[FPR..] {
            *register = number(random);
        }
    }
    before
}

/// The bits of XER that the CPU has.
pub(super) fn xer(target: &Target, random: &mut Random) -> u64 {
    let mut bits = 0xe000_0000;
    if target.model.isa.contains(Isa::V3_0) {
        bits |= 0x000c_0000;
    }
    u64::from(random.next()) & bits
}

/// Whether the program can catch a branch that goes there: not into the slot, and to where memory can be.
pub(crate) fn is_placeable(before: &State, at: u64) -> bool {
    let pc = before.regs[PC];
    CODE.contains(&pc) && !(pc - 12..=pc).contains(&at) && (CODE.contains(&at) || at == pc + 4)
}

/// Where a branch goes if it is taken.
pub(crate) fn branch_target(target: &Target, insn: &Insn, before: &State) -> Option<u64> {
    let Op::Branch(op) = insn.op else { return None };
    let base = if insn.aa() { 0 } else { before.regs[PC] };
    let at = match op {
        Branch::B => base.wrapping_add_signed(insn.li()),
        Branch::Bc => base.wrapping_add_signed(insn.bd()),
        Branch::Bclr => before.regs[LR] & !3,
        Branch::Bcctr => before.regs[CTR] & !3,
        Branch::Bctar => before.regs[TAR] & !3,
        _ => return None,
    };
    Some(at & target.address_mask())
}

/// An address for code, or rarely the one behind the instruction.
fn code_address(random: &mut Random) -> u64 {
    let size = CODE.end - CODE.start;
    CODE.start + u64::from(random.next()) % size
}

fn place_branch(
    target: &Target,
    op: Branch,
    word: u32,
    before: &mut State,
    random: &mut Random,
) -> Option<u32> {
    let put = |operand: Operand, value: i64| Some(word & !operand.mask() | operand.put(value)?);
    let at = code_address(random);
    let displacement = at.cast_signed() - DEFAULT_PC.cast_signed();
    // Zero decides about CTR.
    if matches!(op, Branch::Bc | Branch::Bclr | Branch::Bctar) {
        before.regs[CTR] =
            [0, 1, 2, 0x8000_0000, 0x1_0000_0000, 0x1_0000_0001, u64::MAX][random.below(7)] & target.mask();
    }
    match op {
        Branch::B if word & ppc_decode::AA == 0 => put(o::LI, displacement & !3),
        Branch::B => put(o::LI, at.cast_signed() & !3),
        Branch::Bc if word & ppc_decode::AA == 0 => put(o::BD, (displacement % 0x8000) & !3),
        // The lowest addresses cannot be mapped.
        Branch::Bc => None,
        Branch::Bclr => {
            before.regs[LR] = at;
            Some(word)
        }
        Branch::Bcctr => {
            before.regs[CTR] = at;
            put(o::BO, i64::from(random.next() & 31 | 4))
        }
        Branch::Bctar => {
            before.regs[TAR] = at;
            Some(word)
        }
        _ => Some(word),
    }
    .inspect(|_| {
        // In 32-bit mode the upper half of a target does not count either.
        if target.mask() != target.address_mask() {
            let upper = value(random) << 32;
            match op {
                Branch::Bclr => before.regs[LR] |= upper,
                Branch::Bcctr => before.regs[CTR] |= upper,
                Branch::Bctar => before.regs[TAR] |= upper,
                _ => {}
            }
        }
    })
}

/// Bytes from the address that the instruction touches.
fn length(op: Op, word: u32, before: &State) -> u64 {
    let mnemonic = op.row().mnemonic;
    let insn = Insn { word, op };
    match op {
        Op::Long(Long::Lq | Long::Stq) | Op::Atomic(Atomic::Lqarx | Atomic::StqcxRc) => 16,
        Op::Long(Long::Lswi | Long::Stswi) => insn.nb().into(),
        Op::Long(Long::Lswx | Long::Stswx) => before.regs[XER] & 0x7f,
        // Some functions also look at the neighbour.
        Op::Atomic(Atomic::Lwat | Atomic::Stwat) if insn.fc() >= 24 => 8,
        Op::Atomic(Atomic::Ldat | Atomic::Stdat) if insn.fc() >= 24 => 16,
        Op::Float(Float::Lfdp | Float::Lfdpx | Float::Stfdp | Float::Stfdpx) => 16,
        Op::Float(_) => 8,
        Op::Cache(_) => 1,
        Op::LoadStore(LoadStore::Lmw | LoadStore::Stmw) => 4 * (32 - o::RT.get(word).cast_unsigned()),
        _ => match mnemonic.as_bytes() {
            [b'l', b'b', ..] | [b's', b't', b'b', ..] => 1,
            [b'l', b'h', ..] | [b's', b't', b'h', ..] => 2,
            [b'l', b'w', ..] | [b's', b't', b'w', ..] => 4,
            _ => 8,
        },
    }
}

/// Chooses registers so that the address lies in the window.
fn place_access(target: &Target, op: Op, word: u32, before: &mut State, random: &mut Random) -> Option<u32> {
    let row = op.row();
    let has = |kind: Kind| row.operands.iter().any(|operand| operand.kind == kind);
    if !row.operands.iter().any(|operand| operand.name == "RA") {
        return Some(word);
    }
    let length = length(op, word, before);
    let room = (WINDOW_BYTES as u64).checked_sub(length)?;
    let mut address = WINDOW + u64::from(random.next()) % (room + 1);
    // The neighbour that this function looks at is below.
    let below = matches!(op, Op::Atomic(_)) && row.operands.contains(&o::FC) && Insn { word, op }.fc() == 28;
    // Reservations and multiple accesses are for aligned addresses.
    match op {
        Op::Atomic(_) => address &= !(length - 1),
        Op::Long(Long::Lq | Long::Stq) => address &= !15,
        // The classic processors take an alignment interrupt for others.
        Op::Float(_) if random.below(2) == 0 => address &= !3,
        Op::LoadStore(LoadStore::Lmw | LoadStore::Stmw) => address &= !3,
        _ => {}
    }
    if below {
        address += length / 2;
    }
    let insn = Insn { word, op };
    let (ra, rb) = (insn.ra(), insn.rb());
    let is_base_zero = ra == 0 && has(Kind::GprOrZero);
    // Without RB and displacement, RA is the address.
    if !has(Kind::Displacement) && !row.operands.contains(&o::RB) {
        if is_base_zero {
            return None;
        }
        before.regs[ra] = address;
        return Some(word);
    }
    if has(Kind::Displacement) {
        if is_base_zero {
            return None;
        }
        let displacement = if row.operands.contains(&o::DS) {
            insn.ds()
        } else if row.operands.contains(&o::DQ) {
            insn.dq()
        } else {
            insn.d()
        };
        before.regs[ra] = address.wrapping_sub(displacement.cast_unsigned()) & target.mask();
    } else if is_base_zero {
        before.regs[rb] = address;
    } else if ra == rb {
        // Half an address, which has to be even.
        if !address.is_multiple_of(2) {
            return None;
        }
        before.regs[ra] = address / 2;
    } else {
        before.regs[ra] = address.wrapping_sub(before.regs[rb]) & target.mask();
    }
    // In 32-bit mode the upper half of a sum does not count.
    if target.mask() != target.address_mask() && !is_base_zero {
        before.regs[ra] = before.regs[ra].wrapping_add(value(random) << 32);
    }
    Some(word)
}

/// Special registers that problem state may use and whose value stays the same (XER, LR, CTR and TAR), and SRR0, which it may not.
fn choose_register(target: &Target, op: System, word: u32, random: &mut Random) -> Option<u32> {
    let count = if target.model.isa.contains(Isa::V2_07) {
        4
    } else {
        3
    };
    let mut number = [1, 8, 9, 815][random.below(count)];
    if random.below(8) == 0 {
        number = 26;
    }
    match op {
        System::Mfspr | System::Mtspr => Some(word & !o::SPR.mask() | o::SPR.put(number)?),
        System::Mfocrf | System::Mtocrf => Some(word & !o::FXM.mask() | o::FXM.put(1 << random.below(8))?),
        _ => Some(word),
    }
}

/// Whether the manual defines the form (Power ISA Book I 1.8.2 and the instructions' own descriptions).
fn is_valid(target: &Target, insn: &Insn) -> bool {
    let word = insn.word;
    let (rt, ra) = (o::RT.get(word), o::RA.get(word));
    let stem = insn.op.row().mnemonic.trim_end_matches('x');
    match insn.op {
        // Doublewords are compared on 64-bit CPUs only.
        Op::Compare(Compare::Cmp | Compare::Cmpi | Compare::Cmpl | Compare::Cmpli) => {
            insn.l() == 0 || target.model.is_64bit
        }
        Op::Fixed(Fixed::Addex) => insn.cy() == 0,
        Op::LoadStore(LoadStore::Lmw) => rt > 1 && ra < rt,
        Op::LoadStore(LoadStore::Stmw) => rt > 1,
        Op::LoadStore(_) if stem.ends_with('u') && stem.starts_with('l') => ra != 0 && ra != rt,
        Op::LoadStore(_) if stem.ends_with('u') => ra != 0,
        // Pairs of registers, not with r1; a load does not load its own address.
        Op::Long(Long::Lq) => rt > 1 && rt % 2 == 0 && ra != rt,
        Op::Long(Long::Stq) | Op::Atomic(Atomic::StqcxRc) => rt > 1 && rt % 2 == 0,
        Op::Atomic(Atomic::Lqarx) => rt > 1 && rt % 2 == 0 && ra != rt && o::RB.get(word) != rt,
        Op::Atomic(Atomic::Lwat | Atomic::Ldat) => {
            matches!(insn.fc(), 0..=8 | 16 | 24 | 25 | 28) && rt > 1 && rt < 30
        }
        Op::Atomic(Atomic::Stwat | Atomic::Stdat) => matches!(insn.fc(), 0..=7 | 24),
        Op::Float(Float::Lfdp | Float::Lfdpx | Float::Stfdp | Float::Stfdpx) => rt % 2 == 0,
        Op::Float(_) if insn.op.row().operands.contains(&o::RA) => ra != 0,
        Op::Atomic(Atomic::Sync) => o::L2.get(word) < if target.model.is_64bit { 3 } else { 2 },
        _ => true,
    }
}

/// Registers of a string behind r31 are r0 and the program's own r1; a load must not load its own address.
fn is_valid_string(insn: &Insn, before: &State) -> bool {
    let (is_load, bytes) = match insn.op {
        Op::Long(Long::Lswi) => (true, insn.nb() as usize),
        Op::Long(Long::Stswi) => (false, insn.nb() as usize),
        Op::Long(Long::Lswx) => (true, (before.regs[XER] & 0x7f) as usize),
        Op::Long(Long::Stswx) => (false, (before.regs[XER] & 0x7f) as usize),
        _ => return true,
    };
    let registers = insn.rt()..insn.rt() + bytes.div_ceil(4);
    let is_indexed = insn.op.row().operands.contains(&o::RB);
    let is_loaded = registers.contains(&insn.ra()) || is_indexed && registers.contains(&insn.rb());
    insn.rt() > 1 && registers.end <= 32 && bytes != 0 && !(is_load && is_loaded)
}
