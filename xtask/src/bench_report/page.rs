//! The page: tables of what was measured, and of what others reach.

use super::plot::{Bar, Panel, figure};
use super::{Figures, KERNELS, peers};
use std::fmt::Write;

/// Accesses and what an element of their benchmark is.
#[rustfmt::skip]
const SPR: [(&str, &str, Option<&str>); 9] = [
    ("round_trip",               "`mfspr` leaves, is answered, is re-entered; one branch", Some("spr.round_trip")),
    ("router",                   "the same through `drive` and a router",                  Some("spr.routed_to_1_handler")),
    ("in_core",                  "`mfspr` of a core register; one branch",                 Some("spr.in_core")),
    ("privileged_fault",         "refused in problem state, interrupt taken, returned from", None),
    ("unknown_ignored",          "nobody's number, read as zero and reported; one branch", None),
    ("reset_generic",            "a reset asked for by SPR exit",                          None),
    ("reset_event",              "a reset asked for by dedicated event",                   None),
    ("promotable_in_user_space", "a register that user space may leave to the core",       None),
    ("promotable_in_core",       "the same guest after it did",                            None),
];

#[rustfmt::skip]
const LIFECYCLE: [(&str, &str, Option<&str>); 4] = [
    ("fresh_64k",   "new CPU and 64 KiB of RAM, four instructions, one `mtspr` answered, all dropped", Some("lifecycle.fresh_64k")),
    ("reset_reuse", "the same on a machine that is kept and reset",                                   Some("lifecycle.reset_reuse")),
    ("snapshot",    "CPU and 64 KiB of RAM saved",                                                    None),
    ("restore",     "and put back",                                                                   None),
];

const DECODE: [(&str, &str); 3] = [
    ("op", "which instruction it is"),
    ("operands", "and the values of its operands"),
    ("text", "and its text, in objdump's syntax"),
];

/// docs/performance.md.
pub(crate) fn page(figures: &Figures) -> Result<String, String> {
    let host = &figures.host;
    let mut page = format!(
        "# Performance\n\n\
         `cargo xtask bench-report` wrote this page on {} CPUs of an {}, with {}.\n\
         Times on a shared machine double for tenths of a second when a neighbour takes its half of a core: each is the median of\n\
         ten samples in the best of {} short runs. Host instructions repeat to the digit; they are those of\n\
         `benches/counts.toml`, which `cargo xtask counts --check` guards.\n\
         Figures of others were {}.\n\n\
         ![Bar charts of the tables below](performance.svg)\n\n",
        host.cores,
        host.cpu,
        host.rustc,
        super::RUNS,
        peers::SOURCE
    );
    interpreter(&mut page, figures)?;
    beside(&mut page, figures);
    spr(&mut page, figures)?;
    lifecycle(&mut page, figures)?;
    decode(&mut page, figures)?;
    page.push_str("## Memory\n\n`cargo run --release --example footprint` prints:\n\n```text\n");
    page.push_str(&figures.footprint);
    page.push_str("```\n\nFor comparison, per instance: Unicorn 3.1 MiB, qemu-ppc 13.8 MiB.\n");
    Ok(page)
}

/// Adds a row; writing to a string does not fail.
macro_rules! row {
    ($page:expr, $($cell:expr),+) => {{
        $(let _ = write!($page, "| {} ", $cell);)+
        $page.push_str("|\n");
    }};
}

fn interpreter(page: &mut String, figures: &Figures) -> Result<(), String> {
    page.push_str(
        "## Interpreter\n\nThe kernels of `guests/`, gcc -O2, in million guest instructions a second (`interp/…` on the \
         e500v2, `interp64/…` on the\nPOWER9) and host instructions per guest instruction.\n\n\
         | kernel | ppc32 | host instructions | ppc64 | host instructions |\n|---|---|---|---|---|\n",
    );
    let count = |group: &str, kernel: &str| count(figures, Some(&format!("{group}.{kernel}")));
    for kernel in KERNELS {
        row!(
            page,
            kernel,
            figure(figures.criterion.millions(&format!("interp/{kernel}"))?),
            count("interp", kernel),
            figure(figures.criterion.millions(&format!("interp64/{kernel}"))?),
            count("interp64", kernel)
        );
    }
    row!(
        page,
        "**geometric mean**",
        figure(figures.criterion.mean("interp")?),
        shown(figures.counts.mean("interp")),
        figure(figures.criterion.mean("interp64")?),
        shown(figures.counts.mean("interp64"))
    );
    page.push_str(
        "\nOthers, ppc32, geometric mean over sieve, crc32, memory copy, fib, CoreMark and Dhrystone:\n\n\
         | engine | million instructions a second |\n|---|---|\n",
    );
    peer_rows(page, &peers::MIPS);
    Ok(())
}

