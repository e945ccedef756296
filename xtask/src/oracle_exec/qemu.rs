//! Instructions under QEMU's user-mode emulation.
//!
//! The program that executes them is `guests/oracle/exec.c`; it says what a record is.

use crate::vectors::run::{TARGETS, Target};
use crate::vectors::{FPR, Outcome, PC, REGISTERS, State, TAR, WINDOW_BYTES};
use ppc_decode::Isa;
use spr_exit::Msr;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// One of our targets, as QEMU and the compiler know it.
pub(crate) struct Emulator {
    pub(crate) target: &'static Target,
    qemu: &'static str,
    cpu: &'static str,
    compiler: &'static str,
    package: &'static str,
    flags: &'static [&'static str],
}

/// Where the program keeps its context. The instruction finds the address in r1.
pub(crate) const CONTEXT: u64 = 0x0180_0000;
/// Where instructions and the targets of branches may be.
pub(crate) const CODE: std::ops::Range<u64> = 0x30000..0x50000;

/// Positions in a record; the registers of [`State`] come first, PC last of them.
const TARGET: usize = 38;
const WORD: usize = 39;
const OUTCOME: usize = 40;
/// The instructions behind the first one.
const MORE: usize = 43;
const WORDS: usize = 48;
/// How many there can be at most.
pub(crate) const LONGEST: usize = 1 + WORDS - MORE;
/// Bytes of the floating-point registers behind them.
const FPR_BYTES: usize = 8 * (REGISTERS - FPR);

const SOFT: &[&str] = &["-mcpu=powerpc", "-msoft-float"];
const BIG: &[&str] = &["-mcpu=970", "-mabi=elfv2", "-mno-altivec", "-msoft-float"];
const LITTLE: &[&str] = &[
    "-mcpu=power8",
    "-mabi=elfv2",
    "-mno-vsx",
    "-mno-altivec",
    "-msoft-float",
];

#[rustfmt::skip]
const FLAGS: &[&str] = &[
    "-O2", "-ffreestanding", "-nostdlib", "-static", "-fno-pic", "-fno-stack-protector",
    "-fno-asynchronous-unwind-tables", "-fno-tree-loop-distribute-patterns", "-Wl,--build-id=none",
    "-Wl,--no-warn-rwx-segments",
    // Absolute branches have to reach it.
    "-Wl,-Ttext-segment=0x1000000",
];

/// QEMU's stand-ins for every target.
pub(crate) const EMULATORS: [Emulator; 13] = [
    emulator32(0, "e500v2"),
    emulator32(1, "e500mc"),
    emulator32(2, "750"),
    emulator64(3, "power9"),
    emulator64(4, "power9"),
    Emulator {
        target: &TARGETS[5],
        qemu: "qemu-ppc64le",
        cpu: "power9",
        compiler: "powerpc64le-linux-gnu-gcc",
        package: "gcc-powerpc64le-linux-gnu",
        flags: LITTLE,
    },
    emulator32(6, "405"),
    emulator32(7, "440epx"),
    emulator64(8, "970"),
    emulator32(9, "460ex"),
    emulator64(11, "power10"),
    emulator64(12, "power8"),
    emulator32(13, "603"),
];

const fn emulator32(target: usize, cpu: &'static str) -> Emulator {
    Emulator {
        target: &TARGETS[target],
        qemu: "qemu-ppc",
        cpu,
        compiler: "powerpc-linux-gnu-gcc",
        package: "gcc-powerpc-linux-gnu",
        flags: SOFT,
    }
}

const fn emulator64(target: usize, cpu: &'static str) -> Emulator {
    Emulator {
        target: &TARGETS[target],
        qemu: "qemu-ppc64",
        cpu,
        compiler: "powerpc64-linux-gnu-gcc",
        package: "gcc-powerpc64-linux-gnu",
        flags: BIG,
    }
}

/// SPRs that QEMU's user mode does not begin with as reset leaves them, where that can be seen: HID5 of the 970.
pub(crate) fn user_mode_sprs(target: &Target) -> BTreeMap<u16, u64> {
    match target.name {
        "970" => BTreeMap::from([(1014, 0x80)]),
        _ => BTreeMap::new(),
    }
}

/// An instruction to execute, or a sequence of them.
#[derive(Clone)]
pub(crate) struct Case {
    /// Up to [`LONGEST`].
    pub(crate) words: Vec<u32>,
    pub(crate) before: State,
    /// Where the last one goes if it is a branch that is taken.
    pub(crate) branch_target: Option<u64>,
}

/// What came of it.
pub(crate) type Answer = (State, Outcome);

