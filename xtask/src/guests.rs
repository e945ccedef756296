//! Rebuilds the guest programs with the distribution's cross compilers, and checks the committed ones.
//!
//! [`GUESTS`] is the one list of programs. What each does is said in its source and in `guests/README.md`.

use crate::tools;
use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

/// A cross toolchain and what it may emit.
pub(crate) struct Target {
    /// Prefix of its tools: `PREFIX-gcc`, `-ld`, `-objdump`.
    pub(crate) prefix: &'static str,
    /// The Debian package with the compiler; binutils come with it.
    pub(crate) package: &'static str,
    flags: &'static [&'static str],
    /// The user-mode emulator that runs its Linux programs.
    pub(crate) qemu: &'static str,
}

/// Every 32-bit model: no floating point, no vectors, no `isel`, no string instructions.
pub(crate) const PPC32: Target = Target {
    prefix: "powerpc-linux-gnu",
    package: "gcc-powerpc-linux-gnu",
    flags: &["-mcpu=powerpc", "-msoft-float"],
    qemu: "qemu-ppc",
};

/// Big-endian, from the 970 on. ELFv2, since ELFv1's e_entry is a function descriptor.
pub(crate) const PPC64: Target = Target {
    prefix: "powerpc64-linux-gnu",
    package: "gcc-powerpc64-linux-gnu",
    flags: &[
        "-mcpu=970",
        "-mabi=elfv2",
        "-mtraceback=no",
        "-mno-altivec",
        "-msoft-float",
    ],
    qemu: "qemu-ppc64",
};

/// Little-endian, from POWER8 on, which is where its ABI starts.
pub(crate) const PPC64LE: Target = Target {
    prefix: "powerpc64le-linux-gnu",
    package: "gcc-powerpc64le-linux-gnu",
    flags: &[
        "-mcpu=power8",
        "-mabi=elfv2",
        "-mtraceback=no",
        "-mno-vsx",
        "-mno-altivec",
        "-msoft-float",
    ],
    qemu: "qemu-ppc64le",
};

const TARGETS: [&Target; 3] = [&PPC32, &PPC64, &PPC64LE];

/// The same for all: freestanding, small, stripped, and free of paths and build ids.
#[rustfmt::skip]
const FLAGS: &[&str] = &[
    "-O2", "-Wall", "-Wextra", "-Irt", "-ffreestanding", "-nostdlib", "-static", "-fno-pic",
    "-fno-stack-protector", "-fno-asynchronous-unwind-tables", "-fno-unwind-tables",
    // Else a loop of the kernel itself becomes a call of memcpy.
    "-fno-tree-loop-distribute-patterns",
    "-s", "-Wl,--build-id=none", "-Wl,--no-warn-rwx-segments",
    // Vectors and text are apart: with a 64 KiB page they would share one segment, gap and all.
    "-Wl,-z,max-page-size=4096",
];

/// Bare images need no page alignment in the file.
const BARE: &[&str] = &["-Wl,-N"];
/// Linux refuses to map the lowest addresses.
const LINUX: &[&str] = &["-Wl,--defsym=BASE=0x10000000"];

const RUNTIME: &[&str] = &["rt/start.S", "rt/print.c"];

/// What a guest links besides its own source.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A computing kernel: also built for Linux and compared with `expected/`.
    Kernel,
    /// Talks to the machine, without interrupts.
    Machine,
    /// Talks to the machine and takes interrupts.
    Traps,
    /// Assembly that brings its own entry.
    Alone,
    /// For Linux: system calls and no C library.
    Linux,
    /// The probe of SPRs: its own entry, vectors and layout.
    Probe,
}
use Kind::{Alone, Kernel, Linux, Machine, Probe, Traps};

impl Kind {
    /// How its image is linked.
    fn mode(self) -> &'static [&'static str] {
        if self == Linux { LINUX } else { BARE }
    }

    /// Its layout in memory.
    fn script(self) -> &'static str {
        if self == Probe { "probe/link.ld" } else { "link.ld" }
    }

    /// Where its output goes.
    fn console(self) -> &'static str {
        if self == Linux { "rt/linux.c" } else { "rt/bare.c" }
    }
}

