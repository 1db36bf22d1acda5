//! Editing what describes a credential: label, note, tags, and how often it is rotated.

use super::credentials::{self, spec_of};
use crate::app::form::{Field, FieldId, Form, Input};
use crate::app::input::TextInput;
use crate::app::model::{Edit, Model, Page, Then, Tone};
use crate::domain::Change;

/// `e`
pub(in crate::app) fn open(model: &mut Model) {
    let Some(inside) = model.inside() else { return };
    let document = &inside.unlocked.document;
    let Some(credential) = model.chosen().and_then(|id| document.credential(id)) else { return };
    let account = document.account(credential.account);
    let rule = account
        .and_then(|a| spec_of(&model.catalog, a, credential))
        .and_then(|spec| spec.rotate_every_days.as_ref())
        .map(|stated| stated.value);
    let days = credential.rotate_every_days.map(|n| n.to_string()).unwrap_or_default();
    let help = match rule {
        Some(n) => format!("Days. Empty: the provider's rule, {n} days."),
        None => "Days. Empty: no rule; the provider has none.".into(),
    };
    let form = Form::new(vec![
        Field::text(FieldId::Label, "Label", &credential.label).with_help("What you call it."),
        Field::new(FieldId::Note, "Note", Input::Text(TextInput::lines(&credential.note)))
            .with_help("What others should know. ctrl-j begins a line."),
        Field::text(FieldId::Tags, "Tags", &credential.tags.join(", "))
            .with_help("Words to filter by, with commas between."),
        Field::text(FieldId::Rotate, "Rotate after", &days).with_help(help),
    ]);
    let from_detail = matches!(inside.page, Page::Detail(_));
    let edit = Edit { credential: credential.id, form, from_detail, busy: None };
    model.go(Page::Edit(Box::new(edit)));
}

/// `⏎`
pub(in crate::app) fn save(model: &mut Model) {
    let Some(inside) = model.inside() else { return };
    let Page::Edit(edit) = &inside.page else { return };
    if edit.busy.is_some() {
        return;
    }
    let Some(credential) = inside.unlocked.document.credential(edit.credential) else { return };
    let days = edit.form.text(&FieldId::Rotate);
    let Ok(rule) = days_of(days) else {
        model.tell(Tone::Warning, "Rotate after takes 1 to 3650 days, or nothing.");
        if let Some(form) = model.form_mut() {
            form.go_to(&FieldId::Rotate);
        }
        return;
    };
    let (label, tags) = (edit.form.text(&FieldId::Label).to_owned(), words(edit.form.text(&FieldId::Tags)));
    let note = edit.form.text(&FieldId::Note).to_owned();
    let mut old_tags = credential.tags.clone();
    let mut new_tags = tags.clone();
    old_tags.sort();
    new_tags.sort();
    let change = Change::Edit {
        credential: edit.credential,
        label: (label != credential.label).then_some(label),
        note: (note != credential.note).then_some(note),
        tags: (new_tags != old_tags).then_some(tags),
        rotate_every_days: (rule != credential.rotate_every_days).then_some(rule),
    };
    if matches!(&change, Change::Edit { label: None, note: None, tags: None, rotate_every_days: None, .. }) {
        leave(model);
        model.tell(Tone::Plain, "Nothing was changed.");
        return;
    }
    model.commit(change, "Saved.".into(), Then::LeaveEdit);
    if let Some(inside) = model.inside_mut() {
        let busy = inside.saving.clone();
        if let Page::Edit(edit) = &mut inside.page {
            edit.busy = busy;
        }
    }
}

/// Back to where it was opened.
pub(in crate::app) fn leave(model: &mut Model) {
    let Some(Page::Edit(edit)) = model.inside().map(|inside| &inside.page) else { return };
    let (id, from_detail) = (edit.credential, edit.from_detail);
    if from_detail {
        super::detail::show(model, id);
    }
    if matches!(model.inside().map(|inside| &inside.page), Some(Page::Edit(_))) {
        credentials::show(model, Some(id));
    }
}

/// Days of a rule; `None` for nothing.
pub(in crate::app) fn days_of(text: &str) -> Result<Option<u32>, ()> {
    let text = text.trim().trim_end_matches("days").trim_end_matches("day").trim();
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse() {
        Ok(days @ 1..=3650) => Ok(Some(days)),
        _ => Err(()),
    }
}

/// Words with commas between.
pub(in crate::app) fn words(text: &str) -> Vec<String> {
    text.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
}
