//! How sure a fact of a provider's file is, and where it was read.

use serde::{Deserialize, Serialize};

use super::Id;

/// How sure a fact is. What is `Unknown` is said so on the screen, and the careful reading of it is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sure {
    /// Read in the provider's own documentation, SDK or SDK's tests.
    Provider,
    /// The same, and computed again with the same result.
    Recomputed,
    /// Read elsewhere: a catalogue, a runbook, a neighbouring product of the provider.
    Secondary,
    /// Nobody states it.
    Unknown,
}

impl Sure {
    /// The word in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Recomputed => "recomputed",
            Self::Secondary => "secondary",
            Self::Unknown => "unknown",
        }
    }
}

/// Where a fact was read and how sure it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// One of the provider's [`Source`]s.
    pub source: Option<Id>,
    /// How sure it is: what has a source and says nothing else is the provider's own word, what has none is unknown.
    pub sure: Sure,
}

impl Fact {
    /// A fact from what the file says of it.
    pub fn new(source: Option<Id>, sure: Option<Sure>) -> Self {
        let sure = sure.unwrap_or(if source.is_some() { Sure::Provider } else { Sure::Unknown });
        Self { source, sure }
    }

    /// A fact that nobody states.
    pub fn unknown() -> Self {
        Self { source: None, sure: Sure::Unknown }
    }
}

/// A value together with where it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated<T> {
    /// What the file says.
    pub value: T,
    /// Where it was read, how sure it is.
    pub fact: Fact,
}

/// A page, repository or file from which facts were taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The key under `[sources]`.
    pub id: Id,
    /// Its title, as a person would search for it.
    pub title: String,
    /// Where it stands, if it has an address.
    pub url: Option<String>,
    /// The commit that was read, for a repository.
    pub commit: Option<String>,
    /// The day on which it was read, as `2026-11-22`.
    pub read: String,
}
