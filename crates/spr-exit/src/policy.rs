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
    /// Allocated with the first report.
    kept: Option<Kept>,
    /// Reports in all.
    total: u64,
}

/// What a log keeps. Of fixed size, so that a report costs no look at a length.
#[derive(Clone, Debug)]
struct Kept {
    /// A ring: report number n is at n modulo its length.
    last: Box<[SprReport; ReportLog::KEPT]>,
    /// Accesses per number.
    counts: Box<[u64; SprNum::COUNT]>,
}

impl ReportLog {
    /// How many reports are kept.
    pub const KEPT: usize = 64;

    /// The last reports, oldest first.
    pub fn last(&self) -> impl Iterator<Item = &SprReport> {
        let ring = self.kept.as_ref().map_or(&[][..], |kept| &kept.last[..]);
        let (next, is_full) = (self.next(), self.total >= Self::KEPT as u64);
        let (newer, older) = ring.split_at(next.min(ring.len()));
        older.iter().filter(move |_| is_full).chain(newer)
    }

    /// How many accesses to `sprn` were reported.
    pub fn count(&self, sprn: SprNum) -> u64 {
        self.kept.as_ref().map_or(0, |kept| kept.counts[sprn.index()])
    }

    /// How many accesses were reported in all.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Where the ring is written next.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "below the length of the ring")]
    fn next(&self) -> usize {
        self.total as usize % Self::KEPT
    }

    /// Takes a report, by value: what nobody takes the address of can stay in registers.
    #[inline(always)]
    pub fn add(&mut self, report: SprReport) {
        if self.kept.is_none() {
            self.begin();
        }
        let next = self.next();
        let Some(kept) = &mut self.kept else { return };
        self.total += 1;
        kept.counts[report.at.sprn().index()] += 1;
        kept.last[next] = report;
    }

    /// Before the first report.
    #[cold]
    #[inline(never)]
    fn begin(&mut self) {
        let none = SprReport {
            at: SprAccess::read(SprNum::wrapping(0)),
            answer: None,
        };
        // By way of vectors, which are filled where they lie.
        let last = vec![none; Self::KEPT].into_boxed_slice().try_into();
        let counts = vec![0; SprNum::COUNT].into_boxed_slice().try_into();
        if let (Ok(last), Ok(counts)) = (last, counts) {
            self.kept = Some(Kept { last, counts });
        }
    }
}

impl ReportSink for ReportLog {
    #[inline]
    fn report(&mut self, report: &SprReport) {
        self.add(*report);
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
}
