//! How tests of the debug facilities set a Book E processor or a 405 up, and what they find.

use super::delivery::ivor;
use super::{machine, run, spr};
use ppc_cpu::Machine;
use ppc_cpu::model::{E500MC, E500V2, Model, PPC405, PPC440};
use ppc_decode::LoadStore;
use spr_exit::num::{booke, e500, ppc4xx};
use spr_exit::{Exit, InterruptKind, Msr, SavePair, SprNum};

/// A CPU with the numbers of its registers and the bits of its layout.
#[derive(Clone, Copy)]
pub(crate) struct Subject {
    pub(crate) model: &'static Model,
    pub(crate) dbcr0: SprNum,
    pub(crate) dbsr: SprNum,
    pub(crate) save: (SprNum, SprNum),
    pub(crate) pair: SavePair,
    pub(crate) vector: u64,
    pub(crate) iac: [SprNum; 2],
    pub(crate) dac: [SprNum; 2],
}

pub(crate) const E500: Subject = Subject {
    model: &E500V2,
    dbcr0: booke::DBCR0,
    dbsr: booke::DBSR,
    save: (booke::CSRR0, booke::CSRR1),
    pair: SavePair::Csrr,
    vector: ivor(15),
    iac: [booke::IAC1, booke::IAC2],
    dac: [booke::DAC1, booke::DAC2],
};
pub(crate) const MC: Subject = Subject {
    model: &E500MC,
    save: (e500::DSRR0, e500::DSRR1),
    pair: SavePair::Dsrr,
    ..E500
};
pub(crate) const P440: Subject = Subject {
    model: &PPC440,
    ..E500
};
pub(crate) const P405: Subject = Subject {
    model: &PPC405,
    dbcr0: ppc4xx::DBCR0_40X,
    dbsr: ppc4xx::DBSR_40X,
    save: (ppc4xx::SRR2, ppc4xx::SRR3),
    pair: SavePair::Csrr,
    vector: 0x2000,
    iac: [ppc4xx::IAC1_40X, ppc4xx::IAC2_40X],
    dac: [ppc4xx::DAC1_40X, ppc4xx::DAC2_40X],
};
pub(crate) const ALL: [Subject; 4] = [E500, MC, P440, P405];

pub(crate) const IDM: u64 = 0x4000_0000;
pub(crate) const EDM: u64 = 0x8000_0000;
// DBCR0 alike in both layouts: ICMP/IC, BRT/BT, IRPT/EDE, TRAP/TDE, IAC1/IA1.
pub(crate) const ICMP: u64 = 0x0800_0000;
pub(crate) const BRT: u64 = 0x0400_0000;
pub(crate) const IRPT: u64 = 0x0200_0000;
pub(crate) const TRAP: u64 = 0x0100_0000;
pub(crate) const IAC1: u64 = 0x0080_0000;
pub(crate) const RET: u64 = 0x8000;

pub(crate) const DE: u64 = 0x200;
/// Nobody has it; 880 is the 440's.
pub(crate) const UNKNOWN: SprNum = SprNum::wrapping(900);

impl Subject {
    pub(crate) fn is_405(self) -> bool {
        self.model.name == "405"
    }

    /// The bit of DBSR that records what this bit of DBCR0 enables (Linux DBSR_IC, _BT, _IRPT, _TIE, _IAC1).
    pub(crate) fn status(self, enable: u64) -> u64 {
        match enable {
            IAC1 if self.is_405() => 0x0400_0000,
            _ if self.is_405() => enable << 4,
            _ => enable,
        }
    }

    /// DBSR[IDE].
    pub(crate) fn ide(self) -> u64 {
        if self.is_405() { 0x0010_0000 } else { 0x8000_0000 }
    }

    /// A machine with this program, DBCR0 and MSR, and nothing in DBSR, that stops at interrupts.
    pub(crate) fn machine(self, program: &[u32], dbcr0: u64, msr: u64) -> Machine {
        let mut it = machine(self.model, program);
        it.cpu.poke_spr(self.dbsr, 0);
        it.cpu.poke_spr(self.dbcr0, dbcr0);
        it.cpu.set_msr(Msr::from_bits_retain(msr));
        it.cpu.config_mut().report_interrupts = true;
        it
    }

    /// The debug interrupt was taken: what was saved, and DBSR.
    pub(crate) fn taken(self, it: &Machine) -> (u64, u64, u64) {
        let told = it.cpu.last_interrupt().unwrap();
        assert_eq!(
            (told.kind, told.pair, it.cpu.cia()),
            (InterruptKind::Debug, self.pair, self.vector),
            "{}",
            self.model.name
        );
        let saved = (spr(it, self.save.0), spr(it, self.save.1));
        assert_eq!((told.srr0, told.srr1, told.msr), (saved.0, saved.1, it.cpu.msr()));
        (saved.0, saved.1, spr(it, self.dbsr))
    }

    /// Runs to the debug interrupt.
    pub(crate) fn debugged(self, it: &mut Machine) -> (u64, u64, u64) {
        assert_eq!(
            run(it, 20),
            Exit::Interrupt(InterruptKind::Debug),
            "{} at {:x}",
            self.model.name,
            it.cpu.cia()
        );
        self.taken(it)
    }
}

/// `lwz`, `stw`, `lmw` with D form.
pub(crate) fn lwz(rt: i64, d: i64, ra: i64) -> u32 {
    LoadStore::Lwz.row().encode(&[rt, d, ra]).unwrap()
}
