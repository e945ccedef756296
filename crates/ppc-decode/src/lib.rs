//! The PowerPC instruction set as rows: decode, encode, disassemble, assemble.
//!
//! The tables in `table/` have one line per instruction, with the section of the manual that describes it; everything
//! else is derived from them. Opcode space depends on the CPU, so a [`Decoder`] is made for a set of facilities:
//!
//! ```
//! use ppc_decode::{Decoder, Fixed, Isa, Op, Undecoded};
//!
//! let decoder = Decoder::new(Isa::E500V2);
//! let insn = decoder.decode(0x3860_ffff).unwrap();
//! assert_eq!(insn.op, Op::Fixed(Fixed::Addi));
//! assert_eq!((insn.rt(), insn.ra(), insn.si()), (3, 0, -1));
//!
//! // `ld` on a 32-bit CPU; a word that our tables do not have yet.
//! assert_eq!(decoder.decode(0xe860_0000), Err(Undecoded::Illegal));
//! assert_eq!(decoder.decode(0x1000_0200), Err(Undecoded::Unknown));
//! ```
//!
//! Text is what GNU `objdump` prints, with and without extended mnemonics:
//!
//! ```
//! use ppc_decode::{Decoder, Isa, Style, disassemble};
//!
//! let insn = Decoder::new(Isa::E500V2).decode(0x3860_ffff).unwrap();
//! assert_eq!(disassemble(&insn, 0x1000, Style::Extended).to_string(), "li r3,-1");
//! assert_eq!(disassemble(&insn, 0x1000, Style::Raw).to_string(), "addi r3,0,-1");
//! ```
//!
//! Words are made by [`Row::encode`] and, shorter, by the functions of [`asm`]; both are `const`:
//!
//! ```
//! use ppc_decode::{Fixed, RC, asm};
//!
//! const ADD_RC: Result<u32, ppc_decode::EncodeError> = Fixed::Add.row().encode(&[3, 4, 5]);
//! assert_eq!(ADD_RC.map(|word| word | RC), Ok(0x7c64_2a15));
//! assert_eq!(asm::mfspr(3, 287), 0x7c7f_42a6);
//! ```
//!
//! [`assemble`] reads the text that GNU `as` reads, by the same rows, and says where it is wrong and what it expected:
//!
//! ```
//! use ppc_decode::{Isa, assemble};
//!
//! assert_eq!(assemble("li r3,-1", 0x1000, Isa::E500V2), Ok(0x3860_ffff));
//! assert_eq!(assemble("bdnz+ .-8", 0x1000, Isa::E500V2), Ok(0x4200_fff8));
//! let wrong = assemble("cmpwi cr1,r3,0x8000", 0x1000, Isa::E500V2).unwrap_err();
//! assert_eq!(wrong.to_string(), "column 14: expected -32768 to 32767, found 32768");
//! ```
//!
//! What instructions do is not here: that is `ppc-cpu`.

#![no_std]

mod altivec;
pub mod asm;
mod assemble;
mod branch_text;
mod decode;
mod disasm;
mod extended;
mod input_only;
mod insn;
mod isa;
mod lookup;
mod nearest;
mod op;
mod operand;
mod row;
mod spe;
mod spr_names;
mod table;
mod unit;
mod vsx;

pub use altivec::uses_vectors;
pub use assemble::{AsmError, Expected, assemble, assemble_with, is_symbol};
pub use decode::{Decoder, Undecoded};
pub use disasm::{Disassembly, Style, disassemble};
pub use insn::Insn;
pub use isa::Isa;
pub use nearest::nearest;
pub use op::{
    Atomic, Bits, Branch, Cache, Compare, Fixed, Float, LoadStore, Long, Mac, Op, Rotate, Storage, System,
    Tlb,
};
pub use operand::{Kind, Operand, names as operands};
pub use row::{AA, EncodeError, Encoding, LK, OE, Privilege, RC, Record, Row};
pub use unit::{Unit, unit};
