//! What a step hands over: copied in the form that its place takes, or shown.

use super::{commit_at, subject};
use crate::app::effect::{Effect, Given};
use crate::app::model::{Model, Page, StepAt, Tone};
use crate::domain::journal::{Handed, Journal, Step};
use crate::domain::provider::Act;
use crate::domain::{Deed, Document, Id, SecretKey};
use crate::keys;

/// `c`: what the step hands over; of several values the one that is next.
pub(in crate::app) fn copy(model: &mut Model) {
    let Some(about) = model.flow() else { return };
    let Some(document) = model.inside().map(|inside| &inside.unlocked.document) else { return };
    let (journal, step) = (about.journal, about.step);
    let public = match step.act {
        Act::Give => given(journal, step, document).map(|text| ("The public key".to_owned(), text)),
        Act::Tell => step.letter.as_ref().map(|(subject, body)| ("The letter".into(), format!("{subject}\n\n{body}"))),
        Act::Seal | Act::Substitute => None,
        _ => step.call.as_ref().map(|call| ("The command".into(), call.command(journal, document))),
    };
    if let Some((what, text)) = public {
        model.copy_public(what, text);
        return;
    }
    let all = journal.handed(step, document);
    let Some(next) = all.get(next(model, all.len())) else {
        model.tell(Tone::Warning, "There is nothing to copy in this step.");
        return;
    };
    if let Some(why) = crate::app::clip::why_over(next.version, false, model.now.wall) {
        model.tell(Tone::Warning, why);
        return;
    }
    let (what, value) = (next.name.replace('_', " "), next.field.value.clone());
    match (next.field.secret.clone(), next.slot.credential, subject(model)) {
        (Some(key), Some(credential), Some(subject)) => {
            model.hand_out(subject, None, credential, Given::alone(key), false);
        }
        (None, ..) => {
            model.copy_public(format!("the {what}"), value.unwrap_or_default());
            go_on(model);
        }
        _ => model.tell(Tone::Warning, "There is nothing to copy in this step."),
    }
}

/// Which of the values is copied next.
fn next(model: &Model, count: usize) -> usize {
    match model.inside().map(|inside| &inside.page) {
        Some(Page::Flow(page)) => page.handed % count.max(1),
        _ => 0,
    }
}

fn go_on(model: &mut Model) {
    if let Some(Page::Flow(page)) = model.inside_mut().map(|inside| &mut inside.page) {
        page.handed += 1;
    }
}

/// A secret goes to the clipboard: where it is that of the step, the value after it is copied next.
pub(in crate::app) fn goes_out(model: &mut Model, key: &SecretKey) {
    let all = model.flow().zip(model.inside());
    let is_next = all.is_some_and(|(about, inside)| {
        let all = about.journal.handed(about.step, &inside.unlocked.document);
        all.get(next(model, all.len())).is_some_and(|next| next.field.secret.as_ref() == Some(key))
    });
    if is_next {
        go_on(model);
    }
}

/// `r`: the secret that the step hands over, for ten seconds; where there is no clipboard it can be read off.
pub(in crate::app) fn reveal(model: &mut Model) {
    if model.inside_mut().is_some_and(|inside| inside.revealed.take().is_some()) {
        model.emit(Effect::ClearScreen);
        return;
    }
    match secret_of(model).zip(subject(model)) {
        Some(((credential, given), subject)) => model.hand_out(subject, None, credential, given, true),
        None => model.tell(Tone::Warning, "There is no secret in this step."),
    }
}

/// The secret that `r` shows: the one that is copied next, or the first after it.
fn secret_of(model: &Model) -> Option<(Id, Given)> {
    let about = model.flow().filter(|about| about.is_present)?;
    let document = &model.inside()?.unlocked.document;
    let all = about.journal.handed(about.step, document);
    let from = next(model, all.len());
    let secret = |handed: &Handed<'_>| Some((handed.slot.credential?, Given::alone(handed.field.secret.clone()?)));
    all.iter().cycle().skip(from).take(all.len()).find_map(secret)
}

/// Whether the present step hands a secret over.
pub(in crate::app) fn has_secret(model: &Model) -> bool {
    secret_of(model).is_some()
}

/// A secret was shown: at a step that hands it over, it was handed over by that.
pub(in crate::app) fn was_shown(model: &mut Model, key: &SecretKey) {
    if let Some(at) = hands_over(model, key) {
        handed_over(model, at);
    }
}

/// The public value that a step hands over, in the encoding that the page takes.
pub fn given(journal: &Journal, step: &Step, document: &Document) -> Option<String> {
    let named = step.field()?;
    let slot = journal.slot(named.slot.as_str())?;
    let version = document.version(slot.credential?, slot.new.or(slot.old)?)?;
    let value = version.fields.get(named.field.as_str())?.value.clone()?;
    match step.form {
        Some(form) => keys::identify(value.as_bytes()).and_then(|key| key.public()?.write(form)).ok(),
        None => Some(value),
    }
}

/// The present step, if it hands this secret over. Any other that is copied meanwhile says nothing about it.
pub(in crate::app) fn hands_over(model: &Model, key: &SecretKey) -> Option<StepAt> {
    let about = model.flow().filter(|about| about.is_present && about.step.act == Act::Seal)?;
    let all = about.journal.handed(about.step, &model.inside()?.unlocked.document);
    let is_its = all.iter().any(|handed| handed.field.secret.as_ref() == Some(key));
    is_its.then(|| about.name())
}

/// The secret of a step was pasted, or reached a clipboard where pastes can't be seen: that is noted, unless the step was done meanwhile.
pub(in crate::app) fn handed_over(model: &mut Model, at: StepAt) {
    let journal = model.inside().and_then(|inside| inside.unlocked.document.journal(at.journal));
    if journal.and_then(|journal| journal.step(&at.step)).is_some_and(|step| step.done.is_none()) {
        commit_at(model, at, Deed::Copied);
    }
}
