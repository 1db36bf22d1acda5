//! Lint of flows: that every name leads somewhere, every step has what it acts on, and its words fit the screen.

mod order;

use unicode_width::UnicodeWidthStr;

use super::twice;
use crate::catalog::finding::Wrong;
use crate::domain::provider::{
    Act, CredentialSpec, Cutover, Does, Flow, Id, Proof, Provider, RecipeUse, SlotField, Step, Which,
};

pub(super) fn check(provider: &Provider, wrong: &mut Vec<Wrong>) {
    for n in twice(provider.flows.iter().map(|flow| &flow.id)) {
        let message = format!("two flows have the id `{}`", provider.flows[n].id);
        wrong.push(Wrong::error(format!("flows/{n}/id"), message));
    }
    for (n, flow) in provider.flows.iter().enumerate() {
        let mut checked = Checked { provider, flow, path: format!("flows/{n}"), errors: 0, wrong };
        checked.flow();
        for n in 0..flow.steps.len() {
            checked.step(n);
        }
        if let Some(n) = in_a_cycle(flow) {
            let message = format!("the step `{}` waits for itself, by way of its `needs`", flow.steps[n].id);
            checked.error(&format!("steps/{n}/needs"), message);
        }
        // Where names lead nowhere, what is said of the order would only repeat it.
        if checked.errors == 0 {
            checked.order();
        }
    }
}

/// A flow, while it is looked at.
pub(super) struct Checked<'a> {
    pub(super) provider: &'a Provider,
    flow: &'a Flow,
    path: String,
    errors: usize,
    wrong: &'a mut Vec<Wrong>,
}

