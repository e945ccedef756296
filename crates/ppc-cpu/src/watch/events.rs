//! Debug events of Book E and the 405: each sets its bit in DBSR, and DBSR asks for the debug interrupt.
//!
//! E500CORERM chapter 8 (8.4.1 to 8.4.8, table 8-2 for what is saved); EREF 2.0 chapters 7 and 8; PPC440x5 UM 8.3 and 6.5, p.
//! 195 to 198; 405GP UM 12.9, table 10-23. While the interrupt is enabled an event before an instruction keeps it from being
//! executed; else it goes on, and DBSR\[IDE\] tells that the event was earlier.

use super::Armed;
use super::compare::{Mode, is_meant, is_space_meant, matches};
use super::layout::{Core, EDM, Events, FT, IDM, Pair, Value};
use crate::cpu::Cpu;
use crate::exec::operand::{Operand, Purpose, operand};
use crate::exec::{Stop, branch};
use crate::interrupt::Cause;
use crate::memory::Memory;
use crate::model::InterruptModel;
use crate::spr::Level;
use ppc_decode::{Insn, Op, System};
use spr_exit::{Msr, SavePair, SprNum, num};

/// EPCR: no debug events in hypervisor state.
const EPCR_DUVD: u64 = 0x0400_0000;

impl Cpu {
    pub(super) fn armed_events(&self) -> Armed {
        let Some(core) = Core::of(self.model) else {
            return Armed::default();
        };
        let dbcr0 = self.spr_value(core.registers().dbcr0);
        if dbcr0 & EDM != 0 {
            return Armed::default();
        }
        let enabled = core.enabled(self);
        let is_recorded = dbcr0 & IDM != 0 && !(core.recorded(self) - Events::IDE).is_empty();
        let by_de = if self.wants_de(core) {
            Events::ENABLED_BY_DE
        } else {
            Events::empty()
        };
        let by_msr = if is_recorded || enabled.intersects(by_de) {
            Msr::DE
        } else {
            Msr::empty()
        };
        Armed::new(!(enabled - by_de).is_empty(), by_msr)
    }

    /// Whether events that a critical handler is full of want MSR\[DE\]: on the 4xx in internal debug mode alone (PPC440x5UM
    /// p. 196; 405GP UM 12.9.8).
    fn wants_de(&self, core: Core) -> bool {
        match core {
            Core::E500 | Core::E500mc => true,
            Core::Ppc440 | Core::Ppc405 => self.spr_value(core.registers().dbcr0) & IDM != 0,
        }
    }

    /// DBCR0\[FT\] freezes the timers while DBSR has anything but MRR (E500CORERM 2.13.1; PPC440x5UM 8.5; 405GP UM 12.7):
    /// time base, decrementer or PIT, and what counts by them.
    pub(super) fn freeze_timers(&mut self) {
        let is_frozen = Core::of(self.model).is_some_and(|core| {
            self.spr_value(core.registers().dbcr0) & FT != 0 && !core.recorded(self).is_empty()
        });
        self.state.timer.set_frozen(is_frozen, self.state.insns);
    }

    pub(super) fn is_event_register(&self, sprn: SprNum) -> bool {
        use num::{booke, ppc4xx};
        match self.model.interrupts {
            InterruptModel::Ppc405 => {
                matches!(sprn, ppc4xx::DBCR0_40X | ppc4xx::DBCR1_40X | ppc4xx::DBSR_40X)
            }
            _ => matches!(sprn, booke::DBCR0 | booke::DBSR),
        }
    }

    /// Whether the debug interrupt is enabled and DBSR asks for it.
    pub(super) fn is_debug_due(&self) -> bool {
        self.state.regs.msr.contains(Msr::DE)
            && Core::of(self.model).is_some_and(|core| {
                let dbcr0 = self.spr_value(core.registers().dbcr0);
                dbcr0 & (EDM | IDM) == IDM && !(core.recorded(self) - Events::IDE).is_empty()
            })
    }

