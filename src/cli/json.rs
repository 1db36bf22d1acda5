//! The JSON that commands print with `--json`. These shapes are stable: keys are added, never renamed or taken away.
//!
//! Times are RFC 3339 in UTC. What is not known or does not apply is `null`, never left out. No secret value stands in any of
//! them.

mod flow;
mod signing;

use std::collections::BTreeMap;

pub use flow::{
    Flows, ListedFlow, ListedJournal, ListedPlace, ShownJournal, ShownLetter, ShownMark, ShownStep, ShownUse,
};
pub use signing::{Pairs, Parts, Signature, Verification};

use jiff::Timestamp;
use serde::Serialize;

/// One element of the array that `paykeep ls --json` prints.
#[derive(Debug, Serialize)]
pub struct Listed {
    /// `provider/environment/account/name`.
    pub reference: String,
    /// The provider's ID.
    pub provider: String,
    /// `sandbox` or `live`.
    pub environment: &'static str,
    /// The account's slug.
    pub account: String,
    /// The credential's name.
    pub name: String,
    /// `secret-key`, `publishable-key`, `client-secret`, `client-credentials`, `signing-key`, `key-pair`, `provider-public-key`,
    /// `webhook-secret` or `access-token`.
    pub kind: &'static str,
    /// Of the version that the reference means: `pending`, `approved`, `active`, `retired`, `denied`, `abandoned`, `revoked`, or
    /// `expired` when its time is over.
    pub state: Option<&'static str>,
    /// The number of the version that the reference means.
    pub version: Option<u32>,
    /// Of that version's main field: `spki-sha256:…` of a key pair, keyed by the vault for every other secret.
    pub fingerprint: Option<String>,
    /// When that version was stored.
    pub created_at: Timestamp,
    /// When that version stops working by itself.
    pub expires_at: Option<Timestamp>,
    /// When it is due for rotation.
    pub rotate_by: Option<Timestamp>,
    /// The labels of those who use the credential.
    pub consumers: Vec<String>,
    /// Free text; empty without one.
    pub label: String,
    /// Sorted.
    pub tags: Vec<String>,
    /// The number of the version that waits, if one does.
    pub pending: Option<u32>,
    /// The number of the version that was current before and still works, if there is one.
    pub previous: Option<u32>,
    /// In the bin since.
    pub binned_at: Option<Timestamp>,
}

/// What `paykeep show --json` prints.
#[derive(Debug, Serialize)]
pub struct Shown {
    /// The same keys as in `ls`.
    #[serde(flatten)]
    pub listed: Listed,
    /// Free text of several lines; empty without one.
    pub note: String,
    /// The credential's own rule, if it has one.
    pub rotate_every_days: Option<u32>,
    /// The account's fields, such as `client_id`.
    pub account_fields: BTreeMap<String, String>,
    /// Newest first.
    pub versions: Vec<ShownVersion>,
}

/// A version in [`Shown`].
#[derive(Debug, Serialize)]
pub struct ShownVersion {
    /// Its number.
    pub version: u32,
    /// `current`, `previous`, `expired`, or a life word as in `ls`.
    pub state: &'static str,
    /// `generated`, `shown-once`, `pasted`, `imported` or `fetched`.
    pub origin: &'static str,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When it stops working by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was marked as leaked.
    pub compromised_at: Option<Timestamp>,
    /// By name.
    pub fields: BTreeMap<String, ShownField>,
}

/// A field in [`ShownVersion`].
#[derive(Debug, Serialize)]
pub struct ShownField {
    /// Whether the value must not be seen.
    pub secret: bool,
    /// The value of a public field; `null` for a secret.
    pub value: Option<String>,
    /// The public beginning of a secret, such as `sk_live_`.
    pub prefix: Option<String>,
    /// How a key is written, such as `pkcs8-pem`.
    pub form: Option<String>,
    /// As in `ls`.
    pub fingerprint: Option<String>,
}

/// One element of the array that `paykeep due --json` prints.
#[derive(Debug, Serialize)]
pub struct DueItem {
    /// `provider/environment/account/name`.
    pub reference: String,
    /// The provider's ID.
    pub provider: String,
    /// `sandbox` or `live`.
    pub environment: &'static str,
    /// The account's slug.
    pub account: String,
    /// The credential's name.
    pub name: String,
    /// `rotate`, `renew`, `expired`, `replace`, `move`, `revoke`, `go-on`, `use` or `wait`.
    #[serde(rename = "do")]
    pub deed: &'static str,
    /// The same for people.
    pub words: String,
    /// Until when it has to be done.
    pub due_at: Option<Timestamp>,
    /// Since when it is under way.
    pub since: Option<Timestamp>,
    /// Until when its flow waits for the old version to be out of use.
    pub waits_until: Option<Timestamp>,
    /// Whether it is live and its current version is dead, since `due_at`: a reference to it gives nothing that works.
    pub no_working_key: bool,
    /// Whether `due_at` is past.
    pub late: bool,
    /// It is rotated every so many days.
    pub rule_days: Option<u32>,
    /// Whose rule that is: `own`, `provider` or `paykeep`.
    pub rule: Option<&'static str>,
    /// The page where the provider says so.
    pub rule_source: Option<String>,
    /// How many places use the credential.
    pub places: usize,
    /// The labels of those without the newer version.
    pub left: Vec<String>,
    /// The number of the flow's present step, from 1.
    pub step: Option<usize>,
    /// How many steps the flow has.
    pub steps: Option<usize>,
    /// Put off until then.
    pub snoozed_until: Option<Timestamp>,
}

