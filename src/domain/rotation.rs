//! After how many days a credential is to be replaced, and whose rule that is.

use super::provider::CredentialSpec;
use super::{Credential, Environment};

/// A rule for rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// Every so many days.
    pub days: u32,
    /// Who says so.
    pub whose: Whose,
}

/// Who asks for a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The user, for this credential; and what the provider asks for instead, if anything.
    User {
        /// In days.
        provider: Option<u32>,
    },
    /// The provider.
    Provider,
    /// Nobody: paykeep's own advice for live secrets.
    Ours,
}

impl Rotation {
    /// The rule of a credential in this environment; `spec` is what the catalogue says of it.
    pub fn of(credential: &Credential, environment: Environment, spec: Option<&CredentialSpec>) -> Option<Self> {
        let provider = spec.and_then(|spec| spec.rotate_every_days.as_ref()).map(|stated| stated.value);
        if let Some(days) = credential.rotate_every_days {
            return Some(Self { days, whose: Whose::User { provider } });
        }
        if let Some(days) = provider {
            return Some(Self { days, whose: Whose::Provider });
        }
        let is_secret = credential.current().is_some_and(|version| version.secret_fields().next().is_some());
        (is_secret && environment == Environment::Live).then_some(Self { days: LIVE_DAYS, whose: Whose::Ours })
    }
}

/// After how many days a live secret is to be rotated when nobody says anything.
const LIVE_DAYS: u32 = 90;
