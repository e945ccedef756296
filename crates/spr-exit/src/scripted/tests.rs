use super::*;
use crate::num::booke::{DBCR0, PIR};
use crate::{Fault, Stop, drive, on_read, on_write};
use crate::{Outcome, SprHandler};
use std::string::ToString;

/// A loop that copes: it answers what waits, and goes on when an answer came too late.
fn careful(vcpu: &mut dyn Vcpu, handler: &mut dyn SprHandler) -> Result<(Exit, Vec<VcpuError>), VcpuError> {
    let mut met = Vec::new();
    loop {
        let Exit::Spr(mut at) = vcpu.run()? else {
            return Ok((Exit::Wait, met));
        };
        while let Some(reply) = crate::answer(handler, &at).reply() {
            match vcpu.complete_for(&at, reply) {
                Ok(()) => break,
                Err(why @ VcpuError::NothingPending) => {
                    met.push(why);
                    break;
                }
                Err(why @ VcpuError::WrongAccess { .. }) => met.push(why),
                Err(why) => return Err(why),
            }
            match vcpu.pending() {
                Some(Exit::Spr(other)) => at = other,
                _ => break,
            }
        }
    }
}

fn pir_is_7() -> impl SprHandler {
    (
        on_read(PIR, |_| Outcome::Handled(7)),
        on_write(DBCR0, |_, _| Outcome::Handled(())),
    )
}

fn two_steps() -> Scripted {
    Scripted::new([
        Step::read(PIR).expect(Reply::Done(7)),
        Step::write(DBCR0, 1).expect(Reply::Done(0)),
    ])
    .last(Exit::Wait)
}

#[test]
fn a_script_is_played_in_order_and_its_answers_are_kept() {
    let mut vcpu = two_steps();
    assert_eq!(drive(&mut vcpu, &mut pir_is_7()), Ok(Stop::Exit(Exit::Wait)));
    assert_eq!(vcpu.finish(), Ok(()));
    let answers: Vec<_> = vcpu.answers().iter().map(|a| (a.step, a.reply)).collect();
    assert_eq!(answers, [(0, Reply::Done(7)), (1, Reply::Done(0))]);
}

#[test]
fn an_unexpected_answer_is_an_error_and_the_exit_still_waits() {
    let mut vcpu = two_steps();
    let exit = vcpu.run().unwrap();
    let (expected, got) = (Reply::Done(7), Reply::Fault(Fault::Illegal));
    assert_eq!(
        vcpu.complete(got),
        Err(VcpuError::ScriptMismatch {
            step: 0,
            expected,
            got
        })
    );
    assert_eq!((vcpu.pending(), vcpu.answers()), (Some(exit), &[][..]));
    let diff = vcpu.finish().unwrap_err();
    let text = diff.to_string();
    assert!(
        text.contains("! step 0: mfspr 286: expected Done(7), got Fault(Illegal)"),
        "{text}"
    );
    assert!(text.contains("! step 1: mtspr 308, 0x1"), "{text}");
    assert_eq!(diff.0.len(), 2);
}

#[test]
fn the_value_of_done_does_not_count_for_a_write() {
    let mut vcpu = Scripted::new([]).write(DBCR0, 5).expect(Reply::Done(0));
    let _ = vcpu.run().unwrap();
    assert_eq!(vcpu.complete(Reply::Done(5)), Ok(()));
    assert_eq!(vcpu.finish(), Ok(()));
}

#[test]
fn behind_the_last_step_is_an_error_unless_a_last_exit_was_given() {
    let mut vcpu = Scripted::new([]).exit(Exit::Budget);
    assert_eq!(vcpu.run(), Ok(Exit::Budget));
    assert_eq!(vcpu.run(), Err(VcpuError::ScriptEnded));
    assert_eq!(vcpu.finish(), Ok(()));
    let mut vcpu = vcpu.last(Exit::Wait);
    assert_eq!((vcpu.run(), vcpu.run()), (Ok(Exit::Wait), Ok(Exit::Wait)));
}

#[test]
fn immediate_exit_consumes_no_step() {
    let mut vcpu = two_steps();
    vcpu.set_immediate_exit(true);
    assert_eq!(
        (vcpu.run(), vcpu.run()),
        (Ok(Exit::Interrupted), Ok(Exit::Interrupted))
    );
    assert_eq!(vcpu.position(), 0);
    vcpu.set_immediate_exit(false);
    assert!(matches!(vcpu.run(), Ok(Exit::Spr(_))));
}

#[test]
fn a_cancelled_access_is_made_again_because_the_pc_stays() {
    let mut vcpu = two_steps();
    let first = vcpu.run().unwrap();
    vcpu.cancel();
    assert_eq!(vcpu.pending(), None);
    assert_eq!(vcpu.complete(Reply::Done(7)), Err(VcpuError::NothingPending));
    assert_eq!(vcpu.run(), Ok(first));
}

#[test]
fn an_exit_refuses_a_reply_that_it_has_no_meaning_for() {
    let mut vcpu = Scripted::new([]).exit(Exit::Epr);
    let _ = vcpu.run().unwrap();
    assert_eq!(
        vcpu.complete(Reply::NoOp),
        Err(VcpuError::ReplyNotPossible(Reply::NoOp))
    );
    assert_eq!(vcpu.complete(Reply::Done(3)), Ok(()));
}

