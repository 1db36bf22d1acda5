//! What each deed leaves in the audit log. It is found by comparing the records before and after, so that nothing becomes current,
//! dies or is sealed without an entry, whatever brought it about.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use jiff::Timestamp;

use super::{Applied, Change, ChangeError, Context, Deed, Document};
use crate::domain::audit::{self, Act, Entry};
use crate::domain::journal::{Grade, Journal, Slot, Step};
use crate::domain::provider;
use crate::domain::{Account, Credential, Environment, Id, Life, Origin, Standing, Version, clean};

/// The records as they were, as far as the log is about them.
pub(super) struct Before {
    credentials: Arc<Vec<Arc<Credential>>>,
    /// The names of those in the bin: nothing else can be deleted.
    names: BTreeMap<Id, (String, Option<Environment>)>,
    told: Vec<Told>,
    /// What the deed says of all that follows from it.
    words: Option<String>,
    journal: Option<Id>,
    /// The step that was meant.
    step: Option<String>,
}

#[derive(Clone, Copy, PartialEq)]
struct State {
    life: Life,
    is_sealed: bool,
    has_leaked: bool,
    fields: usize,
}

/// An entry in the making.
struct Told {
    act: Act,
    subject: Subject,
    reason: Option<String>,
    reached: Option<String>,
}

enum Subject {
    Vault,
    Credential(Id),
    Version(Id, Id, Option<String>),
    Named { text: String, environment: Option<Environment>, credential: Option<Id> },
}

impl State {
    fn of(version: &Version) -> Self {
        Self {
            life: version.life,
            is_sealed: version.sealed_at.is_some(),
            has_leaked: version.compromised_at.is_some(),
            fields: version.fields.len(),
        }
    }
}

impl Told {
    fn new(act: Act, subject: Subject, reached: Option<String>) -> Self {
        Self { act, subject, reason: None, reached }
    }
}

impl Before {
    /// Looks at the records, and at what is to be done; a report that may not be made is refused.
    pub(super) fn of(document: &Document, change: &Change) -> Result<Self, ChangeError> {
        let binned = document.credentials.iter().filter(|c| c.binned_at.is_some());
        let mut before = Self {
            credentials: Arc::clone(&document.credentials),
            names: binned.map(|c| (c.id, document.named(c))).collect(),
            told: Vec::new(),
            words: None,
            journal: None,
            step: None,
        };
        before.listen(document, change)?;
        Ok(before)
    }