fn beside(page: &mut String, figures: &Figures) {
    let beside = &figures.beside;
    let qemu = figures
        .host
        .qemu
        .as_deref()
        .unwrap_or("qemu-ppc, which is not installed");
    let _ = write!(
        page,
        "\n## Beside QEMU\n\nThe same kernels, hundreds of times as long, as whole processes: `ppc-emu run --env {}` and\n{qemu} in turns, \
         the best of {} runs each, in seconds of wall clock.\n{}\nThe ratio is our speed by QEMU's; QEMU recompiles, we interpret.\n\n\
         | kernel | ppc32: ours | QEMU | ratio | ppc64: ours | QEMU | ratio |\n|---|---|---|---|---|---|---|\n",
        beside.env,
        beside.repetitions,
        if beside.env == "linux" {
            "Both sides run the same ELF file."
        } else {
            "QEMU runs a Linux program, we the bare image of the same kernel: the code is the same but for start and printing."
        }
    );
    for kernel in KERNELS {
        let _ = write!(page, "| {kernel} ");
        for run in beside.runs.iter().filter(|run| run.kernel == kernel) {
            let ratio = beside.ratio(kernel, run.width);
            let _ = write!(
                page,
                "| {} | {} | {} ",
                figure(run.ours),
                shown(run.qemu),
                shown(ratio)
            );
        }
        page.push_str("|\n");
    }
    row!(
        page,
        "**geometric mean**",
        "",
        "",
        shown(beside.mean_ratio("ppc32")),
        "",
        "",
        shown(beside.mean_ratio("ppc64"))
    );
}

fn spr(page: &mut String, figures: &Figures) -> Result<(), String> {
    page.push_str(
        "\n## SPR accesses\n\n| `spr_exit/…` | what | ns | host instructions |\n|---|---|---|---|\n",
    );
    for (name, what, counted) in SPR {
        let time = figures.criterion.nanoseconds(&format!("spr_exit/{name}"))?;
        row!(page, name, what, figure(time), count(figures, counted));
    }
    page.push_str("\nOthers, an access that the host handles:\n\n| how | ns |\n|---|---|\n");
    peer_rows(page, &peers::SPR);
    Ok(())
}

fn lifecycle(page: &mut String, figures: &Figures) -> Result<(), String> {
    page.push_str(
        "\n## Beginning anew\n\n| `lifecycle/…` | what | µs | host instructions |\n|---|---|---|---|\n",
    );
    for (name, what, counted) in LIFECYCLE {
        let time = figures.criterion.nanoseconds(&format!("lifecycle/{name}"))? / 1000.0;
        row!(page, name, what, figure(time), count(figures, counted));
    }
    page.push_str(
        "\nOthers, for an iteration as of `fresh_64k` and `reset_reuse`:\n\n| how | µs |\n|---|---|\n",
    );
    peer_rows(page, &peers::LIFECYCLE);
    Ok(())
}

fn decode(page: &mut String, figures: &Figures) -> Result<(), String> {
    page.push_str("\n## Decoding\n\n| `decode/…` | what | million words a second |\n|---|---|---|\n");
    for (name, what) in DECODE {
        row!(
            page,
            name,
            what,
            figure(figures.criterion.millions(&format!("decode/{name}"))?)
        );
    }
    page.push_str("\nOthers, on a libc's text:\n\n| decoder | million instructions a second |\n|---|---|\n");
    peer_rows(page, &peers::DECODE);
    page.push('\n');
    Ok(())
}

/// Host instructions of a work; a dash where none is counted.
fn count(figures: &Figures, name: Option<&str>) -> String {
    shown(name.and_then(|name| figures.counts.get(name)))
}

/// A figure, or a dash.
fn shown(value: Option<f64>) -> String {
    value.map_or("-".into(), figure)
}

fn peer_rows(page: &mut String, peers: &[peers::Peer]) {
    for (name, value) in peers {
        row!(page, name, figure(*value));
    }
}

