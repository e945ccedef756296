//! The run of one record: exits answered from its list, until something ends it.

use super::raise::Raise;
use super::record::Record;
use super::report::{AccessReport, Hex, InterruptReport, SprReport, Status};
use ppc_cpu::{Cpu, Machine};
use spr_exit::{Exit, Fault, Reply, VcpuError};

/// How many deliveries are listed.
const MAX_INTERRUPTS: usize = 64;

/// What happened.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// Why it ended: the field `exit`.
    pub(super) exit: &'static str,
    pub(super) insns: u64,
    pub(super) exits: Vec<SprReport>,
    /// The interrupt that ended it.
    pub(super) interrupt: Option<InterruptReport>,
    /// Those that were delivered and did not.
    pub(super) interrupts: Vec<InterruptReport>,
    pub(super) access: Option<AccessReport>,
    pub(super) unused_answers: usize,
    /// Storage interrupts whose moment did not come, or that were switched off then.
    pub(super) unraised: usize,
    /// With exit "error".
    pub(super) error: Option<String>,
}

impl Run {
    fn end(&mut self, exit: &'static str) {
        self.exit = exit;
    }

    fn fail(&mut self, why: String) {
        self.exit = "error";
        self.error = Some(why);
    }
}

/// Runs the machine to its end.
pub(super) fn drive(machine: &mut Machine, record: &Record) -> Run {
    let mut run = Run::default();
    let mut answers = record.answers.iter();
    let mut raises = &record.raise[..];
    let begin = work(&machine.cpu);
    let first_insn = machine.cpu.insns();
    while run.exit.is_empty() {
        let done = work(&machine.cpu).wrapping_sub(begin);
        let left = record.max_insns.saturating_sub(done);
        let insns = machine.cpu.insns().wrapping_sub(first_insn);
        let budget = until_raise(&mut run, &mut machine.cpu, &mut raises, insns, left);
        match machine.cpu.run(&mut machine.memory, budget) {
            Ok(Exit::Budget) if budget < left => {}
            Ok(exit) => {
                if let Err(why) = take(&mut run, exit, &mut machine.cpu, record, &mut answers) {
                    run.fail(why.to_string());
                }
            }
            Err(why) => run.fail(why.to_string()),
        }
    }
    run.insns = machine.cpu.insns().wrapping_sub(first_insn);
    run.unused_answers = answers.len();
    run.unraised += raises.len();
    run
}

/// Raises the next storage interrupt if its moment is there, which nothing but its report then follows; else how far it
/// is there from these completed instructions, within what is left of the budget.
fn until_raise(run: &mut Run, cpu: &mut Cpu, raises: &mut &[Raise], insns: u64, left: u64) -> u64 {
    let Some((next, later)) = raises.split_first() else {
        return left;
    };
    if insns >= next.after && left > 0 {
        *raises = later;
        run.unraised += usize::from(!cpu.raise_storage(next.fault));
        return 0;
    }
    left.min(next.after.saturating_sub(insns))
}

/// What `max_insns` counts.
fn work(cpu: &Cpu) -> u64 {
    cpu.insns().wrapping_add(cpu.deliveries())
}

/// Does what the record says about one exit: answers it, lists it, or lets it end the run.
fn take(
    run: &mut Run,
    exit: Exit,
    cpu: &mut Cpu,
    record: &Record,
    answers: &mut std::slice::Iter<'_, Reply>,
) -> Result<(), VcpuError> {
    match exit {
        Exit::Spr(at) => {
            let answer = answers.next();
            run.exits
                .push(SprReport::new(&at, record.model, answer.map(status), answer));
            match answer {
                Some(reply) => cpu.complete(*reply)?,
                None => run.end("spr"),
            }
        }
        Exit::Interrupt(_) => {
            let report = cpu
                .last_interrupt()
                .map(|it| InterruptReport::new(it, record.model));
            if !record.goes_on_after_interrupts {
                run.interrupt = report;
                run.end("interrupt");
            } else if run.interrupts.len() < MAX_INTERRUPTS {
                run.interrupts.extend(report);
            }
        }
        Exit::Checkstop { .. } => {
            run.interrupt = Some(InterruptReport::checkstop());
            run.end("interrupt");
        }
        Exit::Debug { .. } => run.end("stop"),
        // The budget is asked for first; but who stands at a stop address has come to it.
        Exit::Budget if record.stop.contains(&cpu.cia()) => run.end("stop"),
        Exit::Budget => run.end("budget"),
        Exit::Mmio(at) => {
            run.access = Some(AccessReport::mmio(&at));
            run.end("mmio");
        }
        Exit::Dcr(at) => {
            run.access = Some(AccessReport::dcr(&at));
            run.end("dcr");
        }
        Exit::Unimplemented { cia, word } => {
            run.access = Some(AccessReport::instruction(cia, word));
            run.end("unimplemented");
        }
        Exit::Syscall { .. } => run.end("syscall"),
        Exit::Wait => run.end("wait"),
        Exit::SystemEvent(_) => run.end("reset"),
        Exit::Watchdog => run.end("watchdog"),
        Exit::Message { .. } => run.end("message"),
        // None of these can come: no external interrupt is raised here, and nobody else has a handle to kick this CPU.
        Exit::Epr | Exit::Interrupted | Exit::Other(_) => {
            run.fail(format!("an exit that nothing here asks for: {exit:?}"));
        }
        _ => run.fail(format!("an exit that this interface has no name for: {exit:?}")),
    }
    Ok(())
}

fn status(reply: &Reply) -> Status {
    match reply {
        Reply::Done(_) => Status::Ok,
        Reply::Fault(Fault::Illegal | Fault::Privileged) => Status::Fail,
        Reply::NoOp | Reply::Architected => Status::Noop,
    }
}

/// The bytes of every dump that the record asked for.
pub(super) fn dumps(machine: &Machine, record: &Record) -> Vec<(Hex, String)> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    record
        .dump
        .iter()
        .map(|(address, length)| {
            let mut bytes = vec![0; *length];
            // Checked before the run, and RAM does not go away.
            let _ = machine.memory.read_bytes(*address, &mut bytes);
            let mut text = String::with_capacity(2 * bytes.len());
            for byte in bytes {
                text.push(DIGITS[usize::from(byte >> 4)].into());
                text.push(DIGITS[usize::from(byte & 15)].into());
            }
            (Hex(*address), text)
        })
        .collect()
}
