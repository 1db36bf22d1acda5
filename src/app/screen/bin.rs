//! The bin: what is removed waits there, is put back, or is deleted for good.

use crate::app::input::TextInput;
use crate::app::model::{Deed, Dialog, DialogTone, Finding, Model, Page, Section, Then, Tone, Typed};
use crate::app::status::problem;
use crate::domain::journal::FlowError;
use crate::domain::{BIN_DAYS, Change, Environment, Id, Reference};
use crate::error::Problem;

/// `d`: to the bin, the marked ones or the chosen one.
pub(in crate::app) fn put_in(model: &mut Model) {
    let ids = about(model);
    let busy = model.inside().and_then(|inside| inside.unlocked.document.worked_on(&ids));
    if let Some(why) = busy.map(|flow| FlowError::Busy(flow.title.clone())) {
        model.notice = Some(problem(&Problem::from(why)));
        return;
    }
    let done = format!("{} in the bin for {BIN_DAYS} days. u puts {} back.", is(model, &ids), them(&ids));
    if matches!(model.inside().map(|i| &i.page), Some(Page::Detail(_))) {
        model.go(Page::Credentials);
    }
    model.commit(Change::Bin(ids.clone()), done, Then::Binned(ids));
}

/// `u`: back from the bin; in the list what went there last.
pub(in crate::app) fn put_back(model: &mut Model) {
    let in_bin = in_bin(model);
    let ids = if in_bin { about(model) } else { model.inside().map(|i| i.last_binned.clone()).unwrap_or_default() };
    let done = format!("{} back.", is(model, &ids));
    model.commit(Change::Restore(ids), done, Then::Binned(Vec::new()));
}

/// Into the bin or out of it, and saved: these are what `u` puts back.
pub(in crate::app) fn moved(model: &mut Model, ids: Vec<Id>) {
    if let Some(inside) = model.inside_mut() {
        inside.last_binned = ids;
        inside.credentials.marked.clear();
    }
}

/// `D` in the bin: deletes for good, after the account's name was typed.
pub(in crate::app) fn delete(model: &mut Model) {
    let ids = about(model);
    ask(model, ids, "Delete for good");
}

/// Empties the bin, after the account's name (or the word «empty», where there are several) was typed.
pub(in crate::app) fn empty(model: &mut Model) {
    let Some(inside) = model.inside() else { return };
    let ids = inside.credentials.rows.iter().filter(|r| r.binned_at.is_some()).map(|r| r.id).collect();
    ask(model, ids, "Empty the bin");
}

fn ask(model: &mut Model, ids: Vec<Id>, title: &str) {
    let references = references(model, &ids);
    let Some(first) = references.first() else { return };
    let live = references.iter().any(|r| r.environment == Environment::Live);
    let one_account = references.iter().all(|r| r.account == first.account);
    let expected = if one_account { first.account.to_string() } else { "delete".to_owned() };
    let asks = if one_account {
        format!("Type the account's name, {expected}, to delete")
    } else {
        format!("Type {expected} to delete")
    };
    let mut text = vec![Finding {
        tone: Tone::Warning,
        text: format!("{} deleted from the vault with every version. This cannot be undone.", is(model, &ids)),
    }];
    text.push(Finding {
        tone: Tone::Plain,
        text: "Nothing changes at the gateway: a key that works goes on working there. Backups of the vault still have it.".into(),
    });
    let used: Vec<String> = ids
        .iter()
        .flat_map(|id| model.inside().into_iter().flat_map(|i| i.unlocked.document.used_by(*id)))
        .map(|consumer| consumer.label.clone())
        .collect();
    if !used.is_empty() {
        text.push(Finding { tone: Tone::Warning, text: format!("Used by {}.", used.join(", ")) });
    }
    let subject = if references.len() == 1 { first.to_string() } else { format!("{} credentials", references.len()) };
    let done = format!("{} deleted.", is(model, &ids));
    model.open_dialog(Dialog {
        title: title.to_owned(),
        subject: Some(subject),
        environment: Some(if live { Environment::Live } else { Environment::Sandbox }),
        text,
        typed: Some(Typed { asks, expected, input: TextInput::new() }),
        verb: "delete",
        top: 0,
        way_out: "keep it",
        tone: if live { DialogTone::Live } else { DialogTone::Dangerous },
        deed: Deed::Commit { change: Change::Purge(ids), done },
    });
}

/// Whether the list shows the bin.
pub(in crate::app) fn in_bin(model: &Model) -> bool {
    model.inside().is_some_and(|i| i.credentials.section == Section::Bin)
}

fn about(model: &Model) -> Vec<Id> {
    match model.inside() {
        Some(inside) if matches!(inside.page, Page::Credentials) => inside.credentials.marked_or_chosen(),
        _ => model.chosen().into_iter().collect(),
    }
}

fn references(model: &Model, ids: &[Id]) -> Vec<Reference> {
    let Some(inside) = model.inside() else { return Vec::new() };
    let document = &inside.unlocked.document;
    ids.iter().filter_map(|id| document.reference(document.credential(*id)?)).collect()
}

/// «ansa/live/acme/secret-key is», «3 credentials are».
fn is(model: &Model, ids: &[Id]) -> String {
    match references(model, ids).as_slice() {
        [one] => format!("{one} is"),
        many => format!("{} credentials are", many.len()),
    }
}

fn them(ids: &[Id]) -> &'static str {
    if ids.len() == 1 { "it" } else { "them" }
}
