//! Images: what a machine is to run, from ELF files and raw bytes.
//!
//! Freestanding executables for PowerPC in either class and byte order (System V ABI, chapter 5; PowerPC Processor
//! Supplement). Segments go to their virtual addresses, for on the bare machine these are the real ones. Errors say
//! what was found and what would be right.

use object::read::elf::{FileHeader, ProgramHeader};
use object::{Endianness, elf};
use ppc_cpu::model::{self, ByteOrder, Model};
use ppc_cpu::{Memory, MemoryError};
use std::fmt;
use std::io;
use std::path::Path;

/// A program as it is to lie in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Address of the first instruction.
    pub entry: u64,
    /// Width of the code; `None` where the image does not say (raw).
    pub class: Option<Class>,
    /// Whether it is little-endian.
    pub is_little_endian: bool,
    /// Its parts, in the order of the file.
    pub segments: Vec<Segment>,
    /// What else an ELF file says; `None` for raw code.
    pub header: Option<Header>,
}

/// What an ELF file says of itself that programs are told, or that decides how they are entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// `e_flags`.
    pub flags: u32,
    /// Where the program headers lie in memory, 0 if no segment holds them.
    pub headers: u64,
    /// Bytes of one program header.
    pub header_len: u64,
    /// How many there are.
    pub header_count: u64,
}

/// Width of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// ELFCLASS32.
    Elf32,
    /// ELFCLASS64.
    Elf64,
}

/// Bytes for one stretch of memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Where it goes.
    pub address: u64,
    /// What it begins with.
    pub bytes: Vec<u8>,
    /// How many bytes it has in memory; those behind `bytes` are zero.
    pub len: u64,
    /// Whether it holds code.
    pub is_executable: bool,
}

/// Why there is no image, or why it does not go where it should.
#[derive(Debug)]
#[non_exhaustive]
pub enum ImageError {
    /// The file cannot be read.
    Io(io::Error),
    /// The path is a directory's.
    Directory,
    /// The file has no bytes.
    Empty,
    /// It is not ELF.
    NotElf,
    /// It ends before something that its headers promise.
    Truncated {
        /// What.
        what: String,
    },
    /// It is for another machine.
    Machine {
        /// Its `e_machine`.
        number: u16,
    },
    /// A header contradicts itself.
    Malformed {
        /// What is wrong.
        what: String,
    },
    /// It is no freestanding executable.
    Kind {
        /// What it is, and what to do about it.
        what: &'static str,
    },
    /// A segment does not fit into RAM.
    OutsideRam {
        /// Its first address.
        address: u64,
        /// Its length.
        len: u64,
        /// Bytes of RAM there are.
        ram: u64,
    },
    /// A segment does not fit into the memory of the process.
    NoRoom {
        /// Its first address.
        address: u64,
        /// Its length.
        len: u64,
        /// Where the memory begins.
        base: u64,
        /// Where it ends, a stack before that.
        top: u64,
        /// How much memory would do, if so much is possible.
        needed: Option<u64>,
    },
    /// The CPU cannot run it.
    Cpu {
        /// What does not fit, and which CPU would.
        what: String,
    },
}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(why) if why.kind() == io::ErrorKind::NotFound => write!(f, "there is no such file"),
            Self::Io(why) => write!(f, "cannot be read: {why}"),
            Self::Directory => write!(f, "is a directory; give the image in it"),
            Self::Empty => write!(f, "the file is empty"),
            Self::NotElf => write!(
                f,
                "is not an ELF file (it does not begin with 7f 45 4c 46); raw code needs --raw ADDR, the address it goes to"
            ),
            Self::Truncated { what } => write!(f, "the file is truncated: {what}"),
            Self::Machine { number } => write!(
                f,
                "is an ELF file for {} (e_machine {number}); needed is PowerPC (20) or PowerPC64 (21)",
                machine_name(*number).unwrap_or("another machine")
            ),
            Self::Malformed { what } => write!(f, "the ELF headers are wrong: {what}"),
            Self::Kind { what } => write!(f, "{what}"),
            Self::OutsideRam { address, len, ram } => {
                let end = address.saturating_add(*len);
                write!(
                    f,
                    "the segment at {address:#x} to {end:#x} is not in RAM, which ends at {ram:#x}"
                )?;
                if end <= crate::run::MAX_RAM {
                    write!(f, "; --mem {}M has room for it", end.div_ceil(1 << 20))
                } else {
                    write!(
                        f,
                        "; no --mem reaches there (at most {:#x}): link it lower",
                        crate::run::MAX_RAM
                    )
                }
            }
            Self::NoRoom {
                address,
                len,
                base,
                top,
                needed,
            } => {
                let end = address.saturating_add(*len);
                write!(
                    f,
                    "the segment at {address:#x} to {end:#x} and a stack do not fit into the memory of the process, \
                     {base:#x} to {top:#x}"
                )?;
                match needed {
                    Some(mem) => write!(f, "; --mem {}M has room for them", mem.div_ceil(1 << 20)),
                    None => write!(f, "; no --mem reaches there: link it closer together"),
                }
            }
            Self::Cpu { what } => write!(f, "{what}"),
        }
    }
}

