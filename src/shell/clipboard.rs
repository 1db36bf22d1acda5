//! The clipboard, on a thread of its own: a display that hangs or dies holds up nothing else.
//!
//! A secret is offered for one paste where the display lets us (`x11`, `wayland`); else it is put there and taken back
//! (`timed`); without a display, and where that is allowed, it is sent through the terminal (`osc52`). What was reached is
//! answered, never more. The thread holds the one secret that it offers, and wipes it as soon as it is pasted or given up.

mod managers;
mod osc52;
mod places;
mod timed;
mod tried;
#[cfg(all(unix, not(target_os = "macos")))]
mod wayland;
#[cfg(all(unix, not(target_os = "macos")))]
mod x11;

use std::fmt;
use std::io::{PipeReader, PipeWriter, Read as _, Write as _, pipe};
use std::os::fd::AsFd as _;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use zeroize::Zeroizing;

use super::{clock, thread};
use crate::app::msg::{Answer, Held, Released, Ticket, Turn, Way};
use crate::error::{Explain, Problem};
use crate::secret::{SecretBytes, SecretText};

pub use osc52::Through;
pub use places::Places;
pub use tried::{Tried, try_out};

/// The clipboard, as far as it is ours. Dropping it takes back a secret that is still there.
pub struct Clipboard {
    start: Option<Start>,
    work: Option<(Sender<Deed>, PipeWriter)>,
    done: Option<Receiver<()>>,
}

/// A secret that is to be copied.
pub struct Wanted {
    /// An ID that can be pasted before it, where one paste can be had.
    pub first: Option<String>,
    /// Cuts it out of the vault when its turn comes.
    pub secret: Box<dyn FnOnce() -> Option<SecretBytes> + Send>,
    /// Whether it may go through the terminal where there is no display.
    pub osc52: bool,
    /// How long it may be pasted where it is offered. Whoever asked for the copy takes it back then; this is for a process that was
    /// stopped meanwhile, and hears of a paste before it hears of the time.
    pub time: Duration,
}

/// Why something isn't on the clipboard, or not off it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClipboardError {
    /// There is none: no display, or one without what it takes.
    None(String),
    /// The clipboard holds text only.
    NotText,
    /// Terminals don't take so long a text.
    TooLong,
    /// The display refused, or is gone.
    Failed(String),
    /// It was emptied, and something put the secret back.
    PutBack,
}

/// A copy that is offered on a display until somebody pastes it.
trait Offer {
    /// What is to be waited on.
    fn wants<'a>(&'a self, all: &mut Vec<PollFd<'a>>);
    /// Until when at most, if there is a limit to something.
    fn patience(&self) -> Option<Duration>;
    /// Takes in what has come. How the copy ended, if it did.
    fn turn(&mut self) -> Option<Released>;
    /// What asked for the text at once, since this was asked last: it got nothing, and the offer stands.
    fn watched(&mut self) -> Option<Watcher>;
    /// After a paste: whether nobody else has copied something since. What a clipboard manager puts back by itself is nobody's copy.
    fn is_free(&mut self) -> bool;
    /// Gives it up.
    fn take_back(&mut self) -> Released;
}

/// Something that watches the clipboard, by its name where that is known.
struct Watcher(Option<String>);

/// Writes to the terminal; `false` when that can't be done now.
type Terminal = Box<dyn Fn(Zeroizing<Vec<u8>>) -> bool + Send>;
type Teller = Box<dyn Fn(Ticket, Answer) + Send>;
type Secret = Box<dyn FnOnce() -> Option<SecretBytes> + Send>;

struct Start {
    places: Places,
    terminal: Terminal,
    tell: Teller,
}

enum Deed {
    Copy(Ticket, Wanted),
    CopyPublic(Ticket, String),
    TakeBack(Ticket),
    Clear(Ticket),
}

impl Clipboard {
    /// A clipboard that is not touched before the first copy. Answers go to `tell`, what the terminal has to be sent to `terminal`.
    pub fn new(
        places: Places,
        terminal: impl Fn(Zeroizing<Vec<u8>>) -> bool + Send + 'static,
        tell: impl Fn(Ticket, Answer) + Send + 'static,
    ) -> Self {
        let start = Start { places, terminal: Box::new(terminal), tell: Box::new(tell) };
        Self { start: Some(start), work: None, done: None }
    }

