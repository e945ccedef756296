//! Special registers, MSR, returns from interrupts: Power ISA 3.0B Book I 3.3.17, Book III 3.3 and 4.4; EREF 2.0
//! for Book E.

use super::{Flow, Stop, control, privileged};
use crate::alu::low;
use crate::cpu::Cpu;
use crate::interrupt::Cause;
use crate::interrupt::server::Saving;
use crate::micro::Micro;
use crate::model::InterruptModel;
use crate::model::Ruling;
use crate::pending::Pending;
use crate::regs::Regs;
use crate::spr::{Behaviour, Context, Decision, Facilities, Facility, SprRow, Written};
use ppc_decode::{Insn, Isa, System};
use spr_exit::{
    DcrAccess, Direction, Msr, Reason, Reply, ReportSink, Reports, ResetKind, SprAccess, SprExitKind, SprNum,
    SprReport, num,
};

pub(crate) fn execute(cpu: &mut Cpu, i: Insn, op: System) -> Flow {
    match op {
        // The gate of the SPR decides about these.
        System::Mftb if cpu.model.isa.contains(Isa::PPC405_ONLY) => return mftb(cpu, i),
        System::Mfspr | System::Mftb => return mfspr(cpu, i),
        System::Mtspr => return mtspr(cpu, i),
        _ => privileged(cpu, i)?,
    }
    match op {
        System::Mfspr | System::Mftb | System::Mtspr => {}
        System::Mfdcr => return dcr(cpu, i, Direction::Read, i.dcr().into()),
        System::Mtdcr => return dcr(cpu, i, Direction::Write, i.dcr().into()),
        System::Mfdcrx | System::Mfdcrux => {
            return dcr(cpu, i, Direction::Read, low(cpu.state.regs.gpr[i.ra()]));
        }
        System::Mtdcrx | System::Mtdcrux => {
            return dcr(cpu, i, Direction::Write, low(cpu.state.regs.gpr[i.ra()]));
        }
        System::Mfpmr => return control::mfpmr(cpu, i),
        System::Mtpmr => return control::mtpmr(cpu, i),
        System::Darn => control::darn(cpu, i),
        System::Clrbhrb => return cpu.needs(Facility::BranchHistory),
        System::Mfbhrbe => {
            // It is empty.
            cpu.needs(Facility::BranchHistory)?;
            cpu.state.regs.gpr[i.rt()] = 0;
        }
        System::Msgsnd if cpu.has_doorbells() => return cpu.send_message(i),
        System::Msgclr if cpu.has_doorbells() => return cpu.clear_message(i),
        System::Msgsndp => return cpu.send_privileged_message(i),
        System::Msgclrp => return cpu.clear_privileged_message(i),
        // No message is on its way; the ultravisor's are not modelled.
        System::Msgclr | System::Msgsync | System::Msgclru => {}
        System::Mtcrf | System::Mtocrf | System::Mfcr | System::Mfocrf | System::Mcrxr | System::Mcrxrx => {
            condition_register(&mut cpu.state.regs, i, op)
        }
        System::Mfmsr => cpu.state.regs.gpr[i.rt()] = cpu.state.regs.msr.bits(),
        System::Mtmsr => return mtmsr(cpu, i),
        System::Mtmsrd => return mtmsrd(cpu, i),
        System::Wrtee => {
            let is_enabled = cpu.state.regs.gpr[i.rs()] & Msr::EE.bits() != 0;
            return wrtee(cpu, is_enabled);
        }
        System::Wrteei => return wrtee(cpu, i.e()),
        System::Rfi => return rfi(cpu),
        System::Rfid => return rfid(cpu),
        System::Hrfid => return hrfid(cpu),
        System::Rfci if cpu.model.interrupts == InterruptModel::Ppc405 => {
            return return_from(cpu, num::ppc4xx::SRR2, num::ppc4xx::SRR3);
        }
        System::Rfci => return return_from(cpu, num::booke::CSRR0, num::booke::CSRR1),
        System::Rfdi => return return_from(cpu, num::e500::DSRR0, num::e500::DSRR1),
        System::Rfmci => return return_from(cpu, num::e500::MCSRR0, num::e500::MCSRR1),
        System::Rfscv => return control::rfscv(cpu),
        System::Rfebb => return control::rfebb(cpu, i),
        System::Rfgi => return return_from(cpu, num::e500::GSRR0, num::e500::GSRR1),
        System::Ehpriv => return Err(Stop::Interrupt(Cause::HypervisorPrivilege)),
        System::Attn => return control::attn(cpu),
        // Only a debugger outside can enable it; to software it is illegal (EREF 2.0 5.4).
        System::Dnh => return Err(Stop::Interrupt(Cause::Illegal)),
        System::Mftmr => return control::mftmr(cpu, i),
        // None of one thread's registers is for writing while it runs.
        System::Mttmr => return Err(Stop::Interrupt(Cause::Illegal)),
        System::Urfid | System::Msgsnd | System::Msgsndu | System::Dni => return Err(Stop::Unimplemented),
        // For the loss of a reservation that there is not, nobody waits (EREF 2.0 5.4, wait).
        System::Wait if i.l2() == 1 && cpu.state.reservation.is_none() => {}
        System::Wait | System::WaitV3 => return cpu.wait(Saving::No),
        System::Stop => return cpu.stop(),
        System::Doze | System::Nap | System::Sleep | System::Rvwinkle => return cpu.wait(Saving::Resets),
    }
    Ok(())
}

