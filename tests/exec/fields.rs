//! Every field of a record does what `docs/exec.md` says.

use super::{answer, answers, assert_has, code, exec, record};
use ppc_decode::asm;
use serde_json::{Value, json};

#[test]
fn the_id_is_echoed_as_it_stands_whatever_it_is() {
    for id in [
        "null",
        "-1",
        "1.50",
        "1e400",
        "18446744073709551617",
        r#""é\u00e9""#,
        r#"{"b":1, "a":[{},true]}"#,
    ] {
        let mut out = Vec::new();
        let line = format!(r#"{{"mem":[],"max_insns":0,"id":{id}}}"#);
        ppc_emu::exec::run(line.as_bytes(), &mut out, false).unwrap();
        let expected = format!(r#"{{"id":{id},"exit":"budget""#);
        assert!(String::from_utf8(out).unwrap().starts_with(&expected), "{id}");
    }
}

#[test]
fn without_an_id_there_is_none_in_the_answer() {
    assert!(exec(json!({ "mem": [], "max_insns": 0 })).get("id").is_none());
}

#[test]
fn an_answer_has_pc_and_msr_and_what_changed_and_nothing_else() {
    let words = [
        asm::addi(3, 4, 1),
        asm::mr(5, 5),
        asm::cmpwi(0, 3, 0),
        asm::mtlr(4),
    ];
    let found = exec(record(&words, json!({ "regs": { "r4": 6, "r5": 7 } })));
    let expected = json!({
        "exit": "stop",
        "insns": "0x4",
        "regs": { "r3": "0x7", "cr": "0x40000000", "lr": "0x6", "msr": "0x0", "pc": "0x1010" },
        "exits": [],
    });
    assert_eq!(found, expected);
}

#[test]
fn integers_are_numbers_or_decimal_or_hexadecimal_text() {
    for (given, expected) in [
        (json!(16), "0x10"),
        (json!("16"), "0x10"),
        (json!("0x10"), "0x10"),
        (json!("0XaB"), "0xab"),
        (json!("0xffffffffffffffff"), "0xffffffffffffffff"),
        (json!(1_u64 << 53), "0x20000000000000"),
        (json!(0), "0x0"),
    ] {
        let record =
            json!({ "cpu": "power9", "mem": [], "max_insns": 0, "regs": { "r3": given }, "want": ["r3"] });
        assert_eq!(exec(record)["regs"]["r3"], expected);
    }
}

#[test]
fn a_cpu_goes_by_its_name_or_an_alias_in_any_case() {
    for (name, pvr) in [
        ("e500v2", "0x80210022"),
        ("E500MC", "0x80230020"),
        ("p9", "0x4e1200"),
    ] {
        let found = exec(json!({ "cpu": name, "mem": [], "max_insns": 0, "want": ["PVR"] }));
        assert_eq!(found["regs"]["spr287"], pvr);
    }
}

#[test]
fn ram_is_64_kib_from_0_or_what_the_record_says() {
    let load = [asm::lwz(3, 0, 4)];
    let at = |address: u64, ram: Value| {
        let mut record = record(&load, json!({ "regs": { "r4": address }, "cpu": "power9" }));
        if !ram.is_null() {
            record["ram"] = ram;
        }
        exec(record)["exit"].clone()
    };
    assert_eq!(at(0xfffc, Value::Null), "stop");
    assert_eq!(at(0x10000, Value::Null), "mmio");
    let two = json!([["0x1000", 4096], ["0x123456000", "0x1000"]]);
    assert_eq!(at(0x1_2345_6ffc, two.clone()), "stop");
    assert_eq!(at(0, two), "mmio");
}

#[test]
fn four_gib_of_ram_in_several_stretches_cost_only_what_is_touched() {
    let gib = 1_u64 << 30;
    let ram: Vec<Value> = (0..4).map(|n| json!([n * gib, gib])).collect();
    let input = record(
        &[asm::stw(3, 0, 4), asm::lwz(5, 0, 4)],
        json!({ "ram": ram, "regs": { "r3": 7, "r4": 0xffff_fffc_u32 } }),
    );
    let begin = std::time::Instant::now();
    for _ in 0..20 {
        assert_has(&exec(input.clone())["regs"], json!({ "r5": "0x7" }));
    }
    assert!(begin.elapsed().as_secs() < 5, "{:?}", begin.elapsed());
}

#[test]
fn every_record_finds_its_ram_zeroed() {
    let store = record(&[asm::stw(3, 0x2000, 0)], json!({ "regs": { "r3": 7 } }));
    let load = record(&[asm::lwz(3, 0x2000, 0)], json!({}));
    let found = answers(format!("{store}\n{load}"));
    assert_eq!(found[1]["regs"].get("r3"), None);
}

#[test]
fn mem_is_stored_after_the_code_as_it_stands() {
    let words = [asm::nop(), asm::lwz(3, 0x2000, 0)];
    let mem = json!([["0x2000", "00112233"], ["0x1000", "38800009"], ["0x2001", "fF"]]);
    let found = exec(record(&words, json!({ "mem": mem })));
    assert_has(&found["regs"], json!({ "r3": "0xff2233", "r4": "0x9" }));
}

#[test]
fn pc_is_where_the_code_goes_and_where_it_begins() {
    for place in [json!({ "pc": "0x3000" }), json!({ "regs": { "pc": "0x3000" } })] {
        let mut input = place;
        input["code"] = code(&[asm::li(3, 1)]).into();
        input["stop"] = json!([0x3004]);
        input["dump"] = json!([["0x3000", 4]]);
        let found = exec(input);
        assert_has(&found, json!({ "exit": "stop", "mem": [["0x3000", "38600001"]] }));
        assert_eq!(found["regs"]["pc"], "0x3004");
    }
}

#[test]
fn a_register_goes_in_by_any_name_and_comes_out_by_the_canonical_one() {
    let regs = json!({ "LR": 1, "spr9": 2, "Srr0": 4, "spr27": 5, "cr": 6, "R31": 7, "spr1": "0xe0000001" });
    let found = exec(json!({
        "mem": [], "max_insns": 0, "regs": regs,
        "want": ["spr8", "CTR", "spr26", "SRR1", "cr", "r31", "xer", "pc"],
    }));
    let expected = json!({
        "lr": "0x1", "ctr": "0x2", "spr26": "0x4", "spr27": "0x5", "cr": "0x6", "r31": "0x7", "xer": "0xe0000001",
        "msr": "0x0", "pc": "0x1000",
    });
    assert_eq!(found["regs"], expected);
}

#[test]
fn every_spr_of_every_model_can_be_set_and_has_no_effect_on_others() {
    for model in ppc_emu::ppc_cpu::model::MODELS {
        let state = |regs: Value| {
            exec(json!({ "cpu": model.name, "mem": [], "max_insns": 0, "all_regs": true, "regs": regs }))
        };
        let reset = state(json!({}));
        for (name, value) in reset["regs"].as_object().unwrap() {
            let found = state(json!({ name: value }));
            assert_eq!(found["regs"], reset["regs"], "{} {name}", model.name);
        }
    }
}

#[test]
fn the_time_base_of_64_bits_is_set_whole_and_what_counts_along_stays_as_given() {
    let regs = json!({ "VTB": 5, "DEC": 9, "TBL": "0x123456789abcdef0" });
    let found = exec(
        json!({ "cpu": "power9", "mem": [], "max_insns": 0, "regs": regs, "want": ["TBL", "TBU", "VTB", "DEC"] }),
    );
    assert_has(
        &found["regs"],
        json!({ "spr268": "0x123456789abcdef0", "spr269": "0x12345678", "spr849": "0x5", "spr22": "0x9" }),
    );
}

#[test]
fn time_is_reported_only_when_it_is_asked_for() {
    let words = [asm::nop(); 3];
    assert_eq!(
        exec(record(&words, json!({})))["regs"],
        json!({ "msr": "0x0", "pc": "0x100c" })
    );
    let wanted = exec(record(&words, json!({ "want": ["TBL"] })));
    assert_eq!(wanted["regs"]["spr268"], "0x3");
    let all = exec(record(&words, json!({ "all_regs": true })));
    assert_eq!(all["regs"]["spr268"], "0x3");
    assert_eq!(all["regs"]["r0"], "0x0");
    assert!(all["regs"].get("spr8").is_none(), "LR has a name of its own");
}

#[test]
fn the_upper_halves_of_spe_are_part_of_the_registers() {
    let regs = json!({ "r3": "0x123456780000ffff" });
    let found = exec(record(&[asm::addi(3, 3, 1)], json!({ "regs": regs })));
    assert_eq!(found["regs"]["r3"], "0x1234567800010000");
}

#[test]
fn in_little_endian_mode_code_is_stored_for_it_and_memory_as_it_stands() {
    let words = [asm::li(3, 0x1234), asm::stw(3, 0x2000, 0)];
    let fields = json!({ "cpu": "power9", "dump": [["0x1000", 4], ["0x2000", 4]] });
    let mut input = record(&words, fields);
    let big = exec(input.clone());
    assert_eq!(
        big["mem"],
        json!([["0x1000", "38601234"], ["0x2000", "00001234"]])
    );
    for how in [
        ("little_endian", json!(true)),
        ("regs", json!({ "msr": "0x9000000000000001" })),
    ] {
        let mut input = input.clone();
        input[how.0] = how.1;
        let little = exec(input);
        assert_eq!(little["exit"], "stop");
        assert_eq!(
            little["mem"],
            json!([["0x1000", "34126038"], ["0x2000", "34120000"]])
        );
    }
    input["little_endian"] = json!(false);
    assert_eq!(exec(input), big);
}

#[test]
fn sprs_gives_single_registers_to_an_owner_by_number_or_name() {
    let words = [asm::mfspr(3, 272)];
    let with = |sprs: Value| {
        exec(record(
            &words,
            json!({ "sprs": sprs, "regs": { "SPRG0": 5, "r3": 9 } }),
        ))
    };
    assert_eq!(with(json!({}))["regs"]["r3"], "0x5");
    for name in ["272", "0x110", "spr272", "SPR272", "sprg0"] {
        let exit = with(json!({ name: "exit" }));
        assert_has(&exit, json!({ "exit": "spr" }));
        assert_eq!(exit["exits"][0]["reason"], json!(["OWNED"]));
    }
    assert_eq!(with(json!({ "SPRG0": "ignore" }))["regs"]["r3"], "0x0");
    assert_eq!(
        with(json!({ "SPRG0": "fault" }))["interrupt"]["kind"],
        "program_illegal"
    );
    assert_eq!(with(json!({ "SPRG0": "core" }))["regs"]["r3"], "0x5");
}

#[test]
fn owners_says_who_has_what_sprs_does_not_name() {
    let words = [asm::mfspr(3, 272), asm::mfspr(4, 273)];
    let with = |owners: &str, sprs: Value| {
        exec(record(
            &words,
            json!({ "owners": owners, "sprs": sprs, "regs": { "SPRG0": 5, "SPRG1": 6 } }),
        ))
    };
    for owners in ["model", "core", "as-kvm"] {
        assert_eq!(with(owners, json!({}))["regs"]["r4"], "0x6", "{owners}");
    }
    let left = with("all-to-user", json!({}));
    assert_eq!(left["exits"][0]["name"], "SPRG0");
    let left = with("all-to-user", json!({ "SPRG0": "architected" }));
    assert_eq!(
        (&left["exits"][0]["name"], &left["regs"]["r3"]),
        (&json!("SPRG1"), &json!("0x5"))
    );
    let wrong = with("kvm", json!({}));
    assert!(
        wrong["error"].as_str().is_some_and(|why| why.contains("as-kvm")),
        "{wrong}"
    );
}

#[test]
fn core_takes_over_a_register_that_the_model_leaves_to_user_space() {
    let words = [asm::mfspr(3, 1013)];
    let mut input = record(&words, json!({ "regs": { "BUCSR": 1 } }));
    assert_eq!(exec(input.clone())["exit"], "spr");
    input["sprs"] = json!({ "BUCSR": "core" });
    assert_eq!(exec(input)["regs"]["r3"], "0x1");
}

#[test]
fn unknown_spr_says_what_becomes_of_numbers_that_the_core_does_not_model() {
    let with = |policy: &str, cpu: &str| {
        exec(record(
            &[asm::mfspr(3, 880)],
            json!({ "unknown_spr": policy, "cpu": cpu, "regs": { "r3": 9 } }),
        ))
    };
    assert_eq!(with("exit", "e500v2")["exit"], "spr");
    assert_eq!(with("fault", "e500v2")["interrupt"]["kind"], "program_illegal");
    assert_eq!(
        with("architected", "e500v2")["interrupt"]["kind"],
        "program_illegal"
    );
    assert_eq!(with("ignore", "e500v2")["regs"]["r3"], "0x0");
    let ignored = exec(record(
        &[asm::mfspr(3, 1000)],
        json!({ "unknown_spr": "architected", "cpu": "power9", "regs": { "r3": 9 } }),
    ));
    assert_eq!(ignored["exit"], "stop", "a no-op on POWER9");
    assert!(ignored["regs"].get("r3").is_none());
}

#[test]
fn privilege_is_checked_before_an_exit_unless_the_record_says_otherwise() {
    let words = [asm::mfspr(3, 880)];
    let user = json!({ "regs": { "msr": 0x4000 } });
    let mut input = record(&words, user);
    assert_eq!(exec(input.clone())["interrupt"]["kind"], "program_privileged");
    input["check_privilege"] = json!(false);
    assert_eq!(exec(input.clone())["exit"], "spr");
    input["check_privilege"] = json!(true);
    assert_eq!(exec(input.clone())["exit"], "interrupt");
    input.as_object_mut().unwrap().remove("check_privilege");
    input["caps"] = json!(["unchecked_exits"]);
    assert_eq!(exec(input)["exit"], "spr");
}

#[test]
fn answers_are_used_in_order_and_left_over_ones_are_counted() {
    let words = [
        asm::mfspr(3, 880),
        asm::mtspr(880, 3),
        asm::mfspr(4, 881),
        asm::mfspr(5, 882),
        asm::mtspr(883, 3),
    ];
    let fields = json!({
        "regs": { "r4": 4, "r5": 5 },
        "answers": [{ "data": "0xabc" }, {}, { "noop": true }, {}, { "data": 1 }, {}, { "fail": "illegal" }],
    });
    let found = exec(record(&words, fields));
    assert_has(
        &found,
        json!({ "exit": "stop", "insns": "0x5", "unused_answers": "0x2" }),
    );
    assert_has(&found["regs"], json!({ "r3": "0xabc", "r5": "0x0" }));
    assert!(
        found["regs"].get("r4").is_none(),
        "a no-op leaves the target as it was"
    );
    let rows: Vec<Value> = found["exits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| json!([e["sprn"], e["is_write"], e["data"], e["status"], e["pc"]]))
        .collect();
    let expected = json!([
        ["0x370", false, "0xabc", "ok", "0x1000"],
        ["0x370", true, "0xabc", "ok", "0x1004"],
        ["0x371", false, "0x0", "noop", "0x1008"],
        ["0x372", false, "0x0", "ok", "0x100c"],
        ["0x373", true, "0xabc", "ok", "0x1010"],
    ]);
    assert_eq!(Value::from(rows), expected);
}

#[test]
fn a_failed_answer_interrupts_the_guest_at_the_instruction() {
    for (kind, esr) in [("illegal", "0x8000000"), ("privileged", "0x4000000")] {
        let fields = json!({ "answers": [{ "fail": kind }], "regs": { "IVPR": "0x4000", "IVOR6": "0x60" } });
        let found = exec(record(&[asm::nop(), asm::mfspr(3, 880)], fields));
        assert_has(&found, json!({ "exit": "interrupt", "insns": "0x1" }));
        assert_eq!(found["exits"][0]["status"], "fail");
        assert_has(
            &found["interrupt"],
            json!({ "kind": format!("program_{kind}"), "srr0": "0x1004", "esr": esr, "pair": "srr" }),
        );
    }
}

#[test]
fn stop_addresses_are_tested_before_the_first_instruction_too() {
    let found = exec(json!({ "code": code(&[asm::li(3, 1)]), "stop": [5, "0x1000"] }));
    assert_has(&found, json!({ "exit": "stop", "insns": "0x0" }));
}

#[test]
fn the_budget_counts_instructions_and_deliveries_over_the_whole_record() {
    // The program interrupt handler at 0 goes back to the trap: four pieces of work a turn.
    let words = [asm::nop(), asm::mfspr(3, 880), asm::trap()];
    for budget in 0..20 {
        let found = exec(json!({
            "code": code(&words), "max_insns": budget, "interrupts": "deliver", "answers": [{}],
            "mem": [[0, code(&[asm::nop(), asm::rfi()])]], "regs": { "MSR": 0 },
        }));
        let hex = |v: &Value| u64::from_str_radix(&v.as_str().unwrap()[2..], 16).unwrap();
        let delivered = found["interrupts"].as_array().unwrap().len() as u64;
        assert_eq!(found["exit"], "budget", "{found}");
        assert_eq!(hex(&found["insns"]) + delivered, budget);
    }
}

#[test]
fn a_stop_address_reached_with_the_last_of_the_budget_is_a_stop() {
    let found = exec(record(&[asm::nop(), asm::nop()], json!({ "max_insns": 2 })));
    assert_has(&found, json!({ "exit": "stop", "insns": "0x2" }));
}

#[test]
fn delivered_interrupts_are_listed_up_to_64() {
    let found = exec(json!({
        "code": code(&[asm::trap()]), "interrupts": "deliver", "max_insns": 1000,
        "mem": [[0, code(&[asm::rfi()])]],
    }));
    assert_has(&found, json!({ "exit": "budget", "insns": "0x1f4" }));
    let list = found["interrupts"].as_array().unwrap();
    assert_eq!(list.len(), 64);
    assert_has(
        &list[63],
        json!({ "kind": "program_trap", "srr0": "0x1000", "vector": "0x0" }),
    );
    assert!(found.get("interrupt").is_none());
    let stopped = exec(json!({ "code": code(&[asm::trap()]) }));
    assert_eq!(stopped["exit"], "interrupt");
    assert!(stopped.get("interrupts").is_none());
}

#[test]
fn a_dump_gives_the_bytes_after_the_run() {
    let input = record(
        &[asm::stb(3, 0x2001, 0)],
        json!({ "regs": { "r3": 0xa5 }, "dump": [["0x2000", 3], [0, 0]] }),
    );
    assert_eq!(exec(input)["mem"], json!([["0x2000", "00a500"], ["0x0", ""]]));
}

#[test]
fn blanks_between_lines_and_windows_line_ends_do_no_harm() {
    let found = answers("\r\n{\"mem\":[],\"max_insns\":0}\r\n  \n\n {\"id\":2,\"mem\":[],\"max_insns\":0} ");
    assert_eq!(found.len(), 2);
    assert_has(&found[1], json!({ "id": 2, "exit": "budget" }));
}

#[test]
fn a_name_with_escapes_is_the_same_name() {
    let found = answer(r#"{"\u006dem":[],"max_insns":0,"cpu":"\u0065500mc","i\u0064":3}"#);
    assert_has(&found, json!({ "id": 3, "exit": "budget" }));
}
