//! Where others answer an SPR access otherwise than this core: rows, from which `ppc-emu why`, docs/spr/disagreements.md
//! and the comparison of the probe with QEMU (`cargo xtask oracle probe`) take what they say.
//!
//! A row that QEMU stopped deserving fails the comparison, and so does a disagreement without a row.

use ppc_cpu::Cpu;
use ppc_cpu::model::{InterruptModel, Model};
use ppc_cpu::spr::{Behaviour, Context, Decision, Level, SprRow, architected};
use serde::Serialize;
use spr_exit::num::book3s::{FSCR, HFSCR, MMCR0};
use spr_exit::{Direction, Fault, SprNum};

/// Who answers otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Other {
    /// QEMU 7.2, system emulation.
    #[serde(rename = "QEMU 7.2")]
    Qemu,
    /// KVM of Linux 6.1.
    #[serde(rename = "KVM of Linux 6.1")]
    Kvm,
    /// Microwatt.
    Microwatt,
}

impl Other {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Qemu => "QEMU 7.2",
            Self::Kvm => "KVM of Linux 6.1",
            Self::Microwatt => "Microwatt",
        }
    }
}

/// What a guest sees of an access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seen {
    /// It is carried out.
    Done,
    /// A read leaves its target as it was. (A write without effect cannot be told from one that is carried out.)
    NoOp,
    /// Program interrupt, illegal instruction.
    Illegal,
    /// Program interrupt, privileged instruction.
    Privileged,
    /// Hypervisor emulation assistance.
    Assist,
    /// Another interrupt.
    Vector,
}

impl Seen {
    /// In a word, as the probe prints it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NoOp => "noop",
            Self::Illegal => "illegal",
            Self::Privileged => "privileged",
            Self::Assist => "assist",
            Self::Vector => "vector",
        }
    }
}

/// Which numbers a row speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// Those that the model does not define.
    Undefined,
    /// Of those, the ones with the privilege bit (0x10).
    PrivilegedUndefined,
    /// These, undefined ones among them.
    Listed(&'static [u16]),
    /// Registers that the model has, where it does not grant the access.
    Refused,
    /// Registers that it has for the hypervisor and not for the supervisor.
    Hypervisor,
    /// Registers that keep some of their bits alone.
    Masked,
}

/// One disagreement.
#[derive(Clone, Copy, Debug)]
pub struct Difference {
    /// Who.
    pub other: Other,
    /// Names of models; none: all.
    pub models: &'static [&'static str],
    /// Which numbers.
    pub numbers: Numbers,
    /// At which levels.
    pub levels: &'static [Level],
    /// In which directions.
    pub directions: &'static [Direction],
    /// What a guest sees there; `None` where it is about the value alone.
    pub seen: Option<Seen>,
    /// What they do.
    pub what: &'static str,
    /// Where that is to be seen.
    pub source: &'static str,
}

impl Difference {
    /// Whether it speaks of this access.
    pub fn is_about(&self, model: &Model, level: Level, sprn: SprNum, direction: Direction) -> bool {
        let row = model.sprs.row(sprn);
        let is_defined = row.is_some();
        let widest = if model.is_64bit { u64::MAX } else { 0xffff_ffff };
        (self.models.is_empty() || self.models.contains(&model.name))
            && self.levels.contains(&level)
            && self.directions.contains(&direction)
            && match self.numbers {
                Numbers::Undefined => !is_defined,
                Numbers::PrivilegedUndefined => !is_defined && sprn.is_privileged(),
                Numbers::Refused => row.is_some_and(|row| !row.gates.grants(level, direction)),
                Numbers::Hypervisor => row.is_some_and(|row| {
                    row.gates.grants(Level::Hypervisor, direction)
                        && !row.gates.grants(Level::Supervisor, direction)
                }),
                Numbers::Masked => row.is_some_and(|row| match row.behaviour {
                    Behaviour::Storage { writable } => {
                        writable != widest && row.gates.grants(level, direction)
                    }
                    _ => false,
                }),
                Numbers::Listed(numbers) => numbers.contains(&sprn.get()),
            }
    }
}

