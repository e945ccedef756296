//! The same kernels on `ppc-emu` and on QEMU's user-mode emulators, one after the other, as whole processes.

use super::KERNELS;
use crate::{guests, tools};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// What our side runs: the one place to change.
const OURS: Side = Side::Linux;

/// How often each kernel repeats its work: about a thousand million instructions, so that the start of a process, QEMU's
/// in particular, counts a few percent only.
const REPEAT: [(&str, u32); KERNELS.len()] = [
    ("sieve", 700),
    ("crc32", 700),
    ("memcpy", 1000),
    ("fib", 300),
    ("sha256", 300),
    ("quicksort", 600),
];
/// How often each side runs, in turns; the best time of each counts.
const REPETITIONS: usize = 3;

/// Widths, and who runs them beside us.
pub(super) const WIDTHS: [(&str, &str); 2] = [("ppc32", "qemu-ppc"), ("ppc64", "qemu-ppc64")];

/// Which image of a kernel a side runs. Both have the same code but for the console.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// For `--env bare`: prints through SPR exits.
    #[allow(dead_code, reason = "OURS may name the other one")]
    Bare,
    /// For `--env linux` and QEMU: prints by system calls.
    Linux,
}

impl Side {
    fn env(self) -> &'static str {
        match self {
            Side::Bare => "bare",
            Side::Linux => "linux",
        }
    }
}

/// Both sides on one kernel.
pub(crate) struct Run {
    pub(crate) kernel: &'static str,
    pub(crate) width: &'static str,
    /// Seconds.
    pub(crate) ours: f64,
    /// Seconds; none without QEMU.
    pub(crate) qemu: Option<f64>,
}

/// All kernels.
pub(crate) struct Runs {
    /// Ordered by width, then as [`KERNELS`].
    pub(crate) runs: Vec<Run>,
    /// The environment on our side.
    pub(crate) env: &'static str,
    pub(crate) repetitions: usize,
}

/// Builds the kernels, and measures.
pub(crate) fn measure() -> Result<Runs, String> {
    let ppc_emu = tools::build("--bin", "ppc-emu")?;
    let scratch = std::env::temp_dir().join(format!("ppc-emu-bench-{}", std::process::id()));
    std::fs::create_dir_all(&scratch).map_err(|why| format!("{}: {why}", scratch.display()))?;
    let runs = all(&ppc_emu, &scratch);
    std::fs::remove_dir_all(&scratch).map_err(|why| format!("{}: {why}", scratch.display()))?;
    Ok(Runs {
        runs: runs?,
        env: OURS.env(),
        repetitions: REPETITIONS,
    })
}

fn all(ppc_emu: &Path, scratch: &Path) -> Result<Vec<Run>, String> {
    let mut runs = Vec::new();
    for (width, qemu) in WIDTHS {
        let has_qemu = Command::new(qemu).arg("--version").output().is_ok();
        if !has_qemu {
            println!("{qemu} is missing, so it is not measured; on Debian: apt-get install qemu-user");
        }
        for (kernel, repeat) in REPEAT {
            let image = |side: Side| {
                let file = scratch.join(format!("{kernel}.{width}.{}", side.env()));
                let name = format!("{kernel}.{width}.elf");
                guests::compile_kernel(&name, &file, side == Side::Linux, repeat)?;
                Ok::<_, String>(file)
            };
            let mut ours = Command::new(ppc_emu);
            ours.args(["run", "--quiet", "--env", OURS.env()])
                .arg(image(OURS)?);
            let mut theirs = Command::new(qemu);
            theirs.arg(image(Side::Linux)?);
            let (mut best_ours, mut best_qemu) = (f64::INFINITY, f64::INFINITY);
            for _ in 0..REPETITIONS {
                best_ours = best_ours.min(seconds(&mut ours)?);
                if has_qemu {
                    best_qemu = best_qemu.min(seconds(&mut theirs)?);
                }
            }
            println!("{kernel}.{width}: {best_ours:.3} s, {qemu} {best_qemu:.3} s");
            runs.push(Run {
                kernel,
                width,
                ours: best_ours,
                qemu: has_qemu.then_some(best_qemu),
            });
        }
    }
    Ok(runs)
}

/// The time of a process from its start to its successful end.
fn seconds(command: &mut Command) -> Result<f64, String> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let start = Instant::now();
    let status = command.status().map_err(|why| format!("{command:?}: {why}"))?;
    let time = start.elapsed().as_secs_f64();
    if status.success() {
        Ok(time)
    } else {
        Err(format!("{command:?}: {status}"))
    }
}

impl Runs {
    /// Our speed by QEMU's: its time by ours.
    pub(crate) fn ratio(&self, kernel: &str, width: &str) -> Option<f64> {
        let run = self
            .runs
            .iter()
            .find(|run| run.kernel == kernel && run.width == width)?;
        Some(run.qemu? / run.ours)
    }

    /// The geometric mean of a width's ratios; none without QEMU.
    pub(crate) fn mean_ratio(&self, width: &str) -> Option<f64> {
        let ratios: Option<Vec<_>> = KERNELS.iter().map(|kernel| self.ratio(kernel, width)).collect();
        ratios.map(tools::geometric_mean)
    }
}
