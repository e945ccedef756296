//! What a run prints: the guest's output, exits, the end; for people or as JSON lines.
//!
//! For people, the guest's output goes to standard output and everything else to standard error. As JSON, every event
//! is one object on standard output; numbers of the machine are lower-case `"0x…"` strings, as in `ppc-emu exec`.

use super::end::End;
use crate::device;
use ppc_cpu::Cpu;
use ppc_cpu::model::{InterruptModel, Model};
use serde::{Serialize, Serializer};
use spr_exit::num::e500;
use spr_exit::{
    Direction, Fault, Interrupt, InterruptKind, MmioAccess, Owner, Reply, ResetKind, SprAccess, SprNum,
    UnknownSpr,
};
use std::collections::BTreeMap;
use std::io::{self, BufWriter, IsTerminal, Write};

/// How a run is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Lines for people.
    Text,
    /// JSON lines.
    Json,
}

/// What became of an SPR exit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was answered.
    Answered(Reply),
    /// It reset the machine and never completed.
    Reset(ResetKind),
    /// Nobody claimed it.
    Unclaimed,
}

/// Numbers about a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Instructions completed.
    pub insns: u64,
    /// SPR exits.
    pub spr_exits: u64,
    /// Loads and stores outside RAM.
    pub mmio_exits: u64,
    /// Resets of the machine.
    pub resets: u64,
    /// Interrupts delivered, by kind.
    pub interrupts: BTreeMap<&'static str, u64>,
    /// Accesses to unknown SPRs that the policy answered, by number.
    pub unknown: BTreeMap<u16, u64>,
    /// System calls, where the environment has them.
    pub calls: Option<Calls>,
}

impl Counts {
    /// Collects what the CPU knows at the end.
    pub(super) fn collect(&mut self, cpu: &Cpu) {
        self.insns = cpu.insns();
        if let (false, Some(log)) = (cpu.config().unknown_spr == UnknownSpr::Exit, cpu.reports().log()) {
            self.unknown = SprNum::all()
                .filter(|sprn| cpu.config().owner(*sprn, Direction::Read) != Owner::User)
                .map(|sprn| (sprn.get(), log.count(sprn)))
                .filter(|(_, times)| *times != 0)
                .collect();
        }
    }
}

/// Numbers about system calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// All of them.
    pub made: u64,
    /// Those that are not there, by number: the first [`Calls::MOST`] of them, for a program can think of 2^64.
    pub unknown: BTreeMap<u64, u64>,
}

impl Calls {
    /// How many numbers are remembered.
    pub const MOST: usize = 64;

    /// Counts a call that is not there, and says whether its number is to be reported.
    pub(super) fn is_new(&mut self, number: u64) -> bool {
        if let Some(times) = self.unknown.get_mut(&number) {
            *times += 1;
            return false;
        }
        let is_remembered = self.unknown.len() < Self::MOST;
        if is_remembered {
            self.unknown.insert(number, 1);
        }
        is_remembered
    }
}

/// A value as wide as the CPU's registers.
pub(super) fn hex(model: &Model, value: u64) -> String {
    let width = if model.is_64bit { 18 } else { 10 };
    format!("{value:#0width$x}")
}

/// The name of a register: the board's for its own, else the model's.
pub(super) fn spr_name(model: &Model, sprn: SprNum) -> Option<&'static str> {
    device::name(sprn)
        .or_else(|| model.sprs.row(sprn).map(|row| row.name))
        .or((model.interrupts == InterruptModel::BookE && sprn == e500::EPR).then_some("EPR"))
}

/// Number and name.
pub(super) fn spr_label(model: &Model, sprn: SprNum) -> String {
    match spr_name(model, sprn) {
        Some(name) => format!("SPR {sprn} ({name})"),
        None => format!("SPR {sprn}"),
    }
}

const fn reset_name(kind: ResetKind) -> &'static str {
    match kind {
        ResetKind::Core => "core",
        ResetKind::Chip => "chip",
        ResetKind::System => "system",
    }
}

const fn fault_name(fault: Fault) -> &'static str {
    match fault {
        Fault::Illegal => "illegal",
        Fault::Privileged => "privileged",
    }
}

/// JSON: text, and whose it is.
#[derive(Serialize)]
struct Said<'a> {
    event: &'static str,
    text: &'a str,
}

