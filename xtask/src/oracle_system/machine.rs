//! Running an image: on our core, and on a machine of QEMU's.

use super::board::Board;
use super::image::Image;
use ppc_cpu::{Exit, Machine, Memory};
use serde_json::{Value, json};
use spr_exit::{Reply, UnknownSpr, Vcpu};
use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// RAM of our machine.
const RAM: usize = 16 << 20;
/// Instructions that an image takes at most.
const BUDGET: u64 = 100_000_000;
/// How long QEMU may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the image on our core; the log.
pub(super) fn on_our_core(board: &Board, image: &Image, length: u64) -> Result<Vec<u8>, String> {
    let text = |why: &dyn std::fmt::Display| format!("{} on our core: {why}", board.model.name);
    let mut memory = Memory::with_ram(RAM as u64).map_err(|why| text(&why))?;
    memory
        .write_words(image.base, &image.words)
        .map_err(|why| text(&why))?;
    let mut it = Machine::new(board.model, memory).with_budget(BUDGET);
    it.cpu.set_cia(image.entry());
    it.cpu.config_mut().unknown_spr = UnknownSpr::Architected;
    while it.memory.load::<4>(image.done()) != Some([0, 0, 0, 1]) {
        it.set_budget(10_000);
        match it.run().map_err(|why| text(&why))? {
            Exit::Budget if it.cpu.work() < BUDGET => {}
            exit @ (Exit::Spr(_) | Exit::Dcr(_) | Exit::SystemEvent(_)) => {
                it.complete(Reply::Architected)
                    .map_err(|why| text(&format!("{exit:?}: {why}")))?;
            }
            other => return Err(text(&format!("{other:x?} at {:#x}", it.cpu.cia()))),
        }
    }
    let (address, _) = image.log(0);
    let length = usize::try_from(length).unwrap_or_default();
    let mut log = vec![0; length];
    for (at, byte) in (address..).zip(&mut log) {
        *byte = it.memory.load::<1>(at).map_or(0, |[byte]| byte);
    }
    Ok(log)
}

/// A directory of our own, removed in the end.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn new() -> Result<Self, String> {
        let path = std::env::temp_dir().join(format!("ppc-oracle-system-{}", std::process::id()));
        fs::create_dir_all(&path).map_err(|why| format!("{}: {why}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Nothing depends on the files being gone.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// QEMU, which dies with us.
struct Qemu {
    child: Child,
    monitor: BufReader<UnixStream>,
}

impl Drop for Qemu {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Qemu {
    fn start(scratch: &Scratch, board: &Board, elf: &Path) -> Result<Self, String> {
        let socket = scratch.0.join("monitor");
        // Nothing is there in most cases.
        let _ = fs::remove_file(&socket);
        let mut command = Command::new(board.qemu);
        command.args(["-nodefaults", "-nic", "none", "-display", "none", "-qmp"]);
        command.arg(format!("unix:{},server=on,wait=off", socket.display()));
        command.args(board.arguments);
        if board.arguments.ends_with(&["-device"]) {
            command.arg(format!("loader,file={},cpu-num=0", elf.display()));
        } else {
            command.arg(elf);
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let child = command.spawn().map_err(|why| match why.kind() {
            ErrorKind::NotFound => {
                format!(
                    "{} is missing; on Debian: apt-get install qemu-system-ppc",
                    board.qemu
                )
            }
            _ => format!("{}: {why}", board.qemu),
        })?;
        let begun = Instant::now();
        let stream = loop {
            match UnixStream::connect(&socket) {
                Ok(stream) => break stream,
                Err(why) if begun.elapsed() > PATIENCE => return Err(format!("QEMU's monitor: {why}")),
                Err(_) => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        let mut it = Self {
            child,
            monitor: BufReader::new(stream),
        };
        it.ask(&json!({"execute": "qmp_capabilities"}))?;
        Ok(it)
    }

    /// One command of the monitor and its answer; events are passed over.
    fn ask(&mut self, command: &Value) -> Result<Value, String> {
        let text = |why: std::io::Error| format!("QEMU's monitor: {why}");
        writeln!(self.monitor.get_mut(), "{command}").map_err(text)?;
        loop {
            let mut line = String::new();
            if self.monitor.read_line(&mut line).map_err(text)? == 0 {
                return Err(format!("QEMU ended before it answered {command}"));
            }
            let answer: Value =
                serde_json::from_str(&line).map_err(|why| format!("QEMU's monitor: {why}"))?;
            if let Some(error) = answer.get("error") {
                return Err(format!("QEMU: {error} for {command}"));
            }
            if let Some(value) = answer.get("return") {
                return Ok(value.clone());
            }
        }
    }

    /// Bytes of the guest's memory.
    fn memory(&mut self, scratch: &Scratch, address: u64, length: u64) -> Result<Vec<u8>, String> {
        let file = scratch.0.join("memory");
        self.ask(&json!({
            "execute": "pmemsave",
            "arguments": {"val": address, "size": length, "filename": file.display().to_string()},
        }))?;
        fs::read(&file).map_err(|why| format!("{}: {why}", file.display()))
    }
}

/// Runs the image on QEMU's machine; the log.
pub(super) fn on_qemu(
    scratch: &Scratch,
    board: &Board,
    image: &Image,
    length: u64,
) -> Result<Vec<u8>, String> {
    let elf = scratch.0.join("image.elf");
    fs::write(&elf, image.elf()).map_err(|why| format!("{}: {why}", elf.display()))?;
    let mut qemu = Qemu::start(scratch, board, &elf)?;
    let begun = Instant::now();
    while qemu.memory(scratch, image.done(), 4)? != [0, 0, 0, 1] {
        if begun.elapsed() > PATIENCE {
            let state = qemu.ask(&json!({
                "execute": "human-monitor-command",
                "arguments": {"command-line": "info registers"},
            }))?;
            return Err(format!(
                "{} did not come to its end within {PATIENCE:?}\n{}",
                board.qemu,
                state.as_str().unwrap_or_default()
            ));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let (address, _) = image.log(0);
    qemu.memory(scratch, address, length)
}