/// The instructions of this chapter that touch the condition register, XER and GPRs alone.
pub(crate) fn condition_register(r: &mut Regs, i: Insn, op: System) {
    match op {
        System::Mtcrf | System::Mtocrf => mtcrf(r, i),
        System::Mfcr => r.gpr[i.rt()] = u64::from(r.cr.get()),
        System::Mfocrf => mfocrf(r, i),
        System::Mcrxr => mcrxr(r, i),
        System::Mcrxrx => mcrxrx(r, i),
        _ => {}
    }
}

impl Cpu {
    /// What the gate in front of the SPRs ([`crate::spr::check`]) depends on now.
    pub fn spr_context(&self) -> Context {
        Context {
            level: self.level(),
            is_guest: self.is_guest(),
            lpcr: self.lpcr(),
            facilities: self.facilities(),
        }
    }

    /// What makes facilities available. MMCR0\[PMCCEXT\] came with version 3.1.
    fn facilities(&self) -> Facilities {
        const PMCCEXT: u64 = 0x0200;
        let isa = self.model.isa;
        if self.model.interrupts != InterruptModel::Server || !isa.contains(Isa::V2_07) {
            return Facilities::default();
        }
        let mmcr0 = self.spr_value(num::book3s::MMCR0);
        Facilities {
            fscr: self.spr_value(num::book3s::FSCR),
            hfscr: self.spr_value(num::book3s::HFSCR),
            mmcr0: if isa.contains(Isa::V3_1) {
                mmcr0
            } else {
                mmcr0 & !PMCCEXT
            },
        }
    }

    /// Lets an instruction pass if its facility is available.
    pub(crate) fn needs(&self, facility: Facility) -> Flow {
        match self.facilities().ruling(facility, self.level(), Direction::Read) {
            Some(Ruling::Unavailable(unavailable)) => Err(Stop::Interrupt(unavailable.into())),
            Some(_) => Err(Stop::Interrupt(Cause::Illegal)),
            None => Ok(()),
        }
    }

    /// Lets an access wait for user space, and reports it.
    fn leave_spr(&mut self, at: SprAccess, reason: Reason) -> Stop {
        let at = at.with_msr(self.state.regs.msr).with_reason(reason);
        self.wait_for(at, Pending::spr(at));
        Stop::Spr
    }

    /// The same of an access that is sorted and has everything.
    #[inline(always)]
    fn wait_for(&mut self, at: SprAccess, pending: Pending) -> SprAccess {
        self.state.pending = Some(pending);
        if at.reason().contains(Reason::UNKNOWN) && !self.is_logged(at) {
            self.report_waiting();
            return self.waiting_spr().unwrap_or(SprAccess::read(at.sprn()));
        }
        at
    }

    /// Whether the access that leaves could be reported at once.
    #[inline(always)]
    fn is_logged(&mut self, at: SprAccess) -> bool {
        match &mut self.reports {
            Reports::Log(log) => log.try_add(SprReport { at, answer: None }),
            Reports::Sink(_) => false,
        }
    }

    /// Reports the access that waits. It is read anew behind that, so that nothing is kept over the call.
    #[cold]
    #[inline(never)]
    fn report_waiting(&mut self) {
        if let Some(at) = self.waiting_spr() {
            self.reports.report(&SprReport { at, answer: None });
        }
    }

