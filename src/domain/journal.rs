//! A flow in progress, or one that has ended: its steps as they were when it began, and what was done, when, by whom and with
//! which evidence. It lives in the vault, so it survives whatever the vault survives.

mod again;
mod answer;
mod apart;
mod call;
mod error;
mod handed;
mod left;
mod proof;
mod start;

pub(in crate::domain) use again::concerned;
pub use answer::Answered;
pub use call::command;
pub use error::FlowError;
pub use handed::Handed;
pub use proof::Seen;
pub use start::{Begin, begin};

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::provider::{Act, Does, KeyForm, Mode, Reason, RecipeUse, SlotField, SlotVersion, Warning};
use super::{DeviceId, Document, Id, Kind, Life, Proof, Slug, Stamp, Version};
use crate::domain::provider;

/// A flow in progress, or one that has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    /// What joins go by.
    pub id: Id,
    /// Whose flow it is. The provider may have left the catalogue since.
    pub provider: Slug,
    /// The flow's ID in the provider's file.
    pub flow: String,
    /// Its name on the screen.
    pub title: String,
    /// What it is for.
    pub does: Does,
    /// Why it is run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The account in which it acts.
    pub account: Id,
    /// SHA-256 of the provider's file when it began: a file that has changed since does not change this flow.
    pub provider_digest: String,
    /// When it began.
    pub started_at: Timestamp,
    /// Who began it.
    pub by: DeviceId,
    /// How and when it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
    /// What it creates or reads. The first is what it is about.
    #[serde(default, rename = "slot")]
    pub slots: Vec<Slot>,
    /// Its steps, in the order of the screen.
    #[serde(default, rename = "step")]
    pub steps: Vec<Step>,
}

/// The end of a flow. Of two that are joined the earlier counts, and a finish before a surrender.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    /// How.
    pub how: End,
    /// When.
    pub at: Timestamp,
}

/// How a flow ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum End {
    /// With its last step.
    Finished,
    /// The provider refused what it asked for.
    Denied,
    /// The user gave it up.
    Abandoned,
}

/// A credential that the flow creates or reads, under the name that its steps use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// Its name in the flow, as `own`.
    pub name: String,
    /// The credential's id in the provider's file.
    pub spec: String,
    /// What it is called there, in words.
    pub title: String,
    /// What sort of thing it is.
    pub kind: Kind,
    /// The last part of its reference.
    pub reference: Slug,
    /// The fields without which a version is incomplete.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<String>,
    /// How long what is taken lives, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifetime_s: Option<u64>,
    /// Whether several versions can be counted on to work side by side.
    #[serde(default)]
    pub overlaps: bool,
    /// Whether it must stay on the merchant's own machines.
    #[serde(default, skip_serializing_if = "is_false")]
    pub server_only: bool,
    /// Whether it is made for clients: a place that is new by it is one.
    #[serde(default, skip_serializing_if = "is_false")]
    pub for_clients: bool,
    /// The record, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<Id>,
    /// The version that was current when the flow began, or that it is to revoke.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<Id>,
    /// The version that the flow makes; `old` again where what was taken is what was there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<Id>,
    /// How often another version took the place of `new`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub again: u32,
    /// When `new` was last set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<Stamp>,
}

/// A step as it was when the flow began, and what has become of it.
#[expect(clippy::struct_excessive_bools, reason = "each is a word of the provider's file")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name in the flow.
    pub id: String,
    /// What is done.
    pub act: Act,
    /// Its line in the list of steps.
    pub title: String,
    /// What the user reads while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What may go wrong from here on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<Warning>,
    /// What the user is asked for beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks: Option<String>,
    /// The slots that it acts on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slots: Vec<String>,
    /// The fields that it hands over or takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<SlotField>,
    /// The encoding that the value gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<KeyForm>,
    /// The size of a key pair to generate, in bits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bits: Option<u32>,
    /// The way to the page, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The page's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What the user runs: to see whether a key works, or to get a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<Call>,
    /// How the call is signed that shows whether a key works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign: Option<RecipeUse>,
    /// How its answer is checked: that its signature fits is the proof.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify: Option<RecipeUse>,
    /// A text without secrets to send to the provider's people: subject, then body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<(String, String)>,
    /// The steps that come before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// The version that stops working by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kills: Option<SlotVersion>,
    /// How long the old version may be in use after the step before it, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_s: Option<u64>,
    /// Put beside the old version, not in use yet.
    #[serde(default, skip_serializing_if = "is_false")]
    pub staged: bool,
    /// Whether the user's word is enough, where paykeep can't see for itself.
    #[serde(default, skip_serializing_if = "is_false")]
    pub or_said: bool,
    /// Whether what is taken is looked at: it is a key, or the provider's file is sure of how it looks.
    #[serde(default, skip_serializing_if = "is_false")]
    pub shaped: bool,
    /// Whether what is taken may be what is current already.
    #[serde(default, skip_serializing_if = "is_false")]
    pub may_equal_current: bool,
    /// Whether what is taken comes with an ID of its own, another than those before it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub new_id: bool,
    /// What happened on the way, oldest first.
    #[serde(default, rename = "mark", skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
    /// When and how it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Done>,
}

