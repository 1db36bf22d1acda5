//! What a step hands over: copied in the form that its place takes, or shown.

use super::{About, commit_at, subject};
use crate::app::effect::{Effect, Given};
use crate::app::model::{Model, StepAt, Tone};
use crate::domain::journal::{Journal, Slot, Step};
use crate::domain::provider::Act;
use crate::domain::{Deed, Document, Id, SecretKey, Version};
use crate::keys;

/// `c`: what the step hands over.
pub(in crate::app) fn copy(model: &mut Model) {
    let Some(about) = model.flow() else { return };
    let Some(document) = model.inside().map(|inside| &inside.unlocked.document) else { return };
    let (journal, step) = (about.journal, about.step);
    let public = match step.act {
        Act::Give => given(journal, step, document).map(|text| ("The public key".to_owned(), text)),
        Act::Tell => step.letter.as_ref().map(|(subject, body)| ("The letter".into(), format!("{subject}\n\n{body}"))),
        Act::Seal | Act::Substitute | Act::TakeOnce => None,
        _ => step.call.as_ref().map(|call| ("The command".into(), call.command(journal, document))),
    };
    if let Some((what, text)) = public {
        model.copy_public(what, text);
        return;
    }
    let Some((slot, version)) = handed(&about, document) else {
        model.tell(Tone::Warning, "There is nothing to copy in this step.");
        return;
    };
    if let Some(why) = crate::app::clip::why_over(version, false, model.now.wall) {
        model.tell(Tone::Warning, why);
        return;
    }
    let secret = version.secret_fields().next().and_then(|(_, field)| field.secret.clone());
    match (secret, slot.credential, subject(model)) {
        (Some(key), Some(credential), Some(subject)) => {
            model.hand_out(subject, None, credential, Given::alone(key), false);
        }
        _ => model.tell(Tone::Warning, "There is nothing to copy in this step."),
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

/// The secret of the present step's slot, as it was made or taken.
fn secret_of(model: &Model) -> Option<(Id, Given)> {
    let about = model.flow().filter(|about| about.is_present)?;
    let document = &model.inside()?.unlocked.document;
    let (journal, step) = (about.journal, about.step);
    if !matches!(step.act, Act::Seal | Act::Substitute) {
        return None;
    }
    let slot = step.slots.first().and_then(|name| journal.slot(name))?;
    let (credential, version) = slot.credential.zip(slot.new)?;
    let version = document.version(credential, version)?;
    if crate::app::clip::why_over(version, false, model.now.wall).is_some() {
        return None;
    }
    let (_, field) = version.secret_fields().next()?;
    Some((credential, Given::alone(field.secret.clone()?)))
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
    let version = handed(&about, &model.inside()?.unlocked.document)?.1;
    let is_its = version.secret_fields().any(|(_, field)| field.secret.as_ref() == Some(key));
    is_its.then(|| about.name())
}

/// The secret of a step was pasted, or reached a clipboard where pastes can't be seen: that is noted, unless the step was done meanwhile.
pub(in crate::app) fn handed_over(model: &mut Model, at: StepAt) {
    let journal = model.inside().and_then(|inside| inside.unlocked.document.journal(at.journal));
    if journal.and_then(|journal| journal.step(&at.step)).is_some_and(|step| step.done.is_none()) {
        commit_at(model, at, Deed::Copied);
    }
}

/// The slot and the version whose secret a step is about.
fn handed<'a>(about: &About<'a>, document: &'a Document) -> Option<(&'a Slot, &'a Version)> {
    let (journal, step) = (about.journal, about.step);
    let named = step.slots.first().map(String::as_str).or_else(|| step.field().map(|field| field.slot.as_str()));
    let slot = named.and_then(|name| journal.slot(name))?;
    Some((slot, document.version(slot.credential?, slot.new?)?))
}
