//! The ABI as C sees it: the header against these types and against `linux/kvm.h`, and a handler written in C.
//!
//! Only with the feature `c-tests`: it needs `cc` (or what `CC` names) and, for the layout on PowerPC, Debian's
//! `gcc-powerpc-linux-gnu`, `gcc-powerpc64-linux-gnu`, `gcc-powerpc64le-linux-gnu`. A missing compiler is a failure.
//! With `SPR_EXIT_RUN_CROSS=1` the cross-compiled programs are also run, under qemu-user (`qemu-ppc`, …).

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "functions of a test binary, which clippy does not take for tests"
)]

use spr_exit::{
    Capability, Exit, ExitReason, ExitSpr, Fault, KVM_EXIT_SPR, KvmRun, KvmRunPage, Reason, Reply,
    SPR_STATUS_FAIL, SPR_STATUS_OK, Scripted, Step, member,
    num::booke::{DBCR0, PIR, TCR},
};
use std::collections::BTreeMap;
use std::io::Write;
use std::mem::offset_of;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

const CROSS: [(&str, &str); 3] = [
    ("powerpc-linux-gnu-gcc", "qemu-ppc"),
    ("powerpc64-linux-gnu-gcc", "qemu-ppc64"),
    ("powerpc64le-linux-gnu-gcc", "qemu-ppc64le"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The host's compiler.
fn cc() -> String {
    std::env::var("CC").unwrap_or_else(|_| "cc".into())
}

/// Builds `tests/c/<name>.c` and gives the program, a file of its own each time: tests run side by side.
fn build(compiler: &str, name: &str, extra: &[&str]) -> PathBuf {
    static BUILT: AtomicUsize = AtomicUsize::new(0);
    let number = BUILT.fetch_add(1, Ordering::Relaxed);
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{number}"));
    let output = Command::new(compiler)
        .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-O1", "-I"])
        .arg(root().join("include"))
        .arg(root().join("tests/c").join(format!("{name}.c")))
        .args(extra)
        .arg("-o")
        .arg(&program)
        .output()
        .unwrap_or_else(|why| panic!("the feature c-tests needs the C compiler {compiler}: {why}"));
    assert!(
        output.status.success(),
        "{compiler} {name}.c:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    program
}

/// What a program prints.
fn stdout_of(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|why| panic!("{command:?}: {why}"));
    assert!(output.status.success(), "{command:?}: {}", output.status);
    String::from_utf8(output.stdout).unwrap()
}

/// The lines of `layout.c`, as this crate has them.
fn expected_layout() -> BTreeMap<String, String> {
    let mut lines = BTreeMap::new();
    let mut add = |key: String, value: String| {
        assert_eq!(lines.insert(key.clone(), value), None, "{key} twice");
    };
    macro_rules! payload {
        ($($field:ident: $size:literal),*) => {
            $(add(format!("payload {}", stringify!($field)), format!("{} {}", offset_of!(ExitSpr, $field), $size));)*
        };
    }
    payload!(sprn: 8, data: 8, msr: 8, is_write: 1, status: 1, reason: 1, reserved: 5);
    add("const sizeof(spr_exit)".into(), size_of::<ExitSpr>().to_string());

    for (name, offset) in [
        ("SIZE", KvmRunPage::SIZE),
        ("UNION", KvmRunPage::UNION),
        ("UNION_SIZE", KvmRunPage::UNION_SIZE),
        ("VALID_REGS", KvmRunPage::VALID_REGS),
        ("DIRTY_REGS", KvmRunPage::DIRTY_REGS),
        ("SYNC_REGS", KvmRunPage::SYNC_REGS),
    ] {
        add(format!("page {name}"), offset.to_string());
    }
    for (prefix, fields) in [
        ("", member::Header::FIELDS),
        ("SPR_", member::Spr::FIELDS),
        ("HW_", member::Hw::FIELDS),
        ("FAIL_ENTRY_", member::FailEntry::FIELDS),
        ("DEBUG_", member::Debug::FIELDS),
        ("MMIO_", member::Mmio::FIELDS),
        ("DCR_", member::Dcr::FIELDS),
        ("INTERNAL_", member::Internal::FIELDS),
        ("OSI_", member::Osi::FIELDS),
        ("PAPR_HCALL_", member::PaprHcall::FIELDS),
        ("EPR_", member::Epr::FIELDS),
        ("SYSTEM_EVENT_", member::SystemEvent::FIELDS),
        ("SYSCALL_", member::Syscall::FIELDS),
        ("INTERRUPT_", member::Interrupt::FIELDS),
    ] {
        for (field, offset, _) in fields.iter().filter(|(field, ..)| !field.starts_with("padding")) {
            add(
                format!("page {prefix}{}", field.to_uppercase()),
                offset.to_string(),
            );
        }
    }
    for (name, value) in [
        ("KVM_EXIT_SPR", KVM_EXIT_SPR),
        ("SPR_EXIT_NR_SYSCALL", ExitReason::Syscall.into()),
        ("SPR_EXIT_NR_INTERRUPT", ExitReason::Interrupt.into()),
        ("SPR_EXIT_NR_BUDGET", ExitReason::Budget.into()),
        ("SPR_EXIT_NR_MESSAGE", ExitReason::Message.into()),
        ("SPR_STATUS_OK", SPR_STATUS_OK.into()),
        ("SPR_STATUS_FAIL", SPR_STATUS_FAIL.into()),
    ] {
        add(format!("const {name}"), value.to_string());
    }
    for (name, reason) in Reason::all().iter_names() {
        add(format!("const SPR_REASON_{name}"), reason.bits().to_string());
    }
    for (name, cap) in Capability::NAMES {
        add(
            format!("const SPR_CAP_{}", name.to_uppercase()),
            u32::from(cap).to_string(),
        );
    }
    lines
}

/// Lines of "kind name value…" as a map.
fn parsed(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .map(|line| {
            let mut words = line.splitn(3, ' ');
            let mut word = || words.next().unwrap_or_default();
            (format!("{} {}", word(), word()), word().to_string())
        })
        .collect()
}

#[test]
fn the_header_and_the_types_have_the_same_layout() {
    let program = build(&cc(), "layout", &[]);
    assert_eq!(parsed(&stdout_of(&mut Command::new(program))), expected_layout());
}

#[test]
fn the_header_agrees_with_linux_kvm_h_on_this_host() {
    let program = build(&cc(), "upstream", &[]);
    let printed = parsed(&stdout_of(&mut Command::new(program)));
    let expected: BTreeMap<_, _> = [
        ("UNKNOWN", ExitReason::Unknown),
        ("DEBUG", ExitReason::Debug),
        ("HLT", ExitReason::Hlt),
        ("MMIO", ExitReason::Mmio),
        ("SHUTDOWN", ExitReason::Shutdown),
        ("FAIL_ENTRY", ExitReason::FailEntry),
        ("INTR", ExitReason::Intr),
        ("DCR", ExitReason::Dcr),
        ("INTERNAL_ERROR", ExitReason::InternalError),
        ("OSI", ExitReason::Osi),
        ("PAPR_HCALL", ExitReason::PaprHcall),
        ("WATCHDOG", ExitReason::Watchdog),
        ("EPR", ExitReason::Epr),
        ("SYSTEM_EVENT", ExitReason::SystemEvent),
    ]
    .into_iter()
    .map(|(name, reason)| (format!("exit KVM_EXIT_{name}"), u32::from(reason).to_string()))
    .collect();
    assert_eq!(printed, expected);
}

/// The header's assertions and those of `upstream.c` are evaluated by each compiler.
#[test]
fn the_layout_holds_on_every_powerpc_abi() {
    let runs = std::env::var_os("SPR_EXIT_RUN_CROSS").is_some();
    for (compiler, qemu) in CROSS {
        build(compiler, "upstream", &["-c"]);
        if runs {
            let program = build(compiler, "layout", &["-static"]);
            let printed = parsed(&stdout_of(Command::new(qemu).arg(program)));
            assert_eq!(printed, expected_layout(), "{compiler}");
        } else {
            build(compiler, "layout", &["-c"]);
        }
    }
}

/// One page through the handler in C, a process of its own: its exit status and the page it wrote.
fn ask(handler: &Path, page: &KvmRunPage) -> (Option<i32>, Vec<u8>) {
    let mut child = Command::new(handler)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(page.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.code(), output.stdout)
}

#[test]
fn a_handler_in_c_answers_exits_over_the_run_page() {
    let handler = build(&cc(), "handler", &[]);
    let script = Scripted::new([
        Step::write(DBCR0, 0x3000_0000).expect(Reply::Done(0)),
        Step::read(PIR).expect(Reply::Done(7)),
        Step::read(DBCR0).expect(Reply::Fault(Fault::Illegal)),
        Step::write(TCR, 5).expect(Reply::Fault(Fault::Illegal)),
    ])
    .last(Exit::Wait);
    let mut vcpu = KvmRun::new(script);
    let mut answered = 0;
    while vcpu.kvm_run().unwrap() == ExitReason::Spr {
        let (status, bytes) = ask(&handler, vcpu.page());
        assert_eq!(status, Some(0));
        *vcpu.page_mut() = KvmRunPage::from_bytes(bytes.try_into().unwrap());
        answered += 1;
    }
    assert_eq!((answered, vcpu.page().exit()), (4, Exit::Wait));
    vcpu.core().finish().unwrap();
}

#[test]
fn the_handler_in_c_leaves_other_exits_alone() {
    let handler = build(&cc(), "handler", &[]);
    let mut page = KvmRunPage::new();
    page.present(&Exit::Wait);
    assert_eq!(ask(&handler, &page), (Some(1), Vec::new()));
}
