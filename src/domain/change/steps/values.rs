//! Values that a flow generates or takes: into which version they go, and what is wrong with them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::Run;
use crate::domain::change::{
    Applied, ChangeError, NewField, NewValue, insert, prints, refuse_secret_inside, store_fields,
};
use crate::domain::journal::{FlowError, Grade, Happened, Slot};
use crate::domain::provider::Act;
use crate::domain::{Credential, Field, Fields, Id, Kind, Life, Origin, Stamps, Version};
use crate::secret::SecretBytes;

impl Run<'_, '_> {
    /// Stores what was generated or taken, and until when it works where that is known.
    pub(super) fn take(
        &mut self,
        values: Vec<(String, NewField)>,
        until: Option<Timestamp>,
    ) -> Result<Applied, ChangeError> {
        if until.is_some_and(|until| until <= self.context.now) {
            return Err(FlowError::Expired.into());
        }
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
        self.not_ones_own(&found)?;
        if !self.step.may_equal_current && found.iter().all(|taken| taken.same) {
            return Err(FlowError::SameAsCurrent.into());
        }
        if self.step.done.is_some() {
            self.withdraw(&found)?;
        }
        let mut applied = Applied::default();
        let mut evidence = BTreeMap::new();
        for taken in found {
            for (name, field) in taken.whole.iter().filter(|(name, _)| taken.prints.iter().any(|(own, _)| own == *name))
            {
                let shown = field.value.as_ref().filter(|_| !name.ends_with("_key")).or(field.fingerprint.as_ref());
                evidence.insert(name.clone(), shown.cloned().unwrap_or_default());
            }
            let (credential, version) = self.keep(taken, until, &mut applied)?;
            applied.credential = applied.credential.or(Some(credential));
            applied.version = applied.version.or(Some(version));
        }
        if self.step.act == Act::TakeOnce {
            // The halves of a pair have one fingerprint.
            let mut prints: Vec<String> = evidence.into_values().collect();
            prints.dedup();
            let print = prints.join(" ");
            self.document.mark(self.journal.id, &self.step.id, Happened::Kept, None, print, self.context)?;
            return Ok(applied);
        }
        let done = self.done(Grade::Verified, evidence)?;
        Ok(Applied { credential: applied.credential.or(done.credential), ..applied })
    }

    /// The step was done with other values. With the same ones it is done already.
    fn withdraw(&mut self, found: &[Taken]) -> Result<(), ChangeError> {
        let becomes = |taken: &Taken| if taken.is_old { taken.slot.old } else { Some(taken.version) };
        let other = found.iter().filter(|taken| becomes(taken) != taken.slot.new);
        let slots: BTreeSet<String> = other.map(|taken| taken.slot.name.clone()).collect();
        if slots.is_empty() {
            return Err(FlowError::DoneAlready(self.step.title.clone()).into());
        }
        self.document.journal_mut(self.journal.id)?.withdraw(&self.step.id, &slots);
        Ok(())
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
        let given = |slot: &str, field: &str| {
            found.iter().any(|taken| taken.slot.name == slot && taken.whole.contains_key(field))
        };
        let required = |slot: &str, field: &str| {
            self.journal.slot(slot).is_some_and(|slot| slot.required.iter().any(|name| name == field))
        };
        let alone = self.step.fields.len() == 1;
        let missing = self.step.fields.iter().filter(|own| {
            !given(own.slot.as_str(), own.field.as_str()) && (alone || required(own.slot.as_str(), own.field.as_str()))
        });
        let mut missing: Vec<String> = missing.map(|own| own.field.to_string()).collect();
        if self.step.act == Act::Generate {
            // Both halves: the public one is given to the gateway.
            let lacks = |(slot, half): &(&String, &str)| !given(slot, half);
            let halves = self.step.slots.iter().flat_map(|slot| [(slot, "private_key"), (slot, "public_key")]);
            missing.extend(halves.filter(lacks).map(|(_, half)| half.to_owned()));
        } else if missing.is_empty() && found.is_empty() {
            missing.extend(self.step.fields.iter().map(|own| own.field.to_string()));
        }
        if missing.is_empty() { Ok(()) } else { Err(FlowError::Incomplete(missing)) }
    }

    /// A provider's key is none of the user's own: neither one that is there, nor one that was given beside it.
    fn not_ones_own(&self, found: &[Taken]) -> Result<(), ChangeError> {
        let pairs = found.iter().filter(|taken| taken.slot.kind == Kind::KeyPair);
        let pairs: Vec<(String, String)> = pairs
            .flat_map(|taken| taken.prints.iter().map(|(_, print)| (taken.slot.reference.to_string(), print.clone())))
            .collect();
        found.iter().try_for_each(|taken| self.document.refuse_own_key(taken.slot.kind, &taken.prints, &pairs))
    }

