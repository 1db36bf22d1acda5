//! What a flow does to the records, and what it refuses: the rules that hold whatever a provider's file says.
//!
//! Nothing becomes current before it is complete, approved and verified. No version is stopped without the account's name
//! typed, nor while a place still has it where it could have moved first. What paykeep can see for itself takes no one's word.

mod values;

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::consumer::put_to_use;
use super::{Applied, ChangeError, Context, Deed, Document, insert};
use crate::domain::journal::{
    Begin, Done, End, Ended, FlowError, Grade, Happened, Journal, Mark, Progress, Slot, Step,
};
use crate::domain::provider::{Act, Does, Reason, Spoken};
use crate::domain::{Current, Id, Life, Proof, Side, Stamp, Use, clean_lines};

impl From<FlowError> for ChangeError {
    fn from(error: FlowError) -> Self {
        Self::Flow(error)
    }
}

impl Document {
    /// Begins a flow.
    pub(super) fn begin(&mut self, begin: Begin, context: &mut Context<'_>) -> Result<Applied, ChangeError> {
        let Begin { provider, environment, account, credential, version, name, draft } = begin;
        let known = self.account_at(provider.as_str(), environment, account.as_str()).map(|a| a.id);
        let mut slots = draft.slots;
        for (n, slot) in slots.iter_mut().enumerate() {
            if let (0, Some(name)) = (n, &name) {
                slot.reference = name.clone();
            }
            let named = known.and_then(|account| self.credential_in(account, slot.reference.as_str()));
            let found = if n == 0 { credential.and_then(|id| self.credential(id)).or(named) } else { named };
            let Some(found) = found else { continue };
            if found.kind != slot.kind {
                return Err(ChangeError::OtherKind(found.name.to_string(), found.kind));
            }
            slot.credential = Some(found.id);
            slot.reference = found.name.clone();
            slot.old = found.current.as_ref().map(|current| current.version);
            if let (0, Some(version)) = (n, version) {
                slot.old = Some(version);
            }
        }
        let Some(first) = slots.first() else { return Err(FlowError::NoJournal.into()) };
        if draft.does == Does::Create {
            if let (Some(id), Some(_)) = (first.credential, first.old) {
                let name =
                    self.credential(id).and_then(|c| self.reference(c)).map_or_else(String::new, |r| r.to_string());
                return Err(ChangeError::Taken(name, String::new()));
            }
        } else if first.old.is_none() {
            return Err(FlowError::NothingToActOn(draft.title, first.reference.to_string()).into());
        }
        if let Some(other) = first.credential.and_then(|id| self.flow_of(id)) {
            return Err(FlowError::Busy(other.title.clone()).into());
        }
        let at = self.account_index(&provider, environment, &account, context);
        let account_id = self.accounts[at].id;
        let mut steps = draft.steps;
        let (reference, fingerprint) =
            self.spoken_of(first, &[provider.as_str(), environment.as_str(), account.as_str()]);
        let spoken = Spoken {
            reference: &reference,
            fingerprint: &fingerprint,
            account: account.as_str(),
            environment: environment.as_str(),
        };
        for (n, letter) in draft.letters {
            if let Some(step) = steps.get_mut(n) {
                step.letter = Some((letter.subject.fill(spoken), letter.body.fill(spoken)));
            }
        }
        if let (Some(Reason::Compromised), Some(credential), Some(old)) = (draft.reason, first.credential, first.old) {
            let now = context.now;
            let record = self.credential_mut(credential)?;
            if let Some(version) = record.versions.iter_mut().find(|v| v.id == old) {
                version.compromised_at = version.compromised_at.or(Some(now));
            }
        }
        let journal = Journal {
            id: (context.new_id)(),
            provider,
            flow: draft.flow,
            title: draft.title,
            does: draft.does,
            reason: draft.reason,
            account: account_id,
            provider_digest: draft.digest,
            started_at: context.now,
            by: context.device.clone(),
            ended: None,
            slots,
            steps,
        };
        let id = journal.id;
        let credential = journal.slots.first().and_then(|slot| slot.credential);
        insert(&mut self.journals, journal, |j| j.id);
        Ok(Applied { credential, journal: Some(id), ..Applied::default() })
    }

    /// How a letter names what it is about. Nothing of it is a secret.
    fn spoken_of(&self, slot: &Slot, place: &[&str]) -> (String, String) {
        let reference = format!("{}/{}", place.join("/"), slot.reference);
        let version = slot.credential.zip(slot.old).and_then(|(c, v)| self.version(c, v));
        let print = version.and_then(|version| version.fingerprint(slot.kind)).unwrap_or_default();
        (reference, print.to_owned())
    }