/// The charts of docs/performance.svg.
pub(crate) fn panels(figures: &Figures) -> Result<Vec<Panel>, String> {
    let criterion = &figures.criterion;
    let mut ratios = Vec::new();
    for kernel in KERNELS {
        for width in ["ppc32", "ppc64"] {
            ratios.extend(
                figures
                    .beside
                    .ratio(kernel, width)
                    .map(|ratio| ours(format!("{kernel}, {width}"), ratio)),
            );
        }
    }
    let mut panels = vec![
        panel(
            "Million guest instructions a second, geometric mean over kernels",
            vec![
                ours("ppc-emu, ppc32", criterion.mean("interp")?),
                ours("ppc-emu, ppc64", criterion.mean("interp64")?),
            ],
            &peers::MIPS,
        ),
        panel(
            "An SPR access that the host handles, nanoseconds (less is better)",
            vec![
                ours(
                    "ppc-emu, exit and reply",
                    criterion.nanoseconds("spr_exit/round_trip")?,
                ),
                ours(
                    "ppc-emu, through a router",
                    criterion.nanoseconds("spr_exit/router")?,
                ),
            ],
            &peers::SPR,
        ),
        panel(
            "A fuzz iteration of four instructions, microseconds (less is better)",
            vec![
                ours(
                    "ppc-emu, machine reset",
                    criterion.nanoseconds("lifecycle/reset_reuse")? / 1000.0,
                ),
                ours(
                    "ppc-emu, machine new",
                    criterion.nanoseconds("lifecycle/fresh_64k")? / 1000.0,
                ),
            ],
            &peers::LIFECYCLE,
        ),
        panel(
            "Decoding, million instructions a second",
            vec![
                ours("ppc-emu, opcode only", criterion.millions("decode/op")?),
                ours("ppc-emu, with operands", criterion.millions("decode/operands")?),
                ours("ppc-emu, text", criterion.millions("decode/text")?),
            ],
            &peers::DECODE,
        ),
    ];
    if !ratios.is_empty() {
        panels.insert(
            1,
            panel(
                "Our speed by QEMU's, the same kernel in the same run",
                ratios,
                &[],
            ),
        );
    }
    Ok(panels)
}

fn ours(label: impl Into<String>, value: f64) -> Bar {
    Bar {
        label: label.into(),
        value,
        is_ours: true,
    }
}

fn panel(title: &str, mut bars: Vec<Bar>, peers: &[peers::Peer]) -> Panel {
    bars.extend(peers.iter().map(|(label, value)| Bar {
        label: label.replace('`', ""),
        value: *value,
        is_ours: false,
    }));
    Panel {
        title: title.to_owned() + "; logarithmic",
        bars,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench_report::beside::{Run, Runs, WIDTHS};
    use crate::bench_report::criterion::Estimates;
    use crate::bench_report::{Host, plot};
    use crate::counts::Counts;

    /// Ten nanoseconds for everything, two seconds a run; with or without QEMU, which takes one.
    fn figures(has_qemu: bool) -> Figures {
        let of = |group: &str, names: &[&str]| {
            names
                .iter()
                .map(|name| format!("{group}/{name}"))
                .collect::<Vec<_>>()
        };
        let ids = [
            of("interp", &KERNELS),
            of("interp64", &KERNELS),
            of("spr_exit", &SPR.map(|(name, ..)| name)),
            of("lifecycle", &LIFECYCLE.map(|(name, ..)| name)),
            of("decode", &DECODE.map(|(name, _)| name)),
        ];
        let run = |width, kernel| Run {
            kernel,
            width,
            ours: 2.0,
            qemu: has_qemu.then_some(1.0),
        };
        Figures {
            host: Host {
                cpu: "CPU".into(),
                cores: 2,
                rustc: "rustc".into(),
                qemu: None,
            },
            criterion: Estimates(ids.concat().into_iter().map(|id| (id, 10.0)).collect()),
            counts: Counts::from_toml("rustc = \"rustc\"\n[interp]\nsieve = 14\n").expect("it is one"),
            beside: Runs {
                runs: WIDTHS
                    .iter()
                    .flat_map(|(width, _)| KERNELS.map(|kernel| run(*width, kernel)))
                    .collect(),
                env: "linux",
                repetitions: 1,
            },
            footprint: String::new(),
        }
    }

    #[test]
    fn the_page_has_every_kernel_with_its_figures() {
        let page = page(&figures(true)).expect("nothing is missing");
        for kernel in KERNELS {
            assert!(
                page.contains(&format!("| {kernel} | 100 | ")),
                "{kernel} in\n{page}"
            );
            assert!(
                page.contains(&format!(
                    "| {kernel} | 2.00 | 1.00 | 0.500 | 2.00 | 1.00 | 0.500 |"
                )),
                "{page}"
            );
        }
        assert!(page.contains("| sieve | 100 | 14.0 | 100 | - |"), "{page}");
    }

    #[test]
    fn without_qemu_there_are_dashes_and_no_chart_of_ratios() {
        let figures = figures(false);
        let page = page(&figures).expect("nothing is missing");
        assert!(page.contains("| sieve | 2.00 | - | - | 2.00 | - | - |"), "{page}");
        let svg = plot::plot(&panels(&figures).expect("nothing is missing"));
        assert!(!svg.contains("by QEMU"), "{svg}");
    }

    #[test]
    fn a_benchmark_that_did_not_run_is_named() {
        let mut figures = figures(true);
        figures.criterion.0.remove("decode/op");
        assert!(page(&figures).unwrap_err().contains("decode/op"));
    }
}
