//! The devices of the bare machine, all of them in user space: nothing here knows the emulator.
//!
//! [`Board`] is their state, [`router`] and [`add_book_e`] say which handler answers
//! which register. Registers 880 to 887 are devices of
//! our own, at numbers that no modelled CPU puts to use; DBCR0, EPR and BUCSR are the CPU's, answered from here. What a
//! handler cannot do itself (stop the run, reset the CPU) it asks the board's owner for: [`Board::take_reset`],
//! [`Board::exit_status`].
//!
//! ```
//! use ppc_emu::device::{Board, Console, num, router};
//! use spr_exit::{Outcome, SprAccess, answer};
//!
//! let mut board = Board::new(Console::new(std::io::empty()));
//! let mut router = router();
//! let byte = SprAccess::write(num::CONSOLE, b'!'.into());
//! assert_eq!(answer(&mut router.bind(&mut board), &byte), Outcome::Handled(0));
//! assert_eq!(board.console.output(), b"!");
//! ```

mod console;

pub use console::Console;
pub use mpic::{self, Mpic};

use spr_exit::num::{booke, e500};
use spr_exit::{Fault, Msr, Outcome, Reason, ResetKind, SprAccess, SprNum, SprRouter};

/// Numbers of the board's own registers.
pub mod num {
    use spr_exit::SprNum;

    /// Write: a byte to the console. Read: a byte from it, all ones at the end of the input.
    pub const CONSOLE: SprNum = SprNum::wrapping(880);
    /// Write: the guest ends with this status.
    pub const EXIT: SprNum = SprNum::wrapping(881);
    /// Read: how often the machine was reset.
    pub const BOARD: SprNum = SprNum::wrapping(882);
    /// Read: what was last written.
    pub const ECHO: SprNum = SprNum::wrapping(883);
    /// Every access is refused as illegal.
    pub const REFUSE: SprNum = SprNum::wrapping(884);
    /// Every access is refused as privileged.
    pub const DENY: SprNum = SprNum::wrapping(885);
    /// Every access is a no-op.
    pub const NOOP: SprNum = SprNum::wrapping(886);
    /// Read: how often it was read before.
    pub const COUNT: SprNum = SprNum::wrapping(887);

    /// All of them, with their names.
    pub const ALL: [(SprNum, &str); 8] = [
        (CONSOLE, "CONSOLE"),
        (EXIT, "EXIT"),
        (BOARD, "BOARD"),
        (ECHO, "ECHO"),
        (REFUSE, "REFUSE"),
        (DENY, "DENY"),
        (NOOP, "NOOP"),
        (COUNT, "COUNT"),
    ];
}

/// Where the MPIC's registers begin.
pub const MPIC_BASE: u64 = 0xe004_0000;

/// DBCR0\[RST\]: the reset request.
const RST: u64 = 0x3000_0000;

/// State of all devices.
#[derive(Debug)]
pub struct Board {
    /// The console.
    pub console: Console,
    /// The interrupt controller.
    pub mpic: Mpic,
    exit_status: Option<u8>,
    reset: Option<ResetKind>,
    resets: u64,
    echo: u64,
    reads_of_count: u64,
    bucsr: u64,
}

impl Board {
    /// A board after power-on.
    pub fn new(console: Console) -> Self {
        Self {
            console,
            mpic: Mpic::new(1),
            exit_status: None,
            reset: None,
            resets: 0,
            echo: 0,
            reads_of_count: 0,
            bucsr: 0,
        }
    }

    /// The status that the guest ended with, if it did.
    pub fn exit_status(&self) -> Option<u8> {
        self.exit_status
    }

    /// The reset that the guest asked for and nobody has carried out yet.
    pub fn take_reset(&mut self) -> Option<ResetKind> {
        self.reset.take()
    }

    /// The reset reaches the board: the MPIC and what belongs to the CPU start afresh; [`num::BOARD`] counts it.
    pub fn reset(&mut self) {
        self.mpic.reset();
        self.bucsr = 0;
        self.resets += 1;
    }

    /// How often the machine was reset.
    pub fn resets(&self) -> u64 {
        self.resets
    }

