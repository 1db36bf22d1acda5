//! What can be done to a vault's records: each deed is a [`Change`], applied to the newest copy just before it is saved.

pub(super) mod consumer;
mod into_use;
mod length;
mod own_key;
mod remember;
mod steps;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

pub use self::into_use::IntoUse;
use self::remember::Before;
pub use self::steps::Hold;
use super::audit::Report;
use super::journal::{Begin, FlowError};
use super::{
    Account, Credential, Current, Device, DeviceId, Document, Environment, Field, Fields, Id, Kind, Life, MAX_TEXT,
    Origin, Proof, Reference, SecretKey, Set, Side, Slug, Stamp, Stamps, Tombstone, Use, Version, clean, clean_lines,
    join,
};
use crate::error::{Exit, Explain};
use crate::secret::SecretBytes;

/// One deed. Secrets are moved in once and come out again in [`Applied::secrets`].
#[derive(Debug)]
pub enum Change {
    /// Stores a credential, a further version of one, or fields that a version lacks.
    Add(Box<Add>),
    /// Edits what describes a credential. `None` leaves a property as it is.
    Edit {
        /// Which.
        credential: Id,
        /// Free text.
        label: Option<String>,
        /// Free text of several lines.
        note: Option<String>,
        /// For filters.
        tags: Option<Vec<String>>,
        /// The user's own rule; `Some(None)` takes it away.
        rotate_every_days: Option<Option<u32>>,
    },
    /// Gives a credential another account or name. Provider and environment stay: a key can't change them.
    Move {
        /// Which.
        credential: Id,
        /// Where to, without version and field.
        to: Reference,
    },
    /// Puts credentials into the bin, from where they are purged after [`BIN_DAYS`].
    Bin(Vec<Id>),
    /// Takes credentials out of the bin.
    Restore(Vec<Id>),
    /// Deletes what is in the bin for good.
    Purge(Vec<Id>),
    /// Makes an account, or edits one.
    Account {
        /// The provider's ID.
        provider: Slug,
        /// Sandbox or live.
        environment: Environment,
        /// Its part of a reference.
        slug: Slug,
        /// Free text.
        label: Option<String>,
        /// Fields to set; an empty value takes one away.
        fields: BTreeMap<String, String>,
    },
    /// Deletes an account that has no credentials.
    RemoveAccount(Id),
    /// Points a reference at another version that still works: a promotion broke something.
    PointTo {
        /// Which.
        credential: Id,
        /// An active version of it.
        version: Id,
    },
    /// Brings a waiting version into use where no flow does.
    Use(Box<IntoUse>),
    /// Marks a version as leaked. The mark stays, and so does the version until it is replaced.
    Leaked {
        /// Which.
        credential: Id,
        /// Its version.
        version: Id,
    },
    /// Edits a consumer, or makes one.
    Consumer {
        /// What people call it: names it too.
        label: String,
        /// Where it runs.
        side: Option<Side>,
        /// Where to find it, in words.
        place: Option<String>,
        /// What it uses, with the version that it has.
        uses: Option<(Id, Option<Id>, Proof)>,
    },
    /// Notes that a consumer no longer uses these. One that uses nothing any more is forgotten.
    Unuse {
        /// The consumer.
        consumer: Id,
        /// The credentials.
        credentials: Vec<Id>,
    },
    /// Forgets a consumer with all that it used.
    RemoveConsumer(Id),
    /// Begins a flow.
    Begin(Box<Begin>),
    /// Does a step of a flow, or a part of it.
    Step {
        /// Which flow.
        journal: Id,
        /// Which step.
        step: String,
        /// What was done.
        deed: Deed,
    },
    /// Gives a flow up.
    Abandon {
        /// Which flow.
        journal: Id,
        /// The account's name, where what the flow made is all that works.
        typed: Option<String>,
    },
    /// Puts off what is due for a credential until then; `None` takes that back.
    Later {
        /// Which.
        credential: Id,
        /// Until when it is not shown as something to do.
        until: Option<Timestamp>,
    },
    /// Takes back what was agreed to for a host of a provider file of the user's own.
    Withdraw {
        /// The provider's ID.
        provider: Slug,
        /// The host.
        host: String,
    },
    /// Agrees that secrets go to a host of a provider file of the user's own, as that file is now.
    Consent {
        /// The provider's ID.
        provider: Slug,
        /// The file's digest: `sha256:…`.
        digest: String,
        /// The host.
        host: String,
    },
    /// Remembers a deed that changes no record.
    Audit(Report),
    /// Whether what is due is told in clear beside the vault.
    Reminder(bool),
    /// Sets how the vault is guarded.
    Settings {
        /// Seconds without a key.
        idle_lock_s: Option<u32>,
        /// Seconds until the clipboard is emptied.
        clipboard_s: Option<u32>,
        /// Whether a copy may go through the terminal.
        osc52: Option<bool>,
    },
}

