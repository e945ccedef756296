//! What is fuzzed: plain functions of bytes that panic when something is wrong.
//!
//! `cargo xtask fuzz` runs them on stable Rust ([`runner`]), the targets in `fuzz/` under cargo-fuzz, and `tests/corpus.rs` over
//! what is kept in `fuzz/corpus/`. A finding becomes a file there, or better a test where its mistake was.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a target's way of telling what it found"
)]

mod app;
mod code;
pub mod corpus;
pub mod coverage;
mod input;
mod page;
mod policy;
pub mod random;
mod record;
pub mod runner;
mod snapshot;
mod step;

/// A target.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name: of its corpus, and on the command line.
    pub name: &'static str,
    /// What it does with bytes; a panic is a finding.
    pub body: fn(&[u8]),
    /// The longest input that is made for it.
    pub longest: usize,
}

/// All of them.
#[rustfmt::skip]
pub const TARGETS: &[Target] = &[
    // Words: decoded, printed, read back, encoded, on every CPU.
    Target { name: "decode",        body: code::decode,        longest: 64 },
    // Text: a word of the CPU, or an error that lies in the text.
    Target { name: "assemble",      body: code::assemble,      longest: 96 },
    // A guest, its machine and everything it is answered: the walk and the plain loop do the same.
    Target { name: "step_any",      body: step::step_any,      longest: 1024 },
    // A VMM that writes over the run page at any time.
    Target { name: "kvm_run_page",  body: page::kvm_run_page,  longest: 512 },
    // A snapshot with other numbers in it, or any text: refused, or it runs.
    Target { name: "snapshot_load", body: snapshot::load,      longest: 4096 },
    // A file: refused, or it runs, on the bare machine and as a Linux program.
    Target { name: "elf_load",      body: app::elf_load,       longest: 8192 },
    // Lines: each is answered by one of JSON.
    Target { name: "exec_jsonl",    body: app::exec_jsonl,     longest: 2048 },
    // A policy file: refused at a place in it, or it can be applied and read back.
    Target { name: "spr_policy",    body: policy::spr_policy,  longest: 1024 },
    // A record of a run: refused, or read; and runs that are made again from what was never a run.
    Target { name: "record_replay", body: record::replay,      longest: 1024 },
];

/// The target of this name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// Runs a target: what cargo-fuzz calls.
pub fn run(name: &str, data: &[u8]) {
    let target = target(name).unwrap_or_else(|| panic!("there is no target {name}"));
    (target.body)(data);
}
