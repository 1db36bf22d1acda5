//! A key stops working, or a flow is given up: what breaks is told, and the account's name is typed.

use super::{DENIED, joined, note, subject};
use crate::app::input::TextInput;
use crate::app::model::{Deed as Asked, Dialog, DialogTone, Finding, Model, Page, Tone, Typed};
use crate::domain::journal::{Journal, Step};
use crate::domain::provider::Act;
use crate::domain::{Change, Document, Hold, Id};

/// The places that keep a key from being stopped: those that have it, where there was time to move.
pub fn in_the_way(journal: &Journal, step: &Step, document: &Document) -> Vec<(Id, String)> {
    let holders = document.holding_up(journal, step);
    let killed = journal.killed(step).map(|(credential, _)| credential);
    let places = killed.into_iter().flat_map(|credential| document.used_by(credential));
    places.filter(|place| holders.contains(&place.label)).map(|place| (place.id, place.label.clone())).collect()
}

/// `w` before a key is stopped: the chosen place no longer uses it.
pub(super) fn no_longer_used(model: &mut Model) {
    let Some(about) = model.flow() else { return };
    let Some(inside) = model.inside() else { return };
    let Page::Flow(page) = &inside.page else { return };
    let left = in_the_way(about.journal, about.step, &inside.unlocked.document);
    let Some((consumer, label)) = left.get(page.place.min(left.len().saturating_sub(1))).cloned() else { return };
    let Some((credential, _)) = about.journal.killed(about.step) else { return };
    super::places::ask_unused(model, consumer, &label, vec![credential]);
}

/// A key stops working: what breaks, what goes on, and the account's name to be typed.
pub(super) fn ask_consent(model: &mut Model) {
    let Some((about, inside)) = model.flow().zip(model.inside()) else { return };
    let document = &inside.unlocked.document;
    let left = in_the_way(about.journal, about.step, document);
    if let Some((_, label)) = left.first() {
        let text = match document.hold(about.journal, about.step) {
            Hold::UnlessSaid if !note(model).trim().is_empty() => None,
            Hold::UnlessSaid => {
                Some(format!("Still has it: {label}. Move it first; w: no longer uses it; else tab, why."))
            }
            _ => Some(format!("Still has it: {label}. Move it first, or say with w that it no longer uses it.")),
        };
        if let Some(text) = text {
            model.tell(Tone::Warning, text);
            return;
        }
    }
    let Some((subject, environment)) = subject(model) else { return };
    let Some(about) = model.flow() else { return };
    let Some(document) = model.inside().map(|inside| &inside.unlocked.document) else { return };
    let step = about.step;
    let target = step.kills.as_ref().and_then(|killed| about.journal.version(killed));
    let version = target.and_then(|(credential, version)| document.version(credential, version));
    let name = version.map_or_else(|| "the old key".to_owned(), |version| format!("v{}", version.n));
    let provider = model.provider_name(about.account.provider.as_str());
    let mut text = vec![Finding {
        tone: Tone::Plain,
        text: if step.act == Act::Revoke {
            format!("{provider} stops accepting {name} at once. This cannot be undone.")
        } else {
            format!("From this step on {name} no longer works at {provider}. This cannot be undone.")
        },
    }];
    // What breaks is told first: where there is little room the rest has to be scrolled to.
    let holders = target.map(|(credential, version)| document.holders_of(credential, version)).unwrap_or_default();
    text.push(match holders.as_slice() {
        [] => Finding { tone: Tone::Done, text: format!("No place that paykeep knows of has {name}.") },
        [one] => Finding { tone: Tone::Warning, text: format!("{one} still has {name}: it fails from this moment.") },
        many => Finding {
            tone: Tone::Warning,
            text: format!("{} still have {name}: they fail from this moment.", many.join(", ")),
        },
    });
    let apart = about.journal.told_apart(step, document);
    // An ID is compared more easily than a fingerprint, and the question has to fit a small screen.
    let has_more = apart.len() > 2;
    let apart = apart.into_iter().skip(1).filter(|(name, _)| !has_more || name != "fingerprint");
    let apart: Vec<String> = apart.map(|(name, value)| format!("{name} {value}")).collect();
    if !apart.is_empty() {
        text.push(Finding { tone: Tone::Plain, text: format!("{name}: {}.", apart.join(", ")) });
    }
    if let Some(warning) = &step.warning {
        text.push(Finding { tone: Tone::Warning, text: format!("{}. {}", warning.title, joined(&warning.text)) });
    }
    let expected = about.account.slug.to_string();
    let verb = if step.act == Act::Revoke { "revoke" } else { "stop it" };
    let dialog = Dialog {
        title: if step.act == Act::Revoke { "Revoke a key".into() } else { "The old key stops working".into() },
        subject: Some(subject),
        environment: Some(environment),
        text,
        typed: Some(Typed {
            asks: format!("Type the account's name, {expected}, to go on"),
            expected,
            input: TextInput::new(),
        }),
        verb,
        top: 0,
        way_out: "keep it",
        tone: DialogTone::Dangerous,
        deed: Asked::TypedStep(about.name(), note(model), holders),
    };
    model.open_dialog(dialog);
}

