//! Hashes of return addresses: Power ISA 3.1B Book I 3.3.17.2, Book III (privileged forms).
//!
//! The hash is made of RA, RB and a key that the program cannot read. An aspect of DEXCR and HDEXCR switches the
//! instructions on (Book III, Dynamic Execution Control); while it is off they do nothing. A check outside RAM is not modelled.

use super::load_store::load_value;
use super::{Flow, Stop, access};
use crate::cpu::Cpu;
use crate::interrupt::Cause;
use crate::memory::Memory;
use crate::spr::Level;
use ppc_decode::{Insn, Storage};
use spr_exit::num::book3s::{DEXCR, HASHKEYR, HASHPKEYR, HDEXCR};

/// The hash to be stored or found, and where; none if the instruction is off.
fn hash(cpu: &Cpu, i: Insn, op: Storage) -> Result<Option<(u64, u64)>, Stop> {
    let (aspect, key, is_store) = match op {
        Storage::Hashst => (NPHIE, HASHKEYR, true),
        Storage::Hashchk => (NPHIE, HASHKEYR, false),
        Storage::Hashstp => (PHIE, HASHPKEYR, true),
        _ => (PHIE, HASHPKEYR, false),
    };
    if !is_on(cpu, aspect) {
        return Ok(None);
    }
    let address = cpu.operand_address(i.word);
    if !address.is_multiple_of(8) {
        return Err(Stop::Interrupt(Cause::Alignment { is_store }));
    }
    let regs = &cpu.state.regs;
    let digest = digest(regs.ra0(i.ra()), regs.gpr[i.rb()], cpu.spr_value(key));
    Ok(Some((address, digest)))
}

pub(super) fn store(cpu: &mut Cpu, memory: &mut Memory, i: Insn, op: Storage) -> Flow {
    match hash(cpu, i, op)? {
        Some((address, digest)) => access::store(cpu, memory, i, address, 8, digest),
        None => Ok(()),
    }
}

/// Traps if another hash is there.
pub(super) fn check(cpu: &Cpu, memory: &Memory, i: Insn, op: Storage) -> Flow {
    let Some((address, digest)) = hash(cpu, i, op)? else {
        return Ok(());
    };
    match load_value(memory, address, 8, cpu.is_little_endian()) {
        Some(found) if found == digest => Ok(()),
        Some(_) => Err(Stop::Interrupt(Cause::Trap)),
        None => Err(Stop::Unimplemented),
    }
}

/// Aspects: the hash instructions of all, and those of privileged state.
const NPHIE: u32 = 5;
const PHIE: u32 = 6;

/// DEXCR has an aspect for the supervisor in its upper word and for problem state in the lower one, HDEXCR for the
/// hypervisor in the upper one; its lower one is on for the two others whatever DEXCR says.
fn is_on(cpu: &Cpu, aspect: u32) -> bool {
    let (dexcr, hdexcr) = (cpu.spr_value(DEXCR), cpu.spr_value(HDEXCR));
    let (upper, lower) = (1 << (63 - aspect), 1 << (31 - aspect));
    match cpu.level() {
        Level::Problem => (dexcr | hdexcr) & lower != 0,
        Level::Supervisor => dexcr & upper != 0 || hdexcr & lower != 0,
        Level::Hypervisor => hdexcr & upper != 0,
    }
}

/// The bytes of RB from the lowest and of RA from the highest on take turns; the four words that they make go through a
/// cipher of a lane each, and both halves of what comes out are added modulo two.
fn digest(ra: u64, rb: u64, key: u64) -> u64 {
    let keys = schedule(key);
    let mut text = [0; 16];
    for (pair, bytes) in text
        .as_chunks_mut::<2>()
        .0
        .iter_mut()
        .zip(rb.to_le_bytes().into_iter().zip(ra.to_be_bytes()))
    {
        *pair = bytes.into();
    }
    let words = text.as_chunks().0.iter().enumerate();
    words.fold(0_u64, |sum, (lane, word)| {
        let word = u64::from(encrypt(u32::from_be_bytes(*word), &keys, lane));
        sum ^ if lane % 2 == 0 { word << 32 } else { word }
    })
}

const ROUNDS: usize = 32;

/// The keys of the rounds, as SIMON 32/64 makes them.
fn schedule(key: u64) -> [u16; ROUNDS] {
    /// SIMON's sequence z0, from the left.
    const SEQUENCE: u64 = 0xfa25_61cd_f44a_c398;
    let mut keys = [0; ROUNDS];
    for (word, bytes) in keys.iter_mut().zip(key.to_be_bytes().as_chunks().0) {
        *word = u16::from_be_bytes(*bytes);
    }
    for n in 4..ROUNDS {
        let mixed = keys[n - 1].rotate_right(3) ^ keys[n - 3];
        let bit = u16::from(SEQUENCE << (n - 4) >> 63 != 0);
        keys[n] = 0xfffc ^ bit ^ keys[n - 4] ^ mixed ^ mixed.rotate_right(1);
    }
    keys
}

/// SIMON 32/64, but that a lane begins each group of four keys at its own place.
fn encrypt(word: u32, keys: &[u16; ROUNDS], lane: usize) -> u32 {
    let [a, b, c, d] = word.to_be_bytes();
    let (mut right, mut left) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    for round in 0..ROUNDS {
        let key = keys[round & !3 | (round + lane) & 3];
        let mixed = left.rotate_left(1) & left.rotate_left(8) ^ left.rotate_left(2);
        (left, right) = (right ^ mixed ^ key, left);
    }
    u32::from(right) << 16 | u32::from(left)
}
