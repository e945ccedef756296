//! An [`Exit`] written into the page and read out of it, and answers likewise.
//!
//! The page says less than an [`Exit`]: no address, instruction or CPU number of an access, no byte order of an MMIO
//! access. What it cannot say comes back as zero; [`KvmRunPage::exit`] of a presented exit is that exit without these.

use super::{ExitReason, KvmRunPage, member};
use crate::{
    DcrAccess, Exit, Fault, InterruptKind, MmioAccess, Reply, ResetKind, SPR_STATUS_FAIL, SPR_STATUS_OK,
    SprAccess, SprNum, SystemEvent, VcpuError,
};

/// KVM_INTERNAL_ERROR_EMULATION: an instruction could not be emulated.
const SUBERROR_EMULATION: u32 = 1;
/// KVM_SYSTEM_EVENT_RESET.
const SYSTEM_EVENT_RESET: u32 = 2;

/// The low half: what a 32-bit field of the page takes of a 64-bit value.
#[allow(clippy::cast_possible_truncation, reason = "the low half is what is wanted")]
const fn low(value: u64) -> u32 {
    value as u32
}

impl KvmRunPage {
    /// Writes an exit as the kernel does: number and member, answers preset (status OK, data of a read 0), the rest
    /// of the union zero.
    pub fn present(&mut self, exit: &Exit) {
        self.clear_union();
        let reason = match *exit {
            Exit::Spr(at) => {
                self.set_spr(&at.exit_spr());
                ExitReason::Spr
            }
            Exit::Dcr(at) => {
                self.set_dcr(member::Dcr {
                    dcrn: at.dcrn,
                    data: if at.is_write { low(at.data) } else { 0 },
                    is_write: at.is_write.into(),
                });
                ExitReason::Dcr
            }
            Exit::Mmio(at) => {
                self.set_mmio(member::Mmio {
                    phys_addr: at.phys_addr,
                    data: if at.is_write { at.bytes() } else { [0; 8] },
                    len: at.len,
                    is_write: at.is_write.into(),
                });
                ExitReason::Mmio
            }
            Exit::SystemEvent(SystemEvent::Reset(kind)) => {
                let mut data = [0; 16];
                data[0] = u8::from(kind).into();
                self.set_system_event(member::SystemEvent {
                    kind: SYSTEM_EVENT_RESET,
                    ndata: 1,
                    data,
                });
                ExitReason::SystemEvent
            }
            Exit::Epr => ExitReason::Epr,
            Exit::Syscall { cia, level } => {
                self.set_syscall(member::Syscall {
                    cia,
                    level: level.into(),
                    status: 0,
                });
                ExitReason::Syscall
            }
            Exit::Interrupt(kind) => {
                let place = InterruptKind::ALL.iter().position(|k| *k == kind);
                self.set_interrupt(member::Interrupt {
                    kind: place.and_then(|n| u32::try_from(n).ok()).unwrap_or(u32::MAX),
                });
                ExitReason::Interrupt
            }
            Exit::Debug { cia } => {
                self.set_debug(member::Debug {
                    address: cia,
                    status: 0,
                });
                ExitReason::Debug
            }
            Exit::Wait => ExitReason::Hlt,
            Exit::Budget => ExitReason::Budget,
            Exit::Interrupted => ExitReason::Intr,
            Exit::Checkstop { .. } => ExitReason::Shutdown,
            Exit::Watchdog => ExitReason::Watchdog,
            Exit::Message { payload } => {
                self.set_message(member::Message { payload });
                ExitReason::Message
            }
            Exit::Unimplemented { cia, word } => {
                let mut data = [0; 16];
                data[0] = cia;
                data[1] = word.into();
                self.set_internal(member::Internal {
                    suberror: SUBERROR_EMULATION,
                    ndata: 2,
                    data,
                });
                ExitReason::InternalError
            }
            Exit::Other(number) => number.into(),
        };
        self.set_exit_reason(reason);
    }

    /// The exit that the page describes; [`Exit::Other`] for a number without a name here, and for a member that
    /// makes no sense (an SPR number of 5000).
    pub fn exit(&self) -> Exit {
        let reason = self.exit_reason();
        self.named(reason).unwrap_or(Exit::Other(reason.into()))
    }

