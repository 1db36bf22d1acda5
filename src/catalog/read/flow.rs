//! The checked form of a flow's table.

use super::{line, stated};
use crate::catalog::finding::Wrong;
use crate::catalog::raw;
use crate::domain::provider::{Fact, Flow, Id, Letter, Proof, Slot, Step, Warning};

/// A flow, its steps with the texts that they name.
pub(super) fn flow(path: &str, raw: raw::Flow) -> Result<Flow, Wrong> {
    let texts = Texts { plain: raw.text.0, warnings: raw.warnings.0, letters: raw.letters.0 };
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

/// What a flow says in words, by the ids under which its steps name it.
struct Texts {
    plain: Vec<(Id, raw::Lines)>,
    warnings: Vec<(Id, raw::Warning)>,
    letters: Vec<(Id, raw::Letter)>,
}

fn step(path: &str, raw: raw::Step, known: &Texts) -> Result<Step, Wrong> {
    let text = named(path, "text", "text", raw.text, &known.plain)?;
    let warning = named(path, "warning", "warnings", raw.warning, &known.warnings)?;
    let letter = named(path, "letter", "letters", raw.letter, &known.letters)?;
    Ok(Step {
        id: raw.id,
        act: raw.act,
        title: raw.title.0,
        text: text.map(|text| text.0),
        warning: warning.map(|it| Warning { title: it.title.0, text: it.text.0 }),
        asks: line(raw.asks),
        slots: raw.slot.into_iter().chain(raw.slots).collect(),
        fields: raw.field.into_iter().chain(raw.fields).collect(),
        form: raw.form,
        link: raw.link,
        call: raw.call,
        letter: letter.map(|it| Letter { subject: it.subject, body: it.body }),
        needs: raw.needs,
        when: raw.when,
        kills: raw.kills,
        wait_s: raw.wait.map(|raw| stated(raw.seconds, raw.source, raw.sure)),
        mode: raw.mode,
        proof: raw.proof,
        or: raw.or,
        may_equal_current: raw.may_equal_current,
        new_id: raw.new_id,
    })
}

/// What stands under `id` in the flow's table of such texts.
fn named<T: Clone>(path: &str, key: &str, table: &str, id: Option<Id>, known: &[(Id, T)]) -> Result<Option<T>, Wrong> {
    let Some(id) = id else { return Ok(None) };
    let text = known.iter().find(|(known, _)| *known == id).map(|(_, text)| text.clone());
    text.map(Some).ok_or_else(|| {
        Wrong::error(format!("{path}/{key}"), format!("`{key}` is `{id}`, which the flow does not have"))
            .hint(format!("such texts stand under [flows.{table}]"))
    })
}

fn proof((id, raw): (Id, raw::Proof)) -> Proof {
    Proof { id, sign: raw.sign, verify: raw.verify, probe: raw.probe }
}
