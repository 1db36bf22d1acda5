//! That no step can come in a dangerous order, whatever the reason and the environment of the run.

use super::Checked;
use crate::catalog::finding::Wrong;
use crate::domain::Environment;
use crate::domain::provider::{Act, Does, Flow, Id, Keys, Mode, Reason, Step};

/// One way through a flow: the steps that apply, with what each waits for.
struct Run<'a> {
    reason: Option<Reason>,
    environment: Environment,
    steps: Vec<(usize, &'a Step)>,
}

impl<'a> Run<'a> {
    fn all(flow: &'a Flow) -> Vec<Self> {
        let reasons: Vec<_> = flow.reasons.iter().copied().map(Some).collect();
        let reasons = if reasons.is_empty() { vec![None] } else { reasons };
        let both = reasons.into_iter().flat_map(|reason| flow.environments.iter().map(move |own| (reason, *own)));
        both.map(|(reason, environment)| {
            let steps = flow.steps.iter().enumerate().filter(|(_, step)| step.when.holds(reason, environment));
            Self { reason, environment, steps: steps.collect() }
        })
        .collect()
    }

    /// The steps that come before this one, by way of `needs`. What the run leaves out leads nowhere.
    fn before(&self, step: &'a Step) -> Vec<&'a Step> {
        let mut before: Vec<&Step> = Vec::new();
        let mut open: Vec<&Id> = step.needs.iter().collect();
        while let Some(id) = open.pop() {
            let Some((_, earlier)) = self.steps.iter().find(|(_, step)| step.id == *id) else { continue };
            if !before.iter().any(|known| known.id == earlier.id) {
                before.push(earlier);
                open.extend(&earlier.needs);
            }
        }
        before
    }

    /// After a leak the damage is stopped first.
    fn leaked(&self, flow: &Flow) -> bool {
        self.reason == Some(Reason::Compromised) || flow.does == Does::Compromise
    }
}

impl Checked<'_> {
    pub(super) fn order(&mut self) {
        let flow = self.flow;
        for (n, step) in flow.steps.iter().enumerate() {
            let late = |needed: &&Id| flow.steps[n..].iter().any(|later| later.id == **needed);
            if let Some(needed) = step.needs.iter().find(late) {
                let message = format!("the step `{}` waits for `{needed}`, which stands below it", step.id);
                self.error(&format!("steps/{n}/needs"), message);
            }
        }
        for run in Run::all(flow) {
            for (n, step) in &run.steps {
                let before = run.before(step);
                let path = format!("steps/{n}");
                match step.act {
                    Act::Promote => self.promotes(&path, &run, step, &before),
                    Act::Seal => self.seals(&path, step, &before),
                    Act::ProveDead if before.iter().all(|earlier| earlier.kills.is_none()) => {
                        self.once(&path, format!("the step `{}` looks for a dead key, but none has died yet", step.id));
                    }
                    _ => {}
                }
                if step.kills.is_some() && !run.leaked(flow) && flow.does != Does::Revoke {
                    self.kills(&path, &run, step, &before);
                }
            }
        }
        if self.errors == 0 {
            for run in Run::all(flow) {
                self.holds_together(&run);
            }
        }
    }

    /// Nothing becomes current that is not there, not approved or not verified.
    fn promotes(&mut self, path: &str, run: &Run<'_>, step: &Step, before: &[&Step]) {
        if before.iter().all(|earlier| earlier.act != Act::Verify) {
            self.once(path, format!("the step `{}` promotes what no earlier step has verified", step.id));
        }
        for slot in &step.slots {
            let mut fills = run.steps.iter().map(|(_, it)| *it).filter(|it| it.fills(slot)).peekable();
            if fills.peek().is_none() {
                self.once(path, format!("the step `{}` promotes `{slot}`, to which no step gives a value", step.id));
            }
            if let Some(late) = fills.find(|fill| before.iter().all(|earlier| earlier.id != fill.id)) {
                self.once(path, format!("the step `{}` promotes `{slot}` without waiting for `{}`", step.id, late.id));
            }
            let spec = self.flow.slot(slot).and_then(|slot| self.provider.credential(&slot.credential));
            let asks = spec.is_some_and(|spec| spec.needs_approval.contains(&run.environment));
            if asks && !before.iter().any(|earlier| earlier.act == Act::Approval && earlier.slots.contains(slot)) {
                self.once(path, format!("the step `{}` promotes `{slot}` before it is approved", step.id));
            }
        }
    }

    /// No old version dies while a consumer has it, where the new one can be there first.
    fn kills(&mut self, path: &str, run: &Run<'_>, step: &Step, before: &[&Step]) {
        let Some(killed) = &step.kills else { return };
        let slot = &killed.slot;
        let spec = self.flow.slot(slot).and_then(|slot| self.provider.credential(&slot.credential));
        let several = spec.is_some_and(|spec| spec.keys() != Keys::One);
        let had = before.iter().any(|earlier| earlier.fills(slot));
        let moved = before.iter().any(|earlier| {
            let usual = earlier.mode != Some(Mode::Staged);
            earlier.act == Act::Substitute && earlier.slots.contains(slot) && (usual || !several)
        });
        let does = if step.act == Act::Revoke { "revokes" } else { "kills" };
        // Where revoking is a step of its own it can wait; where the new key comes by the old one's death it can't.
        if !moved && (had || (several && step.act == Act::Revoke)) {
            self.once(path, format!("the step `{}` {does} `{slot}` before its consumers have the new one", step.id));
        } else if !had && step.warning.is_none() {
            let message = format!("the step `{}` {does} `{slot}` before the new one is there: warn of it", step.id);
            self.once(path, message);
        }
        let overlaps = |it: &Step| it.act == Act::Overlap && it.slots.contains(slot);
        let waits = before.iter().any(|earlier| overlaps(earlier));
        if !waits && run.steps.iter().any(|(_, it)| overlaps(it)) {
            self.once(path, format!("the step `{}` {does} `{slot}` before the overlap is over", step.id));
        }
    }

    /// A sealed key is given again only with a reason: so it comes after the places that use it have it.
    fn seals(&mut self, path: &str, step: &Step, before: &[&Step]) {
        for slot in &step.slots {
            if !before.iter().any(|earlier| earlier.act == Act::Substitute && earlier.slots.contains(slot)) {
                self.once(path, format!("the step `{}` seals `{slot}` before its consumers have it", step.id));
            }
        }
    }

    /// A step for which nothing waits is one that can be forgotten.
    fn holds_together(&mut self, run: &Run<'_>) {
        let Some((_, last)) = run.steps.last() else { return };
        let before = run.before(last);
        for (n, step) in &run.steps {
            if step.id != last.id && before.iter().all(|earlier| earlier.id != step.id) {
                let message =
                    format!("the flow can end without the step `{}`: `{}` does not wait for it", step.id, last.id);
                let wrong = Wrong::warning(format!("{}/steps/{n}", self.path), message);
                if self.wrong.iter().all(|known| known.message != wrong.message) {
                    self.wrong.push(wrong);
                }
            }
        }
    }

    /// An error that several runs may have, told once.
    fn once(&mut self, path: &str, message: String) {
        let path_of = format!("{}/{path}", self.path);
        if !self.wrong.iter().any(|known| known.path == path_of && known.message == message) {
            self.error(path, message);
        }
    }
}