struct Guest {
    image: &'static str,
    source: &'static str,
    kind: Kind,
    target: &'static Target,
}

const fn guest(image: &'static str, source: &'static str, kind: Kind, target: &'static Target) -> Guest {
    Guest {
        image,
        source,
        kind,
        target,
    }
}

#[rustfmt::skip]
const GUESTS: &[Guest] = &[
    guest("sieve.ppc32.elf",        "kernels/sieve.c",          Kernel,  &PPC32),
    guest("sieve.ppc64.elf",        "kernels/sieve.c",          Kernel,  &PPC64),
    guest("sieve.ppc64le.elf",      "kernels/sieve.c",          Kernel,  &PPC64LE),
    guest("crc32.ppc32.elf",        "kernels/crc32.c",          Kernel,  &PPC32),
    guest("crc32.ppc64.elf",        "kernels/crc32.c",          Kernel,  &PPC64),
    guest("crc32.ppc64le.elf",      "kernels/crc32.c",          Kernel,  &PPC64LE),
    guest("sha256.ppc32.elf",       "kernels/sha256.c",         Kernel,  &PPC32),
    guest("sha256.ppc64.elf",       "kernels/sha256.c",         Kernel,  &PPC64),
    guest("sha256.ppc64le.elf",     "kernels/sha256.c",         Kernel,  &PPC64LE),
    guest("quicksort.ppc32.elf",    "kernels/quicksort.c",      Kernel,  &PPC32),
    guest("quicksort.ppc64.elf",    "kernels/quicksort.c",      Kernel,  &PPC64),
    guest("quicksort.ppc64le.elf",  "kernels/quicksort.c",      Kernel,  &PPC64LE),
    guest("fib.ppc32.elf",          "kernels/fib.c",            Kernel,  &PPC32),
    guest("fib.ppc64.elf",          "kernels/fib.c",            Kernel,  &PPC64),
    guest("fib.ppc64le.elf",        "kernels/fib.c",            Kernel,  &PPC64LE),
    guest("memcpy.ppc32.elf",       "kernels/memcpy.c",         Kernel,  &PPC32),
    guest("memcpy.ppc64.elf",       "kernels/memcpy.c",         Kernel,  &PPC64),
    guest("memcpy.ppc64le.elf",     "kernels/memcpy.c",         Kernel,  &PPC64LE),
    guest("selfmod.elf",            "kernels/selfmod.c",        Kernel,  &PPC32),
    guest("selfmod.ppc64.elf",      "kernels/selfmod.c",        Kernel,  &PPC64),
    guest("selfmod.ppc64le.elf",    "kernels/selfmod.c",        Kernel,  &PPC64LE),
    guest("dbcr0-reset.elf",        "machine/dbcr0-reset.c",    Machine, &PPC32),
    guest("watchdog.elf",           "machine/watchdog.c",       Machine, &PPC32),
    guest("epr-ack.elf",            "machine/epr-ack.c",        Traps,   &PPC32),
    guest("spr-tour.elf",           "machine/spr-tour.c",       Traps,   &PPC32),
    guest("timer.elf",              "machine/timer.c",          Traps,   &PPC32),
    guest("decrementer.ppc64.elf",  "machine/timer.c",          Traps,   &PPC64),
    guest("syscall.elf",            "machine/syscall.c",        Traps,   &PPC32),
    guest("syscall.ppc64.elf",      "machine/syscall.c",        Traps,   &PPC64),
    guest("syscall.ppc64le.elf",    "machine/syscall.c",        Traps,   &PPC64LE),
    guest("hang-interrupt.elf",     "machine/hang-interrupt.S", Alone,   &PPC32),
    guest("stmw-end.elf",           "machine/stmw-end.c",       Machine, &PPC32),
    guest("wild-jump.elf",          "machine/wild-jump.S",      Alone,   &PPC32),
    guest("probe.classic.elf",      "probe/classic.c",          Probe,   &PPC32),
    guest("probe.booke.elf",        "probe/booke.c",            Probe,   &PPC32),
    guest("probe.405.elf",          "probe/ppc405.c",           Probe,   &PPC32),
    guest("probe.server.elf",       "probe/server.c",           Probe,   &PPC64),
    guest("startup.linux.ppc32.elf",      "linux/raw/startup.c",      Linux,   &PPC32),
    guest("startup.linux.ppc64.elf",      "linux/raw/startup.c",      Linux,   &PPC64),
    guest("startup.linux.ppc64le.elf",    "linux/raw/startup.c",      Linux,   &PPC64LE),
    guest("signals.linux.ppc32.elf",      "linux/raw/signals.c",      Linux,   &PPC32),
    guest("signals.linux.ppc64.elf",      "linux/raw/signals.c",      Linux,   &PPC64),
    guest("signals.linux.ppc64le.elf",    "linux/raw/signals.c",      Linux,   &PPC64LE),
    guest("memory.linux.ppc32.elf",       "linux/raw/memory.c",       Linux,   &PPC32),
    guest("memory.linux.ppc64.elf",       "linux/raw/memory.c",       Linux,   &PPC64),
    guest("memory.linux.ppc64le.elf",     "linux/raw/memory.c",       Linux,   &PPC64LE),
    guest("files.linux.ppc32.elf",        "linux/raw/files.c",        Linux,   &PPC32),
    guest("files.linux.ppc64.elf",        "linux/raw/files.c",        Linux,   &PPC64),
    guest("files.linux.ppc64le.elf",      "linux/raw/files.c",        Linux,   &PPC64LE),
    guest("die.linux.ppc32.elf",          "linux/raw/die.c",          Linux,   &PPC32),
    guest("die.linux.ppc64.elf",          "linux/raw/die.c",          Linux,   &PPC64),
    guest("die.linux.ppc64le.elf",        "linux/raw/die.c",          Linux,   &PPC64LE),
    guest("fib.linux.ppc32.elf",          "kernels/fib.c",            Linux,   &PPC32),
    guest("fib.linux.ppc64.elf",          "kernels/fib.c",            Linux,   &PPC64),
    guest("fib.linux.ppc64le.elf",        "kernels/fib.c",            Linux,   &PPC64LE),
    guest("sha256.linux.ppc32.elf",       "kernels/sha256.c",         Linux,   &PPC32),
    guest("sha256.linux.ppc64.elf",       "kernels/sha256.c",         Linux,   &PPC64),
    guest("sha256.linux.ppc64le.elf",     "kernels/sha256.c",         Linux,   &PPC64LE),
    guest("selfmod.linux.ppc32.elf",      "kernels/selfmod.c",        Linux,   &PPC32),
    guest("selfmod.linux.ppc64.elf",      "kernels/selfmod.c",        Linux,   &PPC64),
    guest("selfmod.linux.ppc64le.elf",    "kernels/selfmod.c",        Linux,   &PPC64LE),
];

