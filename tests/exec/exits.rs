//! Every way a run can end, and what the answer tells about it.

use super::{assert_has, code, exec, record};
use ppc_decode::{Isa, asm};
use serde_json::{Value, json};

#[test]
fn an_spr_exit_without_an_answer_stays_pending() {
    let found = exec(record(
        &[asm::nop(), asm::mtspr(880, 3)],
        json!({ "regs": { "r3": 7, "msr": "0x8000" } }),
    ));
    let expected = json!({
        "exit": "spr",
        "insns": "0x1",
        "regs": { "msr": "0x8000", "pc": "0x1004" },
        "exits": [{
            "sprn": "0x370", "name": null, "is_write": true, "data": "0x7", "msr": "0x8000", "pc": "0x1004",
            "reason": ["UNKNOWN"], "status": null,
        }],
    });
    assert_eq!(found, expected);
}

#[test]
fn a_split_register_shows_its_name_and_why_it_left() {
    let found = exec(record(&[asm::lis(3, 0x3000), asm::mtspr(308, 3)], json!({})));
    let expected = json!({ "sprn": "0x134", "name": "DBCR0", "reason": ["SPLIT"], "data": "0x30000000" });
    assert_has(&found["exits"][0], expected);
}

#[test]
fn a_store_outside_ram_ends_the_run_as_mmio() {
    let words = [asm::lis(4, 2), asm::stw(3, 4, 4)];
    let found = exec(record(&words, json!({ "regs": { "r3": "0x12345678" } })));
    assert_has(&found, json!({ "exit": "mmio", "insns": "0x1" }));
    let expected = json!({
        "address": "0x20004", "length": "0x4", "is_write": true, "data": "0x12345678", "word": "0x90640004",
    });
    assert_eq!(found["access"], expected);
}

#[test]
fn a_load_outside_ram_leaves_the_target_as_it_was() {
    let found = exec(record(
        &[asm::lbz(3, 0, 4)],
        json!({ "regs": { "r3": 9, "r4": "0x10000" } }),
    ));
    assert_has(
        &found["access"],
        json!({ "length": "0x1", "is_write": false, "data": "0x0" }),
    );
    assert_eq!(found["regs"], json!({ "msr": "0x0", "pc": "0x1000" }));
}

#[test]
fn a_device_control_register_ends_the_run_on_the_models_that_have_them_and_is_illegal_on_others() {
    for model in ppc_emu::ppc_cpu::model::MODELS {
        let fields = json!({ "cpu": model.name, "regs": { "r3": 7 } });
        let found = exec(record(&[asm::mtdcr(5, 3)], fields));
        if model.isa.contains(Isa::DCR) {
            let expected = json!({ "number": "0x5", "length": "0x4", "is_write": true, "data": "0x7" });
            assert_has(&found["access"], expected);
        } else {
            assert_eq!(found["exit"], "interrupt", "{found}");
        }
    }
}

#[test]
fn an_instruction_that_the_core_lacks_ends_the_run_unimplemented() {
    let fadd = 0xfc22_182a;
    let found = exec(record(&[asm::nop(), fadd], json!({ "cpu": "power9" })));
    assert_has(&found, json!({ "exit": "unimplemented", "insns": "0x1" }));
    assert_has(
        &found["access"],
        json!({ "address": "0x1004", "length": "0x4", "word": "0xfc22182a" }),
    );
}

#[test]
fn a_system_call_is_an_interrupt_or_an_exit_by_capability() {
    let mut input = record(&[asm::sc()], json!({ "cpu": "power9" }));
    let delivered = exec(input.clone());
    // The delivery is what the budget counts, not the `sc` besides.
    assert_has(&delivered, json!({ "exit": "interrupt", "insns": "0x0" }));
    let expected = json!({
        "kind": "syscall", "vector": "0xc00", "pair": "srr", "srr0": "0x1004", "srr1": "0x9000000000000000",
    });
    assert_eq!(delivered["interrupt"], expected);
    input["caps"] = json!(["syscall_exits"]);
    let left = exec(input);
    assert_has(&left, json!({ "exit": "syscall", "insns": "0x0" }));
    assert_eq!(left["regs"]["pc"], "0x1000");
}

#[test]
fn a_reset_by_register_is_an_exit_of_its_own_by_capability() {
    let found = exec(record(
        &[asm::lis(3, 0x3000), asm::mtspr(308, 3)],
        json!({ "caps": ["reset_event"], "answers": [{}] }),
    ));
    assert_has(
        &found,
        json!({ "exit": "reset", "insns": "0x1", "exits": [], "unused_answers": "0x1" }),
    );
}

