//! Where others answer an SPR access otherwise than this core: rows, from which `ppc-emu why`, docs/spr/disagreements.md
//! and the comparison of the probe with QEMU (`cargo xtask oracle probe`) take what they say.
//!
//! A row that QEMU stopped deserving fails the comparison, and so does a disagreement without a row.

use ppc_cpu::Cpu;
use ppc_cpu::model::{InterruptModel, Model};
use ppc_cpu::spr::{Behaviour, Context, Decision, Level, SprRow, architected};
use serde::Serialize;
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
const PRIVILEGED: &[Level] = &[Level::Supervisor, Level::Hypervisor];
const ANY: &[Level] = &[Level::Problem, Level::Supervisor, Level::Hypervisor];
const READ: &[Direction] = &[Direction::Read];
const WRITE: &[Direction] = &[Direction::Write];
const BOTH: &[Direction] = &[Direction::Read, Direction::Write];
const E500: &[&str] = &["e500v2", "e500mc"];
const BOOKE: &[&str] = &["e500v2", "e500mc", "440"];
const NOT_POWER: &[&str] = &[
    "e500v1", "e500v2", "e500mc", "e5500", "e6500", "405", "440", "603e", "e300", "604e", "750", "750CL", "7410",
    "7447A",
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

/// Registers of the e500mc that QEMU has not.
const E500MC_ONLY: &[u16] = &[
    306, 307, 311, 338, 339, 341, 368, 369, 370, 371, 378, 379, 380, 381, 382, 383, 440, 441, 442, 443, 444,
    445, 447, 519, 563, 576, 606, 696, 720, 721, 722, 723, 724, 725, 975, 976, 977, 978, 979, 980, 981, 982,
    983, 984, 985, 986, 987, 988, 989, 990, 991, 1018,
];

use Numbers::{Listed, Masked, PrivilegedUndefined, Refused, Undefined};
use Other::{Kvm, Microwatt, Qemu};
use Seen::{Assist, Done, Illegal, NoOp, Privileged, Vector};

/// Every disagreement that is known.
#[rustfmt::skip]
pub static DIFFERENCES: &[Difference] = &[
    row(Kvm, &["750", "970", "POWER9"], Undefined, (PRIVILEGED, READ), Some(Done), "a read that is a no-op writes 0 to its target, which it should leave as it is",
        "Linux arch/powerpc/kvm/emulate.c (spr_val begins as 0), book3s_emulate.c; Power ISA 3.0B III, mfspr"),
    row(Kvm, &["750"], Undefined, (PRIVILEGED, BOTH), Some(Done), "an undefined number is a no-op (but 0, and reads of 4, 5, 6), whatever the CPU is",
        "Linux arch/powerpc/kvm/book3s_emulate.c; 750GX UM p. 91"),
    row(Kvm, &["750"], PrivilegedUndefined, (P, BOTH), Some(Privileged), "an undefined number with the privilege bit is a privileged instruction, whatever the CPU is",
        "Linux arch/powerpc/kvm/book3s_emulate.c; 750GX UM p. 91"),
    row(Kvm, BOOKE, Listed(&[308]), (PRIVILEGED, WRITE), None, "DBCR0[RST] is dropped in silence, where the register asks for a reset",
        "Linux arch/powerpc/kvm/booke_emulate.c (the bits that a write keeps)"),
    row(Kvm, E500, Listed(&[633, 634]), (PRIVILEGED, WRITE), Some(Illegal), "PID1 and PID2 take no value but 0: any other is an illegal instruction",
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
    row(Qemu, &["e500v2"], Listed(&[517, 574, 575, 604, 605, 947, 948]), (PRIVILEGED, READ), Some(Done), "it has NPIDR, DSRR0/1, SPRG8/9, EPLC and EPSC, as later e500 cores", HAS),
    row(Qemu, &["e500v2"], Listed(&[702]), (PRIVILEGED, READ), Some(Done), "it has EPR, as later e500 cores", HAS),
    row(Qemu, &["e500v2"], Listed(&[702]), (PRIVILEGED, WRITE), Some(Privileged), "it has EPR, as later e500 cores, and refuses a write as a privileged instruction", HAS),
    row(Qemu, &["e500mc"], Listed(&[512, 513, 514, 529, 530, 633, 634, 1009]), (PRIVILEGED, READ), Some(Done), "it has SPEFSCR, BBEAR, BBTAR, IVOR33/34, PID1/2 and HID1, as e500v2", HAS),
    row(Qemu, &["e500mc"], Listed(&[512]), (P, BOTH), Some(Done), "it has SPEFSCR, as e500v2", HAS),
    row(Qemu, &["440"], Listed(&[574, 575, 604, 605]), (PRIVILEGED, READ), Some(Done), "it has DSRR0/1 and SPRG8/9, as later 440 cores", HAS),
    row(Qemu, &["440"], Listed(&[286]), (PRIVILEGED, WRITE), Some(Done), "PIR can be written", HAS),
    row(Qemu, &["405"], Listed(&[268, 269]), (ANY, READ), Some(Done), "mfspr reads the time base, where the manual has mftb alone", HAS),
    row(Qemu, &["405"], Listed(&[268, 269]), (PRIVILEGED, WRITE), Some(Privileged), "the time base by its read numbers is there, and is read-only", HAS),
    row(Qemu, &["405"], Listed(&[990, 991]), (P, BOTH), Some(Done), "problem state has SRR2 and SRR3", HAS),
    row(Qemu, &["POWER9"], Listed(&[31, 282, 316, 888, 889, 890, 892, 893, 894]), (PRIVILEGED, READ), Some(Done), "it has registers that POWER9's tables at hand have not (282: EAR; 892 to 894: of POWER8's performance monitor)", HAS),
    // Registers that it has not.
    row(Qemu, E500, Listed(&[526, 527, 569]), (PRIVILEGED, READ), Some(NoOp), "it has no ATBL, ATBU and MCARU: a read is a no-op", HAS_NOT),
    row(Qemu, E500, Listed(&[526, 527, 569, 573]), (PRIVILEGED, WRITE), Some(Done), "a write of ATBL, ATBU, MCARU or MCAR is dropped or kept", HAS_NOT),
    row(Qemu, E500, Listed(&[526, 527]), (P, READ), Some(Privileged), "it has no ATBL and ATBU, and refuses problem state a number that it does not have", HAS_NOT),
    row(Qemu, &["e500v2"], Listed(&[513, 514]), (P, BOTH), Some(Privileged), "BBEAR and BBTAR are the supervisor's", HAS),
    row(Qemu, &["e500mc"], Listed(&[517, 519, 576, 975]), (P, BOTH), Some(Privileged), "NPIDR is the supervisor's; L2CFG0, DDAM and DEVENT it has not, and refuses problem state a number that it does not have", HAS_NOT),
    row(Qemu, &["750"], Listed(&[955]), (PRIVILEGED, WRITE), Some(Privileged), "SIA is read-only", HAS),
    row(Qemu, &["405"], Listed(&[256]), (ANY, WRITE), Some(Privileged), "USPRG0 is read-only", HAS),
    row(Qemu, &["e500mc"], Listed(E500MC_ONLY), (PRIVILEGED, READ), Some(NoOp), "it has no category Embedded.Hypervisor and no backside L2 cache: a read of their registers is a no-op", HAS_NOT),
    row(Qemu, &["e500mc"], Listed(&[519]), (PRIVILEGED, WRITE), Some(Done), "it has no L2CFG0, so a write of it is a no-op", HAS_NOT),
    row(Qemu, &["POWER9"], Listed(&[3, 276, 277, 283, 339, 799, 813, 814, 823, 850, 853, 854, 861, 863, 880, 881, 882, 884, 885, 898, 922]), (PRIVILEGED, READ), Some(NoOp), "it does not have this register: a read is a no-op", HAS_NOT),
    row(Qemu, &["POWER9"], Listed(&[128, 129, 130, 131]), (PRIVILEGED, BOTH), Some(Vector), "FSCR[TM] is looked at, which is 0 after a reset; here the registers leave before it is asked", HAS),
    row(Qemu, &["POWER9"], Refused, (PRIVILEGED, BOTH), Some(Privileged), "a register in a direction that it does not have is a privileged instruction, where Power ISA 3.0B has a no-op", RULES),
    // What registers keep.
    row(Qemu, &[], Masked, (PRIVILEGED, WRITE), None, "most registers keep all bits that are written, those that they do not have among them (64 on 64-bit CPUs, also in registers of 32)", HAS),
    row(Qemu, &["e500mc"], Listed(&[286]), (PRIVILEGED, WRITE), None, "a write of PIR is dropped", HAS),
    row(Qemu, &["e500mc"], Listed(&[948]), (PRIVILEGED, WRITE), None, "EPSC keeps fewer bits: not EGS and ELPID, whose category it has not", HAS_NOT),
    row(Qemu, &["750"], Listed(&[528, 530, 532, 534, 536, 538, 540, 542]), (PRIVILEGED, WRITE), None, "the upper half of a BAT keeps of BEPI what its block length leaves", "QEMU 7.2 target/ppc/mmu_helper.c, helper_store_ibatu and helper_store_dbatu"),
    // Its rules.
    row(Qemu, &["POWER9"], Undefined, (PRIVILEGED, BOTH), None, "LPCR[EVIRT] is not looked at: undefined numbers stay no-ops", RULES),
    row(Qemu, NOT_POWER, Listed(&[0]), (PRIVILEGED, BOTH), Some(Privileged), "number 0 is a privileged instruction, whatever the CPU is", RULES),
    row(Qemu, NOT_POWER, Listed(&[4, 5, 6]), (PRIVILEGED, READ), Some(Privileged), "reads of 4, 5 and 6 are privileged instructions, whatever the CPU is", RULES),
    row(Qemu, NOT_POWER, Undefined, (PRIVILEGED, READ), Some(NoOp), "a read of an undefined number is a no-op, whatever the CPU is", RULES),
    row(Qemu, NOT_POWER, Undefined, (PRIVILEGED, WRITE), Some(Done), "a write of an undefined number is a no-op, whatever the CPU is", RULES),
    row(Qemu, NOT_POWER, Undefined, (P, BOTH), Some(Privileged), "an undefined number is a privileged instruction, with the privilege bit or without, where the manuals say illegal", RULES),
    row(Qemu, NOT_POWER, Refused, (PRIVILEGED, BOTH), Some(Privileged), "a register in a direction that it does not have is a privileged instruction for privileged code too", RULES),
    row(Qemu, NOT_POWER, Refused, (P, BOTH), Some(Privileged), "a register that problem state may not have is a privileged instruction, with the privilege bit or without, where the manuals say illegal", RULES),
];

/// What a guest sees of this access on this CPU, registers that the core does not model among them.
pub fn expected(model: &'static Model, level: Level, sprn: SprNum, direction: Direction) -> Seen {
    let is_there = |row: &SprRow| row.behaviour == Behaviour::Exit && row.gates.grants(level, direction);
    if model.sprs.row(sprn).is_some_and(is_there) {
        return Seen::Done;
    }
    let no_op = match direction {
        Direction::Read => Seen::NoOp,
        Direction::Write => Seen::Done,
    };
    // Facilities as they are out of reset.
    let at = Context {
        level,
        lpcr: 0,
        ..Cpu::new(model).spr_context()
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