    /// The events that can happen now.
    fn enabled_events(&self, core: Core) -> Events {
        let dbcr0 = self.spr_value(core.registers().dbcr0);
        let is_kept_out = core == Core::E500mc
            && self.spr_value(num::e500::EPCR) & EPCR_DUVD != 0
            && !self.state.regs.msr.contains(Msr::GS);
        if dbcr0 & EDM != 0 || is_kept_out {
            return Events::empty();
        }
        let enabled = core.enabled(self);
        if self.state.regs.msr.contains(Msr::DE) || !self.wants_de(core) {
            enabled
        } else {
            enabled - Events::ENABLED_BY_DE
        }
    }

    /// Sets bits of DBSR.
    fn record(&mut self, core: Core, events: Events) {
        let dbsr = core.registers().dbsr;
        self.set_spr_value(dbsr, self.spr_value(dbsr) | core.status(events));
        self.disturb();
        self.rearm();
    }

    /// Events that are found before an instruction or at the delivery of an interrupt.
    fn record_now(&mut self, core: Core, events: Events) {
        let is_late = !self.state.regs.msr.contains(Msr::DE);
        self.record(core, if is_late { events | Events::IDE } else { events });
    }

    /// The same before an instruction: whether it has to wait for the debug interrupt.
    fn finds_events(&mut self, core: Core, events: Events) -> bool {
        if events.is_empty() {
            return false;
        }
        self.record_now(core, events);
        self.is_debug_due()
    }

    /// IRPT and CIRPT. The debug interrupt itself is of neither class. Outside internal debug mode critical interrupts of the 4xx are
    /// IRPT too (PPC440x5UM p. 196; 405GP UM 12.9.9).
    pub(super) fn delivery_event(&mut self, pair: SavePair) {
        let Some(core) = Core::of(self.model) else { return };
        let event = match pair {
            SavePair::Srr | SavePair::Gsrr => Events::IRPT,
            SavePair::Csrr if core == Core::E500mc => Events::CIRPT,
            SavePair::Csrr if !self.wants_de(core) => Events::IRPT,
            _ => return,
        };
        if self.enabled_events(core).contains(event) {
            self.record_now(core, event);
        }
    }

    /// IAC1 to IAC4.
    pub(super) fn address_events(&mut self, cia: u64) -> bool {
        let Some(core) = Core::of(self.model) else {
            return false;
        };
        let mut seen = self.addresses(core, cia);
        for (n, event) in [Events::IAC1, Events::IAC2].into_iter().enumerate() {
            if core.is_linked(self, n) {
                seen -= event;
            }
        }
        for (pair, events) in [Events::IAC1 | Events::IAC2, Events::IAC3 | Events::IAC4]
            .into_iter()
            .enumerate()
        {
            if seen.intersects(events) {
                core.toggle(self, pair);
            }
        }
        self.finds_events(core, seen)
    }

    /// Which of them match.
    fn addresses(&self, core: Core, cia: u64) -> Events {
        let enabled = self.enabled_events(core);
        let msr = self.state.regs.msr;
        let mut seen = Events::empty();
        for n in [0, 2] {
            let registers = [n, n + 1].map(|n| self.spr_value(core.registers().iac[n]));
            let pair = core.instruction_pair(self, n / 2);
            if self.is_out_of_reach(core, &pair) {
                continue;
            }
            let hits = matches(pair.mode, cia, registers, pair.ignored);
            for (m, hit) in hits.into_iter().enumerate() {
                if hit
                    && is_meant(pair.users[m], msr.contains(Msr::PR))
                    && is_space_meant(pair.spaces[m], msr.contains(Msr::IS))
                {
                    seen |= Events::IAC[n + m];
                }
            }
        }
        seen & enabled
    }

