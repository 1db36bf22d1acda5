//! The clipboard, on a thread of its own: a display that hangs or dies holds up nothing else.
//!
//! A secret is marked as sensitive and taken back only if it is still there: the thread keeps a digest of it, no second copy.
//! The connection is made with the first copy and stays: dropping it while it owns the text would hand that to a clipboard manager.
//! What is left when the display itself dies is in arboard's hands until the program ends.

use std::fmt;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::sleep;
use std::time::Duration;

use arboard::Error;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::thread;
use crate::app::msg::{Answer, Held, Released, Ticket};
use crate::domain::clean;
use crate::error::{Explain, Problem};
use crate::secret::SecretBytes;

/// The clipboard, as far as it is ours. Dropping it takes back a secret that is still there.
pub struct Clipboard {
    tell: Option<Teller>,
    work: Option<Sender<Deed>>,
    done: Option<Receiver<()>>,
}

/// Why something isn't on the clipboard, or not off it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClipboardError {
    /// There is none: no display, or one without what it takes.
    None(String),
    /// The clipboard holds text only.
    NotText,
    /// The display refused, or is gone.
    Failed(String),
    /// It was emptied, and something put the secret back.
    PutBack,
}

type Teller = Box<dyn Fn(Ticket, Answer) + Send>;

enum Deed {
    Copy(Ticket, Box<dyn FnOnce() -> Option<SecretBytes> + Send>),
    CopyPublic(Ticket, String),
    TakeBack(Ticket),
    Clear(Ticket),
}

impl Clipboard {
    /// A clipboard that is not touched before the first copy. Answers go to `tell`.
    pub fn new(tell: impl Fn(Ticket, Answer) + Send + 'static) -> Self {
        Self { tell: Some(Box::new(tell)), work: None, done: None }
    }

    /// Puts a secret on it, marked as sensitive → `Answer::Copied`. `secret` cuts it out of the vault when it is needed.
    pub fn copy(&mut self, ticket: Ticket, secret: impl FnOnce() -> Option<SecretBytes> + Send + 'static) {
        self.ask(Deed::Copy(ticket, Box::new(secret)));
    }

    /// Puts something on it that anyone may see → `Answer::Copied`.
    pub fn copy_public(&mut self, ticket: Ticket, text: String) {
        self.ask(Deed::CopyPublic(ticket, text));
    }

    /// Takes back what was copied under `ticket`, if it is still there → `Answer::Released`.
    pub fn take_back(&mut self, ticket: Ticket) {
        self.ask(Deed::TakeBack(ticket));
    }

    /// Empties it, whatever it holds → `Answer::ClipboardCleared`.
    pub fn clear(&mut self, ticket: Ticket) {
        self.ask(Deed::Clear(ticket));
    }

    fn ask(&mut self, deed: Deed) {
        if let Some(tell) = self.tell.take() {
            let (work, deeds) = channel();
            let (finished, done) = channel();
            // Without a thread nobody answers: the copy stays «asked for», which is true.
            let started = thread::spawn("clipboard", move || {
                let _reported = thread::guarded(|| Keeper::default().keep(&deeds, &tell));
                let _nobody_waits = finished.send(());
            });
            if started.is_ok() {
                (self.work, self.done) = (Some(work), Some(done));
            }
        }
        if let Some(work) = &self.work {
            let _ended = work.send(deed);
        }
    }
}

impl Drop for Clipboard {
    fn drop(&mut self) {
        drop(self.work.take());
        if let Some(done) = self.done.take() {
            // A display that hangs isn't waited for: what we hold on it goes with the process.
            let _hangs = done.recv_timeout(PATIENCE);
        }
    }
}

/// What the thread knows.
#[derive(Default)]
struct Keeper {
    board: Option<arboard::Clipboard>,
    ours: Option<(Ticket, Zeroizing<[u8; 32]>)>,
}

impl Keeper {
    fn keep(mut self, deeds: &Receiver<Deed>, tell: &Teller) {
        for deed in deeds {
            match deed {
                Deed::Copy(ticket, secret) => {
                    tell(ticket, Answer::Copied(self.copy(ticket, secret).map_err(Problem::from)));
                }
                Deed::CopyPublic(ticket, text) => {
                    let copied = self.board().and_then(|board| board.set_text(text).map_err(ClipboardError::from));
                    if copied.is_ok() {
                        self.ours = None;
                    }
                    tell(ticket, Answer::Copied(copied.map(|()| Held { marked: false }).map_err(Problem::from)));
                }
                Deed::TakeBack(ticket) => tell(ticket, Answer::Released(self.take_back(Some(ticket)))),
                Deed::Clear(ticket) => {
                    let cleared = self.board().and_then(|board| board.clear().map_err(ClipboardError::from));
                    sleep(RESTORED_WITHIN);
                    if let (Ok(()), Some((copy, _))) = (&cleared, self.ours.take()) {
                        tell(copy, Answer::Released(Released::Cleared));
                    }
                    tell(ticket, Answer::ClipboardCleared(cleared.map_err(Problem::from)));
                }
            }
        }
        self.take_back(None);
    }

