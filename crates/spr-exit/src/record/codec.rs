//! Entries as bytes: a tag (kind and answer), the moment as its distance from the one before, and what the kind needs.

use super::wire::{self, Unread};
use super::{Change, Damage, Entry, Event};
use crate::{
    Access, DcrAccess, Exit, Fault, InterruptKind, MmioAccess, Msr, Reason, Reply, ResetKind, SprAccess,
    SprNum, StorageFault, SystemEvent,
};
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

/// The kind of an entry: the low five bits of its tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, num_enum::TryFromPrimitive)]
#[repr(u8)]
enum Kind {
    Spr = 0,
    Dcr = 1,
    Mmio = 2,
    Reset = 3,
    Epr = 4,
    Syscall = 5,
    Interrupt = 6,
    Debug = 7,
    Wait = 8,
    Budget = 9,
    Interrupted = 10,
    Checkstop = 11,
    Unimplemented = 12,
    Other = 13,
    Watchdog = 14,
    Message = 15,
    Reply = 29,
    Change = 30,
    End = 31,
}

/// The kinds of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, num_enum::TryFromPrimitive)]
#[repr(u8)]
enum ChangeKind {
    Input = 0,
    Time = 1,
    Reset = 2,
    Cancel = 3,
    Cia = 4,
    Msr = 5,
    Gpr = 6,
    Spr = 7,
    Memory = 8,
    Irq = 9,
    Message = 10,
    Storage = 11,
}

/// What is the same whenever an exit comes from the same instruction in the same state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Site {
    kind: u8,
    /// Register or form of the access, as the kind has it.
    what: u64,
    msr: u64,
    cia: u64,
    word: u32,
    cpu: u32,
}

impl Site {
    fn new(kind: Kind, what: u64, cia: u64) -> Self {
        Self {
            kind: kind as u8,
            what,
            cia,
            ..Self::default()
        }
    }

    fn of_access(kind: Kind, what: u64, cia: u64, word: u32, cpu: u32) -> Self {
        Self {
            word,
            cpu,
            ..Self::new(kind, what, cia)
        }
    }

    /// Its place among the last ones, 1 to 255.
    fn slot(&self) -> u8 {
        let mixed = [self.what, self.msr, self.cia, self.kind.into()]
            .iter()
            .fold(0, |hash: u64, part| {
                (hash ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            });
        mixed.to_be_bytes()[0].max(1)
    }
}

/// What both sides remember of the entries before.
#[derive(Debug)]
pub(super) struct Codec {
    at: u64,
    sites: Box<[Site]>,
    last: Site,
    address: u64,
}

impl Default for Codec {
    fn default() -> Self {
        Self {
            at: 0,
            sites: vec![Site::default(); 256].into(),
            last: Site::default(),
            address: 0,
        }
    }
}

impl Codec {
    /// Appends an entry.
    pub(super) fn put(&mut self, to: &mut Vec<u8>, entry: &Entry) {
        let (kind, reply) = match &entry.event {
            Event::Exit { exit, reply } => (kind_of(exit), *reply),
            Event::Reply(reply) => (Kind::Reply, Some(*reply)),
            Event::Change(_) => (Kind::Change, None),
            Event::End { .. } => (Kind::End, None),
        };
        let answer = match reply {
            None => 0,
            Some(Reply::Done(_)) => 1,
            Some(Reply::NoOp) => 2,
            Some(Reply::Fault(Fault::Illegal)) => 3,
            Some(Reply::Fault(Fault::Privileged)) => 4,
            Some(Reply::Architected) => 5,
        };
        to.push(kind as u8 | answer << 5);
        wire::put_difference(to, entry.at, self.at);
        self.at = entry.at;
        match &entry.event {
            Event::Exit { exit, .. } => self.put_exit(to, exit),
            Event::Reply(_) => {}
            Event::Change(change) => put_change(to, change),
            Event::End { digest } => to.extend_from_slice(&digest.to_le_bytes()),
        }
        if let Some(Reply::Done(value)) = reply {
            wire::put_number(to, value);
        }
    }

