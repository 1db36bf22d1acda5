//! What follows from the answers to effects. One whose ticket nobody holds any more is dropped.

use std::sync::Arc;

use super::Unlocked;
use super::effect::Effect;
use super::model::{Model, Notice, Page, Purpose, Screen, Then, Tone};
use super::msg::{Answer, Folder, Opened, Refusal, Saved, Ticket};
use super::screen;
use super::status::problem;
use crate::error::Problem;

/// Takes an answer in.
pub(super) fn take(model: &mut Model, ticket: Ticket, answer: Answer) {
    let Some(at) = model.waiting.iter().position(|(t, _)| *t == ticket) else {
        // An opening that was stopped came through all the same: what it opened must not stay open.
        if matches!(answer, Answer::Opened(Ok(_))) && !matches!(model.screen, Screen::Inside(_)) {
            model.emit(Effect::Lock);
        }
        return;
    };
    if let Purpose::Clip = model.waiting[at].1 {
        match answer {
            Answer::Copied(held) => model.copied(ticket, held),
            Answer::Watched(who) => model.watched(ticket, who),
            Answer::Released(how) => model.released(ticket, &how),
            _ => {}
        }
        return;
    }
    let (_, purpose) = model.waiting.remove(at);
    match (purpose, answer) {
        (Purpose::Folder, Answer::Folder(found)) => folder(model, found),
        (Purpose::Offers, Answer::Passphrases(offers)) => screen::first_run::offer(model, offers),
        (Purpose::Open, Answer::Opened(Ok(vault))) => opened(model, vault),
        (Purpose::Open, Answer::Opened(Err(refusal))) => refused(model, refusal),
        (Purpose::Save { done, then }, Answer::Saved(saved)) => match saved {
            Ok(saved) => stored(model, saved, done, then),
            Err(why) if then == Then::Unsealed => model.not_unsealed(&why),
            Err(why) if then == Then::Token => screen::token::failed(model, why),
            Err(why) => not_stored(model, &why),
        },
        (Purpose::Remember, Answer::Saved(saved)) => match saved {
            Ok(saved) => {
                model.saved_at = Some(model.now.wall);
                renew_lists(model, saved.unlocked);
            }
            Err(why) => model.not_remembered(&why),
        },
        (Purpose::Bench, Answer::Tried(report)) => screen::bench::tried(model, ticket, report),
        (Purpose::Example { signed }, Answer::ExampleWritten(written)) => {
            screen::bench::example_written(model, signed, written);
        }
        (Purpose::CheckLog, Answer::LogChecked(found)) => screen::audit::checked(model, found),
        (Purpose::ExportLog, Answer::LogExported(written)) => screen::audit::exported(model, written),
        (Purpose::Unseal, Answer::PassphraseChecked(checked)) => model.passphrase_checked(checked),
        (Purpose::SaveUnseen, Answer::Saved(Ok(_))) => model.saved_at = Some(model.now.wall),
        (Purpose::SaveUnseen, Answer::Saved(Err(_))) => {
            // Its reason may name what is in the vault.
            model.notice = Some(Notice {
                tone: Tone::Error,
                text: "The last change was not saved.".into(),
                hint: Some("Unlock, look whether it is there, and make it again.".into()),
            });
        }
        (Purpose::Refresh, Answer::Refreshed(found)) => match found {
            Ok(Some(unlocked)) => {
                renew(model, unlocked);
                // What a change was refused for is said still.
                if !model.notice.as_ref().is_some_and(|notice| notice.tone == Tone::Error) {
                    model.tell(Tone::Warning, "The vault was changed by another program. This is its new content.");
                }
            }
            Ok(None) => {}
            Err(why) => model.notice = Some(problem(&why)),
        },
        (Purpose::Passphrase, Answer::PassphraseSet(result)) => screen::settings::passphrase_set(model, result),
        (Purpose::Detect, Answer::Detected(detection)) => screen::add::found(model, detection),
        (Purpose::PublicCopy { what }, Answer::Copied(result)) => match result {
            Ok(_) => model.tell(Tone::Done, super::status::sentence(&format!("{what} is on the clipboard"))),
            // What keeps a secret from being copied is no help here: this one stands on the screen.
            Err(why) => model.notice = Some(problem(&why.hint("read it off the screen"))),
        },
        (Purpose::ClearClipboard, Answer::ClipboardCleared(result)) => match result {
            Ok(()) => {
                model.tell(Tone::Done, "The clipboard is empty.");
                screen::add::clipboard_cleared(model);
            }
            Err(why) => model.notice = Some(problem(&why)),
        },
        (Purpose::Pair { at, slot }, Answer::Generated(pair)) => screen::flow::generated(model, at, &slot, pair),
        (Purpose::Token, Answer::Fetched(answer)) => screen::token::fetched(model, answer),
        (Purpose::Preferences, Answer::PreferencesSaved(Err(why))) => model.notice = Some(problem(&why)),
        _ => {}
    }
}

