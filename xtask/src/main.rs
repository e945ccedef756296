//! `cargo xtask …`: the chores of the project that need more than `cargo test`.

mod bench_report;
mod counts;
mod fuzz;
mod guests;
mod linux;
mod oracle;
mod oracle_defined;
mod oracle_exec;
mod oracle_probe;
mod oracle_system;
mod spr_docs;
mod tables;
mod tools;
#[path = "../../crates/ppc-cpu/tests/vectors/mod.rs"]
mod vectors;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND [ARGS]

  bench-report      run the benches, and QEMU beside us, and write docs/performance.md; --measured takes the benches'
                    last results
  fuzz              run the fuzz targets on stable Rust; --help has the options
  guests            rebuild guests/bin from guests/ with the cross compilers
  counts            count host instructions per guest instruction, SPR access and lifecycle iteration with
                    valgrind; --check compares with benches/counts.toml, --update rewrites it
  tables            write docs/isa-coverage.md and docs/spr
  linux             programs of the C library under ppc-emu and QEMU: the same output, the same status
  oracle disasm     compare disassembly and encoding with GNU binutils
  oracle exec       compare execution with QEMU: the vectors, then random cases; --self-test: planted faults are found
  oracle system     compare what supervisor programs find in their interrupt handlers with QEMU's machines
  oracle probe      compare the answers to every SPR access, and masks, with QEMU's system emulation
  oracle vectors    check the vectors alone with QEMU; --fill completes lines
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match args.first().map(String::as_str) {
        Some("guests") => guests::rebuild(&args[1..]),
        Some("bench-report") => bench_report::run(&args[1..]),
        Some("fuzz") => fuzz::run(&args[1..]),
        Some("counts") => counts::run(&args[1..]),
        Some("tables") => tables::write(&args[1..]),
        Some("linux") => linux::compare(&args[1..]),
        Some("oracle") => oracle::run(&args[1..]),
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}
