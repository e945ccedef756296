//! Facilities: which groups of instructions a CPU has.
//!
//! A row of the table names the facilities it needs ([`crate::Row::isa`]); a CPU is a set of facilities. A CPU has
//! an instruction if it has *all* the facilities of the row. Bits are as fine as the differences between CPUs that
//! matter here, and no finer.
//!
//! Sources for the sets: E500CORERM (e500v1/v2 core family reference manual, ch. 3), E500MCRM ch. 3, EREF 2.0
//! ch. 5, the 32-bit programming environments manual (PEM) §4.1.3, MPC750UM ch. 2, PPC405UM ch. 9, PPC440x5UM ch. 9,
//! Power ISA 2.07 and 3.0B appendix A–F, 3.1.
//!
//! Registers, timers and interrupts of a CPU are not described here.

use bitflags::bitflags;

bitflags! {
    /// A set of facilities, of a CPU or needed by an instruction.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct Isa: u64 {
        /// What every implementation has.
        const BASE = 1 << 0;
        /// 64-bit registers and instructions (Power ISA category 64-Bit).
        const PPC64 = 1 << 1;
        /// The operating environment of the PowerPC and of Book III-S, as opposed to Book E.
        const CLASSIC = 1 << 2;
        /// What 32-bit PowerPC and Book E have and 64-bit servers dropped (Power ISA 2.01): `rfi`, `mcrxr`, `dcbi`.
        const NON_SERVER = 1 << 3;
        /// The 64-bit operating environment (Book III-S): `rfid`, `mtmsrd`.
        const SERVER = 1 << 4;
        /// Hypervisor state of Book III-S: `hrfid`.
        const HV = 1 << 5;
        /// Book E and its successor Book III-E: `mbar`.
        const BOOKE = 1 << 6;
        /// `rfmci`, the return from Book E's own machine check interrupt (EREF 2.0 §5.4).
        const MACHINE_CHECK = 1 << 7;
        /// `rfdi`, the return from Book E's own debug interrupt (Power ISA category E.ED).
        const ENHANCED_DEBUG = 1 << 8;
        /// Locking of cache lines: `dcbtls` and its kin (Power ISA category E.CL).
        const CACHE_LOCK = 1 << 9;
        /// Device control registers: `mfdcr`, `mtdcr` (Power ISA category E.DC).
        const DCR = 1 << 10;
        /// `isel`.
        const ISEL = 1 << 11;
        /// `mftb` as an instruction of its own. The e500v2 takes an illegal instruction interrupt for it and reads
        /// the time base with `mfspr` (E500CORERM ch. 2 and 3).
        const MFTB = 1 << 12;
        /// `dcba`, optional in the PowerPC architecture (PEM 5.1.4).
        const DCBA = 1 << 13;
        /// `icbt`: of Book E, and since Power ISA 2.07 of servers.
        const ICBT = 1 << 14;
        /// `sync` with an L field. Every CPU but the e500v1/v2 has it, though the older ones ignore L.
        const SYNC_L = 1 << 15;
        /// `msync` of the e500v1/v2, which take an illegal instruction interrupt for `sync` with any L but 0.
        const MSYNC_ONLY = 1 << 16;
        /// `wait` in the encoding of Power ISA 2.06 (category Wait).
        const WAIT = 1 << 17;
        /// Added by version 2.01: `mfocrf`, `mtocrf`.
        const V2_01 = 1 << 18;
        /// Added by version 2.02: `popcntb`.
        const V2_02 = 1 << 19;
        /// Added by version 2.05: `lfdp`, hypervisor storage accesses.
        const V2_05 = 1 << 20;
        /// Added by version 2.06: `divwe`, `addg6s`, `lfiwzx`, …
        const V2_06 = 1 << 21;
        /// Added by version 2.07: `bctar`.
        const V2_07 = 1 << 22;
        /// Added by version 3.0.
        const V3_0 = 1 << 23;
        /// Floating point with registers of its own.
        const FP = 1 << 24;
        /// AltiVec, the Vector facility.
        const ALTIVEC = 1 << 25;
        /// Vector-scalar instructions.
        const VSX = 1 << 26;
        /// The signal processing engine of the e500v1/v2.
        const SPE = 1 << 27;
        /// Paired singles of the 750CL and its kin.
        const PAIRED = 1 << 28;
        /// What the 405 shares with Book E: `wrtee`, `rfci` (PPC405UM ch. 9).
        const EMBEDDED = 1 << 29;
        /// `eieio`, the barrier of everything but Book E.
        const EIEIO = 1 << 30;
        /// String accesses: `lswi` and its kin. The e500 family leaves them out (EREF 2.0 ch. 5).
        const STRING = 1 << 31;
        /// Segment registers: `mtsr` and its kin (PEM ch. 7); on the 970 as a bridge to the SLB.
        const SEGMENTS = 1 << 32;
        /// `tlbie` with RB, and L from version 2.00 on (PEM 8.2; Power ISA 2.01).
        const TLBIE_L = 1 << 33;
        /// Loads into the TLB by software: `tlbld`, `tlbli` (603e UM ch. 5).
        const TLB_LOAD = 1 << 34;
        /// External control: `eciwx`, `ecowx` (PEM 4.2.5).
        const EXTERNAL_CONTROL = 1 << 35;
        /// The TLB of the 4xx family, whose entries move word by word through GPRs: `tlbre`, `tlbwe`, `tlbsx`.
        const TLB_4XX = 1 << 36;
        /// Cache instructions of the 4xx family: `dccci`, `icread`.
        const CACHE_4XX = 1 << 37;
        /// Multiply-accumulate of the 4xx family, and `dlmzb`.
        const MAC = 1 << 38;
        /// `icbt` and `tlbia` of the 405, and that its `mftb` reads registers which `mfspr` does not reach (PPC405UM 2.9.3).
        const PPC405_ONLY = 1 << 39;
        /// The TLB of the e500 family, whose entries move through MAS registers (Power ISA category E.MF, EREF 2.0).
        const TLB_MAS = 1 << 40;
        /// Performance monitor registers: `mtpmr`, `mfpmr` (Power ISA category E.PM).
        const PMR = 1 << 41;
        /// External process ID: `lbepx` and its kin (Power ISA category E.PD).
        const EXTERNAL_PID = 1 << 42;
        /// Decorated storage: `lbdx` and its kin (Power ISA category DS).
        const DECORATED = 1 << 43;
        /// The embedded hypervisor: `ehpriv`, `rfgi`, `tlbilx` (Power ISA category E.HV).
        const GUEST = 1 << 44;
        /// Messages between processors: `msgsnd`, `msgclr` (Power ISA category E.PC; servers since 2.07).
        const DOORBELL = 1 << 45;
        /// `dcbzl` and, with `DCBA`, `dcbal`: the whole line even where `dcbz` is set to zero 32 bytes.
        const DCBZL = 1 << 46;
        /// Multithreading of the e6500 and what came with it: `mftmr`, `dcblq.`, `dni` (EREF 2.0 ch. 5).
        const THREADS = 1 << 47;
        /// Locking of branch target buffer entries: `bblels` (E500CORERM ch. 3).
        const BRANCH_LOCK = 1 << 48;
        /// Device control registers by a number in a GPR: `mfdcrx`, `mfdcrux` (Power ISA category E.DC).
        const DCRX = 1 << 49;
        /// The segment lookaside buffer of 64-bit servers: `slbie`.
        const SLB = 1 << 50;
        /// Added by version 3.1: `brd`, `setbc`, `pdepd`, …
        const V3_1 = 1 << 51;
        /// Comparison and parity of bytes: `cmpb`, `prtyw` (version 2.05, and the e5500).
        const CMPB = 1 << 52;
        /// Population counts of words, `bpermd`, reversed doublewords (version 2.06, and the e5500).
        const BIT_COUNT = 1 << 53;
        /// Reservations of bytes and halfwords: `lbarx` (version 2.07, and the e6500; phased in by 2.06, which the POWER7 does
        /// without: GNU binutils, GCC's `rs6000.h`).
        const BYTE_RESERVE = 1 << 54;
        /// What version 3.0 dropped from servers or gave other operands: `nap`, `tlbie` with RS, `icswx`.
        const BEFORE_V3_0 = 1 << 55;
        /// Transactional memory (Power ISA 2.07 Book II ch. 5).
        const TM = 1 << 56;
        /// Critical interrupts: `rfci`, of the 4xx, of Book E and of the e300 (E300CORERM ch. 5).
        const CRITICAL = 1 << 57;
        /// Double precision of SPE (`efd`; SPE PEM).
        const SPE_DOUBLE = 1 << 58;
        /// Quadword accesses as they were before version 2.07: the supervisor's (Power ISA 2.06 category LSQ).
        const SUPERVISOR_QUADWORD = 1 << 59;
    }
}

