//! What is printed says what happened.

use spr_exit::num::booke::{DBCR0, PIR};
use spr_exit::record::{Damage, Entry, Event, RecordError, Start};
use spr_exit::{
    CapError, Direction, Exit, Fault, FilterRange, InterruptKind, KvmRunError, KvmRunPage, Owner, Reason,
    Reply, ReportLog, ReportSink, Reports, ScriptDiff, SprAccess, SprFilter, SprNum, SprOwners, SprReport,
    SprRouter, VcpuError, Verdict,
};

fn write() -> SprAccess {
    SprAccess::write(DBCR0, 0x3000_0000)
        .at(0x1000, 0x7c74_4ba6, 2)
        .with_reason(Reason::UNKNOWN)
}

#[test]
fn a_capability_that_is_refused_is_named_with_what_is_wrong() {
    let argument = CapError::Argument {
        index: 1,
        value: 0x400,
    };
    for (why, says) in [
        (CapError::Unsupported(0x12), "capability 0x12 "),
        (CapError::Flags(3), "0x3"),
        (argument, "args[1] = 0x400"),
        (CapError::NotModelled(DBCR0), "SPR 308 "),
    ] {
        assert!(why.to_string().contains(says), "{why}");
    }
}

#[test]
fn numbers_and_kinds_of_interrupts_have_their_names() {
    assert_eq!(format!("{DBCR0:?}"), "spr308");
    assert_eq!(InterruptKind::FixedInterval.to_string(), "fixed_interval");
}

#[test]
fn kinds_of_interrupts_are_told_apart() {
    use InterruptKind::{DataTlb, InstructionTlb, MachineCheckStore, Syscall};
    for (kind, is) in [
        (MachineCheckStore, [true, false, false]),
        (InstructionTlb, [false, true, false]),
        (DataTlb, [false, true, true]),
        (Syscall, [false, false, false]),
    ] {
        assert_eq!(
            [kind.is_machine_check(), kind.is_of_storage(), kind.is_of_data()],
            is,
            "{kind}"
        );
    }
}

#[test]
fn filters_and_owners_show_how_much_they_change() {
    let all = FilterRange {
        first: SprNum::wrapping(0),
        last: SprNum::wrapping(99),
        reads: true,
        writes: false,
        verdict: Verdict::Deny,
    };
    let filter = SprFilter::new(Verdict::Allow, &[all]).expect("a range");
    assert_eq!(
        format!("{filter:?}"),
        "SprFilter { denied reads: 100, denied writes: 0 }"
    );
    let mut owners = SprOwners::default();
    owners.set(DBCR0, Direction::Write, Owner::User);
    assert_eq!(format!("{owners:?}"), "{spr308: [Model, User]}");
}

#[test]
fn a_report_says_where_what_and_what_became_of_it() {
    let report = |answer| SprReport { at: write(), answer }.to_string();
    let text = report(None);
    assert!(
        text.starts_with("cpu 2: 0x1000: 7c744ba6 mtspr 308, value 0x30000000, msr 0x0: "),
        "{text}"
    );
    for (answer, says) in [
        (None, "left for user space"),
        (Some(Reply::NoOp), "ignored"),
        (Some(Reply::Fault(Fault::Illegal)), "refused (Illegal)"),
        (Some(Reply::Architected), "as the model says"),
    ] {
        assert!(report(answer).ends_with(says), "{}", report(answer));
    }
}

#[test]
fn sinks_routers_and_pages_show_what_they_have() {
    let mut log = ReportLog::default();
    log.report(&SprReport {
        at: write(),
        answer: None,
    });
    assert_eq!(format!("{:?}", Reports::Log(log)), "Reports::Log(1 in all)");
    assert_eq!(
        format!("{:?}", Reports::Sink(Box::new(|_: &SprReport| ()))),
        "Reports::Sink(..)"
    );
    let mut router: SprRouter<()> = SprRouter::new();
    router.on_read(PIR, |(), _| spr_exit::Outcome::NotMine);
    assert!(
        format!("{router:?}").contains("reads: 1, writes: 0"),
        "{router:?}"
    );
    assert!(format!("{:?}", KvmRunPage::new()).contains("exit_reason"));
}

#[test]
fn errors_of_runs_say_what_waits() {
    let wrong = |waits| VcpuError::WrongAccess {
        answered: Some(PIR),
        waits,
    };
    assert!(
        wrong(Some(PIR))
            .to_string()
            .ends_with("another access to it waits")
    );
    assert!(
        wrong(Some(DBCR0))
            .to_string()
            .ends_with("an access to SPR 308 waits")
    );
    let failed = KvmRunError::Vcpu(VcpuError::ExitPending);
    assert!(
        failed.to_string().contains("an exit waits for its reply"),
        "{failed}"
    );
    assert!(KvmRunError::Interrupted.to_string().contains("EINTR"));
    let (expected, got) = (Reply::Done(1), Reply::Done(2));
    let diff = ScriptDiff::from(VcpuError::ScriptMismatch {
        step: 3,
        expected,
        got,
    });
    assert_eq!(diff.0[0].step, Some(3));
}

#[test]
fn a_record_names_its_entries_and_its_damage() {
    let exit = Exit::Spr(write());
    let entry = Entry {
        at: 7,
        event: Event::Exit {
            exit,
            reply: Some(Reply::Done(0)),
        },
    };
    let text = entry.to_string();
    assert!(text.starts_with("at 7: mtspr 308, 0x30000000"), "{text}");
    assert!(text.ends_with("reason=UNKNOWN, answered Done(0)"), "{text}");
    let damage = Damage::Checksum {
        stored: 1,
        computed: 0x2f,
    };
    let why = RecordError {
        entry: 4,
        offset: 99,
        damage,
    };
    assert_eq!(
        why.to_string(),
        "entry 4 at byte 99: its checksum is 002f, and 0001 stands there"
    );
    let start = Start::of(&"m".repeat(50), 0, &format!("x{}", "é".repeat(90))).by(&"c".repeat(50));
    assert_eq!((start.model.len(), start.core.len()), (40, 40));
    // No character is cut in two.
    assert_eq!(start.note, format!("x{}", "é".repeat(79)));
}
