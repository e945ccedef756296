//! Interrupts of storage that somebody outside raises, for want of an MMU here, as KVM's `kvmppc_core_queue_data_storage` and its
//! kin do for a guest; and the machine check of an address where nothing is.

use super::{Cause, Input};
use crate::cpu::Cpu;
use spr_exit::{InterruptKind, MmioAccess, Msr, StorageFault};

// It is part of what an instruction comes back with.
const _: () = assert!(size_of::<Cause>() <= 16);

/// DSISR: a store (MPC750UM 4.5.3; Power ISA 3.0B III 6.5.3, bit 38).
pub(crate) const DSISR_STORE: u32 = 0x0200_0000;

impl Cause {
    /// A data storage interrupt that needs no translation to be raised.
    pub(crate) const fn data_storage(address: u64, status: u32) -> Self {
        Self::Storage(StorageFault {
            kind: InterruptKind::DataStorage,
            address,
            status,
        })
    }

    /// What the one who raised it says of it.
    pub(super) const fn status(self) -> u64 {
        match self {
            Self::Storage(fault) => fault.status as u64,
            _ => 0,
        }
    }
}

impl Cpu {
    /// Delivers an interrupt of storage at once, its saved pc where the CPU stands. That is also an answer to an access that
    /// waits: it is dropped, and its instruction not done. `false`, with nothing changed, if the model has no such
    /// interrupt.
    ///
    /// ```
    /// use ppc_cpu::{Cpu, Memory, interrupt::StorageFault, model};
    /// use ppc_decode::asm;
    /// use spr_exit::{Exit, InterruptKind, num::classic::{DAR, DSISR}};
    ///
    /// let mut memory = Memory::with_ram(0x1000)?;
    /// memory.write_words(0, &[asm::stw(3, 0x2000, 0)])?;
    /// let mut cpu = Cpu::new(&model::PPC750);
    /// cpu.set_cia(0);
    /// let Exit::Mmio(at) = cpu.run(&mut memory, 1)? else { panic!("there is no RAM") };
    /// let fault = StorageFault { kind: InterruptKind::DataStorage, address: at.phys_addr, status: 0x4200_0000 };
    /// assert!(cpu.raise_storage(fault));
    /// assert_eq!(cpu.cia() & 0xffff, 0x300);
    /// assert_eq!((cpu.peek_spr(DAR), cpu.peek_spr(DSISR)), (Some(0x2000), Some(0x4200_0000)));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn raise_storage(&mut self, fault: StorageFault) -> bool {
        let is_known = fault.kind.is_of_storage() && self.model.vectors.row(fault.kind).is_some();
        if is_known {
            // What the instruction before has brought about is of before.
            self.settle();
            self.state.pending = None;
            self.deliver(Cause::Storage(fault), self.state.regs.cia, 0);
        }
        is_known
    }

    /// The bus has nothing for an access: a machine check at its instruction. While those are disabled the hardware stops
    /// dead, which the next `run` says.
    pub(crate) fn bus_error(&mut self, at: &MmioAccess) {
        if self.is_enabled(Msr::ME) {
            let kind = if at.is_write {
                InterruptKind::MachineCheckStore
            } else {
                InterruptKind::MachineCheckLoad
            };
            let fault = StorageFault {
                kind,
                address: at.phys_addr,
                status: 0,
            };
            self.interrupt(Cause::Storage(fault), at.word);
        } else {
            self.state.inputs.insert(Input::MACHINE_CHECK);
        }
    }
}