/// A call that the user runs, as a `curl` in which secrets are variables of the environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The command. `{field.NAME}` stands for a public field of the version, `{account.NAME}` for one of the account.
    pub curl: String,
    /// The version whose fields it takes.
    pub with: SlotVersion,
    /// Which of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// The statuses by which a key is seen to work.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alive: Vec<u16>,
    /// The statuses by which a key is seen to be refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dead: Vec<u16>,
    /// The name in the answer under which the wanted value stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gives: Option<String>,
    /// The name in the answer under which stands until when it works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// Something that happened on the way through a step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: Happened,
    /// On which computer.
    pub by: DeviceId,
    /// The consumer that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consumer: Option<Id>,
    /// How a placing is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
    /// The fingerprint, or the user's own words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Happened {
    /// A value was stored.
    Kept,
    /// It was copied, to be pasted.
    Copied,
    /// A consumer got it.
    Placed,
    /// The user wrote something down.
    Noted,
    /// The call's answer said the contrary of what the step is to show: its status.
    Contradicted,
}

/// That a step was done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Done {
    /// When.
    pub at: Timestamp,
    /// On which computer.
    pub by: DeviceId,
    /// How it is known.
    pub grade: Grade,
    /// What shows it: fingerprints, key IDs, statuses, the user's note.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub evidence: BTreeMap<String, String>,
}

/// How it is known that a step was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// paykeep computed it.
    Verified,
    /// The user said so: drawn as «said, not verified» where paykeep could have seen.
    Asserted,
}

/// How far a step is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Done.
    Done,
    /// It can be done now.
    Open,
    /// It waits for these, by their titles.
    Waits(Vec<String>),
}

impl Journal {
    /// Whether it goes on.
    pub fn is_open(&self) -> bool {
        self.ended.is_none()
    }