/// JSON: a line of the guest's that is longer comes in parts.
const LINE: usize = 4096;

/// Takes everything that a run has to say.
pub struct Reporter {
    form: Form,
    /// Whether only the guest's output and its end count.
    is_quiet: bool,
    model: &'static Model,
    out: BufWriter<io::Stdout>,
    err: BufWriter<io::Stderr>,
    /// Whether each line of the guest's shows at once.
    is_interactive: bool,
    /// Whether somebody watches, and whether a progress line stands on the screen.
    is_watched: bool,
    has_progress: bool,
    /// JSON: the line of the guest's output that is not complete yet.
    line: Vec<u8>,
}

impl Reporter {
    /// A reporter to standard output and standard error.
    pub fn new(form: Form, is_quiet: bool, model: &'static Model) -> Self {
        Self {
            form,
            is_quiet,
            model,
            out: BufWriter::with_capacity(1 << 16, io::stdout()),
            err: BufWriter::with_capacity(1 << 16, io::stderr()),
            is_interactive: io::stdout().is_terminal(),
            is_watched: form == Form::Text && !is_quiet && io::stderr().is_terminal(),
            has_progress: false,
            line: Vec::new(),
        }
    }

    /// One JSON line, after what the guest wrote before it.
    fn json(&mut self, event: &impl Serialize) -> io::Result<()> {
        self.console_line()?;
        serde_json::to_writer(&mut self.out, event)?;
        self.out.write_all(b"\n")
    }

    /// One line for people, in its place among what the guest wrote.
    fn text(&mut self, line: std::fmt::Arguments<'_>) -> io::Result<()> {
        if !self.out.buffer().is_empty() {
            self.out.flush()?;
        }
        self.clear_progress()?;
        self.err.write_fmt(line)?;
        self.err.write_all(b"\n")
    }

    /// The run begins.
    pub fn start(&mut self, entry: u64, ram: u64) -> io::Result<()> {
        #[derive(Serialize)]
        struct Event {
            event: &'static str,
            cpu: &'static str,
            entry: Hex,
            ram: Hex,
        }
        if self.form != Form::Json {
            return Ok(());
        }
        self.json(&Event {
            event: "start",
            cpu: self.model.name,
            entry: Hex(entry),
            ram: Hex(ram),
        })
    }

    /// The guest wrote to the console.
    pub fn console(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.form == Form::Json {
            for byte in bytes {
                self.line.push(*byte);
                if *byte == b'\n' || self.line.len() == LINE {
                    self.console_line()?;
                }
            }
            return Ok(());
        }
        if !self.err.buffer().is_empty() || self.has_progress {
            self.clear_progress()?;
            self.err.flush()?;
        }
        self.out.write_all(bytes)?;
        if self.is_interactive && bytes.contains(&b'\n') {
            self.out.flush()?;
        }
        Ok(())
    }

    /// The guest wrote to its standard error.
    pub fn console_error(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.form == Form::Json {
            let text = String::from_utf8_lossy(bytes);
            return self.json(&Said {
                event: "stderr",
                text: &text,
            });
        }
        // Both may go to the same place: what was written first stands first.
        self.out.flush()?;
        self.clear_progress()?;
        self.err.write_all(bytes)?;
        self.err.flush()
    }

    /// Something that whoever runs the guest should know.
    pub fn note(&mut self, text: &str) -> io::Result<()> {
        match self.form {
            _ if self.is_quiet => Ok(()),
            Form::Json => self.json(&Said { event: "note", text }),
            Form::Text => self.text(format_args!("note  {text}")),
        }
    }

    /// Whether somebody reads the guest's output as it comes.
    pub fn is_terminal(&self) -> bool {
        self.is_interactive && self.form == Form::Text
    }

    /// JSON: what the guest wrote since the last event.
    fn console_line(&mut self) -> io::Result<()> {
        if self.line.is_empty() {
            return Ok(());
        }
        let line = std::mem::take(&mut self.line);
        let event = Said {
            event: "console",
            text: &String::from_utf8_lossy(&line),
        };
        serde_json::to_writer(&mut self.out, &event)?;
        self.out.write_all(b"\n")
    }

