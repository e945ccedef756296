//! `ppc-emu run`: an image on the bare machine, or a Linux program, to its end.

mod bare;
mod end;
mod linux;
mod pace;
mod replay;
mod report;

pub use bare::{Bare, OptionError, Options, Start};
pub use end::{
    BAD_IMAGE, BUDGET, CHECKSTOP, Cause, DIVERGED, Death, End, NO_DEVICE, OUTPUT_FAILED, UNCLAIMED,
    UNEXPECTED, UNIMPLEMENTED, WAIT,
};
pub use linux::{Linux, Settings};
pub use replay::{Failed, RecordFile, replay};
pub use report::{Calls, Counts, Form, Reporter, Verdict};

use crate::cli::{self, Environment, RunArgs};
use crate::device::{Board, Console};
use crate::image::{Image, ImageError};
use crate::linux::start::Invocation;
use crate::linux::{Clock, Files};
use crate::policy::SprPolicy;
use ppc_cpu::model::Model;
use ppc_cpu::{Machine, Memory};
use spr_exit::UnknownSpr;
use std::io::ErrorKind;
use std::process::ExitCode;

/// Least RAM of the bare machine.
pub const MIN_RAM: u64 = 0x1000;
/// Most RAM of the bare machine; devices begin here.
pub const MAX_RAM: u64 = 0xe000_0000;

/// Wrong usage, as clap's.
pub(crate) const USAGE: u8 = 2;

/// RAM of the bare machine where the command line says nothing.
const BARE_RAM: u64 = 128 << 20;
/// Memory of a Linux process, likewise.
const LINUX_MEM: u64 = 1 << 30;

/// Runs what `args` ask for.
pub fn main(args: &RunArgs) -> ExitCode {
    if let Some(option) = foreign_option(args) {
        let (here, there) = match args.env {
            Environment::Bare => ("bare", "linux"),
            Environment::Linux => ("linux", "bare"),
        };
        return refuse(
            USAGE,
            format!("{option} is an option of --env {there}, this is --env {here}"),
        );
    }
    let image = match Image::open(&args.image, args.raw) {
        Ok(image) => image,
        Err(why) => return bad_image(args, &why),
    };
    let ended = match args.env {
        Environment::Bare => bare(args, &image),
        Environment::Linux => linux(args, &image),
    };
    match ended {
        Ok(Ok(end)) => ExitCode::from(end.code()),
        // A reader who has seen enough (`| head`) knows.
        Ok(Err(why)) if why.kind() == ErrorKind::BrokenPipe => ExitCode::from(OUTPUT_FAILED),
        Ok(Err(why)) => refuse(OUTPUT_FAILED, format!("output cannot be written: {why}")),
        Err(code) => code,
    }
}

/// An option that the environment does not have.
fn foreign_option(args: &RunArgs) -> Option<&'static str> {
    let bare = [
        (args.raw.is_some(), "--raw"),
        (args.entry.is_some(), "--entry"),
        (args.owners.is_some(), "--owners"),
        (args.spr_policy.is_some(), "--spr-policy"),
        (!args.promote.is_empty(), "--promote"),
        (args.epr_on_delivery, "--epr-on-delivery"),
        (args.irqchip, "--irqchip"),
        (args.reset_event, "--reset-event"),
        (args.record.is_some(), "--record"),
        (args.replay.is_some(), "--replay"),
    ];
    let linux = [
        (!args.allow_read.is_empty(), "--allow-read"),
        (!args.setenv.is_empty(), "--setenv"),
        (args.seed.is_some(), "--seed"),
        (args.clock.is_some(), "--clock"),
        (!args.args.is_empty(), "-- ARGS"),
    ];
    let foreign: &[(bool, &'static str)] = match args.env {
        Environment::Bare => &linux,
        Environment::Linux => &bare,
    };
    foreign
        .iter()
        .find(|(is_given, _)| *is_given)
        .map(|(_, option)| *option)
}

