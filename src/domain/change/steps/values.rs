//! Values that a flow generates or takes: into which version they go, and what is wrong with them.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::Run;
use crate::domain::change::{Applied, ChangeError, NewField, insert, store_fields};
use crate::domain::journal::{FlowError, Grade, Happened, Slot};
use crate::domain::provider::Act;
use crate::domain::{Credential, Field, Id, Kind, Life, Origin, Stamps, Version};
use crate::secret::SecretBytes;

impl Run<'_, '_> {
    /// Stores what was generated or taken.
    pub(super) fn take(&mut self, values: Vec<(String, NewField)>) -> Result<Applied, ChangeError> {
        let mut by_slot: BTreeMap<String, Vec<NewField>> = BTreeMap::new();
        for (slot, field) in values {
            by_slot.entry(slot).or_default().push(field);
        }
        let mut found = Vec::new();
        for (name, fields) in by_slot {
            let slot = self.journal.slot(&name).ok_or_else(|| FlowError::NoStep(name.clone()))?.clone();
            self.belong(&slot, &fields)?;
            found.push(self.prepare(slot, fields)?);
        }
        self.complete(&found)?;
        let same = |taken: &Taken| taken.same;
        if !self.step.may_equal_current && !found.is_empty() && found.iter().all(same) {
            return Err(FlowError::SameAsCurrent.into());
        }
        let mut applied = Applied::default();
        let mut evidence = BTreeMap::new();
        for taken in found {
            for (name, field) in &taken.fields {
                let shown = field.value.as_ref().filter(|_| !name.ends_with("_key")).or(field.fingerprint.as_ref());
                evidence.insert(name.clone(), shown.cloned().unwrap_or_default());
            }
            let (credential, version) = self.keep(taken, &mut applied)?;
            applied.credential = applied.credential.or(Some(credential));
            applied.version = applied.version.or(Some(version));
        }
        if self.step.act == Act::TakeOnce {
            let print = evidence.into_values().collect::<Vec<_>>().join(" ");
            self.document.mark(self.journal.id, &self.step.id, Happened::Kept, None, print, self.context)?;
            return Ok(applied);
        }
        let done = self.done(Grade::Verified, evidence)?;
        Ok(Applied { credential: applied.credential.or(done.credential), ..applied })
    }

    /// A step takes the fields that it names, and no others.
    fn belong(&self, slot: &Slot, fields: &[NewField]) -> Result<(), FlowError> {
        let named = |field: &NewField| match self.step.act {
            Act::Generate => self.step.slots.contains(&slot.name),
            // The public half comes along with the private one, computed.
            _ => self.step.fields.iter().any(|own| {
                let same = *own.field == *field.name || (own.field == "private_key" && field.name == "public_key");
                *own.slot == *slot.name && same
            }),
        };
        if fields.iter().all(named) { Ok(()) } else { Err(FlowError::OtherDeed("the fields that it names")) }
    }

    /// Every field that the step takes is there, but for those that the credential does not require.
    fn complete(&self, found: &[Taken]) -> Result<(), FlowError> {
        if self.step.act == Act::Generate {
            return Ok(());
        }
        let given = |slot: &str, field: &str| {
            found.iter().any(|taken| taken.slot.name == slot && taken.fields.contains_key(field))
        };
        let required = |slot: &str, field: &str| {
            self.journal.slot(slot).is_some_and(|slot| slot.required.iter().any(|name| name == field))
        };
        let alone = self.step.fields.len() == 1;
        let missing = self.step.fields.iter().filter(|own| {
            !given(own.slot.as_str(), own.field.as_str()) && (alone || required(own.slot.as_str(), own.field.as_str()))
        });
        let missing: Vec<String> = missing.map(|own| own.field.to_string()).collect();
        if missing.is_empty() { Ok(()) } else { Err(FlowError::Incomplete(missing)) }
    }