    /// Gives a flow up: what it made and nothing uses is marked so.
    pub(super) fn abandon(&mut self, id: Id, now: Timestamp) -> Result<Applied, ChangeError> {
        self.end(id, End::Abandoned, Life::Abandoned, now)
    }

    fn end(&mut self, id: Id, how: End, life: Life, now: Timestamp) -> Result<Applied, ChangeError> {
        let journal = self.journal_mut(id)?;
        if journal.ended.is_some() {
            return Err(FlowError::Ended.into());
        }
        journal.ended = Some(Ended { how, at: now });
        let made: Vec<(Id, Id)> =
            journal.slots.iter().filter(|s| s.new != s.old).filter_map(|s| s.credential.zip(s.new)).collect();
        for (credential, version) in made {
            if let Some(version) = self.version(credential, version).filter(|v| v.life.is_waiting()).map(|v| v.id) {
                self.rise(credential, version, life, now)?;
            }
        }
        Ok(Applied { journal: Some(id), ..Applied::default() })
    }

    /// Does a step, or a part of it.
    pub(super) fn step(
        &mut self,
        id: Id,
        name: &str,
        deed: Deed,
        stamp: &Stamp,
        context: &mut Context<'_>,
    ) -> Result<Applied, ChangeError> {
        let journal = self.journal(id).ok_or(FlowError::NoJournal)?;
        let step = journal.step(name).ok_or_else(|| FlowError::NoStep(name.into()))?;
        if let Deed::Note(text) = deed {
            let text = clean_lines(text.trim());
            self.mark(id, name, Happened::Noted, None, text, context)?;
            return Ok(Applied { journal: Some(id), ..Applied::default() });
        }
        if !journal.is_open() {
            return Err(FlowError::Ended.into());
        }
        match journal.progress(step) {
            Progress::Done => return Err(FlowError::DoneAlready(step.title.clone()).into()),
            Progress::Waits(first) => return Err(FlowError::Waits(step.title.clone(), first).into()),
            Progress::Open => {}
        }
        let (journal, step) = (journal.clone(), step.clone());
        let mut run = Run { document: self, journal: &journal, step: &step, stamp, context };
        let mut applied = run.deed(deed)?;
        applied.journal = Some(id);
        if let Some(journal) = self.journals.iter_mut().find(|j| j.id == id)
            && journal.ended.is_none()
            && journal.steps.iter().all(|step| step.done.is_some())
        {
            journal.ended = Some(Ended { how: End::Finished, at: context.now });
        }
        Ok(applied)
    }

    fn mark(
        &mut self,
        journal: Id,
        step: &str,
        what: Happened,
        placed: Option<(Id, Proof)>,
        text: String,
        context: &Context<'_>,
    ) -> Result<(), ChangeError> {
        let (consumer, proof) = placed.unzip();
        let mark = Mark { at: context.now, what, by: context.device.clone(), consumer, proof, text };
        self.step_mut(journal, step)?.marks.push(mark);
        Ok(())
    }

    fn journal_mut(&mut self, id: Id) -> Result<&mut Journal, ChangeError> {
        self.journals.iter_mut().find(|j| j.id == id).ok_or_else(|| FlowError::NoJournal.into())
    }

    fn step_mut(&mut self, id: Id, name: &str) -> Result<&mut Step, ChangeError> {
        let journal = self.journal_mut(id)?;
        journal.steps.iter_mut().find(|s| s.id == name).ok_or_else(|| FlowError::NoStep(name.into()).into())
    }

    /// A version's life rises; it never falls.
    fn rise(&mut self, credential: Id, version: Id, life: Life, now: Timestamp) -> Result<(), ChangeError> {
        let record = self.credential_mut(credential)?;
        let version = record.versions.iter_mut().find(|v| v.id == version).ok_or(ChangeError::Gone)?;
        if version.life < life {
            version.life = life;
            version.life_at = Some(now);
        }
        Ok(())
    }

    /// The labels of the consumers that have this version.
    pub fn holders_of(&self, credential: Id, version: Id) -> Vec<String> {
        let has = |u: &Use| u.credential == credential && u.version == Some(version);
        self.consumers.iter().filter(|c| c.uses.iter().any(has)).map(|c| c.label.clone()).collect()
    }