    /// The step of this id.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// The slot of this name.
    pub fn slot(&self, name: &str) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.name == name)
    }

    /// The slots that a step is about: those that it acts on or takes, else those whose keys prove it, else the flow's first.
    pub fn about(&self, step: &Step) -> Vec<&Slot> {
        let acts: Vec<&str> = step.acts_on().collect();
        let keys: Vec<&str> = step.proven().collect();
        let first = self.slots.first().map(|slot| vec![slot.name.as_str()]).unwrap_or_default();
        let named = [acts, keys, first].into_iter().find(|named| !named.is_empty()).unwrap_or_default();
        let mut found: Vec<&Slot> = Vec::new();
        for slot in named.into_iter().filter_map(|name| self.slot(name)) {
            if !found.iter().any(|known| known.name == slot.name) {
                found.push(slot);
            }
        }
        found
    }

    /// How far a step is.
    pub fn progress(&self, step: &Step) -> Progress {
        if step.done.is_some() {
            return Progress::Done;
        }
        let open = |id: &&String| self.step(id).is_some_and(|needed| needed.done.is_none());
        let waits: Vec<String> =
            step.needs.iter().filter(open).filter_map(|id| self.step(id)).map(|needed| needed.title.clone()).collect();
        if waits.is_empty() { Progress::Open } else { Progress::Waits(waits) }
    }

    /// The present step: the first that can be done. `None` when the flow has ended.
    pub fn now(&self) -> Option<usize> {
        let open = |step: &Step| self.progress(step) == Progress::Open;
        if self.is_open() { self.steps.iter().position(open) } else { None }
    }

    /// Until when a step waits, counted from the step before it.
    pub fn waits_until(&self, step: &Step) -> Option<Timestamp> {
        let length = SignedDuration::from_secs(i64::try_from(step.wait_s?).ok()?);
        let before = step.needs.iter().filter_map(|id| self.step(id)?.done.as_ref());
        before.map(|done| done.at).max().unwrap_or(self.started_at).checked_add(length).ok()
    }

    /// How many steps are done.
    pub fn count_done(&self) -> usize {
        self.steps.iter().filter(|step| step.done.is_some()).count()
    }

    /// Whether a leak is the reason: the damage is stopped first.
    pub fn stops_damage(&self) -> bool {
        self.reason == Some(Reason::Compromised) || self.does == Does::Compromise
    }

    /// Whether the step that promotes this slot is done.
    pub fn promoted(&self, slot: &str) -> bool {
        let promotes = |step: &&Step| step.act == Act::Promote && step.slots.iter().any(|own| own == slot);
        self.steps.iter().filter(promotes).any(|step| step.done.is_some())
    }

    /// The version that a step means.
    pub fn version(&self, which: &SlotVersion) -> Option<(Id, Id)> {
        let slot = self.slot(which.slot.as_str())?;
        let version = match which.which {
            provider::Which::Pending => slot.new,
            provider::Which::Current if self.promoted(&slot.name) => slot.new,
            provider::Which::Current | provider::Which::Previous => slot.old,
        };
        Some((slot.credential?, version?))
    }

    /// The version that a step stops: never one that the flow has made.
    pub fn killed(&self, step: &Step) -> Option<(Id, Id)> {
        let slot = self.slot(step.kills.as_ref()?.slot.as_str())?;
        slot.credential.zip(slot.old)
    }

    /// Where this version is put beside the old one, and not in its place yet: the step that does so, and the old one. A place that has
    /// it by now has it ready.
    pub(in crate::domain) fn staging(&self, credential: Id, version: Id) -> Option<(&Step, Option<Id>)> {
        let made =
            |slot: &&Slot| (slot.credential, slot.new) == (Some(credential), Some(version)) && slot.old != slot.new;
        let slot = self.slots.iter().find(made).filter(|_| self.is_open())?;
        let mut places = self.steps.iter().filter(|s| s.act == Act::Substitute && s.slots.contains(&slot.name));
        let staged = places.clone().find(|step| step.staged)?;
        let kills = |step: &Step| step.done.is_some() && step.kills.as_ref().is_some_and(|own| *own.slot == *slot.name);
        let is_early = |step: &Step| matches!(self.progress(step), Progress::Waits(_));
        let is_beside = places.find(|step| !step.staged).is_none_or(is_early) && !self.steps.iter().any(kills);
        is_beside.then_some((staged, slot.old))
    }

    /// The versions that it made where it has stopped what was there before: of those the gateway takes no other. The gateway's own
    /// key, which it showed since, is the one with which it answers.
    pub fn instead(&self) -> impl Iterator<Item = (&Slot, Id)> {
        let stops = |step: &Step, slot: &Slot| {
            let own = |killed: &SlotVersion| *killed.slot == *slot.name || slot.kind == Kind::ProviderPublicKey;
            step.done.is_some() && step.kills.as_ref().is_some_and(own)
        };
        let stopped = move |slot: &&Slot| slot.new != slot.old && self.steps.iter().any(|step| stops(step, slot));
        self.slots.iter().filter(stopped).filter_map(|slot| Some((slot, slot.new?)))
    }

    /// Whether it has stopped the old key and the new one is at no place yet, or not at each: what uses it fails until then. Where no
    /// step puts it in place, until it is current.
    pub fn is_in_the_gap(&self, document: &Document) -> bool {
        let stopped = |slot: &Slot| {
            let old = slot.credential.zip(slot.old).and_then(|(credential, old)| document.version(credential, old));
            let kills =
                |step: &Step| step.done.is_some() && step.kills.as_ref().is_some_and(|own| *own.slot == *slot.name);
            self.steps.iter().any(kills) && old.is_some_and(|old| old.life > Life::Active)
        };
        let left = |slot: &Slot, act: Act| {
            let mut own =
                self.steps.iter().filter(|step| step.act == act && !step.staged && step.slots.contains(&slot.name));
            own.clone().next().map(|_| own.any(|step| step.done.is_none()))
        };
        let waits = |slot: &Slot| left(slot, Act::Substitute).or_else(|| left(slot, Act::Promote)).unwrap_or(false);
        self.is_open() && self.slots.iter().any(|slot| stopped(slot) && waits(slot))
    }

    /// Whether the gateway can't take a slot's new version yet: its approval is waited for, or a part of it is still to be given to the
    /// gateway or got from it.
    pub fn is_asked_for(&self, slot: &Slot, new: &Version) -> bool {
        let lacks = |field: &SlotField| *field.slot == *slot.name && !new.fields.contains_key(field.field.as_str());
        let theirs = |step: &Step| match step.act {
            // What is renewed keeps the access that there was.
            Act::Approval => self.does != Does::Renew && step.slots.contains(&slot.name),
            Act::Give => step.slots.contains(&slot.name),
            Act::Take | Act::TakeOnce => step.fields.iter().any(lacks),
            _ => false,
        };
        self.steps.iter().any(|step| step.done.is_none() && theirs(step))
    }

    /// Whether nothing works any more where the provider denies what this step waits for: it has stopped the old key.
    pub fn denial_leaves_nothing(&self, step: &Step, document: &Document) -> bool {
        self.only_working(document).any(|(slot, _)| step.slots.contains(&slot.name))
    }

    /// Those of them that still wait.
    pub fn only_working<'a>(&'a self, document: &'a Document) -> impl Iterator<Item = (&'a Slot, &'a Version)> {
        self.instead().filter_map(|(slot, new)| {
            Some((slot, document.version(slot.credential?, new).filter(|new| new.life.is_waiting())?))
        })
    }

    /// The slots whose credentials it changes; others it only reads.
    pub fn changed(&self) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(|slot| self.steps.iter().any(|step| step.changes(&slot.name)))
    }

    /// The credentials that it is about.
    pub fn credentials(&self) -> impl Iterator<Item = Id> {
        self.slots.iter().filter_map(|slot| slot.credential)
    }
}

