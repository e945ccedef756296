//! Why a vCPU stopped, and what one can answer.
//!
//! An [`Exit`] is a plain value: it borrows nothing, so registers can be read and changed while it is looked at.
//! Some exits wait for an answer ([`Exit::awaits_reply`]): the instruction is in its middle, and the program counter
//! stays on it until [`crate::Vcpu::complete`].

use crate::{DcrAccess, MmioAccess, Msr, SprAccess};
use core::fmt;

/// Why [`crate::Vcpu::run`] came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[must_use = "an exit that waits for an answer blocks the vCPU until it is completed"]
#[non_exhaustive]
pub enum Exit {
    /// An SPR access belongs to user space. Waits for a reply.
    Spr(SprAccess),
    /// A DCR access; all of them belong to user space. Waits for a reply.
    Dcr(DcrAccess),
    /// A load or store outside RAM. Waits for a reply; the value of a load is [`Reply::Done`]'s. [`Reply::Architected`]
    /// says that nothing is there: the machine check of a bus that does not answer.
    Mmio(MmioAccess),
    /// The guest asks for a reset, by the register write that a capability turned into this event. Waits for a
    /// reply (`Done`: the guest goes on as if the reset had been refused) or for a reset of the vCPU.
    SystemEvent(SystemEvent),
    /// An external interrupt was just delivered and EPR wants the acknowledged vector (KVM_EXIT_EPR). Waits for
    /// [`Reply::Done`] with it.
    Epr,
    /// A system call, where the caller asked for them. Waits for [`Reply::Done`] (go on behind it) or
    /// [`Reply::Architected`] (take the system call interrupt).
    Syscall {
        /// Address of the `sc`.
        cia: u64,
        /// Its LEV field.
        level: u8,
    },
    /// An interrupt was delivered to the guest, where the caller asked to be told. The guest stands at the vector.
    Interrupt(InterruptKind),
    /// A breakpoint of the caller's is at the next instruction.
    Debug {
        /// Address of the instruction, which has not been executed.
        cia: u64,
    },
    /// The guest waits for an interrupt and nothing inside the core can bring one.
    Wait,
    /// The budget of the call is used up.
    Budget,
    /// Somebody asked the vCPU to leave (`immediate_exit`, a kick): the -EINTR of KVM_RUN.
    Interrupted,
    /// A machine check came while MSR\[ME\] = 0: the hardware stops dead. Nothing was changed. After an access that the bus
    /// failed only a reset helps; a fetch or an input can be met again with machine checks enabled.
    Checkstop {
        /// Address of the instruction that met it.
        cia: u64,
    },
    /// The watchdog timer's last stage: the guest let it expire until it asks for a reset (KVM_EXIT_WATCHDOG). Which one is
    /// in TSR\[WRS\]. The guest goes on if the caller does not reset it.
    Watchdog,
    /// The guest sent a message that other processors may be meant by, or are. The instruction is complete; who has other
    /// processors lets each of them receive it.
    Message {
        /// Type, flags and tags: the low word of RB of `msgsnd`.
        payload: u32,
    },
    /// An instruction that the hardware has and this core has not (yet). Nothing was changed.
    Unimplemented {
        /// Address of the instruction.
        cia: u64,
        /// The instruction.
        word: u32,
    },
    /// An exit of the ABI that this crate has no name for; the number as it stands in `exit_reason`.
    Other(u32),
}

impl Exit {
    /// Whether the vCPU stands in the middle of an instruction until [`crate::Vcpu::complete`] is called.
    pub const fn awaits_reply(&self) -> bool {
        matches!(
            self,
            Self::Spr(_)
                | Self::Dcr(_)
                | Self::Mmio(_)
                | Self::SystemEvent(_)
                | Self::Epr
                | Self::Syscall { .. }
        )
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spr(at) if at.is_write() => write!(f, "mtspr {}, {:#x}", at.sprn(), at.data()),
            Self::Spr(at) => write!(f, "mfspr {}", at.sprn()),
            other => write!(f, "{other:x?}"),
        }
    }
}

/// What the guest asked of the whole machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum SystemEvent {
    /// A reset.
    Reset(ResetKind),
}

/// How much a reset resets: the RST field of DBCR0 (bits 2:3 of the register).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, num_enum::TryFromPrimitive, num_enum::IntoPrimitive)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "lowercase")
)]
#[repr(u8)]
pub enum ResetKind {
    /// RST = 1.
    Core = 1,
    /// RST = 2 (40x and 440; e500 documents the request alone).
    Chip = 2,
    /// RST = 3 (40x and 440).
    System = 3,
}

/// The answer to an exit that waits for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Reply {
    /// Carried out; for a read, the value. (A write ignores it.)
    Done(u64),
    /// Carried out without any effect: a read leaves the target register as it was.
    NoOp,
    /// Refused: the guest takes an interrupt, its saved pc the address of the instruction.
    Fault(Fault),
    /// What this CPU does by itself: the built-in register where the core has one (call-through), else the model's
    /// rule for an undefined number; with an address where nothing is, a machine check.
    Architected,
}

