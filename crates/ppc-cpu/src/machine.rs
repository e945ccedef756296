//! A CPU with its memory: the emulator as a [`Vcpu`], so that loops written for a double or for KVM run it too.

use crate::cpu::Cpu;
use crate::image::MemoryImage;
use crate::memory::Memory;
use crate::model::Model;
use crate::snapshot::{Snapshot, SnapshotError};
use spr_exit::{
    CapError, Capabilities, Capability, EnableCap, Exit, Owner, Reason, Reply, ResetKind, SprAccess, SprNum,
    Vcpu, VcpuError, num,
};

/// One CPU and its memory.
#[derive(Clone, Debug)]
pub struct Machine {
    /// The CPU.
    pub cpu: Cpu,
    /// Its memory.
    pub memory: Memory,
}

/// A machine at one moment: to come back to, or to make more machines of.
///
/// ```
/// use ppc_cpu::{Exit, Machine, Memory, model};
/// use ppc_decode::asm;
/// use spr_exit::{Reply, Vcpu, num::booke::DBCR0};
///
/// let mut memory = Memory::with_ram(0x10000)?;
/// memory.write_words(0, &[asm::mtspr(DBCR0.get().into(), 3), asm::stw(3, 0x100, 0)])?;
/// let mut machine = Machine::new(&model::E500V2, memory).with_budget(2);
/// machine.cpu.set_cia(0);
/// let image = machine.image();
/// for value in 1..1000 {
///     machine.cpu.set_gpr(3, value << 28);
///     let Exit::Spr(at) = machine.run()? else { panic!("DBCR0 asks for a reset") };
///     assert_eq!(at.data(), value << 28 & 0xffff_ffff);
///     machine.complete(Reply::Done(0))?;
///     assert_eq!(machine.run()?, Exit::Budget);
///     // Costs the registers and the page that the guest stored to.
///     machine.reset_to(&image)?;
///     assert_eq!(machine.memory.load(0x100), Some([0; 4]));
///     # if value == 3 { break }
/// }
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct MachineImage {
    cpu: Snapshot,
    memory: MemoryImage,
    end: u64,
}

impl MachineImage {
    /// Another machine in this state.
    ///
    /// # Errors
    /// As [`Cpu::restore`]; not for an image that was made in this process.
    pub fn fork(&self) -> Result<Machine, SnapshotError> {
        let mut cpu = Cpu::from_snapshot(&self.cpu)?;
        cpu.set_end(self.end);
        Ok(Machine {
            cpu,
            memory: self.memory.fork(),
        })
    }
}

impl Machine {
    /// A CPU out of reset with this memory.
    #[inline(always)]
    pub fn new(model: &'static Model, memory: Memory) -> Self {
        Self {
            cpu: Cpu::new(model),
            memory,
        }
    }

    /// From now on, all runs together may do this much work (completed instructions and delivered interrupts); then
    /// they stop with [`Exit::Budget`]. Without it they go on for ever. It is the CPU's, and goes where that goes.
    pub fn set_budget(&mut self, budget: u64) {
        self.cpu.set_end(self.cpu.work().saturating_add(budget));
    }

    /// The same machine with such a budget.
    #[must_use]
    pub fn with_budget(mut self, budget: u64) -> Self {
        self.set_budget(budget);
        self
    }

    /// Keeps what CPU and memory are now, and the budget. Not what the caller put around them (breakpoints, trace, requests
    /// to leave, where reports go): a fork has none of it, and a machine that goes back keeps its own.
    pub fn image(&mut self) -> MachineImage {
        MachineImage {
            cpu: self.cpu.snapshot(),
            memory: self.memory.image(),
            end: self.cpu.end(),
        }
    }

    /// Back to an image: as fast as the run since then was short, see [`Cpu::reset_to`] and [`Memory::reset_to`].
    ///
    /// # Errors
    /// As [`Cpu::restore`]; not for an image that was made in this process.
    pub fn reset_to(&mut self, image: &MachineImage) -> Result<(), SnapshotError> {
        self.cpu.reset_to(&image.cpu)?;
        self.memory.reset_to(&image.memory);
        self.cpu.set_end(image.end);
        Ok(())
    }

    /// Resets the CPU, see [`Cpu::reset`]; memory keeps its contents.
    pub fn reset(&mut self, kind: Option<ResetKind>) {
        self.cpu.reset(kind);
    }
}

impl Vcpu for Machine {
    #[inline(always)]
    fn run(&mut self) -> Result<Exit, VcpuError> {
        if let Some(at) = self.cpu.hop(&self.memory) {
            return Ok(Exit::Spr(at));
        }
        self.cpu.run_to(&mut self.memory, self.cpu.end())
    }

    #[inline(always)]
    fn next_spr(&mut self) -> Option<SprAccess> {
        self.cpu.hop(&self.memory)
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
            // By name: its number is another one on the 405.
            Ok(Capability::ResetEvent) => u64::from(self.model.sprs.by_name("DBCR0").is_some()),
            Ok(Capability::EprOnDelivery) => u64::from(self.model.sprs.row(num::e500::EPR).is_some()),
            Ok(
                Capability::IrqChip
                | Capability::UncheckedExits
                | Capability::PromoteSpr
                | Capability::SyscallExits,
            ) => 1,
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
            Capability::IrqChip => self.enable_irqchip(cap, switch(cap, 0)?)?,
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
