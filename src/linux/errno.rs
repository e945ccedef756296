//! Error numbers and signals, as powerpc has them (`asm-generic/errno-base.h`, `asm-generic/errno.h`,
//! `arch/powerpc/include/uapi/asm/signal.h`).

/// Why a system call fails: what r3 gives to the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errno(pub u16);

macro_rules! errnos {
    ($($name:ident = $number:literal;)*) => {
        #[allow(missing_docs, reason = "the kernel's names")]
        impl Errno {
            $(pub const $name: Self = Self($number);)*
        }
    };
}

errnos! {
    EPERM = 1;
    ENOENT = 2;
    ESRCH = 3;
    EIO = 5;
    EBADF = 9;
    EAGAIN = 11;
    ENOMEM = 12;
    EACCES = 13;
    EFAULT = 14;
    EEXIST = 17;
    ENODEV = 19;
    ENOTDIR = 20;
    EISDIR = 21;
    EINVAL = 22;
    EMFILE = 24;
    ENOTTY = 25;
    ESPIPE = 29;
    EROFS = 30;
    ERANGE = 34;
    ENAMETOOLONG = 36;
    ENOSYS = 38;
    ENOTEMPTY = 39;
    EOVERFLOW = 75;
    ETIMEDOUT = 110;
}

/// A signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal(pub u8);

/// The numbers that have names, from 1.
const NAMES: [&str; 31] = [
    "SIGHUP",
    "SIGINT",
    "SIGQUIT",
    "SIGILL",
    "SIGTRAP",
    "SIGABRT",
    "SIGBUS",
    "SIGFPE",
    "SIGKILL",
    "SIGUSR1",
    "SIGSEGV",
    "SIGUSR2",
    "SIGPIPE",
    "SIGALRM",
    "SIGTERM",
    "SIGSTKFLT",
    "SIGCHLD",
    "SIGCONT",
    "SIGSTOP",
    "SIGTSTP",
    "SIGTTIN",
    "SIGTTOU",
    "SIGURG",
    "SIGXCPU",
    "SIGXFSZ",
    "SIGVTALRM",
    "SIGPROF",
    "SIGWINCH",
    "SIGIO",
    "SIGPWR",
    "SIGSYS",
];

#[allow(missing_docs, reason = "the kernel's names")]
impl Signal {
    pub const ILL: Self = Self(4);
    pub const TRAP: Self = Self(5);
    pub const BUS: Self = Self(7);
    pub const KILL: Self = Self(9);
    pub const SEGV: Self = Self(11);
    pub const CHLD: Self = Self(17);
    pub const CONT: Self = Self(18);
    pub const STOP: Self = Self(19);
    pub const TTOU: Self = Self(22);
    pub const URG: Self = Self(23);
    pub const WINCH: Self = Self(28);
    /// The last one.
    pub const LAST: u8 = 64;

    /// Its name; real-time signals have none of their own.
    pub fn name(self) -> &'static str {
        usize::from(self.0)
            .checked_sub(1)
            .and_then(|n| NAMES.get(n))
            .unwrap_or(&"a real-time signal")
    }

    /// Its bit in a set of signals.
    pub fn bit(self) -> u64 {
        1 << ((self.0 - 1) & 63)
    }

    /// Whether a process that says nothing about it goes on: what is ignored by default, and what stops a process, for
    /// nobody could wake it here.
    pub fn is_harmless(self) -> bool {
        matches!(self, Self::CHLD | Self::CONT | Self::URG | Self::WINCH) || (19..=22).contains(&self.0)
    }
}
