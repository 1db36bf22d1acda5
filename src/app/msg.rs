//! What can happen: all that the program hears, as one enum.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::action::ActionId;
use super::bench::Report;
use super::{Detection, Unlocked};
use crate::domain::Applied;
use crate::domain::audit::Flaw;
use crate::error::Problem;
use crate::secret::SecretText;
use crate::signing::Token;

/// Something that happened. The shell sends one for each; [`update`](super::update) decides what follows.
#[derive(Debug)]
pub enum Msg {
    /// A key went down (or repeats).
    Key(Key),
    /// The terminal pasted a text, all of it at once: moved here once, never a series of keys.
    Paste(SecretText),
    /// A button or the wheel, over something that the view put there.
    Mouse(Mouse),
    /// The terminal has another size, in cells.
    Resize {
        /// Columns.
        width: u16,
        /// Lines.
        height: u16,
    },
    /// The terminal's window is no longer the one that gets the keys.
    FocusLost,
    /// It is again.
    FocusGained,
    /// The time that [`Model::wake`](super::Model::wake) named has come. One too many does no harm.
    Wake,
    /// The program is asked to end, or nobody is there any more.
    Ended(Ending),
    /// It runs again after having been stopped (`fg`); the screen is to be drawn anew.
    Continued,
    /// An effect's answer.
    Answer(Ticket, Answer),
}

/// The time of a message.
#[derive(Clone, Debug)]
pub struct Now {
    /// The clock on the wall, which may be wrong and may jump.
    pub wall: Timestamp,
    /// Since the computer was started, suspension included: what every timer goes by.
    pub boot: Duration,
    /// The user's time zone.
    pub zone: TimeZone,
}

/// A key with what was held down. For a character `shift` says nothing: the character has its case already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Which.
    pub code: Code,
    /// With control.
    pub ctrl: bool,
    /// With alt.
    pub alt: bool,
    /// With shift.
    pub shift: bool,
}

/// A key by itself. Shift-tab is [`Tab`](Code::Tab) with shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of keys")]
pub enum Code {
    Char(char),
    Enter,
    Esc,
    Tab,
    Backspace,
    Delete,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    PageUp,
    PageDown,
    F(u8),
}

/// What the mouse did, and over what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// What it did.
    pub kind: MouseKind,
    /// What lies under it; `None` where nothing is that a mouse could mean.
    pub target: Option<Target>,
}

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseKind {
    /// The left button went down.
    Press,
    /// The wheel turned away.
    ScrollUp,
    /// The wheel turned towards the user.
    ScrollDown,
}

/// What a cell of the screen belongs to. The view knows where it drew what. Numbers are indices into what the model shows,
/// scrolled-away entries counted: a stale one that no longer exists does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A tab of the header: index into [`Tab::ALL`](super::model::Tab::ALL).
    Tab(usize),
    /// A row of the list of the present page: of credentials ([`Credentials::shown`](super::model::Credentials::shown)), of what is
    /// due ([`Rotations::shown`](super::model::Rotations::shown)), accounts, or pasted items.
    Row(usize),
    /// An entry of the sidebar: index into [`Credentials::sidebar`](super::model::Credentials::sidebar).
    Sidebar(usize),
    /// The preview beside the list.
    Preview,
    /// A line of the detail page that can be chosen: index into [`Detail::items`](super::model::Detail::items).
    Item(usize),
    /// A field of the present form, of first run (0 passphrase, 1 again, 2 tick box) or of the settings.
    Field(usize),
    /// An option of the question until when, or in the list under the focused choice: index into [`Choice::shown`](super::input::Choice::shown).
    Option(usize),
    /// A word of the footer, of a dialog or elsewhere that stands for an action.
    Action(ActionId),
    /// A row of the palette: index into [`Palette::rows`](super::model::Palette::rows).
    PaletteRow(usize),
    /// An offered passphrase of first run, 0 or 1.
    Offer(usize),
    /// The named deed of a dialog (its `⏎`).
    DialogDeed,
    /// The named way out of a dialog (its `esc`).
    DialogOut,
    /// Beside whatever floats: closes palette and help, does nothing to a dialog.
    Outside,
}

/// Why the program has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// SIGTERM.
    Terminate,
    /// SIGHUP.
    Hangup,
    /// SIGINT from outside (ctrl-c in the terminal arrives as a key).
    Interrupt,
    /// Reading from or writing to the terminal failed.
    TerminalGone,
}