impl std::error::Error for ImageError {}

/// Machines that one finds ELF files for (`e_machine`).
fn machine_name(number: u16) -> Option<&'static str> {
    Some(match number {
        2 => "SPARC",
        3 => "x86 (i386)",
        4 => "Motorola 68000",
        8 => "MIPS",
        22 => "S/390",
        40 => "Arm",
        42 => "SuperH",
        43 => "SPARC V9",
        50 => "IA-64",
        62 => "x86-64",
        183 => "AArch64",
        243 => "RISC-V",
        258 => "LoongArch",
        _ => return None,
    })
}

impl Image {
    /// Reads the file at `path`: ELF, or with `raw` bytes that go to that address.
    ///
    /// # Errors
    /// [`ImageError`].
    pub fn open(path: &Path, raw: Option<u64>) -> Result<Self, ImageError> {
        if path.is_dir() {
            return Err(ImageError::Directory);
        }
        let bytes = std::fs::read(path).map_err(ImageError::Io)?;
        match raw {
            Some(address) => Self::raw(bytes, address),
            None => Self::elf(&bytes),
        }
    }

    /// Code that goes to `address` as it stands and begins there; big-endian.
    ///
    /// # Errors
    /// [`ImageError::Empty`], [`ImageError::Malformed`] if `address` is no multiple of 4.
    pub fn raw(bytes: Vec<u8>, address: u64) -> Result<Self, ImageError> {
        if bytes.is_empty() {
            return Err(ImageError::Empty);
        }
        if !address.is_multiple_of(4) {
            let what = format!("{address:#x} is no multiple of 4, no instruction can be there");
            return Err(ImageError::Malformed { what });
        }
        Ok(Self {
            entry: address,
            class: None,
            is_little_endian: false,
            segments: vec![Segment {
                address,
                len: bytes.len() as u64,
                bytes,
                is_executable: true,
            }],
            header: None,
        })
    }

    /// The program in an ELF file.
    ///
    /// # Errors
    /// [`ImageError`].
    pub fn elf(bytes: &[u8]) -> Result<Self, ImageError> {
        if bytes.is_empty() {
            return Err(ImageError::Empty);
        }
        if !bytes.starts_with(b"\x7fELF") {
            return Err(ImageError::NotElf);
        }
        match bytes.get(4) {
            Some(1) => parse::<elf::FileHeader32<Endianness>>(bytes, Class::Elf32),
            Some(2) => parse::<elf::FileHeader64<Endianness>>(bytes, Class::Elf64),
            Some(class) => Err(ImageError::Malformed {
                what: format!("class {class} is neither 1 (32-bit) nor 2 (64-bit)"),
            }),
            None => Err(truncated("there is no complete ELF header")),
        }
    }