    /// An SPR exit and what became of it.
    pub fn spr_exit(&mut self, at: &SprAccess, verdict: Verdict) -> io::Result<()> {
        if self.is_quiet {
            return Ok(());
        }
        // The console shows by itself.
        let is_console = at.sprn() == device::num::CONSOLE;
        match self.form {
            Form::Json if is_console && at.is_write() => Ok(()),
            Form::Json => self.spr_exit_json(at, verdict),
            Form::Text if is_console => Ok(()),
            Form::Text => {
                let model = self.model;
                let name = spr_name(model, at.sprn()).map_or(String::new(), |name| format!(" {name}"));
                let access = if at.is_write() {
                    format!("mtspr data={}", hex(model, at.data()))
                } else {
                    "mfspr".into()
                };
                let answer = match verdict {
                    Verdict::Answered(Reply::Done(value)) if !at.is_write() => hex(model, value),
                    Verdict::Answered(Reply::Done(_)) => "ok".into(),
                    Verdict::Answered(Reply::NoOp) => "no-op".into(),
                    Verdict::Answered(Reply::Fault(fault)) => format!("fail ({})", fault_name(fault)),
                    Verdict::Answered(Reply::Architected) => "as the CPU does by itself".into(),
                    Verdict::Reset(kind) => format!("reset ({})", reset_name(kind)),
                    Verdict::Unclaimed => "nobody's".into(),
                };
                let reason: Vec<&str> = at.reason().iter_names().map(|(name, _)| name).collect();
                self.text(format_args!(
                    "exit  spr {}{name} {access} msr={} pc={} reason={} -> {answer}",
                    at.sprn(),
                    hex(model, at.msr().bits()),
                    hex(model, at.cia()),
                    reason.join("|"),
                ))
            }
        }
    }

    fn spr_exit_json(&mut self, at: &SprAccess, verdict: Verdict) -> io::Result<()> {
        #[derive(Serialize)]
        struct Event {
            event: &'static str,
            sprn: Hex,
            name: Option<&'static str>,
            is_write: bool,
            data: Hex,
            msr: Hex,
            pc: Hex,
            reason: Vec<&'static str>,
            status: Option<&'static str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            fault: Option<&'static str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            reset: Option<&'static str>,
        }
        let answer = match verdict {
            Verdict::Answered(Reply::Done(value)) => value,
            _ => 0,
        };
        let mut event = Event {
            event: "exit",
            sprn: Hex(at.sprn().into()),
            name: spr_name(self.model, at.sprn()),
            is_write: at.is_write(),
            data: Hex(if at.is_write() { at.data() } else { answer }),
            msr: Hex(at.msr().bits()),
            pc: Hex(at.cia()),
            reason: at.reason().iter_names().map(|(name, _)| name).collect(),
            status: None,
            fault: None,
            reset: None,
        };
        match verdict {
            Verdict::Answered(Reply::Done(_)) => event.status = Some("ok"),
            Verdict::Answered(Reply::NoOp) => event.status = Some("noop"),
            Verdict::Answered(Reply::Architected) => event.status = Some("architected"),
            Verdict::Answered(Reply::Fault(fault)) => {
                event.status = Some("fail");
                event.fault = Some(fault_name(fault));
            }
            Verdict::Reset(kind) => event.reset = Some(reset_name(kind)),
            Verdict::Unclaimed => {}
        }
        self.json(&event)
    }

    /// The event of a reset, and whether it was carried out.
    pub fn reset_event(&mut self, kind: ResetKind, cia: u64, is_done: bool) -> io::Result<()> {
        #[derive(Serialize)]
        struct Event {
            event: &'static str,
            kind: &'static str,
            pc: Hex,
            is_done: bool,
        }
        let name = reset_name(kind);
        if self.is_quiet {
            return Ok(());
        }
        match self.form {
            Form::Json => self.json(&Event {
                event: "system_event",
                kind: name,
                pc: Hex(cia),
                is_done,
            }),
            Form::Text => {
                let (pc, answer) = (hex(self.model, cia), if is_done { "reset" } else { "refused" });
                self.text(format_args!(
                    "exit  system event: reset ({name}) pc={pc} -> {answer}"
                ))
            }
        }
    }