/// Binds an answer to its effect. The model forgets the tickets that no longer matter, and drops their answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// What came of an effect. Each variant names the effects that it answers.
#[derive(Debug)]
pub enum Answer {
    /// To `CheckFolder`.
    Folder(Result<Folder, Problem>),
    /// To `MakePassphrases`: two of them.
    Passphrases(Vec<SecretText>),
    /// To `CreateVault` and `Unlock`: the vault is open, and the shell holds it until `Lock`.
    Opened(Result<Opened, Refusal>),
    /// To `Commit`, when it is on the disk.
    Saved(Result<Saved, Problem>),
    /// To `Refresh`: the vault as another program left it; `None` when nobody else wrote.
    Refreshed(Result<Option<Arc<Unlocked>>, Problem>),
    /// To `SetPassphrase`: the vault with the entry about it.
    PassphraseSet(Result<Arc<Unlocked>, Problem>),
    /// To `CheckPassphrase`: whether it is the one.
    PassphraseChecked(Result<bool, Problem>),
    /// To `CheckLog`: what is wrong with it.
    LogChecked(Result<Vec<Flaw>, Problem>),
    /// To `TryOut`.
    Tried(Box<Report>),
    /// To `WriteExample`: where it is.
    ExampleWritten(Result<String, Problem>),
    /// To `ExportLog`.
    LogExported(Result<Exported, Problem>),
    /// To `Detect`.
    Detected(Detection),
    /// To `Copy` and `CopyPublic`: whether it can be pasted. Twice for an ID and its secret: when either has its turn.
    Copied(Result<Held, Problem>),
    /// To `Copy`, meanwhile: something asked for it the moment it was offered, by its name where that is known. It watches the
    /// clipboard, and got nothing; the offer stands.
    Watched(Option<String>),
    /// To `TakeBack`, under the ticket of the copy; also by itself, when it was pasted or the clipboard was lost.
    Released(Released),
    /// To `ClearClipboard`.
    ClipboardCleared(Result<(), Problem>),
    /// To `GeneratePair`.
    Generated(Result<PairText, Problem>),
    /// To `FetchToken`: the token, to be stored.
    Fetched(Result<Token, Problem>),
    /// To `SavePreferences`.
    PreferencesSaved(Result<(), Problem>),
}

/// A vault is open.
#[derive(Debug)]
pub struct Opened {
    /// What it holds.
    pub unlocked: Arc<Unlocked>,
    /// What is to be told of the opening, each a clause.
    pub notices: Vec<String>,
}

/// The log stands in a file.
#[derive(Debug)]
pub struct Exported {
    /// Which.
    pub path: String,
    /// How many files of older entries could not be used, and are not in it.
    pub left_out: usize,
    /// The vault with the entry about it.
    pub unlocked: Arc<Unlocked>,
}

/// A key pair that was made: moved once, into the vault.
#[derive(Debug)]
pub struct PairText {
    /// `BEGIN PRIVATE KEY`.
    pub private: SecretText,
    /// `BEGIN PUBLIC KEY`.
    pub public: String,
}

/// What stands at the vault's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// What to call the vault on the screen: the folder's name.
    pub name: String,
    /// When the vault there was last saved; `None` where there is no vault yet.
    pub saved_at: Option<Timestamp>,
}

/// Why a vault stays closed.
#[derive(Debug)]
pub enum Refusal {
    /// The passphrase is another one.
    WrongPassphrase,
    /// It is older than what was seen last; opened only with consent. The passphrase comes back, so that it needn't be typed again.
    Older {
        /// The highest generation seen.
        seen: u64,
        /// The one found.
        found: u64,
        /// The passphrase that was tried: it opens the vault.
        passphrase: SecretText,
    },
    /// Somebody else wrote it, or it is damaged: nothing of it may be shown.
    NotIntact(Problem),
    /// Anything else: unreadable, of a newer format, locked by another program, a weak passphrase, a full disk.
    Failed(Problem),
}

/// A change is on the disk.
#[derive(Debug)]
pub struct Saved {
    /// The vault with it.
    pub unlocked: Arc<Unlocked>,
    /// What it did (its secrets are in the vault by now; the list is empty).
    pub applied: Applied,
}

/// Something can be pasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// How it got there, and so what can be known of it.
    pub way: Way,
}

/// How a copy reaches the clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Offered by us for one paste, after which it is gone: its end is told by itself.
    Once {
        /// What can be pasted now.
        turn: Turn,
    },
    /// Put there, and cleared after a while if it is still there. Who pastes it how often is not known.
    Timed {
        /// Whether clipboard managers were told to keep it out of their histories.
        marked: bool,
    },
    /// Sent through the terminal: not even whether it arrived is known.
    Osc52 {
        /// Whether tmux is on the way, which lets it through only where its user has set `allow-passthrough`.
        in_tmux: bool,
    },
}

/// What one paste gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// All that was copied.
    Only,
    /// The ID; the secret comes after it, and is told by another `Answer::Copied`.
    Id,
    /// The secret, whose ID was pasted.
    Secret,
}

/// How a copy ended: no more than what is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Released {
    /// It was pasted, once.
    Served {
        /// By which program, where that can be found out.
        to: Option<String>,
        /// Whether that looks like a clipboard manager.
        by_manager: bool,
        /// Whether nothing is on the clipboard now.
        is_empty: bool,
    },
    /// A program began to read it and did not finish; it is no longer there.
    Unfinished {
        /// Which program.
        to: Option<String>,
    },
    /// The clipboard still held it and is empty now.
    Cleared,
    /// The same, because the next copy took its place.
    TakenBack,
    /// The clipboard held something else by then, and was left alone.
    Replaced,
    /// The ID was pasted. Then somebody copied something else, which was left alone: the secret was not offered.
    OnlyId,
    /// The display is gone, and what was on it.
    Lost,
    /// It could not be found out or not be cleared.
    Failed(Problem),
    /// The terminal was asked to clear it, and doesn't tell.
    CannotTell,
}

impl Key {
    /// A key without anything held down.
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// A character key.
    pub const fn char(c: char) -> Self {
        Self::plain(Code::Char(c))
    }

    /// A character with control.
    pub const fn ctrl(c: char) -> Self {
        Self { ctrl: true, ..Self::char(c) }
    }

    /// The same key with shift.
    #[must_use]
    pub const fn shifted(self) -> Self {
        Self { shift: true, ..self }
    }

    /// Whether a focused text field takes it as text.
    pub fn types(&self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt && !c.is_control() => Some(c),
            _ => None,
        }
    }
}
