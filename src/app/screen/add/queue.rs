//! A paste while a form is filled in: it takes nothing away, and comes when this one is kept.

use super::{go_on, read};
use crate::app::form::{FieldId, Form};
use crate::app::model::{Add, AddStage, Found, Model, Notice, Page, Tone};
use crate::app::value;
use crate::catalog::detect::{self, MAX_PASTE};
use crate::secret::SecretText;

/// Puts a paste behind what is being stored.
pub(in crate::app) fn queue(model: &mut Model, text: SecretText) {
    if text.len() > MAX_PASTE {
        super::too_long(model, &text);
        return;
    }
    let read = read(detect::detect(&model.catalog, text.into_bytes()));
    let Some(Page::Add(add)) = model.inside_mut().map(|inside| &mut inside.page) else { return };
    let (found, values) = match read {
        Ok(read) => read,
        Err(why) => return model.tell(Tone::Error, why),
    };
    if let AddStage::Looking(_) = add.stage {
        model.tell(Tone::Warning, "The last paste is still being looked at. Paste this one when that is done.");
        return;
    }
    if values.iter().all(|value| add.has(value)) {
        model.tell(Tone::Plain, "This is here already; nothing was added.");
        return;
    }
    if add.found.is_empty() {
        // What was typed or pasted by hand is the first of them.
        add.found.push(Found { notes: add.notes.clone(), ..Found::default() });
        add.at = 0;
    }
    let stays = add.stage != AddStage::Form || is_filled(&add.form);
    add.append(found, values);
    if !stays {
        // Its value was cleared by hand: it is not wanted.
        if let Some(found) = add.found.get_mut(add.at) {
            found.left_out = true;
        }
        go_on(model);
    } else if add.stage == AddStage::Form {
        model.notice = Some(Notice {
            tone: Tone::Done,
            text: "What you pasted comes next, when this one is kept.".into(),
            hint: Some("esc leaves both.".into()),
        });
    }
}

/// Whether a form has a value that a paste must not throw away.
pub(super) fn is_filled(form: &Form) -> bool {
    form.fields.iter().any(|field| match &field.id {
        FieldId::Value(_) => field.value().is_some_and(|value| !value.is_empty()),
        FieldId::AccountField(_) => !form.text(&field.id).is_empty(),
        _ => false,
    })
}

impl Add {
    /// Whether others than the one in the form are still to be stored.
    pub(super) fn has_more(&self) -> bool {
        self.found.iter().enumerate().any(|(at, found)| at != self.at && found.is_open())
    }

    /// Whether it has values that are neither stored nor on their way into the vault.
    pub(in crate::app) fn holds_values(&self) -> bool {
        match self.stage {
            AddStage::Looking(_) => true,
            AddStage::Table(_) => self.found.iter().any(Found::is_open),
            AddStage::Form => self.has_more() || (self.busy.is_none() && is_filled(&self.form)),
        }
    }

    /// Whether a value is in the form, or among what is still to be stored.
    fn has(&self, text: &SecretText) -> bool {
        let to_come = self.found.iter().enumerate().filter(|(at, found)| *at != self.at && found.is_open());
        let mut pasted = to_come.flat_map(|(_, found)| &found.values).filter_map(|at| self.values.get(*at));
        let mut fields = self.form.fields.iter().filter_map(|field| field.value());
        let in_account = |field: &crate::app::form::Field| {
            matches!(field.id, FieldId::AccountField(_)) && self.form.text(&field.id) == value::public(text)
        };
        pasted.any(|value| value::same(value, text))
            || fields.any(|value| value::same(value, text))
            || self.form.fields.iter().any(in_account)
    }

    /// Adds what another paste consists of. Its values come after those that are here, so what names them by their place is moved.
    fn append(&mut self, found: Vec<Found>, values: Vec<SecretText>) {
        let before = self.values.len();
        for mut one in found {
            one.values.iter_mut().for_each(|at| *at += before);
            for candidate in &mut one.candidates {
                let places = candidate.fields.iter_mut().chain(&mut candidate.account_fields);
                places.for_each(|(_, at)| *at += before);
            }
            self.found.push(one);
        }
        self.values.extend(values);
        self.was_pasted = true;
    }
}
