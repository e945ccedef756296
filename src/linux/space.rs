//! The address space of a process: one stretch of RAM with program, heap, mappings and stack, and what of it is mapped.
//!
//! Everything is one slot of [`Memory`], because the core's fast path keeps a window over the slot that was hit last.
//! The lowest 64 KiB belong to no slot, so a null pointer faults. Inside the slot the CPU reaches every byte, mapped or
//! not, and whatever its protection: only the system calls look at what is mapped ([`Errno::EFAULT`]).

use super::abi::Abi;
use super::errno::Errno;
use super::ranges::Ranges;
use ppc_cpu::Memory;

/// Bytes of a page. Kernels for powerpc have 4 KiB or 64 KiB.
pub(super) const PAGE: u64 = 4096;
/// No mapping is below this (`vm.mmap_min_addr`), so that null pointers fault.
pub(super) const LOWEST: u64 = 0x1_0000;
/// Addresses of a 32-bit process end below this.
pub(super) const TOP_32: u64 = 0xffff_0000;
/// Most stretches of mapped memory (`vm.max_map_count`).
const MAX_RANGES: usize = 65530;
/// Most bytes of the stack (`RLIMIT_STACK`).
const STACK: u64 = 8 << 20;

/// The next multiple of a page, `None` past the end.
pub(super) fn page_up(address: u64) -> Option<u64> {
    address.checked_next_multiple_of(PAGE)
}

/// What is mapped where.
#[derive(Debug)]
pub struct Space {
    /// Its ABI.
    pub abi: Abi,
    base: u64,
    top: u64,
    stack: u64,
    mapped: Ranges,
    heap: u64,
    brk: u64,
}

impl Space {
    /// An address space of `base..top` with nothing in it but a stack at its top. Both are multiples of a page.
    pub fn new(abi: Abi, base: u64, top: u64) -> Self {
        let stack = STACK.min((top - base) / 4) & !(PAGE - 1);
        let mut mapped = Ranges::default();
        mapped.insert(top - stack, top);
        Self {
            abi,
            base,
            top,
            stack,
            mapped,
            heap: base,
            brk: base,
        }
    }

    /// First address behind the stack.
    pub fn top(&self) -> u64 {
        self.top
    }

    /// First address of all.
    pub fn base(&self) -> u64 {
        self.base
    }

    /// Bytes of the stack.
    pub fn stack_len(&self) -> u64 {
        self.stack
    }

    /// Bytes that nothing is mapped to.
    pub fn free_bytes(&self) -> u64 {
        let used: u64 = self
            .mapped
            .within(self.base, self.top)
            .iter()
            .map(|(s, e)| e - s)
            .sum();
        self.top - self.base - used
    }

    /// Where mappings may be.
    fn mmap_top(&self) -> u64 {
        // One page apart from the stack, so that running over its end is no store into a mapping.
        self.top - self.stack - PAGE
    }

    /// Puts a part of the program in, which heap and mappings then keep away from; `false` if it is no place for it.
    pub fn load(&mut self, start: u64, end: u64) -> bool {
        let (start, Some(end)) = (start & !(PAGE - 1), page_up(end)) else {
            return false;
        };
        if start < self.base || end > self.mmap_top() {
            return false;
        }
        self.mapped.insert(start, end);
        self.heap = self.heap.max(end);
        self.brk = self.heap;
        true
    }

    /// `len` bytes from `address`, if all are mapped.
    fn check(&self, address: u64, len: u64) -> Result<(), Errno> {
        let end = address.checked_add(len).ok_or(Errno::EFAULT)?;
        if len == 0 || self.mapped.contains(address, end) {
            Ok(())
        } else {
            Err(Errno::EFAULT)
        }
    }

    /// Whether the program may be asked to take bytes there.
    pub fn check_range(&self, address: u64, len: u64) -> Result<(), Errno> {
        self.check(address, len)
    }

    /// Copies bytes out of the program's memory.
    pub fn read(&self, memory: &Memory, address: u64, bytes: &mut [u8]) -> Result<(), Errno> {
        self.check(address, bytes.len() as u64)?;
        memory.read_bytes(address, bytes).map_err(|_| Errno::EFAULT)
    }

    /// Copies bytes into it.
    pub fn write(&self, memory: &mut Memory, address: u64, bytes: &[u8]) -> Result<(), Errno> {
        self.check(address, bytes.len() as u64)?;
        store(memory, address, bytes);
        Ok(())
    }