    /// Reports what the policy made of an access to a number that nobody models.
    fn report_answered(&mut self, at: SprAccess, answer: Reply) {
        if !self.is_modelled(at.sprn()) {
            let at = at.with_msr(self.state.regs.msr);
            self.reports.report(&SprReport {
                at,
                answer: Some(answer),
            });
        }
    }
}

/// An `mfspr` or `mtspr` of which is known how it leaves.
#[inline(always)]
pub(crate) fn leave(cpu: &mut Cpu, i: &Micro, kind: SprExitKind) -> SprAccess {
    let (cia, msr, id) = (cpu.state.regs.cia, cpu.state.regs.msr, cpu.id);
    if kind.is_write() {
        let value = cpu.mask_width(cpu.state.regs.gpr[i.rt as usize]);
        let at = SprAccess::new(kind, value).at(cia, i.word, id).with_msr(msr);
        cpu.wait_for(at, Pending::Write(at))
    } else {
        let at = SprAccess::new(kind, 0).at(cia, i.word, id).with_msr(msr);
        cpu.wait_for(at, Pending::Read(at))
    }
}

/// `mftb` where the time base registers are no SPRs: open to everybody; any other number is reserved (PPC405 UM 2.9.3,
/// 10.6), which is illegal here: our choice.
fn mftb(cpu: &mut Cpu, i: Insn) -> Flow {
    let value = match SprNum::wrapping(u64::from(i.spr())) {
        num::common::TBL => cpu.time_base() & 0xffff_ffff,
        num::common::TBU => cpu.time_base() >> 32,
        _ => return Err(Stop::Interrupt(Cause::Illegal)),
    };
    cpu.state.regs.gpr[i.rt()] = value;
    Ok(())
}

/// `mftb` is the read of a time base register by its SPR number (Book II 6.2.1).
#[inline(never)]
pub(crate) fn mfspr(cpu: &mut Cpu, i: Insn) -> Flow {
    let sprn = SprNum::wrapping(u64::from(i.spr()));
    let at = SprAccess::read(sprn).at(cpu.state.regs.cia, i.word, cpu.id);
    match cpu.decide(sprn, Direction::Read) {
        Decision::Core(position) => {
            if let Behaviour::Split { user_read, .. } = cpu.model.sprs.rows()[position].behaviour
                && user_read != 0
                && cpu.config.reasons.contains(Reason::SPLIT)
            {
                return Err(cpu.leave_spr(at, Reason::SPLIT));
            }
            if let Some(value) = cpu.read_spr(position) {
                cpu.state.regs.gpr[i.rt()] = value;
            }
        }
        Decision::Exit(reason) => return Err(cpu.leave_spr(at, reason)),
        Decision::NoOp => cpu.report_answered(at, Reply::NoOp),
        Decision::ReadZeroIgnoreWrite => {
            cpu.state.regs.gpr[i.rt()] = 0;
            cpu.report_answered(at, Reply::Done(0));
        }
        Decision::Fault(fault) => {
            cpu.report_answered(at, Reply::Fault(fault));
            return Err(Stop::Interrupt(fault.into()));
        }
        Decision::Unavailable(unavailable) => return Err(Stop::Interrupt(unavailable.into())),
    }
    Ok(())
}

#[inline(never)]
pub(crate) fn mtspr(cpu: &mut Cpu, i: Insn) -> Flow {
    let sprn = SprNum::wrapping(u64::from(i.spr()));
    let value = cpu.mask_width(cpu.state.regs.gpr[i.rs()]);
    let at = SprAccess::write(sprn, value).at(cpu.state.regs.cia, i.word, cpu.id);
    match cpu.decide(sprn, Direction::Write) {
        Decision::Core(position) => {
            if let Some(kind) = asked_reset(cpu, position, value) {
                let at = at.with_msr(cpu.state.regs.msr).with_reason(Reason::SPLIT);
                cpu.state.pending = Some(Pending::Reset(kind, at));
                return Err(Stop::Pending);
            }
            if let Some(reason) = leaving_value(cpu, position, value) {
                return Err(cpu.leave_spr(at, reason));
            }
            if cpu.write_spr(position, value) == Written::Recheck {
                return Err(Stop::Recheck);
            }
        }
        Decision::Exit(reason) => return Err(cpu.leave_spr(at, reason)),
        Decision::NoOp => cpu.report_answered(at, Reply::NoOp),
        Decision::ReadZeroIgnoreWrite => cpu.report_answered(at, Reply::Done(0)),
        Decision::Fault(fault) => {
            cpu.report_answered(at, Reply::Fault(fault));
            return Err(Stop::Interrupt(fault.into()));
        }
        Decision::Unavailable(unavailable) => return Err(Stop::Interrupt(unavailable.into())),
    }
    Ok(())
}

