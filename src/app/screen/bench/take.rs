//! What is taken from the bench: the call, the string to sign, a file for the gateway's support; and what its result proposes.

use std::sync::Arc;

use super::{fresh, put, request, task};
use crate::app::bench::Remedy;
use crate::app::effect::Effect;
use crate::app::form::FieldId;
use crate::app::input::TextInput;
use crate::app::model::{Deed, Dialog, DialogTone, Finding, Model, Notice, Purpose, Tone, Typed};
use crate::app::screen::{accounts, detail, flow};
use crate::app::status::problem;
use crate::domain::Id;
use crate::domain::audit::Report;
use crate::error::Problem;

/// `y`: the call as a `curl` line; of a request without a host its headers, and where the recipe has none the signature.
///
/// What was shown until now was a trial; what is taken is used, and the log remembers it.
pub(in crate::app) fn copy_call(model: &mut Model) {
    let Some(report) = fresh(model) else { return };
    if let Some(line) = report.curl.clone() {
        // Where the key itself is sent, the line has a variable in its place.
        let shown = report.headers.iter().any(|(_, value)| value.is_some());
        let signed = shown.then(|| signed(model)).flatten();
        model.copy_public("the curl line".into(), line);
        remember(model, signed);
        return;
    }
    let lines = report.headers.iter().filter_map(|(name, value)| {
        let value = value.as_ref()?;
        Some(if name.is_empty() { value.clone() } else { format!("{name}: {value}") })
    });
    let lines: Vec<String> = lines.collect();
    let what = match &report.headers[..] {
        [(name, _)] if name.is_empty() => "the signature",
        _ => "the headers, without an address,",
    };
    let signed = signed(model);
    model.copy_public(what.into(), lines.join("\n"));
    remember(model, signed);
}

/// Why there is nothing to be sent.
pub(in crate::app) fn no_call(model: &Model) -> Option<String> {
    match fresh(model) {
        None => Some("There is no request yet.".into()),
        Some(report) if report.headers.is_empty() => Some("Nothing is signed here.".into()),
        Some(report) if report.curl.is_none() && report.headers.iter().all(|(_, value)| value.is_none()) => {
            Some("The request names no host: write its whole address.".into())
        }
        Some(_) => None,
    }
}

/// `Y`
pub(in crate::app) fn copy_text(model: &mut Model) {
    let text = fresh(model).and_then(|report| report.text.as_ref());
    if let Some(text) = text.map(|text| String::from_utf8_lossy(&text.shown).into_owned()) {
        model.copy_public("the string to sign".into(), text);
    }
}

/// Why the string to sign can't be copied.
pub(in crate::app) fn no_text(model: &Model) -> Option<String> {
    match fresh(model).and_then(|report| report.text.as_ref()) {
        None => Some("There is no string to sign yet.".into()),
        Some(text) if text.len > text.shown.len() => Some("It is too long for the clipboard: see paykeep sign.".into()),
        Some(_) => None,
    }
}

/// What the log says of a signature that is taken; `None`: no secret made one.
fn signed(model: &Model) -> Option<Report> {
    let about = fresh(model)?.signed_with.clone()?;
    Some(Report::signed(about, model.inside()?.bench.form.text(&FieldId::Recipe), false))
}

fn remember(model: &mut Model, signed: Option<Report>) {
    if let Some(report) = signed {
        model.remember(report);
    }
}

/// `V`: asks for the file.
pub(in crate::app) fn ask_for_file(model: &mut Model) {
    let Some(inside) = model.inside() else { return };
    let bench = &inside.bench;
    let reference = bench.form.text(&FieldId::Credential);
    let environment = inside.unlocked.document.resolve(reference).ok().map(|target| target.account.environment);
    let provider = reference.split('/').next().unwrap_or_default();
    let mut input = TextInput::new();
    match &bench.file[..] {
        "" => input.set(&format!("{provider}-{}-example.toml", bench.form.text(&FieldId::Recipe))),
        named => input.set(named),
    }
    let plain = |text: &str| Finding { tone: Tone::Plain, text: text.into() };
    let dialog = Dialog {
        title: "A file for the gateway's support".into(),
        subject: Some(reference.to_owned()),
        environment,
        text: vec![
            plain(
                "The same message, signed with a key that is made for this file: no secret of the vault is in it, nor a signature \
                 made with one.",
            ),
            Finding {
                tone: Tone::Warning,
                text: "Path, query and body are the message's own. Look through the file before it goes out.".into(),
            },
        ],
        typed: Some(Typed { asks: "Write it to a new file".into(), expected: String::new(), input }),
        verb: "write it",
        top: 0,
        way_out: "leave it",
        tone: DialogTone::Plain,
        deed: Deed::WriteExample,
    };
    model.open_dialog(dialog);
}

