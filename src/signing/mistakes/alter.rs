//! What the known mistakes alter: the recipe's parts, the message, the key, how the signature is written.

use jiff::Timestamp;

use crate::domain::provider::TimeFormat;
use crate::domain::provider::{Algorithm, Coding, Filter, KeyDecode, Piece, SignatureAt, Template, What};
use crate::signing::check::{Spoiled, is_decoded, signature_at};
use crate::signing::coding::minified;
use crate::signing::explain::{Attempt, Hashed};
use crate::signing::time;

/// Alters the filters of every slot of text and canonical request; says whether any changed.
pub(super) fn edit(attempt: &mut Attempt, alter: impl Fn(&What, &mut Vec<Filter>)) -> bool {
    let mut changed = false;
    for template in attempt.recipe.text.iter_mut().chain(&mut attempt.recipe.canonical) {
        let mut pieces = template.pieces().to_vec();
        for piece in &mut pieces {
            if let Piece::Slot(what, filters) = piece {
                alter(what, filters);
            }
        }
        let altered = Template::of(pieces);
        changed |= altered != *template;
        *template = altered;
    }
    changed
}

pub(super) fn drop_filters(attempt: &mut Attempt, dropped: &[Filter]) -> bool {
    edit(attempt, |_, filters| filters.retain(|filter| !dropped.contains(filter)))
}

/// Puts a filter behind the others, or in place of what else says how the value is encoded.
pub(super) fn add_filter(attempt: &mut Attempt, slot: &What, filter: &Filter) -> bool {
    edit(attempt, |what, filters| {
        if what == slot && !filters.contains(filter) {
            if *filter == Filter::QuestionMark {
                filters.push(filter.clone());
            } else {
                let encoding =
                    |known: &Filter| matches!(known, Filter::Decoded | Filter::FormDecoded | Filter::EncodedPairs);
                filters.retain(|known| !encoding(known));
                filters.insert(0, filter.clone());
            }
        }
    })
}

pub(super) fn add_first(attempt: &mut Attempt, slot: &What, filter: &Filter) -> bool {
    edit(attempt, |what, filters| {
        if what == slot && !filters.contains(filter) {
            filters.insert(0, filter.clone());
        }
    })
}

/// Another body, signed as it is; says whether it is another one: where there is none, nothing was done to it. What is altered is the
/// body as the recipe would sign it.
pub(super) fn body(attempt: &mut Attempt, alter: impl Fn(&[u8]) -> Option<Vec<u8>>) -> bool {
    if attempt.message.body.is_empty() {
        return false;
    }
    if drop_filters(attempt, &[Filter::NoSpace]) {
        attempt.message.body.retain(|byte| !byte.is_ascii_whitespace());
    }
    if drop_filters(attempt, &[Filter::Minified]) {
        let Ok(json) = minified(&attempt.message.body) else { return false };
        attempt.message.body = json;
    }
    text_of_body(attempt, alter)
}

/// Another body, to which the recipe does what it does to any.
pub(super) fn text_of_body(attempt: &mut Attempt, alter: impl Fn(&[u8]) -> Option<Vec<u8>>) -> bool {
    let Some(altered) = alter(&attempt.message.body) else { return false };
    let changed = altered != attempt.message.body;
    attempt.message.body = altered;
    changed
}

pub(super) fn host(attempt: &Attempt) -> Option<String> {
    let message = &attempt.message;
    message.host.clone().or_else(|| message.header("host").ok()?.map(str::to_owned))
}

pub(super) fn path(attempt: &mut Attempt, alter: impl Fn(&str) -> String) -> bool {
    let Some(path) = &mut attempt.message.path else { return false };
    let altered = alter(path);
    let changed = altered != *path;
    *path = altered;
    changed
}

/// The path as it is before it is rewritten for an environment, also where it stands in the message as it was rewritten.
pub(super) fn unrewritten(attempt: &mut Attempt) -> bool {
    let templates = attempt.recipe.text.iter().chain(&attempt.recipe.canonical);
    let pieces = templates.flat_map(Template::pieces).filter_map(|piece| match piece {
        Piece::Slot(What::Path, filters) => Some(filters),
        _ => None,
    });
    let rewrites: Vec<(String, String)> = pieces
        .flatten()
        .filter_map(|filter| match filter {
            Filter::Rewrite { from, to, .. } => Some((from.clone(), to.clone())),
            _ => None,
        })
        .collect();
    for (from, to) in &rewrites {
        path(attempt, |path| path.replacen(to, from, 1));
    }
    edit(attempt, |_, filters| filters.retain(|filter| !matches!(filter, Filter::Rewrite { .. })))
}