impl<'a> Checked<'a> {
    pub(super) fn error(&mut self, path: &str, message: impl Into<String>) {
        self.errors += 1;
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
            self.proof(proof);
        }
    }

    fn proof(&mut self, proof: &Proof) {
        let path = format!("proofs/{}", proof.id);
        if proof.sign.is_none() && proof.verify.is_none() && proof.probe.is_none() {
            self.error(&path, format!("the proof `{}` neither signs nor verifies nor calls", proof.id));
        }
        for (key, used) in [("sign", &proof.sign), ("verify", &proof.verify)] {
            if let Some(used) = used {
                self.recipe_use(&format!("{path}/{key}"), used);
            }
        }
        if let Some(used) = &proof.probe {
            self.call_use(&format!("{path}/probe"), used);
        }
        if self.flow.steps.iter().all(|step| step.proof.as_ref() != Some(&proof.id)) {
            let message = format!("no step asks for the proof `{}`", proof.id);
            self.wrong.push(Wrong::warning(format!("{}/{path}", self.path), message));
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
    pub(super) fn known_slot(&mut self, path: &str, slot: &Id) -> Option<&'a CredentialSpec> {
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
            let path_of = format!("{path}/kills");
            self.known_slot(&path_of, &killed.slot);
            if killed.which == Which::Pending {
                self.error(&path_of, format!("the step `{}` kills the version that the flow makes", step.id));
            }
            if step.text.is_none() {
                self.error(&path, format!("the step `{}` kills a key: its `text` says what breaks", step.id));
            }
        }
        for (at, needed) in step.needs.iter().enumerate().filter(|(_, needed)| self.flow.step(needed).is_none()) {
            self.error(&format!("{path}/needs/{at}"), format!("`needs` has `{needed}`, which is no step of the flow"));
        }
        if let Some(proof) = &step.proof {
            self.asks_for(&path, step, proof);
        }
        if let Some(link) = step.link.as_ref().filter(|link| self.provider.links.iter().all(|it| it.id != **link)) {
            self.error(&format!("{path}/link"), format!("`link` is `{link}`, which the file does not have"));
        }
        for at in &step.fields {
            self.field(&path, step, at);
        }
        if let Some(used) = &step.call {
            self.call_use(&format!("{path}/call"), used);
        }
        self.has_what_it_acts_on(&path, step);
        self.has_nothing_else(&path, step);
        self.fits_the_screen(&path, step);
    }

    /// That a step's proof is there, and can show what the step is for.
    fn asks_for(&mut self, path: &str, step: &Step, id: &Id) {
        let path = format!("{path}/proof");
        let Some(proof) = self.flow.proof(id) else {
            return self.error(&path, format!("`proof` is `{id}`, which the flow does not have"));
        };
        let call = proof.probe.as_ref().and_then(|used| self.provider.call(&used.call));
        match step.act {
            Act::Verify if call.is_some_and(|call| call.alive.is_none()) => {
                self.error(&path, format!("the call of the proof `{id}` has no `alive`: when does the key work?"));
            }
            // A call that is signed is sent by the user, who sees what comes of it.
            Act::ProveDead if proof.probe.is_none() && (proof.sign.is_none() || step.or.is_none()) => {
                self.error(&path, format!("the proof `{id}` has no `probe`, which alone shows a dead key"));
            }
            Act::ProveDead if call.is_some_and(|call| call.dead.is_none()) => {
                self.error(&path, format!("the call of the proof `{id}` has no `dead`: when is the key refused?"));
            }
            _ => {}
        }
    }

    fn field(&mut self, path: &str, step: &Step, at: &SlotField) {
        let key = if step.fields.len() == 1 { "field" } else { "fields" };
        let path_of = format!("{path}/{key}");
        let Some(spec) = self.known_slot(&path_of, &at.slot) else { return };
        let name = &at.field;
        let Some(field) = spec.field(name) else {
            self.error(&path_of, format!("`{}` has no field `{name}`", spec.id));
            return;
        };
        if step.act == Act::Give && field.secret {
            self.error(&path_of, format!("`{name}` is secret: a page is given public values only"));
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
        let unproven = step.proof.is_none() && step.or.is_none();
        let missing = match step.act {
            Act::Give | Act::Take | Act::TakeOnce => step.fields.is_empty().then_some("field"),
            Act::Open => (step.text.is_none() && step.link.is_none()).then_some("text"),
            Act::Confirm => step.text.is_none().then_some("text"),
            Act::Tell => step.letter.is_none().then_some("letter"),
            Act::Verify | Act::ProveDead => unproven.then_some("proof"),
            Act::Revoke if step.kills.is_none() => Some("kills"),
            _ => step.slots.is_empty().then_some("slot"),
        };
        if let Some(key) = missing {
            self.error(path, format!("the key `{key}` of the step `{}` is missing", step.id));
        }
    }

    /// Keys of which the act makes no use: who wrote them expected something else.
    fn has_nothing_else(&mut self, path: &str, step: &Step) {
        let takes = matches!(step.act, Act::Take | Act::TakeOnce);
        let proves = matches!(step.act, Act::Verify | Act::ProveDead);
        let says = matches!(step.act, Act::Confirm | Act::Tell | Act::Approval);
        let idle = [
            ("call", step.call.is_some() && !takes),
            ("fields", step.fields.len() > 1 && !takes),
            ("field", !step.fields.is_empty() && !takes && step.act != Act::Give),
            ("letter", step.letter.is_some() && step.act != Act::Tell),
            ("asks", step.asks.is_some() && !says),
            ("wait", step.wait_s.is_some() && step.act != Act::Overlap),
            ("mode", step.mode.is_some() && step.act != Act::Substitute),
            ("proof", step.proof.is_some() && !proves),
            ("or", step.or.is_some() && !proves),
            ("kills", step.kills.is_some() && !matches!(step.act, Act::Confirm | Act::Tell | Act::Revoke)),
        ];
        if let Some((key, _)) = idle.into_iter().find(|(_, idle)| *idle) {
            self.error(&format!("{path}/{key}"), format!("the step `{}` has no use for the key `{key}`", step.id));
        }
    }

    fn fits_the_screen(&mut self, path: &str, step: &Step) {
        let id = &step.id;
        let mut said = Vec::new();
        if step.title.width() > TITLE {
            said.push(("title", format!("the title of the step `{id}` is wider than {TITLE} columns")));
        }
        let warning = step.warning.iter().flat_map(|warning| [&warning.title, &warning.text]);
        let texts = step.text.iter().map(|text| ("text", text)).chain(warning.map(|text| ("warning", text)));
        for (key, text) in texts {
            if text.lines().any(|line| line.width() > LINE) {
                said.push((key, format!("a line of the {key} of the step `{id}` is wider than {LINE} columns")));
            } else if text.lines().count() > LINES {
                said.push((key, format!("the {key} of the step `{id}` has more than {LINES} lines")));
            }
        }
        for (key, message) in said {
            self.wrong.push(Wrong::warning(format!("{}/{path}/{key}", self.path), message));
        }
    }
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

/// Columns of a step's line in the list.
const TITLE: usize = 46;
/// Columns of a line of its text.
const LINE: usize = 72;
/// Lines of its text.
const LINES: usize = 4;
