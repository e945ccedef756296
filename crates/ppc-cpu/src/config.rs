//! What a VM decided about its vCPU: who answers which SPR, which exits it wants. Part of every snapshot.

use crate::spr::Profile;
use core::sync::atomic::{AtomicUsize, Ordering};
use spr_exit::{Direction, Owner, Reason, SprFilter, SprNum, SprOwners, UnknownSpr};

/// Names a configuration: those with the same stamp are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp(usize);

impl Stamp {
    /// The default configuration's.
    pub(crate) const DEFAULT: Self = Self(0);

    /// One that no other configuration in this process has.
    pub(crate) fn next() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// The decisions of the VM. Change it through [`crate::Cpu::config_mut`]; every change takes effect with the next
/// instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Config {
    /// Accesses that are denied to the guest, before anything else but privilege is asked.
    pub filter: SprFilter,
    pub(crate) owners: SprOwners,
    /// Who owns the numbers for which no owner was named.
    #[cfg_attr(feature = "serde", serde(default))]
    pub profile: Profile,
    /// What becomes of numbers that the core does not model.
    pub unknown_spr: UnknownSpr,
    /// For which reasons accesses leave.
    pub reasons: Reason,
    /// Whether privilege is checked before an access to a number that user space owns or nobody defines leaves.
    pub check_privilege: bool,
    /// Whether a reset by DBCR0 leaves as a SystemEvent in place of an SPR exit.
    pub reset_event: bool,
    /// Whether EPR is loaded when an external interrupt is delivered.
    pub epr_on_delivery: bool,
    /// Whether `sc` leaves.
    pub syscall_exits: bool,
    /// Whether every delivered interrupt comes back as [`spr_exit::Exit::Interrupt`].
    pub report_interrupts: bool,
}

impl Config {
    /// The owner that was named for accesses to `sprn`; [`Owner::Model`] if none was.
    pub fn owner(&self, sprn: SprNum, direction: Direction) -> Owner {
        self.owners.owner(sprn, direction)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            filter: SprFilter::default(),
            owners: SprOwners::default(),
            profile: Profile::Model,
            unknown_spr: UnknownSpr::Exit,
            reasons: Reason::all().difference(Reason::INVALID),
            check_privilege: true,
            reset_event: false,
            epr_on_delivery: false,
            syscall_exits: false,
            report_interrupts: false,
        }
    }
}