/// With which interrupt an access is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "lowercase")
)]
pub enum Fault {
    /// As an illegal instruction: program interrupt (ILL), or hypervisor emulation assistance on POWER8 and later.
    Illegal,
    /// As a privileged instruction in problem state: program interrupt (PRIV).
    Privileged,
}

/// What one handler says of an access. Only `NotMine` goes on to the next handler of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome<T> {
    /// Done; for a read, the value.
    Handled(T),
    /// Refuse it.
    Fault(Fault),
    /// Done without effect: a read leaves its target register unchanged.
    NoOp,
    /// Call through: let the core do what this CPU does by itself ([`Reply::Architected`]).
    Architected,
    /// Somebody else's.
    NotMine,
}

impl<T> Outcome<T> {
    /// The same with the value of `Handled` turned by `f`.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Handled(value) => Outcome::Handled(f(value)),
            Self::Fault(fault) => Outcome::Fault(fault),
            Self::NoOp => Outcome::NoOp,
            Self::Architected => Outcome::Architected,
            Self::NotMine => Outcome::NotMine,
        }
    }
}

impl Outcome<u64> {
    /// The reply it stands for; `None` for `NotMine`, which the caller must decide about
    /// ([`Reply::Architected`] is what ABI users choose; [`crate::drive`] stops).
    pub const fn reply(self) -> Option<Reply> {
        Some(match self {
            Self::Handled(value) => Reply::Done(value),
            Self::Fault(fault) => Reply::Fault(fault),
            Self::NoOp => Reply::NoOp,
            Self::Architected => Reply::Architected,
            Self::NotMine => return None,
        })
    }
}

