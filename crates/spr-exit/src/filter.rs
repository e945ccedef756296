//! Which accesses the caller denies to the guest, and whom each number belongs to.
//!
//! [`SprFilter`] has the shape of KVM's x86 MSR filter: ranges per direction over a default, replaced as a whole, so that
//! a change takes effect between two instructions and never in part. A denied access leaves with
//! [`crate::Reason::FILTER`]. [`SprOwners`] is the finer tool: one owner per number and direction.
//!
//! Order of an access: privilege, filter, owner, built-in register, policy for unknown numbers.

use crate::{Direction, SprNum};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

/// The verdict of a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "lowercase")
)]
pub enum Verdict {
    /// The access goes on.
    Allow,
    /// It leaves with reason FILTER.
    Deny,
}

/// One range of a filter, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct FilterRange {
    /// First number.
    pub first: SprNum,
    /// Last number.
    pub last: SprNum,
    /// Whether it speaks of reads.
    pub reads: bool,
    /// Whether it speaks of writes.
    pub writes: bool,
    /// What it says.
    pub verdict: Verdict,
}

/// A range that ends before it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmptyRange(pub FilterRange);

impl fmt::Display for EmptyRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the filter range {} to {} is empty: its first number must not be above its last",
            self.0.first, self.0.last
        )
    }
}

impl core::error::Error for EmptyRange {}

/// Allow or deny, per number and direction. Later ranges win over earlier ones, any range over the default. The filter of
/// [`Default`] allows everything.
#[derive(Clone, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SprFilter {
    /// `None` denies nothing, as nearly every filter.
    denied: Option<Box<Bits>>,
}

/// One bit a number; reads, then writes.
type Bits = [[u64; 16]; 2];

impl SprFilter {
    /// The numbers that are denied.
    fn denied(&self) -> &Bits {
        static NOTHING: Bits = [[0; 16]; 2];
        self.denied.as_deref().unwrap_or(&NOTHING)
    }

    /// A filter of `default` with `ranges` over it.
    ///
    /// # Errors
    /// The first range that ends before it begins; no filter is made.
    pub fn new(default: Verdict, ranges: &[FilterRange]) -> Result<Self, EmptyRange> {
        let all = if default == Verdict::Deny { u64::MAX } else { 0 };
        let mut denied = Box::new([[all; 16]; 2]);
        for range in ranges {
            if range.first > range.last {
                return Err(EmptyRange(*range));
            }
            for number in range.first.index()..=range.last.index() {
                for (bits, speaks) in denied.iter_mut().zip([range.reads, range.writes]) {
                    let (word, bit) = (&mut bits[number / 64], 1 << (number % 64));
                    match (speaks, range.verdict) {
                        (true, Verdict::Deny) => *word |= bit,
                        (true, Verdict::Allow) => *word &= !bit,
                        (false, _) => {}
                    }
                }
            }
        }
        Ok(Self { denied: Some(denied) })
    }

    /// What it says of an access.
    #[inline]
    pub fn verdict(&self, sprn: SprNum, direction: Direction) -> Verdict {
        let bits = &self.denied()[usize::from(direction == Direction::Write)];
        if bits[sprn.index() / 64] >> (sprn.index() % 64) & 1 != 0 {
            Verdict::Deny
        } else {
            Verdict::Allow
        }
    }
}

impl PartialEq for SprFilter {
    fn eq(&self, other: &Self) -> bool {
        self.denied() == other.denied()
    }
}

impl Eq for SprFilter {}

impl fmt::Debug for SprFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |bits: &[u64; 16]| bits.iter().map(|w| w.count_ones()).sum::<u32>();
        write!(
            f,
            "SprFilter {{ denied reads: {}, denied writes: {} }}",
            count(&self.denied()[0]),
            count(&self.denied()[1])
        )
    }
}

/// Whom accesses to one SPR number belong to in this VM.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "lowercase")
)]
pub enum Owner {
    /// Nobody was named: as the VM's profile, or the CPU model's table, says.
    #[default]
    Model,
    /// User space: every access leaves, with reason OWNED if the core models the register, else UNKNOWN.
    User,
    /// The core: promoted, also where the model's table leaves the register to user space.
    Core,
    /// The CPU as its manual has it: the register if the core models it, else what an undefined number does.
    Architected,
    /// Nobody: reads give zero, writes are dropped.
    Ignore,
    /// Nobody: every access is refused as illegal.
    Fault,
}

