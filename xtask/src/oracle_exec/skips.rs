//! What is not compared with QEMU, and why.

use crate::vectors::run::Target;
use crate::vectors::{CR, State, WINDOW, WINDOW_BYTES, XER};
use ppc_decode::{AA, Insn, operands as o};

/// What of an answer counts for nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hidden {
    /// All of it: the case does not run.
    Everything,
    /// The upper word of RT, and what CR0 says about a result of 64 bits.
    UpperWord,
    /// RT, and what CR0 says about it.
    Result,
    /// All fields of RT but those that FXM names.
    OtherFields,
    /// The bits of XER that have no name.
    ReservedXer,
}

/// An accepted difference.
pub(crate) struct Skip {
    pub(crate) mnemonics: &'static [&'static str],
    when: fn(&Insn, &State, &Target) -> bool,
    pub(crate) hidden: Hidden,
    pub(crate) reason: &'static str,
}

/// The low words of RA and RB.
fn words(insn: &Insn, before: &State) -> (u32, u32) {
    let word = |n: usize| (before.regs[n] & 0xffff_ffff).try_into().unwrap_or(u32::MAX);
    (word(insn.ra()), word(insn.rb()))
}

/// Whether a quotient of words does not exist (division by 0) or does not fit. Twice as wide, computed on its own.
fn has_no_word_quotient(insn: &Insn, before: &State) -> bool {
    let (a, b) = words(insn, before);
    let mnemonic = insn.op.row().mnemonic;
    let shift = if mnemonic.starts_with("divwe") { 32 } else { 0 };
    if b == 0 {
        return true;
    }
    if mnemonic.ends_with('u') || mnemonic == "moduw" {
        return (u64::from(a) << shift) / u64::from(b) > u64::from(u32::MAX);
    }
    let quotient = (i64::from(a.cast_signed()) << shift).wrapping_div(i64::from(b.cast_signed()));
    i32::try_from(quotient).is_err()
}

fn has_no_doubleword_quotient(insn: &Insn, before: &State) -> bool {
    let (a, b) = (before.regs[insn.ra()], before.regs[insn.rb()]);
    let mnemonic = insn.op.row().mnemonic;
    let shift = if mnemonic.starts_with("divde") { 64 } else { 0 };
    if b == 0 {
        return true;
    }
    if mnemonic.ends_with('u') || mnemonic == "modud" {
        return (u128::from(a) << shift) / u128::from(b) > u128::from(u64::MAX);
    }
    let quotient = (i128::from(a.cast_signed()) << shift).wrapping_div(i128::from(b.cast_signed()));
    i64::try_from(quotient).is_err()
}

/// The address of an access, and whether it is one of `bytes` that lies in the window at a multiple of `align`.
fn is_placed(insn: &Insn, before: &State, target: &Target, align: u64, bytes: u64) -> bool {
    let operands = insn.op.row().operands;
    // RA = 0 of an update form is the register.
    let base = if insn.ra() == 0 && operands.contains(&o::RA0) {
        0
    } else {
        before.regs[insn.ra()]
    };
    let offset = if operands.contains(&o::RB) {
        before.regs[insn.rb()]
    } else if operands.contains(&o::D) {
        insn.d().cast_unsigned()
    } else {
        0
    };
    let address = base.wrapping_add(offset) & target.address_mask();
    address.is_multiple_of(align) && address.wrapping_sub(WINDOW) <= WINDOW_BYTES as u64 - bytes
}

/// Whether a quadword or an operand of an operation in memory is aligned.
fn is_aligned(insn: &Insn, before: &State, target: &Target) -> bool {
    let operands = insn.op.row().operands;
    let base = if insn.ra() == 0 { 0 } else { before.regs[insn.ra()] };
    let (offset, align) = if operands.contains(&o::RB) {
        (before.regs[insn.rb()], 16)
    } else if operands.contains(&o::DQ) {
        (insn.dq().cast_unsigned(), 16)
    } else if operands.contains(&o::DS) {
        (insn.ds().cast_unsigned(), 16)
    } else if matches!(insn.op.row().mnemonic, "lwat" | "stwat") {
        (0, 4)
    } else {
        (0, 8)
    };
    (base.wrapping_add(offset) & target.address_mask()).is_multiple_of(align)
}