/// A directory of our own for program and records, removed in the end.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Result<Self, String> {
        let path = std::env::temp_dir().join(format!("ppc-oracle-exec-{}", std::process::id()));
        fs::create_dir_all(&path).map_err(|why| format!("{}: {why}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Nothing depends on the files being gone.
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Emulator {
    /// Builds the program.
    pub(crate) fn build(&self, scratch: &Scratch) -> Result<(), String> {
        let xtask = std::env::var_os("CARGO_MANIFEST_DIR").ok_or("run this as `cargo xtask oracle exec`")?;
        let sources = Path::new(&xtask).with_file_name("guests").join("oracle");
        let mut gcc = Command::new(self.compiler);
        gcc.args(self.flags)
            .args(FLAGS)
            .arg(format!("-DFPU={}", u8::from(self.has_fpu())))
            .arg(format!("-DHAS_TAR={}", u8::from(self.target.has_tar())))
            .arg("-o")
            .arg(self.program(scratch));
        gcc.arg(sources.join("exec.c")).arg(sources.join("exec.S"));
        let output = gcc
            .output()
            .map_err(|why| missing(self.compiler, self.package, &why))?;
        if output.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }

    fn program(&self, scratch: &Scratch) -> PathBuf {
        scratch.0.join(format!("{}-{}", self.qemu, self.cpu))
    }

    /// Executes the cases.
    pub(crate) fn execute(&self, scratch: &Scratch, cases: &[Case]) -> Result<Vec<Answer>, String> {
        let mut answers = Vec::new();
        // A case that kills the program ends its answers; the next run begins behind it.
        while answers.len() < cases.len() {
            let rest = &cases[answers.len()..];
            let got = self.execute_until_death(scratch, rest)?;
            let is_dead = got.len() < rest.len();
            answers.extend(got);
            if is_dead {
                let case = &cases[answers.len()];
                answers.push((case.before.clone(), Outcome::Refused("kills QEMU")));
            }
        }
        Ok(answers)
    }

    fn execute_until_death(&self, scratch: &Scratch, cases: &[Case]) -> Result<Vec<Answer>, String> {
        let (input, output) = (scratch.0.join("cases"), scratch.0.join("answers"));
        let records: Vec<u8> = cases.iter().flat_map(|case| self.record(case)).collect();
        let file = |path: &Path, why: std::io::Error| format!("{}: {why}", path.display());
        fs::write(&input, records).map_err(|why| file(&input, why))?;
        let mut qemu = Command::new(self.qemu);
        qemu.args(["-cpu", self.cpu]);
        let socket = scratch.0.join("gdb");
        let is_narrow = self.target.model.is_64bit && !self.target.msr.contains(Msr::SF);
        if is_narrow {
            // Nothing is there in most cases.
            let _ = fs::remove_file(&socket);
            qemu.arg("-g").arg(&socket);
        }
        qemu.arg(self.program(scratch));
        qemu.stdin(File::open(&input).map_err(|why| file(&input, why))?);
        qemu.stdout(File::create(&output).map_err(|why| file(&output, why))?);
        qemu.stderr(Stdio::piped());
        let child = qemu.spawn();
        let mut child = child.map_err(|why| missing(self.qemu, "qemu-user", &why))?;
        // Held until it ends: it reports its first signal there, and a closed socket would kill it.
        let _stub = if is_narrow {
            let stub = leave_64_bit_mode(&socket);
            if stub.is_err() {
                // It waits for us, for ever.
                let _ = child.kill();
            }
            Some(stub.map_err(|why| format!("the GDB stub of {}: {why}", self.qemu))?)
        } else {
            None
        };
        // It may die, and then says so there.
        let result = child
            .wait_with_output()
            .map_err(|why| missing(self.qemu, "qemu-user", &why))?;
        if let Some(code @ 1..) = result.status.code() {
            return Err(format!(
                "{} ended with {code}: {}",
                self.qemu,
                String::from_utf8_lossy(&result.stderr)
            ));
        }
        let bytes = fs::read(&output).map_err(|why| file(&output, why))?;
        let size = WORDS * self.word_bytes() + FPR_BYTES + WINDOW_BYTES;
        Ok(cases
            .iter()
            .zip(bytes.chunks_exact(size))
            .map(|(case, record)| self.answer(case, record))
            .collect())
    }

    fn has_fpu(&self) -> bool {
        self.target.model.isa.contains(Isa::FP)
    }

    fn word_bytes(&self) -> usize {
        if self.target.model.is_64bit { 8 } else { 4 }
    }

    fn record(&self, case: &Case) -> Vec<u8> {
        let mut words = [0; WORDS];
        words[..=PC].copy_from_slice(&case.before.regs[..=PC]);
        words[1] = CONTEXT;
        words[TARGET] = case.branch_target.unwrap_or_default();
        for (place, word) in [WORD].into_iter().chain(MORE..).zip(&case.words) {
            words[place] = (*word).into();
        }
        words[OUTCOME] = u64::MAX;
        let mut bytes = Vec::with_capacity(WORDS * 8 + FPR_BYTES + WINDOW_BYTES);
        for word in words {
            if self.target.is_little_endian() {
                bytes.extend(word.to_le_bytes());
            } else {
                bytes.extend(&word.to_be_bytes()[8 - self.word_bytes()..]);
            }
        }
        for register in &case.before.regs[FPR..] {
            if self.target.is_little_endian() {
                bytes.extend(register.to_le_bytes());
            } else {
                bytes.extend(register.to_be_bytes());
            }
        }
        bytes.extend(case.before.window);
        bytes
    }

    fn answer(&self, case: &Case, record: &[u8]) -> Answer {
        let (words, rest) = record.split_at(WORDS * self.word_bytes());
        let (fprs, window) = rest.split_at(FPR_BYTES);
        let numbers = |bytes: &[u8], size: usize| -> Vec<u64> {
            let number = |bytes: &[u8]| {
                let number = bytes
                    .iter()
                    .fold(0, |number, byte| number << 8 | u64::from(*byte));
                if self.target.is_little_endian() {
                    number.swap_bytes()
                } else {
                    number
                }
            };
            bytes.chunks_exact(size).map(number).collect()
        };
        let words = numbers(words, self.word_bytes());
        let mut after = case.before.clone();
        after.window.copy_from_slice(window);
        let refused = |name| (after.clone(), Outcome::Refused(name));
        match words[OUTCOME] {
            // ILL_PRVOPC, ILL_PRVREG.
            0x5_0104 | 0x6_0104 => return refused("privileged"),
            outcome if outcome & 0xffff == 0x104 => return refused("illegal"),
            outcome if outcome & 0xffff == 0x105 => return refused("trap"),
            outcome if outcome & 0xffff == 0x107 => return refused("alignment"),
            outcome if outcome & 0xffff == 0x10b => return refused("mmio"),

            0 | 1 => {}
            _ => return refused("an unexpected signal"),
        }
        let r1 = after.regs[1];
        after.regs[..=PC].copy_from_slice(&words[..=PC]);
        after.regs[FPR..].copy_from_slice(&numbers(fprs, 8));
        // It is the program's own: cases neither read nor write it.
        after.regs[1] = r1;
        if !self.target.has_tar() {
            after.regs[TAR] = case.before.regs[TAR];
        }
        after.regs[PC] = match (words[OUTCOME], case.branch_target) {
            (1, Some(target)) => target,
            _ => case.before.regs[PC] + 4 * case.words.len() as u64,
        };
        (after, Outcome::Done)
    }
}

/// Lets a program that waits for a debugger go on with MSR\[SF\] = 0. User mode has no instruction for that; a debugger
/// may write the register. The program's own addresses are low, so that it does not notice.
fn leave_64_bit_mode(socket: &Path) -> std::io::Result<UnixStream> {
    let mut tries = 0;
    let mut stub = loop {
        match UnixStream::connect(socket) {
            Ok(stub) => break stub,
            Err(why) if tries == 500 => return Err(why),
            Err(_) => tries += 1,
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    stub.set_read_timeout(Some(Duration::from_secs(10)))?;
    // The stub takes requests for single registers from those alone who have read what there is.
    ask(&mut stub, "qXfer:features:read:target.xml:0,ffb")?;
    // Register 65 of GDB's numbering is the MSR.
    let msr = ask(&mut stub, "p41")?;
    let msr = u64::from_str_radix(&msr, 16).map_err(std::io::Error::other)?;
    let narrow = msr & !Msr::SF.bits();
    for request in [format!("P41={narrow:016x}"), "D".into()] {
        let answer = ask(&mut stub, &request)?;
        if answer != "OK" {
            return Err(std::io::Error::other(format!("`{answer}` for {request}")));
        }
    }
    stub.shutdown(Shutdown::Write)?;
    Ok(stub)
}

/// One request and its answer in GDB's remote protocol: `$TEXT#SUM`, acknowledged by `+`.
fn ask(stub: &mut UnixStream, request: &str) -> std::io::Result<String> {
    let sum = request.bytes().fold(0, u8::wrapping_add);
    write!(stub, "${request}#{sum:02x}")?;
    let mut answer = Vec::new();
    let mut byte = [0];
    while answer.len() < 3 || answer[answer.len() - 3] != b'#' {
        stub.read_exact(&mut byte)?;
        // Nothing but acknowledgements comes before the answer.
        if !answer.is_empty() || byte == *b"$" {
            answer.push(byte[0]);
        }
    }
    stub.write_all(b"+")?;
    Ok(String::from_utf8_lossy(&answer[1..answer.len() - 3]).into_owned())
}

fn missing(tool: &str, package: &str, why: &std::io::Error) -> String {
    if why.kind() == ErrorKind::NotFound {
        format!("{tool} is missing; on Debian: apt-get install {package}")
    } else {
        format!("{tool}: {why}")
    }
}
