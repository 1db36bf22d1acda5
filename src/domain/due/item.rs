//! One credential's entry in the agenda: of all that could be said of it, what comes first.

use std::collections::HashMap;

use jiff::Timestamp;

use super::time::Time;
use super::{Due, Providers, What, is_short_lived, rule};
use crate::domain::journal::Journal;
use crate::domain::provider::{Act, CredentialSpec, Does, Provider, Reason};
use crate::domain::{Account, Consumer, Credential, Document, Environment, Id, Kind, Life, Use, Version};

/// What entries are made from.
pub(super) struct View<'a, 'p> {
    pub(super) document: &'a Document,
    pub(super) uses: HashMap<Id, Vec<(&'a Consumer, &'a Use)>>,
    /// The flows in progress by what they change: of several the first.
    pub(super) flows: HashMap<Id, &'a Journal>,
    pub(super) time: Time,
    pub(super) providers: &'a Providers<'p>,
}

/// What is to be done, until and since when, and which version the places are to get.
struct Task {
    what: What,
    deadline: Option<Timestamp>,
    since: Option<Timestamp>,
    waits_until: Option<Timestamp>,
    target: Option<Id>,
    /// What ends by itself does not wait.
    hard: bool,
}

/// The places of a credential, and those that do not have a version.
struct Places {
    places: usize,
    left: Vec<String>,
    unsure: bool,
}

impl Task {
    fn until(what: What, deadline: Timestamp) -> Self {
        let hard = matches!(what, What::Renew | What::Expired | What::Dead { .. });
        Self { what, deadline: Some(deadline), since: None, waits_until: None, target: None, hard }
    }
}

impl View<'_, '_> {
    /// The entry of a credential, if anything is to be said of it.
    pub(super) fn of(&self, credential: &Credential) -> Option<Due> {
        let account = self.document.account(credential.account).filter(|_| credential.binned_at.is_none())?;
        let provider = (self.providers)(&account.provider);
        let spec = provider.and_then(|provider| provider.spec_of(credential));
        let rule = rule(account, credential, spec);
        let due = credential.rotate_by(rule.map(|rule| rule.days));
        let flow = self.flows.get(&credential.id).copied();
        let died = self.died(account, credential, spec, flow);
        let mut task = match flow {
            // A flow is one thing to do, however many credentials it changes.
            Some(flow) if self.lead(flow) != Some(credential.id) => return None,
            Some(flow) => self.under_way(flow, account, credential),
            None => self.task(account, credential, spec, provider, due)?,
        };
        task.deadline = task.deadline.into_iter().chain(died).min();
        let end = task.deadline.filter(|_| task.hard);
        let Places { places, left, unsure } = self.places(credential, task.target);
        if let Some(at) = task.deadline {
            // What lists say of an entry turns with these two moments.
            self.time.has_come(at);
            self.time.is_soon(at);
        }
        Some(Due {
            credential: Some(credential.id),
            account: account.id,
            journal: flow.map(|flow| flow.id),
            environment: account.environment,
            provider: provider.map_or_else(|| account.provider.to_string(), |provider| provider.name.clone()),
            reference: account.path(&credential.name),
            account_name: account.slug.to_string(),
            name: credential.name.to_string(),
            what: task.what,
            deadline: task.deadline,
            since: task.since,
            overlaps: flow.is_some_and(|flow| self.both_work(flow)),
            waits_until: task.waits_until,
            rule,
            places,
            left,
            unsure,
            no_key: died.is_some(),
            short_lived: is_short_lived(credential.kind, spec),
            snoozed_until: self.snoozed(credential, end),
        })
    }

    /// Flows in progress that have made nothing yet: no credential stands for them.
    pub(super) fn beginnings(&self) -> impl Iterator<Item = Due> {
        let begun = self.document.journals.iter().filter(|flow| flow.is_open());
        let bare = begun.filter(|flow| self.lead(flow).is_none());
        bare.filter_map(|flow| {
            let account = self.document.account(flow.account)?;
            let slot = flow.slots.first()?;
            let provider = (self.providers)(&flow.provider);
            let (what, since) = step_of(flow);
            Some(Due {
                credential: None,
                account: account.id,
                journal: Some(flow.id),
                environment: account.environment,
                provider: provider.map_or_else(|| flow.provider.to_string(), |provider| provider.name.clone()),
                reference: account.path(&slot.reference),
                account_name: account.slug.to_string(),
                name: slot.reference.to_string(),
                what,
                deadline: None,
                since: Some(since),
                overlaps: false,
                waits_until: None,
                rule: None,
                places: 0,
                left: Vec::new(),
                unsure: false,
                no_key: false,
                short_lived: false,
                snoozed_until: None,
            })
        })
    }

