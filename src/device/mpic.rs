//! The board's interrupt controller: the part of Freescale's MPIC (an OpenPIC) that one CPU needs.
//!
//! MPC8548ERM (MPC8548E PowerQUICC III Integrated Processor Reference Manual, Rev. 2) chapter 10; register names as
//! there. A pure state machine: offsets and values in, values out, and [`Mpic::is_asserted`] for the line to the CPU.
//!
//! Not here: timers, message registers, internal sources, critical interrupts, further CPUs.

/// Interprocessor interrupts.
const IPIS: usize = 4;
/// External interrupt inputs.
const EXTERNALS: usize = 12;

/// VPR: masked.
const MSK: u32 = 1 << 31;
/// VPR: pending or in service (read-only).
const ACTIVITY: u32 = 1 << 30;
/// VPR of an external source: level-sensitive.
const SENSE: u32 = 1 << 22;
/// VPR of an external source: polarity. Kept; inputs are told to the controller as active or not.
const POLARITY: u32 = 1 << 23;
/// VPR: priority and vector.
const PRIORITY_VECTOR: u32 = 0x000f_ffff;
/// DR and IPIDR: CPU 0, the only one.
const P0: u32 = 1;
/// GCR: reset; clears itself.
const GCR_RST: u32 = 1 << 31;
/// GCR: mode. 0 passes input 0 through and delivers nothing else; 1 is mixed; 3 is mixed with external proxy.
const GCR_MODE: u32 = 3 << 29;
/// CTPR after a reset: nothing is delivered.
const CTPR_RESET: u32 = 15;

/// Offsets of the registers from the base.
mod at {
    pub(super) const BRR1: u64 = 0x0000;
    pub(super) const IPIDR: u64 = 0x0040;
    pub(super) const CTPR: u64 = 0x0080;
    pub(super) const WHOAMI: u64 = 0x0090;
    pub(super) const IACK: u64 = 0x00a0;
    pub(super) const EOI: u64 = 0x00b0;
    pub(super) const FRR: u64 = 0x1000;
    pub(super) const GCR: u64 = 0x1020;
    pub(super) const IPIVPR: u64 = 0x10a0;
    pub(super) const SVR: u64 = 0x10e0;
    pub(super) const EIVPR: u64 = 0x1_0000;
    pub(super) const EIDR: u64 = 0x1_0010;
    /// The private copy of CPU 0's registers, of which 0x40 to 0xb0 are the public view.
    pub(super) const CPU0: u64 = 0x2_0000;
}

/// BRR1: block revision (IP id 0x0040, revision 2.0).
const BRR1: u32 = 0x0040_0200;
/// FRR: highest source number, highest CPU number, OpenPIC version 1.2.
const FRR: u32 = 11 << 16 | 2;
const _: () = assert!(EXTERNALS == 12);

/// Where an interrupt comes from, and how far it has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Source {
    /// Mask, sense, polarity, priority, vector; without the activity bit.
    vpr: u32,
    /// Which CPUs it goes to.
    dr: u32,
    /// Level of the input, for external sources.
    input: bool,
    /// An edge, or an IPI, that was not acknowledged yet.
    latched: bool,
    in_service: bool,
}

impl Source {
    const RESET: Self = Self {
        vpr: MSK,
        dr: P0,
        input: false,
        latched: false,
        in_service: false,
    };

    fn priority(&self) -> u32 {
        self.vpr >> 16 & 15
    }

    fn is_pending(&self) -> bool {
        self.latched || self.vpr & SENSE != 0 && self.input
    }

    /// VPR as it reads.
    fn read_vpr(&self) -> u32 {
        let is_active = self.is_pending() || self.in_service;
        self.vpr | if is_active { ACTIVITY } else { 0 }
    }
}

/// The controller: registers at offsets from its base ([`Mpic::read`], [`Mpic::write`]), inputs, and the line to the CPU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mpic {
    gcr: u32,
    spurious: u32,
    ctpr: u32,
    /// IPIs, then external inputs. Of two with the same priority the first goes first.
    sources: [Source; IPIS + EXTERNALS],
}

/// The number of a register in an array with one register every `step` bytes from `base`.
fn index(offset: u64, base: u64, step: u64, count: usize) -> Option<usize> {
    let from = offset.checked_sub(base)?;
    let n = usize::try_from(from / step).ok()?;
    (from % step == 0 && n < count).then_some(n)
}

impl Mpic {
    /// Bytes of address space that the controller takes.
    pub const SIZE: u64 = 0x4_0000;

