//! Every kind of bad record is answered with what is wrong and where, and the next record is run as usual.

use super::{answers, assert_has};
use serde_json::{Value, json};

/// The error for a line; the record behind it must be run.
#[track_caller]
fn error_of(line: &[u8]) -> (Value, String) {
    let mut input = line.to_vec();
    input.extend_from_slice(b"\n{\"id\":\"next\",\"code\":\"38600001\",\"max_insns\":1}\n");
    let found = answers(input);
    assert_eq!(found.len(), 2);
    assert_has(
        &found[1],
        json!({ "id": "next", "exit": "budget", "insns": "0x1" }),
    );
    assert_eq!(found[0]["exit"], "error", "{}", found[0]);
    (found[0].clone(), found[0]["error"].as_str().unwrap().to_owned())
}

/// `fields` in a record with an id make an error that begins with `place` and has `word` in it.
#[track_caller]
fn refused(fields: &str, place: &str, word: &str) {
    let line = format!(r#"{{"mem":[],{fields},"id":[7]}}"#);
    let (answer, error) = error_of(line.as_bytes());
    assert_eq!(answer["id"], json!([7]), "{answer}");
    assert!(error.starts_with(&format!("{place}: ")), "{place}: {error}");
    assert!(error.contains(word), "{word}: {error}");
    assert_eq!(answer.as_object().unwrap().len(), 3);
}

#[test]
fn a_line_that_is_not_json_is_an_error_with_a_column() {
    let (answer, error) = error_of(br#"{"id": 5, "code": 12x}"#);
    assert_eq!(answer["id"], 5, "it stands before the error");
    assert!(error.contains("column 21"), "{error}");
    let (_, error) = error_of(br#"{"id": 2, "code": }"#);
    assert_eq!(error, "code: expected value (column 19)");
    for line in [
        "{",
        "}",
        "{\"code\":\"38600001\"",
        "{} {}",
        "\u{feff}{}",
        "{'a':1}",
        "{\"mem\":[],}",
    ] {
        assert!(error_of(line.as_bytes()).1.contains("column"), "{line}");
    }
}

#[test]
fn a_line_that_is_not_an_object_is_an_error() {
    for line in ["[]", "5", "\"x\"", "null", "true"] {
        assert!(error_of(line.as_bytes()).1.contains("an object"), "{line}");
    }
}

#[test]
fn a_line_that_is_not_utf8_is_an_error() {
    let (answer, error) = error_of(b"{\"id\": 3, \"cpu\": \"\xff\"}");
    assert!(error.contains("UTF-8") && error.contains("column 19"), "{error}");
    assert_eq!(answer["id"], 3);
    error_of(b"\xff");
}

#[test]
fn nesting_without_end_is_an_error_and_no_crash() {
    let deep = "[".repeat(100_000);
    assert!(error_of(deep.as_bytes()).1.contains("an object"));
    let (_, error) = error_of(format!("{{\"regs\":{deep}").as_bytes());
    assert!(error.starts_with("regs: recursion limit"), "{error}");
    let closed = format!("{{\"mem\":{deep}{},\"id\":1}}", "]".repeat(100_000));
    let (answer, _) = error_of(closed.as_bytes());
    assert_eq!(
        answer["id"], 1,
        "the id stands behind it, and the syntax is right"
    );
}

#[test]
fn a_record_without_code_and_mem_is_an_error() {
    assert!(error_of(b"{}").1.contains("code or mem"));
}

#[test]
fn an_unknown_field_is_an_error_wherever_it_stands() {
    refused(r#""foo":1"#, "foo", "unknown field");
    refused(r#""answers":[{},{"date":1}]"#, "answers[1].date", "unknown field");
}

#[test]
fn a_field_given_twice_is_an_error_wherever_it_stands() {
    refused(r#""cpu":"e500v2","cpu":"e500v2""#, "cpu", "twice");
    refused(r#""regs":{"r1":1,"r2":2,"r1":1}"#, "regs.r1", "twice");
    refused(r#""sprs":{"26":"exit","26":"exit"}"#, "sprs.26", "twice");
    refused(r#""answers":[{"data":1,"data":1}]"#, "answers[0].data", "twice");
    let (answer, error) = error_of(br#"{"id":1,"mem":[],"id":2}"#);
    assert_eq!((&answer["id"], error.as_str()), (&json!(1), "id: given twice"));
}

#[test]
fn one_register_under_two_names_is_an_error() {
    refused(r#""regs":{"lr":1,"spr8":1}"#, "regs.spr8", "lr");
    refused(r#""regs":{"SRR0":1,"spr26":1}"#, "regs.spr26", "SRR0");
    refused(r#""regs":{"pc":4096},"pc":4100"#, "pc", "two values");
    refused(
        r#""sprs":{"308":"exit","dbcr0":"exit"}"#,
        "sprs.dbcr0",
        "another name",
    );
}

#[test]
fn a_value_of_the_wrong_kind_is_an_error_that_names_the_field() {
    for (field, place) in [
        (r#""cpu":5"#, "cpu"),
        (r#""ram":5"#, "ram"),
        (r#""ram":[5]"#, "ram[0]"),
        (r#""ram":[[0]]"#, "ram[0]"),
        (r#""ram":[[0,true]]"#, "ram[0][1]"),
        (r#""code":["38600001"]"#, "code"),
        (r#""pc":null"#, "pc"),
        (r#""regs":[]"#, "regs"),
        (r#""regs":{"r3":{}}"#, "regs.r3"),
        (r#""little_endian":1"#, "little_endian"),
        (r#""sprs":{"26":5}"#, "sprs.26"),
        (r#""unknown_spr":null"#, "unknown_spr"),
        (r#""check_privilege":"yes""#, "check_privilege"),
        (r#""caps":"reset_event""#, "caps"),
        (r#""caps":[1]"#, "caps[0]"),
        (r#""answers":{}"#, "answers"),
        (r#""answers":[5]"#, "answers[0]"),
        (r#""stop":4096"#, "stop"),
        (r#""stop":[4096,[]]"#, "stop[1]"),
        (r#""max_insns":true"#, "max_insns"),
        (r#""interrupts":true"#, "interrupts"),
        (r#""want":"r3""#, "want"),
        (r#""want":[3]"#, "want[0]"),
        (r#""dump":[4096,4]"#, "dump[0]"),
        (r#""dump":[[4096,4,4]]"#, "dump[0]"),
        (r#""all_regs":0"#, "all_regs"),
    ] {
        refused(field, place, "expected");
    }
    let (_, error) = error_of(br#"{"mem":[["0x1000",5]]}"#);
    assert!(error.starts_with("mem[0][1]: expected a string"), "{error}");
}

#[test]
fn a_number_that_is_no_integer_is_an_error() {
    for (value, word) in [
        ("1.5", "not an integer"),
        ("1.0", "not an integer"),
        ("1e3", "not an integer"),
        ("-1", "not an integer"),
        ("9007199254740993", "2^53"),
        ("18446744073709551616", "2^53"),
        (r#""""#, "not an integer"),
        (r#""-1""#, "not an integer"),
        (r#""+1""#, "not an integer"),
        (r#"" 1""#, "not an integer"),
        (r#""0x""#, "not an integer"),
        (r#""0x10000000000000000""#, "64 bits"),
        (r#""zz""#, "not an integer"),
    ] {
        refused(&format!(r#""max_insns":{value}"#), "max_insns", word);
        refused(&format!(r#""regs":{{"r3":{value}}}"#), "regs.r3", word);
    }
    refused(r#""max_insns":1e400"#, "max_insns", "column");
}

#[test]
fn a_name_that_the_core_does_not_know_is_an_error() {
    refused(r#""cpu":"z80""#, "cpu", "e500v2, e500mc, 750, POWER9");
    refused(r#""regs":{"r32":1}"#, "regs.r32", "no register");
    refused(r#""regs":{"":1}"#, "regs", "no register");
    refused(r#""want":["bogus"]"#, "want[0]", "no register");
    refused(r#""regs":{"HSPRG0":1}"#, "regs.HSPRG0", "no register");
    refused(r#""regs":{"26":1}"#, "regs.26", "spr26");
    refused(r#""sprs":{"bogus":"exit"}"#, "sprs.bogus", "no register");
    refused(r#""sprs":{"1024":"exit"}"#, "sprs.1024", "1023");
    refused(
        r#""sprs":{"26":"user"}"#,
        "sprs.26",
        "exit, core, architected, ignore, fault",
    );
    refused(
        r#""unknown_spr":"panic""#,
        "unknown_spr",
        "exit, fault, architected, ignore",
    );
    refused(r#""interrupts":"log""#, "interrupts", "stop, deliver");
    refused(r#""caps":["irq"]"#, "caps[0]", "irqchip");
}

#[test]
fn what_the_core_does_not_have_is_an_error_that_says_so() {
    for name in ["f0", "f31", "v0", "v31", "vs0", "vs63", "fpscr", "vscr", "acc"] {
        refused(&format!(r#""want":["{name}"]"#), "want[0]", "no floating point");
    }
    refused(r#""regs":{"spr880":1}"#, "regs.spr880", "no register");
    refused(
        r#""regs":{"TFHAR":1},"cpu":"power9""#,
        "regs.TFHAR",
        "keeps no value",
    );
    refused(r#""sprs":{"880":"core"}"#, "sprs.880", "does not model");
    refused(
        r#""caps":["reset_event"],"cpu":"ppc750""#,
        "caps[0]",
        "not supported",
    );
    refused(r#""caps":["spr_exits"]"#, "caps[0]", "sprs");
    refused(r#""caps":["promote_spr"]"#, "caps[0]", "sprs");
    refused(
        r#""check_privilege":true,"caps":["unchecked_exits"]"#,
        "check_privilege",
        "unchecked_exits",
    );
    refused(r#""little_endian":true"#, "little_endian", "e500v2");
    refused(
        r#""little_endian":true,"cpu":"ppc750""#,
        "little_endian",
        "the 750 has",
    );
}

#[test]
fn a_value_that_a_register_cannot_hold_is_an_error() {
    let wide = r#""0x100000000""#;
    refused(
        &format!(r#""regs":{{"r3":{wide}}},"cpu":"ppc750""#),
        "regs.r3",
        "0x100000000",
    );
    for name in ["lr", "cr", "ctr", "SRR0", "DEC", "TBL"] {
        refused(
            &format!(r#""regs":{{"{name}":{wide}}}"#),
            &format!("regs.{name}"),
            "0x100000000",
        );
    }
    refused(r#""regs":{"msr":1}"#, "regs.msr", "bits 0x1");
    refused(r#""regs":{"xer":"0x1000000"}"#, "regs.xer", "bits 0x1000000");
    refused(r#""pc":4098"#, "pc", "0x1002");
    refused(&format!(r#""pc":{wide}"#), "pc", "0x100000000");
}

#[test]
fn bad_hexadecimal_digits_are_an_error_that_tells_which() {
    refused(r#""code":"3860000""#, "code", "multiple of 8");
    refused(r#""code":"38600001 38600002""#, "code", "character 9");
    refused(r#""code":"3860000g""#, "code", "character 8");
    for (mem, place, word) in [
        (r#"[["0x1000","123"]]"#, "mem[0][1]", "multiple of 2"),
        (r#"[["0x1000","00"],["0x1000","0x"]]"#, "mem[1][1]", "character 2"),
        (r#"[["0x1000","é0"]]"#, "mem[0][1]", "character 1"),
        (r#"[["x","00"]]"#, "mem[0][0]", "not an integer"),
    ] {
        let (_, error) = error_of(format!(r#"{{"mem":{mem}}}"#).as_bytes());
        assert!(
            error.starts_with(&format!("{place}: ")) && error.contains(word),
            "{error}"
        );
    }
}

#[test]
fn ram_that_cannot_be_is_an_error() {
    refused(r#""ram":[[0,4096],[4095,1]]"#, "ram", "overlaps");
    refused(r#""ram":[[0,0]]"#, "ram", "empty");
    refused(r#""ram":[["0xffffffffffffffff",2]]"#, "ram", "past the end");
    refused(r#""ram":[[0,"0x100000001"]]"#, "ram", "too much");
    refused(
        r#""ram":[[0,"0x80000000"],["0x80000000","0x80000001"]]"#,
        "ram",
        "too much",
    );
    refused(
        r#""ram":[[0,"0xffffffffffffffff"],["0x80000000","0xffffffffffffffff"]]"#,
        "ram",
        "too much",
    );
    let many: Vec<String> = (0..1025).map(|n| format!("[{n},1]")).collect();
    refused(&format!(r#""ram":[{}]"#, many.join(",")), "ram", "too many");
}

#[test]
fn what_does_not_lie_in_ram_is_an_error_that_names_the_address() {
    refused(r#""code":"3860000138600002","pc":"0xfffc""#, "code", "0x10000");
    refused(r#""dump":[[0,4],["0xffff",2]]"#, "dump[1]", "0x10000");
    refused(r#""dump":[[0,"0xffffffffffffffff"]]"#, "dump[0]", "dumps");
    refused(
        r#""dump":[[0,"0xf00000"],[0,"0x100001"]],"ram":[[0,"0x1000000"]]"#,
        "dump[1]",
        "dumps",
    );
    let (_, error) = error_of(br#"{"mem":[[0,"00"],["0xffff","0000"]]}"#);
    assert!(
        error.starts_with("mem[1]: ") && error.contains("0x10000"),
        "{error}"
    );
}

#[test]
fn an_answer_that_says_two_things_or_none_of_the_known_is_an_error() {
    refused(
        r#""answers":[{"data":1,"noop":true}]"#,
        "answers[0]",
        "data, noop",
    );
    refused(
        r#""answers":[{"fail":"ilegal"}]"#,
        "answers[0].fail",
        "illegal, privileged",
    );
    refused(r#""answers":[{"noop":false}]"#, "answers[0].noop", "no-op");
    refused(r#""answers":[{"data":-1}]"#, "answers[0].data", "not an integer");
}

#[test]
fn a_name_of_a_megabyte_is_not_repeated_in_the_error() {
    let long = "x".repeat(1 << 20);
    let (_, error) = error_of(format!(r#"{{"{long}":1}}"#).as_bytes());
    assert!(error.len() < 200);
    let (_, error) = error_of(format!(r#"{{"{long}":x}}"#).as_bytes());
    assert!(error.len() < 300);
    let (_, error) = error_of(format!(r#"{{"mem":[],"regs":{{"{long}":1}}}}"#).as_bytes());
    assert!(error.len() < 300);
}

#[test]
fn a_storage_interrupt_that_the_model_has_not_or_that_is_said_wrongly_is_an_error() {
    refused(r#""raise":[{}]"#, "raise[0].kind", "must be given");
    refused(r#""raise":[{"kind":"external"}]"#, "raise[0].kind", "none of");
    // The e500v2 has no segments.
    refused(r#""raise":[{"kind":"data_segment"}]"#, "raise[0].kind", "none of");
    refused(
        r#""raise":[{"kind":"data_tlb","at":1}]"#,
        "raise[0].at",
        "unknown field",
    );
    refused(
        r#""raise":[{"kind":"data_tlb","status":"0x100000000"}]"#,
        "raise[0].status",
        "32 bits",
    );
    refused(
        r#""raise":[{"kind":"data_tlb","after":2},{"kind":"data_tlb","after":1}]"#,
        "raise[1].after",
        "element before",
    );
}
