//! A secret that a step of a flow is about to take, where the vault has it already: what was on the clipboard before, or what the page
//! of the other environment shows.

use super::Unlocked;
use crate::domain::journal::{Journal, Step};
use crate::domain::provider::SlotField;
use crate::domain::{Kind, Life};

/// Where a value stands already that a step is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// In a sentence.
    pub words: String,
    /// Whether nobody can take it all the same: by its own rules the step refuses it.
    pub is_final: bool,
}

impl Unlocked {
    /// Where a secret stands already that a step is given, or an ID that is to be another; `None` where it is new, or may be what was
    /// there. What was given up or denied elsewhere speaks against nothing.
    pub fn elsewhere(&self, journal: &Journal, step: &Step, own: &SlotField, value: &[u8]) -> Option<Elsewhere> {
        let slot = journal.slot(own.slot.as_str())?;
        let overrulable = |words| Some(Elsewhere { words, is_final: false });
        let here = self.document.account(journal.account)?.environment;
        let found = self.whose(value);
        // The rows of a page look alike: the ID of the one that is to go, with the secret of the new one, gets nothing.
        let old_id = found.iter().find(|found| {
            let version = self.document.version(found.credential, found.version);
            let was_used = version.is_some_and(|own| matches!(own.life, Life::Active | Life::Retired | Life::Revoked));
            step.new_id
                && !found.is_secret
                && Some(found.credential) == slot.credential
                && Some(found.version) != slot.new
                && was_used
        });
        if let Some(old) = old_id {
            return overrulable(format!("This is the value of {}: what is new has one of its own.", old.reference));
        }
        found.into_iter().filter(|found| found.is_secret).find_map(|found| {
            let version = self.document.version(found.credential, found.version)?;
            let is_old = Some(version.id) == slot.old;
            if Some(found.credential) == slot.credential {
                let is_required = slot.required.iter().any(|name| *name == *own.field);
                if is_required && matches!(version.life, Life::Retired | Life::Revoked) {
                    let words = format!("This is the value of v{}, which is {}.", version.n, version.life);
                    return Some(Elsewhere { words, is_final: true });
                }
                // What the flow has stored itself, and what a new attempt takes again.
                if version.life != Life::Active
                    || (!is_old && Some(version.id) == slot.new)
                    || (is_old && (step.may_equal_current || !is_required))
                {
                    return None;
                }
            } else if matches!(version.life, Life::Denied | Life::Abandoned) {
                return None;
            }
            let (place, there) = (&found.reference, found.reference.environment);
            if is_old {
                let words = format!("This is the value of {place}, which is current already.");
                // With another field beside it, it is a new version all the same.
                return Some(Elsewhere { words, is_final: step.fields.len() == 1 });
            }
            overrulable(if there == here {
                format!("This is the value of {place}: it is stored already.")
            } else {
                format!("This is the value of {place}, which is {there}, and here is {here}.")
            })
        })
    }

    /// Where a provider's public key stands already that a step is given, if that is in the other environment, in a sentence: most
    /// likely the page was the other one's.
    pub fn of_other_environment(&self, journal: &Journal, own: &SlotField, value: &[u8]) -> Option<String> {
        journal.slot(own.slot.as_str()).filter(|slot| slot.kind == Kind::ProviderPublicKey)?;
        let here = self.document.account(journal.account)?.environment;
        let found = self
            .whose(value)
            .into_iter()
            .find(|found| found.reference.environment != here && found.reference.provider == journal.provider)?;
        let (place, there) = (&found.reference, found.reference.environment);
        Some(format!("This is the value of {place}, which is {there}, and here is {here}: is the page that of {here}?"))
    }
}
