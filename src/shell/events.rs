//! What comes in from the terminal: one thread reads it, and wipes what it read.
//!
//! crossterm's own reader isn't used: it spins on a terminal that is gone (it takes the end of the input for «nothing yet»),
//! and keeps what was pasted in buffers that are never wiped.

mod decode;
mod paste;
mod sequence;

use std::io;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::stdio::stdin;
use zeroize::{Zeroize as _, Zeroizing};

use self::decode::Decoder;
use super::thread;
use crate::app::msg::{Key, MouseKind};
use crate::secret::SecretText;

/// What the terminal told.
#[derive(Debug)]
pub enum Heard {
    /// A key went down, or repeats.
    Key(Key),
    /// A text was pasted, or came in faster than anyone types.
    Paste(SecretText),
    /// The mouse did something over a cell.
    Mouse {
        /// What.
        kind: MouseKind,
        /// The cell's column, from 0.
        x: u16,
        /// The cell's line, from 0.
        y: u16,
    },
    /// Whether the keys come to this window now.
    Focus(bool),
    /// How light the terminal's ground is: the answer to having asked.
    Ground {
        /// Whether it is lighter than not.
        light: bool,
    },
    /// There is no terminal any more.
    Gone,
}

/// Starts the thread that listens. It ends after [`Heard::Gone`], or when `tell` answers that nobody listens.
pub fn listen(tell: impl Fn(Heard) -> bool + Send + 'static) -> io::Result<()> {
    thread::spawn("input", move || {
        // A defect here must not leave a program that hears nothing.
        let _reported = thread::guarded(|| hear(&tell));
        tell(Heard::Gone);
    })?;
    Ok(())
}

fn hear(tell: &impl Fn(Heard) -> bool) {
    let mut decoder = Decoder::default();
    let mut chunk = Zeroizing::new([0; CHUNK]);
    let mut wanted = true;
    while wanted {
        let read = match ready(decoder.patience()) {
            Ok(true) => rustix::io::read(stdin(), &mut chunk[..]),
            Ok(false) => {
                decoder.quiet(&mut |heard| wanted &= tell(heard));
                continue;
            }
            Err(error) => Err(error),
        };
        match read {
            Ok(0) => return,
            Ok(length) => {
                decoder.feed(&chunk[..length], &mut |heard| wanted &= tell(heard));
                chunk[..length].zeroize();
            }
            Err(Errno::INTR | Errno::AGAIN) => {}
            Err(_) => return,
        }
    }
}

/// Waits for input; `false` when there was none within `patience`.
fn ready(patience: Option<Duration>) -> Result<bool, Errno> {
    let timeout = patience.map(|time| Timespec { tv_sec: 0, tv_nsec: time.subsec_nanos().into() });
    // The end of the input counts as ready: reading it tells.
    Ok(poll(&mut [PollFd::new(&stdin(), PollFlags::IN)], timeout.as_ref())? > 0)
}

/// A pseudo-terminal hands over at most 4 kB at once.
const CHUNK: usize = 4096;