/// Why there is nothing to be written down.
pub(in crate::app) fn no_file(model: &Model) -> Option<String> {
    let Some(report) = fresh(model) else { return Some("There is no request yet.".into()) };
    match &report.judgement {
        Some(Ok(found)) if found.verified => Some("It is verified: there is nothing to make an example of.".into()),
        _ if report.text.is_none() => Some("Nothing can be signed yet: the result says why.".into()),
        _ if report.sends_key => Some("The key itself is sent: there is no signature to make an example of.".into()),
        _ => None,
    }
}

/// The file is named.
pub(in crate::app) fn write_example(model: &mut Model, path: String) {
    let found = fresh(model).and_then(|report| report.judgement.as_ref()?.as_ref().ok().cloned()).map(Box::new);
    let signed = signed(model);
    let Some(inside) = model.inside_mut() else { return };
    inside.bench.file.clone_from(&path);
    let Some(task) = task(&inside.bench) else { return };
    let unlocked = Arc::clone(&inside.unlocked);
    let ticket = model.ask(Purpose::Example { signed });
    model.emit(Effect::WriteExample { ticket, unlocked, task, found, path });
    model.tell(Tone::Plain, "A key is made for it, and the file is written.");
}

/// The file is there, or why it is not.
pub(in crate::app) fn example_written(model: &mut Model, signed: Option<Report>, written: Result<String, Problem>) {
    match written {
        Ok(path) => {
            remember(model, signed);
            model.notice = Some(Notice {
                tone: Tone::Done,
                text: format!("Written to {path}."),
                hint: Some("Look through it before it goes out.".into()),
            });
        }
        Err(why) => model.notice = Some(problem(&why)),
    }
}

/// Whether `⏎` on the result does something about it.
pub(in crate::app) fn proposes(model: &Model) -> bool {
    let on_result = model.form().and_then(|form| form.focused()).is_some_and(|field| field.id == FieldId::Result);
    on_result && (super::proven(model).is_some() || fresh(model).is_some_and(|report| report.remedy.is_some()))
}

/// `⏎` on the result: puts the cause into the request, or goes where something can be done about it.
pub(in crate::app) fn follow(model: &mut Model) {
    if let Some((at, evidence)) = super::proven(model) {
        let journal = at.journal;
        flow::show(model, journal);
        flow::keep_proof(model, at, evidence);
        return;
    }
    let Some(remedy) = fresh(model).and_then(|report| report.remedy.clone()) else { return };
    match remedy {
        Remedy::Message(message) => {
            let Some(inside) = model.inside() else { return };
            let written = request::of(&message, inside.bench.form.text(&FieldId::Request));
            put(model, written);
            model.tell(Tone::Done, "The request stands there as it was signed.");
        }
        Remedy::Key(reference) => {
            super::choose(model, &reference);
            super::try_out(model);
            model.tell(Tone::Done, format!("The key is {reference} now."));
        }
        Remedy::Versions => {
            if let Some(id) = owner(model).map(|(credential, _)| credential) {
                detail::show(model, id);
                if let Some(inside) = model.inside_mut() {
                    (inside.rotations.opened, inside.log.opened, inside.bench.opened) = (false, false, true);
                }
            }
        }
        Remedy::Field(name) => {
            if let Some((_, account)) = owner(model) {
                accounts::fill_in(model, account, &name);
            }
        }
    }
}

/// The chosen credential, and its account.
fn owner(model: &Model) -> Option<(Id, Id)> {
    let inside = model.inside()?;
    let credential = super::chosen_key(inside)?;
    Some((credential.id, credential.account))
}
