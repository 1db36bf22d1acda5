//! The vault's records in the shapes that are printed.

use jiff::Timestamp;

use super::json::{Listed, ListedAccount, Owned, Shown, ShownField, ShownVersion};
use crate::catalog::Catalog;
use crate::domain::{Account, Credential, Document, Environment, Field, Life, Version, due};
use crate::vault::{Match, Unlocked};

/// A line of `ls`.
pub(super) fn listed(
    catalog: &Catalog,
    document: &Document,
    account: &Account,
    credential: &Credential,
    now: Timestamp,
) -> Listed {
    let version = credential.version(None);
    let mut consumers: Vec<String> = document.used_by(credential.id).map(|consumer| consumer.label.clone()).collect();
    consumers.sort();
    Listed {
        reference: reference(document, credential),
        provider: account.provider.to_string(),
        environment: account.environment.as_str(),
        account: account.slug.to_string(),
        name: credential.name.to_string(),
        kind: credential.kind.as_str(),
        state: version.map(|v| life(v, now)),
        version: version.map(|v| v.n),
        fingerprint: version.and_then(|v| v.fingerprint(credential.kind)).map(str::to_owned),
        created_at: version.map_or(credential.created_at, |v| v.created_at),
        expires_at: version.and_then(|v| v.expires_at),
        rotate_by: credential.rotate_by(rule(catalog, account, credential)),
        consumers,
        label: credential.label.clone(),
        tags: credential.tags.clone(),
        pending: credential.pending().map(|v| v.n),
        previous: credential.previous().map(|v| v.n),
        binned_at: credential.binned_at,
    }
}

/// All about a credential but its secret values.
pub(super) fn shown(
    catalog: &Catalog,
    document: &Document,
    account: &Account,
    credential: &Credential,
    now: Timestamp,
) -> Shown {
    let version = |version: &Version| ShownVersion {
        version: version.n,
        state: credential.state(version, now).as_str(),
        origin: version.origin.as_str(),
        created_at: version.created_at,
        expires_at: version.expires_at,
        compromised_at: version.compromised_at,
        fields: version.fields.iter().map(|(name, field)| (name.clone(), shown_field(field))).collect(),
    };
    Shown {
        listed: listed(catalog, document, account, credential, now),
        note: credential.note.clone(),
        rotate_every_days: credential.rotate_every_days,
        account_fields: account.fields.clone(),
        versions: credential.versions.iter().rev().map(version).collect(),
    }
}

fn shown_field(field: &Field) -> ShownField {
    ShownField {
        secret: field.is_secret(),
        value: field.value.clone(),
        prefix: field.prefix.clone(),
        form: field.form.clone(),
        fingerprint: field.fingerprint.clone(),
    }
}

/// An account with what it has.
pub(super) fn listed_account(document: &Document, account: &Account) -> ListedAccount {
    let own = document.listed().filter(|(owner, _)| owner.id == account.id);
    ListedAccount {
        reference: format!("{}/{}/{}", account.provider, account.environment, account.slug),
        provider: account.provider.to_string(),
        environment: account.environment.as_str(),
        account: account.slug.to_string(),
        label: account.label.clone(),
        fields: account.fields.clone(),
        credentials: own.map(|(_, credential)| reference(document, credential)).collect(),
    }
}

/// A place where a value stands.
pub(super) fn owned(vault: &Unlocked, found: &Match, now: Timestamp) -> Owned {
    let credential = vault.document.credential(found.credential);
    let version = credential.and_then(|c| c.versions.iter().find(|v| v.id == found.version));
    Owned {
        reference: found.reference.to_string(),
        environment: found.reference.environment.as_str(),
        version: version.map(|v| v.n),
        field: found.reference.field.clone(),
        state: credential.zip(version).map(|(c, v)| c.state(v, now).as_str()),
    }
}

/// A credential's reference as text.
pub(super) fn reference(document: &Document, credential: &Credential) -> String {
    document.reference(credential).map_or_else(|| credential.name.to_string(), |reference| reference.to_string())
}

/// The sign and word of an environment: never one without the other.
pub(super) fn badge(environment: &str) -> String {
    if environment == Environment::Live.as_str() { "● LIVE".into() } else { format!("○ {environment}") }
}

/// After how many days a credential is to be rotated.
fn rule(catalog: &Catalog, account: &Account, credential: &Credential) -> Option<u32> {
    let spec = catalog.get(account.provider.as_str()).and_then(|provider| provider.spec_of(credential));
    due::rule(account, credential, spec).map(|rule| rule.days)
}

/// The life word of a version, or that its time is over.
fn life(version: &Version, now: Timestamp) -> &'static str {
    if version.life <= Life::Active && version.is_expired(now) { "expired" } else { version.life.as_str() }
}
