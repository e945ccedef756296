//! The `kvm_run` page, and a core behind it that behaves as KVM_RUN does.
//!
//! [`KvmRunPage`] is the page that KVM shares with a VMM, as bytes with typed accessors. [`KvmRun`] puts any
//! [`crate::Vcpu`] behind such a page: code that was written against the raw ABI can be tested without a kernel, and
//! the typed interface can be compared with it. `docs/kvm-exit-spr.md` is the specification; the SPR exit on the page
//! is proposed, not upstream.
//!
//! Not here: a real `/dev/kvm`. There the page is shared memory and wants volatile or atomic accesses; copy it into a
//! [`KvmRunPage`] ([`KvmRunPage::from_bytes`]) to look at it.

mod members;
mod page;
mod present;
mod reason;
mod vcpu;

/// The members of the page's exit union, each as its fields.
pub mod member {
    pub use super::members::{
        Dcr, Debug, Epr, FailEntry, Header, Hw, Internal, Interrupt, Message, Mmio, Osi, PaprHcall, Spr,
        Syscall, SystemEvent,
    };
}

pub use page::KvmRunPage;
pub use reason::ExitReason;
pub use vcpu::{KvmRun, KvmRunError};

#[cfg(test)]
mod tests;
