//! What a process has open, and what it may open: nothing of the host's but what the caller allows, to read.
//!
//! Whatever is not allowed does not exist for the program, so that it learns nothing of the host by asking.

use super::errno::Errno;
use super::{Stream, Streams};
use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::UNIX_EPOCH;

/// Most files that a process has open (`RLIMIT_NOFILE`).
pub(super) const MAX_FILES: usize = 1024;

/// Something open.
#[derive(Clone, Debug)]
pub enum File {
    /// One of the standard streams.
    Stream(Stream),
    /// `/dev/null`.
    Null,
    /// A file of the host's, with one position for all its descriptors.
    Host(Rc<fs::File>),
    /// A directory of the host's.
    Directory(Rc<PathBuf>),
}

/// A file descriptor's entry.
#[derive(Clone, Debug)]
pub struct Descriptor {
    /// What it is of.
    pub file: File,
    /// `O_ACCMODE` and status flags.
    pub flags: u32,
    /// `FD_CLOEXEC`.
    pub closes_on_exec: bool,
}

/// Descriptors and the allow-list.
#[derive(Debug)]
pub struct Files {
    table: Vec<Option<Descriptor>>,
    allowed: Vec<PathBuf>,
    is_refusal_noted: bool,
}

/// What `stat` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// Device.
    pub dev: u64,
    /// Inode.
    pub ino: u64,
    /// Type and permissions.
    pub mode: u64,
    /// Links.
    pub nlink: u64,
    /// Device that it is.
    pub rdev: u64,
    /// Bytes.
    pub size: u64,
    /// Seconds of its last change.
    pub time: u64,
    /// Nanoseconds of it.
    pub nanos: u64,
}

const S_IFIFO: u64 = 0o010_000;
const S_IFCHR: u64 = 0o020_000;
const S_IFDIR: u64 = 0o040_000;
const S_IFREG: u64 = 0o100_000;
/// `makedev(1, 3)`.
const NULL_DEVICE: u64 = 0x103;

impl Files {
    /// Standard streams, and what may be read: these files, and what is in these directories.
    ///
    /// # Errors
    /// The first path that does not exist, and why.
    pub fn new(allowed: &[PathBuf]) -> Result<Self, String> {
        let stream = |stream, flags| {
            Some(Descriptor {
                file: File::Stream(stream),
                flags,
                closes_on_exec: false,
            })
        };
        let allowed = allowed.iter().map(|path| {
            path.canonicalize()
                .map_err(|why| format!("{}: {why}", path.display()))
        });
        Ok(Self {
            table: vec![
                stream(Stream::Input, 0),
                stream(Stream::Output, 1),
                stream(Stream::Error, 1),
            ],
            allowed: allowed.collect::<Result<_, _>>()?,
            is_refusal_noted: false,
        })
    }

    /// What `fd` is of.
    pub fn get(&self, fd: i32) -> Result<&Descriptor, Errno> {
        let entry = usize::try_from(fd).ok().and_then(|fd| self.table.get(fd));
        entry.and_then(Option::as_ref).ok_or(Errno::EBADF)
    }

    /// The same, to change it.
    pub fn get_mut(&mut self, fd: i32) -> Result<&mut Descriptor, Errno> {
        let entry = usize::try_from(fd).ok().and_then(|fd| self.table.get_mut(fd));
        entry.and_then(Option::as_mut).ok_or(Errno::EBADF)
    }

    /// Gives a file the lowest free descriptor from `least` on.
    pub fn add(&mut self, descriptor: Descriptor, least: usize) -> Result<u64, Errno> {
        let fd = (least..MAX_FILES).find(|fd| self.table.get(*fd).is_none_or(Option::is_none));
        let fd = fd.ok_or(Errno::EMFILE)?;
        self.put(fd, descriptor);
        Ok(fd as u64)
    }

    /// Puts a file in the place of what is there.
    pub fn replace(&mut self, fd: i32, descriptor: Descriptor) -> Result<u64, Errno> {
        let fd = usize::try_from(fd).map_err(|_| Errno::EBADF)?;
        if fd >= MAX_FILES {
            return Err(Errno::EBADF);
        }
        self.put(fd, descriptor);
        Ok(fd as u64)
    }

