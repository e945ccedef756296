//! Linux around a program in user mode: its address space, and the system calls of a static program.
//!
//! [`start::load`] puts a program into memory as `execve` does; [`Kernel::call`] answers one system call. Nothing here
//! runs anything: [`crate::run::Linux`] is the loop with the CPU. What the host gives comes in by [`Streams`] (standard
//! input and output) and the allow-list of [`Files`]. `docs/linux-environment.md` has what there is and what is not.

mod abi;
mod calls;
mod clock;
mod emulation;
mod errno;
mod files;
mod frame;
mod random;
mod ranges;
mod signals;
mod space;
pub mod start;
mod table;

pub use abi::{Abi, Args, Layout};
pub use clock::Clock;
pub use emulation::emulate;
pub use errno::{Errno, Signal};
pub use files::Files;
pub use frame::{Info, deliver, resume};
pub use random::Random;
pub use signals::Signals;
pub use space::{Fixed, Space};
pub use table::{CALLS, For, Row, row};

use ppc_cpu::Memory;
use std::io;

/// One of the program's standard streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard input.
    Input,
    /// Standard output.
    Output,
    /// Standard error.
    Error,
}

/// What the host does for a program.
pub trait Streams {
    /// Reads from standard input; 0 bytes at its end.
    ///
    /// # Errors
    /// The host's.
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize>;

    /// Writes to standard output or standard error.
    ///
    /// # Errors
    /// The host's; they end the run.
    fn write(&mut self, to: Stream, bytes: &[u8]) -> io::Result<()>;

    /// Whether somebody sits at the other end.
    fn is_terminal(&self, stream: Stream) -> bool;

    /// Something that whoever runs the program should know, said once.
    ///
    /// # Errors
    /// The host's; they end the run.
    fn note(&mut self, text: &str) -> io::Result<()>;
}

/// What a system call may touch besides the kernel.
pub struct World<'a> {
    /// The memory of the process.
    pub memory: &'a mut Memory,
    /// The host's side.
    pub streams: &'a mut dyn Streams,
    /// The time base.
    pub ticks: u64,
    /// By how many ticks the call lets the time base go on: it slept.
    pub slept: u64,
}

/// Why a system call gives no value.
#[derive(Debug)]
pub enum Leave {
    /// It fails, and the program goes on.
    Errno(Errno),
    /// The program ends with this status.
    Exit(u8),
    /// A signal handler returns ([`resume`]).
    Resume,
    /// It waits, and nothing can wake it.
    Stuck,
    /// The host cannot write what the program wrote.
    Io(io::Error),
}

impl From<Errno> for Leave {
    fn from(errno: Errno) -> Self {
        Self::Errno(errno)
    }
}

/// What a system call gives.
pub type Answer = Result<u64, Leave>;

/// The kernel's side of one process.
#[derive(Debug)]
pub struct Kernel {
    /// Its ABI.
    pub abi: Abi,
    /// Whether its function pointers are addresses of code, in 64-bit programs.
    pub is_elf_v2: bool,
    /// Its address space.
    pub space: Space,
    /// What it has open, and may open.
    pub files: Files,
    /// Its signals.
    pub signals: Signals,
    /// Its time.
    pub clock: Clock,
    /// Where random numbers come from.
    pub random: Random,
    /// The path of the program, for `/proc/self/exe`.
    pub path: Vec<u8>,
    /// Its name (`PR_SET_NAME`).
    pub name: [u8; 16],
    /// File mode creation mask.
    pub umask: u64,
}

impl Kernel {
    /// Whether there is a system call with this number.
    pub fn has(&self, number: u64) -> bool {
        row(self.abi, number).is_some()
    }

    /// A set of signals in the program's memory: words, the lowest signals in the first.
    fn read_set(&self, memory: &Memory, address: u64) -> Result<u64, Errno> {
        let number = |at| self.space.read_number(memory, at, self.abi.word());
        if self.abi.is_64bit {
            return number(address);
        }
        Ok(number(address)? | number(address.wrapping_add(4))? << 32)
    }

    /// Writes one.
    fn write_set(&self, memory: &mut Memory, address: u64, set: u64) -> Result<(), Errno> {
        let words = [set, set >> 32];
        let words = if self.abi.is_64bit { &words[..1] } else { &words };
        self.space.write_numbers(memory, address, self.abi.word(), words)
    }

    /// Answers the system call with this number.
    pub fn call(&mut self, world: &mut World<'_>, number: u64, args: Args) -> Answer {
        let Some(row) = row(self.abi, number) else {
            return Err(Errno::ENOSYS.into());
        };
        (row.call)(self, world, args)
    }
}
