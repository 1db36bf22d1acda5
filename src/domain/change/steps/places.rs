//! The places that use a credential: which got the new version, which still have the old one, and how that is known.

use std::collections::BTreeSet;

use super::{Run, noted};
use crate::domain::change::consumer::put_to_use;
use crate::domain::change::{Applied, ChangeError, Context, Document};
use crate::domain::journal::{FlowError, Grade, Happened, Journal, Slot, Step};
use crate::domain::provider::Does;
use crate::domain::{Consumer, Id, Life, Proof, Side, Stamp, Use, clean};

impl Document {
    /// The labels of the consumers that have this version, or may have it since nobody knows which one they have.
    pub fn holders_of(&self, credential: Id, version: Id) -> Vec<String> {
        let has = |u: &Use| u.credential == credential && u.version.is_none_or(|own| own == version);
        self.consumers.iter().filter(|c| c.uses.iter().any(has)).map(|c| c.label.clone()).collect()
    }

    /// The labels of the consumers that have the version which a step stops.
    pub fn killed_at(&self, journal: &Journal, step: &Step) -> Vec<String> {
        journal.killed(step).map(|(credential, version)| self.holders_of(credential, version)).unwrap_or_default()
    }

    /// Those of them that keep it from being stopped.
    pub fn holding_up(&self, journal: &Journal, step: &Step) -> Vec<String> {
        if self.hold(journal, step) == Hold::No { Vec::new() } else { self.killed_at(journal, step) }
    }

    /// Whether places that still have a version hold up the step that stops it.
    pub fn hold(&self, journal: &Journal, step: &Step) -> Hold {
        let Some((credential, version)) = journal.killed(step).filter(|_| !journal.stops_damage()) else {
            return Hold::No;
        };
        let slot = step.kills.as_ref().and_then(|killed| journal.slot(killed.slot.as_str()));
        let other = self
            .credential(credential)
            .is_some_and(|record| record.versions.iter().any(|v| v.id != version && v.life <= Life::Active));
        if journal.does == Does::Revoke || other && slot.is_some_and(|slot| slot.overlaps) {
            Hold::Yes
        } else if slot.is_some_and(|slot| journal.promoted(&slot.name)) {
            Hold::UnlessSaid
        } else {
            Hold::No
        }
    }

    /// Notes that a place was seen to have what a flow puts beside the old version there: until the step comes that puts it in the old
    /// one's place, the old one is in use. Says whether that is so.
    pub(in crate::domain::change) fn is_beside(
        &mut self,
        consumer: usize,
        (credential, version): (Id, Id),
        proof: Proof,
        stamp: &Stamp,
        context: &Context<'_>,
    ) -> Result<bool, ChangeError> {
        let found = self.journals.iter().find_map(|journal| {
            let (step, old) = journal.staging(credential, version)?;
            Some((journal.id, step.id.clone(), old))
        });
        let Some((journal, step, old)) = found else { return Ok(false) };
        let record = self.credential(credential).ok_or(ChangeError::Gone)?;
        let made = record.versions.iter().find(|own| own.id == version);
        let print = made.and_then(|own| own.fingerprint(record.kind)).unwrap_or_default().to_owned();
        let consumer = &mut self.consumers[consumer];
        let id = consumer.id;
        if consumer.uses.iter().all(|used| used.credential != credential) {
            put_to_use(consumer, Use { credential, version: old, at: context.now, proof: Proof::Asked }, stamp);
        }
        self.mark(journal, &step, Happened::Placed, Some((id, proof)), print, context)?;
        Ok(true)
    }

    /// Which of these a place gets by a step: those that it uses already; all where it uses none.
    pub(in crate::domain::change) fn gets<'a>(&self, label: &str, slots: &[&'a Slot]) -> Vec<&'a Slot> {
        let label = clean(label);
        let place = self.consumers.iter().find(|place| place.label == label.trim());
        let own: Vec<&Slot> =
            slots.iter().copied().filter(|slot| place.is_some_and(|place| uses(place, slot))).collect();
        if own.is_empty() { slots.to_vec() } else { own }
    }

    /// The labels of the consumers that a step still waits for which ticks them off.
    pub fn still_to_move(&self, journal: &Journal, step: &Step) -> Vec<String> {
        let placed: BTreeSet<Id> = step.placed().map(|(id, _)| id).collect();
        let slots: Vec<(Id, Option<Id>)> =
            slots(journal, step).filter_map(|slot| Some((slot.credential?, slot.new))).collect();
        let lacks = |consumer: &&Consumer| {
            let other = |u: &Use| slots.iter().any(|(id, new)| u.credential == *id && u.version != *new);
            !placed.contains(&consumer.id) && consumer.uses.iter().any(other)
        };
        self.consumers.iter().filter(lacks).map(|consumer| consumer.label.clone()).collect()
    }
}

/// Whether places that still have a version hold up the step that stops it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// No: there is no time, as after a leak, or the gateway stops it as it gives another.
    No,
    /// Until they have moved, or somebody says why not to wait: another took its place, but nobody knows that both work, and it may
    /// have ended by itself.
    UnlessSaid,
    /// Until they have moved: both work, or nothing takes its place.
    Yes,
}