/// The reset that a write of DBCR0 asks for by its field RST, where the VM wants to hear of it as an event. That is no
/// SPR exit, so no mask of reasons keeps it in.
#[inline]
fn asked_reset(cpu: &Cpu, position: usize, value: u64) -> Option<ResetKind> {
    if !cpu.config.reset_event {
        return None;
    }
    match cpu.model.sprs.rows()[position] {
        SprRow {
            sprn: num::booke::DBCR0 | num::ppc4xx::DBCR0_40X,
            behaviour: Behaviour::Split { .. },
            ..
        } => ResetKind::try_from((value >> 28).to_le_bytes()[0] & 3).ok(),
        _ => None,
    }
}

/// Why a write that the core would do leaves all the same, by its value: user space's bits of a split register are set
/// or change, or the register refuses the value and the VM wants to hear of it.
#[inline]
fn leaving_value(cpu: &Cpu, position: usize, value: u64) -> Option<Reason> {
    let old = cpu.state.spr[position];
    let reason = match cpu.model.sprs.rows()[position].behaviour {
        Behaviour::Split { user_write, .. } if value & user_write != 0 || (value ^ old) & user_write != 0 => {
            Reason::SPLIT
        }
        Behaviour::Storage { writable } if (value ^ old) & !writable != 0 => Reason::INVALID,
        _ => return None,
    };
    cpu.config.reasons.contains(reason).then_some(reason)
}

/// Every DCR lives outside the core (EREF 2.0 2.3; PPC405 UM 10.3).
fn dcr(cpu: &mut Cpu, i: Insn, direction: Direction, dcrn: u32) -> Flow {
    let is_write = direction == Direction::Write;
    let data = if is_write {
        cpu.mask_width(cpu.state.regs.gpr[i.rs()])
    } else {
        0
    };
    let (cia, word, cpu_id) = (cpu.state.regs.cia, i.word, cpu.id);
    cpu.state.pending = Some(Pending::Dcr(DcrAccess {
        dcrn,
        is_write,
        data,
        cia,
        word,
        cpu: cpu_id,
    }));
    Err(Stop::Pending)
}

/// `mtocrf` with one bit in FXM is the same; with another number of bits CR is undefined there.
fn mtcrf(r: &mut Regs, i: Insn) {
    let mask = cr_mask(i);
    r.cr.set_masked(low(r.gpr[i.rs()]), mask);
}

/// The bits of the CR fields that FXM names.
fn cr_mask(i: Insn) -> u32 {
    (0..8)
        .filter(|n| i.fxm() >> (7 - n) & 1 != 0)
        .fold(0, |mask, n| mask | 0xf000_0000 >> (4 * n))
}

/// The field that FXM names; the other bits of RT are undefined, here zero.
fn mfocrf(r: &mut Regs, i: Insn) {
    r.gpr[i.rt()] = u64::from(r.cr.get() & cr_mask(i));
}

fn mcrxr(r: &mut Regs, i: Insn) {
    let bits = u32::from(r.xer.so()) << 3 | u32::from(r.xer.ov) << 2 | u32::from(r.xer.ca) << 1;
    r.cr.set_field(i.bf(), bits);
    r.xer.set_so(false);
    (r.xer.ov, r.xer.ca) = (false, false);
}

fn mcrxrx(r: &mut Regs, i: Insn) {
    let x = r.xer;
    let bits = u32::from(x.ov) << 3 | u32::from(x.ov32) << 2 | u32::from(x.ca) << 1 | u32::from(x.ca32);
    r.cr.set_field(i.bf(), bits);
}

/// Puts a value into the MSR and into effect: interrupts, and the wait state that some bits ask for.
fn set_msr(cpu: &mut Cpu, value: Msr) -> Stop {
    let protected = cpu.protected_msr();
    cpu.write_msr(value.difference(protected) | cpu.state.regs.msr & protected);
    // MSR[WE] (Book E, 405) and MSR[POW] (classic, 970) stop the CPU as HID0 has chosen.
    if cpu.state.regs.msr.contains(Msr::POW) {
        let naps = cpu.model.naps;
        if naps == 0 || cpu.spr_value(num::e500::HID0) & naps != 0 {
            let _ = cpu.wait(Saving::No);
        }
    }
    Stop::Recheck
}

