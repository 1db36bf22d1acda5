//! Whether the chains are whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::Entry;
use crate::domain::{DeviceId, Document};

/// What is wrong with the log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// A device's entries from this number to that one are not there.
    Missing(DeviceId, u64, u64),
    /// The entry of this number is not the one that the next names.
    Changed(DeviceId, u64),
    /// Two entries have this number: an older copy of the vault was written to, or one was put in.
    Twice(DeviceId, u64),
    /// A file of older entries can't be used, and why.
    File(String, String),
}

/// Looks whether each device's entries are there from the first to the last, and each names the one before it. `older` are those
/// that stand in files of their own.
pub fn check(document: &Document, older: &[Entry]) -> Vec<Flaw> {
    follow(document, Some(older))
}

/// The same for the entries that the vault's own file has: of those that stand in other files only the last one's print is known.
pub fn check_recent(document: &Document) -> Vec<Flaw> {
    follow(document, None)
}

fn follow(document: &Document, older: Option<&[Entry]>) -> Vec<Flaw> {
    let mut chains: BTreeMap<&DeviceId, BTreeMap<u64, BTreeSet<&Entry>>> = BTreeMap::new();
    for device in &document.devices {
        chains.entry(&device.id).or_default();
    }
    for entry in document.audit.iter().chain(older.unwrap_or_default()) {
        chains.entry(&entry.device).or_default().entry(entry.seq).or_default().insert(entry);
    }
    let mut flaws = Vec::new();
    for (id, chain) in chains {
        let device = document.devices.iter().find(|device| device.id == *id);
        let wrote = device.and_then(|device| device.wrote.as_ref());
        let archived = device.and_then(|device| device.archived.as_ref()).filter(|_| older.is_none());
        let first = chain.keys().next().copied();
        let mut before: Option<(u64, Vec<String>)> = archived.map(|head| match first {
            // It came back from another copy: what was before it stands elsewhere.
            Some(first) if first <= head.seq => {
                (first - 1, chain[&first].iter().map(|entry| entry.prev.clone()).collect())
            }
            _ => (head.seq, vec![head.print.clone()]),
        });
        for (seq, entries) in chain {
            let expected = before.as_ref().map_or(1, |(seq, _)| seq + 1);
            if seq > expected {
                flaws.push(Flaw::Missing(id.clone(), expected, seq - 1));
            } else if let Some((last, prints)) = &before
                && !entries.iter().all(|entry| prints.contains(&entry.prev))
            {
                flaws.push(Flaw::Changed(id.clone(), *last));
            }
            if seq == 1 && entries.iter().any(|entry| !entry.prev.is_empty()) {
                flaws.push(Flaw::Changed(id.clone(), 1));
            }
            if entries.len() > 1 {
                flaws.push(Flaw::Twice(id.clone(), seq));
            }
            before = Some((seq, entries.iter().map(|entry| entry.print()).collect()));
        }
        let Some(wrote) = wrote else { continue };
        match before {
            Some((seq, prints)) if seq == wrote.seq && !prints.contains(&wrote.print) => {
                flaws.push(Flaw::Changed(id.clone(), seq));
            }
            Some((seq, _)) if seq < wrote.seq => flaws.push(Flaw::Missing(id.clone(), seq + 1, wrote.seq)),
            None => flaws.push(Flaw::Missing(id.clone(), 1, wrote.seq)),
            Some(_) => {}
        }
    }
    flaws
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(device, from, to) if from == to => write!(f, "entry {from} of {device} is missing"),
            Self::Missing(device, from, to) => write!(f, "entries {from} to {to} of {device} are missing"),
            Self::Changed(device, seq) => write!(f, "entry {seq} of {device} was changed"),
            Self::Twice(device, seq) => {
                write!(f, "entry {seq} of {device} is there twice: an older copy of the vault was written to")
            }
            Self::File(name, why) => write!(f, "{name}: {why}"),
        }
    }
}
