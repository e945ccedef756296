//! From a record to a machine that stands at its first instruction.

use super::bad::{Bad, Place as _};
use super::record::Record;
use super::register::Register;
use ppc_cpu::{Machine, Memory, MemoryError};
use spr_exit::{CapError, Capabilities as _, Capability, EnableCap, Msr, Reports};

/// The machine that the record describes.
pub(super) fn machine(record: &Record) -> Result<Machine, Bad> {
    let memory = memory(&record.ram).in_field("ram")?;
    let mut machine = Machine::new(record.model, memory);
    // Nobody looks at the core's own log of unknown SPRs: the exits tell the same.
    machine.cpu.set_reports(Reports::Sink(Box::new(|_: &_| {})));
    registers(&mut machine, record)?;
    memory_contents(&mut machine, record)?;
    decisions(&mut machine, record)?;
    machine.cpu.set_breakpoints(&record.stop);
    // Last, for a wrong field is the better thing to hear of.
    if !record.has_program {
        return Err(Bad::new("code or mem must be given"));
    }
    Ok(machine)
}

/// Zeroed RAM.
fn memory(slots: &[(u64, u64)]) -> Result<Memory, Bad> {
    // A host without room for it would end the whole process, so it is asked first.
    let bytes = slots.iter().fold(0, |sum: u64, slot| sum.saturating_add(slot.1));
    if bytes <= Memory::MAX_BYTES {
        let mut probe = Vec::<u8>::new();
        usize::try_from(bytes)
            .ok()
            .and_then(|size| probe.try_reserve_exact(size).ok())
            .ok_or_else(|| Bad::new(format!("this host has no room for {bytes:#x} bytes")))?;
        std::hint::black_box(&probe);
    }
    Memory::with_ram_slots(slots).map_err(|why| Bad::new(why.to_string()))
}

/// Registers of before the run. The time base comes first: what counts along with it is set relative to it.
fn registers(machine: &mut Machine, record: &Record) -> Result<(), Bad> {
    let cpu = &mut machine.cpu;
    let (times, others): (Vec<_>, Vec<_>) = record
        .regs
        .iter()
        .partition(|(_, register, _)| register.is_time_base(record.model));
    for (name, register, value) in times.into_iter().chain(others) {
        register
            .poke(cpu, *value)
            .map_err(|why| why.field(name).field("regs"))?;
    }
    if record.is_little_endian {
        cpu.set_msr(cpu.msr() | Msr::LE);
    }
    Register::Pc.poke(cpu, record.pc).in_field("pc")
}

fn memory_contents(machine: &mut Machine, record: &Record) -> Result<(), Bad> {
    let no_ram = |why: MemoryError| Bad::new(why.to_string());
    let is_little =
        record.model.byte_order == ppc_cpu::model::ByteOrder::ByMsr && machine.cpu.msr().contains(Msr::LE);
    let mut code = record.code.clone();
    if is_little {
        code.chunks_exact_mut(4).for_each(<[u8]>::reverse);
    }
    machine
        .memory
        .write_bytes(record.pc, &code)
        .map_err(no_ram)
        .in_field("code")?;
    for (n, store) in record.mem.iter().enumerate() {
        machine
            .memory
            .write_bytes(store.address, &store.bytes)
            .map_err(no_ram)
            .in_element(n)
            .in_field("mem")?;
    }
    for (n, (address, length)) in record.dump.iter().enumerate() {
        machine
            .memory
            .read_bytes(*address, &mut vec![0; *length])
            .map_err(no_ram)
            .in_element(n)
            .in_field("dump")?;
    }
    Ok(())
}

/// Who answers which access, and which exits the record wants.
fn decisions(machine: &mut Machine, record: &Record) -> Result<(), Bad> {
    let cpu = &mut machine.cpu;
    for (n, cap) in record.caps.iter().enumerate() {
        cpu.enable_cap(&EnableCap::new(*cap, 1))
            .map_err(|why| match why {
                CapError::Unsupported(_) => Bad::new(format!(
                    "{:?} is not supported by this core on the {}",
                    name(*cap),
                    record.model.name
                )),
                other => Bad::new(other.to_string()),
            })
            .in_element(n)
            .in_field("caps")?;
    }
    for (name, sprn, owner) in &record.sprs {
        cpu.set_owner(*sprn, *owner)
            .map_err(|why| Bad::new(why.to_string()).field(name).field("sprs"))?;
    }
    let config = cpu.config_mut();
    config.report_interrupts = true;
    config.unknown_spr = record.unknown_spr;
    config.profile = record.owners;
    if let Some(is_checked) = record.check_privilege {
        if is_checked && record.caps.contains(&Capability::UncheckedExits) {
            return Err(Bad::new("true, although caps has unchecked_exits").field("check_privilege"));
        }
        config.check_privilege = is_checked;
    }
    Ok(())
}

fn name(cap: Capability) -> &'static str {
    Capability::NAMES
        .iter()
        .find(|(_, it)| *it == cap)
        .map_or("", |(name, _)| name)
}
