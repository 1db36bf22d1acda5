//! What a flow does to the records, and what it refuses: the rules that hold whatever a provider's file says.
//!
//! Nothing becomes current before it is complete, approved and verified. No version is stopped without the account's name
//! typed, nor while a place still has it where it could have moved first. What paykeep can see for itself takes no one's word.

mod begin;
mod places;
mod values;

pub use places::Hold;
pub(super) use values::{not_twice, one_pair, told_apart};

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Applied, ChangeError, Context, Deed, Document};
use crate::domain::journal::{Done, End, Ended, FlowError, Grade, Happened, Journal, Mark, Progress, Step};
use crate::domain::provider::{Act, Does};
use crate::domain::{Current, Id, Life, Proof, Stamp, Version, clean_lines};

impl From<FlowError> for ChangeError {
    fn from(error: FlowError) -> Self {
        Self::Flow(error)
    }
}

impl Document {
    /// Gives a flow up: what it made and nothing uses is marked so. Where it has stopped the old key already, what it made is all
    /// that works: that takes the account's name.
    pub(super) fn abandon(&mut self, id: Id, typed: Option<&str>, now: Timestamp) -> Result<Applied, ChangeError> {
        let journal = self.journal(id).ok_or(FlowError::NoJournal)?;
        if journal.is_open() && journal.only_working(self).next().is_some() {
            let account = self.account(journal.account).ok_or(ChangeError::Gone)?;
            if typed.map(str::trim) != Some(account.slug.as_str()) {
                return Err(FlowError::Consent(account.slug.to_string()).into());
            }
        }
        let applied = self.end(id, End::Abandoned, Life::Abandoned, now)?;
        self.retire_replaced(id, now);
        Ok(applied)
    }

    fn end(&mut self, id: Id, how: End, life: Life, now: Timestamp) -> Result<Applied, ChangeError> {
        let journal = self.journal(id).ok_or(FlowError::NoJournal)?;
        if journal.ended.is_some() {
            return Err(FlowError::Ended.into());
        }
        // The gateway takes nothing else any more: it is kept as it is, not called dead.
        let works: Vec<Id> = journal.only_working(self).map(|(_, version)| version.id).collect();
        let made = journal.slots.iter().filter(|s| s.new != s.old).filter_map(|s| s.credential.zip(s.new));
        let made: Vec<(Id, Id)> = made.filter(|(_, version)| !works.contains(version)).collect();
        self.journal_mut(id)?.ended = Some(Ended { how, at: now });
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
            Progress::Done if matches!(deed, Deed::Values(_) | Deed::ValuesUntil(..)) && journal.can_retake(step) => {}
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
            self.retire_replaced(id, context.now);
        }
        Ok(applied)
    }

    /// What a flow that has ended put something else in the place of, where only one of them works and no step is there to stop it,
    /// is no longer used: the provider's own key, which changes with the merchant's.
    pub(in crate::domain) fn retire_replaced(&mut self, id: Id, now: Timestamp) {
        let Some(journal) = self.journal(id).filter(|journal| journal.does != Does::Create) else { return };
        let killed: Vec<(Id, Id)> = journal.steps.iter().filter_map(|step| journal.killed(step)).collect();
        let single =
            journal.slots.iter().filter(|slot| !slot.overlaps && slot.old != slot.new && journal.promoted(&slot.name));
        let replaced: Vec<(Id, Id)> = single.filter_map(|slot| slot.credential.zip(slot.old)).collect();
        for (credential, version) in replaced.into_iter().filter(|old| !killed.contains(old)) {
            if let Ok(record) = self.credential_mut(credential)
                && record.current.as_ref().is_none_or(|current| current.version != version)
                && let Some(version) = record.versions.iter_mut().find(|v| v.id == version)
            {
                raise(version, Life::Retired, now);
            }
        }
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
        let marks = &mut self.step_mut(journal, step)?.marks;
        // In the order in which a join puts them, also when the clock jumped back.
        let at = marks.partition_point(|other| *other <= mark);
        if at == 0 || marks[at - 1] != mark {
            marks.insert(at, mark);
        }
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
        raise(version, life, now);
        Ok(())
    }
}