    /// Turns values into fields, and compares them with what is there. Nothing is changed yet.
    fn prepare(&mut self, slot: Slot, new: Vec<NewField>) -> Result<Taken, ChangeError> {
        let started = slot.new.filter(|_| slot.new != slot.old);
        let before = slot.credential.zip(started).and_then(|(c, v)| self.document.version(c, v)).cloned();
        // Taken again before «I know»: another version takes the place of the one with the wrong value.
        let again =
            before.as_ref().is_some_and(|version| new.iter().any(|field| version.fields.contains_key(&field.name)));
        let version = match &before {
            Some(version) if !again => version.id,
            _ => (self.context.new_id)(),
        };
        let late = (before.is_some() && !again).then_some(self.stamp);
        let (fields, secrets) = store_fields(new, slot.kind, version, late, self.context);
        let old = slot.credential.zip(slot.old).and_then(|(c, v)| self.document.version(c, v));
        let same = old.is_some_and(|old| {
            fields
                .iter()
                .all(|(name, field)| old.fields.get(name).is_some_and(|own| own.fingerprint == field.fingerprint))
        });
        let mut whole = before.as_ref().map(|version| version.fields.clone()).unwrap_or_default();
        whole.extend(fields.clone());
        one_pair(slot.kind, &whole)?;
        Ok(Taken { slot, version, before: before.map(|v| v.id), again, whole, fields, secrets, same })
    }

    /// Stores what was taken for one slot; says where.
    fn keep(&mut self, taken: Taken, applied: &mut Applied) -> Result<(Id, Id), ChangeError> {
        let now = self.context.now;
        let Taken { slot, version, before, again, whole, fields, secrets, same } = taken;
        if let (true, Some(credential), Some(old)) = (same, slot.credential, slot.old) {
            self.set_slot(&slot.name, credential, old)?;
            return Ok((credential, old));
        }
        applied.same_as.extend(self.document.holders(&fields, version));
        let credential = match slot.credential {
            Some(id) => id,
            None => {
                let credential = Credential {
                    id: (self.context.new_id)(),
                    account: self.journal.account,
                    name: slot.reference.clone(),
                    kind: slot.kind,
                    label: String::new(),
                    note: String::new(),
                    tags: Vec::new(),
                    rotate_every_days: None,
                    snoozed_until: None,
                    created_at: now,
                    binned_at: None,
                    set: Stamps::new(),
                    current: None,
                    versions: Vec::new(),
                };
                if self.document.credential_in(self.journal.account, slot.reference.as_str()).is_some() {
                    return Err(ChangeError::Taken(slot.reference.to_string(), String::new()));
                }
                let id = credential.id;
                insert(&mut self.document.credentials, credential, |c| c.id);
                id
            }
        };
        if again && let Some(wrong) = before {
            self.document.rise(credential, wrong, Life::Abandoned, now)?;
        }
        let origin = match self.step.act {
            Act::Generate => Origin::Generated,
            Act::TakeOnce => Origin::ShownOnce,
            _ => Origin::Pasted,
        };
        let lifetime = slot.lifetime_s.and_then(|s| i64::try_from(s).ok()).map(SignedDuration::from_secs);
        let record = self.document.credential_mut(credential)?;
        match record.versions.iter_mut().find(|v| v.id == version) {
            Some(found) => found.fields.extend(fields),
            None => {
                let n = record.next_number();
                record.versions.push(Version {
                    id: version,
                    n,
                    life: Life::Pending,
                    life_at: Some(now),
                    origin,
                    created_at: now,
                    current_at: None,
                    expires_at: lifetime.and_then(|length| now.checked_add(length).ok()),
                    compromised_at: None,
                    sealed_at: None,
                    fields: whole,
                });
            }
        }
        applied.secrets.extend(secrets);
        self.set_slot(&slot.name, credential, version)?;
        Ok((credential, version))
    }

    fn set_slot(&mut self, name: &str, credential: Id, version: Id) -> Result<(), ChangeError> {
        let journal = self.document.journal_mut(self.journal.id)?;
        if let Some(slot) = journal.slots.iter_mut().find(|slot| slot.name == name) {
            slot.credential = Some(credential);
            slot.new = Some(version);
        }
        Ok(())
    }
}

/// What was taken for one slot, ready to be stored.
struct Taken {
    slot: Slot,
    version: Id,
    before: Option<Id>,
    again: bool,
    whole: BTreeMap<String, Field>,
    fields: BTreeMap<String, Field>,
    secrets: Vec<(crate::domain::SecretKey, SecretBytes)>,
    same: bool,
}

/// The halves of a key pair have one fingerprint.
fn one_pair(kind: Kind, fields: &BTreeMap<String, Field>) -> Result<(), FlowError> {
    let print = |name: &str| fields.get(name).and_then(|field| field.fingerprint.as_deref());
    match (kind, print("private_key"), print("public_key")) {
        (Kind::KeyPair, Some(private), Some(public)) if private != public => Err(FlowError::Mismatch),
        _ => Ok(()),
    }
}
