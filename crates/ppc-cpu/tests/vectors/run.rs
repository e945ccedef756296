//! Vectors on our core.

use super::format::Vector;
use super::{CR, CTR, FPR, LR, Outcome, PC, REFUSALS, State, TAR, WINDOW, WINDOW_BYTES, XER};
use ppc_cpu::model::{self, Model};
use ppc_cpu::{Cpu, Memory};
use ppc_decode::{Decoder, Insn, Isa, Op, Style, assemble, disassemble};
use spr_exit::{Exit, InterruptKind, Msr, SprNum, num};

/// A CPU in a mode.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    /// The name of the group it belongs to, which tags may use too.
    pub(crate) group: &'static str,
    pub(crate) model: &'static Model,
    /// The bits of its mode; [`State::msr`] has the others.
    pub(crate) msr: Msr,
    /// Whether only lines are for it that name it, or that are for nobody else.
    pub(crate) is_second: bool,
}

/// Every CPU and mode: `ppc32` for all 32-bit CPUs or one of them by name; POWER9 as `ppc64`, as `ppc64/32` in 32-bit
/// mode, as `le` in little-endian 64-bit mode; the 970 by name. Behind them CPUs for lines that name them or that are for
/// nobody else. The 464 is no model yet: its instructions are on a 440.
pub(crate) static TARGETS: [Target; 15] = [
    target("e500v2", "ppc32", &model::E500V2, Msr::empty()),
    target("e500mc", "ppc32", &model::E500MC, Msr::empty()),
    target("750", "ppc32", &model::PPC750, Msr::empty()),
    target("ppc64", "ppc64", &model::POWER9, Msr::SF),
    target("ppc64/32", "ppc64/32", &model::POWER9, Msr::empty()),
    target("le", "le", &model::POWER9, Msr::SF.union(Msr::LE)),
    target("405", "ppc32", &model::PPC405, Msr::empty()),
    target("440", "ppc32", &model::PPC440, Msr::empty()),
    target("970", "970", &model::PPC970, Msr::SF),
    second("464", &PPC464, Msr::empty()),
    second("e6500", &model::E6500, Msr::empty()),
    second("power10", &model::POWER10, Msr::SF),
    second("power8", &model::POWER8, Msr::SF),
    second("603", &model::PPC603E, Msr::empty()),
    second("power7", &model::POWER7, Msr::SF),
];

static PPC464: Model = Model {
    isa: Isa::PPC464,
    ..model::PPC440
};
/// The bits that are a target's, not a line's.
const MODE: Msr = Msr::SF.union(Msr::LE).union(Msr::FP);

const fn target(name: &'static str, group: &'static str, model: &'static Model, msr: Msr) -> Target {
    Target {
        name,
        group,
        model,
        // Without floating point the bit is not implemented.
        msr: msr.union(Msr::FP),
        is_second: false,
    }
}

const fn second(name: &'static str, model: &'static Model, msr: Msr) -> Target {
    Target {
        is_second: true,
        ..target(name, name, model, msr)
    }
}

impl Target {
    /// Bits of a register.
    pub(crate) fn width(&self) -> u32 {
        if self.model.is_64bit { 64 } else { 32 }
    }

    pub(crate) fn mask(&self) -> u64 {
        u64::MAX >> (64 - self.width())
    }

    /// Bits of an address in this mode.
    pub(crate) fn address_mask(&self) -> u64 {
        if self.msr.contains(Msr::SF) {
            u64::MAX
        } else {
            0xffff_ffff
        }
    }

    pub(crate) fn has_tar(&self) -> bool {
        self.model.isa.contains(Isa::V2_07)
    }

    pub(crate) fn is_little_endian(&self) -> bool {
        self.msr.contains(Msr::LE)
    }

    /// The instruction, if this CPU has it.
    pub(crate) fn decode(&self, word: u32) -> Option<Insn> {
        Decoder::new(self.model.isa).decode(word).ok()
    }
}

/// Whether our core does something with an instruction where nothing forbids it, or lets it leave as `Unimplemented`:
/// privileged, facilities on, all operands 0 or the least there is, and memory at address 0.
pub(crate) fn is_executed(op: Op) -> Result<bool, String> {
    let has_it = |target: &&Target| target.model.isa.contains(op.row().isa) && !target.is_little_endian();
    let target = TARGETS
        .iter()
        .find(has_it)
        .ok_or_else(|| format!("{op:?}: no target has it"))?;
    let operands: Vec<i64> = op
        .row()
        .operands
        .iter()
        .map(|operand| operand.range().0)
        .collect();
    let word = op.row().encode(&operands).map_err(|why| why.to_string())?;
    let text = |why: &dyn std::fmt::Display| format!("{op:?}: {why}");
    let mut memory = Memory::with_ram(0x2000).map_err(|why| text(&why))?;
    memory.write_words(0x1000, &[word]).map_err(|why| text(&why))?;
    let mut cpu = Cpu::new(target.model);
    cpu.set_msr(target.msr | Msr::HV);
    cpu.poke_spr(num::book3s::FSCR, u64::MAX);
    cpu.set_cia(0x1000);
    let exit = cpu.run(&mut memory, 1).map_err(|why| text(&why))?;
    Ok(!matches!(exit, Exit::Unimplemented { .. }))
}