    /// The labels of the consumers that a `substitute` step still waits for.
    pub fn still_to_move(&self, journal: &Journal, step: &Step) -> Vec<String> {
        let Some(slot) = step.slots.first().and_then(|name| journal.slot(name)) else { return Vec::new() };
        let Some(credential) = slot.credential else { return Vec::new() };
        let moved = |consumer: &&crate::domain::Consumer| {
            let has_new = consumer.uses.iter().any(|u| u.credential == credential && u.version == slot.new);
            has_new || step.placed().any(|(id, _)| id == consumer.id)
        };
        self.used_by(credential).filter(|consumer| !moved(consumer)).map(|consumer| consumer.label.clone()).collect()
    }
}

/// A step that is being done.
struct Run<'a, 'c> {
    document: &'a mut Document,
    journal: &'a Journal,
    step: &'a Step,
    stamp: &'a Stamp,
    context: &'a mut Context<'c>,
}

impl Run<'_, '_> {
    fn deed(&mut self, deed: Deed) -> Result<Applied, ChangeError> {
        match (self.step.act, deed) {
            (Act::Confirm | Act::Tell, Deed::Typed { name, note }) if self.step.kills.is_some() => {
                self.stop(&name, Life::Retired)?;
                self.done(Grade::Asserted, noted(&note))
            }
            (Act::Revoke, Deed::Typed { name, note }) => {
                self.stop(&name, Life::Revoked)?;
                self.done(Grade::Asserted, noted(&note))
            }
            (_, Deed::Said { .. }) if self.step.asks_consent() => Err(self.consent().into()),
            (Act::Open | Act::Confirm | Act::Tell, Deed::Said { note }) => self.done(Grade::Asserted, noted(&note)),
            (Act::Give | Act::Seal, Deed::Copied) => {
                let print = self.value_print();
                self.document.mark(self.journal.id, &self.step.id, Happened::Copied, None, print, self.context)?;
                Ok(Applied::default())
            }
            (Act::Give, Deed::Said { note }) => {
                let mut evidence = noted(&note);
                evidence.insert("fingerprint".into(), self.value_print());
                self.done(Grade::Asserted, evidence)
            }
            (Act::Generate | Act::Take | Act::TakeOnce, Deed::Values(fields)) => self.take(fields),
            (Act::TakeOnce, Deed::Known) => {
                let kept = self.step.last(Happened::Kept).ok_or(FlowError::OtherDeed("storing the value first"))?;
                let evidence = [("fingerprint".to_owned(), kept.text.clone())].into();
                self.done(Grade::Verified, evidence)
            }
            (Act::Approval, Deed::Approved(yes)) => self.decided(yes),
            (Act::Verify, Deed::Seen(evidence)) => self.done(Grade::Verified, evidence),
            (Act::Verify | Act::ProveDead, Deed::Status(status)) => self.answered(status),
            (Act::Verify | Act::ProveDead, Deed::Said { note }) if self.step.or_said => {
                self.done(Grade::Asserted, noted(&note))
            }
            (Act::Substitute, Deed::Placed { label, proof }) => self.place(&label, proof),
            (Act::Substitute, Deed::Said { note }) => self.all_placed(&note),
            (Act::Overlap, Deed::Said { note }) => {
                self.nobody_has_the_old()?;
                self.done(Grade::Verified, noted(&note))
            }
            (Act::Promote, Deed::Said { note }) => {
                self.promote()?;
                self.done(Grade::Verified, noted(&note))
            }
            (Act::Seal, Deed::Known) => self.seal(),
            (act, _) => Err(FlowError::OtherDeed(wants(act)).into()),
        }
    }

    fn done(&mut self, grade: Grade, evidence: BTreeMap<String, String>) -> Result<Applied, ChangeError> {
        let done = Done { at: self.context.now, by: self.context.device.clone(), grade, evidence };
        self.document.step_mut(self.journal.id, &self.step.id)?.done = Some(done);
        let credential = self.journal.slots.first().and_then(|slot| slot.credential);
        Ok(Applied { credential, ..Applied::default() })
    }

    fn consent(&self) -> FlowError {
        let account = self.document.account(self.journal.account);
        FlowError::Consent(account.map_or_else(String::new, |a| a.slug.to_string()))
    }

    /// Stops the version that the step kills.
    fn stop(&mut self, typed: &str, life: Life) -> Result<(), ChangeError> {
        let account = self.document.account(self.journal.account).ok_or(ChangeError::Gone)?;
        if account.slug.as_str() != typed.trim() {
            return Err(self.consent().into());
        }
        let target = self.step.kills.as_ref().ok_or(FlowError::OtherDeed("nothing: the step names no version"))?;
        let slot = self.journal.slot(target.slot.as_str());
        let (credential, version) = self.journal.version(target).ok_or(ChangeError::Gone)?;
        // Where both work side by side there was time to move; after a leak there is none.
        if slot.is_some_and(|slot| slot.overlaps) && !self.journal.stops_damage() && self.replaces(credential, version)
        {
            self.refuse_holders(credential, version)?;
        }
        self.document.rise(credential, version, life, self.context.now)
    }