/// What is in use can't be given up: that is said of what waits.
fn raise(version: &mut Version, life: Life, now: Timestamp) {
    if version.life < life && (life != Life::Abandoned || version.life.is_waiting()) {
        version.life = life;
        version.life_at = Some(now);
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
        self.answered_what_it_asks(&deed)?;
        match (self.step.act, deed) {
            (Act::Confirm | Act::Tell, Deed::Typed { name, note, despite }) if self.step.kills.is_some() => {
                self.stop(&name, &note, &despite, Life::Retired)
            }
            (Act::Revoke, Deed::Typed { name, note, despite }) => self.stop(&name, &note, &despite, Life::Revoked),
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
            (Act::Generate | Act::Take | Act::TakeOnce, Deed::Values(fields)) => self.take(fields, None),
            (Act::Take | Act::TakeOnce, Deed::ValuesUntil(fields, until)) => self.take(fields, Some(until)),
            (Act::TakeOnce, Deed::Known) => {
                let kept = self.step.last(Happened::Kept).ok_or(FlowError::OtherDeed("storing the value first"))?;
                let evidence = [("fingerprint".to_owned(), kept.text.clone())].into();
                self.done(Grade::Verified, evidence)
            }
            (Act::Approval, Deed::Decided { approved, note, typed }) => self.decided(approved, &note, typed.as_deref()),
            (Act::Verify, Deed::Seen(evidence)) => self.done(Grade::Verified, evidence),
            (Act::Verify | Act::ProveDead, Deed::Status(status)) => self.answered(status),
            (Act::Verify | Act::ProveDead, Deed::Contradicted(status)) => {
                self.journal.contradicts(self.step, status, self.document).ok_or(FlowError::Unclear(status))?;
                let text = status.to_string();
                self.document.mark(self.journal.id, &self.step.id, Happened::Contradicted, None, text, self.context)?;
                Ok(Applied::default())
            }
            (Act::Verify | Act::ProveDead, Deed::Said { note }) if self.step.or_said => {
                let mut evidence = noted(&note);
                if let Some(no) = self.journal.contradicted(self.step) {
                    if evidence.is_empty() {
                        return Err(FlowError::Contradicted(no.text.clone(), no.at).into());
                    }
                    evidence.insert("answered_before".into(), no.text.clone());
                }
                if self.step.act == Act::Verify { self.done(Grade::Asserted, evidence) } else { self.dead(evidence) }
            }
            (Act::Substitute | Act::Overlap, Deed::Placed { label, proof }) => self.place(&label, proof),
            (Act::Substitute, Deed::Said { note }) => self.all_placed(&note),
            (Act::Overlap, Deed::Said { note }) => {
                self.nobody_has_the_old()?;
                let end = self.journal.waits_until(self.step).filter(|end| self.context.now < *end);
                if let Some(end) = end.filter(|_| note.trim().is_empty()) {
                    return Err(FlowError::TooEarly(end).into());
                }
                let (_, grade) = self.placed();
                self.done(grade, noted(&note))
            }
            (Act::Promote, Deed::Said { note }) => {
                self.promote()?;
                self.done(Grade::Verified, noted(&note))
            }
            (Act::Seal, Deed::Known) => self.seal(),
            (act, _) => Err(FlowError::OtherDeed(wants(act)).into()),
        }
    }

    /// A step that asks something is not done by a tick. That there is nothing to say is an answer too.
    fn answered_what_it_asks(&self, deed: &Deed) -> Result<(), FlowError> {
        match (&self.step.asks, deed) {
            (Some(asks), Deed::Said { note } | Deed::Typed { note, .. } | Deed::Decided { note, .. })
                if note.trim().is_empty() =>
            {
                Err(FlowError::Unanswered(asks.clone()))
            }
            _ => Ok(()),
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

    /// Stops the version that the step kills, if what the user agreed to is what is so now.
    fn stop(&mut self, typed: &str, note: &str, despite: &[String], life: Life) -> Result<Applied, ChangeError> {
        let account = self.document.account(self.journal.account).ok_or(ChangeError::Gone)?;
        if account.slug.as_str() != typed.trim() {
            return Err(self.consent().into());
        }
        let target = self.step.kills.as_ref().ok_or(FlowError::OtherDeed("nothing: the step names no version"))?;
        let (credential, version) = self.journal.killed(self.step).ok_or(ChangeError::Gone)?;
        let current = self.document.credential(credential).and_then(|c| c.current.as_ref());
        if self.journal.promoted(target.slot.as_str()) && current.is_some_and(|current| current.version == version) {
            return Err(FlowError::CurrentAgain.into());
        }
        let holders = self.document.holders_of(credential, version);
        let hold = self.document.hold(self.journal, self.step);
        hold.lets_go(&holders, note, despite)?;
        self.document.rise(credential, version, life, self.context.now)?;
        let mut evidence = noted(note);
        // What fails by it where there was no time is no decision of the user's.
        if hold == Hold::UnlessSaid && !holders.is_empty() {
            evidence.insert("still_at".into(), holders.join(", "));
        }
        self.done(Grade::Asserted, evidence)
    }

    fn decided(&mut self, yes: bool, note: &str, typed: Option<&str>) -> Result<Applied, ChangeError> {
        if !yes && self.journal.denial_leaves_nothing(self.step, self.document) {
            let account = self.document.account(self.journal.account).ok_or(ChangeError::Gone)?;
            if typed.map(str::trim) != Some(account.slug.as_str()) {
                return Err(self.consent().into());
            }
        }
        let now = self.context.now;
        let slots = self.step.slots.iter().filter_map(|name| self.journal.slot(name));
        let asked = slots.filter(|slot| slot.new != slot.old).filter_map(|slot| slot.credential.zip(slot.new));
        // The provider decides on what waits: what is in use already was asked for before, or not at all.
        let waits = |id: &(Id, Id)| self.document.version(id.0, id.1).is_some_and(|version| version.life.is_waiting());
        let waiting: Vec<(Id, Id)> = asked.filter(waits).collect();
        let life = if yes { Life::Approved } else { Life::Denied };
        for (credential, version) in waiting {
            self.document.rise(credential, version, life, now)?;
        }
        let word = if yes { "approved" } else { "denied" };
        let mut evidence = noted(note);
        evidence.insert("decision".into(), word.into());
        let applied = self.done(Grade::Asserted, evidence)?;
        if !yes {
            self.document.end(self.journal.id, End::Denied, Life::Denied, now)?;
        }
        Ok(applied)
    }

    /// A status says whether a key works; the user read it off, so it is the user's word.
    fn answered(&mut self, status: u16) -> Result<Applied, ChangeError> {
        let call = self.step.call.as_ref().ok_or(FlowError::OtherDeed("saying so: there is no call to make"))?;
        if let Some(no) = self.journal.contradicts(self.step, status, self.document) {
            return Err(no.into());
        }
        let lacks = self.journal.lacks(self.step, self.document);
        if call.dead.contains(&status) && !lacks.is_empty() && self.step.or_said {
            return Err(FlowError::Lacks(status, lacks).into());
        }
        let (alive, dead) = (call.alive.contains(&status), call.dead.contains(&status));
        match self.step.act {
            Act::Verify if alive => self.done(Grade::Asserted, [("answer".to_owned(), status.to_string())].into()),
            Act::ProveDead if dead => self.dead([("answer".to_owned(), status.to_string())].into()),
            _ => Err(FlowError::Unclear(status).into()),
        }
    }

    /// What an earlier step stopped is refused by the gateway: that is its end.
    fn dead(&mut self, evidence: BTreeMap<String, String>) -> Result<Applied, ChangeError> {
        let stopped = self.journal.steps.iter().filter(|step| step.done.is_some());
        let stopped: Vec<(Id, Id)> = stopped.filter_map(|step| self.journal.killed(step)).collect();
        for (credential, version) in stopped {
            if self.document.version(credential, version).is_some_and(|version| version.life == Life::Retired) {
                self.document.rise(credential, version, Life::Revoked, self.context.now)?;
            }
        }
        self.done(Grade::Asserted, evidence)
    }

    fn promote(&mut self) -> Result<(), ChangeError> {
        let before = self.journal.steps.iter().take_while(|step| step.id != self.step.id);
        if let Some(open) = before.into_iter().find(|step| step.act == Act::Verify && step.done.is_none()) {
            return Err(FlowError::Unverified(open.title.clone()).into());
        }
        // All of them are looked at before the first becomes current.
        let mut ready = Vec::new();
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
            if slot.old != slot.new {
                ready.push((credential, new));
            }
        }
        let now = self.context.now;
        for (credential, new) in ready {
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
