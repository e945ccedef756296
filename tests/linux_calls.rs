//! System calls one by one, against the kernel's side alone: what they write, what they refuse, and that no argument
//! brings them down.

use ppc_cpu::Memory;
use ppc_emu::linux::{
    Abi, Answer, Args, CALLS, Clock, Errno, Files, Fixed, Kernel, Leave, Random, Signals, Space, Stream,
    Streams, World,
};
use proptest::prelude::*;
use std::io;

const BASE: u64 = 0x1000_0000;
const LEN: u64 = 1 << 20;
/// What the program has of its own.
const OWN: u64 = 0x1_0000;

const PPC32: Abi = Abi {
    is_64bit: false,
    is_little_endian: false,
};
const PPC64: Abi = Abi {
    is_64bit: true,
    is_little_endian: false,
};
const PPC64LE: Abi = Abi {
    is_64bit: true,
    is_little_endian: true,
};

/// Streams of a test: what was written, and the same input for ever.
#[derive(Default)]
struct Tape {
    output: Vec<u8>,
    notes: usize,
}

impl Streams for Tape {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let len = bytes.len().min(5);
        bytes[..len].copy_from_slice(&b"input"[..len]);
        Ok(len)
    }

    fn write(&mut self, _: Stream, bytes: &[u8]) -> io::Result<()> {
        self.output.extend(bytes);
        Ok(())
    }

    fn is_terminal(&self, stream: Stream) -> bool {
        stream == Stream::Error
    }

    fn note(&mut self, _: &str) -> io::Result<()> {
        self.notes += 1;
        Ok(())
    }
}

struct Process {
    kernel: Kernel,
    memory: Memory,
    tape: Tape,
    ticks: u64,
}

impl Process {
    fn new(abi: Abi) -> Self {
        let mut memory = Memory::new();
        memory.add_ram(BASE, LEN).expect("it is alone");
        let mut space = Space::new(abi, BASE, BASE + LEN);
        assert!(space.load(BASE, BASE + OWN));
        let kernel = Kernel {
            abi,
            is_elf_v2: false,
            space,
            files: Files::new(&[env!("CARGO_TARGET_TMPDIR").into()]).expect("cargo made it"),
            signals: Signals::default(),
            clock: Clock::Virtual,
            random: Random::new(0),
            path: b"/program".to_vec(),
            name: [0; 16],
            umask: 0,
        };
        Self {
            kernel,
            memory,
            tape: Tape::default(),
            ticks: 0,
        }
    }

    fn answer(&mut self, name: &str, registers: [u64; 6]) -> Answer {
        let row = CALLS.iter().find(|row| row.name == name).expect("there is one");
        let mut world = World {
            memory: &mut self.memory,
            streams: &mut self.tape,
            ticks: self.ticks,
            slept: 0,
        };
        let args = Args {
            registers,
            abi: self.kernel.abi,
        };
        let answer = self.kernel.call(&mut world, row.number.into(), args);
        self.ticks = self.ticks.saturating_add(world.slept);
        answer
    }

    fn call<const N: usize>(&mut self, name: &str, args: [u64; N]) -> Result<u64, Errno> {
        let mut registers = [0; 6];
        registers[..N].copy_from_slice(&args);
        match self.answer(name, registers) {
            Ok(value) => Ok(value),
            Err(Leave::Errno(errno)) => Err(errno),
            Err(other) => unreachable!("{name}: {other:?}"),
        }
    }

    fn number(&self, address: u64, width: usize) -> u64 {
        self.kernel
            .space
            .read_number(&self.memory, address, width)
            .expect("it is mapped")
    }

    fn put(&mut self, address: u64, bytes: &[u8]) {
        self.kernel
            .space
            .write(&mut self.memory, address, bytes)
            .expect("it is mapped");
    }
}

