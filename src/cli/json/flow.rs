//! The shapes of `paykeep flow` and `paykeep place`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::Life;
use crate::domain::journal::{Grade, Happened};
use crate::domain::provider::{Act, Does, KeyForm, Warning};

/// What `paykeep flow list --json` prints.
#[derive(Debug, Serialize)]
pub struct Flows {
    /// What can be begun.
    pub flows: Vec<ListedFlow>,
    /// What has begun and not ended, newest first.
    pub in_progress: Vec<ListedJournal>,
}

/// A flow that a provider offers.
#[derive(Debug, Serialize)]
pub struct ListedFlow {
    /// The provider's ID.
    pub provider: String,
    /// Its ID, as `paykeep flow start` takes it.
    pub flow: String,
    /// Its name.
    pub title: String,
    /// `create`, `rotate`, `renew`, `revoke` or `compromise`.
    pub does: Does,
    /// `scheduled`, `compromised`; empty where no reason is given.
    pub reasons: Vec<&'static str>,
    /// `sandbox`, `live`.
    pub environments: Vec<&'static str>,
    /// The kind that it is about.
    pub kind: Option<&'static str>,
    /// The name that what it is about usually has in a reference.
    pub name: Option<String>,
}

/// One element of the array that `paykeep flow status --json` prints.
#[derive(Debug, Serialize)]
pub struct ListedJournal {
    /// Its whole ID.
    pub id: String,
    /// The end of it that no other flow of the vault has.
    pub short: String,
    /// The provider's ID.
    pub provider: String,
    /// `sandbox` or `live`; `null` when the account is gone.
    pub environment: Option<&'static str>,
    /// `provider/environment/account`.
    pub account: Option<String>,
    /// The flow's ID in the provider's file.
    pub flow: String,
    /// Its name.
    pub title: String,
    /// As in [`ListedFlow`].
    pub does: Does,
    /// `scheduled`, `compromised` or `null`.
    pub reason: Option<&'static str>,
    /// `in-progress`, `finished`, `denied` or `abandoned`.
    pub state: &'static str,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How many of its steps are done.
    pub done: usize,
    /// Of how many.
    pub of: usize,
    /// The step that can be done now.
    pub next: Option<String>,
    /// The references of what it is about, with the version that it has made.
    pub credentials: Vec<String>,
}

/// What `paykeep flow status ID --json` prints.
#[derive(Debug, Serialize)]
pub struct ShownJournal {
    /// The same keys as in the list.
    #[serde(flatten)]
    pub listed: ListedJournal,
    /// In their order.
    pub steps: Vec<ShownStep>,
    /// What an abandoned or denied flow left behind and how to go on, in sentences.
    pub leftovers: Vec<String>,
}

/// A step in [`ShownJournal`].
#[derive(Debug, Serialize)]
pub struct ShownStep {
    /// Its ID, as `--step` takes it.
    pub step: String,
    /// `open`, `confirm`, `generate`, `give`, `take`, `take-once`, `tell`, `approval`, `verify`, `substitute`, `overlap`, `promote`,
    /// `revoke`, `prove-dead` or `seal`.
    pub act: Act,
    /// Its line in the list.
    pub title: String,
    /// `done`, `open`, `waits`, or `undone` where the flow ended before it.
    pub state: &'static str,
    /// The titles of the steps for which it waits.
    pub waits_for: Vec<String>,
    /// When it was done.
    pub done_at: Option<Timestamp>,
    /// `verified`: paykeep did or computed it; `asserted`: the user said so.
    pub grade: Option<Grade>,
    /// How it is known, in words that claim no more than what was looked at.
    pub known: Option<&'static str>,
    /// What shows it, by name: fingerprints, key IDs, a status, a note.
    pub evidence: BTreeMap<String, String>,
    /// What happened on the way, oldest first.
    pub marks: Vec<ShownMark>,
    /// What the user reads.
    pub text: Option<String>,
    /// `title` and `text` of what may go wrong.
    pub warning: Option<Warning>,
    /// What a note is asked for.
    pub asks: Option<String>,
    /// The way to the page, in words.
    pub place: Option<String>,
    /// The page's address.
    pub url: Option<String>,
    /// The fields that it takes or hands over, as `own#public_key`.
    pub fields: Vec<String>,
    /// The form in which it hands over, such as `spki-base64`.
    pub form: Option<KeyForm>,
    /// What to send to the provider's people.
    pub letter: Option<ShownLetter>,
    /// A call to run, without secrets: they are variables of its environment.
    pub call: Option<String>,
    /// The commands that sign its call and check the answer.
    pub signed: Vec<String>,
    /// What tells the version that it stops, or that it is to see refused, from the others at the gateway, by name.
    pub stops: BTreeMap<String, String>,
    /// Whether the account's name has to be typed.
    pub asks_account: bool,
    /// Whether the user's word is enough where paykeep could have seen.
    pub or_said: bool,
    /// The labels of the places that are still to get the new version.
    pub places_left: Vec<String>,
}

/// Something that happened on the way, in [`ShownStep`].
#[derive(Debug, Serialize)]
pub struct ShownMark {
    /// When.
    pub at: Timestamp,
    /// `kept`, `copied`, `placed` or `noted`.
    pub what: Happened,
    /// The place that it is about.
    pub place: Option<String>,
    /// The fingerprint, or the user's words.
    pub text: String,
}

/// A text to send, in [`ShownStep`]. Nothing in it is secret.
#[derive(Debug, Serialize)]
pub struct ShownLetter {
    /// Its subject.
    pub subject: String,
    /// Its body.
    pub body: String,
}

/// One element of the array that `paykeep place ls --json` prints.
#[derive(Debug, Serialize)]
pub struct ListedPlace {
    /// Its label.
    pub label: String,
    /// `server` or `client`.
    pub side: &'static str,
    /// Where to find it, in words; empty without any.
    #[serde(rename = "where")]
    pub whereabouts: String,
    /// What it uses.
    pub uses: Vec<ShownUse>,
}

/// A use in [`ListedPlace`].
#[derive(Debug, Serialize)]
pub struct ShownUse {
    /// The credential.
    pub reference: String,
    /// The number of the version that it has, if that is known.
    pub version: Option<u32>,
    /// That version's life.
    pub life: Option<Life>,
    /// When that was learnt.
    pub at: Timestamp,
    /// `asked`: the user said so; `matched`: `paykeep whose` recognised the value there; `injected`: paykeep put it there.
    pub proof: crate::domain::Proof,
}
