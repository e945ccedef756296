//! The machine state register, as every family lays it out.
//!
//! One bit can have several names: bit 58 (`0x20`) is IR on classic and server processors and IS on Book E. All names
//! stand here; which of them a CPU implements is the model's business. Values are in Power order, the rightmost bit
//! of the 64-bit register being `1`. Power ISA 3.1C Book III 4.2.1; EREF 2.0 2.6.1; E500CORERM 2.5.1; MPC750 UM 2.1.2.

use bitflags::bitflags;

bitflags! {
    /// Bits of the MSR. Bits without a name are kept (`from_bits_retain`).
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
    pub struct Msr: u64 {
        /// Sixty-four-bit mode (server).
        const SF = 1 << 63;
        /// Hypervisor state (server).
        const HV = 1 << 60;
        /// Computation mode: 64-bit (Book E).
        const CM = 1 << 31;
        /// Guest state (Book E category Embedded.Hypervisor).
        const GS = 1 << 28;
        /// User cache locking enable (Book E).
        const UCLE = 1 << 26;
        /// SPE available (e500v1/v2).
        const SPE = 1 << 25;
        /// Vector available (classic, server).
        const VEC = 1 << 25;
        /// VSX available (server).
        const VSX = 1 << 23;
        /// Power management enable (classic).
        const POW = 1 << 18;
        /// Wait state enable (e500v1/v2).
        const WE = 1 << 18;
        /// Critical interrupt enable (Book E).
        const CE = 1 << 17;
        /// GPR0 to GPR3 are others, for a search of the page table (603).
        const TGPR = 1 << 17;
        /// Interrupts in little-endian mode (classic).
        const ILE = 1 << 16;
        /// External interrupt enable.
        const EE = 1 << 15;
        /// Problem state.
        const PR = 1 << 14;
        /// Floating point available.
        const FP = 1 << 13;
        /// Machine check enable.
        const ME = 1 << 12;
        /// Floating-point exception mode 0.
        const FE0 = 1 << 11;
        /// Single-step trace (classic), trace enable 0 (server).
        const SE = 1 << 10;
        /// User BTB lock enable (e500v1/v2).
        const UBLE = 1 << 10;
        /// Branch trace (classic), trace enable 1 (server).
        const BE = 1 << 9;
        /// Debug interrupt enable (Book E).
        const DE = 1 << 9;
        /// Floating-point exception mode 1.
        const FE1 = 1 << 8;
        /// Critical interrupt enable (e300).
        const CE_E300 = 1 << 7;
        /// Interrupt prefix (classic): vectors at `0xFFF0_0000`.
        const IP = 1 << 6;
        /// Instruction relocate (classic, server).
        const IR = 1 << 5;
        /// Instruction address space (Book E).
        const IS = 1 << 5;
        /// Data relocate (classic, server).
        const DR = 1 << 4;
        /// Data address space (Book E).
        const DS = 1 << 4;
        /// Performance monitor mark.
        const PMM = 1 << 2;
        /// Recoverable interrupt.
        const RI = 1 << 1;
        /// Little-endian mode.
        const LE = 1;
    }
}

impl Msr {
    /// Whether the CPU is in problem (user) state.
    #[inline]
    pub const fn is_problem(self) -> bool {
        self.bits() & Self::PR.bits() != 0
    }
}