    /// Whether the flow brings, or the credential has, another version in the place of this one.
    fn replaces(&self, credential: Id, version: Id) -> bool {
        let others = self
            .document
            .credential(credential)
            .map_or(0, |c| c.versions.iter().filter(|v| v.id != version && v.life <= Life::Active).count());
        others > 0
    }

    fn refuse_holders(&self, credential: Id, version: Id) -> Result<(), FlowError> {
        let holders = self.document.holders_of(credential, version);
        if holders.is_empty() { Ok(()) } else { Err(FlowError::StillUsed(holders)) }
    }

    fn nobody_has_the_old(&self) -> Result<(), FlowError> {
        for slot in self.step.slots.iter().filter_map(|name| self.journal.slot(name)) {
            if let (Some(credential), Some(old)) = (slot.credential, slot.old.filter(|_| slot.old != slot.new)) {
                self.refuse_holders(credential, old)?;
            }
        }
        Ok(())
    }

    fn decided(&mut self, yes: bool) -> Result<Applied, ChangeError> {
        let now = self.context.now;
        let mut made = Vec::new();
        for slot in self.step.slots.iter().filter_map(|name| self.journal.slot(name)) {
            made.extend(slot.credential.zip(slot.new));
        }
        let life = if yes { Life::Approved } else { Life::Denied };
        for (credential, version) in made {
            self.document.rise(credential, version, life, now)?;
        }
        let word = if yes { "approved" } else { "denied" };
        let applied = self.done(Grade::Asserted, [("decision".to_owned(), word.to_owned())].into())?;
        if !yes {
            self.document.end(self.journal.id, End::Denied, Life::Denied, now)?;
        }
        Ok(applied)
    }

    /// A status says whether a key works; the user read it off, so it is the user's word.
    fn answered(&mut self, status: u16) -> Result<Applied, ChangeError> {
        let call = self.step.call.as_ref().ok_or(FlowError::OtherDeed("saying so: there is no call to make"))?;
        let (alive, dead) = (call.alive.contains(&status), call.dead.contains(&status));
        match self.step.act {
            Act::Verify if dead => Err(FlowError::Refused(status).into()),
            Act::ProveDead if alive => Err(FlowError::StillAlive(status).into()),
            Act::Verify if alive => self.done(Grade::Asserted, [("answer".to_owned(), status.to_string())].into()),
            Act::ProveDead if dead => self.done(Grade::Asserted, [("answer".to_owned(), status.to_string())].into()),
            _ => Err(FlowError::Unclear(status).into()),
        }
    }

    fn place(&mut self, label: &str, proof: Proof) -> Result<Applied, ChangeError> {
        let slot = self.step.slots.first().and_then(|name| self.journal.slot(name)).ok_or(ChangeError::Gone)?;
        let (credential, version) = slot.credential.zip(slot.new).ok_or(ChangeError::Gone)?;
        let at = self.document.consumer_index(label, self.context)?;
        let consumer = &mut self.document.consumers[at];
        if consumer.side == Side::Client && slot.server_only {
            return Err(FlowError::ClientSide(consumer.label.clone()).into());
        }
        let id = consumer.id;
        if !self.step.staged {
            put_to_use(consumer, Use { credential, version: Some(version), at: self.context.now, proof });
        } else if consumer.uses.iter().all(|u| u.credential != credential) {
            put_to_use(consumer, Use { credential, version: slot.old, at: self.context.now, proof });
        }
        let version = self.document.version(credential, version).ok_or(ChangeError::Gone)?;
        let print = version.fingerprint(slot.kind).unwrap_or_default().to_owned();
        self.document.mark(self.journal.id, &self.step.id, Happened::Placed, Some((id, proof)), print, self.context)?;
        Ok(Applied { credential: Some(credential), ..Applied::default() })
    }

