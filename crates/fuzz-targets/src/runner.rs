//! Fuzzing without a fuzzer: changed inputs, and those kept that make something new happen ([`coverage`]).

use crate::coverage;
use crate::random::Random;
use ppc_decode::Op;
use std::cell::RefCell;
use std::collections::HashSet;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::time::{Duration, Instant};

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub enum Limit {
    /// After so many inputs.
    Runs(u64),
    /// After so long on a CPU, where the system tells; other programs do not make it less work.
    Time(Duration),
}

/// Time on a CPU since it was made.
struct Stopwatch {
    start: Instant,
    on_cpu: Option<Duration>,
}

impl Stopwatch {
    fn start() -> Self {
        Self {
            start: Instant::now(),
            on_cpu: on_cpu(),
        }
    }

    fn elapsed(&self) -> Duration {
        match (self.on_cpu, on_cpu()) {
            (Some(start), Some(now)) => now.saturating_sub(start),
            _ => self.start.elapsed(),
        }
    }
}

/// How long this thread has been on a CPU, as Linux tells.
fn on_cpu() -> Option<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = text.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

/// What came of it.
#[derive(Debug)]
pub struct Outcome {
    /// How many inputs were tried.
    pub runs: u64,
    /// How many different facts they made happen.
    pub facts: usize,
    /// Inputs that made something happen that no earlier one did, those given first.
    pub kept: Vec<Vec<u8>>,
    /// An input that panics, as short as it could be made, and what it says.
    pub finding: Option<(Vec<u8>, String)>,
}

/// A fuzzer of one function.
pub struct Runner<'a> {
    body: &'a dyn Fn(&[u8]),
    longest: usize,
    words: &'a [Vec<u8>],
    random: Random,
    /// Told of every input before it is tried.
    watch: &'a mut dyn FnMut(&[u8]),
}

impl<'a> Runner<'a> {
    /// Tries `body` with inputs of up to `longest` bytes.
    pub fn new(
        body: &'a dyn Fn(&[u8]),
        longest: usize,
        words: &'a [Vec<u8>],
        seed: u64,
        watch: &'a mut dyn FnMut(&[u8]),
    ) -> Self {
        Self {
            body,
            longest,
            words,
            random: Random::new(seed),
            watch,
        }
    }

    /// Tries the seeds, and then what becomes of them, up to the limit or the first finding.
    pub fn run(&mut self, seeds: Vec<Vec<u8>>, limit: Limit) -> Outcome {
        let start = Stopwatch::start();
        let mut facts = HashSet::new();
        let mut outcome = Outcome {
            runs: 0,
            facts: 0,
            kept: vec![],
            finding: None,
        };
        let mut seeds = seeds.into_iter();
        loop {
            let is_over = match limit {
                Limit::Runs(runs) => outcome.runs >= runs,
                Limit::Time(time) => outcome.runs.is_multiple_of(16) && start.elapsed() >= time,
            };
            if is_over {
                break;
            }
            let input = match seeds.next() {
                Some(seed) => seed,
                None => self.mutant(&outcome.kept),
            };
            outcome.runs += 1;
            (self.watch)(&input);
            coverage::take();
            let panicked = self.panics(&input);
            let seen = coverage::take();
            if let Some(message) = panicked {
                outcome.finding = Some((self.shortened(input, &message), message));
                break;
            }
            let before = facts.len();
            facts.extend(seen);
            if facts.len() > before {
                outcome.kept.push(input);
            }
        }
        outcome.facts = facts.len();
        outcome
    }

    /// What the panic of an input says, if it panics.
    fn panics(&self, input: &[u8]) -> Option<String> {
        thread_local! {
            static MESSAGE: RefCell<String> = RefCell::default();
        }
        let quiet = panic::take_hook();
        panic::set_hook(Box::new(|info| MESSAGE.set(info.to_string())));
        let ran = panic::catch_unwind(AssertUnwindSafe(|| (self.body)(input)));
        panic::set_hook(quiet);
        ran.is_err().then(|| MESSAGE.take())
    }

    /// The same finding from less: parts are left out, and bytes made zero, while it panics at the same place.
    fn shortened(&mut self, mut input: Vec<u8>, message: &str) -> Vec<u8> {
        let place = |message: &str| message.lines().next().map(str::to_owned);
        let wanted = place(message);
        let is_same = |candidate: &[u8]| {
            self.panics(candidate)
                .is_some_and(|message| place(&message) == wanted)
        };
        let mut step = input.len().next_power_of_two() / 2;
        while step > 0 {
            let mut at = 0;
            while at < input.len() {
                let end = (at + step).min(input.len());
                let candidate = [&input[..at], &input[end..]].concat();
                if is_same(&candidate) {
                    input = candidate;
                } else {
                    at = end;
                }
            }
            step /= 2;
        }
        for at in 0..input.len() {
            let old = std::mem::take(&mut input[at]);
            if old != 0 && !is_same(&input) {
                input[at] = old;
            }
        }
        input
    }

    /// One of the kept inputs, changed in a few places.
    fn mutant(&mut self, kept: &[Vec<u8>]) -> Vec<u8> {
        let mut input = match kept.len() {
            0 => vec![],
            // The last ones have been tried least.
            n if self.random.below(2) == 0 => kept[n - 1 - self.random.below(n.min(16))].clone(),
            n => kept[self.random.below(n)].clone(),
        };
        for _ in 0..=self.random.below(5) {
            self.change(&mut input, kept);
        }
        input.truncate(self.longest);
        input
    }

    fn change(&mut self, input: &mut Vec<u8>, kept: &[Vec<u8>]) {
        let at = self.random.below(input.len() + 1);
        let end = (at + 1 + self.random.below(8)).min(input.len());
        match self.random.below(10) {
            0 if at < input.len() => input[at] ^= 1 << self.random.below(8),
            1 if at < input.len() => input[at] = self.random.byte(),
            2 if at < input.len() => {
                let values = [0, 1, 0x7f, 0x80, 0xff, b'0', b' '];
                input[at] = values[self.random.below(values.len())];
            }
            3 => drop(input.drain(at..end)),
            4 => {
                let copy = input[at..end].to_vec();
                let to = self.random.below(input.len() + 1);
                input.splice(to..to, copy);
            }
            5 if !kept.is_empty() => {
                let other = &kept[self.random.below(kept.len())];
                let from = self.random.below(other.len() + 1);
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
            6 if !self.words.is_empty() => {
                let word = &self.words[self.random.below(self.words.len())];
                input.splice(at..at, word.iter().copied());
            }
            7 if !self.words.is_empty() => {
                let word = &self.words[self.random.below(self.words.len())];
                let end = (at + word.len()).min(input.len());
                input.splice(at..end, word.iter().copied());
            }
            8 => {
                let end = (at + 4).min(input.len());
                let word = self.instruction();
                input.splice(at..end, word);
            }
            _ => {
                let bytes: Vec<u8> = (0..=self.random.below(8)).map(|_| self.random.byte()).collect();
                input.splice(at..at, bytes);
            }
        }
    }

    /// An instruction of some CPU with any operands.
    #[allow(clippy::cast_possible_truncation, reason = "any bits")]
    fn instruction(&mut self) -> [u8; 4] {
        let row = Op::ALL[self.random.below(Op::ALL.len())].row();
        let operands = self.random.number() as u32 & (row.operand_bits() | row.record.mask());
        (row.encoding.value | operands).to_be_bytes()
    }
}