    /// Turns values into fields, and compares them with what is there. Nothing is changed yet.
    fn prepare(&mut self, slot: Slot, new: Vec<NewField>) -> Result<Taken, ChangeError> {
        let slot = self.adopted(slot)?;
        let started = slot.new.filter(|_| slot.new != slot.old);
        let before = slot.credential.zip(started).and_then(|(c, v)| self.document.version(c, v)).cloned();
        // Taken again before «I know»: another version takes the place of the one with the wrong value.
        let again =
            before.as_ref().is_some_and(|version| new.iter().any(|field| version.fields.contains_key(&field.name)));
        let prints = prints(&new, slot.kind, self.context);
        self.refuse_stopped(&slot, &new, &prints)?;
        refuse_secret_inside(&new, before.as_ref().filter(|_| !again).map(|version| &version.fields))?;
        let again = again && !before.as_ref().is_some_and(|version| holds(version, &prints));
        let version = match &before {
            Some(version) if !again => version.id,
            _ => (self.context.new_id)(),
        };
        // What is there already is not stored twice: whoever was interrupted may give it again.
        let mut new = new;
        if let (false, Some(version)) = (again, &before) {
            new.retain(|field| !version.fields.contains_key(&field.name));
        }
        let late = (before.is_some() && !again).then_some(self.stamp);
        let (fields, secrets) = store_fields(new, slot.kind, version, late, self.context);
        let mut whole = before.as_ref().map_or_else(|| self.goes_on(&slot), |version| version.fields.clone());
        if again && fields.contains_key("private_key") {
            // The other half is not of this key.
            whole.remove("public_key");
        }
        whole.extend(fields.clone());
        one_pair(slot.kind, &whole)?;
        not_twice(slot.kind, &told_apart(&whole))?;
        let old = slot.credential.zip(slot.old).and_then(|(c, v)| self.document.version(c, v));
        let same = old.is_some_and(|old| holds(old, &prints));
        let is = |own: &Field, field: &Field| own.fingerprint == field.fingerprint;
        let is_old = old.is_some_and(|old| {
            whole.iter().all(|(name, field)| old.fields.get(name).is_some_and(|own| is(own, field)))
        });
        let before = before.map(|version| version.id);
        Ok(Taken { slot, version, before, again, whole, fields, secrets, prints, same, is_old })
    }

    /// What the old version has beside what its replacement needs, where the step takes it and it is not given anew: it stays as it was,
    /// as a user's password does where the client's secret is replaced.
    fn goes_on(&self, slot: &Slot) -> Fields {
        let old = slot.credential.zip(slot.old).and_then(|(credential, old)| self.document.version(credential, old));
        let is_taken = |name: &str| self.step.fields.iter().any(|own| *own.slot == *slot.name && *own.field == *name);
        let goes_on = |(name, _): &(&String, _)| is_taken(name) && !slot.required.contains(name);
        let fields = old.into_iter().flat_map(|old| &old.fields).filter(goes_on);
        fields.map(|(name, field)| (name.clone(), field.clone())).collect()
    }

    /// A secret that was stopped at the gateway does not come back: it is the one that stands on the page still, or in an old file.
    fn refuse_stopped(&self, slot: &Slot, new: &[NewField], prints: &[(String, String)]) -> Result<(), FlowError> {
        // What goes on from version to version, as a password does, was not stopped with one of them.
        let secret = new
            .iter()
            .zip(prints)
            .filter(|(field, _)| matches!(field.value, NewValue::Secret(_)) && slot.required.contains(&field.name));
        let secret: Vec<(String, String)> = secret.map(|(_, print)| print.clone()).collect();
        let known = slot.credential.and_then(|id| self.document.credential(id));
        let stopped = known.into_iter().flat_map(|credential| &credential.versions).find(|version| {
            matches!(version.life, Life::Retired | Life::Revoked) && !secret.is_empty() && holds(version, &secret)
        });
        stopped.map_or(Ok(()), |version| Err(FlowError::Stopped(version.n, version.life.to_string())))
    }

    /// A slot whose credential was stored since the flow began takes that one; the one that the flow is to create must not be
    /// there in the meantime.
    fn adopted(&self, slot: Slot) -> Result<Slot, ChangeError> {
        if slot.credential.is_some() {
            return Ok(slot);
        }
        let Some(found) = self.document.credential_in(self.journal.account, slot.reference.as_str()) else {
            return Ok(slot);
        };
        let is_first = self.journal.slots.first().is_some_and(|first| first.name == slot.name);
        if is_first || found.kind != slot.kind {
            return Err(ChangeError::Taken(slot.reference.to_string(), String::new()));
        }
        Ok(Slot { credential: Some(found.id), old: found.current.as_ref().map(|current| current.version), ..slot })
    }

