//! Lines of bytes, of bounded length.

use super::bad::Bad;
use std::io::{self, BufRead};

/// The longest line that is looked at, in bytes.
const LONGEST: usize = 64 << 20;

/// What was found up to the next line end.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found<'a> {
    /// Nothing but blanks.
    Blank,
    /// More than [`LONGEST`] bytes, which are gone.
    TooLong,
    /// A line, without its end.
    Line(&'a [u8]),
}

/// What to say about [`Found::TooLong`].
pub(super) fn too_long() -> Bad {
    Bad::new(format!(
        "the line is longer than {LONGEST} bytes (column {})",
        LONGEST + 1
    ))
}

/// The lines of an input.
#[derive(Debug)]
pub(super) struct Lines<R> {
    input: R,
    line: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            line: Vec::new(),
        }
    }

    /// The next line; `None` at the end of the input. The last line may lack its end.
    pub(super) fn next(&mut self) -> io::Result<Option<Found<'_>>> {
        // A line that was very long does not keep its memory for ever.
        if self.line.capacity() > 1 << 20 {
            self.line = Vec::new();
        }
        self.line.clear();
        let mut is_too_long = false;
        loop {
            let bytes = match self.input.fill_buf() {
                Ok(bytes) => bytes,
                Err(why) if why.kind() == io::ErrorKind::Interrupted => continue,
                Err(why) => return Err(why),
            };
            if bytes.is_empty() {
                if self.line.is_empty() && !is_too_long {
                    return Ok(None);
                }
                break;
            }
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let part = &bytes[..end.unwrap_or(bytes.len())];
            if is_too_long || part.len() > LONGEST - self.line.len() {
                is_too_long = true;
                self.line.clear();
            } else {
                self.line.extend_from_slice(part);
            }
            let used = part.len() + usize::from(end.is_some());
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        Ok(Some(if is_too_long {
            Found::TooLong
        } else if self.line.iter().all(|byte| b" \t\r".contains(byte)) {
            Found::Blank
        } else {
            Found::Line(&self.line)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_may_lack_its_end_and_blank_ones_are_told_apart() {
        let mut lines = Lines::new(&b"a\n\n \t\r\nb"[..]);
        assert_eq!(lines.next().unwrap(), Some(Found::Line(b"a")));
        assert_eq!(lines.next().unwrap(), Some(Found::Blank));
        assert_eq!(lines.next().unwrap(), Some(Found::Blank));
        assert_eq!(lines.next().unwrap(), Some(Found::Line(b"b")));
        assert_eq!(lines.next().unwrap(), None);
    }

    #[test]
    fn a_line_beyond_the_bound_is_passed_over_and_the_next_one_found() {
        use std::io::Read as _;
        let long = io::repeat(b'x').take(LONGEST as u64 + 1);
        let input = io::BufReader::with_capacity(1 << 16, long.chain(&b"\nnext\n"[..]));
        let mut lines = Lines::new(input);
        assert_eq!(lines.next().unwrap(), Some(Found::TooLong));
        assert_eq!(lines.next().unwrap(), Some(Found::Line(b"next")));
        assert_eq!(lines.next().unwrap(), None);
    }
}