const P: &[Level] = &[Level::Problem];
const SV: &[Level] = &[Level::Supervisor];
const HV: &[Level] = &[Level::Hypervisor];
const PRIVILEGED: &[Level] = &[Level::Supervisor, Level::Hypervisor];
const ANY: &[Level] = &[Level::Problem, Level::Supervisor, Level::Hypervisor];
const READ: &[Direction] = &[Direction::Read];
const WRITE: &[Direction] = &[Direction::Write];
const BOTH: &[Direction] = &[Direction::Read, Direction::Write];
const E500V: &[&str] = &["e500v1", "e500v2"];
const EHV: &[&str] = &["e500mc", "e5500", "e6500"];
const E500: &[&str] = &["e500v1", "e500v2", "e500mc", "e5500", "e6500"];
const BOOKE: &[&str] = &["e500v1", "e500v2", "e500mc", "e5500", "e6500", "440"];
const CLASSIC: &[&str] = &["603e", "e300", "604e", "750", "750CL", "7410", "7447A"];
const POWER: &[&str] = &["POWER7", "POWER8", "POWER9", "POWER10"];
const SINCE_V2_07: &[&str] = &["POWER8", "POWER9", "POWER10"];
const SERVERS: &[&str] = &["970", "POWER7", "POWER8", "POWER9", "POWER10"];
const BOOK3S: &[&str] = &[
    "603e", "e300", "604e", "750", "750CL", "7410", "7447A", "970", "POWER7", "POWER8", "POWER9", "POWER10",
];
/// Those that QEMU has without hypervisor state.
const NO_HYPERVISOR: &[&str] = &["970", "POWER7"];
/// Those that have no emulation assistance.
const NOT_POWER: &[&str] = &[
    "405", "e500v1", "e500v2", "e500mc", "e5500", "e6500", "440", "603e", "e300", "604e", "750", "750CL",
    "7410", "7447A",
];
/// Of these, the ones whose problem state tells illegal from privileged: all but the 405.
const TELLING: &[&str] = &[
    "e500v1", "e500v2", "e500mc", "e5500", "e6500", "440", "603e", "e300", "604e", "750", "750CL", "7410",
    "7447A",
];
/// And those that have no emulation assistance without a hypervisor, whose it is.
const NO_ASSIST: &[&str] = &[
    "405", "e500v1", "e500v2", "e500mc", "e5500", "e6500", "440", "603e", "e300", "604e", "750", "750CL",
    "7410", "7447A", "970", "POWER7",
];

const fn row(
    other: Other,
    models: &'static [&'static str],
    numbers: Numbers,
    (levels, directions): (&'static [Level], &'static [Direction]),
    seen: Option<Seen>,
    what: &'static str,
    source: &'static str,
) -> Difference {
    Difference {
        other,
        models,
        numbers,
        levels,
        directions,
        seen,
        what,
        source,
    }
}

/// QEMU's rules for numbers that a CPU does not have, which are POWER's on every CPU.
const RULES: &str = "QEMU 7.2 target/ppc/translate.c, gen_op_mfspr and gen_mtspr";

/// Registers of a CPU as QEMU has them.
const HAS: &str = "QEMU 7.2 target/ppc/cpu_init.c; the probe";
/// Registers that QEMU's model of a CPU leaves out.
const HAS_NOT: &str = "QEMU 7.2 target/ppc/cpu_init.c has none; the probe";

const BAT_SOURCE: &str = "QEMU 7.2 target/ppc/mmu_helper.c, helper_store_ibatu and helper_store_dbatu";