    /// A load of `len` bytes from physical address `address`; `None` where the board has nothing. Values are
    /// big-endian numbers, as the registers of the MPC8548 are.
    pub fn load(&mut self, address: u64, len: u32) -> Option<u32> {
        self.mpic.read(0, register(address, len)?)
    }

    /// A store, likewise.
    pub fn store(&mut self, address: u64, len: u32, value: u32) -> Option<()> {
        self.mpic.write(0, register(address, len)?, value)
    }
}

/// The offset of an MPIC register; they are accessed as words (MPC8548ERM 10.3).
fn register(address: u64, len: u32) -> Option<u64> {
    let offset = address.checked_sub(MPIC_BASE)?;
    (offset < Mpic::SIZE && len == 4).then_some(offset)
}

/// The low eight bits.
fn byte(value: u64) -> u8 {
    value.to_le_bytes()[0]
}

/// Who answers for the board's own registers.
pub fn router() -> SprRouter<Board> {
    let mut router = SprRouter::new();

    router
        .on_write(num::CONSOLE, |board: &mut Board, _, value| {
            board.console.put(byte(value));
            Outcome::Handled(())
        })
        .on_read(num::CONSOLE, |board, _| {
            Outcome::Handled(board.console.get().map_or(u64::MAX, u64::from))
        })
        .on_write(num::EXIT, |board, _, value| {
            board.exit_status = Some(byte(value));
            Outcome::Handled(())
        })
        .on_read(num::BOARD, |board, _| Outcome::Handled(board.resets))
        .on_read(num::ECHO, |board, _| Outcome::Handled(board.echo))
        .on_write(num::ECHO, |board, _, value| {
            board.echo = value;
            Outcome::Handled(())
        })
        .on_read(num::REFUSE, |_, _| Outcome::Fault(Fault::Illegal))
        .on_write(num::REFUSE, |_, _, _| Outcome::Fault(Fault::Illegal))
        .on_read(num::DENY, |_, _| Outcome::Fault(Fault::Privileged))
        .on_write(num::DENY, |_, _, _| Outcome::Fault(Fault::Privileged))
        .on_read(num::NOOP, |_, _| Outcome::NoOp)
        .on_write(num::NOOP, |_, _, _| Outcome::NoOp)
        .on_read(num::COUNT, |board, _| {
            board.reads_of_count += 1;
            Outcome::Handled(board.reads_of_count - 1)
        });

    router
}

/// Adds the reset request of a 4xx: RST of its DBCR0, under the number it has there. It needs no bit of the MSR (PPC405 UM
/// chapter 8, PPC440x5 UM chapter 8).
pub fn add_4xx(router: &mut SprRouter<Board>, dbcr0: SprNum) {
    router.on_write(dbcr0, |board, at, value| {
        if let Ok(kind) = ResetKind::try_from(byte((value & RST) >> 28)) {
            board.reset = Some(kind);
        }
        debug_bits(at)
    });
}

/// DBCR0 but for its reset request: the core's, which has it already unless the whole register was asked for here.
fn debug_bits(at: &SprAccess) -> Outcome<()> {
    if at.reason().contains(Reason::OWNED) {
        Outcome::Architected
    } else {
        Outcome::Handled(())
    }
}

/// Adds what the e500 family leaves to user space. On other CPUs these numbers are other registers.
pub fn add_book_e(router: &mut SprRouter<Board>) {
    // The reset request of Book E. The core keeps the debug bits of DBCR0, the rest comes here; on e500 it is heard only
    // while MSR[DE] = 1 (E500CORERM 2.13.1), which is what the exit carries MSR for.
    router.on_write(booke::DBCR0, |board, at, value| {
        if at.msr().contains(Msr::DE)
            && let Ok(kind) = ResetKind::try_from(byte((value & RST) >> 28))
        {
            board.reset = Some(kind);
        }
        debug_bits(at)
    });

    // The other register that SPR exits were proposed for: "read it and you get the vector from the MPIC,
    // acknowledged on the way". A debugger that looks at it acknowledges nothing.
    router
        .on_read(e500::EPR, |board, _| {
            Outcome::Handled(board.mpic.acknowledge(0).into())
        })
        .on_peek(e500::EPR, |board, _| Some(board.mpic.peek(0).into()));

    // Branch prediction is nothing that this board has: the bits are kept and mean nothing. A core that models the
    // register can be given it (`--promote BUCSR`), and then nothing arrives here.
    router
        .on_read(e500::BUCSR, |board, _| Outcome::Handled(board.bucsr))
        .on_write(e500::BUCSR, |board, _, value| {
            board.bucsr = value;
            Outcome::Handled(())
        });
}

