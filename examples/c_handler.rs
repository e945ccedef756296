//! A handler in C, on nothing but the bytes of the run page and `include/spr_exit.h`, answers the emulator's exits.
//!
//! The handler is `tests/c/handler.c`, a process of its own behind a pipe, so that no unsafe code is needed here. Needs a
//! C compiler: `cargo run --example c_handler [CC]`

use ppc_cpu::{Machine, Memory, model};
use ppc_decode::asm;
use spr_exit::{ExitReason, KvmRun, KvmRunPage};
use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

fn main() -> Result<(), Box<dyn Error>> {
    let cc = std::env::args().nth(1).unwrap_or_else(|| "cc".into());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let handler = std::env::temp_dir().join(format!("spr-handler-{}", std::process::id()));
    let status = Command::new(&cc)
        .arg("-I")
        .arg(root.join("include"))
        .arg(root.join("tests/c/handler.c"))
        .arg("-o")
        .arg(&handler)
        .status()
        .map_err(|why| {
            format!("cannot start the C compiler `{cc}`: {why}; name another as the first argument")
        })?;
    if !status.success() {
        return Err(format!("`{cc}` did not compile tests/c/handler.c").into());
    }

    // The guest writes DBCR0, which the handler accepts, and reads TIR, which it refuses.
    let mut memory = Memory::with_ram(0x1000)?;
    memory.write_words(
        0x100,
        &[asm::lis(3, 0x3000), asm::mtspr(308, 3), asm::mfspr(3, 446)],
    )?;
    let mut machine = Machine::new(&model::E500V2, memory);
    machine.cpu.set_cia(0x100);
    machine.cpu.config_mut().report_interrupts = true;
    let mut vcpu = KvmRun::new(machine);
    while vcpu.kvm_run()? == ExitReason::Spr {
        let exit = vcpu.page().spr();
        let mut child = Command::new(&handler)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        child
            .stdin
            .take()
            .ok_or("no pipe")?
            .write_all(vcpu.page().as_bytes())?;
        let page = child.wait_with_output()?.stdout;
        *vcpu.page_mut() =
            KvmRunPage::from_bytes(page.try_into().map_err(|_| "the handler wrote no whole page")?);
        let verdict = if vcpu.page().spr().status == 0 {
            "OK"
        } else {
            "FAIL"
        };
        println!(
            "spr {} {}: the C handler says {verdict}",
            exit.sprn,
            if exit.is_write == 1 { "write" } else { "read" }
        );
    }
    std::fs::remove_file(&handler)?;
    let taken = vcpu
        .core()
        .cpu
        .last_interrupt()
        .ok_or("the refused access interrupts the guest")?;
    assert_eq!((taken.kind.name(), taken.srr0), ("program_illegal", 0x108));
    println!("the refused read interrupted the guest at {:#x}", taken.srr0);
    Ok(())
}
