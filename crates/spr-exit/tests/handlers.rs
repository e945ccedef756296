//! Handlers behind other types, sinks of the caller's, and registers with a mistake that is hard to see.

use spr_exit::conformance::write_one_clears;
use spr_exit::num::booke::{DBCR0, PIR};
use spr_exit::{
    Access, FilterRange, Outcome, ReportLog, ReportSink, Reports, SprAccess, SprFilter, SprHandler, SprNum,
    SprReport, SprRouter, Verdict, on_read, on_spr,
};
use std::sync::mpsc::channel;

/// A register that debuggers see, PIR; every read counts.
struct Shown(u64);

impl SprHandler for Shown {
    fn read(&mut self, _: &SprAccess) -> Outcome<u64> {
        self.0 += 1;
        Outcome::Handled(self.0)
    }
    fn write(&mut self, _: &SprAccess, _: u64) -> Outcome<()> {
        Outcome::NotMine
    }
    fn peek(&self, sprn: SprNum) -> Option<u64> {
        (sprn == PIR).then_some(self.0)
    }
    fn poke(&mut self, sprn: SprNum, value: u64) -> bool {
        if sprn == PIR {
            self.0 = value;
        }
        sprn == PIR
    }
}

fn is_shown<H: SprHandler>(mut handler: H) {
    assert_eq!(handler.peek(PIR), Some(5));
    assert_eq!(handler.peek(DBCR0), None);
    assert!(handler.poke(PIR, 6));
    assert!(!handler.poke(DBCR0, 7));
    assert_eq!(handler.peek(PIR), Some(6));
}

#[test]
fn a_debugger_reaches_a_handler_behind_any_type() {
    is_shown(Shown(5));
    is_shown(&mut Shown(5));
    is_shown(Box::new(Shown(5)));
    is_shown(Some(Shown(5)));
    is_shown((on_read(DBCR0, |_| Outcome::NotMine), Shown(5)));
    let (mut router, mut value) = (SprRouter::new(), 5);
    router.on_peek(PIR, |value: &u64, _| Some(*value));
    router.on_poke(PIR, |value, _, new| {
        *value = new;
        true
    });
    is_shown(router.bind(&mut value));
    assert_eq!(value, 6);
}

#[test]
fn who_has_nothing_to_show_shows_nothing() {
    let mut closure = on_read(PIR, |_| Outcome::Handled(1));
    assert_eq!(closure.peek(PIR), None);
    assert!(!closure.poke(PIR, 1));
    let mut nobody: Option<Shown> = None;
    assert_eq!(nobody.peek(PIR), None);
    assert!(!nobody.poke(PIR, 1));
}

#[test]
fn a_report_reaches_the_sink_that_is_there_and_no_other() {
    let report = SprReport {
        at: SprAccess::read(PIR),
        answer: None,
    };
    let mut log = Reports::Log(ReportLog::default());
    log.report(&report);
    assert_eq!(log.log().map(ReportLog::total), Some(1));
    let (tell, told) = channel();
    let mut sink = Reports::Sink(Box::new(move |report: &SprReport| {
        tell.send(*report).expect("it is heard");
    }));
    sink.report(&report);
    assert!(sink.log().is_none());
    assert_eq!(told.try_iter().collect::<Vec<_>>(), [report]);
}

#[test]
fn filters_are_the_same_if_they_say_the_same() {
    let deny = |n| FilterRange {
        first: SprNum::wrapping(n),
        last: SprNum::wrapping(n),
        reads: true,
        writes: true,
        verdict: Verdict::Deny,
    };
    let filter = |numbers: &[u64]| {
        let ranges: Vec<_> = numbers.iter().map(|n| deny(*n)).collect();
        SprFilter::new(Verdict::Allow, &ranges).expect("ranges")
    };
    assert_eq!(filter(&[]), SprFilter::default());
    assert_eq!(filter(&[1, 2]), filter(&[2, 1]));
    assert_ne!(filter(&[1]), filter(&[2]));
}

/// A register of which a write of a one to any of its bits `seen` clears everything.
fn clears_all(seen: u64) -> impl SprHandler {
    let mut events = 0b110;
    on_spr(PIR, move |_, access| {
        Outcome::Handled(match access {
            Access::Read => events,
            Access::Write(value) if value & seen != 0 => {
                events = 0;
                0
            }
            Access::Write(value) => {
                events &= !value;
                0
            }
        })
    })
}

#[test]
fn a_one_that_clears_its_neighbours_too_is_found_and_other_bits_are_left_alone() {
    let why = write_one_clears(&mut clears_all(0b110), PIR, 0b110).expect_err("0b010 clears 0b100");
    assert!(why.to_string().contains("expected 0x4, got 0x0"), "{why}");
    // Bit 0 is not among those asked for.
    assert_eq!(write_one_clears(&mut clears_all(0b001), PIR, 0b110), Ok(()));
}
