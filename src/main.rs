//! `ppc-emu`: runs PowerPC code with every special-purpose register under the caller's control.

fn main() {}