fn folder(model: &mut Model, found: Result<Folder, Problem>) {
    match found {
        Ok(folder) => {
            model.vault_name = folder.name;
            model.saved_at = folder.saved_at;
            if folder.saved_at.is_some() {
                screen::unlock::show(model);
            } else {
                screen::first_run::show(model);
            }
        }
        Err(why) => model.notice = Some(problem(&why)),
    }
}

fn opened(model: &mut Model, vault: Opened) {
    let made = matches!(model.screen, Screen::FirstRun(_));
    if model.saved_at.is_none() {
        model.saved_at = Some(model.now.wall);
    }
    let wiped = match &mut model.screen {
        Screen::Unlock(unlock) => unlock.wiped.take(),
        _ => None,
    };
    model.enter(vault.unlocked);
    model.emit(Effect::ClearScreen);
    model.notice = wiped.or_else(|| model.about_files.clone());
    if made {
        model.tell(Tone::Done, "The vault is made. Paste a key.");
    }
    if !vault.notices.is_empty() {
        let sentences: Vec<String> = vault.notices.iter().map(|notice| super::status::sentence(notice)).collect();
        model.tell(Tone::Warning, sentences.join(" "));
    }
}

fn refused(model: &mut Model, refusal: Refusal) {
    match &mut model.screen {
        Screen::FirstRun(first) => {
            first.busy = None;
            first.error = match refusal {
                Refusal::Failed(why) | Refusal::NotIntact(why) => Some(problem(&why)),
                Refusal::WrongPassphrase | Refusal::Older { .. } => None,
            };
        }
        Screen::Unlock(_) => screen::unlock::refused(model, refusal),
        _ => {}
    }
}

/// A change is on the disk.
fn stored(model: &mut Model, saved: Saved, done: String, then: Then) {
    model.saved_at = Some(model.now.wall);
    let Saved { unlocked, applied } = saved;
    renew(model, unlocked);
    let Some(inside) = model.inside_mut() else { return };
    inside.saving = None;
    if !done.is_empty() || !applied.same_as.is_empty() {
        let text = match applied.same_as.first() {
            Some(other) => format!("{done} {other} holds the same value.").trim().to_owned(),
            None => done,
        };
        let tone = if applied.same_as.is_empty() { Tone::Done } else { Tone::Warning };
        model.tell(tone, text);
    }
    match then {
        Then::Stay => {}
        Then::Binned(ids) => screen::bin::moved(model, ids),
        Then::Unsealed => model.unsealed(),
        Then::Token => screen::token::saved(model),
        Then::NextFound => screen::add::next(model, applied.credential),
        Then::LeaveEdit => screen::edit::leave(model),
        Then::LeavePlace => screen::place::leave(model),
        Then::Accounts(slug) => screen::accounts::show(model, &slug),
        Then::Bench => screen::bench::show(model, None),
        Then::Flow => {
            if let Some(journal) = applied.journal {
                screen::flow::went_on(model, journal);
            }
        }
    }
}

fn not_stored(model: &mut Model, why: &Problem) {
    model.notice = Some(problem(why));
    // Where another program has written, that may be why.
    model.look_for_other_writers();
    let preferences = model.preferences.clone();
    let Some(inside) = model.inside_mut() else { return };
    inside.saving = None;
    match &mut inside.page {
        Page::Add(add) => add.busy = None,
        Page::Edit(edit) => edit.busy = None,
        Page::Account(account) => account.busy = None,
        Page::Flow(flow) => flow.busy = None,
        Page::Begin(begin) => begin.busy = None,
        Page::Place(place) => place.busy = None,
        // What the vault has is what the settings say.
        Page::Settings => {
            let focus = inside.settings.focus;
            inside.settings = screen::settings::form(&inside.unlocked.document.settings, &preferences);
            inside.settings.focus = focus;
        }
        _ => {}
    }
}

/// Shows the vault's new content, and tries what stands on the bench with it.
pub(super) fn renew(model: &mut Model, unlocked: Arc<Unlocked>) {
    renew_lists(model, unlocked);
    screen::bench::renew(model);
}

/// Shows the vault's new content. What the bench shows stays: signed anew, it would be another thing than what was just taken.
fn renew_lists(model: &mut Model, unlocked: Arc<Unlocked>) {
    let Screen::Inside(inside) = &mut model.screen else { return };
    let before = std::mem::replace(&mut inside.unlocked, unlocked);
    screen::renew_lists(inside, &before.document, &model.catalog, &model.now);
    screen::detail::renew(inside, &model.catalog);
    screen::flow::renew(inside, &model.catalog);
    screen::audit::rebuild(inside);
}