/// The bits that `mtmsr` and `mtmsrd` set on servers: not HV, ME and LE (Book III 4.4.4).
pub(super) const MTMSRD_BITS: u64 = !(Msr::HV.bits() | Msr::ME.bits() | Msr::LE.bits());

/// L = 1 sets EE and RI alone.
pub(super) fn server_msr(old: Msr, value: u64, is_partial: bool, bits: u64) -> Msr {
    if is_partial {
        let partial = Msr::EE.bits() | Msr::RI.bits();
        return Msr::from_bits_retain(old.bits() & !partial | value & partial);
    }
    let mut new = old.bits() & !bits | value & bits;
    // Problem state brings external interrupts and relocation with it.
    if new & Msr::PR.bits() != 0 {
        new |= Msr::EE.bits() | Msr::IR.bits() | Msr::DR.bits();
    }
    Msr::from_bits_retain(new)
}

fn mtmsr(cpu: &mut Cpu, i: Insn) -> Flow {
    let (old, value) = (cpu.state.regs.msr, cpu.state.regs.gpr[i.rs()]);
    let new = if cpu.model.isa.contains(Isa::SERVER) {
        server_msr(old, value, i.l_msr() != 0, MTMSRD_BITS & 0xffff_ffff)
    } else {
        Msr::from_bits_retain(value & 0xffff_ffff)
    };
    Err(set_msr(cpu, new))
}

fn mtmsrd(cpu: &mut Cpu, i: Insn) -> Flow {
    let new = server_msr(
        cpu.state.regs.msr,
        cpu.state.regs.gpr[i.rs()],
        i.l_msr() != 0,
        MTMSRD_BITS,
    );
    Err(set_msr(cpu, new))
}

fn wrtee(cpu: &mut Cpu, is_enabled: bool) -> Flow {
    let mut msr = cpu.state.regs.msr;
    msr.set(Msr::EE, is_enabled);
    cpu.write_msr(msr);
    Err(Stop::Recheck)
}

/// Goes to a saved address under a saved MSR.
pub(super) fn resume(cpu: &mut Cpu, address: u64, msr: Msr) -> Flow {
    let stop = set_msr(cpu, msr);
    let regs = &mut cpu.state.regs;
    regs.nia = regs.ea(address) & !3;
    Err(stop)
}

/// What the model restores of a saved MSR.
pub(super) fn return_from(cpu: &mut Cpu, srr0: SprNum, srr1: SprNum) -> Flow {
    let restored = cpu.model.msr_restored.bits();
    let mut msr = cpu.state.regs.msr.bits() & !restored | cpu.spr_value(srr1) & restored;
    if cpu.model.has_temporary_gprs() {
        msr &= !Msr::TGPR.bits();
    }
    resume(cpu, cpu.spr_value(srr0), Msr::from_bits_retain(msr))
}

/// In guest state it is `rfgi`, whose registers a guest has by the names of the others.
fn rfi(cpu: &mut Cpu) -> Flow {
    if cpu.is_guest() {
        return return_from(cpu, num::e500::GSRR0, num::e500::GSRR1);
    }
    return_from(cpu, num::common::SRR0, num::common::SRR1)
}

/// HV and ME come back only in hypervisor state (Book III 3.3.1).
fn rfid(cpu: &mut Cpu) -> Flow {
    let (old, saved) = (cpu.state.regs.msr, cpu.spr_value(num::common::SRR1));
    let bits = if old.contains(Msr::HV) {
        u64::MAX
    } else {
        !(Msr::HV | Msr::ME).bits()
    };
    let msr = server_msr(old, saved, false, bits);
    resume(cpu, cpu.spr_value(num::common::SRR0), msr)
}

fn hrfid(cpu: &mut Cpu) -> Flow {
    let msr = server_msr(
        cpu.state.regs.msr,
        cpu.spr_value(num::book3s::HSRR1),
        false,
        u64::MAX,
    );
    resume(cpu, cpu.spr_value(num::book3s::HSRR0), msr)
}

/// The interrupt of an access that its CPU refuses.
impl From<spr_exit::Fault> for Stop {
    fn from(fault: spr_exit::Fault) -> Self {
        Self::Interrupt(Cause::from(fault))
    }
}
