//! A Linux program in user mode: a CPU in problem state, and the loop that answers for the kernel.
//!
//! System calls leave the core ([`Capability::SyscallExits`]) and go to [`Kernel`]; everything else that would interrupt
//! a CPU under Linux becomes a signal, or is carried out for the program as the kernel does.

use super::end::{Cause, Death, End};
use super::pace::Pace;
use super::report::{Calls, Counts, Reporter};
use crate::image::{Image, ImageError};
use crate::linux::start::{self, Entry, Invocation, PID};
use crate::linux::{
    Args, Clock, Files, Info, Kernel, Leave, Random, Signal, Signals, Stream, Streams, World, deliver,
    emulate, resume,
};
use ppc_cpu::Machine;
use ppc_cpu::model::Model;
use spr_exit::{
    Capabilities, Capability, EnableCap, Exit, Interrupt, InterruptKind, MmioAccess, Msr, Reply, SprAccess,
    UnknownSpr, Vcpu,
};
use std::io::{self, IsTerminal, Read};

/// CR0\[SO\]: the system call failed.
const CR0_SO: u32 = 0x1000_0000;

/// What the command line says.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Bytes of the address space.
    pub mem: u64,
    /// Name, arguments, environment.
    pub invocation: Invocation,
    /// The path of the program from the root, for `/proc/self/exe`.
    pub real_path: Vec<u8>,
    /// Where random numbers begin.
    pub seed: u64,
    /// What the date is.
    pub clock: Clock,
    /// What becomes of SPRs that the core does not know.
    pub unknown_spr: UnknownSpr,
    /// Instructions per tick.
    pub insns_per_tick: u32,
    /// Budget.
    pub max_insns: Option<u64>,
    /// Print every instruction.
    pub trace: bool,
    /// Decode every instruction anew.
    pub no_cache: bool,
}

/// A process.
#[derive(Debug)]
pub struct Linux {
    machine: Machine,
    kernel: Kernel,
    entry: Entry,
    /// MSR while the program runs.
    msr: Msr,
    pace: Pace,
    counts: Counts,
    calls: Calls,
}

impl Linux {
    /// A process about to start.
    ///
    /// # Errors
    /// [`ImageError`] if the image is none that Linux would start.
    pub fn new(
        image: &Image,
        model: &'static Model,
        files: Files,
        settings: &Settings,
    ) -> Result<Self, ImageError> {
        let mut random = Random::new(settings.seed);
        let (memory, space, entry) =
            start::load(image, model, settings.mem, &settings.invocation, &mut random)?;
        let mut machine = Machine::new(model, memory);
        let cpu = &mut machine.cpu;
        let capability = EnableCap::new(Capability::SyscallExits, 1);
        cpu.enable_cap(&capability).map_err(|_| ImageError::Cpu {
            what: format!("the {} does not let system calls leave", model.name),
        })?;
        let config = cpu.config_mut();
        config.unknown_spr = settings.unknown_spr;
        config.report_interrupts = true;
        cpu.set_insns_per_tick(settings.insns_per_tick);
        cpu.seed_random(settings.seed);
        cpu.set_no_cache(settings.no_cache);
        entry.apply(cpu);
        let msr = cpu.msr();
        Ok(Self {
            pace: Pace::new(&machine, settings.max_insns, settings.trace),
            machine,
            kernel: Kernel {
                abi: space.abi,
                is_elf_v2: entry.is_elf_v2,
                space,
                files,
                signals: Signals::default(),
                clock: settings.clock,
                random,
                path: settings.real_path.clone(),
                name: [0; 16],
                umask: 0o022,
            },
            entry,
            msr,
            counts: Counts::default(),
            calls: Calls::default(),
        })
    }

    /// Runs the program to its end, and reports it.
    ///
    /// # Errors
    /// When output cannot be written.
    pub fn run(&mut self, reporter: &mut Reporter) -> io::Result<End> {
        let ram = self.kernel.space.top() - self.kernel.space.base();
        reporter.start(self.entry.cia, ram)?;
        let end = loop {
            let exit = match self.pace.next(&mut self.machine, reporter)? {
                Ok(exit) => exit,
                Err(end) => break end,
            };
            if let Some(end) = self.answer(exit, reporter)? {
                break end;
            }
        };
        self.counts.insns = self.machine.cpu.insns();
        self.counts.calls = Some(self.calls.clone());
        reporter.end(&end, &self.counts, self.kernel.space.top())?;
        Ok(end)
    }