    fn named(&self, reason: ExitReason) -> Option<Exit> {
        Some(match reason {
            ExitReason::Spr => Exit::Spr(SprAccess::from_exit_spr(&self.spr()).ok()?),
            ExitReason::Dcr => {
                let dcr = self.dcr();
                let is_write = dcr.is_write != 0;
                SprNum::new(dcr.dcrn.into())?;
                Exit::Dcr(DcrAccess {
                    dcrn: dcr.dcrn,
                    is_write,
                    data: if is_write { dcr.data.into() } else { 0 },
                    cia: 0,
                    word: 0,
                    cpu: 0,
                })
            }
            ExitReason::Mmio => {
                let mmio = self.mmio();
                if !matches!(mmio.len, 1 | 2 | 4 | 8) {
                    return None;
                }
                let mut at = MmioAccess {
                    phys_addr: mmio.phys_addr,
                    len: mmio.len,
                    is_write: mmio.is_write != 0,
                    data: 0,
                    is_little_endian: false,
                    cia: 0,
                    word: 0,
                    cpu: 0,
                };
                if at.is_write {
                    at.data = at.value_of(mmio.data);
                }
                Exit::Mmio(at)
            }
            ExitReason::SystemEvent => {
                let event = self.system_event();
                if (event.kind, event.ndata) != (SYSTEM_EVENT_RESET, 1) {
                    return None;
                }
                let kind = ResetKind::try_from(u8::try_from(event.data[0]).ok()?).ok()?;
                Exit::SystemEvent(SystemEvent::Reset(kind))
            }
            ExitReason::Epr => Exit::Epr,
            ExitReason::Syscall => {
                let syscall = self.syscall();
                Exit::Syscall {
                    cia: syscall.cia,
                    level: u8::try_from(syscall.level).ok()?,
                }
            }
            ExitReason::Interrupt => {
                let place = usize::try_from(self.interrupt().kind).ok()?;
                Exit::Interrupt(*InterruptKind::ALL.get(place)?)
            }
            ExitReason::Debug => Exit::Debug {
                cia: self.debug().address,
            },
            ExitReason::Hlt => Exit::Wait,
            ExitReason::Budget => Exit::Budget,
            ExitReason::Intr => Exit::Interrupted,
            ExitReason::Shutdown => Exit::Checkstop { cia: 0 },
            ExitReason::Watchdog => Exit::Watchdog,
            ExitReason::Message => Exit::Message {
                payload: self.message().payload,
            },
            ExitReason::InternalError => {
                let error = self.internal();
                if (error.suberror, error.ndata) != (SUBERROR_EMULATION, 2) {
                    return None;
                }
                Exit::Unimplemented {
                    cia: error.data[0],
                    word: u32::try_from(error.data[1]).ok()?,
                }
            }
            ExitReason::Unknown
            | ExitReason::FailEntry
            | ExitReason::Osi
            | ExitReason::PaprHcall
            | ExitReason::Other(_) => return None,
        })
    }

    /// What the page answers to `exit`, which is the kernel's own record: of the page, only the answer counts.
    pub(super) fn answer_to(&self, exit: &Exit) -> Result<Reply, VcpuError> {
        Ok(match exit {
            Exit::Spr(at) => match self.spr_member().status {
                SPR_STATUS_OK if at.is_write() => Reply::Done(0),
                SPR_STATUS_OK => Reply::Done(self.spr_member().data),
                SPR_STATUS_FAIL => Reply::Fault(Fault::Illegal),
                other => return Err(VcpuError::UnknownStatus(other)),
            },
            Exit::Dcr(at) if !at.is_write => Reply::Done(self.dcr().data.into()),
            Exit::Mmio(at) if !at.is_write => Reply::Done(at.value_of(self.mmio().data)),
            Exit::Epr => Reply::Done(self.epr().epr.into()),
            Exit::Syscall { .. } => match self.syscall().status {
                0 => Reply::Done(0),
                1 => Reply::Architected,
                other => return Err(VcpuError::UnknownStatus(other)),
            },
            _ => Reply::Done(0),
        })
    }

    /// Writes the answer to `exit` as a VMM does.
    ///
    /// # Errors
    /// [`VcpuError::ReplyNotPossible`] if the page has no way to say it; the page is unchanged.
    pub(super) fn put_answer(&mut self, exit: &Exit, reply: Reply) -> Result<(), VcpuError> {
        let word = |value: u64| u32::try_from(value).map_err(|_| VcpuError::ReplyNotPossible(reply));
        match (exit, reply) {
            (Exit::Spr(_), Reply::Done(_) | Reply::Fault(Fault::Illegal)) => {
                let mut spr = self.spr_member();
                match reply {
                    Reply::Done(value) => (spr.status, spr.data) = (SPR_STATUS_OK, value),
                    _ => spr.status = SPR_STATUS_FAIL,
                }
                self.set_spr_member(spr);
            }
            (Exit::Dcr(at), Reply::Done(value)) => {
                if !at.is_write {
                    let data = word(value)?;
                    self.set_dcr(member::Dcr { data, ..self.dcr() });
                }
            }
            (Exit::Mmio(at), Reply::Done(data)) => {
                if !at.is_write {
                    // The VMM saw the access without its byte order, and so it means `data` as the most significant
                    // byte first.
                    let shown = MmioAccess {
                        data,
                        is_little_endian: false,
                        ..*at
                    };
                    self.set_mmio(member::Mmio {
                        data: shown.bytes(),
                        ..self.mmio()
                    });
                }
            }
            (Exit::Epr, Reply::Done(value)) => self.set_epr(member::Epr { epr: word(value)? }),
            (Exit::SystemEvent(_), Reply::Done(_)) => {}
            (Exit::Syscall { .. }, Reply::Done(_) | Reply::Architected) => {
                let status = u8::from(reply == Reply::Architected);
                self.set_syscall(member::Syscall {
                    status,
                    ..self.syscall()
                });
            }
            _ => return Err(VcpuError::ReplyNotPossible(reply)),
        }
        Ok(())
    }
}