#[test]
fn clocks_begin_at_a_fixed_date_and_go_on_with_the_time_base() {
    for (abi, width) in [(PPC32, 4), (PPC64, 8), (PPC64LE, 8)] {
        let mut p = Process::new(abi);
        p.ticks = 512_000_000 + 256;
        assert_eq!(p.call("clock_gettime", [0, BASE]), Ok(0));
        assert_eq!(p.number(BASE, width), 1_000_000_001);
        assert_eq!(p.number(BASE + width as u64, width), 500);
        assert_eq!(p.call("clock_gettime", [1, BASE]), Ok(0));
        assert_eq!(p.number(BASE, width), 1);
        assert_eq!(p.call("time", [BASE + 64]), Ok(1_000_000_001));
        assert_eq!(p.number(BASE + 64, width), 1_000_000_001);
        assert_eq!(p.call("clock_gettime", [99, BASE]), Err(Errno::EINVAL));
        assert_eq!(p.call("clock_gettime", [0, 0]), Err(Errno::EFAULT));
    }
    let mut p = Process::new(PPC32);
    assert_eq!(p.call("clock_gettime64", [0, BASE]), Ok(0));
    assert_eq!((p.number(BASE, 8), p.number(BASE + 8, 8)), (1_000_000_000, 0));
}

