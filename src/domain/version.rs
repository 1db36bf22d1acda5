//! One issue of a credential's values, and the life that it leads.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Id, Kind};

/// One issue of a credential's values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// What joins go by.
    pub id: Id,
    /// What people see: 1 for the first.
    pub n: u32,
    /// How far it has come.
    pub life: Life,
    /// When its life last rose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub life_at: Option<Timestamp>,
    /// Where it came from.
    pub origin: Origin,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When it last became current.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_at: Option<Timestamp>,
    /// When it stops working by itself, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// It leaked. A mark and not a life: a leaked key stays current until it is replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compromised_at: Option<Timestamp>,
    /// Handed over once: to see it again takes the passphrase and a reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed_at: Option<Timestamp>,
    /// Its values by field.
    #[serde(default)]
    pub fields: Fields,
}

/// A version's values by their names. Boxed, since a map has room for eleven values from the first one on: unboxed, that room is the
/// larger half of a vault's memory.
pub type Fields = BTreeMap<String, Box<Field>>;

/// A named value of a version. Once stored it is never replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The value, where it is public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Where the value stands in the vault's secrets, where it is secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<SecretKey>,
    /// How a key is written, e.g. `pkcs8-pem`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// The public beginning that may be shown before the mask, e.g. `sk_live_`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// `spki-sha256:…` of a key, `k1:…` of any other secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
}

/// Names a value in the vault's secrets: the version's ID, a slash, the field's name (and, for a field that was added later, who added it).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretKey(String);

/// How far a version has come. It only rises, so a join of two copies takes the higher one and never revives a dead key. Only what one
/// copy gave up and the other uses goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Life {
    /// It exists, and nothing uses it yet.
    Pending,
    /// The provider lets it be used.
    Approved,
    /// It works at the gateway.
    Active,
    /// Replaced, no longer used.
    Retired,
    /// The provider refused it: an end.
    Denied,
    /// Its flow was given up: an end.
    Abandoned,
    /// It no longer works at the gateway: the end.
    Revoked,
}

/// Where a version's values came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// paykeep made it.
    Generated,
    /// The gateway showed it once, within a flow.
    ShownOnce,
    /// Pasted or piped in.
    Pasted,
    /// Read from another program's file.
    Imported,
    /// Fetched with other credentials: a token.
    Fetched,
}

/// What a version is, as people see it: its life, and what follows from the pointer and the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// What a reference means when it names no version.
    Current,
    /// The active version that was current before.
    Previous,
    /// Its time is over.
    Expired,
    /// None of these: its life says it.
    Life(Life),
}

impl Version {
    /// Whether its time is over.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// The field that a version of this kind is about, when none is named: the secret one; else the first.
    pub fn main_field(&self, kind: Kind) -> Option<(&str, &Field)> {
        let usual = kind.usual_fields();
        let named = |name: &&str| self.fields.get_key_value(*name).map(|(k, f)| (k.as_str(), &**f));
        let mut by_use = usual.iter().filter(|(_, secret)| *secret).chain(usual).map(|(name, _)| name);
        by_use
            .find_map(named)
            .or_else(|| self.secret_fields().next())
            .or_else(|| self.fields.iter().map(|(k, f)| (k.as_str(), &**f)).next())
    }

    /// The ID that goes before the secret where both are wanted: of kinds that are one public and one secret field.
    pub fn id_before_secret(&self, kind: Kind) -> Option<&str> {
        let [(id, false), (_, true)] = kind.usual_fields() else { return None };
        self.fields.get(*id)?.value.as_deref()
    }

    /// The fields whose values stand in the vault's secrets, by name.
    pub fn secret_fields(&self) -> impl Iterator<Item = (&str, &Field)> {
        self.fields.iter().filter(|(_, f)| f.secret.is_some()).map(|(k, f)| (k.as_str(), &**f))
    }

    /// Its public values by their names in words, as «client id»: by them the gateway's page shows it. Without the halves of a pair, which
    /// nobody compares letter by letter: they have a fingerprint.
    pub fn ids(&self) -> impl Iterator<Item = (String, &str)> {
        let fields = self.fields.iter().filter(|(name, _)| *name != "public_key");
        fields.filter_map(|(name, field)| Some((name.replace('_', " "), field.value.as_deref()?)))
    }

    /// The fingerprint of the field that it is about.
    pub fn fingerprint(&self, kind: Kind) -> Option<&str> {
        self.main_field(kind).and_then(|(_, field)| field.fingerprint.as_deref())
    }
}

impl Life {
    /// All of them, rising.
    pub const ALL: [Self; 7] =
        [Self::Pending, Self::Approved, Self::Active, Self::Retired, Self::Denied, Self::Abandoned, Self::Revoked];

    /// The word in the file, on screens and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Active => "active",
            Self::Retired => "retired",
            Self::Denied => "denied",
            Self::Abandoned => "abandoned",
            Self::Revoked => "revoked",
        }
    }

    /// Whether it waits for something before it can be used.
    pub fn is_waiting(self) -> bool {
        self < Self::Active
    }
}

impl State {
    /// The word on screens and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Previous => "previous",
            Self::Expired => "expired",
            Self::Life(life) => life.as_str(),
        }
    }
}

impl Origin {
    /// The word in the file and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Generated => "generated",
            Self::ShownOnce => "shown-once",
            Self::Pasted => "pasted",
            Self::Imported => "imported",
            Self::Fetched => "fetched",
        }
    }
}

impl Field {
    /// A value that anyone may see.
    pub fn public(value: String) -> Self {
        Self { value: Some(value), ..Self::default() }
    }

    /// Whether its value stands in the vault's secrets.
    pub fn is_secret(&self) -> bool {
        self.secret.is_some()
    }
}

impl SecretKey {
    /// The key of a field's value.
    pub fn new(owner: impl fmt::Display, field: &str) -> Self {
        Self(format!("{owner}/{field}"))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Life {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|life| life.as_str() == word).ok_or(())
    }
}