    /// The number of `width` bytes at `address`.
    pub fn read_number(&self, memory: &Memory, address: u64, width: usize) -> Result<u64, Errno> {
        let mut bytes = [0; 8];
        let bytes = &mut bytes[..width.min(8)];
        self.read(memory, address, bytes)?;
        Ok(self.abi.number(bytes))
    }

    /// Writes numbers of `width` bytes, one behind the other.
    pub fn write_numbers(
        &self,
        memory: &mut Memory,
        address: u64,
        width: usize,
        values: &[u64],
    ) -> Result<(), Errno> {
        let bytes: Vec<u8> = values.iter().flat_map(|v| self.abi.bytes(*v, width)).collect();
        self.write(memory, address, &bytes)
    }

    /// The string at `address`, at most `most` bytes long with its zero.
    pub fn read_string(&self, memory: &Memory, address: u64, most: usize) -> Result<Vec<u8>, Errno> {
        let mut bytes = Vec::new();
        while bytes.len() < most {
            let mut byte = [0];
            self.read(memory, address.wrapping_add(bytes.len() as u64), &mut byte)?;
            if byte == [0] {
                return Ok(bytes);
            }
            bytes.push(byte[0]);
        }
        Err(Errno::ENAMETOOLONG)
    }

    /// Moves the end of the heap, and says where it is now: where it was if it cannot be moved.
    pub fn set_brk(&mut self, memory: &mut Memory, brk: u64) -> u64 {
        let (Some(old), Some(new)) = (page_up(self.brk), page_up(brk)) else {
            return self.brk;
        };
        if brk < self.heap || new > self.mmap_top() {
            return self.brk;
        }
        if new > old {
            if !self.mapped.is_free(old, new) {
                return self.brk;
            }
            self.mapped.insert(old, new);
        } else {
            self.unmap_pages(memory, new, old);
        }
        self.brk = brk;
        brk
    }

    /// Maps `len` bytes of zeros: at `fixed` if that is given, else near `hint` if it is free, else anywhere.
    pub fn map(&mut self, memory: &mut Memory, hint: u64, len: u64, fixed: Fixed) -> Result<u64, Errno> {
        let len = page_up(len).filter(|len| *len != 0).ok_or(Errno::ENOMEM)?;
        if self.mapped.count() >= MAX_RANGES {
            return Err(Errno::ENOMEM);
        }
        let end = hint.checked_add(len);
        let is_inside = end.is_some_and(|end| self.base <= hint && end <= self.top);
        let is_free = is_inside && end.is_some_and(|end| self.mapped.is_free(hint, end));
        let address = match fixed {
            Fixed::Yes | Fixed::IfFree if !hint.is_multiple_of(PAGE) => return Err(Errno::EINVAL),
            Fixed::Yes | Fixed::IfFree if !is_inside => return Err(Errno::ENOMEM),
            Fixed::IfFree if !is_free => return Err(Errno::EEXIST),
            Fixed::Yes => {
                self.unmap_pages(memory, hint, hint + len);
                hint
            }
            Fixed::IfFree => hint,
            Fixed::No if is_free && hint.is_multiple_of(PAGE) && hint + len <= self.mmap_top() => hint,
            Fixed::No => self
                .mapped
                .gap_below(self.heap, self.mmap_top(), len)
                .map(|at| at & !(PAGE - 1))
                .ok_or(Errno::ENOMEM)?,
        };
        self.mapped.insert(address, address + len);
        Ok(address)
    }

    /// Takes a mapping away.
    pub fn unmap(&mut self, memory: &mut Memory, address: u64, len: u64) -> Result<(), Errno> {
        let (end, _) = self.pages(address, len)?;
        if self.mapped.count() >= MAX_RANGES {
            return Err(Errno::ENOMEM);
        }
        self.unmap_pages(memory, address, end);
        Ok(())
    }

    /// Whether whole pages are mapped there.
    pub fn check_pages(&self, address: u64, len: u64) -> Result<(), Errno> {
        if !address.is_multiple_of(PAGE) {
            return Err(Errno::EINVAL);
        }
        let end = page_up(len)
            .and_then(|len| address.checked_add(len))
            .ok_or(Errno::ENOMEM)?;
        if end == address || self.mapped.contains(address, end) {
            Ok(())
        } else {
            Err(Errno::ENOMEM)
        }
    }

