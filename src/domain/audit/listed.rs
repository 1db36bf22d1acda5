//! An entry as it is told to scripts: one shape for `paykeep audit --json` and for the file that is exported.

use jiff::Timestamp;
use serde::Serialize;

use super::Entry;
use crate::domain::Environment;

/// One object of `paykeep audit --json`, and one line of an exported log. Keys are added, never renamed or taken away.
#[derive(Debug, Serialize)]
pub struct Listed<'a> {
    /// When, RFC 3339 in UTC.
    pub at: Timestamp,
    /// What was done, as in [`Act::as_str`](super::Act::as_str).
    pub act: &'static str,
    /// `provider/environment/account/name`, or an account; `null` where it was about the vault.
    pub reference: Option<&'a str>,
    /// The version's number.
    pub version: Option<u32>,
    /// The field.
    pub field: Option<&'a str>,
    /// `sandbox` or `live`.
    pub environment: Option<&'static str>,
    /// Why, in the user's words.
    pub reason: Option<&'a str>,
    /// What was reached, in words.
    pub reached: Option<&'a str>,
    /// The ID of the flow that it belongs to.
    pub flow: Option<String>,
    /// Who wrote it: a short random name of the computer.
    pub device: String,
    /// Counts this device's entries from 1.
    pub entry: u64,
    /// The print of the device's entry before; `null` for the first.
    pub previous: Option<&'a str>,
    /// The print of this one.
    pub print: String,
}

impl Entry {
    /// The entry for scripts.
    pub fn listed(&self) -> Listed<'_> {
        let some = |text| Some(text).filter(|text: &&str| !text.is_empty());
        Listed {
            at: self.at,
            act: self.act.as_str(),
            reference: some(self.reference()),
            version: self.version().and_then(|n| n.parse().ok()),
            field: self.subject.split_once('#').map(|(_, field)| field),
            environment: self.environment.map(Environment::as_str),
            reason: self.reason.as_deref(),
            reached: self.reached.as_deref(),
            flow: self.journal.map(|id| id.to_string()),
            device: self.device.to_string(),
            entry: self.seq,
            previous: some(&self.prev),
            print: self.print(),
        }
    }
}
