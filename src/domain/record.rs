//! The records of a vault: accounts, credentials, consumers, and what is remembered of the purged ones.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Environment, Id, Kind, Life, Origin, Slug, Stamp, Stamps, State, Version, Which};

/// A merchant account or store at a provider, in one environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// What joins go by.
    pub id: Id,
    /// The provider's ID in the catalogue.
    pub provider: Slug,
    /// Sandbox or live.
    pub environment: Environment,
    /// Its part of a reference.
    pub slug: Slug,
    /// Free text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// What belongs to the merchant and not to one key: client ID, merchant ID, region.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// When `label` and each `fields.…` were last set.
    #[serde(default, skip_serializing_if = "Stamps::is_empty")]
    pub set: Stamps,
}

/// One thing that a provider issued or holds for one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credential {
    /// What joins go by.
    pub id: Id,
    /// Whose it is.
    pub account: Id,
    /// Its part of a reference.
    pub name: Slug,
    /// What sort of thing it is.
    pub kind: Kind,
    /// Free text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// Free text of several lines.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// For filters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The user's own rule; without it the provider's or paykeep's counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotate_every_days: Option<u32>,
    /// «Later»: until then it is not shown as something to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<Timestamp>,
    /// When it was stored first.
    pub created_at: Timestamp,
    /// In the bin since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binned_at: Option<Timestamp>,
    /// When each editable property was last set.
    #[serde(default, skip_serializing_if = "Stamps::is_empty")]
    pub set: Stamps,
    /// Which version a reference means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<Current>,
    /// By rising number.
    #[serde(default, rename = "version")]
    pub versions: Vec<Version>,
}

/// The pointer to the version that a reference means. It may go back to an active version, never to a dead one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Current {
    /// The version.
    pub version: Id,
    /// Who pointed there, and when.
    pub set: Stamp,
}

/// A place that uses credentials: a service, a CI variable, a teammate's laptop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consumer {
    /// What joins go by.
    pub id: Id,
    /// What people call it.
    pub label: String,
    /// Where it runs.
    #[serde(default)]
    pub side: Side,
    /// Where to find it, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// When each editable property, and each `uses.…` by its credential, was last set.
    #[serde(default, skip_serializing_if = "Stamps::is_empty")]
    pub set: Stamps,
    /// What it uses.
    #[serde(default)]
    pub uses: Vec<Use>,
}

/// Where a consumer runs. A merchant's secret never goes to a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The merchant's own machines.
    #[default]
    Server,
    /// A browser or an app.
    Client,
}

/// A consumer's use of a credential: which version it has, and how that is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Use {
    /// The credential.
    pub credential: Id,
    /// The version that it got last, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Id>,
    /// When that was learnt.
    pub at: Timestamp,
    /// How.
    #[serde(default)]
    pub proof: Proof,
}

/// How it is known that a consumer has a version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Proof {
    /// The user said so.
    #[default]
    Asked,
    /// `paykeep whose` recognised the value where the consumer runs.
    Matched,
    /// `run` or `inject` put it there.
    Injected,
}

/// What stays of a purged record, so that an old copy of the vault does not bring it back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tombstone {
    /// Of the record.
    pub id: Id,
    /// When it was purged.
    pub at: Timestamp,
}

impl Account {
    /// `provider/environment/account/name`, of a credential in it.
    pub fn path(&self, name: &Slug) -> String {
        format!("{}/{}/{}/{name}", self.provider, self.environment, self.slug)
    }
}

impl Credential {
    /// The version that a reference means when it names none: what the pointer says, also when that no longer works.
    pub fn current(&self) -> Option<&Version> {
        let id = self.current.as_ref()?.version;
        self.versions.iter().find(|v| v.id == id)
    }

    /// The active version that was current before.
    pub fn previous(&self) -> Option<&Version> {
        let current = self.current.as_ref().map(|c| c.version);
        let others = self.versions.iter().filter(|v| v.life == Life::Active && Some(v.id) != current);
        others.max_by_key(|v| (v.current_at, v.n))
    }

    /// The newest version that is not active yet.
    pub fn pending(&self) -> Option<&Version> {
        self.versions.iter().filter(|v| v.life.is_waiting()).max_by_key(|v| v.n)
    }

    /// The version that stands behind `@`; without one the current version, and where there is none the one that waits.
    pub fn version(&self, which: Option<Which>) -> Option<&Version> {
        match which {
            None => self.current().or_else(|| self.pending()),
            Some(Which::Current) => self.current(),
            Some(Which::Previous) => self.previous(),
            Some(Which::Pending) => self.pending(),
            Some(Which::Number(n)) => self.versions.iter().find(|v| v.n == n),
        }
    }

    /// What a version of this credential is at `now`.
    pub fn state(&self, version: &Version, now: Timestamp) -> State {
        let alive = version.life <= Life::Active;
        if alive && version.is_expired(now) {
            State::Expired
        } else if version.life == Life::Active && self.current.as_ref().is_some_and(|c| c.version == version.id) {
            State::Current
        } else if self.previous().is_some_and(|p| p.id == version.id) {
            State::Previous
        } else {
            State::Life(version.life)
        }
    }

    /// When the current version is due for rotation under a rule of `every` days: counted from when it became current. A dead,
    /// leaked or missing current version has no such date.
    pub fn rotate_by(&self, every: Option<u32>) -> Option<Timestamp> {
        let current =
            self.current().filter(|current| current.life == Life::Active && current.compromised_at.is_none())?;
        let since = current.current_at.unwrap_or(current.created_at);
        let days = i64::from(self.rotate_every_days.or(every)?);
        since.checked_add(SignedDuration::from_hours(days * 24)).ok()
    }

    /// Lets go of tokens that were fetched and are no longer what a reference means: the gateway gives new ones, and nobody asks for
    /// an old one. What a person stored stays.
    pub(super) fn drop_replaced_tokens(&mut self) {
        let current = self.current().filter(|version| version.origin == Origin::Fetched).map(|version| version.id);
        if let Some(current) = current {
            self.versions.retain(|version| version.origin != Origin::Fetched || version.id == current);
        }
    }

    /// The number that the next version gets.
    pub fn next_number(&self) -> u32 {
        self.versions.iter().map(|v| v.n).max().unwrap_or(0) + 1
    }
}