    /// The CPU for it as a Linux program: the one that distributions are built for.
    pub fn linux_cpu(&self) -> &'static Model {
        match self.class {
            Some(Class::Elf64) if self.is_little_endian => &model::POWER9,
            Some(Class::Elf64) => &model::PPC970,
            _ if self.is_little_endian => &model::POWER9,
            _ => &model::PPC750,
        }
    }

    /// The CPU for it where none is asked for.
    pub fn default_cpu(&self) -> &'static Model {
        if self.class == Some(Class::Elf64) {
            &model::POWER9
        } else {
            &model::E500V2
        }
    }

    /// Whether `cpu` can run it.
    ///
    /// # Errors
    /// [`ImageError::Cpu`].
    pub fn check_cpu(&self, cpu: &Model) -> Result<(), ImageError> {
        let fitting = |fits: fn(&Model) -> bool| {
            let names: Vec<&str> = model::MODELS.iter().filter(|m| fits(m)).map(|m| m.name).collect();
            names.join(" or ")
        };
        if self.class == Some(Class::Elf64) && !cpu.is_64bit {
            let what = format!(
                "is a 64-bit program, and the {} is a 32-bit CPU; --cpu {} can run it",
                cpu.name,
                fitting(|m| m.is_64bit)
            );
            return Err(ImageError::Cpu { what });
        }
        if self.is_little_endian && cpu.byte_order != ByteOrder::ByMsr {
            let what = format!(
                "is little-endian, and the {} has no true little-endian mode here; --cpu {} has",
                cpu.name,
                fitting(|m| m.byte_order == ByteOrder::ByMsr)
            );
            return Err(ImageError::Cpu { what });
        }
        Ok(())
    }

    /// Puts the segments into RAM that goes from address 0 to `ram`.
    ///
    /// # Errors
    /// [`ImageError::OutsideRam`].
    pub fn load(&self, memory: &mut Memory, ram: u64) -> Result<(), ImageError> {
        for segment in &self.segments {
            let outside = |_: MemoryError| ImageError::OutsideRam {
                address: segment.address,
                len: segment.len,
                ram,
            };
            let end = segment.address.saturating_add(segment.len);
            if end > ram {
                return Err(outside(MemoryError::NotRam { address: ram }));
            }
            memory
                .write_bytes(segment.address, &segment.bytes)
                .map_err(outside)?;
            let mut at = segment.address.saturating_add(segment.bytes.len() as u64);
            while at < end {
                let zeros = [0; 4096];
                let len = usize::try_from(end - at).unwrap_or(zeros.len()).min(zeros.len());
                memory.write_bytes(at, &zeros[..len]).map_err(outside)?;
                at += len as u64;
            }
        }
        Ok(())
    }
}

fn truncated(what: impl Into<String>) -> ImageError {
    ImageError::Truncated { what: what.into() }
}

fn malformed(what: impl Into<String>) -> ImageError {
    ImageError::Malformed { what: what.into() }
}

