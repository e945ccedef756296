//! Rows: everything that is known about one instruction.
//!
//! Power ISA Book I 1.6 (instruction formats) gives the encodings. A row says which bits of the word are fixed,
//! which operands there are, which of Rc, OE, AA and LK it takes, which facilities it needs and who may execute it.
//! Bits that are none of these are reserved, so that they need no column.
//!
//! Semantics and timing are not here.

use core::fmt;

use crate::{Isa, Operand};

/// Rc: set CR0. Added to an encoded word.
pub const RC: u32 = 1;
/// OE: set XER\[OV\].
pub const OE: u32 = 1 << 10;
/// LK: set LR.
pub const LK: u32 = 1;
/// AA: the target is absolute.
pub const AA: u32 = 1 << 1;

/// The bits that choose a form of the instruction without being operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Record {
    /// None.
    None,
    /// Rc (mnemonic with `.`).
    Rc,
    /// OE and Rc (mnemonic with `o`, `.`, `o.`).
    OeRc,
    /// LK (mnemonic with `l`).
    Lk,
    /// AA and LK (mnemonic with `l`, `a`, `la`).
    AaLk,
}

impl Record {
    /// The bits of the word.
    #[must_use]
    pub const fn mask(self) -> u32 {
        match self {
            Record::None => 0,
            Record::Rc => RC,
            Record::OeRc => OE | RC,
            Record::Lk => LK,
            Record::AaLk => AA | LK,
        }
    }

    /// What the bits that are set in `word` add to the mnemonic.
    #[must_use]
    pub const fn suffix(self, word: u32) -> &'static str {
        match (self, word & self.mask()) {
            (Record::Rc | Record::OeRc, RC) => ".",
            (Record::OeRc, OE) => "o",
            (Record::OeRc, _) if word & self.mask() != 0 => "o.",
            (Record::Lk | Record::AaLk, LK) => "l",
            (Record::AaLk, AA) => "a",
            (Record::AaLk, _) if word & self.mask() != 0 => "la",
            _ => "",
        }
    }

    /// The bits for which [`Record::suffix`] gives `suffix`, if there are any.
    #[must_use]
    pub fn bits(self, suffix: &str) -> Option<u32> {
        // Every subset of the mask.
        let mut bits = 0u32;
        loop {
            if self.suffix(bits) == suffix {
                return Some(bits);
            }
            bits = bits.wrapping_sub(self.mask()) & self.mask();
            if bits == 0 {
                return None;
            }
        }
    }
}

/// Who may execute an instruction. Accesses to special purpose registers have their own gates.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Privilege {
    /// Everyone.
    User,
    /// Privileged software: MSR\[PR\] = 0.
    Supervisor,
    /// The hypervisor, where there is one.
    Hypervisor,
}

/// The fixed bits of an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Encoding {
    /// The values of the fixed bits.
    pub value: u32,
    /// Which bits are fixed.
    pub mask: u32,
}

impl Encoding {
    /// Bits `first..=last` of the word are `value` too.
    #[must_use]
    pub const fn with(self, first: u32, last: u32, value: u32) -> Encoding {
        let mask = (u32::MAX >> (31 - (last - first))) << (31 - last);
        assert!(self.mask & mask == 0, "the bits are fixed already");
        assert!(
            (value << (31 - last)) & !mask == 0,
            "the value is wider than its field"
        );
        Encoding {
            value: self.value | (value << (31 - last)),
            mask: self.mask | mask,
        }
    }
}

/// Encodings by the manual's names of the formats.
pub(crate) mod format {
    use super::Encoding;

    /// Primary opcode only: B, D and I format.
    pub(crate) const fn d(primary: u32) -> Encoding {
        Encoding { value: 0, mask: 0 }.with(0, 5, primary)
    }

    /// DS format.
    pub(crate) const fn ds(primary: u32, extended: u32) -> Encoding {
        d(primary).with(30, 31, extended)
    }

    /// SC format.
    pub(crate) const fn sc(primary: u32) -> Encoding {
        d(primary).with(30, 30, 1)
    }

    /// X, XL and XFX format.
    pub(crate) const fn x(primary: u32, extended: u32) -> Encoding {
        d(primary).with(21, 30, extended)
    }

    /// X format with bit 31 set: the instruction always records.
    pub(crate) const fn x_dot(primary: u32, extended: u32) -> Encoding {
        x(primary, extended).with(31, 31, 1)
    }

