//! The message's own headers, held against what its signature covers: what is genuine can still be a message that nobody takes.

use super::check::{find, listed, signature_at};
use super::compose::Composer;
use super::{Context, Message, SignError};
use crate::domain::provider::{Piece, Recipe, Template, What};

/// What is wrong with the headers of a message whose signature fits, in words.
///
/// `is_own`: the signature stands in the message's header, and was not given beside it.
pub(super) fn amiss(
    recipe: &Recipe,
    message: &Message,
    context: &Context<'_>,
    is_own: bool,
) -> Result<Option<String>, SignError> {
    if let Some(name) = missing(recipe, message)? {
        return Ok(Some(format!("the message lacks the header {name}, which it lists as signed")));
    }
    if let Some(words) = unsigned(recipe, message) {
        return Ok(Some(words));
    }
    if let Some(words) = is_own.then(|| otherwise_written(recipe, message, context)).transpose()?.flatten() {
        return Ok(Some(words));
    }
    let other = contradicting(recipe, message, context)?;
    Ok(other.map(|header| format!("the header {header} has another value than the one that is signed")))
}

/// A header that the message lists as signed, and lacks.
pub(super) fn missing(recipe: &Recipe, message: &Message) -> Result<Option<String>, SignError> {
    for name in listed(recipe, message).unwrap_or_default() {
        if message.header(&name)?.is_none() {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// A header that says otherwise than the account or the credential, whose own value is what is signed.
pub(super) fn contradicting<'r>(
    recipe: &'r Recipe,
    message: &Message,
    context: &Context<'_>,
) -> Result<Option<&'r str>, SignError> {
    let in_text: Vec<&What> = recipe.text.iter().chain(&recipe.canonical).flat_map(Template::fills).collect();
    let is_signed = |name: &str| {
        let listed = recipe.signed_headers.as_ref().is_some_and(|signed| signed.names.iter().any(|own| own == name));
        listed || in_text.iter().any(|what| matches!(what, What::Header(own) if own.eq_ignore_ascii_case(name)))
    };
    for (name, template) in &recipe.headers {
        let mut fills = template.fills().peekable();
        let is_of_text = |what: &What| matches!(what, What::Account(_) | What::Field(_)) && in_text.contains(&what);
        if fills.peek().is_none() || !fills.all(is_of_text) || is_signed(name) {
            continue;
        }
        let Some(own) = message.header(name)? else { continue };
        if own.as_bytes() != Composer::new(recipe, message, context).one(template)? {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// What the signature does not cover, although the recipe wants it to.
fn unsigned(recipe: &Recipe, message: &Message) -> Option<String> {
    let signed = recipe.signed_headers.as_ref().filter(|signed| signed.listed_after.is_some())?;
    let (header, _) = find(&signature_at(recipe)?, message).ok()?;
    let header = header?;
    let Some(listed) = listed(recipe, message) else {
        return Some(format!("the header {header} does not list the headers that are signed"));
    };
    let left_out = signed.names.iter().find(|name| !listed.contains(name))?;
    Some(format!("the header {left_out} is not signed: {header} does not list it"))
}

/// Where the signature's own header is not as the recipe writes it: its first word, or what it says of the key.
fn otherwise_written(recipe: &Recipe, message: &Message, context: &Context<'_>) -> Result<Option<String>, SignError> {
    let Some(at) = signature_at(recipe) else { return Ok(None) };
    let Some((_, template)) = recipe.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(&at.header)) else {
        return Ok(None);
    };
    let Some(value) = message.header(&at.header)? else { return Ok(None) };
    let pieces = template.pieces();
    if let Some(word) = first_word(pieces) {
        let own = value.split_whitespace().next().unwrap_or_default();
        if !own.eq_ignore_ascii_case(word) {
            return Ok(Some(format!("the header {} begins with {own:?}, not with {word}", at.header)));
        }
    }
    for pair in pieces.windows(2) {
        let [Piece::Literal(before), Piece::Slot(What::Account(_) | What::Field(_), _)] = pair else { continue };
        let name = before.rsplit([' ', ',']).next().unwrap_or_default();
        let Ok(wanted) = Composer::new(recipe, message, context).one(&Template::of(vec![pair[1].clone()])) else {
            continue;
        };
        let part = value.split([' ', ',']).find_map(|part| part.strip_prefix(name));
        if part.is_none_or(|part| part.as_bytes() != wanted) {
            let (own, wanted) = (part.unwrap_or_default(), String::from_utf8_lossy(&wanted));
            return Ok(Some(format!("the header {} has {name}{own:?}, the key's own is {wanted:?}", at.header)));
        }
    }
    Ok(None)
}

/// The word that the header begins with: a scheme, as `Bearer`.
fn first_word(pieces: &[Piece]) -> Option<&str> {
    let Some(Piece::Literal(text)) = pieces.first() else { return None };
    text.split_once(' ').map(|(word, _)| word).filter(|word| !word.is_empty() && !word.contains(['=', ',']))
}
