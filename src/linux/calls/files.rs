//! Files: opening, closing, asking about them. All are read only; see [`super::super::files`].

use super::super::abi::{Args, Layout};
use super::super::errno::Errno;
use super::super::files::{Descriptor, Facts, File, Files};
use super::super::{Answer, Kernel, Leave, World};
use super::stat::{self, Field, STAT_32, STAT_64BIT, STAT64, STATX};
use super::{INVALID, PATH};
use std::io::{Seek, SeekFrom};
use std::path::PathBuf;

/// `AT_FDCWD`.
const CURRENT: i32 = -100;
const AT_SYMLINK_NOFOLLOW: i32 = 0x100;
const AT_NO_AUTOMOUNT: i32 = 0x800;
const AT_EMPTY_PATH: i32 = 0x1000;
const AT_STATX_SYNC_TYPE: i32 = 0x6000;

const O_ACCMODE: u32 = 3;
const O_DIRECTORY: u32 = 0o40_000;
const O_CLOEXEC: u32 = 0o2_000_000;

/// What a program may ask for by a name: the one device, the link to itself, or a file of the host's.
enum Named {
    Null,
    Itself,
    Host(PathBuf),
}

/// What the path at `address` names beneath the directory `fd`.
fn named(k: &mut Kernel, w: &mut World<'_>, fd: i32, address: u64) -> Result<Named, Leave> {
    let path = k.space.read_string(w.memory, address, PATH)?;
    match path.as_slice() {
        b"/dev/null" => return Ok(Named::Null),
        b"/proc/self/exe" => return Ok(Named::Itself),
        _ => {}
    }
    let directory = match fd {
        CURRENT => None,
        _ if path.starts_with(b"/") => None,
        fd => match &k.files.get(fd)?.file {
            File::Directory(path) => Some(path.clone()),
            _ => return Err(Errno::ENOTDIR.into()),
        },
    };
    let directory = directory.as_ref().map(|path| path.as_path());
    let found = k.files.find(directory, &path, w.streams).map_err(Leave::Io)?;
    Ok(Named::Host(found?))
}

pub(in super::super) fn open(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    open_at(k, w, CURRENT, a.word(0), a.int(1))
}

pub(in super::super) fn openat(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    open_at(k, w, a.int(0), a.word(1), a.int(2))
}

fn open_at(k: &mut Kernel, w: &mut World<'_>, fd: i32, path: u64, flags: i32) -> Answer {
    let flags = flags.cast_unsigned();
    let file = match named(k, w, fd, path)? {
        Named::Null => File::Null,
        Named::Itself => return Err(Errno::ENOENT.into()),
        Named::Host(_) if flags & O_ACCMODE != 0 => return Err(Errno::EROFS.into()),
        Named::Host(path) => Files::open(&path)?,
    };
    if flags & O_DIRECTORY != 0 && !matches!(file, File::Directory(_)) {
        return Err(Errno::ENOTDIR.into());
    }
    let descriptor = Descriptor {
        file,
        flags: flags & !O_CLOEXEC,
        closes_on_exec: flags & O_CLOEXEC != 0,
    };
    Ok(k.files.add(descriptor, 0)?)
}

pub(in super::super) fn close(k: &mut Kernel, _: &mut World<'_>, a: Args) -> Answer {
    k.files.close(a.int(0))?;
    Ok(0)
}

/// Moves the position of a file, and says where it is.
fn seek(k: &Kernel, fd: i32, offset: i64, whence: u64) -> Answer {
    let mut file: &std::fs::File = match &k.files.get(fd)?.file {
        File::Host(file) => file,
        File::Null => return Ok(0),
        File::Stream(_) => return Err(Errno::ESPIPE.into()),
        File::Directory(_) => return Err(INVALID),
    };
    let to = match whence {
        0 => SeekFrom::Start(u64::try_from(offset).map_err(|_| Errno::EINVAL)?),
        1 => SeekFrom::Current(offset),
        2 => SeekFrom::End(offset),
        _ => return Err(INVALID),
    };
    file.seek(to).map_err(|_| INVALID)
}

pub(in super::super) fn lseek(k: &mut Kernel, _: &mut World<'_>, a: Args) -> Answer {
    let at = seek(k, a.int(0), a.long(1), a.word(2))?;
    if a.abi.is_64bit || at <= 0x7fff_ffff {
        Ok(at)
    } else {
        Err(Errno::EOVERFLOW.into())
    }
}

