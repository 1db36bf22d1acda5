//! Begins a flow: what it acts on is looked up, and whatever stands in its way is told before anything is written.

use jiff::Timestamp;

use super::super::{Applied, ChangeError, Context, Document, insert};
use crate::domain::journal::{Begin, FlowError, Journal, Slot, Step};
use crate::domain::provider::{Act, Does, Letter, Reason, Spoken, Which};
use crate::domain::{Id, Life};

impl Document {
    /// Begins a flow.
    pub(in crate::domain::change) fn begin(
        &mut self,
        begin: Begin,
        context: &mut Context<'_>,
    ) -> Result<Applied, ChangeError> {
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
            self.refuse_second(first, context.now)?;
        } else if first.old.is_none() {
            return Err(FlowError::NothingToActOn(draft.title, first.reference.to_string()).into());
        }
        if let Some(other) = known.and_then(|account| self.in_the_way(account, &slots, &draft.steps)) {
            return Err(FlowError::Busy(other.title.clone()).into());
        }
        let (mut steps, mut letters) = (draft.steps, draft.letters);
        if let Some(life) = self.dead(first) {
            if draft.does == Does::Revoke {
                return Err(FlowError::Dead(life.to_string()).into());
            }
            leave_out(&mut steps, &mut letters, &first.name);
        }
        let at = self.account_index(&provider, environment, &account, context);
        let account_id = self.accounts[at].id;
        let (reference, fingerprint) =
            self.spoken_of(first, &[provider.as_str(), environment.as_str(), account.as_str()]);
        let spoken = Spoken {
            reference: &reference,
            fingerprint: &fingerprint,
            account: account.as_str(),
            environment: environment.as_str(),
        };
        for (n, letter) in letters {
            if let Some(step) = steps.get_mut(n) {
                step.letter = Some((letter.subject.fill(spoken), letter.body.fill(spoken)));
            }
        }
        if draft.reason == Some(Reason::Compromised)
            && let (Some(credential), Some(old)) = (first.credential, first.old)
        {
            let record = self.credential_mut(credential)?;
            if let Some(version) = record.versions.iter_mut().find(|v| v.id == old) {
                version.compromised_at = version.compromised_at.or(Some(context.now));
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

    /// What has become of the old version, where it no longer works.
    fn dead(&self, slot: &Slot) -> Option<Life> {
        let version = slot.credential.zip(slot.old).and_then(|(c, v)| self.version(c, v))?;
        (version.life > Life::Active).then_some(version.life)
    }

    /// How a letter names what it is about. Nothing of it is a secret.
    fn spoken_of(&self, slot: &Slot, place: &[&str]) -> (String, String) {
        let reference = format!("{}/{}", place.join("/"), slot.reference);
        let version = slot.credential.zip(slot.old).and_then(|(c, v)| self.version(c, v));
        let print = version.and_then(|version| version.fingerprint(slot.kind)).unwrap_or_default();
        (reference, print.to_owned())
    }

    /// A first credential does not take the place of one that works. One that works for a while only is got again and again.
    fn refuse_second(&self, first: &Slot, now: Timestamp) -> Result<(), ChangeError> {
        let Some((id, old)) = first.credential.zip(first.old) else { return Ok(()) };
        let works = self.version(id, old).is_some_and(|v| v.life == Life::Active && !v.is_expired(now));
        if !works || first.lifetime_s.is_some() {
            return Ok(());
        }
        let name = self.credential(id).and_then(|c| self.reference(c)).map_or_else(String::new, |r| r.to_string());
        Err(ChangeError::Taken(name, String::new()))
    }

    /// A flow in progress that changes what this one would change. Reading the same credential is no reason to wait.
    fn in_the_way(&self, account: Id, slots: &[Slot], steps: &[Step]) -> Option<&Journal> {
        let ours: Vec<&Slot> = slots.iter().filter(|slot| steps.iter().any(|step| step.changes(&slot.name))).collect();
        let same = |own: &Slot, theirs: &Slot| match (own.credential, theirs.credential) {
            (Some(a), Some(b)) => a == b,
            _ => own.reference == theirs.reference,
        };
        let open = self.journals.iter().filter(|journal| journal.is_open() && journal.account == account);
        open.into_iter().find(|journal| journal.changed().any(|slot| ours.iter().any(|own| same(own, slot))))
    }
}

/// Leaves out what is done about an old version that works: no overlap is waited out, and whoever followed the step that revokes the old
/// one would revoke the new one, the only one that is left. A step by which the provider gives the new one stays.
fn leave_out(steps: &mut Vec<Step>, letters: &mut Vec<(usize, Letter)>, slot: &str) {
    let kills_it = |step: &Step| step.kills.as_ref().is_some_and(|killed| *killed.slot == *slot);
    let is_previous = |step: &Step| step.kills.as_ref().is_some_and(|killed| killed.which == Which::Previous);
    let idle = |step: &Step| match step.act {
        Act::Overlap => step.slots.iter().any(|own| own == slot),
        Act::Revoke => kills_it(step),
        Act::Confirm | Act::Tell => kills_it(step) && is_previous(step),
        _ => false,
    };
    let stays: Vec<bool> = steps.iter().map(|step| !idle(step)).collect();
    letters.retain(|(n, _)| stays.get(*n).copied().unwrap_or(true));
    for (n, _) in letters.iter_mut() {
        *n -= stays.iter().take(*n).filter(|stays| !**stays).count();
    }
    steps.retain(|step| !idle(step));
    let known: Vec<String> = steps.iter().map(|step| step.id.clone()).collect();
    for step in steps {
        step.needs.retain(|needed| known.contains(needed));
    }
}
