//! Settings: what is kept on the computer, how the vault is guarded, and its passphrase.

use std::sync::Arc;

use crate::app::Unlocked;
use crate::app::answer::renew;
use crate::app::effect::Effect;
use crate::app::form::{Field, FieldId, Form, Input};
use crate::app::input::{Choice, MAX_PASSPHRASE, Opt};
use crate::app::model::{Model, Page, PassphraseForm, Preferences, Purpose, Theme, Then, Tone};
use crate::app::status::problem;
use crate::app::time::duration;
use crate::app::value;
use crate::domain::{Change, Settings, passphrase};
use crate::error::Problem;
use crate::secret::SecretText;

/// The settings as a form. `←→` change a line at once.
pub(in crate::app) fn form(settings: &Settings, preferences: &Preferences) -> Form {
    let theme = match preferences.theme {
        Theme::Auto => "auto",
        Theme::Dark => "dark",
        Theme::Light => "light",
    };
    let on_off = |on: bool| if on { "on" } else { "off" };
    let switch = |on: bool| Choice::new(vec![option("on", "on"), option("off", "off")], Some(on_off(on)));
    let themes = vec![option("auto", "as the terminal"), option("dark", "dark"), option("light", "light")];
    let idle = settings.idle_lock_s();
    let clipboard = settings.clipboard_s();
    Form::new(vec![
        Field::choice(FieldId::Theme, "Theme", Choice::new(themes, Some(theme))).with_help("Kept on this computer."),
        Field::choice(FieldId::Mouse, "Mouse", switch(!preferences.mouse_off))
            .with_help("Off, and inside GNU screen: the terminal selects text with it. Kept on this computer."),
        Field::choice(FieldId::PlainSigns, "Plain signs", switch(preferences.plain_signs))
            .with_help("For terminals that draw ● and ▲ two cells wide. Kept on this computer."),
        Field::choice(FieldId::IdleLock, "Lock after", seconds(&[60, 120, 300, 600, 900, 1800, 3600], idle))
            .with_help("Without a key. Kept in the vault."),
        Field::choice(FieldId::Clipboard, "Clipboard for", seconds(&[10, 15, 30, 45, 60, 120], clipboard))
            .with_help("Then a copied secret is taken back. Kept in the vault."),
        Field::choice(FieldId::Osc52, "OSC 52", switch(settings.osc52())).with_help(
            "Without a display, copies go through the terminal: it can't be verified, or cleared for certain.",
        ),
        Field::choice(FieldId::Reminder, "Reminder", switch(settings.reminder())).with_help(
            "On: each save writes the earliest date and how many are due, nothing else, in clear to next-due in the vault's folder.",
        ),
        Field::new(FieldId::Door, "Passphrase", Input::Fixed("change it".into()))
            .with_help("Old copies of the vault still open with the old passphrase."),
    ])
}

fn option(value: &str, label: &str) -> Opt {
    Opt { value: value.into(), label: label.into(), environment: None }
}

fn seconds(usual: &[u32], present: u32) -> Choice {
    let mut all = usual.to_vec();
    if !all.contains(&present) {
        all.push(present);
        all.sort_unstable();
    }
    let options = all
        .into_iter()
        .map(|s| Opt {
            value: s.to_string(),
            label: duration(std::time::Duration::from_secs(u64::from(s))),
            environment: None,
        })
        .collect();
    Choice::new(options, Some(&present.to_string()))
}

/// Shows them as they are.
pub(in crate::app) fn show(model: &mut Model) {
    let preferences = model.preferences.clone();
    if let Some(inside) = model.inside_mut() {
        inside.settings = form(&inside.unlocked.document.settings, &preferences);
    }
    model.go(Page::Settings);
}

/// `←→`
pub(in crate::app) fn turn(model: &mut Model, forward: bool) {
    let Some(field) = model.form_mut().and_then(|form| form.focused_mut()) else { return };
    let id = field.id.clone();
    if let Input::Choice(choice) = &mut field.input
        && choice.turn(forward)
    {
        field.detected = false;
        super::changed(model, &id);
    }
}

/// A line changed: it is in force at once.
pub(in crate::app) fn changed(model: &mut Model, id: &FieldId) {
    let Some(value) = model.form().map(|form| form.text(id).to_owned()) else { return };
    match id {
        FieldId::Theme => {
            model.preferences.theme = match value.as_str() {
                "dark" => Theme::Dark,
                "light" => Theme::Light,
                _ => Theme::Auto,
            };
            keep(model);
        }
        FieldId::Mouse => {
            model.preferences.mouse_off = value == "off";
            let on = value == "on" && !model.in_screen;
            model.emit(Effect::MouseCapture(on));
            keep(model);
        }
        FieldId::PlainSigns => {
            model.preferences.plain_signs = value == "on";
            keep(model);
        }
        FieldId::IdleLock => guard(model, value.parse().ok(), None, None),
        FieldId::Clipboard => guard(model, None, value.parse().ok(), None),
        FieldId::Osc52 => guard(model, None, None, Some(value == "on")),
        FieldId::Reminder => {
            let on = value == "on";
            let done = if on {
                "The earliest date and the count stand in next-due, in clear, from this save on."
            } else {
                "Nothing is written in clear any more, and next-due is deleted."
            };
            model.commit(Change::Reminder(on), done.into(), Then::Stay);
        }
        _ => {}
    }
}

