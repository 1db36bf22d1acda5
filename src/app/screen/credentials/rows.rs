//! The rows of the list: made once for each state of the vault, their texts kept ready for finding.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::app::model::{Next, Row, Rows, Sort};
use crate::catalog::Catalog;
use crate::domain::due::{self, Due, SOON, What, rule};
use crate::domain::provider::CredentialSpec;
use crate::domain::{Account, Credential, Document, Environment, Id};

/// What a provider's file says of a credential: of those of its kind the one with its name, else the first.
pub(in crate::app) fn spec_of<'a>(
    catalog: &'a Catalog,
    account: &Account,
    credential: &Credential,
) -> Option<&'a CredentialSpec> {
    catalog.get(account.provider.as_str())?.spec_of(credential)
}

/// A row for each credential. Of those that have not changed since `before` was made, only what the time changes is made anew.
pub(super) fn build(catalog: &Catalog, document: &Document, before: Rows, agenda: &[Due], now: Timestamp) -> Rows {
    let with_account = document.credentials.iter().filter_map(|c| Some((document.account(c.account)?, c)));
    let agenda: HashMap<Id, &Due> = agenda.iter().filter_map(|due| Some((due.credential?, due))).collect();
    let mut before: HashMap<Id, Box<Row>> = before.into_iter().map(|row| (row.id, row)).collect();
    with_account
        .map(|(account, credential)| {
            let same = before.remove(&credential.id).filter(|row| Arc::ptr_eq(&row.of, credential));
            let mut row = same.unwrap_or_else(|| Box::new(row(catalog, account, credential)));
            let item = agenda.get(&credential.id).copied();
            row.next = item.map_or(Next::Nothing, next);
            row.needs_deed = item.is_some_and(|item| item.is_due(now, SOON));
            row
        })
        .collect()
}

/// All that is to be done, and every date that comes.
pub(in crate::app) fn agenda(catalog: &Catalog, document: &Document, now: Timestamp) -> Vec<Due> {
    due::agenda(document, &|id| catalog.get(id.as_str()), now)
}

/// Without what the agenda says.
fn row(catalog: &Catalog, account: &Account, credential: &Arc<Credential>) -> Row {
    let provider =
        catalog.get(account.provider.as_str()).map_or_else(|| account.provider.to_string(), |p| p.name.clone());
    let spec = spec_of(catalog, account, credential);
    let due = credential.rotate_by(rule(account, credential, spec).map(|rule| rule.days));
    let version = credential.version(None);
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
        of: Arc::clone(credential),
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
        next: Next::Nothing,
        needs_deed: false,
        waits: credential.pending().is_some(),
        binned_at: credential.binned_at,
        text: text.to_lowercase().as_str().into(),
    }
}

/// What the list says of an entry of the agenda.
fn next(item: &Due) -> Next {
    match (&item.what, item.deadline) {
        (What::Expired, Some(at)) => Next::Expired(at),
        (What::Dead { .. } | What::Use { .. } | What::Wait, Some(at)) if item.no_key => Next::NoKey(at),
        (What::Renew, Some(at)) => Next::Expires(at),
        (What::Rotate { .. }, Some(at)) => Next::Due(at),
        (What::Move { .. } | What::Retire { .. }, end) => Next::Overlap(end),
        (What::GoOn { step, of, .. }, _) => Next::Step(*step, *of),
        _ => Next::Waiting,
    }
}

/// Sorts; among equals the order is always live before sandbox, then provider, account, name.
pub(super) fn sort(rows: &mut [Box<Row>], by: Sort, now: Timestamp) {
    let live_first = |r: &Row| r.environment != Environment::Live;
    let provider = |r: &Row| r.provider.to_lowercase();
    match by {
        Sort::Deed => rows.sort_by_cached_key(|r| {
            let (needs, when) = match r.next {
                Next::Expired(at) | Next::NoKey(at) | Next::Expires(at) | Next::Due(at) if r.needs_deed => (true, at),
                Next::Overlap(end) => (true, end.unwrap_or(now)),
                _ => (r.needs_deed, Timestamp::MIN),
            };
            (!needs, live_first(r), when, provider(r), r.account.clone(), r.name.clone())
        }),
        Sort::Provider => rows.sort_by_cached_key(|r| (provider(r), live_first(r), r.account.clone(), r.name.clone())),
        Sort::Account => rows.sort_by_cached_key(|r| (r.account.clone(), live_first(r), provider(r), r.name.clone())),
        Sort::Name => rows.sort_by_cached_key(|r| (r.name.clone(), live_first(r), provider(r), r.account.clone())),
        Sort::Changed => rows.sort_by_cached_key(|r| {
            (std::cmp::Reverse(r.changed_at), live_first(r), provider(r), r.account.clone(), r.name.clone())
        }),
    }
}
