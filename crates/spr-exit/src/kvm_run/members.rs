//! The fields of the page, each written once with its offset.
//!
//! A struct per member of the exit union, laid out as C lays it out; that each field's place in the struct agrees with the
//! offset given here is asserted at compile time, and `tests/c_abi.rs` compares both with C and with `linux/kvm.h`.

use super::page::KvmRunPage;
use core::mem::{offset_of, size_of};

/// A field of the page in host byte order.
pub(super) trait Field: Copy {
    /// The field that lies at the start of `bytes`.
    fn get(bytes: &[u8]) -> Self;
    /// Lays the field down at the start of `bytes`.
    fn put(self, bytes: &mut [u8]);
}

macro_rules! numbers {
    ($($int:ty),*) => {
        $(impl Field for $int {
            fn get(bytes: &[u8]) -> Self {
                let mut raw = [0; size_of::<$int>()];
                raw.copy_from_slice(&bytes[..size_of::<$int>()]);
                Self::from_ne_bytes(raw)
            }
            fn put(self, bytes: &mut [u8]) {
                bytes[..size_of::<$int>()].copy_from_slice(&self.to_ne_bytes());
            }
        })*
    };
}

numbers!(u8, u16, u32, u64);

impl<T: Field + Default, const N: usize> Field for [T; N] {
    fn get(bytes: &[u8]) -> Self {
        core::array::from_fn(|i| T::get(&bytes[i * size_of::<T>()..]))
    }
    fn put(self, bytes: &mut [u8]) {
        for (i, item) in self.into_iter().enumerate() {
            item.put(&mut bytes[i * size_of::<T>()..]);
        }
    }
}