    fn copy(
        &mut self,
        ticket: Ticket,
        secret: Box<dyn FnOnce() -> Option<SecretBytes> + Send>,
    ) -> Result<Held, ClipboardError> {
        let secret = secret().ok_or(ClipboardError::NotText)?.into_text().map_err(|_| ClipboardError::NotText)?;
        let copied = digest(secret.expose());
        let board = self.board()?;
        for _attempt in 0..3 {
            let (set, marked) = marked(board.set());
            set.text(secret.expose())?;
            // The news that an earlier text was given up may come late, and arboard then drops the new one with it.
            if holds(board, &copied)? {
                self.ours = Some((ticket, copied));
                return Ok(Held { marked });
            }
            sleep(RESTORED_WITHIN);
        }
        Err(ClipboardError::Failed("another program took it at once".into()))
    }

    /// Empties the clipboard if what it holds is what was copied last; under that ticket, when one is given.
    fn take_back(&mut self, ticket: Option<Ticket>) -> Released {
        let Some((_, copied)) = self.ours.take_if(|(copy, _)| ticket.is_none_or(|ticket| ticket == *copy)) else {
            return Released::Replaced;
        };
        let Some(board) = &mut self.board else { return Released::Replaced };
        match holds(board, &copied) {
            Ok(false) => Released::Replaced,
            Err(error) => Released::Failed(error.into()),
            Ok(true) => match empty(board, &copied) {
                Ok(()) => Released::Cleared,
                Err(error) => Released::Failed(error.into()),
            },
        }
    }

    fn board(&mut self) -> Result<&mut arboard::Clipboard, ClipboardError> {
        if self.board.is_none() {
            self.board = Some(arboard::Clipboard::new().map_err(|error| ClipboardError::None(reason(&error)))?);
        }
        self.board.as_mut().ok_or(ClipboardError::NotText)
    }
}

fn holds(board: &mut arboard::Clipboard, copied: &[u8; 32]) -> Result<bool, ClipboardError> {
    match board.get_text().map(Zeroizing::new) {
        // Digests of secrets tell nothing by where they differ.
        Ok(text) => Ok(*digest(&text) == *copied),
        Err(Error::ContentNotAvailable | Error::ConversionFailure) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn empty(board: &mut arboard::Clipboard, copied: &[u8; 32]) -> Result<(), ClipboardError> {
    for _attempt in 0..2 {
        board.clear()?;
        // Some clipboard managers never leave it empty, and put their latest entry back.
        sleep(RESTORED_WITHIN);
        if !holds(board, copied)? {
            return Ok(());
        }
    }
    Err(ClipboardError::PutBack)
}

#[cfg(all(unix, not(target_os = "macos")))]
fn marked(set: arboard::Set<'_>) -> (arboard::Set<'_>, bool) {
    (arboard::SetExtLinux::exclude_from_history(set), true)
}

#[cfg(target_os = "macos")]
fn marked(set: arboard::Set<'_>) -> (arboard::Set<'_>, bool) {
    (arboard::SetExtApple::exclude_from_history(set), true)
}

fn digest(text: &str) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(Sha256::digest(text.as_bytes()).into())
}

fn reason(error: &Error) -> String {
    match error {
        Error::Unknown { description } => clean(description).into_owned(),
        error => clean(&error.to_string()).into_owned(),
    }
}

impl From<Error> for ClipboardError {
    fn from(error: Error) -> Self {
        Self::Failed(reason(&error))
    }
}

impl fmt::Display for ClipboardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None(reason) => write!(f, "there is no clipboard here: {reason}"),
            Self::NotText => f.write_str("this value is not text, and the clipboard takes nothing else"),
            Self::Failed(reason) => write!(f, "the clipboard failed: {reason}"),
            Self::PutBack => f.write_str("the clipboard was emptied, and another program put the secret back"),
        }
    }
}

impl std::error::Error for ClipboardError {}

impl Explain for ClipboardError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::None(_) => {
                Some("it needs X11, or Wayland with data-control; on this machine, reveal it instead".into())
            }
            Self::NotText => Some("`paykeep get` writes it to a file or pipe".into()),
            Self::Failed(_) => Some("if the display was started anew, start paykeep anew".into()),
            Self::PutBack => Some("delete it from your clipboard manager, which keeps a history".into()),
        }
    }
}

/// How long the program's end waits for the clipboard.
const PATIENCE: Duration = Duration::from_millis(1500);
/// How fast a clipboard manager notices that the clipboard is empty, and arboard that it no longer owns it.
const RESTORED_WITHIN: Duration = Duration::from_millis(60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taking_back_what_is_not_ours_touches_nothing() {
        let mut keeper = Keeper::default();
        assert_eq!(keeper.take_back(Some(Ticket(1))), Released::Replaced);
        assert!(keeper.board.is_none(), "no display was asked for");
    }

    #[test]
    fn a_value_that_is_no_text_is_refused_before_any_display_is_asked() {
        let mut keeper = Keeper::default();
        let refused = keeper.copy(Ticket(1), Box::new(|| Some(SecretBytes::new(vec![0xff]))));
        assert_eq!(refused, Err(ClipboardError::NotText));
        assert!(keeper.board.is_none());
    }

    #[test]
    fn a_clipboard_that_was_never_used_ends_at_once() {
        drop(Clipboard::new(|_, _| {}));
    }
}