fn uses(place: &Consumer, slot: &Slot) -> bool {
    place.uses.iter().any(|used| Some(used.credential) == slot.credential)
}

impl Hold {
    /// Refuses to stop a version that these places have: where they hold it up, and where they are others than the user was told.
    pub(super) fn lets_go(self, holders: &[String], note: &str, despite: &[String]) -> Result<(), FlowError> {
        let untold: Vec<String> = holders.iter().filter(|label| !despite.contains(label)).cloned().collect();
        match self {
            _ if holders.is_empty() => Ok(()),
            Self::Yes => Err(FlowError::StillUsed(holders.to_vec())),
            Self::UnlessSaid if note.trim().is_empty() => Err(FlowError::StillUsed(holders.to_vec())),
            _ if untold.is_empty() => Ok(()),
            Self::UnlessSaid => Err(FlowError::StillUsed(untold)),
            Self::No => Err(FlowError::Untold(untold)),
        }
    }
}

/// The slots that a step acts on.
fn slots<'a>(journal: &'a Journal, step: &'a Step) -> impl Iterator<Item = &'a Slot> {
    step.slots.iter().filter_map(|name| journal.slot(name))
}

impl Run<'_, '_> {
    pub(super) fn refuse_holders(&self, credential: Id, version: Id) -> Result<(), FlowError> {
        let holders = self.document.holders_of(credential, version);
        if holders.is_empty() { Ok(()) } else { Err(FlowError::StillUsed(holders)) }
    }

    pub(super) fn nobody_has_the_old(&self) -> Result<(), FlowError> {
        for slot in self.step.slots.iter().filter_map(|name| self.journal.slot(name)) {
            if let (Some(credential), Some(old)) = (slot.credential, slot.old.filter(|_| slot.old != slot.new)) {
                self.refuse_holders(credential, old)?;
            }
        }
        Ok(())
    }

    /// A place has the new version. Of several credentials it gets those that it uses already; one that is new gets all.
    pub(super) fn place(&mut self, label: &str, proof: Proof) -> Result<Applied, ChangeError> {
        let slots: Vec<Slot> = slots(self.journal, self.step).cloned().collect();
        let first = slots.first().ok_or(ChangeError::Gone)?;
        let (credential, new) = first.credential.zip(first.new).ok_or(ChangeError::Gone)?;
        let version = self.document.version(credential, new).ok_or(ChangeError::Gone)?;
        let print = version.fingerprint(first.kind).unwrap_or_default().to_owned();
        let known = self.document.consumers.len();
        let at = self.document.consumer_index(label, self.context)?;
        let was_made = self.document.consumers.len() > known;
        let consumer = &mut self.document.consumers[at];
        if was_made && slots.iter().all(|slot| slot.for_clients) {
            consumer.side = Side::Client;
        }
        let is_new = !slots.iter().any(|slot| uses(consumer, slot));
        let gets: Vec<&Slot> = slots.iter().filter(|slot| is_new || uses(consumer, slot)).collect();
        if consumer.side == Side::Client && gets.iter().any(|slot| slot.server_only) {
            return Err(FlowError::ClientSide(consumer.label.clone()).into());
        }
        let id = consumer.id;
        // What is staged is not in use yet: the old one is, as before.
        for slot in gets.into_iter().filter(|_| is_new || !self.step.staged) {
            if let Some((credential, new)) = slot.credential.zip(slot.new) {
                let version = if self.step.staged { slot.old } else { Some(new) };
                put_to_use(consumer, Use { credential, version, at: self.context.now, proof }, self.stamp);
            }
        }
        self.document.mark(self.journal.id, &self.step.id, Happened::Placed, Some((id, proof)), print, self.context)?;
        Ok(Applied { credential: Some(credential), ..Applied::default() })
    }

    /// Every place is ticked off.
    pub(super) fn all_placed(&mut self, note: &str) -> Result<Applied, ChangeError> {
        let left = self.document.still_to_move(self.journal, self.step);
        if !left.is_empty() {
            return Err(FlowError::StillUsed(left).into());
        }
        let (places, seen) = self.placed();
        let mut evidence = noted(note);
        evidence.insert("places".into(), places.to_string());
        self.done(if self.step.staged { Grade::Asserted } else { seen }, evidence)
    }

    /// How many places use what the step is about, and how it is known what they have: paykeep has seen it where it saw each of them. Of
    /// none it can't see anything.
    pub(super) fn placed(&self) -> (usize, Grade) {
        let ids: Vec<Id> = slots(self.journal, self.step).filter_map(|slot| slot.credential).collect();
        let using = |c: &&Consumer| c.uses.iter().any(|u| ids.contains(&u.credential));
        let places: Vec<&Consumer> = self.document.consumers.iter().filter(using).collect();
        let mut uses = places.iter().flat_map(|c| c.uses.iter().filter(|u| ids.contains(&u.credential)));
        let seen = !places.is_empty() && uses.all(|u| u.proof != Proof::Asked);
        (places.len(), if seen { Grade::Verified } else { Grade::Asserted })
    }
}