macro_rules! members {
    ($($(#[$doc:meta])* $name:ident at $base:literal, $get:ident, $set:ident {
        $($(#[$fdoc:meta])* $field:ident: $ty:ty = $offset:literal),* $(,)?
    })*) => {
        $($(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[repr(C)]
        pub struct $name {
            $($(#[$fdoc])* #[doc = concat!("\n\nOffset ", $offset, " in the page.")] pub $field: $ty),*
        }

        impl $name {
            /// Name, offset in the page and size of each field.
            pub const FIELDS: &[(&str, usize, usize)] =
                &[$((stringify!($field), $offset, size_of::<$ty>())),*];
        }

        $(const _: () = assert!($base + offset_of!($name, $field) == $offset);)*)*

        impl KvmRunPage {
            $(#[doc = concat!("The bytes of the page as [`", stringify!($name), "`](crate::member::", stringify!($name), ").")]
            pub fn $get(&self) -> $name {
                $name { $($field: <$ty as Field>::get(&self.as_bytes()[$offset..])),* }
            }

            #[doc = concat!("Writes the fields of [`", stringify!($name), "`](crate::member::", stringify!($name), ") and nothing else.")]
            pub fn $set(&mut self, member: $name) {
                $(Field::put(member.$field, &mut self.as_bytes_mut()[$offset..]);)*
            }
        )*}
    };
}

members! {
    /// The head of the page.
    Header at 0, header, set_header {
        /// Ask to exit when interrupts can be injected (in; unused on PowerPC).
        request_interrupt_window: u8 = 0,
        /// Non-zero: KVM_RUN finishes what is pending and comes back with -EINTR (in). The kernel never clears it.
        immediate_exit: u8 = 1,
        /// Zero.
        padding1: [u8; 6] = 2,
        /// Why KVM_RUN came back (out); stale after an -EINTR that `immediate_exit` caused.
        exit_reason: u32 = 8,
        /// Whether an interrupt can be injected now (out).
        ready_for_interrupt_injection: u8 = 12,
        /// Unused on PowerPC (out).
        if_flag: u8 = 13,
        /// Unused on PowerPC (out).
        flags: u16 = 14,
        /// Unused on PowerPC.
        cr8: u64 = 16,
        /// Unused on PowerPC.
        apic_base: u64 = 24,
    }
    /// KVM_EXIT_SPR: the payload of an SPR exit (proposed, not upstream).
    Spr at 32, spr_member, set_spr_member {
        /// SPR number (out).
        sprn: u64 = 32,
        /// Value of a write (out), result of a read (in).
        data: u64 = 40,
        /// MSR at the time of the access (out).
        msr: u64 = 48,
        /// 1 = `mtspr`, 0 = `mfspr` (out).
        is_write: u8 = 56,
        /// The answer (in).
        status: u8 = 57,
        /// Bits of [`crate::Reason`] (out; ours).
        reason: u8 = 58,
    }
    /// KVM_EXIT_UNKNOWN.
    Hw at 32, hw, set_hw {
        /// What the hardware said.
        reason: u64 = 32,
    }
    /// KVM_EXIT_FAIL_ENTRY.
    FailEntry at 32, fail_entry, set_fail_entry {
        /// What the hardware said.
        reason: u64 = 32,
        /// On which CPU.
        cpu: u32 = 40,
    }
    /// KVM_EXIT_DEBUG on PowerPC.
    Debug at 32, debug, set_debug {
        /// Address of the instruction.
        address: u64 = 32,
        /// What met it.
        status: u32 = 40,
    }
    /// KVM_EXIT_MMIO.
    Mmio at 32, mmio, set_mmio {
        /// Physical address of the first byte (out).
        phys_addr: u64 = 32,
        /// The bytes as they lie on the bus (out for a store, in for a load).
        data: [u8; 8] = 40,
        /// How many of them (out).
        len: u32 = 48,
        /// 1 = store (out).
        is_write: u8 = 52,
    }
    /// KVM_EXIT_DCR.
    Dcr at 32, dcr, set_dcr {
        /// DCR number (out).
        dcrn: u32 = 32,
        /// Value of a write (out), result of a read (in).
        data: u32 = 36,
        /// 1 = `mtdcr` (out).
        is_write: u8 = 40,
    }
    /// KVM_EXIT_INTERNAL_ERROR.
    Internal at 32, internal, set_internal {
        /// Which error. 1: an instruction could not be emulated.
        suberror: u32 = 32,
        /// How many words of `data` count.
        ndata: u32 = 36,
        /// More about it. With suberror 1 (ours): address of the instruction, the instruction.
        data: [u64; 16] = 40,
    }
    /// KVM_EXIT_OSI.
    Osi at 32, osi, set_osi {
        /// All GPRs (out and in).
        gprs: [u64; 32] = 32,
    }
    /// KVM_EXIT_PAPR_HCALL.
    PaprHcall at 32, papr_hcall, set_papr_hcall {
        /// Number of the hypercall (out).
        nr: u64 = 32,
        /// Its result (in).
        ret: u64 = 40,
        /// Its arguments (out and in).
        args: [u64; 9] = 48,
    }
    /// KVM_EXIT_EPR.
    Epr at 32, epr, set_epr {
        /// The acknowledged vector (in).
        epr: u32 = 32,
    }
    /// KVM_EXIT_SYSTEM_EVENT.
    SystemEvent at 32, system_event, set_system_event {
        /// Which one. 1 shutdown, 2 reset, 3 crash.
        kind: u32 = 32,
        /// How many words of `data` count.
        ndata: u32 = 36,
        /// More about it. With a reset (ours): 1 core, 2 chip, 3 system.
        data: [u64; 16] = 40,
    }
    /// A system call (ours).
    Syscall at 32, syscall, set_syscall {
        /// Address of the `sc` (out).
        cia: u64 = 32,
        /// Its LEV field (out).
        level: u32 = 40,
        /// 0: go on behind it (preset), 1: take the system call interrupt (in).
        status: u8 = 44,
    }
    /// An interrupt was delivered (ours).
    Interrupt at 32, interrupt, set_interrupt {
        /// Which one: its place in [`crate::InterruptKind::ALL`].
        kind: u32 = 32,
    }
    /// A message to other processors (ours).
    Message at 32, message, set_message {
        /// The low word of RB of `msgsnd`.
        payload: u32 = 32,
    }
}
