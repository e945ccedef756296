//! The text of vectors.
//!
//! ```text
//! 7c632215 | add. r3,r3,r4 | r3=1 r4=-1 => r3=0 cr0=eq
//! 7c632614 | addo r3,r3,r4 | ppc32 | r3=0x7fffffff r4=1 => r3=0x80000000 xer=so+ov
//! ```
//!
//! Columns: word; text, raw or with extended mnemonics, as `objdump` prints it; on which CPUs and in which mode (see
//! [`super::run::TARGETS`]; left out: on all big-endian ones that have the instruction); the state before and after.
//!
//! * Everything that is not named is 0 before and unchanged afterwards; `pc` is 0x40000 before, and afterwards 4 more.
//! * Registers: `r0` to `r31`, `f0` to `f31`, `cr`, `xer`, `lr`, `ctr`, `tar`, `pc`, and the fields `cr0` to `cr7`.
//! * `msr` holds privilege and what belongs to it, not the mode: `pr` if the line does not say, 0 for a supervisor, `hv` for
//!   a hypervisor; these, `ee`, `ri`, `ucle`, `uble` joined by `+`, or a number.
//! * `spr26` is an SPR by its number. What is on the right stands on the left too; not named, it is as after reset.
//! * Numbers: decimal, also negative, or hexadecimal. Afterwards a digit may be `.` where the architecture leaves
//!   the result undefined, and `~` says that of a whole register. Of 32-bit CPUs the low words count.
//! * CR fields are `lt`, `gt`, `eq`, `so` joined by `+`, or 0; `~` stands for undefined LT, GT and EQ. XER is a number
//!   or `so`, `ov`, `ca`, `ov32`, `ca32` joined by `+`.
//! * `mem[0x20000]=00ff` are bytes in the order of their addresses, from 0x20000 to 0x200ff.
//! * In place of registers, the right side may say why nothing was done: [`super::REFUSALS`].
//! * Empty lines, and lines that begin with `#`, are for readers.

use super::{CR, CTR, FPR, LR, Outcome, PC, REFUSALS, REGISTERS, State, TAR, WINDOW, WINDOW_BYTES, XER};
use std::fmt::Write;

/// One line.
#[derive(Clone, Debug)]
pub(crate) struct Vector {
    pub(crate) word: u32,
    pub(crate) text: String,
    /// Names of CPUs and modes; none for all.
    pub(crate) tags: Vec<String>,
    pub(crate) before: State,
    pub(crate) after: State,
    /// Bits of `after` that are undefined.
    pub(crate) undefined: [u64; REGISTERS],
    pub(crate) outcome: Outcome,
    /// Whether the line has a right side; one without is for QEMU to fill in.
    pub(crate) is_complete: bool,
}

/// Which CR bit or XER flag a name is.
const CR_BITS: [(&str, u64); 4] = [("lt", 8), ("gt", 4), ("eq", 2), ("so", 1)];
const XER_BITS: [(&str, u64); 5] = [
    ("so", 1 << 31),
    ("ov", 1 << 30),
    ("ca", 1 << 29),
    ("ov32", 1 << 19),
    ("ca32", 1 << 18),
];
/// Both families' names: UBLE is where servers have a bit of floating-point exceptions.
const MSR_BITS: [(&str, u64); 6] = [
    ("hv", 1 << 60),
    ("ucle", 1 << 26),
    ("ee", 1 << 15),
    ("pr", 1 << 14),
    ("uble", 1 << 10),
    ("ri", 1 << 1),
];

/// The vectors of a file, with the number and text of their lines.
pub(crate) fn parse(text: &str) -> Vec<(usize, &str, Result<Vector, String>)> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|(at, line)| (at + 1, line, parse_line(line)))
        .collect()
}

