//! `ppc-emu interrupts`: the interrupts of a CPU model, as its table has them.

use crate::cli::TableFormat;
use ppc_cpu::interrupt::{InterruptRow, Syndrome, Vector};
use ppc_cpu::model::{InterruptModel, Model};
use serde::Serialize;
use spr_exit::{Msr, SavePair, SprNum};
use std::io::{self, Write};

/// One interrupt, in words.
#[derive(Serialize)]
struct Row {
    name: &'static str,
    /// The offset of its handler, or the register that holds it.
    vector: String,
    /// Where pc and MSR are saved.
    saved_in: String,
    /// What tells the cause.
    cause: String,
    /// Bits of the MSR that the handler finds as they were.
    keeps: String,
    source: &'static str,
}

/// The name of a register of the model; its number where it has none.
fn register(model: &Model, sprn: SprNum) -> String {
    model
        .sprs
        .row(sprn)
        .map_or_else(|| sprn.to_string(), |row| row.name.to_owned())
}

fn vector(model: &Model, vector: Vector) -> String {
    match vector {
        Vector::Offset(offset) => format!("{offset:#06x}"),
        Vector::Ivor(ivor) => register(model, ivor),
    }
}

fn saved_in(model: &Model, pair: SavePair) -> String {
    let name = match pair {
        SavePair::Csrr if model.interrupts == InterruptModel::Ppc405 => return "SRR2 SRR3".into(),
        SavePair::Srr => "SRR",
        SavePair::Csrr => "CSRR",
        SavePair::Mcsrr => "MCSRR",
        SavePair::Hsrr => "HSRR",
        SavePair::Gsrr => "GSRR",
        _ => return format!("{pair:?}"),
    };
    format!("{name}0 {name}1")
}

/// The register that an interrupt of data tells its address in.
fn address(row: &InterruptRow, register: &str) -> String {
    if row.kind.is_of_data() {
        format!("{register}, ")
    } else {
        String::new()
    }
}

fn cause(row: &InterruptRow) -> String {
    match row.syndrome {
        Syndrome::Vector => format!("{}the vector", address(row, "DAR")),
        Syndrome::Saved(bits) => format!("saved MSR {bits:#010x}"),
        Syndrome::Esr(bits) => format!("ESR {bits:#010x}"),
        Syndrome::SavedOf(bits) => format!("saved MSR, of {bits:#010x}"),
        Syndrome::EsrOf(bits) => format!("{}ESR, of {bits:#010x}", address(row, "DEAR")),
        Syndrome::DsisrOf(bits) => format!("{}DSISR, of {bits:#010x}", address(row, "DAR")),
        Syndrome::SavedAndDsisr { saved, dsisr } => {
            format!("DAR, DSISR {dsisr:#010x}, saved MSR {saved:#010x}")
        }
        Syndrome::TableSearch if row.kind.is_of_data() => "DMISS DCMP HASH, saved MSR".into(),
        Syndrome::TableSearch => "IMISS ICMP HASH, saved MSR".into(),
        Syndrome::TlbMiss => "TLBMISS PTEHI, saved MSR".into(),
        Syndrome::Mcsr(bits) => format!("MCSR {bits:#010x}"),
        Syndrome::McsrWhile { sets, .. } => format!("MCSR {sets:#010x}"),
    }
}

/// Bits that some interrupt of some model keeps. What of them a model does not implement, none of its interrupts keeps.
const KEPT: [(Msr, &str); 7] = [
    (Msr::CE, "CE"),
    (Msr::ILE, "ILE"),
    (Msr::ME, "ME"),
    (Msr::DE, "DE"),
    (Msr::CE_E300, "CE"),
    (Msr::IP, "IP"),
    (Msr::RI, "RI"),
];

/// Names of the bits that the model implements.
fn keeps(model: &Model, keeps: Msr) -> String {
    let keeps = keeps & model.msr_implemented;
    let names: Vec<&str> = KEPT
        .into_iter()
        .filter(|(bit, _)| keeps.contains(*bit))
        .map(|(_, name)| name)
        .collect();
    if names.is_empty() {
        "-".into()
    } else {
        names.join(" ")
    }
}

fn rows(model: &Model) -> Vec<Row> {
    let rows = model.vectors.rows().iter();
    rows.map(|row| Row {
        name: row.kind.name(),
        vector: vector(model, row.vector),
        saved_in: saved_in(model, row.pair),
        cause: cause(row),
        keeps: keeps(model, row.keeps),
        source: row.source,
    })
    .collect()
}

/// What stands before the vectors.
fn base(model: &Model) -> &'static str {
    match model.interrupts {
        InterruptModel::Classic => "0xfff00000 while MSR[IP] is 1, else 0",
        InterruptModel::BookE => "IVPR",
        InterruptModel::Server => "0, or where LPCR[AIL] says",
        InterruptModel::Ppc970 => "HIOR",
        InterruptModel::Ppc405 => "EVPR",
    }
}

/// Prints the table of `model`.
///
/// # Errors
/// Those of `out`.
pub fn print(model: &Model, format: TableFormat, out: &mut impl Write) -> io::Result<()> {
    let rows = rows(model);
    match format {
        TableFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &rows)?;
            writeln!(out)
        }
        TableFormat::Text => text(model, &rows, out),
        TableFormat::Md => markdown(model, &rows, out),
    }
}

fn text(model: &Model, rows: &[Row], out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "Interrupts of the {}. Base of the vectors: {}.",
        model.name,
        base(model)
    )?;
    writeln!(
        out,
        "{:20} {:8} {:13} {:21} {:14} source",
        "interrupt", "vector", "saved in", "told by", "MSR bits kept"
    )?;
    for row in rows {
        writeln!(
            out,
            "{:20} {:8} {:13} {:21} {:14} {}",
            row.name, row.vector, row.saved_in, row.cause, row.keeps, row.source
        )?;
    }
    Ok(())
}

fn markdown(model: &Model, rows: &[Row], out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "# Interrupts of the {}\n\nBase of the vectors: {}.\n",
        model.name,
        base(model)
    )?;
    writeln!(
        out,
        "| interrupt | vector | saved in | told by | MSR bits kept | source |\n|---|---|---|---|---|---|"
    )?;
    for row in rows {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            row.name, row.vector, row.saved_in, row.cause, row.keeps, row.source
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ppc_cpu::model::MODELS;

    #[test]
    fn every_bit_that_an_interrupt_keeps_has_a_name() {
        let named = KEPT.into_iter().fold(Msr::empty(), |all, (bit, _)| all | bit);
        for model in MODELS {
            for row in model.vectors.rows() {
                assert!(named.contains(row.keeps), "{} {}", model.name, row.kind);
            }
        }
    }
}
