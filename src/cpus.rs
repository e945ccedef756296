//! `ppc-emu cpus`: the models there are.

use crate::cli::ListFormat;
use ppc_cpu::model::{MODELS, Model};
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Row {
    name: &'static str,
    aliases: &'static [&'static str],
    pvr: String,
    bits: u8,
    description: &'static str,
    source: &'static str,
}

impl From<&Model> for Row {
    fn from(model: &Model) -> Self {
        Self {
            name: model.name,
            aliases: model.aliases,
            pvr: format!("{:#010x}", model.pvr),
            bits: if model.is_64bit { 64 } else { 32 },
            description: model.description,
            source: model.source,
        }
    }
}

/// Prints the list.
///
/// # Errors
/// Those of `out`.
pub fn print(format: ListFormat, out: &mut impl Write) -> io::Result<()> {
    let rows: Vec<Row> = MODELS.iter().map(|model| Row::from(*model)).collect();
    match format {
        ListFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &rows)?;
            writeln!(out)
        }
        ListFormat::Text => {
            writeln!(
                out,
                "{:8} {:10}  {:24} description",
                "model", "PVR", "also known as"
            )?;
            for row in rows {
                let aliases = row.aliases.join(", ");
                writeln!(
                    out,
                    "{:8} {}  {aliases:24} {}",
                    row.name, row.pvr, row.description
                )?;
            }
            Ok(())
        }
    }
}
