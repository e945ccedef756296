//! The registers at their offsets: MPC8548ERM 10.3, table 10-8 and following.

use crate::source::origin;
use crate::timer::TIMERS;
use crate::{EXTERNALS, FIRST_EXTERNAL, FIRST_INTERNAL, FIRST_TIMER, GCR_MODE, INTERNALS, IPIS, Mpic};

/// Offsets of the registers from the base. Of registers that stand in a row, the first.
pub mod at {
    /// Block revision 1.
    pub const BRR1: u64 = 0x0000;
    /// Interprocessor interrupt dispatch of IPI 0, every 0x10 bytes: write, the CPUs to send it to.
    pub const IPIDR: u64 = 0x0040;
    /// Current task priority: sources at or below it wait.
    pub const CTPR: u64 = 0x0080;
    /// The number of the CPU that asks.
    pub const WHOAMI: u64 = 0x0090;
    /// Interrupt acknowledge: read, the vector.
    pub const IACK: u64 = 0x00a0;
    /// End of interrupt: write 0.
    pub const EOI: u64 = 0x00b0;
    /// Feature reporting.
    pub const FRR: u64 = 0x1000;
    /// Global configuration: reset, mode.
    pub const GCR: u64 = 0x1020;
    /// Vendor identification.
    pub const VIR: u64 = 0x1080;
    /// Vector and priority of IPI 0, every 0x10 bytes.
    pub const IPIVPR: u64 = 0x10a0;
    /// Spurious vector.
    pub const SVR: u64 = 0x10e0;
    /// Timer frequency reporting, group A.
    pub const TFRR: u64 = 0x10f0;
    /// Current count of timer 0, every 0x40 bytes.
    pub const GTCCR: u64 = 0x1100;
    /// Base count of timer 0, every 0x40 bytes.
    pub const GTBCR: u64 = 0x1110;
    /// Vector and priority of timer 0, every 0x40 bytes.
    pub const GTVPR: u64 = 0x1120;
    /// Destination of timer 0, every 0x40 bytes.
    pub const GTDR: u64 = 0x1130;
    /// Timer control, group A.
    pub const TCR: u64 = 0x1300;
    /// Vector and priority of external input 0, every 0x20 bytes.
    pub const EIVPR: u64 = 0x1_0000;
    /// Destination of external input 0, every 0x20 bytes.
    pub const EIDR: u64 = 0x1_0010;
    /// Vector and priority of internal source 0, every 0x20 bytes.
    pub const IIVPR: u64 = 0x1_0200;
    /// Destination of internal source 0, every 0x20 bytes.
    pub const IIDR: u64 = 0x1_0210;
    /// The private copy of CPU 0's registers, of which 0x40 to 0xb0 are the public view; every 0x1000 bytes one CPU's.
    pub const PRIVATE: u64 = 0x2_0000;
}

/// BRR1: block revision (IP id 0x0040, revision 2.0).
const BRR1: u32 = 0x0040_0200;
/// FRR: highest source number (they are 0x20 bytes apart from [`at::EIVPR`]), OpenPIC version 1.2; the highest CPU number
/// stands between them.
const FRR: u32 = 79 << 16 | 2;
const _: () = assert!(at::IIVPR + 0x20 * INTERNALS as u64 == at::EIVPR + 0x20 * 80);
/// GCR: reset; clears itself.
const GCR_RST: u32 = 1 << 31;

/// A register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Register {
    Brr1,
    Ipidr(usize),
    Ctpr,
    Whoami,
    Iack,
    Eoi,
    Frr,
    Gcr,
    Vir,
    Svr,
    Tfrr,
    Tcr,
    Gtccr(usize),
    Gtbcr(usize),
    /// Vector and priority of the source at this place.
    Vpr(usize),
    /// Destination of the source at this place.
    Dr(usize),
}

/// The number of a register in an array with one register every `step` bytes from `base`.
fn index(offset: u64, base: u64, step: u64, count: usize) -> Option<usize> {
    let from = offset.checked_sub(base)?;
    let n = usize::try_from(from / step).ok()?;
    (from % step == 0 && n < count).then_some(n)
}

