//! Brings a waiting version into use without a flow: by the rules by which a flow does it.

use jiff::Timestamp;

use super::steps::one_pair;
use super::{Applied, ChangeError, Document};
use crate::domain::journal::FlowError;
use crate::domain::provider::CredentialSpec;
use crate::domain::{Current, Environment, Id, Life, Stamp};

/// Which version is to be used from now on, and what speaks for it.
#[derive(Debug)]
pub struct IntoUse {
    /// Which credential.
    pub credential: Id,
    /// Its version.
    pub version: Id,
    /// The fields without which it is incomplete, as the provider's file has them.
    pub required: Vec<String>,
    /// The environments in which the provider has to approve it first.
    pub needs_approval: Vec<Environment>,
    /// Whether the user says that it works at the provider: paykeep has not seen it.
    pub said: bool,
    /// The account's name, typed: in live it is asked for.
    pub typed: Option<String>,
}

impl IntoUse {
    /// By what the provider's file says of the credential; of one without rules nothing is required.
    pub fn of(credential: Id, version: Id, spec: Option<&CredentialSpec>) -> Self {
        let fields = spec.into_iter().flat_map(|spec| &spec.fields).filter(|field| field.required);
        Self {
            credential,
            version,
            required: fields.map(|field| field.name.to_string()).collect(),
            needs_approval: spec.map(|spec| spec.needs_approval.clone()).unwrap_or_default(),
            said: false,
            typed: None,
        }
    }
}

impl Document {
    pub(super) fn bring_into_use(
        &mut self,
        wanted: &IntoUse,
        stamp: &Stamp,
        now: Timestamp,
    ) -> Result<Applied, ChangeError> {
        let &IntoUse { credential, version, .. } = wanted;
        let record = self.credential(credential).ok_or(ChangeError::Gone)?;
        let account = self.account(record.account).ok_or(ChangeError::Gone)?;
        let found = record.versions.iter().find(|v| v.id == version).ok_or(ChangeError::Gone)?;
        if found.life == Life::Active {
            return self.point_to(credential, version, stamp, now);
        }
        if !found.life.is_waiting() {
            return Err(FlowError::Dead(found.life.to_string()).into());
        }
        if let Some(flow) = self.worked_on(&[credential]) {
            return Err(FlowError::Busy(flow.title.clone()).into());
        }
        let missing: Vec<String> =
            wanted.required.iter().filter(|name| !found.fields.contains_key(*name)).cloned().collect();
        if !missing.is_empty() {
            return Err(FlowError::Incomplete(missing).into());
        }
        one_pair(record.kind, &found.fields)?;
        if wanted.needs_approval.contains(&account.environment) && found.life < Life::Approved {
            return Err(FlowError::Unapproved.into());
        }
        if !wanted.said {
            return Err(ChangeError::Unseen(found.n));
        }
        let name = account.slug.as_str();
        if account.environment == Environment::Live && wanted.typed.as_deref().map(str::trim) != Some(name) {
            return Err(ChangeError::NotTyped(name.to_owned()));
        }
        let record = self.credential_mut(credential)?;
        if let Some(found) = record.versions.iter_mut().find(|v| v.id == version) {
            found.life = Life::Active;
            found.life_at = Some(now);
            found.current_at = Some(now);
        }
        record.current = Some(Current { version, set: stamp.clone() });
        Ok(Applied { credential: Some(credential), version: Some(version), ..Applied::default() })
    }
}
