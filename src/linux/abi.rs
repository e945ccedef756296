//! How a program and the kernel talk: width and order of words, arguments of a system call, layouts of structures.
//!
//! System V ABI, PowerPC supplement (32-bit) and the 64-bit PowerPC ELF ABIs; the system call convention is that of
//! the kernel's `Documentation/powerpc/syscall64-abi.rst`.

use crate::image::{Class, Image};

/// Width and byte order of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abi {
    /// Whether a `long` has 64 bits.
    pub is_64bit: bool,
    /// Whether it is little-endian.
    pub is_little_endian: bool,
}

impl Abi {
    /// That of an image.
    pub fn of(image: &Image) -> Self {
        Self {
            is_64bit: image.class == Some(Class::Elf64),
            is_little_endian: image.is_little_endian,
        }
    }

    /// Bytes of a `long` and of a pointer.
    pub fn word(self) -> usize {
        if self.is_64bit { 8 } else { 4 }
    }

    /// The low `width` bytes of a number, in the program's order.
    pub fn bytes(self, value: u64, width: usize) -> Vec<u8> {
        let mut bytes = value.to_le_bytes()[..width.min(8)].to_vec();
        if !self.is_little_endian {
            bytes.reverse();
        }
        bytes
    }

    /// The number in up to eight bytes.
    pub fn number(self, bytes: &[u8]) -> u64 {
        let digit = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        if self.is_little_endian {
            bytes.iter().rev().fold(0, digit)
        } else {
            bytes.iter().fold(0, digit)
        }
    }

    /// A register's value as an `unsigned long`.
    pub fn unsigned(self, register: u64) -> u64 {
        if self.is_64bit {
            register
        } else {
            register & 0xffff_ffff
        }
    }

    /// A register's value as a `long`.
    pub fn signed(self, register: u64) -> i64 {
        if self.is_64bit {
            register.cast_signed()
        } else {
            i64::from(int(register))
        }
    }
}

/// The low 32 bits as an `int`.
#[allow(
    clippy::cast_possible_truncation,
    reason = "an int is the low word of its register"
)]
fn int(register: u64) -> i32 {
    (register as u32).cast_signed()
}

/// Arguments of a system call: r3 to r8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Args {
    /// The registers as they stand.
    pub registers: [u64; 6],
    /// Whose they are.
    pub abi: Abi,
}

impl Args {
    /// Argument `n` as an `unsigned long` or pointer.
    pub fn word(&self, n: usize) -> u64 {
        self.abi.unsigned(self.registers[n])
    }

    /// Argument `n` as a `long`.
    pub fn long(&self, n: usize) -> i64 {
        self.abi.signed(self.registers[n])
    }

    /// Argument `n` as an `int`.
    pub fn int(&self, n: usize) -> i32 {
        int(self.registers[n])
    }

    /// The 64-bit argument in position `n`. In a 32-bit program it takes an aligned pair of registers, an odd-numbered
    /// one (r3, r5, r7) first.
    pub fn wide(&self, n: usize) -> u64 {
        if self.abi.is_64bit {
            return self.registers[n];
        }
        let first = n.next_multiple_of(2);
        let (a, b) = (self.word(first), self.word(first + 1));
        if self.abi.is_little_endian {
            b << 32 | a
        } else {
            a << 32 | b
        }
    }
}

/// A structure of the kernel's: its size, and for every field that is not always zero its offset and width.
#[derive(Debug)]
pub struct Layout<F: 'static> {
    /// Bytes of the structure.
    pub size: usize,
    /// Field, offset, width.
    pub fields: &'static [(F, usize, usize)],
}

impl<F: Copy> Layout<F> {
    /// The bytes of it, with the values that `value` gives to the fields.
    pub fn encode(&self, abi: Abi, value: impl Fn(F) -> u64) -> Vec<u8> {
        let mut bytes = vec![0; self.size];
        for (field, offset, width) in self.fields {
            let value = abi.bytes(value(*field), *width);
            bytes[*offset..*offset + *width].copy_from_slice(&value);
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PPC32: Abi = Abi {
        is_64bit: false,
        is_little_endian: false,
    };

    #[test]
    fn a_64_bit_argument_of_a_32_bit_program_is_in_an_aligned_pair() {
        let args = Args {
            registers: [1, 2, 3, 4, 0xffff_ffff_0000_0005, 6],
            abi: PPC32,
        };
        assert_eq!(args.wide(2), 3 << 32 | 4);
        assert_eq!(args.wide(3), 5 << 32 | 6, "r6 is skipped");
        let abi = Abi {
            is_64bit: true,
            ..PPC32
        };
        assert_eq!(Args { abi, ..args }.wide(3), 4);
    }

    #[test]
    fn words_are_cut_to_the_width_of_the_program() {
        let args = Args {
            registers: [0xffff_ffff_ffff_fff0; 6],
            abi: PPC32,
        };
        assert_eq!((args.word(0), args.long(0), args.int(0)), (0xffff_fff0, -16, -16));
    }

    #[test]
    fn numbers_come_back_from_their_bytes_in_both_orders() {
        for is_little_endian in [false, true] {
            let abi = Abi {
                is_little_endian,
                ..PPC32
            };
            for width in [1, 2, 4, 8] {
                let value = 0x0123_4567_89ab_cdef & u64::MAX >> (64 - 8 * width);
                assert_eq!(abi.number(&abi.bytes(value, width)), value);
            }
        }
        assert_eq!(PPC32.bytes(1, 4), [0, 0, 0, 1]);
    }
}
