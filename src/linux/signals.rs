//! Signals of a process: actions, mask, what is pending.
//!
//! The set of signals is a mask with bit 0 for signal 1. Structures: `arch/powerpc/include/uapi/asm/signal.h`.

use super::errno::Signal;

/// What is to become of a signal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Action {
    /// `SIG_DFL` (0), `SIG_IGN` (1), or where the handler is.
    pub handler: u64,
    /// `sa_flags`.
    pub flags: u64,
    /// `sa_restorer`.
    pub restorer: u64,
    /// `sa_mask`.
    pub mask: u64,
}

/// `SIG_DFL`.
pub(super) const DEFAULT: u64 = 0;
/// `SIG_IGN`.
pub(super) const IGNORE: u64 = 1;

/// The state of all signals.
#[derive(Debug)]
pub struct Signals {
    actions: [Action; Signal::LAST as usize],
    /// What is blocked.
    pub blocked: u64,
    pending: u64,
    /// The alternate stack: address, flags, size.
    pub stack: [u64; 3],
}

impl Default for Signals {
    fn default() -> Self {
        Self {
            actions: [Action::default(); Signal::LAST as usize],
            blocked: 0,
            pending: 0,
            // SS_DISABLE.
            stack: [0, 2, 0],
        }
    }
}

impl Signals {
    /// The signal with this number.
    pub fn number(number: i32) -> Option<Signal> {
        let number = u8::try_from(number).ok()?;
        (1..=Signal::LAST).contains(&number).then_some(Signal(number))
    }

    /// What is to become of a signal.
    pub fn action(&self, signal: Signal) -> Action {
        self.actions[usize::from(signal.0) - 1]
    }

    /// Sets it.
    pub fn set_action(&mut self, signal: Signal, action: Action) {
        self.actions[usize::from(signal.0) - 1] = action;
    }

    /// Sends the process a signal.
    pub fn send(&mut self, signal: Signal) {
        self.pending |= signal.bit();
    }

    /// The signals that wait.
    pub fn pending(&self) -> u64 {
        self.pending
    }

    /// Blocks signals, but for those that cannot be.
    pub fn block(&mut self, mask: u64) {
        self.blocked = mask & !(Signal::KILL.bit() | Signal::STOP.bit());
    }

    /// Whether an instruction's own signal goes to a handler; where the program blocked or ignores it, it is killed.
    pub fn is_handled(&self, signal: Signal) -> bool {
        self.blocked & signal.bit() == 0 && !matches!(self.action(signal).handler, DEFAULT | IGNORE)
    }

    /// The signal that is to be acted upon now, if one is: not blocked, not ignored.
    pub fn take(&mut self) -> Option<Signal> {
        loop {
            let due = self.pending & !self.blocked;
            if due == 0 {
                return None;
            }
            let number = u8::try_from(due.trailing_zeros() + 1).unwrap_or(Signal::LAST);
            let signal = Signal(number);
            self.pending &= !signal.bit();
            let handler = self.action(signal).handler;
            if handler != IGNORE && !(handler == DEFAULT && signal.is_harmless()) {
                return Some(signal);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blocked_signal_waits_and_an_ignored_one_is_gone() {
        let mut signals = Signals::default();
        signals.block(u64::MAX);
        signals.send(Signal(6));
        signals.send(Signal::CHLD);
        assert_eq!(signals.take(), None);
        signals.block(0);
        assert_eq!(signals.take(), Some(Signal(6)));
        assert_eq!(signals.take(), None);
        let ignored = Action {
            handler: IGNORE,
            ..Action::default()
        };
        signals.set_action(Signal(6), ignored);
        signals.send(Signal(6));
        assert_eq!(signals.take(), None);
        signals.block(u64::MAX);
        signals.send(Signal::KILL);
        assert_eq!(signals.take(), Some(Signal::KILL));
    }

    #[test]
    fn numbers_of_signals_are_from_1_to_64() {
        assert!(Signals::number(0).is_none() && Signals::number(65).is_none());
        assert!(Signals::number(-1).is_none());
        assert_eq!(Signals::number(64).map(Signal::name), Some("a real-time signal"));
        assert_eq!(Signal::SEGV.name(), "SIGSEGV");
    }
}