    /// The watchdog asks for a reset, which is carried out.
    pub fn watchdog(&mut self, kind: ResetKind, cia: u64) -> io::Result<()> {
        #[derive(Serialize)]
        struct Event {
            event: &'static str,
            kind: &'static str,
            pc: Hex,
        }
        let name = reset_name(kind);
        if self.is_quiet {
            return Ok(());
        }
        match self.form {
            Form::Json => self.json(&Event {
                event: "watchdog",
                kind: name,
                pc: Hex(cia),
            }),
            Form::Text => {
                let pc = hex(self.model, cia);
                self.text(format_args!("exit  watchdog: reset ({name}) pc={pc} -> reset"))
            }
        }
    }

    /// The machine was reset.
    pub fn reset(&mut self, kind: ResetKind) -> io::Result<()> {
        #[derive(Serialize)]
        struct Event {
            event: &'static str,
            kind: &'static str,
        }
        if self.form != Form::Json {
            return Ok(());
        }
        self.json(&Event {
            event: "reset",
            kind: reset_name(kind),
        })
    }

    /// An interrupt was delivered and its vector acknowledged for EPR.
    pub fn epr(&mut self, vector: u32) -> io::Result<()> {
        #[derive(Serialize)]
        struct Event {
            event: &'static str,
            vector: Hex,
        }
        if self.is_quiet {
            return Ok(());
        }
        match self.form {
            Form::Json => self.json(&Event {
                event: "epr",
                vector: Hex(vector.into()),
            }),
            Form::Text => self.text(format_args!("exit  epr at delivery -> {vector:#010x}")),
        }
    }

    /// A load or store that a device answered; `data` is the value.
    pub fn mmio(&mut self, at: &MmioAccess, data: u64) -> io::Result<()> {
        #[derive(Serialize)]
        struct Event {
            event: &'static str,
            address: Hex,
            length: Hex,
            is_write: bool,
            data: Hex,
            pc: Hex,
        }
        if self.form != Form::Json || self.is_quiet {
            return Ok(());
        }
        self.json(&Event {
            event: "mmio",
            address: Hex(at.phys_addr),
            length: Hex(at.len.into()),
            is_write: at.is_write,
            data: Hex(data),
            pc: Hex(at.cia),
        })
    }

    /// The guest took an interrupt.
    pub fn interrupt(&mut self, at: &Interrupt) -> io::Result<()> {
        #[derive(Serialize)]
        struct Event {
            event: &'static str,
            kind: InterruptKind,
            vector: Hex,
            pair: spr_exit::SavePair,
            srr0: Hex,
            srr1: Hex,
            #[serde(skip_serializing_if = "Option::is_none")]
            esr: Option<Hex>,
            #[serde(skip_serializing_if = "Option::is_none")]
            dear: Option<Hex>,
            #[serde(skip_serializing_if = "Option::is_none")]
            dsisr: Option<Hex>,
        }
        if self.form != Form::Json || self.is_quiet {
            return Ok(());
        }
        self.json(&Event {
            event: "interrupt",
            kind: at.kind,
            vector: Hex(at.vector),
            pair: at.pair,
            srr0: Hex(at.srr0),
            srr1: Hex(at.srr1),
            esr: at.esr.map(Hex),
            dear: at.dear.map(Hex),
            dsisr: at.dsisr.map(Hex),
        })
    }

    /// An instruction of `--trace`.
    pub fn trace(&mut self, cia: u64, word: u32, text: &str) -> io::Result<()> {
        let width = if self.model.is_64bit { 16 } else { 8 };
        self.text(format_args!("{cia:0width$x}: {word:08x}  {text}"))
    }

    /// An interrupt of `--trace`.
    pub fn trace_interrupt(&mut self, at: &Interrupt) -> io::Result<()> {
        let (vector, srr0) = (hex(self.model, at.vector), hex(self.model, at.srr0));
        self.text(format_args!(
            "-- {} interrupt, vector {vector}, from {srr0}",
            at.kind
        ))
    }

    /// Some time went by: shows how far the run is, if somebody watches, and what the guest wrote.
    pub fn progress(&mut self, work: u64) -> io::Result<()> {
        self.flush()?;
        if self.is_watched {
            self.has_progress = true;
            let millions = work / 1_000_000;
            write!(self.err, "\r\x1b[K{millions} million instructions and interrupts")?;
            self.err.flush()?;
        }
        Ok(())
    }

