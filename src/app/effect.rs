//! What can be done: all that the core asks of the world, as one enum.

use std::sync::Arc;

use super::Unlocked;
use super::bench::{Judgement, Task};
use super::model::Preferences;
use super::msg::Ticket;
use crate::domain::provider::KeyForm;
use crate::domain::{Change, Id, SecretKey};
use crate::secret::{SecretBytes, SecretText};

/// Something that the shell is to do. One with a ticket is answered by [`Msg::Answer`](super::msg::Msg::Answer) with the same ticket,
/// exactly once if nothing else is said. Saves happen in the order in which they were asked for.
#[derive(Debug)]
pub enum Effect {
    /// Look whether there is a vault → `Answer::Folder`.
    CheckFolder {
        /// Of the answer.
        ticket: Ticket,
    },
    /// Make two passphrases → `Answer::Passphrases`.
    MakePassphrases {
        /// Of the answer.
        ticket: Ticket,
    },
    /// Make the vault and open it (takes a second) → `Answer::Opened`. [`Lock`](Self::Lock) abandons it.
    CreateVault {
        /// Of the answer.
        ticket: Ticket,
        /// Checked against the floor already.
        passphrase: SecretText,
    },
    /// Open the vault (takes a second) → `Answer::Opened`. [`Lock`](Self::Lock) abandons it.
    Unlock {
        /// Of the answer.
        ticket: Ticket,
        /// As typed.
        passphrase: SecretText,
        /// What the user agreed to.
        consent: Consent,
    },
    /// Change the passphrase of the open vault (takes two seconds) → `Answer::PassphraseSet`.
    SetPassphrase {
        /// Of the answer.
        ticket: Ticket,
        /// The present one.
        current: SecretText,
        /// The new one, checked against the floor already.
        new: SecretText,
    },
    /// Look whether this is the vault's passphrase (takes a second) → `Answer::PassphraseChecked`.
    CheckPassphrase {
        /// Of the answer.
        ticket: Ticket,
        /// As typed.
        passphrase: SecretText,
    },
    /// Follow the chains of the audit log, older months included → `Answer::LogChecked`.
    CheckLog {
        /// Of the answer.
        ticket: Ticket,
    },
    /// Write the audit log to a file beside the vault, without values → `Answer::LogExported`.
    ExportLog {
        /// Of the answer.
        ticket: Ticket,
    },
    /// Sign, check and explain, on a thread of its own (an RSA key takes milliseconds, an explanation up to a second, of a body of
    /// megabytes several) → `Answer::Tried`. [`Lock`](Self::Lock) stops it.
    TryOut {
        /// Of the answer.
        ticket: Ticket,
        /// The vault that has the keys.
        unlocked: Arc<Unlocked>,
        /// What is to be tried.
        task: Box<Task>,
    },
    /// Write what stands on the bench to a new file as an example for the gateway's support, with a throw-away key →
    /// `Answer::ExampleWritten`.
    WriteExample {
        /// Of the answer.
        ticket: Ticket,
        /// The vault that has the keys.
        unlocked: Arc<Unlocked>,
        /// What was tried.
        task: Box<Task>,
        /// Why it fails, as far as its trial has told.
        found: Option<Box<Judgement>>,
        /// The file, as the user named it.
        path: String,
    },
    /// Do a deed and save it → `Answer::Saved`. It goes on when the vault is locked meanwhile.
    Commit {
        /// Of the answer.
        ticket: Ticket,
        /// The deed.
        change: Change,
    },
    /// Look whether another program has written the vault → `Answer::Refreshed`.
    Refresh {
        /// Of the answer.
        ticket: Ticket,
    },
    /// Find out what a large paste is, on another thread → `Answer::Detected`.
    Detect {
        /// Of the answer.
        ticket: Ticket,
        /// The paste.
        pasted: SecretBytes,
    },
    /// Make an RSA key pair on threads of its own (0.05 to some seconds) → `Answer::Generated`. An answer that nobody waits for is wiped.
    GeneratePair {
        /// Of the answer.
        ticket: Ticket,
        /// The length of the modulus: 2048, 3072 or 4096.
        bits: u32,
    },
    /// Ask the gateway for a token, as the provider's file has it, on a thread of its own (10 seconds at most) → `Answer::Fetched`. It goes
    /// only to a host that secrets may go to. An answer that nobody waits for is wiped.
    FetchToken {
        /// Of the answer.
        ticket: Ticket,
        /// The vault that has the credentials.
        unlocked: Arc<Unlocked>,
        /// Which credentials.
        credential: Id,
    },
    /// Stop what was asked for under this ticket, if it still goes on: nobody waits for it. Its answer may lack anything.
    Stop {
        /// Of `GeneratePair`, `FetchToken` or `TryOut`.
        ticket: Ticket,
    },
    /// Open a page in the user's browser, if there is one. Only `https`; nothing comes back.
    OpenPage {
        /// Its address.
        url: String,
    },
    /// Put a secret on the clipboard for one paste where that can be had, marked as sensitive → `Answer::Copied`, and
    /// `Answer::Released` once it was pasted. It replaces an earlier one of ours. The core asks for it
    /// back by [`TakeBack`](Self::TakeBack) when its time is over, on lock and on quit; the shell takes it back by itself only when the program dies.
    Copy {
        /// Of the answer, and of the one to `TakeBack`.
        ticket: Ticket,
        /// The vault that has it.
        unlocked: Arc<Unlocked>,
        /// Which secret, and how.
        given: Given,
    },
    /// Put something that anyone may see on the clipboard, and leave it there → `Answer::Copied`.
    CopyPublic {
        /// Of the answer.
        ticket: Ticket,
        /// A reference, a public key, an ID.
        text: String,
    },
    /// Empty the clipboard if it still holds what was copied under this ticket → `Answer::Released`.
    TakeBack {
        /// Of the copy.
        ticket: Ticket,
    },
    /// Empty the clipboard, whatever it holds (the user asked for it) → `Answer::ClipboardCleared`.
    ClearClipboard {
        /// Of the answer.
        ticket: Ticket,
    },
    /// Write down what is kept outside of the vault → `Answer::PreferencesSaved`.
    SavePreferences {
        /// Of the answer.
        ticket: Ticket,
        /// All of them.
        preferences: Preferences,
    },
    /// Drop the open vault and every `Arc` of it, and abandon a running `CreateVault` or `Unlock`. Saves that were asked for still happen.
    Lock,
    /// Draw the next frame on a cleared terminal, twice: a secret was on it.
    ClearScreen,
    /// Take mouse events, or leave them to the terminal (so that its own selection works).
    MouseCapture(bool),
    /// Give the terminal back and stop (as ctrl-z does); `Msg::Continued` when it goes on.
    Suspend,
    /// Wait for the saves, give back the clipboard and the terminal, and end.
    Quit,
}

/// A secret that is given out, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Which.
    pub key: SecretKey,
    /// For a key: in which form; `None`: as it is kept.
    pub form: Option<KeyForm>,
    /// An ID that can be pasted before it, where the display offers things for one paste.
    pub first: Option<String>,
}

impl Given {
    /// A secret as it is kept, with nothing before it.
    pub fn alone(key: SecretKey) -> Self {
        Self { key, form: None, first: None }
    }
}

/// What the user agreed to when opening a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// Nothing.
    None,
    /// To an older vault than the one that was seen last.
    Older,
}
