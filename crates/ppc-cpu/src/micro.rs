//! Micro-ops: instructions as the walk wants them.
//!
//! A [`Micro`] is flat: one byte says what the walk does, operands that are hot are taken out of the word. Register
//! numbers are enums, so that indexing with them needs neither a mask nor a check. [`Hot`] shows a micro-op to the
//! semantics in `exec/` through [`Operands`], as [`Insn`] does for a word: they are written once for both.

use crate::alu::{doubled, low, mask, mask32};
use crate::cr::FieldNumber;
use crate::regs::{Gpr, Regs};
use ppc_decode::{Branch, Insn, Op};

/// Makes [`Kind`], with the comparisons and record forms and the branches behind them as one kind each.
macro_rules! kinds {
    (
        $($(#[$doc:meta])* $kind:ident,)*
        @compare $($compare:ident [$lt:ident $ge:ident $gt:ident $le:ident $eq:ident $ne:ident],)*
        @record $($record:ident [$zero:ident $other:ident],)*
    ) => {
        /// What the walk does with a micro-op.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Kind {
            $($(#[$doc])* $kind,)*
            $($compare, $lt, $ge, $gt, $le, $eq, $ne,)*
            $($record, $zero, $other,)*
        }

        impl Kind {
            /// Whether it is an access to an SPR: one of the first four.
            #[inline(always)]
            pub(crate) const fn is_access(self) -> bool {
                self as u8 <= Kind::MtsprNear as u8
            }

            /// Of an access: the branches between it and the op `near`, one or none.
            #[inline(always)]
            pub(crate) const fn branches(self) -> u64 {
                (self as u64) >> 1
            }

            /// This comparison or record form and the near branch on its field behind it in one.
            pub(crate) const fn with_branch(self, condition: Kind) -> Option<Kind> {
                Some(match (self, condition) {
                    $((Self::$compare, Self::IfLt) => Self::$lt,
                    (Self::$compare, Self::IfGe) => Self::$ge,
                    (Self::$compare, Self::IfGt) => Self::$gt,
                    (Self::$compare, Self::IfLe) => Self::$le,
                    (Self::$compare, Self::IfEq) => Self::$eq,
                    (Self::$compare, Self::IfNe) => Self::$ne,)*
                    $((Self::$record, Self::IfEq) => Self::$zero,
                    (Self::$record, Self::IfNe) => Self::$other,)*
                    (Self::Mfspr, Self::Near) => Self::MfsprNear,
                    (Self::Mtspr, Self::Near) => Self::MtsprNear,
                    _ => return None,
                })
            }
        }
    };
}

kinds! {
    /// `mfspr` and `mftb`; `imm` is the gate's number of the access, `near` the op behind it.
    Mfspr,
    /// `mtspr`; likewise.
    Mtspr,
    /// `mfspr` before a near branch, which is an op of its own as well; `near` is where that goes.
    MfsprNear,
    /// `mtspr` before a near branch, likewise.
    MtsprNear,
    /// Nothing is remembered here: fetch it.
    Fetch,
    /// Everything else, and what may interrupt or change how the walk goes on.
    Slow,
    /// Any other instruction that works on registers alone.
    Registers,
    /// Traps: slow if they do.
    Trap,
    /// What has nothing to do here: hints and barriers.
    Nothing,
    /// `addi`, `addis`, `li`, `lis`.
    Addi,
    /// `lis` and the `ori` or `addi` behind it that completes the constant.
    Constant,
    Add, Subf, Neg, Mulli, Mullw, Mulhw, Mulhwu,
    Addic, Subfic, Addc, Adde, Addze, Subfc, Subfe,
    /// `ori`, `oris`.
    Ori,
    /// `xori`, `xoris`.
    Xori,
    /// `or` with one source.
    Mr,
    And, Andc, Or, Orc, Xor, Nor, Nand, Eqv, OrRc, XorRc,
    Extsb, Extsh, Extsw, ExtswRc, Cntlzw,
    /// With a mask that does not wrap around, as all 32-bit rotates here.
    Rlwinm,
    RlwinmRc, Rlwimi,
    Slw, Srw, Sraw, Srawi,
    Rldicl, RldiclRc, Rldicr, Rldic, Rldimi, Sld, Srd, Sradi,
    Lbz, Lhz, Lha, Lwz, Lwa, Ld,
    Lbzx, Lhzx, Lhax, Lwzx, Lwax, Ldx,
    Lbzu, Lhzu, Lhau, Lwzu, Ldu,
    Stb, Sth, Stw, Std,
    Stbx, Sthx, Stwx, Stdx,
    Stbu, Sthu, Stwu, Stdu,
    Lhbrx, Lwbrx, Sthbrx, Stwbrx,
    /// A branch to the op `near` of the same line, `imm` ops ahead of the next one.
    Near,
    /// The same with a link; the next instruction is `word` bytes from the beginning of the line.
    NearLink,
    /// A branch somewhere else, `imm` bytes from the beginning of the line. As all that follow, except near branches, it
    /// has its own index in `near`.
    Far,
    /// The same with a link.
    FarLink,
    /// Near branches on one bit of a CR field.
    IfLt,
    IfGe, IfGt, IfLe, IfEq, IfNe, IfSo, IfNs,
    /// Near branch while CTR counts down to something else than 0.
    Bdnz,
    /// Near branch under other conditions.
    NearIf,
    /// Branch somewhere else under conditions.
    FarIf,
    Blr,
    /// `bclr` under conditions.
    BlrIf,
    Bctr,
    Bctrl,
@compare
    Cmpwi [CmpwiLt CmpwiGe CmpwiGt CmpwiLe CmpwiEq CmpwiNe],
    Cmpw [CmpwLt CmpwGe CmpwGt CmpwLe CmpwEq CmpwNe],
    Cmplwi [CmplwiLt CmplwiGe CmplwiGt CmplwiLe CmplwiEq CmplwiNe],
    Cmplw [CmplwLt CmplwGe CmplwGt CmplwLe CmplwEq CmplwNe],
    Cmpdi [CmpdiLt CmpdiGe CmpdiGt CmpdiLe CmpdiEq CmpdiNe],
    Cmpd [CmpdLt CmpdGe CmpdGt CmpdLe CmpdEq CmpdNe],
    Cmpldi [CmpldiLt CmpldiGe CmpldiGt CmpldiLe CmpldiEq CmpldiNe],
    Cmpld [CmpldLt CmpldGe CmpldGt CmpldLe CmpldEq CmpldNe],
@record
    AndiRc [AndiRcEq AndiRcNe],
    AddicRc [AddicRcEq AddicRcNe],
    MrRc [MrRcEq MrRcNe],
    AndRc [AndRcEq AndRcNe],
    AddRc [AddRcEq AddRcNe],
    SubfRc [SubfRcEq SubfRcNe],
}

/// An instruction as the walk wants it, or a pair of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Micro {
    /// What the kind says: an immediate, a mask, how far a branch goes.
    pub(crate) imm: u32,
    /// The instruction word, or what the kind says; of a pair how many ops its branch goes ahead.
    pub(crate) word: u32,
    pub(crate) op: Op,
    /// The op of the line that a near branch goes to; the op itself where it leaves the line; of an access the op behind it and
    /// its branch; of rotates and shifts the number of bits.
    pub(crate) near: u8,
    /// The field that is set or tested.
    pub(crate) field: FieldNumber,
    pub(crate) kind: Kind,
    /// RT or RS.
    pub(crate) rt: Gpr,
    /// RA, or nothing where register 0 means nothing.
    pub(crate) ra: Gpr,
    pub(crate) rb: Gpr,
}

const _: () = assert!(size_of::<Micro>() == 16, "four of them in a host's cache line");

impl Micro {
    /// The place of an instruction that is not known.
    pub(crate) const FETCH: Self = Self::new(
        Insn {
            word: 0,
            op: Op::Branch(Branch::Sc),
        },
        Kind::Fetch,
    );

    /// The micro-op of `insn` with its registers, and nothing else yet.
    pub(crate) const fn new(insn: Insn, kind: Kind) -> Self {
        Self {
            imm: 0,
            word: insn.word,
            op: insn.op,
            near: 0,
            field: FieldNumber::Cr0,
            kind,
            rt: Gpr::new(insn.rt()),
            ra: Gpr::new(insn.ra()),
            rb: Gpr::new(insn.rb()),
        }
    }

    /// Whether an instruction is remembered here.
    pub(crate) fn is_known(&self) -> bool {
        self.kind != Kind::Fetch
    }

    /// The instruction; not of a pair.
    #[inline]
    pub(crate) const fn insn(&self) -> Insn {
        Insn {
            word: self.word,
            op: self.op,
        }
    }

    /// `imm` as a signed number.
    #[inline]
    pub(crate) fn signed(&self) -> i64 {
        i64::from(self.imm.cast_signed())
    }
}

/// Operands of an instruction, from its word or taken out of it before.
pub(crate) trait Operands: Copy {
    /// RT or RS.
    fn rt(self) -> usize;
    /// RS.
    fn rs(self) -> usize {
        self.rt()
    }
    /// RA.
    fn ra(self) -> usize;
    /// RB.
    fn rb(self) -> usize;
    /// The value of RA, or 0 for register 0.
    fn base(self, r: &Regs) -> u64;
    /// SI as the addend it is.
    fn addend(self) -> u64;
    /// UI.
    fn ui(self) -> u64;
    /// The shift of a 32-bit rotate.
    fn sh(self) -> u32;
    /// A word rotated left by `sh`, true where [`Operands::word_mask`] has ones.
    fn rotated(self, word: u64) -> u64;
    /// The mask of a 32-bit rotate.
    fn word_mask(self) -> u64;
    /// The shift of a 64-bit rotate.
    fn sh6(self) -> u32;
    /// Mask of a 64-bit rotate that begins somewhere and goes to the end.
    fn left_mask(self) -> u64;
    /// Mask of a 64-bit rotate that begins at the beginning.
    fn right_mask(self) -> u64;
    /// Mask of `rldimi` and `rldic`.
    fn inner_mask(self) -> u64;
    /// Whether CR0 is set.
    fn rc(self) -> bool;
    /// Whether XER\[OV\] and XER\[SO\] are set.
    fn oe(self) -> bool;
    /// Whether the CPU computes in 64-bit mode.
    fn is_wide(self, r: &Regs) -> bool;
}

impl Operands for Insn {
    #[inline]
    fn rt(self) -> usize {
        self.rt()
    }
    #[inline]
    fn ra(self) -> usize {
        self.ra()
    }
    #[inline]
    fn rb(self) -> usize {
        self.rb()
    }
    #[inline]
    fn base(self, r: &Regs) -> u64 {
        r.ra0(self.ra())
    }
    #[inline]
    fn addend(self) -> u64 {
        self.si().cast_unsigned()
    }
    #[inline]
    fn ui(self) -> u64 {
        self.ui()
    }
    #[inline]
    fn sh(self) -> u32 {
        self.sh()
    }
    #[inline]
    fn rotated(self, word: u64) -> u64 {
        doubled(word).rotate_left(self.sh())
    }
    #[inline]
    fn word_mask(self) -> u64 {
        mask32(self.mb(), self.me())
    }
    #[inline]
    fn sh6(self) -> u32 {
        self.sh6()
    }
    #[inline]
    fn left_mask(self) -> u64 {
        mask(self.mb6(), 63)
    }
    #[inline]
    fn right_mask(self) -> u64 {
        mask(0, self.mb6())
    }
    #[inline]
    fn inner_mask(self) -> u64 {
        mask(self.mb6(), 63 - self.sh6())
    }
    #[inline]
    fn rc(self) -> bool {
        self.rc()
    }
    #[inline]
    fn oe(self) -> bool {
        self.oe()
    }
    #[inline]
    fn is_wide(self, r: &Regs) -> bool {
        r.is_wide
    }
}

/// A micro-op of a kind that says whether it records, in a walk that knows the width.
#[derive(Clone, Copy)]
pub(crate) struct Hot<'a, const WIDE: bool, const RC: bool>(pub(crate) &'a Micro);

impl<const WIDE: bool, const RC: bool> Operands for Hot<'_, WIDE, RC> {
    #[inline(always)]
    fn rt(self) -> usize {
        self.0.rt as usize
    }
    #[inline(always)]
    fn ra(self) -> usize {
        self.0.ra as usize
    }
    #[inline(always)]
    fn rb(self) -> usize {
        self.0.rb as usize
    }
    #[inline(always)]
    fn base(self, r: &Regs) -> u64 {
        r.gpr[self.0.ra as usize]
    }
    #[inline(always)]
    fn addend(self) -> u64 {
        self.0.signed().cast_unsigned()
    }
    #[inline(always)]
    fn ui(self) -> u64 {
        u64::from(self.0.imm)
    }
    #[inline(always)]
    fn sh(self) -> u32 {
        u32::from(self.0.near)
    }
    #[inline(always)]
    fn rotated(self, word: u64) -> u64 {
        u64::from(low(word).rotate_left(u32::from(self.0.near)))
    }
    #[inline(always)]
    fn word_mask(self) -> u64 {
        u64::from(self.0.imm)
    }
    #[inline(always)]
    fn sh6(self) -> u32 {
        u32::from(self.0.near)
    }
    #[inline(always)]
    fn left_mask(self) -> u64 {
        mask(self.0.imm, 63)
    }
    #[inline(always)]
    fn right_mask(self) -> u64 {
        mask(0, self.0.imm)
    }
    #[inline(always)]
    fn inner_mask(self) -> u64 {
        mask(self.0.imm, 63 - u32::from(self.0.near))
    }
    #[inline(always)]
    fn rc(self) -> bool {
        RC
    }
    #[inline(always)]
    fn oe(self) -> bool {
        false
    }
    #[inline(always)]
    fn is_wide(self, _: &Regs) -> bool {
        WIDE
    }
}