/// First letters of mnemonics outside the fixed-point subset: floating point, vectors, VSX, SPE, strings.
#[rustfmt::skip]
const FORBIDDEN: &[&str] = &[
    "f", "lf", "stf", "mffs", "mtfs", "mcrfs",
    "v", "lv", "stv", "mfv", "mtv", "dst", "dss",
    "xs", "xv", "xx", "lx", "stx",
    "ev", "ef", "brinc", "ps_", "psq_",
    "lsw", "stsw",
];
/// Also outside on 32-bit models: `isel` on the classic ones, `mftb` on e500v1/v2.
const FORBIDDEN_32: &[&str] = &["isel", "mftb"];

/// Words that only look like a forbidden instruction: image, mnemonic, reason.
const ACCEPTED: &[(&str, &str, &str)] = &[(
    "syscall.ppc64le.elf",
    "fmsub",
    "li r3,-1 in big-endian order, rt/trap.S",
)];

/// `cargo xtask guests [--check]`.
pub(crate) fn rebuild(args: &[String]) -> Result<(), String> {
    let guests = tools::root()?.join("guests");
    match args {
        [] => {
            for guest in GUESTS {
                let image = guests.join("bin").join(guest.image);
                compile(&guests, guest, &image, guest.kind, &[])?;
                println!("{:6} {}", size(&image)?, guest.image);
            }
            write(&guests.join("bin/VERSION"), &versions()?)
        }
        [flag] if flag == "--check" => {
            let scratch = std::env::temp_dir().join(format!("ppc-emu-guests-{}", std::process::id()));
            fs::create_dir_all(&scratch).map_err(|why| format!("{}: {why}", scratch.display()))?;
            let outcome = check(&guests, &scratch);
            fs::remove_dir_all(&scratch).map_err(|why| format!("{}: {why}", scratch.display()))?;
            outcome
        }
        _ => Err("usage: cargo xtask guests [--check]".into()),
    }
}