/// All of them together.
const fn all_of(sets: &[Isa]) -> Isa {
    let mut all = Isa::BASE;
    let mut i = 0;
    while i < sets.len() {
        all = all.union(sets[i]);
        i += 1;
    }
    all
}

impl Isa {
    /// The CPUs below by name, for tests and tools that go through all of them.
    pub const CPUS: [(&str, Isa); 19] = [
        ("e500v2", Isa::E500V2),
        ("e500mc", Isa::E500MC),
        ("750", Isa::PPC750),
        ("power9", Isa::POWER9),
        ("e5500", Isa::E5500),
        ("e6500", Isa::E6500),
        ("603", Isa::PPC603),
        ("405", Isa::PPC405),
        ("440", Isa::PPC440),
        ("464", Isa::PPC464),
        ("970", Isa::PPC970),
        ("power7", Isa::POWER7),
        ("power8", Isa::POWER8),
        ("power10", Isa::POWER10),
        ("e500v1", Isa::E500V1),
        ("e300", Isa::E300),
        ("750cl", Isa::PPC750CL),
        ("7410", Isa::PPC7410),
        ("7450", Isa::PPC7450),
    ];

    /// The e500v2 (E500CORERM ch. 3; it has `isel`, cache locking and SPE, and none of FP, `mftb`, `lwsync`, DCRs,
    /// strings).
    pub const E500V2: Isa = all_of(&[
        Isa::NON_SERVER,
        Isa::BOOKE,
        Isa::EMBEDDED,
        Isa::CRITICAL,
        Isa::MACHINE_CHECK,
        Isa::CACHE_LOCK,
        Isa::ISEL,
        Isa::DCBA,
        Isa::ICBT,
        Isa::MSYNC_ONLY,
        Isa::SPE,
        Isa::SPE_DOUBLE,
        Isa::TLB_MAS,
        Isa::PMR,
        Isa::BRANCH_LOCK,
    ]);

