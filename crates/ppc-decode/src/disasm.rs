//! Disassembly: an instruction as the text that GNU objdump prints.
//!
//! The syntax is that of the PowerPC assembler language of Power ISA Book I 1.6 and appendix C; names of registers
//! follow GNU (`r3`, `cr1`, `4*cr1+eq`). No memory is allocated.
//!
//! Reading text is `assemble`.

use core::fmt;

use crate::extended::{self, Shown};
use crate::operand::names::{RS, RT};
use crate::{Insn, Isa, Kind, Op, Operand, System, branch_text, spr_names};

/// How mnemonics are chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// The instruction's own mnemonic and all of its operands, as `objdump -Mraw`.
    Raw,
    /// Extended mnemonics, and no optional operands that are 0, as `objdump`.
    Extended,
}

/// An instruction as text, by its [`Display`](fmt::Display). Made by [`disassemble`].
#[derive(Clone, Copy, Debug)]
pub struct Disassembly {
    insn: Insn,
    cia: u64,
    style: Style,
    isa: Isa,
}

/// The text of `insn` at address `cia`, for any CPU; with [`Disassembly::on`] for a certain one.
#[must_use]
pub fn disassemble(insn: &Insn, cia: u64, style: Style) -> Disassembly {
    Disassembly {
        insn: *insn,
        cia,
        style,
        isa: Isa::all(),
    }
}

impl Disassembly {
    /// The text as `objdump` prints it for a CPU with these facilities: they decide about names of registers, the
    /// form of branch hints, whether addresses have 32 bits, and here and there about a mnemonic.
    #[must_use]
    pub const fn on(self, isa: Isa) -> Disassembly {
        Disassembly {
            insn: self.insn,
            cia: self.cia,
            style: self.style,
            isa,
        }
    }

    /// Where a branch goes if the displacement is `value`.
    fn target(&self, value: i64) -> u64 {
        let is_absolute = self.insn.aa();
        let target = if is_absolute {
            value.cast_unsigned()
        } else {
            self.cia.wrapping_add_signed(value)
        };
        if self.isa.contains(Isa::PPC64) {
            target
        } else {
            target & 0xffff_ffff
        }
    }

    /// `mfspr` and `mtspr` of a register that has a name.
    fn write_spr(&self, f: &mut fmt::Formatter<'_>) -> Option<fmt::Result> {
        let word = self.insn.word;
        match self.insn.op {
            Op::System(System::Mfspr) => {
                let row = spr_names::find(self.insn.spr(), false, self.isa)?;
                let rt = RT.get(word);
                Some(match row.index {
                    None => write!(f, "mf{} r{rt}", row.name),
                    Some(index) => write!(f, "mf{} r{rt},{index}", row.name),
                })
            }
            Op::System(System::Mtspr) => {
                let row = spr_names::find(self.insn.spr(), true, self.isa)?;
                let rs = RS.get(word);
                Some(match row.index {
                    None => write!(f, "mt{} r{rs}", row.name),
                    Some(index) => write!(f, "mt{} {index},r{rs}", row.name),
                })
            }
            _ => None,
        }
    }

    /// A mnemonic and operands; `shown` gives an operand and its value.
    fn write_row<I>(&self, f: &mut fmt::Formatter<'_>, mnemonic: &str, shown: I) -> fmt::Result
    where
        I: Iterator<Item = (Operand, i64)> + Clone,
    {
        let suffix = self.insn.op.row().record.suffix(self.insn.word);
        write!(f, "{mnemonic}{suffix}")?;
        let mut separator = " ";
        let mut rest = shown;
        while let Some((operand, value)) = rest.next() {
            // An optional operand is left out if it and all optional ones after it are 0.
            let is_default = operand.optional
                && value == 0
                && rest.clone().all(|(later, value)| !later.optional || value == 0);
            if self.style == Style::Extended && is_default {
                continue;
            }
            if operand.kind == Kind::Target {
                write!(f, "{separator}{:#x}", self.target(value))?;
            } else {
                write_operand(f, separator, operand, value)?;
            }
            separator = ",";
            if operand.kind == Kind::Displacement
                && let Some((base, value)) = rest.next()
            {
                write_operand(f, "(", base, value)?;
                f.write_str(")")?;
            }
        }
        Ok(())
    }
}

/// One operand and what separates it from the one before.
pub(crate) fn write_operand(
    f: &mut fmt::Formatter<'_>,
    separator: &str,
    operand: Operand,
    value: i64,
) -> fmt::Result {
    f.write_str(separator)?;
    match operand.kind {
        Kind::Gpr => write!(f, "r{value}"),
        Kind::Fpr => write!(f, "f{value}"),
        Kind::GprOrZero if value == 0 => f.write_str("0"),
        Kind::GprOrZero => write!(f, "r{value}"),
        Kind::Number | Kind::Displacement => write!(f, "{value}"),
        Kind::Target => write!(f, "{value:#x}"),
        Kind::CrField => write!(f, "cr{value}"),
        Kind::CrBit => {
            let bit = match value & 3 {
                0 => "lt",
                1 => "gt",
                2 => "eq",
                _ => "so",
            };
            if value >= 4 {
                write!(f, "4*cr{}+{bit}", value / 4)
            } else {
                f.write_str(bit)
            }
        }
    }
}

impl fmt::Display for Disassembly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Disassembly { insn, isa, .. } = *self;
        let word = insn.word;
        let row = insn.op.row();
        let show = |shown: &Shown| (shown.operand(), shown.value(word));
        if self.style == Style::Extended {
            if let Some(branch) = branch_text::find(&insn, isa) {
                let target = row.operands.iter().find(|operand| operand.kind == Kind::Target);
                return branch.write(f, &insn, target.map(|operand| self.target(operand.get(word))));
            }
            if let Some(done) = self.write_spr(f) {
                return done;
            }
            if let Some(extended) = extended::find(&insn, isa) {
                return self.write_row(f, extended.mnemonic, extended.operands.iter().map(show));
            }
        }
        if let Some(spelling) = extended::spelling(&insn, isa) {
            return self.write_row(f, spelling.mnemonic, spelling.operands.iter().map(show));
        }
        self.write_row(
            f,
            row.mnemonic,
            row.operands.iter().map(|operand| (*operand, operand.get(word))),
        )
    }
}
