//! Joins two copies of a flow: what was done in either is done, and nothing that happened is lost.

use std::collections::BTreeSet;

use super::Conflict;
use crate::domain::journal::{End, Ended, Journal, Slot, Step};

/// Joins two copies of one flow. Its steps were fixed when it began, so they are the same in both.
pub(super) fn join(a: Journal, b: Journal, conflicts: &mut Vec<Conflict>) -> Journal {
    let title = a.title.clone();
    // The lesser of two by one order, so that the order of the copies doesn't matter.
    let (first, second) = if key(&a) <= key(&b) { (a, b) } else { (b, a) };
    let done = [first.count_done(), second.count_done()];
    let mut theirs = second.steps;
    let steps = first.steps.into_iter().map(|step| {
        let other = theirs.iter().position(|other| other.id == step.id).map(|at| theirs.remove(at));
        other.map_or_else(|| step.clone(), |other| both(step.clone(), other))
    });
    let steps: Vec<Step> = steps.collect();
    let mut slots = Vec::new();
    for slot in first.slots {
        let other = second.slots.iter().find(|other| other.name == slot.name).cloned();
        slots
            .push(other.map_or_else(|| slot.clone(), |other| versions([slot.clone(), other], done, &title, conflicts)));
    }
    let ended = first.ended.into_iter().chain(second.ended).min();
    // Each copy may have done what the other lacked.
    let last = steps.iter().map(|step| step.done.as_ref().map(|done| done.at)).collect::<Option<Vec<_>>>();
    let finished = last.and_then(|times| times.into_iter().max()).map(|at| Ended { how: End::Finished, at });
    Journal { steps, slots, ended: ended.or(finished), ..first }
}

fn key(journal: &Journal) -> (usize, String) {
    let slots = journal.slots.iter().map(|s| format!("{:?}{:?}{:?}", s.credential, s.old, s.new));
    (usize::MAX - journal.count_done(), slots.collect())
}

fn both(a: Step, b: Step) -> Step {
    let marks: BTreeSet<_> = a.marks.into_iter().chain(b.marks).collect();
    Step { done: a.done.into_iter().chain(b.done).min(), marks: marks.into_iter().collect(), ..a }
}

/// Where both copies made a version, that of the copy which came farther goes on, and of two that are as far the one that was
/// set later; the other stays in the vault, waiting, and is told.
fn versions([a, b]: [Slot; 2], done: [usize; 2], title: &str, conflicts: &mut Vec<Conflict>) -> Slot {
    let rank = |slot: &Slot, done| (slot.new.is_some(), done, slot.set.clone(), slot.new, slot.credential, slot.old);
    let (ours, theirs) = (rank(&a, done[0]), rank(&b, done[1]));
    let made = |slot: &Slot| slot.new.filter(|_| slot.new != slot.old);
    let apart = made(&a).zip(made(&b)).is_some_and(|(x, y)| x != y) && a.set.is_some() && b.set.is_some();
    let (kept, other) = if ours >= theirs { (a, b) } else { (b, a) };
    // The same computer took it again: no two copies that went apart.
    let by = |slot: &Slot| slot.set.as_ref().map(|stamp| stamp.device.clone());
    if apart && by(&kept) != by(&other) {
        conflicts.push(Conflict(format!(
            "«{title}» made a version of {} in both copies: one of them goes on, the other waits unused",
            kept.reference
        )));
    }
    kept
}
