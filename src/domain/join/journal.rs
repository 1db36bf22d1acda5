//! Joins two copies of a flow: what was done in either is done, and nothing that happened is lost.

use std::collections::BTreeSet;

use super::Conflict;
use crate::domain::journal::{Journal, Slot, Step};

/// Joins two copies of one flow. Its steps were fixed when it began, so they are the same in both.
pub(super) fn join(a: Journal, b: Journal, conflicts: &mut Vec<Conflict>) -> Journal {
    let title = a.title.clone();
    // The lesser of two by one order, so that the order of the copies doesn't matter.
    let (first, second) = if key(&a) <= key(&b) { (a, b) } else { (b, a) };
    let mut theirs = second.steps;
    let steps = first.steps.into_iter().map(|step| {
        let other = theirs.iter().position(|other| other.id == step.id).map(|at| theirs.remove(at));
        other.map_or_else(|| step.clone(), |other| both(step.clone(), other))
    });
    let steps: Vec<Step> = steps.collect();
    let mut slots = Vec::new();
    for slot in first.slots {
        let other = second.slots.iter().find(|other| other.name == slot.name).cloned();
        slots.push(other.map_or_else(|| slot.clone(), |other| versions(slot.clone(), other, &title, conflicts)));
    }
    Journal { steps, slots, ended: first.ended.into_iter().chain(second.ended).min(), ..first }
}

fn key(journal: &Journal) -> (usize, String) {
    let slots = journal.slots.iter().map(|s| format!("{:?}{:?}{:?}", s.credential, s.old, s.new));
    (usize::MAX - journal.count_done(), slots.collect())
}

fn both(a: Step, b: Step) -> Step {
    let marks: BTreeSet<_> = a.marks.into_iter().chain(b.marks).collect();
    Step { done: a.done.into_iter().chain(b.done).min(), marks: marks.into_iter().collect(), ..a }
}

/// Where both copies made a version, the older one goes on; the other stays in the vault, waiting, and is told.
fn versions(a: Slot, b: Slot, title: &str, conflicts: &mut Vec<Conflict>) -> Slot {
    let made = |slot: &Slot| slot.new.filter(|_| slot.new != slot.old);
    if let (Some(x), Some(y)) = (made(&a), made(&b))
        && x != y
    {
        conflicts.push(Conflict(format!(
            "«{title}» made a version of {} in both copies: the older one goes on, the other waits unused",
            a.reference
        )));
    }
    // Both copies made the credential: its versions go with it.
    if a.credential.is_some() && b.credential.is_some() && a.credential != b.credential {
        return if a.credential <= b.credential { a } else { b };
    }
    Slot {
        credential: a.credential.into_iter().chain(b.credential).min(),
        old: a.old.into_iter().chain(b.old).min(),
        new: a.new.into_iter().chain(b.new).min(),
        ..a
    }
}
