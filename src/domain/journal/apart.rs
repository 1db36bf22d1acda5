//! What tells the version that a step stops from those that it leaves alone.

use super::{Journal, Step};
use crate::domain::provider::Act;
use crate::domain::{Document, Id};

impl Journal {
    /// What tells the version that a step stops, or that it is to see refused, from the others at the gateway: names and values, none of
    /// them secret. Its number, its IDs, its fingerprint, and what was answered when it was made by a step that is about it.
    pub fn told_apart(&self, step: &Step, document: &Document) -> Vec<(String, String)> {
        let Some((credential, version)) = self.stopped_by(step) else { return Vec::new() };
        let Some(record) = document.credential(credential) else { return Vec::new() };
        let Some(found) = record.versions.iter().find(|own| own.id == version) else { return Vec::new() };
        let mut said = vec![("version".to_owned(), found.n.to_string())];
        said.extend(found.ids().map(|(name, value)| (name, value.to_owned())));
        if let Some(print) = found.fingerprint(record.kind) {
            said.push(("fingerprint".to_owned(), print.to_owned()));
        }
        let made = document.journals.iter().flat_map(|journal| {
            let makes = |slot: &super::Slot| (slot.credential, slot.new) == (Some(credential), Some(version));
            let is_about =
                move |step: &&Step| journal.slots.iter().any(|slot| makes(slot) && step.slots.contains(&slot.name));
            journal.steps.iter().filter(is_about)
        });
        let answered = made.filter(|step| step.is_said()).filter_map(|step| {
            let answer = step.done.as_ref()?.evidence.get("note")?;
            Some((step.asks.clone()?, answer.clone()))
        });
        said.extend(answered);
        said
    }

    fn stopped_by(&self, step: &Step) -> Option<(Id, Id)> {
        // A call to run fills in what it is about.
        if step.act != Act::ProveDead || step.call.is_some() {
            return self.killed(step);
        }
        let slot = step.slots.first().and_then(|name| self.slot(name))?;
        slot.credential.zip(slot.old)
    }
}