/// `_llseek(fd, high, low, result, whence)`.
pub(in super::super) fn llseek(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let offset = (a.word(1) << 32 | a.word(2) & 0xffff_ffff).cast_signed();
    let at = seek(k, a.int(0), offset, a.word(4))?;
    k.space.write_numbers(w.memory, a.word(3), 8, &[at])?;
    Ok(0)
}

pub(in super::super) fn dup(k: &mut Kernel, _: &mut World<'_>, a: Args) -> Answer {
    let copy = copy(k, a.int(0), false)?;
    Ok(k.files.add(copy, 0)?)
}

fn copy(k: &Kernel, fd: i32, closes_on_exec: bool) -> Result<Descriptor, Errno> {
    Ok(Descriptor {
        closes_on_exec,
        ..k.files.get(fd)?.clone()
    })
}

pub(in super::super) fn dup2(k: &mut Kernel, _: &mut World<'_>, a: Args) -> Answer {
    let copy = copy(k, a.int(0), false)?;
    if a.int(0) == a.int(1) {
        return Ok(u64::from(a.int(1).unsigned_abs()));
    }
    Ok(k.files.replace(a.int(1), copy)?)
}

pub(in super::super) fn dup3(k: &mut Kernel, _: &mut World<'_>, a: Args) -> Answer {
    let flags = a.int(2).cast_unsigned();
    if a.int(0) == a.int(1) || flags & !O_CLOEXEC != 0 {
        return Err(INVALID);
    }
    let copy = copy(k, a.int(0), flags != 0)?;
    Ok(k.files.replace(a.int(1), copy)?)
}

/// `fcntl` as far as it is about descriptors.
pub(in super::super) fn fcntl(k: &mut Kernel, _: &mut World<'_>, a: Args) -> Answer {
    const DUP: i32 = 0;
    const GET_DESCRIPTOR: i32 = 1;
    const SET_DESCRIPTOR: i32 = 2;
    const GET_STATUS: i32 = 3;
    const SET_STATUS: i32 = 4;
    const DUP_CLOSING: i32 = 1030;
    match a.int(1) {
        command @ (DUP | DUP_CLOSING) => {
            let copy = copy(k, a.int(0), command == DUP_CLOSING)?;
            let least = usize::try_from(a.int(2)).map_err(|_| Errno::EINVAL)?;
            Ok(k.files.add(copy, least)?)
        }
        GET_DESCRIPTOR => Ok(k.files.get(a.int(0))?.closes_on_exec.into()),
        SET_DESCRIPTOR => {
            k.files.get_mut(a.int(0))?.closes_on_exec = a.word(2) & 1 != 0;
            Ok(0)
        }
        GET_STATUS => Ok(k.files.get(a.int(0))?.flags.into()),
        SET_STATUS => k.files.get(a.int(0)).map(|_| 0).map_err(Leave::from),
        _ => {
            k.files.get(a.int(0))?;
            Err(INVALID)
        }
    }
}

/// What `stat` says of a name.
fn facts_of_name(k: &mut Kernel, w: &mut World<'_>, fd: i32, path: u64) -> Result<Facts, Leave> {
    match named(k, w, fd, path)? {
        Named::Null => Ok(Facts::null()),
        Named::Itself => Err(Errno::ENOENT.into()),
        Named::Host(path) => Ok(Facts::of_path(&path)?),
    }
}

/// The same with `AT_EMPTY_PATH`: of `fd` itself if the name is empty.
fn facts_at(k: &mut Kernel, w: &mut World<'_>, fd: i32, path: u64, flags: i32) -> Result<Facts, Leave> {
    let is_of_descriptor =
        flags & AT_EMPTY_PATH != 0 && (path == 0 || k.space.read_number(w.memory, path, 1)? == 0);
    if is_of_descriptor && fd != CURRENT {
        return Ok(Facts::of(&k.files.get(fd)?.file, w.streams)?);
    }
    facts_of_name(k, w, fd, path)
}

