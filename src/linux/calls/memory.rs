//! Memory: `brk`, `mmap` and their relatives. Protection is not enforced; see [`super::super::space`].

use super::super::abi::Args;
use super::super::errno::Errno;
use super::super::files::File;
use super::super::space::{Fixed, PAGE};
use super::super::{Answer, Kernel, World};
use super::{INVALID, chunk};
use std::io::{Read, Seek, SeekFrom};

pub(in super::super) fn brk(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    Ok(k.space.set_brk(w.memory, a.word(0)))
}

const PROT_WRITE: u64 = 2;
const MAP_TYPE: u64 = 0xf;
const MAP_SHARED: u64 = 1;
const MAP_SHARED_VALIDATE: u64 = 3;
const MAP_FIXED: u64 = 0x10;
const MAP_ANONYMOUS: u64 = 0x20;
const MAP_FIXED_NOREPLACE: u64 = 0x10_0000;

/// The offset is in bytes.
pub(in super::super) fn mmap(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    map(k, w, a, a.word(5))
}

/// The offset is in units of 4 KiB, whatever the size of a page.
pub(in super::super) fn mmap2(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    map(k, w, a, a.word(5) << 12)
}

/// Maps zeros, or the contents of a file as they are now. Stores do not go to the file, so a shared mapping of one is
/// to be read only.
fn map(k: &mut Kernel, w: &mut World<'_>, a: Args, offset: u64) -> Answer {
    let (len, protection, flags) = (a.word(1), a.word(2), a.word(3));
    let is_shared = matches!(flags & MAP_TYPE, MAP_SHARED | MAP_SHARED_VALIDATE);
    if len == 0 || !(1..=3).contains(&(flags & MAP_TYPE)) || !offset.is_multiple_of(PAGE) {
        return Err(INVALID);
    }
    let fixed = if flags & MAP_FIXED_NOREPLACE != 0 {
        Fixed::IfFree
    } else if flags & MAP_FIXED != 0 {
        Fixed::Yes
    } else {
        Fixed::No
    };
    if flags & MAP_ANONYMOUS != 0 {
        return Ok(k.space.map(w.memory, a.word(0), len, fixed)?);
    }
    let file = k.files.get(a.int(4))?.file.clone();
    let File::Host(host) = file else {
        return Err(Errno::ENODEV.into());
    };
    if is_shared && protection & PROT_WRITE != 0 {
        return Err(Errno::EACCES.into());
    }
    let address = k.space.map(w.memory, a.word(0), len, fixed)?;
    let mut host: &std::fs::File = &host;
    let old = host.stream_position().map_err(|_| Errno::EIO)?;
    host.seek(SeekFrom::Start(offset)).map_err(|_| Errno::EINVAL)?;
    let mut bytes = vec![0; chunk(len)];
    let mut done = 0;
    while done < len {
        let bytes = &mut bytes[..chunk(len - done)];
        let read = host.read(bytes).map_err(|_| Errno::EIO)?;
        if read == 0 {
            break;
        }
        k.space.write(w.memory, address + done, &bytes[..read])?;
        done += read as u64;
    }
    host.seek(SeekFrom::Start(old)).map_err(|_| Errno::EIO)?;
    Ok(address)
}

pub(in super::super) fn munmap(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    k.space.unmap(w.memory, a.word(0), a.word(1))?;
    Ok(0)
}

const MREMAP_MAYMOVE: u64 = 1;

/// Without `MREMAP_FIXED` and `MREMAP_DONTUNMAP`.
pub(in super::super) fn mremap(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let flags = a.word(3);
    if flags & !MREMAP_MAYMOVE != 0 {
        return Err(INVALID);
    }
    let may_move = flags & MREMAP_MAYMOVE != 0;
    Ok(k.space
        .remap(w.memory, a.word(0), a.word(1), a.word(2), may_move)?)
}

pub(in super::super) fn mprotect(k: &mut Kernel, _: &mut World<'_>, a: Args) -> Answer {
    k.space.check_pages(a.word(0), a.word(1))?;
    Ok(0)
}

const MADV_DONTNEED: i32 = 4;

/// Advice is not taken, but for the one that changes what is read later.
pub(in super::super) fn madvise(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    k.space.check_pages(a.word(0), a.word(1))?;
    if a.int(2) == MADV_DONTNEED {
        k.space.clear(w.memory, a.word(0), a.word(1));
    }
    Ok(0)
}
