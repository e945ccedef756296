//! What comes out: the fields of an answer line, written without a detour through JSON values.

use super::record::Record;
use super::register::{self, Register};
use ppc_cpu::Cpu;
use ppc_cpu::model::{InterruptModel, Model};
use serde::ser::SerializeSeq as _;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use spr_exit::{DcrAccess, Interrupt, InterruptKind, MmioAccess, Reason, Reply, SavePair, SprAccess};

/// An integer as the interface writes it: lower-case hexadecimal in a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hex(pub(super) u64);

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 18];
        let mut at = text.len();
        let mut rest = self.0;
        loop {
            at -= 1;
            text[at] = DIGITS[usize::from(rest.to_le_bytes()[0] & 15)];
            rest >>= 4;
            if rest == 0 {
                break;
            }
        }
        text[at - 2..at].copy_from_slice(b"0x");
        serializer.serialize_str(std::str::from_utf8(&text[at - 2..]).unwrap_or_default())
    }
}

/// What an SPR exit was answered with.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Ok,
    Fail,
    Noop,
}

/// One SPR exit.
#[derive(Debug, Serialize)]
pub(super) struct SprReport {
    sprn: Hex,
    /// The name in the model's manual; `null` where the model has no such register.
    name: Option<&'static str>,
    is_write: bool,
    data: Hex,
    msr: Hex,
    pc: Hex,
    #[serde(serialize_with = "reason_names")]
    reason: Reason,
    status: Option<Status>,
}

fn reason_names<S: Serializer>(reason: &Reason, serializer: S) -> Result<S::Ok, S::Error> {
    let mut names = serializer.serialize_seq(None)?;
    for (name, _) in reason.iter_names() {
        names.serialize_element(name)?;
    }
    names.end()
}

impl SprReport {
    pub(super) fn new(at: &SprAccess, model: &Model, status: Option<Status>, answer: Option<&Reply>) -> Self {
        let data = match answer {
            Some(Reply::Done(value)) if !at.is_write() => *value,
            _ => at.data(),
        };
        Self {
            sprn: Hex(at.sprn().into()),
            name: model.sprs.row(at.sprn()).map(|row| row.name),
            is_write: at.is_write(),
            data: Hex(data),
            msr: Hex(at.msr().bits()),
            pc: Hex(at.cia()),
            reason: at.reason(),
            status,
        }
    }
}

/// One interrupt as it was delivered, or the machine check that was not because the CPU stopped.
#[derive(Debug, Serialize)]
pub(super) struct InterruptReport {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    vector: Option<Hex>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pair: Option<SavePair>,
    #[serde(skip_serializing_if = "Option::is_none")]
    srr0: Option<Hex>,
    #[serde(skip_serializing_if = "Option::is_none")]
    srr1: Option<Hex>,
    #[serde(skip_serializing_if = "Option::is_none")]
    esr: Option<Hex>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dear: Option<Hex>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dsisr: Option<Hex>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dar: Option<Hex>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checkstop: Option<bool>,
}

impl InterruptReport {
    pub(super) fn new(it: &Interrupt, model: &Model) -> Self {
        let address = it.dear.map(Hex);
        let is_booke = matches!(model.interrupts, InterruptModel::BookE | InterruptModel::Ppc405);
        Self {
            kind: it.kind.name(),
            vector: Some(Hex(it.vector)),
            pair: Some(it.pair),
            srr0: Some(Hex(it.srr0)),
            srr1: Some(Hex(it.srr1)),
            esr: it.esr.map(Hex),
            dear: address.filter(|_| is_booke),
            dsisr: it.dsisr.map(Hex),
            dar: address.filter(|_| !is_booke),
            checkstop: None,
        }
    }

    /// A machine check while MSR\[ME\] = 0: the CPU stops, nothing is saved.
    pub(super) fn checkstop() -> Self {
        Self {
            kind: InterruptKind::MachineCheck.name(),
            vector: None,
            pair: None,
            srr0: None,
            srr1: None,
            esr: None,
            dear: None,
            dsisr: None,
            dar: None,
            checkstop: Some(true),
        }
    }
}

