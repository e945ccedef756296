//! TLB misses of the 603e and the e300, which software answers: what they leave for its search of the page table.
//!
//! 603e UM 5.5.2 (DMISS, DCMP, HASH1, HASH2, IMISS, ICMP) and table 4-14 (SRR1); PEM32 7.6.1 for the hash. Compared with QEMU
//! `ppc_excp_debug_sw_tlb` and `mmu6xx_get_physical_address`.

use crate::alu::low;
use crate::cpu::Cpu;
use spr_exit::{InterruptKind, num};

/// SRR1: the key of the segment, and which way of the TLB is to be replaced; who raised the miss says.
const KEY_WAY: u64 = 0x000a_0000;
/// SRR1: an instruction; a store.
const INSTRUCTION: u64 = 0x0004_0000;
const STORE: u64 = 0x0001_0000;

impl Cpu {
    /// What SRR1 has in the place of the MSR's upper half: CR0 and the kind of access.
    pub(super) fn table_search_saved(&self, kind: InterruptKind, status: u64) -> u64 {
        let access = match kind {
            InterruptKind::InstructionTlb => INSTRUCTION,
            InterruptKind::DataStoreTlb => STORE,
            _ => 0,
        };
        u64::from(self.cr() & 0xf000_0000) | status & KEY_WAY | access
    }

    /// The address that missed, what its entry is compared with, and where its two groups of entries are.
    pub(super) fn begin_table_search(&mut self, kind: InterruptKind, address: u64) {
        use num::p6xx::{DCMP, DMISS, HASH1, HASH2, ICMP, IMISS};
        let ea = low(address);
        let segment = self.state.segments[(ea >> 28) as usize];
        let vsid = segment & 0x00ff_ffff;
        let compare = 0x8000_0000 | vsid << 7 | ea >> 22 & 0x3f;
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

    /// Address of the group of page table entries with this hash.
    fn entry_group(&self, hash: u32) -> u32 {
        let sdr1 = low(self.spr_value(num::classic::SDR1));
        sdr1 & 0xffff_0000 | (hash >> 10 & sdr1 & 0x1ff) << 16 | (hash & 0x3ff) << 6
    }
}