    /// Whether a range does not count in internal debug mode while MSR\[DE\] is 0, or it would match in every critical
    /// handler: any of the 440 (PPC440x5UM 8.3.1.2), one that toggles of the 405 (405GP UM 12.9.12.2).
    fn is_out_of_reach(&self, core: Core, pair: &Pair) -> bool {
        let is_critical = match core {
            Core::Ppc440 => pair.mode != Mode::Exact,
            Core::Ppc405 => pair.toggles,
            Core::E500 | Core::E500mc => false,
        };
        is_critical && !self.state.regs.msr.contains(Msr::DE) && self.wants_de(core)
    }

    /// BRT, TRAP, RET, CRET, DAC: events of what an instruction does.
    pub(super) fn instruction_events(&mut self, memory: &Memory, insn: Insn) -> bool {
        let Some(core) = Core::of(self.model) else {
            return false;
        };
        let enabled = self.enabled_events(core);
        let regs = &self.state.regs;
        match insn.op {
            Op::Branch(op) => {
                let is_taken = enabled.contains(Events::BRT) && branch::goes(regs, insn, op) == Some(true);
                is_taken && self.finds_events(core, Events::BRT)
            }
            Op::Compare(_) => {
                let traps =
                    enabled.contains(Events::TRAP) && self.attempt(insn) == Err(Stop::Interrupt(Cause::Trap));
                traps && self.finds_events(core, Events::TRAP)
            }
            Op::System(op) => {
                let event = self.return_event(core, op) & enabled;
                let waits = self.finds_events(core, event);
                // The e500 returns first and then interrupts (E500CORERM table 8-2), others save the address of the return.
                waits && core != Core::E500
            }
            _ if enabled.intersects(Events::DAC.iter().flatten().copied().collect()) => {
                let (before, behind) = self.data_events(core, memory, insn, enabled);
                self.finds_events(core, behind);
                self.finds_events(core, before)
            }
            _ => false,
        }
    }

    /// The event that a return from an interrupt is. One from a critical interrupt is none while MSR\[DE\] is 0, or nobody
    /// could leave their handlers (E500CORERM 8.2.4; PPC440x5UM 8.3.6).
    fn return_event(&self, core: Core, op: System) -> Events {
        let is_enabled = self.state.regs.msr.contains(Msr::DE) || !self.wants_de(core);
        if self.level() == Level::Problem {
            return Events::empty();
        }
        match (core, op) {
            (_, System::Rfi) => Events::RET,
            (Core::E500mc, System::Rfci) => Events::CRET,
            (Core::E500 | Core::Ppc440, System::Rfci) if is_enabled => Events::RET,
            (Core::Ppc440, System::Rfmci) if is_enabled => Events::RET,
            _ => Events::empty(),
        }
    }

    /// Data address events of an instruction: those before it, and those by value that come behind it (405GP UM table 10-23).
    /// Every access is compared by the address where it begins (PPC440x5UM 8.3.2), a cache instruction by its own.
    fn data_events(&self, core: Core, memory: &Memory, insn: Insn, enabled: Events) -> (Events, Events) {
        let (mut before, mut behind) = (Events::empty(), Events::empty());
        let Some(operand) = operand(self, insn) else {
            return (before, behind);
        };
        let pair = core.data_pair(self);
        let dac = core.registers().dac.map(|dac| self.spr_value(dac));
        let msr = self.state.regs.msr;
        let purpose = kinds(operand.extent.purpose);
        for n in 0..2 {
            let events = Events::DAC[n][0].kept_if(purpose[0]) | Events::DAC[n][1].kept_if(purpose[1]);
            let is_on = enabled.intersects(events)
                && is_meant(pair.users[n], msr.contains(Msr::PR))
                && is_space_meant(pair.spaces[n], msr.contains(Msr::DS))
                && (!core.is_linked(self, n)
                    || self.addresses(core, self.state.regs.cia).contains(Events::IAC[n]));
            if !is_on {
                continue;
            }
            let hits = |address| matches(pair.mode, address, dac, pair.ignored)[n];
            match core.value(self, n) {
                None if accesses(self, &operand).any(hits) => before |= events & enabled,
                Some(value) if self.has_value(memory, insn, &operand, value, hits) => {
                    let seen = if core == Core::Ppc405 {
                        &mut behind
                    } else {
                        &mut before
                    };
                    *seen |= events & enabled;
                }
                _ => {}
            }
        }
        if (before | behind).is_empty() || self.reaches_operand(insn) {
            (before, behind)
        } else {
            (Events::empty(), Events::empty())
        }
    }

