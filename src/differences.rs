//! Where others answer an SPR access otherwise than this core: rows, from which `ppc-emu why`, docs/spr/disagreements.md
//! and the comparison of the probe with QEMU (`cargo xtask oracle probe`) take what they say.
//!
//! A row that QEMU stopped deserving fails the comparison, and so does a disagreement without a row.

use ppc_cpu::model::Model;
use ppc_cpu::spr::Level;
use serde::Serialize;
use spr_exit::{Direction, SprNum};

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
    /// Registers that the model has.
    Defined,
    /// All.
    All,
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
        let is_defined = model.sprs.row(sprn).is_some();
        (self.models.is_empty() || self.models.contains(&model.name))
            && self.levels.contains(&level)
            && self.directions.contains(&direction)
            && match self.numbers {
                Numbers::Undefined => !is_defined,
                Numbers::PrivilegedUndefined => !is_defined && sprn.is_privileged(),
                Numbers::Defined => is_defined,
                Numbers::All => true,
                Numbers::Listed(numbers) => numbers.contains(&sprn.get()),
            }
    }
}

const P: &[Level] = &[Level::Problem];
const PRIVILEGED: &[Level] = &[Level::Supervisor, Level::Hypervisor];
const READ: &[Direction] = &[Direction::Read];
const WRITE: &[Direction] = &[Direction::Write];
const BOTH: &[Direction] = &[Direction::Read, Direction::Write];
const E500: &[&str] = &["e500v2", "e500mc"];
const BOOKE: &[&str] = &["e500v2", "e500mc", "440"];

/// Every disagreement that is known.
pub static DIFFERENCES: &[Difference] = &[
    Difference {
        other: Other::Kvm,
        models: &["750", "970", "POWER9"],
        numbers: Numbers::Undefined,
        levels: PRIVILEGED,
        directions: READ,
        seen: Some(Seen::Done),
        what: "a read that is a no-op writes 0 to its target, which it should leave as it is",
        source: "Linux arch/powerpc/kvm/emulate.c (spr_val begins as 0), book3s_emulate.c; Power ISA 3.0B III, mfspr",
    },
    Difference {
        other: Other::Kvm,
        models: &["750"],
        numbers: Numbers::Undefined,
        levels: PRIVILEGED,
        directions: BOTH,
        seen: Some(Seen::Done),
        what: "an undefined number is a no-op (but 0, and reads of 4, 5, 6), whatever the CPU is",
        source: "Linux arch/powerpc/kvm/book3s_emulate.c; 750GX UM p. 91",
    },
    Difference {
        other: Other::Kvm,
        models: &["750"],
        numbers: Numbers::PrivilegedUndefined,
        levels: P,
        directions: BOTH,
        seen: Some(Seen::Privileged),
        what: "an undefined number with the privilege bit is a privileged instruction, whatever the CPU is",
        source: "Linux arch/powerpc/kvm/book3s_emulate.c; 750GX UM p. 91",
    },
    Difference {
        other: Other::Kvm,
        models: BOOKE,
        numbers: Numbers::Listed(&[308]),
        levels: PRIVILEGED,
        directions: WRITE,
        seen: None,
        what: "DBCR0[RST] is dropped in silence, where the register asks for a reset",
        source: "Linux arch/powerpc/kvm/booke_emulate.c (the bits that a write keeps)",
    },
    Difference {
        other: Other::Kvm,
        models: E500,
        numbers: Numbers::Listed(&[633, 634]),
        levels: PRIVILEGED,
        directions: WRITE,
        seen: Some(Seen::Illegal),
        what: "PID1 and PID2 take no value but 0: any other is an illegal instruction",
        source: "Linux arch/powerpc/kvm/e500_emulate.c",
    },
    Difference {
        other: Other::Kvm,
        models: &[],
        numbers: Numbers::Listed(&[284, 285]),
        levels: PRIVILEGED,
        directions: WRITE,
        seen: None,
        what: "a write of the time base is dropped",
        source: "Linux arch/powerpc/kvm/emulate.c",
    },
    Difference {
        other: Other::Kvm,
        models: &[],
        numbers: Numbers::Listed(&[284, 285]),
        levels: PRIVILEGED,
        directions: READ,
        seen: Some(Seen::Done),
        what: "the write port of the time base can be read, and its halves come swapped",
        source: "Linux arch/powerpc/kvm/emulate.c",
    },
    Difference {
        other: Other::Kvm,
        models: BOOKE,
        numbers: Numbers::Listed(&[54]),
        levels: PRIVILEGED,
        directions: READ,
        seen: Some(Seen::Done),
        what: "DECAR, which is write-only, can be read",
        source: "Linux arch/powerpc/kvm/e500_emulate.c",
    },
    Difference {
        other: Other::Microwatt,
        models: &["POWER9"],
        numbers: Numbers::Listed(&[4, 5, 6]),
        levels: PRIVILEGED,
        directions: WRITE,
        seen: Some(Seen::Assist),
        what: "writes of 4, 5 and 6 are emulation assistance as reads are; KVM and QEMU make them no-ops",
        source: "Microwatt decode1.vhdl (reserved SPR numbers)",
    },
    Difference {
        other: Other::Qemu,
        models: &["POWER9"],
        numbers: Numbers::Undefined,
        levels: PRIVILEGED,
        directions: BOTH,
        seen: None,
        what: "LPCR[EVIRT] is not looked at: undefined numbers stay no-ops",
        source: "QEMU 7.2 target/ppc/translate.c, gen_op_mfspr and gen_mtspr",
    },
];

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
