//! The guests in `guests/bin` on the bare machine, by the binary that users run.

use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Output};

/// A file of the guests' directory.
fn guests(path: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "guests", path].iter().collect()
}

/// Runs an image with these arguments.
fn run(image: &str, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ppc-emu"))
        .arg("run")
        .arg(guests("bin").join(image))
        .args(args)
        .output()
        .expect("cargo built the binary")
}

/// Runs an image and compares what the guest printed and how it ended.
fn check(image: &str, args: &[&str], expected: &str, code: i32) {
    let output = run(image, &[args, &["--quiet"]].concat());
    let expected = std::fs::read_to_string(guests("expected").join(expected)).expect("the file is there");
    let stderr = String::from_utf8_lossy(&output.stderr);
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert_eq!(
        stdout, expected,
        "{image} {args:?} printed something else; {stderr}"
    );
    assert_eq!(output.status.code(), Some(code), "{image} {args:?}; {stderr}");
}

/// The JSON lines of a run.
fn events(image: &str, args: &[&str]) -> Vec<Value> {
    let output = run(image, &[args, &["--json"]].concat());
    let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("every line is JSON"))
        .collect()
}

const KERNELS: [&str; 7] = [
    "crc32",
    "fib",
    "memcpy",
    "quicksort",
    "selfmod",
    "sha256",
    "sieve",
];

fn image(name: &str, width: &str) -> String {
    match (name, width) {
        ("selfmod" | "syscall", "ppc32") => format!("{name}.elf"),
        _ => format!("{name}.{width}.elf"),
    }
}

#[test]
fn every_kernel_computes_what_it_should_on_every_32_bit_cpu() {
    for cpu in ["e500v2", "e500mc", "750"] {
        for name in KERNELS {
            check(&image(name, "ppc32"), &["--cpu", cpu], &format!("{name}.txt"), 0);
        }
    }
}

#[test]
fn every_kernel_computes_what_it_should_on_the_power9_in_both_byte_orders() {
    for width in ["ppc64", "ppc64le"] {
        for name in KERNELS {
            check(
                &image(name, width),
                &["--cpu", "POWER9"],
                &format!("{name}.txt"),
                0,
            );
        }
    }
}

#[test]
fn a_32_bit_kernel_runs_on_the_power9_in_32_bit_mode() {
    check("fib.ppc32.elf", &["--cpu", "POWER9"], "fib.txt", 0);
}

#[test]
fn the_cpu_is_chosen_by_the_class_of_the_image_where_none_is_given() {
    for image in ["sieve.ppc32.elf", "sieve.ppc64.elf", "sieve.ppc64le.elf"] {
        check(image, &[], "sieve.txt", 0);
    }
}

#[test]
fn a_system_call_returns_behind_itself_on_every_family() {
    for cpu in ["e500v2", "e500mc", "750"] {
        check("syscall.elf", &["--cpu", cpu], "syscall.txt", 0);
    }
    check("syscall.ppc64.elf", &[], "syscall.txt", 0);
    check("syscall.ppc64le.elf", &[], "syscall.txt", 0);
}

#[test]
fn three_decrementer_interrupts_come_on_every_family() {
    for cpu in ["e500v2", "e500mc", "750"] {
        check("timer.elf", &["--cpu", cpu], "timer.txt", 0);
        check(
            "timer.elf",
            &["--cpu", cpu, "--insns-per-tick", "7"],
            "timer.txt",
            0,
        );
    }
    check("decrementer.ppc64.elf", &[], "timer.txt", 0);
}

#[test]
fn whoever_owns_the_registers_a_guest_sees_the_same() {
    for owners in ["model", "core", "as-kvm", "all-to-user"] {
        for cpu in ["e500v2", "e500mc", "750"] {
            check("timer.elf", &["--cpu", cpu, "--owners", owners], "timer.txt", 0);
            check(
                "syscall.elf",
                &["--cpu", cpu, "--owners", owners],
                "syscall.txt",
                0,
            );
        }
        check("decrementer.ppc64.elf", &["--owners", owners], "timer.txt", 0);
        let output = run("dbcr0-reset.elf", &["--cpu", "e500mc", "-q", "--owners", owners]);
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert_eq!(stdout, "first start\nstarted again: DBSR[MRR] = 3\n", "{owners}");
    }
}

