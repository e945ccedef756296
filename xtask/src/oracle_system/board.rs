//! The machines: our models, and what of QEMU's comes closest.

use ppc_cpu::interrupt::Vector;
use ppc_cpu::model::{self, InterruptModel, Model};
use spr_exit::{InterruptKind, SavePair};

/// How a machine is set up and come back to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Classic,
    BookE,
    Server,
}

/// One of our models beside one of QEMU's machines.
pub(super) struct Board {
    pub(super) model: &'static Model,
    pub(super) family: Family,
    pub(super) qemu: &'static str,
    /// Machine, CPU, memory, and the option before the image's name.
    pub(super) arguments: &'static [&'static str],
    /// Bits of the MSR that programs play with.
    pub(super) msr_bits: u64,
    /// Those that trace instructions and branches, which a few programs set. Book E does it by DBCR0.
    pub(super) trace_bits: u64,
    /// Bits that are always set. ME among them: `mtmsr` of QEMU 7.2 does not change it, whatever the CPU.
    pub(super) msr_base: u64,
}

/// A piece of code at a vector.
pub(super) struct Stub {
    /// Offset from the image's base.
    pub(super) at: u64,
    /// What it logs.
    pub(super) number: u64,
    /// The registers that pc and MSR are in.
    pub(super) saved: (u16, u16),
    /// Whether the instruction would come to the same end again.
    pub(super) is_skipped: bool,
}

const SF: u64 = 1 << 63;
const HV: u64 = 1 << 60;
const EE: u64 = 0x8000;
pub(super) const PR: u64 = 0x4000;
const FP: u64 = 0x2000;
const ME: u64 = 0x1000;
const FE: u64 = 0x0900;
const RI: u64 = 2;
const SE: u64 = 0x400;
const BE: u64 = 0x200;
const CE: u64 = 0x2_0000;

/// In user mode a server relocates, which needs tables that the image does not have; so programs there stay privileged.
pub(super) const BOARDS: [Board; 5] = [
    Board {
        model: &model::E500V2,
        family: Family::BookE,
        qemu: "qemu-system-ppc",
        arguments: &["-M", "ppce500", "-cpu", "e500v2", "-m", "64M", "-bios"],
        msr_bits: CE | EE | PR,
        trace_bits: 0,
        msr_base: ME,
    },
    Board {
        model: &model::E500MC,
        family: Family::BookE,
        qemu: "qemu-system-ppc",
        arguments: &["-M", "ppce500", "-cpu", "e500mc", "-m", "64M", "-bios"],
        msr_bits: CE | EE | PR | FP | FE,
        trace_bits: 0,
        msr_base: ME,
    },
    Board {
        model: &model::PPC750,
        family: Family::Classic,
        qemu: "qemu-system-ppc",
        arguments: &[
            "-M",
            "g3beige",
            "-cpu",
            "750",
            "-m",
            "64M",
            "-bios",
            "/dev/null",
            "-device",
        ],
        msr_bits: EE | PR | FP | FE | RI,
        trace_bits: SE | BE,
        msr_base: ME,
    },
    Board {
        model: &model::PPC970,
        family: Family::Server,
        qemu: "qemu-system-ppc64",
        arguments: &[
            "-M",
            "mac99",
            "-cpu",
            "970fx",
            "-m",
            "128M",
            "-bios",
            "/dev/null",
            "-device",
        ],
        // Only a hypervisor can change ME.
        msr_bits: SF | EE | FP | FE | RI,
        trace_bits: SE | BE,
        msr_base: ME,
    },
    Board {
        model: &model::POWER9,
        family: Family::Server,
        qemu: "qemu-system-ppc64",
        arguments: &["-M", "powernv9", "-m", "1G", "-bios", "/dev/null", "-device"],
        msr_bits: SF | EE | FP | ME | FE | RI,
        trace_bits: SE | BE,
        msr_base: HV,
    },
];

