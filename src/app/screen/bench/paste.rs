//! What is pasted on the bench: a request, or what the other side has.

use std::sync::Arc;

use super::{changed, put, request, set_kind, try_out};
use crate::app::bench::SHOWN;
use crate::app::form::{Field, FieldId, Form, Input};
use crate::app::model::{Model, Notice, Tone};
use crate::app::screen::{add, refuse_secret};
use crate::app::status::problem;
use crate::app::value;
use crate::domain::{MAX_TEXT, clean_lines};
use crate::secret::SecretText;

/// A paste: into the other side's field what it has; anywhere else a request.
pub(in crate::app) fn paste(model: &mut Model, text: SecretText) {
    let Some(inside) = model.inside() else { return };
    if !inside.bench.has_keys() {
        add::paste(model, text);
        return;
    }
    let focus = inside.bench.form.focused().map(|field| field.id.clone());
    let plain = value::plain(&text);
    let read = request::pasted(plain.as_bytes());
    // Words for the request, not a request: they go where the cursor is.
    let to_cursor = focus == Some(FieldId::Request) && !plain.contains('\n') && read.is_err();
    let is_whole = read.is_ok();
    let read = read.or_else(|why| {
        // What is no request at all takes the place of none.
        let is_there = matches!(inside.bench.message, Some(Ok(_))) && !request::begins(&plain);
        if is_there { Err(None) } else { request::unread(&plain).ok_or(Some(why)) }
    });
    let is_request = focus != Some(FieldId::Their) && !to_cursor && read.is_ok();
    // What is a request is looked at part by part.
    if !is_request && let Some(what) = value::secret_in(&model.catalog, &inside.unlocked, &text) {
        refuse_secret(model, &what);
        return;
    }
    if focus == Some(FieldId::Their) {
        their_paste(model, plain);
        return;
    }
    if to_cursor {
        if let Some(Field { input: Input::Text(line), .. }) = model.form_mut().and_then(Form::focused_mut)
            && !line.paste(&plain)
        {
            model.tell(Tone::Error, "That paste is too long for this field; nothing was added.");
        }
        changed(model, &FieldId::Request);
        return;
    }
    match read {
        Ok(mut written) => {
            let left_out = without_secrets(model, &mut written.text);
            if let Some(what) = still_secret(model, &written) {
                refuse_secret(model, &what);
                return;
            }
            put(model, written);
            if !is_whole && let Some(form) = model.form_mut() {
                form.go_to(&FieldId::Request);
            }
            if let Some(what) = left_out {
                model.notice = Some(Notice {
                    tone: Tone::Warning,
                    text: format!("{what} was left out."),
                    hint: Some("The bench takes keys from the vault.".into()),
                });
            }
        }
        Err(Some(why)) => model.notice = Some(problem(&why)),
        Err(None) => model.tell(Tone::Error, "That is no request; what stands here stays."),
    }
}

/// Puts a mark in place of each secret that a header holds; says what was taken. The body is what is signed: it stays as it is.
fn without_secrets(model: &Model, text: &mut String) -> Option<String> {
    let inside = model.inside()?;
    let chosen = inside.bench.form.text(&FieldId::Credential);
    let chosen = chosen.split('@').next().unwrap_or_default();
    let (head, body) = text.split_at(text.find("\n\n").unwrap_or(text.len()));
    let mut found = None;
    let lines: Vec<String> = head
        .split('\n')
        .map(|line| {
            let Some((name, value)) = line.split_once(": ") else { return line.to_owned() };
            match value::masked(&model.catalog, &inside.unlocked, (name, value), chosen) {
                Some((masked, what)) => {
                    found = Some(crate::app::status::sentence(&what).trim_end_matches('.').to_owned());
                    format!("{name}: {masked}")
                }
                None => line.to_owned(),
            }
        })
        .collect();
    *text = format!("{}{body}", lines.join("\n"));
    found
}

/// A secret that stands elsewhere than in a header: in the address, or in what is shown of the body.
fn still_secret(model: &Model, written: &request::Written) -> Option<String> {
    let inside = model.inside()?;
    let body =
        written.body.as_ref().map(|body| String::from_utf8_lossy(body.get(..SHOWN.min(body.len())).unwrap_or(&[])));
    let texts = [Some(written.text.as_str().into()), body];
    let found = |text: &str| value::secret_in(&model.catalog, &inside.unlocked, &SecretText::copied(text));
    texts.into_iter().flatten().find_map(|text: std::borrow::Cow<'_, str>| found(&text))
}

fn their_paste(model: &mut Model, plain: String) {
    let Some(inside) = model.inside_mut() else { return };
    let bench = &mut inside.bench;
    let line = plain.trim();
    // Base64 is often broken into lines.
    let is_broken = is_broken_base64(line);
    // A signature is one word, or a header with several parts; a string to sign has its own kinds of bytes.
    if !bench.takes_text
        && !is_broken
        && (line.contains('\n') || line.contains(['{', '/']) && line.contains(['{', '\n', ' ']))
    {
        set_kind(bench, true);
    }
    bench.their_text = None;
    let shown = clean_lines(&plain).replace('\n', " ");
    let takes_text = bench.takes_text;
    if !takes_text && shown.len() > MAX_TEXT {
        model.tell(Tone::Error, "That is longer than any signature; nothing was added.");
        return;
    }
    // Of a string to sign the field shows the beginning; what is tried is all of it.
    let end = if takes_text { shown.floor_char_boundary(SHOWN_IN_FIELD) } else { shown.len() };
    if takes_text && (shown != plain || end < shown.len()) {
        bench.their_text = Some(Arc::new(plain.into_bytes()));
    }
    if let Some(Field { input: Input::Text(field), .. }) = bench.form.field_mut(&FieldId::Their) {
        field.set(&shown[..end]);
    }
    try_out(model);
}

/// Whether it is base64 in lines of one length, the last one shorter: no string to sign looks so.
fn is_broken_base64(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    let Some((last, whole)) = lines.split_last().filter(|(_, whole)| !whole.is_empty()) else { return false };
    let is_base64 = |line: &&str| line.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte));
    let length = whole.first().map_or(0, |line| line.len());
    lines.iter().all(is_base64) && length >= 48 && whole.iter().all(|line| line.len() == length) && last.len() <= length
}

/// How much of a string to sign its field shows, in bytes.
const SHOWN_IN_FIELD: usize = 1024;
