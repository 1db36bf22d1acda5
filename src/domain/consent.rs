//! What the user has agreed to of provider files of their own.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::provider::{Origin, Provider};
use super::{Applied, Document, Slug, clean};

/// That secrets may go to a host of a provider file of the user's own, as that file was then: a changed one has another digest, and
/// is asked about anew. Taken back it is by a record of its own, which a join brings along as it does the others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// The provider's ID.
    pub provider: Slug,
    /// The file's digest: `sha256:…`; or `withdrawn`: what was agreed to before, whatever the file, holds no longer.
    pub digest: String,
    /// The host, with its port where it has one.
    pub host: String,
    /// When it was said last.
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
    /// Remembers a consent; one that was taken back is given anew.
    pub(super) fn agree(&mut self, provider: Slug, digest: String, host: &str, at: Timestamp) -> Applied {
        let taken_back =
            self.consents_to(provider.as_str(), host).filter(|said| said.digest == WITHDRAWN).map(|said| said.at).max();
        let after = taken_back.and_then(|taken| taken.checked_add(SignedDuration::from_secs(1)).ok());
        self.say(Consent {
            provider,
            digest,
            host: clean(host).to_ascii_lowercase(),
            at: after.map_or(at, |after| at.max(after)),
        })
    }

    /// Takes back what was agreed to for this host, whatever the file.
    pub(super) fn withdraw(&mut self, provider: Slug, host: &str, at: Timestamp) -> Applied {
        let at = self.consents_to(provider.as_str(), host).map(|said| said.at).max().map_or(at, |last| at.max(last));
        self.say(Consent { provider, digest: WITHDRAWN.to_owned(), host: clean(host).to_ascii_lowercase(), at })
    }

    fn say(&mut self, consent: Consent) -> Applied {
        match self.consents.iter_mut().find(|said| said.is_of(&consent)) {
            Some(said) => said.at = said.at.max(consent.at),
            None => self.consents.push(consent),
        }
        self.consents.sort();
        Applied::default()
    }

    /// Whether anybody has allowed this host, for the file as it is or as it was.
    pub fn has_consent(&self, provider: &Slug, host: &str) -> bool {
        self.consents_to(provider.as_str(), host).any(|said| said.digest != WITHDRAWN)
    }

    fn consents_to(&self, provider: &str, host: &str) -> impl Iterator<Item = &Consent> + Clone {
        self.consents
            .iter()
            .filter(move |said| said.provider.as_str() == provider && said.host.eq_ignore_ascii_case(host))
    }

    /// Whether secrets may go to a host that a provider's file names.
    pub fn may_reach(&self, provider: &Provider, host: &str) -> MayReach {
        if provider.origin == Origin::BuiltIn {
            return MayReach::Yes;
        }
        let digest = provider.file_digest();
        let said = self.consents_to(&provider.id, host);
        let taken_back = said.clone().filter(|said| said.digest == WITHDRAWN).map(|said| said.at).max();
        let mut given = said.filter(|said| said.digest != WITHDRAWN && Some(said.at) > taken_back);
        match (given.clone().any(|consent| consent.digest == digest), given.next()) {
            (true, _) => MayReach::Yes,
            (false, Some(_)) => MayReach::AsksAgain,
            (false, None) => MayReach::Asks,
        }
    }
}

/// In place of a file's digest: no file's is written so.
const WITHDRAWN: &str = "withdrawn";