    /// Makes whole pages zero, after [`Space::check_pages`].
    pub fn clear(&self, memory: &mut Memory, address: u64, len: u64) {
        let end = page_up(len).and_then(|len| address.checked_add(len));
        clear(memory, address, end.unwrap_or(address));
    }

    /// Changes the length of a mapping; it may move if `may_move`.
    pub fn remap(
        &mut self,
        memory: &mut Memory,
        address: u64,
        old_len: u64,
        new_len: u64,
        may_move: bool,
    ) -> Result<u64, Errno> {
        let (old_end, old_len) = self.pages(address, old_len)?;
        let new_len = page_up(new_len).filter(|len| *len != 0).ok_or(Errno::EINVAL)?;
        self.check(address, old_len)?;
        if new_len <= old_len {
            self.unmap_pages(memory, address + new_len, old_end);
            return Ok(address);
        }
        let new_end = address.checked_add(new_len).ok_or(Errno::ENOMEM)?;
        if new_end <= self.mmap_top() && self.mapped.is_free(old_end, new_end) {
            self.mapped.insert(old_end, new_end);
            return Ok(address);
        }
        if !may_move {
            return Err(Errno::ENOMEM);
        }
        let new = self.map(memory, 0, new_len, Fixed::No)?;
        each_chunk(address, old_end, |at, len| {
            let mut bytes = vec![0; len];
            if memory.read_bytes(at, &mut bytes).is_ok() && bytes.iter().any(|b| *b != 0) {
                store(memory, new + (at - address), &bytes);
            }
        });
        self.unmap_pages(memory, address, old_end);
        Ok(new)
    }

    /// The end of the pages that `len` bytes from `address` are, and their length.
    fn pages(&self, address: u64, len: u64) -> Result<(u64, u64), Errno> {
        let len = page_up(len).filter(|len| *len != 0).ok_or(Errno::EINVAL)?;
        let end = address.checked_add(len).ok_or(Errno::EINVAL)?;
        if address.is_multiple_of(PAGE) && self.base <= address && end <= self.top {
            Ok((end, len))
        } else {
            Err(Errno::EINVAL)
        }
    }

    /// What is unmapped is cleared at once, so that all that is free is zero.
    fn unmap_pages(&mut self, memory: &mut Memory, start: u64, end: u64) {
        for (start, end) in self.mapped.within(start, end) {
            clear(memory, start, end);
        }
        self.mapped.remove(start, end);
    }
}

/// Whether a mapping must be where the program says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixed {
    /// The address is a hint.
    No,
    /// It must be there, in place of what there is (`MAP_FIXED`).
    Yes,
    /// It must be there, and nothing else may be (`MAP_FIXED_NOREPLACE`).
    IfFree,
}

/// Goes over `start..end` in pieces.
fn each_chunk(start: u64, end: u64, mut f: impl FnMut(u64, usize)) {
    let mut at = start;
    while at < end {
        let len = (end - at).min(1 << 16);
        f(at, usize::try_from(len).unwrap_or(1 << 16));
        at += len;
    }
}

/// Makes `start..end` zero. What is zero is only looked at, so that pages nobody touched keep costing nothing.
fn clear(memory: &mut Memory, start: u64, end: u64) {
    let mut bytes = vec![0; 1 << 16];
    each_chunk(start, end, |at, len| {
        let bytes = &mut bytes[..len];
        if memory.read_bytes(at, bytes).is_ok() && bytes.iter().any(|b| *b != 0) {
            bytes.fill(0);
            store(memory, at, bytes);
        }
    });
}

