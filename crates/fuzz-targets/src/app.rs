//! What the application reads: images, and lines for `exec`.

use crate::coverage::mark;
use ppc_cpu::{Machine, Memory};
use ppc_emu::exec;
use ppc_emu::image::Image;
use ppc_emu::linux::Random;
use ppc_emu::linux::start::{Invocation, load};
use serde_json::Value;
use serde_json::value::RawValue;
use spr_exit::Vcpu;
use std::collections::BTreeMap;

/// Bytes of RAM of the bare machine, and of a Linux process: enough for a stack.
const RAM: u64 = 1 << 20;
const PROCESS: u64 = 16 << 20;

pub(crate) fn elf_load(data: &[u8]) {
    let image = match Image::elf(data) {
        Ok(image) => image,
        Err(why) => {
            mark(std::mem::discriminant(&why));
            assert!(!why.to_string().is_empty());
            return;
        }
    };
    mark((
        image.segments.len(),
        image.class.map(|class| std::mem::discriminant(&class)),
    ));
    let model = image.default_cpu();
    let mut memory = Memory::with_ram(RAM).unwrap();
    if image.check_cpu(model).is_ok() && image.load(&mut memory, RAM).is_ok() {
        start(Machine::new(model, memory), image.entry);
    }
    let model = image.linux_cpu();
    let invocation = Invocation {
        path: b"a".to_vec(),
        args: vec![b"a".to_vec()],
        environment: vec![],
    };
    let process = load(&image, model, PROCESS, &invocation, &mut Random::new(0));
    if let Ok((memory, _, entry)) = process {
        let mut machine = Machine::new(model, memory);
        entry.apply(&mut machine.cpu);
        let cia = machine.cpu.cia();
        start(machine, cia);
    }
}

fn start(mut machine: Machine, cia: u64) {
    machine.cpu.set_cia(cia);
    machine.set_budget(1000);
    let exit = machine.run().expect("nothing waits");
    mark((machine.cpu.model().name, std::mem::discriminant(&exit)));
    assert!(machine.cpu.work() <= 1000);
}

pub(crate) fn exec_jsonl(data: &[u8]) {
    // What a record asks for it gets: not more here than is quickly done.
    let lines: Vec<&[u8]> = data
        .split(|byte| *byte == b'\n')
        .filter(|line| is_small(line))
        .collect();
    let mut answers = Vec::new();
    exec::run(&lines.join(&b'\n')[..], &mut answers, false).expect("memory takes it all");
    let is_blank = |line: &&&[u8]| line.iter().all(|byte| b" \t\r".contains(byte));
    let asked = lines.len() - lines.iter().filter(is_blank).count();
    let answers: Vec<&[u8]> = answers.split_inclusive(|byte| *byte == b'\n').collect();
    assert_eq!(answers.len(), asked, "one answer to each line");
    for answer in answers {
        // Not as a value: an id is echoed as it was, a number too large for any reader's numbers as well.
        let answer: BTreeMap<&str, &RawValue> = serde_json::from_slice(answer).expect("an answer is JSON");
        let field = |name| {
            answer
                .get(name)
                .and_then(|value| serde_json::from_str::<Value>(value.get()).ok())
        };
        let exit = field("exit").expect("it says how the run ended");
        let exit = exit.as_str().expect("by a word");
        mark(exit);
        if let Some(Value::String(error)) = field("error") {
            // It may quote the line: which one it is shows well enough in how long it is.
            mark((exit, error.len().min(200) / 8));
        }
        for access in field("exits")
            .as_ref()
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            mark((exit, access["status"].to_string(), access["is_write"].to_string()));
        }
    }
}

/// Whether a line asks for no more than a million instructions and some megabytes.
fn is_small(line: &[u8]) -> bool {
    let Ok(record) = serde_json::from_slice::<Value>(line) else {
        return true;
    };
    let number = |value: &Value| match value {
        Value::String(text) => match text.strip_prefix("0x") {
            Some(digits) => u64::from_str_radix(digits, 16).ok(),
            None => text.parse().ok(),
        },
        value => value.as_u64(),
    };
    let is_below = |value: Option<&Value>, most| value.and_then(number).is_none_or(|number| number <= most);
    let slots = record["ram"].as_array().into_iter().flatten();
    let dumps = record["dump"].as_array().into_iter().flatten();
    is_below(record.get("max_insns"), 1_000_000)
        && slots.chain(dumps).all(|slot| is_below(slot.get(1), 1 << 20))
}