    /// Reads an entry.
    pub(super) fn take(&mut self, from: &mut Unread<'_>) -> Result<Entry, Damage> {
        let tag = from.byte()?;
        let kind = Kind::try_from(tag & 31).map_err(|_| Damage::Form)?;
        let at = from.difference(self.at)?;
        self.at = at;
        let event = match kind {
            Kind::Reply => Event::Reply(take_reply(from, tag >> 5)?.ok_or(Damage::Form)?),
            Kind::Change => Event::Change(take_change(from)?),
            Kind::End => {
                let mut digest = [0; 8];
                for byte in &mut digest {
                    *byte = from.byte()?;
                }
                let digest = u64::from_le_bytes(digest);
                Event::End { digest }
            }
            kind => {
                let exit = self.take_exit(from, kind)?;
                let reply = take_reply(from, tag >> 5)?;
                Event::Exit { exit, reply }
            }
        };
        Ok(Entry { at, event })
    }

    fn put_exit(&mut self, to: &mut Vec<u8>, exit: &Exit) {
        match *exit {
            Exit::Spr(at) => {
                let reason = u64::from(at.reason().bits());
                let what = u64::from(at.sprn().get()) | u64::from(at.is_write()) << 10 | reason << 11;
                let mut site = Site::of_access(Kind::Spr, what, at.cia(), at.word(), at.cpu());
                site.msr = at.msr().bits();
                self.put_site(to, site);
                if let Access::Write(value) = at.access() {
                    wire::put_number(to, value);
                }
            }
            Exit::Dcr(at) => {
                let what = u64::from(at.dcrn) << 1 | u64::from(at.is_write);
                self.put_site(to, Site::of_access(Kind::Dcr, what, at.cia, at.word, at.cpu));
                wire::put_number(to, at.data);
            }
            Exit::Mmio(at) => {
                let what =
                    u64::from(at.len) << 2 | u64::from(at.is_write) << 1 | u64::from(at.is_little_endian);
                self.put_site(to, Site::of_access(Kind::Mmio, what, at.cia, at.word, at.cpu));
                wire::put_difference(to, at.phys_addr, self.address);
                self.address = at.phys_addr;
                wire::put_number(to, at.data);
            }
            Exit::SystemEvent(SystemEvent::Reset(kind)) => to.push(kind.into()),
            Exit::Syscall { cia, level } => self.put_site(to, Site::new(Kind::Syscall, level.into(), cia)),
            Exit::Interrupt(kind) => wire::put_number(to, place_of(kind)),
            Exit::Debug { cia } => self.put_site(to, Site::new(Kind::Debug, 0, cia)),
            Exit::Checkstop { cia } => self.put_site(to, Site::new(Kind::Checkstop, 0, cia)),
            Exit::Unimplemented { cia, word } => {
                self.put_site(to, Site::of_access(Kind::Unimplemented, 0, cia, word, 0));
            }
            Exit::Message { payload } => wire::put_number(to, payload.into()),
            Exit::Other(number) => wire::put_number(to, number.into()),
            Exit::Epr | Exit::Watchdog | Exit::Wait | Exit::Budget | Exit::Interrupted => {}
        }
    }

