//! Policy files: what they say is done, and where they are wrong is told.

use ppc_cpu::model::{E500V2, MODELS, POWER9};
use ppc_cpu::spr::{Decision, Profile};
use ppc_cpu::{Cpu, model};
use ppc_emu::policy::SprPolicy;
use proptest::prelude::*;
use spr_exit::{Direction, Fault, Owner, Reason, SprNum, UnknownSpr};
use std::process::Command;

const EXAMPLE: &str = include_str!("../examples/spr-policy.toml");

fn parse(text: &str) -> Result<SprPolicy, String> {
    SprPolicy::parse(text.as_bytes(), &E500V2).map_err(|why| why.to_string())
}

fn cpu(text: &str) -> Cpu {
    let mut cpu = Cpu::new(&E500V2);
    parse(text)
        .expect("it is right")
        .apply(&mut cpu)
        .expect("for this CPU");
    cpu
}

fn decision(cpu: &Cpu, sprn: u64, direction: Direction) -> Decision {
    cpu.explain(SprNum::wrapping(sprn), direction).0
}

#[test]
fn the_example_does_what_its_comments_say() {
    let cpu = cpu(EXAMPLE);
    let (read, write) = (Direction::Read, Direction::Write);
    assert_eq!(cpu.config().profile, Profile::AsKvm);
    assert_eq!(decision(&cpu, 308, write), Decision::Exit(Reason::OWNED));
    assert!(matches!(decision(&cpu, 308, read), Decision::Core(_)));
    for comparator in [312, 313, 316, 317] {
        assert!(matches!(decision(&cpu, comparator, read), Decision::Core(_)));
        assert_eq!(decision(&cpu, comparator, write), Decision::ReadZeroIgnoreWrite);
    }
    assert_eq!(decision(&cpu, 1010, read), Decision::ReadZeroIgnoreWrite);
    assert_eq!(decision(&cpu, 880, read), Decision::Exit(Reason::UNKNOWN));
    assert!(matches!(decision(&cpu, 1013, write), Decision::Core(_)));
    // By the profile: TBWL; by the policy: a number of nobody's.
    assert_eq!(decision(&cpu, 284, write), Decision::ReadZeroIgnoreWrite);
    assert_eq!(decision(&cpu, 1000, read), Decision::Fault(Fault::Illegal));
}

#[test]
fn the_documented_example_is_the_file() {
    let docs = include_str!("../docs/spr-policy.md");
    let shown = docs
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    assert_eq!(shown, Some(EXAMPLE));
}

#[test]
fn a_guest_runs_under_the_example_and_shows_it() {
    let run = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_ppc-emu"))
            .args(["run", "--max-insns", "1000000"])
            .args(args)
            .arg("guests/bin/spr-tour.elf")
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("cargo built the binary");
        assert_eq!(output.status.code(), Some(0));
        [output.stdout, output.stderr].map(|text| String::from_utf8(text).expect("UTF-8"))
    };
    let [plain, _] = run(&[]);
    let [under, exits] = run(&["--spr-policy", "examples/spr-policy.toml"]);
    assert_eq!(under, plain);
    assert!(
        exits.contains("DBCR0 mtspr data=0x40000000")
            && exits.contains("reason=OWNED -> as the CPU does by itself"),
        "{exits}"
    );
    assert!(!exits.contains("BUCSR"), "{exits}");
}

#[test]
fn what_the_command_line_says_comes_before_the_file() {
    let output = Command::new(env!("CARGO_BIN_EXE_ppc-emu"))
        .args("why --format json --spr-policy examples/spr-policy.toml --owners core --unknown-spr exit mfspr 1000".split(' '))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo built the binary");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("reason UNKNOWN"), "{text}");
}

