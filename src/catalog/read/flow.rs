//! The checked form of a flow's table.

use crate::catalog::finding::Wrong;
use crate::catalog::raw;
use crate::domain::provider::{Fact, Flow, Id, Proof, Slot, Step};

/// A flow, its steps with the texts that they name.
pub(super) fn flow(path: &str, raw: raw::Flow) -> Result<Flow, Wrong> {
    let texts = raw.text.0;
    let steps = raw.steps.into_iter().enumerate();
    let steps = steps.map(|(n, raw)| step(&format!("{path}/steps/{n}"), raw, &texts));
    Ok(Flow {
        id: raw.id,
        title: raw.title.0,
        does: raw.does,
        reasons: raw.reasons,
        environments: raw.environments,
        slots: raw.slots.0.into_iter().map(|(name, credential)| Slot { name, credential }).collect(),
        cutover: raw.cutover,
        steps: steps.collect::<Result<_, _>>()?,
        proofs: raw.proofs.0.into_iter().map(proof).collect(),
        fact: Fact::new(raw.source, raw.sure),
    })
}

fn step(path: &str, raw: raw::Step, texts: &[(Id, raw::Lines)]) -> Result<Step, Wrong> {
    let text = match raw.text {
        None => None,
        Some(id) => {
            let text = texts.iter().find(|(known, _)| *known == id).map(|(_, text)| text.0.clone());
            Some(text.ok_or_else(|| {
                Wrong::error(format!("{path}/text"), format!("`text` is `{id}`, which the flow does not have"))
                    .hint("texts stand under [flows.text]")
            })?)
        }
    };
    Ok(Step {
        id: raw.id,
        act: raw.act,
        title: raw.title.0,
        text,
        slots: raw.slot.into_iter().chain(raw.slots).collect(),
        field: raw.field,
        form: raw.form,
        link: raw.link,
        needs: raw.needs,
        when: raw.when,
        kills: raw.kills,
        mode: raw.mode,
        proof: raw.proof,
        or: raw.or,
        may_equal_current: raw.may_equal_current,
    })
}

fn proof((id, raw): (Id, raw::Proof)) -> Proof {
    Proof { id, sign: raw.sign, verify: raw.verify }
}