/// The register at an offset in the public area.
fn register(offset: u64) -> Option<Register> {
    use Register::{Dr, Gtbcr, Gtccr, Ipidr, Vpr};
    let single = match offset {
        at::BRR1 => Register::Brr1,
        at::CTPR => Register::Ctpr,
        at::WHOAMI => Register::Whoami,
        at::IACK => Register::Iack,
        at::EOI => Register::Eoi,
        at::FRR => Register::Frr,
        at::GCR => Register::Gcr,
        at::VIR => Register::Vir,
        at::SVR => Register::Svr,
        at::TFRR => Register::Tfrr,
        at::TCR => Register::Tcr,
        _ => {
            let find = |base, step, count| index(offset, base, step, count);
            return None
                .or_else(|| find(at::IPIDR, 0x10, IPIS).map(Ipidr))
                .or_else(|| find(at::IPIVPR, 0x10, IPIS).map(Vpr))
                .or_else(|| find(at::GTCCR, 0x40, TIMERS).map(Gtccr))
                .or_else(|| find(at::GTBCR, 0x40, TIMERS).map(Gtbcr))
                .or_else(|| find(at::GTVPR, 0x40, TIMERS).map(|n| Vpr(FIRST_TIMER + n)))
                .or_else(|| find(at::GTDR, 0x40, TIMERS).map(|n| Dr(FIRST_TIMER + n)))
                .or_else(|| find(at::EIVPR, 0x20, EXTERNALS).map(|n| Vpr(FIRST_EXTERNAL + n)))
                .or_else(|| find(at::EIDR, 0x20, EXTERNALS).map(|n| Dr(FIRST_EXTERNAL + n)))
                .or_else(|| find(at::IIVPR, 0x20, INTERNALS).map(|n| Vpr(FIRST_INTERNAL + n)))
                .or_else(|| find(at::IIDR, 0x20, INTERNALS).map(|n| Dr(FIRST_INTERNAL + n)));
        }
    };
    Some(single)
}

impl Mpic {
    /// The register at `offset`, and the CPU that it is about: the one that asks, or that of a private copy.
    fn find(&self, cpu: usize, offset: u64) -> Option<(usize, Register)> {
        let Some(private) = offset.checked_sub(at::PRIVATE) else {
            return Some((cpu, register(offset)?));
        };
        let cpu = usize::try_from(private / 0x1000)
            .ok()
            .filter(|cpu| *cpu < self.cpus())?;
        let offset = private % 0x1000;
        let is_private = (at::IPIDR..=at::EOI).contains(&offset);
        Some((cpu, register(offset).filter(|_| is_private)?))
    }

    /// Reads the register at `offset` for a CPU; IACK acknowledges. `None`: there is no register, or no such CPU.
    pub fn read(&mut self, cpu: usize, offset: u64) -> Option<u32> {
        let (cpu, register) = self.find(cpu, offset).filter(|(cpu, _)| *cpu < self.cpus())?;
        Some(match register {
            Register::Iack => self.acknowledge(cpu),
            _ => self.value(cpu, register),
        })
    }

    /// What a read of the register would give, without its effect.
    pub fn peek_register(&self, cpu: usize, offset: u64) -> Option<u32> {
        let (cpu, register) = self.find(cpu, offset).filter(|(cpu, _)| *cpu < self.cpus())?;
        Some(self.value(cpu, register))
    }

    #[allow(clippy::cast_possible_truncation, reason = "at most eight CPUs")]
    fn value(&self, cpu: usize, register: Register) -> u32 {
        match register {
            Register::Brr1 => BRR1,
            Register::Ctpr => self.ctpr[cpu],
            Register::Whoami => cpu as u32,
            Register::Iack => self.peek(cpu),
            Register::Frr => FRR | (self.cpus() as u32 - 1) << 8,
            Register::Gcr => self.gcr,
            Register::Svr => self.spurious,
            Register::Tfrr => self.timers.frequency,
            Register::Tcr => self.timers.control(),
            Register::Gtccr(n) => self.timers.current(n),
            Register::Gtbcr(n) => self.timers.base(n),
            Register::Vpr(n) => self.sources[n].read_vpr(origin(n)),
            Register::Dr(n) => self.sources[n].dr(),
            Register::Eoi | Register::Vir | Register::Ipidr(_) => 0,
        }
    }

    /// Writes the register at `offset` for a CPU; writes to read-only registers are dropped. `None`: there is no register,
    /// or no such CPU.
    pub fn write(&mut self, cpu: usize, offset: u64, value: u32) -> Option<()> {
        let (cpu, register) = self.find(cpu, offset).filter(|(cpu, _)| *cpu < self.cpus())?;
        match register {
            Register::Ctpr => self.ctpr[cpu] = value & 15,
            Register::Eoi => self.end_of_interrupt(cpu),
            Register::Gcr if value & GCR_RST != 0 => self.reset(),
            Register::Gcr => self.gcr = value & GCR_MODE,
            Register::Svr => self.spurious = value & 0xffff,
            Register::Tfrr => self.timers.frequency = value,
            Register::Tcr => self.timers.write_control(value),
            Register::Gtbcr(n) => self.timers.write_base(n, value),
            Register::Ipidr(n) => self.sources[n].send(value & ((1 << self.cpus()) - 1)),
            Register::Vpr(n) => self.sources[n].write_vpr(origin(n), value),
            Register::Dr(n) => self.sources[n].write_dr(origin(n), value, self.cpus()),
            Register::Brr1
            | Register::Whoami
            | Register::Iack
            | Register::Frr
            | Register::Vir
            | Register::Gtccr(_) => {}
        }
        Some(())
    }
}