    /// Whether one of the accesses that hit moves this value. What a device would give is not known before it is asked:
    /// no value.
    fn has_value(
        &self,
        memory: &Memory,
        insn: Insn,
        operand: &Operand,
        value: Value,
        hits: impl Fn(u64) -> bool,
    ) -> bool {
        let mut bytes = [0; 128];
        let len = usize::try_from(operand.extent.len).unwrap_or(usize::MAX);
        let Some(bytes) = bytes.get_mut(..len) else {
            return false;
        };
        let is_known = match operand.extent.purpose {
            Purpose::Load => memory.read_bytes(operand.address, bytes).is_ok(),
            Purpose::Store => self.stored_bytes(insn, operand, bytes),
            // Cache instructions move no value (405GP UM 12.9.5).
            _ => false,
        };
        let byte = |at: u64| usize::try_from(at.wrapping_sub(operand.address)).ok();
        is_known
            && accesses(self, operand).filter(|at| hits(*at)).any(|at| {
                let end = at + operand.extent.element;
                (at & !3..end).step_by(4).any(|word| {
                    let lane = |n| {
                        let at_lane = word + n;
                        let is_accessed = at <= at_lane && at_lane < end;
                        byte(at_lane)
                            .filter(|_| is_accessed)
                            .and_then(|at| bytes.get(at))
                            .copied()
                    };
                    value.matches([lane(0), lane(1), lane(2), lane(3)])
                })
            })
    }

    /// The bytes that a store is going to store: tried in a memory of their own.
    fn stored_bytes(&self, insn: Insn, operand: &Operand, bytes: &mut [u8]) -> bool {
        let mut scratch = Memory::new();
        scratch.add_ram(operand.address, operand.extent.len).is_ok()
            && self.attempt_in(&mut scratch, insn).is_ok()
            && scratch.read_bytes(operand.address, bytes).is_ok()
    }

    /// Whether the instruction that is about to begin is an event when it completes.
    pub(super) fn wants_completion(&self) -> bool {
        Core::of(self.model).is_some_and(|core| self.enabled_events(core).contains(Events::ICMP))
    }

    /// ICMP, if it is still enabled. MSR\[DE\] was 1 as the instruction began; if it cleared it, the interrupt waits, and DBSR
    /// does not tell (PPC440x5UM p. 198).
    pub(super) fn complete_event(&mut self) {
        if let Some(core) = Core::of(self.model)
            && core.enabled(self).contains(Events::ICMP)
        {
            self.record(core, Events::ICMP);
        }
    }
}

impl Events {
    fn kept_if(self, is_kept: bool) -> Self {
        if is_kept { self } else { Self::empty() }
    }
}

/// Whether a purpose counts as a read, and as a write: what a cache instruction may write back is a write (PPC440x5UM 8.3.2,
/// p. 231; PPC405UM 8.5.13.3). On the e500 our choice is the same.
const fn kinds(purpose: Purpose) -> [bool; 2] {
    match purpose {
        Purpose::Load | Purpose::Touch | Purpose::TouchForStore => [true, false],
        Purpose::Store | Purpose::Zero | Purpose::Clean | Purpose::Invalidate => [false, true],
        Purpose::Exchange => [true, true],
    }
}

/// Where the accesses of an operand begin.
fn accesses(cpu: &Cpu, operand: &Operand) -> impl Iterator<Item = u64> {
    let ea = |at: u64| cpu.state.regs.ea(at);
    let (address, element) = (operand.address, operand.extent.element);
    (0..operand.extent.len.div_ceil(element)).map(move |n| ea(address.wrapping_add(n * element)))
}