    /// The credential under which a flow is listed: the first that it changes and that is there.
    fn lead(&self, flow: &Journal) -> Option<Id> {
        let is_there = |id: &Id| self.document.credential(*id).is_some_and(|c| c.binned_at.is_none());
        flow.changed().filter_map(|slot| slot.credential).find(is_there)
    }

    /// Whether a flow has made a new version current, and the old one works beside it.
    fn both_work(&self, flow: &Journal) -> bool {
        let works =
            |credential, version| self.document.version(credential, version).is_some_and(|v| v.life == Life::Active);
        flow.slots.iter().any(|slot| {
            let old = slot.credential.zip(slot.old.filter(|_| slot.old != slot.new));
            slot.overlaps && flow.promoted(&slot.name) && old.is_some_and(|(credential, old)| works(credential, old))
        })
    }

    /// Since when a reference to a live credential gives a version that does not work. One that a flow in progress has got may work at the
    /// gateway already.
    fn died(
        &self,
        account: &Account,
        credential: &Credential,
        spec: Option<&CredentialSpec>,
        flow: Option<&Journal>,
    ) -> Option<Timestamp> {
        let current = credential.current().filter(|_| account.environment == Environment::Live)?;
        let works = |flow: &Journal| {
            let mut new = flow.only_working(self.document).filter(|(slot, _)| slot.credential == Some(credential.id));
            new.any(|(slot, new)| !flow.is_asked_for(slot, new))
        };
        if is_short_lived(credential.kind, spec) || flow.is_some_and(works) {
            return None;
        }
        let over = self.over(current).filter(|_| current.life <= Life::Active);
        over.or_else(|| (current.life != Life::Active).then(|| current.life_at.unwrap_or(current.created_at)))
    }

    /// A flow in progress. The first date that it is to meet shows when it comes near.
    fn under_way(&self, flow: &Journal, account: &Account, lead: &Credential) -> Task {
        let (what, since) = step_of(flow);
        let slot = flow.slots.iter().find(|slot| slot.credential == Some(lead.id));
        // Of what the flow has made current the dates count from then; a flow that was left is late again when that one is due.
        let credentials = flow.changed().filter_map(|slot| self.document.credential(slot.credential?));
        let dates = credentials.flat_map(|credential| self.dates(account, credential));
        let waits_until = flow.now().and_then(|at| flow.waits_until(flow.steps.get(at)?));
        let deadline = dates.chain(waits_until).min();
        Task { what, deadline, since: Some(since), waits_until, target: slot.and_then(|slot| slot.new), hard: false }
    }

    /// The dates of a credential that are near: its leak, its end, its rotation.
    fn dates(&self, account: &Account, credential: &Credential) -> impl Iterator<Item = Timestamp> {
        let spec = (self.providers)(&account.provider).and_then(|provider| provider.spec_of(credential));
        let due = credential.rotate_by(rule(account, credential, spec).map(|rule| rule.days));
        let current = credential.current().filter(|version| version.life == Life::Active);
        let ends = current.and_then(|version| version.expires_at);
        let leaked = current.and_then(|version| version.compromised_at);
        [leaked, ends, due].into_iter().flatten().filter(|at| self.time.is_soon(*at))
    }

    fn task(
        &self,
        account: &Account,
        credential: &Credential,
        spec: Option<&CredentialSpec>,
        provider: Option<&Provider>,
        due: Option<Timestamp>,
    ) -> Option<Task> {
        let current = credential.current().filter(|version| version.life == Life::Active);
        let rotate = |leaked| What::Rotate { steps: steps(provider, spec, account.environment), leaked };
        if let Some(at) = current.and_then(|version| version.compromised_at) {
            return Some(Task::until(rotate(true), at));
        }
        if let Some(end) = current.and_then(|version| self.over(version)) {
            return Some(Task::until(What::Expired, end));
        }
        let ends = current.and_then(|version| version.expires_at);
        let overlap = current.and_then(|new| self.overlap(credential, new));
        if overlap.as_ref().is_some_and(|task| matches!(task.what, What::Move { .. })) {
            return overlap;
        }
        let dated = match (ends, due) {
            (Some(end), Some(due)) if due < end => Some(Task::until(rotate(false), due)),
            (Some(end), _) => Some(Task::until(What::Renew, end)),
            (None, Some(due)) => Some(Task::until(rotate(false), due)),
            (None, None) => None,
        };
        let soon = dated.as_ref().and_then(|task| task.deadline).is_some_and(|at| self.time.is_soon(at));
        if soon {
            return dated;
        }
        overlap.or_else(|| waiting(account, credential, spec)).or(dated).or_else(|| dead(account, credential))
    }