/// A denial after which nothing works, since the old key was stopped: that is told, and the account's name is typed. Says whether it is
/// one.
pub(super) fn ask_denial(model: &mut Model) -> bool {
    let Some((subject, environment)) = subject(model) else { return false };
    let Some(about) = model.flow() else { return false };
    let Some(document) = model.inside().map(|inside| &inside.unlocked.document) else { return false };
    if !about.journal.denial_leaves_nothing(about.step, document) {
        return false;
    }
    let made = about.journal.only_working(document).find(|(slot, _)| about.step.slots.contains(&slot.name));
    let name = made.map_or_else(|| "the new one".to_owned(), |(_, version)| format!("v{}", version.n));
    let words = format!(
        "The old key no longer works, and {name} would never be offered: nothing is left that works. Does {name} work all the same? Then \
         don't deny it: X gives the flow up and keeps {name}."
    );
    let expected = about.account.slug.to_string();
    let dialog = Dialog {
        title: "The provider has denied it".into(),
        subject: Some(subject),
        environment: Some(environment),
        text: vec![Finding { tone: Tone::Plain, text: DENIED.into() }, Finding { tone: Tone::Warning, text: words }],
        typed: Some(Typed {
            asks: format!("Type the account's name, {expected}, to go on"),
            expected,
            input: TextInput::new(),
        }),
        top: 0,
        verb: "it is denied",
        way_out: "not yet",
        tone: DialogTone::Dangerous,
        deed: Asked::TypedDenial(about.name(), note(model)),
    };
    model.open_dialog(dialog);
    true
}

/// `X`: gives the flow up.
pub(in crate::app) fn abandon(model: &mut Model) {
    let Some((subject, environment)) = subject(model) else { return };
    let Some(about) = model.flow() else { return };
    let Some(document) = model.inside().map(|inside| &inside.unlocked.document) else { return };
    let left = about.journal.leftovers(document);
    let harmless = left.is_empty();
    let mut text = vec![Finding {
        tone: Tone::Plain,
        text: "It can't be taken up again; what was done stays readable. What it made and nothing uses is marked abandoned."
            .into(),
    }];
    text.extend(left.into_iter().map(|text| Finding { tone: Tone::Warning, text }));
    let expected = about.account.slug.to_string();
    let name = (!harmless).then(|| expected.clone());
    let typed = (!harmless).then(|| Typed {
        asks: format!("Type the account's name, {expected}, to abandon"),
        expected,
        input: TextInput::new(),
    });
    let dialog = Dialog {
        title: "Abandon this flow".into(),
        subject: Some(subject),
        environment: Some(environment),
        text,
        typed,
        verb: "abandon",
        top: 0,
        way_out: "keep it",
        tone: if harmless { DialogTone::Plain } else { DialogTone::Dangerous },
        // The dialog goes no further before the name is typed.
        deed: Asked::Commit {
            change: Change::Abandon { journal: about.journal.id, typed: name },
            done: "The flow is abandoned.".into(),
        },
    };
    model.open_dialog(dialog);
}