/// The access that ended a run.
#[derive(Debug, Serialize)]
pub(super) struct AccessReport {
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Hex>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<Hex>,
    length: Hex,
    is_write: bool,
    data: Hex,
    word: Hex,
}

impl AccessReport {
    pub(super) fn mmio(at: &MmioAccess) -> Self {
        Self {
            address: Some(Hex(at.phys_addr)),
            number: None,
            length: Hex(at.len.into()),
            is_write: at.is_write,
            data: Hex(at.data),
            word: Hex(at.word.into()),
        }
    }

    pub(super) fn dcr(at: &DcrAccess) -> Self {
        Self {
            address: None,
            number: Some(Hex(at.dcrn.into())),
            length: Hex(4),
            is_write: at.is_write,
            data: Hex(at.data),
            word: Hex(at.word.into()),
        }
    }

    /// An instruction that is not there: the access is its fetch.
    pub(super) fn instruction(cia: u64, word: u32) -> Self {
        Self {
            address: Some(Hex(cia)),
            number: None,
            length: Hex(4),
            is_write: false,
            data: Hex(0),
            word: Hex(word.into()),
        }
    }
}

/// The line for a record that was run.
#[derive(Serialize)]
pub(super) struct Answer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<&'a RawValue>,
    pub(super) exit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<&'a str>,
    pub(super) insns: Hex,
    pub(super) regs: Registers,
    pub(super) exits: &'a [SprReport],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) interrupt: Option<&'a InterruptReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) interrupts: Option<&'a [InterruptReport]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) access: Option<&'a AccessReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mem: Option<Vec<(Hex, String)>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unused_answers: Option<Hex>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unraised: Option<Hex>,
}

/// The line for a record that was not.
#[derive(Serialize)]
pub(super) struct Refusal<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<&'a RawValue>,
    pub(super) exit: &'static str,
    pub(super) error: &'a str,
}

/// Registers with their values, in the order of [`Register`].
pub(super) struct Registers(Vec<(Register, Hex)>);

impl Serialize for Registers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(register, value)| (register, value)))
    }
}

/// The values of all registers before a run.
pub(super) struct Before {
    common: Vec<u64>,
    /// By position in the model's table; of what is no register of its own, anything.
    sprs: Vec<u64>,
}

impl Before {
    pub(super) fn new(cpu: &Cpu) -> Self {
        Self {
            common: Register::common().map(|register| register.peek(cpu)).collect(),
            sprs: sprs(cpu),
        }
    }

    /// What is to be reported after it: what changed, what the record wants, pc and msr.
    pub(super) fn report(&self, cpu: &Cpu, record: &Record) -> Registers {
        let model = cpu.model();
        let mut list = Vec::new();
        for (register, before) in Register::common().zip(&self.common) {
            let now = register.peek(cpu);
            let is_always = matches!(register, Register::Pc | Register::Msr);
            if now != *before || is_always || record.all_regs {
                list.push((register, Hex(now)));
            }
        }
        for ((row, before), now) in model.sprs.rows().iter().zip(&self.sprs).zip(sprs(cpu)) {
            let register = Register::Spr(row.sprn);
            if record.all_regs {
                if register::is_kept(row) && !register::is_named(row) {
                    list.push((register, Hex(register.peek(cpu))));
                }
            } else if now != *before && register::is_original(row) && !register::is_time(model, row) {
                list.push((register, Hex(now)));
            }
        }
        list.extend(
            record
                .want
                .iter()
                .map(|register| (*register, Hex(register.peek(cpu)))),
        );
        list.sort_unstable_by_key(|(register, _)| *register);
        list.dedup_by_key(|(register, _)| *register);
        Registers(list)
    }
}

/// The values behind the rows of the model's table.
fn sprs(cpu: &Cpu) -> Vec<u64> {
    let rows = cpu.model().sprs.rows();
    rows.iter()
        .map(|row| cpu.peek_spr(row.sprn).unwrap_or(0))
        .collect()
}