/// What the message's headers say, where the recipe sends and signs a field of the account or the credential.
pub(super) fn as_header_says(attempt: &mut Attempt) -> bool {
    let message = &attempt.message;
    let sent = attempt.recipe.headers.iter().filter_map(|(name, template)| match template.pieces() {
        [Piece::Slot(what @ (What::Account(_) | What::Field(_)), _)] => Some((what.clone(), name.clone())),
        _ => None,
    });
    let sent: Vec<(What, String)> =
        sent.filter(|(_, name)| message.header(name).is_ok_and(|value| value.is_some())).collect();
    let mut changed = false;
    for template in attempt.recipe.text.iter_mut().chain(&mut attempt.recipe.canonical) {
        let mut pieces = template.pieces().to_vec();
        for piece in &mut pieces {
            if let Piece::Slot(what, _) = piece
                && let Some((_, name)) = sent.iter().find(|(field, _)| field == what)
            {
                *what = What::Header(name.clone());
                changed = true;
            }
        }
        *template = Template::of(pieces);
    }
    changed
}

pub(super) fn without_first_slash(filter: &mut Filter) {
    if let Filter::Rewrite { from, to, .. } = filter {
        for text in [from, to] {
            *text = text.trim_start_matches('/').to_owned();
        }
    }
}

pub(super) fn time_as(attempt: &mut Attempt, write: impl Fn(Timestamp) -> String) -> bool {
    let Some(text) = &attempt.time else { return false };
    let read: Option<Timestamp> = time::read(TimeFormat::AsReceived, text);
    let Some(altered) = read.map(write).filter(|altered| altered != text) else { return false };
    attempt.time = Some(altered);
    true
}

pub(super) fn decoded_as(attempt: &mut Attempt, how: KeyDecode) -> bool {
    std::mem::replace(&mut attempt.recipe.key_decode, how) == KeyDecode::Utf8
}

/// The key with something around it that does not belong to it.
pub(super) fn key_within(attempt: &mut Attempt, around: (&'static str, &'static str)) -> bool {
    attempt.key_within = around;
    !attempt.recipe.sign.algorithm.is_rsa() && !is_decoded(&attempt.recipe.key_decode)
}

pub(super) fn encoded(attempt: &mut Attempt, codings: &[Coding]) -> bool {
    let recipe = &mut attempt.recipe;
    let decode: Vec<Coding> = codings.iter().rev().copied().collect();
    let at = signature_at(recipe);
    let was = at.as_ref().map_or_else(|| recipe.sign.encode.iter().rev().copied().collect(), |at| at.decode.clone());
    recipe.signature = at.map(|at| SignatureAt { decode: decode.clone(), ..at });
    recipe.sign.encode = codings.to_vec();
    was != decode
}

pub(super) fn algorithm(attempt: &mut Attempt, algorithm: Algorithm) -> bool {
    let was = std::mem::replace(&mut attempt.recipe.sign.algorithm, algorithm);
    was != algorithm
        && was != Algorithm::Token
        && was.is_rsa() == algorithm.is_rsa()
        && was.is_hash() == algorithm.is_hash()
}

pub(super) fn hashed(attempt: &mut Attempt, how: Hashed) -> bool {
    attempt.hashed = Some(how);
    attempt.recipe.sign.algorithm != Algorithm::Token
}

/// Another word before the signature in its header, or none.
pub(super) fn behind(attempt: &mut Attempt, after: Option<&str>) -> bool {
    let Some(at) = signature_at(&attempt.recipe) else { return false };
    let after = after.map(str::to_owned);
    let changed = at.after != after;
    attempt.recipe.signature = Some(SignatureAt { after, ..at });
    changed
}

/// A signature whose text was spoiled.
pub(super) fn spoiled(attempt: &mut Attempt, how: Spoiled) -> bool {
    let is_base64 = |at: &SignatureAt| at.decode.contains(&Coding::Base64);
    let has_base64 = signature_at(&attempt.recipe)
        .map_or_else(|| attempt.recipe.sign.encode.contains(&Coding::Base64), |at| is_base64(&at));
    attempt.spoiled = how;
    has_base64 || how == Spoiled::Quoted
}