    /// Two versions that work, and what is to be done about the older one.
    fn overlap(&self, credential: &Credential, new: &Version) -> Option<Task> {
        let old = credential.previous().filter(|old| self.over(old).is_none())?;
        let Places { left, .. } = self.places(credential, Some(new.id));
        // A gateway's own key is not revoked by its merchant: it is done with once every place has the newer one.
        if credential.kind == Kind::ProviderPublicKey && left.is_empty() {
            return None;
        }
        let what =
            if left.is_empty() { What::Retire { version: old.n } } else { What::Move { from: old.n, to: new.n } };
        let since = Some(new.current_at.unwrap_or(new.created_at));
        Some(Task { what, deadline: old.expires_at, since, waits_until: None, target: Some(new.id), hard: true })
    }

    /// How many places use a credential, and which of them do not have this version or a newer one.
    fn places(&self, credential: &Credential, target: Option<Id>) -> Places {
        let number = |id: Option<Id>| credential.versions.iter().find(|version| Some(version.id) == id).map(|v| v.n);
        let wanted = number(target);
        let uses = self.uses.get(&credential.id).map(Vec::as_slice).unwrap_or_default();
        let has = |used: &Use| wanted.is_some() && number(used.version) >= wanted;
        let left = || uses.iter().filter(|(_, used)| !has(used));
        Places {
            places: uses.len(),
            left: left().map(|(consumer, _)| consumer.label.clone()).collect(),
            unsure: left().any(|(_, used)| number(used.version).is_none()),
        }
    }

    /// When a version ended by itself, if it has.
    fn over(&self, version: &Version) -> Option<Timestamp> {
        version.expires_at.filter(|end| self.time.has_come(*end))
    }

    /// «Later», while that lasts: nothing that ends by itself before then is put off.
    fn snoozed(&self, credential: &Credential, end: Option<Timestamp>) -> Option<Timestamp> {
        credential.snoozed_until.filter(|until| !self.time.has_come(*until) && end.is_none_or(|end| *until < end))
    }
}

/// A version that is not in use yet.
fn waiting(account: &Account, credential: &Credential, spec: Option<&CredentialSpec>) -> Option<Task> {
    let pending = credential.pending()?;
    let approved = spec.is_none_or(|spec| !spec.needs_approval.contains(&account.environment));
    let what = match pending.life {
        Life::Pending if !approved => What::Wait,
        _ => What::Use { version: pending.n },
    };
    Some(Task {
        what,
        deadline: None,
        since: Some(pending.created_at),
        waits_until: None,
        target: Some(pending.id),
        hard: false,
    })
}

/// A live credential whose current version was stopped.
fn dead(account: &Account, credential: &Credential) -> Option<Task> {
    let current = credential.current().filter(|version| version.life > Life::Active)?;
    let what = What::Dead { version: current.n, life: current.life };
    let at = current.life_at.unwrap_or(current.created_at);
    (account.environment == Environment::Live).then(|| Task::until(what, at))
}

/// What a flow is at, and since when: an approval is waited for since the step before it.
fn step_of(flow: &Journal) -> (What, Timestamp) {
    let of = flow.steps.len();
    let Some((at, step)) = flow.now().and_then(|at| Some((at, flow.steps.get(at)?))) else {
        return (What::GoOn { title: flow.title.clone(), step: of, of }, flow.started_at);
    };
    if step.act == Act::Approval {
        let last = flow.steps.iter().filter_map(|step| step.done.as_ref()).map(|done| done.at).max();
        return (What::Wait, last.unwrap_or(flow.started_at));
    }
    (What::GoOn { title: step.title.clone(), step: at + 1, of }, flow.started_at)
}

/// How many steps the provider's flow has by which this credential is replaced when it is time.
fn steps(provider: Option<&Provider>, spec: Option<&CredentialSpec>, environment: Environment) -> Option<usize> {
    let (provider, spec) = (provider?, spec?);
    let about = |flow: &&crate::domain::provider::Flow| {
        flow.environments.contains(&environment) && flow.slots.first().is_some_and(|slot| slot.credential == spec.id)
    };
    let flows = || provider.flows.iter().filter(about);
    let flow = flows()
        .find(|flow| flow.does == Does::Rotate && flow.reasons.contains(&Reason::Scheduled))
        .or_else(|| flows().find(|flow| flow.does == Does::Renew))?;
    let reason = flow.reasons.contains(&Reason::Scheduled).then_some(Reason::Scheduled);
    Some(flow.run(reason, environment).count())
}
