//! Where credentials are used, and which version a reference means.

use jiff::Timestamp;

use super::{Applied, ChangeError, Context, Document, insert, set};
use crate::domain::{Consumer, Current, Id, Life, Proof, Side, Stamp, Stamps, Use, clean};

impl Document {
    /// Points a reference at an active version. One that is dead stays dead.
    pub(super) fn point_to(
        &mut self,
        credential: Id,
        version: Id,
        stamp: &Stamp,
        now: Timestamp,
    ) -> Result<Applied, ChangeError> {
        let record = self.credential_mut(credential)?;
        let found = record.versions.iter_mut().find(|v| v.id == version).ok_or(ChangeError::Gone)?;
        if found.life != Life::Active {
            return Err(ChangeError::NotActive(found.life.to_string()));
        }
        found.current_at = Some(now);
        record.current = Some(Current { version, set: stamp.clone() });
        Ok(Applied { credential: Some(credential), version: Some(version), ..Applied::default() })
    }

    /// Edits a consumer, or makes one.
    pub(super) fn edit_consumer(
        &mut self,
        label: &str,
        side: Option<Side>,
        place: Option<String>,
        uses: Option<(Id, Option<Id>, Proof)>,
        stamp: &Stamp,
        context: &mut Context<'_>,
    ) -> Result<Applied, ChangeError> {
        if let Some((credential, _, _)) = uses {
            self.credential(credential).ok_or(ChangeError::Gone)?;
        }
        let at = self.consumer_index(label, context)?;
        let consumer = &mut self.consumers[at];
        if let Some(side) = side {
            set(&mut consumer.side, side, "side", &mut consumer.set, stamp);
        }
        if let Some(place) = place {
            set(&mut consumer.place, clean(&place).trim().to_owned(), "place", &mut consumer.set, stamp);
        }
        if let Some((credential, Some(version), proof @ Proof::Matched)) = uses
            && self.is_beside(at, (credential, version), proof, stamp, context)?
        {
            return Ok(Applied { credential: Some(credential), ..Applied::default() });
        }
        let consumer = &mut self.consumers[at];
        if let Some((credential, version, proof)) = uses {
            put_to_use(consumer, Use { credential, version, at: context.now, proof }, stamp);
        }
        Ok(Applied { credential: uses.map(|(credential, _, _)| credential), ..Applied::default() })
    }

    /// Notes that a consumer no longer uses these.
    pub(super) fn unuse(
        &mut self,
        consumer: Id,
        credentials: &[Id],
        stamp: &Stamp,
        now: Timestamp,
    ) -> Result<Applied, ChangeError> {
        let record = self.consumers.iter_mut().find(|c| c.id == consumer).ok_or(ChangeError::Gone)?;
        for credential in credentials {
            no_longer(record, *credential, stamp);
        }
        if record.uses.is_empty() {
            self.forget_consumer(consumer, now);
        }
        Ok(Applied { credential: credentials.first().copied(), ..Applied::default() })
    }

    /// Where the consumer of this label stands; it is made if it isn't there.
    pub(super) fn consumer_index(&mut self, label: &str, context: &mut Context<'_>) -> Result<usize, ChangeError> {
        let label = clean(label).trim().to_owned();
        if label.is_empty() {
            return Err(ChangeError::NoValue);
        }
        if let Some(at) = self.consumers.iter().position(|c| c.label == label) {
            return Ok(at);
        }
        let id = (context.new_id)();
        let consumer =
            Consumer { id, label, side: Side::Server, place: String::new(), set: Stamps::new(), uses: Vec::new() };
        Ok(insert(&mut self.consumers, consumer, |c| c.id))
    }
}

/// Notes what a consumer uses, in the place of what it used of the same credential.
pub(super) fn put_to_use(consumer: &mut Consumer, used: Use, stamp: &Stamp) {
    no_longer(consumer, used.credential, stamp);
    consumer.uses.push(used);
    consumer.uses.sort_by_key(|u| u.credential);
}

/// Notes that a consumer no longer uses a credential: with a stamp, so that an older copy does not bring the use back.
pub(super) fn no_longer(consumer: &mut Consumer, credential: Id, stamp: &Stamp) {
    consumer.uses.retain(|u| u.credential != credential);
    consumer.set.insert(use_stamp(credential), stamp.clone());
}

/// Under which name the use of a credential is stamped.
pub(in crate::domain) fn use_stamp(credential: Id) -> String {
    format!("uses.{credential}")
}