/// One element of the array that `paykeep detect --json` prints, best first. A candidate with several fields, such as an ID and its
/// secret, has one element for each.
#[derive(Debug, Serialize)]
pub struct Detected {
    /// The provider's ID; `null` where the shape doesn't tell.
    pub provider: Option<String>,
    /// What it is; `null` for a field of the account.
    pub kind: Option<&'static str>,
    /// `sandbox` or `live`; `null` where the shape doesn't tell.
    pub environment: Option<&'static str>,
    /// The field that the value is for; fields of the account start with `account.`.
    pub field: Option<String>,
    /// `certain`, `likely` or `possible`.
    pub strength: &'static str,
    /// Why.
    pub reason: String,
    /// Counts the things that were found in the text, from 1: candidates for the same thing have the same number.
    pub item: usize,
}

/// One element of the array that `paykeep whose --json` prints.
#[derive(Debug, Serialize)]
pub struct Owned {
    /// With version and field.
    pub reference: String,
    /// `sandbox` or `live`.
    pub environment: &'static str,
    /// The version's number.
    pub version: Option<u32>,
    /// The field.
    pub field: Option<String>,
    /// `current`, `previous`, `expired`, or a life word as in `ls`.
    pub state: Option<&'static str>,
}

/// One element of the array that `paykeep account ls --json` prints; `paykeep account show --json` prints one.
#[derive(Debug, Serialize)]
pub struct ListedAccount {
    /// `provider/environment/account`.
    pub reference: String,
    /// The provider's ID.
    pub provider: String,
    /// `sandbox` or `live`.
    pub environment: &'static str,
    /// The account's slug.
    pub account: String,
    /// Free text; empty without one.
    pub label: String,
    /// Such as `client_id`, by name.
    pub fields: BTreeMap<String, String>,
    /// The references of its credentials.
    pub credentials: Vec<String>,
}

/// One element of the array that `paykeep catalog list --json` prints.
#[derive(Debug, Serialize)]
pub struct ListedProvider {
    /// The first part of a reference.
    pub provider: String,
    /// Its name.
    pub name: String,
    /// The file of the user's own that describes it; `null` when it is built in.
    pub file: Option<String>,
    /// Its environments.
    pub environments: Vec<&'static str>,
    /// Its credentials.
    pub credentials: Vec<ListedSpec>,
    /// The names of its account's fields.
    pub account_fields: Vec<String>,
}

/// A credential in [`ListedProvider`].
#[derive(Debug, Serialize)]
pub struct ListedSpec {
    /// What sort of thing it is.
    pub kind: &'static str,
    /// What people call it.
    pub title: String,
    /// The name that it usually has in a reference.
    pub name: String,
    /// The names of its fields.
    pub fields: Vec<String>,
}

/// What `paykeep doctor --json` prints.
#[derive(Debug, Serialize)]
pub struct Doctor {
    /// Whether an X server answers.
    pub x11: bool,
    /// Whether a Wayland compositor lets us at its clipboard.
    pub wayland_data_control: bool,
    /// What a copy is here: `once`, `timed`, `osc52` or `none`.
    pub way: &'static str,
    /// Whether the vault allows OSC 52; `null` without its passphrase.
    pub osc52_allowed: Option<bool>,
    /// What is between the program and the terminal: `tmux` or `screen`.
    pub through: Option<&'static str>,
    /// Whether the same user's debuggers are kept out; `null` where that can't be known.
    pub closed_to_debuggers: Option<bool>,
    /// Whether the process leaves no core behind.
    pub leaves_no_core: bool,
    /// The vault's folder; `null` when there is none.
    pub vault: Option<String>,
    /// What in it others may read or write, with its mode.
    pub too_open: Vec<String>,
    /// How many earlier generations are kept.
    pub backups: usize,
    /// When the newest of them was saved.
    pub newest_backup: Option<Timestamp>,
    /// What the test of the clipboard showed; `null` when it was not asked for.
    pub clipboard_test: Option<String>,
}