/// One line.
pub(crate) fn parse_line(line: &str) -> Result<Vector, String> {
    let columns: Vec<&str> = line.split('|').map(str::trim).collect();
    let (word, text, tags, states) = match columns[..] {
        [word, text, states] => (word, text, "", states),
        [word, text, tags, states] => (word, text, tags, states),
        _ => return Err("a line has three or four columns".into()),
    };
    let word = u32::from_str_radix(word, 16).map_err(|why| format!("{word}: {why}"))?;
    let (before, after) = match states.split_once("=>") {
        Some((before, after)) => (before, Some(after)),
        None => (states, None),
    };
    let mut vector = Vector {
        word,
        text: text.into(),
        tags: tags.split_whitespace().map(String::from).collect(),
        before: State::default(),
        after: State::default(),
        undefined: [0; REGISTERS],
        outcome: Outcome::Done,
        is_complete: after.is_some(),
    };
    let mut undefined = [0; REGISTERS];
    for item in before.split_whitespace() {
        assign(item, &mut vector.before, &mut undefined)?;
    }
    if undefined != [0; REGISTERS] {
        return Err("what is undefined stands on the right".into());
    }
    vector.after = vector.before.clone();
    vector.after.regs[PC] = vector.before.regs[PC] + 4;
    for item in after.unwrap_or_default().split_whitespace() {
        if let Some(name) = REFUSALS.into_iter().find(|name| *name == item) {
            vector.outcome = Outcome::Refused(name);
            vector.after = vector.before.clone();
        } else {
            assign(item, &mut vector.after, &mut vector.undefined)?;
        }
    }
    if vector.before.sprs.len() != vector.after.sprs.len() {
        return Err("SPRs on the right stand on the left too".into());
    }
    Ok(vector)
}

/// Puts `name=value` into the state.
fn assign(item: &str, state: &mut State, undefined: &mut [u64; REGISTERS]) -> Result<(), String> {
    let wrong = || format!("what is `{item}`?");
    let (name, value) = item.split_once('=').ok_or_else(wrong)?;
    if let Some(address) = name.strip_prefix("mem[").and_then(|rest| rest.strip_suffix(']')) {
        let (address, _) = number(address).ok_or_else(wrong)?;
        let at = usize::try_from(address.wrapping_sub(WINDOW)).map_err(|_| wrong())?;
        if value.len() % 2 != 0 || !value.is_ascii() || at > WINDOW_BYTES - value.len() / 2 {
            return Err(wrong());
        }
        for (n, byte) in state.window[at..][..value.len() / 2].iter_mut().enumerate() {
            *byte = u8::from_str_radix(&value[2 * n..2 * n + 2], 16).map_err(|_| wrong())?;
        }
        return Ok(());
    }
    let numbered = |prefix: &str, end: usize| {
        let n = name.strip_prefix(prefix)?.parse::<usize>().ok()?;
        (n < end).then_some(n)
    };
    if let Some(field) = numbered("cr", 8) {
        let (bits, hidden) = flags(value, &CR_BITS).ok_or_else(wrong)?;
        let shift = 28 - 4 * field;
        state.regs[CR] = state.regs[CR] & !(0xf << shift) | bits << shift;
        undefined[CR] |= hidden << shift;
        return Ok(());
    }
    if let Some(sprn) = name.strip_prefix("spr") {
        let (value, hidden) = number(value).ok_or_else(wrong)?;
        state.sprs.insert(sprn.parse().map_err(|_| wrong())?, value);
        return if hidden == 0 { Ok(()) } else { Err(wrong()) };
    }
    if name == "msr" {
        let (bits, hidden) = flags(value, &MSR_BITS)
            .or_else(|| number(value))
            .ok_or_else(wrong)?;
        state.msr = bits;
        return if hidden == 0 { Ok(()) } else { Err(wrong()) };
    }
    let register = match name {
        "cr" => CR,
        "xer" => XER,
        "lr" => LR,
        "ctr" => CTR,
        "tar" => TAR,
        "pc" => PC,
        _ => numbered("r", 32)
            .or_else(|| Some(FPR + numbered("f", 32)?))
            .ok_or_else(wrong)?,
    };
    let (bits, hidden) = match value {
        "~" => (0, u64::MAX),
        _ if register == XER && !value.starts_with(|c: char| c.is_ascii_digit()) => {
            flags(value, &XER_BITS).ok_or_else(wrong)?
        }
        _ => number(value).ok_or_else(wrong)?,
    };
    state.regs[register] = bits;
    undefined[register] = hidden;
    Ok(())
}

/// Flags by name; `~` hides LT, GT and EQ.
fn flags(value: &str, names: &[(&str, u64)]) -> Option<(u64, u64)> {
    if value == "0" {
        return Some((0, 0));
    }
    value.split('+').try_fold((0, 0), |(bits, hidden), flag| {
        if flag == "~" {
            return Some((bits, hidden | 0xe));
        }
        let (_, bit) = names.iter().find(|(name, _)| *name == flag)?;
        Some((bits | bit, hidden))
    })
}

/// A number, and which of its bits are dots.
fn number(text: &str) -> Option<(u64, u64)> {
    if let Some(digits) = text.strip_prefix("0x") {
        let value = u64::from_str_radix(&digits.replace('.', "0"), 16).ok()?;
        let dots: String = digits.chars().map(|c| if c == '.' { 'f' } else { '0' }).collect();
        return Some((value, u64::from_str_radix(&dots, 16).ok()?));
    }
    let value = text
        .parse::<u64>()
        .ok()
        .or_else(|| text.parse::<i64>().ok().map(i64::cast_unsigned))?;
    Some((value, 0))
}

