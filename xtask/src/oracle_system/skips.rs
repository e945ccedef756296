//! What of an entry is not compared, and why.

use super::board::Board;
use super::image::VALUES;

/// A value that QEMU 7.2 or the manual leaves open.
pub(super) struct Skip {
    /// Models.
    pub(super) models: &'static [&'static str],
    /// Offset of the vector; `None`: all.
    vector: Option<u64>,
    /// Which value of the entry.
    value: usize,
    /// Its bits.
    bits: u64,
    pub(super) reason: &'static str,
}

#[rustfmt::skip]
pub(super) const SKIPS: &[Skip] = &[
    Skip { models: BOOKE, vector: Some(0x600), value: SAVED_MSR, bits: 0x000e_0000,
        reason: "QEMU 7.2 tells the cause of a program interrupt in SRR1 too; Book E tells it in ESR alone (EREF 2.0 ch. 7)" },
    Skip { models: BOOKE, vector: None, value: MSR, bits: 0x0002_0200,
        reason: "QEMU 7.2 clears CE and DE at every interrupt; those of the base class keep them (E500CORERM 5.7)" },
    Skip { models: &["POWER9"], vector: None, value: SYNDROME, bits: u64::MAX,
        reason: "QEMU 7.2 puts RT and RA of a misaligned access into DSISR, as servers did before 3.0 (Power ISA 3.0B III 6.5.8)" },
    Skip { models: &["POWER9"], vector: Some(0xd00), value: SAVED_MSR, bits: 0x4000_0000,
        reason: "QEMU 7.2 does not say in SRR1 what was traced (Power ISA 3.0B III 6.5.15)" },
];

const BOOKE: &[&str] = &["e500v2", "e500mc"];
const SAVED_MSR: usize = 2;
const MSR: usize = 3;
const SYNDROME: usize = 7;

/// Hides what is not compared of two entries, and counts by line of [`SKIPS`] where that makes a difference.
pub(super) fn hide(
    board: &Board,
    ours: &mut [u64; VALUES],
    theirs: &mut [u64; VALUES],
    used: &mut [usize; SKIPS.len()],
) {
    for (skip, used) in SKIPS.iter().zip(used) {
        let is_it = skip.vector.is_none_or(|vector| vector == ours[0] & 0x3fff);
        if skip.models.contains(&board.model.name) && is_it {
            *used += usize::from((ours[skip.value] ^ theirs[skip.value]) & skip.bits != 0);
            ours[skip.value] &= !skip.bits;
            theirs[skip.value] &= !skip.bits;
        }
    }
}