#[test]
fn all_to_user_lists_the_accesses_and_hands_back_what_no_device_knows() {
    let exits = |owners: &str| -> Vec<Value> {
        let mut events = events("syscall.elf", &["--cpu", "750", "--owners", owners]);
        events.retain(|event| event["event"] == "exit");
        events
    };
    assert!(exits("core").iter().all(|exit| exit["name"] == "EXIT"));
    let all = exits("all-to-user");
    let lent: Vec<_> = all.iter().filter(|it| it["reason"][0] == "OWNED").collect();
    assert!(lent.iter().any(|exit| exit["name"] == "SRR0"), "{all:?}");
    assert!(lent.iter().all(|exit| exit["status"] == "architected"), "{all:?}");
}

#[test]
fn a_write_of_dbcr0_rst_resets_the_machine_as_spr_exit_and_as_event() {
    for cpu in ["e500v2", "e500mc"] {
        for args in [&["--cpu", cpu, "-q"][..], &["--cpu", cpu, "-q", "--reset-event"]] {
            let output = run("dbcr0-reset.elf", args);
            let stdout = String::from_utf8_lossy(&output.stdout);
            assert_eq!(stdout, "first start\nstarted again: DBSR[MRR] = 3\n", "{args:?}");
            assert_eq!(output.status.code(), Some(0));
        }
    }
}

#[test]
fn a_watchdog_that_is_not_fed_resets_the_machine() {
    for cpu in ["e500v2", "e500mc", "440"] {
        let output = run("watchdog.elf", &["--cpu", cpu, "-q"]);
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert_eq!(stdout, "fed\nstarted again: TSR[WRS] = 2\n", "{cpu}");
        assert_eq!(output.status.code(), Some(0), "{cpu}");
    }
    let events = events("watchdog.elf", &["--cpu", "e500v2"]);
    let told = events.iter().find(|event| event["event"] == "watchdog");
    assert_eq!(told.map(|event| &event["kind"]), Some(&Value::from("chip")));
}

#[test]
fn reading_epr_acknowledges_unless_delivery_does() {
    check("epr-ack.elf", &["--cpu", "e500v2"], "epr-ack.on-read.txt", 0);
    check("epr-ack.elf", &["--cpu", "e500mc"], "epr-ack.on-read.txt", 0);
    let args = ["--cpu", "e500mc", "--epr-on-delivery"];
    check("epr-ack.elf", &args, "epr-ack.at-delivery.txt", 0);
    // The same with the controller in the core, by whatever the VM decided about unknown registers.
    for policy in ["exit", "fault", "architected", "ignore"] {
        let args = ["--cpu", "e500mc", "--irqchip", "--unknown-spr", policy];
        check("epr-ack.elf", &args, "epr-ack.at-delivery.txt", 0);
    }
}

#[test]
fn a_controller_in_the_core_needs_no_exit() {
    let count = |args: &[&str]| {
        let events = events("epr-ack.elf", args);
        let is_controllers = |e: &&Value| e["name"] == "EPR" || e["event"] == "mmio" || e["event"] == "epr";
        events.iter().filter(is_controllers).count()
    };
    assert!(count(&["--cpu", "e500mc"]) > 20);
    assert_eq!(count(&["--cpu", "e500mc", "--irqchip"]), 0);
}

#[test]
fn the_guest_sees_the_same_whether_bucsr_is_promoted_or_not_and_under_every_policy() {
    for cpu in ["e500v2", "e500mc"] {
        for policy in ["exit", "fault", "architected", "ignore"] {
            let args = ["--cpu", cpu, "--unknown-spr", policy];
            check("spr-tour.elf", &args, "spr-tour.txt", 0);
            for name in ["1013", "0x3f5", "bucsr"] {
                let args = [&args[..], &["--promote", name]].concat();
                check("spr-tour.elf", &args, "spr-tour.txt", 0);
            }
        }
    }
}

#[test]
fn a_promoted_spr_exits_no_more() {
    let exits = |args: &[&str]| {
        let events = events("spr-tour.elf", args);
        events.iter().filter(|e| e["name"] == "BUCSR").count()
    };
    assert_eq!(exits(&[]), 6);
    assert_eq!(exits(&["--promote", "BUCSR"]), 0);
}

#[test]
fn a_guest_that_only_takes_interrupts_is_ended_by_the_budget() {
    for cpu in ["e500v2", "e500mc", "750"] {
        let args = ["--cpu", cpu, "--max-insns", "100000"];
        check("hang-interrupt.elf", &args, "hang-interrupt.txt", 67);
    }
}