    fn clear_progress(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.has_progress) {
            self.err.write_all(b"\r\x1b[K")?;
        }
        Ok(())
    }

    /// The run ended.
    pub fn end(&mut self, end: &End, counts: &Counts, ram: u64) -> io::Result<()> {
        match self.form {
            Form::Json => self.end_json(end, counts, ram)?,
            Form::Text if self.is_quiet && matches!(end, End::Guest(_)) => {}
            Form::Text => {
                self.text(format_args!("stop  {}", end.describe(self.model, ram)))?;
                if !self.is_quiet {
                    self.summary(counts)?;
                }
            }
        }
        self.flush()
    }

    fn summary(&mut self, counts: &Counts) -> io::Result<()> {
        for (sprn, times) in &counts.unknown {
            let label = spr_label(self.model, SprNum::wrapping(u64::from(*sprn)));
            self.text(format_args!(
                "      unknown {label}: {times} access{}, answered by --unknown-spr",
                if *times == 1 { "" } else { "es" }
            ))?;
        }
        let interrupts: u64 = counts.interrupts.values().sum();
        let kinds: Vec<String> = counts
            .interrupts
            .iter()
            .map(|(kind, times)| format!("{times} {kind}"))
            .collect();
        let kinds = if kinds.is_empty() {
            String::new()
        } else {
            format!(" ({})", kinds.join(", "))
        };
        let plural = |n: u64| if n == 1 { "" } else { "s" };
        if let Some(calls) = &counts.calls {
            let (insns, made) = (counts.insns, calls.made);
            for (number, times) in &calls.unknown {
                let plural = plural(*times);
                self.text(format_args!(
                    "      unknown system call {number}: {times} time{plural}, answered ENOSYS"
                ))?;
            }
            return self.text(format_args!(
                "      {insns} instructions, {made} system call{}, {interrupts} interrupt{}{kinds}",
                plural(made),
                plural(interrupts),
            ));
        }
        self.text(format_args!(
            "      {} instructions, {} SPR exit{}, {} MMIO exit{}, {} reset{}, {interrupts} interrupt{}{kinds}",
            counts.insns,
            counts.spr_exits,
            plural(counts.spr_exits),
            counts.mmio_exits,
            plural(counts.mmio_exits),
            counts.resets,
            plural(counts.resets),
            plural(interrupts),
        ))
    }

    fn end_json(&mut self, end: &End, counts: &Counts, ram: u64) -> io::Result<()> {
        #[derive(Serialize)]
        struct Event<'a> {
            event: &'static str,
            end: &'static str,
            code: u8,
            message: String,
            insns: Hex,
            spr_exits: u64,
            mmio_exits: u64,
            resets: u64,
            interrupts: &'a BTreeMap<&'static str, u64>,
            unknown_sprs: &'a BTreeMap<u16, u64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            syscalls: Option<u64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            unknown_syscalls: Option<&'a BTreeMap<u64, u64>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            signal: Option<u8>,
        }
        let event = Event {
            event: "summary",
            end: end.name(),
            code: end.code(),
            message: end.describe(self.model, ram),
            insns: Hex(counts.insns),
            spr_exits: counts.spr_exits,
            mmio_exits: counts.mmio_exits,
            resets: counts.resets,
            interrupts: &counts.interrupts,
            unknown_sprs: &counts.unknown,
            syscalls: counts.calls.as_ref().map(|calls| calls.made),
            unknown_syscalls: counts.calls.as_ref().map(|calls| &calls.unknown),
            signal: match end {
                End::Killed(death) => Some(death.signal.0),
                _ => None,
            },
        };
        self.json(&event)
    }

    /// Everything printed so far gets out.
    pub fn flush(&mut self) -> io::Result<()> {
        if self.form == Form::Json {
            self.console_line()?;
        }
        self.out.flush()?;
        self.err.flush()
    }
}

impl std::fmt::Debug for Reporter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reporter")
            .field("form", &self.form)
            .finish_non_exhaustive()
    }
}

/// A number of the machine's in JSON.
#[derive(Clone, Copy, Debug)]
struct Hex(u64);

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:#x}", self.0))
    }
}
