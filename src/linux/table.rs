//! The system calls there are: number, name, ABI, function.
//!
//! Numbers: `arch/powerpc/kernel/syscalls/syscall.tbl`, the same for 32- and 64-bit programs where both have a call.

use super::abi::{Abi, Args};
use super::calls::{files, info, io, memory, process, signals, time};
use super::{Answer, Kernel, World};

/// Which programs have a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// All.
    Both,
    /// 32-bit ones.
    Bits32,
    /// 64-bit ones.
    Bits64,
}

/// A system call.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its number.
    pub number: u16,
    /// Its name.
    pub name: &'static str,
    /// Who has it.
    pub programs: For,
    /// What it does.
    pub call: fn(&mut Kernel, &mut World<'_>, Args) -> Answer,
}

/// The call that has this number in programs of `abi`.
pub fn row(abi: Abi, number: u64) -> Option<&'static Row> {
    let other = if abi.is_64bit { For::Bits32 } else { For::Bits64 };
    let first = CALLS.partition_point(|row| u64::from(row.number) < number);
    let same = CALLS[first..]
        .iter()
        .take_while(|row| u64::from(row.number) == number);
    same.into_iter().find(|row| row.programs != other)
}

macro_rules! calls {
    ($($number:literal $name:ident $programs:ident $call:path;)*) => {
        /// Every call, by number.
        pub static CALLS: &[Row] = &[
            $(Row { number: $number, name: stringify!($name), programs: For::$programs, call: $call },)*
        ];
    };
}

#[rustfmt::skip]
calls! {
      1 exit                    Both   process::exit;
      3 read                    Both   io::read;
      4 write                   Both   io::write;
      5 open                    Both   files::open;
      6 close                   Both   files::close;
     13 time                    Both   time::time;
     19 lseek                   Both   files::lseek;
     20 getpid                  Both   process::getpid;
     24 getuid                  Both   process::getid;
     33 access                  Both   files::access;
     37 kill                    Both   signals::kill;
     41 dup                     Both   files::dup;
     43 times                   Both   time::times;
     45 brk                     Both   memory::brk;
     47 getgid                  Both   process::getid;
     49 geteuid                 Both   process::getid;
     50 getegid                 Both   process::getid;
     54 ioctl                   Both   io::ioctl;
     55 fcntl                   Both   files::fcntl;
     60 umask                   Both   process::umask;
     63 dup2                    Both   files::dup2;
     64 getppid                 Both   process::getppid;
     76 getrlimit               Bits32 info::old_getrlimit;
     76 getrlimit               Bits64 info::getrlimit;
     77 getrusage               Both   time::getrusage;
     78 gettimeofday            Both   time::gettimeofday;
     85 readlink                Both   files::readlink;
     90 mmap                    Both   memory::mmap;
     91 munmap                  Both   memory::munmap;
    106 stat                    Both   files::stat;
    107 lstat                   Both   files::lstat;
    108 fstat                   Both   files::fstat;
    116 sysinfo                 Both   info::sysinfo;
    122 uname                   Both   info::uname;
    125 mprotect                Both   memory::mprotect;
    140 _llseek                 Both   files::llseek;
    145 readv                   Both   io::readv;
    146 writev                  Both   io::writev;
    158 sched_yield             Both   process::nothing;
    162 nanosleep               Both   time::nanosleep;
    163 mremap                  Both   memory::mremap;
    171 prctl                   Both   process::prctl;
    172 rt_sigreturn            Both   signals::rt_sigreturn;
    173 rt_sigaction            Both   signals::rt_sigaction;
    174 rt_sigprocmask          Both   signals::rt_sigprocmask;
    175 rt_sigpending           Both   signals::rt_sigpending;
    179 pread64                 Both   io::pread64;
    182 getcwd                  Both   files::getcwd;
    185 sigaltstack             Both   signals::sigaltstack;
    190 ugetrlimit              Both   info::getrlimit;
    192 mmap2                   Bits32 memory::mmap2;
    195 stat64                  Bits32 files::stat64;
    196 lstat64                 Bits32 files::stat64;
    197 fstat64                 Bits32 files::fstat64;
    204 fcntl64                 Bits32 files::fcntl;
    205 madvise                 Both   memory::madvise;
    207 gettid                  Both   process::getpid;
    208 tkill                   Both   signals::tkill;
    221 futex                   Both   process::futex;
    223 sched_getaffinity       Both   process::sched_getaffinity;
    232 set_tid_address         Both   process::getpid;
    234 exit_group              Both   process::exit;
    246 clock_gettime           Both   time::clock_gettime;
    247 clock_getres            Both   time::clock_getres;
    248 clock_nanosleep         Both   time::clock_nanosleep;
    250 tgkill                  Both   signals::tgkill;
    286 openat                  Both   files::openat;
    291 fstatat64               Bits32 files::newfstatat;
    291 newfstatat              Bits64 files::newfstatat;
    296 readlinkat              Both   files::readlinkat;
    298 faccessat               Both   files::faccessat;
    300 set_robust_list         Both   process::set_robust_list;
    316 dup3                    Both   files::dup3;
    325 prlimit64               Both   info::prlimit64;
    359 getrandom               Both   info::getrandom;
    383 statx                   Both   files::statx;
    387 rseq                    Both   process::absent;
    403 clock_gettime64         Bits32 time::clock_gettime64;
    406 clock_getres_time64     Bits32 time::clock_getres64;
    407 clock_nanosleep_time64  Bits32 time::clock_nanosleep64;
    422 futex_time64            Bits32 process::futex;
    439 faccessat2              Both   files::faccessat;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_and_no_program_has_one_twice() {
        for pair in CALLS.windows(2) {
            let (a, b) = (&pair[0], &pair[1]);
            let is_split = a.programs == For::Bits32 && b.programs == For::Bits64;
            assert!(
                a.number < b.number || a.number == b.number && is_split,
                "{}",
                b.name
            );
        }
    }

    #[test]
    fn a_number_means_what_it_means_in_the_programs_abi() {
        let abi = |is_64bit| Abi {
            is_64bit,
            is_little_endian: false,
        };
        assert_eq!(row(abi(false), 291).map(|r| r.name), Some("fstatat64"));
        assert_eq!(row(abi(true), 291).map(|r| r.name), Some("newfstatat"));
        assert!(row(abi(true), 192).is_none());
        assert!(row(abi(true), 1 << 32 | 4).is_none());
    }
}