#[test]
fn who_sleeps_moves_the_time_base() {
    let mut p = Process::new(PPC32);
    p.put(BASE, &[0, 0, 0, 2, 0, 0, 0, 0]);
    assert_eq!(p.call("nanosleep", [BASE, 0]), Ok(0));
    assert_eq!(p.ticks, 2 * 512_000_000);
    // TIMER_ABSTIME: the third second of the monotonic clock.
    p.put(BASE, &[0, 0, 0, 3, 0, 0, 0, 0]);
    assert_eq!(p.call("clock_nanosleep", [1, 1, BASE, 0]), Ok(0));
    assert_eq!(p.ticks, 3 * 512_000_000);
    p.put(BASE, &[0, 0, 0, 0, 0xff, 0, 0, 0]);
    assert_eq!(p.call("nanosleep", [BASE, 0]), Err(Errno::EINVAL));
    p.put(BASE, &[0x80, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(p.call("nanosleep", [BASE, 0]), Err(Errno::EINVAL));
}

#[test]
fn the_system_says_what_it_is_in_the_width_of_the_program() {
    for (abi, machine, total) in [
        (PPC32, &b"ppc\0"[..], (16, 4)),
        (PPC64, b"ppc64\0", (32, 8)),
        (PPC64LE, b"ppc64le\0", (32, 8)),
    ] {
        let mut p = Process::new(abi);
        assert_eq!(p.call("uname", [BASE]), Ok(0));
        let mut bytes = [0; 6 * 65];
        p.kernel.space.read(&p.memory, BASE, &mut bytes).unwrap();
        assert!(bytes.starts_with(b"Linux\0") && bytes[4 * 65..].starts_with(machine));
        assert_eq!(p.call("sysinfo", [BASE]), Ok(0));
        assert_eq!(p.number(BASE + total.0, total.1), LEN);
        assert_eq!(p.call("ugetrlimit", [7, BASE]), Ok(0));
        assert_eq!(p.number(BASE, abi.word()), 1024);
        assert_eq!(p.call("prlimit64", [0, 3, 0, BASE]), Ok(0));
        assert_eq!((p.number(BASE, 8), p.number(BASE + 8, 8)), (LEN / 4, u64::MAX));
        assert_eq!(p.call("prlimit64", [0, 99, 0, BASE]), Err(Errno::EINVAL));
    }
}

#[test]
fn a_pipe_and_a_terminal_are_told_apart() {
    let mut p = Process::new(PPC32);
    for (fd, mode) in [(0, 0o010_600), (1, 0o010_600), (2, 0o020_620)] {
        assert_eq!(p.call("fstat64", [fd, BASE]), Ok(0));
        assert_eq!(p.number(BASE + 16, 4), mode, "{fd}");
    }
    assert_eq!(p.call("ioctl", [1, 0x402c_7413, BASE]), Err(Errno::ENOTTY));
    assert_eq!(p.call("ioctl", [2, 0x402c_7413, BASE]), Ok(0));
    assert_eq!(p.call("ioctl", [2, 0x4008_7468, BASE]), Ok(0));
    assert_eq!((p.number(BASE, 2), p.number(BASE + 2, 2)), (24, 80));
}

#[test]
fn the_link_of_a_process_to_itself_leads_to_its_program() {
    let mut p = Process::new(PPC64);
    p.put(BASE, b"/proc/self/exe\0");
    assert_eq!(p.call("readlink", [BASE, BASE + 100, 100]), Ok(8));
    assert_eq!(p.number(BASE + 100, 8), u64::from_be_bytes(*b"/program"));
    let current = u64::from((-100_i32).cast_unsigned());
    assert_eq!(p.call("readlinkat", [current, BASE, BASE + 100, 3]), Ok(3));
    assert_eq!(p.call("readlink", [BASE, BASE + 100, 0]), Err(Errno::EINVAL));
}

#[test]
fn nothing_of_the_hosts_is_written() {
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("read-only.txt");
    std::fs::write(&file, "kept").unwrap();
    let mut p = Process::new(PPC32);
    p.put(BASE, format!("{}\0", file.display()).as_bytes());
    for flags in [1, 2, 0o101, 0o1002] {
        assert_eq!(p.call("open", [BASE, flags, 0]), Err(Errno::EROFS), "{flags:o}");
    }
    assert_eq!(p.call("access", [BASE, 4]), Ok(0));
    assert_eq!(p.call("access", [BASE, 2]), Err(Errno::EROFS));
    assert_eq!(p.call("open", [BASE, 0, 0]), Ok(3));
    assert_eq!(p.call("write", [3, BASE, 1]), Err(Errno::EBADF));
    // A shared mapping of it that could be stored to.
    assert_eq!(p.call("mmap", [0, 4096, 3, 1, 3, 0]), Err(Errno::EACCES));
    let at = p.call("mmap2", [0, 4096, 1, 1, 3, 0]).unwrap();
    assert_eq!(p.number(at, 4), u64::from(u32::from_be_bytes(*b"kept")));
    assert_eq!(std::fs::read(&file).unwrap(), b"kept");
}

#[test]
fn descriptors_run_out_before_the_host_does() {
    let mut p = Process::new(PPC32);
    let mut last = Ok(0);
    for _ in 0..2000 {
        last = p.call("dup", [1]);
    }
    assert_eq!(last, Err(Errno::EMFILE));
    assert_eq!(p.call("dup2", [1, 5000]), Err(Errno::EBADF));
    assert_eq!(p.call("fcntl", [1, 0, 5000]), Err(Errno::EMFILE));
}

#[test]
fn nobody_else_gets_a_signal() {
    let mut p = Process::new(PPC32);
    for (name, args) in [
        ("kill", [1, 9, 0]),
        ("tkill", [999, 9, 0]),
        ("tgkill", [1000, 999, 9]),
    ] {
        assert_eq!(p.call(name, args), Err(Errno::ESRCH), "{name}");
    }
    assert_eq!(p.call("tgkill", [1000, 1000, 9]), Ok(0));
    assert!(p.kernel.signals.take().is_some());
}

#[test]
fn mappings_run_out_before_the_host_does() {
    let mut p = Process::new(PPC64);
    let mut given = 0;
    while let Ok(at) = p.kernel.space.map(&mut p.memory, 0, 4096, Fixed::No) {
        assert!(at >= BASE && at + 4096 <= BASE + LEN);
        given += 4096;
    }
    assert!(given < LEN);
    assert_eq!(p.kernel.space.free_bytes(), 4096, "the page before the stack");
}

/// Arguments that calls are asked about: addresses inside, at the edges and outside, small numbers, flags, and all.
fn argument() -> impl Strategy<Value = u64> {
    prop_oneof![
        3 => 0..16_u64,
        3 => BASE..BASE + OWN,
        2 => (BASE..BASE + LEN).prop_map(|at| at & !0xfff),
        1 => prop::sample::select(vec![
            0x1000, 0x2000, 0x22, 0x32, 0x10_0022, BASE + OWN - 1, BASE + LEN - 1, BASE + LEN, 1000, u64::MAX,
            0xffff_ffff, 0x8000_0000, 0x7fff_ffff, 1 << 63, 0xffff_ff9c,
        ]),
        1 => any::<u64>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_sequence_of_calls_brings_the_kernel_down(
        abi in prop::sample::select(vec![PPC32, PPC64, PPC64LE]),
        content in prop::collection::vec(any::<u64>(), 0..40),
        calls in prop::collection::vec((0..CALLS.len(), prop::array::uniform6(argument())), 1..40),
    ) {
        let mut p = Process::new(abi);
        for (n, word) in content.iter().enumerate() {
            p.put(BASE + 32 * n as u64, &word.to_be_bytes());
        }
        for (row, registers) in calls {
            let answer = p.answer(CALLS[row].name, registers);
            if let Err(Leave::Errno(errno)) = answer {
                prop_assert!((1..4096).contains(&errno.0));
            }
            p.tape.output.clear();
            p.kernel.signals.take();
        }
        prop_assert!(p.kernel.space.free_bytes() <= LEN);
    }
}
