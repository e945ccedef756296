//! Freescale's MPIC, an OpenPIC: interrupt sources with priorities, acknowledge and end of interrupt, interprocessor
//! interrupts, timers.
//!
//! MPC8548ERM (MPC8548E PowerQUICC III Integrated Processor Reference Manual, Rev. 2) chapter 10; register names as there. A
//! pure state machine: offsets and values in, values out; [`Mpic::is_asserted`] is the line to a CPU, and time is what
//! [`Mpic::advance`] says. It knows neither an emulator nor a VMM: a bus gives it loads and stores, `EPR` an acknowledge.
//!
//! ```
//! use mpic::{Mpic, at};
//!
//! let mut mpic = Mpic::new(1);
//! mpic.write(0, at::GCR, 1 << 29).ok_or("mixed mode")?;
//! mpic.write(0, at::CTPR, 0).ok_or("everything is delivered")?;
//! mpic.write(0, at::IPIVPR, 5 << 16 | 0x42).ok_or("IPI 0 has priority 5 and vector 0x42")?;
//! mpic.write(0, at::IPIDR, 1).ok_or("to CPU 0")?;
//! assert!(mpic.is_asserted(0));
//! assert_eq!(mpic.read(0, at::IACK), Some(0x42));
//! # Ok::<(), &str>(())
//! ```
//!
//! Not here: message and shared message registers, performance monitors, cascaded timers, group B timers.
#![no_std]

#[cfg(feature = "serde")]
extern crate alloc;

mod registers;
mod source;
mod timer;

pub use registers::at;

use source::{Source, in_order, origin};
use timer::{TIMERS, Timers};

/// Interprocessor interrupts.
const IPIS: usize = 4;
/// External interrupt inputs.
const EXTERNALS: usize = 12;
/// Interrupts of devices on the chip.
const INTERNALS: usize = 64;
/// Where the sources of each kind begin. Of two with the same priority the first goes first.
const FIRST_TIMER: usize = IPIS;
const FIRST_EXTERNAL: usize = FIRST_TIMER + TIMERS;
const FIRST_INTERNAL: usize = FIRST_EXTERNAL + EXTERNALS;
const SOURCES: usize = FIRST_INTERNAL + INTERNALS;

/// CTPR after a reset: nothing is delivered.
const CTPR_RESET: u32 = 15;
/// GCR: mode. 0 passes input 0 through and delivers nothing else; 1 is mixed; 3 is mixed with external proxy.
const GCR_MODE: u32 = 3 << 29;

/// An input of the controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// IRQ0 to IRQ11.
    External(usize),
    /// A device of the chip, 0 to 63; always level-sensitive.
    Internal(usize),
}

/// The controller: registers at offsets from its base ([`Mpic::read`], [`Mpic::write`]), inputs, and a line to each CPU.
///
/// CPUs are numbered from 0; what is asked for one that is not there is as if it had nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Mpic {
    cpus: usize,
    gcr: u32,
    spurious: u32,
    /// Current task priority of each CPU.
    ctpr: [u32; Self::MAX_CPUS],
    #[cfg_attr(feature = "serde", serde(with = "source::all"))]
    sources: [Source; SOURCES],
    timers: Timers,
}

impl Mpic {
    /// Bytes of address space that the controller takes.
    pub const SIZE: u64 = 0x4_0000;
    /// How many CPUs it can serve.
    pub const MAX_CPUS: usize = 8;

    /// A controller for so many CPUs (1 to 8; other numbers are taken for the nearest) after reset: everything masked,
    /// pass-through mode, CTPR 15.
    pub fn new(cpus: usize) -> Self {
        Self {
            cpus: cpus.clamp(1, Self::MAX_CPUS),
            gcr: 0,
            spurious: 0xffff,
            ctpr: [CTPR_RESET; Self::MAX_CPUS],
            sources: core::array::from_fn(Source::reset),
            timers: Timers::default(),
        }
    }

    /// How many CPUs it serves; what was read from elsewhere may say anything.
    fn cpus(&self) -> usize {
        self.cpus.clamp(1, Self::MAX_CPUS)
    }

