//! What an error does not repeat: a word of the command line that may be a secret, given where none belongs. Errors stay in the
//! terminal's scrollback and in the logs of a build.

use crate::catalog::Catalog;
use crate::catalog::detect::secret_in;
use crate::domain::clean;
use crate::error::Problem;

/// The same problem, without the words that may be secrets.
pub(super) fn withheld(problem: Problem, words: &[String], catalog: &Catalog) -> Problem {
    let secret = |piece: &&str| looks_secret(piece) || secret_in(catalog, piece.as_bytes()).is_some();
    let hidden: Vec<&str> = words
        .iter()
        .filter(|word| may_be_secret(word, catalog))
        .flat_map(|word| parts(word).chain(pieces(word).filter(secret)))
        .collect();
    let without = |text: String| hidden.iter().fold(text, |text, part| hide(&text, part));
    Problem { message: without(problem.message), hint: problem.hint.map(without), ..problem }
}

/// Whether a word looks like a value or has one in it: by what is known of secrets, by a line break, or by its look.
fn may_be_secret(word: &str, catalog: &Catalog) -> bool {
    word.contains(['\n', '\r'])
        || looks_secret(word)
        || parts(word).chain(pieces(word)).any(|part| secret_in(catalog, part.as_bytes()).is_some())
}

/// Whether a text has a run of letters and digits in it as no name and no ID of this program has: a long one, a mixed one, or one behind
/// the word for an environment, as many providers' keys have it: `sk_live_…`.
pub(super) fn looks_secret(text: &str) -> bool {
    let has = |run: &str, class: fn(&u8) -> bool| run.bytes().any(|b| class(&b));
    let is_value = |run: &str| {
        let (upper, lower) = (has(run, u8::is_ascii_uppercase), has(run, u8::is_ascii_lowercase));
        has(run, u8::is_ascii_digit) && (run.len() >= LONG && (upper || lower) || run.len() >= MIXED && upper && lower)
    };
    let sign = |c: char| !c.is_ascii_alphanumeric();
    let follows = |mark: &str| {
        let run = text.split_once(mark).and_then(|(_, rest)| rest.split(sign).next()).unwrap_or_default();
        run.len() >= AFTER && has(run, u8::is_ascii_digit) && has(run, u8::is_ascii_alphabetic)
    };
    text.split(sign).any(is_value) || ["_live_", "_test_", "_sandbox_", "_prod_"].iter().any(|mark| follows(mark))
}

/// What stands between the signs of a reference, an address, a quotation.
fn pieces(word: &str) -> impl Iterator<Item = &str> {
    let between = |c: char| c.is_whitespace() || "/:#@=,;&?\"'`«»()[]{}".contains(c);
    word.split(between).filter(|piece| !piece.is_empty())
}

/// The word, and what stands before and after its `=`: each can be told by itself.
fn parts(word: &str) -> impl Iterator<Item = &str> {
    let (name, value) = word.split_once('=').unwrap_or((word, ""));
    [word, value, name].into_iter().filter(|part| !is_option(part) && !part.is_empty())
}

/// Whether it is written as our options are: a dash or two and a word or several.
pub(super) fn is_option(word: &str) -> bool {
    let name = word.strip_prefix("--").or(word.strip_prefix('-'));
    name.is_some_and(|name| name.len() < LONG && name.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
}

/// As it was given, as it is printed, and with its white space made one blank.
fn hide(text: &str, part: &str) -> String {
    let blank = part.split_whitespace().collect::<Vec<_>>().join(" ");
    let forms = [part, &*clean(part), &*clean(&blank), &*blank].map(str::to_owned);
    forms.iter().filter(|form| !form.is_empty()).fold(text.to_owned(), |text, form| text.replace(form.as_str(), "…"))
}

/// A run of so many letters and digits is a value: flows' IDs have 26.
const LONG: usize = 32;
/// The same for one with capitals and small letters in it, which no ID has.
const MIXED: usize = 16;
/// So much follows the word for an environment in a key, and no less.
const AFTER: usize = 16;
