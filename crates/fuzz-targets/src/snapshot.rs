//! Snapshots from files: refused or runnable, whatever they say.

use crate::coverage::mark;
use crate::input::Input;
use crate::random::Random;
use crate::step;
use ppc_cpu::{Cpu, Machine, Memory, Snapshot};
use serde_json::Value;
use spr_exit::Vcpu;

pub(crate) fn load(data: &[u8]) {
    match data.split_first() {
        Some((b'{', _)) => run(serde_json::from_slice(data)),
        Some((_, rest)) => edited(rest),
        None => {}
    }
}

/// A snapshot of a guest under way, in which some numbers are others.
fn edited(data: &[u8]) {
    let mut input = Input(data);
    let mut random = Random::new(input.number::<2>());
    let edits: Vec<(usize, u64)> = (0..input.byte() & 7)
        .map(|_| {
            let at = usize::from(input.byte()) << 4 | random.below(16);
            (at, input.number::<8>())
        })
        .collect();
    let mut machine = step::machine(&mut input);
    machine.set_budget(50);
    let _ = machine.run().expect("nothing waits");
    let mut json = serde_json::to_value(machine.cpu.snapshot()).expect("a snapshot is JSON");
    let mut numbers = Vec::new();
    collect(&mut json, &mut numbers);
    for (at, value) in edits {
        let len = numbers.len();
        *numbers[at % len] = value.into();
    }
    // By way of text: a value has no limits on the depth and width that text has.
    run(serde_json::from_str(&json.to_string()));
}

/// Every number and truth value of a document.
fn collect<'a>(value: &'a mut Value, numbers: &mut Vec<&'a mut Value>) {
    match value {
        Value::Number(_) | Value::Bool(_) => numbers.push(value),
        Value::Array(values) => values.iter_mut().for_each(|value| collect(value, numbers)),
        Value::Object(fields) => fields.values_mut().for_each(|value| collect(value, numbers)),
        Value::Null | Value::String(_) => {}
    }
}

fn run(snapshot: serde_json::Result<Snapshot>) {
    let snapshot = match snapshot {
        Ok(snapshot) => snapshot,
        Err(why) => return mark((why.line(), std::mem::discriminant(&why.classify()))),
    };
    let cpu = match Cpu::from_snapshot(&snapshot) {
        Ok(cpu) => cpu,
        Err(why) => return mark(std::mem::discriminant(&why)),
    };
    let mut memory = Memory::with_ram(0x4000).unwrap();
    memory.write_words(0x1000, &[0x6000_0000; 64]).unwrap();
    let mut machine = Machine::new(cpu.model(), memory);
    machine.cpu = cpu;
    mark((
        machine.cpu.model().name,
        machine.pending().map(|exit| std::mem::discriminant(&exit)),
    ));
    let saved = machine.cpu.snapshot();
    let again = Cpu::from_snapshot(&saved).expect("its own snapshot");
    assert_eq!(again.snapshot(), saved);
    let mut random = Random::new(1);
    for _ in 0..8 {
        if machine.pending().is_some() && machine.complete(step::reply(&mut random)).is_err() {
            machine
                .complete(spr_exit::Reply::Done(0))
                .expect("every exit can be done");
        }
        let before = machine.cpu.work();
        machine.set_budget(100);
        let exit = machine.run().expect("nothing waits");
        mark(std::mem::discriminant(&exit));
        assert!(machine.cpu.work().wrapping_sub(before) <= 100);
    }
}