    /// A controller after reset: everything masked, pass-through mode, CTPR 15.
    pub const fn new() -> Self {
        Self {
            gcr: 0,
            spurious: 0xffff,
            ctpr: CTPR_RESET,
            sources: [Source::RESET; IPIS + EXTERNALS],
        }
    }

    /// Reads the register at `offset`; IACK acknowledges. `None`: there is no register.
    pub fn read(&mut self, offset: u64) -> Option<u32> {
        let offset = public(offset);
        Some(match offset {
            at::BRR1 => BRR1,
            at::CTPR => self.ctpr,
            at::WHOAMI => 0,
            at::IACK => self.acknowledge(),
            at::EOI => 0,
            at::FRR => FRR,
            at::GCR => self.gcr,
            at::SVR => self.spurious,
            _ if index(offset, at::IPIDR, 0x10, IPIS).is_some() => 0,
            _ => {
                if let Some(n) = vpr_at(offset) {
                    self.sources[n].read_vpr()
                } else {
                    let n = index(offset, at::EIDR, 0x20, EXTERNALS)?;
                    self.sources[IPIS + n].dr
                }
            }
        })
    }

    /// Writes the register at `offset`; writes to read-only registers are dropped. `None`: there is no register.
    pub fn write(&mut self, offset: u64, value: u32) -> Option<()> {
        let offset = public(offset);
        match offset {
            at::BRR1 | at::WHOAMI | at::IACK | at::FRR => {}
            at::CTPR => self.ctpr = value & 15,
            at::EOI => self.end_of_interrupt(),
            at::GCR if value & GCR_RST != 0 => self.reset(),
            at::GCR => self.gcr = value & GCR_MODE,
            at::SVR => self.spurious = value & 0xffff,
            _ => {
                if let Some(n) = index(offset, at::IPIDR, 0x10, IPIS) {
                    self.sources[n].latched |= value & P0 != 0;
                } else if let Some(n) = vpr_at(offset) {
                    let external = if n < IPIS { 0 } else { SENSE | POLARITY };
                    self.sources[n].vpr = value & (MSK | PRIORITY_VECTOR | external);
                } else {
                    let n = index(offset, at::EIDR, 0x20, EXTERNALS)?;
                    self.sources[IPIS + n].dr = value & P0;
                }
            }
        }
        Some(())
    }

    /// Tells whether external input `n` is active; other numbers than 0 to 11 have no effect.
    pub fn set_input(&mut self, n: usize, is_active: bool) {
        if let Some(source) = self.sources[IPIS..].get_mut(n) {
            source.latched |= is_active && !source.input && source.vpr & SENSE == 0;
            source.input = is_active;
        }
    }

    /// Whether the interrupt line to the CPU is up.
    pub fn is_asserted(&self) -> bool {
        if self.gcr & GCR_MODE == 0 {
            return self.sources[IPIS].input;
        }
        self.next().is_some()
    }

    /// Takes the next interrupt into service and gives its vector; with none, the spurious vector. This is a read of
    /// IACK, and of EPR where a CPU has the controller as its external proxy.
    pub fn acknowledge(&mut self) -> u32 {
        let Some(n) = self.next() else {
            return self.spurious;
        };
        let source = &mut self.sources[n];
        source.latched = false;
        source.in_service = true;
        source.vpr & 0xffff
    }

    /// What [`Mpic::acknowledge`] would give, without the effect.
    pub fn peek(&self) -> u32 {
        self.next()
            .map_or(self.spurious, |n| self.sources[n].vpr & 0xffff)
    }

    /// All registers as after power-on; inputs keep their level.
    pub fn reset(&mut self) {
        let sources = self.sources.map(|source| Source {
            input: source.input,
            ..Source::RESET
        });
        *self = Self {
            sources,
            ..Self::new()
        };
    }

    /// The source that would be acknowledged: of those whose priority is above CTPR and above everything in service,
    /// the one with the highest. Priority 0 is never above anything.
    fn next(&self) -> Option<usize> {
        if self.gcr & GCR_MODE == 0 {
            return None;
        }
        let in_service = self.sources.iter().filter(|source| source.in_service);
        let floor = in_service.map(Source::priority).fold(self.ctpr, u32::max);
        let (n, source) = self
            .sources
            .iter()
            .enumerate()
            .filter(|(_, source)| source.is_pending() && source.vpr & MSK == 0 && source.dr & P0 != 0)
            // `max_by_key` gives the last of equals; the first is wanted.
            .rev()
            .max_by_key(|(_, source)| source.priority())?;
        (source.priority() > floor).then_some(n)
    }