    /// Answers an exit; or the run ends with it.
    fn answer(&mut self, exit: Exit, reporter: &mut Reporter) -> io::Result<Option<End>> {
        let cia = self.machine.cpu.cia();
        let end = match exit {
            Exit::Budget => None,
            Exit::Syscall { level: 0, .. } => return self.syscall(reporter),
            // A call of a hypervisor, which refuses those of programs.
            Exit::Syscall { .. } => self.fault(Signal::ILL, cia, Cause::Privileged),
            Exit::Mmio(at) => self.fault(Signal::SEGV, cia, cause_of(&at)),
            Exit::Checkstop { cia } => self.fault(Signal::SEGV, cia, Cause::Fetch),
            Exit::Interrupt(_) => self.interrupt(),
            Exit::Spr(at) => self.spr(at),
            // The next tick of a timer would wake it.
            Exit::Wait => {
                self.machine.cpu.set_cia(cia);
                None
            }
            Exit::Unimplemented { cia, word } => Some(End::Unimplemented { cia, word }),
            other => Some(End::Unexpected(other)),
        };
        Ok(end)
    }

    /// A system call: number in r0, arguments from r3 on; r3 and CR0\[SO\] get the answer.
    fn syscall(&mut self, reporter: &mut Reporter) -> io::Result<Option<End>> {
        let cpu = &mut self.machine.cpu;
        let args = Args {
            registers: [3, 4, 5, 6, 7, 8].map(|n| cpu.gpr(n)),
            abi: self.kernel.abi,
        };
        let number = self.kernel.abi.unsigned(cpu.gpr(0));
        let mut host = Host { reporter };
        let mut world = World {
            memory: &mut self.machine.memory,
            streams: &mut host,
            ticks: cpu.time_base(),
            slept: 0,
        };
        self.calls.made += 1;
        if !self.kernel.has(number) && self.calls.is_new(number) {
            let cia = cpu.cia();
            world.streams.note(&format!(
                "system call {number} at {cia:#x} is not there: the program is told ENOSYS"
            ))?;
        }
        let answer = self.kernel.call(&mut world, number, args);
        let slept = world.slept;
        let (value, is_error) = match answer {
            Ok(value) => (value, false),
            Err(Leave::Errno(errno)) => (errno.0.into(), true),
            Err(Leave::Exit(status)) => return Ok(Some(End::Guest(status))),
            Err(Leave::Stuck) => return Ok(Some(End::Wait)),
            Err(Leave::Io(why)) => return Err(why),
            Err(Leave::Resume) => return Ok(self.resume()),
        };
        cpu.set_gpr(3, value);
        cpu.set_cr(cpu.cr() & !CR0_SO | if is_error { CR0_SO } else { 0 });
        cpu.advance_time(slept);
        if self.machine.complete(Reply::Done(0)).is_err() {
            return Ok(Some(End::Unexpected(Exit::Interrupted)));
        }
        Ok(self.signals())
    }

    /// A handler returns.
    fn resume(&mut self) -> Option<End> {
        let cia = self.machine.cpu.cia();
        self.machine.cancel();
        if resume(&mut self.kernel, &mut self.machine.cpu, &self.machine.memory).is_err() {
            return self.fault(Signal::SEGV, cia, Cause::Stack);
        }
        self.signals()
    }

    /// Acts upon the signals that wait.
    fn signals(&mut self) -> Option<End> {
        while let Some(signal) = self.kernel.signals.take() {
            if let Some(end) = self.signal(signal, Cause::Sent) {
                return Some(end);
            }
        }
        None
    }

    /// A signal that is due: its handler runs next, or it kills the program.
    fn signal(&mut self, signal: Signal, cause: Cause) -> Option<End> {
        let cia = self.machine.cpu.cia();
        if !self.kernel.signals.is_handled(signal) {
            return Some(self.death(signal, cia, cause));
        }
        let info = info_of(cause, cia);
        let Machine { cpu, memory, .. } = &mut self.machine;
        let delivered = deliver(&mut self.kernel, cpu, memory, signal, info);
        delivered
            .is_err()
            .then(|| self.death(Signal::SEGV, cia, Cause::Stack))
    }