    fn take_exit(&mut self, from: &mut Unread<'_>, kind: Kind) -> Result<Exit, Damage> {
        Ok(match kind {
            Kind::Spr => {
                let site = self.take_site(from, kind)?;
                let reason = u8::try_from(site.what >> 11).map_err(|_| Damage::Form)?;
                let sprn = SprNum::wrapping(site.what);
                let access = if site.what & 1 << 10 == 0 {
                    SprAccess::read(sprn)
                } else {
                    SprAccess::write(sprn, from.number()?)
                };
                Exit::Spr(
                    access
                        .with_msr(Msr::from_bits_retain(site.msr))
                        .with_reason(Reason::from_bits_retain(reason))
                        .at(site.cia, site.word, site.cpu),
                )
            }
            Kind::Dcr => {
                let site = self.take_site(from, kind)?;
                Exit::Dcr(DcrAccess {
                    dcrn: u32::try_from(site.what >> 1).map_err(|_| Damage::Form)?,
                    is_write: site.what & 1 != 0,
                    data: from.number()?,
                    cia: site.cia,
                    word: site.word,
                    cpu: site.cpu,
                })
            }
            Kind::Mmio => {
                let site = self.take_site(from, kind)?;
                self.address = from.difference(self.address)?;
                Exit::Mmio(MmioAccess {
                    phys_addr: self.address,
                    len: u32::try_from(site.what >> 2).map_err(|_| Damage::Form)?,
                    is_write: site.what & 2 != 0,
                    data: from.number()?,
                    is_little_endian: site.what & 1 != 0,
                    cia: site.cia,
                    word: site.word,
                    cpu: site.cpu,
                })
            }
            Kind::Reset => Exit::SystemEvent(SystemEvent::Reset(take_reset(from)?)),
            Kind::Syscall => {
                let site = self.take_site(from, kind)?;
                let level = u8::try_from(site.what).map_err(|_| Damage::Form)?;
                Exit::Syscall { cia: site.cia, level }
            }
            Kind::Interrupt => Exit::Interrupt(take_interrupt(from)?),
            Kind::Debug => Exit::Debug {
                cia: self.take_site(from, kind)?.cia,
            },
            Kind::Checkstop => Exit::Checkstop {
                cia: self.take_site(from, kind)?.cia,
            },
            Kind::Unimplemented => {
                let Site { cia, word, .. } = self.take_site(from, kind)?;
                Exit::Unimplemented { cia, word }
            }
            Kind::Message => Exit::Message {
                payload: from.narrow()?,
            },
            Kind::Watchdog => Exit::Watchdog,
            Kind::Other => Exit::Other(from.narrow()?),
            Kind::Epr => Exit::Epr,
            Kind::Wait => Exit::Wait,
            Kind::Budget => Exit::Budget,
            Kind::Interrupted => Exit::Interrupted,
            Kind::Reply | Kind::Change | Kind::End => return Err(Damage::Form),
        })
    }

    /// A site: the number of its slot if it is there, else 0 and all of it.
    fn put_site(&mut self, to: &mut Vec<u8>, site: Site) {
        let slot = site.slot();
        if self.sites[usize::from(slot)] == site {
            to.push(slot);
        } else {
            to.push(0);
            wire::put_number(to, site.what);
            wire::put_number(to, site.msr ^ self.last.msr);
            wire::put_difference(to, site.cia, self.last.cia);
            to.extend_from_slice(&site.word.to_le_bytes());
            wire::put_number(to, site.cpu.into());
            self.sites[usize::from(slot)] = site;
        }
        self.last = site;
    }

