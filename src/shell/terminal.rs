//! The terminal: taken over, drawn on, and given back, whatever happens.

mod backend;
mod look;
mod output;
mod sgr;

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::{fmt, panic};

use ratatui::{Frame, Terminal};
use rustix::process::{Signal, getpid, getppid, getsid, kill_current_process_group};

use self::backend::Screen;
use self::output::Output;
use super::thread;
use crate::error::{Exit, Explain};

pub use look::{Colours, Look, look};

/// The terminal while it is ours. Dropping it gives it back.
pub struct Console {
    terminal: Terminal<Screen>,
    mouse: bool,
}

/// Why there is nothing to draw on.
#[derive(Debug)]
pub enum TerminalError {
    /// A stream is a file or a pipe.
    NotATerminal(&'static str),
    /// It is one, and refuses what it is asked.
    Refused(io::Error),
}

impl Console {
    /// Takes the terminal over: raw, on its other screen, pastes framed, focus reported. The mouse stays the terminal's at first.
    pub fn take() -> Result<Self, TerminalError> {
        for (is_one, name) in [(io::stdin().is_terminal(), "input"), (io::stdout().is_terminal(), "output")] {
            if !is_one {
                return Err(TerminalError::NotATerminal(name));
            }
        }
        let output = Output::standard().map_err(TerminalError::Refused)?;
        let terminal = Terminal::new(Screen::new(output)).map_err(TerminalError::Refused)?;
        let mut console = Self { terminal, mouse: false };
        console.enter().map_err(TerminalError::Refused)?;
        Ok(console)
    }

    /// Draws what changed since the last time, in one write.
    pub fn draw(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(view)?;
        Ok(())
    }

    /// Forgets what is thought to stand on the terminal: the next drawing sends every cell.
    pub fn forget(&mut self) -> io::Result<()> {
        self.terminal.clear()
    }

    /// Has clicks and the wheel reported, or leaves the mouse to the terminal for selecting text.
    pub fn set_mouse(&mut self, on: bool) -> io::Result<()> {
        if on == self.mouse {
            return Ok(());
        }
        self.mouse = on;
        self.send(if on { MOUSE_ON } else { MOUSE_OFF }.as_bytes())
    }

    /// Asks the terminal for its ground's colour. Where it knows, the answer comes in with the keys.
    pub fn ask_ground(&mut self) -> io::Result<()> {
        self.send(ASK_GROUND.as_bytes())
    }

    /// How many columns and lines there are.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.terminal.size()?;
        Ok((size.width, size.height))
    }

    /// Gives the terminal back and stops the whole job, as ctrl-z does; returns when it goes on. `false` when nobody could
    /// continue it: a program that leads its session, or whose parent lives in another.
    pub fn stop(&mut self) -> io::Result<bool> {
        let session = getsid(None)?;
        let continued_by = getppid().is_some_and(|parent| getsid(Some(parent)) == Ok(session));
        if session == getpid() || !continued_by {
            return Ok(false);
        }
        give_back();
        kill_current_process_group(Signal::STOP)?;
        Ok(true)
    }

    /// Takes the terminal again, whatever a shell has made of it meanwhile.
    pub fn retake(&mut self) -> io::Result<()> {
        crossterm::terminal::disable_raw_mode()?;
        self.enter()?;
        self.terminal.clear()
    }

    fn enter(&mut self) -> io::Result<()> {
        crossterm::terminal::enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        self.send(ENTER.as_bytes())?;
        if self.mouse {
            self.send(MOUSE_ON.as_bytes())?;
        }
        Ok(())
    }

    /// Sends a sequence, between two frames.
    pub fn send(&mut self, sequence: &[u8]) -> io::Result<()> {
        let output = self.terminal.backend_mut().output();
        output.write_all(sequence)?;
        output.flush()
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        give_back();
    }
}

/// Sends a sequence to a terminal that isn't taken over.
pub fn send(sequence: &[u8]) -> io::Result<()> {
    let mut output = Output::standard()?;
    output.write_all(sequence)?;
    output.flush()
}

/// Gives the terminal back if it is ours; from any thread, and as often as one likes.
pub fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    // Each line is erased by itself: some terminals without another screen move what one big erase removes into their history.
    let mut sequence = String::with_capacity(4096);
    for row in 1..=ROWS.load(Ordering::SeqCst) {
        sequence.push_str("\x1b[");
        sequence.push_str(&row.to_string());
        sequence.push_str("H\x1b[2K");
    }
    sequence.push_str(MOUSE_OFF);
    sequence.push_str(LEAVE);
    // A terminal that is gone needs nothing back.
    let _gone = Output::standard().and_then(|mut output| {
        output.write_all(sequence.as_bytes())?;
        output.flush()
    });
    // Keys that were typed but not read are not for the shell: an answer to `ASK_GROUND` may be among them.
    let _gone = rustix::termios::tcflush(rustix::stdio::stdin(), rustix::termios::QueueSelector::IFlush);
    let _gone = crossterm::terminal::disable_raw_mode();
}

/// Has a panic give the terminal back before its one line is printed. That line names a place in the source and nothing else:
/// a panic's own text may hold what it was about.
///
/// Panics of other threads say nothing: their work is guarded, and comes back as a problem.
pub fn install_panic_hook() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        if thread::is_main() {
            give_back();
            let _gone = writeln!(
                io::stderr(),
                "paykeep: error: a defect{place} ended it\npaykeep: hint: the vault is as it was last saved; report the place"
            );
        } else {
            thread::note_panic(place);
        }
    }));
}

impl fmt::Display for TerminalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotATerminal(name) => write!(f, "the screens need a terminal, and standard {name} is none"),
            Self::Refused(error) => write!(f, "the terminal can't be taken over: {error}"),
        }
    }
}

impl std::error::Error for TerminalError {}

impl Explain for TerminalError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::NotATerminal(_) => {
                Some("start it in a terminal, or use a command: `paykeep --help` lists them".into())
            }
            Self::Refused(_) => None,
        }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::NotATerminal(_) => Exit::Usage,
            Self::Refused(_) => Exit::Failed,
        }
    }
}

/// The other screen, cleared; pastes framed; focus reported; no cursor. (xterm's control sequences, `ctlseqs`.)
const ENTER: &str = "\x1b[?1049h\x1b[H\x1b[2J\x1b[?2004h\x1b[?1004h\x1b[?25l";
const LEAVE: &str = "\x1b[?1004l\x1b[?2004l\x1b[0m\x1b[?1049l\x1b[?25h";
/// Presses, releases and the wheel, with coordinates of any size. Not every motion: nothing here follows the pointer, and each
/// report would wake the program.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";
const ASK_GROUND: &str = "\x1b]11;?\x1b\\";

static TAKEN: AtomicBool = AtomicBool::new(false);
/// How many lines the screen has: to erase them when it is given back.
static ROWS: AtomicU16 = AtomicU16::new(0);