/// Rebuilds into `scratch` and compares; looks at the instructions used; runs the kernels under QEMU.
fn check(guests: &Path, scratch: &Path) -> Result<(), String> {
    let mut failures = Vec::new();

    let (here, recorded) = (versions()?, read(&guests.join("bin/VERSION"))?);
    let same_tools = here.as_bytes() == recorded;
    let mut different = Vec::new();
    for guest in GUESTS {
        let rebuilt = scratch.join(guest.image);
        compile(guests, guest, &rebuilt, guest.kind, &[])?;
        if read(&rebuilt)? != read(&guests.join("bin").join(guest.image))? {
            different.push(guest.image);
        }
    }
    println!(
        "rebuilt {} guests, {} differ from guests/bin",
        GUESTS.len(),
        different.len()
    );
    if same_tools {
        failures.extend(
            different
                .iter()
                .map(|image| format!("{image}: not what its source builds")),
        );
    } else {
        println!("compilers differ from guests/bin/VERSION, so a difference is no failure; here:\n{here}");
    }
    failures.extend(strays(&guests.join("bin"))?);

    let mut used = BTreeSet::new();
    for guest in GUESTS {
        let mnemonics = mnemonics(guest.target, &guests.join("bin").join(guest.image))?;
        for mnemonic in mnemonics.iter().filter(|mnemonic| is_forbidden(guest, mnemonic)) {
            failures.push(format!("{}: uses {mnemonic}", guest.image));
        }
        used.extend(mnemonics);
    }
    println!(
        "{} mnemonics: {}",
        used.len(),
        used.into_iter().collect::<Vec<_>>().join(" ")
    );

    let mut agreed = 0;
    for guest in GUESTS.iter().filter(|guest| guest.kind == Kernel) {
        match run_under_qemu(guests, guest, scratch)? {
            Verdict::Agrees => agreed += 1,
            Verdict::NoQemu => println!("{}: not compared, {} is missing", guest.image, guest.target.qemu),
            Verdict::Differs(how) => failures.push(format!("{}: {how}", guest.image)),
        }
    }
    println!("{agreed} kernels print under qemu-user what guests/expected says");

    if failures.is_empty() {
        Ok(())
    } else {
        Err(failures.join("\n       "))
    }
}

enum Verdict {
    Agrees,
    NoQemu,
    Differs(String),
}

/// The second source of `expected/`: the same kernel as a Linux program, on an emulator that is not ours.
fn run_under_qemu(guests: &Path, guest: &Guest, scratch: &Path) -> Result<Verdict, String> {
    let program = scratch.join(guest.image).with_extension("linux");
    compile(guests, guest, &program, Linux, &[])?;
    let output = match Command::new(guest.target.qemu).arg(&program).output() {
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(Verdict::NoQemu),
        Err(why) => return Err(format!("{}: {why}", guest.target.qemu)),
        Ok(output) => output,
    };
    let name = Path::new(guest.source).with_extension("txt");
    let name = name.file_name().ok_or("a guest without a name")?;
    Ok(if !output.status.success() {
        Verdict::Differs(format!("{} under {}", output.status, guest.target.qemu))
    } else if output.stdout != read(&guests.join("expected").join(name))? {
        Verdict::Differs(format!("prints something else under {}", guest.target.qemu))
    } else {
        Verdict::Agrees
    })
}

