//! What the user has agreed to of provider files of their own.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::provider::{Origin, Provider};
use super::{Applied, Document, Slug, clean};

/// That secrets may go to a host of a provider file of the user's own, as that file was then: a changed one has another digest, and
/// is asked about anew. It is never taken back by a join; whoever wants that changes the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// The provider's ID.
    pub provider: Slug,
    /// The file's digest: `sha256:…`.
    pub digest: String,
    /// The host, with its port where it has one.
    pub host: String,
    /// Since when.
    pub at: Timestamp,
}

/// Whether secrets may go to a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MayReach {
    /// It stands in a file of paykeep's own, or the user has agreed to it.
    Yes,
    /// It stands in a file of the user's own, and nobody has agreed to it.
    Asks,
    /// Somebody had, and the file has changed since.
    AsksAgain,
}

impl Consent {
    /// Whether both say the same, whenever.
    pub(super) fn is_of(&self, other: &Self) -> bool {
        (&self.provider, &self.digest, &self.host) == (&other.provider, &other.digest, &other.host)
    }
}

impl Document {
    /// Remembers a consent, since the first time that it was given.
    pub(super) fn agree(&mut self, provider: Slug, digest: String, host: &str, at: Timestamp) -> Applied {
        let consent = Consent { provider, digest, host: clean(host).to_ascii_lowercase(), at };
        if !self.consents.iter().any(|given| given.is_of(&consent)) {
            self.consents.push(consent);
            self.consents.sort();
        }
        Applied::default()
    }

    /// Whether secrets may go to a host that a provider's file names.
    pub fn may_reach(&self, provider: &Provider, host: &str) -> MayReach {
        if provider.origin == Origin::BuiltIn {
            return MayReach::Yes;
        }
        let digest = provider.file_digest();
        let mut given = self
            .consents
            .iter()
            .filter(|consent| consent.provider.as_str() == &*provider.id && consent.host.eq_ignore_ascii_case(host));
        match (given.clone().any(|consent| consent.digest == digest), given.next()) {
            (true, _) => MayReach::Yes,
            (false, Some(_)) => MayReach::AsksAgain,
            (false, None) => MayReach::Asks,
        }
    }
}