/// The name of one of the board's own registers.
pub fn name(sprn: SprNum) -> Option<&'static str> {
    let own = num::ALL.iter().find(|(number, _)| *number == sprn);
    own.map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use spr_exit::{SprAccess, answer};

    fn board() -> Board {
        Board::new(Console::new(&b"a"[..]))
    }

    fn ask(board: &mut Board, at: SprAccess) -> Outcome<u64> {
        let mut router = router();
        add_book_e(&mut router);
        answer(&mut router.bind(board), &at)
    }

    #[test]
    fn the_reset_request_is_heard_only_while_debug_is_enabled() {
        let mut board = board();
        let request = SprAccess::write(booke::DBCR0, 0x2000_0000);
        assert_eq!(ask(&mut board, request), Outcome::Handled(0));
        assert_eq!(board.take_reset(), None);
        assert_eq!(ask(&mut board, request.with_msr(Msr::DE)), Outcome::Handled(0));
        assert_eq!(board.take_reset(), Some(ResetKind::Chip));
        assert_eq!(board.take_reset(), None);
    }

    #[test]
    fn a_4xx_is_reset_whatever_its_debug_enable() {
        let mut board = board();
        let mut router = router();
        add_4xx(&mut router, spr_exit::num::ppc4xx::DBCR0_40X);
        let request = SprAccess::write(spr_exit::num::ppc4xx::DBCR0_40X, 0x3000_0000);
        assert_eq!(
            answer(&mut router.bind(&mut board), &request),
            Outcome::Handled(0)
        );
        assert_eq!(board.take_reset(), Some(ResetKind::System));
    }

    #[test]
    fn the_console_reads_all_ones_at_the_end_of_its_input() {
        let mut board = board();
        let read = SprAccess::read(num::CONSOLE);
        assert_eq!(ask(&mut board, read), Outcome::Handled(u64::from(b'a')));
        assert_eq!(ask(&mut board, read), Outcome::Handled(u64::MAX));
    }

    #[test]
    fn the_exit_status_is_the_low_byte() {
        let mut board = board();
        let _ = ask(&mut board, SprAccess::write(num::EXIT, 0x1_0003));
        assert_eq!(board.exit_status(), Some(3));
    }

    #[test]
    fn peeking_at_epr_acknowledges_nothing() {
        use spr_exit::SprHandler;
        let mut board = board();
        for (offset, value) in [
            (0x1020, 0x6000_0000),
            (0x80, 0),
            (0x10a0, 5 << 16 | 0x40),
            (0x40, 1),
        ] {
            board.store(MPIC_BASE + offset, 4, value).unwrap();
        }
        let mut router = router();
        add_book_e(&mut router);
        assert_eq!(router.bind(&mut board).peek(e500::EPR), Some(0x40));
        assert!(board.mpic.is_asserted(0));
        assert_eq!(
            ask(&mut board, SprAccess::read(e500::EPR)),
            Outcome::Handled(0x40)
        );
        assert!(!board.mpic.is_asserted(0));
    }

    #[test]
    fn a_number_without_a_device_is_nobodys() {
        let mut board = board();
        let claimed: Vec<u16> = SprNum::all()
            .filter(|n| ask(&mut board, SprAccess::read(*n)) != Outcome::NotMine)
            .map(SprNum::get)
            .collect();
        assert_eq!(claimed, [702, 880, 882, 883, 884, 885, 886, 887, 1013]);
    }

    #[test]
    fn the_board_has_words_and_nothing_outside_the_mpic() {
        let mut board = board();
        assert_eq!(board.load(MPIC_BASE + 0x80, 4), Some(15));
        assert_eq!(board.load(MPIC_BASE + 0x80, 1), None);
        assert_eq!(board.load(MPIC_BASE - 4, 4), None);
        assert_eq!(board.store(MPIC_BASE + Mpic::SIZE, 4, 0), None);
    }
}
