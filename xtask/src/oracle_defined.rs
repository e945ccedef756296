//! `oracle disasm`, its other half: does a CPU have instructions that our tables call illegal there?
//!
//! Every primary opcode with every value of the low eleven bits, and a few choices of what lies between, goes through
//! `objdump`. What GNU knows and we call illegal has to be in [`FOREIGN`], with the reason why the CPU does not have it; what we
//! know nothing of has to belong to one of the facilities of [`WITHOUT_TABLES`].
//! (The other way round is seen by disassembling what we define.)

use crate::oracle::{Cpu, objdump};
use ppc_decode::{Decoder, Isa, Style, Undecoded};
use std::collections::BTreeMap;
use std::fs;

/// Instructions that GNU gives to a CPU and its manuals do not.
struct Foreign {
    /// None for all.
    cpus: &'static [&'static str],
    mnemonics: &'static [&'static str],
    #[expect(dead_code, reason = "it is for readers of the table")]
    reason: &'static str,
}

#[rustfmt::skip]
const FOREIGN: &[Foreign] = &[
    Foreign {
        cpus: &["405", "440", "464"],
        mnemonics: &[
            "fabs", "fadd", "fadds", "fcmpo", "fcmpu", "fctiw", "fctiwz", "fdiv", "fdivs", "fmadd", "fmadds", "fmr",
            "fmsub", "fmsubs", "fmul", "fmuls", "fnabs", "fneg", "fnmadd", "fnmadds", "fnmsub", "fnmsubs", "frsp",
            "fsel", "fsub", "fsubs", "lfd", "lfdu", "lfdux", "lfdx", "lfs", "lfsu", "lfsux", "lfsx", "mffs", "mtfsf",
            "stfd", "stfdu", "stfdux", "stfdx", "stfiwx", "stfs", "stfsu", "stfsux", "stfsx", "udi0fcm", "udi1fcm",
            "udi2fcm", "udi3fcm", "udi4fcm", "udi5fcm", "udi6fcm", "udi7fcm", "udi8fcm", "udi9fcm", "udi10fcm",
            "udi11fcm", "udi12fcm", "udi13fcm", "udi14fcm", "udi15fcm", "cget", "cput", "get", "put", "ncget", "ncput",
            "nget", "nput", "lbfcmux", "lbfcmx", "ldfcmux", "ldfcmx", "lhfcmux", "lhfcmx", "lqfcmux", "lqfcmx",
            "lwfcmux", "lwfcmx", "stbfcmux", "stbfcmx", "stdfcmux", "stdfcmx", "sthfcmux", "sthfcmx", "stqfcmux",
            "stqfcmx", "stwfcmux", "stwfcmx",
        ],
        reason: "for an auxiliary processor, which these do not have (PPC440x5UM 9.1)",
    },
    Foreign {
        cpus: &["e500", "405", "440", "464"],
        mnemonics: &["fres", "frsqrte", "fsqrt", "fsqrts", "mcrfs", "mtfsb0", "mtfsb1", "mtfsfi"],
        reason: "there are no floating-point registers",
    },
    Foreign {
        cpus: &["405", "440", "464"],
        mnemonics: &["mfsr", "mfsrin", "mtsr", "mtsrin", "tlbivax"],
        reason: "the 4xx family has neither segments nor broadcast TLB invalidation (PPC405UM ch. 9, PPC440x5UM ch. 9)",
    },
    Foreign {
        cpus: &[],
        mnemonics: &["tlbia", "tlbie", "tlbld", "tlbli", "eciwx", "ecowx", "mfapidi"],
        reason: "optional in their architectures, and GNU gives them to all; the manual of each CPU says whether it has them",
    },
    Foreign {
        cpus: &["power7"],
        mnemonics: &["icbt"],
        reason: "of servers since version 2.07; GNU gives it to all",
    },
    Foreign {
        cpus: &["7450"],
        mnemonics: &["dcba"],
        reason: "the 7450 has it, the 750 has not (MPC750UM 2.3)",
    },
    Foreign {
        cpus: &["e300"],
        mnemonics: &["icbt", "mfpmr", "mtpmr"],
        reason: "GNU's e300 is the e300c3 and c4, with a performance monitor; the model is the e300c1",
    },
    Foreign {
        cpus: &["e500"],
        mnemonics: &["dcblce", "dcbtlse", "dcbtstlse", "icblce", "icbtlse", "evlddepx", "evstddepx"],
        reason: "not in E500CORERM ch. 3",
    },
    Foreign {
        cpus: &["e500", "e500mc", "e5500", "e6500", "440"],
        mnemonics: &["mfdcr", "mtdcr", "mfdcrx", "mtdcrx", "mfdcrux", "mtdcrux"],
        reason: "the e500 family has no DCRs (EREF 2.0 2.3), the 440x5 none by a number in a register (PPC440x5UM 2.4.3)",
    },
    Foreign {
        cpus: &["e500mc"],
        mnemonics: &["lddx", "stddx", "ldepx", "stdepx"],
        reason: "doublewords need 64 bits",
    },
    Foreign {
        cpus: &["e500mc", "e5500"],
        mnemonics: &["efdcfsid", "efdcfuid", "efdctsidz", "efdctuidz"],
        reason: "there is no SPE",
    },
    Foreign {
        cpus: &["e5500", "e6500"],
        mnemonics: &[
            "addg6s", "attn", "cbcdtd", "cdtbcd", "divde", "divdeo", "divdeu", "divdeuo", "divwe", "divweo", "divweu",
            "divweuo", "doze", "hrfid", "icswx", "lbzcix", "ldcix", "lfiwax", "lfiwzx", "lhzcix", "lq", "lwzcix",
            "mtmsrd", "mtsrd", "mtsrdin", "nap", "rfid", "rvwinkle", "slbfee", "slbia", "slbie", "slbmfee", "slbmfev",
            "slbmte", "sleep", "stbcix", "stdcix", "sthcix", "stq", "stwcix", "tlbiel",
        ],
        reason: "GNU gives them all that POWER7 has; EREF 2.0 has not",
    },
    Foreign {
        cpus: &["power4"],
        mnemonics: &["lq", "stq", "mcrxr"],
        reason: "the 970 has neither quadwords nor mcrxr (970FX UM ch. 2)",
    },
    Foreign {
        cpus: &["power4", "power7", "power8", "power9", "power10"],
        mnemonics: &["mtsrd", "mtsrdin", "dcbi", "rfi"],
        reason: "dropped with version 2.00 of the architecture",
    },
    Foreign {
        cpus: &["power8", "power9", "power10"],
        mnemonics: &["mtsle", "pbt", "waitasec", "rmieg", "hashchk", "hashchkp", "hashst", "hashstp"],
        reason: "in no version of the Power ISA, or (hashes) in 3.1 alone",
    },
    Foreign {
        cpus: &["power9", "power10"],
        mnemonics: &["icswx", "msgclru", "msgsndu", "urfid"],
        reason: "dropped with version 3.0; or of the ultravisor, which version 3.0B does not have",
    },
    Foreign {
        cpus: &["power10"],
        mnemonics: &[
            "paste", "tabort", "tabortdc", "tabortdci", "tabortwc", "tabortwci", "tbegin", "tcheck", "tend", "trechkpt",
            "treclaim", "tsr",
        ],
        reason: "transactions were dropped with version 3.1, and paste. always records",
    },
];