    fn all_placed(&mut self, note: &str) -> Result<Applied, ChangeError> {
        let left = self.document.still_to_move(self.journal, self.step);
        if !left.is_empty() {
            return Err(FlowError::StillUsed(left).into());
        }
        let slot = self.step.slots.first().and_then(|name| self.journal.slot(name));
        let credential = slot.and_then(|slot| slot.credential);
        let uses: Vec<Proof> = credential
            .into_iter()
            .flat_map(|id| {
                self.document.used_by(id).flat_map(move |c| c.uses.iter().filter(move |u| u.credential == id))
            })
            .map(|u| u.proof)
            .collect();
        let seen = !self.step.staged && !uses.is_empty() && uses.iter().all(|proof| *proof != Proof::Asked);
        let mut evidence = noted(note);
        evidence.insert("places".into(), uses.len().to_string());
        self.done(if seen { Grade::Verified } else { Grade::Asserted }, evidence)
    }

    fn promote(&mut self) -> Result<(), ChangeError> {
        let before = self.journal.steps.iter().take_while(|step| step.id != self.step.id);
        if let Some(open) = before.into_iter().find(|step| step.act == Act::Verify && step.done.is_none()) {
            return Err(FlowError::Unverified(open.title.clone()).into());
        }
        for slot in self.step.slots.iter().filter_map(|name| self.journal.slot(name)) {
            let (credential, new) =
                slot.credential.zip(slot.new).ok_or_else(|| FlowError::Incomplete(slot.required.clone()))?;
            let version = self.document.version(credential, new).ok_or(ChangeError::Gone)?;
            let missing: Vec<String> =
                slot.required.iter().filter(|name| !version.fields.contains_key(*name)).cloned().collect();
            if !missing.is_empty() {
                return Err(FlowError::Incomplete(missing).into());
            }
            if version.life > Life::Active {
                return Err(FlowError::Dead(version.life.to_string()).into());
            }
            let asked = self.journal.steps.iter().any(|s| s.act == Act::Approval && s.slots.contains(&slot.name));
            if asked && version.life < Life::Approved {
                return Err(FlowError::Unapproved.into());
            }
            if slot.old == slot.new {
                continue;
            }
            let now = self.context.now;
            self.document.rise(credential, new, Life::Active, now)?;
            let record = self.document.credential_mut(credential)?;
            record.current = Some(Current { version: new, set: self.stamp.clone() });
            if let Some(version) = record.versions.iter_mut().find(|v| v.id == new) {
                version.current_at = Some(now);
            }
        }
        Ok(())
    }

    fn seal(&mut self) -> Result<Applied, ChangeError> {
        if self.step.last(Happened::Copied).is_none() {
            return Err(FlowError::NotHandedOver.into());
        }
        let now = self.context.now;
        for slot in self.step.slots.iter().filter_map(|name| self.journal.slot(name)) {
            let Some((credential, version)) = slot.credential.zip(slot.new) else { continue };
            let record = self.document.credential_mut(credential)?;
            if let Some(version) = record.versions.iter_mut().find(|v| v.id == version) {
                version.sealed_at = version.sealed_at.or(Some(now));
            }
        }
        let evidence = [("fingerprint".to_owned(), self.value_print())].into();
        self.done(Grade::Verified, evidence)
    }

    /// The fingerprint of what the step hands over.
    fn value_print(&self) -> String {
        let (slot, field) = match self.step.field() {
            Some(field) => (self.journal.slot(field.slot.as_str()), Some(field.field.as_str())),
            None => (self.step.slots.first().and_then(|name| self.journal.slot(name)), None),
        };
        let version = slot.and_then(|s| s.credential.zip(s.new)).and_then(|(c, v)| self.document.version(c, v));
        let Some((slot, version)) = slot.zip(version) else { return String::new() };
        let named = field.and_then(|name| version.fields.get(name)?.fingerprint.as_deref());
        named.or_else(|| version.fingerprint(slot.kind)).unwrap_or_default().to_owned()
    }
}

/// How a step is done, in words.
fn wants(act: Act) -> &'static str {
    match act {
        Act::Open | Act::Confirm | Act::Give | Act::Tell | Act::Overlap | Act::Promote => "saying that it is done",
        Act::Generate => "letting paykeep generate the pair",
        Act::Take => "giving the value",
        Act::TakeOnce => "giving the value, then saying «I know»",
        Act::Approval => "saying whether it was approved or denied",
        Act::Verify => "a proof",
        Act::Substitute => "ticking each place off",
        Act::Revoke => "typing the account's name",
        Act::ProveDead => "the status of the call",
        Act::Seal => "copying the secret, then saying «I know»",
    }
}

fn noted(note: &str) -> BTreeMap<String, String> {
    let note = clean_lines(note.trim());
    if note.is_empty() { BTreeMap::new() } else { [("note".to_owned(), note)].into() }
}
