//! A secret that a step of a flow is about to take, where the vault has it already: what was on the clipboard before, or what the page
//! of the other environment shows.

use super::Unlocked;
use crate::domain::journal::{Journal, Step};
use crate::domain::provider::SlotField;
use crate::domain::{Kind, Life};

impl Unlocked {
    /// Where a secret stands that a step is given, in a sentence; `None` where it is new, or may be what was there. What was given up or
    /// denied elsewhere speaks against nothing.
    pub fn elsewhere(&self, journal: &Journal, step: &Step, own: &SlotField, value: &[u8]) -> Option<String> {
        let slot = journal.slot(own.slot.as_str())?;
        let here = self.document.account(journal.account)?.environment;
        self.whose(value).into_iter().filter(|found| found.is_secret).find_map(|found| {
            let version = self.document.version(found.credential, found.version)?;
            let is_old = Some(version.id) == slot.old;
            if Some(found.credential) == slot.credential {
                // What the flow has stored itself, and what a new attempt takes again. What was stopped is refused by its own rule.
                if version.life != Life::Active
                    || (!is_old && Some(version.id) == slot.new)
                    || (is_old && (step.may_equal_current || !slot.required.iter().any(|name| *name == *own.field)))
                {
                    return None;
                }
            } else if matches!(version.life, Life::Denied | Life::Abandoned) {
                return None;
            }
            let (place, there) = (&found.reference, found.reference.environment);
            Some(if is_old {
                format!("This is the value of {place}, which is current already.")
            } else if there == here {
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
