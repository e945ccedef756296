//! `ppc-emu disasm`: code as text, one `address: word  instruction` a line.

use crate::cli::DisasmArgs;
use crate::image::Image;
use crate::run;
use ppc_cpu::model::{self, Model};
use ppc_decode::{Decoder, Style, disassemble};
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

/// The text of one word; `.long` for what no instruction of the CPU is, or is in our tables.
pub fn text(decoder: &Decoder, word: u32, cia: u64, style: Style) -> String {
    match decoder.decode(word) {
        Ok(insn) => disassemble(&insn, cia, style).on(decoder.isa()).to_string(),
        Err(_) => format!(".long {word:#010x}"),
    }
}

/// Prints what `args` ask for.
pub fn main(args: &DisasmArgs, out: &mut impl Write) -> ExitCode {
    let style = args.style.into();
    let result = match &args.image {
        None => words(args.cpu.unwrap_or(&model::E500V2), &args.word, style, out),
        Some(path) => match Image::open(path, args.raw) {
            Ok(image) => {
                let cpu = args.cpu.unwrap_or_else(|| image.default_cpu());
                segments(&image, cpu, style, out)
            }
            Err(why) => {
                eprintln!("ppc-emu: {}: {why}", path.display());
                return ExitCode::from(run::BAD_IMAGE);
            }
        },
    };
    match result.and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        // A reader who has seen enough.
        Err(why) if why.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("ppc-emu: output cannot be written: {why}");
            ExitCode::from(run::OUTPUT_FAILED)
        }
    }
}

fn words(cpu: &Model, words: &[u32], style: Style, out: &mut impl Write) -> io::Result<()> {
    let decoder = Decoder::new(cpu.isa);
    for word in words {
        writeln!(out, "{word:08x}  {}", text(&decoder, *word, 0, style))?;
    }
    Ok(())
}

/// How many digits an address has.
fn width(cpu: &Model) -> usize {
    if cpu.is_64bit { 16 } else { 8 }
}

/// Prints one instruction with its address.
///
/// # Errors
/// Those of `out`.
pub fn line(cpu: &Model, address: u64, word: u32, text: &str, out: &mut impl Write) -> io::Result<()> {
    let width = width(cpu);
    writeln!(out, "{address:0width$x}: {word:08x}  {text}")
}

fn segments(image: &Image, cpu: &Model, style: Style, out: &mut impl Write) -> io::Result<()> {
    let decoder = Decoder::new(cpu.isa);
    let width = width(cpu);
    let mut is_first = true;
    for segment in image.segments.iter().filter(|segment| segment.is_executable) {
        if !std::mem::take(&mut is_first) {
            writeln!(out)?;
        }
        let mut address = segment.address;
        let (code, rest) = segment.bytes.as_chunks::<4>();
        for bytes in code {
            let word = if image.is_little_endian {
                u32::from_le_bytes(*bytes)
            } else {
                u32::from_be_bytes(*bytes)
            };
            let text = text(&decoder, word, address, style);
            line(cpu, address, word, &text, out)?;
            address = address.wrapping_add(4);
        }
        for byte in rest {
            writeln!(out, "{address:0width$x}: {byte:02x}        .byte {byte:#04x}")?;
            address = address.wrapping_add(1);
        }
    }
    Ok(())
}