/// Registers of the e500mc and its successors that QEMU has not.
const EHV_ONLY: &[u16] = &[
    306, 307, 311, 338, 339, 341, 368, 369, 370, 371, 378, 379, 380, 381, 382, 383, 440, 441, 442, 443, 444,
    445, 447, 519, 563, 576, 606, 696, 720, 721, 722, 723, 724, 725, 975, 976, 977, 978, 979, 980, 981, 982,
    983, 984, 985, 986, 987, 988, 989, 990, 991, 1018,
];

use Numbers::{Hypervisor, Listed, Masked, PrivilegedUndefined, Refused, Undefined};
use Other::{Kvm, Microwatt, Qemu};
use Seen::{Assist, Done, Illegal, NoOp, Privileged, Vector};

/// Every disagreement that is known.
#[rustfmt::skip]
pub static DIFFERENCES: &[Difference] = &[
    row(Kvm, BOOK3S, Undefined, (PRIVILEGED, READ), Some(Done), "a read that is a no-op writes 0 to its target, which it should leave as it is",
        "Linux arch/powerpc/kvm/emulate.c (spr_val begins as 0), book3s_emulate.c; Power ISA 3.0B III, mfspr"),
    row(Kvm, CLASSIC, Undefined, (PRIVILEGED, BOTH), Some(Done), "an undefined number is a no-op (but 0, and reads of 4, 5, 6), whatever the CPU is",
        "Linux arch/powerpc/kvm/book3s_emulate.c; 750GX UM p. 91"),
    row(Kvm, CLASSIC, PrivilegedUndefined, (P, BOTH), Some(Privileged), "an undefined number with the privilege bit is a privileged instruction, whatever the CPU is",
        "Linux arch/powerpc/kvm/book3s_emulate.c; 750GX UM p. 91"),
    row(Kvm, BOOKE, Listed(&[308]), (PRIVILEGED, WRITE), None, "DBCR0[RST] is dropped in silence, where the register asks for a reset",
        "Linux arch/powerpc/kvm/booke_emulate.c (the bits that a write keeps)"),
    row(Kvm, E500V, Listed(&[633, 634]), (PRIVILEGED, WRITE), Some(Illegal), "PID1 and PID2 take no value but 0: any other is an illegal instruction",
        "Linux arch/powerpc/kvm/e500_emulate.c"),
    row(Kvm, &[], Listed(&[284, 285]), (PRIVILEGED, WRITE), None, "a write of the time base is dropped",
        "Linux arch/powerpc/kvm/emulate.c"),
    row(Kvm, &[], Listed(&[284, 285]), (PRIVILEGED, READ), Some(Done), "the write port of the time base can be read, and its halves come swapped",
        "Linux arch/powerpc/kvm/emulate.c"),
    row(Kvm, BOOKE, Listed(&[54]), (PRIVILEGED, READ), Some(Done), "DECAR, which is write-only, can be read",
        "Linux arch/powerpc/kvm/e500_emulate.c"),
    row(Microwatt, &["POWER9"], Listed(&[4, 5, 6]), (PRIVILEGED, WRITE), Some(Assist), "writes of 4, 5 and 6 are emulation assistance as reads are; KVM and QEMU make them no-ops",
        "Microwatt decode1.vhdl (reserved SPR numbers)"),

    // Registers that QEMU has and the CPU, by its manual, has not.
    row(Qemu, &[], Listed(&[284, 285]), (ANY, READ), Some(Done), "the write port of the time base can be read, by problem state too", HAS),
    row(Qemu, E500, Listed(&[407, 409]), (PRIVILEGED, READ), Some(Done), "IVOR7 and IVOR9 keep what is written, also where there is no floating point and no auxiliary processor", HAS),
    row(Qemu, E500V, Listed(&[517, 574, 575, 604, 605, 947, 948]), (PRIVILEGED, READ), Some(Done), "it has NPIDR, DSRR0/1, SPRG8/9, EPLC and EPSC, as later e500 cores", HAS),
    row(Qemu, &["e500v1"], Listed(&[944]), (PRIVILEGED, READ), Some(Done), "it has MAS7, as e500v2, whose real addresses have 36 bits", HAS),
    row(Qemu, E500V, Listed(&[702]), (PRIVILEGED, READ), Some(Done), "it has EPR, as later e500 cores", HAS),
    row(Qemu, E500V, Listed(&[702]), (PRIVILEGED, WRITE), Some(Privileged), "it has EPR, as later e500 cores, and refuses a write as a privileged instruction", HAS),
    row(Qemu, EHV, Listed(&[512, 513, 514, 529, 530, 633, 634, 1009]), (PRIVILEGED, READ), Some(Done), "it has SPEFSCR, BBEAR, BBTAR, IVOR33/34, PID1/2 and HID1, as e500v2", HAS),
    row(Qemu, EHV, Listed(&[512]), (P, BOTH), Some(Done), "it has SPEFSCR, as e500v2", HAS),
    row(Qemu, &["e6500"], Listed(&[1017]), (PRIVILEGED, READ), Some(Done), "it has L2CSR0, as e500mc, where the e6500's L2 cache is its cluster's and in the memory map", HAS),
    row(Qemu, &["440"], Listed(&[574, 575, 604, 605]), (PRIVILEGED, READ), Some(Done), "it has DSRR0/1 and SPRG8/9, as later 440 cores", HAS),
    row(Qemu, &["440"], Listed(&[286]), (PRIVILEGED, WRITE), Some(Done), "PIR can be written", HAS),
    row(Qemu, &["405"], Listed(&[268, 269]), (ANY, READ), Some(Done), "mfspr reads the time base, where the manual has mftb alone", HAS),
    row(Qemu, &["405"], Listed(&[268, 269]), (PRIVILEGED, WRITE), Some(Privileged), "the time base by its read numbers is there, and is read-only", HAS),
    row(Qemu, &["405"], Listed(&[990, 991]), (P, BOTH), Some(Done), "problem state has SRR2 and SRR3", HAS),
    row(Qemu, &["7447A"], Listed(&[260, 261, 262, 263]), (ANY, READ), Some(Done), "problem state reads SPRG4 to SPRG7 by numbers of Book E", HAS),
    row(Qemu, &["7447A"], Listed(&[260, 261, 262, 263]), (PRIVILEGED, WRITE), Some(Privileged), "SPRG4 to SPRG7 by numbers of Book E are there, and are read-only", HAS),
    row(Qemu, &["970"], Listed(&[528, 529, 530, 531, 532, 533, 534, 535, 536, 537, 538, 539, 540, 541, 542, 543, 1010]), (PRIVILEGED, READ), Some(Done), "it has BATs and IABR, as 32-bit processors", HAS),
    row(Qemu, POWER, Listed(&[282]), (PRIVILEGED, READ), Some(Done), "it has EAR, of external control, which was optional and is gone", HAS),
    row(Qemu, &["POWER7"], Listed(&[190]), (PRIVILEGED, READ), Some(Done), "it has HFSCR, as POWER8", HAS),
    row(Qemu, &["POWER9", "POWER10"], Listed(&[31, 888, 889, 890, 892, 893, 894]), (PRIVILEGED, READ), Some(Done), "it has ACOP, TACR, TCSCR, CSIGR, SPMC1, SPMC2 and MMCRS, as POWER8", HAS),
    row(Qemu, &["POWER9", "POWER10"], Listed(&[316]), (HV, READ), Some(Done), "it has MMCRH, as POWER8", HAS),
    row(Qemu, &["POWER9", "POWER10"], Listed(&[316]), (SV, BOTH), Some(Privileged), "it has MMCRH, as POWER8, and refuses it to a supervisor", HAS),
    row(Qemu, &["POWER10"], Listed(&[128, 129, 130, 131]), (ANY, BOTH), Some(Vector), "it has the registers of transactional memory, which version 3.1 dropped, and MSR[TM] is 0", HAS),
    // Registers that it has not.
    row(Qemu, &["e500v2", "e500mc", "e5500", "e6500"], Listed(&[526, 527, 569]), (PRIVILEGED, READ), Some(NoOp), "it has no ATBL, ATBU and MCARU: a read is a no-op", HAS_NOT),
    row(Qemu, E500, Listed(&[526, 527, 569, 573]), (PRIVILEGED, WRITE), Some(Done), "a write of ATBL, ATBU, MCARU or MCAR is dropped or kept", HAS_NOT),
    row(Qemu, &["e500v2", "e500mc", "e5500", "e6500"], Listed(&[526, 527]), (P, READ), Some(Privileged), "it has no ATBL and ATBU, and refuses problem state a number that it does not have", HAS_NOT),
    row(Qemu, E500V, Listed(&[513, 514]), (P, BOTH), Some(Privileged), "BBEAR and BBTAR are the supervisor's", HAS),
    row(Qemu, EHV, Listed(&[517, 519, 576, 975]), (P, BOTH), Some(Privileged), "NPIDR is the supervisor's; L2CFG0, DDAM and DEVENT it has not, and refuses problem state a number that it does not have", HAS_NOT),
    row(Qemu, &["e6500"], Listed(&[898]), (P, BOTH), Some(Privileged), "it has no PPR32, and refuses problem state a number that it does not have", HAS_NOT),
    row(Qemu, EHV, Listed(EHV_ONLY), (PRIVILEGED, READ), Some(NoOp), "it has no category Embedded.Hypervisor and no backside L2 cache: a read of their registers is a no-op", HAS_NOT),
    row(Qemu, &["e500mc", "e5500"], Listed(&[519]), (PRIVILEGED, WRITE), Some(Done), "it has no L2CFG0, so a write of it is a no-op", HAS_NOT),
    row(Qemu, &["e6500"], Listed(&[56, 57, 314, 315, 342, 343, 350, 436, 437, 438, 439, 564, 565, 566, 567, 568, 638, 898, 1019]), (PRIVILEGED, READ), Some(NoOp), "it has no second thread, tables of the hardware, IAC3 to IAC8 and power management of the e6500: a read of their registers is a no-op", HAS_NOT),
    row(Qemu, &["e6500"], Listed(&[56, 57, 342, 343, 350, 437, 638]), (PRIVILEGED, WRITE), Some(Done), "it has no LPER, LRATCFG, LRATPS, EPTCFG, TENSR and EDBRAC0, so a write of them is a no-op", HAS_NOT),
    row(Qemu, &["750", "750CL", "7410", "7447A"], Listed(&[955]), (PRIVILEGED, WRITE), Some(Privileged), "SIA is read-only", HAS),
    row(Qemu, &["405"], Listed(&[256]), (ANY, WRITE), Some(Privileged), "USPRG0 is read-only", HAS),
    row(Qemu, &["e300"], Listed(&[58, 59, 276, 277, 278, 279, 311, 560, 561, 562, 563, 564, 565, 566, 567, 568, 569, 570, 571, 572, 573, 574, 575]), (PRIVILEGED, READ), Some(NoOp), "it has no CSRR0/1, SPRG4 to SPRG7, MBAR and upper BATs: a read is a no-op", HAS_NOT),
    row(Qemu, &["7447A"], Listed(&[980, 981, 982]), (PRIVILEGED, READ), Some(NoOp), "it has no TLBMISS, PTEHI and PTELO: a read is a no-op", HAS_NOT),
    row(Qemu, &["970"], Listed(&[29, 276, 277, 280, 783, 799, 1022, 1023]), (PRIVILEGED, READ), Some(NoOp), "it has no ACCR, SCOMC, SCOMD, ASR, UIMC, IMC, TRACE and PIR: a read is a no-op", HAS_NOT),
    row(Qemu, &["970"], Listed(&[783]), (P, READ), Some(Privileged), "it has no UIMC, and refuses the number to problem state as privileged", HAS_NOT),
    row(Qemu, &["POWER8"], Listed(&[3, 177, 276, 277, 283, 339, 852, 853, 854, 863, 884, 898]), (PRIVILEGED, READ), Some(NoOp), "it does not have this register: a read is a no-op", HAS_NOT),
    row(Qemu, &["POWER9"], Listed(&[3, 276, 277, 283, 339, 799, 813, 814, 823, 850, 853, 854, 863, 880, 881, 882, 884, 885, 898, 922]), (PRIVILEGED, READ), Some(NoOp), "it does not have this register: a read is a no-op", HAS_NOT),
    row(Qemu, &["POWER10"], Listed(&[3, 181, 189, 276, 277, 339, 455, 471, 736, 737, 738, 752, 753, 754, 799, 812, 823, 828, 850, 853, 880, 881, 882, 884, 885, 898, 922]), (PRIVILEGED, READ), Some(NoOp), "it does not have this register: a read is a no-op", HAS_NOT),
    row(Qemu, SINCE_V2_07, Listed(&[3, 455, 736, 737, 738, 812, 813, 814, 898, 1006]), (P, BOTH), Some(Assist), "it does not have this register, so that problem state gets emulation assistance", HAS_NOT),
    row(Qemu, &["POWER8", "POWER9"], Listed(&[128, 129, 130, 131]), (ANY, BOTH), Some(Vector), "MSR[TM] is looked at, which is 0; here the registers leave before it is asked", HAS),
    row(Qemu, SINCE_V2_07, Listed(&[176]), (SV, READ), Some(Vector), "a supervisor's read of DPDES is unavailable, whatever HFSCR[MSGP] says", "QEMU 7.2 target/ppc/excp_helper.c, helper_hfscr_facility_check; the probe"),
    row(Qemu, POWER, Listed(&[308, 309]), (P, READ), Some(Done), "problem state reads PURR and SPURR", HAS),
    row(Qemu, SINCE_V2_07, Listed(&[770]), (P, WRITE), Some(Privileged), "problem state may not write MMCRA, which MMCR0[PMCC] gives it with the others of its group", HAS),
    row(Qemu, NO_HYPERVISOR, Listed(&[771, 772, 773, 774, 775, 776, 779]), (P, WRITE), Some(Done), "MMCR0[PMCC], which came with version 2.07, gives problem state the counters", "QEMU 7.2 target/ppc/power8-pmu-regs.c.inc; the probe"),
    row(Qemu, NO_HYPERVISOR, Hypervisor, (SV, BOTH), Some(Done), "it has no hypervisor state: its registers are the supervisor's", HAS),
    // What registers keep.
    row(Qemu, &[], Masked, (PRIVILEGED, WRITE), None, "most registers keep all bits that are written, those that they do not have among them (64 on 64-bit CPUs, also in registers of 32)", HAS),
    row(Qemu, EHV, Listed(&[286]), (PRIVILEGED, WRITE), None, "a write of PIR is dropped", HAS),
    row(Qemu, EHV, Listed(&[948]), (PRIVILEGED, WRITE), None, "EPSC keeps fewer bits: not EGS and ELPID, whose category it has not", HAS_NOT),
    row(Qemu, CLASSIC, Listed(&[528, 530, 532, 534, 536, 538, 540, 542]), (PRIVILEGED, WRITE), None, "the upper half of a BAT keeps of BEPI what its block length leaves", BAT_SOURCE),
    row(Qemu, &["750CL", "7447A"], Listed(&[560, 562, 564, 566, 568, 570, 572, 574]), (PRIVILEGED, WRITE), None, "so do BAT4 to BAT7", BAT_SOURCE),
    // Its rules.
    row(Qemu, &["POWER9", "POWER10"], Undefined, (PRIVILEGED, BOTH), None, "LPCR[EVIRT] is not looked at: undefined numbers stay no-ops", RULES),
    row(Qemu, SERVERS, Refused, (PRIVILEGED, BOTH), Some(Privileged), "a register in a direction that it does not have is a privileged instruction, where Power ISA 3.0B has a no-op", RULES),
    row(Qemu, SERVERS, Refused, (P, BOTH), Some(Privileged), "a register that problem state has in the other direction alone is a privileged instruction, where Power ISA 3.0B has emulation assistance", RULES),
    row(Qemu, NO_ASSIST, Listed(&[0]), (PRIVILEGED, BOTH), Some(Privileged), "number 0 is a privileged instruction, whatever the CPU is", RULES),
    row(Qemu, NO_ASSIST, Listed(&[4, 5, 6]), (PRIVILEGED, READ), Some(Privileged), "reads of 4, 5 and 6 are privileged instructions, whatever the CPU is", RULES),
    row(Qemu, NOT_POWER, Undefined, (PRIVILEGED, READ), Some(NoOp), "a read of an undefined number is a no-op, whatever the CPU is", RULES),
    row(Qemu, NOT_POWER, Undefined, (PRIVILEGED, WRITE), Some(Done), "a write of an undefined number is a no-op, whatever the CPU is", RULES),
    row(Qemu, TELLING, Undefined, (P, BOTH), Some(Privileged), "an undefined number is a privileged instruction, with the privilege bit or without, where the manuals say illegal", RULES),
    row(Qemu, NO_HYPERVISOR, Undefined, (P, BOTH), Some(Privileged), "without a hypervisor emulation assistance is a privileged instruction", RULES),
    row(Qemu, NOT_POWER, Refused, (PRIVILEGED, BOTH), Some(Privileged), "a register in a direction that it does not have is a privileged instruction for privileged code too", RULES),
    row(Qemu, TELLING, Refused, (P, BOTH), Some(Privileged), "a register that problem state may not have is a privileged instruction, with the privilege bit or without, where the manuals say illegal", RULES),
];