/// Whether a bounded operation in memory finds its bound: the two numbers are equal, or for code 25 different.
fn is_at_bound(insn: &Insn, before: &State, target: &Target) -> bool {
    let len = if insn.op.row().mnemonic == "lwat" { 4 } else { 8 };
    let base = if insn.ra() == 0 { 0 } else { before.regs[insn.ra()] };
    let at = usize::try_from((base & target.address_mask()).wrapping_sub(WINDOW)).unwrap_or(usize::MAX);
    let numbers = before.window.get(at..).and_then(|bytes| bytes.get(..2 * len));
    let is_equal = numbers.is_some_and(|bytes| bytes[..len] == bytes[len..]);
    matches!(insn.fc(), 24 | 25) && is_equal == (insn.fc() == 24)
}

pub(crate) static SKIPS: &[Skip] = &[
    Skip {
        mnemonics: &["lwat", "stwat"],
        when: |insn, _, _| matches!(insn.fc(), 5 | 7),
        hidden: Hidden::Everything,
        reason: "signed maximum and minimum of words: QEMU 7.2 compares doublewords, the word in memory unsigned (II 4.5)",
    },
    Skip {
        mnemonics: &["lwat", "ldat"],
        when: |insn, _, _| insn.fc() == 28,
        hidden: Hidden::Everything,
        reason: "fetch and decrement bounded: the bound is below the operand (II 4.5.1), QEMU 7.2 looks above it",
    },
    Skip {
        mnemonics: &["lwat", "ldat"],
        when: is_at_bound,
        hidden: Hidden::Everything,
        reason: "at its bound the result is 1 << (8s - 1) (II 4.5.1); QEMU 7.2 gives -2^31 for either size",
    },
    Skip {
        mnemonics: &[
            "macchw", "macchws", "macchwsu", "macchwu", "machhw", "machhws", "machhwsu", "machhwu", "maclhw",
            "maclhws", "maclhwsu", "maclhwu", "nmacchw", "nmacchws", "nmachhw", "nmachhws", "nmaclhw",
            "nmaclhws",
        ],
        when: |_, _, _| true,
        hidden: Hidden::Everything,
        reason: "QEMU 7.2 drops plain results, and takes the carry of signed sums for overflow; PPC405UM ch. 9 says otherwise",
    },
    Skip {
        mnemonics: &[
            "lfs", "lfsu", "lfsx", "lfsux", "lfd", "lfdu", "lfdx", "lfdux", "stfs", "stfsu", "stfsx",
            "stfsux", "stfd", "stfdu", "stfdx", "stfdux", "stfiwx",
        ],
        when: |insn, before, target| {
            matches!(target.name, "603" | "750") && !is_placed(insn, before, target, 4, 0)
        },
        hidden: Hidden::Everything,
        reason: "floating point not at a word: an alignment interrupt (PEM 6.4.6, MPC750UM and 603e UM 4.5.6), which QEMU does not take",
    },
    Skip {
        mnemonics: &["rfmci"],
        when: |_, _, target| target.name == "e500v2",
        hidden: Hidden::Everything,
        reason: "rfmci: QEMU's e500v2 does not have it, the manual's does (E500CORERM 5.7.2)",
    },
    Skip {
        mnemonics: &["isel"],
        when: |_, _, target| matches!(target.name, "440" | "464"),
        hidden: Hidden::Everything,
        reason: "isel: not in QEMU 7.2's 440 family, though PPC440x5UM 2.4.1.8 describes it",
    },
    Skip {
        mnemonics: &["dlmzb"],
        when: |_, _, target| target.name == "405",
        hidden: Hidden::Everything,
        reason: "dlmzb: QEMU has it for the 440, the 405's manual for the 405 as well (PPC405UM ch. 9)",
    },
    Skip {
        mnemonics: &[
            "copy", "paste.", "cpabort", "scv", "rfebb", "clrbhrb", "mfbhrbe", "mfpmr", "mtpmr", "bblels",
            "bbelr", "hashst", "hashchk", "rfscv", "rfgi", "urfid", "msgsndu", "msgclru", "slbfee.", "dnh",
            "ehpriv", "attn", "eciwx", "ecowx", "mfdcrux", "mtdcrux", "icswx",
        ],
        when: |_, _, _| true,
        hidden: Hidden::Everything,
        reason: "not in QEMU 7.2's user mode; of the hashes, whose key is random there, those of its powernv10 are vectors",
    },
    Skip {
        mnemonics: &[
            "lbdx", "lhdx", "lwdx", "stbdx", "sthdx", "stwdx", "lfddx", "stfddx", "dsn", "dcbal", "dcbzl",
        ],
        when: |_, _, _| true,
        hidden: Hidden::Everything,
        reason: "QEMU 7.2 has no decorated storage and does not know the L bit of dcbz and dcba",
    },
    Skip {
        mnemonics: &["dcbstep", "dcbfep", "icbiep", "dcbzep", "dcbtep", "dcbtstep"],
        when: |_, _, _| true,
        hidden: Hidden::Everything,
        reason: "cache instructions by external process ID: privileged (EREF 2.0 5.4), which QEMU 7.2 does not check",
    },
    Skip {
        mnemonics: &["darn"],
        when: |insn, _, _| insn.l_random() < 3,
        hidden: Hidden::Everything,
        reason: "random numbers",
    },
    Skip {
        mnemonics: &["lwat", "ldat", "stwat", "stdat"],
        when: |insn, _, _| {
            let is_load = insn.op.row().mnemonic.starts_with('l');
            !matches!((is_load, insn.fc()), (_, 0..=7 | 24) | (true, 8 | 16 | 25 | 28))
        },
        hidden: Hidden::Everything,
        reason: "undefined codes: a data storage interrupt (II 4.5), where QEMU has an illegal instruction",
    },
    Skip {
        mnemonics: &["lswi", "lswx", "stswi", "stswx"],
        when: |insn, before, target| !is_placed(insn, before, target, 1, 0),
        hidden: Hidden::Everything,
        reason: "strings outside RAM are not modelled",
    },
    Skip {
        mnemonics: &["lq", "stq", "lqarx", "stqcx.", "lwat", "ldat", "stwat", "stdat"],
        when: |insn, before, target| !is_aligned(insn, before, target),
        hidden: Hidden::Everything,
        reason: "unaligned: an alignment interrupt (III 6.5.8), which QEMU's user mode does not take",
    },
    Skip {
        mnemonics: &["lswi", "lswx", "stswi", "stswx"],
        when: |_, _, target| target.is_little_endian(),
        hidden: Hidden::Everything,
        reason: "strings in little-endian mode: alignment interrupt, of which QEMU's user mode dies",
    },
    Skip {
        mnemonics: &["sc"],
        when: |_, _, _| true,
        hidden: Hidden::Everything,
        reason: "it is a system call of the program that executes the cases",
    },
    Skip {
        mnemonics: &["wait"],
        when: |_, _, _| true,
        hidden: Hidden::Everything,
        reason: "user mode has no interrupts to wait for",
    },
    Skip {
        mnemonics: &["mftb"],
        when: |_, _, _| true,
        hidden: Hidden::Everything,
        reason: "time is not the same twice",
    },
    Skip {
        mnemonics: &["dcbtls", "dcbtstls", "dcblc", "icbtls", "icblc"],
        when: |_, _, _| true,
        hidden: Hidden::Everything,
        reason: "cache locking without MSR[UCLE]: a data storage interrupt (EREF 2.0 5.4); QEMU does nothing",
    },
    Skip {
        mnemonics: &["dcba"],
        when: |_, _, _| true,
        hidden: Hidden::Everything,
        reason: "the contents are undefined: QEMU does nothing, our core zeroes the block (PEM 8.2 allows both)",
    },
    Skip {
        mnemonics: &["dcbf"],
        when: |insn, _, _| insn.l2() >= 2,
        hidden: Hidden::Everything,
        reason: "dcbf with L = 2 or 3: illegal to QEMU 7.2, though 3 is dcbflp (II 4.3.2) and older CPUs ignore L",
    },
    Skip {
        mnemonics: &["icbt"],
        when: |insn, _, target| insn.ct() != 0 || target.model.is_64bit,
        hidden: Hidden::Everything,
        reason: "icbt with CT, and any on POWER9: illegal to QEMU 7.2, a hint by EREF 2.0 5.4 and II 4.3.1",
    },
    Skip {
        mnemonics: &["bc"],
        when: |insn, _, _| insn.word & AA != 0,
        hidden: Hidden::Everything,
        reason: "absolute targets are at the ends of the address space, which a Linux program cannot map",
    },
    Skip {
        mnemonics: &["divw", "divwu", "divwe", "divweu", "modsw", "moduw"],
        when: |insn, before, _| has_no_word_quotient(insn, before),
        hidden: Hidden::Result,
        reason: "division by zero or overflow: the result is undefined (I 3.3.9); OV and SO are compared",
    },
    Skip {
        mnemonics: &["divde"],
        when: |insn, before, _| {
            let [a, b] = [insn.ra(), insn.rb()].map(|n| before.regs[n].cast_signed().unsigned_abs());
            insn.oe() && has_no_doubleword_quotient(insn, before) && a < b
        },
        hidden: Hidden::Everything,
        reason: "divdeo whose quotient has 64 bits and a sign: QEMU 7.2 looks at |RA| >= |RB| alone and misses the overflow",
    },
    Skip {
        mnemonics: &["lmw", "stmw"],
        when: |_, _, target| target.is_little_endian(),
        hidden: Hidden::Everything,
        reason: "multiple accesses in little-endian mode: alignment interrupt, of which QEMU's user mode dies",
    },
    Skip {
        mnemonics: &[
            "lmw", "stmw", "lwarx", "stwcx.", "ldarx", "stdcx.", "lharx", "sthcx.",
        ],
        when: |insn, before, target| {
            let align = match insn.op.row().mnemonic {
                "lharx" | "sthcx." => 2,
                "ldarx" | "stdcx." => 8,
                _ => 4,
            };
            !is_placed(insn, before, target, align, align)
        },
        hidden: Hidden::Everything,
        reason: "unaligned: an alignment interrupt (II 4.6.2, MPC750 UM ch. 4), which QEMU's user mode does not take",
    },
    Skip {
        mnemonics: &["dcbz"],
        when: |insn, before, target| !is_placed(insn, before, target, 1, 1),
        hidden: Hidden::Everything,
        reason: "dcbz outside RAM: an alignment interrupt, where QEMU's user mode has a segmentation fault",
    },
    Skip {
        mnemonics: &["dcbz"],
        when: |_, before, target| target.name == "970" && before.sprs.is_empty(),
        hidden: Hidden::Everything,
        reason: "dcbz on the 970: QEMU's user mode has 32 bytes chosen in HID5, reset the whole block",
    },
    Skip {
        mnemonics: &["divd", "divdu", "divde", "divdeu", "modsd", "modud"],
        when: |insn, before, _| has_no_doubleword_quotient(insn, before),
        hidden: Hidden::Result,
        reason: "division by zero or overflow: the result is undefined (I 3.3.9.1); OV and SO are compared",
    },
    Skip {
        mnemonics: &[
            "mulhw", "mulhwu", "divw", "divwu", "divwe", "divweu", "modsw", "moduw",
        ],
        when: |_, _, target| target.model.is_64bit,
        hidden: Hidden::UpperWord,
        reason: "the upper word is undefined, and with it CR0 in 64-bit mode (I 3.3.9); SO is compared",
    },
    Skip {
        mnemonics: &["mfocrf"],
        when: |_, _, _| true,
        hidden: Hidden::OtherFields,
        reason: "the other fields are undefined (I 3.3.17)",
    },
    Skip {
        mnemonics: &["mtspr"],
        when: |insn, _, _| insn.spr() == 1,
        hidden: Hidden::ReservedXer,
        reason: "reserved bits of XER: QEMU keeps them, our core reads them as 0 (I 1.3.3 allows both)",
    },
];