#[test]
fn a_store_multiple_across_the_end_of_ram_ends_at_the_first_word_outside() {
    for cpu in ["e500v2", "e500mc", "750"] {
        check("stmw-end.elf", &["--cpu", cpu], "stmw-end.txt", 71);
    }
    let output = run("stmw-end.elf", &["-q", "--mem", "1M"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("store of 4 bytes to 0x00100000"), "{stderr}");
}

#[test]
fn a_jump_to_where_nothing_is_is_a_checkstop_while_machine_checks_are_disabled() {
    for cpu in ["e500v2", "e500mc", "750"] {
        check("wild-jump.elf", &["--cpu", cpu], "wild-jump.txt", 68);
    }
    let output = run("wild-jump.elf", &[]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        stderr.contains("checkstop") && stderr.contains("0xdead0000"),
        "{stderr}"
    );
}

#[test]
fn json_has_the_write_of_dbcr0_with_all_that_the_handler_saw() {
    let events = events("dbcr0-reset.elf", &["--cpu", "e500v2"]);
    let exit = events
        .iter()
        .find(|e| e["name"] == "DBCR0")
        .expect("the guest writes it");
    assert_eq!(exit["event"], "exit");
    assert_eq!(exit["sprn"], "0x134", "308");
    assert_eq!(exit["is_write"], true);
    assert_eq!(exit["data"], "0x30000000");
    assert_eq!(exit["msr"], "0x200", "MSR[DE]");
    assert_eq!(exit["reason"], serde_json::json!(["SPLIT"]));
    assert_eq!(exit["status"], Value::Null, "it never completes");
    assert_eq!(exit["reset"], "system");
    let pc = exit["pc"].as_str().expect("an address");
    assert!(pc.starts_with("0x1"), "{pc}");

    assert!(
        events
            .iter()
            .any(|e| e["event"] == "console" && e["text"] == "first start\n")
    );
    let summary = events.last().expect("there is a summary");
    assert_eq!(
        (&summary["event"], &summary["end"]),
        (&Value::from("summary"), &Value::from("exit"))
    );
    assert_eq!(
        (&summary["code"], &summary["resets"]),
        (&Value::from(0), &Value::from(1))
    );
}

#[test]
fn json_has_every_answer_that_a_handler_can_give() {
    let events = events("spr-tour.elf", &[]);
    let exits: Vec<&Value> = events.iter().filter(|e| e["event"] == "exit").collect();
    let status_of = |name: &str| {
        let exit = exits.iter().find(|e| e["name"] == name);
        let exit = exit.expect("the guest tries them all");
        (exit["status"].clone(), exit["fault"].clone())
    };
    assert_eq!(status_of("ECHO"), ("ok".into(), Value::Null));
    assert_eq!(status_of("REFUSE"), ("fail".into(), "illegal".into()));
    assert_eq!(status_of("DENY"), ("fail".into(), "privileged".into()));
    assert_eq!(status_of("NOOP"), ("noop".into(), Value::Null));
    let echo = exits
        .iter()
        .find(|e| e["name"] == "ECHO" && e["is_write"] == false);
    assert_eq!(echo.map(|e| &e["data"]), Some(&"0x12345678".into()), "the answer");
    let kinds: Vec<&Value> = events
        .iter()
        .filter(|e| e["event"] == "interrupt")
        .map(|e| &e["kind"])
        .collect();
    assert!(kinds.contains(&&"program_illegal".into()) && kinds.contains(&&"program_privileged".into()));
}

#[test]
fn people_see_the_exit_and_the_reset_in_one_line() {
    let output = run("dbcr0-reset.elf", &["--cpu", "e500v2"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        stderr.contains("exit  spr 308 DBCR0 mtspr data=0x30000000 msr=0x00000200 pc=0x"),
        "{stderr}"
    );
    assert!(stderr.contains("reason=SPLIT -> reset (system)"), "{stderr}");
    assert!(
        stderr.contains("stop  the guest ended with status 0\n"),
        "{stderr}"
    );
    assert!(stderr.contains(" 1 reset, 0 interrupts\n"), "{stderr}");
}

#[test]
fn a_trace_has_every_instruction_and_an_interrupt_where_it_came() {
    let output = run("syscall.elf", &["--trace"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.starts_with("00010000: 7c230b78  mr r3,r1\n"), "{stderr}");
    let at = stderr.find("  sc\n").expect("the guest executes sc");
    assert!(
        stderr[at..].starts_with("  sc\n-- syscall interrupt, vector 0x00000c00, from 0x000"),
        "{stderr}"
    );
    let summary = stderr.lines().last().expect("there is a summary");
    let insns: usize = summary
        .split_whitespace()
        .next()
        .and_then(|n| n.parse().ok())
        .expect("it begins with the count");
    let is_insn = |line: &&str| line.len() > 8 && line.as_bytes()[8] == b':';
    // A system call that interrupts counts as the interrupt, as a trap does.
    let calls = stderr.matches("-- syscall interrupt").count();
    assert_eq!(stderr.lines().filter(is_insn).count(), insns + calls);
}
