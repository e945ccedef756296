//! The interrupt controller in the core ([`spr_exit::Capability::IrqChip`]): its registers answer without an exit, its line is the
//! CPU's external input, and in the mode of the external proxy delivery acknowledges and loads EPR.
//!
//! What it does is the crate `mpic`'s, the same as a VMM has in user space; here it gets its loads, its time and its
//! acknowledges. A load or store that would leave as MMIO comes by here on its way out, so that memory accesses cost
//! nothing more.

use crate::cpu::Cpu;
use crate::interrupt::Input;
use crate::pending::Pending;
use crate::run::Left;
use alloc::boxed::Box;
use mpic::{Line, Mpic};
use spr_exit::{
    CapError, EnableCap, Owner, Reply,
    num::e500::{EPR, GEPR},
};

/// The controller of a CPU.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct IrqChip {
    /// Physical address of its registers.
    base: u64,
    mpic: Mpic,
    /// The tick of the virtual clock that its timers have come to.
    tick: u64,
}

impl IrqChip {
    /// Where it is if nobody says: as on the bare machine of `ppc-emu run`.
    const BASE: u64 = 0xe004_0000;

    /// The offset of the register that an access is to; they are accessed as words (MPC8548ERM 10.3).
    fn offset(&self, address: u64, len: u32) -> Option<u64> {
        let offset = address.checked_sub(self.base)?;
        (offset < Mpic::SIZE && len == 4).then_some(offset)
    }

    /// Power-on: its inputs keep their level.
    pub(crate) fn reset(&mut self) {
        self.mpic.reset();
    }
}

impl Cpu {
    /// The interrupt controller, where it is in the core.
    pub fn irqchip(&self) -> Option<&Mpic> {
        self.state.irqchip.as_ref().map(|chip| &chip.mpic)
    }

    /// Tells the controller in the core whether one of its inputs is active; `false` where there is no controller or no
    /// such input, which has no effect.
    pub fn set_irq(&mut self, line: Line, is_active: bool) -> bool {
        self.on_irqchip(|mpic| mpic.set_line(line, is_active))
            .unwrap_or(false)
    }

    /// Puts the controller into the core at args\[1\] (0: `0xe004_0000`), with args\[0\] = 1, or takes it out. EPR goes with
    /// it: the core's while the controller is there, else whose the model's table says.
    pub(crate) fn enable_irqchip(&mut self, cap: &EnableCap, is_on: bool) -> Result<(), CapError> {
        let base = match cap.args[1] {
            0 => IrqChip::BASE,
            base => base,
        };
        if base % Mpic::SIZE != 0 {
            return Err(CapError::Argument {
                index: 1,
                value: base,
            });
        }
        let tick = self.tick();
        self.state.irqchip = is_on.then(|| {
            Box::new(IrqChip {
                base,
                mpic: Mpic::new(1),
                tick,
            })
        });
        self.update_irqchip();
        if self.model.sprs.row(EPR).is_some() {
            self.set_owner(EPR, if is_on { Owner::Core } else { Owner::Model })?;
        }
        Ok(())
    }

    /// Does something to the controller, at the present tick, and takes note of what it asks for then.
    fn on_irqchip<T>(&mut self, what: impl FnOnce(&mut Mpic) -> T) -> Option<T> {
        let tick = self.tick();
        let chip = self.state.irqchip.as_mut()?;
        chip.mpic.advance(tick.saturating_sub(chip.tick));
        chip.tick = tick;
        let result = what(&mut chip.mpic);
        self.update_irqchip();
        Some(result)
    }

    /// The controller's timers have come to the present tick.
    pub(crate) fn expire_irqchip(&mut self) {
        self.on_irqchip(|_| ());
    }

    /// Takes note of the controller's line to the CPU and of when its next timer expires.
    pub(crate) fn update_irqchip(&mut self) {
        self.disturb();
        let chip = self.state.irqchip.as_ref();
        let is_asserted = chip.is_some_and(|chip| chip.mpic.is_asserted(0));
        let next = chip.and_then(|chip| chip.tick.checked_add(chip.mpic.next_event()?));
        self.state.inputs.set(Input::CONTROLLER, is_asserted);
        self.set_irqchip_deadline(next);
    }

    /// Answers the access that is about to leave if it is to a register of the controller: the instruction is then
    /// complete, or goes on with its next element. What the controller has no register for leaves.
    pub(crate) fn is_answered_by_irqchip(&mut self) -> bool {
        let (Some(Pending::Mmio(at)), Some(chip)) = (self.state.pending, self.state.irqchip.as_ref()) else {
            return false;
        };
        let Some(offset) = chip.offset(at.phys_addr, at.len) else {
            return false;
        };
        let [a, b, c, d, ..] = at.bytes();
        let answer = self.on_irqchip(|mpic| {
            if at.is_write {
                mpic.write(0, offset, u32::from_be_bytes([a, b, c, d]))?;
                return Some(0);
            }
            let [a, b, c, d] = mpic.read(0, offset)?.to_be_bytes();
            Some(at.value_of([a, b, c, d, 0, 0, 0, 0]))
        });
        match answer.flatten() {
            Some(value) => self.complete(Reply::Done(value)).is_ok(),
            None => false,
        }
    }

    /// An external interrupt was delivered: EPR gets its vector, from the controller in the core if it is what asked and is the
    /// external proxy, else from user space, which is then asked for it, if that is what the VM wants (EREF 2.0 2.9.6).
    pub(crate) fn load_epr(&mut self) -> Option<Left> {
        self.model.sprs.row(EPR)?;
        if self.state.inputs.contains(Input::CONTROLLER) && self.irqchip().is_some_and(Mpic::is_proxy) {
            let vector = self.on_irqchip(|mpic| mpic.acknowledge(0)).unwrap_or(0);
            self.load_vector(vector.into());
            return None;
        }
        if !self.config.epr_on_delivery {
            return None;
        }
        self.state.pending = Some(Pending::Epr);
        Some(Left::Pending)
    }

    /// EPR gets the vector of the interrupt that was delivered; GEPR if a guest took it.
    pub(crate) fn load_vector(&mut self, vector: u64) {
        self.set_spr_value(if self.is_guest() { GEPR } else { EPR }, vector);
    }
}