    /// Stores what was taken for one slot; says where.
    fn keep(&mut self, taken: Taken, until: Option<Timestamp>, applied: &mut Applied) -> Result<(Id, Id), ChangeError> {
        let now = self.context.now;
        let Taken { slot, version, before, again, whole, fields, secrets, is_old, .. } = taken;
        if let (true, Some(credential), Some(old)) = (is_old, slot.credential, slot.old) {
            // Given by mistake before, and now the old one: what was made for it is not used.
            if let Some(wrong) = before {
                self.document.rise(credential, wrong, Life::Abandoned, now)?;
            }
            self.set_slot(&slot, credential, old)?;
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
                let id = credential.id;
                insert(Arc::make_mut(&mut self.document.credentials), Arc::new(credential), |c| c.id);
                id
            }
        };
        let origin = match self.step.act {
            Act::Generate => Origin::Generated,
            Act::TakeOnce => Origin::ShownOnce,
            _ => Origin::Pasted,
        };
        let mut from = (origin, None);
        if again && let Some(wrong) = before {
            self.document.rise(credential, wrong, Life::Abandoned, now)?;
            // The secret that stays came as it came, and was handed over if it was; another field alone was taken again.
            let kept = |version: &&Version| {
                version
                    .secret_fields()
                    .any(|(name, field)| whole.get(name).is_some_and(|new| new.secret == field.secret))
            };
            if let Some(wrong) = self.document.version(credential, wrong).filter(kept) {
                from = (wrong.origin, wrong.sealed_at);
            }
        }
        let (origin, sealed_at) = from;
        let lifetime = slot.lifetime_s.and_then(|s| i64::try_from(s).ok()).map(SignedDuration::from_secs);
        let ends = until.or_else(|| now.checked_add(lifetime?).ok());
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
                    expires_at: ends,
                    compromised_at: None,
                    sealed_at,
                    fields: whole,
                });
            }
        }
        applied.secrets.extend(secrets);
        self.set_slot(&slot, credential, version)?;
        Ok((credential, version))
    }

    fn set_slot(&mut self, taken: &Slot, credential: Id, version: Id) -> Result<(), ChangeError> {
        let stamp = self.stamp.clone();
        let journal = self.document.journal_mut(self.journal.id)?;
        if let Some(slot) = journal.slots.iter_mut().find(|slot| slot.name == taken.name) {
            slot.credential = Some(credential);
            slot.old = taken.old;
            slot.again += u32::from(slot.new.is_some_and(|before| before != version));
            slot.new = Some(version);
            slot.set = Some(stamp);
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
    whole: Fields,
    fields: Fields,
    secrets: Vec<(crate::domain::SecretKey, SecretBytes)>,
    /// The fingerprints of what was given.
    prints: Vec<(String, String)>,
    /// What was given is what the old version has.
    same: bool,
    /// All that the version has by now is what the old one has.
    is_old: bool,
}

/// Whether a version has these values already, each under its name.
fn holds(version: &Version, prints: &[(String, String)]) -> bool {
    prints
        .iter()
        .all(|(name, print)| version.fields.get(name).is_some_and(|own| own.fingerprint.as_ref() == Some(print)))
}

/// The ID pasted where the secret belongs: what everyone may see is no secret. Takes name, fingerprint and whether it is secret of
/// all values of a version. (The halves of a pair have one fingerprint.)
pub(in crate::domain::change) fn not_twice<'a>(
    kind: Kind,
    values: &(impl Iterator<Item = (&'a str, &'a str, bool)> + Clone),
) -> Result<(), ChangeError> {
    let is_public = |print: &str| values.clone().any(|(_, own, secret)| !secret && own == print);
    let found = values.clone().find(|(_, print, secret)| *secret && is_public(print));
    match found.filter(|_| kind != Kind::KeyPair) {
        Some((name, ..)) => Err(ChangeError::NoSecret(name.to_owned())),
        None => Ok(()),
    }
}

/// Name, fingerprint and whether it is secret of each value.
pub(in crate::domain::change) fn told_apart(fields: &Fields) -> impl Iterator<Item = (&str, &str, bool)> + Clone {
    fields.iter().filter_map(|(name, field)| Some((name.as_str(), field.fingerprint.as_deref()?, field.is_secret())))
}

/// The halves of a key pair have one fingerprint.
pub(in crate::domain::change) fn one_pair(kind: Kind, fields: &Fields) -> Result<(), FlowError> {
    let print = |name: &str| fields.get(name).and_then(|field| field.fingerprint.as_deref());
    match (kind, print("private_key"), print("public_key")) {
        (Kind::KeyPair, Some(private), Some(public)) if private != public => Err(FlowError::Mismatch),
        _ => Ok(()),
    }
}