    /// Ends the interrupt with the highest priority in service; without one nothing happens.
    fn end_of_interrupt(&mut self) {
        let in_service = self.sources.iter_mut().filter(|source| source.in_service);
        if let Some(source) = in_service.max_by_key(|source| source.priority()) {
            source.in_service = false;
        }
    }
}

impl Default for Mpic {
    fn default() -> Self {
        Self::new()
    }
}

/// The private registers of CPU 0 at their public offsets.
fn public(offset: u64) -> u64 {
    match offset.checked_sub(at::CPU0) {
        Some(private @ at::IPIDR..=at::EOI) => private,
        _ => offset,
    }
}

/// The source whose VPR is at this offset.
fn vpr_at(offset: u64) -> Option<usize> {
    index(offset, at::IPIVPR, 0x10, IPIS)
        .or_else(|| index(offset, at::EIVPR, 0x20, EXTERNALS).map(|n| IPIS + n))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In mixed mode, CTPR 0, IPI `n` with vector `0x40 + n` and the priority given.
    fn with_ipis(priorities: [u32; IPIS]) -> Mpic {
        let mut mpic = Mpic::new();
        mpic.write(at::GCR, GCR_MODE).unwrap();
        mpic.write(at::CTPR, 0).unwrap();
        mpic.write(at::SVR, 0xff).unwrap();
        for ((offset, vector), priority) in (at::IPIVPR..).step_by(0x10).zip(0x40..).zip(priorities) {
            mpic.write(offset, priority << 16 | vector).unwrap();
        }
        mpic
    }

    fn send(mpic: &mut Mpic, n: u64) {
        mpic.write(at::IPIDR + 0x10 * n, P0).unwrap();
    }

    #[test]
    fn nothing_is_delivered_after_a_reset() {
        let mut mpic = Mpic::new();
        send(&mut mpic, 0);
        assert!(!mpic.is_asserted());
        assert_eq!(mpic.read(at::IACK), Some(0xffff));
        assert_eq!(mpic.read(at::CTPR), Some(15));
        assert_eq!(mpic.read(at::IPIVPR), Some(MSK | ACTIVITY), "masked, and waiting");
    }

    #[test]
    fn pending_interrupts_are_acknowledged_by_priority() {
        let mut mpic = with_ipis([3, 9, 6, 1]);
        for n in 0..3 {
            send(&mut mpic, n);
        }
        for vector in [0x41, 0x42, 0x40] {
            assert!(mpic.is_asserted());
            assert_eq!(mpic.peek(), vector);
            assert_eq!(mpic.read(at::IACK), Some(vector));
            assert!(!mpic.is_asserted(), "the others are below the one in service");
            mpic.write(at::EOI, 0).unwrap();
        }
        assert_eq!(mpic.read(at::IACK), Some(0xff));
    }

    #[test]
    fn of_equal_priorities_the_first_source_goes_first() {
        let mut mpic = with_ipis([5, 5, 5, 5]);
        send(&mut mpic, 3);
        send(&mut mpic, 1);
        assert_eq!(mpic.acknowledge(), 0x41);
    }

    #[test]
    fn the_task_priority_holds_back_what_is_not_above_it() {
        let mut mpic = with_ipis([3, 9, 6, 1]);
        mpic.write(at::CTPR, 9).unwrap();
        send(&mut mpic, 1);
        assert!(!mpic.is_asserted());
        assert_eq!(
            mpic.read(at::IACK),
            Some(0xff),
            "an early acknowledge is spurious"
        );
        mpic.write(at::CTPR, 8).unwrap();
        assert!(mpic.is_asserted());
        assert_eq!(mpic.acknowledge(), 0x41);
    }

    #[test]
    fn a_higher_priority_nests_and_each_end_of_interrupt_ends_the_innermost() {
        let mut mpic = with_ipis([3, 9, 6, 1]);
        send(&mut mpic, 2);
        assert_eq!(mpic.acknowledge(), 0x42);
        send(&mut mpic, 0);
        send(&mut mpic, 1);
        assert_eq!(mpic.acknowledge(), 0x41);
        mpic.write(at::EOI, 0).unwrap();
        assert!(!mpic.is_asserted(), "6 is in service, 3 waits");
        mpic.write(at::EOI, 0).unwrap();
        assert_eq!(mpic.acknowledge(), 0x40);
    }

    #[test]
    fn the_end_of_an_interrupt_looks_at_the_task_priority_again() {
        let mut mpic = with_ipis([3, 9, 6, 1]);
        send(&mut mpic, 1);
        mpic.acknowledge();
        send(&mut mpic, 2);
        mpic.write(at::CTPR, 7).unwrap();
        mpic.write(at::EOI, 0).unwrap();
        assert!(!mpic.is_asserted());
        mpic.write(at::CTPR, 5).unwrap();
        assert!(mpic.is_asserted());
    }

    #[test]
    fn an_end_of_interrupt_without_one_in_service_does_nothing() {
        let mut mpic = with_ipis([3, 9, 6, 1]);
        let before = mpic.clone();
        mpic.write(at::EOI, 0).unwrap();
        assert_eq!(mpic, before);
    }

    #[test]
    fn priority_zero_and_the_mask_keep_a_source_silent() {
        let mut mpic = with_ipis([0, 9, 6, 1]);
        send(&mut mpic, 0);
        assert!(!mpic.is_asserted());
        mpic.write(at::IPIVPR, MSK | 5 << 16 | 0x40).unwrap();
        assert!(!mpic.is_asserted());
        mpic.write(at::IPIVPR, 5 << 16 | 0x40).unwrap();
        assert!(mpic.is_asserted(), "it was pending all the time");
    }

    #[test]
    fn an_edge_is_kept_and_a_level_lasts_as_long_as_the_input() {
        let mut mpic = with_ipis([0; IPIS]);
        mpic.write(at::EIVPR, 4 << 16 | 0x10).unwrap();
        mpic.write(at::EIVPR + 0x20, SENSE | 4 << 16 | 0x11).unwrap();
        mpic.set_input(0, true);
        mpic.set_input(0, false);
        assert_eq!(mpic.acknowledge(), 0x10);
        mpic.write(at::EOI, 0).unwrap();
        assert!(!mpic.is_asserted());

        mpic.set_input(1, true);
        assert_eq!(mpic.acknowledge(), 0x11);
        mpic.write(at::EOI, 0).unwrap();
        assert!(mpic.is_asserted(), "the device still asks");
        mpic.set_input(1, false);
        assert!(!mpic.is_asserted());
        mpic.set_input(EXTERNALS, true);
        assert!(!mpic.is_asserted(), "there is no such input");
    }

    #[test]
    fn an_external_source_goes_to_the_cpus_of_its_destination_only() {
        let mut mpic = with_ipis([0; IPIS]);
        mpic.write(at::EIVPR, 4 << 16 | 0x10).unwrap();
        mpic.write(at::EIDR, 0).unwrap();
        mpic.set_input(0, true);
        assert!(!mpic.is_asserted());
        mpic.write(at::EIDR, P0).unwrap();
        assert!(mpic.is_asserted());
    }

    #[test]
    fn pass_through_mode_delivers_input_0_alone() {
        let mut mpic = with_ipis([3, 9, 6, 1]);
        mpic.write(at::GCR, 0).unwrap();
        send(&mut mpic, 1);
        assert!(!mpic.is_asserted());
        mpic.set_input(0, true);
        assert!(mpic.is_asserted());
    }

    #[test]
    fn the_reset_bit_resets_and_reads_as_zero() {
        let mut mpic = with_ipis([3, 9, 6, 1]);
        send(&mut mpic, 1);
        mpic.acknowledge();
        mpic.write(at::GCR, GCR_RST | GCR_MODE).unwrap();
        assert_eq!(mpic, Mpic::new());
        assert_eq!(mpic.read(at::GCR), Some(0));
        mpic.write(at::GCR, GCR_MODE).unwrap();
        assert_eq!(mpic.read(at::GCR), Some(GCR_MODE));
    }

    #[test]
    fn the_private_registers_of_cpu_0_are_the_public_ones() {
        let mut mpic = with_ipis([3, 9, 6, 1]);
        mpic.write(at::CPU0 + at::IPIDR + 0x10, P0).unwrap();
        assert_eq!(mpic.read(at::CPU0 + at::IACK), Some(0x41));
        mpic.write(at::CPU0 + at::CTPR, 7).unwrap();
        assert_eq!(mpic.read(at::CTPR), Some(7));
        assert_eq!(mpic.read(at::CPU0 + at::WHOAMI), Some(0));
    }

    #[test]
    fn an_offset_without_a_register_is_told_apart_from_a_register_that_is_zero() {
        let mut mpic = Mpic::new();
        assert_eq!(mpic.read(0x1100), None);
        assert_eq!(mpic.read(at::IPIVPR + 4), None);
        assert_eq!(mpic.read(at::EIVPR + 0x20 * 12), None);
        assert_eq!(mpic.write(Mpic::SIZE, 1), None);
        assert_eq!(mpic.read(at::IPIDR), Some(0));
        assert_eq!(mpic, Mpic::new());
    }
}
