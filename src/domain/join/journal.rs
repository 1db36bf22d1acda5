//! Joins two copies of a flow: what was done in either is done, and nothing that happened is lost.
//!
//! What was seen of one version says nothing of another: where the copies made different ones, all that was done about them, and
//! all that waited for it, counts as in the copy whose version goes on. The rest of the other stays as notes.

use std::collections::BTreeSet;

use super::Conflict;
use crate::domain::Id;
use crate::domain::Stamp;
use crate::domain::journal::{Done, End, Ended, Journal, Mark, Slot, Step, concerned};
use crate::domain::provider::Act;

/// Joins two copies of one flow. Its steps were fixed when it began, so they are the same in both.
pub(super) fn join(a: Journal, b: Journal, conflicts: &mut Vec<Conflict>) -> Journal {
    let title = a.title.clone();
    // The copy that came farther, by an order that doesn't depend on which is which.
    let (first, second) = if rank(&a) >= rank(&b) { (a, b) } else { (b, a) };
    let done = [first.count_done(), second.count_done()];
    let apart = first.slots.iter().filter(|slot| {
        let other = second.slot(&slot.name).and_then(|other| other.new);
        slot.new.zip(other).is_some_and(|(own, other)| own != other)
    });
    let apart: BTreeSet<String> = apart.map(|slot| slot.name.clone()).collect();
    let concerned = concerned(&first.steps, &apart);
    let mut theirs = second.steps;
    let steps = first.steps.into_iter().map(|step| {
        match theirs.iter().position(|other| other.id == step.id).map(|at| theirs.remove(at)) {
            Some(other) if concerned.contains(&step.id) => kept(step, other),
            Some(other) => both(step, other),
            None => step,
        }
    });
    let steps: Vec<Step> = steps.collect();
    let mut slots = Vec::new();
    for slot in first.slots {
        let other = second.slots.iter().find(|other| other.name == slot.name).cloned();
        slots.push(match other {
            Some(other) if apart.contains(&slot.name) => {
                tell(&slot, &other, &title, conflicts);
                slot
            }
            Some(other) => farther([slot, other], done),
            None => slot,
        });
    }
    let ended = first.ended.into_iter().chain(second.ended).min();
    // Each copy may have done what the other lacked.
    let last = steps.iter().map(|step| step.done.as_ref().map(|done| done.at)).collect::<Option<Vec<_>>>();
    let finished = last.and_then(|times| times.into_iter().max()).map(|at| Ended { how: End::Finished, at });
    Journal { steps, slots, ended: ended.or(finished), ..first }
}

/// When a slot was set, and to what.
type Made = (Option<Stamp>, [Option<Id>; 3]);

/// How far a copy has come: by what it has made current, by what was taken again, then by its steps, and of two that are as far by what
/// was set later. A join has come at least as far as either, so that joining again changes nothing.
fn rank(journal: &Journal) -> (usize, u32, usize, Vec<Made>) {
    let slots = journal.slots.iter().map(|slot| (slot.set.clone(), [slot.new, slot.credential, slot.old]));
    let again = journal.slots.iter().map(|slot| slot.again).sum();
    let promoted = journal.steps.iter().filter(|step| step.act == Act::Promote && step.done.is_some()).count();
    (promoted, again, journal.count_done(), slots.collect())
}

fn both(a: Step, b: Step) -> Step {
    let marks: BTreeSet<_> = a.marks.into_iter().chain(b.marks).collect();
    Step { done: a.done.into_iter().chain(b.done).min(), marks: marks.into_iter().collect(), ..a }
}

/// A step as it is in the copy that goes on. What only the other did was about another version: it can be read, and counts for nothing.
fn kept(own: Step, other: Step) -> Step {
    let done = other.done.filter(|done| own.done.as_ref() != Some(done)).map(Done::of_another_version);
    let foreign = other.marks.into_iter().filter(|mark| !own.marks.contains(mark));
    let foreign = foreign.map(Mark::of_another_version);
    let notes: Vec<Mark> = foreign.chain(done).collect();
    let marks: BTreeSet<Mark> = own.marks.into_iter().chain(notes).collect();
    Step { marks: marks.into_iter().collect(), ..own }
}

/// The slot that has a version; of two that have the same one, that of the copy which came farther. It was taken again as often as in
/// either, so that the join is never behind one of them.
fn farther([a, b]: [Slot; 2], done: [usize; 2]) -> Slot {
    let rank = |slot: &Slot, done| (slot.new.is_some(), done, slot.set.clone(), slot.new, slot.credential, slot.old);
    let again = a.again.max(b.again);
    let farther = if rank(&a, done[0]) >= rank(&b, done[1]) { a } else { b };
    Slot { again, ..farther }
}

/// Where both copies made a version, one goes on and the other stays in the vault, waiting.
fn tell(kept: &Slot, other: &Slot, title: &str, conflicts: &mut Vec<Conflict>) {
    let made = |slot: &Slot| slot.new != slot.old && slot.set.is_some();
    // It was taken again, by the same computer or in one of the copies: these did not go apart.
    let by = |slot: &Slot| slot.set.as_ref().map(|stamp| stamp.device.clone());
    if made(kept) && made(other) && by(kept) != by(other) && kept.again <= other.again {
        conflicts.push(Conflict(format!(
            "«{title}» made a version of {} in both copies: one of them goes on, the other waits unused",
            kept.reference
        )));
    }
}