#[test]
fn a_cpu_that_waits_for_what_cannot_come_ends_the_run() {
    let wait = 0x7c00_007c;
    let found = exec(record(&[wait], json!({ "cpu": "e500mc" })));
    assert_has(&found, json!({ "exit": "wait", "insns": "0x1" }));
}

#[test]
fn a_watchdog_that_expires_and_a_message_to_others_end_the_run() {
    // WRC = 2, the least significant bit but six; ENW and WIS are set already.
    let found = exec(json!({
        "code": code(&[asm::b(0)]),
        "regs": { "TCR": "0xa01c0000", "TSR": "0xc0000000" },
        "want": ["TSR", "TCR"],
    }));
    assert_has(&found, json!({ "exit": "watchdog", "insns": "0x20" }));
    assert_has(
        &found["regs"],
        json!({ "spr336": "0xe0000000", "spr340": "0x801c0000" }),
    );
    // msgsnd r3: a doorbell for processor 7.
    let found = exec(json!({ "cpu": "e500mc", "code": code(&[0x7c00_199c]), "regs": { "r3": 7 } }));
    assert_has(&found, json!({ "exit": "message", "insns": "0x1" }));
}

#[test]
fn an_endless_loop_ends_with_the_budget() {
    let found = exec(json!({ "code": code(&[asm::b(0)]), "max_insns": 1000 }));
    assert_has(&found, json!({ "exit": "budget", "insns": "0x3e8" }));
    let default = exec(json!({ "code": code(&[asm::b(0)]) }));
    assert_has(&default, json!({ "insns": "0xf4240" }));
}

#[test]
fn a_fetch_outside_ram_is_a_machine_check_or_stops_a_cpu_that_has_them_disabled() {
    for mode in ["stop", "deliver"] {
        let found = exec(json!({ "mem": [], "pc": "0x20000", "interrupts": mode }));
        assert_has(&found, json!({ "exit": "interrupt", "insns": "0x0" }));
        assert_eq!(
            found["interrupt"],
            json!({ "kind": "machine_check", "checkstop": true })
        );
        assert_eq!(
            found["regs"],
            json!({ "msr": "0x0", "pc": "0x20000" }),
            "nothing was changed"
        );
    }
    let found = exec(json!({ "mem": [], "pc": "0x20000", "regs": { "msr": "0x1000", "IVOR1": "0x20" } }));
    let expected = json!({
        "kind": "machine_check", "vector": "0x20", "pair": "mcsrr", "srr0": "0x20000", "srr1": "0x1000",
    });
    assert_eq!(found["interrupt"], expected);
    assert_eq!(found["regs"]["spr570"], "0x20000");
}

#[test]
fn an_alignment_interrupt_has_the_registers_of_its_family() {
    let words = [asm::lwarx(3, 0, 4)];
    let with = |cpu: &str| exec(record(&words, json!({ "cpu": cpu, "regs": { "r4": "0x2001" } })));
    let address = |it: &Value, name: &str| it["interrupt"].get(name).cloned();
    for cpu in ["e500v2", "e500mc"] {
        let found = with(cpu);
        assert_eq!(found["interrupt"]["kind"], "alignment");
        assert_eq!(address(&found, "dear"), Some(json!("0x2001")), "{found}");
        assert!(address(&found, "esr").is_some() && address(&found, "dar").is_none());
    }
    let classic = with("ppc750");
    assert_eq!(address(&classic, "dar"), Some(json!("0x2001")));
    assert!(address(&classic, "dsisr").is_some() && address(&classic, "dear").is_none());
    let server = with("power9");
    assert_eq!(address(&server, "dar"), Some(json!("0x2001")));
    assert_eq!(address(&server, "dsisr"), None, "not set by POWER9");
}

#[test]
fn an_illegal_instruction_goes_to_the_pair_of_its_family() {
    for (cpu, kind, pair) in [
        ("e500v2", "program_illegal", "srr"),
        ("ppc750", "program_illegal", "srr"),
        ("power9", "emulation_assist", "hsrr"),
    ] {
        let found = exec(record(&[0], json!({ "cpu": cpu })));
        assert_has(
            &found["interrupt"],
            json!({ "kind": kind, "pair": pair, "srr0": "0x1000" }),
        );
    }
}

