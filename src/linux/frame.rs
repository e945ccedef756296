//! Delivery of a signal to its handler, and the way back: the frame on the program's stack.
//!
//! `arch/powerpc/kernel/signal_32.c` and `signal_64.c`; structures from `arch/powerpc/include/uapi/asm/ucontext.h`,
//! `sigcontext.h`, `ptrace.h`, and `include/uapi/asm-generic/siginfo.h`. All handlers get the frame of those that ask
//! for a `siginfo_t`. Floating-point and vector registers are not in it: a signal comes with a system call or an
//! instruction that faults, never between two instructions, and handlers keep the registers that calls keep.

use super::Kernel;
use super::abi::Abi;
use super::errno::{Errno, Signal};
use super::signals::{Action, DEFAULT};
use ppc_cpu::{Cpu, Memory};

/// Where a frame has what, in bytes from the stack pointer that the handler gets.
struct Frame {
    /// What the program may use below its stack pointer.
    red_zone: u64,
    /// `siginfo_t`.
    info: u64,
    /// What is specific to the signal in it: an address, or who sent it.
    info_fields: u64,
    /// `ucontext_t`.
    context: u64,
    /// The registers in it (`uc_mcontext`).
    registers: u64,
    /// `uc_sigmask`.
    mask: u64,
    /// The code that a handler returns to.
    trampoline: u64,
    size: u64,
}

/// 64 bytes for the handler's caller (`__SIGNAL_FRAMESIZE`), then `siginfo_t` (128 bytes).
const FRAME_32: Frame = Frame {
    red_zone: 224,
    info: 64,
    info_fields: 64 + 12,
    context: 192,
    registers: 192 + 192,
    mask: 192 + 52,
    trampoline: 192 + 192 + 1056,
    size: 1456,
};

/// 128 bytes for the handler's caller.
const FRAME_64: Frame = Frame {
    red_zone: 512,
    info: 128,
    info_fields: 128 + 16,
    context: 256,
    registers: 256 + 168 + 64,
    mask: 256 + 40,
    trampoline: 256 + 168 + 1800,
    size: 2240,
};

fn frame(abi: Abi) -> &'static Frame {
    if abi.is_64bit { &FRAME_64 } else { &FRAME_32 }
}

/// `li r0, 172` (`rt_sigreturn`); `sc`.
const TRAMPOLINE: [u64; 2] = [0x3800_00ac, 0x4400_0002];

/// Positions of registers behind the 32 GPRs in `struct pt_regs`.
const NIP: usize = 32;
const MSR: usize = 33;
const CTR: usize = 35;
const LINK: usize = 36;
const XER: usize = 37;
const CCR: usize = 38;
const REGISTERS: usize = 39;

const SA_ONSTACK: u64 = 0x0800_0000;
const SA_NODEFER: u64 = 0x4000_0000;
const SA_RESETHAND: u64 = 0x8000_0000;

/// What a handler is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    /// `si_code`.
    pub code: i32,
    /// `si_addr`; for a signal that was sent, process and user.
    pub fields: [u64; 2],
}