#[test]
fn a_late_reply_finds_nothing_pending_and_the_access_comes_again() {
    let mut vcpu = two_steps().inject(0, Injection::Late);
    let (_, met) = careful(&mut vcpu, &mut pir_is_7()).unwrap();
    assert_eq!(met, [VcpuError::NothingPending]);
    assert_eq!(vcpu.finish(), Ok(()));
    assert_eq!(vcpu.answers().len(), 2);
}

#[test]
fn a_cancelled_access_is_never_answered_and_the_script_goes_on() {
    let mut vcpu = two_steps().inject(0, Injection::Cancelled);
    let (_, met) = careful(&mut vcpu, &mut pir_is_7()).unwrap();
    assert_eq!(met, [VcpuError::NothingPending]);
    assert_eq!(vcpu.finish(), Ok(()));
    let steps: Vec<_> = vcpu.answers().iter().map(|a| a.step).collect();
    assert_eq!(steps, [1]);
}

#[test]
fn of_two_replies_the_first_stands() {
    let mut vcpu = two_steps().inject(0, Injection::Double(Reply::Done(9)));
    let (_, met) = careful(&mut vcpu, &mut pir_is_7()).unwrap();
    assert_eq!(met, [VcpuError::NothingPending]);
    assert_eq!(vcpu.answers()[0].reply, Reply::Done(9));
    assert_eq!(vcpu.finish(), Ok(()));
}

#[test]
fn a_reply_to_the_wrong_access_is_refused_and_changes_nothing() {
    let other = SprAccess::write(DBCR0, 0x3000_0000);
    let mut vcpu = two_steps().inject(0, Injection::WrongNumber(other));
    let (_, met) = careful(&mut vcpu, &mut pir_is_7()).unwrap();
    let why = VcpuError::WrongAccess {
        answered: Some(PIR),
        waits: Some(DBCR0),
    };
    assert_eq!(met, [why]);
    assert!(
        why.to_string()
            .contains("SPR 286, but an access to SPR 308 waits")
    );
    assert_eq!(vcpu.answers()[0].exit, Exit::Spr(other));
    assert_eq!(vcpu.finish(), Ok(()));
}

#[test]
fn a_loop_that_names_no_access_meets_the_wrong_access_once() {
    let other = SprAccess::read(DBCR0);
    let mut vcpu = two_steps().inject(0, Injection::WrongNumber(other));
    let _ = vcpu.run().unwrap();
    let refused = vcpu.complete(Reply::Done(7));
    assert!(matches!(refused, Err(VcpuError::WrongAccess { .. })));
    assert_eq!(vcpu.pending(), Some(Exit::Spr(other)));
    assert_eq!(vcpu.complete(Reply::Done(1)), Ok(()));
    assert_eq!(vcpu.run(), Ok(Exit::Spr(SprAccess::read(PIR))));
}

#[test]
fn a_loop_that_does_not_cope_is_found_out() {
    for injection in [
        Injection::Late,
        Injection::Cancelled,
        Injection::Double(Reply::Done(9)),
        Injection::WrongNumber(SprAccess::read(DBCR0)),
    ] {
        let mut vcpu = two_steps().inject(0, injection);
        assert!(
            drive(&mut vcpu, &mut pir_is_7()).is_err(),
            "{injection:?} passed unseen"
        );
    }
}

#[test]
fn an_injection_that_never_happens_and_an_expectation_without_a_step_are_reported() {
    let vcpu = Scripted::new([]).inject(3, Injection::Late);
    assert!(vcpu.finish().unwrap_err().to_string().contains("never happened"));
    let vcpu = Scripted::new([]).expect(Reply::NoOp);
    assert!(vcpu.finish().unwrap_err().to_string().contains("before any step"));
}

#[test]
fn several_injections_at_one_step_happen_one_per_time_it_is_played() {
    let mut vcpu = two_steps()
        .inject(0, Injection::Late)
        .inject(0, Injection::WrongNumber(SprAccess::write(DBCR0, 2)))
        .inject(0, Injection::Late);
    let (_, met) = careful(&mut vcpu, &mut pir_is_7()).unwrap();
    assert_eq!(met.len(), 3);
    assert_eq!(vcpu.finish(), Ok(()));
}

#[test]
fn the_vector_of_an_epr_exit_counts() {
    let mut vcpu = Scripted::new([Step::exit(Exit::Epr).expect(Reply::Done(3))]);
    let _ = vcpu.run().unwrap();
    assert!(matches!(
        vcpu.complete(Reply::Done(4)),
        Err(VcpuError::ScriptMismatch { .. })
    ));
    assert_eq!(vcpu.complete(Reply::Done(3)), Ok(()));
}

#[test]
fn what_was_left_undone_stands_in_the_diff() {
    let mut waits = two_steps();
    let _ = waits.run();
    let text = waits.finish().unwrap_err().to_string();
    assert!(text.contains("expected Done(7), still waits"), "{text}");
    assert!(text.contains("expected Done(0), not played"), "{text}");

    let mut wrong = Scripted::new([]).inject(0, Injection::WrongNumber(SprAccess::read(DBCR0)));
    wrong = wrong.read(PIR);
    let _ = wrong.run();
    let text = wrong.finish().unwrap_err().to_string();
    assert!(text.contains("! mfspr 308 still waits for its answer"), "{text}");

    let mut useless = Scripted::new([Step::exit(Exit::Wait).expect(Reply::NoOp)]);
    let _ = useless.run();
    let text = useless.finish().unwrap_err().to_string();
    assert!(text.contains("which takes no answer"), "{text}");
}
