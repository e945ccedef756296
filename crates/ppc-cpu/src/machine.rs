//! A CPU with its memory: the emulator as a [`Vcpu`], so that loops written for a double or for KVM run it too.

use crate::cpu::Cpu;
use crate::memory::Memory;
use crate::model::Model;
use spr_exit::{
    CapError, Capabilities, Capability, EnableCap, Exit, Owner, Reason, Reply, ResetKind, SprNum, Vcpu,
    VcpuError, num,
};

/// One CPU and its memory.
#[derive(Clone, Debug)]
pub struct Machine {
    /// The CPU.
    pub cpu: Cpu,
    /// Its memory.
    pub memory: Memory,
    /// The [`Cpu::work`] at which [`Vcpu::run`] stops with [`Exit::Budget`].
    end: u64,
}

impl Machine {
    /// A CPU out of reset with this memory.
    pub fn new(model: &'static Model, memory: Memory) -> Self {
        Self {
            cpu: Cpu::new(model),
            memory,
            end: u64::MAX,
        }
    }

    /// From now on, all runs together may do this much work (completed instructions and delivered interrupts); then
    /// they stop with [`Exit::Budget`]. Without it they go on for ever.
    pub fn set_budget(&mut self, budget: u64) {
        self.end = self.cpu.work().saturating_add(budget);
    }

    /// The same machine with such a budget.
    #[must_use]
    pub fn with_budget(mut self, budget: u64) -> Self {
        self.set_budget(budget);
        self
    }

    /// Resets the CPU, see [`Cpu::reset`]; memory keeps its contents.
    pub fn reset(&mut self, kind: Option<ResetKind>) {
        self.cpu.reset(kind);
    }
}

impl Vcpu for Machine {
    #[inline(always)]
    fn run(&mut self) -> Result<Exit, VcpuError> {
        self.cpu.run_to(&mut self.memory, self.end)
    }

    #[inline(always)]
    fn complete(&mut self, reply: Reply) -> Result<(), VcpuError> {
        self.cpu.complete(reply)
    }

    fn pending(&self) -> Option<Exit> {
        self.cpu.pending()
    }

    fn set_immediate_exit(&mut self, leave: bool) {
        self.cpu.set_immediate_exit(leave);
    }

    fn cancel(&mut self) {
        self.cpu.cancel();
    }
}

/// 0 or 1 as a switch.
fn switch(cap: &EnableCap, index: usize) -> Result<bool, CapError> {
    match cap.args[index] {
        0 => Ok(false),
        1 => Ok(true),
        value => Err(CapError::Argument { index, value }),
    }
}

impl Capabilities for Cpu {
    fn check_extension(&self, cap: u32) -> u64 {
        match Capability::try_from(cap) {
            Ok(Capability::SprExits) => Reason::all().bits().into(),
            Ok(Capability::ResetEvent) => u64::from(
                self.model
                    .sprs
                    .row(num::booke::DBCR0)
                    .is_some_and(|r| r.name == "DBCR0"),
            ),
            Ok(Capability::EprOnDelivery) => u64::from(self.model.sprs.row(num::e500::EPR).is_some()),
            Ok(Capability::UncheckedExits | Capability::PromoteSpr | Capability::SyscallExits) => 1,
            _ => 0,
        }
    }

    fn enable_cap(&mut self, cap: &EnableCap) -> Result<(), CapError> {
        let unsupported = CapError::Unsupported(cap.cap);
        if self.check_extension(cap.cap) == 0 {
            return Err(unsupported);
        }
        if cap.flags != 0 {
            return Err(CapError::Flags(cap.flags));
        }
        match Capability::try_from(cap.cap).map_err(|_| unsupported)? {
            Capability::SprExits => {
                let bits = u8::try_from(cap.args[0]).ok().and_then(Reason::from_bits);
                self.config_mut().reasons = bits.ok_or(CapError::Argument {
                    index: 0,
                    value: cap.args[0],
                })?;
            }
            Capability::ResetEvent => self.config_mut().reset_event = switch(cap, 0)?,
            Capability::EprOnDelivery => {
                let is_on = switch(cap, 0)?;
                self.config_mut().epr_on_delivery = is_on;
                // Loaded at delivery, EPR is a plain register of the core's; else reading it is the acknowledge.
                self.set_owner(num::e500::EPR, if is_on { Owner::Core } else { Owner::Model })?;
            }
            Capability::UncheckedExits => self.config_mut().check_privilege = !switch(cap, 0)?,
            Capability::PromoteSpr => {
                let sprn = SprNum::new(cap.args[0]).ok_or(CapError::Argument {
                    index: 0,
                    value: cap.args[0],
                })?;
                self.set_owner(
                    sprn,
                    if switch(cap, 1)? {
                        Owner::Core
                    } else {
                        Owner::Model
                    },
                )?;
            }
            Capability::SyscallExits => self.config_mut().syscall_exits = switch(cap, 0)?,
            _ => return Err(unsupported),
        }
        Ok(())
    }
}

impl Capabilities for Machine {
    fn check_extension(&self, cap: u32) -> u64 {
        self.cpu.check_extension(cap)
    }

    fn enable_cap(&mut self, cap: &EnableCap) -> Result<(), CapError> {
        self.cpu.enable_cap(cap)
    }
}
