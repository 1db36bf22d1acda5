//! The agenda: every entry in its place, and what of it is made anew when records change or time passes.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::item::View;
use super::time::{Span, Time};
use super::{Due, Providers};
use crate::domain::sorted::merge;
use crate::domain::{Consumer, Credential, Document, Environment, Id, Journal, Standing, Use};

/// All that is to be done, and every date that comes, in the order of the screen: what has no working key comes first and what waits
/// for others last, live before sandbox, then by time.
#[derive(Debug, Default)]
pub struct Agenda {
    entries: Vec<Entry>,
    /// How long what was said of each credential holds, also where that was nothing. In the order of the records.
    holds: Vec<Span>,
}

#[derive(Debug)]
struct Entry {
    /// Whose it is: to find it takes no look at each of the others, which lie all over the memory.
    credential: Option<Id>,
    due: Arc<Due>,
}

/// A credential that has changed, or of which the agenda says something else.
#[derive(Clone, Debug)]
pub struct Changed {
    /// Which.
    pub id: Id,
    /// The record as it is now; none where it was deleted.
    pub credential: Option<Arc<Credential>>,
    /// What the agenda says of it now.
    pub due: Option<Arc<Due>>,
}

impl Agenda {
    /// Brings it up to date. It was made of the records as they were `before` (an empty document, where it is new), with the same
    /// providers. A save changes one credential of ten thousand, as a rule: the entries of all others stay, while what they are made
    /// from stays, and no moment passes on which they depend. Gives what changed, by rising ID.
    pub fn renew(
        &mut self,
        before: &Document,
        document: &Document,
        providers: &Providers<'_>,
        now: Timestamp,
    ) -> Vec<Changed> {
        let view = view(document, providers, now);
        // Apart from the credential itself these are all that an entry is made from.
        let same = (&before.accounts, &before.consumers, &before.journals)
            == (&document.accounts, &document.consumers, &document.journals);
        let held = std::mem::replace(&mut self.holds, Vec::with_capacity(document.credentials.len()));
        let holds = |at: usize| held.get(at).copied().filter(|span| same && span.has(now));
        let mut changed: Vec<Changed> = Vec::new();
        for standing in document.since(&before.credentials) {
            let at = match standing {
                Standing::Gone(at) => {
                    changed.push(Changed { id: before.credentials[at].id, credential: None, due: None });
                    continue;
                }
                Standing::Kept(was, at) => match holds(was) {
                    Some(span) => {
                        self.holds.push(span);
                        continue;
                    }
                    None => at,
                },
                Standing::New(at) => at,
            };
            let credential = &document.credentials[at];
            changed.pop_if(|gone| gone.id == credential.id);
            let due = view.of(credential).map(Arc::new);
            let span = view.time.same();
            // What credentials in one flow say depends on one another.
            self.holds.push(if view.flows.contains_key(&credential.id) { Span::NEVER } else { span });
            changed.push(Changed { id: credential.id, credential: Some(Arc::clone(credential)), due });
        }
        let stays = |id: Id| changed.binary_search_by_key(&id, |changed| changed.id).is_err();
        self.entries.retain(|entry| entry.credential.is_some_and(stays));
        let new = changed.iter().filter_map(|changed| changed.due.clone()).chain(view.beginnings().map(Arc::new));
        let new = new.map(|due| Entry { credential: due.credential, due }).collect();
        merge(&mut self.entries, new, |one, other| order(&one.due, &other.due));
        changed
    }

    /// All entries, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &Due> {
        self.entries.iter().map(|entry| &*entry.due)
    }

    /// The entry at this place of the order.
    pub fn get(&self, at: usize) -> Option<&Due> {
        self.entries.get(at).map(|entry| &*entry.due)
    }

    /// All entries, without what renews them.
    pub(super) fn into_entries(self) -> impl Iterator<Item = Due> {
        self.entries.into_iter().map(|entry| Arc::unwrap_or_clone(entry.due))
    }
}

impl From<Vec<Due>> for Agenda {
    /// Entries in this order, made elsewhere: each is made anew when this is brought up to date.
    fn from(entries: Vec<Due>) -> Self {
        let entries = entries.into_iter().map(|due| Entry { credential: due.credential, due: Arc::new(due) });
        Self { entries: entries.collect(), holds: Vec::new() }
    }
}

fn view<'a, 'p>(document: &'a Document, providers: &'a Providers<'p>, now: Timestamp) -> View<'a, 'p> {
    let mut uses: HashMap<Id, Vec<(&Consumer, &Use)>> = HashMap::new();
    for consumer in &document.consumers {
        for used in &consumer.uses {
            uses.entry(used.credential).or_default().push((consumer, used));
        }
    }
    let mut flows: HashMap<Id, &Journal> = HashMap::new();
    for flow in document.journals.iter().filter(|flow| flow.is_open()) {
        for credential in flow.changed().filter_map(|slot| slot.credential) {
            flows.entry(credential).or_insert(flow);
        }
    }
    View { document, uses, flows, time: Time::new(now), providers }
}

fn order(one: &Due, other: &Due) -> Ordering {
    let rank = |due: &Due| (!due.no_key, due.waits(), due.environment != Environment::Live, due.deadline.or(due.since));
    let by_name = || one.reference.cmp(&other.reference);
    let apart = || (one.credential, one.journal).cmp(&(other.credential, other.journal));
    rank(one).cmp(&rank(other)).then_with(by_name).then_with(apart)
}
