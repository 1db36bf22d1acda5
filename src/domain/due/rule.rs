//! How often a credential is to be rotated, and who says so. This is the one place that decides it.

use crate::domain::provider::{CredentialSpec, Provider};
use crate::domain::{Account, Credential, Environment, Kind};

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// So many days after a version became current; 1 to 3650.
    pub days: u32,
    /// Who says so.
    pub whose: Whose,
    /// What the provider's file asks for, where that is stated: in days.
    pub asked: Option<u32>,
}

/// Who made a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The user, for this credential.
    Own,
    /// The provider, in its file.
    Provider,
    /// paykeep: 90 days for live secrets, where nobody else says anything.
    Ours,
}

impl Whose {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Provider => "provider",
            Self::Ours => "paykeep",
        }
    }
}

/// The rule of a credential: the user's own, else the provider's, else 90 days for a live secret; none for what is public, for
/// sandbox, and for what ends by itself soon.
pub fn rule(account: &Account, credential: &Credential, spec: Option<&CredentialSpec>) -> Option<Rule> {
    let asked = spec.and_then(|spec| spec.rotate_every_days.as_ref()).map(|stated| stated.value);
    let ours = || {
        let secret = credential.current().is_some_and(|version| version.secret_fields().next().is_some());
        let live = account.environment == Environment::Live;
        (secret && live && !is_short_lived(credential.kind, spec)).then_some((LIVE_DAYS, Whose::Ours))
    };
    let own = credential.rotate_every_days.map(|days| (days, Whose::Own));
    let theirs = asked.map(|days| (days, Whose::Provider));
    let (days, whose) = own.or(theirs).or_else(ours)?;
    Some(Rule { days, whose, asked })
}

/// Whether a credential lives for a short time by its nature.
pub fn is_short_lived(kind: Kind, spec: Option<&CredentialSpec>) -> bool {
    matches!(kind, Kind::ClientSecret | Kind::AccessToken) || spec.is_some_and(|spec| spec.lifetime_s.is_some())
}

impl Provider {
    /// What the file says of a credential: of those of its kind the one with its name, else the first.
    pub fn spec_of(&self, credential: &Credential) -> Option<&CredentialSpec> {
        let named = self.of_kind(credential.kind).find(|spec| *spec.name == *credential.name.as_str());
        named.or_else(|| self.of_kind(credential.kind).next())
    }
}

/// After how many days a live secret is to be rotated where nobody says anything: paykeep's own advice.
pub const LIVE_DAYS: u32 = 90;