#[test]
fn the_decrementer_interrupts_the_guest() {
    let words = [asm::b(0)];
    let regs = json!({ "DEC": 10, "TCR": "0x4000000", "MSR": "0x8000" });
    let found = exec(json!({ "code": code(&words), "regs": regs }));
    assert_has(&found, json!({ "exit": "interrupt", "insns": "0xa" }));
    assert_has(
        &found["interrupt"],
        json!({ "kind": "decrementer", "srr0": "0x1000", "srr1": "0x8000" }),
    );
}

#[test]
fn after_an_interrupt_the_registers_are_the_ones_the_handler_finds() {
    let found = exec(record(
        &[asm::trap()],
        json!({ "regs": { "msr": "0x9000", "IVPR": "0x40000", "IVOR6": "0x70" } }),
    ));
    let expected = json!({
        "msr": "0x1000", "pc": "0x40070", "spr26": "0x1000", "spr27": "0x9000", "spr62": "0x2000000",
    });
    assert_eq!(found["regs"], expected);
}

#[test]
fn a_storage_interrupt_is_raised_where_the_record_says_so() {
    // A load outside RAM, whose page an MMU would not have: MPC750UM 4.5.3, SRR1 as saved, DSISR[1].
    let words = [asm::nop(), asm::lwz(3, 0, 4)];
    let fields = json!({
        "cpu": "750", "regs": { "r4": "0x20000", "msr": "0x9032" },
        "raise": [{ "kind": "data_storage", "address": "0x20000", "status": "0x40000000", "after": 1 }],
    });
    let found = exec(record(&words, fields));
    assert_has(
        &found,
        json!({ "exit": "interrupt", "insns": "0x1", "unraised": null }),
    );
    let expected = json!({
        "kind": "data_storage", "vector": "0x300", "pair": "srr", "srr0": "0x1004", "srr1": "0x9032",
        "dsisr": "0x40000000", "dar": "0x20000",
    });
    assert_eq!(found["interrupt"], expected);
}

#[test]
fn storage_interrupts_come_in_order_among_the_others_and_count_as_deliveries() {
    // Both handlers return at once.
    let rfid = "4c000024";
    let fields = json!({
        "cpu": "power9", "interrupts": "deliver", "mem": [["0x300", rfid], ["0x400", rfid]],
        "raise": [
            { "kind": "data_storage", "address": 8 },
            { "kind": "instruction_storage", "status": "0x40000000" },
            { "kind": "data_segment", "address": "0x5000", "after": 3 },
            { "kind": "data_storage", "after": 4 },
        ],
    });
    let found = exec(record(
        &[asm::nop(); 8],
        with(fields.clone(), "max_insns", json!(6)),
    ));
    let kinds: Vec<_> = found["interrupts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["kind"])
        .collect();
    assert_eq!(kinds, ["data_storage", "instruction_storage", "data_segment"]);
    assert_eq!(found["interrupts"][1]["srr0"], "0x300");
    assert_eq!(found["interrupts"][1]["srr1"], json!("0x9000000040000000"));
    // The second one took SRR0 from the first handler, which begins again and again.
    assert_eq!(found["interrupts"][2]["srr0"], "0x300");
    // Three deliveries and three rfid.
    assert_has(
        &found,
        json!({ "exit": "budget", "insns": "0x3", "unraised": "0x1" }),
    );
    assert_eq!(found["regs"]["pc"], "0x380");
}

fn with(mut fields: Value, name: &str, value: Value) -> Value {
    fields[name] = value;
    fields
}

#[test]
fn a_storage_interrupt_goes_before_a_stop_address_and_not_beyond_the_budget() {
    let raise = json!([{ "kind": "instruction_tlb", "after": 1 }]);
    let found = exec(record(&[asm::nop()], json!({ "raise": raise })));
    assert_has(&found, json!({ "exit": "interrupt", "insns": "0x1" }));
    let found = exec(record(&[asm::nop()], json!({ "raise": raise, "max_insns": 1 })));
    assert_has(
        &found,
        json!({ "exit": "stop", "insns": "0x1", "unraised": "0x1" }),
    );
}

#[test]
fn a_storage_interrupt_that_is_switched_off_is_not_raised() {
    // MPC7450UM 2.1.5, HID0[STEN]: software searches the page tables, or the hardware does.
    for (hid0, expected) in [
        (0, json!({ "exit": "stop", "unraised": "0x1" })),
        (0x0100_0000, json!({ "exit": "interrupt", "unraised": null })),
    ] {
        let fields =
            json!({ "cpu": "7447A", "regs": { "HID0": hid0 }, "raise": [{ "kind": "instruction_tlb" }] });
        assert_has(&exec(record(&[asm::nop()], fields)), expected);
    }
}
