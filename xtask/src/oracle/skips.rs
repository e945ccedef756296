//! Where GNU's answer and ours may differ, each with its reason; how often it did is told at the end.

use ppc_decode::{AA, operands as o};

/// What is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Check {
    Raw,
    Extended,
    /// Text by GNU, word by GNU.
    Assemble,
    /// Text by GNU, word by us.
    Read,
}

/// An accepted difference.
pub(super) struct Skip {
    pub(super) cpus: &'static [&'static str],
    pub(super) mnemonics: &'static [&'static str],
    pub(super) checks: &'static [Check],
    /// For words for which this holds.
    pub(super) when: fn(u32) -> bool,
    pub(super) reason: &'static str,
}

pub(super) const SKIPS: &[Skip] = &[
    Skip {
        cpus: &[],
        mnemonics: &["mfcr"],
        checks: &[Check::Raw],
        when: |_| true,
        reason: "GNU has one row for mfcr and mfocrf; raw prints the default of the FXM that mfcr lacks, -1",
    },
    Skip {
        cpus: &["e500mc", "e5500", "440", "464"],
        mnemonics: &["sync"],
        checks: &[Check::Raw],
        when: |word| o::L2.get(word) == 1,
        reason: "for Book E, GNU knows L = 1 only as the extended mnemonic lwsync",
    },
    Skip {
        cpus: &[
            "e500mc", "750cl", "440", "464", "e5500", "e6500", "power4", "power7", "power8", "power9",
            "power10",
        ],
        mnemonics: &["mftb"],
        checks: &[Check::Raw, Check::Extended, Check::Assemble],
        when: |_| true,
        reason: "for these CPUs GNU makes mfspr of mftb and does not know mftb's own opcode; for the 7450 it does",
    },
    Skip {
        cpus: &["604", "7410", "7450"],
        mnemonics: &["mfspr", "mtspr"],
        checks: &[Check::Extended],
        when: |word| o::SPR.get(word) >= 936,
        reason: "GNU uses the names of the 750's registers for the 750cl alone",
    },
    Skip {
        cpus: &["7410"],
        mnemonics: &["dcba"],
        checks: &[Check::Raw, Check::Extended, Check::Assemble],
        when: |_| true,
        reason: "dcba: GNU has it from the 7450 on, the 7410 already (MPC7410UM ch. 2)",
    },
    Skip {
        cpus: &["e500", "e500mc", "e5500", "e6500", "405", "440", "464"],
        mnemonics: &["mfspr"],
        checks: &[Check::Assemble, Check::Read],
        when: |word| matches!(o::SPR.get(word), 276..=279),
        reason: "SPRG4 to SPRG7 can be read by two numbers; as and we take the other, 260 to 263",
    },
    Skip {
        cpus: &[
            "power4", "power7", "power8", "power9", "power10", "e5500", "e6500",
        ],
        mnemonics: &["mtcrf"],
        checks: &[Check::Assemble],
        when: |word| o::FXM.get(word).count_ones() == 1,
        reason: "for POWER4 and later, as makes mtocrf of mtcrf with one field",
    },
    Skip {
        cpus: &[
            "power4", "power7", "power8", "power9", "power10", "e5500", "e6500",
        ],
        mnemonics: &["b", "bc"],
        checks: &[Check::Raw, Check::Extended],
        when: |word| word & AA != 0 && word & if word >> 26 == 18 { 0x0200_0000 } else { 0x8000 } != 0,
        reason: "objdump cuts absolute targets to 32 bits, ours are sign-extended to 64 as Book I 2.4 says",
    },
    Skip {
        cpus: &["e500", "e500mc", "e5500", "e6500"],
        mnemonics: &["tlbre", "tlbwe", "tlbsx"],
        checks: &[Check::Raw],
        when: |_| true,
        reason: "GNU has one row for the TLBs of both families; raw prints the operands that those with MAS registers lack",
    },
    Skip {
        cpus: &["power4", "power7", "power8"],
        mnemonics: &["slbia", "slbmfev", "slbmfee"],
        checks: &[Check::Raw],
        when: |_| true,
        reason: "GNU knows IH from POWER6, L from POWER9 on; raw prints ours, 0",
    },
    Skip {
        cpus: &["power10"],
        mnemonics: &["paste.", "slbiag"],
        checks: &[Check::Raw],
        when: |_| true,
        reason: "raw prints the L of version 3.1, which has one value",
    },
    Skip {
        cpus: &["power4"],
        mnemonics: &["hrfid", "mtsr", "mtsrin", "mfsr", "mfsrin"],
        checks: &[Check::Raw, Check::Extended, Check::Assemble],
        when: |_| true,
        reason: "the 970 has hypervisor state and segment registers as a bridge (970FX UM), GNU's POWER4 neither",
    },
    Skip {
        cpus: &["power7", "power8", "power9", "power10"],
        mnemonics: &["lfdp", "lfdpx", "stfdp", "stfdpx"],
        checks: &[Check::Raw, Check::Extended, Check::Assemble],
        when: |_| true,
        reason: "phased out but there (I 4.6.4); GNU has them for the POWER6 alone",
    },
    Skip {
        cpus: &["e5500", "e6500"],
        mnemonics: &["mcrxr"],
        checks: &[Check::Raw, Check::Extended, Check::Assemble],
        when: |_| true,
        reason: "GNU counts these among the servers, which dropped it; EREF 2.0 5.4 has it",
    },
    Skip {
        cpus: &["e6500"],
        mnemonics: &["sync"],
        checks: &[Check::Raw, Check::Extended],
        when: |word| o::L2.get(word) < 2,
        reason: "for this Book E alone, GNU prints sync, and raw the operands of a server's",
    },
    Skip {
        cpus: &["e500mc", "e5500", "e6500"],
        mnemonics: &["ehpriv"],
        checks: &[Check::Raw, Check::Extended, Check::Assemble],
        when: |_| true,
        reason: "GNU 2.40 does not know OC (EREF 2.0 5.4)",
    },
    Skip {
        cpus: &["405"],
        mnemonics: &["mfdcr", "mtdcr"],
        checks: &[Check::Raw, Check::Extended],
        when: |_| true,
        reason: "GNU names device control registers as one chip has them; which there are is the chip's business",
    },
    Skip {
        cpus: &["603", "e300", "power4", "e5500", "e6500"],
        mnemonics: &["mfspr", "mtspr"],
        checks: &[Check::Extended],
        when: |_| true,
        reason: "GNU names the 750's registers for the 750cl alone, VRSAVE not for a POWER4, and a server's for the e5500",
    },
];
