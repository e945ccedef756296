//! Policy files: refused at a place that is in them, or accepted; then they can be applied, and read back.

use crate::coverage::mark;
use crate::input::Input;
use ppc_cpu::Cpu;
use ppc_cpu::model::MODELS;
use ppc_cpu::spr::Profile;
use ppc_emu::policy::SprPolicy;
use spr_exit::{Direction, Owner, SprNum, UnknownSpr};
use std::collections::BTreeMap;
use std::fmt::Write as _;

pub(crate) fn spr_policy(data: &[u8]) {
    let mut input = Input(data);
    let model = input.pick(MODELS);
    let file = input.rest();
    match SprPolicy::parse(file, model) {
        Err(why) => {
            mark(shape(&why.why));
            assert!(!why.why.is_empty());
            assert!(!why.why.contains(char::is_control), "one line: {:?}", why.why);
            assert!(
                is_inside(file, why.line, why.column),
                "no place of the file: {why}"
            );
        }
        Ok(policy) => {
            mark((policy.profile, policy.unknown.map(|it| it as u8)));
            for (_, direction, owner) in &policy.owners {
                mark((model.name, direction, owner));
            }
            policy
                .apply(&mut Cpu::new(model))
                .expect("it was read for this model");
            let again = SprPolicy::parse(print(&policy).as_bytes(), model).expect("what is said can be said");
            assert_eq!(sorted(again), sorted(policy));
        }
    }
}

/// What a message says, without numbers and the names that it quotes.
fn shape(why: &str) -> String {
    let first = why.split('`').next().unwrap_or_default();
    let last = why.rsplit('`').next().unwrap_or_default();
    let is_letter = |c: &char| c.is_ascii_alphabetic();
    [first, last]
        .concat()
        .chars()
        .filter(is_letter)
        .take(60)
        .collect()
}

/// Whether the file has this line, and the line a character there or ends before it.
fn is_inside(file: &[u8], line: usize, column: usize) -> bool {
    let text = String::from_utf8_lossy(file);
    let text = text.split('\n').nth(line.wrapping_sub(1));
    text.is_some_and(|text| (1..=text.chars().count() + 1).contains(&column))
}

/// A file that says the same.
fn print(policy: &SprPolicy) -> String {
    let mut text = String::new();
    if let Some(profile) = policy.profile {
        let (name, _) = Profile::NAMES
            .iter()
            .find(|(_, it)| *it == profile)
            .expect("it has a name");
        writeln!(text, "profile = '{name}'").unwrap();
    }
    if let Some(unknown) = policy.unknown {
        let name = match unknown {
            UnknownSpr::Exit => "exit",
            UnknownSpr::Fault => "fault",
            UnknownSpr::Architected => "architected",
            UnknownSpr::ReadZeroIgnoreWrite => "ignore",
        };
        writeln!(text, "unknown = '{name}'").unwrap();
    }
    let mut rows: BTreeMap<SprNum, Vec<String>> = BTreeMap::new();
    for (sprn, direction, owner) in &policy.owners {
        let direction = match direction {
            Direction::Read => "read",
            Direction::Write => "write",
        };
        let action = match owner {
            Owner::Core => "core",
            Owner::User => "exit",
            // What KVM does not know either.
            Owner::Model => "kvm",
            Owner::Architected => "architected",
            Owner::Ignore => "ignore",
            Owner::Fault => "fault",
        };
        rows.entry(*sprn)
            .or_default()
            .push(format!("{direction} = '{action}'"));
    }
    text += "[spr]\n";
    for (sprn, actions) in rows {
        writeln!(text, "{} = {{ {} }}", sprn, actions.join(", ")).unwrap();
    }
    text
}

fn sorted(mut policy: SprPolicy) -> SprPolicy {
    policy
        .owners
        .sort_by_key(|(sprn, direction, _)| (*sprn, *direction as u8));
    policy
}
