//! The rows of the list: made once for each state of the vault, their texts kept ready for finding.

use jiff::{SignedDuration, Timestamp};

use crate::app::model::{Next, Row, Sort};
use crate::catalog::Catalog;
use crate::domain::provider::CredentialSpec;
use crate::domain::{Account, Credential, Document, Environment, Rotation};

/// What a provider's file says of a credential: of those of its kind the one with its name, else the first.
pub(in crate::app) fn spec_of<'a>(
    catalog: &'a Catalog,
    account: &Account,
    credential: &Credential,
) -> Option<&'a CredentialSpec> {
    let provider = catalog.get(account.provider.as_str())?;
    provider.spec_of(credential.kind, credential.name.as_str())
}

/// A row for each credential.
pub(super) fn build(catalog: &Catalog, document: &Document, now: Timestamp) -> Vec<Row> {
    let with_account = document.credentials.iter().filter_map(|c| Some((document.account(c.account)?, c)));
    with_account.map(|(account, credential)| row(catalog, account, credential, now)).collect()
}

fn row(catalog: &Catalog, account: &Account, credential: &Credential, now: Timestamp) -> Row {
    let provider =
        catalog.get(account.provider.as_str()).map_or_else(|| account.provider.to_string(), |p| p.name.clone());
    let spec = spec_of(catalog, account, credential);
    let due = credential.rotate_by(Rotation::of(credential, account.environment, spec).map(|rule| rule.days));
    let version = credential.version(None);
    let next = next(credential, due, now);
    let soon = |at: Timestamp| at <= now.checked_add(SOON).unwrap_or(Timestamp::MAX);
    let needs_deed = match next {
        Next::Expired(_) => true,
        Next::Expires(at) | Next::Due(at) => soon(at),
        Next::Waiting | Next::Nothing => false,
    };
    let age = credential.current().and_then(|current| {
        let since = current.current_at.unwrap_or(current.created_at);
        Some((since, current.expires_at.or(due)?))
    });
    let environment = account.environment;
    let tags = credential.tags.join(" ");
    let text = format!(
        "{} {environment} {provider} {} {} {} {} {}",
        account.provider, account.slug, credential.name, credential.kind, credential.label, tags
    );
    Row {
        id: credential.id,
        environment,
        provider_id: account.provider.clone(),
        provider,
        account: account.slug.to_string(),
        name: credential.name.to_string(),
        kind: credential.kind,
        label: credential.label.clone(),
        version: version.map(|v| v.n),
        age,
        changed_at: credential.versions.iter().map(|v| v.created_at).max().unwrap_or(credential.created_at),
        next,
        needs_deed,
        waits: credential.pending().is_some(),
        binned_at: credential.binned_at,
        text: text.as_str().into(),
    }
}

fn next(credential: &Credential, due: Option<Timestamp>, now: Timestamp) -> Next {
    let expires = credential.current().and_then(|v| v.expires_at);
    match (expires, due) {
        (Some(end), _) if end <= now => Next::Expired(end),
        (Some(end), Some(due)) if due < end => Next::Due(due),
        (Some(end), _) => Next::Expires(end),
        (None, Some(due)) if due <= now.checked_add(SOON).unwrap_or(Timestamp::MAX) => Next::Due(due),
        _ if credential.pending().is_some() => Next::Waiting,
        (None, Some(due)) => Next::Due(due),
        (None, None) => Next::Nothing,
    }
}

/// Sorts; among equals the order is always live before sandbox, then provider, account, name.
pub(super) fn sort(rows: &mut [Row], by: Sort, now: Timestamp) {
    let live_first = |r: &Row| r.environment != Environment::Live;
    let provider = |r: &Row| r.provider.to_lowercase();
    match by {
        Sort::Deed => rows.sort_by_cached_key(|r| {
            let when = match r.next {
                Next::Expired(at) | Next::Expires(at) | Next::Due(at) if r.needs_deed => at,
                _ => now,
            };
            (
                !r.needs_deed,
                live_first(r),
                if r.needs_deed { when } else { Timestamp::MIN },
                provider(r),
                r.account.clone(),
                r.name.clone(),
            )
        }),
        Sort::Provider => rows.sort_by_cached_key(|r| (provider(r), live_first(r), r.account.clone(), r.name.clone())),
        Sort::Account => rows.sort_by_cached_key(|r| (r.account.clone(), live_first(r), provider(r), r.name.clone())),
        Sort::Name => rows.sort_by_cached_key(|r| (r.name.clone(), live_first(r), provider(r), r.account.clone())),
        Sort::Changed => rows.sort_by_cached_key(|r| {
            (std::cmp::Reverse(r.changed_at), live_first(r), provider(r), r.account.clone(), r.name.clone())
        }),
    }
}

/// What is due within so long is due soon: 14 days.
const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);
