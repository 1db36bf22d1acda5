//! What the screens of flows hold: one in progress, one that is about to begin, and the list of all.

use super::{Busy, List};
use crate::app::form::Form;
use crate::domain::Id;
use crate::domain::provider::Reason;

/// A flow, at its present step or at one that is looked back at.
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own about the page")]
#[derive(Debug)]
pub struct FlowPage {
    /// Which.
    pub journal: Id,
    /// The step that is looked at; `None`: the present one.
    pub looked: Option<usize>,
    /// What the present step takes: values, a note, a status, a place's name. Empty where it takes nothing.
    pub form: Form,
    /// Whether letters go into the form; else they are keys.
    pub editing: bool,
    /// The chosen place, in a step that ticks places off.
    pub place: usize,
    /// What was trimmed from a paste, in sentences.
    pub notes: Vec<String>,
    /// Until when what was pasted works, where the answer of a call says so.
    pub until: Option<jiff::Timestamp>,
    /// Why what was pasted can't be what the step takes: `⏎` is off until it is overruled.
    pub contradiction: Option<String>,
    /// Whether nobody can overrule it.
    pub is_final: bool,
    /// Whether the user overruled it, by typing the account's name.
    pub overruled: bool,
    /// What makes it doubtful that what was pasted is whole, or of this environment: `⏎` tells it once before it takes it.
    pub doubt: Option<String>,
    /// Whether that was told.
    pub doubted: bool,
    /// While a pair is generated.
    pub busy: Option<Busy>,
    /// How far the page is scrolled.
    pub top: usize,
    /// How many of the values that the step hands over were copied: the next one is next.
    pub handed: usize,
    /// For which step the form was made, and after how many of its marks.
    pub(in crate::app) made_for: (String, usize, bool),
}

/// A step of a flow: what was asked about it is done to it, and to no other that has become the present one meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepAt {
    /// Which flow.
    pub journal: Id,
    /// Which step.
    pub step: String,
}

/// Choosing a flow, and why it is run.
#[derive(Debug)]
pub struct BeginPage {
    /// Provider, environment, account, flow, reason, name.
    pub form: Form,
    /// The credential that it is about; `None`: the flow makes one.
    pub about: Option<About>,
    /// While it is being saved.
    pub busy: Option<Busy>,
}

/// What a flow is to be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// The credential.
    pub credential: Id,
    /// The version that is to go, where it is not the current one.
    pub version: Option<Id>,
    /// Which flows are offered.
    pub want: Want,
}

/// What the user wants to do with a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// Have another in its place.
    Replace(Reason),
    /// Stop it.
    Revoke,
}

/// All flows: those in progress first.
#[derive(Debug, Default)]
pub struct FlowsPage {
    /// The journals.
    pub rows: Vec<Id>,
    /// The chosen one.
    pub list: List,
}