/// Lets the handler of `signal` run next.
///
/// # Errors
/// [`Errno::EFAULT`] if the stack has no room for it.
pub fn deliver(
    kernel: &mut Kernel,
    cpu: &mut Cpu,
    memory: &mut Memory,
    signal: Signal,
    info: Info,
) -> Result<(), Errno> {
    let abi = kernel.abi;
    let (frame, width) = (frame(abi), abi.word());
    let action = kernel.signals.action(signal);
    let stack = stack_for(kernel, action, abi.unsigned(cpu.gpr(1)), frame);
    let sp = stack.checked_sub(frame.size).ok_or(Errno::EFAULT)? & !15;
    let space = &kernel.space;

    space.write(memory, sp, &vec![0; usize::try_from(frame.size).unwrap_or(0)])?;
    space.write_numbers(memory, sp, width, &[cpu.gpr(1)])?;
    let code = u64::from(info.code.cast_unsigned());
    space.write_numbers(memory, sp + frame.info, 4, &[signal.0.into(), 0, code])?;
    // An address has the width of a word; process and user are two ints.
    let (len, fields) = if info.code > 0 {
        (width, &info.fields[..1])
    } else {
        (4, &info.fields[..])
    };
    space.write_numbers(memory, sp + frame.info_fields, len, fields)?;

    let words = [0, 0, kernel.signals.stack[0]];
    space.write_numbers(memory, sp + frame.context, width, &words)?;
    if !abi.is_64bit {
        // uc_regs, which is where the registers are to be looked for.
        space.write_numbers(memory, sp + frame.context + 48, 4, &[sp + frame.registers])?;
    }
    let blocked = kernel.signals.blocked;
    kernel.write_set(memory, sp + frame.mask, blocked)?;
    let space = &kernel.space;
    space.write_numbers(memory, sp + frame.registers, width, &registers(cpu))?;
    space.write_numbers(memory, sp + frame.trampoline, 4, &TRAMPOLINE)?;

    let (entry, toc) = if abi.is_64bit && !kernel.is_elf_v2 {
        // ELFv1: a function pointer leads to a descriptor.
        let word = |at: u64| space.read_number(memory, at, 8);
        (word(action.handler)?, Some(word(action.handler.wrapping_add(8))?))
    } else {
        (action.handler, None)
    };
    if let Some(toc) = toc {
        cpu.set_gpr(2, toc);
    }
    let arguments = [u64::from(signal.0), sp + frame.info, sp + frame.context];
    for (register, value) in (3..).zip(arguments) {
        cpu.set_gpr(register, value);
    }
    cpu.set_gpr(1, sp);
    cpu.set_gpr(12, action.handler);
    cpu.set_lr(sp + frame.trampoline);
    cpu.set_cia(entry);

    let own = if action.flags & SA_NODEFER == 0 {
        signal.bit()
    } else {
        0
    };
    kernel.signals.block(blocked | action.mask | own);
    if action.flags & SA_RESETHAND != 0 {
        let default = Action {
            handler: DEFAULT,
            ..action
        };
        kernel.signals.set_action(signal, default);
    }
    Ok(())
}

/// Where the frame goes: below the program's stack, or onto the alternate one if it is not there already.
fn stack_for(kernel: &Kernel, action: Action, sp: u64, frame: &Frame) -> u64 {
    const DISABLED: u64 = 2;
    let [base, flags, size] = kernel.signals.stack;
    let is_there = sp.wrapping_sub(base) <= size;
    if action.flags & SA_ONSTACK != 0 && flags & DISABLED == 0 && !is_there {
        base.saturating_add(size)
    } else {
        sp.saturating_sub(frame.red_zone)
    }
}

fn registers(cpu: &Cpu) -> [u64; REGISTERS] {
    let mut words = [0; REGISTERS];
    for (n, word) in words[..32].iter_mut().enumerate() {
        *word = cpu.gpr(n);
    }
    words[NIP] = cpu.cia();
    words[MSR] = cpu.msr().bits();
    words[CTR] = cpu.ctr();
    words[LINK] = cpu.lr();
    words[XER] = cpu.xer();
    words[CCR] = cpu.cr().into();
    words
}

/// Goes back to where a signal came, or to where its handler says (`rt_sigreturn`). The MSR stays what it is.
///
/// # Errors
/// [`Errno::EFAULT`] if there is no frame.
pub fn resume(kernel: &mut Kernel, cpu: &mut Cpu, memory: &Memory) -> Result<(), Errno> {
    let abi = kernel.abi;
    let (frame, width) = (frame(abi), abi.word());
    let sp = abi.unsigned(cpu.gpr(1));
    let at = sp.checked_add(frame.size).ok_or(Errno::EFAULT)? - frame.size;
    let mut words = [0; REGISTERS];
    for (n, word) in words.iter_mut().enumerate() {
        let address = at + frame.registers + (n * width) as u64;
        *word = kernel.space.read_number(memory, address, width)?;
    }
    let blocked = kernel.read_set(memory, at + frame.mask)?;
    kernel.signals.block(blocked);
    for (n, word) in words[..32].iter().enumerate() {
        cpu.set_gpr(n, *word);
    }
    cpu.set_ctr(words[CTR]);
    cpu.set_lr(words[LINK]);
    cpu.set_xer(words[XER]);
    let [_, _, _, _, cr @ ..] = words[CCR].to_be_bytes();
    cpu.set_cr(u32::from_be_bytes(cr));
    cpu.set_cia(words[NIP]);
    Ok(())
}