fn put(k: &Kernel, w: &mut World<'_>, address: u64, layout: &Layout<Field>, facts: &Facts) -> Answer {
    let bytes = stat::encode(layout, k.abi, facts)?;
    k.space.write(w.memory, address, &bytes)?;
    Ok(0)
}

/// `struct stat` of the program's ABI.
fn native(a: Args) -> &'static Layout<Field> {
    if a.abi.is_64bit { &STAT_64BIT } else { &STAT_32 }
}

pub(in super::super) fn stat(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let facts = facts_of_name(k, w, CURRENT, a.word(0))?;
    put(k, w, a.word(1), native(a), &facts)
}

/// Links are followed: nothing that is found is one.
pub(in super::super) fn lstat(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    stat(k, w, a)
}

pub(in super::super) fn fstat(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let facts = Facts::of(&k.files.get(a.int(0))?.file, w.streams)?;
    put(k, w, a.word(1), native(a), &facts)
}

/// `stat64` and `lstat64`.
pub(in super::super) fn stat64(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let facts = facts_of_name(k, w, CURRENT, a.word(0))?;
    put(k, w, a.word(1), &STAT64, &facts)
}

pub(in super::super) fn fstat64(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let facts = Facts::of(&k.files.get(a.int(0))?.file, w.streams)?;
    put(k, w, a.word(1), &STAT64, &facts)
}

/// `fstatat64` and `newfstatat`: the same with the `stat` that 64-bit offsets fit in.
pub(in super::super) fn newfstatat(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    if a.int(3) & !(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) != 0 {
        return Err(INVALID);
    }
    let facts = facts_at(k, w, a.int(0), a.word(1), a.int(3))?;
    let layout = if a.abi.is_64bit { &STAT_64BIT } else { &STAT64 };
    put(k, w, a.word(2), layout, &facts)
}

/// `statx(fd, path, flags, mask, buffer)`.
pub(in super::super) fn statx(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let known = AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_SYNC_TYPE;
    if a.int(2) & !known != 0 {
        return Err(INVALID);
    }
    let facts = facts_at(k, w, a.int(0), a.word(1), a.int(2))?;
    put(k, w, a.word(4), &STATX, &facts)
}

/// Whether a file is there and may be used so: read, if it is allowed.
fn access_at(k: &mut Kernel, w: &mut World<'_>, fd: i32, path: u64, mode: u64) -> Answer {
    const WRITE: u64 = 2;
    const ALL: u64 = 7;
    if mode & !ALL != 0 {
        return Err(INVALID);
    }
    match named(k, w, fd, path)? {
        Named::Host(_) if mode & WRITE != 0 => Err(Errno::EROFS.into()),
        Named::Itself => Err(Errno::ENOENT.into()),
        _ => Ok(0),
    }
}

pub(in super::super) fn access(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    access_at(k, w, CURRENT, a.word(0), a.word(1))
}

/// `faccessat` and `faccessat2`, whose flags change nothing here.
pub(in super::super) fn faccessat(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    access_at(k, w, a.int(0), a.word(1), a.word(2))
}

pub(in super::super) fn readlink(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    read_link(k, w, CURRENT, a.word(0), a.word(1), a.int(2))
}

pub(in super::super) fn readlinkat(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    read_link(k, w, a.int(0), a.word(1), a.word(2), a.int(3))
}

/// The one link there is leads to the program; those of the host are followed, not shown.
fn read_link(k: &mut Kernel, w: &mut World<'_>, fd: i32, path: u64, buffer: u64, len: i32) -> Answer {
    let len = usize::try_from(len)
        .ok()
        .filter(|len| *len != 0)
        .ok_or(Errno::EINVAL)?;
    match named(k, w, fd, path)? {
        Named::Itself => {
            let len = len.min(k.path.len());
            k.space.write(w.memory, buffer, &k.path[..len])?;
            Ok(len as u64)
        }
        _ => Err(INVALID),
    }
}

/// Where relative paths begin: where the host's process is.
pub(in super::super) fn getcwd(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let path = std::env::current_dir().map_err(|_| Errno::ENOENT)?;
    let bytes = [path.to_string_lossy().as_bytes(), &[0]].concat();
    if bytes.len() as u64 > a.word(1) {
        return Err(Errno::ERANGE.into());
    }
    k.space.write(w.memory, a.word(0), &bytes)?;
    Ok(bytes.len() as u64)
}
