//! The places that a step is about, ticked off one by one.

use super::{ask, commit, edit, in_the_way, no_longer_used, said};
use crate::app::form::FieldId;
use crate::app::model::{Deed as Asked, Dialog, DialogTone, Finding, Model, Page, Tone};
use crate::domain::journal::{Journal, Step};
use crate::domain::provider::Act;
use crate::domain::{Change, Deed, Document, Id, Proof};

/// `⏎`: every place has it, or the one that was typed.
pub(super) fn substitute(model: &mut Model) {
    let typed = model.form().map_or("", |form| form.text(&FieldId::UsedBy)).trim().to_owned();
    if !typed.is_empty() {
        commit(model, Deed::Placed { label: typed, proof: Proof::Asked });
        return;
    }
    let Some(about) = model.flow() else { return };
    let Some(document) = model.inside().map(|inside| &inside.unlocked.document) else { return };
    let left = document.still_to_move(about.journal, about.step);
    let none = places(about.journal, about.step, document).is_empty();
    if let Some(first) = left.first() {
        let text = format!("Not yet: {first}. w ticks it off; x says that it no longer uses it.");
        model.tell(Tone::Warning, text);
    } else if none {
        let text = "No place is noted that uses it. W adds one; the step can also be kept without.";
        let deed = Deed::Said { note: String::new() };
        ask(model, "No place uses it", text, "nothing uses it", deed, DialogTone::Plain);
    } else {
        said(model);
    }
}

/// The places that a step ticks off: their IDs and labels, and whether each has it.
pub fn places(journal: &Journal, step: &Step, document: &Document) -> Vec<(Id, String, bool)> {
    let slot = step.slots.first().and_then(|name| journal.slot(name));
    let left = document.still_to_move(journal, step);
    // While both work, only those are of interest that came late.
    let ticks = step.act == Act::Substitute || step.act == Act::Overlap && !left.is_empty();
    let Some(credential) = slot.and_then(|slot| slot.credential).filter(|_| ticks) else { return Vec::new() };
    document.used_by(credential).map(|c| (c.id, c.label.clone(), !left.contains(&c.label))).collect()
}

/// Whether the present step has places to tick off.
pub(in crate::app) fn has_places(model: &Model) -> bool {
    let Some((about, inside)) = model.flow().zip(model.inside()) else { return false };
    let document = &inside.unlocked.document;
    about.is_present
        && (!places(about.journal, about.step, document).is_empty()
            || !in_the_way(about.journal, about.step, document).is_empty())
}

/// `w`: the chosen place has it.
pub(in crate::app) fn tick(model: &mut Model) {
    let Some(about) = model.flow() else { return };
    if !matches!(about.step.act, Act::Substitute | Act::Overlap) {
        no_longer_used(model);
        return;
    }
    let Some(inside) = model.inside() else { return };
    let Page::Flow(page) = &inside.page else { return };
    let places = places(about.journal, about.step, &inside.unlocked.document);
    match places.get(page.place) {
        Some((_, _, true)) => model.tell(Tone::Plain, "It has it already."),
        Some((_, label, false)) => {
            let label = label.clone();
            commit(model, Deed::Placed { label, proof: Proof::Asked });
        }
        None => edit(model),
    }
}

/// Whether the present step has places that can be ticked off, or taken off it.
pub(in crate::app) fn ticks(model: &Model) -> bool {
    let Some((about, inside)) = model.flow().zip(model.inside()) else { return false };
    about.is_present && !places(about.journal, about.step, &inside.unlocked.document).is_empty()
}

/// `x`: the chosen place no longer uses it: it must not have it, or is no more.
pub(in crate::app) fn take_off(model: &mut Model) {
    let Some((about, inside)) = model.flow().zip(model.inside()) else { return };
    let Page::Flow(page) = &inside.page else { return };
    let document = &inside.unlocked.document;
    let places = places(about.journal, about.step, document);
    let Some((consumer, label, _)) = places.get(page.place).cloned() else { return };
    let uses = document.consumers.iter().filter(|place| place.id == consumer).flat_map(|place| &place.uses);
    let own = |id: &Id| {
        about.step.slots.iter().filter_map(|name| about.journal.slot(name)).any(|slot| slot.credential == Some(*id))
    };
    let credentials: Vec<Id> = uses.map(|used| used.credential).filter(own).collect();
    ask_unused(model, consumer, &label, credentials);
}

/// Asks before a place is no longer counted: what it has is told, and how that is known.
pub(super) fn ask_unused(model: &mut Model, consumer: Id, label: &str, credentials: Vec<Id>) {
    let Some((subject, environment)) = super::subject(model) else { return };
    let Some(document) = model.inside().map(|inside| &inside.unlocked.document) else { return };
    let place = document.consumers.iter().find(|place| place.id == consumer);
    let uses = place.into_iter().flat_map(|place| &place.uses).filter(|used| credentials.contains(&used.credential));
    let mut text: Vec<Finding> = uses
        .map(|used| {
            let version = used.version.and_then(|version| document.version(used.credential, version));
            let has = version.map_or_else(|| "some version".to_owned(), |version| format!("v{}", version.n));
            let at = used.at.to_zoned(model.now.zone.clone()).strftime("%-d %b %H:%M");
            match used.proof {
                Proof::Asked => Finding { tone: Tone::Plain, text: format!("{label} has {has}, as was said on {at}.") },
                _ => Finding { tone: Tone::Warning, text: format!("{label} has {has}: paykeep saw it there on {at}.") },
            }
        })
        .collect();
    text.push(Finding {
        tone: Tone::Plain,
        text: "From now on no step waits for it, and it is not named when a key stops.".into(),
    });
    model.open_dialog(Dialog {
        title: "A place no longer uses it".into(),
        subject: Some(subject),
        environment: Some(environment),
        text,
        typed: None,
        verb: "it no longer uses it",
        top: 0,
        way_out: "it does",
        tone: DialogTone::Plain,
        deed: Asked::Commit {
            change: Change::Unuse { consumer, credentials },
            done: format!("Noted: {label} no longer uses it."),
        },
    });
}