/// What is to be stored, and where.
#[derive(Debug)]
pub struct Add {
    /// Where: the account is made if it isn't there.
    pub reference: Reference,
    /// What sort of thing it is.
    pub kind: Kind,
    /// As what.
    pub place: Place,
    /// Its values.
    pub fields: Vec<NewField>,
    /// Where they come from.
    pub origin: Origin,
    /// When they stop working.
    pub expires_at: Option<Timestamp>,
    /// Free text, for a new credential.
    pub label: String,
    /// Free text, for a new credential.
    pub note: String,
    /// The user's own rule.
    pub rotate_every_days: Option<u32>,
    /// Labels of consumers.
    pub used_by: Vec<String>,
    /// What came along and belongs to the account.
    pub account_fields: BTreeMap<String, String>,
    /// Whether these take the place of what the account has; else only what it lacks is filled in.
    pub replaces_account_fields: bool,
}

impl Add {
    /// Values with nothing else said of them; pasted, where nothing is said of that either.
    pub fn of(reference: Reference, kind: Kind, place: Place, fields: Vec<NewField>) -> Self {
        Self {
            reference,
            kind,
            place,
            fields,
            origin: Origin::Pasted,
            expires_at: None,
            label: String::new(),
            note: String::new(),
            rotate_every_days: None,
            used_by: Vec::new(),
            account_fields: BTreeMap::new(),
            replaces_account_fields: false,
        }
    }
}

/// As what new values are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A new credential, current at once; or fields that its current version lacks. Refused where a value is there already.
    New,
    /// A further version that waits.
    Pending,
    /// A further version that works beside the current one and was current before.
    Previous,
    /// A first or further version that is current at once, while those that worked are retired: what is fetched anew, as a token. Of
    /// those that were fetched before nothing stays but what the log says.
    Renewed,
}

/// A value to store.
#[derive(Debug)]
pub struct NewField {
    /// The field's name.
    pub name: String,
    /// Its value.
    pub value: NewValue,
    /// How a key is written.
    pub form: Option<String>,
    /// The public beginning that may be shown.
    pub prefix: Option<String>,
}

impl NewField {
    /// A value that is no key in a form of its own, and no part of which may be shown.
    pub fn of(name: impl Into<String>, value: NewValue) -> Self {
        Self { name: name.into(), value, form: None, prefix: None }
    }
}

/// A value on its way into the vault.
#[derive(Debug)]
pub enum NewValue {
    /// Anyone may see it.
    Public(String),
    /// Nobody may.
    Secret(SecretBytes),
}

/// What is done at a step of a flow.
#[derive(Debug)]
pub enum Deed {
    /// The user says that it is done; the note is kept.
    Said {
        /// What the step asked for, or anything that is worth keeping. No secret.
        note: String,
    },
    /// The user says that it is done, and typed the account's name since it stops a key.
    Typed {
        /// What was typed.
        name: String,
        /// As with [`Said`](Self::Said).
        note: String,
        /// The places of which the user was told that they still have it, and fail from then on.
        despite: Vec<String>,
    },
    /// Values that were generated or taken, each with the slot that it belongs to.
    Values(Vec<(String, NewField)>),
    /// The same, taken from an answer that says until when they work.
    ValuesUntil(Vec<(String, NewField)>, Timestamp),
    /// The secret was copied, to be pasted where it belongs.
    Copied,
    /// «I know»: what is shown once is kept, what was handed over is where it belongs.
    Known,
    /// The provider's decision.
    Decided {
        /// The account's name, where a denial leaves nothing that works: the flow has stopped the old key.
        typed: Option<String>,
        /// Whether it approved.
        approved: bool,
        /// As with [`Said`](Self::Said).
        note: String,
    },
    /// paykeep saw for itself, by this evidence.
    Seen(BTreeMap<String, String>),
    /// The status that the call came back with.
    Status(u16),
    /// The same, where it says the contrary of what the step is to show: that is kept, and the step is not done.
    Contradicted(u16),
    /// A consumer has the new version: an existing one, or one of this name.
    Placed {
        /// Which.
        label: String,
        /// How it is known.
        proof: Proof,
    },
    /// Something to keep beside the step, which is not done by it.
    Note(String),
}

/// What a change needs from the world: the time, who writes, fresh IDs, and fingerprints (whose salt is a secret of the vault).
pub struct Context<'a> {
    /// Now.
    pub now: Timestamp,
    /// Who writes.
    pub device: DeviceId,
    /// Makes a fresh ID.
    pub new_id: &'a mut dyn FnMut() -> Id,
    /// The fingerprint of a field's value, by kind and field.
    pub fingerprint: &'a Fingerprint<'a>,
}

