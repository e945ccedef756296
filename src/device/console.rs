//! The console: a byte out, a byte in.

use std::io::{ErrorKind, Read};

/// What the guest wrote and nobody has printed yet, and where its input comes from.
pub struct Console {
    output: Vec<u8>,
    input: Box<dyn Read>,
}

impl Console {
    /// A console that reads from `input`.
    pub fn new(input: impl Read + 'static) -> Self {
        Self {
            output: Vec::new(),
            input: Box::new(input),
        }
    }

    /// The guest writes a byte.
    pub fn put(&mut self, byte: u8) {
        self.output.push(byte);
    }

    /// The guest reads a byte; waits for one. `None` at the end of the input, and when it cannot be read.
    pub fn get(&mut self) -> Option<u8> {
        let mut byte = [0];
        loop {
            match self.input.read(&mut byte) {
                Ok(1) => return Some(byte[0]),
                Err(why) if why.kind() == ErrorKind::Interrupted => {}
                _ => return None,
            }
        }
    }

    /// What was written since [`Console::clear`].
    pub fn output(&self) -> &[u8] {
        &self.output
    }

    /// The output was printed.
    pub fn clear(&mut self) {
        self.output.clear();
    }
}

impl std::fmt::Debug for Console {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Console")
            .field("output", &self.output.len())
            .finish_non_exhaustive()
    }
}
