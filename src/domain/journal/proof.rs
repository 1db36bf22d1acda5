//! What shows that a new key works: an answer that the gateway has given to a call that was signed with it.

use jiff::Timestamp;

use super::{FlowError, Happened, Journal, Mark, Step};
use crate::domain::provider::{Act, Id as Name};
use crate::domain::{Document, Id};

/// A message whose signature fits.
#[derive(Clone, Debug)]
pub struct Seen<'a> {
    /// By which recipe.
    pub recipe: &'a str,
    /// The version whose key it fits.
    pub with: (Id, Id),
    /// The message's time, where its recipe has one.
    pub at: Option<Timestamp>,
    /// Its status, where it is a response with its first line.
    pub status: Option<u16>,
}

impl Journal {
    /// Whether it is the proof that a step asks for; else why not. Where a call is to be sent, its answer alone is one: what was sent
    /// fits as well where both sides sign with one key, and an answer from before shows nothing of a key that was not there yet.
    pub fn proves(&self, step: &Step, seen: &Seen<'_>) -> Result<(), FlowError> {
        let asked = step.verify.as_ref();
        if !asked.is_some_and(|used| used.recipe == seen.recipe && self.version(&used.with) == Some(seen.with)) {
            return Err(FlowError::OtherSignature(step.title.clone()));
        }
        if step.sign.is_none() {
            return Ok(());
        }
        let status = seen.status.ok_or(FlowError::NoAnswer)?;
        match (seen.at, self.there_since(step)) {
            // An old «no» is not about the new key either. Messages seldom tell their time in more than seconds.
            (Some(at), Some(since)) if at.as_second() < since.as_second() => Err(FlowError::OldAnswer(at, since)),
            _ => step.contradicts(status).map_or(Ok(()), Err),
        }
    }

    /// Why a status says the contrary of what a step is to show. That a call is refused which lacks a value says nothing of the key.
    pub fn contradicts(&self, step: &Step, status: u16, document: &Document) -> Option<FlowError> {
        let counts = |no: &FlowError| !matches!(no, FlowError::Refused(_)) || self.lacks(step, document).is_empty();
        step.contradicts(status).filter(counts)
    }

    /// The fields that a step's call takes and its version lacks.
    pub fn lacks(&self, step: &Step, document: &Document) -> Vec<String> {
        let Some(call) = &step.call else { return Vec::new() };
        let version = self.version(&call.with).and_then(|(credential, version)| document.version(credential, version));
        let Some(version) = version else { return Vec::new() };
        call.fields.iter().filter(|name| !version.fields.contains_key(*name)).cloned().collect()
    }

    /// The answer that said the contrary of what a step is to show. One to what was taken before something else took its place does
    /// not count.
    pub fn contradicted<'a>(&self, step: &'a Step) -> Option<&'a Mark> {
        let since = self.there_since(step);
        step.last(Happened::Contradicted).filter(|no| since.is_none_or(|since| no.at >= since))
    }

    /// Since when what a step is about can have been in use: when it was made or taken, and what was there before was stopped. Another
    /// credential of the same flow has nothing to do with it.
    pub fn there_since(&self, step: &Step) -> Option<Timestamp> {
        let slots: Vec<&str> = step.proven().collect();
        let is_its = |own: &Step| slots.is_empty() || own.acts_on().any(|slot| slots.contains(&slot));
        let makes = |own: &&Step| {
            matches!(own.act, Act::Generate | Act::Give | Act::Take | Act::TakeOnce) && is_its(own)
                || own.kills.is_some()
        };
        let before = self.steps.iter().take_while(|own| own.id != step.id);
        before.filter(makes).filter_map(|own| own.done.as_ref()).map(|done| done.at).max()
    }
}

impl Step {
    /// The slots that it acts on, takes or stops.
    pub fn acts_on(&self) -> impl Iterator<Item = &str> {
        let fields = self.fields.iter().map(|field| &field.slot);
        let others = fields.chain(self.kills.iter().map(|killed| &killed.slot)).map(Name::as_str);
        self.slots.iter().map(String::as_str).chain(others)
    }

    /// The slots whose keys and values its proof is made with, first the one that it shows to work.
    pub fn proven(&self) -> impl Iterator<Item = &str> {
        let recipes = self.sign.iter().chain(&self.verify).map(|used| &used.with);
        self.call.iter().map(|call| &call.with).chain(recipes).map(|with| with.slot.as_str())
    }

    /// Why the status of its call says the contrary of what it is to show. Of a call that is signed the provider's file has no statuses:
    /// these two are HTTP's own for who may not.
    fn contradicts(&self, status: u16) -> Option<FlowError> {
        let call = self.call.as_ref();
        let is_refused = call.is_some_and(|call| call.dead.contains(&status));
        let is_signed = self.sign.is_some() && self.verify.is_some();
        match self.act {
            Act::Verify if is_refused || is_signed && matches!(status, 401 | 403) => Some(FlowError::Refused(status)),
            Act::ProveDead if call.is_some_and(|call| call.alive.contains(&status)) => {
                Some(FlowError::StillAlive(status))
            }
            _ => None,
        }
    }
}