/// An image on the bare machine. An exit code where it does not even start.
fn bare(args: &RunArgs, image: &Image) -> Result<std::io::Result<End>, ExitCode> {
    let model = args.cpu.unwrap_or_else(|| image.default_cpu());
    let promote = args.promote.iter().map(|text| cli::spr(model, text));
    let promote = promote
        .collect::<Result<_, _>>()
        .map_err(|why| refuse(USAGE, format!("--promote: {why}")))?;

    let policy = match &args.spr_policy {
        Some(path) => SprPolicy::open(path, model).map_err(|why| refuse(USAGE, why))?,
        None => SprPolicy::default(),
    };
    let policy = SprPolicy {
        profile: args.owners.or(policy.profile),
        unknown: args.unknown_spr.map(UnknownSpr::from).or(policy.unknown),
        ..policy
    };

    let ram = args.mem.unwrap_or(BARE_RAM);
    let mut memory = Memory::with_ram(ram).map_err(|why| refuse(USAGE, format!("--mem: {why}")))?;
    image
        .check_cpu(model)
        .and_then(|()| image.load(&mut memory, ram))
        .map_err(|why| bad_image(args, &why))?;

    let options = Options {
        policy,
        promote,
        epr_on_delivery: args.epr_on_delivery,
        irqchip: args.irqchip,
        reset_event: args.reset_event,
        insns_per_tick: args.insns_per_tick,
        max_insns: args.max_insns,
        trace: args.trace,
    };
    let start = Start::of(image, args.entry, ram);
    let board = Board::new(Console::new(std::io::stdin()));
    let mut machine = Machine::new(model, memory);
    machine.cpu.set_no_cache(args.no_cache);
    let mut bare = Bare::new(machine, board, start, &options).map_err(|why| refuse(USAGE, why))?;
    let mut reporter = reporter(args, model);
    if let Some(record) = &args.replay {
        return replayed(
            replay(bare.into_machine(), record, ram, &mut reporter),
            &record.display(),
        );
    }
    if let Some(path) = &args.record {
        let file = RecordFile::create(path)
            .map_err(|why| refuse(OUTPUT_FAILED, format!("{}: {why}", path.display())))?;
        bare.record(file, &format!("{} on the {}", args.image.display(), model.name));
    }
    Ok(bare.run(&mut reporter))
}

/// How a replay ended.
fn replayed(
    ended: Result<End, Failed>,
    record: &dyn std::fmt::Display,
) -> Result<std::io::Result<End>, ExitCode> {
    match ended {
        Ok(end) => Ok(Ok(end)),
        Err(Failed::Output(why)) => Ok(Err(why)),
        Err(Failed::Open(why)) => Err(refuse(BAD_IMAGE, format!("{record}: {why}"))),
        Err(Failed::Replay(why)) => Err(refuse(DIVERGED, format!("{record}: {why}"))),
    }
}

/// A Linux program. An exit code where it does not even start.
fn linux(args: &RunArgs, image: &Image) -> Result<std::io::Result<End>, ExitCode> {
    let model = args.cpu.unwrap_or_else(|| image.linux_cpu());
    let files = Files::new(&args.allow_read).map_err(|why| refuse(USAGE, format!("--allow-read {why}")))?;
    if let Some(text) = args.setenv.iter().find(|text| !text.contains('=')) {
        return Err(refuse(USAGE, format!("--setenv {text}: NAME=VALUE is needed")));
    }
    let bytes = |text: &String| text.clone().into_bytes();
    let name = args.image.to_string_lossy().into_owned().into_bytes();
    let settings = Settings {
        mem: args.mem.unwrap_or(LINUX_MEM),
        real_path: match args.image.canonicalize() {
            Ok(path) => path.to_string_lossy().into_owned().into_bytes(),
            Err(why) => return Err(bad_image(args, &ImageError::Io(why))),
        },
        invocation: Invocation {
            path: name.clone(),
            args: std::iter::once(name).chain(args.args.iter().map(bytes)).collect(),
            environment: args.setenv.iter().map(bytes).collect(),
        },
        seed: args.seed.unwrap_or(0),
        clock: args.clock.map_or(Clock::Virtual, Clock::from),
        unknown_spr: args.unknown_spr.map_or(UnknownSpr::Architected, UnknownSpr::from),
        insns_per_tick: args.insns_per_tick,
        max_insns: args.max_insns,
        trace: args.trace,
        no_cache: args.no_cache,
    };
    let mut linux = image
        .check_cpu(model)
        .and_then(|()| Linux::new(image, model, files, &settings))
        .map_err(|why| bad_image(args, &why))?;
    Ok(linux.run(&mut reporter(args, model)))
}

fn reporter(args: &RunArgs, model: &'static Model) -> Reporter {
    let form = if args.json { Form::Json } else { Form::Text };
    Reporter::new(form, args.quiet, model)
}

fn bad_image(args: &RunArgs, why: &ImageError) -> ExitCode {
    refuse(BAD_IMAGE, format!("{}: {why}", args.image.display()))
}

fn refuse(code: u8, why: impl std::fmt::Display) -> ExitCode {
    eprintln!("ppc-emu: {why}");
    ExitCode::from(code)
}
