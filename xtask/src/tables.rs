//! `tables`: docs/isa-coverage.md, one line per instruction, from the rows themselves, from running each instruction once,
//! from the vectors and from the skip lists of the oracles; and docs/spr ([`crate::spr_docs`]). Tests keep the files current.

use crate::oracle::is_compared;
use crate::oracle_exec::coverage;
use crate::vectors::run::{TARGETS, Target};
use ppc_cpu::{Cpu, Memory};
use ppc_decode::{Isa, Op, Privilege, Row};
use spr_exit::{Exit, Msr, num};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// Writes the file.
pub(crate) fn write(args: &[String]) -> Result<(), String> {
    if !args.is_empty() {
        return Err("usage: cargo xtask tables".into());
    }
    crate::spr_docs::write()?;
    let path = path()?;
    fs::write(&path, text()?).map_err(|why| format!("{}: {why}", path.display()))
}

fn path() -> Result<PathBuf, String> {
    let xtask = std::env::var_os("CARGO_MANIFEST_DIR").ok_or("run this as `cargo xtask tables`")?;
    Ok(Path::new(&xtask).with_file_name("docs/isa-coverage.md"))
}

/// What our core does with an instruction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Semantics {
    Executes,
    /// It leaves as `Unimplemented`.
    Leaves,
    /// No model has it, nor a stand-in of the vectors.
    Nowhere,
}

impl Semantics {
    const fn text(self) -> &'static str {
        match self {
            Self::Executes => "executes",
            Self::Leaves => "**not modelled**",
            Self::Nowhere => "no model",
        }
    }
}

/// What the core does with the instruction where nothing forbids it: privileged, facilities on, all operands 0 or the
/// least there is, and memory at address 0.
fn semantics(op: Op) -> Result<Semantics, String> {
    let has_it = |target: &&Target| target.model.isa.contains(op.row().isa) && !target.is_little_endian();
    let Some(target) = TARGETS.iter().find(has_it) else {
        return Ok(Semantics::Nowhere);
    };
    let operands: Vec<i64> = op
        .row()
        .operands
        .iter()
        .map(|operand| operand.range().0)
        .collect();
    let word = op.row().encode(&operands).map_err(|why| why.to_string())?;
    let text = |why: &dyn std::fmt::Display| format!("{op:?}: {why}");
    let mut memory = Memory::with_ram(0x2000).map_err(|why| text(&why))?;
    memory.write_words(0x1000, &[word]).map_err(|why| text(&why))?;
    let mut cpu = Cpu::new(target.model);
    cpu.set_msr((target.msr - Msr::PR) | Msr::HV);
    cpu.poke_spr(num::book3s::FSCR, u64::MAX);
    cpu.set_cia(0x1000);
    let exit = cpu.run(&mut memory, 1).map_err(|why| text(&why))?;
    Ok(match exit {
        Exit::Unimplemented { .. } => Semantics::Leaves,
        _ => Semantics::Executes,
    })
}

/// The CPUs that have it, as few names as say it.
fn cpus(row: &Row) -> String {
    let names: Vec<&str> = Isa::CPUS
        .iter()
        .filter(|(_, isa)| isa.contains(row.isa))
        .map(|(name, _)| *name)
        .collect();
    if names.len() == Isa::CPUS.len() {
        "all".into()
    } else {
        names.join(" ")
    }
}

/// The operands as the assembler takes them.
fn operands(row: &Row) -> String {
    let names: Vec<&str> = row.operands.iter().map(|operand| operand.name).collect();
    names.join(",")
}

/// The chapter's name in the code.
fn chapter(op: Op) -> String {
    format!("{op:?}").split('(').next().unwrap_or_default().into()
}

/// The whole file.
fn text() -> Result<String, String> {
    let counts = coverage()?;
    let mut table = String::new();
    let (mut executed, mut compared, mut confirmed) = (0, 0, 0);
    let mut last = String::new();
    for (op, (vectors, checked)) in Op::ALL.into_iter().zip(counts) {
        let row = op.row();
        if chapter(op) != last {
            last = chapter(op);
            table += &format!("\n## {last}\n\n");
            table += "| instruction | operands | described in | CPUs | who | semantics | GNU | vectors | of them QEMU |\n";
            table += "|---|---|---|---|---|---|---|--:|--:|\n";
        }
        let what = semantics(op)?;
        executed += usize::from(what == Semantics::Executes);
        compared += usize::from(is_compared(op));
        confirmed += usize::from(checked != 0);
        let who = match row.privilege {
            Privilege::User => "",
            Privilege::Supervisor => "supervisor",
            Privilege::Hypervisor => "hypervisor",
        };
        let gnu = if is_compared(op) { "same" } else { "differs" };
        let forms = match row.record.mask() {
            0 => "",
            1 if row.record == ppc_decode::Record::Rc => "[.]",
            1 => "[l]",
            3 => "[l][a]",
            _ => "[o][.]",
        };
        // Writing to a string does not fail.
        let _ = writeln!(
            table,
            "| {}{forms} | {} | {} | {} | {who} | {} | {gnu} | {vectors} | {checked} |",
            row.mnemonic,
            operands(row),
            row.manual,
            cpus(row),
            what.text(),
        );
    }
    Ok(format!(
        "# Instructions: what is known, what is executed, who says so\n\n\
Generated by `cargo xtask tables`; a test keeps it current. One line per row of the tables of `ppc-decode`: {} rows.\n\n\
* **semantics**: what the core does with the instruction where nothing forbids it. *Executes*: {executed}. *Not modelled*: it \
leaves as `Unimplemented`, after its privilege was checked; the file of its chapter in `crates/ppc-cpu/src/exec/` says why. \
*No model*: no CPU model of this version has it.\n\
* **GNU**: whether `objdump` prints and `as` assembles what our tables do (`cargo xtask oracle disasm`): the same for \
{compared}; where it differs on every CPU, the skip list in `xtask/src/oracle.rs` has the reason.\n\
* **vectors**: lines in `crates/ppc-cpu/tests/vectors/`; the last column says how many of them QEMU's user mode executes to \
the same result (`cargo xtask oracle exec`, which also runs random cases): some of {confirmed} instructions. The others follow \
the manual's formula, or say why nothing is done; see `xtask/src/oracle_exec/skips.rs`. Supervisor instructions have tests of \
their own in `crates/ppc-cpu/tests/`.\n\
* CPUs are instruction sets (`Isa::CPUS`); not all of them are models yet (`ppc-emu cpus`).\n\n\
Not in the tables yet, and so not here: floating-point arithmetic, AltiVec, VSX, SPE, paired singles, transactional memory, \
prefixed instructions.\n{table}",
        Op::COUNT,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_in_docs_is_what_the_rows_say() {
        let written = fs::read_to_string(path().unwrap()).unwrap();
        assert!(
            written == text().unwrap(),
            "docs/isa-coverage.md is old: `cargo xtask tables` writes it"
        );
    }

    #[test]
    fn the_probe_tells_what_is_modelled_from_what_is_not() {
        use ppc_decode::{Branch, Fixed, System, Tlb};
        assert!(semantics(Fixed::Add.into()) == Ok(Semantics::Executes));
        assert!(semantics(Branch::Scv.into()) == Ok(Semantics::Executes));
        assert!(semantics(System::Rfid.into()) == Ok(Semantics::Executes));
        assert!(semantics(Tlb::Mtsr.into()) == Ok(Semantics::Executes));
        assert!(semantics(Tlb::Slbie.into()) == Ok(Semantics::Leaves));
    }
}
