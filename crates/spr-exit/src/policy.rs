//! What happens to SPR numbers that nobody models, and the report about each such access.

use crate::{Reply, SprAccess, SprNum};
use alloc::boxed::Box;
use alloc::vec;
use core::fmt;

/// Per VM: what an access to a number that the core does not model does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "lowercase")
)]
pub enum UnknownSpr {
    /// It leaves for user space with reason UNKNOWN.
    #[default]
    Exit,
    /// It is refused as illegal.
    Fault,
    /// What the model's manual says of undefined numbers.
    Architected,
    /// Reads give zero, writes are dropped. (`ignore` on the command line and in JSON.)
    #[cfg_attr(feature = "serde", serde(rename = "ignore"))]
    ReadZeroIgnoreWrite,
}

/// One access to a number that nobody models, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SprReport {
    /// The access: number, direction, value, MSR, address, instruction.
    pub at: SprAccess,
    /// What the policy made of it; `None` where it left for user space.
    pub answer: Option<Reply>,
}

impl fmt::Display for SprReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (verb, at) = (if self.at.is_write() { "mtspr" } else { "mfspr" }, &self.at);
        write!(
            f,
            "cpu {}: {:#x}: {:08x} {verb} {}",
            at.cpu(),
            at.cia(),
            at.word(),
            at.sprn()
        )?;
        if at.is_write() {
            write!(f, ", value {:#x}", at.data())?;
        }
        write!(f, ", msr {:#x}: ", at.msr().bits())?;
        match self.answer {
            None => write!(f, "left for user space"),
            Some(Reply::Done(_) | Reply::NoOp) => write!(f, "ignored"),
            Some(Reply::Fault(fault)) => write!(f, "refused ({fault:?})"),
            Some(Reply::Architected) => write!(f, "as the model says"),
        }
    }
}

/// Takes the reports of a vCPU. Called once for each access to an unknown number.
pub trait ReportSink: Send {
    /// Takes one.
    fn report(&mut self, report: &SprReport);
}

impl<F: FnMut(&SprReport) + Send> ReportSink for F {
    fn report(&mut self, report: &SprReport) {
        self(report);
    }
}

/// The default sink: the last 64 reports, and a counter per number, for a guest can make 10^8 of them.
#[derive(Clone, Debug, Default)]
pub struct ReportLog {
    /// A ring, as long as there are reports to keep.
    ring: Box<[SprReport]>,
    /// Where it is written next.
    next: usize,
    /// Accesses per number before the ring began anew; none before it did for the first time.
    counts: Option<Box<[u64; SprNum::COUNT]>>,
    /// How many those are in all.
    counted: u64,
}

impl ReportLog {
    /// How many reports are kept.
    pub const KEPT: usize = 64;
    /// Length of the ring at first: most guests make few reports.
    const FEW: usize = 4;

    /// The last reports, oldest first.
    pub fn last(&self) -> impl Iterator<Item = &SprReport> {
        let (newer, older) = self.ring.split_at(self.next);
        older.iter().filter(|_| self.counted != 0).chain(newer)
    }

    /// How many accesses to `sprn` were reported.
    pub fn count(&self, sprn: SprNum) -> u64 {
        let counted = self.counts.as_ref().map_or(0, |counts| counts[sprn.index()]);
        let newer = self.ring[..self.next].iter();
        counted + newer.filter(|report| report.at.sprn() == sprn).count() as u64
    }

    /// How many accesses were reported in all.
    pub fn total(&self) -> u64 {
        self.counted + self.next as u64
    }

    /// Takes a report if there is room before the end of the ring; if not, [`ReportSink::report`] makes some. By value: what
    /// nobody takes the address of can stay in registers.
    #[inline(always)]
    #[must_use]
    pub fn try_add(&mut self, report: SprReport) -> bool {
        let Some(place) = self.ring.get_mut(self.next) else {
            return false;
        };
        *place = report;
        self.next += 1;
        true
    }

    /// At the end of the ring: makes it longer, or counts what it has and begins anew.
    #[cold]
    fn make_room(&mut self) {
        if self.ring.len() < Self::KEPT {
            let len = if self.ring.is_empty() {
                Self::FEW
            } else {
                Self::KEPT
            };
            let none = SprReport {
                at: SprAccess::read(SprNum::wrapping(0)),
                answer: None,
            };
            let mut ring = vec![none; len].into_boxed_slice();
            ring[..self.next].copy_from_slice(&self.ring);
            self.ring = ring;
        } else {
            let counts = self.counts.get_or_insert_with(|| Box::new([0; SprNum::COUNT]));
            for reports in self.ring.as_chunks::<8>().0 {
                for report in reports {
                    counts[report.at.sprn().index()] += 1;
                }
            }
            self.counted += self.next as u64;
            self.next = 0;
        }
    }
}

impl ReportSink for ReportLog {
    fn report(&mut self, report: &SprReport) {
        while !self.try_add(*report) {
            self.make_room();
        }
    }
}

/// A sink of the caller's, or the default one.
pub enum Reports {
    /// The default.
    Log(ReportLog),
    /// The caller's.
    Sink(Box<dyn ReportSink>),
}

impl Default for Reports {
    fn default() -> Self {
        Self::Log(ReportLog::default())
    }
}

impl Reports {
    /// The default log, if it is in use.
    pub fn log(&self) -> Option<&ReportLog> {
        match self {
            Self::Log(log) => Some(log),
            Self::Sink(_) => None,
        }
    }
}

impl ReportSink for Reports {
    #[inline]
    fn report(&mut self, report: &SprReport) {
        match self {
            Self::Log(log) => log.report(report),
            Self::Sink(sink) => sink.report(report),
        }
    }
}

impl fmt::Debug for Reports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log(log) => write!(f, "Reports::Log({} in all)", log.total()),
            Self::Sink(_) => write!(f, "Reports::Sink(..)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::booke;
    use alloc::vec::Vec;

    #[test]
    fn the_log_keeps_the_last_64_and_counts_all() {
        let mut log = ReportLog::default();
        assert_eq!(log.last().count(), 0);
        log.report(&SprReport {
            at: SprAccess::read(booke::PIR),
            answer: None,
        });
        assert_eq!(log.last().count(), 1);
        let mut log = ReportLog::default();
        for value in 0..1000 {
            log.report(&SprReport {
                at: SprAccess::write(booke::PIR, value),
                answer: None,
            });
        }
        assert_eq!(
            (log.last().count(), log.count(booke::PIR), log.total()),
            (64, 1000, 1000)
        );
        assert_eq!(log.last().next().map(|r| r.at.data()), Some(936));
        assert_eq!(log.count(SprNum::wrapping(0)), 0);
    }

    #[test]
    fn the_log_says_of_any_number_of_reports_what_a_list_of_them_all_would() {
        let mut log = ReportLog::default();
        let mut all = Vec::new();
        for value in 0..300 {
            let sprn = SprNum::wrapping(value * value % 7);
            let report = SprReport {
                at: SprAccess::write(sprn, value),
                answer: None,
            };
            log.report(&report);
            all.push(report);
            let kept = all.len().saturating_sub(ReportLog::KEPT);
            assert!(log.last().eq(&all[kept..]), "after {value}");
            assert_eq!(log.total(), all.len() as u64);
            for n in SprNum::all().take(8) {
                let count = all.iter().filter(|report| report.at.sprn() == n).count();
                assert_eq!(log.count(n), count as u64, "{n} after {value}");
            }
        }
    }
}
