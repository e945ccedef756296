//! Operands: the fields of an instruction word that a programmer writes.
//!
//! Power ISA Book I 1.6.3 (instruction fields). One constant per field of the manual; rows list them in the order
//! in which the assembler takes them. The value of an operand is the one the programmer means: signed where the
//! field is signed, shifted where the field counts words, and with split fields put together.
//!
//! Registers and conditions by name are the printer's (`disasm`) and the reader's (`assemble`).

/// How an operand is written, and so how it is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A general purpose register.
    Gpr,
    /// A general purpose register, or the number 0 where the field is 0.
    GprOrZero,
    /// A floating-point register.
    Fpr,
    /// A number.
    Number,
    /// A displacement, followed by its base register in parentheses.
    Displacement,
    /// A branch target, as displacement from the instruction (from 0 if AA is set).
    Target,
    /// A field of the condition register.
    CrField,
    /// A bit of the condition register.
    CrBit,
}

/// Where the bits of an operand are in the word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    /// Adjacent bits: the last one's distance from bit 31, and the width.
    Run { shift: u32, width: u32 },
    /// Ten bits whose two halves are swapped: SPR, TBR, DCR (Power ISA Book I 3.3.17).
    Swapped,
    /// Six bits of shift: five at 16–20 and the highest at 30.
    Sh6,
    /// Six bits of mask limit: five at 21–25 and the highest at 26.
    Mb6,
    /// The sixteen bits of `addpcis`: d0 at 16–25, d1 at 11–15, d2 at 31.
    Dx,
    /// Five bits of count at 16–20, where 0 means 32.
    Count,
    /// Six bits of the negative displacement of `hashst`: five at 6–10 and the highest at 31.
    Hash,
}

/// One operand of an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Operand {
    /// Its name in the manual.
    pub name: &'static str,
    /// How it is written.
    pub kind: Kind,
    /// Whether it may be left out if it is 0.
    pub optional: bool,
    place: Place,
    signed: bool,
    /// The value is the field times two to the power of this.
    scale: u32,
}

/// Bits `first..=last` in the manual's order.
const fn run(name: &'static str, kind: Kind, first: u32, last: u32) -> Operand {
    let place = Place::Run {
        shift: 31 - last,
        width: last - first + 1,
    };
    Operand {
        name,
        kind,
        optional: false,
        place,
        signed: false,
        scale: 0,
    }
}

impl Operand {
    const fn signed(self) -> Operand {
        Operand { signed: true, ..self }
    }

    const fn scaled(self, scale: u32) -> Operand {
        Operand { scale, ..self }
    }

    const fn optional(self) -> Operand {
        Operand {
            optional: true,
            ..self
        }
    }

    const fn placed(self, place: Place) -> Operand {
        Operand { place, ..self }
    }

    /// The number of bits.
    #[must_use]
    pub const fn width(&self) -> u32 {
        match self.place {
            Place::Run { width, .. } => width,
            Place::Swapped => 10,
            Place::Sh6 | Place::Mb6 | Place::Hash => 6,
            Place::Dx => 16,
            Place::Count => 5,
        }
    }

    /// The bits of the word that belong to this operand.
    #[must_use]
    pub const fn mask(&self) -> u32 {
        self.place_field(u32::MAX)
    }

    /// The smallest and the largest value.
    #[must_use]
    pub const fn range(&self) -> (i64, i64) {
        let values = 1i64 << self.width();
        if let Place::Count = self.place {
            (1, values)
        } else if let Place::Hash = self.place {
            (-values << self.scale, -1 << self.scale)
        } else if self.signed {
            ((-values / 2) << self.scale, (values / 2 - 1) << self.scale)
        } else {
            (0, (values - 1) << self.scale)
        }
    }

    /// What every value is a multiple of.
    #[must_use]
    pub const fn step(&self) -> i64 {
        1 << self.scale
    }

    /// The operand's value in `word`.
    #[must_use]
    pub const fn get(&self, word: u32) -> i64 {
        let field = match self.place {
            Place::Run { shift, width } => (word >> shift) & (u32::MAX >> (32 - width)),
            Place::Swapped => crate::insn::swapped(word),
            Place::Sh6 => crate::insn::sh6(word),
            Place::Mb6 => crate::insn::mb6(word),
            Place::Dx => crate::insn::dx(word),
            Place::Count => crate::insn::nb(word),
            Place::Hash => return crate::insn::hash_d(word),
        } as i64;
        let unused = 64 - self.width();
        let value = if self.signed {
            (field << unused) >> unused
        } else {
            field
        };
        value << self.scale
    }

