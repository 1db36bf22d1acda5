//! The locked screen: a passphrase, scrypt, and why it stays closed.

use crate::app::effect::{Consent, Effect};
use crate::app::input::{MAX_PASSPHRASE, SecretInput};
use crate::app::model::{Deed, Dialog, DialogTone, Finding, Model, Notice, Purpose, Screen, Tone, Unlock};
use crate::app::msg::Refusal;
use crate::app::status::problem;
use crate::secret::SecretText;

/// Shows it.
pub(in crate::app) fn show(model: &mut Model) {
    let passphrase = SecretInput::new(MAX_PASSPHRASE);
    model.screen = Screen::Unlock(Box::new(Unlock { passphrase, busy: None, error: None, why: None, wiped: None }));
}

/// A paste goes into the field, its line break trimmed.
pub(in crate::app) fn paste(model: &mut Model, text: &SecretText) {
    let Screen::Unlock(unlock) = &mut model.screen else { return };
    if unlock.busy.is_none() && !unlock.passphrase.paste(text) {
        model.tell(Tone::Error, TOO_LONG);
    }
}

/// `⏎`
pub(in crate::app) fn open(model: &mut Model) {
    let Screen::Unlock(unlock) = &mut model.screen else { return };
    if unlock.busy.is_some() {
        return;
    }
    unlock.error = None;
    let shown = unlock.passphrase.visible;
    let passphrase = unlock.passphrase.take();
    let ticket = model.ask(Purpose::Open);
    let busy = model.busy(ticket, "opening");
    if let Screen::Unlock(unlock) = &mut model.screen {
        unlock.busy = Some(busy);
    }
    model.emit(Effect::Unlock { ticket, passphrase, consent: Consent::None });
    if shown {
        model.emit(Effect::ClearScreen);
    }
}

/// `esc` while scrypt runs.
pub(in crate::app) fn stop(model: &mut Model) {
    let busy = match &mut model.screen {
        Screen::Unlock(unlock) => unlock.busy.take(),
        Screen::FirstRun(_) => None,
        _ => return,
    };
    if let Some(busy) = busy {
        model.forget(busy.ticket);
        model.emit(Effect::Lock);
    }
}

/// It stays closed.
pub(in crate::app) fn refused(model: &mut Model, refusal: Refusal) {
    let Screen::Unlock(unlock) = &mut model.screen else { return };
    unlock.busy = None;
    let dialog = match refusal {
        Refusal::WrongPassphrase => {
            unlock.error = Some(Notice {
                tone: Tone::Error,
                text: "That passphrase does not open this vault.".into(),
                hint: Some("Nothing was changed. Caps Lock may be on.".into()),
            });
            return;
        }
        Refusal::Failed(why) => {
            unlock.error = Some(problem(&why));
            return;
        }
        Refusal::NotIntact(why) => {
            let shown = problem(&why);
            let what_to_do = shown.hint.clone().unwrap_or_else(|| {
                "Put the newest file of the backups folder in its place, with the identity file beside it.".into()
            });
            unlock.error = Some(Notice { tone: Tone::Error, text: shown.text.clone(), hint: shown.hint });
            notice_dialog("This vault is not as paykeep left it", [shown.text, NOTHING_SHOWN.into(), what_to_do])
        }
        Refusal::Older { seen, found, passphrase } => {
            let text = format!("This is save {found} of the vault; this computer has seen save {seen}.");
            Dialog {
                title: "This vault is older than the one seen last".into(),
                subject: None,
                environment: None,
                text: vec![Finding { tone: Tone::Warning, text }, Finding { tone: Tone::Plain, text: OLDER.into() }],
                typed: None,
                verb: "open the older one",
                top: 0,
                way_out: "leave it closed",
                tone: DialogTone::Dangerous,
                deed: Deed::OpenOlder(passphrase),
            }
        }
    };
    model.open_dialog(dialog);
}

fn notice_dialog(title: &str, text: [String; 3]) -> Dialog {
    let [first, rest @ ..] = text;
    let mut lines = vec![Finding { tone: Tone::Error, text: first }];
    lines.extend(rest.into_iter().map(|text| Finding { tone: Tone::Plain, text }));
    Dialog {
        title: title.into(),
        subject: None,
        environment: None,
        text: lines,
        typed: None,
        verb: "leave it closed",
        top: 0,
        way_out: "leave it closed",
        tone: DialogTone::Dangerous,
        deed: Deed::Nothing,
    }
}

/// What a passphrase field says to a paste that it has no room for.
pub(in crate::app) const TOO_LONG: &str = "That paste is too long for a passphrase; nothing was added.";
const NOTHING_SHOWN: &str = "It stays closed, and nothing of it is shown.";
const OLDER: &str = "Someone may have put an old copy in its place, or a backup was restored. Keys that were stored or revoked since are \
                     not in it.";
