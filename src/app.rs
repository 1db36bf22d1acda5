//! The pure core of the terminal program: the model, what can happen, what can be done, and what follows from what.
//!
//! `msg` and `effect` are the table of contents; `action` is the one table of keys. Nothing here touches the world: time comes with each
//! message, and everything else is asked for by an effect.

pub mod action;
pub mod bench;
pub mod effect;
pub mod form;
pub mod fuzzy;
pub mod input;
pub mod model;
pub mod msg;
pub mod token;

pub use crate::catalog::detect::{Candidate, Detection};
pub use crate::vault::Unlocked;
pub use effect::{Consent, Effect};
pub use model::Model;
pub use msg::{Answer, Msg, Now, Ticket};

mod answer;
pub mod clip;
mod overlay;
mod pointer;
pub mod screen;
mod session;
mod status;
mod time;
mod unseal;
mod value;

use model::{Overlay, Page, Screen};
use msg::{Code, Key};

use crate::secret::SecretText;

/// What follows from a message: the model changes, and the effects are what the world is to do, in this order.
pub fn update(model: &mut Model, msg: Msg, now: Now) -> Vec<Effect> {
    model.now = now;
    let locked = time::pass(model);
    match msg {
        // What was pressed after the time was over was meant for a screen that is gone.
        Msg::Key(_) | Msg::Paste(_) | Msg::Mouse(_) if locked => {}
        Msg::Key(_) | Msg::Paste(_) | Msg::Mouse(_) if model.is_too_small() => unseen(model, &msg),
        Msg::Key(key) => press(model, key),
        Msg::Paste(text) => paste(model, text),
        Msg::Mouse(mouse) => {
            model.touch();
            pointer::mouse(model, mouse);
        }
        Msg::Resize { width, height } => model.size = (width, height),
        Msg::FocusLost => {
            model.focused = false;
            model.hide_secrets();
        }
        Msg::FocusGained => {
            model.focused = true;
            model.look_for_other_writers();
        }
        Msg::Wake => {}
        Msg::Ended(_) => model.lock_and_quit(),
        Msg::Continued => {
            model.emit(Effect::ClearScreen);
            model.look_for_other_writers();
        }
        Msg::Answer(ticket, answer) => {
            let is_new = matches!(&answer, Answer::Refreshed(Ok(Some(_))));
            answer::take(model, ticket, answer);
            if is_new {
                screen::add::review(model);
            }
        }
    }
    model.keep_in_view();
    std::mem::take(&mut model.outbox)
}

/// What comes while the terminal is too small for the screen: nobody sees what it would do, so nothing but the ways out does anything.
fn unseen(model: &mut Model, msg: &Msg) {
    model.touch();
    match msg {
        Msg::Key(key) if *key == Key::char('q') && model.inside().is_some() => model.lock(None),
        Msg::Key(key) if [Key::ctrl('q'), Key::ctrl('c')].contains(key) => model.lock_and_quit(),
        Msg::Paste(text) if !text.is_empty() => {
            let text = "A paste was not taken: the terminal was too small.".into();
            model.notice =
                Some(model::Notice { tone: model::Tone::Warning, text, hint: Some("Paste it again.".into()) });
        }
        _ => {}
    }
}

fn press(model: &mut Model, key: Key) {
    model.touch();
    model.notice = None;
    if is_for_field(model, key) && edit(model, key) {
        return;
    }
    if let Some(action) = action::for_key(model, key) {
        model.run(action);
    }
}

/// Whether a key goes to the focused field before the table of actions is asked.
fn is_for_field(model: &Model, key: Key) -> bool {
    let open = model.overlay.is_none() && model.form().is_some_and(form::Form::is_open);
    let edits = matches!(key.code, Code::Backspace | Code::Delete | Code::Left | Code::Right | Code::Home | Code::End);
    let steers = matches!(key.code, Code::Up | Code::Down | Code::Enter | Code::Esc);
    (model.takes_letters() && (key.types().is_some() || edits)) || (open && steers)
}

/// Hands a key to the focused field; says whether it used it.
fn edit(model: &mut Model, key: Key) -> bool {
    if model.overlay.is_some() {
        return overlay::edit(model, key);
    }
    match &mut model.screen {
        Screen::Starting => false,
        Screen::FirstRun(_) => screen::first_run::edit(model, key),
        Screen::Unlock(unlock) => unlock.busy.is_some() || unlock.passphrase.key(key),
        Screen::Inside(inside) => match &mut inside.page {
            Page::Credentials => screen::credentials::edit_filter(model, key),
            Page::Audit => screen::audit::edit_filter(model, key),
            _ => screen::edit_form(model, key),
        },
    }
}

fn paste(model: &mut Model, text: SecretText) {
    model.touch();
    model.notice = None;
    if text.is_empty() {
        return;
    }
    match &mut model.overlay {
        Some(Overlay::Dialog(_)) => {
            overlay::paste(model, &text);
            return;
        }
        Some(Overlay::Unseal(_)) => {
            model.paste_unseal(&text);
            return;
        }
        Some(Overlay::Palette(_) | Overlay::Help(_) | Overlay::Later(_)) => model.overlay = None,
        None => {}
    }
    match &mut model.screen {
        Screen::Starting => {}
        Screen::FirstRun(_) => screen::first_run::paste(model, &text),
        Screen::Unlock(_) => screen::unlock::paste(model, &text),
        Screen::Inside(_) => screen::paste(model, text),
    }
}

/// The smallest terminal that the screens are drawn on, in cells: width, height.
pub const SMALLEST: (u16, u16) = (60, 16);

#[cfg(test)]
mod tests;
