//! Texts that objdump never prints, assembled by GNU and by us.

use std::path::Path;

use ppc_decode::{Isa, assemble};

use super::{Cpu, Tally, gnu_assemble};

const TEXTS: &str = include_str!("texts.txt");

/// Texts that one side refuses, or reads differently.
pub(super) struct Skip {
    /// For CPUs for which this holds.
    on: fn(Isa) -> bool,
    texts: &'static [&'static str],
    pub(super) reason: &'static str,
}

pub(super) const SKIPS: &[Skip] = &[
    Skip {
        on: |_| true,
        texts: &[
            "extlwi r3,r4,0,3",
            "extrwi r3,r4,0,5",
            "extrwi r3,r4,8,30",
            "inslwi r3,r4,8,30",
            "insrwi r3,r4,8,25",
            "clrlslwi r3,r4,4,8",
            "clrlslwi r3,r4,39,8",
            "rotrwi r3,r4,32",
        ],
        reason: "outside of what Book I C.7 defines for n and b; as lets fields wrap, we let the whole turn alone wrap",
    },
    Skip {
        on: |_| true,
        texts: &[
            "lwzu r3,8(r3)",
            "lwzu r3,8(0)",
            "lmw r3,8(r4)",
            "sync 3",
            "wait 1",
        ],
        reason: "invalid forms: as refuses them, we make them, since tests of what a CPU does with them need them",
    },
    Skip {
        on: |isa| isa.contains(Isa::BOOKE.union(Isa::SYNC_L)),
        texts: &["sync 0", "sync 1"],
        reason: "for Book E, GNU knows L = 1 only as the extended mnemonic lwsync",
    },
    Skip {
        on: |_| true,
        texts: &["mfibatu1 r3", "mfspr r3,tar"],
        reason: "we read the names of registers as operands too, and the number of a counted one at its end",
    },
    Skip {
        on: |isa| !isa.contains(Isa::V2_01),
        texts: &["mfocrf r3,0x10", "mtocrf 0x10,r3"],
        reason: "as takes them for any CPU; those before version 2.01 read them as mfcr and mtcrf",
    },
    Skip {
        on: |isa| !isa.contains(Isa::V2_01),
        texts: &["bc- 12,eq,.-8"],
        reason: "as refuses - for a BO that is a number where the hint is the y bit; it takes +",
    },
    Skip {
        on: |isa| isa.contains(Isa::PPC64),
        texts: &["mtcrf 0x80,r3"],
        reason: "for POWER4 and later, as makes mtocrf of mtcrf with one field",
    },
    Skip {
        on: |isa| isa.contains(Isa::PAIRED),
        texts: &["mftb r3", "mftb r3,268", "mftbl r3", "mftbu r3"],
        reason: "as does not know mftb for the 750cl; for the 7450 it does",
    },
    Skip {
        on: |isa| isa == Isa::E300,
        texts: &["icbt r3,r4", "icbt 0,r3,r4"],
        reason: "GNU's e300 is the e300c3 and c4; the model is the e300c1",
    },
    Skip {
        on: |isa| isa == Isa::POWER7,
        texts: &["icbt r3,r4", "icbt 0,r3,r4"],
        reason: "as takes it for any CPU; servers have it since version 2.07",
    },
    Skip {
        on: |isa| !isa.contains(Isa::NON_SERVER),
        texts: &["rfi"],
        reason: "as takes it for any CPU; 64-bit servers do not have it",
    },
    Skip {
        on: |isa| isa.contains(Isa::BOOKE.union(Isa::PPC64)),
        texts: &[
            "cmp cr1,r3,r4",
            "cmpi 1,r3,5",
            "cmpl cr2,r3,r4",
            "mfcr r3,1",
            "mcrxr cr3",
            "mtmsrd r3",
            "mtmsrd r3,1",
            "mtppr r3",
            "ptesync",
            "dcbfl r3,r4",
            "dcbtct r3,r4",
            "dcbtct r3,r4,0",
            "dcbtds r3,r4",
            "dcbtds r3,r4,9",
            "dcbtstds r3,r4,9",
        ],
        reason: "GNU counts the e5500 and e6500 among the servers, whose instructions and operands they lack (EREF 2.0 ch. 5)",
    },
    Skip {
        on: |isa| isa.contains(Isa::SERVER) && !isa.contains(Isa::V2_05),
        texts: &["mcrxr cr3"],
        reason: "as still takes it for a POWER4; servers dropped it in version 2.01",
    },
];

/// Compares all texts for one CPU, if it is a whole one.
pub(super) fn compare(dir: &Path, cpu: &Cpu, tally: &mut Tally) -> Result<(), String> {
    if !cpu.isa.contains(Isa::BASE) {
        return Ok(());
    }
    let texts: Vec<String> = TEXTS
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(String::from)
        .collect();
    let theirs = gnu_assemble(dir, cpu, &texts)?;
    for ((text, theirs), cia) in texts.iter().zip(theirs).zip((0u64..).step_by(4)) {
        let ours = assemble(text, cia, cpu.isa);
        tally.cases += 1;
        if ours.ok() == theirs {
            continue;
        }
        let skip = SKIPS
            .iter()
            .position(|skip| (skip.on)(cpu.isa) && skip.texts.contains(&text.as_str()));
        if let Some(skip) = skip {
            tally.skipped_texts[skip] += 1;
            continue;
        }
        tally.differed += 1;
        let ours = ours.map_or_else(|why| why.to_string(), |word| format!("{word:08x}"));
        let theirs = theirs.map_or("refuses it".to_string(), |word| format!("{word:08x}"));
        println!("{} `{text}`: ours {ours}, GNU's {theirs}", cpu.name);
    }
    Ok(())
}
