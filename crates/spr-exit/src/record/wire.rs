//! Numbers and checksums of the format.

use super::Damage;
use alloc::vec::Vec;

/// CRC-16 with the polynomial of CCITT, the highest bit first. It finds every change that lies within 16 bits.
const CRC: [u16; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        #[allow(clippy::cast_possible_truncation, reason = "an index of 256 entries")]
        let mut crc = (at as u16) << 8;
        let mut bit = 0;
        while bit < 8 {
            crc = crc << 1 ^ if crc >> 15 == 0 { 0 } else { 0x1021 };
            bit += 1;
        }
        table[at] = crc;
        at += 1;
    }
    table
};

/// The checksum of what `crc` is of and of `bytes` behind it.
pub(super) fn crc(crc: u16, bytes: &[u8]) -> u16 {
    bytes.iter().fold(crc, |crc, byte| {
        crc << 8 ^ CRC[usize::from(crc.to_be_bytes()[0] ^ byte)]
    })
}

/// Appends a number, seven bits a byte, the lowest first.
pub(super) fn put_number(to: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        to.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    to.push(number.to_le_bytes()[0]);
}

/// Appends how far `number` is from `from`.
pub(super) fn put_difference(to: &mut Vec<u8>, number: u64, from: u64) {
    let difference = number.wrapping_sub(from).cast_signed();
    put_number(to, (difference << 1 ^ difference >> 63).cast_unsigned());
}

/// Appends bytes, their number in front.
pub(super) fn put_bytes(to: &mut Vec<u8>, bytes: &[u8]) {
    put_number(to, bytes.len() as u64);
    to.extend_from_slice(bytes);
}

/// What is left of a frame.
pub(super) struct Unread<'a>(pub(super) &'a [u8]);

impl<'a> Unread<'a> {
    pub(super) fn byte(&mut self) -> Result<u8, Damage> {
        let (first, rest) = self.0.split_first().ok_or(Damage::Form)?;
        self.0 = rest;
        Ok(*first)
    }

    pub(super) fn number(&mut self) -> Result<u64, Damage> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                return Err(Damage::Form);
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Damage::Form)
    }

    /// A number of a narrower type.
    pub(super) fn narrow<T: TryFrom<u64>>(&mut self) -> Result<T, Damage> {
        T::try_from(self.number()?).map_err(|_| Damage::Form)
    }

    /// A number that was written as its distance from `from`.
    pub(super) fn difference(&mut self, from: u64) -> Result<u64, Damage> {
        let folded = self.number()?;
        Ok(from.wrapping_add(folded >> 1 ^ (folded & 1).wrapping_neg()))
    }

    pub(super) fn bytes(&mut self) -> Result<&'a [u8], Damage> {
        let len = self.narrow()?;
        let (bytes, rest) = self.0.split_at_checked(len).ok_or(Damage::Form)?;
        self.0 = rest;
        Ok(bytes)
    }
}
