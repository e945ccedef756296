//! The conformance suite against the implementations in this crate, and against ones that break a rule each.

use spr_exit::conformance::{Program, Replies, VcpuSuite, check_vcpu};
use spr_exit::{Access, Exit, KvmRun, Reply, Scripted, SprNum, Step, Vcpu, VcpuError};

fn scripted(program: &Program) -> Scripted {
    let steps = program.iter().map(|(sprn, access)| match access {
        Access::Read => Step::read(*sprn),
        Access::Write(value) => Step::write(*sprn, *value),
    });
    Scripted::new(steps).last(Exit::Wait)
}

#[test]
fn the_scripted_double_keeps_every_rule() {
    check_vcpu(Replies::ALL, scripted).unwrap();
}

#[test]
fn a_boxed_vcpu_of_unknown_type_can_be_checked() {
    check_vcpu(Replies::ALL, |program| {
        Box::new(scripted(program)) as Box<dyn Vcpu>
    })
    .unwrap();
}

#[test]
fn the_run_page_keeps_every_rule_with_the_replies_it_can_say() {
    check_vcpu(Replies::RAW_PAGE, |program| KvmRun::new(scripted(program))).unwrap();
    let why = check_vcpu(Replies::ALL, |program| KvmRun::new(scripted(program))).unwrap_err();
    assert_eq!(why.what, "a possible reply is taken");
}

#[test]
fn the_registers_of_the_suite_can_be_chosen() {
    let suite = VcpuSuite {
        registers: [SprNum::wrapping(1000), SprNum::wrapping(5)],
        ..VcpuSuite::default()
    };
    suite.check(scripted).unwrap();
}

/// Which rule a [`Broken`] vCPU breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    RunsOn,
    CompletesNothing,
    ForgetsTheExit,
    IgnoresImmediateExit,
    ClearsImmediateExit,
    LosesTheExitOnImmediateExit,
    SkipsTheCancelled,
    KeepsTheCancelled,
    TakesAnyAccess,
    RunsInComplete,
    RefusesNoOp,
}

/// A scripted vCPU that breaks one rule.
struct Broken {
    core: Scripted,
    fault: Fault,
    leave: bool,
    hidden: Option<Exit>,
}

impl Vcpu for Broken {
    fn run(&mut self) -> Result<Exit, VcpuError> {
        match self.fault {
            Fault::RunsOn if self.core.pending().is_some() => self.core.complete(Reply::Done(0))?,
            Fault::ForgetsTheExit if self.core.pending().is_some() => self.core.cancel(),
            Fault::LosesTheExitOnImmediateExit if self.leave && self.core.pending().is_some() => {
                self.core.cancel();
                return Err(VcpuError::ExitPending);
            }
            Fault::RunsInComplete => {
                if let Some(exit) = self.hidden.take() {
                    return Ok(exit);
                }
            }
            Fault::ClearsImmediateExit => {
                let left = self.core.run();
                self.core.set_immediate_exit(false);
                return left;
            }
            _ => {}
        }
        self.core.run()
    }
    fn complete(&mut self, reply: Reply) -> Result<(), VcpuError> {
        match (self.fault, self.core.complete(reply)) {
            (Fault::CompletesNothing, Err(VcpuError::NothingPending)) => Ok(()),
            (Fault::RefusesNoOp, Ok(())) if reply == Reply::NoOp => Err(VcpuError::ReplyNotPossible(reply)),
            (Fault::RunsInComplete, Ok(())) => {
                self.hidden = self.core.run().ok();
                Ok(())
            }
            (_, result) => result,
        }
    }
    fn pending(&self) -> Option<Exit> {
        self.core.pending()
    }
    fn set_immediate_exit(&mut self, leave: bool) {
        self.leave = leave;
        self.core
            .set_immediate_exit(leave && self.fault != Fault::IgnoresImmediateExit);
    }
    fn cancel(&mut self) {
        match self.fault {
            Fault::KeepsTheCancelled => {}
            Fault::SkipsTheCancelled => drop(self.core.complete(Reply::Done(0))),
            _ => self.core.cancel(),
        }
    }
    fn complete_for(&mut self, at: &spr_exit::SprAccess, reply: Reply) -> Result<(), VcpuError> {
        if self.fault == Fault::TakesAnyAccess {
            return self.complete(reply);
        }
        self.core.complete_for(at, reply)
    }
}

#[test]
fn every_broken_rule_is_found_and_named() {
    for (fault, what) in [
        (Fault::RunsOn, "`run` is refused while an exit waits"),
        (Fault::ForgetsTheExit, "`run` is refused while an exit waits"),
        (
            Fault::CompletesNothing,
            "`complete` is refused while nothing waits",
        ),
        (
            Fault::IgnoresImmediateExit,
            "`immediate_exit` makes every `run` leave at once",
        ),
        (
            Fault::ClearsImmediateExit,
            "`immediate_exit` makes every `run` leave at once",
        ),
        (
            Fault::LosesTheExitOnImmediateExit,
            "`immediate_exit` leaves a waiting exit alone",
        ),
        (
            Fault::SkipsTheCancelled,
            "`run` leaves with the program's accesses, in order, each once",
        ),
        (Fault::KeepsTheCancelled, "a cancelled access waits no more"),
        (Fault::TakesAnyAccess, "a reply to another access is refused"),
        (Fault::RunsInComplete, "`complete` executes nothing more"),
        (Fault::RefusesNoOp, "a possible reply is taken"),
    ] {
        let found = check_vcpu(Replies::ALL, |program| Broken {
            core: scripted(program),
            fault,
            leave: false,
            hidden: None,
        });
        assert_eq!(found.unwrap_err().what, what, "{fault:?}");
    }
}