/// The line of a vector, as [`parse_line`] reads it. Values are printed as a CPU with `bits` bits has them.
pub(crate) fn print(vector: &Vector, bits: u32) -> String {
    let mut line = format!("{:08x} | {} | ", vector.word, vector.text);
    if !vector.tags.is_empty() {
        line += &format!("{} | ", vector.tags.join(" "));
    }
    line += &differences(&State::default(), &vector.before, &[0; REGISTERS], bits);
    line += "=> ";
    if let Outcome::Refused(name) = vector.outcome {
        line += name;
    } else {
        let mut next = vector.before.clone();
        next.regs[PC] += 4;
        line += &differences(&next, &vector.after, &vector.undefined, bits);
    }
    line.trim_end().into()
}

/// What of `to` is not as in `from`, each item followed by a space.
fn differences(from: &State, to: &State, undefined: &[u64; REGISTERS], bits: u32) -> String {
    let mut text = String::new();
    for (n, (&new, &hidden)) in to.regs.iter().zip(undefined).enumerate() {
        let changed = (new ^ from.regs[n]) | hidden;
        if changed == 0 {
            continue;
        }
        if n == CR {
            for field in 0..8 {
                let pick = |value: u64| value >> (28 - 4 * field) & 0xf;
                if pick(changed) != 0 {
                    let value = names(pick(new & !hidden), pick(hidden), &CR_BITS);
                    text += &format!("cr{field}={value} ");
                }
            }
            continue;
        }
        let value = match n {
            XER if new & 0x7f == 0 => names(new, 0, &XER_BITS),
            FPR.. => number_text(new, hidden, 64),
            _ => number_text(new, hidden, bits),
        };
        text += &match n {
            XER => format!("xer={value} "),
            LR => format!("lr={value} "),
            CTR => format!("ctr={value} "),
            TAR => format!("tar={value} "),
            PC => format!("pc={value} "),
            FPR.. => format!("f{}={value} ", n - FPR),
            _ => format!("r{n}={value} "),
        };
    }
    for (sprn, value) in &to.sprs {
        if from.sprs.get(sprn) != Some(value) {
            text += &format!("spr{sprn}={} ", number_text(*value, 0, bits));
        }
    }
    if from.msr != to.msr {
        let named = MSR_BITS.iter().fold(0, |bits, (_, bit)| bits | bit);
        text += &match to.msr & !named {
            0 => format!("msr={} ", names(to.msr, 0, &MSR_BITS)),
            _ => format!("msr={:#x} ", to.msr),
        };
    }
    let mut at = 0;
    while at < WINDOW_BYTES {
        let is_same = |n: usize| from.window[n] == to.window[n];
        if is_same(at) {
            at += 1;
            continue;
        }
        // A gap of a few bytes does not begin a new item.
        let mut end = at + 1;
        while end < WINDOW_BYTES && (end..WINDOW_BYTES.min(end + 8)).any(|n| !is_same(n)) {
            end += 1;
        }
        text += &format!("mem[{:#x}]=", WINDOW + at as u64);
        for byte in &to.window[at..end] {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
        }
        text.push(' ');
        at = end;
    }
    text
}

fn names(value: u64, hidden: u64, table: &[(&str, u64)]) -> String {
    let mut list: Vec<&str> = table
        .iter()
        .filter(|(_, bit)| value & !hidden & bit != 0)
        .map(|(name, _)| *name)
        .collect();
    if hidden != 0 {
        list.insert(0, "~");
    }
    if list.is_empty() {
        "0".into()
    } else {
        list.join("+")
    }
}

fn number_text(value: u64, hidden: u64, bits: u32) -> String {
    let mask = u64::MAX >> (64 - bits);
    let (value, hidden) = (value & mask, hidden & mask);
    let unused = 64 - bits;
    let signed = ((value << unused).cast_signed()) >> unused;
    if hidden == mask {
        return "~".into();
    }
    if hidden == 0 {
        return match signed {
            -32768..=65536 => signed.to_string(),
            _ => format!("{value:#x}"),
        };
    }
    let digits = format!("{value:0width$x}", width = bits as usize / 4);
    let last = digits.len() - 1;
    let dotted = digits.chars().enumerate().map(|(n, c)| {
        if hidden >> (4 * (last - n)) & 0xf != 0 {
            '.'
        } else {
            c
        }
    });
    format!("0x{}", dotted.collect::<String>())
}
