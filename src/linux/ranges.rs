//! Which addresses are mapped.

use std::collections::BTreeMap;

/// Stretches of addresses, each `start..end`, none touching another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ranges(BTreeMap<u64, u64>);

impl Ranges {
    /// How many stretches there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether all of `start..end` is there.
    pub(super) fn contains(&self, start: u64, end: u64) -> bool {
        self.0.range(..=start).next_back().is_some_and(|(_, e)| end <= *e)
    }

    /// Whether nothing of `start..end` is there.
    pub(super) fn is_free(&self, start: u64, end: u64) -> bool {
        self.0.range(..end).next_back().is_none_or(|(_, e)| *e <= start)
    }

    /// Adds `start..end`.
    pub(super) fn insert(&mut self, mut start: u64, mut end: u64) {
        while let Some((s, e)) = self.0.range(..=end).next_back().map(|(s, e)| (*s, *e))
            && start <= e
        {
            self.0.remove(&s);
            (start, end) = (start.min(s), end.max(e));
        }
        self.0.insert(start, end);
    }

    /// Takes `start..end` away.
    pub(super) fn remove(&mut self, start: u64, end: u64) {
        while let Some((s, e)) = self.0.range(..end).next_back().map(|(s, e)| (*s, *e))
            && start < e
        {
            self.0.remove(&s);
            if s < start {
                self.0.insert(s, start);
            }
            if end < e {
                self.0.insert(end, e);
            }
        }
    }

    /// The stretches of `start..end` that are there.
    pub(super) fn within(&self, start: u64, end: u64) -> Vec<(u64, u64)> {
        let first = self.0.range(..=start).next_back().map_or(start, |(s, _)| *s);
        let pieces = self.0.range(first..end.max(first));
        pieces
            .map(|(s, e)| ((*s).max(start), (*e).min(end)))
            .filter(|(s, e)| s < e)
            .collect()
    }

    /// The highest address in `low..high` where `len` bytes are free.
    pub(super) fn gap_below(&self, low: u64, high: u64, len: u64) -> Option<u64> {
        let mut top = high;
        for (s, e) in self.0.range(..high).rev() {
            if top.checked_sub(len).is_some_and(|at| at >= (*e).max(low)) {
                break;
            }
            top = top.min(*s);
        }
        top.checked_sub(len).filter(|at| *at >= low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ranges_are_as_a_list_of_booleans(
            steps in prop::collection::vec((any::<bool>(), 0..64usize, 1..20usize), 1..40),
            probe in (0..64usize, 1..20usize),
        ) {
            let mut ranges = Ranges::default();
            let mut naive = [false; 96];
            for (is_insert, start, len) in steps {
                let end = start + len;
                naive[start..end].fill(is_insert);
                let (start, end) = (start as u64, end as u64);
                if is_insert { ranges.insert(start, end) } else { ranges.remove(start, end) }
            }
            let pieces = usize::from(naive[0]) + naive.windows(2).filter(|w| !w[0] && w[1]).count();
            prop_assert_eq!(ranges.count(), pieces);
            let there = &naive[probe.0..probe.0 + probe.1];
            let (start, len) = (probe.0 as u64, probe.1 as u64);
            prop_assert_eq!(ranges.contains(start, start + len), there.iter().all(|b| *b));
            prop_assert_eq!(ranges.is_free(start, start + len), there.iter().all(|b| !*b));
            let inside: u64 = ranges.within(start, start + len).iter().map(|(s, e)| e - s).sum();
            prop_assert_eq!(inside, there.iter().filter(|b| **b).count() as u64);
            let gap = (4..=90 - probe.1).rev().find(|at| !naive[*at..at + probe.1].contains(&true));
            prop_assert_eq!(ranges.gap_below(4, 90, len), gap.map(|at| at as u64));
        }
    }
}
