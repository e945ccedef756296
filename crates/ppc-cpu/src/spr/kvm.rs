//! What KVM does in the kernel with the accesses that trap, as of Linux 6.1: the rows of [`super::Profile::AsKvm`].
//!
//! Sources, under `arch/powerpc/kvm/`: `emulate.c` (every family), `booke_emulate.c`, `e500_emulate.c`,
//! `book3s_emulate.c` (guests in problem state). A row speaks of the register of that name alone: where a model has
//! another one under the number, it says nothing.
//! Not here: values that KVM refuses (PID1 and PID2 other than zero), and DBCR0\[RST\], which it drops in silence.

use super::SprRow;
use crate::model::{InterruptModel, Model};
use spr_exit::num::{book3s, booke, classic, common, e500, ppc4xx, ppc970};
use spr_exit::{Direction, SprNum};

/// What becomes of an access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The kernel does it.
    Emulates,
    /// A read gives zero, a write is dropped.
    Ignores,
}

/// One register, or a stretch of them.
struct Row {
    first: SprNum,
    last: SprNum,
    /// Its name; of a stretch, what their names begin with.
    name: &'static str,
    read: Option<Answer>,
    write: Option<Answer>,
    /// Whether only kernels of 64 bits have it.
    is_wide: bool,
}

impl Row {
    /// `CONFIG_64BIT`, `CONFIG_PPC_BOOK3S_64`.
    const fn wide(mut self) -> Self {
        self.is_wide = true;
        self
    }

    fn is_of(&self, model: &Model, row: &SprRow) -> bool {
        let is_named = if self.first == self.last {
            row.name == self.name
        } else {
            row.name.starts_with(self.name)
        };
        (self.first..=self.last).contains(&row.sprn) && is_named && (model.is_64bit || !self.is_wide)
    }
}

const RW: [Option<Answer>; 2] = [Some(Answer::Emulates), Some(Answer::Emulates)];
const RO: [Option<Answer>; 2] = [Some(Answer::Emulates), None];
const WO: [Option<Answer>; 2] = [None, Some(Answer::Emulates)];
/// Writes are dropped.
const DROP: [Option<Answer>; 2] = [Some(Answer::Emulates), Some(Answer::Ignores)];
/// Zero, and writes are dropped.
const ZERO: [Option<Answer>; 2] = [Some(Answer::Ignores), Some(Answer::Ignores)];
/// Writes are dropped, reads are unknown.
const DROP_ONLY: [Option<Answer>; 2] = [None, Some(Answer::Ignores)];
/// Zero, writes are unknown.
const ZERO_ONLY: [Option<Answer>; 2] = [Some(Answer::Ignores), None];

const fn row(sprn: SprNum, name: &'static str, [read, write]: [Option<Answer>; 2]) -> Row {
    rows(sprn, sprn, name, [read, write])
}

const fn rows(first: SprNum, last: SprNum, name: &'static str, [read, write]: [Option<Answer>; 2]) -> Row {
    Row {
        first,
        last,
        name,
        read,
        write,
        is_wide: false,
    }
}

/// A register by a number that no model's table names yet.
const fn at(number: u64) -> SprNum {
    SprNum::wrapping(number)
}

/// `emulate.c`: every family.
#[rustfmt::skip]
const COMMON: &[Row] = &[
    row(common::SRR0,      "SRR0", RW),
    row(common::SRR1,      "SRR1", RW),
    row(common::DEC,       "DEC",  RW),
    rows(common::SPRG0, common::SPRG3, "SPRG", RW),
    row(common::TBL_WRITE, "TBWL", DROP),
    row(common::TBU_WRITE, "TBWU", DROP),
    row(common::PVR,       "PVR",  RO),
    row(booke::PIR,        "PIR",  DROP),
    row(book3s::PIR,       "PIR",  DROP),
];