    /// What the change says by itself.
    fn listen(&mut self, document: &Document, change: &Change) -> Result<(), ChangeError> {
        let told = match change {
            Change::Edit { credential, label, note, tags, rotate_every_days } => {
                let what = [
                    (label.is_some(), "label"),
                    (note.is_some(), "note"),
                    (tags.is_some(), "tags"),
                    (rotate_every_days.is_some(), "rotation"),
                ];
                let what: Vec<&str> = what.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect();
                Told::new(Act::Edited, Subject::Credential(*credential), Some(what.join(", ")))
            }
            Change::Move { credential, .. } => {
                let from = document.credential(*credential).map(|c| format!("from {}", document.named(c).0));
                Told::new(Act::Moved, Subject::Credential(*credential), from)
            }
            Change::Account { provider, environment, slug, label, fields } => {
                let label = label.as_ref().map(|_| "label");
                let what: Vec<&str> = label.into_iter().chain(fields.keys().map(String::as_str)).collect();
                let text = format!("{provider}/{environment}/{slug}");
                let subject = Subject::Named { text, environment: Some(*environment), credential: None };
                Told::new(Act::AccountEdited, subject, Some(what.join(", ")))
            }
            Change::RemoveAccount(id) => {
                let Some(account) = document.account(*id) else { return Ok(()) };
                Told::new(Act::AccountRemoved, of_account(account), None)
            }
            Change::Consumer { label, uses: Some((credential, version, _)), .. } => {
                let subject = match version {
                    Some(version) => Subject::Version(*credential, *version, None),
                    None => Subject::Credential(*credential),
                };
                Told::new(Act::PlaceMoved, subject, Some(label.clone()))
            }
            Change::Consumer { label, uses: None, .. } => {
                Told::new(Act::PlaceEdited, Subject::Vault, Some(label.clone()))
            }
            Change::Unuse { consumer, credentials } => {
                let label = label(document, *consumer);
                let told = |id: &Id| Told::new(Act::PlaceRemoved, Subject::Credential(*id), label.clone());
                self.told.extend(credentials.iter().map(told));
                return Ok(());
            }
            Change::RemoveConsumer(id) => Told::new(Act::PlaceRemoved, Subject::Vault, label(document, *id)),
            Change::Later { credential, until } => {
                let until = until
                    .map_or_else(|| "not any more".to_owned(), |until| until.strftime("until %Y-%m-%d").to_string());
                Told::new(Act::PutOff, Subject::Credential(*credential), Some(until))
            }
            Change::Reminder(on) => {
                let words = if *on { "a date in clear beside the vault" } else { "no date in clear" };
                Told::new(Act::Settings, Subject::Vault, Some(words.into()))
            }
            Change::Withdraw { provider, host } => {
                let words = format!("secrets may no longer go to {host}, of your own file for {provider}");
                Told::new(Act::Settings, Subject::Vault, Some(words))
            }
            Change::Consent { provider, host, .. } => {
                let words = format!("secrets may go to {host}, of your own file for {provider}");
                Told::new(Act::Settings, Subject::Vault, Some(words))
            }
            Change::Settings { idle_lock_s, clipboard_s, osc52 } => {
                let idle = idle_lock_s.map(|s| format!("locks after {s} s"));
                let clipboard = clipboard_s.map(|s| format!("clipboard for {s} s"));
                let osc52 = osc52.map(|on| if on { "OSC 52 allowed".to_owned() } else { "no OSC 52".to_owned() });
                let words: Vec<String> = idle.into_iter().chain(clipboard).chain(osc52).collect();
                Told::new(Act::Settings, Subject::Vault, Some(words.join(", ")))
            }
            Change::Step { journal, step, deed } => {
                self.step(document, *journal, step, deed);
                return Ok(());
            }
            Change::Abandon { journal: id, .. } => {
                let Some(journal) = document.journal(*id) else { return Ok(()) };
                self.journal = Some(*id);
                self.words = Some(journal.title.clone());
                Told::new(Act::FlowAbandoned, of_flow(document, *id), Some(journal.title.clone()))
            }
            Change::Audit(report) => reported(document, report)?,
            // Found in the records afterwards.
            Change::Add(_)
            | Change::Bin(_)
            | Change::Restore(_)
            | Change::Purge(_)
            | Change::PointTo { .. }
            | Change::Use(_)
            | Change::Leaked { .. }
            | Change::Begin(_) => return Ok(()),
        };
        self.told.push(told);
        Ok(())
    }

    fn step(&mut self, document: &Document, id: Id, name: &str, deed: &Deed) {
        let Some(journal) = document.journal(id) else { return };
        let Some(at) = journal.steps.iter().position(|step| step.id == name) else { return };
        let mut words = format!("step {} of {}", at + 1, journal.steps.len());
        match deed {
            Deed::Status(status) => _ = write!(words, ", answered {status}"),
            Deed::Contradicted(status) => _ = write!(words, ", answered {status}, the contrary: not done"),
            Deed::Decided { approved: true, .. } => words.push_str(", approved"),
            Deed::Decided { approved: false, .. } => words.push_str(", denied"),
            Deed::Known => words.push_str(", «I know»"),
            Deed::Note(_) => words.push_str(", a note"),
            _ => {}
        }
        let step = &journal.steps[at];
        let slots = journal.about(step);
        let subjects = slots.iter().map(|slot| of_slot(document, journal, slot));
        self.journal = Some(id);
        self.step = journal.steps[at].done.is_none().then(|| name.to_owned());
        match deed {
            Deed::Copied => {
                let handed = handed(document, journal, step).or_else(|| subjects.into_iter().next());
                self.told.extend(handed.map(|handed| Told::new(Act::HandedOver, handed, Some(words.clone()))));
            }
            Deed::Placed { label, .. } => {
                let reached = format!("{}, {words}", clean(label));
                let gets = document.gets(label, &slots);
                let subjects = gets.into_iter().map(|slot| of_slot(document, journal, slot));
                self.told.extend(subjects.map(|own| Told::new(Act::PlaceMoved, own, Some(reached.clone()))));
            }
            _ => {
                let reached = format!("{words}: {}", step.title);
                self.told.extend(subjects.map(|own| Told::new(Act::StepDone, own, Some(reached.clone()))));
            }
        }
        self.words = Some(words);
    }

