//! The audit log: who did what to which credential, when and why; never a value.
//!
//! Each device writes a chain of its own: an entry names the one before it by its print, so that a removed or edited entry shows
//! and copies of a vault can still be joined. Whoever holds the vault's identity can write the whole chain anew: it shows
//! accidents and other programs' mistakes, and proves nothing against the vault's owner.

mod check;
mod listed;

pub use check::{Flaw, check, check_recent};
pub use listed::Listed;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Device, DeviceId, Document, Environment, Id, SecretKey, clean, hex};

/// One deed, as it is remembered. The order is that of the chains: by device, then by number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Who wrote it.
    pub device: DeviceId,
    /// Counts this device's entries from 1.
    pub seq: u64,
    /// The print of this device's entry before; empty for the first.
    pub prev: String,
    /// When.
    pub at: Timestamp,
    /// What was done.
    pub act: Act,
    /// The reference that it was about, with version and field where one is meant; or an account. Empty where it was the vault.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// Sandbox or live, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// The credential that it was about: it may have another name by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<Id>,
    /// The flow that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journal: Option<Id>,
    /// Why, in the user's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What was reached, and what else is worth knowing, in words. No value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached: Option<String>,
}

/// Where a device's chain stands: the number and the print of an entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Its number.
    pub seq: u64,
    /// Its print.
    pub print: String,
}

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $words:literal;)*) => {
        /// What was done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Act {
            $($(#[$doc])* $name,)*
        }

        impl Act {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its word in files and JSON.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// Its words for people.
            pub fn words(self) -> &'static str {
                match self { $(Self::$name => $words,)* }
            }
        }
    };
}

acts! {
    /// A value was stored.
    Stored = "stored", "stored";
    /// What describes a credential was edited.
    Edited = "edited", "edited";
    /// It got another account or name.
    Moved = "moved", "moved";
    /// It went to the bin.
    Binned = "binned", "to the bin";
    /// It came out of the bin.
    Restored = "restored", "put back";
    /// It was deleted for good.
    Purged = "purged", "deleted";
    /// It was put off.
    PutOff = "put-off", "put off";
    /// An account was made or edited.
    AccountEdited = "account-edited", "account edited";
    /// An account was deleted.
    AccountRemoved = "account-removed", "account deleted";
    /// A place was made or edited.
    PlaceEdited = "place-edited", "place edited";
    /// A place got a version.
    PlaceMoved = "place-moved", "place moved";
    /// A place no longer uses it, or was forgotten.
    PlaceRemoved = "place-removed", "place removed";
    /// A flow was begun.
    FlowBegun = "flow-begun", "flow begun";
    /// A step of a flow was done, or a part of it.
    StepDone = "step-done", "step done";
    /// A flow was given up.
    FlowAbandoned = "flow-abandoned", "flow abandoned";
    /// The secret left paykeep in its flow, to be put where it belongs.
    HandedOver = "handed-over", "handed over";
    /// A reference means this version now.
    MadeCurrent = "made-current", "made current";
    /// It is no longer used.
    Retired = "retired", "retired";
    /// It no longer works.
    Revoked = "revoked", "revoked";
    /// The provider refused it.
    Denied = "denied", "denied";
    /// Its flow was given up.
    Abandoned = "abandoned", "abandoned";
    /// It was handed over for the one time.
    Sealed = "sealed", "sealed";
    /// A sealed secret was asked for again.
    Unsealed = "unsealed", "unsealed";
    /// It was marked as leaked.
    Leaked = "leaked", "leaked";
    /// It was shown on the screen.
    Revealed = "revealed", "revealed";
    /// It was put on the clipboard, or offered there.
    Copied = "copied", "copied";
    /// How that ended.
    CopyEnded = "copy-ended", "copy ended";
    /// A message was signed with it.
    Signed = "signed", "signed with";
    /// It was printed into a pipe, a file or a terminal.
    Printed = "printed", "printed";
    /// It was sent to the gateway, for a token.
    Sent = "sent", "sent";
    /// How the vault is guarded was changed.
    Settings = "settings", "settings";
    /// The passphrase was changed.
    Passphrase = "passphrase", "new passphrase";
    /// The log was written to a file.
    LogExported = "log-exported", "log exported";
}

/// A deed that changes no record, and is told to be remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub(super) act: Act,
    pub(super) about: Option<About>,
    pub(super) reason: Option<String>,
    pub(super) reached: Option<String>,
}

/// The value that a report is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Whose.
    pub credential: Id,
    /// Of which version.
    pub version: Id,
    /// Which field.
    pub field: String,
}

