//! The message's own headers, held against what its signature covers: what is genuine can still be a message that nobody takes.

use super::check::{find, listed, signature_at};
use super::compose::Composer;
use super::{Context, Message, SignError};
use crate::domain::provider::{Handles, Piece, Recipe, SignatureAt, Template, What};

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
    if let Some(words) = unsigned(recipe, message)? {
        return Ok(Some(words));
    }
    if let Some(name) = is_own.then(|| unsent(recipe, message, context)).transpose()?.flatten() {
        return Ok(Some(format!("the message lacks the header {name}, which the recipe sends")));
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

/// A header that goes with each request of the recipe, and that this one lacks.
fn unsent<'r>(recipe: &'r Recipe, message: &Message, context: &Context<'_>) -> Result<Option<&'r str>, SignError> {
    let time = recipe.time.as_ref().and_then(|time| time.header.as_ref()).filter(|_| context.time.is_some());
    for (name, template) in recipe.headers.iter().filter(|_| recipe.does == Handles::Sign) {
        let is_given = time == Some(name) || template.fills().any(|what| *what == What::Signature);
        if !is_given && message.header(name)?.is_none() {
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
fn unsigned(recipe: &Recipe, message: &Message) -> Result<Option<String>, SignError> {
    let Some(signed) = recipe.signed_headers.as_ref().filter(|signed| signed.listed_after.is_some()) else {
        return Ok(None);
    };
    let Some((Some(header), _)) = signature_at(recipe).and_then(|at| find(&at, message).ok()) else { return Ok(None) };
    let Some(listed) = listed(recipe, message) else {
        return Ok(Some(format!("the header {header} does not list the headers that are signed")));
    };
    for (name, is_optional) in
        signed.names.iter().map(|name| (name, false)).chain(signed.optional.iter().map(|name| (name, true)))
    {
        if !listed.contains(name) && (!is_optional || message.header(name)?.is_some()) {
            return Ok(Some(format!("the header {name} is not signed: {header} does not list it")));
        }
    }
    Ok(None)
}

/// Where the signature's own header is not as the recipe writes it: the algorithm, its first word, or what it says of the key.
fn otherwise_written(recipe: &Recipe, message: &Message, context: &Context<'_>) -> Result<Option<String>, SignError> {
    let Some(at) = signature_at(recipe) else { return Ok(None) };
    if let Some(words) = other_algorithm(recipe, message, &at)? {
        return Ok(Some(words));
    }
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

/// Another algorithm that the signature's header names than the recipe's. What comes from the other side need not name any.
fn other_algorithm(recipe: &Recipe, message: &Message, at: &SignatureAt) -> Result<Option<String>, SignError> {
    let Some((name, wanted)) = recipe.sign.named.as_deref().and_then(|text| text.split_once('=')) else {
        return Ok(None);
    };
    let (header, value) = find(at, message)?;
    let header = header.unwrap_or_default();
    let named = value.split([' ', ',']).find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
    Ok(match named {
        Some(named) if named == wanted => None,
        Some(named) => Some(format!("the header {header} names the algorithm {named:?}, the recipe's is {wanted}")),
        None if recipe.does == Handles::Verify => None,
        None => Some(format!("the header {header} does not name the algorithm, as {name}={wanted}")),
    })
}

/// The word that the header begins with: a scheme, as `Bearer`.
fn first_word(pieces: &[Piece]) -> Option<&str> {
    let Some(Piece::Literal(text)) = pieces.first() else { return None };
    text.split_once(' ').map(|(word, _)| word).filter(|word| !word.is_empty() && !word.contains(['=', ',']))
}