    /// The bits of the word that hold `value`, or `None` if it does not fit.
    #[must_use]
    pub const fn put(&self, value: i64) -> Option<u32> {
        let (min, max) = self.range();
        if value < min || value > max || value % self.step() != 0 {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the range was checked"
        )]
        let field = (value >> self.scale) as u32;
        Some(self.place_field(field))
    }

    /// Moves the low bits of `field` to their place.
    const fn place_field(&self, field: u32) -> u32 {
        match self.place {
            Place::Run { shift, width } => (field & (u32::MAX >> (32 - width))) << shift,
            Place::Swapped => ((field & 0x1f) << 16) | ((field & 0x3e0) << 6),
            Place::Sh6 => ((field & 0x1f) << 11) | ((field & 0x20) >> 4),
            Place::Mb6 => ((field & 0x1f) << 6) | (field & 0x20),
            Place::Dx => (field & 0xffc1) | ((field & 0x3e) << 15),
            Place::Count => (field & 0x1f) << 11,
            Place::Hash => ((field & 0x1f) << 21) | ((field & 0x20) >> 5),
        }
    }
}

/// Makes a constant of each operand, and documents it by its name.
macro_rules! operands {
    ($($(#[$doc:meta])* $name:ident = $operand:expr;)*) => {
        $(#[doc = concat!("Field `", stringify!($name), "`.")] $(#[doc = ""] #[$doc])*
        pub const $name: Operand = $operand;)*
    };
}

/// The operands by their names in the manuals.
#[rustfmt::skip]
pub mod names {
    use super::{Kind, Operand, Place, run};

    operands! {
        RT = run("RT", Kind::Gpr, 6, 10);
        RS = run("RS", Kind::Gpr, 6, 10);
        RA = run("RA", Kind::Gpr, 11, 15);
        /// RA, where 0 means the number 0 and not register 0.
        RA0 = run("RA", Kind::GprOrZero, 11, 15);
        RB = run("RB", Kind::Gpr, 16, 20);
        RC = run("RC", Kind::Gpr, 21, 25);
        SI = run("SI", Kind::Number, 16, 31).signed();
        UI = run("UI", Kind::Number, 16, 31);
        D = run("D", Kind::Displacement, 16, 31).signed();
        DS = run("DS", Kind::Displacement, 16, 29).signed().scaled(2);
        DX = run("D", Kind::Number, 16, 31).signed().placed(Place::Dx);
        LI = run("LI", Kind::Target, 6, 29).signed().scaled(2);
        BD = run("BD", Kind::Target, 16, 29).signed().scaled(2);
        BO = run("BO", Kind::Number, 6, 10);
        BI = run("BI", Kind::CrBit, 11, 15);
        BH = run("BH", Kind::Number, 19, 20).optional();
        BT = run("BT", Kind::CrBit, 6, 10);
        BA = run("BA", Kind::CrBit, 11, 15);
        BB = run("BB", Kind::CrBit, 16, 20);
        /// The condition bit of `isel`.
        BC = run("BC", Kind::CrBit, 21, 25);
        BF = run("BF", Kind::CrField, 6, 8);
        /// The field of BI, where the mnemonic says which bit of it.
        BIF = run("BI", Kind::CrField, 11, 13).optional();
        /// BF of the comparisons, which may be left out for CR0.
        BFO = run("BF", Kind::CrField, 6, 8).optional();
        BFA = run("BFA", Kind::CrField, 11, 13);
        /// L of the comparisons.
        L = run("L", Kind::Number, 10, 10);
        /// L of `mtmsr` and `mtmsrd`.
        MSR_L = run("L", Kind::Number, 15, 15).optional();
        /// L of `sync` and `dcbf`.
        L2 = run("L", Kind::Number, 9, 10).optional();
        /// WC of `wait`, in the place of L.
        WC = run("WC", Kind::Number, 9, 10).optional();
        TO = run("TO", Kind::Number, 6, 10);
        SH = run("SH", Kind::Number, 16, 20);
        MB = run("MB", Kind::Number, 21, 25);
        ME = run("ME", Kind::Number, 26, 30);
        SH6 = run("SH", Kind::Number, 16, 20).placed(Place::Sh6);
        MB6 = run("MB", Kind::Number, 21, 26).placed(Place::Mb6);
        /// ME of the 64-bit rotates, in the place of MB.
        ME6 = run("ME", Kind::Number, 21, 26).placed(Place::Mb6);
        SPR = run("SPR", Kind::Number, 11, 20).placed(Place::Swapped);
        TBR = run("TBR", Kind::Number, 11, 20).placed(Place::Swapped);
        DCR = run("DCR", Kind::Number, 11, 20).placed(Place::Swapped);
        FXM = run("FXM", Kind::Number, 12, 19);
        LEV = run("LEV", Kind::Number, 20, 26).optional();
        E = run("E", Kind::Number, 16, 16);
        TH = run("TH", Kind::Number, 6, 10).optional();
        /// The cache that `icbt` and the cache locking instructions are for.
        CT = run("CT", Kind::Number, 6, 10).optional();
        MO = run("MO", Kind::Number, 6, 10).optional();
        /// The hint of the `lwarx` family.
        EH = run("EH", Kind::Number, 31, 31).optional();
        /// CY of `addex`.
        CY = run("CY", Kind::Number, 21, 22);
        FRT = run("FRT", Kind::Fpr, 6, 10);
        FRS = run("FRS", Kind::Fpr, 6, 10);
        FRA = run("FRA", Kind::Fpr, 11, 15);
        FRB = run("FRB", Kind::Fpr, 16, 20);
        /// Displacement of `lq`, in bytes.
        DQ = run("DQ", Kind::Displacement, 16, 27).signed().scaled(4);
        /// Bytes of `lswi` and `stswi`; 0 in the field means 32.
        NB = run("NB", Kind::Number, 16, 20).placed(Place::Count);
        /// Function code of the atomic memory operations.
        FC = run("FC", Kind::Number, 16, 20);
        /// Displacement of `hashst` and its kin, from -512 to -8.
        HASH_D = run("D", Kind::Displacement, 6, 11).scaled(3).placed(Place::Hash);
        /// LEV of `scv`.
        LEVN = run("LEV", Kind::Number, 20, 26);
        /// RA of `dccci`, `iccci` and `tlbre`, which may be left out.
        RAO = run("RA", Kind::Gpr, 11, 15).optional();
        /// RB of `dccci` and `iccci`.
        RBO = run("RB", Kind::Gpr, 16, 20).optional();
        /// RS of `tlbiel` and `tlbwe`, which may be left out.
        RSO = run("RS", Kind::Gpr, 6, 10).optional();
        /// TH of the touches by external process ID, which GNU writes as a register.
        THR = run("TH", Kind::Gpr, 6, 10);
        /// Number of a performance monitor or thread register.
        PMRN = run("PMRN", Kind::Number, 11, 20).placed(Place::Swapped);
        /// L of `darn`.
        RANDOM_L = run("L", Kind::Number, 14, 15);
        /// Entry of the branch history buffer.
        BHRBE = run("BHRBE", Kind::Number, 11, 20);
        /// S of `rfebb`.
        EBB_S = run("S", Kind::Number, 20, 20);
        /// OC of `ehpriv`.
        OC = run("OC", Kind::Number, 6, 20).optional();
        DUI = run("DUI", Kind::Number, 6, 10);
        DUIS = run("DUIS", Kind::Number, 11, 20);
        DCTL = run("DCTL", Kind::Number, 11, 15);
        RIC = run("RIC", Kind::Number, 12, 13).optional();
        PRS = run("PRS", Kind::Number, 14, 14).optional();
        /// R of `tlbie`: which of the two page tables.
        TLB_R = run("R", Kind::Number, 15, 15).optional();
        /// L of the older `tlbie`: a large page.
        TLB_L = run("L", Kind::Number, 10, 10).optional();
        /// T of `tlbilx`.
        TLB_T = run("T", Kind::Number, 9, 10);
        /// The word of a TLB entry.
        WS = run("WS", Kind::Number, 16, 20).optional();
        /// RT of `tlbsx` and `tlbre`, which may be left out.
        RTO = run("RT", Kind::Gpr, 6, 10).optional();
        IH = run("IH", Kind::Number, 8, 10).optional();
        /// L of `slbmfev` and `slbmfee`.
        SLB_L = run("L", Kind::Number, 15, 15).optional();
        /// A segment register.
        SR = run("SR", Kind::Number, 12, 15);
        /// PL of `wait`.
        PL = run("PL", Kind::Number, 14, 15).optional();
        /// SC of `sync`.
        SC = run("SC", Kind::Number, 14, 15).optional();
        /// L of `sync` and `dcbf` since version 3.1.
        L3 = run("L", Kind::Number, 8, 10).optional();
    }
}
