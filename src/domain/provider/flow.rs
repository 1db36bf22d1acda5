//! Flows as a provider's file describes them: the ordered steps of a procedure at the gateway.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{BadName, CallUse, Fact, FieldName, Id, Letter, Stated};
use crate::domain::Environment;

/// A guided procedure. What happens in it is decided elsewhere; this is the data.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Its name after the provider's: `antom/replace-own-pair`.
    pub id: Id,
    /// Its name on the screen.
    pub title: String,
    /// What it is for.
    pub does: Does,
    /// When it applies. Empty where no reason is needed, as for a first credential.
    pub reasons: Vec<Reason>,
    /// Where it applies.
    pub environments: Vec<Environment>,
    /// What it creates or reads. The first is what it is about.
    pub slots: Vec<Slot>,
    /// When the old version stops working.
    pub cutover: Cutover,
    /// Its steps, in the order of the screen; what must wait for what stands in their `needs`. A step that a run leaves out
    /// holds nobody up.
    pub steps: Vec<Step>,
    /// The proofs that its `verify` steps ask for.
    pub proofs: Vec<Proof>,
    /// Where it was read.
    pub fact: Fact,
}

impl Flow {
    /// The slot of this name.
    pub fn slot(&self, name: &str) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.name == name)
    }

    /// Its steps that apply to a run, in their order.
    pub fn run(&self, reason: Option<Reason>, environment: Environment) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(move |step| step.when.holds(reason, environment))
    }

    /// The step of this id.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// The proof of this id.
    pub fn proof(&self, id: &str) -> Option<&Proof> {
        self.proofs.iter().find(|proof| proof.id == id)
    }
}

/// What a flow is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Does {
    /// A first credential, or one more.
    Create,
    /// A new version takes the place of the old one.
    Rotate,
    /// The provider gives new values to what there is.
    Renew,
    /// A version stops working.
    Revoke,
    /// The damage of a leak is stopped.
    Compromise,
}

/// Why a flow is run. Its steps may differ: overlap first, or stop the damage first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// It is time.
    Scheduled,
    /// It leaked, or may have.
    Compromised,
}

impl Reason {
    /// The word in files and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Compromised => "compromised",
        }
    }
}

/// When the old version stops working.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cutover {
    /// At the step that is marked with `kills`.
    AtGateway,
    /// Later, when it is revoked.
    Overlap,
}

/// A credential that a flow creates or reads, under the name that its steps use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its name in the flow, as `own`.
    pub name: Id,
    /// The credential's id in the provider's file.
    pub credential: Id,
}

/// One step of a flow.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its name in the flow and in journals.
    pub id: Id,
    /// What is done.
    pub act: Act,
    /// Its line in the list of steps.
    pub title: String,
    /// What the user reads while it is open, in up to four lines of 72 columns. A narrower view joins and wraps them.
    pub text: Option<String>,
    /// What may go wrong from here on.
    pub warning: Option<Warning>,
    /// What the user is asked for beside it; the answer is a note without secrets, kept as evidence, and the step is
    /// not done without one.
    pub asks: Option<String>,
    /// The slots that it acts on.
    pub slots: Vec<Id>,
    /// The fields that it hands over or takes; several are taken together, as an ID and its secret. One that the credential
    /// does not require may stay empty.
    pub fields: Vec<SlotField>,
    /// The place whose encoding the value gets: a key of the credential's `forms`.
    pub form: Option<Id>,
    /// The page that it opens.
    pub link: Option<Id>,
    /// The call that gives the value to take.
    pub call: Option<CallUse>,
    /// The text to send, for `tell`.
    pub letter: Option<Letter>,
    /// The steps that come before it.
    pub needs: Vec<Id>,
    /// When it applies; else it is left out.
    pub when: When,
    /// The version that stops working by it; for `revoke`, the one that is revoked. It takes typed consent in live.
    pub kills: Option<SlotVersion>,
    /// How long the old version may be in use after the step before it, in seconds.
    pub wait_s: Option<Stated<u64>>,
    /// A way of doing it that is not the usual one.
    pub mode: Option<Mode>,
    /// What counts as proof, for `verify` and `prove-dead`.
    pub proof: Option<Id>,
    /// What may take the proof's place.
    pub or: Option<Instead>,
    /// Whether what is taken may be what is current already. Of several fields one must differ where it may not.
    pub may_equal_current: bool,
    /// Whether what is taken comes with an ID of its own, another than those before it.
    pub new_id: bool,
}

impl Step {
    /// The field that it hands over or takes, the first where there are several.
    pub fn field(&self) -> Option<&SlotField> {
        self.fields.first()
    }

