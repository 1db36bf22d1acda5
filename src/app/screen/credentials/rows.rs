//! The rows of the list: made once for each state of a credential, their texts kept ready for finding.

use std::cmp::Ordering;

use jiff::{SignedDuration, Timestamp};

use crate::app::model::{Credentials, Next, Rotations, Row, Sort};
use crate::catalog::Catalog;
use crate::domain::due::{Changed, Due, SOON, What, rule};
use crate::domain::provider::CredentialSpec;
use crate::domain::sorted::merge;
use crate::domain::{Account, Credential, Document, Environment, Id};

/// What a provider's file says of a credential: of those of its kind the one with its name, else the first.
pub(in crate::app) fn spec_of<'a>(
    catalog: &'a Catalog,
    account: &Account,
    credential: &Credential,
) -> Option<&'a CredentialSpec> {
    catalog.get(account.provider.as_str())?.spec_of(credential)
}

/// Makes the rows of what changed anew, and puts them in their places; all others stay as they are.
pub(super) fn renew(list: &mut Credentials, changed: &[Changed], catalog: &Catalog, document: &Document) {
    let Credentials { rows, counts, .. } = list;
    rows.retain(|row| {
        let stays = changed.binary_search_by_key(&row.id, |changed| changed.id).is_err();
        if !stays {
            counts.count(row, -1);
        }
        stays
    });
    let new = changed.iter().filter_map(|Changed { credential, due, .. }| {
        let credential = credential.as_ref()?;
        let row = row(catalog, document, credential, due.as_deref(), list.built_at)?;
        counts.count(&row, 1);
        Some(Box::new(row))
    });
    let new = new.collect();
    merge(rows, new, order(list.sort, list.built_at));
}

/// The row of a credential, and of what the agenda says about it.
fn row(
    catalog: &Catalog,
    document: &Document,
    credential: &Credential,
    item: Option<&Due>,
    now: Timestamp,
) -> Option<Row> {
    let account = document.account(credential.account)?;
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
    Some(Row {
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
        next: item.map_or_else(|| beside(document, credential.id), next),
        needs_deed: item.is_some_and(|item| item.is_due(now, SOON) && (item.no_key || !item.waits())),
        waits: credential.pending().is_some(),
        binned_at: credential.binned_at,
        text: text.to_lowercase().as_str().into(),
    })
}

/// What the list says where the agenda has no entry: a flow that changes several credentials stands there under the first of them.
fn beside(document: &Document, credential: Id) -> Next {
    let flow = document.worked_on(&[credential]);
    flow.and_then(|flow| Some(Next::Step(flow.now()? + 1, flow.steps.len()))).unwrap_or(Next::Nothing)
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

/// When those end that end by themselves soon, rising: they are among what the rotations list.
pub(super) fn ends(rotations: &Rotations, now: Timestamp) -> Vec<Timestamp> {
    let listed = rotations.shown.iter().filter_map(|at| rotations.agenda.get(*at));
    let ends = listed.filter_map(|due| match next(due) {
        Next::Expires(at) if at.duration_since(now) <= COUNTED => Some(at),
        _ => None,
    });
    let mut ends: Vec<Timestamp> = ends.collect();
    ends.sort_unstable();
    ends
}

/// The order of the list; among equals it is always live before sandbox, then provider, account, name. It turns with the time where
/// the agenda does: what is late goes before an overlap without an end.
pub(super) fn order(by: Sort, now: Timestamp) -> impl Fn(&Box<Row>, &Box<Row>) -> Ordering {
    let live_first = |r: &Row| r.environment != Environment::Live;
    // Whether nothing has to be done; then when, and at that moment whether it is an overlap without an end.
    let need = move |r: &Row| match r.next {
        Next::Expired(at) | Next::NoKey(at) | Next::Expires(at) | Next::Due(at) if r.needs_deed => (false, (at, false)),
        Next::Overlap(end) => (false, end.map_or((now, true), |end| (end, false))),
        _ => (!r.needs_deed, (Timestamp::MIN, false)),
    };
    let live = move |a: &Row, b: &Row| live_first(a).cmp(&live_first(b));
    let provider = |a: &Row, b: &Row| in_small_letters(&a.provider).cmp(in_small_letters(&b.provider));
    let account = |a: &Row, b: &Row| a.account.cmp(&b.account);
    let name = |a: &Row, b: &Row| a.name.cmp(&b.name);
    move |a, b| {
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
        then.then_with(|| account(a, b)).then_with(|| name(a, b)).then_with(|| a.id.cmp(&b.id))
    }
}

fn in_small_letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

/// What ends within this time counts down on the screen; of anything later the days are shown.
const COUNTED: SignedDuration = SignedDuration::from_hours(48);