    /// The e500v1 (E500CORERM ch. 3): the e500v2 without SPE's double precision.
    pub const E500V1: Isa = Isa::E500V2.difference(Isa::SPE_DOUBLE);

    /// The e500mc (E500MCRM ch. 3, EREF 2.0 ch. 5): Power ISA 2.06 embedded, 32 bits, with floating point.
    pub const E500MC: Isa = all_of(&[
        Isa::NON_SERVER,
        Isa::BOOKE,
        Isa::EMBEDDED,
        Isa::CRITICAL,
        Isa::MACHINE_CHECK,
        Isa::ENHANCED_DEBUG,
        Isa::CACHE_LOCK,
        Isa::ISEL,
        Isa::MFTB,
        Isa::DCBA,
        Isa::ICBT,
        Isa::SYNC_L,
        Isa::WAIT,
        Isa::V2_01,
        Isa::FP,
        Isa::TLB_MAS,
        Isa::PMR,
        Isa::EXTERNAL_PID,
        Isa::DECORATED,
        Isa::GUEST,
        Isa::DOORBELL,
        Isa::DCBZL,
    ]);

    /// The e5500 (EREF 2.0 ch. 5): the e500mc with 64 bits. Which of the categories of version 2.05 and 2.06 it
    /// has is taken from EREF's chapter as a whole, for want of its own manual.
    pub const E5500: Isa = all_of(&[Isa::E500MC, Isa::PPC64, Isa::V2_02, Isa::CMPB, Isa::BIT_COUNT]);

    /// The e6500 (EREF 2.0 ch. 5): the e5500 with AltiVec and two threads.
    pub const E6500: Isa = all_of(&[Isa::E5500, Isa::ALTIVEC, Isa::BYTE_RESERVE, Isa::THREADS]);

    /// The MPC603e (603e UM ch. 2): the classic core without the 750's additions, and with software's TLB loads.
    pub const PPC603: Isa = all_of(&[Isa::PPC750, Isa::TLB_LOAD]);

    /// The e300 (E300CORERM ch. 3): the 603e with critical interrupts.
    pub const E300: Isa = all_of(&[Isa::PPC603, Isa::CRITICAL]);

    /// The 750CL (750CL UM ch. 2): the 750 with paired singles.
    pub const PPC750CL: Isa = all_of(&[Isa::PPC750, Isa::PAIRED]);