/// `booke_emulate.c`.
#[rustfmt::skip]
const BOOKE: &[Row] = &[
    row(booke::DEAR,   "DEAR",  RW),
    row(booke::ESR,    "ESR",   RW),
    row(booke::CSRR0,  "CSRR0", RW),
    row(booke::CSRR1,  "CSRR1", RW),
    row(e500::DSRR0,   "DSRR0", RW),
    row(e500::DSRR1,   "DSRR1", RW),
    rows(booke::IAC1, booke::IAC2, "IAC", RW),
    rows(booke::DAC1, booke::DAC2, "DAC", RW),
    rows(booke::DBCR0, booke::DBCR2, "DBCR", RW),
    row(booke::DBSR,   "DBSR",  RW),
    row(booke::TSR,    "TSR",   RW),
    row(booke::TCR,    "TCR",   RW),
    row(booke::DECAR,  "DECAR", RW),
    rows(booke::SPRG4, booke::SPRG7, "SPRG", WO),
    row(booke::IVPR,   "IVPR",  RW),
    rows(booke::IVOR0, booke::IVOR15, "IVOR", RW),
    row(e500::MCSR,    "MCSR",  RW),
    row(e500::EPR,     "EPR",   RO),
    row(e500::EPCR,    "EPCR",  RW).wide(),
];

/// What `booke_emulate.c` has where CONFIG_PPC_ADV_DEBUG_IACS is above 2, which it is not for the e500 family, and what
/// `44x_emulate.c` had.
const PPC440: &[Row] = &[
    rows(booke::IAC3, booke::IAC4, "IAC", RW),
    row(booke::PID, "PID", RW),
];

/// The same registers by their numbers on the 405, which KVM never ran on: our choice.
#[rustfmt::skip]
const PPC405: &[Row] = &[
    row(ppc4xx::DEAR_40X,  "DEAR",  RW),
    row(ppc4xx::ESR_40X,   "ESR",   RW),
    row(ppc4xx::SRR2,      "SRR2",  RW),
    row(ppc4xx::SRR3,      "SRR3",  RW),
    row(ppc4xx::IAC1_40X,  "IAC1",  RW),
    row(ppc4xx::IAC2_40X,  "IAC2",  RW),
    row(ppc4xx::IAC3_40X,  "IAC3",  RW),
    row(ppc4xx::IAC4_40X,  "IAC4",  RW),
    row(ppc4xx::DAC1_40X,  "DAC1",  RW),
    row(ppc4xx::DAC2_40X,  "DAC2",  RW),
    row(ppc4xx::DBCR0_40X, "DBCR0", RW),
    row(ppc4xx::DBCR1_40X, "DBCR1", RW),
    row(ppc4xx::DBSR_40X,  "DBSR",  RW),
    row(ppc4xx::TSR_40X,   "TSR",   RW),
    row(ppc4xx::TCR_40X,   "TCR",   RW),
    row(ppc4xx::PIT,       "PIT",   RW),
    row(ppc4xx::EVPR,      "EVPR",  RW),
];

/// `e500_emulate.c`.
#[rustfmt::skip]
const E500: &[Row] = &[
    row(booke::PID,      "PID",        RW),
    row(e500::PID1,      "PID1",       RW),
    row(e500::PID2,      "PID2",       RW),
    rows(e500::MAS0, e500::MAS4, "MAS", RW),
    row(e500::MAS6,      "MAS6",       RW),
    row(e500::MAS7,      "MAS7",       RW),
    row(e500::L1CSR0,    "L1CSR0",     RW),
    row(e500::L1CSR1,    "L1CSR1",     RW),
    row(e500::HID0,      "HID0",       RW),
    row(e500::HID1,      "HID1",       RW),
    row(e500::MMUCSR0,   "MMUCSR0",    RW),
    row(at(1019),        "PWRMGTCR0",  RW),
    // Flushing the branch predictor was done on the way into the kernel.
    row(e500::BUCSR,     "BUCSR",      DROP_ONLY),
    rows(e500::IVOR32, e500::IVOR37, "IVOR", RW),
    row(e500::TLB0CFG,   "TLB0CFG",    RO),
    row(e500::TLB1CFG,   "TLB1CFG",    RO),
    row(at(344),         "TLB0PS",     RO),
    row(at(345),         "TLB1PS",     RO),
    row(at(350),         "EPTCFG",     RO),
    row(e500::SVR,       "SVR",        RO),
    row(e500::MMUCFG,    "MMUCFG",     RO),
];

