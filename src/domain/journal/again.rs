//! A value that was taken wrongly, taken once more: until it has become current another one can take its place.

use std::collections::BTreeSet;

use super::{Done, Happened, Journal, Mark, Step};
use crate::domain::provider::{Act, Which};

impl Journal {
    /// Whether another value can take the place of what a step has taken.
    pub fn can_retake(&self, step: &Step) -> bool {
        let open = self.is_open() && step.done.is_some() && matches!(step.act, Act::Take | Act::TakeOnce);
        let slots: BTreeSet<String> = step.fields.iter().map(|field| field.slot.to_string()).collect();
        let concerned = concerned(self.since(&step.id), &slots);
        let promoted = |step: &Step| step.act == Act::Promote && step.done.is_some() && concerned.contains(&step.id);
        open && !self.steps.iter().any(promoted)
    }

    /// A step and all after it: those before it were done for whatever it takes.
    fn since(&self, step: &str) -> &[Step] {
        let at = self.steps.iter().position(|other| other.id == step);
        at.and_then(|at| self.steps.get(at..)).unwrap_or_default()
    }

    /// Another value stands in these slots by this step: what was done since about the one before counts for nothing, but stays as notes.
    /// What has stopped an old version has stopped it.
    pub(in crate::domain) fn withdraw(&mut self, step: &str, slots: &BTreeSet<String>) {
        let concerned = concerned(self.since(step), slots);
        let after = self.steps.iter_mut().skip_while(|other| other.id != step);
        let after = after.filter(|other| concerned.contains(&other.id) && other.kills.is_none());
        for other in after {
            let done = other.done.take().map(Done::of_another_version);
            let marks = std::mem::take(&mut other.marks).into_iter();
            // What the step itself has kept of the value before is told apart by its fingerprint.
            let marks = marks.map(|mark| if other.id == step { mark } else { mark.of_another_version() });
            other.marks = marks.chain(done).collect::<BTreeSet<Mark>>().into_iter().collect();
        }
    }
}

impl Done {
    /// The note that is left of it where another version goes on. One text for every way there, so that a copy in which it was taken
    /// back and one in which it still stands come together without telling it twice.
    pub(in crate::domain) fn of_another_version(self) -> Mark {
        Mark {
            at: self.at,
            what: Happened::Noted,
            by: self.by,
            consumer: None,
            proof: None,
            text: "done for another version, which is not used".into(),
        }
    }
}

impl Mark {
    /// The note that is left of it, by one text as well.
    pub(in crate::domain) fn of_another_version(self) -> Self {
        let text = match self.what {
            Happened::Contradicted => format!("answered {}", self.text),
            _ => self.text,
        };
        Self { what: Happened::Noted, text, ..self }
    }
}

/// The steps that say something of what these slots hold, and those that come after them.
pub(in crate::domain) fn concerned(steps: &[Step], slots: &BTreeSet<String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    loop {
        let before = found.len();
        for step in steps {
            if touches(step, slots) || step.needs.iter().any(|id| found.contains(id)) {
                found.insert(step.id.clone());
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

fn touches(step: &Step, slots: &BTreeSet<String>) -> bool {
    // What stops the old version says nothing of the new one.
    if slots.is_empty() || step.kills.is_some() {
        return false;
    }
    let call = step.call.as_ref().filter(|call| call.with.which != Which::Previous).map(|call| call.with.slot.as_str());
    let fields = step.fields.iter().map(|field| field.slot.as_str());
    let proof = [&step.sign, &step.verify].into_iter().flatten().filter(|used| used.with.which != Which::Previous);
    let proof = proof.map(|used| used.with.slot.as_str());
    let named: Vec<&str> = step.slots.iter().map(String::as_str).chain(fields).chain(call).chain(proof).collect();
    // A proof that names no version may be of any.
    named.iter().any(|name| slots.contains(*name)) || (named.is_empty() && step.act == Act::Verify)
}