    /// XO format.
    pub(crate) const fn xo(primary: u32, extended: u32) -> Encoding {
        d(primary).with(22, 30, extended)
    }

    /// XS format.
    pub(crate) const fn xs(primary: u32, extended: u32) -> Encoding {
        d(primary).with(21, 29, extended)
    }

    /// Z23 format.
    pub(crate) const fn z23(primary: u32, extended: u32) -> Encoding {
        d(primary).with(23, 30, extended)
    }

    /// A and DX format.
    pub(crate) const fn a(primary: u32, extended: u32) -> Encoding {
        d(primary).with(26, 30, extended)
    }

    /// VA format.
    pub(crate) const fn va(primary: u32, extended: u32) -> Encoding {
        d(primary).with(26, 31, extended)
    }

    /// MD format.
    pub(crate) const fn md(primary: u32, extended: u32) -> Encoding {
        d(primary).with(27, 29, extended)
    }

    /// MDS format.
    pub(crate) const fn mds(primary: u32, extended: u32) -> Encoding {
        d(primary).with(27, 30, extended)
    }
}

/// One instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Row {
    /// Its name, without what Rc, OE, AA and LK add.
    pub mnemonic: &'static str,
    /// The fixed bits.
    pub encoding: Encoding,
    /// The operands as the assembler takes them.
    pub operands: &'static [Operand],
    /// Which of Rc, OE, AA and LK it has.
    pub record: Record,
    /// The facilities it needs, all of them.
    pub isa: Isa,
    /// Who may execute it.
    pub privilege: Privilege,
    /// Where it is described. `I`, `II`, `III` are the Books of Power ISA 3.0B, others are named.
    pub manual: &'static str,
}

/// Why operands do not make an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EncodeError {
    /// There are too many or too few of them.
    Count {
        /// How many the instruction has.
        expected: usize,
        /// How many were given.
        given: usize,
    },
    /// A value does not fit its field.
    Value {
        /// The operand's name in the manual.
        operand: &'static str,
        /// The value that was given.
        value: i64,
        /// The smallest that fits.
        min: i64,
        /// The largest that fits.
        max: i64,
        /// What it has to be a multiple of.
        step: i64,
    },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            EncodeError::Count { expected, given } => {
                write!(f, "{given} operands given, {expected} expected")
            }
            EncodeError::Value {
                operand,
                value,
                min,
                max,
                step: 1,
            } => {
                write!(f, "{operand} is {value}, which is not in {min}..={max}")
            }
            EncodeError::Value {
                operand,
                value,
                min,
                max,
                step,
            } => {
                write!(
                    f,
                    "{operand} is {value}, which is not a multiple of {step} in {min}..={max}"
                )
            }
        }
    }
}

impl core::error::Error for EncodeError {}

impl Row {
    /// Whether the fixed bits of `word` are this instruction's.
    #[must_use]
    pub const fn matches(&self, word: u32) -> bool {
        word & self.encoding.mask == self.encoding.value
    }

    /// The bits of the operands.
    #[must_use]
    pub const fn operand_bits(&self) -> u32 {
        let mut bits = 0;
        let mut i = 0;
        while i < self.operands.len() {
            bits |= self.operands[i].mask();
            i += 1;
        }
        bits
    }

    /// The bits that mean nothing: software writes 0, and the processor ignores them (Power ISA Book I 1.3.3).
    #[must_use]
    pub const fn reserved(&self) -> u32 {
        !(self.encoding.mask | self.operand_bits() | self.record.mask())
    }

    /// The word with these operands, and with Rc, OE, AA, LK and reserved bits 0. Set [`RC`], [`OE`], [`AA`] or
    /// [`LK`] in it for the other forms.
    ///
    /// # Errors
    ///
    /// If the number of operands is wrong or a value does not fit.
    pub const fn encode(&self, operands: &[i64]) -> Result<u32, EncodeError> {
        if operands.len() != self.operands.len() {
            return Err(EncodeError::Count {
                expected: self.operands.len(),
                given: operands.len(),
            });
        }
        let mut word = self.encoding.value;
        let mut i = 0;
        while i < operands.len() {
            let (operand, value) = (&self.operands[i], operands[i]);
            match operand.put(value) {
                Some(bits) => word |= bits,
                None => {
                    let (min, max) = operand.range();
                    let step = operand.step();
                    return Err(EncodeError::Value {
                        operand: operand.name,
                        value,
                        min,
                        max,
                        step,
                    });
                }
            }
            i += 1;
        }
        Ok(word)
    }
}
