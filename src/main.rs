//! `ppc-emu`: runs PowerPC code with every special-purpose register under the caller's control.

use clap::Parser;
use ppc_emu::cli::{Cli, Command};
use ppc_emu::{asm, cpus, disasm, exec, run, sprs, why};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let out = || BufWriter::with_capacity(1 << 16, io::stdout().lock());
    match Cli::parse().command {
        Command::Run(args) => run::main(&args),
        Command::Exec => written(exec::run(io::stdin().lock(), out(), !is_stdin_a_file())),
        Command::Disasm(args) => disasm::main(&args, &mut out()),
        Command::Asm(args) => asm::main(&args, &mut out()),
        Command::Sprs(args) => {
            let mut out = out();
            written(sprs::main(&args, &mut out).and_then(|()| out.flush()))
        }
        Command::Why(args) => why::main(&args, &mut out()),
        Command::Cpus(args) => {
            let mut out = out();
            written(cpus::print(args.format, &mut out).and_then(|()| out.flush()))
        }
    }
}

/// Whether nobody waits for an answer to a line before the next one comes.
fn is_stdin_a_file() -> bool {
    std::fs::metadata("/dev/stdin").is_ok_and(|meta| meta.is_file())
}

/// A reader who has seen enough (`| head`) is no error.
fn written(result: io::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) if why.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("ppc-emu: output cannot be written: {why}");
            ExitCode::from(run::OUTPUT_FAILED)
        }
    }
}
