//! What others reach: figures that were measured once, by hand, on a machine of the kind that this project is built on.

/// Where the figures come from; the page says it with each table.
pub(crate) const SOURCE: &str = "measured on a machine of this kind, November 2026";

/// A peer and its figure.
pub(crate) type Peer = (&'static str, f64);

/// Guest MIPS, ppc32, geometric mean over sieve, crc32, memory copy, fib, CoreMark and Dhrystone.
pub(crate) const MIPS: [Peer; 5] = [
    ("qemu-ppc 7.2, recompiler", 2200.0),
    ("lazuli ppcjit, recompiler, its compile time left out", 640.0),
    ("Unicorn 2.1.4, recompiler, no hook", 171.0),
    ("QEMU TCI, interpreter", 83.0),
    ("psim, interpreter (59 to 67)", 63.0),
];

/// An SPR access that the host handles, in nanoseconds.
pub(crate) const SPR: [Peer; 6] = [
    ("Unicorn, code hook on that address", 9.6),
    ("Unicorn, interrupt hook; the host fetches and decodes", 87.0),
    ("Unicorn, stop and re-enter", 5480.0),
    ("qemu-system, mfspr DEC", 85.0),
    ("KVM on an x86 host (nested), I/O exit to user space", 9060.0),
    ("gdb stub: stop, read, write, continue", 180_000.0),
];

/// A fuzz or unit-test cycle: 64 KiB, four instructions, one trapped `mtspr`; in microseconds.
pub(crate) const LIFECYCLE: [Peer; 5] = [
    ("Unicorn C, context restore", 8.0),
    ("Unicorn C, new engine", 257.0),
    ("KVM, create and destroy", 384.0),
    ("psim process", 2000.0),
    ("qemu-ppc process", 10_000.0),
];

/// Decoding, in million instructions a second.
pub(crate) const DECODE: [Peer; 7] = [
    ("`ppc750cl`, opcode only", 98.0),
    ("`powerpc`, opcode only", 75.0),
    ("`powerpc`, with operands", 42.0),
    ("`powerpc`, text", 6.6),
    ("LLVM 14, text", 2.5),
    ("capstone 5, text", 1.1),
    ("objdump, text", 1.0),
];
