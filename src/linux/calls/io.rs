//! Bytes in and out: `read`, `write` and their relatives, `ioctl`.

use super::super::abi::Args;
use super::super::errno::Errno;
use super::super::files::File;
use super::super::{Answer, Kernel, Leave, Stream, World};
use super::{INVALID, MAX_COUNT, chunk};
use std::io::{ErrorKind, Read, Seek, SeekFrom};

/// `UIO_MAXIOV`.
const MAX_VECTORS: i32 = 1024;

pub(in super::super) fn read(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let file = k.files.get(a.int(0))?.file.clone();
    transfer_in(k, w, &file, a.word(1), a.word(2))
}

pub(in super::super) fn readv(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let file = k.files.get(a.int(0))?.file.clone();
    let mut done = 0;
    for (address, len) in vectors(k, w, a)? {
        let read = match transfer_in(k, w, &file, address, len) {
            Ok(read) => read,
            Err(_) if done > 0 => break,
            Err(why) => return Err(why),
        };
        done += read;
        if read < len {
            break;
        }
    }
    Ok(done)
}

/// `pread64(fd, buffer, count, offset)`. The position stays where it was.
pub(in super::super) fn pread64(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let file = k.files.get(a.int(0))?.file.clone();
    let offset = a.wide(3);
    if offset.cast_signed() < 0 {
        return Err(INVALID);
    }
    let File::Host(host) = &file else {
        return Err(Errno::ESPIPE.into());
    };
    let mut host: &std::fs::File = host;
    let old = host.stream_position().map_err(|_| Errno::EIO)?;
    host.seek(SeekFrom::Start(offset)).map_err(|_| Errno::EINVAL)?;
    let answer = transfer_in(k, w, &file, a.word(1), a.word(2));
    host.seek(SeekFrom::Start(old)).map_err(|_| Errno::EIO)?;
    answer
}

/// Reads into the program's memory: from a stream what there is, from a file all that is asked for.
fn transfer_in(k: &Kernel, w: &mut World<'_>, file: &File, address: u64, len: u64) -> Answer {
    let len = len.min(MAX_COUNT);
    k.space.check_range(address, len)?;
    let mut bytes = vec![0; chunk(len)];
    let mut done = 0;
    while done < len {
        let bytes = &mut bytes[..chunk(len - done)];
        let read = match file {
            File::Null | File::Stream(Stream::Output | Stream::Error) => 0,
            File::Directory(_) => return Err(Errno::EISDIR.into()),
            File::Stream(Stream::Input) => w.streams.read(bytes).map_err(|_| Errno::EIO)?,
            File::Host(host) => retried(|| (&**host).read(bytes)).map_err(|_| Errno::EIO)?,
        };
        k.space.write(w.memory, address + done, &bytes[..read])?;
        done += read as u64;
        if read < bytes.len() || matches!(file, File::Stream(_)) {
            break;
        }
    }
    Ok(done)
}

/// A signal that the host's process gets is no error.
fn retried(mut read: impl FnMut() -> std::io::Result<usize>) -> std::io::Result<usize> {
    loop {
        match read() {
            Err(why) if why.kind() == ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

pub(in super::super) fn write(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let file = k.files.get(a.int(0))?.file.clone();
    transfer_out(k, w, &file, a.word(1), a.word(2))
}

pub(in super::super) fn writev(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let file = k.files.get(a.int(0))?.file.clone();
    let mut done = 0;
    for (address, len) in vectors(k, w, a)? {
        done += match transfer_out(k, w, &file, address, len) {
            Ok(written) => written,
            Err(Leave::Errno(_)) if done > 0 => break,
            Err(why) => return Err(why),
        };
    }
    Ok(done)
}

/// Writes from the program's memory.
fn transfer_out(k: &Kernel, w: &mut World<'_>, file: &File, address: u64, len: u64) -> Answer {
    let len = len.min(MAX_COUNT);
    let stream = match file {
        File::Stream(Stream::Input) | File::Host(_) | File::Directory(_) => return Err(Errno::EBADF.into()),
        File::Null => return Ok(len),
        File::Stream(stream) => *stream,
    };
    k.space.check_range(address, len)?;
    let mut bytes = vec![0; chunk(len)];
    let mut done = 0;
    while done < len {
        let bytes = &mut bytes[..chunk(len - done)];
        k.space.read(w.memory, address + done, bytes)?;
        w.streams.write(stream, bytes).map_err(Leave::Io)?;
        done += bytes.len() as u64;
    }
    Ok(done)
}

/// The pieces of a `struct iovec` array, at most [`MAX_COUNT`] bytes in all.
fn vectors(k: &Kernel, w: &World<'_>, a: Args) -> Result<Vec<(u64, u64)>, Leave> {
    let count = a.int(2);
    if !(0..=MAX_VECTORS).contains(&count) {
        return Err(INVALID);
    }
    let width = a.abi.word();
    let mut left = MAX_COUNT;
    let mut list = Vec::new();
    for n in 0..u64::from(count.unsigned_abs()) {
        let at = a.word(1).wrapping_add(n * 2 * width as u64);
        let address = k.space.read_number(w.memory, at, width)?;
        let len = k
            .space
            .read_number(w.memory, at.wrapping_add(width as u64), width)?;
        if a.abi.signed(len) < 0 {
            return Err(INVALID);
        }
        list.push((address, len.min(left)));
        left -= len.min(left);
    }
    Ok(list)
}

/// `_IOR('t', 19, struct termios)`.
const TCGETS: u64 = 0x402c_7413;
/// `_IOR('t', 104, struct winsize)`.
const TIOCGWINSZ: u64 = 0x4008_7468;

/// Nothing but the questions whether a stream is a terminal, and how large.
pub(in super::super) fn ioctl(k: &mut Kernel, w: &mut World<'_>, a: Args) -> Answer {
    let File::Stream(stream) = k.files.get(a.int(0))?.file else {
        return Err(Errno::ENOTTY.into());
    };
    if !w.streams.is_terminal(stream) {
        return Err(Errno::ENOTTY.into());
    }
    match a.word(1) {
        TCGETS => {
            // arch/powerpc/include/uapi/asm/termbits.h. Input ICRNL IXON, output OPOST ONLCR, control B38400 CS8 CREAD,
            // local ISIG ICANON ECHO ECHOE ECHOK; the characters and c_line; 38400 baud twice.
            let modes: [u64; 4] = [0x300, 0x3, 0xb0f, 0x18e];
            k.space.write_numbers(w.memory, a.word(2), 4, &modes)?;
            k.space.write(w.memory, a.word(2).wrapping_add(16), &[0; 20])?;
            k.space
                .write_numbers(w.memory, a.word(2).wrapping_add(36), 4, &[15, 15])?;
            Ok(0)
        }
        TIOCGWINSZ => {
            k.space.write_numbers(w.memory, a.word(2), 2, &[24, 80, 0, 0])?;
            Ok(0)
        }
        _ => Err(INVALID),
    }
}