/// Stores bytes as the CPU would: [`Memory::write_bytes`] drops everything that is decoded.
fn store(memory: &mut Memory, mut address: u64, bytes: &[u8]) {
    let (chunks, rest) = bytes.as_chunks::<8>();
    for chunk in chunks {
        let _ = memory.store(address, *chunk);
        address += 8;
    }
    for byte in rest {
        let _ = memory.store(address, [*byte]);
        address += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABI: Abi = Abi {
        is_64bit: false,
        is_little_endian: false,
    };

    fn space() -> (Space, Memory) {
        let mut memory = Memory::new();
        memory.add_ram(LOWEST, 1 << 20).unwrap();
        let mut space = Space::new(ABI, LOWEST, LOWEST + (1 << 20));
        assert!(space.load(LOWEST, LOWEST + 100));
        (space, memory)
    }

    #[test]
    fn what_is_mapped_again_is_zero() {
        let (mut space, mut memory) = space();
        let at = space.map(&mut memory, 0, 3 * PAGE, Fixed::No).unwrap();
        space.write(&mut memory, at + 10, b"old").unwrap();
        space.unmap(&mut memory, at, 3 * PAGE).unwrap();
        assert_eq!(space.read(&memory, at, &mut [0]), Err(Errno::EFAULT));
        assert_eq!(space.map(&mut memory, at, PAGE, Fixed::No), Ok(at));
        assert_eq!(space.read_number(&memory, at + 10, 3), Ok(0));

        let heap = space.set_brk(&mut memory, 0);
        assert_eq!(space.set_brk(&mut memory, heap + 0x2001), heap + 0x2001);
        space.write(&mut memory, heap + 0x2000, &[1]).unwrap();
        assert_eq!(space.set_brk(&mut memory, heap), heap);
        assert_eq!(space.set_brk(&mut memory, heap + 0x3000), heap + 0x3000);
        assert_eq!(space.read_number(&memory, heap + 0x2000, 1), Ok(0));
    }

    #[test]
    fn the_heap_stops_before_a_mapping_and_a_mapping_before_the_stack() {
        let (mut space, mut memory) = space();
        let heap = space.set_brk(&mut memory, 0);
        let at = space.map(&mut memory, heap + PAGE, PAGE, Fixed::IfFree).unwrap();
        assert_eq!(space.set_brk(&mut memory, at + 1), heap);
        assert_eq!(space.set_brk(&mut memory, at), at);
        assert_eq!(space.set_brk(&mut memory, u64::MAX), at);
        assert_eq!(space.map(&mut memory, 0, 1 << 20, Fixed::No), Err(Errno::ENOMEM));
        assert_eq!(space.map(&mut memory, 0, u64::MAX, Fixed::No), Err(Errno::ENOMEM));
        let all = space.free_bytes();
        assert!(space.map(&mut memory, 0, all - 2 * PAGE, Fixed::No).is_ok());
    }

    #[test]
    fn a_fixed_mapping_takes_the_place_of_another_and_stays_inside() {
        let (mut space, mut memory) = space();
        let at = space.map(&mut memory, 0, 2 * PAGE, Fixed::No).unwrap();
        space.write(&mut memory, at, &[1; 8192]).unwrap();
        assert_eq!(
            space.map(&mut memory, at, PAGE, Fixed::IfFree),
            Err(Errno::EEXIST)
        );
        assert_eq!(space.map(&mut memory, at, PAGE, Fixed::Yes), Ok(at));
        assert_eq!(space.read_number(&memory, at, 4), Ok(0));
        assert_eq!(space.read_number(&memory, at + PAGE, 1), Ok(1));
        assert_eq!(
            space.map(&mut memory, at + 1, PAGE, Fixed::Yes),
            Err(Errno::EINVAL)
        );
        assert_eq!(space.map(&mut memory, 0, PAGE, Fixed::Yes), Err(Errno::ENOMEM));
    }

    #[test]
    fn a_mapping_that_cannot_grow_where_it_is_moves_with_its_contents() {
        let (mut space, mut memory) = space();
        let high = space.map(&mut memory, 0, PAGE, Fixed::No).unwrap();
        let low = space.map(&mut memory, 0, PAGE, Fixed::No).unwrap();
        assert_eq!(low + PAGE, high);
        space.write(&mut memory, low, b"kept").unwrap();
        assert_eq!(
            space.remap(&mut memory, low, PAGE, 2 * PAGE, false),
            Err(Errno::ENOMEM)
        );
        let new = space.remap(&mut memory, low, PAGE, 2 * PAGE, true).unwrap();
        let mut bytes = [0; 4];
        space.read(&memory, new, &mut bytes).unwrap();
        assert_eq!(&bytes, b"kept");
        assert_eq!(space.remap(&mut memory, new, 2 * PAGE, PAGE, false), Ok(new));
        assert!(space.read(&memory, new + PAGE, &mut [0]).is_err());
        assert!(space.remap(&mut memory, new, PAGE, u64::MAX, true).is_err());
        assert!(space.unmap(&mut memory, u64::MAX - 4095, 8192).is_err());
    }
}