    /// The CPU took an interrupt: the kernel does what it wants done, or makes it a signal.
    fn interrupt(&mut self) -> Option<End> {
        let interrupt = *self.machine.cpu.last_interrupt()?;
        *self.counts.interrupts.entry(interrupt.kind.name()).or_default() += 1;
        let Interrupt { kind, srr0: cia, .. } = interrupt;
        let (machine, msr) = (&mut self.machine, self.msr);
        let is_done = emulate(&mut machine.cpu, &mut machine.memory, &interrupt, msr);
        machine.cpu.set_msr(msr);
        machine
            .cpu
            .set_cia(if is_done { cia.wrapping_add(4) } else { cia });
        if is_done {
            return None;
        }
        let (signal, cause) = match kind {
            InterruptKind::ProgramTrap => (Signal::TRAP, Cause::Trap),
            InterruptKind::ProgramPrivileged => (Signal::ILL, Cause::Privileged),
            InterruptKind::ProgramIllegal
            | InterruptKind::EmulationAssist
            | InterruptKind::FacilityUnavailable => (Signal::ILL, Cause::Illegal),
            InterruptKind::Alignment => (Signal::BUS, Cause::Alignment),
            // Nothing drives the others.
            kind => return Some(End::Unexpected(Exit::Interrupt(kind))),
        };
        self.fault(signal, cia, cause)
    }

    /// An SPR that the core leaves to user space, of which there is none here.
    fn spr(&mut self, at: SprAccess) -> Option<End> {
        if self.machine.cpu.config().unknown_spr == UnknownSpr::Exit {
            return Some(End::Spr(at));
        }
        self.machine
            .complete(Reply::Architected)
            .is_err()
            .then_some(End::Unexpected(Exit::Spr(at)))
    }

    /// The instruction at `cia` is answered with a signal.
    fn fault(&mut self, signal: Signal, cia: u64, cause: Cause) -> Option<End> {
        self.machine.cancel();
        self.machine.cpu.set_cia(cia);
        self.signal(signal, cause)
    }

    fn death(&self, signal: Signal, cia: u64, cause: Cause) -> End {
        let word = self.machine.memory.load::<4>(cia).map(|bytes| {
            if self.kernel.abi.is_little_endian {
                u32::from_le_bytes(bytes)
            } else {
                u32::from_be_bytes(bytes)
            }
        });
        End::Killed(Death {
            signal,
            cia,
            word,
            cause,
        })
    }
}

fn cause_of(at: &MmioAccess) -> Cause {
    if at.is_write {
        Cause::Store {
            address: at.phys_addr,
        }
    } else {
        Cause::Load {
            address: at.phys_addr,
        }
    }
}

/// What a handler is told of it: `si_code` and what comes with it (`include/uapi/asm-generic/siginfo.h`).
fn info_of(cause: Cause, cia: u64) -> Info {
    const SI_TKILL: i32 = -6;
    let (code, address) = match cause {
        Cause::Sent => {
            return Info {
                code: SI_TKILL,
                fields: [PID, start::ID],
            };
        }
        // SEGV_MAPERR, ILL_ILLOPC, TRAP_BRKPT, BUS_ADRALN.
        Cause::Load { address } | Cause::Store { address } => (1, address),
        Cause::Fetch | Cause::Illegal | Cause::Trap | Cause::Alignment | Cause::Stack => (1, cia),
        // ILL_PRVOPC.
        Cause::Privileged => (5, cia),
    };
    Info {
        code,
        fields: [address, 0],
    }
}

/// The host's standard streams, the reporter's among them.
struct Host<'a> {
    reporter: &'a mut Reporter,
}

impl Streams for Host<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        // Whoever types sees what the program asked.
        self.reporter.flush()?;
        loop {
            match io::stdin().lock().read(bytes) {
                Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
                other => return other,
            }
        }
    }

    fn write(&mut self, to: Stream, bytes: &[u8]) -> io::Result<()> {
        if to == Stream::Error {
            self.reporter.console_error(bytes)
        } else {
            self.reporter.console(bytes)
        }
    }

    fn is_terminal(&self, stream: Stream) -> bool {
        match stream {
            Stream::Input => io::stdin().is_terminal(),
            Stream::Output => self.reporter.is_terminal(),
            Stream::Error => io::stderr().is_terminal(),
        }
    }

    fn note(&mut self, text: &str) -> io::Result<()> {
        self.reporter.note(text)
    }
}