    /// A step that paykeep could have looked at, and that was done on the user's word, is not told as if it had been seen.
    fn grade(&mut self, document: &Document) {
        let (Some(id), Some(name), Some(words)) = (self.journal, &self.step, &self.words) else { return };
        let Some(step) = document.journal(id).and_then(|journal| journal.step(name)) else { return };
        if step.is_said() || step.done.as_ref().is_none_or(|done| done.grade == Grade::Verified) {
            return;
        }
        let graded = format!("{words}, said, not verified");
        for told in &mut self.told {
            told.reached = told.reached.take().map(|reached| reached.replacen(words, &graded, 1));
        }
        self.words = Some(graded);
    }

    /// Adds the entries. The device that writes is among the document's by now.
    pub(super) fn remember(mut self, document: &mut Document, applied: &Applied, context: &Context<'_>) {
        self.grade(document);
        let found = self.found(document);
        // What a step did says which step it was: that it was done needs no second entry.
        if !found.is_empty() {
            self.told.retain(|told| told.act != Act::StepDone);
        }
        if let (None, Some(id)) = (self.journal, applied.journal)
            && let Some(journal) = document.journal(id)
        {
            let why = journal.reason.map(|reason| reason.as_str().to_owned());
            let title = journal.title.clone();
            let reached = why.map_or_else(|| title.clone(), |why| format!("{title}, {why}"));
            self.told.push(Told::new(Act::FlowBegun, of_flow(document, id), Some(reached)));
            self.journal = Some(id);
        }
        let told = std::mem::take(&mut self.told);
        for told in told.into_iter().chain(found) {
            let (subject, environment, credential) = named_subject(document, told.subject);
            document.remember(Entry {
                device: context.device.clone(),
                seq: 0,
                prev: String::new(),
                // Whole seconds: the entry reads the same wherever it is written down.
                at: Timestamp::from_second(context.now.as_second()).unwrap_or(context.now),
                act: told.act,
                subject,
                environment,
                credential,
                journal: self.journal,
                reason: told.reason,
                reached: told.reached,
            });
        }
    }

    /// What the records say.
    fn found(&self, document: &Document) -> Vec<Told> {
        let mut found = Vec::new();
        let words = |more: Option<&str>| {
            let words: Vec<&str> = more.into_iter().chain(self.words.as_deref()).collect();
            (!words.is_empty()).then(|| words.join(", "))
        };
        let mut gone = None;
        for standing in document.since(&self.credentials) {
            let (credential, was) = match standing {
                Standing::Kept(..) => continue,
                Standing::Gone(at) => {
                    gone = self.credentials.get(at);
                    continue;
                }
                Standing::New(at) => (&document.credentials[at], gone.take()),
            };
            let id = credential.id;
            let was = was.filter(|was| was.id == id);
            let version_was = |id| was.and_then(|was| was.versions.iter().find(|v| v.id == id));
            let mut made = false;
            for version in &credential.versions {
                let after = State::of(version);
                let before = version_was(version.id).map(State::of);
                if before == Some(after) {
                    continue;
                }
                let mut tell = |act, reached| {
                    found.push(Told::new(act, Subject::Version(id, version.id, None), reached));
                };
                if before.is_none_or(|before| before.fields != after.fields) {
                    tell(Act::Stored, words(Some(origin(version.origin))));
                }
                made |= before.is_none();
                if before.is_some_and(|before| before.life != after.life) {
                    match after.life {
                        Life::Retired => tell(Act::Retired, words(None)),
                        Life::Revoked => tell(Act::Revoked, words(None)),
                        Life::Denied => tell(Act::Denied, words(None)),
                        Life::Abandoned => tell(Act::Abandoned, words(None)),
                        Life::Pending | Life::Approved | Life::Active => {}
                    }
                }
                if after.is_sealed && before.is_some_and(|before| !before.is_sealed) {
                    tell(Act::Sealed, words(None));
                }
                if after.has_leaked && before.is_some_and(|before| !before.has_leaked) {
                    tell(Act::Leaked, words(None));
                }
            }
            let current = credential.current.as_ref().map(|current| current.version);
            let was_binned = was.and_then(|was| was.binned_at);
            let was = was.and_then(|was| was.current.as_ref()).map(|current| current.version);
            // A first version is current at once: that it was stored says it.
            if let Some(current) = current.filter(|_| current != was && !(made && was.is_none())) {
                found.push(Told::new(Act::MadeCurrent, Subject::Version(id, current, None), words(None)));
            }
            match (was_binned, credential.binned_at) {
                (None, Some(_)) => found.push(Told::new(Act::Binned, Subject::Credential(id), None)),
                (Some(_), None) => found.push(Told::new(Act::Restored, Subject::Credential(id), None)),
                _ => {}
            }
        }
        for (id, (text, environment)) in &self.names {
            if document.credential(*id).is_none() {
                let subject = Subject::Named { text: text.clone(), environment: *environment, credential: Some(*id) };
                found.push(Told::new(Act::Purged, subject, None));
            }
        }
        found
    }
}