    /// Tells whether an input is active; `false` where there is no such input, which has no effect.
    pub fn set_line(&mut self, line: Line, is_active: bool) -> bool {
        let (first, n, count) = match line {
            Line::External(n) => (FIRST_EXTERNAL, n, EXTERNALS),
            Line::Internal(n) => (FIRST_INTERNAL, n, INTERNALS),
        };
        if n < count {
            self.sources[first + n].set_input(is_active);
        }
        n < count
    }

    /// Whether the interrupt line to this CPU is up.
    pub fn is_asserted(&self, cpu: usize) -> bool {
        if self.gcr & GCR_MODE == 0 {
            return cpu == 0 && self.sources[FIRST_EXTERNAL].is_active();
        }
        self.next(cpu).is_some()
    }

    /// Whether the critical interrupt line to this CPU is up: for sources that their destination register routes there, past
    /// priorities and acknowledge.
    pub fn is_critical(&self, cpu: usize) -> bool {
        cpu < self.cpus() && self.sources.iter().any(|source| source.is_critical(cpu))
    }

    /// Whether the controller is in the mode of the external proxy, in which a CPU that takes an external interrupt fetches
    /// the vector into EPR by itself.
    pub fn is_proxy(&self) -> bool {
        self.gcr & GCR_MODE == GCR_MODE
    }

    /// Takes the next interrupt of this CPU into service and gives its vector; with none, the spurious vector. This is a read of
    /// IACK, and of EPR where a CPU has the controller as its external proxy.
    pub fn acknowledge(&mut self, cpu: usize) -> u32 {
        let Some(n) = self.next(cpu) else {
            return self.spurious;
        };
        self.sources[n].acknowledge(origin(n), cpu)
    }

    /// What [`Mpic::acknowledge`] would give, without the effect.
    pub fn peek(&self, cpu: usize) -> u32 {
        self.next(cpu).map_or(self.spurious, |n| self.sources[n].vector())
    }

    /// Time goes on by so many ticks of the platform clock; timers that expire on the way ask for their interrupts.
    pub fn advance(&mut self, ticks: u64) {
        for n in in_order(self.timers.advance(ticks)) {
            self.sources[FIRST_TIMER + n].event();
        }
    }

    /// How many ticks it takes until a timer expires that asks for an interrupt which it does not ask for already. Others change
    /// nothing that anybody sees before the next access.
    pub fn next_event(&self) -> Option<u64> {
        self.timers
            .next_event(|n| self.sources[FIRST_TIMER + n].can_be_raised())
    }

    /// All registers as after power-on; inputs keep their level.
    pub fn reset(&mut self) {
        let old = core::mem::replace(self, Self::new(self.cpus()));
        for (source, old) in self.sources.iter_mut().zip(old.sources) {
            source.keep_input(&old);
        }
    }

    /// The source that this CPU would acknowledge: of those whose priority is above its CTPR and above everything it has
    /// in service, the one with the highest. Priority 0 is never above anything.
    fn next(&self, cpu: usize) -> Option<usize> {
        if self.gcr & GCR_MODE == 0 || cpu >= self.cpus() {
            return None;
        }
        let in_service = self.sources.iter().filter(|source| source.is_in_service(cpu));
        let floor = in_service.map(Source::priority).fold(self.ctpr[cpu], u32::max);
        let (n, source) = self
            .sources
            .iter()
            .enumerate()
            .filter(|(_, source)| source.is_for(cpu))
            // `max_by_key` gives the last of equals; the first is wanted.
            .rev()
            .max_by_key(|(_, source)| source.priority())?;
        (source.priority() > floor).then_some(n)
    }

    /// Ends the interrupt with the highest priority that this CPU has in service; without one nothing happens.
    fn end_of_interrupt(&mut self, cpu: usize) {
        let in_service = self.sources.iter_mut().filter(|source| source.is_in_service(cpu));
        if let Some(source) = in_service.max_by_key(|source| source.priority()) {
            source.end(cpu);
        }
    }
}