    /// Copies a secret, marked as sensitive → `Answer::Copied`, and `Answer::Released` by itself when it was pasted or lost.
    pub fn copy(&mut self, ticket: Ticket, wanted: Wanted) {
        self.ask(Deed::Copy(ticket, wanted));
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
        if let Some(start) = self.start.take()
            && let Ok((woken, wake)) = pipe()
        {
            let (work, deeds) = channel();
            let (finished, done) = channel();
            // Without a thread nobody answers: the copy stays «asked for», which is true.
            let started = thread::spawn("clipboard", move || {
                let _reported = thread::guarded(|| Keeper::new(start).keep(&deeds, woken));
                let _nobody_waits = finished.send(());
            });
            if started.is_ok() {
                (self.work, self.done) = (Some((work, wake)), Some(done));
            }
        }
        if let Some((work, wake)) = &mut self.work {
            let _ended = work.send(deed);
            let _ended = wake.write(&[0]);
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
struct Keeper {
    start: Start,
    board: timed::Board,
    ours: Option<(Ticket, Ours)>,
    /// For how long an offer stands, and until when the present one does, in boot time, which goes on in suspend.
    time: Duration,
    until: Duration,
}

/// A copy of ours.
enum Ours {
    /// Offered for one paste; after it, the secret that follows an ID.
    Offered(Box<dyn Offer>, Option<Secret>),
    Put(timed::Put),
    Sent,
}

impl Keeper {
    fn new(start: Start) -> Self {
        Self { start, board: timed::Board::default(), ours: None, time: Duration::ZERO, until: Duration::ZERO }
    }

    fn tell(&self, ticket: Ticket, answer: Answer) {
        (self.start.tell)(ticket, answer);
    }

    fn keep(mut self, deeds: &Receiver<Deed>, mut woken: PipeReader) {
        loop {
            match deeds.try_recv() {
                Ok(deed) => {
                    self.act(deed);
                    continue;
                }
                Err(TryRecvError::Disconnected) => break,
                Err(TryRecvError::Empty) => {}
            }
            let over = self.until <= clock::boot();
            if let Some((ticket, Ours::Offered(offer, _))) = &mut self.ours {
                let ticket = *ticket;
                let ended = if over { Some(offer.take_back()) } else { offer.turn() };
                if let Some(Watcher(name)) = offer.watched() {
                    self.tell(ticket, Answer::Watched(name));
                }
                if let Some(how) = ended {
                    self.ended(ticket, how);
                    continue;
                }
            }
            if self.wait(&woken) {
                // Each deed woke us once; all of them are looked at next.
                let _gone = woken.read(&mut [0; 64]);
            }
        }
        self.take_back(None);
    }

    /// Waits until something comes in. Whether it is a deed.
    fn wait(&self, woken: &PipeReader) -> bool {
        let mut all = vec![PollFd::from_borrowed_fd(woken.as_fd(), PollFlags::IN)];
        let mut patience = None;
        if let Some((_, Ours::Offered(offer, _))) = &self.ours {
            offer.wants(&mut all);
            let left = self.until.saturating_sub(clock::boot());
            patience = Some(offer.patience().map_or(left, |patience| patience.min(left)));
        }
        let patience = patience.and_then(|left| Timespec::try_from(left).ok());
        // Interrupted is as good as nothing: whoever asks looks again.
        let _interrupted = poll(&mut all, patience.as_ref());
        all.first().is_some_and(|woken| !woken.revents().is_empty())
    }

    fn act(&mut self, deed: Deed) {
        match deed {
            Deed::Copy(ticket, wanted) => {
                self.withdraw_earlier();
                let copied = self.copy(ticket, wanted);
                self.tell(ticket, Answer::Copied(copied.map_err(Problem::from)));
            }
            Deed::CopyPublic(ticket, text) => {
                self.withdraw_earlier();
                let lacks_display = cfg!(all(unix, not(target_os = "macos"))) && !self.start.places.has_display();
                let put = if lacks_display {
                    Err(ClipboardError::None("there is no display".into()))
                } else {
                    self.board.put_public(text)
                };
                let copied = put.map(|()| Held { way: Way::Timed { marked: false } });
                self.tell(ticket, Answer::Copied(copied.map_err(Problem::from)));
            }
            Deed::TakeBack(ticket) => {
                let how = self.take_back(Some(ticket));
                self.tell(ticket, Answer::Released(how));
            }
            Deed::Clear(ticket) => {
                self.withdraw_earlier();
                let cleared = self.board.clear().map_err(Problem::from);
                self.tell(ticket, Answer::ClipboardCleared(cleared));
            }
        }
    }

    /// Two copies never lie side by side.
    fn withdraw_earlier(&mut self) {
        if let Some(ticket) = self.ours.as_ref().map(|(ticket, _)| *ticket) {
            let how = match self.take_back(Some(ticket)) {
                Released::Cleared => Released::TakenBack,
                how => how,
            };
            self.tell(ticket, Answer::Released(how));
        }
    }

    fn copy(&mut self, ticket: Ticket, wanted: Wanted) -> Result<Held, ClipboardError> {
        let Wanted { first, secret, osc52, time } = wanted;
        self.time = time + GRACE;
        self.until = clock::boot() + self.time;
        let has_display = self.start.places.has_display();
        // A display that is named and isn't there: as after SSH into a session that has ended.
        let (way, ours) = if osc52 && (!has_display || !self.start.places.answers()) {
            let sequence = osc52::set(&cut(secret)?, self.start.places.through)?;
            if !(self.start.terminal)(sequence) {
                return Err(ClipboardError::Failed("the terminal isn't ours now".into()));
            }
            (Way::Osc52 { in_tmux: self.start.places.through == Through::Tmux }, Ours::Sent)
        } else if !has_display {
            return Err(ClipboardError::None("DISPLAY, WAYLAND_DISPLAY unset".into()));
        } else if self.has_once() {
            let (text, turn, rest) = match first {
                Some(id) => (SecretText::new(id), Turn::Id, Some(secret)),
                None => (cut(secret)?, Turn::Only, None),
            };
            (Way::Once { turn }, Ours::Offered(self.offer(text)?, rest))
        } else {
            let (put, marked) = self.board.put(&cut(secret)?)?;
            (Way::Timed { marked }, Ours::Put(put))
        };
        self.ours = Some((ticket, ours));
        Ok(Held { way })
    }

    /// Whether a text can be offered for one paste.
    #[cfg(all(unix, not(target_os = "macos")))]
    fn has_once(&self) -> bool {
        let places = &self.start.places;
        // Under a compositor, the X clipboard is the compositor's bridge, which reads at once.
        if places.wayland.is_some() { places.wayland_answers() } else { places.x11.is_some() }
    }

    #[cfg(target_os = "macos")]
    fn has_once(&self) -> bool {
        false
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    fn offer(&self, text: SecretText) -> Result<Box<dyn Offer>, ClipboardError> {
        match (&self.start.places.wayland, &self.start.places.x11) {
            (Some(socket), _) => Ok(Box::new(wayland::Offered::new(socket, text)?)),
            (None, Some(display)) => Ok(Box::new(x11::Offered::new(display, text)?)),
            (None, None) => Err(ClipboardError::None("there is no display".into())),
        }
    }

    #[cfg(target_os = "macos")]
    fn offer(&self, _: SecretText) -> Result<Box<dyn Offer>, ClipboardError> {
        Err(ClipboardError::None("it can't be offered for one paste".into()))
    }

    /// An offer has ended by itself. After an ID that was pasted, the secret has its turn.
    fn ended(&mut self, ticket: Ticket, how: Released) {
        let Some((_, Ours::Offered(mut offer, rest))) = self.ours.take() else { return };
        let (Released::Served { by_manager: false, .. }, Some(secret)) = (&how, rest) else {
            self.tell(ticket, Answer::Released(how));
            return;
        };
        // Some programs read twice for one paste: the second time must not give them what was not asked for.
        std::thread::sleep(BETWEEN);
        if !offer.is_free() {
            self.tell(ticket, Answer::Released(Released::OnlyId));
            return;
        }
        drop(offer);
        match cut(secret).and_then(|text| self.offer(text)) {
            Ok(offer) => {
                self.ours = Some((ticket, Ours::Offered(offer, None)));
                self.until = clock::boot() + self.time;
                self.tell(ticket, Answer::Copied(Ok(Held { way: Way::Once { turn: Turn::Secret } })));
            }
            Err(error) => self.tell(ticket, Answer::Copied(Err(error.into()))),
        }
    }

    /// Takes back what was copied last; if it was under that ticket, when one is given.
    fn take_back(&mut self, ticket: Option<Ticket>) -> Released {
        match self.ours.take_if(|(copy, _)| ticket.is_none_or(|ticket| ticket == *copy)) {
            None => Released::Replaced,
            Some((_, Ours::Offered(mut offer, _))) => offer.take_back(),
            Some((_, Ours::Put(put))) => self.board.take_back(&put),
            Some((_, Ours::Sent)) => {
                // Whatever comes of it.
                let _unseen = (self.start.terminal)(osc52::clear(self.start.places.through));
                Released::CannotTell
            }
        }
    }
}

fn cut(secret: Secret) -> Result<SecretText, ClipboardError> {
    secret().ok_or(ClipboardError::NotText)?.into_text().map_err(|_| ClipboardError::NotText)
}

impl fmt::Display for ClipboardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None(reason) => write!(f, "no clipboard: {reason}"),
            Self::NotText => f.write_str("this value is not text, and the clipboard takes nothing else"),
            Self::TooLong => f.write_str("this value is longer than what terminals take by OSC 52"),
            Self::Failed(reason) => write!(f, "the clipboard failed: {reason}"),
            Self::PutBack => f.write_str("the clipboard was emptied, and another program put the secret back"),
        }
    }
}

impl std::error::Error for ClipboardError {}

impl Explain for ClipboardError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::None(_) => Some("allow OSC 52 (settings), or read it off".into()),
            Self::NotText | Self::TooLong => Some("`paykeep get` writes it to a file or pipe".into()),
            Self::Failed(_) => Some("if the display was started anew, start paykeep anew".into()),
            Self::PutBack => Some("delete it from your clipboard manager, which keeps a history".into()),
        }
    }
}

