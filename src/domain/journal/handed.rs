//! What a step hands over to the places that use a credential: of each slot all that they need, and not the secret alone.

use super::{Journal, Slot, Step};
use crate::domain::provider::Act;
use crate::domain::{Document, Field, Kind, Version};

/// A value that a step hands over.
#[derive(Clone, Copy, Debug)]
pub struct Handed<'a> {
    /// Whose it is.
    pub slot: &'a Slot,
    /// The version that has it.
    pub version: &'a Version,
    /// Its name.
    pub name: &'a str,
    /// The value.
    pub field: &'a Field,
}

impl Journal {
    /// The values that a step hands over, in the order in which they are copied: where a credential is an ID and a secret first the ID;
    /// else the secrets first. A public half stays out where the private one goes. A step that seals hands over secrets alone.
    pub fn handed<'a>(&'a self, step: &'a Step, document: &'a Document) -> Vec<Handed<'a>> {
        if !matches!(step.act, Act::Seal | Act::Substitute) {
            return Vec::new();
        }
        let mut all = Vec::new();
        for slot in step.slots.iter().filter_map(|name| self.slot(name)) {
            let Some(version) = slot.credential.zip(slot.new).and_then(|(c, v)| document.version(c, v)) else {
                continue;
            };
            let has_half = version.fields.contains_key("private_key");
            let mut own: Vec<Handed<'_>> = version
                .fields
                .iter()
                .filter(|(name, field)| {
                    field.is_secret() || (step.act == Act::Substitute && !(has_half && *name == "public_key"))
                })
                .map(|(name, field)| Handed { slot, version, name, field })
                .collect();
            let id_first = slot.kind == Kind::ClientCredentials;
            own.sort_by_key(|handed| handed.field.is_secret() == id_first);
            all.extend(own);
        }
        all
    }
}
