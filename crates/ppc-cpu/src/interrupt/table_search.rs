//! TLB misses of the 603e, the e300 and the 7450 family, which software answers: what they leave for its search of the page table.
//!
//! 603e UM 5.5.2 (DMISS, DCMP, HASH1, HASH2, IMISS, ICMP) and table 4-14 (SRR1); PEM32 7.6.1 for the hash. Compared with QEMU
//! `ppc_excp_debug_sw_tlb` and `mmu6xx_get_physical_address`. MPC7450UM 5.5.5 (TLBMISS, PTEHI), from memory of the chapter;
//! its example handlers by way of OpenBIOS's, and QEMU before 7.0 (`tlb_miss_74xx`).

use super::StorageFault;
use super::table::{InterruptRow, Syndrome};
use crate::alu::low;
use crate::cpu::Cpu;
use spr_exit::{InterruptKind, Msr, num};

/// SRR1: the key of the segment, and which way of the TLB is to be replaced; who raised the miss says. The 7450 tells the way in
/// TLBMISS.
const KEY: u64 = 0x0008_0000;
const WAY: u64 = 0x0002_0000;
/// SRR1: an instruction; a store.
const INSTRUCTION: u64 = 0x0004_0000;
const STORE: u64 = 0x0001_0000;

/// The address that missed as the handler is told it: on the 7450 its last bit is the way to be replaced (TLBMISS\[LRU\]).
pub(super) fn missed(row: &InterruptRow, fault: StorageFault) -> u64 {
    let address = u64::from(low(fault.address));
    match row.syndrome {
        Syndrome::TlbMiss => address & !1 | u64::from(u64::from(fault.status) & WAY != 0),
        _ => address,
    }
}

impl Cpu {
    /// SRR1: the lower half of the MSR, VEC, CR0, and what is told of the access. (That the 7450 tells an instruction from data,
    /// as the 603 does, is our choice: its handlers do not look.)
    pub(super) fn table_search_saved(&self, row: &InterruptRow, msr: u64, status: u64) -> u64 {
        let access = match row.kind {
            InterruptKind::InstructionTlb => INSTRUCTION,
            InterruptKind::DataStoreTlb => STORE,
            _ => 0,
        };
        let told = match row.syndrome {
            Syndrome::TlbMiss => status & KEY,
            _ => status & (KEY | WAY),
        };
        let vec = Msr::VEC.bits();
        u64::from(self.cr() & 0xf000_0000) | msr & (vec | 0xffff) | told | access
    }

    /// The address that missed, what its entry is compared with, and where its two groups of entries are.
    pub(super) fn begin_table_search(&mut self, kind: InterruptKind, address: u64) {
        use num::p6xx::{DCMP, DMISS, HASH1, HASH2, ICMP, IMISS};
        let ea = low(address);
        let (vsid, compare) = self.searched(ea);
        let (miss, cmp) = match kind {
            InterruptKind::InstructionTlb => (IMISS, ICMP),
            _ => (DMISS, DCMP),
        };
        let hash = vsid & 0x7_ffff ^ ea >> 12 & 0xffff;
        let (first, second) = (self.entry_group(hash), self.entry_group(!hash & 0x7_ffff));
        for (register, value) in [(miss, ea), (cmp, compare), (HASH1, first), (HASH2, second)] {
            self.set_spr_value(register, value.into());
        }
    }

    /// The 7450's only other register: what the entry is compared with.
    pub(super) fn set_compare(&mut self, address: u64) {
        let (_, compare) = self.searched(low(address));
        self.set_spr_value(num::p74xx::PTEHI, compare.into());
    }

    /// Whether the 7450 leaves the search to software: HID0\[STEN\]. Others have no choice.
    pub(super) fn is_search_enabled(&self, row: &InterruptRow) -> bool {
        const STEN: u64 = 0x0100_0000;
        row.syndrome != Syndrome::TlbMiss || self.spr_value(num::classic::HID0) & STEN != 0
    }

    /// The virtual segment of an address, and the first word of its page table entry in its first group.
    fn searched(&self, ea: u32) -> (u32, u32) {
        let vsid = self.state.segments[(ea >> 28) as usize] & 0x00ff_ffff;
        (vsid, 0x8000_0000 | vsid << 7 | ea >> 22 & 0x3f)
    }

    /// Address of the group of page table entries with this hash.
    fn entry_group(&self, hash: u32) -> u32 {
        let sdr1 = low(self.spr_value(num::classic::SDR1));
        sdr1 & 0xffff_0000 | (hash >> 10 & sdr1 & 0x1ff) << 16 | (hash & 0x3ff) << 6
    }
}
