//! Interrupts of storage that somebody outside raises, for want of an MMU here, as KVM's `kvmppc_core_queue_data_storage` and its
//! kin do for a guest; and the machine check of an address where nothing is.

use super::{Cause, Input, Syndrome};
use crate::cpu::Cpu;
use crate::model::InterruptModel;
use spr_exit::{InterruptKind, MmioAccess, Msr, StorageFault, num};

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
    /// interrupt (the 7450 has TLB misses while HID0\[STEN\] leaves the search of the page table to software), or has stopped
    /// dead ([`Input::CHECKSTOP`]).
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
        let row = self.model.vectors.row(fault.kind);
        let is_known = fault.kind.is_of_storage() && row.is_some_and(|row| self.is_search_enabled(row));
        let is_taken = is_known && !self.state.inputs.contains(Input::CHECKSTOP);
        if is_taken {
            // What the instruction before has brought about is of before.
            self.state.pending = None;
            self.settle();
            self.deliver(Cause::Storage(fault), self.state.regs.cia, 0);
        }
        is_taken
    }

    /// The bus has nothing for an access: a machine check at its instruction, or what is in its place while those are
    /// disabled. Whether the instruction goes on in spite of it.
    pub(crate) fn bus_error(&mut self, at: &MmioAccess) -> bool {
        let kind = if at.is_write {
            InterruptKind::MachineCheckStore
        } else {
            InterruptKind::MachineCheckLoad
        };
        if !self.is_enabled(Msr::ME) {
            return self.survives_bus_error(kind);
        }
        let fault = StorageFault {
            kind,
            address: at.phys_addr,
            status: 0,
        };
        self.interrupt(Cause::Storage(fault), at.word);
        false
    }

    /// A disabled machine check of the bus. Most processors stop dead, and only a reset helps (MPC750UM 4.5.2.2; Power ISA 3.0B
    /// Book III 6.5.2; E500CORERM 5.7.2), which the next `run` says. On the 440 MCSR has it and asks for the interrupt once
    /// MSR\[ME\] is 1 (PPC440x5UM 6.4.12, p. 174, 179). The 405's manual tells only of fetches that they are not made up for
    /// (405GP UM 10.13.1); that its loads and stores are not either, and what a load then gives (0), is our choice.
    fn survives_bus_error(&mut self, kind: InterruptKind) -> bool {
        let syndrome = |kind| self.model.vectors.row(kind).map(|row| row.syndrome);
        match (syndrome(kind), syndrome(InterruptKind::MachineCheckInput)) {
            (Some(Syndrome::Mcsr(bits)), Some(Syndrome::McsrWhile { asks, .. })) if bits & asks != 0 => {
                let mcsr = self.spr_value(num::e500::MCSR);
                self.set_spr_value(num::e500::MCSR, mcsr | bits);
                true
            }
            _ if self.model.interrupts == InterruptModel::Ppc405 => true,
            _ => {
                self.state.inputs.insert(Input::CHECKSTOP);
                false
            }
        }
    }
}