/// Text, and what the message begins with and has in it.
const WRONG: &[(&str, &str, &str)] = &[
    (
        "[spr]\nDBRC0 = \"exit\"\n",
        "2:1: `DBRC0` is no SPR of the e500v2",
        "DBCR0",
    ),
    (
        "[spr]\nDBCR0 = \"exti\"\n",
        "2:9: `exti` is no action",
        "exit may be meant",
    ),
    (
        "[spr]\nDBCR0 = \"zzzzzz\"\n",
        "2:9: `zzzzzz` is no action",
        "there are core, exit, kvm, architected, ignore, fault",
    ),
    (
        "[spr]\nDBCR0 = { writ = \"exit\" }\n",
        "2:11: `writ` is no direction",
        "write",
    ),
    (
        "[spr]\nDBCR0 = {}\n",
        "2:9: what becomes of an SPR",
        "read and write",
    ),
    ("[spr]\nDBCR0 = 7\n", "2:9: what becomes of an SPR", "integer"),
    (
        "[spr]\nDBCR0 = { read = 1 }\n",
        "2:18: action is a string",
        "integer",
    ),
    (
        "[spr]\n1024 = \"exit\"\n",
        "2:1: SPR number 1024 is out of range",
        "1023",
    ),
    ("[spr]\nIVOR3-IVOR0 = \"exit\"\n", "2:1: 403 to 400", "lower"),
    ("[spr]\nLR = \"exit\"\n", "2:6: LR cannot leave", "core"),
    ("[spr]\n0-9 = \"exit\"\n", "2:7: XER cannot leave", "core"),
    (
        "[spr]\nL1CSR0 = \"core\"\n",
        "2:10: the core does not model L1CSR0",
        "exit",
    ),
    (
        "[spr]\n1000 = \"core\"\n",
        "2:8: the e500v2 has no SPR 1000",
        "exit",
    ),
    (
        "[spr]\nIVOR3 = \"exit\"\n400-403 = \"core\"\n",
        "3:1: `400-403` says what is said of SPR 403 already",
        "",
    ),
    (
        "[spr]\nDBCR0 = \"exit\"\nDBCR0 = \"exit\"\n",
        "3:1: ",
        "duplicate key",
    ),
    (
        "profile = \"as_kvm\"\n",
        "1:11: `as_kvm` is no profile",
        "as-kvm may be meant",
    ),
    (
        "unknown = \"core\"\n",
        "1:11: `core` is no policy for unknown SPRs",
        "exit, fault, architected, ignore",
    ),
    (
        "profil = \"core\"\n",
        "1:1: `profil` is no field of a policy",
        "profile may be meant",
    ),
    ("spr = 1\n", "1:7: spr is a table", "integer"),
    ("cpu = \"POWER9\"\n", "1:7: this policy is not for the e500v2", ""),
    (
        "cpu = [\"e500v3\"]\n",
        "1:8: `e500v3` is no CPU model",
        "e500v2 or e500v1 or e500mc may be meant",
    ),
    ("# käse\nk = [\n", "2:", "unclosed array"),
    ("[spr\n", "1:5: ", ""),
];

#[test]
fn a_wrong_file_says_line_column_reason_and_what_would_be_right() {
    for (text, beginning, part) in WRONG {
        let why = parse(text).expect_err(text);
        assert!(why.starts_with(beginning) && why.contains(part), "{text}: {why}");
        assert!(why.lines().count() == 1, "{why}");
    }
    let why = SprPolicy::parse(b"cpu = \"e500v2\"\n# \xff\n", &E500V2).unwrap_err();
    assert_eq!((why.line, why.column), (2, 3), "{why}");
}