impl Skip {
    fn applies(&self, insn: &Insn, before: &State, target: &Target) -> bool {
        self.mnemonics.contains(&insn.op.row().mnemonic) && (self.when)(insn, before, target)
    }

    /// The undefined bits.
    fn mask(&self, insn: &Insn) -> State {
        let mut mask = State {
            regs: [0; crate::vectors::REGISTERS],
            ..State::default()
        };
        let cr0 = if insn.rc() && insn.op.row().record.mask() & 1 != 0 {
            0xe000_0000
        } else {
            0
        };
        match self.hidden {
            Hidden::Everything => mask.regs = [u64::MAX; crate::vectors::REGISTERS],
            Hidden::UpperWord => {
                mask.regs[insn.rt()] = 0xffff_ffff_0000_0000;
                mask.regs[CR] = cr0;
            }
            Hidden::Result => {
                mask.regs[insn.rt()] = u64::MAX;
                mask.regs[CR] = cr0;
            }
            Hidden::OtherFields => {
                let fields = (0..8).filter(|n| insn.fxm() >> n & 1 != 0);
                mask.regs[insn.rt()] = !fields.fold(0, |bits, n| bits | 0xf << (4 * n));
            }
            Hidden::ReservedXer => mask.regs[XER] = !0xe00c_007f,
        }
        mask
    }
}

/// The lines of [`SKIPS`] that apply, and the bits of the registers they hide; none if the case does not run.
pub(crate) fn find(
    insn: &Insn,
    before: &State,
    target: &Target,
) -> (Vec<usize>, Option<[u64; crate::vectors::REGISTERS]>) {
    let mut hidden = Some([0; crate::vectors::REGISTERS]);
    let mut lines = Vec::new();
    for (line, skip) in SKIPS.iter().enumerate() {
        if !skip.applies(insn, before, target) {
            continue;
        }
        lines.push(line);
        if skip.hidden == Hidden::Everything {
            hidden = None;
        }
        if let Some(bits) = &mut hidden {
            for (bits, more) in bits.iter_mut().zip(skip.mask(insn).regs) {
                *bits |= more;
            }
        }
    }
    (lines, hidden)
}
