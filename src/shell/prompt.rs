//! Passphrases and values for the command line: asked on the terminal, or read from where the user says.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use rustix::io::Errno;
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use zeroize::{Zeroize as _, Zeroizing};

use super::thread;
use crate::domain::clean;
use crate::error::{Exit, Explain};
use crate::secret::{SecretBytes, SecretText};

/// Why there is no passphrase or value.
#[derive(Debug)]
pub enum PromptError {
    /// Nobody can be asked.
    NoTerminal,
    /// The user broke it off.
    Cancelled,
    /// It is longer than this many bytes.
    TooLong(usize),
    /// It isn't UTF-8.
    NotText,
    /// There is nothing in it: the name of the source.
    Empty(String),
    /// Other users can read the file.
    OpenToOthers(String),
    /// The source can't be read: its name, and why.
    Unreadable(String, io::Error),
}

/// Asks on the terminal, whatever the standard streams are, and shows nothing of what is typed.
pub fn ask(question: &str) -> Result<SecretText, PromptError> {
    let mut tty = File::options().read(true).write(true).open("/dev/tty").map_err(|_| PromptError::NoTerminal)?;
    let silence = Silence::over(&tty)?;
    let gone = |_| PromptError::NoTerminal;
    tty.write_all(clean(question).as_bytes()).map_err(gone)?;
    let answer = line(&mut tty);
    tty.write_all(b"\n").map_err(gone)?;
    drop(silence);
    answer
}

/// Reads the first line from an open file descriptor: no byte more, so that what follows stays for others.
pub fn from_descriptor(number: u32) -> Result<SecretText, PromptError> {
    let name = format!("file descriptor {number}");
    let mut file =
        File::open(format!("/dev/fd/{number}")).map_err(|error| PromptError::Unreadable(name.clone(), error))?;
    first_line(&mut file, name)
}

/// Reads the first line of a file, which nobody else may be able to read.
pub fn from_file(path: &Path) -> Result<SecretText, PromptError> {
    let name = clean(&path.to_string_lossy()).into_owned();
    let unreadable = |error| PromptError::Unreadable(name.clone(), error);
    let mut file = File::open(path).map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    // Pipes (`<(…)`) and devices are no places where a passphrase lies around.
    if about.is_file() && about.mode() & 0o077 != 0 {
        return Err(PromptError::OpenToOthers(name));
    }
    first_line(&mut file, name)
}

/// A terminal that shows nothing of what is typed, until this is dropped or a signal ends the program.
struct Silence(File);

impl Silence {
    fn over(tty: &File) -> Result<Self, PromptError> {
        let no_terminal = |_: Errno| PromptError::NoTerminal;
        let tty = tty.try_clone().map_err(|_| PromptError::NoTerminal)?;
        watch_signals();
        let before = tcgetattr(&tty).map_err(no_terminal)?;
        let mut silent = before.clone();
        // Signals from keys too: ctrl-c is read as a key, so that it can't end the program in between.
        silent.local_modes -=
            LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG | LocalModes::IEXTEN;
        silent.special_codes[SpecialCodeIndex::VMIN] = 1;
        silent.special_codes[SpecialCodeIndex::VTIME] = 0;
        let another = tty.try_clone().map_err(|_| PromptError::NoTerminal)?;
        *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) = Some((another, before));
        tcsetattr(&tty, OptionalActions::Flush, &silent).map_err(no_terminal)?;
        Ok(Self(tty))
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        let _gone = self.0.flush();
        speak_again();
    }
}

fn speak_again() {
    if let Some((tty, before)) = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take() {
        // What was typed meanwhile isn't for the shell.
        let _gone = tcsetattr(tty, OptionalActions::Flush, &before);
    }
}

/// From the first question on: a signal that ends or stops the program does so after the terminal is as it was.
fn watch_signals() {
    static WATCHED: OnceLock<()> = OnceLock::new();
    WATCHED.get_or_init(|| {
        // Without it, a signal leaves the terminal silent: `stty sane` helps. No reason to refuse the question.
        let Ok(mut signals) = Signals::new([SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGTSTP]) else { return };
        let _no_thread = thread::spawn("signals", move || {
            for signal in signals.forever() {
                speak_again();
                let _unknown = signal_hook::low_level::emulate_default_handler(signal);
            }
        });
    });
}

