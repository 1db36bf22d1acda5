//! Lint of flows: that every name leads somewhere and no step can come in a dangerous order.

use super::twice;
use crate::catalog::finding::Wrong;
use crate::domain::provider::{
    Act, CredentialSpec, Cutover, Does, FieldName, Flow, Id, Keys, Provider, Reason, RecipeUse, Step, When,
};

pub(super) fn check(provider: &Provider, wrong: &mut Vec<Wrong>) {
    for n in twice(provider.flows.iter().map(|flow| &flow.id)) {
        let message = format!("two flows have the id `{}`", provider.flows[n].id);
        wrong.push(Wrong::error(format!("flows/{n}/id"), message));
    }
    for (n, flow) in provider.flows.iter().enumerate() {
        let mut checked = Checked { provider, flow, path: format!("flows/{n}"), wrong };
        checked.flow();
        for n in 0..flow.steps.len() {
            checked.step(n);
        }
    }
}

struct Checked<'a> {
    provider: &'a Provider,
    flow: &'a Flow,
    path: String,
    wrong: &'a mut Vec<Wrong>,
}

impl<'a> Checked<'a> {
    fn error(&mut self, path: &str, message: impl Into<String>) {
        self.wrong.push(Wrong::error(format!("{}/{path}", self.path), message));
    }

    fn flow(&mut self) {
        let (provider, flow) = (self.provider, self.flow);
        for n in twice(flow.steps.iter().map(|step| &step.id)) {
            self.error(&format!("steps/{n}/id"), format!("two steps have the id `{}`", flow.steps[n].id));
        }
        if flow.slots.is_empty() {
            self.error("slots", "a flow has at least one slot: the credential that it is about");
        }
        for slot in flow.slots.iter().filter(|slot| provider.credential(&slot.credential).is_none()) {
            let message = format!("the slot `{}` is `{}`, which the file does not have", slot.name, slot.credential);
            self.error(&format!("slots/{}", slot.name), message);
        }
        if flow.environments.is_empty() || flow.environments.iter().any(|own| provider.environment(*own).is_none()) {
            self.error("environments", "`environments` has the provider's environments in which the flow applies");
        }
        let replaces = matches!(flow.does, Does::Rotate | Does::Renew);
        if flow.cutover == Cutover::AtGateway && replaces && flow.steps.iter().all(|step| step.kills.is_none()) {
            self.error("cutover", "`cutover` is at-gateway, but no step has `kills`: where does the old key die?");
        }
        for proof in &flow.proofs {
            let path = format!("proofs/{}", proof.id);
            if proof.sign.is_none() && proof.verify.is_none() {
                self.error(&path, format!("the proof `{}` neither signs nor verifies", proof.id));
            }
            for (key, used) in [("sign", &proof.sign), ("verify", &proof.verify)] {
                if let Some(used) = used {
                    self.recipe_use(&format!("{path}/{key}"), used);
                }
            }
            if flow.steps.iter().all(|step| step.proof.as_ref() != Some(&proof.id)) {
                let message = format!("no step asks for the proof `{}`", proof.id);
                self.wrong.push(Wrong::warning(format!("{}/{path}", self.path), message));
            }
        }
        if let Some(n) = in_a_cycle(flow) {
            let message = format!("the step `{}` waits for itself, by way of its `needs`", flow.steps[n].id);
            self.error(&format!("steps/{n}/needs"), message);
        }
    }

    fn recipe_use(&mut self, path: &str, used: &RecipeUse) {
        if self.provider.recipe(&used.recipe).is_none() {
            self.error(
                &format!("{path}/recipe"),
                format!("`recipe` is `{}`, which the file does not have", used.recipe),
            );
        }
        self.known_slot(&format!("{path}/with"), &used.with.slot);
    }