/// The next theme, from the palette.
pub(in crate::app) fn next_theme(model: &mut Model) {
    model.preferences.theme = match model.preferences.theme {
        Theme::Auto => Theme::Dark,
        Theme::Dark => Theme::Light,
        Theme::Light => Theme::Auto,
    };
    keep(model);
    again(model);
}

/// Mouse on or off, from the palette.
pub(in crate::app) fn toggle_mouse(model: &mut Model) {
    model.preferences.mouse_off = !model.preferences.mouse_off;
    let on = !model.preferences.mouse_off;
    model.emit(Effect::MouseCapture(on && !model.in_screen));
    keep(model);
    again(model);
    let words = if on && model.in_screen {
        "In GNU screen the mouse stays the terminal's: with it, esc would be held back."
    } else if on {
        "paykeep takes the mouse."
    } else {
        "The mouse is the terminal's: it selects text."
    };
    model.tell(Tone::Done, words);
}

fn again(model: &mut Model) {
    let preferences = model.preferences.clone();
    if let Some(inside) = model.inside_mut() {
        let focus = inside.settings.focus;
        inside.settings = form(&inside.unlocked.document.settings, &preferences);
        inside.settings.focus = focus;
    }
}

fn keep(model: &mut Model) {
    let ticket = model.ask(Purpose::Preferences);
    let preferences = model.preferences.clone();
    model.emit(Effect::SavePreferences { ticket, preferences });
}

fn guard(model: &mut Model, idle_lock_s: Option<u32>, clipboard_s: Option<u32>, osc52: Option<bool>) {
    model.commit(Change::Settings { idle_lock_s, clipboard_s, osc52 }, "Saved.".into(), Then::Stay);
}

/// Opens the form for another passphrase.
pub(in crate::app) fn change_passphrase(model: &mut Model) {
    let form = Form::new(vec![
        Field::secret(FieldId::Current, "Current", MAX_PASSPHRASE),
        Field::secret(FieldId::New, "New", MAX_PASSPHRASE),
        Field::secret(FieldId::Again, "Again", MAX_PASSPHRASE),
    ]);
    let strength = passphrase::strength(&SecretText::with_capacity(0));
    model.go(Page::Passphrase(Box::new(PassphraseForm { form, strength, busy: None })));
}

/// Measures the new one.
pub(in crate::app) fn passphrase_changed(model: &mut Model) {
    let Some(Page::Passphrase(page)) = model.inside_mut().map(|inside| &mut inside.page) else { return };
    if let Some(new) = page.form.field(&FieldId::New).and_then(Field::value) {
        page.strength = passphrase::strength(new);
    }
    page.form.clear_findings();
}

/// `⏎` in that form.
pub(in crate::app) fn set_passphrase(model: &mut Model) {
    let Some(Page::Passphrase(page)) = model.inside_mut().map(|inside| &mut inside.page) else { return };
    if page.busy.is_some() {
        return;
    }
    let is_empty = |id| page.form.field(&id).and_then(Field::value).is_none_or(SecretText::is_empty);
    let wrong = if is_empty(FieldId::Current) {
        Some((FieldId::Current, "The current passphrase is missing.".to_owned()))
    } else if !page.strength.is_enough() {
        let words = match &page.strength.why {
            _ if page.strength.parts == 0 => "The new passphrase is missing.".to_owned(),
            Some(why) => format!("That passphrase is {}. {why}.", page.strength.word()),
            None => format!("That passphrase is {}.", page.strength.word()),
        };
        Some((FieldId::New, words))
    } else if !value::is_same(page.form.field(&FieldId::New), page.form.field(&FieldId::Again)) {
        Some((FieldId::Again, "Not the same yet.".to_owned()))
    } else {
        None
    };
    if let Some((id, words)) = wrong {
        page.form.clear_findings();
        page.form.find(&id, Tone::Error, words);
        page.form.go_to(&id);
        return;
    }
    let mut take = |id| match page.form.field_mut(&id).map(|f| &mut f.input) {
        Some(Input::Secret(value)) => value.input.take(),
        _ => SecretText::with_capacity(0),
    };
    let (current, new) = (take(FieldId::Current), take(FieldId::New));
    drop(take(FieldId::Again));
    page.strength = passphrase::strength(&SecretText::with_capacity(0));
    let ticket = model.ask(Purpose::Passphrase);
    let busy = model.busy(ticket, "changing the passphrase");
    if let Some(Page::Passphrase(page)) = model.inside_mut().map(|inside| &mut inside.page) {
        page.busy = Some(busy);
    }
    model.emit(Effect::SetPassphrase { ticket, current, new });
}

/// What came of it.
pub(in crate::app) fn passphrase_set(model: &mut Model, result: Result<Arc<Unlocked>, Problem>) {
    match result {
        Ok(unlocked) => {
            renew(model, unlocked);
            if matches!(model.inside().map(|i| &i.page), Some(Page::Passphrase(_))) {
                show(model);
            }
            model.tell(Tone::Done, "The passphrase is changed. Old copies of the vault still open with the old one.");
        }
        Err(why) => {
            if let Some(Page::Passphrase(page)) = model.inside_mut().map(|inside| &mut inside.page) {
                page.busy = None;
                page.form.focus = 0;
            }
            model.notice = Some(problem(&why));
        }
    }
}