#[test]
fn a_wrong_file_or_a_missing_one_ends_the_run_before_it_begins() {
    for file in ["Cargo.toml", "examples/no-such-policy.toml"] {
        let output = Command::new(env!("CARGO_BIN_EXE_ppc-emu"))
            .args(["run", "--spr-policy", file, "guests/bin/timer.elf"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("cargo built the binary");
        assert_eq!(output.status.code(), Some(2), "{file}");
        assert!(output.stdout.is_empty());
        assert!(
            String::from_utf8_lossy(&output.stderr).contains(&format!("{file}:")),
            "{file}"
        );
    }
}

#[test]
fn a_policy_for_another_cpu_changes_nothing() {
    let policy = SprPolicy::parse(
        b"profile = \"core\"\nunknown = \"fault\"\n[spr]\nLPCR = \"core\"\n",
        &POWER9,
    )
    .expect("right");
    let mut cpu = Cpu::new(&E500V2);
    assert!(policy.apply(&mut cpu).is_err());
    assert_eq!(cpu.config(), Cpu::new(&E500V2).config());
}

#[test]
fn kvm_of_one_register_is_what_the_profile_says_of_it() {
    for model in MODELS {
        for row in model.sprs.rows() {
            let text = format!("[spr]\n{} = \"kvm\"\n", row.sprn);
            let policy = SprPolicy::parse(text.as_bytes(), model).expect("right");
            for (sprn, direction, owner) in policy.owners {
                assert_eq!(owner, Profile::AsKvm.owner(model, sprn, direction));
            }
        }
    }
}

/// Texts that are nearly policies.
fn nearly() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "cpu",
        "profile",
        "unknown",
        "[spr]",
        "DBCR0",
        "IVOR0-IVOR15",
        "308",
        "0x3ff",
        "1024",
        "-",
        "=",
        "\"exit\"",
        "\"core\"",
        "\"kvm\"",
        "\"e500v2\"",
        "\"as-kvm\"",
        "{",
        "}",
        "read",
        "write",
        ",",
        "\n",
        " ",
        "[",
        "]",
        "\"",
        "#",
        "ä",
        "\u{0}",
        ".",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn any_bytes_are_a_policy_or_an_error_inside_the_file(bytes in prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        nearly().prop_map(String::into_bytes),
    ]) {
        for model in [&E500V2, &POWER9] {
            match SprPolicy::parse(&bytes, model) {
                Ok(policy) => policy.apply(&mut Cpu::new(model)).expect("read for this CPU"),
                Err(why) => {
                    let lines = bytes.split(|byte| *byte == b'\n').count();
                    prop_assert!((1..=lines).contains(&why.line) && why.column >= 1, "{why}");
                    prop_assert!(why.why.len() < 2000, "{why}");
                }
            }
        }
    }

    #[test]
    fn what_a_policy_says_is_who_owns_it(
        lines in prop::collection::btree_map(0u64..1024, prop::sample::select(vec!["exit", "architected", "ignore", "fault"]), 0..40),
        unknown in prop::sample::select(vec![("exit", UnknownSpr::Exit), ("ignore", UnknownSpr::ReadZeroIgnoreWrite)]),
    ) {
        let mut text = format!("unknown = \"{}\"\n[spr]\n", unknown.0);
        for (sprn, action) in &lines {
            let action = if [1, 8, 9].contains(sprn) { "fault" } else { action };
            text += &format!("{sprn} = \"{action}\"\n");
        }
        let mut cpu = Cpu::new(&model::PPC750);
        SprPolicy::parse(text.as_bytes(), cpu.model()).expect("right").apply(&mut cpu).expect("for it");
        prop_assert_eq!(cpu.config().unknown_spr, unknown.1);
        for sprn in SprNum::all() {
            let expected = match lines.get(&u64::from(sprn)) {
                None => Owner::Model,
                Some(_) if [1, 8, 9].contains(&sprn.get()) => Owner::Fault,
                Some(&"exit") => Owner::User,
                Some(&"architected") => Owner::Architected,
                Some(&"ignore") => Owner::Ignore,
                Some(_) => Owner::Fault,
            };
            prop_assert_eq!(cpu.config().owner(sprn, Direction::Read), expected);
            prop_assert_eq!(cpu.config().owner(sprn, Direction::Write), expected);
        }
    }
}
