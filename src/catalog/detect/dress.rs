//! What people, mails and Markdown put around a single value, taken off it.

use super::clean::is_blank;
use super::names::is_placeholder;
use super::{Note, matching};
use crate::catalog::Catalog;
use crate::keys;

/// A single value without what stands around it. Quotes, commas and semicolons go from every value; brackets, Markdown's signs and
/// other punctuation only where what is inside looks like a credential, since a password may have them.
pub(super) fn undress<'a>(catalog: &Catalog, text: &'a str) -> (&'a str, Vec<Note>) {
    let (bare, notes) = strip(text, quoted);
    let (inner, more) = strip(text, |text| quoted(text).or_else(|| marked(text)));
    if inner.len() < bare.len() && is_better(catalog, inner, bare) { (inner, more) } else { (bare, notes) }
}

/// Takes off one piece after the other.
fn strip(text: &str, piece: impl Fn(&str) -> Option<(&str, Note)>) -> (&str, Vec<Note>) {
    let mut notes = Vec::new();
    let mut bare = text.trim_matches(is_blank);
    for _ in 0..MOST_PIECES {
        let Some((inner, note)) = piece(bare) else { break };
        if !notes.contains(&note) {
            notes.push(note);
        }
        bare = inner.trim_matches(is_blank);
    }
    (bare, notes)
}

fn quoted(text: &str) -> Option<(&str, Note)> {
    if let Some(inner) = text.strip_suffix([',', ';']) {
        return Some((inner, Note::Punctuation));
    }
    let quotes = [
        ("```", "```"),
        ("\"", "\""),
        ("'", "'"),
        ("`", "`"),
        ("“", "”"),
        ("‘", "’"),
        ("«", "»"),
        ("»", "«"),
        ("‹", "›"),
        ("„", "“"),
        ("‚", "‘"),
    ];
    inside(text, &quotes).map(|inner| (inner, Note::Quotes))
}

fn marked(text: &str) -> Option<(&str, Note)> {
    if let Some(inner) = text.strip_suffix(['.', ':', '!', '?', '\\']) {
        return Some((inner, Note::Punctuation));
    }
    if let Some(inner) = tagged(text) {
        return Some((inner, Note::Brackets));
    }
    if let Some(inner) = linked(text) {
        return Some((inner, Note::Markdown));
    }
    if let Some(inner) = inside(text, &[("(", ")"), ("[", "]"), ("{", "}"), ("<", ">")]) {
        return Some((inner, Note::Brackets));
    }
    let marks = [("**", "**"), ("__", "__"), ("~~", "~~"), ("||", "||"), ("*", "*"), ("_", "_"), ("|", "|")];
    let inner = inside(text, &marks).or_else(|| after_mark(text))?;
    Some((inner, Note::Markdown))
}

fn inside<'a>(text: &'a str, pairs: &[(&str, &str)]) -> Option<&'a str> {
    pairs
        .iter()
        .find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close))
        .filter(|inner| !inner.is_empty())
}

/// What stands between two tags of HTML.
fn tagged(text: &str) -> Option<&str> {
    let (tag, rest) = text.strip_prefix('<')?.split_once('>')?;
    let (inner, end) = rest.strip_suffix('>')?.rsplit_once("</")?;
    tag.starts_with(end).then_some(inner)
}

/// The text of a Markdown link.
fn linked(text: &str) -> Option<&str> {
    text.strip_prefix('[')?.strip_suffix(')')?.split_once("](").map(|(inner, _)| inner)
}

/// What follows the mark of a list or a quotation.
fn after_mark(text: &str) -> Option<&str> {
    let (mark, rest) = text.split_once([' ', '\t'])?;
    let number = mark.strip_suffix(['.', ')']).is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    (number || matches!(mark, "-" | "*" | "+" | "•" | "–" | "#") || mark.bytes().all(|b| b == b'>')).then_some(rest)
}

/// Whether the inside looks at least as much like a credential as the whole does. A word in brackets may stand for a value, so it has
/// to have a digit.
fn is_better(catalog: &Catalog, inner: &str, whole: &str) -> bool {
    if inner.contains(char::is_whitespace) || is_placeholder(inner) {
        return false;
    }
    let has = |kind: fn(&char) -> bool| inner.chars().any(|c| kind(&c));
    // What nobody claims is no placeholder either, when it is a row of letters and digits that nobody would write for one.
    let is_random = has(char::is_ascii_lowercase) && has(char::is_ascii_uppercase) && has(char::is_ascii_digit);
    if is_placeholder(whole) && is_random && inner.len() >= LONG {
        return true;
    }
    if keys::looks_like_key(inner) {
        return !keys::looks_like_key(whole) || keys::identify(inner.as_bytes()).is_ok();
    }
    let claimed = matching::strength(catalog, inner);
    claimed.is_some() && claimed >= matching::strength(catalog, whole) && inner.bytes().any(|b| b.is_ascii_digit())
}

const MOST_PIECES: usize = 8;
const LONG: usize = 16;