macro_rules! interrupt_kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)?) => {
        /// Which interrupt the guest took.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
        #[non_exhaustive]
        pub enum InterruptKind { $($(#[$doc])* $variant),* }

        impl InterruptKind {
            /// Every kind, in the order of their numbers on the run page: new ones go to the end.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name in reports, in snake case.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }
    };
}

interrupt_kinds! {
    /// Machine check.
    MachineCheck = "machine_check",
    /// External input.
    External = "external",
    /// Alignment.
    Alignment = "alignment",
    /// Program: illegal instruction.
    ProgramIllegal = "program_illegal",
    /// Program: privileged instruction in problem state.
    ProgramPrivileged = "program_privileged",
    /// Program: trap.
    ProgramTrap = "program_trap",
    /// Hypervisor emulation assistance (POWER8 and later: the illegal instruction).
    EmulationAssist = "emulation_assist",
    /// Decrementer.
    Decrementer = "decrementer",
    /// System call.
    Syscall = "syscall",
    /// Floating-point unavailable: such an instruction while the MSR disables them.
    FpUnavailable = "fp_unavailable",
    /// Critical input (Book E).
    CriticalInput = "critical_input",
    /// Machine check by its input.
    MachineCheckInput = "machine_check_input",
    /// Watchdog timer (Book E).
    Watchdog = "watchdog",
    /// Fixed-interval timer (Book E).
    FixedInterval = "fixed_interval",
    /// Performance monitor.
    PerformanceMonitor = "performance_monitor",
    /// A doorbell from another processor (Book E: processor doorbell; server: directed privileged doorbell).
    Doorbell = "doorbell",
    /// Processor doorbell critical (Book E).
    DoorbellCritical = "doorbell_critical",
    /// Guest processor doorbell (Book E): for the hypervisor, once its guest would take it.
    GuestDoorbell = "guest_doorbell",
    /// Guest processor doorbell critical or machine check (Book E).
    GuestDoorbellCritical = "guest_doorbell_critical",
    /// System reset, also what wakes a server out of a power-saving state.
    SystemReset = "system_reset",
    /// Vector unavailable.
    VecUnavailable = "vec_unavailable",
    /// VSX unavailable (server).
    VsxUnavailable = "vsx_unavailable",
    /// Directed hypervisor doorbell (server).
    HypervisorDoorbell = "hypervisor_doorbell",
    /// Hypervisor decrementer (server).
    HypervisorDecrementer = "hypervisor_decrementer",
    /// Hypervisor virtualization: the interrupt controller's call for the hypervisor (POWER9 and later).
    HypervisorVirtualization = "hypervisor_virtualization",
    /// Facility unavailable: by FSCR, or by MMCR0 in problem state (POWER8 and later).
    FacilityUnavailable = "facility_unavailable",
    /// Hypervisor facility unavailable: by HFSCR (POWER8 and later).
    HypervisorFacilityUnavailable = "hypervisor_facility_unavailable",
    /// Data storage: an access that may not be made, or that a data breakpoint watches.
    DataStorage = "data_storage",
    /// Trace: an instruction of a traced program completed (classic, server).
    Trace = "trace",
    /// Instruction address breakpoint (classic).
    InstructionBreakpoint = "instruction_breakpoint",
    /// Debug: a debug event (Book E).
    Debug = "debug",
    /// System management, by its input (classic).
    SystemManagement = "system_management",
    /// Machine check: a load that nothing on the bus answers.
    MachineCheckLoad = "machine_check_load",
    /// Machine check: a store that nothing on the bus answers.
    MachineCheckStore = "machine_check_store",
    /// Instruction storage: an instruction that may not be fetched.
    InstructionStorage = "instruction_storage",
    /// Data segment: no segment has the address (64-bit servers).
    DataSegment = "data_segment",
    /// Instruction segment: no segment has the address (64-bit servers).
    InstructionSegment = "instruction_segment",
    /// Data TLB error or miss (Book E, 405); the 603 has it of loads.
    DataTlb = "data_tlb",
    /// Data TLB miss of a store (603).
    DataStoreTlb = "data_store_tlb",
    /// Instruction TLB error or miss (Book E, 405, 603).
    InstructionTlb = "instruction_tlb",
    /// Hypervisor data storage (server).
    HypervisorDataStorage = "hypervisor_data_storage",
    /// Hypervisor instruction storage (server).
    HypervisorInstructionStorage = "hypervisor_instruction_storage",
    /// SPE unavailable (e500v1, e500v2).
    SpeUnavailable = "spe_unavailable",
    /// Embedded hypervisor system call: `sc 1` (Book E with guest state).
    HypervisorSyscall = "hypervisor_syscall",
    /// Embedded hypervisor privilege: what a guest's supervisor may not do, and `ehpriv` (Book E with guest state).
    HypervisorPrivilege = "hypervisor_privilege",
    /// Hypervisor maintenance: HMER, under HMEER (server).
    HypervisorMaintenance = "hypervisor_maintenance",
    /// Thermal management, by its input (750, 7410).
    ThermalManagement = "thermal_management",
}

impl InterruptKind {
    /// Whether it is a machine check.
    pub const fn is_machine_check(self) -> bool {
        matches!(
            self,
            Self::MachineCheck | Self::MachineCheckInput | Self::MachineCheckLoad | Self::MachineCheckStore
        )
    }

    /// Whether it is what an MMU raises.
    pub const fn is_of_storage(self) -> bool {
        self.is_of_data()
            || matches!(
                self,
                Self::InstructionStorage
                    | Self::InstructionSegment
                    | Self::InstructionTlb
                    | Self::HypervisorInstructionStorage
            )
    }

    /// Whether it is what an MMU raises of data: it tells their address.
    pub const fn is_of_data(self) -> bool {
        matches!(
            self,
            Self::DataStorage
                | Self::DataSegment
                | Self::DataTlb
                | Self::DataStoreTlb
                | Self::HypervisorDataStorage
        )
    }
}

impl fmt::Display for InterruptKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What an MMU raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct StorageFault {
    /// Which interrupt: data or instruction storage, segment, TLB.
    pub kind: InterruptKind,
    /// The effective address, which DEAR, DAR or HDAR tells of data.
    pub address: u64,
    /// What the family's register tells of the cause: ESR, DSISR or HDSISR, the saved MSR. What the interrupt cannot tell
    /// there is dropped. The 7450 tells in TLBMISS which way of the TLB is to be replaced: here it is where the 603's SRR1 has it.
    pub status: u32,
}

/// The pair of registers that an interrupt saves pc and MSR in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "lowercase")
)]
#[non_exhaustive]
pub enum SavePair {
    /// SRR0, SRR1.
    Srr,
    /// CSRR0, CSRR1: critical (Book E); SRR2, SRR3 on the 405.
    Csrr,
    /// MCSRR0, MCSRR1: machine check (e500).
    Mcsrr,
    /// HSRR0, HSRR1: hypervisor (server).
    Hsrr,
    /// GSRR0, GSRR1: guest (e500mc).
    Gsrr,
    /// DSRR0, DSRR1: debug (e500mc and later).
    Dsrr,
}

/// An interrupt as it was delivered: what the guest finds at the vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Interrupt {
    /// Which one.
    pub kind: InterruptKind,
    /// Address of its vector.
    pub vector: u64,
    /// Where pc and MSR were saved.
    pub pair: SavePair,
    /// The saved pc.
    pub srr0: u64,
    /// The saved MSR with the cause bits of the family.
    pub srr1: u64,
    /// ESR, where the interrupt sets it (Book E).
    pub esr: Option<u64>,
    /// DEAR, DAR, HDAR or MCAR, where the interrupt sets it.
    pub dear: Option<u64>,
    /// DSISR or HDSISR, where the interrupt sets it (classic, server).
    pub dsisr: Option<u64>,
    /// MSR as the handler finds it.
    pub msr: Msr,
}
