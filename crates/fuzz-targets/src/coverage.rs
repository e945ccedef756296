//! What an input made happen, as far as the targets say it: a cheap stand-in for a compiler's coverage.
//!
//! A target marks facts (an instruction executed on a model, an exit, an error); an input with a fact that no other had is
//! kept by the runner.

use std::cell::RefCell;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

thread_local! {
    static SEEN: RefCell<HashSet<u64>> = RefCell::default();
}

/// The input that is being tried made this happen.
pub fn mark(fact: impl Hash) {
    let mut hasher = DefaultHasher::new();
    fact.hash(&mut hasher);
    SEEN.with_borrow_mut(|seen| seen.insert(hasher.finish()));
}

/// What was marked since the last call.
pub fn take() -> HashSet<u64> {
    SEEN.take()
}
