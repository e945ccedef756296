//! `ppc-emu run`: an image on the bare machine, to its end.

mod bare;
mod end;
mod report;

pub use bare::{Bare, OptionError, Options, Start};
pub use end::{
    BAD_IMAGE, BUDGET, CHECKSTOP, End, NO_DEVICE, OUTPUT_FAILED, UNCLAIMED, UNEXPECTED, UNIMPLEMENTED, WAIT,
};
pub use report::{Counts, Form, Reporter, Verdict};

use crate::cli::{self, Environment, RunArgs};
use crate::device::{Board, Console};
use crate::image::{Image, ImageError};
use ppc_cpu::{Machine, Memory};
use std::io::ErrorKind;
use std::process::ExitCode;

/// Least RAM of the bare machine.
pub const MIN_RAM: u64 = 0x1000;
/// Most RAM of the bare machine; devices begin here.
pub const MAX_RAM: u64 = 0xe000_0000;

/// Wrong usage, as clap's.
const USAGE: u8 = 2;

/// Runs what `args` ask for.
pub fn main(args: &RunArgs) -> ExitCode {
    if args.env == Environment::Linux {
        let why = "--env linux is not there yet (see the status table in README.md); --env bare is";
        return refuse(USAGE, why);
    }
    let image = match Image::open(&args.image, args.raw) {
        Ok(image) => image,
        Err(why) => return bad_image(args, &why),
    };
    let model = args.cpu.unwrap_or_else(|| image.default_cpu());
    let promote = args.promote.iter().map(|text| cli::spr(model, text));
    let promote = match promote.collect() {
        Ok(promote) => promote,
        Err(why) => return refuse(USAGE, format!("--promote: {why}")),
    };

    let mut memory = match Memory::with_ram(args.mem) {
        Ok(memory) => memory,
        Err(why) => return refuse(USAGE, format!("--mem: {why}")),
    };
    let loaded = image
        .check_cpu(model)
        .and_then(|()| image.load(&mut memory, args.mem));
    if let Err(why) = loaded {
        return bad_image(args, &why);
    }

    let options = Options {
        unknown_spr: args.unknown_spr.into(),
        promote,
        epr_on_delivery: args.epr_on_delivery,
        reset_event: args.reset_event,
        insns_per_tick: args.insns_per_tick,
        max_insns: args.max_insns,
        trace: args.trace,
    };
    let start = Start::of(&image, args.entry, args.mem);
    let board = Board::new(Console::new(std::io::stdin()));
    let mut bare = match Bare::new(Machine::new(model, memory), board, start, &options) {
        Ok(bare) => bare,
        Err(why) => return refuse(USAGE, why),
    };
    let form = if args.json { Form::Json } else { Form::Text };
    match bare.run(&mut Reporter::new(form, args.quiet, model)) {
        Ok(end) => ExitCode::from(end.code()),
        // A reader who has seen enough (`| head`) knows.
        Err(why) if why.kind() == ErrorKind::BrokenPipe => ExitCode::from(OUTPUT_FAILED),
        Err(why) => refuse(OUTPUT_FAILED, format!("output cannot be written: {why}")),
    }
}

fn bad_image(args: &RunArgs, why: &ImageError) -> ExitCode {
    refuse(BAD_IMAGE, format!("{}: {why}", args.image.display()))
}

fn refuse(code: u8, why: impl std::fmt::Display) -> ExitCode {
    eprintln!("ppc-emu: {why}");
    ExitCode::from(code)
}