/// Builds a kernel that repeats its work, `name` being its image in `bin/`; for Linux or for the bare machine.
pub(crate) fn compile_kernel(
    name: &str,
    image: &Path,
    is_for_linux: bool,
    repeat: u32,
) -> Result<(), String> {
    let guest = GUESTS.iter().find(|guest| guest.image == name);
    let guest = guest.ok_or(format!("no row of GUESTS builds {name}"))?;
    let kind = if is_for_linux { Linux } else { guest.kind };
    let repeat = format!("-DREPEAT={repeat}");
    compile(&tools::root()?.join("guests"), guest, image, kind, &[&repeat])
}

/// Runs the compiler inside `guests/`, so that no path of this machine can reach the image. `kind` says for which
/// machine: kernels are built for Linux, too.
fn compile(
    guests: &Path,
    guest: &Guest,
    image: &Path,
    kind: Kind,
    more_flags: &[&str],
) -> Result<(), String> {
    let mut gcc = Command::new(format!("{}-gcc", guest.target.prefix));
    gcc.current_dir(guests)
        .args(guest.target.flags)
        .args(FLAGS)
        .args(kind.mode())
        .args(["-T", kind.script()])
        .args(more_flags);
    gcc.arg("-o").arg(image).arg(guest.source);
    if guest.kind == Probe {
        gcc.arg("probe/enter.S");
    } else if guest.kind != Alone {
        gcc.args(RUNTIME).arg(kind.console());
    }
    if guest.kind == Traps {
        gcc.arg("rt/trap.S");
    }
    let output = tools::output(gcc, guest.target.package)?;
    if !output.stderr.is_empty() {
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
    }
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("{} does not build", guest.image))
    }
}

/// The instructions in the executable sections of an image, by base mnemonic.
fn mnemonics(target: &Target, image: &Path) -> Result<BTreeSet<String>, String> {
    let mut objdump = Command::new(format!("{}-objdump", target.prefix));
    objdump.args(["-d", "-Mraw"]).arg(image);
    let output = tools::output(objdump, target.package)?;
    if !output.status.success() {
        return Err(format!(
            "{}: {}",
            image.display(),
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    // address:\tbytes\tmnemonic operands
    let text = String::from_utf8_lossy(&output.stdout);
    let lines = text
        .lines()
        .filter_map(|line| line.split('\t').nth(2)?.split_whitespace().next());
    Ok(lines.map(String::from).collect())
}

fn is_forbidden(guest: &Guest, mnemonic: &str) -> bool {
    let outside = FORBIDDEN.iter().any(|prefix| mnemonic.starts_with(prefix))
        || guest.target.prefix == PPC32.prefix && FORBIDDEN_32.contains(&mnemonic);
    outside
        && !ACCEPTED
            .iter()
            .any(|&(image, word, _)| image == guest.image && word == mnemonic)
}

/// Images that no row of [`GUESTS`] builds.
fn strays(bin: &Path) -> Result<Vec<String>, String> {
    let mut strays = Vec::new();
    for entry in fs::read_dir(bin).map_err(|why| format!("{}: {why}", bin.display()))? {
        let name = entry
            .map_err(|why| format!("{}: {why}", bin.display()))?
            .file_name();
        if name != "VERSION" && !GUESTS.iter().any(|guest| name == guest.image) {
            strays.push(format!("{}: no row of GUESTS builds it", name.display()));
        }
    }
    Ok(strays)
}

/// The tools whose versions decide the bytes of an image, one line each.
fn versions() -> Result<String, String> {
    let mut text = String::new();
    for target in TARGETS {
        for tool in ["gcc", "ld"] {
            let mut command = Command::new(format!("{}-{tool}", target.prefix));
            command.arg("--version");
            let output = tools::output(command, target.package)?;
            let first = String::from_utf8_lossy(&output.stdout)
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned();
            text.push_str(&format!("{}-{tool}: {first}\n", target.prefix));
        }
    }
    Ok(text)
}

fn size(file: &Path) -> Result<u64, String> {
    fs::metadata(file)
        .map(|data| data.len())
        .map_err(|why| format!("{}: {why}", file.display()))
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    fs::read(file).map_err(|why| format!("{}: {why}", file.display()))
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    fs::write(file, text).map_err(|why| format!("{}: {why}", file.display()))
}