fn named_subject(document: &Document, subject: Subject) -> (String, Option<Environment>, Option<Id>) {
    match subject {
        Subject::Vault => (String::new(), None, None),
        Subject::Named { text, environment, credential } => (text, environment, credential),
        Subject::Credential(id) => match document.credential(id) {
            Some(credential) => {
                let (text, environment) = document.named(credential);
                (text, environment, Some(id))
            }
            None => (String::new(), None, Some(id)),
        },
        Subject::Version(id, version, field) => {
            let (mut text, environment, credential) = named_subject(document, Subject::Credential(id));
            if let Some(version) = document.version(id, version) {
                let _ = write!(text, "@{}", version.n);
            }
            if let Some(field) = field {
                let _ = write!(text, "#{field}");
            }
            (text, environment, credential)
        }
    }
}

fn reported(document: &Document, report: &audit::Report) -> Result<Told, ChangeError> {
    let subject = match &report.about {
        None => Subject::Vault,
        Some(about) => {
            let version = document.version(about.credential, about.version).ok_or(ChangeError::Gone)?;
            if !version.fields.contains_key(&about.field) {
                return Err(ChangeError::Gone);
            }
            Subject::Version(about.credential, about.version, Some(about.field.clone()))
        }
    };
    let reason = report.reason.as_deref().map(|text| audit::reason(text).ok_or(ChangeError::NoReason)).transpose()?;
    Ok(Told { act: report.act, subject, reason, reached: report.reached.clone() })
}

fn label(document: &Document, consumer: Id) -> Option<String> {
    document.consumers.iter().find(|c| c.id == consumer).map(|c| c.label.clone())
}

fn of_account(account: &Account) -> Subject {
    let text = format!("{}/{}/{}", account.provider, account.environment, account.slug);
    Subject::Named { text, environment: Some(account.environment), credential: None }
}

/// Where a value came from; by which of the two ways of handing one in is not known.
fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Pasted => "pasted or read in",
        other => other.as_str(),
    }
}

/// What a flow is about: the version that it makes, or acts on, of its first credential.
fn of_flow(document: &Document, id: Id) -> Subject {
    let Some(journal) = document.journal(id) else { return Subject::Vault };
    journal.slots.first().map_or(Subject::Vault, |slot| of_slot(document, journal, slot))
}

/// What a flow makes, or acts on, in one of its slots.
fn of_slot(document: &Document, journal: &Journal, slot: &Slot) -> Subject {
    match (slot.credential, slot.new.or(slot.old)) {
        (Some(credential), Some(version)) => Subject::Version(credential, version, None),
        (Some(credential), None) => Subject::Credential(credential),
        (None, _) => match document.account(journal.account) {
            Some(account) => {
                let text = account.path(&slot.reference);
                Subject::Named { text, environment: Some(account.environment), credential: None }
            }
            None => Subject::Vault,
        },
    }
}

/// What a step hands over: the public field that it names, else the secret of its slot.
fn handed(document: &Document, journal: &Journal, step: &Step) -> Option<Subject> {
    let named = step.field();
    let slot = step.slots.first().map(String::as_str).or_else(|| named.map(|named| named.slot.as_str()))?;
    let slot = journal.slot(slot)?;
    let (credential, version) = (slot.credential?, slot.new.or(slot.old)?);
    let secret = || document.version(credential, version)?.secret_fields().next().map(|(name, _)| name.to_owned());
    let field = if step.act == provider::Act::Give { named.map(|named| named.field.to_string()) } else { secret() };
    Some(Subject::Version(credential, version, field))
}

impl Document {
    /// A credential's reference as text, and its environment.
    fn named(&self, credential: &Credential) -> (String, Option<Environment>) {
        let reference = self.reference(credential);
        (reference.as_ref().map_or_else(String::new, ToString::to_string), reference.map(|r| r.environment))
    }
}
