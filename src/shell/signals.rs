//! Signals: one thread hears them, and tells them as messages.
//!
//! SIGPIPE is ignored already (Rust's runtime does it): writing to a terminal that is gone is an error like any other.

use std::io;

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Signals;

use super::thread;
use crate::app::msg::Ending;

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caught {
    /// To end.
    End(Ending),
    /// To stop until it is continued.
    Stop,
    /// It goes on.
    Continued,
    /// The terminal has another size.
    Resized,
}

/// Starts the thread. It ends when `tell` answers that nobody listens.
pub fn watch(tell: impl Fn(Caught) -> bool + Send + 'static) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH])?;
    thread::spawn("signals", move || {
        for signal in signals.forever() {
            let caught = match signal {
                SIGHUP => Caught::End(Ending::Hangup),
                SIGINT => Caught::End(Ending::Interrupt),
                SIGTSTP => Caught::Stop,
                SIGCONT => Caught::Continued,
                SIGWINCH => Caught::Resized,
                _ => Caught::End(Ending::Terminate),
            };
            if !tell(caught) {
                return;
            }
        }
    })?;
    Ok(())
}

/// The exit code of a program that was ended, as shells tell it: 128 and the signal's number. A terminal that is gone counts as
/// hanging up.
pub fn exit_code(ending: Ending) -> u8 {
    let signal = match ending {
        Ending::Terminate => SIGTERM,
        Ending::Interrupt => SIGINT,
        Ending::Hangup | Ending::TerminalGone => SIGHUP,
    };
    u8::try_from(128 + signal).unwrap_or(u8::MAX)
}