impl Vector {
    /// The targets that the tags name and that have the instruction.
    pub(crate) fn targets(&self) -> Result<Vec<&'static Target>, String> {
        let mut targets: Vec<&Target> = Vec::new();
        for tag in &self.tags {
            let before = targets.len();
            let named = TARGETS.iter().filter(|t| t.name == tag || t.group == tag);
            targets.extend(named.filter(|t| t.decode(self.word).is_some()));
            if targets.len() == before {
                return Err(format!("`{tag}` has no CPU with this instruction"));
            }
        }
        if self.tags.is_empty() {
            let big_endian = TARGETS.iter().filter(|t| !t.is_little_endian());
            targets.extend(big_endian.filter(|t| t.decode(self.word).is_some()));
            if targets.iter().any(|t| !t.is_second) {
                targets.retain(|t| !t.is_second);
            }
        }
        if targets.is_empty() {
            return Err("no CPU has this instruction".into());
        }
        Ok(targets)
    }

    /// Decodes, encodes, prints, reads and executes on one target.
    pub(crate) fn check(&self, target: &Target) -> Result<(), String> {
        let insn = target.decode(self.word).ok_or("it is not decoded")?;
        let row = insn.op.row();
        let operands: Vec<i64> = row.operands.iter().map(|o| o.get(self.word)).collect();
        let word = row
            .encode(&operands)
            .map_err(|why| format!("encoding fails: {why}"))?
            | self.word & row.record.mask();
        if word != self.word {
            return Err(format!("encoded as {word:08x}"));
        }
        let [raw, extended] = [Style::Raw, Style::Extended].map(|style| {
            disassemble(&insn, self.before.regs[PC], style)
                .on(target.model.isa)
                .to_string()
        });
        if raw != self.text && extended != self.text {
            return Err(format!("printed as `{raw}` or `{extended}`"));
        }
        let read = assemble(&self.text, self.before.regs[PC], target.model.isa)
            .map_err(|why| format!("the text is not read: {why}"))?;
        // Where mfspr can read the time base too, `mftb` is a name for that.
        if read != self.word && row.mnemonic != "mftb" {
            return Err(format!("the text is read as {read:08x}"));
        }
        let (after, outcome) = execute(target, &[self.word], &self.before)?;
        self.compare(target, &after, &outcome)
    }

    /// Whether this is what the line says; if not, the line as it would be right.
    pub(crate) fn compare(&self, target: &Target, after: &State, outcome: &Outcome) -> Result<(), String> {
        let mask = target.mask();
        let mask = |n: usize| if n < FPR { mask } else { u64::MAX };
        let registers = self.after.regs.iter().zip(&after.regs).zip(&self.undefined);
        let is_same = *outcome == self.outcome
            && after.msr == self.after.msr
            && after.sprs == self.after.sprs
            && after.window == self.after.window
            && registers
                .into_iter()
                .enumerate()
                .all(|(n, ((expected, actual), undefined))| (expected ^ actual) & mask(n) & !undefined == 0);
        if is_same {
            return Ok(());
        }
        let actual = Vector {
            after: after.clone(),
            outcome: outcome.clone(),
            tags: vec![target.name.into()],
            ..self.clone()
        };
        Err(format!(
            "expected {}\n  actual   {}",
            super::format::print(self, target.width()),
            super::format::print(&actual, target.width())
        ))
    }
}

/// What our core makes of instructions that stand one behind the other: within a budget of just them, and with room to run on,
/// where only the missing memory behind them ends the run. The core may have different ways for the two, which have to lead to
/// the same.
pub(crate) fn execute(target: &Target, words: &[u32], before: &State) -> Result<(State, Outcome), String> {
    let alone = execute_within(words.len() as u64, target, words, before)?;
    let running = execute_within(1000, target, words, before)?;
    if alone == running {
        Ok(alone)
    } else {
        Err(format!("alone it gives {alone:x?}, running {running:x?}"))
    }
}