impl Board {
    /// The stubs of all interrupts that the model has.
    pub(super) fn stubs(&self) -> Vec<Stub> {
        let mut stubs: Vec<Stub> = Vec::new();
        for row in self.model.vectors.rows() {
            let at = match row.vector {
                Vector::Offset(offset) => u64::from(offset),
                Vector::Ivor(ivor) => 0x100 * u64::from(self.ivor_index(ivor.get())),
            };
            if stubs.iter().any(|stub| stub.at == at) {
                continue;
            }
            stubs.push(Stub {
                at,
                number: at,
                saved: match row.pair {
                    SavePair::Hsrr => (314, 315),
                    SavePair::Csrr => (58, 59),
                    SavePair::Mcsrr => (570, 571),
                    SavePair::Dsrr => (574, 575),
                    _ => (26, 27),
                },
                is_skipped: matches!(
                    row.kind,
                    InterruptKind::Alignment
                        | InterruptKind::ProgramIllegal
                        | InterruptKind::ProgramPrivileged
                        | InterruptKind::ProgramTrap
                        | InterruptKind::EmulationAssist
                        | InterruptKind::FpUnavailable
                ),
            });
        }
        stubs
    }

    /// A place for the handler of an IVOR: in the order of their numbers.
    fn ivor_index(&self, number: u16) -> u16 {
        match number {
            400..=415 => number - 400,
            _ => 16 + (number & 15),
        }
    }

    /// The registers that tell of the cause: ESR and DEAR, or DSISR and DAR.
    pub(super) fn told(&self) -> (u16, u16) {
        match self.family {
            Family::BookE => (62, 61),
            Family::Classic | Family::Server => (18, 19),
        }
    }

    /// What is done to the MSR in r21 before the program goes on with it, so that one difference does not make more.
    pub(super) fn clean(&self) -> &'static str {
        match self.family {
            // QEMU 7.2 tells the cause of a program interrupt in SRR1 as well, over CE.
            Family::BookE => "rlwinm r21, r21, 0, 15, 11",
            // Nor does it say in SRR1 what was traced.
            Family::Server => "rldicl r21, r21, 33, 1\nrldicl r21, r21, 31, 0",
            Family::Classic => "nop",
        }
    }

    pub(super) fn rfi(&self) -> &'static str {
        match self.family {
            Family::Server => "rfid",
            Family::Classic | Family::BookE => "rfi",
        }
    }

    /// Constants that [`Board::setup`] wants in registers.
    pub(super) fn prologue(&self, mut load: impl FnMut(usize, u64)) {
        if self.family == Family::BookE {
            load(3, 0x10_0000);
        }
    }

    /// What the guest does first: vectors where the image has them.
    pub(super) fn setup(&self) -> String {
        let mut text = String::from("li r4, 0\n");
        match self.model.interrupts {
            InterruptModel::Classic => text += "mtmsr r4\n",
            InterruptModel::BookE => {
                text += "mtspr 63, r3\n";
                for row in self.model.vectors.rows() {
                    if let Vector::Ivor(ivor) = row.vector {
                        let offset = 0x100 * self.ivor_index(ivor.get());
                        text += &format!("li r4, {offset}\nmtspr {}, r4\n", ivor.get());
                    }
                }
            }
            // HIOR; HID4 says that interrupts stay with the operating system.
            InterruptModel::Ppc970 => {
                text += "mtspr 311, r4\nli r5, 1\nrldicr r5, r5, 63, 63\nori r5, r5, 64\nmtspr 1012, r5\n";
            }
            // LPCR and HID0: interrupts in big-endian order, without relocation.
            InterruptModel::Server => text += "mtspr 318, r4\nmtspr 1008, r4\n",
            InterruptModel::Ppc405 => {}
        }
        text
    }

    /// Between two programs: nothing is pending.
    pub(super) fn quiet(&self) -> String {
        let mut text = String::from("lis r23, 0x7fff\nmtspr 22, r23\n");
        if self.family == Family::BookE {
            text += "li r23, 0\nmtspr 340, r23\nlis r23, -1\nmtspr 336, r23\n";
            text += self.disarm();
        }
        text
    }

    /// What ends a debug event, so that it is one.
    pub(super) fn disarm(&self) -> &'static str {
        match self.family {
            Family::BookE => "li r23, 0\nmtspr 308, r23\nlis r23, -1\nmtspr 304, r23\n",
            Family::Classic | Family::Server => "",
        }
    }
}
