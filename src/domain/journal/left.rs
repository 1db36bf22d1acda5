//! What a flow leaves behind when it ends before its last step, and how to go on.

use super::{End, Journal, Slot};
use crate::domain::provider::{Act, Does};
use crate::domain::{Document, Kind, Life, Version};

impl Journal {
    /// What an abandoned or denied flow leaves behind, and how to clean it up or to go on: sentences.
    pub fn leftovers(&self, document: &Document) -> Vec<String> {
        let mut left = Vec::new();
        for slot in &self.slots {
            self.left_of(slot, document, &mut left);
        }
        if self.is_denied() {
            left.push(
                "Ask the provider what is missing. To ask again, begin the flow anew: it takes the same values, too."
                    .into(),
            );
        }
        left
    }

    fn is_denied(&self) -> bool {
        self.ended.as_ref().is_some_and(|ended| ended.how == End::Denied)
    }

    fn left_of(&self, slot: &Slot, document: &Document, left: &mut Vec<String>) {
        let did = |acts: &[Act]| self.steps.iter().any(|step| acts.contains(&step.act) && step.done.is_some());
        let version = |id| slot.credential.zip(id).and_then(|(credential, id)| document.version(credential, id));
        let name = &slot.reference;
        let works = self
            .only_working(document)
            .find(|(own, new)| own.name == slot.name && !self.is_asked_for(own, new))
            .map(|(_, new)| new.n);
        if let Some(n) = works {
            left.push(format!(
                "v{n} of {name} is the one that works at the gateway: it is kept as it is, and {name}@{n} gives it out. \
                 Begin again to put another in its place."
            ));
        } else if let Some(new) = version(slot.new).filter(|new| slot.new != slot.old && never_used(new.life)) {
            let n = new.n;
            match new.life {
                Life::Abandoned => left.push(format!("v{n} of {name} stays in the vault, abandoned.")),
                Life::Denied => left.push(format!("v{n} of {name} stays in the vault, denied, and is never offered.")),
                life if life.is_waiting() => {
                    left.push(format!("v{n} of {name} was never used; it is kept as abandoned."));
                }
                _ => {}
            }
            let again = if self.is_denied() { ", unless you ask again" } else { "" };
            if did(&[Act::Give]) {
                left.push(format!("The gateway has the public half of v{n}: delete it there{again}."));
            } else if did(&[Act::Take, Act::TakeOnce]) && slot.kind != Kind::ProviderPublicKey {
                let ids = ids(new);
                left.push(if self.does == Does::Renew {
                    // It has no entry of its own there.
                    format!("The gateway has put v{n}{ids} in the place of the one before: to revoke it there ends that entry for good.")
                } else {
                    format!("The gateway has made v{n}{ids}: revoke it there{again}.")
                });
            }
        }
        let in_use = version(slot.new).filter(|new| slot.new != slot.old && new.life == Life::Active);
        if let Some(new) = in_use {
            left.push(format!("v{} of {name} works at the gateway, and stays as it is.", new.n));
        }
        let Some(old) = version(slot.old) else { return };
        let n = old.n;
        match old.life {
            Life::Retired | Life::Revoked
                if works.is_none() && self.does != Does::Revoke && is_bare(slot, document) =>
            {
                left.push(format!("v{n} of {name} no longer works at the gateway, and nothing is in its place."));
            }
            Life::Retired | Life::Revoked => left.push(format!("v{n} of {name} no longer works at the gateway.")),
            Life::Active if in_use.is_some() && slot.overlaps => left
                .push(format!("v{n} of {name} still works at the gateway, too: revoke it there once no place has it.")),
            Life::Active if self.is_denied() => left.push(format!("v{n} of {name} goes on as before.")),
            _ => {}
        }
    }
}

/// By what the gateway knows a version, in brackets: a number of ours says nothing there.
fn ids(version: &Version) -> String {
    let ids: Vec<String> = version.ids().map(|(name, value)| format!("{name} {value}")).collect();
    if ids.is_empty() { String::new() } else { format!(" ({})", ids.join(", ")) }
}

/// Whether no version of a slot's credential works.
fn is_bare(slot: &Slot, document: &Document) -> bool {
    let credential = slot.credential.and_then(|id| document.credential(id));
    credential.is_none_or(|credential| credential.versions.iter().all(|version| version.life != Life::Active))
}

/// Whether what was made never came into use: it waits, or that was its end.
fn never_used(life: Life) -> bool {
    life.is_waiting() || matches!(life, Life::Denied | Life::Abandoned)
}
