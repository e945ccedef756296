//! Facilities: which groups of instructions a CPU has.
//!
//! A row of the table names the facilities it needs ([`crate::Row::isa`]); a CPU is a set of facilities. A CPU has
//! an instruction if it has *all* the facilities of the row. Bits are as fine as the differences between CPUs that
//! matter here, and no finer.
//!
//! Sources for the sets: E500CORERM (e500v1/v2 core family reference manual, ch. 3), E500MCRM ch. 3, EREF 2.0
//! ch. 5, the 32-bit programming environments manual (PEM) §4.1.3, MPC750UM ch. 2, Power ISA 3.0B appendix A–F.
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
        /// The operating environment of the PowerPC and of Book III-S, as opposed to Book E: `eieio`.
        const CLASSIC = 1 << 2;
        /// What 32-bit PowerPC and Book E have and 64-bit servers dropped (Power ISA 2.01): `rfi`, `mcrxr`, `dcbi`.
        const NON_SERVER = 1 << 3;
        /// The 64-bit operating environment (Book III-S): `rfid`, `mtmsrd`.
        const SERVER = 1 << 4;
        /// Hypervisor state of Book III-S: `hrfid`.
        const HV = 1 << 5;
        /// Book E and its successor Book III-E: `wrtee`, `rfci`, `mbar`.
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
        /// Added by version 2.05: `cmpb`, parity, hypervisor storage accesses.
        const V2_05 = 1 << 20;
        /// Added by version 2.06: `bpermd`, `divwe`, byte and halfword reservations, …
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
    }
}

impl Isa {
    /// The CPUs below by name, for tests and tools that go through all of them.
    pub const CPUS: [(&str, Isa); 4] = [
        ("e500v2", Isa::E500V2),
        ("e500mc", Isa::E500MC),
        ("750", Isa::PPC750),
        ("power9", Isa::POWER9),
    ];

    /// The e500v2 (E500CORERM ch. 3; it has `isel`, cache locking and SPE, and none of FP, `mftb`, `lwsync`, DCRs).
    pub const E500V2: Isa = Isa::BASE
        .union(Isa::NON_SERVER)
        .union(Isa::BOOKE)
        .union(Isa::MACHINE_CHECK)
        .union(Isa::CACHE_LOCK)
        .union(Isa::ISEL)
        .union(Isa::DCBA)
        .union(Isa::ICBT)
        .union(Isa::MSYNC_ONLY)
        .union(Isa::SPE);

    /// The e500mc (E500MCRM ch. 3, EREF 2.0 ch. 5): Power ISA 2.06 embedded, 32 bits, with floating point.
    pub const E500MC: Isa = Isa::BASE
        .union(Isa::NON_SERVER)
        .union(Isa::BOOKE)
        .union(Isa::MACHINE_CHECK)
        .union(Isa::ENHANCED_DEBUG)
        .union(Isa::CACHE_LOCK)
        .union(Isa::ISEL)
        .union(Isa::MFTB)
        .union(Isa::DCBA)
        .union(Isa::ICBT)
        .union(Isa::SYNC_L)
        .union(Isa::WAIT)
        .union(Isa::V2_01)
        .union(Isa::FP);

    /// The MPC750 (MPC750UM ch. 2).
    pub const PPC750: Isa = Isa::BASE
        .union(Isa::CLASSIC)
        .union(Isa::NON_SERVER)
        .union(Isa::MFTB)
        .union(Isa::SYNC_L)
        .union(Isa::FP);

    /// The POWER9 (Power ISA 3.0B).
    pub const POWER9: Isa = Isa::BASE
        .union(Isa::PPC64)
        .union(Isa::CLASSIC)
        .union(Isa::SERVER)
        .union(Isa::HV)
        .union(Isa::ISEL)
        .union(Isa::MFTB)
        .union(Isa::ICBT)
        .union(Isa::SYNC_L)
        .union(Isa::V2_01)
        .union(Isa::V2_02)
        .union(Isa::V2_05)
        .union(Isa::V2_06)
        .union(Isa::V2_07)
        .union(Isa::V3_0)
        .union(Isa::FP)
        .union(Isa::ALTIVEC)
        .union(Isa::VSX);
}