/// Reads a line key by key.
fn line(tty: &mut File) -> Result<SecretText, PromptError> {
    let mut text = SecretText::with_capacity(LONGEST);
    let mut bytes = Zeroizing::new(Vec::with_capacity(4));
    loop {
        let mut byte = Zeroizing::new([0]);
        match tty.read(&mut byte[..]) {
            Ok(0) => return Err(PromptError::Cancelled),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return Err(PromptError::NoTerminal),
        }
        match byte[0] {
            b'\r' | b'\n' => return Ok(text),
            CTRL_C => return Err(PromptError::Cancelled),
            CTRL_D if text.is_empty() => return Err(PromptError::Cancelled),
            8 | 0x7f => {
                text.remove_before(text.len());
            }
            CTRL_U => text.clear(),
            0..0x20 => {}
            typed => {
                bytes.push(typed);
                match std::str::from_utf8(&bytes) {
                    Ok(part) => {
                        for c in part.chars() {
                            if text.len() + c.len_utf8() > LONGEST || !text.insert(text.len(), c) {
                                return Err(PromptError::TooLong(LONGEST));
                            }
                        }
                        bytes.zeroize();
                    }
                    Err(error) if error.error_len().is_some() || bytes.len() == 4 => return Err(PromptError::NotText),
                    Err(_) => {}
                }
            }
        }
    }
}

fn first_line(source: &mut impl Read, name: String) -> Result<SecretText, PromptError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST));
    loop {
        let mut byte = Zeroizing::new([0]);
        match source.read(&mut byte[..]) {
            Ok(0) => break,
            Ok(_) if byte[0] == b'\n' => break,
            Ok(_) if bytes.len() == LONGEST => return Err(PromptError::TooLong(LONGEST)),
            Ok(_) => bytes.push(byte[0]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(PromptError::Unreadable(name, error)),
        }
    }
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    if bytes.is_empty() {
        return Err(PromptError::Empty(name));
    }
    SecretBytes::new(std::mem::take(&mut *bytes)).into_text().map_err(|_not_text| PromptError::NotText)
}

impl fmt::Display for PromptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTerminal => f.write_str("there is no terminal to ask on"),
            Self::Cancelled => f.write_str("broken off"),
            Self::TooLong(most) => write!(f, "it is longer than {most} bytes"),
            Self::NotText => f.write_str("the passphrase is not UTF-8 text"),
            Self::Empty(name) => write!(f, "the first line of {name} is empty"),
            Self::OpenToOthers(name) => write!(f, "{name} can be read by other users"),
            Self::Unreadable(name, error) => write!(f, "{name} can't be read: {error}"),
        }
    }
}

impl std::error::Error for PromptError {}

impl Explain for PromptError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::NoTerminal => Some("give the passphrase with --passphrase-fd N or --passphrase-file F".into()),
            Self::OpenToOthers(name) => Some(format!("`chmod 600 {name}`, and think about who has read it")),
            _ => None,
        }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::NoTerminal => Exit::Locked,
            Self::Cancelled => Exit::Failed,
            Self::OpenToOthers(_) => Exit::Refused,
            Self::TooLong(_) | Self::NotText | Self::Empty(_) | Self::Unreadable(..) => Exit::Usage,
        }
    }
}

static BEFORE: Mutex<Option<(File, Termios)>> = Mutex::new(None);
/// The longest passphrase, in bytes.
const LONGEST: usize = 4096;
const CTRL_C: u8 = 3;
const CTRL_D: u8 = 4;
const CTRL_U: u8 = 21;

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn in_file(bytes: &[u8], mode: u32) -> Result<SecretText, PromptError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, bytes).unwrap();
        file.as_file().set_permissions(std::fs::Permissions::from_mode(mode)).unwrap();
        from_file(file.path())
    }

    #[test]
    fn the_first_line_counts_without_its_break() {
        assert_eq!(in_file(b"walnut orbit\nsecond\n", 0o600).unwrap().expose(), "walnut orbit");
        assert_eq!(in_file(b" walnut \r\n", 0o400).unwrap().expose(), " walnut ");
        assert_eq!(in_file("wälnut".as_bytes(), 0o600).unwrap().expose(), "wälnut");
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        for mode in [0o644, 0o640, 0o604, 0o620] {
            assert!(matches!(in_file(b"walnut", mode), Err(PromptError::OpenToOthers(_))), "{mode:o}");
        }
    }

    #[test]
    fn what_is_no_passphrase_says_why() {
        assert!(matches!(in_file(b"\nwalnut", 0o600), Err(PromptError::Empty(_))));
        assert!(matches!(in_file(b"\xff\xfe", 0o600), Err(PromptError::NotText)));
        assert!(matches!(in_file(&[b'x'; LONGEST + 1], 0o600), Err(PromptError::TooLong(LONGEST))));
        assert!(matches!(from_descriptor(987), Err(PromptError::Unreadable(..))));
    }

    #[test]
    fn a_descriptor_is_read_to_the_end_of_its_line_only() {
        use std::os::fd::AsRawFd as _;
        let (reader, writer) = rustix::pipe::pipe().unwrap();
        File::from(writer).write_all(b"walnut\nthe value").unwrap();
        let number = u32::try_from(reader.as_raw_fd()).unwrap();
        assert_eq!(from_descriptor(number).unwrap().expose(), "walnut");
        let mut rest = String::new();
        File::from(reader).read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "the value");
    }
}
