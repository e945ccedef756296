//! All state of a CPU that the guest's future depends on: what a snapshot holds.

use crate::classic_monitor::Monitor;
use crate::float_regs::FloatRegs;
use crate::interrupt::Input;
use crate::interrupt::server::Saving;
use crate::irqchip::IrqChip;
use crate::model::Model;
use crate::pending::Pending;
use crate::regs::Regs;
use crate::timer::Timer;
use crate::watch::Watched;
use crate::xer::Xer;
use alloc::boxed::Box;
use alloc::vec::Vec;
use ppc_decode::Isa;
use spr_exit::{Interrupt, Msr, num};

/// A reservation made by a load-and-reserve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Reservation {
    pub(crate) address: u64,
    pub(crate) len: u8,
}

/// All state of a CPU that the guest's future depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct State {
    pub(crate) regs: Regs,
    /// Values of the SPRs, by position in the model's table; a snapshot has them by number.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(crate) spr: Vec<u64>,
    pub(crate) timer: Timer,
    /// Floating-point registers, on CPUs that have them.
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) fp: FloatRegs,
    /// Segment registers of the classic processors.
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) segments: [u32; 16],
    /// GPR0 to GPR3 under the other value of MSR\[TGPR\] (603e).
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) temporary: [u64; 4],
    /// Performance monitor registers of the e500 family: PMC0 to 3, PMLCa0 to 3, PMLCb0 to 3, PMGC0.
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) pmr: [u32; 13],
    /// Where the sequence of `darn` stands.
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) random: u64,
    pub(crate) reservation: Option<Reservation>,
    /// The access that waits for a reply.
    pub(crate) pending: Option<Pending>,
    /// Elements that a multiple access in progress has already done.
    pub(crate) element: u8,
    /// The instruction that they are of, once one of them left and was completed.
    pub(crate) multiple: u32,
    /// Levels of the interrupt inputs.
    pub(crate) inputs: Input,
    /// Messages that wait for their interrupts, a bit for each kind.
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) doorbells: u8,
    /// The count of instructions at which the performance monitor's counters are what `pmr` has.
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) counted: u64,
    /// The interrupt controller, where it is in the core.
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) irqchip: Option<Box<IrqChip>>,
    /// Performance monitor of the classic processors.
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) monitor: Monitor,
    /// Whether the CPU waits for an interrupt.
    pub(crate) is_waiting: bool,
    /// How, on servers.
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) saving: Saving,
    /// Instructions completed.
    pub(crate) insns: u64,
    /// Interrupts delivered.
    pub(crate) deliveries: u64,
    pub(crate) last_interrupt: Option<Interrupt>,
    /// Whether the last delivery is still to be told to the caller, who asked for it.
    pub(crate) is_unreported: bool,
    /// The instruction that is watched by the guest's own debug facilities, until all that it brings about has happened.
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) watched: Option<Watched>,
}

impl State {
    /// Out of reset, of the CPU with this number.
    #[inline(always)]
    pub(crate) fn new(model: &'static Model, id: u32) -> Self {
        let mut spr = model.sprs.resets().to_vec();
        for pir in [num::booke::PIR, num::book3s::PIR] {
            if let Some(at) = model.sprs.position(pir)
                && model.sprs.rows()[at].name == "PIR"
            {
                spr[at] = u64::from(id);
            }
        }
        if let Some(at) = model.sprs.position(num::book3s::TIR)
            && model.sprs.rows()[at].name == "TIR"
        {
            spr[at] = u64::from(id) & thread_mask(model);
        }
        let mut timer = Timer::new();
        timer.start(model.interrupts);
        Self {
            regs: Regs {
                gpr: [0; 32].into(),
                gpr_upper: [0; 32],
                cr: 0.into(),
                xer: Xer::default(),
                lr: 0,
                ctr: 0,
                cia: model.reset_vector,
                nia: 0,
                msr: model.msr_reset,
                is_wide: is_wide(model, model.msr_reset),
                ea_bits: ea_bits(is_wide(model, model.msr_reset)),
                is_64bit: model.is_64bit,
            },
            spr,
            timer,
            fp: FloatRegs::default(),
            segments: [0; 16],
            temporary: [0; 4],
            pmr: [0; 13],
            random: id.into(),
            reservation: None,
            pending: None,
            element: 0,
            multiple: 0,
            inputs: Input::empty(),
            monitor: Monitor::default(),
            doorbells: 0,
            counted: 0,
            irqchip: None,
            is_waiting: false,
            saving: Saving::No,
            insns: 0,
            deliveries: 0,
            last_interrupt: None,
            is_unreported: false,
            watched: None,
        }
    }

    /// Becomes the same as another state of a CPU of this model, without allocating.
    pub(crate) fn assign(&mut self, other: &Self) {
        let Self {
            regs,
            spr,
            timer,
            fp,
            segments,
            temporary,
            pmr,
            random,
            reservation,
            pending,
            element,
            multiple,
            inputs,
            doorbells,
            counted,
            irqchip,
            monitor,
            is_waiting,
            saving,
            insns,
            deliveries,
            last_interrupt,
            is_unreported,
            watched,
        } = other;
        self.regs = regs.clone();
        self.spr.clone_from(spr);
        self.timer = timer.clone();
        self.fp.clone_from(fp);
        (self.segments, self.pmr, self.random) = (*segments, *pmr, *random);
        self.temporary = *temporary;
        self.reservation = *reservation;
        self.pending = *pending;
        (self.element, self.multiple) = (*element, *multiple);
        (self.inputs, self.is_waiting, self.saving) = (*inputs, *is_waiting, *saving);
        self.monitor.clone_from(monitor);
        (self.doorbells, self.counted) = (*doorbells, *counted);
        self.irqchip.clone_from(irqchip);
        (self.insns, self.deliveries) = (*insns, *deliveries);
        self.last_interrupt.clone_from(last_interrupt);
        self.is_unreported = *is_unreported;
        self.watched = *watched;
    }
}

/// The bits of an effective address: in 32-bit mode the upper half counts as zero (Power ISA Book I 1.10.3).
pub(crate) const fn ea_bits(is_wide: bool) -> u64 {
    if is_wide { u64::MAX } else { 0xffff_ffff }
}

/// Whether code with this MSR is in 64-bit mode on this model: MSR\[SF\], on Book E MSR\[CM\] (EREF 2.0 2.6.1).
pub(crate) fn is_wide(model: &Model, msr: Msr) -> bool {
    model.is_64bit && msr.intersects(model.wide_mode())
}

/// The bits of PIR that number the threads of a server's core: 4 of POWER9, 8 of POWER8 and of a POWER10's pair of cores
/// (the processors' user manuals).
pub(crate) fn thread_mask(model: &Model) -> u64 {
    let is_power9 = model.isa.contains(Isa::V3_0) && !model.isa.contains(Isa::V3_1);
    if is_power9 { 3 } else { 7 }
}