    fn put(&mut self, fd: usize, descriptor: Descriptor) {
        if fd >= self.table.len() {
            self.table.resize(fd + 1, None);
        }
        self.table[fd] = Some(descriptor);
    }

    /// Closes `fd`.
    pub fn close(&mut self, fd: i32) -> Result<(), Errno> {
        self.get(fd)?;
        if let Some(entry) = usize::try_from(fd).ok().and_then(|fd| self.table.get_mut(fd)) {
            *entry = None;
        }
        Ok(())
    }

    /// The file that a program means by `path` beneath `directory` (`None`: where the host's process is), all links
    /// followed, if it may read it.
    pub fn find(
        &mut self,
        directory: Option<&Path>,
        path: &[u8],
        streams: &mut dyn Streams,
    ) -> std::io::Result<Result<PathBuf, Errno>> {
        let Ok(text) = str::from_utf8(path) else {
            return Ok(Err(Errno::ENOENT));
        };
        if text.is_empty() {
            return Ok(Err(Errno::ENOENT));
        }
        let path = directory.map_or_else(|| PathBuf::from(text), |directory| directory.join(text));
        let Ok(real) = path.canonicalize() else {
            return Ok(Err(Errno::ENOENT));
        };
        if self.allowed.iter().any(|allowed| real.starts_with(allowed)) {
            return Ok(Ok(real));
        }
        if !std::mem::replace(&mut self.is_refusal_noted, true) {
            streams.note(&format!(
                "the program asks for {}, which no --allow-read allows: to it, that does not exist",
                path.display()
            ))?;
        }
        Ok(Err(Errno::ENOENT))
    }

    /// Opens what [`Files::find`] found.
    pub fn open(path: &Path) -> Result<File, Errno> {
        let error = |why: std::io::Error| match why.kind() {
            ErrorKind::NotFound => Errno::ENOENT,
            ErrorKind::PermissionDenied => Errno::EACCES,
            _ => Errno::EIO,
        };
        let meta = fs::metadata(path).map_err(error)?;
        if meta.is_dir() {
            return Ok(File::Directory(Rc::new(path.to_path_buf())));
        }
        if !meta.is_file() {
            // A pipe could keep the run waiting for ever, a device do anything.
            return Err(Errno::EACCES);
        }
        let file = fs::File::open(path).map_err(error)?;
        Ok(File::Host(Rc::new(file)))
    }
}

impl Facts {
    /// About something open.
    pub(super) fn of(file: &File, streams: &dyn Streams) -> Result<Self, Errno> {
        match file {
            File::Stream(stream) => Ok(Self {
                ino: 1,
                nlink: 1,
                mode: if streams.is_terminal(*stream) {
                    S_IFCHR | 0o620
                } else {
                    S_IFIFO | 0o600
                },
                ..Self::default()
            }),
            File::Null => Ok(Self::null()),
            File::Host(file) => file
                .metadata()
                .map(|meta| Self::of_host(&meta))
                .map_err(|_| Errno::EIO),
            File::Directory(path) => Self::of_path(path),
        }
    }

    /// About `/dev/null`.
    pub(super) fn null() -> Self {
        Self {
            ino: 2,
            nlink: 1,
            mode: S_IFCHR | 0o666,
            rdev: NULL_DEVICE,
            ..Self::default()
        }
    }

    /// About a file that may be read.
    pub(super) fn of_path(path: &Path) -> Result<Self, Errno> {
        fs::metadata(path)
            .map(|meta| Self::of_host(&meta))
            .map_err(|_| Errno::ENOENT)
    }

    /// What the host says that the program may know: not who owns it.
    fn of_host(meta: &Metadata) -> Self {
        let since = meta
            .modified()
            .ok()
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let since = since.unwrap_or_default();
        Self {
            dev: 1,
            ino: inode(meta),
            mode: if meta.is_dir() {
                S_IFDIR | 0o555
            } else {
                S_IFREG | 0o444
            },
            nlink: 1,
            rdev: 0,
            size: meta.len(),
            time: since.as_secs(),
            nanos: since.subsec_nanos().into(),
        }
    }
}

#[cfg(unix)]
fn inode(meta: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(meta)
}

#[cfg(not(unix))]
fn inode(_meta: &Metadata) -> u64 {
    3
}
