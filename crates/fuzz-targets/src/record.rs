//! Records: what is read from any bytes, and what is run by entries that no run wrote.

use crate::coverage::mark;
use crate::input::Input;
use crate::random::Random;
use crate::step;
use ppc_cpu::{Recorder, Replayer};
use spr_exit::record::{Reader, VERSION, Writer};
use spr_exit::{Exit, SprAccess, SprNum, Vcpu};

pub(crate) fn replay(data: &[u8]) {
    any_bytes(data);
    any_run(data);
    any_entries(data);
}

/// A file.
fn any_bytes(data: &[u8]) {
    for bytes in [data.to_vec(), [&b"PPCR"[..], &[VERSION], data].concat()] {
        let mut reader = match Reader::new(bytes.into_iter()) {
            Ok(reader) => reader,
            Err(why) => {
                mark(std::mem::discriminant(&why.damage));
                continue;
            }
        };
        loop {
            match reader.next() {
                Ok(Some(entry)) => mark(std::mem::discriminant(&entry.event)),
                Ok(None) => break,
                Err(why) => return mark(std::mem::discriminant(&why.damage)),
            }
        }
    }
}

/// A run of any guest that is answered anything: it is made again to the last bit.
fn any_run(data: &[u8]) {
    let mut input = Input(data);
    let mut random = Random::new(input.number::<2>());
    let start = step::machine(&mut input);
    let mut recorder = Recorder::new(start.clone(), Vec::new(), "");
    for _ in 0..16 {
        recorder.set_budget(random.below(64) as u64);
        let exit = recorder.run().expect("nothing waits");
        mark((start.cpu.model().name, std::mem::discriminant(&exit)));
        if let Some(change) = step::change(&mut random) {
            recorder.change(&change);
        }
        if recorder.pending().is_some() && recorder.complete(step::reply(&mut random)).is_err() {
            recorder
                .complete(spr_exit::Reply::Done(0))
                .expect("every exit can be done");
        }
    }
    let (end, bytes) = recorder.finish().expect("memory takes it all");
    let again = Replayer::new(start, bytes.into_iter()).and_then(Replayer::run);
    let again = again.unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(again.cpu.snapshot(), end.cpu.snapshot());
    assert_eq!(again.memory, end.memory);
}

/// Entries that no run wrote: the replay stops at one of them.
fn any_entries(data: &[u8]) {
    let mut input = Input(data);
    let mut random = Random::new(input.number::<2>());
    let start = step::machine(&mut input);
    let mut writer = Writer::new(Vec::new(), &start.record_start(""));
    let mut at = 0;
    for _ in 0..random.below(8) {
        at += random.below(64) as u64;
        match random.below(4) {
            0 => writer.reply(at, step::reply(&mut random)),
            1 => writer.exit(at, &Exit::Spr(SprAccess::read(SprNum::wrapping(random.number())))),
            2 => writer.exit(at, &Exit::Wait),
            _ => {
                if let Some(change) = step::change(&mut random) {
                    writer.change(at, &change);
                }
            }
        }
    }
    let bytes = writer.finish(at, 0).expect("memory takes it all");
    let why = Replayer::new(start, bytes.into_iter()).and_then(Replayer::run);
    let why = why.expect_err("its end has the digest of another state");
    mark(std::mem::discriminant(&why));
    assert!(!why.to_string().is_empty());
}