    /// The 7400 and 7410 (MPC7410UM ch. 2): the 750 with AltiVec and `dcba`.
    pub const PPC7410: Isa = all_of(&[Isa::PPC750, Isa::ALTIVEC, Isa::DCBA]);

    /// The 7450 family (MPC7450UM ch. 2), which also can search page tables in software.
    pub const PPC7450: Isa = all_of(&[Isa::PPC7410, Isa::TLB_LOAD]);

    /// The MPC750 (MPC750UM ch. 2), and the 604e. It has no `tlbia`.
    pub const PPC750: Isa = all_of(&[
        Isa::CLASSIC,
        Isa::EIEIO,
        Isa::NON_SERVER,
        Isa::MFTB,
        Isa::SYNC_L,
        Isa::FP,
        Isa::STRING,
        Isa::SEGMENTS,
        Isa::TLBIE_L,
        Isa::EXTERNAL_CONTROL,
    ]);

    /// The PPC405 (PPC405UM ch. 9).
    pub const PPC405: Isa = all_of(&[
        Isa::EIEIO,
        Isa::NON_SERVER,
        Isa::EMBEDDED,
        Isa::CRITICAL,
        Isa::DCR,
        Isa::MFTB,
        Isa::DCBA,
        Isa::SYNC_L,
        Isa::STRING,
        Isa::TLB_4XX,
        Isa::CACHE_4XX,
        Isa::MAC,
        Isa::PPC405_ONLY,
    ]);

    /// The PPC440x5 without an auxiliary processor (PPC440x5UM ch. 9): Book E, 32 bits, no floating point.
    pub const PPC440: Isa = all_of(&[
        Isa::NON_SERVER,
        Isa::BOOKE,
        Isa::EMBEDDED,
        Isa::CRITICAL,
        Isa::MACHINE_CHECK,
        Isa::DCR,
        Isa::ISEL,
        Isa::MFTB,
        Isa::DCBA,
        Isa::ICBT,
        Isa::SYNC_L,
        Isa::STRING,
        Isa::TLB_4XX,
        Isa::CACHE_4XX,
        Isa::MAC,
    ]);

    /// The PPC464: a 440 with indexed device control registers.
    pub const PPC464: Isa = all_of(&[Isa::PPC440, Isa::DCRX]);

    /// What every 64-bit server has from the 970 on.
    const SERVERS: Isa = all_of(&[
        Isa::PPC64,
        Isa::CLASSIC,
        Isa::EIEIO,
        Isa::SERVER,
        Isa::HV,
        Isa::MFTB,
        Isa::SYNC_L,
        Isa::STRING,
        Isa::SLB,
        Isa::V2_01,
        Isa::FP,
        Isa::ALTIVEC,
    ]);

    /// The 970 and 970FX (970FX UM ch. 2; Power ISA 2.01): hypervisor state, SLB, segment registers as a bridge to it.
    pub const PPC970: Isa = all_of(&[Isa::SERVERS, Isa::SEGMENTS, Isa::TLBIE_L, Isa::DCBZL]);

    /// What servers have from version 2.06 on.
    const SERVERS_V2_06: Isa = all_of(&[
        Isa::SERVERS,
        Isa::ISEL,
        Isa::V2_02,
        Isa::V2_05,
        Isa::V2_06,
        Isa::CMPB,
        Isa::BIT_COUNT,
        Isa::VSX,
    ]);

    /// The POWER7 (Power ISA 2.06).
    pub const POWER7: Isa = all_of(&[Isa::SERVERS_V2_06, Isa::BEFORE_V3_0, Isa::SUPERVISOR_QUADWORD]);

    /// What servers have from version 2.07 on.
    const SERVERS_V2_07: Isa = all_of(&[
        Isa::SERVERS_V2_06,
        Isa::BYTE_RESERVE,
        Isa::ICBT,
        Isa::V2_07,
        Isa::DOORBELL,
    ]);

    /// The POWER8 (Power ISA 2.07).
    pub const POWER8: Isa = all_of(&[Isa::SERVERS_V2_07, Isa::BEFORE_V3_0, Isa::TM]);

    /// The POWER9 (Power ISA 3.0B).
    pub const POWER9: Isa = all_of(&[Isa::SERVERS_V2_07, Isa::V3_0, Isa::TM]);

    /// The POWER10 (Power ISA 3.1).
    pub const POWER10: Isa = all_of(&[Isa::SERVERS_V2_07, Isa::V3_0, Isa::V3_1]);
}