impl Report {
    fn of(act: Act, about: Option<About>) -> Self {
        Self { act, about, reason: None, reached: None }
    }

    /// A secret was shown.
    pub fn revealed(about: About) -> Self {
        Self { reached: Some("shown on the screen".into()), ..Self::of(Act::Revealed, Some(about)) }
    }

    /// A secret is on the clipboard, and how it got there.
    pub fn copied(about: About, reached: impl Into<String>) -> Self {
        Self { reached: Some(reached.into()), ..Self::of(Act::Copied, Some(about)) }
    }

    /// A secret is no longer there, or not for us to take back, and how that came as far as it is known.
    pub fn copy_ended(about: About, reached: impl Into<String>) -> Self {
        Self { reached: Some(reached.into()), ..Self::of(Act::CopyEnded, Some(about)) }
    }

    /// A secret was printed, and where to.
    pub fn printed(about: About, reached: impl Into<String>) -> Self {
        Self { reached: Some(reached.into()), ..Self::of(Act::Printed, Some(about)) }
    }

    /// A message was signed with a secret, and by which recipe. With some recipes the header is the secret itself.
    pub fn signed(about: About, recipe: &str, is_secret_itself: bool) -> Self {
        let itself = if is_secret_itself { ": what is sent is the secret itself" } else { "" };
        Self { reached: Some(format!("by the recipe {recipe}{itself}")), ..Self::of(Act::Signed, Some(about)) }
    }

    /// A secret goes to a gateway, and where to.
    pub fn sent(about: About, reached: impl Into<String>) -> Self {
        Self { reached: Some(reached.into()), ..Self::of(Act::Sent, Some(about)) }
    }

    /// A sealed secret is asked for again, with the passphrase and for this reason.
    pub fn unsealed(about: About, reason: impl Into<String>, reached: impl Into<String>) -> Self {
        let (reason, reached) = (Some(reason.into()), Some(reached.into()));
        Self { reason, reached, ..Self::of(Act::Unsealed, Some(about)) }
    }

    /// The same, with why, in the user's words.
    #[must_use]
    pub fn because(self, reason: Option<String>) -> Self {
        Self { reason, ..self }
    }

    /// The passphrase is changed.
    pub fn passphrase() -> Self {
        Self::of(Act::Passphrase, None)
    }

    /// The log is written to a file.
    pub fn log_exported() -> Self {
        Self { reached: Some("without values".into()), ..Self::of(Act::LogExported, None) }
    }
}

/// A reason as it is kept; `None` where it is none: 3 to 200 characters say why.
pub fn reason(text: &str) -> Option<String> {
    let text = clean(text).trim().to_owned();
    REASON.contains(&text.chars().count()).then_some(text)
}

impl Entry {
    /// The first 16 hexadecimal digits of SHA-256 over all that it says.
    pub fn print(&self) -> String {
        let mut hash = Sha256::new();
        let seq = self.seq.to_string();
        let at = self.at.to_string();
        let id = |id: Option<Id>| id.map_or_else(String::new, |id| id.to_string());
        let (device, credential, journal) = (self.device.to_string(), id(self.credential), id(self.journal));
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let parts = [
            ("device", device.as_str()),
            ("seq", &seq),
            ("prev", &self.prev),
            ("at", &at),
            ("act", self.act.as_str()),
            ("subject", &self.subject),
            ("environment", self.environment.map_or("", Environment::as_str)),
            ("credential", &credential),
            ("journal", &journal),
            ("reason", &text(&self.reason)),
            ("reached", &text(&self.reached)),
        ];
        // Each with its length, so that no two entries have one text.
        for (name, value) in parts {
            hash.update(format!("{name} {}:{value}\n", value.len()));
        }
        hex(&hash.finalize()[..8])
    }

    /// The number of the version that it was about.
    pub fn version(&self) -> Option<&str> {
        let (_, rest) = self.subject.split_once('@')?;
        Some(rest.split('#').next().unwrap_or(rest))
    }

    /// The reference that it was about, without version and field.
    pub fn reference(&self) -> &str {
        self.subject.split(['@', '#']).next().unwrap_or_default()
    }

    /// Whether all these words, in small letters, occur in it. Its date is that of `zone`, as it is shown.
    pub fn has(&self, words: &[&str], zone: &TimeZone) -> bool {
        let text = |text: &Option<String>| text.as_deref().unwrap_or_default().to_lowercase();
        let (reason, reached, subject) = (text(&self.reason), text(&self.reached), self.subject.to_lowercase());
        let date = self.at.to_zoned(zone.clone()).strftime("%Y-%m-%d").to_string();
        words.iter().all(|word| {
            let fields = [self.act.as_str(), self.act.words(), &subject, &reason, &reached, &date];
            fields.into_iter().any(|field| field.contains(word))
        })
    }
}

