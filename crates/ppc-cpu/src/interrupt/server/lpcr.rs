//! Bits of LPCR that decide about interrupts: Power ISA 3.0B Book III 2.2 (3.1C for HAIL); Linux `asm/reg.h`.

/// Interrupts of the operating system in little-endian mode.
pub(crate) const ILE: u64 = 0x0200_0000;
/// Where interrupts that leave relocation on have their handlers; two bits (since version 2.07).
pub(crate) const AIL: u64 = 0x0180_0000;
/// The same for interrupts that the hypervisor gets; one bit (since version 3.1).
pub(crate) const HAIL: u64 = 0x0400_0000;
/// Enhanced virtualization: what is a no-op in privileged state is emulation assistance.
pub(crate) const EVIRT: u64 = 0x0020_0000;
/// The partition uses radix translation.
pub(crate) const HR: u64 = 0x0010_0000;
/// The decrementer has all its bits.
pub(crate) const LD: u64 = 0x0002_0000;
/// What wakes from power-saving states: the decrementer; hypervisor maintenance and machine checks (PECE).
pub(crate) const DEE: u64 = 0x2000;
pub(crate) const OEE: u64 = 0x1000;
/// Mediated external exception: the hypervisor wants to hear when the partition enables external interrupts.
pub(crate) const MER: u64 = 0x0800;
/// No external interrupts in hypervisor state (since version 3.0).
pub(crate) const HEIC: u64 = 0x10;
/// External interrupts go to the operating system.
pub(crate) const LPES0: u64 = 0x8;
/// What else interrupts the operating system leaves it where it is (until version 2.06).
pub(crate) const LPES1: u64 = 0x4;
/// Hypervisor virtualization interrupts are enabled (since version 3.0).
pub(crate) const HVICE: u64 = 0x2;
/// Hypervisor decrementer interrupts are enabled.
pub(crate) const HDICE: u64 = 0x1;
