//! Letting a machine run: under a budget, in slices between which the clock is looked at, or printed step by step.
//!
//! The same for every environment; what becomes of the exits is theirs.

use super::end::End;
use super::report::Reporter;
use crate::disasm;
use ppc_cpu::Machine;
use ppc_decode::{Decoder, Style};
use spr_exit::{Exit, InterruptKind, Msr, Vcpu};
use std::io;
use std::time::{Duration, Instant};

/// How many instructions run at a time; in between, a look at the clock.
const SLICE: u64 = 1 << 24;
/// How many exits are answered between two looks at the clock.
const EXITS: u32 = 1 << 12;
/// How often progress is shown.
const PROGRESS: Duration = Duration::from_secs(1);

/// How far a machine may run, and what is said meanwhile.
#[derive(Debug)]
pub(super) struct Pace {
    max_insns: u64,
    tracer: Option<Decoder>,
    last: Instant,
    exits: u32,
}

impl Pace {
    /// Under this budget; with `trace`, every instruction is printed.
    pub(super) fn new(machine: &Machine, max_insns: Option<u64>, trace: bool) -> Self {
        Self {
            max_insns: max_insns.unwrap_or(u64::MAX),
            tracer: trace.then(|| Decoder::new(machine.cpu.model().isa)),
            last: Instant::now(),
            exits: 0,
        }
    }

    /// Whether every instruction is printed.
    pub(super) fn is_traced(&self) -> bool {
        self.tracer.is_some()
    }

    /// Lets the guest run until it needs us. Without budget left, that is the end.
    pub(super) fn next(
        &mut self,
        machine: &mut Machine,
        reporter: &mut Reporter,
    ) -> io::Result<Result<Exit, End>> {
        let left = self.max_insns.saturating_sub(machine.cpu.work());
        if left == 0 {
            return Ok(Err(End::Budget));
        }
        let exit = match &self.tracer {
            Some(decoder) => step(decoder, machine, reporter)?,
            None => {
                machine.set_budget(left.min(SLICE));
                run(machine)
            }
        };
        let exit = match exit {
            Ok(exit) => exit,
            Err(end) => return Ok(Err(end)),
        };
        self.exits += 1;
        if exit == Exit::Budget && self.tracer.is_none() || self.exits == EXITS {
            self.exits = 0;
            if self.last.elapsed() >= PROGRESS {
                self.last = Instant::now();
                reporter.progress(machine.cpu.work())?;
            }
        }
        Ok(Ok(exit))
    }
}

/// One instruction, printed.
fn step(decoder: &Decoder, machine: &mut Machine, reporter: &mut Reporter) -> io::Result<Result<Exit, End>> {
    let (cia, insns) = (machine.cpu.cia(), machine.cpu.insns());
    let word = machine.memory.load::<4>(cia).map(|bytes| {
        if machine.cpu.msr().contains(Msr::LE) {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        }
    });
    machine.set_budget(1);
    let exit = run(machine);

    let is_in_place_of_it = matches!(
        exit,
        Ok(Exit::Epr | Exit::Interrupt(InterruptKind::External | InterruptKind::Decrementer))
    );
    if let Some(word) = word
        && (!is_in_place_of_it || machine.cpu.insns() != insns)
    {
        let text = disasm::text(decoder, word, cia, Style::Extended);
        reporter.trace(cia, word, &text)?;
    }
    Ok(exit)
}

/// Runs on. An error means that an exit was left unanswered, a mistake of the environment; the exit then ends the run.
fn run(machine: &mut Machine) -> Result<Exit, End> {
    machine
        .run()
        .map_err(|_| End::Unexpected(machine.pending().unwrap_or(Exit::Interrupted)))
}