impl Step {
    /// The field that it hands over or takes, the first where there are several.
    pub fn field(&self) -> Option<&SlotField> {
        self.fields.first()
    }

    /// The consumers that got it.
    pub fn placed(&self) -> impl Iterator<Item = (Id, &Mark)> {
        let placed = self.marks.iter().filter(|mark| mark.what == Happened::Placed);
        placed.filter_map(|mark| Some((mark.consumer?, mark)))
    }

    /// When something happened last.
    pub fn last(&self, what: Happened) -> Option<&Mark> {
        self.marks.iter().rev().find(|mark| mark.what == what)
    }

    /// Whether the user's word is all there can be: nothing in it could be computed, checked or stored.
    pub fn is_said(&self) -> bool {
        matches!(self.act, Act::Open | Act::Confirm | Act::Give | Act::Tell) && self.kills.is_none()
    }

    /// What it says where the provider's file has no words of its own.
    pub fn usual(&self) -> &'static str {
        match self.act {
            Act::Generate => {
                "paykeep makes the pair here and keeps it in the vault. Nothing of it leaves the computer."
            }
            Act::Substitute if self.staged => {
                "Give each place the new key, ready to be switched on. The old one stays in use."
            }
            Act::Substitute => "Put the new key in the place of the old one, and tick each place off.",
            Act::Overlap => "Both work. Wait until no place has the old one any more.",
            Act::Promote => "From now on a reference means the new version.",
            Act::Approval => "It exists, but works only when the provider has approved it.",
            Act::Verify => "Make sure that the new one works before anything relies on it.",
            Act::Revoke => "The old one stops working at the gateway, at once and for good.",
            Act::ProveDead => "Make sure that the old one is refused.",
            Act::Seal => "You get this key once, now. Then it is sealed.",
            Act::Take | Act::TakeOnce => "Paste what the page shows. It is checked before it is taken.",
            Act::Give => "Paste it into the page.",
            Act::Tell => "Send this to the provider's people. There is no secret in it.",
            Act::Open | Act::Confirm => "",
        }
    }

    /// How it is known that it was done, in words that claim no more than what was looked at: what is kept was not tried by that.
    pub fn known(&self) -> Option<&'static str> {
        Some(match (self.done.as_ref()?.grade, self.act) {
            (Grade::Verified, Act::Generate) => "made by paykeep",
            (Grade::Verified, Act::Take) if self.shaped => "shape checked, kept",
            (Grade::Verified, Act::Take) => "kept",
            (Grade::Verified, Act::TakeOnce) if self.shaped => "shape checked, kept and read back",
            (Grade::Verified, Act::TakeOnce) => "kept and read back",
            (Grade::Verified, Act::Promote | Act::Seal) => "by paykeep",
            (Grade::Verified, Act::Substitute | Act::Overlap) => "seen by paykeep",
            (Grade::Verified, _) => "verified",
            (Grade::Asserted, _) if self.is_said() => "said",
            (Grade::Asserted, _) => "said, not verified",
        })
    }

    /// Whether it gives the slot a value, makes it current or stops it.
    pub fn changes(&self, slot: &str) -> bool {
        let acts =
            matches!(self.act, Act::Generate | Act::Promote | Act::Seal) && self.slots.iter().any(|own| own == slot);
        let takes = matches!(self.act, Act::Take | Act::TakeOnce) && self.fields.iter().any(|field| field.slot == slot);
        acts || takes || self.kills.as_ref().is_some_and(|killed| killed.slot == slot)
    }

    /// Whether the account's name has to be typed.
    pub fn asks_consent(&self) -> bool {
        self.kills.is_some() || self.act == Act::Revoke
    }

    pub(super) fn of(step: &provider::Step) -> Self {
        Self {
            id: step.id.to_string(),
            act: step.act,
            title: step.title.clone(),
            text: step.text.clone(),
            warning: step.warning.clone(),
            asks: step.asks.clone(),
            slots: step.slots.iter().map(ToString::to_string).collect(),
            fields: step.fields.clone(),
            form: None,
            bits: None,
            place: None,
            url: None,
            call: None,
            sign: None,
            verify: None,
            letter: None,
            needs: Vec::new(),
            kills: step.kills.clone(),
            wait_s: step.wait_s.as_ref().map(|stated| stated.value),
            staged: step.mode == Some(Mode::Staged),
            or_said: step.or.is_some(),
            shaped: false,
            may_equal_current: step.may_equal_current,
            new_id: step.new_id,
            marks: Vec::new(),
            done: None,
        }
    }
}