/// The registers of the words: no field, equal fields, fields that make most operands valid.
const REGISTERS: [u32; 5] = [0, 0x0064_2800, 0x00c8_5000, 0x0020_0000, 0x03fe_e800];

/// Facilities without tables, and what the names of their instructions begin with. What decodes as unknown has to be one of
/// these: no fixed-point, branch or system instruction is among it.
#[rustfmt::skip]
const WITHOUT_TABLES: &[(&str, &[&str])] = &[
    ("floating point", &["f", "mcrfs", "mffs", "mtfs"]),
    (
        "decimal floating point",
        &[
            "dadd", "dcf", "dcmp", "dct", "ddedpd", "ddiv", "denbcd", "diex", "dmul", "dqua", "dr", "dsc", "dsub", "dtst",
            "dxex",
        ],
    ),
    ("AltiVec", &["v", "lv", "stv", "mfv", "mtv", "mvidsplt", "mviwsplt", "dss", "dst", "bcd"]),
    ("VSX and matrices", &["dmx", "xs", "xv", "xx", "lxs", "lxv", "stxs", "stxv"]),
    ("SPE", &["ev", "ef", "brinc"]),
    ("paired singles", &["ps_", "psq_", "dcbz_l"]),
    ("transactional memory", &["tabort", "tbegin", "tcheck", "tend", "trechkpt", "treclaim", "tsr"]),
    ("prefixed instructions", &["paddi", "pl", "pm", "pnop", "pst"]),
];

/// Looks for instructions that we miss; how many kinds there are.
pub(crate) fn compare(cpu: &Cpu) -> Result<usize, String> {
    if !cpu.isa.contains(Isa::BASE) {
        // A part of a CPU.
        return Ok(0);
    }
    let mut missed = known_to_gnu(cpu, Undecoded::Illegal)?;
    missed.retain(|mnemonic, _| {
        !FOREIGN.iter().any(|row| {
            (row.cpus.is_empty() || row.cpus.contains(&cpu.name))
                && row.mnemonics.contains(&mnemonic.as_str())
        })
    });
    for (mnemonic, word) in &missed {
        println!("{} {word:08x}: illegal to us, GNU knows {mnemonic}", cpu.name);
    }
    let mut untabled = known_to_gnu(cpu, Undecoded::Unknown)?;
    untabled.retain(|mnemonic, _| {
        let mut beginnings = WITHOUT_TABLES.iter().flat_map(|(_, beginnings)| *beginnings);
        !beginnings.any(|beginning| mnemonic.starts_with(beginning))
    });
    for (mnemonic, word) in &untabled {
        println!("{} {word:08x}: in no table, GNU knows {mnemonic}", cpu.name);
    }
    Ok(missed.len() + untabled.len())
}

/// What GNU knows of the words that do not decode for this reason: a word for each mnemonic.
fn known_to_gnu(cpu: &Cpu, why: Undecoded) -> Result<BTreeMap<String, u32>, String> {
    let decoder = Decoder::new(cpu.isa);
    let words: Vec<u32> = (0..64u32)
        .flat_map(|primary| (0..2048u32).map(move |low| primary << 26 | low))
        .flat_map(|word| REGISTERS.map(|registers| word | registers))
        .filter(|word| decoder.decode(*word) == Err(why))
        .collect();
    if words.is_empty() {
        return Ok(BTreeMap::new());
    }
    let path = std::env::temp_dir().join(format!("ppc-oracle-defined-{}", std::process::id()));
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
    fs::write(&path, bytes).map_err(|why| format!("{}: {why}", path.display()))?;
    let texts = objdump(cpu, &path, Style::Raw);
    // Nothing depends on the file being gone.
    let _ = fs::remove_file(&path);
    let mut known = BTreeMap::new();
    for (word, text) in words.iter().zip(texts?) {
        let mnemonic = text.split(' ').next().unwrap_or_default();
        if mnemonic != ".long" {
            known
                .entry(mnemonic.trim_end_matches('.').into())
                .or_insert(*word);
        }
    }
    Ok(known)
}