/// Tells clipboard managers to keep it out of their histories (KDE's convention, which others follow).
const HINT: &str = "x-kde-passwordManagerHint";
const HINT_SAYS: &str = "secret";
/// What asks for the text so soon after it was offered watches the clipboard: nobody pastes that fast.
const AT_ONCE: Duration = Duration::from_millis(60);
/// How long the program's end waits for the clipboard.
const PATIENCE: Duration = Duration::from_millis(1500);
/// How much later than its time an offer ends by itself.
const GRACE: Duration = Duration::from_millis(500);
/// How long after the ID its secret can be pasted.
const BETWEEN: Duration = Duration::from_millis(300);

#[cfg(test)]
mod tests {
    use super::*;

    fn keeper() -> Keeper {
        let places = Places { x11: None, wayland: None, through: Through::Nothing };
        Keeper::new(Start { places, terminal: Box::new(|_| true), tell: Box::new(|_, _| {}) })
    }

    #[test]
    fn taking_back_what_is_not_ours_touches_nothing() {
        assert_eq!(keeper().take_back(Some(Ticket(1))), Released::Replaced);
    }

    #[test]
    fn a_value_that_is_no_text_is_refused_before_any_display_is_asked() {
        let mut keeper = keeper();
        keeper.start.places.x11 = Some("no such display".into());
        let wanted =
            Wanted { first: None, secret: Box::new(|| Some(SecretBytes::new(vec![0xff]))), osc52: true, time: GRACE };
        assert_eq!(keeper.copy(Ticket(1), wanted), Err(ClipboardError::NotText));
    }