    fn take_site(&mut self, from: &mut Unread<'_>, kind: Kind) -> Result<Site, Damage> {
        let slot = from.byte()?;
        let site = if slot == 0 {
            let site = Site {
                kind: kind as u8,
                what: from.number()?,
                msr: from.number()? ^ self.last.msr,
                cia: from.difference(self.last.cia)?,
                word: u32::from_le_bytes([from.byte()?, from.byte()?, from.byte()?, from.byte()?]),
                cpu: from.narrow()?,
            };
            self.sites[usize::from(site.slot())] = site;
            site
        } else {
            self.sites[usize::from(slot)]
        };
        if site.kind != kind as u8 {
            return Err(Damage::Form);
        }
        self.last = site;
        Ok(site)
    }
}

const fn kind_of(exit: &Exit) -> Kind {
    match exit {
        Exit::Spr(_) => Kind::Spr,
        Exit::Dcr(_) => Kind::Dcr,
        Exit::Mmio(_) => Kind::Mmio,
        Exit::SystemEvent(SystemEvent::Reset(_)) => Kind::Reset,
        Exit::Epr => Kind::Epr,
        Exit::Syscall { .. } => Kind::Syscall,
        Exit::Interrupt(_) => Kind::Interrupt,
        Exit::Debug { .. } => Kind::Debug,
        Exit::Wait => Kind::Wait,
        Exit::Budget => Kind::Budget,
        Exit::Interrupted => Kind::Interrupted,
        Exit::Checkstop { .. } => Kind::Checkstop,
        Exit::Unimplemented { .. } => Kind::Unimplemented,
        Exit::Watchdog => Kind::Watchdog,
        Exit::Message { .. } => Kind::Message,
        Exit::Other(_) => Kind::Other,
    }
}

fn take_reply(from: &mut Unread<'_>, answer: u8) -> Result<Option<Reply>, Damage> {
    Ok(Some(match answer {
        0 => return Ok(None),
        1 => Reply::Done(from.number()?),
        2 => Reply::NoOp,
        3 => Reply::Fault(Fault::Illegal),
        4 => Reply::Fault(Fault::Privileged),
        5 => Reply::Architected,
        _ => return Err(Damage::Form),
    }))
}

fn take_reset(from: &mut Unread<'_>) -> Result<ResetKind, Damage> {
    ResetKind::try_from(from.byte()?).map_err(|_| Damage::Form)
}

/// The number of a kind of interrupt: its place among all of them.
fn place_of(kind: InterruptKind) -> u64 {
    let place = InterruptKind::ALL.iter().position(|each| *each == kind);
    place.map_or(u64::MAX, |place| place as u64)
}

fn take_interrupt(from: &mut Unread<'_>) -> Result<InterruptKind, Damage> {
    let place = from.narrow::<usize>()?;
    InterruptKind::ALL.get(place).copied().ok_or(Damage::Form)
}

fn put_change(to: &mut Vec<u8>, change: &Change) {
    let mut put = |kind: ChangeKind, numbers: &[u64]| {
        to.push(kind as u8);
        for number in numbers {
            wire::put_number(to, *number);
        }
    };
    match change {
        Change::Input(which, level) => put(ChangeKind::Input, &[(*which).into(), (*level).into()]),
        Change::Irq(which, level) => put(ChangeKind::Irq, &[(*which).into(), (*level).into()]),
        Change::Message(payload) => put(ChangeKind::Message, &[(*payload).into()]),
        Change::Time(ticks) => put(ChangeKind::Time, &[*ticks]),
        Change::Reset(kind) => put(ChangeKind::Reset, &[kind.map_or(0, |kind| u8::from(kind).into())]),
        Change::Cancel => put(ChangeKind::Cancel, &[]),
        Change::Cia(cia) => put(ChangeKind::Cia, &[*cia]),
        Change::Msr(msr) => put(ChangeKind::Msr, &[msr.bits()]),
        Change::Gpr(n, value) => put(ChangeKind::Gpr, &[(*n).into(), *value]),
        Change::Spr(sprn, value) => put(ChangeKind::Spr, &[sprn.get().into(), *value]),
        Change::Storage(fault) => put(
            ChangeKind::Storage,
            &[place_of(fault.kind), fault.address, fault.status.into()],
        ),
        Change::Memory(address, bytes) => {
            put(ChangeKind::Memory, &[*address]);
            wire::put_bytes(to, bytes);
        }
    }
}

fn take_change(from: &mut Unread<'_>) -> Result<Change, Damage> {
    let kind = ChangeKind::try_from(from.byte()?).map_err(|_| Damage::Form)?;
    Ok(match kind {
        ChangeKind::Input => Change::Input(from.narrow()?, from.byte()? != 0),
        ChangeKind::Irq => Change::Irq(from.narrow()?, from.byte()? != 0),
        ChangeKind::Message => Change::Message(from.narrow()?),
        ChangeKind::Time => Change::Time(from.number()?),
        ChangeKind::Reset => Change::Reset(match from.number()? {
            0 => None,
            kind => {
                let kind = u8::try_from(kind).map_err(|_| Damage::Form)?;
                Some(ResetKind::try_from(kind).map_err(|_| Damage::Form)?)
            }
        }),
        ChangeKind::Cancel => Change::Cancel,
        ChangeKind::Cia => Change::Cia(from.number()?),
        ChangeKind::Msr => Change::Msr(Msr::from_bits_retain(from.number()?)),
        ChangeKind::Gpr => Change::Gpr(from.narrow()?, from.number()?),
        ChangeKind::Spr => Change::Spr(SprNum::new(from.number()?).ok_or(Damage::Form)?, from.number()?),
        ChangeKind::Storage => Change::Storage(StorageFault {
            kind: take_interrupt(from)?,
            address: from.number()?,
            status: from.narrow()?,
        }),
        ChangeKind::Memory => Change::Memory(from.number()?, from.bytes()?.to_vec()),
    })
}