/// Computes a fingerprint from kind, field and value.
pub type Fingerprint<'a> = dyn Fn(Kind, &str, &[u8]) -> String + 'a;

/// What a change did.
#[derive(Debug, Default)]
pub struct Applied {
    /// The credential that it was about, if one.
    pub credential: Option<Id>,
    /// The version that it stored, if one.
    pub version: Option<Id>,
    /// The flow that it was about, if one.
    pub journal: Option<Id>,
    /// New secret values under their keys.
    pub secrets: Vec<(SecretKey, SecretBytes)>,
    /// Other versions that hold the same secret: their references with version.
    pub same_as: Vec<String>,
    /// Whether what was before needs no backup: nothing but the audit log has changed, or a token, which can be had anew.
    pub needs_no_backup: bool,
}

/// Why a change is refused. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeError {
    /// The reference exists, with a value in that field.
    Taken(String, String),
    /// Several that wait in the bin under one name can't come back at once: the name.
    Twice(String),
    /// The credential is of another kind.
    OtherKind(String, Kind),
    /// The secret in that field is what stands in a public one.
    NoSecret(String),
    /// What everyone may see has a secret in it: the public field, then the secret one.
    SecretInside(String, String),
    /// There is nothing to be another version of.
    NothingThere(String),
    /// No value at all.
    NoValue,
    /// A credential can't change its provider or environment.
    OtherPlace(String),
    /// It isn't there any more.
    Gone,
    /// It still has credentials.
    AccountInUse(String, usize),
    /// A setting out of its range.
    OutOfRange(&'static str, u32, u32),
    /// A reference can't mean a version that does not work: its life.
    NotActive(String),
    /// A reason that says nothing, or too much.
    NoReason,
    /// Nobody said that a version works at the provider: its number.
    Unseen(u32),
    /// What is in use in live changes, and the account's name has to be typed: the name.
    NotTyped(String),
    /// A field's name that only a join gives: the name.
    FieldName(String),
    /// A text that is longer than [`MAX_TEXT`](crate::domain::MAX_TEXT): what it was to be.
    TooLong(&'static str),
    /// The public half of the user's own pair, where the provider's key belongs: the pair's reference with version.
    OwnKey(String),
    /// A flow's own rules.
    Flow(FlowError),
}

impl Change {
    /// Whether it changes no record that could not be had anew.
    fn is_slight(&self) -> bool {
        match self {
            Self::Audit(_) => true,
            Self::Add(add) => add.place == Place::Renewed,
            _ => false,
        }
    }
}

impl Document {
    /// Does a deed. On an error the document is as it was.
    pub fn apply(&mut self, change: Change, context: &mut Context<'_>) -> Result<Applied, ChangeError> {
        length::check(&change)?;
        let stamp = Stamp { clock: self.clock() + 1, device: context.device.clone() };
        let before = Before::of(self, &change)?;
        let is_slight = change.is_slight();
        let mut applied = match change {
            Change::Add(add) => self.add(*add, &stamp, context)?,
            Change::Edit { credential, label, note, tags, rotate_every_days } => {
                let record = self.credential_mut(credential)?;
                if let Some(label) = label {
                    set(&mut record.label, clean(&label).trim().to_owned(), "label", &mut record.set, &stamp);
                }
                if let Some(note) = note {
                    set(&mut record.note, clean_lines(&note), "note", &mut record.set, &stamp);
                }
                if let Some(tags) = tags {
                    set(&mut record.tags, tidy(&tags), "tags", &mut record.set, &stamp);
                }
                if let Some(days) = rotate_every_days {
                    set(&mut record.rotate_every_days, days, "rotate_every_days", &mut record.set, &stamp);
                }
                Applied { credential: Some(credential), ..Applied::default() }
            }
            Change::Move { credential, to } => self.relocate(credential, &to, &stamp, context)?,
            Change::Bin(ids) => self.bin(&ids, Some(context.now), &stamp)?,
            Change::Restore(ids) => {
                self.refuse_double(&ids)?;
                self.bin(&ids, None, &stamp)?
            }
            Change::Purge(ids) => self.purge(&ids, context.now),
            Change::Account { provider, environment, slug, label, fields } => {
                let at = self.account_index(&provider, environment, &slug, context);
                let account = &mut self.accounts[at];
                if let Some(label) = label {
                    set(&mut account.label, clean(&label).trim().to_owned(), "label", &mut account.set, &stamp);
                }
                set_fields(account, &fields, &stamp, true);
                Applied::default()
            }
            Change::RemoveAccount(id) => {
                let account = self.account(id).ok_or(ChangeError::Gone)?;
                let used = self.credentials.iter().filter(|c| c.account == id).count();
                if used > 0 {
                    return Err(ChangeError::AccountInUse(account.slug.to_string(), used));
                }
                if let Some(flow) = self.journals.iter().find(|flow| flow.is_open() && flow.account == id) {
                    return Err(FlowError::InAccount(flow.title.clone()).into());
                }
                self.accounts.retain(|a| a.id != id);
                self.bury(id, context.now);
                Applied::default()
            }
            Change::PointTo { credential, version } => self.point_to(credential, version, &stamp, context.now)?,
            Change::Use(wanted) => self.bring_into_use(&wanted, &stamp, context.now)?,
            Change::Leaked { credential, version } => self.mark_leaked(credential, version, context.now)?,
            Change::Consumer { label, side, place, uses } => {
                self.edit_consumer(&label, side, place, uses, &stamp, context)?
            }
            Change::Unuse { consumer, credentials } => self.unuse(consumer, &credentials, &stamp, context.now)?,
            Change::RemoveConsumer(id) => {
                self.consumers.iter().find(|c| c.id == id).ok_or(ChangeError::Gone)?;
                self.forget_consumer(id, context.now);
                Applied::default()
            }
            Change::Begin(begin) => self.begin(*begin, context)?,
            Change::Step { journal, step, deed } => self.step(journal, &step, deed, &stamp, context)?,
            Change::Abandon { journal, typed } => self.abandon(journal, typed.as_deref(), context.now)?,
            Change::Later { credential, until } => {
                let record = self.credential_mut(credential)?;
                set(&mut record.snoozed_until, until, "snoozed_until", &mut record.set, &stamp);
                Applied { credential: Some(credential), ..Applied::default() }
            }
            Change::Consent { provider, digest, host } => self.agree(provider, digest, &host, context.now),
            Change::Withdraw { provider, host } => self.withdraw(provider, &host, context.now),
            // `Before` has taken it in.
            Change::Audit(_) => Applied::default(),
            Change::Reminder(value) => {
                self.settings.reminder = Some(Set { value, set: stamp.clone() });
                Applied::default()
            }
            Change::Settings { idle_lock_s, clipboard_s, osc52 } => {
                self.guard(idle_lock_s, clipboard_s, osc52, &stamp)?
            }
        };
        applied.needs_no_backup = !self.purge_old(context.now) && is_slight;
        match self.devices.iter_mut().find(|d| d.id == stamp.device) {
            Some(device) => device.clock = stamp.clock,
            None => {
                self.devices.push(Device { id: stamp.device, clock: stamp.clock, wrote: None, archived: None });
                self.devices.sort_by(|a, b| a.id.cmp(&b.id));
            }
        }
        before.remember(self, &applied, context);
        Ok(applied)
    }

    fn add(&mut self, add: Add, stamp: &Stamp, context: &mut Context<'_>) -> Result<Applied, ChangeError> {
        if add.fields.is_empty() {
            return Err(ChangeError::NoValue);
        }
        if let Some(field) = add.fields.iter().find(|field| join::base(&field.name).is_some()) {
            return Err(ChangeError::FieldName(field.name.clone()));
        }
        let there = self
            .account_at(add.reference.provider.as_str(), add.reference.environment, add.reference.account.as_str())
            .and_then(|account| self.credential_in(account.id, add.reference.name.as_str()));
        let name = add.reference.of_credential().to_string();
        let mut fills = None;
        match there {
            Some(credential) if credential.kind != add.kind => {
                return Err(ChangeError::OtherKind(name, credential.kind));
            }
            None if matches!(add.place, Place::Pending | Place::Previous) => {
                return Err(ChangeError::NothingThere(name));
            }
            Some(credential) if add.place == Place::New => {
                let version = credential.version(None);
                let held = |f: &&NewField| version.is_none_or(|v| v.fields.contains_key(&f.name));
                if let Some(field) = add.fields.iter().find(held) {
                    return Err(ChangeError::Taken(name, field.name.clone()));
                }
                fills = version.map(|v| v.id);
            }
            _ => {}
        }
        let filled = there.filter(|_| fills.is_some()).and_then(|credential| credential.version(None));
        self.refuse_wrong_place(&add, filled, context)?;
        let there = there.map(|c| c.id);
        let at =
            self.account_index(&add.reference.provider, add.reference.environment, &add.reference.account, context);
        let account_id = self.accounts[at].id;
        set_fields(&mut self.accounts[at], &add.account_fields, stamp, add.replaces_account_fields);

        let credential_id = there.unwrap_or_else(|| {
            let id = (context.new_id)();
            let credential = Credential {
                id,
                account: account_id,
                name: add.reference.name.clone(),
                kind: add.kind,
                label: clean(&add.label).trim().to_owned(),
                note: clean_lines(&add.note),
                tags: Vec::new(),
                rotate_every_days: add.rotate_every_days,
                snoozed_until: None,
                created_at: context.now,
                binned_at: None,
                set: Stamps::new(),
                current: None,
                versions: Vec::new(),
            };
            insert(Arc::make_mut(&mut self.credentials), Arc::new(credential), |c| c.id);
            id
        });
        let version_id = fills.unwrap_or_else(|| (context.new_id)());
        let (fields, secrets) =
            store_fields(add.fields, add.kind, version_id, fills.is_some().then_some(stamp), context);
        let same_as = self.holders(&fields, version_id);
        for label in &add.used_by {
            self.use_by(label, credential_id, version_id, stamp, context);
        }
        let credential = self.credential_mut(credential_id)?;
        if fills.is_some() {
            if let Some(version) = credential.versions.iter_mut().find(|v| v.id == version_id) {
                version.fields.extend(fields);
            }
        } else {
            let (now, n) = (context.now, credential.next_number());
            let life = if add.place == Place::Pending { Life::Pending } else { Life::Active };
            let version = Version {
                id: version_id,
                n,
                life,
                life_at: Some(now),
                origin: add.origin,
                created_at: now,
                current_at: None,
                expires_at: add.expires_at,
                compromised_at: None,
                sealed_at: None,
                fields,
            };
            put(credential, version, add.place, stamp);
        }
        Ok(Applied {
            credential: Some(credential_id),
            version: Some(version_id),
            secrets,
            same_as,
            ..Applied::default()
        })
    }

    /// Refuses what can't be what it was given as.
    fn refuse_wrong_place(
        &self,
        add: &Add,
        filled: Option<&Version>,
        context: &Context<'_>,
    ) -> Result<(), ChangeError> {
        let given = prints(&add.fields, add.kind, context);
        self.refuse_own_key(add.kind, &given, &[])?;
        let secret = |field: &NewField| matches!(field.value, NewValue::Secret(_));
        let new = given.iter().zip(&add.fields).map(|((name, print), field)| (&**name, &**print, secret(field)));
        let there = filled.into_iter().flat_map(|version| steps::told_apart(&version.fields));
        steps::not_twice(add.kind, &new.chain(there))?;
        refuse_secret_inside(&add.fields, filled.map(|version| &version.fields))
    }

    fn mark_leaked(&mut self, credential: Id, version: Id, now: Timestamp) -> Result<Applied, ChangeError> {
        let record = self.credential_mut(credential)?;
        let found = record.versions.iter_mut().find(|v| v.id == version).ok_or(ChangeError::Gone)?;
        found.compromised_at = found.compromised_at.or(Some(now));
        Ok(Applied { credential: Some(credential), version: Some(version), ..Applied::default() })
    }

    fn relocate(
        &mut self,
        id: Id,
        to: &Reference,
        stamp: &Stamp,
        context: &mut Context<'_>,
    ) -> Result<Applied, ChangeError> {
        let credential = self.credential(id).ok_or(ChangeError::Gone)?;
        let account = self.account(credential.account).ok_or(ChangeError::Gone)?;
        let name = to.of_credential().to_string();
        if account.provider != to.provider || account.environment != to.environment {
            return Err(ChangeError::OtherPlace(name));
        }
        let holder = self.account_at(to.provider.as_str(), to.environment, to.account.as_str());
        if let Some(other) = holder.and_then(|a| self.credential_in(a.id, to.name.as_str()))
            && other.id != id
        {
            return Err(ChangeError::Taken(name, String::new()));
        }
        let at = self.account_index(&to.provider, to.environment, &to.account, context);
        let account = self.accounts[at].id;
        let credential = self.credential_mut(id)?;
        set(&mut credential.account, account, "account", &mut credential.set, stamp);
        set(&mut credential.name, to.name.clone(), "name", &mut credential.set, stamp);
        Ok(Applied { credential: Some(id), ..Applied::default() })
    }

    fn bin(&mut self, ids: &[Id], at: Option<Timestamp>, stamp: &Stamp) -> Result<Applied, ChangeError> {
        if ids.is_empty() || ids.iter().any(|id| self.credential(*id).is_none()) {
            return Err(ChangeError::Gone);
        }
        // What a flow works on may be all that works.
        if at.is_some()
            && let Some(flow) = self.worked_on(ids)
        {
            return Err(FlowError::Busy(flow.title.clone()).into());
        }
        for id in ids {
            let credential = self.credential_mut(*id)?;
            set(&mut credential.binned_at, at, "binned_at", &mut credential.set, stamp);
        }
        Ok(Applied { credential: ids.first().copied(), ..Applied::default() })
    }

    /// What comes out of the bin must not take a name that is in use by now, nor two of them the same.
    fn refuse_double(&self, ids: &[Id]) -> Result<(), ChangeError> {
        let mut names = BTreeSet::new();
        for id in ids.iter().collect::<BTreeSet<_>>() {
            let credential = self.credential(*id).ok_or(ChangeError::Gone)?;
            let name = self.reference(credential).map_or_else(String::new, |r| r.to_string());
            let there = self.credential_in(credential.account, credential.name.as_str());
            if there.is_some_and(|other| other.id != *id) {
                return Err(ChangeError::Taken(name, String::new()));
            }
            if !names.insert((credential.account, &credential.name)) {
                return Err(ChangeError::Twice(name));
            }
        }
        Ok(())
    }

    fn purge(&mut self, ids: &[Id], now: Timestamp) -> Applied {
        let doomed: Vec<Id> =
            self.credentials.iter().filter(|c| c.binned_at.is_some() && ids.contains(&c.id)).map(|c| c.id).collect();
        Arc::make_mut(&mut self.credentials).retain(|c| !doomed.contains(&c.id));
        for consumer in &mut self.consumers {
            consumer.uses.retain(|u| !doomed.contains(&u.credential));
        }
        for id in doomed {
            self.bury(id, now);
        }
        Applied::default()
    }

    /// Whether there was something to delete.
    fn purge_old(&mut self, now: Timestamp) -> bool {
        let limit = SignedDuration::from_hours(24 * BIN_DAYS);
        let old = |c: &&Arc<Credential>| c.binned_at.is_some_and(|at| now.duration_since(at) > limit);
        let ids: Vec<Id> = self.credentials.iter().filter(old).map(|c| c.id).collect();
        if ids.is_empty() {
            return false;
        }
        self.purge(&ids, now);
        true
    }

    fn bury(&mut self, id: Id, at: Timestamp) {
        insert(&mut self.tombstones, Tombstone { id, at }, |t| t.id);
    }

    fn guard(
        &mut self,
        idle: Option<u32>,
        clipboard: Option<u32>,
        osc52: Option<bool>,
        stamp: &Stamp,
    ) -> Result<Applied, ChangeError> {
        let in_range = |name, value: Option<u32>, low, high| match value {
            Some(v) if !(low..=high).contains(&v) => Err(ChangeError::OutOfRange(name, low, high)),
            _ => Ok(()),
        };
        in_range("the idle lock", idle, 30, 86_400)?;
        in_range("the clipboard's time", clipboard, 5, 300)?;
        if let Some(value) = idle {
            self.settings.idle_lock_s = Some(Set { value, set: stamp.clone() });
        }
        if let Some(value) = clipboard {
            self.settings.clipboard_s = Some(Set { value, set: stamp.clone() });
        }
        if let Some(value) = osc52 {
            self.settings.osc52 = Some(Set { value, set: stamp.clone() });
        }
        Ok(Applied::default())
    }

    /// Where the account stands; it is made if it isn't there.
    fn account_index(
        &mut self,
        provider: &Slug,
        environment: Environment,
        slug: &Slug,
        context: &mut Context<'_>,
    ) -> usize {
        let here = |a: &Account| a.environment == environment && a.slug == *slug && a.provider == *provider;
        if let Some(at) = self.accounts.iter().position(here) {
            return at;
        }
        let id = (context.new_id)();
        let account = Account {
            id,
            provider: provider.clone(),
            environment,
            slug: slug.clone(),
            label: String::new(),
            fields: BTreeMap::new(),
            set: Stamps::new(),
        };
        insert(&mut self.accounts, account, |a| a.id)
    }

    fn use_by(&mut self, label: &str, credential: Id, version: Id, stamp: &Stamp, context: &mut Context<'_>) {
        if let Ok(at) = self.consumer_index(label, context) {
            let used = Use { credential, version: Some(version), at: context.now, proof: Proof::Asked };
            consumer::put_to_use(&mut self.consumers[at], used, stamp);
        }
    }

    fn forget_consumer(&mut self, id: Id, now: Timestamp) {
        self.consumers.retain(|c| c.id != id);
        self.bury(id, now);
    }

    /// The references of the versions that hold one of these secrets already.
    fn holders(&self, fields: &Fields, except: Id) -> Vec<String> {
        let secrets = fields.values().filter(|f| f.is_secret());
        let wanted: Vec<&String> = secrets.filter_map(|f| f.fingerprint.as_ref()).collect();
        let mut holders = Vec::new();
        for (_, credential) in self.listed() {
            for version in credential.versions.iter().filter(|v| v.id != except) {
                let holds = version
                    .fields
                    .values()
                    .any(|f| f.is_secret() && f.fingerprint.as_ref().is_some_and(|p| wanted.contains(&p)));
                if let (true, Some(reference)) = (holds, self.reference(credential)) {
                    holders.push(format!("{reference}@{}", version.n));
                }
            }
        }
        holders
    }

    fn credential_mut(&mut self, id: Id) -> Result<&mut Credential, ChangeError> {
        let at = self.credentials.binary_search_by_key(&id, |c| c.id).map_err(|_| ChangeError::Gone)?;
        Ok(Arc::make_mut(&mut Arc::make_mut(&mut self.credentials)[at]))
    }
}

/// Adds a version as what it is stored.
fn put(credential: &mut Credential, version: Version, place: Place, stamp: &Stamp) {
    let (id, now) = (version.id, version.created_at);
    if place == Place::Renewed {
        retire_active(credential, now);
    }
    let current = matches!(place, Place::New | Place::Renewed);
    credential.versions.push(Version { current_at: current.then_some(now), ..version });
    if current {
        credential.current = Some(Current { version: id, set: stamp.clone() });
    }
    if place == Place::Renewed {
        credential.drop_replaced_tokens();
    }
}

fn retire_active(credential: &mut Credential, now: Timestamp) {
    for old in credential.versions.iter_mut().filter(|old| old.life == Life::Active) {
        old.life = Life::Retired;
        old.life_at = Some(now);
    }
}

/// Refuses a public value that has the secret beside it in it: a row of a page that was copied whole. `there` is what the version has
/// already.
fn refuse_secret_inside(new: &[NewField], there: Option<&Fields>) -> Result<(), ChangeError> {
    let given = new.iter().filter_map(|field| match &field.value {
        NewValue::Public(text) => Some((field.name.as_str(), text.as_str())),
        NewValue::Secret(_) => None,
    });
    let there = there.into_iter().flatten().filter_map(|(name, field)| Some((name.as_str(), field.value.as_deref()?)));
    let public: Vec<(&str, &str)> = given.chain(there).collect();
    for field in new {
        let NewValue::Secret(secret) = &field.value else { continue };
        let is_inside = |text: &str| text.as_bytes().windows(secret.len()).any(|part| part == secret.expose());
        if secret.len() >= SHORTEST_INSIDE
            && let Some((name, _)) = public.iter().find(|(_, text)| is_inside(text))
        {
            return Err(ChangeError::SecretInside((*name).to_owned(), field.name.clone()));
        }
    }
    Ok(())
}

/// The fingerprint of each new value, with the name of its field.
fn prints(fields: &[NewField], kind: Kind, context: &Context<'_>) -> Vec<(String, String)> {
    let print = |field: &NewField| {
        let value = match &field.value {
            NewValue::Public(text) => text.as_bytes(),
            NewValue::Secret(bytes) => bytes.expose(),
        };
        (field.name.clone(), (context.fingerprint)(kind, &field.name, value))
    };
    fields.iter().map(print).collect()
}

/// Turns new values into fields of a version and secrets under their keys. `late` stamps the keys of fields that a version gets
/// after it was made: two computers may add the same one, and both values must survive the join.
fn store_fields(
    new: Vec<NewField>,
    kind: Kind,
    version: Id,
    late: Option<&Stamp>,
    context: &Context<'_>,
) -> (Fields, Vec<(SecretKey, SecretBytes)>) {
    let mut fields = BTreeMap::new();
    let mut secrets = Vec::new();
    for NewField { name, value, form, prefix } in new {
        let mut field = Field { form, prefix, ..Field::default() };
        match value {
            NewValue::Public(text) => {
                field.fingerprint = Some((context.fingerprint)(kind, &name, text.as_bytes()));
                field.value = Some(text);
            }
            NewValue::Secret(bytes) => {
                field.fingerprint = Some((context.fingerprint)(kind, &name, bytes.expose()));
                let key = match late {
                    Some(stamp) => SecretKey::new(version, &format!("{name}.{}-{}", stamp.device, stamp.clock)),
                    None => SecretKey::new(version, &name),
                };
                field.secret = Some(key.clone());
                secrets.push((key, bytes));
            }
        }
        fields.insert(name, Box::new(field));
    }
    (fields, secrets)
}

/// Sets account fields; those that are there already stay unless `replace`.
fn set_fields(account: &mut Account, fields: &BTreeMap<String, String>, stamp: &Stamp, replace: bool) {
    for (name, value) in fields {
        let value = clean(value).trim().to_owned();
        let before = account.fields.get(name);
        if before == Some(&value) || (before.is_none() && value.is_empty()) || (before.is_some() && !replace) {
            continue;
        }
        if value.is_empty() {
            account.fields.remove(name);
        } else {
            account.fields.insert(name.clone(), value);
        }
        account.set.insert(format!("fields.{name}"), stamp.clone());
    }
}

/// Sets a property and remembers when, if it differs.
fn set<T: PartialEq>(property: &mut T, value: T, name: &str, stamps: &mut Stamps, stamp: &Stamp) {
    if *property != value {
        *property = value;
        stamps.insert(name.to_owned(), stamp.clone());
    }
}

fn tidy(tags: &[String]) -> Vec<String> {
    let mut tags: Vec<String> = tags.iter().map(|t| clean(t).trim().to_owned()).filter(|t| !t.is_empty()).collect();
    tags.sort();
    tags.dedup();
    tags
}

/// Puts a record where its ID belongs; returns its place.
pub(super) fn insert<T>(records: &mut Vec<T>, record: T, id: impl Fn(&T) -> Id) -> usize {
    let at = records.partition_point(|r| id(r) < id(&record));
    records.insert(at, record);
    at
}

impl fmt::Display for ChangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken(name, field) if field.is_empty() => write!(f, "{name} is there already"),
            Self::Taken(name, field) => write!(f, "{name} is there already, with a value in {field}"),
            Self::Twice(name) => write!(f, "several of these are {name}"),
            Self::OtherKind(name, kind) => write!(f, "{name} is there already, as a {kind}"),
            Self::NothingThere(name) => write!(f, "there is no {name} yet"),
            Self::NoSecret(field) => write!(f, "what was given as {field} is the same as what is public beside it"),
            Self::SecretInside(public, secret) => {
                write!(f, "what was given as {public} has the {secret} in it, and everyone may see it")
            }
            Self::NoValue => f.write_str("there is no value to store"),
            Self::OtherPlace(name) => write!(f, "{name} is at another provider or environment"),
            Self::Gone => f.write_str("it is no longer in the vault"),
            Self::AccountInUse(name, n) => write!(f, "account {name} still has {n} credentials"),
            Self::OutOfRange(what, low, high) => write!(f, "{what} takes {low} to {high} seconds"),
            Self::NotActive(life) => write!(f, "that version is {life}: a reference can only mean one that works"),
            Self::NoReason => f.write_str("a reason has 3 to 200 characters"),
            Self::Unseen(n) => {
                write!(f, "nothing becomes current unverified, and paykeep has not seen that v{n} works")
            }
            Self::NotTyped(_) => f.write_str("it changes what live services get: the account's name has to be typed"),
            Self::FieldName(name) => {
                write!(f, "no field can be named {name}: so a join names the second of two values")
            }
            Self::TooLong(what) => write!(f, "{what} is longer than {} KiB", MAX_TEXT / 1024),
            Self::OwnKey(pair) => write!(f, "that is your own public key, the half of {pair}"),
            Self::Flow(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ChangeError {}

impl Explain for ChangeError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Taken(name, field) if field.is_empty() => format!("choose another name, or move {name} out of the way first"),
            Self::Taken(..) => "to keep it beside the present value, add it as another version: --as pending or --as previous; `edit` changes \
                                labels and notes"
                .into(),
            Self::Twice(_) => "put one back, and move it before the next".into(),
            Self::OtherKind(..) => "choose another name, or the kind that it has".into(),
            Self::NothingThere(_) => "leave --as away for the first version".into(),
            Self::NoSecret(field) => format!("copy {field} again: the other one was on the clipboard still"),
            Self::SecretInside(public, _) => format!("copy {public} alone, without what stands beside it"),
            Self::NoValue => "give a value on standard input".into(),
            Self::OtherPlace(_) => "a key works at one provider, in one environment: add it there as a new credential".into(),
            Self::AccountInUse(..) => "move or remove them first; those in the bin count".into(),
            Self::Flow(error) => return error.hint(),
            Self::NotActive(_) => "a flow brings a waiting version into use, as `paykeep edit REF --current VERSION --said` does".into(),
            Self::NoReason => "say in a few words what it is needed for: the audit log keeps it".into(),
            Self::Unseen(_) => "if the gateway takes it, say so with --said; a flow checks it step by step".into(),
            Self::NotTyped(name) => format!("type {name}, with --account"),
            Self::FieldName(_) => "choose a name that does not end in __ and a number".into(),
            Self::TooLong(_) => "say it in fewer words".into(),
            Self::OwnKey(_) => "here goes the gateway's public key: its page shows it beside yours".into(),
            Self::Gone | Self::OutOfRange(..) => return None,
        })
    }

    fn exit(&self) -> Exit {
        match self {
            Self::NothingThere(_) | Self::Gone => Exit::NotFound,
            Self::NoValue | Self::OutOfRange(..) | Self::NoReason | Self::TooLong(_) | Self::FieldName(_) => {
                Exit::Usage
            }
            Self::Flow(error) => error.exit(),
            _ => Exit::Refused,
        }
    }
}

/// A shorter secret may stand in another value by chance, in bytes.
const SHORTEST_INSIDE: usize = 8;

/// How long removed credentials wait in the bin.
pub const BIN_DAYS: i64 = 30;

#[cfg(test)]
mod tests;