    #[test]
    fn a_display_that_is_named_and_gone_leaves_the_way_through_the_terminal() {
        let wanted = |osc52| Wanted {
            first: Some("an-id".into()),
            secret: Box::new(|| Some(SecretBytes::copied(b"secret"))),
            osc52,
            time: GRACE,
        };
        let sent = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let line = std::sync::Arc::clone(&sent);
        let mut keeper = keeper();
        keeper.start.places.x11 = Some(":4711".into());
        keeper.start.terminal = Box::new(move |bytes| {
            line.lock().unwrap().extend_from_slice(&bytes);
            true
        });
        assert!(matches!(keeper.copy(Ticket(1), wanted(false)), Err(ClipboardError::None(_))));
        assert_eq!(keeper.copy(Ticket(1), wanted(true)), Ok(Held { way: Way::Osc52 { in_tmux: false } }));
        assert_eq!(*sent.lock().unwrap(), b"\x1b]52;c;c2VjcmV0\x07");
    }

    #[test]
    fn without_a_display_it_is_said_which_variables_name_one() {
        let wanted =
            Wanted { first: None, secret: Box::new(|| Some(SecretBytes::copied(b"x"))), osc52: false, time: GRACE };
        let Err(error) = keeper().copy(Ticket(1), wanted) else { panic!("it was copied") };
        assert!(error.to_string().contains("DISPLAY, WAYLAND_DISPLAY unset"), "{error}");
    }

    #[test]
    fn a_clipboard_that_was_never_used_ends_at_once() {
        drop(Clipboard::new(Places::here(), |_| true, |_, _| {}));
    }
}
