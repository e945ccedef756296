//! A decoded instruction: its word and which instruction it is.
//!
//! Power ISA Book I 1.6.3 (instruction fields). The accessors take bits out of the word and nothing else; whether a
//! field means something for this instruction is known from its row ([`Op::row`]).

use crate::Op;

/// A decoded instruction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Insn {
    /// The instruction word, with the first byte in the highest bits whatever the byte order of memory.
    pub word: u32,
    /// Which instruction it is. Record, overflow, link and absolute forms are bits of the word.
    pub op: Op,
}

const _: () = assert!(
    size_of::<Insn>() == 8,
    "blocks of decoded instructions rely on the size"
);

/// The ten bits of SPR, TBR and DCR, whose halves are swapped in the word.
pub(crate) const fn swapped(word: u32) -> u32 {
    ((word >> 16) & 0x1f) | ((word >> 6) & 0x3e0)
}

/// The six bits of a 64-bit shift.
pub(crate) const fn sh6(word: u32) -> u32 {
    ((word >> 11) & 0x1f) | ((word << 4) & 0x20)
}

/// The six bits of a 64-bit mask limit.
pub(crate) const fn mb6(word: u32) -> u32 {
    ((word >> 6) & 0x1f) | (word & 0x20)
}

/// The sixteen bits of the immediate of `addpcis`.
pub(crate) const fn dx(word: u32) -> u32 {
    (word & 0xffc1) | ((word >> 15) & 0x3e)
}

/// The number of bytes of `lswi` and `stswi`.
pub(crate) const fn nb(word: u32) -> u32 {
    match (word >> 11) & 0x1f {
        0 => 32,
        count => count,
    }
}

/// The displacement of `hashst` and its kin, in bytes.
pub(crate) const fn hash_d(word: u32) -> i64 {
    let field = ((word >> 21) & 0x1f) | ((word & 1) << 5);
    (field as i64 - 64) * 8
}

/// The low `bits` of `value`, sign-extended.
const fn sign_extend(value: u32, bits: u32) -> i64 {
    ((value << (32 - bits)).cast_signed() >> (32 - bits)) as i64
}

/// Fields of the word, by their names in the manual.
macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident: $first:literal..=$last:literal as $as:ty;)*) => {
        impl Insn {
            $($(#[$doc])* #[must_use] #[inline] pub const fn $name(self) -> $as {
                ((self.word >> (31 - $last)) & (u32::MAX >> (31 - ($last - $first)))) as $as
            })*
        }
    };
}

fields! {
    /// Target register RT.
    rt: 6..=10 as usize;
    /// Source register RS.
    rs: 6..=10 as usize;
    /// Register RA. Whether 0 means the number 0 is a matter of the instruction.
    ra: 11..=15 as usize;
    /// Register RB.
    rb: 16..=20 as usize;
    /// Register RC of the three-operand multiplications.
    rc_reg: 21..=25 as usize;
    /// Zero-extended immediate UI.
    ui: 16..=31 as u64;
    /// Branch options BO.
    bo: 6..=10 as u32;
    /// Condition register bit BI, 0 to 31.
    bi: 11..=15 as u32;
    /// Branch hint BH.
    bh: 19..=20 as u32;
    /// Condition register bit BT.
    bt: 6..=10 as u32;
    /// Condition register bit BA.
    ba: 11..=15 as u32;
    /// Condition register bit BB.
    bb: 16..=20 as u32;
    /// Condition register bit BC of `isel`.
    bc: 21..=25 as u32;
    /// Condition register field BF.
    bf: 6..=8 as u32;
    /// Condition register field BFA.
    bfa: 11..=13 as u32;
    /// L of the comparisons: 0 compares words, 1 doublewords.
    l: 10..=10 as u32;
    /// L of `mtmsr` and `mtmsrd`. Only 64-bit servers have it; elsewhere the bit is reserved.
    l_msr: 15..=15 as u32;
    /// L of `sync` and `dcbf`, WC of `wait`.
    l2: 9..=10 as u32;
    /// Trap conditions TO.
    to: 6..=10 as u32;
    /// Shift SH of 32-bit rotates and shifts.
    sh: 16..=20 as u32;
    /// Mask begin MB of 32-bit rotates.
    mb: 21..=25 as u32;
    /// Mask end ME of 32-bit rotates.
    me: 26..=30 as u32;
    /// Field mask FXM of `mtcrf`.
    fxm: 12..=19 as u32;
    /// Level LEV of `sc`.
    lev: 20..=26 as u32;
    /// Cache target CT, or touch hint TH.
    ct: 6..=10 as u32;
    /// Memory ordering MO of `mbar`.
    mo: 6..=10 as u32;
    /// CY of `addex`.
    cy: 21..=22 as u32;
    /// Floating-point target register FRT, or source FRS.
    frt: 6..=10 as usize;
    /// Floating-point register FRA.
    fra: 11..=15 as usize;
    /// Floating-point register FRB.
    frb: 16..=20 as usize;
    /// Function code FC of the atomic memory operations.
    fc: 16..=20 as u32;
    /// L of `darn`.
    l_random: 14..=15 as u32;
    /// S of `rfebb`.
    s_ebb: 20..=20 as u32;
    /// Segment register SR.
    sr: 12..=15 as usize;
}

