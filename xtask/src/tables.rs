//! `tables`: docs/isa-coverage.md, one line per instruction, from the rows themselves, from running each instruction once,
//! from the vectors and from the skip lists of the oracles; and docs/spr ([`crate::spr_docs`]). Tests keep the files current.

use crate::oracle::is_compared;
use crate::oracle_exec::coverage;
use crate::vectors::run::is_executed;
use ppc_decode::{Isa, Op, Privilege, Row};
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

/// Why instructions are known and not executed, by mnemonic. A test holds this list and the core together.
const REASONS: &[(&[&str], &str)] = &[
    (
        &["copy", "paste."],
        "they feed accelerators, of which there is none; who has one gets both, and with them the buffer between them",
    ),
    (
        &["dcblq.", "icblq.", "mftmr", "mttmr", "dni"],
        "of the e6500 alone, whose second thread, L2 locks and debug notification are not modelled",
    ),
    (
        &["dcread", "icread"],
        "what they read is the array of a cache, and there is no cache",
    ),
    (&["urfid", "msgsndu"], "of the ultravisor, which is not modelled"),
    (
        &["hashst", "hashstp", "hashchk", "hashchkp"],
        "not yet; the POWER10 has the SPRs of their keys",
    ),
    (
        &["icswx"],
        "a coprocessor of POWER8, which the core does not have",
    ),
    (
        &["doze", "nap", "sleep", "rvwinkle"],
        "power saving is not modelled",
    ),
    (&["stop"], "power saving is not modelled"),
    (
        &["ehpriv"],
        "the hypervisor privilege interrupt is not delivered yet",
    ),
    (
        &["eciwx", "ecowx"],
        "EAR[E] = 0 is a data storage interrupt (PEM 6.4.3), not delivered yet; with 1 the device is outside the address space",
    ),
    (
        &[
            "tlbie", "tlbiel", "tlbia", "tlbsync", "tlbld", "tlbli", "tlbre", "tlbwe", "tlbsx", "tlbivax",
            "tlbilx", "slbia", "slbie", "slbieg", "slbiag", "slbmte", "slbmfev", "slbmfee", "slbfee.",
            "slbsync",
        ],
        "there is no MMU yet",
    ),
];

/// The list as text.
fn reasons() -> String {
    let line = |(mnemonics, reason): &(&[&str], &str)| format!("* {}: {reason}.\n", mnemonics.join(", "));
    REASONS.iter().map(line).collect()
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
        let is_executed = is_executed(op)?;
        executed += usize::from(is_executed);
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
            if is_executed {
                "executes"
            } else {
                "**not executed**"
            },
        );
    }
    Ok(format!(
        "# Instructions: what is known, what is executed, who says so\n\n\
Generated by `cargo xtask tables`; a test keeps it current. One line per row of the tables of `ppc-decode`: {} rows.\n\n\
* **semantics**: what the core does with the instruction where nothing forbids it. *Executes*: {executed}. *Not executed*: it \
leaves as `Unimplemented`, after its privilege was checked; why is said below.\n\
* **GNU**: whether `objdump` prints and `as` assembles what our tables do (`cargo xtask oracle disasm`): the same for \
{compared}; where it differs on every CPU, the skip list in `xtask/src/oracle.rs` has the reason.\n\
* **vectors**: lines in `crates/ppc-cpu/tests/vectors/`; the last column says how many of them QEMU's user mode executes to \
the same result (`cargo xtask oracle exec`, which also runs random cases): some of {confirmed} instructions. The others follow \
the manual's formula, or say why nothing is done; see `xtask/src/oracle_exec/skips.rs`. Every form of an instruction that executes has \
three or more; those of supervisors say their MSR, which no user mode has.\n\
* CPUs are instruction sets (`Isa::CPUS`); not all of them are models yet (`ppc-emu cpus`).\n\n\
Not in the tables yet, and so not here: floating-point arithmetic, also decimal, AltiVec, VSX and matrices, SPE, paired \
singles, transactional memory, prefixed instructions. Nothing else is missing that GNU knows of these CPUs; the oracle \
goes through its opcodes.\n\nKnown and not executed:\n\n{}{table}",
        Op::COUNT,
        reasons(),
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
    fn what_is_not_executed_has_a_reason_and_nothing_else_has() {
        for op in Op::ALL {
            let mnemonic = op.row().mnemonic;
            let reasons = REASONS
                .iter()
                .filter(|(names, _)| names.contains(&mnemonic))
                .count();
            assert_eq!(reasons, usize::from(!is_executed(op).unwrap()), "{op:?}");
        }
    }

    #[test]
    fn the_probe_tells_what_is_modelled_from_what_is_not() {
        use ppc_decode::{Branch, Fixed, System, Tlb};
        assert!(is_executed(Fixed::Add.into()).unwrap());
        assert!(is_executed(Branch::Scv.into()).unwrap());
        assert!(is_executed(System::Rfid.into()).unwrap());
        assert!(is_executed(Tlb::Mtsr.into()).unwrap());
        assert!(!is_executed(Tlb::Slbie.into()).unwrap());
    }
}