impl Document {
    /// Whose value stands under this key, and whether it was handed over for the one time. One value can stand in several versions, since
    /// a step that takes another one again keeps the rest: what was sealed in one of them is sealed, and the newest is whose it is.
    pub fn about(&self, credential: Id, key: &SecretKey) -> Option<(About, bool)> {
        let record = self.credential(credential)?;
        let holding = record.versions.iter().filter_map(|version| {
            let named = |(_, field): &(&str, &super::Field)| field.secret.as_ref() == Some(key);
            Some((version, version.secret_fields().find(named)?.0))
        });
        let is_sealed = holding.clone().any(|(version, _)| version.sealed_at.is_some());
        let (version, field) = holding.max_by_key(|(version, _)| version.n)?;
        Some((About { credential, version: version.id, field: field.to_owned() }, is_sealed))
    }

    /// Adds an entry to the chain of the device that writes, which is known by now.
    pub(super) fn remember(&mut self, draft: Entry) {
        let Some(device) = self.devices.iter_mut().find(|d| d.id == draft.device) else { return };
        let head = device.wrote.take().or_else(|| device.archived.clone());
        let (seq, prev) = head.map_or((1, String::new()), |head| (head.seq + 1, head.print));
        let short = |text: Option<String>| {
            let text = text.map(|text| clean(text.trim()).chars().take(LONGEST).collect::<String>());
            text.filter(|text| !text.is_empty())
        };
        let entry = Entry { seq, prev, reason: short(draft.reason), reached: short(draft.reached), ..draft };
        device.wrote = Some(Head { seq, print: entry.print() });
        let at = self.audit.partition_point(|other| *other < entry);
        self.audit.insert(at, entry);
    }

    /// The log, newest first.
    pub fn log(&self) -> Vec<&Entry> {
        let mut log: Vec<&Entry> = self.audit.iter().collect();
        log.sort_by(|a, b| (b.at, b.seq, &b.device).cmp(&(a.at, a.seq, &a.device)));
        log
    }

    /// The oldest entries, when there are more than [`FULL`]: what is left are [`KEPT`], each device's newest.
    pub fn overfull(&self) -> Vec<Entry> {
        if self.audit.len() <= FULL {
            return Vec::new();
        }
        let too_many = self.audit.len() - KEPT;
        // Within a chain the order of its numbers holds, also when the clock jumped back.
        let mut latest: Option<(&DeviceId, Timestamp)> = None;
        let mut timed: Vec<(Timestamp, &Entry)> = Vec::with_capacity(self.audit.len());
        for entry in &self.audit {
            let before = latest.filter(|(device, _)| **device == entry.device).map(|(_, at)| at);
            let at = before.map_or(entry.at, |before| before.max(entry.at));
            latest = Some((&entry.device, at));
            timed.push((at, entry));
        }
        timed.sort();
        timed.into_iter().take(too_many).map(|(_, entry)| entry.clone()).collect()
    }

    /// Lets go of entries that are kept elsewhere from now on. The chains go on from them.
    pub fn archived(&mut self, entries: &[Entry]) {
        for entry in entries {
            if let Some(device) = self.devices.iter_mut().find(|d| d.id == entry.device) {
                let head = Head { seq: entry.seq, print: entry.print() };
                device.archived = device.archived.take().max(Some(head));
            }
        }
        self.audit.retain(|entry| entries.binary_search(entry).is_err());
    }
}

/// All entries of two copies: nothing is lost, and the order of the copies does not matter.
pub(super) fn join(ours: Vec<Entry>, theirs: Vec<Entry>) -> Vec<Entry> {
    let mut all: Vec<Entry> = ours.into_iter().chain(theirs).collect();
    all.sort();
    all.dedup();
    all
}

/// A device in two copies.
pub(super) fn join_devices(a: Device, b: Device) -> Device {
    Device { id: a.id, clock: a.clock.max(b.clock), wrote: a.wrote.max(b.wrote), archived: a.archived.max(b.archived) }
}

/// So many entries stay with the records; older ones stand in files of their own.
pub const KEPT: usize = 1_000;
/// They are moved when there are so many: not with each save.
pub const FULL: usize = 1_100;
/// How long a reason is, in characters.
pub const REASON: std::ops::RangeInclusive<usize> = 3..=200;
const LONGEST: usize = 200;
