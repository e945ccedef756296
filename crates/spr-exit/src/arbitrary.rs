//! `Arbitrary` for fuzzers (feature `arbitrary`): well-formed values of any kind, from the fuzzer's bytes.
//!
//! ```
//! use arbitrary::{Arbitrary, Unstructured};
//! use spr_exit::{Outcome, SprAccess, answer};
//!
//! let mut bytes = Unstructured::new(&[3, 141, 59, 26, 53, 58, 97, 93]);
//! let at = SprAccess::arbitrary(&mut bytes)?;
//! assert_eq!(answer(&mut (), &at), Outcome::NotMine);
//! # Ok::<(), arbitrary::Error>(())
//! ```

use crate::{
    DcrAccess, Exit, Fault, InterruptKind, MmioAccess, Msr, Reason, Reply, ResetKind, SprAccess, SprNum,
    SystemEvent, num,
};
use arbitrary::{Arbitrary, Result, Unstructured};

/// Any number; every second one has a name in some family.
impl<'a> Arbitrary<'a> for SprNum {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        if bytes.arbitrary()? {
            return Ok(bytes.choose(num::NAMES)?.2);
        }
        Ok(Self::wrapping(u64::from(bytes.arbitrary::<u16>()?)))
    }
}

/// Any MSR, bits without a name included.
impl<'a> Arbitrary<'a> for Msr {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::from_bits_retain(bytes.arbitrary()?))
    }
}

/// Any reason, none and several included.
impl<'a> Arbitrary<'a> for Reason {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::from_bits_truncate(bytes.arbitrary()?))
    }
}

impl<'a> Arbitrary<'a> for Fault {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        Ok(*bytes.choose(&[Self::Illegal, Self::Privileged])?)
    }
}

impl<'a> Arbitrary<'a> for Reply {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match bytes.int_in_range(0..=3)? {
            0 => Self::NoOp,
            1 => Self::Architected,
            2 => Self::Fault(bytes.arbitrary()?),
            _ => Self::Done(bytes.arbitrary()?),
        })
    }
}

impl<'a> Arbitrary<'a> for SprAccess {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        let sprn = bytes.arbitrary()?;
        let at = match bytes.arbitrary()? {
            Some(value) => Self::write(sprn, value),
            None => Self::read(sprn),
        };
        let (msr, reason) = (bytes.arbitrary()?, bytes.arbitrary()?);
        let cia: u64 = bytes.arbitrary()?;
        Ok(at
            .with_msr(msr)
            .with_reason(reason)
            .at(cia & !3, bytes.arbitrary()?, bytes.arbitrary()?))
    }
}

impl<'a> Arbitrary<'a> for DcrAccess {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        let write: Option<u32> = bytes.arbitrary()?;
        Ok(Self {
            dcrn: bytes.int_in_range(0..=1023)?,
            is_write: write.is_some(),
            data: write.unwrap_or(0).into(),
            cia: bytes.arbitrary::<u64>()? & !3,
            word: bytes.arbitrary()?,
            cpu: bytes.arbitrary()?,
        })
    }
}

impl<'a> Arbitrary<'a> for MmioAccess {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        let write: Option<u64> = bytes.arbitrary()?;
        let len = *bytes.choose(&[1u32, 2, 4, 8])?;
        Ok(Self {
            phys_addr: bytes.arbitrary()?,
            len,
            is_write: write.is_some(),
            data: write.unwrap_or(0) & u64::MAX >> (64 - 8 * len),
            is_little_endian: bytes.arbitrary()?,
            cia: bytes.arbitrary::<u64>()? & !3,
            word: bytes.arbitrary()?,
            cpu: bytes.arbitrary()?,
        })
    }
}

/// Any exit that has a name.
impl<'a> Arbitrary<'a> for Exit {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        let cia = bytes.arbitrary::<u64>()? & !3;
        Ok(match bytes.int_in_range(0..=14)? {
            0 => Self::Dcr(bytes.arbitrary()?),
            1 => Self::Mmio(bytes.arbitrary()?),
            2 => {
                let kind = *bytes.choose(&[ResetKind::Core, ResetKind::Chip, ResetKind::System])?;
                Self::SystemEvent(SystemEvent::Reset(kind))
            }
            3 => Self::Epr,
            4 => Self::Syscall {
                cia,
                level: bytes.int_in_range(0..=127)?,
            },
            5 => Self::Interrupt(*bytes.choose(InterruptKind::ALL)?),
            6 => Self::Debug { cia },
            7 => Self::Wait,
            8 => Self::Budget,
            9 => Self::Interrupted,
            10 => Self::Checkstop { cia },
            11 => Self::Unimplemented {
                cia,
                word: bytes.arbitrary()?,
            },
            12 => Self::Watchdog,
            13 => Self::Message {
                payload: bytes.arbitrary()?,
            },
            _ => Self::Spr(bytes.arbitrary()?),
        })
    }
}
