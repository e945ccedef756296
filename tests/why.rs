//! `ppc-emu why` and `ppc-emu sprs --diff`, by the binary that users run.

use serde_json::Value;
use std::process::{Command, Output};

fn emu(args: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ppc-emu"))
        .args(args.split_whitespace())
        .output()
        .expect("cargo built the binary")
}

fn stdout(args: &str) -> String {
    let output = emu(args);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{args}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn json(args: &str) -> Value {
    serde_json::from_str(&stdout(&format!("{args} --format json"))).expect("JSON")
}

/// What becomes of it by which step, from tables 5-17 of the E500CORERM, page 91 of the 750GX UM, 2.9.3 of the PPC405 UM
/// and section 5.4.4 of Power ISA 3.1C Book III.
const ANSWERS: &[(&str, &str, &str)] = &[
    ("--cpu e500v2 mtspr 287 --user", "program_privileged", "privilege"),
    (
        "--cpu e500v2 mfspr 1000 --supervisor --unknown-spr architected",
        "program_illegal",
        "policy",
    ),
    ("--cpu e500v2 mfspr 1000 --supervisor", "reason UNKNOWN", "policy"),
    ("--cpu e500v2 mfspr BUCSR", "reason UNKNOWN|OWNED", "policy"),
    (
        "--cpu e500v2 mfspr BUCSR --owners core",
        "the core does it",
        "profile",
    ),
    ("--cpu e500v2 mfspr SPRG0", "the core does it", "built-in"),
    ("--cpu e500v2 mtspr DBCR0", "reason SPLIT", "built-in"),
    (
        "--cpu e500v2 mtspr DBCR0 --owners all-to-user",
        "reason OWNED",
        "profile",
    ),
    ("--cpu e500v2 mtspr PIR --owners as-kvm", "no-op", "privilege"),
    (
        "--cpu e500v2 mtspr TBWL --owners as-kvm",
        "it is dropped",
        "profile",
    ),
    (
        "--cpu e500v2 mfspr SPRG0 --user --unchecked --owners all-to-user",
        "reason OWNED",
        "profile",
    ),
    (
        "--cpu e500v2 mfspr SPRG0 --user --unchecked",
        "program_privileged",
        "privilege",
    ),
    ("--cpu 750 mtspr HID1", "no-op", "privilege"),
    ("--cpu 750 mtspr UMMCR0", "program_illegal", "privilege"),
    ("--cpu 405 mfspr 1 --user", "the core does it", "built-in"),
    ("--cpu 405 mfspr 5 --user", "program_privileged", "privilege"),
    (
        "--cpu POWER9 mfspr 4 --unknown-spr architected",
        "emulation_assist",
        "policy",
    ),
    (
        "--cpu POWER9 mfspr 1000 --unknown-spr architected",
        "no-op",
        "policy",
    ),
    (
        "--cpu POWER9 mfspr 1000 --unknown-spr architected --lpcr 0x200000",
        "emulation_assist",
        "policy",
    ),
    ("--cpu POWER9 mfspr LPCR --supervisor", "no-op", "privilege"),
    (
        "--cpu POWER9 mfspr LPCR --hypervisor",
        "the core does it",
        "built-in",
    ),
    (
        "--cpu e500mc mfspr LPIDR --supervisor",
        "hypervisor_privilege",
        "privilege",
    ),
];

#[test]
fn why_names_the_outcome_and_the_step_that_decided() {
    for (question, outcome, step) in ANSWERS {
        let why = json(&format!("why {question}"));
        let found = why["outcome"].as_str().expect("a sentence");
        assert!(found.contains(outcome), "{question}: {why:#}");
        assert_eq!(why["step"], *step, "{question}");
        for field in ["rule", "source"] {
            assert!(
                why[field].as_str().is_some_and(|it| !it.is_empty()),
                "{question}: {why:#}"
            );
        }
    }
}

#[test]
fn what_leaves_is_said_with_what_the_cpu_does_by_itself() {
    let why = json("why --cpu e500v2 mfspr 1000");
    assert!(
        why["by_itself"]
            .as_str()
            .is_some_and(|it| it.contains("program_illegal")),
        "{why:#}"
    );
    let why = json("why --cpu e500v2 mfspr SPRG0 --owners all-to-user");
    assert_eq!(why["by_itself"], "the core does it");
    // Whatever L1CSR0 does, the core does not know it.
    assert_eq!(json("why --cpu e500v2 mfspr L1CSR0")["by_itself"], Value::Null);
}

#[test]
fn why_says_who_is_known_to_answer_otherwise() {
    let why = json("why --cpu e500v2 mtspr DBCR0");
    assert_eq!(why["differences"][0]["who"], "KVM of Linux 6.1");
    assert!(stdout("why --cpu e500v2 mtspr DBCR0").contains("elsewhere KVM"));
    let why = json("why --cpu POWER9 mtspr 5 --hypervisor");
    assert!(
        why["differences"]
            .as_array()
            .is_some_and(|it| it.iter().any(|it| it["who"] == "Microwatt"))
    );
    assert_eq!(json("why mfspr SPRG0")["differences"], Value::Array(Vec::new()));
}

#[test]
fn a_question_that_this_cpu_cannot_be_asked_is_wrong_usage() {
    for question in [
        "why mfspr HSPRG0",
        "why mfspr 1024",
        "why mfspr 1 --hypervisor",
        "why mfspr 1 --lpcr 0",
        "why mfspr 1 --user --supervisor",
        "why --cpu 750 mfspr 1 --msr 0x100000000",
        "why mfmsr 1",
        "why",
    ] {
        assert_eq!(emu(question).status.code(), Some(2), "{question}");
    }
}

#[test]
fn diff_tells_a_number_with_two_names_from_a_register_with_two_numbers() {
    let diff = json("sprs --diff 405 e500v2");
    let has = |list: &Value, wanted: Value| list.as_array().is_some_and(|list| list.contains(&wanted));
    assert!(
        has(
            &diff["moved"],
            serde_json::json!({ "name": "DBCR0", "sprns": [1010, 308] })
        ),
        "{diff:#}"
    );
    assert!(has(
        &diff["renamed"],
        serde_json::json!({ "sprn": 1010, "names": ["DBCR0", "L1CSR0"] })
    ));
    assert!(
        has(
            &diff["only"][0],
            serde_json::json!({ "sprn": 944, "name": "ZPR" })
        ) || has(
            &diff["renamed"],
            serde_json::json!({ "sprn": 944, "names": ["ZPR", "MAS7"] })
        )
    );
    let diff = json("sprs --diff e500v2 e500mc");
    assert!(
        has(
            &diff["changed"],
            serde_json::json!({ "sprn": 286, "name": "PIR", "what": "supervisor", "values": ["rn", "r-"] })
        ),
        "{diff:#}"
    );
}

#[test]
fn a_model_does_not_differ_from_itself_and_both_orders_say_the_same() {
    for cpu in ["e500v2", "970"] {
        let diff = json(&format!("sprs --diff {cpu} {cpu}"));
        for list in ["renamed", "moved", "changed"] {
            assert_eq!(diff[list], Value::Array(Vec::new()), "{cpu} {list}");
        }
        assert_eq!(diff["only"], serde_json::json!([[], []]));
    }
    let (one, other) = (json("sprs --diff 750 POWER9"), json("sprs --diff POWER9 750"));
    assert_eq!(one["only"][0], other["only"][1]);
    assert_eq!(one["only"][1], other["only"][0]);
    let length = |diff: &Value, list: &str| diff[list].as_array().map(Vec::len);
    for list in ["renamed", "moved", "changed"] {
        assert_eq!(length(&one, list), length(&other, list), "{list}");
    }
    assert_eq!(emu("sprs --diff 750").status.code(), Some(2));
    assert_eq!(emu("sprs --diff 750 970 --cpu 405").status.code(), Some(2));
}

#[test]
fn every_format_of_a_diff_has_every_line() {
    let diff = json("sprs --diff 405 440");
    let lines = |list: &str| diff[list].as_array().map_or(0, Vec::len);
    let tabled = lines("renamed") + lines("moved") + lines("changed");
    let md = stdout("sprs --diff 405 440 --format md");
    let rows = md
        .lines()
        .filter(|line| line.starts_with("| ") && !line.contains("the same"))
        .count();
    // The table of changes has a heading of its own.
    assert_eq!(rows, tabled + 1, "{md}");
    let text = stdout("sprs --diff 405 440");
    let only: usize = (0..2)
        .map(|n| diff["only"][n].as_array().map_or(0, Vec::len))
        .sum();
    assert_eq!(
        text.lines().filter(|line| line.starts_with("  ")).count(),
        tabled + only
    );
}