/// An ELF file of one class.
fn parse<H>(bytes: &[u8], class: Class) -> Result<Image, ImageError>
where
    H: FileHeader<Endian = Endianness>,
{
    if bytes.len() < size_of::<H>() {
        return Err(truncated(format!(
            "it has {} bytes, the ELF header alone has {}",
            bytes.len(),
            size_of::<H>()
        )));
    }
    let header = H::parse(bytes).map_err(|why| malformed(why.to_string()))?;
    let endian = header.endian().map_err(|why| malformed(why.to_string()))?;

    let machine = header.e_machine(endian);
    match (machine, class) {
        (elf::EM_PPC, Class::Elf32) | (elf::EM_PPC64, Class::Elf64) => {}
        (elf::EM_PPC, _) => return Err(malformed("a 64-bit file for the 32-bit machine PowerPC (20)")),
        (elf::EM_PPC64, _) => return Err(malformed("a 32-bit file for the 64-bit machine PowerPC64 (21)")),
        _ => return Err(ImageError::Machine { number: machine.0 }),
    }

    let headers = header
        .program_headers(endian, bytes)
        .map_err(|_| truncated("its program headers are not all there"))?;
    let is_dynamic = headers
        .iter()
        .any(|h| matches!(h.p_type(endian), elf::PT_INTERP | elf::PT_DYNAMIC));
    match header.e_type(endian) {
        _ if is_dynamic => {
            return Err(ImageError::Kind {
                what: "is a dynamically linked program, which needs a loader and libraries: link it with -static (and for \
                       --env bare freestanding, -nostdlib -no-pie)",
            });
        }
        elf::ET_EXEC => {}
        elf::ET_REL => {
            return Err(ImageError::Kind {
                what: "is an object file (.o): link it first",
            });
        }
        elf::ET_DYN => {
            return Err(ImageError::Kind {
                what: "is a shared library or position-independent: link it to a fixed address (-static -no-pie)",
            });
        }
        _ => {
            return Err(ImageError::Kind {
                what: "is an ELF file, but no executable",
            });
        }
    }

    let header_offset: u64 = header.e_phoff(endian).into();
    let mut headers_address = 0;
    let mut segments = Vec::new();
    for (n, h) in headers.iter().enumerate() {
        if h.p_type(endian) != elf::PT_LOAD || h.p_memsz(endian).into() == 0 {
            continue;
        }
        let (len, in_file): (u64, u64) = (h.p_memsz(endian).into(), h.p_filesz(endian).into());
        if in_file > len {
            return Err(malformed(format!(
                "segment {n} has {in_file:#x} bytes in the file and {len:#x} in memory"
            )));
        }
        let data = h.data(endian, bytes).map_err(|()| {
            let offset: u64 = h.p_offset(endian).into();
            truncated(format!(
                "segment {n} is at bytes {offset:#x} to {:#x}, the file has {:#x}",
                offset.saturating_add(in_file),
                bytes.len()
            ))
        })?;
        let (address, offset): (u64, u64) = (h.p_vaddr(endian).into(), h.p_offset(endian).into());
        if let Some(into) = header_offset.checked_sub(offset)
            && into < in_file
        {
            headers_address = address.wrapping_add(into);
        }
        segments.push(Segment {
            address,
            bytes: data.to_vec(),
            len,
            is_executable: h.p_flags(endian).0 & elf::PF_X.0 != 0,
        });
    }
    if segments.is_empty() {
        return Err(malformed("there is nothing to load (no PT_LOAD segment)"));
    }
    let entry: u64 = header.e_entry(endian).into();
    let is_loaded = |s: &Segment| entry >= s.address && entry - s.address < s.len;
    if !entry.is_multiple_of(4) || !segments.iter().any(is_loaded) {
        return Err(malformed(format!(
            "the entry {entry:#x} is in no segment, or no multiple of 4"
        )));
    }
    Ok(Image {
        entry,
        class: Some(class),
        is_little_endian: header.is_little_endian(),
        segments,
        header: Some(Header {
            flags: header.e_flags(endian).0,
            headers: headers_address,
            header_len: header.e_phentsize(endian).into(),
            header_count: headers.len() as u64,
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GUEST: &[u8] = include_bytes!("../guests/bin/timer.elf");

    #[test]
    fn segments_go_to_their_addresses_and_the_rest_of_them_is_zero() {
        let image = Image::elf(GUEST).unwrap();
        assert_eq!((image.entry, image.class), (0x10000, Some(Class::Elf32)));
        assert_eq!(image.segments.len(), 2);
        let mut memory = Memory::with_ram(1 << 20).unwrap();
        memory.write_bytes(0, &[0xff; 1 << 18]).unwrap();
        image.load(&mut memory, 1 << 20).unwrap();
        let segment = &image.segments[1];
        let file_end = segment.address + segment.bytes.len() as u64;
        assert_eq!(
            memory.load(segment.address),
            segment.bytes.first_chunk::<4>().copied()
        );
        assert_eq!(memory.load(file_end), Some([0]));
        assert_eq!(memory.load(segment.address + segment.len - 1), Some([0]));
        assert_eq!(memory.load(segment.address + segment.len), Some([0xff]));
    }

    #[test]
    fn a_linux_program_runs_on_the_cpu_that_distributions_are_built_for() {
        let cpu = |class, is_little_endian| {
            let image = Image {
                class,
                is_little_endian,
                ..Image::raw(vec![0; 8], 0x1000).unwrap()
            };
            image.linux_cpu().name
        };
        assert_eq!(cpu(Some(Class::Elf32), false), "750");
        assert_eq!(cpu(Some(Class::Elf64), false), "970");
        assert_eq!(cpu(Some(Class::Elf64), true), "POWER9");
    }

    #[test]
    fn a_segment_that_ends_with_ram_fits_and_one_byte_less_does_not_do() {
        let image = Image::raw(vec![0; 8], 0xff8).unwrap();
        let mut memory = Memory::with_ram(0x1000).unwrap();
        assert!(image.load(&mut memory, 0x1000).is_ok());
        assert!(matches!(
            image.load(&mut memory, 0xfff),
            Err(ImageError::OutsideRam {
                address: 0xff8,
                len: 8,
                ram: 0xfff
            })
        ));
        assert!(Image::raw(vec![0; 8], 2).is_err());
        let high = Image::raw(vec![0; 8], u64::MAX - 3).unwrap();
        let why = high.load(&mut memory, 0x1000).unwrap_err();
        assert!(why.to_string().contains("no --mem reaches there"), "{why}");
    }

    proptest! {
        #[test]
        fn any_damage_to_a_file_is_an_error_or_another_image(
            damage in prop::collection::vec((0..200usize, any::<u8>()), 1..8),
            len in 0..GUEST.len() + 1,
        ) {
            let mut bytes = GUEST.to_vec();
            for (at, byte) in damage {
                bytes[at] = byte;
            }
            bytes.truncate(len.max(1));
            if let Ok(image) = Image::elf(&bytes) {
                let mut memory = Memory::with_ram(1 << 20).unwrap();
                let _ = image.load(&mut memory, 1 << 20);
            }
        }
    }
}
