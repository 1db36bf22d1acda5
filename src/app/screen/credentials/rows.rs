//! The rows of the list: made once for each state of the vault, their texts kept ready for finding.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

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

/// A row for each credential. Of those that have not changed since `before` was made, only what the time changes is made anew; they
/// stay in their order, so that little is left to be sorted.
pub(super) fn build(catalog: &Catalog, document: &Document, before: Rows, agenda: &[Due], now: Timestamp) -> Rows {
    let agenda: HashMap<Id, &Due> = agenda.iter().filter_map(|due| Some((due.credential?, due))).collect();
    let mut rows = before;
    rows.retain(|row| {
        document.credential(row.id).is_some_and(|credential| std::ptr::eq(&raw const *row.of, credential))
    });
    if rows.len() < document.credentials.len() {
        let kept: HashSet<Id> = rows.iter().map(|row| row.id).collect();
        let new = document.credentials.iter().filter(|credential| !kept.contains(&credential.id));
        let with_account = new.filter_map(|credential| Some((document.account(credential.account)?, credential)));
        rows.extend(with_account.map(|(account, credential)| Box::new(row(catalog, account, credential))));
    }
    for row in &mut rows {
        let item = agenda.get(&row.id).copied();
        row.next = item.map_or(Next::Nothing, next);
        row.needs_deed = item.is_some_and(|item| item.is_due(now, SOON));
    }
    rows
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

/// When those end that end by themselves soon, rising.
pub(super) fn ends(rows: &[Box<Row>], now: Timestamp) -> Vec<Timestamp> {
    let ends = rows.iter().filter_map(|row| match row.next {
        Next::Expires(at) if at.duration_since(now) <= COUNTED => Some(at),
        _ => None,
    });
    let mut ends: Vec<Timestamp> = ends.collect();
    ends.sort_unstable();
    ends
}

/// Sorts; among equals the order is always live before sandbox, then provider, account, name.
pub(super) fn sort(rows: &mut [Box<Row>], by: Sort, now: Timestamp) {
    let live_first = |r: &Row| r.environment != Environment::Live;
    let need = |r: &Row| match r.next {
        Next::Expired(at) | Next::NoKey(at) | Next::Expires(at) | Next::Due(at) if r.needs_deed => (false, at),
        Next::Overlap(end) => (false, end.unwrap_or(now)),
        _ => (!r.needs_deed, Timestamp::MIN),
    };
    let live = |a: &Row, b: &Row| live_first(a).cmp(&live_first(b));
    let provider = |a: &Row, b: &Row| in_small_letters(&a.provider).cmp(in_small_letters(&b.provider));
    let account = |a: &Row, b: &Row| a.account.cmp(&b.account);
    let name = |a: &Row, b: &Row| a.name.cmp(&b.name);
    rows.sort_by(|a, b| {
        let first = match by {
            Sort::Deed => {
                let ((a_needs, a_when), (b_needs, b_when)) = (need(a), need(b));
                a_needs.cmp(&b_needs).then_with(|| live(a, b)).then_with(|| a_when.cmp(&b_when))
            }
            Sort::Provider => provider(a, b),
            Sort::Account => account(a, b),
            Sort::Name => name(a, b),
            Sort::Changed => b.changed_at.cmp(&a.changed_at),
        };
        let then = first.then_with(|| live(a, b)).then_with(|| provider(a, b));
        then.then_with(|| account(a, b)).then_with(|| name(a, b))
    });
}

fn in_small_letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

/// What ends within this time counts down on the screen; of anything later the days are shown.
const COUNTED: SignedDuration = SignedDuration::from_hours(48);