fn execute_within(
    budget: u64,
    target: &Target,
    words: &[u32],
    before: &State,
) -> Result<(State, Outcome), String> {
    let text = |why: &dyn std::fmt::Display| why.to_string();
    let mut memory = Memory::with_ram_slots(&[
        (WINDOW, WINDOW_BYTES as u64),
        (before.regs[PC], 4 * words.len() as u64),
    ])
    .map_err(|why| text(&why))?;
    memory
        .write_bytes(WINDOW, &before.window)
        .map_err(|why| text(&why))?;
    let bytes = |word: &u32| {
        if target.is_little_endian() {
            word.to_le_bytes()
        } else {
            word.to_be_bytes()
        }
    };
    let code: Vec<u8> = words.iter().flat_map(bytes).collect();
    memory
        .write_bytes(before.regs[PC], &code)
        .map_err(|why| text(&why))?;

    // Of 32-bit CPUs nobody sees the upper halves, but for SPE, and nothing below may depend on them.
    let mask = target.mask();
    let widen = |value: u64| value & mask | !mask & !(value << 32);
    let mut cpu = Cpu::new(target.model);
    cpu.set_msr(target.msr | Msr::from_bits_retain(before.msr));
    for (n, value) in before.regs[..CR].iter().enumerate() {
        cpu.set_gpr(n, widen(*value));
    }
    cpu.set_cr(u32::try_from(before.regs[CR]).map_err(|why| text(&why))?);
    cpu.set_xer(before.regs[XER]);
    cpu.set_lr(widen(before.regs[LR]));
    cpu.set_ctr(widen(before.regs[CTR]));
    for (n, value) in before.regs[FPR..].iter().enumerate() {
        cpu.set_fpr(n, *value);
    }
    // Every facility is open but the vectored system call: TAR, EBB, DSCR; MMCR0[BHRBA].
    cpu.poke_spr(num::book3s::FSCR, 0x0184);
    cpu.poke_spr(num::book3s::HFSCR, u64::MAX >> 8);
    cpu.poke_spr(num::book3s::MMCR0, 0x0020_0000);
    let has_tar = cpu.poke_spr(num::book3s::TAR, before.regs[TAR]);
    // No line is about the interrupt that is due where this begins at 0.
    cpu.poke_spr(num::common::DEC, 0x7fff_ffff);
    for (sprn, value) in &before.sprs {
        cpu.poke_spr(SprNum::wrapping((*sprn).into()), *value);
    }
    cpu.set_cia(before.regs[PC]);

    let uppers = |cpu: &Cpu| -> Vec<u64> { (0..CR).map(|n| cpu.gpr(n) & !mask).collect() };
    let uppers_before = uppers(&cpu);

    let exit = cpu.run(&mut memory, budget).map_err(|why| text(&why))?;
    if uppers(&cpu) != uppers_before {
        return Err("the upper half of a register changed".into());
    }
    let mut after = before.clone();
    for (n, value) in after.regs[..CR].iter_mut().enumerate() {
        *value = cpu.gpr(n) & mask;
    }
    after.regs[CR] = cpu.cr().into();
    after.regs[XER] = cpu.xer();
    after.regs[LR] = cpu.lr();
    after.regs[CTR] = cpu.ctr();
    if has_tar {
        after.regs[TAR] = cpu.peek_spr(num::book3s::TAR).unwrap_or_default();
    }
    after.regs[PC] = cpu.cia();
    after.msr = (cpu.msr() - MODE).bits();
    for (n, value) in after.regs[FPR..].iter_mut().enumerate() {
        *value = cpu.fpr(n);
    }
    for (sprn, value) in &mut after.sprs {
        *value = cpu.peek_spr(SprNum::wrapping((*sprn).into())).unwrap_or_default();
    }
    memory
        .read_bytes(WINDOW, &mut after.window)
        .map_err(|why| text(&why))?;
    let outcome = match (exit, cpu.last_interrupt()) {
        // With machine checks disabled, a fetch outside RAM stops the run and changes nothing.
        (Exit::Budget | Exit::Checkstop { .. } | Exit::Wait, None) => Outcome::Done,
        (Exit::Budget | Exit::Checkstop { .. }, Some(interrupt)) => {
            after.regs[PC] = interrupt.srr0;
            after.msr = before.msr;
            after.sprs.clone_from(&before.sprs);
            Outcome::Refused(match interrupt.kind {
                InterruptKind::ProgramTrap => "trap",
                InterruptKind::ProgramIllegal | InterruptKind::EmulationAssist => "illegal",
                InterruptKind::ProgramPrivileged => "privileged",
                InterruptKind::Alignment => "alignment",
                InterruptKind::DataStorage => "data_storage",
                InterruptKind::FpUnavailable => "fp_unavailable",
                InterruptKind::FacilityUnavailable => "facility_unavailable",
                InterruptKind::HypervisorPrivilege => "hypervisor_privilege",
                InterruptKind::Syscall => {
                    // It returns behind itself; on the right of a vector nothing has happened yet.
                    after.regs[PC] = before.regs[PC];
                    "syscall"
                }
                kind => return Err(format!("a {kind} interrupt")),
            })
        }
        (Exit::Spr(_) | Exit::Dcr(_), _) => Outcome::Refused("exit"),
        (Exit::Mmio(_), _) => Outcome::Refused("mmio"),
        (Exit::Unimplemented { .. }, _) => Outcome::Refused("unimplemented"),
        (exit, _) => return Err(format!("{exit:?}")),
    };
    debug_assert!(match outcome {
        Outcome::Refused(name) => REFUSALS.contains(&name),
        Outcome::Done => true,
    });
    Ok((after, outcome))
}
