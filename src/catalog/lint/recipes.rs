//! Lint of recipes: that what is filled in exists, and that a signature can be made or found.

use super::field_of;
use crate::catalog::finding::Wrong;
use crate::domain::clean;
use crate::domain::provider::{Algorithm, Handles, KeyDecode, Piece, Provider, Recipe, Target, Template, Vector, What};

pub(super) fn check(provider: &Provider, wrong: &mut Vec<Wrong>) {
    for recipe in &provider.recipes {
        let path = format!("recipes/{}", recipe.id);
        key(provider, recipe, &path, wrong);
        for (key, templates) in [("text", &recipe.text), ("canonical", &recipe.canonical)] {
            for (part, template) in templates.iter().enumerate() {
                filled(provider, recipe, template, false, &format!("{path}/{key}/{part}"), wrong);
            }
        }
        canonical(recipe, &path, wrong);
        for (n, reading) in recipe.readings.iter().enumerate() {
            for (part, template) in reading.text.iter().enumerate() {
                filled(provider, recipe, template, false, &format!("{path}/readings/{n}/text/{part}"), wrong);
            }
        }
        for (name, template) in &recipe.headers {
            filled(provider, recipe, template, true, &format!("{path}/headers/{name}"), wrong);
        }
        headers(recipe, &path, wrong);
        goes_somewhere(recipe, &path, wrong);
        account_says_so(provider, recipe, &path, wrong);
        for (n, vector) in recipe.vectors.iter().enumerate() {
            can_be_run(recipe, vector, &format!("{path}/vectors/{n}"), wrong);
        }
    }
}

fn key(provider: &Provider, recipe: &Recipe, path: &str, wrong: &mut Vec<Wrong>) {
    let path = format!("{path}/key");
    let Some(field) = field_of(provider, &recipe.key) else {
        let message = format!("`key` is `{}`, which no credential of the file has", recipe.key);
        return wrong.push(Wrong::error(path, message));
    };
    let public = recipe.sign.algorithm.is_rsa() && recipe.does == Handles::Verify;
    if field.secret == public {
        let message =
            if public { "`key` is secret: a signature is checked with a public key" } else { "`key` is public" };
        wrong.push(Wrong::error(path, message));
    } else if recipe.sign.algorithm.is_rsa() != (recipe.key_decode == KeyDecode::RsaKey) {
        wrong.push(Wrong::error(path.replace("/key", "/key_decode"), "`key_decode` does not go with the algorithm"));
    }
}

fn filled(
    provider: &Provider,
    recipe: &Recipe,
    template: &Template,
    in_header: bool,
    path: &str,
    wrong: &mut Vec<Wrong>,
) {
    for what in template.fills() {
        let message = match what {
            What::Account(name) if provider.account_field(name).is_none() => {
                format!("`{{account.{name}}}` is filled in, but [account] has no `{name}`")
            }
            What::Field(name) => {
                let Target::Credential { id, .. } = &recipe.key else { continue };
                match provider.credential(id).map(|spec| spec.field(name)) {
                    Some(None) => format!("`{{field.{name}}}` is filled in, but `{id}` has no field `{name}`"),
                    Some(Some(field)) if field.secret => format!("`{{field.{name}}}` is secret"),
                    _ => continue,
                }
            }
            What::Time if recipe.time.is_none() => "`{time}` is filled in, but the key `time` is missing".into(),
            What::Headers | What::HeaderNames if recipe.signed_headers.is_none() => {
                "headers are filled in, but the key `signed_headers` is missing".into()
            }
            What::Signature if !in_header => "`{signature}` can't stand in what is signed".into(),
            What::Text if !in_header => "`{text}` can't stand in itself".into(),
            What::Key if in_header => "`{key}` can't stand in a header: a `token` recipe sends it".into(),
            What::Key if !recipe.sign.algorithm.is_hash() && recipe.sign.algorithm != Algorithm::Token => {
                "`{key}` stands in what is hashed or sent, not in what a key signs".into()
            }
            What::Key if !recipe.has_key_in_text() => "`{key}` stands in a reading, but not in `text`".into(),
            _ => continue,
        };
        wrong.push(Wrong::error(path, message));
    }
}

/// The canonical request stands in the text, not in itself, and what is said of it is used.
fn canonical(recipe: &Recipe, path: &str, wrong: &mut Vec<Wrong>) {
    let fills = |templates: &[Template], what: &What| templates.iter().flat_map(Template::fills).any(|it| it == what);
    let path = format!("{path}/canonical");
    if fills(&recipe.canonical, &What::Canonical) {
        wrong.push(Wrong::error(&*path, "`{canonical}` can't stand in itself"));
    }
    let readings = recipe.readings.iter().any(|reading| fills(&reading.text, &What::Canonical));
    let used = readings || fills(&recipe.text, &What::Canonical);
    if used && recipe.canonical.is_empty() {
        wrong.push(Wrong::error(path, "`{canonical}` is filled in, but the key `canonical` is missing"));
    } else if !used && !recipe.canonical.is_empty() {
        wrong.push(Wrong::error(path, "`canonical` is there, but no text has `{canonical}`"));
    }
}