/// `book3s_emulate.c`. Numbers without a name here are of Linux's `asm/reg.h`.
#[rustfmt::skip]
const BOOK3S: &[Row] = &[
    row(classic::SDR1,   "SDR1",   RW),
    row(classic::DSISR,  "DSISR",  RW),
    row(classic::DAR,    "DAR",    RW),
    row(ppc970::HIOR,    "HIOR",   RW),
    rows(classic::IBAT0U, classic::IBAT3L, "IBAT", RW),
    rows(classic::DBAT0U, classic::DBAT3L, "DBAT", RW),
    rows(at(560), at(567), "IBAT", RW),
    rows(at(568), at(575), "DBAT", RW),
    row(classic::HID0,   "HID0",   RW),
    row(classic::HID1,   "HID1",   RW),
    row(at(1016),        "HID2",   RW),
    row(at(920),         "HID2",   RW),
    row(at(1011),        "HID4",   RW),
    row(ppc970::HID4,    "HID4",   RW),
    row(ppc970::HID5,    "HID5",   RW),
    rows(at(912), at(919), "GQR", RW),
    row(book3s::FSCR,    "FSCR",   RW).wide(),
    row(book3s::BESCR,   "BESCR",  RW).wide(),
    row(book3s::EBBHR,   "EBBHR",  RW).wide(),
    row(book3s::EBBRR,   "EBBRR",  RW).wide(),
    row(book3s::TFHAR,   "TFHAR",  RW).wide(),
    row(book3s::TFIAR,   "TFIAR",  RW).wide(),
    row(book3s::TEXASR,  "TEXASR", RW).wide(),
    row(book3s::PURR,    "PURR",   RO),
    row(book3s::SPURR,   "SPURR",  RO),
    row(book3s::VTB,     "VTB",    RO),
    row(book3s::IC,      "IC",     RO),
    row(book3s::CFAR,    "CFAR",   ZERO_ONLY),
    row(book3s::TIR,     "TIR",    ZERO_ONLY).wide(),
    row(classic::ICTC,   "ICTC",   DROP_ONLY),
    rows(classic::THRM1, classic::THRM3, "THRM", ZERO),
    row(book3s::CTRL,    "CTRL",   ZERO),
    row(classic::L2CR,   "L2CR",   ZERO),
    row(book3s::DSCR,    "DSCR",   ZERO),
    row(classic::MMCR0,  "MMCR0",  ZERO),
    row(classic::MMCR1,  "MMCR1",  ZERO),
    row(classic::PMC1,   "PMC1",   ZERO),
    row(classic::PMC2,   "PMC2",   ZERO),
    row(classic::PMC3,   "PMC3",   ZERO),
    row(classic::PMC4,   "PMC4",   ZERO),
    row(at(921),         "WPAR",   ZERO),
    row(at(1015),        "MSSSR0", ZERO),
    row(classic::DABR,   "DABR",   ZERO),
    row(at(894),         "MMCRS",  ZERO).wide(),
    row(book3s::MMCRA,   "MMCRA",  ZERO).wide(),
    row(book3s::MMCR0,   "MMCR0",  ZERO).wide(),
    row(book3s::MMCR1,   "MMCR1",  ZERO).wide(),
    row(book3s::MMCR2,   "MMCR2",  ZERO).wide(),
];

/// What the kernel does with an access that traps; `None`: it does not know the register.
pub(super) fn answer(model: &Model, spr: &SprRow, direction: Direction) -> Option<Answer> {
    let lists: &[&[Row]] = match model.interrupts {
        InterruptModel::BookE if model.sprs.row(e500::MAS0).is_some() => &[COMMON, BOOKE, E500],
        InterruptModel::BookE => &[COMMON, BOOKE, PPC440],
        InterruptModel::Ppc405 => &[COMMON, BOOKE, PPC405],
        _ => &[COMMON, BOOK3S],
    };
    let known = lists
        .iter()
        .copied()
        .flatten()
        .find(|row| row.is_of(model, spr))?;
    match direction {
        Direction::Read => known.read,
        Direction::Write => known.write,
    }
}
