//! Fuzzing on stable Rust: the runner of the crate `fuzz-targets`, built for it.

use crate::tools;

/// `cargo xtask fuzz …`.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let mut cargo = tools::cargo()?;
    cargo.args([
        "run",
        "--quiet",
        "--profile",
        "fuzz",
        "--package",
        "fuzz-targets",
        "--",
    ]);
    let status = cargo.args(args).status().map_err(|why| format!("cargo: {why}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("the runner ended with {status}"))
    }
}
