//! The page itself: 2352 bytes that kernel and VMM share.
//!
//! Everything is read from and written to the bytes, in the byte order of the host; nothing is cached, so a page that
//! somebody scribbled over is just another page. The fields are in [`crate::member`].

use super::ExitReason;
use crate::ExitSpr;
use core::fmt;

/// `struct kvm_run` as PowerPC user space sees it.
#[derive(Clone, PartialEq, Eq)]
#[repr(C, align(8))]
pub struct KvmRunPage([u8; KvmRunPage::SIZE]);

const _: () = assert!(size_of::<KvmRunPage>() == KvmRunPage::SIZE && align_of::<KvmRunPage>() == 8);

impl KvmRunPage {
    /// Bytes in the page.
    pub const SIZE: usize = 2352;
    /// Where the exit union begins.
    pub const UNION: usize = 32;
    /// How long the exit union is.
    pub const UNION_SIZE: usize = 256;
    /// `u64 kvm_valid_regs`, behind the union.
    pub const VALID_REGS: usize = 288;
    /// `u64 kvm_dirty_regs`.
    pub const DIRTY_REGS: usize = 296;
    /// The area for registers that are synchronised through the page, up to the end.
    pub const SYNC_REGS: usize = 304;

    /// A page of zeroes.
    pub const fn new() -> Self {
        Self([0; Self::SIZE])
    }

    /// The page with these bytes.
    pub const fn from_bytes(bytes: [u8; Self::SIZE]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; Self::SIZE] {
        &self.0
    }

    /// Its bytes, to write to.
    pub const fn as_bytes_mut(&mut self) -> &mut [u8; Self::SIZE] {
        &mut self.0
    }

    /// The number in `exit_reason`.
    pub fn exit_reason(&self) -> ExitReason {
        self.header().exit_reason.into()
    }

    /// Sets `exit_reason`.
    pub fn set_exit_reason(&mut self, reason: ExitReason) {
        let mut header = self.header();
        header.exit_reason = reason.into();
        self.set_header(header);
    }

    /// Whether KVM_RUN is to come back before the first instruction.
    pub const fn immediate_exit(&self) -> bool {
        self.0[1] != 0
    }

    /// Asks KVM_RUN to come back before the first instruction, or takes that back.
    pub const fn set_immediate_exit(&mut self, leave: bool) {
        self.0[1] = leave as u8;
    }

    /// The payload of an SPR exit.
    pub fn spr(&self) -> ExitSpr {
        ExitSpr::from_ne_bytes(self.union_head())
    }

    /// Writes the payload of an SPR exit: all its 32 bytes.
    pub fn set_spr(&mut self, exit: &ExitSpr) {
        self.set_union_head(exit.to_ne_bytes());
    }

    /// The first 32 bytes of the union, where every member that takes an answer has it.
    pub(super) fn union_head(&self) -> [u8; 32] {
        let mut head = [0; 32];
        head.copy_from_slice(&self.0[Self::UNION..Self::UNION + 32]);
        head
    }

    /// Writes the first 32 bytes of the union.
    pub(super) fn set_union_head(&mut self, head: [u8; 32]) {
        self.0[Self::UNION..Self::UNION + 32].copy_from_slice(&head);
    }

    /// Makes the union all zero.
    pub(super) fn clear_union(&mut self) {
        self.0[Self::UNION..Self::UNION + Self::UNION_SIZE].fill(0);
    }
}

impl Default for KvmRunPage {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for KvmRunPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KvmRunPage")
            .field("immediate_exit", &self.immediate_exit())
            .field("exit_reason", &self.exit_reason())
            .field("union_head", &self.union_head())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::member;

    #[test]
    fn the_payload_and_its_fields_on_the_page_are_the_same_bytes() {
        let mut page = KvmRunPage::new();
        let exit = ExitSpr {
            sprn: 308,
            data: 0x3000_0000,
            msr: 0x200,
            is_write: 1,
            status: 1,
            reason: 8,
            reserved: [0; 5],
        };
        page.set_spr(&exit);
        assert_eq!(page.as_bytes()[56..59], [1, 1, 8]);
        assert_eq!(
            page.spr_member(),
            member::Spr {
                sprn: 308,
                data: 0x3000_0000,
                msr: 0x200,
                is_write: 1,
                status: 1,
                reason: 8
            }
        );
        assert_eq!(page.spr(), exit);
    }

    #[test]
    fn a_member_reads_back_as_written_and_leaves_the_rest_alone() {
        let mut page = KvmRunPage::from_bytes([0xa5; KvmRunPage::SIZE]);
        let before = page.clone();
        let mmio = member::Mmio {
            phys_addr: 0x1_0000_0000,
            data: [1, 2, 3, 4, 5, 6, 7, 8],
            len: 4,
            is_write: 1,
        };
        page.set_mmio(mmio);
        assert_eq!(page.mmio(), mmio);
        assert_eq!(page.as_bytes()[..32], before.as_bytes()[..32]);
        assert_eq!(page.as_bytes()[53..], before.as_bytes()[53..]);
        let args = member::PaprHcall {
            nr: 4,
            ret: 0,
            args: [9; 9],
        };
        page.set_papr_hcall(args);
        assert_eq!(page.papr_hcall(), args);
        assert_eq!(
            page.as_bytes()[KvmRunPage::VALID_REGS..],
            before.as_bytes()[KvmRunPage::VALID_REGS..]
        );
    }

    #[test]
    fn an_unknown_exit_number_is_a_value() {
        let mut page = KvmRunPage::new();
        page.set_exit_reason(ExitReason::from(0xdead_beef));
        assert_eq!(page.exit_reason(), ExitReason::Other(0xdead_beef));
        assert_eq!(u32::from(page.exit_reason()), 0xdead_beef);
    }
}
