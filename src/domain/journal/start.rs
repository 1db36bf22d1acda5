//! Begins a flow: the steps that apply to this run, copied from the provider's file with all that they need.

use super::{Call, FlowError, Slot, Step};
use crate::domain::provider::{self, Flow, Keys, Letter, Provider, Reason};
use crate::domain::{Account, Environment, Id, Slug};

/// A flow that is about to begin.
#[derive(Debug)]
pub struct Begin {
    /// The provider's ID.
    pub provider: Slug,
    /// Sandbox or live.
    pub environment: Environment,
    /// The account's slug; the account is made if it isn't there.
    pub account: Slug,
    /// The credential that it is about, where there is one; else the one that goes by the provider's usual name.
    pub credential: Option<Id>,
    /// The version that is to go, where it is not the current one.
    pub version: Option<Id>,
    /// The name of what it creates, where it is not the provider's usual one.
    pub name: Option<Slug>,
    pub(in crate::domain) draft: Draft,
}

/// The journal, but for what only the vault knows.
#[derive(Debug)]
pub(in crate::domain) struct Draft {
    pub(in crate::domain) flow: String,
    pub(in crate::domain) title: String,
    pub(in crate::domain) does: provider::Does,
    pub(in crate::domain) reason: Option<Reason>,
    pub(in crate::domain) digest: String,
    pub(in crate::domain) slots: Vec<Slot>,
    pub(in crate::domain) steps: Vec<Step>,
    pub(in crate::domain) letters: Vec<(usize, Letter)>,
}

/// Prepares a run of a provider's flow. `reason` may be left out where the flow has one only. `account` is the record, where there is one: its region chooses pages and hosts.
pub fn begin(
    provider: &Provider,
    flow: &Flow,
    reason: Option<Reason>,
    (environment, slug, account): (Environment, &Slug, Option<&Account>),
) -> Result<Begin, FlowError> {
    if !flow.environments.contains(&environment) {
        return Err(FlowError::OtherEnvironment(flow.title.clone()));
    }
    // Where there is one reason only, there is nothing to ask.
    let reason = reason.or(match flow.reasons[..] {
        [only] => Some(only),
        _ => None,
    });
    let fits = match reason {
        Some(reason) => flow.reasons.contains(&reason),
        None => flow.reasons.is_empty(),
    };
    if !fits {
        let takes = flow.reasons.iter().map(|reason| reason.as_str()).collect();
        return Err(FlowError::Reason(flow.title.clone(), takes));
    }
    let place = Place { provider, flow, environment, account };
    let run: Vec<&provider::Step> = flow.run(reason, environment).collect();
    let steps: Vec<Step> = run.iter().map(|step| place.step(step, &run)).collect();
    let letters = run.iter().enumerate().filter_map(|(n, step)| Some((n, step.letter.clone()?))).collect();
    let slots = flow.slots.iter().filter_map(|slot| place.slot(slot)).collect();
    let draft = Draft {
        flow: flow.id.to_string(),
        title: flow.title.clone(),
        does: flow.does,
        reason,
        digest: provider.file_digest(),
        slots,
        steps,
        letters,
    };
    let provider = provider.id.parse().map_err(|_| FlowError::NoJournal)?;
    Ok(Begin { provider, environment, account: slug.clone(), credential: None, version: None, name: None, draft })
}

/// Where the flow runs.
struct Place<'a> {
    provider: &'a Provider,
    flow: &'a Flow,
    environment: Environment,
    account: Option<&'a Account>,
}

impl Place<'_> {
    fn field(&self, name: &str) -> Option<&str> {
        self.account?.fields.get(name).map(String::as_str)
    }

    fn slot(&self, slot: &provider::Slot) -> Option<Slot> {
        let spec = self.provider.credential(&slot.credential)?;
        Some(Slot {
            name: slot.name.to_string(),
            spec: spec.id.to_string(),
            title: spec.title.clone(),
            kind: spec.kind,
            reference: spec.name.parse().ok()?,
            required: spec.fields.iter().filter(|field| field.required).map(|field| field.name.to_string()).collect(),
            lifetime_s: spec.lifetime_s.as_ref().map(|stated| stated.value),
            server_only: spec.client_side == provider::ClientSide::Never
                && spec.fields.iter().any(|field| field.secret),
            for_clients: spec.client_side == provider::ClientSide::Allowed,
            overlaps: spec.keys() != Keys::One,
            credential: None,
            old: None,
            new: None,
            again: 0,
            set: None,
        })
    }

    fn step(&self, step: &provider::Step, run: &[&provider::Step]) -> Step {
        let spec =
            |slot: &provider::Id| self.flow.slot(slot).and_then(|slot| self.provider.credential(&slot.credential));
        let link = step.link.as_ref().and_then(|id| self.provider.link(id, self.environment, self.field("region")));
        let about = step.slots.first().or_else(|| step.field().map(|field| &field.slot));
        let proof = step.proof.as_ref().and_then(|id| self.flow.proof(id));
        let probe = proof.and_then(|proof| proof.probe.as_ref());
        let host = (self.environment, self.field("stage"), self.field("region"));
        // What the run leaves out leads nowhere; what it led to comes first all the same by the order of the steps.
        let here = |id: &&provider::Id| run.iter().any(|other| other.id == **id);
        let shaped = |at: &provider::SlotField| {
            let slot = self.flow.slot(&at.slot);
            let of = |target: &provider::Target| match target {
                provider::Target::Account(_) => false,
                provider::Target::Credential { id, field } => {
                    slot.is_some_and(|slot| slot.credential == *id) && *field == at.field
                }
            };
            let sure = |shape: &provider::Shape| {
                shape.strength == provider::Strength::Certain || matches!(shape.matcher, provider::Matcher::Der(_))
            };
            self.provider.shapes.iter().any(|shape| of(&shape.target) && sure(shape))
        };
        Step {
            shaped: !step.fields.is_empty() && step.fields.iter().all(shaped),
            form: step.form.as_ref().and_then(|form| about.and_then(spec)?.form(form)),
            bits: about.and_then(spec).and_then(|spec| spec.rsa_bits.as_ref()).map(|bits| bits.value),
            place: link.map(|link| link.place.clone()),
            url: link.and_then(|link| link.url.clone()),
            call: match (&step.call, probe) {
                (Some(used), _) => Call::of(self.provider, used, host),
                (None, Some(used)) => Call::probing(self.provider, used, step.act == provider::Act::ProveDead, host),
                (None, None) => None,
            },
            sign: proof.and_then(|proof| proof.sign.clone()),
            verify: proof.and_then(|proof| proof.verify.clone()),
            needs: step.needs.iter().filter(here).map(ToString::to_string).collect(),
            ..Step::of(step)
        }
    }
}