    /// Whether the slot gets a value by it.
    pub fn fills(&self, slot: &str) -> bool {
        match self.act {
            Act::Generate => self.slots.iter().any(|own| *own == slot),
            Act::Take | Act::TakeOnce => self.fields.iter().any(|field| field.slot == slot),
            _ => false,
        }
    }
}

/// What may go wrong from a step on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// In one line: «From here on the old key may fail».
    pub title: String,
    /// Why, and what to have ready.
    pub text: String,
}

/// What is done in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// A page is opened.
    Open,
    /// The user does something there and says so.
    Confirm,
    /// A key pair is generated.
    Generate,
    /// A public value is handed over, in the encoding that the page takes.
    Give,
    /// A value is taken, and checked by detection first.
    Take,
    /// A value is taken that is shown once: saved and read back before anything else.
    TakeOnce,
    /// A text without secrets is handed over, to send to the provider's people.
    Tell,
    /// The provider's approval is waited for.
    Approval,
    /// A proof is asked for.
    Verify,
    /// The new version takes the old one's place at each consumer.
    Substitute,
    /// The overlap is waited out.
    Overlap,
    /// The new version becomes current.
    Promote,
    /// The old version is revoked.
    Revoke,
    /// The dead version is shown to be refused.
    ProveDead,
    /// The private half is handed over once and sealed.
    Seal,
}

/// When a step applies: where each of these holds that is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// Only for this reason.
    pub reason: Option<Reason>,
    /// Only in this environment.
    pub environment: Option<Environment>,
}

impl When {
    /// Whether it applies.
    pub fn holds(self, reason: Option<Reason>, environment: Environment) -> bool {
        self.reason.is_none_or(|wanted| reason == Some(wanted))
            && self.environment.is_none_or(|wanted| wanted == environment)
    }
}

/// A way of doing a step that is not the usual one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Put beside the old version, ready to take over, not in use yet.
    Staged,
}

/// What may take a proof's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Instead {
    /// The user says so; it is stored and drawn as «said, not verified».
    Asserted,
}

/// A field of a slot: `own#public_key`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SlotField {
    /// The slot's name.
    pub slot: Id,
    /// The field's name.
    pub field: FieldName,
}

/// A version in a slot: `own@pending`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SlotVersion {
    /// The slot's name.
    pub slot: Id,
    /// Which version.
    pub which: Which,
}

/// Which version of a credential a step or a proof means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Which {
    /// The one that is current, also when it has died in this flow, until another is promoted.
    Current,
    /// The one that this flow makes; it stays this one after its promotion.
    Pending,
    /// The one that was current before this flow's promotion, dead or alive.
    Previous,
}

impl Which {
    /// The word after `@`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Pending => "pending",
            Self::Previous => "previous",
        }
    }
}

impl FromStr for SlotField {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let (slot, field) = text.split_once('#').unwrap_or((text, ""));
        Ok(Self { slot: Id::new(slot)?, field: FieldName::new(field)? })
    }
}

impl FromStr for SlotVersion {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let (slot, which) = text.split_once('@').unwrap_or((text, ""));
        let which = [Which::Current, Which::Pending, Which::Previous].into_iter().find(|known| known.as_str() == which);
        let which =
            which.ok_or(BadName::new("a version of a slot is `slot@current`, `slot@pending` or `slot@previous`"))?;
        Ok(Self { slot: Id::new(slot)?, which })
    }
}

impl fmt::Display for SlotField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.slot, self.field)
    }
}

impl fmt::Display for SlotVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.slot, self.which.as_str())
    }
}

super::id::as_text!(SlotField, SlotVersion);

/// What counts as proof: a message signed with one version and an answer verified with another, or the status of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Its name in the flow.
    pub id: Id,
    /// The message that is sent.
    pub sign: Option<RecipeUse>,
    /// The answer that comes back.
    pub verify: Option<RecipeUse>,
    /// The call whose status shows whether the key works.
    pub probe: Option<CallUse>,
}

/// A recipe, used with a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipeUse {
    /// The recipe's id.
    pub recipe: Id,
    /// The version whose key it takes.
    pub with: SlotVersion,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_applies_where_everything_it_asks_for_holds() {
        let when = When { reason: Some(Reason::Scheduled), environment: None };
        assert!(when.holds(Some(Reason::Scheduled), Environment::Live));
        assert!(!when.holds(Some(Reason::Compromised), Environment::Live));
        assert!(!when.holds(None, Environment::Live));
        assert!(When::default().holds(None, Environment::Sandbox));
    }

    #[test]
    fn slots_read_as_they_are_written() {
        assert_eq!("own#public_key".parse::<SlotField>().unwrap().to_string(), "own#public_key");
        assert_eq!("own@pending".parse::<SlotVersion>().unwrap().to_string(), "own@pending");
        assert!("own@newest".parse::<SlotVersion>().is_err());
        assert!("own".parse::<SlotField>().is_err());
    }
}