impl Insn {
    /// Sign-extended immediate SI.
    #[must_use]
    #[inline]
    pub const fn si(self) -> i64 {
        sign_extend(self.word, 16)
    }

    /// Sign-extended displacement D.
    #[must_use]
    #[inline]
    pub const fn d(self) -> i64 {
        sign_extend(self.word, 16)
    }

    /// Sign-extended displacement DS in bytes.
    #[must_use]
    #[inline]
    pub const fn ds(self) -> i64 {
        sign_extend(self.word & 0xfffc, 16)
    }

    /// Sign-extended displacement DQ in bytes.
    #[must_use]
    #[inline]
    pub const fn dq(self) -> i64 {
        sign_extend(self.word & 0xfff0, 16)
    }

    /// Number of bytes NB of the string instructions, 1 to 32.
    #[must_use]
    #[inline]
    pub const fn nb(self) -> u32 {
        nb(self.word)
    }

    /// Displacement of `hashst` and its kin in bytes.
    #[must_use]
    #[inline]
    pub const fn hash_d(self) -> i64 {
        hash_d(self.word)
    }

    /// Sign-extended immediate D of `addpcis`, not yet shifted.
    #[must_use]
    #[inline]
    pub const fn dx(self) -> i64 {
        sign_extend(dx(self.word), 16)
    }

    /// Sign-extended branch displacement LI in bytes.
    #[must_use]
    #[inline]
    pub const fn li(self) -> i64 {
        sign_extend(self.word & 0x03ff_fffc, 26)
    }

    /// Sign-extended branch displacement BD in bytes.
    #[must_use]
    #[inline]
    pub const fn bd(self) -> i64 {
        sign_extend(self.word & 0xfffc, 16)
    }

    /// Whether the target of a branch is absolute.
    #[must_use]
    #[inline]
    pub const fn aa(self) -> bool {
        self.word & crate::AA != 0
    }

    /// Whether a branch sets LR.
    #[must_use]
    #[inline]
    pub const fn lk(self) -> bool {
        self.word & crate::LK != 0
    }

    /// Whether the instruction sets CR0 (CR1 for floating point).
    #[must_use]
    #[inline]
    pub const fn rc(self) -> bool {
        self.word & crate::RC != 0
    }

    /// Whether the instruction sets XER\[OV\] and XER\[SO\].
    #[must_use]
    #[inline]
    pub const fn oe(self) -> bool {
        self.word & crate::OE != 0
    }

    /// Shift SH of 64-bit rotates and shifts.
    #[must_use]
    #[inline]
    pub const fn sh6(self) -> u32 {
        sh6(self.word)
    }

    /// Mask limit MB or ME of 64-bit rotates.
    #[must_use]
    #[inline]
    pub const fn mb6(self) -> u32 {
        mb6(self.word)
    }

    /// Number of the special purpose register, 0 to 1023, its halves swapped back.
    #[must_use]
    #[inline]
    pub const fn spr(self) -> u16 {
        #[expect(clippy::cast_possible_truncation, reason = "ten bits")]
        let number = swapped(self.word) as u16;
        number
    }

    /// Number of the time base register of `mftb`, 0 to 1023.
    #[must_use]
    #[inline]
    pub const fn tbr(self) -> u16 {
        self.spr()
    }

    /// Number of the device control register, 0 to 1023.
    #[must_use]
    #[inline]
    pub const fn dcr(self) -> u16 {
        self.spr()
    }

    /// Number of the performance monitor register, 0 to 1023.
    #[must_use]
    #[inline]
    pub const fn pmr(self) -> u16 {
        self.spr()
    }

    /// The bit that `wrteei` writes to MSR\[EE\].
    #[must_use]
    #[inline]
    pub const fn e(self) -> bool {
        self.word & 0x8000 != 0
    }

    /// The hint of the `lwarx` family: set if the lock will be held on success.
    #[must_use]
    #[inline]
    pub const fn eh(self) -> bool {
        self.word & 1 != 0
    }
}