impl Document {
    /// The journal with this ID.
    pub fn journal(&self, id: Id) -> Option<&Journal> {
        super::document::by_id(&self.journals, id, |journal| journal.id)
    }

    /// The flow in progress that is about this credential.
    pub fn flow_of(&self, credential: Id) -> Option<&Journal> {
        self.journals.iter().find(|journal| journal.is_open() && journal.credentials().any(|id| id == credential))
    }

    /// The version that the gateway takes where the current one was stopped, and the flow that made it: it waits for that flow's end.
    pub fn works_instead(&self, credential: Id) -> Option<(&Journal, &Version)> {
        self.credential(credential)?.current().filter(|current| current.life > Life::Active)?;
        self.journals.iter().rev().find_map(|journal| {
            let made = |(slot, new): &(&Slot, &Version)| {
                slot.credential == Some(credential) && !journal.is_asked_for(slot, new)
            };
            let (_, new) = journal.only_working(self).find(made)?;
            Some((journal, new))
        })
    }

    /// The flow in progress that changes one of these.
    pub fn worked_on(&self, credentials: &[Id]) -> Option<&Journal> {
        let changes =
            |flow: &&Journal| flow.changed().any(|s| s.credential.is_some_and(|id| credentials.contains(&id)));
        self.journals.iter().filter(|flow| flow.is_open()).find(changes)
    }

    /// A version of a credential.
    pub fn version(&self, credential: Id, version: Id) -> Option<&Version> {
        self.credential(credential)?.versions.iter().find(|v| v.id == version)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
fn is_false(flag: &bool) -> bool {
    !flag
}