    /// The credential in a slot. A slot that is not there is told; one whose credential is not, was told above.
    fn known_slot(&mut self, path: &str, slot: &Id) -> Option<&'a CredentialSpec> {
        let known = self.flow.slot(slot);
        if known.is_none() {
            self.error(path, format!("`{slot}` is no slot of the flow"));
        }
        known.and_then(|slot| self.provider.credential(&slot.credential))
    }

    fn step(&mut self, n: usize) {
        let step = &self.flow.steps[n];
        let path = format!("steps/{n}");
        for slot in &step.slots {
            self.known_slot(&path, slot);
        }
        if let Some(killed) = &step.kills {
            self.known_slot(&format!("{path}/kills"), &killed.slot);
            if step.text.is_none() {
                self.error(&path, format!("the step `{}` kills a key: its `text` says what breaks", step.id));
            }
        }
        for (at, needed) in step.needs.iter().enumerate().filter(|(_, needed)| self.flow.step(needed).is_none()) {
            self.error(&format!("{path}/needs/{at}"), format!("`needs` has `{needed}`, which is no step of the flow"));
        }
        if let Some(proof) = step.proof.as_ref().filter(|proof| self.flow.proof(proof).is_none()) {
            self.error(&format!("{path}/proof"), format!("`proof` is `{proof}`, which the flow does not have"));
        }
        if let Some(link) = step.link.as_ref().filter(|link| self.provider.links.iter().all(|it| it.id != **link)) {
            self.error(&format!("{path}/link"), format!("`link` is `{link}`, which the file does not have"));
        }
        if let Some(at) = &step.field
            && let Some(spec) = self.known_slot(&format!("{path}/field"), &at.slot)
        {
            self.field(&path, step, spec, &at.field);
        }
        self.has_what_it_acts_on(&path, step);
        self.comes_in_order(&path, step);
    }

    fn field(&mut self, path: &str, step: &Step, spec: &CredentialSpec, name: &FieldName) {
        let Some(field) = spec.field(name) else {
            self.error(&format!("{path}/field"), format!("`{}` has no field `{name}`", spec.id));
            return;
        };
        if step.act == Act::Give && field.secret {
            self.error(&format!("{path}/field"), format!("`{name}` is secret: a page is given public values only"));
        }
        if let Some(form) = &step.form {
            match spec.form(form) {
                None => self.error(&format!("{path}/form"), format!("`{}` has no form `{form}`", spec.id)),
                Some(known) if known.is_private() != field.secret => {
                    let message = format!("the form `{form}` is {}, which `{name}` can't have", known.as_str());
                    self.error(&format!("{path}/form"), message);
                }
                Some(_) => {}
            }
        }
    }

    fn has_what_it_acts_on(&mut self, path: &str, step: &Step) {
        let missing = match step.act {
            Act::Give | Act::Take | Act::TakeOnce => step.field.is_none().then_some("field"),
            Act::Open => (step.text.is_none() && step.link.is_none()).then_some("text"),
            Act::Confirm | Act::Tell | Act::ProveDead => step.text.is_none().then_some("text"),
            Act::Verify => (step.proof.is_none() && step.or.is_none()).then_some("proof"),
            _ => step.slots.is_empty().then_some("slot"),
        };
        if let Some(key) = missing {
            self.error(path, format!("the key `{key}` of the step `{}` is missing", step.id));
        }
    }

    /// No promotion before a verification; no revocation while a consumer may still have the old version.
    fn comes_in_order(&mut self, path: &str, step: &Step) {
        if step.act == Act::Promote && !before(self.flow, step, &|earlier| earlier.act == Act::Verify) {
            let message = format!("the step `{}` promotes what no earlier step has verified", step.id);
            self.error(path, message);
        }
        // After a leak the damage is stopped first.
        let leaked = step.when.reason == Some(Reason::Compromised)
            || (!self.flow.reasons.is_empty() && self.flow.reasons.iter().all(|it| *it == Reason::Compromised));
        if step.act != Act::Revoke || leaked {
            return;
        }
        for slot in &step.slots {
            let coexist = self.flow.slot(slot).and_then(|slot| self.provider.credential(&slot.credential));
            let moved = |earlier: &Step| {
                earlier.act == Act::Substitute && earlier.mode.is_none() && earlier.slots.contains(slot)
            };
            if coexist.is_some_and(|spec| spec.keys() != Keys::One) && !before(self.flow, step, &moved) {
                let message = format!("the step `{}` revokes `{slot}` before its consumers have the new one", step.id);
                self.error(path, message);
            }
        }
    }
}

/// Whether a step that fits comes before this one by way of `needs`, whatever the reason of the run. A step that can be
/// left out doesn't count unless this one is left out with it.
fn before(flow: &Flow, step: &Step, fits: &dyn Fn(&Step) -> bool) -> bool {
    let mut seen: Vec<&Id> = Vec::new();
    let mut open: Vec<&Id> = step.needs.iter().collect();
    while let Some(id) = open.pop() {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        let Some(earlier) = flow.step(id) else { continue };
        let always = earlier.when == When::default() || earlier.when == step.when;
        if always && fits(earlier) {
            return true;
        }
        open.extend(&earlier.needs);
    }
    false
}

/// A step that waits for itself.
fn in_a_cycle(flow: &Flow) -> Option<usize> {
    let mut done: Vec<&Id> = Vec::new();
    loop {
        let ready = |step: &&Step| {
            !done.contains(&&step.id)
                && step.needs.iter().all(|needed| done.contains(&needed) || flow.step(needed).is_none())
        };
        match flow.steps.iter().find(ready) {
            Some(step) => done.push(&step.id),
            None => return flow.steps.iter().position(|step| !done.contains(&&step.id)),
        }
    }
}
