//! Making a vault: a passphrase that is strong enough, the same again, and a tick.

use crate::app::effect::Effect;
use crate::app::input::{MAX_PASSPHRASE, SecretInput};
use crate::app::model::{FirstField, FirstRun, Model, Notice, Purpose, Screen, Tone};
use crate::app::msg::{Code, Key};
use crate::app::status;
use crate::domain::passphrase;
use crate::error::clause;
use crate::secret::SecretText;

/// Shows it, and asks for passphrases to offer.
pub(in crate::app) fn show(model: &mut Model) {
    let passphrase = SecretInput::new(MAX_PASSPHRASE);
    model.screen = Screen::FirstRun(Box::new(FirstRun {
        strength: passphrase::strength(passphrase.text()),
        passphrase,
        again: SecretInput::new(MAX_PASSPHRASE),
        offers: Vec::new(),
        taken: None,
        ticked: false,
        focus: FirstField::Passphrase,
        busy: None,
        error: None,
    }));
    other_offers(model);
}

/// `F4`: asks for others.
pub(in crate::app) fn other_offers(model: &mut Model) {
    let ticket = model.ask(Purpose::Offers);
    model.emit(Effect::MakePassphrases { ticket });
}

/// The offers are there.
pub(in crate::app) fn offer(model: &mut Model, offers: Vec<SecretText>) {
    if let Screen::FirstRun(first) = &mut model.screen {
        first.offers = offers;
        first.taken = None;
        model.emit(Effect::ClearScreen);
    }
}

/// `F2` `F3`: takes an offer and shows it until it was typed again.
pub(in crate::app) fn take_offer(model: &mut Model, which: usize) {
    let Screen::FirstRun(first) = &mut model.screen else { return };
    let Some(offer) = first.offers.get(which).filter(|_| first.busy.is_none()) else { return };
    first.passphrase.put(offer);
    first.passphrase.visible = true;
    first.again.clear();
    first.again.visible = false;
    first.taken = Some(which);
    first.focus = FirstField::Again;
    measure(first);
}

/// Hands a key to the focused field.
pub(in crate::app) fn edit(model: &mut Model, key: Key) -> bool {
    let Screen::FirstRun(first) = &mut model.screen else { return false };
    if first.busy.is_some() {
        return true;
    }
    first.error = None;
    let used = match first.focus {
        FirstField::Passphrase => {
            let used = first.passphrase.key(key);
            if key.types().is_some() || matches!(key.code, Code::Backspace | Code::Delete) || key.ctrl {
                first.taken = None;
                measure(first);
            }
            used
        }
        FirstField::Again => first.again.key(key),
        FirstField::Tick => false,
    };
    hide_when_repeated(model);
    used
}

/// A paste goes into the focused field, its line break trimmed.
pub(in crate::app) fn paste(model: &mut Model, text: &SecretText) {
    let Screen::FirstRun(first) = &mut model.screen else { return };
    if first.busy.is_some() {
        return;
    }
    let fits = match first.focus {
        FirstField::Passphrase => first.passphrase.paste(text),
        FirstField::Again => first.again.paste(text),
        FirstField::Tick => true,
    };
    if fits {
        measure(first);
        hide_when_repeated(model);
    } else {
        model.tell(Tone::Error, super::unlock::TOO_LONG);
    }
}

/// Goes to the next or previous field.
pub(in crate::app) fn step(model: &mut Model, forward: bool) {
    let Screen::FirstRun(first) = &mut model.screen else { return };
    first.focus = match (first.focus, forward) {
        (FirstField::Passphrase, true) | (FirstField::Tick, false) => FirstField::Again,
        (FirstField::Again, true) | (FirstField::Passphrase, false) => FirstField::Tick,
        (FirstField::Tick, true) | (FirstField::Again, false) => FirstField::Passphrase,
    };
}

/// Space on the box.
pub(in crate::app) fn tick(model: &mut Model) {
    if let Screen::FirstRun(first) = &mut model.screen {
        first.ticked = !first.ticked;
    }
}

/// `⏎`: makes the vault, or goes to what is missing.
pub(in crate::app) fn make(model: &mut Model) {
    let missing = status::missing(model);
    let Screen::FirstRun(first) = &mut model.screen else { return };
    if first.busy.is_some() {
        return;
    }
    if let Some(field) = missing {
        // From a filled field ⏎ goes on to the next one; at the missing one it says what is missing.
        let stays = first.focus == field;
        first.focus = field;
        if stays && field == FirstField::Passphrase {
            let (text, hint) = match (&first.strength.why, first.passphrase.is_empty()) {
                (_, true) => {
                    ("An empty passphrase guards nothing.".to_owned(), Some("F2 takes one made for you.".to_owned()))
                }
                (Some(why), _) => (format!("That passphrase is {}: {}.", first.strength.word(), clause(why)), None),
                (None, _) => (format!("That passphrase is {}.", first.strength.word()), None),
            };
            model.notice = Some(Notice { tone: Tone::Warning, text, hint });
        } else if stays && field == FirstField::Again {
            model.tell(Tone::Warning, "Not the same yet.");
        } else if stays {
            model.tell(Tone::Warning, "Write it down, then tick the box with space.");
        }
        return;
    }
    first.error = None;
    first.again.clear();
    let passphrase = first.passphrase.take();
    first.taken = None;
    // If it can't be made, it has to be typed anew: nothing keeps a copy.
    first.strength = passphrase::strength(first.passphrase.text());
    first.offers.clear();
    first.focus = FirstField::Passphrase;
    let ticket = model.ask(Purpose::Open);
    let busy = model.busy(ticket, "making the vault");
    if let Screen::FirstRun(first) = &mut model.screen {
        first.busy = Some(busy);
    }
    model.emit(Effect::CreateVault { ticket, passphrase });
    model.emit(Effect::ClearScreen);
}

fn measure(first: &mut FirstRun) {
    first.strength = passphrase::strength(first.passphrase.text());
}

/// An offered passphrase is shown until it was typed again.
fn hide_when_repeated(model: &mut Model) {
    if let Screen::FirstRun(first) = &mut model.screen
        && first.taken.is_some()
        && first.passphrase.visible
        && first.again.is_same(&first.passphrase)
    {
        first.passphrase.visible = false;
        first.focus = FirstField::Tick;
        model.emit(Effect::ClearScreen);
    }
}