/// What a guest sees of this access on this CPU when no facility is closed, registers that the core does not model among them.
pub fn expected(model: &'static Model, level: Level, sprn: SprNum, direction: Direction) -> Seen {
    let is_there = |row: &SprRow| row.behaviour == Behaviour::Exit && row.gates.grants(level, direction);
    if model.sprs.row(sprn).is_some_and(is_there) {
        return Seen::Done;
    }
    let no_op = match direction {
        Direction::Read => Seen::NoOp,
        Direction::Write => Seen::Done,
    };
    // Facilities are open, as the probe makes them: all of FSCR and HFSCR, MMCR0[PMCC] = 0b10.
    let mut cpu = Cpu::new(model);
    if model.interrupts.is_server() {
        for (sprn, value) in [
            (FSCR, u64::MAX >> 8),
            (HFSCR, u64::MAX >> 8),
            (MMCR0, 0x8008_0000),
        ] {
            cpu.poke_spr(sprn, value);
        }
    }
    let at = Context {
        level,
        lpcr: 0,
        ..cpu.spr_context()
    };
    match architected(model, at, sprn, direction) {
        Decision::Core(at) if model.sprs.rows()[at].behaviour == Behaviour::NoOp => no_op,
        Decision::Core(_) | Decision::Exit(_) | Decision::ReadZeroIgnoreWrite => Seen::Done,
        Decision::NoOp => no_op,
        Decision::Fault(Fault::Privileged) => Seen::Privileged,
        Decision::Fault(Fault::Illegal) if model.interrupts == InterruptModel::Server => Seen::Assist,
        Decision::Fault(Fault::Illegal) => Seen::Illegal,
        Decision::Unavailable(_) => Seen::Vector,
    }
}

/// The disagreements about one access.
pub fn about(
    model: &Model,
    level: Level,
    sprn: SprNum,
    direction: Direction,
) -> impl Iterator<Item = &'static Difference> {
    DIFFERENCES
        .iter()
        .filter(move |it| it.is_about(model, level, sprn, direction))
}