/// The owner of every number in each direction. Part of the vCPU's state, so that a snapshot keeps it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SprOwners {
    /// In the order of their numbers, those for which an owner other than [`Owner::Model`] was named, for reads and for
    /// writes: nearly always none.
    changed: Vec<(SprNum, [Owner; 2])>,
}

impl SprOwners {
    /// Where `sprn` stands or would stand.
    fn place(&self, sprn: SprNum) -> Result<usize, usize> {
        self.changed.binary_search_by_key(&sprn, |(n, _)| *n)
    }

    /// The owner of accesses to `sprn` in this direction.
    pub fn owner(&self, sprn: SprNum, direction: Direction) -> Owner {
        let named = self.place(sprn).map(|at| self.changed[at].1);
        named.map_or(Owner::Model, |named| named[direction as usize])
    }

    /// Gives accesses to `sprn` in this direction to `owner`. Whether the core *can* own them is the core's to check.
    pub fn set(&mut self, sprn: SprNum, direction: Direction, owner: Owner) {
        let at = self.place(sprn).unwrap_or_else(|at| {
            self.changed.insert(at, (sprn, [Owner::Model; 2]));
            at
        });
        self.changed[at].1[direction as usize] = owner;
        if self.changed[at].1 == [Owner::Model; 2] {
            self.changed.remove(at);
        }
    }

    /// The numbers for which an owner other than [`Owner::Model`] was named: for reads, for writes.
    pub fn changed(&self) -> impl Iterator<Item = (SprNum, [Owner; 2])> + '_ {
        self.changed.iter().copied()
    }
}

impl fmt::Debug for SprOwners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.changed()).finish()
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for SprOwners {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.changed())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for SprOwners {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let changed = Vec::<(SprNum, [Owner; 2])>::deserialize(deserializer)?;
        let mut owners = Self::default();
        for (sprn, named) in changed {
            owners.set(sprn, Direction::Read, named[0]);
            owners.set(sprn, Direction::Write, named[1]);
        }
        Ok(owners)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::booke;

    fn range(first: SprNum, last: SprNum, verdict: Verdict) -> FilterRange {
        FilterRange {
            first,
            last,
            reads: true,
            writes: false,
            verdict,
        }
    }

    #[test]
    fn later_ranges_win_and_each_direction_is_its_own() {
        let filter = SprFilter::new(
            Verdict::Allow,
            &[
                range(booke::IVOR0, booke::IVOR15, Verdict::Deny),
                range(booke::IVOR4, booke::IVOR4, Verdict::Allow),
            ],
        )
        .unwrap();
        assert_eq!(filter.verdict(booke::IVOR3, Direction::Read), Verdict::Deny);
        assert_eq!(filter.verdict(booke::IVOR3, Direction::Write), Verdict::Allow);
        assert_eq!(filter.verdict(booke::IVOR4, Direction::Read), Verdict::Allow);
        assert_eq!(filter.verdict(booke::DBCR0, Direction::Read), Verdict::Allow);
    }

    #[test]
    fn a_range_that_ends_before_it_begins_makes_no_filter() {
        let why = SprFilter::new(
            Verdict::Deny,
            &[range(booke::IVOR4, booke::IVOR3, Verdict::Allow)],
        )
        .unwrap_err();
        assert!(alloc::format!("{why}").contains("404 to 403"));
    }

    #[test]
    fn owners_are_kept_by_number_whatever_the_order_in_which_they_are_set() {
        let mut owners = SprOwners::default();
        let mut naive = [[Owner::Model; 2]; 16];
        let choice = [
            Owner::Model,
            Owner::User,
            Owner::Core,
            Owner::Ignore,
            Owner::Fault,
        ];
        for step in 0..400_usize {
            let direction = [Direction::Read, Direction::Write][step * 5 / 3 % 2];
            let (number, owner) = (step * 7 % 16, choice[step * step % 5]);
            owners.set(SprNum::wrapping(number as u64), direction, owner);
            naive[number][direction as usize] = owner;
            let all = || SprNum::all().zip(naive);
            assert!(all().all(|(n, named)| {
                named == [Direction::Read, Direction::Write].map(|direction| owners.owner(n, direction))
            }));
            let changed = all().filter(|(_, named)| *named != [Owner::Model; 2]);
            assert!(owners.changed().eq(changed));
        }
        assert_ne!(owners, SprOwners::default());
        for n in SprNum::all() {
            owners.set(n, Direction::Read, Owner::Model);
            owners.set(n, Direction::Write, Owner::Model);
        }
        assert_eq!(owners, SprOwners::default());
    }
}