/// A header can't break out of its line.
fn headers(recipe: &Recipe, path: &str, wrong: &mut Vec<Wrong>) {
    let sent = recipe.headers.iter().map(|(name, _)| (format!("{path}/headers/{name}"), name));
    let time = recipe.time.as_ref().and_then(|time| time.header.as_ref());
    let read = recipe.signature.iter().flat_map(|signature| std::iter::once(&signature.header).chain(&signature.also));
    let signed = recipe.signed_headers.iter().flat_map(|signed| signed.names.iter().chain(&signed.optional));
    for name in signed.filter(|name| name.chars().any(|c| c.is_ascii_uppercase())) {
        let message = format!("`{name}`: signed headers are named in lower case");
        wrong.push(Wrong::error(format!("{path}/signed_headers"), message));
    }
    let read = time
        .map(|name| (format!("{path}/time"), name))
        .into_iter()
        .chain(read.map(|name| (format!("{path}/signature"), name)));
    for (path, name) in sent.chain(read) {
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
            wrong.push(Wrong::error(path, "a header's name has letters, digits, dashes and underscores"));
        }
    }
    for (name, template) in &recipe.headers {
        let literal = |piece: &Piece| matches!(piece, Piece::Literal(text) if clean(text) != *text);
        if template.pieces().iter().any(literal) {
            let message = format!("the header `{name}` has characters that can't be seen");
            wrong.push(Wrong::error(format!("{path}/headers/{name}"), message));
        }
    }
}

fn goes_somewhere(recipe: &Recipe, path: &str, wrong: &mut Vec<Wrong>) {
    let signs = recipe.headers.iter().any(|(_, template)| template.fills().any(|what| *what == What::Signature));
    match recipe.does {
        Handles::Sign if !signs && !recipe.headers.is_empty() => {
            wrong.push(Wrong::error(format!("{path}/headers"), "no header has `{signature}`"));
        }
        Handles::Verify if recipe.signature.is_none() => {
            wrong.push(Wrong::error(path, "the key `signature` is missing: where is it found?"));
        }
        _ => {}
    }
    if let Some(text) =
        recipe.sign.named.as_ref().filter(|text| text.split_once('=').is_none_or(|(name, _)| name.is_empty()))
    {
        let message = format!("`named` is `{text}`: it is written as in the signature's header, name=value");
        wrong.push(Wrong::error(format!("{path}/sign"), message));
    }
    let in_token = recipe.does == Handles::Verify && recipe.signature.as_ref().is_some_and(|at| at.jws);
    if recipe.sign.algorithm != Algorithm::Token && recipe.text.is_empty() && !in_token {
        wrong.push(Wrong::error(path, "there is no `text` to sign"));
    }
    let keyless =
        recipe.sign.algorithm.is_hash() || (recipe.sign.algorithm == Algorithm::Token && !recipe.text.is_empty());
    if keyless && !recipe.has_key_in_text() {
        wrong.push(Wrong::error(path, "no `text` has `{key}`: anybody could make this hash, and it proves nothing"));
    }
    if recipe.tolerance_s.is_some() && recipe.time.is_none() {
        wrong.push(Wrong::error(format!("{path}/tolerance"), "`tolerance` says how far off a time may be: which?"));
    }
}

/// The screen asks for an account's field where a recipe needs it: so the field has to name the recipe.
fn account_says_so(provider: &Provider, recipe: &Recipe, path: &str, wrong: &mut Vec<Wrong>) {
    let headers = recipe.headers.iter().map(|(_, template)| template);
    for what in recipe.text.iter().chain(&recipe.canonical).chain(headers).flat_map(Template::fills) {
        let What::Account(name) = what else { continue };
        let Some(field) = provider.account_field(name) else { continue };
        if !field.needed_by.contains(&recipe.id) {
            let message = format!("`account.{name}` is filled in, but its `needed_by` lacks `{}`", recipe.id);
            wrong.push(Wrong::error(path, message));
            return;
        }
    }
}

fn can_be_run(recipe: &Recipe, vector: &Vector, path: &str, wrong: &mut Vec<Wrong>) {
    if vector.text.is_none() && vector.signature.is_none() {
        wrong.push(Wrong::error(path, "a vector has a `text`, a `signature` or both: what should come out?"));
    }
    if vector.signature.is_some() && vector.key.is_none() {
        wrong.push(Wrong::error(path, "a vector with a `signature` has the `key` that made it"));
    }
    let fills: Vec<&What> = recipe.text.iter().chain(&recipe.canonical).flat_map(Template::fills).collect();
    let in_header = recipe
        .time
        .as_ref()
        .and_then(|time| time.header.as_ref())
        .is_some_and(|header| vector.message.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(header)));
    if fills.contains(&&What::Time) && !in_header && vector.message.time.is_none() {
        wrong.push(Wrong::error(format!("{path}/message"), "the key `time` of the message is missing"));
    }
    for what in fills {
        let What::Account(name) = what else { continue };
        if vector.message.account.iter().all(|(known, _)| *name != known.as_str()) {
            let message = format!("the key `account.{name}` of the message is missing");
            wrong.push(Wrong::error(format!("{path}/message"), message));
        }
    }
}
