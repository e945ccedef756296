//! `ppc-emu asm`: text as code, the reverse of `disasm`.

pub mod source;

use crate::cli::{AsmArgs, ByteOrder};
use crate::{disasm, run};
use ppc_decode::{Decoder, Style};
use std::io::{self, ErrorKind, Read, Write};
use std::process::ExitCode;

/// Assembles what `args` ask for.
pub fn main(args: &AsmArgs, out: &mut impl Write) -> ExitCode {
    let mut text = args.instruction.join("\n");
    if args.instruction.is_empty()
        && let Err(why) = io::stdin().lock().read_to_string(&mut text)
    {
        eprintln!("ppc-emu: standard input cannot be read: {why}");
        return ExitCode::from(run::BAD_IMAGE);
    }
    let words = match source::assemble(&text, args.address, args.cpu.isa) {
        Ok(words) => words,
        Err(errors) => {
            for error in errors {
                eprintln!("ppc-emu: {error}");
            }
            return ExitCode::from(run::BAD_IMAGE);
        }
    };
    let result = match &args.output {
        Some(path) => std::fs::write(path, bytes(&words, args.byte_order))
            .map_err(|why| format!("{}: {why}", path.display())),
        None => match print(args, &words, out).and_then(|()| out.flush()) {
            // A reader who has seen enough.
            Err(why) if why.kind() != ErrorKind::BrokenPipe => {
                Err(format!("output cannot be written: {why}"))
            }
            _ => Ok(()),
        },
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("ppc-emu: {why}");
            ExitCode::from(run::OUTPUT_FAILED)
        }
    }
}

fn bytes(words: &[u32], order: ByteOrder) -> Vec<u8> {
    let bytes = words.iter().map(|word| match order {
        ByteOrder::Big => word.to_be_bytes(),
        ByteOrder::Little => word.to_le_bytes(),
    });
    bytes.flatten().collect()
}

fn print(args: &AsmArgs, words: &[u32], out: &mut impl Write) -> io::Result<()> {
    let decoder = Decoder::new(args.cpu.isa);
    let mut address = args.address;
    for word in words {
        if args.listing {
            let text = disasm::text(&decoder, *word, address, Style::Extended);
            disasm::line(args.cpu, address, *word, &text, out)?;
        } else {
            writeln!(out, "{word:08x}")?;
        }
        address = address.wrapping_add(4);
    }
    Ok(())
}
